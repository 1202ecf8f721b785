"""Two readers written apart, the core's and the verifier's, give one answer: on what the core writes, and on what is broken at random.

The verifier imports nothing of letapis, so this is where a difference between them shows.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core import beacons, canonical, disclosure, notes, policy, proofs, records
from letapis.core.canonical import Kind
from letapis.core.errors import Damaged, LetapisError
from letapis.core.instants import moment_of
from letapis.engines import seal
from letapis.faces.verifier import verify

SAMPLES = Path(__file__).parents[2] / "vectors" / "letapis-v1"
ORIGIN = "log.example.org/3fqk7x2m9d4v6c8t"


def _samples(name: str) -> list[Any]:
    return list(json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8")))


def _answer(reader: Callable[[], Any]) -> Any:
    """What a reader says, or None when it refuses."""
    try:
        return reader()
    except (Damaged, verify.Fault):
        return None


def _mutations(data: bytes, count: int, chance: random.Random) -> list[bytes]:
    """Bytes changed, dropped, doubled and swapped, line by line and one by one."""
    found = []
    for _ in range(count):
        at, way = chance.randrange(len(data)), chance.randrange(4)
        if way == 0:
            found.append(data[:at] + bytes((data[at] ^ 1 << chance.randrange(8),)) + data[at + 1 :])
        elif way == 1:
            found.append(data[:at] + data[at + 1 :])
        elif way == 2:
            found.append(data[:at] + chance.choice([b"\n", b" ", b"\r", b"=", b"0", b"\xe2\x80\x94", b"+", b"\t"]) + data[at:])
        else:
            lines = data.split(b"\n")
            lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
            found.append(b"\n".join(lines))
    return found


def test_types_with_one_signature_are_those_of_the_core() -> None:
    assert set(records.SCHEMAS) - records.BOTH_SIGNATURES == verify.ED25519_ALONE


HEADER = (SAMPLES / "anchors" / "300.note.btc").read_text(encoding="ascii").strip()
GENESIS = (
    "0 0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa"
    "4b1e5e4a29ab5f49ffff001d1dac2b7c"
)
# Block 300,000 of the Bitcoin chain: public, and as strong as its kind is.
STRONG = (
    "300000 020000007ef055e1674d2e6551dba41cd214debbee34aeb544c7ec670000000000000000d3998963f80c5bab43fe8c26228e98d030edf4dcbe48a666f5c39e2d"
    "7a885c9102c86d536c890019593a470d"
)
VALUES = [
    *(("drand", json.dumps({"round": at, "signature": "ab" * size})) for at in (1, 2, 1000, 999_999_999, 0, -1, 10**9) for size in (48, 96, 47)),
    *(("drand", text) for text in ("", "[]", "{}", "1", '"x"', '{"round": null, "signature": 1}', "[" * 100_000)),
    *(("bitcoin", text) for text in (STRONG, GENESIS, HEADER, STRONG.replace("7ef0", "7ef1"), STRONG[:-1], "", "0 00")),
    *(("other", text) for text in ("a headline of that day", "sixteen letters.", "too short", "x" * 4096)),
    *((kind, "a headline of that day") for kind in ("", "dice")),
]


@pytest.mark.parametrize("moment", ["2026-01-05T18:00:00Z", "1990-01-01T00:00:00Z"])
def test_the_hour_of_a_public_value_is_read_alike(moment: str) -> None:
    """What says of a stamp that it cannot be right is the same at the desk and for a court."""
    known = 0
    for kind, text in VALUES:
        shown = {"b.kind": kind.encode(), "b.value": text.encode(), "b.moment": moment.encode()}
        theirs = verify.known_since(verify.Record(ORIGIN, 0, shown, (), (), b"", b""))
        try:
            mine: int | None = int(beacons.parse_beacon(kind, text, "", moment_of(moment)).moment.timestamp())
        except LetapisError:
            mine = None
        assert mine == theirs, (kind, text[:80])
        known += mine is not None
    assert known > 10


def test_disclosures_are_read_alike() -> None:
    chance = random.Random(7)
    for entry in _samples("disclosures"):
        text = json.dumps(entry["record"], indent=1, ensure_ascii=True).encode("ascii")
        for data in (text, *_mutations(text, 60, chance)):
            core = _answer(lambda data=data: disclosure.parse_disclosure(data).commitment)
            assert core == _answer(lambda data=data: verify.parse_record(data).commitment)


def test_notes_are_read_and_verified_alike() -> None:
    chance, accepted = random.Random(8), 0
    for entry in _samples("notes"):
        keys = [notes.parse_vkey(text) for text in entry["keys"]]
        logs = [key for key in keys if key.name == ORIGIN or key.kind is notes.KeyKind.ED25519]
        witnesses = [key for key in keys if key not in logs]
        text = "".join(f"log {key.text}\n" for key in logs) + "".join(f"witness w{n} {key.text}\n" for n, key in enumerate(witnesses))
        trust = verify.parse_policy((text + "quorum none\n").encode())
        note = entry["note"].encode("utf-8")
        for data in (note, *_mutations(note, 60, chance)):
            core = _answer(
                lambda data=data, logs=logs, witnesses=witnesses: notes.open_checkpoint(data, logs, seal.verify, witnesses).checkpoint.root
            )

            def ours(data: bytes = data, trust: Any = trust) -> bytes:
                checkpoint = verify.parse_checkpoint(data)
                verify.check_checkpoint(checkpoint, trust)
                return checkpoint.root

            assert core == _answer(ours), entry["name"]
            accepted += core is not None
    assert accepted > 4


def test_proofs_are_read_alike() -> None:
    chance = random.Random(9)
    for entry in _samples("proofs"):
        text, leaf = entry["proof"].encode("utf-8"), bytes.fromhex(entry["leaf_data"])
        keys = [notes.parse_vkey(vkey) for vkey in entry["keys"]]
        trust = verify.parse_policy(("".join(f"log {key.text}\n" for key in keys) + "quorum none\n").encode())
        for data in (text, *_mutations(text, 60, chance)):

            def core(data: bytes = data, leaf: bytes = leaf, keys: Any = keys) -> int:
                proof = proofs.parse_proof(data)
                proofs.check_proof(proof, leaf, keys, seal.verify)
                return proof.index

            def ours(data: bytes = data, leaf: bytes = leaf, trust: Any = trust) -> int:
                proof = verify.parse_proof(data)
                verify.check_inclusion(leaf, proof)
                verify.check_checkpoint(proof.checkpoint, trust)
                return proof.index

            assert _answer(core) == _answer(ours), entry["name"]


def test_policies_are_read_alike() -> None:
    chance = random.Random(10)
    for entry in _samples("policies"):
        text = entry["policy"].encode("utf-8")
        for data in (text, *_mutations(text, 150, chance)):

            def core(data: bytes = data) -> Any:
                found = policy.parse_policy(data)
                return found.quorum, sorted(found.witnesses), {name: (group.threshold, group.members) for name, group in found.groups.items()}

            def ours(data: bytes = data) -> Any:
                found = verify.parse_policy(data)
                return found.quorum, sorted(found.witnesses), found.groups

            assert _answer(core) == _answer(ours), data


_NAMES = st.from_regex(r"[a-z0-9_]{1,8}(\.[a-z0-9_]{1,8}){0,2}", fullmatch=True).map(lambda name: "b.x_" + name)
_VALUES = st.one_of(
    st.tuples(st.just(Kind.TEXT), st.text(max_size=40).map(lambda text: text.encode("utf-8"))),
    st.tuples(st.just(Kind.BYTES), st.binary(max_size=40)),
    st.tuples(st.sampled_from((Kind.UINT, Kind.INT)), st.binary(min_size=8, max_size=8)),
    st.tuples(st.just(Kind.BOOL), st.sampled_from((b"\0", b"\1"))),
    st.tuples(st.just(Kind.INSTANT), st.sampled_from((b"2026-09-21T14:00:00Z", b"0001-12-31T23:59:59Z"))),
    st.tuples(st.just(Kind.DATE), st.sampled_from((b"2020", b"2020-08", b"2020-08-09", b"2020-08/2020-09-01", b"9999-12"))),
    st.tuples(st.just(Kind.DIGEST), st.sampled_from((b"\1" + bytes(32), b"\2" + bytes(64), b"\3" + bytes(64), b"\4" + bytes(32)))),
    st.tuples(st.just(Kind.DECIMAL), st.sampled_from((b"0", b"-1.5", b"10.05", b"0.1"))),
    st.tuples(st.just(Kind.REF), st.binary(min_size=32, max_size=32)),
)


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=20), st.binary(min_size=64, max_size=64), st.randoms(use_true_random=False))
def test_what_the_core_seals_and_discloses_the_verifier_reads(body: dict[str, Any], secret: bytes, chance: random.Random) -> None:
    """Sealed version 2, opened, disclosed with some fields withheld, written as JSON: same D, same C, same values."""
    parts = canonical.written(canonical.in_name_order([(name, kind, value) for name, (kind, value) in body.items()]))
    sealed = canonical.open_bytes(canonical.seal_bytes(secret[:32], secret[32:], parts, []))
    withhold = {name: "protection" for name in body if chance.random() < 0.3}
    text = disclosure.format_disclosure(disclosure.disclose(sealed, ORIGIN, 7, (), withhold))
    record = verify.parse_record(text)
    assert (record.digest, record.commitment) == (sealed.digest, sealed.commitment)
    assert record.withheld == len(withhold)
    assert record.shown == {name: value for name, (_, value) in body.items() if name not in withhold}


@pytest.mark.parametrize("kind", [1, 6])
def test_what_the_engine_signs_the_verifier_verifies(kind: int) -> None:
    keys = seal.DeviceKeys.from_seed(bytes(range(32)))
    for alg, signature in seal.sign_record(keys, "device.example.org/d1", b"d" * 32, True):
        if alg == kind:
            public = keys.public.record_ed25519 if alg == 1 else keys.public.record_mldsa44
            message = canonical.signed_message("device.example.org/d1", b"d" * 32)
            assert verify.verify_signature(alg, public, message, signature)
            assert not verify.verify_signature(alg, public, message + b"x", signature)
