"""The relay: a folder, bucket or WebDAV share where members leave sealed things for each other. We trust nothing that lies there.

    records/<compartment>/<epoch>/<random>    batches of one compartment
    objects/<random>                          sealed originals
    notes/<random>                            sealed checkpoints
    keys/<…>                                  generations of wraps, up to four hexadecimal parts

Names are hexadecimal and match exactly, or they are ignored and counted by a code; links and special files are never opened; sizes are
limited by kind. Nothing is ever overwritten, and what is only half written is not visible. What a name holds is checked by those who open
it: the relay may drop, repeat, reorder and roll back, and all of that is found by signatures, commitments and checkpoints.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.errors import Hostile, UsageError
from letapis.engines.blobs import blobs_at, is_unfinished
from letapis.engines.objects import read_whole

KINDS: Final = ("records", "objects", "notes", "keys")
MAX_ENTRIES: Final = 1_000_000
LIMITS: Final = {"records": 4 << 20, "objects": 1 << 46, "notes": 1 << 20, "keys": 64 << 20}
_ID: Final = "[0-9a-f]{32}"
_NAMES: Final = re.compile(
    rf"(?:records/{_ID}/(?:0|[1-9][0-9]{{0,9}})/{_ID}|objects/{_ID}|notes/{_ID}|keys(?:/[0-9a-f]{{1,64}}){{0,3}}/[0-9a-f]{{16,64}})\Z"
)
_PREFIX: Final = re.compile(r"(?:records|objects|notes|keys)(?:/[0-9a-f]{1,64}){0,3}\Z")


@dataclass(frozen=True, slots=True)
class Listing:
    """Good names in ascending order with their sizes, and how many entries were ignored under which code."""

    sizes: dict[str, int]
    ignored: dict[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.sizes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.sizes)

    def __len__(self) -> int:
        return len(self.sizes)


class RelayStore:
    """A relay in a folder or at an address of ``blobs``."""

    def __init__(self, url_or_path: Path | str) -> None:
        self._blobs = blobs_at(url_or_path)

    def list(self, prefix: str = "") -> Listing:
        """What lies under ``prefix`` (a kind, or more parts of a name; everything when empty).

        Codes of ignored entries: ``relay.name``, ``relay.not_plain``, ``relay.size``, ``relay.unfinished``.
        Raises Hostile ``relay.too_many`` above a million entries, UsageError ``relay.prefix``.
        """
        if prefix and not _PREFIX.match(prefix):
            raise UsageError("relay.prefix")
        sizes: dict[str, int] = {}
        ignored: Counter[str] = Counter()
        for count, (name, size) in enumerate(self._blobs.entries(prefix)):
            if count >= MAX_ENTRIES:
                raise Hostile("relay.too_many")
            fault = _fault(name, size)
            if fault is None:
                sizes[name] = size
            else:
                ignored[fault] += 1
        return Listing(dict(sorted(sizes.items())), dict(ignored))

    def get(self, name: str) -> bytes:
        """A whole entry. Objects have ``pieces``.

        Raises NotFound ``blobs.missing``; Hostile ``blobs.not_plain``, ``relay.size``; UsageError ``relay.name``.
        """
        kind = _kind(name)
        limit = min(LIMITS[kind], LIMITS["keys"])
        if self._blobs.size(name) > limit:
            raise Hostile("relay.size")
        # One byte more than allowed, because the entry may have grown since it was measured.
        data = self._blobs.read(name, 0, limit + 1)
        if len(data) > limit:
            raise Hostile("relay.size")
        return data

    def pieces(self, name: str) -> Iterator[bytes]:
        """An entry of any size, piece by piece; raises as ``get`` does."""
        limit = LIMITS[_kind(name)]
        if self._blobs.size(name) > limit:
            raise Hostile("relay.size")
        return read_whole(self._blobs, name)

    def put_new(self, name: str, data: bytes | Iterable[bytes]) -> None:
        """Leave an entry under a new name, whole or not at all.

        Raises Refused ``blobs.exists``, UsageError ``relay.name`` or ``relay.size``, Busy ``disk.full``, ``disk.failed``, ``blobs.unreachable``.
        """
        limit, size = LIMITS[_kind(name)], 0
        with self._blobs.create(name) as out:
            for piece in (data,) if isinstance(data, bytes) else data:
                size += len(piece)
                if size > limit:
                    raise UsageError("relay.size")
                out.write(piece)

    def remove(self, name: str) -> None:
        """Delete an entry: an outdated generation of wraps, or an object under a shred order. Raises NotFound ``blobs.missing``."""
        _kind(name)
        self._blobs.remove(name)


def _fault(name: str, size: int) -> str | None:
    """Why an entry is ignored, or None."""
    if size < 0:
        return "relay.not_plain"
    if is_unfinished(name):
        return "relay.unfinished"
    if not _NAMES.match(name):
        return "relay.name"
    return "relay.size" if size > LIMITS[name.partition("/")[0]] else None


def _kind(name: str) -> str:
    if not _NAMES.match(name):
        raise UsageError("relay.name")
    return name.partition("/")[0]
