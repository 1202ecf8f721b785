"""Boxes and words that are blacked out: read strictly, covering all of what they cover, leaving no length behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import redaction
from letapis.core.errors import UsageError
from letapis.core.redaction import MARK, WHOLE, Box, PlacedWord, Span

TEXT = "They took Janka Vydumka.\nJanka\nVydumka was held; Vydumkam said so. JANKA VYDUMKA signed."


def boxes(pages: int = 9) -> st.SearchStrategy[Box]:
    side = st.integers(0, WHOLE - 1)
    return st.builds(
        lambda page, left, top, width, height, reason: Box(page, left, top, min(width, WHOLE - left), min(height, WHOLE - top), reason),
        st.integers(1, pages),
        side,
        side,
        st.integers(1, WHOLE),
        st.integers(1, WHOLE),
        st.sampled_from(redaction.REASONS),
    )


@given(st.lists(boxes()))
def test_a_box_is_read_as_it_was_written_and_the_desk_takes_it(some: list[Box]) -> None:
    assert redaction.read_boxes([one.text for one in some]) == tuple(some)
    for one in some:
        assert redaction.box(one.page, one.left, one.top, one.width, one.height, one.reason, 9) == one


@given(boxes(), st.integers(1, 4096), st.integers(1, 4096))
def test_pixels_of_a_box_lie_inside_the_picture_and_cover_all_of_it(one: Box, width: int, height: int) -> None:
    left, top, right, bottom = one.pixels(width, height)
    assert 0 <= left <= right < width and 0 <= top <= bottom < height
    assert left * WHOLE <= one.left * width and top * WHOLE <= one.top * height
    assert right == width - 1 or (right + 1) * WHOLE >= (one.left + one.width) * width
    assert bottom == height - 1 or (bottom + 1) * WHOLE >= (one.top + one.height) * height


@pytest.mark.parametrize("typed", ["", "-1", "1e3", "nan", "inf", "100.01", "1000", "12.345", "١٢", "0x10", "12 5", "１２", "5%%", "2" * 400])
def test_a_number_that_is_no_percent_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match=r"redact\.percent"):
        redaction.percent(typed)


@pytest.mark.parametrize("typed, value", [("0", 0), ("12,5", 1250), ("12.05", 1205), ("100", WHOLE), (" 7 % ", 700)])
def test_a_percent_is_read_as_people_write_it(typed: str, value: int) -> None:
    assert redaction.percent(typed) == value


@pytest.mark.parametrize(
    "values, code",
    [((0, 0, 0, 1, 1), "page"), ((4, 0, 0, 1, 1), "page"), ((1, -1, 0, 5, 5), "box"), ((1, 0, 0, 0, 5), "box"), ((1, WHOLE, 0, 1, 1), "box"),
     ((1, 0, 9_999, 1, 2), "box"), ((1, 0, 0, 10**30, 1), "box")],
)  # fmt: skip
def test_a_box_outside_is_refused(values: tuple[int, int, int, int, int], code: str) -> None:
    with pytest.raises(UsageError, match=f"redact.{code}"):
        redaction.box(*values, "source", 3)
    with pytest.raises(UsageError, match=r"redact\.reason"):
        redaction.box(1, 0, 0, 1, 1, "<script>", 3)


@pytest.mark.parametrize("line", ["", "1:2,3,4", "1:2,3,4,5:", "1:2,3,4,5:source\n", "-1:2,3,4,5:source", "1:2,3,4,5:SOURCE", "1:²,3,4,5:source"])
def test_a_line_that_is_no_box_is_passed_over(line: str) -> None:
    assert redaction.read_boxes([line]) == () and redaction.read_spans([line]) == ()


def test_pages_are_chosen_as_people_write_them() -> None:
    assert redaction.chosen_pages(" 1-3, 7 ", 9) == (1, 2, 3, 7) and redaction.chosen_pages("", 2) == (1, 2)
    for typed in ("0", "3-1", "1-10", "a", "1-2-3", ",", "1,,2", "9" * 30):
        with pytest.raises(UsageError, match=r"redact\.pages"):
            redaction.chosen_pages(typed, 9)


def test_words_go_with_their_endings_in_every_case_and_over_line_breaks() -> None:
    found = redaction.spans_of(TEXT, "janka vydumka", "source")
    left = redaction.blanked(TEXT, found)
    assert left == f"They took {MARK}.\n{MARK} was held; Vydumkam said so. {MARK} signed."
    assert "ydumka" not in redaction.blanked(left, redaction.spans_of(left, "Vydumka", "source"))
    with pytest.raises(UsageError, match=r"redact\.words"):
        redaction.spans_of(TEXT, " – ", "source")


@given(st.text("ab Ян\n", max_size=60), st.text("abЯн", min_size=1, max_size=3))
def test_nothing_of_the_words_is_left_and_no_mark_tells_a_length(text: str, word: str) -> None:
    left = redaction.blanked(text, redaction.spans_of(text, word, "other"))
    assert word.lower() not in left.lower()
    assert len(left) - left.count(MARK) * len(MARK) <= len(text)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=8))
def test_places_may_touch_and_overlap(places: list[tuple[int, int]]) -> None:
    text = "x" * 50
    gone = {at for start, length in places for at in range(start, start + length)}
    left = redaction.blanked(text, [Span(start, start + length, "other") for start, length in places])
    assert left.count("x") == 50 - len(gone)


@pytest.mark.parametrize("start, end", [(-1, 2), (2, 2), (3, 2), (49, 51)])
def test_a_place_outside_a_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(UsageError, match=r"redact\.span"):
        redaction.blanked("x" * 50, [Span(start, end, "other")])


def test_words_of_a_layer_are_covered_on_every_page_and_named_by_what_covers_them() -> None:
    layer = [PlacedWord(1, 100, 100, 200, 140, "Janka"), PlacedWord(1, 220, 100, 320, 140, "Vydumka,"), PlacedWord(2, 500, 900, 600, 940, "JANKA"),
             PlacedWord(2, 620, 900, 720, 940, "Vydumkaj")]  # fmt: skip
    found = redaction.boxes_of(layer, "Janka Vydumka", "source")
    assert [one.page for one in found] == [1, 1, 2, 2]
    assert set(redaction.words_under(layer, found)) == {"Janka", "Vydumka,", "JANKA", "Vydumkaj"}
    assert redaction.words_under(layer, [Box(1, 0, 0, 100, 100, "source")]) == (), "a box that only touches an edge covers nothing"
    assert all(one.left < 100 or one.page == 2 or one.left == 210 for one in found)


def test_a_word_that_is_covered_on_one_page_and_open_on_another_is_told() -> None:
    layer = [PlacedWord(page, 100, 100, 200, 140, word) for page, word in ((1, "Janka"), (2, "JANKA"), (3, "janka"), (1, "Jan"), (2, "Jan"))]
    first = Box(1, 90, 90, 120, 60, "source")
    assert redaction.open_elsewhere(layer, [first]) == [("Janka", (2, 3))], "so short a word as the other stands everywhere"
    assert redaction.open_elsewhere(layer, [first], (1, 2)) == [("Janka", (2,))]
    assert redaction.open_elsewhere(layer, [first, Box(2, 90, 90, 120, 60, "source")], (1, 2)) == redaction.open_elsewhere(layer, []) == []


def test_a_copy_may_leave_when_another_looked_and_nobody_found_anything_open() -> None:
    me, one, two = b"m", b"1", b"2"
    assert not redaction.is_cleared(me, []) and not redaction.is_cleared(me, [(me, True)]) and not redaction.is_cleared(b"", [(b"", True)])
    assert redaction.is_cleared(me, [(one, True)]) and redaction.is_cleared(me, [(one, True), (me, False)])
    assert not redaction.is_cleared(me, [(one, True), (two, False)])
