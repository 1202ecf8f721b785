"""The blocks of one OCFL inventory by themselves: manifest, versions with their states, fixity."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_CREATED: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})\Z")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
# The extensions that the specification's authors registered.
_EXTENSIONS: Final = frozenset(
    {"0001-digest-algorithms", "0002-flat-direct-storage-layout", "0003-hash-and-id-n-tuple-storage-layout"}
    | {"0004-hashed-n-tuple-storage-layout", "0005-mutable-head", "0006-flat-omit-prefix-storage-layout"}
    | {"0007-n-tuple-omit-prefix-storage-layout", "0008-schema-registry", "0009-digest-algorithms"}
    | {"0010-differential-n-tuple-omit-prefix-storage-layout", "0011-direct-clean-path-layout", "initial"}
)


def known_extension(name: str) -> bool:
    return name in _EXTENSIONS


def width_of(version: str) -> int:
    return len(version) - 1


class Blocks:
    """Says what is wrong with the blocks of an inventory, whatever lies in the folder."""

    def __init__(self, told: Mapping[str, Any], algorithm: str, say: Callable[[str, str], None]) -> None:
        self.told, self.algorithm, self.say = told, algorithm, say

    def check(self) -> None:
        self._directory()
        manifest = self.told.get("manifest")
        if not isinstance(manifest, dict):
            self.say("E041", "manifest")
            manifest = {}
        self._digests(manifest, "manifest", "E096", "E101")
        versions = self.told.get("versions")
        if not isinstance(versions, dict):
            self.say("E043" if versions is None else "E044", "versions")
            versions = {}
        for name, block in versions.items():
            self._version(name, block, manifest)
        fixity = self.told.get("fixity", {})
        if not isinstance(fixity, dict) or not all(isinstance(block, dict) for block in fixity.values()):
            self.say("E111", "fixity")
            return
        for algorithm, block in fixity.items():
            self._digests(block, f"fixity {algorithm}", "E097", "")

    def _directory(self) -> None:
        named = self.told.get("contentDirectory", "content")
        if not isinstance(named, str) or "/" in named:
            self.say("E017", "contentDirectory")
        elif named in (".", "..", ""):
            self.say("E018", "contentDirectory")

    def _digests(self, block: Mapping[str, Any], place: str, twice: str, unique: str) -> None:
        """Digests with the paths of files in the folder: no digest twice in other letters, no path twice, no path that leads elsewhere."""
        if len({digest.lower() for digest in block}) != len(block):
            self.say(twice, place)
        seen: set[str] = set()
        for paths in block.values():
            if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
                self.say("E057" if place != "manifest" else "E042", place)
                continue
            for path in paths:
                if path in seen and unique:
                    self.say(unique, path)
                seen.add(path)
                self._path(path, "E100", "E099")
        if unique:
            self._conflicts(seen, "E101")

    def _path(self, path: str, slash: str, dots: str) -> None:
        if path.startswith("/") or path.endswith("/"):
            self.say(slash, path)
        if any(part in ("", ".", "..") for part in path.strip("/").split("/")) or path.startswith("//"):
            self.say(dots, path)

    def _conflicts(self, paths: set[str], code: str) -> None:
        """No path is a folder of another."""
        for path in sorted(paths):
            parts = path.split("/")
            if any("/".join(parts[:end]) in paths for end in range(1, len(parts))):
                self.say(code, path)

    def _version(self, name: str, block: object, manifest: Mapping[str, Any]) -> None:
        if not isinstance(block, dict):
            self.say("E047", name)
            return
        if "created" not in block or "state" not in block:
            self.say("E048", name)
        created = block.get("created")
        if "created" in block and not (isinstance(created, str) and _CREATED.match(created)):
            self.say("E049", name)
        if "state" in block:
            self._state(name, block["state"], manifest)
        if "message" in block and not isinstance(block["message"], str):
            self.say("E094", name)
        self._user(name, block)

    def _user(self, name: str, block: Mapping[str, Any]) -> None:
        if "message" not in block or "user" not in block:
            self.say("W007", name)
        if "user" not in block:
            return
        user = block["user"]
        if not isinstance(user, dict) or not isinstance(user.get("name"), str) or not user["name"]:
            self.say("E054", name)
        elif "address" not in user:
            self.say("W008", name)
        elif not isinstance(user["address"], str) or not _URI.match(user["address"]):
            self.say("W009", name)

    def _state(self, name: str, state: object, manifest: Mapping[str, Any]) -> None:
        if not isinstance(state, dict):
            self.say("E050", name)
            return
        seen: set[str] = set()
        for digest, paths in state.items():
            if digest not in manifest:
                self.say("E050", name)
            if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
                self.say("E051", name)
                continue
            for path in paths:
                if path in seen:
                    self.say("E095", path)
                seen.add(path)
                self._path(path, "E053", "E052")
        self._conflicts(seen, "E095")
