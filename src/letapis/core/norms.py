"""Norms, treaties and the rulebook as data: read once, predicates and logic parsed, references between norms checked.

A norm that cannot be read is an error of the rulebook, never a norm that is silently left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from letapis.core.dates import bounds
from letapis.core.errors import Damaged, NotFound
from letapis.core.predicates import Predicate, parse_predicate
from letapis.core.qualify_logic import Logic, names_in, parse_logic
from letapis.core.vocabulary import Value, Vocabulary

ATTRIBUTION_NORMS: Final = ("ARSIWA-4", "ARSIWA-5", "ARSIWA-8", "ARSIWA-11")
ACTOR: Final = "actor.organ_type"
ANSWER: Final = "state.response"
ROLES: Final = frozenset({"constitutive", "exclusion", "consequence", "jurisdiction"})


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One part of a norm, equal only to itself. ``judge``: a named reviewer must confirm it; ``burden`` ``state``: the State must justify itself,
    once it was asked or as soon as one of ``prima_facie`` holds."""

    key: str
    role: str
    judge: bool
    burden: str
    text: Mapping[str, str]
    satisfied_by: tuple[Predicate, ...]
    defeated_by: tuple[Predicate, ...]
    facts: frozenset[str]
    prima_facie: tuple[Predicate, ...] = ()

    @property
    def predicates(self) -> tuple[Predicate, ...]:
        """Every condition of the element."""
        return (*self.satisfied_by, *self.defeated_by, *self.prima_facie)


@dataclass(frozen=True, slots=True)
class Gates:
    """What must hold before the elements are looked at."""

    treaty: str
    duty_bearer: str
    date_facts: tuple[str, ...]
    jurisdiction: tuple[Predicate, ...]
    person: tuple[Predicate, ...]
    attribution: str


@dataclass(frozen=True, slots=True)
class Authority:
    """A citation behind the norm; one of general knowledge, or marked ``verify``, must be verified before it goes into a filing.

    ``sources`` pairs a title with an address.
    """

    citation: str
    provenance: str
    url: str
    verify: bool = False
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def is_open(self) -> bool:
        return self.verify or self.provenance == "general_knowledge"


@dataclass(frozen=True, eq=False)
class Norm:
    """One norm, versioned. ``variants``: purpose -> another logic; ``recognition``: ground and demand codes of a political-prisoner clause."""

    id: str
    instrument: str
    article: str
    kind: str
    version: int
    title: Mapping[str, str]
    instrument_title: Mapping[str, str]
    validity_at: str
    valid_from: date | None
    valid_to: date | None
    adopted: str
    gates: Gates
    elements: tuple[Element, ...]
    logic_text: str
    logic: Logic
    variants: Mapping[str, Logic]
    authorities: tuple[Authority, ...]
    scope_guards: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...]
    recognition: Mapping[str, str]
    variant_when: Mapping[str, str] = field(default_factory=dict)
    valid_from_provenance: str = ""
    translation: str = ""
    reviewed_by_lawyer: bool = False

    @cached_property
    def refers_to(self) -> frozenset[str]:
        """Norms on which this one rests."""
        named = {name[1:] for tree in (self.logic, *self.variants.values()) for name in names_in(tree) if name.startswith("@")}
        return frozenset(named | (set(ATTRIBUTION_NORMS) if self.gates.attribution == "required" else set()))

    @property
    def predicates(self) -> tuple[Predicate, ...]:
        """Every condition of the norm: of its gates and of its elements."""
        gates = (*self.gates.jurisdiction, *self.gates.person)
        return (*gates, *(predicate for element in self.elements for predicate in element.predicates))

    @property
    def own_facts(self) -> frozenset[str]:
        """Facts on which the norm's own status may hang: of conditions, the date of the act, the actor, the answer of the State."""
        beside = {*self.gates.date_facts, *([ACTOR] if self.gates.attribution == "presumed" else [])}
        beside |= {ANSWER} if any(element.burden == "state" for element in self.elements) else set()
        return frozenset(beside.union(*(predicate.facts for predicate in self.predicates)))

    @cached_property
    def _mentioned(self) -> Mapping[str, frozenset[str]]:
        return {"": names_in(self.logic), **{name: names_in(tree) for name, tree in self.variants.items()}}

    def mentioned(self, variant: str | None) -> frozenset[str]:
        """Element keys and ``@NORM`` references in the logic of a variant."""
        return self._mentioned.get(variant or "", self._mentioned[""])

    @cached_property
    def _others(self) -> Mapping[str, tuple[str, ...]]:
        return {name: tuple(sorted(one[1:] for one in names if one.startswith("@"))) for name, names in self._mentioned.items()}

    def others(self, variant: str | None) -> tuple[str, ...]:
        """Norms that the logic of a variant refers to."""
        return self._others.get(variant or "", self._others[""])

    def logic_for(self, variant: str | None) -> Logic:
        """Logic of a variant; the norm's own where it has no such variant."""
        return self.variants.get(variant, self.logic) if variant else self.logic

    def element(self, key: str) -> Element:
        """Raises NotFound ``law.unknown_element``."""
        for element in self.elements:
            if element.key == key:
                return element
        raise NotFound("law.unknown_element")


@dataclass(frozen=True, slots=True, eq=False)
class Treaty:
    """Status of a treaty for Belarus. Dates are partial dates; ``in_force`` may be empty."""

    id: str
    status: str
    title: Mapping[str, str]
    in_force: str
    until: str
    note: str
    verify: bool = False


@dataclass(frozen=True)
class Rulebook:
    """All norms and treaties of one version, with the norms that this release shows first."""

    version: str
    norms: Mapping[str, Norm]
    treaties: Mapping[str, Treaty]
    first_set: tuple[str, ...]

    def norm(self, norm_id: str) -> Norm:
        """Raises NotFound ``law.unknown_norm``."""
        if norm_id not in self.norms:
            raise NotFound("law.unknown_norm")
        return self.norms[norm_id]

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """Fact -> the norms whose status may hang on it, by their elements, their gates, or a norm they rest on."""
        reads = {norm.id: norm.own_facts for norm in self.norms.values()}
        named = {norm.id: norm.refers_to for norm in self.norms.values()}
        found: dict[str, list[str]] = {}
        for norm in self.norms:
            for fact in reads[norm].union(*(reads[one] for one in norms_behind(norm, named))):
                found.setdefault(fact, []).append(norm)
        return {fact: tuple(norms) for fact, norms in found.items()}

    @cached_property
    def thresholds(self) -> Mapping[str, frozenset[Value]]:
        """Fact -> the values that conditions compare it with."""
        found: dict[str, set[Value]] = {}
        for norm in self.norms.values():
            for predicate in norm.predicates:
                for condition in predicate.conditions:
                    if condition.operator != "present":
                        found.setdefault(condition.fact, set()).add(condition.wanted)
        return {fact: frozenset(values) for fact, values in found.items()}


    def is_denial(self, fact: str, value: Value) -> bool:
        """The value says that something was *not* done to somebody: an empty list, a *no* on which no element of a norm stands, a *yes* that
        only ever speaks against one (reasons were given, a doctor came). Such a claim is no reported act."""
        if value == ():
            return True
        return isinstance(value, bool) and (fact, value) not in self._stood_on and (not value or (fact, value) in self._spoken_against)

    @cached_property
    def _stood_on(self) -> frozenset[tuple[str, Value]]:
        return self._compared("satisfied_by")

    @cached_property
    def _spoken_against(self) -> frozenset[tuple[str, Value]]:
        return self._compared("defeated_by")

    def _compared(self, side: str) -> frozenset[tuple[str, Value]]:
        elements = (element for norm in self.norms.values() for element in norm.elements if element.role == "constitutive")
        conditions = (one for element in elements for predicate in getattr(element, side) for one in predicate.conditions)
        return frozenset((one.fact, one.wanted) for one in conditions if isinstance(one.wanted, bool))


def norms_behind(norm: str, named: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Every norm that this one rests on, near or far; itself only when it stands in a ring. ``named``: norm -> those it names."""
    found: set[str] = set()
    waiting = [*named[norm]]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(named.get(one, ()))
    return frozenset(found)


def read_rulebook(
    head: Mapping[str, Any],
    norm_tables: Iterable[Mapping[str, Any]],
    treaty_tables: Iterable[Mapping[str, Any]],
    first_set: Iterable[str],
    vocabulary: Vocabulary,
) -> Rulebook:
    """Rulebook from its parsed files. Raises Damaged ``law.…`` with the norm's id for anything that cannot be evaluated as written."""
    norms: dict[str, Norm] = {}
    for table in norm_tables:
        norm = read_norm(table, vocabulary)
        if norm.id in norms:
            raise Damaged("law.norm_twice", norm.id)
        norms[norm.id] = norm
    treaties = {entry["id"]: _read_treaty(entry) for table in treaty_tables for entry in table["treaties"]}
    _require_references(norms, treaties)
    first = tuple(first_set)
    if not set(first) <= set(norms):
        raise Damaged("law.first_set")
    return Rulebook(head["version"], norms, treaties, first)


def read_norm(table: Mapping[str, Any], vocabulary: Vocabulary) -> Norm:
    """One norm from its parsed file. Raises Damaged with a code ``law.…`` and the norm's id."""
    try:
        elements = tuple(_read_element(entry, vocabulary) for entry in table["elements"])
        norm = Norm(
            id=table["id"],
            instrument=table["instrument"],
            article=table["article"],
            kind=table["kind"],
            version=table["version"],
            title=table["title"],
            instrument_title=table["instrument_title"],
            validity_at=table["validity_at"],
            valid_from=table.get("valid_from"),
            valid_to=table.get("valid_to"),
            adopted=table.get("adopted", ""),
            gates=_read_gates(table["gates"], vocabulary),
            elements=elements,
            logic_text=table["logic"],
            logic=parse_logic(table["logic"]),
            variants={entry["id"]: parse_logic(entry["logic"]) for entry in table.get("variants", ())},
            authorities=tuple(_read_authority(entry) for entry in table.get("authorities", ())),
            scope_guards=tuple(table.get("scope_guards", ())),
            notes=tuple(table.get("notes", ())),
            recognition=table.get("recognition", {}),
            variant_when={entry["id"]: entry.get("when", "") for entry in table.get("variants", ())},
            valid_from_provenance=table.get("valid_from_provenance", ""),
            translation=table.get("translation", ""),
            reviewed_by_lawyer=table.get("reviewed_by_lawyer", False),
        )
    except Damaged as fault:
        raise Damaged(fault.code, str(table.get("id", ""))) from fault
    except KeyError as fault:
        raise Damaged("law.norm_incomplete", str(table.get("id", ""))) from fault
    keys = [element.key for element in norm.elements]
    mentioned = frozenset().union(*(names_in(tree) for tree in (norm.logic, *norm.variants.values())))
    if len(set(keys)) != len(keys) or not {name for name in mentioned if not name.startswith("@")} <= set(keys):
        raise Damaged("law.logic_element", norm.id)
    return norm


def _read_element(entry: Mapping[str, Any], vocabulary: Vocabulary) -> Element:
    satisfied = tuple(parse_predicate(text, vocabulary) for text in entry["satisfied_by"])
    defeated = tuple(parse_predicate(text, vocabulary) for text in entry["defeated_by"])
    prima_facie = tuple(parse_predicate(text, vocabulary) for text in entry.get("prima_facie", ()))
    if not satisfied or entry["role"] not in ROLES or (prima_facie and entry["burden"] != "state"):
        raise Damaged("law.element_form")
    facts = frozenset(fact for predicate in (*satisfied, *defeated, *prima_facie) for fact in predicate.facts)
    return Element(entry["key"], entry["role"], entry["judge"], entry["burden"], entry["text"], satisfied, defeated, facts, prima_facie)


def _read_authority(entry: Mapping[str, Any]) -> Authority:
    sources = tuple((source["title"], source.get("url", "")) for source in entry.get("sources", ()))
    return Authority(entry["citation"], entry["provenance"], entry.get("url", ""), entry.get("verify", False), sources)


def _read_gates(entry: Mapping[str, Any], vocabulary: Vocabulary) -> Gates:
    return Gates(
        treaty=entry["treaty"],
        duty_bearer=entry["duty_bearer"],
        date_facts=tuple(entry["date_facts"]),
        jurisdiction=tuple(parse_predicate(text, vocabulary) for text in entry["jurisdiction"]),
        person=tuple(parse_predicate(text, vocabulary) for text in entry["person"]),
        attribution=entry["attribution"],
    )


def _read_treaty(entry: Mapping[str, Any]) -> Treaty:
    for key in ("in_force", "until"):
        if key in entry:
            bounds(entry[key])
    text = {key: entry.get(key, "") for key in ("in_force", "until", "note")}
    return Treaty(entry["id"], entry["status"], entry["title"], **text, verify=entry.get("verify", False))


def _require_references(norms: Mapping[str, Norm], treaties: Mapping[str, Treaty]) -> None:
    """Every ``@NORM`` and treaty exists and no norm rests on itself, so that evaluation ends."""
    finished: set[str] = set()

    def visit(norm: Norm, path: tuple[str, ...]) -> None:
        if norm.id in path:
            raise Damaged("law.norm_cycle", norm.id)
        if norm.id in finished:
            return
        for name in sorted(norm.refers_to):
            if name not in norms:
                raise Damaged("law.logic_norm", norm.id)
            visit(norms[name], (*path, norm.id))
        finished.add(norm.id)

    for norm in norms.values():
        if norm.gates.treaty and norm.gates.treaty not in treaties:
            raise Damaged("law.norm_treaty", norm.id)
        visit(norm, ())


def open_points(norm: Norm, treaty: Treaty | None) -> tuple[str, ...]:
    """Keys of what a lawyer has still to look at before the norm goes into a filing: nothing here is finished because it looks so."""
    points = {
        "lawyer": not norm.reviewed_by_lawyer,
        "translation": norm.translation == "draft",
        "valid_from": norm.valid_from_provenance == "general_knowledge",
        "treaty": treaty is not None and treaty.verify,
        "authorities": any(authority.is_open for authority in norm.authorities),
        "no_authority": not norm.authorities,
    }
    return tuple(key for key, is_open in points.items() if is_open)
