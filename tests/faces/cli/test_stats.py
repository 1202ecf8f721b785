"""``letapis stats``: the same numbers from the same snapshot, other days and snapshots beside them, and what it needs said kindly."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from letapis.core.published import encode
from letapis.faces import cli
from tests.faces.cli.conftest import quiet
from tests.public import published_of


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    quiet(monkeypatch)
    now, then = tmp_path / "now.json", tmp_path / "then.json"
    now.write_bytes(encode(published_of(90, number=2)))
    then.write_bytes(encode(replace(published_of(70), day="2026-02-20")))
    return str(now), str(then)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.main(["stats", *words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_same_snapshot_gives_the_same_numbers(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    first, again = (run(capsys, "--snapshot", files[0], "--json", "--as-of", "2026-06-30") for _ in range(2))
    told = json.loads(first[1])
    assert first == again and told["as_of"] == "2026-06-30" and told["snapshot"] == 2
    held = told["figures"][0]
    assert held["sentences"]["en"].startswith(f"At least {held['at_least']} people") and held["rule"]["ru"]
    assert {table["unit"] for table in told["tables"]} == {"persons", "episodes", "proceedings", "articles"}


def test_against_an_older_snapshot_the_months_that_changed_are_named(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--snapshot", files[0], "--against", files[1], "--language", "en")
    assert code == 0
    assert "January 2026: " in out and " in the snapshot of 20 February 2026, " in out
    told = json.loads(run(capsys, "--snapshot", files[0], "--against", "2021-09-01", "--json")[1])
    assert told["against"] == "2021-09-01" and told["differences"] and not told["series"]


def test_as_a_table_every_number_carries_its_day_and_rule(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(capsys, "--snapshot", files[0], "--csv", "--months", "3", "--language", "be")[1])))
    assert rows and all(row["as_of"] == "2026-11-20" and row["rule"] and row["unit"] for row in rows)
    assert sum(row["table"] == "month_held" for row in rows) == 3


def test_what_it_needs_is_said(files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "none.json").write_text("{}")
    for words, said in (
        (("--months", "0"), "--snapshot FILE"),
        (("--snapshot", files[0], "--as-of", "2027-01-01"), "not later than the snapshot"),
        (("--snapshot", files[0], "--months", "999"), "240"),
        (("--snapshot", str(tmp_path / "none.json")), "snapshot"),
        (("--snapshot", str(tmp_path / "missing.json")), "file"),
    ):
        code, out, err = run(capsys, *words, "--language", "en")
        assert code and not out and said in err, (words, err)
