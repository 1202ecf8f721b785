"""From claims to the document a body asks for: its questions in its order, each answered by sentences that point at their claims.

Nothing is written that no claim carries. A claim that is checked but not verified is put in the mouth of its source; equal
claims become one sentence with all their references. A question without an answer is shown as missing, never filled.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from letapis.core.brief import Annex, Author, Block, Brief, FieldAnswer, Heading, Paragraph, Sentence, clean
from letapis.core.elements import Outcome
from letapis.core.language import Texts
from letapis.core.mechanisms import FilingField, Mechanism
from letapis.core.norms import Rulebook
from letapis.core.qualify import Qualification
from letapis.core.sentences import Attribution, Templates, sentence
from letapis.core.showing import show_value
from letapis.core.standing import Level
from letapis.core.vocabulary import FactType, Value, Vocabulary, canonical_value

NARRATIVE: Final = "narrative"
QUALIFICATION: Final = "qualification"
_ANSWERED_ELSEWHERE: Final = frozenset({"identity", "procedure", "consent", "person", "act", "complaint", "remedy"})


@dataclass(frozen=True, slots=True)
class Line:
    """A claim that a document may use: reference, typed value, its first day, standing, and the annexes its evidence stands in."""

    ref: bytes
    property: str
    value: Value
    valid_from: str
    low: str
    level: Level
    annexes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Material:
    """Everything one document is made from. ``own_words``: paragraphs of a lawyer by the key of a field."""

    person: str
    lines: Sequence[Line]
    qualifications: Sequence[Qualification]
    annexes: Sequence[Annex]
    own_words: Mapping[str, str]
    marking: str | None
    meta: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Knowledge:
    """The data files that a document is worded with."""

    vocabulary: Vocabulary
    templates: Templates
    rulebook: Rulebook
    texts: Texts


def compose(card: Mechanism, language: str, material: Material, knowledge: Knowledge) -> Brief:
    """The questionnaire of a mechanism in filing order. Sentences are in English, which its body takes; labels are the body's own."""
    blocks: list[Block] = [Heading(1, knowledge.texts.say("filing.answers", language))]
    for number, asked in enumerate(card.fields, start=1):
        blocks += _answered(str(number), asked, material, knowledge)
    return Brief(
        title=clean(f"{card.name[language]}: {material.person}"),
        subtitle=clean(card.body[language]),
        language=language,
        marking=material.marking,
        meta=tuple(material.meta),
        blocks=tuple(blocks),
        annexes=tuple(material.annexes),
        approved=False,
    )


def missing(brief: Brief) -> tuple[str, ...]:
    """Labels of required questions that have no answer."""
    return tuple(block.label for block in brief.blocks if isinstance(block, FieldAnswer) and block.missing)


def in_other_words(brief: Brief, worded: Callable[[Sentence], str | None]) -> Brief:
    """The document with each sentence in the words in which it may go out; None takes it out. A heading over nothing goes with it."""
    blocks: list[Block] = []
    for block in brief.blocks:
        if isinstance(block, FieldAnswer):
            blocks.append(replace(block, answer=_worded(block.answer, worded)))
        elif not isinstance(block, Paragraph):
            blocks.append(block)
        elif said := _worded(block.sentences, worded):
            blocks.append(Paragraph(said))
        elif blocks and isinstance(blocks[-1], Heading) and blocks[-1].level > 1:
            blocks.pop()
    return replace(brief, blocks=tuple(blocks))


def _worded(said: Iterable[Sentence], worded: Callable[[Sentence], str | None]) -> tuple[Sentence, ...]:
    """Sentences on the same claims that come out alike are said once."""
    found = [replace(sentence, text=text) for sentence in said if (text := worded(sentence)) is not None]
    return tuple(dict.fromkeys(found))


def _answered(number: str, asked: FilingField, material: Material, knowledge: Knowledge) -> list[Block]:
    own = _own(material.own_words.get(asked.key, ""))
    if QUALIFICATION in asked.records:
        pleaded = [q for q in material.qualifications if q.reached]
        opening = FieldAnswer(number, asked.label, own, missing=asked.required and not own and not pleaded)
        return [opening, *_arguments(pleaded, material, knowledge)]
    if NARRATIVE in asked.records:
        told = _sentences(_narrated(material.lines), material.person, knowledge)
        answer = (*told, *own)
        return [FieldAnswer(number, asked.label, answer, missing=asked.required and not answer)]
    answer = (*_short(asked, _fed(asked, material.lines), material.person, knowledge), *own)
    return [FieldAnswer(number, asked.label, answer, missing=asked.required and not answer)]


def _fed(asked: FilingField, lines: Sequence[Line]) -> list[Line]:
    """Claims that answer a question: of the fact that bears its name, else of the facts it lists, else of those behind its records.

    The facts behind a record only stand in where the form lists none itself: a place of detention is not answered by a date.
    """
    named = [line for line in lines if line.property == asked.key]
    listed = [line for line in lines if line.property in asked.facts]
    return named or listed or ([] if asked.facts else [line for line in lines if line.property in asked.feeding])


def _own(text: str) -> tuple[Sentence, ...]:
    """A lawyer's paragraphs as sentences that a person answers for."""
    return tuple(Sentence(clean(part), author=Author.LAWYER) for part in text.splitlines() if clean(part))


def _narrated(lines: Iterable[Line]) -> list[Line]:
    """What belongs into the account of events, in the order of time."""
    told = [line for line in lines if line.property.partition(".")[0] not in _ANSWERED_ELSEWHERE]
    return sorted(told, key=lambda line: (line.low, line.property))


def _short(asked: FilingField, lines: Sequence[Line], person: str, knowledge: Knowledge) -> tuple[Sentence, ...]:
    """A structured question that one kind of fact answers gets the bare value; everything else gets sentences."""
    properties = {line.property for line in lines}
    fact = knowledge.vocabulary.fact(next(iter(properties))) if len(properties) == 1 else None
    if asked.kind != "structured" or fact is None or fact.type is FactType.BOOL or fact.items in ("code", "country"):
        return _sentences(sorted(lines, key=lambda line: (line.low, line.property)), person, knowledge)
    found = []
    for group in _grouped(lines):
        value = show_value(fact, group[0].value, "en", knowledge.texts)
        found.append(_sentence(_reported(value, group), group))
    return tuple(found)


def _reported(text: str, group: Sequence[Line]) -> str:
    return text if _verified(group) else f"{text} (reported by the source)"


def _verified(group: Sequence[Line]) -> bool:
    return any(line.level >= Level.VERIFIED for line in group)


def _grouped(lines: Iterable[Line]) -> list[list[Line]]:
    """Claims that say the same about the same time, in the order in which they come."""
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.property, canonical_value(line.value), line.valid_from), []).append(line)
    return list(groups.values())


def _sentences(lines: Sequence[Line], person: str, knowledge: Knowledge) -> tuple[Sentence, ...]:
    found, turn = [], 0
    for group in _grouped(lines):
        first, fact = group[0], knowledge.vocabulary.fact(group[0].property)
        voice = Attribution.FINDING if _verified(group) else Attribution.SOURCE_REPORTS
        found.append(_sentence(sentence(knowledge.templates, fact, first.value, first.valid_from, person, voice, turn), group))
        turn += voice is Attribution.SOURCE_REPORTS
    return tuple(found)


def _sentence(text: str, group: Sequence[Line]) -> Sentence:
    annexes = tuple(sorted({number for line in group for number in line.annexes}))
    return Sentence(clean(text), tuple(dict.fromkeys(line.ref for line in group)), annexes)


def _arguments(pleaded: Sequence[Qualification], material: Material, knowledge: Knowledge) -> list[Block]:
    """Norm by norm, element by element: what is met on which claims, and what is left to the body. Never "violation found"."""
    used = {line.ref for line in material.lines}
    blocks: list[Block] = []
    for qualification in pleaded:
        norm = knowledge.rulebook.norm(qualification.norm)
        blocks.append(Heading(2, clean(norm.title["en"])))
        parts = []
        texts = {element.key: element.text["en"] for element in norm.elements}
        for element in qualification.elements:
            refs = tuple(ref for part in element.satisfied for ref in part.refs if ref in used)
            if element.result not in (Outcome.MET, Outcome.UNREBUTTED, Outcome.CONTESTED) or not refs:
                continue
            stated = f"{texts[element.key].rstrip('.')}: {_STATED[element.result]}."
            parts.append(Sentence(clean(stated), tuple(dict.fromkeys(refs)), _annexes(refs, material.lines), Author.LAWYER))
        if parts:
            blocks.append(Paragraph(tuple(parts)))
        else:
            blocks.pop()
    return blocks


_STATED: Final = {
    Outcome.MET: "indicated by the facts reported here",
    Outcome.UNREBUTTED: "not answered by the State, which was asked",
    Outcome.CONTESTED: "supported by the facts reported here, while other information exists",
}


def _annexes(refs: Iterable[bytes], lines: Iterable[Line]) -> tuple[int, ...]:
    wanted = set(refs)
    return tuple(sorted({number for line in lines if line.ref in wanted for number in line.annexes}))
