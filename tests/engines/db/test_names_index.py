"""Names in the index: found by the keys of other spellings, on both databases, and only in what the reader holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from letapis.core import names
from letapis.engines import search
from letapis.engines.db.store import Store, forget, open_workspace_database

MINE, OTHER = b"m" * 16, b"o" * 16
LABELS = ("Уладзімір Выдумчанка", "Сьвятлана Нібытоўская", "Janka Pryklad")


@pytest.fixture
def store(address: Path | str) -> Iterator[Store]:
    opened = open_workspace_database(address, bytes(32), "names")
    with opened.transaction():
        search.index(opened, [("person", bytes([n]) * 16, b"d" * 16, MINE, f"{label} {names.index_words(label)}") for n, label in enumerate(LABELS)])
        search.index(opened, [("note", b"n" * 16, b"d" * 16, MINE, "Выдумчанка прыйшоў")])
    yield opened
    forget("names")


def found(store: Store, *words: str, held: frozenset[bytes] = frozenset({MINE})) -> list[str]:
    return [LABELS[hit.ident[0]] for hit in search.named(store, [names.word_keys(word) for word in words], held)]


def test_a_name_is_found_by_other_spellings_and_a_note_is_no_name(store: Store) -> None:
    assert found(store, "vydumchenko", "владимир") == found(store, "wydumczanka") == [LABELS[0]]
    assert found(store, "nibytouskaja") == [LABELS[1]]
    assert found(store, "выдумчанка", held=frozenset({OTHER})) == found(store) == found(store, "а") == []


def test_words_find_spellings_of_names_and_forms_of_words_together(store: Store) -> None:
    kinds = {hit.kind for hit in search.find(store, "Выдумчанкі", {MINE})}
    assert kinds == {"note", "person"}
    assert [hit.kind for hit in search.find(store, "vydumchanka", {MINE})] == ["person"]
    assert search.find(store, "0nvdmcnk0 OR", {MINE}) == []
