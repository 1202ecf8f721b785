"""What a dossier said on an earlier day: the fold over the records that had been recorded by then.

What was written later does not exist: neither a claim nor a check, an objection or a correction. Who counts as a member and which device is
trusted is read as today, because a device that turned out to be in other hands was not to be relied on then either.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from letapis.core.access import Reader
from letapis.core.fold import DossierState, fold
from letapis.core.standing import live_rulings
from letapis.desk import people
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, RulingView, claims, rulings_of_dossier
from letapis.desk.reading.people import dossier
from letapis.desk.vault import COLUMNS, open_rows
from letapis.engines.db.models import Record as Row

_WEIGHED: Final = ("claim", "decision", "source", "evidence")


@dataclass(frozen=True)
class Then:
    """Claims with the worth that they had by the end of a day, and the words on elements that reviewers had said and not taken back."""

    claims: tuple[ClaimView, ...]
    judgements: tuple[RulingView, ...]


def then(desk: Desk, reader: Reader, ident: bytes, day: date) -> Then:
    """The dossier as it stood at the end of this day."""
    state, found = _state(desk, reader, ident, day), []
    for view in claims(desk, reader, ident):
        known = state.claims.get(view.ref)
        if known is not None:
            standing = known.standing
            checkers = frozenset(standing.checkers)
            worth = replace(view, level=standing.level, independent=standing.independent, checks=len(checkers), checkers=checkers)
            found.append(replace(worth, replaced=bool(standing.replaced_by), contested=known.contested))
    alive = {ruling.ref for group in live_rulings(state.rulings).values() for ruling in group}
    judgements = [view for view in rulings_of_dossier(desk, reader, ident, ("judge",)) if view.ref in alive]
    return Then(tuple(found), tuple(judgements))


def _state(desk: Desk, reader: Reader, ident: bytes, day: date) -> DossierState:
    """The fold over the dossier's records in compartments that the reader holds."""
    home = dossier(desk, reader, ident)
    held = [compartment for compartment in (home.work, home.raw) if reader.holds(compartment)]
    marks = ",".join(["%s"] * len(held)), ",".join(["%s"] * len(_WEIGHED))
    query = f"SELECT {COLUMNS} FROM db_record WHERE compartment IN ({marks[0]}) AND type IN ({marks[1]}) AND state = %s AND recorded < %s ORDER BY id"
    rows = desk.store.rows(query, (*held, *_WEIGHED, Row.OK, (day + timedelta(days=1)).isoformat()))
    records = [opened.record for opened in open_rows(desk, rows)]
    return fold((r for r in records if r.raw("dossier") == ident), people.directory(desk), desk.catalogue.vocabulary)
