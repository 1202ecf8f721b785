"""One key for the many spellings of a name: Belarusian and Russian letters, passports, Łacinka, Russian-based and Polish-like Latin.

A key is what is left of a word when everything that spellings disagree about is gone: vowels, softness, г as h or g, ў as u, v or w,
ц and т, дз and д. Given names are translated, so a short table says which are one. Where a spelling can be read in two ways (``ch``, ``zh``)
a word has two keys. A key proposes people and decides nothing: who is meant is said by somebody who knows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff\u0138]")
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019\u02bc\u2018`\u00b4\u02b9][^\W_]+)*")
_NOT_SEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad'\u2019\u02bc\u2018`\u00b4\u02b9\u2032"))
# Letters that look like those of the other script: offices type them without noticing.
_TO_CYRILLIC: Final = str.maketrans("aeiopcxykmthbĸ", "аеіорсхукмтнвк")
_TO_LATIN: Final = {ord(c): ord(latin) for c, latin in zip("аеіорсхукмтнвк", "aeiopcxykmthbk", strict=True)}

# Consonants are named by one letter each: h is г and х, v is ў and в, t is т and ц, c is ч, w is ш, j is ж. Vowels are a, or y where a
# ў behind them would be no consonant.
_SOUNDS: Final = {
    **dict(zip("бвгґджзклмнпрстфхцчшў", "bvhhdjzklmnprstfhtcwv", strict=True)),
    "щ": "wc",
    **dict.fromkeys("аоэёеє", "a"),
    **dict.fromkeys("яіїиыюйј", "y"),
    **dict(zip("ћђљњџ", "cdlnj", strict=True)),
    **dict.fromkeys("ьъ", ""),
    "у": "u",
}
# Latin spellings of more than one letter, the longest first; none of them is read twice.
_SPELLED: Final = """
shch=wc szcz=wc tsch=c sch=w shh=wc tch=c tsh=c dzh=dj dzs=dj dž=dj cz=c sz=w sh=w kh=h gh=h zh=j ts=t tz=t dz=d ck=tk ct=kt ph=f
th=t š=w ŝ=w č=c ž=j ż=j ŭ=v x=ks q=k w=v g=h c=t ł=l ø=a ß=s
"""
_LATIN: Final = tuple(pair.split("=") for pair in _SPELLED.split())
_CH: Final = "ch"
_HISSING: Final = "szcz"
_POLISH: Final = re.compile(r"[łŭšžčćśźńż]|cz|sz|w(?!$)")
_DOUBLE: Final = re.compile(r"(.)\1+")
_PATRONYMIC: Final = re.compile(r"(?:[вў]на|в[іи]ч|[іи]чна|[aeoi][uvwŭ]na|ichna|[aeoiy]u?[vw]i(?:ch|č|cz|tch|c|tj))\Z")
# Endings of family names in running text that bring a consonant of their own: пра Прыкладскага, з Хлусевічам.
_OBLIQUE: Final = re.compile(r"(?:(?<=[сц]к)(?:[ао]г[ао]|[ао]му|[іи]м)|(?<=[аоеё]в)[ыі]м|(?<=в[іи]ч)[аое]м)\Z")
_INITIAL: Final = 1
_SURE: Final = 3
_PAIRED: Final = 4
_FATHERS_END: Final = re.compile(r"v?(?:c|n|cn|tn)\Z")
_LEAST: Final = 2

# Names that are translated and whose consonants differ, pet forms among them; the first of a line is the one that stands for all.
_GIVEN: Final = """
Мікалай Николай Мікола Mikołaj Nicholas Nikolaus
Дзмітрый Зміцер Zmicier Zmitser Dmitry
Аляксандр Аляксандар Алесь Саша Alexander Aleksander Александра Аляксандра
Аляксей Аляксеюшка Лёша Alexey
Уладзімір Володимир Уладзімер Валодзя Uladz
Яўген Евгений Евген Жэня Eugene Eugenia
Рыгор Григорий Грыша Gregory Грыгоры
Пятро Пётр Пеця Peter
Павел Павал Паўлюк Paul Паша
Міхаіл Михаил Міхась Міша Michael Michal
Іосіф Язэп Юзаф Осип Joseph Jazep
Таццяна Татьяна Таня
Кацярына Екатерина Кася Каця Катя Katherine Catherine
Ольга Вольга Оля Olga Olha Volha
Анна Ганна Аня Hannah Anna Hanna Ganna Ania Anya
Анастасія Настасся Наста Настя
Наталля Наталья Наташа
Святлана Светлана Света
Марыя Мария Маша Mary Марыйка
Ігар Игорь Ihar
Юрый Юрась Георгий Георгій Юра George Heorhi Yuri Jury Yury
Сяргей Сергей Сяржук Серж Sergius
Андрэй Андрей Андрусь Andrew
Васіль Василий Вася Basil
Антон Антось Антоні
Кастусь Канстанцін Константин Constantine Костя
Цімафей Тимофей Timothy
Ілля Илья Elijah Illia Ilya
Максім Максим Maxim Max
Вікторыя Виктория Віка Victoria
Віктар Виктор Victor Vitya
Фёдар Федор Хведар Theodore
Аркадзь Аркадий
Генадзь Геннадий Henadz Gennady
""".strip().splitlines()


def tokens(text: str) -> list[str]:
    """The words of a name as they were typed, lower case; initials and numbers stand among them."""
    return _WORD.findall(unicodedata.normalize("NFC", text).translate({0x200B: None, 0xAD: None}).lower())


def keys(text: str) -> list[tuple[str, ...]]:
    """For each word of ``text`` that has a key, its keys: the plain one first, then other readings and the given name it may stand for."""
    return [found for found in map(word_keys, tokens(text)) if found]


@lru_cache(maxsize=1 << 16)
def word_keys(word: str) -> tuple[str, ...]:
    """The keys of one word, the plain one first; none for initials and for words without a consonant."""
    plain = _bare(word)
    if len(plain) <= _INITIAL:
        return ()
    found = [key for key in map(_skeleton, _readings(plain)) if key]
    return tuple(dict.fromkeys([*found, *(_STANDS_FOR[key] for key in found if key in _STANDS_FOR)]))


Told = Callable[[str], Sequence[str]]
"""Further keys of a word that is asked for: of a surname that is said otherwise in the other language. See ``Comparer.told``."""


def nothing_told(word: str) -> Sequence[str]:
    """No further keys: those of the index, where what is asked for need not stand twice."""
    return ()


def asked_keys(word: str, told: Told) -> tuple[str, ...]:
    """All keys by which a word is looked for; none where it has none of its own."""
    own = word_keys(word)
    return (*own, *told(word)) if own else ()


def sounds(word: str) -> tuple[str, ...]:
    """How one word is heard, once for each way to read it: consonants by one letter each, of the vowels three."""
    return tuple(_readings(_bare(word)))


def given_forms(word: str) -> tuple[str, ...]:
    """The other forms, in all languages, of a given name that is spelt as the table has it."""
    return tuple(name for line in _ROWS.get(_bare(word), ()) for name in line.split())


def index_words(text: str) -> str:
    """The keys of a name as words of the index, in a form that no word of a language has; of whole names also what a slip leaves of them."""
    paired = pair_keys(text)
    return " ".join(as_word(key) for found in (*keys(text), paired.indexed) for key in found)


@dataclass(frozen=True, slots=True)
class PairKeys:
    """Keys of a family name together with the given name beside it: with the father's name too, of the two, and with a slip in one of them.

    A posting of the first three is as short as there are namesakes. ``beside``: the family name beside the father's. ``near``: the family
    name less one consonant beside the given one; ``slips``: what is asked for to find it when a letter was left out, put in, exchanged or
    swapped. ``father``: the father's name alone, which halves many postings.
    """

    whole: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()
    father: tuple[str, ...] = ()

    @property
    def indexed(self) -> tuple[str, ...]:
        return (*self.whole, *self.together, *self.beside, *self.near, *self.father)


def pair_keys(text: str, told: Told = nothing_told) -> PairKeys:
    """The keys of every family name of ``text`` beside every given one; without a known given name every word may be either."""
    typed = tokens(text)
    plain = without_patronymic(typed)
    words = [word for word in plain if word_keys(word)][:_PAIRED]
    father = next((_fathers(word) for word in typed if word not in plain), "")
    called = [word for word in words if is_given(word)]
    families = [word for word in words if word not in called] or words
    heads = {family: (word_keys(family)[0], *told(family)) for family in families}
    together, near, slips = [], [], []
    for family in families:
        for given in called or words:
            if given is not family:
                stands = _standing(word_keys(given))
                together += [f"1{key}2{stands}" for key in asked_keys(family, told)]
                for key in heads[family]:
                    near += [f"3{less}2{stands}" for less in _less_one(key)]
                    slips += [f"3{key}2{stands}", *(f"1{less}2{stands}" for less in _less_one(key))]
    near, slips = list(dict.fromkeys(near)), list(dict.fromkeys([*near, *slips]))
    together = list(dict.fromkeys(together))
    if not father:
        return PairKeys((), tuple(together), (), tuple(near), tuple(slips))
    whole, beside = [f"{key}5{father}" for key in together], [f"4{key}5{father}" for family in families for key in heads[family]]
    return PairKeys(tuple(whole), tuple(together), tuple(beside), tuple(near), tuple(slips), (f"5{father}",))


def _less_one(key: str) -> list[str]:
    """A key without each of its consonants in turn; what is left of a short one would lead to too many."""
    return [key[:at] + key[at + 1 :] for at in range(len(key))] if len(key) > _LEAST else []


def _fathers(word: str) -> str:
    """The key of the given name from which a father's name is made."""
    return _standing([_FATHERS_END.sub("", key) for key in word_keys(word)])


def _standing(known: Sequence[str]) -> str:
    """The key of the name that one of these is a form of, else the first of them."""
    return next((_STANDS_FOR[key] for key in known if key in _STANDS_FOR), next(iter(known), ""))


def as_word(key: str) -> str:
    return f"0n{key}0"


def is_sure(key: str) -> bool:
    """The key is long enough to be looked for among words that are no names."""
    return len(key) >= _SURE


def is_given(word: str) -> bool:
    """The word is a given name of the table, in some spelling: by itself it says too little about who is meant."""
    return not _ALL_GIVEN.isdisjoint(word_keys(word))


def is_surely_given(word: str) -> bool:
    """The same for a word that any sentence may begin with: "No" and "Нет" have the keys of Ян and Антон. A short name must be spelt as listed."""
    return _bare(word) in _ROWS or (is_given(word) and is_sure(word_keys(word)[0]))


def without_patronymic(words: Sequence[str]) -> list[str]:
    """Words of a name without the father's name: of three words or more, the first behind another that has its ending."""
    if len(words) < 3:
        return list(words)
    fathers = [i for i, word in enumerate(words) if i and _PATRONYMIC.search(_bare(word))]
    return [word for i, word in enumerate(words) if i != fathers[0]] if fathers else list(words)


def alike(asked: str, known: str, told: Told = nothing_told) -> float:
    """How much of what was asked stands in a known name, from 0 to 1: surnames and given names weigh the same, exact spelling a little more."""
    words, there = without_patronymic(tokens(asked)), tokens(known)
    weighed = [word for word in words if word_keys(word)]
    if not weighed:
        return 0.0
    their_keys = {key for word in there for key in word_keys(word)}
    same = sum(1.0 if word in there else 0.9 for word in weighed if their_keys.intersection(asked_keys(word, told)))
    return same / len(weighed)


def _bare(word: str) -> str:
    """The word in the script that most of its letters belong to, without what is not seen or not heard."""
    plain = unicodedata.normalize("NFC", word).lower().translate(_NOT_SEEN)
    foreign = _CYRILLIC.findall(plain)
    if not foreign:
        return plain
    return plain.translate(_TO_CYRILLIC) if 2 * len(foreign) >= len(plain) else plain.translate(_TO_LATIN)


def _readings(word: str) -> Iterable[str]:
    """The word as sounds, once for each way to read it."""
    if _CYRILLIC.search(word):
        return (_heard("".join(_SOUNDS.get(letter, "") for letter in _OBLIQUE.sub("", word))),)
    spelled = [word]
    if _CH in word and _HISSING not in word:
        # Polish and Łacinka write х as ch; everybody else writes ч so.
        hissing, breathed = re.sub(r"(?<![st])ch", "č", word), re.sub(r"(?<![st])ch", "h", word)
        spelled = [breathed, hissing] if _POLISH.search(word) else [hissing, breathed]
    if "zh" in word:
        spelled += [one.replace("zh", "z\u0000h") for one in spelled]
    return dict.fromkeys(_heard(_from_latin(one)) for one in spelled)


def _from_latin(word: str) -> str:
    """What was read as a sound is written large until the end, so that it is not read again."""
    if word.endswith("itj"):
        word = word[:-2] + "č"  # Swedish
    for letters, sound in _LATIN:
        if letters in word:
            word = word.replace(letters, sound.upper())
    return "".join(map(_latin_sound, unicodedata.normalize("NFKD", word)))


def _latin_sound(letter: str) -> str:
    if letter in "aeo":
        return "a"
    if letter in "iyj":
        return "y"
    return letter.lower() if letter.isascii() and letter.isalpha() else ""


def _heard(sounds: str) -> str:
    """A u behind a vowel is a ў, and one before a consonant at the beginning is a в (Уладзімір, Владимир)."""
    return re.sub(r"(?<=a)u|\Au(?=[^ayu])", "v", sounds)


def _skeleton(sounds: str) -> str:
    """Consonants only; т stands for ts and ц, д for дз, ш for шч, and what is doubled is single."""
    bones = re.sub(r"[ayu]", "", sounds).replace("ts", "t").replace("dz", "d").replace("tc", "c").replace("wc", "w")
    return _DOUBLE.sub(r"\1", bones)


def _given() -> dict[str, str]:
    """Key of a form -> key of the name that stands for it. A key that is claimed by two names stands for none."""
    found: dict[str, set[str]] = {}
    for line in _GIVEN:
        first, *others = line.split()
        stands = _skeleton(next(iter(_readings(_bare(first)))))
        for other in others:
            for reading in _readings(_bare(other)):
                key = _skeleton(reading)
                if key and key != stands:
                    found.setdefault(key, set()).add(stands)
    return {key: next(iter(stands)) for key, stands in found.items() if len(stands) == 1}


_STANDS_FOR: Final = _given()
_ROWS: Final = {_bare(name): tuple(line for line in _GIVEN if name in line.split()) for row in _GIVEN for name in row.split()}
_ALL_GIVEN: Final = frozenset(_STANDS_FOR) | frozenset(key for line in _GIVEN for key in word_keys(line.split()[0]))
