"""A chain of command as a picture: one row a level, the highest body on top. Words travel as data and are never part of the source."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from letapis.engines.render.pdf import typeset


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a box; ``strong`` for a name, ``sure`` false for what is only possible."""

    text: str
    strong: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """One body: its name, what its place rests on, who headed it."""

    name: str
    how: str
    lines: tuple[Line, ...]


def chain_png(rows: Sequence[Sequence[Box]], title: str, note: str, language: str, on: date, ppi: float = 144) -> bytes:
    """The picture of a chain, the lowest body in the first row. ``note`` stands below. Raises Damaged when it cannot be set."""
    drawn = [[asdict(box) for box in row] for row in reversed(rows)]
    data = json.dumps({"title": title, "note": note, "language": language, "rows": drawn}, ensure_ascii=False)
    return typeset(_template(), "chain", data, on, "png", ppi)[0]


@cache
def _template() -> bytes:
    return files("letapis").joinpath("data/look/chain.typ").read_bytes()
