"""A State's reply: register it, say first what the State now knows about our source, then hold answer and allegation side by side.

The grid opens when the first question is answered; in the same step a task says who tells the family, how, and how safely. What the
State says can be cut into information with the State as its source, and stands beside ours as other information.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core import replies as rules
from letapis.core.access import Reader
from letapis.core.brief import Brief
from letapis.core.briefjson import from_json
from letapis.core.dates import is_partial_date, sort_key
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.language import language_of
from letapis.core.records import Value
from letapis.desk import claims, filed, items, ledger, people, qualify, reading, sources, tasks
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.engines.db import models
from letapis.engines.render.docx import docx
from letapis.engines.render.pdf import pdf

MOST_LINES: Final = 200


@dataclass(frozen=True)
class ReplyForm:
    """What came: the day, what it answers (a submission's record id, or a body by name), the document as kept, its words."""

    title: str
    day: str
    mechanism: str = ""
    submission: bytes = b""
    document: bytes = b""
    text: str = ""


@dataclass(frozen=True)
class KnownForm:
    """The first question: what the reply shows of our source, how safe that is; and who tells the family, by which way, until when."""

    known: tuple[str, ...]
    safety: str
    owner: bytes
    due: str
    channel: str
    how: str
    text: str = ""


@dataclass(frozen=True)
class LineForm:
    """One line of the grid: the State's own words, how they read, what the family says, and what we say."""

    allegation: str
    answer: str = ""
    stance: str = ""
    comment: str = ""
    ours: str = ""


@dataclass(frozen=True)
class GridLine:
    """A line with the claims behind the allegation, and what the State's own information says of the same things."""

    item: reading.ItemView
    ours: tuple[reading.ClaimView, ...]
    theirs: tuple[reading.ClaimView, ...]


def register(desk: Desk, reader: Reader, dossier: bytes, form: ReplyForm) -> bytes:
    """Record that a reply came. Returns its id; its grid stays shut until ``answer_known``."""
    home = reading.dossier(desk, reader, dossier)
    if not is_partial_date(form.day):
        raise UsageError("replies.day")
    body: dict[str, Value] = {"dossier": dossier, "day": form.day, "title": require_text(form.title, "replies.title")}
    mechanism = form.mechanism
    if form.submission:
        sent = _submission(desk, reader, dossier, form.submission)
        body["submission"], mechanism = bytes(sent.ref), sent.mechanism
    if mechanism and mechanism not in desk.catalogue.mechanisms:
        raise UsageError("replies.mechanism")
    if form.document and reading.evidence(desk, reader, form.document).dossier != dossier:
        raise NotFound("reading.not_found")
    if any(other.text("title") == body["title"] and other.day == sort_key(form.day)[0] for other in of_dossier(desk, reader, dossier)):
        raise Refused("replies.registered_already")
    body |= {"mechanism": mechanism, "object": form.document, "text": form.text.strip(), "state": str(rules.State.RECEIVED)}
    with desk.store.transaction():
        made = items.new(desk, "reply", home.work, body)
        if form.submission:
            filed.settle(desk, reader, form.submission)
    return made


def _submission(desk: Desk, reader: Reader, dossier: bytes, rid: bytes) -> models.Submission:
    reading.dossier(desk, reader, dossier)
    row = models.Submission.objects.using(desk.store.alias).filter(rid=rid, dossier=dossier).first()
    if row is None:
        raise NotFound("reading.not_found")
    return row


def reply(desk: Desk, reader: Reader, ident: bytes) -> reading.ItemView:
    """A reply as it stands. Raises NotFound for what is none, or not theirs."""
    return reading.item(desk, reader, ident, "reply")


def of_dossier(desk: Desk, reader: Reader, dossier: bytes) -> list[reading.ItemView]:
    """Replies of a dossier, the newest first."""
    reading.dossier(desk, reader, dossier)
    return reading.items(desk, reader, "reply", dossier=dossier)[::-1]


def answer_known(desk: Desk, reader: Reader, ident: bytes, form: KnownForm, seen: tuple[bytes, ...] = ()) -> bytes:
    """Answer the first question and give a colleague the task of telling the family, in one step. Returns the task's id.

    Raises UsageError for a question left open, Refused("tasks.owner") for somebody who could not see the task.
    """
    known = reply(desk, reader, ident)
    rules.require_known(desk.catalogue.replies, form.known, form.safety, form.channel)
    if not form.owner:
        raise UsageError("replies.owner")
    if not form.due:
        raise UsageError("replies.due")
    how = require_text(form.how, "replies.how", 2000)
    task = tasks.draft_task(desk, known.compartment, known.dossier, "tell_family", how, form.owner, form.due, ident)
    made = task.body["task"]
    assert isinstance(made, bytes)
    said: dict[str, Value] = {"known": tuple(dict.fromkeys(form.known)), "known_text": form.text.strip(), "safety": form.safety}
    said |= {"channel": form.channel, "task": made, "state": str(rules.State.OPEN)}
    ledger.append(desk, [task, items.changed(desk, reader, "reply", ident, said, seen)])
    return made


def _open_reply(desk: Desk, reader: Reader, ident: bytes) -> reading.ItemView:
    found = reply(desk, reader, ident)
    if found.state != rules.State.OPEN:
        raise Refused("replies.first_question")
    return found


# ---- the grid --------------------------------------------------------------------------------------------------------


def lines(desk: Desk, reader: Reader, ident: bytes) -> list[GridLine]:
    """The grid in its order. Empty while the first question is open."""
    known = reply(desk, reader, ident)
    found = reading.items(desk, reader, "reply_line", parent=ident) if known.state == rules.State.OPEN else []
    ours = reading.claims_by_ref(desk, reader, {ref for line in found for ref in line.record.refs("claims")})
    state = _state_sources(desk, reader, known.dossier)
    theirs = [claim for source in state for claim in reading.claims(desk, reader, known.dossier, source=source) if not claim.replaced]
    return [_beside(line, ours, theirs) for line in found]


def _beside(line: reading.ItemView, known: Mapping[bytes, reading.ClaimView], theirs: Sequence[reading.ClaimView]) -> GridLine:
    ours = tuple(known[ref] for ref in line.record.refs("claims") if ref in known)
    about = {(claim.subject, claim.property) for claim in ours}
    return GridLine(line, ours, tuple(claim for claim in theirs if (claim.subject, claim.property) in about))


def proposals(desk: Desk, reader: Reader, ident: bytes) -> tuple[rules.Allegation, ...]:
    """Allegations of the document that this reply answers which are not in the grid yet; none for a reply to something else."""
    known = reply(desk, reader, ident)
    sent = models.Submission.objects.using(desk.store.alias).filter(ref=known.record.raw("submission"), dossier=known.dossier).first()
    if sent is None:
        return ()
    opened = ledger.opened_by_ref(desk, [bytes(sent.brief)]).get(bytes(sent.brief))
    if opened is None:
        return ()
    taken = [line.text("allegation") for line in reading.items(desk, reader, "reply_line", parent=ident)]
    return rules.allegations(from_json(opened.record.text("document").encode("utf-8")), taken)


def take_allegations(desk: Desk, reader: Reader, ident: bytes, keys: Collection[str]) -> int:
    """Put these of the proposed allegations into the grid. Returns how many; one that is there already is not put there twice."""
    known = _open_reply(desk, reader, ident)
    chosen = [one for one in proposals(desk, reader, ident) if one.key in keys]
    first = _next_number(desk, reader, ident, len(chosen))
    bodies = [_line_body(known, first + i, one.text) | {"claims": one.claims} for i, one in enumerate(chosen)]
    ledger.append(desk, [items.draft(desk, "reply_line", known.compartment, body) for body in bodies])
    return len(chosen)


def _next_number(desk: Desk, reader: Reader, ident: bytes, more: int) -> int:
    there = reading.items(desk, reader, "reply_line", parent=ident)
    if len(there) + more > MOST_LINES:
        raise Refused("replies.too_many_lines")
    return max((line.number for line in there), default=0) + 1


def _line_body(known: reading.ItemView, number: int, allegation: str) -> dict[str, Value]:
    return {"dossier": known.dossier, "reply": known.item, "number": number, "allegation": allegation, "state": "current"}


def add_line(desk: Desk, reader: Reader, ident: bytes, form: LineForm) -> bytes:
    """Put a typed allegation into the grid. Raises Refused("replies.first_question") while the grid is shut."""
    known = _open_reply(desk, reader, ident)
    told = _told(desk, form)
    return items.new(desk, "reply_line", known.compartment, _line_body(known, _next_number(desk, reader, ident, 1), "") | told)


def change_line(desk: Desk, reader: Reader, line: bytes, form: LineForm, seen: tuple[bytes, ...] = ()) -> None:
    """Fill in a line. ``seen``: the versions that were on the page."""
    found = the_line(desk, reader, line)
    _open_reply(desk, reader, found.parent)
    items.change(desk, reader, "reply_line", line, _told(desk, form), seen)


def the_line(desk: Desk, reader: Reader, line: bytes) -> reading.ItemView:
    return reading.item(desk, reader, line, "reply_line")


def _told(desk: Desk, form: LineForm) -> dict[str, Value]:
    allegation = require_text(form.allegation, "replies.allegation", 4000)
    rules.require_stance(desk.catalogue.replies, form.stance, form.answer)
    parts = {"answer": form.answer, "comment": form.comment, "ours": form.ours}
    return {"allegation": allegation, "stance": form.stance, **{name: text.strip() for name, text in parts.items()}}


# ---- what the State says, as information -----------------------------------------------------------------------------


def _state_sources(desk: Desk, reader: Reader, dossier: bytes) -> list[bytes]:
    return [s.source for s in reading.sources(desk, reader, dossier) if s.kind == "authority" and s.circle == "state"]


def state_note(desk: Desk, reader: Reader, ident: bytes) -> bytes:
    """The note with the words of the reply, out of which they are cut like any others; made once, with the State as its source.

    Raises Refused("evidence.needs_raw") for who does not hold the dossier's own words, UsageError for a reply without words.
    """
    known = _open_reply(desk, reader, ident)
    if known.record.raw("note"):
        return known.record.raw("note")
    if not reader.holds(reading.dossier(desk, reader, known.dossier).raw):
        raise Refused("evidence.needs_raw")
    if not known.text("text"):
        raise UsageError("replies.no_words")
    with desk.store.transaction():
        source = _state_source(desk, reader, known.dossier)
        subject = qualify.main_person(desk, reader, known.dossier)
        words = known.text("text")
        told = claims.NoteForm(known.text("title"), words, language_of(words, "ru"), source, "document", subject, known.record.raw("object"))
        note = claims.write_note(desk, reader, known.dossier, told)
        items.change(desk, reader, "reply", ident, {"note": note})
    return note


def _state_source(desk: Desk, reader: Reader, dossier: bytes) -> bytes:
    found = _state_sources(desk, reader, dossier)
    if found:
        return found[0]
    code = desk.catalogue.replies.source_code
    return sources.add_source(desk, reader, dossier, sources.SourceForm(code, kind="authority", circle="state"))


# ---- print -----------------------------------------------------------------------------------------------------------


def grid_document(desk: Desk, reader: Reader, ident: bytes, language: str, *, family: bool) -> Brief:
    """The grid as a document, a draft in its look: it is for our own table. ``family``: with the family's comment."""
    known = _open_reply(desk, reader, ident)
    say, stances = desk.catalogue.texts.say, desk.catalogue.replies.stances
    rows = []
    for line in reading.items(desk, reader, "reply_line", parent=ident):
        stance = stances.get(line.text("stance"))
        told = (line.text("answer"), line.text("comment"), line.text("ours"))
        rows.append(rules.Row(line.text("allegation"), stance.label[language] if stance else "", *told))
    heads = {name: say(f"replies.grid.{name}", language) for name in ("allegation", "answer", "comment", "ours")}
    said = rules.GridWords(known.text("title"), **heads, silence=say("replies.silence", language))
    marking = say("filing.invented", language) if people.directory(desk).marking else None
    return rules.grid(rows, said, language, marking, ((say("replies.field.day", language), known.text("day")),), family=family)


def print_grid(desk: Desk, reader: Reader, ident: bytes, language: str, form: str, *, family: bool = False) -> bytes:
    """The grid as PDF or DOCX (``form``)."""
    made = {"pdf": pdf, "docx": docx}.get(form)
    if made is None:
        raise UsageError("replies.print_form")
    return made(grid_document(desk, reader, ident, language, family=family), desk.catalogue.texts, on=desk.clock().date())
