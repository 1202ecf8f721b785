"""The pages that belong to no section: the one-time link, the lock, the language, the look."""

from importlib.resources import files

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import Locked, UsageError
from letapis.core.language import LANGUAGES
from letapis.faces.web.pages import page
from letapis.faces.web.request import DeskRequest
from letapis.faces.web.running import running
from letapis.faces.web.session import TICKET, anyone, locked_page

_SCRIPT = "text/javascript; charset=utf-8"
_SCRIPTS = ("boxes.js", "desk.js", "keep.js", "moment.js", "watch.js", "words.js")
_LOOK = {**dict.fromkeys(("app.css", "picture.css"), "text/css; charset=utf-8"), "icon.png": "image/png"} | dict.fromkeys(_SCRIPTS, _SCRIPT)


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: DeskRequest, token: str) -> HttpResponse:
    """GET shows a button and uses nothing up, because programs look at links that people paste; POST opens the desk."""
    door = running().door
    if request.method != "POST":
        if not door.is_waiting_for(token):
            raise Locked("web.link_over")
        return page(request, "shell/open.html", {"token": token})
    ticket = door.enter(token)
    request.session.cycle_key()
    request.session[TICKET] = ticket
    return _to("/")


@require_POST
def lock(request: DeskRequest) -> HttpResponse:
    """Lock: the agent drops the keys and ends, every session ends, the server stops."""
    now = running()
    now.desk.agent.lock()
    now.door.close()
    return locked_page(request)


@anyone
@require_POST
def choose_language(request: DeskRequest) -> HttpResponse:
    """Keep the choice in a host-only cookie and go back to the page it came from, which must be one of ours."""
    language, back = request.POST.get("language"), request.POST.get("back", "/")
    if language not in LANGUAGES:
        raise UsageError("web.no_such_language")
    response = _to(back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, httponly=True, samesite="Strict")
    return response


@anyone
@require_safe
def look(request: DeskRequest, name: str) -> HttpResponse:
    """Stylesheet, script and icon: three files known by name, so that no path from outside meets the file system."""
    if name not in _LOOK:
        raise Http404
    return HttpResponse((files("letapis.faces.web") / "static" / name).read_bytes(), content_type=_LOOK[name])


def _to(address: str) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = address
    return response


urlpatterns = [
    path("open/<str:token>", open_link, name="open"),
    path("lock", lock, name="lock"),
    path("language", choose_language, name="language"),
    path("look/<str:name>", look, name="look"),
]
