"""Folders inside a folder that somebody brings that make one thing together (an archive object, a bag): listed and hashed, never followed."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol, TypeVar

from letapis.core.errors import LetapisError
from letapis.engines import folders

_TEXTS: Final = 64 << 20  # of one thing
_TOGETHER: Final = 256 << 20  # of all, which lie in memory together
_LONGEST: Final = 4000  # bytes that are kept of the verdict on one
_HASHES: Final = {"blake2b-512": "blake2b"}  # where Python has another name


@dataclass
class Gathered:
    """The list of one thing: digests, sizes, and the few small files that say what it is, whose paths are in ``names`` from the beginning. One
    that is too large, holds something that is no file, or changes while it is read has the code of that in ``unread``."""

    files: dict[str, dict[str, str]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    weight: int = 0
    unread: str = ""

    def packed(self) -> bytes:
        """The list as a reader of the sandbox takes it."""
        texts = {path: base64.b64encode(data).decode("ascii") for path, data in self.texts.items()}
        return json.dumps({"files": self.files, "sizes": self.sizes, "texts": texts}).encode("utf-8")


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes things of a kind. ``roots``: the folders among paths that are one; ``is_text``: whether a file in it is kept whole;
    ``algorithms``: by what its files are hashed, from what was gathered so far; ``most``: how many are looked at."""

    roots: Callable[[Iterable[str]], tuple[str, ...]]
    is_text: Callable[[str], bool]
    algorithms: Callable[[Gathered], Iterable[str]]
    most: int


def gather(root: Path, rule: Rule) -> dict[str, Gathered]:
    """Every thing of a kind below ``root`` by its folder; those beyond ``most`` are passed over. Raises what ``folders.walk`` raises."""
    paths = [one.path for one in folders.walk(root) if not one.why]
    gathered = {folder: Gathered() for folder in rule.roots(paths)[: rule.most]}
    if not gathered:
        return {}
    for path in paths:
        folder, within = _within(path, gathered)
        if folder is not None and rule.is_text(within):
            gathered[folder].names.append(within)
    room = _TOGETHER
    for one in folders.walk(root):
        folder, within = _within(one.path, gathered)
        if folder is not None and one.why:
            gathered[folder].unread = one.why  # a link or a device has no place in it, and is not followed to see
        elif folder is not None:
            room -= _take(gathered[folder], one, within, rule, room)
    return gathered


def _within(path: str, known: Mapping[str, Any]) -> tuple[str | None, str]:
    """The folder of a thing that a path lies in, and the path from there on."""
    parts = path.split("/")
    for end in range(len(parts)):
        if (folder := "/".join(parts[:end])) in known:
            return folder, "/".join(parts[end:])
    return None, path


def _take(into: Gathered, one: folders.Found, path: str, rule: Rule, room: int) -> int:
    """Read a file. Returns how many bytes of it are kept, at most ``room``."""
    if into.unread:
        return 0
    kept = one.size if rule.is_text(path) else 0
    into.weight += kept
    if into.weight > _TEXTS or kept > room:
        into.unread = "parse.too_large"
        return 0
    try:
        _read(into, one, path, rule)
    except LetapisError as fault:
        into.unread = fault.code
    return kept


def _read(into: Gathered, one: folders.Found, path: str, rule: Rule) -> None:
    kept = rule.is_text(path)
    hashes = {name: hashlib.new(_HASHES.get(name, name), usedforsecurity=False) for name in rule.algorithms(into)}
    whole = []
    for piece in folders.pieces(one):
        for hashed in hashes.values():
            hashed.update(piece)
        if kept:
            whole.append(piece)
    into.files[path] = {name: hashed.hexdigest() for name, hashed in hashes.items()}
    into.sizes[path] = one.size
    if kept:
        into.texts[path] = b"".join(whole)


def remarks(rows: Iterable[dict[str, str]], family: str, known: Callable[[str], object]) -> Iterator[tuple[str, str]]:
    """(code, place) of each remark that a reader told; a code that is none of ours is passed over."""
    for row in rows:
        code = row.get(f"{family}.code", "")
        if known(code):
            yield code, row.get(f"{family}.place", "")


class Verdict(Protocol):
    """What was found of one thing, as a dataclass of six fields: its folder, two texts that it says of itself, how many files, remarks with
    faults first, and the code of why it could not be judged."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def remarks(self) -> tuple[tuple[str, str], ...]: ...


_V = TypeVar("_V", bound=Verdict)


def written(found: Sequence[Verdict], together: int) -> tuple[str, ...]:
    """Each verdict as the one text that is kept of it; where it is too long, with fewer remarks, the first always among them. ``together``: how
    many bytes there is room for in all, since what is kept of all is one record, and one that is too large reaches no colleague."""
    return tuple(_text(one, min(_LONGEST, together // len(found))) for one in found)


def _text(one: Verdict, longest: int) -> str:
    text = json.dumps([getattr(one, each.name) for each in fields(one)], ensure_ascii=False)
    if len(text.encode("utf-8", "replace")) <= longest or len(one.remarks) <= 1:
        return text
    return _text(replace(one, remarks=one.remarks[: len(one.remarks) // 2]), longest)


def read_back(text: str, kind: Callable[[str, str, str, int, tuple[tuple[str, str], ...], str], _V]) -> _V | None:
    """The verdict of a kind that ``written`` wrote; None for another text."""
    try:
        folder, first, second, files, said, unread = json.loads(text)
        return kind(str(folder), str(first), str(second), int(files), tuple((str(code), str(place)) for code, place in said), str(unread))
    except (ValueError, TypeError):
        return None
