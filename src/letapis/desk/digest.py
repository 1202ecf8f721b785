"""Where a member stood when they last unlocked the desk, so that what changed since can be told once. Kept on this device only."""

from typing import Final

from letapis.core.errors import Busy
from letapis.desk import settings
from letapis.desk.opening import Desk

_MARK: Final = "unlocked:record"


def begin_session(desk: Desk) -> int:
    """The desk was unlocked: remember up to which record it stands now; the number of the last time, 0 when there was none.

    A database that is busy at this moment keeps nobody out: the digest is then told the next time.
    """
    now, before = last_record(desk), unlocked_at(desk)
    try:
        settings.keep(desk.store, _MARK, str(now))
    except Busy:
        return 0
    return before


def unlocked_at(desk: Desk) -> int:
    """The number of the record up to which the desk stood when it was last unlocked; 0 when that was never. Nothing is remembered."""
    before = settings.value(desk.store, _MARK)
    return int(before) if before.isdecimal() else 0


def last_record(desk: Desk) -> int:
    """The number of the newest record on this device."""
    rows = desk.store.rows("SELECT id FROM db_record ORDER BY id DESC LIMIT 1")
    return int(rows[0][0]) if rows else 0
