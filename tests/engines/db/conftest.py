"""A throw-away PostgreSQL on a private Unix socket, started once for the tests that ask for it."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_PROGRAMS = (Path("/usr/lib/postgresql/15/bin"), Path("/usr/lib/postgresql/16/bin"), Path("/usr/lib/postgresql/17/bin"))
_REQUIRED = "LETAPIS_REQUIRE_POSTGRES"


def _missing(reason: str) -> None:
    """CI must have the server; elsewhere its tests are skipped and say so."""
    if os.environ.get(_REQUIRED) == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class Cluster:
    """The server runs as an ordinary user (it refuses root), listens on a socket in its own folder and on nothing else."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.folder = Path(tempfile.mkdtemp(prefix="ltpg-", dir="/tmp"))  # short: a socket's path has 107 bytes
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self.data = self.folder / "data"

    def _run(self, *words: str) -> None:
        before = ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []
        command = [*before, str(self.programs / words[0]), *words[1:]]
        subprocess.run(command, check=True, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self) -> None:
        self._run("initdb", "-D", str(self.data), "-U", self.user, "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=40"
        self._run("pg_ctl", "-D", str(self.data), "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self) -> str:
        """The address of a new, empty database."""
        name = "t" + secrets.token_hex(8)
        self._run("createdb", "-h", str(self.folder), "-U", self.user, name)
        return f"postgresql://{self.user}@/{name}?host={self.folder}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    programs = next((folder for folder in _PROGRAMS if (folder / "initdb").exists()), None)
    if programs is None or (os.geteuid() == 0 and not shutil.which("runuser")):
        _missing("no PostgreSQL on this machine")
        return
    cluster = Cluster(programs)
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(params=["sqlcipher", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where an empty database is: a file, and once more a PostgreSQL."""
    if request.param == "sqlcipher":
        return tmp_path / "database.db"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.address()


@pytest.fixture
def office_desk(
    request: pytest.FixtureRequest, make_desk: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., object]:
    """``make_desk`` whose desks keep their tables in a PostgreSQL of their own."""
    from letapis.desk import opening

    cluster: Cluster = request.getfixturevalue("postgres")
    monkeypatch.setattr(opening, "database_address", lambda _: cluster.address())
    return make_desk
