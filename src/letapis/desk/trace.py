"""The way back: from a footnote of a document to its claims, to the very words, to the original that is sealed here."""

from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.brief import Footnote, Sentence, footnotes, note_key, sentences
from letapis.core.errors import NotFound, UsageError
from letapis.desk import briefs, reading, submit
from letapis.desk.opening import Desk


@dataclass(frozen=True)
class Step:
    """One claim behind a footnote, as far as this reader may see: its printed label, the claim, the passage, the item of evidence."""

    label: str
    ref: bytes
    claim: reading.ClaimView | None
    passage: reading.PassageView | None
    item: reading.EvidenceView | None


@dataclass(frozen=True)
class Traced:
    """A footnote, the sentences that bear it, and what each of its claims rests on."""

    note: Footnote
    sentences: tuple[Sentence, ...]
    steps: tuple[Step, ...]


def trace(desk: Desk, reader: Reader, view: briefs.BriefView, number: int) -> Traced:
    """Follow a footnote by its number in print. Raises UsageError("trace.note") for one that the document does not have."""
    labels = submit.claim_labels(desk, reader, view.document)
    note = next((one for one in footnotes(view.document, labels.__getitem__) if one.number == number), None)
    if note is None:
        raise UsageError("trace.note")
    bearing = tuple(sentence for sentence in sentences(view.document) if note_key(sentence) == (note.refs, note.annexes))
    claims = reading.claims_by_ref(desk, reader, note.refs)
    passages = reading.passages_by_ref(desk, reader, [claim.passage for claim in claims.values() if claim.passage])
    steps = [_step(desk, reader, labels[ref], ref, claims.get(ref), passages) for ref in note.refs]
    return Traced(note, bearing, tuple(steps))


def _step(desk: Desk, reader: Reader, label: str, ref: bytes, claim: reading.ClaimView | None, passages: dict[bytes, reading.PassageView]) -> Step:
    if claim is None:
        return Step(label, ref, None, None, None)
    try:
        item = reading.evidence(desk, reader, claim.evidence) if claim.evidence else None
    except NotFound:
        item = None  # the original lies in the part of the dossier that this member does not hold
    return Step(label, ref, claim, passages.get(claim.passage), item)
