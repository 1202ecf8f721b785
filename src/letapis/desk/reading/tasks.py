"""Open tasks: mine, and those of others. A task "no news" that later information about the person answered is open no more."""

from collections.abc import Callable

from letapis.core.access import Reader
from letapis.desk.opening import Desk
from letapis.desk.reading.items import LIMIT, ItemView, tasks_of, tasks_of_others
from letapis.desk.reading.sheets import answered_tasks


def open_tasks(desk: Desk, reader: Reader, owner: bytes, until: str = "", limit: int = LIMIT) -> list[ItemView]:
    """Open tasks of one member, those due first before the others; ``until`` is a day, included."""
    return _unanswered(desk, reader, lambda size: tasks_of(desk, reader, owner, until, size), limit)


def others_tasks(desk: Desk, reader: Reader, limit: int = LIMIT) -> list[ItemView]:
    """Open tasks that the reader may see and does not have: nobody's and those of colleagues, due first."""
    return _unanswered(desk, reader, lambda size: tasks_of_others(desk, reader, size), limit)


def _unanswered(desk: Desk, reader: Reader, first: Callable[[int], list[ItemView]], limit: int) -> list[ItemView]:
    """The first ``limit`` that nobody answered; more are looked at only where answered ones stand before them."""
    size = limit
    while True:
        found = first(size)
        answered = answered_tasks(desk, reader, found)
        waiting = [task for task in found if task.item not in answered]
        if len(waiting) >= limit or len(found) < size or size >= LIMIT:
            return waiting[:limit]
        size = min(LIMIT, 4 * size)
