"""What pages show is counted, so that unusually much of it is noticed (``desk.opened``); a page never learns what was counted before."""

from contextlib import suppress
from typing import Any, Final

from letapis.core.errors import Busy
from letapis.desk import opened

TOLD: Final = "much_opened"
_THINGS: Final = frozenset(
    {"note", "item", "passage", "claim", "entity", "source", "contact", "brief", "hearing", "letter", "interview", "section", "reply", "sheet"}
)
"""Words of addresses behind which stands a single thing of a dossier."""


def count_page(request: Any) -> None:
    """The page of this address is shown to the member: what its address names was opened."""
    match = getattr(request, "resolver_match", None)
    if match is None or not getattr(request, "has_desk", False):
        return
    for name, value in match.kwargs.items():
        if name in _THINGS:
            _count(request, opened.THINGS, bytes.fromhex(value))


def count_dossier(request: Any, dossier: bytes) -> None:
    """Something of this dossier is shown to the member."""
    _count(request, opened.DOSSIERS, dossier)


def _count(request: Any, kind: str, what: bytes) -> None:
    with suppress(Busy):  # somebody else writes for long: it counts when it is opened again, and nobody is kept from their work
        if opened.count(request.desk, kind, what):
            request.session[TOLD] = True
