"""Found by any form of a word, newest first, only in what the reader holds, and gone when it is dropped. On both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.stems import stems
from letapis.engines import search
from letapis.engines.db.store import Store, forget, open_workspace_database

MINE, OTHER = b"m" * 16, b"o" * 16
DOSSIER = b"d" * 16


@pytest.fixture
def store(address: Path | str) -> Iterator[Store]:
    yield open_workspace_database(address, bytes(32), "search")
    forget("search")


def put(store: Store, *texts: str, compartment: bytes = MINE, kind: str = "note") -> None:
    """Documents whose ids are their texts."""
    with store.transaction():
        search.index(store, [(kind, ident(text), DOSSIER, compartment, text) for text in texts])


def ident(text: str) -> bytes:
    return text.encode()[:16].ljust(16, b".")


def found(store: Store, query: str, limit: int = 50, held: frozenset[bytes] = frozenset({MINE})) -> list[bytes]:
    return [hit.ident for hit in search.find(store, query, held, limit)]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("затрыманы ў Віцебску", "Віцебск"),
        ("суд Ленінскага раёна", "суды"),
        ("арышт на 15 сутак", "арышту"),
        ("задержан в Минске", "Минск"),
        ("he was beaten in the station", "stations"),
        ("аб'ява на слупе", "абʼяву"),
        ("Vydumka Pryklad", "VYDUMKA"),
        ("case 15-2024/7", "2024"),
    ],
)
def test_a_word_is_found_by_another_form(store: Store, text: str, query: str) -> None:
    put(store, text, "зусім іншае")
    assert found(store, query) == [ident(text)]


def test_all_words_must_be_there(store: Store) -> None:
    put(store, "first second", "first third")
    assert found(store, "first second ") == [ident("first second")]
    assert found(store, "second third ") == []


def test_newest_come_first_and_only_as_many_as_asked(store: Store) -> None:
    texts = [f"word number{i}" for i in range(30)]
    put(store, *texts)
    assert found(store, "word ", limit=3) == [ident(text) for text in texts[:-4:-1]]


def test_last_word_is_found_by_its_beginning_while_it_is_typed(store: Store) -> None:
    put(store, "pryklad vydumka", "pryvatny kvadrat")
    assert found(store, "vydumka pry") == [ident("pryklad vydumka")]
    assert set(found(store, "pry")) == {ident("pryklad vydumka"), ident("pryvatny kvadrat")}
    assert found(store, "pry ") == found(store, "pr vydumka") == []


def test_what_the_reader_does_not_hold_is_not_found(store: Store) -> None:
    put(store, "secret of others", compartment=OTHER)
    put(store, "secret of mine")
    assert found(store, "secret") == [ident("secret of mine")]
    assert found(store, "secret", held=frozenset()) == []
    assert found(store, "secret", held=frozenset({MINE, OTHER})) == [ident("secret of mine"), ident("secret of others")]


def test_the_limit_counts_only_what_may_be_seen(store: Store) -> None:
    put(store, "thing seen")
    put(store, *[f"thing hidden {i}" for i in range(700)], compartment=OTHER)
    assert found(store, "thing", limit=1) == [ident("thing seen")]


def test_two_versions_of_one_thing_are_one_hit(store: Store) -> None:
    with store.transaction():
        search.index(store, [("person", b"p" * 16, DOSSIER, MINE, "Vydumka"), ("person", b"p" * 16, DOSSIER, MINE, "Vydumka Pryklad")])
    assert search.find(store, "vydumka", {MINE}, 5) == [search.Hit("person", b"p" * 16, DOSSIER)]


def test_what_was_dropped_is_gone(store: Store) -> None:
    put(store, "first one", "second one")
    with store.transaction():
        search.drop(store, [ident("first one")])
    assert found(store, "one") == [ident("second one")]
    with store.transaction():
        search.clear(store)
    assert found(store, "one") == []
    put(store, "third one")
    assert found(store, "one") == [ident("third one")]


def test_of_an_emptied_index_no_stem_is_left(tmp_path: Path) -> None:
    made = open_workspace_database(tmp_path / "database.db", bytes(32), "emptied")
    put(made, "Zqkanary in the yard", "second one")
    with made.transaction():
        search.clear(made)
    put(made, "third one")
    assert found(made, "one") == [ident("third one")]
    assert not any(b"zqkanary" in bytes(row[0]) for row in made.rows("SELECT block FROM db_search_data"))
    forget("emptied")


@pytest.mark.parametrize(
    "query", ["", "   ", '"', "'", "* OR x", ") AND (", "a:b", "NEAR(x y)", "\\", "%q", "^x", "-", "it's & | ! <-> x", "\x00", "x\ud800"]
)
def test_no_query_is_syntax(store: Store, query: str) -> None:
    put(store, "something else")
    assert found(store, query) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_any_query_is_answered(store: Store, query: str) -> None:
    found(store, query)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(st.characters(codec="utf-8", categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=12), min_size=1, max_size=6))
def test_a_text_is_found_by_each_of_its_words(store: Store, words: list[str]) -> None:
    text = " ".join(words)
    with store.transaction():
        search.index(store, [("note", b"t" * 16, DOSSIER, MINE, text)])
    for word in words:
        assert not any(stems(word)) or b"t" * 16 in found(store, word + " ")
