"""Whom a note is about: the one it was written for, the one who tells, or somebody else, by pronouns, relatives and names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from letapis.core import names as persons
from letapis.core.lexicon import Lexicon
from letapis.core.note_dates import other_years
from letapis.core.note_words import Hit, Token, tokens


@dataclass(frozen=True, slots=True)
class Telling:
    """What a note is, beside its text: its day, whether the one who tells is the one it is about, and the keys of the subject's name.

    ``years``: a date without a year may take it from the note's day, because the text speaks of no other year.
    """

    day: date
    own: bool = False
    years: bool = True
    names: frozenset[str] = frozenset()

    @classmethod
    def about(cls, label: str, day: date, own: bool, years: bool) -> "Telling":
        """A telling about a person with this label, in whatever script and spelling."""
        return cls(day, own, years, frozenset(key for found in persons.keys(label) for key in found))


def speaks_of_other_years(text: str, day: date) -> bool:
    """The text names a year other than the note's own: months without a year are then not certain."""
    return other_years(tokens(text), day)


def tells_of_oneself(text: str, lexicon: Lexicon) -> bool:
    """More often "me" than "him" or "her": the one who tells is the one it is about."""
    words = [token.text for token in tokens(text) if token.word]
    return sum(word in lexicon.me for word in words) > sum(word in lexicon.other for word in words)


class About:
    """Whom one sentence is about. ``others``: the token from which on it is about somebody else; the sentence's length if nowhere."""

    def __init__(self, text: str, found: Sequence[Token], hits: Sequence[Hit], telling: Telling, lexicon: Lexicon) -> None:
        self._text, self._found, self._telling, self._lexicon = text, found, telling, lexicon
        self._present = {hit.concept for hit in hits}
        self.names_me = any(token.text in lexicon.me for token in found)
        self.others = self._others(hits)
        self.subject = frozenset(i for i, token in enumerate(found) if self._is_subject(token))

    @property
    def names_other(self) -> bool:
        return self.others < len(self._found)

    @property
    def somebody_instead(self) -> bool:
        """The words set the person apart from whom the line is about: «наш пока ждёт», "not ours"."""
        return "not_ours" in self._present

    def look_for_names(self, covered: frozenset[int]) -> None:
        """Look also for names of people, among the tokens that are no date and no other name."""
        self.others = min(self.others, self._somebody_named(covered))

    def is_foreign(self, words: Sequence[Token]) -> bool:
        """Words about "him" in the account of one who tells of oneself, or about "me" in the account of another."""
        wrong = self._lexicon.other if self._telling.own else self._lexicon.me
        right = self._lexicon.me if self._telling.own else self._lexicon.other
        texts = {token.text for token in words}
        return bool(texts & wrong) and not texts & right

    def _others(self, hits: Sequence[Hit]) -> int:
        """Relatives who only tell are not meant."""
        concepts = {"other_person", "kin_object"}
        if "also" in self._present:
            concepts |= {"kin", "close_kin", "kin_forms"}
        if "speech" not in self._present:
            concepts |= {"his_kin"}
        if "also" in self._present and self.names_me and not self._telling.own:
            return 0
        beside = {n for hit in hits if hit.concept == "together" for n in range(hit.first, hit.last + 2)}
        first = min((hit.first for hit in hits if hit.concept in concepts and hit.first not in beside), default=len(self._found))
        return 0 if self._is_joined(first) else first

    def _is_joined(self, at: int) -> bool:
        """«обыск был и у соседки»: what stands before the "and" is about them as well."""
        before = [token.text for token in self._found[max(0, at - 2) : at]] if at < len(self._found) else []
        small = before[-1:] if before and len(before[-1]) > 1 else before
        return not self._lexicon.ands.isdisjoint(small) or not self._lexicon.contrast.isdisjoint(small)

    def _somebody_named(self, covered: frozenset[int]) -> int:
        """The token with the name of a person who is not the subject; the sentence's length if there is none. Who only tells is not meant."""
        if not self._telling.names:
            return self._two_named(covered)
        if "speech" in self._present:
            return len(self._found)
        for i, token in enumerate(self._found):
            if not token.capital or i in covered or not self._may_be_name(i):
                continue
            keys = persons.word_keys(self._text[token.start : token.end])
            if keys and self._telling.names.isdisjoint(keys) and not self._neighbour_is_subject(i):
                return i
        return len(self._found)

    def _two_named(self, covered: frozenset[int]) -> int:
        """Two people by their given names: who of them is meant cannot be told."""
        words = (self._text[token.start : token.end] for i, token in enumerate(self._found) if token.capital and i not in covered)
        given = {persons.word_keys(word)[0] for word in words if persons.is_given(word)}
        return 0 if len(given) > 1 else len(self._found)

    def _is_subject(self, token: Token) -> bool:
        """A word that is a name of the one the note is about."""
        keys = persons.word_keys(self._text[token.start : token.end]) if token.capital and self._telling.names else ()
        return not self._telling.names.isdisjoint(keys)

    def _may_be_name(self, i: int) -> bool:
        """A capitalised word that stands as the name of somebody: at the beginning only a given name, not behind a preposition of place."""
        token = self._found[i]
        if i == 0:
            return persons.is_surely_given(self._text[token.start : token.end])
        before = self._found[i - 1]
        return before.word and before.text not in self._lexicon.places and len(token.text) > 3

    def _neighbour_is_subject(self, i: int) -> bool:
        """The word beside it is a name of the subject: «Янка Выдумка» with a father's name that the label does not have."""
        beside = (self._found[n] for n in range(max(0, i - 2), min(len(self._found), i + 3)) if n != i)
        keys = (key for token in beside if token.capital for key in persons.word_keys(self._text[token.start : token.end]))
        return any(key in self._telling.names for key in keys)
