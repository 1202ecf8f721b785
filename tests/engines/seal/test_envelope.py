"""Envelopes and records: right key, right context, right bytes, or nothing."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged, LetapisError
from letapis.engines import seal
from letapis.engines.seal.primitives import kem_keys

DEK, CK = b"\x11" * 32, b"\x22" * 32
FIELDS = {
    "purpose": "record",
    "organisation": b"o" * 16,
    "dossier": b"d" * 16,
    "kind": "WORK",
    "compartment": b"c" * 16,
    "object_id": b"i" * 16,
    "object_version": 1,
    "epoch": 3,
}
ABOUT = seal.context(**FIELDS)  # type: ignore[arg-type]
HEADER = seal.Header(b"c" * 16, 3, b"i" * 16, 1)


def _wraps() -> tuple[seal.Wrap, ...]:
    _, kem = kem_keys(b"\x09" * 32)
    under = seal.Wrap(seal.UNDER_COMPARTMENT, b"", seal.wrap_dek(CK, ABOUT, DEK))
    return under, seal.Wrap(seal.TO_DEVICE, seal.kem_key_id(kem), seal.wrap_to(kem, ABOUT, DEK))


@given(st.lists(st.binary(max_size=6), min_size=6, max_size=6), st.lists(st.binary(max_size=6), min_size=6, max_size=6))
def test_two_contexts_are_equal_only_when_all_their_fields_are(one: list[bytes], two: list[bytes]) -> None:
    def made(parts: list[bytes]) -> bytes:
        organisation, dossier, compartment, object_id, purpose, kind = parts
        return seal.context(purpose.hex(), kind=kind.hex(), organisation=organisation, dossier=dossier, compartment=compartment, object_id=object_id)

    assert (made(one) == made(two)) is (one == two)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_of_the_context_is_bound(name: str) -> None:
    value = FIELDS[name]
    wrong = value + 1 if isinstance(value, int) else value + (b"x" if isinstance(value, bytes) else "x")  # type: ignore[operator]
    about = seal.context(**{**FIELDS, name: wrong})  # type: ignore[arg-type]
    sealed = seal.seal_record(DEK, ABOUT, b"text")
    for attempt in (
        lambda: seal.open_record(DEK, about, sealed),
        lambda: seal.Envelope.seal(DEK, HEADER, ABOUT, b"text").open(DEK, about),
        lambda: seal.unwrap_dek(CK, about, seal.wrap_dek(CK, ABOUT, DEK)),
        lambda: seal.unwrap_with(*kem_keys(DEK), about, seal.wrap_to(kem_keys(DEK)[1], ABOUT, DEK)),
    ):
        with pytest.raises(Damaged):
            attempt()


@given(st.binary(max_size=5000))
def test_record_form_round_trip_costs_49_bytes(plaintext: bytes) -> None:
    sealed = seal.seal_record(DEK, ABOUT, plaintext)
    assert len(sealed) == len(plaintext) + seal.RECORD_OVERHEAD == len(plaintext) + 49
    assert seal.open_record(DEK, ABOUT, sealed) == plaintext


def test_another_key_fails_at_the_commitment_before_anything_is_decrypted() -> None:
    sealed = seal.seal_record(DEK, ABOUT, b"text")
    with pytest.raises(Damaged) as caught:
        seal.open_record(CK, ABOUT, sealed)
    assert caught.value.code == "seal.commitment"
    with pytest.raises(Damaged) as caught:
        seal.Envelope.seal(DEK, HEADER, ABOUT, b"text").open(CK, ABOUT)
    assert caught.value.code == "seal.commitment"


@given(st.binary(max_size=200_000), st.booleans())
def test_envelope_round_trip(plaintext: bytes, with_wraps: bool) -> None:
    header = replace(HEADER, wraps=_wraps()) if with_wraps else HEADER
    data = seal.Envelope.seal(DEK, header, ABOUT, plaintext).encode()
    opened = seal.Envelope.decode(data)
    assert opened.encode() == data and opened.open(DEK, ABOUT) == plaintext


def test_wraps_in_an_envelope_lead_to_the_key() -> None:
    private, kem = kem_keys(b"\x09" * 32)
    under, device = _wraps()
    assert seal.unwrap_dek(CK, ABOUT, under.sealed) == seal.unwrap_with(private, kem, ABOUT, device.sealed) == DEK


def test_a_wrap_that_somebody_exchanged_condemns_the_envelope() -> None:
    envelope = seal.Envelope.seal(DEK, replace(HEADER, wraps=_wraps()), ABOUT, b"text")
    forged = replace(envelope, header=replace(envelope.header, wraps=_wraps()))
    with pytest.raises(Damaged):
        forged.open(DEK, ABOUT)


def test_an_unknown_version_or_suite_is_refused() -> None:
    data = bytearray(seal.Envelope.seal(DEK, HEADER, ABOUT, b"").encode())
    for place in (0, 4, 5):
        changed = bytes(data[:place]) + bytes((data[place] ^ 3,)) + bytes(data[place + 1 :])
        with pytest.raises(Damaged):
            seal.Envelope.decode(changed)


def test_an_envelope_cut_at_any_byte_opens_nothing() -> None:
    data = seal.Envelope.seal(DEK, replace(HEADER, wraps=_wraps()), ABOUT, b"text" * 10).encode()
    for end in range(len(data)):
        with pytest.raises(Damaged):
            seal.Envelope.decode(data[:end]).open(DEK, ABOUT)


@given(st.binary(max_size=300))
def test_foreign_bytes_are_damage_and_nothing_else(data: bytes) -> None:
    for attempt in (lambda: seal.Envelope.decode(b"LTEN\x01\x01" + data).open(DEK, ABOUT), lambda: seal.open_record(DEK, ABOUT, b"\x01" + data)):
        with pytest.raises(LetapisError):
            attempt()


@pytest.mark.parametrize(
    "header",
    [
        seal.Header(b"c" * 15, 3, b"i" * 16, 1),
        seal.Header(b"c" * 16, -1, b"i" * 16, 1),
        seal.Header(b"c" * 16, 1 << 32, b"i" * 16, 1),
        seal.Header(b"c" * 16, 3, b"i" * 17, 1),
        seal.Header(b"c" * 16, 3, b"i" * 16, 1, wraps=(seal.Wrap(3, b"", b""),)),
        seal.Header(b"c" * 16, 3, b"i" * 16, 1, wraps=(seal.Wrap(seal.UNDER_COMPARTMENT, b"x" * 16, b"w" * 60),)),
        seal.Header(b"c" * 16, 3, b"i" * 16, 1, wraps=(seal.Wrap(seal.TO_DEVICE, b"x" * 16, b"w" * 60),)),
    ],
)
def test_a_header_that_could_not_be_read_is_not_written(header: seal.Header) -> None:
    with pytest.raises(Damaged):
        header.encode()


def test_two_wraps_of_one_key_differ() -> None:
    assert seal.wrap_dek(CK, ABOUT, DEK) != seal.wrap_dek(CK, ABOUT, DEK)


def test_record_form_costs_microseconds() -> None:
    # The budget is 10 µs each on a quiet machine; five times that still catches a second key derivation or a copy too many.
    text, count = b"x" * 2400, 2000
    start = time.process_time()
    sealed = [seal.seal_record(DEK, ABOUT, text) for _ in range(count)]
    for one in sealed:
        seal.open_record(DEK, ABOUT, one)
    assert (time.process_time() - start) / count < 100e-6
