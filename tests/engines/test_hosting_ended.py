"""Somebody is ended, or the disk is full, at every single step of a build and of an upload: the old site, or the new one, and the next try mends it.

The steps are those that the interpreter itself tells of (``sys.addaudithook``): files opened, linked, renamed, removed, bytes sent. Each try runs
in a process of its own that counts them and ends at the one it was told.
"""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.engines.test_hosting import NEW, OLD, build, contents, vouched
from tests.engines.test_webdav import Share, address

from letapis.core.errors import Busy
from letapis.engines import hosting, hosting_upload
from letapis.engines.hosting_upload import MARK

__all__ = ["address"]

STEPS: Final = frozenset({"open", "os.link", "os.rename", "os.symlink", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "http.client.send"})
_WRITES: Final = os.O_WRONLY | os.O_RDWR
_REFUSED: Final = 3
_MOST: Final = 400


def ended(deed: Callable[[], object], at: int, full: bool = False) -> int:
    """Do it in a process that is killed at this step, or to which the disk says there that it is full. The exit code, or the signal."""
    child = os.fork()
    if child == 0:
        _run(deed, at, full)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _run(deed: Callable[[], object], at: int, full: bool) -> None:
    left = [at]

    def step(event: str, told: tuple[object, ...]) -> None:
        if event not in STEPS or (full and event == "open" and not (isinstance(told[2], int) and told[2] & _WRITES)):
            return
        left[0] -= 1
        if left[0] == 0 and not full:
            os.kill(os.getpid(), signal.SIGKILL)
        if left[0] <= 0 and full and event in ("open", "os.link", "os.mkdir", "os.symlink"):
            raise OSError(errno.ENOSPC, "full")

    try:
        sys.addaudithook(step)
        deed()
    except Busy:
        os._exit(_REFUSED)
    except BaseException:
        os._exit(1)
    os._exit(0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return hosting.require_root(tmp_path / "site", tmp_path / "workspace")


def over(root: Path) -> hosting.Shown:
    """The new site over the old one, with what stays linked."""
    with hosting.alone(root), hosting.building(root) as folder:
        begun = hosting.begin_with_shown(root, folder, vouched(root))
        for name in begun.files.keys() - NEW.keys():
            (folder / name).unlink()
        for name, data in NEW.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            hosting.write(folder / name, data)
        return hosting.show(root, folder, 2, hosting.digests(folder))


@pytest.mark.parametrize("full", [False, True])
def test_at_every_step_of_a_build_there_is_the_old_site_or_the_new_one(root: Path, full: bool) -> None:
    seen = set[bytes]()
    for at in range(1, _MOST):
        build(root, 1, OLD)
        code = ended(lambda: over(root), at, full)
        shown = contents(root / "current")
        assert shown in (OLD, NEW), at
        seen.add(shown["index.html"])
        assert code in ((0, _REFUSED) if full else (0, -signal.SIGKILL)), at
        # Whoever comes next clears up, whatever was left, and shows the same bytes.
        assert contents(over(root).folder) == NEW and len(list((root / "releases").iterdir())) == 1
        assert {one.name for one in root.iterdir()} <= {"releases", "current", "digests.txt", "digests.txt.new", ".lock"}
        if code == 0:
            break
    else:
        pytest.fail("it never came to its end")
    assert at > 15 and seen == {OLD["index.html"], NEW["index.html"]}


def test_at_every_step_of_an_upload_nothing_half_is_shown_and_the_next_one_ends_it(root: Path, address: str) -> None:
    """A share on loopback; whoever is killed leaves no manifest of the new list before the whole of it lies there."""
    Share.folders.add("/relay")
    journal = hosting_upload.journal_of(root, address)

    def lying() -> dict[str, bytes]:
        return {name.removeprefix("/relay/"): data for name, data in Share.files.items() if MARK not in name}

    def put(shown: hosting.Shown) -> object:
        return hosting_upload.upload(hosting_upload.place_at(address), shown.folder, hosting.digests(shown.folder), journal)

    ends = set[bytes]()
    for at in range(1, _MOST):
        put(build(root, 1, OLD))
        assert lying() == OLD
        shown = build(root, 2, NEW)
        code = ended(lambda shown=shown: put(shown), at)
        time.sleep(0.02)  # what was sent last may still be taken in
        now = {name: data for name, data in lying().items() if not name.rpartition("/")[2].startswith(".")}  # half of one has no name of a page
        assert code in (0, -signal.SIGKILL) and set(now.values()) <= {*OLD.values(), *NEW.values()}, at
        if now["data/manifest.json"] == NEW["data/manifest.json"]:
            assert now == NEW, at
        ends.add(now["data/manifest.json"])
        put(shown)
        assert lying() == NEW, at
        if code == 0:
            break
    else:
        pytest.fail("it never came to its end")
    assert at > 10 and len(ends) == 2
