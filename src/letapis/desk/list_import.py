"""Record a list: each entry a person or organisation of the dossier, each value a claim with the list as its source and the row as its place.

Entries are recorded in batches, each in one transaction together with the part of the journal that names them by keyed marks. So an import
that was stopped, or killed, goes on where it stood: what the journal has is not recorded again, what it does not have was not recorded.
What the list alone cannot tell apart is recorded by nobody until a person decides; what is delicate becomes a task, never a claim.
"""

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused
from letapis.core.list_sayings import Saying, label_of, mark, place_of, sayings, text_of
from letapis.core.listing import Entry, Listing, Quarantine
from letapis.core.records import Draft, Value
from letapis.core.standing import Level
from letapis.core.vocabulary import value_fields
from letapis.desk import items, ledger, list_changes, list_files, posts, reading, tasks
from letapis.desk.dossiers import entity_draft, require_text
from letapis.desk.list_changes import CHANGED, GONE, NEW, Moved
from letapis.desk.list_files import BEGUN, DONE, LIST, OPEN, Files, ListView
from letapis.desk.opening import Desk
from letapis.desk.task_words import Said

PART: Final = "list_part"
GROUP: Final = "list_group"
HELD_BACK: Final = "held"
WAITING, TAKEN, LEFT = "waiting", "taken", "left"
_RECORDS: Final = 480  # of one part; with its line of the journal and the entry that crosses the line it stays below 512
_PARTS: Final = 4  # recorded in one transaction: what many of them touch in the tables is written once, and the disk is waited for less often
_FIELDS: Final = 600  # of a journal's part, which has three for each entry; with those of a group it stays below 1,024
_TOGETHER: Final = 100  # entries that one decision is about; a larger group waits in several parts
_NOBODY: Final = bytes(16)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Journal:
    """What is known before an import goes on: whom entries of earlier versions became, by their marks; which marks are done; how many parts."""

    people: dict[bytes, bytes]
    done: set[bytes]
    parts: int


class Batch:
    """What is recorded in one transaction: parts, each with its line of the journal behind it."""

    def __init__(self, desk: Desk, home: reading.DossierView, known: ListView, files: Files) -> None:
        self._desk, self._home, self._known, self._files = desk, home, known, files
        self._scopes = reading.scopes_given(desk, known.source)
        self.drafts: list[Draft] = []
        self.parts: list[Draft] = []
        self._marks: list[bytes] = []
        self._made: list[bytes] = []
        self._deeds: list[str] = []
        self._tasks: list[bytes] = []

    @property
    def is_full(self) -> bool:
        return len(self.drafts) >= _RECORDS or 3 * len(self._marks) + len(self._tasks) >= _FIELDS

    def take(self, one: Moved) -> None:
        """An entry that came, changed or went."""
        if one.deed == NEW:
            self._note(one.key, NEW, self._entity(one.entry))
        else:
            self._change(one)

    def _entity(self, entry: Entry) -> bytes:
        who = self._desk.randomness(16)
        self.drafts.append(entity_draft(self._home.dossier, self._home.work, who, entry.kind, label_of(entry)))
        for said in sayings(entry):
            self._claim(who, said)
        for held in entry.held:
            self._ask(who, "lists.task.held", row=held.value.at.row, what=held.value.property)
        return who

    def _change(self, one: Moved) -> None:
        """Only what differs: a new value in the place of the old one; what the list says no more is a task."""
        refs = _refs(self._desk, self._known.source, one.who) if one.differences else {}
        for found in one.differences:
            if found.new is not None:
                self._claim(one.who, found.new, refs.get((*place_of(found.old), text_of(found.old)), b"") if found.old else b"")
            elif found.old is not None:
                self._ask(one.who, "lists.task.value_gone", row=found.old.at.row, what=found.old.property)
        for held in one.held:
            self._ask(one.who, "lists.task.held", row=held.value.at.row, what=held.value.property)
        if one.deed == GONE:
            self._ask(one.who, "lists.task.gone")
        self._note(one.key, one.deed, one.who)

    def _claim(self, subject: bytes, said: Saying, replaces: bytes = b"") -> None:
        fact = self._desk.catalogue.vocabulary.fact(said.property)
        body: dict[str, Value] = {"dossier": self._home.dossier, "subject": subject, "property": fact.id, "source": self._known.source}
        body |= {"basis": "document", "evidence": self._files.item(said.at), "page": self._files.page(said.at)}
        body |= value_fields(fact, said.value)
        optional: dict[str, Value] = {"certainty": said.certainty, "valid_from": said.valid_from, "valid_to": said.valid_to}
        optional |= {"replaces": replaces, "scopes": self._scopes}
        self.drafts.append(Draft("claim", self._home.work, body | {name: part for name, part in optional.items() if part}))

    def _ask(self, about: bytes, key: str, row: int = 0, what: str = "") -> None:
        """A task for whoever looks: what the list says there, and never the value itself."""
        said = Said(key, {"list": self._known.title, "row": row, "what": what})
        made = tasks.draft_task(self._desk, self._home.work, self._home.dossier, "list", said, about=about)
        self._tasks.append(made.body["task"])  # type: ignore[arg-type]  # the id of a working item is bytes
        self.drafts.append(made)

    def hold_back(self, code: str, keys: Sequence[str]) -> None:
        """Nothing of a group is recorded but that it waits: by marks, so that its names stay in the file alone."""
        marks = tuple(mark(self._known.source, key) for key in keys)
        body: dict[str, Value] = {"dossier": self._home.dossier, "list": self._known.ident, "number": len(marks), "mark": marks, "reason": code}
        self.drafts.append(items.draft(self._desk, GROUP, self._home.raw, {**body, "state": WAITING}))
        for key in keys:
            self._note(key, HELD_BACK, _NOBODY)

    def _note(self, key: str, deed: str, made: bytes) -> None:
        self._marks.append(mark(self._known.source, key))
        self._made.append(made)
        self._deeds.append(deed)

    def close(self, number: int) -> None:
        """End a part with its line of the journal. Inside it stands how many records come before it in the same step."""
        body: dict[str, Value] = {"dossier": self._home.dossier, "list": self._known.ident, "number": number, "records": len(self.drafts)}
        body |= {"mark": tuple(self._marks), "made": tuple(self._made), "deed": tuple(self._deeds), "task": tuple(self._tasks), "state": "kept"}
        self.parts += [*self.drafts, items.draft(self._desk, PART, self._home.raw, body)]
        self.drafts, self._marks, self._made, self._deeds, self._tasks = [], [], [], [], []

    def ended(self) -> list[Draft]:
        """The parts that were ended, to be recorded now."""
        parts, self.parts = self.parts, []
        return parts


def record(desk: Desk, reader: Reader, ident: bytes, progress: Progress | None = None) -> None:
    """Record a list, or go on with one that was interrupted.

    Raises Refused("lists.recorded") for one that is done or was taken back, Refused("lists.unmapped") before somebody said what its columns
    mean, Refused("lists.column_twice") where a title that is read stands over two columns that differ, Refused("lists.no_name_column") where no
    column of a name is among them, Hostile for a file that cannot be read,
    and Busy for a full disk or where ``progress`` stops it: what was recorded stays, and the same call goes on from there.
    """
    known = list_files.shown(desk, reader, ident)
    if known.state not in (OPEN, BEGUN):
        raise Refused("lists.recorded")
    home = reading.dossier(desk, reader, known.dossier)
    files = list_files.tables(desk, reader, known)
    listed = list_files.listing(desk, known, files)
    told = journal(desk, reader, known)
    if known.state == OPEN and listed.is_doubtful:
        raise Refused("lists.column_twice")
    if known.state == OPEN and not listed.has_names:
        raise Refused("lists.no_name_column")
    if known.state == OPEN:
        _begin(desk, reader, known)
    work = _Work(Batch(desk, home, known, files), known, told)
    with desk.store.roomy():
        batches = work.batches(listed, moved(desk, reader, known, listed))
        with closing(ledger.append_each(desk, batches)) as recorded:
            for done in map(work.recorded, recorded):
                if progress and done < len(listed.entries):
                    progress(done, len(listed.entries))
        posts.bind_posts(desk, reader, known.dossier, known.source)
    items.change(desk, reader, LIST, ident, {"state": DONE, "size": len(listed.entries)})
    if progress:
        progress(len(listed.entries), len(listed.entries))


def _begin(desk: Desk, reader: Reader, known: ListView) -> None:
    """Raises Refused("lists.changed_since") where another version was recorded after this one was brought: what it changes is another thing
    now, and is to be seen first."""
    last = list_files.latest(desk, reader, known.dossier, known.source)
    previous = last.ident if last else b""
    if previous != known.previous:
        items.change(desk, reader, LIST, known.ident, {"previous": previous})
        raise Refused("lists.changed_since")
    items.change(desk, reader, LIST, known.ident, {"state": BEGUN})


class _Work:
    """An import while it is recorded: batch after batch, and between two of them it may be stopped."""

    def __init__(self, batch: Batch, known: ListView, told: Journal) -> None:
        self._batch, self._known, self._told = batch, known, told
        self._count, self._number, self._given = 0, told.parts, told.parts
        self._counts: deque[int] = deque()

    def recorded(self, _records: int) -> int:
        """How many entries are done with the batch that was recorded now."""
        return self._counts.popleft()

    def batches(self, listed: Listing, changes: Iterable[Moved]) -> Iterator[list[Draft]]:
        """What there is to record: first that the groups wait of which nobody has decided yet, then entry by entry what changed."""
        held: set[str] = set()
        for group in waiting(listed, self._known.source, self._told.people):
            held.update(group.keys)
            for some in (group.keys[at : at + _TOGETHER] for at in range(0, len(group.keys), _TOGETHER)):
                if self._told.done.isdisjoint(self._marks(some)):
                    self._batch.hold_back(group.code, some)
                    yield from self._full()
        for one in changes:
            if one.key not in held:
                self._count += 1
                if mark(self._known.source, one.key) not in self._told.done:
                    self._batch.take(one)
                yield from self._full()
        if self._batch.drafts:
            self._close()
        if self._batch.parts:
            yield self._next()

    def _marks(self, keys: Iterable[str]) -> set[bytes]:
        return {mark(self._known.source, key) for key in keys}

    def _full(self) -> Iterator[list[Draft]]:
        if self._batch.is_full:
            self._close()
        if self._number - self._given >= _PARTS:
            yield self._next()

    def _close(self) -> None:
        self._number += 1
        self._batch.close(self._number)

    def _next(self) -> list[Draft]:
        self._given = self._number
        self._counts.append(self._count)
        return self._batch.ended()


def waiting(listed: Listing, source: bytes, people: Container[bytes]) -> Iterator[Quarantine]:
    """The groups of a list of which nobody has decided: what earlier versions recorded, by its marks among ``people``, waits no more."""
    for group in listed.quarantined:
        if left := group.without({key for key in group.keys if mark(source, key) in people}):
            yield left


def moved(desk: Desk, reader: Reader, known: ListView, listed: Listing) -> Iterator[Moved]:
    """What there is to record of a list: everything of a first version, of a newer one what differs. Quarantined entries are among them."""
    if known.previous:
        yield from list_changes.moved(desk, reader, known, listed, people_of(desk, reader, known))
    else:
        yield from (Moved(entry.key, NEW, label_of(entry), entry, b"") for entry in listed.entries)


def journal(desk: Desk, reader: Reader, known: ListView) -> Journal:
    """What the journal of an import has, and whom the entries of earlier versions became."""
    done: set[bytes] = set()
    parts = 0
    for part in parts_of(desk, reader, known.ident):
        done.update(part.record.refs("mark"))
        parts = part.number
    return Journal(people_of(desk, reader, known), done, parts)


def people_of(desk: Desk, reader: Reader, known: ListView) -> dict[bytes, bytes]:
    """Whom the entries of the versions before an import became, by their marks; the newest word counts."""
    people: dict[bytes, bytes] = {}
    for one in reversed(list_files.chain(desk, reader, known)[1:]):
        for part in parts_of(desk, reader, one.ident):
            record = part.record
            told = zip(record.refs("mark"), record.refs("made"), record.texts("deed"), strict=True)
            people.update({mark_: made for mark_, made, deed in told if deed == NEW})
    return people


def parts_of(desk: Desk, reader: Reader, ident: bytes) -> Iterator[reading.ItemView]:
    """The journal of an import, part after part, a few at a time."""
    at = 0
    while found := reading.items(desk, reader, PART, parent=ident, above=at, limit=50):
        yield from found
        at = found[-1].number


def deeds(desk: Desk, reader: Reader, known: ListView) -> dict[str, int]:
    """How many entries came, changed and went with an import, how many wait or waited, and how many tasks came of it."""
    counts = dict.fromkeys((NEW, CHANGED, GONE, HELD_BACK, "tasks"), 0)
    for part in parts_of(desk, reader, known.ident):
        for deed in part.record.texts("deed"):
            counts[deed] = counts.get(deed, 0) + 1
        counts["tasks"] += len(part.record.refs("task"))
    return counts


def _refs(desk: Desk, source: bytes, who: bytes) -> dict[tuple[str, str, str, str], bytes]:
    """The claims of a list on one entry that stand, by what they say."""
    query = (
        "SELECT property, valid_from, valid_to, value, ref FROM db_claim WHERE subject = %s AND source = %s AND level >= %s AND NOT replaced "
        "ORDER BY id"
    )
    rows = desk.store.rows(query, (who, source, int(Level.DISPUTED)))
    return {(str(name), str(since), str(until), str(value)): bytes(ref) for name, since, until, value, ref in rows}


# --- groups of which the list alone cannot tell who is who


@dataclass(frozen=True)
class GroupView:
    """Entries that wait together. ``code``: why (``listing.quarantine.<code>``); ``state``: waiting, taken or left."""

    ident: bytes
    dossier: bytes
    list: bytes
    marks: tuple[bytes, ...]
    code: str
    reason: str
    state: str


def groups(desk: Desk, reader: Reader, known: ListView) -> list[GroupView]:
    """The groups of an import that were held back, those first that wait."""
    found = [group(one) for one in reading.items(desk, reader, GROUP, parent=known.ident)]
    return sorted(found, key=lambda one: one.state != WAITING)


def group(one: reading.ItemView) -> GroupView:
    return GroupView(one.item, one.dossier, one.parent, one.record.refs("mark"), one.text("reason"), one.text("text"), one.state)


def entries_in(desk: Desk, reader: Reader, known: ListView, marks: Iterable[bytes]) -> list[tuple[Entry, str]]:
    """The entries of these marks as they stand in the files, each with the row of its first line."""
    wanted = set(marks)
    files = list_files.tables(desk, reader, known)
    return [
        (entry, files.page(entry.rows[0])) for entry in list_files.listing(desk, known, files).entries if mark(known.source, entry.key) in wanted
    ]


def decide(desk: Desk, reader: Reader, ident: bytes, take: bool, reason: str) -> int:
    """Decide a group: record each of its entries by itself, or leave them out. Returns how many were recorded.

    That two of them are one person is decided afterwards like that of any two. Raises UsageError("lists.reason") without a reason,
    Refused("lists.decided") for a group that was decided, Refused("lists.not_recorded") while its list is not recorded whole.
    """
    found = group(reading.item(desk, reader, ident, GROUP))
    said = require_text(reason, "lists.reason", 2000)
    known = list_files.shown(desk, reader, found.list)
    if found.state != WAITING:
        raise Refused("lists.decided")
    if known.state != DONE:
        raise Refused("lists.not_recorded")
    settled = items.changed(desk, reader, GROUP, ident, {"state": TAKEN if take else LEFT, "text": said})
    if not take:
        ledger.append(desk, [settled])
        return 0
    files = list_files.tables(desk, reader, known)
    entries = [entry for entry in list_files.listing(desk, known, files).entries if mark(known.source, entry.key) in found.marks]
    with desk.store.transaction():
        batch = Batch(desk, reading.dossier(desk, reader, known.dossier), known, files)
        for entry in entries:
            batch.take(Moved(entry.key, NEW, label_of(entry), entry, b""))
        batch.close(1 + journal(desk, reader, known).parts)
        ledger.append(desk, batch.ended())
        ledger.append(desk, [settled])
        posts.bind_posts(desk, reader, known.dossier, known.source)
    return len(entries)
