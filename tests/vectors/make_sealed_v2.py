"""Writes letapis-v2/records.json: sealed records of version 2, made on a second path.

Nothing of letapis is imported and nothing is shared with it but the written format, so that an error would have to be
made twice in the same way. Run it from anywhere: ``python make_sealed_v2.py``. The result is the same on every run.

    salts   = SHAKE256( "letapis/salts/2" 00 || seed ), 32 bytes each, fields by name first, decoys after them
    d       = SHA256( "letapis/field/1" 00 || salt || u8 len(name) || name || u8 kind || u32 len(value) || value )
    D       = SHA256( "letapis/list/1" 00 || u16 n || d sorted )           n is a multiple of 8
    C       = HMAC-SHA256( K, "letapis/commit/1" 00 || D )
    leaf    = 01 || C,  leaf hash = SHA256( 00 || leaf )
    message = "letapis/record-sig/1" 00 || u8 len(device) || device || D
    sealed  = "LTPR" 02 K seed u16 n { u8 len(name) name u8 kind u32 len(value) value } u8 m { u8 alg u8 len(key) key u16 len(sig) sig }
"""

import hashlib
import json
from pathlib import Path

DEVICE = "device.example.org/pryklad"
TEXT, BYTES, UINT, INT, BOOL, INSTANT, DATE, DIGEST, DECIMAL, REF = range(1, 11)


def be(number, size):
    return number.to_bytes(size, "big", signed=number < 0)


def pseudo(label, count=32):
    """Bytes that look random and are the same each time."""
    return hashlib.shake_256(b"letapis test vector: " + label.encode()).digest(count)


def hmac(key, message):
    """RFC 2104 written out, for a 32-byte key."""
    block = key + bytes(32)
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + message).digest()
    return hashlib.sha256(bytes(b ^ 0x5C for b in block) + inner).digest()


def make(name, why, fields, signatures=()):
    key, seed = pseudo(name + " key"), pseudo(name + " seed")
    fields = sorted(fields, key=lambda f: f[0].encode())
    total = (len(fields) + 7) // 8 * 8
    stream = hashlib.shake_256(b"letapis/salts/2\0" + seed).digest(total * 32)
    salts = [stream[32 * i : 32 * i + 32] for i in range(total)]
    digests, body = [], b""
    for i in range(total):
        field, kind, value = fields[i] if i < len(fields) else ("", 0, b"")
        part = be(len(field), 1) + field.encode() + be(kind, 1) + be(len(value), 4) + value
        digests.append(hashlib.sha256(b"letapis/field/1\0" + salts[i] + part).digest())
        body += part if i < len(fields) else b""
    digest = hashlib.sha256(b"letapis/list/1\0" + be(total, 2) + b"".join(sorted(digests))).digest()
    commitment = hmac(key, b"letapis/commit/1\0" + digest)
    sealed = b"LTPR\x02" + key + seed + be(len(fields), 2) + body + be(len(signatures), 1)
    for alg, signer, size in signatures:
        sealed += be(alg, 1) + be(len(signer.encode()), 1) + signer.encode() + be(size, 2) + pseudo(f"{name} signature {alg}", size)
    return {
        "name": name,
        "why": why,
        "key": key.hex(),
        "seed": seed.hex(),
        "fields": [{"name": f, "kind": k, "value": v.hex()} for f, k, v in fields],
        "salts": [s.hex() for s in salts],
        "digest": digest.hex(),
        "commitment": commitment.hex(),
        "leaf_hash": hashlib.sha256(b"\0\1" + commitment).hexdigest(),
        "device": DEVICE,
        "signed_message": (b"letapis/record-sig/1\0" + be(len(DEVICE), 1) + DEVICE.encode() + digest).hex(),
        "signatures": [{"alg": a, "key": s, "signature": pseudo(f"{name} signature {a}", n).hex()} for a, s, n in signatures],
        "sealed": sealed.hex(),
    }


def text(name, value):
    return (name, TEXT, value.encode())


HEADER = [
    text("h.type", "claim"),
    ("h.version", UINT, be(1, 8)),
    ("h.id", BYTES, pseudo("id", 16)),
    text("h.device", DEVICE),
    ("h.compartment", BYTES, pseudo("compartment", 16)),
    ("h.recorded", INSTANT, b"2026-09-21T14:10:00Z"),
    ("h.seq", UINT, be(41, 8)),
    ("h.prev", REF, pseudo("previous")),
    ("h.seen", REF, pseudo("seen")),
]
KINDS = [
    text("b.text", ""),
    ("b.bytes", BYTES, b""),
    ("b.uint", UINT, b"\xff" * 8),
    ("b.int", INT, be(-(2**63), 8)),
    ("b.yes", BOOL, b"\x01"),
    ("b.no", BOOL, b"\x00"),
    ("b.instant", INSTANT, b"1999-12-31T23:59:59Z"),
    ("b.date.0", DATE, b"2020"),
    ("b.date.1", DATE, b"2020-08"),
    ("b.date.2", DATE, b"2020-08-09"),
    ("b.date.3", DATE, b"2020-08/2020-09-01"),
    ("b.digest.0", DIGEST, b"\x01" + pseudo("d1", 32)),
    ("b.digest.1", DIGEST, b"\x02" + pseudo("d2", 64)),
    ("b.digest.2", DIGEST, b"\x03" + pseudo("d3", 64)),
    ("b.digest.3", DIGEST, b"\x04" + pseudo("d4", 32)),
    ("b.decimal", DECIMAL, b"-12.05"),
    ("b.ref", REF, pseudo("ref")),
]
BELARUSIAN = "Мяне затрымалі ля пад’езда, без тлумачэнняў. Ўчора — «ціхі» дзень."
UNICODE = [
    text("b.as_said", BELARUSIAN),
    text("b.composed", "\u0439 \u045e"),
    text("b.decomposed", "\u0438\u0306 \u0443\u0306"),
    text("b.high", "\U0001f54a\ufe0f\u200d"),
    text("b.rtl", "\u202eabc"),
]
LONG = [text("b.long", "доказ " * 6000), ("b.z", BYTES, bytes(range(256)) * 3)]
NAMES = [text(name, "") for name in ("b.a", "b.a.b", "b.a_b", "b.a0", "b.ab", "b._", "b.0", "a", "z", "b." + "n" * 126)]
LIST = [text(f"b.list.{i}", f"item {i}") for i in range(18)]
CASES = [
    make("one field", "smallest record: seven decoys", [text("b.note", "x")]),
    make("eight fields", "a full block: no decoy at all", [text(f"b.f{i}", str(i)) for i in range(8)]),
    make("nine fields", "one more than a block: seven decoys; the header alone", HEADER, [(1, DEVICE, 64)]),
    make("27 fields", "the usual claim; list items are ordered as text, 10 before 2", HEADER + LIST, [(1, DEVICE, 64)]),
    make("all kinds", "every kind at an edge of its range", KINDS, [(1, DEVICE, 64), (6, DEVICE, 2420)]),
    make("unicode", "composed and decomposed letters, signs beyond the basic plane, a Cyrillic key name", UNICODE, [(1, "прыклад.example/д1", 64)]),
    make("control characters", "newline, nul and delete are data", [text("b.t", "line1\nline2\r\n\0\x7fend")]),
    make("long value", "needs the 32-bit length", LONG),
    make("names in byte order", "underscore sorts between digits and letters, a dot before all", NAMES),
]

if __name__ == "__main__":
    target = Path(__file__).parent / "letapis-v2" / "records.json"
    target.write_text(json.dumps(CASES, indent=1) + "\n", encoding="utf-8")
