"""The rows of the cutting form: several claims from one passage in one go, and nothing typed is ever lost.

A row begins with the property that somebody chose; the control for its value follows the type of the fact. The form keeps its rows
between two requests in its own fields, so that adding a row needs no script.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from letapis.core.dates import Certainty, is_partial_date
from letapis.core.showing import member_label
from letapis.core.vocabulary import LIST_SEPARATOR, Fact, FactType, ValueFault, Vocabulary
from letapis.desk.claims import Cut
from letapis.faces.texts import texts

MOST_ROWS: Final = 7  # the page of the fullest form stays within 60 KB; more are cut in a second go
_PARTS: Final = ("valid_from", "valid_to", "certainty", "subject")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")


@dataclass
class Row:
    """One claim in the making. ``picked`` are the ticked members of a list; ``errors`` maps a field to the key of a text."""

    number: int
    fact: Fact
    language: str
    value: str = ""
    picked: list[str] = field(default_factory=list)
    none: bool = False
    partial: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    options: list[tuple[str, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.fact.label[self.language]

    @property
    def question(self) -> str:
        return self.fact.question[self.language]

    @property
    def control(self) -> str:
        """Which control the template shows: bool, number, date, text, choice, many or words (a list of free items)."""
        if self.fact.type is FactType.LIST:
            return "many" if self.options else "words"
        return "choice" if self.fact.type is FactType.ENUM else str(self.fact.type)

    @property
    def unit(self) -> str:
        """``days`` after the number field; the words come from the unit's own sentence."""
        key = f"vocabulary.unit.{self.fact.unit}"
        return texts().say(key, self.language, number="").strip() if self.fact.unit and key in texts() else ""

    def typed(self) -> str:
        """The value as the vocabulary reads it."""
        return LIST_SEPARATOR.join(self.picked) if self.control == "many" else self.value

    def check(self, vocabulary: Vocabulary) -> bool:
        """Find what is wrong before anything is recorded. An empty list is said on purpose or not at all."""
        empty_list = self.fact.type is FactType.LIST and not self.typed().strip()
        if empty_list and not self.none:
            self.errors["value"] = "cutting.list_empty"
        else:
            try:
                vocabulary.parse_value(self.fact.id, self.typed())
            except ValueFault as fault:
                self.errors["value"] = f"errors.{fault.code}"
        for name in ("valid_from", "valid_to"):
            if self.parts[name] and not is_partial_date(self.parts[name]):
                self.errors[name] = "errors.claims.date"
        if self.parts["certainty"] and self.parts["certainty"] not in set(Certainty):
            self.errors["certainty"] = "errors.claims.certainty"
        return not self.errors

    def cut(self, common: Mapping[str, Any]) -> Cut:
        subject = self.parts["subject"]
        told: dict[str, Any] = {**common, **{name: self.parts[name] for name in ("valid_from", "valid_to", "certainty")}}
        if re.fullmatch("[0-9a-f]{32}", subject):
            told["subject"] = bytes.fromhex(subject)
        return Cut(property=self.fact.id, value=self.typed(), partial=self.partial, **told)


def new_row(catalogue: Any, number: int, fact: Fact, language: str) -> Row:
    return Row(number, fact, language, parts=dict.fromkeys(_PARTS, ""), options=_options(catalogue, fact, language))


def _options(catalogue: Any, fact: Fact, language: str) -> list[tuple[str, str]]:
    """Members that can be picked, with labels: those of the fact, or the known scopes and mechanisms."""
    if fact.members:
        return [(member.key, member_label(fact, member.key, language)) for member in fact.members]
    if fact.items == "scope":
        return [(scope.id, scope.label[language]) for scope in catalogue.consent.scopes.values()]
    return [(name, name) for name in sorted(catalogue.vocabulary.lists.get(fact.items, ()))]


def read_rows(catalogue: Any, posted: Any, language: str, most: int = MOST_ROWS) -> list[Row]:
    """The rows that a form carried, without the one that its button drops."""
    rows, dropped = [], posted.get("drop", "")
    for number in posted.getlist("row")[:most]:
        fact = catalogue.vocabulary.facts.get(posted.get(f"property-{number}", ""))
        if fact is None or number == dropped or not number.isdecimal():
            continue
        row = new_row(catalogue, int(number), fact, language)
        row.value, row.picked = posted.get(f"value-{number}", "").strip(), posted.getlist(f"pick-{number}")
        row.none, row.partial = posted.get(f"none-{number}") == "yes", posted.get(f"partial-{number}") == "yes"
        row.parts = {name: _plain_date(posted.get(f"{name}-{number}", "").strip()) for name in _PARTS}
        rows.append(row)
    return rows


def _plain_date(text: str) -> str:
    """``9.8.2020`` as it is written here, so that a date may be typed as people write it."""
    parts = _DAY_FIRST.match(text) if text.isascii() else None
    return f"{parts[3]}-{int(parts[2]):02}-{int(parts[1]):02}" if parts else text


def find_fact(vocabulary: Vocabulary, typed: str, language: str) -> Fact | None:
    """The fact that somebody chose from the list or typed: its label in any language, or its key."""
    folded = typed.strip().casefold()
    if not folded:
        return None
    for label, fact in facts_by_label(vocabulary, language).items():
        if label.casefold() == folded:
            return fact
    return next((f for f in vocabulary.facts.values() if folded == f.id or folded in {label.casefold() for label in f.label.values()}), None)


def facts_by_label(vocabulary: Vocabulary, language: str) -> dict[str, Fact]:
    """Every fact under a label that is its own: where two facts share one, the kind follows in brackets."""
    seen: dict[str, list[Fact]] = {}
    for fact in vocabulary.facts.values():
        seen.setdefault(fact.label[language], []).append(fact)
    kinds = {group.id: group.label[language] for group in vocabulary.groups}
    return {label if len(facts) == 1 else f"{label} ({kinds[fact.group]})": fact for label, facts in seen.items() for fact in facts}


def groups_of(vocabulary: Vocabulary, language: str) -> list[tuple[str, list[str]]]:
    """Labels in the order of their kinds, for the list of suggestions. The kind itself is not shown: Firefox would show it in place of the label."""
    labels = {fact.id: label for label, fact in facts_by_label(vocabulary, language).items()}
    return [(group.label[language], [labels[fact] for fact in group.facts]) for group in vocabulary.groups]


# ---- the whole form --------------------------------------------------------------------------------------------------


@dataclass
class CuttingForm:
    """Rows with what they share. ``wanted`` is what stands in the field for the next row; ``fault`` is about the whole form."""

    rows: list[Row]
    source: str = ""
    basis: str = ""
    subject: str = ""
    circle: str = ""
    evidence: str = ""
    page: str = ""
    time_code: str = ""
    own: bool = False
    wanted: str = ""
    wanted_error: str = ""
    fault: tuple[str, ...] = ()
    whom: Any = None

    @property
    def looks(self) -> bool:
        """Somebody is looked for by name, in a dossier with many: nothing is recorded until one is chosen."""
        return bool(self.whom and self.whom.error)

    @property
    def wrong(self) -> bool:
        return bool(self.fault or self.wanted_error or any(row.errors for row in self.rows))

    def common(self) -> dict[str, Any]:
        """What every claim of the form inherits, for ``Cut``."""
        named = {"source": self.source, "subject": self.subject, "evidence": self.evidence}
        ids = {name: bytes.fromhex(text) for name, text in named.items() if re.fullmatch("[0-9a-f]{32}", text)}
        return {**ids, "basis": self.basis, "circle": self.circle, "page": self.page, "time_code": self.time_code}


def read_form(catalogue: Any, posted: Any, language: str) -> CuttingForm:
    told = {name: posted.get(name, "").strip() for name in ("source", "basis", "subject", "circle", "evidence", "page", "time_code")}
    return CuttingForm(read_rows(catalogue, posted, language), **told, own=posted.get("own") == "yes", wanted=posted.get("property", ""))


def take_property(catalogue: Any, form: CuttingForm, language: str) -> None:
    """Turn the property that stands in its field into a row; say so when it names nothing we know."""
    if not form.wanted.strip():
        if not form.rows:
            form.wanted_error = "cutting.choose"
        return
    fact = find_fact(catalogue.vocabulary, form.wanted, language)
    if fact is None:
        form.wanted_error = "cutting.unknown"
    elif len(form.rows) >= MOST_ROWS:
        form.wanted_error = "cutting.too_many"
    else:
        form.rows.append(new_row(catalogue, 1 + max((row.number for row in form.rows), default=0), fact, language))
        form.wanted = ""


def is_complete(catalogue: Any, form: CuttingForm) -> bool:
    """All rows can be recorded. Every row is looked at, so that everything wrong is shown at once."""
    return all([row.check(catalogue.vocabulary) for row in form.rows])
