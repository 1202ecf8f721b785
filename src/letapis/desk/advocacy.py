"""The advocacy log: meetings, requests and promises of governments and bodies on a person or an issue, and what followed.

An entry of a dossier stands in its working compartment; one of no dossier in the organisation's.
"""

from dataclasses import dataclass
from typing import Final

from letapis.core import advocacy as rules
from letapis.core.access import Reader
from letapis.core.advocacy import Entry, Kind, Link, Open
from letapis.core.dates import is_partial_date
from letapis.core.errors import UsageError
from letapis.core.records import Value
from letapis.desk import items, reading
from letapis.desk.dossiers import require_text
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk

_LIMIT: Final = 5000


@dataclass(frozen=True)
class EntryForm:
    """Who was spoken to (a government or body), about whom or what, what was said; ``answers``: the entry that this one follows."""

    kind: str
    day: str
    body: str
    text: str
    person: str = ""
    issue: str = ""
    due: str = ""
    answers: bytes = b""


@dataclass(frozen=True)
class Log:
    """Entries that the reader holds: as chains, the promises that nothing followed, and each entry by its id."""

    chains: tuple[tuple[Link, ...], ...]
    open: tuple[Open, ...]
    items: dict[bytes, reading.ItemView]


def add(desk: Desk, reader: Reader, form: EntryForm, dossier: bytes = b"") -> bytes:
    """Record an entry, of a dossier or of the organisation. Returns its id. Raises UsageError for a word or date that is none,
    NotFound for a forerunner that is not theirs."""
    compartment = reading.dossier(desk, reader, dossier).work if dossier else common_compartment(desk, "ORG")
    return items.new(desk, "advocacy", compartment, {"dossier": dossier, **_body(desk, reader, form), "state": "current"})


def change(desk: Desk, reader: Reader, ident: bytes, form: EntryForm, seen: tuple[bytes, ...] = ()) -> None:
    """Say an entry anew. ``seen``: the versions that were on the page."""
    entry(desk, reader, ident)
    items.change(desk, reader, "advocacy", ident, _body(desk, reader, form), seen)


def _body(desk: Desk, reader: Reader, form: EntryForm) -> dict[str, Value]:
    if form.kind not in set(Kind):
        raise UsageError("advocacy.kind")
    if not is_partial_date(form.day):
        raise UsageError("advocacy.day")
    if form.due and (form.kind != Kind.PROMISE or not is_partial_date(form.due)):
        raise UsageError("advocacy.due")
    if form.answers:
        entry(desk, reader, form.answers)
    told = {"body": require_text(form.body, "advocacy.body"), "text": require_text(form.text, "advocacy.text", 8000)}
    if max(len(form.person), len(form.issue)) > 200:
        raise UsageError("advocacy.about")
    told |= {"person": form.person.strip(), "issue": form.issue.strip(), "kind": form.kind, "day": form.day, "due": form.due}
    return {**told, "answers": form.answers}


def entry(desk: Desk, reader: Reader, ident: bytes) -> reading.ItemView:
    return reading.item(desk, reader, ident, "advocacy")


def log(desk: Desk, reader: Reader, dossier: bytes = b"", about: str = "") -> Log:
    """Of one dossier, or everything that the reader holds; ``about``: only chains in which this person or issue is named."""
    if dossier:
        reading.dossier(desk, reader, dossier)
    known = {item.item: item for item in reading.items(desk, reader, "advocacy", dossier=dossier, limit=_LIMIT)}
    entries = [_entry(item) for item in known.values()]
    chains, promises = rules.chains(entries), rules.open_promises(entries, desk.clock().date())
    wanted = about.strip().casefold()
    if wanted:
        chains = tuple(chain for chain in chains if any(_names(known[link.entry.ident], wanted) for link in chain))
        shown = {link.entry.ident for chain in chains for link in chain}
        promises = tuple(one for one in promises if one.entry.ident in shown)
    return Log(chains, promises, known)


def chain_of(desk: Desk, reader: Reader, ident: bytes) -> Log:
    """The one chain in which an entry stands."""
    entry(desk, reader, ident)
    whole = log(desk, reader)
    chain = next(chain for chain in whole.chains if any(link.entry.ident == ident for link in chain))
    members = {link.entry.ident for link in chain}
    return Log((chain,), tuple(one for one in whole.open if one.entry.ident in members), whole.items)


def _entry(item: reading.ItemView) -> Entry:
    return Entry(item.item, item.about, item.text("kind"), item.text("day"), item.text("due"))


def _names(item: reading.ItemView, wanted: str) -> bool:
    return any(wanted in item.text(name).casefold() for name in ("person", "issue"))
