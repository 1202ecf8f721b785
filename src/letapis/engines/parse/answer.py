"""What a reader says to the desk, frame by frame. Runs inside the sandbox."""

from typing import BinaryIO

from letapis.engines.parse.codes import FLAGS, HOSTILE, KINDS, LEVELS, MEDIA, Kind, Level
from letapis.engines.parse.wire import send


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

    def level(self, level: Level) -> None:
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

    def hostile(self, code: str) -> None:
        send(self._out, b"H", bytes([HOSTILE.index(code)]))

    def end(self) -> None:
        send(self._out, b"E", b"")
        self._out.flush()
