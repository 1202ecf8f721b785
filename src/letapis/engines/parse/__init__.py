"""Working copies of hostile files, made in a process that can do nothing else.

Only codes, clean pictures and cleaned text come out. A file that breaks a limit raises Hostile; a file that we do not show comes back
without pages and with the flag ``flags.kept_original``. The level of the sandbox is part of the answer, so that the desk can name it.
"""

import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final

import letapis
from letapis.core.errors import Hostile, Refused
from letapis.engines.parse.codes import FLAGS, HOSTILE, KINDS, LEVELS, MEDIA, Kind, Level
from letapis.engines.parse.wire import FRAME, MAGIC, MAX_ANSWER, MAX_INPUT, MAX_PAGES, MAX_PNG, MAX_TEXT, REQUEST, check_picture
from letapis.engines.parse.words import HIDDEN

__all__ = ["Kind", "Level", "Rendition", "render"]

TIMEOUT: Final = 180.0
_NO_SANDBOX: Final = 3
_HEAD: Final = 1 << 20
_LIMITS = {b"L": 1, b"K": 2, b"F": 1, b"P": MAX_PNG, b"T": MAX_TEXT, b"H": 1, b"E": 0}
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


def render(data: bytes | BinaryIO, declared: str = "", timeout: float = TIMEOUT) -> Rendition:
    """The working copy of ``data``, which somebody called ``declared`` (a media type, or nothing).

    Raises Hostile with a code ``parse.*`` when a limit is broken, Refused ``parse.no_sandbox`` when this system cannot lock a reader in.
    """
    untrusted = data if isinstance(data, bytes) else data.read(MAX_INPUT + 1)
    if not untrusted:
        raise Hostile("parse.empty")
    whole = len(untrusted) <= MAX_INPUT
    body = untrusted if whole else untrusted[:_HEAD]
    name = declared.encode("ascii", "replace")[:200]
    request = REQUEST.pack(MAGIC, whole, len(name), len(body)) + name
    with _started(_library(body)) as process:
        feeder = threading.Thread(target=_feed, args=(process, request, body), daemon=True)
        feeder.start()
        try:
            return _Reading().all(process, time.monotonic() + timeout)
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


class _Reading:
    """Collects the frames of one answer; everything in them is untrusted until checked here."""

    def __init__(self) -> None:
        self._pages: list[bytes] = []
        self._flags: list[str] = []
        self._text: str | None = None
        self._kind, self._media = Kind.UNKNOWN, MEDIA[0]
        self._level: Level | None = None

    def all(self, process: "subprocess.Popen[bytes]", deadline: float) -> Rendition:
        """Read to the end frame. Raises Hostile, or Refused if the reader found no sandbox."""
        pipe = process.stdout
        if pipe is None:
            raise Hostile("parse.crashed")
        total = 0
        while True:
            head = _exactly(pipe, FRAME.size, deadline)
            if head is None:
                raise self._broken_off(process)
            tag, size = FRAME.unpack(head)
            total += size
            if tag not in _LIMITS or size > _LIMITS[tag]:
                raise Hostile("parse.bad_answer")
            if total > MAX_ANSWER:
                raise Hostile("parse.too_much_output")
            payload = _exactly(pipe, size, deadline)
            if payload is None:
                raise self._broken_off(process)
            if tag == b"E":
                return self._made()
            self._take(tag, payload)

    def _take(self, tag: bytes, payload: bytes) -> None:
        try:
            match tag:
                case b"L":
                    self._level = LEVELS[payload[0]]
                case b"K":
                    self._kind, self._media = KINDS[payload[0]], MEDIA[payload[1]]
                case b"F":
                    self._flags.append(FLAGS[payload[0]])
                case b"H":
                    raise Hostile(HOSTILE[payload[0]])
                case b"P":
                    check_picture(payload)
                    self._pages.append(payload)
                case _:
                    self._text = payload.decode("utf-8")
        except (IndexError, UnicodeDecodeError):
            raise Hostile("parse.bad_answer") from None
        if len(self._pages) > MAX_PAGES or len(self._flags) > len(FLAGS) or HIDDEN.search(self._text or ""):
            raise Hostile("parse.bad_answer")

    def _made(self) -> Rendition:
        if self._level is None:
            raise Hostile("parse.bad_answer")
        return Rendition(self._kind, self._media, tuple(self._pages), self._text, tuple(self._flags), self._level)

    def _broken_off(self, process: "subprocess.Popen[bytes]") -> Hostile | Refused:
        if self._level is None and process.wait() == _NO_SANDBOX:
            return Refused("parse.no_sandbox")
        return Hostile("parse.crashed")


def _exactly(pipe: IO[bytes], size: int, deadline: float) -> bytes | None:
    """``size`` bytes, or None if the reader ended before. Raises Hostile ``parse.timeout``."""
    got = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while len(got) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not waiting.select(left):
                raise Hostile("parse.timeout")
            chunk = os.read(pipe.fileno(), min(size - len(got), 1 << 20))
            if not chunk:
                return None
            got += chunk
    return bytes(got)
