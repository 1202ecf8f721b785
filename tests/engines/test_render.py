"""A Brief as DOCX, PDF and HTML: the same words in all three, real footnotes, nothing read as mark-up, nothing on the disk."""

import io
import re
import shutil
import subprocess
import time
import tomllib
import zipfile
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest

from letapis.core.brief import Annex, Author, Brief, FieldAnswer, Heading, PageBreak, Paragraph, Sentence, Table
from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES, Texts
from letapis.engines.render.docx import docx
from letapis.engines.render.page import page
from letapis.engines.render.pdf import page_count, pdf

ON = date(2026, 11, 25)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXTS = Texts(tomllib.loads(files("letapis").joinpath("data/locale/documents.toml").read_text("utf-8")))
# One line that is code in Typst, Word XML, HTML and a template language. It has to come out letter by letter.
HOSTILE = '#read("/etc/passwd") $x$ *b* _i_ @ref <lab> \\ `raw` <w:t>&amp;</w:t> <script>alert(1)</script> {{ brief }} "q" \' // c /* d */'


def ref(number: int) -> bytes:
    return number.to_bytes(32, "big")


def label(claim: bytes) -> str:
    return f"claim {int.from_bytes(claim, 'big')}"


def a_brief(language: str = "en", notes: int = 6, annexes: int = 3, approved: bool = False, text: str = "Яго трымалі тры дні ў ізалятары") -> Brief:
    said = tuple(Sentence(f"{text} {n}.", (ref(n),), ((n % annexes) + 1,) if annexes else ()) for n in range(1, notes + 1))
    return Brief(
        "Communication on Vydumka Pryklad",
        "Urgent action",
        language,
        "INVENTED EXAMPLE",
        (("Submitted by", "Invented Centre"),),
        (
            Heading(1, "Identity"),
            FieldAnswer("1.", "Family name", (Sentence("Pryklad", (ref(1),), (2,) if annexes else ()),)),
            FieldAnswer("2.", "Birth date", (), missing=True),
            Heading(2, "Arrest"),
            *(Paragraph(said[at : at + 4]) for at in range(0, notes, 4)),
            Paragraph((Sentence("This engages article 9.", author=Author.LAWYER), said[0])),
            PageBreak(),
            Table(("Date", "Place"), (("2021-01", "Žodzina"), ("2021-02", ""))),
        ),
        tuple(Annex(n, f"Record of arrest {n}", bytes([n]) * 32, "image/jpeg", 1000 * n) for n in range(1, annexes + 1)),
        approved,
    )


def parts(data: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}


def text_of(element: ElementTree.Element) -> str:
    return "".join(node.text or "" for node in element.iter(f"{W}t"))


def pdf_pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [leaf.get_textpage().get_text_bounded() for leaf in document]


# --- DOCX


def test_docx_has_one_real_footnote_for_each_set_of_references() -> None:
    made = parts(docx(a_brief(), TEXTS, on=ON, claim_labels=label))
    notes = {node.get(f"{W}id"): text_of(node) for node in made["word/footnotes.xml"].iter(f"{W}footnote") if node.get(f"{W}type") is None}
    references = [node.get(f"{W}id") for node in made["word/document.xml"].iter(f"{W}footnoteReference")]
    assert references == list(notes) == [str(n) for n in range(1, 7)]
    assert notes["1"] == " claim 1; Annex 2."


def test_docx_sentence_that_shares_a_note_refers_to_it_by_a_field() -> None:
    body = parts(docx(a_brief(), TEXTS, on=ON))["word/document.xml"]
    fields = [node.text for node in body.iter(f"{W}instrText")]
    bookmarks = {node.get(f"{W}name") for node in body.iter(f"{W}bookmarkStart")}
    assert fields == [" NOTEREF _RefNote1 \\f \\h "] * 2
    assert "_RefNote1" in bookmarks


def test_docx_declares_every_part_and_both_separators() -> None:
    made = parts(docx(a_brief(), TEXTS, on=ON))
    declared = {node.get("PartName") for node in made["[Content_Types].xml"] if node.get("PartName")}
    assert {f"/{name}" for name in made if name.startswith(("word/", "docProps/")) and "_rels" not in name} == declared
    targets = {node.get("Target") for node in made["word/_rels/document.xml.rels"]}
    assert targets == {
        name.removeprefix("word/") for name in made if name.startswith("word/") and "_rels" not in name and name != "word/document.xml"
    }
    settings = [node.get(f"{W}id") for node in made["word/settings.xml"].iter(f"{W}footnote")]
    kinds = {node.get(f"{W}id"): node.get(f"{W}type") for node in made["word/footnotes.xml"] if node.get(f"{W}type")}
    assert settings == list(kinds) == ["-1", "0"]
    assert list(kinds.values()) == ["separator", "continuationSeparator"]


def test_docx_uses_only_styles_that_exist_and_no_direct_look() -> None:
    made = parts(docx(a_brief(), TEXTS, on=ON))
    known = {node.get(f"{W}styleId") for node in made["word/styles.xml"].iter(f"{W}style")}
    used = {
        node.get(f"{W}val")
        for name in ("word/document.xml", "word/footnotes.xml", "word/header1.xml", "word/footer1.xml")
        for tag in ("pStyle", "rStyle", "tblStyle")
        for node in made[name].iter(f"{W}{tag}")
    }
    assert used <= known
    assert {"Heading1", "Heading2", "FieldLabel", "BodyText", "FootnoteText", "Annex"} <= used
    assert not [node for tag in ("b", "i", "sz", "rFonts", "color") for node in made["word/document.xml"].iter(f"{W}{tag}")]


def test_docx_tells_nothing_about_who_when_and_on_what() -> None:
    data = docx(a_brief(), TEXTS, on=ON)
    made = parts(data)
    properties = {node.tag.rpartition("}")[2]: node.text for node in made["docProps/core.xml"]}
    assert properties == {
        "title": "Communication on Vydumka Pryklad",
        "language": "en-GB",
        "created": "2026-11-25T00:00:00Z",
        "modified": "2026-11-25T00:00:00Z",
    }
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        everything = b"".join(package.read(name) for name in package.namelist())
    assert not re.search(rb"python-docx|Macintosh|rsid|lastModifiedBy|creator|docId", everything)


def test_docx_marks_every_page_and_draws_the_draft_mark_only_on_drafts() -> None:
    draft = parts(docx(a_brief("be"), TEXTS, on=ON))["word/header1.xml"]
    final = parts(docx(a_brief("be", approved=True), TEXTS, on=ON))["word/header1.xml"]
    assert text_of(draft) == "INVENTED EXAMPLE  •  ЧАРНАВІК — не зацверджана"
    assert text_of(final) == "INVENTED EXAMPLE"
    assert b"textpath" in ElementTree.tostring(draft) and b"textpath" not in ElementTree.tostring(final)


def test_docx_lists_each_annex_with_its_whole_digest() -> None:
    body = text_of(parts(docx(a_brief(), TEXTS, on=ON))["word/document.xml"])
    assert all(bytes([n]).hex() * 32 in body and f"Record of arrest {n}" in body for n in (1, 2, 3))


def test_docx_without_notes_annexes_marking_and_meta_is_whole() -> None:
    bare = Brief("T", "", "ru", None, (), (), (), True)
    made = parts(docx(bare, TEXTS, on=ON))
    assert text_of(made["word/header1.xml"]) == ""
    assert len(list(made["word/footnotes.xml"])) == 2


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here; the structural checks above always run")
def test_docx_opens_in_libreoffice_with_its_footnotes(tmp_path: Path) -> None:
    (tmp_path / "invented.docx").write_bytes(docx(a_brief(), TEXTS, on=ON, claim_labels=label))
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "invented.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = "\n".join(pdf_pages((tmp_path / "invented.pdf").read_bytes()))
    assert "claim 6; Annex 1." in text and "INVENTED EXAMPLE" in text


def test_a_long_title_is_cut_between_words_in_the_foot_of_a_page() -> None:
    footer = parts(docx(replace(a_brief(), title="Invented words " * 9), TEXTS, on=ON))["word/footer1.xml"]
    assert text_of(footer).startswith("Invented words " * 4 + "Invented…")


def test_an_account_of_many_sentences_is_cut_into_paragraphs_in_every_format() -> None:
    said = tuple(Sentence(f"Invented sentence {n}.", (ref(n),)) for n in range(1, 121))
    brief = replace(a_brief(), blocks=(FieldAnswer("1.", "Circumstances", said), Paragraph(said[:9])))
    body = parts(docx(brief, TEXTS, on=ON))["word/document.xml"]
    looks = [node.get(f"{W}val") for node in body.iter(f"{W}pStyle")]
    assert (looks.count("FieldAnswer"), looks.count("BodyText")) == (15, 2)
    assert page(brief, TEXTS).count("<p><span") == 17
    begun = time.process_time()
    text = "".join("".join(pdf_pages(pdf(brief, TEXTS, on=ON))).split())
    assert time.process_time() - begun < 0.9, "one paragraph with a note on each of its sentences took a second"
    assert text.index("Inventedsentence1.") < text.index("Inventedsentence60.") < text.index("Inventedsentence120.")


# --- PDF


def test_pdf_claims_archive_and_accessibility_standards() -> None:
    data = pdf(a_brief(), TEXTS, on=ON)
    assert b"<pdfaid:part>2</pdfaid:part>" in data and b"<pdfaid:conformance>A</pdfaid:conformance>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    assert b"/StructTreeRoot" in data and b"Communication on Vydumka Pryklad" in data


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_shows_marking_draft_and_page_number_on_every_page(language: str) -> None:
    pages = pdf_pages(pdf(a_brief(language, notes=60), TEXTS, on=ON))
    assert len(pages) >= 3
    for number, text in enumerate(pages, start=1):
        assert "INVENTED EXAMPLE" in text
        assert TEXTS.say("documents.draft", language) in text
        assert f"{TEXTS.say('documents.page', language)} {number} {TEXTS.say('documents.of', language)} {len(pages)}" in text


def test_pdf_of_an_approved_brief_has_no_draft_mark() -> None:
    assert "DRAFT" not in "".join(pdf_pages(pdf(a_brief(approved=True), TEXTS, on=ON)))


def test_pdf_prints_footnotes_once_and_repeats_their_number() -> None:
    text = "\n".join(pdf_pages(pdf(a_brief(), TEXTS, on=ON, claim_labels=label)))
    assert text.count("claim 1; Annex 2.") == 1
    assert all(f"claim {n}; Annex" in text for n in range(1, 7))


def test_pdf_shows_belarusian_letters() -> None:
    letters = "Ўў Іі Ёё Ґґ Łł Žž Š №«»—’ʼ"
    assert letters in "\n".join(pdf_pages(pdf(a_brief(text=letters), TEXTS, on=ON)))


def test_pdf_writes_a_letter_without_glyph_as_its_number() -> None:
    text = "\n".join(pdf_pages(pdf(a_brief(text="Ён напісаў 中 і \U0001f600 і \ud55c\uae00"), TEXTS, on=ON)))
    assert "Ённапісаў[U+4E2D]і[U+1F600]і[U+D55C][U+AE00]" in "".join(text.split())


def test_error_of_the_compiler_never_carries_text_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("letapis.engines.render.pdf._template", lambda: b"#panic(sys.inputs.brief)")
    with pytest.raises(Damaged) as error:
        pdf(a_brief(), TEXTS, on=ON)
    assert error.value.code == "brief.not_rendered"
    assert error.value.__cause__ is None and error.value.__suppress_context__


def test_pages_are_counted_as_print_has_them() -> None:
    brief = a_brief()
    assert page_count(brief, TEXTS, on=ON) == len(pdf_pages(pdf(brief, TEXTS, on=ON)))


# --- HTML


def test_page_links_notes_both_ways_with_unique_ids() -> None:
    html = page(a_brief(), TEXTS, claim_labels=label)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert {target for target in re.findall(r'href="#([^"]+)"', html)} <= set(ids)
    assert html.count('href="#note-1"') == 3  # the answer, the paragraph, and the sentence that repeats it
    assert 'class="from-lawyer"' in html and 'class="missing"' in html


def test_page_has_no_script_style_or_foreign_address() -> None:
    html = page(a_brief(text="see"), TEXTS)
    assert not re.search(r"<script|<style| style=|https?:|<img|<svg| on\w+=", html)


# --- all three


def test_hostile_text_is_printed_letter_by_letter_in_every_format() -> None:
    brief = replace(
        a_brief(notes=1, text=HOSTILE),
        title=HOSTILE,
        subtitle=HOSTILE,
        marking=HOSTILE,
        meta=((HOSTILE, HOSTILE),),
        annexes=tuple(Annex(n, HOSTILE, bytes(32), HOSTILE) for n in (1, 2, 3)),
    )
    name = "x <b>]#panic(1)"
    printed = re.sub(r"\s+", " ", "\n".join(pdf_pages(pdf(brief, TEXTS, on=ON, claim_labels=lambda _: name))))
    assert '#read("/etc/passwd") $x$ *b* _i_ @ref <lab> \\ `raw`' in printed and "]#panic(1)" in printed
    made = parts(docx(brief, TEXTS, on=ON, claim_labels=lambda _: name))
    assert f"{HOSTILE} 1." in text_of(made["word/document.xml"]) and name in text_of(made["word/footnotes.xml"])
    html = page(brief, TEXTS, claim_labels=lambda _: name)
    assert "<script" not in html and "<w:t" not in html and "<b>" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_brief_gives_the_same_bytes(language: str) -> None:
    brief = a_brief(language)
    assert docx(brief, TEXTS, on=ON) == docx(brief, TEXTS, on=ON)
    assert pdf(brief, TEXTS, on=ON) == pdf(brief, TEXTS, on=ON)
    assert docx(brief, TEXTS, on=ON) != docx(brief, TEXTS, on=date(2026, 11, 26))


def test_nothing_is_written_beside_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "TMP", "TEMP", "HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    brief = a_brief(text="kanarejka-7391")
    assert docx(brief, TEXTS, on=ON) and pdf(brief, TEXTS, on=ON) and page(brief, TEXTS)
    assert list(tmp_path.rglob("*")) == []


def test_120_notes_and_40_annexes_take_less_than_three_seconds() -> None:
    brief = a_brief(notes=120, annexes=40)
    start = time.process_time()
    docx(brief, TEXTS, on=ON)
    pdf(brief, TEXTS, on=ON)
    assert time.process_time() - start < 3
