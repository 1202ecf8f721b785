"""The register of letters: sent, arrived, answered, returned. What a letter says is kept only if somebody wants it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.dates import is_partial_date
from letapis.core.errors import UsageError
from letapis.core.letters import RETURNED, Address, Advice, Days, Silence, addresses, advice_for, out_of_order, silences, state_of, types_of
from letapis.core.records import Value
from letapis.desk import items, reading
from letapis.desk.opening import Desk

_DAYS: Final = ("sent", "arrived", "answered", "returned")
_LONGEST: Final = 300


@dataclass(frozen=True)
class LetterForm:
    """What is known of a letter. ``place``: code of a facility, its name or its nickname; ``reason``: a key of RETURNED."""

    subject: bytes
    place: str = ""
    sent: str = ""
    arrived: str = ""
    answered: str = ""
    returned: str = ""
    reason: str = ""
    text: str = ""


def add_letter(desk: Desk, reader: Reader, dossier: bytes, form: LetterForm) -> bytes:
    """Record a letter to a person of the dossier. Returns its id. Raises UsageError for a person, a day or a reason that is none."""
    home = reading.dossier(desk, reader, dossier)
    return items.new(desk, "letter", home.work, {"dossier": dossier, **_body(desk, reader, dossier, form)})


def change_letter(desk: Desk, reader: Reader, letter: bytes, form: LetterForm, seen: tuple[bytes, ...] = ()) -> None:
    """Say it anew. ``seen``: the versions that were on the page."""
    known = reading.item(desk, reader, letter)
    items.change(desk, reader, "letter", letter, _body(desk, reader, known.dossier, form), seen)


def letter_went(desk: Desk, reader: Reader, letter: bytes, what: str, day: str, reason: str = "") -> None:
    """One more thing is known of its way: it arrived, was answered or came back. Raises UsageError for what is none."""
    known = reading.item(desk, reader, letter)
    if what not in _DAYS:
        raise UsageError("letters.what")
    told = {name: known.text(name) for name in ("place", *_DAYS, "reason", "text")}
    told |= {what: day.strip()} | ({"reason": reason} if what == "returned" else {})
    if not told[what]:
        raise UsageError(f"letters.{what}")
    items.change(desk, reader, "letter", letter, _body(desk, reader, known.dossier, LetterForm(known.about, **told)))


def _body(desk: Desk, reader: Reader, dossier: bytes, form: LetterForm) -> dict[str, Value]:
    if form.subject not in {one.entity for one in reading.entities(desk, reader, dossier)}:
        raise UsageError("letters.subject")
    told = {name: getattr(form, name).strip() for name in _DAYS}
    for name, day in told.items():
        if day and not is_partial_date(day):
            raise UsageError(f"letters.{name}")
    days = Days(**told)
    if wrong := out_of_order(days):
        raise UsageError(f"letters.{wrong}_before")
    if form.reason and (form.reason not in RETURNED or not days.returned):
        raise UsageError("letters.reason")
    if len(form.place) > _LONGEST:
        raise UsageError("letters.place")
    place = desk.catalogue.reference["facilities"].code_of(form.place.strip())
    body: dict[str, Value] = {"subject": form.subject, "place": place, **told, "reason": form.reason, "text": form.text.strip()}
    return body | {"state": state_of(days)}


# ---- what to know ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceAdvice:
    """What is known of a place: the addresses that hold today, and what to know before writing; of no place what holds everywhere."""

    place: str
    addresses: tuple[Address, ...]
    advice: tuple[Advice, ...]


def advice_on(desk: Desk, place: str = "") -> PlaceAdvice:
    """What to know before writing to a place, named by its code or its name."""
    facilities = desk.catalogue.reference["facilities"]
    code = facilities.code_of(place)
    more = facilities.entries[code].more if code in facilities.entries else {}
    known = addresses(more, desk.today())
    return PlaceAdvice(code, known, tuple(advice_for(desk.catalogue.letters, [code, *types_of(more)])))


def silent(desk: Desk, letters: Iterable[reading.ItemView]) -> list[tuple[bytes, Silence]]:
    """People to whom these letters went without an answer, those who wait longest first. It is never a refusal."""
    ways = ((one.about, Days(**{name: one.text(name) for name in _DAYS})) for one in letters)
    return silences(ways, desk.today())
