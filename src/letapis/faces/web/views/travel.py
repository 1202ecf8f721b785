"""Journeys with a device: who travels, announce one, say that it is over; put away what should not travel, and take it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core import travelling
from letapis.core.errors import LetapisError, NotFound
from letapis.core.travelling import AWAY, ENDED, PACKED
from letapis.desk import kept, packing, people, reading, travel
from letapis.faces.web.carrying import carry_out
from letapis.faces.web.doing import Made, Progress
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import carried, seen_versions

app_name = "travel"
_FIELDS: Final = {"travel.not_yours": "device", "travel.device": "device", "travel.dates": "last"}
_OFFERED: Final = 200
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
        lines, theirs = Lines(request), travel.announceable(request.desk, request.reader)
        chosen: Any = self.fields["device"]
        chosen.choices = [(d.device, f"{lines.name(d.member)} · {d.label}") for d in theirs]


class PackForm(DeskForm):
    """Dossiers that stay on this device: the newest to tick, others by their codes."""

    section = "travel"
    keep = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    codes = forms.CharField(required=False, max_length=4000)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        found, lines = reading.dossiers(request.desk, request.reader), Lines(request)
        here = packing.only_here(request.desk, request.reader)
        alone = f" ({lines.say('travel.only_here')})"
        chosen: Any = self.fields["keep"]
        chosen.choices = [(d.dossier.hex(), f"{d.code} · {d.title}{alone if d.dossier in here else ''}") for d in found[:_OFFERED]]
        chosen.initial = [d.dossier.hex() for d in found[:_OFFERED] if d.dossier in here]
        if len(found) <= _OFFERED:
            del self.fields["codes"]

    def dossiers(self, request: Any) -> list[bytes]:
        """What was ticked and named. Raises NotFound for a code that is not theirs."""
        named = [code.strip() for code in self.cleaned_data.get("codes", "").split(",") if code.strip()]
        found = [reading.resolve_dossier(request.desk, request.reader, code) for code in named]
        return [*map(ident, self.cleaned_data["keep"]), *found]


@dataclass(frozen=True)
class JourneyLine:
    """A journey in words. ``note`` is the key of a text, empty when there is nothing to say."""

    travel: bytes
    seen: str
    who: str
    first: str
    last: str
    state: str
    tone: str
    note: str
    may_end: bool
    over: bool
    heard: bool
    mine: bool


@require_safe
def show(request: Any) -> HttpResponse:
    return _show(request)


def _show(request: Any, form: StartForm | None = None, pack_form: PackForm | None = None, error: str = "") -> HttpResponse:
    """``form``, ``pack_form``: one that came back; ``error``: the code of why a button did nothing."""
    lines = Lines(request)
    found = [_line(request, lines, view) for view in travel.journeys(request.desk, request.reader)]
    today = request.desk.clock().date().isoformat()
    context = {
        "form": form or StartForm(request, initial={"device": request.desk.device, "first": today}),
        "journeys": [line for line in found if not line.over],
        "over": [line for line in found if line.over][:20],
        "mine": any(line.mine and not line.over for line in found),
        "pack_form": pack_form or PackForm(request, auto_id="pack_%s"),
        "typed": kept.typed(request.desk, request.reader),
        "packed": packing.status(request.desk, request.reader),
        "error": f"errors.{error}" if error else "",
    }
    return page(request, "travel/show.html", context, 422 if form or pack_form or error else 200)


def _line(request: Any, lines: Lines, view: travel.JourneyView) -> JourneyLine:
    journey, directory = view.journey, people.directory(request.desk)
    who = lines.device(journey.device) or lines.name(journey.member)
    state, note = journey.state, ""
    if state != ENDED and journey.last < request.desk.clock().date():
        note = "travel.over"
    elif state != ENDED and not journey.counts(directory.keepers()):
        note = "travel.not_counted"
    days = lines.date(journey.first.isoformat()), lines.date(journey.last.isoformat())
    flags = (travelling.may_end(journey, request.reader.member), state == ENDED, state == PACKED, journey.device == request.desk.device)
    return JourneyLine(view.travel, carried(view.heads), who, *days, f"travel.state.{state}", _TONES[state], note, *flags)


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
    return _show(request, form)


@require_POST
def pack(request: Any) -> HttpResponse:
    """Put away everything but what is ticked, which takes as long as reading it all back."""
    form = PackForm(request, request.POST, auto_id="pack_%s")
    if not form.is_valid():
        return _show(request, pack_form=form)
    desk, reader, typed = request.desk, request.reader, _typed_seen(request.POST)

    def work(progress: Progress) -> packing.Packed:
        return packing.pack(desk, reader, form.dossiers(request), progress, typed)

    return carry_out(request, "pack", work, lambda made: _packed(request, form, made))


def _typed_seen(posted: Mapping[str, str]) -> kept.Typed:
    """The texts that were announced on the page when it was shown; a page that says nothing of them announced none."""
    count, _, newest = posted.get("typed", "").partition(" ")
    return kept.Typed(int(count), newest) if count.isdecimal() and len(count) < 7 else kept.Typed()


def _packed(request: Any, form: PackForm, made: Made) -> HttpResponse:
    try:
        done = made()
    except NotFound as error:
        form.complain(error, "codes" if "codes" in form.fields else "keep")
    except LetapisError as error:
        form.complain(error, "keep" if error.code == "travel.nobody_holds" else None)
    else:
        notice(request, "travel.packed", records=done.records, objects=done.objects, keys=done.keys)
        return see_other("travel:show")
    return _show(request, pack_form=form)


@require_POST
def unpack(request: Any) -> HttpResponse:
    desk, reader = request.desk, request.reader
    return carry_out(request, "unpack", lambda progress: packing.unpack(desk, reader, progress), lambda made: _unpacked(request, made))


def _unpacked(request: Any, made: Made) -> HttpResponse:
    try:
        done = made()
    except LetapisError as error:
        return _show(request, error=error.code)
    if done.missing_records or done.missing_objects:
        notice(request, "travel.still_missing", records=done.missing_records, objects=done.missing_objects)
    else:
        notice(request, "travel.unpacked", records=done.records, objects=done.objects)
    return see_other("travel:show")


@require_POST
def end(request: Any, journey: str) -> HttpResponse:
    try:
        travel.end_journey(request.desk, request.reader, ident(journey), seen_versions(request.POST))
    except NotFound:
        raise
    except LetapisError as error:
        return _show(request, error=error.code)
    notice(request, "travel.ended")
    return see_other("travel:show")


urlpatterns = [
    path("settings/travel", show, name="show"),
    path("settings/travel/start", start, name="start"),
    path("settings/travel/pack", pack, name="pack"),
    path("settings/travel/unpack", unpack, name="unpack"),
    path("settings/travel/<str:journey>/end", end, name="end"),
]
