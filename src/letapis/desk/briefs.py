"""Drafts of documents for bodies: make one from the record, weigh its sentences, let a colleague approve it. What leaves is in ``desk.submit``."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from letapis.core.access import Reader
from letapis.core.brief import Author, Brief, Sentence, sentences
from letapis.core.briefjson import from_json, to_json
from letapis.core.circles import Weighed
from letapis.core.errors import Damaged, NotFound, Refused, UsageError
from letapis.core.records import Draft, Record, Value
from letapis.desk import circles, ledger, material, qualify, reading
from letapis.desk.opening import Desk
from letapis.engines.db import models


@dataclass(frozen=True)
class BriefView:
    """A brief as it stands: the document, who made it, who approved it, and what it was asked to be. ``writers``: who wrote the own words."""

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

    def may_approve(self, member: bytes) -> bool:
        """A second member, once."""
        return member not in self.involved and member not in self.approvers

    @property
    def use(self) -> str:
        return self.choice.use

    @property
    def choice(self) -> material.Choice:
        """What was asked for when it was composed."""
        return material.Choice(self.mechanism, self.language, self.own_words, self.target, self.request)


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
    if bool(target) != laid.form.target or (target and target not in {one.entity for one in possible_targets(desk, reader, dossier)}):
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


def possible_targets(desk: Desk, reader: Reader, dossier: bytes) -> list[reading.EntityView]:
    """Who may be proposed as an official: any person of the dossier but the one it is about."""
    return qualify.persons(desk, reader, dossier)[1:]


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
