"""Mechanism cards: a body or procedure, who may file, what it checks, asks and limits, as data of one file each.

A card decides nothing alone: ``checks`` reads the card's conditions on the facts of a person, ``duplication`` compares with
procedures that run or ended; ``core.gates`` turns both into answers before a submission.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from letapis.core.predicates import Predicate, World, any_of, parse_predicate
from letapis.core.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Check:
    """One admissibility question. ``effect`` says what a failure does: ``block``, ``warn`` or ``info``."""

    id: str
    text: str
    decided_by: str
    effect: str
    pass_if: tuple[Predicate, ...]
    fail_if: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class FilingField:
    """One field of the body's form. ``facts`` and ``records`` feed it; ``feeding`` adds the facts behind the records."""

    key: str
    label: str
    required: bool
    kind: str
    facts: tuple[str, ...]
    records: tuple[str, ...]
    feeding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A limit or a time: what, how much, in which unit, with a note. ``counted_from`` is the fact a time runs from, ``closes`` says that the
    body takes nothing after it; ``sourced`` that a page of the body says so, and not general knowledge."""

    what: str
    value: int | float
    unit: str
    note: str
    counted_from: str = ""
    closes: bool = False
    sourced: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """How a filing reaches the body."""

    kind: str
    address: str
    note: str
    sourced: bool = False


@dataclass(frozen=True, slots=True)
class DuplicationRule:
    """What another procedure on the same person and facts means: ``blocks declare ask warn compatible``."""

    other: str
    rule: str
    text: str


@dataclass(frozen=True)
class Mechanism:
    """One card. ``since`` and ``until`` are partial dates; ``norm_variant`` names the logic that its norms are read with. ``sources`` pairs
    a title with an address."""

    id: str
    status: str
    name: Mapping[str, str]
    body: Mapping[str, str]
    result: str
    who_may_submit: tuple[str, ...]
    languages: tuple[str, ...]
    norms: tuple[str, ...]
    consent_required: tuple[str, ...]
    consent_any_of: tuple[str, ...]
    consent_asked: tuple[str, ...]
    checks: tuple[Check, ...]
    fields: tuple[FilingField, ...]
    limits: tuple[Quantity, ...]
    timing: tuple[Quantity, ...]
    channels: tuple[Channel, ...]
    duplication: tuple[DuplicationRule, ...]
    notes: tuple[str, ...]
    review_every_months: int
    status_note: str = ""
    since: str = ""
    until: str = ""
    format: str = ""
    norm_variant: str = ""
    status_sourced: bool = False
    who_sourced: bool = False
    reviewed_by_lawyer: bool = False
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def organisations_only_prepare(self) -> bool:
        """Only States file here: the system prepares a brief and never offers to file."""
        return self.who_may_submit == ("states",)

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which a consent may mean this recipient: of the procedure and of the body."""
        return (self.id, *self.name.values(), *self.body.values())


class Result(StrEnum):
    """Result of one check: settled by facts, still open, or for a person to decide."""

    PASS = "pass"
    FAIL = "fail"
    OPEN = "open"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check gave. ``missing`` are the facts that would decide an open one; a human check lists none."""

    check: Check
    result: Result
    missing: tuple[str, ...] = ()


def read_mechanism(table: Mapping[str, Any], vocabulary: Vocabulary, record_facts: Mapping[str, tuple[str, ...]]) -> Mechanism:
    """Card from its parsed file. ``record_facts``: record id -> facts that fill it (``records.toml``)."""
    consent = table["consent"]
    return Mechanism(
        id=table["id"],
        status=table["status"],
        name=table["name"],
        body=table["body"],
        result=table["result"],
        who_may_submit=tuple(table["who_may_submit"]),
        languages=tuple(table["languages"]),
        norms=tuple(table["norms"]),
        consent_required=tuple(consent["required"]),
        consent_any_of=tuple(consent["any_of"]),
        consent_asked=tuple(consent["asked"]),
        checks=tuple(_read_check(entry, vocabulary) for entry in table.get("checks", ())),
        fields=tuple(_read_field(entry, record_facts) for entry in table.get("fields", ())),
        limits=tuple(_read_quantity(entry, "what") for entry in table.get("limits", ())),
        timing=tuple(_read_quantity(entry, "key") for entry in table.get("timing", ())),
        channels=tuple(Channel(e["kind"], e["address"], e.get("note", ""), _sourced(e)) for e in table.get("channels", ())),
        duplication=tuple(DuplicationRule(e["with"], e["rule"], e["text"]) for e in table.get("duplication", ())),
        notes=tuple(e["text"] for e in table.get("notes", ())),
        review_every_months=table["review_every_months"],
        status_note=table.get("status_note", ""),
        since=table.get("since", ""),
        until=table.get("until", ""),
        format=table.get("format", ""),
        norm_variant=table.get("norm_variant", ""),
        status_sourced=_sourced(table, "status_provenance"),
        who_sourced=_sourced(table, "who_provenance"),
        reviewed_by_lawyer=bool(table.get("reviewed_by_lawyer")),
        sources=tuple((entry.get("title", ""), entry.get("url", "")) for entry in table.get("sources", ())),
    )


def _sourced(entry: Mapping[str, Any], key: str = "provenance") -> bool:
    return bool(entry.get(key) == "sourced")


def _read_quantity(entry: Mapping[str, Any], name: str) -> Quantity:
    said = entry[name], entry["value"], entry["unit"], entry.get("note", "")
    return Quantity(*said, entry.get("counted_from", ""), bool(entry.get("closes")), _sourced(entry))


def _read_check(entry: Mapping[str, Any], vocabulary: Vocabulary) -> Check:
    def predicates(key: str) -> tuple[Predicate, ...]:
        return tuple(parse_predicate(text, vocabulary) for text in entry.get(key, ()))

    return Check(entry["id"], entry["text"], entry["decided_by"], entry["effect"], predicates("pass_if"), predicates("fail_if"))


def _read_field(entry: Mapping[str, Any], record_facts: Mapping[str, tuple[str, ...]]) -> FilingField:
    facts, records = tuple(entry["facts"]), tuple(entry["records"])
    feeding = dict.fromkeys((*facts, *(fact for record in records for fact in record_facts.get(record, ()))))
    return FilingField(entry["key"], entry["label"], entry["required"], entry["kind"], facts, records, tuple(feeding))


def checks(mechanism: Mechanism, world: World) -> tuple[CheckResult, ...]:
    """Result of every check of a card on settled facts."""
    return tuple(_check(check, world) for check in mechanism.checks)


def _check(check: Check, world: World) -> CheckResult:
    """``fail_if`` applies the effect; ``pass_if`` clears; a check with ``pass_if`` alone stays open until it is true; unknown asks.

    A check with ``fail_if`` alone passes when every failing condition is known to be false.
    """
    if check.decided_by == "human":
        return CheckResult(check, Result.HUMAN)
    failing = any_of(p.holds(world) for p in check.fail_if)
    if failing:
        return CheckResult(check, Result.FAIL)
    passing = any_of(p.holds(world) for p in check.pass_if)
    if passing or (not check.pass_if and failing is False):
        return CheckResult(check, Result.PASS)
    missing = dict.fromkeys(fact for p in (*check.pass_if, *check.fail_if) for fact in p.open_facts(world))
    return CheckResult(check, Result.OPEN, tuple(missing))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A rule of the card that meets a procedure: ``state`` is ``pending`` or ``decided``."""

    rule: DuplicationRule
    state: str


def duplication(mechanism: Mechanism, pending: Iterable[str], decided: Iterable[str]) -> tuple[Duplicate, ...]:
    """Rules of the card that other procedures on the same person and facts call up, those that block first."""
    running, ended = frozenset(pending), frozenset(decided)
    found = [Duplicate(rule, "pending" if rule.other in running else "decided") for rule in mechanism.duplication if rule.other in running | ended]
    order = ("blocks", "ask", "declare", "warn", "compatible")
    return tuple(sorted(found, key=lambda duplicate: order.index(duplicate.rule.rule)))
