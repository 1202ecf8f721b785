"""What the verifier's tests share: the sample case files unpacked, a case file in memory, and a builder of new ones."""

import base64
import hashlib
import json
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from letapis.core import canonical
from letapis.faces.verifier import verify

VECTORS = Path(__file__).parents[2] / "vectors"
CASES = VECTORS / "letapis-v1" / "case-file"


def unpacked(archive: Path, into: Path) -> Path:
    """The one top folder of a .tgz, extracted with the filter that refuses links, devices and paths that lead out."""
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    (top,) = into.iterdir()
    return top


@pytest.fixture(scope="session")
def case_path(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A sample case file by its name, unpacked once; tests do not change it."""
    made: dict[str, Path] = {}

    def path(name: str) -> Path:
        if name not in made:
            made[name] = unpacked(CASES / f"{name}.tgz", tmp_path_factory.mktemp(name))
        return made[name]

    return path


@pytest.fixture(scope="session")
def expert() -> tuple[str, str]:
    """The policy and the devices that the court's expert holds."""
    return (CASES / "expert-policy.txt").read_text(encoding="utf-8"), (CASES / "expert-devices.txt").read_text(encoding="utf-8")


@dataclass
class MemoryBag:
    """A case file in memory that answers as ``verify.Folder`` does. Digests of unchanged files are kept, so a changed byte costs one file."""

    path: str
    files: dict[str, bytes]
    known: dict[bytes, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "MemoryBag":
        return cls(str(folder), {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()})

    def sizes(self) -> dict[str, int]:
        return {name: len(data) for name, data in self.files.items()}

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise FileNotFoundError(name)
        return self.files[name]

    def digests(self, name: str) -> tuple[str, str]:
        data = self.files[name]
        if data not in self.known:
            if len(self.known) > 500:
                self.known.clear()
            self.known[data] = hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest()
        return self.known[data]

    def changed(self, name: str, data: bytes) -> "MemoryBag":
        return MemoryBag(self.path, {**self.files, name: data}, self.known)

    def redone(self) -> "MemoryBag":
        """All manifests and the payload count recomputed, as a forger would."""
        payload = {name: data for name, data in self.files.items() if name.startswith("data/")}
        info = self.files["bag-info.txt"].decode("utf-8").splitlines()
        oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}"
        info = [oxum if line.startswith("Payload-Oxum") else line for line in info]
        files = {name: data for name, data in self.files.items() if "manifest-" not in name}
        files["bag-info.txt"] = "".join(line + "\n" for line in info).encode("utf-8")
        bag = MemoryBag(self.path, files, self.known)
        for tag, prefix in ((False, "manifest"), (True, "tagmanifest")):
            names = [name for name in sorted(bag.files) if name.startswith("data/") != tag and not name.startswith("tagmanifest-")]
            for place, algorithm in enumerate(("sha256", "sha512")):
                lines = [f"{bag.digests(name)[place]}  {name.replace('%', '%25')}\n" for name in names]
                bag.files[f"{prefix}-{algorithm}.txt"] = "".join(lines).encode("utf-8")
        return bag

    def write(self, folder: Path) -> Path:
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder


@pytest.fixture(scope="session")
def memory_bag(case_path: Callable[[str], Path]) -> Callable[[str], MemoryBag]:
    return lambda name: MemoryBag.load(case_path(name))


def token_is_the_sample(token: verify.Token) -> tuple[str, str]:
    """Stands for openssl where thousands of runs would start it: good when the token is byte for byte one that openssl accepts."""
    good = {(VECTORS / "letapis-v1" / "anchors" / f"{name}.tsr").read_bytes() for name in ("one-good-ordered", "two-good")}
    return ("OK", "root-one.pem") if token.data in good else ("FAIL", "signature")


@pytest.fixture(scope="session")
def check(expert: tuple[str, str]) -> Callable[..., dict[str, Any]]:
    """Verify a MemoryBag under the expert's files (or ``policy=None``), without starting openssl."""
    mine = tuple(text.encode("utf-8") for text in expert)

    def run(bag: MemoryBag, policy: bytes | None = mine[0], devices: bytes | None = mine[1]) -> dict[str, Any]:
        return verify.verify_folder(bag, policy, devices, checker=token_is_the_sample)

    return run


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True)
class Signer:
    """A name with both kinds of keys."""

    name: str
    seed: bytes

    @property
    def ed25519(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def mldsa44(self) -> MLDSA44PrivateKey:
        return MLDSA44PrivateKey.from_seed_bytes(hashlib.sha256(self.seed).digest())

    def vkey(self, kind: int) -> str:
        public = (self.mldsa44 if kind == 6 else self.ed25519).public_key().public_bytes_raw()
        return f"{self.name}+{self.key_id(kind).hex()}+{b64(bytes((kind,)) + public)}"

    def key_id(self, kind: int) -> bytes:
        public = (self.mldsa44 if kind == 6 else self.ed25519).public_key().public_bytes_raw()
        return hashlib.sha256(self.name.encode() + b"\n" + bytes((kind,)) + public).digest()[:4]

    def line(self, kind: int, origin: str, size: int, root: bytes, time: int = 1790000000) -> str:
        """One signature line over a checkpoint."""
        text = f"{origin}\n{size}\n{b64(root)}\n".encode()
        stamp = time.to_bytes(8, "big")
        if kind == 1:
            payload = self.ed25519.sign(text)
        elif kind == 4:
            payload = stamp + self.ed25519.sign(b"cosignature/v1\ntime %d\n" % time + text)
        else:
            name, place = self.name.encode(), origin.encode()
            message = b"subtree/v1\n\0" + bytes((len(name),)) + name + stamp + bytes((len(place),)) + place
            payload = stamp + self.mldsa44.sign(message + bytes(8) + size.to_bytes(8, "big") + root)
        return f"— {self.name} {b64(self.key_id(kind) + payload)}\n"


LOG = Signer("log.example.org/aaaabbbbccccdddd", bytes(31) + b"\x01")
DEVICE = Signer("device.example.org/dev1", bytes(31) + b"\x02")
WITNESS = Signer("witness.example.net/w", bytes(31) + b"\x03")


def _hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree(leaves: Sequence[bytes], index: int | None = None) -> tuple[bytes, list[bytes]]:
    """Root and path of a small tree, by the recursive definition of RFC 6962."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest(), []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    inside = index is not None and index < half
    left, path_left = tree(leaves[:half], index if inside else None)
    right, path_right = tree(leaves[half:], index - half if index is not None and not inside else None)
    path = ([*path_left, right] if inside else [*path_right, left]) if index is not None else []
    return _hash(left, right), path


_KINDS = {"text": 1, "bytes": 2, "uint": 3, "instant": 6, "digest": 8, "ref": 10}


def _encoded(kind: str, value: Any) -> bytes:
    if kind == "uint":
        return int(value).to_bytes(8, "big")
    if kind == "digest":
        return bytes(({32: 1, 64: 2}[len(value)],)) + value
    return value.encode("utf-8") if isinstance(value, str) else bytes(value)


def _as_json(kind: str, value: Any) -> str:
    if kind == "uint":
        return str(value)
    if kind == "digest":
        return {32: "sha256:", 64: "sha512:"}[len(value)] + value.hex()
    return value if isinstance(value, str) else b64(value)


@dataclass
class Builder:
    """Builds a case file from scratch, record by record, with one device, one log and one witness."""

    log: Signer = LOG
    device: Signer = DEVICE
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    commitments: list[bytes] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    tombstones: list[str] = field(default_factory=list)
    stones: dict[str, int] = field(default_factory=dict)
    payload: dict[str, bytes] = field(default_factory=dict)

    def record(self, kind: str, body: Mapping[str, tuple[str, Any]], hide: Sequence[str] = (), both: bool = True, **header: Any) -> bytes:
        """Log one record and disclose it; returns its commitment. ``header`` overrides h.… fields, None leaves one out."""
        seq = len(self.commitments)
        fields: dict[str, tuple[str, Any]] = {
            "h.type": ("text", kind),
            "h.version": ("uint", 1),
            "h.id": ("bytes", hashlib.sha256(b"id%d" % seq).digest()[:16]),
            "h.device": ("text", self.device.name),
            "h.compartment": ("bytes", bytes(16)),
            "h.recorded": ("instant", "2026-09-21T14:00:00Z"),
            "h.seq": ("uint", seq),
            "h.prev": ("ref", self.commitments[-1] if seq else None),
        }
        fields.update({"h." + name: (fields["h." + name][0], value) for name, value in header.items()})
        fields.update({"b." + name: value for name, value in body.items()})
        return self._log({name: pair for name, pair in fields.items() if pair[1] is not None}, set(hide), both)

    def _log(self, fields: Mapping[str, tuple[str, Any]], hide: set[str], both: bool) -> bytes:
        seq, rows = len(self.commitments), []
        for place, (name, (kind, value)) in enumerate(fields.items()):
            salt = hashlib.sha256(b"salt %d %d" % (seq, place)).digest()
            digest = canonical.field_digest(salt, name.encode(), _KINDS[kind], _encoded(kind, value))
            shown: dict[str, Any] = {"salt": b64(salt), "name": name, "type": kind, "value": _as_json(kind, value)}
            rows.append((digest, {"digest": b64(digest), "reason": "protection"} if name in hide else shown))
        rows.sort(key=lambda row: row[0])
        total = canonical.list_digest([digest for digest, _ in rows])
        key = hashlib.sha256(b"key %d" % seq).digest()
        message = canonical.signed_message(self.device.name, total)
        signatures = [{"alg": "ed25519", "key": self.device.vkey(1), "sig": b64(self.device.ed25519.sign(message))}]
        if both:
            signatures.append({"alg": "mldsa44", "key": self.device.vkey(6), "sig": b64(self.device.mldsa44.sign(message))})
        record = {"letapis": "record/1", "origin": self.log.name, "index": str(seq), "key": b64(key)}
        self.records[f"{seq + 1:04}"] = {**record, "fields": [row for _, row in rows], "signatures": signatures}
        self.commitments.append(canonical.commitment(key, total))
        return self.commitments[-1]

    def original(self, item: str, data: bytes, obj: bytes, **options: Any) -> bytes:
        """An item with its file and the capture record that begins its chain."""
        path = f"data/originals/{item}.bin"
        self.payload[path] = data
        body = {
            "event": ("text", "capture"),
            "object": ("bytes", obj),
            "step": ("uint", 0),
            "content.sha256": ("digest", hashlib.sha256(data).digest()),
            "content.size": ("uint", len(data)),
        }
        commitment = self.record("custody", body, **options)
        self.items.append(f"{item},{path},{hashlib.sha256(data).hexdigest()},{len(self.commitments):04},original,")
        return commitment

    def event(self, name: str, obj: bytes, step: int, parents: Sequence[bytes], **options: Any) -> bytes:
        body: dict[str, tuple[str, Any]] = {"event": ("text", name), "object": ("bytes", obj), "step": ("uint", step)}
        body.update({f"parents.{n}": ("ref", parent) for n, parent in enumerate(parents)})
        body.update(options.pop("more", {}))
        return self.record("custody", body, **options)

    def withdraw(self, item: str, commitment: bytes, ground: str, record: str) -> None:
        """Take the record of an item out and put a tombstone in its place."""
        index, number = self.commitments.index(commitment), f"T-{len(self.stones) + 1:04}"
        self.records.pop(f"{index + 1:04}", None)
        self.payload = {path: data for path, data in self.payload.items() if not path.endswith(f"/{item}.bin")}
        self.items = [row for row in self.items if not row.startswith(item + ",")] + [f"{item},,,,withdrawn,"]
        self.stones[number] = index
        self.tombstones.append(f"{item},{index},{commitment.hex()},testimony,{ground},{number},{record}")

    def note(self) -> str:
        root, _ = self._tree(None)
        size = len(self.commitments)
        lines = [self.log.line(kind, self.log.name, size, root) for kind in (1, 6)] + [WITNESS.line(4, self.log.name, size, root)]
        return f"{self.log.name}\n{size}\n{b64(root)}\n\n{''.join(lines)}"

    def _tree(self, index: int | None) -> tuple[bytes, list[bytes]]:
        return tree([canonical.leaf(commitment) for commitment in self.commitments], index)

    @property
    def policy(self) -> bytes:
        keys = "".join(f"log {self.log.vkey(kind)}\n" for kind in (1, 6))
        return f"{keys}witness w {WITNESS.vkey(4)}\nquorum w\n".encode()

    @property
    def devices(self) -> bytes:
        return "".join(f"device {self.device.vkey(kind)}\n" for kind in (1, 6)).encode()

    def bag(self) -> MemoryBag:
        note, files = self.note(), dict(self.payload)
        for number, index in {**{n: int(record["index"]) for n, record in self.records.items()}, **self.stones}.items():
            path = "".join(b64(step) + "\n" for step in self._tree(index)[1])
            files[f"data/proofs/{number}.tlog-proof"] = f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{note}".encode()
        files.update({f"data/records/{number}.rec": json.dumps(record).encode() for number, record in self.records.items()})
        files["data/items.csv"] = "\n".join(["item,path,sha256,record,role,derived_from", *self.items, ""]).encode()
        files["data/tombstones.csv"] = "\n".join(["item,index,commitment,class,ground,proof,record", *self.tombstones, ""]).encode()
        files["data/policy.txt"], files["data/devices.txt"] = self.policy, self.devices
        files["bagit.txt"] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        files["bag-info.txt"] = b"Letapis-Case-File: 1\nPayload-Oxum: 0.0\n"
        return MemoryBag("/nowhere", files).redone()

    def results(self) -> dict[str, str]:
        """Item (or record) -> result, under the keys of this builder; ``exit`` besides."""
        report = verify.verify_folder(self.bag(), self.policy, self.devices, checker=token_is_the_sample)
        found = {row["item"]: row["result"] for row in report["items"]}
        return {**found, "bag": report["bag"], "exit": str(report["exit"])}


@pytest.fixture
def build() -> Builder:
    return Builder()


@pytest.fixture
def other_builder() -> Callable[[], Builder]:
    return Builder
