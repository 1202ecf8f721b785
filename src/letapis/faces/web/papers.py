"""What goes on paper: the account, the timeline or all information of a dossier as rows of a table whose head repeats on every sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.desk import reading
from letapis.faces.web.lines import Lines

Row = tuple[str, ...]
_LETTERS: Final = 16_000  # of a part: a page of the desk stays small
_ROWS: Final = 100
_PIECE: Final = 4_000
COLUMNS: Final = {
    "account": ("prints.column.note", "prints.column.words"),
    "timeline": ("prints.column.when", "prints.column.whose", "prints.column.what"),
    "grid": ("prints.column.whose", "prints.column.what", "prints.column.when", "work.told_by", "prints.column.level"),
}


@dataclass(frozen=True)
class Sheet:
    """A row as it is printed; ``words`` is the last cell where it holds what somebody said, word by word."""

    cells: Row
    words: str = ""


def sheets(request: Any, lines: Lines, home: reading.DossierView, what: str) -> list[list[Sheet]]:
    """The rows in parts. The account of who does not hold the words has none."""
    if what == "account":
        rows = _account(request, lines, home) if request.reader.holds(home.raw) else ()
    elif what == "timeline":
        rows = (_dated(lines, claim) for claim in reading.timeline(request.desk, request.reader, home.dossier))
    else:
        claims = reading.claims(request.desk, request.reader, home.dossier)
        rows = (_in_grid(lines, claim) for claim in claims if not claim.replaced)
    return _parts(rows)


def _account(request: Any, lines: Lines, home: reading.DossierView) -> Iterable[Sheet]:
    for note in reading.notes(request.desk, request.reader, home.dossier):
        source = lines.source(home.dossier, note.source).code if note.source else lines.say("work.nobody_named")
        for place, words in enumerate(_pieces(note.text)):
            about = "" if place else f"{note.title} · {source} · {lines.date(note.recorded[:10])}"
            yield Sheet((about,), words)


def _pieces(text: str) -> list[str]:
    """A long text in pieces, cut at the ends of lines where it has some."""
    pieces, rest = [], text
    while len(rest) > _PIECE:
        at = rest.rfind("\n", 0, _PIECE) + 1 or rest.rfind(" ", 0, _PIECE) + 1 or _PIECE
        pieces.append(rest[:at])
        rest = rest[at:]
    return [*pieces, rest]


def _dated(lines: Lines, claim: reading.ClaimView) -> Sheet:
    line = lines.line(claim)
    when = lines.date(claim.value) if claim.value_type == "date" and not line.when else line.when
    return Sheet((when, line.subject, f"{line.label}: {line.value}"))


def _in_grid(lines: Lines, claim: reading.ClaimView) -> Sheet:
    line = lines.line(claim)
    return Sheet((line.subject, f"{line.label}: {line.value}", line.when, line.source.code, lines.say(line.level)))


def _parts(rows: Iterable[Sheet]) -> list[list[Sheet]]:
    parts: list[list[Sheet]] = []
    room = 0
    for row in rows:
        length = len(row.words) + sum(map(len, row.cells))
        if not parts or room < length or len(parts[-1]) >= _ROWS:
            parts.append([])
            room = _LETTERS
        parts[-1].append(row)
        room -= length
    return parts


def label(code: str, item: reading.ItemView) -> Sequence[str]:
    """What stands at the head of every sheet: code and number, and the beginning of the id, because two desks may give the same number."""
    return (f"{code} – {item.number}", item.item.hex()[:8])
