"""A title over two columns: which is meant nobody guesses, and nothing under it is lost in silence."""

from tests.core.test_listing import told

from letapis.core.list_columns import form_of
from letapis.core.listing import Row, Table
from letapis.core.listing_twice import twice
from letapis.engines.catalogue import catalogue

COLUMNS = ("id", "url", "name", "born", "out", "died", "articles", "name (2)")


def rows(*second: str) -> Table:
    """One person a row, with what stands under the second ``name``."""
    people = [(str(at), "", f"Pryklad {at}", "", "", "", "", other) for at, other in enumerate(second, 1)]
    return Table("list.csv", COLUMNS, tuple(Row(at, cells) for at, cells in enumerate(people, 2)))


def differ(table: Table, **changes: object) -> list[tuple[int, str]]:
    found = told(table, **changes)
    assert found.is_doubtful == any(one.code == "twice_differ" for one in found.faults)
    return [(one.row, one.column) for one in found.faults if one.code == "twice_differ"]


def test_the_first_row_where_two_columns_of_one_title_differ_is_named_once() -> None:
    assert differ(rows("", " Pryklad 2 ", "Reporter", "Reporter")) == [(4, "name")]
    assert differ(rows("Reporter")) == [(2, "name")]


def test_columns_that_say_the_same_or_nothing_lose_nothing() -> None:
    assert not differ(rows("", "", "")) and not differ(rows("Pryklad 1", "", "Pryklad 3"))


def test_a_title_that_nobody_reads_or_of_which_all_columns_are_named_is_no_question() -> None:
    other = Table("list.csv", (*COLUMNS[:-1], "note", "note (2)"), (Row(2, ("1", "", "Pryklad 1", "", "", "", "", "a", "b")),))
    assert not differ(other)
    assert not differ(rows("Reporter"), drop=["name (2)"])
    assert not differ(rows("Reporter"), names=[{"column": "name"}, {"column": "name (2)", "role": "alias"}])


def test_whoever_chose_the_columns_by_hand_saw_both() -> None:
    vocabulary = catalogue().vocabulary
    chosen = {"id": "key", "name": "name", "name (2)": "", "born": ""}
    assert form_of(chosen, "person", vocabulary)["drop"] == ["name (2)"]
    assert "drop" not in form_of({"id": "key", "name": "name", "born": ""}, "person", vocabulary)
    both = form_of({**chosen, "name (2)": "alias"}, "person", vocabulary)
    assert "drop" not in both and [one["column"] for one in both["names"]] == ["name", "name (2)"]


def test_a_number_behind_a_title_that_stands_alone_is_part_of_it() -> None:
    assert twice(["id", "name (2)", "born", "born (2)", "born (3)", "born (x)"]) == {"born": ("born (2)", "born (3)")}
