"""Two cards side by side: nothing of either is left out, and the same card differs in nothing."""

from hypothesis import given
from hypothesis import strategies as st
from tests.public import card_of

from letapis.core.public_diff import COMES, GOES, OTHER, SAME, differences
from letapis.core.public_log import changed_fields
from letapis.core.published import Card, CardValue

ORDER = ("name", "sex", "place")
VALUES = st.builds(CardValue, st.sampled_from(("name", "sex", "later")), st.sampled_from("ab"), st.sampled_from(("", "en", "be")))
CARDS = st.builds(lambda values: Card("00" * 16, tuple(sorted(values))), st.sets(VALUES, max_size=8))


@given(CARDS, CARDS)
def test_every_value_of_both_stands_once_and_the_log_names_nothing_else(old: Card, new: Card) -> None:
    found = differences(old, new, ORDER)
    assert sorted(one for line in found for one in line.before) == sorted(old.values)
    assert sorted(one for line in found for one in line.after) == sorted(new.values)
    changed = {line.field for line in found if line.what != SAME}
    assert changed == {one.field for one in set(old.values) ^ set(new.values)} and set(changed_fields(old, new)) <= changed
    assert {line.what for line in differences(old, old, ORDER)} <= {SAME}


def test_kinds_and_order() -> None:
    old = Card("00" * 16, (CardValue("place", "ik-3"), CardValue("sex", "f"), CardValue("aside", "x")))
    new = Card("00" * 16, (CardValue("place", "ik-4"), CardValue("name", "Vydumka", "en"), CardValue("aside", "x")))
    told = [(one.field, one.language, one.what) for one in differences(old, new, ORDER)]
    assert told == [("name", "en", COMES), ("sex", "", GOES), ("place", "", OTHER), ("aside", "", SAME)]
    assert all(one.what == COMES for one in differences(None, card_of(1), ORDER))
    assert all(one.what == GOES for one in differences(card_of(1), None, ORDER))
