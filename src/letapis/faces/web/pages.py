"""Small things every section needs: a page, a way on after a change, a notice for the next page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from letapis.core.errors import NotFound
from letapis.faces.web.opened import count_page

_NOTICES = "notices"
_HEX = "0123456789abcdef"


def page(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Render a template of the desk, and count that it was opened. Use status 422 for a form that comes back with errors."""
    if status == 200:
        count_page(request)
    return render(request, template, dict(context or {}), status=status)


def ident(text: str) -> bytes:
    """The 16 bytes that an address names in hexadecimal. Raises NotFound, like an id that nobody has."""
    return _named(text, 32)


def reference(text: str) -> bytes:
    """The 32 bytes of a record's reference, written in hexadecimal. Raises NotFound, like a reference that nobody has."""
    return _named(text, 64)


def is_reference(text: str) -> bool:
    return len(text) == 64 and not text.strip(_HEX)


def _named(text: str, length: int) -> bytes:
    if len(text) != length or text.strip(_HEX):
        raise NotFound("web.no_such_page")
    return bytes.fromhex(text)


def ordinal(text: str) -> int:
    """The number that an address names. Raises NotFound for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise NotFound("web.no_such_page")
    return int(text)


def see_other(name: str, **named: object) -> HttpResponse:
    """After a change: 303 to the page of this URL name, so that reloading repeats nothing."""
    response = HttpResponse(status=303)
    response["Location"] = reverse(name, kwargs=named)
    return response


def notice(request: Any, key: str, **counts: int) -> None:
    """Say something on the next page: the key of a text, and counts. Values of records have no place here."""
    request.session[_NOTICES] = [*request.session.get(_NOTICES, []), (key, counts)]


def take_notices(request: Any) -> list[tuple[str, dict[str, int]]]:
    """The notices that wait, each shown once."""
    waiting: list[tuple[str, dict[str, int]]] = request.session.pop(_NOTICES, []) if _NOTICES in request.session else []
    return waiting
