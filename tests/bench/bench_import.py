"""A long list brought in whole: how many rows a second from the first to the last, what its next version and its way back cost, and how much
memory a file takes that is longer than memory should be.

SCALE is a number of claims as everywhere here: a tenth of it are the rows, 100,000 at full size, with seventeen claims each.
"""

import resource
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from letapis.desk import dossiers, evidence, list_files, list_import, list_preview, list_undo
from letapis.engines.tables import read_tables
from tests.bench import population, prisoners
from tests.bench.report import Report

_PIECE = 1 << 20


def test_a_long_list(folder: Path, report: Report, scale: int) -> None:
    (folder / "list").mkdir()
    filled, rows = population.found(folder / "list"), scale // 10
    desk = filled.desk
    home, reader = dossiers.new_dossier(desk, "LST-1", "Pryklad list", "group"), desk.reader("work")

    def bring(paths: list[Path]) -> bytes:
        files = [(path.name, evidence.seal_upload(desk, reader, home, _pieces(path))) for path in paths]
        return list_files.bring(desk, reader, home, list_files.ListForm("Invented list", source_code="LIST", mapping="viasna"), files)

    first, marks = bring(prisoners.write(folder, rows, rows // 5)), _Marks()
    list_import.record(desk, reader, first, marks.told)
    claims, entries = desk.store.rows("SELECT count(*), count(DISTINCT subject) FROM db_claim")[0]
    wall, cpu = marks.took()
    text = f"{wall:.0f} s, {entries / wall:.0f} rows/s ({entries / cpu:.0f} per CPU second); {_pace(marks)}"
    about = f"{claims:,} claims, {claims / entries:.1f} a row; {_memory()} MiB at most"
    report.add(f"A list of {rows:,} rows, recorded durably", text, "≥ 167 rows/s", about, holds=entries / wall >= 167)
    newer = bring(prisoners.write(folder, rows, rows // 5, newer=True))
    begun, worked = time.perf_counter(), time.process_time()
    counts = list_preview.look(desk, reader, newer).counts
    looked = f"{time.perf_counter() - begun:.0f} s ({time.process_time() - worked:.0f} s of processor time)"
    changes = f"{counts['new']} came, {counts['changed']} changed, {counts['gone']} went"
    report.add(f"What its next version changes ({changes})", looked)
    list_files.drop(desk, reader, newer)
    _the_way_back(report, partial(list_undo.take_back, desk, reader, first, "The wrong list."))
    desk.close()


def _the_way_back(report: Report, undo: "partial[int]") -> None:
    begun, worked = time.perf_counter(), time.process_time()
    count = undo()
    took, cpu = time.perf_counter() - begun, time.process_time() - worked
    report.add(f"The same list taken back, {count:,} claims", f"{took:.0f} s ({cpu:.0f} s of processor time)")


def test_a_file_of_a_gigabyte(folder: Path, report: Report) -> None:
    """Read through once, as a look at a list does first; a table of lines is never in memory whole."""
    path = folder / "long.csv"
    (piece,) = prisoners.write(folder, 2_000)
    head, _, lines = piece.read_bytes().partition(b"\n")
    with path.open("wb") as out:
        out.write(head + b"\n")
        while out.tell() < 1 << 30:
            out.write(lines)
    size, begun, before = path.stat().st_size, time.perf_counter(), _memory()
    (table,) = read_tables(partial(_from, path), size, path.name).tables
    took = time.perf_counter() - begun
    text = f"{took:.0f} s for {len(table.rows):,} rows; {_memory() - before} MiB more memory here"
    report.add(f"A list of {size >> 20:,} MiB, read through", text, "bounded memory", holds=_memory() - before < 256)
    path.unlink()


class _Marks:
    """When how many entries were done."""

    def __init__(self) -> None:
        self._begun = time.perf_counter(), time.process_time()
        self.points = [(0, *self._begun)]

    def told(self, done: int, total: int) -> None:
        self.points.append((done, time.perf_counter(), time.process_time()))

    def took(self) -> tuple[float, float]:
        return time.perf_counter() - self._begun[0], time.process_time() - self._begun[1]


def _pace(marks: _Marks) -> str:
    """Rows a processor second in the first and in the last tenth; what was read before the first batch is not counted."""
    points = marks.points[1:]
    part = max(1, len(points) // 10)
    rates = [(some[-1][0] - some[0][0]) / max(some[-1][2] - some[0][2], 1e-9) for some in (points[: part + 1], points[-part - 1 :])]
    return "{:.0f} per CPU second in the first tenth, {:.0f} in the last".format(*rates)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _pieces(path: Path) -> Iterator[bytes]:
    return _from(path, 0)


def _from(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while piece := file.read(_PIECE):
            yield piece
