"""The table of a list's columns: what stands in the first rows, and a choice of what each column means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.list_columns import WORDS, form_of, meanings, offered
from letapis.core.listing import ListMapping
from letapis.core.listing_fit import settled
from letapis.core.listing_mapping import KINDS
from letapis.desk import list_files
from letapis.desk.list_preview import Peek
from letapis.faces.texts import texts

Choices = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class ColumnLine:
    """One column: the name of its field, its title, what stands in the first rows, and what is chosen."""

    field: str
    column: str
    cells: tuple[str, ...]
    chosen: str


class ColumnsForm:
    """``choices``: meanings under the headings of their groups; ``lines``: the columns of all tables, each once. ``error``: the key of a text."""

    def __init__(self, request: Any, known: list_files.ListView, peeks: Sequence[Peek], posted: Mapping[str, str] | None) -> None:
        self._desk, self.language, self.error = request.desk, request.language, ""
        cells: dict[str, tuple[str, ...]] = {}
        for peek in peeks:
            for place, column in enumerate(peek.columns):
                if column:
                    cells.setdefault(column, tuple(filter(None, (row.cells[place] for row in peek.rows))))
        self._guessed = self._known(known, list(cells)) or list_files.guessed(request.desk, list(cells))
        proposed = meanings(self._guessed)
        self.choices = self._choices(proposed.values())
        allowed = {value for _, some in self.choices for value, _ in some}
        self.lines = [
            ColumnLine(f"column-{number}", column, told, _chosen(posted, f"column-{number}", proposed.get(column, ""), allowed))
            for number, (column, told) in enumerate(cells.items())
        ]
        kind = (posted or {}).get("kind", self._guessed.kind.constant)
        self.kinds = [(one, texts().say(f"people.kind.{one}", self.language), one == kind) for one in KINDS]
        self._kind = kind

    def _known(self, known: list_files.ListView, columns: Sequence[str]) -> ListMapping | None:
        """Columns that were chosen before, by hand or by a ready mapping."""
        return settled(list_files.mapping_of(self._desk, known), columns) if known.is_mapped else None

    def _choices(self, proposed: Iterable[str]) -> Choices:
        say = texts().say
        words = [(word, say(f"lists.column.{word}", self.language)) for word in WORDS]
        groups = [(say("lists.column.who", self.language), words)]
        vocabulary, mappings = self._desk.catalogue.vocabulary, self._desk.catalogue.mappings
        labels = {group.id: group.label[self.language] for group in vocabulary.groups}
        for name, facts in offered(vocabulary, mappings.values(), proposed):
            groups.append((labels[name], [(fact, vocabulary.fact(fact).label[self.language]) for fact in facts]))
        return groups

    def told(self) -> dict[str, Any]:
        """What was chosen, as a mapping's file would say it."""
        chosen = {line.column: line.chosen for line in self.lines}
        return form_of(chosen, self._kind, self._desk.catalogue.vocabulary, self._guessed)


def _chosen(posted: Mapping[str, str] | None, field: str, proposed: str, allowed: set[str]) -> str:
    value = proposed if posted is None else posted.get(field, "")
    return value if value in allowed else ""
