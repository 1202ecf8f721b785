"""People at the command line: every call is a process of its own, answers in JSON, and gets its passphrase through a descriptor."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import letapis
from letapis.engines.keys.supervisor import agent_command

SOURCE = str(Path(letapis.__file__).parents[1])
QUICK = str(Path(__file__).parents[2] / "quick_letapis.py")
TIMEOUT = 120.0


def environment(home: Path) -> dict[str, str]:
    """A plain environment: nothing of the person who runs the tests."""
    return {"PYTHONPATH": SOURCE, "PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PYTHONWARNINGS": "error"}


@dataclass(frozen=True)
class Said:
    """One call: exit code, the JSON object of standard output (empty when there was none), that of standard error."""

    code: int
    out: Mapping[str, Any]
    err: Mapping[str, Any]


@dataclass
class Player:
    """One member with a workspace."""

    home: Path
    name: str
    passphrase: str = ""
    agent: subprocess.Popen[str] | None = None

    @property
    def workspace(self) -> Path:
        return self.home / self.name

    def begin(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command without waiting. The passphrase is in the pipe already."""
        reading, writing = os.pipe()
        os.write(writing, f"{self.passphrase}\n".encode())
        os.close(writing)
        given = ["--passphrase-fd", str(reading)] if self.passphrase else []
        command = [sys.executable, "-P", QUICK, *words, "--workspace", str(self.workspace), "--json", *given]
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        try:
            return subprocess.Popen(command, pass_fds=(reading,), env=environment(self.home), cwd=self.home, **options)
        finally:
            os.close(reading)

    def unlock(self) -> None:
        """Start the key agent, as ``letapis start`` does: from here on no call needs to stretch the passphrase."""
        reading, writing = os.pipe()
        os.write(writing, f"{self.passphrase}\n".encode())
        os.close(writing)
        command = agent_command(self.workspace, reading)
        self.agent = subprocess.Popen(command, pass_fds=(reading,), env=environment(self.home), stdout=subprocess.PIPE, text=True)
        os.close(reading)
        assert self.agent.stdout is not None and self.agent.stdout.readline() == "ready\n"

    def lock(self) -> None:
        if self.agent is not None:
            self.agent.terminate()
            self.agent.communicate(timeout=TIMEOUT)

    def tell(self, *words: str, stdin: str = "") -> Said:
        """Run a command to its end. Nothing but one JSON object may stand on either stream."""
        process = self.begin(*words)
        out, err = process.communicate(stdin, timeout=TIMEOUT)
        assert out.count("\n") <= 1 and err.count("\n") <= 1, (out, err)
        return Said(process.returncode, json.loads(out or "{}"), json.loads(err or "{}"))

    def does(self, *words: str, stdin: str = "") -> Any:
        """Run a command that must succeed, in silence but for its answer."""
        said = self.tell(*words, stdin=stdin)
        assert said.code == 0 and not said.err, (words[:2], said)
        return said.out

    def is_refused(self, code: int, error: str, *words: str, stdin: str = "") -> Said:
        said = self.tell(*words, stdin=stdin)
        assert (said.code, said.err.get("error")) == (code, error), said
        return said


def found(home: Path, name: str, organisation: str, member: str) -> Player:
    """The first member: makes the workspace and the organisation, and keeps the passphrase that was shown once."""
    player = Player(home, name)
    player.passphrase = player.does("init", "--organisation", organisation, "--name", member, "--marking", "invented")["passphrase"]
    return player


def join(home: Path, name: str, member: str, first: Player, relay: Path, *others: Player) -> Player:
    """A newcomer: request, fingerprint by voice, welcome, and the other keepers behind the entry."""
    player = Player(home, name)
    made = player.does("init", "--join")
    player.passphrase = made["passphrase"]
    welcome = first.does(
        "member", "add", member, "--request", "-", "--fingerprint", made["fingerprint"], "--keeper", "--custodian", stdin=made["request"]
    )
    first.does("sync")
    for keeper in others:
        keeper.does("sync")
        while waiting := [p for p in keeper.does("member", "pending")["pending"] if p["supporters"] < p["needed"]]:
            keeper.does("member", "endorse", waiting[0]["entry"][:12])
        keeper.does("sync")
    assert player.does("member", "accept", "-", stdin=welcome["welcome"])["root_words"] == welcome["root_words"]
    first.does("sync")
    player.does("sync", "--relay", str(relay))
    return player
