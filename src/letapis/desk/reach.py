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
from letapis.desk import away, contacts, people, reading
from letapis.desk.opening import Desk

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
    granted = reading.admitted_to(desk, reader, member)
    held, homes = {c: klass for c, (klass, _) in granted.items()}, {c: dossier for c, (_, dossier) in granted.items()}
    removed = {d.device for d in people.directory(desk).devices.values() if d.state is State.REMOVED}
    fresh = reading.renewed_since(desk, reader, held, since) if set(devices) <= removed else set()
    counts, kept = reading.originals_in(desk, reader, held), _kept(desk, devices)
    opened = []
    for view in reading.dossiers(desk, reader)[:_SHOWN]:
        own = [c for c, dossier in homes.items() if dossier == view.dossier]
        if own:
            classes = tuple(sorted({held[c] for c in own}))
            away_too = kept is not None and view.dossier not in kept
            opened.append(OpenedDossier(view, classes, sum(counts.get(c, 0) for c in own), all(c in fresh for c in own), away_too))
    shares, alone = reading.shares_of(desk, reader, member) if "IDENT" in held.values() else (0, 0)
    warned = warn_order(plan, _sources(desk, reader, opened, held))
    numbers = (reading.records_elsewhere(desk, reader, devices), shares, alone, sum(counts.values()), len(held), len(fresh))
    return Reach(tuple(opened), "ORG" in held.values(), *numbers, tuple(warned))


def _kept(desk: Desk, devices: Iterable[str]) -> frozenset[bytes] | None:
    """Dossiers that devices in travel mode had kept; None as soon as one of them had put nothing away."""
    packed = away.kept_by_packed(desk)
    found = [packed.get(device) for device in devices]
    return frozenset().union(*(one for one in found if one is not None)) if found and None not in found else None


def _sources(desk: Desk, reader: Reader, opened: Iterable[OpenedDossier], held: dict[bytes, str]) -> list[Warned]:
    """Everybody who told us something in these dossiers; with the contact that lay on the device, where the reader holds it too."""
    told = {one.dossier for one in reading.items(desk, reader, "contact", limit=_SHOWN) if one.compartment in held}
    known_of = {one.about: one for home in sorted(told) for one in contacts.of_dossier(desk, reader, home) if one.compartment in held}
    found = []
    for dossier in opened:
        for source in reading.sources(desk, reader, dossier.dossier.dossier):
            if source.kind == "person":
                known = known_of.get(source.source)
                safety, country = (known.text("safety"), known.text("country")) if known else ("", "")
                found.append(Warned(source.source, source.code, known is not None, safety, country, source.circle, dossier.put_away))
    return found


def of_source(desk: Desk, reader: Reader, source: bytes) -> reading.SourceView | None:
    """A source that the reader may see; None for any other, which a step may name all the same."""
    try:
        return reading.source(desk, reader, source)
    except NotFound:
        return None
