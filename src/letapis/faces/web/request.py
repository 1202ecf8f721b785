"""The request as a view of the desk gets it."""

from typing import Any

from django.http import HttpRequest

from letapis.core.access import Reader
from letapis.desk.opening import Desk


class DeskRequest(HttpRequest):
    """Named for types only: the middleware puts these on the request.

    ``language``   en, be or ru
    ``desk``       the open desk; ``has_desk`` is False on the few pages that need no session
    ``reader``     who reads, for the purpose ``work``
    ``files_for``  the dossier whose uploads this view accepts, or None
    ``memory_files``  fields of such a view whose files are secrets: held in memory, and how large they may be
    ``small_files``  how large a file may be that this view takes into memory, 0 for none
    """

    language: str
    has_desk: bool
    desk: Desk
    reader: Reader
    files_for: bytes | None
    memory_files: dict[str, int]
    small_files: int
    session: Any
