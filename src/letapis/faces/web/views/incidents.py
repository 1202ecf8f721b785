"""A device in other hands: begin, see everything at one look, tick steps, mark from where on it counts for nothing, confirm again."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.incidents import CLOSED, STEP_STATES
from letapis.core.records import Record
from letapis.desk import doubtful, incidents, people, reading, renewal
from letapis.faces.texts import texts
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.incident_lines import device_words, hour, passage_lines, phases, warn_line
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import ident, is_reference, notice, page, see_other
from letapis.faces.web.versions import carried, seen_versions, side_by_side

app_name = "incidents"
_WARNED: Final = 40
_PASSAGES: Final = 40
_FIELDS: Final = {
    "incidents.member": "devices",
    "incidents.devices": "devices",
    "incidents.oneself": "devices",
    "incidents.kinds": "kinds",
    "incidents.since": "last_day",
    "removal.reason": "reason",
    "removal.since": "since",
    "verify.reason": "reason",
}


class OpenForm(DeskForm):
    """Whose devices, what happened, when they were last surely in their hands."""

    section = "incidents"
    devices = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    kinds = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    last_day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_hour = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    text = forms.CharField(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        names, directory = Lines(request), people.directory(request.desk)
        others = [d for d in directory.active_devices() if d.member != request.reader.member]
        chosen: Any = self.fields["devices"]
        chosen.choices = sorted(((d.device, f"{names.name(d.member)} · {d.label}") for d in others), key=lambda pair: pair[1].casefold())
        self.offer_labels("kinds", [(h.id, h.label) for h in request.desk.catalogue.incidents.happenings.values()])

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("last_hour") and not told.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", texts().say("incidents.day_missing", self.language))
        return told


class DoubtForm(DeskForm):
    """From which record on, and why."""

    section = "incidents"
    since = forms.IntegerField(min_value=0)
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AgainForm(DeskForm):
    section = "incidents"
    reason = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


def _complain(form: DeskForm, error: LetapisError) -> None:
    """Beside the field that it is about, if this form has one; above the form otherwise."""
    name = _FIELDS.get(error.code)
    form.complain(error, name if name in form.fields else None)


@require_safe
def overview(request: Any) -> HttpResponse:
    lines, plan = Lines(request), request.desk.catalogue.incidents
    found = incidents.incidents(request.desk, request.reader)
    shown = [(one, lines.name(one.member), _happened(plan, one.kinds, request.language), lines.date(one.day)) for one in found]
    return page(request, "incidents/list.html", {"incidents": shown})


def _happened(plan: Any, kinds: tuple[str, ...], language: str) -> list[str]:
    """What happened, in words; a newer version may know more than this one."""
    return [plan.happenings[kind].label[language] if kind in plan.happenings else kind for kind in kinds]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    form = OpenForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = incidents.open_incident(request.desk, request.reader, _told(request, form))
        except LetapisError as error:
            _complain(form, error)
        else:
            notice(request, "incidents.opened")
            return see_other("incidents:show", incident=made.hex())
    return page(request, "incidents/new.html", {"form": form, "alone": not form.fields["devices"].choices}, 422 if form.errors else 200)  # type: ignore[attr-defined]


def _told(request: Any, form: OpenForm) -> incidents.IncidentForm:
    """The form as the desk takes it: the member whose the first device is, and the hour of this computer as an instant."""
    told, directory = form.cleaned_data, people.directory(request.desk)
    member = directory.devices[told["devices"][0]].member
    last, today = told["last_day"], request.desk.clock().date()
    since = datetime.combine(last, told["last_hour"] or datetime.min.time()).astimezone() if last else None
    return incidents.IncidentForm(member, tuple(told["devices"]), tuple(told["kinds"]), (last or today).isoformat(), since, told["text"])


@require_safe
def show(request: Any, incident: str) -> HttpResponse:
    return _show(request, ident(incident), None, 200)


def _show(request: Any, incident: bytes, wrong: tuple[int, DoubtForm] | None, status: int) -> HttpResponse:
    lines, found = Lines(request), incidents.page(request.desk, request.reader, incident)
    devices = []
    for place, line in enumerate(found.devices):
        words = device_words(place, line)
        empty = DoubtForm(request, initial={"since": words.since}, auto_id=f"doubt{place}_%s")
        devices.append((words, wrong[1] if wrong and wrong[0] == place else empty, _behind(lines, line)))
    warned = part_of(found.warned, request.GET.get("page", ""), _WARNED)
    context = {
        "incident": found.line,
        "both": side_by_side(request, lines, incident, found.line.heads, lambda record: _state(lines, record)),
        "seen": carried(found.line.heads),
        "page": found,
        "name": lines.name(found.line.member),
        "happened": _happened(request.desk.catalogue.incidents, found.line.kinds, request.language),
        "since": hour(found.since, lines) if found.since else "",
        "devices": devices,
        "phases": phases(request, lines, found),
        "part": warned,
        "warned": [warn_line(request, lines, pair) for pair in warned.shown],
        "done": sum(step.state in ("done", "not_needed") for step in found.steps),
        "reached": sum(said.state in ("done", "not_needed") for _, said in found.warned),
        "travel_mode": any(one.put_away for one in found.reach.dossiers),
        "owners": _owners(request, found.line.member),
        "states": [(state, f"incidents.step.{state}") for state in STEP_STATES],
        "me": request.reader.member,
        "keepers": [lines.name(member) for member in people.directory(request.desk).keepers()],
    }
    return page(request, "incidents/show.html", context, status)


def _state(lines: Lines, record: Record) -> str:
    return lines.say("incidents.is_closed" if record.text("state") == CLOSED else "incidents.open")


def _behind(lines: Lines, line: incidents.DeviceLine) -> str:
    return ", ".join(lines.name(member) for member in line.proposal.supporters) if line.proposal else ""


def _owners(request: Any, concerned: bytes) -> list[tuple[bytes, str]]:
    return [(m.member, m.name) for m in reading.active_members(request.desk, request.reader) if m.member != concerned]


@require_POST
def step(request: Any, incident: str) -> HttpResponse:
    """Somebody takes a step or says how far it is. The button ``mine`` takes it, ``state`` says how far."""
    told, ident_ = request.POST, ident(incident)
    owner = request.reader.member if told.get("mine") else ident(told["owner"]) if told.get("owner") else b""
    state = "doing" if told.get("mine") else told.get("state", "")
    about = ident(told["about"]) if told.get("about") else b""
    incidents.say_step(request.desk, request.reader, ident_, told.get("code", ""), state, owner, about, told.get("text", ""), seen_versions(told))
    notice(request, "incidents.step_kept")
    return see_other("incidents:show", incident=incident)


@require_POST
def close(request: Any, incident: str) -> HttpResponse:
    incidents.close_incident(request.desk, request.reader, ident(incident), bool(request.POST.get("again")), seen_versions(request.POST))
    notice(request, "incidents.reopened" if request.POST.get("again") else "incidents.closed")
    return see_other("incidents:show", incident=incident)


@require_POST
def doubt(request: Any, incident: str, place: int) -> HttpResponse:
    """Propose that the device goes, and that from a record on nothing of it counts until it is confirmed again."""
    ident_ = ident(incident)
    device = _device(request, ident_, place)
    form = DoubtForm(request, request.POST, auto_id=f"doubt{place}_%s")
    if form.is_valid():
        try:
            incidents.doubt_device(request.desk, request.reader, ident_, device, form.cleaned_data["since"], form.cleaned_data["reason"])
        except NotFound:
            raise
        except LetapisError as error:
            _complain(form, error)
        else:
            notice(request, "members.removal_kept")
            return see_other("incidents:show", incident=incident)
    return _show(request, ident_, (place, form), 422)


def _device(request: Any, incident: bytes, place: int) -> str:
    devices = incidents.devices_of(request.desk, request.reader, incident)
    if place >= len(devices):
        raise NotFound("web.no_such_page")
    return devices[place]


@require_POST
def endorse(request: Any, incident: str, place: int) -> HttpResponse:
    ident_ = ident(incident)
    incidents.endorse(request.desk, request.reader, ident_, _device(request, ident_, place))
    notice(request, "members.endorsed")
    return see_other("incidents:show", incident=incident)


@require_POST
def keys(request: Any, incident: str) -> HttpResponse:
    """Give new keys to what waits for them from this device; elsewhere that happens by itself with the next exchange."""
    incidents.devices_of(request.desk, request.reader, ident(incident))
    notice(request, "incidents.keys_renewed", count=renewal.renew_keys(request.desk))
    return see_other("incidents:show", incident=incident)


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: Any, incident: str, place: int) -> HttpResponse:
    """The records in doubt by passage; what a colleague recognises is confirmed again, with a reason."""
    ident_ = ident(incident)
    device, lines = _device(request, ident_, place), Lines(request)
    known = people.directory(request.desk).devices[device]
    form = AgainForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        refs = [bytes.fromhex(ref) for passage in request.POST.getlist("refs") for ref in passage.split() if is_reference(ref)]
        try:
            count = doubtful.reconfirm(request.desk, request.reader, device, refs, form.cleaned_data["reason"])
        except NotFound:
            raise
        except LetapisError as error:
            _complain(form, error)
        else:
            notice(request, "incidents.confirmed", count=count)
            return see_other("incidents:again", incident=incident, place=place)
    since = known.compromised_since
    waiting = [] if since is None else doubtful.passages(doubtful.after(request.desk, request.reader, device, since, waiting=True))
    part = part_of(waiting, request.GET.get("page", ""), _PASSAGES)
    context = {
        "incident": ident_,
        "place": place,
        "form": form,
        "passages": passage_lines(request, lines, part.shown),
        "part": part,
        "waiting": len(waiting),
        "marked": since is not None,
        "own": known.member == request.reader.member,
        "label": known.label,
        "name": lines.name(known.member),
        "chosen": request.POST.getlist("refs"),
    }
    return page(request, "incidents/again.html", context, 422 if form.errors else 200)


NAVIGATION = (Entry(80, "incidents.title", "incidents:list"),)
urlpatterns = [
    path("incidents", overview, name="list"),
    path("incidents/new", new, name="new"),
    path("incidents/<str:incident>", show, name="show"),
    path("incidents/<str:incident>/step", step, name="step"),
    path("incidents/<str:incident>/close", close, name="close"),
    path("incidents/<str:incident>/keys", keys, name="keys"),
    path("incidents/<str:incident>/device/<int:place>/doubt", doubt, name="doubt"),
    path("incidents/<str:incident>/device/<int:place>/endorse", endorse, name="endorse"),
    path("incidents/<str:incident>/device/<int:place>/again", again, name="again"),
]
