"""An organisation that has nothing else of letapis makes a witness, cosigns by file, by text and over HTTP, and compares what it kept."""

import http.client
import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from letapis.core.notes import parse_note
from letapis.core.witness import MAX_REQUEST, parse_refusal, parse_request
from letapis.desk import armour
from letapis.faces import cli
from tests.engines.test_witness import CHEAP, HONEST, ORIGIN, OTHER, PASSPHRASE
from tests.faces.cli.players import SOURCE, environment


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a passphrase file, the keys of a log, and a witness whose passphrase costs little."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("letapis.engines.witness.PassphraseCost", lambda *numbers: type(CHEAP)(*numbers) if numbers else CHEAP)
    for name in ("LETAPIS_LANGUAGE", "LETAPIS_WORKSPACE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "phrase").write_text(PASSPHRASE)
    (tmp_path / "policy.txt").write_text("".join(f"log {key.text}\n" for key in HONEST.vkeys) + "quorum none\n")
    return tmp_path


def _says(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = cli.main([*words, "--workspace", "witness", "--passphrase-file", "phrase", "--json"])
    return code, json.loads(capsys.readouterr().out or "{}")


def _made(capsys: pytest.CaptureFixture[str]) -> None:
    code, made = _says(capsys, "witness", "init", "witness.vydumka.example")
    assert code == 0 and Path(made["file"]).read_text().split() == made["keys"] and "passphrase" not in made
    assert _says(capsys, "witness", "add-log", "policy.txt")[1]["logs"][0]["origin"] == ORIGIN


def test_files_are_answered_beside_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _made(capsys)
    assert _says(capsys, "witness", "status")[1]["logs"] == [{"origin": ORIGIN, "size": None, "root": "", "signed": ""}]
    for name, request in {"a": HONEST.request(0, 3), "b": HONEST.request(3, 9), "c": OTHER.request(9, 9), "d": b"nonsense"}.items():
        (home / f"{name}.add-checkpoint").write_bytes(request)
    code, told = _says(capsys, "witness", "sign", *(f"{name}.add-checkpoint" for name in "abcd"))
    assert code == 6 and [one["status"] for one in told["answers"]] == [200, 200, 422, 400]
    assert len(parse_note(parse_note(HONEST.note(3)).text + b"\n" + (home / "a.cosignatures").read_bytes()).lines) == 2
    assert parse_refusal((home / "c.refused").read_bytes()).note and parse_refusal((home / "d.refused").read_bytes()).status == 400
    found = _says(capsys, "witness", "status")[1]
    assert found["logs"][0]["size"] == 9 and len(found["evidence"]) == 1
    said = (Path(found["evidence"][0]) / "READ-ME.txt").read_text("utf-8")
    assert "different roots" in said and "рознымі каранямі" in said and "разными корнями" in said


def test_another_passphrase_for_the_folder_of_a_witness(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _made(capsys)
    new = home / "new"
    assert _fails(capsys, "witness", "passphrase") == (2, "cli.no_new_passphrase")
    for phrase, told in (("short", (2, "keys.passphrase_short")), (PASSPHRASE, (2, "keys.passphrase_same"))):
        new.write_text(phrase)
        assert _fails(capsys, "witness", "passphrase", "--new-file", "new") == told
    new.write_text("six other words for this witness")
    assert _says(capsys, "witness", "passphrase", "--new-file", "new") == (0, {"changed": True})
    assert _fails(capsys, "witness", "passphrase", "--new-file", "new") == (4, "keys.passphrase")
    (home / "a.add-checkpoint").write_bytes(HONEST.request(0, 3))
    assert _fails(capsys, "witness", "sign", "a.add-checkpoint") == (4, "keys.passphrase") and not (home / "a.cosignatures").exists()
    (home / "phrase").write_bytes(new.read_bytes())
    assert _says(capsys, "witness", "sign", "a.add-checkpoint")[0] == 0 and (home / "a.cosignatures").exists()


def _fails(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main([*words, "--workspace", "witness", "--passphrase-file", "phrase", "--json"])
    told = capsys.readouterr()
    assert not told.out and "six other" not in told.err and PASSPHRASE not in told.err
    return code, json.loads(told.err)["error"]


def test_a_text_of_several_requests_is_answered_in_one_text(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _made(capsys)
    text = "Dear colleagues,\n\n" + "\n".join(armour.wrap("WITNESS REQUEST", HONEST.request(*pair)) for pair in ((0, 3), (3, 9)))
    # What messengers do: one long dash for several short ones, other line ends.
    (home / "asked.txt").write_text(text.replace("-----", "—–").replace("\n", "\r\n"), "utf-8")
    code, told = _says(capsys, "witness", "sign", "asked.txt")
    assert code == 0 and [one["size"] for one in told["answers"]] == [3, 9]
    assert len(armour.unwrap_all("WITNESS REPLY", (home / "asked.reply.txt").read_text())) == 2
    (home / "asked.txt").write_text(text.replace("\nb2xkI", "\nb2xlI"))
    assert _says(capsys, "witness", "sign", "asked.txt")[0] == 8


def test_text_comes_in_on_standard_input_and_goes_out_beside_what_is_said(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(capsys)
    text = armour.wrap("WITNESS REQUEST", HONEST.request(0, 3))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code, told = _says(capsys, "witness", "sign", "-")
    assert code == 0 and len(armour.unwrap_all("WITNESS REPLY", told["answers"][0]["text"])) == 1
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert cli.main(["witness", "sign", "-", "--workspace", "witness", "--passphrase-file", "phrase"]) == 6, "what was signed once is stale"
    assert len(armour.unwrap_all("WITNESS REPLY", capsys.readouterr().out)) == 1


def test_what_is_wrong_with_the_words_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _made(capsys)
    (home / "bad").write_bytes(b"log nonsense\n")
    for words, code in {
        ("witness", "add-log", "bad"): 2,
        ("witness", "add-log", "missing"): 7,
        ("witness", "init", "again"): 6,
        ("witness", "serve", "--listen", "nowhere"): 2,
        ("witness", "recall", "policy.txt"): 5,
        ("witness", "compare", "bad", "bad", "--keys", "policy.txt"): 5,
        ("witness", "audit", ".", "bad", "--keys", "policy.txt"): 5,
    }.items():
        assert _says(capsys, *words)[0] == code, words


def test_two_notes_are_compared_by_whoever_kept_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = {"three": HONEST.note(3, 10), "nine": HONEST.note(9, 20), "other": OTHER.note(9, 20), "back": HONEST.note(3, 30)}
    for name, note in notes.items():
        (home / name).write_bytes(note)
    (home / "grow").write_bytes(HONEST.request(3, 9))

    def found(*words: str) -> tuple[int, str]:
        code, said = _says(capsys, "witness", "compare", *words, "--keys", "policy.txt")
        return code, said["found"]

    assert found("three", "nine") == (0, "open") and found("three", "nine", "--request", "grow") == (0, "continues")
    assert found("nine", "other") == (6, "fork") and found("nine", "back") == (6, "rollback")
    assert found("three", "other", "--request", "grow") == (6, "unproven")


@pytest.fixture
def served(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[int]:
    """The port of a witness that answers in a process of its own."""
    _made(capsys)
    words = ["witness", "serve", "--listen", "127.0.0.1:0", "--workspace", "witness", "--passphrase-file", "phrase", "--json"]
    env = {**environment(home), "PYTHONPATH": SOURCE}
    process = subprocess.Popen([sys.executable, "-m", "letapis", *words], stdout=subprocess.PIPE, text=True, env=env)
    assert process.stdout is not None
    place = json.loads(process.stdout.readline())["address"]
    yield int(place.rpartition(":")[2].partition("/")[0])
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    process.stdout.close()


def _ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", ""), answer.read()


def test_over_http_it_answers_as_the_specification_says(served: int) -> None:
    path = "/add-checkpoint"
    status, _, lines = _ask(served, "POST", path, HONEST.request(0, 9))
    assert status == 200 and len(parse_note(parse_note(HONEST.note(9)).text + b"\n" + lines).lines) == 2
    assert _ask(served, "POST", path, HONEST.request(3, 12)) == (409, "text/x.tlog.size", b"9\n")
    stranger = parse_request(HONEST.request(9, 12)).note.replace(ORIGIN.encode(), b"log.other/x")
    answers = {
        HONEST.request(9, 12).replace(b"\n12\n", b"\n13\n"): 403,
        b"old 9\n\n" + stranger: 404,
        b"old 9\n\n" + HONEST.note(12): 422,
        OTHER.request(9, 9): 422,
        b"nonsense": 400,
        b"": 400,
    }
    assert [_ask(served, "POST", path, body)[0] for body in answers] == list(answers.values())
    assert _ask(served, "POST", path, HONEST.request(9, 12))[0] == 200, "no refusal changed the state"
    assert _ask(served, "GET", path)[0] == 405 and _ask(served, "POST", "/", b"x")[0] == 404
    # The size is refused before the body is read, so none is sent: a server that closes early would break the pipe of a client that sends.
    assert _ask(served, "POST", path, None, **{"Content-Length": str(MAX_REQUEST + 1)})[0] == 413
    assert _ask(served, "GET", path, b"", **{"X-Long": "y" * 40_000})[0] in (400, 413, 431)
