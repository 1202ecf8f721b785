"""What the operating system can do for a process that holds keys: no core file, no tracer, no swap.

Each step is tried and reported; only core files and dumpability are required, because locking memory is limited for ordinary users.
"""

import ctypes
import os
import resource
import socket
import struct
import sys
from typing import Final

from letapis.core.errors import Refused

_PR_SET_DUMPABLE: Final = 4
_PR_GET_DUMPABLE: Final = 3
_MCL_CURRENT_FUTURE_ONFAULT: Final = 1 | 2 | 4


def harden() -> None:
    """Forbid core files and tracing, lock memory where allowed. Raises Refused ``keys.hardening`` when the first two fail."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 or libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise Refused("keys.hardening")
    limit, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    # With a finite limit a later allocation (Argon2 wants 256 MiB) would fail instead of being swapped: worse than not locking.
    if limit == resource.RLIM_INFINITY or os.geteuid() == 0:
        libc.mlockall(_MCL_CURRENT_FUTURE_ONFAULT)


def is_owner(connection: socket.socket) -> bool:
    """Whether the process at the other end of a Unix socket runs as our own user (SO_PEERCRED), whatever the file mode let in."""
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(uid == os.getuid())
