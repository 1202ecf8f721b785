"""Tables and forms of other programs, every sample with the verdict that its list gives, and further ones of each kind with a known verdict.

Their licences do not let all of them be copied into the repository: they are read where they stand beside it.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.engines.test_tables import outside, read
from tests.security import hostile

from letapis.core.errors import Hostile
from letapis.core.listing import entries
from letapis.core.listing_readers import READERS
from letapis.core.listing_table import Table
from letapis.engines import parse, tables
from letapis.engines.catalogue import catalogue

__all__ = ["outside"]
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
KINDS = ("csv", "ftm", "odk", "sfm", "uwazi", "xlsform")
here = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples stand beside the repository")

# Form, and for each sheet of the file its columns and rows; or the code of why it is no table.
EXPECTED: dict[str, tuple[str, list[tuple[int, int]]] | str] = {
    "csv/gen-formula.csv": ("csv", [(2, 3)]),
    "csv/gen-semicolon-1251.csv": ("csv", [(3, 2)]),
    "ftm/donations-organisations.ijson": ("jsonl", [(18, 306)]),
    "ftm/gen-invented.ijson": ("jsonl", [(13, 4)]),
    "odk/all-data-types-submission.xml": ("xml", [(16, 1)]),
    "odk/all-data-types.csv.expected": ("csv", [(16, 1)]),
    "odk/all-data-types.xml": ("xml", [(68, 1)]),
    "odk/encrypted-form-key.pem": "no table",
    "odk/encrypted-form-submission.xml": "parse.form_encrypted",  # without its key; with it, tests/engines/test_odk.py
    "odk/encrypted-form-submission.xml.enc": "parse.other_form",
    "odk/encrypted-form.csv.expected": ("csv", [(5, 1)]),
    "odk/encrypted-form.xml": ("xml", [(17, 1)]),
    "odk/repeated_nodes.xml": ("xml", [(16, 1)]),
    "odk/tutorial_unicode_submission.xml": ("xml", [(7, 1)]),
    "sfm/cluster-incident-fields.csv": ("csv", [(4, 29)]),
    "sfm/cluster-person-fields.csv": ("csv", [(4, 24)]),
    "sfm/cluster-postings-fields.csv": ("csv", [(4, 24)]),
    "sfm/cluster-unit-fields.csv": ("csv", [(4, 21)]),
    "sfm/example-claim-as-row.csv": ("csv", [(14, 1)]),
    "sfm/example-claim-as-table-A.csv": ("csv", [(2, 3)]),
    "sfm/gen-persons.csv": ("csv", [(9, 2)]),
    "sfm/gen-units.csv": ("csv", [(8, 2)]),
    "sfm/how-dates-work-table-1.csv": ("csv", [(2, 6)]),
    "sfm/how-dates-work-table-2.csv": ("csv", [(3, 2)]),
    "sfm/how-dates-work-table-3.csv": ("csv", [(3, 2)]),
    "uwazi/arrangeThesauriTest.csv": ("csv", [(7, 25)]),
    "uwazi/test.csv": ("csv", [(13, 3)]),
    "uwazi/zip-import.csv": ("csv", [(3, 3)]),
    "uwazi/zipTest.zip": "parse.other_form",
    "xlsform/choice_filter_test.xlsx": ("xlsx", [(4, 3), (4, 14), (3, 1)]),
    "xlsform/duplicate_columns.xlsx": ("xlsx", [(21, 56), (5, 4), (8, 1), (3, 2)]),
    "xlsform/group.csv": ("csv", [(4, 5)]),
    "xlsform/group.xlsx": ("xlsx", [(3, 5)]),
    "xlsform/loop.xlsx": ("xlsx", [(3, 4), (3, 3)]),
    "xlsform/or_other.xlsx": ("xlsx", [(4, 2), (4, 5)]),
}


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def first(name: str) -> Table:
    return read(sample(name), name).tables[0]


def column(table: Table, name: str) -> list[str]:
    at = table.columns.index(name)
    return [row.cells[at] for row in table.rows]


@here
def test_no_sample_of_a_table_or_a_form_is_unlooked_at() -> None:
    there = {path.relative_to(SAMPLES).as_posix() for kind in KINDS for path in (SAMPLES / kind).rglob("*") if path.is_file()}
    assert there == set(EXPECTED)


@here
@pytest.mark.parametrize("name", EXPECTED)
def test_every_sample_gives_its_rows_or_says_why_not(outside: None, name: str) -> None:
    due = EXPECTED[name]
    if due == "no table":
        return
    if isinstance(due, str):
        with pytest.raises(Hostile) as told:
            read(sample(name), name)
        assert told.value.code == due
        return
    found = read(sample(name), name)
    assert (found.form, [(len(table.columns), len(table.rows)) for table in found.tables]) == due
    assert all(len(row.cells) == len(table.columns) for table in found.tables for row in table.rows)


@here
def test_a_submission_has_the_values_that_its_program_writes_for_it(outside: None) -> None:
    """The flat table that came with the form, with dates in their own form and places as one value."""
    given, flat = first("odk/all-data-types-submission.xml"), first("odk/all-data-types.csv.expected")
    for name in ("some_string", "some_int", "some_decimal", "some_geotrace", "some_geoshape", "some_barcode"):
        assert column(given, name) == column(flat, name), name
    parts = [column(flat, f"some_geopoint-{part}")[0] for part in ("Latitude", "Longitude", "Altitude", "Accuracy")]
    assert column(given, "some_geopoint")[0].split() == parts
    assert column(given, "some_date") == ["2018-04-26"] and column(flat, "some_date") == ["Apr 26, 2018"]
    assert [name for name in given.columns if name.endswith("instanceID") and name != "@instanceID"]
    assert "rīvmaize" in column(first("odk/tutorial_unicode_submission.xml"), "name")
    assert sum(name.startswith("S2A/") for name in first("odk/repeated_nodes.xml").columns) > 10


@here
def test_columns_of_uwazi_that_nobody_asked_for_are_said_and_a_place_is_kept_as_it_stands(outside: None) -> None:
    desk, table = catalogue(), first("uwazi/test.csv")
    listing = entries([table], desk.mappings["uwazi"], desk.vocabulary, today=date(2026, 11, 26), hides=lambda _: False)
    assert [entry.names[0].text for entry in listing.entries] == ["title1", "title2", "title3"]
    assert {"non configured", "geolocation_geolocation", "select_label"} <= set(listing.untaken)
    assert [cell.strip() for cell in column(table, "geolocation_geolocation")] == ["1|1", "", "0|0"]


@here
def test_terms_in_another_case_and_with_blanks_are_one(outside: None) -> None:
    table = first("uwazi/arrangeThesauriTest.csv")
    words = {"a": ["A"], "b": ["B"], "c": ["C"], "d": ["D"]}
    for name, many in (("select_property__en", False), ("Multiselect Property__en", True)):
        for cell in column(table, name):
            terms = [part.strip() for part in cell.split("|") if part.strip()] if many else [cell.strip()] if cell.strip() else []
            for term in terms:
                if term.upper() in "ABCD":
                    assert [one.raw for one in READERS["member"](term, {"words": words})] == [term.lower()], cell


@here
def test_files_that_rows_name_are_matched_in_the_archive_and_nothing_is_unpacked(outside: None) -> None:
    """As an archive, behind the shut door: its table is a part of it, and the files that lie beside it are matched by their names."""
    with hostile.watched() as seen:
        found = parse_archive(sample("uwazi/zipTest.zip"))
    assert not seen.writes and not seen.sockets
    names = {name for name in found if "/" not in name}
    (inner,) = [name for name in names if name.endswith(".csv")]
    table = read(found[inner], inner).tables[0]
    asked = {cell.strip() for row in first("uwazi/zip-import.csv").rows for cell in row.cells if cell.strip().endswith((".pdf", ".doc", ".jpg"))}
    assert len(table.rows) >= 1 and {"1.pdf", "2.pdf"} <= names & asked


def parse_archive(data: bytes) -> dict[str, bytes]:
    found = REAL_INSPECT(data, "archive")
    return {found.rows[one.row]["member.name"]: one.data for one in found.members}


REAL_INSPECT: Callable[[bytes, str], parse.Inspection] = parse.inspect


@here
def test_references_of_entities_resolve(outside: None) -> None:
    for name in ("ftm/donations-organisations.ijson", "ftm/gen-invented.ijson"):
        told = [json.loads(line) for line in sample(name).decode("utf-8").splitlines() if line.strip()]
        ids = {one["id"] for one in told}
        table = first(name)
        assert column(table, "id") == [one["id"] for one in told]
        ways = ("addressEntity", "organization", "member", "payer", "beneficiary", "involved")
        chosen = [at for at, way in enumerate(table.columns) if any(f"/{one}/" in way for one in ways)]
        pointing = {cell for row in table.rows for at in chosen if (cell := row.cells[at])}
        assert pointing and pointing <= ids, name


@here
def test_a_column_that_stands_twice_is_named(outside: None) -> None:
    (fault,) = first("xlsform/duplicate_columns.xlsx").faults
    assert (fault.row, fault.column, fault.code) == (1, "label", "column_twice")
    assert not first("xlsform/group.xlsx").faults and column(first("xlsform/group.csv"), "type") == column(first("xlsform/group.xlsx"), "type")


# ---- further ones of each kind ---------------------------------------------------------------------------------------


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def lines(rows: list[list[str]], delimiter: str = ",") -> str:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return made.getvalue()


SURVEY: list[list[object]] = [["type", "name", "label::Беларуская"], ["text", "imia", "Імя"], ["select_one violation", "kind", "Што было"]]
CHOICES: list[list[object]] = [["list_name", "name", "label::Беларуская"], ["violation", "beating", "Збіццё"]]
UWAZI = [["Title", "Kind of violation", "File"], ["Invented one", "beating|threat", "1.pdf"], ["Invented two", " Beating ", ""]]
SFM = [["unit:id:admin", "unit:name", "unit:superior", "unit:superior_start"], ["u-1", "1-ы палк", "u-2", "2020"], ["u-2", "Брыгада", "", ""]]
XML = "<data id='form' xmlns:orx='http://openrosa.org/xforms'><orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta>{}</data>"
VARIANTS: dict[str, tuple[bytes, tuple[str, list[tuple[int, int]]] | str]] = {
    "xlsform with two languages": (workbook(("survey", SURVEY), ("choices", CHOICES)), ("xlsx", [(3, 2), (3, 1)])),
    "xlsform with a title twice": (workbook(("survey", [["type", "name", "name"], ["text", "a", "b"]])), ("xlsx", [(3, 1)])),
    "xlsform as lines": (lines([[str(cell) for cell in row] for row in SURVEY]).encode("utf-8-sig"), ("csv", [(3, 2)])),
    "xlsform that is cut": (workbook(("survey", SURVEY))[:-60], "parse.archive_damaged"),
    "uwazi with semicolons in 1251": (lines([["Назва", "Від"], ["Прыклад", "збіццё|пагроза"]], ";").encode("cp1251", "replace"), ("csv", [(2, 1)])),
    "uwazi with blanks around its titles": (lines([[f" {cell} " for cell in row] for row in UWAZI]).encode(), ("csv", [(3, 2)])),
    "uwazi as a workbook": (workbook(("entities", [[*row] for row in UWAZI])), ("xlsx", [(3, 2)])),
    "odk with a repeat": (XML.format("<p><n>a</n></p><p><n>b</n></p>").encode(), ("xml", [(4, 1)])),
    "odk without an answer": (XML.format("<n/>").encode(), ("xml", [(3, 1)])),
    "odk with an entity": (b"<!DOCTYPE d [<!ENTITY x 'y'>]>" + XML.format("<n>&x;</n>").encode(), "parse.xml_entities"),
    "odk that is cut": (XML.format("<n>a</n>").encode()[:-4], "parse.table_damaged"),
    "sfm with tabs": (lines(SFM, "\t").encode(), ("csv", [(4, 2)])),
    "sfm in two bytes a letter": (lines(SFM).encode("utf-16"), ("csv", [(4, 2)])),
    "sfm with a row too long": (lines([*SFM, ["u-3", "a", "b", "c", "d"]]).encode(), ("csv", [(4, 2)])),
    "ftm with a blank line": (b'{"id": "a", "schema": "Person"}\n\n{"id": "b", "schema": "Person"}\n', ("jsonl", [(2, 2)])),
    "ftm as one list": (b'[{"id": "a", "schema": "Person"}, {"id": "b"}]', ("json", [(2, 2)])),
    "ftm with a line that is cut": (b'{"id": "a", "schema": "Person"}\n{"id": "b", "sch', ("jsonl", [(2, 1)])),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_further_one_of_each_kind(outside: None, name: str) -> None:
    data, due = VARIANTS[name]
    if isinstance(due, str):
        with pytest.raises(Hostile) as told:
            read(data, name)
        assert told.value.code == due
        return
    found = read(data, name)
    assert (found.form, [(len(table.columns), len(table.rows)) for table in found.tables]) == due
    odd = {"xlsform with a title twice": {"column_twice"}}.get(name, set())
    assert odd <= {fault.code for table in found.tables for fault in table.faults}


def test_a_table_in_an_archive_is_read_from_its_part(outside: None) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("import.csv", lines(UWAZI))
        archive.writestr("1.pdf", b"%PDF-1.4 none")
    found = parse_archive(made.getvalue())
    table = read(found["import.csv"], "import.csv").tables[0]
    assert [name for name in column(table, "File") if name] == [name for name in found if name.endswith(".pdf")]
    with pytest.raises(Hostile, match=r"parse\.other_form"):
        tables.read_tables(lambda start: [made.getvalue()[start:]], len(made.getvalue()), "a.zip")


def test_a_formula_without_a_saved_value_is_said_with_its_row_and_column(outside: None) -> None:
    """A library that writes workbooks saves none; the program of an office does."""
    made = workbook(
        ("Ліст & 1", [["id", "сума", "note"], [1, "=A2+1", "a"], [2, 5, "=CONCAT(A3)"], [3, 6, None]]), ("other", [["a", "b"], ["=1", 2]])
    )
    first, other = read(made, "a.xlsx").tables
    assert [(one.row, one.column, one.code) for one in first.faults] == [(2, "сума", "formula_empty"), (3, "note", "formula_empty")]
    assert [(one.row, one.column, one.code) for one in other.faults] == [(2, "a", "formula_empty")]
    assert [row.cells for row in first.rows] == [("1", "", "a"), ("2", "5", ""), ("3", "6", "")]
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(saved, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, re.sub(rb"(</f>)<v ?/>|(</f>)<v></v>", rb"</f><v>7</v>", data) if "worksheets" in name else data)
    assert [table.faults for table in read(saved.getvalue(), "a.xlsx").tables] == [(), ()]


def test_a_formula_without_a_saved_value_is_seen_in_the_sandbox_too() -> None:
    made = workbook(("s", [["id", "b"], [1, "=A2+1"]]))
    (table,) = tables.read_tables(lambda start: [made[start:]], len(made), "a.xlsx").tables
    assert [(one.row, one.column, one.code) for one in table.faults] == [(2, "b", "formula_empty")]
