"""A form that is sent twice is taken once: a double click, or a second press while the first still works.

Records are signed and cannot be deleted, so the same note would stand in a dossier twice for ever. Every rendered form carries its own
random token (Django masks it anew for each page), so equal bytes from the same session mean the same press; the second gets the way on
that the first got. What was changed before it is sent again is another body and is taken as usual. Only digests are kept, in memory.

A form that stands open in two tabs, or is sent again after going back, has another token. Where a view makes something new (``made_once``),
the same words as in the change before, a moment later, lead to what that change made. Only the change before counts: who answered no,
then yes, then no again means the last no.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from letapis.faces.web.kept import NAME
from letapis.faces.web.pages import notice
from letapis.faces.web.session import TICKET, View

KEPT: Final = 64
A_MOMENT: Final = 600.0  # seconds; later the same words are about another occasion
_OF_A_PAGE: Final = tuple(f"{name}=".encode() for name in ("csrfmiddlewaretoken", NAME))
_FORM: Final = "application/x-www-form-urlencoded"


def made_once(view: View) -> View:
    """Each form that the page takes makes something new; the same words twice in a row are one thing."""
    view.made_once = True  # type: ignore[attr-defined]
    return view


class _Change(NamedTuple):
    """The last change of a session: what was sent where, when, and where it led."""

    words: bytes
    at: float
    address: str


class OnceMiddleware:
    """Holds back the second of two equal forms until the first is through. Uploads are left alone: their bytes pass by only once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase], clock: Callable[[], float] = time.monotonic) -> None:
        self._next, self._clock = get_response, clock
        self._guard = Lock()
        self._sent: OrderedDict[bytes, Future[str]] = OrderedDict()
        self._last: OrderedDict[str, _Change] = OrderedDict()

    def __call__(self, request: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.has_desk or request.content_type != _FORM:
            return self._next(request)
        key = _press(request)
        with self._guard:
            before = self._sent.get(key)
            mine = before or self._sent.setdefault(key, Future())
        if before is None:
            return self._take(request, key, mine)
        address = mine.result()
        return _way_on(address) if address else self._next(request)

    def process_view(self, request: Any, view: Any, _arguments: Any, _named: Any) -> HttpResponseBase | None:
        """The way on of the change before, if this is the same once more from another tab."""
        if request.method != "POST" or not request.has_desk or request.content_type != _FORM or not getattr(view, "made_once", False):
            return None
        before = self._last.get(_ticket(request))
        if before is None or before.words != _words(request) or self._clock() - before.at > A_MOMENT:
            return None
        notice(request, "web.sent_twice")
        return _way_on(before.address)

    def _take(self, request: Any, key: bytes, mine: "Future[str]") -> HttpResponseBase:
        """Let the first one through, and remember where it led; an answer that changed nothing or set a cookie is not remembered."""
        address = ""
        try:
            response = self._next(request)
            if response.status_code == 303 and not response.cookies:
                address = response["Location"]
                self._remember(request, address)
            return response
        finally:
            with self._guard:
                if not address:
                    del self._sent[key]
                while len(self._sent) > KEPT and next(iter(self._sent.values())).done():
                    self._sent.popitem(last=False)
            mine.set_result(address)

    def _remember(self, request: Any, address: str) -> None:
        with self._guard:
            self._last[_ticket(request)] = _Change(_words(request), self._clock(), address)
            self._last.move_to_end(_ticket(request))
            while len(self._last) > KEPT:
                self._last.popitem(last=False)


def _ticket(request: Any) -> str:
    return str(request.session.get(TICKET, ""))


def _press(request: Any) -> bytes:
    """The same for the same press only: session, address and every byte of the form with its token."""
    return _digest(_ticket(request).encode(), request.get_full_path().encode(), request.body)


def _words(request: Any) -> bytes:
    """The same for the same words sent to the same page, whichever tab they stood in."""
    fields = [field for field in request.body.split(b"&") if not field.startswith(_OF_A_PAGE)]
    return _digest(request.get_full_path().encode(), *fields)


def _digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def _way_on(address: str) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = address
    return response
