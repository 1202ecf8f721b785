"""The types of records: what a body holds, and how it becomes fields and is read again.

A record is a header (who, when, in which compartment, where in the device's chain) and a body. Its fields are named
``h.…`` and ``b.…`` so that no body field can pose as header. A type that this version does not know is not an error of
the record: it is kept, counts for nothing, and is shown as "needs a newer letapis".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from letapis.core.canonical import Field, Kind, in_name_order
from letapis.core.errors import Damaged

Value = str | bytes | int | bool | tuple[str, ...] | tuple[bytes, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """One body field of a type: name without ``b.``, kind of its bytes, whether it must be there, whether it is a list."""

    name: str
    kind: Kind
    required: bool = True
    many: bool = False


def _spec(text: str) -> tuple[Spec, ...]:
    """Read ``name kind`` words: a trailing ``?`` makes a field optional, ``*`` a list."""
    specs = []
    for line in text.split(","):
        name, kind = line.split()
        many, optional = kind.endswith("*"), kind.endswith("?")
        specs.append(Spec(name, Kind[kind.rstrip("*?").upper()], required=not (many or optional), many=many))
    return tuple(specs)


_VALUE = "value.text text?, value.number decimal?, value.bool bool?, value.date date?, value.list text*, value.listed bool?, value.partial bool?"

# One line a type; the words are those of the glossary. Directory types stand in the organisation's compartment.
SCHEMAS: Final[Mapping[str, tuple[Spec, ...]]] = {
    "organisation": _spec("organisation bytes, name text, marking text?"),
    "member": _spec("member bytes, name text, keeper bool, custodian bool, publisher bool?"),
    "device": _spec(
        "member bytes, device text, label text, ed25519 bytes, mldsa44 bytes, kem bytes, log text, log_ed25519 bytes, log_mldsa44 bytes"
    ),
    "removal": _spec("member bytes?, device text?, log text*, size uint*, root bytes*, compromised_since uint?, reason text"),
    "compartment": _spec("compartment bytes, class text, dossier bytes?, epoch uint"),
    "grant": _spec("compartment bytes, epoch uint, member bytes"),
    "dossier": _spec("dossier bytes, code text, title text, subject_kind text, work bytes, raw bytes, pub bytes"),
    "entity": _spec("dossier bytes, entity bytes, kind text, label text"),
    "source": _spec("dossier bytes, source bytes, code text, kind text, grade text, circle text?, upstream bytes*"),
    "note": _spec(
        "dossier bytes, note bytes, title text, text text, language text, source bytes?, basis text?, subject bytes?, evidence bytes?, terms text?"
    ),
    "as_said": _spec("dossier bytes, note bytes, start uint, end uint, text text, language text, own_experience bool?"),
    "claim": _spec(
        "dossier bytes, subject bytes, property text, " + _VALUE + ", source bytes, basis text, passage ref?, evidence bytes?, page text?, "
        "time_code text?, valid_from date?, valid_to date?, certainty text?, replaces ref?, scopes text*, circle text?"
    ),
    "evidence": _spec(
        "dossier bytes, object bytes, step uint, parents ref*, title text, kind text, name text?, content.sha256 digest, content.sha512 digest, "
        "content.size uint, content.media_type text, blob.name text, blob.sha256 digest, blob.size uint, blob.key bytes, received instant, "
        "source bytes?, derived_from bytes?, derivation text?, tool text?, page uint?"
    ),
    "custody": _spec(
        "dossier bytes, object bytes, step uint, parents ref*, event text, outcome text, detail text?, agent text?, happened date?, place text?, "
        "reason text?, authority text?, tool text?, before digest?, after digest?, recipient text?, condition text?, unusual text?"
    ),
    "consent": _spec(
        "dossier bytes, party bytes, scope text, answer text, recipient text?, expires date?, surrogate bool?, reason text?, how text?, taken date?"
    ),
    "identity": _spec("source bytes, version uint, sealed bytes, threshold uint, commitments bytes*, holders bytes*, subsets uint*, shares bytes*"),
    "identity_request": _spec("source bytes, version uint, purpose text, requester bytes, device text"),
    "identity_share": _spec("request ref, source bytes, version uint, subset uint, sealed bytes"),
    "decision": _spec(
        "dossier bytes?, kind text, targets ref*, reason text?, norm text?, element text?, holds bool?, parties bytes*, scope text?, until date?, "
        "use text?, sentence text?, wording text?"
    ),
    "brief": _spec(
        "dossier bytes, brief bytes, mechanism text, language text, document text, own_words text*, writers bytes*, target bytes?, request text?"
    ),
    "submission": _spec("dossier bytes, brief ref, mechanism text, objects bytes*, override text?, silent uint?, once uint?, due date?"),
    "seen": _spec("origin text*, size uint*, root bytes*"),
    # A leaf that says nothing, so that the length of a log does not say how much was recorded; and what keepers decided on it.
    "cover": (),
    "cover_rhythm": _spec("step uint, hours uint, state text, after ref*"),
    # What the day is made of. Each is written anew when it changes; ``after`` names the versions that its writer had seen.
    "contact": _spec(
        "dossier bytes, contact bytes, source bytes, channel text?, address text?, hours text?, word text?, country text?, safety text?, "
        "device_state text?, text text?, state text, after ref*"
    ),
    "task": _spec(
        "dossier bytes?, task bytes, kind text, text text, owner bytes?, due date?, about bytes?, party bytes?, reason text?, "
        "says text?, told text*, state text, after ref*"
    ),
    "saved_search": _spec("search bytes, name text, query text, state text, after ref*"),
    "hearing": _spec(
        "dossier bytes, hearing bytes, subject bytes?, day date, time text?, court text, place text?, judge text?, stage text?, closed bool?, "
        "observer bytes?, outcome text?, text text?, state text, after ref*"
    ),
    "letter": _spec(
        "dossier bytes, letter bytes, subject bytes, place text?, sent date?, arrived date?, answered date?, returned date?, reason text?, "
        "text text?, state text, after ref*"
    ),
    "sheet": _spec(
        "dossier bytes, sheet bytes, day date, place text, agency text?, source bytes, basis text, note bytes, entity bytes, claims bytes*, "
        "total uint?, named uint?, unit text?, about bool?, text text?, state text, after ref*"
    ),
    "sheet_line": _spec(
        "dossier bytes, sheet bytes, line bytes, number uint, text text, name text?, named bool?, age text?, article text?, place text?, "
        "entity bytes, passage ref, claims bytes*, reason text?, state text, after ref*"
    ),
    "interview": _spec(
        "dossier bytes, interview bytes, source bytes, subject bytes?, note bytes?, day date, prior text?, elsewhere text?, referral text?, "
        "risk text?, risk_reason text?, child bool?, grave bool?, trained bool?, state text, after ref*"
    ),
    "interview_section": _spec(
        "dossier bytes, interview bytes, section bytes, start uint, topics text*, summary text?, state text, after ref*"
    ),
    "need": _spec("dossier bytes, need bytes, party bytes, code text, until date, text text?, state text, after ref*"),
    "filing_step": _spec(
        "dossier bytes, step bytes, submission bytes, kind text, day date, due date?, channel text?, reference text?, text text?, object bytes?, "
        "link text?, member bytes?, safety text?, state text, after ref*"
    ),
    "gate_word": _spec("dossier bytes, word bytes, mechanism text, gate text, about text, holds bool, text text, state text, after ref*"),
    "bundle": _spec("dossier bytes, bundle bytes, submission bytes, objects bytes*, digest bytes, day date, state text, after ref*"),
    # Persons given to a partner as data: to whom, which claims; what was given is known by its digest and can be asked back.
    "package": _spec(
        "dossier bytes, package bytes, recipient text, purpose text, to text, form text, groups text*, floor text, people uint, digest bytes, "
        "size uint, day date, state text, after ref*"
    ),
    "package_part": _spec("dossier bytes, part bytes, package bytes, number uint, claims ref*, state text, after ref*"),
    "submitter": _spec(
        "submitter bytes, name text*, address text*, email text?, mandate text*, description text*, state text, after ref*"
    ),
    "card_review": _spec("review bytes, mechanism text, day date, text text?, state text, after ref*"),
    "reply": _spec(
        "dossier bytes, reply bytes, submission ref?, mechanism text?, day date, title text, object bytes?, text text?, note bytes?, known text*, "
        "known_text text?, safety text?, channel text?, task bytes?, state text, after ref*"
    ),
    "reply_line": _spec(
        "dossier bytes, reply bytes, line bytes, number uint, allegation text, claims ref*, answer text?, stance text?, comment text?, ours text?, "
        "state text, after ref*"
    ),
    "advocacy": _spec(
        "dossier bytes?, advocacy bytes, day date, kind text, body text, person text?, text text, answers bytes?, issue text?, due date?, "
        "state text, after ref*"
    ),
    "figure": _spec(
        "figure bytes, rule text, day date, value uint, least bool, because text?, corrects bytes?, persons bytes?, silent bytes?, withheld uint?, "
        "state text, after ref*"
    ),
    "review": _spec(
        "review bytes, month text, day date, origin text*, size uint*, root bytes*, dossiers bytes?, records uint, digest bytes, figures text*, "
        "text text?, state text, after ref*"
    ),
    "incident": _spec(
        "incident bytes, member bytes, devices text*, kinds text*, day date, since instant?, text text?, state text, after ref*"
    ),
    "incident_step": _spec(
        "incident bytes, step bytes, code text, number uint, text text?, owner bytes?, about bytes?, day date?, state text, after ref*"
    ),
    "travel": _spec("travel bytes, member bytes, device text, day date, until date, dossiers bytes*, gone text*, state text, after ref*"),
    "exposure": _spec("exposure bytes, day date, kind text, count uint, state text, after ref*"),
    "care": _spec("care bytes, topics text*, until date?, pair bytes?, text text?, state text, after ref*"),
    "much_opened": _spec("opened bytes, day date, kind text, count uint, threshold uint, state text, after ref*"),
    "witness": _spec(
        "witness bytes, name text, vkeys text*, group text, household text?, address text?, text text?, state text, after ref*"
    ),
    "witness_quorum": _spec("quorum bytes, needs text*, state text, after ref*"),
    "cosignature": _spec("cosignature bytes, witness bytes, log bytes, size uint, day date, note text, state text, after ref*"),
    "log_fork": _spec("fork bytes, origin text, day date, first text, second text, text text?, state text, after ref*"),
    "print": _spec(
        "dossier bytes, print bytes, number uint, what text, copies uint, purpose text?, day date, destroyed date?, state text, after ref*"
    ),
    # What is taken back. An order names commitments and sealed objects, never a thing or a person; it stands in the organisation's compartment.
    "restricted": _spec("dossier bytes, restricted bytes, party bytes, scopes text*, text text?, state text, after ref*"),
    "erasure": _spec("dossier bytes, erasure bytes, targets bytes*, ground text, text text?, order bytes?, state text, after ref*"),
    "shred_order": _spec("order bytes, part uint, parts uint, ground text, commitments ref*, blobs text*"),
    "shredding": _spec("order ref, ground text, parents ref*, gone text*"),
    "recall": _spec(
        "dossier bytes, recall bytes, recipient text, what text, day date, due date?, channel text?, answer text?, answered date?, state text, "
        "after ref*"
    ),
    "backup_copy": _spec("backup bytes, day date, until date, destroyed date?, state text, after ref*"),
    # How an item of evidence was captured: ids of fields and their values. What is sealed stands apart and is in no case file.
    "capture": _spec("dossier bytes, capture bytes, about bytes, fields text*, values text*, state text, after ref*"),
    "capture_sealed": _spec("dossier bytes, capture bytes, about bytes, fields text*, values text*, state text, after ref*"),
    # Whether a capture holds what was seen: ``state`` is present, weak, hollow or unchecked.
    "assertion": _spec(
        "dossier bytes, assertion bytes, about bytes, words text*, media digest*, reason text?, address text?, described text?, tool text?, "
        "state text, after ref*"
    ),
    "web_root": _spec("pin bytes, name text, certificate bytes, state text, after ref*"),
    "import": _spec(
        "dossier bytes, import bytes, source bytes?, place text?, day date, files uint, ocfl text*, bags text*, "
        "fields text*, values text*, state text, after ref*"
    ),
    "import_part": _spec(
        "dossier bytes, part bytes, import bytes, number uint, path text*, stamp bytes*, outcome text*, reason text*, object bytes*, state text, "
        "after ref*"
    ),
    # A list brought in: which files, how its columns are read, and by keyed marks which entry became whom. No word of the list stands here.
    "list_import": _spec(
        "dossier bytes, list bytes, source bytes?, title text, mapping text?, form text?, files bytes*, previous bytes?, day date, size uint, "
        "text text?, state text, after ref*"
    ),
    "list_part": _spec(
        "dossier bytes, part bytes, list bytes, number uint, records uint, mark bytes*, made bytes*, deed text*, task bytes*, state text, "
        "after ref*"
    ),
    "list_group": _spec(
        "dossier bytes, group bytes, list bytes, number uint, mark bytes*, reason text, text text?, state text, after ref*"
    ),
    # Two versions of a published list, compared: which files they were, and the tasks that came of it. No word of the list stands here.
    "list_watch": _spec(
        "dossier bytes, watch bytes, source bytes, title text, mapping text?, form text?, before bytes*, files bytes*, day date, number uint, "
        "task bytes*, state text, after ref*"
    ),
    "embedded": _spec(
        "dossier bytes, embedded bytes, object bytes, reader text, key text*, said text*, flag text*, fault text?, day date, state text, "
        "after ref*"
    ),
    # Who marked an item as hard to look at, and what awaits; a copy with parts blacked out: of which original, where and why.
    "difficult": _spec("dossier bytes, difficult bytes, object bytes, topics text*, text text?, state text, after ref*"),
    "redaction": _spec(
        "dossier bytes, redaction bytes, object bytes, original bytes, pages uint*, regions text*, text text?, day date, state text, after ref*"
    ),
    # Time: whom a person trusts to state it, the checkpoint notes that were stamped, and what came of it. Request and reply are kept unchanged.
    "authority": _spec("authority bytes, kind text, name text, address text?, root text?, apart text*, state text, after ref*"),
    "anchored": _spec("anchored bytes, origin text, size uint, note bytes, day date, state text, after ref*"),
    "anchor": _spec(
        "anchor bytes, anchored bytes, authority bytes?, kind text, request bytes?, reply bytes?, header bytes?, asked instant, renews bytes?, "
        "state text, after ref*"
    ),
    "beacon": _spec("beacon bytes, kind text, reference text, value text, moment instant, day date, state text, after ref*"),
    # A member's word on whether two entries are one person (``core.one_person``). ``beside``: the other entry, or across dossiers the pair.
    "one_person": _spec(
        "dossier bytes, link bytes, entity bytes, beside bytes, across uint, half bytes?, reason text?, state text, after ref*"
    ),
    # Which claims on a person belong to one post: title, body, beginning and end are each said by a source of its own.
    "post": _spec("dossier bytes, post bytes, subject bytes, said ref*, state text, after ref*"),
    # Recognition as a political prisoner: a round of it, what organisations voted, what was decided, and the statement that says so in public.
    "recognition": _spec("dossier bytes, recognition bytes, subject bytes, number uint, day date, text text?, state text, after ref*"),
    "recognition_vote": _spec(
        "dossier bytes, vote bytes, recognition bytes, organisation text, stance text, day date, text text?, state text, after ref*"
    ),
    "recognition_outcome": _spec(
        "dossier bytes, decided bytes, subject bytes, recognition bytes?, outcome text, ground text?, demand text?, day date, text text?, "
        "override text?, statement bytes?, corrects bytes?, state text, after ref*"
    ),
    "joint_statement": _spec(
        "dossier bytes, copy bytes, statement bytes, day date, outcome text, ground text?, demand text?, signatories text*, titles text*, "
        "texts text*, link text?, state text, after ref*"
    ),
    # What is public of a person: in the PUB compartment of the dossier, and naming nothing of its other compartments. ``content``: the card
    # or statement as its canonical bytes; ``salt`` blinds its digest; ``recalls``: those that its writer had seen; ``begins`` and ``until``:
    # the days on which it may be public. An approval names the salted digest of the very bytes, and the fields that were looked at by themselves.
    "public_card": _spec(
        "dossier bytes, card bytes, content bytes, salt bytes, photo bytes?, begins date?, until date?, recalls ref*, state text, after ref*"
    ),
    "public_statement": _spec("dossier bytes, statement bytes, content bytes, salt bytes, recalls ref*, state text, after ref*"),
    "public_approval": _spec(
        "dossier bytes, approval bytes, about bytes, version ref, digest bytes, look text*, state text, after ref*"
    ),
    "public_recall": _spec("dossier bytes, recall bytes, about bytes, because text, until date?, state text, after ref*"),
    # What a version of a public card stands on: which claim fills which field, which answers; ``object``: the item its photograph is made of.
    "card_link": _spec(
        "dossier bytes, link bytes, subject bytes, card bytes, version ref, fields text*, languages text*, claims ref*, scopes text*, consents ref*, "
        "object bytes?, state text, after ref*"
    ),
    "fixity_place": _spec("place bytes, name text, kind text, every uint, apart bool, state text, after ref*"),
    # A snapshot of the public list that was built: which, over how long a log, with which root; ``manifest``: of its files.
    "release": _spec(
        "release bytes, number uint, day date, size uint, root bytes, snapshot bytes, manifest bytes, persons uint, override text?, silent uint?, "
        "naming text?, uploaded date?, state text, after ref*"
    ),
    "fixity_check": _spec(
        "check bytes, place bytes, day date, deed text, began instant, ended instant, good bytes?, missing bytes?, changed bytes?, unread bytes?, "
        "reached bool, state text, after ref*"
    ),
}

# Records on which both signature schemes are due (evidence.md §1); a claim is covered by its device's checkpoint.
BOTH_SIGNATURES: Final = frozenset(
    {"organisation", "member", "device", "removal", "compartment", "grant", "decision", "consent", "custody", "evidence"}
    | {"identity", "identity_request", "identity_share", "submission", "bundle", "package", "incident", "figure"}
    | {"restricted", "erasure", "shred_order", "shredding", "witness", "witness_quorum", "one_person", "public_approval", "public_recall", "release"}
    | {"cover_rhythm", "recognition_vote", "recognition_outcome"}
)

BASES: Final = ("saw", "heard", "was_told", "document", "inferred", "own_experience")
CLASSES: Final = ("WORK", "RAW", "PUB", "ORG", "IDENT", "CONTACT", "SUPPORT", "PRIVATE", "KEEPERS")
SOURCE_KINDS: Final = ("person", "document", "list", "media", "court", "authority", "un_body")
_HEADER: Final = {
    "h.type": Kind.TEXT,
    "h.version": Kind.UINT,
    "h.id": Kind.BYTES,
    "h.device": Kind.TEXT,
    "h.compartment": Kind.BYTES,
    "h.recorded": Kind.INSTANT,
    "h.seq": Kind.UINT,
    "h.prev": Kind.REF,
    "h.seen": Kind.REF,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What someone wants to record, before a device gives it a place in its chain."""

    type: str
    compartment: bytes
    body: Mapping[str, Value]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Header:
    """The clear head of a record. ``seq`` is also the index in the device's log; ``prev`` is absent at 0."""

    type: str
    version: int
    id: bytes
    device: str
    compartment: bytes
    recorded: str
    seq: int
    prev: bytes = b""
    seen: bytes = b""


@dataclass(frozen=True, slots=True)
class Record:
    """A read record: its 32-byte commitment, header and typed body. ``known`` is false for a type or version from the future."""

    ref: bytes
    header: Header
    body: Mapping[str, Value] = field(default_factory=dict)
    known: bool = True

    @property
    def type(self) -> str:
        return self.header.type

    def text(self, name: str) -> str:
        value = self.body.get(name, "")
        return value if isinstance(value, str) else ""

    def raw(self, name: str) -> bytes:
        value = self.body.get(name, b"")
        return value if isinstance(value, bytes) else b""

    def number(self, name: str) -> int:
        value = self.body.get(name, 0)
        return value if isinstance(value, int) else 0

    def flag(self, name: str) -> bool:
        return self.body.get(name) is True

    def refs(self, name: str) -> tuple[bytes, ...]:
        value = self.body.get(name, ())
        return tuple(part for part in value if isinstance(part, bytes)) if isinstance(value, tuple) else ()

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.body.get(name, ())
        return tuple(part for part in value if isinstance(part, str)) if isinstance(value, tuple) else ()

    def numbers(self, name: str) -> tuple[int, ...]:
        value = self.body.get(name, ())
        return tuple(part for part in value if isinstance(part, int)) if isinstance(value, tuple) else ()


def _encode_text(value: object) -> bytes:
    if not isinstance(value, str):
        raise Damaged("record.body_value")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise Damaged("record.lone_surrogate") from fault


def _encode_bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise Damaged("record.body_value")
    return value


def _encode_uint(value: object) -> bytes:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 64:
        raise Damaged("record.body_value")
    return value.to_bytes(8, "big")


def _encode_bool(value: object) -> bytes:
    if not isinstance(value, bool):
        raise Damaged("record.body_value")
    return b"\x01" if value else b"\x00"


_ENCODE: Final[Mapping[Kind, Callable[[object], bytes]]] = {
    Kind.TEXT: _encode_text,
    Kind.DATE: _encode_text,
    Kind.INSTANT: _encode_text,
    Kind.DECIMAL: _encode_text,
    Kind.BYTES: _encode_bytes,
    Kind.DIGEST: _encode_bytes,
    Kind.REF: _encode_bytes,
    Kind.UINT: _encode_uint,
    Kind.BOOL: _encode_bool,
}


def _decode(kind: int, value: bytes) -> str | bytes | int | bool:
    if kind in (Kind.TEXT, Kind.DATE, Kind.INSTANT, Kind.DECIMAL):
        return value.decode("utf-8")
    if kind == Kind.UINT:
        return int.from_bytes(value, "big")
    if kind == Kind.BOOL:
        return value == b"\x01"
    return value


@dataclass(frozen=True, slots=True)
class _Plan:
    """The body of a type in the order of its names, each with the name of its field; and the names that it may hold."""

    specs: tuple[tuple[Spec, str, Callable[[object], bytes]], ...]
    names: frozenset[str]


def _plan(schema: Sequence[Spec]) -> _Plan:
    ordered = sorted(schema, key=lambda spec: spec.name)
    return _Plan(tuple((spec, "b." + spec.name, _ENCODE[spec.kind]) for spec in ordered), frozenset(spec.name for spec in schema))


_PLANS: Final = {kind: _plan(schema) for kind, schema in SCHEMAS.items()}


def flatten(draft: Draft, header: Header) -> list[tuple[str, int, bytes]]:
    """Fields (name, kind, value) in name order. Raises Damaged when the body does not fit the schema of its type."""
    plan = _PLANS.get(draft.type)
    if plan is None:
        raise Damaged("record.type")
    body, fields = draft.body, list[tuple[str, int, bytes]]()
    if not body.keys() <= plan.names:
        raise Damaged("record.body_field")
    for spec, name, encode in plan.specs:
        value = body.get(spec.name)
        if value is None or value == ():
            if spec.required:
                raise Damaged("record.body_missing")
        elif not spec.many:
            fields.append((name, spec.kind, encode(value)))
        elif isinstance(value, tuple):
            fields += [(f"{name}.{i}", spec.kind, encode(part)) for i, part in enumerate(value)]
        else:
            raise Damaged("record.body_value")
    fields += _flat_header(header)
    return in_name_order(fields)


def _flat_header(header: Header) -> list[tuple[str, int, bytes]]:
    return [
        ("h.compartment", Kind.BYTES, header.compartment),
        ("h.device", Kind.TEXT, header.device.encode("utf-8")),
        ("h.id", Kind.BYTES, header.id),
        *((("h.prev", Kind.REF, header.prev),) if header.prev else ()),
        ("h.recorded", Kind.INSTANT, header.recorded.encode("ascii")),
        *((("h.seen", Kind.REF, header.seen),) if header.seen else ()),
        ("h.seq", Kind.UINT, header.seq.to_bytes(8, "big")),
        ("h.type", Kind.TEXT, header.type.encode("ascii")),
        ("h.version", Kind.UINT, header.version.to_bytes(8, "big")),
    ]


Shared = dict[tuple[int, bytes], str | bytes | int | bool]
"""Short values that many records have in common, by kind and bytes: read once, held once. A dossier is weighed out of the processor's
cache or not at all quickly, and half of what its records hold are the same few devices, sources, subjects and properties."""
_SHORT: Final = 40


def unflatten(ref: bytes, fields: Sequence[Field], shared: Shared | None = None) -> Record:
    """Read opened fields back; records that are read together may share their short values.

    Raises Damaged when the header is broken or the body of a known type does not fit its schema.
    """
    shared = {} if shared is None else shared
    found = {f.name: (f.kind, f.value) for f in fields if f.kind != Kind.DECOY}
    header = _header(found, shared)
    schema = SCHEMAS.get(header.type)
    if schema is None or header.version != 1:
        return Record(ref, header, {}, known=False)
    body: dict[str, Value] = {}
    for spec in schema:
        _unflatten_one(spec, found, body, shared)
    if found:
        raise Damaged("record.body_field")
    return Record(ref, header, body)


def _unflatten_one(spec: Spec, found: dict[str, tuple[int, bytes]], body: dict[str, Value], shared: Shared) -> None:
    name = "b." + spec.name
    if not spec.many:
        one = found.pop(name, None)
        if one is not None:
            body[spec.name] = _typed(spec, one, shared)
        elif spec.required:
            raise Damaged("record.body_missing")
        return
    parts: list[str | bytes | int | bool] = []
    while (one := found.pop(f"{name}.{len(parts)}", None)) is not None:
        parts.append(_typed(spec, one, shared))
    if parts:
        body[spec.name] = tuple(parts)  # type: ignore[assignment]  # one kind per schema line, so the tuple is uniform


def _typed(spec: Spec, found: tuple[int, bytes], shared: Shared) -> str | bytes | int | bool:
    if found[0] != spec.kind:
        raise Damaged("record.body_kind")
    return _read(found, shared)


def _read(found: tuple[int, bytes], shared: Shared) -> str | bytes | int | bool:
    known = shared.get(found)
    if known is None:
        known = _decode(*found)
        if len(found[1]) <= _SHORT:
            shared[found] = known
    return known


def _header(found: dict[str, tuple[int, bytes]], shared: Shared) -> Header:
    parts: dict[str, str | bytes | int | bool] = {}
    for name, kind in _HEADER.items():
        one = found.pop(name, None)
        if one is None:
            if kind is Kind.REF:
                continue
            raise Damaged("record.header_missing")
        if one[0] != kind:
            raise Damaged("record.header_kind")
        parts[name[2:]] = _read(one, shared)
    header = Header(**parts)  # type: ignore[arg-type]  # kinds were compared with the table above
    if len(header.id) != 16 or len(header.compartment) != 16 or (header.seq == 0) != (header.prev == b""):
        raise Damaged("record.header_form")
    return header
