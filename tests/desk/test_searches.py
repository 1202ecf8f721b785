"""Kept searches: only their member holds them, what is new is counted from the last look, and the words stand nowhere in clear."""

from collections.abc import Callable
from pathlib import Path

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.desk import claims, ledger, reading, searches
from letapis.desk.dossiers import admit_to_dossier, new_dossier
from tests.team import Team


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


def write(team: Team, dossier: bytes, text: str) -> None:
    claims.write_note(team.desks[0], team.reader(), dossier, claims.NoteForm("Call", text, "en"))


def new(team: Team) -> list[tuple[str, int]]:
    return [(one.name, one.new) for one in searches.saved_searches(team.desks[0], team.reader())]


def test_what_came_since_the_last_look_is_new(team: Team) -> None:
    desk, reader = team.desks[0], team.reader()
    dossier = new_dossier(desk, "K1", "Pryklad", "person", "Vydumka")
    reader = team.reader()
    write(team, dossier, "A raspberry hedge")
    kept = searches.save_search(desk, reader, " Berries ", "raspberry")
    searches.save_search(desk, reader, "Apples", "apple")
    assert new(team) == [("Apples", 0), ("Berries", 0)]
    write(team, dossier, "Two raspberries")
    assert new(team) == [("Apples", 0), ("Berries", 1)]
    assert searches.look(desk, reader, kept).new == 1 and new(team) == [("Apples", 0), ("Berries", 0)]
    write(team, dossier, "raspberry " * 3)
    ledger.rebuild(desk)
    assert new(team) == [("Apples", 0), ("Berries", 0)], "an index that was made anew has nothing new"
    for _ in range(searches.NEW_SHOWN + 2):
        write(team, dossier, "raspberry")
    assert new(team) == [("Apples", 0), ("Berries", searches.NEW_SHOWN)]
    searches.forget(desk, reader, kept)
    assert new(team) == [("Apples", 0)]
    for deed in (searches.look, searches.forget):
        with pytest.raises(NotFound):
            deed(desk, reader, kept)


def test_nobody_else_holds_it_and_the_words_are_nowhere_in_clear(team: Team) -> None:
    first, second = team.desks
    dossier = new_dossier(first, "K1", "Pryklad", "person", "Vydumka")
    admit_to_dossier(first, team.reader(), dossier, [second.me])
    kept = searches.save_search(first, team.reader(), "canaryname", "canaryword")
    team.settle()
    assert searches.saved_searches(second, team.reader(1)) == []
    with pytest.raises(NotFound):
        searches.look(second, team.reader(1), kept)
    with pytest.raises(NotFound):
        reading.item(second, team.reader(1), kept)
    folders: list[Path] = [first.workspace, second.workspace, team.relay]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]
    assert not found
    assert not [row for row in first.store.rows("SELECT name, value FROM db_setting") if "canary" in f"{row[0]}{row[1]}"]


def test_what_is_no_search_is_refused(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, reader = team.desks[0], team.reader()
    for name, query, code in ((" ", "x", "name"), ("x" * 81, "x", "name"), ("x", " ", "query"), ("x", "x" * 401, "query")):
        with pytest.raises(UsageError, match=f"searches.{code}"):
            searches.save_search(desk, reader, name, query)
    monkeypatch.setattr(searches, "MOST", 1)
    searches.save_search(desk, reader, "x", "x")
    with pytest.raises(Refused, match=r"searches\.too_many"):
        searches.save_search(desk, reader, "y", "y")
