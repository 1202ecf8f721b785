"""A list that is brought in: its files sealed as originals, whose list it is, and how its columns are read. Nothing of it is recorded yet.

A list is one source, however many files and versions of it come: the next one is brought under the same source and is compared with the
last that was recorded (``desk.list_changes``). What is recorded of it, and taken back, is in ``desk.list_import``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.access import Reader
from letapis.core.errors import Damaged, NotFound, Refused, UsageError
from letapis.core.form_design import is_design
from letapis.core.listing import At, Listing, Table, guess
from letapis.core.listing_mapping import ListMapping, read_mapping
from letapis.core.records import Value
from letapis.desk import form_keys, items, reading
from letapis.desk.dossiers import require_text
from letapis.desk.list_originals import SOURCE_KIND, Sent, home_of, keep, kept_or_removed, read, source_of, tables_in
from letapis.desk.opening import Desk
from letapis.engines.objects import SealedObject
from letapis.engines.odk import Submission
from letapis.engines.tables import Tables

LIST: Final = "list_import"
OPEN, BEGUN, DONE, UNDOING, UNDONE, DROPPED = "open", "begun", "done", "undoing", "undone", "dropped"
MAX_FILES: Final = 12
_HAND: Final = "by_hand"
_DESIGN: Final = "flags.form_design"


@dataclass(frozen=True)
class ListForm:
    """What a colleague says of a list. The source is a list that the dossier knows, or a code for a new one; ``mapping`` a ready one, or
    empty where the columns are chosen by hand (a newer file of a list is read as the last one was)."""

    title: str = ""
    source: bytes = b""
    source_code: str = ""
    mapping: str = ""


@dataclass(frozen=True)
class ListView:
    """A list as it was brought. ``previous``: the import whose newer version it is; ``size``: its entries, once recorded; ``form``: columns
    that were chosen by hand."""

    ident: bytes
    dossier: bytes
    source: bytes
    title: str
    mapping: str
    form: str
    files: tuple[bytes, ...]
    previous: bytes
    day: str
    size: int
    state: str
    author: bytes

    @property
    def is_mapped(self) -> bool:
        return bool(self.mapping or self.form)


def bring(desk: Desk, reader: Reader, dossier: bytes, form: ListForm, files: Sent, key: bytes = b"") -> bytes:
    """Keep the files of a list, sealed while they arrived, as originals and begin an import of it. Returns its id. With the private ``key`` of a
    form its encrypted submissions are opened (``desk.form_keys``), and the list is what was in them.

    Raises Refused("evidence.needs_raw", "lists.no_file"), UsageError("lists.source", "lists.mapping", "lists.too_many_files",
    "evidence.empty"), what ``form_keys.opened`` raises; what was not recorded is removed.
    """
    sealed = list(files)
    with kept_or_removed(desk, sealed) as kept:
        home = home_of(desk, reader, dossier)
        _check(desk, reader, dossier, form, files)
        found = form_keys.opened(desk, files, key) if key else ()
        with desk.store.transaction():
            source = form.source or source_of(desk, reader, dossier, form.source_code)
            made = keep(desk, reader, home, source, files, kept)
            new, begun = list[SealedObject](), b""
            try:
                clear = form_keys.keep_opened(desk, reader, home, made, found, new)
                begun = _begin(desk, reader, home, form, source, _read_of(made, found, clear))
            finally:
                if not begun:  # whatever stopped it, what was opened goes with the rest
                    sealed += [("", one) for one in new]
            return begun


def _read_of(made: Sequence[bytes], found: Sequence[Submission], clear: Mapping[int, bytes]) -> tuple[bytes, ...]:
    """The items that the list reads, each once: of a submission what was in it, and nothing of what it was locked in."""
    locked = {part.of for one in found for part in (*one.media, one.answers)}
    return tuple(dict.fromkeys(clear.get(place, item) for place, item in enumerate(made) if place not in locked))


def _check(desk: Desk, reader: Reader, dossier: bytes, form: ListForm, files: Sent) -> None:
    if not files:
        raise Refused("lists.no_file")
    if len(files) > MAX_FILES:
        raise UsageError("lists.too_many_files")
    if not all(one.size for _, one in files):
        raise UsageError("evidence.empty")
    if form.source and form.source not in {one.source for one in lists_of(desk, reader, dossier)}:
        raise UsageError("lists.source")
    if not form.source and not form.source_code.strip():
        raise UsageError("lists.source")
    if form.mapping and form.mapping not in desk.catalogue.mappings:
        raise UsageError("lists.mapping")


def lists_of(desk: Desk, reader: Reader, dossier: bytes) -> list[reading.SourceView]:
    """The sources of a dossier that are lists."""
    return [one for one in reading.sources(desk, reader, dossier) if one.kind == SOURCE_KIND]


def _begin(desk: Desk, reader: Reader, home: reading.DossierView, form: ListForm, source: bytes, files: tuple[bytes, ...]) -> bytes:
    if known := _same(desk, reader, home.dossier, source, files):
        if form.mapping and known.state == OPEN:
            choose_ready(desk, reader, known.ident, form.mapping)
        return known.ident
    last = latest(desk, reader, home.dossier, source)
    title = form.title.strip() or (last.title if last else reading.source(desk, reader, source).code)
    body: dict[str, Value] = {"dossier": home.dossier, "source": source, "title": require_text(title, "lists.title", 200), "files": files}
    body |= {"day": desk.clock().date().isoformat(), "size": 0, "state": OPEN, "mapping": form.mapping}
    if last is not None:
        body["previous"] = last.ident
        if not form.mapping:
            body |= {"mapping": last.mapping, "form": last.form}
    return items.new(desk, LIST, home.raw, body)


def _same(desk: Desk, reader: Reader, dossier: bytes, source: bytes, files: tuple[bytes, ...]) -> ListView | None:
    """The import of these very files that is not done yet. Raises Refused("lists.unfinished") while another version is half recorded."""
    known = [_view(one) for one in reading.items(desk, reader, LIST, dossier=dossier, about=source)]
    if any(one.state in (BEGUN, UNDOING) and one.files != files for one in known):
        raise Refused("lists.unfinished")
    return next((one for one in known if one.state in (OPEN, BEGUN) and one.files == files), None)


def imagined(desk: Desk, reader: Reader, dossier: bytes, form: ListForm) -> ListView:
    """A list as it would be brought, of which nothing is kept: for a look before anything is."""
    home = home_of(desk, reader, dossier)
    found = next((one.source for one in lists_of(desk, reader, dossier) if one.code.casefold() == form.source_code.strip().casefold()), b"")
    source = form.source or found
    last = latest(desk, reader, dossier, source) if source else None
    mapping, by_hand = form.mapping or (last.mapping if last else ""), last.form if last and not form.mapping else ""
    previous, day = last.ident if last else b"", desk.clock().date().isoformat()
    return ListView(b"", home.dossier, source, form.title, mapping, by_hand, (), previous, day, 0, OPEN, desk.me)


def latest(desk: Desk, reader: Reader, dossier: bytes, source: bytes) -> ListView | None:
    """The last import of a list that was recorded and not taken back."""
    found = reading.items(desk, reader, LIST, dossier=dossier, about=source, state=DONE)
    return max((_view(one) for one in found), key=lambda one: len(chain(desk, reader, one)), default=None)


def chain(desk: Desk, reader: Reader, known: ListView) -> list[ListView]:
    """An import and those before it whose newer versions they are, the newest first."""
    found = [known]
    while found[-1].previous and found[-1].previous not in {one.ident for one in found}:
        found.append(shown(desk, reader, found[-1].previous))
    return found


def imports_of(desk: Desk, reader: Reader, dossier: bytes) -> list[ListView]:
    """The lists that were brought into a dossier, the newest first. Raises NotFound for a dossier of others."""
    reading.dossier(desk, reader, dossier)
    return [_view(one) for one in reading.items(desk, reader, LIST, dossier=dossier, newest=True)][::-1]


def shown(desk: Desk, reader: Reader, ident: bytes) -> ListView:
    """One import. Raises NotFound for what is not the reader's."""
    return _view(reading.item(desk, reader, ident, LIST))


def _view(one: reading.ItemView) -> ListView:
    told = (one.text("title"), one.text("mapping"), one.text("form"), one.record.refs("files"), one.record.raw("previous"))
    return ListView(one.item, one.dossier, one.about, *told, one.day, one.number, one.state, one.author)


def choose_ready(desk: Desk, reader: Reader, ident: bytes, mapping: str) -> None:
    """Read the columns as a ready mapping does. Raises UsageError("lists.mapping"), Refused("lists.recorded") after the list was recorded."""
    if mapping not in desk.catalogue.mappings:
        raise UsageError("lists.mapping")
    _change_open(desk, reader, ident, {"mapping": mapping, "form": ""})


def choose_columns(desk: Desk, reader: Reader, ident: bytes, form: Mapping[str, Any]) -> None:
    """Read the columns as somebody chose by hand. ``form`` is a mapping as its file would be. Raises UsageError("lists.columns") for one that
    names nobody or cannot be read."""
    told = {"id": _HAND, "version": "1", "title": dict.fromkeys(("en", "be", "ru"), _HAND), **form}
    try:
        read_mapping(told, desk.catalogue.vocabulary)
    except Damaged:
        raise UsageError("lists.columns") from None
    _change_open(desk, reader, ident, {"mapping": "", "form": json.dumps(told, ensure_ascii=False)})


def drop(desk: Desk, reader: Reader, ident: bytes) -> None:
    """Do not bring it in after all. The originals stay, as every original does."""
    _change_open(desk, reader, ident, {"state": DROPPED})


def _change_open(desk: Desk, reader: Reader, ident: bytes, changes: Mapping[str, Value]) -> None:
    if shown(desk, reader, ident).state != OPEN:
        raise Refused("lists.recorded")
    items.change(desk, reader, LIST, ident, changes)


# --- reading


def mapping_of(desk: Desk, known: ListView) -> ListMapping:
    """How its columns are read. Raises Refused("lists.unmapped") before anybody said, NotFound for a ready mapping that this version lacks."""
    if known.form:
        return read_mapping(json.loads(known.form), desk.catalogue.vocabulary)
    if not known.mapping:
        raise Refused("lists.unmapped")
    if known.mapping not in desk.catalogue.mappings:
        raise NotFound("lists.mapping_gone")
    return desk.catalogue.mappings[known.mapping]


@dataclass(frozen=True)
class Files:
    """The tables of a list, and for each the original that it stands in, with the words before a row's number where an original has several.
    ``flags``: what is to be known of the files, as ``engines.tables`` has them."""

    tables: tuple[Table, ...]
    items: tuple[bytes, ...]
    before: tuple[str, ...]
    flags: tuple[str, ...] = ()

    def item(self, at: At) -> bytes:
        return self.items[at.table]

    def page(self, at: At) -> str:
        """Where something stands, as the page of a claim says it."""
        return f"{self.before[at.table]}row {at.row}"


def tables(desk: Desk, reader: Reader, known: ListView) -> Files:
    """The tables of its files, read in the locked room, long ones piece by piece. Raises Hostile for a file that the sandbox gives up,
    Refused("lists.form_design") where they are the questions of a form and nobody's answers."""
    return together((item, tables_in(desk, reader, item)) for item in known.files)


def together(read: Iterable[tuple[bytes, Tables]]) -> Files:
    """The tables of several files. The design of a form that comes with its answers is left aside, and it is said. Raises as ``tables`` does."""
    found: list[tuple[bytes, Table, str]] = []
    flags: dict[str, None] = {}
    for item, here in read:
        if is_design(here.tables):
            flags[_DESIGN] = None
            continue
        found += [(item, table, f"{table.name.rpartition(' / ')[2]}, " if len(here.tables) > 1 else "") for table in here.tables]
        flags |= dict.fromkeys(here.flags)
    if not found and _DESIGN in flags:
        raise Refused("lists.form_design")
    held = tuple(table for _, table, _ in found)
    return Files(held, tuple(item for item, _, _ in found), tuple(before for _, _, before in found), tuple(flags))


def listing(desk: Desk, known: ListView, files: Files) -> Listing:
    """The entries of a list as its columns are read."""
    return read(desk, files.tables, mapping_of(desk, known))


def guessed(desk: Desk, columns: Sequence[str]) -> ListMapping:
    """What the columns of an unknown list may mean, by their words."""
    return guess(columns, desk.catalogue.column_words)
