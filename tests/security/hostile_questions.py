"""Questions to readers that are asked about a list or a proof and not about a file: a stranger's part is changed, the rest of the question is ours.

Bags and archive objects: one of the small files that say what the thing is. Proofs: the signature of a web archive with its certificates and
stamps, evidence records, stamps that lie in a sigstore bundle. Notes: the checkpoint of a bundle, read by our own reader of notes.
"""

import base64
import hashlib
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from letapis.core import bagit, ocfl_listing
from letapis.core.errors import LetapisError
from letapis.core.notes import parse_note
from letapis.engines.gathering import Gathered
from letapis.engines.parse import inspect
from letapis.engines.seal.certificates import read_pem

VECTORS: Final = Path(__file__).parent.parent / "vectors"
_OBJECT_HASHES: Final = {name: name.partition("-")[0] for name in ocfl_listing.ALGORITHMS}


@dataclass(frozen=True)
class Question:
    """``kind`` names what is asked; ``part``: the bytes of a stranger; ``ask`` reads what became of them and says at what level."""

    kind: str
    part: bytes
    ask: Callable[[bytes], str]


def questions() -> dict[str, list[Question]]:
    """All of them by their kinds, in the order of the samples."""
    found: dict[str, list[Question]] = {}
    for one in (*_bags(), *_objects(), *_signatures(), *_records(), *_bundles()):
        found.setdefault(one.kind, []).append(one)
    return found


def chosen(number: int, asked: Mapping[str, Sequence[Question]]) -> Question:
    """The question of this number: each kind as often as the others, whatever the number of its samples."""
    kinds = sorted(asked)
    of_kind = asked[kinds[number % len(kinds)]]
    return of_kind[number // len(kinds) % len(of_kind)]


def members(path: Path) -> dict[str, bytes]:
    """The files of the one folder in a packed sample."""
    with tarfile.open(path) as packed:
        found = {one.name: stream.read() for one in packed if (stream := packed.extractfile(one)) is not None}
    return {name.partition("/")[2]: data for name, data in found.items()}


def listed(files: Mapping[str, bytes], names: Mapping[str, str], is_text: Callable[[str], bool]) -> bytes:
    """The list of a thing as the desk makes it of a folder."""
    made = Gathered()
    for path, data in files.items():
        made.files[path] = {name: hashlib.new(own, data, usedforsecurity=False).hexdigest() for name, own in names.items()}
        made.sizes[path] = len(data)
        if is_text(path):
            made.texts[path] = data
    return made.packed()


def _of_folder(kind: str, reader: str, files: dict[str, bytes], name: str, names: Mapping[str, str], is_text: Callable[[str], bool]) -> Question:
    def ask(part: bytes) -> str:
        return inspect(listed({**files, name: part}, names, is_text), reader).level.value

    return Question(kind, files[name], ask)


def _bags() -> Iterator[Question]:
    for path in sorted((VECTORS / "bagit").rglob("*.tgz")):
        files = members(path)
        names = {name: name for name in bagit.wanted(files)}
        for name in sorted(files):
            if bagit.is_text(name) and files[name]:
                yield _of_folder("bag", "bagit", files, name, names, bagit.is_text)


def _objects() -> Iterator[Question]:
    for path in sorted((VECTORS / "ocfl").rglob("*.tgz")):
        files = members(path)
        for name in sorted(files):
            if ocfl_listing.is_text(name) and files[name]:
                yield _of_folder("object", "ocfl", files, name, _OBJECT_HASHES, ocfl_listing.is_text)


def _proof(question: Mapping[str, Any]) -> str:
    return inspect(json.dumps(question).encode("ascii"), "proof").level.value


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _signatures() -> Iterator[Question]:
    """Every field of the signature of a web archive, the stamp by its bytes, under the certificates that a person would have pinned."""
    pinned = [_text(one.data) for name in ("isrg-root-x1.pem", "freetsa-root.pem") for one in read_pem((VECTORS / "wacz" / name).read_text())]
    for path in sorted((VECTORS / "wacz").glob("*.wacz")):
        with zipfile.ZipFile(path) as archive:
            named = "datapackage-digest.json" in archive.namelist()
            signed = json.loads(archive.read("datapackage-digest.json")).get("signedData") if named else None
        for field in sorted(signed or {}):
            yield _signature(signed, field, pinned)


def _signature(signed: Mapping[str, Any], field: str, pinned: list[str]) -> Question:
    written = str(signed[field])
    packed = field in ("timeSignature", "publicKey", "signature")
    part = base64.b64decode(written) if packed else written.encode("utf-8")

    def ask(changed: bytes) -> str:
        value = _text(changed) if packed else changed.decode("utf-8", "replace")
        return _proof({"signed": {**{name: str(said) for name, said in signed.items()}, field: value}, "pinned": pinned, "public": []})

    return Question("signature", part, ask)


def _records() -> Iterator[Question]:
    digests = {name: hashlib.new(name, b"").hexdigest() for name in ("sha256", "sha384", "sha512")}
    for path in sorted((VECTORS / "evidence-records").glob("*.er*")):
        data = path.read_bytes()
        part = base64.b64decode(data) if path.suffix == ".b64" else data
        yield Question("record", part, lambda changed: _proof({"record": _text(changed), "roots": [], "between": [], "digests": digests}))


def _bundles() -> Iterator[Question]:
    """Stamps of a bundle go where the stamp of a web archive goes; its checkpoint is a note."""
    for path in sorted((VECTORS / "sigstore").glob("*/bundle.sigstore.json")):
        material = json.loads(path.read_text(encoding="utf-8"))["verificationMaterial"]
        chain = json.loads((path.parent / "trusted_root.json").read_text(encoding="utf-8")).get("timestampAuthorities", [])
        pinned = [one["rawBytes"] for authority in chain for one in authority["certChain"]["certificates"]]
        for token in material.get("timestampVerificationData", {}).get("rfc3161Timestamps", []):
            yield _stamp(base64.b64decode(token["signedTimestamp"]), pinned)
        for entry in material.get("tlogEntries", []):
            note = entry.get("inclusionProof", {}).get("checkpoint", {}).get("envelope", "")
            if note:
                yield Question("note", note.encode("utf-8"), _note)


def _stamp(part: bytes, pinned: list[str]) -> Question:
    whole = json.loads(zipfile.ZipFile(VECTORS / "wacz" / "valid_signed_example_1.wacz").read("datapackage-digest.json"))["signedData"]
    signed = {**whole, "timestampCert": "", "created": datetime(2025, 1, 1, tzinfo=UTC).isoformat()}
    return Question("stamp", part, lambda changed: _proof({"signed": {**signed, "timeSignature": _text(changed)}, "pinned": pinned, "public": []}))


def _note(changed: bytes) -> str:
    """Read in this process: notes are texts of a few lines, for which our own reader needs no library."""
    try:
        parse_note(changed)
    except LetapisError:
        return "note refused"
    return "note read"
