"""``letapis law``: the rulebook on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from letapis.core.language import LANGUAGES
from letapis.engines.catalogue import catalogue, data_files
from letapis.faces.cli import main
from letapis.faces.texts import texts

CASES = Path(__file__).parents[2] / "vectors" / "cases"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LETAPIS_LANGUAGE", "LETAPIS_WORKSPACE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["law", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def norm() -> str:
    return catalogue().rulebook.first_set[0]


def test_every_norm_is_listed_and_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    listed = ask(capsys, "show")["norms"]
    assert {entry["id"] for entry in listed} == set(catalogue().rulebook.norms)
    for entry in listed[:10]:
        shown = ask(capsys, "show", entry["id"])
        assert shown["elements"] and shown["title"] == entry["title"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_norm_is_shown_in_the_reader_s_language(norm: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "show", norm, "--language", language]) == 0
    said = capsys.readouterr().out
    known = catalogue().rulebook.norm(norm)
    assert known.title[language] in said and all(element.text[language] in said for element in known.elements)


def test_an_unknown_norm_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "show", "no-such-norm"]) == 3
    assert "no-such-norm" not in capsys.readouterr().err


def test_a_file_of_facts_is_read_against_the_norms(tmp_path: Path, norm: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "facts.toml"
    file.write_text("[facts]\n", encoding="utf-8")
    value = ask(capsys, "evaluate", str(file), "--norm", norm)
    assert [entry["id"] for entry in value["norms"]] == [norm]
    assert value["norms"][0]["status"] in {"insufficient_facts", "arguable"}
    assert main(["law", "evaluate", str(file)]) == 0
    assert capsys.readouterr().out.rstrip().endswith(texts().say("law.never_a_finding", "en"))


@pytest.mark.parametrize("content, code", [(b"\xff", "cli.file_no_text"), (b"#" * 5_000_000, "cli.file_too_large")])
def test_a_file_that_holds_no_text_is_refused(tmp_path: Path, content: bytes, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "facts.toml"
    file.write_bytes(content)
    assert main(["law", "evaluate", str(file), "--json"]) == 2
    assert json.loads(capsys.readouterr().err)["error"] == code


def test_a_folder_is_no_file_of_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "evaluate", str(tmp_path), "--json"]) == 2
    assert json.loads(capsys.readouterr().err)["error"] == "cli.file_folder"


BAD = """[facts]
"detention.start" = "2021-01"
"detention.begin" = "2021-01"
"sentence.months" = "many Vydumka"
"judge.authority" = "minister Vydumka"
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_of_a_file_is_named_with_its_line_and_nothing_is_half_printed(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "facts.toml"
    file.write_text(BAD, encoding="utf-8")
    assert main(["law", "evaluate", str(file), "--language", language]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "Vydumka" not in err
    for line, about in ((3, ""), (4, "sentence.months"), (5, "judge.authority (")):
        assert any(texts().say("cli.line", language, line=line) in one and about in one for one in err.splitlines())
    assert main(["law", "evaluate", str(file), "--json"]) == 2
    told = json.loads(capsys.readouterr().err)
    assert told["error"] == "law.facts_faults" and [fault["line"] for fault in told["faults"]] == [3, 4, 5]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", sorted(CASES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_development_case_is_told_in_words(case: Path, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "evaluate", str(case), "--stated-only", "--language", language]) == 0
    said = capsys.readouterr().out
    assert all(norm in said for norm in catalogue().rulebook.norms)
    assert texts().say("law.element_unknown", language) in said


def test_words_say_which_facts_carry_and_which_speak_against(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "facts.toml"
    facts = '"detention.legal_basis" = "criminal"\n"judge.first_appearance_h" = 69.5\n"judge.authority" = "judge"'
    file.write_text(f"[facts]\n{facts}\n", encoding="utf-8")
    assert main(["law", "evaluate", str(file), "--norm", "ICCPR-9-3"]) == 0
    said = capsys.readouterr().out
    assert "facts speak for it: " in said and "more than 48 hours" in said
    assert "a fact speaks against it: " in said


@pytest.mark.parametrize("arguments", [[], ["x", "--dossier", "A-1"]])
def test_either_a_dossier_or_a_file_is_named(arguments: list[str]) -> None:
    assert main(["law", "evaluate", *arguments]) == 2


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert main(["law", "evaluate", str(tmp_path / "none")]) == 7


def test_the_law_of_the_program_has_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    value = ask(capsys, "check")
    assert value["faults"] == [] and value["files"] > 80


def test_a_fault_in_a_law_file_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in data_files("rulebook").items():
        target = tmp_path / "rulebook" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    victim = next(path for path in sorted((tmp_path / "rulebook" / "norms").rglob("*.toml")))
    victim.write_text(victim.read_text(encoding="utf-8").replace('be = "', 'be = "щ ', 1), encoding="utf-8")
    assert main(["law", "check", str(tmp_path)]) == 5
    said = capsys.readouterr()
    assert victim.name in said.out and texts().say("errors.law.text_languages", "en") in said.out
