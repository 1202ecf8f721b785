"""What the columns of a list mean: which identify an entry, which are its names, which say what. A mapping is data and travels as TOML."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES
from letapis.core.listing_readers import READERS
from letapis.core.vocabulary import Vocabulary

PERSON: Final = "person"
ORGANISATION: Final = "organisation"
KINDS: Final = (PERSON, ORGANISATION)
ORDERS: Final = ("any", "given_first", "surname_first", "parts")
PRIMARY: Final = "primary"
ALIAS: Final = "alias"
ROLES: Final = (PRIMARY, ALIAS, "former")
HOLDS: Final = ("", "future", "always")
JOINED: Final = ("", "files", "rows")
_ID: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")
_TOP: Final = frozenset(
    {"id", "version", "title", "list", "kind", "key", "empty", "joined", "drop", "language", "names", "fields", "quarantine", "anonymous"}
    | {"only", "loose", "several"}
)
EITHER: Final = "|"
ALL: Final = "*"


def _holds(text: str, word: str) -> bool:
    return bool(text.strip()) if word == ALL else word in text


@dataclass(frozen=True, slots=True)
class Choice:
    """A constant, or a column whose words decide: ``words`` holds, for each outcome, pieces of text one of which stands in the cell; ``*`` is
    any text."""

    constant: str = ""
    column: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, cell: str) -> str:
        """The outcome for a cell of the column; the constant where no word fits."""
        low = cell.casefold()
        return next((outcome for outcome, words in self.words.items() if any(_holds(low, word) for word in words)), self.constant)


@dataclass(frozen=True, slots=True)
class NameColumn:
    """Where a name stands. ``parts``: columns that follow ``column`` and are joined to it, in the order in which the name is said. ``split``: a
    pattern between several names in a cell; ``role_of``: a column whose words tell the role, else ``role``; ``variants``: a person's name may stand
    with its other forms in brackets or behind a slash."""

    column: str
    language: str = ""
    order: str = "any"
    role: str = "primary"
    parts: tuple[str, ...] = ()
    split: str = ""
    role_of: Choice | None = None
    variants: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A column that says something of the entry: the fact, and the reader of its cells with what the reader has to know (``options``).

    ``split``: a pattern between several values, each of which is read alone. ``hold``: ``future`` holds back a date that is not yet, ``always``
    holds the value back whatever it says, under the code ``held``. ``wants``: the field counts only where another column has one of its words.
    """

    column: str
    property: str
    reader: str = "text"
    options: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    split: str = ""
    valid_from: str = ""
    valid_to: str = ""
    hold: str = ""
    held: str = ""
    wants: Choice | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Entries that share this are quarantined together: a cell of ``column`` (the part behind ``after``), or a name and a ``property`` that is
    exact to the day."""

    code: str
    column: str = ""
    after: str = ""
    property: str = ""


@dataclass(frozen=True)
class ListMapping:
    """How one kind of list is read. ``list`` says which published list it is. ``joined``: rows with the same key are one entry, across ``files`` or
    among the ``rows`` of a file too. ``only``: rows that are taken, by a column. ``anonymous``: patterns of names that hide a person on purpose.
    ``several``: a pattern in the key of a row that names several at once; they are nobody's entry until each has a row of their own.
    ``loose``: lists of this kind have some of the columns only, which is no fault. A column may be named as ``this|that`` (the first that holds
    something) and as ``begins/with/*`` (all of them)."""

    id: str
    version: str
    titles: Mapping[str, str]
    list: str
    key: tuple[str, ...]
    kind: Choice
    names: tuple[NameColumn, ...]
    fields: tuple[Field, ...]
    drop: frozenset[str] = frozenset()
    joined: str = ""
    quarantine: tuple[Rule, ...] = ()
    language: Choice = Choice()
    empty: frozenset[str] = frozenset()
    only: Choice | None = None
    anonymous: tuple[str, ...] = ()
    several: str = ""
    loose: bool = False

    @property
    def columns(self) -> frozenset[str]:
        """Every column that it reads."""
        named = {column for name in self.names for column in (name.column, *name.parts, name.role_of.column if name.role_of else "")}
        told = {column for one in self.fields for column in (one.column, one.valid_from, one.valid_to, one.wants.column if one.wants else "")}
        rest = {*self.key, self.kind.column, self.language.column, self.only.column if self.only else "", *(rule.column for rule in self.quarantine)}
        return frozenset(one for column in named | told | rest for one in column.split(EITHER) if one)


def read_mapping(table: Mapping[str, Any], vocabulary: Vocabulary, file: str = "") -> ListMapping:
    """A mapping from its parsed file. Raises Damaged ``listing.mapping_…`` with the file and the place in it."""
    read = _Place(file)
    read.known(table, _TOP, "")
    if not _ID.match(str(table.get("id", ""))):
        raise read.wrong("id")
    title = table.get("title", {})
    if not isinstance(title, Mapping) or set(title) != set(LANGUAGES):
        raise read.wrong("title")
    names = tuple(_name(read, n, one) for n, one in enumerate(read.tables(table, "names")))
    found = ListMapping(
        id=table["id"],
        version=read.text(table, "version", "version"),
        titles=dict(title),
        list=read.text(table, "list", "list"),
        key=read.texts(table, "key", "key"),
        kind=read.choice(table.get("kind", PERSON), "kind", KINDS),
        names=names,
        fields=tuple(_field(read, n, one, vocabulary) for n, one in enumerate(read.tables(table, "fields"))),
        drop=frozenset(read.texts(table, "drop", "drop")),
        joined=read.one_of(table, "joined", JOINED, "joined", ""),
        quarantine=tuple(_rule(read, n, one, vocabulary) for n, one in enumerate(read.tables(table, "quarantine"))),
        language=read.choice(table.get("language", ""), "language", ("", *LANGUAGES)),
        empty=frozenset(word.casefold() for word in read.texts(table, "empty", "empty")),
        only=read.choice(table["only"], "only") if "only" in table else None,
        anonymous=tuple(read.pattern(text, "anonymous") for text in read.texts(table, "anonymous", "anonymous")),
        several=read.pattern(read.text(table, "several", "several"), "several"),
        loose=table.get("loose", False) is True,
    )
    if not found.names:
        raise read.wrong("names")
    if shared := found.columns & found.drop:
        raise read.wrong(f"drop: {min(shared)}")
    return found


class _Place:
    """Reads parts of a mapping and says where one is wrong."""

    def __init__(self, file: str) -> None:
        self._file = file

    def wrong(self, place: str) -> Damaged:
        return Damaged("listing.mapping_wrong", f"{self._file}: {place}" if self._file else place)

    def known(self, table: Mapping[str, Any], keys: Collection[str], place: str) -> None:
        for key in table:
            if key not in keys:
                raise self.wrong(f"{place}{key}")

    def text(self, table: Mapping[str, Any], key: str, place: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(place)
        return value

    def texts(self, table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        value = table.get(key, ())
        if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) and one for one in value):
            raise self.wrong(place)
        return tuple(value)

    def one_of(self, table: Mapping[str, Any], key: str, allowed: Collection[str], place: str, default: str) -> str:
        value = self.text(table, key, place) or default
        if value not in allowed:
            raise self.wrong(place)
        return value

    def tables(self, table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise self.wrong(key)
        return value

    def pattern(self, text: str, place: str) -> str:
        try:
            re.compile(text)
        except re.error:
            raise self.wrong(place) from None
        return text

    def choice(self, value: object, place: str, allowed: Collection[str] = ()) -> Choice:
        if isinstance(value, str):
            found = Choice(value)
        elif isinstance(value, Mapping) and isinstance(value.get("column"), str) and isinstance(value.get("words"), Mapping):
            self.known(value, ("column", "words", "else"), f"{place}.")
            words = {key: tuple(word.casefold() for word in self.texts(value["words"], key, place)) for key in value["words"]}
            found = Choice(self.text(value, "else", place), value["column"], words)
        else:
            raise self.wrong(place)
        if allowed and not {found.constant, *found.words} <= {"", *allowed}:
            raise self.wrong(place)
        return found


def _name(read: _Place, number: int, table: Mapping[str, Any]) -> NameColumn:
    place = f"names[{number}]."
    read.known(table, ("column", "language", "order", "role", "parts", "split", "role_of", "variants"), place)
    return NameColumn(
        column=read.text(table, "column", f"{place}column"),
        language=read.one_of(table, "language", ("", *LANGUAGES), f"{place}language", ""),
        order=read.one_of(table, "order", ORDERS, f"{place}order", "any"),
        role=read.one_of(table, "role", ROLES, f"{place}role", "primary"),
        parts=read.texts(table, "parts", f"{place}parts"),
        split=read.pattern(read.text(table, "split", f"{place}split"), f"{place}split"),
        role_of=read.choice(table["role_of"], f"{place}role_of", ROLES) if "role_of" in table else None,
        variants=table.get("variants", False) is True,
    )


_FIELD: Final = ("column", "property", "reader", "options", "language", "split", "valid_from", "valid_to", "hold", "held", "wants")


def _field(read: _Place, number: int, table: Mapping[str, Any], vocabulary: Vocabulary) -> Field:
    place = f"fields[{number}]."
    read.known(table, _FIELD, place)
    options = table.get("options", {})
    found = Field(
        column=read.text(table, "column", f"{place}column"),
        property=read.text(table, "property", f"{place}property"),
        reader=read.one_of(table, "reader", READERS, f"{place}reader", "text"),
        options=options if isinstance(options, Mapping) else {},
        language=read.one_of(table, "language", ("", *LANGUAGES), f"{place}language", ""),
        split=read.pattern(read.text(table, "split", f"{place}split"), f"{place}split"),
        valid_from=read.text(table, "valid_from", f"{place}valid_from"),
        valid_to=read.text(table, "valid_to", f"{place}valid_to"),
        hold=read.one_of(table, "hold", HOLDS, f"{place}hold", ""),
        held=read.text(table, "held", f"{place}held"),
        wants=read.choice(table["wants"], f"{place}wants") if "wants" in table else None,
    )
    if not found.column:
        raise read.wrong(f"{place}column")
    if found.property not in vocabulary:
        raise read.wrong(f"{place}property")
    if not isinstance(options, Mapping) or (found.hold and not found.held):
        raise read.wrong(f"{place}{'held' if isinstance(options, Mapping) else 'options'}")
    return found


def _rule(read: _Place, number: int, table: Mapping[str, Any], vocabulary: Vocabulary) -> Rule:
    place = f"quarantine[{number}]."
    read.known(table, ("code", "column", "after", "property"), place)
    rule = Rule(*(read.text(table, key, f"{place}{key}") for key in ("code", "column", "after", "property")))
    if not rule.code or bool(rule.column) == bool(rule.property):
        raise read.wrong(f"{place}code")
    if rule.property and rule.property not in vocabulary:
        raise read.wrong(f"{place}property")
    return rule
