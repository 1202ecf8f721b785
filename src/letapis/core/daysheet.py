"""One line of a day sheet: a person by name or by a description, and what was said about them in a word or two.

The cells of a line are text as a colleague types them ("about 30", "342 КК", "1990 г.н."). They are read here, and what cannot be
read is either mended or kept as the remark of the line: nothing that was typed is dropped, and nothing is guessed.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from letapis.core.codes import administrative_code
from letapis.core.dates import is_partial_date

UNITS: Final = ("persons_counted", "persons_named", "detentions")
"""Counting units of a group, each with a fact ``group.<unit>`` of its own."""
MAX_CELL: Final = 200
MAX_REMARK: Final = 4000
MAX_AGE: Final = 110

ABOUT: Final = r"(?:~|≈|каля|прыкладна|прыблізна|недзе|около|примерно|где-то|порядка|about|around|approximately|approx\.?|some|ca\.)"
_YEARS: Final = r"(?:гадоў|гады|гадкоў|года|год|лет|г\.|л\.|years?(?:[ -]old)?|y\.?\s?o\.?|yrs?)"
_AGE: Final = re.compile(rf"(?P<about>{ABOUT})?\s*(?:aged?\s+)?(?P<years>[0-9]{{1,3}})\s*{_YEARS}?", re.IGNORECASE)
_BIRTH: Final = re.compile(
    r"(?:born|нар\.?|нарадзіў(?:ся|лася)|родил(?:ся|ась)|д\.\s?[нр]\.|b\.)?\s*(?:(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.)?"
    r"(?P<year>19[2-9][0-9]|20[01][0-9])\s*(?:г\.?\s?[нр]\.?|года?\s(?:нараджэння|рождения)|г\.)?",
    re.IGNORECASE,
)
_CC: Final = r"CC1999|КК|УК|CC|criminal\s+code"
_CAO: Final = r"CAO2003|CAO2021|КаАП|КоАП|CoAO|CAO"
_ARTICLE: Final = re.compile(
    rf"(?:(?P<ahead>{_CC}|{_CAO})\s+)?(?:(?:ч|частк\w+|част\w+|part)\.?\s*(?P<before>[0-9])\s*)?(?P<word>(?:арт|ст|art)\w*\.?\s*)?"
    r"(?P<number>[0-9]{1,3}(?:-[0-9]{1,2})?(?:\.[0-9]{1,2})?)"
    r"(?:\s*(?:\((?P<part>[0-9])\)|(?:ч|частк\w+|част\w+|part)\.?\s*(?P<after>[0-9])))?"
    rf"(?:\s*(?P<code>{_CC}|{_CAO})\b(?:\s+(?:РБ|Рэспублікі Беларусь|Республики Беларусь))?)?",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\s*(?:[,;/+&]|\b(?:і|и|ды|and)\b)?\s*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")

_NO_NAME: Final = frozenset(
    {"man", "men", "woman", "women", "boy", "girl", "guy", "teen", "lady", "person", "unknown", "student", "minor"}
    | {"husband", "wife", "son", "daughter", "brother", "sister", "mother", "father", "friend", "neighbour", "neighbor", "colleague"}
    | {"муж", "жонка", "сын", "дачка", "брат", "сястра", "маці", "бацька", "сябар", "сяброўка", "сусед", "суседка", "калега"}
    | {"жена", "дочь", "сестра", "мать", "отец", "друг", "подруга", "сосед", "соседка", "коллега"}
)
_NO_NAME_STEMS: Final = (
    "мужчын", "мужчин", "жанчын", "женщин", "хлоп", "хлапч", "парен", "парн", "дзяўчын", "дзяўчы", "дзевач", "девуш", "девоч", "падлет",
    "подрост", "чалавек", "человек", "невядом", "неизвест", "неўстаноў", "неустанов", "студэнт", "студент", "пенсіян", "пенсион", "юнак",
    "юнош", "бабул", "дзядул", "бабуш", "дедуш", "школьні", "школьни", "teenage", "unidentif", "pensioner",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line, as typed. ``remark`` holds what no other cell took."""

    name: str = ""
    age: str = ""
    article: str = ""
    place: str = ""
    remark: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.age or self.article or self.place or self.remark)

    @property
    def is_named(self) -> bool:
        return is_name(self.name)


@dataclass(frozen=True, slots=True)
class Age:
    """Full years, or a partial date of birth; one of the two."""

    years: int = 0
    about: bool = False
    birth: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many, in which unit; ``named``: how many of them are known by name. An unknown number is None."""

    total: int | None = None
    named: int | None = None
    unit: str = UNITS[0]
    about: bool = False


def clean(text: str) -> str:
    """A cell in one form: composed letters, single blanks, no control characters."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def row_of(**cells: str) -> Row:
    return Row(**{name: clean(text) for name, text in cells.items()})


def is_name(text: str) -> bool:
    """Whether a cell names somebody: "man, about 30" and "невядомы хлопец" describe a person and stay descriptions."""
    words = [word for word in re.split(r"[\s,]+", text) if word]
    capital = [word for word in words if word[0].isupper() and not _describes(word)]
    return len(capital) >= (2 if any(_describes(word) for word in words) else 1)


def _describes(word: str) -> bool:
    folded = word.casefold().strip(".,:()")
    return folded in _NO_NAME or folded.startswith(_NO_NAME_STEMS)


def age_of(text: str) -> Age | None:
    """Read "34", "каля 30 гадоў", "1990 г.н.", "12.03.1990"; None for what is no age and no birth."""
    age = _AGE.fullmatch(text)
    if age and 0 < int(age["years"]) <= MAX_AGE:
        return Age(int(age["years"]), bool(age["about"]))
    birth = _BIRTH.fullmatch(text)
    if birth is None:
        return None
    when = birth["year"] + (f"-{int(birth['month']):02}-{int(birth['day']):02}" if birth["day"] else "")
    return Age(birth=when) if is_partial_date(when) else None


def articles_of(text: str, day: str) -> tuple[str, ...] | None:
    """Articles as the vocabulary writes them: "19.11" is of the administrative code in force on ``day``, "342" of the criminal one.

    None when a part of the text is no article, or when it cannot be told of which code it is.
    """
    found, at = [], 0
    if len(text) > MAX_CELL:
        return None
    while at < len(text):
        one = _ARTICLE.match(text, at)
        if one is None:
            return None
        found.append(one)
        between = _BETWEEN.match(text, one.end())
        at = between.end() if between else one.end()
    codes = [_code_word(one) for one in found]
    for i in range(len(found) - 2, -1, -1):
        codes[i] = codes[i] or codes[i + 1]  # "24.3, 24.23 КаАП": the word at the end is for all
    made = [_article(one, code, day) for one, code in zip(found, codes, strict=True)]
    return tuple(dict.fromkeys(one for one in made if one)) if made and all(made) else None


def _code_word(one: "re.Match[str]") -> str:
    word = (one["ahead"] or one["code"] or "").upper()
    if word in ("CAO2003", "CAO2021"):
        return word
    return "" if not word else "CC1999" if re.fullmatch(_CC, word, re.IGNORECASE) else "CAO"


def _article(one: "re.Match[str]", code: str, day: str) -> str:
    number, part = one["number"], one["before"] or one["part"] or one["after"]
    if not code:
        code = "CAO" if re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,2}", number) else "CC1999" if re.match(r"[0-9]{3}(?:-|\Z)", number) else ""
    if code == "CAO":
        code = administrative_code(day)
    return f"{code} {number}" + (f"({part})" if part else "") if code else ""


def says_the_day(text: str, day: str) -> bool:
    """On a sheet of 19 November "19.11" may be the day as well as the article: nobody can tell, so it is not read as either."""
    return len(day) == 10 and text in (f"{int(day[8:])}.{day[5:7]}", f"{day[8:]}.{day[5:7]}", f"{int(day[8:])}.{int(day[5:7])}")


def faults(row: Row, day: str) -> dict[str, str]:
    """What is to be mended in a line: cell -> code of a sentence. A cell that is empty says nothing and is no fault."""
    wrong = {name: "daysheet.long" for name in ("name", "age", "article", "place") if len(getattr(row, name)) > MAX_CELL}
    if len(row.remark) > MAX_REMARK:
        wrong["remark"] = "daysheet.long"
    if not row.name and not row.is_empty:
        wrong["name"] = "daysheet.name"
    if row.age and age_of(row.age) is None:
        wrong.setdefault("age", "daysheet.age")
    if row.article and articles_of(row.article, day) is None:
        wrong.setdefault("article", "daysheet.article")
    return wrong


def with_unread_as_remark(row: Row, day: str) -> Row:
    """The same line with the cells that cannot be read moved into its remark, word for word."""
    wrong = faults(row, day)
    unread = [getattr(row, name) for name in ("age", "article") if name in wrong]
    return replace(row, **{name: "" for name in ("age", "article") if name in wrong}, remark="; ".join(filter(None, (row.remark, *unread))))


def words_of(row: Row) -> str:
    """A line that was typed into the table, as one line of words."""
    return ", ".join(filter(None, (row.name, row.age, row.place, row.article, row.remark)))
