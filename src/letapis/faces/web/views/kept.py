"""Keep what is typed and not sent yet, and throw it away. The script sends it every few seconds; without it a button does."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from letapis.core.errors import NotFound
from letapis.desk import kept
from letapis.faces.web.kept import NAME, typed
from letapis.faces.web.pages import notice

app_name = "kept"


@require_POST
def keep(request: Any) -> HttpResponse:
    """Nothing for the script, which stays on its page; back to the page for a person who pressed the button."""
    name = _name(request)
    kept.keep(request.desk, request.reader, name, typed(request.POST))
    if request.headers.get("Sec-Fetch-Mode") in ("cors", "same-origin"):
        return HttpResponse(status=204)
    notice(request, "kept.kept")
    return _back(name)


@require_POST
def drop(request: Any) -> HttpResponse:
    name = _name(request)
    kept.forget(request.desk, request.reader, name)
    notice(request, "kept.dropped")
    return _back(name)


def _name(request: Any) -> str:
    """The name of the form, which begins with the address of one of our pages."""
    name = str(request.POST.get(NAME, ""))
    page = name.partition("#")[0]
    if not page.startswith("/") or "#" not in name or not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        raise NotFound("web.no_such_page")
    return name


def _back(name: str) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = name.partition("#")[0]
    return response


urlpatterns = [path("kept", keep, name="keep"), path("kept/drop", drop, name="drop")]
