"""Two readers of the byte formats exist: the core and the one-file verifier that a court runs. They were written apart.

Law: what the core writes the verifier reads as the same, and on mutated texts the verifier accepts nothing that the
core refuses or reads otherwise, save by one named rule. A difference is a text with two meanings.
"""

import importlib.util
import random
import sys
import tarfile
from collections.abc import Callable, Hashable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.canonical import Kind, in_name_order, open_bytes, seal_bytes, written
from letapis.core.dates import is_partial_date
from letapis.core.disclosure import disclose, format_disclosure, parse_disclosure
from letapis.core.errors import Damaged
from letapis.core.merkle import EMPTY_ROOT, Frontier, inclusion_proof, leaf_hash
from letapis.core.notes import (
    Checkpoint,
    KeyKind,
    VerifierKey,
    format_note,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    signature_line,
    signed_bytes,
)
from letapis.core.policy import Policy, format_policy, parse_policy
from letapis.core.proofs import Proof, check_proof, parse_proof
from letapis.core.records import BOTH_SIGNATURES, SCHEMAS
from letapis.core.valuejson import value_bytes
from letapis.engines import seal

TESTS = Path(__file__).parents[1]
V1 = TESTS / "vectors" / "letapis-v1"
EXPERT = (V1 / "case-file/expert-policy.txt").read_bytes()
with tarfile.open(V1 / "case-file/good.tgz") as _bag:
    BAG = {m.name.removeprefix("case-file/data/"): file.read() for m in _bag.getmembers() if (file := _bag.extractfile(m))}


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("letapis_one_file_verifier", TESTS.parent / "src/letapis/faces/verifier/verify.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


COURT = _load()


def _core(read: Callable[[Any], Hashable], data: Any) -> Hashable:
    try:
        return read(data)
    except Damaged:
        return None


def _court(read: Callable[[Any], Hashable], data: Any) -> Hashable:
    try:
        return read(data)
    except COURT.Fault:
        return None


# --- meanings, comparable between the two ---


def _key(key: Any) -> Hashable:
    return key.name, int(key.kind), key.public


def _core_note(data: bytes) -> Hashable:
    note = parse_note(data)
    head = parse_checkpoint(note.text)
    if head.size == 0 and head.root != EMPTY_ROOT:
        raise Damaged("note.empty_root")  # the core says so when it opens a checkpoint, since a witness must keep such a note
    return head.origin, head.size, head.root, tuple((line.name, line.key_id, line.payload) for line in note.lines)


def _court_note(data: bytes) -> Hashable:
    note = COURT.parse_checkpoint(data)
    return note.origin, note.size, note.root, tuple((line.name, line.key_id, line.payload) for line in note.lines)


def _core_proof(data: bytes) -> Hashable:
    proof = parse_proof(data)
    return proof.index, proof.path, _core_note(proof.note)


def _court_proof(data: bytes) -> Hashable:
    proof = COURT.parse_proof(data)
    note = proof.checkpoint
    return proof.index, proof.path, (note.origin, note.size, note.root, tuple((n.name, n.key_id, n.payload) for n in note.lines))


def _core_record(data: bytes) -> Hashable:
    record = parse_disclosure(data)
    shown = tuple(sorted((f.name, f.value) for f in record.opened))
    signed = tuple((_key(s.key), s.signature) for s in record.signatures)
    return record.origin, record.index, shown, tuple(w.reason for w in record.withheld), signed, record.digest, record.commitment


def _court_record(data: bytes) -> Hashable:
    record = COURT.parse_record(data)
    signed = tuple((_key(s.key), s.signature) for s in record.signatures)
    return record.origin, record.index, tuple(sorted(record.shown.items())), record.reasons, signed, record.digest, record.commitment


def _core_policy(data: bytes) -> Hashable:
    policy = parse_policy(data)
    groups = tuple((name, g.threshold, g.members) for name, g in policy.groups.items())
    return tuple(map(_key, policy.logs)), tuple((n, _key(k)) for n, k in policy.witnesses.items()), groups, policy.quorum


def _court_policy(data: bytes) -> Hashable:
    policy = COURT.parse_policy(data)
    groups = tuple((name, *group) for name, group in policy.groups.items())
    return tuple(map(_key, policy.logs)), tuple((n, _key(k)) for n, k in policy.witnesses.items()), groups, policy.quorum


# --- mutations ---

MIXED = [b"\0", b"\n", b"\n\n", b"\r", b" ", b"\t", b"+", b"0", b"1", b"9", b"=", b"A", b'"', b"\\", b"/", b"-", b"\xff"]
MIXED += [letter.encode() for letter in "\u2028\u00a0\u200b\u0436"]


def _mutations(original: bytes, seed: str, count: int) -> list[bytes]:
    """Bytes changed, put in, left out, lines moved; half of them in the first 400 bytes, where the structure is."""
    chance, made = random.Random(seed), []
    while len(made) < count:
        at = chance.randrange(min(len(original), 400) if chance.random() < 0.5 else len(original))
        size = chance.choice([0, 1, 1, 1, 2, 44])
        data = original[:at] + chance.choice([*MIXED, b"", bytes((chance.randrange(256),))]) + original[at + size :]
        if chance.random() < 0.2:
            lines = data.split(b"\n")
            chance.shuffle(lines) if chance.random() < 0.3 else lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            data = b"\n".join(lines)
        if data != original:
            made.append(data)
    return made


def _differences(original: bytes, core: Callable[[bytes], Hashable], court: Callable[[bytes], Hashable], seed: str, count: int) -> list[bytes]:
    assert core(original) == court(original)
    return [data for data in _mutations(original, seed, count) if _core(core, data) != _court(court, data)]


@pytest.mark.parametrize("name", ["log/checkpoint.300", "log/checkpoint.0", "fork/a.note"])
def test_mutated_notes_have_one_meaning(name: str) -> None:
    assert not _differences((V1 / name).read_bytes(), _core_note, _court_note, name, 3_000)


def test_mutated_proofs_have_one_meaning() -> None:
    assert not _differences(BAG["proofs/0001.tlog-proof"], _core_proof, _court_proof, "proof", 4_000)


def test_mutated_policies_have_one_meaning() -> None:
    assert not _differences(EXPERT, _core_policy, _court_policy, "policy", 4_000)


@pytest.mark.parametrize("number", ["0001", "0002"])
def test_mutated_records_have_one_meaning(number: str) -> None:
    assert not _differences(BAG[f"records/{number}.rec"], _core_record, _court_record, number, 4_000)


# --- values and keys ---

LIKELY = {
    Kind.UINT: r"-?[0-9]{1,21}",
    Kind.INT: r"-?[0-9]{1,20}",
    Kind.DATE: r"[0-9]{4}(-[01][0-9](-[0-3][0-9])?)?(/[0-9]{4}(-[01][0-9](-[0-3][0-9])?)?)?",
    Kind.DECIMAL: r"-?[0-9]{1,3}(\.[0-9]{0,3})?",
    Kind.DIGEST: r"(sha256|blake3):[0-9a-f]{63,65}|(sha512|sha3-512):[0-9a-f]{128}",
    Kind.BYTES: r"[A-Za-z0-9+/]{0,8}={0,2}",
    Kind.REF: r"[A-Za-z0-9+/]{43}=",
    Kind.INSTANT: r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z",
}


@st.composite
def spelled(draw: st.DrawFn) -> tuple[Kind, object]:
    kind = draw(st.sampled_from(list(Kind)))
    anything: st.SearchStrategy[object] = st.text() | st.booleans() | st.none()
    likely = st.from_regex(LIKELY[kind], fullmatch=True) if kind in LIKELY else anything
    return kind, draw(likely | likely | anything)


@settings(max_examples=1_000)
@given(spelled())
def test_a_value_has_one_meaning(case: tuple[Kind, object]) -> None:
    kind, spelling = case
    ours = _core(lambda value: value_bytes(kind, value), spelling)
    theirs = _court(lambda value: COURT.value_bytes(kind.name.lower(), value), spelling)
    assert ours == theirs


@pytest.mark.parametrize("day", ["2026-02-30", "2023-02-29", "2026-04-31", "0000-01-01"])
def test_an_instant_on_a_day_that_does_not_exist_is_refused_by_the_writer(day: str) -> None:
    """The one rule in which the core is stricter: the verifier only compares instants as text."""
    assert _core(lambda value: value_bytes(Kind.INSTANT, value), f"{day}T00:00:00Z") is None


@given(st.from_regex(LIKELY[Kind.DATE], fullmatch=True))
def test_both_know_the_same_partial_dates(text: str) -> None:
    assert is_partial_date(text) is COURT._is_date(text)


@given(st.data())
def test_mutated_keys_have_one_meaning(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from([k.text for k in parse_policy(EXPERT).logs[:1]] + [k.text for k in parse_policy(EXPERT).witnesses.values()]))
    at = data.draw(st.integers(0, len(original)))
    text = original[:at] + data.draw(st.text(max_size=2)) + original[at + data.draw(st.integers(0, 2)) :]
    assert _core(lambda t: _key(parse_vkey(t)), text) == _court(lambda t: _key(COURT.parse_vkey(t)), text)


# --- what the core writes ---

VALUES = st.one_of(
    st.tuples(st.just(Kind.TEXT), st.text().map(lambda t: t.encode("utf-8"))),
    st.tuples(st.just(Kind.BYTES), st.binary(max_size=40)),
    st.tuples(st.sampled_from([Kind.UINT, Kind.INT]), st.binary(min_size=8, max_size=8)),
    st.tuples(st.just(Kind.BOOL), st.sampled_from([b"\0", b"\1"])),
    st.tuples(st.just(Kind.DATE), st.dates().map(lambda d: d.isoformat().encode())),
    st.tuples(st.just(Kind.REF), st.binary(min_size=32, max_size=32)),
)
Fields = dict[str, tuple[Kind, bytes]]
FIELDS = st.dictionaries(st.from_regex(r"b\.x[a-z0-9_]{1,5}(\.[0-9])?", fullmatch=True), VALUES, min_size=1, max_size=20)
SECRET = st.binary(min_size=32, max_size=32)


@given(FIELDS, SECRET, SECRET, st.data())
def test_a_disclosure_written_by_the_core_is_read_by_the_court(fields: Fields, key: bytes, seed: bytes, data: st.DataObject) -> None:
    sealed = open_bytes(seal_bytes(key, seed, written(in_name_order([(name, *value) for name, value in fields.items()])), []))
    withheld = data.draw(st.sets(st.sampled_from(sorted(fields))))
    shown = format_disclosure(disclose(sealed, "log.example/x", 3, [], dict.fromkeys(withheld, "бяспека")))
    assert _core_record(shown) == _court_record(shown)
    record = COURT.parse_record(shown)
    assert (record.digest, record.commitment, record.withheld) == (sealed.digest, sealed.commitment, len(withheld))
    assert record.shown == {name: value for name, (_, value) in fields.items() if name not in withheld}


@pytest.fixture(scope="module")
def device() -> seal.DeviceKeys:
    return seal.DeviceKeys.from_seed(b"\7" * 32)


@pytest.mark.parametrize("size", [1, 2, 7, 300])
def test_a_signed_log_written_by_the_core_is_proven_to_the_court(size: int, device: seal.DeviceKeys) -> None:
    """Leaf, path, checkpoint and both log signatures, made here and checked by the file that a court runs."""
    leaves = [b"\1" + bytes((i & 255, i >> 8)) + bytes(30) for i in range(size)]
    frontier, done = Frontier().extend([leaf_hash(leaf) for leaf in leaves])
    nodes = {(level, index): value for level, index, value in done}
    text = Checkpoint("log.example/abc", size, frontier.root()).text
    public = device.public
    pairs = ((KeyKind.ED25519, public.log_ed25519), (KeyKind.ML_DSA_44, public.log_mldsa44))
    keys = tuple(VerifierKey("log.example/abc", kind, key) for kind, key in pairs)
    signed = [(k, seal.sign_log(device, k.scheme, signed_bytes(k, text, 1_700_000_000))) for k in keys]
    note = format_note(text, [signature_line(k, 1_700_000_000, signature) for k, signature in signed])
    policy = COURT.parse_policy(format_policy(Policy(keys, {}, {}, "none")))
    for index in {0, size // 2, size - 1}:
        path = inclusion_proof(index, size, lambda level, at: nodes[level, at])
        proof = COURT.parse_proof(Proof(index, tuple(path), note).text)
        COURT.check_checkpoint(proof.checkpoint, policy)
        COURT.check_inclusion(leaves[index], proof)
        assert check_proof(parse_proof(Proof(index, tuple(path), note).text), leaves[index], keys, seal.verify).checkpoint.size == size


def test_both_ask_for_the_same_signatures() -> None:
    """Types on which Ed25519 alone is enough: the list in the verifier is what the record types say."""
    assert frozenset(SCHEMAS) - BOTH_SIGNATURES == COURT.ED25519_ALONE
