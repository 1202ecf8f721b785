"""Parts of the data, read when they are first asked for, and what to say where the files are no longer those that this program came with.

A desk stays open for days. A new version installed beside it replaces the files that it has not read yet, and what they say is not for it: a mapping
with a new word would be called wrong, though nothing of it is.
"""

import time
from collections.abc import Callable
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, Self, TypeVar, overload

from letapis.core.errors import Busy, Damaged

T = TypeVar("T")
BEGAN: Final = time.time()
_UNREADABLE: Final = (Damaged, KeyError, TypeError, ValueError)


class part(cached_property[T]):  # noqa: N801  # a decorator, called as the one it is made of
    """A part that is read once. Raises Busy("catalogue.upgraded") where it cannot be read and files of it came after this program was started."""

    def __init__(self, func: Callable[[Any], T]) -> None:
        super().__init__(func)

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Self | T:
        try:
            found: Self | T = super().__get__(instance, owner)
            return found
        except _UNREADABLE:
            if instance is not None and instance.is_packaged and is_newer(instance.root, BEGAN):
                raise Busy("catalogue.upgraded") from None
            raise


def is_newer(folder: Traversable, since: float) -> bool:
    """Whether a file below the folder was put there after this time, in seconds. By the time of the change, which nobody who unpacks a file can
    set back."""
    if not isinstance(folder, Path):
        return False
    try:
        return any(file.stat().st_ctime > since for file in folder.rglob("*.toml"))
    except OSError:
        return True
