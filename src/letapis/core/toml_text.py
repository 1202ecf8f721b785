"""TOML from somebody else's hand: read or refused with the line, whatever the text holds."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from letapis.core.errors import UsageError

Table = Mapping[str, Any]
_LINE: Final = re.compile(r"\(at line (\d+)")


class TableFault(UsageError):
    """The text is no TOML. ``line`` is where its reader stopped, the last line when it ran out of text, None when it cannot tell."""

    def __init__(self, line: int | None) -> None:
        super().__init__("law.file_form", f"line {line}" if line else "")
        self.line = line


def parse_table(text: str) -> Table:
    """Raises TableFault; also for what the reader of TOML itself stumbles over: numbers without end, lists in lists in lists."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TableFault(None) from None
    except ValueError as fault:
        found = _LINE.search(str(fault))
        at_end = "end of document" in str(fault)
        raise TableFault(int(found[1]) if found else max(1, len(text.splitlines())) if at_end else None) from None


def line_that_begins(text: str, start: str) -> int | None:
    """The first line that begins with these characters, spaces before them aside."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith(start)), None)


def line_of_key(text: str, section: str, key: str) -> int | None:
    """Line on which ``key`` is given a value inside the table ``section``, quoted or as a dotted key; None where it cannot be told."""
    wanted = re.compile(rf"""\s*(["']?){re.escape(key)}\1\s*=""")
    inside, inner = False, re.compile(r"\s*\[+\s*([^\[\]]+?)\s*\]+\s*(?:#.*)?$")
    parent, _, last = key.rpartition(".")
    for number, line in enumerate(text.splitlines(), 1):
        head = inner.match(line)
        if head:
            name = head[1].strip("\"'")
            inside = name == section or name.startswith(f"{section}.")
            wanted = re.compile(rf"\s*{re.escape(last)}\s*=") if parent and name == f"{section}.{parent}" else wanted
        elif inside and wanted.match(line):
            return number
    return None
