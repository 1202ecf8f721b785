"""Write working items: tasks, hearings, contacts, lines of a sheet. Each change is a new version; the latest one is shown.

Nothing that a colleague wrote is overwritten: a version names those that its writer had seen, and two that do not know of each
other stand side by side until somebody has seen both.
"""

from collections.abc import Mapping
from typing import Final

from letapis.core.access import Reader
from letapis.core.canonical import Kind
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.records import SCHEMAS, Draft, Record, Value
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
    made from, the one it showed first; one that came while somebody typed stays beside the new one.

    Raises NotFound for what is not theirs, Refused("items.contested") while several versions stand side by side and ``seen`` does not
    name all of them: what nobody has looked at is never settled.
    """
    known = reading.item(desk, reader, item, kind)
    base = known.record
    if seen and (seen[0] != known.ref or not set(seen) <= set(known.heads)):
        versions = {version.ref: version.record for version in reading.versions(desk, reader, item)}
        if not set(seen) <= set(versions):
            raise NotFound("reading.not_found")
        base = versions[seen[0]]
    if known.contested and not set(known.heads) <= set(seen):
        raise Refused("items.contested")
    return _next(desk, known, base, changes, seen or known.heads)


def _next(desk: Desk, known: reading.ItemView, base: Record, changes: Mapping[str, Value], after: tuple[bytes, ...]) -> Draft:
    body = {name: value for name, value in base.body.items() if name != "after"}
    return draft(desk, known.type, known.compartment, {**body, **changes}, known.item, after)


def change(desk: Desk, reader: Reader, kind: str, item: bytes, changes: Mapping[str, Value], seen: tuple[bytes, ...] = ()) -> None:
    """Record a next version of an item. Raises as ``changed`` does."""
    ledger.append(desk, [changed(desk, reader, kind, item, changes, seen)])


def beside(desk: Desk, reader: Reader, kind: str, item: bytes, changes: Mapping[str, Value]) -> Draft:
    """A next version of the one that is shown, which settles nothing: for what must be kept now, whatever else waits to be looked at."""
    known = reading.item(desk, reader, item, kind)
    return _next(desk, known, known.record, changes, (known.ref,))


def keep_version(desk: Desk, reader: Reader, kind: str, item: bytes, ref: bytes, seen: tuple[bytes, ...]) -> None:
    """Of the versions that somebody saw side by side, go on with this one: it is written anew after all of them.

    Raises NotFound for one that is not among them, and as ``changed`` does.
    """
    if ref not in seen:
        raise NotFound("reading.not_found")
    change(desk, reader, kind, item, {}, (ref, *(one for one in seen if one != ref)))
