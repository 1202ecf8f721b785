"""Make the document for a body, ask every gate, let a colleague approve it, and keep what was produced as evidence."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from letapis.core import filing
from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.brief import Annex, Brief, Sentence, sentences, word_count
from letapis.core.briefjson import from_json, to_json
from letapis.core.circles import Weighed
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.gates import Filing, Gate, closed, silent_devices, submission_gates
from letapis.core.language import LANGUAGES
from letapis.core.mechanisms import Mechanism
from letapis.core.records import Draft, Record, Value
from letapis.core.standing import Level
from letapis.core.uses import Use, owes_second_check, suffices
from letapis.core.vocabulary import ValueFault
from letapis.desk import circles, evidence, ledger, people, qualify, reading, tasks
from letapis.desk.away import away_now
from letapis.desk.consents import answers_of, sources_allow
from letapis.desk.log_words import freshness
from letapis.desk.opening import Desk
from letapis.desk.refold import ids_in
from letapis.engines.db import models
from letapis.engines.render.docx import docx
from letapis.engines.render.page import page as html_page
from letapis.engines.render.pdf import pdf

MAX_HOURS: Final = 72  # a checkpoint of every active device must not be older than this when something is submitted
WORKED: Final = ("WGAD-REGULAR", "WGAD-URGENT")


@dataclass(frozen=True)
class BriefView:
    """A brief as it stands: the document, who made it, who approved it, how many claims a refusal of their source kept out."""

    ref: bytes
    brief: bytes
    dossier: bytes
    mechanism: str
    language: str
    author: bytes
    recorded: str
    document: Brief
    approvers: tuple[bytes, ...]
    own_words: Mapping[str, str]


@dataclass(frozen=True)
class SubmissionView:
    """What left. ``once``: claims that only one other member had checked then; ``due``: when the second check was due."""

    rid: bytes
    mechanism: str
    member: bytes
    recorded: str
    objects: tuple[bytes, ...]
    override: str
    silent: int
    once: int
    due: str


@dataclass(frozen=True)
class Produced:
    """What left: both files and the evidence items under which they are kept."""

    docx: bytes
    pdf: bytes
    objects: tuple[bytes, ...]
    submission: bytes


@dataclass(frozen=True)
class _Used:
    """Claims that may be used for a body, and how many a source's answer kept out."""

    claims: tuple[reading.ClaimView, ...]
    left_out: int


def _card(desk: Desk, mechanism: str) -> Mechanism:
    card = desk.catalogue.mechanisms.get(mechanism)
    if card is None or mechanism not in WORKED:
        raise UsageError("submit.mechanism")
    return card


def _allowed(desk: Desk, reader: Reader, dossier: bytes, claims: Sequence[reading.ClaimView], card: Mechanism) -> list[reading.ClaimView]:
    """The claims whose source allows this use: by their answers, and for these very words."""
    names = [card.id, *card.name.values(), *card.body.values()]
    answers = sources_allow(desk, reader, dossier, claims, card.consent_required, names)
    return [claim for claim in claims if answers[claim.ref].holds]


def _usable(desk: Desk, reader: Reader, dossier: bytes, person: bytes, card: Mechanism) -> _Used:
    use = desk.catalogue.proof.use_of(card.id)
    claims = [c for c in reading.claims(desk, reader, dossier, subject=person) if _suffices(use, c)]
    kept = tuple(_allowed(desk, reader, dossier, claims, card))
    return _Used(kept, len(claims) - len(kept))


def _lines(desk: Desk, claims: Sequence[reading.ClaimView], annexes: Mapping[bytes, int]) -> list[filing.Line]:
    lines = []
    for claim in claims:
        with suppress(ValueFault, NotFound):
            value = desk.catalogue.vocabulary.parse_value(claim.property, claim.value)
            numbers = (annexes[claim.evidence],) if claim.evidence in annexes else ()
            lines.append(filing.Line(claim.ref, claim.property, value, claim.valid_from, claim.low, claim.level, numbers))
    return lines


def _annexes(desk: Desk, reader: Reader, claims: Sequence[reading.ClaimView]) -> tuple[list[Annex], dict[bytes, int]]:
    """The items of evidence that used claims stand on, numbered in the order in which they were received."""
    wanted = {claim.evidence for claim in claims if claim.evidence}
    found = []
    for item in wanted:
        with suppress(NotFound):
            found.append(reading.evidence(desk, reader, item))
    ordered = sorted(found, key=lambda kept: (kept.received, kept.object))
    annexes = [Annex(i, kept.title, kept.sha256, kept.media_type, kept.size) for i, kept in enumerate(ordered, start=1)]
    return annexes, {kept.object: i for i, kept in enumerate(ordered, start=1)}


def _suffices(use: Use, claim: reading.ClaimView) -> bool:
    return not claim.replaced and suffices(use, claim.level, claim.checks).holds


def _law(desk: Desk, reader: Reader, dossier: bytes, card: Mechanism, person: bytes) -> qualify.LawPage:
    """The norms of the body, read on what the use of this body accepts."""
    use = desk.catalogue.proof.use_of(card.id)
    floor = {Level.OPEN: qualify.Floor.DRAFT, Level.CHECKED: qualify.Floor.CHECKED}.get(use.floor, qualify.Floor.VERIFIED)
    return qualify.qualify(desk, reader, dossier, card.norms, floor, person, among=lambda claim: _suffices(use, claim))


def make_brief(
    desk: Desk, reader: Reader, dossier: bytes, mechanism: str = "WGAD-REGULAR", language: str = "en", own_words: Mapping[str, str] | None = None
) -> BriefView:
    """Compose the body's form from what the record supports at the body's standard, and keep it as a draft.

    Raises UsageError for a mechanism that is not worked out yet or a language that its body does not take.
    """
    card = _card(desk, mechanism)
    if language not in card.languages:
        raise UsageError("submit.language")
    words = dict(own_words or {})
    if not set(words) <= {asked.key for asked in card.fields}:
        raise UsageError("submit.own_words")
    document = _compose(desk, reader, dossier, card, language, words)
    home = reading.dossier(desk, reader, dossier)
    body: dict[str, Value] = {"dossier": dossier, "brief": desk.randomness(16), "mechanism": mechanism, "language": language}
    body["document"] = to_json(document).decode("utf-8")
    if words:
        body["own_words"] = tuple(f"{key}\n{text}" for key, text in sorted(words.items()))
    made = ledger.append(desk, [Draft("brief", home.work, body)])[0]
    return brief(desk, reader, made.raw("brief"))


def _compose(desk: Desk, reader: Reader, dossier: bytes, card: Mechanism, language: str, words: Mapping[str, str]) -> Brief:
    person = qualify.main_person(desk, reader, dossier)
    label = reading.entity(desk, reader, person).label
    used = _usable(desk, reader, dossier, person, card)
    annexes, numbers = _annexes(desk, reader, used.claims)
    page = _law(desk, reader, dossier, card, person)
    catalogue, directory = desk.catalogue, people.directory(desk)
    marking = catalogue.texts.say("filing.invented", language) if directory.marking else None
    meta = ((catalogue.texts.say("filing.date", language), desk.clock().date().isoformat()),)
    material = filing.Material(label, _lines(desk, used.claims, numbers), page.qualifications, annexes, words, marking, meta)
    knowledge = filing.Knowledge(catalogue.vocabulary, catalogue.templates, catalogue.rulebook, catalogue.texts)
    document = filing.compose(card, language, material, knowledge)
    said = circles.assessments(desk, reader, dossier, card.id, sentences(document), desk.me)
    return filing.in_other_words(document, said.reworded)


def _view(desk: Desk, row: models.Brief) -> BriefView:
    record = ledger.opened_by_ref(desk, [bytes(row.ref)])[bytes(row.ref)].record
    approvers = {r.member for r in reading.rulings_on(desk, [bytes(row.ref)]) if r.kind == "approve" and r.counts and r.member != bytes(row.author)}
    words = {key: text for key, _, text in (part.partition("\n") for part in record.texts("own_words"))}
    document = replace(from_json(row.document.encode("utf-8")), approved=bool(approvers))
    return BriefView(
        bytes(row.ref),
        bytes(row.brief),
        bytes(row.dossier),
        row.mechanism,
        row.language,
        bytes(row.author),
        row.recorded,
        document,
        tuple(sorted(approvers)),
        words,
    )


def briefs(desk: Desk, reader: Reader, dossier: bytes) -> list[BriefView]:
    """Briefs of a dossier, the newest first."""
    reading.dossier(desk, reader, dossier)
    return [_view(desk, row) for row in models.Brief.objects.using(desk.store.alias).filter(dossier=dossier).order_by("-record_id")]


def brief(desk: Desk, reader: Reader, ident: bytes) -> BriefView:
    row = models.Brief.objects.using(desk.store.alias).filter(brief=ident).order_by("-record_id").first()
    if row is None:
        raise NotFound("reading.not_found")
    reading.dossier(desk, reader, bytes(row.dossier))
    return _view(desk, row)


def gates(desk: Desk, reader: Reader, view: BriefView, override: str = "") -> tuple[Gate, ...]:
    """Every gate of this brief as of now, each with its reason; also what changed since it was composed."""
    card = _card(desk, view.mechanism)
    person = qualify.main_person(desk, reader, view.dossier)
    use = desk.catalogue.proof.use_of(card.id)
    page = _law(desk, reader, view.dossier, card, person)
    refs = {ref for sentence in sentences(view.document) for ref in sentence.claims}
    claims = reading.claims_by_ref(desk, reader, refs)
    levels = [_level(use, claims.get(ref)) for ref in refs]
    consents = answers_of(desk, reader, view.dossier, person)
    measured = {"words": word_count(view.document)}
    seen, away = freshness(desk, reader), away_now(desk, reader)
    known = Filing(page.situation, consents, page.qualifications, levels, seen, measured, override=override, travelling=away)
    asked = submission_gates(card, known, desk.catalogue.consent, use.floor, desk.clock(), MAX_HOURS)
    return (*asked, *_own_gates(desk, reader, view, card, tuple(claims.values())))


def _level(use: Use, claim: reading.ClaimView | None) -> Level:
    """A claim that was replaced since, is not here any more, or is not checked as this use needs it, carries nothing."""
    return claim.level if claim is not None and _suffices(use, claim) else Level.RETRACTED


def _once(desk: Desk, card: Mechanism, claims: Iterable[reading.ClaimView]) -> int:
    """How many of these claims go out before their second check, which then follows."""
    use = desk.catalogue.proof.use_of(card.id)
    return sum(owes_second_check(use, claim.level) for claim in claims)


def _own_gates(desk: Desk, reader: Reader, view: BriefView, card: Mechanism, claims: Sequence[reading.ClaimView]) -> list[Gate]:
    """What this desk asks beside the body: sources that agree, a second member's approval, nothing required left empty."""
    person = qualify.main_person(desk, reader, view.dossier)
    allowed_refs = {c.ref for c in _allowed(desk, reader, view.dossier, claims, card)}
    refusing = {c.source for c in claims if c.ref not in allowed_refs}
    left_out = _usable(desk, reader, view.dossier, person, card).left_out
    empty = filing.missing(view.document)
    allowed = Answer(False, "submit.source_withdrew", {"count": len(refusing)}) if refusing else Answer(True, "submit.sources_agree")
    kept_out = Answer(False, "submit.left_out", {"count": left_out}) if left_out else Answer(True, "submit.nothing_left_out")
    approved = Answer(True, "submit.approved") if view.approvers else Answer(False, "submit.needs_approval")
    complete = Answer(False, "submit.required_missing", {"count": len(empty)}) if empty else Answer(True, "submit.complete")
    held = len(held_back(desk, reader, view))
    circle = Answer(False, "submit.circle_unassessed", {"count": held}) if held else Answer(True, "submit.circle_assessed")
    asked = [Gate("sources", allowed, True), Gate("circle", circle, True), Gate("left_out", kept_out, False)]
    if once := _once(desk, card, claims):
        days = desk.catalogue.proof.use_of(card.id).second_check_days
        asked.append(Gate("second_check", Answer(False, "uses.second_check_follows", {"count": once, "days": days}), False))
    return [*asked, Gate("approval", approved, True), Gate("complete", complete, False)]


def weighed(desk: Desk, reader: Reader, view: BriefView) -> list[Weighed]:
    """Every sentence of the document that few could have told, with whether a colleague has assessed it for this body."""
    found = circles.weigh(desk, reader, view.dossier, view.mechanism, sentences(view.document), view.author)
    return [one for one in found if one.small]


def held_back(desk: Desk, reader: Reader, view: BriefView) -> list[Weighed]:
    """Those of them that may not go out yet."""
    return [one for one in weighed(desk, reader, view) if not one.clear]


def assess(desk: Desk, reader: Reader, view: BriefView, chosen: Sequence[Sentence], form: circles.AssessmentForm) -> BriefView:
    """Record one word on sentences of a document. Where they go in other words or not at all, a new draft is made with that: it is the
    one to approve and to produce. Returns the document that holds now."""
    with desk.store.transaction():
        circles.assess(desk, reader, view.dossier, view.mechanism, chosen, form, view.author)
        if form.goes and not form.wording.strip():
            return view
        return make_brief(desk, reader, view.dossier, view.mechanism, view.language, view.own_words)


def approve_brief(desk: Desk, reader: Reader, view: BriefView) -> Record:
    """Approve a brief as a second member. Raises Refused for its author and for a second approval by the same member."""
    if view.author == desk.me:
        raise Refused("submit.own_brief")
    if desk.me in view.approvers:
        raise Refused("submit.approved_already")
    home = reading.dossier(desk, reader, view.dossier)
    body: dict[str, Value] = {"dossier": view.dossier, "kind": "approve", "targets": (view.ref,)}
    return ledger.append(desk, [Draft("decision", home.work, body)])[0]


def _labels(desk: Desk, reader: Reader, document: Brief) -> dict[bytes, str]:
    """The printed name of each claim: a number in this document, its standing and the grade of its source; no code name, no colleague."""
    refs = list(dict.fromkeys(ref for sentence in sentences(document) for ref in sentence.claims))
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


def preview(desk: Desk, reader: Reader, view: BriefView) -> bytes:
    """The PDF as it would look now, with the draft mark until it is approved."""
    labels = _labels(desk, reader, view.document)
    return pdf(view.document, desk.catalogue.texts, on=desk.clock().date(), claim_labels=labels.__getitem__)


def preview_page(desk: Desk, reader: Reader, view: BriefView) -> str:
    """The document as a fragment of a page, every text in it escaped."""
    labels = _labels(desk, reader, view.document)
    return html_page(view.document, desk.catalogue.texts, claim_labels=labels.__getitem__)


def produce(desk: Desk, reader: Reader, view: BriefView, override: str = "") -> Produced:
    """Render and keep the document, if every gate is open. Raises Refused("submit.gates") with the reasons of those that are not."""
    shut = closed(gates(desk, reader, view, override))
    if shut:
        raise Refused("submit.gates", reasons=tuple(dict.fromkeys(gate.answer.because for gate in shut)))
    labels, texts, on = _labels(desk, reader, view.document), desk.catalogue.texts, desk.clock().date()
    made = {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": docx(view.document, texts, on=on, claim_labels=labels.__getitem__),
        "application/pdf": pdf(view.document, texts, on=on, claim_labels=labels.__getitem__),
    }
    items = []
    for media_type, data in made.items():
        form = evidence.EvidenceForm(view.document.title[:200], "submission", media_type=media_type)
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


def _second_check(desk: Desk, reader: Reader, view: BriefView, work: bytes) -> _Follows:
    """An urgent appeal goes after one other member's check; the second is a task with a date, and the submission says so."""
    card = _card(desk, view.mechanism)
    refs = {ref for sentence in sentences(view.document) for ref in sentence.claims}
    once = _once(desk, card, reading.claims_by_ref(desk, reader, refs).values())
    if not once:
        return _Follows({}, ())
    due = (desk.clock().date() + timedelta(days=desk.catalogue.proof.use_of(card.id).second_check_days)).isoformat()
    say = desk.catalogue.texts.say
    text = "\n".join(say("submit.second_check_task", language, count=once, mechanism=card.name[language]) for language in LANGUAGES)
    task = tasks.draft_task(desk, work, view.dossier, "second_check", text, due=due, about=qualify.main_person(desk, reader, view.dossier))
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
        )
        for r in rows
    ]
