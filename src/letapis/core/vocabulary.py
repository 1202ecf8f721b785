"""The fact vocabulary: what a claim may say. The property of a claim, the word a rule reads and the line a submission prints are one.

A value is typed by its fact: ``bool``, ``int`` or ``Decimal`` (never a binary float), ``str`` for text, enum keys and partial dates,
a tuple of ``str`` for lists. A fact that is absent is unknown, not false; an empty list says "examined, and none".
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from letapis.core.dates import is_partial_date
from letapis.core.errors import Damaged, NotFound, UsageError
from letapis.core.language import LANGUAGES

Value = bool | int | Decimal | str | tuple[str, ...]

MAX_TEXT: Final = 20_000
MAX_LIST: Final = 200
LIST_SEPARATOR: Final = "; "
_DAY_FIRST: Final = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})\Z")
_NUMBER: Final = re.compile(r"\d{1,12}(?:[.,]\d{1,6})?\Z")
_COUNTRY: Final = "^[A-Z]{2}$"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_YES: Final = frozenset({"true", "yes", "y", "1", "так", "да"})
_NO: Final = frozenset({"false", "no", "n", "0", "не", "нет"})


class FactType(StrEnum):
    """How the value of a fact is written and compared."""

    BOOL = "bool"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    ENUM = "enum"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Member:
    """One allowed value of an enum or of a list of enum values."""

    key: str
    label: Mapping[str, str]


class ValueFault(UsageError):
    """A value does not fit its fact. ``fact`` names the fact and ``allowed`` its members, so that a page can offer them; never the value."""

    def __init__(self, code: str, fact: str, allowed: tuple[Member, ...] = ()) -> None:
        super().__init__(code, fact)
        self.fact = fact
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the vocabulary. Texts are tables of the three languages; ``definition`` is English, for the lawyer."""

    id: str
    group: str
    type: FactType
    label: Mapping[str, str]
    question: Mapping[str, str]
    definition: str
    asked_of: str
    corroboration: str
    items: str = ""
    members: tuple[Member, ...] = ()
    sensitive: bool = False
    unit: str = ""
    pattern: str = ""
    check_singly: bool = False  # torture, death, sexual violence, a named perpetrator: nobody confirms these among others

    def member(self, key: str) -> Member | None:
        return next((m for m in self.members if m.key == key), None)

    @property
    def names_country(self) -> bool:
        """Its values are codes of States (ISO 3166-1 alpha-2)."""
        return self.items == "country" or self.pattern == _COUNTRY

    @property
    def is_assessment(self) -> bool:
        """The fact is a judgement of an analyst and is not put to a witness."""
        return self.asked_of == "analyst"


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of thing that facts are about: a custody episode, a charge, a hearing."""

    id: str
    label: Mapping[str, str]
    facts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All facts by id, in the order of their files. ``lists`` holds the identifiers that list items of a kind may name (scope, mechanism)."""

    facts: Mapping[str, Fact]
    groups: tuple[Group, ...]
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __contains__(self, fact_id: object) -> bool:
        return fact_id in self.facts

    def fact(self, fact_id: str) -> Fact:
        """Raises NotFound ``vocabulary.unknown_fact``."""
        fact = self.facts.get(fact_id)
        if fact is None:
            raise NotFound("vocabulary.unknown_fact")
        return fact

    def is_free(self, fact_id: str) -> bool:
        """Whether a value of this fact is words, alone or in a list, and no key, code, date or number. Raises NotFound like ``fact``."""
        fact = self.fact(fact_id)
        words = fact.type is FactType.TEXT or (fact.type is FactType.LIST and fact.items != "enum" and fact.items not in self.lists)
        return words and not fact.pattern

    def parse_value(self, fact_id: str, raw: object) -> Value:
        """Typed value from what a person typed or a program passed. Raises ValueFault with a code ``claims.value_…``."""
        fact = self.fact(fact_id)
        if isinstance(raw, str):
            raw = raw.strip()
        return _PARSERS[fact.type](self, fact, raw)


def read_vocabulary(tables: Iterable[Mapping[str, Any]], lists: Mapping[str, Iterable[str]]) -> Vocabulary:
    """Vocabulary from the parsed fact files. Raises Damaged ``vocabulary.twice`` when an id stands in two places."""
    facts: dict[str, Fact] = {}
    groups = []
    for table in tables:
        ids = []
        for entry in table["facts"]:
            fact = _read_fact(table["group"], entry)
            if fact.id in facts:
                raise Damaged("vocabulary.twice", fact.id)
            facts[fact.id] = fact
            ids.append(fact.id)
        groups.append(Group(table["group"], table["label"], tuple(ids)))
    return Vocabulary(facts, tuple(groups), {kind: frozenset(names) for kind, names in lists.items()})


def _read_fact(group: str, entry: Mapping[str, Any]) -> Fact:
    return Fact(
        id=entry["id"],
        group=group,
        type=FactType(entry["type"]),
        label=entry["label"],
        question=entry["question"],
        definition=entry["definition"],
        asked_of=entry["asked_of"],
        corroboration=entry["corroboration"],
        items=entry.get("items", ""),
        members=tuple(Member(m["key"], {lang: m[lang] for lang in LANGUAGES}) for m in entry.get("members", ())),
        sensitive=entry.get("sensitive", False),
        unit=entry.get("unit", ""),
        pattern=entry.get("pattern", ""),
        check_singly=entry.get("check_singly", False),
    )


# ---- parsing, one function a type ------------------------------------------------------------------------------------


def _parse_bool(_: Vocabulary, fact: Fact, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    word = raw.casefold() if isinstance(raw, str) else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueFault("claims.value_bool", fact.id)


def _parse_number(_: Vocabulary, fact: Fact, raw: object) -> Value:
    text = str(raw) if isinstance(raw, (int, float, Decimal)) and not isinstance(raw, bool) else raw
    if not isinstance(text, str) or not text.isascii() or not _NUMBER.match(text):
        raise ValueFault("claims.value_number", fact.id)
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as fault:
        raise ValueFault("claims.value_number", fact.id) from fault
    return int(number) if number == number.to_integral_value() else number.normalize()


def _parse_date(_: Vocabulary, fact: Fact, raw: object) -> Value:
    text = raw if isinstance(raw, str) else raw.isoformat() if type(raw) is date else ""
    parts = _DAY_FIRST.match(text) if text.isascii() else None
    if parts:
        day, month, year = parts.groups()
        text = f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
    if not is_partial_date(text):
        raise ValueFault("claims.value_date", fact.id)
    return text


def _parse_text(_: Vocabulary, fact: Fact, raw: object) -> Value:
    if not isinstance(raw, str) or not raw or _CONTROL.search(raw):
        raise ValueFault("claims.value_text", fact.id)
    if len(raw) > MAX_TEXT:
        raise ValueFault("claims.value_too_long", fact.id)
    if fact.pattern and not re.fullmatch(fact.pattern, raw):
        raise ValueFault("claims.value_pattern", fact.id)
    return raw


def _parse_enum(_: Vocabulary, fact: Fact, raw: object) -> Value:
    return _member_key(fact, raw)


def _parse_list(vocabulary: Vocabulary, fact: Fact, raw: object) -> Value:
    """Members in the order given, each once. Text is split at semicolons, commas and line ends; an empty text is the empty list."""
    if isinstance(raw, str):
        parts: Sequence[object] = [part.strip() for part in re.split(r"[;,\n]", raw) if part.strip()]
    elif isinstance(raw, (list, tuple)):
        parts = [part.strip() if isinstance(part, str) else part for part in raw]
    else:
        raise ValueFault("claims.value_list", fact.id, fact.members)
    if len(parts) > MAX_LIST:
        raise ValueFault("claims.value_too_long", fact.id)
    return tuple(dict.fromkeys(_list_item(vocabulary, fact, part) for part in parts))


def _list_item(vocabulary: Vocabulary, fact: Fact, raw: object) -> str:
    if fact.items == "enum":
        return _member_key(fact, raw)
    if not isinstance(raw, str) or not raw or _CONTROL.search(raw) or re.search(r"[;,\n]", raw):
        raise ValueFault("claims.value_list", fact.id)
    known = vocabulary.lists.get(fact.items)
    if known is not None and raw not in known:
        raise ValueFault("claims.value_unknown_item", fact.id)
    if fact.pattern and not re.fullmatch(fact.pattern, raw):
        raise ValueFault("claims.value_pattern", fact.id)
    return raw


def _member_key(fact: Fact, raw: object) -> str:
    """Key of a member, found by key or by its label in any language."""
    word = raw.casefold() if isinstance(raw, str) else ""
    for member in fact.members:
        if word == member.key or any(word == label.casefold() for label in member.label.values()):
            return member.key
    raise ValueFault("claims.value_member", fact.id, fact.members)


_PARSERS: Final = {
    FactType.BOOL: _parse_bool,
    FactType.NUMBER: _parse_number,
    FactType.DATE: _parse_date,
    FactType.TEXT: _parse_text,
    FactType.ENUM: _parse_enum,
    FactType.LIST: _parse_list,
}


# ---- canonical text and the fields of a claim record -----------------------------------------------------------------


def canonical_value(value: Value) -> str:
    """Key under which equal values meet: a list counts as the set of its members. ``parse_value`` reads it back to an equal value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(sorted(set(value)))
    return value if isinstance(value, str) else _decimal_text(value)


def _decimal_text(value: int | Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_fields(fact: Fact, value: Value, *, partial: bool = False) -> dict[str, str | bool | tuple[str, ...]]:
    """Body fields ``value.…`` of a claim record that hold this value. ``partial``: the list may have more members."""
    match fact.type:
        case FactType.BOOL:
            return {"value.bool": value is True}
        case FactType.NUMBER:
            return {"value.number": canonical_value(value)}
        case FactType.DATE:
            return {"value.date": str(value)}
        case FactType.LIST:
            members = value if isinstance(value, tuple) else ()
            return {"value.list": members, "value.listed": True, **({"value.partial": True} if partial else {})}
        case _:
            return {"value.text": str(value)}


@lru_cache(maxsize=4096)
def _number(text: str) -> int | Decimal | None:
    if not _NUMBER.match(text):
        return None
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def value_of_fields(fact: Fact, body: Mapping[str, object]) -> Value | None:
    """Value in the body of a claim record; None when the body holds no value of the fact's type (the record counts for nothing)."""
    return _READ[fact.type](fact, body)


def _read_bool(_: Fact, body: Mapping[str, object]) -> Value | None:
    flag = body.get("value.bool")
    return flag if isinstance(flag, bool) else None


def _read_number(_: Fact, body: Mapping[str, object]) -> Value | None:
    text = body.get("value.number")
    return _number(text) if isinstance(text, str) else None


def _read_date(_: Fact, body: Mapping[str, object]) -> Value | None:
    text = body.get("value.date")
    return text if isinstance(text, str) and is_partial_date(text) else None


def _read_text(_: Fact, body: Mapping[str, object]) -> Value | None:
    text = body.get("value.text")
    return text if isinstance(text, str) else None


def _read_enum(fact: Fact, body: Mapping[str, object]) -> Value | None:
    text = body.get("value.text")
    return text if isinstance(text, str) and fact.member(text) is not None else None


def _read_list(_: Fact, body: Mapping[str, object]) -> Value | None:
    if body.get("value.listed") is not True:
        return None
    members = body.get("value.list", ())
    return tuple(part for part in members if isinstance(part, str)) if isinstance(members, tuple) else None


# A fold reads thousands of values: one step from the type to its reader.
_READ: Final[Mapping[FactType, Callable[[Fact, Mapping[str, object]], Value | None]]] = {
    FactType.BOOL: _read_bool,
    FactType.NUMBER: _read_number,
    FactType.DATE: _read_date,
    FactType.TEXT: _read_text,
    FactType.ENUM: _read_enum,
    FactType.LIST: _read_list,
}
