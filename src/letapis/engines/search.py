"""Find notes, claims, persons, sources and evidence by any form of a word.

The index lives in the encrypted database and holds stems and row ids, no text. Hits come newest first: ranking a million
hits would cost a reader seconds, and what was recorded last is what people look for.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core import names
from letapis.core.stems import fold, stems, tokens
from letapis.engines.db.store import Store

Document = tuple[str, bytes, bytes, bytes, str]
"""Kind, id, dossier, compartment, text."""

_MAX_WORDS: Final = 12
_MAX_QUERY: Final = 400
_AT_ONCE: Final = 200
_INSERT: Final = "INSERT INTO db_searchdocument (id, kind, ident, dossier, compartment) VALUES (%s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: its kind, id and dossier."""

    kind: str
    ident: bytes
    dossier: bytes


def _tokens(text: str) -> list[str]:
    """Stems as the index keeps them: letters and digits only, so that nothing in them is syntax of a query."""
    return [token for token in map(_plain, stems(text)) if token]


def _plain(stem: str) -> str:
    return stem if stem.isalnum() else "".join(letter for letter in stem if letter.isalnum())


def index(store: Store, documents: Sequence[Document]) -> None:
    """Add documents. Inside a transaction."""
    if not documents:
        return
    first = store.reserve_ids("db_searchdocument", len(documents))
    tokens = [" ".join(_tokens(text)) for *_, text in documents]
    rows = [(first + i, kind, ident, dossier, compartment) for i, (kind, ident, dossier, compartment, _) in enumerate(documents)]
    store.run_many(_INSERT, rows)
    if store.postgres:
        statement = "UPDATE db_searchdocument SET stems = array_to_tsvector(%s) WHERE id = %s"
        store.run_many(statement, [(sorted(set(words.split())), first + i) for i, words in enumerate(tokens)])
    else:
        store.run_many("INSERT INTO db_search (rowid, stems) VALUES (%s, %s)", [(first + i, words) for i, words in enumerate(tokens)])


def remove(store: Store, dossiers: Iterable[bytes], places: Collection[tuple[bytes, bytes]]) -> None:
    """Take what has one of these ids in its dossier out of the index, in these dossiers. Inside a transaction."""
    rows = store.rows_in("SELECT id, dossier, ident FROM db_searchdocument WHERE dossier IN ({marks})", dossiers)
    going = [(int(number),) for number, dossier, ident in rows if (bytes(dossier), bytes(ident)) in places]
    if not store.postgres:
        store.run_many("DELETE FROM db_search WHERE rowid = %s", going)
    store.run_many("DELETE FROM db_searchdocument WHERE id = %s", going)


def find(store: Store, query: str, compartments: Iterable[bytes], limit: int = 50, told: names.Told = names.nothing_told) -> list[Hit]:
    """Documents in these compartments that hold every word of ``query`` in any form, names also in other spellings, the last word also as a
    beginning; newest first."""
    wanted = _wanted(query, told)
    if not wanted:
        return []
    stem, *spellings = wanted[-1]
    begun = [way + "*" for way in (stem, _last_word(query)) if way]
    return _held(store, [*wanted[:-1], [*begun, *spellings]], compartments, limit)


def newer(store: Store, query: str, compartments: Iterable[bytes], limit: int, above: int, told: names.Told = names.nothing_told) -> list[Hit]:
    """The same among documents that came into the index after the one of this number. The words are whole: what begins with the last one
    is not looked for, because that reads the places of every such word in the index, however few documents are new."""
    wanted = _wanted(query, told)
    return _held(store, wanted, compartments, limit, above) if wanted else []


def first_document(store: Store) -> int:
    """The number of the oldest document of the index, 0 for an empty one. Numbers grow; an index that is made anew begins above the old."""
    return int(store.rows("SELECT min(id) FROM db_searchdocument")[0][0] or 0)


def last_document(store: Store) -> int:
    """The number of the newest document of the index."""
    return int(store.rows("SELECT max(id) FROM db_searchdocument")[0][0] or 0)


def named(store: Store, groups: Sequence[Sequence[str]], compartments: Iterable[bytes], limit: int = 50) -> list[Hit]:
    """Names (persons, claims that name one) that have one key of each group, newest first. Keys are those of ``core.names``."""
    wanted = [[names.as_word(key) for key in group] for group in groups if group][:_MAX_WORDS]
    return _held(store, wanted, compartments, limit) if wanted else []


def _wanted(query: str, told: names.Told) -> list[list[str]]:
    """For each word of a query the words of the index that it may stand for."""
    words = list(dict.fromkeys(tokens(query[:_MAX_QUERY])))[:_MAX_WORDS]
    return [found for word in words if (found := _ways(word, told))]


def _ways(word: str, told: names.Told) -> list[str]:
    """The words of the index that a word of a query may stand for: its stem, and the keys of a name when they are long enough to be one."""
    stem = next(iter(_tokens(word)), "")
    return [stem, *(names.as_word(key) for key in names.asked_keys(word, told) if names.is_sure(key))] if stem else []


def _held(store: Store, wanted: Sequence[Sequence[str]], compartments: Iterable[bytes], limit: int, above: int = 0) -> list[Hit]:
    held = frozenset(compartments)
    if not held or limit < 1:
        return []
    hits: dict[tuple[str, bytes], Hit] = {}
    for kind, ident, dossier, compartment in _matches(store, wanted, above, min(limit, _AT_ONCE)):
        if bytes(compartment) in held:
            hits.setdefault((kind, bytes(ident)), Hit(kind, bytes(ident), bytes(dossier)))
            if len(hits) == limit:
                break
    return list(hits.values())


def _last_word(query: str) -> str:
    """The last word as it was typed so far, for search while typing: the stem of half a word may be longer than that of the whole."""
    if query[-1:].isspace():
        return ""
    typed = tokens(query[:_MAX_QUERY])[-1:]
    return "".join(_plain(fold(word)) for word in typed)


def _matches(store: Store, wanted: Sequence[Sequence[str]], above: int, at_once: int) -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """Documents with one word of each group; a star behind a word means any that begins so. Each lies on another page, which is decrypted: no
    more are looked for at once than may be wanted."""
    if store.postgres:
        query = "SELECT kind, ident, dossier, compartment FROM db_searchdocument WHERE stems @@ %s::tsquery AND id > %s ORDER BY id DESC"
        yield from store.stream(query, (_expression(wanted, "'{}'", "'{}':*", " & ", " | "), above), at_once)
        return
    query = (
        "SELECT d.kind, d.ident, d.dossier, d.compartment FROM db_search s CROSS JOIN db_searchdocument d ON d.id = s.rowid "
        "WHERE s.db_search MATCH %s AND s.rowid > %s ORDER BY s.rowid DESC"
    )
    yield from store.stream(query, (_expression(wanted, '"{}"', '"{}"*', " AND ", " OR "), above), at_once)


def _expression(wanted: Sequence[Sequence[str]], exact: str, prefix: str, every: str, either: str) -> str:
    def one(word: str) -> str:
        return prefix.format(word[:-1]) if word.endswith("*") else exact.format(word)

    return every.join("(" + either.join(map(one, dict.fromkeys(group))) + ")" for group in wanted)


def drop(store: Store, idents: Iterable[bytes]) -> None:
    """Take documents out of the index, for erasure: rows, and the stems that led to them."""
    ids = [row[0] for row in store.rows_in("SELECT id FROM db_searchdocument WHERE ident IN ({marks})", idents)]
    if not store.postgres:
        store.run_many("DELETE FROM db_search WHERE rowid = %s", [(ident,) for ident in ids])
    store.run_many("DELETE FROM db_searchdocument WHERE id = %s", [(ident,) for ident in ids])


def clear(store: Store) -> None:
    """Empty the index, to be filled again from the records. Deleting its rows would leave the stems in it, marked as deleted."""
    if not store.postgres:
        store.run("INSERT INTO db_search (db_search) VALUES ('delete-all')")
    store.run("DELETE FROM db_searchdocument")
