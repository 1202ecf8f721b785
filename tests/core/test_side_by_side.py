"""How two entries stand to each other is said part by part, and the weighing has the last word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.identity_proposals import Known, Name, weigh
from letapis.core.side_by_side import side_by_side
from letapis.engines.catalogue import catalogue

PARTS = ("name", "sex", "birth", "place", "article")
SAID = st.dictionaries(st.sampled_from(PARTS), st.lists(st.sampled_from("abc"), max_size=2).map(tuple))
RULES = catalogue().identity_rules


@pytest.mark.parametrize(
    "first, second, word",
    [((), (), "unknown"), (("a",), (), "unknown"), (("a",), ("b",), "nothing_shared"), (("a", "b"), ("b",), "agree")],
)
def test_without_a_weighing_it_is_what_they_share(first: tuple[str, ...], second: tuple[str, ...], word: str) -> None:
    assert side_by_side(("place",), {"place": first}, {"place": second}, None) == {"place": word}


@given(SAID, SAID)
def test_it_is_the_same_whoever_stands_first(first: dict[str, tuple[str, ...]], second: dict[str, tuple[str, ...]]) -> None:
    words = side_by_side(PARTS, first, second, None)
    assert words == side_by_side(PARTS, second, first, None) and set(words) == set(PARTS)


def test_the_weighing_says_it_where_it_weighs() -> None:
    one = Known(b"1" * 16, (Name("Янка Прыклад"),), ("1988-04-02",), frozenset({"m"}))
    other = Known(b"2" * 16, (Name("Yanka Pryklad"),), ("1988",), frozenset({"m"}))
    sides = [{"name": ("Янка Прыклад",), "birth": ("1988-04-02",), "sex": ("m",)}, {"name": ("Yanka Pryklad",), "birth": ("1988",), "sex": ("m",)}]
    words = side_by_side(PARTS, *sides, weigh(one, other, RULES))
    assert (words["name"], words["birth"], words["sex"], words["place"]) == ("agree", "partly", "agree", "unknown")
    woman = Known(b"3" * 16, other.names, other.births, frozenset({"f"}))
    assert side_by_side(PARTS, *sides, weigh(one, woman, RULES))["sex"] == "differ", "what bars two entries is said"
