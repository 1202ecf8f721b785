"""Day sheets: many detained in one day. One header, one line a person, and everything that came of it is recorded in one step.

The words stay as they were pasted, in the compartment of originals; each line points at its own, so that colleagues check a line by its
words. Nothing is published by default: a claim of a sheet comes under "keep inside", if the source gave it, and under nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from letapis.core.access import Reader
from letapis.core.dates import bounds
from letapis.core.daysheet import UNITS, Count, Row, age_of, articles_of, clean, faults, words_of
from letapis.core.errors import Refused, UsageError
from letapis.core.pasted import Pasted, read_pasted
from letapis.core.records import BASES, Draft, Value
from letapis.core.vocabulary import ValueFault, value_fields
from letapis.desk import dossiers, items, ledger, reading, sources
from letapis.desk.opening import Desk
from letapis.desk.tasks import draft_task

MAX_LINES: Final = 300
MAX_WORDS: Final = 100_000
SILENCE: Final = timedelta(days=3)  # 72 hours: by then a detained person is charged or free, or somebody should ask
KEPT_SCOPES: Final = frozenset({"keep_internal"})
_ABOUT: Final = "about"


@dataclass(frozen=True)
class SheetForm:
    """What all lines share. The source is one of the dossier, or a code for a new one; ``words``: the text that was pasted."""

    day: str
    place: str
    agency: str = ""
    source: bytes = b""
    source_code: str = ""
    basis: str = "was_told"
    count: Count = field(default_factory=Count)
    remark: str = ""
    words: str = ""
    counted_at: tuple[int, int] = (0, 0)
    language: str = "en"


@dataclass(frozen=True)
class SheetLine:
    """One person, and where their words begin and end in the pasted text; (0, 0) for a line that was typed into the table."""

    row: Row
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Saved:
    """A saved sheet and the dossier it stands in."""

    dossier: bytes
    sheet: bytes


def understood(desk: Desk, text: str, day: str = "") -> Pasted:
    """What a pasted text says, with the towns of the country's list. Nothing is recorded."""
    towns = desk.catalogue.reference["localities"].entries.values()
    names = [name for town in towns for name in (*town.label.values(), str(town.more.get("be-Latn", "")))]
    return read_pasted(text, {part.strip().casefold() for name in names for part in name.split(" / ") if part}, day)


def day_of(desk: Desk, text: str) -> str:
    """A day as a person types it, as a partial date. Raises UsageError for none, and for one that has not come yet."""
    try:
        day = str(desk.catalogue.vocabulary.parse_value("detention.start", text))
    except ValueFault:
        raise UsageError("daysheets.day") from None
    if bounds(day)[0] > (desk.clock() + timedelta(days=1)).date():
        raise UsageError("daysheets.future")
    return day


def check_header(desk: Desk, form: SheetForm) -> dict[str, str]:
    """What is to be mended in the header: field -> code of a sentence. What only saving can see is raised there."""
    wrong = {}
    try:
        day_of(desk, form.day)
    except UsageError as fault:
        wrong["day"] = fault.code
    if not 0 < len(form.place.strip()) <= 200:
        wrong["place"] = "daysheets.place"
    if len(form.agency) > 200:
        wrong["agency"] = "daysheet.long"
    if not form.source and not form.source_code.strip():
        wrong["source"] = "daysheets.source"
    if form.basis not in BASES:
        wrong["basis"] = "claims.basis"
    total, named = form.count.total, form.count.named
    if form.count.unit not in UNITS or any(number is not None and not 0 <= number < 100_000 for number in (total, named)):
        wrong["total"] = "daysheets.count"
    elif named is not None and (total is None or named > total):
        wrong["named"] = "daysheets.named"
    return wrong


def propose_code(desk: Desk, day: str) -> str:
    """A code for a new dossier that nobody has taken: it names the day and nobody."""
    code, number = f"D-{day}"[:30], 1
    while reading.dossier_by_code(desk, code if number == 1 else f"{code}-{number}"):
        number += 1
    return code if number == 1 else f"{code}-{number}"


def save_sheet(desk: Desk, reader: Reader, dossier: bytes | str, form: SheetForm, lines: Sequence[SheetLine]) -> Saved:
    """Record a sheet, its people, what is said of each and of the group, and a task for each, all or nothing.

    ``dossier`` is the id of a group's dossier, or the code of a new one (empty: a proposed code). Raises UsageError for a header or a line
    that cannot be read, Refused for a dossier of another kind or one whose originals the reader does not hold.
    """
    form = _checked(desk, form, lines)
    with desk.store.transaction():
        if isinstance(dossier, str):
            title = f"{form.place}, {form.day}"[:200]
            dossier = dossiers.new_dossier(desk, dossier.strip() or propose_code(desk, form.day), title, "group")
            reader = desk.reader(reader.purpose)
        home = reading.dossier(desk, reader, dossier)
        if home.subject_kind != "group":
            raise Refused("daysheets.no_group")
        if not reader.holds(home.raw):
            raise Refused("daysheets.needs_raw")
        source = form.source or _source(desk, reader, dossier, form.source_code)
        if source not in {known.source for known in reading.sources(desk, reader, dossier)}:
            raise UsageError("claims.source")
        return Saved(dossier, _write(desk, home, source, form, lines))


def _checked(desk: Desk, form: SheetForm, lines: Sequence[SheetLine]) -> SheetForm:
    for code in check_header(desk, form).values():
        raise UsageError(code)
    told = SheetForm(**{**form.__dict__, "day": day_of(desk, form.day), "place": clean(form.place), "agency": clean(form.agency)})
    if not lines and form.count.total is None:
        raise UsageError("daysheets.empty")
    if len(lines) > MAX_LINES or len(form.words) > MAX_WORDS or len(form.remark) > items.MAX_TEXT:
        raise UsageError("daysheets.too_many")
    for number, line in enumerate(lines, 1):
        if line.row.is_empty or faults(line.row, told.day):
            raise UsageError("daysheets.line", str(number))
    return told


def _source(desk: Desk, reader: Reader, dossier: bytes, code: str) -> bytes:
    """The source of this code, or a new one: its identity is sealed in the same step, empty until somebody says who it is."""
    known = {source.code.casefold(): source.source for source in reading.sources(desk, reader, dossier)}
    return known.get(code.strip().casefold()) or sources.add_source(desk, reader, dossier, sources.SourceForm(code))


def _write(desk: Desk, home: reading.DossierView, source: bytes, form: SheetForm, lines: Sequence[SheetLine]) -> bytes:
    said, group, sheet = _Words(form, lines), desk.randomness(16), desk.randomness(16)
    note, passages = said.record(desk, home, source)
    batch = Batch(desk, home, source, form.basis)
    batch.entity(group, "group", f"{form.place}, {form.day}"[:200])
    batch.claim(group, "detention.start", form.day, passages[-1])
    batch.claim(group, "place.arrest", form.place, passages[-1])
    for name, number in (("group." + form.count.unit, form.count.total), ("group.persons_named", form.count.named)):
        if number is not None:
            batch.claim(group, name, str(number), passages[-1], form.count.about and number == form.count.total)
    head: dict[str, Value] = {"dossier": home.dossier, "day": form.day, "place": form.place, "agency": form.agency, "source": source}
    head |= {"basis": form.basis, "note": note, "entity": group, "claims": batch.taken(), "text": form.remark.strip(), "state": "open"}
    head |= {name: number for name, number in (("total", form.count.total), ("named", form.count.named)) if number is not None}
    head |= {"unit": form.count.unit, "about": form.count.about} if form.count.total is not None else {}
    batch.add(items.draft(desk, "sheet", home.work, head, sheet))
    due = (bounds(form.day)[1] + SILENCE).isoformat()
    for number, (line, passage) in enumerate(zip(lines, passages, strict=False), 1):
        person, label = desk.randomness(16), label_of(line.row, number)
        batch.entity(person, "person", label)
        for name, (value, about) in told_of(line.row, form.day, form.place, form.agency).items():
            batch.claim(person, name, value, passage, about)
        body: dict[str, Value] = {"dossier": home.dossier, "sheet": sheet, "number": number, "entity": person, "passage": passage}
        body |= {**cells_of(line.row), "claims": batch.taken(), "state": "open"}
        batch.add(items.draft(desk, "sheet_line", home.work, body))
        batch.add(draft_task(desk, home.work, home.dossier, "no_news", label, desk.me, due, person))
    batch.append()
    return sheet


def label_of(row: Row, number: int) -> str:
    """How the dossier names a person: by name, or by the description with the number of the line, for many are "a man, about 30"."""
    return row.name if row.is_named else f"{', '.join(filter(None, (row.name, row.age)))} · {number}"


def cells_of(row: Row) -> dict[str, Value]:
    return {"name": row.name, "named": row.is_named, "age": row.age, "article": row.article, "place": row.place, "text": row.remark}


def told_of(row: Row, day: str, place: str, agency: str) -> Mapping[str, tuple[str, bool]]:
    """What a line says of its person: property -> value as typed, and whether it is an estimate."""
    told = {"detention.start": (day, False), "place.arrest": (row.place or place, False)}
    if agency:
        told["detention.agency"] = (agency, False)
    if row.is_named:
        told["identity.name"] = (row.name, False)
    age = age_of(row.age)
    if age:
        told["identity.birth_date" if age.birth else "identity.age"] = (age.birth or str(age.years), age.about)
    if row.article:
        told["charge.article"] = ("; ".join(articles_of(row.article, day) or ()), False)
    return told


class Batch:
    """Records of one step. The id of a claim is chosen beforehand, so that a line can name what came of it."""

    def __init__(self, desk: Desk, home: reading.DossierView, source: bytes, basis: str) -> None:
        self._desk, self._home, self._source, self._basis = desk, home, source, basis
        self._scopes = tuple(scope for scope in reading.scopes_given(desk, source) if scope in KEPT_SCOPES)
        self._drafts: list[Draft] = []
        self._ids: list[bytes] = []
        self._claims: list[bytes] = []

    def add(self, draft: Draft) -> bytes:
        self._drafts.append(draft)
        self._ids.append(self._desk.randomness(16))
        return self._ids[-1]

    def entity(self, ident: bytes, kind: str, label: str) -> None:
        self.add(Draft("entity", self._home.work, {"dossier": self._home.dossier, "entity": ident, "kind": kind, "label": label[:200]}))

    def claim(self, subject: bytes, name: str, raw: str, passage: bytes, about: bool = False, replaces: bytes = b"") -> None:
        """Raises ValueFault for a value that its property does not take."""
        vocabulary = self._desk.catalogue.vocabulary
        body: dict[str, Value] = {"dossier": self._home.dossier, "subject": subject, "property": name, "source": self._source}
        body |= {"basis": self._basis, "passage": passage, **value_fields(vocabulary.fact(name), vocabulary.parse_value(name, raw))}
        optional: dict[str, Value] = {"certainty": _ABOUT if about else "", "replaces": replaces, "scopes": self._scopes}
        self._claims.append(self.add(Draft("claim", self._home.work, body | {key: part for key, part in optional.items() if part})))

    def taken(self) -> tuple[bytes, ...]:
        """Ids of the claims since this was last asked."""
        self._claims, made = [], tuple(self._claims)
        return made

    def append(self) -> None:
        ledger.append(self._desk, self._drafts, self._ids)


class _Words:
    """The text of a sheet: what was pasted, then a line for each line and number that was typed. One passage for each, in this order."""

    def __init__(self, form: SheetForm, lines: Sequence[SheetLine]) -> None:
        self._form, self.text = form, form.words.rstrip()
        self.spans = [self._span(line.span, words_of(line.row)) for line in lines]
        self.spans.append(self._span(form.counted_at, self._header()))

    def _header(self) -> str:
        count, number = self._form.count, ""
        if count.total is not None:
            number = f": {'≈' if count.about else ''}{count.total}" + (f" ({count.named})" if count.named is not None else "")
        return f"{self._form.place}, {self._form.day}{number}"

    def _span(self, span: tuple[int, int], typed: str) -> tuple[int, int]:
        start, end = span
        if 0 <= start < end <= len(self.text) and self.text[start:end].strip():
            return start, end
        self.text += ("\n" if self.text else "") + typed
        return len(self.text) - len(typed), len(self.text)

    def record(self, desk: Desk, home: reading.DossierView, source: bytes) -> tuple[bytes, list[bytes]]:
        """The note and its passages, whose references the claims of the same transaction name. Returns the note's id and the references."""
        note = desk.randomness(16)
        told: dict[str, Value] = {"dossier": home.dossier, "note": note, "title": f"{self._form.place}, {self._form.day}"[:200]}
        told |= {"text": self.text, "language": self._form.language, "source": source, "basis": self._form.basis}
        drafts = [Draft("note", home.raw, told)]
        for start, end in self.spans:
            place: dict[str, Value] = {"dossier": home.dossier, "note": note, "start": start, "end": end, "text": self.text[start:end]}
            drafts.append(Draft("as_said", home.raw, place | {"language": self._form.language}))
        return note, [record.ref for record in ledger.append(desk, drafts)[1:]]
