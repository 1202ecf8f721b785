"""Take a whole list back: every claim of it is retracted by whoever recorded it, with the reason, and whom it named alone is no longer shown.

Part of the journal after part, each in one transaction; one that was interrupted goes on with the same call. Where colleagues recorded parts
(one who went on, one who decided a group), each takes back their own, and the list is taken back when all have. Nothing is erased: the
records stay in the history, and the sealed files stay originals like any other.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused
from letapis.core.records import Draft
from letapis.core.standing import Level
from letapis.desk import items, ledger, list_files, list_import, reading
from letapis.desk.dossiers import entity_draft, require_text
from letapis.desk.list_changes import NEW
from letapis.desk.list_files import BEGUN, DONE, LIST, UNDOING, UNDONE, ListView
from letapis.desk.opening import Desk
from letapis.desk.reading.people import WITHDRAWN

_TARGETS: Final = 500


def take_back(desk: Desk, reader: Reader, ident: bytes, reason: str, progress: list_import.Progress | None = None) -> int:
    """Take an import back, or what the member recorded of it. Returns how many claims were retracted.

    ``progress`` is told how many steps are done of how many, in both passes over the journal; where it stops one, the same call goes on.
    Raises Refused("lists.undone") for the second time, Refused("lists.not_recorded") where nothing was recorded, Refused("lists.not_yours")
    for who recorded nothing of it, Refused("lists.newer_first") while a newer version of the list stands on it, UsageError("lists.reason").
    """
    known = list_files.shown(desk, reader, ident)
    said = require_text(reason, "lists.reason", 2000)
    _require_may(desk, reader, known)
    if known.state != UNDOING:
        items.change(desk, reader, LIST, ident, {"state": UNDOING, "text": said})
    home, total = reading.dossier(desk, reader, known.dossier), 0
    parts = sum(1 for _ in list_import.parts_of(desk, reader, ident))
    steps = 2 * parts  # each is gone through for its claims, and once more for whom it named
    with desk.store.roomy():
        for count, part in enumerate(list_import.parts_of(desk, reader, ident), start=1):
            if part.author == desk.me:
                with desk.store.transaction():
                    total += _part(desk, reader, home, part, said)
            if progress:
                progress(count, steps)
    _close_groups(desk, reader, known, said)
    if not waits_for(desk, reader, ident):
        for count, part in enumerate(list_import.parts_of(desk, reader, ident), start=parts + 1):
            _hide(desk, home, part)
            if progress and count < steps:
                progress(count, steps)
        items.change(desk, reader, LIST, ident, {"state": UNDONE})
    if progress:
        progress(steps, steps)
    return total


def authors(desk: Desk, reader: Reader, ident: bytes) -> frozenset[bytes]:
    """The members who recorded something of an import."""
    return frozenset(part.author for part in list_import.parts_of(desk, reader, ident))


def waits_for(desk: Desk, reader: Reader, ident: bytes) -> frozenset[bytes]:
    """The members whose part of an import still stands."""
    return frozenset(part.author for part in list_import.parts_of(desk, reader, ident) if _claims(desk, part))


def _require_may(desk: Desk, reader: Reader, known: ListView) -> None:
    if known.state == UNDONE:
        raise Refused("lists.undone")
    if known.state not in (BEGUN, DONE, UNDOING):
        raise Refused("lists.not_recorded")
    if desk.me not in (authors(desk, reader, known.ident) or {known.author}):
        raise Refused("lists.not_yours")
    newer = [one for one in list_files.imports_of(desk, reader, known.dossier) if one.previous == known.ident]
    if any(one.state in (BEGUN, DONE, UNDOING) for one in newer):
        raise Refused("lists.newer_first")


def _part(desk: Desk, reader: Reader, home: reading.DossierView, part: reading.ItemView, reason: str) -> int:
    """Take back what one part of the journal recorded, also what is kept out of sight: whoever lifts that restriction later must not bring a
    list back that was the wrong one. Returns how many claims were retracted."""
    refs = _claims(desk, part, unseen=True)
    drafts = [
        Draft("decision", home.work, {"dossier": home.dossier, "kind": "retract", "targets": tuple(some), "reason": reason})
        for some in (refs[at : at + _TARGETS] for at in range(0, len(refs), _TARGETS))
    ]
    ledger.append(desk, drafts)
    _hide(desk, home, part)
    ledger.append(desk, list(_tasks(desk, reader, part)))
    return len(refs)


def _hide(desk: Desk, home: reading.DossierView, part: reading.ItemView) -> None:
    """Whom a part named first and nothing else speaks of is no longer shown."""
    told = zip(part.record.refs("made"), part.record.texts("deed"), strict=True)
    hidden = _named_by_nothing_else(desk, home, [who for who, deed in told if deed == NEW])
    ledger.append(desk, [entity_draft(home.dossier, home.work, who, WITHDRAWN, label) for who, label in hidden])


def _claims(desk: Desk, part: reading.ItemView, unseen: bool = False) -> list[bytes]:
    """The claims that were recorded in one step with a part of the journal, right before it, and still stand; with ``unseen`` those as well that
    are in no table, of which nobody can tell here whether they stand."""
    last, count = part.record.header.seq, part.record.number("records")
    query = (
        "SELECT r.ref FROM db_record r LEFT JOIN db_claim c ON c.id = r.id WHERE r.device = %s AND r.seq >= %s AND r.seq < %s "
        "AND ((c.author = %s AND c.level > %s) OR (%s AND c.id IS NULL AND r.type = 'claim')) ORDER BY r.seq"
    )
    told = (part.record.header.device, last - count, last, part.author, int(Level.RETRACTED), unseen)
    return [bytes(row[0]) for row in desk.store.rows(query, told)]


def _named_by_nothing_else(desk: Desk, home: reading.DossierView, made: Sequence[bytes]) -> list[tuple[bytes, str]]:
    """Those of these entries of the dossier of whom no claim stands, no note and nothing else speaks, with their labels. A post says nothing
    without its claims, and an entry of another dossier is none of this one, whatever the journal names."""
    query = "SELECT DISTINCT subject FROM db_claim WHERE level > %s AND subject IN ({marks})"
    spoken = {bytes(row[0]) for row in desk.store.rows_in(query, made, (int(Level.RETRACTED),))}
    spoken |= {bytes(row[0]) for row in desk.store.rows_in("SELECT DISTINCT subject FROM db_note WHERE subject IN ({marks})", made)}
    others = "SELECT DISTINCT about FROM db_item WHERE dossier = %s AND type NOT IN ('task', 'post') AND about IN ({marks})"
    spoken |= {bytes(row[0]) for row in desk.store.rows_in(others, made, (home.dossier,))}
    labels = "SELECT entity, label FROM db_entity WHERE dossier = %s AND kind <> %s AND entity IN ({marks})"
    return [(bytes(who), str(label)) for who, label in desk.store.rows_in(labels, made, (home.dossier, WITHDRAWN)) if bytes(who) not in spoken]


def _tasks(desk: Desk, reader: Reader, part: reading.ItemView) -> Iterator[Draft]:
    """The tasks that came of it and that nobody has done, dropped."""
    query = "SELECT item FROM db_item WHERE type = 'task' AND state = 'open' AND item IN ({marks})"
    still = {bytes(row[0]) for row in desk.store.rows_in(query, part.record.refs("task"))}
    for task in part.record.refs("task"):
        if task in still:
            yield items.beside(desk, reader, "task", task, {"state": "dropped"})


def _close_groups(desk: Desk, reader: Reader, known: ListView, reason: str) -> None:
    waiting = [one for one in list_import.groups(desk, reader, known) if one.state == list_import.WAITING]
    told = {"state": list_import.LEFT, "text": reason}
    ledger.append(desk, [items.beside(desk, reader, list_import.GROUP, one.ident, told) for one in waiting])
