"""Words of a note as people type them: tokens with their places, sentences, parts of sentences, and the concepts that words stand for.

People mix languages, keyboards and abbreviations in one line, so letters are folded (і and и, ў and у, Latin look-alikes inside a
Cyrillic word) and a concept has words of every language at once. Places count characters of the text that was given.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(r"\d{1,2},5(?!\d)|\d+(?:[.\-/:]\d+)*|[^\W\d_]+(?:['\u2019\u02bc`][^\W\d_]+)*|\n|[^\s\w]|_")
_FOLD: Final = str.maketrans({"і": "и", "ї": "и", "ў": "у", "ё": "е", "э": "е", "ґ": "г", "'": "", "\u2019": "", "\u02bc": "", "`": ""})
_LOOKALIKE: Final = str.maketrans("aceiopxykmhtb", "асеиорхукмнтв")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_LONGEST_STEM: Final = 24  # no stem of the data is longer; a "word" of a hundred thousand letters is none
_FEW: Final = 8  # phrases that begin with one word; more are sorted out by the word that follows
_LONG: Final = 5  # letters from which a word is also known mistyped
_LONG_LATIN: Final = 6  # the same where a letter is missing or too many
_LONG_CYRILLIC: Final = 9
_GIVEN_AWAY: Final = 2  # words of a line in Latin letters that no English line has
_NOT: Final = "not"
_QUOTES: Final = frozenset('"«»„“”')
LONGEST: Final = 160  # words of a sentence; a transcript without full stops is read piece by piece
ARROWS: Final = frozenset(">→»")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign. ``text`` is folded; ``capital``: begins with a capital and is no abbreviation in capitals."""

    start: int
    end: int
    text: str
    number: bool
    word: bool
    capital: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """Words that stand for a concept: tokens ``first`` to ``last``. ``negator``: the token of a "not" before them, or -1."""

    concept: str
    first: int
    last: int
    negator: int = -1


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """One word in the form in which words meet, whatever keyboard it was typed on."""
    lower = unicodedata.normalize("NFC", word).lower()
    if _CYRILLIC.search(lower):
        lower = lower.translate(_LOOKALIKE)
    return lower.translate(_FOLD)


def tokens(text: str) -> list[Token]:
    """Every word, number and sign of ``text`` in order."""
    found = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        number, word = raw[0].isdecimal(), raw[0].isalpha()
        capital = word and raw[0].isupper() and not (len(raw) > 1 and raw.isupper())
        found.append(Token(match.start(), match.end(), fold(raw) if word else raw, number, word, capital))
    return found


_LATIN: Final = re.compile("shch|sch|zh|kh|ch|sh|ts|[yj][aueo]|[a-z]")
_LETTERS: Final = {
    **dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстуввхыз", strict=True)),
    **dict(zip(("shch", "sch", "zh", "kh", "ch", "sh", "ts"), "щщжхчшц", strict=True)),
    **{first + second: cyrillic for first in "yj" for second, cyrillic in zip("aueo", "яюеё", strict=True)},
}


def in_cyrillic(found: Sequence[Token], signs: frozenset[str]) -> Sequence[Token]:
    """A line that is Belarusian or Russian typed in Latin letters, as such; any other line as it is. ``signs``: words that give it away."""
    if sum(token.text in signs for token in found) < _GIVEN_AWAY or any(_CYRILLIC.search(token.text) for token in found):
        return found
    return [replace(token, text=fold(_LATIN.sub(lambda m: _LETTERS[m[0]], token.text))) if token.word else token for token in found]


_DOUBLE: Final = re.compile(r"([^аеиоуя])\1")
_UNHEARD: Final = str.maketrans({"ы": "и", "ь": "", "й": ""})


@lru_cache(maxsize=1 << 16)
def loose(folded: str) -> str:
    """A folded word without what is most often mistyped: doubled letters, soft signs, й, ы for и."""
    return _DOUBLE.sub(r"\1", folded.translate(_UNHEARD))


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens that belong together; ``question``: it ends with a question mark."""

    text: str
    tokens: Sequence[Token]
    question: bool


def sentences(text: str, found: Sequence[Token], short: frozenset[str]) -> Iterator[Sentence]:
    """Sentences of one line. A full stop after an abbreviation, or inside a date, ends nothing; ``> ?`` is an open place, not a question."""
    begin = 0
    for i, token in enumerate(found):
        if token.word or token.number or token.text not in ".!?;…":
            if i - begin >= LONGEST:
                yield Sentence(text, found[begin:i], False)
                begin = i
            continue
        after = found[i + 1] if i + 1 < len(found) else None
        before = found[i - 1] if i else None
        if token.text == "." and before and after and _ends_nothing(before, after, short):
            continue
        if token.text == "?" and before and before.text in ARROWS:
            continue
        if i > begin:
            yield Sentence(text, found[begin:i], token.text == "?")
        begin = i + 1
    if begin < len(found):
        yield Sentence(text, found[begin:], False)


def _ends_nothing(before: Token, after: Token, short: frozenset[str]) -> bool:
    """A full stop between these belongs to an abbreviation or a date."""
    return before.text in short or after.text in (",", ")") or (before.number and not after.capital and after.text != "\n")


def segments(found: Sequence[Token], joints: frozenset[str], glued: frozenset[int]) -> list[tuple[int, int]]:
    """Parts of a sentence between commas, brackets, free-standing dashes and joining words, as ranges of tokens; ``glued``: no edge there."""
    parts, begin = [], 0
    for i, token in enumerate(found):
        if i in glued:
            continue
        edge = token.text in joints if token.word else token.text in ",:()[]+|"
        if not edge and token.text in "-–—":
            edge = 0 < i < len(found) - 1 and token.start > found[i - 1].end and found[i + 1].start > token.end
        if edge:
            if i > begin:
                parts.append((begin, i))
            begin = i + 1
    if begin < len(found):
        parts.append((begin, len(found)))
    return parts


def _is_mark(found: Sequence[Token], i: int) -> bool:
    """A single quotation mark stands off a word on one side: no apostrophe of a word does."""
    before, after = found[i - 1] if i else None, found[i + 1] if i + 1 < len(found) else None
    return before is None or after is None or before.end < found[i].start or after.start > found[i].end or not after.word


def quotations(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The tokens of the signs around each quotation of at least two words; a single word in quotation marks is a nickname."""
    marks = [i for i, token in enumerate(found) if token.text in _QUOTES or (token.text == "'" and _is_mark(found, i))]
    for first, last in zip(marks[::2], marks[1::2], strict=False):
        if sum(token.word for token in found[first:last]) > 1:
            yield first, last


@dataclass(frozen=True)
class Concepts:
    """Concepts by the words that stand for them: a phrase is words with blanks between, ``*`` at a word's end stands for any ending."""

    exact: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]
    stems: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]
    negations: frozenset[str]
    shorter: Mapping[str, str]
    _known: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict, compare=False, repr=False)
    _next: dict[tuple[str, str], tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict, compare=False, repr=False)

    def hits(self, found: Sequence[Token]) -> list[Hit]:
        """Every concept in these tokens; of two that begin at one token with the same concept, the longer."""
        hits: dict[tuple[str, int], int] = {}
        for i, token in enumerate(found):
            if not token.word:
                continue
            for concept, rest in self._likely(found, i):
                last = self._follow(found, i, rest)
                if last >= 0:
                    hits[concept, i] = max(last, hits.get((concept, i), i))
        return [Hit(concept, first, last, self._negator(found, first)) for (concept, first), last in hits.items()]

    def _negator(self, found: Sequence[Token], first: int) -> int:
        """A "not" right before; in English up to three words before ("was not even beaten")."""
        if found[first].text in self.negations:
            return -1
        for at in range(first - 1, max(-1, first - (4 if found[first].text.isascii() else 2)), -1):
            if found[at].text in self.negations:
                return at
            if not found[at].word:
                return -1
        return -1

    def _beginning(self, word: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        known = self._known.get(word)
        if known is None:
            known = self._entries(word) + (self._entries(_NOT) if self._contracted(word) else ())
            known = known or (self._entries("~" + loose(word)) if len(word) >= _LONG else ()) or self._mistyped(word)
            if len(self._known) < 1 << 16:
                self._known[word] = known
        return known

    def _likely(self, found: Sequence[Token], i: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What may begin at a token. Hundreds of phrases begin with "not": of these only such as go on with the letters of the next word."""
        entries = self._beginning(found[i].text)
        if len(entries) <= _FEW:
            return entries
        after = next((token.text for token in found[i + 1 : i + 4] if token.text not in _QUOTES), "")
        if after in self.negations:
            return entries
        key = found[i].text, loose(after)[:2]
        known = self._next.get(key)
        if known is None:
            known = tuple(entry for entry in entries if not entry[1] or _opens(entry[1][0], key[1]))
            if len(self._next) < 1 << 16:
                self._next[key] = known
        return known

    def _contracted(self, word: str) -> bool:
        """``hasn't``, ``wasnt``: a "not" as well."""
        return word.endswith("nt") and word in self.negations

    def _follow(self, found: Sequence[Token], first: int, rest: Sequence[str]) -> int:
        """The token where these words end that follow the first one, quotation marks aside; -1 where they do not."""
        at = first
        for wanted in rest:
            at += 1
            while at < len(found) and found[at].text in _QUOTES:
                at += 1
            if at >= len(found) or not (_meets(found[at].text, wanted) or (wanted == _NOT and self._contracted(found[at].text))):
                return -1
        return at

    def _mistyped(self, word: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """A long word with one letter too many, too few or two that changed places."""
        if len(word) < (_LONG_LATIN if word.isascii() else _LONG_CYRILLIC) or len(word) > _LONGEST_STEM:
            return ()
        fewer = [word[:i] + word[i + 1 :] for i in range(1, len(word))]
        turned = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(1, len(word) - 1)]
        known = next((key for key in (*fewer, *turned) if key in self.exact), None) or self.shorter.get(word)
        return tuple(self.exact[known]) if known else ()

    def _entries(self, word: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        entries = list(self.exact.get(word, ()))
        for length in range(2, min(len(word), _LONGEST_STEM) + 1):
            entries.extend(self.stems.get(word[:length], ()))
        return tuple(entries)


def _opens(wanted: str, letters: str) -> bool:
    """A word with these first letters, loosely read, may meet this one."""
    stem = loose(wanted.rstrip("*"))
    return stem[:2] == letters or not stem or stem == letters[:1]


def _meets(word: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1]) or (len(wanted) > _LONG and loose(word).startswith(loose(wanted[:-1])))
    return word == wanted or (len(wanted) >= _LONG and loose(word) == loose(wanted))


def read_concepts(tables: Iterable[Mapping[str, Mapping[str, Sequence[str]]]], negations: Iterable[str]) -> Concepts:
    """Concepts from their tables: concept -> language -> words."""
    exact: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    stems: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for table in tables:
        for concept, languages in table.items():
            for words in languages.values():
                for phrase in words:
                    first, *rest = [fold(word.rstrip("*")) + ("*" if word.endswith("*") else "") for word in phrase.split()]
                    side, key = (stems, first[:-1]) if first.endswith("*") else (exact, first)
                    side.setdefault(key, []).append((concept, tuple(rest)))
                    if len(key) >= _LONG:
                        side.setdefault("~" + loose(key), []).append((concept, tuple(rest)))
    return Concepts(exact, stems, frozenset(map(fold, negations)), dict(_shorter(exact)))


def _shorter(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Long words without one of their letters."""
    for word in words:
        if len(word) > (_LONG_LATIN if word.isascii() else _LONG_CYRILLIC) and not word.startswith("~"):
            yield from ((word[:i] + word[i + 1 :], word) for i in range(1, len(word)))
