"""What happens to a line after the sheet was saved: corrected, named later, struck out; and the undoing of a whole sheet.

Nothing is overwritten. A correction is a new version of the line and a new claim in place of the old one; what another source says of
the same person stands beside it. Struck out means: this person was named wrongly, and what was said of them is taken back.
"""

from collections.abc import Mapping, Sequence

from letapis.core.access import Reader
from letapis.core.daysheet import Row, faults
from letapis.core.errors import Refused, UsageError
from letapis.core.records import Draft, Value
from letapis.core.standing import Level
from letapis.core.vocabulary import canonical_value
from letapis.desk import items, ledger, reading
from letapis.desk.daysheets import Batch, cells_of, label_of, told_of
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk


def correct_line(
    desk: Desk, reader: Reader, line: bytes, row: Row, source: bytes = b"", reason: str = "", seen: tuple[bytes, ...] = ()
) -> None:
    """Say a line anew, or name somebody who was only described. ``source``: who says so, if not the source of the sheet; ``seen``: the
    versions that were on the page.

    Raises UsageError for cells that cannot be read, and "verify.reason" when something is taken away without a reason; Refused for a line
    that was struck out.
    """
    known, sheet = _open_line(desk, reader, line)
    if row.is_empty or faults(row, sheet.day):
        raise UsageError("daysheets.line", str(known.number))
    if row == known.row and not source:
        return
    home = reading.dossier(desk, reader, known.item.dossier)
    if source and source not in {one.source for one in reading.sources(desk, reader, home.dossier)}:
        raise UsageError("claims.source")
    other = bool(source) and source != sheet.source
    batch = Batch(desk, home, source or sheet.source, sheet.basis)
    gone = _say_anew(desk, batch, known, told_of(row, sheet.day, sheet.place, sheet.agency), _standing(desk, reader, known), other)
    if label_of(row, known.number) != label_of(known.row, known.number):
        batch.entity(known.entity, "person", label_of(row, known.number))
    if gone:
        batch.add(_retract(home, gone, require_text(reason, "verify.reason", 4000)))
    made = batch.taken()
    changes: dict[str, Value] = {**cells_of(row), "claims": (*sorted(known.claims), *made), "reason": reason.strip()}
    batch.add(items.changed(desk, reader, "sheet_line", line, changes, seen))
    batch.append()


Told = Mapping[str, tuple[str, bool]]


def _say_anew(desk: Desk, batch: Batch, known: reading.LineView, told: Told, old: Mapping[str, reading.ClaimView], other: bool) -> tuple[bytes, ...]:
    """Claims for what changed; returns the references of those that nothing takes the place of. Another source replaces nothing."""
    for name, (value, about) in told.items():
        before = old.get(name)
        same = before is not None and canonical_value(desk.catalogue.vocabulary.parse_value(name, value)) == before.value
        if not (same and before is not None and (before.certainty == "about") == about):
            batch.claim(known.entity, name, value, known.passage, about, before.ref if before and not other else b"")
    return () if other else tuple(claim.ref for name, claim in old.items() if name not in told)


def strike_line(desk: Desk, reader: Reader, line: bytes, reason: str, seen: tuple[bytes, ...] = ()) -> None:
    """Wrongly named: what the line said is taken back with this reason, and nobody is asked to look for the person any more."""
    known, _ = _open_line(desk, reader, line)
    home = reading.dossier(desk, reader, known.item.dossier)
    why = require_text(reason, "verify.reason", 4000)
    refs = tuple(claim.ref for claim in _standing(desk, reader, known).values())
    drafts = [_retract(home, refs, why)] if refs else []
    drafts.append(items.changed(desk, reader, "sheet_line", line, {"state": "struck", "reason": why}, seen))
    ledger.append(desk, [*drafts, *_dropped(desk, reader, [known])])


def undo_sheet(desk: Desk, reader: Reader, sheet: bytes) -> None:
    """Take a whole sheet back, right after it was saved. Raises Refused once a line was changed, checked or followed by news, and for
    a sheet of somebody else: then each line has a life of its own and is struck out for itself."""
    head = reading.sheet(desk, reader, sheet)
    if not can_undo(desk, reader, head):
        raise Refused("daysheets.undo_late")
    home = reading.dossier(desk, reader, head.item.dossier)
    lines = reading.sheet_lines(desk, reader, sheet)
    refs = tuple(claim.ref for claim in _claims_of(desk, reader, head, lines))
    drafts = [_retract(home, refs, ""), items.changed(desk, reader, "sheet", sheet, {"state": "undone"})]
    ledger.append(desk, [*drafts, *_dropped(desk, reader, lines)])


def can_undo(desk: Desk, reader: Reader, head: reading.SheetView) -> bool:
    """Whether the reader saved this sheet and nothing has happened to it since."""
    if head.item.state != "open" or head.item.author != reader.member:
        return False
    lines = reading.sheet_lines(desk, reader, head.item.item)
    touched = any(line.struck or line.news or line.item.record.refs("after") for line in lines)
    return not touched and all(claim.level == Level.OPEN and not claim.checkers for claim in _claims_of(desk, reader, head, lines))


def _claims_of(desk: Desk, reader: Reader, head: reading.SheetView, lines: Sequence[reading.LineView]) -> list[reading.ClaimView]:
    own = head.claims.union(*(line.claims for line in lines))
    return [claim for claim in reading.claims(desk, reader, head.item.dossier) if claim.rid in own]


def _open_line(desk: Desk, reader: Reader, line: bytes) -> tuple[reading.LineView, reading.SheetView]:
    known = reading.sheet_line(desk, reader, line)
    sheet = reading.sheet(desk, reader, known.item.parent)
    if known.struck or sheet.undone:
        raise Refused("daysheets.struck")
    return known, sheet


def _standing(desk: Desk, reader: Reader, known: reading.LineView) -> dict[str, reading.ClaimView]:
    """What came of a line and still stands, by property."""
    told = reading.claims(desk, reader, known.item.dossier, subject=known.entity)
    return {claim.property: claim for claim in told if claim.rid in known.claims and not claim.replaced and claim.level > Level.RETRACTED}


def _retract(home: reading.DossierView, refs: tuple[bytes, ...], reason: str) -> Draft:
    body: dict[str, Value] = {"dossier": home.dossier, "kind": "retract", "targets": refs}
    return Draft("decision", home.work, body | ({"reason": reason} if reason else {}))


def _dropped(desk: Desk, reader: Reader, lines: Sequence[reading.LineView]) -> list[Draft]:
    """Tasks to ask about these people fall away; one of which two versions stand side by side stays until somebody looked at both."""
    tasks = [line.task for line in lines if line.task and not line.task.contested]
    return [items.changed(desk, reader, "task", task.item, {"state": "dropped"}) for task in tasks]
