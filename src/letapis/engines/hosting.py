"""Built releases in a folder: each whole in a folder of its own, and one link that says which is shown.

    <root>/releases/<name>/…    one release; its name is its number and the digest of all its files
    <root>/current              link to the release that is shown: a web server serves this
    <root>/digests.txt          digest, size and hour of every file of it, so that what stays the same is not read again

A release is built beside, given its name when it is whole, and shown by renaming one link over the other: the file system does that at once,
so a reader is given the old site or the new one, and who is ended in the middle leaves the old one. Every older release is removed then,
because each may hold a person who was taken back; what was left unfinished goes with the next build.

A file that stays the same is one file in both releases, with a name in each (a hard link): nothing is copied, and the old name costs nothing
to remove. So no file of a release is ever written into: ``write`` puts a new one in its place, and what went has no name left anywhere.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.errors import Busy, LetapisError, Refused, UsageError
from letapis.engines.hosting_search import search_together

RELEASES, CURRENT = "releases", "current"
_KNOWN: Final = "digests.txt"
_UNFINISHED: Final = ".building-"
_LOCK: Final = ".lock"
_LINK: Final = ".current-"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_UNLINKED: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)
"""What a disk says that has no second name for this file."""


@dataclass(frozen=True)
class Shown:
    """The release that is shown: its name, its folder, whether it was shown before this call."""

    name: str
    folder: Path
    before: bool


def current(root: Path) -> Path | None:
    """The folder of the release that is shown; None where there is none."""
    link = root / CURRENT
    return link.resolve() if link.is_symlink() and link.is_dir() else None


def require_root(root: Path, workspace: Path) -> Path:
    """A folder for releases: one that holds nothing else, and does not lie with the workspace.

    Raises UsageError("hosting.folder"), Refused("hosting.inside"), Refused("hosting.not_ours")."""
    real, own = root.expanduser().absolute().resolve(), workspace.resolve()
    if real == own or own in real.parents or real in own.parents:
        raise Refused("hosting.inside")
    with _as_ours():
        if real.exists() and not real.is_dir():
            raise UsageError("hosting.folder")
        if real.is_dir() and not (real / RELEASES).is_dir() and any(one.name != _LOCK for one in real.iterdir()):
            raise Refused("hosting.not_ours")
        (real / RELEASES).mkdir(mode=0o755, parents=True, exist_ok=True)
    return real


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Nobody else builds into this folder meanwhile. Raises Busy("hosting.busy")."""
    with _as_ours(), (root / _LOCK).open("ab") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("hosting.busy") from None
        yield


@contextmanager
def building(root: Path) -> Iterator[Path]:
    """A fresh folder to build in; whoever does not ``show`` it leaves nothing."""
    folder = root / RELEASES / f"{_UNFINISHED}{secrets.token_hex(8)}"
    with _as_ours():
        sweep(root)
        folder.mkdir(mode=0o755)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def begin_with_shown(root: Path, folder: Path) -> None:
    """Begin with the files of the release that is shown, so that only what differs has to be written: linked, not copied, where the disk can.
    Where any of them is not as it was built, with none: what somebody wrote into a page must not go on into the next release."""
    shown = current(root)
    if shown is not None and not _taken_over(root, shown, folder):
        clear(folder)


def _taken_over(root: Path, shown: Path, folder: Path) -> bool:
    """Take every file over; stop where one is not as it was written down when it was shown, or is missing."""
    left, made = _known(root), {""}
    with _as_ours(), suppress(Refused):  # a link or a special file was none of ours
        folder.mkdir(exist_ok=True)
        for name, one in _files(shown):
            told = one.stat(follow_symlinks=False)
            if left.pop((name, told.st_size, told.st_mtime_ns), None) is None:
                return False
            home = name.rpartition("/")[0]
            if home not in made:
                os.makedirs(f"{folder}/{home}", exist_ok=True)
                made.add(home)
            _take_over(one.path, f"{folder}/{name}")
        return not left
    return False


def _is_untouched(root: Path, shown: Path) -> bool:
    """Every file of the release is there, with the size and the hour that were written down when it was shown, and no other."""
    with _as_ours(), suppress(Refused):
        told = ((name, one.stat(follow_symlinks=False)) for name, one in _files(shown))
        return {(name, one.st_size, one.st_mtime_ns) for name, one in told} == _known(root).keys()
    return False


def _take_over(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError as fault:
        if fault.errno not in _UNLINKED:
            raise
        shutil.copyfile(source, target)


def write(path: Path, content: bytes) -> None:
    """Write a file of a release that is being built: a new one, for the one of this name may be shown meanwhile."""
    with _as_ours():
        path.unlink(missing_ok=True)
        path.write_bytes(content)


def clear(folder: Path) -> None:
    """An empty folder of this name."""
    with _as_ours():
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)


def digests(folder: Path, root: Path | None = None) -> dict[str, str]:
    """Name -> SHA-256 of every file of a release, in the order of names. ``root``: of what is one file with the release that is shown there,
    and was not touched since, the digest is known. Raises Refused("hosting.strange") for a link or special file."""
    known = _known(root) if root is not None else {}
    found = {}
    with _as_ours():
        for name, one in _files(folder):
            told = one.stat(follow_symlinks=False)
            digest = known.get((name, told.st_size, told.st_mtime_ns), "") if told.st_nlink > 1 else ""
            if not digest:
                with open(one.path, "rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found[name] = digest
    return dict(sorted(found.items()))


def _files(folder: Path) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    waiting = [(str(folder), "")]
    while waiting:
        there, path = waiting.pop()
        with os.scandir(there) as inside:
            for one in inside:
                if one.is_dir(follow_symlinks=False):
                    waiting.append((one.path, f"{path}{one.name}/"))
                elif one.is_file(follow_symlinks=False):
                    yield path + one.name, one
                else:
                    raise Refused("hosting.strange")


def _known(root: Path) -> dict[tuple[str, int, int], str]:
    """Digests of the release that is shown, by name, size and hour; empty where what is written down is not of this release."""
    path, shown = root / _KNOWN, current(root)
    if shown is None or not path.is_file():
        return {}
    lines = [line.split(" ", 3) for line in path.read_text("utf-8").split("\n")[:-1]]
    try:
        found = {(name, int(size), int(hour)): digest for digest, size, hour, name in lines}
    except ValueError:
        return {}
    files = {name: digest for (name, _, _), digest in found.items()}
    return found if shown.name == name_of(int(shown.name.partition("-")[0]), files) else {}


def _keep_known(root: Path, folder: Path, files: Mapping[str, str]) -> None:
    """Write down the digests of the release that is shown from now on, in place of those of the one before."""
    lines = []
    for name, one in _files(folder):
        told = one.stat(follow_symlinks=False)
        lines.append(f"{files[name]} {told.st_size} {told.st_mtime_ns} {name}\n")
    fresh = root / f"{_KNOWN}.new"
    fresh.write_text("".join(lines), "utf-8")
    fresh.replace(root / _KNOWN)


def name_of(number: int, files: Mapping[str, str]) -> str:
    """The name of a release: the same files under the same number are the same release."""
    lines = "".join(f"{digest} {name}\n" for name, digest in sorted(files.items()))
    return f"{number:06}-{hashlib.sha256(lines.encode('utf-8')).hexdigest()[:16]}"


def show(root: Path, folder: Path, number: int, files: Mapping[str, str]) -> Shown:
    """Give a finished release of these files its name and show it, in one step for whoever reads; then remove every other one.

    Raises Refused("hosting.no_links") where the file system has no links, Busy("disk.full") and Busy("disk.failed")."""
    name = name_of(number, files)
    home = root / RELEASES / name
    with _as_ours():
        shown = current(root)
        before = shown is not None and shown.name == name and _is_untouched(root, shown)
        if not before:
            os.sync()  # the link must not reach the disk before what it shows
            if home.exists():  # finished, but never shown: somebody was ended between the two; or shown, and somebody wrote into it
                home.rename(home.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}"))
            folder.rename(home)
            _switch(root, name)
        sweep(root)
        _keep_known(root, home, files)
    return Shown(name, home, before)


def _switch(root: Path, name: str) -> None:
    link = root / f"{_LINK}{secrets.token_hex(8)}"
    try:
        link.symlink_to(f"{RELEASES}/{name}", target_is_directory=True)
    except OSError as fault:
        if fault.errno in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
            raise Refused("hosting.no_links") from None
        raise
    link.replace(root / CURRENT)
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(root: Path) -> int:
    """Remove every release but the one that is shown, and whatever was left unfinished. How many."""
    shown, count = current(root), 0
    with _as_ours():
        for one in [*(root / RELEASES).iterdir(), *root.glob(f"{_LINK}*")]:
            if one != shown and one.resolve() != shown:
                shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
                count += 1
    return count


def holding(folder: Path, words: Collection[str]) -> list[str]:
    """Names of all files of a release in whose name or content one of these words stands, letter by letter. Every file is
    read: also one that stays as it was may tell of somebody who goes, as the words of a statement do."""
    wanted, names = [word.encode("utf-8") for word in words if word], list[str]()
    with _as_ours():
        for there, _, files in os.walk(folder, onerror=_fail) if wanted else ():
            path = Path(there).relative_to(folder).as_posix()
            names += [one if path == "." else f"{path}/{one}" for one in files]
        return sorted(search_together(str(folder), names, wanted))


def _fail(fault: OSError) -> None:
    raise fault


@contextmanager
def _as_ours() -> Iterator[None]:
    """Faults of the disk as errors of ours, without the name of a file in them."""
    try:
        yield
    except LetapisError:
        raise
    except PermissionError:
        raise Refused("disk.permission") from None
    except OSError as fault:
        raise Busy("disk.full" if fault.errno in _FULL else "disk.failed") from None
