"""Law files of an organisation laid over the package's: which file takes the place of which, and what must not be replaced lightly.

A folder that holds facts, norms and treaties is a rulebook of its own; one that holds less adds to the package's or replaces some of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.checkbook import kind_of, stem
from letapis.core.errors import Fault
from letapis.core.toml_text import Table, TableFault, line_that_begins, parse_table

_WHOLE: Final = frozenset({"facts", "norms", "treaties"})
_VERSIONED: Final = frozenset({"norms", "mechanisms"})
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}\Z")
HEAD: Final = "rulebook.toml"
BELOW: Final = "package/"


@dataclass(frozen=True, eq=False)
class Overlay:
    """An organisation's own rules under their name and version; ``files`` are the law files, name -> text."""

    name: str
    version: str
    files: Mapping[str, str]

    @property
    def told(self) -> tuple[str, str, Mapping[str, str]]:
        """All that it says: what was made under other rules is made anew."""
        return self.name, self.version, dict(self.files)

    @property
    def mark(self) -> str:
        """What a result says beside the version of the package's rulebook."""
        return f"{self.name}-{self.version}"


def is_whole(files: Mapping[str, str]) -> bool:
    """Whether these files are a rulebook of their own."""
    return {kind_of(name) for name in files} >= _WHOLE


def laid_over(below: Mapping[str, str], above: Mapping[str, str]) -> Mapping[str, str]:
    """Both sets of files together; a file above takes the place of the one below that is the same thing by its id or name.

    Under a rulebook of its own only what it lacks altogether (mechanisms, scopes of consent …) comes from below, under ``package/``.
    """
    if is_whole(above):
        kinds = {kind_of(name) for name in above} | {"first-set"}
        return {**{f"{BELOW}{name}": text for name, text in below.items() if kind_of(name) not in kinds}, **above}
    replaced = {key for name, text in above.items() for key in _same(name, text)}
    kept = {name: text for name, text in below.items() if not replaced & {(kind_of(name), stem(name))} or kind_of(name) == "rulebook"}
    return {**kept, **{name: text for name, text in above.items() if name != HEAD}}


def _same(name: str, text: str) -> set[tuple[str, str]]:
    """What a file is: its kind with its name, and with the id that it gives itself."""
    found = {(kind_of(name), stem(name))}
    given = _table(text).get("group" if kind_of(name) == "facts" else "id")
    return found | {(kind_of(name), given)} if isinstance(given, str) else found


def _table(text: str) -> Table:
    """The parsed text; nothing where it cannot be parsed, which the check of the files reports."""
    try:
        return parse_table(text)
    except TableFault:
        return {}


def read_overlay(files: Mapping[str, str], below: Mapping[str, str]) -> tuple[Overlay, list[Fault]]:
    """The overlay with the faults of its head and of what it replaces; faults inside its files are found by ``rulebook_check``."""
    head = _table(files.get(HEAD, ""))
    name, version = head.get("name"), head.get("version")
    found = [Fault(HEAD, None, "law.overlay_head", key) for key, word in (("name", name), ("version", version)) if not _is_word(word)]
    if not is_whole(files):
        found += _lowered(files, below)
    return Overlay(str(name), str(version), {path: text for path, text in files.items() if path != HEAD}), found


def _is_word(word: object) -> bool:
    return isinstance(word, str) and _WORD.match(word) is not None


def _lowered(files: Mapping[str, str], below: Mapping[str, str]) -> Iterator[Fault]:
    """What replaces a thing of the package without a higher version, and groups of facts that lose or change a fact of the package."""
    known = {(kind_of(name), stem(name)): text for name, text in below.items()}
    for name, text in files.items():
        for old in (known[key] for key in _same(name, text) if key in known):
            if kind_of(name) in _VERSIONED and _version(_table(text)) <= _version(_table(old)):
                yield Fault(name, line_that_begins(text, "version"), "law.overlay_version", stem(name))
            elif kind_of(name) == "facts":
                kept = _types(_table(text))
                lost = [fact for fact, kind in _types(_table(old)).items() if kept.get(fact) != kind]
                yield from (Fault(name, line_that_begins(text, f'id = "{fact}"'), "law.overlay_fact", fact) for fact in lost)


def _version(table: Table) -> int:
    version = table.get("version", 0)
    return version if isinstance(version, int) else 0


def _types(table: Table) -> Mapping[str, Any]:
    entries = table.get("facts", ())
    return {str(e.get("id")): (e.get("type"), e.get("items"), e.get("unit")) for e in entries if isinstance(e, dict)} if entries else {}
