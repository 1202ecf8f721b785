"""A public list of others beside ours: who of them is perhaps who of ours, which fields disagree, and who stands on one side alone.

Both sides are read as cards, so that the same field is compared with the same field, after days, articles, terms, places and names have
been brought to one form. A pair is a proposal with its reasons; nothing here says that two entries are one person. Who is not named on
purpose is matched with nobody, and entries that the list itself holds apart stay apart.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Final

from letapis.core.dates import Certainty, bounds, is_partial_date
from letapis.core.identity_proposals import Known, Name, Proposal, Rules, between
from letapis.core.language import LANGUAGES
from letapis.core.listing_entry import Entry as Listed
from letapis.core.listing_entry import Value as Said
from letapis.core.name_compare import SUGGESTED
from letapis.core.publication import Publication
from letapis.core.published import Card, CardValue
from letapis.core.recognition import NOT_RECOGNISED, RECOGNISED, RECOGNISES
from letapis.core.vocabulary import canonical_value

DIFFERS, ONLY_OURS, ONLY_THEIRS = "differs", "only_ours", "only_theirs"
COMPARED: Final = (
    "sex", "birth_date", "outcome", "detained", "article", "court", "judge", "verdict", "appeal", "penalty", "regime", "months",
    "base_values", "term_start", "terrorist_list", "group_case", "place", "released",
)  # fmt: skip
"""Fields that are compared. What a member writes for a card, and a death, are compared by nobody but a member."""
_STATUS: Final = "listed.status"
_RECOGNISED_THERE: Final = ("active", "former")
_PARTS: Final = {"judge": "judge", "article": "article", "court": "court", "place": "place", "verdict": "verdict"}
_SPOKEN: Final = ("judge", "court", "place", "group_case", "profession", "name")
Form = Callable[[str, str], str]
"""(field, value) -> the form in which values of the field are compared: the code of a place or a court where its list knows it."""


@dataclass(frozen=True)
class Side:
    """One person on one side. ``key``: the list's key, or the id by which we know them; ``apart``: why the list holds the entry apart."""

    key: str
    card: Card
    apart: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.value for one in self.card.all("name")))


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two sides do not say the same. ``kind``: ``differs``, ``only_ours`` or ``only_theirs``."""

    field: str
    kind: str
    ours: tuple[CardValue, ...]
    theirs: tuple[CardValue, ...]


@dataclass(frozen=True)
class Pair:
    """Two entries that may be one person, why, and where they disagree."""

    ours: Side
    theirs: Side
    proposal: Proposal
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Comparison:
    """The likeliest pairs first; who is on one side alone, of ours only who has a name; entries that were compared with nobody: ``hidden`` by the
    list on purpose, ``apart`` because the list does not say how many persons they are."""

    pairs: tuple[Pair, ...]
    missing_here: tuple[Side, ...]
    missing_there: tuple[Side, ...]
    hidden: tuple[Side, ...]
    apart: tuple[Side, ...]


# ---- a list as cards -------------------------------------------------------------------------------------------------


def card_of(listed: Listed, publication: Publication, held: bool = False) -> Card:
    """What an entry of a list says in the fields of a card; a name that hides somebody is none. ``held``: with values that wait for a look."""
    fields = {fact: field.id for field in publication.fields.values() for fact in field.facts}
    values = {CardValue("name", one.text, one.language or LANGUAGES[0]) for one in listed.names if not one.anonymous}
    for one in (*listed.values, *(each.value for each in listed.held if held)):
        values.update(_values(one, fields))
    return Card(listed.key, tuple(sorted(values)))


def _values(said: Said, fields: Mapping[str, str]) -> Iterable[CardValue]:
    if said.property == _STATUS:
        yield CardValue("outcome", RECOGNISED if said.value in _RECOGNISED_THERE else NOT_RECOGNISED)
    field = fields.get("death.in_custody" if said.property == "listed.died" else said.property, "")
    if field and field != "name":
        certainty = "" if said.certainty == Certainty.EXACT else said.certainty
        language = said.language if field in _SPOKEN else ""
        for value in said.value if isinstance(said.value, tuple) else (said.value,):
            text = ("yes" if value else "no") if isinstance(value, bool) else canonical_value(value)
            yield CardValue(field, text, language, said.valid_from, said.valid_to, certainty)


# ---- beside each other -----------------------------------------------------------------------------------------------


def compare(ours: Sequence[Side], theirs: Sequence[Side], rules: Rules, form: Form) -> Comparison:
    """Propose pairs across the two sides and say where they disagree."""
    apart = tuple(one for one in theirs if one.apart)
    hidden = tuple(one for one in theirs if not one.apart and _is_hidden(one, rules))
    open_ = [one for one in theirs if not one.apart and not _is_hidden(one, rules)]
    found = between([_known(one, "ours", form) for one in ours], [_known(one, "theirs", form) for one in open_], rules)
    mine, other = {one.key: one for one in ours}, {one.key: one for one in open_}
    pairs = tuple(_pair(mine[one.first.decode()], other[one.second.decode()], one, rules, form) for one in found)
    met_here, met_there = {one.ours.key for one in pairs}, {one.theirs.key for one in pairs}
    here = tuple(one for one in open_ if one.key not in met_there)
    there = tuple(one for one in ours if one.key not in met_here and not _is_hidden(one, rules))
    return Comparison(pairs, here, there, hidden, apart)


def _is_hidden(side: Side, rules: Rules) -> bool:
    """The list left the name out on purpose; one form that hides somebody is enough to be careful."""
    return any(rules.is_anonymised(name) for name in side.names) or not side.names


def _known(side: Side, of: str, form: Form) -> Known:
    card = side.card
    facts = {part: frozenset(_formed(card.all(field), form)) for field, part in _PARTS.items() if card.all(field)}
    births = tuple(sorted({one.value for one in card.all("birth_date") if not one.certainty}))
    sexes = frozenset(one.value for one in card.all("sex"))
    called = tuple(Name(one.value, "full", one.language) for one in card.all("name"))
    return Known(side.key.encode(), called, births, sexes, facts, frozenset((of,)))


def _pair(ours: Side, theirs: Side, proposal: Proposal, rules: Rules, form: Form) -> Pair:
    told = (_difference(field, ours.card.all(field), theirs.card.all(field), rules, form) for field in COMPARED)
    return Pair(ours, theirs, proposal, tuple(one for one in told if one is not None))


def _difference(field: str, ours: tuple[CardValue, ...], theirs: tuple[CardValue, ...], rules: Rules, form: Form) -> Difference | None:
    if not ours and not theirs:
        return None
    if not ours or not theirs:
        return Difference(field, ONLY_OURS if ours else ONLY_THEIRS, ours, theirs)
    return None if _agree(field, ours, theirs, rules, form) else Difference(field, DIFFERS, ours, theirs)


def _agree(field: str, ours: Sequence[CardValue], theirs: Sequence[CardValue], rules: Rules, form: Form) -> bool:
    mine, other = (sorted(set(_formed(side, form))) for side in (ours, theirs))
    if field == "article":
        return mine == other
    if field in ("birth_date", "detained", "verdict", "appeal", "term_start", "released"):
        return all(any(_overlap(a, b) for a in mine) for b in other)
    if field == "judge":
        return any(rules.comparer.compare(a, b).score >= SUGGESTED for a, b in product(mine[:8], other[:8]))
    return not set(mine).isdisjoint(other)


def _overlap(first: str, second: str) -> bool:
    """The two days may be the same one, for one of them is known less exactly."""
    if not (is_partial_date(first) and is_partial_date(second)):
        return first == second
    (low, high), (begin, end) = bounds(first), bounds(second)
    return low <= end and begin <= high


def _formed(values: Iterable[CardValue], form: Form) -> Iterable[str]:
    for one in values:
        if one.field == "outcome":
            yield "yes" if one.value in RECOGNISES else "no"
        elif one.field in ("months", "base_values"):
            yield _number(one.value)
        else:
            yield form(one.field, one.value).casefold() if one.field != "judge" else one.value


def _number(text: str) -> str:
    try:
        return f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        return text
