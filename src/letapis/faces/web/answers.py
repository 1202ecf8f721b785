"""A browser must never keep the body of a form: what answers a form with a page is fetched by a second request.

Browsers write the history of a tab to the disk, and an entry that was reached by sending a form holds the form's bytes: a passphrase,
words that were searched, a note that was refused. So an answer that is a page waits in memory, the browser is sent to the same address
with a random word, and fetches it there once. Such an entry of the history holds nothing but the random word. Long work that was asked
for by a form is answered in the same way when it is over: its page carries in ``shown_at`` the address of the form, and ``tell_place`` hears
where it can be fetched.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from letapis.faces.web.session import TICKET

KEPT: Final = 16
WORD: Final = "answer"
_PAGE: Final = "text/html"


class AnswerMiddleware:
    """Keeps page answers to forms until they are fetched. Only for navigations of a browser, which say so (Fetch Metadata, W3C)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response
        self._guard = Lock()
        self._waiting: OrderedDict[tuple[str, str], HttpResponseBase] = OrderedDict()

    def __call__(self, request: Any) -> HttpResponseBase:
        if not request.has_desk:
            return self._next(request)
        if request.method in ("GET", "HEAD") and WORD in request.GET:
            found = self._take(request)
            return self._next(request) if found is None else found
        response = self._next(request)
        place = getattr(response, "shown_at", "") or (request.path if _is_page_for_a_form(request, response) else "")
        return self._set_aside(request, response, place) if place else response

    def _take(self, request: Any) -> HttpResponseBase | None:
        with self._guard:
            return self._waiting.pop((str(request.session.get(TICKET, "")), request.GET[WORD]), None)

    def _set_aside(self, request: Any, response: HttpResponseBase, place: str) -> HttpResponseBase:
        word = secrets.token_urlsafe(16)
        with self._guard:
            self._waiting[(str(request.session.get(TICKET, "")), word)] = response
            while len(self._waiting) > KEPT:
                self._waiting.popitem(last=False)
        onward = HttpResponse(status=303)
        onward["Location"] = f"{place}?{WORD}={word}"
        getattr(response, "tell_place", lambda _: None)(onward["Location"])
        return onward


def _is_page_for_a_form(request: Any, response: HttpResponseBase) -> bool:
    """A page that a browser would show in place of the form. Ways on, downloads and the page after the lock are left as they are."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Mode") != "navigate" or not request.has_desk:
        return False
    redirects = 300 <= response.status_code < 400
    kept = "Content-Disposition" in response.headers or "Clear-Site-Data" in response.headers or bool(response.cookies)
    return not redirects and not kept and not response.streaming and response.headers.get("Content-Type", "").startswith(_PAGE)
