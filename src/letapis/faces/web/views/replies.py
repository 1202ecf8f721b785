"""Replies of the State: what it knows now of our source, then the grid of allegation, answer, the family's comment and ours."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.core.records import Record
from letapis.core.replies import Choice, State
from letapis.desk import claims, filed, reading, replies
from letapis.faces.web.around import Around
from letapis.faces.web.documents import kept_document
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import let_go
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.reply_forms import KnownForm, LineForm, ReplyForm, card_name
from letapis.faces.web.session import takes_files
from letapis.faces.web.streams import saved
from letapis.faces.web.versions import keep_chosen, seen_versions, version_context

app_name = "replies"
AROUND = (Around(60, "replies.title", "replies:dossier", ("reply",)),)
_GRID_PAGE: Final = 20
_OFFERED: Final = 40
_FIELDS: Final = {"replies.title": "title", "replies.registered_already": "title", "replies.day": "day", "replies.mechanism": "mechanism",
                  "replies.known": "known", "replies.known_contradicts": "known", "replies.safety": "safety", "replies.owner": "owner",
                  "tasks.owner": "owner", "replies.due": "due", "tasks.due": "due", "replies.channel": "channel", "replies.how": "how",
                  "tasks.text": "how", "replies.allegation": "allegation", "replies.stance": "stance", "replies.silent_with_words": "stance",
                  "replies.stance_without_words": "answer", "evidence.duplicate": "file", "evidence.empty": "file"}  # fmt: skip


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    found = replies.of_dossier(request.desk, request.reader, ident_)
    part = part_of(found, request.GET.get("page", ""), _GRID_PAGE)
    return page(request, "replies/dossier.html", context | {"part": part})


@made_once
@takes_files("dossier")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, dossier: str) -> HttpResponse:
    """Register a reply; its document is taken in like every original."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    if request.method != "POST":
        given = {"day": request.desk.clock().date().isoformat(), "answers": f"s:{request.GET.get('submission', '')}"}
        return page(request, "replies/new.html", context | {"form": ReplyForm(request, ident_, initial=given)})
    upload = request.FILES.get("file")
    form = ReplyForm(request, ident_, request.POST, request.FILES)
    if form.is_valid():
        try:
            document = kept_document(request, ident_, form.cleaned_data["title"], upload)
            upload = None
            made = replies.register(request.desk, request.reader, ident_, form.reply(document))
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "replies.registered")
            return see_other("replies:show", reply=made.hex())
    if upload is not None:
        let_go(form, request, [upload])
    return page(request, "replies/new.html", context | {"form": form}, 422)


@require_safe
def show(request: Any, reply: str) -> HttpResponse:
    return _show(request, replies.reply(request.desk, request.reader, ident(reply)))


def _show(request: Any, known: reading.ItemView, form: KnownForm | None = None, errors: tuple[str, ...] = ()) -> HttpResponse:
    """The first question while it is open; the grid afterwards."""
    desk, reader, lines = request.desk, request.reader, Lines(request)
    context = dict(frame(request, known.dossier, "around"))
    context |= version_context(request, lines, known, lambda record: _describe(lines, desk.catalogue.replies, record))
    context |= {
        "reply": known,
        "answers": card_name(request, known.text("mechanism")) if known.text("mechanism") else "",
        "errors": errors,
        "document": _readable(request, known.record.raw("object")),
        "filing": _filing(request, known),
    }
    status = 422 if errors or (form and form.errors) else 200
    if known.state == State.RECEIVED or form is not None:
        tomorrow = {"due": (desk.clock().date() + timedelta(days=1)).isoformat()}
        context |= {"form": form or KnownForm(request, known.dossier, initial=tomorrow)}
        return page(request, "replies/first_question.html", context, status)
    grid = replies.lines(desk, reader, known.item)
    part = part_of(grid, request.GET.get("page", ""), _GRID_PAGE)
    offered = replies.proposals(desk, reader, known.item)
    stances = desk.catalogue.replies.stances
    context |= {
        "told": context["heads"][0].fields,
        "task": known.record.raw("task"),
        "part": part,
        "rows": [(row.item, _label(request, stances, row.item.text("stance")), lines.lines(row.theirs)) for row in part.shown],
        "offered": offered[:_OFFERED],
        "offered_more": max(0, len(offered) - _OFFERED),
    }
    return page(request, "replies/grid.html", context, status)


def _filing(request: Any, known: reading.ItemView) -> bytes:
    """The submission that this answers, where its days are counted; empty for a reply to something else."""
    ref = known.record.raw("submission")
    found = filed.of_dossier(request.desk, request.reader, known.dossier) if ref else []
    return next((one.submission for one in found if one.ref == ref), b"")


def _readable(request: Any, item: bytes) -> bytes:
    """The document, if this member holds the part of the dossier in which it lies."""
    with suppress(NotFound):
        return reading.evidence(request.desk, request.reader, item).object if item else b""
    return b""


def _label(request: Any, table: Any, key: str) -> str:
    choice: Choice | None = table.get(key)
    return choice.label[request.language] if choice else key


def _describe(lines: Lines, words: Any, record: Record) -> list[tuple[str, str]]:
    def label(table: Any, key: str) -> str:
        return table[key].label[lines.language] if key in table else key

    return [
        ("replies.field.known", ", ".join(label(words.known, one) for one in record.texts("known"))),
        ("replies.field.known_text", record.text("known_text")),
        ("replies.field.safety", label(words.safety, record.text("safety"))),
        ("replies.field.channel", label(words.channels, record.text("channel"))),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def known(request: Any, reply: str) -> HttpResponse:
    """The first question; it can be answered anew when more is seen, which gives a task anew."""
    found = replies.reply(request.desk, request.reader, ident(reply))
    if request.method != "POST":
        told = {"known": list(found.record.texts("known"))} | {name: found.text(name) for name in ("known_text", "safety", "channel")}
        return _show(request, found, KnownForm(request, found.dossier, initial=told))
    form = KnownForm(request, found.dossier, request.POST)
    if form.is_valid():
        try:
            replies.answer_known(request.desk, request.reader, found.item, form.answer(), seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "replies.answered")
            return see_other("replies:show", reply=reply)
    return _show(request, found, form)


@require_POST
def keep(request: Any, reply: str) -> HttpResponse:
    found = reading.item(request.desk, request.reader, ident(reply), "reply", "reply_line")
    keep_chosen(request, found)
    return see_other("replies:show", reply=reply) if found.type == "reply" else see_other("replies:line", line=reply)


# ---- the grid --------------------------------------------------------------------------------------------------------


@require_POST
def take(request: Any, reply: str) -> HttpResponse:
    """Put the ticked allegations of what was sent into the grid."""
    found = replies.reply(request.desk, request.reader, ident(reply))
    try:
        count = replies.take_allegations(request.desk, request.reader, found.item, request.POST.getlist("allegation"))
    except LetapisError as error:
        return _show(request, found, errors=(f"errors.{error.code}",))
    notice(request, "replies.taken" if count else "replies.nothing_ticked", count=count)
    return see_other("replies:show", reply=reply)


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def new_line(request: Any, reply: str) -> HttpResponse:
    found = replies.reply(request.desk, request.reader, ident(reply))
    form = LineForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            replies.add_line(request.desk, request.reader, found.item, form.line())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "replies.line_kept")
            return see_other("replies:show", reply=reply)
    return _line_page(request, found, None, form)


def _line_page(request: Any, found: reading.ItemView, line: reading.ItemView | None, form: LineForm) -> HttpResponse:
    context = dict(frame(request, found.dossier, "around")) | {"reply": found, "line": line, "form": form}
    if line is not None:
        lines = Lines(request)
        beside = next(row for row in replies.lines(request.desk, request.reader, found.item) if row.item.item == line.item)
        context |= version_context(request, lines, line, lambda record: _describe_line(request, record)) | {
            "ours": lines.lines(beside.ours),
            "theirs": lines.lines(beside.theirs),
            "cut": _cut_address(request, found, line.text("answer")),
        }
    return page(request, "replies/line.html", context, 422 if form.errors else 200)


def _cut_address(request: Any, found: reading.ItemView, answer: str) -> str:
    """Where the words of this answer are cut into information, when they stand word for word in the note of the reply."""
    note = found.record.raw("note")
    with suppress(NotFound, UsageError):
        start, end = claims.find_passage(reading.note(request.desk, request.reader, note).text, answer) if note and answer else (0, 0)
        return reverse("account:cut", args=[note.hex(), start, end]) if end else ""
    return ""


def _describe_line(request: Any, record: Record) -> list[tuple[str, str]]:
    stance = _label(request, request.desk.catalogue.replies.stances, record.text("stance"))
    return [("replies.field.stance", stance), *((f"replies.field.{name}", record.text(name)) for name in ("answer", "comment", "ours", "allegation"))]


@require_http_methods(["GET", "HEAD", "POST"])
def line(request: Any, line: str) -> HttpResponse:
    found = replies.the_line(request.desk, request.reader, ident(line))
    parent = replies.reply(request.desk, request.reader, found.parent)
    told = {name: found.text(name) for name in ("allegation", "answer", "stance", "comment", "ours")}
    form = LineForm(request, request.POST if request.method == "POST" else None, initial=told)
    if request.method == "POST" and form.is_valid():
        try:
            replies.change_line(request.desk, request.reader, found.item, form.line(), seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "replies.line_kept")
            return see_other("replies:show", reply=parent.item.hex())
    return _line_page(request, parent, found, form)


@require_POST
def words(request: Any, reply: str) -> HttpResponse:
    """Open the note with the State's words, where they are cut like any others."""
    found = replies.reply(request.desk, request.reader, ident(reply))
    try:
        note = replies.state_note(request.desk, request.reader, found.item)
    except LetapisError as error:
        return _show(request, found, errors=(f"errors.{error.code}",))
    return see_other("account:note", note=note.hex())


@require_POST
def printed(request: Any, reply: str) -> HttpResponseBase:
    """The grid as a file; the family's comment goes along only when somebody ticks it."""
    found = replies.reply(request.desk, request.reader, ident(reply))
    form, family = request.POST.get("form", ""), request.POST.get("family") == "yes"
    try:
        made = replies.print_grid(request.desk, request.reader, found.item, request.language, form, family=family)
    except LetapisError as error:
        return _show(request, found, errors=(f"errors.{error.code}",))
    return saved([made], f"reply.{form}", len(made))


urlpatterns = [
    path("dossiers/<str:dossier>/replies", dossier, name="dossier"),
    path("dossiers/<str:dossier>/replies/new", new, name="new"),
    path("replies/<str:reply>", show, name="show"),
    path("replies/<str:reply>/known", known, name="known"),
    path("replies/<str:reply>/keep", keep, name="keep"),
    path("replies/<str:reply>/take", take, name="take"),
    path("replies/<str:reply>/lines/new", new_line, name="new_line"),
    path("replies/<str:reply>/words", words, name="words"),
    path("replies/<str:reply>/print", printed, name="print"),
    path("replies/lines/<str:line>", line, name="line"),
]
