"""Somebody is taken off the public list: with the card go the statements that name them, where whoever recalls it says so.

What is left naming them stops the next build of the publisher (``desk.snapshots``), who sees only what is public and cannot decide it.
"""

from collections.abc import Collection

from letapis.core import still_named
from letapis.core.access import Reader
from letapis.core.errors import NotFound
from letapis.core.public_fold import STATEMENT, PublicState
from letapis.desk import public_record, reading
from letapis.desk.opening import Desk


def naming(desk: Desk, reader: Reader, state: PublicState) -> list[tuple[bytes, PublicState]]:
    """Statements, public or proposed, in whose words the person of a card stands by name, each with its dossier: in the dossiers of the reader."""
    names = frozenset(name for one in state.versions if one.card for name in still_named.names_of(one.card))
    if not names:
        return []
    with_one = {bytes(row[0]) for row in desk.store.rows("SELECT DISTINCT dossier FROM db_item WHERE type = 'public_statement'")}
    held = with_one & {one.dossier for one in reading.dossiers(desk, reader)} if with_one else set()
    known = [one for one in public_record.every(desk, reader, held) if one[1].kind == STATEMENT and one[1].alive] if held else []
    return [(home, one) for home, one in known if _names(desk, one, names)]


def _names(desk: Desk, state: PublicState, names: Collection[str]) -> bool:
    shown = [one.statement for one in (state.standing, *state.waiting, *state.contested) if one is not None and one.statement is not None]
    return any(still_named.names_in(one, names, desk.catalogue.names.told) for one in shown)


def recall(desk: Desk, reader: Reader, dossier: bytes, ident: bytes, because: str, statements: Collection[bytes] = ()) -> None:
    """Recall a card or a statement, and with a card these of the statements that name its person, all of it or nothing. Raises as
    ``public_record.recall`` does, NotFound for a statement that does not name them."""
    with desk.store.transaction():
        found = naming(desk, reader, public_record.state_of(desk, reader, dossier, ident)) if statements else []
        known = {one.ident: home for home, one in found}
        if not set(statements) <= known.keys():
            raise NotFound("reading.not_found")
        public_record.recall(desk, reader, dossier, ident, because)
        for one in sorted(set(statements)):
            public_record.recall(desk, reader, known[one], one, because)
