"""Journeys with a device: who travels, announce one, say that it is over."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core import travelling
from letapis.core.errors import LetapisError
from letapis.core.travelling import AWAY, ENDED, PACKED
from letapis.desk import people, travel
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "travel"
_FIELDS: Final = {"travel.not_yours": "device", "travel.device": "device", "travel.dates": "last"}
_TONES: Final = {AWAY: "warn", PACKED: "warn", ENDED: ""}


def _day() -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class StartForm(DeskForm):
    """Which device, from when, until when."""

    section = "travel"
    device = forms.ChoiceField()
    first = _day()
    last = _day()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        directory, lines = people.directory(request.desk), Lines(request)
        everybody = request.reader.member in directory.keepers()
        theirs = [d for d in directory.active_devices() if everybody or d.member == request.reader.member]
        chosen: Any = self.fields["device"]
        chosen.choices = [(d.device, f"{lines.name(d.member)} · {d.label}") for d in sorted(theirs, key=lambda d: d.device != request.desk.device)]


@dataclass(frozen=True)
class JourneyLine:
    """A journey in words. ``note`` is the key of a text, empty when there is nothing to say."""

    travel: bytes
    who: str
    first: str
    last: str
    state: str
    tone: str
    note: str
    may_end: bool
    over: bool
    heard: bool


@require_safe
def show(request: Any) -> HttpResponse:
    return _show(request, None, 200)


def _show(request: Any, form: StartForm | None, status: int) -> HttpResponse:
    lines = Lines(request)
    found = [_line(request, lines, view) for view in travel.journeys(request.desk, request.reader)]
    today = request.desk.clock().date().isoformat()
    context = {
        "form": form or StartForm(request, initial={"device": request.desk.device, "first": today}),
        "journeys": [line for line in found if not line.over],
        "over": [line for line in found if line.over][:20],
    }
    return page(request, "travel/show.html", context, status)


def _line(request: Any, lines: Lines, view: travel.JourneyView) -> JourneyLine:
    journey, directory = view.journey, people.directory(request.desk)
    device = directory.devices.get(journey.device)
    who = f"{lines.name(journey.member)} · {device.label}" if device else lines.name(journey.member)
    state, note = journey.state, ""
    if state != ENDED and journey.last < request.desk.clock().date():
        note = "travel.over"
    elif state != ENDED and not journey.counts(directory.keepers()):
        note = "travel.not_counted"
    days = lines.date(journey.first.isoformat()), lines.date(journey.last.isoformat())
    may_end = travelling.may_end(journey, request.reader.member)
    return JourneyLine(view.travel, who, *days, f"travel.state.{state}", _TONES[state], note, may_end, state == ENDED, state == PACKED)


@require_POST
def start(request: Any) -> HttpResponse:
    form = StartForm(request, request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            travel.start_journey(request.desk, request.reader, told["device"], told["first"], told["last"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "travel.started")
            return see_other("travel:show")
    return _show(request, form, 422)


@require_POST
def end(request: Any, journey: str) -> HttpResponse:
    travel.end_journey(request.desk, request.reader, ident(journey))
    notice(request, "travel.ended")
    return see_other("travel:show")


urlpatterns = [
    path("settings/travel", show, name="show"),
    path("settings/travel/start", start, name="start"),
    path("settings/travel/<str:journey>/end", end, name="end"),
]
