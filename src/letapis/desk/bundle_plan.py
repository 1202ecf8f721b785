"""What may go beside a document for a body: which originals of its annexes, and why the others stay at home.

The sentences of a document were weighed one by one; an original says everything at once. So it goes only when every source and every
person of all that was taken out of it agrees to this body, nothing of it waits for a colleague's word or goes in other words, and nobody
in the document goes by another name. Whose voice it is, is asked on top: a testimony goes when a member chose it by its number.

Of an original that may not go, a copy with parts blacked out may, when a colleague looked at it and a member chose it by its number: what
would have betrayed somebody is not in it. Who gave the original is asked all the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.brief import Annex
from letapis.core.circles import Assessments, narrowest
from letapis.core.errors import Refused, UsageError
from letapis.desk import briefs, casefile_plan, circles, consents, material, reading, redaction
from letapis.desk.opening import Desk

VOICES: Final = frozenset({"testimony", "audio"})  # kinds of evidence in which somebody speaks
_INSTEAD: Final = Answer(False, "bundle.testimony")
_NOT_CHOSEN: Final = Answer(False, "bundle.not_chosen")


@dataclass(frozen=True)
class Enclosure:
    """One annex of a document: the item, whether it may go, whether it goes as things are chosen, and the reason for that.
    ``confidential``: it goes to the body alone, and apart from what may be shown to the official proposed."""

    annex: Annex
    item: reading.EvidenceView | None
    may: bool
    goes: bool
    because: Answer
    confidential: bool = False


@dataclass(frozen=True)
class _Asked:
    """What is asked once for all annexes: the claims cut from each original and its copies (what was taken out of one is in all), those whose
    source agrees, persons who do not, words on circles, and what goes to the body alone."""

    cut: Mapping[bytes, list[reading.ClaimView]]
    allowed: frozenset[bytes]
    refusing: frozenset[bytes]
    words: Assessments
    hidden: bool
    laid: material.Layout
    confidential: frozenset[bytes]


def make_plan(desk: Desk, reader: Reader, view: briefs.BriefView, chosen: Collection[int] | None = None) -> tuple[Enclosure, ...]:
    """Each annex of the document, in its order. ``chosen``: the numbers that shall go; None: all that may but testimonies.

    Raises UsageError("bundle.number") for a number that is none, Refused("bundle.may_not_go") for one that may not go.
    """
    items = reading.evidence_of(desk, reader, view.dossier, derived=True)
    asked = _ask(desk, reader, view, items)
    kept = {one.sha256: one for one in reversed(items)}
    made = tuple(_enclosure(desk, reader, view.dossier, annex, kept.get(annex.sha256), asked, chosen) for annex in view.document.annexes)
    if chosen is not None:
        if not set(chosen) <= {one.annex.number for one in made}:
            raise UsageError("bundle.number")
        if any(one.annex.number in chosen and not one.may for one in made):
            raise Refused("bundle.may_not_go")
    return made


def _ask(desk: Desk, reader: Reader, view: briefs.BriefView, items: Sequence[reading.EvidenceView]) -> _Asked:
    laid = material.layout(desk, view.mechanism)
    claims = [claim for claim in reading.claims(desk, reader, view.dossier) if claim.evidence]
    allowed = frozenset(claim.ref for claim in material.allowed(desk, reader, view.dossier, claims, laid))
    said = [casefile_plan.said_plainly(desk, claim) for claim in claims]
    words = circles.assessments(desk, reader, view.dossier, view.use, said, view.answering)
    about = material.subjects(desk, reader, view.dossier, laid, view.choice)
    hidden = any(one.hidden for one in about)
    apart = material.confidential_items(desk, reader, view.dossier, laid, about, view.target)
    roots, cut = {one.object: one.derived_from or one.object for one in items}, dict[bytes, list[reading.ClaimView]]()
    for claim in claims:
        cut.setdefault(roots.get(claim.evidence, claim.evidence), []).append(claim)
    return _Asked(cut, allowed, _refusing(desk, reader, view, claims, laid), words, hidden, laid, apart)


def _refusing(desk: Desk, reader: Reader, view: briefs.BriefView, claims: Sequence[reading.ClaimView], laid: material.Layout) -> frozenset[bytes]:
    """Persons of whom something was cut from an item and who did not agree to this body. Holders of office and the target are not asked."""
    about = material.persons_of(desk, reader, view.dossier, laid, view.target)
    asked = consents.asked_persons(desk, reader, view.dossier, claims, about) - {view.target}
    return frozenset(one for one in asked if not consents.person_allows_any(desk, reader, view.dossier, one, laid.ways, laid.card.names))


def _enclosure(
    desk: Desk,
    reader: Reader,
    dossier: bytes,
    annex: Annex,
    item: reading.EvidenceView | None,
    asked: _Asked,
    chosen: Collection[int] | None,
) -> Enclosure:
    if item is None:
        return Enclosure(annex, None, False, False, Answer(False, "bundle.not_here"))
    answer, apart = _may_go(desk, reader, dossier, item, asked), item.object in asked.confidential
    if not answer.holds:
        copy = _blacked_out(desk, reader, dossier, item, asked)
        if copy is None:
            return Enclosure(annex, item, False, False, answer, apart)
        wanted = chosen is not None and annex.number in chosen
        return Enclosure(annex, copy, True, wanted, Answer(wanted, "bundle.redacted_goes" if wanted else "bundle.redacted_may"), apart)
    voice = item.kind in VOICES and bool(item.source) and reading.source(desk, reader, item.source).kind == consents.PERSON
    goes = annex.number in chosen if chosen is not None else not voice
    left = _INSTEAD if voice else _NOT_CHOSEN
    return Enclosure(annex, item, True, goes, Answer(True, "bundle.goes") if goes else left, apart)


def _agrees(desk: Desk, reader: Reader, dossier: bytes, item: reading.EvidenceView, asked: _Asked) -> bool:
    """Who gave the item agrees to this body, or nobody did."""
    ways, names = asked.laid.ways, asked.laid.card.names
    return not item.source or any(consents.source_allows(desk, reader, dossier, item.source, way, names).holds for way in ways)


def _blacked_out(desk: Desk, reader: Reader, dossier: bytes, item: reading.EvidenceView, asked: _Asked) -> reading.EvidenceView | None:
    """The newest copy of an original that may stand in its place. A person who goes by another name is kept out of every picture."""
    if asked.hidden or item.page or not _agrees(desk, reader, dossier, item, asked):
        return None
    return next((one.copy for one in redaction.redactions(desk, reader, item.object) if one.cleared), None)


def _may_go(desk: Desk, reader: Reader, dossier: bytes, item: reading.EvidenceView, asked: _Asked) -> Answer:
    if asked.hidden:
        return Answer(False, "bundle.pseudonym")
    cut = asked.cut.get(item.derived_from or item.object, [])
    if not _agrees(desk, reader, dossier, item, asked) or any(claim.ref not in asked.allowed for claim in cut):
        return Answer(False, "bundle.source")
    if any(claim.subject in asked.refusing for claim in cut):
        return Answer(False, "bundle.person")
    return casefile_plan.original_goes(_fates(desk, cut, asked.words))


def _fates(desk: Desk, cut: Sequence[reading.ClaimView], words: Assessments) -> list[str]:
    """What becomes of each claim. One that the document does not use was weighed by nobody: it waits, unless a colleague let something of
    this item go that no wider circle could have told; then it betrays nobody whom that word had not in mind."""
    said = [casefile_plan.said_plainly(desk, claim) for claim in cut]
    weighed = [words.weigh(one) for one in said]
    known = [one for one in weighed if one.small and one.clear]
    fates = []
    for one, found in zip(said, weighed, strict=True):
        covered = any(narrowest((found.circle, other.circle)) == other.circle and found.relatives <= other.relatives for other in known)
        fates.append("protects" if words.reworded(one) != one.text else "goes" if found.clear or covered else "waits")
    return fates
