"""The SQLite backend of Django with SQLCipher underneath.

The 32-byte raw key stands in ``settings_dict["KEY"]`` and never touches the disk. A connection is usable only after the
first page was read with it, so that a wrong key is found here and not in the middle of somebody's work.
"""

import datetime
import decimal
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.backends.sqlite3 import base as plain
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2

from letapis.core.errors import Locked

PAGE_SIZE: Final = 8192
_BUSY_SECONDS: Final = 10
CACHE_KIB: Final = 32_000
CHECKPOINT_PAGES: Final = 4_000

dbapi2.register_converter("bool", b"1".__eq__)
dbapi2.register_converter("date", plain.decoder(parse_date))
dbapi2.register_converter("time", plain.decoder(parse_time))
dbapi2.register_converter("datetime", plain.decoder(parse_datetime))
dbapi2.register_converter("timestamp", plain.decoder(parse_datetime))
dbapi2.register_adapter(decimal.Decimal, str)
dbapi2.register_adapter(datetime.date, plain.adapt_date)
dbapi2.register_adapter(datetime.datetime, plain.adapt_datetime)


class EncryptedCursor(dbapi2.Cursor):  # type: ignore[misc]  # the library has no types
    """Django speaks the "format" style of parameters, the library "qmark"."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(_convert(query, names), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        return super().executemany(_convert(query, None), param_list)


def _convert(query: str, names: list[str] | None) -> str:
    if names is None:
        return plain.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
    return query % {name: f":{name}" for name in names}


class DatabaseWrapper(plain.DatabaseWrapper):
    """One encrypted file; raises Locked("database.wrong_key") when the first page does not open."""

    display_name = "SQLCipher"
    Database = dbapi2

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params.setdefault("timeout", _BUSY_SECONDS)
        params["uri"] = False  # a file name is a file name, whatever characters it holds
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        key = self.settings_dict["KEY"]
        if not isinstance(key, bytes) or len(key) != 32:
            raise Locked("database.no_key")
        connection = dbapi2.connect(**conn_params)
        try:
            _unlock(connection, key)
        except dbapi2.DatabaseError as fault:
            connection.close()
            if getattr(fault, "sqlite_errorcode", 0) == dbapi2.SQLITE_NOTADB:
                raise Locked("database.wrong_key") from None
            raise
        register_functions(connection)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=EncryptedCursor)


def _unlock(connection: Any, key: bytes) -> None:
    """Give the key and the fixed settings. The key stands in the statement as hex, the one form without a derivation."""
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()  # its log would go to the terminal
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA cipher_page_size = {PAGE_SIZE}")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "temp_store = MEMORY",
        "foreign_keys = ON",
        "legacy_alter_table = OFF",
        "secure_delete = ON",
        "trusted_schema = OFF",
        f"cache_size = -{CACHE_KIB}",
        f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
    ):
        connection.execute(f"PRAGMA {setting}").fetchall()
