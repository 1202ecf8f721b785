"""Exchange with colleagues: where the relay is, exchange now, what came of it, what is wrong, who has been silent."""

from dataclasses import asdict
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core.errors import LetapisError
from letapis.desk import placing, sync, travel
from letapis.faces.texts import texts
from letapis.faces.web.carrying import carry_out
from letapis.faces.web.doing import Made
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import notice, page, see_other

app_name = "sync"
_REPORT: Final = "sync"
_FAULTS_SHOWN: Final = 40


class AddressForm(DeskForm):
    section = "exchange"
    address = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))


@require_safe
def show(request: Any) -> HttpResponse:
    return _show(request, AddressForm(request, initial={"address": sync.relay_address(request.desk)}), "", 200)


def _show(request: Any, form: AddressForm, error: str, status: int) -> HttpResponse:
    faults, lines = sync.relay_faults(request.desk, request.reader), Lines(request)
    context = {
        "form": form,
        "address": sync.relay_address(request.desk),
        "report": request.session.get(_REPORT),
        "faults": [(_fault(fault.code), lines.device(fault.device)) for fault in faults[:_FAULTS_SHOWN]],
        "faults_count": len(faults),
        "begun": any(fault.code == placing.TWICE for fault in faults),
        "devices": _devices(request),
        "error": error,
    }
    return page(request, "sync/show.html", context, status)


def _fault(code: str) -> str:
    key = f"errors.{code}"
    return key if key in texts() else "exchange.fault_other"


def _devices(request: Any) -> list[tuple[str, str, bool, bool]]:
    """Other active devices: in words, the day of their last word, whether they have been silent too long, and whether they travel."""
    silent, away = sync.silent(request.desk, request.reader), travel.away_now(request.desk, request.reader)
    found, lines = [], Lines(request)
    for device, said in sync.freshness(request.desk, request.reader).items():
        day = said.date().isoformat() if said else ""
        found.append((lines.device(device), day, device in silent, device in away))
    return sorted(found)


@require_POST
def address(request: Any) -> HttpResponse:
    form = AddressForm(request, request.POST)
    if form.is_valid():
        try:
            sync.set_relay(request.desk, form.cleaned_data["address"])
        except LetapisError as error:
            form.complain(error, "address")
        else:
            notice(request, "exchange.address_kept")
            return see_other("sync:show")
    return _show(request, form, "", 422)


@require_POST
def now(request: Any) -> HttpResponse:
    """Exchange now; the report waits in the session for the page that follows."""
    desk, reader = request.desk, request.reader
    return carry_out(request, "exchange", lambda progress: sync.sync(desk, reader, progress), lambda made: _exchanged(request, made))


def _exchanged(request: Any, made: Made) -> HttpResponse:
    try:
        report = asdict(made())
    except LetapisError as error:
        form = AddressForm(request, initial={"address": sync.relay_address(request.desk)})
        return _show(request, form, f"errors.{error.code}", 422)
    faults = dict.fromkeys(_fault(code) for code in report["faults"])
    request.session[_REPORT] = {name: report[name] for name in _NUMBERS} | {"faults": list(faults), "fault_count": len(report["faults"])}
    return see_other("sync:show")


_NUMBERS: Final = ("sent", "received", "quarantined", "objects_sent", "objects_received")
NAVIGATION = (Entry(70, "exchange.title", "sync:show"),)
urlpatterns = [
    path("sync", show, name="show"),
    path("sync/address", address, name="address"),
    path("sync/now", now, name="now"),
]
