"""Sets of facts made from the text of each norm: a story, the facts that tell it, and what the norm must say of it.

A set lives in ``tests/data/norms/<folder>/<NORM-ID>.toml``. Besides its expected status it may name results of elements, gates that stay
open, facts that must be asked and lists that are marked partial. A set of kind ``satisfied`` or ``open`` says where and when: every gate holds,
unless ``open_gates`` names it. Where an element is not met, ``defeated`` says that a fact is shown against it, ``ruled_out`` that none is.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from letapis.core.qualify import REACHED, Judgement, Norm, Outcome, Qualification, Rulebook, Status, evaluate
from letapis.core.situation import Situation, settled
from letapis.engines.catalogue import catalogue

FOLDER: Final = Path(__file__).parents[2] / "data" / "norms"
KINDS: Final = ("satisfied", "defeated", "open")
_NOT_MET: Final = frozenset({"not_met", "defeated", "ruled_out"})
_RESULTS: Final = frozenset(Outcome) | _NOT_MET
_KEYS: Final = {"name", "kind", "basis", "expect", "elements", "variant", "as_of", "facts", "judgements", "partial", "open_gates", "asks"}


@dataclass(frozen=True)
class NormSet:
    """One story with the reading that the law gives it."""

    norm: str
    name: str
    kind: str
    basis: str
    expect: Status
    elements: Mapping[str, str]
    variant: str | None
    as_of: date | None
    situation: Situation
    judgements: Mapping[tuple[str, str], Judgement]
    open_gates: frozenset[str]
    asks: frozenset[str]

    def read(self, norm: Norm, rulebook: Rulebook) -> Qualification:
        """The norm, as it is or as a mutant, on the facts of this set."""
        return evaluate(norm, self.situation, rulebook, self.judgements, self.variant, self.as_of)

    def differences(self, found: Qualification) -> Iterator[str]:
        """Where a reading is not what the text of the norm says, in words."""
        if found.status is not self.expect:
            yield f"status is {found.status}, not {self.expect}"
        for key, wanted in self.elements.items():
            element = found.element(key)
            shown = str(element.result)
            if element.result is Outcome.NOT_MET:
                shown = "defeated" if element.defeated else "ruled_out"
            if wanted not in (shown, str(element.result)):
                yield f"{key} is {shown}, not {wanted}"
        if self.kind != "defeated":
            for gate in found.gates:
                if gate.truth is not (None if gate.name in self.open_gates else True):
                    yield f"gate {gate.name} is {gate.truth}"
        if not self.asks <= set(found.missing):
            yield f"not asked: {sorted(self.asks - set(found.missing))}"
        if self.kind == "open" and not found.missing:
            yield "nothing is asked"

    def faults(self) -> Iterator[str]:
        """Where the set does not keep what its kind promises."""
        results = set(self.elements.values())
        if not results <= _RESULTS:
            yield f"no result of an element: {sorted(results - _RESULTS)}"
        if self.kind == "satisfied" and self.expect not in REACHED:
            yield "a satisfied set reaches the norm"
        refused = self.expect in (Status.CONTRADICTED, Status.NOT_APPLICABLE)
        if self.kind == "defeated" and not refused and not (self.expect is Status.INSUFFICIENT_FACTS and results & _NOT_MET):
            yield "a defeated set is refused by the norm or by one of its elements"
        if self.kind == "open" and self.expect is not Status.INSUFFICIENT_FACTS and Outcome.UNKNOWN not in results:
            yield "an open set leaves something unknown"
        if len(self.name) < 10 or len(self.basis) < 20:
            yield "a set says what happened and which words of the text it is made from"


def files() -> list[Path]:
    return sorted(FOLDER.glob("*/*.toml"))


def read_sets(path: Path) -> tuple[NormSet, ...]:
    """Sets of one file; a key that is not in the format is an error."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    assert table.keys() == {"norm", "sets"}, path.stem
    return tuple(_read(table["norm"], entry) for entry in table["sets"])


def all_sets() -> dict[str, tuple[NormSet, ...]]:
    """Norm -> its sets, for the norms that have a file."""
    return {path.stem: read_sets(path) for path in files()}


def _read(norm: str, entry: Mapping[str, Any]) -> NormSet:
    assert entry.keys() <= _KEYS, (norm, entry.get("name"))
    vocabulary = catalogue().vocabulary
    values = {fact: vocabulary.parse_value(fact, value) for fact, value in entry["facts"].items()}
    day = entry.get("as_of")
    return NormSet(
        norm=norm,
        name=entry["name"],
        kind=entry["kind"],
        basis=entry["basis"],
        expect=Status(entry["expect"]),
        elements=entry.get("elements", {}),
        variant=entry.get("variant"),
        as_of=date.fromisoformat(day) if isinstance(day, str) else day,
        situation=settled(values, partial=entry.get("partial", ())),
        judgements={_element(norm, key): Judgement(word, b"m" * 16, b"r" * 32) for key, word in entry.get("judgements", {}).items()},
        open_gates=frozenset(entry.get("open_gates", ())),
        asks=frozenset(entry.get("asks", ())),
    )


def _element(norm: str, key: str) -> tuple[str, str]:
    """An element of the norm of the file, or ``NORM.E2`` of another."""
    other, _, element = key.rpartition(".")
    return other or norm, element
