"""What the figures of the public list are made by: the rules and words of ``data/public_figures.toml``, and the lists of the country that
say which region a place lies in and which group an article belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from letapis.core import date_words
from letapis.core.article_text import split_code
from letapis.core.brief import clean
from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES
from letapis.core.plurals import FORMS, plural
from letapis.core.reference import ReferenceList

Words = Mapping[str, str]
UNITS: Final = ("persons", "episodes", "proceedings", "articles")
NOT_STATED: Final = ""
"""The code of a row for those of whom the card does not say it."""


@dataclass(frozen=True)
class TableRule:
    """A table and the rule that it is counted by; ``within``: the table whose rows these rows stand under."""

    id: str
    unit: str
    within: str
    label: Words
    definition: Words


@dataclass(frozen=True)
class FigureRule:
    """A single figure: which cell of the count it is, and its sentence in every form of the plural."""

    id: str
    cell: str
    label: Words
    definition: Words
    sentence: Mapping[str, Words]

    def say(self, language: str, count: int, day: str) -> str:
        """The sentence to copy: never a number without its day."""
        return with_day(self.sentence[language][plural(language, count)], language, day, count=count)


def with_day(text: str, language: str, day: str, **parts: object) -> str:
    """A text with its day in words; where both end in a full stop («2026 г.») one is enough."""
    return text.format(day=date_words.show(day, language), **parts).replace("..", ".")


@dataclass(frozen=True)
class PublicFigures:
    """Rules and words. ``labels``: kind of row -> code -> words; ``regions``: place -> region; ``groups``: article -> group; ``places``: what
    people call a place -> its code; ``bands``: terms in months, each up to and with its number, the last without one."""

    recognised: frozenset[str]
    tables: Mapping[str, TableRule]
    series: Mapping[str, TableRule]
    figures: Mapping[str, FigureRule]
    words: Mapping[str, Words]
    units: Mapping[str, Words]
    labels: Mapping[str, Mapping[str, Words]]
    regions: Mapping[str, str]
    groups: Mapping[str, str]
    places: Mapping[str, str]
    bands: tuple[tuple[str, int | None], ...]

    def label(self, kind: str, code: str) -> Words:
        """What a row is called in every language; what no list knows stands for itself, without anything that would turn a line round."""
        if code == NOT_STATED:
            return self.words["not_stated"]
        return self.labels.get(kind, {}).get(code) or dict.fromkeys(LANGUAGES, clean(code))

    def place(self, text: str) -> str:
        return self.places.get(text.casefold(), text)

    def article(self, text: str) -> str:
        """The article without its part, as the list of articles has it."""
        code, number, _ = split_code(text)
        return text if not code else number if code == "CC1999" else f"{code} {number}"

    def band(self, months: int) -> str:
        return next(band for band, most in self.bands if most is None or months <= most)


def read_public_figures(table: Mapping[str, Any], reference: Mapping[str, ReferenceList]) -> PublicFigures:
    """Raises Damaged("catalogue.public_figures") for a rule without a unit that is known, without all its words, or of no decision."""
    tables, series = ({one["id"]: _table_rule(one) for one in table[kind]} for kind in ("tables", "series"))
    figures = {one["id"]: FigureRule(**one) for one in table["figures"]}
    known = {kind: {one["id"]: _words(one) for one in table[kind]} for kind in ("words", "custody", "classes", "sexes", "units", "bands")}
    bands = tuple((one["id"], one.get("months")) for one in table["bands"])
    fits = all(rule.unit in UNITS and (not rule.within or rule.within in tables) for rule in (*tables.values(), *series.values()))
    said = all(set(rule.sentence.get(language, {})) == set(FORMS[language]) for rule in figures.values() for language in LANGUAGES)
    recognised = frozenset(table["recognised"])
    if not (fits and said) or bands[-1][1] is not None or not recognised <= set(reference["recognition-statuses"].entries):
        raise Damaged("catalogue.public_figures")
    facilities, localities = reference["facilities"].entries, reference["localities"].entries
    lists = {"region": "regions", "facility": "facilities", "ground": "recognition-grounds"}
    lists |= {"outcome": "recognition-statuses", "article_group": "article-groups"}
    labels = {kind: {code: entry.label for code, entry in reference[name].entries.items()} for kind, name in lists.items()}
    labels["article"] = _article_labels(reference)
    labels |= {"custody": known["custody"], "class": known["classes"], "sex": known["sexes"], "term": known["bands"]}
    places = {name.casefold(): code for code, entry in facilities.items() for name in (code, *entry.label.values(), *entry.more.get("nick", ()))}
    regions = {code: str(localities[where].more.get("region", "")) for code, entry in facilities.items() if (where := entry.more.get("locality"))}
    groups = {code: str(entry.more.get("group", "")) for code, entry in reference["criminal-code"].entries.items()}
    return PublicFigures(recognised, tables, series, figures, known["words"], known["units"], labels, regions, groups, places, bands)


def _article_labels(reference: Mapping[str, ReferenceList]) -> dict[str, Words]:
    """Articles by number and title: ``342. Organisation of …``."""
    criminal = reference["criminal-code"].entries
    found: dict[str, Words] = {code: {lang: f"{code}. {text}" for lang, text in entry.label.items()} for code, entry in criminal.items()}
    for entry in reference["administrative-code"].entries.values():
        law = reference["codes"].entries[entry.more["code_of_law"]]
        short = law.more.get("abbr", {})
        words = {lang: f"{entry.code} {short.get(lang, law.code)}. {text}" for lang, text in entry.label.items()}
        found[f"{law.code} {entry.code}"] = words
    return found


def _table_rule(one: Mapping[str, Any]) -> TableRule:
    return TableRule(one["id"], one["unit"], one.get("within", ""), one["label"], one["definition"])


def _words(one: Mapping[str, Any]) -> Words:
    return {language: str(one[language]) for language in LANGUAGES}
