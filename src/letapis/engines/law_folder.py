"""A folder with law files that somebody else wrote: read with care, laid over the package's, checked as a whole.

An organisation adds norms, facts, treaties and mechanisms of its own, or replaces the package's by the same id. What it wrote may be anything:
links that lead elsewhere, endless files, other encodings. Nothing of the folder is used while one fault of it stands.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from letapis.core.checkbook import kind_of, stem
from letapis.core.errors import Busy, Fault, FaultyFile, UsageError
from letapis.core.rulebook_check import faults
from letapis.core.tables import TableFault, parse_table
from letapis.engines.catalogue import data_files

LARGEST_FILE: Final = 1024 * 1024
MOST_FILES: Final = 2000
DEEPEST: Final = 6
_LAW: Final = frozenset({"facts", "norms", "treaties", "mechanisms"})
_SINGLE: Final = frozenset({"consent", "proof", "records", "routing", "first-set", "rulebook"})


def law_files() -> Mapping[str, str]:
    """The law files of the package: name -> text."""
    return {name: text for name, text in data_files().items() if kind_of(name) in _LAW | _SINGLE and not name.startswith("locale/")}


def folder_files(folder: Path) -> Mapping[str, str]:
    """Every law file below a folder: name -> text. Links, other kinds of files and hidden ones are faults, and so is what is no text.

    Raises UsageError when it is no folder, Busy when it cannot be read, FaultyFile for everything in it that is not taken.
    """
    if not folder.is_dir():
        raise UsageError("law.folder_missing")
    found: dict[str, str] = {}
    refused: list[Fault] = []
    try:
        _walk(folder, "", found, refused)
    except OSError:
        raise Busy("cli.file_unreadable") from None
    if refused:
        raise FaultyFile("law.folder_faults", tuple(sorted(refused, key=lambda fault: fault.file)))
    return dict(sorted(found.items()))


def _walk(folder: Path, prefix: str, found: dict[str, str], refused: list[Fault]) -> None:
    """Look without following anything that leads out of the folder; give up where there are too many files or folders in folders."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            name = f"{prefix}{entry.name}"
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISLNK(mode):
                refused.append(Fault(name, None, "law.folder_link", ""))
            elif stat.S_ISDIR(mode) and prefix.count("/") >= DEEPEST:
                refused.append(Fault(name, None, "law.folder_deep", ""))
            elif stat.S_ISDIR(mode):
                _walk(Path(entry.path), f"{name}/", found, refused)
            elif entry.name.endswith(".toml"):
                _take(Path(entry.path), name, mode, found, refused)
            if len(found) > MOST_FILES:
                raise FaultyFile("law.folder_faults", (Fault(prefix, None, "law.folder_many", ""),))


def _take(path: Path, name: str, mode: int, found: dict[str, str], refused: list[Fault]) -> None:
    if not stat.S_ISREG(mode):
        refused.append(Fault(name, None, "law.folder_kind", ""))
        return
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
        data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        refused.append(Fault(name, None, "cli.file_too_large", ""))
        return
    try:
        found[name] = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        refused.append(Fault(name, data[: fault.start].count(b"\n") + 1, "cli.file_no_text", ""))


def faults_of_folder(files: Mapping[str, str]) -> list[Fault]:
    """Faults of a folder's files. A whole rulebook is read alone, with the package's lists beside it; else it lies on top of the package's."""
    whole = {"facts", "norms", "treaties"} <= {kind_of(name) for name in files}
    if not files:
        return [Fault("", None, "law.folder_empty", "")]
    if not whole:
        return faults(laid_over(law_files(), files))
    kinds = {kind_of(name) for name in files}
    beside = {f"package/{name}": text for name, text in law_files().items() if kind_of(name) not in kinds | {"first-set"}}
    return [fault for fault in faults({**beside, **files}) if not fault.file.startswith("package/")]


def laid_over(below: Mapping[str, str], above: Mapping[str, str]) -> Mapping[str, str]:
    """Both sets of files together; a file above takes the place of the one below that is the same thing by its id or name."""
    replaced = {key for name, text in above.items() for key in _same(name, text)}
    kept = {name: text for name, text in below.items() if not replaced & {(kind_of(name), stem(name))}}
    return {**kept, **above}


def _same(name: str, text: str) -> set[tuple[str, str]]:
    """What a file is: its kind with its name, and with the id that it gives itself."""
    found = {(kind_of(name), stem(name))}
    try:
        table = parse_table(text)
    except TableFault:
        return found
    given = table.get("group") if kind_of(name) == "facts" else table.get("id")
    return found | {(kind_of(name), given)} if isinstance(given, str) else found
