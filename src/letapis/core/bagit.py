"""Is a folder a valid bag (BagIt, RFC 8493 and the drafts from 0.93 on)? Every reason with the file and the line that it stands in.

Bags are how archives hand things over. Ours are written and read by a stricter rule (the case file); those of others are judged here by the
rule of their own version: what that version forbids makes a bag invalid, what it only advises against is a remark. A bag in which something
is still to be fetched is incomplete: nothing is ever fetched. Only texts are compared; the bytes were hashed by whoever read them.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from letapis.core.bagit_paths import Places, alike, is_system, leads_out
from letapis.core.bagit_text import DECLARATION, NEWEST, Entry, declaration, decoded, entries, fetched, information, plain

FETCH: Final = "fetch.txt"
INFORMATION: Final = ("bag-info.txt", "package-info.txt")  # the second until 0.95
MOST: Final = 60
"""So many remarks of each kind are told of one bag."""
ALGORITHMS: Final[Mapping[str, str]] = {
    **{"md5": "md5", "sha1": "sha1", "sha224": "sha224", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"},
    **{"sha3224": "sha3_224", "sha3256": "sha3_256", "sha3384": "sha3_384", "sha3512": "sha3_512", "blake2b": "blake2b", "blake2s": "blake2s"},
}
"""Algorithms that can be checked: name in a manifest without signs -> name in Python."""
_MANIFEST: Final = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]{1,40})\.txt\Z")
_OXUM: Final = re.compile(r"([0-9]{1,20})\.([0-9]{1,12})\Z")
_WEAK: Final = frozenset({"md5", "sha1"})
WARNINGS: Final = frozenset(
    {"declaration_loose", "mark_loose", "blank_line", "last_line", "star", "relative", "percent", "letters", "backslash", "twice_same", "alike"}
    | {"system_file", "system_gone", "algorithm_other", "algorithm_name", "tag_unlisted", "no_tag_manifest", "payload_in_tags_loose", "weak"}
    | {"fetch_here", "empty", "tag_lists_less", "tags_lack_manifest_loose", "oxum_twice_loose", "archive_root"}
)
"""What a bag may have and still be valid; every other code makes it invalid."""


@dataclass(frozen=True, slots=True)
class Listing:
    """``files``: path -> algorithm -> digest in hex; ``sizes``: path -> bytes; ``texts``: path -> bytes of the text files that are read."""

    files: Mapping[str, Mapping[str, str]]
    sizes: Mapping[str, int]
    texts: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``version`` as declared, empty where it is not; ``faults`` and ``warnings``: (code, place), each once. Valid is what has no fault."""

    version: str
    algorithms: tuple[str, ...]
    files: int
    faults: tuple[tuple[str, str], ...]
    warnings: tuple[tuple[str, str], ...]

    @property
    def valid(self) -> bool:
        return not self.faults


@dataclass
class _Found:
    faults: dict[tuple[str, str], None] = field(default_factory=dict)
    warnings: dict[tuple[str, str], None] = field(default_factory=dict)

    def say(self, code: str, place: str) -> None:
        kept = self.warnings if code in WARNINGS else self.faults
        if len(kept) < MOST:
            kept.setdefault((code, place))


@dataclass
class _Manifest:
    """A manifest that was read: path of each file -> its first entry. ``known``: its algorithm in Python, empty for one nobody knows here."""

    name: str
    tag: bool
    known: str
    entries: dict[str, Entry] = field(default_factory=dict)


def roots(paths: Iterable[str]) -> tuple[str, ...]:
    """The folders among these paths that are bags or call themselves so: by a declaration, or by a payload manifest beside ``data``. A bag
    inside another one is payload of that one. "" is the top."""
    known = set(paths)
    holders = {path[:at].rstrip("/") for path in known for at in _starts(f"/{path}")}
    found = set()
    for path in known:
        folder, _, name = path.rpartition("/")
        match = _MANIFEST.match(name)
        if name == DECLARATION or (match and not match[1] and folder in holders):
            found.add(folder)
    kept: list[str] = []
    for folder in sorted(found, key=len):
        if not any(above == "" or folder.startswith(f"{above}/") for above in kept):
            kept.append(folder)
    return tuple(sorted(kept))


def _starts(path: str) -> Iterable[int]:
    """Where a folder ``data`` begins in a path that was led by a slash, counted without it."""
    at = path.find("/data/")
    while at >= 0:
        yield at
        at = path.find("/data/", at + 1)


def is_text(path: str) -> bool:
    """Whether a file at this path of a bag is one of those that are read."""
    return path in (DECLARATION, FETCH, *INFORMATION) or _MANIFEST.match(path) is not None


def wanted(paths: Iterable[str]) -> tuple[str, ...]:
    """The algorithms, as Python names them, by which the files of a bag with these paths are to be hashed."""
    named = {ALGORITHMS.get(plain(match[2]), "") for path in paths if (match := _MANIFEST.match(path))}
    return tuple(sorted(named - {""}))


def check(listing: Listing) -> Verdict:
    """Hold a bag's manifests against what lies in it."""
    found = _Found()
    version, codec = declaration(listing.texts.get(DECLARATION), found.say)
    places = Places(listing.files)
    manifests = [one for path in sorted(listing.files) if (one := _read(listing, path, version, codec, places, found))]
    payload = {path for path in listing.files if path.startswith("data/")}
    _paths(listing, payload, found)
    _payload(listing, [one for one in manifests if not one.tag], payload, version, found)
    gone = _contents(listing, manifests, _fetch(listing, manifests, payload, version, codec, places, found), found)
    _tags(listing, manifests, version, found)
    _information(listing, payload, gone, version, codec, found)
    named = tuple(dict.fromkeys(one.known for one in manifests if one.known and not one.tag))
    if named and set(named) <= _WEAK:
        found.say("weak", ", ".join(named))
    return Verdict(version if DECLARATION in listing.texts else "", named, len(listing.files), tuple(found.faults), tuple(found.warnings))


def _read(listing: Listing, path: str, version: str, codec: str, places: Places, found: _Found) -> _Manifest | None:
    match = _MANIFEST.match(path)
    if not match or path not in listing.texts:
        return None
    one = _Manifest(path, bool(match[1]), ALGORITHMS.get(plain(match[2]), ""))
    if version == NEWEST and match[2] != plain(match[2]):
        found.say("algorithm_name", path)
    told = decoded(listing.texts[path], path, codec, version, found.say)
    size = hashlib.new(one.known, usedforsecurity=False).digest_size * 2 if one.known else 0
    for entry in entries(told or [], path, size, version, found.say):
        _enter(one, entry, version, places, found)
    return one


def _enter(one: _Manifest, entry: Entry, version: str, places: Places, found: _Found) -> None:
    """Take a line of a manifest: where it leads, and whether another line led there before."""
    path, said = places.find(entry.path, version)
    place = f"{one.name}:{entry.line}: {entry.path[:300]}"
    for code in said:
        found.say(code, place)
    if "unsafe" in said:
        return
    inside = path.startswith("data/")
    if inside and one.tag:
        found.say("payload_in_tags" if version == NEWEST else "payload_in_tags_loose", place)
    elif not inside and not one.tag:
        found.say("outside_payload", place)
        return
    before = one.entries.setdefault(path, entry)
    if before is not entry:
        same = before.digest == entry.digest and version != NEWEST
        found.say("twice_same" if same else "twice", place)


def _paths(listing: Listing, payload: set[str], found: _Found) -> None:
    """What is to be said of the files by their names alone."""
    for path in sorted(listing.files):
        if leads_out(path):
            found.say("unsafe", path[:300])
        elif path in payload and is_system(path):
            found.say("system_file", path[:300])
    for path in alike(listing.files):
        found.say("alike", path[:300])


def _payload(listing: Listing, manifests: list[_Manifest], payload: set[str], version: str, found: _Found) -> None:
    """Every file of the payload stands in every manifest (1.0), or in one of them (before)."""
    if not manifests:
        found.say("no_manifest", "")
    for one in manifests:
        if not one.known:
            found.say("algorithm_other" if any(other.known for other in manifests) else "algorithm", one.name)
    if not payload and not any(one.entries for one in manifests):
        found.say("empty", "data")
    for path in sorted(payload):
        lacking = [one.name for one in manifests if path not in one.entries]
        if lacking and (version == NEWEST or len(lacking) == len(manifests)):
            for name in lacking:
                found.say("unlisted", f"{name}: {path[:300]}")


def _fetch(
    listing: Listing, manifests: list[_Manifest], payload: set[str], version: str, codec: str, places: Places, found: _Found
) -> frozenset[str]:
    """Files that are to be fetched and are not here."""
    told = decoded(listing.texts[FETCH], FETCH, codec, version, found.say) if FETCH in listing.texts else None
    holes = set()
    for line, written in fetched(told or [], FETCH, found.say):
        path, said = places.find(written, version)
        place = f"{FETCH}:{line}: {written[:300]}"
        if "unsafe" in said:
            found.say("unsafe", place)
        elif not path.startswith("data/"):
            found.say("outside_payload", place)
        elif any(path not in one.entries for one in manifests if not one.tag) and (
            version == NEWEST or not any(path in one.entries for one in manifests if not one.tag)
        ):
            found.say("fetch_unlisted", place)
        elif path in payload:
            found.say("fetch_here", place)
        else:
            holes.add(path)
            found.say("to_fetch", place)
    return frozenset(holes)


def _contents(listing: Listing, manifests: list[_Manifest], holes: frozenset[str], found: _Found) -> set[str]:
    """Every entry leads to a file with its digest. Returns empty files that a system made and that were swept away on the way."""
    gone = set()
    for one in manifests:
        for path, entry in one.entries.items():
            place = f"{one.name}:{entry.line}: {path[:300]}"
            if path not in listing.files:
                if one.known and is_system(path) and entry.digest == hashlib.new(one.known, usedforsecurity=False).hexdigest():
                    gone.add(path)
                    found.say("system_gone", place)
                elif path not in holes:
                    found.say("missing", place)
            elif one.known and listing.files[path].get(one.known, "") != entry.digest:
                found.say("digest", place)
    return gone


def _tags(listing: Listing, manifests: list[_Manifest], version: str, found: _Found) -> None:
    """Tag manifests name every payload manifest, and no two of them differ; what no one names is not protected."""
    tags = [one for one in manifests if one.tag]
    if not tags:
        found.say("no_tag_manifest", "")
        return
    for one in tags:
        for other in manifests:
            if not other.tag and other.name not in one.entries:
                found.say("tags_lack_manifest" if version == NEWEST else "tags_lack_manifest_loose", f"{one.name}: {other.name}")
        if {*one.entries} != {*tags[0].entries}:
            found.say("tag_lists_less", one.name)
    named = {path for one in tags for path in one.entries}
    for path in sorted(listing.files):
        if not path.startswith(("data/", "tagmanifest-")) and path not in named:
            found.say("tag_unlisted", path[:300])


def _information(listing: Listing, payload: set[str], gone: set[str], version: str, codec: str, found: _Found) -> None:
    """What is said of the bag: every line has its form, and the size of the payload is the one that is told."""
    for name in INFORMATION:
        told = decoded(listing.texts[name], name, codec, version, found.say) if name in listing.texts else None
        sums = []
        for line, label, value in information(told or [], name, version, found.say):
            if label == "payload-oxum":
                sums.append((line, value))
        if len(sums) > 1:
            found.say("oxum_twice" if version == NEWEST else "oxum_twice_loose", f"{name}:{sums[1][0]}")
        for line, value in sums:
            match = _OXUM.match(value)
            if not match:
                found.say("oxum_form", f"{name}:{line}")
                continue
            size, count = sum(listing.sizes.get(path, 0) for path in payload), len(payload) + len(gone)
            if (int(match[1]), int(match[2])) != (size, count):
                found.say("oxum", f"{name}:{line}: {value} ({size}.{count})")
