"""Colleagues and their devices: the list, letting somebody in after comparing a fingerprint, standing behind entries, removals."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound, Refused
from letapis.core.membership import Device, Directory, Member, Proposal, State
from letapis.desk import members, people, removal
from letapis.faces.texts import texts
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "members"
_WELCOME: Final = "welcome"
_TONES: Final = {State.ACTIVE: "good", State.PROPOSED: "warn", State.REMOVED: "bad"}
_FIELDS: Final = {
    "members.name": "name",
    "members.fingerprint_differs": "fingerprint",
    "members.request_form": "request",
    "members.device_label": "request",
    "members.known_already": "request",
    "members.other_member": "request",
    "members.publisher_alone": "publisher",
    "removal.reason": "reason",
    "removal.since": "since",
}


class RegisterForm(DeskForm):
    """A colleague who has no device yet."""

    section = "members"
    name = forms.CharField(max_length=200)
    keeper = forms.BooleanField(required=False)
    custodian = forms.BooleanField(required=False)


class DeviceForm(DeskForm):
    """A join request, and its fingerprint as the other side read it out: the page never shows it, so that it is really compared."""

    section = "members"
    request = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}))
    fingerprint = forms.CharField(max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class AdmitForm(RegisterForm, DeviceForm):
    """A new colleague with a first device."""

    field_order = ("request", "fingerprint", "name", "keeper", "custodian", "publisher")
    publisher = forms.BooleanField(required=False)


class WelcomeForm(DeskForm):
    section = "members"
    welcome = forms.CharField(max_length=200_000, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}))


class LabelForm(DeskForm):
    section = "members"
    label = forms.CharField(max_length=60)


class RemovalForm(DeskForm):
    section = "members"
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class DeviceRemovalForm(RemovalForm):
    device = forms.CharField(max_length=64, widget=forms.HiddenInput)
    since = forms.IntegerField(required=False, min_value=0)


@dataclass(frozen=True)
class DeviceLine:
    """A device with its fingerprint, to be compared by voice whenever somebody is in doubt."""

    device: Device
    state: str
    tone: str
    fingerprint: str
    here: bool


@dataclass(frozen=True)
class MemberLine:
    member: Member
    state: str
    tone: str
    devices: tuple[DeviceLine, ...]


@dataclass(frozen=True)
class PendingLine:
    """An entry that waits for keepers: what it is, about whom, who stands behind it already."""

    proposal: Proposal
    kind: str
    about: str
    names: tuple[str, ...]
    mine: bool


@require_safe
def overview(request: Any) -> HttpResponse:
    directory, lines = people.directory(request.desk), Lines(request)
    if not directory.members:
        return see_other("members:join")
    ordered = sorted(directory.members.values(), key=lambda m: (m.state is not State.ACTIVE, m.name.casefold()))
    context = {
        "organisation": directory.name,
        "root_words": members.root_words(people.root(request.desk)),
        "members": [_member(request, directory, member) for member in ordered],
        "pending": [_pending(request, lines, directory, proposal) for proposal in directory.proposals],
        "keeper": request.reader.member in directory.keepers(),
    }
    return page(request, "members/list.html", context)


def _member(request: Any, directory: Directory, member: Member) -> MemberLine:
    devices = [_device(request, d) for d in directory.devices.values() if d.member == member.member]
    return MemberLine(member, f"directory.state.{member.state}", _TONES[member.state], tuple(devices))


def _device(request: Any, device: Device) -> DeviceLine:
    asked = members.JoinRequest(device.member, device.label, device.device, device.log, people.public_of(device))
    return DeviceLine(device, f"directory.state.{device.state}", _TONES[device.state], asked.fingerprint, device.device == request.desk.device)


def _pending(request: Any, lines: Lines, directory: Directory, proposal: Proposal) -> PendingLine:
    record = next((r for r in people.records(request.desk) if r.ref == proposal.ref), None)
    told = record.body if record else {}
    named = directory.members.get(record.raw("member")) if record and "member" in told else None
    label = record.text("label") if record and "label" in told else ""
    about = " · ".join(part for part in (named.name if named else "", label) if part)
    names = tuple(lines.name(member) for member in proposal.supporters)
    mine = request.reader.member in directory.keepers() and request.reader.member not in proposal.supporters
    return PendingLine(proposal, f"members.entry.{proposal.type}", about, names, mine)


@require_http_methods(["GET", "HEAD", "POST"])
def admit(request: Any) -> HttpResponse:
    """Let a new colleague in. The welcome to send back is kept for this session and shown on a page of its own."""
    form = AdmitForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        named = (told["request"], told["name"], told["fingerprint"], told["keeper"], told["custodian"], told["publisher"])
        try:
            done = members.admit(request.desk, request.reader, *named)
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            return _welcomed(request, done)
    return page(request, "members/admit.html", {"form": form}, 422 if form.errors else 200)


def _welcomed(request: Any, done: members.Admitted) -> HttpResponse:
    request.session[_WELCOME] = (done.welcome, done.root_words, done.pending)
    return see_other("members:welcome")


@require_safe
def welcome(request: Any) -> HttpResponse:
    """The welcome of the colleague who was let in last in this session: text to send, words to compare."""
    kept = request.session.get(_WELCOME)
    if kept is None:
        raise NotFound("web.no_such_page")
    text, words, pending = kept
    return page(request, "members/welcome.html", {"text": text, "words": words, "pending": pending})


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Any) -> HttpResponse:
    form = RegisterForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = members.register_member(request.desk, request.reader, told["name"], told["keeper"], told["custodian"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "members.registered")
            return see_other("members:show", member=made.hex())
    return page(request, "members/register.html", {"form": form}, 422 if form.errors else 200)


@require_safe
def show(request: Any, member: str) -> HttpResponse:
    return _show(request, ident(member), {}, 200)


def _show(request: Any, member: bytes, forms_: dict[str, DeskForm], status: int) -> HttpResponse:
    """A member with devices. ``forms_`` holds a form that came back wrong, by its name."""
    directory = people.directory(request.desk)
    known = directory.members.get(member)
    if known is None:
        raise NotFound("reading.not_found")
    line = _member(request, directory, known)
    wrong = forms_.get("device_removal")
    removals: list[tuple[DeviceLine, DeskForm]] = []
    for place, one in enumerate(line.devices):
        if one.device.state is State.ACTIVE and not one.here:
            name = one.device.device
            empty = DeviceRemovalForm(request, initial={"device": name}, auto_id=f"device{place}_%s")
            removals.append((one, wrong if wrong and wrong["device"].value() == name else empty))
    context = {
        "line": line,
        "keeper": request.reader.member in directory.keepers(),
        "oneself": member == request.reader.member,
        "active": known.state is State.ACTIVE,
        "device_form": forms_.get("device") or DeviceForm(request, auto_id="new_%s"),
        "removal_form": forms_.get("removal") or RemovalForm(request, auto_id="gone_%s"),
        "removals": removals,
    }
    return page(request, "members/show.html", context, status)


@require_POST
def add_device(request: Any, member: str) -> HttpResponse:
    ident_ = ident(member)
    form = DeviceForm(request, request.POST, auto_id="new_%s")
    if form.is_valid():
        try:
            done = members.add_device(request.desk, request.reader, form.cleaned_data["request"], ident_, form.cleaned_data["fingerprint"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            return _welcomed(request, done)
    return _show(request, ident_, {"device": form}, 422)


@require_POST
def remove(request: Any, member: str) -> HttpResponse:
    ident_ = ident(member)
    form = RemovalForm(request, request.POST, auto_id="gone_%s")
    if form.is_valid():
        try:
            removal.remove_member(request.desk, request.reader, ident_, form.cleaned_data["reason"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "members.removal_kept")
            return see_other("members:show", member=member)
    return _show(request, ident_, {"removal": form}, 422)


@require_POST
def remove_device(request: Any, member: str) -> HttpResponse:
    ident_ = ident(member)
    form = DeviceRemovalForm(request, request.POST, auto_id="wrong_%s")
    if form.is_valid():
        told = form.cleaned_data
        device = people.directory(request.desk).devices.get(told["device"])
        if device is None or device.member != ident_:
            raise NotFound("reading.not_found")
        try:
            removal.remove_device(request.desk, request.reader, device.device, told["reason"], told["since"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "members.removal_kept")
            return see_other("members:show", member=member)
    return _show(request, ident_, {"device_removal": form}, 422)


@require_POST
def endorse(request: Any) -> HttpResponse:
    """Stand behind an entry that waits for keepers."""
    chosen = request.POST.get("entry", "")
    waiting = [p.ref for p in members.pending_entries(request.desk, request.reader) if p.ref.hex() == chosen]
    if not waiting:
        raise Refused("members.no_such_entry")
    members.endorse_entry(request.desk, request.reader, waiting[0])
    notice(request, "members.endorsed")
    return see_other("members:list")


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Any) -> HttpResponse:
    """The newcomer's side: the request of this device with its fingerprint, and the place for the welcome that comes back."""
    form = WelcomeForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            members.accept_welcome(request.desk, form.cleaned_data["welcome"])
        except LetapisError as error:
            form.complain(error, "welcome")
        else:
            notice(request, "members.joined")
            return see_other("members:join")
    label = request.GET.get("label", "").strip()[:60] or texts().say("members.label_default", request.language)
    text = members.join_request(request.desk.agent, label)
    root = people.root(request.desk)
    context = {
        "form": form,
        "label_form": LabelForm(request, initial={"label": label}),
        "text": text,
        "fingerprint": members.read_request(text).fingerprint,
        "root_words": members.root_words(root) if root else "",
    }
    return page(request, "members/join.html", context, 422 if form.errors else 200)


NAVIGATION = (Entry(60, "members.title", "members:list"),)
urlpatterns = [
    path("members", overview, name="list"),
    path("members/admit", admit, name="admit"),
    path("members/register", register, name="register"),
    path("members/welcome", welcome, name="welcome"),
    path("members/endorse", endorse, name="endorse"),
    path("members/join", join, name="join"),
    path("members/<str:member>", show, name="show"),
    path("members/<str:member>/device", add_device, name="add_device"),
    path("members/<str:member>/remove", remove, name="remove"),
    path("members/<str:member>/remove-device", remove_device, name="remove_device"),
]
