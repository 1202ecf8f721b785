"""Rows of the cutting form: every fact has a control whose answers the vocabulary reads, and a form carries its rows without loss."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.language import LANGUAGES
from letapis.engines.catalogue import catalogue
from letapis.faces.web.cutting import MOST_ROWS, Row, facts_by_label, find_fact, groups_of, is_complete, new_row, read_form, read_rows, take_property

FACTS = sorted(catalogue().vocabulary.facts)
GOOD = {"bool": "true", "number": "3", "date": "2020-08", "text": "words"}


def row(fact: str) -> Row:
    return new_row(catalogue(), 1, catalogue().vocabulary.fact(fact), "en")


def form(rows: list[dict[str, Any]], **more: str) -> QueryDict:
    made = QueryDict(mutable=True)
    for number, told in enumerate(rows, 1):
        made.appendlist("row", str(number))
        for name, value in told.items():
            made.setlist(f"{name}-{number}", value if isinstance(value, list) else [value])
    for name, value in more.items():
        made[name] = value
    return made


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_has_a_control_whose_answer_can_be_kept(fact: str) -> None:
    one = row(fact)
    assert one.control in ("bool", "number", "date", "text", "choice", "many", "words")
    if one.control in ("choice", "many"):
        one.value, one.picked = one.options[0][0], [one.options[0][0]]
    elif one.control == "words":
        one.none = True
    else:
        one.value = {"act.country": "BY", "departure.destination": "PL"}.get(fact, GOOD[one.control])
    if one.fact.pattern and not one.check(catalogue().vocabulary):
        assert one.errors == {"value": "errors.claims.value_pattern"}
        return
    assert one.check(catalogue().vocabulary), (fact, one.errors)
    assert one.cut({"basis": "saw"}).property == fact


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_is_found_by_what_the_list_offers(language: str) -> None:
    vocabulary = catalogue().vocabulary
    offered = facts_by_label(vocabulary, language)
    assert {fact.id for fact in offered.values()} == set(FACTS)
    assert all(find_fact(vocabulary, f" {label.upper()} ", language) is fact for label, fact in offered.items())
    assert sorted(label for _, labels in groups_of(vocabulary, language) for label in labels) == sorted(offered)


def test_a_label_of_another_language_and_a_key_are_understood_and_nothing_else() -> None:
    vocabulary = catalogue().vocabulary
    fact = vocabulary.fact("detention.end")
    assert all(find_fact(vocabulary, text, "en") is fact for text in (fact.label["ru"], fact.label["be"], "detention.end"))
    assert find_fact(vocabulary, "", "en") is None and find_fact(vocabulary, "weather", "en") is None


@given(st.lists(st.tuples(st.sampled_from(FACTS), st.text(max_size=30), st.text(max_size=12)), max_size=MOST_ROWS))
def test_a_form_carries_what_was_typed(told: list[tuple[str, str, str]]) -> None:
    rows = read_rows(catalogue(), form([{"property": fact, "value": value, "valid_to": until} for fact, value, until in told]), "en")
    assert [(r.fact.id, r.value) for r in rows] == [(fact, value.strip()) for fact, value, _ in told]
    assert all(not r.errors for r in rows)


@given(st.lists(st.sampled_from(FACTS), min_size=1, max_size=4), st.text(max_size=20))
def test_what_cannot_be_read_is_said_and_never_raised(facts: list[str], value: str) -> None:
    made = read_form(catalogue(), form([{"property": fact, "value": value, "certainty": value, "valid_from": value} for fact in facts]), "en")
    assert is_complete(catalogue(), made) or made.wrong


def test_a_date_is_taken_as_people_write_it() -> None:
    (one,) = read_rows(catalogue(), form([{"property": "detention.place", "value": "x", "valid_from": "9.8.2020", "valid_to": "9.8"}]), "en")
    assert one.parts["valid_from"] == "2020-08-09" and one.parts["valid_to"] == "9.8"


def test_unknown_properties_and_numbers_that_are_none_are_no_rows() -> None:
    made = form([{"property": "weather.rain", "value": "true"}])
    made.appendlist("row", "x")
    assert read_rows(catalogue(), made, "en") == []


def test_an_empty_list_is_not_said_by_leaving_it_empty() -> None:
    one = row("harm.type")
    assert not one.check(catalogue().vocabulary) and one.errors == {"value": "cutting.list_empty"}
    said = row("harm.type")
    said.none = True
    assert said.check(catalogue().vocabulary) and said.cut({}).value == ""


def test_a_form_takes_no_more_rows_than_a_page_holds() -> None:
    full = read_form(catalogue(), form([{"property": "detention.end"}] * (MOST_ROWS + 5), property="detention.place"), "en")
    assert len(full.rows) == MOST_ROWS
    take_property(catalogue(), full, "en")
    assert len(full.rows) == MOST_ROWS and full.wanted_error == "cutting.too_many" and full.wanted == "detention.place"


def test_ids_that_are_none_are_not_taken_over() -> None:
    made = read_form(catalogue(), form([{"property": "detention.end", "subject": "zz"}], source="x" * 32, subject="ab" * 16, basis="saw"), "en")
    assert made.common() == {"subject": bytes.fromhex("ab" * 16), "basis": "saw", "circle": "", "page": "", "time_code": ""}
    assert made.rows[0].cut(made.common()).subject == bytes.fromhex("ab" * 16)
