"""Instants as records carry them: universal time to the second, ``YYYY-MM-DDThh:mm:ssZ``. Their order as text is their order in time."""

from datetime import UTC, datetime
from typing import Final

_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


def instant(moment: datetime) -> str:
    """The instant of an aware time, without the parts of its second."""
    return moment.astimezone(UTC).strftime(_FORM)


def moment_of(text: str) -> datetime:
    """The time of an instant. Raises ValueError for what is none."""
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
