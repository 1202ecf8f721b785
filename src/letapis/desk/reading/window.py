"""The guard of the one window out: nothing is read without a Reader, and what a reader does not hold does not exist."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import NotFound

_AT_ONCE: Final = 900  # values in one question


class ReaderRequired(TypeError):
    """A read was tried without saying who reads and why."""


def guard(reader: Reader) -> Reader:
    """Return ``reader``; raise ReaderRequired for anything else, so that a forgotten argument cannot read everything."""
    if not isinstance(reader, Reader):
        raise ReaderRequired("a read needs a Reader")
    return reader


def missing() -> NotFound:
    return NotFound("reading.not_found")


def parts(joined: bytes | memoryview, size: int = 16) -> tuple[bytes, ...]:
    """Split ids that are stored one after the other."""
    raw = bytes(joined)
    return tuple(raw[i : i + size] for i in range(0, len(raw), size))


def only(compartments: Iterable[bytes]) -> list[bytes]:
    """Compartments as a list that a database query takes."""
    return list(compartments)


def in_parts(values: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """As many of them at a time as a database takes in one question."""
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))
