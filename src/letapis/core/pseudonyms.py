"""A person who is not to be named: how a document calls them, and where their name still shows.

Names are inflected in Belarusian and Russian («Прыкладу», «Прыкладам»), written in two alphabets in many ways, and hold letters that come
and go («Заяц», «Зайца»). So a word counts as the name when it begins like it or sounds like it: a word too many taken out of a document
harms less than a name left in. What says little by itself, a short name or a form in which only the consonants are sure, counts only
with a capital letter and before the ending of a case.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from letapis.core.names import given_forms, sounds

# Marks of stress, soft hyphens, joiners and other signs that stand inside a word unseen or above a letter (Unicode Mn and Cf).
_UNSEEN: Final = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u061c\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U000e0000-\U000e01ef"
)
_WORD: Final = re.compile(rf"[^\W\d_](?:[{_UNSEEN}]*['\u2019\u02bc]?[{_UNSEEN}]*[^\W\d_])*[{_UNSEEN}]*")
_SILENT: Final = re.compile(rf"[{_UNSEEN}'\u2019\u02bc]")
_MARKED: Final = "\0"
_NEIGHBOURS: Final = re.compile("\0(?:[ .\u2010-\u2015-]*\0)*")
_SHORTEST: Final = 2
_SHORT: Final = 3
_LONG: Final = 5
_FALLING: Final = frozenset("аяоеуюыіиьйaeiouy")  # letters that a name loses when it is inflected
_ENDING: Final = 5
"""How much longer than its beginning an inflected name or a patronymic may be."""
_CASES: Final = re.compile(
    "(?:[аяоеуюыіиьйэ]|[аяоеэ][мхвйюў]|[аяоеэ][вў][аыуеоі]?й?|[аяоеэ]вым|[ыіи][мйх]|[аояе]г[ао]|[ао]му|[ая]м[иі]|[іи]ч[аунм]?"
    "|[аое][вў](?:[іи]ч|н)[ауыеій]?[мй]?|i?[aeiouy]|i?[aeo]i[uia]?|[aeo][mwvh]|i?em|ow[ia]|am?i|e?s|[aeo]v[aiy]?(?:ch|na)?)?"
)
_FLEETING: Final = re.compile("(.+)[еоаяэ]([бвгджзклмнпрстфхцчш])ь?")
_VOWELS: Final = frozenset("аеёіиоуыэюя")
_SURE: Final = 4
_HEARD: Final = 3
_HEARD_CASES: Final = re.compile("a?(?:(?:[vmh]|vsk|vc|vac|vn)a?[mhv]?a?)?")
_CYRILLIC: Final = {
    **dict(zip(map(ord, "абвгґдезіиыйклмнопрстуўфхцэёѳ"), "abvhhdeziiiiklmnoprstuvfhceef", strict=True)),
    **{ord(letter): spelt for letter, spelt in {"ж": "Z", "ч": "C", "ш": "S", "щ": "SC", "ю": "iu", "я": "ia", "ь": "", "ъ": ""}.items()},
}
_SPELLED: Final = """
shch=SC tch=C cz=C sz=S sh=S zh=Z kh=h gh=h ts=c tz=c ee=i oo=u je=e ye=e ie=e jo=e yo=e j=i y=i w=v g=h x=ks q=k
"""
_LATIN: Final = tuple(pair.split("=") for pair in _SPELLED.split())
_WRITTEN: Final = str.maketrans({"š": "sh", "č": "tch", "ž": "zh", "ż": "zh", "ŭ": "v", "ł": "l", "đ": "d", "ß": "ss"})
_DOUBLE: Final = re.compile(r"(.)\1+")


class _Views(NamedTuple):
    """One word: its letters, whether it has a capital, its letters in one alphabet, and how it is heard with all vowels alike."""

    plain: str
    capital: bool
    spelt: tuple[str, ...]
    heard: tuple[str, ...]


class _Sought(NamedTuple):
    """Beginnings by how they are compared: letters with any ending or with that of a case, one alphabet, sounds that are sure or not."""

    begins: tuple[str, ...]
    cased: tuple[str, ...]
    capital: tuple[str, ...]
    spelt: tuple[str, ...]
    sure: tuple[str, ...]
    heard: tuple[str, ...]


def stems(names: Iterable[str]) -> frozenset[str]:
    """What the words of these names are found by: each is the name of a way to compare and a beginning. Initials are left out."""
    return frozenset(one for name in names for word in _WORD.findall(name) if _says_who(word, name) for one in _sought_for(word))


def _says_who(word: str, name: str) -> bool:
    """Not an initial, nor a particle of two letters between words with capitals."""
    plain = _SILENT.sub("", word)
    return len(plain) > _SHORTEST or (len(plain) == _SHORTEST and (not plain.islower() or name.islower()))


def _sought_for(word: str) -> Iterator[str]:
    views = _views(word)
    for plain in (views.plain, *_without_fleeting(views.plain)):
        if len(plain) > _SHORT:
            stem = _stem(plain)
            yield f"{'begins' if len(stem) > _SHORT else 'cased'} {stem}"
        else:
            yield from (f"capital {stem}" for stem in _shorn(plain))
        yield from (f"{'sure' if bones >= _SURE else 'heard'} {trunk}" for trunk, bones in _trunks(plain))
    yield from (f"spelt {stem}" for spelt in views.spelt if len(spelt) >= _SHORTEST for stem in _shorn(spelt))
    for form in given_forms(_SILENT.sub("", word)):
        yield from (f"capital {stem}" for stem in _shorn(_views(form).plain))
        yield from (f"heard {trunk}" for trunk, _ in _trunks(form))


def _trunks(word: str) -> Iterator[tuple[str, int]]:
    """How a word is heard without its last vowel, with the number of consonants, where they are enough."""
    for heard in _views(word).heard:
        bones = len(heard) - heard.count("a")
        if bones >= _HEARD:
            yield heard.rstrip("a"), bones


def _shorn(plain: str) -> tuple[str, ...]:
    """The word without its last vowel; where two letters would be left, with each other vowel: «Іна» is «Іны» but not *in*."""
    if len(plain) < _SHORT or plain[-1] not in _FALLING:
        return (plain,)
    return (plain[:-1],) if len(plain) > _SHORT else tuple(plain[:-1] + vowel for vowel in sorted(_FALLING))


def _without_fleeting(plain: str) -> list[str]:
    """«Лев» is «Льв-» in other cases, «Заяц» is «Зайц-», «Арол» is «Арл-» for «Орёл» too."""
    found = _FLEETING.fullmatch(plain)
    if not found:
        return []
    begin, end = found.groups()
    if begin[-1] in _VOWELS:
        return [f"{begin}й{end}"]
    return [begin + end, f"{begin}ь{end}", begin.replace("о", "а") + end]


def _stem(word: str) -> str:
    """A long name loses two letters at most, a short one its last vowel: «але» for «Алесь» would be the word *but*."""
    if len(word) > _LONG:
        return word[:-2]
    return word[:-1] if word[-1] in _FALLING else word


def names_in(text: str, found_by: frozenset[str]) -> bool:
    """Whether a word of this text is the name."""
    return bool(found_by) and any(_is_name(word, found_by) for word in _WORD.findall(text))


def without_names(text: str, found_by: frozenset[str], instead: str) -> str:
    """The text with every word that is the name replaced; neighbouring ones become one."""
    if not found_by:
        return text
    marked = _WORD.sub(lambda found: _MARKED if _is_name(found[0], found_by) else found[0], text)
    return _NEIGHBOURS.sub(lambda _: instead, marked)


def _is_name(word: str, found_by: frozenset[str]) -> bool:
    views, sought = _views(word), _grouped(found_by)
    if _begins((views.plain,), sought.begins) or _begins((views.plain,), sought.cased, _CASES) or _begins(views.heard, sought.sure):
        return True
    if not views.capital:
        return False
    return (
        _begins((views.plain,), sought.capital, _CASES)
        or _begins(views.spelt, sought.spelt, _CASES)
        or _begins(views.heard, sought.heard, _HEARD_CASES)
    )


def _begins(words: Iterable[str], stems: tuple[str, ...], endings: re.Pattern[str] | None = None) -> bool:
    return any(
        word.startswith(stem) and len(word) <= len(stem) + _ENDING and (endings is None or endings.fullmatch(word, len(stem)) is not None)
        for word in words
        for stem in stems
    )


@lru_cache(maxsize=64)
def _grouped(found_by: frozenset[str]) -> _Sought:
    ways = {way: list[str]() for way in _Sought._fields}
    for one in sorted(found_by):
        way, stem = one.split(" ", 1)
        ways[way].append(stem)
    return _Sought(**{way: tuple(found) for way, found in ways.items()})


@lru_cache(maxsize=1 << 14)
def _views(word: str) -> _Views:
    """Equal for words that differ in marks, apostrophes, ё and е, and letters of Latin with and without signs."""
    seen = _SILENT.sub("", unicodedata.normalize("NFC", word))
    letters = "".join(map(_without_stress, seen.casefold()))
    plain = "".join(map(_bare, letters))
    heard = tuple(dict.fromkeys(_alike(one) for one in sounds(letters)))
    return _Views(plain, seen != seen.lower(), _spellings(letters), heard)


def _without_stress(letter: str) -> str:
    """A letter of Cyrillic without what stands above it, ё as е; й, ў and ї are letters of their own."""
    first = unicodedata.normalize("NFKD", letter)[:1]
    return first if "\u0400" <= first <= "\u04ff" and letter not in "йўї" else letter


def _bare(letter: str) -> str:
    """A letter of Latin without its signs."""
    first = unicodedata.normalize("NFKD", letter)[:1]
    return first if first.isascii() and first.isalpha() else "l" if letter == "ł" else letter


def _alike(heard: str) -> str:
    """All vowels are one, and nothing is double: so «Пётр» begins like «Пятра»."""
    bones = re.sub("[ayu]+", "a", heard).replace("ts", "t").replace("dz", "d").replace("tc", "c").replace("wc", "w")
    return _DOUBLE.sub(r"\1", bones)


def _spellings(letters: str) -> tuple[str, ...]:
    """The word in one alphabet, with its vowels; double letters double and single, ``ch`` as ч and as х."""
    latin = letters.translate(_WRITTEN).translate(_CYRILLIC) if any("\u0400" <= letter <= "\u04ff" for letter in letters) else ""
    if latin:
        return tuple(dict.fromkeys((latin, _DOUBLE.sub(r"\1", latin))))
    found = list[str]()
    for read in ("C", "h"):
        spelt = "".join(map(_bare, letters.translate(_WRITTEN))).replace("tch", "C").replace("ch", read)
        for written, one in _LATIN:
            spelt = spelt.replace(written, one)
        found += [spelt, _DOUBLE.sub(r"\1", spelt)]
    return tuple(dict.fromkeys(found))
