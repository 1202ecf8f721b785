"""Evidence records (RFC 4998) that an archive gave with a file: held against the file, each stamp checked under the authorities that a person
entered, and the answer kept in the custody of the file. The record is somebody else's proof: nothing of ours rests on it."""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from letapis.core import evidence_records as rules
from letapis.core.access import Reader
from letapis.core.errors import Damaged, NotFound
from letapis.core.instants import instant
from letapis.desk import authorities, evidence, reading
from letapis.desk.opening import Desk
from letapis.engines.foreign_proofs import COVERS, Stamped, evidence_record

EVENT: Final = "digital signature validation"
PROVEN: Final = "records.proven"
GOOD: Final = (PROVEN, COVERS)
ENDINGS: Final = (".ers", ".er")
_TOLD: Final = 12


@dataclass(frozen=True)
class Checked:
    """``outcome``: ``records.proven`` where the file is covered and every stamp holds, ``records.covers`` where it is covered and a stamp is
    not proven, else the code of what is wrong."""

    outcome: str
    stamps: tuple[Stamped, ...] = ()


def check(desk: Desk, reader: Reader, item: bytes, record: bytes) -> Checked:
    """Hold an evidence record, an original of the same dossier, against an item, and write down what was found.

    Raises NotFound for what is not theirs or stands in another dossier.
    """
    kept, proof = reading.evidence(desk, reader, item), reading.evidence(desk, reader, record)
    if kept.dossier != proof.dossier:
        raise NotFound("reading.not_found")
    found = _checked(desk, reader, kept, proof)
    evidence.add_custody(desk, reader, item, EVENT, found.outcome, f"record {record.hex()} {_hours(found.stamps)}".rstrip())
    return found


def _hours(stamps: Sequence[Stamped]) -> str:
    """The stamps in words that custody has room for: of very many the first and the last."""
    told = [f"{instant(one.moment)}{f' ({one.fault})' if one.fault else ''}" for one in stamps]
    left = len(told) - 2 * _TOLD
    return " ".join([*told[:_TOLD], f"… {left} …", *told[-_TOLD:]] if left > 0 else told)


def _checked(desk: Desk, reader: Reader, kept: reading.EvidenceView, proof: reading.EvidenceView) -> Checked:
    if proof.size > rules.LARGEST:
        return Checked("records.form")
    data = b"".join(evidence.read_object(desk, reader, proof.object, told=True))
    try:
        decoded = data if data[:1] == b"\x30" else _decoded(data)
    except Damaged as fault:
        return Checked(fault.code)
    known = [authorities.checked_certificates(view) for view in authorities.authorities(desk, reader)]
    roots, between = [root for found, _ in known for root in found], [other for _, found in known for other in found]
    digests = {"sha256": kept.sha256, "sha512": kept.sha512}
    found = evidence_record(decoded, digests, lambda algorithm: _digest(desk, reader, kept, algorithm), roots, between)
    proven = found.code == COVERS and not any(one.fault for one in found.stamps)
    return Checked(PROVEN if proven else found.code, found.stamps)


def _decoded(data: bytes) -> bytes:
    """A record that travelled as base64."""
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except (ValueError, binascii.Error):
        raise Damaged("records.form") from None


def _digest(desk: Desk, reader: Reader, kept: reading.EvidenceView, algorithm: str) -> bytes:
    hashed = hashlib.new(algorithm)
    for piece in evidence.read_object(desk, reader, kept.object, told=True):
        hashed.update(piece)
    return hashed.digest()


def check_beside(desk: Desk, reader: Reader, items: Mapping[str, bytes]) -> int:
    """Of items that came together, by the path that each had: hold every record against the file beside it that it is named after, unless
    that was done. Returns how many."""
    count = 0
    for path, record in sorted(items.items()):
        ending = next((one for one in ENDINGS if path.lower().endswith(one)), "")
        beside = path[: -len(ending)] if ending else ""
        item = items.get(beside) if beside else None
        if item is None or any(f"record {record.hex()}" in entry.detail for entry in reading.custody(desk, reader, item)):
            continue
        with suppress(NotFound):
            check(desk, reader, item, record)
            count += 1
    return count
