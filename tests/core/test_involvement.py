"""A part in an act and command over the place stand apart, and neither is more certain than what it rests on."""

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.command import Parent, Span, Tenure, Truth, end_of
from letapis.core.involvement import Act, There, involvements


def span(since: str = "", until: str = "") -> Span:
    return Span(*(frozenset({end_of(day)}) if day else frozenset() for day in (since, until)))


TENURE = Tenure(b"p", "postava", "din", span("2021-01-01", "2021-12-31"))
ABOVE = Parent("pk-99", "din", span("2010-01-01", "2025-12-31"), b"above")


def test_command_goes_up_and_is_no_surer_than_where_the_person_was() -> None:
    there, maybe = There("pk-99", span("2021-01-01", "2022-01-01"), b"there"), There("pk-99", span(), b"maybe")
    acts = [Act(b"1", "2021-05-05", (there,)), Act(b"2", "2021-05-05", (maybe,)), Act(b"3", "2022-05-05", (there,)), Act(b"4", "2021-05-05", ())]
    found = involvements(acts, [], [TENURE], [ABOVE])
    assert [(one.act, [(c.up, c.body, c.truth, c.claims) for c in one.commands]) for one in found] == [
        (b"1", [(1, "din", Truth.CERTAIN, (b"there", b"above"))]),
        (b"2", [(1, "din", Truth.POSSIBLE, (b"maybe", b"above"))]),
    ], "each with what it rests on besides the post"


@given(st.sampled_from(["2020", "2021-05", "2021-05-05", ""]), st.sampled_from(["2020-06-01", "2021-05-05", "2021", "2023"]))
def test_a_part_stands_beside_acts_of_its_own_time_alone(told: str, day: str) -> None:
    found = involvements([Act(b"a", day, ())], [(b"r", span(told, told))], [], [])
    overlap = bool(told) and (told.startswith(day) or day.startswith(told))
    assert [one.parts for one in found] == ([(b"r",)] if overlap else [])
