"""Rows of an inspection, one after the other, each value made visible. Runs inside the sandbox."""

from datetime import UTC, datetime
from typing import Any

from letapis.core.instants import instant
from letapis.engines.parse.answer import Answer
from letapis.engines.parse.words import visible

MAX_ROWS = 400
LONGEST = 2_000


class Told:
    """Writes rows in their order; an empty value is left out."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.rows = 0

    def row(self, family: str, /, **said: object) -> int:
        """A row of facts ``<family>.<name>``. Returns its number."""
        kept = [(name, visible(str(value))) for name, value in said.items() if value not in ("", None)]
        for name, value in kept:
            self.answer.fact(self.rows, f"{family}.{name}", value)
        self.rows += bool(kept)
        return self.rows - 1

    def meta(self, group: str, name: str, value: object, warning: str = "") -> None:
        """One thing that the file says of itself; what is more than a person reads is cut."""
        text = _plain(value)
        if (text or warning) and self.rows < MAX_ROWS:
            self.row("meta", group=group, name=name, value=text, warning=warning)


def moment_in(seconds: Any) -> str:
    """The instant that a file gives as a number of seconds after the beginning of 1970; empty for what is none."""
    try:
        return instant(datetime.fromtimestamp(int(seconds), UTC))
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def _plain(value: object) -> str:
    """A value of whatever form as one line."""
    if isinstance(value, bytes):
        readable = value.decode("utf-8", "replace").strip("\0 ")
        value = readable if readable.isprintable() else f"{value[:32].hex()}… ({len(value)})" if len(value) > 32 else value.hex()
    elif isinstance(value, tuple | list):
        value = ", ".join(_plain(part) for part in value[:40])
    return " ".join(str(value).replace("\0", " ").split())[:LONGEST]
