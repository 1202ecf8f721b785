"""An export that was spoiled on its way: whatever is wrong with it, the sound rows are read as before, nothing moves to another row or column, and
what could not be read is said with its row."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.test_tables import outside, read

from letapis.core.listing import Listing, entries
from letapis.engines.catalogue import catalogue

__all__ = ["outside"]
LISTS = Path(__file__).parents[1] / "vectors" / "lists"
TITLES, *BODY = csv.reader(io.StringIO((LISTS / "viasna.csv").read_text("utf-8")))
LOCAL = list(csv.reader(io.StringIO((LISTS / "viasna.be.csv").read_text("utf-8"))))
Lines = Sequence[Sequence[str]]


def written(rows: Lines, end: str = "\r\n", parted: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, delimiter=parted).writerows(rows)
    return out.getvalue()


def listed(data: bytes, name: str = "list.csv") -> Listing:
    known = catalogue()
    found = read(data, name).tables
    return entries(found, known.mappings["viasna"], known.vocabulary, today=date(2026, 11, 26), hides=known.identity_rules.is_anonymised)


def told(listing: Listing) -> dict[str, tuple[object, ...]]:
    """Everything that is said of each entry, without where it stands."""
    return {
        one.key: (
            tuple((name.text, name.role) for name in one.names),
            tuple((value.property, str(value.value), value.certainty) for value in one.values),
            tuple((held.code, str(held.value.value)) for held in one.held),
            one.quarantined,
        )
        for one in listing.entries
    }


def faults(listing: Listing) -> Counter[str]:
    return Counter(fault.code for fault in (*listing.faults, *(one for entry in listing.entries for one in entry.faults)))


def changed(row: Sequence[str], **cells: str) -> list[str]:
    return [cells.get(title, cell) for title, cell in zip(TITLES, row, strict=True)]


PLAIN = written([TITLES, *BODY]).encode()
AS_BEFORE: dict[str, tuple[bytes, dict[str, int]]] = {
    "a mark in front": (b"\xef\xbb\xbf" + PLAIN, {}),
    "UTF-16": (PLAIN.decode().encode("utf-16"), {}),
    "UTF-16 without a mark": (PLAIN.decode().encode("utf-16-be"), {}),
    "two ends of lines": (written([TITLES]).encode() + written(BODY[:4], "\n").encode() + written(BODY[4:]).encode(), {}),
    "semicolons": (written([TITLES, *BODY], parted=";").encode(), {}),
    "columns in another order": (written([row[::-1] for row in (TITLES, *BODY)]).encode(), {}),
    "every row twice": (written([TITLES, *BODY, *BODY]).encode(), {"same_row": 12}),
    "a row cut short": (PLAIN + b"90099,https://prisoners.example/en/person/short,short\r\n", {"cells": 1}),
    "the titles once more": (written([TITLES, *BODY[:5], TITLES, *BODY[5:]]).encode(), {"titles_again": 1}),
    "a quote that nobody closed": (
        written([TITLES, *BODY[:3]]).encode() + b'90050,"https://open,Name\r\n' + written(BODY[3:]).encode(),
        {"quote": 1},
    ),
    "a zero in one cell": (written([TITLES, changed(BODY[0], status=BODY[0][3] + "\0"), *BODY[1:]]).encode(), {"letters_lost": 1}),
    "marks of direction": (written([TITLES, *(changed(row, name=f"\u202e{row[2]}\u200f\u2067") for row in BODY)]).encode(), {}),
}


@pytest.mark.parametrize("how", AS_BEFORE)
def test_the_sound_rows_say_what_they_said(outside: None, how: str) -> None:
    data, wrong = AS_BEFORE[how]
    found = listed(data)
    assert told(found) == told(listed(PLAIN))
    assert faults(found) == wrong


def test_one_broken_letter_costs_its_own_cell_and_not_the_letters_of_a_file(outside: None) -> None:
    whole = written(LOCAL).encode()
    before, found = told(listed(whole)), listed(whole.replace("Алена".encode(), b"\xd0" + "Алена".encode(), 1))
    assert faults(found) == {"letters_lost": 1}
    assert {key for key, said in told(found).items() if said != before[key]} == {"90001"}
    assert told(listed(written(LOCAL).replace("¹", "-1").encode("cp1251", "replace"))).keys() == before.keys()


@pytest.mark.parametrize(
    ("cells", "fact", "wrong"),
    [
        ({"birthday": "1990-02-31"}, "identity.birth_date", "date"),
        ({"decision": "four years"}, "sentence.months", "term"),
        ({"decision": "-3 years"}, "sentence.months", "term"),
        ({"decision": "3-5 years"}, "sentence.months", "term"),
        ({"decision": "99999 years"}, "sentence.months", "term"),
        ({"gender": "sometimes"}, "person.sex", "value_member"),
        ({"url": "javascript:alert(1)"}, "listed.page", "address"),
        ({"name": "Ж" * 10_000}, "", "name_long"),
        ({"name": "24.04.1982", "birthday": "Alena Prykladovich"}, "identity.birth_date", "name_letters"),
    ],
)
def test_a_cell_that_cannot_be_read_is_said_and_the_rest_of_its_row_stands(outside: None, cells: dict[str, str], fact: str, wrong: str) -> None:
    row = next(one for one in BODY if one[0] == "90001")
    found = listed(written([TITLES, *(changed(one, **cells) if one is row else one for one in BODY)]).encode())
    (entry,) = [one for one in found.entries if one.key == "90001"]
    assert wrong in {fault.code for fault in entry.faults} and {fault.row for fault in entry.faults} == {entry.rows[0].row}
    assert not fact or fact not in {value.property for value in entry.values}
    others = {key: said for key, said in told(found).items() if key != "90001"}
    assert others == {key: said for key, said in told(listed(PLAIN)).items() if key != "90001"}


@pytest.mark.parametrize("text", ["4 1/2 years", "4½ years", "4,5 years", "4.5 years", "4 years 6 months", "54 months", "4 гады 6 месяцаў"])
def test_one_term_in_many_words(outside: None, text: str) -> None:
    (entry,) = listed(written([TITLES, changed(BODY[1], decision=text)]).encode()).entries
    assert [value.value for value in entry.values if value.property == "sentence.months"] == [54] and entry.faults == ()


def test_days_to_come_are_held_and_judges_of_one_cell_are_several(outside: None) -> None:
    row = changed(BODY[1], birthday="2031-01-01", judge="Vydumka Piatro, Kazkava Inha; Tretsi Suddzia\nCharcviorty S.")
    (entry,) = listed(written([TITLES, row]).encode()).entries
    assert ("future_date", "2031-01-01") in {(held.code, held.value.value) for held in entry.held}
    assert "identity.birth_date" not in {value.property for value in entry.values}
    judges = [value.value for value in entry.values if value.property == "verdict.judge"]
    assert judges == ["Vydumka Piatro", "Kazkava Inha", "Tretsi Suddzia", "Charcviorty S."]


def test_one_id_for_two_people_waits_whole(outside: None) -> None:
    other = changed(BODY[1], name="Zusim Inshy", url="https://prisoners.example/en/person/zusim-inshy", birthday="1971-01-02")
    found = listed(written([TITLES, *BODY, other]).encode())
    assert {BODY[1][0], f"{BODY[1][0]}~2"} in [set(group.keys) for group in found.quarantined]


def test_a_workbook_with_macros_formulas_and_cells_in_one_moves_nothing(outside: None) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (TITLES, *BODY):
        sheet.append([f"'{cell}" if cell.startswith("=") else cell for cell in row])
    sheet["O2"] = "=1+1"
    sheet.merge_cells("H3:H4")
    out = io.BytesIO()
    book.save(out)
    whole = listed(out.getvalue(), "list.xlsx")
    found, before = told(whole), told(listed(PLAIN))
    assert [(fault.row, fault.code) for fault in whole.faults] == [(3, "merged"), (4, "merged"), (2, "formula_empty")]
    assert found.keys() == before.keys()
    spoiled = {BODY[0][0], BODY[1][0], BODY[2][0]}
    assert {key: said for key, said in found.items() if key not in spoiled} == {key: said for key, said in before.items() if key not in spoiled}


Spoil = Callable[[list[list[str]]], list[list[str]]]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 11), st.integers(0, 22), st.sampled_from(["", "\0", "\u200f", "=1+1", "Ж" * 400, '"', "\r", ";;", "\ufffd"])),
        max_size=6,
    ),
    st.permutations(range(12)),
    st.lists(st.integers(0, 11), max_size=3),
)
def test_whatever_is_spoiled_the_other_rows_stand(outside: None, spots: list[tuple[int, int, str]], order: list[int], twice: list[int]) -> None:
    rows = [list(row) for row in BODY]
    for at, column, text in spots:
        rows[at][column] += text
    touched = {BODY[at][0] for at, _, _ in spots} | {rows[at][0] for at, _, _ in spots}
    found = told(listed(written([TITLES, *(rows[at] for at in order), *(rows[at] for at in twice)]).encode("utf-8", "surrogatepass")))
    before = told(listed(PLAIN))
    groups = [{"90003", "90004"}, {"90010", "90011"}]
    kin = touched | {key for group in groups if group & touched for key in group}
    for key, said in before.items():
        if key not in kin:
            assert found[key] == said, key
