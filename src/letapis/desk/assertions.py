"""Say what was seen on a page, and have the capture itself searched for it. What does not hold it is hollow and carries no claim."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from letapis import __version__
from letapis.core.access import Reader
from letapis.core.assertion import Result, Sought, Verdict, is_boilerplate, judge, sought
from letapis.core.page_text import PageText, fold
from letapis.core.records import Draft, Value
from letapis.desk import evidence, items, ledger, reading
from letapis.desk.opening import Desk
from letapis.engines import parse
from letapis.engines.parse import Inspection
from letapis.engines.parse.wire import MAX_INPUT

_SHA256 = b"\x01"


@dataclass(frozen=True)
class AssertionView:
    """What was looked for in a capture, and what came of it."""

    item: bytes
    words: tuple[str, ...]
    media: tuple[bytes, ...]
    result: Result
    reason: str
    address: str
    recorded: str
    author: bytes


def assertion_of(desk: Desk, reader: Reader, item: bytes) -> AssertionView | None:
    """The last word about a capture; None before anybody said what was seen. Raises NotFound for an item that is not theirs."""
    reading.evidence(desk, reader, item)
    known = _known(desk, reader, item)
    if known is None:
        return None
    record, result = known.record, Result(known.state) if known.state in set(Result) else Result.UNCHECKED
    media = tuple(digest[1:] for digest in record.refs("media"))
    told = (record.text("reason"), record.text("address"), known.recorded, known.author)
    return AssertionView(item, record.texts("words"), media, result, *told)


def assert_seen(desk: Desk, reader: Reader, item: bytes, words: Sequence[str], media: Sequence[bytes] = ()) -> Verdict:
    """Look for words (each at least 20 characters) or for media (SHA-256) in a capture, and keep what was found.

    Raises UsageError ``assertion.…`` for what cannot be looked for, Hostile for a file that the sandbox gives up.
    """
    asked = sought(words, media)
    kept = reading.evidence(desk, reader, item)
    found = parse.inspect(whole(desk, reader, item), "web", kept.media_type)
    verdict, drafts = judged(desk, reader, kept, asked, found)
    ledger.append(desk, drafts)
    return verdict


def judged(desk: Desk, reader: Reader, kept: reading.EvidenceView, asked: Sought, found: Inspection) -> tuple[Verdict, list[Draft]]:
    """What a capture that was read says to what was seen, with the drafts that keep it: its own, and those of captures that become hollow
    because their words turn out to stand in every description of the account."""
    others = [(one, one.text("address"), one.text("described")) for one in _others(desk, reader, kept)]
    elsewhere = [(address, described) for _, address, described in others if described]
    whole = not any(row.get("web.fault") == "web.packed_otherwise" for row in found.rows)
    verdict = judge(asked, pages_of(found), {kept.sha256, *_digests(found)}, elsewhere, desk.catalogue.capture.marks, whole)
    drafts = [_draft(desk, reader, kept, asked, verdict)]
    spread = [(page.address, described) for page in pages_of(found) for described in page.described]
    for one, address, described in others:
        if described and one.state == Result.WEAK and is_boilerplate(address, described, spread):
            changes: dict[str, Value] = {"state": str(Result.HOLLOW), "reason": "assertion.boilerplate"}
            drafts.append(items.beside(desk, reader, "assertion", one.item, changes))
    return verdict, drafts


def pages_of(found: Inspection) -> list[PageText]:
    """The text of every answer of a capture whose digests are not wrong."""
    told: dict[str, dict[str, list[str]]] = {}
    for member in found.members:
        row = found.rows[member.row]
        part, of = row.get("web.part", ""), row.get("web.of", "")
        if part in ("text", "scripts", "described") and of.isdecimal() and found.rows[int(of)].get("web.digest") != "bad":
            told.setdefault(of, {}).setdefault(part, []).append(member.data.decode("utf-8", "replace"))
    pages = []
    for of, parts in told.items():
        lines = "\n".join(parts.get("text", []))
        address = found.rows[int(of)].get("web.address", "")
        pages.append(PageText(address, fold(lines), tuple(parts.get("described", [])), " ".join(parts.get("scripts", [])), lines))
    return pages


def whole(desk: Desk, reader: Reader, item: bytes) -> io.BytesIO:
    """An item in memory for the sandbox, which says no to more than MAX_INPUT."""
    read = io.BytesIO()
    for piece in evidence.read_object(desk, reader, item, told=True):
        read.write(piece)
        if read.tell() > MAX_INPUT:
            break
    read.seek(0)
    return read


def _digests(found: Inspection) -> set[bytes]:
    told = (row["web.sha256"] for row in found.rows if "web.sha256" in row and row.get("web.digest") != "bad")
    return {bytes.fromhex(digest) for digest in told if len(digest) == 64}


def _others(desk: Desk, reader: Reader, kept: reading.EvidenceView) -> list[reading.ItemView]:
    return [one for one in reading.items(desk, reader, "assertion", dossier=kept.dossier) if one.about != kept.object]


def _draft(desk: Desk, reader: Reader, kept: reading.EvidenceView, asked: Sought, verdict: Verdict) -> Draft:
    body: dict[str, Value] = {
        "dossier": kept.dossier,
        "about": kept.object,
        "words": asked.words,
        "media": tuple(_SHA256 + digest for digest in asked.media),
        "reason": verdict.reason,
        "address": verdict.address[:4000],
        "described": verdict.described[:20_000],
        "tool": f"letapis {__version__}",
        "state": str(verdict.result),
    }
    known = _known(desk, reader, kept.object)
    if known is None:
        return items.draft(desk, "assertion", kept.compartment, body)
    return items.changed(desk, reader, "assertion", known.item, body, known.heads)


def _known(desk: Desk, reader: Reader, item: bytes) -> reading.ItemView | None:
    found = reading.items(desk, reader, "assertion", about=item)
    return found[0] if found else None
