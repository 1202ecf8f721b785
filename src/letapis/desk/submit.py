"""Make the document for a body, ask every gate, let a colleague approve it, and keep what was produced as evidence."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from letapis.core import filing
from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.brief import Author, Brief, Sentence, sentences
from letapis.core.briefjson import from_json, to_json
from letapis.core.circles import Weighed
from letapis.core.errors import Damaged, NotFound, Refused, UsageError
from letapis.core.gates import Filing, Gate, closed, silent_devices, submission_gates
from letapis.core.language import LANGUAGES
from letapis.core.lengths import measured
from letapis.core.records import Draft, Record, Value
from letapis.core.standing import Level
from letapis.core.uses import Use, owes_second_check
from letapis.desk import circles, evidence, filed, gate_words, ledger, lengths, material, qualify, reading, tasks
from letapis.desk.away import away_now
from letapis.desk.consents import answers_of
from letapis.desk.log_words import freshness
from letapis.desk.opening import Desk
from letapis.desk.refold import ids_in
from letapis.engines.db import models
from letapis.engines.render.docx import docx
from letapis.engines.render.page import page as html_page
from letapis.engines.render.pdf import pdf

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF: Final = "application/pdf"
MAX_HOURS: Final = 72  # a checkpoint of every active device must not be older than this when something is submitted


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
    target: bytes = b""
    request: str = ""
    writers: frozenset[bytes] = frozenset()

    @property
    def answering(self) -> frozenset[bytes]:
        """Who answers for words in it that rest on no claim and so does not weigh them: who wrote them, else who made the draft."""
        return self.writers or frozenset({self.author})

    @property
    def involved(self) -> frozenset[bytes]:
        """Who made it and who wrote own words in it: none of them approves it."""
        return self.writers | {self.author}

    @property
    def use(self) -> str:
        return self.choice.use

    @property
    def choice(self) -> material.Choice:
        """What was asked for when it was composed."""
        return material.Choice(self.mechanism, self.language, self.own_words, self.target, self.request)


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


def make_brief(
    desk: Desk,
    reader: Reader,
    dossier: bytes,
    mechanism: str = "WGAD-REGULAR",
    language: str = "en",
    own_words: Mapping[str, str] | None = None,
    target: bytes = b"",
    request: str = "",
    before: BriefView | None = None,
) -> BriefView:
    """Compose the body's form from what the record supports at the body's standard, and keep it as a draft.

    ``target``: the official proposed, for a form that proposes one; ``request``: which one, for a form of several requests. Raises
    UsageError for a mechanism that is not worked out, a language that its form is not worded in, own words beside no question of it, a
    form without its official or an official it does not ask for, a request that is not one of the form's. ``before``: the draft whose own
    words are carried on; who wrote those goes on answering for them.
    """
    laid = material.layout(desk, mechanism)
    if language not in laid.form.languages:
        raise UsageError("submit.language")
    words = dict(own_words or {})
    if not set(words) <= {asked.key for asked in laid.card.fields}:
        raise UsageError("submit.own_words")
    if bool(target) != laid.form.target or (target and target == qualify.main_person(desk, reader, dossier)):
        raise UsageError("submit.target")
    if request not in (laid.form.requests or ("",)):
        raise UsageError("submit.request")
    writers = _writers(desk, words, before)
    choice = material.Choice(mechanism, language, words, target, request)
    document = material.compose(desk, reader, dossier, laid, choice, writers or {desk.me})
    home = reading.dossier(desk, reader, dossier)
    body: dict[str, Value] = {"dossier": dossier, "brief": desk.randomness(16), "mechanism": mechanism, "language": language}
    body["document"] = to_json(document).decode("utf-8")
    if words:
        body["own_words"] = tuple(f"{key}\n{text}" for key, text in sorted(words.items()))
        body["writers"] = tuple(sorted(writers))
    if target:
        body["target"] = target
    if request:
        body["request"] = request
    made = ledger.append(desk, [Draft("brief", home.work, body)])[0]
    return brief(desk, reader, made.raw("brief"))


def make_again(desk: Desk, reader: Reader, view: BriefView, own_words: Mapping[str, str] | None = None) -> BriefView:
    """The same document as the record supports it now, with these own words or those it had."""
    words = view.own_words if own_words is None else own_words
    return make_brief(desk, reader, view.dossier, view.mechanism, view.language, words, view.target, view.request, view)


def _writers(desk: Desk, words: Mapping[str, str], before: BriefView | None) -> frozenset[bytes]:
    """Who wrote own words of a document: whoever is said to have written what is carried on, and this member for what is new."""
    carried = before.own_words if before else {}
    kept = {key for key, text in words.items() if carried.get(key) == text}
    return (before.writers if before and kept else frozenset()) | (frozenset({desk.me}) if set(words) - kept else frozenset())


def _view(desk: Desk, row: models.Brief) -> BriefView:
    record = ledger.opened_by_ref(desk, [bytes(row.ref)])[bytes(row.ref)].record
    writers = _wrote(desk, row, record)
    involved = writers | {bytes(row.author)}
    approvers = {r.member for r in reading.rulings_on(desk, [bytes(row.ref)]) if r.kind == "approve" and r.counts and r.member not in involved}
    words = {key: text for key, _, text in (part.partition("\n") for part in record.texts("own_words"))}
    document = replace(from_json(row.document.encode("utf-8")), approved=False)  # only what passed every gate bears no draft mark
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
        record.raw("target"),
        record.text("request"),
        writers,
    )


def _wrote(desk: Desk, row: models.Brief, record: Record) -> frozenset[bytes]:
    """Who wrote the own words of a draft. A member named by the draft counts when a draft of theirs holds the very words; for what none
    of those holds, whoever made this draft answers."""
    entries, named = set(record.texts("own_words")), set(record.refs("writers")) - {bytes(row.author)}
    if not entries:
        return frozenset()
    rows = models.Brief.objects.using(desk.store.alias).filter(dossier=bytes(row.dossier), author__in=list(named)) if named else ()
    author_of = {bytes(one.ref): bytes(one.author) for one in rows}
    held: dict[str, set[bytes]] = {}
    for ref, opened in ledger.opened_by_ref(desk, author_of).items():
        for entry in entries & set(opened.record.texts("own_words")):
            held.setdefault(entry, set()).add(author_of[ref])
    return frozenset().union(*(held.get(entry, {bytes(row.author)}) for entry in entries))


def briefs(desk: Desk, reader: Reader, dossier: bytes) -> list[BriefView]:
    """Briefs of a dossier, the newest first. A draft that this desk cannot read, or for a body it does not know, is left out: one record
    of one device must not shut the page for everybody."""
    reading.dossier(desk, reader, dossier)
    found = []
    for row in models.Brief.objects.using(desk.store.alias).filter(dossier=dossier).order_by("-record_id"):
        if row.mechanism in desk.catalogue.forms:
            with suppress(Damaged):
                found.append(_view(desk, row))
    return found


def brief(desk: Desk, reader: Reader, ident: bytes) -> BriefView:
    row = models.Brief.objects.using(desk.store.alias).filter(brief=ident).order_by("record_id").first()  # no later record takes its place
    if row is None or row.mechanism not in desk.catalogue.forms:
        raise NotFound("reading.not_found")
    reading.dossier(desk, reader, bytes(row.dossier))
    return _view(desk, row)


def gates(desk: Desk, reader: Reader, view: BriefView, override: str = "", besides: bytes = b"") -> tuple[Gate, ...]:
    """Every gate of this brief as of now, each with its reason; also what changed since it was composed. ``besides``: the submission
    that it is asked about, which does not stand in its own way."""
    laid = material.layout(desk, view.mechanism)
    card, use = laid.card, material.use_of(desk, laid.card)
    about = material.subjects(desk, reader, view.dossier, laid, view.choice)
    first = about[0].entity if about else qualify.main_person(desk, reader, view.dossier)
    refused = material.refused_refs(desk, reader, view.dossier, laid)
    pages = [material.law(desk, reader, view.dossier, card, who, refused) for who in [one.entity for one in about] or [first]]
    refs = {ref for sentence in sentences(view.document) for ref in sentence.claims}
    claims = reading.claims_by_ref(desk, reader, refs)
    levels = [_level(use, claims.get(ref)) for ref in refs]
    consents = answers_of(desk, reader, view.dossier, first)
    length = measured(card, laid.form, view.request, view.document, lambda: lengths.pages(desk, view.ref, view.document))
    seen, away = freshness(desk, reader), away_now(desk, reader)
    found = [q for page in pages for q in page.qualifications]
    known = Filing(pages[0].situation, consents, found, levels, seen, length, override=override, travelling=away)
    words = gate_words.words_on(gate_words.words_of(desk, reader, view.dossier), card.id)
    known = replace(known, earlier=filed.earlier(desk, reader, view.dossier, besides), cleared=words.cleared)
    known = replace(known, confirmed=words.confirmed, denied=words.denied)
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
    desk: Desk, reader: Reader, view: BriefView, laid: material.Layout, about: Sequence[material.Subject], claims: Sequence[reading.ClaimView]
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
    circle = _counted(held_back(desk, reader, view), "submit.circle_assessed", "submit.circle_unassessed")
    kept_out = _counted(range(left_out), "submit.nothing_left_out", "submit.left_out")
    told = Answer(True, "submit.something_told") if claims else Answer(False, "submit.nothing_told")
    approved = Answer(True, "submit.approved") if view.approvers else Answer(False, "submit.needs_approval")
    complete = _counted(filing.missing(view.document), "submit.complete", "submit.required_missing")
    asked = [Gate("sources", agree, True), Gate("persons", stand, True), Gate("names", unnamed, True), Gate("circle", circle, True)]
    asked += [Gate("current", _current(desk, reader, view, laid), True), Gate("told", told, True), Gate("left_out", kept_out, False)]
    if once := _once(desk, laid, claims):
        days = material.use_of(desk, laid.card).second_check_days
        asked.append(Gate("second_check", Answer(False, "uses.second_check_follows", {"count": once, "days": days}), False))
    return [*asked, Gate("approval", approved, True), Gate("complete", complete, False)]


def _current(desk: Desk, reader: Reader, view: BriefView, laid: material.Layout) -> Answer:
    """Whether this draft says what would be composed now. Who does not hold the originals cannot tell."""
    fresh = material.compose(desk, reader, view.dossier, laid, view.choice, view.answering)
    if filing.is_as_composed(view.document, fresh):
        return Answer(True, "submit.current")
    if not reader.holds(reading.dossier(desk, reader, view.dossier).raw):
        return Answer(False, "submit.originals_needed")
    return Answer(False, "submit.changed_since")


def _counted(failing: Sized, holds: str, fails: str) -> Answer:
    return Answer(False, fails, {"count": len(failing)}) if len(failing) else Answer(True, holds)


def weighed(desk: Desk, reader: Reader, view: BriefView) -> list[Weighed]:
    """Every sentence of the document that few could have told, with whether a colleague has assessed it for this body.

    The words of a form are nobody's and are not weighed: that they are the form's, and nothing else was slipped in, is asked by the gate
    that composes the document again.
    """
    asked = [sentence for sentence in sentences(view.document) if sentence.author is not Author.FORM]
    found = circles.weigh(desk, reader, view.dossier, view.use, asked, view.answering)
    return [one for one in found if one.small]


def held_back(desk: Desk, reader: Reader, view: BriefView) -> list[Weighed]:
    """Those of them that may not go out yet."""
    return [one for one in weighed(desk, reader, view) if not one.clear]


def assess(desk: Desk, reader: Reader, view: BriefView, chosen: Sequence[Sentence], form: circles.AssessmentForm) -> BriefView:
    """Record one word on sentences of a document. Where they go in other words or not at all, a new draft is made with that: it is the
    one to approve and to produce. Returns the document that holds now."""
    with desk.store.transaction():
        circles.assess(desk, reader, view.dossier, view.use, chosen, form, view.answering)
        if form.goes and not form.wording.strip():
            return view
        return make_again(desk, reader, view)


def approve_brief(desk: Desk, reader: Reader, view: BriefView) -> Record:
    """Approve a brief as a second member. Raises Refused for its author and for a second approval by the same member."""
    if desk.me in view.involved:
        raise Refused("submit.own_brief")
    if desk.me in view.approvers:
        raise Refused("submit.approved_already")
    home = reading.dossier(desk, reader, view.dossier)
    body: dict[str, Value] = {"dossier": view.dossier, "kind": "approve", "targets": (view.ref,)}
    return ledger.append(desk, [Draft("decision", home.work, body)])[0]


def claim_labels(desk: Desk, reader: Reader, document: Brief) -> dict[bytes, str]:
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
    """The PDF as it would look now, with the mark of a draft: what bears none has passed every gate and is kept."""
    labels = claim_labels(desk, reader, view.document)
    return pdf(view.document, desk.catalogue.texts, on=desk.clock().date(), claim_labels=labels.__getitem__)


def preview_page(desk: Desk, reader: Reader, view: BriefView, address: Callable[[bytes], str]) -> str:
    """The document as a fragment of a page, every text in it escaped. ``address``: of the page of a claim, by the claim's id."""
    labels = claim_labels(desk, reader, view.document)
    known = reading.claims_by_ref(desk, reader, labels)
    links = {ref: address(known[ref].rid) if ref in known else "" for ref in labels}
    return html_page(view.document, desk.catalogue.texts, claim_labels=labels.__getitem__, claim_links=links.__getitem__)


def produce(desk: Desk, reader: Reader, view: BriefView, override: str = "") -> Produced:
    """Render and keep the document, if every gate is open. Raises Refused("submit.gates") with the reasons of those that are not.

    The gates are asked, and everything is kept, in one transaction: what arrives meanwhile is seen or waits, and half a filing is none.
    """
    with desk.store.transaction():
        shut = closed(gates(desk, reader, view, override))
        if shut:
            raise Refused("submit.gates", reasons=tuple(dict.fromkeys(gate.answer.because for gate in shut)))
        return _produce(desk, reader, view, override)


def rendered(desk: Desk, reader: Reader, view: BriefView, on: date) -> dict[str, bytes]:
    """Both files of a document dated ``on``, without the mark of a draft, by media type: the same record gives the same bytes."""
    final = replace(view.document, approved=True)
    labels, texts = claim_labels(desk, reader, final), desk.catalogue.texts
    return {
        WORD: docx(final, texts, on=on, claim_labels=labels.__getitem__),
        PDF: pdf(final, texts, on=on, claim_labels=labels.__getitem__),
    }


def _produce(desk: Desk, reader: Reader, view: BriefView, override: str) -> Produced:
    made = rendered(desk, reader, view, desk.clock().date())
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
    laid = material.layout(desk, view.mechanism)
    card = laid.card
    refs = {ref for sentence in sentences(view.document) for ref in sentence.claims}
    once = _once(desk, laid, reading.claims_by_ref(desk, reader, refs).values())
    if not once:
        return _Follows({}, ())
    due = (desk.clock().date() + timedelta(days=material.use_of(desk, card).second_check_days)).isoformat()
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
            bytes(r.brief),
        )
        for r in rows
    ]
