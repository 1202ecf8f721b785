"""Built releases in a folder: each whole in a folder of its own, and one link that says which is shown.

    <root>/releases/<name>/…    one release; its name is its number and the digest of all its files
    <root>/current              link to the release that is shown: a web server serves this
    <root>/digests.txt          digest of every file of it: whoever takes one over into the next release knows what it has to be

A release is built beside, given its name when it is whole, and shown by renaming one link over the other: the file system does that at once,
so a reader is given the old site or the new one, and who is ended in the middle leaves the old one. Every older release is removed then,
because each may hold a person who was taken back; what was left unfinished goes with the next build.

A file that stays the same is one file in both releases, with a name in each (a hard link): nothing is copied, and the old name costs nothing
to remove. So no file of a release is ever written into: ``write`` puts a new one in its place, and what went has no name left anywhere.

Nothing that lies here is believed. Whoever builds keeps the digest of the list of digests elsewhere (``vouched``), takes files over of that
release alone, and reads every file of the new one before it is shown: a page into which somebody wrote, or that the disk lost a bit of, is
another than the one that was built, whatever its size and hour.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from letapis.core.errors import Busy, LetapisError, Refused, UsageError
from letapis.engines.hosting_search import Ahead, Beside, One, Read, read_together, state_of

RELEASES, CURRENT = "releases", "current"
_KNOWN: Final = "digests.txt"
_UNFINISHED: Final = ".building-"
_LOCK: Final = ".lock"
_LINK: Final = ".current-"
_DIGITS: Final = 16
_MANY: Final = 3_000
"""So many files are worth the start of a second process."""
_LARGE: Final = 1_000
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_UNLINKED: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)
"""What a disk says that has no second name for this file."""


@dataclass(frozen=True)
class Shown:
    """The release that is shown: its name, its folder, whether it was shown before this call."""

    name: str
    folder: Path
    before: bool


@dataclass(frozen=True)
class Taken:
    """Sizes of files that were taken over, by name; or names of what was missing or strange among them, and then nothing may go on from here."""

    strange: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Begun:
    """What a build begins with: name -> SHA-256 that each file was built with; or nothing, and names of what is not as it was built. ``arrived``:
    waits for the files that another process takes over, and for no other."""

    files: dict[str, str]
    altered: tuple[str, ...]
    arrived: Callable[[], Taken] = Taken


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


@contextmanager
def beside() -> Iterator[Beside]:
    """A second process for a build, which is over before the folder of the build is: no file is put there any more by then."""
    other = Beside()
    try:
        yield other
    finally:
        other.end()


def begin_with_shown(root: Path, folder: Path, vouched: str, other: Beside | None = None, apart: Collection[str] = ()) -> Begun:
    """Begin with the files of the release that is shown, so that only what differs has to be written: linked, not copied, where the disk can.
    With none where it is not the release whose ``list_digest`` is ``vouched``, or a file of it is missing, or another lies among them.
    ``apart``: folders whose files the ``other`` process takes over meanwhile; nobody may look into them before they ``arrived``.

    Who was let to write here may have changed any of them meanwhile: what is left of them in the end is read and compared before it is shown."""
    shown, known = current(root), _known(root)
    if shown is None or not vouched:
        return Begun({}, ())
    if list_digest(known) != vouched:
        return Begun({}, (_KNOWN,) if shown.name.endswith(f"-{vouched[:_DIGITS]}") else ())
    later = [top for top in sorted(apart) if (shown / top).is_dir()] if other is not None and len(known) >= _MANY else []
    inside = {name for name in known if name.partition("/")[0] in later}
    strange = _taken(shown, folder, known.keys() - inside, but=later).strange
    if strange:
        clear(folder)
        return Begun({}, strange)
    return Begun(known, (), _taken_by(other, shown, folder, inside, later) if other is not None and later else Taken)


def _taken_by(other: Beside, shown: Path, folder: Path, names: set[str], tops: list[str]) -> Callable[[], Taken]:
    """Let another process take files over. What is given back waits for it, and does it here where the other could not."""
    told = other.begin(_taken, shown, folder, names, tops)

    def arrived() -> Taken:
        with suppress(Exception):  # Whatever hindered the other is met here again, and told of as ours.
            if told is not None:
                return told.result()
        for top in tops:
            shutil.rmtree(folder / top, ignore_errors=True)
        return _taken(shown, folder, names, tops)

    return arrived


def _taken(shown: Path, folder: Path, names: Collection[str], only: Sequence[str] = (), but: Collection[str] = ()) -> Taken:
    """Take every file of these names over, from the folders ``only``, or from all ``but`` some. Strange are those that are missing or lie there
    beside them; the release, where a link is among them."""
    made, strange, left, sizes = {""}, list[str](), set(names), dict[str, int]()
    with _as_ours(), suppress(Refused):
        folder.mkdir(exist_ok=True)
        for name, one in _files(shown, only, but):
            if name not in left:
                strange.append(name)
                continue
            home = name.rpartition("/")[0]
            if home not in made:
                os.makedirs(f"{folder}/{home}", exist_ok=True)
                made.add(home)
            _take_over(one.path, f"{folder}/{name}")
            left.remove(name)
            sizes[name] = one.stat(follow_symlinks=False).st_size
        return Taken(tuple(sorted((*strange, *left))), sizes)
    return Taken((f"{RELEASES}/{shown.name}",))


def _is_untouched(folder: Path, files: Mapping[str, str]) -> bool:
    """Every file of the release is there as it was built, and no other."""
    with suppress(Refused):
        return digests(folder) == files
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


def digests(folder: Path) -> dict[str, str]:
    """Name -> SHA-256 of every file of a release, in the order of names. Raises Refused("hosting.strange") for a link or special file."""
    return read(folder).digests


def read(folder: Path, words: Collection[str] = (), ahead: Ahead | None = None) -> Read:
    """Read every file of a release: its digest, and whether one of these words stands in its name or content, letter by letter. Also one that
    stays as it was may tell of somebody who goes, as the words of a statement do. What was read ``ahead`` for the same words is not read again
    where the disk has not changed it since. Raises as ``digests`` does."""
    with _as_ours():
        seen, known, names = ahead.found() if ahead is not None else {}, list[One](), list[str]()
        for name, one in _files(folder):
            early = seen.get(name)
            if early is not None and early[3] == state_of(one.stat(follow_symlinks=False)):
                known.append(early)
            else:
                names.append(name)
        return read_together(str(folder), sorted(names), _encoded(words), known=known)


@contextmanager
def reading_ahead(folder: Path, names: Collection[str], words: Collection[str], other: Beside | None = None) -> Iterator[Ahead]:
    """Files of a release that is being built are read while others of it are made, by the ``other`` process once they arrived, or by a new one."""
    ahead = Ahead(str(folder), sorted(names), _encoded(words), other=other)
    try:
        yield ahead
    finally:
        ahead.end()


def _encoded(words: Collection[str]) -> list[bytes]:
    return [word.encode("utf-8") for word in words if word]


def altered(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Those of these files (name -> SHA-256) that are something else."""
    with _as_ours():
        told = read_together(str(folder), sorted(files), ()).digests
    return tuple(name for name, digest in told.items() if files[name] != digest)


def _files(folder: Path, only: Sequence[str] = (), but: Collection[str] = ()) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """Every file; of the folders ``only`` in their order, or of all ``but`` some at the top."""
    waiting = [(f"{folder}/{top}", f"{top}/") for top in reversed(only)] or [(str(folder), "")]
    while waiting:
        there, path = waiting.pop()
        with os.scandir(there) as inside:
            for one in inside:
                if one.is_dir(follow_symlinks=False):
                    waiting += [(one.path, f"{path}{one.name}/")] if path or one.name not in but else []
                elif one.is_file(follow_symlinks=False):
                    yield path + one.name, one
                else:
                    raise Refused("hosting.strange")


def _known(root: Path) -> dict[str, str]:
    """What is written down of the release that is shown: name -> digest; empty where nothing is, or nothing that can be read."""
    path = root / _KNOWN
    try:
        lines = [line.split(" ", 1) for line in path.read_text("utf-8").split("\n")[:-1]]
        return {name: digest for digest, name in lines}
    except (FileNotFoundError, ValueError):
        return {}


def _keep_known(root: Path, files: Mapping[str, str]) -> None:
    """Write down the digests of the release that is shown from now on, in place of those of the one before."""
    fresh = root / f"{_KNOWN}.new"
    fresh.write_text(_listed(files), "utf-8")
    fresh.replace(root / _KNOWN)


def _listed(files: Mapping[str, str]) -> str:
    return "".join(f"{digest} {name}\n" for name, digest in sorted(files.items()))


def list_digest(files: Mapping[str, str]) -> str:
    """One SHA-256 of all files of a release, by which its builder knows it again."""
    return hashlib.sha256(_listed(files).encode("utf-8")).hexdigest()


def name_of(number: int, files: Mapping[str, str]) -> str:
    """The name of a release: the same files under the same number are the same release."""
    return f"{number:06}-{list_digest(files)[:_DIGITS]}"


def show(root: Path, folder: Path, number: int, files: Mapping[str, str]) -> Shown:
    """Give a finished release of these files its name and show it, in one step for whoever reads; then remove every other one.

    Raises Refused("hosting.no_links") where the file system has no links, Busy("disk.full") and Busy("disk.failed")."""
    name = name_of(number, files)
    home = root / RELEASES / name
    with _as_ours():
        shown = current(root)
        before = shown is not None and shown.name == name and _is_untouched(shown, files)
        if not before:
            os.sync()  # the link must not reach the disk before what it shows
            if home.exists():  # finished, but never shown: somebody was ended between the two; or shown, and somebody wrote into it
                home.rename(home.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}"))
            folder.rename(home)
            _switch(root, name)
        sweep(root)
        _keep_known(root, files)
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
                _remove(one) if one.is_dir() and not one.is_symlink() else one.unlink()
                count += 1
    return count


def _remove(folder: Path) -> None:
    """Remove a release; files of its large folders by two at once, for it is the disk that is waited for. No link is followed."""
    large = list[tuple[int, list[str]]]()
    try:
        for _, _, names, opened in os.fwalk(folder):
            large += [(os.dup(opened), names)] if len(names) >= _LARGE else []
        if large:
            with ThreadPoolExecutor(1) as beside:
                beside.submit(_unlink, [(opened, names[len(names) // 2 :]) for opened, names in reversed(large)])
                _unlink([(opened, names[: len(names) // 2]) for opened, names in large])
    finally:
        for opened, _ in large:
            os.close(opened)
    shutil.rmtree(folder)


def _unlink(some: Iterable[tuple[int, list[str]]]) -> None:
    """Files by their folder. What cannot be removed here is told of by whoever removes the rest."""
    with suppress(OSError):
        for opened, names in some:
            for name in names:
                os.unlink(name, dir_fd=opened)


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
