"""The same from the command line: name witnesses, decide a quorum, ask, take, and see how the logs stand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letapis.core.notes import Checkpoint, format_note
from letapis.core.policy import parse_policy
from letapis.core.witness import parse_request
from letapis.desk import armour
from letapis.engines.keys.workspace import Workspace
from letapis.faces import cli
from tests.desk.witnessing import opened
from tests.workspaces import made

Says = Callable[..., tuple[int, Any]]


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Says:
    """A keeper's workspace and the words of the program in it."""
    (player,) = made(tmp_path, ["keeper"], tmp_path / "relay")
    (tmp_path / "phrase").write_text(player.passphrase)
    monkeypatch.chdir(tmp_path)
    for name in ("LETAPIS_LANGUAGE", "LETAPIS_WORKSPACE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def say(*words: str, how: str = "--json") -> tuple[int, Any]:
        code = cli.main([*words, "--workspace", str(player.workspace), "--passphrase-file", "phrase", *([how] if how else [])])
        said = capsys.readouterr().out
        return code, json.loads(said or "{}") if how else said

    return say


def test_from_a_witness_to_a_met_quorum(says: Says, tmp_path: Path) -> None:
    one = opened(tmp_path, "first")
    keys = str(one.witness.path / "public-keys.txt")
    assert says("log", "status")[1] | {"logs": []} == {"logs": [], "needs": {}, "witnesses": []}
    assert says("log", "witness-add", "Vydumka Archive", "--keys", "phrase", "--group", "university")[0] == 2
    assert says("log", "witness-add", "Vydumka Archive", "--keys", keys, "--group", "university")[0] == 0
    assert says("log", "quorum", "ngo=1")[0] == says("log", "quorum", "bank=1")[0] == says("log", "quorum", "university")[0] == 2
    assert says("log", "quorum", "university=1")[1] == {"needs": {"university": 1}}
    policy = says("log", "policy")[1]["policy"]
    assert parse_policy(policy.encode()).quorum == "group:university"
    (tmp_path / "policy.txt").write_text(policy)
    assert cli.main(["witness", "add-log", "policy.txt", "--workspace", "first", "--json"]) == 0

    assert says("log", "request", "nobody")[0] == 3 and says("log", "submit", "Vydumka Archive")[0] == 2
    asked = says("log", "request", "Vydumka Archive", "--folder", ".")[1]
    (file,) = asked["files"]
    assert armour.unwrap_all("WITNESS REQUEST", asked["text"]) == [Path(file).read_bytes()]
    Path("back.cosignatures").write_bytes(one.answer(Path(file).read_bytes(), lambda: 1_700_000_000).lines)
    (taken,) = says("log", "take", "back.cosignatures")[1]["taken"]
    assert (taken["outcome"], taken["witness"]) == ("cosigned", "Vydumka Archive")
    (log,) = says("log", "status")[1]["logs"]
    assert log["agreed"] == taken["size"] and not log["forks"] and log["last"][0]["signed"] == "2023-11-14T22:13:20Z"
    told = says("log", "status", how="")[1]
    assert "seen by enough witnesses up to record" in told
    Path("no.refused").write_text("404\n")
    assert says("log", "take", "no.refused")[0] == 2
    assert says("log", "take", "no.refused", "--witness", "Vydumka Archive")[1]["taken"][0]["status"] == 404
    (note,) = (one.witness.path / "seen").rglob("*.note")
    assert says("log", "compare", str(note)) == (0, {"fork": False})
    assert says("log", "compare", "policy.txt")[0] == 8
    assert says("log", "witness-end", "Vydumka Archive")[0] == 2, "the quorum needs it"
    assert says("log", "quorum")[0] == 0 and says("log", "witness-end", "Vydumka Archive")[0] == 0
    assert says("log", "forks")[1] == {"forks": []} and says("log", "settle", "abcd", "nothing")[0] == 3


def test_whoever_kept_two_checkpoints_computes_from_the_files_that_the_log_only_grew(says: Says, tmp_path: Path) -> None:
    Path("policy.txt").write_text(says("log", "policy")[1]["policy"])
    assert says("log", "checkpoint", "--out", "first")[0] == 0
    code, made = says("log", "tiles", "files")
    assert code == 0 and made["tiles"] and Path("files/checkpoint").read_bytes() == Path("first").read_bytes()
    assert says("log", "tiles", "files")[1]["tiles"] == 0
    assert says("dossier", "new", "Vydumka", "--title", "Invented")[0] == 0
    told = says("log", "tiles", "files", how="")[1]
    assert "The log stands in the folder" in told

    def found(*words: str) -> tuple[int, str]:
        return says("witness", "compare", "first", "files/checkpoint", "--keys", "policy.txt", *words)

    assert found()[1]["found"] == "open" and found("--tiles", "files") == (0, found("--tiles", "files")[1])
    assert found("--tiles", "files")[1]["found"] == "continues"
    assert says("log", "compare", "files")[1]["found"] == "" and says("log", "compare", "files", "--kept", "first")[1]["found"] == "continues"
    assert says("log", "compare", "first", "--kept", "first")[0] == 2 and says("log", "compare", "files/tile")[0] == 6
    (tile,) = sorted(Path("files/tile/0").glob("*.p/*"), key=lambda one: int(one.name))[-1:]
    tile.write_bytes(bytes(len(tile.read_bytes())))
    assert found("--tiles", "files")[0] == 6, "files prove nothing but against both roots"
    assert says("log", "compare", "files")[0] == 5
    assert found("--tiles", "nowhere")[0] == 5


def test_a_fork_is_listed_and_settled(says: Says, tmp_path: Path) -> None:
    """Two checkpoints of one size, as a copy of the device would sign the second."""
    one = opened(tmp_path, "first")
    keys = str(one.witness.path / "public-keys.txt")
    says("log", "witness-add", "Vydumka Archive", "--keys", keys, "--group", "university")
    text = says("log", "request", "Vydumka Archive")[1]["text"]
    ours = parse_request(armour.unwrap_all("WITNESS REQUEST", text)[0])
    agent = Workspace.load(tmp_path / "keeper").unlock((tmp_path / "phrase").read_text())
    foreign = Checkpoint(ours.head.origin, ours.head.size, b"\x07" * 32).text
    (tmp_path / "other.note").write_bytes(format_note(foreign, agent.sign_checkpoint(foreign, 1_700_000_000)))
    assert says("log", "compare", "other.note") == says("log", "compare", "other.note") == (6, {"fork": True}), "a program that asks hears it too"
    (fork,) = says("log", "forks")[1]["forks"]
    assert fork["second"].encode() == (tmp_path / "other.note").read_bytes() and fork["first"] and fork["state"] == "kept"
    assert says("log", "settle", fork["fork"][:8], " ")[0] == 2
    assert says("log", "settle", fork["fork"][:8], "The device is destroyed.")[0] == 0
    assert says("log", "forks")[1]["forks"][0]["state"] == "settled" and "Dealt with" in says("log", "forks", how="")[1]


def test_keepers_cover_the_logs_and_end_it(says: Says, tmp_path: Path) -> None:
    assert says("log", "cover")[1] == {"step": 0, "hours": 0, "leaves": 0}
    assert "Logs are not covered." in says("log", "cover", how="")[1]
    assert says("log", "cover", "off")[0] == 6 and says("log", "cover", "seven")[0] == says("log", "cover", "7")[0] == 2
    assert says("log", "cover", "16", "--hours", "0")[0] == 2
    assert says("log", "cover", "16", "--hours", "2")[1] == {"step": 16, "hours": 2, "leaves": 0}
    assert says("sync")[0] == 0
    (log,) = says("log", "status")[1]["logs"]
    assert log["covers"] > 0 and log["size"] % 16 == log["checkpoint"] % 16 == 0
    note = says("log", "checkpoint")[1]
    assert note["size"] == log["size"] and says("log", "checkpoint", "--out", "kept.note")[1]["files"] == ["kept.note"]
    assert (tmp_path / "kept.note").read_text() == note["note"] and says("log", "compare", "kept.note") == (0, {"fork": False})
    assert says("log", "checkpoint", how="")[1].startswith(note["origin"])
    told = says("log", "cover", how="")[1]
    assert "16 records in 2 h" in told and "does not hide" in told
    assert says("audit")[0] == 0
    assert says("log", "cover", "off")[1] == {"step": 0, "hours": 0, "leaves": log["covers"]}
    says("log", "cover", "32")
    assert says("log", "cover", "off", how="")[1].startswith("Decided: no more cover leaves")
