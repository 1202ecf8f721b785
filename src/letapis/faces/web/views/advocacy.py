"""The advocacy log: of a dossier, of the whole organisation, and one chain from a request to what followed."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.advocacy import Kind, Link
from letapis.core.errors import LetapisError, NotFound
from letapis.core.records import Record
from letapis.desk import advocacy, reading
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import keep_chosen, seen_versions, version_context

app_name = "advocacy"
AROUND = (Around(65, "advocacy.title", "advocacy:dossier", ("advocacy",)),)
_CHAINS: Final = 25
_PROMISES: Final = 30
_FIELDS: Final = {"advocacy.kind": "kind", "advocacy.day": "day", "advocacy.due": "due", "advocacy.body": "body", "advocacy.text": "text",
                  "advocacy.about": "issue", "items.too_long": "text"}  # fmt: skip
_TOLD: Final = ("kind", "body", "text", "day", "person", "issue", "due")


class EntryForm(DeskForm):
    section = "advocacy"
    kind = forms.ChoiceField(initial=Kind.REQUEST)
    body = forms.CharField(max_length=200)
    text = forms.CharField(max_length=8000, widget=forms.Textarea(attrs={"rows": 3}))
    day = forms.CharField(max_length=24)
    person = forms.CharField(max_length=200, required=False)
    issue = forms.CharField(max_length=200, required=False)
    due = forms.CharField(max_length=24, required=False)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("kind", [(kind, f"advocacy.kind.{kind}") for kind in Kind])

    def entry(self, answers: bytes = b"") -> advocacy.EntryForm:
        return advocacy.EntryForm(**{name: self.cleaned_data[name].strip() for name in _TOLD}, answers=answers)


@dataclass(frozen=True)
class Row:
    """An entry in words; ``about``: person, issue, until when, dossier. ``age``: days since an open promise, -1 for everything else."""

    item: reading.ItemView
    kind: str
    day: str
    about: str
    steps: tuple[int, ...]
    age: int
    late: bool


def _rows(lines: Lines, log: advocacy.Log, chain: tuple[Link, ...]) -> list[Row]:
    promises = {one.entry.ident: one for one in log.open}
    return [_row(lines, log.items[link.entry.ident], promises.get(link.entry.ident), link.depth) for link in chain]


def _row(lines: Lines, item: reading.ItemView, promise: Any, depth: int = 0) -> Row:
    due = f"{lines.say('advocacy.until')} {lines.date(item.text('due'))}" if item.text("due") else ""
    about = (item.text("person"), item.text("issue"), due, lines.code(item.dossier) if item.dossier else "")
    kind, said = lines.word("advocacy.kind", item.text("kind")), " · ".join(part for part in about if part)
    return Row(item, kind, lines.date(item.text("day")), said, (0,) * depth, promise.days if promise else -1, bool(promise and promise.late))


def _listed(request: Any, dossier: bytes = b"", about: str = "") -> dict[str, Any]:
    log, lines = advocacy.log(request.desk, request.reader, dossier, about), Lines(request)
    part = part_of(log.chains, request.GET.get("page", ""), _CHAINS)
    promises = [_row(lines, log.items[one.entry.ident], one) for one in log.open[:_PROMISES]]
    return {"part": part, "chains": [_rows(lines, log, chain) for chain in part.shown], "promises": promises, "about": about}


def _today(request: Any) -> dict[str, str]:
    return {"day": request.desk.clock().date().isoformat()}


def _added(request: Any, form: EntryForm, dossier: bytes, answers: bytes = b"") -> bytes:
    """The entry that was made, empty when the form goes back to its writer."""
    if form.is_valid():
        try:
            return advocacy.add(request.desk, request.reader, form.entry(answers), dossier)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
    return b""


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any) -> HttpResponse:
    """Everything that the reader holds; an entry of no dossier is added here."""
    form = EntryForm(request, request.POST if request.method == "POST" else None, initial=_today(request))
    if request.method == "POST" and _added(request, form, b""):
        notice(request, "advocacy.added")
        return see_other("advocacy:list")
    return page(request, "advocacy/list.html", _listed(request) | {"form": form}, 422 if form.errors else 200)


@require_POST
def find(request: Any) -> HttpResponse:
    """What made a difference for this person or issue: only the chains that name it. Asked by a form, so that no address holds a name."""
    about = request.POST.get("about", "").strip()[:200]
    return page(request, "advocacy/list.html", _listed(request, about=about) | {"form": EntryForm(request, initial=_today(request))})


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    people = [e.label for e in reading.entities(request.desk, request.reader, ident_) if e.kind == "person"]
    told = _today(request) | {"person": people[0] if people else ""}
    form = EntryForm(request, request.POST if request.method == "POST" else None, initial=told)
    if request.method == "POST" and _added(request, form, ident_):
        notice(request, "advocacy.added")
        return see_other("advocacy:dossier", dossier=dossier)
    return page(request, "advocacy/dossier.html", context | _listed(request, ident_) | {"form": form}, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, entry: str) -> HttpResponse:
    """One entry in its chain, with the form for what followed."""
    found = advocacy.entry(request.desk, request.reader, ident(entry))
    told = _today(request) | {name: found.text(name) for name in ("body", "person", "issue")} | {"kind": Kind.OUTCOME}
    form = EntryForm(request, request.POST if request.method == "POST" else None, initial=told)
    if request.method == "POST" and _added(request, form, found.dossier, found.item):
        notice(request, "advocacy.added")
        return see_other("advocacy:show", entry=entry)
    return _show(request, found, follow=form)


def _show(request: Any, found: reading.ItemView, follow: EntryForm | None = None, change: EntryForm | None = None) -> HttpResponse:
    lines, log = Lines(request), advocacy.chain_of(request.desk, request.reader, found.item)
    wrong = (follow is not None and bool(follow.errors)) or (change is not None and bool(change.errors))
    context = version_context(request, lines, found, lambda record: _describe(lines, record)) | {
        "entry": found,
        "rows": _rows(lines, log, log.chains[0]),
        "follow": follow or EntryForm(request, initial=_today(request) | {"body": found.text("body"), "kind": Kind.OUTCOME}),
        "change": change or EntryForm(request, initial={name: found.text(name) for name in _TOLD}, auto_id="change_%s"),
        "code": lines.code(found.dossier) if found.dossier else "",
    }
    return page(request, "advocacy/show.html", context, 422 if wrong else 200)


def _describe(lines: Lines, record: Record) -> list[tuple[str, str]]:
    told = [(f"advocacy.field.{name}", record.text(name)) for name in ("body", "text", "day", "person", "issue", "due")]
    return [("advocacy.field.kind", lines.word("advocacy.kind", record.text("kind"))), *told]


@require_POST
def change(request: Any, entry: str) -> HttpResponse:
    found = advocacy.entry(request.desk, request.reader, ident(entry))
    form = EntryForm(request, request.POST, auto_id="change_%s")
    if form.is_valid():
        try:
            advocacy.change(request.desk, request.reader, found.item, form.entry(found.about), seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "advocacy.changed")
            return see_other("advocacy:show", entry=entry)
    return _show(request, found, change=form)


@require_POST
def keep(request: Any, entry: str) -> HttpResponse:
    keep_chosen(request, advocacy.entry(request.desk, request.reader, ident(entry)))
    return see_other("advocacy:show", entry=entry)


urlpatterns = [
    path("advocacy", overview, name="list"),
    path("advocacy/find", find, name="find"),
    path("dossiers/<str:dossier>/advocacy", dossier, name="dossier"),
    path("advocacy/<str:entry>", show, name="show"),
    path("advocacy/<str:entry>/change", change, name="change"),
    path("advocacy/<str:entry>/keep", keep, name="keep"),
]
