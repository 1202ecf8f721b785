"""Who may see pages: the session that came through the door, while the key agent holds the keys.

The session ends with the lock. When the agent is gone, or says that it is locked, every session ends at once, the reader sees
the locked page, and the browser is told to forget what it kept.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from letapis.core.errors import Locked, NotFound
from letapis.faces.web.errors import LOCKED, error_page, page_of
from letapis.faces.web.pages import ident
from letapis.faces.web.running import running

TICKET = "ticket"
WATCHED = "/doing/"
"""Pages that renew themselves while long work goes on. Nobody is there because of that, so they do not keep the desk open."""
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def anyone(view: View) -> View:
    """The page needs no session: the link, the lock, the language, the stylesheet."""
    view.without_session = True  # type: ignore[attr-defined]
    return view


def takes_files(argument: str, memory: Mapping[str, int] | None = None) -> Callable[[View], View]:
    """The page accepts uploads for the dossier that its URL argument ``argument`` names; to every other page a file is refused unread. A file of a
    field in ``memory`` is a secret of so many bytes at most: it is held in memory and never written, not even sealed."""

    def declare(view: View) -> View:
        view.takes_files = argument  # type: ignore[attr-defined]
        view.takes_memory = dict(memory or {})  # type: ignore[attr-defined]
        return view

    return declare


def takes_small_file(limit: int) -> Callable[[View], View]:
    """The page accepts files of up to ``limit`` bytes that are held in memory and never written: what is public by nature, such as an answer
    of a witness."""

    def declare(view: View) -> View:
        view.takes_small_file = limit  # type: ignore[attr-defined]
        return view

    return declare


def locked_page(request: HttpRequest) -> HttpResponse:
    """The page after the lock: nothing of the desk, and an order to the browser to forget."""
    request.has_desk = False  # type: ignore[attr-defined]
    if hasattr(request, "session"):
        request.session.flush()
    response = error_page(request, 403, LOCKED)
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


class DeskMiddleware:
    """Puts ``desk`` and ``reader`` on the request of an open session; every other request sees only pages for anyone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        now = running()
        request.has_desk, request.files_for, request.small_files, request.memory_files = False, None, 0, {}
        if now.door.knows(request.session.get(TICKET)):
            try:
                if request.method == "POST" or not request.path.startswith(WATCHED):
                    now.desk.agent.touch()
                    now.tending.heard()
                else:
                    now.desk.agent.sign_records(())  # only an unlocked agent answers; this does not count as activity
                request.reader = now.desk.reader("work")
            except Locked:
                now.door.close()
                now.desk.forget()
                return locked_page(request)
            request.desk = now.desk
            request.has_desk = True
        try:
            return self._next(request)
        finally:
            for handler in getattr(request, "sealing_uploads", ()):
                handler.abandon()

    def process_view(self, request: Any, view: Callable[..., Any], _arguments: Any, named: dict[str, Any]) -> HttpResponseBase | None:
        """Runs before anything reads the body: without a session no upload is parsed, and without a dossier none is sealed."""
        if not request.has_desk:
            return None if getattr(view, "without_session", False) else locked_page(request)
        argument, request.small_files = getattr(view, "takes_files", None), getattr(view, "takes_small_file", 0)
        request.memory_files = getattr(view, "takes_memory", {})
        try:
            request.files_for = ident(named[argument]) if argument else None
        except NotFound as error:  # raised outside a view, where no other middleware makes a page of it
            return page_of(request, error)
        return None
