"""Published lists that are watched: give two versions, see what differs entry by entry, and who may be meant of the persons one sees."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.core.list_watch import NAMES, Line
from letapis.desk import list_watch, reading
from letapis.desk.list_watch import WatchForm, WatchView
from letapis.faces.name_words import reasons
from letapis.faces.texts import texts
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm, ManyFiles, let_go
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.session import takes_files

app_name = "watch"
_LINES_PAGE: Final = 25
_TONES: Final = {"added": "warn", "gone": "bad", "changed": ""}
_FIELDS: Final = {"watch.title": "title", "lists.source": "title", "watch.mapping": "mapping", "watch.column": "key"}


class CompareForm(DeskForm):
    """Which list, its two versions, and for a list that no mapping knows the titles of its columns."""

    section = "watch"
    title = forms.CharField(max_length=200)
    mapping = forms.ChoiceField(required=False)
    key = forms.CharField(max_length=200, required=False)
    name = forms.CharField(max_length=200, required=False)
    old = ManyFiles()
    new = ManyFiles()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        known = sorted(request.desk.catalogue.mappings.values(), key=lambda one: str(one.titles[self.language]).casefold())
        other = {self.language: texts().say("watch.other_list", self.language)}
        self.offer_labels("mapping", [("", other), *((one.id, one.titles) for one in known)])


@takes_files("dossier")
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    """Two versions to compare, and those compared before."""
    ident_ = ident(dossier)
    reading.dossier(request.desk, request.reader, ident_)
    if request.method != "POST":
        return _start(request, ident_, CompareForm(request))
    sides = {name: request.FILES.getlist(name) for name in ("old", "new")}
    form = CompareForm(request, request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise UsageError("watch.mapping" if "mapping" in form.errors else "watch.title")
        told = WatchForm(*(form.cleaned_data[name] for name in ("title", "mapping", "key", "name")))
        files = [_sent(side) for side in sides.values()]
        sides = {}
        made = list_watch.watch(request.desk, request.reader, ident_, told, files[0], files[1])
    except NotFound:
        raise
    except LetapisError as error:
        form.complain(error, _FIELDS.get(error.code, "old"))
        let_go(form, request, [one for side in sides.values() for one in side], "new")
        return _start(request, ident_, form, 422)
    notice(request, "watch.done")
    return see_other("watch:show", made=made.hex())


def _sent(uploads: Iterable[Any]) -> list[tuple[str, Any]]:
    return [(one.untrusted_name, one.sealed) for one in uploads]


def _start(request: Any, dossier: bytes, form: CompareForm, status: int = 200) -> HttpResponse:
    lines = Lines(request)
    known = [(one, lines.name(one.author)) for one in list_watch.watches(request.desk, request.reader, dossier)]
    return page(request, "watch/dossier.html", dict(frame(request, dossier, "around")) | {"form": form, "watches": known}, status)


@require_safe
def show(request: Any, made: str) -> HttpResponse:
    """What differs, and for each entry of the page who may be meant."""
    known = list_watch.shown(request.desk, request.reader, ident(made))
    context = dict(frame(request, known.dossier, "around")) | {"known": known, "author": Lines(request).name(known.author)}
    context["files"] = _files(request, known)
    try:
        found = list_watch.changes(request.desk, request.reader, known)
    except NotFound:
        raise
    except LetapisError as error:
        return page(request, "watch/show.html", context | {"error": f"errors.{error.code}"}, 422)
    part = part_of(found, request.GET.get("page", ""), _LINES_PAGE)
    lines, bodies = Lines(request), list_watch.bodies(request.desk, request.reader, part.shown)
    rows = [_row(request, line) | {"bodies": [(one, lines.code(one.dossier)) for one in bodies.get(line.key, ())]} for line in part.shown]
    return page(request, "watch/show.html", context | {"part": part, "rows": rows})


def _files(request: Any, known: WatchView) -> list[tuple[bytes, str, str]]:
    sides = (("watch.file.before", known.before), ("watch.file.after", known.after))
    return [(item, reading.evidence(request.desk, request.reader, item).title, key) for key, side in sides for item in side]


def _row(request: Any, line: Line) -> dict[str, Any]:
    facts = request.desk.catalogue.vocabulary.facts
    said = [(_what(one.what, facts, request.language), one.before, one.after) for one in line.said]
    people = [(one, reasons(one.why, texts(), request.language)) for one in list_watch.perhaps(request.desk, request.reader, line)]
    return {"line": line, "deed": f"watch.deed.{line.code}", "tone": _TONES[line.deed.value], "said": said, "people": people}


def _what(what: str, facts: Any, language: str) -> str:
    """What is said otherwise, in words: a fact, the names, or a column by its own title."""
    if what == NAMES:
        return texts().say("watch.names", language)
    return str(facts[what].label[language]) if what in facts else what


AROUND = (Around(72, "watch.title", "watch:dossier", ("list_watch",)),)
urlpatterns = [
    path("dossiers/<str:dossier>/watch", dossier, name="dossier"),
    path("watch/<str:made>", show, name="show"),
]
