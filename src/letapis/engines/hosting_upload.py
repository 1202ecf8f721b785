"""A release taken to a place that shows each file as soon as it lies there: a WebDAV share, or a store that speaks S3.

Neither can show many files at once, so the order of ``core.hosting`` stands in for one switch: every single file comes whole or not at all,
no page names another that is not there, and the manifest comes last. What is there already is known from a journal beside the releases; an
upload that broke off goes on where it stopped, and without a journal everything is sent again. In the end the place is listed: what lies
there is exactly the release, or the upload is no success.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from letapis.core import hosting as order
from letapis.core.errors import Busy, NotFound, Refused, UsageError
from letapis.engines.blobs_remote import Remote
from letapis.engines.webdav import WebDav

MARK: Final = "letapis.txt"
_SAID: Final = b"letapis: a public list. Files that are not of its newest release are removed here.\n"
_HANDS: Final = 4
_UNSURE: Final = "?"  # a file that was being sent: the old one may lie there, or the new one
_JOURNALS: Final = "uploads"


@dataclass(frozen=True)
class Uploaded:
    """How many files were sent, how many went, and how many lay there already."""

    sent: int
    removed: int
    kept: int


def place_at(address: str) -> WebDav | Remote:
    """The place at ``https://…`` (WebDAV) or ``s3://…``, ``gs://…``, ``az://…``. Keys of a store come from the environment, as its own
    programs read them. Raises UsageError("hosting.address")."""
    try:
        return WebDav(address) if address.startswith(("http://", "https://")) else Remote(address)
    except UsageError:
        raise UsageError("hosting.address") from None


def journal_of(root: Path, address: str) -> Path:
    """Where it is written down what lies at a place. Name and password in an address are no part of what tells places apart."""
    parts = urlsplit(address)
    plain = f"{parts.scheme}://{parts.hostname or ''}:{parts.port or ''}{parts.path}"
    return root / _JOURNALS / f"{hashlib.sha256(plain.encode('utf-8')).hexdigest()[:16]}.txt"


class Journal:
    """What this machine put at a place, line by line as it happens: ``<digest> <name>``, with ``-`` for what was removed and
    ``?`` for what may or may not have arrived."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.known: dict[str, str] = {}
        for line in path.read_text("utf-8").split("\n")[:-1] if path.exists() else ():  # what has no end of line was being written
            self._take(*line.split(" ", 1))
        self._out = path.open("a", encoding="utf-8")

    def _take(self, digest: str, name: str) -> None:
        if digest == "-":
            self.known.pop(name, None)
        else:
            self.known[name] = digest

    def note(self, digest: str, name: str) -> None:
        """``digest``: of what lies there from now on, ``-`` for nothing."""
        self._take(digest, name)
        self._out.write(f"{digest} {name}\n")
        self._out.flush()

    def close(self) -> None:
        self._out.close()

    @staticmethod
    def finish(path: Path, files: Mapping[str, str]) -> None:
        """Write down what is there and nothing of the way to it, so that no name of what went is left."""
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(f"{digest} {name}\n" for name, digest in sorted(files.items())), "utf-8")
        fresh.replace(path)


def upload(
    place: WebDav | Remote, folder: Path, files: Mapping[str, str], journal: Path, progress: Callable[[int, int], None] | None = None
) -> Uploaded:
    """Bring a place to exactly these files of a release (name -> digest). It may be ended at any time and called again.

    Raises Refused("hosting.place_not_ours") where something lies that no upload put there, Busy("hosting.left_behind") when in the end
    something else lies there than should, Refused("hosting.altered") where a file is not what its digest says, and what the place raises.
    """
    listed = _require_ours(place)
    with closing(Journal(journal)) as known:
        there = {name: known.known.get(name, "") if size == _size(folder, files, name) else "" for name, size in listed.items()}
        found = order.steps(there, files)
        _take_all(place, folder, files, found, known, progress)
        left = _listed(place)
        if {name: _size(folder, files, name) for name in files} != {name: size for name, size in left.items() if name != MARK}:
            raise Busy("hosting.left_behind")
    Journal.finish(journal, files)
    sent = sum(one.deed == order.PUT for one in found)
    return Uploaded(sent, len(found) - sent, len(files) - sent)


def _take_all(
    place: WebDav | Remote,
    folder: Path,
    files: Mapping[str, str],
    found: Sequence[order.Step],
    known: Journal,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Turn by turn, a few files of one turn at a time."""
    done = 0
    with ThreadPoolExecutor(_HANDS) as hands:
        for turn in order.turns(found):
            for name in (one.name for one in turn if one.name in known.known):
                known.note(_UNSURE, name)
            for one in hands.map(lambda step: _take(place, folder, step, files.get(step.name, "")), turn):
                known.note(files[one.name] if one.deed == order.PUT else "-", one.name)
                done += 1
                if progress is not None:
                    progress(done, len(found))


def _take(place: WebDav | Remote, folder: Path, step: order.Step, digest: str) -> order.Step:
    if step.deed == order.PUT:
        content = (folder / step.name).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise Refused("hosting.altered")
        place.replace(step.name, content, order.kind(step.name))
    else:
        with suppress(NotFound):
            place.remove(step.name)
    return step


def _size(folder: Path, files: Mapping[str, str], name: str) -> int:
    return (folder / name).stat().st_size if name in files else -2


def _listed(place: WebDav | Remote) -> dict[str, int]:
    return dict(place.entries(""))


def _require_ours(place: WebDav | Remote) -> dict[str, int]:
    """What lies at a place that is ours or empty; an empty one is marked, so that nobody's files are ever removed by a wrong address."""
    found = _listed(place)
    if MARK not in found:
        if found:
            raise Refused("hosting.place_not_ours")
        place.replace(MARK, _SAID, order.kind(MARK))
    if MARK in found and found.pop(MARK) < 0:
        raise UsageError("blobs.address")
    return found
