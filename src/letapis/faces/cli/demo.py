"""``letapis demo``: the whole work with invented people, played and opened for you, or with ``--check`` played, verified and removed again."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from letapis.core.errors import Damaged
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.demo import Expectation, Played

DEFAULT = Path("letapis-demo")
_SECONDS = 60


def add(verbs: Verbs) -> None:
    demo = verbs.verb("demo", _demo)
    demo.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    demo.add_argument("--check", action="store_true")
    demo.add_argument("--fresh", action="store_true")
    demo.add_argument("--open", action="store_true", dest="open_browser")


def _demo(call: Call) -> None:
    from letapis.desk import demo

    options = call.options
    with ExitStack() as last:
        folder = options.folder or (Path(last.enter_context(TemporaryDirectory(prefix="letapis-demo-"))) if options.check else DEFAULT)
        demo.prepare(folder.absolute(), options.fresh)
        with ExitStack() as after:
            played = demo.play(folder.absolute(), after, lambda step: print(call.say(step), file=sys.stderr, flush=True))
            found = [*demo.expectations(played), *(_handed_over(call, played) if options.check else ())]
        _keep_passphrases(played)
        if options.check:
            _judge(call, found)
        else:
            _open(call, played)


def _handed_over(call: Call, played: "Played") -> "list[Expectation]":
    """The case file is checked as a court would do it: by its own program, in a bare Python, with keys that came another way."""
    from letapis.desk.demo import Expectation
    from letapis.desk.demo_handover import DEVICES, POLICY, hand_over

    print(call.say("demo.step.casefile"), file=sys.stderr, flush=True)
    found = hand_over(played, played.folder)
    case = played.folder / "case-file"
    trust = ["--policy", str(played.folder / POLICY), "--devices", str(played.folder / DEVICES)]
    bare = [sys.executable, "-I", "-S", str(case / "verify.py"), str(case), *trust]
    checked = subprocess.run(bare, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS)
    return [*found, Expectation("demo.shows.casefile", checked.returncode == 0)]


def _judge(call: Call, found: "list[Expectation]") -> None:
    """Say what came out. Raises Damaged when something did not."""
    told = {says: all(e.holds for e in found if e.says == says) for says in dict.fromkeys(e.says for e in found)}
    lines = [f"  {'✓' if holds else '✗'} {call.say(says)}" for says, holds in told.items()]
    call.give({"shows": told}, [call.say("cli.demo.check"), *lines])
    if not all(told.values()):
        raise Damaged("cli.demo_failed")


def _keep_passphrases(played: "Played") -> None:
    """Beside each workspace, for ``--passphrase-file``: what an example may do and nobody else."""
    for key, passphrase in played.passphrases.items():
        file = played.folder / f"{key}.passphrase"
        file.touch(mode=0o600)
        file.write_text(f"{passphrase}\n", encoding="utf-8")


def _open(call: Call, played: "Played") -> None:
    """Open the first member's desk; the others are opened beside it in the same way."""
    from letapis.faces.cli.workspace import open_desk_of

    first = next(iter(played.passphrases))
    workspaces = {key: str(played.folder / key) for key in played.passphrases}
    lines = [call.say("cli.demo.passphrases"), *(f"    {key:<10} {phrase}" for key, phrase in played.passphrases.items())]
    lines += [call.say("cli.demo.others")]
    lines += [f"    letapis start --workspace {path} --passphrase-file {path}.passphrase" for key, path in workspaces.items() if key != first]
    call.give({"workspaces": workspaces, "passphrases": played.passphrases}, lines)
    open_desk_of(call, played.folder / first, played.passphrases[first])
