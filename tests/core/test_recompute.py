"""Digests computed anew: the same as those of a full reading, and any changed byte shows in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.canonical import Kind, RecordSignature, in_name_order, open_bytes, seal_bytes, written
from letapis.core.errors import Damaged
from letapis.core.recompute import recompute

VECTORS = Path(__file__).parents[1] / "vectors"
SEALED_V2 = [bytes.fromhex(case["sealed"]) for case in json.loads((VECTORS / "letapis-v2/records.json").read_bytes())]
SEALED_V1 = [path.read_bytes() for path in sorted((VECTORS / "letapis-v1/sealed").glob("*.ltpr"))]
KEY, SEED = bytes(range(32)), bytes(range(32, 64))


def _head(data: bytes) -> dict[bytes, bytes]:
    return {f.name.encode(): f.value for f in open_bytes(data).fields if f.name.startswith("h.")}


def _small() -> bytes:
    fields = written(in_name_order([("h.type", Kind.TEXT, b"note"), ("h.seq", Kind.UINT, bytes(8)), ("b.t", Kind.TEXT, "дзень".encode())]))
    return seal_bytes(KEY, SEED, fields, [RecordSignature(1, "device.example/x", b"s" * 64)])


def test_there_are_vectors_of_both_versions() -> None:
    assert len(SEALED_V2) >= 8 and len(SEALED_V1) >= 2


@pytest.mark.parametrize("data", [*SEALED_V2, *SEALED_V1], ids=lambda data: f"{len(data)}-bytes")
def test_it_agrees_with_a_full_reading(data: bytes) -> None:
    full, again = open_bytes(data), recompute(data)
    assert (again.digest, again.commitment, again.signatures) == (full.digest, full.commitment, full.signatures)
    assert {name: value for name, value in again.head.items() if name.startswith(b"h.")} == _head(data)


_text = st.tuples(st.just(int(Kind.TEXT)), st.text(max_size=40).map(str.encode))
_value = st.one_of(_text, st.tuples(st.just(int(Kind.BYTES)), st.binary(max_size=300)))


@given(st.dictionaries(st.from_regex(r"[bh]\.[a-z0-9_]{1,12}", fullmatch=True), _value, min_size=1, max_size=30))
def test_it_agrees_for_any_fields(fields: dict[str, tuple[int, bytes]]) -> None:
    data = seal_bytes(KEY, SEED, written(in_name_order([(name, kind, value) for name, (kind, value) in fields.items()])), [])
    full, again = open_bytes(data), recompute(data)
    assert (again.digest, again.commitment) == (full.digest, full.commitment) and again.head == _head(data)


def test_every_single_bit_that_changes_shows() -> None:
    """It reads no form, so a changed byte may still be taken apart; then the digests, or the signatures, are others."""
    data = _small()
    whole = recompute(data)
    for at in range(len(data)):
        for bit in (1, 2, 0x80):
            changed = bytearray(data)
            changed[at] ^= bit
            try:
                found: Any = recompute(bytes(changed))
            except Damaged:
                continue
            assert (found.commitment, found.signatures) != (whole.commitment, whole.signatures), (at, bit)


def test_cut_and_lengthened_bytes_are_damage() -> None:
    data = _small()
    for end in range(len(data)):
        with pytest.raises(Damaged):
            recompute(data[:end])
    with pytest.raises(Damaged):
        recompute(data + b"\x00")


@given(st.binary(max_size=400))
def test_foreign_bytes_are_damage(tail: bytes) -> None:
    """Never another exception: the audit names the damage and goes on."""
    for start in (b"", b"LTPR\x02", b"LTPR\x01", b"LTPR\x02" + bytes(64) + b"\x00\x01"):
        try:
            recompute(start + tail)
        except Damaged:
            continue
        assert start.startswith(b"LTPR")


def test_a_length_that_leads_far_behind_the_end_is_damage() -> None:
    data = bytearray(_small())
    at = 71 + 1 + data[71] + 1
    data[at : at + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(Damaged):
        recompute(bytes(data))
