"""How a document leaves for a body: every gate is asked, it is rendered, and what was produced is kept as evidence. Drafts are in ``desk.briefs``."""

from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from letapis.core import composed
from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.brief import Brief, refs_in
from letapis.core.errors import Refused
from letapis.core.gates import Filing, Gate, closed, silent_devices, submission_gates
from letapis.core.lengths import measured
from letapis.core.records import Draft, Value
from letapis.core.standing import Level
from letapis.core.uses import Use, owes_second_check
from letapis.desk import briefs, evidence, filed, gate_words, ledger, lengths, material, qualify, reading, tasks
from letapis.desk.away import away_now
from letapis.desk.consents import answers_of
from letapis.desk.log_words import freshness
from letapis.desk.opening import Desk
from letapis.desk.refold import ids_in
from letapis.desk.task_words import Said
from letapis.engines.db import models
from letapis.engines.render.docx import docx
from letapis.engines.render.page import page as html_page
from letapis.engines.render.pdf import pdf

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF: Final = "application/pdf"
MAX_HOURS: Final = 72  # a checkpoint of every active device must not be older than this when something is submitted


@dataclass(frozen=True)
class SubmissionView:
    """What left. ``once``: claims that only one other member had checked then; ``due``: when the second check was due; ``brief``: the
    version that it was made from (its reference)."""

    rid: bytes
    mechanism: str
    member: bytes
    recorded: str
    objects: tuple[bytes, ...]
    override: str
    silent: int
    once: int
    due: str
    brief: bytes


@dataclass(frozen=True)
class Produced:
    """What left: both files and the evidence items under which they are kept."""

    docx: bytes
    pdf: bytes
    objects: tuple[bytes, ...]
    submission: bytes


def gates(desk: Desk, reader: Reader, view: briefs.BriefView, override: str = "", besides: bytes = b"") -> tuple[Gate, ...]:
    """Every gate of this brief as of now, each with its reason; also what changed since it was composed. ``besides``: the submission
    that it is asked about, which does not stand in its own way."""
    laid = material.layout(desk, view.mechanism)
    card, use = laid.card, material.use_of(desk, laid.card)
    about = material.subjects(desk, reader, view.dossier, laid, view.choice)
    first = about[0].entity if about else qualify.main_person(desk, reader, view.dossier)
    refused = material.refused_refs(desk, reader, view.dossier, laid)
    pages = [material.law(desk, reader, view.dossier, card, who, refused) for who in [one.entity for one in about] or [first]]
    refs = refs_in(view.document)
    claims = reading.claims_by_ref(desk, reader, refs)
    words = gate_words.words_on(gate_words.words_of(desk, reader, view.dossier), card.id)
    known = Filing(
        situation=pages[0].situation,
        others=tuple(page.situation for page in pages[1:]),
        target=material.law(desk, reader, view.dossier, card, view.target, refused).situation if view.target else None,
        consents=answers_of(desk, reader, view.dossier, first),
        qualifications=[q for page in pages for q in page.qualifications],
        levels=[_level(use, claims.get(ref)) for ref in refs],
        devices_last_seen=freshness(desk, reader),
        measured=measured(card, laid.form, view.request, view.document, lambda: lengths.pages(desk, view.ref, view.document)),
        confirmed=words.confirmed,
        denied=words.denied,
        cleared=words.cleared,
        override=override,
        travelling=away_now(desk, reader),
        earlier=filed.earlier(desk, reader, view.dossier, besides),
    )
    asked = submission_gates(card, known, desk.catalogue.consent, use.floor, desk.clock(), MAX_HOURS)
    return (*asked, *_own_gates(desk, reader, view, laid, about, tuple(claims.values())))


def _level(use: Use, claim: reading.ClaimView | None) -> Level:
    """A claim that was replaced since, is not here any more, or is not checked as this use needs it, carries nothing."""
    return claim.level if claim is not None and material.suffices_for(use, claim) else Level.RETRACTED


def _once(desk: Desk, laid: material.Layout, claims: Iterable[reading.ClaimView]) -> int:
    """How many of these claims go out before their second check, which then follows."""
    use = material.use_of(desk, laid.card)
    return sum(owes_second_check(use, claim.level) for claim in claims)


def _own_gates(
    desk: Desk, reader: Reader, view: briefs.BriefView, laid: material.Layout, about: Sequence[material.Subject], claims: Sequence[reading.ClaimView]
) -> list[Gate]:
    """What this desk asks beside the body: sources that agree, persons named only as they agreed, small circles weighed, a second member's
    approval, nothing required left empty."""
    allowed = {c.ref for c in material.allowed(desk, reader, view.dossier, claims, laid)}
    persons = {one.entity for one in about}
    left_out = material.usable(desk, reader, view.dossier, [*persons, *([view.target] if view.target else [])], laid).left_out
    agree = _counted({c.source for c in claims if c.ref not in allowed}, "submit.sources_agree", "submit.source_withdrew")
    stand = _counted({c.subject for c in claims} - persons - {view.target}, "submit.persons_agree", "submit.person_withdrew")
    hidden = material.hidden_names(desk, reader, view.dossier, laid, view.choice, about)
    unnamed = _counted(material.names_standing(view.document, hidden, laid.form), "submit.names_hold", "submit.name_stands")
    circle = _counted(briefs.held_back(desk, reader, view), "submit.circle_assessed", "submit.circle_unassessed")
    kept_out = _counted(range(left_out), "submit.nothing_left_out", "submit.left_out")
    told = Answer(True, "submit.something_told") if claims else Answer(False, "submit.nothing_told")
    approved = Answer(True, "submit.approved") if view.approvers else Answer(False, "submit.needs_approval")
    complete = _counted(composed.missing(view.document), "submit.complete", "submit.required_missing")
    asked = [Gate("sources", agree, True), Gate("persons", stand, True), Gate("names", unnamed, True), Gate("circle", circle, True)]
    asked += [Gate("current", _current(desk, reader, view, laid), True), Gate("told", told, True), Gate("left_out", kept_out, False)]
    if once := _once(desk, laid, claims):
        days = material.use_of(desk, laid.card).second_check_days
        asked.append(Gate("second_check", Answer(False, "uses.second_check_follows", {"count": once, "days": days}), False))
    return [*asked, Gate("approval", approved, True), Gate("complete", complete, False)]


def _current(desk: Desk, reader: Reader, view: briefs.BriefView, laid: material.Layout) -> Answer:
    """Whether this draft says what would be composed now. Who does not hold the originals cannot tell."""
    fresh = material.compose(desk, reader, view.dossier, laid, view.choice, view.answering)
    if composed.is_as_composed(view.document, fresh):
        return Answer(True, "submit.current")
    if not reader.holds(reading.dossier(desk, reader, view.dossier).raw):
        return Answer(False, "submit.originals_needed")
    return Answer(False, "submit.changed_since")


def _counted(failing: Sized, holds: str, fails: str) -> Answer:
    return Answer(False, fails, {"count": len(failing)}) if len(failing) else Answer(True, holds)


def claim_labels(desk: Desk, reader: Reader, document: Brief) -> dict[bytes, str]:
    """The printed name of each claim: a number in this document, its standing and the grade of its source; no code name, no colleague."""
    refs = refs_in(document)
    claims = reading.claims_by_ref(desk, reader, refs)
    labels = {}
    for number, ref in enumerate(refs, start=1):
        claim = claims.get(ref)
        if claim is None:
            labels[ref] = f"C-{number:03}"
            continue
        grade = reading.source(desk, reader, claim.source).grade
        standing = desk.catalogue.texts.say(f"filing.standing.{claim.level.name.lower()}", document.language)
        graded = desk.catalogue.texts.say("filing.grade", document.language, grade=grade)
        labels[ref] = f"C-{number:03} ({ref.hex()[:8]}), {standing}, {graded}"
    return labels


def preview(desk: Desk, reader: Reader, view: briefs.BriefView) -> bytes:
    """The PDF as it would look now, with the mark of a draft: what bears none has passed every gate and is kept."""
    labels = claim_labels(desk, reader, view.document)
    return pdf(view.document, desk.catalogue.texts, on=desk.clock().date(), claim_labels=labels.__getitem__)


def preview_page(desk: Desk, reader: Reader, view: briefs.BriefView, address: Callable[[bytes], str]) -> str:
    """The document as a fragment of a page, every text in it escaped. ``address``: of the page of a claim, by the claim's id."""
    labels = claim_labels(desk, reader, view.document)
    known = reading.claims_by_ref(desk, reader, labels)
    links = {ref: address(known[ref].rid) if ref in known else "" for ref in labels}
    return html_page(view.document, desk.catalogue.texts, claim_labels=labels.__getitem__, claim_links=links.__getitem__)


def produce(desk: Desk, reader: Reader, view: briefs.BriefView, override: str = "") -> Produced:
    """Render and keep the document, if every gate is open. Raises Refused("submit.gates") with the reasons of those that are not.

    The gates are asked, and everything is kept, in one transaction: what arrives meanwhile is seen or waits, and half a filing is none.
    """
    with desk.store.transaction():
        require_open(desk, reader, view, override)
        return _produce(desk, reader, view, override)


def require_open(desk: Desk, reader: Reader, view: briefs.BriefView, override: str, besides: bytes = b"") -> None:
    """Raises Refused("submit.gates") with the reasons of the gates that are closed; ``besides`` as in ``gates``."""
    shut = closed(gates(desk, reader, view, override, besides))
    if shut:
        raise Refused("submit.gates", reasons=tuple(dict.fromkeys(gate.answer.because for gate in shut)))


def rendered(desk: Desk, reader: Reader, view: briefs.BriefView, on: date) -> dict[str, bytes]:
    """Both files of a document dated ``on``, without the mark of a draft, by media type: the same record gives the same bytes."""
    final = replace(view.document, approved=True)
    labels, texts = claim_labels(desk, reader, final), desk.catalogue.texts
    return {
        WORD: docx(final, texts, on=on, claim_labels=labels.__getitem__),
        PDF: pdf(final, texts, on=on, claim_labels=labels.__getitem__),
    }


def _produce(desk: Desk, reader: Reader, view: briefs.BriefView, override: str) -> Produced:
    made = rendered(desk, reader, view, desk.clock().date())
    items = []
    for media_type, data in made.items():
        form = evidence.EvidenceForm(view.document.title[:200], "submission", media_type=media_type, arrived="made_here")
        items.append(evidence.add_evidence(desk, reader, view.dossier, form, [data]))
    home = reading.dossier(desk, reader, view.dossier)
    body: dict[str, Value] = {"dossier": view.dossier, "brief": view.ref, "mechanism": view.mechanism, "objects": tuple(items)}
    if override.strip():
        silent = len(silent_devices(freshness(desk, reader), desk.clock(), MAX_HOURS) - away_now(desk, reader))
        body |= {"override": override.strip(), "silent": silent}
    follows = _second_check(desk, reader, view, home.work)
    sent = ledger.append(desk, [Draft("submission", home.work, body | follows.told), *follows.tasks])[0]
    word, page = made.values()
    return Produced(word, page, tuple(items), sent.header.id)


@dataclass(frozen=True)
class _Follows:
    """What a submission says of the second check, and the task for it."""

    told: dict[str, Value]
    tasks: tuple[Draft, ...]


def _second_check(desk: Desk, reader: Reader, view: briefs.BriefView, work: bytes) -> _Follows:
    """An urgent appeal goes after one other member's check; the second is a task with a date, and the submission says so."""
    laid = material.layout(desk, view.mechanism)
    card = laid.card
    once = _once(desk, laid, reading.claims_by_ref(desk, reader, refs_in(view.document)).values())
    if not once:
        return _Follows({}, ())
    due = (desk.clock().date() + timedelta(days=material.use_of(desk, card).second_check_days)).isoformat()
    said = Said("submit.second_check_task", {"count": once, "mechanism": card.id})
    task = tasks.draft_task(desk, work, view.dossier, "second_check", said, due=due, about=qualify.main_person(desk, reader, view.dossier))
    return _Follows({"once": once, "due": due}, (task,))


def submissions(desk: Desk, reader: Reader, dossier: bytes) -> list[SubmissionView]:
    """What was produced for bodies from this dossier, the newest first."""
    reading.dossier(desk, reader, dossier)
    rows = list(models.Submission.objects.using(desk.store.alias).filter(dossier=dossier).order_by("-recorded", "ref"))
    told = {ref: opened.record for ref, opened in ledger.opened_by_ref(desk, [bytes(r.ref) for r in rows]).items()}
    return [
        SubmissionView(
            bytes(r.rid),
            r.mechanism,
            bytes(r.member),
            r.recorded,
            ids_in(r.sent),
            r.override,
            r.silent,
            told[bytes(r.ref)].number("once"),
            told[bytes(r.ref)].text("due"),
            bytes(r.brief),
        )
        for r in rows
    ]
