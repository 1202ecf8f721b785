"""Write working items: tasks, hearings, contacts, lines of a sheet. Each change is a new version; the latest one is shown.

Nothing that a colleague wrote is overwritten: a version names those that its writer had seen, and two that do not know of each
other stand side by side until somebody has seen both.
"""

from collections.abc import Mapping
from typing import Final

from letapis.core.access import Reader
from letapis.core.canonical import Kind
from letapis.core.errors import NotFound, UsageError
from letapis.core.records import SCHEMAS, Draft, Value
from letapis.desk import ledger, reading
from letapis.desk.opening import Desk
from letapis.desk.projections import ITEMS

MAX_TEXT: Final = 20_000


def draft(desk: Desk, kind: str, compartment: bytes, body: Mapping[str, Value], item: bytes = b"", after: tuple[bytes, ...] = ()) -> Draft:
    """A version of a working item, to be appended with others in one transaction. Empty values are left out; ``item``: of this one.

    Raises UsageError("items.too_long") for a text beyond MAX_TEXT.
    """
    said = {name: value for name, value in body.items() if value not in ("", b"", ())}
    if any(isinstance(value, str) and len(value) > MAX_TEXT for value in said.values()):
        raise UsageError("items.too_long")
    ident = item or desk.randomness(16)
    empty = {spec.name: "" for spec in SCHEMAS[kind] if spec.required and spec.kind is Kind.TEXT}
    return Draft(kind, compartment, {**empty, **said, ITEMS[kind].ident: ident, **({"after": after} if after else {})})


def new(desk: Desk, kind: str, compartment: bytes, body: Mapping[str, Value]) -> bytes:
    """Record a new working item. Returns its id. Raises Locked for a compartment that this device does not hold."""
    made = draft(desk, kind, compartment, body)
    ledger.append(desk, [made])
    ident = made.body[ITEMS[kind].ident]
    assert isinstance(ident, bytes)
    return ident


def changed(desk: Desk, reader: Reader, kind: str, item: bytes, changes: Mapping[str, Value], seen: tuple[bytes, ...] = ()) -> Draft:
    """A next version of an item with these fields changed; an empty value takes a field away. ``seen``: the versions that a form was
    made from; one that came while somebody typed stays beside the new one. Raises NotFound for what is not theirs."""
    known = reading.item(desk, reader, item)
    if known.type != kind:
        raise NotFound("reading.not_found")
    base, after = known.record, known.heads
    if seen and set(seen) != set(known.heads):
        versions = {version.ref: version.record for version in reading.versions(desk, reader, item)}
        if not set(seen) <= set(versions):
            raise NotFound("reading.not_found")
        base, after = versions[seen[0]], seen
    body = {**base.body, **changes}
    body.pop("after", None)
    return draft(desk, kind, known.compartment, body, item, after)


def change(desk: Desk, reader: Reader, kind: str, item: bytes, changes: Mapping[str, Value], seen: tuple[bytes, ...] = ()) -> None:
    """Record a next version of an item."""
    ledger.append(desk, [changed(desk, reader, kind, item, changes, seen)])


def keep_version(desk: Desk, reader: Reader, kind: str, item: bytes, ref: bytes) -> None:
    """Of the versions that stand side by side, go on with this one: it is written anew after all of them. Raises NotFound for another."""
    known = reading.item(desk, reader, item)
    chosen = next((version for version in reading.versions(desk, reader, item) if version.ref == ref and version.is_head), None)
    if known.type != kind or chosen is None:
        raise NotFound("reading.not_found")
    body = {name: value for name, value in chosen.record.body.items() if name != "after"}
    ledger.append(desk, [draft(desk, kind, known.compartment, body, item, known.heads)])
