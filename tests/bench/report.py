"""The sections of the page on performance that a run writes, anew with each line, so that a run that is cut short leaves what it found. Every
other section is somebody's, who says what was measured apart and what it means: a run leaves it as it stands."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.bench.measure import load, machine

PAGE: Final = Path(__file__).parents[2] / "docs" / "explanation" / "performance.md"
NAMES: Final = "## Names beside other tools"
_WHOLE: Final = "## One run"
_PARTS: Final = "## A run of some parts"
_READ: Final = "## How to read it"
_SECTION: Final = re.compile(r"^(?=## )", re.MULTILINE)


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
    """Lines in order, and the page that they are written into after each, if there is one. ``claims``: in the workspace that this run filled;
    until it has, its lines stand in a section of their own, and those of the last whole run beside them."""

    path: Path | None = None
    say: Callable[[str], None] = print
    claims: int = 0
    lines: list[Line] = field(default_factory=list)

    def put(self, title: str, section: str) -> None:
        """A section of its own, in place of the one with this title."""
        self.say(section)
        self._write({title: f"{title}\n\n{section.strip()}"})

    def add(self, what: str, measured: str, target: str = "", bound: str = "", holds: bool | None = None) -> None:
        line = Line(what, target, measured, bound, holds, load())
        self.lines.append(line)
        self.say(f"\n{what}: {measured}" + (f" (target {target})" if target else "") + (f" [{bound}]" if bound else "") + f" load {line.load:.1f}")
        self._write({_WHOLE: self.text(), _PARTS: ""} if self.claims else {_PARTS: self.text()})

    def text(self) -> str:
        """The section of this run."""
        title = f"{_WHOLE} with {self.claims:,} claims in one workspace" if self.claims else _PARTS
        rows = ["| What | Target | Measured | Bound | Met | Load |", "|---|---|---|---|---|---|"]
        for one in self.lines:
            met = "" if one.holds is None else "yes" if one.holds else "**no**"
            rows.append(f"| {one.what} | {one.target} | {one.measured} | {one.bound} | {met} | {one.load:.1f} |")
        day = time.strftime("%Y-%m-%d", time.gmtime())
        return "\n".join((title, "", f"Measured on {day}. Machine: {machine()}.", "", *rows))

    def _write(self, sections: dict[str, str]) -> None:
        if self.path is None:
            return
        page = self.path.read_text("utf-8") if self.path.exists() else "# Performance"
        for title, section in sections.items():
            page = _with(page, title, section)
        self.path.write_text(page, "utf-8")


def _with(page: str, title: str, section: str) -> str:
    """The page with this section in place of the one that begins with this title; a new one stands before it is said how the page is read."""
    parts = _SECTION.split(page)
    at = next((at for at, part in enumerate(parts) if part.startswith(title)), -1)
    if at < 0:
        at = next((at for at, part in enumerate(parts) if part.startswith(_READ)), len(parts))
        parts.insert(at, "")
    parts[at] = section
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"
