"""The lines that a note proposes, as rows of one form: take, change or skip each, and nothing typed is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.dates import Certainty
from letapis.core.proposals import Proposal
from letapis.core.records import BASES
from letapis.core.showing import show_value
from letapis.desk import proposals, reading
from letapis.desk.proposals import Chosen
from letapis.faces.texts import texts
from letapis.faces.web.choosing import is_many, whom
from letapis.faces.web.cutting import Row, new_row, read_rows
from letapis.faces.web.lines import Lines

SHOWN: Final = 10  # rows on a page; the page of a long note stays within 60 KB
_FEW: Final = 8


@dataclass
class Line:
    """One proposal on the page: its words with those that led to it marked, and the row in which it can be changed."""

    proposal: Proposal
    row: Row
    key: str
    pieces: list[tuple[str, bool]]
    shown: str
    when: str
    decision: str = ""
    undecided: bool = False

    @property
    def open(self) -> bool:
        return bool(self.row.errors or self.undecided)


@dataclass
class ProposedForm:
    """The rows with what they share. ``fault``: keys of texts about the whole form."""

    lines: list[Line]
    more: int = 0
    source: str = ""
    basis: str = ""
    subject: str = ""
    fault: tuple[str, ...] = ()
    whom: Any = None

    @property
    def looks(self) -> bool:
        """Somebody is looked for by name, in a dossier with many: nothing is recorded until one is chosen."""
        return bool(self.whom and self.whom.error)

    @property
    def wrong(self) -> bool:
        return bool(self.fault or any(line.open for line in self.lines))


def build(request: Any, note: reading.NoteView, found: Sequence[Proposal]) -> ProposedForm:
    """The form as it is first shown."""
    words = Lines(request)
    lines = [_line(request, words, note, number, one) for number, one in enumerate(found[:SHOWN], 1)]
    asked = None if note.subject else whom(request, note.dossier)
    return ProposedForm(lines, len(found) - len(lines), note.source.hex(), note.basis, note.subject.hex(), whom=asked)


def read(request: Any, note: reading.NoteView, found: Sequence[Proposal]) -> ProposedForm:
    """The form as it was sent. A row whose proposal is gone (a colleague was quicker, or it was sent twice) is left out."""
    posted, words, catalogue = request.POST, Lines(request), request.desk.catalogue
    known = {proposals.key(one): one for one in found}
    lines = []
    for row in read_rows(catalogue, posted, request.language, SHOWN):
        one = known.get(posted.get(f"key-{row.number}", ""))
        if one is None or one.property != row.fact.id:
            continue
        line = _line(request, words, note, row.number, one)
        changed = _typed(row) != _typed(line.row)
        line.row, line.decision = row, posted.get(f"do-{row.number}", "")
        line.undecided = changed and line.decision not in ("accept", "skip")
        lines.append(line)
    source, basis, subject = (posted.get(name, "") or own for name, own in _anchor(note).items())
    asked = None if note.subject else whom(request, note.dossier)
    subject = asked.read(posted) if asked else subject
    return ProposedForm(lines, max(0, len(found) - len(lines)), source, basis, subject, whom=asked)


def decided(form: ProposedForm, catalogue: Any) -> tuple[list[Chosen], list[str]]:
    """What was taken, with its changes, and the keys of what was skipped. What is wrong is marked in its row."""
    taken = [line for line in form.lines if line.decision == "accept"]
    ready = [line for line in taken if line.row.check(catalogue.vocabulary)]
    return [_chosen(form, line) for line in ready], [line.key for line in form.lines if line.decision == "skip"]


def context(request: Any, note: reading.NoteView, form: ProposedForm) -> dict[str, Any]:
    """What the template needs beside the rows: choices, and which of the shared fields the note itself leaves open."""
    lines = Lines(request)
    subjects = [] if form.whom or is_many(request, note.dossier) else [(one.hex(), label) for one, label in lines.entities(note.dossier).items()]
    return {
        "proposed": form,
        "subjects": subjects,
        "rows_choose_subject": 1 < len(subjects) <= _FEW,
        "certainties": [(str(one), f"claims.certainty.{one}") for one in Certainty],
        "open_source": [] if note.source else [(one.hex(), source.code) for one, source in lines.sources(note.dossier).items()],
        "open_subject": [] if note.subject else subjects,
        "open_basis": [] if note.basis else [(basis, f"claims.basis.{basis}") for basis in BASES],
    }


def _anchor(note: reading.NoteView) -> dict[str, str]:
    return {"source": note.source.hex(), "basis": note.basis, "subject": note.subject.hex()}


def _typed(row: Row) -> tuple[object, ...]:
    return row.typed(), row.parts["valid_from"], row.parts["valid_to"], row.parts["certainty"], row.parts["subject"]


def _chosen(form: ProposedForm, line: Line) -> Chosen:
    ids = {name: bytes.fromhex(text) for name, text in (("source", form.source), ("subject", form.subject)) if len(text) == 32 and _is_hex(text)}
    cut = line.row.cut({**ids, "basis": line.proposal.basis or form.basis})
    return Chosen(line.proposal.start, line.proposal.end, cut)


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in text)


def _line(request: Any, words: Lines, note: reading.NoteView, number: int, one: Proposal) -> Line:
    catalogue = request.desk.catalogue
    fact = catalogue.vocabulary.fact(one.property)
    row = new_row(catalogue, number, fact, request.language)
    row.value, row.partial = one.value, one.partial
    row.picked = one.value.split("; ") if row.control == "many" else []
    row.parts = {**row.parts, "valid_from": one.valid_from, "valid_to": one.valid_to, "certainty": one.certainty}
    shown = show_value(fact, catalogue.vocabulary.parse_value(one.property, one.value), request.language, texts())
    return Line(one, row, proposals.key(one), _pieces(note.text, one), shown, _when(words, one))


def _when(words: Lines, one: Proposal) -> str:
    certainty = words.word("claims.certainty", one.certainty) if one.certainty else ""
    days = [words.date(day) for day in (one.valid_from, one.valid_to) if day]
    until = f"{words.say('proposals.until')} " if one.valid_to and not one.valid_from else ""
    return " ".join(part for part in (certainty, until + " – ".join(days)) if part.strip())


def _pieces(text: str, one: Proposal) -> list[tuple[str, bool]]:
    """The sentence with the words that led to the proposal marked."""
    pieces, at = [], one.start
    for start, end in one.words:
        if start < at:
            start = at
        if end <= start:
            continue
        pieces.extend([(text[at:start], False), (text[start:end], True)])
        at = end
    return [piece for piece in [*pieces, (text[at : one.end], False)] if piece[0]]
