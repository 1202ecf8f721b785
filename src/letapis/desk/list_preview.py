"""What would come of a list, before anything of it is recorded: counts, faults, groups held back, delicate values, and of a newer version
exactly what it changes. Looked at once and kept in memory until the lock, for the page shows it in parts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.csv_out import write_csv
from letapis.core.list_sayings import Difference, Saying, label_of, sayings
from letapis.core.listing import Entry, Listing, Quarantine
from letapis.core.listing_table import MORE, ListFault, Row, Table, unlisted
from letapis.desk import list_changes, list_files, list_import, reading
from letapis.desk.list_files import Files, ListView
from letapis.desk.opening import Desk

FIRST: Final = 5
_MOST: Final = 20_000  # faults, held values and differences that are kept for the page and the sheet; beyond that they are counted
_KEPT: Final = "list_preview"
_MANY_GONE: Final = 20
NEARLY_ALL_GONE: Final = "flags.nearly_all_gone"
"""What a preview says of a newer version that may be a file that broke off."""
_STEP: Final = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Peek:
    """A table as it stands: its columns and first rows, and what its columns may mean."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    size: int


@dataclass(frozen=True)
class HeldLine:
    """A value that is held back: whose, where it stands, of which fact, and why (``listing.held.<code>``)."""

    label: str
    page: str
    property: str
    code: str


@dataclass(frozen=True)
class GroupLine:
    """Entries that are held back together, each with where it stands, and why (``listing.quarantine.<code>``)."""

    code: str
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sample:
    """An entry as it would be recorded."""

    label: str
    kind: str
    page: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True)
class MovedLine:
    """What a newer version changes for one entry. ``renamed``: who went and may be the same under another key."""

    label: str
    deed: str
    who: bytes
    differences: tuple[Difference, ...]
    renamed: str = ""


@dataclass(frozen=True)
class Preview:
    """``counts``: entries, values, faults, held, groups, grouped, and of a newer version new, changed, gone, same; ``flags``: macros that were not
    run, letters that were guessed, a newer version that lost nearly everybody."""

    peeks: tuple[Peek, ...]
    counts: dict[str, int]
    faults: tuple[ListFault, ...] = ()
    held: tuple[HeldLine, ...] = ()
    groups: tuple[GroupLine, ...] = ()
    samples: tuple[Sample, ...] = ()
    moved: tuple[MovedLine, ...] = ()
    untaken: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def kept(desk: Desk, reader: Reader, known: ListView) -> Preview | None:
    """What was seen when this import was last looked at with these columns, if it was looked at since the lock was opened."""
    reading.item(desk, reader, known.ident, list_files.LIST)
    name, found = desk.kept.get(_KEPT, (None, None))
    return found if name == _name(known) and isinstance(found, Preview) else None


def _name(known: ListView) -> tuple[bytes, str, str, bytes]:
    return known.ident, known.mapping, known.form, known.previous


def look(desk: Desk, reader: Reader, ident: bytes, progress: Progress | None = None) -> Preview:
    """Read a list and say what would come of it; before anybody said what its columns mean, only what stands in them.

    Raises Hostile for a file that the sandbox gives up, NotFound for what is not theirs, Busy where ``progress`` stops it.
    """
    known = list_files.shown(desk, reader, ident)
    files = list_files.tables(desk, reader, known)
    peeks = tuple(_peek(table) for table in files.tables)
    made = Preview(peeks, {"rows": sum(one.size for one in peeks)}, flags=files.flags)
    if known.is_mapped:
        made = _seen(desk, reader, known, files, peeks, progress)
    desk.kept[_KEPT] = (_name(known), made)
    return made


def trial(desk: Desk, reader: Reader, known: ListView, files: Files, progress: Progress | None = None) -> Preview:
    """The same for tables of which nothing is kept."""
    return _seen(desk, reader, known, files, tuple(_peek(table) for table in files.tables), progress)


def _peek(table: Table) -> Peek:
    return Peek(table.name, table.columns, tuple(table.rows[place] for place in range(min(FIRST, len(table.rows)))), len(table.rows))


def _seen(desk: Desk, reader: Reader, known: ListView, files: Files, peeks: tuple[Peek, ...], progress: Progress | None) -> Preview:
    listed = list_files.listing(desk, known, files)
    people = list_import.people_of(desk, reader, known)
    groups = list(list_import.waiting(listed, known.source, people))
    made = _collected(listed, files, peeks, groups, progress)
    if not known.previous:
        return made
    waiting = {key for group in groups for key in group.keys}
    found = [one for one in list_changes.moved(desk, reader, known, listed, people) if one.key not in waiting]
    again = list_changes.renamed(found)
    labels = {one.key: one.label for one in found}
    moved = tuple(MovedLine(one.label, one.deed, one.who, one.differences, labels.get(again.get(one.key, ""), "")) for one in found)
    deeds = [one.deed for one in moved]
    counts = made.counts | {deed: deeds.count(deed) for deed in (list_changes.NEW, list_changes.CHANGED, list_changes.GONE)}
    counts["same"] = counts["entries"] - counts["new"] - counts["changed"]
    flags = (*made.flags, NEARLY_ALL_GONE) if _is_doubtful(counts) else made.flags
    return Preview(**{**made.__dict__, "counts": counts, "moved": moved[:_MOST], "flags": flags})


def _is_doubtful(counts: dict[str, int]) -> bool:
    """The newer version names nobody, or more than half of many are gone: perhaps the file is not whole, and each of them would be a task."""
    gone = counts["gone"]
    return bool(gone) and (not counts["entries"] + counts["grouped"] or (gone >= _MANY_GONE and gone > counts["same"] + counts["changed"]))


def _collected(listed: Listing, files: Files, peeks: tuple[Peek, ...], groups: Sequence[Quarantine], progress: Progress | None) -> Preview:
    """Go through all entries once. Those of groups that wait are not counted among the entries that would be recorded."""
    waiting = {key for group in groups for key in group.keys}
    seen: dict[str, tuple[str, str]] = {}
    faults, held, samples = list(listed.faults), list[HeldLine](), list[Sample]()
    counts = dict.fromkeys(("entries", "values", "held", "faults"), 0) | {"groups": len(groups), "grouped": len(waiting)}
    total = len(listed.entries)
    for count, entry in enumerate(listed.entries, start=1):
        faults += entry.faults[: max(0, _MOST - len(faults))]
        counts["faults"] += len(entry.faults)
        if entry.key in waiting:
            seen[entry.key] = (label_of(entry), files.page(entry.rows[0]))
            continue
        said = sayings(entry)
        counts["entries"] += 1
        counts["values"] += len(said)
        counts["held"] += len(entry.held)
        held += _held(entry, files)[: max(0, _MOST - len(held))]
        if len(samples) < FIRST:
            samples.append(Sample(label_of(entry), entry.kind, files.page(entry.rows[0]), said))
        if progress and count % _STEP == 0 and count < total:
            progress(count, total)
    counts["faults"] += sum(one.count for one in listed.faults)
    faults = [one for one in faults if one.code != MORE]
    faults += unlisted(counts["faults"] - len(faults))
    lines = tuple(GroupLine(group.code, tuple(seen[key] for key in group.keys if key in seen)) for group in groups)
    return Preview(peeks, counts, tuple(faults), tuple(held), lines, tuple(samples), (), listed.untaken, files.flags)


def _held(entry: Entry, files: Files) -> list[HeldLine]:
    return [HeldLine(label_of(entry), files.page(one.value.at), one.value.property, one.code) for one in entry.held]


def fault_sheet(desk: Desk, faults: Iterable[ListFault], language: str) -> bytes:
    """What is wrong, row by row, as a table: file, row, column, what it is and how to mend it."""
    say = desk.catalogue.texts.say
    titles = [say(f"lists.fault.{name}", language) for name in ("table", "row", "column", "what")]
    return write_csv([titles, *_rows(desk, faults, language)])


def _rows(desk: Desk, faults: Iterable[ListFault], language: str) -> Iterator[list[str]]:
    for one in faults:
        yield [one.table, str(one.row or ""), one.column, fault_words(desk, one, language)]


def fault_words(desk: Desk, one: ListFault, language: str) -> str:
    """What is wrong and how to mend it, in words; the code where this version has none."""
    texts = desk.catalogue.texts
    return texts.say(one.text_key, language, hint=one.hint) if one.text_key in texts else one.code
