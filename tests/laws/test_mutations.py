"""20,000 mutations a run of signed and committed texts: none is accepted that says something else than the original.

What nothing signs is left out of the comparison: a proof's extra line, the reason of a withheld field, white space of
JSON, and lines of a note whose key became unknown (leaving a cosignature out is anybody's to do; adding one is not).
"""

import json
import random
import tarfile
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path

import pytest

from letapis.core.disclosure import Withheld, check_logged, check_signatures, parse_disclosure
from letapis.core.errors import Damaged
from letapis.core.notes import OpenedCheckpoint, VerifierKey, open_checkpoint, parse_vkey
from letapis.core.policy import format_policy, parse_policy
from letapis.core.proofs import check_proof, parse_proof
from letapis.core.records import BOTH_SIGNATURES, SCHEMAS
from letapis.core.witness import SIGNED, Stored, judge, parse_request
from letapis.engines import seal

V1 = Path(__file__).parents[1] / "vectors" / "letapis-v1"
NOTES = {n["name"]: n for n in json.loads((V1 / "notes.json").read_bytes())}
PROOFS = {p["name"]: p for p in json.loads((V1 / "proofs.json").read_bytes())}
with tarfile.open(V1 / "case-file/good.tgz") as _bag:
    BAG = {m.name.removeprefix("case-file/data/"): file.read() for m in _bag.getmembers() if (file := _bag.extractfile(m))}
EXPERT = (V1 / "case-file/expert-policy.txt").read_bytes()
DEVICES = [parse_vkey(line.split(" ", 1)[1]) for line in (V1 / "case-file/expert-devices.txt").read_text(encoding="utf-8").splitlines()]

ALONE = frozenset(SCHEMAS) - BOTH_SIGNATURES
verify = cache(seal.verify)  # most lines of a mutated note are the old ones


def _flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ (1 << chance.randrange(8)),)) + data[at + 1 :]


def _replace(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice([b"\0", b"\n", b"\r", b" ", b"+", b"0", b"1", b"9", b"=", b"A", b'"', b"\xe2\x80\x93"]) + data[at + 1 :]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice([b"\n", b"\n\n", b" ", b"\t", b"0", b"-", b"=", b"/", "\u2028".encode(), "\u200b".encode(), b"\xff"]) + data[at:]


def _delete(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice([1, 1, 1, 4, 44]) :]


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice([1, 8, 45, 200])
    return data[: at + size] + data[at : at + size] + data[at + size :]


def _lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(3)
    if kind == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 1:
        lines.insert(other, lines[one])
    else:
        del lines[one]
    return b"\n".join(lines)


def _case(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at : at + 1].swapcase() + data[at + 1 :]


def _number(data: bytes, chance: random.Random) -> bytes:
    digits = [i for i, byte in enumerate(data[:400]) if 48 <= byte <= 57]
    if not digits:
        return _flip(data, chance)
    at = chance.choice(digits)
    return data[:at] + bytes((48 + (data[at] - 48 + chance.randrange(1, 10)) % 10,)) + data[at + 1 :]


MUTATE = (_flip, _replace, _insert, _delete, _truncate, _repeat, _lines, _case, _number)


def _mutations(original: bytes, seed: str, count: int) -> list[bytes]:
    chance = random.Random(seed)
    made: list[bytes] = []
    while len(made) < count:
        data = original
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            data = chance.choice(MUTATE)(data or original, chance)
        if data != original:
            made.append(data)
    return made


def _survivors(original: bytes, read: Callable[[bytes], Hashable], seed: str, count: int) -> list[bytes]:
    """Mutations that are accepted with another meaning; anything raised besides Damaged fails the test by itself."""
    meaning, survivors = read(original), []
    for data in _mutations(original, seed, count):
        try:
            if read(data) != meaning:
                survivors.append(data)
        except Damaged:
            continue
    return survivors


def _keys(texts: list[str]) -> tuple[list[VerifierKey], list[VerifierKey]]:
    keys = [parse_vkey(text) for text in texts]
    return [k for k in keys if "witness" not in k.name], [k for k in keys if "witness" in k.name]


def _head(opened: OpenedCheckpoint, genuine: frozenset[Hashable]) -> Hashable:
    """What a checkpoint says; a signer that the original had not is part of it."""
    return opened.checkpoint, frozenset(opened.log), frozenset(opened.witnesses) <= genuine


def _note_reader(name: str) -> tuple[bytes, Callable[[bytes], Hashable]]:
    logs, witnesses = _keys(NOTES[name]["keys"])
    original = NOTES[name]["note"].encode()
    genuine = frozenset(open_checkpoint(original, logs, verify, witnesses).witnesses)
    return original, lambda data: _head(open_checkpoint(data, logs, verify, witnesses), genuine)


def _proof_reader(name: str) -> tuple[bytes, Callable[[bytes], Hashable]]:
    logs, witnesses = _keys(PROOFS[name]["keys"])
    leaf = bytes.fromhex(PROOFS[name]["leaf_data"])

    def read(data: bytes) -> Hashable:
        proof = parse_proof(data)
        return proof.index, proof.path, _head(check_proof(proof, leaf, logs, verify, witnesses), frozenset())

    return PROOFS[name]["proof"].encode(), read


def _record_reader(number: str) -> tuple[bytes, Callable[[bytes], Hashable]]:
    proof, policy = parse_proof(BAG[f"proofs/{number}.tlog-proof"]), parse_policy(EXPERT)

    def read(data: bytes) -> Hashable:
        record = parse_disclosure(data)
        check_logged(record, proof, policy, verify)
        schemes = check_signatures(record, DEVICES, verify, ALONE)
        fields = tuple(f.digest if isinstance(f, Withheld) else f for f in record.fields)
        return record.origin, record.index, record.key, fields, schemes

    return BAG[f"records/{number}.rec"], read


READERS = {
    **{f"note: {name}": (_note_reader, name, 5_000) for name in ("log, both schemes", "log and six cosignatures", "empty log")},
    **{f"proof: {name}": (_proof_reader, name, 4_000) for name in ("first leaf of 300", "last leaf of 300", "with extra line")},
    **{f"record: {number}": (_record_reader, number, 4_000) for number in ("0001", "0002", "0003", "0007")},
}


def test_a_run_is_at_least_20000_mutations() -> None:
    assert sum(count for _, _, count in READERS.values()) + POLICY_RUN >= 20_000


@pytest.mark.parametrize("name", READERS)
def test_no_mutation_says_something_else(name: str) -> None:
    reader, vector, count = READERS[name]
    assert not _survivors(*reader(vector), seed=name, count=count)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", READERS)
def test_no_mutation_of_many_says_something_else(name: str, seed: int) -> None:
    reader, vector, count = READERS[name]
    assert not _survivors(*reader(vector), seed=f"{name} {seed}", count=count)


POLICY_RUN = 2_000


def test_mutated_policies_are_refused_or_read_one_way() -> None:
    """Nothing signs a policy, so a mutation may be another policy; but it is never read in two ways, and only Damaged is raised."""
    accepted = 0
    for data in _mutations(EXPERT, "policy", POLICY_RUN):
        try:
            policy = parse_policy(data)
        except Damaged:
            continue
        accepted += 1
        assert parse_policy(format_policy(policy)) == policy
    assert accepted


def test_the_harness_notices_a_lax_reader() -> None:
    """A reader that does not verify lets mutations survive: the test above can fail."""
    logs, _ = _keys(NOTES["log, both schemes"]["keys"])

    def lax(data: bytes) -> Hashable:
        return open_checkpoint(data, logs, lambda *_: True).checkpoint

    assert _survivors(NOTES["log, both schemes"]["note"].encode(), lax, "lax", 300)


DIALOGUE = json.loads((V1 / "witness.json").read_bytes())
LOGS = {DIALOGUE["origin"]: [parse_vkey(key) for key in DIALOGUE["keys"]]}
REQUESTS = {step["name"]: step["request"].encode() for step in DIALOGUE["steps"]}
BEFORE = {"first leaves": "first contact", "grow": "first leaves", "grow again": "grow", "repeat": "first leaves"}
"""Requests that are signed, and the one that the witness signed before each."""


@pytest.mark.parametrize("name", BEFORE)
def test_no_mutated_request_to_a_witness_is_signed_for_another_tree(name: str) -> None:
    """Of 20,000 in a run."""
    original, last = parse_request(REQUESTS[name]), parse_request(REQUESTS[BEFORE[name]]).head
    held = Stored(last.size, last.root, b"", 1)
    assert judge(REQUESTS[name], LOGS, lambda _: held, verify).status == SIGNED
    for data in _mutations(REQUESTS[name], f"request: {name}", 5_000):
        judged = judge(data, LOGS, lambda _: held, verify)
        if judged.status == SIGNED:
            # What may differ is what nothing signs: a line whose key became unknown, where the other one still verifies.
            asked = parse_request(data)
            assert (judged.head, asked.old, asked.proof) == (original.head, original.old, original.proof)
