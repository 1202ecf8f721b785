"""The locale files as one table that is parsed where it is asked: a command says a few dozen of seven thousand texts.

A locale file is a row of tables ``["key"]``, each with one string for every language, and comments. Heads are found by their form at the
beginning of a line, and a table is parsed as TOML when its key is asked for the first time.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES

_HEAD: Final = re.compile(r'^\["([^"\n]+)"\][ \t]*$', re.MULTILINE)


class LocaleFiles(Mapping[str, Mapping[str, str]]):
    """Key -> language -> text, from files as (name, content).

    Raises Damaged ``catalogue.text_twice`` at once for a key that stands twice, and ``catalogue.unreadable`` for a file that begins with
    something else than a text; ``catalogue.text_languages`` when a text is asked for that lacks a language: half a text is none.
    """

    def __init__(self, contents: Iterable[tuple[str, str]]) -> None:
        self._places: dict[str, tuple[str, str, int, int]] = {}
        self._read: dict[str, Mapping[str, str]] = {}
        for name, content in contents:
            heads = list(_HEAD.finditer(content))
            ends = [head.start() for head in heads[1:]] + [len(content)]
            if any(line.strip() and not line.startswith("#") for line in content[: heads[0].start() if heads else None].splitlines()):
                raise Damaged("catalogue.unreadable", name)
            for head, end in zip(heads, ends, strict=False):
                if head[1] in self._places:
                    raise Damaged("catalogue.text_twice", name)
                self._places[head[1]] = (name, content, head.end(), end)

    def __getitem__(self, key: str) -> Mapping[str, str]:
        if key not in self._read:
            name, content, start, end = self._places[key]
            try:
                text = tomllib.loads(content[start:end])
            except tomllib.TOMLDecodeError as fault:
                raise Damaged("catalogue.unreadable", name) from fault
            if set(text) != set(LANGUAGES) or not all(isinstance(words, str) for words in text.values()):
                raise Damaged("catalogue.text_languages", name)
            self._read[key] = text
        return self._read[key]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
