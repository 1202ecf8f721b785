"""Time stamps: every sample with its expected verdict, with and without openssl, and OpenTimestamps with its header."""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.faces.verifier import verify

ANCHORS = Path(__file__).parents[2] / "vectors" / "letapis-v1" / "anchors"
EXPECTED = json.loads((ANCHORS / "expected.json").read_text(encoding="utf-8"))
NOTE = (ANCHORS / "300.note").read_bytes()
DIGEST = hashlib.sha256(NOTE).digest()
HEADER = (ANCHORS / "300.note.btc").read_bytes()


@pytest.fixture
def anchored(tmp_path: Path, memory_bag: Callable[[str], Any], expert: tuple[str, str]) -> Callable[..., str]:
    """The good sample with these anchors (name in the case file -> bytes) in place of its own; returns the result of the one anchor."""
    with_roots = {f"root-{name}.pem": (ANCHORS / f"root-{name}.pem").read_bytes() for name in ("one", "two")}

    def result(files: dict[str, bytes], test_headers: bool = False, **options: Any) -> str:
        bag = memory_bag("no-anchors")
        for name, data in {"300.note": NOTE, **with_roots, **files}.items():
            bag.files["data/anchors/" + name] = data
        folder = bag.redone().write(tmp_path / hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:12])
        policy, devices = (text.encode() for text in expert)
        report = verify.verify_folder(verify.Folder(str(folder)), policy, devices, test_headers=test_headers, **options)
        (row,) = report["anchors"]
        assert report["exit"] == (1 if row["result"].startswith("FAIL") else 0)
        return str(row["result"])

    return result


def _pair(name: str) -> dict[str, bytes]:
    return {f"300.note.a.{ending}": (ANCHORS / f"{name}.{ending}").read_bytes() for ending in ("tsq", "tsr")}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the signatures of tokens are checked by openssl")
@pytest.mark.parametrize("name", [name for name in EXPECTED if (ANCHORS / f"{name}.tsr").exists()])
def test_sample_token(name: str, anchored: Callable[..., str]) -> None:
    result, valid = anchored(_pair(name)), EXPECTED[name].startswith("valid")
    assert result.startswith("ANCHORED 2026-" if valid else "FAIL time stamp")


def test_every_sample_has_its_test() -> None:
    tokens = {name for name in EXPECTED if (ANCHORS / f"{name}.tsr").exists()}
    assert set(EXPECTED) - tokens == {"300.note.ots", "300.note.btc", "other-header.btc", "trailing-bytes.ots"}
    assert {path.stem for path in ANCHORS.glob("*.tsr")} == tokens


def test_nonce_and_imprint_are_compared_without_openssl(anchored: Callable[..., str]) -> None:
    """These two checks are our own: they must not depend on a program that may be missing."""
    never = {"checker": lambda token: ("OK", "root-one.pem")}
    assert anchored(_pair("one-good"), **never).startswith("ANCHORED")
    assert anchored(_pair("one-nonce-of-another-request"), **never) == "FAIL time stamp (imprint or nonce of another request)"
    assert anchored({**_pair("one-good"), "300.note": NOTE + b"\n"}, **never).startswith("FAIL")
    alone = {"300.note.a.tsr": _pair("one-good")["300.note.a.tsr"]}
    assert "request is missing" in anchored(alone, **never)


def test_without_openssl_it_prints_the_command_and_does_not_count_the_stamp(anchored: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify.shutil, "which", lambda _: None)
    result = anchored(_pair("one-good"))
    assert result.startswith("NOT-ANCHORED (check by hand: openssl ts -verify -digest " + DIGEST.hex())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the signatures of tokens are checked by openssl")
def test_a_root_that_is_not_the_authoritys_leaves_the_stamp_unconfirmed(anchored: Callable[..., str]) -> None:
    result = anchored(_pair("one-good"), roots=(str(ANCHORS / "root-two.pem"),))
    assert result.startswith("NOT-ANCHORED (none of the roots is that of this authority")
    assert "your root certificate" in anchored(_pair("one-good"), roots=(str(ANCHORS / "root-one.pem"),))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the signatures of tokens are checked by openssl")
def test_a_broken_root_file_is_no_proof(anchored: Callable[..., str], tmp_path: Path) -> None:
    root = tmp_path / "broken.pem"
    root.write_bytes(b"no certificate")
    assert anchored(_pair("one-good"), roots=(str(root),)).startswith("NOT-ANCHORED")


def test_a_stamp_over_another_checkpoint_counts_for_nothing(memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    """A genuine note of the log at another size: the signatures hold, but no proof here leads to it."""
    bag = memory_bag("no-anchors")
    note = (ANCHORS.parent / "log" / "checkpoint.256").read_bytes()
    bag.files["data/anchors/256.note"] = note
    bag.files["data/anchors/256.note.ots"] = (
        verify.OTS_MAGIC + b"\x01\x08" + hashlib.sha256(note).digest() + b"\x00" + verify.OTS_PENDING + b"\x02\x01a"
    )
    (row,) = check(bag.redone())["anchors"]
    assert row["result"] == "NOT-ANCHORED (over a checkpoint that no proof here uses)"


@pytest.mark.parametrize("name", ["300.note.tsr", "301.note.a.tsr", "a.ots", "x.tsr"])
def test_a_stamp_beside_no_note_fails(name: str, memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    bag = memory_bag("no-anchors")
    bag.files["data/anchors/" + name] = _pair("one-good")["300.note.a.tsr"]
    report = check(bag.redone())
    assert report["exit"] == 1 and report["anchors"][0]["result"].startswith("FAIL")


def _ots(name: str = "300.note.ots") -> bytes:
    return (ANCHORS / name).read_bytes()


def test_opentimestamps_path_and_header(anchored: Callable[..., str]) -> None:
    both = {"300.note.ots": _ots(), "300.note.btc": HEADER}
    weak = anchored(both)
    assert weak.startswith("NOT-ANCHORED (block 5 ") and weak.endswith("test or weak header)")
    assert anchored(both, test_headers=True).startswith("ANCHORED block 5 ")
    assert anchored({**both, "300.note.btc": (ANCHORS / "other-header.btc").read_bytes()}, test_headers=True).startswith("FAIL Bitcoin header")
    assert anchored({**both, "300.note.ots": _ots("trailing-bytes.ots")}).startswith("FAIL OpenTimestamps")


def test_without_a_header_it_says_what_the_block_must_hold(anchored: Callable[..., str]) -> None:
    header = bytes.fromhex(HEADER.split()[1].decode())
    assert anchored({"300.note.ots": _ots()}) == f"NOT-ANCHORED (block 5 must have the Merkle root {header[36:68][::-1].hex()})"


def _tree(body: bytes) -> bytes:
    return verify.OTS_MAGIC + b"\x01\x08" + DIGEST + body


PENDING = b"\x00" + verify.OTS_PENDING + b"\x0e\x0dhttps://a.b:1"
BITCOIN = b"\x00" + verify.OTS_BITCOIN + b"\x01\x05"


def test_tree_of_branches_is_walked() -> None:
    found = verify.parse_ots(_tree(b"\xff" + PENDING + b"\xff\xf0\x02ab\x08" + BITCOIN + b"\xf3\x02" + BITCOIN), DIGEST)
    assert found == [(5, hashlib.sha256(DIGEST + b"ab").digest()), (5, None)]
    assert verify.parse_ots(_tree(PENDING), DIGEST) == []
    assert verify.parse_ots(_tree(b"\xf2" + BITCOIN), DIGEST) == [(5, DIGEST[::-1])]
    assert verify.parse_ots(_tree(b"\xf1\x01x" + BITCOIN), DIGEST) == [(5, b"x" + DIGEST)]


@pytest.mark.parametrize(
    "data",
    [
        b"", _tree(b""), _tree(PENDING) + b"\0", _tree(b"\xf0\x00" + PENDING), _tree(b"\x99" + PENDING), _tree(b"\xff" + PENDING),
        _tree(b"\x08" * 300 + PENDING), _tree(b"\xf3" * 8 + PENDING), _tree(b"\x00" + verify.OTS_BITCOIN + b"\x02\x05\x05"),
        _tree(b"\x00" + verify.OTS_BITCOIN + b"\x02\x85\x00"), _tree(b"\x00" + verify.OTS_PENDING + b"\x03\x02\x1b["),
        verify.OTS_MAGIC + b"\x02\x08" + DIGEST + PENDING, verify.OTS_MAGIC + b"\x01\x02" + DIGEST[:20] + PENDING,
        verify.OTS_MAGIC + b"\x01\x08" + bytes(32) + PENDING, _tree(b"\xf0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" + PENDING),
    ],
)  # fmt: skip
def test_stamp_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(verify.Fault):
        verify.parse_ots(data, DIGEST)


@given(st.binary(max_size=200))
def test_random_trees_end_in_a_fault_or_a_list(body: bytes) -> None:
    with contextlib.suppress(verify.Fault):
        assert isinstance(verify.parse_ots(_tree(body), DIGEST), list)


def _header(height: int = 5, **parts: bytes) -> bytes:
    raw = bytes.fromhex(HEADER.split()[1].decode())
    time, bits, nonce = parts.get("time", raw[68:72]), parts.get("bits", raw[72:76]), parts.get("nonce", raw[76:])
    return b"%d %s\n" % (height, (raw[:68] + time + bits + nonce).hex().encode())


def test_headers_without_work_or_of_another_block_are_refused() -> None:
    root = bytes.fromhex(HEADER.split()[1].decode())[36:68]
    for data in (
        _header(bits=bytes.fromhex("ffff001d")),  # a real target that this header does not meet
        _header(bits=bytes.fromhex("ffffff21")),  # negative target
        _header(bits=bytes.fromhex("00000020")),  # target zero
        _header(bits=bytes.fromhex("ffff0001")),  # target below one
        _header(height=6),
        HEADER[:-1],
        HEADER.upper(),
        b"05" + HEADER[1:],
        HEADER[:-3] + b"\n",
    ):
        with pytest.raises(verify.Fault):
            verify.check_header(data, [(5, root)], True)
    with pytest.raises(verify.Fault):
        verify.check_header(HEADER, [(5, None)], True)


def test_a_real_header_counts() -> None:
    """Block 170,000 of Bitcoin is from before 2014 and weak; block 300,000 carries enough work."""
    header = (
        "020000007ef055e1674d2e6551dba41cd214debbee34aeb544c7ec670000000000000000"
        "d3998963f80c5bab43fe8c26228e98d030edf4dcbe48a666f5c39e2d7a885c9102c86d536c890019593a470d"
    )
    root = bytes.fromhex(header)[36:68]
    strong, text, _ = verify.check_header(b"300000 %s\n" % header.encode(), [(300000, root)], False)
    assert strong and "000000000000000082ccf8f1557c5d40b21edabb18d2d691cfbf87118bac7254" in text and "2014-05-10" in text


@pytest.mark.parametrize("name", ["one-good.tsr", "two-good.tsr", "one-good-ordered.tsr"])
def test_cut_or_prolonged_tokens_are_refused(name: str) -> None:
    data = (ANCHORS / name).read_bytes()
    assert verify.parse_reply(data).imprint == DIGEST
    for other in (data[:-1], data + b"\0", data[:50], b"\x30\x84" + data[2:], data.replace(verify.OID_SHA256, verify.OID_SHA256[:-1] + b"\x09")):
        with pytest.raises(verify.Fault):
            verify.parse_reply(other)


def test_a_refusing_authority_is_no_stamp() -> None:
    with pytest.raises(verify.Fault):
        verify.parse_reply(bytes.fromhex("30053003020102"))


@pytest.mark.parametrize("data", ["0280", "028100", "02820001ff", "0285000000000100", "1f8101", "0203", "30"])
def test_der_with_other_lengths_than_the_shortest_is_refused(data: str) -> None:
    with pytest.raises(verify.Fault):
        verify.der_nodes(bytes.fromhex(data))


@pytest.mark.parametrize("text", ["", "20261122082201", "20261322082201Z", "20261122082201.0Z", "19700101000000Z", "2026112208220１Z"])
def test_stamp_times_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(verify.Fault):
        verify._stamped_time(text)
