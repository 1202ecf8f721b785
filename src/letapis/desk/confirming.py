"""Ask a compartment's own records whether a key is theirs, after each exchange.

A compartment begins at epoch 1 with whoever says so in it; that one lets others in, and they others. A key is the compartment's when one of them
says its number there. Where two who began it stand under different keys, two compartments pass for one: none of the keys in doubt is taken.
"""

from collections.abc import Sequence
from typing import Final

from letapis.desk import held_keys, people, relay_names
from letapis.desk.opening import Desk
from letapis.desk.vault import COLUMNS, open_rows
from letapis.engines.db.models import Record as Row

_FIRST: Final = 1
Grant = tuple[bytes, bytes]
"""Who let in, who was let in."""


def confirm_keys(desk: Desk) -> None:
    """Weigh every key that came from somebody of whom nothing was known here; once two contradict each other it stays in doubt."""
    open_doubts = {key: value for key, value in held_keys.doubts(desk.store).items() if value != held_keys.CONTRADICTED}
    before = held_keys.shut(desk.store)
    said = {compartment: _said(desk, compartment) for compartment in {compartment for compartment, _ in open_doubts}}
    for key, value in open_doubts.items():
        now = held_keys.CONFIRMED if key[1] in said[key[0]] else held_keys.WAITS
        if now != value:
            held_keys.note(desk.store, key, now)
    opened = before - held_keys.shut(desk.store)
    query = "SELECT DISTINCT compartment FROM db_record WHERE device = %s AND compartment IN ({marks})"
    waited = {bytes(row[0]) for row in desk.store.rows_in(query, opened, (desk.device,))}
    if waited:
        relay_names.leave_anew(desk, waited, own=True)  # written here before two compartments passed for one


def _said(desk: Desk, compartment: bytes) -> set[int]:
    """Epochs of which those say in a compartment that they are its own who were let into it."""
    types = ("compartment", "grant")
    query = f"SELECT {COLUMNS} FROM db_record WHERE compartment = %s AND state = %s AND type IN (%s, %s) ORDER BY id"
    begun: set[tuple[bytes, int]] = set()
    grants, stated = list[Grant](), list[tuple[bytes, int]]()
    rows = desk.store.rows(query, (compartment, Row.OK, *types))
    sealed = {int(ident): int(epoch) for ident, epoch in desk.store.rows("SELECT id, epoch FROM db_record WHERE compartment = %s", (compartment,))}
    for one in open_rows(desk, rows):
        record = one.record
        author, counts, _ = people.weigh(people.directory(desk), record.header.device, record.header.seq)
        if not author or record.raw("compartment") != compartment:
            continue
        if record.type == "grant":
            grants.append((author, record.raw("member")))
        elif record.number("epoch") == _FIRST:
            begun.add((author, sealed[one.row]))
            stated.append((author, _FIRST))
        elif counts:
            stated.append((author, record.number("epoch")))
    founders = {author for author, _ in begun}
    if len(founders) > 1 and len({epoch for _, epoch in begun}) > 1:
        return set()
    inside = _let_in(founders, grants)
    return {epoch for author, epoch in stated if author in inside}


def _let_in(founders: set[bytes], grants: Sequence[Grant]) -> set[bytes]:
    inside, before = set(founders), -1
    while len(inside) != before:
        before = len(inside)
        inside |= {member for by, member in grants if by in inside}
    return inside
