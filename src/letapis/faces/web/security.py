"""Page rules and the four questions every request is asked before anything reads its body (threat-model.md, sections 5 and 11).

Right host? Allowed method? From our own pages? Each is one small class; a refusal is a page like any other, with the same headers.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from letapis.faces.web.errors import error_page
from letapis.faces.web.running import running

Next = Callable[[HttpRequest], HttpResponseBase]

METHODS = ("GET", "HEAD", "POST")

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
WITH_SCRIPT = f"{POLICY}; script-src 'self'"
MEDIA = "default-src 'none'; media-src 'self'; frame-ancestors 'none'; base-uri 'none'; sandbox"
WITH_KEEPING = f"{WITH_SCRIPT}; connect-src 'self'"

_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-create", "publickey-credentials-get",
    "screen-wake-lock", "serial", "storage-access", "usb", "xr-spatial-tracking",
)  # fmt: skip

PAGE_RULES = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "X-DNS-Prefetch-Control": "off",
}


class PageRulesMiddleware:
    """Every answer carries the page rules. Script is allowed on pages of an open desk only, and only ours; it may speak to us
    only on pages that keep what is typed. Bytes of a stranger (``is_media``) run nothing and are nobody's page."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._next(request)
        for name, value in PAGE_RULES.items():
            response[name] = value
        if getattr(response, "is_media", False):
            response["Content-Security-Policy"] = MEDIA
        elif getattr(request, "has_desk", False):
            response["Content-Security-Policy"] = WITH_KEEPING if getattr(response, "keeps_text", False) else WITH_SCRIPT
        return response


class HostMiddleware:
    """The request names exactly our host and port: a name that was rebound to this address gets nothing."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.META.get("HTTP_HOST") != running().door.authority:
            return error_page(request, 400, "web.wrong_host")
        return self._next(request)


class MethodMiddleware:
    """GET and HEAD read, POST changes, nothing else exists. An address that only takes changes says so on a page: the bare refusal of
    Django has no body, and a browser would show a fault of its own."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS:
            return _wrong_method(request, ", ".join(METHODS))
        response = self._next(request)
        return _wrong_method(request, response["Allow"]) if response.status_code == 405 else response


def _wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    response = error_page(request, 405, "web.wrong_method")
    response["Allow"] = allowed
    return response


class OriginMiddleware:
    """A change comes from our own page, and only navigation may come from elsewhere.

    ``Origin`` must be ours; where a browser leaves it out, ``Sec-Fetch-Site: same-origin`` must stand. ``null`` is never accepted.
    """

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_from_our_page(request):
            return error_page(request, 403, "web.wrong_origin")
        return self._next(request)


def _is_from_our_page(request: HttpRequest) -> bool:
    origin, site = request.META.get("HTTP_ORIGIN"), request.META.get("HTTP_SEC_FETCH_SITE")
    if origin is not None and origin != running().door.origin:
        return False
    if request.method == "POST":
        return site == "same-origin" if origin is None else site in (None, "same-origin")
    return site in (None, "same-origin", "none") or request.META.get("HTTP_SEC_FETCH_MODE") == "navigate"
