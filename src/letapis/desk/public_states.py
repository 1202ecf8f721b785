"""Records of the public compartments as ``core.public_fold`` takes them: which are read, and which of them count."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.access import Reader
from letapis.core.public_check import is_bare_jpeg
from letapis.core.public_fold import CARD, STATEMENT, Approval, Content, PublicState, Recall, Version, content_of, fold
from letapis.core.records import Record
from letapis.desk import people, reading
from letapis.desk.opening import Desk
from letapis.desk.vault import opened_by_ref
from letapis.engines.collector import without_collector
from letapis.engines.db.models import Record as Row

VERSIONS: Final[Mapping[str, str]] = {"public_card": CARD, "public_statement": STATEMENT}
APPROVAL: Final = "public_approval"
RECALL: Final = "public_recall"
TYPES: Final = frozenset((*VERSIONS, APPROVAL, RECALL))
_LISTED: Final = (  # Of which type they are is asked here: a database asked for both goes through all that was ever public.
    "SELECT r.ref, r.type, r.device, v.author FROM db_record r LEFT JOIN db_itemversion v ON v.id = r.id"
    " WHERE r.state = %s AND r.compartment IN ({marks}) ORDER BY r.id"
)
_KEPT: Final = "public"
_HOMES: Final = 800
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
    return gathered(desk, list(homes)).states(desk)


Held = tuple[bytes, Version | Approval | Recall, Content | None]
"""A record as it was read: the member who signed it, what it says, and what the bytes of a version hold."""


@dataclass(frozen=True)
class Gathered:
    """The records of some compartments that count."""

    held: tuple[Held, ...]

    @property
    def recalls(self) -> list[Recall]:
        return [one for _, one, _ in self.held if isinstance(one, Recall)]

    def states(self, desk: Desk) -> dict[bytes, PublicState]:
        said = [one for _, one, _ in self.held]
        versions, approvals = [one for one in said if isinstance(one, Version)], [one for one in said if isinstance(one, Approval)]
        contents = {one.ref: content for _, one, content in self.held if content is not None}
        with without_collector():
            return fold(versions, approvals, self.recalls, desk.catalogue.publication, contents)


def gathered(desk: Desk, homes: Sequence[bytes]) -> Gathered:
    """The records of these compartments. A version or an approval is read where it counts. A recall is read whatever it weighs, if only
    somebody signed it who was ever one of us: that a device turns out to have been in other hands must not put a card back into public.
    What a publisher wrote or approved counts for nothing: who cannot see what a card stands on does not stand behind it.

    What was opened stays in this process until the desk is locked or something is erased; which of it is there and counts is asked each time.
    """
    kept: dict[bytes, Held] = desk.kept.setdefault(_KEPT, {})
    known, found = people.directory(desk), list[Held]()
    makers = {one.member for one in known.members.values() if one.publisher}
    for start in range(0, len(homes), _HOMES):
        rows = [row for row in desk.store.rows_in(_LISTED, homes[start : start + _HOMES], (Row.OK,)) if row[1] in TYPES]
        signed = {bytes(ref): known.member_of(device) or b"" if kind == RECALL else bytes(author or b"") for ref, kind, device, author in rows}
        signed |= {bytes(ref): b"" for ref, kind, _, _ in rows if kind != RECALL and signed[bytes(ref)] in makers}
        fresh = [ref for ref, author in signed.items() if author and (ref not in kept or kept[ref][0] != author)]
        with without_collector():
            for opened in opened_by_ref(desk, fresh).values():
                kept[opened.record.ref] = _held(desk, opened.record, signed[opened.record.ref])
        found += [kept[ref] for ref, author in signed.items() if author]
    return Gathered(tuple(found))


def _held(desk: Desk, record: Record, author: bytes) -> Held:
    hour, ref, home = record.header.recorded, record.ref, record.header.compartment
    if record.type == RECALL:
        return author, Recall(ref, record.raw("about"), author, record.text("because"), hour, record.text("until"), home), None
    if record.type == APPROVAL:
        return author, Approval(ref, record.raw("version"), author, record.raw("digest"), frozenset(record.texts("look")), hour, home), None
    kind = VERSIONS[record.type]
    named: dict[str, Any] = {"after": record.refs("after"), "recalls": record.refs("recalls"), "home": home}
    named |= {name: record.text(name) for name in ("begins", "until")} if kind == CARD else {}
    said = (hour, record.raw("content"), record.raw("salt"))
    version = Version(ref, kind, record.raw(kind), author, *said, photo=picture(record.raw("photo")), **named)
    return author, version, content_of(version, desk.catalogue.publication)


def picture(photo: bytes) -> str:
    """The digest of a picture, ``unfit`` for one that holds more than a picture, empty for none."""
    if not photo:
        return ""
    return hashlib.sha256(photo).hexdigest() if is_bare_jpeg(photo) else "unfit"
