"""``letapis backup`` and ``restore``: one sealed file, and a workspace made of it on another machine."""

import getpass
import sys
from pathlib import Path

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    verbs.verb("backup", _backup).add_argument("target", type=Path, metavar="FILE")
    restore = verbs.verb("restore", _restore)
    restore.add_argument("backup", type=Path, metavar="FILE")
    restore.add_argument("--code-file", metavar="FILE|-")


def _backup(call: Call) -> None:
    """Write the file and show its code once, with the sheet to print."""
    from letapis.desk import backup

    with call.desk() as desk:
        made = backup.backup(desk, call.options.target, call.progress())
        value = {"file": str(made.target), "size": made.size, "objects": made.objects, "code": made.code}
        call.give(value, [call.say("cli.backup.made", size=made.size), "", *backup.recovery_sheet(desk, made, call.language).splitlines()])


def _code(call: Call) -> str:
    """The code of the backup: from a file, standard input or the terminal; never from an argument, which other users of the machine see."""
    from letapis.faces.cli.common import long_text

    named = call.options.code_file
    if named is not None:
        return long_text(named if named == "-" else f"@{named}").strip()
    if not sys.stdin.isatty():
        raise UsageError("cli.no_code")
    return getpass.getpass(call.say("cli.backup.code") + " ")


def _restore(call: Call) -> None:
    from letapis.desk import backup

    made = backup.restore(call.options.backup, call.workspace, _code(call), call.passphrase())
    value = {"workspace": str(made.workspace.path), "device": made.workspace.device, "admitted": made.admitted}
    lines = [call.say("cli.backup.restored")]
    if made.admitted:
        lines.append(call.say("cli.backup.admitted"))
    else:
        value |= {"request": made.request, "fingerprint": made.fingerprint}
        lines += [call.say("erasure.exchange_first"), made.request, call.say("cli.init.fingerprint", fingerprint=made.fingerprint)]
    call.give(value, lines)
