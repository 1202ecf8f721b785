"""OpenTimestamps: every sample with its verdict, every limit, and the completion of a proof that a calendar promised."""

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import bitcoin, opentimestamps
from letapis.core.errors import Damaged, LetapisError, Refused
from letapis.core.opentimestamps import BITCOIN, MAGIC, PENDING, Attestation, Proof, Step, parse_proof
from letapis.core.ripemd160 import ripemd160

ANCHORS = Path(__file__).parents[1] / "vectors" / "letapis-v1" / "anchors"
FOREIGN = Path(__file__).parents[3] / "shared" / "samples" / "lgpl" / "opentimestamps"
foreign = pytest.mark.skipif(not FOREIGN.is_dir(), reason="these samples are not ours to copy")
OURS = (ANCHORS / "300.note.ots").read_bytes()
DIGEST = hashlib.sha256((ANCHORS / "300.note").read_bytes()).digest()
HEADER = (ANCHORS / "300.note.btc").read_bytes()


def pending_at(address: bytes) -> Attestation:
    return Attestation(PENDING, bytes((len(address),)) + address)


# ---- samples ---------------------------------------------------------------------------------------------------------


def test_our_sample_leads_to_its_header_which_is_weak() -> None:
    proof, header = parse_proof(OURS), bitcoin.parse_header(HEADER)
    assert proof.digest == DIGEST and opentimestamps.bitcoin(proof) == (opentimestamps.Bitcoin(5, header.root),)
    assert [one.address for one in opentimestamps.pending(proof)] == ["https://calendar.example.org"]
    assert header.height == 5 and not header.strong
    assert bitcoin.parse_header((ANCHORS / "other-header.btc").read_bytes()).root != header.root
    with pytest.raises(Damaged):
        parse_proof((ANCHORS / "trailing-bytes.ots").read_bytes())


FOREIGN_ROOTS = {
    "hello-world.txt": "007ee445d23ad061af4a36b809501fab1ac4f2d7e7a739817dd0cbb7ec661b8a",
    "bad-stamp.txt": "921f81b9147c9aebe712d7805d810cf0f762479967e4c26008178277b89db41b",
}


@foreign
@pytest.mark.parametrize("name", sorted(FOREIGN_ROOTS))
def test_foreign_proofs_lead_where_they_should(name: str) -> None:
    proof = parse_proof((FOREIGN / f"{name}.ots").read_bytes())
    assert proof.digest == hashlib.sha256((FOREIGN / name).read_bytes()).digest()
    assert [(one.height, (one.message or b"").hex()) for one in opentimestamps.bitcoin(proof)] == [(358391, FOREIGN_ROOTS[name])]


WAITING = [("incomplete", 1), ("known-and-unknown-notary", 1), ("merkle1", 2), ("merkle2", 2), ("two-calendars", 2)]


@foreign
@pytest.mark.parametrize("name, calendars", WAITING)
def test_foreign_proofs_that_wait(name: str, calendars: int) -> None:
    data = (FOREIGN / f"{name}.txt.ots").read_bytes()
    proof = parse_proof(data)
    assert proof.digest == hashlib.sha256((FOREIGN / f"{name}.txt").read_bytes()).digest()
    assert not opentimestamps.bitcoin(proof) and len(opentimestamps.pending(proof)) == calendars
    assert opentimestamps.format_proof(proof) == data, "unknown attestations are kept, and everything comes back byte for byte"


@foreign
def test_foreign_proofs_that_are_refused() -> None:
    for name, code in (("bad-major-version", "time.ots_version"), ("exceeds-max-msg-length", "time.ots_limit")):
        with pytest.raises(Damaged, match=code):
            parse_proof((FOREIGN / "invalid" / f"{name}.ots").read_bytes())
    with pytest.raises(Refused, match=r"time\.weak"):
        parse_proof((FOREIGN / "sha1" / "a-or-b.ots").read_bytes())


def test_the_old_hash_is_the_old_hash() -> None:
    known = {b"": "9c1185a5c5e9fc54612808977ee8f548b2258d31", b"abc": "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"}
    known[b"1234567890" * 8] = "9b752e45573d4b39f4dbd3323cab82bf63326bfb"
    for data, value in known.items():
        assert ripemd160(data).hex() == value


# ---- limits ----------------------------------------------------------------------------------------------------------


def _file(tree: bytes) -> bytes:
    return MAGIC + b"\x01\x08" + DIGEST + tree


END = b"\x00" + BITCOIN + b"\x01\x05"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        MAGIC,
        _file(b""),
        _file(END + b"\x00"),
        _file(b"\xff" + END),
        _file(b"\x04" + END),
        _file(b"\xf0\x00" + END),
        _file(b"\xf0\x81\x20" + bytes(4097) + END),
        _file(b"\xf0\x80\x20" + bytes(4096) + END),
        _file(b"\xf3" * 8 + END),
        _file(b"\x00" + BITCOIN + b"\x02\x05\x00"),
        _file(b"\x00" + BITCOIN + b"\x02\x85\x00"),
        _file(b"\x00" + PENDING + b"\x03\x02a?"),
        _file(b"\x00" + PENDING + b"\xeb\x07\xe9\x07" + b"a" * 1001),
        _file(b"\x00" + bytes(8) + b"\x81\x40" + bytes(8193)),
        _file(b"\x08" * 257 + END),
        _file(b"\x08" * 100_000 + END),
        MAGIC + b"\x81\x00\x08" + DIGEST + END,
        MAGIC.replace(b"\xbf", b"\xbe") + b"\x01\x08" + DIGEST + END,
    ],
)
def test_what_breaks_a_limit_or_the_form_is_refused(data: bytes) -> None:
    with pytest.raises(Damaged):
        parse_proof(data)


def test_at_the_limits_it_is_read() -> None:
    for tree in (b"\x08" * 256 + END, b"\x00" + bytes(8) + b"\x80\x40" + bytes(8192), b"\x00" + PENDING + b"\xea\x07\xe8\x07" + b"a" * 1000):
        data = _file(tree)
        assert opentimestamps.format_proof(parse_proof(data)) == data


def test_sha1_and_keccak_on_a_path_lead_nowhere() -> None:
    for operation in (0x02, 0x67):
        (found,) = opentimestamps.bitcoin(parse_proof(_file(bytes((operation,)) + END)))
        assert found.message is None


def test_replies_of_calendars_have_their_own_limit() -> None:
    with pytest.raises(Damaged, match=r"time\.ots_limit"):
        opentimestamps.parse_reply(b"\xff" + END * 1000, DIGEST)
    with pytest.raises(Damaged):
        opentimestamps.parse_reply(END + END, DIGEST)


# ---- stamping and completing -----------------------------------------------------------------------------------------


def test_a_promise_is_completed_and_nothing_is_lost() -> None:
    nonce = bytes(range(16))
    promised = (Step(0xF0, b"one", (Step(0x08, b"", (pending_at(b"https://a.example"),)),)),)
    also = (Step(0xF0, b"two", (pending_at(b"https://b.example"),)),)
    proof = opentimestamps.new_proof(DIGEST, nonce, (promised, also))
    assert opentimestamps.format_proof(proof)[65:83] == b"\xf0\x10" + nonce
    first, second = opentimestamps.pending(proof)
    commitment = opentimestamps.commitment(DIGEST, nonce)
    assert first.message == hashlib.sha256(commitment + b"one").digest() and second.message == commitment + b"two"
    block = (Step(0xF1, b"other", (Step(0x08, b"", (Attestation(BITCOIN, b"\x05"),)),)),)
    done = opentimestamps.upgraded(proof, first.message, block)
    assert [one.address for one in opentimestamps.pending(done)] == ["https://a.example", "https://b.example"]
    assert [one.message for one in opentimestamps.bitcoin(done)] == [hashlib.sha256(b"other" + first.message).digest()]
    assert opentimestamps.upgraded(done, first.message, block) == done, "the same answer twice changes nothing"
    assert parse_proof(opentimestamps.format_proof(done)) == done
    with pytest.raises(Refused, match=r"time\.ots_other"):
        opentimestamps.upgraded(proof, bytes(32), block)
    assert opentimestamps.joined(proof, done) == done
    with pytest.raises(Refused, match=r"time\.ots_other"):
        opentimestamps.joined(proof, Proof(bytes(32), done.tree))


STEPS = st.sampled_from([0xF2, 0xF3, 0x08, 0x02, 0x03, 0x67])
TREES = st.recursive(
    st.lists(st.builds(Attestation, st.just(b"unknown!"), st.binary(max_size=20)), min_size=1, max_size=2).map(tuple),
    lambda inner: st.lists(
        st.builds(Step, STEPS, st.just(b""), inner) | st.builds(Step, st.sampled_from([0xF0, 0xF1]), st.binary(min_size=1, max_size=8), inner),
        min_size=1,
        max_size=3,
    ).map(tuple),
    max_leaves=8,
)


@given(TREES)
def test_what_is_written_is_read_as_the_same(tree: opentimestamps.Tree) -> None:
    proof = Proof(DIGEST, tree)
    assert parse_proof(opentimestamps.format_proof(proof)) == proof


@given(TREES, TREES)
def test_joining_keeps_the_attestations_of_both(one: opentimestamps.Tree, other: opentimestamps.Tree) -> None:
    first, second = Proof(DIGEST, one), Proof(DIGEST, other)
    both = set(opentimestamps.walk(opentimestamps.joined(first, second)))
    assert both == set(opentimestamps.walk(first)) | set(opentimestamps.walk(second))


def test_no_mutation_leads_to_the_header_by_another_path() -> None:
    """5,000 mutations: whatever is still read and still leads to the root of the header is over the same digest."""
    rng, root = random.Random(20260101), bitcoin.parse_header(HEADER).root
    changed = 0
    for _ in range(5_000):
        data = bytearray(OURS)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(data))
            kind = rng.randrange(3)
            if kind == 0:
                data[at] ^= 1 << rng.randrange(8)
            elif kind == 1:
                del data[at]
            else:
                data.insert(at, rng.randrange(256))
        if bytes(data) == OURS:
            continue
        try:
            proof = parse_proof(bytes(data))
        except LetapisError:
            continue
        assert opentimestamps.format_proof(proof) == bytes(data), "one meaning has one form"
        if (5, root) in [(one.height, one.message) for one in opentimestamps.bitcoin(proof)]:
            assert proof.digest == DIGEST
            changed += 1
    assert changed, "changes of the calendar's address alone are still proofs"


# ---- headers ---------------------------------------------------------------------------------------------------------

GENESIS = (
    "0 0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa"
    "4b1e5e4a29ab5f49ffff001d1dac2b7c\n"
)


def test_the_first_block_did_its_work_but_anchors_nothing() -> None:
    header = bitcoin.parse_header(GENESIS.encode())
    assert header.shown == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    assert header.moment.year == 2009 and not header.strong


def test_no_changed_header_has_done_the_work() -> None:
    raw = bytearray.fromhex(GENESIS.split()[1])
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        with pytest.raises(Refused, match=r"time\.header_work"):
            bitcoin.parse_header(f"0 {changed.hex()}\n".encode())


OTHER_HEADERS = ["", "0 00\n", GENESIS[:-1], GENESIS.upper(), f"00{GENESIS[1:]}", f"-1{GENESIS[1:]}"]


@pytest.mark.parametrize("text", OTHER_HEADERS)
def test_another_form_of_a_header_is_refused(text: str) -> None:
    with pytest.raises(Damaged):
        bitcoin.parse_header(text.encode())
