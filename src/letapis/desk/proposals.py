"""A note proposes claims; a colleague accepts, changes or skips each. Source, basis, subject and language are the note's own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from letapis.core.access import Reader
from letapis.core.proposals import Proposal, Telling, propose, speaks_of_other_years, tells_of_oneself
from letapis.desk import reading
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


def proposals(desk: Desk, reader: Reader, note: bytes) -> list[Proposal]:
    """What the text of a note proposes, in its order, without what was already cut from the same words. Raises NotFound."""
    kept = reading.note(desk, reader, note)
    lexicon, day = desk.catalogue.proposals, date.fromisoformat(kept.recorded[:10])
    own = kept.basis == "own_experience" or tells_of_oneself(kept.text, lexicon)
    telling = Telling(day, own, not speaks_of_other_years(kept.text, day))
    return _left(propose(kept.text, telling, lexicon), _cut_before(desk, reader, note))


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
