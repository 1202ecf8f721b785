"""Pages for what went wrong: a sentence in the reader's language, never an id, a value or a trace."""

import logging
import re
import sys
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from letapis.core.errors import Busy, Damaged, Hostile, LetapisError, Locked, NotFound, Refused, UsageError
from letapis.faces.web import weblog
from letapis.faces.web.languages import language_of

LOCKED = "web.locked"
_PLACE: Final = re.compile(r"http://(?P<host>[^/?#]+)(?P<path>/[A-Za-z0-9_-][A-Za-z0-9_/.-]*)(?:\?.*)?")

STATUS: dict[type[LetapisError], int] = {
    UsageError: 400,
    NotFound: 404,
    Locked: 403,
    Damaged: 500,
    Refused: 403,
    Busy: 503,
    Hostile: 400,
}


def error_page(request: HttpRequest, status: int, code: str, reasons: tuple[str, ...] = ()) -> HttpResponse:
    """The page for one error code. It takes nothing from the desk, so that it also stands when the desk does not."""
    language = getattr(request, "language", None) or language_of(request)
    context = {"language": language, "key": f"errors.{code}", "reasons": reasons, "locked": code == LOCKED, "before": page_before(request)}
    return HttpResponse(render_to_string("error.html", context), status=status)


def page_before(request: HttpRequest) -> str:
    """The page of this desk from which a form or a link was sent, as a path without its question; empty where the browser names none.

    Whoever sent a file to a full disk wants the form again, and a page that is never stored cannot be had by the key "back" alone.
    """
    untrusted = _PLACE.fullmatch(request.headers.get("Referer", ""))
    if not untrusted or untrusted["host"] != request.headers.get("Host", ""):
        return ""
    return "" if request.method in ("GET", "HEAD") and untrusted["path"] == request.path else untrusted["path"]


def page_of(request: HttpRequest, error: LetapisError) -> HttpResponse:
    """The page for an error of the tree; faults of the machine are also written to the log, by code."""
    status = next((number for kind, number in STATUS.items() if isinstance(error, kind)), 500)
    if status >= 500:
        weblog.say(error.code, logging.ERROR, place=weblog.place_of(error.__traceback__))
    return error_page(request, status, error.code, error.reasons if isinstance(error, Refused) else ())


class ErrorMiddleware:
    """An error of the tree that leaves a view becomes its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._next(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return page_of(request, error) if isinstance(error, LetapisError) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: what its own parsers refuse."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return error_page(request, 413, "web.too_large")
    return error_page(request, 400, "web.bad_request")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403, "web.forbidden")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404, "web.no_such_page")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, "web.form_over")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called inside its ``except``: an error of the tree raised outside a view (in the upload handler), or our fault."""
    fault: Any = sys.exc_info()[1]
    if isinstance(fault, LetapisError):
        return page_of(request, fault)
    weblog.say("internal", logging.ERROR, place=weblog.place_of(getattr(fault, "__traceback__", None)))
    return error_page(request, 500, "internal")
