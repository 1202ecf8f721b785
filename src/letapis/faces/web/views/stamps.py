"""The time of the logs: what is proven of it, what still waits, who may stamp, and how it goes where there is no network."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core.errors import LetapisError, Refused
from letapis.desk import anchors, authorities, beacons, brackets, people, stamping, stamps_by_hand
from letapis.desk.anchor_views import OTS, AnchorView
from letapis.faces.texts import texts
from letapis.faces.web.carrying import carry_out
from letapis.faces.web.doing import Made, Progress
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import notice, page, see_other
from letapis.faces.web.stamp_forms import FIELDS, AuthorityForm, BeaconForm, FolderForm

app_name = "time"
_REPORT: Final = "time"
_CALENDARS: Final = "OpenTimestamps"
_TONES: Final = {"anchored": "good", "pending": "warn", "not_anchored": "bad"}


@dataclass(frozen=True)
class StampLine:
    """A receipt, or what is still waited for. ``says`` is the key of a text; ``time`` and ``days`` stand beside it where they are told."""

    name: str
    says: str
    tone: str
    time: str
    days: int
    height: int
    renews: bool


@dataclass(frozen=True)
class CheckpointLine:
    """A checkpoint in words; empty where no time is known. Of a colleague's log the claim is told by the day: the hour at which they work is
    nobody's business."""

    who: str
    here: bool
    view: brackets.CheckpointView
    state: str
    tone: str
    claimed: str
    not_before: str
    not_after: str
    stamps: tuple[StampLine, ...]


@require_safe
def show(request: Any) -> HttpResponse:
    return _show(request)


def _show(request: Any, error: str = "", **came_back: DeskForm) -> HttpResponse:
    """``came_back``: forms with errors, by the name they have on the page; ``error``: the code of why a button did nothing."""
    known = authorities.authorities(request.desk, request.reader)
    lines = Lines(request)
    found = [_line(request, lines, view) for view in brackets.checkpoints(request.desk, request.reader)]
    asked = [one for one in known if one.in_use and one.kind != authorities.RANDOMNESS]
    context: dict[str, Any] = {
        "checkpoints": found,
        "waiting": sum(stamp.tone == "warn" for line in found for stamp in line.stamps),
        "due": len(anchors.due(request.desk, request.reader, request.desk.clock())),
        "known": [(one, lines.name(one.by)) for one in known],
        "keeper": people.is_keeper(request.desk, request.reader),
        "may_stamp": bool(asked),
        "servers": [one for one in known if one.in_use and one.kind == authorities.RANDOMNESS],
        "report": request.session.get(_REPORT),
        "error": f"errors.{error}" if error else "",
        "authority_form": AuthorityForm(request, auto_id="authority_%s"),
        "out_form": FolderForm(request, auto_id="out_%s"),
        "in_form": FolderForm(request, auto_id="in_%s"),
        "beacon_form": BeaconForm(request, auto_id="beacon_%s"),
    }
    return page(request, "time/show.html", context | came_back, 422 if came_back or error else 200)


def _line(request: Any, lines: Lines, view: brackets.CheckpointView) -> CheckpointLine:
    stamps = tuple(_stamp(request, lines, one) for one in view.anchors)
    here = view.origin == request.desk.origin
    claimed = _hour(lines, view.claimed) if here or view.claimed is None else lines.date(view.claimed.date().isoformat())
    before, after = _hour(lines, view.not_before.moment if view.not_before else None), _hour(lines, view.not_after)
    return CheckpointLine(lines.device(view.device), here, view, f"time.state.{view.state}", _TONES[view.state], claimed, before, after, stamps)


def _hour(lines: Lines, moment: datetime | None) -> str:
    return f"{lines.date(moment.date().isoformat())}, {moment:%H:%M} UTC" if moment else ""


def _stamp(request: Any, lines: Lines, one: AnchorView) -> StampLine:
    days, name = one.days(request.desk.clock()), _CALENDARS if one.kind == OTS else one.name
    if one.fault:
        says = f"errors.{one.fault}" if f"errors.{one.fault}" in texts() else "time.does_not_hold"
        return StampLine(name, says, "bad", "", days, one.height, bool(one.renews))
    if one.moment:
        return StampLine(name, "time.holds", "good", _hour(lines, one.moment), days, one.height, bool(one.renews))
    return StampLine(name, f"time.waits.{one.stage}", "warn", "", days, one.height, bool(one.renews))


# ---- asking ----------------------------------------------------------------------------------------------------------


@require_POST
def stamp(request: Any) -> HttpResponse:
    """The newest checkpoints, and whatever waited before."""
    desk, reader, every = request.desk, request.reader, "every_log" in request.POST
    return _asked(request, lambda: stamping.begin(desk, reader, every_log=every))


@require_POST
def upgrade(request: Any) -> HttpResponse:
    return _asked(request, lambda: 0)


@require_POST
def renew(request: Any) -> HttpResponse:
    desk, reader = request.desk, request.reader
    return _asked(request, lambda: stamping.renew(desk, reader))


def _asked(request: Any, first: Callable[[], int]) -> HttpResponse:
    desk, reader = request.desk, request.reader

    def work(progress: Progress) -> stamping.SendReport:
        first()
        return stamping.send(desk, reader, progress)

    return carry_out(request, "stamps", work, lambda made: _reported(request, made))


def _reported(request: Any, made: Made) -> HttpResponse:
    """The report waits in the session for the page that follows."""
    try:
        report: stamping.SendReport = made()
    except LetapisError as error:
        return _show(request, error.code)
    counts = {"stamped": report.stamped, "upgraded": report.upgraded, "waiting": report.waiting}
    request.session[_REPORT] = {"counts": counts, "faults": _said(report.faults), "clock": report.clock_differs}
    return see_other("time:show")


def _said(faults: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Who or which file, and the key of what is wrong."""
    return [(name, f"errors.{code}" if f"errors.{code}" in texts() else "time.does_not_hold") for name, code in faults]


# ---- by hand ---------------------------------------------------------------------------------------------------------


@require_POST
def requests(request: Any) -> HttpResponse:
    form = FolderForm(request, request.POST, auto_id="out_%s")
    if form.is_valid():
        try:
            written = stamps_by_hand.write_requests(request.desk, request.reader, Path(form.cleaned_data["folder"]))
        except LetapisError as error:
            form.complain(error, "folder")
        else:
            notice(request, "time.written", count=len(written))
            return see_other("time:show")
    return _show(request, out_form=form)


@require_POST
def take(request: Any) -> HttpResponse:
    form = FolderForm(request, request.POST, auto_id="in_%s")
    if form.is_valid():
        try:
            report = stamps_by_hand.take_folder(request.desk, request.reader, Path(form.cleaned_data["folder"]))
        except LetapisError as error:
            form.complain(error, "folder")
        else:
            if report.taken:
                notice(request, "time.taken", count=report.taken)
                request.session[_REPORT] = {"faults": _said(report.faults)}
                return see_other("time:show")
            for _, code in report.faults:
                form.complain(LetapisError(code), "folder")
    return _show(request, in_form=form)


# ---- who may stamp, and values of nobody -----------------------------------------------------------------------------


@require_POST
def authority(request: Any) -> HttpResponse:
    form = AuthorityForm(request, request.POST, auto_id="authority_%s")
    if form.is_valid():
        try:
            authorities.add_authority(request.desk, request.reader, form.told())
        except LetapisError as error:
            form.complain(error, FIELDS.get(error.code))
        else:
            notice(request, "time.authority_kept")
            return see_other("time:show")
    return _show(request, authority_form=form)


@require_POST
def retire(request: Any) -> HttpResponse:
    try:
        authorities.retire(request.desk, request.reader, request.POST.get("name", ""))
    except Refused as error:
        return _show(request, error.code)
    notice(request, "time.authority_retired")
    return see_other("time:show")


@require_POST
def beacon(request: Any) -> HttpResponse:
    form = BeaconForm(request, request.POST, auto_id="beacon_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            beacons.record_beacon(request.desk, told["kind"], told["value"], told["source"], told["when"])
        except LetapisError as error:
            form.complain(error, FIELDS.get(error.code, "value"))
        else:
            notice(request, "time.beacon_recorded")
            return see_other("time:show")
    return _show(request, beacon_form=form)


@require_POST
def fetch(request: Any) -> HttpResponse:
    try:
        beacons.fetch_beacon(request.desk, request.reader, request.POST.get("server", ""))
    except LetapisError as error:
        return _show(request, error.code)
    notice(request, "time.beacon_recorded")
    return see_other("time:show")


urlpatterns = [
    path("time", show, name="show"),
    path("time/stamp", stamp, name="stamp"),
    path("time/upgrade", upgrade, name="upgrade"),
    path("time/renew", renew, name="renew"),
    path("time/requests", requests, name="requests"),
    path("time/take", take, name="take"),
    path("time/authority", authority, name="authority"),
    path("time/retire", retire, name="retire"),
    path("time/beacon", beacon, name="beacon"),
    path("time/fetch", fetch, name="fetch"),
]
