"""Qualification: a norm read on the facts of one person, element by element, in three values. Never "violation found".

The reading of elements, logic, gates and statuses is that of sections 3 to 5 of docs/reference/law.md. A result is a dossier
for a lawyer and a review panel: it says which claims carry which element, which facts are missing, and what waits for a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from letapis.core.elements import ElementResult, Judgement, Outcome, counts, examine
from letapis.core.norm_gates import GateResult, examine_gates
from letapis.core.norms import ATTRIBUTION_NORMS, Element, Norm, Rulebook
from letapis.core.qualify_logic import solve
from letapis.core.situation import Situation

__all__ = [
    "Element",
    "ElementResult",
    "GateResult",
    "Judgement",
    "Norm",
    "Outcome",
    "Qualification",
    "Rulebook",
    "Status",
    "evaluate",
    "evaluate_all",
    "questions",
]


class Status(StrEnum):
    """The five statuses; none of them is a finding of a violation."""

    NOT_APPLICABLE = "not_applicable"
    INDICATED = "indicated"
    CONTRADICTED = "contradicted"
    ARGUABLE = "arguable"
    INSUFFICIENT_FACTS = "insufficient_facts"


REACHED: Final = frozenset({Status.INDICATED, Status.ARGUABLE})


@dataclass(frozen=True)
class Qualification:
    """Result of one norm: status, gates, elements in their order, facts that are missing, claims relied on.

    ``rulebook`` and ``version`` say which law was read; ``attribution_open`` that attribution to the State is not yet arguable.
    """

    norm: str
    rulebook: str
    version: int
    variant: str
    status: Status
    gates: tuple[GateResult, ...]
    elements: tuple[ElementResult, ...]
    missing: tuple[str, ...]
    attribution_open: bool = False

    @cached_property
    def refs(self) -> tuple[bytes, ...]:
        """Claims that the elements name, each once."""
        return tuple(dict.fromkeys(ref for element in self.elements for ref in element.refs))

    def element(self, key: str) -> ElementResult:
        return next(element for element in self.elements if element.key == key)

    @property
    def reached(self) -> bool:
        """The norm may be put to a body: indicated or arguable."""
        return self.status in REACHED

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Judgement elements that facts prepare and no reviewer has looked at yet."""
        return tuple(e.key for e in self.elements if e.judge and e.result is Outcome.MET and e.confirmed is None)


def evaluate(
    norm: Norm,
    situation: Situation,
    rulebook: Rulebook,
    judgements: Mapping[tuple[str, str], Judgement],
    variant: str | None = None,
    as_of: date | None = None,
) -> Qualification:
    """Read one norm. ``judgements``: (norm, element) -> decision of a named reviewer; ``as_of``: the day on which yardsticks are applied."""
    return _Run(situation, rulebook, judgements, as_of).qualification(norm, variant)


def evaluate_all(
    rulebook: Rulebook,
    situation: Situation,
    judgements: Mapping[tuple[str, str], Judgement],
    norms: Iterable[str] | None = None,
    variant: str | None = None,
    as_of: date | None = None,
) -> tuple[Qualification, ...]:
    """Read several norms (all of the rulebook where ``norms`` is None), sharing what they have in common."""
    run = _Run(situation, rulebook, judgements, as_of)
    chosen = rulebook.norms.values() if norms is None else [rulebook.norm(norm_id) for norm_id in norms]
    return tuple(run.qualification(norm, variant) for norm in chosen)


def questions(qualifications: Iterable[Qualification]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Missing facts with the norms they would move, the most useful question first."""
    touched: dict[str, list[str]] = {}
    for qualification in qualifications:
        for fact in qualification.missing:
            touched.setdefault(fact, []).append(qualification.norm)
    ordered = sorted(touched.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple((fact, tuple(norms)) for fact, norms in ordered)


@dataclass
class _Run:
    """One reading of the rulebook on one situation; qualifications that other norms refer to are kept."""

    situation: Situation
    rulebook: Rulebook
    judgements: Mapping[tuple[str, str], Judgement]
    as_of: date | None
    done: dict[tuple[str, str], Qualification] = field(default_factory=dict)

    def qualification(self, norm: Norm, variant: str | None = None) -> Qualification:
        key = (norm.id, variant or "")
        if key not in self.done:
            self.done[key] = self._read(norm, variant)
        return self.done[key]

    def _read(self, norm: Norm, variant: str | None) -> Qualification:
        gates = examine_gates(norm, self.situation, self.rulebook, self.as_of)
        elements = tuple(examine(e, self.situation, self.judgements.get((norm.id, e.key))) for e in norm.elements)
        status, attribution_open = self._status(norm, variant, gates, elements)
        return Qualification(
            norm=norm.id,
            rulebook=self.rulebook.version,
            version=norm.version,
            variant=variant if variant in norm.variants and variant else "",
            status=status,
            gates=gates,
            elements=elements,
            missing=self._missing(norm, variant, gates, elements, status),
            attribution_open=attribution_open,
        )

    def _status(self, norm: Norm, variant: str | None, gates: tuple[GateResult, ...], elements: tuple[ElementResult, ...]) -> tuple[Status, bool]:
        """Status by the table of section 4, in its order."""
        if any(gate.truth is False for gate in gates):
            return Status.NOT_APPLICABLE, False
        others = tuple([(f"@{name}", self.qualification(self.rulebook.norms[name]).status) for name in norm.others(variant)])
        results = tuple([(element.result, element.confirmed) for element in elements])
        status = _status_of(norm, variant, results, others)
        if status is Status.INDICATED and norm.gates.attribution == "required" and not self._attributable():
            return Status.ARGUABLE, True
        return status, False

    def _attributable(self) -> bool:
        return any(self.qualification(self.rulebook.norms[name]).reached for name in ATTRIBUTION_NORMS)

    def _missing(
        self, norm: Norm, variant: str | None, gates: tuple[GateResult, ...], elements: tuple[ElementResult, ...], status: Status
    ) -> tuple[str, ...]:
        """Unknown facts that could still change the status: of gates, of open elements in the logic, of norms it refers to."""
        if status in (Status.NOT_APPLICABLE, Status.CONTRADICTED):
            return ()
        mentioned = norm.mentioned(variant)
        missing = {fact: None for gate in gates if gate.missing for fact in gate.missing}
        missing |= {fact: None for element in elements if element.missing and element.key in mentioned for fact in element.missing}
        for name in norm.others(variant):
            missing |= dict.fromkeys(self.qualification(self.rulebook.norms[name]).missing)
        return tuple(missing)


@lru_cache(maxsize=65_536)
def _status_of(
    norm: Norm, variant: str | None, results: tuple[tuple[Outcome, bool | None], ...], others: tuple[tuple[str, Status], ...]
) -> Status:
    """Status that follows from the results of the elements and of the norms referred to; few of all combinations ever occur."""
    shown = dict(zip(norm.elements, results, strict=True))
    truths = [
        {element.key: counts(outcome, element.judge, confirmed, strict=strict) for element, (outcome, confirmed) in shown.items()}
        | {name: _as_truth(status, strict=strict) for name, status in others}
        for strict in (True, False)
    ]
    logic = norm.logic_for(variant)
    strict = solve(logic, truths[0].__getitem__)
    if strict:
        return Status.INDICATED
    lenient = solve(logic, truths[1].__getitem__)
    if strict is False and lenient is False:
        return Status.CONTRADICTED
    if lenient and any(outcome is Outcome.MET for outcome, _ in results):
        return Status.ARGUABLE
    return Status.INSUFFICIENT_FACTS


def _as_truth(status: Status, *, strict: bool) -> bool | None:
    """What the status of another norm is in a logic."""
    if status is Status.ARGUABLE:
        return None if strict else True
    return {Status.INDICATED: True, Status.CONTRADICTED: False, Status.NOT_APPLICABLE: False}.get(status)
