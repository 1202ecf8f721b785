"""A word found by any of its forms: light stemming of Belarusian, Russian and English by rules, without a dictionary.

Belarusian and Russian go one way, because a single word rarely says which it is. First letters are folded (і and и, ў and в or у, ё and е),
then an ending goes, then a tail, then what changes inside a root: unstressed о and а, soft ц and дз, vowels that come and go.
The stem is no word of any language; it only has to be the same for all forms of a word, and rarely the same for two words.
"""

import re
import unicodedata
from functools import lru_cache

from letapis.core.stemrules import (
    ENDINGS,
    IRREGULAR,
    NOT_PREFIXED,
    NOT_VERBS,
    NOUN_TAILS,
    PREFIXES,
    PROSTHETIC,
    REFLEXIVE,
    ROOTS,
    SHORT_VERBS,
    TAILS,
    TWO_LETTERS,
    VERB_ENDINGS,
    WHOLE,
    forms,
)

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019\u02bc\u2018`][^\W_]+)*")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc\u2018`")
_LIGHT = str.maketrans({"і": "и", "ї": "и", "ґ": "г", "ё": "е", "є": "е", "ў": "в", "ъ": ""})
_DEEP = str.maketrans({"о": "а", "э": "а", "я": "е", "ц": "т", "щ": "ш", "ь": ""})
_STROKED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "s"})
_VOWELS = frozenset("аеиоуыэюя")
_IRREGULAR = forms(IRREGULAR)
_SHORT_VERBS = forms(SHORT_VERBS)
_LONGEST = max(map(len, ENDINGS | VERB_ENDINGS))


def tokens(text: str) -> list[str]:
    """The words and numbers of ``text``, lower case, apostrophes inside kept."""
    return _TOKEN.findall(unicodedata.normalize("NFC", text).lower())


def stems(text: str) -> list[str]:
    """The stem of each word of ``text``, in order."""
    return [_stem(token) for token in tokens(text)]


def stem(word: str) -> str:
    """The stem of one word, whatever its case."""
    return _stem(unicodedata.normalize("NFC", word).lower())


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    if _CYRILLIC.search(word):
        return _cyrillic(fold(word))
    plain = fold(word)
    return _english(plain) if _LATIN.search(plain) and plain.isascii() else plain


def fold(word: str) -> str:
    """Letters that people and offices mix up, made equal; apostrophes and Latin accents go. The beginning of a stem is a beginning of this."""
    if _CYRILLIC.search(word):
        bare = word.translate(_APOSTROPHES)
        return ("у" + bare[1:] if bare[:1] == "ў" else bare).translate(_LIGHT)
    apart = unicodedata.normalize("NFKD", word.translate(_STROKED))
    possessive = re.sub(r"['\u2019\u02bc\u2018`]s?\Z|(?<=s)['\u2019\u02bc\u2018`]\Z", "", apart)
    return "".join(letter for letter in possessive if not unicodedata.combining(letter)).translate(_APOSTROPHES)


# --- Belarusian and Russian


def _cyrillic(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word].translate(_DEEP)
    if word.startswith(PROSTHETIC):
        word = word[1:]
    plain = _without_particle(word)
    known = _whole(word) or _short_verb(plain) or (_short_verb(plain + "ць") if plain != word else "")
    if known:
        return known.translate(_DEEP)
    root, ending, is_verb = _without_ending(plain)
    if len(root) > 3 and root[-1] == root[-2] != "д":
        root = root[:-1]  # ноччу, Беларуссю; but суддзя is no суд
    if not is_verb:
        root = _hardened(root, ending)
        shorter, tail = _without_tail(root, TAILS if ending == "ав" else (*TAILS, *NOUN_TAILS))
        # The past tense (трымаў, трымала) keeps its vowel; a noun or a family name (рынак, Примеров) may lose it.
        if plain == word and ending != "ав" and tail in ("", "ов", "ев"):
            shorter = _without_fleeting_vowel(shorter, ending)
        root = shorter
    return _settled(root) or word


def _short_verb(word: str) -> str:
    """A short irregular verb, alone or behind a prefix; empty if it is none."""
    if word in _SHORT_VERBS:
        return _SHORT_VERBS[word]
    for prefix in PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and (len(rest) > 2 or rest in TWO_LETTERS) and rest in _SHORT_VERBS and rest not in NOT_PREFIXED:
            return prefix + _SHORT_VERBS[rest]
    return ""


def _whole(word: str) -> str:
    """A root that must not be cut, behind which only an ending follows; empty if it is none."""
    for size in range(4):
        root, ending = (word[:-size], word[-size:]) if size else (word, "")
        if root in WHOLE and (not ending or ending in ENDINGS or ending in VERB_ENDINGS):
            return root
    return ""


def _without_particle(word: str) -> str:
    for tail, size in REFLEXIVE:
        if word.endswith(tail) and len(word) > len(tail) + 1:
            return word[:-size]
    return word


def _without_ending(word: str) -> tuple[str, str, bool]:
    """Root, ending, and whether the ending is that of a verb with its theme vowel."""
    for size in range(min(_LONGEST, len(word) - 2), 0, -1):
        root, ending = word[:-size], word[-size:]
        if not _has_vowel(root):
            continue
        if ending in VERB_ENDINGS and word not in NOT_VERBS and _may_follow(root, ending):
            return root, ending, True
        if ending in ENDINGS:
            return root, ending, False
    return word, "", False


def _may_follow(root: str, ending: str) -> bool:
    """``лю`` is an ending only after a lip (люблю, not болю), ``аш`` only after a hissing letter (пишаш, not шалаш)."""
    if ending == "лю":
        return root[-1] in "пбвмф"
    return ending != "аш" or root[-1] in "шжч"


def _has_vowel(text: str) -> bool:
    return not _VOWELS.isdisjoint(text)


def _hardened(root: str, ending: str) -> str:
    """Undo what an ending did to the last consonant: к before цэ and цы, т before це."""
    if not root.endswith("ц"):
        return root
    if ending == "э" or (ending == "ы" and (root[-2:-1] in ("ч", "ш", "д", "с") or (root.endswith("тц") and len(root) > 3))):
        return root[:-1] + "к"
    soft = root[-2:-1] in ("а", "э", "у", "е") or root.endswith(("энц", "енц", "унц", "рц", "лц"))
    return root[:-1] + "т" if ending == "е" and soft else root


def _without_fleeting_vowel(root: str, ending: str) -> str:
    """рынак, рынку; палец, пальца; баец, байца; вязень, вязня: without the vowel, as before an ending."""
    if len(root) < 4 or root[-2] not in "аеоя" or not _has_vowel(root[:-2]):
        return root
    before, vowel, last = root[-3], root[-2], root[-1]
    if last == "ц" and vowel == "е":
        return root[:-2] + ("йц" if before in _VOWELS else "ц")
    if before not in _VOWELS and (last == "к" or (last == "н" and (vowel in "ея" or ending == "ь"))):
        return root[:-2] + last
    return root


def _without_tail(root: str, tails: tuple[str, ...]) -> tuple[str, str]:
    """The root and the tail that went, as it was written. Behind ов there may be another: Кавалёва as Кавалёў."""
    if root.endswith("ц"):
        return root, ""
    deep = root.translate(_DEEP)
    for tail in tails:
        if deep.endswith(tail) and len(root) - len(tail) >= (3 if tail in NOUN_TAILS else 2) and _has_vowel(root[: -len(tail)]):
            shorter, gone = root[: -len(tail)], root[-len(tail) :]
            return (_without_tail(shorter, tails)[0] if tail in ("ав", "ев") else shorter), gone
    return root, ""


def _settled(root: str) -> str:
    """The last foldings inside the root."""
    if root.endswith(("нц", "вц", "рц", "лц")):
        root = root[:-1] + "к"  # украінцы are men or women there: украінец and украінка are one
    for changed, plain in ROOTS:
        if root.endswith(changed):
            root = root[: -len(changed)] + plain
            break
    deep = root.replace("дз", "д").replace("дж", "д").translate(_DEEP)
    return deep[:-1] + "г" if len(deep) > 2 and deep.endswith("з") else deep


# --- English: the inflections of Porter 2 (snowballstem.org/algorithms/english), no derivations


def _english(word: str) -> str:
    if len(word) < 3:
        return word
    root = _past_or_progressive(_singular(word))
    if len(root) > 2 and root.endswith("e"):
        root = root[:-1]
    if len(root) > 2 and root.endswith("y") and root[-2] not in "aeiou":
        root = root[:-1] + "i"
    return root


def _singular(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ies", "ied")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith(("xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _past_or_progressive(word: str) -> str:
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and not word.endswith("eed") and len(root) >= 2 and any(letter in "aeiouy" for letter in root):
            doubled = len(root) > 2 and root[-1] == root[-2] and root[-1] not in "lsz"
            return root[:-1] if doubled else root
    return word
