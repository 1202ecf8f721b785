"""What a reader says to the desk, frame by frame. Runs inside the sandbox."""

from typing import BinaryIO

from letapis.engines.parse.codes import FACTS, FLAGS, HOSTILE, KINDS, LEVELS, MEDIA, Kind, Level
from letapis.engines.parse.wire import FACT, MAX_FACT, MAX_MEMBER, MEMBER, send


class Stop(Exception):
    """The file breaks a limit; ``code`` is one of HOSTILE."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Answer:
    """Writes frames; each flag at most once."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._said: set[str] = set()
        self.locked: Level | None = None

    def level(self, level: Level) -> None:
        self.locked = level
        send(self._out, b"L", bytes([LEVELS.index(level)]))

    def type(self, kind: Kind, media: str) -> None:
        send(self._out, b"K", bytes([KINDS.index(kind), MEDIA.index(media)]))

    def flag(self, name: str, holds: object = True) -> None:
        if holds and name not in self._said:
            self._said.add(name)
            send(self._out, b"F", bytes([FLAGS.index(f"flags.{name}")]))

    def page(self, png: bytes) -> None:
        send(self._out, b"P", png)

    def text(self, text: str) -> None:
        send(self._out, b"T", text.encode("utf-8"))

    def fact(self, row: int, name: str, value: str) -> None:
        """One text of row ``row``; rows are told in order, each name at most once in each. ``value`` is visible text (``words.visible``); what is
        longer than a frame is cut, and a flag says so."""
        said = value.encode("utf-8", "replace")
        self.flag("text_cut", len(said) > MAX_FACT)
        kept = said[:MAX_FACT].decode("utf-8", "ignore").encode("utf-8")
        send(self._out, b"D", FACT.pack(FACTS.index(name), row) + kept)

    def member(self, row: int, data: bytes) -> None:
        """A part that the file encloses. Raises Stop for one that is too large to pass."""
        if len(data) > MAX_MEMBER:
            raise Stop("parse.too_large")
        send(self._out, b"M", MEMBER.pack(row) + data)

    def hostile(self, code: str) -> None:
        send(self._out, b"H", bytes([HOSTILE.index(code)]))

    def end(self) -> None:
        send(self._out, b"E", b"")
        self._out.flush()
