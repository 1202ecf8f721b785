"""Chunks in their place, and sizes that tell little."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from letapis.core.errors import Damaged, UsageError
from letapis.engines import seal
from letapis.engines.seal import CHUNK, SEALED_CHUNK

DEK, ABOUT = b"\x11" * 32, seal.context("object")


def _sealed(plaintext: bytes) -> bytes:
    return bytes(seal.ChunkSealer(DEK, ABOUT).seal(plaintext, final=True))


def _chunks(sealed: bytes) -> list[bytes]:
    return [sealed[i : i + SEALED_CHUNK] for i in range(0, len(sealed), SEALED_CHUNK)]


@given(st.integers(0, 4 * CHUNK + 1), st.lists(st.integers(1, 3), max_size=4))
@example(0, [])
@example(CHUNK, [1])
@example(2 * CHUNK, [1, 1])
def test_any_way_of_cutting_the_input_gives_the_same_bytes(size: int, pieces: list[int]) -> None:
    plaintext = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    sealer, at, sealed = seal.ChunkSealer(DEK, ABOUT), 0, b""
    for count in pieces:
        if at + count * CHUNK < size:
            sealed += sealer.seal(plaintext[at : at + count * CHUNK])
            at += count * CHUNK
    sealed += sealer.seal(memoryview(plaintext)[at:], final=True)
    assert sealed == _sealed(plaintext)
    assert bytes(seal.ChunkOpener(DEK, ABOUT).open(sealed, final=True)) == plaintext


def test_swap_drop_repeat_and_truncation_open_nothing() -> None:
    a, b, c = _chunks(_sealed(b"".join(bytes((n,)) * CHUNK for n in (1, 2, 3))))
    for wrong in (b + a + c, a + c, a + b, a + a + b + c, a + b + c + c, b + c, a + b + c[:-1], b""):
        with pytest.raises(Damaged):
            seal.ChunkOpener(DEK, ABOUT).open(wrong, final=True)


def test_a_chunk_that_is_not_the_last_cannot_pose_as_it_and_the_last_cannot_go_on() -> None:
    a, b = _chunks(_sealed(b"z" * 2 * CHUNK))
    opener = seal.ChunkOpener(DEK, ABOUT)
    opener.open(a)
    with pytest.raises(Damaged):
        opener.open(b)


def test_nothing_is_sealed_or_opened_after_the_last_chunk() -> None:
    sealer, opener = seal.ChunkSealer(DEK, ABOUT), seal.ChunkOpener(DEK, ABOUT)
    opener.open(sealer.seal(b"end", final=True), final=True)
    with pytest.raises(UsageError):
        sealer.seal(b"x" * CHUNK)
    with pytest.raises(Damaged):
        opener.open(b"x" * SEALED_CHUNK)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK + 1])
def test_a_piece_in_the_middle_is_whole_chunks(size: int) -> None:
    with pytest.raises(UsageError):
        seal.ChunkSealer(DEK, ABOUT).seal(b"x" * size)


def test_the_last_chunk_can_be_read_first() -> None:
    sealed = _sealed(b"a" * CHUNK + b"b" * 10)
    opener = seal.ChunkOpener(DEK, ABOUT)
    opener.at(1)
    assert opener.open(sealed[SEALED_CHUNK:], final=True) == b"b" * 10
    opener.at(0)
    assert opener.open(sealed[:SEALED_CHUNK]) == b"a" * CHUNK


@given(st.integers(0, 1 << 50))
def test_padme_never_shrinks_and_costs_at_most_twelve_per_cent(length: int) -> None:
    padded = seal.padme(length)
    assert padded >= max(length, seal.FLOOR)
    assert padded == seal.FLOOR or padded - length <= 0.12 * length
    assert seal.padme(padded) == padded


@pytest.mark.parametrize(("length", "padded"), [(0, 1), (1, 1), (2, 2), (8, 8), (9, 10), (100, 104), (10**6, 1015808), (10**9, 1006632960)])
def test_padme_by_hand(length: int, padded: int) -> None:
    # For L = 9: E = 3, S = 2, so the lowest bit is cleared upwards: 10. For L = 100: E = 6, S = 3, multiples of 8: 104.
    assert seal.padme(length, floor=1) == padded


def test_between_64_kib_and_1_mib_there_are_at_most_32_sizes_for_each_doubling() -> None:
    assert len({seal.padme(n) for n in range(0, 1 << 20, 97)}) <= 1 + 4 * 32


@given(st.binary(max_size=3000), st.sampled_from([1, 64, 1024]))
def test_padding_comes_off_again(data: bytes, floor: int) -> None:
    padded = seal.pad(data, floor)
    assert len(padded) == seal.padme(len(data) + 1, floor) and seal.unpad(padded, floor) == data


@given(st.binary(max_size=200))
def test_padding_of_another_form_is_refused(data: bytes) -> None:
    padded = seal.pad(data, 64)
    for wrong in (padded + b"\x00", padded[:-1], data + b"\x00" * 64, b"", b"\x00" * 64, data + b"\x80" + b"\x00" * 700):
        with pytest.raises(Damaged):
            seal.unpad(wrong, 64)
