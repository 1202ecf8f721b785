"""Where a path of a bag leads: to a file that lies in it, to none, or out of it. Paths are compared as texts and never opened."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from letapis.core.bagit_text import NEWEST

_DRIVE: Final = re.compile(r"[A-Za-z]:|~|%[^%/\\]+%[/\\]|\\")
_ENCODED: Final = {"%0a": "\n", "%0d": "\r", "%25": "%"}
_SYSTEM: Final = re.compile(
    r"(?:\.DS_Store|Thumbs\.db|ehthumbs\.db|desktop\.ini|\._.*|\.Spotlight-V100|\.Trashes|\.fseventsd|__MACOSX)\Z", re.IGNORECASE
)


def leads_out(path: str) -> bool:
    """Whether some system would take the path for one outside the bag: parents, roots, drives, homes, shares, variables, control characters."""
    parts = path.replace("\\", "/").split("/")
    odd = any((ord(letter) < 0x20 and letter not in "\r\n\t") or letter == "\x7f" for letter in path)
    return not path or odd or ".." in parts or parts[0] == "" or _DRIVE.match(path) is not None


def is_system(path: str) -> bool:
    """Whether an operating system leaves files of this name by itself."""
    return any(_SYSTEM.match(part) for part in path.split("/"))


def folded(path: str) -> str:
    """What systems that know no case and one form of letters make of a path."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def alike(paths: Iterable[str]) -> Iterator[str]:
    """Paths, also of folders, that such a system cannot tell from another one."""
    seen: dict[str, str] = {}
    for path in sorted(paths):
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            name = "/".join(parts[:end])
            if seen.setdefault(folded(name), name) != name:
                yield name
                break


class Places:
    """The files of a bag, to be found by the paths that its manifests write."""

    def __init__(self, files: Mapping[str, object]) -> None:
        self._files = files
        self._forms: dict[str, list[str]] = {}
        for path in files:
            self._forms.setdefault(unicodedata.normalize("NFC", path), []).append(path)

    def find(self, written: str, version: str) -> tuple[str, tuple[str, ...]]:
        """The path that is meant, whether a file lies there or not, and codes of what is loose about how it is written; ``unsafe`` alone for
        one that leads out."""
        path, said = written, list[str]()
        if path.startswith("*") and path not in self._files:
            path, said = path[1:], ["star"]
        straight = "/".join(part for part in path.split("/") if part not in ("", ".")) if not path.startswith("/") else path
        if straight != path and not path.endswith("/"):
            path = straight
            said.append("relative")
        if leads_out(path) or leads_out(_decoded(path, "%0a|%0d|%25")):
            return path, ("unsafe",)
        found, loose = self._written(path, version)
        if "\\" in found:
            said.append("backslash")
        return found, (*said, *loose)

    def _written(self, path: str, version: str) -> tuple[str, tuple[str, ...]]:
        """Of 1.0 three signs are encoded, before it the two that end a line; a writer that did otherwise is understood, and told."""
        strict = _decoded(path, "%0a|%0d|%25" if version == NEWEST else "%0a|%0d")
        other = _decoded(path, "%0a|%0d|%25")
        for found, code in ((strict, ""), (path, "percent"), (other, "percent")):
            if found in self._files:
                return found, ((code,) if code and found != strict else ())
        known = self._forms.get(unicodedata.normalize("NFC", strict), [])
        return (known[0], ("letters",)) if len(known) == 1 else (strict, ())


def _decoded(path: str, which: str) -> str:
    return re.sub(which, lambda match: _ENCODED[match[0].lower()], path, flags=re.IGNORECASE) if "%" in path else path
