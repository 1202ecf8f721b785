"""Find notes, claims, persons, sources and evidence by any form of a word.

The index lives in the encrypted database and holds stems and row ids, no text. Hits come newest first: ranking a million
hits would cost a reader seconds, and what was recorded last is what people look for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.stems import fold, stems, tokens
from letapis.engines.db.store import Store

Document = tuple[str, bytes, bytes, bytes, str]
"""Kind, id, dossier, compartment, text."""

_MAX_WORDS: Final = 12
_MAX_QUERY: Final = 400
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


def find(store: Store, query: str, compartments: Iterable[bytes], limit: int = 50) -> list[Hit]:
    """Documents in these compartments that hold every word of ``query`` in any form, the last word also as a beginning; newest first."""
    held = frozenset(compartments)
    words = list(dict.fromkeys(_tokens(query[:_MAX_QUERY])))[:_MAX_WORDS]
    if not words or not held or limit < 1:
        return []
    hits: dict[tuple[str, bytes], Hit] = {}
    for kind, ident, dossier, compartment in _matches(store, words, _last_word(query)):
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


def _matches(store: Store, words: Sequence[str], beginning: str) -> Iterator[tuple[str, bytes, bytes, bytes]]:
    if store.postgres:
        query = "SELECT kind, ident, dossier, compartment FROM db_searchdocument WHERE stems @@ %s::tsquery ORDER BY id DESC"
        yield from store.stream(query, (_expression(words, beginning, "'{}'", "'{}':*", " & ", " | "),))
        return
    query = (
        "SELECT d.kind, d.ident, d.dossier, d.compartment FROM db_search s CROSS JOIN db_searchdocument d ON d.id = s.rowid "
        "WHERE s.db_search MATCH %s ORDER BY s.rowid DESC"
    )
    yield from store.stream(query, (_expression(words, beginning, '"{}"', '"{}"*', " AND ", " OR "),))


def _expression(words: Sequence[str], beginning: str, exact: str, prefix: str, every: str, either: str) -> str:
    """All words; the last by its stem, or by its beginning as typed so far."""
    parts = [exact.format(word) for word in words[:-1]]
    last = prefix.format(words[-1])
    if beginning and beginning != words[-1]:
        last = "(" + last + either + prefix.format(beginning) + ")"
    return every.join([*parts, last])


def drop(store: Store, idents: Iterable[bytes]) -> None:
    """Take documents out of the index, for erasure: rows, and the stems that led to them."""
    ids = [row[0] for row in store.rows_in("SELECT id FROM db_searchdocument WHERE ident IN ({marks})", idents)]
    if not store.postgres:
        store.run_many("DELETE FROM db_search WHERE rowid = %s", [(ident,) for ident in ids])
    store.run_many("DELETE FROM db_searchdocument WHERE id = %s", [(ident,) for ident in ids])


def clear(store: Store) -> None:
    """Empty the index, to be filled again from the records."""
    if not store.postgres:
        store.run("DELETE FROM db_search")
    store.run("DELETE FROM db_searchdocument")
