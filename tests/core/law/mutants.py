"""Mutants of the rule data: each norm with one word of it changed, and which of them the sets of its text notice.

Run as ``make law-mutants`` for the figures and the survivors. A survivor that no story can tell apart is listed with its reason in
``tests/data/norms/equivalent.toml``.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tests.core.law.norm_sets import FOLDER, NormSet, all_sets

from letapis.core.norms import Element, Gates, Norm, Rulebook
from letapis.core.predicates import Condition, Predicate
from letapis.core.qualify_logic import All, Logic, Name, Not, Some, role_in
from letapis.core.vocabulary import FactType, Value
from letapis.engines.catalogue import catalogue

_TURNED: Final = {"==": "!=", "!=": "==", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_MOVED: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_ATTRIBUTIONS: Final = {"presumed": "none", "required": "none", "element": "presumed", "none": "presumed"}
_ROLES: Final = ("constitutive", "exclusion", "consequence", "jurisdiction")
_LISTED: Final = FOLDER / "equivalent.toml"

Change = tuple[str, Predicate | None]


@dataclass(frozen=True)
class Mutant:
    """A norm with one change; ``name`` says which."""

    name: str
    norm: Norm


@dataclass(frozen=True)
class Tally:
    """What became of the mutants of one norm."""

    norm: str
    killed: int
    survivors: tuple[str, ...]


def mutants(norm: Norm) -> Iterator[Mutant]:
    """Every change of predicates, logic, flags and gates of a norm."""
    for index, element in enumerate(norm.elements):
        for name, changed in _elements(element):
            yield Mutant(f"{element.key} {name}", replace(norm, elements=(*norm.elements[:index], changed, *norm.elements[index + 1 :])))
    for name, tree in _logics(norm.logic):
        yield Mutant(f"logic {name}", replace(norm, logic=tree))
    for variant, logic in norm.variants.items():
        for name, tree in _logics(logic):
            yield Mutant(f"variant {variant} {name}", replace(norm, variants={**norm.variants, variant: tree}))
    for name, gates in _gates(norm.gates):
        yield Mutant(f"gate {name}", replace(norm, gates=gates))


def _elements(element: Element) -> Iterator[tuple[str, Element]]:
    for name, predicates in _lists(element.satisfied_by):
        yield f"+ {name}", _with(element, predicates, element.defeated_by)
    for name, predicates in _lists(element.defeated_by):
        yield f"- {name}", _with(element, element.satisfied_by, predicates)
    for index, predicate in enumerate(element.defeated_by):
        others = element.defeated_by[:index] + element.defeated_by[index + 1 :]
        yield f"- {predicate.text}: satisfies", _with(element, (*element.satisfied_by, predicate), others)
    for name, predicates in _lists(element.prima_facie):
        yield f"prima facie {name}", _with(replace(element, prima_facie=predicates), element.satisfied_by, element.defeated_by)
    yield f"judge: {not element.judge}", replace(element, judge=not element.judge)
    burden = "applicant" if element.burden == "state" else "state"
    yield f"burden: {burden}", replace(element, burden=burden)
    for role in _ROLES:
        if role != element.role:
            yield f"role: {role}", replace(element, role=role)


def _with(element: Element, satisfied: tuple[Predicate, ...], defeated: tuple[Predicate, ...]) -> Element:
    facts = frozenset(fact for predicate in (*satisfied, *defeated, *element.prima_facie) for fact in predicate.facts)
    return replace(element, satisfied_by=satisfied, defeated_by=defeated, facts=facts)


def _gates(gates: Gates) -> Iterator[tuple[str, Gates]]:
    for name, predicates in _lists(gates.jurisdiction):
        yield f"jurisdiction {name}", replace(gates, jurisdiction=predicates)
    for name, predicates in _lists(gates.person):
        yield f"person {name}", replace(gates, person=predicates)
    if gates.attribution in _ATTRIBUTIONS:
        yield f"attribution: {_ATTRIBUTIONS[gates.attribution]}", replace(gates, attribution=_ATTRIBUTIONS[gates.attribution])
    if len(gates.date_facts) > 1:
        for fact in gates.date_facts:
            yield f"date {fact}: dropped", replace(gates, date_facts=tuple(other for other in gates.date_facts if other != fact))


def _lists(predicates: tuple[Predicate, ...]) -> Iterator[tuple[str, tuple[Predicate, ...]]]:
    """An any-of list with one predicate dropped or changed."""
    for index, predicate in enumerate(predicates):
        for name, changed in _predicates(predicate):
            kept = () if changed is None else (changed,)
            yield name, (*predicates[:index], *kept, *predicates[index + 1 :])


def _predicates(predicate: Predicate) -> Iterator[Change]:
    yield f"{predicate.text}: dropped", None
    for index, condition in enumerate(predicate.conditions):
        before, after = predicate.conditions[:index], predicate.conditions[index + 1 :]
        if before or after:
            yield f"{predicate.text}: without {condition.fact}", _predicate((*before, *after))
        for changed in _conditions(condition):
            yield f"{predicate.text}: {_text(changed)}", _predicate((*before, changed, *after))


def _predicate(conditions: tuple[Condition, ...]) -> Predicate:
    return Predicate(" & ".join(map(_text, conditions)), conditions, tuple(dict.fromkeys(c.fact for c in conditions)))


def _text(condition: Condition) -> str:
    wanted = str(condition.wanted).lower() if isinstance(condition.wanted, bool) else condition.wanted
    return f"{condition.fact} {condition.operator} {wanted}".strip()


def _conditions(condition: Condition) -> Iterator[Condition]:
    for other in (_TURNED.get(condition.operator), _MOVED.get(condition.operator)):
        if other:
            yield replace(condition, operator=other)
    if condition.operator != "present":
        for value in _values(condition):
            yield replace(condition, wanted=value)


def _values(condition: Condition) -> Iterable[Value]:
    """Values next to the one that the rule names."""
    wanted, fact = condition.wanted, catalogue().vocabulary.facts[condition.fact]
    if isinstance(wanted, bool):
        return (not wanted,)
    if isinstance(wanted, Decimal):
        return (wanted + 1, wanted - 1)
    if fact.members:
        keys = [member.key for member in fact.members]
        return (keys[(keys.index(str(wanted)) + 1) % len(keys)],)
    if condition.type is FactType.DATE and len(str(wanted)) == len("2020-08-09"):
        day = date.fromisoformat(str(wanted))
        return tuple((day + timedelta(days=step)).isoformat() for step in (1, -1))
    return ("PL",)


def _logics(tree: Logic) -> Iterator[tuple[str, Logic]]:
    """A logic with one sign turned, one part dropped or one name negated."""
    match tree:
        case Name(name):
            yield f"{name}: negated", Not(tree)
        case Not(part):
            yield f"!{_spelt(part)}: without the sign", part
        case All(parts) | Some(parts):
            other = Some if isinstance(tree, All) else All
            yield f"{_spelt(tree)}: sign turned", other(parts)
            for index, part in enumerate(parts):
                before, after = parts[:index], parts[index + 1 :]
                yield f"{_spelt(tree)}: without {_spelt(part)}", type(tree)((*before, *after))
                for name, changed in _logics(part):
                    yield name, type(tree)((*before, changed, *after))


def _spelt(tree: Logic) -> str:
    match tree:
        case Name(name):
            return name
        case Not(part):
            return f"!{_spelt(part)}"
        case All(parts):
            return f"({' & '.join(map(_spelt, parts))})"
        case Some(parts):
            return f"({' | '.join(map(_spelt, parts))})"


def misplaced_roles(norm: Norm) -> list[str]:
    """Elements whose role is not what the logic makes of them; ``letapis law check`` refuses such a norm."""
    return [element.key for element in norm.elements if element.role != role_in(element.key, norm.logic, norm.variants.values())]


def killed(mutant: Mutant, sets: Sequence[NormSet], rulebook: Rulebook) -> bool:
    """The check of the rulebook refuses the mutant's roles, or some set is read otherwise than its text says."""
    if " role: " in mutant.name:
        return bool(misplaced_roles(mutant.norm))
    return any(any(True for _ in one.differences(one.read(mutant.norm, rulebook))) for one in sets)


def tallies(norms: Iterable[str] | None = None) -> Iterator[Tally]:
    """Mutants of these norms (of all) against the sets of each."""
    rulebook, sets = catalogue().rulebook, all_sets()
    for norm_id in rulebook.norms if norms is None else norms:
        made = list(mutants(rulebook.norms[norm_id]))
        alive = tuple(mutant.name for mutant in made if not killed(mutant, sets.get(norm_id, ()), rulebook))
        yield Tally(norm_id, len(made) - len(alive), alive)


def explained() -> dict[tuple[str, str], str]:
    """(norm, mutant) -> why no story can tell it from the norm."""
    table = tomllib.loads(_LISTED.read_text(encoding="utf-8"))
    return {(entry["norm"], entry["mutant"]): entry["reason"] for entry in table.get("mutants", ())}


def main(norms: Sequence[str]) -> None:
    """Print the figures of each norm, then what survives without a reason."""
    reasons, found = explained(), list(tallies(norms or None))
    for tally in found:
        listed = sum((tally.norm, name) in reasons for name in tally.survivors)
        print(f"{tally.norm:24} {tally.killed:4} of {tally.killed + len(tally.survivors):4} killed, {listed} explained")
        for name in tally.survivors:
            if (tally.norm, name) not in reasons:
                print(f"    survives: {name}")
    dead, alive = sum(tally.killed for tally in found), sum(len(tally.survivors) for tally in found)
    print(f"{len(found)} norms, {dead + alive} mutants, {dead} killed, {alive} alive of which {len(reasons)} explained")


if __name__ == "__main__":
    main(sys.argv[1:])
