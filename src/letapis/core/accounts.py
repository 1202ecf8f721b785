"""Claims as an account: which of them belong together, in which order they are told, and in which words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from letapis.core import date_words
from letapis.core.brief import Sentence, clean
from letapis.core.dates import Certainty
from letapis.core.language import Texts
from letapis.core.mechanisms import FilingField
from letapis.core.sentences import Attribution, Templates, sentence
from letapis.core.showing import show_value
from letapis.core.standing import Level
from letapis.core.vocabulary import Fact, FactType, Value, Vocabulary, canonical_value

_ANSWERED_ELSEWHERE: Final = frozenset({"identity", "procedure", "consent", "person", "act", "complaint", "remedy", "office"})
_ENDS: Final = frozenset({"office.since", "office.until"})
_NAME_PARTS: Final = ("identity.first_name", "identity.patronymic", "identity.family_name")
_FULL_NAME: Final = "identity.name"
_STORY: Final = (
    *("identity", "person", "office", "act", "expression", "belief", "association", "assembly", "election", "place", "detention", "actor"),
    *("privacy", "harm", "interrogation", "custody", "solitary", "discipline", "contact", "lawyer", "consular", "judge", "charge"),
    *("restriction", "hearing", "trial", "evidence", "officials", "sentence", "complaint", "remedy", "death", "departure", "exit", "entry"),
    *("passport", "nationality", "exile", "child", "discrim", "refugee", "group", "context", "state", "procedure", "consent"),
)
"""In which order a person would tell what happened on one day: kinds of things that claims are about."""


@dataclass(frozen=True, slots=True)
class Line:
    """A claim that a document may use: reference, typed value, its first day, standing, the annexes its evidence stands in, how the
    document calls the person it is about, whether it may be disclosed to an official whom the document proposes, and how sure its date is."""

    ref: bytes
    property: str
    value: Value
    valid_from: str
    low: str
    level: Level
    annexes: tuple[int, ...] = ()
    person: str = ""
    open: bool = True
    certainty: str = ""


def is_bound(line: Line) -> bool:
    """It says that a post was held by a day, or on it still, and not from or until that day."""
    return line.property in _ENDS and line.certainty in (Certainty.AT_LATEST, Certainty.AT_EARLIEST)


def group_of(line: Line) -> str:
    """The kind of thing a claim is about: the part of its property before the dot."""
    return line.property.partition(".")[0]


def annexes_of(lines: Iterable[Line]) -> tuple[int, ...]:
    """Numbers of the annexes that these claims stand on."""
    return tuple(sorted({number for line in lines for number in line.annexes}))


def narrated(lines: Iterable[Line], groups: Collection[str] = ()) -> list[Line]:
    """What belongs into the account of events; where ``groups`` are named, all that is in them."""
    return [line for line in lines if (group_of(line) in groups if groups else group_of(line) not in _ANSWERED_ELSEWHERE)]


def fed(asked: FilingField, lines: Sequence[Line]) -> list[Line]:
    """Claims that answer a question: of the fact that bears its name, else of the facts it lists, else of those behind its records.

    The facts behind a record only stand in where the form lists none itself: a place of detention is not answered by a date. Who somebody
    is always belongs to the answer; but a question about one part of a name is not answered by another part.
    """
    named = [line for line in lines if line.property == asked.key]
    other_parts = _NAME_PARTS if any(fact in _NAME_PARTS for fact in asked.facts) else ()
    who = [fact for fact in asked.feeding if fact.startswith("identity.") and fact not in other_parts]
    listed = [line for line in lines if line.property in asked.facts or (asked.facts and line.property in who)]
    return named or listed or ([] if asked.facts else [line for line in lines if line.property in asked.feeding])


@dataclass(frozen=True)
class Speaker:
    """Words claims in one language. ``places``: names of places of detention, services and courts, by their code and their English name.
    ``alone``: what a document about one person alone calls that person; its sentences need not open with that name."""

    vocabulary: Vocabulary
    templates: Templates
    texts: Texts
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alone: str = ""

    def about(self, person: str) -> "Speaker":
        """The same where the name of this person already stands beside, at the head of a row."""
        return replace(self, alone=person)

    def in_order(self, lines: Sequence[Line]) -> list[Line]:
        """In the order of time; what is of one day person by person as it would be told, and in a group as the vocabulary has it."""
        place = {fact: at for at, fact in enumerate(self.vocabulary.facts)}
        rank = {group: at for at, group in enumerate(_STORY)}
        who = {person: at for at, person in enumerate(dict.fromkeys(line.person for line in lines))}
        return sorted(lines, key=lambda line: (line.low, who[line.person], rank.get(group_of(line), len(_STORY)), place[line.property]))

    def sentences(self, lines: Iterable[Line]) -> tuple[Sentence, ...]:
        """One sentence for each group of equal claims; the openings of what a source reports change by turns."""
        found, turn = [], 0
        for group in self.grouped(lines):
            found.append(self.sentence(group, turn))
            turn += not _verified(group)
        return tuple(found)

    def sentence(self, group: Sequence[Line], turn: int, *, dated: bool = True) -> Sentence:
        """A group in one sentence. ``dated`` is false where the day stands beside it."""
        first, fact = group[0], self.vocabulary.fact(group[0].property)
        if first.property == _FULL_NAME and first.value == first.person:
            text = self._reported(first.person, group)
            return _carried(self.texts.say("filing.full_name", self.templates.language, text=text), group)
        voice = Attribution.FINDING if _verified(group) else Attribution.SOURCE_REPORTS
        value, when = self._called(fact, first.value), first.valid_from if dated else ""
        named = first.person != self.alone
        return _carried(sentence(self.templates, fact, value, when, first.person, voice, turn, named=named), group)

    def _called(self, fact: Fact, value: Value) -> Value:
        """A place, service or court by its name in this language; every other value as it is."""
        said = value if fact.type is FactType.TEXT and isinstance(value, str) else ""
        known = self.places.get(said) or self.places.get(said.casefold())
        return known[self.templates.language] if known else value

    def bare(self, lines: Sequence[Line], text: str = "") -> Sentence:
        """The value of claims that say the same, or ``text`` in its place, carried by them."""
        shown = text or self._shown(self.vocabulary.fact(lines[0].property), lines[0].value)
        return _carried(self._reported(shown, lines), lines)

    def _shown(self, fact: Fact, value: Value) -> str:
        """A bare value: States by their names, everything else as the desk shows it."""
        if fact.names_country:
            codes = value if isinstance(value, tuple) else (str(value),)
            return ", ".join(self.templates.countries.get(code, code) for code in codes)
        return show_value(fact, self._called(fact, value), self.templates.language, self.texts)

    def short(self, asked: FilingField, lines: Sequence[Line]) -> tuple[Sentence, ...]:
        """A structured question that one kind of fact answers gets the bare value; everything else gets sentences."""
        chosen = fed(asked, lines)
        if name := self._name(chosen):
            rest = self.short(asked, [line for line in chosen if line.ref not in name.claims])
            return (replace(name, text=f"{name.text}."), *rest) if rest else (name,)
        properties = {line.property for line in chosen}
        fact = self.vocabulary.fact(next(iter(properties))) if len(properties) == 1 else None
        several = len({line.person for line in chosen}) > 1
        if asked.kind != "structured" or several or fact is None or fact.type is FactType.BOOL or fact.items == "code":
            return self.sentences(self.in_order(chosen))
        shown = ((self._shown(fact, group[0].value), group) for group in self.grouped(chosen))
        return tuple(_carried(self._reported(text, group), group) for text, group in shown)

    def _name(self, lines: Sequence[Line]) -> Sentence | None:
        """The name of one person on one line, first name first, where the record holds it in parts or in full and in parts. Two names that
        differ stay apart."""
        parts = {fact: [line for line in lines if line.property == fact] for fact in (*_NAME_PARTS, _FULL_NAME)}
        held = {fact: some for fact, some in parts.items() if some}
        if len(held) < 2 or len({line.person for line in lines}) > 1 or any(len({line.value for line in some}) > 1 for some in held.values()):
            return None
        words = " ".join(str(some[0].value) for fact, some in held.items() if fact != _FULL_NAME)
        full = str(held[_FULL_NAME][0].value) if _FULL_NAME in held else words
        if not set(words.split()) <= set(full.split()):
            return None
        text = full if all(map(_verified, held.values())) else self.texts.say("filing.reported", self.templates.language, text=full)
        return _carried(text, [line for some in held.values() for line in some])

    def _reported(self, text: str, group: Sequence[Line]) -> str:
        return text if _verified(group) else self.texts.say("filing.reported", self.templates.language, text=text)

    def day(self, group: Sequence[Line]) -> str:
        """When it was so, for the first column of a chronology; empty where nobody said."""
        told = self.day_of(group[0])
        return date_words.show(told, self.templates.language) if told else ""

    def day_of(self, line: Line) -> str:
        """The same as a partial date."""
        is_date = self.vocabulary.fact(line.property).type is FactType.DATE and isinstance(line.value, str)
        return str(line.value) if is_date else line.valid_from

    @staticmethod
    def grouped(lines: Iterable[Line]) -> list[list[Line]]:
        """Claims that say the same about the same person and time, in the order in which they come."""
        groups: dict[tuple[str, str, str, str], list[Line]] = {}
        for line in lines:
            groups.setdefault((line.person, line.property, canonical_value(line.value), line.valid_from), []).append(line)
        return list(groups.values())


def _verified(group: Sequence[Line]) -> bool:
    return any(line.level >= Level.VERIFIED for line in group)


def _carried(text: str, group: Sequence[Line]) -> Sentence:
    return Sentence(clean(text), tuple(dict.fromkeys(line.ref for line in group)), annexes_of(group))
