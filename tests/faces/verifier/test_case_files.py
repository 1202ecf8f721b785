"""Whole case files: the sample set with its expected verdicts, as a command on every Python that is here, and hostile ones."""

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letapis.faces.verifier import verify

VECTORS = Path(__file__).parents[2] / "vectors"
CASES = VECTORS / "letapis-v1" / "case-file"
EXPECTED: dict[str, Any] = {name: case for name, case in json.loads((CASES / "expected.json").read_text()).items() if name != "_note"}
SCRIPT = Path(verify.__file__)


def _run(*arguments: str, python: str = sys.executable, environment: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    command = [python, "-I", "-S", str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment, timeout=120)


def _pythons() -> list[str]:
    """This Python and every other one from 3.9 on that pyenv or the system has."""
    found = {sys.executable}
    found |= {str(p) for p in Path.home().glob(".pyenv/versions/3.*/bin/python3") if int(p.parts[-3].split(".")[1]) >= 9}
    found |= {f"/usr/bin/python3.{minor}" for minor in range(9, 16) if Path(f"/usr/bin/python3.{minor}").exists()}
    return sorted(found)


def _normal(result: str) -> str:
    """Of a FAIL only the word is binding."""
    return "FAIL" if result.startswith("FAIL") else result


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_case_file(name: str, case_path: Callable[[str], Path], expert: tuple[str, str]) -> None:
    report, expected = verify.verify_case_file(str(case_path(name)), *expert), EXPECTED[name]
    results = {row["item"]: _normal(row["result"]) for row in report["items"]}
    wanted = {item: _normal(result) for item, result in expected["results"].items()}
    if wanted.pop("anchor", "") == "NOT-ANCHORED":
        assert report["time"] == "NOT-ANCHORED" and report["anchors"] == [{"name": "none", "result": "NOT-ANCHORED"}]
    bag = wanted.pop("bag", "OK")
    assert _normal(report["bag"]) == bag
    assert results == wanted
    assert report["exit"] == expected["exit"]
    assert report["keys"] == "confirmed"


def test_samples_fail_for_the_reason_that_the_samples_give(case_path: Callable[[str], Path], expert: tuple[str, str]) -> None:
    for name, expected in EXPECTED.items():
        report = verify.verify_case_file(str(case_path(name)), *expert)
        rows = {row["item"]: row["result"] for row in report["items"]}
        for item, result in expected["results"].items():
            if item not in ("bag", "anchor"):
                assert rows[item].startswith(result), (name, item)


def test_good_sample_counts_its_anchors(case_path: Callable[[str], Path], expert: tuple[str, str]) -> None:
    report = verify.verify_case_file(str(case_path("good")), *expert)
    anchors = {row["name"]: row["result"] for row in report["anchors"]}
    assert anchors.pop("300.note.ots").startswith("NOT-ANCHORED")
    assert len(anchors) == 2 and all(result.startswith("ANCHORED 2026-11-22") for result in anchors.values())
    assert report["checkpoint"] == {"origin": "log.example.org/3fqk7x2m9d4v6c8t", "size": 300}


@pytest.mark.parametrize("python", _pythons(), ids=lambda path: path.split("/versions/")[-1].replace("/bin/python3", ""))
def test_runs_alone_on_every_python(python: str, case_path: Callable[[str], Path]) -> None:
    """No site-packages, no environment: the file must stand alone."""
    mine = ["--policy", str(CASES / "expert-policy.txt"), "--devices", str(CASES / "expert-devices.txt"), "--json"]
    for name, exit_code in (("good", 0), ("custody-gap", 1)):
        done = _run(str(case_path(name)), *mine, python=python)
        assert (done.returncode, done.stderr) == (exit_code, "")
        assert json.loads(done.stdout)["exit"] == exit_code


def test_syntax_is_that_of_python_3_9() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_prints_its_own_hash(case_path: Callable[[str], Path]) -> None:
    own = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
    done = _run(str(case_path("no-anchors")))
    assert own in done.stdout.splitlines()[0]
    assert json.loads(_run(str(case_path("no-anchors")), "--json").stdout)["verifier"]["sha256"] == own


@pytest.mark.parametrize("name", ["good", "foreign-keys"])
def test_without_the_experts_keys_it_never_says_proven(name: str, case_path: Callable[[str], Path]) -> None:
    """Keys from the bag: exit 3 and fingerprints to compare. A stranger's case file looks exactly as good as ours."""
    done = _run(str(case_path(name)))
    assert done.returncode == 3
    keys = verify.parse_policy((case_path(name) / "data" / "policy.txt").read_bytes())
    for key in (*keys.logs, *keys.witnesses.values()):
        assert hashlib.sha256(key.public).hexdigest() in done.stdout


def test_devices_of_the_expert_do_not_confirm_the_policy(case_path: Callable[[str], Path]) -> None:
    done = _run(str(case_path("good")), "--devices", str(CASES / "expert-devices.txt"))
    assert done.returncode == 3


def test_without_the_experts_devices_it_says_so(case_path: Callable[[str], Path]) -> None:
    done = _run(str(case_path("good")), "--policy", str(CASES / "expert-policy.txt"), "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["device_keys"] == "not confirmed" and any("--devices" in note for note in report["notes"])


def test_json_has_the_agreed_shape(case_path: Callable[[str], Path], expert: tuple[str, str]) -> None:
    report = verify.verify_case_file(str(case_path("good")), *expert)
    assert {"bag", "keys", "checkpoint", "anchors", "items", "exit"} <= set(report)
    assert set(report["checkpoint"]) == {"origin", "size"}
    assert all(set(row) == {"name", "result"} for row in report["anchors"])
    assert all(set(row) == {"item", "result"} for row in report["items"])


@pytest.mark.parametrize("arguments", [[], ["--policy"], ["a", "b"], ["a", "--nonsense"]])
def test_a_wrong_call_is_unusable(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(arguments) == 2


def test_unusable_paths(tmp_path: Path, case_path: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    (tmp_path / "empty").mkdir()
    bad = tmp_path / "policy"
    bad.write_text("quorum\n")
    for arguments in (
        [str(tmp_path / "gone")],
        [str(file)],
        [str(tmp_path / "empty")],
        ["a\0b"],
        [str(case_path("good")), "--policy", str(tmp_path / "gone")],
        [str(case_path("good")), "--policy", str(bad)],
        [str(case_path("good")), "--devices", str(bad)],
        [str(case_path("good")), "--roots", str(tmp_path / "gone")],
    ):
        assert verify.main([*arguments, "--json"]) == 2
        report = json.loads(capsys.readouterr().out)
        assert report["exit"] == 2 and report["bag"].startswith("UNUSABLE") and report["reason"]


def test_text_report_names_every_item_and_ends_with_the_meaning(case_path: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    mine = ["--policy", str(CASES / "expert-policy.txt"), "--devices", str(CASES / "expert-devices.txt")]
    assert verify.main([str(case_path("good")), *mine]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {"E-0001: REDACTED 1", "E-0002: REDACTED 3", "E-0003: OK", "E-0004: WITHDRAWN", "bag: OK"} <= set(lines)
    assert lines[-1].startswith("exit 0: PROVEN")


def test_prints_on_a_terminal_that_knows_only_ascii(tmp_path: Path, memory_bag: Callable[[str], Any]) -> None:
    bag = memory_bag("good")
    bag.files["data/metadata/прыклад.txt"] = b"x"
    folder = bag.redone().write(tmp_path / "case")
    done = _run(str(folder), environment={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PATH": os.environ["PATH"]})
    assert done.returncode == 3 and "Traceback" not in done.stderr


def test_no_name_of_a_later_standard_library_is_used() -> None:
    """Names that came after 3.9 and would only fail when they are reached."""
    text = SCRIPT.read_text(encoding="utf-8")
    for name in ("pairwise(", "datetime.UTC", "bit_count(", "slots=", "kw_only=", "StrEnum", "ExceptionGroup", "tomllib", "file_digest(", "batched("):
        assert name not in text, name


def test_it_opens_no_socket(case_path: Callable[[str], Path], expert: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the verifier opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    assert verify.verify_case_file(str(case_path("good")), *expert)["exit"] == 0


def test_it_writes_nothing_into_the_case_file(case_path: Callable[[str], Path], expert: tuple[str, str]) -> None:
    folder = case_path("good")
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    verify.verify_case_file(str(folder), *expert)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


def test_an_unreadable_file_is_unusable(tmp_path: Path, memory_bag: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = memory_bag("good").write(tmp_path / "case")

    def broken(self: verify.Folder, name: str) -> tuple[str, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(verify.Folder, "digests", broken)
    report = verify.verify_case_file(str(folder))
    assert report["exit"] == 2 and "Permission denied" in report["reason"]


def test_a_fault_of_the_tool_itself_is_unusable_and_no_traceback(case_path: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> Any:
        raise KeyError("x")

    monkeypatch.setattr(verify, "parse_record", broken)
    assert verify.verify_case_file(str(case_path("good")))["exit"] == 2


def test_a_file_that_changes_between_hash_and_reading_is_refused(memory_bag: Callable[[str], Any], check: Callable[..., dict[str, Any]]) -> None:
    bag = memory_bag("good")
    name, other = "data/records/0001.rec", memory_bag("good").files["data/records/0002.rec"]
    bag.digests(name)
    honest = bag.read
    bag.read = lambda path: other if path == name else honest(path)
    report = check(bag)
    assert report["exit"] == 1 and "changes while it is being read" in str(report)


def test_unconfirmed_roots_are_told(case_path: Callable[[str], Path], expert: tuple[str, str], tmp_path: Path) -> None:
    """Time stamps under the sender's own root count, but the report says whose root it is; with our roots it does not."""
    report = verify.verify_case_file(str(case_path("good")), *expert)
    assert report["time"].startswith("ANCHORED (root certificates are the sender's")
    roots = tmp_path / "roots.pem"
    anchors = VECTORS / "letapis-v1" / "anchors"
    roots.write_bytes((anchors / "root-one.pem").read_bytes() + (anchors / "root-two.pem").read_bytes())
    policy, devices = (text.encode() for text in expert)
    assert verify.guarded(str(case_path("good")), policy, devices, (str(roots),), False)["time"] == "ANCHORED"
