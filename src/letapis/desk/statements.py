"""Public statements of organisations: what they decided, on which ground, what they demand, who signed, and the words in each language.

A statement stands in a dossier's own compartment until somebody proposes it for the public. One that serves several persons stands in each of
their dossiers under the same id, and is written anew in all of them together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from letapis.core import recognition as rules
from letapis.core.access import Reader
from letapis.core.errors import NotFound, UsageError
from letapis.core.language import LANGUAGES
from letapis.core.published import Statement
from letapis.core.records import Record, Value
from letapis.desk import items, ledger, reading
from letapis.desk.opening import Desk

STATEMENT: Final = "joint_statement"
LIMIT: Final = 10_000
NAME: Final = 300


@dataclass(frozen=True)
class StatementForm:
    """A public statement as it is typed: titles and texts by language, who signed, one organisation each, and where it can be read."""

    day: str
    outcome: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    signatories: tuple[str, ...]
    ground: str = ""
    link: str = ""


def write(desk: Desk, reader: Reader, dossier: bytes, form: StatementForm, statement: bytes = b"", seen: tuple[bytes, ...] = ()) -> bytes:
    """Write down a statement, or ``statement`` anew in every dossier of the reader's that has it. Returns its id, the same everywhere.
    ``seen``: the versions of this dossier's copy that the form was made from.

    Raises UsageError for a day, an outcome, a ground or a link that is none, for no signatories, and for a language with a title and no text.
    """
    home, body = reading.dossier(desk, reader, dossier), _body(desk, form)
    if not statement:
        statement = desk.randomness(16)
        items.new(desk, STATEMENT, home.work, body | {"dossier": dossier, "statement": statement})
        return statement
    copies = reading.items(desk, reader, STATEMENT, parent=statement, limit=LIMIT)
    if dossier not in {one.dossier for one in copies}:
        raise NotFound("reading.not_found")
    emptied: dict[str, Value] = dict.fromkeys(("ground", "demand", "link"), "")
    drafts = [items.changed(desk, reader, STATEMENT, one.item, emptied | body, seen if one.dossier == dossier else ()) for one in copies]
    ledger.append(desk, drafts)
    return statement


def _body(desk: Desk, form: StatementForm) -> dict[str, Value]:
    if form.outcome not in rules.OUTCOMES:
        raise UsageError("recognition.outcome", ", ".join(rules.OUTCOMES))
    ground, demand = ground_and_demand(desk, form.outcome, form.ground)
    signed = tuple(dict.fromkeys(" ".join(name.split()) for name in form.signatories if name.strip()))
    if not signed or any(len(name) > NAME for name in signed):
        raise UsageError("recognition.signatories")
    titles, texts = (tuple(told.get(lang, "").strip() for lang in LANGUAGES) for told in (form.titles, form.texts))
    if not any(titles) or any(bool(title) != bool(text) for title, text in zip(titles, texts, strict=True)):
        raise UsageError("recognition.titles")
    if any(len(title) > NAME for title in titles) or any(len(text) > items.MAX_TEXT for text in texts):
        raise UsageError("recognition.too_long")
    link = form.link.strip()
    if link and (not link.startswith("https://") or len(link) > NAME or any(letter.isspace() for letter in link)):
        raise UsageError("recognition.link")
    body: dict[str, Value] = {"day": past_day(desk, form.day), "outcome": form.outcome, "ground": ground, "demand": demand, "link": link}
    return body | {"signatories": signed, "titles": titles, "texts": texts, "state": "written"}


def choose(desk: Desk, reader: Reader, dossier: bytes, statement: bytes) -> None:
    """Use a statement of another dossier of the reader's in this one too. One that is here already stays. Raises NotFound for none."""
    home, copies = reading.dossier(desk, reader, dossier), reading.items(desk, reader, STATEMENT, parent=statement, limit=LIMIT)
    if not copies:
        raise NotFound("reading.not_found")
    if dossier not in {one.dossier for one in copies}:
        body = {name: value for name, value in copies[0].record.body.items() if name not in ("after", "copy")}
        items.new(desk, STATEMENT, home.work, body | {"dossier": dossier})


def in_dossier(desk: Desk, reader: Reader, dossier: bytes) -> list[Statement]:
    """The statements of a dossier as they would stand in public, the oldest first."""
    reading.dossier(desk, reader, dossier)
    return [read(one.record) for one in reading.items(desk, reader, STATEMENT, dossier=dossier, limit=LIMIT)]


def copy(desk: Desk, reader: Reader, dossier: bytes, statement: bytes) -> reading.ItemView:
    """The record of a statement in a dossier, with its versions. Raises NotFound for none."""
    reading.dossier(desk, reader, dossier)
    found = reading.items(desk, reader, STATEMENT, dossier=dossier, parent=statement)
    if not found:
        raise NotFound("reading.not_found")
    return found[0]


def served(desk: Desk, reader: Reader, statement: bytes) -> int:
    """In how many dossiers of the reader's a statement stands."""
    return len({one.dossier for one in reading.items(desk, reader, STATEMENT, parent=statement, limit=LIMIT)})


def elsewhere(desk: Desk, reader: Reader, dossier: bytes) -> list[Statement]:
    """Statements of the reader's other dossiers that are not in this one, each once, the newest first."""
    here = {one.statement for one in in_dossier(desk, reader, dossier)}
    found = {one.parent.hex(): one for one in reading.items(desk, reader, STATEMENT, limit=LIMIT)}
    return [read(one.record) for ident, one in reversed(found.items()) if ident not in here]


def read(record: Record) -> Statement:
    """A statement as it would stand in public."""
    titles, texts = ({lang: words for lang, words in zip(LANGUAGES, record.texts(name), strict=False) if words} for name in ("titles", "texts"))
    day, outcome, ground, demand, link = (record.text(name) for name in ("day", "outcome", "ground", "demand", "link"))
    return Statement(record.raw("statement").hex(), day, outcome, ground, demand, record.texts("signatories"), titles, texts, link)


def past_day(desk: Desk, day: str) -> str:
    """A whole day up to today; today where none is given. Raises UsageError("recognition.day")."""
    today = desk.clock().date()
    try:
        on = date.fromisoformat(day) if day else today
    except ValueError:
        raise UsageError("recognition.day") from None
    if on > today or (day and len(day) != 10):
        raise UsageError("recognition.day")
    return on.isoformat()


def ground_and_demand(desk: Desk, outcome: str, ground: str) -> tuple[str, str]:
    """Ground and demand that go with an outcome: where it has a demand of its own that one, else that of the ground; none where nobody is
    recognised. Raises UsageError("recognition.ground")."""
    if outcome not in rules.RECOGNISES:
        return "", ""
    grounds, outcomes = (desk.catalogue.reference[name].entries for name in ("recognition-grounds", "recognition-statuses"))
    if ground not in grounds:
        raise UsageError("recognition.ground", ", ".join(grounds))
    return ground, outcomes[outcome].more.get("demand") or grounds[ground].more["demand"]
