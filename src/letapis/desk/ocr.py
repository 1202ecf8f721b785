"""Let a machine read the clean pages of a scan, and keep the words beside it, marked as what they are."""

import re
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.desk import claims, evidence, insides, ledger, reading
from letapis.desk.insides import Progress
from letapis.desk.opening import Desk
from letapis.desk.taken_out import TOOL, Out, form_of, keeping
from letapis.engines import ocr

READ: Final = "read by machine"
_MARK: Final = re.compile(r"(?:\A|\n\n)\[p(\d+)\]\n")


def read_scan(desk: Desk, reader: Reader, item: bytes, progress: Progress | None = None) -> bytes:
    """Read every clean page of an item; the words become a text derived from it, never a claim. Returns that text's id.

    Raises Refused("ocr.absent", "ocr.no_language", "ocr.not_started") where the machine or its languages are not installed, Refused("ocr.no_pages",
    "ocr.read_already", "ocr.no_words"), Hostile for a page on which the machine gave up.
    """
    kept = reading.evidence(desk, reader, item)
    pages = reading.renditions(desk, reader, item)
    if not pages:
        raise Refused("ocr.no_pages")
    if insides.part_taken(desk, reader, item, READ):
        raise Refused("ocr.read_already")
    using = ocr.languages()
    words = []
    for number, page in enumerate(pages, start=1):
        drawn = b"".join(evidence.read_object(desk, reader, page.object, told=True))
        words.append(f"[p{number}]\n{ocr.read_page(drawn, using).strip()}")
        if progress:
            progress(number, len(pages))
    if not any(part.partition("\n")[2] for part in words):
        raise Refused("ocr.no_words")
    tool = f"{TOOL}, tesseract {'+'.join(using)}"
    form = form_of(kept, kept.title, "document", "", "text/plain", READ, tool)
    with keeping(desk, reader, kept, [Out("\n\n".join(words).encode("utf-8", "replace"), form)]) as (made,):
        evidence.add_custody(desk, reader, item, "migration", READ, tool)
    return made


def languages_of(desk: Desk, reader: Reader, item: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The languages in which an item was read, and those of ours that the machine did not know then; both empty where nothing was read.

    Without Belarusian the machine reads its words with the letters of another language, and nothing in the text tells so. Raises NotFound.
    """
    part = insides.part_taken(desk, reader, item, READ)
    if part is None:
        return (), ()
    known = ledger.opened_by_ref(desk, [part.ref])[part.ref].record.text("tool").rpartition(" ")[2].split("+")
    return tuple(one for one in ocr.LANGUAGES if one in known), tuple(one for one in ocr.LANGUAGES if one not in known)


def note_of(desk: Desk, reader: Reader, item: bytes, first: int, last: int, language: str) -> bytes:
    """A note of what was read on the pages from ``first`` to ``last``, each with its mark, to be compared with the scan, found by its words and
    cut like any other. Returns the note's id.

    Raises UsageError("ocr.pages") for pages that were not read, and what writing a note raises.
    """
    kept, text = reading.evidence(desk, reader, item), insides.text_of(desk, reader, item, READ)
    begins: list[int] = []
    for mark in _MARK.finditer(text):
        if int(mark[1]) == len(begins) + 1:  # the same signs inside a page are words of that page
            begins.append(mark.start())
    if not 1 <= first <= last <= len(begins):
        raise UsageError("ocr.pages")
    words = text[begins[first - 1] : [*begins, len(text)][last]].strip()
    title = f"{kept.title[:150]} · p{first}–p{last}, tesseract"
    return claims.write_note(desk, reader, kept.dossier, claims.NoteForm(title, words, language, kept.source, "document", evidence=item))
