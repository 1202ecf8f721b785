"""A form that is sent twice is taken once: a double click, or a second press while the first still works.

Records are signed and cannot be deleted, so the same note would stand in a dossier twice for ever. Every rendered form carries its own
random token (Django masks it anew for each page), so equal bytes from the same session mean the same press; the second gets the way on
that the first got. What was changed before it is sent again is another body and is taken as usual. Only digests are kept, in memory.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from letapis.faces.web.session import TICKET

KEPT: Final = 64
_FORM: Final = "application/x-www-form-urlencoded"


class OnceMiddleware:
    """Holds back the second of two equal forms until the first is through. Uploads are left alone: their bytes pass by only once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response
        self._guard = Lock()
        self._sent: OrderedDict[bytes, Future[str]] = OrderedDict()

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

    def _take(self, request: Any, key: bytes, mine: "Future[str]") -> HttpResponseBase:
        """Let the first one through, and remember where it led; an answer that changed nothing or set a cookie is not remembered."""
        address = ""
        try:
            response = self._next(request)
            if response.status_code == 303 and not response.cookies:
                address = response["Location"]
            return response
        finally:
            with self._guard:
                if not address:
                    del self._sent[key]
                while len(self._sent) > KEPT and next(iter(self._sent.values())).done():
                    self._sent.popitem(last=False)
            mine.set_result(address)


def _press(request: Any) -> bytes:
    """The same for the same press only: session, address and every byte of the form with its token."""
    parts = (str(request.session.get(TICKET, "")).encode(), request.get_full_path().encode(), request.body)
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def _way_on(address: str) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = address
    return response
