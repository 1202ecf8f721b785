"""Hearings: when and where, who of us goes, and what came of it."""

from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.dates import is_partial_date
from letapis.core.errors import Refused, UsageError
from letapis.core.ics import is_time
from letapis.core.records import Value
from letapis.desk import claims, items, reading
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk

STATES: Final = ("planned", "held", "adjourned", "cancelled")
STAGES: Final = ("restraint", "administrative", "trial", "appeal", "supervision", "enforcement", "other")
_LONGEST: Final = 300


@dataclass(frozen=True)
class HearingForm:
    """What is known of a hearing. ``day`` may be a month or a year; ``closed`` None: not known; ``court``: code of the list, or its name."""

    day: str
    court: str = ""
    time: str = ""
    place: str = ""
    judge: str = ""
    stage: str = ""
    closed: bool | None = None
    observer: bytes = b""
    subject: bytes = b""
    text: str = ""


def add_hearing(desk: Desk, reader: Reader, dossier: bytes, form: HearingForm) -> bytes:
    """Record a hearing of a dossier. Returns its id. Raises UsageError for a day, time or stage that is none, Refused for an observer
    who does not hold the dossier."""
    home = reading.dossier(desk, reader, dossier)
    return items.new(desk, "hearing", home.work, {"dossier": dossier, **_body(desk, reader, dossier, form), "state": "planned"})


def change_hearing(desk: Desk, reader: Reader, hearing: bytes, form: HearingForm, seen: tuple[bytes, ...] = ()) -> None:
    """Say it anew: another day, another observer. ``seen``: the versions that were on the page."""
    known = reading.item(desk, reader, hearing)
    said = _body(desk, reader, known.dossier, form)
    unsaid: dict[str, Value] = {"closed": b""} if form.closed is None else {}  # an empty value takes the field away
    items.change(desk, reader, "hearing", hearing, {**unsaid, **said}, seen)


def _body(desk: Desk, reader: Reader, dossier: bytes, form: HearingForm) -> dict[str, Value]:
    if not is_partial_date(form.day):
        raise UsageError("hearings.day")
    if form.time and not is_time(form.time):
        raise UsageError("hearings.time")
    if form.stage and form.stage not in STAGES:
        raise UsageError("hearings.stage")
    if form.subject and form.subject not in {e.entity for e in reading.entities(desk, reader, dossier)}:
        raise UsageError("hearings.subject")
    _require_observer(desk, reader, dossier, form.observer)
    told = {name: getattr(form, name).strip() for name in ("court", "place", "judge")}
    if any(len(text) > _LONGEST for text in told.values()):
        raise UsageError("hearings.too_long")
    told["court"] = desk.catalogue.reference["courts"].code_of(told["court"])
    body: dict[str, Value] = {"day": form.day, "time": form.time, **told, "stage": form.stage, "text": form.text.strip()}
    body |= {"observer": form.observer, "subject": form.subject}
    return body if form.closed is None else body | {"closed": form.closed}


def _require_observer(desk: Desk, reader: Reader, dossier: bytes, observer: bytes) -> None:
    """An observer reads the hearing here, so they hold the dossier."""
    if observer and not (reading.is_active(desk, observer) and reading.is_granted(desk, reading.dossier(desk, reader, dossier).work, observer)):
        raise Refused("hearings.observer")


def record_outcome(desk: Desk, reader: Reader, hearing: bytes, outcome: str, state: str = "held") -> None:
    """What came of it: held, adjourned, or cancelled, in words. Raises UsageError for what is none."""
    if state not in STATES:
        raise UsageError("hearings.state")
    said = require_text(outcome, "hearings.outcome", items.MAX_TEXT) if state == "held" else outcome.strip()
    items.change(desk, reader, "hearing", hearing, {"outcome": said, "state": state})


def note_of_outcome(desk: Desk, reader: Reader, hearing: bytes, title: str, language: str, source: bytes = b"") -> bytes:
    """The outcome as a note of the dossier, from which claims are cut as from any other. Returns the note's id."""
    known = reading.item(desk, reader, hearing, "hearing")
    if source and source not in {s.source for s in reading.sources(desk, reader, known.dossier)}:
        raise UsageError("hearings.source")
    text = require_text(known.text("outcome"), "hearings.outcome", items.MAX_TEXT)
    basis = "saw" if source else ""
    return claims.write_note(desk, reader, known.dossier, claims.NoteForm(title, text, language, source, basis, known.about))
