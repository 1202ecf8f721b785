"""PDF: every page as pixels, and what the file would do or tell in a viewer, as codes. Runs inside the sandbox at level ``full`` only.

PDFium is built without a script engine; forms are not initialised, so nothing in the file can run, ask or be filled in.
"""

import re
import zlib
from typing import Final

import pypdfium2
from pypdfium2 import raw

from letapis.engines.parse.answer import Answer
from letapis.engines.parse.pictures import png
from letapis.engines.parse.wire import MAX_EDGE, MAX_PAGES

DPI: Final = 110
_SCAN: Final = 64 << 20
_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_SIGNS = {
    # Three letters stand by chance in a tenth of all scans; a script stands before a string, a reference to one, or a comment.
    "javascript": re.compile(rb"/JavaScript\b|/JS\s*(?:[(<\[%]|\d+\s+\d+\s+R\b)"),
    "actions": re.compile(rb"/(?:Launch|SubmitForm|ImportData|GoToR|RichMedia|XFA)\b"),
    "links": re.compile(rb"/URI\b"),
    "attachments": re.compile(rb"/EmbeddedFiles?\b"),
    "form": re.compile(rb"/AcroForm\b"),
    "has_xmp": re.compile(rb"/Type\s*/Metadata\b"),
}
_TELLING = {
    "has_author": ("Author",),
    "has_program": ("Producer", "Creator"),
    "has_time": ("CreationDate", "ModDate"),
    "has_comment": ("Title", "Subject", "Keywords"),
}


def read_paper(data: bytes, answer: Answer) -> None:
    """Flags, then at most MAX_PAGES pages as pictures. An encrypted or broken file is kept as it is."""
    _signs(data, answer)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        answer.flag("encrypted" if locked else "unreadable")
        answer.flag("kept_original")
        return
    with document:
        answer.flag("encrypted", raw.FPDF_GetSecurityHandlerRevision(document) >= 0)
        answer.flag("javascript", raw.FPDFDoc_GetJavaScriptActionCount(document) > 0)
        answer.flag("attachments", document.count_attachments() > 0)
        answer.flag("form", document.get_formtype() != raw.FORMTYPE_NONE)
        told = document.get_metadata_dict(skip_empty=True)
        for flag, keys in _TELLING.items():
            answer.flag(flag, any(key in told for key in keys))
        answer.flag("pages_cut", len(document) > MAX_PAGES)
        shown = sum(_page(document, number, answer) for number in range(min(len(document), MAX_PAGES)))
        answer.flag("unreadable", shown < min(len(document), MAX_PAGES) or not shown)
        answer.flag("kept_original", not shown)


def _page(document: pypdfium2.PdfDocument, number: int, answer: Answer) -> bool:
    """Draw one page. A page that PDFium cannot load is left out, and the file is flagged."""
    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(DPI / 72, MAX_EDGE / max(width, height, 1) * 0.999)
        answer.flag("made_smaller", scale < DPI / 72)
        picture = page.render(scale=scale, may_draw_forms=False).to_pil()
        page.close()
    except (pypdfium2.PdfiumError, ValueError, ArithmeticError):
        return False
    answer.page(png(picture.convert("L") if _is_grey(picture) else picture.convert("RGB")))
    return True


def _is_grey(picture: "pypdfium2.PdfBitmap") -> bool:
    """A page without colour is stored as grey, a third of the size."""
    if picture.mode == "L":
        return True
    red, green, blue = picture.convert("RGB").resize((picture.width // 4 or 1, picture.height // 4 or 1)).split()
    return bool(red.tobytes() == green.tobytes() == blue.tobytes())


def _signs(data: bytes, answer: Answer) -> None:
    """Names in the clear part and in compressed object streams. Names may be written with ``#`` escapes (ISO 32000-1, 7.3.5)."""
    budget = _SCAN
    texts = [data[:_SCAN]]
    for match in _STREAM.finditer(data):
        engine = zlib.decompressobj()
        try:
            texts.append(engine.decompress(data[match.end() : match.end() + (8 << 20)], min(budget, 8 << 20)))
        except zlib.error:
            continue
        budget -= len(texts[-1])
        if budget <= 0:
            break
    for text in texts:
        plain = _NAME.sub(lambda match: bytes([int(match[1], 16)]), text)
        for flag, pattern in _SIGNS.items():
            answer.flag(flag, pattern.search(plain))
