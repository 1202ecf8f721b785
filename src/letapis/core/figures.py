"""Figures: how many persons by which rule on which day. Pure counting; what is counted comes in, nothing is looked up.

A figure says *at least*: where dates or accounts leave a doubt, the smaller number is right. Custody of which there was no news within
the review period is never called free; it reads "no news since" and stands apart or in the figure, as the rule says.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from letapis.core import date_words
from letapis.core.consent import Consent, ConsentScopes, may
from letapis.core.dates import bounds, is_partial_date
from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES
from letapis.core.periods import months_on
from letapis.core.plurals import FORMS, plural
from letapis.core.standing import Level
from letapis.core.uses import FLOORS

KINDS: Final = ("held", "started")
APPROVALS: Final = 2
"""How many other members publish a figure."""
FEW: Final = 2
"""A difference of so few persons points at them."""
_NO: Final = frozenset({"law.consent_refused", "law.consent_withdrawn"})
Forms = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Rule:
    """One rule of counting; the words are explained in the data file."""

    id: str
    kind: str
    floor: Level
    close_floor: Level
    opens: frozenset[str]
    closes: frozenset[str]
    states: frozenset[str]
    confirms: frozenset[str]
    months: int
    no_news: str
    withheld: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    sentence: Forms
    apart: Forms

    @property
    def facts(self) -> frozenset[str]:
        return self.opens | self.closes | self.states | self.confirms


@dataclass(frozen=True)
class Rules:
    """All rules by id, and the consents that counting and naming ask for."""

    rules: Mapping[str, Rule]
    counts_scope: str
    names_scope: str

    @property
    def facts(self) -> frozenset[str]:
        return frozenset().union(*(rule.facts for rule in self.rules.values()))


def read_rules(table: Mapping[str, Any]) -> Rules:
    """Rules from the parsed file. Raises Damaged for a rule without all its plural forms."""

    def read(e: Mapping[str, Any]) -> Rule:
        facts: dict[str, Any] = {name: frozenset(e[name]) for name in ("opens", "closes", "states", "confirms")}
        told = {name: e[name] for name in ("id", "kind", "months", "no_news", "withheld", "label", "definition")}
        words = table["words"][e["words"]]
        facts |= {"sentence": words["sentence"], "apart": words.get("apart", {})}
        return Rule(floor=FLOORS[e["floor"]], close_floor=FLOORS[e["close_floor"]], **facts, **told)

    rules = {rule.id: rule for rule in map(read, table["rules"])}
    for rule in rules.values():
        needed = (rule.sentence, *((rule.apart,) if rule.no_news == "apart" else ()))
        if rule.kind not in KINDS or any(set(forms.get(language, {})) != set(FORMS[language]) for forms in needed for language in LANGUAGES):
            raise Damaged("catalogue.figure_rule")
    return Rules(rules, table["counts_scope"], table["names_scope"])


# ---- counting --------------------------------------------------------------------------------------------------------


class Told(NamedTuple):
    """What a count needs of a claim. ``state``: the State said it; ``learned``: the day on which it was recorded."""

    person: bytes
    property: str
    value: str
    valid_from: str
    learned: str
    level: Level
    source: bytes
    state: bool


@dataclass(frozen=True, slots=True)
class Count:
    """Who is in a figure; of whom there is no news, and since when; how many of those counted may not be named."""

    persons: tuple[bytes, ...]
    silent: tuple[tuple[bytes, str], ...]
    withheld: int

    @property
    def value(self) -> int:
        return len(self.persons)


@dataclass(frozen=True, slots=True)
class Consents:
    """Parties (persons and sources) who said no to statistics, and persons who may be named in public."""

    refused: frozenset[bytes] = frozenset()
    named: frozenset[bytes] = frozenset()


def count(rule: Rule, told: Iterable[Told], day: date, consents: Consents) -> Count:
    """Count persons by ``rule`` as of ``day``. What the State said feeds nothing; who said no to statistics is not counted."""
    by_person: dict[bytes, list[Told]] = {}
    for one in told:
        if not one.state and one.property in rule.facts and not {one.person, one.source} & consents.refused:
            by_person.setdefault(one.person, []).append(one)
    persons, silent = [], []
    for person, said in sorted(by_person.items()):
        if rule.withheld == "left_out" and person not in consents.named:
            continue
        news = _news(rule, said, day)
        if news is None:
            continue
        if rule.kind == "held" and rule.no_news == "apart" and news < months_on(day, -rule.months):
            silent.append((person, news.isoformat()))
        else:
            persons.append(person)
    return Count(tuple(persons), tuple(silent), sum(person not in consents.named for person in persons))


def _news(rule: Rule, said: Sequence[Told], day: date) -> date | None:
    """The last day of which it is known that the person was held; None when the person is not counted at all."""
    known = [one for one in said if one.level >= max(rule.floor, Level.OPEN)]
    if rule.kind == "started":
        return day if any(one.property in rule.opens and _span(one.value) == (day, day) for one in known) else None
    held = [span for one in known for span in _held(rule, one) if span[1] <= day]
    if not held:
        return None
    last = max(held)
    ends = [span for one in said if one.level >= max(rule.close_floor, Level.OPEN) for span in _ended(rule, one)]
    if any(low <= day and high >= last[0] for low, high in ends):
        return None
    news = [span[0] for one in known if one.property in rule.confirms for span in _dated(one.value) if span[1] <= day and span[1] >= last[0]]
    return max([last[0], *news])


Span = tuple[date, date]


def _span(text: str) -> Span | None:
    return bounds(text) if is_partial_date(text) else None


def _dated(text: str) -> list[Span]:
    span = _span(text)
    return [span] if span else []


def _held(rule: Rule, one: Told) -> list[Span]:
    """The days of which this claim says that the person was held."""
    if one.property in rule.opens:
        return _dated(one.value)
    return _dated(one.valid_from or one.learned) if one.property in rule.states and one.value == "true" else []


def _ended(rule: Rule, one: Told) -> list[Span]:
    if one.property in rule.closes:
        return _dated(one.value)
    return _dated(one.valid_from or one.learned) if one.property in rule.states and one.value == "false" else []


# ---- what leaves -----------------------------------------------------------------------------------------------------


def sentence(rule: Rule, language: str, value: int, silent: int, day: str) -> str:
    """The sentence to copy: never a number without its rule and its date."""
    parts = {"count": value, "date": date_words.show(day, language), "rule": rule.label[language]}
    said = rule.sentence[language][plural(language, value)].format(**parts)
    if not silent:
        return said
    return f"{said} {rule.apart[language][plural(language, silent)].format(count=silent, months=rule.months)}"


def singled_out(before: Iterable[Collection[bytes]], after: Iterable[Collection[bytes]], named: Collection[bytes]) -> frozenset[bytes]:
    """Persons named nowhere at whom a published difference would point: so few came or went that a reader could guess who.

    ``before`` and ``after`` are the numbers that are read side by side (held; without news), each as its persons.
    """
    found: set[bytes] = set()
    for earlier, later in zip(before, after, strict=True):
        changed = set(earlier) ^ set(later)
        if 0 < len(changed) <= FEW:
            found |= changed - set(named)
    return frozenset(found)


def is_published(author: bytes, approvers: Collection[bytes]) -> bool:
    """Two members other than the one who proposed stand behind it."""
    return author != b"" and len(set(approvers) - {author}) >= APPROVALS


def approval_refused(author: bytes, approvers: Collection[bytes], published: str, member: bytes) -> str:
    """Why a member may not stand behind a figure: because it is their "own", because it is "approved_already" by them or
    "published_already". Empty when they may."""
    if author == member:
        return "own"
    return "approved_already" if member in approvers else "published_already" if published else ""


def consents_of(rules: Rules, scopes: ConsentScopes, answers: Iterable[Consent], on: date) -> Consents:
    """Who said no to statistics and who may be named, from all answers about these two uses, as of a day."""
    by_party: dict[bytes, list[Consent]] = {}
    for answer in answers:
        by_party.setdefault(answer.party, []).append(answer)
    counts, names = scopes.scope(rules.counts_scope), scopes.scope(rules.names_scope)
    refused = {party for party, told in by_party.items() if may(counts, told, on).because in _NO}
    return Consents(frozenset(refused), frozenset(party for party, told in by_party.items() if may(names, told, on).holds))
