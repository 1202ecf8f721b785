"""Is a folder a sound OCFL object (Oxford Common File Layout, 1.0 and 1.1)? Every fault is named by the code of the specification.

An archive that keeps its things so gives whole objects away: an inventory says which bytes each version consists of. Here only its words
are held against what lies in the folder; the bytes were hashed by whoever read them.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from letapis.core.ocfl_blocks import Blocks, known_extension, width_of
from letapis.core.ocfl_listing import DECLARATION, INVENTORY, Listing

_DECLARED: Final = re.compile(r"0=ocfl_object_(1\.[01])\Z")
_TYPE: Final = re.compile(r"https://ocfl\.io/(1\.[01])/spec/#inventory\Z")
_SIDECAR: Final = re.compile(r"([0-9a-fA-F]+)[ \t]+inventory\.json\n?\Z")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_VERSION: Final = re.compile(r"v(0*)([1-9][0-9]{0,8})\Z")
MAX_INVENTORY: Final = 32 << 20
MOST: Final = 60
"""So many remarks are told of one object."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``ident`` and ``head`` as the inventory has them, empty where it does not say; ``faults`` and ``warnings``: (code, place), each once."""

    ident: str
    head: str
    files: int
    faults: tuple[tuple[str, str], ...]
    warnings: tuple[tuple[str, str], ...]

    @property
    def sound(self) -> bool:
        return not self.faults


@dataclass
class _Found:
    """Remarks in the order in which they were made."""

    faults: dict[tuple[str, str], None] = field(default_factory=dict)
    warnings: dict[tuple[str, str], None] = field(default_factory=dict)

    def say(self, code: str, place: str = "") -> None:
        kept = self.faults if code.startswith("E") else self.warnings
        if len(kept) < MOST:
            kept.setdefault((code, place))


def check(listing: Listing) -> Verdict:
    """Hold an object's inventories against what lies in it."""
    found = _Found()
    _declaration(listing, found)
    root = _inventory(listing, "", found)
    if root is None:
        return _verdict({}, listing, found)
    head, algorithm = _text(root, "head"), _text(root, "digestAlgorithm")
    blocks = Blocks(root, algorithm, found.say)
    blocks.check()
    _sequence(listing, root, found)
    _root_folder(listing, algorithm, found)
    inventories = {"": root}
    for version in sorted(listing.versions()):
        told = _version_inventory(listing, version, head, found)
        if told is not None:
            inventories[version] = told
    _histories(root, inventories, found)
    _contents(listing, root, inventories, found)
    return _verdict(root, listing, found)


def _verdict(root: Mapping[str, Any], listing: Listing, found: _Found) -> Verdict:
    return Verdict(_text(root, "id"), _text(root, "head"), len(listing.files), tuple(found.faults), tuple(found.warnings))


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


# ---- the folder ------------------------------------------------------------------------------------------------------


def _declaration(listing: Listing, found: _Found) -> None:
    names = [path for path in listing.files if "/" not in path and path.startswith(DECLARATION)]
    if len(names) != 1:
        found.say("E003")
        return
    match = _DECLARED.match(names[0])
    if not match:
        found.say("E006", names[0])
    elif listing.texts.get(names[0]) != f"ocfl_object_{match.group(1)}\n".encode():
        found.say("E007", names[0])


def _root_folder(listing: Listing, algorithm: str, found: _Found) -> None:
    allowed = {INVENTORY, f"{INVENTORY}.{algorithm}"}
    for path in listing.files:
        top, slash, rest = path.partition("/")
        if not slash:
            if path not in allowed and not path.startswith(DECLARATION):
                found.say("E001", path)
        elif top == "extensions":
            if "/" not in rest:
                found.say("E067", path)
            elif not known_extension(rest.partition("/")[0]):
                found.say("W013", f"extensions/{rest.partition('/')[0]}")
        elif top != "logs" and not _VERSION.match(top):
            found.say("E001", top)


def _sequence(listing: Listing, root: Mapping[str, Any], found: _Found) -> None:
    """The versions of the inventory begin at one, have no holes, are padded alike, end at the head, and each has its folder."""
    versions = root.get("versions")
    if not isinstance(versions, dict):
        return
    if not versions:
        found.say("E008")
        return
    numbers = {}
    for name in versions:
        match = _VERSION.match(name)
        if match:
            numbers[int(match.group(2))] = name
        else:
            found.say("E046", name)
    if numbers and 1 not in numbers:
        found.say("E009")
    if numbers and sorted(numbers) != list(range(min(numbers), max(numbers) + 1)):
        found.say("E010")
    widths = {width_of(name) for name in numbers.values()}
    padded = {name for name in numbers.values() if name.startswith("v0")}
    if padded:
        found.say("W001")
        for name in sorted(set(numbers.values()) - padded):
            found.say("E011", name)
        if len(padded) != len(numbers) or len(widths) > 1:
            found.say("E013")
    if numbers and _text(root, "head") != numbers[max(numbers)]:
        found.say("E040")
    for name in sorted(listing.versions() - set(versions)):
        found.say("E046", name)
    for name in sorted(set(versions) - listing.versions()):
        found.say("E010" if _VERSION.match(name) else "E046", name)


# ---- inventories -----------------------------------------------------------------------------------------------------


def _inventory(listing: Listing, folder: str, found: _Found) -> dict[str, Any] | None:
    """One inventory with its sidecar; None where there is none that can be read."""
    place = f"{folder}/{INVENTORY}" if folder else INVENTORY
    data = listing.texts.get(place)
    if data is None:
        found.say("W010" if folder else "E063", folder)
        return None
    told = _json(data) if len(data) <= MAX_INVENTORY else None
    if told is None:
        found.say("E033", place)
        return None
    for name in ("id", "type", "digestAlgorithm", "head"):
        if name not in told:
            found.say("E036", name)
    if not _text(told, "id"):
        found.say("E037", place)
    elif not _URI.match(_text(told, "id")):
        found.say("W005", place)
    if not _TYPE.match(_text(told, "type")):
        found.say("E038", place)
    if "head" in told and not _VERSION.match(_text(told, "head")):
        found.say("E040", place)
    algorithm = _text(told, "digestAlgorithm")
    if algorithm not in ("sha512", "sha256"):
        found.say("E025", place)
    elif algorithm == "sha256":
        found.say("W004", place)
    _sidecar(listing, place, algorithm, data, found)
    return told


def _sidecar(listing: Listing, place: str, algorithm: str, data: bytes, found: _Found) -> None:
    told = listing.texts.get(f"{place}.{algorithm}")
    if told is None:
        found.say("E058", place)
        return
    match = _SIDECAR.match(told.decode("utf-8", "replace"))
    if not match:
        found.say("E061", place)
    elif algorithm in ("sha512", "sha256") and match.group(1).lower() != hashlib.new(algorithm, data).hexdigest():
        found.say("E060", place)


def _json(data: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def _version_inventory(listing: Listing, version: str, head: str, found: _Found) -> dict[str, Any] | None:
    """The inventory that stands in a version's own folder; that of the head must be the root's, byte for byte."""
    place = f"{version}/{INVENTORY}"
    if version == head and place in listing.texts and listing.texts[place] == listing.texts[INVENTORY]:
        _sidecar(listing, place, _text(_json(listing.texts[INVENTORY]) or {}, "digestAlgorithm"), listing.texts[place], found)
        return None
    told = _inventory(listing, version, found)
    if told is None:
        return None
    if version == head:
        found.say("E064", place)
    if _text(told, "head") != version:
        found.say("E040", place)
    Blocks(told, _text(told, "digestAlgorithm"), found.say).check()
    return told


def _histories(root: Mapping[str, Any], inventories: Mapping[str, Mapping[str, Any]], found: _Found) -> None:
    """What an earlier inventory says of a version, the later ones say too."""
    latest = ""
    for version, told in sorted(inventories.items(), key=lambda pair: _number(pair[0])):
        spec = match.group(1) if (match := _TYPE.match(_text(told, "type"))) else ""
        if version and spec:
            if spec < latest:
                found.say("E103", f"{version}/{INVENTORY}")
            latest = max(latest, spec)
        if told is root:
            continue
        if _text(told, "id") != _text(root, "id"):
            found.say("E037", f"{version}/{INVENTORY}")
        if _directory(told) != _directory(root):
            found.say("E019", f"{version}/{INVENTORY}")
        for name, block in _versions(told):
            other = dict(_versions(root)).get(name)
            if other is None or _differs(told, block, root, other):
                found.say("E066", f"{version}/{INVENTORY}")
            elif any(block.get(part) != other.get(part) for part in ("message", "user", "created")):
                found.say("W011", name)
    spec = match.group(1) if (match := _TYPE.match(_text(root, "type"))) else ""
    if spec and spec < latest:
        found.say("E103", INVENTORY)


def _number(version: str) -> int:
    match = _VERSION.match(version)
    return int(match.group(2)) if match else 1 << 40


def _versions(told: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    versions = told.get("versions")
    for name, block in (versions if isinstance(versions, dict) else {}).items():
        if isinstance(block, dict):
            yield name, block


def _directory(told: Mapping[str, Any]) -> str:
    return _text(told, "contentDirectory") or "content"


def _paths(block: object) -> dict[str, str]:
    """Path -> digest of a block of digests with their paths."""
    found = {}
    for digest, paths in (block if isinstance(block, dict) else {}).items():
        for path in paths if isinstance(paths, list) else ():
            if isinstance(path, str):
                found[path] = str(digest)
    return found


def _differs(first: Mapping[str, Any], one: Mapping[str, Any], second: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Two inventories tell of one version other files, or other bytes under a name."""
    left, right = _paths(one.get("state")), _paths(other.get("state"))
    if left.keys() != right.keys():
        return True
    if first.get("digestAlgorithm") == second.get("digestAlgorithm"):
        return any(left[name].lower() != right[name].lower() for name in left)
    here, there = _paths(first.get("manifest")), _paths(second.get("manifest"))
    return any(not {p for p, d in here.items() if d == left[n]} & {p for p, d in there.items() if d == right[n]} for n in left)


# ---- the bytes -------------------------------------------------------------------------------------------------------


def _contents(listing: Listing, root: Mapping[str, Any], inventories: Mapping[str, Mapping[str, Any]], found: _Found) -> None:
    """Every file of a version is in the manifest, and has the digests that each inventory names."""
    manifest, directory = _paths(root.get("manifest")), _directory(root)
    own = {_text(told, "digestAlgorithm") for told in inventories.values()}
    for path in listing.files:
        version, _, rest = path.partition("/")
        if not rest or not _VERSION.match(version) or rest == INVENTORY or any(rest == f"{INVENTORY}.{name}" for name in own):
            continue
        if rest.startswith(f"{directory}/"):
            if path not in manifest:
                found.say("E023", path)
        elif path in manifest or "/" not in rest:
            found.say("E015", path)
        elif not any(rest.startswith(f"{_directory(told)}/") for told in inventories.values()):
            found.say("W002", f"{version}/{rest.partition('/')[0]}")
    for told in inventories.values():
        _digests(listing, told.get("manifest"), _text(told, "digestAlgorithm"), "E092", found)
        fixity = told.get("fixity")
        for algorithm, block in (fixity if isinstance(fixity, dict) else {}).items():
            _digests(listing, block, str(algorithm), "E093", found)


def _digests(listing: Listing, block: object, algorithm: str, code: str, found: _Found) -> None:
    for path, digest in _paths(block).items():
        held = listing.files.get(path)
        if held is None or held.get(algorithm, digest.lower()) != digest.lower():
            found.say(code, path)

