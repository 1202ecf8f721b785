"""Rows for bulk writing, checked against the columns before the database sees them.

A record from elsewhere may hold any text and any number. What does not fit a column is refused here with a code, alike on
both databases, so that one bad record cannot stop a whole batch in the middle of a statement.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db.models import NOT_PROVIDED, BinaryField, BooleanField, CharField, Field, Model, TextField

from letapis.core.errors import Damaged
from letapis.engines.db.store import Store

_LIMITS: Final = {"SmallIntegerField": 1 << 15, "PositiveSmallIntegerField": 1 << 15, "PositiveIntegerField": 1 << 31}
_BIG: Final = 1 << 63
_INSTEAD_OF_NUL: Final = "\u2400"  # PostgreSQL holds no NUL in text; the sealed record keeps it


Fit = Callable[[object], Any]
"""What a value of a column becomes; raises Damaged for one that does not fit."""


def _text(limit: int | None) -> Fit:
    most = _BIG if limit is None else limit

    def fit(value: object) -> str:
        if not isinstance(value, str):
            raise Damaged("ledger.column")
        if len(value) > most:
            raise Damaged("ledger.too_long")
        return value.replace("\x00", _INSTEAD_OF_NUL) if "\x00" in value else value

    return fit


def _raw(limit: int | None) -> Fit:
    """Ids and hashes have one length; where nothing is known they are empty."""

    def fit(value: object) -> bytes:
        if not isinstance(value, bytes):
            raise Damaged("ledger.column")
        if limit is not None and value and len(value) != limit:
            raise Damaged("ledger.id_length")
        return value

    return fit


def _number(limit: int) -> Fit:
    def fit(value: object) -> int:
        if not isinstance(value, int):
            raise Damaged("ledger.column")
        if not -limit <= value < limit:
            raise Damaged("ledger.out_of_range")
        return value

    return fit


def _or_nothing(fit: Fit) -> Fit:
    return lambda value: None if value is None else fit(value)


class Column:
    """One column: its name, what stands there when nothing is said, and what fits."""

    def __init__(self, field: "Field[Any, Any]") -> None:
        self.name = str(field.column)
        self.default = field.default
        self.fit = _fit(field)


def _fit(field: "Field[Any, Any]") -> Fit:
    if isinstance(field, (CharField, TextField)):
        fit = _text(field.max_length)
    elif isinstance(field, BinaryField):
        fit = _raw(field.max_length)
    elif isinstance(field, BooleanField):
        fit = bool
    else:
        fit = _number(_LIMITS.get(field.get_internal_type(), _BIG))
    return _or_nothing(fit) if field.null else fit


class Table:
    """Statements of one model. ``newest`` names the columns by which a later row of the same key takes the place of an earlier
    one, and ``same`` those in which both must agree; without it the first row of a key stays. ``replaces``: columns that are the key
    together, in which every row takes the place of the one before; the database counts the ids."""

    def __init__(
        self, model: type[Model], newest: Sequence[str] = (), same: Sequence[str] = (), once: bool = False, replaces: Sequence[str] = ()
    ) -> None:
        self.name = model._meta.db_table
        counted = ("AutoField", "BigAutoField") if replaces else ("AutoField",)
        fields = [field for field in model._meta.concrete_fields if not (field.primary_key and field.get_internal_type() in counted)]
        self._lay_out(tuple(Column(field) for field in fields))
        self.key = tuple(replaces) or (str(model._meta.pk.column),)
        self.statement = self._insert(newest, same, replaces)
        if once:  # a second row of the same key is a fault of ours
            self.statement = self.statement.removesuffix(" ON CONFLICT DO NOTHING")

    def without_id(self) -> "Table":
        """The same table with the database counting the ids."""
        self._lay_out(tuple(column for column in self.columns if column.name != "id"))
        self.statement = self._insert((), (), ())
        return self

    def _lay_out(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self._fits = tuple((column.name, column.fit) for column in columns)
        self._defaults = {column.name: column.default for column in columns if column.default is not NOT_PROVIDED}
        self._names = frozenset(column.name for column in columns)

    def _insert(self, newest: Sequence[str], same: Sequence[str], replaces: Sequence[str]) -> str:
        names = [f'"{column.name}"' for column in self.columns]
        head = f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) ON CONFLICT "
        if not newest and not replaces:
            return head + "DO NOTHING"
        changes = ", ".join(f"{name} = excluded.{name}" for name in names if name.strip('"') not in self.key)
        key = ", ".join(self.key)
        if replaces:
            return f"{head}({key}) DO UPDATE SET {changes}"
        theirs, ours = (", ".join(f"{side}.{name}" for name in newest) for side in ("excluded", self.name))
        agree = "".join(f" AND excluded.{name} = {self.name}.{name}" for name in same)
        return f"{head}({key}) DO UPDATE SET {changes} WHERE ({theirs}) > ({ours}){agree}"

    def row(self, values: Mapping[str, object]) -> tuple[Any, ...]:
        """A row of all columns. Raises Damaged("ledger.too_long" | "ledger.id_length" | "ledger.out_of_range" | "ledger.column")."""
        if not values.keys() <= self._names:
            raise KeyError(sorted(values.keys() - self._names)[0])
        return tuple([fit(values[name]) if name in values else self._defaults[name] for name, fit in self._fits])


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
