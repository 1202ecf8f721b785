"""Rows for bulk writing, checked against the columns before the database sees them.

A record from elsewhere may hold any text and any number. What does not fit a column is refused here with a code, alike on
both databases, so that one bad record cannot stop a whole batch in the middle of a statement.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import NOT_PROVIDED, BinaryField, BooleanField, CharField, Field, Model, TextField

from letapis.core.errors import Damaged
from letapis.engines.db.store import Store

_LIMITS: Final = {"SmallIntegerField": 1 << 15, "PositiveSmallIntegerField": 1 << 15, "PositiveIntegerField": 1 << 31}
_BIG: Final = 1 << 63
_INSTEAD_OF_NUL: Final = "\u2400"  # PostgreSQL holds no NUL in text; the sealed record keeps it


def _text(limit: int | None, value: object) -> str:
    if not isinstance(value, str):
        raise Damaged("ledger.column")
    if limit is not None and len(value) > limit:
        raise Damaged("ledger.too_long")
    return value.replace("\x00", _INSTEAD_OF_NUL) if "\x00" in value else value


def _raw(limit: int | None, value: object) -> bytes:
    """Ids and hashes have one length; where nothing is known they are empty."""
    if not isinstance(value, bytes):
        raise Damaged("ledger.column")
    if limit is not None and value and len(value) != limit:
        raise Damaged("ledger.id_length")
    return value


def _number(limit: int, value: object) -> int:
    if not isinstance(value, int):
        raise Damaged("ledger.column")
    if not -limit <= value < limit:
        raise Damaged("ledger.out_of_range")
    return value


class Column:
    """One column: its name, what stands there when nothing is said, and what fits."""

    def __init__(self, field: "Field[Any, Any]") -> None:
        self.name = str(field.column)
        self.default = field.default
        self.nullable = field.null
        self.limit = field.max_length
        self.kind = "text" if isinstance(field, (CharField, TextField)) else "raw" if isinstance(field, BinaryField) else "number"
        if isinstance(field, BooleanField):
            self.kind = "flag"
        self.bound = _LIMITS.get(field.get_internal_type(), _BIG)

    def fit(self, value: object) -> Any:
        if value is None and self.nullable:
            return None
        if self.kind == "text":
            return _text(self.limit, value)
        if self.kind == "raw":
            return _raw(self.limit, value)
        return bool(value) if self.kind == "flag" else _number(self.bound, value)


class Table:
    """Statements of one model. ``newest`` names the columns by which a later row of the same key takes the place of an earlier
    one, and ``same`` those in which both must agree; without it the first row of a key stays, unless every row ``replaces`` it."""

    def __init__(
        self, model: type[Model], newest: Sequence[str] = (), same: Sequence[str] = (), once: bool = False, replaces: bool = False
    ) -> None:
        self.name = model._meta.db_table
        fields = [field for field in model._meta.concrete_fields if not (field.primary_key and field.get_internal_type() == "AutoField")]
        self.columns = tuple(Column(field) for field in fields)
        self.key = str(model._meta.pk.column)
        self.statement = self._insert(newest, same, replaces)
        if once:  # a second row of the same key is a fault of ours
            self.statement = self.statement.removesuffix(" ON CONFLICT DO NOTHING")

    def without_id(self) -> "Table":
        """The same table with the database counting the ids."""
        self.columns = tuple(column for column in self.columns if column.name != "id")
        self.statement = self._insert((), (), replaces=False)
        return self

    def _insert(self, newest: Sequence[str], same: Sequence[str], replaces: bool) -> str:
        names = [f'"{column.name}"' for column in self.columns]
        head = f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) ON CONFLICT "
        if not newest and not replaces:
            return head + "DO NOTHING"
        changes = ", ".join(f"{name} = excluded.{name}" for name in names if name != f'"{self.key}"')
        if replaces:
            return f"{head}({self.key}) DO UPDATE SET {changes}"
        theirs, ours = (", ".join(f"{side}.{name}" for name in newest) for side in ("excluded", self.name))
        agree = "".join(f" AND excluded.{name} = {self.name}.{name}" for name in same)
        return f"{head}({self.key}) DO UPDATE SET {changes} WHERE ({theirs}) > ({ours}){agree}"

    def row(self, values: Mapping[str, object]) -> tuple[Any, ...]:
        """A row of all columns. Raises Damaged("ledger.too_long" | "ledger.id_length" | "ledger.out_of_range" | "ledger.column")."""
        row, used = [], 0
        for column in self.columns:
            if column.name in values:
                used += 1
                row.append(column.fit(values[column.name]))
            elif column.default is not NOT_PROVIDED:
                row.append(column.default)
            else:
                raise KeyError(column.name)
        if used != len(values):
            raise KeyError(sorted(set(values) - {column.name for column in self.columns})[0])
        return tuple(row)


class Rows:
    """Rows that wait to be written, by table, in the order in which they came."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}

    def add(self, table: str, **values: object) -> None:
        self._waiting.setdefault(table, []).append(self._tables[table].row(values))

    def take_over(self, other: "Rows") -> None:
        """Add the rows of one record after all of them were found to fit."""
        for table, rows in other._waiting.items():
            self._waiting.setdefault(table, []).extend(rows)

    def write(self, store: Store) -> None:
        for table, rows in self._waiting.items():
            store.run_many(self._tables[table].statement, rows)
        self._waiting.clear()
