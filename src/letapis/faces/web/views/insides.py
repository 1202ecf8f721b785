"""What a file says of itself and encloses, the messages of a chat, what looks like it, what a machine read in its pages."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.chat_days import ORDERS
from letapis.core.errors import LetapisError, NotFound
from letapis.core.language import LANGUAGES
from letapis.desk import alikes, captures, foreign_bags, insides, ocr, reading, threads
from letapis.faces.texts import texts
from letapis.faces.web.carrying import answering, carry_out
from letapis.faces.web.difficult import OPEN, look, original, require_open
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import notice, page, see_other

app_name = "insides"
_MESSAGES_PAGE: Final = 200
_LONGEST_TEXT: Final = 40_000


class LookForm(DeskForm):
    """In which order a chat writes its days, where somebody must say it."""

    section = "insides"
    order = forms.ChoiceField(required=False, widget=forms.RadioSelect)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("order", [("", "insides.order.none"), *((order, f"insides.order.{order}") for order in ORDERS)])


class NoteForm(DeskForm):
    """Which messages a note is made of."""

    section = "insides"
    first = forms.IntegerField(min_value=1, max_value=999_999)
    last = forms.IntegerField(min_value=1, max_value=999_999)
    spoken = forms.ChoiceField()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("spoken", [(one, f"account.language.{one}") for one in LANGUAGES])


class PagesForm(DeskForm):
    """Of which pages that a machine read a note is made."""

    section = "insides"
    from_page = forms.IntegerField(min_value=1, max_value=999)
    to_page = forms.IntegerField(min_value=1, max_value=999)
    written = forms.ChoiceField()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("written", [(one, f"account.language.{one}") for one in LANGUAGES])


@dataclass(frozen=True)
class Part:
    """What one reader found, in words: its name, a sentence on the state of its checks, warnings, a fault, rows as the file has them,
    remarks in words of ours."""

    title: str
    state: str
    warnings: tuple[str, ...]
    fault: str
    rows: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, item: str) -> HttpResponse:
    """Everything that was read of a file; POST looks inside now."""
    kept = original(request, item)
    form = LookForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = insides.look_inside(request.desk, request.reader, kept.object, form.cleaned_data["order"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "order" if error.code == "insides.day_order" else None)
        else:
            notice(request, "insides.looked" if found else "insides.looked_nothing")
            return see_other("insides:show", item=item)
    return _show(request, kept, form)


def _show(request: Any, kept: reading.EvidenceView, form: LookForm, error: str = "", pages: PagesForm | None = None) -> HttpResponse:
    desk, reader = request.desk, request.reader
    is_open = look(request, kept).state == OPEN
    mail, machine = (insides.text_of(desk, reader, kept.object, how) if is_open else "" for how in (insides.TEXT, ocr.READ))
    found = insides.embedded(desk, reader, kept.object)
    is_chat = any(one.reader in ("telegram", "whatsapp") for one in found)
    known, lacking = ocr.languages_of(desk, reader, kept.object) if machine else ((), ())
    context = dict(frame(request, kept.dossier, "evidence")) | {
        "read_in": [f"insides.language.{one}" for one in known],
        "not_read_in": [f"insides.language.{one}" for one in lacking],
        "item": kept,
        "form": form,
        "parts": [part for one in found for part in _parts(request, one)],
        "looked": insides.was_looked_into(desk, reader, kept.object),
        "is_web": captures.is_web(kept),
        "attached": insides.attachments(desk, reader, kept.object),
        "mail": "" if is_chat else mail[:_LONGEST_TEXT],
        "machine": machine[:_LONGEST_TEXT],
        "pages": (pages or PagesForm(request)) if machine else None,
        "is_chat": is_chat and insides.part_taken(desk, reader, kept.object, insides.THREAD) is not None,
        "is_open": is_open,
        "can_read": is_open and bool(reading.renditions(desk, reader, kept.object)) and not machine,
        "error": error,
    }
    return page(request, "insides/show.html", context, 422 if form.errors or error or pages else 200)


def _parts(request: Any, one: insides.Embedded) -> list[Part]:
    """A reader's part of the page; of an archive file, one for each bag in it."""
    lines = Lines(request)
    if one.reader != insides.BAG or one.fault:
        return [_part(lines, one)]
    told = [foreign_bags.words(request.desk, bag, request.language) for bag in foreign_bags.of_said(one.said)]
    return [Part(lines.word("insides.reader", one.reader), head, (), "", (), remarks) for head, remarks in told]


def _part(lines: Lines, one: insides.Embedded) -> Part:
    state = f"insides.state.{one.value('state')}"
    warned = tuple(f"insides.warning.{code}" for code in one.warnings if f"insides.warning.{code}" in texts())
    said = lines.say(state) if state in texts() and one.reader in ("credentials", "proofmode") else ""
    rows = tuple((said.name if said.group in ("mail", "chat") else f"{said.group} · {said.name}", said.value) for said in one.said if said.value)
    return Part(lines.word("insides.reader", one.reader), said, warned, f"errors.{one.fault}" if one.fault else "", rows)


@require_safe
def thread(request: Any, item: str) -> HttpResponse:
    return _thread(request, original(request, item), NoteForm(request))


def _thread(request: Any, kept: reading.EvidenceView, form: NoteForm) -> HttpResponse:
    """The messages, each with its mark; a file that came with the chat leads to its own page. What was not opened yet is announced there."""
    if look(request, kept).state != OPEN:
        return see_other("evidence:item", item=kept.object.hex())
    found = insides.messages(request.desk, request.reader, kept.object)
    if not found:
        raise NotFound("reading.not_found")
    part = part_of(found, request.GET.get("page", ""), _MESSAGES_PAGE)
    beside = threads.files_beside(request.desk, request.reader, kept, part.shown)
    rows = [(one, _when(one), beside.get(one.get("media", ""), b"")) for one in part.shown]
    context = dict(frame(request, kept.dossier, "evidence")) | {"item": kept, "part": part, "rows": rows, "form": form, "count": len(found)}
    return page(request, "insides/thread.html", context, 422 if form.errors else 200)


def _when(message: dict[str, str]) -> str:
    """Day and hour as exactly as the chat has them: in coordinated time where it says so, else as it was written."""
    told = message.get("time", "")
    return f"{told[:10]} {told[11:19]} UTC" if told else message.get("day") or message.get("written", "")


@require_POST
def note(request: Any, item: str) -> HttpResponse:
    """A note of some messages, word for word, with their marks."""
    kept, form = original(request, item), NoteForm(request, request.POST)
    require_open(request, kept)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = threads.note_of(request.desk, request.reader, kept.object, told["first"], told["last"], told["spoken"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "last")
        else:
            notice(request, "insides.note_made")
            return see_other("account:note", note=made.hex())
    return _thread(request, kept, form)


@require_safe
def alike(request: Any, item: str) -> HttpResponse:
    kept = original(request, item)
    lines, found = Lines(request), alikes.alike_to(request.desk, request.reader, kept.object)
    rows = [(one.item, lines.code(one.item.dossier), lines.say(f"insides.alike.{one.why}", percent=one.percent)) for one in found]
    return page(request, "insides/alike.html", dict(frame(request, kept.dossier, "evidence")) | {"item": kept, "rows": rows})


@require_POST
def machine(request: Any, item: str) -> HttpResponse:
    """Let a machine read the clean pages."""
    kept, desk, reader = original(request, item), request.desk, request.reader

    def done(_: Any) -> HttpResponse:
        notice(request, "insides.machine_done")
        return HttpResponse(status=303, headers={"Location": reverse("insides:show", args=[item]) + "#machine"})

    answer = answering(done, lambda why: _show(request, kept, LookForm(request), why))
    return carry_out(request, "ocr", lambda progress: ocr.read_scan(desk, reader, kept.object, progress), answer)


@require_POST
def read_note(request: Any, item: str) -> HttpResponse:
    """A note of some pages as a machine read them."""
    kept, form = original(request, item), PagesForm(request, request.POST)
    require_open(request, kept)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = ocr.note_of(request.desk, request.reader, kept.object, told["from_page"], told["to_page"], told["written"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "to_page")
        else:
            notice(request, "insides.note_made")
            return see_other("account:note", note=made.hex())
    return _show(request, kept, LookForm(request), pages=form)


urlpatterns = [
    path("evidence/<str:item>/inside", show, name="show"),
    path("evidence/<str:item>/messages", thread, name="thread"),
    path("evidence/<str:item>/messages/note", note, name="note"),
    path("evidence/<str:item>/alike", alike, name="alike"),
    path("evidence/<str:item>/machine", machine, name="machine"),
    path("evidence/<str:item>/machine/note", read_note, name="read_note"),
]
