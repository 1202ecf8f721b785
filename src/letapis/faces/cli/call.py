"""One call of the command line: its options, its language, and the way to answer."""

import getpass
import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from letapis.core.errors import Busy, Locked, UsageError
from letapis.core.language import LANGUAGES, Texts
from letapis.faces.texts import DEFAULT, preferred

if TYPE_CHECKING:
    # Only for the checker: a call that needs no desk must not wait for the database and the cryptography to load.
    from letapis.desk.opening import Desk
    from letapis.engines.keys import Agent

_LONGEST_PASSPHRASE = 4096


def language_of(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """``--language`` if it stands among the arguments, else LETAPIS_LANGUAGE, else the locale, else English."""
    for word, after in pairwise([*arguments, ""]):
        wished = after if word == "--language" else word.removeprefix("--language=")
        if wished in LANGUAGES and word.startswith("--language"):
            return wished
    for name in ("LETAPIS_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        found = preferred(environment.get(name, "").partition(".")[0])
        if found:
            return found
    return DEFAULT


@dataclass(frozen=True)
class Call:
    """What a verb gets. ``options`` holds its own arguments by name."""

    options: Namespace
    language: str
    texts: Texts

    @property
    def json(self) -> bool:
        return bool(getattr(self.options, "json", False))

    @property
    def workspace(self) -> Path:
        """``--workspace``, else LETAPIS_WORKSPACE. Raises UsageError when neither names a folder."""
        named = getattr(self.options, "workspace", None) or os.environ.get("LETAPIS_WORKSPACE")
        if not named:
            raise UsageError("cli.no_workspace")
        return Path(named)

    def passphrase(self) -> str:
        """From ``--passphrase-fd``, ``--passphrase-file`` or the terminal, in this order; never from an argument or the environment.

        Raises UsageError when there is no terminal to ask at, Busy when the source cannot be read.
        """
        told = read_passphrase(getattr(self.options, "passphrase_fd", None), getattr(self.options, "passphrase_file", None))
        if told is not None:
            return told
        if not sys.stdin.isatty():
            raise UsageError("cli.no_passphrase")
        return getpass.getpass(self.say("cli.passphrase") + " ")

    @contextmanager
    def desk(self, passphrase: str | None = None) -> Iterator["Desk"]:
        """The open desk of the workspace, closed afterwards. ``passphrase``: read already, because the verb needs it itself.

        Joins the key agent where one runs; elsewhere unlocks with the passphrase for this one call, holding the workspace alone.
        Raises what opening raises: NotFound, Locked, Busy, Damaged, Refused.
        """
        from letapis.desk.opening import open_desk
        from letapis.engines.keys.client import AgentClient
        from letapis.engines.keys.workspace import Workspace

        workspace = Workspace.load(self.workspace)
        with ExitStack() as after:
            agent: Agent
            try:
                client = AgentClient.of(workspace)
                after.callback(client.close)
                client.touch()
                agent = client
            except Locked:
                after.enter_context(workspace.locked("agent"))
                agent = workspace.unlock(passphrase or self.passphrase())
                after.callback(agent.lock)
            desk = open_desk(workspace.path, agent)
            after.callback(desk.close)
            yield desk

    def say(self, key: str, **parts: object) -> str:
        """A text in the language of this call."""
        return self.texts.say(key, self.language, **parts)

    def explain(self, code: str) -> str:
        """The sentence for a code of an error, a fault or a reason; the code itself where it has none."""
        key = next((key for key in (f"errors.{code}", code) if key in self.texts), None)
        return self.say(key) if key else code

    def progress(self) -> Callable[[int, int], None] | None:
        """Shows how far long work is, on a terminal only; None elsewhere."""
        if not sys.stderr.isatty():
            return None

        def show(done: int, of: int) -> None:
            print(f"\r{done}/{of}", end="" if done < of else "\n", file=sys.stderr, flush=True)

        return show

    def give(self, value: Mapping[str, object], lines: Iterable[str]) -> None:
        """Answer: ``value`` as one JSON object with ``--json``, else ``lines`` for a person."""
        if self.json:
            print(json.dumps(value, ensure_ascii=False, sort_keys=True))
            return
        for line in lines:
            print(line)
        sys.stdout.flush()


def read_passphrase(descriptor: int | None, file: Path | None) -> str | None:
    """The first line of an open descriptor or else of a file; None where neither is named. Raises Busy when it cannot be read."""
    try:
        if descriptor is not None:
            return _first_line(os.read(descriptor, _LONGEST_PASSPHRASE))
        if file is not None:
            with file.open("rb") as stream:
                return _first_line(stream.read(_LONGEST_PASSPHRASE))
    except OSError:
        raise Busy("cli.passphrase_unreadable") from None
    return None


def _first_line(raw: bytes) -> str:
    try:
        return raw.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("cli.passphrase_unreadable") from None
