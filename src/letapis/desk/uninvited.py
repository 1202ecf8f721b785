"""Keys that somebody gave to a publisher's device and that it must not hold: refused, or set aside again as soon as they show what they open.

The public list is made where nothing else can be reached. A key that nobody here asked for does not stop it either, or one colleague could hold
up a list for everybody: it is handed to no agent and written nowhere, what it says of itself and who gave it is counted and told. A bundle may
lie about what its key opens; the compartment's own record says it, so a key that came as a public one and is another goes with all that it opened.
A record may lie as well: by one colleague's word alone nobody goes from the list. Where the words stand against each other, the key is set apart:
nothing of it is held here, it lies sealed to this device on the relay as it came, and this device's member, who asked, says what it is.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused
from letapis.core.records import Record
from letapis.desk import clearing, entering, held_keys, people, placing, settings
from letapis.desk.dossiers import require_text
from letapis.desk.keyring import Bundle, Key
from letapis.desk.opening import Desk, finish_putting_away
from letapis.desk.public_states import TYPES
from letapis.desk.reading.window import guard
from letapis.desk.vault import COLUMNS, Opened, open_rows
from letapis.engines.db.models import Record as Row

HELD: Final = frozenset({"ORG", "PUB", "PRIVATE"})
"""Classes of compartments of which a publisher's device may hold keys."""
_TOLD: Final = "publisher.uninvited"
_LOOKED: Final = "publisher.looked"
_GAVE: Final = "publisher.gave:"
_ASIDE: Final = "publisher.aside:"
PUBLIC, OTHER = "public", "other"
"""What the publisher said of a compartment that was set apart: that it is a dossier's public one, or that it is not."""
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Apart:
    """A compartment that was set apart, in hexadecimal as all that stands here: of which dossier it is said to be, the device whose key opened it,
    the members who say in it that it is public and those who say otherwise. ``word``: what this device's member said of it since, empty while they
    said nothing, on which day (UTC) and why."""

    compartment: str
    dossier: str = ""
    giver: str = ""
    public: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    word: str = ""
    day: str = ""
    reason: str = ""


def apart(desk: Desk) -> list[Apart]:
    """Every compartment that was ever set apart here, those of which nothing was said yet first."""
    rows = desk.store.rows("SELECT name, value FROM db_setting WHERE name LIKE %s ORDER BY name", (f"{_ASIDE}%",))
    return sorted((_apart(str(name).removeprefix(_ASIDE), str(value)) for name, value in rows), key=lambda one: (bool(one.word), one.compartment))


def _apart(compartment: str, value: str) -> Apart:
    told = json.loads(value)
    if not isinstance(told, dict):
        return Apart(compartment)  # an older letapis kept no more than that it is so
    public, other = (tuple(told.pop(name)) for name in (PUBLIC, OTHER))
    return Apart(compartment, public=public, other=other, **told)


def settle(desk: Desk, reader: Reader, compartment: str, word: str, reason: str) -> Apart:
    """The publisher's own word on what was set apart: ``PUBLIC`` when it is a dossier's public compartment, ``OTHER`` when it is not. It is kept here
    with the day and the reason, and may be changed.

    As a public one it is taken with the next exchange, whatever others say, if at least one colleague says in it that it is public; else it is set
    apart again. As another one it is let go of in this step. Raises Refused("publishing.not_publisher"), NotFound("publishing.not_apart"),
    UsageError("publishing.apart_reason") without a reason, Refused("publishing.apart_written") where something was written in it here: a device's
    own records are never let go of, or its log would hold what nobody can show."""
    if guard(reader).member not in people.publishers(desk):
        raise Refused("publishing.not_publisher")
    known = next((one for one in apart(desk) if one.compartment == compartment), None)
    if known is None or word not in (PUBLIC, OTHER):
        raise NotFound("publishing.not_apart")
    told = {"word": word, "day": desk.today().isoformat(), "reason": require_text(reason, "publishing.apart_reason", _LONGEST)}
    said, held = Apart(**{**asdict(known), **told}), {bytes.fromhex(compartment)} if known.word == PUBLIC else set[bytes]()
    with desk.store.transaction():
        if _written_here(desk, held) and word == OTHER:
            raise Refused("publishing.apart_written")
        if word == OTHER and held:
            _let_go(desk, held)
        _keep_apart(desk, said)
        if word == PUBLIC:
            _read_keys_anew(desk)
    finish_putting_away(desk)
    return said


def _keep_apart(desk: Desk, one: Apart) -> None:
    value = {name: told for name, told in asdict(one).items() if name != "compartment"}
    settings.keep(desk.store, f"{_ASIDE}{one.compartment}", json.dumps(value, sort_keys=True))


def _read_keys_anew(desk: Desk) -> None:
    """Every bundle that was given to this device is read once more with the next exchange, by the same rules, and what it refuses is counted anew."""
    desk.store.run("DELETE FROM db_relayname WHERE name LIKE %s AND name NOT LIKE %s", ("keys/%", "keys/%/%"))
    for name in (_TOLD, _LOOKED):
        settings.drop(desk.store, name)


def _taken_back(desk: Desk) -> set[bytes]:
    return {bytes.fromhex(one.compartment) for one in apart(desk) if one.word == PUBLIC}


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
    aside = settings.value(desk.store, f"{_ASIDE}{key.compartment.hex()}")
    if aside and _apart(key.compartment.hex(), aside).word != PUBLIC:
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
    taken = _taken_back(desk)
    _take_as_public(desk, taken)
    _say_whose(desk)
    query = f"SELECT {COLUMNS} FROM db_record WHERE type = 'compartment' AND id > %s AND state = %s ORDER BY id"
    rows = desk.store.rows(query, (int(settings.value(desk.store, _LOOKED) or 0), Row.OK))
    opened = list(open_rows(desk, rows))
    others = _said_otherwise(desk, opened, taken) | (_held_otherwise(desk) - taken)
    home = bytes.fromhex(settings.value(desk.store, "common:ORG"))
    gone = others - _written_here(desk, others) - {home}
    with desk.store.transaction():
        told = [_told_of(desk, compartment) for compartment in sorted(gone)]
        if gone:
            _let_go(desk, gone)
        for one in told:
            _keep_apart(desk, one)
            _count(desk, one.giver, 1)
        if opened:
            settings.keep(desk.store, _LOOKED, str(opened[-1].row))
    if gone:
        finish_putting_away(desk)
    return len(gone)


def _take_as_public(desk: Desk, taken: Collection[bytes]) -> None:
    """Whose word came first into the tables changes nothing of the publisher's; what was left out by that word is laid out."""
    with desk.store.transaction():
        query = "UPDATE db_compartment SET klass = 'PUB' WHERE compartment = %s AND klass <> 'PUB'"
        if sum(desk.store.run(query, (compartment,)) for compartment in sorted(taken)):
            entering.project_all(desk)


def _say_whose(desk: Desk) -> None:
    """Cards that are left out because their compartment was first said to be another dossier's are laid out where more members speak of theirs in
    it, in a word on the compartment, a card, an approval or a recall, than of the one that came first. Where as many do, they stay out and it is
    told."""
    marks = ", ".join(["%s"] * len(TYPES))
    joined = "db_record r JOIN db_compartment c ON c.compartment = r.compartment"
    query = f"SELECT DISTINCT r.compartment, c.dossier FROM {joined} WHERE r.fault = %s AND r.state = %s AND c.klass = 'PUB' AND r.type IN ({marks})"
    with desk.store.transaction():
        changed = False
        for row in desk.store.rows(query, (placing.OTHER, Row.OK, *sorted(TYPES))):
            compartment, first = (bytes(part) for part in row)
            said = _members_by_dossier(desk, compartment)
            most = max(sorted(said), key=lambda dossier: len(said[dossier]), default=first)
            if len(said.get(most, ())) > len(said.get(first, ())):
                changed = bool(desk.store.run("UPDATE db_compartment SET dossier = %s WHERE compartment = %s", (most, compartment))) or changed
        if changed:
            entering.project_all(desk)


def _members_by_dossier(desk: Desk, compartment: bytes) -> dict[bytes, set[bytes]]:
    """Members who speak of a dossier in a public compartment as in its own."""
    found: dict[bytes, set[bytes]] = {}
    for one, author in _spoken(desk, compartment):
        if one.raw("dossier") and _is_said_public(one):
            found.setdefault(one.raw("dossier"), set()).add(author)
    return found


def _told_of(desk: Desk, compartment: bytes) -> Apart:
    """What is known of a compartment before it goes."""
    rows = desk.store.rows("SELECT dossier FROM db_compartment WHERE compartment = %s", (compartment,))
    sides = _sides(desk, compartment)
    public, other = (tuple(sorted(member.hex() for member in sides[side])) for side in (True, False))
    giver = settings.value(desk.store, f"{_GAVE}{compartment.hex()}")
    return Apart(compartment.hex(), bytes(rows[0][0]).hex() if rows else "", giver, public, other)


def _said_otherwise(desk: Desk, fresh: Sequence[Opened], taken: Collection[bytes]) -> set[bytes]:
    """Compartments of which a new record in them says that they are no public ones. Where another says the opposite, one of the two lies, and a
    colleague must neither hand over what is not public nor take from the list who stands on it: then it is held only where more members take it
    for public, who said so, proposed something in it or approved it, than say otherwise, or where one does and the publisher says so too."""
    doubted = {one.record.header.compartment for one in fresh if not _is_said_public(one.record)}
    found = set[bytes]()
    for compartment in doubted:
        sides = _sides(desk, compartment)
        stands = bool(sides[True]) if compartment in taken else len(sides[True] - sides[False]) > len(sides[False])
        if not stands:
            found.add(compartment)
    return found


def _sides(desk: Desk, compartment: bytes) -> dict[bool, set[bytes]]:
    """Members who take a compartment for a public one, and those who say that it is another."""
    sides: dict[bool, set[bytes]] = {True: set(), False: set()}
    for record, author in _spoken(desk, compartment):
        sides[_is_said_public(record)].add(author)
    return sides


def _spoken(desk: Desk, compartment: bytes) -> Iterator[tuple[Record, bytes]]:
    """Words on a compartment in it, and what is proposed, approved or recalled there, each with the member whose signature counts."""
    types = ("compartment", *sorted(TYPES))
    marks = ", ".join(["%s"] * len(types))
    query = f"SELECT {COLUMNS} FROM db_record WHERE compartment = %s AND state = %s AND type IN ({marks})"
    for one in open_rows(desk, desk.store.rows(query, (compartment, Row.OK, *types))):
        author, counts, _ = people.weigh(people.directory(desk), one.record.header.device, one.record.header.seq)
        if author and counts:
            yield one.record, author


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


def _let_go(desk: Desk, compartments: Collection[bytes]) -> None:
    for compartment in sorted(compartments):
        for table in ("db_record", "db_compartmentkey", "db_compartment", "db_sentwrap"):
            desk.store.run(f"DELETE FROM {table} WHERE compartment = %s", (compartment,))
        for kind in ("records", "keys"):
            desk.store.run("DELETE FROM db_relayname WHERE name LIKE %s", (f"{kind}/{compartment.hex()}/%",))
        held_keys.forget(desk.store, compartment)
        desk.store.run("DELETE FROM db_setting WHERE name LIKE %s AND value LIKE %s", ("total:%", f"% {compartment.hex()} %"))
        desk.store.run("DELETE FROM db_setting WHERE name IN (%s, %s)", (f"sent:{compartment.hex()}", f"anew:{compartment.hex()}"))
    desk.kept.clear()
    entering.project_all(desk)
    clearing.note_left(desk.store, [])


def _count(desk: Desk, device: str, keys: int) -> None:
    if keys:
        found = told(desk)
        settings.keep(desk.store, _TOLD, json.dumps(found | {device: found.get(device, 0) + keys}, sort_keys=True))
