"""What a device in other hands could open, as far as the reader may see it, and who stands in what it could open.

A device holds the keys of the compartments that its member was admitted to, and everything written under them until the keys were
changed. What the reader does not hold has no name here: its records in the device's log are counted, nothing more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.errors import NotFound
from letapis.core.incidents import Plan, Warned, warn_order
from letapis.core.membership import State
from letapis.desk import away, ledger, people, reading
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard

_SHOWN = 2000


@dataclass(frozen=True)
class OpenedDossier:
    """A dossier that the device could open: classes of its compartments, how many originals lie in them, whether its keys were changed,
    and whether the traveller had put it away before."""

    dossier: reading.DossierView
    classes: tuple[str, ...]
    evidence: int
    renewed: bool
    put_away: bool


@dataclass(frozen=True)
class Reach:
    """``elsewhere``: records in the logs of the devices that the reader cannot open. ``shares``: sealed identities of which the member
    holds a part, and ``alone`` those that this part opens by itself. ``renewed`` of ``compartments`` have a new key."""

    dossiers: tuple[OpenedDossier, ...]
    organisation: bool
    elsewhere: int
    shares: int
    alone: int
    evidence: int
    compartments: int
    renewed: int
    warned: tuple[Warned, ...]


def reach(desk: Desk, reader: Reader, plan: Plan, member: bytes, devices: Sequence[str], since: str) -> Reach:
    """What these devices of a member could open. ``since``: the instant from which on a new key is one that they do not have."""
    held = {c: klass for c, (klass, _) in _granted(desk, guard(reader), member).items()}
    homes = {c: dossier for c, (_, dossier) in _granted(desk, reader, member).items()}
    removed = {d.device for d in people.directory(desk).devices.values() if d.state is State.REMOVED}
    fresh = _renewed(desk, held, since) if set(devices) <= removed else set()
    counts, kept = _evidence(desk, held), _kept(desk, devices)
    opened = []
    for view in reading.dossiers(desk, reader)[:_SHOWN]:
        own = [c for c, dossier in homes.items() if dossier == view.dossier]
        if own:
            classes = tuple(sorted({held[c] for c in own}))
            away_too = kept is not None and view.dossier not in kept
            opened.append(OpenedDossier(view, classes, sum(counts.get(c, 0) for c in own), all(c in fresh for c in own), away_too))
    shares, alone = _shares(desk, member) if "IDENT" in held.values() else (0, 0)
    warned = warn_order(plan, _sources(desk, reader, opened, held))
    numbers = (_elsewhere(desk, reader, devices), shares, alone, sum(counts.values()), len(held), len(fresh))
    return Reach(tuple(opened), "ORG" in held.values(), *numbers, tuple(warned))


def _granted(desk: Desk, reader: Reader, member: bytes) -> dict[bytes, tuple[str, bytes]]:
    """Compartments that the reader holds and the member was admitted to, with class and dossier."""
    query = (
        "SELECT c.compartment, c.klass, c.dossier FROM db_compartment c "
        "WHERE EXISTS (SELECT 1 FROM db_grant g WHERE g.compartment = c.compartment AND g.member = %s)"
    )
    return {bytes(c): (str(klass), bytes(dossier)) for c, klass, dossier in desk.store.rows(query, (member,)) if reader.holds(bytes(c))}


def _renewed(desk: Desk, compartments: Iterable[bytes], since: str) -> set[bytes]:
    """Those that were given a new key after an instant."""
    query = "SELECT DISTINCT compartment FROM db_record WHERE type = 'compartment' AND recorded >= %s AND epoch > 1 AND compartment IN ({marks})"
    return {bytes(row[0]) for row in desk.store.rows_in(query, compartments, (since,))}


def _evidence(desk: Desk, compartments: Iterable[bytes]) -> dict[bytes, int]:
    query = "SELECT compartment, count(*) FROM db_evidence WHERE compartment IN ({marks}) GROUP BY compartment"
    return {bytes(c): int(count) for c, count in desk.store.rows_in(query, compartments)}


def _elsewhere(desk: Desk, reader: Reader, devices: Iterable[str]) -> int:
    """Records that the logs of the devices have and that the reader cannot open."""
    count = 0
    for device in devices:
        size = sum(int(row[0]) for row in desk.store.rows("SELECT size FROM db_logstate WHERE device = %s", (device,)))
        rows = desk.store.rows("SELECT compartment, count(*) FROM db_record WHERE device = %s GROUP BY compartment", (device,))
        count += max(0, size - sum(int(n) for c, n in rows if reader.holds(bytes(c))))
    return count


def _shares(desk: Desk, member: bytes) -> tuple[int, int]:
    """Of how many sources the member holds a part of the sealed identity in force, and how many that part opens alone."""
    rows = desk.store.rows("SELECT source, version, ref FROM db_identity ORDER BY version")
    newest = {bytes(source): bytes(ref) for source, _, ref in rows}
    held = [o.record for o in ledger.opened_by_ref(desk, newest.values()).values() if member in o.record.refs("holders")]
    return len(held), sum(record.number("threshold") == 1 for record in held)


def _kept(desk: Desk, devices: Iterable[str]) -> frozenset[bytes] | None:
    """Dossiers that devices in travel mode had kept; None as soon as one of them had put nothing away."""
    packed = away.kept_by_packed(desk)
    found = [packed.get(device) for device in devices]
    return frozenset().union(*(one for one in found if one is not None)) if found and None not in found else None


def _sources(desk: Desk, reader: Reader, opened: Iterable[OpenedDossier], held: dict[bytes, str]) -> list[Warned]:
    """Everybody who told us something in these dossiers; with the contact that lay on the device, where the reader holds it too."""
    contacts = {i.about: i for i in reading.items(desk, reader, "contact", limit=_SHOWN) if i.compartment in held}
    found = []
    for dossier in opened:
        for source in reading.sources(desk, reader, dossier.dossier.dossier):
            if source.kind == "person":
                known = contacts.get(source.source)
                safety, country = (known.text("safety"), known.text("country")) if known else ("", "")
                found.append(Warned(source.source, source.code, known is not None, safety, country, source.circle, dossier.put_away))
    return found


def of_source(desk: Desk, reader: Reader, source: bytes) -> reading.SourceView | None:
    """A source that the reader may see; None for any other, which a step may name all the same."""
    try:
        return reading.source(desk, reader, source)
    except NotFound:
        return None
