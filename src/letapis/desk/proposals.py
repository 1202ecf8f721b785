"""A note proposes claims; a colleague accepts, changes or skips each. Source, basis, subject and language are the note's own."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from letapis.core.access import Reader
from letapis.core.note_about import Telling, speaks_of_other_years, tells_of_oneself
from letapis.core.proposals import Proposal, moved, propose
from letapis.desk import reading, settings
from letapis.desk.claims import Cut, Piece, cut_pieces
from letapis.desk.opening import Desk


@dataclass(frozen=True)
class Chosen:
    """A proposal as a colleague accepts it: where it stands in the note, and the claim in their wording."""

    start: int
    end: int
    cut: Cut


def as_proposed(proposal: Proposal) -> Chosen:
    """The proposal accepted without a change."""
    cut = Cut(
        proposal.property,
        proposal.value,
        basis=proposal.basis,
        valid_from=proposal.valid_from,
        valid_to=proposal.valid_to,
        certainty=proposal.certainty,
        partial=proposal.partial,
    )
    return Chosen(proposal.start, proposal.end, cut)


def key(proposal: Proposal) -> str:
    """A name for a proposal of a note that says nothing about it."""
    parts = (str(proposal.start), str(proposal.end), proposal.property, proposal.value, proposal.valid_from, proposal.valid_to)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def proposals(desk: Desk, reader: Reader, note: bytes, start: int = 0, end: int | None = None) -> list[Proposal]:
    """What the text of a note proposes, in its order, without what was already cut from the same words or skipped by this member.

    ``start`` and ``end``: only what begins in this part of the text. Raises NotFound.
    """
    kept = reading.note(desk, reader, note)
    lexicon, day = desk.catalogue.proposals, date.fromisoformat(kept.recorded[:10])
    own = kept.basis == "own_experience" or tells_of_oneself(kept.text, lexicon)
    label = next((one.label for one in reading.entities(desk, reader, kept.dossier) if one.entity == kept.subject), "")
    telling = Telling.about(label, day, own, not speaks_of_other_years(kept.text, day))
    last = len(kept.text) if end is None else end
    base, edge = _whole_lines(kept.text, start, last)
    found = (moved(one, base) for one in propose(kept.text[base:edge], telling, lexicon))
    skipped = _skipped(desk, note)
    inside = [one for one in found if start <= one.start < last and key(one) not in skipped]
    return _left(inside, _cut_before(desk, reader, note)) if inside else []


def skip(desk: Desk, reader: Reader, note: bytes, keys: Sequence[str]) -> None:
    """Do not propose these again to this member. It is theirs alone: no record, kept on this device."""
    reading.note(desk, reader, note)
    said = json.dumps(sorted(_skipped(desk, note) | set(keys)))
    settings.keep(desk.store, _setting(note), said)


def accept(desk: Desk, reader: Reader, note: bytes, chosen: Sequence[Chosen]) -> list[bytes]:
    """Cut the chosen claims out of the note, all or none. Returns their ids. Raises UsageError with a code ``claims.…``."""
    pieces: dict[tuple[int, int], list[Cut]] = {}
    for one in chosen:
        pieces.setdefault((one.start, one.end), []).append(one.cut)
    made = cut_pieces(desk, reader, note, [Piece(start, end, cuts) for (start, end), cuts in pieces.items()])
    return [record.header.id for record in made]


@dataclass(frozen=True)
class _Before:
    """A claim that was cut from a note: where, what about, and its value."""

    start: int
    end: int
    property: str
    value: str


def _cut_before(desk: Desk, reader: Reader, note: bytes) -> list[_Before]:
    places = {passage.ref: passage for passage in reading.passages(desk, reader, note)}
    found = reading.claims_of_passages(desk, reader, places)
    return [_Before(places[ref].start, places[ref].end, claim.property, claim.value) for ref, claims in found.items() for claim in claims]


def _left(found: Sequence[Proposal], before: Sequence[_Before]) -> list[Proposal]:
    """Proposals whose words gave no claim on the same property yet. Of several on one property, those with the very values go first."""
    if not before:
        return list(found)
    room: Counter[tuple[int, str]] = Counter()
    left: list[Proposal] = []
    for one in found:
        same = [b for b in before if b.property == one.property and b.start < one.end and b.end > one.start]
        if any(b.value == one.value for b in same):
            continue
        place = (one.start, one.property)
        others = {p.value for p in found if (p.start, p.property) == place}
        changed = sum(b.value not in others for b in same)
        if room[place] < changed:
            room[place] += 1
        else:
            left.append(one)
    return left


def _whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The lines in which a part of a text lies: each line is read for itself, and as a whole."""
    after = text.find("\n", max(start, end - 1))
    return text.rfind("\n", 0, start) + 1, len(text) if after < 0 else after


def _setting(note: bytes) -> str:
    return f"skipped.{note.hex()}"


def _skipped(desk: Desk, note: bytes) -> frozenset[str]:
    kept = settings.value(desk.store, _setting(note))
    return frozenset(json.loads(kept)) if kept else frozenset()
