"""Bodies of the State by what people call them: entries of the registers by code, name and nickname, others by their own names.

A body is meant by one text, its *reference*: the code of a register, or the name in small letters. So a claim may name a body as its
source does, and the same body is meant in every dossier.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from letapis.core.command import Days, Parent, Span
from letapis.core.dates import bounds, is_partial_date
from letapis.core.reference import Entry, ReferenceList

REGISTERS: Final = ("agencies", "facilities", "courts")
_ABOVE: Final = {"agencies": "parent", "facilities": "agency"}
_BLANKS: Final = re.compile(r"[\s\u00a0]+")
_QUOTES: Final = str.maketrans("", "", "\"'«»“”„‘’`")


_SHORT: Final = re.compile(r"(.+?) \(([A-ZА-ЯЁЎІ]{2,}\w*)\)\Z")
_WORDS: Final = 30  # no name of a body is longer
_AROUND_NAME: Final = re.compile(r"\A(?:(?:of|in|at|the) )+|,\Z")
_OF_STATE: Final = re.compile(r" (?:of (?:the )?(?:republic of )?belarus|республики беларусь|рэспублікі беларусь)\Z")


def folded(text: str) -> str:
    """A name as it is compared: small letters, single blanks, no quotation marks."""
    return _BLANKS.sub(" ", text.translate(_QUOTES)).strip(" .,;").casefold()


def key_of(reference: str) -> bytes:
    """Sixteen bytes that stand for a body in an address: no name and no code is told by them at sight."""
    return sha256(b"letapis body\0" + reference.encode("utf-8", "surrogatepass")).digest()[:16]


@dataclass(frozen=True)
class Titles:
    """Words that make a title one of a head."""

    heads: frozenset[str]
    before: tuple[str, ...]
    links: tuple[str, ...]

    def heads_it(self, title: str, names: Iterable[str]) -> bool:
        """Whether the title, once the name of the body is taken off, is that of its head."""
        rest = _without(folded(title), self.before, first=True)
        for name in sorted({folded(one) for one in names} - {""}, key=len, reverse=True):
            if rest.endswith(" " + name):
                rest = _without(rest[: -len(name)].rstrip(" ,"), self.links, first=False)
                break
        return rest in self.heads


def _without(text: str, words: Iterable[str], *, first: bool) -> str:
    for word in words:
        if first and text.startswith(word + " "):
            return _without(text[len(word) :].lstrip(), words, first=True)
        if not first and text.endswith(" " + word):
            return text[: -len(word)].rstrip()
    return text


@dataclass(frozen=True)
class Register:
    """Entries of the registers: agencies, places of detention, courts."""

    entries: Mapping[str, Entry]
    codes: Mapping[str, str]
    parents: tuple[Parent, ...]
    titles: Titles
    numbered: Mapping[str, re.Pattern[str]]

    def reference(self, text: str) -> str:
        """What is meant by a code, a name in any language, a nickname, a kind of place with its number, also where the State or the body above
        it is named behind it; another text means itself."""
        name = folded(text)
        bare = _OF_STATE.sub("", name)
        return self.codes.get(name) or self._by_number(name) or self.codes.get(bare) or self._by_above(bare) or name

    def _by_above(self, name: str) -> str:
        """An entry whose name is followed by that of the body above it, as titles have it; that one alone makes it this entry."""
        words = name.split(" ")
        for at in range(1, min(len(words), _WORDS)):
            below, above = (self.codes.get(_AROUND_NAME.sub("", " ".join(part))) for part in (words[:at], words[at:]))
            if below and above and above in self._above.get(below, ()):
                return below
        return ""

    @cached_property
    def _above(self) -> Mapping[str, Collection[str]]:
        found: dict[str, set[str]] = {}
        for one in self.parents:
            found.setdefault(one.body, set()).add(one.above)
        return found

    def _by_number(self, name: str) -> str:
        for kind, pattern in self.numbered.items():
            if (found := pattern.fullmatch(name)) is not None:
                return self.codes.get(f"{kind}\0{int(found[1])}", "")
        return ""

    def names(self, reference: str) -> tuple[str, ...]:
        """All names of an entry, and its code; of no entry, the text itself."""
        entry = self.entries.get(reference)
        return (reference, *entry.label.values(), *entry.more.get("nick", ())) if entry else (reference,)


def read_register(lists: Mapping[str, ReferenceList], words: Mapping[str, Any]) -> Register:
    """The registers as one, with the line of command that their files name."""
    entries = {code: entry for kind in REGISTERS for code, entry in lists[kind].entries.items()}
    named: dict[str, set[str]] = {}
    for code, entry in entries.items():
        for name in (*entry.label.values(), *entry.more.get("nick", ())):
            short = _SHORT.fullmatch(name) if code in lists["agencies"].entries else None  # "State Security Committee (KGB)" goes by both
            for form in (name, *(short.groups() if short else ())):
                named.setdefault(folded(form), set()).add(code)
    # A nickname of two places means neither until somebody says which.
    codes = {name: min(found) for name, found in named.items() if len(found) == 1} | {folded(code): code for code in entries}
    for code, entry in lists["facilities"].entries.items():
        if "number" in entry.more:
            codes[f"{entry.more['type']}\0{entry.more['number']}"] = code
    parents = [one for kind, above in _ABOVE.items() for code, entry in lists[kind].entries.items() for one in _parents(code, entry, above)]
    titles = Titles(frozenset(map(folded, words["heads"])), tuple(map(folded, words["before"])), tuple(words["links"]))
    return Register(entries, codes, tuple(parents), titles, _numbered(words["numbered"]))


def _numbered(words: Mapping[str, Sequence[str]]) -> dict[str, re.Pattern[str]]:
    """For each kind of place, how a text names one by its number, with where it stands behind it and nothing else."""
    every = "|".join(re.escape(one) for kind, some in words.items() if kind != "before" for one in some)
    before = "|".join(map(re.escape, words["before"]))
    tail = r"(?:\s*for women)?(?:,?\s+(?:in\s+)?[^\W\d_]+)?"
    found = {}
    for kind, some in words.items():
        if kind != "before":
            named = "|".join(map(re.escape, sorted(some, key=len, reverse=True)))
            found[kind] = re.compile(rf"(?:(?:{before})\s+)*(?:{named})(?:[\s-]+(?:{every}))?\s*(?:no|№|n)?[\W_]*o?[\W_]*(\d{{1,3}}){tail}")
    return found


def _parents(code: str, entry: Entry, above: str) -> list[Parent]:
    told = entry.more.get(above, ())
    named = (told,) if isinstance(told, str) else tuple(told)
    return [Parent(code, one, valid_span(entry.valid), sure=len(named) == 1) for one in named if one]


def valid_span(text: str) -> Span:
    """The life of an entry: ``START/END``, empty for one that has been there as long as the list looks back, ``..`` for one that goes on."""
    first, _, last = text.partition("/")
    since: Days = bounds(first) if is_partial_date(first) else (date.min, date.min)
    until: Days = bounds(last) if is_partial_date(last) else (date.max, date.max)
    return Span(frozenset({since}), frozenset({until}))
