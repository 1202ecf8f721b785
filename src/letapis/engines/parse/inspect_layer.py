"""The text layer of a PDF: words and where they stand on the page as it is shown. Runs inside the sandbox.

One line for each word: page, left, top, right, bottom in ten-thousandths, the word. Pages are counted as ``papers`` counts them.
"""

from collections.abc import Iterator
from ctypes import c_int
from typing import Final

import pypdfium2
from pypdfium2 import raw

from letapis.engines.parse.answer import Answer
from letapis.engines.parse.wire import MAX_PAGES, MAX_TEXT
from letapis.engines.parse.words import visible

_WHOLE: Final = 10_000
_CHARACTERS: Final = 60_000  # of one page


def read(untrusted: bytes, answer: Answer) -> None:
    """All words of the first MAX_PAGES pages, as far as they fit. A file that is no PDF has no such layer."""
    try:
        document = pypdfium2.PdfDocument(untrusted)
    except pypdfium2.PdfiumError:
        answer.flag("unreadable")
        return
    lines, size = list[str](), 0
    with document:
        for number in range(min(len(document), MAX_PAGES)):
            for line in _page(document, number):
                size += len(line.encode("utf-8")) + 1
                if size > MAX_TEXT:
                    answer.flag("text_cut")
                    answer.text("\n".join(lines))
                    return
                lines.append(line)
    answer.text("\n".join(lines))


def _page(document: pypdfium2.PdfDocument, number: int) -> Iterator[str]:
    try:
        page = document[number]
        layer = page.get_textpage()
    except pypdfium2.PdfiumError:
        return
    letters, boxes = list[int](), list[tuple[int, int, int, int]]()
    for index in range(min(layer.count_chars(), _CHARACTERS)):
        code = raw.FPDFText_GetUnicode(layer, index)
        if code <= 32 or code in (0xA0, 0xFFFE):
            yield from _word(number + 1, letters, boxes)
            letters, boxes = [], []
        else:
            letters.append(code)
            boxes.append(_box(page, layer.get_charbox(index, loose=True)))
    yield from _word(number + 1, letters, boxes)
    layer.close()
    page.close()


def _word(page: int, letters: list[int], boxes: list[tuple[int, int, int, int]]) -> Iterator[str]:
    if letters:
        word = b"".join((code & 0xFFFF).to_bytes(2, "little") for code in letters).decode("utf-16-le", "replace")
        left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
        yield f"{page} {left} {top} {right} {bottom} {visible(word)}"


def _box(page: pypdfium2.PdfPage, place: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """A place in the page's own units as it lies on the shown page, turned as that is."""
    corners = [_shown(page, x, y) for x in (place[0], place[2]) for y in (place[1], place[3])]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _shown(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[int, int]:
    across, down = c_int(0), c_int(0)
    raw.FPDF_PageToDevice(page, 0, 0, _WHOLE, _WHOLE, 0, x, y, across, down)
    return tuple(min(_WHOLE, max(0, one.value)) for one in (across, down))  # type: ignore[return-value]
