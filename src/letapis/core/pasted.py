"""Read a pasted message, list or part of a spreadsheet into the lines of a day sheet, in Belarusian, Russian and English.

The text is cut into pieces, one after the other, that together are the text again, letter by letter: a piece is one person, a word on how
many there were, or a remark. What is not understood about a person stays in the remark of the line; nothing is dropped and nothing raises.
"""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from letapis.core.daysheet import MAX_CELL, Count, Row, age_of, articles_of, clean, is_name, row_of, says_the_day
from letapis.core.pasted_words import (
    BREAK,
    BULLET,
    COLUMN_OF,
    DETENTIONS,
    FORMULA,
    INDEX,
    LABEL,
    MORE,
    NAMED,
    NO_NAMES,
    OF_PEOPLE,
    SIGN,
    TAIL,
    TOTAL,
    TOWN,
    WORDS,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text. ``row`` is None for a remark or an empty line; ``counts``: it says how many there were; ``start``: where it begins."""

    start: int
    text: str
    row: Row | None = None
    counts: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """Where its words stand in the text, without blanks around them."""
        words = self.text.strip()
        first = self.start + self.text.find(words)
        return first, first + len(words)


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text in pieces, in their order, and how many people it says there were."""

    pieces: tuple[Piece, ...]
    count: Count = field(default_factory=Count)

    @property
    def lines(self) -> tuple[tuple[Piece, Row], ...]:
        return tuple((piece, piece.row) for piece in self.pieces if piece.row)

    @property
    def remark(self) -> str:
        """What belongs to no line, in its order."""
        return "\n".join(piece.text.strip() for piece in self.pieces if piece.row is None and piece.text.strip())


def read_pasted(text: str, places: Collection[str] = frozenset(), day: str = "") -> Pasted:
    """``places``: names of towns, casefolded; ``day``: the day of the sheet, so that it is not taken for an article."""
    lines = text.splitlines(keepends=True)
    reader, at = _Reader(places, day, _bullets(lines)), 0
    pieces: list[Piece] = []
    for line in lines:
        last = pieces[-1] if pieces else None
        below = reader.cells_alone(line) if last and last.row and last.text.endswith(("\n", "\r")) else {}
        if last and last.row and below and not any(getattr(last.row, cell) for cell in below):
            pieces[-1] = replace(last, text=last.text + line, row=replace(last.row, **below))
            at += len(line)
            continue
        for part, row in reader.parts(line):
            pieces.append(Piece(at, part, row, row is None and reader.takes_number()))
            at += len(part)
    return Pasted(tuple(pieces), reader.count(sum(piece.row is not None for piece in pieces)))


Part = tuple[str, Row | None]


class _Reader:
    """Goes through the lines once and remembers the heading of a table and the numbers that were said."""

    def __init__(self, places: Collection[str], day: str, bullets: Collection[str]) -> None:
        self._places, self._day, self._bullets = places, day, bullets
        self._columns: list[str] = []
        self._between = ""  # what parts the cells under the heading
        self._line = ""
        self._total: Count | None = None
        self._more: int | None = None
        self._about = False
        self._said = False

    def count(self, lines: int) -> Count:
        if self._total is not None:
            return self._total
        return Count() if self._more is None else Count(lines + self._more, about=self._about)

    def takes_number(self) -> bool:
        """Whether a number was said since this was last asked."""
        self._said, said = False, self._said
        return said

    def parts(self, line: str) -> Iterator[Part]:
        self._line = line
        cells = self._cells(line.strip("\r\n"))
        if not line.strip():
            yield line, None
        elif _is_heading(cells):
            self._columns = [COLUMN_OF.get(clean(cell).casefold(), "") for cell in cells]
            self._between = next(between for between in "\t;," if between in line)
            yield line, None
        elif cells:
            row = self._table_row(cells)
            yield line, (None if row.is_empty else row)
        else:
            yield from self._sentence(line)

    def cells_alone(self, line: str) -> dict[str, str]:
        """Age and article in a line of their own, below the name of their person. A town in such a line may be a heading."""
        parts = [clean(part) for _, part in _segments(line, 0) if clean(part)]
        kinds = [self._kind(part) for part in parts]
        alone = bool(kinds) and set(kinds) <= {"age", "article"} and len(set(kinds)) == len(kinds)
        return dict(zip(kinds, parts, strict=True)) if alone else {}

    # ---- tables

    def _cells(self, line: str) -> list[str]:
        """The cells of a line of a table; empty for a sentence. Commas part cells only under a heading, for they part sentences too."""
        for between in ("\t", self._between, ";", ","):
            if between and between in line:
                cells = _split(line, between)
                if between in ("\t", self._between) or _is_heading(cells):
                    return cells
        return []

    def _table_row(self, cells: Sequence[str]) -> Row:
        if self._columns:
            named: dict[str, list[str]] = {}
            for i, cell in enumerate(cells):
                column = self._columns[i] if i < len(self._columns) else ""
                named.setdefault(column or "remark", []).append(clean(cell))
            named.pop("number", None)
            return row_of(**{column: ("; " if column == "remark" else " ").join(filter(None, texts)) for column, texts in named.items()})
        said = [cell for cell in map(clean, cells) if cell]
        if len(said) > 1 and INDEX.fullmatch(said[0]):
            said = said[1:]
        return self._row(_joined(said, self._places))

    # ---- sentences

    def _sentence(self, line: str) -> Iterator[Part]:
        more = MORE.search(line)
        if more:
            if line[: more.start()].strip():
                yield from self._people(line[: more.start()])
            self._add_more(more)
            yield line[more.start() if line[: more.start()].strip() else 0 :], None
        else:
            yield from self._people(line)

    def _people(self, text: str) -> Iterator[Part]:
        bullet = BULLET.match(text) or (SIGN.match(text) if text.strip()[:1] in self._bullets else None)
        begin = bullet.end() if bullet else 0
        label = None if bullet else LABEL.match(text)
        if label and label.end() < len(text.rstrip()) and not self._is_person(clean(text[: label.end()].rstrip(": "))):
            yield text[: label.end()], None
            text = text[label.end() :]
        if text[begin : begin + 1] in FORMULA:  # of a spreadsheet, or made to look like one: words as others
            yield text, row_of(name=text[begin:]) if bullet and text[begin:].strip() else None
            return
        starts = self._starts(text, begin, listed=bool(bullet))
        if not starts:
            self._note_total(text)
            yield text, None
            return
        for number, start in enumerate(starts):
            end = starts[number + 1] if number + 1 < len(starts) else len(text)
            parts = [clean(part) for at, part in _segments(text, begin) if start <= at < end and clean(part)]
            yield text[start if number else 0 : end], self._row(parts)

    def _starts(self, text: str, begin: int, *, listed: bool) -> list[int]:
        """Where the people of a line begin: one in a line of a list, one for each full name elsewhere, none in a remark."""
        spans = [(start, clean(part)) for start, part in _segments(text, begin) if clean(part)]
        if not spans or self._is_total(text[begin:]):
            return []
        if listed:
            return [spans[0][0]]
        first = self._head(spans[0][1])
        others = [self._kind(part) for _, part in spans[1:]]
        if not self._is_person(first) and not (_is_word(first) and self._kind(first) == "" and {"age", "article"} & set(others)):
            return []
        return [spans[0][0], *(start for start, part in spans[1:] if self._is_full_name(self._head(part)))]

    def _head(self, part: str) -> str:
        tail = _tail(part)
        return tail["head"] if tail and (self._kind(tail["tail"]) or self._is_full_name(tail["head"])) else part

    def _is_person(self, part: str) -> bool:
        described = len(part) <= 60 and not any(map(str.isdigit, part)) and any(not is_name(word.capitalize()) for word in part.split())
        return self._is_full_name(part) or (described and not is_name(part))

    def _is_full_name(self, part: str) -> bool:
        words = part.split()
        return (
            2 <= len(words) <= 4
            and all(map(_is_word, words))
            and not part.casefold().startswith(NO_NAMES)
            and not any(word.casefold() in self._places or word.casefold().startswith(NO_NAMES) for word in words)
            and not (any(map(_is_short, words)) and not all(map(str.isupper, words)))
            and is_name(part)
        )

    # ---- cells of one person

    def _kind(self, part: str) -> str:
        if age_of(part) is not None:
            return "age"
        if not says_the_day(part, self._day) and articles_of(part, self._day or "2021-03-01") is not None:
            return "article"
        return "place" if part.casefold() in self._places or TOWN.fullmatch(part) else ""

    def _row(self, parts: Sequence[str]) -> Row:
        cells: dict[str, str] = {}
        rest: list[str] = []
        for part in self._with_tails_apart(parts):
            kind = self._kind(part) or ("" if "name" in cells else "name")
            if kind == "article" and kind in cells:
                cells[kind] += f", {part}"
            elif kind and kind not in cells:
                cells[kind] = part
            else:
                rest.append(part)
        return row_of(**cells, remark="; ".join(rest))

    def _with_tails_apart(self, parts: Sequence[str]) -> Iterator[str]:
        """In "Выдумка Іван 34" the number stands for itself: it is an age, an article, or no part of a name."""
        for part in parts:
            tail = None if self._kind(part) else _tail(part)
            if tail and (self._kind(tail["tail"]) or self._is_full_name(tail["head"])):
                yield tail["head"].rstrip(".")
                yield tail["tail"]
            else:
                yield part

    # ---- numbers

    def _is_total(self, text: str) -> bool:
        """Whether these words say how many there were; "12 people were in the bus" does not say that they were detained."""
        if not OF_PEOPLE.search(self._line):
            return False
        return TOTAL.search(text) is not None and not self._is_full_name(self._head(clean(BREAK.split(text)[0])))

    def _note_total(self, text: str) -> None:
        found = TOTAL.search(text)
        if found is None or self._total is not None or not self._is_total(text):
            return
        named = NAMED.search(text, found.end("total") if found["total"] else found.end("total2"))
        unit = "detentions" if DETENTIONS.search(text) else "persons_counted"
        about, self._said = bool(found["about"] or found["about2"]), True
        self._total = Count(int(found["total"] or found["total2"]), int(named["a"] or named["b"]) if named else None, unit, about)

    def _add_more(self, found: "re.Match[str]") -> None:
        self._said = True
        number = found["more"] or found["more2"] or found["more3"]
        self._more = (self._more or 0) + (int(number) if number else WORDS[found["word"].casefold()])
        self._about = self._about or bool(found["about"] or found["about2"])


def _bullets(lines: Sequence[str]) -> frozenset[str]:
    """Signs at the beginning of several lines: the dots, squares and pictures of a list in a message."""
    first = Counter(line.strip()[:1] for line in lines if SIGN.match(line))
    return frozenset(sign for sign, count in first.items() if count > 1)


def _is_word(word: str) -> bool:
    return word[0].isupper() and all(letter.isalpha() or letter in "-'’ʼ`." for letter in word)


def _is_short(word: str) -> bool:
    """РУВД, ЦІП: an office and no name, unless the whole name is in capitals."""
    return word.isupper() and 2 <= len(word) <= 4 and "." not in word


def _segments(text: str, begin: int) -> Iterator[tuple[int, str]]:
    start = begin
    for between in BREAK.finditer(text, begin):
        yield start, text[start : between.start()]
        start = between.end()
    yield start, text[start:]


def _joined(cells: Sequence[str], places: Collection[str]) -> list[str]:
    """Surname and first name that stand in cells of their own are one name."""
    parts = list(cells)
    while len(parts) > 1 and all(_is_word(one) and one.casefold() not in places for one in (parts[0].split()[-1], parts[1])):
        parts[:2] = [f"{parts[0]} {parts[1]}"]
    return parts


def _tail(part: str) -> "re.Match[str] | None":
    return TAIL.fullmatch(part) if len(part) <= MAX_CELL else None


def _split(line: str, between: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=between), [])
    except csv.Error:
        return line.split(between)


def _is_heading(cells: Sequence[str]) -> bool:
    columns = [COLUMN_OF.get(clean(cell).casefold(), "") for cell in cells]
    return "name" in columns and len(list(filter(None, columns))) >= 2
