"""Persons of the public list as rows of the present Viasna export: its 23 columns, its order, its forms of values, one file a language.

A value that the columns cannot hold without saying more than is known (a day that is about right, an interval) is left out here and stands
in the JSON file. What the columns ask and nobody may publish stays empty: counsel, photographs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from letapis.core.article_text import split_code
from letapis.core.csv_out import write_csv
from letapis.core.dates import is_partial_date, sort_key
from letapis.core.errors import Damaged
from letapis.core.letters import addresses
from letapis.core.plurals import plural
from letapis.core.public_custody import DIED, RELEASED, custody
from letapis.core.public_data_rows import NONE
from letapis.core.public_words import PublicWords
from letapis.core.published import Card, CardValue, Entry, Published
from letapis.core.recognition import RECOGNISES

COLUMNS: Final = (
    "id", "url", "name", "status", "gender", "photo", "description", "birthday", "arrested", "articles", "prison", "declaration",
    "decision", "penalty", "judge", "councel", "penalty_start_date", "release_date", "verdict_date", "appeal_date",
    "fake_terrorist_list", "died", "clusters",
)  # fmt: skip
ACTIVE, FORMER, NOT_RECOGNISED = "active", "former", "np"
_GENDERS: Final = {"m": "male", "f": "female"}
SHORT: Final = 16
"""Signs of a number that stand in the address of a page."""
_DIGITS: Final = 12  # of the card's number: as many as a spreadsheet keeps exactly


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the export: the fields it is made from, and what to know about it."""

    id: str
    fields: tuple[str, ...]
    note: Mapping[str, str]


@dataclass(frozen=True)
class ExportWords:
    """The words of the export by what they say and by language."""

    words: Mapping[str, Any]
    codes: Mapping[str, Mapping[str, str]]
    penalties: Mapping[str, Mapping[str, str]]
    regimes: Mapping[str, Mapping[str, str]]
    columns: tuple[Column, ...]


class Links:
    """Where the pages of the site stand. ``address``: of the site, without a slash at its end."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")

    def person(self, card: str, language: str) -> str:
        return f"{self.address}/{language}/p/{card[:SHORT]}.html"

    def statement(self, statement: str, language: str) -> str:
        return f"{self.address}/{language}/statements/{statement[:SHORT]}.html"


def read_export_words(table: Mapping[str, Any], fields: Iterable[str]) -> ExportWords:
    """Raises Damaged("catalogue.public_data") where the columns are not those of the export, or are made from a field that is none."""
    columns = tuple(Column(one["id"], tuple(one.get("fields", ())), one["note"]) for one in table["columns"])
    if tuple(one.id for one in columns) != COLUMNS or not {field for one in columns for field in one.fields} <= set(fields):
        raise Damaged("catalogue.public_data")
    return ExportWords(table["words"], table["codes"], table["penalties"], table["regimes"], columns)


def export(published: Published, language: str, words: PublicWords, forms: ExportWords, links: Links, kept: Mapping[str, bytes] = NONE) -> bytes:
    """The file of one language: everyone who is named, by name. ``kept``: rows of cards that are made already."""
    row = _Row(published, language, words, forms, links)
    rows = (kept.get(entry.card.card) or write_csv([row.of(entry)]) for entry in published.by_name(language))
    return b"".join((write_csv([COLUMNS]), *rows))


def status(card: Card, day: str) -> str:
    """``active``, ``former`` or ``np`` as the export has it, from what the card says of recognition and custody."""
    return _status(card, custody(card, day))


def _status(card: Card, held: str) -> str:
    if card.first("outcome") not in RECOGNISES:
        return NOT_RECOGNISED
    return FORMER if held in (RELEASED, DIED) else ACTIVE


def number_of(card: str) -> str:
    """The number under which the export knows a card."""
    return str(int(card[:_DIGITS], 16))


def spoken(card: Card, field: str, language: str) -> list[CardValue]:
    """Values in a language; where there are none those without a language, else all."""
    values = card.all(field)
    return next((found for wanted in (language, "") if (found := [one for one in values if one.language == wanted])), list(values))


def _exact(values: Iterable[CardValue]) -> list[str]:
    """Days that a single cell may say, in their order: no interval, and none that is about right."""
    days = (one.value for one in values if one.certainty in ("", "exact") and "/" not in one.value)
    return sorted(filter(is_partial_date, days), key=sort_key)


class _Row:
    """Makes the cells of one person after another."""

    def __init__(self, published: Published, language: str, words: PublicWords, forms: ExportWords, links: Links) -> None:
        self._day, self._language, self._words, self._forms, self._links = published.day, language, words, forms, links
        self._statements = {one.statement: one.link for one in published.statements}
        self._places: dict[str, str] = {}
        self._articles: dict[str, str] = {}

    def of(self, entry: Entry) -> list[str]:
        card, language = entry.card, self._language
        held = custody(card, self._day)
        cells = {
            "id": number_of(card.card),
            "url": self._links.person(card.card, language),
            "name": card.first("name", language),
            "status": _status(card, held),
            "gender": _GENDERS.get(card.first("sex"), ""),
            "description": "\n".join(one.value for one in spoken(card, "about", language)),
            "birthday": self._last(card, "birth_date"),
            "arrested": self._last(card, "detained"),
            "articles": "\n".join(dict.fromkeys(self._article(one.value) for one in card.all("article"))),
            "prison": self._prison(card, held),
            "declaration": self._declaration(card.first("statement")),
            "decision": self._decision(card),
            "penalty": self._penalty(card),
            "judge": ", ".join(one.value for one in spoken(card, "judge", language)),
            "penalty_start_date": self._last(card, "term_start"),
            "release_date": self._last(card, "released") if held == RELEASED else "",
            "verdict_date": self._last(card, "verdict"),
            "appeal_date": self._last(card, "appeal"),
            "fake_terrorist_list": "1" if card.first("terrorist_list") == "yes" else "",
            "died": "1" if any(one.value == "yes" for one in card.all("died")) else "",
            "clusters": "\n".join(one.value for one in spoken(card, "group_case", language)),
        }
        return [cells.get(column, "") for column in COLUMNS]

    def _last(self, card: Card, field: str) -> str:
        return next(reversed(_exact(card.all(field))), "")

    def _say(self, key: str, **parts: object) -> str:
        text: str = self._forms.words[key][self._language]
        return text.format(**parts)

    def _article(self, value: str) -> str:
        if value not in self._articles:
            code, number, part = split_code(value)
            law = self._forms.codes.get(code, {}).get(self._language, "")
            title = self._words.title(code, number, self._language) if law else ""
            head = self._say("article_part" if part else "article", number=number, part=part, code=law) if law else value
            self._articles[value] = f"{head} — {title}" if title else head
        return self._articles[value]

    def _prison(self, card: Card, held: str) -> str:
        if held == RELEASED:
            return self._say("released_f" if card.first("sex") == "f" else "released")
        places = sorted(spoken(card, "place", self._language), key=lambda one: sort_key(one.since) if is_partial_date(one.since) else ("", ""))
        return self._place(places[-1].value) if places else ""

    def _place(self, value: str) -> str:
        if value not in self._places:
            known = self._words.reference["facilities"].entries.get(value)
            held = addresses(known.more, date.fromisoformat(self._day)) if known else ()
            title = self._words.places[value][self._language] if value in self._words.places else value
            self._places[value] = "\n".join((title, *(one.shown(self._language) for one in held[-1:])))
        return self._places[value]

    def _declaration(self, statement: str) -> str:
        if statement not in self._statements:
            return ""
        return self._statements[statement] or self._links.statement(statement, self._language)

    def _decision(self, card: Card) -> str:
        months, fine = (_latest(card.all(field)) for field in ("months", "base_values"))
        if months is None:
            return self._say("base_values", n=_plain(fine)) if fine is not None else ""
        if months == 6:
            return self._say("half_year")
        years, rest = divmod(months, 12)
        if rest == 6 and years:
            return self._say("half_years", n=int(years))
        if rest == 0 and years:
            return self._counted("years", years)
        return self._counted("months", months)

    def _counted(self, key: str, amount: Decimal) -> str:
        whole = amount == int(amount)
        other = "other" if self._language == "en" else "few"
        form = plural(self._language, int(amount)) if whole else other
        text: str = self._forms.words[key][self._language][form]
        return text.format(n=_plain(amount) if self._language == "en" else _plain(amount).replace(".", ","))

    def _penalty(self, card: Card) -> str:
        kinds, regimes = ([one.value for one in card.all(field)] for field in ("penalty", "regime"))
        if not kinds:
            return ""
        kind = self._forms.penalties.get(kinds[-1], {}).get(self._language) or self._words.value(CardValue("penalty", kinds[-1]), self._language)
        regime = self._forms.regimes.get(regimes[-1], {}).get(self._language, "") if regimes and kinds[-1] == "imprisonment" else ""
        return kind + regime


def _latest(values: Iterable[CardValue]) -> Decimal | None:
    """The number said for the latest time; of several the greatest."""
    found = []
    for one in values:
        try:
            found.append((one.since, Decimal(one.value)))
        except InvalidOperation:
            continue
    return max(found)[1] if found else None


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
