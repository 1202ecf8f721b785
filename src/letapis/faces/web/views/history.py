"""History of a dossier: every record in it, newest first, with the device that signed it and its place in that device's log."""

from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.desk import reading
from letapis.faces.texts import texts
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, page

app_name = "history"
_PAGE: Final = 80
_DEEPEST: Final = 20_000


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    ident_, lines = ident(dossier), Lines(request)
    context = dict(frame(request, ident_, "history"))
    found = reading.history(request.desk, request.reader, ident_, _DEEPEST)
    part = part_of(found, request.GET.get("page", ""), _PAGE)
    devices = {d.device: d for d in reading.devices(request.desk, request.reader)}
    rows = [(line, _kind(lines, line.type), *_who(lines, devices.get(line.device)), _fault(line.fault)) for line in part.shown]
    return page(request, "history/dossier.html", context | {"part": part, "rows": rows, "count": len(found)})


def _kind(lines: Lines, kind: str) -> str:
    key = f"history.type.{kind}"
    return lines.say(key) if key in texts() else kind


def _who(lines: Lines, device: reading.DeviceView | None) -> tuple[str, str]:
    """Member and device; a device that the directory does not know signed for nobody."""
    return (lines.name(device.member), device.label) if device else (lines.say("work.somebody"), "")


def _fault(code: str) -> str:
    key = f"errors.{code}"
    return key if code and key in texts() else "history.set_apart" if code else ""


urlpatterns = [path("dossiers/<str:dossier>/history", dossier, name="dossier")]
