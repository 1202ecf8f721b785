"""A record as a court reads it: JSON of exactly six members, with fields opened or withheld one by one.

    {"letapis": "record/1", "origin": ..., "index": "7", "key": K,
     "fields": [{"salt", "name", "type", "value"} or {"digest", "reason"}, ...],
     "signatures": [{"alg": "ed25519" or "mldsa44", "key": vkey, "sig"}, ...]}

Fields stand in the order of their digests, which hides what a withheld one is. Unknown or repeated members, numbers
that are no text, and any second spelling of a value are refused, so two readers cannot see two records in one file.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import pairwise
from typing import Final, NoReturn

from letapis.core.canonical import Field, Kind, Sealed, check_name, check_value, commitment, field_digest, leaf, list_digest, signed_message
from letapis.core.errors import Damaged, UsageError
from letapis.core.notes import KeyKind, OpenedCheckpoint, VerifierKey, Verify, check_key_name, parse_vkey
from letapis.core.policy import Policy, check_trusted
from letapis.core.proofs import Proof
from letapis.core.textforms import MAX_COUNT, from_base64, from_decimal, to_base64
from letapis.core.valuejson import value_bytes, value_json

FORMAT: Final = "record/1"
MAX_TEXT: Final = 64 << 20
MAX_SIGNATURES: Final = 16
_MEMBERS = {"letapis", "origin", "index", "key", "fields", "signatures"}
_SCHEMES = {"ed25519": KeyKind.ED25519, "mldsa44": KeyKind.ML_DSA_44}
_SCHEME_NAMES = {kind: name for name, kind in _SCHEMES.items()}
_KINDS = {kind.name.lower(): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Withheld:
    """A field that is not shown: its digest, and why in a few words; nothing is withheld without a reason."""

    digest: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class DisclosedSignature:
    """A signature with the device key that it names; whether that key is a device's is for the reader to know."""

    key: VerifierKey
    signature: bytes

    def __post_init__(self) -> None:
        if len(self.signature) != self.key.signature_size:
            raise Damaged("record.signature_form")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A read record. ``digest`` D and ``commitment`` C are computed, so the log's proof decides whether it is genuine."""

    origin: str
    index: int
    key: bytes
    fields: tuple[Field | Withheld, ...]
    signatures: tuple[DisclosedSignature, ...]
    digest: bytes = dataclass_field(init=False)
    commitment: bytes = dataclass_field(init=False)

    def __post_init__(self) -> None:
        check_key_name(self.origin, "record.origin")
        if not 0 <= self.index <= MAX_COUNT:
            raise Damaged("record.index")
        if len(self.signatures) > MAX_SIGNATURES:
            raise Damaged("record.signature_count")
        _check_fields(self.fields)
        digests = [_digest(f) for f in self.fields]
        if any(a > b for a, b in pairwise(digests)):
            raise Damaged("record.digest_order")
        object.__setattr__(self, "digest", list_digest(digests))
        object.__setattr__(self, "commitment", commitment(self.key, self.digest))

    @property
    def leaf(self) -> bytes:
        return leaf(self.commitment)

    @property
    def opened(self) -> tuple[Field, ...]:
        """The fields shown, without decoys."""
        return tuple(f for f in self.fields if isinstance(f, Field) and f.kind != Kind.DECOY)

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        return tuple(f for f in self.fields if isinstance(f, Withheld))

    def value(self, name: str) -> bytes | None:
        """Value bytes of an opened field; None when it is withheld or does not exist."""
        return next((f.value for f in self.opened if f.name == name), None)


def _digest(field: Field | Withheld) -> bytes:
    if isinstance(field, Withheld):
        return field.digest
    return field_digest(field.salt, field.name.encode("ascii"), field.kind, field.value)


def _check_fields(fields: Sequence[Field | Withheld]) -> None:
    names = set()
    for f in fields:
        if isinstance(f, Withheld):
            if len(f.digest) != 32 or not f.reason:
                raise Damaged("record.withheld")
            continue
        if len(f.salt) != 32:
            raise Damaged("record.salt_length")
        check_value(f.kind, f.value)
        if f.kind == Kind.DECOY:
            if f.name:
                raise Damaged("record.value_form")
            continue
        check_name(f.name)
        if f.name in names:
            raise Damaged("record.field_twice")
        names.add(f.name)


def disclose(
    sealed: Sealed, origin: str, index: int, signatures: Sequence[DisclosedSignature], withhold: Mapping[str, str] | None = None
) -> Disclosure:
    """A disclosure of ``sealed`` that withholds the fields named in ``withhold`` (name -> reason). Decoys are always opened.

    Raises UsageError for a name that the record has not: a withholding that silently does nothing would disclose.
    """
    reasons = dict(withhold or {})
    if not reasons.keys() <= {f.name for f in sealed.fields if f.kind != Kind.DECOY}:
        raise UsageError("record.withhold_unknown")
    shown: list[Field | Withheld] = []
    for f in sorted(sealed.fields, key=_digest):
        shown.append(Withheld(_digest(f), reasons[f.name]) if f.kind != Kind.DECOY and f.name in reasons else f)
    return Disclosure(origin, index, sealed.key, tuple(shown), tuple(signatures))


def check_signatures(disclosure: Disclosure, devices: Collection[VerifierKey], verify: Verify, alone: Collection[str]) -> frozenset[int]:
    """Schemes (1 Ed25519, 6 ML-DSA-44) under which one known device signed the record. Raises Damaged.

    Every signature must be by a known key of the device that the record names, and hold. Ed25519 is always due, and
    ML-DSA-44 besides, unless ``h.type`` is one of ``alone``; a type that is withheld or not known needs both.
    """
    for s in disclosure.signatures:
        if s.key not in devices:
            raise Damaged("record.signature_unknown")
        if not verify(s.key.scheme, s.key.public, signed_message(s.key.name, disclosure.digest), s.signature):
            raise Damaged("record.signature")
    names = {s.key.name.encode("utf-8") for s in disclosure.signatures}
    device = disclosure.value("h.device")
    if len(names) > 1 or (device is not None and not names <= {device}):
        raise Damaged("record.signature_device")
    schemes = frozenset(s.key.scheme for s in disclosure.signatures)
    kind = disclosure.value("h.type")
    if not schemes >= ({1} if kind is not None and kind.decode("utf-8") in alone else {1, 6}):
        raise Damaged("record.signature_missing")
    return schemes


def check_logged(disclosure: Disclosure, proof: Proof, policy: Policy, verify: Verify) -> OpenedCheckpoint:
    """Raise Damaged unless the record stands in a trusted log at the origin and index that it names."""
    if proof.index != disclosure.index:
        raise Damaged("record.other_place")
    opened = check_trusted(proof, disclosure.leaf, policy, verify)
    if opened.checkpoint.origin != disclosure.origin:
        raise Damaged("record.other_place")
    return opened


def parse_disclosure(data: bytes) -> Disclosure:
    """Read the JSON of a record. Raises Damaged for anything that is not exactly the format."""
    top = _members(_json(data), _MEMBERS)
    if top["letapis"] != FORMAT:
        raise Damaged("record.json_version")
    return Disclosure(
        _text(top["origin"]),
        from_decimal(_text(top["index"]), "record.index"),
        from_base64(_text(top["key"]), "record.key_length"),
        tuple(_field(f) for f in _list(top["fields"])),
        tuple(_signature(s) for s in _list(top["signatures"])),
    )


def format_disclosure(disclosure: Disclosure) -> bytes:
    """The JSON of a record, indented by one blank, with a newline at the end."""
    document = {
        "letapis": FORMAT,
        "origin": disclosure.origin,
        "index": str(disclosure.index),
        "key": to_base64(disclosure.key),
        "fields": [_field_json(f) for f in disclosure.fields],
        "signatures": [
            {"alg": _SCHEME_NAMES[s.key.kind], "key": s.key.text, "sig": to_base64(s.signature)} for s in disclosure.signatures
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _no_number(_: str) -> NoReturn:
    raise Damaged("record.json_number")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Damaged("record.json_member_twice")
    return members


def _json(data: bytes) -> object:
    if len(data) > MAX_TEXT:
        raise Damaged("record.json")
    try:
        text = data.decode("utf-8")
        return json.loads(text, object_pairs_hook=_once, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise Damaged("record.json") from fault


def _members(value: object, names: Collection[str]) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise Damaged("record.json_members")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Damaged("record.json_members")
    return value


def _text(value: object) -> str:
    """A JSON string without lone surrogates, which have no UTF-8."""
    if not isinstance(value, str):
        raise Damaged("record.json_text")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise Damaged("record.json_text") from fault
    return value


def _field(value: object) -> Field | Withheld:
    if isinstance(value, dict) and "digest" in value:
        members = _members(value, ("digest", "reason"))
        return Withheld(from_base64(_text(members["digest"]), "record.withheld"), _text(members["reason"]))
    members = _members(value, ("salt", "name", "type", "value"))
    kind = _KINDS.get(_text(members["type"]))
    if kind is None:
        raise Damaged("record.value_kind")
    salt = from_base64(_text(members["salt"]), "record.salt_length")
    return Field(salt, _text(members["name"]), kind, value_bytes(kind, members["value"]))


def _field_json(field: Field | Withheld) -> dict[str, str | bool]:
    if isinstance(field, Withheld):
        return {"digest": to_base64(field.digest), "reason": field.reason}
    return {
        "salt": to_base64(field.salt),
        "name": field.name,
        "type": Kind(field.kind).name.lower(),
        "value": value_json(field.kind, field.value),
    }


def _signature(value: object) -> DisclosedSignature:
    members = _members(value, ("alg", "key", "sig"))
    key = parse_vkey(_text(members["key"]))
    if _SCHEMES.get(_text(members["alg"])) is not key.kind:
        raise Damaged("record.signature_scheme")
    return DisclosedSignature(key, from_base64(_text(members["sig"]), "record.signature_form"))
