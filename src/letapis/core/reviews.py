"""A monthly review: the records below frozen log sizes, and the numbers that follow from them and from nothing else.

Whoever holds the same records gets the same numbers, whatever was recorded, disputed or removed afterwards.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from letapis.core import figures
from letapis.core.consent import Consent, ConsentScopes
from letapis.core.dates import bounds, is_partial_date
from letapis.core.directory import ENTRIES, fold_directory
from letapis.core.errors import Damaged
from letapis.core.figures import Rules, Told
from letapis.core.fold import DossierState, fold, rulings_of
from letapis.core.membership import Directory
from letapis.core.records import Record
from letapis.core.standing import Level, live_rulings
from letapis.core.vocabulary import Vocabulary, canonical_value, value_of_fields

NEEDED: Final = ENTRIES | {"dossier", "entity", "source", "claim", "evidence", "consent", "decision", "figure"}
"""Types of records that a count may depend on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a review: counted by a rule, or in force as a published figure."""

    kind: str
    rule: str
    day: str
    value: int
    silent: int
    withheld: int

    def to_text(self) -> str:
        return f"{self.kind} {self.rule} {self.day} {self.value} {self.silent} {self.withheld}"


COUNTED: Final = "counted"
PUBLISHED: Final = "published"


def read_line(text: str) -> Line:
    """Raises Damaged for a text that is no line of a review."""
    words = text.split(" ")
    if len(words) != 6 or not all(word.isascii() and word.isdecimal() for word in words[3:]):
        raise Damaged("reviews.line")
    return Line(words[0], words[1], words[2], *(int(word) for word in words[3:]))


@dataclass(frozen=True)
class Knowledge:
    """What counting reads beside the records."""

    rules: Rules
    scopes: ConsentScopes
    vocabulary: Vocabulary


def month_end(month: str, today: date) -> date | None:
    """The day as of which a month is counted: its last, or today while it runs; None for what is no month or has not begun."""
    if len(month) != 7 or not is_partial_date(month) or bounds(month)[0] > today:
        return None
    return min(bounds(month)[1], today)


def below(records: Iterable[Record], sizes: Mapping[str, int]) -> list[Record]:
    """The records that stood in their device's log below its frozen size."""
    return [record for record in records if record.header.seq < sizes.get(record.header.device, 0)]


def digest(records: Iterable[Record]) -> bytes:
    """One value for a set of records."""
    return hashlib.sha256(b"".join(sorted({record.ref for record in records}))).digest()


def recount(records: Sequence[Record], root: bytes, known: Knowledge, day: date, organisation: bytes) -> tuple[Line, ...]:
    """The lines of a review from ``records`` alone, with the directory as they have it. ``organisation``: where published figures stand."""
    directory = fold_directory(records, root)
    state = fold((record for record in records if record.type != "figure"), directory, known.vocabulary)
    told, consents = told_of(state, known), _consents(state, known, day)
    lines = []
    for rule in known.rules.rules.values():
        made = figures.count(rule, told, day, consents)
        lines.append(Line(COUNTED, rule.id, day.isoformat(), made.value, len(made.silent), made.withheld))
    return (*lines, *_published(records, directory, day, organisation))


def told_of(state: DossierState, known: Knowledge) -> list[Told]:
    """What a folded state tells a count: claims of persons that stand and were not replaced."""
    persons = {ident for ident, entity in state.entities.items() if entity.text("kind") == "person"}
    found = []
    for claim in state.claims.values():
        said, standing = claim.said, claim.standing
        if said.property in known.rules.facts and said.subject in persons and not standing.replaced_by and standing.level >= Level.OPEN:
            source = state.sources.get(said.source)
            is_state = source is not None and source.kind == "authority"
            value = value_of_fields(known.vocabulary.facts[said.property], claim.record.body)
            words = canonical_value(value) if value is not None else ""
            day = claim.record.header.recorded[:10]
            found.append(Told(said.subject, said.property, words, said.valid_from, day, standing.level, said.source, is_state))
    return found


def _consents(state: DossierState, known: Knowledge, day: date) -> figures.Consents:
    wanted = {known.rules.counts_scope, known.rules.names_scope}
    answers = [_answer(order, r) for order, r in enumerate(sorted(state.consents.values(), key=_age)) if r.text("scope") in wanted]
    return figures.consents_of(known.rules, known.scopes, answers, day)


def _answer(order: int, r: Record) -> Consent:
    told = {name: r.text(name) for name in ("scope", "answer", "recipient", "expires", "reason")}
    return Consent(r.ref, r.raw("party"), taken=r.text("taken") or r.header.recorded[:10], order=order, surrogate=r.flag("surrogate"), **told)


def _age(record: Record) -> tuple[str, int, bytes]:
    return (record.header.recorded, record.header.seq, record.ref)


def _published(records: Iterable[Record], directory: Directory, day: date, organisation: bytes) -> list[Line]:
    """Figures in force on the day: approved by two others, the last of each rule, without those that were corrected."""
    decided = [record for record in records if record.type == "decision" and record.text("kind") in ("approve", "withdraw")]
    live = live_rulings(ruling for record in decided for ruling in rulings_of(record, directory))
    proposed = [r for r in records if r.type == "figure" and r.header.compartment == organisation and r.text("day") <= day.isoformat()]
    found = []
    for record in sorted(proposed, key=_age):
        approvers = {r.member for r in live.get(record.ref, ()) if r.kind == "approve"}
        if figures.is_published(directory.member_of(record.header.device) or b"", approvers):
            found.append(record)
    corrected = {record.raw("corrects") for record in found} - {b""}
    last = {r.text("rule"): r for r in sorted(found, key=lambda r: (r.text("day"), _age(r))) if r.raw("figure") not in corrected}
    return [_line(record) for _, record in sorted(last.items())]


def _line(r: Record) -> Line:
    return Line(PUBLISHED, r.text("rule"), r.text("day"), r.number("value"), len(r.raw("silent")) // 16, r.number("withheld"))
