"""Tools that read hostile bytes have no network and no files, and end with whoever called them."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from letapis.core.errors import Hostile
from letapis.engines import outside

pytestmark = pytest.mark.skipif(not outside.found("bash"), reason="bash or bwrap (bubblewrap) is not installed")


def said(script: str, given: bytes = b"", **more: float) -> str:
    return outside.run("bash", ["-c", script], given, **more).out.decode()


def running(mark: str, first: bool = False) -> list[int]:
    """Processes with this word among their arguments, or as their first one."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            told = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
            if told.startswith(mark.encode()) if first else mark.encode() in told:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def gone(mark: str) -> bool:
    """Whether they end within ten seconds."""
    until = time.monotonic() + 10
    while running(mark) and time.monotonic() < until:
        time.sleep(0.05)
    return not running(mark)


def test_it_reaches_nobody_not_even_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        assert said(f"(exec 3<>/dev/tcp/127.0.0.1/{listening.getsockname()[1]}) 2>/dev/null && echo reached || echo nobody") == "nobody\n"
        with pytest.raises(TimeoutError):
            listening.accept()


def test_it_sees_no_files_of_ours_and_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "ours").write_text("an invented word")
    looks = f"cat {tmp_path}/ours; touch {tmp_path}/new /usr/new /new; ls /home /root /etc /var"
    script = f"{looks}; echo in memory > /tmp/word; cat /tmp/word; env"
    told = outside.run("bash", ["-c", script], files={}).out.decode()
    assert "invented" not in told and "in memory" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours"] and not Path("/tmp/word").exists() and not Path("/usr/new").exists()
    names = {line.partition("=")[0] for line in told.splitlines() if "=" in line}
    assert names <= {"HOME", "LC_ALL", "OMP_THREAD_LIMIT", "PWD", "SHLVL", "_", "OLDPWD"}


def test_what_takes_too_long_is_ended_with_all_that_it_began() -> None:
    mark = f"{os.getpid()}.5173"
    with pytest.raises(Hostile) as fault:
        outside.run("bash", ["-c", f"sleep {mark} & sleep {mark}"], timeout=0.7)
    assert fault.value.code == "parse.timeout" and gone(mark)


def test_it_ends_with_a_caller_that_is_killed() -> None:
    mark = f"{os.getpid()}.5174"
    caller = subprocess.Popen([sys.executable, "-c", f"from letapis.engines import outside; outside.run('sleep', ['{mark}'])"])
    until = time.monotonic() + 10
    # The tool itself, behind the door: what shuts it in has the same words among its arguments.
    while not running(f"/usr/bin/sleep\0{mark}", True) and time.monotonic() < until:
        time.sleep(0.05)
    begun = running(f"/usr/bin/sleep\0{mark}", True)
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    assert begun and gone(mark)
