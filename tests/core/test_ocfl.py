"""Objects of an archive: every object that the specification's authors made gets its verdict, and no inventory of a stranger breaks the reader."""

import hashlib
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core import ocfl, ocfl_words
from letapis.core.ocfl_listing import ALGORITHMS, INVENTORY, Listing, is_text, roots

OBJECTS = Path(__file__).parents[1] / "vectors" / "ocfl"
EVERY = sorted(OBJECTS.glob("*/*.tgz"))
GOOD = OBJECTS / "good-objects" / "updates_three_versions_one_file.tgz"


def members(path: Path) -> dict[str, bytes]:
    found = {}
    with tarfile.open(path) as packed:
        for one in packed:
            stream = packed.extractfile(one)
            if stream is not None:
                found[one.name.partition("/")[2]] = stream.read()
    return found


def listing(files: dict[str, bytes]) -> Listing:
    names = {name: name.partition("-")[0] for name in ALGORITHMS}
    digests = {path: {name: hashlib.new(own, data, usedforsecurity=False).hexdigest() for name, own in names.items()} for path, data in files.items()}
    return Listing(digests, {path: data for path, data in files.items() if is_text(path)})


def codes(said: tuple[tuple[str, str], ...]) -> set[str]:
    return {code for code, _ in said}


def test_all_objects_of_the_authors_are_here() -> None:
    kinds = [path.parent.name for path in EVERY]
    assert {kind: kinds.count(kind) for kind in kinds} == {"bad-objects": 34, "good-objects": 8, "warn-objects": 8}


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_every_object_gets_the_verdict_that_its_name_says(path: Path) -> None:
    verdict = ocfl.check(listing(members(path)))
    named = set(re.findall(r"(?<![A-Za-z])[EW]\d{3}", path.stem))
    if path.parent.name == "bad-objects":
        assert named and named <= codes(verdict.faults)
    elif path.parent.name == "warn-objects":
        assert verdict.sound and named and named <= codes(verdict.warnings)
    else:
        assert verdict.sound and not verdict.warnings and verdict.head
    assert all(code in ocfl_words.MEANINGS for code, _ in verdict.faults + verdict.warnings), "each has its sentence"


def test_a_changed_missing_or_added_byte_is_found() -> None:
    files = members(GOOD)
    assert ocfl.check(listing(files)).head == "v3"
    for path in sorted(files):
        changed = dict(files) | {path: files[path] + b"x"}
        assert not ocfl.check(listing(changed)).sound, path
        verdict = ocfl.check(listing({name: data for name, data in files.items() if name != path}))
        assert not verdict.sound or (path.startswith("v") and "W010" in codes(verdict.warnings)), path
    assert not ocfl.check(listing(files | {"v2/content/added.txt": b"x"})).sound


def test_a_member_of_the_inventory_that_stands_twice_is_no_inventory() -> None:
    files = members(OBJECTS / "good-objects" / "spec-ex-minimal.tgz")
    files[INVENTORY] = files[INVENTORY].replace(b'"head"', b'"head": "v9", "head"', 1)
    assert "E033" in codes(ocfl.check(listing(files)).faults)


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["a.txt"], ()),
        (["inventory.json"], ()),
        (["inventory.json", "inventory.json.sha512"], ("",)),
        (["x/0=ocfl_object_1.1", "x/v1/inventory.json", "x/v1/inventory.json.sha512", "y/0=ocfl_object_1.0"], ("x", "y")),
        (["x/0=ocfl_object_1.1", "x/v1/content/0=ocfl_object_1.1"], ("x",)),
    ],
)
def test_objects_are_found_by_their_names(paths: list[str], found: tuple[str, ...]) -> None:
    assert roots(paths) == found


NAMES = st.sampled_from(["v1", "v02", "state", "user", "created", "ab", "md5"])
BLOCKS = ("id", "type", "digestAlgorithm", "head", "contentDirectory", "manifest", "versions", "fixity")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=6) | st.sampled_from(["v1", "v2", "sha512", "a/b", "../x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(BLOCKS, JSON)))
def test_no_inventory_breaks_the_reader(told: dict[str, Any]) -> None:
    data = json.dumps(told).encode()
    files = {"0=ocfl_object_1.1": b"ocfl_object_1.1\n", INVENTORY: data, "v1/inventory.json": data, "v1/content/a": b"a"}
    verdict = ocfl.check(listing(files))
    assert verdict.faults and len(verdict.faults) <= ocfl.MOST
