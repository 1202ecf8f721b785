"""Receive originals, keep them byte for byte, and make the working copies that people look at.

An original is sealed while it arrives; its record, its place in the log and its first custody entries follow in one transaction.
The data key of an object stands in the sealed body of its record, so whoever loses the record's key loses the object's as well.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from letapis import __version__
from letapis.core.access import Reader
from letapis.core.capture import checked
from letapis.core.errors import Damaged, Hostile, LetapisError, Locked, NotFound, Refused, UsageError
from letapis.core.instants import instant
from letapis.core.records import Draft, Value
from letapis.desk import captures, custody, ledger, reading
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.engines import parse
from letapis.engines.blobs import Folder
from letapis.engines.db import models
from letapis.engines.objects import ObjectStore, SealedObject
from letapis.engines.parse.wire import MAX_INPUT

KINDS: Final = ("document", "photo", "audio", "video", "testimony", "web", "submission")
LARGEST: Final = 5 << 30
OLD: Final = 172_800.0  # two days
_SHA256, _SHA512 = b"\x01", b"\x02"
_READ: Final = "format identification"
_LESS: Final = f"sandbox:{parse.Level.PROCESS}"
_TELLING: Final = frozenset(
    f"flags.{name}"
    for name in (
        *("has_gps", "has_place", "has_author", "has_device", "has_serial", "has_time", "has_comment", "has_program", "has_xmp"),
        *("has_thumbnail", "thumbnail_differs", "attachments", "tracked_changes"),
    )
)
"""Remarks of the sandbox that an original holds more than is seen."""
RECEIVED: Final = (("accession", "received"), ("message digest calculation", "sha256 sha512"))
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}\Z")


@dataclass(frozen=True)
class EvidenceForm:
    """What a colleague says of an item. ``name`` is the sender's file name: data to be sealed, never a path; ``arrived``: by which door it came
    (``file.arrived`` of the capture record); ``said``: of how it was captured, by field."""

    title: str
    kind: str = "document"
    name: str = ""
    source: bytes = b""
    media_type: str = ""
    derived_from: bytes = b""
    derivation: str = ""
    tool: str = ""
    page: int = 0
    arrived: str = "given"
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkingCopy:
    """What the sandbox made of an original: its kind, remarks as codes, the level of the sandbox, the derived items page by page."""

    kind: str
    flags: tuple[str, ...]
    level: str
    pages: tuple[bytes, ...]
    text: str


def objects(desk: Desk) -> ObjectStore:
    """The store of sealed objects of this workspace."""
    return ObjectStore(desk.workspace / "objects")


def _limited(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The same pieces; raises Refused as soon as more than ``limit`` bytes came, so that a flood ends early."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise Refused("evidence.too_large")
        yield piece


def seal_upload(desk: Desk, reader: Reader, dossier: bytes, pieces: Iterable[bytes], limit: int = LARGEST) -> SealedObject:
    """Seal bytes under the dossier's RAW compartment while they arrive. Nothing is recorded yet: ``keep_evidence`` does that."""
    home = reading.dossier(desk, reader, dossier)
    if not reader.holds(home.raw):
        raise Refused("evidence.needs_raw")
    return seal_into(desk, home, pieces, limit)


def seal_into(desk: Desk, home: reading.DossierView, pieces: Iterable[bytes], limit: int = LARGEST, *, settled: bool = True) -> SealedObject:
    """The same for whoever was asked already whether the dossier is theirs. What is not ``settled`` must be, before it is recorded."""
    return objects(desk).put(_limited(pieces, limit), home.raw, desk.epochs()[home.raw], settled=settled)


def discard(desk: Desk, sealed: SealedObject) -> None:
    """Remove a sealed object that will not be recorded."""
    with suppress(NotFound):
        objects(desk).remove(sealed.name)


def keep_evidence(desk: Desk, reader: Reader, dossier: bytes, form: EvidenceForm, sealed: SealedObject) -> bytes:
    """Record a sealed object as an item of evidence with its first custody entries. Returns the item's id.

    Raises UsageError for a wrong form or an empty file, Refused("evidence.duplicate") for bytes that this dossier holds already;
    the object is removed then.
    """
    try:
        _check(desk, reader, dossier, form, sealed)
        with desk.store.transaction():
            return _record(desk, reading.dossier(desk, reader, dossier), form, sealed)
    except LetapisError:
        discard(desk, sealed)
        raise


def _check(desk: Desk, reader: Reader, dossier: bytes, form: EvidenceForm, sealed: SealedObject) -> None:
    require_text(form.title, "evidence.title")
    if form.kind not in KINDS:
        raise UsageError("evidence.kind")
    if sealed.size == 0:
        raise UsageError("evidence.empty")
    if len(form.name) > 1000:
        raise UsageError("evidence.name")
    if form.media_type and not _MEDIA_TYPE.match(form.media_type):
        raise UsageError("evidence.media_type")
    checked(desk.catalogue.capture, form.said)
    if form.source and form.source not in {s.source for s in reading.sources(desk, reader, dossier)}:
        raise UsageError("evidence.source")
    same = models.Evidence.objects.using(desk.store.alias).filter(dossier=dossier, sha256=sealed.sha256, derived_from=b"").first()
    if not form.derived_from and same is not None:
        raise Refused("evidence.duplicate", where=bytes(same.object).hex())


def _record(desk: Desk, home: reading.DossierView, form: EvidenceForm, sealed: SealedObject) -> bytes:
    item = desk.randomness(16)
    first = ledger.append(desk, drafts_of(desk, home, item, form, sealed))[0].ref
    told = RECEIVED if not form.derived_from else (("accession", "derived"),)
    for step, (event, outcome) in enumerate(told, start=1):
        first = ledger.append(desk, [custody_draft(home, item, step, first, event, outcome)])[0].ref
    return item


def drafts_of(desk: Desk, home: reading.DossierView, item: bytes, form: EvidenceForm, sealed: SealedObject) -> list[Draft]:
    """The record of a sealed object and, of an original, how it came in, for whoever records many in one transaction; the entries of
    ``RECEIVED`` follow."""
    first = _evidence_draft(desk, home, item, form, sealed)
    return [first] if form.derived_from else [first, *captures.intake(desk, home, item, first, form.arrived, form.said)]


def _evidence_draft(desk: Desk, home: reading.DossierView, item: bytes, form: EvidenceForm, sealed: SealedObject) -> Draft:
    body: dict[str, Value] = {
        "dossier": home.dossier,
        "object": item,
        "step": 0,
        "title": form.title.strip(),
        "kind": form.kind,
        "content.sha256": _SHA256 + sealed.sha256,
        "content.sha512": _SHA512 + sealed.sha512,
        "content.size": sealed.size,
        "content.media_type": form.media_type or "application/octet-stream",
        "blob.name": sealed.name,
        "blob.sha256": _SHA256 + sealed.blob_sha256,
        "blob.size": sealed.blob_size,
        "blob.key": sealed.dek,
        "received": instant(desk.clock()),
    }
    optional: dict[str, Value] = {"name": form.name, "source": form.source, "derived_from": form.derived_from}
    optional |= {"derivation": form.derivation, "tool": form.tool, "page": form.page}
    body.update({name: value for name, value in optional.items() if value})
    return Draft("evidence", home.raw, body)


def custody_draft(home: reading.DossierView, item: bytes, step: int, parent: bytes, event: str, outcome: str) -> Draft:
    """One of the first custody entries of an item, which all follow one another."""
    body: dict[str, Value] = {"dossier": home.dossier, "object": item, "step": step, "parents": (parent,), "event": event, "outcome": outcome}
    return Draft("custody", home.raw, body)


def add_custody(desk: Desk, reader: Reader, item: bytes, event: str, outcome: str, detail: str = "") -> bytes:
    """One more custody entry of an item (``custody.record``)."""
    return custody.record(desk, reader, item, event, outcome, custody.Said(detail))


def add_evidence(desk: Desk, reader: Reader, dossier: bytes, form: EvidenceForm, pieces: Iterable[bytes], limit: int = LARGEST) -> bytes:
    """Seal and record in one call. Returns the item's id."""
    require_text(form.title, "evidence.title")
    return keep_evidence(desk, reader, dossier, form, seal_upload(desk, reader, dossier, pieces, limit))


def keep_text(
    desk: Desk, reader: Reader, dossier: bytes, title: str, text: str, source: bytes = b"", said: Mapping[str, str] | None = None
) -> bytes:
    """Keep a pasted account as evidence, exactly as pasted."""
    if not text.strip():
        raise UsageError("evidence.empty")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError("evidence.text") from None
    form = EvidenceForm(title, "testimony", source=source, media_type="text/plain", arrived="pasted", said=said or {})
    return add_evidence(desk, reader, dossier, form, [data])


def read_object(desk: Desk, reader: Reader, item: bytes, told: bool = False, start: int = 0) -> Iterator[bytes]:
    """The bytes of an item from ``start`` on, opened piece by piece; that somebody looks is written down, unless the caller ``told`` what is
    done with them.

    Raises NotFound when the item or its object is not here, Damaged for changed bytes.
    """
    kept = reading.evidence(desk, reader, item)
    if not told:
        custody.opened(desk, reader, kept)
    opened = ledger.opened_by_ref(desk, [kept.ref])[kept.ref]
    return objects(desk).open(kept.blob, opened.record.raw("blob.key"), start)


def make_working_copy(desk: Desk, reader: Reader, item: bytes) -> WorkingCopy:
    """Let the sandbox read an original and keep its clean pages as derived items, all or none. What it remarked becomes a custody entry.

    Raises Hostile for a file that breaks a limit: the original is kept, and the entry says that no copy was made. Raises
    Refused("evidence.copied_already") for an item that was read before.
    """
    kept = reading.evidence(desk, reader, item)
    if any(entry.event == _READ for entry in reading.custody(desk, reader, item)):
        raise Refused("evidence.copied_already")
    try:
        made = parse.render(_head(desk, reader, item), kept.media_type)
    except Hostile as fault:
        add_custody(desk, reader, item, "quarantine", fault.code)
        raise
    sealed: list[SealedObject] = []
    try:
        for page in made.pages:
            sealed.append(seal_upload(desk, reader, kept.dossier, [page]))
        with desk.store.transaction():
            home = reading.dossier(desk, reader, kept.dossier)
            pages = tuple(_record(desk, home, _page_form(kept, number), one) for number, one in enumerate(sealed, start=1))
            add_custody(desk, reader, item, _READ, made.kind, " ".join((made.media_type, f"sandbox:{made.level}", *made.flags)))
            if not kept.derived_from:
                ledger.append(desk, captures.first_drafts(desk, reader, kept, {"file.type": made.media_type}))
    except LetapisError:
        for one in sealed:
            discard(desk, one)
        raise
    return WorkingCopy(made.kind, made.flags, made.level, pages, made.text or "")


def _head(desk: Desk, reader: Reader, item: bytes) -> io.BytesIO:
    """An item in memory, a little beyond the size at which the sandbox says no."""
    head = io.BytesIO()
    for piece in read_object(desk, reader, item, told=True):
        head.write(piece)
        if head.tell() > MAX_INPUT:
            break
    head.seek(0)
    return head


def _page_form(kept: reading.EvidenceView, number: int) -> EvidenceForm:
    return EvidenceForm(
        kept.title, kept.kind, media_type="image/png", derived_from=kept.object, derivation="safe copy", tool=f"letapis {__version__}", page=number
    )


def flags(desk: Desk, reader: Reader, item: bytes) -> tuple[str, ...]:
    """Remarks of the sandbox about an item, as codes ``flags.…``, and that it was read with less than full isolation, where it was."""
    found = [word for entry in reading.custody(desk, reader, item) if entry.event == _READ for word in entry.detail.split()]
    return tuple("flags.level_process" if word == _LESS else word for word in found if word == _LESS or word.startswith("flags."))


def lies_inside(desk: Desk, reader: Reader, item: bytes) -> tuple[str, ...]:
    """What leaves unseen when an original leaves, as keys of sentences: what was found inside it of a place, an author, a device or an hour, or
    that nothing of it was read."""
    found = flags(desk, reader, item)
    looked = any(entry.event == _READ for entry in reading.custody(desk, reader, item)) and "flags.kept_original" not in found
    return (*(flag for flag in found if flag in _TELLING), *(() if looked else ("evidence.not_looked_into",)))


def sweep(desk: Desk, older_than: float = OLD) -> int:
    """Remove unfinished files, and finished objects that no record names: what a killed upload left. Returns how many.

    Times are cut to the day, so ``older_than`` must be more than a day. An object is kept when any record names it, also one that does not
    count now; when some record of evidence cannot be read here, no finished object is touched.
    """
    store, named = objects(desk), _named(desk)
    folder = Folder(desk.workspace / "objects")
    lost = [] if named is None else [name for name in store.names() if name not in named and folder.age(name) > older_than]
    for name in lost:
        store.remove(name)
    return len(lost) + store.sweep(older_than)


def _named(desk: Desk) -> set[str] | None:
    """Names of the objects that records name; None when a record of evidence is here that we cannot read."""
    shown = models.Evidence.objects.using(desk.store.alias)
    named = {str(name) for name in shown.values_list("blob", flat=True)}
    query = "SELECT ref FROM db_record WHERE type = 'evidence' AND ref NOT IN (SELECT ref FROM db_evidence)"
    others = [bytes(row[0]) for row in desk.store.rows(query)]
    try:
        found = [opened.record.text("blob.name") for opened in ledger.opened_by_ref(desk, others).values()]
    except (Damaged, Locked):
        return None
    return named | set(found) if all(found) else None


def check_objects(desk: Desk, progress: Callable[[int, int], None] | None = None) -> list[tuple[str, bytes]]:
    """Every recorded object that is missing or changed, as (code, item id). Needs no key: it compares the sealed bytes."""
    store, faults = objects(desk), []
    known = list(models.Evidence.objects.using(desk.store.alias).order_by("record_id").values_list("object", "blob", "blob_sha256"))
    for done, (item, name, digest) in enumerate(known, start=1):
        try:
            if store.fixity(name) != bytes(digest):
                faults.append(("evidence.object_changed", bytes(item)))
        except LetapisError:
            faults.append(("evidence.object_missing", bytes(item)))
        if progress:
            progress(done, len(known))
    return faults
