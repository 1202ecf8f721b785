"""Working copies of hostile files, made in a process that can do nothing else.

Only codes, clean pictures and cleaned text come out, and from an inspection the parts that a file encloses, as hostile as the file
itself. A file that breaks a limit raises Hostile; a file that we do not show comes back without pages and with the flag
``flags.kept_original``. The level of the sandbox is part of the answer, so that the desk can name it.
"""

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import letapis
from letapis.core.errors import Hostile
from letapis.engines.parse.codes import READERS, Kind, Level
from letapis.engines.parse.reading import Member, Reading
from letapis.engines.parse.wire import MAGIC, MAX_INPUT, REQUEST

__all__ = ["Inspection", "Kind", "Level", "Member", "Rendition", "inspect", "render"]

TIMEOUT: Final = 180.0
_HEAD: Final = 1 << 20
_BOOT = "import sys; sys.path.append(sys.argv[1]); from letapis.engines.parse.worker import main; sys.exit(main(sys.argv[2]))"


@dataclass(frozen=True)
class Rendition:
    """A working copy: what the file is, its pages as clean PNG or its text, remarks (codes ``flags.*``) and the level of the sandbox."""

    kind: Kind
    media_type: str
    pages: tuple[bytes, ...]
    text: str | None
    flags: tuple[str, ...]
    level: Level


@dataclass(frozen=True)
class Inspection:
    """What a file says of itself. ``rows``: one for each thing in it (a message, a captured answer, a field of a picture), as texts by the
    names of ``codes.FACTS``; ``members``: the parts that it encloses, each with the row that tells of it. All of it is the file's word,
    and a member is to be sealed and read like any file of a stranger."""

    kind: Kind
    media_type: str
    rows: tuple[dict[str, str], ...]
    members: tuple[Member, ...]
    text: str | None
    flags: tuple[str, ...]
    level: Level


def render(data: bytes | BinaryIO, declared: str = "", timeout: float = TIMEOUT) -> Rendition:
    """The working copy of ``data``, which somebody called ``declared`` (a media type, or nothing).

    Raises Hostile with a code ``parse.*`` when a limit is broken, Refused ``parse.no_sandbox`` when this system cannot lock a reader in.
    """
    untrusted = _read(data)
    found = _answered(untrusted, _library(untrusted), declared, timeout)
    return Rendition(found.kind, found.media_type, tuple(found.pages), found.text, tuple(found.flags), found.level)


def inspect(data: bytes | BinaryIO, reader: str, declared: str = "", timeout: float = TIMEOUT) -> Inspection:
    """What ``data`` says of itself and encloses, by the reader ``inspect_<reader>``, which must be one of ``codes.READERS``.

    Raises what ``render`` raises; a file that is too large to be read whole is Hostile ``parse.too_large``.
    """
    if reader not in READERS:
        raise ValueError("reader")
    found = _answered(_read(data), f"inspect_{reader}", declared, timeout)
    return Inspection(found.kind, found.media_type, tuple(found.rows), tuple(found.members), found.text, tuple(found.flags), found.level)


def _read(data: bytes | BinaryIO) -> bytes:
    """At most a byte more than the reader takes. Raises Hostile for no bytes at all."""
    untrusted = data if isinstance(data, bytes) else data.read(MAX_INPUT + 1)
    if not untrusted:
        raise Hostile("parse.empty")
    return untrusted


def _answered(untrusted: bytes, library: str, declared: str, timeout: float) -> Reading:
    whole = len(untrusted) <= MAX_INPUT
    body = untrusted if whole else untrusted[:_HEAD]
    name = declared.encode("ascii", "replace")[:200]
    request = REQUEST.pack(MAGIC, whole, len(name), len(body)) + name
    with _started(library) as process:
        feeder = threading.Thread(target=_feed, args=(process, request, body), daemon=True)
        feeder.start()
        try:
            return Reading().all(process, time.monotonic() + timeout)
        finally:
            process.kill()
            process.wait()
            feeder.join()


def _library(body: bytes) -> str:
    """Which library the reader should load. A guess from a few bytes that decides nothing: the reader looks for itself."""
    if b"%PDF-" in body[:1024]:
        return "pdf"
    return "picture" if body[:2] in (b"\xff\xd8", b"\x89P", b"GI", b"RI", b"II", b"MM") else "none"


def _started(library: str) -> "subprocess.Popen[bytes]":
    root = str(Path(letapis.__file__).resolve().parent.parent)
    return subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", _BOOT, root, library],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )


def _feed(process: "subprocess.Popen[bytes]", request: bytes, body: bytes) -> None:
    pipe = process.stdin
    if pipe is None:
        return
    try:
        pipe.write(request)
        pipe.write(body)
        pipe.close()
    except (OSError, ValueError):
        return  # the reader stopped early; its answer, or the lack of one, says why
