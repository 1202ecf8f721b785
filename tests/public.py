"""An invented public set: as many cards as wanted, always the same ones, with every field that may be public somewhere among them."""

import hashlib
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path

from letapis.core.published import ADDED, Card, CardValue, Change, Entry, Figure, Published, Statement, encode_card

_GIVEN = (
    ("Ivan", "Іван", "Иван", "m"),
    ("Alena", "Алена", "Елена", "f"),
    ("Kastus", "Кастусь", "Константин", "m"),
    ("Volha", "Вольга", "Ольга", "f"),
)
_FAMILY = (("Vydumka", "Выдумка", "Выдумка"), ("Pryklad", "Прыклад", "Пример"), ("Postava", "Постава", "Постава"), ("Uzornik", "Узорнік", "Узорник"))
_PLACES = ("sizo-1", "ik-3", "ik-4", "ik-17", "prison-8")
_ARTICLES = ("CC1999 342(1)", "CC1999 361-4(1)", "CC1999 293(2)", "CC1999 130(1)", "CC1999 368(1)")
FIRST_DAY = date(2021, 2, 1)


def card_of(number: int) -> Card:
    """Invented person number so and so; every seventh is counted and not named, every ninth was released."""
    given, family = _GIVEN[number % 4], _FAMILY[number // 4 % 4]
    detained = FIRST_DAY + timedelta(days=number * 7 % 1800)
    values = [CardValue("sex", given[3]), CardValue("outcome", "recognised"), CardValue("recognised", str(detained + timedelta(days=20)))]
    values += [CardValue("ground", "3.1"), CardValue("demand", "immediate_release"), CardValue("statement", _digest(f"statement {number % 40}"))]
    values += [CardValue("detained", str(detained)), CardValue("article", _ARTICLES[number % 5], since=str(detained))]
    values += [CardValue("place", _PLACES[number % 5], since=str(detained)), CardValue("penalty", "imprisonment"), CardValue("months", "30")]
    values += [CardValue("verdict", str(detained + timedelta(days=200))), CardValue("letters_accepted", "yes", since=str(detained))]
    if number % 9 == 0:
        values += [CardValue("released", str(detained + timedelta(days=400))), CardValue("release_kind", "full_term")]
    if number % 7:
        for index, language in enumerate(("en", "be", "ru")):
            values.append(CardValue("name", f"{given[index]} {family[index]} {number}", language))
            values.append(CardValue("interests", f"invented: chess {number}", language))
        values.append(CardValue("birth_date", f"{1950 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}"))
    return Card(_digest(f"card {number}"), tuple(sorted(values)))


def published_of(count: int, number: int = 1, day: str = "2026-11-20") -> Published:
    """A first snapshot of so many invented persons."""
    entries = tuple(Entry(card_of(one), day, day, hashlib.sha256(f"salt {one}".encode()).hexdigest()) for one in range(count))
    changes = tuple(Change(day, one.card.card, ADDED, digest=salted(one)) for one in entries)
    statements = tuple(_statement(one, day) for one in range(min(40, count)))
    figure = Figure("held", day, count, {"en": f"At least {count}", "be": f"Не менш за {count}", "ru": f"Не менее {count}"})
    return Published("Invented Centre", number, day, tuple(sorted(entries, key=lambda one: one.card.card)), statements, changes, (figure,))


def salted(entry: Entry) -> str:
    """The digest of a card in the log: of its salt and its canonical bytes."""
    return hashlib.sha256(bytes.fromhex(entry.salt) + encode_card(entry.card)).hexdigest()


def _statement(number: int, day: str) -> Statement:
    words = {"en": "Invented statement", "be": "Прыдуманая заява", "ru": "Придуманное заявление"}
    titles = {lang: f"{text} {number}" for lang, text in words.items()}
    signed = ("Invented Centre", "Invented Committee")
    return Statement(_digest(f"statement {number}"), day, "recognised", "3.1", "immediate_release", signed, titles, titles)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def holding(folder: Path, words: Collection[str]) -> list[str]:
    """Names of all files below a folder in whose name or content one of these words stands, letter by letter."""
    wanted = [word.encode("utf-8") for word in words]
    files = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]
    return sorted(name for name, path in files if any(word in name.encode("utf-8") + b"\n" + path.read_bytes() for word in wanted))
