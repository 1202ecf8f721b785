"""What reviewers decided about the judgement elements of norms.

Each reviewer's latest word on an element counts. Where reviewers differ, nobody chooses between them: the element stays
unconfirmed and both are shown, because a filing must not rest on a judgement that a colleague refused. A word is about one person; only
the norm of a context that many share is judged for all of them at once.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from letapis.core.elements import Judgement

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Word:
    """One reviewer's word on one element of a norm for one person, with reasons in the record ``ref``; ``order`` is (recorded, ref)."""

    norm: str
    element: str
    member: bytes
    holds: bool
    ref: bytes
    order: tuple[str, bytes]
    person: bytes = b""


def words_for(words: Iterable[Word], person: bytes, shared: Container[str]) -> list[Word]:
    """Words that count when norms are read on this person: those about them, and those on ``shared`` norms, which are about the context."""
    return [word for word in words if word.person == person or word.norm in shared]


def latest_words(words: Iterable[Word]) -> dict[Key, tuple[Word, ...]]:
    """The latest word of each reviewer on each element, in the order they were said."""
    last: dict[tuple[str, str, bytes], Word] = {}
    for word in sorted(words, key=lambda w: w.order):
        last[(word.norm, word.element, word.member)] = word
    by_element: dict[Key, list[Word]] = {}
    for word in sorted(last.values(), key=lambda w: w.order):
        by_element.setdefault((word.norm, word.element), []).append(word)
    return {key: tuple(group) for key, group in by_element.items()}


def settle(words: Iterable[Word]) -> Mapping[Key, Judgement]:
    """Judgements on which all reviewers who spoke agree; elements on which they differ are left out."""
    settled = {}
    for key, group in latest_words(words).items():
        if len({word.holds for word in group}) == 1:
            settled[key] = Judgement(group[-1].holds, group[-1].member, group[-1].ref)
    return settled
