"""How the reader of notes fares on lines of two hands that never saw its patterns. ``python -m tests.core.stranger_lines`` prints the table;
``--wrong`` the lines of the development parts that are not right, never the others: who looks at those must write new ones.

Held out are the odd positions of the first file and the last hundred of the second."""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.core.proposal_lines import LISTS

from letapis.core import names as persons
from letapis.core.note_about import Telling, speaks_of_other_years
from letapis.core.note_name_reader import NameReader
from letapis.core.note_words import tokens
from letapis.core.proposals import propose
from letapis.core.vocabulary import FactType
from letapis.engines.catalogue import catalogue

FOLDER: Final = Path(__file__).parents[1] / "data" / "strangers"
FILES: Final = ("lines", "second")
_DEVELOPED: Final = 300
_ALIKE: Final = 0.5
Claim = tuple[str, str, str]


@dataclass(frozen=True)
class Line:
    """One line: what was proposed, and each set of claims that is right for it."""

    hand: str
    language: str
    held: bool
    text: str
    proposed: frozenset[Claim]
    sets: tuple[frozenset[Claim], ...]

    @property
    def right(self) -> bool:
        return any(len(self.proposed) == len(claims) and all(_stands(one, claims) for one in self.proposed) for claims in self.sets)

    @property
    def silent(self) -> bool:
        """Nothing is proposed where something could have been."""
        return not self.proposed and not self.right

    @property
    def wrong(self) -> frozenset[Claim]:
        """What no set of the line knows."""
        return frozenset(one for one in self.proposed if not any(_stands(one, claims) for claims in self.sets))


@cache
def lines() -> tuple[Line, ...]:
    """The lines of both hands."""
    found: list[Line] = []
    for hand in FILES:
        table = tomllib.loads((FOLDER / f"{hand}.toml").read_text(encoding="utf-8"))
        day = date.fromisoformat(table["note_date"])
        held = [position % 2 == 1 if hand == "lines" else position >= _DEVELOPED for position in range(len(table["lines"]))]
        found.extend(_line(line, day, hand, apart) for line, apart in zip(table["lines"], held, strict=True))
    return tuple(found)


def _line(line: Mapping[str, Any], day: date, hand: str, held: bool) -> Line:
    text = line["text"]
    found = propose(text, Telling(day, years=not speaks_of_other_years(text, day)), catalogue().proposals)
    sets = tuple(frozenset(map(_wanted, claims)) for claims in (line["claims"], *line.get("also", ())))
    return Line(hand, line["language"], held, text, frozenset(_claim(p.property, p.value, p.valid_from) for p in found), sets)


def _wanted(claim: Mapping[str, str]) -> Claim:
    value = {"yes": "true", "no": "false"}.get(claim["value"], claim["value"])
    entries = catalogue().reference[LISTS[claim["property"]]].entries if claim["property"] in LISTS else {}
    return _claim(claim["property"], entries[value].label["en"] if value in entries else value, claim.get("valid_from", ""))


def _claim(name: str, value: str, valid_from: str) -> Claim:
    """A fact that is a date holds for no other date; the order of a list says nothing."""
    fact = catalogue().vocabulary.facts.get(name)
    if fact and fact.type is FactType.LIST:
        value = "; ".join(sorted(value.replace(",", ";").replace("; ", ";").split(";")))
    return name, value, "" if fact and fact.type is FactType.DATE else valid_from


def _stands(one: Claim, claims: frozenset[Claim]) -> bool:
    """The claim is among these; a name in free text is the same in every spelling that is read as the same."""
    if one in claims:
        return True
    fact = catalogue().vocabulary.facts[one[0]]
    free = fact.type is FactType.TEXT or one[0] in LISTS
    return free and any(other[0] == one[0] and other[2] == one[2] and _same(one[1], other[1]) for other in claims)


def _same(proposed: str, wanted: str) -> bool:
    lexicon = catalogue().proposals
    read = [span.value for span in NameReader(lexicon.names, lexicon.dates, tokens(wanted)).spans()]
    return proposed in read or persons.alike(wanted, proposed) > _ALIKE or persons.alike(proposed, wanted) == 1


def groups() -> Iterator[tuple[str, list[Line]]]:
    """The two parts of each hand, and the lines of each language in it."""
    for hand in FILES:
        for name, held in ((f"{hand} development", False), (f"{hand} held out", True)):
            part = [line for line in lines() if line.hand == hand and line.held is held]
            yield name, part
            for language in ("be", "ru", "en"):
                yield f"{name} {language}", [line for line in part if line.language == language]


def numbers(chosen: list[Line]) -> tuple[float, float, float]:
    """Share of right lines, share of lines without a proposal that could have had one, and share of wrong proposals."""
    proposals, wrong = sum(len(line.proposed) for line in chosen), sum(len(line.wrong) for line in chosen)
    return sum(line.right for line in chosen) / len(chosen), sum(line.silent for line in chosen) / len(chosen), wrong / max(1, proposals)


def main() -> None:
    if "--wrong" in sys.argv:
        for line in lines():
            if not line.right and not line.held:
                print(f"{line.language} | {line.text}\n   proposed {sorted(line.proposed)}")
                print(f"   wrong    {sorted(line.wrong)}\n   right    {sorted(line.sets[0])}")
    for name, chosen in groups():
        right, silent, wrong = numbers(chosen)
        count = sum(len(line.proposed) for line in chosen)
        print(f"{name:<22} {len(chosen):>4} lines  {right:>4.0%} right  {silent:>4.0%} silent  {count:>4} proposals  {wrong:.1%} wrong")


if __name__ == "__main__":
    main()
