"""Somebody outside, with checkpoints that they kept, the verifier and ``letapis witness``: a fork, a rollback, a back-dated record and a
removed item are each found. They have no workspace of the organisation and no passphrase of anybody's.

A custody record that was left out of a case file alone is missed by the verifier: ``tests/desk/test_casefile.py``.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from letapis.desk import casefile, evidence, logs
from letapis.desk.opening import Desk
from letapis.faces import cli
from tests.conftest import Clock
from tests.desk.casework import LETTER, office, work_at
from tests.engines.test_witness import HONEST, OTHER, Log

KEYS = ("--keys", "policy.txt")


@dataclass
class Outsider:
    """A folder, and the words that the program says in it."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def says(self, *words: str) -> tuple[int, Any]:
        code = cli.main([*words, "--json"])
        return code, json.loads(self.capsys.readouterr().out or "{}")

    def keeps(self, name: str, note: bytes) -> str:
        (self.folder / name).write_bytes(note)
        return name

    def compares(self, first: bytes, second: bytes, *more: str) -> tuple[int, str]:
        code, said = self.says("witness", "compare", self.keeps("first.note", first), self.keeps("second.note", second), *KEYS, *more)
        return code, said["found"]


@pytest.fixture
def outsider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Outsider:
    folder = tmp_path / "outside"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "policy.txt").write_text("".join(f"log {key.text}\n" for key in HONEST.vkeys) + "quorum none\n")
    return Outsider(folder, capsys)


def test_a_fork_is_found_by_two_who_compare_what_they_were_shown(outsider: Outsider) -> None:
    assert outsider.compares(HONEST.note(9), HONEST.note(9)) == (0, "same")
    assert outsider.compares(HONEST.note(9), OTHER.note(9)) == (6, "fork")


def test_a_rollback_is_found_by_the_times_that_the_log_itself_signed(outsider: Outsider) -> None:
    assert outsider.compares(HONEST.note(12, 2_000), HONEST.note(9, 3_000)) == (6, "rollback")
    assert outsider.compares(HONEST.note(12, 3_000), HONEST.note(9, 2_000)) == (0, "open")


def test_an_item_that_was_taken_out_of_the_log_leaves_no_way_from_the_old_tree_to_the_new(outsider: Outsider) -> None:
    """An item had a proof once. Without it there is no consistency proof, and no other tree holds its leaf at its place."""
    words = [f"record {i}" for i in range(20)]
    removed = Log([word for i, word in enumerate(words) if i != 4])
    for old, new in ((9, 12), (5, 19), (8, 16)):
        (outsider.folder / "asked").write_bytes(removed.request(old, new))
        assert outsider.compares(HONEST.note(old), removed.note(new), "--request", "asked") == (6, "unproven")
    (outsider.folder / "asked").write_bytes(HONEST.request(9, 12))
    assert outsider.compares(HONEST.note(9), HONEST.note(12), "--request", "asked") == (0, "continues")


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return office(make_desk(1, clock=Clock(datetime(2026, 11, 25, 12, tzinfo=UTC))))


def _case(desk: Desk, dossier: bytes, outsider: Outsider, name: str) -> Path:
    target = outsider.folder / name
    casefile.export_case_file(desk, desk.reader("submit"), dossier, target, "An invented court", "a hearing")
    for option, data in zip(("policy", "devices"), casefile.trust_files(desk, desk.reader("work")), strict=True):
        (outsider.folder / f"{option}.txt").write_bytes(data)
    return target


def _verified(target: Path) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", str(target / "verify.py"), str(target), "--policy", "policy.txt", "--devices", "devices.txt"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return run.returncode, run.stdout


def test_a_back_dated_record_is_found_by_a_checkpoint_that_was_signed_without_it(desk: Desk, outsider: Outsider) -> None:
    work = work_at(desk)
    kept = outsider.keeps("kept.note", logs.sign_checkpoint(desk))
    before = _case(desk, work.dossier, outsider, "before")
    assert outsider.says("witness", "audit", str(before), kept, *KEYS)[0] == 0
    # The clock of the machine is set back three months, and an item is written that claims to be older than it is.
    clock: Any = desk.clock
    clock.now = datetime(2026, 8, 20, 9, tzinfo=UTC)
    evidence.add_evidence(desk, desk.reader("work"), work.dossier, evidence.EvidenceForm("Old letter", "document"), [LETTER + b"2"])
    clock.now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    after = _case(desk, work.dossier, outsider, "after")
    code, said = _verified(after)
    assert code == 0, f"in itself the case file is sound: {said}"
    code, found = outsider.says("witness", "audit", str(after), kept, *KEYS)
    assert code == 6
    assert {(one["found"], one["day"], one["signed"]) for one in found["against"]} == {("back_dated", "2026-08-20", "2026-11-25")}


def test_a_case_file_from_another_history_is_found_by_any_kept_checkpoint(desk: Desk, outsider: Outsider, make_desk: Callable[..., Desk]) -> None:
    """The device was copied: the copy went on by itself, without the item that the outsider has a proof of."""
    copy = office(make_desk(1, clock=Clock(datetime(2026, 11, 25, 12, tzinfo=UTC))))
    work_at(desk)
    theirs = work_at(copy)
    kept = outsider.keeps("kept.note", logs.sign_checkpoint(desk))
    case = _case(copy, theirs.dossier, outsider, "case")
    assert _verified(case)[0] == 0
    code, found = outsider.says("witness", "audit", str(case), kept, *KEYS)
    assert (code, [one["found"] for one in found["against"]]) == (6, ["fork"])
