"""A folder with law files that somebody else wrote: read with care, laid over the package's, checked as a whole.

An organisation adds norms, facts, treaties and mechanisms of its own, or replaces the package's by the same id. What it wrote may be anything:
links that lead elsewhere, endless files, other encodings. Nothing of the folder is used while one fault of it stands.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from letapis.core.errors import Busy, Fault, FaultyFile, UsageError
from letapis.core.overlay import BELOW, Overlay, laid_over, read_overlay
from letapis.core.rulebook_check import faults
from letapis.engines.catalogue import Catalogue, catalogue, law_files

LARGEST_FILE: Final = 1024 * 1024
MOST_FILES: Final = 2000
MOST_TEXT: Final = 8 * 1024 * 1024
DEEPEST: Final = 6


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
            if len(found) > MOST_FILES or sum(map(len, found.values())) > MOST_TEXT:
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
    """Faults of a folder's files, read alone where they are a whole rulebook, else on top of the package's."""
    if not files:
        return [Fault("", None, "law.folder_empty", "")]
    return [fault for fault in faults(laid_over(law_files(), files)) if not fault.file.startswith(BELOW)]


def overlay_of_folder(folder: Path) -> Overlay:
    """The overlay in a folder. Raises FaultyFile ``law.folder_faults`` with everything that stands against it, and as ``folder_files``."""
    return sound_overlay(folder_files(folder))


def sound_overlay(files: Mapping[str, str]) -> Overlay:
    """The overlay in these files, refused as a whole when anything is wrong with it."""
    overlay, found = read_overlay(files, law_files())
    found += faults_of_folder(overlay.files)
    if found:
        raise FaultyFile("law.folder_faults", tuple(sorted(found, key=lambda fault: (fault.file, fault.line or 0))))
    return overlay


def catalogue_with(overlay: Overlay) -> Catalogue:
    """The package's data with a sound overlay laid over its law."""
    return Catalogue(catalogue().root, overlay)
