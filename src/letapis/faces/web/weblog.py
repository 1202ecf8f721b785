"""What the desk may write to its log: a time, a level, a code and counts.

The formatter is an allow-list: a message that is not a code of ours is withheld whole, whoever wrote it, so that no path,
query, header or value out of a record reaches standard error. Tracebacks are never written; ``where`` names a module and a line.
"""

import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\Z")
_PLACE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*:\d+\Z")
LOGGER = logging.getLogger("letapis")


class AllowListFormatter(logging.Formatter):
    """``time level code [count] [module:line]``; anything else becomes ``withheld``."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        code = record.msg if isinstance(record.msg, str) and _CODE.match(record.msg) and record.name == LOGGER.name else "withheld"
        count, place = getattr(record, "count", None), getattr(record, "place", None)
        parts = [moment, record.levelname.lower(), code]
        parts += [str(count)] if isinstance(count, int) else []
        parts += [place] if isinstance(place, str) and _PLACE.match(place) else []
        return " ".join(parts)


def say(code: str, level: int = logging.INFO, *, count: int | None = None, place: str | None = None) -> None:
    """Write one line: a stable code, perhaps a count, perhaps the module and line of a fault."""
    LOGGER.log(level, code, extra={"count": count, "place": place})


def place_of(trace: TracebackType | None) -> str:
    """Module and line of the innermost frame that is ours, else of the innermost frame; empty without a traceback."""
    frames = [(frame.f_globals.get("__name__", "unknown"), line) for frame, line in traceback.walk_tb(trace)]
    ours = [(module, line) for module, line in frames if module.startswith("letapis")]
    for module, line in (ours or frames)[-1:]:
        return f"{module}:{line}"
    return ""


def configure() -> None:
    """One handler on standard error for every logger of the process, with the allow-list formatter."""
    handler = logging.StreamHandler()
    handler.setFormatter(AllowListFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    LOGGER.setLevel(logging.INFO)
    logging.raiseExceptions = False
