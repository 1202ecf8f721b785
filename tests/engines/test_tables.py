"""Files of strangers as tables: whatever their letters, what parts their cells, and what is broken in them. Most run outside the sandbox, as
the same code without its door; some of each form inside."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.errors import Hostile
from letapis.core.listing_table import Row, Table
from letapis.engines import parse, tables
from letapis.engines.catalogue import catalogue
from letapis.engines.parse import inspect_table
from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.codes import FACTS, Kind, Level
from letapis.engines.parse.table_told import FAULTS, LIMITS
from letapis.engines.parse.wire import MAX_FACT
from letapis.engines.parse.words import HIDDEN

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
ROWS = [["id", "імя", "note"], ["1", "Алена Прыклад", 'said "yes"\nand more'], ["2", "Ігар Выдумка", ""], ["3", "Максім Пастава", "a, b; c"]]


class Told(Answer):
    """What the reader says, checked as the desk checks it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.rows: list[dict[str, str]] = []
        self.flags: list[str] = []

    def fact(self, row: int, name: str, value: str) -> None:
        assert name in FACTS and len(value.encode("utf-8")) <= MAX_FACT and not HIDDEN.search(value)
        if row == len(self.rows):
            self.rows.append({})
        assert row == len(self.rows) - 1 and name not in self.rows[row]
        self.rows[row][name] = value

    def flag(self, name: str, holds: object = True) -> None:
        self.flags += [f"flags.{name}"] if holds else []


def inspect(data: bytes, reader: str, declared: str = "") -> parse.Inspection:
    told = Told()
    try:
        inspect_table.read_declared(data, declared, told)
    except Stop as stop:
        raise Hostile(stop.code) from None
    return parse.Inspection(Kind.TEXT, "text/plain", tuple(told.rows), (), None, tuple(told.flags), Level.FULL)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "inspect", inspect)


def read(data: bytes, name: str = "list") -> tables.Tables:
    return tables.read_tables(lambda start: [data[start:]], len(data), name)


def only(data: bytes) -> Table:
    (table,) = read(data).tables
    return table


def refused(data: bytes) -> str:
    with pytest.raises(Hostile) as error:
        read(data)
    return error.value.code


def lines(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


# ---- letters and what parts cells ------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8-sig", b"", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("cp1251", b"", "cp1251"),
    ],
)
def test_letters_and_delimiter_are_found_and_said(outside: None, delimiter: str, encoding: str, mark: bytes, found: str) -> None:
    told = read(mark + lines(ROWS, delimiter, "\r\n").encode(encoding))
    (table,) = told.tables
    assert [list(table.columns), *(list(row.cells) for row in table.rows)] == ROWS
    assert (told.form, told.encoding, told.delimiter) == ("csv", found, delimiter)
    assert [row.number for row in table.rows] == [2, 3, 4] and not table.faults
    assert ("flags.encoding_guessed" in told.flags) == (found == "cp1251" or (found == "utf-16-le" and not mark))


def test_a_letter_that_is_lost_costs_its_row_a_fault_and_no_other_page_is_guessed(outside: None) -> None:
    data = lines([["id", "name"], *([str(n), "Алена Прыклад"] for n in range(20))]).encode().replace(b"\n3,\xd0\x90", b"\n3,\xd0", 1)
    told = read(data)
    assert told.encoding == "utf-8" and len(told.tables[0].rows) == 20
    assert [(fault.row, fault.code) for fault in told.tables[0].faults] == [(5, "letters_lost")]


words = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=12)
rows_of_three = st.lists(st.tuples(words, words, words).filter(lambda row: "".join(row).strip() != ""), min_size=1, max_size=12)


@given(rows_of_three, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read(outside: None, rows: list[tuple[str, str, str]], encoding: str) -> None:
    table = only(lines([["a", "b", "c"], *map(list, rows)]).encode(encoding))
    assert [row.cells for row in table.rows] == rows


@given(rows_of_three, st.integers(40, 400))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_pieces_the_same_rows_are_read(outside: None, rows: list[tuple[str, str, str]], size: int) -> None:
    data = lines([["first", "second", "third"], ["1", "2", "3"], *map(list, rows)]).encode()
    whole = only(data).rows
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(LIMITS, "piece_bytes", max(size, 2 * max(map(len, data.split(b"\n"))) + 40))
        table = only(data)
        assert [row.cells for row in table.rows] == [row.cells for row in whole]
        assert [table.rows[place] for place in reversed(range(len(whole)))] == list(table.rows)[::-1]


@given(st.binary(min_size=1, max_size=300) | st.text(alphabet='",;\n\r\t ab\0{}[]<>=', min_size=1, max_size=80).map(str.encode))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_the_reading(outside: None, data: bytes) -> None:
    try:
        found = read(data)
    except Hostile as fault:
        assert fault.code.startswith("parse.")
        return
    for table in found.tables:
        assert all(len(row.cells) == len(table.columns) for row in table.rows)


broken = st.sampled_from(['{n},"open', "{n},a,b,c,d", "{n}", "", "   ", '{n},x"y,z', ",,,,", '{n},"a"b,c', "{n},good,again"])


@given(st.lists(st.integers(0, 3) | broken, max_size=25))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_broken_lines_shift_nothing_and_lose_no_good_row(outside: None, plan: list[Any]) -> None:
    good, text = [], ["id,name,note\n"]
    for number, step in enumerate(plan):
        if isinstance(step, str):
            text.append(step.format(n=f"bad{number}") + "\n")
            continue
        row = [f"good{number}", f"name {number}", ("plain", 'with "quotes"', "of two\nlines", "a, comma")[step]]
        good.append(tuple(row))
        text.append(lines([row]))
    table = only("".join(text).encode())
    assert [row.cells for row in table.rows if row.cells[0].startswith("good")] == good
    assert all(row.cells[0].startswith(("good", "bad")) for row in table.rows)


def test_each_broken_row_is_kept_aside_with_its_reason(outside: None) -> None:
    table = only(b'id,name\n1,Alena\n2,a,b\n3,"open\n4,Ihar\n')
    assert [row.cells for row in table.rows] == [("1", "Alena"), ("3", "open"), ("4", "Ihar")]
    assert table.aside == (Row(3, ("2", "a", "b")),) and [(fault.row, fault.code) for fault in table.faults] == [(3, "cells")]
    assert only(b'sep=;\nid;name\n1;Alena\n').columns == ("id", "name")
    table = only(b"id,id,,name\n1,2,3,4\n")
    assert table.columns == ("id", "id (2)", "#3", "name") and table.faults[0].code == "column_twice"


def test_a_name_that_stands_twice_in_an_object_loses_nothing(outside: None) -> None:
    """JSON's own reading keeps the last of two and says nothing."""
    one = b'{"id": 1, "who": {"name": "a", "name": "b", "name": "b"}}'
    for data in (b"[%b]" % one, one + b'\n{"id": 2}\n'):
        table = only(data)
        assert table.columns == ("id", "who/name", "who/name (2)", "who/name (3)") and table.rows[0].cells == ("1", "a", "b", "b")
        assert [(fault.row, fault.column, fault.code) for fault in table.faults] == [(1, "who/name", "column_twice")]
    assert refused(b"[{" + b", ".join([b'"a": 1'] * 600) + b"}]") == "parse.table_too_wide"


def test_a_cell_that_is_too_long_is_cut_and_it_is_said(outside: None) -> None:
    table = only(f"id,name\n1,{'Ж' * 30_000}\n2,Ihar\n".encode())
    assert [len(row.cells[1]) for row in table.rows] == [20_000, 4] and [fault.code for fault in table.faults] == ["cell_long"]


def test_every_fault_has_its_sentence() -> None:
    assert all(f"listing.fault.{code}" in catalogue().texts for code in FAULTS)


# ---- workbooks -------------------------------------------------------------------------------------------------------


def workbook(**more: bytes) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["List of people", None, None], ["id", "name", "born"], [1, "Алена", "=1+1"], [2.5, True, None]):
        sheet.append(row)
    book.create_sheet("empty")
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in more.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def test_a_workbook_gives_values_and_its_macros_are_named(outside: None) -> None:
    told = read(workbook(xl__vbaProject_dot_bin=b"macro"), "people.xlsm")
    (table,) = told.tables
    assert told.form == "xlsx" and told.flags == ("flags.macros",)
    assert table.name == "people.xlsm / Sheet" and table.columns == ("id", "name", "born")
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("1", "Алена", "")), (4, ("2.5", "TRUE", ""))]
    assert "flags.macros" not in read(workbook()).flags


def test_a_workbook_that_is_a_bomb_damaged_or_too_large_is_refused(outside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(workbook(xl__a_dot_xml=b"\0" * (30 << 20))) in ("parse.archive_ratio", "parse.archive_duplicate")
    assert refused(workbook()[:-40]) == "parse.archive_damaged"
    monkeypatch.setitem(LIMITS, "cells", 3)
    assert refused(workbook()) == "parse.table_too_large"


def test_a_locked_workbook_says_so_and_an_open_document_is_read(outside: None) -> None:
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)) == "parse.table_locked"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)) == "parse.table_damaged"
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text"))
    cells = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    day = '<table:table-cell office:value-type="date" office:date-value="1990-01-02"><text:p>02.01.90</text:p></table:table-cell>'
    sheet = "".join(f"<table:table-row>{row}</table:table-row>" for row in (cells.format("name") + cells.format("born"), cells.format("Алена") + day))
    body = f'<office:body><office:spreadsheet><table:table table:name="People">{sheet}</table:table></office:spreadsheet></office:body>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f'<?xml version="1.0"?><office:document-content {spaces}>{body}</office:document-content>')
    told = read(out.getvalue(), "people.ods")
    assert told.form == "ods" and told.tables[0].name == "people.ods / People"
    assert [row.cells for row in told.tables[0].rows] == [("Алена", "1990-01-02")]


# ---- trees -----------------------------------------------------------------------------------------------------------


def test_json_is_flattened_and_a_broken_line_costs_itself(outside: None) -> None:
    people = [{"id": 1, "name": ["Алена", "Elena"], "more": {"deep": [{"x": None, "y": True}]}}, {"id": 2}]
    table = only(json.dumps({"results": people}).encode())
    assert table.columns == ("id", "name/0", "name/1", "more/deep/0/y")
    assert [row.cells for row in table.rows] == [("1", "Алена", "Elena", "TRUE"), ("2", "", "", "")]
    told = read(b'{"id": 1}\nnot json\n{"id": 2}\n')
    assert told.form == "jsonl" and [row.number for row in told.tables[0].rows] == [1, 3]
    assert told.tables[0].aside == (Row(2, ("not json",)),) and told.tables[0].faults[0].code == "json_line"
    between = read(b'[{"id": 1}, "no object", null, {"id": 2}]').tables[0]
    assert [row.number for row in between.rows] == [1, 4] and between.aside == (Row(2, ('"no object"',)),)
    assert [(fault.row, fault.code) for fault in between.faults] == [(2, "json_line")]
    assert refused(b"[" * 60_000) == "parse.table_damaged"
    assert refused(json.dumps({str(n): n for n in range(600)}).encode()) == "parse.table_too_wide"


def test_a_stray_zero_costs_its_row_a_fault_however_far_behind_the_beginning_it_stands(outside: None) -> None:
    data = lines([["id", "name"], *([str(n), "Pryklad " + "a" * 200] for n in range(60))]).encode()
    for row in (3, 60):
        told = only(data.replace(f"\n{row - 2},Pryk".encode(), f"\n{row - 2},Pr\0yk".encode(), 1))
        assert len(told.rows) == 60 and [(fault.row, fault.code) for fault in told.faults] == [(row, "letters_lost")]
        assert told.rows[row - 2].cells[1].startswith("Pryklad")


def test_an_entity_says_each_value_once_however_many_statements_it_has(outside: None) -> None:
    names = [f"Pryklad {n}" for n in range(300)]
    said = [{"entity_id": "p1", "schema": "Person", "prop": "alias", "value": name, "origin": "Pryklad"} for name in names]
    table = only(json.dumps({"id": "p1", "schema": "Person", "properties": {"alias": names}, "statements": said}).encode())
    assert list(table.rows[0].cells) == ["p1", "Person", *names]
    assert only(b'[{"id": 1, "statements": [{"a": "b"}]}]').columns == ("id", "statements/0/a"), "no entity: all of it"


def test_json_that_breaks_off_is_damaged_and_none_of_its_lines_is_taken_alone(outside: None) -> None:
    whole = json.dumps([{"id": str(n), "name": "Pryklad"} for n in range(4)], indent=1)
    alone = whole.replace("\n  ", " ").replace("\n }", " }")
    assert only(alone.encode()).rows[3].cells == ("3", "Pryklad")
    for text in (whole[: len(whole) // 2], alone[:-2], alone[:-10], alone.replace('"name"', "name", 1)):
        assert refused(text.encode()) == "parse.table_damaged"
    assert refused(b'{"id": 1, "name": "Pry') == refused(b'{"results": [{"id": 1}') == "parse.table_damaged"
    assert refused(b"{\\rtf1 Pryklad}") == "parse.other_form"


@pytest.mark.parametrize(("encoding", "guessed"), [("cp1251", True), ("utf-16-le", True), ("utf-16", False), ("utf-8-sig", False)])
def test_json_in_other_letters_is_read_and_said(outside: None, encoding: str, guessed: bool) -> None:
    people = [{"id": str(n), "name": "Алена Прыкладная з Выдуманага"} for n in range(3)]
    told = read(json.dumps(people, ensure_ascii=False).encode(encoding))
    assert [row.cells[1] for row in told.tables[0].rows] == [one["name"] for one in people] and not told.tables[0].faults
    assert ("flags.encoding_guessed" in told.flags) == guessed


def test_half_a_letter_that_json_names_is_a_lost_one(outside: None) -> None:
    table = only(b'[{"na\\ud800me": "Al\\udc00ena", "more": "\\ud83d\\ude42"}]')
    assert table.columns == ("na\ufffdme", "more") and table.rows[0].cells == ("Al\ufffdena", "\U0001f642")
    assert [fault.code for fault in table.faults] == ["letters_lost"]


def test_a_submission_is_a_row_and_entities_are_refused(outside: None) -> None:
    twice = b"<one><a>1</a></one><one><a>2</a></one>"
    table = only(b'<data id="f" xmlns="http://x.example"><name>Alena</name>' + twice + b'<n:meta xmlns:n="y"><n:id>u</n:id></n:meta></data>')
    assert dict(zip(table.columns, table.rows[0].cells, strict=True)) == {
        **{"@id": "f", "name": "Alena", "one/0/a": "1", "one/1/a": "2", "meta/id": "u"}
    }
    assert refused(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') == "parse.xml_entities"
    assert refused(b"<a><b></a>") == "parse.other_form"


@pytest.mark.parametrize("inside", ["<base64EncryptedKey>a2V5</base64EncryptedKey>", "<n:encryptedXmlFile>submission.xml.enc</n:encryptedXmlFile>"])
def test_a_submission_that_was_encrypted_on_the_phone_is_refused_with_the_reason(outside: None, inside: str) -> None:
    head = '<data id="f" encrypted="yes" xmlns="http://opendatakit.org/submissions" xmlns:n="y">'
    assert refused(f"{head}{inside}</data>".encode()) == "parse.form_encrypted"
    assert only(f"{head}<answer>encryptedXmlFile</answer></data>".encode()).rows[0].cells[-1] == "encryptedXmlFile"


# ---- the answer of a reader that was taken over ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        [{"table.form": "csv"}],
        [{"table.sheet": '"s"', "table.columns": "3"}, {"table.used": "9"}],
        [{"table.sheet": '"s"', "table.columns": '["a"]'}, {"table.lines": '[["rows",1,"x","y"]]'}, {"table.used": "9"}],
        [{"table.sheet": '"s"', "table.columns": '["a"]'}, {"table.lines": '[["rows",1,{}]]'}, {"table.used": "9"}],
        [{"table.sheet": '"s"', "table.columns": '["a"]'}, {"table.lines": '[["faults",1,"",99]]'}, {"table.used": "9"}],
        [{"table.sheet": '"s"', "table.columns": '["\\ud800"]'}, {"table.form": "json", "table.used": "9"}],
        [{"table.sheet": '"s"', "table.columns": '["a"]'}, {"table.used": "9"}],
        [{"table.sheet": '"s"', "table.columns": '["a"]'}, {"table.form": "csv", "table.used": "1"}],
        [{"table.lines": "[]"}, {"table.used": "-1"}],
        [{"table.sheet": "[" * 90_000}],
    ],
)
def test_an_answer_of_another_shape_is_refused(rows: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    answer = parse.Inspection(Kind.TEXT, "text/plain", tuple(rows), (), None, (), Level.FULL)
    monkeypatch.setattr(parse, "inspect", lambda *_: answer)
    assert refused(b"id\n1\n") in ("parse.bad_answer", "parse.other_form")


# ---- inside the sandbox ----------------------------------------------------------------------------------------------


def test_the_sandbox_reads_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [row.cells for row in only(lines(ROWS).encode("cp1251")).rows] == [tuple(row) for row in ROWS[1:]]
    assert only(workbook()).columns == ("id", "name", "born")
    assert only(b'[{"a": 1}]').columns == ("a",) and only(b"<a><b>1</b></a>").columns == ("b",)
    monkeypatch.setitem(LIMITS, "piece_bytes", 100)
    long = lines([["id", "name"], *([str(n), "Алена Прыклад"] for n in range(8))]).encode("utf-16")
    assert [row.cells[0] for row in only(long).rows] == [str(n) for n in range(8)]


def samples() -> Iterator[Path]:
    for folder in ("csv", "sfm", "uwazi", "ftm", "xlsform", "odk"):
        yield from sorted((SAMPLES / folder).glob("*.[cxi]*")) if SAMPLES.exists() else ()


@pytest.mark.parametrize("path", [*samples()], ids=lambda path: path.name)
def test_every_sample_is_a_table_with_its_rows_aligned(outside: None, path: Path) -> None:
    if path.name.startswith("encrypted-form-submission"):
        assert refused(path.read_bytes()) == ("parse.other_form" if path.suffix == ".enc" else "parse.form_encrypted")
        return
    found = read(path.read_bytes(), path.name).tables
    assert found and all(len(row.cells) == len(table.columns) for table in found for row in table.rows)
    assert not any(table.aside for table in found)
