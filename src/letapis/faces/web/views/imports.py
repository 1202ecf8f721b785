"""Many files at once: choose them or name a folder of this machine, see what became of each, go on, look at them, take all back."""

from pathlib import Path
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.desk import foreign_bags, import_report, imports, reading
from letapis.faces.web.around import Around
from letapis.faces.web.captured import Captured
from letapis.faces.web.carrying import answering, carry_out
from letapis.faces.web.doing import Made, Progress
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import ManyFiles, let_go, offer_sources
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.session import takes_files
from letapis.faces.web.streams import saved

app_name = "imports"
_LINES_PAGE: Final = 100
_FIELDS: Final = {"imports.folder": "folder", "imports.inside_workspace": "folder", "imports.nothing": "folder", "evidence.source": "source"}


class _Sourced(Captured):
    section = "imports"
    LAST = ("chosen",)

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        offer_sources(self, request, dossier)
        self.ask_how(request)


class FilesForm(_Sourced):
    """Files chosen in the browser. They come last, so that the words are read first."""

    source = forms.ChoiceField(required=False)
    chosen = ManyFiles(required=False)


class FolderForm(_Sourced):
    """A folder of this machine."""

    source = forms.ChoiceField(required=False)
    folder = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    copies = forms.BooleanField(required=False, initial=True)


class HowForm(Captured):
    """How all of an import was captured."""

    section = "imports"
    LAST = ()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.ask_how(request)


@takes_files("dossier")
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    """Both ways in, and what was brought before."""
    ident_ = ident(dossier)
    reading.dossier(request.desk, request.reader, ident_)
    if request.method != "POST":
        return _page(request, ident_)
    if "folder" in request.POST:
        return _folder(request, ident_)
    uploads = request.FILES.getlist("chosen")
    form = FilesForm(request, ident_, request.POST, request.FILES, auto_id="files_%s")
    try:
        if not form.is_valid():
            raise UsageError("evidence.source" if "source" in form.errors else "imports.nothing")
        told = [(one.untrusted_name, one.sealed) for one in uploads]
        uploads = []
        made = imports.import_uploads(request.desk, request.reader, ident_, bytes.fromhex(form.cleaned_data["source"]), told, form.said())
    except NotFound:
        raise
    except LetapisError as error:
        form.complain(error, "source" if error.code == "evidence.source" else "chosen")
        let_go(form, request, uploads, "chosen")
        return _page(request, ident_, files=form)
    return _looked(request, made)


def _folder(request: Any, dossier: bytes) -> HttpResponse:
    form = FolderForm(request, dossier, request.POST, auto_id="folder_%s")
    if not form.is_valid():
        return _page(request, dossier, folder=form)
    desk, reader, told, said = request.desk, request.reader, form.cleaned_data, form.said()

    def work(progress: Progress) -> bytes:
        made = imports.import_folder(desk, reader, dossier, Path(told["folder"]), bytes.fromhex(told["source"]), progress, said)
        if told["copies"]:
            imports.look_at_all(desk, reader, made, progress)
        return made

    def answer(made: Made) -> HttpResponse:
        try:
            found = made()
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
            return _page(request, dossier, folder=form)
        notice(request, "imports.finished")
        return see_other("imports:show", made=found.hex())

    return carry_out(request, "import", work, answer)


def _page(request: Any, dossier: bytes, files: FilesForm | None = None, folder: FolderForm | None = None) -> HttpResponse:
    context = dict(frame(request, dossier, "evidence"))
    lines = Lines(request)
    known = [(one, lines.name(one.author)) for one in imports.imports_of(request.desk, request.reader, dossier)]
    told = {
        "files": files or FilesForm(request, dossier, auto_id="files_%s"),
        "folder": folder or FolderForm(request, dossier, auto_id="folder_%s"),
        "imports": known,
    }
    return page(request, "imports/dossier.html", context | told, 422 if files or folder else 200)


@require_safe
def show(request: Any, made: str) -> HttpResponse:
    return _show(request, imports.shown(request.desk, request.reader, ident(made)))


def _show(request: Any, known: imports.ImportView, error: str = "") -> HttpResponse:
    """What became of each file, those first that need a look."""
    lines = Lines(request)
    order = {imports.REFUSED: 0, imports.QUARANTINED: 1, imports.HELD: 2}
    found = sorted(imports.lines(request.desk, request.reader, known.ident), key=lambda one: order.get(one.outcome, 3))
    part = part_of(found, request.GET.get("page", ""), _LINES_PAGE)
    rows = [(one, f"imports.outcome.{one.outcome}", import_report.why(request.desk, one.reason, request.language)) for one in part.shown]
    bags = foreign_bags.of_import(request.desk, request.reader, known)
    context = dict(frame(request, known.dossier, "evidence")) | {
        "known": known,
        "source": lines.source(known.dossier, known.source) if known.source else None,
        "author": lines.name(known.author),
        "counts": lines.say("imports.counts", **known.counts),
        "state": f"imports.state.{known.state}",
        "part": part,
        "rows": rows,
        "archived": [(one, *import_report.archived(request.desk, one, request.language)) for one in known.archived],
        "bags": [(one, *foreign_bags.words(request.desk, one, request.language)) for one in bags],
        "error": error,
    }
    return page(request, "imports/show.html", context, 422 if error else 200)


@require_safe
def table(request: Any, made: str) -> HttpResponseBase:
    """The same as a table; its name says nothing."""
    known = reading.item(request.desk, request.reader, ident(made), "import")
    data = import_report.table_of(request.desk, request.reader, known.item, request.language)
    return saved([data], f"import-{known.item.hex()[:8]}.csv", len(data))


@require_http_methods(["GET", "HEAD", "POST"])
def capture(request: Any, made: str) -> HttpResponse:
    """Say once how everything that an import took was captured."""
    desk, reader = request.desk, request.reader
    known = reading.item(desk, reader, ident(made), "import")
    form = HowForm(request, request.POST if request.method == "POST" else None)
    context = dict(frame(request, known.dossier, "evidence")) | {"known": known, "form": form}
    if request.method != "POST" or not form.is_valid():
        return page(request, "imports/capture.html", context, 422 if form.errors else 200)
    said = form.said()

    def answer(told: Made) -> HttpResponse:
        try:
            count = told()
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error)
            return page(request, "imports/capture.html", context, 422)
        notice(request, "capture.said_of", count=count)
        return see_other("imports:show", made=made)

    return carry_out(request, "capture_all", lambda progress: imports.say_of_all(desk, reader, known.item, said, progress), answer)


@require_POST
def look(request: Any, made: str) -> HttpResponse:
    """Let the sandbox look at what it did not see yet."""
    known = reading.item(request.desk, request.reader, ident(made), "import")
    return _looked(request, known.item)


def _looked(request: Any, ident_: bytes) -> HttpResponse:
    desk, reader = request.desk, request.reader

    def done(_: Any) -> HttpResponse:
        notice(request, "imports.looked_at")
        return see_other("imports:show", made=ident_.hex())

    answer = answering(done, lambda why: _show(request, imports.shown(desk, reader, ident_), why))
    return carry_out(request, "look_at", lambda progress: imports.look_at_all(desk, reader, ident_, progress), answer)


@require_POST
def undo(request: Any, made: str) -> HttpResponse:
    """Put everything that this import took out of use."""
    known = imports.shown(request.desk, request.reader, ident(made))
    try:
        count = imports.take_back(request.desk, request.reader, known.ident)
    except LetapisError as error:
        return _show(request, known, f"errors.{error.code}")
    notice(request, "imports.taken_back", count=count)
    return see_other("imports:show", made=made)


AROUND = (Around(70, "imports.title", "imports:dossier", ("import",)),)
urlpatterns = [
    path("dossiers/<str:dossier>/imports", dossier, name="dossier"),
    path("imports/<str:made>", show, name="show"),
    path("imports/<str:made>/table", table, name="table"),
    path("imports/<str:made>/capture", capture, name="capture"),
    path("imports/<str:made>/look", look, name="look"),
    path("imports/<str:made>/undo", undo, name="undo"),
]
