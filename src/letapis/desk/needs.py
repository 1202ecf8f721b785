"""Record what a person or a family needs, apart from the case: own compartment, last day, nothing that a raid could use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.needs import ASKED, MAX_TEXT, STATES, is_over, too_much
from letapis.core.periods import months_on
from letapis.core.records import Value
from letapis.desk import apart, items, reading
from letapis.desk.opening import Desk


@dataclass(frozen=True)
class NeedForm:
    """One need of a source or a person of the dossier. ``until`` is a day; empty: as long as needs are usually kept."""

    party: bytes
    code: str
    text: str = ""
    until: str = ""


@dataclass(frozen=True)
class NeedsView:
    """The needs of a dossier that this reader holds, and which of them are past their day: those are no longer shown."""

    current: list[reading.ItemView]
    over: list[bytes]
    holders: frozenset[bytes]


def usual_day(desk: Desk) -> str:
    """Until when a need of today is kept unless somebody says otherwise."""
    return months_on(desk.clock().date(), desk.catalogue.needs.months).isoformat()


def add_need(desk: Desk, reader: Reader, dossier: bytes, form: NeedForm, others: Sequence[bytes] = ()) -> bytes:
    """Keep a need where only this member and ``others`` read it. Returns its id.

    Raises UsageError for a code, a day or a party that is none, Refused for a text that tells an amount, an account or a contact.
    """
    parties = {s.source for s in reading.sources(desk, reader, dossier)} | {e.entity for e in reading.entities(desk, reader, dossier)}
    if form.party not in parties:
        raise UsageError("needs.party")
    if form.code not in desk.catalogue.needs.labels:
        raise UsageError("needs.code")
    body: dict[str, Value] = {"dossier": dossier, "party": form.party, "code": form.code, "text": _checked(form.text), "state": ASKED}
    body["until"] = _last_day(desk, form.until)
    return items.new(desk, "need", apart.open_apart(desk, reader, dossier, "SUPPORT", others), body)


def mark_need(desk: Desk, reader: Reader, need: bytes, state: str, seen: tuple[bytes, ...] = ()) -> None:
    """Say how far a need is. ``seen``: the versions that were on the page. Raises NotFound for one that is not theirs, that a stranger planted,
    or whose day has passed."""
    if state not in STATES:
        raise UsageError("needs.state")
    known = apart.kept(desk, reader, reading.item(desk, reader, need, "need"), "SUPPORT")
    if is_over(known.text("until"), desk.clock().date()):
        raise NotFound("reading.not_found")
    items.change(desk, reader, "need", need, {"state": state}, seen)


def needs(desk: Desk, reader: Reader, dossier: bytes) -> NeedsView:
    """What is needed in a dossier, what is named for erasure, and who else can read it. Raises NotFound for a dossier of others."""
    compartment = apart.find_apart(desk, reader, dossier, "SUPPORT")
    places = set(apart.held(desk, reader, dossier, "SUPPORT"))
    found = [one for one in reading.items(desk, reader, "need", dossier=dossier) if one.compartment in places]
    today = desk.clock().date()
    over = [one.item for one in found if is_over(one.text("until"), today)]
    holders = reading.holders(desk, compartment) if compartment else frozenset[bytes]()
    return NeedsView([one for one in found if one.item not in set(over)], over, holders)


def _checked(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > MAX_TEXT:
        raise UsageError("needs.text")
    told = too_much(words)
    if told:
        raise Refused(f"needs.tells_{told}")
    return words


def _last_day(desk: Desk, until: str) -> str:
    """Raises UsageError for what is no day, lies in the past, or is further away than a need may be kept."""
    today, longest = desk.clock().date(), desk.catalogue.needs.longest_months
    try:
        day = date.fromisoformat(until or usual_day(desk))
    except ValueError:
        raise UsageError("needs.until") from None
    if not today <= day <= months_on(today, longest):
        raise UsageError("needs.until")
    return day.isoformat()
