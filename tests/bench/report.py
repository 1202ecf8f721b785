"""The table of what was measured, written anew with each line, so that a run that is cut short leaves what it found."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.measure import load, machine

_HEAD = """# Performance

This page is written by `make bench` (`SCALE=50000 make bench` for a quick run). It says what was measured, on which machine and
beside how much other work, and it says so where a target was missed.

"""

_HARD = """
## How to read it

A *bound* is what the same work costs without us, measured in the same run on the same machine: for an append, the making of the
records (canonical bytes, signatures, seals) and the bare insertion of finished rows into an encrypted database of the same form with
the same durability; for an original, reading, two digests, one more over the sealed bytes, encryption, and fsync. A ratio to a bound
says more than a number of milliseconds, because both sides suffer alike from a slow disk and from other work on the machine.
*Load* is the number of processes that wanted a core meanwhile (the average of the last minute, when the line was measured).

## What is hard, and why

* **Random keys.** A record is named by its commitment and by a random id, so every append touches two random places of a large file,
  and each page touched is decrypted, checked, encrypted and written. Claims and decisions have no such indexes of their own: they
  bear the row number of their record. What remains grows until the index no longer fits the page cache, and is flat afterwards.
* **What waits for me.** Nine of ten claims of a workspace may be open. The list is read from an index in its order, one author after the
  other, and ends after a thousand lines; a list that is read whole would take seconds.
* **Words.** An index entry holds stems only, and hits come newest first without ranking: ranking a million hits costs seconds.
* **Weighing.** Claims on one subject and property are weighed together, and nothing else is touched; so an append costs what it
  touches. Rebuild and audit look at everything, and their cost is opening records, not the database.
"""


@dataclass(frozen=True)
class Line:
    """One measured thing. ``holds`` is None where there is no target."""

    what: str
    target: str
    measured: str
    bound: str
    holds: bool | None
    load: float


@dataclass
class Report:
    """Lines in order; ``path`` is written after each, if there is one."""

    scale: int
    path: Path | None = None
    lines: list[Line] = field(default_factory=list)
    say: Callable[[str], None] = print

    def add(self, what: str, measured: str, target: str = "", bound: str = "", holds: bool | None = None) -> None:
        line = Line(what, target, measured, bound, holds, load())
        self.lines.append(line)
        self.say(f"\n{what}: {measured}" + (f" (target {target})" if target else "") + (f" [{bound}]" if bound else "") + f" load {line.load:.1f}")
        if self.path is not None:
            self.path.write_text(self.text(), "utf-8")

    def text(self) -> str:
        rows = ["| What | Target | Measured | Bound | Met | Load |", "|---|---|---|---|---|---|"]
        for one in self.lines:
            met = "" if one.holds is None else "yes" if one.holds else "**no**"
            rows.append(f"| {one.what} | {one.target} | {one.measured} | {one.bound} | {met} | {one.load:.1f} |")
        day = time.strftime("%Y-%m-%d", time.gmtime())
        about = f"Measured on {day} with {self.scale:,} claims in one workspace. Machine: {machine()}.\n\n"
        return _HEAD + about + "\n".join(rows) + "\n" + _HARD
