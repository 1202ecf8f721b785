"""The calendar: hearings and the days that bodies count, by week or month; one hearing with its outcome; days for another calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core import date_words
from letapis.core.agenda import month_of, week_of
from letapis.core.errors import LetapisError, NotFound
from letapis.core.records import Record
from letapis.desk import agenda, hearings, reading
from letapis.faces.web.around import Around
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.filed_lines import DayLine, day_lines
from letapis.faces.web.hearing_form import HearingForm
from letapis.faces.web.hearing_lines import HearingLine, court_name, court_names, hearing_line
from letapis.faces.web.lines import Lines
from letapis.faces.web.navigation import Entry
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import keep_chosen, seen_versions, version_context

app_name = "hearings"
_FIELDS: Final = {f"hearings.{name}": name for name in ("day", "time", "stage", "subject", "observer")}
_OVER: Final = 20


@dataclass(frozen=True)
class Day:
    """One day of the list with its hearings and the times of bodies that end on it; ``words`` empty for hearings of which only the month or
    the year is known."""

    words: str
    is_today: bool
    hearings: Sequence[HearingLine]
    times: Sequence[DayLine]


def _span(request: Any) -> tuple[str, date, date]:
    """Which days are asked for: the week or the month of a day, this week when the address says nothing that can be read."""
    view = "month" if request.GET.get("view") == "month" else "week"
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = request.desk.today()
    first, last = month_of(day) if view == "month" else week_of(day)
    return view, first, last


def _days(request: Any, lines: Lines, first: date, last: date) -> list[Day]:
    found = [hearing_line(request, lines, item) for item in reading.hearings_between(request.desk, request.reader, first, last)]
    by_day: dict[str, list[HearingLine]] = {(first + timedelta(days=n)).isoformat(): [] for n in range((last - first).days + 1)}
    some_day: list[HearingLine] = []
    for line in found:
        by_day.get(line.item.text("day"), some_day).append(line)
    today, times = request.desk.today().isoformat(), day_lines(request, lines, first, last)
    shown = [(day, at) for day, at in by_day.items() if at or day in times or (last - first).days < 7]
    days = [Day(date_words.with_weekday(date.fromisoformat(day), lines.language), day == today, at, times.get(day, ())) for day, at in shown]
    return [*days, Day("", False, some_day, ())] if some_day else days


def _beside(view: str, first: date, last: date) -> tuple[str, str]:
    """The days that lead to the span before and the one after; empty at the ends of the calendar."""
    before = "" if first.toordinal() == 1 else (first - timedelta(days=1)).isoformat()
    after = "" if last == date.max else (last + timedelta(days=1)).isoformat()
    return before, after


@require_safe
def overview(request: Any) -> HttpResponse:
    view, first, last = _span(request)
    before, after = _beside(view, first, last)
    days = _days(request, Lines(request), first, last)
    context = {"view": view, "first": first.isoformat(), "last": last.isoformat(), "before": before, "after": after, "days": days}
    context["zone"] = request.desk.catalogue.zone.tzname(None)
    return page(request, "hearings/calendar.html", context | {"any": any(day.hearings or day.times for day in days)})


@require_safe
def export(request: Any) -> HttpResponse:
    """The same days as a calendar file."""
    view, first, last = _span(request)
    made = agenda.exported(request.desk, request.reader, first, last)
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="hearings-{first.isoformat()}-{view}.ics"'
    return answer


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: Any, dossier: str) -> HttpResponse:
    """The hearings of one dossier, and a new one."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    form = HearingForm(request, ident_, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = hearings.add_hearing(request.desk, request.reader, ident_, form.hearing())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "hearings.added")
            return see_other("hearings:show", hearing=made.hex())
    lines = Lines(request)
    held = reading.items(request.desk, request.reader, "hearing", dossier=ident_, limit=200, newest=True)
    found = [hearing_line(request, lines, item) for item in held]
    planned, over = ([line for line in found if (line.item.state == "planned") is wanted] for wanted in (True, False))
    context |= {"form": form, "planned": planned, "over": over[::-1][:_OVER], "courts": court_names(request)}
    return page(request, "hearings/dossier.html", context, 422 if form.errors else 200)


def _hearing(request: Any, text: str) -> reading.ItemView:
    return reading.item(request.desk, request.reader, ident(text), "hearing")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, hearing: str) -> HttpResponse:
    known = _hearing(request, hearing)
    form = HearingForm(request, known.dossier, request.POST if request.method == "POST" else None, initial=_initial(request, known))
    if request.method == "POST" and form.is_valid():
        try:
            hearings.change_hearing(request.desk, request.reader, known.item, form.hearing(), seen_versions(request.POST))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "hearings.changed")
            return see_other("hearings:show", hearing=hearing)
    return _page(request, known, form)


def _page(request: Any, known: reading.ItemView, form: HearingForm, error: str = "", typed: str = "") -> HttpResponse:
    lines = Lines(request)
    context = dict(frame(request, known.dossier, "around"))
    context |= version_context(request, lines, known, lambda record: _describe(request, lines, record))
    context |= {
        "line": hearing_line(request, lines, known),
        "heading": lines.say("hearings.heading", day=lines.date(known.text("day"))),
        "form": form,
        "states": [(state, f"hearings.state.{state}") for state in hearings.STATES if state != "planned"],
        "sources": sorted((s.code, s.ident) for s in lines.sources(known.dossier).values()),
        "courts": court_names(request),
        "error": error,
        "typed": typed or known.text("outcome"),
    }
    return page(request, "hearings/show.html", context, 422 if form.errors or error else 200)


def _initial(request: Any, known: reading.ItemView) -> dict[str, str]:
    told = {name: known.text(name) for name in ("day", "time", "place", "judge", "stage", "text")}
    closed = {True: "yes", False: "no"}.get(known.record.body.get("closed"), "")  # type: ignore[call-overload]
    court = court_name(request, known.text("court"))
    return told | {"court": court, "closed": closed, "observer": known.owner.hex(), "subject": known.about.hex()}


def _describe(request: Any, lines: Lines, record: Record) -> list[tuple[str, str]]:
    closed = record.body.get("closed")
    observer = record.raw("observer")
    return [
        ("hearings.field.day", " ".join(part for part in (lines.date(record.text("day")), record.text("time")) if part)),
        ("hearings.field.court", court_name(request, record.text("court"))),
        ("hearings.field.place", record.text("place")),
        ("hearings.field.judge", record.text("judge")),
        ("hearings.field.stage", lines.word("hearings.stage", record.text("stage")) if record.text("stage") else ""),
        ("hearings.field.closed", "" if closed is None else lines.say("hearings.closed" if closed else "hearings.open")),
        ("hearings.field.observer", lines.name(observer) if observer else ""),
        ("hearings.field.state", lines.word("hearings.state", record.text("state"))),
        ("hearings.field.outcome", record.text("outcome")),
        ("hearings.field.text", record.text("text")),
    ]


@made_once
@require_POST
def outcome(request: Any, hearing: str) -> HttpResponse:
    known = _hearing(request, hearing)
    said = request.POST.get("outcome", "").replace("\r\n", "\n")
    try:
        hearings.record_outcome(request.desk, request.reader, known.item, said, request.POST.get("state", ""))
    except LetapisError as error:
        form = HearingForm(request, known.dossier, initial=_initial(request, known))
        return _page(request, known, form, f"errors.{error.code}", said)
    notice(request, "hearings.outcome_kept")
    return see_other("hearings:show", hearing=hearing)


@require_POST
def write_note(request: Any, hearing: str) -> HttpResponse:
    """The outcome becomes a note, and the page of the note opens, where single claims are cut from it."""
    known, source = _hearing(request, hearing), request.POST.get("source", "")
    lines = Lines(request)
    title = lines.say("hearings.note_title", day=lines.date(known.text("day")))
    try:
        made = hearings.note_of_outcome(request.desk, request.reader, known.item, title, request.language, ident(source) if source else b"")
    except NotFound:
        raise
    except LetapisError as error:
        return _page(request, known, HearingForm(request, known.dossier, initial=_initial(request, known)), f"errors.{error.code}")
    notice(request, "hearings.note_made")
    return see_other("account:note", note=made.hex())


@require_POST
def keep(request: Any, hearing: str) -> HttpResponse:
    keep_chosen(request, _hearing(request, hearing))
    return see_other("hearings:show", hearing=hearing)


NAVIGATION = (Entry(22, "calendar.title", "hearings:calendar"),)
AROUND = (Around(20, "hearings.title", "hearings:dossier", ("hearing",)),)
urlpatterns = [
    path("calendar", overview, name="calendar"),
    path("calendar/export", export, name="export"),
    path("dossiers/<str:dossier>/hearings", dossier, name="dossier"),
    path("hearings/<str:hearing>", show, name="show"),
    path("hearings/<str:hearing>/outcome", outcome, name="outcome"),
    path("hearings/<str:hearing>/note", write_note, name="note"),
    path("hearings/<str:hearing>/version", keep, name="keep"),
]
