"""Run the commands of a page as a reader would, and compare what they print.

A fence ``console`` holds commands after ``$ `` and, under each, what it prints: every printed line must come in this order, ``…`` stands for
any words, and a line of ``…`` alone for any lines. A command without printed lines only has to succeed. A comment ``<!-- run: … -->``
is run without being shown: what the reader does by voice or by hand. Passphrases, which a person types, come from a file per workspace:
the command ``letapis`` of the page is a small program that notes what ``init`` shows and gives it back.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from letapis.faces.texts import texts
from tests.faces.cli.players import QUICK, environment

DOCS = Path(__file__).parents[2] / "docs"
TIMEOUT = 120.0
# Who follows many pages in one day is told once that it was much, at whichever command that falls.
NOTICE = f"{texts().say('opened.notice', 'en')} letapis opened\n"
_PART = re.compile(r"```console\n(.*?)```|<!-- run: (.*?) -->", re.DOTALL)
_TYPIST = f"""#!{sys.executable}
import os, pathlib, re, subprocess, sys
words = sys.argv[1:]
place = words[words.index("--workspace") + 1] if "--workspace" in words else os.environ.get("LETAPIS_WORKSPACE", "")
file = os.path.join(os.environ["HOME"], ".typed", os.path.basename(place))
os.makedirs(os.path.dirname(file), exist_ok=True)
command = [sys.executable, "-P", {QUICK!r}, *words]
if os.path.exists(file) and words[0] != "demo":
    sys.exit(subprocess.run([*command, "--passphrase-file", file]).returncode)
done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
sys.stdout.write(done.stdout)
shown = re.search(r"^    ((?:[a-z-]+ ){{5}}[a-z-]+)$", done.stdout, re.MULTILINE)
if "init" in words[:2] and shown:
    pathlib.Path(file).write_text(shown[1])
sys.exit(done.returncode)
"""


@dataclass(frozen=True)
class Step:
    """One command of a page and the lines that it should print."""

    command: str
    expected: tuple[str, ...]


def steps(page: str) -> Iterator[Step]:
    for shown, hidden in _PART.findall(page):
        if hidden:
            yield Step(hidden, ())
            continue
        for part in re.split(r"^\$ ", shown, flags=re.MULTILINE)[1:]:
            lines = part.rstrip("\n").split("\n")
            last = next(i for i, line in enumerate(lines) if not line.endswith("\\"))
            yield Step("\n".join(lines[: last + 1]), tuple(lines[last + 1 :]))


def pattern(expected: tuple[str, ...]) -> re.Pattern[str]:
    """What the printed lines must match, with anything between two lines that ``…`` separates."""
    parts = [r"(?:.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, line.rstrip().split("…"))) + r"[ ]*\n" for line in expected]
    return re.compile("".join(parts) + r"\Z")


class Reader:
    """A person with an empty home who follows pages in one shell."""

    def __init__(self, home: Path) -> None:
        program = home / "bin" / "letapis"
        program.parent.mkdir()
        program.write_text(_TYPIST, encoding="utf-8")
        program.chmod(0o700)
        named = environment(home)
        named["PATH"] = f"{program.parent}:{Path(sys.executable).parent}:{named['PATH']}"
        (home / "desk").mkdir()
        self.shell = subprocess.Popen(
            ["bash", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=home / "desk",
            env=named,
        )

    def types(self, command: str) -> tuple[int, str]:
        """Run one command in the shell; its exit code and everything that it printed."""
        assert self.shell.stdin is not None and self.shell.stdout is not None
        self.shell.stdin.write(f"{command} </dev/null\nprintf '\\n@@@%s\\n' $?\n")
        self.shell.stdin.flush()
        lines: list[str] = []
        while not (line := self.shell.stdout.readline()).startswith("@@@"):
            assert line, "the shell ended"
            lines.append(line)
        return int(line[3:]), "".join(lines)[:-1]

    def follows(self, page: str) -> int:
        """Do everything that a page says; the number of commands. An assertion names the command that does not do what is printed."""
        count = 0
        for step in steps(page):
            code, printed = self.types(step.command)
            assert code == 0, f"{step.command}\nended with {code}:\n{printed}"
            told = printed.replace(NOTICE, "")
            assert not step.expected or any(map(pattern(step.expected).match, (printed, told))), f"{step.command}\nprinted:\n{printed}"
            count += 1
        return count

    def follows_pages(self, names: Iterable[str]) -> None:
        """The same for how-to pages, one after the other; each has at least two commands."""
        for name in names:
            assert self.follows((DOCS / "how-to" / f"{name}.md").read_text(encoding="utf-8")) >= 2, name

    def close(self) -> None:
        assert self.shell.stdin is not None
        self.shell.stdin.close()
        self.shell.wait(TIMEOUT)
        assert self.shell.stdout is not None
        self.shell.stdout.close()
