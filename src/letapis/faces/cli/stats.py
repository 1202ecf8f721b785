"""``letapis stats``: figures and tables of the public list from a frozen snapshot, as of a day, and against another day or snapshot."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from letapis.core.date_words import show
from letapis.core.errors import Busy, UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    # Only for the checker: the help of the command line must not wait for what counting needs.
    from letapis.core.public_series import Difference, Series
    from letapis.core.public_statistics import Row, Table, Tables
    from letapis.core.published import Published

_LARGEST: Final = 512 << 20
_MOST_MONTHS: Final = 240


def add(verbs: Verbs) -> None:
    stats = verbs.verb("stats", _stats)
    stats.add_argument("--as-of", default="", metavar="DAY", dest="as_of")
    stats.add_argument("--snapshot", type=Path, default=None, metavar="FILE")
    stats.add_argument("--against", default="", metavar="DAY|FILE")
    stats.add_argument("--months", type=int, default=0, metavar="N")
    stats.add_argument("--csv", action="store_true")


def _stats(call: Call) -> None:
    from letapis.core.public_series import compared, series
    from letapis.core.public_statistics import tables
    from letapis.engines.catalogue import catalogue

    options, known = call.options, catalogue()
    if not 0 <= options.months <= _MOST_MONTHS:
        raise UsageError("stats.months")
    published, day, other = _snapshot(call), options.as_of, None
    now = tables(published, known.publication, known.public_figures, day)
    before = None
    if options.against:
        other = None if _is_day(options.against) else _read(Path(options.against))
        before = tables(other or published, known.publication, known.public_figures, "" if other else options.against)
    differences = compared(before, now) if before else ()
    months = options.months or (12 if other else 0)
    lines = series(published, known.publication, known.public_figures, months, other) if months else ()
    if options.csv and not call.json:
        sys.stdout.write(_csv(now, lines, call.language).decode("utf-8"))
        return
    told = _json(now) | {"series": [_series_json(one) for one in lines], "differences": [_difference_json(one) for one in differences]}
    call.give(told | ({"against": before.day} if before else {}), _words(call, now, before, differences, lines))


def _is_day(text: str) -> bool:
    from letapis.core.dates import is_partial_date

    return is_partial_date(text)


def _snapshot(call: Call) -> "Published":
    """The snapshot that the option names, else the last one of a publisher's workspace. Raises UsageError where there is neither."""
    if call.options.snapshot is not None:
        return _read(call.options.snapshot)
    if not (getattr(call.options, "workspace", None) or os.environ.get("LETAPIS_WORKSPACE")):
        raise UsageError("stats.no_snapshot")
    from letapis.desk import publisher, snapshot_store

    with call.desk() as desk:
        publisher.require_publisher(desk, desk.reader("work"))
        last = snapshot_store.last(desk)
    if last is None:
        raise UsageError("stats.no_snapshot")
    return last


def _read(file: Path) -> "Published":
    from letapis.core.published import decode

    try:
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError:
        raise Busy("cli.file_unreadable") from None
    if len(data) > _LARGEST:
        raise UsageError("stats.size")
    return decode(data)


# ---- as data ---------------------------------------------------------------------------------------------------------


def _json(made: "Tables") -> dict[str, Any]:
    figures = [
        {"figure": one.id, "at_least": one.value, "named": one.named, "rule": dict(one.rule), "sentences": dict(one.sentences)}
        for one in made.figures
    ]
    tables = [_table_json(one) for one in made.tables]
    notes = [dict(one) for one in made.notes]
    return {"snapshot": made.number, "snapshot_day": made.snapshot, "as_of": made.day, "figures": figures, "tables": tables, "notes": notes}


def _table_json(table: "Table") -> dict[str, Any]:
    told = {
        "table": table.id,
        "unit": table.unit,
        "title": dict(table.title),
        "rule": dict(table.rule),
        "rows": [_row_json(row) for row in table.rows],
    }
    return told | {"at_least": table.total, "in_no_row": table.apart}


def _row_json(row: "Row") -> dict[str, Any]:
    return {"code": row.code, "under": row.under, "label": dict(row.label), "at_least": row.value, "named": row.named}


def _series_json(one: "Series") -> dict[str, Any]:
    points = [{"month": point.month, "at_least": point.value, "then": point.then} for point in one.points]
    return {"series": one.id, "unit": one.unit, "rule": dict(one.rule), "points": points, "notes": [dict(note) for note in one.notes]}


def _difference_json(one: "Difference") -> dict[str, Any]:
    return {"table": one.id, "unit": one.unit, "code": one.row, "label": dict(one.label), "before": one.before, "after": one.after}


def _csv(made: "Tables", lines: "tuple[Series, ...]", language: str) -> bytes:
    """Every number in a row of its own with its unit, its day and its rule: a number that was cut out is still one that can be read."""
    from letapis.core.csv_out import write_csv

    rows = [["table", "unit", "under", "code", "label", "at_least", "named", "as_of", "then", "rule"]]
    rows += [["figure", "persons", "", f.id, f.label[language], str(f.value), str(f.named), made.day, "", f.rule[language]] for f in made.figures]
    for table in made.tables:
        ends = (table.unit, made.day, "", table.rule[language])
        for row in table.rows:
            rows.append([table.id, ends[0], row.under, row.code, row.label[language], str(row.value), str(row.named), *ends[1:]])
        rows.append([table.id, ends[0], "", "total", made.words["total"][language], str(table.total), "", *ends[1:]])
    for one in lines:
        for at in one.points:
            then = "" if at.then is None else str(at.then)
            rows.append([f"month_{one.id}", one.unit, "", at.month, one.label[language], str(at.value), "", made.snapshot, then, one.rule[language]])
    return write_csv(rows)


# ---- for a person ----------------------------------------------------------------------------------------------------


def _words(call: Call, made: "Tables", before: "Tables | None", differences: "tuple[Difference, ...]", lines: "tuple[Series, ...]") -> Iterator[str]:
    language = call.language
    yield call.say(
        "stats.head", organisation=made.organisation, number=made.number, snapshot=show(made.snapshot, language), day=show(made.day, language)
    )
    for figure in made.figures:
        yield from ("", figure.sentences[language], f"  {figure.rule[language]}")
    for table in made.tables:
        yield from ("", f"{table.title[language]} – {table.unit_label[language].lower()}", f"  {table.rule[language]}")
        yield from (f"  {row.value:>7}  {_called(row, language)}" for row in table.rows)
        if table.apart:
            yield f"  {table.apart:>7}  {made.words['apart'][language]}"
        yield f"  {table.total:>7}  {made.words['total'][language]}"
    if before:
        yield from ("", call.say("stats.compared", before=show(before.day, language), after=show(made.day, language)))
        yield from (f"  {one.before:>7} → {one.after:<7} {_told_by(one, language)}" for one in differences)
        if not differences:
            yield f"  {call.say('stats.same')}"
    for one in lines:
        yield from ("", one.label[language], f"  {one.rule[language]}")
        yield from (f"  {point.month}  {point.value:>7}" for point in one.points)
        yield from (f"  {note[language]}" for note in one.notes)
    yield from ("", *(note[language] for note in made.notes))


def _called(row: "Row", language: str) -> str:
    return f"{row.under_label[language]}: {row.label[language]}" if row.under_label else row.label[language]


def _told_by(one: "Difference", language: str) -> str:
    return f"{one.title[language]}: {one.label[language]}" if one.row or one.label != one.title else one.title[language]
