"""The files of a list of others, sealed as originals under the one source that the list is, and read as tables."""

import mimetypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import LetapisError, Refused, UsageError
from letapis.core.listing import Listing, ListMapping, Table, entries
from letapis.desk import evidence, reading, sources
from letapis.desk.opening import Desk
from letapis.engines.db import models
from letapis.engines.objects import SealedObject
from letapis.engines.tables import Tables, read_tables

SOURCE_KIND: Final = "list"
Sent = Sequence[tuple[str, SealedObject]]
"""Names of files with what they were sealed as while they arrived."""


def home_of(desk: Desk, reader: Reader, dossier: bytes) -> reading.DossierView:
    """The dossier that keeps the files. Raises NotFound for one of others, Refused("evidence.needs_raw") for who may not see originals."""
    home = reading.dossier(desk, reader, dossier)
    if not reader.holds(home.raw):
        raise Refused("evidence.needs_raw")
    return home


@contextmanager
def kept_or_removed(desk: Desk, files: Sent) -> Iterator[list[SealedObject]]:
    """Files that are put on the list that it gives stay; the others are removed at the end, and all of them where the work is refused."""
    kept: list[SealedObject] = []
    try:
        yield kept
    except LetapisError:
        kept.clear()
        raise
    finally:
        for _, one in files:
            if one not in kept:
                evidence.discard(desk, one)


def source_of(desk: Desk, reader: Reader, dossier: bytes, code: str) -> bytes:
    """The list of this code, or a new source: a list is one source, however often it comes. Raises UsageError("lists.source") for the code of
    a person or a medium."""
    known = {one.code.casefold(): one for one in reading.sources(desk, reader, dossier)}
    found = known.get(code.strip().casefold())
    if found is None:
        return sources.add_source(desk, reader, dossier, sources.SourceForm(code, SOURCE_KIND))
    if found.kind != SOURCE_KIND:
        raise UsageError("lists.source")
    return found.source


def keep(desk: Desk, reader: Reader, home: reading.DossierView, source: bytes, files: Sent, kept: list[SealedObject]) -> tuple[bytes, ...]:
    """The originals with these bytes, in the order of the files: those that the dossier has already, or new ones, which are put on ``kept``."""
    return tuple(_keep(desk, reader, home, source, name, one, kept) for name, one in files)


def _keep(
    desk: Desk, reader: Reader, home: reading.DossierView, source: bytes, name: str, sealed: SealedObject, kept: list[SealedObject]
) -> bytes:
    same = models.Evidence.objects.using(desk.store.alias).filter(dossier=home.dossier, sha256=sealed.sha256, derived_from=b"").first()
    if same is not None:
        return bytes(same.object)
    item = evidence.keep_evidence(desk, reader, home.dossier, _original(name[:1000], source), sealed)
    kept.append(sealed)
    return item


def _original(name: str, source: bytes) -> evidence.EvidenceForm:
    title = "".join(letter if letter.isprintable() else "�" for letter in name).strip()[:200]
    return evidence.EvidenceForm(title or "–", "document", name, source, mimetypes.guess_type(name)[0] or "", arrived="list")


def tables_in(desk: Desk, reader: Reader, item: bytes) -> Tables:
    """The tables of an original, read in the locked room, long ones piece by piece. Raises Hostile for a file that the sandbox gives up."""
    kept = reading.evidence(desk, reader, item)
    return read_tables(partial(_opened, desk, reader, item), kept.size, PurePosixPath(kept.name or kept.title).name)


def _opened(desk: Desk, reader: Reader, item: bytes, start: int) -> Iterator[bytes]:
    return evidence.read_object(desk, reader, item, told=True, start=start)


def read(desk: Desk, tables: Sequence[Table], mapping: ListMapping) -> Listing:
    """What the tables hold as a mapping reads them."""
    return entries(tables, mapping, desk.catalogue.vocabulary, today=desk.clock().date(), hides=desk.catalogue.identity_rules.is_anonymised)
