"""A throw-away PostgreSQL on a private Unix socket, for the tests that ask for it by the fixture ``postgres``."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from letapis.engines.db.store import forget, open_workspace_database

PROGRAMS = (Path("/usr/lib/postgresql/15/bin"), Path("/usr/lib/postgresql/16/bin"), Path("/usr/lib/postgresql/17/bin"))
_REQUIRED = "LETAPIS_REQUIRE_POSTGRES"


def missing(reason: str) -> None:
    """CI must have the server; elsewhere its tests are skipped and say so."""
    if os.environ.get(_REQUIRED) == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class Cluster:
    """The server runs as an ordinary user (it refuses root), listens on a socket in its own folder and on nothing else."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        # In memory where there is room, since a cluster is thousands of files; and short, since a socket's path has 107 bytes.
        roomy = Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").free > 1 << 30
        self.folder = Path(tempfile.mkdtemp(prefix="ltpg-", dir="/dev/shm" if roomy else "/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self.data = self.folder / "data"
        self.template = ""

    def _run(self, *words: str) -> None:
        before = ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []
        command = [*before, str(self.programs / words[0]), *words[1:]]
        subprocess.run(command, check=True, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self) -> None:
        """No fsync: the tests ask what is kept apart, not what survives a power cut."""
        self._run("initdb", "-D", str(self.data), "-U", self.user, "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=40 -c fsync=off"
        self._run("pg_ctl", "-D", str(self.data), "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self) -> str:
        """The address of a new database whose tables are made, and empty."""
        if not self.template:
            self.template = "prepared"
            self._run("createdb", "-h", str(self.folder), "-U", self.user, self.template)
            open_workspace_database(self._address(self.template), b"", "prepared")
            forget("prepared")
        name = "t" + secrets.token_hex(8)
        self._run("createdb", "-h", str(self.folder), "-U", self.user, "-T", self.template, name)
        return self._address(name)

    def _address(self, name: str) -> str:
        return f"postgresql://{self.user}@/{name}?host={self.folder}"


def running() -> Cluster | None:
    """A started cluster, or None where there is no server to start."""
    programs = next((folder for folder in PROGRAMS if (folder / "initdb").exists()), None)
    if programs is None or (os.geteuid() == 0 and not shutil.which("runuser")):
        return None
    cluster = Cluster(programs)
    cluster.start()
    return cluster
