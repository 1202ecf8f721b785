"""What a file says of itself and encloses, read behind the shut door and kept apart from it: in the dossier's RAW compartment, sealed.

Metadata becomes an ``embedded`` item, one for each reader; it never goes into a case file by itself. A mail gives its text and its
attachments as derived originals with ids of our own; a chat gives its messages as rows and as a text that a note can be made from.
All of it is the file's word.
"""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from letapis.core import alike, chat_days
from letapis.core.access import Reader
from letapis.core.embedded import Said, warnings
from letapis.core.errors import Damaged, Hostile, Refused, UsageError
from letapis.core.records import Draft, Value
from letapis.desk import assertions, evidence, items, ledger, reading
from letapis.desk.opening import Desk
from letapis.desk.taken_out import Out, form_of, keeping, kind_of
from letapis.engines import bagit, gpgv, parse
from letapis.engines.parse import Inspection

MOST: Final = 300
THREAD, TEXT, ATTACHED = "thread", "text", "attachment"
LIKENESS: Final = "likeness"
LOOKED: Final = "looked"  # somebody looked and no reader found anything, which is not the same as that nobody looked
BAG: Final = "bagit"
_HEAD: Final = 1 << 20
_MAIL = re.compile(
    rb"(?:\d{1,10}[ \t]*\r?\n)?(?:From |From:|Received:|Return-Path:|Delivered-To:|MIME-Version:|Message-ID:|Date:|Subject:|X-[\w-]+:)", re.IGNORECASE
)
_CHAT = re.compile(rb"(?:\xef\xbb\xbf)?(?:\xe2\x80\x8e)?\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\s")
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*")
_PROVEN: Final = "File Hash SHA256"
_APART: Final = ("mail.fault", "mail.received")
_EXPORTERS: Final = {"telegram": "Telegram Desktop, JSON", "whatsapp": "WhatsApp, text"}
_BESIDE: Final = (".ots", ".gst", ".devicecheck", ".txt")  # what ProofMode lays beside a file without signing it
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Embedded:
    """What one reader found. ``fault``: the code of why it could not read the file."""

    reader: str
    said: tuple[Said, ...]
    flags: tuple[str, ...]
    fault: str
    warnings: tuple[str, ...]

    def value(self, name: str) -> str:
        return next((one.value for one in self.said if one.name == name), "")


def readers_for(kept: reading.EvidenceView, head: bytes) -> tuple[str, ...]:
    """Which readers may have something to say, by the first bytes and the sender's name. They decide nothing: each looks for itself."""
    name, head = kept.name.lower(), head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith(_PICTURES) or b"%PDF-" in head[:1024] or head[4:8] == b"ftyp":
        return ("media", "credentials")
    if head.startswith(b"PK\x03\x04"):
        return ("proofmode", BAG) if b".proof." in head or name.endswith(".zip") else (BAG,) if b"bagit.txt" in head else ()
    if head[257:262] == b"ustar" or (head.startswith(b"\x1f\x8b") and name.endswith((".tgz", ".tar.gz"))):
        return (BAG,)
    if kept.media_type == "message/rfc822" or name.endswith((".eml", ".emlx")) or _MAIL.match(head):
        return ("mail",)
    if head.lstrip()[:1] == b"{" and (b'"messages"' in head or b'"chats"' in head):
        return ("telegram",)
    return ("whatsapp",) if _CHAT.match(head) else ()


def look_inside(desk: Desk, reader: Reader, item: bytes, day_order: str = "") -> tuple[str, ...]:
    """Read an item with every reader that may know its kind, and keep what they find. Returns the names of those that found something.

    What was read before is not read again. Raises Refused("insides.day_order") for a chat whose days can be read in two ways and
    ``day_order`` does not say which, UsageError for an order that is none, Refused("parse.no_sandbox").
    """
    if day_order and day_order not in chat_days.ORDERS:
        raise UsageError("insides.day_order")
    kept = reading.evidence(desk, reader, item)
    known = {one.reader for one in embedded(desk, reader, item)}
    found = []
    for name in readers_for(kept, _head(desk, reader, item)):
        if name not in known and _read(desk, reader, kept, name, day_order):
            found.append(name)
    if not embedded(desk, reader, item) and not was_looked_into(desk, reader, item):
        ledger.append(desk, [_draft(desk, reader, kept, LOOKED, (), ())])
    describe(desk, reader, item)
    return tuple(found)


def _head(desk: Desk, reader: Reader, item: bytes) -> bytes:
    head = b""
    for piece in evidence.read_object(desk, reader, item, told=True):
        head += piece
        if len(head) >= _HEAD:
            break
    return head[:_HEAD]


def _read(desk: Desk, reader: Reader, kept: reading.EvidenceView, name: str, day_order: str) -> bool:
    """One reader. A file that is of another form after all leaves no trace; one that breaks a limit leaves the reason."""
    try:
        found = parse.inspect(assertions.whole(desk, reader, kept.object), name, kept.media_type)
    except Hostile as fault:
        if fault.code != "parse.other_form" and fault.code not in {one.fault for one in embedded(desk, reader, kept.object)}:
            ledger.append(desk, [_draft(desk, reader, kept, name, (), (), fault.code)])
        return False
    said, outs = _found(kept, found, name, day_order)
    if name == "proofmode":
        said += _signatures(found)
    if not said or (name == "credentials" and len(said) == 1 and said[0].value == "none"):
        return False
    _keep(desk, reader, kept, name, said, found.flags, outs)
    return True


def _found(kept: reading.EvidenceView, found: Inspection, name: str, day_order: str) -> tuple[list[Said], list[Out]]:
    if name == "mail":
        return _mail(kept, found)
    if name in ("telegram", "whatsapp"):
        return _chat(kept, found, name, day_order)
    if name == BAG:
        return [said for bag in bagit.told(found) for said in _bag(bag)], []
    rows = [row for row in found.rows if "meta.group" in row]
    return [Said(row["meta.group"], row.get("meta.name", ""), row.get("meta.value", ""), row.get("meta.warning", "")) for row in rows], []


def _bag(bag: bagit.Bag) -> list[Said]:
    """A bag in an archive file: what it says of itself, then each remark with its place. ``desk.foreign_bags`` reads it back."""
    head = {"folder": f"/{bag.folder}", "version": bag.version or "–", "algorithms": bag.algorithms or "–", "files": str(bag.files)}
    return [Said("bag", name, value) for name, value in head.items()] + [Said("remark", code, place or "–") for code, place in bag.remarks]


def _mail(kept: reading.EvidenceView, found: Inspection) -> tuple[list[Said], list[Out]]:
    head = found.rows[0] if found.rows else {}
    said = [Said("mail", key.partition(".")[2], value) for key, value in head.items() if key.startswith("mail.") and key not in _APART]
    said += [Said("mail", "received", station) for station in head.get("mail.received", "").splitlines()]
    said += [Said("mail", "fault", code, f"mail_{code}") for code in head.get("mail.fault", "").split() if code != "none"]
    heads = [f"{name.capitalize()}: {head[f'mail.{name}']}" for name in ("from", "to", "cc", "date", "subject") if f"mail.{name}" in head]
    outs = [Out(("\n".join(heads) + "\n\n" + (found.text or "")).encode(), form_of(kept, kept.title, "document", "", "text/plain", TEXT))]
    parts = {member.row: member.data for member in found.members}
    for number, row in enumerate(found.rows):
        if row.get("part.kind") not in ("attachment", "message"):
            continue
        title = row.get("part.name") or f"{kept.title[:180]} · {number}"
        said.append(Said("mail", row["part.kind"], " ".join((title, row.get("part.type", ""), row.get("part.size", "0")))))
        if parts.get(number):
            media = row.get("part.type", "")
            kind = kind_of(media)
            outs.append(Out(parts[number], form_of(kept, title[:200], kind, title[:1000], media, ATTACHED)))
    return said, outs


def _chat(kept: reading.EvidenceView, found: Inspection, reader_name: str, day_order: str) -> tuple[list[Said], list[Out]]:
    """Messages as rows and as one text. Raises Refused("insides.day_order")."""
    proven = found.rows[0].get("chat.order", "") if found.rows else ""
    if proven == "unknown" and not day_order:
        raise Refused("insides.day_order")
    order = day_order if proven == "unknown" else proven
    rows = [_message(row, number, order) for number, row in enumerate(found.rows, start=1)]
    chats = tuple(dict.fromkeys(row["name"] for row in rows if row.get("name")))
    said = [Said("chat", "name", name) for name in chats[:50]] + [Said("chat", "messages", str(len(rows)))]
    said += [Said("chat", "number", of) for of in dict.fromkeys(row["chat.of"] for row in found.rows if "chat.of" in row)][:50]
    moments = sorted(when for row in rows if (when := row.get("time") or row.get("day") or row.get("written")))
    said += [Said("chat", name, when) for name, when in (("first", moments[0]), ("last", moments[-1]))] if moments else []
    said += [Said("chat", "exporter", _EXPORTERS[reader_name])]
    said += [Said("chat", "order", order, "" if proven != "unknown" else "order_told")] if order else []
    missing = sum("missing" in row for row in rows)
    said += [Said("chat", "missing", str(missing), "media_missing")] if missing else []
    thread = json.dumps({"letapis": "thread/1", "messages": rows}, ensure_ascii=False).encode("utf-8", "replace")
    text = "\n".join(line_of(row) for row in rows).encode("utf-8", "replace")
    forms = [form_of(kept, kept.title, "document", "", media, how) for media, how in (("application/json", THREAD), ("text/plain", TEXT))]
    return said, [Out(thread, forms[0]), Out(text, forms[1])]


def _message(row: dict[str, str], number: int, order: str) -> dict[str, str]:
    said = {key.partition(".")[2]: value for key, value in row.items() if key.startswith("chat.") and key not in ("chat.order", "chat.of")}
    if order and "written" in said:
        said["day"] = chat_days.day_of(said["written"], order)
    return {**said, "number": str(number)}


def line_of(message: dict[str, str]) -> str:
    """A message as a line of text, led by the mark that a passage or a claim can point at."""
    when = message.get("time") or message.get("day") or message.get("written", "")
    who = message.get("from", "")
    marks = [f"[{name} {message[name]}]" for name in ("forwarded", "edited", "media", "action") if message.get(name)]
    marks += ["[missing]"] if "missing" in message else []
    return " ".join(part for part in (f"[m{message['number']}]", when, f"{who}:" if who else "", *marks, message.get("text", "")) if part)


def _signatures(found: Inspection) -> list[Said]:
    """The signatures of a bundle under the key that lies in it, checked by ``gpgv``, or that nobody checked them."""
    if not gpgv.here():
        return [Said("signature", "state", "unchecked", "signature_unchecked")]
    parts = {found.rows[one.row].get("part.name", ""): (found.rows[one.row].get("part.kind", ""), one.data) for one in found.members}
    digests = {name: sha256(data).hexdigest() for name, (_, data) in parts.items()}
    by_digest = {digest: name for name, digest in digests.items()}
    keys = [data for kind, data in parts.values() if kind == "key"]
    said, states, covered = [], set(), set[str]()
    for name, (kind, data) in parts.items():
        if not name.endswith(".asc") or kind == "key":
            continue
        base = name.removesuffix(".asc")
        signed = base if base in parts else by_digest.get(base.rpartition("/")[2], "")
        state, finger = gpgv.check(data, parts[signed][1], keys[0]) if signed and keys else ("unsigned", "")
        states.add(str(state))
        covered.add(digests.get(signed, ""))
        said.append(Said("signature", name, " ".join(part for part in (str(state), finger) if part)))
    # Whoever changes a file takes its signature out as well: each file must have one, and so must the file that a proof speaks of.
    bare = [name for name, (kind, _) in parts.items() if kind in ("file", "proof") and not name.endswith(_BESIDE) and digests[name] not in covered]
    bare += sorted({row["meta.value"].lower() for row in found.rows if row.get("meta.name") == _PROVEN and "meta.value" in row} - covered)
    said += [Said("signature", name, "unsigned") for name in bare]
    whole = "good" if states == {"good"} and not bare else "invalid"
    return [Said("signature", "state", whole, "signature_sha1" if whole == "good" else "signature_wrong"), *said]


def _draft(
    desk: Desk, reader: Reader, kept: reading.EvidenceView, name: str, said: Sequence[Said], flags: Sequence[str], fault: str = ""
) -> Draft:
    home = reading.dossier(desk, reader, kept.dossier)
    body: dict[str, Value] = {
        "dossier": kept.dossier,
        "object": kept.object,
        "reader": name,
        "key": tuple(f"{one.group} {one.name}" for one in said[:MOST]),
        "said": tuple(one.value for one in said[:MOST]),
        "flag": (*(f"{at} {one.warning}" for at, one in enumerate(said[:MOST]) if one.warning), *flags),
        "fault": fault,
        "day": desk.clock().date().isoformat(),
        "state": name,
    }
    return items.draft(desk, "embedded", home.raw, body)


def _keep(
    desk: Desk, reader: Reader, kept: reading.EvidenceView, name: str, said: Sequence[Said], flags: Sequence[str], outs: Sequence[Out]
) -> None:
    """The embedded item, the parts taken out and the entry about them, all or none; then safe copies of the parts."""
    with keeping(desk, reader, kept, outs) as parts:
        ledger.append(desk, [_draft(desk, reader, kept, name, said, flags)])
        evidence.add_custody(desk, reader, kept.object, "metadata extraction", name)
    for part, out in zip(parts, outs, strict=True):
        if out.form.derivation == ATTACHED:
            with suppress(Hostile):
                evidence.make_working_copy(desk, reader, part)


def embedded(desk: Desk, reader: Reader, item: bytes) -> list[Embedded]:
    """What an item said of itself, reader by reader, without the description of what it looks like. Raises NotFound for what is not the reader's."""
    kept = reading.evidence(desk, reader, item)
    return [_embedded(one, kept.received) for one in reading.items(desk, reader, "embedded", parent=item) if one.state not in (LIKENESS, LOOKED)]


def was_looked_into(desk: Desk, reader: Reader, item: bytes) -> bool:
    """Whether somebody looked into an item, also where nothing was found."""
    reading.evidence(desk, reader, item)
    return any(one.state != LIKENESS for one in reading.items(desk, reader, "embedded", parent=item))


def _embedded(one: reading.ItemView, received: str) -> Embedded:
    record = one.record
    marks = [flag.split(" ", 1) for flag in record.texts("flag") if " " in flag]
    odd = {int(at): code for at, code in marks if at.isdecimal()}
    pairs = zip(record.texts("key"), record.texts("said"), strict=False)
    said = tuple(Said(key.partition(" ")[0], key.partition(" ")[2], value, odd.get(at, "")) for at, (key, value) in enumerate(pairs))
    flags = tuple(flag for flag in record.texts("flag") if flag.startswith("flags."))
    return Embedded(one.text("reader"), said, flags, one.text("fault"), warnings(said, flags, received))


def messages(desk: Desk, reader: Reader, item: bytes) -> list[dict[str, str]]:
    """The messages of a chat as they were taken out of it; empty for what is no chat. Raises Damaged for a thread that is not ours."""
    part = part_taken(desk, reader, item, THREAD)
    if part is None:
        return []
    try:
        told: Any = json.loads(b"".join(evidence.read_object(desk, reader, part.object)))
        if told["letapis"] != "thread/1":
            raise Damaged("insides.thread")
        return [{str(key): str(value) for key, value in one.items()} for one in told["messages"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged("insides.thread") from None


def text_of(desk: Desk, reader: Reader, item: bytes, how: str = TEXT, told: bool = False) -> str:
    """The text that was taken out of an item, or read from its pages (``how``); empty where there is none. ``told``: nobody looks at it."""
    part = part_taken(desk, reader, item, how)
    return b"".join(evidence.read_object(desk, reader, part.object, told)).decode("utf-8", "replace") if part else ""


def part_taken(desk: Desk, reader: Reader, item: bytes, how: str) -> reading.EvidenceView | None:
    """The part of an item that was made in this way, or None. Raises NotFound for an item that is not the reader's."""
    return next((part for part in reading.parts_of(desk, reader, item) if _derivation(desk, part) == how), None)


def _derivation(desk: Desk, part: reading.EvidenceView) -> str:
    return ledger.opened_by_ref(desk, [part.ref])[part.ref].record.text("derivation")


def attachments(desk: Desk, reader: Reader, item: bytes) -> list[reading.EvidenceView]:
    """What was attached to a mail, each an item of its own."""
    return [part for part in reading.parts_of(desk, reader, item) if _derivation(desk, part) == ATTACHED]


def describe(desk: Desk, reader: Reader, item: bytes) -> None:
    """Describe an item for the search of what looks like it, by its first clean page or its words, unless that was done: kept in a sealed
    record and nowhere else."""
    kept = reading.evidence(desk, reader, item)
    if reading.items(desk, reader, "embedded", parent=item, state=LIKENESS):
        return
    said: list[Said] = []
    pages = reading.renditions(desk, reader, kept.object)
    if pages and pages[0].media_type == "image/png":
        with suppress(Hostile):
            found = parse.inspect(b"".join(evidence.read_object(desk, reader, pages[0].object, told=True)), LIKENESS)
            said += [Said("picture", "difference", row["like.difference"]) for row in found.rows if "like.difference" in row]
    words = text_of(desk, reader, kept.object, told=True)
    if not words and kept.media_type == "text/plain":
        words = _head(desk, reader, kept.object).decode("utf-8", "replace")
    said += [Said("text", "run", one) for one in alike.sketch(words)]
    if said:
        ledger.append(desk, [_draft(desk, reader, kept, LIKENESS, said, ())])
