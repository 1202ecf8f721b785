"""The time of the logs at the command line: by hand, over the network, and killed between request and reply."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.authority import Authority, make_authority, needs_openssl, served
from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]

SIGNATURE = "ab" * 96


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "tsa", "vydumka")


def test_nobody_is_entered_and_nothing_is_anchored(hand: Hand) -> None:
    told = hand.does("time", "status")
    assert told["authorities"] == [] and told["checkpoints"] == [] and told["due"] == []
    assert "Nobody is entered" in hand.says("time", "status")
    assert hand.fails("time", "stamp") == (6, "time.nobody") and hand.fails("time", "upgrade", "--renew") == (6, "time.nobody")
    assert hand.fails("time", "retire", "nobody") == (3, "time.no_such_authority")
    assert hand.fails("time", "take", "nothing.tsr") == (7, "time.folder")


@needs_openssl
def test_a_stamp_by_hand(hand: Hand, authority: Authority, tmp_path: Path) -> None:
    root = str(authority.folder / "root.pem")
    assert hand.fails("time", "add-authority", "vydumka") == (2, "time.root_missing")
    assert hand.fails("time", "add-authority", "vydumka", "--root", root, "--apart", "nobody") == (2, "time.apart")
    assert hand.does("time", "add-authority", "vydumka", "--root", root)["name"] == "vydumka"
    (written,) = hand.does("time", "stamp", "--requests", str(tmp_path / "out"))["written"]
    (checkpoint,) = hand.does("time", "status")["checkpoints"]
    assert checkpoint["state"] == "pending" and checkpoint["stamps"][0]["days_waiting"] == 0 and checkpoint["not_after"] is None
    words = hand.says("time", "status")
    assert "waiting for an answer" in words and "the authority has not answered yet" in words and "not proven" in words
    assert hand.does("time", "upgrade") == {
        "requests": 0, "stamped": 0, "upgraded": 0, "waiting": 1, "faults": [], "clock_differs": False,
    }  # fmt: skip
    back = tmp_path / "back"
    back.mkdir()
    (back / "x.tsr").write_bytes(authority.reply(Path(written).read_bytes()))
    (back / "y.tsr").write_bytes(b"\x30\x82")
    assert hand.does("time", "take", str(back)) == {"taken": 1, "faults": [{"file": "y.tsr", "fault": "time.der"}], "wrong": []}
    assert hand.does("time", "take", str(back / "x.tsr"))["taken"] == 1
    (checkpoint,) = [one for one in hand.does("time", "status")["checkpoints"] if one["stamps"]]
    assert checkpoint["state"] == "anchored" and checkpoint["not_after"] == checkpoint["stamps"][0]["time"]
    assert "anchored" in hand.says("time", "status")
    assert hand.does("time", "retire", "vydumka")["in_use"] is False


@needs_openssl
def test_who_takes_a_stamp_of_an_hour_to_come_is_told_at_once(hand: Hand, authority: Authority, tmp_path: Path) -> None:
    hand.does("time", "add-authority", "vydumka", "--root", str(authority.folder / "root.pem"))
    (written,) = hand.does("time", "stamp", "--requests", str(tmp_path / "out"))["written"]
    reply = tmp_path / "reply.tsr"
    reply.write_bytes(authority.reply_at(Path(written).read_bytes(), datetime.now(UTC) + timedelta(days=30)))
    assert "still to come" in hand.says("time", "take", str(reply))
    assert hand.does("time", "take", str(reply))["wrong"] == hand.does("time", "take", str(tmp_path))["wrong"] == ["ahead"]


def test_a_value_that_nobody_knew_before(hand: Hand) -> None:
    told = json.dumps({"round": 1000, "signature": SIGNATURE})
    assert hand.does("time", "beacon", "-", "--kind", "drand", stdin=told)["reference"] == "1000"
    said = hand.says("time", "beacon", "an invented headline of that day", "--from", "an invented paper", "--when", "2026-01-31T18:00")
    assert "2026-01-31 18:00 UTC" in said
    assert hand.fails("time", "beacon", "an invented headline of that day") == (2, "time.beacon_moment")
    assert hand.fails("time", "beacon", "--server", "nobody") == (3, "time.no_such_authority")


@needs_openssl
def test_a_kill_between_request_and_reply_loses_nothing(hand: Hand, authority: Authority) -> None:
    """Killed without warning while the authority is answering: the next call sends the very same request."""
    asked: list[bytes] = []
    running: list[subprocess.Popen[bytes]] = []

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        asked.append(body)
        if running:
            os.kill(running[0].pid, signal.SIGKILL)
            running[0].wait(30)
        return 200, {"Content-Type": "application/timestamp-reply"}, authority.reply(body)

    with served(answer) as address:
        hand.does("time", "add-authority", "vydumka", "--root", str(authority.folder / "root.pem"), "--address", address)
        command = [sys.executable, "-m", "letapis", "time", "stamp", "--workspace", str(hand.workspace), "--passphrase-file", str(hand.phrase)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            running.append(process)
        assert process.returncode == -signal.SIGKILL and len(asked) == 1
        running.clear()
        assert hand.does("time", "status")["checkpoints"][0]["state"] == "pending"
        assert hand.does("time", "upgrade")["stamped"] == 1
    assert asked[0] == asked[1]
