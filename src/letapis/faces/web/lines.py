"""What pages say of a claim, a source or a member: words in the reader's language, ready for a template.

Templates get these values and decide nothing. Everything here was read through ``desk.reading`` by somebody who holds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from letapis.core import date_words
from letapis.core.dates import is_partial_date
from letapis.core.errors import NotFound
from letapis.core.records import Record
from letapis.core.showing import show_value
from letapis.core.standing import Level
from letapis.core.vocabulary import ValueFault
from letapis.desk import people, reading, task_words
from letapis.faces.article_words import articles
from letapis.faces.texts import texts

TONES = {Level.VERIFIED: "good", Level.CHECKED: "good", Level.OPEN: "", Level.DISPUTED: "warn", Level.RETRACTED: "bad", Level.UNCOUNTED: "bad"}
_NAMING_BODIES = frozenset({"office.body", "office.commands", "unit.parent", "unit.commands_place", "detention.place"})
"""Facts that name a body, often by its code in a register."""


@dataclass(frozen=True)
class SourceWords:
    """A source as every page names it: its code, the letter of its grade and what the letter means."""

    ident: bytes
    code: str
    grade: str
    grade_means: str


@dataclass(frozen=True)
class ClaimLine:
    """One claim in words. ``level`` is the key of a text; ``when`` is empty for a claim without dates."""

    claim: reading.ClaimView
    label: str
    value: str
    subject: str
    source: SourceWords
    basis: str
    when: str
    level: str
    tone: str
    author: str
    mine: bool


class Lines:
    """Words for one request. Names of sources and persons are read once for each dossier."""

    def __init__(self, request: Any) -> None:
        self._desk, self._reader, self.language = request.desk, request.reader, request.language
        self._sources: dict[bytes, dict[bytes, SourceWords]] = {}
        self._entities: dict[bytes, dict[bytes, str]] = {}
        self._read_as: dict[bytes, Mapping[bytes, bytes]] = {}
        self._codes: dict[bytes, str] = {}

    def say(self, key: str, **parts: object) -> str:
        return texts().say(key, self.language, **parts)

    def event(self, event: str) -> str:
        """What was done with an item of evidence; a word that this version does not know as it was recorded."""
        label: str = self._desk.catalogue.custody.label(event, self.language)
        return label

    def word(self, family: str, key: str) -> str:
        """The text of a key that stands in a record; a colleague's newer version may write one that has no text here."""
        return self.say(f"{family}.{key}") if f"{family}.{key}" in texts() else key

    def task(self, record: Record) -> str:
        """What a task says; what the program said in the reader's language."""
        return task_words.words(self._desk.catalogue, record, self.language)

    @cached_property
    def names(self) -> dict[bytes, str]:
        """Members by id."""
        return reading.member_names(self._desk, self._reader)

    def name(self, member: bytes) -> str:
        return self.names.get(member) or self.say("work.somebody")

    def device(self, name: str) -> str:
        """A device in words: whose, and what it is called; empty for one that nobody knows."""
        known = people.directory(self._desk).devices.get(name)
        return f"{self.name(known.member)} · {known.label}" if known else ""

    def code(self, dossier: bytes) -> str:
        if dossier not in self._codes:
            self._codes[dossier] = reading.dossier(self._desk, self._reader, dossier).code
        return self._codes[dossier]

    def sources(self, dossier: bytes) -> dict[bytes, SourceWords]:
        if dossier not in self._sources:
            found = reading.sources(self._desk, self._reader, dossier)
            self._sources[dossier] = {s.source: SourceWords(s.source, s.code, s.grade, self.grade(s.grade)) for s in found}
        return self._sources[dossier]

    def source(self, dossier: bytes, ident: bytes) -> SourceWords:
        return self.sources(dossier).get(ident) or SourceWords(b"", self.say("work.nobody_named"), "", "")

    def grade(self, grade: str) -> str:
        """What the letter of a grade means; F is how every source begins."""
        return next((step.label[self.language] for step in self._desk.catalogue.proof.source_grades if step.id == grade), "")

    def entities(self, dossier: bytes) -> dict[bytes, str]:
        if dossier not in self._entities:
            self._entities[dossier] = {e.entity: e.label for e in reading.entities(self._desk, self._reader, dossier)}
        return self._entities[dossier]

    def whose(self, claim: reading.ClaimView) -> str:
        """Whom a claim is about; where several entries are one person, that person and the entry it was recorded about."""
        known, read_as = self.entities(claim.dossier), self._read_as.get(claim.dossier)
        if read_as is None:
            read_as = self._read_as[claim.dossier] = reading.joined(self._desk, self._reader, claim.dossier)
        own, name = known.get(claim.subject, ""), known.get(read_as.get(claim.subject, b""), "")
        if name and name != own:
            return self.say("oneperson.recorded_as", name=name, own=own)
        return own or self.say("work.nobody_named")

    def label(self, fact: str) -> str:
        """Label of a fact; a fact of a newer vocabulary is named by its key."""
        vocabulary = self._desk.catalogue.vocabulary
        return vocabulary.fact(fact).label[self.language] if fact in vocabulary else fact

    def value(self, claim: reading.ClaimView) -> str:
        """What a claim says, in words."""
        shown = self.in_words(claim.property, claim.value)
        return f"{shown} {self.say('work.perhaps_more')}" if claim.partial else shown

    def in_words(self, fact_id: str, recorded: str) -> str:
        """A value in words; what this vocabulary cannot read is shown as it was recorded."""
        try:
            return self.shown(fact_id, self._desk.catalogue.vocabulary.parse_value(fact_id, recorded))
        except (ValueFault, NotFound):
            return recorded

    def shown(self, fact_id: str, found: Any) -> str:
        """A value that was read already, in words. Raises NotFound("vocabulary.fact") for a fact that is not known."""
        fact, register = self._desk.catalogue.vocabulary.fact(fact_id), self._desk.catalogue.register
        if fact_id in _NAMING_BODIES and found in register.entries:
            return str(register.entries[found].label[self.language])
        if fact.items == "code" and isinstance(found, tuple) and found:
            return articles(found, self.language, texts())
        return self._states(found) if fact.names_country else show_value(fact, found, self.language, texts())

    def _states(self, found: Any) -> str:
        """States by their names; a code that has none here as it was recorded."""
        names = self._desk.catalogue.templates[self.language].countries
        return ", ".join(names.get(code, code) for code in (found if isinstance(found, tuple) else (str(found),)))

    def when(self, claim: reading.ClaimView) -> str:
        """Certainty and dates of a claim in words: ``about August 2020``."""
        days = list(dict.fromkeys(self.date(day) for day in (claim.valid_from, claim.valid_to) if day))
        if not days and not (claim.value_type in ("date", "number") and claim.certainty):
            return ""
        certainty = self.word("claims.certainty", claim.certainty) if claim.certainty and claim.certainty != "exact" else ""
        return " ".join(part for part in (certainty, " – ".join(days)) if part)

    def date(self, text: str) -> str:
        return date_words.show(text, self.language) if is_partial_date(text) else text

    def line(self, claim: reading.ClaimView) -> ClaimLine:
        return ClaimLine(
            claim,
            self.label(claim.property),
            self.value(claim),
            self.whose(claim),
            self.source(claim.dossier, claim.source),
            self.word("claims.basis", claim.basis),
            self.when(claim),
            f"claims.level.{claim.level.name.lower()}",
            TONES[claim.level],
            self.name(claim.author),
            claim.author == self._reader.member,
        )

    def lines(self, claims: Iterable[reading.ClaimView]) -> list[ClaimLine]:
        return [self.line(claim) for claim in claims]


@dataclass(frozen=True)
class Part:
    """One part of a long list: what is shown, the number of this part, and the parts beside it (0: none)."""

    shown: Sequence[Any]
    number: int
    count: int
    before: int
    after: int


def part_of(items: Sequence[Any], asked: str, size: int) -> Part:
    """The part that ``?page=`` asks for; a number that is none, or too high, is the nearest part there is."""
    count = max(1, -(-len(items) // size))
    number = min(count, max(1, int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1))
    return Part(items[(number - 1) * size : number * size], number, count, number - 1, number + 1 if number < count else 0)
