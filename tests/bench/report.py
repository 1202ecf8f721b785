"""The table of what was measured, written anew with each line, so that a run that is cut short leaves what it found."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.measure import load, machine

_HEAD = """# Performance

This page is written by `make bench` (`SCALE=50000 make bench` for a quick run). It says what was measured, on which machine and
beside how much other work, and it says so where a target was missed.

"""

_NAMES = re.compile(r"\n## Names\n.*?(?=\n## )", re.DOTALL)
_READ = "\n## How to read it"
_HARD = """
## How to read it

A target is met or missed by the clock. *Load* is the number of processes that wanted a core when the line was measured (the average of
the last minute): where it is far above the number of cores, the clock shows mostly waiting for others. *Processor* time is what the work
itself took; on a machine that does nothing else the clock shows about that, plus the disk.

A *bound* is what the same work costs without us, measured in the same run on the same machine: for an append, the making of the records
(canonical bytes, signatures, seals) and the bare insertion of finished rows into the same tables with the same durability; for a film,
reading, one digest, encryption, and fsync. A ratio to a bound says more than a number of milliseconds, because both sides suffer alike
from a slow disk and from other work.

Claims are invented: dossiers of 5,000 claims on 50 persons from three sources, every fact of the vocabulary, four claims a passage; a
colleague's records are received as sync receives them, half of one dossier is checked, some are disputed. The keys are in the same
process but where the line says otherwise. Audit and rebuild are measured at 200,000 claims: a record costs the same in a larger workspace.

## What is hard, and why

* **Random keys.** A record is named by its commitment and by a random id, so every append touches two random places of a large file,
  and each page touched is decrypted, checked, encrypted and written. Claims and decisions have no such indexes of their own: they
  bear the row number of their record. What remains grows until the index no longer fits the page cache, and is flat afterwards.
* **What waits for me.** Nine of ten claims of a workspace may be open. The list is read from an index in its order, one author after the
  other, and ends after a thousand lines; a list that is read whole would take seconds.
* **Words.** An index entry holds stems only, and hits come newest first without ranking: ranking a million hits costs seconds.
* **Signatures.** To check one Ed25519 signature takes more than half of what an audit spends on a record; the rest is one digest for
  each of two dozen fields, so that a court can be shown some of them. Both grow with the records and with nothing else, and two
  processes halve them. There is no faster way that checks the same.
* **Weighing.** Claims on one subject and property are weighed together, and nothing else is touched; so an append costs what it
  touches. A whole dossier of 5,000 claims is 5,000 steps of an interpreted language, about five microseconds each.
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
    names: str = ""

    def __post_init__(self) -> None:
        """What a run before this one found of names is kept, unless this one measures names."""
        page = self.path.read_text("utf-8") if self.path is not None and self.path.exists() else ""
        found = _NAMES.search(page)
        self.names = self.names or (found.group() if found else "")

    def put(self, section: str) -> None:
        """The section of names, in its place in the page; a run that measures nothing else leaves all the rest as it stands."""
        self.names = section
        self.say(section)
        if self.path is not None:
            standing = self.path.read_text("utf-8") if self.path.exists() and not self.lines else self.text()
            self.path.write_text(_with(standing, section), "utf-8")

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
        return _with(_HEAD + about + "\n".join(rows) + "\n" + _HARD, self.names)


def _with(page: str, section: str) -> str:
    """The page with this section of names before it says how it is read, in place of the one that it has."""
    before, mark, after = _NAMES.sub("", page).partition(_READ)
    return before + section + mark + after
