"""The verbs of a witness killed at random moments, as real processes over a real folder: what was signed goes together, and the folder opens."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from letapis.core.errors import Locked
from letapis.core.notes import parse_checkpoint, parse_note, signers_of
from letapis.core.witness import parse_request
from letapis.engines import seal
from letapis.engines.witness import Witness, create_witness
from tests.engines.test_witness import CHEAP, ORIGIN, PASSPHRASE, Log, as_of_an_older_version, explain, has_one_salt
from tests.faces.cli.players import environment

LEAVES = 600
TRUE = Log([f"record {number}" for number in range(LEAVES)])
FALSE = Log([f"record {number}" if number != 1 else "changed" for number in range(LEAVES)])
PROGRAM = Path(__file__).parents[2] / "quick_letapis.py"


class Folder:
    """A witness that signed the true history once, and what was ever given out under its keys."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self.chance, self.phrase, self.rounds = home, random.Random(seed), PASSPHRASE, 0
        made, _ = create_witness(home / "witness", "witness.vydumka.example", PASSPHRASE, CHEAP)
        made.add_log(TRUE.vkeys)
        made.unlock(PASSPHRASE, explain).answer(TRUE.request(0, 3), lambda: int(time.time()))
        (home / "policy.txt").write_text("".join(f"log {key.text}\n" for key in TRUE.vkeys) + "quorum none\n")
        (home / "early.note").write_bytes(TRUE.note(2))
        (home / "late.note").write_bytes(TRUE.note(9))
        self.signed: dict[int, bytes] = {}

    def run(self, words: list[str], seconds: float | None) -> bool:
        """Run a verb; kill it after so many seconds. True when it was killed before its end."""
        (self.home / "phrase").write_text(self.phrase)
        command = [sys.executable, str(PROGRAM), *words, "--workspace", "witness", "--passphrase-file", "phrase"]
        with subprocess.Popen(command, cwd=self.home, env=environment(self.home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            try:
                run.wait(seconds)
            except subprocess.TimeoutExpired:
                run.kill()
            return run.wait() == -signal.SIGKILL

    def deed(self) -> list[str]:
        """Something that a person does with the folder: more often what writes."""
        what, self.rounds = self.chance.choice(["true", "true", "false", "passphrase", "compare"]), self.rounds + 1
        if what == "compare":
            return ["witness", "compare", "early.note", "late.note", "--keys", "policy.txt"]
        if what == "passphrase":
            (self.home / "new").write_text(f"other words of round {self.rounds}")
            return ["witness", "passphrase", "--new-file", "new"]
        size = Witness.load(self.home / "witness").last_seen()[ORIGIN][0].size
        log, name = TRUE if what == "true" else FALSE, f"{self.rounds}.add-checkpoint"
        (self.home / name).write_bytes(log.request(size, min(LEAVES, size + self.chance.randint(0, 4))))
        return ["witness", "sign", name]

    def check(self, words: list[str]) -> None:
        """The folder opens with exactly one passphrase, remembers whatever it signed, and everything that it ever signed is of one history."""
        path = self.home / "witness"
        phrases = [self.phrase, *([(self.home / "new").read_text()] if "passphrase" in words else [])]
        opened = [phrase for phrase in phrases if self._opens(path, phrase)]
        assert len(opened) == 1, f"{len(opened)} of {len(phrases)} passphrases open it"
        self.phrase = opened[0]
        witness = Witness.load(path).unlock(self.phrase, explain)
        assert has_one_salt(path)
        notes = [one.read_bytes() for one in path.glob("seen/*/*.note")]
        for reply in self.home.glob("*.cosignatures"):
            head = parse_request(reply.with_suffix(".add-checkpoint").read_bytes()).head
            notes.append(head.text + b"\n" + reply.read_bytes())
        for read in map(parse_note, notes):
            assert len(signers_of(read, witness.witness.keys, seal.verify)) == 2
            head = parse_checkpoint(read.text)
            assert self.signed.setdefault(head.size, head.root) == head.root == parse_checkpoint(parse_note(TRUE.note(head.size)).text).root
        stored = witness.stored(ORIGIN)
        assert stored.size >= max(self.signed) and stored.time >= int(time.time()) - 3600

    @staticmethod
    def _opens(path: Path, phrase: str) -> bool:
        try:
            Witness.load(path).require_passphrase(phrase)
        except Locked:
            return False
        return True


def killed_often(home: Path, rounds: int, seed: int) -> Counter[str]:
    """So many verbs, each killed at a random moment of the time that it takes; what became of them."""
    folder, told = Folder(home, seed), Counter[str]()
    begun = time.monotonic()
    assert not folder.run(["witness", "status"], None)
    whole = time.monotonic() - begun
    for _ in range(rounds):
        if folder.chance.random() < 0.3:
            as_of_an_older_version(Witness.load(home / "witness"))
        words = folder.deed()
        killed = folder.run(words, folder.chance.uniform(0.3, 1.6) * whole)
        told[f"{words[1]} {'killed' if killed else 'ended'}"] += 1
        folder.check(words)
    return told


def test_killed_at_random_moments_a_witness_never_contradicts_itself_and_its_folder_opens(tmp_path: Path) -> None:
    told = killed_often(tmp_path, 9, 20261127)
    assert sum(told.values()) == 9 and sum(count for what, count in told.items() if what.endswith("killed"))
