"""A person's public card: how a value of the record becomes one of the card, what of somebody who is not named may stand, and which values
together point at one person. The rules are ``data/cards.toml``; which fields there are is ``data/publication.toml``."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from letapis.core import names
from letapis.core.brief import clean
from letapis.core.dates import is_partial_date
from letapis.core.errors import Damaged
from letapis.core.name_flags import HIDDEN, MIXED, flags_of
from letapis.core.publication import Publication, PublicField
from letapis.core.published import Card, CardValue
from letapis.core.reference import ReferenceList
from letapis.core.vocabulary import LIST_SEPARATOR

NAME: Final = "name"
FROM_RECOGNITION: Final = ("outcome", "recognised", "ground", "demand", "statement")
"""Fields that a decision on recognition fills, and nobody by hand."""
PHOTO: Final = "photo"
_NAMING: Final = frozenset({NAME, "judge", "court"})
"""Fields that name somebody by what they are for."""
_YEAR: Final = 4
_SHORT: Final = 2
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_BELARUSIAN: Final = re.compile(r"[іўґ]", re.IGNORECASE)
_RUSSIAN: Final = re.compile(r"[ищъ]", re.IGNORECASE)
_BEFORE_FIRST: Final = frozenset("аеёіиоуўыэюяьъ'\u2019\u02bc")
_PRECISIONS: Final = ("", "year")


@dataclass(frozen=True, slots=True)
class Codes:
    """A field whose values are codes of a list. ``words``: what the list does not have may stand as it is."""

    list: str
    words: bool


@dataclass(frozen=True, slots=True)
class Combination:
    """Fields that together point at one person; of those in ``year`` the year alone counts. ``unnamed``: only of who is not named."""

    id: str
    fields: tuple[str, ...]
    year: frozenset[str]
    unnamed: bool


@dataclass(frozen=True)
class CardRules:
    """The rules. ``unnamed``: field -> how fine a day of it may be (empty: as it is); ``latin``: language -> letters; ``first``: letters at the
    beginning of a word; ``ahead``: days before its end that an answer is named; ``edge`` and ``weight`` of a photograph in pixels and bytes."""

    unnamed: Mapping[str, str]
    lists: Mapping[str, Codes]
    combinations: tuple[Combination, ...]
    latin: Mapping[str, Mapping[str, str]]
    first: Mapping[str, str]
    ahead: int
    edge: int
    weight: int


def read_card_rules(table: Mapping[str, Any], publication: Publication, lists: Mapping[str, ReferenceList]) -> CardRules:
    """Raises Damaged("catalogue.cards") for a field, a list or a precision that nobody knows, and for an unnamed person's field that asks for
    consent: it would be told of somebody who was not asked."""
    try:
        unnamed = {one["field"]: one.get("precision", "") for one in table["unnamed"]}
        codes = {one["field"]: Codes(one["list"], one.get("words", False)) for one in table["lists"]}
        combinations = tuple(map(_combination, table["combinations"]))
        latin = {language: _letters(table["latin"][language]) for language in ("be", "ru")}
        first = _letters(table["latin"]["first"])
        numbers = (table["ending"]["ahead"], table["photo"]["edge"], table["photo"]["bytes"])
    except (KeyError, ValueError, TypeError, AttributeError) as fault:
        raise Damaged("catalogue.cards") from fault
    named = {*unnamed, *codes, *(field for one in combinations for field in one.fields)}
    asked = [field for field in unnamed if field in publication.fields and publication.fields[field].ask]
    if not named <= set(publication.fields) or asked or not {one.list for one in codes.values()} <= set(lists):
        raise Damaged("catalogue.cards")
    if not set(unnamed.values()) <= set(_PRECISIONS):
        raise Damaged("catalogue.cards")
    return CardRules(unnamed, codes, combinations, latin, first, *numbers)


def _combination(one: Mapping[str, Any]) -> Combination:
    return Combination(one["id"], tuple(one["fields"]), frozenset(one.get("year", ())), one.get("unnamed", False))


def _letters(text: str) -> dict[str, str]:
    return {letter: latin for letter, latin in (pair.split("=") for pair in text.split())}


# ---- a value of the record as one of the card ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What a claim says: its canonical value, whether that is a list, its days and how sure a day is."""

    value: str
    many: bool = False
    since: str = ""
    until: str = ""
    certainty: str = ""


def values_of(field: PublicField, told: Told, rules: CardRules, lists: Mapping[str, ReferenceList]) -> tuple[CardValue, ...] | str:
    """What would stand on the card, of a field with forms one value for each language the words may be in; or the key of the reason why it
    cannot stand."""
    parts = told.value.split(LIST_SEPARATOR) if told.many else [told.value]
    since, until = (told.since, told.until) if field.days else ("", "")
    found = list[CardValue]()
    for part in parts:
        value, because = _value(field, part, rules, lists)
        if because:
            return because
        certainty = told.certainty if field.kind == "day" and told.certainty != "exact" else ""
        languages = languages_of(value) if field.spoken else ("",)
        found += [CardValue(field.id, value, language, since, until, certainty) for language in languages]
    return tuple(found) or "cards.empty"


def _value(field: PublicField, text: str, rules: CardRules, lists: Mapping[str, ReferenceList]) -> tuple[str, str]:
    """The value, and the key of the reason why it cannot stand."""
    if field.kind == "flag":
        return {"true": ("yes", ""), "false": ("no", "")}.get(text, ("", "cards.no_flag"))
    if field.kind == "day":
        return text, "" if is_partial_date(text) else "cards.no_day"
    codes = rules.lists.get(field.id)
    if codes is not None:
        found = lists[codes.list].code_of(text)
        if found in lists[codes.list].entries:
            return found, ""
        if not codes.words:
            return "", "cards.not_in_list"
    return unicodedata.normalize("NFC", " ".join(text.split())), fault_of(text)


def fault_of(text: str) -> str:
    """Why words cannot stand in public, as the key of a reason: marks that nobody sees, letters of two alphabets in one word, nothing to read."""
    flags = flags_of(text)
    if clean(text) != unicodedata.normalize("NFC", " ".join(text.split())) or HIDDEN in flags:
        return "cards.hidden_characters"
    if MIXED in flags:
        return "cards.mixed_script"
    return "" if any(letter.isalnum() for letter in text) else "cards.empty"


def languages_of(text: str) -> tuple[str, ...]:
    """In which languages words may be written, by their letters: Latin letters are read as English."""
    if not _CYRILLIC.search(text):
        return ("en",)
    belarusian, russian = bool(_BELARUSIAN.search(text)), bool(_RUSSIAN.search(text))
    return ("be", "ru") if belarusian == russian else ("be",) if belarusian else ("ru",)


def in_latin(text: str, rules: CardRules) -> str:
    """A Cyrillic name in Latin letters by rule; empty where a letter has none. A form to be confirmed by hand, never one that goes by itself."""
    table, made, before = rules.latin[languages_of(text)[0]] if _CYRILLIC.search(text) else {}, list[str](), ""
    for letter in unicodedata.normalize("NFC", text):
        small = letter.lower()
        latin = _latin(small, table, rules, before)
        if latin is None:
            return ""
        made.append(latin.capitalize() if letter != small else latin)
        before = small
    return "" if not table else "".join(made).upper() if text.isupper() else "".join(made)


def _latin(small: str, table: Mapping[str, str], rules: CardRules, before: str) -> str | None:
    if small in rules.first and (not before.isalpha() or before in _BEFORE_FIRST):
        return rules.first[small]
    if small in table:
        return table[small]
    return "" if small in "'\u2019\u02bc" else small if not small.isalpha() else None


# ---- who is not named ------------------------------------------------------------------------------------------------


def unnamed(values: Iterable[CardValue], rules: CardRules) -> tuple[CardValue, ...]:
    """What of these values may stand of a person who is counted and not named: few fields, coarse days, nothing else about their time."""
    kept = (one for one in values if one.field in rules.unnamed)
    return tuple(sorted({_coarse(one, rules.unnamed[one.field]) for one in kept}))


def _coarse(one: CardValue, precision: str) -> CardValue:
    value = one.value[:_YEAR] if precision == "year" else one.value
    certainty = one.certainty if value == one.value else ""
    return replace(one, value=value, since="", until="", certainty=certainty)


# ---- what points at one person ---------------------------------------------------------------------------------------


def pointing(card: Card, others: Iterable[Card], rules: CardRules, small: int) -> tuple[str, ...]:
    """Combinations (their ids) that fewer than ``small`` persons of the public list share with this card, itself among them."""
    wanted = [one for one in rules.combinations if _applies(one, card)]
    if not wanted:
        return ()
    rest = [other for other in others if other.card != card.card]
    return tuple(one.id for one in wanted if 1 + sum(_shares(one, card, other) for other in rest) < small)


def _applies(one: Combination, card: Card) -> bool:
    return not (one.unnamed and card.named) and all(card.all(field) for field in one.fields)


def _shares(one: Combination, card: Card, other: Card) -> bool:
    return all(_parts(one, card, field) & _parts(one, other, field) for field in one.fields)


def _parts(one: Combination, card: Card, field: str) -> set[str]:
    return {value.value[:_YEAR] if field in one.year else value.value.casefold() for value in card.all(field)}


def naming(
    values: Iterable[CardValue], known: Mapping[str, Collection[str]], own: Collection[str], others: names.Told
) -> tuple[tuple[str, str], ...]:
    """Field and kind of everybody (person, source) whose name seems to stand in the words of a card, in any spelling and with any ending.
    ``known``: kind -> names; ``own``: names of the person, who shares a surname with relatives; ``others``: further keys of a surname that the
    other language says otherwise, as ``Comparer.told`` has them."""
    mine = {word for name in own for word in names.tokens(name)}
    ours = {key for word in mine for key in names.asked_keys(word, others)}
    found = list[tuple[str, str]]()
    for one in values:
        said = names.tokens(one.value) if one.field not in _NAMING else []
        keys = {key for word in said for key in names.word_keys(word) if names.is_sure(key)} - ours
        for kind, called in known.items():
            words = {word for name in called for word in names.tokens(name) if len(word) > _SHORT} - mine
            if words.intersection(said) or keys.intersection(key for word in words for key in names.asked_keys(word, others)):
                found.append((one.field, kind))
    return tuple(dict.fromkeys(found))
