"""A table of pairs of names in, the same table with a score out: row by row, so that a file of any size needs little memory."""

import codecs
import csv
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from letapis.core.errors import Busy, Fault, FaultyFile, UsageError
from letapis.core.name_compare import Comparer
from letapis.core.name_parts import LONGEST
from letapis.engines.collector import without_collector

FIRST, SECOND, SCORE = "name_a", "name_b", "score"
_BLOCK: Final = 1 << 20
_LINE: Final = 1 << 22  # letters of the longest line and of the longest cell; without it a file without ends of lines would fill the memory
_NEARLY: Final = 10  # so many letters of several bytes for each that is broken, and the file is UTF-8 with a fault in it
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS: Final = ",;\t|"
_TOLD: Final = 1000
_SCORES: Final = 4096
_LOST: Final = "\ufffd"
_NAMELESS: Final = getattr(os, "O_TMPFILE", 0)
_NO_NAMELESS: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL})


@dataclass
class Scored:
    """What was written: rows, the encoding that the file had, and the first thousand rows that need a look. A fault's line is that of the file."""

    rows: int = 0
    encoding: str = "utf-8"
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0

    def fault(self, line: int, code: str, about: str = "") -> None:
        self.faulty += 1
        if len(self.faults) < _TOLD:
            self.faults.append(Fault("", line, code, about))


def score_pairs(names: Comparer, source: Path, target: Path) -> Scored:
    """Write ``source`` to the new file ``target`` with a column ``score``, every row in its place; a row with an empty name gets 0 and is told.

    Raises UsageError when the file cannot be read, both are one or the target is there already, FaultyFile when a column is missing or stands
    twice, Busy when it cannot be written; then nothing is left behind.
    """
    if source.resolve() == target.resolve():
        raise UsageError("names.same_file")
    if source.exists() and not source.is_file():
        raise UsageError("names.unreadable")  # a pipe cannot be read twice: first for its encoding
    try:
        encoding = encoding_of(source)
        stream = source.open("r", encoding=encoding, newline="", errors="replace")
    except OSError:
        raise UsageError("names.unreadable") from None
    try:
        with stream, _new_table(target) as out, without_collector():
            return _write(names, stream, out, encoding)
    except FileExistsError:
        raise UsageError("names.there_already") from None
    except OSError:
        raise Busy("names.unwritable") from None


@contextmanager
def _new_table(target: Path) -> Iterator[TextIO]:
    """A table for its owner only that is there when it is whole. It has no name until then where the system knows such files, so that whoever
    is killed leaves no names behind; nobody's file is replaced."""
    if os.path.lexists(target):
        raise FileExistsError
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        try:
            number = os.open(target.parent, _NAMELESS | os.O_WRONLY, 0o600) if _NAMELESS else -1
        except OSError as error:
            if error.errno not in _NO_NAMELESS:
                raise
            number = -1
        if number < 0:
            with _table_with_a_name(target) as out:
                yield out
            return
        with os.fdopen(number, "w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(number)
            # With a folder said for both sides the link of the process is followed to the file, without it is not.
            os.link(f"/proc/self/fd/{number}", target.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


@contextmanager
def _table_with_a_name(target: Path) -> Iterator[TextIO]:
    """The same where every file has a name: the name is taken first, and what was written is taken away when it did not become whole."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    part = target
    whole = False
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
        part = Path(name)
        with os.fdopen(number, "w", encoding="utf-8", newline="") as out:
            yield out
        os.replace(part, target)
        whole = True
    finally:
        if not whole:
            part.unlink(missing_ok=True)
            target.unlink(missing_ok=True)


def encoding_of(source: Path) -> str:
    """By the mark at its beginning, else UTF-8 when the whole of it or nearly is, UTF-16 without a mark by its zeros, else the Cyrillic of
    old Windows."""
    with source.open("rb") as stream:
        head = stream.read(4096)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if head[1:2] == b"\0" or head[:1] == b"\0":
            return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
        try:
            _letters(stream, "strict")
        except UnicodeDecodeError:
            # One letter cut in the middle does not make another encoding of a table: of old Cyrillic hardly a letter is one of UTF-8.
            letters, lost = _letters(stream, "replace")
            return "utf-8" if letters >= lost * _NEARLY else "cp1251"
    return "utf-8"


def _letters(stream: BinaryIO, errors: str) -> tuple[int, int]:
    """How many letters of several bytes the file has as UTF-8, and how many broken ones. Strict it raises at the first that is broken."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")(errors)
    letters, lost, block = 0, 0, b"first"
    while block:
        block = stream.read(_BLOCK)
        text = decoder.decode(block, final=not block)
        letters += len(text) - len(text.encode("ascii", "ignore"))
        lost += text.count(_LOST)
    return letters - lost, lost


def _write(names: Comparer, stream: TextIO, out: TextIO, encoding: str) -> Scored:
    csv.field_size_limit(_LINE)
    lines = _Lines(stream)
    try:
        first = next(lines, "")
    except csv.Error:
        first = ""  # no line of names of columns is that long
    delimiter = max(_DELIMITERS, key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    known = [name.strip().lower() for name in header]
    missing = [Fault("", 1, "names.no_column", wanted) for wanted in (FIRST, SECOND) if wanted not in known]
    # Which of two columns of one name is meant nobody can tell but who made the table: taking the first would score other names in silence.
    twice = [Fault("", 1, "names.column_twice", one) for one in (FIRST, SECOND, SCORE) if known.count(one) > 1]
    if missing or twice:
        raise FaultyFile("names.columns", (*missing, *twice))
    left, right = known.index(FIRST), known.index(SECOND)
    there = known.index(SCORE) if SCORE in known else None
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header if there is not None else [*header, SCORE])
    scored = Scored(encoding=encoding)
    width, wanted, compare, write = len(header), max(left, right), names.compare, writer.writerow
    written = lru_cache(maxsize=_SCORES)("{:.6f}".format)  # most pairs are strangers, who have few scores
    for row in _rows(lines, delimiter, scored):
        scored.rows += 1
        a, b = (row[left], row[right]) if wanted < len(row) else [row[at] if at < len(row) else "" for at in (left, right)]
        score = compare(a, b)[0]
        if not score or len(a) > LONGEST or len(b) > LONGEST:
            _check_names(names, scored, lines.number, a, b)
        if len(row) != width or lines.lost:
            _check(scored, lines.number, row, known)
            lines.lost = False
        if there is not None and there < len(row):
            row[there] = written(score)
        else:
            if len(row) < width:
                row += [""] * (width - len(row))
            row.append(written(score))
        write(row)
    return scored


def _check_names(names: Comparer, scored: Scored, line: int, first: str, second: str) -> None:
    """Tell which of two names has no letters, and which has more of them than are read."""
    for column, name in ((FIRST, first), (SECOND, second)):
        if not names.parts(name):
            scored.fault(line, "names.no_name", column)
        elif len(name) > LONGEST:
            scored.fault(line, "names.long_name", column)


class _Lines:
    """The lines of a table without zeros. A line that is far too long is passed over and raises what the reader of tables raises.

    ``lost``: a line since this was last taken back has a letter that could not be read.
    """

    def __init__(self, stream: TextIO) -> None:
        self._read = stream.readline
        self.number = 0
        self.lost = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read(_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if _LOST in line:
            self.lost = True
        if len(line) < _LINE:
            return line.replace("\0", "")
        while len(line) == _LINE and not line.endswith(("\n", "\r")):
            line = self._read(_LINE)
        raise csv.Error


def _rows(lines: _Lines, delimiter: str, scored: Scored) -> Iterator[list[str]]:
    """Rows, each ending on the last line that was read; a line without anything is none, as every program reads tables."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            scored.fault(lines.number, "names.row_unreadable")
            continue
        if row:
            yield row


def _check(scored: Scored, line: int, row: list[str], header: list[str]) -> None:
    """Tell what of a row needs a look beside its names: the columns of names by their names, others by their number."""
    if len(row) != len(header):
        scored.fault(line, "names.row_width")
    for at, cell in enumerate(row):
        if _LOST in cell:
            column = header[at] if at < len(header) else ""
            scored.fault(line, "names.lost_letters", column if column in (FIRST, SECOND) else str(at + 1))
