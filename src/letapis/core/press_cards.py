"""What the pictures of the press pack say: one card a figure, a table or a person, with the numbers of the tables and a text in its place.

A card is words and numbers only. How it looks is the business of ``data/look/press.typ``; who cannot see it reads ``alt``, which says the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from letapis.core import date_words
from letapis.core.brief import clean
from letapis.core.letters import addresses
from letapis.core.public_custody import HELD, custody, held_since
from letapis.core.public_series import Series
from letapis.core.public_statistics import PublicFigure, Row, Table, Tables
from letapis.core.public_words import PublicWords
from letapis.core.published import Card, Published

FIGURE, BARS, MONTHS, PERSON = "figure", "bars", "months", "person"
_MOST_ROWS: Final = 24
_LONGEST: Final = 130
_MOST_ARTICLES: Final = 3
_CHARTED: Final = ("status", "sex", "region", "facility", "held_since", "article_group", "article", "detained_year", "verdict_year", "term")


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: its words and its number."""

    label: str
    value: int


@dataclass(frozen=True)
class PressCard:
    """One picture. ``name``: of its file without an ending; ``head``: who says it and of when; ``big``: the number or the name; ``lines``: what
    stands beside it; ``foot``: rule and notes in small letters; ``photo``: a photograph, empty where there is none."""

    name: str
    kind: str
    language: str
    head: str
    title: str
    big: str
    lines: tuple[str, ...]
    bars: tuple[Bar, ...]
    foot: tuple[str, ...]
    alt: str
    photo: bytes = b""


def of_tables(told: Tables, series: Iterable[Series], say: PublicWords, language: str) -> Iterator[PressCard]:
    """Cards of all figures, tables and months in one language."""
    day = date_words.show(told.day, language)
    head = say.texts.say("press.head", language, organisation=told.organisation, day=day)
    small = told.notes[1][language]
    years = told.table("held_since")
    first = min((row.code for row in years.rows if row.code), default="") if years else ""
    since = say.texts.say("press.first_year", language, year=first) if first else ""
    for figure in told.figures:
        yield _figure(figure, since if figure.id == HELD else "", head, small, language)
    for table in told.tables:
        if table.id in _CHARTED and len(table.rows) > 1:
            yield _chart(table, told, head, small, say, language)
    for one in series:
        if any(point.value for point in one.points):
            yield _months(one, head, small, language)


def _figure(one: PublicFigure, since: str, head: str, small: str, language: str) -> PressCard:
    foot, lines = (one.rule[language], small), tuple(line for line in (one.sentences[language], since) if line)
    return PressCard(one.id, FIGURE, language, head, one.label[language], f"{one.value}", lines, (), foot, _alt(*lines, *foot))


def _chart(table: Table, told: Tables, head: str, small: str, say: PublicWords, language: str) -> PressCard:
    bars = [Bar(_called(table, row, language), row.value) for row in table.rows]
    if len(bars) > _MOST_ROWS:
        rest = sum(bar.value for bar in bars[_MOST_ROWS - 1 :])
        bars = [*bars[: _MOST_ROWS - 1], Bar(say.texts.say("press.others", language), rest)]
    if table.apart:
        bars.append(Bar(told.words["apart"][language], table.apart))
    total = say.texts.say("press.total", language, count=table.total, unit=table.unit_label[language].lower())
    foot, title = (table.rule[language], small), table.title[language]
    alt = _alt(title, total, "; ".join(f"{bar.label}: {bar.value}" for bar in bars), *foot)
    return PressCard(f"table-{table.id.replace('_', '-')}", BARS, language, head, title, "", (total,), tuple(bars), foot, alt)


def _called(table: Table, row: Row, language: str) -> str:
    """A row in words; where the wider row does not lie in its name, as custody in recognition, with that before it."""
    label = row.label[language]
    return _cut(f"{row.under_label[language]}: {label}" if row.under_label and table.id == "status" else label)


def _months(one: Series, head: str, small: str, language: str) -> PressCard:
    bars = tuple(Bar(point.month, point.value) for point in one.points)
    said = "; ".join(f"{date_words.show(bar.label, language)}: {bar.value}" for bar in bars)
    foot = (one.rule[language], *(note[language] for note in one.notes), small)
    return PressCard(f"months-{one.id}", MONTHS, language, head, one.label[language], "", (), bars, foot, _alt(one.label[language], said, *foot))


# ---- one person ------------------------------------------------------------------------------------------------------


def of_person(published: Published, card: Card, say: PublicWords, language: str, photo: bytes = b"") -> PressCard | None:
    """The card of one person who is named; of anybody else there is none."""
    if not card.named:
        return None
    name, words, day = card.first("name", language), say.texts, published.day
    head = words.say("press.head", language, organisation=published.organisation, day=date_words.show(day, language))
    since = held_since(card, day)
    shown = date_words.of(since, language) if since else ""
    lines = [words.say("press.person.held_since", language, day=shown) if since else words.say(f"press.person.{custody(card, day)}", language)]
    lines += list(dict.fromkeys(say.value(one, language) for one in card.all("article")))[:_MOST_ARTICLES]
    terms = [one.value for one in card.all("months")]
    lines += [words.say("press.person.term", language, months=", ".join(terms))] if terms else []
    where = _address(card, say, language, date.fromisoformat(day))
    lines += [words.say("press.person.write", language, address=where)] if where and since else []
    title = say.value(card.all("outcome")[0], language) if card.all("outcome") else ""
    said = tuple(_cut(line) for line in lines)
    return PressCard(
        f"person-{card.card[:12]}", PERSON, language, clean(head), title, _cut(name), said, (), (), _alt(_cut(name), title, *said, head), photo
    )


def _address(card: Card, say: PublicWords, language: str, day: date) -> str:
    """Where letters go: the place that the card names, with its address of that day where the list of places has one."""
    place = next(iter(card.all("write_to")), None)
    if place is None:
        return ""
    known = say.reference["facilities"].entries.get(place.value)
    found = addresses(known.more, day) if known else []
    return ", ".join((say.value(place, language), *(one.shown(language) for one in found[:1])))


# ---- words -----------------------------------------------------------------------------------------------------------


def readme(cards: Mapping[str, Sequence[PressCard]], say: PublicWords) -> str:
    """What is in the pack and how it may be used, in every language, with the text that stands for each picture."""
    parts = []
    for language, drawn in cards.items():
        if not drawn:
            continue
        said = [say.texts.say("press.readme", language, head=drawn[0].head)]
        said += [f"{language}/{card.name}.png\n{card.alt}" for card in drawn]
        parts.append("\n\n".join(said))
    return ("\n\n" + "-" * 40 + "\n\n").join(parts) + "\n"


def _alt(*parts: str) -> str:
    return " ".join(part if part[-1:] in ".!?" else f"{part}." for part in map(clean, parts) if part)


def _cut(text: str) -> str:
    """One line without anything that would turn it round, cut behind a word: the picture has the number of the article, the page all of it."""
    line = clean(text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rpartition(' ')[0].rstrip(' ,;') or line[:_LONGEST]}…"
