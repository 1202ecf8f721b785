"""Partial dates in words, in three languages. Month names stand here because they are inflected: «9 жніўня», but «жнівень 2020 г.»."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

_MONTHS: Final = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "be": ["студзень", "люты", "сакавік", "красавік", "май", "чэрвень", "ліпень", "жнівень", "верасень", "кастрычнік", "лістапад", "снежань"],
    "ru": ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"],
}
_MONTHS_OF: Final = {
    "en": _MONTHS["en"],
    "be": ["студзеня", "лютага", "сакавіка", "красавіка", "мая", "чэрвеня", "ліпеня", "жніўня", "верасня", "кастрычніка", "лістапада", "снежня"],
    "ru": ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
}
_WEEKDAYS: Final = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "be": ["панядзелак", "аўторак", "серада", "чацвер", "пятніца", "субота", "нядзеля"],
    "ru": ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"],
}
_MONTHS_IN: Final = {
    "be": ["студзені", "лютым", "сакавіку", "красавіку", "маі", "чэрвені", "ліпені", "жніўні", "верасні", "кастрычніку", "лістападзе", "снежні"],
    "ru": ["январе", "феврале", "марте", "апреле", "мае", "июне", "июле", "августе", "сентябре", "октябре", "ноябре", "декабре"],
}
_IN: Final = {"be": "у", "ru": "в"}
_WITHIN: Final = {"be": "у перыяд", "ru": "в период"}
_YEAR_IN: Final = {"be": "годзе", "ru": "году"}
_YEAR: Final = {"en": "{year}", "be": "{year} г.", "ru": "{year} г."}


def show(text: str, language: str) -> str:
    """``2020-08-09`` -> ``9 August 2020``; an interval is shown with a dash between its ends. ``text`` is a valid partial date."""
    first, slash, second = text.partition("/")
    if slash:
        return f"{_one(first, language)} – {_one(second, language)}"
    return _one(first, language)


def of(text: str, language: str) -> str:
    """The same behind a word that wants the genitive: «да красавіка 2024 г.», «с апреля 2024 г.»."""
    parts = text.split("-")
    if "/" in text or len(parts) != 2:
        return show(text, language)
    return f"{_MONTHS_OF[language][int(parts[1]) - 1]} {_YEAR[language].format(year=parts[0])}"


@cache
def month_words() -> Mapping[str, int]:
    """Every form of the names of months, in small letters, with the month it means; of English ones their short forms too."""
    known = {name.lower()[:3]: month for month, name in enumerate(_MONTHS["en"], 1)} | {"sept": 9}
    for names in (*_MONTHS.values(), *_MONTHS_OF.values(), *_MONTHS_IN.values()):
        known |= {name.lower(): month for month, name in enumerate(names, 1)}
    return known


def preposition(text: str, language: str = "en") -> str:
    """Words that put an event at this date: ``on 9 August 2020``, ``in August 2020``, ``between … and …``; «у жніўні 2020 г.»."""
    first, slash, second = text.partition("/")
    if slash and language == "en":
        return f"between {_one(first, 'en')} and {_one(second, 'en')}"
    if slash:
        return f"{_WITHIN[language]} {_one(first, language)} – {_one(second, language)}"
    if language == "en":
        return ("on " if len(first) == 10 else "in ") + _one(first, "en")
    return _within(first, language)


def _within(text: str, language: str) -> str:
    """«9 жніўня 2020 г.», «у жніўні 2020 г.», «у 2020 годзе»."""
    parts = text.split("-")
    if len(parts) == 3:
        return _one(text, language)
    if len(parts) == 2:
        return f"{_IN[language]} {_MONTHS_IN[language][int(parts[1]) - 1]} {_YEAR[language].format(year=parts[0])}"
    return f"{_IN[language]} {parts[0]} {_YEAR_IN[language]}"


def day_and_month(text: str, language: str) -> str:
    """``08-09`` -> ``9 August``."""
    month, day = text.split("-")
    return f"{int(day)} {_MONTHS_OF[language][int(month) - 1]}"


def with_weekday(day: date, language: str) -> str:
    """``Wednesday, 25 November 2026``."""
    return f"{_WEEKDAYS[language][day.weekday()]}, {_one(day.isoformat(), language)}"


def _one(text: str, language: str) -> str:
    parts = text.split("-")
    year = _YEAR[language].format(year=parts[0])
    if len(parts) == 1:
        return year
    month = int(parts[1]) - 1
    if len(parts) == 2:
        return f"{_MONTHS[language][month]} {year}"
    return f"{int(parts[2])} {_MONTHS_OF[language][month]} {year}"
