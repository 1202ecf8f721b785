"""A limit is held against what it is about: the whole document, one answer, or this request alone."""

from typing import Any

from letapis.core import filing
from letapis.core.lengths import body, limits_of, measured, words_under
from letapis.core.submitters import Submitter
from letapis.engines.catalogue import catalogue

CARDS, FORMS = catalogue().mechanisms, catalogue().forms
KNOWLEDGE = filing.Knowledge(catalogue().vocabulary, catalogue().templates, catalogue().rulebook, catalogue().texts)


def brief(name: str, request: str = "", **words: str) -> Any:
    material = filing.Material("Pryklad", (), (), (), words, None, (), ("Consent.",), Submitter("Vydumka Centre"), "Vydumka", request=request)
    return filing.compose(CARDS[name], FORMS[name], "en", material, KNOWLEDGE)


def test_a_limit_of_another_request_and_a_rule_of_the_past_are_not_asked() -> None:
    for request, limit in (("individual", 2815), ("joint", 5630)):
        assert [(one.what, one.value) for one in limits_of(CARDS["UPR"], FORMS["UPR"], request)] == [(request, limit)]


def test_a_limit_on_one_answer_counts_its_words_and_no_others() -> None:
    made = brief("EU-GHRSR", reasons="one two three four " * 125)
    assert measured(CARDS["EU-GHRSR"], FORMS["EU-GHRSR"], "", made, lambda: 99) == {"reasons": 1.0}
    assert words_under(made, "Statement of reasons, draft of half a page", "") == 0, "in a report the heading stands for the question"
    assert measured(CARDS["US-GLOMAG"], FORMS["US-GLOMAG"], "", brief("US-GLOMAG"), lambda: 99) == {"summary": 0}


def test_pages_are_counted_only_where_a_card_limits_them() -> None:
    assert measured(CARDS["OSCE-VIENNA"], FORMS["OSCE-VIENNA"], "", brief("OSCE-VIENNA"), lambda: 3) == {"brief": 3}
    assert measured(CARDS["SR-BELARUS"], FORMS["SR-BELARUS"], "", brief("SR-BELARUS"), lambda: 3) == {"thematic_input": 0}


def test_the_index_of_annexes_is_no_part_of_the_body() -> None:
    assert not body(brief("ICC")).annexes
