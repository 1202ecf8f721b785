"""Copies in other places: what lies where, what is still to be done, and the work itself, which goes on where it was ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core import fixity as rules
from letapis.core.errors import LetapisError, NotFound
from letapis.desk import copies, copy_places, fixity, reading
from letapis.desk.copies import Overview, Row
from letapis.desk.copy_places import Place
from letapis.faces.web.carrying import carry_out
from letapis.faces.web.copies_picture import drawing
from letapis.faces.web.doing import Made, Progress
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.place_names import place_name
from letapis.faces.web.running import running

app_name = "fixity"
_ROWS_PAGE: Final = 60
_TONES: Final = {rules.GOOD: "good", rules.UNCHECKED: ""}
_ADDRESS: Final = ("blobs.address", "fixity.folder", "fixity.inside", "fixity.mark", "fixity.unreachable", "blobs.unreachable", "disk.permission")
_FIELDS: Final = dict.fromkeys(_ADDRESS, "address") | {"fixity.name": "name", "fixity.every": "every"}


class PlaceForm(DeskForm):
    """A place for copies. Its address is asked once and shown nowhere, because it may hold a password."""

    section = "fixity"
    name = forms.CharField(max_length=200)
    address = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    every = forms.IntegerField(min_value=0, max_value=rules.LONGEST_EVERY, initial=copy_places.EVERY)
    apart = forms.BooleanField(required=False)


class ChangeForm(DeskForm):
    """The same without an address, which does not change: another address is another place."""

    section = "fixity"
    name = forms.CharField(max_length=200)
    every = forms.IntegerField(min_value=0, max_value=rules.LONGEST_EVERY)
    apart = forms.BooleanField(required=False)


@dataclass(frozen=True)
class PlaceLine:
    """A place in words, with how many objects are in each state, for a bar with its numbers beside it."""

    place: Place
    name: str
    counts: tuple[tuple[str, int, str], ...]
    good: int
    last: str
    not_in: str
    is_due: bool
    reachable: bool
    unfinished: bool
    next: str


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any) -> HttpResponse:
    """The picture of all places, the table of all items, and the form for a new place."""
    form = PlaceForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        wanted = copy_places.PlaceForm(told["name"], told["address"], told["every"], told["apart"])
        try:
            copy_places.add_place(request.desk, request.reader, wanted)
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "fixity.added")
            return see_other("fixity:show")
    return page(request, "fixity/show.html", _context(request, form), 422 if form.errors else 200)


def _context(request: Any, form: PlaceForm, error: str = "", outcome: fixity.Outcome | None = None) -> dict[str, Any]:
    found = copies.overview(request.desk, request.reader)
    due = {one.place for one, _ in copies.due(request.desk, request.reader)}
    lines = Lines(request)
    part = part_of(found.rows(), request.GET.get("page", ""), _ROWS_PAGE)
    places = [_line(request, lines, found, one, one.place in due) for one in found.places]
    now = running().tending.now
    names = {one.place.place: one.name for one in places}
    return {
        "form": form,
        "error": error,
        "outcome": outcome,
        "outcome_place": next((one.name for one in places if outcome and one.place.place == outcome.place), ""),
        "places": places,
        "picture": drawing(found, [(one.place, one.name) for one in places], request.desk.clock().date()),
        "reading": (names[now[0]], now[1], now[2]) if now and now[0] in names else None,
        "count": len(found.objects),
        "safe": found.safe,
        "advice": [f"fixity.advice.{word}" for word in found.advice],
        "part": part,
        "rows": _table(request, lines, found, part.shown),
        "columns": [one.name for one in places if one.place.known],
    }


def _line(request: Any, lines: Lines, found: Overview, one: Place, is_due: bool) -> PlaceLine:
    counts = found.tally(one.place)
    told = tuple((f"fixity.count.{state}", count, _TONES.get(state, "bad")) for state, count in counts.items() if count)
    reachable = copy_places.is_reachable(request.desk, one)
    begun = bool(reachable and fixity.unfinished(request.desk, request.reader, one.place))
    following = rules.next_step(counts, is_due, one.kind != copy_places.NAMED)
    ends = (counts[rules.GOOD], found.last(one.place), found.not_reached(one.place), is_due, reachable, begun, following)
    return PlaceLine(one, place_name(request.desk, lines, one), told, *ends)


def _table(request: Any, lines: Lines, found: Overview, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """These rows in words: the state at each place, and titles of the items that the member may see; of others only that there is one."""
    titles: dict[bytes, str] = {}
    for dossier in {row.object.dossier for row in rows}:
        try:
            titles |= {kept.object: kept.title for kept in reading.evidence_of(request.desk, request.reader, dossier, derived=True)}
        except NotFound:
            continue
    names = [place_name(request.desk, lines, place) for place in found.known]
    return [{"object": row.object, "title": titles.get(row.object.item, ""), "good": row.good, "cells": _cells(names, row)} for row in rows]


def _cells(names: Sequence[str], row: Row) -> list[tuple[str, str, str, str]]:
    told = ((f"fixity.state.{cell.state}", _TONES.get(cell.state, "bad"), cell.day) for cell in row.cells)
    return [(name, *said) for name, said in zip(names, told, strict=True)]


@require_POST
def do(request: Any, place: str, deed: str) -> HttpResponse:
    """Check, copy or repair one place, beside the pages; then the page with what came of it."""
    one = copy_places.place(request.desk, request.reader, ident(place))
    if deed not in rules.DEEDS:
        raise NotFound("reading.not_found")
    desk, reader = request.desk, request.reader

    def work(progress: Progress) -> fixity.Outcome:
        with running().tending.aside():
            return fixity.walk(desk, reader, one.place, deed, progress)

    return carry_out(request, "fixity", work, lambda made: _done(request, made))


def _done(request: Any, made: Made) -> HttpResponse:
    try:
        outcome = made()
    except LetapisError as error:
        return page(request, "fixity/show.html", _context(request, PlaceForm(request), f"errors.{error.code}"), 422)
    if not outcome.reached:
        return page(request, "fixity/show.html", _context(request, PlaceForm(request), "errors.fixity.unreachable", outcome), 422)
    return page(request, "fixity/show.html", _context(request, PlaceForm(request), outcome=outcome))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Any, place: str) -> HttpResponse:
    """Its name, how often it is read, whether it is apart."""
    one = copy_places.place(request.desk, request.reader, ident(place))
    known = {"name": place_name(request.desk, Lines(request), one), "every": one.every, "apart": one.apart}
    form = ChangeForm(request, request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            copy_places.change_place(request.desk, request.reader, one.place, copy_places.PlaceForm(told["name"], "", told["every"], told["apart"]))
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "fixity.changed")
            return see_other("fixity:show")
    named = one.kind == copy_places.NAMED
    return page(request, "fixity/change.html", {"form": form, "place": one, "name": known["name"], "named": named}, 422 if form.errors else 200)


@require_POST
def give_up(request: Any, place: str) -> HttpResponse:
    copy_places.give_up_place(request.desk, request.reader, ident(place))
    notice(request, "fixity.given_up")
    return see_other("fixity:show")


urlpatterns = [
    path("fixity", show, name="show"),
    path("fixity/<str:place>/change", change, name="change"),
    path("fixity/<str:place>/give-up", give_up, name="give_up"),
    path("fixity/<str:place>/do/<str:deed>", do, name="do"),
]
