"""Let a machine read the clean pages of a scan, and keep the words beside it, marked as what they are."""

from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused
from letapis.desk import evidence, insides, reading
from letapis.desk.insides import Progress
from letapis.desk.opening import Desk
from letapis.desk.taken_out import TOOL, Out, form_of, keeping
from letapis.engines import ocr

READ: Final = "read by machine"


def read_scan(desk: Desk, reader: Reader, item: bytes, progress: Progress | None = None) -> bytes:
    """Read every clean page of an item; the words become a text derived from it, never a claim. Returns that text's id.

    Raises Refused("ocr.absent", "ocr.no_language") where the machine or its languages are not installed, Refused("ocr.no_pages",
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
