"""Prints of a dossier: enter one, lay it out for paper with its number at the head of every sheet, cross it off when it is destroyed."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError
from letapis.desk import prints, reading
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.papers import COLUMNS, label, sheets

app_name = "prints"
_FIELDS = {"prints.what": "what", "prints.copies": "copies", "prints.purpose": "purpose", "prints.no_raw": "what"}


class PrintForm(DeskForm):
    section = "prints"
    what = forms.ChoiceField()
    copies = forms.IntegerField(min_value=1, max_value=prints.MOST_COPIES, initial=1)
    purpose = forms.CharField(max_length=500, required=False)

    def __init__(self, request: Any, holds_raw: bool, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("what", [(what, f"prints.what.{what}") for what in prints.WHATS if holds_raw or what != "account"])


@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    form = PrintForm(request, context["holds_raw"], request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = prints.log_print(request.desk, request.reader, ident_, told["what"], told["copies"], told["purpose"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "prints.entered", count=made.number)
            return see_other("prints:show", paper=made.print.hex())
    found = reading.items(request.desk, request.reader, "print", dossier=ident_)
    numbers = [item.number for item in found]
    lines = Lines(request)
    rows = [(item, lines.name(item.author), numbers.count(item.number) > 1) for item in reversed(found)]
    return page(request, "prints/dossier.html", context | {"form": form, "prints": rows}, 422 if form.errors else 200)


def _print(request: Any, text: str) -> reading.ItemView:
    return reading.item(request.desk, request.reader, ident(text), "print")


@require_safe
def show(request: Any, paper: str) -> HttpResponse:
    """The sheets, laid out for paper. What the desk does not lay out itself gets the number to be written on it by hand."""
    return _page(request, _print(request, paper))


def _page(request: Any, known: reading.ItemView, error: str = "") -> HttpResponse:
    context = dict(frame(request, known.dossier, "around"))
    lines, what = Lines(request), known.text("what")
    parts = sheets(request, lines, context["dossier"], what) if what in COLUMNS and known.state != "destroyed" else []
    part = part_of(parts, request.GET.get("page", ""), 1)
    context |= {
        "print": known,
        "label": label(context["dossier"].code, known),
        "what": f"prints.what.{what}" if what in prints.WHATS else "prints.what.other",
        "copies": known.record.number("copies"),
        "purpose": known.text("purpose"),
        "destroyed": lines.date(known.text("destroyed")) if known.text("destroyed") else "",
        "author": lines.name(known.author),
        "columns": COLUMNS.get(what, ()),
        "part": part,
        "rows": part.shown[0] if part.shown else [],
        "error": error,
        "today": request.desk.clock().date().isoformat(),
    }
    return page(request, "prints/paper.html", context, 422 if error else 200)


@require_POST
def destroyed(request: Any, paper: str) -> HttpResponse:
    known = _print(request, paper)
    try:
        prints.mark_destroyed(request.desk, request.reader, known.item, request.POST.get("day", "").strip())
    except LetapisError as error:
        return _page(request, known, f"errors.{error.code}")
    notice(request, "prints.now_destroyed")
    return see_other("prints:dossier", dossier=known.dossier.hex())


AROUND = (Around(60, "prints.title", "prints:dossier", ("print",)),)
urlpatterns = [
    path("dossiers/<str:dossier>/prints", dossier, name="dossier"),
    path("prints/<str:paper>", show, name="show"),
    path("prints/<str:paper>/destroyed", destroyed, name="destroyed"),
]
