"""Tools of the operating system that read hostile bytes: run without network, files, other processes or privileges, and only there.

``bwrap`` shuts the tool in: it sees the system's programs read-only, an empty home in memory, and the pipes that it is given. What it is to
read is handed over in memory, never as a file. Where ``bwrap`` or the tool is missing nothing is run, and the caller says so.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.errors import Hostile, Refused

PLACES: Final = "/usr/bin:/usr/local/bin:/bin"
MAX_OUTPUT: Final = 8 << 20
_SHELL: Final = 'ulimit -v 4194304; ulimit -t 240; ulimit -c 0; exec "$@"'
_SHUT: Final = (
    *("--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"),
    *("--setenv", "HOME", "/tmp", "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "OMP_THREAD_LIMIT", "1"),
    *("--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"),
    *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp"),
)


@dataclass(frozen=True)
class Ran:
    """What a tool answered; everything in it is untrusted."""

    code: int
    out: bytes
    told: bytes


def found(tool: str) -> bool:
    """The tool and what shuts it in are both here."""
    return bool(shutil.which(tool, path=PLACES) and shutil.which("bwrap", path=PLACES))


def run(tool: str, arguments: Sequence[str], given: bytes = b"", files: Mapping[str, bytes] | None = None, timeout: float = 120) -> Ran:
    """Run ``tool``; ``{name}`` in an argument becomes the path at which the bytes of ``files`` by this name can be read.

    Raises Refused("outside.absent") where it cannot be run shut in, Hostile("parse.timeout", "parse.too_much_output").
    """
    program, shut = shutil.which(tool, path=PLACES), shutil.which("bwrap", path=PLACES)
    if not program or not shut:
        raise Refused("outside.absent")
    folder = str(Path(program).resolve().parent)
    with ExitStack() as after:
        numbers = {name: _in_memory(data, after) for name, data in (files or {}).items()}
        told = [part.format(**{name: f"/proc/self/fd/{number}" for name, number in numbers.items()}) for part in arguments]
        bound = () if folder.startswith("/usr/") else ("--ro-bind", folder, folder)
        process = subprocess.Popen(
            ["/bin/sh", "-c", _SHELL, "sh", shut, *_SHUT, *bound, "--", program, *told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=tuple(numbers.values()),
            env={},
            cwd="/",
            start_new_session=True,
        )
        after.enter_context(process)  # its pipes are closed also where it did not end by itself
        try:
            out, said = process.communicate(given, timeout)
        except subprocess.TimeoutExpired:
            raise Hostile("parse.timeout") from None
        finally:
            process.kill()
    if len(out) > MAX_OUTPUT:
        raise Hostile("parse.too_much_output")
    return Ran(process.returncode, out, said)


def _in_memory(data: bytes, after: ExitStack) -> int:
    """A descriptor of bytes that lie on no disk."""
    number = os.memfd_create("given")
    after.callback(os.close, number)
    with os.fdopen(os.dup(number), "wb") as out:
        out.write(data)
    os.lseek(number, 0, os.SEEK_SET)
    return number
