"""A process of its own that records until it is killed. ``python writer.py FOLDER``; each line on its input starts one run.

It forks for each run, so that imports are paid once and nothing of the database is open before. A run says ``run PID``, then one line
for each acknowledged append with the references of its records. When the run is dead, it says ``over``.
"""

import os
import sys
from itertools import count
from pathlib import Path

from letapis.desk import ledger
from letapis.desk.opening import open_desk
from letapis.engines.keys.local import LocalAgent
from tests.desk import invented

CANARY = "kanarka Vydumka-Prykladny 48151623"
SEED = b"\x05" * 32


def agent() -> LocalAgent:
    return LocalAgent.from_seed(SEED, b"\x05" * 16, "device.invalid/0000000000000005", "log.invalid/0000000000000005")


def say(line: str) -> None:
    os.write(1, (line + "\n").encode())


def record(folder: Path) -> None:
    """Append batches of one to four records, for ever; a checkpoint now and then."""
    desk = open_desk(folder, agent(), alias="writer")
    say(f"run {os.getpid()}")
    for number in count():
        made = ledger.append(desk, invented.entities(desk, 1 + number % 4, CANARY))
        say(" ".join(one.ref.hex() for one in made))
        if number % 7 == 6:
            say("signed " + ledger.sign_checkpoint(desk).split(b"\n")[1].decode())


def main(folder: Path) -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            record(folder)
        os.waitpid(child, 0)
        say("over")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
