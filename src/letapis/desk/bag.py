"""Write a bag (BagIt 1.0, RFC 8493) as docs/reference/case-file.md asks: two manifests of each kind, plain names, whole or not at all.

A bag grows in a folder beside its final place and gets its name when it is complete, so nobody takes half of one for the whole. Files are
written by ``engines.blobs``: synced, mode 0600, times cut to the day.
"""

import csv
import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from letapis.core.access import Reader
from letapis.core.csv_out import write_csv
from letapis.core.errors import Busy, Damaged, Refused, UsageError
from letapis.desk import evidence, redaction
from letapis.desk.opening import Desk
from letapis.desk.reading import EvidenceView
from letapis.engines.blobs import Folder
from letapis.engines.keys.workspace import sync_folder

BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_SUFFIXES: Final = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/zip": "zip",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    "message/rfc822": "eml",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}


class Bag:
    """An unfinished bag. ``payload`` and ``tags`` list what was written: path -> (size, SHA-256, SHA-512)."""

    def __init__(self, folder: Path) -> None:
        self._files = Folder(folder)
        self.payload: dict[str, tuple[int, str, str]] = {}
        self.tags: dict[str, tuple[int, str, str]] = {}

    def put(self, path: str, pieces: Iterable[bytes]) -> tuple[int, str, str]:
        """Write a file, payload when it lies below ``data/``. Returns size and both digests in hex."""
        short, long, size = hashlib.sha256(), hashlib.sha512(), 0
        with self._files.create(path) as out:
            for piece in pieces:
                short.update(piece)
                long.update(piece)
                size += len(piece)
                out.write(piece)
        written = (size, short.hexdigest(), long.hexdigest())
        (self.payload if path.startswith("data/") else self.tags)[path] = written
        return written

    def finish(self, info: Sequence[tuple[str, str]]) -> str:
        """Write bag-info and the manifests. Returns the SHA-256 of tagmanifest-sha256.txt, which stands for the whole bag."""
        total = sum(size for size, _, _ in self.payload.values())
        pairs = (*info, ("Payload-Oxum", f"{total}.{len(self.payload)}"))
        self.put("bagit.txt", [BAGIT])
        self.put("bag-info.txt", ["".join(f"{label}: {value}\n" for label, value in pairs).encode("utf-8")])
        for place, algorithm in ((1, "sha256"), (2, "sha512")):
            self.put(f"manifest-{algorithm}.txt", [manifest(self.payload, place)])
        listed = dict(self.tags)
        whole = self.put("tagmanifest-sha256.txt", [manifest(listed, 1)])
        self.put("tagmanifest-sha512.txt", [manifest(listed, 2)])
        return whole[1]


def put_original(desk: Desk, reader: Reader, bag: Bag, path: str, kept: EvidenceView) -> None:
    """Write an item of evidence piece by piece, compared with its record meanwhile; a copy of ours is looked through first.

    Raises Damaged for one that is not what it says, Refused("outgoing.not_clean") for a copy that holds more than pixels or words.
    """
    pieces: Iterable[bytes] = evidence.read_object(desk, reader, kept.object, told=True)
    if kept.derived_from:
        pieces = [redaction.looked_through(desk, reader, kept, pieces)]
    if bag.put(path, pieces) != (kept.size, kept.sha256.hex(), kept.sha512.hex()):
        raise Damaged("casefile.content")


def manifest(files: dict[str, tuple[int, str, str]], place: int) -> bytes:
    """Digests and paths as ``sha256sum --check`` reads them; ``place`` 1: SHA-256, 2: SHA-512."""
    return "".join(f"{found[place]}  {path}\n" for path, found in sorted(files.items())).encode("utf-8")


def suffix(media_type: str) -> str:
    """How a file of this type is called outside; the sender's own file name stays at home."""
    return _SUFFIXES.get(media_type, "bin")


def outside(workspace: Path, target: Path) -> Path:
    """The target with links resolved. Raises Refused inside a workspace: clear originals must never lie there."""
    target = target.expanduser().absolute()
    place = target.parent.resolve() / target.name
    if place.is_relative_to(workspace.resolve()):
        raise Refused("casefile.inside_workspace")
    return place


@contextmanager
def growing(target: Path) -> Iterator[tuple[Bag, Path]]:
    """An unfinished bag beside ``target`` and its folder; whatever of it is still there at the end is removed.

    Raises Refused("casefile.exists") for a target that is there, UsageError("casefile.folder") where its parent is no folder,
    Busy("disk.full") or Busy("disk.failed").
    """
    if os.path.lexists(target):
        raise Refused("casefile.exists")
    if not target.parent.is_dir():
        raise UsageError("casefile.folder")
    folder = target.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        raise Busy("disk.failed") from None
    try:
        yield Bag(folder), folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(folder: Path, target: Path) -> None:
    """Give the finished bag its name. Raises Refused("casefile.exists") or Busy("disk.failed")."""
    if os.path.lexists(target):
        raise Refused("casefile.exists")
    try:
        folder.rename(target)
        sync_folder(target.parent)
    except OSError:
        raise Busy("disk.failed") from None


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV of exact values: for tables that a program reads and compares."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([columns, *rows])
    return out.getvalue().encode("utf-8")


def sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV for people: a spreadsheet must not run what stands in a cell, so such a cell starts with an apostrophe, and has one line."""
    return write_csv([columns, *([" ".join(cell.split()) for cell in row] for row in rows)])
