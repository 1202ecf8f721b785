"""Day sheets: many detained in one day. The list, a new sheet, one sheet with its lines, one line."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.daysheet import UNITS, faults, row_of
from letapis.core.errors import LetapisError, NotFound
from letapis.core.records import BASES, Record
from letapis.desk import daysheets, reading, sheet_lines
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.kept import taken
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.sheet_form import MOST_ROWS, SheetPage
from letapis.faces.web.versions import seen_versions, version_context

app_name = "sheets"
_SHEETS_PAGE: Final = 30
_LINES_PAGE: Final = 40
_DOSSIERS: Final = 60
_FIELDS: Final = {"dossiers.code": "code", "dossiers.code_taken": "code", "daysheets.no_group": "home", "daysheets.needs_raw": "home",
                  "sources.code": "source", "claims.source": "source", "identity.no_custodian": "source"}  # fmt: skip
_CELLS: Final = ("name", "age", "article", "place", "remark")


@require_safe
def overview(request: Any) -> HttpResponse:
    part = part_of(reading.sheets(request.desk, request.reader), request.GET.get("page", ""), _SHEETS_PAGE)
    lines = Lines(request)
    return page(request, "sheets/list.html", {"part": part, "sheets": _rows(request, part.shown, lambda one: lines.code(one.item.dossier))})


def _rows(request: Any, shown: Sequence[reading.SheetView], code: Callable[[reading.SheetView], str]) -> list[tuple[reading.SheetView, int, str]]:
    """Each sheet with how many people stand on it and the code of its dossier."""
    counts = reading.line_counts(request.desk, request.reader, shown)
    return [(one, counts.get(one.item.item, 0), code(one)) for one in shown]


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    """The sheets of one dossier."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    part = part_of(reading.sheets(request.desk, request.reader, ident_), request.GET.get("page", ""), _SHEETS_PAGE)
    return page(request, "sheets/dossier.html", context | {"part": part, "sheets": _rows(request, part.shown, lambda _: "")})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, dossier: str = "") -> HttpResponse:
    """Paste or type, look at what was understood, save. Only ``save`` records anything."""
    if dossier:
        reading.dossier(request.desk, request.reader, ident(dossier))
    if request.method != "POST":
        again = taken(request)  # the table grows with what was typed into it
        if again is not None:
            return _form_page(request, SheetPage.posted(again))
        return _form_page(request, _fresh(request, dossier))
    form, do = SheetPage.posted(request.POST), request.POST.get("do", "save")
    if do == "more":
        first = len(form.rows) + 1
        form.more()
        return _form_page(request, form, focus=first)
    if form.paste.strip():
        form.read(request.desk)
        return _form_page(request, form, read=not form.errors, focus=0 if form.errors else 1)
    if do == "read":
        return _form_page(request, form)
    return _save(request, form, as_is=do == "as_is")


def _fresh(request: Any, dossier: str) -> SheetPage:
    """An empty form of today; in a dossier that has sheets, with the place, agency and source of the newest one."""
    form = SheetPage.empty(request.desk.clock().date().isoformat(), dossier)
    before = next(iter(reading.sheets(request.desk, request.reader, ident(dossier))), None) if dossier else None
    if before is not None:
        code = Lines(request).source(before.item.dossier, before.source).code
        form.told |= {"place": before.place, "agency": before.agency, "source": code, "basis": before.basis}
    return form


def _save(request: Any, form: SheetPage, *, as_is: bool) -> HttpResponse:
    if as_is:
        form.keep_unread(request.desk)
    told, lines = form.form(request.desk, request.language)
    if form.errors or form.wrong_rows:
        return _form_page(request, form)
    home = form.told["home"]
    try:
        saved = daysheets.save_sheet(request.desk, request.reader, ident(home) if home else form.told["code"], told, lines)
    except LetapisError as fault:
        form.errors[_FIELDS.get(fault.code, "whole")] = f"errors.{fault.code}"
        return _form_page(request, form)
    notice(request, "sheets.saved", count=len(lines))
    return see_other("sheets:show", sheet=saved.sheet.hex())


def _form_page(request: Any, form: SheetPage, read: bool = False, focus: int = 0) -> HttpResponse:
    desk, reader = request.desk, request.reader
    homes = [one for one in reading.newest_dossiers(desk, reader, _DOSSIERS) if one.subject_kind == "group"]
    home = form.told["home"]
    known = {one.dossier.hex(): one for one in homes}
    if home and home not in known:
        known[home] = reading.dossier(desk, reader, ident(home))
    context = {
        "form": form,
        "homes": [(key, f"{one.code} · {one.title}") for key, one in known.items()],
        "codes": [one.code for one in reading.sources(desk, reader, ident(home))] if home else [],
        "units": [(unit, f"sheets.unit.{unit}") for unit in UNITS],
        "bases": [(basis, f"claims.basis.{basis}") for basis in BASES],
        "columns": [(name, f"sheets.cell.{name}") for name in _CELLS],
        "read": len(form.filled) if read else 0,
        "understood": read,
        "focus": focus,
        "full": len(form.rows) >= MOST_ROWS,
    }
    return page(request, "sheets/new.html", context, 422 if form.errors or form.wrong_rows else 200)


@require_safe
def show(request: Any, sheet: str) -> HttpResponse:
    return _sheet_page(request, ident(sheet))


def _sheet_page(request: Any, ident_: bytes, error: str = "") -> HttpResponse:
    desk, reader, lines = request.desk, request.reader, Lines(request)
    known = reading.sheet(desk, reader, ident_)
    every = reading.sheet_lines(desk, reader, ident_)
    part = part_of(every, request.GET.get("page", ""), _LINES_PAGE)
    people = {one.entity for one in every}
    context = dict(frame(request, known.item.dossier, "around")) | {
        "sheet": known,
        "source": lines.source(known.item.dossier, known.source),
        "basis": lines.word("claims.basis", known.basis),
        "unit": f"sheets.unit.{known.count.unit}",
        "part": part,
        "rows": [(one, () if one.struck or not one.named else reading.namesakes(desk, reader, one.row.name, people)) for one in part.shown],
        "counts": {
            "lines": sum(not one.struck for one in every),
            "unnamed": sum(not one.named and not one.struck for one in every),
            "waiting": sum(one.waits for one in every),
        },
        "note": known.note.hex() if request.reader.holds(reading.dossier(desk, reader, known.item.dossier).raw) else "",
        "can_undo": sheet_lines.can_undo(desk, reader, known),
        "error": error,
    }
    return page(request, "sheets/show.html", context, 422 if error else 200)


@require_POST
def undo(request: Any, sheet: str) -> HttpResponse:
    try:
        sheet_lines.undo_sheet(request.desk, request.reader, ident(sheet))
    except NotFound:
        raise
    except LetapisError as fault:
        return _sheet_page(request, ident(sheet), f"errors.{fault.code}")
    notice(request, "sheets.undone")
    return see_other("sheets:show", sheet=sheet)


class LineForm(DeskForm):
    """A line as it should be. ``source``: who says so, if it is somebody else than the source of the sheet."""

    section = "sheet_lines"
    name = forms.CharField(max_length=200)
    age = forms.CharField(max_length=200, required=False)
    article = forms.CharField(max_length=200, required=False)
    place = forms.CharField(max_length=200, required=False)
    remark = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.ChoiceField(required=False)
    reason = forms.CharField(max_length=4000, required=False)

    def __init__(self, request: Any, head: reading.SheetView, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.day = head.day
        told = reading.sources(request.desk, request.reader, head.item.dossier)
        source: Any = self.fields["source"]
        source.choices = [("", Lines(request).say("sheets.same_source")), *((s.source.hex(), s.code) for s in told if s.source != head.source)]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for cell, code in faults(row_of(**{name: told.get(name, "") for name in _CELLS}), self.day).items():
            if cell not in self.errors:
                self.complain(LetapisError(code), cell)
        return told


@require_http_methods(["GET", "HEAD", "POST"])
def line(request: Any, sheet_line: str) -> HttpResponse:
    """One line: correct it, name the person, strike it out; what came of it and what came since."""
    known = reading.sheet_line(request.desk, request.reader, ident(sheet_line))
    head = reading.sheet(request.desk, request.reader, known.item.parent)
    initial = {name: getattr(known.row, name) for name in _CELLS}
    form = LineForm(request, head, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        row, seen = row_of(**{name: told[name] for name in _CELLS}), seen_versions(request.POST)
        try:
            sheet_lines.correct_line(request.desk, request.reader, known.item.item, row, bytes.fromhex(told["source"]), told["reason"], seen)
        except LetapisError as fault:
            form.complain(fault, "reason" if fault.code == "verify.reason" else None)
        else:
            notice(request, "sheets.line_saved")
            return see_other("sheets:show", sheet=head.item.item.hex())
    return _line_page(request, known, head, form)


def _line_page(request: Any, known: reading.LineView, head: reading.SheetView, form: LineForm, error: str = "", typed: str = "") -> HttpResponse:
    desk, reader, lines = request.desk, request.reader, Lines(request)
    told = reading.claims(desk, reader, known.item.dossier, subject=known.entity)
    words = reading.passages_by_ref(desk, reader, [known.passage]).get(known.passage)
    context = dict(frame(request, known.item.dossier, "around")) | version_context(request, lines, known.item, _described) | {
        "line": known,
        "sheet": head,
        "form": form,
        "words": words.text if words else "",
        "own": lines.lines(claim for claim in told if claim.rid in known.claims and not claim.replaced),
        "news": lines.lines(known.news),
        "namesakes": reading.namesakes(desk, reader, known.row.name, {known.entity}) if known.named else (),
        "closed": known.struck or head.undone,
        "error": error,
        "typed": typed,
    }
    return page(request, "sheets/line.html", context, 422 if form.errors or error else 200)


def _described(record: Record) -> list[tuple[str, str]]:
    cells = [(f"sheets.cell.{name}", record.text("text" if name == "remark" else name)) for name in _CELLS]
    return [*cells, ("sheet_lines.field.reason", record.text("reason"))]


@require_POST
def strike(request: Any, sheet_line: str) -> HttpResponse:
    """Wrongly named: take back what the line said."""
    known = reading.sheet_line(request.desk, request.reader, ident(sheet_line))
    head, reason = reading.sheet(request.desk, request.reader, known.item.parent), request.POST.get("reason", "")
    try:
        sheet_lines.strike_line(request.desk, request.reader, known.item.item, reason, seen_versions(request.POST))
    except LetapisError as fault:
        form = LineForm(request, head, initial={name: getattr(known.row, name) for name in _CELLS})
        return _line_page(request, known, head, form, f"errors.{fault.code}", reason)
    notice(request, "sheets.struck_now")
    return see_other("sheets:show", sheet=head.item.item.hex())


NAVIGATION = (Entry(12, "sheets.title", "sheets:list"),)
AROUND = (Around(20, "sheets.title", "sheets:dossier", ("sheet",), ("group",)),)
urlpatterns = [
    path("sheets", overview, name="list"),
    path("sheets/new", new, name="new"),
    path("sheets/<str:sheet>", show, name="show"),
    path("sheets/<str:sheet>/undo", undo, name="undo"),
    path("sheet-lines/<str:sheet_line>", line, name="line"),
    path("sheet-lines/<str:sheet_line>/strike", strike, name="strike"),
    path("dossiers/<str:dossier>/sheets", dossier, name="dossier"),
    path("dossiers/<str:dossier>/sheets/new", new, name="new_here"),
]
