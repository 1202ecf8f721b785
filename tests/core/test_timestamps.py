"""Requests and replies of time-stamp authorities, read as evidence: by our own reader, which depends on no library."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import der, timestamps
from letapis.core.errors import Damaged, LetapisError, Refused

VECTORS = Path(__file__).parents[1] / "vectors"
ANCHORS = VECTORS / "letapis-v1" / "anchors"


def anchor(name: str) -> bytes:
    return (ANCHORS / name).read_bytes()


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=8, max_size=8))
def test_a_request_is_the_one_form_and_is_read_again(digest: bytes, random: bytes) -> None:
    nonce = timestamps.nonce_from(random)
    made = timestamps.request(digest, nonce)
    assert len(made) == 69 and made[:2] == b"\x30\x43" and made[-3:] == b"\x01\x01\xff"
    assert timestamps.parse_request(made) == timestamps.Asked("sha256", digest, nonce)


def test_our_request_is_the_one_of_the_sample() -> None:
    asked = timestamps.parse_request(anchor("one-good.tsq"))
    assert asked.imprint == hashlib.sha256(anchor("300.note")).digest()
    assert timestamps.request(asked.imprint, asked.nonce) == anchor("one-good.tsq")


@pytest.mark.parametrize("digest, nonce", [(b"x", b"\x01" * 8), (b"x" * 32, b"\x80" * 8), (b"x" * 32, b"\x00" * 8), (b"x" * 32, b"\x01")])
def test_what_would_not_be_that_form_is_not_made(digest: bytes, nonce: bytes) -> None:
    with pytest.raises(ValueError):
        timestamps.request(digest, nonce)


@given(st.integers(0, 255), st.binary(max_size=70_000))
def test_what_is_encoded_is_read_again(tag: int, content: bytes) -> None:
    if tag & 0x1F != 0x1F:
        assert der.nodes(der.encode(tag, content)) == [(tag, content)]


OTHER_FORMS = [b"\x30", b"\x1f\x00", b"\x30\x80\x00\x00", b"\x30\x81\x01\x00", b"\x30\x82\x00\x80" + bytes(128), b"\x30\x85" + bytes(9)]


@pytest.mark.parametrize("data", OTHER_FORMS)
def test_other_forms_of_der_are_refused(data: bytes) -> None:
    with pytest.raises(Damaged):
        der.nodes(data)


def test_the_copy_differs_in_the_order_of_certificates_alone() -> None:
    """Where the set is in order already, the copy is the original, byte for byte."""
    ordered, good = anchor("one-good-ordered.tsr"), anchor("one-good.tsr")
    assert timestamps.with_certificates(ordered, timestamps.parse_reply(ordered).certificates) == ordered
    first, second = timestamps.parse_reply(good).certificates
    assert timestamps.with_certificates(good, (first, second)) == good.replace(first + second, second + first)


def test_an_answer_is_to_this_very_request() -> None:
    reply = timestamps.parse_reply(anchor("one-good.tsr"))
    timestamps.check_answers(timestamps.parse_request(anchor("one-good.tsq")), reply)
    with pytest.raises(Refused, match=r"time\.nonce"):
        timestamps.check_answers(timestamps.parse_request(anchor("one-nonce-of-another-request.tsq")), reply)
    with pytest.raises(Refused, match=r"time\.imprint"):
        timestamps.check_answers(timestamps.Asked("sha256", bytes(32), reply.nonce), reply)
    with pytest.raises(Refused, match=r"time\.imprint"):
        timestamps.check_answers(timestamps.Asked("sha512", reply.imprint, reply.nonce), reply)


def test_a_signer_is_never_found_by_place_or_name() -> None:
    """The token with two foreign certificates before the genuine one; the last two are not certificates at all."""
    reply = timestamps.parse_reply((VECTORS / "rfc3161/test_tsa/response-injected-certs.tsr").read_bytes())
    found = timestamps.signer_among(reply, (b"", b"\x30\x00", *reply.certificates))
    assert found == timestamps.parse_reply((VECTORS / "rfc3161/test_tsa/response.tsr").read_bytes()).certificates[0]
    with pytest.raises(Refused, match=r"time\.no_signer"):
        timestamps.signer_among(reply, [one for one in reply.certificates if one != found])


def test_a_certificate_of_the_same_name_and_number_with_other_bytes_is_not_the_signer() -> None:
    reply = timestamps.parse_reply(anchor("one-good.tsr"))
    genuine = timestamps.signer_among(reply, reply.certificates)
    with pytest.raises(Refused, match=r"time\.other_certificate"):
        timestamps.signer_among(reply, [genuine[:-1] + bytes((genuine[-1] ^ 1,))])


@pytest.mark.parametrize("status", [2, 3, 5])
def test_a_refusal_of_the_authority_is_said(status: int) -> None:
    refusal = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, bytes((2, 1, status))))
    with pytest.raises(Refused, match=r"time\.authority_refused"):
        timestamps.parse_reply(refusal)
    content = anchor("one-good.tsr").replace(b"\x30\x03\x02\x01\x00", bytes((0x30, 3, 2, 1, status)), 1)
    with pytest.raises(Refused, match=r"time\.authority_refused"):
        timestamps.parse_reply(content)


def test_weak_hashes_are_refused_wherever_they_stand() -> None:
    sha1, sha256 = bytes.fromhex("06052b0e03021a"), bytes.fromhex("0609608648016503040201")
    imprint = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, sha1), der.encode(der.OCTETS, bytes(20)))
    with pytest.raises(Refused, match=r"time\.weak"):
        timestamps.parse_request(der.encode(der.SEQUENCE, b"\x02\x01\x01", imprint, b"\x02\x01\x05"))
    weak = bytes.fromhex("608648016503040204")  # SHA-224, of the same length
    for place in range(anchor("one-good.tsr").count(sha256)):
        data = bytearray(anchor("one-good.tsr"))
        at = -1
        for _ in range(place + 1):
            at = data.index(sha256, at + 1)
        data[at + 2 : at + 11] = weak
        try:
            read = timestamps.parse_reply(bytes(data))
        except LetapisError as fault:
            assert fault.code in ("time.weak", "time.no_signer_hash")
        else:
            # The list of digest algorithms in front is a hint that nobody signs and nobody reads.
            assert read == timestamps.parse_reply(anchor("one-good.tsr"))


def test_bytes_that_are_no_reply_are_named_so() -> None:
    for data in (b"", b"\x30\x00", anchor("one-good.tsq"), anchor("one-good.tsr")[:-1], anchor("one-good.tsr") + b"\x00", b"\x30" * (1 << 19)):
        with pytest.raises(LetapisError):
            timestamps.parse_reply(data)
