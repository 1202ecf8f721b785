"""A workspace whose tables were made by an older letapis opens with this one: what was recorded is there, as if it had been made now."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from letapis.core.records import Draft
from letapis.desk import dossiers, items, ledger, members, opening, reading
from letapis.desk.opening import Desk
from letapis.engines import search
from letapis.engines.db import migrations
from letapis.engines.db.store import Store
from tests.desk.tables import projections
from tests.postgres import Cluster

WRITTEN = {  # workspaces were made by these: a change of the tables is a migration of its own
    "0001_initial.py": "22e690c6c79bda6a47dc5bdbe55d6a95d32943e9b662a64f45fa9adfc528b9d0",
    "0002_search.py": "00ed17c2bbf12114f7f8b7365ab64a6e2e3b9bd63f6366eea4a75a60a09cb30f",
    "0003_items.py": "e6297c1947cef1861f4b1d5fb7e6a3412da4599721b6220673138211a5f966cf",
}


def go_back(store: Store) -> None:
    """Make the tables what they were before: items without their heads, and an index whose keys nobody looks for any more."""
    executor = MigrationExecutor(connections[store.alias])
    executor.migrate([("db", "0003_items")])
    with connections[store.alias].cursor() as cursor:
        columns = {one.name for one in connections[store.alias].introspection.get_table_description(cursor, "db_item")}
    assert "seq" in columns and "heads" not in columns
    search.clear(store)


def opened_again(desk: Desk) -> None:
    org = next(iter(desk.epochs()))
    task = items.new(desk, "task", org, {"kind": "call", "text": "call Vydumka", "state": "open"})
    items.change(desk, desk.reader("work"), "task", task, {"text": "call Vydumka at five"})
    before = projections(desk)
    go_back(desk.store)
    again = opening.open_desk(desk.workspace, desk.agent, desk.clock, desk.store.alias)
    reader = again.reader("work")
    assert reading.item(again, reader, task).text("text") == "call Vydumka at five" and len(reading.versions(again, reader, task)) == 2
    assert projections(again) == before and opening.STALE not in {row[0] for row in again.store.rows("SELECT name FROM db_setting")}
    items.change(again, reader, "task", task, {"state": "done"})
    live = projections(again)
    ledger.rebuild(again)
    assert projections(again) == live


def test_a_file_of_an_older_letapis_opens(desk: Desk) -> None:
    opened_again(desk)


@pytest.mark.postgres
def test_an_office_of_an_older_letapis_opens(
    make_desk: Callable[..., Desk], found: Callable[..., bytes], postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres.address()
    monkeypatch.setattr(opening, "database_address", lambda _: address)
    office = make_desk(1)
    found(office)
    opened_again(office)


def test_an_opening_that_fails_half_way_is_done_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    go_back(desk.store)
    with monkeypatch.context() as patch:
        patch.setattr("letapis.desk.entering.refold.refold_all", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            opening.open_desk(desk.workspace, desk.agent, desk.clock, desk.store.alias)
    again = opening.open_desk(desk.workspace, desk.agent, desk.clock, desk.store.alias)
    assert members.common_compartment(again, "ORG") in again.epochs()
    assert not again.store.rows("SELECT 1 FROM db_setting WHERE name = %s", (opening.STALE,))


def test_migrations_that_workspaces_were_made_with_stay_as_they_are() -> None:
    folder = Path(migrations.__path__[0])
    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in WRITTEN} == WRITTEN


def test_the_migrations_make_what_the_models_say(desk: Desk) -> None:
    from django.apps import apps

    loader = MigrationExecutor(connections[desk.store.alias]).loader
    due = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    assert "db" not in due


def test_what_an_older_letapis_took_from_elsewhere_is_set_apart(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody let themselves into a dossier from the organisation's compartment, and answered for a person of it there."""
    made = dossiers.new_dossier(desk, "PRY-1", "Vydumka", "person", "Vydumka Kanareyka")
    home, org = reading.dossier(desk, desk.reader("work"), made), members.common_compartment(desk, "ORG")
    person, before = reading.entities(desk, desk.reader("work"), made)[0].entity, projections(desk)
    grant = Draft("grant", org, {"compartment": home.work, "epoch": 1, "member": b"\x09" * 16})
    answer = Draft("consent", org, {"dossier": made, "party": person, "scope": "public_list_named", "answer": "given"})
    with monkeypatch.context() as older:
        older.setattr("letapis.desk.projections._of_itself", lambda record: record)
        older.setattr("letapis.desk.placing.misplaced", lambda *_: set())
        ledger.append(desk, [grant, answer])
    assert b"\x09" * 16 in reading.holders(desk, home.work) and reading.given_at(desk, person)
    MigrationExecutor(connections[desk.store.alias]).migrate([("db", "0005_shredded")])
    again = opening.open_desk(desk.workspace, desk.agent, desk.clock, desk.store.alias)
    assert reading.holders(again, home.work) == {desk.me} and not reading.given_at(again, person)
    assert projections(again) == before
    query = "SELECT type, fault FROM db_record WHERE fault <> '' ORDER BY type"
    assert again.store.rows(query) == [("consent", "ledger.other_compartment"), ("grant", "ledger.other_compartment")]
    ledger.rebuild(again)
    assert projections(again) == before
