"""How many of the written lines give the right claims. ``python -m tests.core.proposal_lines`` prints the table; ``--wrong`` the lines that were
tuned on and are not right, never the held-out ones: who looks at those must write new ones."""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from letapis.core.note_about import Telling, speaks_of_other_years
from letapis.core.proposals import propose
from letapis.engines.catalogue import catalogue

FILE = Path(__file__).parents[1] / "vectors" / "proposals" / "lines.toml"
LISTS = {"detention.place": "facilities", "trial.court": "courts", "detention.agency": "agencies"}
Claim = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Outcome:
    """One line: what was proposed and what a colleague would cut."""

    language: str
    held: bool
    text: str
    proposed: frozenset[Claim]
    wanted: frozenset[Claim]
    also: frozenset[Claim]

    @property
    def right(self) -> bool:
        return self.proposed - self.also == self.wanted - self.also

    @property
    def wrong(self) -> frozenset[Claim]:
        return self.proposed - self.wanted - self.also


def telling(line: dict[str, Any]) -> Telling:
    day = date.fromisoformat(line.get("day", "2026-05-20"))
    return Telling.about(line.get("subject", ""), day, line.get("own", False), not speaks_of_other_years(line["text"], day))


@cache
def outcomes() -> tuple[Outcome, ...]:
    lexicon = catalogue().proposals
    found = []
    for line in tomllib.loads(FILE.read_text(encoding="utf-8"))["line"]:
        given = propose(line["text"], telling(line), lexicon)
        proposed = frozenset((p.property, p.value, p.valid_from, p.valid_to, "about" if p.certainty == "about" else "") for p in given)
        sets = [frozenset(map(wanted, line.get(key, ()))) for key in ("claims", "also")]
        found.append(Outcome(line["language"], line.get("held", False), line["text"], proposed, *sets))
    return tuple(found)


def wanted(claim: str) -> Claim:
    """``fact = value @ from..to ~`` as a claim; the code of a place, court or body stands for its label."""
    certainty = "about" if claim.endswith(" ~") else ""
    left, _, when = claim.removesuffix(" ~").partition(" @ ")
    fact, _, value = left.partition(" = ")
    first, _, last = when.partition("..")
    if fact in LISTS:
        code, comma, rest = value.partition(", ")
        entries = catalogue().reference[LISTS[fact]].entries
        value = (entries[code].label["en"] if code in entries else code) + comma + rest
    return fact, value, first, last, certainty


def groups() -> Iterator[tuple[str, list[Outcome]]]:
    """All lines, those of each language, and the two parts."""
    every = outcomes()
    yield "all", list(every)
    for language in ("be", "ru", "en", "mix"):
        yield language, [one for one in every if one.language == language]
    yield "tuned on", [one for one in every if not one.held]
    yield "held out", [one for one in every if one.held]


def numbers(lines: list[Outcome]) -> tuple[float, float]:
    """Share of right lines, and share of wrong proposals."""
    proposals = sum(len(one.proposed) for one in lines)
    return sum(one.right for one in lines) / len(lines), sum(len(one.wrong) for one in lines) / max(1, proposals)


def main() -> None:
    if "--wrong" in sys.argv:
        for one in outcomes():
            if not one.right and not one.held:
                print(f"{one.language} | {one.text}\n   missing {sorted(one.wanted - one.proposed)}\n   wrong   {sorted(one.wrong)}")
    for name, lines in groups():
        right, wrong = numbers(lines)
        print(f"{name:<9} {len(lines):>4} lines  {right:>4.0%} right  {sum(len(one.proposed) for one in lines):>4} proposals  {wrong:.1%} wrong")


if __name__ == "__main__":
    main()
