"""What a record means for the tables: one function for each type, used alike by append, receive and rebuild.

A projection is a function of the record, of who signed it and of whether that signature counts. It never reads the tables,
so that the order in which records arrive changes nothing but the order of rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from letapis.core import names
from letapis.core.dates import sort_key
from letapis.core.errors import Damaged
from letapis.core.records import Record
from letapis.core.vocabulary import canonical_value
from letapis.engines.db import models
from letapis.engines.db.tables import Rows, Table
from letapis.engines.seal import DevicePublic

Group = tuple[bytes, bytes, str]
"""Dossier, subject and property: claims that are weighed together."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record with its row id, the member who signed it (empty if nobody), and what the directory says of the signature."""

    id: int
    record: Record
    author: bytes
    counts: bool
    lost: bool


_LATEST: Final = ("recorded", "seq", "ref")
TABLES: Final[Mapping[str, Table]] = {
    "record": Table(models.Record, once=True),
    "leaf": Table(models.LogLeaf),
    "node": Table(models.LogNode).without_id(),
    "compartment": Table(models.Compartment, newest=("epoch",), same=("klass", "dossier")),
    "grant": Table(models.Grant),
    "dossier": Table(models.Dossier, newest=_LATEST, same=("work", "raw", "pub")),
    "entity": Table(models.Entity, newest=_LATEST, same=("dossier",)),
    "source": Table(models.Source, newest=_LATEST, same=("dossier",)),
    "note": Table(models.Note, newest=_LATEST, same=("dossier", "compartment")),
    "passage": Table(models.Passage),
    "claim": Table(models.Claim),
    "ruling": Table(models.Ruling).without_id(),
    "evidence": Table(models.Evidence),
    "custody": Table(models.CustodyEntry),
    "consent": Table(models.Consent),
    "identity": Table(models.Identity).without_id(),
    "request": Table(models.IdentityRequest),
    "share": Table(models.IdentityShare),
    "brief": Table(models.Brief),
    "submission": Table(models.Submission),
    "item": Table(models.Item, replaces=("item", "type", "dossier", "compartment")),
    "version": Table(models.ItemVersion),
}


def _digest(record: Record, name: str, algorithm: int) -> bytes:
    value = record.raw(name)
    if value[:1] != bytes((algorithm,)):
        raise Damaged("ledger.digest_algorithm")
    return value[1:]


def _stamp(record: Record) -> dict[str, object]:
    return {"recorded": record.header.recorded, "seq": record.header.seq, "ref": record.ref}


def _of_itself(record: Record) -> Record:
    """Who writes in one compartment says nothing of another: whoever does not hold its key can neither say what it is nor let anybody in."""
    if record.header.compartment != record.raw("compartment"):
        raise Damaged("ledger.other_compartment")
    return record


def _compartment(rows: Rows, placed: Placed) -> None:
    r = _of_itself(placed.record)
    rows.add("compartment", compartment=r.raw("compartment"), klass=r.text("class"), dossier=r.raw("dossier"), epoch=r.number("epoch"))


def _grant(rows: Rows, placed: Placed) -> None:
    r = _of_itself(placed.record)
    rows.add("grant", compartment=r.raw("compartment"), member=r.raw("member"), epoch=r.number("epoch"))


def _dossier(rows: Rows, placed: Placed) -> None:
    r = placed.record
    if r.header.compartment != r.raw("work"):
        raise Damaged("ledger.other_compartment")  # who does not hold WORK cannot say where a dossier's notes go
    named = {name: r.raw(name) for name in ("dossier", "work", "raw", "pub")}
    told = {name: r.text(name) for name in ("code", "title", "subject_kind")}
    rows.add("dossier", record_id=placed.id, **named, **told, **_stamp(r))


def _entity(rows: Rows, placed: Placed) -> None:
    r = placed.record
    rows.add("entity", entity=r.raw("entity"), dossier=r.raw("dossier"), kind=r.text("kind"), label=r.text("label"), **_stamp(r))


def _source(rows: Rows, placed: Placed) -> None:
    r = placed.record
    told = {name: r.text(name) for name in ("code", "kind", "grade", "circle")}
    rows.add("source", source=r.raw("source"), dossier=r.raw("dossier"), upstream=b"".join(r.refs("upstream")), **told, **_stamp(r))


def _note(rows: Rows, placed: Placed) -> None:
    r = placed.record
    named = {name: r.raw(name) for name in ("note", "dossier", "source", "subject", "evidence")}
    told = {name: r.text(name) for name in ("title", "text", "language", "basis")}
    rows.add("note", author=placed.author, compartment=r.header.compartment, record_id=placed.id, **named, **told, **_stamp(r))


def _passage(rows: Rows, placed: Placed) -> None:
    r = placed.record
    told = {"text": r.text("text"), "language": r.text("language"), "own_experience": r.flag("own_experience")}
    place = {"start": r.number("start"), "end": r.number("end"), "compartment": r.header.compartment}
    rows.add("passage", ref=r.ref, rid=r.header.id, dossier=r.raw("dossier"), note=r.raw("note"), **told, **place)


@lru_cache(maxsize=4096)
def _first_day(date: str) -> str:
    return sort_key(date)[0]


def claim_value(record: Record) -> tuple[str, str]:
    """Canonical text and type of the one value a claim holds. Raises Damaged("ledger.claim_value") for none or several."""
    body = record.body
    found = [(str(body["value." + kind]), kind) for kind in ("text", "number", "date") if "value." + kind in body]
    if "value.bool" in body:
        found.append((canonical_value(record.flag("value.bool")), "bool"))
    if record.flag("value.listed") or "value.list" in body:
        found.append((canonical_value(record.texts("value.list")), "list"))
    if len(found) != 1:
        raise Damaged("ledger.claim_value")
    return found[0]


def _claim(rows: Rows, placed: Placed) -> None:
    r, h = placed.record, placed.record.header
    value, value_type = claim_value(r)
    day = r.text("valid_from") or r.text("value.date") or r.text("valid_to")
    rows.add(
        "claim",
        id=placed.id,
        ref=r.ref,
        rid=h.id,
        dossier=r.raw("dossier"),
        compartment=h.compartment,
        subject=r.raw("subject"),
        property=r.text("property"),
        value=value,
        value_type=value_type,
        partial=r.flag("value.partial"),
        source=r.raw("source"),
        basis=r.text("basis"),
        passage=r.raw("passage"),
        evidence=r.raw("evidence"),
        anchor=r.text("page") or r.text("time_code"),
        valid_from=r.text("valid_from"),
        valid_to=r.text("valid_to"),
        certainty=r.text("certainty"),
        low=_first_day(day),
        circle=r.text("circle"),
        scopes=" ".join(r.texts("scopes")),
        author=placed.author,
        device=h.device,
        recorded=h.recorded,
        replaces=r.raw("replaces"),
        seq=h.seq,
        counts=placed.counts,
        lost=placed.lost,
        independent=1,  # what the fold will most often say, so that most claims are written once
    )


def _ruling(rows: Rows, placed: Placed) -> None:
    r, h = placed.record, placed.record.header
    told = {name: r.text(name) for name in ("kind", "reason", "norm", "element", "scope", "until")}
    signed = {"member": placed.author, "device": h.device, "seq": h.seq, "counts": placed.counts, "lost": placed.lost}
    for target in r.refs("targets") or (b"",):
        rows.add(
            "ruling",
            ref=r.ref,
            rid=h.id,
            target=target,
            dossier=r.raw("dossier"),
            holds=r.body.get("holds", True),
            parties=b"".join(r.refs("parties")),
            recorded=h.recorded,
            record_id=placed.id,
            **told,
            **signed,
        )


def _evidence(rows: Rows, placed: Placed) -> None:
    r = placed.record
    named = {name: r.raw(name) for name in ("object", "dossier", "source", "derived_from")}
    rows.add(
        "evidence",
        compartment=r.header.compartment,
        ref=r.ref,
        title=r.text("title"),
        kind=r.text("kind"),
        name=r.text("name"),
        media_type=r.text("content.media_type"),
        size=r.number("content.size"),
        sha256=_digest(r, "content.sha256", 1),
        sha512=_digest(r, "content.sha512", 2),
        blob=r.text("blob.name"),
        blob_sha256=_digest(r, "blob.sha256", 1),
        blob_size=r.number("blob.size"),
        page=r.number("page"),
        step=r.number("step"),
        author=placed.author,
        received=r.text("received"),
        record_id=placed.id,
        **named,
    )


def _custody(rows: Rows, placed: Placed) -> None:
    r = placed.record
    told = {name: r.text(name) for name in ("event", "outcome", "detail")}
    place = {"object": r.raw("object"), "step": r.number("step"), "parents": b"".join(r.refs("parents"))}
    rows.add("custody", ref=r.ref, member=placed.author, recorded=r.header.recorded, **told, **place)


def _consent(rows: Rows, placed: Placed) -> None:
    r = placed.record
    told = {name: r.text(name) for name in ("scope", "answer", "recipient", "expires", "reason", "how", "taken")}
    rows.add("consent", dossier=r.raw("dossier"), party=r.raw("party"), surrogate=r.flag("surrogate"), author=placed.author, **told, **_stamp(r))


def _identity(rows: Rows, placed: Placed) -> None:
    r = placed.record
    numbers = {"version": r.number("version"), "threshold": r.number("threshold")}
    rows.add("identity", source=r.raw("source"), ref=r.ref, author=placed.author, recorded=r.header.recorded, **numbers)


def _request(rows: Rows, placed: Placed) -> None:
    r = placed.record
    asked = {"source": r.raw("source"), "version": r.number("version"), "purpose": r.text("purpose"), "device": r.text("device")}
    rows.add("request", ref=r.ref, rid=r.header.id, requester=placed.author, recorded=r.header.recorded, **asked)


def _share(rows: Rows, placed: Placed) -> None:
    r = placed.record
    rows.add("share", ref=r.ref, request=r.raw("request"), custodian=placed.author, subset=r.number("subset"), recorded=r.header.recorded)


def _brief(rows: Rows, placed: Placed) -> None:
    r = placed.record
    told = {name: r.text(name) for name in ("mechanism", "language", "document")}
    made = {"author": placed.author, "recorded": r.header.recorded, "record_id": placed.id}
    rows.add("brief", brief=r.raw("brief"), ref=r.ref, dossier=r.raw("dossier"), **told, **made)


def _submission(rows: Rows, placed: Placed) -> None:
    r, h = placed.record, placed.record.header
    sent = {"brief": r.raw("brief"), "sent": b"".join(r.refs("objects")), "silent": r.number("silent")}
    told = {"mechanism": r.text("mechanism"), "override": r.text("override")}
    rows.add("submission", ref=r.ref, rid=h.id, dossier=r.raw("dossier"), member=placed.author, recorded=h.recorded, **sent, **told)


@dataclass(frozen=True, slots=True)
class ItemKind:
    """Which body fields of a working item hold its id, what it belongs to, whom or what it is about, whose it is, its day and its place."""

    ident: str
    parent: str = ""
    about: str = ""
    owner: str = ""
    day: str = ""
    number: str = ""


ITEMS: Final[Mapping[str, ItemKind]] = {
    "contact": ItemKind("contact", about="source"),
    "task": ItemKind("task", about="about", owner="owner", day="due"),
    "saved_search": ItemKind("search"),
    "hearing": ItemKind("hearing", about="subject", owner="observer", day="day"),
    "letter": ItemKind("letter", about="subject", day="sent"),
    "sheet": ItemKind("sheet", about="source", day="day"),
    "sheet_line": ItemKind("line", parent="sheet", about="entity", number="number"),
    "interview": ItemKind("interview", about="source", day="day"),
    "interview_section": ItemKind("section", parent="interview", number="start"),
    "need": ItemKind("need", about="party", day="until"),
    "filing_step": ItemKind("step", parent="submission", owner="member", day="day"),
    "gate_word": ItemKind("word"),
    "bundle": ItemKind("bundle", parent="submission", day="day"),
    "package": ItemKind("package", day="day", number="people"),
    "package_part": ItemKind("part", parent="package", number="number"),
    "submitter": ItemKind("submitter"),
    "card_review": ItemKind("review", day="day"),
    "reply": ItemKind("reply", day="day"),
    "reply_line": ItemKind("line", parent="reply", number="number"),
    "advocacy": ItemKind("advocacy", about="answers", day="day"),
    "figure": ItemKind("figure", day="day"),
    "review": ItemKind("review", day="day"),
    "release": ItemKind("release", day="day", number="number"),
    "incident": ItemKind("incident", owner="member", day="day"),
    "incident_step": ItemKind("step", parent="incident", owner="owner", about="about", number="number", day="day"),
    "travel": ItemKind("travel", owner="member", day="day"),
    "exposure": ItemKind("exposure", day="day"),
    "care": ItemKind("care", day="until"),
    "much_opened": ItemKind("opened", day="day"),
    "print": ItemKind("print", day="day", number="number"),
    "witness": ItemKind("witness"),
    "witness_quorum": ItemKind("quorum"),
    "cosignature": ItemKind("cosignature", parent="log", about="witness", number="size", day="day"),
    "log_fork": ItemKind("fork", day="day"),
    "restricted": ItemKind("restricted", about="party"),
    "erasure": ItemKind("erasure"),
    "recall": ItemKind("recall", day="due"),
    "backup_copy": ItemKind("backup", day="until"),
    "capture": ItemKind("capture", about="about"),
    "capture_sealed": ItemKind("capture", about="about"),
    "assertion": ItemKind("assertion", about="about"),
    "web_root": ItemKind("pin"),
    "import": ItemKind("import", about="source", day="day", number="files"),
    "import_part": ItemKind("part", parent="import", number="number"),
    "list_import": ItemKind("list", about="source", day="day", number="size"),
    "list_watch": ItemKind("watch", about="source", day="day", number="number"),
    "list_part": ItemKind("part", parent="list", number="number"),
    "list_group": ItemKind("group", parent="list", number="number"),
    "embedded": ItemKind("embedded", parent="object", day="day"),
    "difficult": ItemKind("difficult", parent="object"),
    "redaction": ItemKind("redaction", parent="original", about="object", day="day"),
    "authority": ItemKind("authority"),
    "anchored": ItemKind("anchored", day="day", number="size"),
    "anchor": ItemKind("anchor", parent="anchored", about="authority"),
    "beacon": ItemKind("beacon", day="day"),
    "one_person": ItemKind("link", about="entity", parent="beside", number="across"),
    "post": ItemKind("post", about="subject"),
    "recognition": ItemKind("recognition", about="subject", day="day", number="number"),
    "recognition_vote": ItemKind("vote", parent="recognition", day="day"),
    "recognition_outcome": ItemKind("decided", parent="recognition", about="subject", day="day"),
    "joint_statement": ItemKind("copy", parent="statement", day="day"),
    "public_card": ItemKind("card"),
    "card_link": ItemKind("link", about="subject"),
    "public_statement": ItemKind("statement"),
    "public_approval": ItemKind("approval", about="about"),
    "public_recall": ItemKind("recall", about="about"),
    "fixity_place": ItemKind("place", number="every"),
    "fixity_check": ItemKind("check", parent="place", day="day"),
}


def _item(rows: Rows, placed: Placed) -> None:
    """A version; the item itself is written by ``versions.show``, here it is only asked whether it fits."""
    r, row = placed.record, item_row(placed, (placed.record.ref,))
    TABLES["item"].row(row)
    told = {name: row[name] for name in ("item", "type", "dossier", "compartment", "author", "recorded", "ref")}
    rows.add("version", id=placed.id, after=b"".join(r.refs("after")), **told)


def item_row(placed: Placed, heads: tuple[bytes, ...]) -> dict[str, object]:
    """The row of an item as this version of it says. ``heads``: the versions that stand side by side, this one first."""
    r, kind = placed.record, ITEMS[placed.record.type]
    named = {name: r.raw(getattr(kind, name)) for name in ("parent", "about", "owner") if getattr(kind, name)}
    named |= {"item": r.raw(kind.ident), "dossier": r.raw("dossier"), "compartment": r.header.compartment, "author": placed.author, "ref": r.ref}
    day, number = r.text(kind.day) if kind.day else "", r.number(kind.number) if kind.number else 0
    told = {"type": r.type, "state": r.text("state"), "day": _first_day(day), "number": number, "recorded": r.header.recorded}
    return {**named, **told, "heads": b"".join(heads), "record_id": placed.id}


MEMBERS: Final = Table(models.Member, once=True)
DEVICES: Final = Table(models.Device, once=True)


def _nothing(rows: Rows, placed: Placed) -> None:
    """Directory records are folded as a whole (``desk.people``); a *seen* record and what keepers decided on covering are read from
    the records themselves; a cover leaf says nothing."""


def _member(rows: Rows, placed: Placed) -> None:
    """Written by the fold; here it is only asked whether it fits."""
    r = placed.record
    MEMBERS.row(member_row(r.raw("member"), r.text("name"), r.flag("keeper"), r.flag("custodian"), "proposed", r.ref))


def member_row(member: bytes, name: str, keeper: bool, custodian: bool, state: str, ref: bytes) -> dict[str, object]:
    return {"member": member, "name": name, "keeper": keeper, "custodian": custodian, "state": state, "ref": ref}


def _device(rows: Rows, placed: Placed) -> None:
    """Written by the fold; here it is only asked whether it fits, and whether its keys are keys."""
    r = placed.record
    keys = DevicePublic(r.raw("ed25519"), r.raw("mldsa44"), r.raw("log_ed25519"), r.raw("log_mldsa44"), r.raw("kem")).to_bytes()
    DevicePublic.from_bytes(keys)
    DEVICES.row(device_row(r.text("device"), r.raw("member"), r.text("label"), keys, r.text("log"), "proposed", r.ref))


def device_row(device: str, member: bytes, label: str, public: bytes, log: str, state: str, ref: bytes) -> dict[str, object]:
    row: dict[str, object] = {"device": device, "member": member, "label": label, "public": public, "log": log, "state": state, "ref": ref}
    return row | {"removed_from": None, "compromised_since": None}


PROJECT: Final[Mapping[str, Callable[[Rows, Placed], None]]] = {
    "organisation": _nothing,
    "member": _member,
    "device": _device,
    "removal": _nothing,
    "seen": _nothing,
    "cover": _nothing,
    "cover_rhythm": _nothing,
    "shred_order": _nothing,
    "shredding": _nothing,
    "compartment": _compartment,
    "grant": _grant,
    "dossier": _dossier,
    "entity": _entity,
    "source": _source,
    "note": _note,
    "as_said": _passage,
    "claim": _claim,
    "evidence": _evidence,
    "custody": _custody,
    "consent": _consent,
    "identity": _identity,
    "identity_request": _request,
    "identity_share": _share,
    "decision": _ruling,
    "brief": _brief,
    "submission": _submission,
    **dict.fromkeys(ITEMS, _item),
}


# What can be found by words: kind of the hit, the field that holds its id (the record's own id when empty), the fields of its text.
_FINDABLE: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "dossier": ("dossier", "dossier", ("code", "title")),
    "entity": ("person", "entity", ("label",)),
    "source": ("source", "source", ("code",)),
    "note": ("note", "note", ("title", "text")),
    "evidence": ("evidence", "object", ("title", "name")),
}
NAME_FACTS: Final = frozenset({"identity.name", "identity.family_name", "identity.first_name", "identity.other_name"})
Document = tuple[str, bytes, bytes, bytes, str]


def document(record: Record) -> Document | None:
    """What the index learns of a record: kind, id, dossier, compartment, text. A claim is found by its value if that is words; a name
    is found by its other spellings too."""
    dossier, compartment = record.raw("dossier"), record.header.compartment
    if record.type == "claim":
        value, value_type = claim_value(record)
        if record.text("property") in NAME_FACTS:
            value = f"{value} {names.index_words(value)}"
        return ("claim", record.header.id, dossier, compartment, value) if value_type in ("text", "list") else None
    entry = _FINDABLE.get(record.type)
    if entry is None:
        return None
    kind, ident, fields = entry
    texts = [record.text(name) for name in fields if record.text(name)]
    if record.type == "entity":
        texts.append(names.index_words(record.text("label")))
    return (kind, record.raw(ident), dossier, compartment, " ".join(texts))
