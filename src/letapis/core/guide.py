"""A guide for an interview, made from what is still missing: what to say first, what is easy, what is hard and late, how to close.

One question is asked once, however many facts it answers; what somebody told already is not asked again but looked up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.brief import Author, Block, Brief, Heading, Paragraph, Sentence, Table, clean
from letapis.core.vocabulary import Fact, Vocabulary

AUDIENCES: Final = ("person", "family", "lawyer")  # to whom questions of the vocabulary are put


@dataclass(frozen=True, slots=True)
class Part:
    """One part of every guide. ``say``: language -> words for every interview; ``rest``: also kinds that no other part names."""

    id: str
    label: Mapping[str, str]
    say: Mapping[str, tuple[str, ...]]
    groups: frozenset[str]
    hard: bool
    rest: bool


@dataclass(frozen=True, slots=True)
class Open:
    """A fact that is missing, with how many norms it would move and where something about it was told: places in words, and whether the
    account itself answers it, so that it waits for a check and not for a question."""

    fact: str
    norms: int
    places: tuple[str, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question with the facts it answers, and where to look before it is asked."""

    text: Mapping[str, str]
    facts: tuple[str, ...]
    norms: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuidePart:
    part: Part
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The parts in their order; ``told`` are questions that an account answers already; ``others`` counts questions for somebody else."""

    parts: tuple[GuidePart, ...]
    told: tuple[Question, ...]
    others: int

    @property
    def count(self) -> int:
        return sum(len(one.questions) for one in self.parts)


def read_parts(table: Mapping[str, Any]) -> tuple[Part, ...]:
    """Parts from the parsed file ``guide.toml``."""
    return tuple(
        Part(
            e["id"],
            e["label"],
            {language: tuple(words) for language, words in e.get("say", {}).items()},
            frozenset(e["groups"]),
            e.get("hard", False),
            e.get("rest", False),
        )
        for e in table["parts"]
    )


def lay_out(parts: Sequence[Part], vocabulary: Vocabulary, missing: Iterable[Open], audience: str) -> Guide:
    """The guide for one audience. The most useful question of a part comes first; what is hard stands in the hard part alone."""
    known = [(vocabulary.fact(one.fact), one) for one in missing if one.fact in vocabulary]
    put = [(fact, one) for fact, one in known if fact.asked_of == audience]
    asked = _questions([pair for pair in put if not pair[1].told])
    places = {question.facts: _part_of(parts, [vocabulary.fact(fact) for fact in question.facts]).id for question in asked}
    laid = tuple(GuidePart(part, tuple(question for question in asked if places[question.facts] == part.id)) for part in parts)
    told = _questions([pair for pair in put if pair[1].told])
    return Guide(laid, told, len(known) - len(put))


def _part_of(parts: Sequence[Part], facts: Sequence[Fact]) -> Part:
    """Where a question stands: among the hard ones as soon as one of its facts is, else where its first fact belongs."""
    if any(fact.sensitive or fact.check_singly for fact in facts):
        return next(part for part in parts if part.hard)
    return next((part for part in parts if facts[0].group in part.groups), next(part for part in parts if part.rest))


def _questions(found: Iterable[tuple[Fact, Open]]) -> tuple[Question, ...]:
    """Facts with the same words are one question."""
    same: dict[str, list[tuple[Fact, Open]]] = {}
    for fact, one in found:
        same.setdefault(fact.question["en"], []).append((fact, one))
    made = []
    for group in same.values():
        places = tuple(dict.fromkeys(place for _, one in group for place in one.places))
        made.append(Question(group[0][0].question, tuple(fact.id for fact, _ in group), max(one.norms for _, one in group), places))
    return tuple(sorted(made, key=lambda question: (-question.norms, question.facts)))


@dataclass(frozen=True, slots=True)
class GuideWords:
    """Words of the printed guide in one language."""

    title: str
    subtitle: str
    question: str
    notes: str
    look: str
    told: str
    nothing: str


def document(guide: Guide, words: GuideWords, language: str, marking: str | None, meta: tuple[tuple[str, str], ...]) -> Brief:
    """The guide as a document to print, with room for notes beside each question. No name stands on it."""
    blocks: list[Block] = []
    number = 0
    for one in guide.parts:
        said, asked = one.part.say.get(language, ()), one.questions
        if not said and not asked:
            continue
        blocks.append(Heading(1, clean(one.part.label[language])))
        blocks += [Paragraph((Sentence(clean(line), author=Author.FORM),)) for line in said]
        if asked:
            rows = [(f"{number + n}. {_asked(question, words, language)}", "") for n, question in enumerate(asked, start=1)]
            blocks.append(Table((words.question, words.notes), tuple(rows)))
            number += len(asked)
    if guide.told:
        told = [(clean(question.text[language]), clean("; ".join(question.places))) for question in guide.told]
        blocks += [Heading(1, words.told), Table((words.question, words.look), tuple(told))]
    if not number:
        blocks.append(Paragraph((Sentence(words.nothing, author=Author.FORM),)))
    return Brief(words.title, words.subtitle, language, marking, meta, tuple(blocks), (), approved=True)


def _asked(question: Question, words: GuideWords, language: str) -> str:
    look = f" ({words.look}: {'; '.join(question.places)})" if question.places else ""
    return clean(question.text[language] + look)
