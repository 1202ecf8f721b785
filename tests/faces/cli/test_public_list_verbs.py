"""``letapis import list-compare`` and ``letapis publish check``: the example beside ours, and a copy of the public list that does not hold."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from letapis.core.language import LANGUAGES
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.faces.cli.test_list_verbs import EXAMPLE, files
from tests.faces.cli.test_verbs import Hand, hand
from tests.faces.verifier.test_published import NEW, OLD, REST, policy, site

__all__ = ["hand"]


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the shared examples are not here")
def test_the_example_is_compared_with_our_dossiers(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Алена Прыкладовіч")
    hand.does("dossier", "new", "PRY-2", "--title", "Pryklad", "--kind", "group")
    made = hand.does("import", "list", *files(EXAMPLE), "--dossier", "PRY-2", "--mapping", "viasna")
    sheet = tmp_path / "compare.csv"
    told = hand.does("import", "list-compare", made["list"][:8], "--sheet", str(sheet))
    assert told["counts"] == {"pairs": 1, "differ": 1, "missing_here": 6, "missing_there": 0, "hidden": 1, "apart": 4}
    (pair,) = told["pairs"]
    assert pair["theirs"] == "90001" and pair["why"] and {one["kind"] for one in pair["differ"]} == {"only_theirs"}
    assert told["hidden"] == ["90007"] and set(told["apart"]) == {"90003", "90004", "90010", "90011"}
    with sheet.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 1 + len(pair["differ"]) + 6 + 1 + 4
    assert sheet.stat().st_mode & 0o77 == 0
    public = hand.does("import", "list-compare", made["list"][:8], "--against", "public")
    assert public["counts"] | {"missing_here": 0} == {"pairs": 0, "differ": 0, "missing_here": 0, "missing_there": 0, "hidden": 1, "apart": 4}
    assert "Maksim Vuzornik" in hand.says("import", "list-compare", made["list"][:8])
    assert hand.fails("import", "list-compare", "ffff")[0] == 3


def test_a_copy_of_the_public_list_is_checked(hand: Hand, tmp_path: Path) -> None:
    copies = {"old": site(OLD), "new": site(NEW), "silent": site(replace(OLD, number=2, entries=REST))}
    for name, found in copies.items():
        for path, data in found.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
    (tmp_path / "policy.txt").write_bytes(policy())
    told = [str(tmp_path / "old"), str(tmp_path / "new")]
    assert hand.does("publish", "check", *told, "--policy", str(tmp_path / "policy.txt"))["changes"]["removed"] == 1
    assert "KEYS NOT CONFIRMED" in hand.says("publish", "check", *told)
    assert hand.fails("publish", "check", told[0], str(tmp_path / "silent")) == (5, "publish.does_not_hold")
    assert hand.fails("publish", "check", str(tmp_path / "no")) == (3, "publish.nothing_to_check")
    assert hand.fails("publish", "check", *told, told[0]) == (2, "publish.copies")
    assert hand.fails("publish", "check", *told, "--policy", str(tmp_path / "no")) == (3, "cli.file_unreadable")


def test_the_verbs_are_explained_in_each_language() -> None:
    for language in LANGUAGES:
        assert {"import list-compare", "publish check"} <= build(texts(), language).all.keys()
