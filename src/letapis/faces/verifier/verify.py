#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check a letapis case file: one file, Python 3.9 or later, standard library only, no network.

    python3 -I -S verify.py CASEFILE [--policy FILE] [--devices FILE] [--roots FILE] [--json]
    python3 -I -S verify.py --published [OLD] NEW [--policy FILE] [--language en|be|ru] [--json]

CASEFILE is the unpacked folder; OLD and NEW are two copies of a public list, the older one first (section 15).

The other files are YOUR trust, not the sender's: a policy (keys of the logs and of the
witnesses, and how many witnesses must have signed), the keys of the devices, and root certificates of time-stamp authorities.
Get them from a place that the sender of the case file does not control. Without --policy the sender's own files are used, and the
tool prints fingerprints to compare with the published ones or with a notarised letter.

What a good result proves: every file is byte for byte the one that its record names; every record was in the log when the
witnesses signed the checkpoint; the custody chain of every item has no missing step; withdrawn items were withdrawn on record;
time stamps are over that checkpoint. What it does not prove: that a record is true, who a pseudonym is, or that nothing was left out
before it came to the log.

Exit code: 0 proven · 1 something FAILs · 2 not usable (no case file, or your own files do not parse) · 3 nothing fails, but the keys
are the sender's own and not confirmed by you.

Contents: 1 words and bytes · 2 Ed25519 · 3 ML-DSA-44 · 4 keys, notes, checkpoints · 5 policy and devices · 6 Merkle proofs ·
7 records · 8 the bag · 9 tables · 10 time stamps (RFC 3161) · 11 OpenTimestamps · 12 chains · 13 the whole case · 14 the report ·
15 two published snapshots · 16 the command.
Every section quotes the format that it reads. Whatever is not exactly in that format is refused, never repaired.
"""

# ruff: noqa: B905, RUF007  (zip has no strict, and itertools no pairwise, before Python 3.10)
from __future__ import annotations

import argparse
import base64
import binascii
import calendar
import csv
import datetime
import functools
import hashlib
import hmac
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

VERSION = "1"


# ---------------------------------------------------------------------------------------------------------------------
# 1  Words and bytes
# ---------------------------------------------------------------------------------------------------------------------


class Fault(Exception):
    """Something is not as the format or the keys demand. ``word`` names the check that failed, ``detail`` explains."""

    def __init__(self, word: str, detail: str = "") -> None:
        super().__init__(word, detail)
        self.word = word
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.word} ({self.detail})" if self.detail else self.word


class Unusable(Exception):
    """There is nothing to check: no case file there, or the expert's own files do not parse."""


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def plain(untrusted_text: str, limit: int = 200) -> str:
    """Text from the case file made safe to print: no control, format or direction characters, bounded length."""
    cut = untrusted_text[:limit]
    return "".join(c if c.isprintable() else "?" for c in cut) + ("…" if len(untrusted_text) > limit else "")


def from_base64(text: str, word: str, size: int | None = None) -> bytes:
    """Standard alphabet, padded, canonical: re-encoding must give the same text, so spare bits are zero."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Fault(word, "base64") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Fault(word, "base64 is not canonical")
    if size is not None and len(data) != size:
        raise Fault(word, f"{len(data)} bytes where {size} are due")
    return data


def from_decimal(text: str, word: str, limit: int = 1 << 63) -> int:
    """A decimal number without sign, leading zeros or other digits than 0-9, below ``limit``."""
    if not re.match(r"(?:0|[1-9][0-9]{0,19})\Z", text) or int(text) >= limit:
        raise Fault(word, "number")
    return int(text)


def from_utf8(data: bytes, word: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault(word, "not UTF-8") from None


def _instant(seconds: int) -> str:
    """Seconds since 1970 as UTC text."""
    try:
        return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return "beyond the calendar"


# ---------------------------------------------------------------------------------------------------------------------
# 2  Ed25519 (RFC 8032), strict
#
# "key and R have y < p and y not in {0, 1, p-1, two points of order 8} (y = little-endian without the top bit); then the
#  cofactorless check, S < L."  Points are extended coordinates (X, Y, Z, T), x = X/Z, y = Y/Z, XY = ZT.
# ---------------------------------------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SMALL_ORDER = frozenset(
    [0, 1, P - 1]
    + [
        int.from_bytes(bytes.fromhex(y), "little")
        for y in (
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        )
    ]
)
Point = tuple[int, int, int, int]
_BASE_Y = 4 * pow(5, P - 2, P) % P


def ed25519_y_is_strict(encoded: bytes) -> bool:
    """The encoding is the only one of its point, and the point is not of small order."""
    y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    return y < P and y not in SMALL_ORDER


def _point(encoded: bytes) -> Point | None:
    """The point with this y and sign of x, or None when there is none on the curve."""
    value = int.from_bytes(encoded, "little")
    y, sign = value & ((1 << 255) - 1), value >> 255
    numerator, denominator = (y * y - 1) % P, (D * y * y + 1) % P
    x = numerator * pow(denominator, 3, P) * pow(numerator * pow(denominator, 7, P), (P - 5) // 8, P) % P
    if denominator * x * x % P == P - numerator:
        x = x * pow(2, (P - 1) // 4, P) % P
    if denominator * x * x % P != numerator or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _cached(point: Point) -> Point:
    """(Y-X, Y+X, 2dT, 2Z): what an addition needs of its second point."""
    x, y, z, t = point
    return ((y - x) % P, (y + x) % P, 2 * D * t % P, 2 * z % P)


def _add(point: Point, cached: Point) -> Point:
    x, y, z, t = point
    minus, plus, t2, z2 = cached
    a, b, c, d = (y - x) * minus % P, (y + x) * plus % P, t * t2 % P, z * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _double(point: Point) -> Point:
    x, y, z, _ = point
    a, b = x * x % P, y * y % P
    h = a + b
    e, g = h - (x + y) * (x + y) % P, a - b
    f = 2 * z * z % P + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _multiples(point: Point) -> list[Point]:
    """0 to 15 times ``point``, ready to add."""
    found: list[Point] = [(0, 1, 1, 0)]
    for _ in range(15):
        found.append(_add(found[-1], _cached(point)))
    return [_cached(p) for p in found]


@functools.lru_cache(maxsize=64)
def _key_table(public: bytes) -> list[Point] | None:
    """Multiples of -A, made once for each key; None when the bytes are no strict key."""
    point = _point(public) if len(public) == 32 and ed25519_y_is_strict(public) else None
    if point is None:
        return None
    x, y, z, t = point
    return _multiples((P - x, y, z, P - t))


@functools.lru_cache(maxsize=1)
def _base_table() -> list[Point]:
    point = _point(_BASE_Y.to_bytes(32, "little"))
    if point is None:
        raise ArithmeticError("the base point is on the curve")
    return _multiples(point)


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """S < L, and S·B - k·A encodes to the bytes of R, with k = SHA-512(R || A || message)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    minus_a = _key_table(public)
    if minus_a is None or s >= L or not ed25519_y_is_strict(r):
        return False
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
    base = _base_table()
    total: Point = (0, 1, 1, 0)
    for shift in range(252, -4, -4):
        total = _double(_double(_double(_double(total))))
        total = _add(_add(total, base[s >> shift & 15]), minus_a[k >> shift & 15])
    inverse = pow(total[2], P - 2, P)
    x, y = total[0] * inverse % P, total[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == r


# ---------------------------------------------------------------------------------------------------------------------
# 3  ML-DSA-44 (FIPS 204), verification only, empty context unless given
#
# Names as in the standard: public key = rho || t1, signature = c~ || z || h. Polynomials are lists of 256 numbers mod Q.
# ---------------------------------------------------------------------------------------------------------------------

Q = 8380417
K_ROWS = 4  # k and l are both 4 in this parameter set
TAU, BETA, OMEGA = 39, 78, 80
GAMMA1, GAMMA2 = 1 << 17, (Q - 1) // 88
MLDSA_KEY, MLDSA_SIGNATURE = 1312, 2420
ZETAS = [pow(1753, int(f"{i:08b}"[::-1], 2), Q) for i in range(256)]
Poly = list[int]


def _ntt(poly: Poly) -> Poly:
    """FIPS 204 algorithm 41."""
    w, m, length = list(poly), 0, 128
    while length:
        for start in range(0, 256, 2 * length):
            m += 1
            zeta, middle, end = ZETAS[m], start + length, start + 2 * length
            low, high = w[start:middle], [zeta * x % Q for x in w[middle:end]]
            w[start:middle] = [a + b for a, b in zip(low, high)]
            w[middle:end] = [a - b for a, b in zip(low, high)]
        length //= 2
    return [x % Q for x in w]


def _inverse_ntt(poly: Poly) -> Poly:
    """FIPS 204 algorithm 42; 8347681 = 1/256 mod Q."""
    w, m, length = list(poly), 256, 1
    while length < 256:
        for start in range(0, 256, 2 * length):
            m -= 1
            zeta, middle, end = -ZETAS[m], start + length, start + 2 * length
            low, high = w[start:middle], w[middle:end]
            w[start:middle] = [a + b for a, b in zip(low, high)]
            w[middle:end] = [zeta * (a - b) % Q for a, b in zip(low, high)]
        length *= 2
    return [x * 8347681 % Q for x in w]


def _bits(data: bytes, width: int) -> list[int]:
    """Little-endian numbers of ``width`` bits."""
    whole, mask = int.from_bytes(data, "little"), (1 << width) - 1
    return [whole >> shift & mask for shift in range(0, 8 * len(data), width)]


def _rejected_ntt_poly(seed: bytes) -> Poly:
    """Algorithm 30: uniform numbers below Q out of SHAKE128, three bytes each, too large ones left out."""
    size = 840
    while True:
        stream = hashlib.shake_128(seed).digest(size)
        numbers = (stream[i] | stream[i + 1] << 8 | (stream[i + 2] & 0x7F) << 16 for i in range(0, size - 2, 3))
        found = [n for n in numbers if n < Q]
        if len(found) >= 256:
            return found[:256]
        size *= 2


def _sample_in_ball(seed: bytes) -> Poly:
    """Algorithm 29: TAU coefficients are +1 or -1, the others 0."""
    size = 272
    while True:
        stream = hashlib.shake_256(seed).digest(size)
        signs, at, c = int.from_bytes(stream[:8], "little"), 8, [0] * 256
        for i in range(256 - TAU, 256):
            while at < size and stream[at] > i:
                at += 1
            if at == size:
                break
            c[i], c[stream[at]] = c[stream[at]], 1 - 2 * (signs & 1)
            signs, at = signs >> 1, at + 1
        else:
            return c
        size *= 2


def _hints(data: bytes) -> list[set[int]] | None:
    """Algorithm 21: places of the hints for each row, strictly ascending, unused bytes zero; None when malformed."""
    rows: list[set[int]] = []
    index = 0
    for row in range(K_ROWS):
        end = data[OMEGA + row]
        if not index <= end <= OMEGA:
            return None
        places = list(data[index:end])
        if any(a >= b for a, b in zip(places, places[1:])):
            return None
        rows.append(set(places))
        index = end
    return None if any(data[index:OMEGA]) else rows


def _use_hint(hint: bool, r: int) -> int:
    """Algorithms 36 and 40: the high part of r, corrected by the hint."""
    low = r % (2 * GAMMA2)
    if low > GAMMA2:
        low -= 2 * GAMMA2
    high = 0 if r - low == Q - 1 else (r - low) // (2 * GAMMA2)
    if r - low == Q - 1:
        low -= 1
    if not hint:
        return high
    return (high + 1) % 44 if low > 0 else (high - 1) % 44


@functools.lru_cache(maxsize=32)
def _mldsa_key(public: bytes) -> tuple[bytes, list[list[Poly]], list[Poly]]:
    """tr, the matrix A and t1·2^13, both in NTT form: made once for each key."""
    rho, packed = public[:32], public[32:]
    matrix = [[_rejected_ntt_poly(rho + bytes((column, row))) for column in range(K_ROWS)] for row in range(K_ROWS)]
    t1 = [_ntt([x << 13 for x in _bits(packed[320 * i : 320 * i + 320], 10)]) for i in range(K_ROWS)]
    return hashlib.shake_256(public).digest(64), matrix, t1


def mldsa44_verify(public: bytes, message: bytes, signature: bytes, context: bytes = b"") -> bool:
    """Algorithms 3 and 8. The signed bytes are 00 || len(context) || context || message."""
    if len(public) != MLDSA_KEY or len(signature) != MLDSA_SIGNATURE or len(context) > 255:
        return False
    challenge, packed, hints = signature[:32], signature[32:2336], _hints(signature[2336:])
    z = [[GAMMA1 - x for x in _bits(packed[576 * i : 576 * i + 576], 18)] for i in range(K_ROWS)]
    if hints is None or any(abs(x) >= GAMMA1 - BETA for poly in z for x in poly):
        return False
    tr, matrix, t1 = _mldsa_key(public)
    mu = hashlib.shake_256(tr + b"\x00" + bytes((len(context),)) + context + message).digest(64)
    c_hat, z_hat = _ntt(_sample_in_ball(challenge)), [_ntt(poly) for poly in z]
    whole, shift = 0, 0
    for row in range(K_ROWS):
        a0, a1, a2, a3 = matrix[row]
        columns = zip(a0, z_hat[0], a1, z_hat[1], a2, z_hat[2], a3, z_hat[3], c_hat, t1[row])
        w = _inverse_ntt([(a * b + c * d + e * f + g * h - i * j) % Q for a, b, c, d, e, f, g, h, i, j in columns])
        for place, value in enumerate(w):
            whole |= _use_hint(place in hints[row], value) << shift
            shift += 6
    return hashlib.shake_256(mu + whole.to_bytes(768, "little")).digest(32) == challenge


ED25519, COSIGNATURE, MLDSA44 = 1, 4, 6  # signature types of C2SP signed-note and tlog-cosignature
KEY_SIZES = {ED25519: 32, COSIGNATURE: 32, MLDSA44: MLDSA_KEY}


@functools.lru_cache(maxsize=4096)
def verify_signature(kind: int, public: bytes, message: bytes, signature: bytes) -> bool:
    """One door to both schemes; a pure function, so answers are remembered (all proofs repeat one checkpoint)."""
    if kind == MLDSA44:
        return mldsa44_verify(public, message, signature)
    return kind in (ED25519, COSIGNATURE) and ed25519_verify(public, message, signature)


# ---------------------------------------------------------------------------------------------------------------------
# 4  Keys, signed notes, checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature)
#
# vkey        name+hex(keyid)+base64(type || key)        keyid = H(name || 0A || type || key)[:4]
# note        text, blank line, lines "— name base64(keyid || payload)" (em dash U+2014), all ended by LF
# checkpoint  origin LF size LF base64(root) LF          no extension lines; size 0 has root H("")
#
#   type             payload           signed bytes
#   01 log Ed25519   64                text
#   04 cosignature   u64 time || 64    "cosignature/v1\ntime <time>\n" || text
#   06 ML-DSA-44     u64 time || 2420  "subtree/v1\n\0" || lp1(signer) || u64 time || lp1(origin) || u64 0 || u64 size || root
# ---------------------------------------------------------------------------------------------------------------------

NOTE_LIMIT, NOTE_LINES = 1 << 20, 64


@dataclass(frozen=True)
class VKey:
    """A key with its name and signature type."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode("utf-8", "surrogateescape") + b"\n" + bytes((self.kind,)) + self.public)[:4]

    @property
    def fingerprint(self) -> str:
        return sha256(self.public).hex()


@dataclass(frozen=True)
class NoteLine:
    """One signature line: signer name, key id, payload."""

    name: str
    key_id: bytes
    payload: bytes


@dataclass(frozen=True)
class Checkpoint:
    """A parsed note whose text is a checkpoint."""

    text: bytes
    origin: str
    size: int
    root: bytes
    lines: tuple[NoteLine, ...]


def _is_key_name(name: str) -> bool:
    """Not empty, no white space, no plus sign."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def parse_vkey(text: str) -> VKey:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _is_key_name(parts[0]) or not re.match(r"[0-9a-f]{8}\Z", parts[1]):
        raise Fault("key", "form")
    data = from_base64(parts[2], "key")
    if not data or KEY_SIZES.get(data[0]) != len(data) - 1:
        raise Fault("key", "unknown type or wrong length")
    key = VKey(parts[0], data[0], data[1:])
    if len(key.name.encode("utf-8", "surrogateescape")) > 255 or key.key_id.hex() != parts[1]:
        raise Fault("key", "key id does not match")
    return key


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Read a signed note that holds a checkpoint; signatures are not checked here."""
    word = "checkpoint"
    if len(data) > NOTE_LIMIT or any(byte < 0x20 and byte != 0x0A for byte in data) or 0x7F in data:
        raise Fault(word, "too long, or control characters")
    text, blank, signatures = from_utf8(data, word).partition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise Fault(word, "text and signatures are not separated, or the last line has no end")
    lines = text.split("\n")
    if len(lines) != 3 or not _is_key_name(lines[0]):
        raise Fault(word, "not exactly origin, size and root")
    size, root = from_decimal(lines[1], word), from_base64(lines[2], word, 32)
    if size == 0 and root != sha256(b""):
        raise Fault(word, "an empty log has the root H('')")
    return Checkpoint((text + "\n").encode("utf-8"), lines[0], size, root, tuple(_note_lines(signatures)))


def _note_lines(block: str) -> Iterable[NoteLine]:
    lines = block[:-1].split("\n")
    if len(lines) > NOTE_LINES:
        raise Fault("checkpoint", f"more than {NOTE_LINES} signatures")
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not _is_key_name(parts[1]):
            raise Fault("checkpoint", "signature line")
        data = from_base64(parts[2], "checkpoint")
        if len(data) < 5:
            raise Fault("checkpoint", "signature line is too short")
        yield NoteLine(parts[1], data[:4], data[4:])


def _line_is_valid(key: VKey, line: NoteLine, checkpoint: Checkpoint) -> bool:
    if key.kind == ED25519:
        return verify_signature(ED25519, key.public, checkpoint.text, line.payload)
    time, signature = line.payload[:8], line.payload[8:]
    if len(time) != 8 or time == bytes(8):
        return False
    if key.kind == COSIGNATURE:
        message = b"cosignature/v1\ntime %d\n" % int.from_bytes(time, "big") + checkpoint.text
    else:
        signer, origin = key.name.encode("utf-8", "surrogateescape"), checkpoint.origin.encode("utf-8")
        if len(origin) > 255:
            return False
        message = b"subtree/v1\n\0" + bytes((len(signer),)) + signer + time + bytes((len(origin),)) + origin
        message += bytes(8) + checkpoint.size.to_bytes(8, "big") + checkpoint.root
    return verify_signature(key.kind, key.public, message, signature)


def verified_keys(checkpoint: Checkpoint, keys: Iterable[VKey]) -> set[VKey]:
    """The known keys that signed. Unknown lines are ignored; one failing line of a known key condemns the note."""
    known = {(key.name, key.key_id): key for key in keys}
    found: set[VKey] = set()
    for line in checkpoint.lines:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if not _line_is_valid(key, line, checkpoint):
            raise Fault("checkpoint signature", f"a signature of {plain(key.name)} fails")
        found.add(key)
    return found


def open_checkpoint(data: bytes, keys: Iterable[VKey]) -> Checkpoint:
    """A checkpoint signed by its log: a known key of type 01 or 06 whose name is the origin. Raises Fault otherwise."""
    checkpoint = parse_checkpoint(data)
    if not any(k.name == checkpoint.origin and k.kind in (ED25519, MLDSA44) for k in verified_keys(checkpoint, keys)):
        raise Fault("log key", "no known key of the log signed")
    return checkpoint


# ---------------------------------------------------------------------------------------------------------------------
# 5  Policy and devices
#
# policy.txt (C2SP tlog-policy): lines  log <vkey> [url] · witness <name> <vkey> [url] · group <name> all|any|k <member>… ·
#   exactly one  quorum <name>|none.  Names are defined before use, a name is member at most once, the same public key twice is an
#   error, types 01/06 for logs and 04/06 for witnesses, bytes 09 0A 20-7E 80-FF only, # starts a comment line.
# devices.txt: lines  device <vkey>  with types 01 and 06.
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Policy:
    """Keys of logs and witnesses, and the quorum as a tree of groups."""

    logs: tuple[VKey, ...]
    witnesses: dict[str, VKey]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str

    def holds(self, signed: set[VKey]) -> bool:
        """The witness of the quorum, or enough members of its group, have signed."""
        held = {name for name, key in self.witnesses.items() if key in signed}
        # Groups stand in the order of the file, where a name is defined before its use: the members of each are decided before it, and
        # groups within groups within groups cost no recursion.
        for name, (needed, members) in self.groups.items():
            if sum(member in held for member in members) >= needed:
                held.add(name)
        return self.quorum == "none" or self.quorum in held


def _words(data: bytes, word: str) -> Iterable[list[str]]:
    """Lines as words. Octets above 7F stay opaque (they travel as surrogates and are never interpreted)."""
    if len(data) > NOTE_LIMIT or any(byte not in (9, 10) and (byte < 0x20 or byte == 0x7F) for byte in data):
        raise Fault(word, "too long, or control characters")
    if not data.endswith(b"\n"):
        raise Fault(word, "the last line has no end")
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        words = [part for part in re.split("[ \t]+", line) if part]
        if words and not words[0].startswith("#"):
            yield words


class _PolicyReader:
    """Collects the lines of a policy; every rule about names and keys is here."""

    def __init__(self) -> None:
        self.logs: list[VKey] = []
        self.witnesses: dict[str, VKey] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.members: set[str] = set()
        self.publics: set[bytes] = set()
        self.quorum = ""

    def key(self, text: str, kinds: tuple[int, ...]) -> VKey:
        key = parse_vkey(text)
        if key.kind not in kinds or key.public in self.publics:
            raise Fault("policy", "a key of a type that does not fit its line, or a key listed twice")
        self.publics.add(key.public)
        return key

    def new_name(self, name: str) -> str:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise Fault("policy", "a name defined twice")
        return name

    def line(self, words: list[str]) -> None:
        if words[0] == "log" and len(words) in (2, 3):
            self.logs.append(self.key(words[1], (ED25519, MLDSA44)))
        elif words[0] == "witness" and len(words) in (3, 4):
            self.witnesses[self.new_name(words[1])] = self.key(words[2], (COSIGNATURE, MLDSA44))
        elif words[0] == "group" and len(words) >= 4:
            self.groups[self.new_name(words[1])] = (self.needed(words[2], len(words) - 3), self.taken(words[3:]))
        elif words[0] == "quorum" and len(words) == 2 and not self.quorum:
            if words[1] != "none" and words[1] not in self.witnesses and words[1] not in self.groups:
                raise Fault("policy", "quorum of an unknown name")
            self.quorum = words[1]
        else:
            raise Fault("policy", "a line of no known form, or a second quorum")

    def needed(self, text: str, count: int) -> int:
        needed = {"all": count, "any": 1}.get(text) or from_decimal(text, "policy")
        if not 1 <= needed <= count:
            raise Fault("policy", "threshold")
        return needed

    def taken(self, names: list[str]) -> tuple[str, ...]:
        for name in names:
            if (name not in self.witnesses and name not in self.groups) or name in self.members:
                raise Fault("policy", "a member that is unknown, or member twice")
            self.members.add(name)
        return tuple(names)


def parse_policy(data: bytes) -> Policy:
    reader = _PolicyReader()
    for words in _words(data, "policy"):
        reader.line(words)
    if not reader.quorum:
        raise Fault("policy", "no quorum line")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


def parse_devices(data: bytes) -> tuple[VKey, ...]:
    keys: list[VKey] = []
    for words in _words(data, "devices"):
        if len(words) != 2 or words[0] != "device":
            raise Fault("devices", "a line of no known form")
        key = parse_vkey(words[1])
        if key.kind not in (ED25519, MLDSA44) or any(key.public == other.public for other in keys):
            raise Fault("devices", "a key of another type, or a key listed twice")
        keys.append(key)
    return tuple(keys)


def check_checkpoint(checkpoint: Checkpoint, policy: Policy) -> None:
    """The log signed with every key that the policy lists for this origin, and the witnesses meet the quorum.

    Two log keys of one origin are two schemes for one log: were one enough, an attacker who breaks the weaker scheme would simply
    leave out the line of the stronger one.
    """
    of_log = {key for key in policy.logs if key.name == checkpoint.origin}
    signed = verified_keys(checkpoint, list(policy.logs) + list(policy.witnesses.values()))
    if not of_log:
        raise Fault("log key", "the policy does not know this log")
    if signed & (set(policy.logs) - of_log):
        raise Fault("log key", "another log signed this checkpoint")
    if not of_log <= signed:
        raise Fault("log key", "the log's keys in the policy did not sign this checkpoint")
    if not policy.holds(signed):
        raise Fault("quorum", "too few of the witnesses in the policy signed")


# ---------------------------------------------------------------------------------------------------------------------
# 6  Merkle proofs (RFC 6962) and tlog-proof files (C2SP)
#
# leaf = 01 || C (33 bytes)    leaf hash = H(00 || leaf)    node hash = H(01 || left || right)
# file: "c2sp.org/tlog-proof@v1", optional "extra <base64>" (never trusted), "index <n>", path from the leaf up, blank line, note
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """A parsed proof file."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint


def parse_proof(data: bytes) -> Proof:
    word = "proof"
    head, blank, note = data.partition(b"\n\n")
    if not blank or len(head) > 1 << 20:
        raise Fault(word, "no blank line before the checkpoint")
    lines = from_utf8(head, word).split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Fault(word, "first line")
    extra = lines.pop(0)[6:] if lines and lines[0].startswith("extra ") else None
    if extra is not None and not from_base64(extra, word):
        raise Fault(word, "an extra line without data")
    if not lines or not lines[0].startswith("index "):
        raise Fault(word, "no index line")
    index = from_decimal(lines.pop(0)[6:], word)
    if len(lines) > 63:
        raise Fault(word, "more than 63 hashes")
    return Proof(index, tuple(from_base64(line, word, 32) for line in lines), parse_checkpoint(note))


def check_inclusion(leaf: bytes, proof: Proof) -> None:
    """The path leads from the leaf to the root of the checkpoint (RFC 9162, 2.1.3.2)."""
    if len(leaf) != 33 or leaf[:1] != b"\x01":
        raise Fault("proof", "a leaf is 33 bytes and starts with 01")
    if proof.index >= proof.checkpoint.size:
        raise Fault("proof", "index beyond the size of the log")
    first, last, value = proof.index, proof.checkpoint.size - 1, sha256(b"\x00" + leaf)
    for step in proof.path:
        if last == 0:
            raise Fault("proof", "path too long")
        if first & 1 or first == last:
            value = sha256(b"\x01" + step + value)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            value = sha256(b"\x01" + value + step)
        first, last = first >> 1, last >> 1
    if last or value != proof.checkpoint.root:
        raise Fault("proof", "the path does not lead to the root: this record is not in the log")


# ---------------------------------------------------------------------------------------------------------------------
# 7  Records
#
# JSON with exactly  letapis ("record/1"), origin, index (string), key, fields, signatures
#   field      {salt, name, type, value}  or withheld  {digest, reason}; digests ascend in list order
#   signature  {alg: ed25519|mldsa44, key: vkey, sig}
#
# d_i  = H( T("letapis/field/1") || salt_i(32) || lp1(name) || u8 type || lp4(value) )
# D    = H( T("letapis/list/1") || u16 n || d_1 || … || d_n )
# C    = HMAC-SHA-256( K, T("letapis/commit/1") || D )
# sig message = T("letapis/record-sig/1") || lp1(device key name) || D          T("s") = ASCII s and one 00
# ---------------------------------------------------------------------------------------------------------------------

RECORD_LIMIT = 64 << 20
VALUE_LIMIT = 1 << 20
TYPES = ("decoy", "text", "bytes", "uint", "int", "bool", "instant", "date", "digest", "decimal", "ref")
DIGESTS = {"sha256": (1, 32), "sha512": (2, 64), "sha3-512": (3, 64), "blake3": (4, 32)}
NAME = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*\Z")
INSTANT = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\Z")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?\Z")
PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")
SCHEMES = {"ed25519": ED25519, "mldsa44": MLDSA44}

# Types on which Ed25519 alone is enough, because the checkpoint that covers them bears both schemes. Every other type, a type
# that this file does not know, and a type that is withheld need both.
ED25519_ALONE = frozenset(
    [
        "dossier", "entity", "source", "note", "as_said", "claim", "brief", "seen", "cover", "contact", "task", "saved_search", "hearing", "letter",
        "sheet", "sheet_line", "interview", "interview_section", "need", "reply", "reply_line", "advocacy", "review", "incident_step", "travel",
        "exposure", "care", "much_opened", "print", "filing_step", "card_review", "gate_word", "submitter", "recall", "backup_copy", "package_part",
        "capture", "capture_sealed", "assertion", "web_root",
        "import", "import_part", "list_import", "list_part", "list_group", "list_watch", "embedded",
        "difficult", "redaction",
        "authority", "anchored", "anchor", "beacon", "cosignature", "log_fork",
        "fixity_place", "fixity_check", "post", "public_card", "public_statement", "card_link",
        "recognition", "joint_statement",
    ]
)

# Fields whose form the checks below rely on: name, type, exact length of the value (0: any).
FORMS = {
    "h.type": ("text", 0),
    "h.version": ("uint", 8),
    "h.id": ("bytes", 16),
    "h.device": ("text", 0),
    "h.compartment": ("bytes", 16),
    "h.recorded": ("instant", 20),
    "h.seq": ("uint", 8),
    "h.prev": ("ref", 32),
    "b.object": ("bytes", 16),
    "b.step": ("uint", 8),
    "b.event": ("text", 0),
    "b.ground": ("text", 0),
    "b.content.sha256": ("digest", 33),
    "b.content.sha512": ("digest", 65),
    "b.content.size": ("uint", 8),
    "b.source.sha256": ("digest", 33),
    "b.detail": ("text", 0),
}


@dataclass(frozen=True)
class RecordSignature:
    """One signature of the record's device."""

    scheme: str
    key: VKey
    signature: bytes


@dataclass(frozen=True)
class Record:
    """A disclosed record: what is shown (name -> value bytes), how much is withheld, and the commitment that the log holds."""

    origin: str
    index: int
    shown: dict[str, bytes]
    reasons: tuple[str, ...]
    signatures: tuple[RecordSignature, ...]
    digest: bytes
    commitment: bytes

    def text(self, name: str) -> str:
        return self.shown.get(name, b"").decode("utf-8")

    def number(self, name: str) -> int | None:
        return int.from_bytes(self.shown[name], "big") if name in self.shown else None

    @property
    def withheld(self) -> int:
        return len(self.reasons)

    @property
    def parents(self) -> list[bytes]:
        return self.several("parents")

    def several(self, name: str) -> list[bytes]:
        """The values of a list of the body, as far as they are shown."""
        return [value for field_name, value in sorted(self.shown.items()) if re.match(rf"b\.{name}\.[0-9]+\Z", field_name)]


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Fault("record", "a member of the JSON repeated")
    return dict(pairs)


def _no_number(_: str) -> Any:
    raise Fault("record", "numbers travel as strings")


def _members(value: Any, names: Sequence[str]) -> list[Any]:
    """The members of an object that has exactly these."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise Fault("record", "a missing or unknown member of the JSON")
    return [value[name] for name in names]


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise Fault("record", "a value of the wrong JSON type")
    return value


def _edge(text: str, last: bool) -> datetime.date:
    match = PARTIAL_DATE.match(text)
    if not match:
        raise ValueError("no partial date")
    year, month, day = int(match.group(1)), match.group(2), match.group(3)
    if day:
        return datetime.date(year, int(month), int(day))
    if month:
        return datetime.date(year, int(month), calendar.monthrange(year, int(month))[1] if last else 1)
    return datetime.date(year, 12, 31) if last else datetime.date(year, 1, 1)


def _is_date(text: str) -> bool:
    """YYYY[-MM[-DD]], or an interval of two with a slash, not reversed."""
    first, slash, second = text.partition("/")
    try:
        return _edge(first, False) <= _edge(second if slash else first, True)
    except (ValueError, calendar.IllegalMonthError):
        return False


def _integer_bytes(text: str, signed: bool) -> bytes:
    if not re.match(r"(?:0|-?[1-9][0-9]{0,19})\Z" if signed else r"(?:0|[1-9][0-9]{0,19})\Z", text):
        raise Fault("record", "integer")
    try:
        return int(text).to_bytes(8, "big", signed=signed)
    except OverflowError:
        raise Fault("record", "integer too large") from None


def value_bytes(kind: str, value: Any) -> bytes:
    """The one way to write a JSON value of this type as bytes; anything else is refused."""
    if kind == "bool":
        if not isinstance(value, bool):
            raise Fault("record", "a value of the wrong JSON type")
        return b"\x01" if value else b"\x00"
    text = _string(value)
    if kind in ("bytes", "ref"):
        return from_base64(text, "record", 32 if kind == "ref" else None)
    if kind in ("uint", "int"):
        return _integer_bytes(text, kind == "int")
    if kind == "digest":
        name, _, number = text.partition(":")
        code, size = DIGESTS.get(name, (0, 0))
        if not code or not re.match(rf"[0-9a-f]{{{2 * size}}}\Z", number):
            raise Fault("record", "digest")
        return bytes((code,)) + bytes.fromhex(number)
    if (
        (kind == "decoy" and text)
        or (kind == "instant" and not INSTANT.match(text))
        or (kind == "date" and not _is_date(text))
        or (kind == "decimal" and (not DECIMAL.match(text) or text == "-0"))
    ):
        raise Fault("record", "a value that does not have the form of its type")
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Fault("record", "lone surrogate") from None


def _field(item: Any) -> tuple[bytes, str, bytes, str]:
    """(digest, name, value, reason) of one field; a withheld field has a reason, a decoy no name."""
    if isinstance(item, dict) and "digest" in item:
        digest, reason = _members(item, ("digest", "reason"))
        if not _string(reason):
            raise Fault("record", "a field withheld without a reason")
        return from_base64(_string(digest), "record", 32), "", b"", reason
    salt_text, name, kind, value = _members(item, ("salt", "name", "type", "value"))
    if _string(kind) not in TYPES:
        raise Fault("record", "unknown field type")
    salt, data = from_base64(_string(salt_text), "record", 32), value_bytes(kind, value)
    if (kind == "decoy") != (_string(name) == "") or len(name) > 128 or (name and not NAME.match(name)) or len(data) > VALUE_LIMIT:
        raise Fault("record", "field name, or a value too long")
    wanted = ("ref", 32) if name.startswith("b.parents.") else FORMS.get(name, (kind, 0))
    if kind != wanted[0] or wanted[1] not in (0, len(data)):
        raise Fault("record", "a field that must have another type")
    encoded = name.encode("ascii")
    head = b"letapis/field/1\0" + salt + bytes((len(encoded),)) + encoded
    return sha256(head + bytes((TYPES.index(kind),)) + len(data).to_bytes(4, "big") + data), name, data, ""


def _signature(item: Any) -> RecordSignature:
    scheme, key_text, signature = _members(item, ("alg", "key", "sig"))
    key = parse_vkey(_string(key_text))
    if SCHEMES.get(_string(scheme)) != key.kind:
        raise Fault("record", "a signature whose key is of another scheme")
    return RecordSignature(scheme, key, from_base64(_string(signature), "record", 64 if key.kind == ED25519 else MLDSA_SIGNATURE))


def parse_record(data: bytes) -> Record:
    """Read a disclosure and compute D and C. Signatures and log are not checked here."""
    if len(data) > RECORD_LIMIT:
        raise Fault("record", "too long")
    try:
        whole = json.loads(
            from_utf8(data, "record"), object_pairs_hook=_no_repeats, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError):
        raise Fault("record", "not JSON") from None
    return record_from_json(whole)


def record_from_json(whole: Any) -> Record:
    letapis, origin, index, key_text, items, signed = _members(whole, ("letapis", "origin", "index", "key", "fields", "signatures"))
    if letapis != "record/1" or not _is_key_name(_string(origin)):
        raise Fault("record", "version or origin")
    if not isinstance(items, list) or not 1 <= len(items) <= 1024 or not isinstance(signed, list) or len(signed) > 16:
        raise Fault("record", "number of fields or signatures")
    key = from_base64(_string(key_text), "record", 32)
    fields = [_field(item) for item in items]
    digests = [part[0] for part in fields]
    if any(a >= b for a, b in zip(digests, digests[1:])):
        raise Fault("record", "the digests do not ascend")
    shown = {name: value for _, name, value, _ in fields if name}
    if len(shown) != sum(1 for _, name, _, _ in fields if name):
        raise Fault("record", "a field name twice")
    digest = sha256(b"letapis/list/1\0" + len(digests).to_bytes(2, "big") + b"".join(digests))
    commitment = hmac.new(key, b"letapis/commit/1\0" + digest, hashlib.sha256).digest()
    reasons = tuple(reason for _, _, _, reason in fields if reason)
    signatures = tuple(_signature(item) for item in signed)
    return Record(origin, from_decimal(_string(index), "record"), shown, reasons, signatures, digest, commitment)


def check_device_signatures(record: Record, devices: Sequence[VKey]) -> set[str]:
    """Every signature is by a known device key, all of one device, and holds. Returns the schemes; raises Fault."""
    names = {signature.key.name for signature in record.signatures}
    if "h.device" in record.shown:
        names.add(record.text("h.device"))
    if len(names) != 1 or not record.signatures:
        raise Fault("device signature", "no signature, or signatures of different devices")
    for item in record.signatures:
        if item.key not in devices:
            raise Fault("device key", "this device key is not among the known ones")
        name = item.key.name.encode("utf-8", "surrogateescape")
        message = b"letapis/record-sig/1\0" + bytes((len(name),)) + name + record.digest
        if not verify_signature(item.key.kind, item.key.public, message, item.signature):
            raise Fault("device signature", "it does not fit the record")
    return {item.scheme for item in record.signatures}


def check_schemes(record: Record, schemes: set[str]) -> None:
    """Ed25519 always; ML-DSA-44 besides on directory, decision, consent, custody and release records, and where the type is withheld."""
    due = {"ed25519"} if record.text("h.type") in ED25519_ALONE else {"ed25519", "mldsa44"}
    if not due <= schemes:
        raise Fault("device signature", "a scheme that is due on this type of record is missing")


# ---------------------------------------------------------------------------------------------------------------------
# 8  The bag (BagIt 1.0, RFC 8493, read strictly)
#
# Only regular files; no "..", absolute, drive or ~ paths; no names equal after case folding or NFC; every payload file in every
# manifest once, every tag file in every tagmanifest; %0A %0D %25 decoded; exact bagit.txt; no fetch.txt; limits on count and size.
# ---------------------------------------------------------------------------------------------------------------------

ALGORITHMS = ("sha256", "sha512")
BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
FILE_COUNT, TAG_LIMIT, PATH_LIMIT = 100000, 64 << 20, 1024
CHUNK = 1 << 20
Files = dict[str, tuple[int, str, str]]  # path -> size, SHA-256, SHA-512
PLACES = re.compile(
    r"data/(?:items\.csv|tombstones\.csv|policy\.txt|devices\.txt|ro-crate-metadata\.json|(?:originals|derived|web|metadata)/.+"
    r"|records/[0-9]{4,8}\.rec|proofs/(?:T-)?[0-9]{4,8}\.tlog-proof|anchors/[^/]+)\Z",
    re.DOTALL,
)


class Folder:
    """The case file on disk. Tests put another object with the same three methods in its place."""

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)

    def sizes(self, most: int = 0) -> dict[str, int]:
        """Name (with /) -> size of every file, at most ``most`` (0: FILE_COUNT). Links, devices, pipes and names that are not UTF-8 are refused."""
        found: dict[str, int] = {}
        most = most or FILE_COUNT
        waiting = [""]
        while waiting:
            prefix = waiting.pop()
            with os.scandir(os.path.join(self.path, *prefix.split("/")) if prefix else self.path) as entries:
                for entry in entries:
                    name = prefix + "/" + entry.name if prefix else entry.name
                    if len(found) + len(waiting) >= most or len(name) > PATH_LIMIT:
                        raise Fault("too many files, or a path too long")
                    state = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(state.st_mode):
                        waiting.append(name)
                    elif stat.S_ISREG(state.st_mode):
                        found[name] = state.st_size
                    else:
                        raise Fault("neither file nor folder", plain(ascii(name)))
        return found

    def _open(self, name: str) -> io.BufferedReader:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        stream = os.fdopen(os.open(os.path.join(self.path, *name.split("/")), flags), "rb")
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            stream.close()
            raise Fault("neither file nor folder", plain(name))
        return stream

    def digests(self, name: str) -> tuple[str, str]:
        """SHA-256 and SHA-512 of a file, in hex, read once in pieces."""
        first, second = hashlib.sha256(), hashlib.sha512()
        with self._open(name) as stream:
            for piece in iter(lambda: stream.read(CHUNK), b""):
                first.update(piece)
                second.update(piece)
        return first.hexdigest(), second.hexdigest()

    def read(self, name: str) -> bytes:
        """A small file as a whole."""
        with self._open(name) as stream:
            data = stream.read(TAG_LIMIT + 1)
        if len(data) > TAG_LIMIT:
            raise Fault("a file too large for its kind", plain(name))
        return data


def check_path(path: str) -> None:
    """A path inside the bag that means the same on every system."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        raise Fault("a name that is not UTF-8", ascii(path)) from None
    parts = path.split("/")
    if (
        len(path) > PATH_LIMIT
        or any(part in ("", ".", "..") for part in parts)
        or path.startswith("~")
        or "\\" in path
        or re.match(r"[A-Za-z]:", path)
        or any(ord(c) < 0x20 and c not in "\r\n" for c in path)
    ):
        raise Fault("a path that leads out of the bag or differs between systems", plain(path))


def _check_collisions(paths: Iterable[str]) -> None:
    """No two files or folders whose names are equal after NFC and case folding."""
    seen: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            name = "/".join(parts[:end])
            folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
            if seen.setdefault(folded, name) != name:
                raise Fault("two names that some systems cannot tell apart", plain(name))


def _decoded(path: str) -> str:
    if re.search(r"%(?!0[Aa]|0[Dd]|25)", path):
        raise Fault("a percent sign that encodes nothing", plain(path))
    return re.sub(r"%0[Aa]", "\n", re.sub(r"%0[Dd]", "\r", path)).replace("%25", "%")


def parse_manifest(data: bytes, algorithm: str, payload: bool) -> dict[str, str]:
    """Lines "<hex>  <path>": lower case, two blanks, LF. Payload manifests name data/ only, tagmanifests everything else."""
    text = from_utf8(data, "manifest")
    if text and not text.endswith("\n"):
        raise Fault("manifest", "the last line has no end")
    size = hashlib.new(algorithm).digest_size * 2
    found: dict[str, str] = {}
    for line in text.split("\n")[:-1]:
        match = re.match(rf"([0-9a-f]{{{size}}})  (\S.*)\Z", line)
        if not match or "\r" in line:
            raise Fault("manifest", "a line of no known form")
        path = _decoded(match.group(2))
        check_path(path)
        if path in found or path.startswith("data/") != payload:
            raise Fault("manifest", "a path twice, or a path in the wrong manifest")
        found[path] = match.group(1)
    return found


def check_bag(folder: Any, need: Sequence[str] = ALGORITHMS) -> Files:
    """Check the bag; returns every file but the tagmanifests. Raises Fault."""
    sizes: dict[str, int] = folder.sizes()
    if "bagit.txt" not in sizes or folder.read("bagit.txt") != BAGIT_TXT:
        raise Fault("bagit.txt", "must be exactly the two lines of BagIt 1.0 in UTF-8")
    if "fetch.txt" in sizes:
        raise Fault("fetch.txt", "a case file fetches nothing")
    for path in sizes:
        check_path(path)
    _check_collisions(sizes)
    manifests = [path for path in sizes if re.match(r"(?:tag)?manifest-[^/]*\Z", path)]
    wanted = [f"{tag}manifest-{algorithm}.txt" for tag in ("", "tag") for algorithm in need]
    if sorted(manifests) != sorted(wanted):
        raise Fault("manifest", "these manifests are due, no others: {}".format(", ".join(wanted)))
    payload = {path for path in sizes if path.startswith("data/")}
    tags = {path for path in sizes if not path.startswith("data/") and not path.startswith("tagmanifest-")}
    expected: dict[tuple[str, str], str] = {}
    for algorithm in need:
        for prefix, due in (("manifest", payload), ("tagmanifest", tags)):
            listed = parse_manifest(folder.read(f"{prefix}-{algorithm}.txt"), algorithm, prefix == "manifest")
            if set(listed) != due:
                odd = sorted(set(listed) ^ due)[0]
                raise Fault(f"{prefix}-{algorithm}.txt", f"listed but missing, or there but not listed: {plain(odd)}")
            expected.update({(path, algorithm): number for path, number in listed.items()})
    found: Files = {}
    for path in sorted(payload | tags):
        digests = dict(zip(ALGORITHMS, folder.digests(path)))
        for algorithm in need:
            if digests[algorithm] != expected[path, algorithm]:
                raise Fault("hash", f"{plain(path)} is not the file that the {algorithm} manifest lists")
        found[path] = (sizes[path], digests["sha256"], digests["sha512"])
    return found


def check_bag_info(data: bytes, files: Files) -> None:
    """bag-info.txt: lines "Label: value", among them once each the version of the case file and the payload's size and count."""
    text = from_utf8(data, "bag-info.txt")
    pairs = [line.partition(": ") for line in text.split("\n")[:-1]]
    if not text.endswith("\n") or any(not re.match(r"[A-Za-z0-9-]+\Z", label) or not colon or not value for label, colon, value in pairs):
        raise Fault("bag-info.txt", "a line of no known form")
    payload = [known[0] for path, known in files.items() if path.startswith("data/")]
    due = {"Letapis-Case-File": VERSION, "Payload-Oxum": f"{sum(payload)}.{len(payload)}"}
    for name, wanted in due.items():
        if [value for label, _, value in pairs if label == name] != [wanted]:
            raise Fault("bag-info.txt", f"{name} must be {wanted}")


# ---------------------------------------------------------------------------------------------------------------------
# 9  Tables
#
# items.csv       item,path,sha256,record,role(original|derived|web|metadata|withdrawn),derived_from
# tombstones.csv  item,index,commitment,class,ground,proof,record     (proof of leaf 01||commitment; record of the shredding)
# ---------------------------------------------------------------------------------------------------------------------

ITEM_COLUMNS = ("item", "path", "sha256", "record", "role", "derived_from")
TOMBSTONE_COLUMNS = ("item", "index", "commitment", "class", "ground", "proof", "record")
ROLE_FOLDERS = {"original": "data/originals/", "derived": "data/derived/", "web": "data/web/", "metadata": "data/metadata/"}
ITEM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")


def parse_table(data: bytes, columns: Sequence[str], name: str) -> list[dict[str, str]]:
    text = from_utf8(data, name)
    bare = text.replace("\r\n", "\n")
    if "\r" in bare or "\0" in bare or not bare.endswith("\n") or (bare != text and bare.count("\n") != text.count("\r\n")):
        raise Fault(name, "line ends")
    try:
        rows = list(csv.reader(io.StringIO(bare, newline=""), strict=True))
    except csv.Error:
        raise Fault(name, "not CSV") from None
    if not rows or rows[0] != list(columns) or any(len(row) != len(columns) for row in rows):
        raise Fault(name, "columns")
    return [dict(zip(columns, row)) for row in rows[1:]]


def parse_items(data: bytes, files: Files) -> list[dict[str, str]]:
    rows = parse_table(data, ITEM_COLUMNS, "items.csv")
    names: set[str] = set()
    paths: set[str] = set()
    for row in rows:
        if not ITEM_NAME.match(row["item"]) or row["item"] in names:
            raise Fault("items.csv", "an item without a proper name, or named twice")
        names.add(row["item"])
        if row["role"] == "withdrawn":
            if row["path"] or row["sha256"] or row["record"]:
                raise Fault("items.csv", "a withdrawn item has neither file nor record")
            continue
        place = ROLE_FOLDERS.get(row["role"])
        if place is None or not row["path"].startswith(place) or row["path"] not in files or row["path"] in paths:
            raise Fault("items.csv", "role and path of {}".format(row["item"]))
        if not re.match(r"[0-9a-f]{64}\Z", row["sha256"]) or not re.match(r"[0-9]{4,8}\Z", row["record"]):
            raise Fault("items.csv", "hash or record of {}".format(row["item"]))
        paths.add(row["path"])
    return rows


def parse_tombstones(data: bytes) -> list[dict[str, str]]:
    rows = parse_table(data, TOMBSTONE_COLUMNS, "tombstones.csv")
    for row in rows:
        from_decimal(row["index"], "tombstones.csv")
        if not ITEM_NAME.match(row["item"]) or not re.match(r"[0-9a-f]{64}\Z", row["commitment"]):
            raise Fault("tombstones.csv", "item or commitment")
        if not re.match(r"T-[0-9]{4,8}\Z", row["proof"]) or not re.match(r"(?:[0-9]{4,8})?\Z", row["record"]):
            raise Fault("tombstones.csv", "proof or record")
    if len({row["commitment"] for row in rows}) != len(rows) or len({row["proof"] for row in rows}) != len(rows):
        raise Fault("tombstones.csv", "a commitment or a proof twice")
    return rows


# ---------------------------------------------------------------------------------------------------------------------
# 10  Time stamps of authorities (RFC 3161)
#
# Message = H(whole note file). Beside <size>.note:  .<tsa>.tsq request, .<tsa>.tsr reply. Accepted: status 0 or 1, imprint algorithm
# and value, nonce of the request, no SHA-1 or MD5; then the signature, by openssl if it is there:
#   openssl ts -verify -digest <hex> -attime <time> -in x.tsr -CAfile root.pem [-untrusted chain.pem]
# which finds the signer by issuer and serial, compares the ESS certificate hash, demands the purpose time stamping (critical, alone)
# and a chain to the root that was valid at that time.
# ---------------------------------------------------------------------------------------------------------------------

OID_SHA256 = bytes.fromhex("608648016503040201")
OID_STRONG = frozenset(bytes.fromhex("60864801650304020" + last) for last in "123")  # SHA-256, SHA-384, SHA-512
OID_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
OID_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
OID_WEAK = frozenset(
    bytes.fromhex(oid) for oid in ("2a864886f70d010104", "2a864886f70d010105", "2a8648ce3d0401", "2a8648ce380403", "2b0e03021d")
)  # MD5 with RSA, SHA-1 with RSA (two names), with ECDSA, with DSA
INTEGER, OCTETS, OID, SEQUENCE, SET, TIME = 0x02, 0x04, 0x06, 0x30, 0x31, 0x18
Node = tuple[int, bytes]


def der_nodes(data: bytes) -> list[Node]:
    """(tag, content) of the DER values that follow each other in ``data``: definite, minimal lengths, one-byte tags."""
    found: list[Node] = []
    at = 0
    while at < len(data):
        if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
            raise Fault("time stamp", "DER")
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + count], "big")
            if not 1 <= count <= 4 or at + count > len(data) or size < 0x80 or data[at] == 0:
                raise Fault("time stamp", "DER length")
            at += count
        if at + size > len(data):
            raise Fault("time stamp", "DER is cut off")
        found.append((tag, data[at : at + size]))
        at += size
    return found


def der_take(nodes: list[Node], tag: int) -> bytes:
    """The content of the next node, which must have this tag."""
    if not nodes or nodes[0][0] != tag:
        raise Fault("time stamp", "DER structure")
    return nodes.pop(0)[1]


def der_whole(data: bytes, tag: int) -> list[Node]:
    """Children of the one value that ``data`` is."""
    nodes = der_nodes(data)
    inner = der_take(nodes, tag)
    if nodes:
        raise Fault("time stamp", "bytes after the end")
    return der_nodes(inner)


@dataclass(frozen=True)
class Stamp:
    """What a request asks or a token states."""

    imprint: bytes
    nonce: bytes | None
    time: int = 0
    time_text: str = ""


def _imprint(content: bytes) -> bytes:
    nodes = der_nodes(content)
    algorithm = der_nodes(der_take(nodes, SEQUENCE))
    if der_take(algorithm, OID) != OID_SHA256 or algorithm not in ([], [(5, b"")]):
        raise Fault("time stamp", "imprint algorithm is not SHA-256")
    value = der_take(nodes, OCTETS)
    if len(value) != 32 or nodes:
        raise Fault("time stamp", "imprint")
    return value


def parse_request(data: bytes) -> Stamp:
    """TimeStampReq: version 1, imprint, [policy], nonce, certificate wanted."""
    nodes = der_whole(data, SEQUENCE)
    if der_take(nodes, INTEGER) != b"\x01":
        raise Fault("time stamp", "request version")
    imprint = _imprint(der_take(nodes, SEQUENCE))
    nonces = [content for tag, content in nodes if tag == INTEGER]
    if len(nonces) != 1:
        raise Fault("time stamp", "the request has no nonce")
    return Stamp(imprint, nonces[0])


def _stamped_time(text: str) -> tuple[int, str]:
    match = re.match(r"([0-9]{14})(?:\.[0-9]*[1-9])?Z\Z", text)
    try:
        moment = datetime.datetime.strptime(match.group(1), "%Y%m%d%H%M%S") if match else None
    except ValueError:
        moment = None
    if moment is None or moment.year < 1990:
        raise Fault("time stamp", "time")
    return calendar.timegm(moment.timetuple()), moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _tst_info(data: bytes) -> Stamp:
    """TSTInfo: version 1, policy, imprint, serial, time, [accuracy], [ordering], [nonce], [authority], [extensions]."""
    nodes = der_whole(data, SEQUENCE)
    if der_take(nodes, INTEGER) != b"\x01":
        raise Fault("time stamp", "token version")
    der_take(nodes, OID)
    imprint = _imprint(der_take(nodes, SEQUENCE))
    der_take(nodes, INTEGER)
    time, time_text = _stamped_time(der_take(nodes, TIME).decode("ascii", "replace"))
    nonces = [content for tag, content in nodes if tag == INTEGER]
    return Stamp(imprint, nonces[0] if len(nonces) == 1 else None, time, time_text)


def _check_signer(content: bytes) -> None:
    """One signer, and no weak hash in what it signed with."""
    signers = der_nodes(content)
    if len(signers) != 1:
        raise Fault("time stamp", "not exactly one signer")
    parts = der_nodes(der_take(signers, SEQUENCE))
    algorithms = [der_nodes(inner) for tag, inner in parts[2:] if tag == SEQUENCE]
    if len(algorithms) != 2 or der_take(algorithms[0], OID) not in OID_STRONG or der_take(algorithms[1], OID) in OID_WEAK:
        raise Fault("time stamp", "hash or signature algorithm of the signer")


def parse_reply(data: bytes) -> Stamp:
    """TimeStampResp: status 0 or 1, then CMS SignedData over TSTInfo. The signature is not checked here."""
    nodes = der_whole(data, SEQUENCE)
    if der_take(der_nodes(der_take(nodes, SEQUENCE)), INTEGER) not in (b"\x00", b"\x01"):
        raise Fault("time stamp", "the authority refused")
    content = der_nodes(der_take(nodes, SEQUENCE))
    if nodes or der_take(content, OID) != OID_SIGNED_DATA:
        raise Fault("time stamp", "not signed data")
    signed = der_whole(der_take(content, 0xA0), SEQUENCE)
    der_take(signed, INTEGER)
    der_take(signed, SET)
    inner = der_nodes(der_take(signed, SEQUENCE))
    if der_take(inner, OID) != OID_TST_INFO:
        raise Fault("time stamp", "not a time-stamp token")
    octets = der_nodes(der_take(inner, 0xA0))
    stamp = _tst_info(der_take(octets, OCTETS))
    if not signed or signed[-1][0] != SET:
        raise Fault("time stamp", "no signer")
    _check_signer(signed[-1][1])
    return stamp


@dataclass(frozen=True)
class Token:
    """A question for the checker of token signatures; paths are on disk."""

    path: str
    data: bytes
    digest: str
    time: int
    roots: tuple[str, ...]
    chains: tuple[str, ...]


def openssl_command(token: Token, root: str, chain: str = "") -> list[str]:
    command = ["openssl", "ts", "-verify", "-digest", token.digest, "-attime", str(token.time), "-in", token.path, "-CAfile", root]
    return command + (["-untrusted", chain] if chain else [])


# What openssl says when this root or chain is not the one of the authority, or is no certificate at all.
OTHER_ROOT = (b"unable to get", b"self-signed certificate", b"self signed certificate", b"Error loading file", b"Could not read any extra")


def check_token_with_openssl(token: Token) -> tuple[str, str]:
    """("OK" | "FAIL" | "UNCHECKED", detail). UNCHECKED: no openssl here, or none of the roots is the one of this authority."""
    by_hand = "check by hand: " + " ".join(plain(word) for word in openssl_command(token, token.roots[0] if token.roots else "root.pem"))
    program = shutil.which("openssl")
    if program is None or not token.roots:
        return "UNCHECKED", by_hand
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment.update({"OPENSSL_CONF": os.devnull, "LC_ALL": "C"})
    for root in token.roots:
        for chain in ("", *token.chains):
            command = [program, *openssl_command(token, root, chain)[1:]]
            try:
                done = subprocess.run(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, env=environment, check=False
                )
            except (OSError, subprocess.SubprocessError):
                return "UNCHECKED", by_hand
            if done.returncode == 0 and b"Verification: OK" in done.stdout:
                return "OK", os.path.basename(root)
            if b"Verification: FAILED" not in done.stdout:
                return "UNCHECKED", by_hand
            if not any(words in done.stdout for words in OTHER_ROOT):
                return "FAIL", "signature or certificate of the time-stamp authority"
    return "UNCHECKED", "none of the roots is that of this authority; " + by_hand


# ---------------------------------------------------------------------------------------------------------------------
# 11  OpenTimestamps
#
# file = 31-byte magic, varuint version 1, op of the file hash, digest, tree. In the tree ff precedes every branch but the last;
# 00 = attestation (8-byte tag, varbytes); ops: f0 append, f1 prepend (varbytes 1-4,096), f2 reverse, f3 hexlify, 02 sha1,
# 03 ripemd160, 08 sha256, 67 keccak256. Limits: message 4,096, payload 8,192, depth 256, no trailing bytes.
# Beside it .btc: "height hex(80-byte header)". Check: path result = header[36:68]; H(H(header)) as little-endian <= target from
# [72:76]; target <= 2^192 and time [68:72] from 2014 on, else "test or weak header".
# ---------------------------------------------------------------------------------------------------------------------

OTS_MAGIC = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294")
OTS_BITCOIN, OTS_PENDING = bytes.fromhex("0588960d73d71901"), bytes.fromhex("83dfe30d2ef90c8e")
YEAR_2014 = 1388534400


class _OtsReader:
    """Walks the tree and collects (height, message) of Bitcoin attestations; message None after an op that we do not compute."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.bitcoin: list[tuple[int, bytes | None]] = []
        self.pending = 0

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) != count:
            raise Fault("OpenTimestamps", "cut off")
        self.at += count
        return part

    def number(self) -> int:
        value = 0
        for shift in range(0, 64, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                if shift and not byte:
                    break
                return value
        raise Fault("OpenTimestamps", "number")

    def block(self, least: int, most: int) -> bytes:
        size = self.number()
        if not least <= size <= most:
            raise Fault("OpenTimestamps", "length")
        return self.take(size)

    def tree(self, message: bytes | None, depth: int) -> None:
        if depth > 256:
            raise Fault("OpenTimestamps", "too deep")
        tag = self.take(1)[0]
        while tag == 0xFF:
            self.branch(self.take(1)[0], message, depth)
            tag = self.take(1)[0]
        self.branch(tag, message, depth)

    def branch(self, tag: int, message: bytes | None, depth: int) -> None:
        if tag == 0x00:
            self.attestation(message)
            return
        argument = self.block(1, 4096) if tag in (0xF0, 0xF1) else b""
        if tag not in (0xF0, 0xF1, 0xF2, 0xF3, 0x02, 0x03, 0x08, 0x67):
            raise Fault("OpenTimestamps", "unknown operation")
        result: bytes | None = None
        if message is not None:
            if tag in (0xF0, 0xF1):
                result = message + argument if tag == 0xF0 else argument + message
            elif tag in (0xF2, 0xF3, 0x08):
                result = {0xF2: message[::-1], 0xF3: message.hex().encode("ascii"), 0x08: sha256(message)}[tag]
            if result is not None and len(result) > 4096:
                raise Fault("OpenTimestamps", "message too long")
        self.tree(result, depth + 1)

    def attestation(self, message: bytes | None) -> None:
        tag, payload = self.take(8), _OtsReader(self.block(0, 8192))
        if tag == OTS_BITCOIN:
            self.bitcoin.append((payload.number(), message))
        elif tag == OTS_PENDING:
            if not re.match(rb"[A-Za-z0-9\-._/:]*\Z", payload.block(0, 1000)):
                raise Fault("OpenTimestamps", "calendar address")
            self.pending += 1
        else:
            return
        if payload.at != len(payload.data):
            raise Fault("OpenTimestamps", "bytes after an attestation")


def parse_ots(data: bytes, message: bytes) -> list[tuple[int, bytes | None]]:
    """Bitcoin attestations over ``message`` (a SHA-256). An empty list means that only calendars have promised so far."""
    if len(data) > NOTE_LIMIT or data[:31] != OTS_MAGIC:
        raise Fault("OpenTimestamps", "not such a file")
    reader = _OtsReader(data[31:])
    if reader.number() != 1 or reader.take(1) != b"\x08" or reader.take(32) != message:
        raise Fault("OpenTimestamps", "version, hash algorithm, or stamp of another file")
    reader.tree(message, 0)
    if reader.at != len(reader.data):
        raise Fault("OpenTimestamps", "trailing bytes")
    return reader.bitcoin


@dataclass(frozen=True)
class Header:
    """A block header that carries the work which it states; weak: too little work or too old for the chain that everybody knows."""

    height: int
    root: bytes
    block: bytes
    time: int
    weak: bool


def parse_header(data: bytes) -> Header:
    match = re.match(rb"(0|[1-9][0-9]{0,9}) ([0-9a-f]{160})\n\Z", data)
    if not match:
        raise Fault("Bitcoin header", "form")
    height, header = int(match.group(1)), bytes.fromhex(match.group(2).decode("ascii"))
    time, bits = int.from_bytes(header[68:72], "little"), int.from_bytes(header[72:76], "little")
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    target = mantissa << 8 * (exponent - 3) if exponent > 3 else mantissa >> 8 * (3 - exponent)
    block = sha256(sha256(header))[::-1]
    if bits & 0x800000 or int.from_bytes(block, "big") > target:
        raise Fault("Bitcoin header", "no proof of work")
    return Header(height, header[36:68], block, time, target > 1 << 192 or time < YEAR_2014)


def check_header(data: bytes, attested: list[tuple[int, bytes | None]], test_headers: bool) -> tuple[bool, str, int]:
    """(strong, text, time): the header holds the Merkle root that the path leads to, and carries the work that it states. The time is that of
    the block and two hours, because miners may set it so far back."""
    header = parse_header(data)
    if header.root not in [root for at, root in attested if at == header.height]:
        raise Fault("Bitcoin header", "the path does not lead to the Merkle root of this block")
    text = f"block {header.height} {header.block.hex()} {_instant(header.time)}"
    if header.weak:
        return test_headers, text + ", test or weak header", header.time + MINERS
    return True, text + ", compare the block with any explorer", header.time + MINERS


# A public random value that stands in a log says "not before": whatever the log held later was not there before the value was known.
#   bitcoin  value: height hex(80-byte header); its hour counts two hours earlier      drand  value: JSON {round, signature}; hour of the round
#   other    any published value; the hour is the sender's word

MINERS = 7200  # seconds by which the hour of a block may be off
CLOCKS = 600  # seconds between two honest clocks
ROUND, ROUND_SIGNATURE = re.compile(r"[1-9][0-9]{0,8}\Z"), re.compile(r"(?:[0-9a-f]{96}|[0-9a-f]{192})\Z")
# Hex digits of a signature -> (hour of the first round, seconds between rounds): quicknet and the default chain of the League of Entropy.
CHAINS = {96: (1692803367, 3), 192: (1595431050, 30)}


def known_since(record: Record) -> int | None:
    """Hour before which nobody knew the public value of this record, in seconds since 1970; computed from the value where it has an hour of
    its own. None for a value that is none."""
    try:
        kind, value = record.text("b.kind"), record.text("b.value")
        if kind == "bitcoin":
            header = parse_header(value.encode("utf-8") + b"\n")
            return None if header.weak else header.time - MINERS
        if kind == "drand":
            told = json.loads(value)
            number, signature = str(told["round"]), str(told["signature"])
            if not ROUND.match(number) or not ROUND_SIGNATURE.match(signature):
                return None
            first, period = CHAINS[len(signature)]
            return first + (int(number) - 1) * period
        if kind == "other" and 16 <= len(value) <= 4096 and INSTANT.match(record.text("b.moment")):
            return calendar.timegm(datetime.datetime.strptime(record.text("b.moment"), "%Y-%m-%dT%H:%M:%SZ").timetuple())
    except (Fault, ValueError, KeyError, TypeError, RecursionError):
        return None
    return None


# ---------------------------------------------------------------------------------------------------------------------
# 12  Chains
#
# Device chain: h.seq, h.prev (device's previous record; absent at 0). A case file holds some records of a device, so a missing one is
# no fault, but two that contradict each other are.
# Object chain: b.object, b.step = 1 + highest parent step, b.parents.N = commitments before it. A graph, since devices work apart:
# two children of one parent are reported; a parent neither present nor tombstoned is a gap.
# ---------------------------------------------------------------------------------------------------------------------


def device_chain_faults(records: dict[str, Record]) -> dict[str, Fault]:
    faults: dict[str, Fault] = {}
    by_commitment = {record.commitment: record for record in records.values()}
    chains: dict[str, list[tuple[int, str]]] = {}
    for number, record in records.items():
        seq, prev = record.number("h.seq"), record.shown.get("h.prev")
        if seq is None:
            continue
        if (seq == 0 and prev is not None) or (seq > 0 and prev is None and not record.withheld):
            faults[number] = Fault("device chain", "h.prev and h.seq do not fit")
        before = by_commitment.get(prev) if prev is not None else None
        if before is not None and ("h.seq" in before.shown) and before.number("h.seq") != seq - 1:
            faults[number] = Fault("device chain", "the previous record has another number")
        if "h.device" in record.shown:
            chains.setdefault(record.text("h.device"), []).append((seq, number))
    for chain in chains.values():
        chain.sort()
        for (seq_a, a), (seq_b, b) in zip(chain, chain[1:]):
            first, second = records[a], records[b]
            if seq_a == seq_b:
                faults[a] = faults[b] = Fault("device chain", "two records of one device have the same number")
            elif seq_b == seq_a + 1 and second.shown.get("h.prev", first.commitment) != first.commitment:
                faults[b] = Fault("device chain", "it names another record as the one before")
            elif first.origin == second.origin and first.index >= second.index:
                faults[b] = Fault("device chain", "the log has these records in another order")
    return faults


def only_shreds(record: Record) -> bool:
    """What it names as parents is what it shredded; it is no step of any object's chain."""
    return record.text("h.type") == "shredding" and "b.object" not in record.shown and "b.step" not in record.shown


def object_chain_faults(records: dict[str, Record], tombstoned: set[bytes]) -> dict[str, Fault]:
    faults: dict[str, Fault] = {}
    by_commitment = {record.commitment: record for record in records.values()}
    for number, record in records.items():
        step, parents = record.number("b.step"), record.parents
        if step is None:
            if only_shreds(record):
                continue
            if parents or "b.object" in record.shown:
                faults[number] = Fault("custody chain", "the step is withheld")
            continue
        if any(parent not in by_commitment and parent not in tombstoned for parent in parents):
            faults[number] = Fault("custody gap", "a record before it is neither here nor withdrawn")
            continue
        known = [by_commitment[parent].number("b.step") for parent in parents if parent in by_commitment]
        steps = [before for before in known if before is not None]
        if len(steps) < len(known):
            faults[number] = Fault("custody chain", "a record before it shows no step: what stood before that one could be hidden")
            continue
        objects = {by_commitment[parent].shown.get("b.object") for parent in parents if parent in by_commitment}
        if objects - {record.shown.get("b.object")}:
            faults[number] = Fault("custody chain", "a record before it is of another object, or of one that is not shown")
            continue
        least = 1 + max(steps, default=0)
        exact = not record.withheld and len(steps) == len(parents)
        if step and not parents:
            faults[number] = Fault("custody gap", "the record before it is not named")
        elif (step == 0 and parents) or (step and (step < least or (exact and step != least))):
            faults[number] = Fault("custody chain", "the step does not follow from the records before it")
    return faults


def forks(records: dict[str, Record]) -> list[str]:
    """Sentences about records with two children: two people handled the object apart. No fault, but somebody must explain it."""
    children: dict[bytes, list[str]] = {}
    for number, record in sorted(records.items()):
        for parent in set() if only_shreds(record) else set(record.parents):
            children.setdefault(parent, []).append(number)
    numbers = {record.commitment: number for number, record in records.items()}
    return [
        "record {} is followed by two records, {}".format(numbers.get(parent, "(withdrawn)"), " and ".join(several))
        for parent, several in children.items()
        if len(several) > 1
    ]


def chain_of(number: str, records: dict[str, Record]) -> set[str]:
    """The records of the same object, and every record before them."""
    by_commitment = {record.commitment: other for other, record in records.items()}
    wanted = records[number].shown.get("b.object")
    waiting = [number] + [n for n, record in records.items() if wanted is not None and record.shown.get("b.object") == wanted]
    found: set[str] = set()
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += [by_commitment[parent] for parent in records[at].parents if parent in by_commitment]
    return found


# ---------------------------------------------------------------------------------------------------------------------
# 13  The whole case file
#
# Order: bag -> record JSON -> digests -> D -> C -> leaf -> path -> checkpoint -> log key and quorum under the expert's policy (only the
# proof's own note counts) -> file hash = b.content.sha256 -> device signatures -> chains -> tombstones -> anchors.
# Tombstones are read before chains, because a withdrawn record closes a gap only when its withdrawal is proven.
# All proofs of one log use one checkpoint.
# ---------------------------------------------------------------------------------------------------------------------


@dataclass
class Case:
    """What has been found so far. ``faults`` are of records by number; ``extra`` are lines about things that no item names."""

    folder: Any
    files: Files
    policy: Policy
    devices: tuple[VKey, ...]
    records: dict[str, Record] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    proof_faults: dict[str, Fault] = field(default_factory=dict)
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    checkpoint_faults: dict[str, Fault] = field(default_factory=dict)
    tombstone_faults: dict[str, Fault] = field(default_factory=dict)
    tombstoned: set[bytes] = field(default_factory=set)
    withdrawn: list[dict[str, Any]] = field(default_factory=list)
    extra: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self, path: str) -> bytes:
        """Bytes that the manifests were checked against: a file that changes meanwhile is refused."""
        data = self.folder.read(path)
        if hashlib.sha256(data).hexdigest() != self.files[path][1]:
            raise Fault("hash", f"{plain(path)} changes while it is being read")
        return bytes(data)

    def numbers(self, pattern: str) -> list[tuple[str, str]]:
        """(number, path) of files whose path matches, in order."""
        matches = ((re.match(pattern, path), path) for path in sorted(self.files))
        return [(match.group(1), path) for match, path in matches if match]


def read_proofs(case: Case) -> None:
    """Parse every proof; every log has one checkpoint, which is checked under the policy with the signatures of each proof's note."""
    for number, path in case.numbers(r"data/proofs/(.+)\.tlog-proof\Z"):
        try:
            proof = parse_proof(case.read(path))
            case.proofs[number] = proof
            known = case.checkpoints.setdefault(proof.checkpoint.origin, proof.checkpoint)
            if known.text != proof.checkpoint.text:
                raise Fault("checkpoint", "the proofs use more than one checkpoint of this log")
        except Fault as fault:
            case.proof_faults[number] = fault
            continue
        try:
            check_checkpoint(proof.checkpoint, case.policy)
        except Fault as fault:
            case.checkpoint_faults[number] = fault


def read_records(case: Case) -> None:
    """Every record: JSON, digests, D, C, leaf, path, checkpoint, device signatures."""
    seen: dict[bytes, str] = {}
    for number, path in case.numbers(r"data/records/(.+)\.rec\Z"):
        try:
            record = parse_record(case.read(path))
            check_logged(case, number, record)
            check_schemes(record, check_device_signatures(record, case.devices))
            for mark in (record.commitment, record.shown.get("h.id", record.commitment)):
                if seen.setdefault(mark, number) != number:
                    raise Fault("record", f"the same record or record id as {seen[mark]}")
        except Fault as fault:
            case.faults[number] = fault
        else:
            case.records[number] = record


def check_logged(case: Case, number: str, record: Record) -> None:
    """The proof of the same number is of this record, and its checkpoint holds."""
    if number in case.proof_faults:
        raise case.proof_faults[number]
    if number not in case.proofs:
        raise Fault("proof", "there is none for this record")
    proof = case.proofs[number]
    if proof.checkpoint.origin != record.origin or proof.index != record.index:
        raise Fault("proof", "it is for another log or index than the record says")
    check_inclusion(b"\x01" + record.commitment, proof)
    if number in case.checkpoint_faults:
        raise case.checkpoint_faults[number]


def check_tombstone(case: Case, row: dict[str, str]) -> None:
    """The commitment is in the log at this index, and a logged record of a shredding names it."""
    number, commitment = row["proof"], bytes.fromhex(row["commitment"])
    if number in case.checkpoint_faults:
        raise case.checkpoint_faults[number]
    if number in case.proof_faults or number not in case.proofs:
        raise Fault("tombstone", "its proof is missing or does not parse")
    proof = case.proofs[number]
    try:
        check_inclusion(b"\x01" + commitment, proof)
    except Fault as fault:
        raise Fault("tombstone", str(fault)) from None
    if proof.index != int(row["index"]) or any(record.commitment == commitment for record in case.records.values()):
        raise Fault("tombstone", "another index, or the record is still here")
    shredding = case.records.get(row["record"])
    if shredding is None or "shredding" not in (shredding.text("b.event"), shredding.text("h.type")):
        raise Fault("tombstone", "no proven record of the shredding")
    if commitment not in shredding.parents or row["ground"] != shredding.text("b.ground" if "b.ground" in shredding.shown else "b.detail"):
        raise Fault("tombstone", "the record of the shredding names other records or another ground")
    if shredding.origin == proof.checkpoint.origin and shredding.index <= proof.index:
        raise Fault("tombstone", "shredded before it was recorded")


def deciding(case: Case, row: dict[str, str]) -> dict[str, Any]:
    """On whose word a withdrawal rests: the device of the shredding; the order that it names, where that is here and names what was shredded;
    and the devices that signed the order or a decision to endorse it. Which member sits at a device no case file says."""
    shredding, commitment = case.records[row["record"]], bytes.fromhex(row["commitment"])
    found: dict[str, Any] = {"item": row["item"], "record": row["record"], "device": _signer(shredding), "order": "", "signed_by": []}
    named = shredding.shown.get("b.order")
    for number, order in sorted(case.records.items()):
        if order.commitment != named or order.text("h.type") != "shred_order" or commitment not in order.several("commitments"):
            continue
        behind = [one for one in case.records.values() if one.text("h.type") == "decision" and one.text("b.kind") == "endorse"]
        signers = {_signer(order)} | {_signer(one) for one in behind if order.commitment in one.several("targets")}
        found.update({"order": number, "signed_by": sorted(signers)})
    return found


def _signer(record: Record) -> str:
    return plain(record.signatures[0].key.name)


def read_tombstones(case: Case, items: list[dict[str, str]]) -> None:
    path = "data/tombstones.csv"
    rows = parse_tombstones(case.read(path)) if path in case.files else []
    withdrawn = {row["item"] for row in items if row["role"] == "withdrawn"}
    for row in rows:
        try:
            check_tombstone(case, row)
            case.withdrawn.append(deciding(case, row))
            case.tombstoned.add(bytes.fromhex(row["commitment"]))
        except Fault as fault:
            case.tombstone_faults[row["item"]] = fault
        if row["item"] not in withdrawn:
            case.extra.append((row["item"], "FAIL tombstone (it names no withdrawn item)"))
    for item in withdrawn - {row["item"] for row in rows}:
        case.tombstone_faults[item] = Fault("tombstone", "there is none for this item")
    used = {row["proof"] for row in rows} | set(case.records) | set(case.faults)
    for number in sorted((set(case.proofs) | set(case.proof_faults)) - used):
        case.extra.append(("proof " + number, "FAIL proof (it belongs to no record and no tombstone)"))


def check_item(case: Case, row: dict[str, str], hashes: dict[str, str]) -> tuple[str, set[str]]:
    """("OK" or "REDACTED n", the records of its chain). Raises Fault."""
    number = row["record"]
    if number in case.faults:
        raise case.faults[number]
    if number not in case.records:
        raise Fault("record", "it is not in the case file")
    record, (size, short, long) = case.records[number], case.files[row["path"]]
    if record.shown.get("b.content.sha256") != b"\x01" + bytes.fromhex(short) or row["sha256"] != short:
        raise Fault("content hash", "the file is not the one that the record names")
    if record.shown.get("b.content.sha512", b"\x02" + bytes.fromhex(long)) != b"\x02" + bytes.fromhex(long):
        raise Fault("content hash", "SHA-512")
    if record.number("b.content.size") not in (None, size):
        raise Fault("content hash", "size")
    source = record.shown.get("b.source.sha256")
    if source is not None and row["derived_from"] in hashes and source[1:].hex() != hashes[row["derived_from"]]:
        raise Fault("content hash", "derived from another file than the item says")
    if "b.object" not in record.shown and record.withheld:
        raise Fault("custody chain", "the object is withheld")
    chain = chain_of(number, case.records)
    withheld = sum(case.records[n].withheld for n in chain)
    return (f"REDACTED {withheld}" if withheld else "OK"), chain


def check_items(case: Case, items: list[dict[str, str]]) -> list[tuple[str, str]]:
    """One line for every item, then lines for failing records, proofs and files that no item names."""
    chain_faults = device_chain_faults(case.records)
    chain_faults.update(object_chain_faults(case.records, case.tombstoned))
    hashes = {row["item"]: row["sha256"] for row in items if row["sha256"]}
    results: list[tuple[str, str]] = []
    named: set[str] = set()
    for row in items:
        try:
            if row["role"] == "withdrawn":
                if row["item"] in case.tombstone_faults:
                    raise case.tombstone_faults[row["item"]]
                result = "WITHDRAWN"
            else:
                named.add(row["record"])
                result, chain = check_item(case, row, hashes)
                for number in sorted(chain & set(chain_faults)):
                    named.add(number)
                    raise chain_faults[number]
        except Fault as fault:
            result = f"FAIL {fault}"
        results.append((row["item"], result))
    return results + unnamed_lines(case, items, chain_faults, named, {result for _, result in results})


def unnamed_lines(case: Case, items: list[dict[str, str]], chain_faults: dict[str, Fault], named: set[str], told: set[str]) -> list[tuple[str, str]]:
    """Failing records that no item names, by number. A checkpoint that fails is told once, not again for each record under it."""
    lines = []
    for number, fault in sorted(list(case.faults.items()) + [pair for pair in chain_faults.items() if pair[0] not in case.faults]):
        repeated = fault is case.checkpoint_faults.get(number) and f"FAIL {fault}" in told
        if number not in named and not repeated:
            lines.append(("record " + number, f"FAIL {fault}"))
    paths = {row["path"] for row in items}
    for path in sorted(case.files):
        if path.startswith(("data/originals/", "data/derived/", "data/web/")) and path not in paths:
            lines.append(("file " + plain(path), "FAIL file (no item names it)"))
    return lines + case.extra


Checker = Callable[[Token], tuple[str, str]]


def check_stamp(case: Case, path: str, digest: bytes, roots: tuple[str, ...], checker: Checker) -> tuple[str, int]:
    """One reply of a time-stamp authority: its own numbers, the request beside it, then the signature. Result, and the hour that it states."""
    request = path[:-1] + "q"
    data = case.read(path)
    stamp = parse_reply(data)
    if stamp.imprint != digest:
        raise Fault("time stamp", "it is over another note")
    if request not in case.files:
        raise Fault("time stamp", "the request is missing, so the nonce cannot be compared")
    asked = parse_request(case.read(request))
    if asked.imprint != digest or stamp.nonce is None or asked.nonce != stamp.nonce:
        raise Fault("time stamp", "imprint or nonce of another request")
    where = case.folder.path
    own = tuple(os.path.join(where, *p.split("/")) for p in sorted(case.files) if re.match(r"data/anchors/root-[^/]*\.pem\Z", p))
    chains = tuple(os.path.join(where, *p.split("/")) for p in sorted(case.files) if re.match(r"data/anchors/(?!root-)[^/]*\.pem\Z", p))
    token = Token(os.path.join(where, *path.split("/")), data, digest.hex(), stamp.time, (roots or own)[:8], chains[:8])
    verdict, detail = checker(token)
    if verdict == "FAIL":
        raise Fault("time stamp", detail)
    if verdict != "OK":
        return f"NOT-ANCHORED ({detail}; the token states {stamp.time_text}, its signature is not checked)", stamp.time
    if roots:
        return f"ANCHORED {stamp.time_text} (your root certificate)", stamp.time
    finger = case.files.get("data/anchors/" + detail, (0, "?", ""))[1]
    return f"ANCHORED {stamp.time_text} (root certificate of the sender, {plain(detail)}, SHA-256 of the file {finger}: compare)", stamp.time


def check_ots(case: Case, path: str, digest: bytes, test_headers: bool) -> tuple[str, int]:
    """Result, and the hour before which the block was made; the largest number where none is proven."""
    attested = parse_ots(case.read(path), digest)
    header = path[: -len("ots")] + "btc"
    if header in case.files:
        strong, text, moment = check_header(case.read(header), attested, test_headers)
        return (f"ANCHORED {text}" if strong else f"NOT-ANCHORED ({text})"), moment
    usable = [f"block {height} must have the Merkle root {root[::-1].hex()}" for height, root in attested if root is not None]
    wanted = "; ".join(usable[:4]) or "only promised by calendars so far"
    return f"NOT-ANCHORED ({wanted})", sys.maxsize


def too_early(case: Case, origin: str, moment: int) -> str:
    """Why a stamp of this hour cannot be right: the log held a public value that became known later. Empty when nothing speaks against it.
    Every record here stands below the one checkpoint of its log that proofs use."""
    told = [(known_since(one), number) for number, one in case.records.items() if one.origin == origin and one.text("h.type") == "beacon"]
    latest, number = max(((hour, number) for hour, number in told if hour is not None), default=(0, ""))
    if moment >= latest - CLOCKS:
        return ""
    return (
        f"it is of {_instant(moment)}, but the log held a public value then that became known at {_instant(latest)} (record {number}): the stamp is "
        "back-dated, or the hour of the value is wrong"
    )


def check_anchors(case: Case, roots: tuple[str, ...], checker: Checker, test_headers: bool) -> list[tuple[str, str]]:
    """Every time stamp beside a note. It counts when the note is the very checkpoint of the proofs."""
    results: list[tuple[str, str]] = []
    texts = {checkpoint.text for checkpoint in case.checkpoints.values()}
    for path in sorted(case.files):
        match = re.match(r"data/anchors/((.+\.note)\.(?:[^/]+\.tsr|ots))\Z", path)
        if not match:
            if re.match(r"data/anchors/.*\.(?:tsr|ots)\Z", path):
                results.append((plain(os.path.basename(path)), "FAIL time stamp (it stands beside no note)"))
            continue
        note = "data/anchors/" + match.group(2)
        try:
            if note not in case.files:
                raise Fault("time stamp", "its note is missing")
            data = case.read(note)
            checkpoint = parse_checkpoint(data)
            verified_keys(checkpoint, list(case.policy.logs) + list(case.policy.witnesses.values()))
            if path.endswith(".ots"):
                result, moment = check_ots(case, path, sha256(data), test_headers)
            else:
                result, moment = check_stamp(case, path, sha256(data), roots, checker)
            if checkpoint.text not in texts:
                result = "NOT-ANCHORED (over a checkpoint that no proof here uses)"
            elif why := too_early(case, checkpoint.origin, moment):
                # Where the signature of the stamp is still to be checked by hand, both are said.
                result = f"{result[:-1]}; {why})" if result.startswith("NOT-ANCHORED") else f"NOT-ANCHORED ({why})"
        except Fault as fault:
            result = f"FAIL {fault}"
        results.append((plain(match.group(1)), result))
    return results


# ---------------------------------------------------------------------------------------------------------------------
# 14  The report
# ---------------------------------------------------------------------------------------------------------------------


def own_hash() -> str:
    """SHA-256 of this file; it is printed, and stands in the cover letter."""
    try:
        with open(os.path.abspath(__file__), "rb") as stream:
            return sha256(stream.read()).hex()
    except (OSError, NameError):
        return "unknown"


def _fingerprints(case: Case) -> list[dict[str, str]]:
    """SHA-256 of every key in use and of the sender's two files: what a site or a notarised letter can state."""
    kinds = {ED25519: "Ed25519", COSIGNATURE: "Ed25519 cosignature", MLDSA44: "ML-DSA-44"}
    keys = [("log", key) for key in case.policy.logs]
    keys += [("witness", key) for key in case.policy.witnesses.values()]
    keys += [("device", key) for key in case.devices]
    lines = [{"of": of, "name": plain(key.name), "type": kinds[key.kind], "sha256": key.fingerprint} for of, key in keys]
    files = [path for path in ("data/policy.txt", "data/devices.txt") if path in case.files]
    return lines + [{"of": "file", "name": path, "type": "as a whole", "sha256": case.files[path][1]} for path in files]


def _times(checkpoint: Checkpoint, keys: Sequence[VKey]) -> dict[VKey, int]:
    """Key -> time that its signature carries (0: none), of the known keys that signed this note."""
    try:
        signed = verified_keys(checkpoint, keys)
    except Fault:
        return {}
    marks = {(line.name, line.key_id): int.from_bytes(line.payload[:8], "big") for line in checkpoint.lines}
    return {key: 0 if key.kind == ED25519 else marks[key.name, key.key_id] for key in signed}


def _signers(notes: Sequence[Checkpoint], policy: Policy) -> list[dict[str, str]]:
    """Who of the policy signed the note of every proof, with the latest time that the signatures carry."""
    keys = list(policy.logs) + list(policy.witnesses.values())
    times = [_times(note, keys) for note in set(notes)]
    lines = []
    for key in keys:
        if all(key in one for one in times):
            latest = max(one[key] for one in times)
            lines.append({"name": plain(key.name), "time": _instant(latest) if latest else ""})
    return lines


def _blank_report() -> dict[str, Any]:
    return {
        "verifier": {"version": VERSION, "sha256": own_hash()},
        "bag": "UNUSABLE",
        "keys": "not confirmed",
        "device_keys": "not confirmed",
        "checkpoint": None,
        "time": "NOT-ANCHORED",
        "anchors": [],
        "items": [],
        "withdrawn": [],
        "checkpoints": [],
        "fingerprints": [],
        "notes": [],
        "exit": 2,
    }


def _layout(files: Files) -> None:
    for path in sorted(files):
        if path.startswith("data/") and not PLACES.match(path):
            raise Fault("file", f"{plain(path)} has no place in a case file")
    if "bag-info.txt" not in files or "data/items.csv" not in files:
        raise Fault("file", "bag-info.txt and data/items.csv are due")


def _open_case(folder: Any, policy_text: bytes | None, devices_text: bytes | None) -> tuple[Case, list[dict[str, str]]]:
    """Bag, tables, policy and devices. The expert's own files are parsed first: when they are wrong, nothing can be said."""
    try:
        policy = parse_policy(policy_text) if policy_text is not None else None
        devices = parse_devices(devices_text) if devices_text is not None else None
    except Fault as fault:
        raise Unusable(f"your own policy or devices file does not parse: {fault}") from None
    files = check_bag(folder)
    _layout(files)
    check_bag_info(folder.read("bag-info.txt"), files)
    case = Case(folder, files, policy or Policy((), {}, {}, "none"), devices or ())
    items = parse_items(case.read("data/items.csv"), files)
    if not items:
        raise Fault("items.csv", "it lists nothing")
    for path, given in (("data/policy.txt", policy), ("data/devices.txt", devices)):
        if given is None and path not in files:
            raise Fault("file", f"{path} is missing")
    if policy is None:
        case.policy = parse_policy(case.read("data/policy.txt"))
    if devices is None:
        case.devices = parse_devices(case.read("data/devices.txt"))
    return case, items


def verify_folder(
    folder: Any,
    policy_text: bytes | None = None,
    devices_text: bytes | None = None,
    roots: tuple[str, ...] = (),
    checker: Checker = check_token_with_openssl,
    test_headers: bool = False,
) -> dict[str, Any]:
    """Check everything; returns the report as a dictionary (the --json output). Raises Unusable and OSError only."""
    report = _blank_report()
    report["keys"] = "confirmed" if policy_text is not None else "not confirmed"
    report["device_keys"] = "confirmed" if devices_text is not None else "not confirmed"
    try:
        case, items = _open_case(folder, policy_text, devices_text)
        read_proofs(case)
        read_records(case)
        read_tombstones(case, items)
        results = check_items(case, items)
        anchors = check_anchors(case, roots, checker, test_headers)
    except Fault as fault:
        report.update({"bag": f"FAIL {fault}", "exit": 1})
        return report
    report["bag"] = "OK"
    report["fingerprints"] = _fingerprints(case)
    for origin, checkpoint in sorted(case.checkpoints.items()):
        notes = [proof.checkpoint for proof in case.proofs.values() if proof.checkpoint.origin == origin]
        one = {"origin": plain(origin), "size": checkpoint.size, "root": checkpoint.root.hex(), "signed": _signers(notes, case.policy)}
        report["checkpoints"].append(one)
    if report["checkpoints"]:
        report["checkpoint"] = {name: report["checkpoints"][0][name] for name in ("origin", "size")}
    report["anchors"] = [{"name": name, "result": result} for name, result in anchors] or [{"name": "none", "result": "NOT-ANCHORED"}]
    report["items"] = [{"item": item, "result": result} for item, result in results]
    report["withdrawn"] = case.withdrawn
    report["time"] = _time_line([result for _, result in anchors])
    report["notes"] = forks(case.records) + _notes(case)
    if policy_text is not None and devices_text is None:
        report["notes"].append("the keys of the devices are the sender's: compare their fingerprints, or give --devices")
    failed = any(result.startswith("FAIL") for _, result in results + anchors)
    report["exit"] = 1 if failed else (0 if policy_text is not None else 3)
    return report


def _time_line(results: list[str]) -> str:
    """ANCHORED when one time stamp holds; it says so when every root certificate is the sender's own."""
    good = [result for result in results if result.startswith("ANCHORED")]
    if not good:
        return "NOT-ANCHORED"
    return "ANCHORED" if any("of the sender" not in result for result in good) else "ANCHORED (root certificates are the sender's: compare)"


def _notes(case: Case) -> list[str]:
    """Things to know that are no fault."""
    notes = []
    if case.policy.quorum == "none":
        notes.append("the policy asks for no witness: the log alone could have been rewritten")
    reasons = sorted({plain(reason) for record in case.records.values() for reason in record.reasons})
    if reasons:
        notes.append("reasons given for withheld fields (the sender's words): " + "; ".join(reasons[:20]))
    for number, record in sorted(case.records.items()):
        if not only_shreds(record) and any(parent in case.tombstoned for parent in record.parents):
            notes.append(
                f"record {number} stands in the custody of an item, and a record before it was withdrawn: this chain is not whole. "
                "Whether it had to go is the sender's to explain"
            )
        if record.text("h.type") == "beacon":
            hour = known_since(record)
            known = _instant(hour) if hour is not None else "an hour that does not follow from it"
            what = plain("{} {}".format(record.text("b.kind"), record.text("b.reference")))
            notes.append(
                f"record {number} is a public random value ({what}), said to be known since {known}: what its device recorded later is not "
                "older. Compare the value with its source"
            )
    notes += _words_of(case.withdrawn) + _ahead(case, int(time.time()))
    if "verify.py" in case.files and case.files["verify.py"][1] != own_hash():
        notes.append("the verify.py inside the case file is another version than the one that runs now")
    return notes


def _ahead(case: Case, now: int) -> list[str]:
    """Signatures dated later than this computer's clock: the hour of such a signer says nothing, and whatever it signs later is dated by it."""
    keys = list(case.policy.logs) + list(case.policy.witnesses.values())
    latest: dict[str, int] = {}
    for note in {proof.checkpoint for proof in case.proofs.values()}:
        for key, moment in _times(note, keys).items():
            latest[plain(key.name)] = max(moment, latest.get(plain(key.name), 0))
    return [
        f"a signature of {name} is dated {_instant(moment)}, later than the clock of this computer ({_instant(now)}): "
        "one of the two clocks is wrong, and the hours of this signer prove nothing"
        for name, moment in sorted(latest.items())
        if moment > now + CLOCKS
    ]


def _words_of(withdrawn: list[dict[str, Any]]) -> list[str]:
    """A sentence for all withdrawals that rest on the same word."""
    same: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for one in withdrawn:
        same.setdefault((one["device"], one["order"], tuple(one["signed_by"])), []).append(one["item"])
    said = []
    for (device, order, signers), items in same.items():
        what = ", ".join(items[:20]) + (f" and {len(items) - 20} more" if len(items) > 20 else "")
        if order:
            said.append(
                f"{what}: withdrawn by an order (record {order}) that these devices signed or endorsed: {', '.join(signers)}. Two different members "
                "are due; which member sits at a device the case file does not say"
            )
        else:
            said.append(f"{what}: withdrawn on the word of one device, {device}. The order and the decisions behind it are not in this case file")
    return said


def verify_case_file(path: str, policy_text: str | None = None, devices_text: str | None = None) -> dict[str, Any]:
    """Check the case file in the folder ``path`` under the text of a policy and a devices file. Always returns a report."""
    policy = policy_text.encode("utf-8") if policy_text is not None else None
    devices = devices_text.encode("utf-8") if devices_text is not None else None
    return guarded(path, policy, devices, (), False)


def guarded(path: str, policy: bytes | None, devices: bytes | None, roots: tuple[str, ...], test_headers: bool) -> dict[str, Any]:
    """``verify_folder`` that turns everything that can go wrong into a report with exit 2."""
    report = _blank_report()
    try:
        if not os.path.isdir(path):
            raise Unusable("there is no such folder")
        if not os.path.lexists(os.path.join(path, "bagit.txt")):
            raise Unusable("the folder is no bag: bagit.txt is missing")
        return verify_folder(Folder(path), policy, devices, roots, test_headers=test_headers)
    except Unusable as fault:
        report["reason"] = str(fault)
    except OSError as fault:
        report["reason"] = f"a file cannot be read: {fault.strerror or type(fault).__name__}"
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError, Fault) as fault:
        # The last net under a fault of this tool itself: a court must get a reason and exit 2, never a traceback.
        report["reason"] = f"the case file confuses this tool ({type(fault).__name__})"
    report["bag"] = "UNUSABLE {}".format(report["reason"])
    return report


MEANING = {
    0: "PROVEN. Everything in this case file holds under your own keys.",
    1: "FAIL. At least one thing above does not hold.",
    2: "UNUSABLE. Nothing was checked.",
    3: "KEYS NOT CONFIRMED. Everything holds, but under the keys that came with the case file. Compare the fingerprints above with the "
    "published ones or with a notarised letter, then run again with --policy and --devices.",
}


def render(report: dict[str, Any]) -> str:
    """The report as text."""
    lines = ["letapis case-file verifier {version}, SHA-256 of this file {sha256}".format(**report["verifier"]), "bag: " + report["bag"]]
    if report["exit"] != 2:
        lines.append("keys of logs and witnesses: {}".format(report["keys"]))
        lines.append("keys of devices: {}".format(report["device_keys"]))
    for one in report["checkpoints"]:
        lines.append("checkpoint: {origin}, size {size}, root {root}".format(**one))
        lines += ["  signed by {} {}".format(signer["name"], signer["time"]) for signer in one["signed"]]
    lines += [f"{item['item']}: {item['result']}" for item in report["items"]]
    if report["bag"] == "OK":
        lines.append("time: " + report["time"])
        lines += ["  {}: {}".format(anchor["name"], anchor["result"]) for anchor in report["anchors"] if anchor["name"] != "none"]
    lines += ["note: " + note for note in report["notes"]]
    if "not confirmed" in (report["keys"], report["device_keys"]):
        lines += ["fingerprint: {of} {name} {type} {sha256}".format(**key) for key in report["fingerprints"]]
    return "\n".join([*lines, f"exit {report['exit']}: {MEANING[report['exit']]}"])


# ---------------------------------------------------------------------------------------------------------------------
# 15  Two published snapshots of a public list
#
# data/snapshot.json   canonical JSON (members sorted, no blanks) and LF: format, organisation, number, day, entries {card, since, changed,
#   salt}, counted (numbers of cards without a name), changes {day, card, what, because, fields, digest}, statements, figures
#   digest of a card   H( salt || canonical JSON of the card )        leaf of the log   canonical JSON of a change
# data/checkpoint      note over the log                              data/manifest.note  note over the manifest, origin <log>/manifest
# data/manifest.json   {head…, files: [{path, size, sha256}]}; leaves of its tree: canonical JSON of the head, then of each file
#
# data/pages.txt       for every file of the site outside data: its SHA-256 in hex, two blanks, its path, LF; listed in the manifest
#
# A copy is the folder of the site, its data folder (then no page is looked at), or snapshot.json alone (then there is no manifest and no
# signature to check).
# Each copy must hold by itself: the log, replayed, gives exactly its cards. The older log must be the beginning of the newer one.
# ---------------------------------------------------------------------------------------------------------------------

SNAPSHOT, PAGES, NOTES = "snapshot.json", "pages.txt", ("checkpoint", "manifest.note", "manifest.json")
PUBLIC_FORMAT = "letapis-public-snapshot-1"
SNAPSHOT_PARTS = {"format", "organisation", "number", "day", "entries", "counted", "changes", "statements", "figures"}
ENTRY_PARTS = {"card", "since", "changed", "salt"}
CHANGE = {"day": str, "card": str, "what": str, "because": str, "fields": list, "digest": str}
CARD, DAY, DIGEST = re.compile(r"[0-9a-f]{32}\Z"), re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"), re.compile(r"[0-9a-f]{64}\Z")
PAGES_COUNT = 1000000
NOT_GIVEN_OUT = {"site-build.json", "_headers"}  # files beside the pages that a server keeps to itself
# What letapis leaves at a store into which it put a list.
PLACE_MARK = ("letapis.txt", "6424c17d847691489d935424f66d329a052d65b9c0902e63c71cdfe3e6f40c3f")
NAMED_FAULTS = 20  # so many cards are named of one kind of fault


def canonical_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _public_json(data: bytes, word: str) -> dict[str, Any]:
    """A JSON object in which no member is repeated; no fractions."""
    try:
        told = json.loads(data.decode("utf-8"), object_pairs_hook=_no_repeats, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError, Fault):
        raise Fault(word, "no JSON of this form") from None
    if not isinstance(told, dict):
        raise Fault(word, "no JSON object")
    return told


@dataclass
class Snapshot:
    """One copy. ``cards``: number of a card that is shown -> its digest; ``days``: since when it stands and when it last changed;
    ``counted``: those of which the log alone knows."""

    told: dict[str, Any]
    cards: dict[str, str]
    days: dict[str, tuple[Any, Any]]
    counted: set[str]
    changes: list[dict[str, Any]]
    leaves: list[bytes]

    @property
    def number(self) -> int:
        return int(self.told["number"])

    @property
    def day(self) -> str:
        return str(self.told["day"])


def parse_snapshot(data: bytes) -> Snapshot:
    """Read ``snapshot.json``. Raises Fault for whatever is not exactly in its form."""
    word = "snapshot"
    told = _public_json(data, word)
    try:
        if told["format"] != PUBLIC_FORMAT or told.keys() != SNAPSHOT_PARTS or canonical_json(told) + b"\n" != data:
            raise Fault(word, "another format, or not canonical")
        if type(told["number"]) is not int or told["number"] < 1 or not DAY.match(told["day"]) or not isinstance(told["organisation"], str):
            raise Fault(word, "number, day or organisation")
        cards, days = {}, {}
        for entry in told["entries"]:
            salt = bytes.fromhex(entry["salt"])
            card = entry["card"]["card"]
            if entry.keys() != ENTRY_PARTS or len(salt) < 16 or not CARD.match(card) or card in cards:
                raise Fault(word, "an entry")
            cards[card] = sha256(salt + canonical_json(entry["card"])).hex()
            days[card] = (entry["since"], entry["changed"])
        counted = set(told["counted"])
        if len(counted) != len(told["counted"]) or counted & cards.keys() or not all(CARD.match(card) for card in counted):
            raise Fault(word, "a number that stands twice")
        changes = told["changes"]
        if not all(_is_change(one) for one in changes):
            raise Fault(word, "a line of the log")
    except (KeyError, TypeError, ValueError, AttributeError, UnicodeEncodeError):
        raise Fault(word, "its form") from None
    return Snapshot(told, cards, days, counted, changes, [canonical_json(one) for one in changes])


def _is_change(one: Any) -> bool:
    if not isinstance(one, dict) or one.keys() != CHANGE.keys() or not all(isinstance(one[name], kind) for name, kind in CHANGE.items()):
        return False
    return bool(DAY.match(one["day"]) and CARD.match(one["card"]) and (not one["digest"] or DIGEST.match(one["digest"])))


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Root of the tree of RFC 6962 over the leaves."""
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        level, current = 0, sha256(b"\x00" + leaf)
        while peaks and peaks[-1][0] == level:
            level, current = level + 1, sha256(b"\x01" + peaks.pop()[1] + current)
        peaks.append((level, current))
    if not peaks:
        return sha256(b"")
    root = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        root = sha256(b"\x01" + left + root)
    return root


def _some(cards: Iterable[str]) -> str:
    found = sorted(cards)
    return ", ".join(found[:NAMED_FAULTS]) + (f" and {len(found) - NAMED_FAULTS} more" if len(found) > NAMED_FAULTS else "")


def log_faults(snapshot: Snapshot) -> list[str]:
    """What is wrong with one copy by itself: the order of its log, and its cards against the log replayed."""
    standing: dict[str, str] = {}
    days: dict[str, tuple[Any, Any]] = {}
    ever: set[str] = set()
    faults, last = [], ""
    for number, one in enumerate(snapshot.changes, 1):
        card, what = one["card"], one["what"]
        there = card in standing
        fits = {"added": card not in ever, "returned": card in ever and not there, "changed": there, "removed": there}.get(what, False)
        if not fits or bool(one["digest"]) == (what == "removed"):
            faults.append(f"line {number} does not go with the lines before it")
        if (what == "removed") != bool(one["because"]):
            faults.append(f"line {number}: a removal has a reason, and nothing else has")
        if one["day"] < last:
            faults.append(f"line {number} goes back in time")
        last = max(last, one["day"])
        ever.add(card)
        if what == "removed":
            standing.pop(card, None)
        else:
            days[card] = (days[card][0] if what == "changed" and there else one["day"], one["day"])
            standing[card] = one["digest"]
    if last > snapshot.day:
        faults.append("a line of the log is later than the day of the snapshot")
    shown = snapshot.cards.keys() | snapshot.counted
    told = (
        (standing.keys() - shown, "gone without a line in the log"),
        (shown - standing.keys(), "public without a line in the log"),
        ({card for card, digest in snapshot.cards.items() if standing.get(card, digest) != digest}, "not as the log says: changed without a line"),
        ({card for card, told_days in snapshot.days.items() if days.get(card, told_days) != told_days}, "dated otherwise than the log says"),
    )
    return faults[:NAMED_FAULTS] + [f"{what}: {_some(cards)}" for cards, what in told if cards]


def prefix_faults(old: Snapshot, new: Snapshot) -> list[str]:
    """What speaks against the older log being the beginning of the newer one."""
    if len(new.leaves) < len(old.leaves):
        return [f"the newer log has {len(new.leaves)} lines, the older one {len(old.leaves)}: lines were taken out"]
    wrong = [number for number, (was, now) in enumerate(zip(old.leaves, new.leaves), 1) if was != now]
    if not wrong:
        return []
    head = new.leaves[: len(old.leaves)]
    how = "lines stand in another order" if sorted(head) == sorted(old.leaves) else "lines were rewritten, taken out or put in between"
    return [f"{how}, the first of them line {wrong[0]}: card {old.changes[wrong[0] - 1]['card']}"]


class PublicCopy:
    """A copy on disk: the site, its data folder, or the snapshot alone."""

    def __init__(self, path: str) -> None:
        self.alone = os.path.isfile(path)
        base = path if os.path.lexists(os.path.join(path, SNAPSHOT)) else os.path.join(path, "data")
        self.folder = Folder(os.path.dirname(os.path.abspath(path)) if self.alone else base)
        self.site = Folder(path) if not self.alone and base != path else None
        self.name = os.path.basename(path) if self.alone else SNAPSHOT
        if not self.alone and not os.path.lexists(os.path.join(base, SNAPSHOT)):
            raise Unusable("there is no snapshot.json in it")

    def has(self, name: str) -> bool:
        return not self.alone and os.path.lexists(os.path.join(self.folder.path, name))

    def read(self, name: str = "") -> bytes:
        return self.folder.read(name or self.name)


def _file_faults(copy: PublicCopy, snapshot: Snapshot) -> list[str]:
    """The manifest against the files beside it. Only what stands in the data folder is looked at."""
    told = _public_json(copy.read("manifest.json"), "manifest")
    try:
        listed = {str(one["path"]): (one["size"], str(one["sha256"])) for one in told["files"]}
        if len(listed) != len(told["files"]):
            raise Fault("manifest", "a file that stands twice")
        log = (told["log"]["size"], from_base64(told["log"]["root"], "manifest", 32))
        heads = (told["number"], told["day"], told["organisation"])
    except (KeyError, TypeError, AttributeError):
        raise Fault("manifest", "its form") from None
    faults = []
    if heads != (snapshot.number, snapshot.day, snapshot.told["organisation"]) or log != (len(snapshot.leaves), tree_root(snapshot.leaves)):
        faults.append("the manifest is of another snapshot")
    there = {"data/" + name: size for name, size in copy.folder.sizes().items() if name not in NOTES}
    for path, size in sorted(there.items()):
        if path not in listed:
            faults.append(f"{plain(path)} is not in the manifest")
        elif listed[path] != (size, copy.folder.digests(path[len("data/") :])[0]):
            faults.append(f"{plain(path)} is not as the manifest says")
    gone = sorted(path for path in listed if path.startswith("data/") and path not in there)
    return faults + [f"{plain(path)} is missing" for path in gone]


def _page_faults(site: Folder, listed: bytes) -> tuple[list[str], int]:
    """The pages of a copy against the list of them, and how many of the list are not in the copy."""
    wanted: dict[str, str] = {}
    try:
        for line in listed.decode("utf-8").splitlines():
            digest, blanks, path = line[:64], line[64:66], line[66:]
            if not DIGEST.match(digest) or blanks != "  " or not path or path in wanted or path.startswith("data/"):
                raise Fault("pages", "a line of the list")
            wanted[path] = digest
    except UnicodeDecodeError:
        raise Fault("pages", "not UTF-8") from None
    there = {path for path in site.sizes(PAGES_COUNT) if not path.startswith("data/")}
    there -= {name for name, digest in [PLACE_MARK] if name in there and site.digests(name)[0] == digest}
    other = sorted(path for path in there & wanted.keys() if site.digests(path)[0] != wanted[path])
    found = (("not as they were signed", other), ("put in by somebody, on no list", sorted(there - wanted.keys())))
    return [f"{what}: {plain(_some(paths))}" for what, paths in found if paths], len(wanted.keys() - there - NOT_GIVEN_OUT)


def _check_signed(copy: PublicCopy, snapshot: Snapshot, policy: Policy | None) -> None:
    """The notes over the log and the manifest: their numbers, and under the expert's policy their signatures."""
    checkpoint = parse_checkpoint(copy.read("checkpoint"))
    if (checkpoint.size, checkpoint.root) != (len(snapshot.leaves), tree_root(snapshot.leaves)):
        raise Fault("checkpoint", "it was signed over another log")
    if policy is not None:
        check_checkpoint(checkpoint, policy)
    told = _public_json(copy.read("manifest.json"), "manifest")
    files = told.pop("files", None)
    if not isinstance(files, list):
        raise Fault("manifest", "its form")
    leaves = [canonical_json(told), *map(canonical_json, files)]
    note = parse_checkpoint(copy.read("manifest.note"))
    if note.origin != checkpoint.origin + "/manifest" or (note.size, note.root) != (len(leaves), tree_root(leaves)):
        raise Fault("manifest note", "it was signed over another manifest")
    if policy is not None:
        keys = {key for key in policy.logs if key.name == checkpoint.origin}
        if not keys <= verified_keys(note, keys):
            raise Fault("manifest note", "the keys of the log did not sign the manifest")


def _copy_checks(which: str, copy: PublicCopy, snapshot: Snapshot, policy: Policy | None, notes: list[str]) -> list[tuple[str, list[str]]]:
    checks = [(f"{which}: log and cards", log_faults(snapshot))]
    if copy.has("manifest.json"):
        checks.append((f"{which}: files", _file_faults(copy, snapshot)))
        if copy.site is not None and copy.has(PAGES):
            try:
                faults, missing = _page_faults(copy.site, copy.read(PAGES))
            except Fault as fault:
                faults, missing = [str(fault)], 0
            checks.append((f"{which}: pages", faults))
            notes += [f"{which}: {missing} pages of the site are not in this copy"] if missing else []
    if copy.has("checkpoint"):
        try:
            _check_signed(copy, snapshot, policy)
            checks.append((f"{which}: signatures" if policy else f"{which}: signed numbers", []))
        except (Fault, FileNotFoundError) as fault:
            checks.append((f"{which}: signatures", [str(fault) if isinstance(fault, Fault) else "a signed file is missing"]))
    elif policy is not None:
        checks.append((f"{which}: signatures", ["there is no checkpoint to hold your policy against"]))
    return checks


def _between(old: Snapshot, new: Snapshot) -> list[tuple[str, list[str]]]:
    order = []
    if old.told["organisation"] != new.told["organisation"]:
        order.append("the two copies name different organisations")
    if (new.number, new.day) < (old.number, old.day) or new.day < old.day:
        order.append("the copy given as the newer one has an older number or day")
    if new.number == old.number and new.told != old.told:
        order.append("two different copies have one number")
    checks = [("number and day", order), ("the older log is the beginning of the newer", prefix_faults(old, new))]
    return [*checks, ("who was shown is shown", _hidden(old, new))]


def _hidden(old: Snapshot, new: Snapshot) -> list[str]:
    """A card that has a name in one copy has it in the other, and is shown there, as long as the log says that it is the same card."""
    last: list[dict[str, str]] = [{one["card"]: one["digest"] for one in side.changes} for side in (old, new)]
    moved = (old.cards.keys() & new.counted) | (old.counted & new.cards.keys())
    same = {card for card in moved if last[0].get(card) == last[1].get(card)}
    return [f"shown in one copy and only counted in the other, without a line in the log: {_some(same)}"] if same else []


def _changed(old: Snapshot, new: Snapshot) -> dict[str, Any]:
    """Counts of what the lines between the two say, and the reasons of removals."""
    lines = new.changes[len(old.changes) :]
    counts: dict[str, Any] = {what: sum(one["what"] == what for one in lines) for what in ("added", "changed", "removed", "returned")}
    reasons = [plain(one["because"]) for one in lines if one["what"] == "removed"]
    return counts | {"reasons": {reason: reasons.count(reason) for reason in sorted(set(reasons))}}


def _public_notes(old: Snapshot, new: Snapshot) -> list[str]:
    """What no line of the log covers."""
    try:
        was, now = ({one["statement"]: canonical_json(one) for one in side.told["statements"]} for side in (old, new))
        figures = [{(one["rule"], one["day"]): one["value"] for one in side.told["figures"]} for side in (old, new)]
    except (KeyError, TypeError):
        return ["statements or figures are not in the known form and were not compared"]
    notes = [f"statement {plain(name)} is no longer there" for name in sorted(was.keys() - now.keys())]
    notes += [f"statement {plain(name)} reads otherwise" for name in sorted(was.keys() & now.keys()) if was[name] != now[name]]
    both = sorted(figures[0].keys() & figures[1].keys())
    return notes + [
        f"figure {plain(rule)} of {plain(day)}: {figures[0][rule, day]}, now {figures[1][rule, day]}"
        for rule, day in both
        if figures[0][rule, day] != figures[1][rule, day]
    ]


def _summary(snapshot: Snapshot) -> dict[str, Any]:
    log = {"size": len(snapshot.leaves), "root": tree_root(snapshot.leaves).hex()}
    return {"number": snapshot.number, "day": snapshot.day, "named": len(snapshot.cards), "counted": len(snapshot.counted), "log": log}


def verify_published(paths: Sequence[str], policy_text: bytes | None = None) -> dict[str, Any]:
    """Check one copy of a public list, or two, the older one first. Always returns a report."""
    report: dict[str, Any] = {"verifier": {"version": VERSION, "sha256": own_hash()}, "keys": "not confirmed", "copies": [], "checks": []}
    report |= {"changes": None, "notes": [], "exit": 2}
    try:
        try:
            policy = parse_policy(policy_text) if policy_text is not None else None
        except Fault as fault:
            raise Unusable(f"your own policy file does not parse: {fault}") from None
        checks: list[tuple[str, list[str]]] = []
        copies = [PublicCopy(path) for path in paths]
        snapshots = []
        for which, copy in zip(("new",) if len(paths) == 1 else ("old", "new"), copies):
            try:
                snapshots.append(parse_snapshot(copy.read()))
                checks += _copy_checks(which, copy, snapshots[-1], policy, report["notes"])
            except Fault as fault:
                checks.append((f"{which}: form", [str(fault)]))
        if len(snapshots) == 2:
            checks += _between(*snapshots)
            report["changes"] = _changed(*snapshots)
            report["notes"] += _public_notes(*snapshots)
    except (Unusable, OSError) as fault:
        report["reason"] = str(fault) if isinstance(fault, Unusable) else f"a file cannot be read: {fault.strerror or type(fault).__name__}"
        return report
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError, Fault) as fault:
        # As for case files: a reason and exit 2, never a traceback.
        report["reason"] = f"the copy confuses this tool ({type(fault).__name__})"
        return report
    report["keys"] = "confirmed" if policy is not None else "not confirmed"
    report["copies"] = [_summary(one) for one in snapshots]
    report["checks"] = [{"check": name, "result": "PASS" if not faults else "FAIL " + "; ".join(faults)} for name, faults in checks]
    report["exit"] = 1 if any(faults for _, faults in checks) else (0 if policy is not None else 3)
    return report


PUBLIC_MEANING = {
    "en": (
        "PROVEN. The list extends its older copy, and both are signed under your own keys.",
        "FAIL. At least one thing above does not hold.",
        "UNUSABLE. Nothing was checked.",
        "KEYS NOT CONFIRMED. Everything holds by itself; who signed it was not checked. Run again with --policy.",
    ),
    "be": (
        "ДАКАЗАНА. Спіс працягвае сваю старую копію, і абедзве падпісаны тымі ключамі, якія далі вы.",
        "НЕ СЫХОДЗІЦЦА. Прынамсі нешта з названага вышэй не пацвярджаецца.",
        "НЯМА ЧАГО ПРАВЯРАЦЬ. Нічога не праверана.",
        "КЛЮЧЫ НЕ ПАЦВЕРДЖАНЫ. Усё сыходзіцца само з сабой; хто гэта падпісаў, не праверана. Паўтарыце з --policy.",
    ),
    "ru": (
        "ДОКАЗАНО. Список продолжает свою старую копию, и обе подписаны теми ключами, которые дали вы.",
        "НЕ СХОДИТСЯ. По крайней мере что-то из названного выше не подтверждается.",
        "НЕЧЕГО ПРОВЕРЯТЬ. Ничего не проверено.",
        "КЛЮЧИ НЕ ПОДТВЕРЖДЕНЫ. Всё сходится само с собой; кто это подписал, не проверено. Повторите с --policy.",
    ),
}
PUBLIC_CHECKS = {  # check -> its name in Belarusian and Russian, and what it means that it fails, in three languages
    "form": (
        "форма", "форма",
        "This is not a copy as letapis writes it: it was cut, or somebody wrote into it.",
        "Гэта не такая копія, якую піша letapis: яе абрэзалі або нехта ў яе пісаў.",
        "Это не такая копия, какую пишет letapis: её обрезали, или кто-то в неё писал.",
    ),
    "log and cards": (
        "журнал і карткі", "журнал и карточки",
        "Somebody was taken out, put in or changed without a line in the public log.",
        "Некага прыбралі, дадалі або змянілі без радка ў публічным журнале.",
        "Кого-то убрали, добавили или изменили без строки в публичном журнале.",
    ),
    "files": (
        "файлы даных", "файлы данных",
        "A data file is not the one that the signed manifest names.",
        "Файл даных не той, што названы ў падпісаным маніфесце.",
        "Файл данных не тот, что назван в подписанном манифесте.",
    ),
    "pages": (
        "старонкі", "страницы",
        "A page of the site was replaced or put in after it was signed.",
        "Старонку сайта замянілі або дадалі пасля подпісу.",
        "Страницу сайта заменили или добавили после подписи.",
    ),
    "signatures": (
        "подпісы", "подписи",
        "It was not signed with the keys of your policy, or something else was signed.",
        "Падпісана не ключамі з вашага файла policy, або падпісана нешта іншае.",
        "Подписано не ключами из вашего файла policy, или подписано что-то другое.",
    ),
    "signed numbers": ("падпісаныя лічбы", "подписанные числа", "", "", ""),
    "number and day": (
        "нумар і дзень", "номер и день",
        "The newer copy is older: the list was set back, or there are two lists that go under one number.",
        "Навейшая копія старэйшая: спіс вярнулі назад, або пад адным нумарам ёсць два спісы.",
        "Более новая копия старее: список вернули назад, или под одним номером есть два списка.",
    ),
    "the older log is the beginning of the newer": (
        "старэйшы журнал — пачатак навейшага", "старый журнал — начало нового",
        "The log was set back, rewritten or split: the newer list does not go on from your copy.",
        "Журнал вярнулі назад, перапісалі або раздваілі: навейшы спіс не працягвае вашу копію.",
        "Журнал вернули назад, переписали или раздвоили: новый список не продолжает вашу копию.",
    ),
    "who was shown is shown": (
        "каго паказвалі, таго паказваюць", "кого показывали, того показывают",
        "The name of somebody was hidden or shown without a line in the public log.",
        "Імя нейкага чалавека схавалі або паказалі без радка ў публічным журнале.",
        "Имя какого-то человека скрыли или показали без строки в публичном журнале.",
    ),
}  # fmt: skip
PUBLIC_SAID = {
    "en": {
        "old": "old", "new": "new", "copy": "snapshot {number} of {day}: {named} named, {counted} only counted",
        "log": "log of {size} lines, root {root}",
        "between": "between them: {added} added, {changed} changed, {removed} removed, {returned} returned",
        "reason": "removed because of {reason}: {count}", "exit": "exit", "note": "note", "why": "reason", "means": "it means",
        "PASS": "PASS", "FAIL": "FAIL",
    },
    "be": {
        "old": "старая", "new": "новая", "copy": "здымак {number} за {day}: з імем {named}, толькі ў ліку {counted}",
        "log": "журнал, радкоў {size}, корань {root}",
        "between": "паміж імі: дададзена {added}, зменена {changed}, прыбрана {removed}, вернута {returned}",
        "reason": "прыбрана з прычыны {reason}: {count}", "exit": "код", "note": "заўвага", "why": "прычына", "means": "гэта значыць",
        "PASS": "СЫХОДЗІЦЦА", "FAIL": "НЕ СЫХОДЗІЦЦА",
    },
    "ru": {
        "old": "старая", "new": "новая", "copy": "снимок {number} за {day}: с именем {named}, только в числе {counted}",
        "log": "журнал, строк {size}, корень {root}",
        "between": "между ними: добавлено {added}, изменено {changed}, убрано {removed}, возвращено {returned}",
        "reason": "убрано по причине {reason}: {count}", "exit": "код", "note": "замечание", "why": "причина", "means": "это значит",
        "PASS": "СХОДИТСЯ", "FAIL": "НЕ СХОДИТСЯ",
    },
}  # fmt: skip


def _check_lines(one: dict[str, str], language: str) -> list[str]:
    """A check with its result; of one that fails what that means. The particulars are English, as they are in the JSON."""
    said, (which, colon, rest) = PUBLIC_SAID[language], one["check"].partition(": ")
    name = rest if colon else one["check"]
    words, place = PUBLIC_CHECKS[name], {"be": 0, "ru": 1}.get(language)
    label = name if place is None else words[place]
    word, _, detail = one["result"].partition(" ")
    lines = [f"{said[which] + ': ' if colon else ''}{label}: {said[word]}{' ' + detail if detail else ''}"]
    return lines + ([f"  {said['means']}: {words[2 + ('en', 'be', 'ru').index(language)]}"] if word == "FAIL" else [])


def render_published(report: dict[str, Any], language: str = "en") -> str:
    """The report on published copies as text, in English, Belarusian or Russian."""
    said = PUBLIC_SAID[language]
    lines = ["letapis verifier {version}, SHA-256 of this file {sha256}".format(**report["verifier"])]
    for one in report["copies"]:
        lines.append(said["copy"].format(**one))
        lines.append("  " + said["log"].format(**one["log"]))
    lines += [line for one in report["checks"] for line in _check_lines(one, language)]
    if report["changes"]:
        lines.append(said["between"].format(**report["changes"]))
        lines += ["  " + said["reason"].format(reason=reason, count=count) for reason, count in report["changes"]["reasons"].items()]
    lines += [f"{said['note']}: {note}" for note in report["notes"]] + ([f"{said['why']}: {report['reason']}"] if "reason" in report else [])
    return "\n".join([*lines, f"{said['exit']} {report['exit']}: {PUBLIC_MEANING[language][report['exit']]}"])


# ---------------------------------------------------------------------------------------------------------------------
# 16  The command
# ---------------------------------------------------------------------------------------------------------------------


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="verify.py", description="Check a letapis case file, or copies of a public list. Nothing is sent anywhere.")
    parser.add_argument("casefile", nargs="?", help="the unpacked folder of the case file")
    parser.add_argument("--published", nargs="+", metavar="COPY", help="one copy of a public list, or two, the older one first")
    parser.add_argument("--policy", help="your policy file: keys of logs and witnesses, and the quorum")
    parser.add_argument("--devices", help="your file of device keys")
    parser.add_argument("--roots", help="PEM file with your root certificates of time-stamp authorities")
    parser.add_argument("--language", choices=sorted(PUBLIC_SAID), default="en", help="language of the report on copies of a public list")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--allow-test-headers", action="store_true", help="count Bitcoin headers of test networks (for tests only)")
    options = parser.parse_args(list(argv))
    if bool(options.casefile) == bool(options.published) or len(options.published or ()) > 2:
        parser.error("either a case file, or one or two copies of a public list")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Run as a command; returns the exit code."""
    try:
        options = _arguments(sys.argv[1:] if argv is None else argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    given: list[bytes | None] = []
    report = _blank_report()
    try:
        for name in (options.policy, options.devices):
            if name is None:
                given.append(None)
                continue
            with open(name, "rb") as stream:
                given.append(stream.read(NOTE_LIMIT + 1))
        roots = (os.path.abspath(options.roots),) if options.roots else ()
        if options.roots and not os.path.isfile(options.roots):
            raise OSError("no roots file")
    except (OSError, ValueError):
        report.update({"bag": "UNUSABLE your own policy, devices or roots file cannot be read", "reason": "your own file cannot be read"})
    else:
        if options.published:
            return _tell(verify_published(options.published, given[0]), options.json, lambda told: render_published(told, options.language))
        report = guarded(options.casefile, given[0], given[1], roots, options.allow_test_headers)
    return _tell(report, options.json, render)


def _tell(report: dict[str, Any], as_json: bool, words: Callable[[dict[str, Any]], str]) -> int:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    print(json.dumps(report, indent=1, sort_keys=False) if as_json else words(report))
    return int(report["exit"])


if __name__ == "__main__":
    sys.exit(main())
