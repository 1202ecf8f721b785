"""``letapis passphrase`` and ``letapis witness passphrase``: another passphrase for a workspace, open or not, or for the folder of a witness."""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call, read_passphrase
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    verbs.verb("passphrase", _change)
    verbs.verb("witness passphrase", _change_of_witness)
    for name in ("passphrase", "witness passphrase"):
        verbs.all[name].add_argument("--new-fd", type=int, metavar="N")
        verbs.all[name].add_argument("--new-file", type=Path, metavar="PATH")


def _change(call: Call) -> None:
    """The old one is asked first and found right before a new one is thought of; the new one is typed twice, or read as the old one can be."""
    from letapis.desk import passphrase

    old = call.passphrase()
    with call.desk(old) as desk:
        passphrase.require_passphrase(desk, old)
        new, again = _new(call, passphrase.proposed)
        passphrase.change_passphrase(desk, old, new, again)
    call.give({"changed": True}, [call.say("passphrases.changed"), call.say("passphrases.backups")])


def _change_of_witness(call: Call) -> None:
    """The same for the folder of a witness, which is no workspace: its own keys, its own passphrase, no agent."""
    from letapis.desk import passphrase
    from letapis.engines.witness import Witness

    witness, old = Witness.load(call.workspace), call.passphrase()
    witness.require_passphrase(old)
    new, again = _new(call, passphrase.proposed)
    passphrase.require_same(new, again)
    witness.change_passphrase(old, new)
    call.give({"changed": True}, [call.say("witness.passphrase_changed"), call.say("witness.passphrase_copies")])


def _new(call: Call, proposed: Callable[[], str]) -> tuple[str, str]:
    """What was typed, twice. Raises UsageError without a terminal, Busy when the source cannot be read."""
    told = read_passphrase(call.options.new_fd, call.options.new_file)
    if told is not None:
        return told, told
    if not sys.stdin.isatty():
        raise UsageError("cli.no_new_passphrase")
    # Where the prompts go too: standard output may be a file that outlives the call.
    print(call.say("cli.passphrase_proposed"), f"    {proposed()}", sep="\n", file=sys.stderr, flush=True)
    return getpass.getpass(call.say("cli.passphrase_new") + " "), getpass.getpass(call.say("cli.passphrase_again") + " ")
