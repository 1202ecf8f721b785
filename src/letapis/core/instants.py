"""Instants as records carry them: universal time to the second, ``YYYY-MM-DDThh:mm:ssZ``. Their order as text is their order in time."""

from datetime import UTC, datetime
from typing import Final

_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"
_LAST: Final = 253_402_300_799  # the last second of the year 9999: logs and witnesses may sign any later one


def instant(moment: datetime) -> str:
    """The instant of an aware time, without the parts of its second."""
    return moment.astimezone(UTC).strftime(_FORM)


def moment_of(text: str) -> datetime:
    """The time of an instant. Raises ValueError for what is none."""
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)


def moment_at(seconds: int) -> datetime:
    """The time so many seconds after the beginning of 1970, as signatures count them; what no calendar holds is the end of it."""
    return datetime.fromtimestamp(min(seconds, _LAST), UTC)


def is_instant(text: str) -> bool:
    """A day and an hour of universal time that exist, in the one form."""
    try:
        return instant(moment_of(text)) == text
    except ValueError:
        return False
