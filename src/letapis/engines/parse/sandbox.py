"""The door that shuts behind a reader of hostile files, by means of the kernel alone (Linux).

Order: limits, then own namespaces with an empty read-only root (only typefaces are visible), then a filter that lets through a short list
of system calls and answers EPERM to all others (ENOSYS to a new thread or process): no socket, no file opened for writing, no signal.
If the kernel grants no namespaces, the filter is the lock and opening any file is forbidden too (level ``process``).
If it grants no filter, nothing is read at all. Sources: seccomp(2), user_namespaces(7), linux/audit.h, linux/filter.h.
"""

import ctypes
import os
import platform
import resource
import struct
from typing import Final

from letapis.engines.parse.codes import Level

CPU_SECONDS: Final = 120
MEMORY: Final = 2 << 30
_FONTS = b"/usr/share/fonts"
_UNSHARE = 0x0002_0000 | 0x1000_0000 | 0x4000_0000 | 0x0800_0000 | 0x0400_0000  # mounts, users, network, IPC, host name
_READ_ONLY = 1 | 2 | 4 | 8  # MS_RDONLY, NOSUID, NODEV, NOEXEC
_BIND, _REMOUNT, _RECURSIVE, _PRIVATE = 4096, 32, 16384, 1 << 18
_WRITING = 0o3 | 0o100 | 0o1000  # access mode, O_CREAT, O_TRUNC

# name: number on x86_64, number on aarch64 (asm/unistd_64.h, asm-generic/unistd.h)
_CALLS = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettid": (186, 178),
    "futex": (202, 98),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "exit_group": (231, 94),
    "newfstatat": (262, 79),
    "getrandom": (318, 278),
}
# A library that would work in threads goes on in the only one when the system knows of none, and ends the process when it forbids them.
_UNKNOWN = {"clone": (56, 220), "clone3": (435, 435)}
_OPENING = {"openat": (257, 56), "getdents64": (217, 61)}
_MACHINES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}


class NoSandbox(Exception):
    """This system cannot lock a reader in."""


def lock_in() -> Level:
    """Shut the door behind this process. Raises NoSandbox. Afterwards no module can be imported and no file written."""
    if platform.system() != "Linux" or platform.machine() not in _MACHINES:
        raise NoSandbox
    _limit()
    level = Level.FULL if _separate() else Level.PROCESS
    _filter(opening=level is Level.FULL)
    return level


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(what, (most, most))


def _separate() -> bool:
    """Own network, mounts and users, and a root with nothing in it but typefaces, read-only. False if the kernel says no."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_UNSHARE) != 0:
        return False
    try:
        for name, line in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as table:
                table.write(line)
        _mount(libc, None, b"/", _RECURSIVE | _PRIVATE)
        _mount(libc, b"tmpfs", b"/tmp", 2 | 4 | 8, b"tmpfs", b"size=64k")
        if os.path.isdir(_FONTS):
            os.makedirs(b"/tmp" + _FONTS)
            _mount(libc, _FONTS, b"/tmp" + _FONTS, _BIND)
            _mount(libc, None, b"/tmp" + _FONTS, _BIND | _REMOUNT | _READ_ONLY)
        _mount(libc, None, b"/tmp", _REMOUNT | _READ_ONLY)
        os.chroot("/tmp")
        os.chdir("/")
    except OSError:
        return False
    return True


def _mount(libc: ctypes.CDLL, source: bytes | None, target: bytes, flags: int, kind: bytes | None = None, data: bytes | None = None) -> None:
    if libc.mount(source, target, kind, ctypes.c_ulong(flags), data) != 0:
        raise OSError(ctypes.get_errno(), "mount")


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def _filter(*, opening: bool) -> None:
    """Install the system-call filter for this process, for good."""
    code = _compiled(opening=opening)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, mode_filter = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        raise NoSandbox
    if libc.prctl(set_seccomp, mode_filter, ctypes.byref(program), 0, 0) != 0:
        raise NoSandbox


def _compiled(*, opening: bool) -> bytes:
    """Classic BPF: other architecture -> kill; listed call -> allow; a thread -> ENOSYS; opening a file only without intent to write; else EPERM."""
    column, architecture = _MACHINES[platform.machine()]
    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06
    allow, refuse, unknown, kill = 0x7FFF_0000, 0x0005_0001, 0x0005_0026, 0x8000_0000

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    steps = [step(load, 4), step(equal, architecture, 1, 0), step(give, kill), step(load, 0)]
    for numbers in _CALLS.values():
        steps += [step(equal, numbers[column], 0, 1), step(give, allow)]
    for numbers in _UNKNOWN.values():
        steps += [step(equal, numbers[column], 0, 1), step(give, unknown)]
    if opening:
        steps += [step(equal, _OPENING["getdents64"][column], 0, 1), step(give, allow)]
        steps += [step(equal, _OPENING["openat"][column], 0, 4), step(load, 32), step(any_bit, _WRITING, 1, 0), step(give, allow), step(give, refuse)]
    return b"".join([*steps, step(give, refuse)])
