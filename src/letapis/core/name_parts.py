"""Which word of a name is the surname, the given name, the father's name: by a comma, by capitals, by endings and by known given names."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from letapis.core.name_rules import ODD_KIND, NameRules, Word
from letapis.core.name_sounds import is_cyrillic

MOST_WORDS: Final = 12
_TWICE: Final = 2
_THRICE: Final = 3
LONGEST: Final = 400
_BRACKETS: Final = re.compile(r"/\s*([^\W_]+)|[(\[{«\"“„]([^)\]}»\"”]*)[)\]}»\"”]?")
_WORD: Final = re.compile(r"[^\W_]+(?:[-\u0300-\u036f][^\W_]*)*")
_COMMA: Final = re.compile(r"[,;\uff0c]")
_HYPHENS: Final = re.compile("[\u2010\u2011\u2013]")
# A quotation mark inside a word is the apostrophe of Belarusian words and the hard sign in the romanisation of BGN and PCGN.
_INSIDE: Final = re.compile(r"(?<=[^\W\d_])[\"”](?=[^\W\d_])")
_BRACKET: Final = re.compile(r"[/(\[{«\"“„]")
_SEVERAL: Final = re.compile(r"\w[^\w\-]+\w")
_JOINED: Final = re.compile("([a-zа-яёіў]{2})([A-ZА-ЯЁІЎ][a-zа-яёіў])")
# Words of one alphabet, with spaces, commas and the full stops of initials between: most names have nothing to be repaired.
_PLAIN: Final = re.compile(r"[A-Za-z ,.]+|[Ѐ-ҁҊ-ԯ ,.]+")
_CAPITAL: Final = re.compile(r"\b[A-ZА-ЯЁІЎ]")


class Parts(NamedTuple):
    """One way to read a name. ``surnames``: of a double surname both halves; ``others``: in brackets, a maiden or another name.

    ``guessed``: the order was not said, and another reading is likelier.
    """

    surnames: tuple[Word, ...]
    given: Word | None
    father: Word | None
    rest: tuple[Word, ...] = ()
    others: tuple[Word, ...] = ()
    guessed: bool = False

    @property
    def words(self) -> int:
        return len(self.surnames) + len(self.rest) + (self.given is not None) + (self.father is not None)

    @property
    def bits(self) -> int:
        """The consonants of all words."""
        found = 0
        for word in (*self.everything, *self.others):
            found |= word.bits[0]
        return found

    @property
    def everything(self) -> tuple[Word, ...]:
        """All words but those in brackets."""
        return (*self.surnames, *(word for word in (self.given, self.father) if word), *self.rest)

    @property
    def woman(self) -> bool | None:
        """By the ending of the father's name; None where there is none."""
        return self.father.sounds[0].endswith("na") if self.father and self.father.fathers else None


# What a named tuple does when it is called, without the call: there is one for each name.
_made: Final = tuple.__new__


_Layout = tuple[tuple[tuple[int, ...], int, int, tuple[int, ...], bool], ...]
_NO_KINDS: Final[tuple[int, ...]] = ()
_LAYOUTS: Final[dict[tuple[int, ...], _Layout]] = {}  # of two or three words, which have few kinds each: it never becomes large


class _Typed(NamedTuple):
    """The words of a name, those before a comma, and those that are no initials: in capitals, and not."""

    words: list[Word]
    before: list[Word]
    loud: list[Word]
    quiet: list[Word]


def read_parts(text: str, rules: NameRules) -> tuple[Parts, ...]:
    """The ways to read a name, the likeliest first; none for a text without letters."""
    rules.make_room()
    if len(text) <= LONGEST and _PLAIN.fullmatch(text):
        found = _split(text)
        if _TWICE <= len(found) <= MOST_WORDS:
            head, _, behind = text.partition(",") if "," in text else ("", "", "")
            return _laid_out(found, len(_split(head)) if behind.strip() else 0, not text.isascii(), rules)
    plain = _INSIDE.sub("", rules.letters.silent.sub("", text[:LONGEST]))
    if not plain.isascii():
        plain = _HYPHENS.sub("-", unicodedata.normalize("NFC", plain))
    if not _BRACKET.search(plain):
        typed = _typed(plain, rules)
        return tuple(_ways(typed)) if typed.words else ()
    inside = " ".join(part for found in _BRACKETS.findall(plain) for part in found)
    outside = _BRACKETS.sub(" ", plain)
    typed = _typed(outside, rules)
    others = tuple(word for word in _typed(inside, rules).words if not word.initial)
    if not typed.words:
        typed, others = _typed(inside, rules), ()
    if not typed.words:
        return ()
    return tuple(_with(parts, others) for parts in _ways(typed))


def _laid_out(found: Sequence[str], family: int, cyrillic: bool, rules: NameRules) -> tuple[Parts, ...]:
    """The ways to read these words, of which the first ``family`` stood before a comma. The kinds of two or three words alone decide that, so
    that each row of kinds is thought about once."""
    typed, kinds = rules.typed[cyrillic], _NO_KINDS
    words: tuple[Word | None, ...] = ()
    if len(found) == _TWICE:
        (one, _, kind), (two, _, kind_too) = typed[found[0]], typed[found[1]]
        if one is not two:
            words, kinds = (one, two, None), (kind, kind_too, family)
    elif len(found) == _THRICE:
        (one, _, kind), (two, _, kind_too), (three, _, its_kind) = typed[found[0]], typed[found[1]], typed[found[2]]
        if one is not two and two is not three and one is not three:
            words, kinds = (one, two, three, None), (kind, kind_too, its_kind, family)
    layout = _LAYOUTS.get(kinds)
    if layout is None:
        sorted_words = _sorted(found, family, cyrillic, rules)
        ways = tuple(_ways(sorted_words)) if sorted_words.words else ()
        if kinds and ODD_KIND not in kinds[:-1]:
            _LAYOUTS[kinds] = _layout(words, ways)
        return ways
    if len(layout) == 1:
        at, given, father, rest, guessed = layout[0]
        if len(at) == 1 and not rest:
            return (_made(Parts, ((words[at[0]],), words[given], words[father], (), (), guessed)),)
    return tuple(
        _made(Parts, (tuple([words[i] for i in at]), words[given], words[father], tuple([words[i] for i in rest]), (), guessed))
        for at, given, father, rest, guessed in layout
    )


def _layout(words: Sequence[Word | None], ways: Iterable[Parts]) -> _Layout:
    """Where the words of each way stand, the last place for nobody."""
    at = {word: place for place, word in enumerate(words)}
    return tuple(
        (tuple([at[word] for word in way.surnames]), at[way.given], at[way.father], tuple([at[word] for word in way.rest]), way.guessed)
        for way in ways
    )


def _split(text: str) -> list[str]:
    """The words of a text of letters, spaces, commas and full stops."""
    return text.replace(".", " ").replace(",", " ").split()


def _with(parts: Parts, others: tuple[Word, ...]) -> Parts:
    return parts._replace(others=others) if others else parts


def _typed(text: str, rules: NameRules) -> _Typed:
    if not _SEVERAL.search(text.strip()):
        text = _JOINED.sub(r"\1 \2", text.replace("-", " "))  # a whole name written as one word
    comma = _COMMA.search(text)
    head = comma.start() if comma and text[comma.end() :].strip() else 0
    found = _WORD.findall(text)[:MOST_WORDS]
    family = len(_WORD.findall(text[:head])) if head else 0
    cyrillic = not text.isascii() and is_cyrillic(text) and sum(map(is_cyrillic, found)) * 2 >= len(found)
    return _sorted(found, family, cyrillic, rules)


def _sorted(found: Sequence[str], family: int, cyrillic: bool, rules: NameRules) -> _Typed:
    """The words of a name by how they were typed; the first ``family`` of them stood before a comma."""
    words: list[Word] = []
    before: list[Word] = []
    loud: list[Word] = []
    quiet: list[Word] = []
    known, several = rules.typed[cyrillic], len(found) > _TWICE
    for at, raw in enumerate(found):
        word, capitals, _ = known[raw]
        if raw[0] == "l" and len(raw) > 2 and any(map(_CAPITAL.search, found)):
            word = known["I" + raw[1:]][0]
        if word is None or (several and word in words and not word.initial):
            continue
        words.append(word)
        if at < family:
            before.append(word)
        if not word.initial:
            (loud if capitals else quiet).append(word)
    return _made(_Typed, (words, before, loud, quiet))


def _ways(typed: _Typed) -> list[Parts]:
    words = typed.words
    family = typed.before or _loud(typed.loud, typed.quiet)
    if 0 < len(family) < len(words):
        rest = [word for word in words if word not in family]
        called = [word for word in family if word.father] and [word for word in family if word.given]
        if not called or [word for word in rest if word.stems]:
            return [_read(family, rest)]
    if len(words) == 1:
        return [Parts((words[0],), None, None)]
    if len(typed.loud) + len(typed.quiet) < len(words) and (typed.loud or typed.quiet):
        return _with_initials(words)
    return _unmarked(words)


def _loud(loud: list[Word], quiet: list[Word]) -> list[Word]:
    if not quiet:
        return []
    if loud and len(quiet) > 1 and [word for word in loud if word.father] and not [word for word in quiet if word.stems]:
        return []
    for word in loud:
        if not word.given:
            return loud
    for word in quiet:
        if word.given or word.father:
            return loud
    return quiet  # the given name in capitals


def _read(family: Sequence[Word], rest: Sequence[Word], guessed: bool = False) -> Parts:
    """The father's name is the word with its ending that follows another; else whatever stands second."""
    family, count = tuple(family), len(rest)
    if count == 1:
        word = rest[0]
        given, father = (None, word) if word.father and not word.given else (word, None)
        return _made(Parts, (family, given, father, (), (), guessed))
    if count == 2:
        first, second = rest
        given, father = (second, first) if first.father and second.given and not second.father else (first, second)
        return _made(Parts, (family, given, father, (), (), guessed))
    if not rest:
        return Parts(family, None, None, (), (), guessed)
    at = next((i for i, word in enumerate(rest) if i and word.stems), 1)
    others = tuple([word for i, word in enumerate(rest) if i and i != at])
    return Parts(family, rest[0], rest[at], others, (), guessed)


def _with_initials(words: Sequence[Word]) -> list[Parts]:
    whole = [word for word in words if not word.initial]
    short = [word for word in words if word.initial]
    if len(whole) == 1:
        return [_read(whole, short)]
    # A whole given name with one initial of the father's name, or of a middle one: whichever whole word is the given name comes first.
    first = words.index(short[0])
    if len(whole) == 2:
        given = whole[0] if first == 1 or whole[0].maybe or not whole[1].given else whole[1]
        family = whole[1] if given is whole[0] else whole[0]
        ways = [_read([family], [given, *short])]
        if not given.given and first == len(words) - 1:
            ways.append(_read([given], [family, *short], guessed=True))
        return ways
    return _unmarked(words)


def _unmarked(words: Sequence[Word]) -> list[Parts]:
    """No comma, no capitals: a father's name stands behind a given one; without it a known given name decides, else the first word."""
    if len(words) == 2:
        first, second = words
        if second.father and first.given and not second.given:
            return [_read([second], [first]), Parts((), first, second, guessed=True)]
        if first.given and not second.given:
            return [_read((second,), (first,))]
        if (second.given and not first.given) or (second.maybe and not first.maybe):
            first, second = second, first
        return [_read((second,), (first,)), _read((first,), (second,), guessed=True)]
    places = [i for i, word in enumerate(words) if i and word.stems]
    known = [i for i in places if words[i].father and words[i - 1].maybe] or [i for i in places if words[i].father] or places
    if known:
        ways = [_around(words, i) for i in known[:2]]
        return [ways[0], *map(_guess, ways[1:])]
    if not words[0].given and words[1].given and len(words) == 3:
        return [_read(words[:1], words[1:]), _guess(_read(words[-1:], words[:-1]))]
    return [_read(words[-1:], words[:-1]), _guess(_read(words[:1], words[1:]))]


def _around(words: Sequence[Word], father: int) -> Parts:
    family = [word for i, word in enumerate(words) if i not in {father, father - 1}]
    return Parts(tuple(family), words[father - 1], words[father])


def _guess(parts: Parts) -> Parts:
    return _made(Parts, (*parts[:5], True))
