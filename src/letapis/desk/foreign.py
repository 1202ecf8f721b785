"""Results of other archiving programs: their files come in like any folder, and are held against the list that came with them.

The list is the other program's word. Where a file has the hash that stands there, what the list says of page and time goes into the capture
record; where it has not, the file is kept and set apart. Files that no list names come in as they are.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from letapis import __version__
from letapis.core.access import Reader
from letapis.core.errors import Hostile, Refused
from letapis.core.web_fields import whole_second
from letapis.desk import assertions, captures, evidence, imports, ledger, reading, web_captures
from letapis.desk.opening import Desk
from letapis.engines import parse

RIGHT, WRONG, UNNAMED, LIST = "right", "wrong", "unnamed", "list"
_LISTS = (".csv", ".json")
_SHA3 = "SHA3-512"


@dataclass(frozen=True)
class Held:
    """What became of one file: ``right`` or ``wrong`` by the hash in a list, ``unnamed`` where no list gives one, ``list`` for the list itself."""

    path: str
    item: bytes
    result: str
    page: str = ""


def import_results(
    desk: Desk, reader: Reader, dossier: bytes, folder: Path, source: bytes = b"", progress: Callable[[int, int], None] | None = None
) -> list[Held]:
    """Bring in a folder of results and hold every file against the lists in it. Goes on where it was stopped. Raises as
    ``imports.import_folder`` does."""
    brought = imports.import_folder(desk, reader, dossier, folder, source, progress)
    return hold(desk, reader, {line.path: line.item for line in imports.lines(desk, reader, brought) if line.item})


def hold(desk: Desk, reader: Reader, items: Mapping[str, bytes]) -> list[Held]:
    """Hold items that came together, by the path that each had, against the lists among them."""
    lists = {path: rows for path, item in items.items() if path.lower().endswith(_LISTS) and (rows := _list(desk, reader, item))}
    named = {_name(row["web.path"]): row for rows in lists.values() for row in rows if row.get("web.path")}
    found = []
    for path, item in sorted(items.items()):
        if path in lists:
            found.append(Held(path, item, LIST))
            continue
        row = named.get(_name(path)) or named.get(PurePosixPath(path).stem)
        found.append(_held(desk, reader, path, item, row or {}))
        if path.lower().endswith((".wacz", ".warc", ".warc.gz")) and found[-1].result != WRONG:
            _read(desk, reader, item)
    return found


def _list(desk: Desk, reader: Reader, item: bytes) -> tuple[dict[str, str], ...]:
    """The rows of a list; none for a file of another form."""
    try:
        rows = parse.inspect(assertions.whole(desk, reader, item), "results").rows
    except Hostile:
        return ()
    return rows[1:] if rows and "web.form" in rows[0] else ()


def _name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _held(desk: Desk, reader: Reader, path: str, item: bytes, row: Mapping[str, str]) -> Held:
    """One file against its line. Nothing is written twice: a file that was held before is only told again."""
    algorithm, _, digest = row.get("web.digest", "").rpartition(":")
    page = row.get("web.page", "")
    if not digest:
        return Held(path, item, UNNAMED, page)
    kept = reading.evidence(desk, reader, item)
    actual = _sha3(evidence.read_object(desk, reader, item, told=True)) if algorithm == _SHA3 or len(digest) == 128 else kept.sha256.hex()
    right = actual == digest.lower()
    told = {entry.outcome for entry in reading.custody(desk, reader, item) if entry.event in ("fixity check", "quarantine")}
    if right and "foreign.hashes_right" not in told:
        with desk.store.transaction():
            evidence.add_custody(desk, reader, item, "fixity check", "foreign.hashes_right", algorithm or "SHA-256")
            ledger.append(desk, captures.first_drafts(desk, reader, kept, _fields(kept, row, algorithm or "SHA-256", digest)))
    elif not right and "foreign.hash_wrong" not in told:
        evidence.add_custody(desk, reader, item, "quarantine", "foreign.hash_wrong")
    return Held(path, item, RIGHT if right else WRONG, page)


def _sha3(pieces: Iterator[bytes]) -> str:
    hashed = hashlib.sha3_512()
    for piece in pieces:
        hashed.update(piece)
    return hashed.hexdigest()


def _fields(kept: reading.EvidenceView, row: Mapping[str, str], algorithm: str, digest: str) -> dict[str, str]:
    moment = whole_second(row.get("web.date", "")[:19] + "Z")
    said = {
        "url.requested": row.get("web.page", ""),
        "collection.time": moment,
        "page.begun": moment if row.get("web.page") else "",
        "inside.uploaded": row.get("web.created", ""),
        "context.captions": row.get("web.title", ""),
        "keeping.apart": row.get("web.location", ""),
        "hash.algorithm": algorithm,
        "hash.value": digest.lower(),
        "hash.time": moment or kept.received,
        "hash.tool": f"letapis {__version__}" if not moment else "",
    }
    return {ident: " ".join(value.split()) for ident, value in said.items() if value or ident == "hash.tool"}


def _read(desk: Desk, reader: Reader, item: bytes) -> None:
    """Read a web archive among the files. One that cannot be read is kept, and its entry says why; one that was read is left."""
    with suppress(Hostile, Refused):
        web_captures.read_capture(desk, reader, item)
