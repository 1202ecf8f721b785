"""All orders to erase of the organisation: those that wait for somebody to stand behind them, and which devices and places have followed."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.desk import backup_copies, erasing_places, erasure
from letapis.faces.web import erasure_lines
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import seen_versions

app_name = "erasure_orders"


@require_safe
def show(request: Any) -> HttpResponse:
    return _show(request)


def _show(request: Any, error: str = "") -> HttpResponse:
    lines = Lines(request)
    found = erasure.standings(request.desk, request.reader)
    told = erasure_lines.orders(request, lines, found)
    context = erasure_lines.around(request, lines, found) | {
        "waiting": [one for one in told if not one.in_force],
        "gone": [one for one in told if one.in_force],
        "error": f"errors.{error}" if error else "",
    }
    return page(request, "erasure/orders.html", context, 422 if error else 200)


@require_POST
def agree(request: Any, order: str) -> HttpResponse:
    """Stand behind an order as another member."""
    try:
        standing = erasure.agree(request.desk, request.reader, ident(order))
    except NotFound:
        raise
    except LetapisError as error:
        return _show(request, error.code)
    notice(request, "erasure.carried" if standing.in_force else "erasure.waits_for_more")
    return see_other("erasure_orders:show")


@require_POST
def destroyed(request: Any, copy: str) -> HttpResponse:
    """A backup is no more."""
    try:
        backup_copies.destroyed(request.desk, request.reader, ident(copy), seen_versions(request.POST))
    except NotFound:
        raise
    except LetapisError as error:
        return _show(request, error.code)
    notice(request, "erasure.noted")
    return see_other("erasure_orders:show")


@require_POST
def clear(request: Any) -> HttpResponse:
    """Take away at the places that keep copies what orders name."""
    try:
        gone, silent = erasing_places.clear(request.desk, request.reader)
    except LetapisError as error:
        return _show(request, error.code)
    notice(request, "erasure.places_cleared", files=gone, silent=len(silent))
    return see_other("erasure_orders:show")


urlpatterns = [
    path("settings/erasure/places", clear, name="clear"),
    path("settings/erasure", show, name="show"),
    path("settings/erasure/<str:order>/agree", agree, name="agree"),
    path("settings/erasure/backups/<str:copy>", destroyed, name="destroyed"),
]
