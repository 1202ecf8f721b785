"""What is public: cards of persons, statements, and the set of them that stands on one day with the changes that led to it.

A card is a list of values of the fields that ``data/publication.toml`` allows, and nothing else: no source, no relation, no note, no id of
the record. The snapshot of a day is one JSON document; the site, the data files, the figures and the check of two snapshots are all made
from it and from nothing else.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from json.encoder import encode_basestring
from typing import Any, Final

from letapis.core import merkle
from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES

FORMAT: Final = "letapis-public-1"
ADDED, CHANGED, REMOVED, RETURNED = "added", "changed", "removed", "returned"
KINDS: Final = (ADDED, CHANGED, REMOVED, RETURNED)
_BEGINS: Final = b'{"card":{"card":'
_BEHIND: Final = b'],"figures":'
"""With what an entry begins in a document, and what stands behind the last of them."""
LEAST_SALT: Final = 16
"""With fewer random bytes nothing is public: nobody shall try out from a digest what a card says."""


@dataclass(frozen=True, slots=True, order=True)
class CardValue:
    """One value of a card. ``language`` of a field that has a form in each; ``since`` and ``until`` are partial days (``core.dates``), as is
    the value of a field of kind ``day``, whose ``certainty`` is given where it is not exact. A flag is ``yes`` or ``no``."""

    field: str
    value: str
    language: str = ""
    since: str = ""
    until: str = ""
    certainty: str = ""


_VALUE: Final = tuple(one.name for one in fields(CardValue))
_PARTS: Final = frozenset(_VALUE)


@dataclass(frozen=True)
class Card:
    """What the public may know of one person. ``card``: 32 hexadecimal digits, drawn at random, that say nothing and stay the same."""

    card: str
    values: tuple[CardValue, ...]

    @cached_property
    def _by_field(self) -> dict[str, tuple[CardValue, ...]]:
        """Ten thousand cards are asked for every field by figures, tables and pages: each is sorted once."""
        found: dict[str, tuple[CardValue, ...]] = {}
        for one in self.values:
            found[one.field] = (*found.get(one.field, ()), one)
        return found

    @cached_property
    def encoded(self) -> bytes:
        """The card as canonical JSON. Log, stamps, snapshots and signatures each ask for it: it is made once."""
        values = [{name: part for name in _VALUE if (part := getattr(one, name))} for one in sorted(self.values)]
        return canonical({"card": self.card, "values": values})

    def all(self, field: str) -> tuple[CardValue, ...]:
        return self._by_field.get(field, ())

    def first(self, field: str, language: str = "") -> str:
        """The first value of a field; of one with a form in each language that form, or any where there is none. Empty: not public."""
        found = self.all(field)
        for one in found:
            if not language or one.language == language:
                return one.value
        return found[0].value if found else ""

    @cached_property
    def in_order(self) -> dict[str, tuple[str, str]]:
        """Language -> by what a card that is named is sorted. Two snapshots have most of their cards in common: each is asked once."""
        return {language: (self.first("name", language).casefold(), self.card) for language in LANGUAGES}

    @property
    def named(self) -> bool:
        """A name may be public. Who is not named is counted and has no page of their own."""
        return "name" in self._by_field


@dataclass(frozen=True)
class Statement:
    """A public statement of organisations: what they decided, on which ground, what they demand, who signed, and its words by language."""

    statement: str
    day: str
    outcome: str
    ground: str
    demand: str
    signatories: tuple[str, ...]
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    link: str = ""


@dataclass(frozen=True)
class Entry:
    """A card that is public: since when, when it last changed, and the random bytes (hexadecimal) that blind its digest in the log."""

    card: Card
    since: str
    changed: str
    salt: str

    @cached_property
    def encoded(self) -> bytes:
        """The entry as it stands in a snapshot and in the public copy of it. Written out, as ``line`` is."""
        said = encode_basestring
        rest = f',"changed":{said(self.changed)},"salt":{said(self.salt)},"since":{said(self.since)}}}'
        return b'{"card":' + self.card.encoded + rest.encode()


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log of publications: on which day what became of a card, why it went (a code of ``recalls``), which fields changed.
    ``digest``: of the salted card as it stood from then on, empty where it went. A card that went leaves this line and nothing else."""

    day: str
    card: str
    what: str
    because: str = ""
    fields: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True)
class Figure:
    """A published figure: the rule that counted it, its day, and what it says in each language. It always reads "at least"."""

    rule: str
    day: str
    value: int
    sentences: Mapping[str, str]


@dataclass(frozen=True)
class Published:
    """The public set of one day, frozen. ``number`` counts snapshots from 1; ``changes`` is the whole log up to here, the oldest first."""

    organisation: str
    number: int
    day: str
    entries: tuple[Entry, ...]
    statements: tuple[Statement, ...] = ()
    changes: tuple[Change, ...] = ()
    figures: tuple[Figure, ...] = field(default=())

    @cached_property
    def encoded(self) -> bytes:
        """The snapshot as one canonical JSON document. What is sealed, what is signed and what is compared are these bytes: made once."""
        return document(self, {"format": FORMAT})

    @cached_property
    def log_root(self) -> bytes:
        """Root of the tree over the lines of the log (RFC 6962). A build is asked for it by each list that it signs."""
        return merkle.root_of(list(map(merkle.leaf_hash, self.lines)))

    @cached_property
    def lines(self) -> tuple[bytes, ...]:
        """The lines of the log. Its tree, the snapshot and the public copy of it are made of these bytes."""
        return tuple(map(line, self.changes))

    @cached_property
    def _by_name(self) -> dict[str, tuple[Entry, ...]]:
        named = [one for one in self.entries if one.card.named]
        return {lang: tuple(sorted(named, key=lambda one: one.card.in_order[lang])) for lang in LANGUAGES}

    def by_name(self, language: str) -> tuple[Entry, ...]:
        """Named persons in the order of their names in a language; five files have that order."""
        return self._by_name[language]

    def entry(self, card: str) -> Entry | None:
        return next((one for one in self.entries if one.card.card == card), None)


# ---- one document ----------------------------------------------------------------------------------------------------


def encode_card(card: Card) -> bytes:
    """A card as canonical JSON: the same card is always the same bytes."""
    return card.encoded


def decode_card(data: bytes) -> Card:
    """Read a card back. Raises Damaged("publication.card") for what is none."""
    try:
        told = json.loads(data)
        card = Card(_text(told["card"]), tuple(CardValue(**{name: _text(part) for name, part in one.items()}) for one in told["values"]))
        if encode_card(card) != data:
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Damaged("publication.card") from None
    return card


def _card(told: Mapping[str, Any]) -> Card:
    """A card that stands inside a document: ``decode_card`` of its canonical bytes, which are kept, without reading them once more."""
    rows = [_row(one) for one in told["values"]]
    if told.keys() != {"card", "values"} or not isinstance(told["values"], list) or rows != sorted(rows):
        raise ValueError
    card = Card(_text(told["card"]), tuple(CardValue(*row) for row in rows))
    card.__dict__["encoded"] = canonical(told)
    return card


def _row(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts of a value; an empty one is none, for it would be left out."""
    if not told.keys() <= _PARTS or not all(isinstance(part, str) and part for part in told.values()):
        raise ValueError
    return (told["field"], told["value"], *(told.get(name, "") for name in _VALUE[2:]))


def encode_statement(statement: Statement) -> bytes:
    return canonical(asdict(statement))


def decode_statement(data: bytes) -> Statement:
    """Read a statement back. Raises Damaged("publication.statement")."""
    try:
        told = json.loads(data)
        titles, texts = ({lang: _text(told[name][lang]) for lang in LANGUAGES if lang in told[name]} for name in ("titles", "texts"))
        ident, day, outcome, ground, demand, link = (_text(told[n]) for n in ("statement", "day", "outcome", "ground", "demand", "link"))
        return Statement(ident, day, outcome, ground, demand, tuple(map(_text, told["signatories"])), titles, texts, link)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Damaged("publication.statement") from None


def line(change: Change) -> bytes:
    """A line of the log as canonical JSON: the leaf of its tree. Written out, because there is one for each card that ever came, changed or went,
    and an encoder made for each of them takes longer than all else that is done with it."""
    said, fields = encode_basestring, ",".join(map(encode_basestring, change.fields))
    head = f'{{"because":{said(change.because)},"card":{said(change.card)},"day":{said(change.day)}'
    return f'{head},"digest":{said(change.digest)},"fields":[{fields}],"what":{said(change.what)}}}'.encode()


def encode(published: Published) -> bytes:
    """The snapshot as one canonical JSON document."""
    return published.encoded


def document(published: Published, more: Mapping[str, object], entries: Iterable[Entry] | None = None) -> bytes:
    """The members of a snapshot with these beside them, as one canonical JSON document. The bytes of each card and of each line of the log are
    those that it has already. ``entries``: of which alone it tells, where these are not all."""
    told: dict[str, Any] = {**asdict(replace(published, entries=(), changes=())), **more}
    members = {name: canonical(part) for name, part in told.items()}
    members["changes"] = b"[" + b",".join(published.lines) + b"]"
    members["entries"] = b"[" + b",".join([one.encoded for one in (published.entries if entries is None else entries)]) + b"]"
    return b"{" + b",".join(canonical(name) + b":" + members[name] for name in sorted(members)) + b"}"


def without(data: bytes, cards: Iterable[str], stays: Callable[[Entry], bool]) -> bytes:
    """The document of ``encode`` without the entries of these cards that do not stay, byte for byte: one that goes is cut out where it stands, and
    nothing else is read. Inside a text of JSON no quotation mark stands bare, so what begins an entry stands nowhere else.

    Raises Damaged("publication.snapshot")."""
    cut = set()
    for card in cards:
        begin = data.find(_BEGINS + canonical(card))
        if begin < 0:
            continue
        end = data.find(b"," + _BEGINS, begin)
        end = end if end >= 0 else data.find(_BEHIND, begin)
        try:
            told = json.loads(data[begin:end])
            entry = Entry(_card(told.pop("card")), **told)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Damaged("publication.snapshot") from None
        if not stays(entry):
            cut.add((begin, end))
    return _cut_out(data, sorted(cut))


def _cut_out(data: bytes, places: Iterable[tuple[int, int]]) -> bytes:
    """A list of JSON without the entries at these places, in their order, each with the comma behind it; the last one has its comma before it."""
    kept, at = bytearray(), 0
    for begin, end in places:
        kept += data[at:begin]
        is_last = data[end : end + 1] != b","
        if is_last and kept.endswith(b","):
            del kept[-1:]
        at = end if is_last else end + 1
    return bytes(kept + data[at:])


def decode(data: bytes) -> Published:
    """Read a snapshot back. Raises Damaged("publication.snapshot") for what is none."""
    try:
        told = json.loads(data)
        if told.pop("format") != FORMAT:
            raise ValueError
        entries = tuple(Entry(_card(one.pop("card")), **one) for one in told.pop("entries"))
        statements = tuple(decode_statement(canonical(one)) for one in told.pop("statements"))
        changes = tuple(Change(**one | {"fields": tuple(one["fields"])}) for one in told.pop("changes"))
        figures = tuple(Figure(**one) for one in told.pop("figures"))
        made = Published(**told, entries=entries, statements=statements, changes=changes, figures=figures)
        _require_form(made)
        return made
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, Damaged):
        raise Damaged("publication.snapshot") from None


def _require_form(made: Published) -> None:
    """Raises ValueError for parts of other types: a file may come from anywhere, and what is counted from it is printed."""
    for one in made.entries:
        bytes.fromhex(_text(one.salt))
        date.fromisoformat(one.since), date.fromisoformat(one.changed)
    for change in made.changes:
        date.fromisoformat(change.day)
        for part in (change.card, change.what, change.because, change.digest, *change.fields):
            _text(part)
    date.fromisoformat(made.day)
    _text(made.organisation)
    if type(made.number) is not int or any(type(one.value) is not int for one in made.figures):
        raise ValueError


def _text(part: object) -> str:
    if not isinstance(part, str):
        raise ValueError
    return part


def canonical(told: object) -> bytes:
    """JSON that is always the same bytes: members sorted, no blanks, UTF-8."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
