"""The answer of a reader, frame by frame, as the desk takes it: everything in it is untrusted until it is checked here."""

import os
import selectors
import struct
import subprocess
import time
from dataclasses import dataclass
from typing import IO, Final

from letapis.core.errors import Hostile, Refused
from letapis.engines.parse.codes import FACTS, FLAGS, HOSTILE, KINDS, LEVELS, MEDIA, Kind, Level
from letapis.engines.parse.wire import (
    FACT,
    FRAME,
    MAX_ANSWER,
    MAX_FACT,
    MAX_FACTS,
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_PAGES,
    MAX_PNG,
    MAX_ROWS,
    MAX_TEXT,
    MEMBER,
    check_picture,
)
from letapis.engines.parse.words import HIDDEN

NO_SANDBOX: Final = 3
_LIMITS = {b"L": 1, b"K": 2, b"F": 1, b"P": MAX_PNG, b"T": MAX_TEXT, b"H": 1, b"E": 0, b"D": FACT.size + MAX_FACT, b"M": MEMBER.size + MAX_MEMBER}


@dataclass(frozen=True)
class Member:
    """A part that a file encloses: its bytes, as hostile as the file itself, and the number of the row that tells of it."""

    row: int
    data: bytes


class Reading:
    """Collects the frames of one answer."""

    def __init__(self) -> None:
        self.pages: list[bytes] = []
        self.flags: list[str] = []
        self.text: str | None = None
        self.kind, self.media_type = Kind.UNKNOWN, MEDIA[0]
        self.rows: list[dict[str, str]] = []
        self.members: list[Member] = []
        self._facts = 0
        self._level: Level | None = None

    @property
    def level(self) -> Level:
        """How far the reader was locked in. Raises Hostile for an answer that never said it."""
        if self._level is None:
            raise Hostile("parse.bad_answer")
        return self._level

    def all(self, process: "subprocess.Popen[bytes]", deadline: float) -> "Reading":
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
                if self._level is None:
                    raise Hostile("parse.bad_answer")
                return self
            self._take(tag, payload)

    def _take(self, tag: bytes, payload: bytes) -> None:
        try:
            match tag:
                case b"L":
                    self._level = LEVELS[payload[0]]
                case b"K":
                    self.kind, self.media_type = KINDS[payload[0]], MEDIA[payload[1]]
                case b"F":
                    self.flags.append(FLAGS[payload[0]])
                case b"H":
                    raise Hostile(HOSTILE[payload[0]])
                case b"P":
                    check_picture(payload)
                    self.pages.append(payload)
                case b"D":
                    self._fact(payload)
                case b"M":
                    self._member(payload)
                case _:
                    self.text = payload.decode("utf-8")
        except (IndexError, UnicodeDecodeError, struct.error):
            raise Hostile("parse.bad_answer") from None
        if len(self.pages) > MAX_PAGES or len(self.flags) > len(FLAGS) or HIDDEN.search(self.text or ""):
            raise Hostile("parse.bad_answer")

    def _fact(self, payload: bytes) -> None:
        """A text by its name in the row that it belongs to; rows come one after the other, and no name stands twice in one."""
        key, row = FACT.unpack_from(payload)
        value, name = payload[FACT.size :].decode("utf-8"), FACTS[key]
        if row == len(self.rows) < MAX_ROWS:
            self.rows.append({})
        self._facts += 1
        if row != len(self.rows) - 1 or name in self.rows[row] or self._facts > MAX_FACTS or HIDDEN.search(value):
            raise Hostile("parse.bad_answer")
        self.rows[row][name] = value

    def _member(self, payload: bytes) -> None:
        (row,) = MEMBER.unpack_from(payload)
        if row >= len(self.rows) or len(self.members) >= MAX_MEMBERS:
            raise Hostile("parse.bad_answer")
        self.members.append(Member(row, payload[MEMBER.size :]))

    def _broken_off(self, process: "subprocess.Popen[bytes]") -> Hostile | Refused:
        if self._level is None and process.wait() == NO_SANDBOX:
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
