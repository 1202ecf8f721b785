"""Lists: bring one in, see what would come of it, record it, decide who is who where it cannot tell, take it back, bring its next version."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.desk import list_files, list_import, list_preview, list_undo, reading
from letapis.desk.form_keys import LARGEST_KEY
from letapis.desk.list_files import ListForm, ListView
from letapis.faces.texts import texts
from letapis.faces.web.around import Around
from letapis.faces.web.carrying import answering, carry_out
from letapis.faces.web.doing import Progress
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm, ManyFiles, let_go
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.list_columns import ColumnsForm
from letapis.faces.web.list_lines import ListLines
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.session import takes_files
from letapis.faces.web.streams import saved

app_name = "lists"
_MOVED_PAGE: Final = 40
_FEW: Final = 20
_FIELDS: Final = {"lists.source": "source_code", "sources.code": "source_code", "lists.mapping": "mapping", "lists.title": "title"}
_FIELDS_OF_KEY: Final = frozenset({"odk.key_unreadable", "odk.key_locked", "odk.key_wrong"})


class BringForm(DeskForm):
    """Whose list it is, how it is read, and the files last, so that the words are read first."""

    section = "lists"
    source = forms.ChoiceField(required=False)
    source_code = forms.CharField(max_length=60, required=False)
    title = forms.CharField(max_length=200, required=False)
    mapping = forms.ChoiceField(required=False)
    chosen = ManyFiles()
    form_key = forms.FileField(required=False, allow_empty_file=True)

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        known = list_files.lists_of(request.desk, request.reader, dossier)
        source: Any = self.fields["source"]
        source.choices = [("", texts().say("lists.new_source", self.language)), *((one.source.hex(), one.code) for one in known)]
        _offer_mappings(self, request)


class ReadyForm(DeskForm):
    """Which ready mapping reads the list."""

    section = "lists"
    mapping = forms.ChoiceField()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        _offer_mappings(self, request)


class ReasonForm(DeskForm):
    """Why a whole list is taken back."""

    section = "lists"
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class DecideForm(DeskForm):
    """What becomes of entries that wait together, and why."""

    section = "lists"
    decision = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("decision", [("take", "lists.decision.take"), ("leave", "lists.decision.leave")])


def _offer_mappings(form: DeskForm, request: Any) -> None:
    known = sorted(request.desk.catalogue.mappings.values(), key=lambda one: str(one.titles[form.language]).casefold())
    form.offer_labels("mapping", [("", _by_hand(form)), *((one.id, one.titles) for one in known)])


def _by_hand(form: DeskForm) -> dict[str, str]:
    return {form.language: texts().say("lists.by_hand", form.language)}


# ---- bringing in -----------------------------------------------------------------------------------------------------


@takes_files("dossier", {"form_key": LARGEST_KEY})
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    """A list of others and what was brought before; the files are kept, and nothing else is recorded."""
    ident_ = ident(dossier)
    reading.dossier(request.desk, request.reader, ident_)
    if request.method != "POST":
        return _start(request, ident_, BringForm(request, ident_, initial={"source": request.GET.get("list", "")}))
    uploads = request.FILES.getlist("chosen")
    form = BringForm(request, ident_, request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise UsageError("lists.source" if "source" in form.errors else "lists.mapping")
        told = form.cleaned_data
        about = ListForm(told["title"], bytes.fromhex(told["source"]), told["source_code"], told["mapping"])
        files, uploads = [(one.untrusted_name, one.sealed) for one in uploads], []
        key = told["form_key"].data if told["form_key"] else b""
        made = list_files.bring(request.desk, request.reader, ident_, about, files, key)
    except NotFound:
        raise
    except LetapisError as error:
        form.complain(error, "form_key" if error.code in _FIELDS_OF_KEY else _FIELDS.get(error.code, "chosen"))
        let_go(form, request, uploads, "chosen")
        return _start(request, ident_, form, 422)
    return _looked(request, made)


def _start(request: Any, dossier: bytes, form: BringForm, status: int = 200) -> HttpResponse:
    context = dict(frame(request, dossier, "around"))
    lines = Lines(request)
    known = [
        (one, lines.source(dossier, one.source).code, lines.name(one.author), f"lists.state.{one.state}")
        for one in list_files.imports_of(request.desk, request.reader, dossier)
    ]
    return page(request, "lists/dossier.html", context | {"form": form, "lists": known}, status)


@require_POST
def look(request: Any, listed: str) -> HttpResponse:
    """Read it and say what would come of it."""
    return _looked(request, list_files.shown(request.desk, request.reader, ident(listed)).ident)


def _looked(request: Any, ident_: bytes) -> HttpResponse:
    """Look at a list beside the pages; one whose columns nobody named yet leads to its columns."""
    desk, reader = request.desk, request.reader

    def done(_: Any) -> HttpResponse:
        known = list_files.shown(desk, reader, ident_)
        return see_other("lists:show" if known.is_mapped else "lists:columns", listed=ident_.hex())

    answer = answering(done, lambda why: _show(request, list_files.shown(desk, reader, ident_), why))
    return carry_out(request, "list_look", lambda progress: list_preview.look(desk, reader, ident_, progress), answer)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: Any, listed: str) -> HttpResponse:
    """What each column means, chosen by hand; what was guessed stands there already."""
    desk, reader = request.desk, request.reader
    known = list_files.shown(desk, reader, ident(listed))
    seen = list_preview.kept(desk, reader, known)
    if seen is None or not seen.peeks:
        return see_other("lists:show", listed=listed)
    form = ColumnsForm(request, known, seen.peeks, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _columns(request, known, form)
    try:
        list_files.choose_columns(desk, reader, known.ident, form.told())
    except LetapisError as error:
        form.error = f"errors.{error.code}"
        return _columns(request, known, form, 422)
    return _looked(request, known.ident)


def _columns(request: Any, known: ListView, form: ColumnsForm, status: int = 200) -> HttpResponse:
    context = dict(frame(request, known.dossier, "around")) | {"known": known, "form": form, "ready": ReadyForm(request)}
    return page(request, "lists/columns.html", context, status)


@require_POST
def ready(request: Any, listed: str) -> HttpResponse:
    """Read it by a ready mapping."""
    known = list_files.shown(request.desk, request.reader, ident(listed))
    try:
        list_files.choose_ready(request.desk, request.reader, known.ident, request.POST.get("mapping", ""))
    except LetapisError as error:
        return _show(request, known, f"errors.{error.code}")
    return _looked(request, known.ident)


# ---- one list --------------------------------------------------------------------------------------------------------


@require_safe
def show(request: Any, listed: str) -> HttpResponse:
    return _show(request, list_files.shown(request.desk, request.reader, ident(listed)))


def _show(request: Any, known: ListView, error: str = "", undo: ReasonForm | None = None) -> HttpResponse:
    """A list as it stands: what would come of it, what came of it, what waits."""
    desk, reader = request.desk, request.reader
    context, lines = dict(frame(request, known.dossier, "around")), ListLines(request, known)
    is_open = known.state == list_files.OPEN
    seen = list_preview.kept(desk, reader, known) if is_open else None
    context |= {
        "known": known,
        "about": lines.about(),
        "seen": seen,
        "error": error,
        "undo": undo or ReasonForm(request),
        "groups": [] if is_open else lines.groups(),
        "recorded": [] if is_open else lines.recorded(),
        "mine": not is_open and reader.member in (list_undo.authors(desk, reader, known.ident) or {known.author}),
        "waits_for": _names(request, list_undo.waits_for(desk, reader, known.ident)) if known.state == list_files.UNDOING else [],
    }
    if seen is not None:
        part = part_of(seen.moved, request.GET.get("page", ""), _MOVED_PAGE)
        context |= {"counts": lines.counts(seen), "faults": lines.faults(seen.faults[:_FEW]), "held": lines.held(seen.held[:_FEW])}
        context |= {"waiting": lines.waiting(seen, _FEW), "samples": lines.samples(seen), "part": part, "moved": lines.moved(part.shown)}
    return page(request, "lists/show.html", context, 422 if error or undo else 200)


def _names(request: Any, members: Iterable[bytes]) -> list[str]:
    known = reading.member_names(request.desk, request.reader)
    return sorted(known.get(member, "") for member in members)


@require_safe
def faults(request: Any, listed: str) -> HttpResponseBase:
    """What is wrong, row by row, as a table; its name says nothing."""
    known = list_files.shown(request.desk, request.reader, ident(listed))
    seen = list_preview.kept(request.desk, request.reader, known)
    if seen is None:
        return see_other("lists:show", listed=listed)
    data = list_preview.fault_sheet(request.desk, seen.faults, request.language)
    return saved([data], f"list-{known.ident.hex()[:8]}.csv", len(data))


@require_POST
def record(request: Any, listed: str) -> HttpResponse:
    """Record it, or go on where it stopped."""
    known = list_files.shown(request.desk, request.reader, ident(listed))
    desk, reader = request.desk, request.reader
    return _carried(request, known, "list_record", lambda progress: list_import.record(desk, reader, known.ident, progress), "lists.recorded")


@require_POST
def undo(request: Any, listed: str) -> HttpResponse:
    """Take all of it back."""
    known = list_files.shown(request.desk, request.reader, ident(listed))
    form = ReasonForm(request, request.POST)
    if not form.is_valid():
        return _show(request, known, undo=form)
    desk, reader, why = request.desk, request.reader, form.cleaned_data["reason"]
    return _carried(
        request, known, "list_undo", lambda progress: list_undo.take_back(desk, reader, known.ident, why, progress), "lists.taken_back"
    )


def _carried(request: Any, known: ListView, what: str, work: Callable[[Progress], Any], told: str) -> HttpResponse:
    """Long work on a list, and its page afterwards with what came of it or why not."""

    def done(_: Any) -> HttpResponse:
        notice(request, told)
        return see_other("lists:show", listed=known.ident.hex())

    answer = answering(done, lambda why: _show(request, list_files.shown(request.desk, request.reader, known.ident), why))
    return carry_out(request, what, work, answer)


@require_POST
def drop(request: Any, listed: str) -> HttpResponse:
    """Do not record it after all."""
    known = list_files.shown(request.desk, request.reader, ident(listed))
    try:
        list_files.drop(request.desk, request.reader, known.ident)
    except LetapisError as error:
        return _show(request, known, f"errors.{error.code}")
    notice(request, "lists.dropped")
    return see_other("lists:dossier", dossier=known.dossier.hex())


@require_http_methods(["GET", "HEAD", "POST"])
def group(request: Any, group: str) -> HttpResponse:
    """Entries that wait together, side by side, and the decision about them."""
    desk, reader = request.desk, request.reader
    found = list_import.group(reading.item(desk, reader, ident(group), list_import.GROUP))
    form = DecideForm(request, request.POST) if request.method == "POST" else DecideForm(request)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            count = list_import.decide(desk, reader, found.ident, told["decision"] == "take", told["reason"])
        except LetapisError as error:
            form.complain(error, "reason" if error.code == "lists.reason" else None)
        else:
            notice(request, "lists.group_taken" if told["decision"] == "take" else "lists.group_left", count=count)
            return see_other("lists:show", listed=found.list.hex())
    known = list_files.shown(desk, reader, found.list)
    context = dict(frame(request, found.dossier, "around")) | {"known": known, "form": form, "group": found}
    context |= {"why": f"listing.quarantine.{found.code}", "entries": ListLines(request, known).entries(found)}
    return page(request, "lists/group.html", context, 422 if form.errors else 200)


AROUND = (Around(71, "lists.title", "lists:dossier", ("list_import",)),)
urlpatterns = [
    path("dossiers/<str:dossier>/lists", dossier, name="dossier"),
    path("lists/<str:listed>", show, name="show"),
    path("lists/<str:listed>/look", look, name="look"),
    path("lists/<str:listed>/columns", columns, name="columns"),
    path("lists/<str:listed>/ready", ready, name="ready"),
    path("lists/<str:listed>/faults", faults, name="faults"),
    path("lists/<str:listed>/record", record, name="record"),
    path("lists/<str:listed>/undo", undo, name="undo"),
    path("lists/<str:listed>/drop", drop, name="drop"),
    path("list-groups/<str:group>", group, name="group"),
]
