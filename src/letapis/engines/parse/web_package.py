"""The parts of a WACZ package and what its own lists say of them: every hash, nothing unlisted, nothing twice. Runs inside the sandbox.

Nothing of the reference tool is used: it passes packages that were changed. A signature is handed out for the desk to check.
"""

import binascii
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.archives import read_archive

PACKAGE: Final = "datapackage.json"
DIGEST: Final = "datapackage-digest.json"
MAX_LIST: Final = 16 << 20
_SIGNED: Final = ("hash", "signature", "publicKey", "created", "software", "domain", "domainCert", "timeSignature", "timestampCert")


@dataclass
class Package:
    """``parts`` by their path; ``faults``: codes, each at most once; ``signed``: the texts of the signature, as they stand."""

    parts: dict[str, bytes]
    faults: list[str] = field(default_factory=list)
    signed: dict[str, str] = field(default_factory=dict)
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    told: Mapping[str, Any] = field(default_factory=dict)

    def fault(self, code: str) -> None:
        if code not in self.faults:
            self.faults.append(code)


class _Twice(ValueError):
    """A name stands twice in one JSON object."""


def read_package(data: bytes, answer: Answer) -> Package:
    """Raises Stop for an archive that breaks a rule of archives: entries twice, on the same bytes, out of proportion, out of the folder."""
    read_archive(data, "application/zip", answer)
    package = Package({})
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise Stop("parse.archive_damaged")
            package.parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        raise Stop("parse.archive_damaged") from None
    _check_list(package)
    _check_digest(package)
    package.entries = _pages(package)
    return package


def _check_list(package: Package) -> None:
    """Every part is listed once, with the hash that it has."""
    told = _json(package, PACKAGE)
    listed: set[str] = set()
    if not isinstance(told, dict) or not isinstance(told.get("resources"), list):
        package.fault("wacz.no_list")
        return
    package.told = told
    for resource in told["resources"]:
        path, expected = _resource(resource)
        if not path or not expected:
            package.fault("wacz.list_unreadable")
        elif path in listed:
            package.fault("wacz.listed_twice")
        elif path not in package.parts:
            package.fault("wacz.part_missing")
        elif hashlib.sha256(package.parts[path]).hexdigest() != expected:
            package.fault("wacz.part_changed")
        listed.add(path)
    if set(package.parts) - listed - {PACKAGE, DIGEST}:
        package.fault("wacz.part_unlisted")


def _resource(resource: object) -> tuple[str, str]:
    """Path and SHA-256 of an entry; the older form has the hash among its ``stats``. Empty where it says neither."""
    if not isinstance(resource, dict):
        return "", ""
    said, stats = resource.get("hash"), resource.get("stats")
    if said is None and isinstance(stats, dict) and resource.get("hashing") == "sha256":
        said = f"sha256:{stats.get('hash')}"
    path = resource.get("path")
    if not isinstance(path, str) or not isinstance(said, str) or not said.startswith("sha256:"):
        return "", ""
    return path, said.removeprefix("sha256:")


def _check_digest(package: Package) -> None:
    """``H(datapackage.json)`` is what the digest file says, and what was signed."""
    if DIGEST not in package.parts:
        return
    told = _json(package, DIGEST)
    if not isinstance(told, dict):
        package.fault("wacz.digest_unreadable")
        return
    actual = "sha256:" + hashlib.sha256(package.parts.get(PACKAGE, b"")).hexdigest()
    if told.get("path") != PACKAGE or told.get("hash") != actual:
        package.fault("wacz.list_changed")
    signed = told.get("signedData")
    if signed is None:
        return
    if not isinstance(signed, dict):
        package.fault("wacz.digest_unreadable")
        return
    if signed.get("hash") != actual:
        package.fault("wacz.signed_other")
    package.signed = {name: value for name in _SIGNED if isinstance(value := signed.get(name), str)}


def _pages(package: Package) -> list[Mapping[str, Any]]:
    """The pages that the package says it is about; lines that are none are left out."""
    found: list[Mapping[str, Any]] = []
    for line in package.parts.get("pages/pages.jsonl", b"")[:MAX_LIST].splitlines():
        try:
            told = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict) and isinstance(told.get("url"), str):
            found.append(told)
    return found


def _json(package: Package, name: str) -> object:
    """Strictly: UTF-8, no name twice. None for what is not."""
    data = package.parts.get(name, b"")
    try:
        return json.loads(data[:MAX_LIST].decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError, binascii.Error):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _Twice
    return dict(pairs)
