"""Prints: every paper that leaves a screen has a number, and is crossed off when it is destroyed."""

from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.dates import is_partial_date
from letapis.core.errors import Refused, UsageError
from letapis.core.records import Value
from letapis.desk import items, reading
from letapis.desk.opening import Desk

SHOWN: Final = ("timeline", "grid", "account")  # what the desk itself lays out for paper
WHATS: Final = (*SHOWN, "document", "other")
MOST_COPIES: Final = 99
_LONGEST: Final = 500


@dataclass(frozen=True)
class Printed:
    """A print that was entered: its id and its number in the dossier. Two desks apart may give the same number; the id tells them apart."""

    print: bytes
    number: int


def log_print(desk: Desk, reader: Reader, dossier: bytes, what: str, copies: int = 1, purpose: str = "") -> Printed:
    """Enter a print before it is made. Raises UsageError for what is none, Refused for the account of who does not hold the words."""
    home = reading.dossier(desk, reader, dossier)
    if what not in WHATS:
        raise UsageError("prints.what")
    if not 1 <= copies <= MOST_COPIES:
        raise UsageError("prints.copies")
    if len(purpose) > _LONGEST:
        raise UsageError("prints.purpose")
    if what == "account" and not reader.holds(home.raw):
        raise Refused("prints.no_raw")
    with desk.store.transaction():
        number = 1 + reading.highest_number(desk, reader, dossier, "print")
        body: dict[str, Value] = {"dossier": dossier, "number": number, "what": what, "copies": copies, "purpose": purpose.strip()}
        made = items.new(desk, "print", home.work, {**body, "day": desk.clock().date().isoformat(), "state": "printed"})
    return Printed(made, number)


def mark_destroyed(desk: Desk, reader: Reader, ident: bytes, day: str) -> None:
    """All copies of a print are destroyed. Raises Refused for one that is crossed off already, NotFound for what is none."""
    known = reading.item(desk, reader, ident, "print")
    if known.state == "destroyed":
        raise Refused("prints.destroyed_already")
    if not is_partial_date(day):
        raise UsageError("prints.day")
    items.change(desk, reader, "print", ident, {"destroyed": day, "state": "destroyed"})
