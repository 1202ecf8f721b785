"""Bring in a web page that was captured elsewhere (WARC, WACZ, a saved page): sealed as it is, then read behind the shut door.

What comes of it: an entry with everything that was found of its lists, digests and signatures; a listing; the words that a person could have
read, as plain text; pictures, sound and films as items of their own; what the archive says of its own making as a capture record. A file that
is not what it says it is stays as it came, set apart with the reason: nothing is lost, and nothing is taken out of it.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.access import Reader
from letapis.core.assertion import Sought, Verdict, sought
from letapis.core.errors import Damaged, Hostile, LetapisError, Refused
from letapis.core.web_claims import REFUSED
from letapis.core.web_claims import Verdict as Soundness
from letapis.core.web_claims import verdict as soundness
from letapis.core.web_fields import fields_of
from letapis.desk import assertions, captures, evidence, ledger, reading, web_proofs
from letapis.desk.dossiers import require_text
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.desk.taken_out import TOOL, Out, form_of, keeping, kind_of
from letapis.engines import parse
from letapis.engines.objects import SealedObject
from letapis.engines.parse import Inspection
from letapis.engines.parse.words import visible

LISTING, TEXT = "listing.json", "page.txt"
MAX_PICTURES: Final = 200
_MAX_TEXT: Final = 4 << 20
_CHECKED: Final = "validation"
_TYPE: Final = re.compile(r"(?:image|audio|video)/[a-z0-9][a-z0-9.+-]{0,60}\Z")
_ROW: Final = ("type", "address", "date", "status", "media", "method", "digest", "size", "sha256")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CaptureForm:
    """What somebody says of a web capture. ``words``: copied from the page as it was seen; ``media``: SHA-256 of pictures that were seen."""

    title: str
    name: str = ""
    source: bytes = b""
    words: tuple[str, ...] = ()
    media: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Brought:
    """What came of it. ``codes``: of ``core.web_claims``, or the one code for which the sandbox gave the file up; ``parts``: items taken out."""

    item: bytes
    soundness: Soundness
    codes: tuple[str, ...]
    parts: tuple[bytes, ...] = ()
    assertion: Verdict | None = None


def import_capture(
    desk: Desk, reader: Reader, dossier: bytes, form: CaptureForm, pieces: Iterable[bytes], progress: Progress | None = None
) -> Brought:
    """Seal a capture, record it, and read it. Returns what came of it, also of a file that was set apart.

    Raises UsageError for a title or words that are none before anything is kept, Refused("evidence.duplicate") for bytes held already.
    """
    sought(form.words, form.media)
    require_text(form.title, "evidence.title")
    return keep_capture(desk, reader, dossier, form, evidence.seal_upload(desk, reader, dossier, pieces), progress)


def keep_capture(desk: Desk, reader: Reader, dossier: bytes, form: CaptureForm, sealed: SealedObject, progress: Progress | None = None) -> Brought:
    """The same for bytes that were sealed while they arrived; what will not be recorded is removed again."""
    try:
        sought(form.words, form.media)
    except LetapisError:
        evidence.discard(desk, sealed)
        raise
    told = EvidenceForm(form.title, "web", form.name, form.source, media_type(form.name), arrived="capture")
    item = evidence.keep_evidence(desk, reader, dossier, told, sealed)
    try:
        return read_capture(desk, reader, item, form.words, form.media, progress)
    except Hostile as fault:
        return Brought(item, Soundness.REFUSED, (fault.code,))


def media_type(name: str) -> str:
    """The type by the end of the sender's name: a word for people, decided by nobody's bytes."""
    low = name.lower()
    if low.endswith(".wacz"):
        return "application/wacz"
    return "application/warc" if low.endswith((".warc", ".warc.gz")) else "text/html" if low.endswith((".html", ".htm")) else ""


def read_capture(
    desk: Desk, reader: Reader, item: bytes, words: Sequence[str] = (), media: Sequence[bytes] = (), progress: Progress | None = None
) -> Brought:
    """Read a capture that is kept already, however it came in, and keep what comes of it, all or nothing.

    Raises Hostile for a file that the sandbox gives up (an entry says so), Refused("capture.read_already") for one that was read before.
    """
    asked, kept = sought(words, media), reading.evidence(desk, reader, item)
    if was_read(desk, reader, item):
        raise Refused("capture.read_already")
    try:
        found = parse.inspect(assertions.whole(desk, reader, item), "web", kept.media_type)
    except Hostile as fault:
        evidence.add_custody(desk, reader, item, "quarantine", fault.code)
        raise
    codes = web_proofs.codes(desk, reader, found)
    worst = soundness(codes)
    if worst is Soundness.REFUSED:
        with desk.store.transaction():
            evidence.add_custody(desk, reader, item, _CHECKED, f"web:{worst}", " ".join(codes))
            evidence.add_custody(desk, reader, item, "quarantine", next(code for code in codes if code in REFUSED))
        return Brought(item, worst, codes)
    brought = _kept(desk, reader, kept, found, codes, asked)
    _drawn(desk, reader, brought.parts, progress)
    return brought


def _kept(desk: Desk, reader: Reader, kept: reading.EvidenceView, found: Inspection, codes: tuple[str, ...], asked: Sought) -> Brought:
    """What was taken out, the capture record and the assertion, in one transaction with the entry about them."""
    outs = [_listing(kept, found, codes), *_page_text(kept, found), *_media(kept, found)]
    worst = soundness(codes)
    with keeping(desk, reader, kept, outs) as parts:
        ledger.append(desk, captures.first_drafts(desk, reader, kept, _fields(kept, found)))
        verdict, drafts = assertions.judged(desk, reader, kept, asked, found)
        ledger.append(desk, drafts)
        evidence.add_custody(desk, reader, kept.object, _CHECKED, f"web:{worst}", " ".join((f"sandbox:{found.level}", *codes)))
    return Brought(kept.object, worst, codes, parts, verdict)


def _fields(kept: reading.EvidenceView, found: Inspection) -> dict[str, str]:
    form = next((row["web.form"] for row in found.rows if "web.form" in row), "")
    told = {"hash.algorithm": "SHA-256", "hash.value": kept.sha256.hex(), "hash.time": kept.received, "hash.tool": TOOL}
    return {**told, **fields_of(found.rows, form)}


def _listing(kept: reading.EvidenceView, found: Inspection, codes: tuple[str, ...]) -> Out:
    """Every record of the archive in words that we wrote ourselves: addresses, dates, results, whether the digests hold."""
    first: dict[str, str] = next((row for row in found.rows if "web.form" in row), {})
    told = {
        "letapis": "web-listing/1",
        **{name: first.get(f"web.{name}", "") for name in ("form", "software", "created", "title")},
        "codes": list(codes),
        "faults": [{"code": row["web.fault"], "offset": row.get("web.offset", "")} for row in found.rows if "web.fault" in row],
        "pages": [_of(row, ("page", "date", "title")) for row in found.rows if "web.page" in row],
        "records": [_of(row, _ROW) for row in found.rows if "web.type" in row],
        "files": [_of(row, ("path", "size", "sha256")) for row in found.rows if "web.path" in row],
    }
    data = json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    return Out(data, form_of(kept, kept.title, "web", LISTING, "application/json", "listing"))


def _of(row: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: row[f"web.{name}"] for name in names if f"web.{name}" in row}


def _page_text(kept: reading.EvidenceView, found: Inspection) -> list[Out]:
    """The words of every page one behind the other, each under its address: text and nothing else."""
    told = "\n\n".join("\n".join(part for part in (page.address, page.lines) if part) for page in assertions.pages_of(found) if page.lines)
    data = visible(told).encode("utf-8", "replace")[:_MAX_TEXT]
    return [Out(data, form_of(kept, kept.title, "web", TEXT, "text/plain", "page text"))] if data else []


def _media(kept: reading.EvidenceView, found: Inspection) -> list[Out]:
    """Pictures, sound and films, each once. Their type is the server's word until the sandbox looks at them."""
    outs: dict[bytes, Out] = {}
    for member in found.members:
        row = found.rows[member.row]
        declared = row.get("web.media", "")
        if row.get("web.part") != "media" or not _TYPE.match(declared) or len(outs) >= MAX_PICTURES:
            continue
        title = f"{kept.title[:180]} · {len(outs) + 1}"
        outs.setdefault(member.data, Out(member.data, form_of(kept, title, kind_of(declared), row.get("web.address", ""), declared, "taken out")))
    return list(outs.values())


def _drawn(desk: Desk, reader: Reader, parts: Sequence[bytes], progress: Progress | None) -> None:
    """Safe copies of the pictures that were taken out. One that the sandbox gives up is kept without, and its entry says why."""
    pictures = [part for part in parts if reading.evidence(desk, reader, part).kind == "photo"]
    for done, part in enumerate(pictures, start=1):
        with suppress(Hostile, Refused):
            evidence.make_working_copy(desk, reader, part)
        if progress:
            progress(done, len(pictures))


# ---- what was found, read again --------------------------------------------------------------------------------------


def was_read(desk: Desk, reader: Reader, item: bytes) -> bool:
    """Somebody had this capture read, whatever came of it; a file that the sandbox gave up may be tried again."""
    return any(entry.event == _CHECKED and entry.outcome.startswith("web:") for entry in reading.custody(desk, reader, item))


def found_of(desk: Desk, reader: Reader, item: bytes) -> tuple[str, ...]:
    """What was last found of a capture, as codes."""
    told = [entry.detail for entry in reading.custody(desk, reader, item) if entry.event == _CHECKED and entry.outcome.startswith("web:")]
    return tuple(word for word in told[-1].split() if not word.startswith("sandbox:")) if told else ()


def check_again(desk: Desk, reader: Reader, item: bytes) -> tuple[str, ...]:
    """Check lists, digests and signatures once more, under the certificates that are pinned now. Raises Hostile as ``read_capture`` does."""
    kept = reading.evidence(desk, reader, item)
    codes = web_proofs.codes(desk, reader, parse.inspect(assertions.whole(desk, reader, item), "web", kept.media_type))
    evidence.add_custody(desk, reader, item, _CHECKED, f"web:{soundness(codes)}", " ".join(codes))
    return codes


def listing_of(desk: Desk, reader: Reader, item: bytes) -> dict[str, Any]:
    """The listing that was made when the capture was read; empty when there is none. Raises Damaged for one that is not ours."""
    part = next((one for one in reading.parts_of(desk, reader, item) if one.name == LISTING and one.media_type == "application/json"), None)
    if part is None:
        return {}
    try:
        told = json.loads(b"".join(evidence.read_object(desk, reader, part.object, told=True)))
    except (ValueError, RecursionError):
        raise Damaged("capture.listing") from None
    if not isinstance(told, dict) or told.get("letapis") != "web-listing/1":
        raise Damaged("capture.listing")
    return told
