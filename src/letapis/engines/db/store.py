"""One opened workspace database: transactions, raw rows, bulk writes, the same on SQLCipher and PostgreSQL.

Writers come one at a time on both: SQLite by its lock, PostgreSQL by an advisory lock held to the end of the transaction.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

from letapis.core.errors import Busy, Damaged, LetapisError, Locked, Refused
from letapis.engines.db.backend.base import CACHE_KIB, CHECKPOINT_PAGES, PAGE_SIZE

_ATTEMPTS: Final = 4
_WRITERS: Final = 0x6C657461  # the number of the advisory lock
_ROOM: Final = 4
_PARAMETERS: Final = 900  # values in one IN list
_DISK_FULL: Final = ("disk is full", "no space left on device", "could not extend file")
_BUSY: Final = ("database is locked", "table is locked", "lock timeout", "deadlock detected")
_BROKEN: Final = ("could not decode", "malformed", "not a database", "disk i/o error", "invalid page", "could not read block")
Row = tuple[Any, ...]


class HeldKey(bytes):
    """A key that does not show itself in a traceback or a settings dump."""

    def __repr__(self) -> str:
        return "HeldKey(32 bytes)"


def _code_of(fault: DatabaseError) -> LetapisError:
    """The error a user can understand, found by what the library says. Its words go no further: they may quote a value."""
    words = str(fault).lower()
    if any(part in words for part in _DISK_FULL):
        return Busy("disk.full")
    if any(part in words for part in _BUSY):
        return Busy("database.busy")
    if any(part in words for part in _BROKEN):
        return Damaged("database.damaged")
    return Damaged("database.statement", type(fault).__name__)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the database says into codes: disk, lock, damage, and a statement that it refuses, which is a fault of ours."""
    try:
        yield
    except DatabaseError as fault:
        raise _code_of(fault) from None


def answer_busy(connection: Any, **_told: Any) -> None:
    """Let a new connection say Busy for a full disk or a lock also where tables are read and written without a Store.

    Only these two: Django itself looks for the other errors, such as a row that is there already. Nor is the end of a transaction
    covered, where Django must see the error of the library to roll back; ``Store.transaction`` explains that one.
    """
    if _say_busy not in connection.execute_wrappers:
        connection.execute_wrappers.append(_say_busy)


def _say_busy(execute: Callable[..., Any], statement: str, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
    try:
        return execute(statement, parameters, many, context)
    except DatabaseError as fault:
        known = _code_of(fault)
        if isinstance(known, Busy):
            raise known from None
        raise


class Store:
    """A registered connection alias. Threads share the Store; Django gives each thread a connection of its own."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.postgres = connections[alias].vendor == "postgresql"

    @classmethod
    def open(cls, alias: str) -> "Store":
        """The Store of an alias that ``open_workspace_database`` registered in this process."""
        if alias not in connections.databases:
            raise Locked("database.not_open")
        return cls(alias)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and the only writer meanwhile. Raises Busy for a full disk or a lock that does not come free."""
        with explained(), transaction.atomic(using=self.alias):
            if self.postgres:
                self.rows("SELECT pg_advisory_xact_lock(%s)", (_WRITERS,))
            yield

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Row]:
        with explained(), connections[self.alias].cursor() as cursor:
            cursor.execute(query, parameters)
            return list(cursor.fetchall())

    def stream(self, query: str, parameters: Sequence[Any] = (), at_once: int = 200) -> Iterator[Row]:
        """Rows as they are found, so many looked for at once, so that a caller may stop early."""
        with explained(), connections[self.alias].cursor() as cursor:
            cursor.execute(query, parameters)
            while part := cursor.fetchmany(at_once):
                yield from part

    def rows_in(self, query: str, values: Iterable[Any], before: Sequence[Any] = ()) -> list[Row]:
        """Rows of ``query``, whose ``{marks}`` is filled with the values, a few hundred at a time."""
        found: list[Row] = []
        values = list(values)
        for start in range(0, len(values), _PARAMETERS):
            part = values[start : start + _PARAMETERS]
            found += self.rows(query.replace("{marks}", ",".join(["%s"] * len(part))), (*before, *part))
        return found

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement that gives no rows back; the number of rows it touched."""
        with explained(), connections[self.alias].cursor() as cursor:
            cursor.execute(statement, parameters)
            return int(cursor.rowcount)

    def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            with explained(), connections[self.alias].cursor() as cursor:
                cursor.executemany(statement, rows)

    def compact(self) -> None:
        """Write the encrypted file anew without its empty pages, and empty its journal: nothing that was deleted is left in either.

        Outside a transaction. Raises Refused("database.not_a_file") for PostgreSQL, whose pages are not ours, and Busy("database.busy")
        while somebody else reads.
        """
        if self.postgres:
            raise Refused("database.not_a_file")
        self.rows("VACUUM")
        ((busy, *_),) = self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise Busy("database.busy")

    def rewrite(self) -> None:
        """Write the tables of records and of what is made of them anew in PostgreSQL, without rows that were deleted. Outside a transaction."""
        for (table,) in self.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE %s AND relname <> 'db_logleaf'", ("db\\_%",)):
            self.run(f'VACUUM FULL "{table}"')

    @contextmanager
    def roomy(self) -> Iterator[None]:
        """Much is written in this block: pages that are touched again and again stay in memory, and the journal is carried over less often.

        PostgreSQL has its own measures for both.
        """
        if self.postgres:
            yield
            return
        self._make_room(_ROOM)
        try:
            yield
        finally:
            self._make_room(1)

    def _make_room(self, times: int) -> None:
        for setting in (f"cache_size = -{times * CACHE_KIB}", f"wal_autocheckpoint = {times * CHECKPOINT_PAGES}"):
            self.rows(f"PRAGMA {setting}")

    @contextmanager
    def still(self) -> Iterator[None]:
        """The encrypted file keeps its bytes for the whole block, when its journal was empty at the beginning; others go on writing.

        They write into the journal, and SQLite carries nothing over from there while somebody reads who began with an empty journal.
        """
        with explained(), connections[self.alias].cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                cursor.execute("SELECT count(*) FROM sqlite_master").fetchall()
                yield
            finally:
                cursor.execute("ROLLBACK")

    def reserve_ids(self, table: str, count: int) -> int:
        """The first of ``count`` fresh ids in a row. Inside a transaction; ids of rows that were deleted do not come back."""
        if self.postgres:
            return int(self.rows(f"SELECT min(nextval(pg_get_serial_sequence('{table}', 'id'))) FROM generate_series(1, %s)", (count,))[0][0])
        last = self.rows("SELECT seq FROM sqlite_sequence WHERE name = %s", (table,))
        return int(last[0][0]) + 1 if last else 1

    def close(self) -> None:
        """Close this thread's connection."""
        connections[self.alias].close()


def _settings(engine: str, **given: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "ENGINE": engine,
        "NAME": "",
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "OPTIONS": {},
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "TEST": {"CHARSET": None, "COLLATION": None, "MIGRATE": True, "MIRROR": None, "NAME": None},
    }
    return base | given


def _file_settings(path: Path, key: bytes) -> dict[str, Any]:
    if path.exists() and path.stat().st_size % PAGE_SIZE:
        raise Damaged("database.damaged")
    path.touch(mode=0o600)  # the journal files take over the mode of the database file
    return _settings("letapis.engines.db.backend", NAME=str(path), KEY=HeldKey(key), OPTIONS={"transaction_mode": "IMMEDIATE"})


def _socket_settings(dsn: str) -> dict[str, Any]:
    """``postgresql://user@/name?host=/folder/of/socket[&port=5432]``: an absolute folder, nothing that could reach a network."""
    parts = urlsplit(dsn)
    options = parse_qs(parts.query)
    folder = options.pop("host", [""])
    port = options.pop("port", [""])
    if parts.hostname or parts.port or options or len(folder) != 1 or not folder[0].startswith("/"):
        raise Refused("database.remote_host")
    name = unquote(parts.path.removeprefix("/"))
    return _settings("django.db.backends.postgresql", NAME=name, USER=unquote(parts.username or ""), HOST=folder[0], PORT=port[0])


def open_workspace_database(workspace: Path | str, key: bytes, alias: str) -> Store:
    """Register ``alias`` for an encrypted file (a path) or a PostgreSQL of this machine (a ``postgresql://`` address), bring its
    tables up to date and give the Store back.

    Raises Locked("database.wrong_key"), Damaged("database.damaged"), Refused("database.remote_host"), Busy("database.unreachable").
    """
    dsn = str(workspace)
    local = _socket_settings(dsn) if dsn.startswith("postgresql://") else _file_settings(Path(workspace), key)
    forget(alias)
    connections.databases[alias] = local
    try:
        with explained():
            _migrate(alias)
    except LetapisError as error:
        forget(alias)
        if error.code == "database.statement":
            raise Busy("database.unreachable") from None
        raise
    return Store(alias)


def forget(alias: str) -> None:
    """Close this thread's connection of ``alias`` and drop its settings, and with them the key."""
    if alias in connections.databases:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]
    if DEFAULT_DB_ALIAS not in connections.databases:
        # Django asks the default connection for name limits whenever it renders models; its dummy stands there as at the start.
        connections.databases.update(connections.configure_settings({}))


def _migrate(alias: str) -> None:
    """Run what migrations are due; when another process runs them at this moment, wait for it."""
    for attempt in range(_ATTEMPTS):
        try:
            return _run_migrations(alias)
        except (DatabaseError, Busy):
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.2 * (attempt + 1))


def _run_migrations(alias: str) -> None:
    """The executor is called directly: the management command would write to the terminal."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] in ("db", "sessions")]
    if plan := executor.migration_plan(targets):
        executor.migrate(targets, plan=plan)
