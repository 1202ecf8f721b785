"""Rows of the data files, taken from the files of the snapshot before where nothing differs that they are made from.

Of ten thousand persons ten change; the rows of the others are cut out of the files that are public already. So nothing is kept beside them
that would have to be purged: who went has no row in the files of the next snapshot, and with the release before the last copy of it goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from letapis.core.language import LANGUAGES
from letapis.core.letters import addresses
from letapis.core.public_custody import custody
from letapis.core.public_words import PublicWords
from letapis.core.published import Card, Entry, Published

PERSONS_PATH: Final = "data/persons.json"
ENTITIES_PATH: Final = "data/persons.ftm.json"
CHANGES_PATH: Final = "data/changes.json"
NONE: Final[Mapping[str, bytes]] = {}


def table_path(language: str) -> str:
    return f"data/persons.{language}.csv"


@dataclass(frozen=True)
class Earlier:
    """The snapshot before and its data files by path. Whoever gives them answers for this: they are exactly what this program made of that
    snapshot, from the same tables and for the same address."""

    published: Published
    files: Mapping[str, bytes]


class Kept:
    """What of the files before stays in those of this snapshot: for each file the rows by card."""

    def __init__(self, earlier: Earlier, published: Published, words: PublicWords) -> None:
        self._earlier, self._published, self._words = earlier, published, words

    def persons(self) -> Mapping[str, bytes]:
        return self._rows(_listed(self._file(PERSONS_PATH), "persons"), LANGUAGES[0], self._same)

    def entities(self) -> Mapping[str, bytes]:
        """Each with its line end."""
        return self._rows(_with_ends(self._file(ENTITIES_PATH)), LANGUAGES[0], self._same)

    def table(self, language: str) -> Mapping[str, bytes]:
        """Each with its line end."""
        return self._rows(_records(self._file(table_path(language)))[1:], language, self._same_in_tables)

    def changes(self) -> Sequence[bytes]:
        """The lines of the log up to the snapshot before, the newest first; none where this log does not go on from there."""
        told, now = self._earlier.published.changes, self._published.changes
        lines = _listed(self._file(CHANGES_PATH), "changes")
        return lines if len(lines) == len(told) and now[: len(told)] == told else ()

    def _file(self, path: str) -> bytes:
        return self._earlier.files.get(path, b"")

    def _rows(self, rows: Sequence[bytes], language: str, same: frozenset[str]) -> Mapping[str, bytes]:
        """None where the file has not exactly one row for each who was named."""
        order = self._earlier.published.by_name(language)
        if len(rows) != len(order):
            return NONE
        return {one.card.card: row for one, row in zip(order, rows, strict=True) if one.card.card in same}

    @cached_property
    def _same(self) -> frozenset[str]:
        """Who stands as before, with the same days."""
        before, now = self._earlier.published, self._published
        if before.organisation != now.organisation:
            return frozenset()
        old = {one.card.card: one for one in before.entries}
        return frozenset(one.card.card for one in now.entries if _is_same(one, old.get(one.card.card)))

    @cached_property
    def _same_in_tables(self) -> frozenset[str]:
        """A row of a table tells also where somebody is held on that day, and under which address a statement stands."""
        before, now = self._earlier.published, self._published
        links, linked = ({one.statement: one.link for one in told.statements} for told in (before, now))
        moved = {one for one in links.keys() | linked.keys() if links.get(one) != linked.get(one)}
        differing = self._places_that_moved() if before.day != now.day else frozenset()

        def stays(card: Card) -> bool:
            held = before.day == now.day or custody(card, before.day) == custody(card, now.day)
            return held and card.first("statement") not in moved and not any(one.value in differing for one in card.all("place"))

        return frozenset(one.card.card for one in now.entries if one.card.card in self._same and stays(one.card))

    def _places_that_moved(self) -> frozenset[str]:
        """Places whose address is another one on the new day."""
        days = [date.fromisoformat(one.day) for one in (self._earlier.published, self._published)]
        known = self._words.reference["facilities"].entries
        told = {code: [addresses(place.more, day) for day in days] for code, place in known.items()}
        return frozenset(code for code, (old, new) in told.items() if old != new)


def _is_same(one: Entry, was: Entry | None) -> bool:
    if was is None:
        return False
    return one is was or ((one.since, one.changed) == (was.since, was.changed) and one.card.encoded == was.card.encoded)


def _listed(data: bytes, name: str) -> Sequence[bytes]:
    """The items of a list, of which each has a line of its own, without the commas between them."""
    head, tail = b'"%s": [\n' % name.encode("ascii"), b"\n]"
    begin = data.find(head) + len(head)
    end = data.find(tail, begin)
    if begin < len(head) or end < 0:
        return ()
    lines = data[begin:end].split(b",\n")
    return lines if data.count(b"\n", begin, end) == len(lines) - 1 else ()


def _with_ends(data: bytes) -> list[bytes]:
    return [line + b"\n" for line in data.split(b"\n")[:-1]]


def _records(data: bytes) -> list[bytes]:
    """Rows of a table with their line ends; inside a cell a line end stands between quotation marks."""
    rows, parts, inside = list[bytes](), list[bytes](), False
    for line in _with_ends(data):
        parts.append(line)
        inside ^= line.count(b'"') % 2 == 1
        if not inside:
            rows.append(b"".join(parts))
            parts.clear()
    return rows
