"""Both databases keep the same promises: all or nothing, one writer, codes instead of values, and no key on the disk."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError

from letapis.core.errors import Busy, Damaged, LetapisError, Locked, Refused
from letapis.engines.db.models import Record, Setting
from letapis.engines.db.store import HeldKey, Store, forget, open_workspace_database
from letapis.engines.db.tables import Rows, Table

KEY = bytes(range(32))
CANARY = "kanarka-Vydumka-7391"


@pytest.fixture
def store(address: Path | str) -> Iterator[Store]:
    yield open_workspace_database(address, KEY, "first")
    forget("first")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "database.db"
    for alias in ("first", "second"):
        forget(alias)


def keep(store: Store, name: str, value: str = "x") -> None:
    store.run("INSERT INTO db_setting (name, value) VALUES (%s, %s)", (name, value))


def code(error: pytest.ExceptionInfo[LetapisError]) -> str:
    return error.value.code


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.transaction():
        keep(store, "a")
        raise KeyError
    assert not Setting.objects.using(store.alias).exists()
    with store.transaction():
        keep(store, "a")
    assert Setting.objects.using(store.alias).get().value == "x"


def test_what_was_deleted_is_in_no_page_and_no_journal_after_compacting(path: Path) -> None:
    made = open_workspace_database(path, KEY, "first")
    with made.transaction():
        for number in range(300):
            keep(made, f"n{number}", "x" * 5000)
    made.compact()
    size = path.stat().st_size
    made.run("DELETE FROM db_setting")
    made.compact()
    assert path.stat().st_size < size / 2 and made.rows("PRAGMA freelist_count") == [(0,)]
    assert path.with_name("database.db-wal").stat().st_size == 0
    keep(made, "a")
    with made.transaction(), pytest.raises(LetapisError):
        made.compact()


def test_a_percent_sign_is_a_letter(store: Store) -> None:
    keep(store, "100%s", "50% %(x)s")
    assert store.rows("SELECT value FROM db_setting WHERE name LIKE '100%%' AND value = %s", ("50% %(x)s",)) == [("50% %(x)s",)]


def test_bytes_come_back_as_bytes(store: Store) -> None:
    values = (1, b"r" * 32, b"i" * 16, "note", b"c" * 16, 1, "d", 0, "2026-11-25T12:00:00Z", 0, "", b"\x00blob", b"")
    store.run(
        "INSERT INTO db_record (id, ref, rid, type, compartment, epoch, device, seq, recorded, state, fault, blob, wrap) "
        f"VALUES ({','.join(['%s'] * 13)})",
        values,
    )
    row = Record.objects.using(store.alias).get(ref=b"r" * 32)
    assert (bytes(row.blob), bytes(row.wrap)) == (b"\x00blob", b"")
    assert [bytes(one) for one in store.rows("SELECT blob, wrap FROM db_record")[0]] == [b"\x00blob", b""]
    assert store.rows_in("SELECT seq FROM db_record WHERE ref IN ({marks})", [b"r" * 32, b"s" * 32]) == [(0,)]


def test_reserved_ids_follow_each_other_and_never_come_back(store: Store) -> None:
    table = Table(Setting)
    assert "ON CONFLICT DO NOTHING" in table.statement
    with store.transaction():
        first = store.reserve_ids("db_searchdocument", 3)
        row = (first + 2, "note", b"i" * 16, b"d" * 16, b"c" * 16)
        store.run("INSERT INTO db_searchdocument (id, kind, ident, dossier, compartment) VALUES (%s, %s, %s, %s, %s)", row)
    store.run("DELETE FROM db_searchdocument")
    with store.transaction():
        assert store.reserve_ids("db_searchdocument", 1) == first + 3


def test_a_refused_statement_tells_no_value(store: Store) -> None:
    keep(store, CANARY)
    with pytest.raises(Damaged) as error:
        keep(store, CANARY)
    assert code(error) == "database.statement"
    assert CANARY not in repr(error.value) + str(error.value.__cause__) + error.value.where
    assert error.value.__suppress_context__


def test_two_writers_come_one_after_the_other(store: Store) -> None:
    order: list[str] = []
    inside, leave = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait()
        leave.set()
        with store.transaction():
            order.append("second")
        store.close()

    thread = threading.Thread(target=second)
    thread.start()
    with store.transaction():
        inside.set()
        leave.wait()
        keep(store, "a")
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_opening_again_changes_nothing(store: Store, address: Path | str) -> None:
    keep(store, "a")
    again = open_workspace_database(address, KEY, "second")
    assert again.rows("SELECT name FROM db_setting") == [("a",)]
    forget("second")


def test_two_who_make_the_tables_at_once_both_find_them(address: Path | str) -> None:
    found: list[object] = []

    def make(alias: str) -> None:
        try:
            found.append(open_workspace_database(address, KEY, alias).rows("SELECT count(*) FROM db_record"))
        except LetapisError as fault:
            found.append(fault)
        finally:
            forget(alias)

    threads = [threading.Thread(target=make, args=(f"maker {i}",)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[(0,)]] * 3


def test_a_store_that_was_not_opened_is_locked() -> None:
    with pytest.raises(Locked) as error:
        Store.open("nobody")
    assert code(error) == "database.not_open"


# --- the encrypted file -----------------------------------------------------------------------------------------------


def test_wrong_key_is_locked_and_leaves_no_trace_of_the_alias(path: Path) -> None:
    open_workspace_database(path, KEY, "first")
    with pytest.raises(Locked) as error:
        open_workspace_database(path, bytes(32), "second")
    assert code(error) == "database.wrong_key"
    with pytest.raises(Locked):
        Store.open("second")


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33])
def test_a_key_of_another_length_is_refused(path: Path, key: bytes) -> None:
    with pytest.raises(Locked) as error:
        open_workspace_database(path, key, "first")
    assert code(error) == "database.no_key"


def test_a_cut_file_is_damaged(path: Path) -> None:
    open_workspace_database(path, KEY, "first").close()
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(Damaged) as error:
        open_workspace_database(path, KEY, "first")
    assert code(error) == "database.damaged"


def test_a_spoiled_page_is_damaged_when_it_is_read(path: Path) -> None:
    store = open_workspace_database(path, KEY, "first")
    with store.transaction():
        for i in range(2000):
            keep(store, f"name {i}", "x" * 50)
    store.close()
    whole = bytearray(path.read_bytes())
    for start in range(8192 + 100, len(whole), 8192):
        whole[start] ^= 1
    path.write_bytes(whole)
    with pytest.raises((Damaged, Locked)):
        open_workspace_database(path, KEY, "first").rows("SELECT count(value) FROM db_setting")


def test_the_file_is_its_owners_and_holds_no_plain_word(path: Path) -> None:
    store = open_workspace_database(path, KEY, "first")
    keep(store, CANARY, CANARY)
    files = sorted(path.parent.glob("database.db*"))
    assert len(files) == 3
    for file in files:
        assert file.stat().st_mode & 0o077 == 0
        content = file.read_bytes()
        for form in (
            CANARY.encode(),
            CANARY.encode("utf-16-le"),
            CANARY.encode().hex().encode(),
            b"SQLite format 3",
            b"db_setting",
            KEY,
            KEY.hex().encode(),
        ):
            assert form not in content
    store.close()


def test_settings_of_every_connection(path: Path) -> None:
    store = open_workspace_database(path, KEY, "first")
    expected = {"journal_mode": "wal", "synchronous": 2, "temp_store": 2, "foreign_keys": 1, "secure_delete": 1, "cipher_page_size": "8192"}
    assert {name: store.rows(f"PRAGMA {name}")[0][0] for name in expected} == expected


def test_room_for_much_writing_ends_with_it_and_promises_no_less_of_the_disk(path: Path) -> None:
    store = open_workspace_database(path, KEY, "first")
    settings = ("cache_size", "wal_autocheckpoint", "synchronous", "journal_mode")
    before = [store.rows(f"PRAGMA {name}")[0][0] for name in settings]
    with pytest.raises(ZeroDivisionError), store.roomy():
        assert [store.rows(f"PRAGMA {name}")[0][0] for name in settings] == [4 * before[0], 4 * before[1], *before[2:]]
        raise ZeroDivisionError
    assert [store.rows(f"PRAGMA {name}")[0][0] for name in settings] == before


def test_another_implementation_opens_the_file(path: Path) -> None:
    apsw = pytest.importorskip("apsw", reason="apsw-sqlite3mc is a development package")
    store = open_workspace_database(path, KEY, "first")
    keep(store, "a", CANARY)
    store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    other = apsw.Connection(str(path))
    for setting in ("cipher = 'sqlcipher'", "legacy = 4", "legacy_page_size = 8192", f"key = 'raw:{KEY.hex()}'"):
        list(other.execute(f"PRAGMA {setting}"))
    assert list(other.execute("SELECT name, value FROM db_setting")) == [("a", CANARY)]
    other.close()


def test_a_held_key_does_not_show_itself() -> None:
    assert KEY.hex() not in repr(HeldKey(KEY)) and repr(HeldKey(KEY)) == "HeldKey(32 bytes)"
    assert HeldKey(KEY) == KEY


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://db.example.org/letapis",
        "postgresql://127.0.0.1/letapis",
        "postgresql:///letapis",
        "postgresql:///letapis?host=db.example.org",
        "postgresql:///letapis?host=relative/folder",
        "postgresql:///letapis?host=/run/postgresql&hostaddr=192.0.2.1",
        "postgresql:///letapis?host=/run/postgresql&service=far",
        "postgresql:///letapis?host=/a&host=db.example.org",
        "postgresql://user@localhost:5432/letapis?host=/run",
    ],
)
def test_a_database_on_another_machine_is_refused(dsn: str) -> None:
    with pytest.raises(Refused) as error:
        open_workspace_database(dsn, KEY, "far")
    assert code(error) == "database.remote_host"


def test_a_socket_where_nobody_listens_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Busy) as error:
        open_workspace_database(f"postgresql:///letapis?host={tmp_path}", KEY, "nobody")
    assert code(error) == "database.unreachable"


def test_tables_without_a_store_say_busy_too_and_other_errors_stay_what_they_are(path: Path) -> None:
    store = open_workspace_database(path, KEY, "first")
    held, over = threading.Event(), threading.Event()

    def writer() -> None:
        with store.transaction():
            keep(store, "other")
            held.set()
            over.wait(30)
        store.close()

    table, thread = Setting.objects.using("first"), threading.Thread(target=writer)
    thread.start()
    try:
        assert held.wait(10)
        store.rows("PRAGMA busy_timeout = 20")
        with pytest.raises(Busy) as error:
            table.update_or_create(name="a", defaults={"value": CANARY})
        assert code(error) == "database.busy" and CANARY not in repr(error.value)
        with pytest.raises(Busy):
            table.filter(name="other").delete()
    finally:
        over.set()
        thread.join()
    table.update_or_create(name="a", defaults={"value": "y"})
    assert {one.name for one in table.all()} == {"a", "other"}
    with pytest.raises(IntegrityError):
        Setting(name="a", value="again").save(using="first", force_insert=True)


# --- rows -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": "t" * 21}, "ledger.too_long"),
        ({"ref": b"short"}, "ledger.id_length"),
        ({"seq": 1 << 63}, "ledger.out_of_range"),
        ({"epoch": 1 << 31}, "ledger.out_of_range"),
        ({"state": 1 << 15}, "ledger.out_of_range"),
        ({"type": b"note"}, "ledger.column"),
        ({"ref": "text"}, "ledger.column"),
        ({"seq": "1"}, "ledger.column"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_before_the_database(change: dict[str, object], expected: str) -> None:
    row: dict[str, object] = {"id": 1, "ref": b"r" * 32, "rid": b"i" * 16, "type": "note", "compartment": b"c" * 16, "device": "d", "seq": 0}
    row |= {"recorded": "2026-11-25T12:00:00Z", "blob": b"", "wrap": b""}
    rows = Rows({"record": Table(Record)})
    rows.add("record", **row)
    with pytest.raises(Damaged) as error:
        rows.add("record", **row | change)
    assert code(error) == expected


def test_an_unknown_column_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        Rows({"setting": Table(Setting)}).add("setting", name="a", value="b", colour="c")
    with pytest.raises(KeyError):
        Rows({"setting": Table(Setting)}).add("setting", name="a")


def test_migrations_make_the_tables_of_the_models() -> None:
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    detector = MigrationAutodetector(MigrationLoader(None).project_state(), ProjectState.from_apps(apps))
    assert "db" not in detector.changes(graph=MigrationLoader(None).graph)
