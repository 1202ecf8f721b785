"""Keys that somebody gave to a publisher's device and that it must not hold: refused, or set aside again as soon as they show what they open.

The public list is made where nothing else can be reached. A key that nobody here asked for does not stop it either, or one colleague could hold
up a list for everybody: it is handed to no agent and written nowhere, what it says of itself and who gave it is counted and told. A bundle may
lie about what its key opens; the compartment's own record says it, so a key that came as a public one and is another goes with all that it opened.
A record may lie as well: by one colleague's word alone nobody goes from the list.
"""

import json
from collections.abc import Collection, Sequence
from typing import Final

from letapis.core.records import Record
from letapis.desk import clearing, entering, held_keys, people, settings
from letapis.desk.keyring import Bundle, Key
from letapis.desk.opening import Desk, finish_putting_away
from letapis.desk.public_states import TYPES
from letapis.desk.vault import COLUMNS, Opened, open_rows
from letapis.engines.db.models import Record as Row

HELD: Final = frozenset({"ORG", "PUB", "PRIVATE"})
"""Classes of compartments of which a publisher's device may hold keys."""
_TOLD: Final = "publisher.uninvited"
_LOOKED: Final = "publisher.looked"
_GAVE: Final = "publisher.gave:"
_ASIDE: Final = "publisher.aside:"


def wanted(desk: Desk, bundle: Bundle) -> Sequence[Key]:
    """The keys of a bundle that this device takes: all of them but where it is a publisher's. What is left out is counted for who gave it."""
    if desk.me not in people.publishers(desk):
        return bundle.keys
    giver = people.directory(desk).devices.get(bundle.giver)
    own = giver is not None and giver.member == desk.me
    organisation = settings.value(desk.store, "common:ORG")
    taken = [one for one in bundle.keys if _is_ours(desk, one, organisation, own=own)]
    for one in taken:
        if not settings.value(desk.store, f"{_GAVE}{one.compartment.hex()}"):
            settings.keep(desk.store, f"{_GAVE}{one.compartment.hex()}", bundle.giver)
    _count(desk, bundle.giver, len(bundle.keys) - len(taken))
    return taken


def _is_ours(desk: Desk, key: Key, organisation: str, *, own: bool) -> bool:
    """Of the organisation's compartment, of what is public of a dossier, or of this member's own from another device of theirs."""
    if settings.value(desk.store, f"{_ASIDE}{key.compartment.hex()}"):
        return False
    if key.klass == "ORG":
        return key.compartment.hex() == organisation
    return (key.klass == "PUB" and bool(key.dossier)) or (key.klass == "PRIVATE" and own)


def told(desk: Desk) -> dict[str, int]:
    """Device -> how many keys it gave that this one does not hold; under an empty name those of which nobody knows who gave them."""
    said = settings.value(desk.store, _TOLD)
    found: dict[str, int] = json.loads(said) if said else {}
    return found


def set_aside(desk: Desk) -> int:
    """After records came: let go of every compartment that is no public one, as is said in it (``_said_otherwise``), or as the key said that came
    before this device knew itself as a publisher's; unless something was written in it here, which is for its author to put away. How many.

    Never of the organisation's own: without it there is no directory, and every member could say of it what they like."""
    if desk.me not in people.publishers(desk):
        return 0
    query = f"SELECT {COLUMNS} FROM db_record WHERE type = 'compartment' AND id > %s AND state = %s ORDER BY id"
    rows = desk.store.rows(query, (int(settings.value(desk.store, _LOOKED) or 0), Row.OK))
    opened = list(open_rows(desk, rows))
    others = _said_otherwise(desk, opened) | _held_otherwise(desk)
    home = bytes.fromhex(settings.value(desk.store, "common:ORG"))
    gone = sorted(others - _written_here(desk, others) - {home})
    with desk.store.transaction():
        for compartment in gone:
            _let_go(desk, compartment)
            _count(desk, settings.value(desk.store, f"{_GAVE}{compartment.hex()}"), 1)
        if opened:
            settings.keep(desk.store, _LOOKED, str(opened[-1].row))
        if gone:
            desk.kept.clear()
            entering.project_all(desk)
            clearing.note_left(desk.store, [])
    if gone:
        finish_putting_away(desk)
    return len(gone)


def _said_otherwise(desk: Desk, fresh: Sequence[Opened]) -> set[bytes]:
    """Compartments of which a new record in them says that they are no public ones. Where another says the opposite, one of the two lies, and a
    colleague must neither hand over what is not public nor take from the list who stands on it: then it is held only where more members take it
    for public, who said so, proposed something in it or approved it, than say otherwise."""
    doubted = {one.record.header.compartment for one in fresh if not _is_said_public(one.record)}
    found = set[bytes]()
    for compartment in doubted:
        types = ("compartment", *sorted(TYPES))
        marks = ", ".join(["%s"] * len(types))
        query = f"SELECT {COLUMNS} FROM db_record WHERE compartment = %s AND state = %s AND type IN ({marks})"
        sides: dict[bool, set[bytes]] = {True: set(), False: set()}
        for one in open_rows(desk, desk.store.rows(query, (compartment, Row.OK, *types))):
            author, counts, _ = people.weigh(people.directory(desk), one.record.header.device, one.record.header.seq)
            if author and counts:
                sides[_is_said_public(one.record)].add(author)
        if len(sides[True] - sides[False]) <= len(sides[False]):
            found.add(compartment)
    return found


def _is_said_public(record: Record) -> bool:
    return record.type != "compartment" or record.text("class") in HELD


def _held_otherwise(desk: Desk) -> set[bytes]:
    """Compartments of which a key is held and of which nothing says that it may be."""
    joined = "db_compartmentkey k LEFT JOIN db_compartment c ON c.compartment = k.compartment"
    rows = desk.store.rows(f"SELECT DISTINCT k.compartment, coalesce(c.klass, '') FROM {joined}")
    return {bytes(compartment) for compartment, klass in rows if str(klass) not in HELD}


def _written_here(desk: Desk, compartments: Collection[bytes]) -> set[bytes]:
    query = "SELECT DISTINCT compartment FROM db_record WHERE device = %s AND compartment IN ({marks})"
    return {bytes(row[0]) for row in desk.store.rows_in(query, list(compartments), (desk.device,))}


def _let_go(desk: Desk, compartment: bytes) -> None:
    for table in ("db_record", "db_compartmentkey", "db_compartment", "db_sentwrap"):
        desk.store.run(f"DELETE FROM {table} WHERE compartment = %s", (compartment,))
    for kind in ("records", "keys"):
        desk.store.run("DELETE FROM db_relayname WHERE name LIKE %s", (f"{kind}/{compartment.hex()}/%",))
    held_keys.forget(desk.store, compartment)
    desk.store.run("DELETE FROM db_setting WHERE name LIKE %s AND value LIKE %s", ("total:%", f"% {compartment.hex()} %"))
    desk.store.run("DELETE FROM db_setting WHERE name IN (%s, %s)", (f"sent:{compartment.hex()}", f"anew:{compartment.hex()}"))
    settings.keep(desk.store, f"{_ASIDE}{compartment.hex()}", "1")


def _count(desk: Desk, device: str, keys: int) -> None:
    if keys:
        found = told(desk)
        settings.keep(desk.store, _TOLD, json.dumps(found | {device: found.get(device, 0) + keys}, sort_keys=True))
