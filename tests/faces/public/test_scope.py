"""What an incremental build takes over is what it would have written: no page outside the scope of two snapshots differs between them."""

from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faces.public.history import histories
from tests.public import card_of

from letapis.core.dates import Certainty
from letapis.core.language import LANGUAGES
from letapis.core.public_custody import custody, place_on, settled
from letapis.core.published import Card, CardValue, Published
from letapis.engines.catalogue import catalogue
from letapis.faces.public import name_index
from letapis.faces.public.people import Known, Person, people
from letapis.faces.public.plan import Sheet, Whole, sheets
from letapis.faces.public.scope import ALL, Scope, between
from letapis.faces.public.words import Constant, Words

CONSTANT = Constant(catalogue(), "Invented Centre", "https://list.pryklad.example/", "list@pryklad.example")
TONGUES = {language: Words(CONSTANT, language) for language in LANGUAGES}
DATES = ("", "2025", "2026-11", "2026-11-20", "2026-12-31", "2026-10/2027-01", "soon")
ON = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 12, 22), date(2027, 2, 3))


def pages(published: Published, found: dict[str, Person], scope: Scope) -> dict[str, Sheet]:
    return sheets(Whole(published, found, name_index.index(found.values())), TONGUES, scope)


@settings(max_examples=25, deadline=None)
@given(histories())
def test_what_is_taken_over_is_what_would_be_written(history: list[Published]) -> None:
    for before, published in pairwise(history):
        then = people(before, CONSTANT, ())
        now = people(published, CONSTANT, (), Known(date.fromisoformat(before.day), then))
        assert now == people(published, CONSTANT, ())
        scope = between(before, then, published, now, CONSTANT)
        was, told = pages(before, then, ALL), pages(published, now, ALL)
        part_was, part_told = pages(before, then, scope), pages(published, now, scope)
        taken = was.keys() - part_was.keys()
        assert taken | part_told.keys() == told.keys() and not taken & part_told.keys()
        assert all(was[path].data == told[path].data for path in taken)
        assert all(part_told[path].data == told[path].data for path in part_told)


@given(
    st.lists(st.tuples(st.sampled_from(("detained", "released")), st.sampled_from(DATES), st.sampled_from(("", *Certainty))), max_size=3),
    st.lists(st.tuples(st.sampled_from(("sizo-1", "ik-3")), st.sampled_from(DATES), st.sampled_from(DATES)), max_size=2),
    st.lists(st.tuples(st.sampled_from(("yes", "no")), st.sampled_from(DATES), st.sampled_from(("", *Certainty))), max_size=1),
    st.tuples(st.sampled_from(ON), st.sampled_from(ON)).map(sorted),
)
def test_who_is_settled_stays_as_they_are(
    days: list[tuple[str, str, str]], places: list[tuple[str, str, str]], died: list[tuple[str, str, str]], on: list[date]
) -> None:
    values = [CardValue(field, text, certainty=certainty) for field, text, certainty in days]
    values += [CardValue("place", place, since=since, until=until) for place, since, until in places]
    values += [CardValue("died", value, since=since, certainty=certainty) for value, since, certainty in died]
    told = Card("0" * 32, tuple(sorted(values)))
    if settled(told, on[0]):
        assert custody(told, on[0]) == custody(told, on[1])
        assert place_on(told, on[0]) == place_on(told, on[1])


def test_most_people_are_settled() -> None:
    assert sum(settled(card_of(number), date(2026, 11, 21)) for number in range(200)) > 190
