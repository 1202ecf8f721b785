"""A hearing as lists show it, and courts by the names people know."""

from dataclasses import dataclass
from typing import Any

from letapis.desk import reading
from letapis.faces.web.lines import Lines


@dataclass(frozen=True)
class HearingLine:
    """Everything in words; ``observer`` is empty while nobody goes, ``closed`` a key of a text or empty where it is not known."""

    item: reading.ItemView
    code: str
    who: str
    day: str
    time: str
    court: str
    place: str
    judge: str
    stage: str
    closed: str
    observer: str
    outcome: str
    text: str


def hearing_line(request: Any, lines: Lines, item: reading.ItemView) -> HearingLine:
    stage, closed = item.text("stage"), item.record.body.get("closed")
    return HearingLine(
        item,
        lines.code(item.dossier),
        lines.entities(item.dossier).get(item.about, "") if item.about else "",
        lines.date(item.text("day")),
        item.text("time"),
        court_name(request, item.text("court")),
        item.text("place"),
        item.text("judge"),
        lines.word("hearings.stage", stage) if stage else "",
        "" if closed is None else "hearings.closed" if closed else "hearings.open",
        lines.name(item.owner) if item.owner else "",
        item.text("outcome"),
        item.text("text"),
    )


def court_name(request: Any, text: str) -> str:
    """The label of a court that the list knows; another one as it was typed."""
    return str(request.desk.catalogue.reference["courts"].name_of(text, request.language))


def court_names(request: Any) -> list[str]:
    found: list[str] = request.desk.catalogue.reference["courts"].names(request.language)
    return found
