"""Time codes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import moments


@given(st.integers(0, 999 * 3600))
def test_a_moment_is_read_as_it_was_written(moment: int) -> None:
    assert moments.seconds(moments.code(moment)) == moment
    assert moments.in_words(f"before [{moments.code(moment)}] after") == (moment,)


@pytest.mark.parametrize("written, moment", [("3:12", 192), ("00:03:12", 192), (" 192 ", 192), ("90:00", 5400), ("1:02:03.500", 3723), ("0", 0)])
def test_shorter_ways_mean_the_same(written: str, moment: int) -> None:
    assert moments.seconds(written) == moment


@pytest.mark.parametrize("written", ["", "p. 3", "1:2", "1:60:00", "0:61", "-1", "1e3", "٣:١٢", "1:2:3:4", "javascript:1", "9" * 40, "3:12<"])
def test_what_is_no_time_code_is_none(written: str) -> None:
    assert moments.seconds(written) is None and moments.in_words(f"[{written}]") == ()


def test_a_passage_belongs_to_the_moment_before_it_or_at_its_beginning() -> None:
    text = "[00:01:00] He says his name. Then silence. [00:03:12] A door. [00:01:00] Again."
    for words, expected in (
        ("He says", "00:01:00"),
        ("Then", "00:01:00"),
        ("[00:03:12] A door", "00:03:12"),
        ("A door", "00:03:12"),
        ("Again", "00:01:00"),
    ):
        start = text.index(words)
        assert moments.at(text, start, start + len(words)) == expected, words
    assert moments.at("A door. [3:12] Steps.", 0, 20) == "00:03:12" and moments.at("A door.", 0, 6) == moments.at("[9:99] A", 7, 8) == ""
