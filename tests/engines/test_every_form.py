"""Every form with an example in it: the PDF declares its standards, and LibreOffice reads in the DOCX what stands in the PDF, in that order.

No free program here judges PDF/A and PDF/UA as a whole (veraPDF needs Java and is in no Debian release); what the compiler enforces and declares is
looked at, the rest is its word.
"""

import io
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
from tests.example_filing import ON, example, label

from letapis.core.brief import Brief, footnotes, sentences
from letapis.engines.catalogue import catalogue
from letapis.engines.render.docx import docx
from letapis.engines.render.pdf import pdf
from letapis.engines.render.words import words

TEXTS = catalogue().texts
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LOOKS = ("b", "i", "u", "sz", "szCs", "rFonts", "color", "jc", "ind", "spacing", "shd", "highlight", "tblBorders", "tcBorders")
_FILLED = 700  # letters at least on every page but the last
# Each form once: in English where it has it, and every third in another of its languages.
CHOSEN = [(name, form.languages[number % len(form.languages)] if number % 3 == 0 else form.languages[0])
          for number, (name, form) in enumerate(sorted(catalogue().forms.items()))]  # fmt: skip


def letters(text: str) -> str:
    """Letters and digits alone: two programs break lines, hyphenate and space differently."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [letters(leaf.get_textpage().get_text_bounded()) for leaf in document]


def lost(said: Sequence[str], leaves: Sequence[str]) -> list[str]:
    """Sentences that do not stand on the pages in this order. One may begin on a page and end on the next, with notes between."""
    at, place, missing = 0, 0, []
    for sentence in said:
        tried = (_ends(sentence, leaves, n, place if n == at else 0) for n in range(at, len(leaves)))
        found = next((end for end in tried if end), None)
        if found:
            at, place = found
        else:
            missing.append(sentence)
    return missing


def _ends(sentence: str, leaves: Sequence[str], n: int, place: int) -> tuple[int, int] | None:
    """Where a sentence ends that begins on this page, as near as it can."""
    whole = leaves[n].find(sentence, place)
    if whole >= 0:
        return n, whole + len(sentence)
    for cut in range(len(sentence) - 1, 0, -1) if n + 1 < len(leaves) else ():
        if leaves[n].find(sentence[:cut], place) >= 0 and (ended := leaves[n + 1].find(sentence[cut:])) >= 0:
            return n + 1, ended + len(sentence) - cut
    return None


def notes(brief: Brief) -> list[str]:
    said = words(brief, TEXTS, label)
    return [letters(said.note(note)) for note in footnotes(brief, label)]


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], bytes]:
    return {one: pdf(example(*one), TEXTS, on=ON, claim_labels=label) for one in CHOSEN}


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    return {name: docx(example(name, language), TEXTS, on=ON, claim_labels=label) for name, language in CHOSEN}


def test_the_example_fills_every_form() -> None:
    assert {name for name, _ in CHOSEN} == set(catalogue().forms)
    for one in CHOSEN:
        assert len([s for s in sentences(example(*one)) if s.claims]) >= 3, one


def test_every_pdf_declares_its_standards_and_holds_every_sentence_and_note(printed: dict[tuple[str, str], bytes]) -> None:
    for one, data in printed.items():
        for name in (b"<pdfaid:part>2</pdfaid:part>", b"<pdfaid:conformance>A</pdfaid:conformance>", b"<pdfuaid:part>1</pdfuaid:part>"):
            assert name in data, one
        leaves, brief = pages(data), example(*one)
        assert not lost([letters(s.text) for s in sentences(brief)], leaves), one
        assert not [note for note in notes(brief) if note not in "".join(leaves)], one


def test_every_docx_hangs_its_whole_look_on_styles(written: dict[str, bytes]) -> None:
    """A lawyer changes a typeface in one place: no run, paragraph or cell of any form carries a look of its own, sentences in tables included."""
    for name, data in written.items():
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            body = ElementTree.fromstring(package.read("word/document.xml"))
        direct = [node.tag for look in LOOKS for node in body.iter(f"{W}{look}")]
        assert not direct, (name, direct[:3])
        bare = [node for node in body.iter(f"{W}p") if node.find(f"{W}pPr/{W}pStyle") is None and "".join(node.itertext()).strip()]
        assert not bare, (name, "".join(bare[0].itertext())[:80])


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here; the structure of each DOCX is checked in test_render")
def test_libreoffice_reads_in_every_docx_what_stands_in_the_pdf(written: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in written.items():
        (tmp_path / f"{name}.docx").write_bytes(data)
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    files = sorted(str(path) for path in tmp_path.glob("*.docx"))
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    for name, language in CHOSEN:
        leaves, brief = pages((tmp_path / f"{name}.pdf").read_bytes()), example(name, language)
        assert not lost([letters(s.text) for s in sentences(brief)], leaves), name
        whole = "".join(leaves)
        assert not [note for note in notes(brief) if note not in whole], name
        assert all(annex.sha256.hex() in whole for annex in brief.annexes), name
        # Where footnotes pushed a row away from the header of its table, a page held that row and nothing else.
        assert min(map(len, leaves[:-1]), default=_FILLED) >= _FILLED, (name, [len(leaf) for leaf in leaves])
