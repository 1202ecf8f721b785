"""Two versions of a list compared: order makes no difference, everything that differs is told once, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.list_watch import Deed, Said, is_doubtful, lines, plain_entries
from letapis.core.listing import Row, Table

COLUMNS = ("number", "name", "court")


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> list[Table]:
    return [Table("list.csv", columns, tuple(Row(number, row) for number, row in enumerate(rows, 2)))]


def test_who_was_added_changed_and_gone_is_told_with_both_texts() -> None:
    old = plain_entries(table(("1", "Ivan Pryklad", "A"), ("2", "Alena Vydumka", "B")), "number", "name")
    new = plain_entries(table(("2", "Alena Vydumka", "C"), ("3", "Yan Postava", "B")), "number", "name")
    found = lines(old, new)
    assert [(line.deed, line.key, line.label) for line in found] == [
        (Deed.ADDED, "3", "Yan Postava"),
        (Deed.CHANGED, "2", "Alena Vydumka"),
        (Deed.GONE, "1", "Ivan Pryklad"),
    ]
    assert found[1].said == (Said("court", "B", "C"),)


def test_without_a_number_the_name_is_the_key_and_without_a_name_the_whole_row() -> None:
    by_name = plain_entries(table(("1", "Ivan Pryklad", "A"), ("2", "Ivan Pryklad", "B")), "", "name")
    assert [entry.key for entry in by_name] == ["Ivan Pryklad", "Ivan Pryklad~2"]
    (whole,) = plain_entries(table(("1", "Book, Vydumka", "A")))
    assert whole.key == "1 · Book, Vydumka · A"


def test_rows_that_are_empty_or_broken_are_no_entries() -> None:
    assert plain_entries(table(("", " ", ""), ("1", "x"))) == []


def test_who_stands_in_two_rows_is_not_gone_with_one_of_them() -> None:
    once = plain_entries(table(("1", "Ivan Pryklad", "A")), "number", "name")
    twice = plain_entries(table(("1", "Ivan Pryklad", "A"), ("1", "Ivan Pryklad", "B")), "number", "name")
    assert [(line.code, line.label) for line in lines(twice, once)] == [("row_gone", "Ivan Pryklad")]
    assert [(line.code, line.number) for line in lines(once, twice)] == [("row_added", 3)]
    assert [line.code for line in lines(twice, [])] == ["gone", "gone"] and [line.code for line in lines([], once)] == ["added"]


def test_which_of_two_rows_of_one_key_stands_first_is_no_change() -> None:
    some = (("1", "Ivan Pryklad", "A"), ("1", "Ivan Pryklad", "B"), ("1", "Ivan Pryklad", "B"))
    old, new = plain_entries(table(*some), "number", "name"), plain_entries(table(*some[::-1]), "number", "name")
    assert lines(old, new) == [] == lines(new, old)
    (line,) = lines(old, plain_entries(table(some[2], some[1], ("1", "Ivan Pryklad", "C")), "number", "name"))
    assert (line.deed, line.said) == (Deed.CHANGED, (Said("court", "A", "C"),))


def test_a_newer_version_that_lost_nearly_everybody_is_in_doubt() -> None:
    many = plain_entries(table(*((str(n), f"Vydumka {n}", "A") for n in range(60))), "number", "name")
    for left, doubt in ((0, True), (29, True), (30, False), (60, False)):
        assert is_doubtful(many, many[:left], lines(many, many[:left])) is doubt, left
    assert is_doubtful(many[:3], [], lines(many[:3], [])) and not is_doubtful(many[:3], many[:1], lines(many[:3], many[:1]))
    assert not is_doubtful([], many, lines([], many))


rows = st.lists(
    st.tuples(st.sampled_from("12345"), st.sampled_from(["Ivan Pryklad", "Alena Vydumka"]), st.sampled_from("ABC")),
    max_size=6,
    unique_by=lambda row: row[0],
)


@given(rows, rows, st.randoms())
def test_the_order_of_rows_makes_no_change_and_back_is_the_reverse(old: list[tuple[str, ...]], new: list[tuple[str, ...]], chance: object) -> None:
    first, second = plain_entries(table(*old), "number", "name"), plain_entries(table(*new), "number", "name")
    shuffled = [*new]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    deeds = sorted((line.deed.value, line.key) for line in lines(first, second))
    assert deeds == sorted((line.deed.value, line.key) for line in lines(first, plain_entries(table(*shuffled), "number", "name")))
    turned = {"added": "gone", "gone": "added", "changed": "changed"}
    assert deeds == sorted((turned[line.deed.value], line.key) for line in lines(second, first))
    assert lines(first, first) == []
