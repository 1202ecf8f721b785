"""Contextual elements of crimes against humanity, prepared from many files and never from one.

An act counts for a person when the norm of its kind would be reached if the context were shown. What is counted are persons, months and
places; what no count can show (a policy, civilians, knowledge) is taken from claims of the pattern, and from nothing below the least number
of persons. A count never says no: what nobody recorded may have happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.elements import Judgement
from letapis.core.errors import Damaged
from letapis.core.norms import ANSWER, Norm, Rulebook
from letapis.core.qualify import evaluate_all
from letapis.core.qualify_logic import All, Logic, Name, Some
from letapis.core.situation import ClaimFact, FactState, Side, Situation
from letapis.core.vocabulary import Vocabulary

PLACES: Final = ("place.arrest", "detention.place", "place.outside")
"""Facts that say where an act happened, the nearest first."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From how many persons, months and places on a contextual fact is prepared; ``one_kind``: counted among acts of one kind."""

    fact: str
    persons: int
    months: int
    places: int
    one_kind: bool


@dataclass(frozen=True)
class PatternRules:
    """The norm of the context, the facts that it reads, the least number of persons, and the thresholds."""

    chapeau: str
    facts: frozenset[str]
    least_persons: int
    counted: tuple[Threshold, ...]

    def kinds(self, rulebook: Rulebook) -> tuple[Norm, ...]:
        """Norms of the acts: those that rest on the context."""
        return tuple(norm for norm in rulebook.norms.values() if self.chapeau in norm.refers_to)

    def read_of_acts(self, rulebook: Rulebook) -> frozenset[str]:
        """Facts without any of which a file documents no act: those that the elements of its norms read of one person."""
        return frozenset().union(*(element.facts for norm in self.kinds(rulebook) for element in norm.elements)) - self.facts

    def may_show(self, rulebook: Rulebook, facts: Iterable[str]) -> bool:
        """Whether a file in which these facts are known, whatever they are, could document an act; more facts never make it less so.

        Of a list of thousands most files know a date and a place, with which no norm of an act can be reached.
        """
        known = self.facts.union(facts)
        return any(_may_hold(norm.logic, norm, rulebook, known) for norm in self.kinds(rulebook))


def _may_hold(tree: Logic, norm: Norm, rulebook: Rulebook, known: frozenset[str]) -> bool:
    """Whether a logic could be true where these facts are known: what is negated always could, an element when a condition that carries it has
    all its facts, or when the State was asked and its answer may count."""
    match tree:
        case Name(name) if name.startswith("@"):
            other = rulebook.norms[name[1:]]
            return _may_hold(other.logic, other, rulebook, known)
        case Name(name):
            element = norm.element(name)
            return ANSWER in known or any(known.issuperset(one.facts) for one in (*element.satisfied_by, *element.prima_facie))
        case All(parts):
            return all(_may_hold(part, norm, rulebook, known) for part in parts)
        case Some(parts):
            return any(_may_hold(part, norm, rulebook, known) for part in parts)
    return True


@dataclass(frozen=True, slots=True)
class Act:
    """An act of one kind against one person; ``ref`` is a claim behind it. ``month`` and ``place`` are empty where nobody knows them."""

    kind: str
    person: bytes
    ref: bytes
    month: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """What the files show towards a threshold: the best count there is, of which kind (empty: of all kinds), and whether it is enough."""

    threshold: Threshold
    kind: str
    persons: int
    months: int
    places: int
    refs: tuple[bytes, ...]

    @property
    def enough(self) -> bool:
        wanted = self.threshold
        return self.persons >= wanted.persons and self.months >= wanted.months and self.places >= wanted.places


def read_pattern_rules(table: Mapping[str, Any], rulebook: Rulebook, vocabulary: Vocabulary) -> PatternRules:
    """Raises Damaged for a fact that does not exist, and for a threshold that one person could reach.

    A rulebook without the norm of the context has no acts that rest on it, so nothing is ever prepared there.
    """
    counted = tuple(Threshold(e["fact"], e["persons"], e["months"], e["places"], e["one_kind"]) for e in table["counted"])
    chapeau, least = table["chapeau"], table["least_persons"]
    known = all(one.fact in vocabulary for one in counted) or chapeau not in rulebook.norms
    if not known or least < 2 or any(one.persons < least for one in counted):
        raise Damaged("law.pattern_rules")
    read = rulebook.norms[chapeau].elements if chapeau in rulebook.norms else ()
    facts = frozenset({one.fact for one in counted}.union(*(element.facts for element in read)))
    return PatternRules(chapeau, facts, least, counted)


def of_one_file(claims: Iterable[ClaimFact], rules: PatternRules) -> list[ClaimFact]:
    """Claims about one person without what only a pattern shows."""
    return [claim for claim in claims if claim.property not in rules.facts]


def acts_of(
    person: bytes, situation: Situation, rulebook: Rulebook, rules: PatternRules, judgements: Mapping[tuple[str, str], Judgement]
) -> list[Act]:
    """Acts that this person's own file documents, were the context shown. A refusal of a reviewer counts; a confirmation is not needed."""
    shown = {fact: FactState((Side(True, level=situation.floor),)) for fact in rules.facts}
    assumed = Situation({**situation.facts, **shown}, situation.floor)
    kinds = rules.kinds(rulebook)
    found = []
    for norm, one in zip(kinds, evaluate_all(rulebook, assumed, judgements, [norm.id for norm in kinds]), strict=True):
        if one.reached and one.refs:
            found.append(Act(norm.id, person, one.refs[0], _month(norm, situation), _place(situation)))
    return found


def _month(norm: Norm, situation: Situation) -> str:
    """The month of the act, where its date is agreed and known to the month."""
    dated = next((situation.facts[fact] for fact in norm.gates.date_facts if fact in situation.facts), None)
    text = str(dated.value) if dated is not None and dated.value is not None else ""
    return text[:7] if len(text) in (7, 10) else ""


def _place(situation: Situation) -> str:
    """Where it happened: the place of arrest or of detention, as it was written."""
    for fact in PLACES:
        state = situation.facts.get(fact)
        if state is not None and state.value:
            return str(state.value)
    return ""


def touched(acts: Iterable[Act]) -> frozenset[bytes]:
    """The persons whom acts touch."""
    return frozenset(act.person for act in acts)


def many_enough(acts: Iterable[Act], rules: PatternRules) -> bool:
    """Whether so many persons are touched that their files may show anything together."""
    return len(touched(acts)) >= rules.least_persons


def supports(acts: Iterable[Act], rules: PatternRules) -> tuple[Support, ...]:
    """For each threshold the best that the acts show. The order of acts and their repetition change nothing."""
    every = sorted(set(acts), key=lambda act: (act.kind, act.person, act.ref, act.month, act.place))
    found = []
    for threshold in rules.counted:
        kinds = sorted({act.kind for act in every}) if threshold.one_kind else [""]
        groups = {kind: [act for act in every if kind in ("", act.kind)] for kind in kinds}
        sides = [_support(threshold, kind, group) for kind, group in groups.items()] or [_support(threshold, "", [])]
        found.append(max(sides, key=lambda one: (one.enough, one.persons, one.months, one.places)))
    return tuple(found)


def _support(threshold: Threshold, kind: str, acts: list[Act]) -> Support:
    persons = {act.person: act.ref for act in reversed(acts)}
    months, places = {act.month for act in acts} - {""}, {act.place for act in acts} - {""}
    return Support(threshold, kind, len(persons), len(months), len(places), tuple(persons[person] for person in sorted(persons)))


def context_of(acts: Iterable[Act], claims: Iterable[ClaimFact], rules: PatternRules, level: int) -> list[ClaimFact]:
    """Claims that the context is read from: those of the pattern itself, and what the counts prepare, each on the claims behind it.

    Nothing at all where fewer persons than the least number are touched by any act.
    """
    every = list(acts)
    if not many_enough(every, rules):
        return []
    told = [claim for claim in claims if claim.property in rules.facts]
    prepared = [ClaimFact(ref, one.threshold.fact, True, level) for one in supports(every, rules) if one.enough for ref in one.refs]
    return [*told, *prepared]
