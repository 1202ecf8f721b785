"""The frame of the command line: exit codes, languages, JSON, passphrases, and silence about values."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import errors
from letapis.core.language import LANGUAGES
from letapis.faces import cli
from letapis.faces.cli import INTERNAL, main
from letapis.faces.cli.call import Call, language_of
from letapis.faces.cli.verbs import Parser
from letapis.faces.texts import preferred, texts

Register = Callable[[str, Callable[[Call], None]], None]
CANARY = "Pryklad-Vydumka-375291234567"


def raising(error: BaseException) -> Callable[[Call], None]:
    def run(call: Call) -> None:
        raise error

    return run


def test_an_answer_is_one_json_object_or_lines(verb: Register, capsys: pytest.CaptureFixture[str]) -> None:
    verb("try it", lambda call: call.give({"count": 2, "word": "нататка"}, ["two notes", "and a line"]))
    assert main(["try", "it"]) == 0
    assert capsys.readouterr().out == "two notes\nand a line\n"
    for arguments in (["try", "it", "--json"], ["--json", "try", "it"], ["try", "--json", "it"]):
        assert main(arguments) == 0
        assert json.loads(capsys.readouterr().out) == {"count": 2, "word": "нататка"}


@pytest.mark.parametrize("kind", errors.LetapisError.__subclasses__())
def test_every_error_has_its_exit_code(verb: Register, kind: type[errors.LetapisError], capsys: pytest.CaptureFixture[str]) -> None:
    verb("try", raising(kind("cli.no_workspace")))
    assert main(["try"]) == kind.exit_code
    assert capsys.readouterr().err == "letapis: Which workspace? Name its folder with --workspace.\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_speak_the_language_of_the_call(verb: Register, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    verb("try", raising(errors.Refused("cli.no_workspace", "line 3", ("cli.passphrase",))))
    assert main(["try", "--language", language]) == 6
    said = capsys.readouterr().err
    assert texts().say("errors.cli.no_workspace", language) in said and "(line 3)" in said and texts().say("cli.passphrase", language) in said


def test_errors_are_json_when_json_was_asked(verb: Register, capsys: pytest.CaptureFixture[str]) -> None:
    verb("try", raising(errors.Refused("cli.no_workspace", "line 3", ("cli.passphrase",))))
    assert main(["try", "--json"]) == 6
    out = capsys.readouterr()
    assert not out.out
    expected = {"error": "cli.no_workspace", "text": texts().say("errors.cli.no_workspace", "en"), "where": "line 3", "reasons": ["cli.passphrase"]}
    assert json.loads(out.err) == expected


@pytest.mark.parametrize("fault", [ValueError(CANARY), KeyError(CANARY), RecursionError(CANARY), OSError(5, CANARY)])
def test_a_fault_of_ours_shows_no_trace_and_no_value(verb: Register, fault: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    verb("try", raising(fault))
    assert main(["try", CANARY]) == INTERNAL
    out = capsys.readouterr()
    assert CANARY not in out.err + out.out and "Traceback" not in out.err and "Something went wrong" in out.err


def test_a_code_without_a_text_is_printed_as_it_stands(verb: Register, capsys: pytest.CaptureFixture[str]) -> None:
    verb("try", raising(errors.Busy("no.such_code")))
    assert main(["try"]) == 7
    assert capsys.readouterr().err == "letapis: no.such_code\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["try", "--count", CANARY], ["try", "a", CANARY], [CANARY], ["try", f"--{CANARY}"], ["try", "--language", CANARY], ["try", "--cou", "3"]],
    ids=["nothing", "number", "too many", "verb", "option", "language", "abbreviated"],
)
def test_words_that_make_no_command_are_not_repeated(verb: Register, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    verb("try", lambda call: None)
    assert main(arguments) == 2
    out = capsys.readouterr()
    assert CANARY not in out.out + out.err and out.err.startswith("letapis: These words do not make a command.")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["try", "--count", CANARY], "(letapis try: --count)"),
        (["--language", CANARY, "try"], "(letapis: --language)"),
        ([CANARY], "(letapis)"),
    ],
)
def test_the_option_that_is_missing_or_wrong_is_named(verb: Register, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    verb("try", lambda call: None)
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert said in err and CANARY not in err


def test_all_that_is_missing_is_named_at_once() -> None:
    parser = Parser("letapis try")
    for name in ("--to", "--recipient"):
        parser.add_argument(name, required=True)
    with pytest.raises(errors.UsageError) as caught:
        parser.parse_args([])
    assert caught.value.where == "letapis try: --to, --recipient"


def test_an_interrupt_is_no_fault(verb: Register) -> None:
    verb("try", raising(KeyboardInterrupt()))
    assert main(["try"]) == 130


def test_a_reader_that_went_away_is_no_fault(verb: Register) -> None:
    verb("try", raising(BrokenPipeError()))
    assert main(["try"]) == 0


def test_the_workspace_is_named_by_option_or_variable(verb: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    verb("try", lambda call: seen.append(call.workspace))
    assert main(["try"]) == 2
    assert main(["try", "--workspace", "a"]) == 0
    monkeypatch.setenv("LETAPIS_WORKSPACE", "b")
    assert main(["try"]) == 0
    assert main(["--workspace", "c", "try"]) == 0
    assert seen == [Path("a"), Path("b"), Path("c")]


def test_the_passphrase_comes_from_a_descriptor_or_a_file(verb: Register, tmp_path: Path) -> None:
    seen: list[str] = []
    verb("try", lambda call: seen.append(call.passphrase()))
    file = tmp_path / "passphrase"
    file.write_bytes("шэсць слоў тут\r\nнішто".encode())
    read, write = os.pipe()
    os.write(write, b"six words are here\n")
    os.close(write)
    assert main(["try", "--passphrase-fd", str(read)]) == 0
    os.close(read)
    assert main(["try", "--passphrase-file", str(file)]) == 0
    assert seen == ["six words are here", "шэсць слоў тут"]


def ask(call: Call) -> None:
    call.passphrase()


@pytest.mark.parametrize("given, code", [(["--passphrase-file", "none/here"], 7), (["--passphrase-fd", "999"], 7), ([], 2)])
def test_a_passphrase_that_cannot_be_had_is_said(
    verb: Register, given: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verb("try", ask)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert main(["try", *given]) == code


def test_a_passphrase_that_is_no_text_is_refused(verb: Register, tmp_path: Path) -> None:
    verb("try", ask)
    (tmp_path / "p").write_bytes(b"\xff\xfe\n")
    assert main(["try", "--passphrase-file", str(tmp_path / "p")]) == 2


@pytest.mark.parametrize(
    "arguments, environment, language",
    [
        (["--language", "ru"], {"LANG": "be_BY.UTF-8"}, "ru"),
        (["--language=be"], {}, "be"),
        (["--language"], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LETAPIS_LANGUAGE": "be", "LANG": "ru_RU.UTF-8"}, "be"),
        ([], {"LANG": "ru_RU.UTF-8"}, "ru"),
        ([], {"LC_ALL": "POSIX", "LANG": "be"}, "be"),
        ([], {}, "en"),
    ],
)
def test_the_language_of_a_call(arguments: list[str], environment: dict[str, str], language: str) -> None:
    assert language_of(arguments, environment) == language


@given(st.text(), st.lists(st.text(), max_size=4))
def test_any_header_and_any_words_give_a_language_or_none(header: str, arguments: list[str]) -> None:
    assert preferred(header) in (*LANGUAGES, None)
    assert language_of(arguments, {"LANG": header}) in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_language_of_the_call(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.build(texts(), language).parser.parse_args(["--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0 and texts().say("cli.help.options", language) in said
    assert language == "en" or not {"positional arguments", "optional arguments", "show this help"} & set(said.splitlines())


def test_every_verb_has_a_help_text_in_three_languages() -> None:
    for language in LANGUAGES:
        assert all(description for _, description in cli.build(texts(), language).described())


def test_the_module_can_be_run(tmp_path: Path) -> None:
    environment: dict[str, Any] = {"PYTHONPATH": str(Path(cli.__file__).parents[3]), "PATH": os.environ["PATH"], "LANG": "be_BY.UTF-8"}
    done = subprocess.run([sys.executable, "-m", "letapis", "no-such-verb"], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.startswith("letapis: З гэтых слоў") and not done.stdout
