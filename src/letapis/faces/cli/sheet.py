"""``letapis sheet …``: a list of people detained in one day, from a file or standard input."""

from typing import TYPE_CHECKING, Any

from letapis.core.daysheet import Count, Row, faults, with_unread_as_remark
from letapis.core.errors import UsageError
from letapis.core.pasted import Pasted
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.opening import Desk
    from letapis.desk.reading import LineView


_CELLS = ("name", "age", "article", "place", "remark")


def add(verbs: Verbs) -> None:
    new = verbs.verb("sheet add", _add)
    new.add_argument("dossier", metavar="DOSSIER", nargs="?", default="")
    new.add_argument("file", metavar="FILE", nargs="?", default="")
    new.add_argument("--new", action="store_true")
    new.add_argument("--code", default="", metavar="CODE")
    for name in ("day", "place", "source"):
        new.add_argument(f"--{name}", required=True, metavar=name.upper())
    new.add_argument("--agency", default="", metavar="TEXT")
    new.add_argument("--basis", default="was_told")
    new.add_argument("--as-is", action="store_true")
    new.add_argument("--preview", action="store_true")
    verbs.verb("sheet list", _list).add_argument("dossier", metavar="DOSSIER", nargs="?", default="")
    for words, run in (("sheet show", _show), ("sheet undo", _undo)):
        verbs.verb(words, run).add_argument("sheet", metavar="SHEET")
    correct = verbs.verb("sheet correct", _correct)
    correct.add_argument("line", metavar="LINE")
    for name in _CELLS:
        correct.add_argument(f"--{name}", default=None, metavar="TEXT")
    correct.add_argument("--source", default="", metavar="SOURCE")
    correct.add_argument("--reason", default="", metavar="TEXT")
    strike = verbs.verb("sheet strike", _strike)
    strike.add_argument("line", metavar="LINE")
    strike.add_argument("--reason", required=True, metavar="TEXT")


def _add(call: Call) -> None:
    from letapis.desk import daysheets
    from letapis.faces.cli.common import long_text

    options = call.options
    if options.new and not options.file:
        options.dossier, options.file = "", options.dossier  # with a new dossier the only word is the file
    if bool(options.dossier) == options.new:
        raise UsageError("cli.usage")
    text = long_text("-" if options.file in ("", "-") else f"@{options.file}")
    with call.desk() as desk:
        day = daysheets.day_of(desk, options.day)
        pasted = daysheets.understood(desk, text, day)
        rows = [with_unread_as_remark(row, day) if options.as_is else row for _, row in pasted.lines]
        if options.preview:
            _preview(call, pasted, rows, day)
        else:
            _save(call, desk, pasted, rows, text, day)


def _preview(call: Call, pasted: Pasted, rows: list[Row], day: str) -> None:
    wrong = [faults(row, day) for row in rows]
    listed = [_cells(row) | {"number": n, "faults": fault} for n, (row, fault) in enumerate(zip(rows, wrong, strict=True), 1)]
    lines = [_row_line(n, row) + "".join(f"\n    ! {call.explain(code)}" for code in wrong[n - 1].values()) for n, row in enumerate(rows, 1)]
    value = {"lines": listed, **_count_json(pasted.count), "remark": pasted.remark}
    call.give(value, [*lines, *_count_line(call, pasted.count), call.say("cli.sheet.not_saved")])


def _save(call: Call, desk: "Desk", pasted: Pasted, rows: list[Row], text: str, day: str) -> None:
    from letapis.desk import daysheets, reading

    options, reader = call.options, desk.reader("work")
    home = options.code if options.new else reading.resolve_dossier(desk, reader, options.dossier)
    told = {"place": options.place, "agency": options.agency, "source_code": options.source, "basis": options.basis, "remark": pasted.remark}
    counted = next((piece.span for piece in pasted.pieces if piece.counts), (0, 0))
    form = daysheets.SheetForm(day, **told, count=pasted.count, words=text, counted_at=counted, language=call.language)
    lines = [daysheets.SheetLine(row, piece.span) for row, (piece, _) in zip(rows, pasted.lines, strict=True)]
    saved = daysheets.save_sheet(desk, reader, home, form, lines)
    value = {"dossier": saved.dossier.hex(), "sheet": saved.sheet.hex(), "lines": len(rows)}
    call.give(value, [saved.sheet.hex(), call.say("cli.sheet.saved", count=len(rows))])


def _cells(row: Row) -> dict[str, Any]:
    return {"name": row.name, "named": row.is_named, "age": row.age, "article": row.article, "place": row.place, "remark": row.remark}


def _row_line(number: int, row: Row) -> str:
    return f"{number:>3}  {row.name}" + "".join(f" · {cell}" for cell in (row.age, row.place, row.article, row.remark) if cell)


def _count_json(count: Count) -> dict[str, Any]:
    return {"total": count.total, "about": count.about, "named_count": count.named, "unit": count.unit}


def _count_line(call: Call, count: Count) -> list[str]:
    if count.total is None:
        return []
    about = f"{call.say('sheets.about')} " if count.about else ""
    named = f" · {call.say('sheets.named_count', count=count.named)}" if count.named is not None else ""
    return [f"  =  {about}{count.total} ({call.say('sheets.unit.' + count.unit)}){named}"]


def _list(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        home = the_dossier(call, desk, reader) if call.options.dossier else b""
        found = reading.sheets(desk, reader, home)
        codes = {dossier.dossier: dossier.code for dossier in reading.dossiers(desk, reader)}
        listed = [{"sheet": s.item.item.hex(), "dossier": s.item.dossier.hex(), "day": s.day, "place": s.place, "state": s.item.state} for s in found]
        lines = [f"{s.item.item.hex()[:8]}  {s.day:<10} {codes[s.item.dossier]:<14} {s.place}" for s in found] or [call.say("cli.sheet.none")]
        call.give({"sheets": listed}, lines)


def _show(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        head = reading.sheet(desk, reader, the_thing(call, desk, reader, "sheet", call.options.sheet))
        found = reading.sheet_lines(desk, reader, head.item.item)
        value: dict[str, Any] = {
            "sheet": head.item.item.hex(),
            "dossier": head.item.dossier.hex(),
            "day": head.day,
            "place": head.place,
            "agency": head.agency,
        }
        value |= {"state": head.item.state, **_count_json(head.count), "remark": head.remark, "lines": [_line_json(line) for line in found]}
        lines = [f"{head.day}  {head.place}", *_count_line(call, head.count)]
        call.give(value, [*lines, *(f"{line.item.item.hex()[:8]} {_row_line(line.number, line.row)}{_mark(call, line)}" for line in found)])


def _line_json(line: "LineView") -> dict[str, Any]:
    ids = {"line": line.item.item.hex(), "entity": line.entity.hex(), "number": line.number, "state": line.item.state}
    return _cells(line.row) | ids | {"claims": sorted(claim.hex() for claim in line.claims), "news": len(line.news), "waits": line.waits}


def _mark(call: Call, line: "LineView") -> str:
    key = "is_struck" if line.struck else "" if line.named else "not_named"
    return f"  [{call.say('sheets.' + key)}]" if key else ""


def _undo(call: Call) -> None:
    from letapis.desk import reading, sheet_lines

    with call.desk() as desk:
        reader = desk.reader("work")
        sheet = reading.resolve_id(desk, reader, "sheet", call.options.sheet)
        sheet_lines.undo_sheet(desk, reader, sheet)
        call.give({"sheet": sheet.hex(), "state": "undone"}, [call.say("cli.sheet.undone")])


def _correct(call: Call) -> None:
    """Cells that are not named stay as they are."""
    from letapis.core.daysheet import row_of
    from letapis.desk import reading, sheet_lines

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        known = reading.sheet_line(desk, reader, reading.resolve_id(desk, reader, "sheet_line", options.line))
        told = {name: getattr(options, name) for name in _CELLS}
        row = row_of(**{name: getattr(known.row, name) if text is None else text for name, text in told.items()})
        source = reading.resolve_source(desk, reader, known.item.dossier, options.source) if options.source else b""
        sheet_lines.correct_line(desk, reader, known.item.item, row, source, options.reason)
        _give_line(call, desk, known.item.item)


def _strike(call: Call) -> None:
    from letapis.desk import reading, sheet_lines

    with call.desk() as desk:
        reader = desk.reader("work")
        known = reading.sheet_line(desk, reader, reading.resolve_id(desk, reader, "sheet_line", call.options.line))
        sheet_lines.strike_line(desk, reader, known.item.item, call.options.reason)
        _give_line(call, desk, known.item.item)


def _give_line(call: Call, desk: "Desk", line: bytes) -> None:
    from letapis.desk import reading

    known = reading.sheet_line(desk, desk.reader("work"), line)
    call.give(_line_json(known), [_row_line(known.number, known.row) + _mark(call, known)])
