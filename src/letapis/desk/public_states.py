"""Records of the public compartments as ``core.public_fold`` takes them: which are read, and which of them count."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from letapis.core.access import Reader
from letapis.core.public_check import is_bare_jpeg
from letapis.core.public_fold import CARD, STATEMENT, Approval, PublicState, Recall, Version, fold
from letapis.core.records import Record
from letapis.desk import people, reading
from letapis.desk.opening import Desk
from letapis.desk.vault import COLUMNS, open_rows
from letapis.engines.db.models import Record as Row

VERSIONS: Final[Mapping[str, str]] = {"public_card": CARD, "public_statement": STATEMENT}
APPROVAL: Final = "public_approval"
RECALL: Final = "public_recall"
_TYPES: Final = (*VERSIONS, APPROVAL, RECALL)
_HOMES: Final = 200
"""Compartments that are read at once."""


def home_of(desk: Desk, reader: Reader, dossier: bytes) -> bytes:
    pub = reading.dossier(desk, reader, dossier).pub
    reader.require(pub)
    return pub


def homes_of(desk: Desk, reader: Reader) -> list[tuple[bytes, bytes]]:
    """Public compartments that the reader holds, each with its dossier, whether or not they hold more of it."""
    rows = desk.store.rows("SELECT compartment, dossier FROM db_compartment WHERE klass = 'PUB' ORDER BY compartment")
    return [(bytes(row[0]), bytes(row[1])) for row in rows if reader.holds(bytes(row[0]))]


def dossier_of(desk: Desk, home: bytes) -> bytes:
    return bytes(desk.store.rows("SELECT dossier FROM db_compartment WHERE compartment = %s", (home,))[0][0])


def states(desk: Desk, homes: Iterable[bytes]) -> dict[bytes, PublicState]:
    return fold(*gathered(desk, list(homes)), desk.catalogue.publication)


Gathered = tuple[list[Version], list[Approval], list[Recall]]


def gathered(desk: Desk, homes: Sequence[bytes]) -> Gathered:
    """The records of these compartments. A version or an approval is read where it counts. A recall is read whatever it weighs, if only
    somebody signed it who was ever one of us: that a device turns out to have been in other hands must not put a card back into public."""
    made: Gathered = ([], [], [])
    query = f"SELECT {COLUMNS} FROM db_record WHERE state = %s AND type IN {_TYPES} AND compartment IN ({{marks}}) ORDER BY id"
    counting = "SELECT v.id, v.author FROM db_record r JOIN db_itemversion v ON v.id = r.id WHERE r.state = %s AND r.compartment IN ({marks})"
    for start in range(0, len(homes), _HOMES):
        part = homes[start : start + _HOMES]
        authors = {int(row): bytes(author) for row, author in desk.store.rows_in(counting, part, (Row.OK,))}
        for opened in open_rows(desk, desk.store.rows_in(query, part, (Row.OK,))):
            _sort_in(made, opened.record, authors.get(opened.row, b""), desk)
    return made


def _sort_in(made: Gathered, record: Record, author: bytes, desk: Desk) -> None:
    hour, ref = record.header.recorded, record.ref
    if record.type == RECALL:
        signed = people.directory(desk).member_of(record.header.device)
        if signed:
            made[2].append(Recall(ref, record.raw("about"), signed, record.text("because"), hour))
    elif author and record.type == APPROVAL:
        made[1].append(Approval(ref, record.raw("version"), author, record.raw("digest"), frozenset(record.texts("look")), hour))
    elif author:
        made[0].append(_version(record, author))


def _version(record: Record, author: bytes) -> Version:
    kind = VERSIONS[record.type]
    named: dict[str, Any] = {"after": record.refs("after"), "recalls": record.refs("recalls"), "home": record.header.compartment}
    said = (record.header.recorded, record.raw("content"), record.raw("salt"))
    return Version(record.ref, kind, record.raw(kind), author, *said, photo=picture(record.raw("photo")), **named)


def picture(photo: bytes) -> str:
    """The digest of a picture, ``unfit`` for one that holds more than a picture, empty for none."""
    if not photo:
        return ""
    return hashlib.sha256(photo).hexdigest() if is_bare_jpeg(photo) else "unfit"
