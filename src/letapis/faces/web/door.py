"""The door of the desk: which names it answers to, which one-time links are out, which sessions are in.

A link is used once and within a minute. Closing the door makes every session and every link worthless at once; a door does not
open again, because the process behind it is about to end.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from threading import Event, Lock

from letapis.core.errors import Locked

LINK_SECONDS = 60
_MOST_LINKS = 16


class Door:
    """``authority`` is the one ``host:port`` that a request must name. ``clock`` is a monotonic clock in seconds."""

    def __init__(self, authority: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.authority = authority
        self.origin = f"http://{authority}"
        self.shut = Event()
        self._clock = clock
        self._links: dict[bytes, float] = {}
        self._sessions: set[str] = set()
        self._guard = Lock()

    def new_link(self) -> str:
        """An address that opens the desk once, within ``LINK_SECONDS``. Only a digest of its secret is kept."""
        token = secrets.token_urlsafe(24)
        with self._guard:
            self._forget_old()
            if len(self._links) >= _MOST_LINKS:
                self._links.pop(min(self._links, key=lambda digest: self._links[digest]))
            self._links[_digest(token)] = self._clock() + LINK_SECONDS
        return f"{self.origin}/open/{token}"

    def is_waiting_for(self, token: str) -> bool:
        """The link is still good; looking does not use it up."""
        with self._guard:
            self._forget_old()
            return not self.shut.is_set() and self._find(token) is not None

    def enter(self, token: str) -> str:
        """Use the link up and name a new session. Raises Locked for a link that is used, late, foreign, or behind a shut door."""
        with self._guard:
            self._forget_old()
            digest = self._find(token)
            if digest is None or self.shut.is_set():
                raise Locked("web.link_over")
            del self._links[digest]
            ticket = secrets.token_urlsafe(24)
            self._sessions.add(ticket)
            return ticket

    def knows(self, ticket: object) -> bool:
        """The session was let in by this door, and the door is open."""
        return isinstance(ticket, str) and not self.shut.is_set() and ticket in self._sessions

    def close(self) -> None:
        """End every session and link. The server watches ``shut`` and stops."""
        with self._guard:
            self._links.clear()
            self._sessions.clear()
            self.shut.set()

    def _forget_old(self) -> None:
        moment = self._clock()
        self._links = {digest: end for digest, end in self._links.items() if end > moment}

    def _find(self, token: str) -> bytes | None:
        wanted = _digest(token)
        return next((digest for digest in self._links if hmac.compare_digest(digest, wanted)), None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
