"""The law part of a document: which element stands on which claims, what speaks against it, and what is left to the body.

It never says that a violation was found: an element is indicated by the facts, not answered by the State, or carried while other
information exists.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.accounts import Line, Speaker, annexes_of
from letapis.core.brief import Author, Block, Heading, Paragraph, Sentence, Table, clean
from letapis.core.elements import ElementResult, Outcome
from letapis.core.language import Texts
from letapis.core.norms import Norm, Rulebook
from letapis.core.qualify import Qualification

_STATED: Final = (Outcome.MET, Outcome.UNREBUTTED, Outcome.CONTESTED)  # the surest first


@dataclass(frozen=True, slots=True)
class _Stated:
    """An element that may be stated: how it stands for whom it stands worst, and the claims of this document that carry it for anybody."""

    key: str
    result: Outcome
    refs: tuple[bytes, ...]


def argued(pleaded: Iterable[Qualification], speaker: Speaker, lines: Sequence[Line], rulebook: Rulebook, language: str) -> list[Block]:
    """A heading for each norm and a paragraph for each element that used claims carry: how it stands, then the facts that carry it. Norms
    of which nothing can be said are left out.

    Where several persons are spoken of, a norm is argued once, on the claims of all of them. A fact is told once under a norm; where it
    carries another element of it too, the reference says so.
    """
    by_ref = {line.ref: line for line in lines}
    blocks: list[Block] = []
    for name, stated in _by_norm(pleaded, lines):
        norm = rulebook.norm(name)
        blocks.append(Heading(2, clean(norm.title[language])))
        told = set[bytes]()
        for one in stated:
            carrying = [by_ref[ref] for ref in one.refs]
            element = Sentence(clean(_words(norm, one, speaker.texts, language)), one.refs, annexes_of(carrying), Author.LAWYER)
            facts = speaker.sentences(line for line in carrying if line.ref not in told)
            told |= set(one.refs)
            blocks.append(Paragraph((element, *facts)))
    return blocks


def element_table(pleaded: Iterable[Qualification], speaker: Speaker, lines: Sequence[Line], rulebook: Rulebook, language: str) -> list[Block]:
    """A table for each norm: the element, how it stands, and the sentences that carry it."""
    header = tuple(speaker.texts.say(f"filing.elements.{name}", language) for name in ("element", "stands", "facts"))
    by_ref = {line.ref: line for line in lines}
    blocks: list[Block] = []
    for name, stated in _by_norm(pleaded, lines):
        norm = rulebook.norm(name)
        rows = [
            (
                clean(_text(norm, one.key, language)),
                speaker.texts.say(f"filing.stands.{one.result}", language),
                speaker.sentences(by_ref[ref] for ref in one.refs),
            )
            for one in stated
        ]
        blocks += [Heading(2, clean(norm.title[language])), Table(header, tuple(rows))]
    return blocks


def against(pleaded: Iterable[Qualification], lines: Sequence[Line]) -> list[Line]:
    """Claims that defeat an element of what is pleaded or would, in the order of time."""
    refs = frozenset[bytes]().union(*map(refs_against, pleaded))
    return sorted((line for line in lines if line.ref in refs), key=lambda line: (line.low, line.property))


def refs_against(found: Qualification) -> frozenset[bytes]:
    """Claims that defeat an element of a norm or would."""
    return frozenset(ref for element in found.elements for part in (*element.defeated, *element.open_defeaters) for ref in part.refs)


def _by_norm(pleaded: Iterable[Qualification], lines: Sequence[Line]) -> Iterator[tuple[str, list[_Stated]]]:
    """Norms in their order, each with the elements that may be stated; a norm without any is left out."""
    used = {line.ref for line in lines}
    results: dict[str, list[Qualification]] = {}
    for qualification in pleaded:
        results.setdefault(qualification.norm, []).append(qualification)
    for name, several in results.items():
        stated = [one for same in zip(*(q.elements for q in several), strict=True) if (one := _joined(same, used))]
        if stated:
            yield name, stated


def _joined(same: Sequence[ElementResult], used: set[bytes]) -> _Stated | None:
    """One element as several persons' facts carry it; one sentence speaks of all of them, so it says no more than holds for each."""
    carried = [(one.result, [r for part in one.satisfied for r in part.refs if r in used]) for one in same if one.result in _STATED]
    refs = dict.fromkeys(ref for _, found in carried for ref in found)
    if not refs:
        return None
    return _Stated(same[0].key, max((result for result, found in carried if found), key=_STATED.index), tuple(refs))


def _words(norm: Norm, one: _Stated, texts: Texts, language: str) -> str:
    """An element within a sentence: its first letter small, unless it begins an abbreviation."""
    text = _text(norm, one.key, language).rstrip(".")
    within = text if text[1:2].isupper() else text[:1].lower() + text[1:]
    return texts.say(f"filing.stated.{one.result}", language, element=within)


def _text(norm: Norm, key: str, language: str) -> str:
    return next(element.text[language] for element in norm.elements if element.key == key)
