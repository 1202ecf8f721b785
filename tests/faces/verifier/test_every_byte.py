"""One byte of a good case file is changed at a time: no change may leave the verdict as it was.

First with the manifests as they stand, as accident and clumsy tampering do: the bag itself must betray every byte of every file, the
manifests and tagmanifests included. Then with every manifest recomputed, as a forger does: records, proofs, notes and time stamps must
betray it, save for the few bytes that state nothing (white space of JSON, the sender's reason for a withheld field, signatures of
witnesses whom the expert does not know).

A sample runs always; the marker ``long`` runs every byte.
"""

import itertools
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from letapis.faces.verifier import verify

TAG_FILES = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
MASKS = (0x01, 0x20, 0x80, 0x03, 0x40)  # a neighbour, the other case, no ASCII, a digit for a digit, a control character
Check = Callable[..., dict[str, Any]]
Change = tuple[str, int, int]


@pytest.fixture(scope="module")
def good(memory_bag: Callable[[str], Any]) -> Any:
    return memory_bag("good")


@pytest.fixture(scope="module")
def verdict(good: Any, check: Check) -> dict[str, Any]:
    report = check(good)
    assert report["exit"] == 0
    return report


def _flipped(bag: Any, change: Change) -> Any:
    name, place, mask = change
    data = bytearray(bag.files[name])
    data[place] ^= mask
    return bag.changed(name, bytes(data))


def _every(bag: Any, names: Iterator[str] | list[str], step: int = 1, masks: int = 1) -> Iterator[Change]:
    """Every ``step``-th byte of these files, each under ``masks`` masks that change from byte to byte."""
    for name in names:
        for place in range(len(name) % step, len(bag.files[name]), step):
            for n in range(masks):
                yield name, place, MASKS[(place + n) % len(MASKS)]


def _assert_found(bag: Any, check: Check, changes: Iterator[Change]) -> int:
    count = 0
    for count, change in enumerate(changes, 1):  # noqa: B007  (the count is what is returned)
        report = check(_flipped(bag, change))
        assert report["exit"] in (1, 2), change
        assert report["bag"] != "OK", change
    return count


def test_every_byte_of_bagit_txt_bag_info_and_tagmanifests_is_found(good: Any, verdict: Any, check: Check) -> None:
    names = [name for name in TAG_FILES if not name.startswith("manifest")]
    assert _assert_found(good, check, _every(good, names, masks=2)) == 2 * sum(len(good.files[name]) for name in names)


def test_bytes_of_the_payload_manifests_are_found(good: Any, verdict: Any, check: Check) -> None:
    assert _assert_found(good, check, _every(good, ["manifest-sha256.txt", "manifest-sha512.txt"], step=5)) > 1500


def test_bytes_of_records_proofs_and_notes_are_found(good: Any, verdict: Any, check: Check) -> None:
    names = [name for name in sorted(good.files) if name.endswith((".rec", ".tlog-proof", ".note"))]
    assert _assert_found(good, check, _every(good, names, step=89)) > 1800


def test_two_thousand_seeded_bytes_anywhere_else_are_found(good: Any, verdict: Any, check: Check) -> None:
    chance = random.Random(20260921)
    others = [name for name in sorted(good.files) if name not in TAG_FILES and not name.endswith((".rec", ".tlog-proof", ".note"))]
    changes = []
    for _ in range(2000):
        name = chance.choice(others)
        changes.append((name, chance.randrange(len(good.files[name])), chance.randrange(1, 256)))
    assert _assert_found(good, check, iter(changes)) == 2000


def test_added_cut_and_emptied_files_are_found(good: Any, verdict: Any, check: Check) -> None:
    for name, data in good.files.items():
        for other in (data + b"\n", data + b" ", data + b"\0", b"\n" + data, b"\xef\xbb\xbf" + data, data[:-1], data[1:], b"", data + data):
            report = check(good.changed(name, other))
            assert report["exit"] in (1, 2), name


def test_swapped_renamed_and_missing_files_are_found(good: Any, verdict: Any, check: Check) -> None:
    names = sorted(good.files)
    for name, other in itertools.pairwise(names):
        swapped = good.changed(name, good.files[other])
        swapped.files[other] = good.files[name]
        assert check(swapped)["exit"] in (1, 2), (name, other)
        renamed = good.changed(name + "x", good.files[name])
        del renamed.files[name]
        assert check(renamed)["exit"] in (1, 2), name


def test_without_the_experts_keys_no_change_becomes_proven_either(good: Any, check: Check) -> None:
    assert check(good, policy=None, devices=None)["exit"] == 3
    chance = random.Random(3)
    for _ in range(200):
        name = chance.choice(sorted(good.files))
        report = check(_flipped(good, (name, chance.randrange(len(good.files[name])), chance.randrange(1, 256))), policy=None, devices=None)
        assert report["exit"] in (1, 2)


# --- with the manifests recomputed -------------------------------------------------------------------------------------


def _without_reasons(data: bytes) -> Any:
    whole = json.loads(data)
    for item in whole["fields"]:
        item.pop("reason", None)
    return whole


def _known_lines(checkpoint: Any, policy: Any) -> Any:
    known = {(key.name, key.key_id) for key in (*policy.logs, *policy.witnesses.values())}
    return checkpoint.text, sorted((line.name, line.payload) for line in checkpoint.lines if (line.name, line.key_id) in known)


def _meaning(name: str, data: bytes, expert: tuple[str, str], bag: Any) -> Any:
    """What a file states to an expert with these keys; two contents that state the same may get the same verdict."""
    if name.endswith(".rec"):
        return _without_reasons(data)
    if name.endswith(".tlog-proof"):
        proof = verify.parse_proof(data)
        return proof.index, proof.path, _known_lines(proof.checkpoint, verify.parse_policy(expert[0].encode()))
    if name == "data/items.csv":
        return [{**row, "derived_from": ""} for row in verify.parse_table(data, verify.ITEM_COLUMNS, name)]
    if name == "data/tombstones.csv":
        return [{**row, "class": ""} for row in verify.parse_table(data, verify.TOMBSTONE_COLUMNS, name)]
    if name.endswith(".ots"):
        return verify.parse_ots(data, verify.sha256(bag.files["data/anchors/300.note"]))
    if name.endswith(".tsq"):
        return verify.parse_request(data)
    return data


def _is_better(report: dict[str, Any], verdict: dict[str, Any]) -> bool:
    """More is claimed than before: another time, fewer fields withheld, an anchor that did not count."""
    results = [sorted(row["result"] for row in one["items"]) for one in (report, verdict)]
    anchored = [sum(row["result"].startswith("ANCHORED") for row in one["anchors"]) for one in (report, verdict)]
    return results[0] != results[1] or anchored[0] > anchored[1] or report["checkpoint"] != verdict["checkpoint"]


def _is_found(bag: Any, verdict: dict[str, Any], check: Check, expert: tuple[str, str], change: Change) -> bool:
    """The change is found; True also when it states nothing. Whatever the file, it never makes the verdict better."""
    changed = _flipped(bag, change)
    report = check(changed.redone())
    assert report["exit"] in (0, 1)
    if report["exit"] == 1:
        return True
    if {**report, "notes": []} != {**verdict, "notes": []}:
        return not _is_better(report, verdict)
    name = change[0]
    return bool(_meaning(name, changed.files[name], expert, bag) == _meaning(name, bag.files[name], expert, bag))


def _stating(bag: Any) -> list[str]:
    """Files that state something to an expert with keys of their own. Roots are for openssl; the bag's own policy is not used."""
    unused = ("data/policy.txt", "data/devices.txt")
    return [name for name in sorted(bag.files) if name.startswith("data/") and name not in unused and not name.endswith(".pem")]


def test_a_forger_who_recomputes_the_manifests_is_found(good: Any, verdict: Any, check: Check, expert: tuple[str, str]) -> None:
    chance = random.Random(1)
    for name in _stating(good):
        places = {chance.randrange(len(good.files[name])) for _ in range(16)}
        for place in sorted(places):
            change = (name, place, MASKS[place % len(MASKS)])
            assert _is_found(good, verdict, check, expert, change), change


def test_bytes_of_the_tables_are_found_or_state_nothing(good: Any, verdict: Any, check: Check, expert: tuple[str, str]) -> None:
    for change in _every(good, ["data/items.csv", "data/tombstones.csv"], step=2):
        assert _is_found(good, verdict, check, expert, change), change


def test_the_harness_notices_a_verifier_that_misses_a_byte(good: Any, verdict: Any, check: Check, expert: tuple[str, str]) -> None:
    """Against a check that always answers as for the unchanged file, a changed salt counts as missed."""
    place = good.files["data/records/0001.rec"].index(b'"salt": "') + 10
    assert not _is_found(good, verdict, lambda bag: verdict, expert, ("data/records/0001.rec", place, 0x01))


@pytest.mark.long
def test_really_every_byte_is_found(good: Any, verdict: Any, check: Check) -> None:
    count = _assert_found(good, check, _every(good, sorted(good.files)))
    assert count == sum(map(len, good.files.values()))


@pytest.mark.long
def test_really_every_byte_of_the_tag_files_is_found_under_every_mask(good: Any, verdict: Any, check: Check) -> None:
    _assert_found(good, check, _every(good, list(TAG_FILES), masks=len(MASKS)))


@pytest.mark.long
def test_a_forger_is_found_at_every_seventh_byte(good: Any, verdict: Any, check: Check, expert: tuple[str, str]) -> None:
    for change in _every(good, _stating(good), step=7):
        assert _is_found(good, verdict, check, expert, change), change
