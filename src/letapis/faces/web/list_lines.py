"""What pages say of a list: counts, faults, values and changes in the reader's language, ready for a template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.list_sayings import Saying, label_of, sayings
from letapis.core.listing import ListFault
from letapis.core.listing_entry import WHY_HELD
from letapis.desk import list_import, list_preview
from letapis.desk.list_files import ListView
from letapis.desk.list_preview import HeldLine, MovedLine, Preview
from letapis.faces.web.lines import Lines


@dataclass(frozen=True)
class SaidLine:
    """One thing that a list says: the label of its fact and the value in words."""

    label: str
    value: str


@dataclass(frozen=True)
class EntryLine:
    """An entry: who it is, where it stands, and everything it says."""

    label: str
    kind: str
    page: str
    said: tuple[SaidLine, ...]


@dataclass(frozen=True)
class ChangeLine:
    """What a newer list says otherwise at one place; an empty side says nothing there."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class MovedWords:
    """What a newer version changes for one entry: who, what kind of change, what exactly."""

    line: MovedLine
    deed: str
    tone: str
    changes: tuple[ChangeLine, ...]


_TONES = {"new": "good", "changed": "warn", "gone": "bad"}


class ListLines:
    """Words for one list and one request."""

    def __init__(self, request: Any, known: ListView) -> None:
        self._desk, self._reader, self.language, self._known = request.desk, request.reader, request.language, known
        self._lines = Lines(request)

    def about(self) -> dict[str, Any]:
        """What everybody wants to know of a list first."""
        known, say = self._known, self._lines.say
        ready = self._desk.catalogue.mappings.get(known.mapping)
        mapping = ready.titles[self.language] if ready else say("lists.by_hand") if known.form else say("lists.unmapped")
        source, author = self._lines.source(known.dossier, known.source), self._lines.name(known.author)
        return {"source": source, "author": author, "mapping": mapping, "state": f"lists.state.{known.state}"}

    def counts(self, seen: Preview) -> list[tuple[str, int]]:
        """Counts with the keys of their texts, those that are nothing left out but for the first."""
        names = ("new", "changed", "gone", "same") if self._known.previous else ("entries", "values")
        found = [(f"lists.count.{name}", seen.counts.get(name, 0)) for name in (*names, "held", "grouped", "faults")]
        return [one for number, one in enumerate(found) if one[1] or not number]

    def faults(self, faults: Iterable[ListFault]) -> list[tuple[ListFault, str]]:
        return [(one, list_preview.fault_words(self._desk, one, self.language)) for one in faults]

    def held(self, held: Iterable[HeldLine]) -> list[tuple[str, str, str, str]]:
        """Delicate values: whose, of which fact, why they are held back, and where they stand."""
        lines = self._lines
        return [(one.label, lines.label(one.property), lines.word(WHY_HELD.rstrip("."), one.code), self._row(one.page)) for one in held]

    def waiting(self, seen: Preview, few: int) -> list[tuple[str, list[tuple[str, str]], int]]:
        """Groups that would be held back: why, the first ``few`` in each, and how many more; thousands may have no name."""
        why = "listing.quarantine"
        return [
            (self._lines.word(why, one.code), [(label, self._row(page)) for label, page in one.entries[:few]], max(0, len(one.entries) - few))
            for one in seen.groups
        ]

    def samples(self, seen: Preview) -> list[EntryLine]:
        return [EntryLine(one.label, f"people.kind.{one.kind}", self._row(one.page), self._said(one.sayings)) for one in seen.samples]

    def _row(self, page: str) -> str:
        """Where something stands, in the reader's language: in the record it is the page of a claim."""
        before, _, number = page.rpartition("row ")
        return before + self._lines.say("lists.row", number=number)

    def moved(self, moved: Sequence[MovedLine]) -> list[MovedWords]:
        return [self._moved(one) for one in moved]

    def _moved(self, one: MovedLine) -> MovedWords:
        changes = tuple(
            ChangeLine(self._lines.label((said.old or said.new).property), self._value(said.old), self._value(said.new))  # type: ignore[union-attr]  # one side is there
            for said in one.differences
        )
        return MovedWords(one, f"lists.deed.{one.deed}", _TONES.get(one.deed, ""), changes)

    def groups(self) -> list[tuple[list_import.GroupView, str, str]]:
        """Groups that were held back, with why and what became of them."""
        found = list_import.groups(self._desk, self._reader, self._known)
        return [(one, self._lines.word("listing.quarantine", one.code), f"lists.group.{one.state}") for one in found]

    def recorded(self) -> list[tuple[str, int]]:
        counts = list_import.deeds(self._desk, self._reader, self._known)
        return [(f"lists.recorded.{deed}", count) for deed, count in counts.items() if count]

    def entries(self, group: list_import.GroupView) -> list[EntryLine]:
        """The entries of a group as they stand in the files."""
        found = list_import.entries_in(self._desk, self._reader, self._known, group.marks)
        return [EntryLine(label_of(entry), f"people.kind.{entry.kind}", self._row(where), self._said(sayings(entry))) for entry, where in found]

    def _said(self, said: Iterable[Saying]) -> tuple[SaidLine, ...]:
        return tuple(SaidLine(self._lines.label(one.property), self._value(one)) for one in said)

    def _value(self, said: Saying | None) -> str:
        if said is None:
            return ""
        shown = self._lines.shown(said.property, said.value)
        days = " – ".join(self._lines.date(day) for day in (said.valid_from, said.valid_to) if day)
        return f"{shown} ({days})" if days else shown
