"""Watch a published list: two versions of it are kept as originals and compared, and what differs becomes tasks for whoever looks.

Nothing of a watched list becomes a claim, and nobody is taken for a person the dossiers know: a task names the entry and says who may be
meant, a person looks. Everybody sees those proposals among the dossiers they hold, so they stand on the page and never in the record.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core import names
from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.list_watch import Deed, Line, is_doubtful, lines, plain_entries
from letapis.core.listing import Entry, Table, guess
from letapis.core.listing_mapping import PERSON
from letapis.core.name_compare import SUGGESTED
from letapis.core.records import Draft, Value
from letapis.desk import items, ledger, reading, tasks
from letapis.desk.dossiers import require_text
from letapis.desk.held import held
from letapis.desk.list_originals import Sent, home_of, keep, kept_or_removed, read, source_of, tables_in
from letapis.desk.opening import Desk
from letapis.desk.task_words import Said

WATCH: Final = "list_watch"
MOST_TASKS: Final = 50
"""So many entries become tasks of their own; the rest is one more task, which points to the page."""
_MOST_FILES: Final = 6
_LIKE: Final = 3


@dataclass(frozen=True)
class WatchForm:
    """What a colleague says: the list by its name, a ready mapping, or the titles of the columns that number and name its entries."""

    title: str = ""
    mapping: str = ""
    key: str = ""
    name: str = ""


@dataclass(frozen=True)
class WatchView:
    """Two versions that were compared. ``size``: how many entries differ; ``before`` and ``after``: their originals."""

    ident: bytes
    dossier: bytes
    source: bytes
    title: str
    mapping: str
    key: str
    name: str
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    day: str
    size: int
    tasks: tuple[bytes, ...]
    author: bytes

    @property
    def doubtful(self) -> bool:
        """The newer version seemed not to be whole: one task asks about the file, none about its entries."""
        return len(self.tasks) < min(self.size, MOST_TASKS)


def watch(desk: Desk, reader: Reader, dossier: bytes, form: WatchForm, old: Sent, new: Sent) -> bytes:
    """Keep both versions, sealed while they arrived, compare them and draw up the tasks in the three languages. Returns the id of the comparison.

    Raises Refused("evidence.needs_raw"), UsageError("watch.no_file", "watch.title", "watch.mapping", "watch.column",
    "watch.too_many_files", "watch.same", "lists.source"), Hostile for a file that the sandbox gives up; what was not recorded is removed.
    """
    with kept_or_removed(desk, (*old, *new)) as kept:
        home = home_of(desk, reader, dossier)
        title = _check(desk, form, old, new)
        with desk.store.transaction():
            source = source_of(desk, reader, dossier, title)
            sides = [tuple(dict.fromkeys(keep(desk, reader, home, source, side, kept))) for side in (old, new)]
            if set(sides[0]) == set(sides[1]):
                raise UsageError("watch.same")
            return _record(desk, reader, home, form, _Asked(title, source), sides)


def _check(desk: Desk, form: WatchForm, old: Sent, new: Sent) -> str:
    if not old or not new or not all(one.size for _, one in (*old, *new)):
        raise UsageError("watch.no_file")
    if max(len(old), len(new)) > _MOST_FILES:
        raise UsageError("watch.too_many_files")
    if form.mapping and form.mapping not in desk.catalogue.mappings:
        raise UsageError("watch.mapping")
    return require_text(form.title, "watch.title", 200)


@dataclass(frozen=True)
class _Asked:
    """Of which list the tasks speak."""

    title: str
    source: bytes


def _record(desk: Desk, reader: Reader, home: reading.DossierView, form: WatchForm, asked: _Asked, sides: Sequence[tuple[bytes, ...]]) -> bytes:
    before, after = _sides(desk, form, *(_tables(desk, reader, side) for side in sides))
    found = lines(before, after)
    if is_doubtful(before, after, found):  # a file that broke off would bury what matters under tasks about everybody in it
        made = [_asked(desk, home, asked, "watch.task.doubtful", {"count": len(found)})]
    else:
        made = _tasks(desk, home, asked, found)
    body: dict[str, Value] = {"dossier": home.dossier, "source": asked.source, "title": asked.title, "mapping": form.mapping}
    body |= {"form": json.dumps({"key": form.key, "name": form.name}, ensure_ascii=False), "before": sides[0], "files": sides[1]}
    body |= {"day": desk.clock().date().isoformat(), "number": len(found), "task": tuple(_id(one, "task") for one in made), "state": "done"}
    kept = items.draft(desk, WATCH, home.raw, body)
    ledger.append(desk, [*made, kept])
    return _id(kept, "watch")


def _id(draft: Draft, name: str) -> bytes:
    ident = draft.body[name]
    assert isinstance(ident, bytes)
    return ident


def _tasks(desk: Desk, home: reading.DossierView, asked: _Asked, found: Sequence[Line]) -> list[Draft]:
    made = [_task(desk, home, asked, line) for line in sorted(found, key=lambda line: line.deed is Deed.CHANGED)[:MOST_TASKS]]
    more = len(found) - MOST_TASKS
    return [*made, _asked(desk, home, asked, "watch.task.more", {"count": more})] if more > 0 else made


def _task(desk: Desk, home: reading.DossierView, asked: _Asked, line: Line) -> Draft:
    return _asked(desk, home, asked, f"watch.task.{line.code}", {"who": line.label})


def _asked(desk: Desk, home: reading.DossierView, asked: _Asked, key: str, told: Mapping[str, object]) -> Draft:
    return tasks.draft_task(desk, home.work, home.dossier, "list", Said(key, {"list": asked.title, **told}))


def compared(desk: Desk, form: WatchForm, old: Sequence[Table], new: Sequence[Table]) -> list[Line]:
    """What differs between the tables of two versions. Raises UsageError("watch.column") for a column that neither has."""
    return lines(*_sides(desk, form, old, new))


def _sides(desk: Desk, form: WatchForm, old: Sequence[Table], new: Sequence[Table]) -> tuple[Sequence[Entry], Sequence[Entry]]:
    if not form.mapping:
        titles = {column for table in (*old, *new) for column in table.columns}
        if any(column and column not in titles for column in (form.key, form.name)):
            raise UsageError("watch.column")
    return _entries(desk, form, old), _entries(desk, form, new)


def _entries(desk: Desk, form: WatchForm, side: Sequence[Table]) -> Sequence[Entry]:
    if not form.mapping:
        guessed = guess([column for table in side for column in table.columns], desk.catalogue.column_words)
        key = form.key or next(iter(guessed.key), "")
        name = form.name or next((one.column for one in guessed.names if not one.parts), "")
        return plain_entries(side, key, name, guessed.drop)
    return read(desk, side, desk.catalogue.mappings[form.mapping]).entries


def watches(desk: Desk, reader: Reader, dossier: bytes) -> list[WatchView]:
    """The comparisons of a dossier, the newest first. Raises NotFound for a dossier of others."""
    reading.dossier(desk, reader, dossier)
    return [_view(one) for one in reading.items(desk, reader, WATCH, dossier=dossier, newest=True)][::-1]


def shown(desk: Desk, reader: Reader, ident: bytes) -> WatchView:
    """One comparison. Raises NotFound for what is not the reader's."""
    return _view(reading.item(desk, reader, ident, WATCH))


def _view(one: reading.ItemView) -> WatchView:
    form = json.loads(one.text("form"))
    files = (one.record.refs("before"), one.record.refs("files"))
    told = (one.text("title"), one.text("mapping"), form["key"], form["name"])
    return WatchView(one.item, one.dossier, one.about, *told, *files, one.day, one.number, one.record.refs("task"), one.author)


def changes(desk: Desk, reader: Reader, known: WatchView) -> list[Line]:
    """What differs, read from the two originals once as long as the desk is open. Raises Hostile for a file that the sandbox gives up,
    NotFound for an original that is no more or that the reader may not see."""
    if known.mapping and known.mapping not in desk.catalogue.mappings:
        raise NotFound("lists.mapping_gone")
    for item in (*known.before, *known.after):
        reading.evidence(desk, reader, item)
    form = WatchForm(known.title, known.mapping, known.key, known.name)
    sides = (known.before, known.after)
    return held(desk, (WATCH, known.ident), lambda: compared(desk, form, *(_tables(desk, reader, side) for side in sides)))


def _tables(desk: Desk, reader: Reader, side: Sequence[bytes]) -> list[Table]:
    return [table for item in side for table in tables_in(desk, reader, item).tables]


def perhaps(desk: Desk, reader: Reader, line: Line) -> list[reading.PersonLike]:
    """Who of the persons the reader may see is perhaps meant, the likest first, each with the reasons. Proposals, and nothing more."""
    found: dict[bytes, reading.PersonLike] = {}
    for text in line.names[:_LIKE]:
        for one in reading.people_like(desk, reader, text, _LIKE):
            known = found.setdefault(one.person.entity, one)
            if one.why.score > known.why.score:
                found[one.person.entity] = one
    likely = [one for one in found.values() if one.why.score >= SUGGESTED]
    return sorted(likely, key=lambda one: -one.why.score)[:_LIKE]


def bodies(desk: Desk, reader: Reader, found: Sequence[Line]) -> dict[str, list[reading.EntityView]]:
    """For each entry, by its key, the bodies the reader may see whose name has the same words in any order."""
    known: dict[frozenset[str], list[reading.EntityView]] = {}
    for one in reading.entities_held(desk, reader, kinds=("organisation",)):
        known.setdefault(frozenset(names.tokens(one.label)), []).append(one)
    told = {line.key: [one for text in line.names for one in known.get(frozenset(names.tokens(text)), ())] for line in found if line.kind != PERSON}
    return {key: list(dict.fromkeys(some))[:_LIKE] for key, some in told.items() if some}
