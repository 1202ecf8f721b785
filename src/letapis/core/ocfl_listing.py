"""What lies in a folder that is or should be an OCFL object: its files with their digests, and the few small ones that say what it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

INVENTORY: Final = "inventory.json"
DECLARATION: Final = "0=ocfl_object"
ALGORITHMS: Final = ("sha512", "sha256", "sha1", "md5", "blake2b-512")
_VERSION: Final = re.compile(r"v[0-9]{1,10}\Z")


@dataclass(frozen=True, slots=True)
class Listing:
    """``files``: path -> algorithm -> digest in hex; ``texts``: path -> bytes of declaration, inventories and their sidecars."""

    files: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, bytes]

    def versions(self) -> frozenset[str]:
        """Names of the folders at the top that look like versions."""
        tops = {path.partition("/")[0] for path in self.files if "/" in path}
        return frozenset(name for name in tops if _VERSION.match(name))


def roots(paths: Iterable[str]) -> tuple[str, ...]:
    """The folders among these paths that are OCFL objects or call themselves so: by their declaration, or by an inventory with its sidecar.
    A folder inside another such folder belongs to that one. "" is the top."""
    known = set(paths)
    found = {path.rpartition("/")[0] for path in known if path.rpartition("/")[2].startswith(DECLARATION)}
    for path in known:
        folder, _, name = path.rpartition("/")
        if name == INVENTORY and any(f"{path}.{algorithm}" in known for algorithm in ("sha512", "sha256")):
            found.add(folder)
    kept: list[str] = []
    for folder in sorted(found, key=len):
        if not any(above == "" or folder == above or folder.startswith(f"{above}/") for above in kept):
            kept.append(folder)
    return tuple(sorted(kept))


def is_text(path: str) -> bool:
    """Whether a path inside an object is of the files that say what it is: declaration, an inventory, its sidecar."""
    folder, _, name = path.rpartition("/")
    at_top = not folder or _VERSION.match(folder) is not None
    return at_top and (name == INVENTORY or name.startswith(f"{INVENTORY}.") or (not folder and name.startswith(DECLARATION)))
