"""Bring in many files at once: each becomes a sealed original with its record and first custody entries, as if it had come alone.

Files are recorded in groups, each in one transaction together with the part of the journal that names them. So an import that was
stopped, or killed, goes on where it stood: what the journal has is not taken again, what it does not have was not recorded. The journal
lies in the dossier's RAW compartment like the originals; outside it no name is written anywhere. Memory does not grow with the folder.
"""

import hashlib
import mimetypes
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final

from letapis.core.access import Reader
from letapis.core.capture import as_lists, checked, from_lists
from letapis.core.errors import Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.core.records import Draft, Value
from letapis.desk import captures, evidence, evidence_records, insides, items, ledger, reading, web_captures, withheld
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.desk.taken_out import kind_of
from letapis.engines import bagit, folders, ocfl
from letapis.engines.db import models
from letapis.engines.objects import SealedObject

GROUP: Final = 64
_GROUP_BYTES: Final = 64 << 20
_NOBODY: Final = bytes(16)
_WHOLE: Final = frozenset({"imports.unreadable", "imports.link", "imports.changed"})  # faults of one file, not of the disk
TAKEN, HELD, REFUSED, QUARANTINED = "taken", "held", "refused", "quarantined"
_MORE_TYPES: Final = {".eml": "message/rfc822", ".wacz": "application/zip", ".heic": "image/heic", ".webp": "image/webp", ".opus": "audio/ogg"}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Line:
    """What became of one file. ``item``: the original, also where another file brought the same bytes before; ``reason``: a code."""

    path: str
    outcome: str
    reason: str = ""
    item: bytes = b""


@dataclass(frozen=True)
class ImportView:
    """An import as it stands. ``files``: how many things were counted in the folder; ``counts``: how many of each outcome; ``archived``: the
    OCFL objects of the folder, ``bags``: its bags, each judged before anything was taken."""

    ident: bytes
    dossier: bytes
    source: bytes
    place: str
    day: str
    state: str
    files: int
    author: bytes
    counts: dict[str, int]
    archived: tuple[ocfl.Object, ...] = ()
    bags: tuple[bagit.Bag, ...] = ()


@dataclass
class _Group:
    """What waits to be recorded together."""

    lines: list[Line] = field(default_factory=list)
    stamps: list[bytes] = field(default_factory=list)
    sealed: list[tuple[EvidenceForm, SealedObject] | None] = field(default_factory=list)
    weight: int = 0

    def add(self, line: Line, stamp: bytes, sealed: tuple[EvidenceForm, SealedObject] | None) -> None:
        self.lines.append(line)
        self.stamps.append(stamp)
        self.sealed.append(sealed)
        self.weight += sealed[1].size if sealed else 0

    @property
    def full(self) -> bool:
        return len(self.lines) >= GROUP or self.weight >= _GROUP_BYTES


def import_folder(
    desk: Desk,
    reader: Reader,
    dossier: bytes,
    folder: Path,
    source: bytes = b"",
    progress: Progress | None = None,
    said: Mapping[str, str] | None = None,
) -> bytes:
    """Take in every file below a folder, or go on with an import of it that was interrupted. Returns the import's id. ``said``: of how all of it
    was captured, by field; asked once, kept with the import, and said of every file, also of those that come when it goes on.

    Raises UsageError("imports.folder", "evidence.source", "capture.…"), Refused("imports.inside_workspace", "evidence.needs_raw", "imports.nothing"),
    and Busy for a full disk or where ``progress`` stops it: what was recorded stays, and the same call goes on from there.
    """
    home, told = _home(desk, reader, dossier, source), checked(desk.catalogue.capture, said or {})
    root = folders.outside(desk.workspace, folder)
    total = sum(1 for _ in folders.walk(root))
    if not total:
        raise Refused("imports.nothing")
    found_there: dict[str, Value] = {"ocfl": ocfl.written(ocfl.objects(root)), "bags": bagit.written(bagit.bags(root))}
    place = folders.shown(bytes(root))
    begun = _interrupted(desk, reader, dossier, place)
    ident = begun or _begin(desk, home, source, place, total, told)
    form = _Form("folder", source, told or _said(desk, reader, ident))
    done, number = _done(desk, reader, ident)
    group = _Group()
    try:
        for count, found in enumerate(folders.walk(root), start=1):
            stamp = _mark(found)
            if stamp not in done:
                _take(desk, home, group, found, stamp, form)
            if group.full:
                number = _record(desk, home, ident, group, number)
            if progress and count < total:
                progress(count, total)
        _record(desk, home, ident, group, number)
    finally:
        _drop(desk, group)
    items.change(desk, reader, "import", ident, {"state": "done", "files": total, **found_there})
    if progress:
        progress(total, total)
    return ident


def import_uploads(
    desk: Desk,
    reader: Reader,
    dossier: bytes,
    source: bytes,
    uploads: Iterable[tuple[str, SealedObject]],
    said: Mapping[str, str] | None = None,
) -> bytes:
    """Record files that were sealed while they arrived, each with the name that its sender gave it. Returns the import's id.

    Raises as ``import_folder`` does; what is not recorded is removed.
    """
    group, waiting = _Group(), list(uploads)
    try:
        home, told = _home(desk, reader, dossier, source), checked(desk.catalogue.capture, said or {})
        if not waiting:
            raise Refused("imports.nothing")
        form = _Form("upload", source, told)
        ident, number = _begin(desk, home, source, "", len(waiting), told), 0
        while waiting:
            name, sealed = waiting.pop(0)
            path = name[:1000] or "–"
            group.add(Line(path, REFUSED, "evidence.empty") if not sealed.size else Line(path, TAKEN), b"", (form.of(path), sealed))
            if group.full:
                number = _record(desk, home, ident, group, number)
        _record(desk, home, ident, group, number)
        items.change(desk, reader, "import", ident, {"state": "done"})
        return ident
    finally:
        _drop(desk, group)
        for _, sealed in waiting:
            evidence.discard(desk, sealed)


def _home(desk: Desk, reader: Reader, dossier: bytes, source: bytes) -> reading.DossierView:
    home = reading.dossier(desk, reader, dossier)
    if not reader.holds(home.raw):
        raise Refused("evidence.needs_raw")
    if source and source not in {one.source for one in reading.sources(desk, reader, dossier)}:
        raise UsageError("evidence.source")
    return home


def _interrupted(desk: Desk, reader: Reader, dossier: bytes, place: str) -> bytes:
    """The import of this place that was begun and is not done."""
    for one in reading.items(desk, reader, "import", dossier=dossier, state="open", newest=True):
        if one.text("place") == place:
            return one.item
    return b""


def _begin(desk: Desk, home: reading.DossierView, source: bytes, place: str, files: int, said: Mapping[str, str]) -> bytes:
    today, (ids, values) = desk.clock().date().isoformat(), as_lists(said)
    body: dict[str, Value] = {"dossier": home.dossier, "source": source, "place": place, "day": today, "files": files, "state": "open"}
    return items.new(desk, "import", home.raw, {**body, "fields": ids, "values": values})


def _said(desk: Desk, reader: Reader, ident: bytes) -> dict[str, str]:
    """What was said of how all of an import was captured when it began."""
    record = reading.item(desk, reader, ident, "import").record
    return from_lists(record.texts("fields"), record.texts("values"))


def _done(desk: Desk, reader: Reader, ident: bytes) -> tuple[set[bytes], int]:
    """Marks of the files that the journal has, and how many parts it has."""
    marks: set[bytes] = set()
    number = 0
    for part in _parts(desk, reader, ident):
        marks.update(part.record.refs("stamp"))
        number = part.number
    return marks, number


def _parts(desk: Desk, reader: Reader, ident: bytes) -> Iterator[reading.ItemView]:
    """Part after part, a few at a time: a part is as large as its names."""
    at = 0
    while found := reading.items(desk, reader, "import_part", parent=ident, above=at, limit=20):
        yield from found
        at = found[-1].number


def _mark(found: folders.Found) -> bytes:
    """A file as the journal knows it again: a short digest of path, size and time, in the sealed record only."""
    return hashlib.blake2b(found.path.encode("utf-8") + b"\0" + found.stamp + found.why.encode(), digest_size=16).digest()


def _take(desk: Desk, home: reading.DossierView, group: _Group, found: folders.Found, mark: bytes, form: "_Form") -> None:
    """Seal one file, or say why not. A fault of the disk ends the import; a fault of the file is its line in the report."""
    why = found.why or ("" if found.size else "evidence.empty") or ("evidence.too_large" if found.size > evidence.LARGEST else "")
    if why:
        group.add(Line(found.path, REFUSED, why), mark, None)
        return
    try:
        sealed = evidence.seal_into(desk, home, folders.pieces(found), settled=False)
    except LetapisError as fault:
        if fault.code not in _WHOLE and fault.code != "evidence.too_large":
            raise
        group.add(Line(found.path, REFUSED, fault.code), mark, None)
        return
    group.add(Line(found.path, TAKEN, "imports.twin" if found.twin else ""), mark, (form.of(found.path), sealed))


@dataclass(frozen=True)
class _Form:
    """What is said of every file of an import: by which door it came, who gave it, and how all of it was captured."""

    arrived: str
    source: bytes
    said: Mapping[str, str]

    def of(self, path: str) -> EvidenceForm:
        """And of one file by its name alone: the sandbox looks at it afterwards."""
        name = PurePosixPath(path).name
        media_type = _MORE_TYPES.get(PurePosixPath(name).suffix.lower()) or mimetypes.guess_type(name)[0] or ""
        title = "".join(letter if letter.isprintable() else "�" for letter in name).strip()[:200]
        return EvidenceForm(title or "–", kind_of(media_type), path[-1000:], self.source, media_type, arrived=self.arrived, said=self.said)


def _record(desk: Desk, home: reading.DossierView, ident: bytes, group: _Group, number: int) -> int:
    """One transaction: the originals of a group, their custody, and the part of the journal that names them. Returns the part's number."""
    if not group.lines:
        return number
    evidence.objects(desk).settle()  # the names of the whole group at once: from here on records rely on them
    with desk.store.transaction():
        known = _held(desk, home.dossier, [one[1].sha256 for one in group.sealed if one])
        lines, fresh, spare = _decided(desk, group, known)
        drafts = [draft for one in fresh for draft in evidence.drafts_of(desk, home, *one)]
        last = [record.ref for record in ledger.append(desk, drafts) if record.type == "evidence"]
        for step, (event, outcome) in enumerate(evidence.RECEIVED, start=1):
            entries = [evidence.custody_draft(home, one[0], step, ref, event, outcome) for one, ref in zip(fresh, last, strict=True)]
            last = [record.ref for record in ledger.append(desk, entries)]
        ledger.append(desk, [_journal(desk, home, ident, number + 1, lines, group.stamps)])
    group.lines, group.stamps, group.sealed, group.weight = [], [], [], 0
    for sealed in spare:
        evidence.discard(desk, sealed)
    return number + 1


def _held(desk: Desk, dossier: bytes, digests: list[bytes]) -> dict[bytes, bytes]:
    """Originals of the dossier with these bytes."""
    query = "SELECT sha256, object FROM db_evidence WHERE dossier = %s AND derived_from = %s AND sha256 IN ({marks})"
    return {bytes(row[0]): bytes(row[1]) for row in desk.store.rows_in(query, digests, (dossier, b""))}


def _decided(
    desk: Desk, group: _Group, known: dict[bytes, bytes]
) -> tuple[list[Line], list[tuple[bytes, EvidenceForm, SealedObject]], list[SealedObject]]:
    """The lines as they come out, what is recorded anew, and what is not needed."""
    lines, fresh, spare, held = [], list[tuple[bytes, EvidenceForm, SealedObject]](), list[SealedObject](), dict(known)
    for line, one in zip(group.lines, group.sealed, strict=True):
        if one is None or line.outcome == REFUSED:
            lines.append(line)
            spare += [one[1]] if one else []
        elif one[1].sha256 in held:
            lines.append(Line(line.path, HELD, "", held[one[1].sha256]))
            spare.append(one[1])
        else:
            item = held[one[1].sha256] = desk.randomness(16)
            lines.append(Line(line.path, TAKEN, line.reason, item))
            fresh.append((item, *one))
    return lines, fresh, spare


def _journal(desk: Desk, home: reading.DossierView, ident: bytes, number: int, lines: list[Line], stamps: list[bytes]) -> Draft:
    body: dict[str, Value] = {
        "dossier": home.dossier,
        "import": ident,
        "number": number,
        "path": tuple(line.path for line in lines),
        "stamp": tuple(stamps),
        "outcome": tuple(line.outcome for line in lines),
        "reason": tuple(line.reason for line in lines),
        "object": tuple(line.item or _NOBODY for line in lines),
        "state": "kept",
    }
    return items.draft(desk, "import_part", home.raw, body)


def _drop(desk: Desk, group: _Group) -> None:
    """What was sealed and not recorded goes again."""
    for one in group.sealed:
        if one:
            evidence.discard(desk, one[1])


# --- afterwards


def look_at_all(desk: Desk, reader: Reader, ident: bytes, progress: Progress | None = None) -> None:
    """Let the sandbox read each original of an import that it did not read yet; interrupted, the same call goes on.

    A file that the sandbox gives up is quarantined, which its line in the report says. Raises Refused("parse.no_sandbox") at once.
    """
    known = shown(desk, reader, ident)
    total = known.counts[TAKEN] + known.counts[QUARANTINED]
    for count, line in enumerate((one for one in lines(desk, reader, ident) if one.outcome == TAKEN), start=1):
        if not _was_looked_at(desk, line.item):
            _look(desk, reader, line.item)
        if progress:
            progress(count, max(count, total))
    evidence_records.check_beside(desk, reader, {line.path: line.item for line in lines(desk, reader, ident) if line.item})


def _look(desk: Desk, reader: Reader, item: bytes) -> None:
    """What the file says of itself, then clean copies: their entry is the last, so that whoever goes on knows that nothing is left to do.

    A chat whose days can be read in two ways waits until a person says how. A capture of the web is held against its own digests and
    signatures, so that one that was changed is set apart by whichever door it came.
    """
    with suppress(Hostile):
        if captures.is_web(reading.evidence(desk, reader, item)) and not web_captures.was_read(desk, reader, item):
            web_captures.read_capture(desk, reader, item)
        try:
            insides.look_inside(desk, reader, item)
        except Refused as fault:
            if fault.code != "insides.day_order":
                raise
        evidence.make_working_copy(desk, reader, item)
        insides.describe(desk, reader, item)


def _was_looked_at(desk: Desk, item: bytes) -> bool:
    entries = models.CustodyEntry.objects.using(desk.store.alias)
    return entries.filter(object=item, event__in=("format identification", "quarantine")).exists()


def lines(desk: Desk, reader: Reader, ident: bytes) -> Iterator[Line]:
    """The report, file by file in the order in which they came. A file that the sandbox gave up says so; what is restricted since is no line,
    for its name may be what was taken back."""
    home = reading.item(desk, reader, ident, "import").dossier
    for part in _parts(desk, reader, ident):
        record = part.record
        rows = zip(record.texts("path"), record.texts("outcome"), record.texts("reason"), record.refs("object"), strict=True)
        found = [Line(path, outcome, reason, b"" if item == _NOBODY else item) for path, outcome, reason, item in rows]
        away = withheld.kept_out(desk, [(home, line.item) for line in found if line.item])
        told = [line for line in found if (home, line.item) not in away]
        broken = _quarantined(desk, [line.item for line in told if line.item])
        for line in told:
            if line.outcome == TAKEN and line.item in broken:
                yield Line(line.path, QUARANTINED, broken[line.item], line.item)
            else:
                yield line


def _quarantined(desk: Desk, found: list[bytes]) -> dict[bytes, str]:
    rows = desk.store.rows_in("SELECT object, outcome FROM db_custodyentry WHERE event = 'quarantine' AND object IN ({marks})", found)
    return {bytes(row[0]): str(row[1]) for row in rows}


def shown(desk: Desk, reader: Reader, ident: bytes) -> ImportView:
    """One import with its counts. Raises NotFound for what is not the reader's."""
    one = reading.item(desk, reader, ident, "import")
    counts = dict.fromkeys((TAKEN, HELD, REFUSED, QUARANTINED), 0)
    for line in lines(desk, reader, ident):
        counts[line.outcome] = counts.get(line.outcome, 0) + 1
    told = (one.text("place"), one.day, one.state, one.number)
    archived = tuple(found for text in one.record.texts("ocfl") if (found := ocfl.read_back(text)) is not None)
    bags = tuple(bag for text in one.record.texts("bags") if (bag := bagit.read_back(text)) is not None)
    if (archived or bags) and sum(counts.values()) < sum(len(part.record.texts("path")) for part in _parts(desk, reader, ident)):
        # A remark may name a file that was taken back since: what is wrong stays, where it stands goes.
        archived = tuple(replace(thing, remarks=_unplaced(thing.remarks)) for thing in archived)
        bags = tuple(replace(bag, remarks=_unplaced(bag.remarks)) for bag in bags)
    return ImportView(ident, one.dossier, one.record.raw("source"), *told, one.author, counts, archived, bags)


def _unplaced(remarks: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((code, "") for code, _ in remarks))


def imports_of(desk: Desk, reader: Reader, dossier: bytes) -> list[reading.ItemView]:
    """The imports of a dossier, the newest first, without their counts."""
    reading.dossier(desk, reader, dossier)
    return reading.items(desk, reader, "import", dossier=dossier, newest=True)[::-1]


def originals_of(desk: Desk, reader: Reader, ident: bytes) -> list[bytes]:
    """The originals that an import took, each once, without those that are restricted since."""
    return list(dict.fromkeys(line.item for line in lines(desk, reader, ident) if line.outcome in (TAKEN, QUARANTINED)))


def say_of_all(desk: Desk, reader: Reader, ident: bytes, said: Mapping[str, str], progress: Progress | None = None) -> int:
    """Say how everything that an import took was captured (``captures.fill_in``). Returns of how many something was written."""
    return captures.fill_in(desk, reader, originals_of(desk, reader, ident), said, progress)


def take_back(desk: Desk, reader: Reader, ident: bytes) -> int:
    """Put out of use everything that an import took. The records stay, as every record does; each original gets an entry that says so, and
    the way to have its bytes erased is that of any original. Returns how many.

    Raises Refused("imports.undone") for the second time, Refused("imports.in_use") while claims or notes stand on one of them.
    """
    known = shown(desk, reader, ident)
    if known.state == "undone":
        raise Refused("imports.undone")
    taken = [line.item for line in lines(desk, reader, ident) if line.outcome in (TAKEN, QUARANTINED)]
    for table in ("db_claim", "db_note"):
        if desk.store.rows_in(f"SELECT 1 FROM {table} WHERE evidence IN ({{marks}}) LIMIT 1", taken):
            raise Refused("imports.in_use")
    with desk.store.transaction():
        for item in taken:
            with suppress(NotFound):  # its bytes and record were erased meanwhile
                evidence.add_custody(desk, reader, item, "deaccession", "import taken back")
        items.change(desk, reader, "import", ident, {"state": "undone"})
    return len(taken)
