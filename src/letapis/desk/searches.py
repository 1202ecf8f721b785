"""Searches that a member keeps for themselves, with what is new since they last looked. Nobody else holds the words."""

from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused
from letapis.desk import items, ledger, reading, settings
from letapis.desk.apart import private
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.engines import search

MOST: Final = 20  # searches that one member keeps: each is run when the first page is shown
NEW_SHOWN: Final = 20
_KEPT, _FORGOTTEN = "kept", "forgotten"


@dataclass(frozen=True)
class Saved:
    """A kept search: its id, its name, its words, and how many hits came since the member last looked (NEW_SHOWN means that or more)."""

    search: bytes
    name: str
    query: str
    new: int


def save_search(desk: Desk, reader: Reader, name: str, query: str) -> bytes:
    """Keep a search in the member's own compartment. Returns its id. Raises UsageError for no name or no words, Refused for too many."""
    name, query = require_text(name, "searches.name", 80), require_text(query, "searches.query", 400)
    compartment = private(desk, reader)
    if len(_kept(desk, reader)) >= MOST:
        raise Refused("searches.too_many")
    with desk.store.transaction():
        made = items.draft(desk, "saved_search", compartment, {"name": name, "query": query, "state": _KEPT})
        ledger.append(desk, [made])
        ident = made.body["search"]
        assert isinstance(ident, bytes)
        _mark(desk, ident)
    return ident


def saved_searches(desk: Desk, reader: Reader) -> list[Saved]:
    """Mine, by name, each with what is new."""
    found = _kept(desk, reader)
    span = _span(desk) if found else (0, 0)
    return sorted((_saved(desk, reader, item, span) for item in found), key=lambda one: (one.name.casefold(), one.search))


def look(desk: Desk, reader: Reader, ident: bytes) -> Saved:
    """One of mine, looked at now: the next count begins here. Raises NotFound."""
    item = _mine(desk, reader, ident)
    found = _saved(desk, reader, item, _span(desk))
    _mark(desk, ident)
    return found


def forget(desk: Desk, reader: Reader, ident: bytes) -> None:
    """Not shown again, on none of the member's devices."""
    items.change(desk, reader, "saved_search", _mine(desk, reader, ident).item, {"state": _FORGOTTEN})


def _kept(desk: Desk, reader: Reader) -> list[reading.ItemView]:
    return [item for item in reading.items(desk, reader, "saved_search", state=_KEPT) if item.author == reader.member]


def _mine(desk: Desk, reader: Reader, ident: bytes) -> reading.ItemView:
    item = reading.item(desk, reader, ident, "saved_search")
    if item.author != reader.member or item.state != _KEPT:
        raise NotFound("reading.not_found")
    return item


def _span(desk: Desk) -> tuple[int, int]:
    """Numbers of the first and the last document of the index."""
    return search.first_document(desk.store), search.last_document(desk.store)


def _saved(desk: Desk, reader: Reader, item: reading.ItemView, span: tuple[int, int]) -> Saved:
    """A mark below the first document is of an index that was made anew since; then nothing is called new."""
    mark, query = settings.value(desk.store, _name(item.item)), item.text("query")
    if not mark or int(mark) < span[0]:
        _mark(desk, item.item)
        return Saved(item.item, item.text("name"), query, 0)
    hits = search.newer(desk.store, query, reader.compartments, NEW_SHOWN, int(mark), desk.catalogue.names.told) if int(mark) < span[1] else []
    return Saved(item.item, item.text("name"), query, len(hits))


def _mark(desk: Desk, ident: bytes) -> None:
    settings.keep(desk.store, _name(ident), str(search.last_document(desk.store)))


def _name(ident: bytes) -> str:
    """The mark stands among the settings of this device: what was looked at here says nothing of another device."""
    return f"looked:{ident.hex()}"
