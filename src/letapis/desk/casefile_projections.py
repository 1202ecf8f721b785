"""The same case file for others' tools and on paper: PREMIS, CASE, RO-Crate and an index that a clerk prints.

Each is made from the records as they are disclosed, never from what the desk knows besides.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from letapis import __version__
from letapis.core import date_words
from letapis.core.brief import Author, Block, Brief, Heading, Paragraph, Sentence, Table
from letapis.core.capture import INSTANTS, unsaid
from letapis.core.case_graph import case_jsonld, ro_crate
from letapis.core.disclosure import Disclosure
from letapis.core.handed import HandedFile, Handover, Software, handed_captures, handed_events, handed_file, shown
from letapis.core.premis import premis_xml
from letapis.desk import people
from letapis.desk.bag import Bag, sheet
from letapis.desk.casefile_records import BEFORE, COLLEAGUE, INSIDE, SOURCE
from letapis.desk.casefile_words import organisation
from letapis.desk.opening import Desk
from letapis.engines.render.pdf import pdf
from letapis.engines.render.words import size_words

BERKELEY: Final = ("item", "paragraph 153", "field", "what", "said", "record")
CRATE: Final = "data/ro-crate-metadata.json"
_GROUP: Final = 8
_REASONS: Final = {SOURCE: "source", COLLEAGUE: "colleague", INSIDE: "inside", BEFORE: "before"}
Numbered = tuple[str, Disclosure, str]
"""A record as it is disclosed, with its number and the day that the organisation attests."""


def handover(desk: Desk, about: tuple[str, str], files: Sequence[tuple[str, str, str, str]], records: Sequence[Numbered]) -> Handover:
    """A case file about to leave. ``files``: name, path, name of what it was made from and number of its record, as in items.csv."""
    by_number = {number: record for number, record, _ in records}
    names = {shown(by_number[number])["b.object"]: name for name, _, _, number in files}
    return Handover(
        organisation=organisation(desk),
        recipient=about[0],
        purpose=about[1],
        day=desk.clock().date().isoformat(),
        software=Software("letapis", __version__),
        marking=bool(people.directory(desk).marking),
        files=tuple(handed_file(by_number[number], number, name, path, source) for name, path, source, number in files),
        events=handed_events(records, names),
        captures=handed_captures(records, names),
    )


def put_projections(desk: Desk, bag: Bag, told: Handover, withheld: Mapping[str, int], language: str) -> None:
    """Write them into the bag; the crate comes last, because it names what else is there."""
    texts = desk.catalogue.texts
    bag.put("data/metadata/premis.xml", [premis_xml(told, desk.catalogue.custody)])
    bag.put("data/metadata/case.jsonld", [case_jsonld(told)])
    if told.captures:
        bag.put("data/metadata/berkeley.csv", [sheet(BERKELEY, _berkeley_rows(desk, told))])
    bag.put("data/metadata/index.pdf", [pdf(index(desk, told, withheld, language), texts, on=desk.clock().date())])
    tables = {path: texts.say(f"casefile.crate.{PurePosixPath(path).stem}", language) for path in bag.payload if _is_table(path)}
    bag.put(CRATE, [ro_crate(told, tables)])


def _berkeley_rows(desk: Desk, told: Handover) -> list[tuple[str, ...]]:
    """What was said of each capture, under the item of the Berkeley Protocol that asks for it. A field that this version does not know stands
    under its id."""
    form, rows = desk.catalogue.capture, list[tuple[str, ...]]()
    order = {field.id: at for at, field in enumerate(field for group in form.groups for field in group.fields)}
    for one in sorted(told.captures, key=lambda one: (one.file, order.get(one.field, len(order)), one.field)):
        field = form.field(one.field)
        group = form.group(field.group) if field else None
        value = field.shown(one.value, "en") if field else one.value
        rows.append((one.file, group.letter if group else "", one.field, field.label["en"] if field else one.field, value, one.record))
    rows += [(name, "", "unsaid", "Not said", " ".join(unsaid), "") for name, unsaid in _unsaid(desk, told).items()]
    return rows


def _unsaid(desk: Desk, told: Handover) -> dict[str, list[str]]:
    """Of each original the fields under a letter of the paragraph that nobody filled in: that nothing was said is told as well."""
    lettered = {field.id for group in desk.catalogue.capture.groups if group.letter for field in group.fields if not field.sealed}
    said: dict[str, dict[str, str]] = {}
    for one in told.captures:
        said.setdefault(one.file, {})[one.field] = one.value
    withheld = dict.fromkeys(INSTANTS, "withheld")
    return {name: [one.id for one in unsaid(desk.catalogue.capture, given | withheld) if one.id in lettered] for name, given in said.items()}


def _is_table(path: str) -> bool:
    return path.startswith("data/metadata/") or path in ("data/items.csv", "data/policy.txt", "data/devices.txt", "data/tombstones.csv")


def index(desk: Desk, told: Handover, withheld: Mapping[str, int], language: str) -> Brief:
    """The case file on paper: what is in it, what was done with each original, what is withheld, and how all of it is checked."""
    return _Index(desk, told, language).brief(withheld)


class _Index:
    """The index in one language."""

    def __init__(self, desk: Desk, told: Handover, language: str) -> None:
        self._texts, self._events = desk.catalogue.texts, desk.catalogue.custody
        self._desk, self._told, self._language = desk, told, language

    def brief(self, withheld: Mapping[str, int]) -> Brief:
        told = self._told
        meta = (("day", self._day(told.day)), ("to", told.recipient), ("purpose", told.purpose), ("from", told.organisation))
        blocks: list[Block] = [Heading(1, self._say("files")), self._said("files_mean"), self._files()]
        blocks += [Heading(1, self._say("custody")), self._said("custody_means")]
        for file in told.files:
            if not file.derived_from:
                blocks += [Heading(2, self._say("custody_of", item=file.name)), self._custody(file)]
        blocks += self._captures()
        blocks += [Heading(1, self._say("withheld")), self._said("withheld_mean")]
        if withheld:
            blocks.append(Table((self._say("why"), self._say("fields")), tuple((self._why(r), str(n)) for r, n in sorted(withheld.items()))))
        digests = tuple((file.name, _grouped(file.sha256)) for file in told.files)
        blocks += [Heading(1, self._say("digests")), self._said("digests_mean"), Table((self._say("item"), "SHA-256"), digests)]
        blocks += [Heading(1, self._say("checking")), self._said("checking_means"), self._said("limits")]
        marking = self._texts.say("filing.invented", self._language) if told.marking else None
        labelled = tuple((self._say(word), text) for word, text in meta)
        return Brief(self._say("heading"), told.organisation, self._language, marking, labelled, tuple(blocks), (), True)

    def _say(self, word: str, **parts: object) -> str:
        return self._texts.say(f"casefile.index.{word}", self._language, **parts)

    def _said(self, word: str) -> Paragraph:
        return Paragraph((Sentence(self._say(word), author=Author.FORM),))

    def _day(self, day: str) -> str:
        return date_words.show(day, self._language)

    def _why(self, reason: str) -> str:
        return self._say(f"reason.{_REASONS[reason]}") if reason in _REASONS else reason

    def _files(self) -> Table:
        rows = [(f.name, f.path.removeprefix("data/"), self._what(f), size_words(f.size, self._texts, self._language)) for f in self._told.files]
        return Table((self._say("item"), self._say("file"), self._say("what"), self._say("size")), tuple(rows))

    def _what(self, file: HandedFile) -> str:
        made = self._say("made_from", item=file.derived_from) if file.derived_from else ""
        return ". ".join(filter(None, (file.title or self._say("original" if file.role == "original" else "copy"), made)))

    def _captures(self) -> list[Block]:
        """How each original was captured, and of what nothing was said, as a court reads it: a table an original."""
        form, language = self._desk.catalogue.capture, self._language
        blocks: list[Block] = []
        left = _unsaid(self._desk, self._told)
        for file in (one for one in self._told.files if one.name in left):
            said = {one.field: one for one in self._told.captures if one.file == file.name and one.field != "hash.value"}
            rows = [
                (group.letter, one.label[language], one.shown(said[one.id].value, language), said[one.id].record)
                for group in form.groups
                for one in group.fields
                if one.id in said
            ]
            rows += [("", one.field, one.value, one.record) for one in said.values() if form.field(one.field) is None]
            nothing = [
                (group.letter, "; ".join(names), self._say("captures_unsaid"), "")
                for group in form.groups
                if (names := [one.label[language] for one in group.fields if one.id in left[file.name]])
            ]
            heads = ("153", self._say("captures_field"), self._say("captures_said"), self._say("record"))
            blocks += [Heading(2, self._say("custody_of", item=file.name)), Table(heads, (*rows, *nothing))]
        return [Heading(1, self._say("captures")), self._said("captures_mean"), *blocks] if blocks else []

    def _custody(self, file: HandedFile) -> Table:
        rows = [
            (str(one.step), self._day(one.day), self._events.label(one.event, self._language), one.outcome, one.record)
            for one in self._told.events
            if one.file == file.name
        ]
        return Table(tuple(self._say(word) for word in ("step", "day", "event", "outcome", "record")), tuple(rows))


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
