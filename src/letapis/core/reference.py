"""Vocabularies of a country (facilities, courts, codes of law, lists) as data: one list a file, entries found by code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from letapis.core.errors import NotFound
from letapis.core.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its code, labels, life (``START/END``, ``..`` for open) and everything else the file says about it."""

    code: str
    label: Mapping[str, str]
    valid: str
    more: Mapping[str, Any]


@dataclass(frozen=True)
class ReferenceList:
    """One vocabulary of a country. ``refs`` says which attribute of an entry names an entry of which other list."""

    id: str
    country: str
    version: str
    label: Mapping[str, str]
    entries: Mapping[str, Entry]
    refs: Mapping[str, str]

    def entry(self, code: str) -> Entry:
        """Raises NotFound ``vocabulary.unknown_entry``."""
        if code not in self.entries:
            raise NotFound("vocabulary.unknown_entry")
        return self.entries[code]

    def code_of(self, text: str) -> str:
        """The code of an entry that was typed by its code, its name in any language or its nickname; another stays as typed."""
        wanted = text.casefold()
        for code, entry in self.entries.items():
            if wanted in {code.casefold(), *(name.casefold() for name in (*entry.label.values(), *entry.more.get("nick", ())))}:
                return code
        return text

    def name_of(self, code: str, language: str) -> str:
        """The label of an entry; what is none of this list stands for itself."""
        return self.entries[code].label[language] if code in self.entries else code

    def names(self, language: str) -> list[str]:
        """All labels in their order."""
        return sorted(entry.label[language] for entry in self.entries.values())


def read_reference_list(table: Mapping[str, Any]) -> ReferenceList:
    """A list from its parsed file. An entry without a label of its own (a code that is a number) is labelled by its code."""
    head = table["vocabulary"]
    entries = {}
    for row in table["entry"]:
        label = {language: row.get(language, row["code"]) for language in LANGUAGES}
        more = {key: value for key, value in row.items() if key not in ("code", "valid", *LANGUAGES)}
        entries[row["code"]] = Entry(row["code"], label, row.get("valid", ""), more)
    return ReferenceList(
        id=head["id"],
        country=head.get("country", ""),
        version=head["version"],
        label={language: head[language] for language in LANGUAGES},
        entries=entries,
        refs=table.get("refs", {}),
    )
