"""What a desk officer stumbles over on paper: a day as a machine writes it, a question said twice, a blank that looks forgotten, a torn row."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pypdfium2
import pytest
from tests.example_filing import example

from letapis.core.brief import Annex, Author, Brief, FieldAnswer, Heading, Paragraph, Sentence, Table, word_count
from letapis.core.briefjson import from_json, to_json
from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES
from letapis.engines.catalogue import catalogue
from letapis.engines.render.docx import docx
from letapis.engines.render.page import page
from letapis.engines.render.pdf import pdf
from letapis.engines.render.words import size_words, tied

ON = date(2026, 11, 26)
TEXTS = catalogue().texts
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BARE = Brief("Request: Vydumka Pryklad", "", "en", None, (), (), (), True)


def said(text: str) -> Sentence:
    return Sentence(text, author=Author.FORM)


def leaves(brief: Brief) -> list[str]:
    with pypdfium2.PdfDocument(pdf(brief, TEXTS, on=ON)) as document:
        return [" ".join(leaf.get_textpage().get_text_bounded().split()) for leaf in document]


def word(brief: Brief) -> str:
    with zipfile.ZipFile(io.BytesIO(docx(brief, TEXTS, on=ON))) as package:
        return package.read("word/document.xml").decode()


def everywhere(brief: Brief) -> list[str]:
    return [" ".join(leaves(brief)), word(brief), page(brief, TEXTS)]


@pytest.mark.parametrize(("language", "day"), [("en", "26 November 2026"), ("be", "26 лістапада 2026"), ("ru", "26 ноября 2026")])
def test_the_day_below_the_title_is_written_as_people_write_it(language: str, day: str) -> None:
    for shown in everywhere(replace(BARE, language=language, meta=(("Date", "2026-11-26"), ("From", "Vydumka Centre")))):
        assert day in shown
        assert "2026-11-26" not in shown.replace("2026-11-26T00:00:00Z", "")


@pytest.mark.parametrize("heading", ["7. Risk of reprisals", "VII. Risk of reprisals", "Risk of reprisals"])
@pytest.mark.parametrize("answer", [(), (said("None."),)])
def test_a_question_that_says_what_its_heading_says_is_printed_once(heading: str, answer: tuple[Sentence, ...]) -> None:
    brief = replace(BARE, blocks=(Heading(1, heading), FieldAnswer("", "Risk of reprisals", answer, missing=not answer)))
    for shown in everywhere(brief):
        assert shown.count("Risk of reprisals") == 1
        assert ("None." if answer else "Not known yet") in shown
    numbered = replace(brief, blocks=(Heading(1, heading), FieldAnswer("3", "Risk of reprisals", answer)))
    assert all(shown.count("Risk of reprisals") == 2 for shown in everywhere(numbered))


def test_a_question_that_need_not_be_answered_is_not_left_blank_nor_called_missing() -> None:
    brief = replace(BARE, blocks=(FieldAnswer("", "Photograph", ()), FieldAnswer("", "Sex", (), missing=True)))
    for shown in everywhere(brief):
        assert shown.count("No information") == 1
        assert shown.count("Not known yet") == 1


def test_an_annex_is_described_in_the_words_of_people() -> None:
    annexes = (Annex(1, "Letters", b"1" * 32, "application/pdf", 88_410), Annex(2, "Other", b"2" * 32, "application/x-vydumka", 0))
    for shown in everywhere(replace(BARE, annexes=annexes)):
        assert "PDF, 88 kB" in shown
        assert "application/pdf" not in shown
        assert "application/x-vydumka" in shown


@pytest.mark.parametrize(
    ("size", "language", "told"),
    [
        (0, "en", "0 B"),
        (999, "ru", "999 Б"),
        (1000, "en", "1 kB"),
        (182_044, "be", "182 кБ"),
        (2_201_443, "en", "2.2 MB"),
        (2_201_443, "ru", "2,2 МБ"),
    ],
)
def test_sizes(size: int, language: str, told: str) -> None:
    assert size_words(size, TEXTS, language) == told


def test_a_year_and_its_abbreviation_stay_on_one_line() -> None:
    assert tied("1 декабря 2024 г. № 278, 5 гадоў") == "1 декабря 2024\u00a0г. №\u00a0278, 5 гадоў"
    assert "2024\u00a0г." in word(replace(BARE, language="ru", blocks=(FieldAnswer("", "Дата", (said("1 декабря 2024 г."),)),)))


def test_a_row_of_a_table_is_not_torn_between_two_pages_unless_it_is_long() -> None:
    short, long = "begin " + "word " * 60 + "end", "first " + "word " * 1500 + "last"
    torn = replace(BARE, blocks=(Table(("Day", "What"), tuple((str(n), (said(short),)) for n in range(40))),))
    pages = leaves(torn)
    assert len(pages) > 2
    assert all(leaf.count("begin") == leaf.count("end") for leaf in pages)
    whole = leaves(replace(BARE, blocks=(Table(("Day", "What"), (("1", (said(long),)),)),)))
    assert "first" in whole[0]
    assert "last" in whole[-1]


def test_every_style_that_a_lawyer_looks_for_is_there_under_its_own_name() -> None:
    """What a word processor calls heading 1, Normal or footnote text is what it changes; our own styles hang on these."""
    with zipfile.ZipFile(io.BytesIO(docx(BARE, TEXTS, on=ON))) as package:
        styles = ElementTree.fromstring(package.read("word/styles.xml"))
    names = {one.get(f"{W}styleId"): one.find(f"{W}name").get(f"{W}val") for one in styles.iter(f"{W}style")}  # type: ignore[union-attr]
    expected = ("Normal", "Title", "Subtitle", "heading 1", "heading 2", "heading 3", "Body Text", "footnote text", "footnote reference", "header")
    assert set(expected) <= set(names.values())
    assert {"Field Label", "Field Answer", "Field Missing", "Field Unanswered", "Table Text", "Table Heading", "Brief Table"} <= set(names.values())
    bases = [one.find(f"{W}basedOn") for one in styles.iter(f"{W}style")]
    assert {base.get(f"{W}val") for base in bases if base is not None} <= set(names)
    assert {nxt.get(f"{W}val") for nxt in styles.iter(f"{W}next")} <= set(names)


@pytest.mark.parametrize("before", range(30, 60, 6))
def test_a_small_table_and_a_short_index_are_not_torn(before: int) -> None:
    """Whatever stands before it: one row of an index alone on the last page is paper for nothing."""
    filled = tuple(Paragraph((said(f"Line {n}."),)) for n in range(before))
    table = Table(("Person", "Profile"), tuple((f"Person {n}", (said("row " + "word " * 20),)) for n in range(4)))
    annexes = tuple(Annex(n, f"Letter {n}", bytes([n]) * 32) for n in range(1, 9))
    found = leaves(replace(BARE, blocks=(*filled, table), annexes=annexes))
    assert [leaf.count("row word") for leaf in found if "row word" in leaf] == [4]
    assert [leaf.count("Letter") for leaf in found if "Letter" in leaf] == [8]
    rows = list(ElementTree.fromstring(word(replace(BARE, blocks=(table,)))).iter(f"{W}tr"))
    assert [all(one.find(f"{W}pPr/{W}keepNext") is not None for one in row.iter(f"{W}p")) for row in rows] == [True] * 4 + [False]


def test_a_table_in_word_begins_with_its_header_and_two_rows_together() -> None:
    table = Table(("Day", "What"), tuple((str(n), (said(f"Told {n}." + " word" * 60),)) for n in range(5)))
    rows = list(ElementTree.fromstring(word(replace(BARE, blocks=(table,)))).iter(f"{W}tr"))
    held = [all(one.find(f"{W}pPr/{W}keepNext") is not None for one in row.iter(f"{W}p")) for row in rows]
    assert held == [True, True, False, False, False, False]
    assert {one.get(f"{W}val") for one in rows[0].iter(f"{W}pStyle")} == {"TableHeading"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_in_the_title_of_a_pdf_begins_a_line_of_its_own(language: str) -> None:
    brief = replace(BARE, language=language, title="A request that is called by a long name indeed and goes on: Vydumka Pryklad")
    with pypdfium2.PdfDocument(pdf(brief, TEXTS, on=ON)) as document:
        lines = document[0].get_textpage().get_text_bounded().splitlines()
        assert document.get_metadata_value("Title") == brief.title
    assert "Vydumka Pryklad" in lines
    assert "goes on:</w:t><w:br/><w:t>Vydumka Pryklad" in word(brief).replace(' xml:space="preserve"', "")


def test_paragraphs_have_running_numbers_where_the_body_wants_them_and_these_are_no_words() -> None:
    many = tuple(said(f"Sentence {n} is told.") for n in range(10))
    brief = replace(BARE, blocks=(Paragraph((said("First."),)), FieldAnswer("", "Account", many), FieldAnswer("", "Sex", (), missing=True)))
    for shown in everywhere(replace(brief, numbered=True)):
        assert [number for number in ("1.", "2.", "3.", "4.") if f"{number}\u2002" in shown or f"{number} " in shown] == ["1.", "2.", "3."]
    assert word_count(replace(brief, numbered=True)) == word_count(brief)
    assert not any("1.\u2002" in shown for shown in everywhere(brief))


def test_a_body_that_wants_numbered_paragraphs_gets_them() -> None:
    assert example("UPR", "en").numbered
    assert [name for name, card in catalogue().mechanisms.items() if name in catalogue().forms and "paragraphs" in card.format] == ["UPR"]
    assert "Submitting organisation 1. Vydumka Centre." in leaves(example("UPR", "en"))[0]


def test_a_numbered_document_is_kept_as_it_is_and_an_old_one_reads_as_before() -> None:
    for brief in (BARE, replace(BARE, numbered=True)):
        assert from_json(to_json(brief)) == brief
    assert b"numbered" not in to_json(BARE)
    for forged in (b'"numbered":false,', b'"numbered":1,'):
        with pytest.raises(Damaged):
            from_json(to_json(BARE).replace(b'"subtitle"', forged + b'"subtitle"'))
