"""The files of the law while they are checked: what was read, where each entry stands, what was found.

A place is a stretch of lines: the whole file, or one entry of a list of tables, so that a fault is shown where somebody will mend it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from letapis.core.errors import Fault, LetapisError
from letapis.core.language import LANGUAGES
from letapis.core.predicate_check import never_holds
from letapis.core.predicates import parse_predicate
from letapis.core.toml_text import Table
from letapis.core.vocabulary import Vocabulary, read_vocabulary

MARKS: Final = frozenset({"sourced", "general_knowledge", "own"})
_CYRILLIC: Final = re.compile("[Ѐ-ӿ]")
_FOREIGN: Final = {"en": _CYRILLIC, "be": re.compile("[ищъИЩЪ]"), "ru": re.compile("[іўІЎ]")}
_FOLDERS: Final = ("facts", "norms", "treaties", "mechanisms")
_ADDRESS: Final = re.compile(r"https?://[^\s/]+\.[^\s]+\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """Lines ``start`` to ``end`` (from nought, the end left out) of a file."""

    file: str
    start: int
    end: int


@dataclass
class Book:
    """The files while they are checked."""

    tables: dict[str, Table] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    found: list[Fault] = field(default_factory=list)
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary({}, ()))
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    _heads: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Iterator[tuple[str, Table]]:
        return ((name, table) for name, table in self.tables.items() if kind_of(name) == kind)

    def whole(self, file: str) -> Place:
        return Place(file, 0, len(self.lines[file]))

    def entry(self, file: str, header: str, index: int) -> Place:
        """The entry ``[[header]]`` of this number; the whole file where the list is written in another way."""
        heads = self._heads_of(file)
        mine = [place for place, (_, head) in enumerate(heads) if head == f"[[{header}]]"]
        if index >= len(mine):
            return self.whole(file)
        after = (number for number, head in heads[mine[index] + 1 :] if not head.startswith(f"[{header}."))
        return Place(file, heads[mine[index]][0], next(after, len(self.lines[file])))

    def section(self, file: str, header: str) -> Place:
        """The table ``[header]``; the whole file where it has no head of its own."""
        heads = self._heads_of(file)
        mine = next((place for place, (_, head) in enumerate(heads) if head == f"[{header}]"), None)
        if mine is None:
            return self.whole(file)
        return Place(file, heads[mine][0], heads[mine + 1][0] if mine + 1 < len(heads) else len(self.lines[file]))

    def _heads_of(self, file: str) -> list[tuple[int, str]]:
        """Lines that open a table, with their text; read once for each file."""
        if file not in self._heads:
            self._heads[file] = [(number, line.strip()) for number, line in enumerate(self.lines[file]) if line.startswith("[")]
        return self._heads[file]

    def report(self, place: Place, code: str, about: str, *needles: str) -> None:
        """``needles``: looked for one after the other, each after the one before; ``key =`` is a key that is given a value."""
        self.found.append(Fault(place.file, self._line(place, needles), code, about))

    def _line(self, place: Place, needles: tuple[str, ...]) -> int:
        lines = self.lines[place.file]
        at, hit = place.start, place.start + 1
        for needle in needles:
            found = next((n for n in range(at, place.end) if _has(lines[n], needle)), None)
            if found is not None:
                at, hit = found, found + 1
        return hit

    def labels(self, place: Place, label: object, about: str, *needles: str, key: str = "") -> None:
        """Three languages, each in its own letters. ``key``: the name of the table as it stands before ``.en``."""
        table = label if isinstance(label, dict) else {}
        for language in LANGUAGES:
            text = table.get(language)
            if not isinstance(text, str) or not text.strip() or _FOREIGN[language].search(text) or (language != "en" and not _CYRILLIC.search(text)):
                self.report(place, "law.text_languages", f"{about} {language}".strip(), *needles, f"{key}.{language} =" if key else f"{language} =")

    def marked(self, place: Place, entry: Table, about: str, *needles: str) -> None:
        """Provenance is one of the marks, what is sourced names its source, and an address looks like one."""
        mark, url = entry.get("provenance"), entry.get("url", "")
        if not one_of(mark, MARKS) or (mark == "sourced" and not any(entry.get(key) for key in ("url", "source", "sources"))):
            self.report(place, "law.provenance", about, *needles, "provenance =")
        if not isinstance(url, str) or (url and not _ADDRESS.match(url)):
            self.report(place, "law.authority_form", about, *needles, "url =")
        if not isinstance(entry.get("verify", False), bool):
            self.report(place, "law.authority_form", about, *needles, "verify =")

    def predicates(self, place: Place, texts: object, about: str, *needles: str) -> bool:
        """Whether all of them can be read; each that cannot is reported at its line."""
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            self.report(place, "law.predicate_form", about, *needles)
            return False
        good = True
        for text in texts:
            try:
                if never_holds(parse_predicate(text, self.vocabulary), self.vocabulary):
                    self.report(place, "law.predicate_never", about, *needles, f'"{text}"')
            except LetapisError as fault:
                good = False
                self.report(place, fault.code, about, *needles, f'"{text}"')
        return good

    def read_lists(self) -> None:
        """Identifiers that files may name, and the vocabulary; a fact file that cannot be read is reported by its own check."""

        def ids(kind: str, key: str) -> frozenset[str]:
            return frozenset(str(e.get("id")) for _, table in self.of_kind(kind) for e in table.get(key, ()))

        self.ids = {
            "scope": ids("consent", "scopes"),
            "class": ids("proof", "corroboration"),
            "record": ids("records", "records"),
            "treaty": ids("treaties", "treaties"),
            "mechanism": frozenset(str(table.get("id")) for _, table in self.of_kind("mechanisms")),
            "norm": frozenset(str(table.get("id")) for _, table in self.of_kind("norms")),
        }
        readable, seen = [], set[str]()
        for name, table in self.of_kind("facts"):
            self._twice(name, table, seen)
            try:
                read_vocabulary([table], {})
                readable.append(table)
            except (KeyError, ValueError, TypeError, AttributeError, LetapisError):
                self.report(self.whole(name), "law.fact_form", str(table.get("group", "")))
        self.vocabulary = read_vocabulary(_each_once(readable), {kind: self.ids[kind] for kind in ("scope", "mechanism")})

    def _twice(self, name: str, table: Table, seen: set[str]) -> None:
        for index, fact in enumerate(table.get("facts", ())):
            if str(fact.get("id")) in seen:
                self.report(self.entry(name, "facts", index), "vocabulary.twice", str(fact.get("id")), "id =")
            seen.add(str(fact.get("id")))


def _each_once(tables: Iterable[Table]) -> Iterator[Table]:
    """The tables without facts that stood before, which were reported: the rest can still be read against the vocabulary."""
    seen: set[str] = set()
    for table in tables:
        kept = []
        for fact in table["facts"]:
            if str(fact["id"]) not in seen:
                kept.append(fact)
            seen.add(str(fact["id"]))
        yield {**table, "facts": kept}


def one_of(value: object, allowed: Collection[str]) -> bool:
    """Whether a value is one of these words; a list or table is none of them."""
    return isinstance(value, str) and value in allowed


def _has(line: str, needle: str) -> bool:
    if needle.endswith(" ="):
        return re.match(rf"\s*{re.escape(needle[:-2])}\s*=", line) is not None
    return needle in line


def kind_of(name: str) -> str:
    """What a file is, by its folder or its own name."""
    folders = name.split("/")[:-1]
    return next((kind for kind in _FOLDERS if kind in folders), "" if stem(name) in _FOLDERS else stem(name))


def stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".toml")
