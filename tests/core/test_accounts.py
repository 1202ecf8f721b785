"""An account: told as a person would tell it, and never in doubt about whom a sentence speaks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import filing
from letapis.core.accounts import Line, Speaker
from letapis.core.brief import Brief, Table, sentences
from letapis.core.standing import Level
from letapis.core.submitters import Submitter
from letapis.engines.catalogue import catalogue

KNOWN = catalogue()
FACTS = sorted(KNOWN.vocabulary.facts)
SPEAKERS = {language: Speaker(KNOWN.vocabulary, words, KNOWN.texts, KNOWN.places) for language, words in KNOWN.templates.items()}


def line(number: int, fact: str, value: Any, day: str = "", person: str = "Pryklad") -> Line:
    return Line(bytes([number]) * 32, fact, value, day, day or "9999-99-99", Level.VERIFIED, (), person)


def document(language: str, person: str, lines: list[Line]) -> Brief:
    knowledge = filing.Knowledge(KNOWN.vocabulary, KNOWN.templates, KNOWN.rulebook, KNOWN.texts, KNOWN.places)
    material = filing.Material(person, lines, (), (), {}, None, (), ("Consent.",), Submitter("Vydumka"))
    return filing.compose(KNOWN.mechanisms["GIE-BELARUS"], KNOWN.forms["GIE-BELARUS"], language, material, knowledge)


def chronology(brief: Brief) -> Table:
    return next(block for block in brief.blocks if isinstance(block, Table))


@given(st.lists(st.tuples(st.sampled_from(FACTS), st.sampled_from(["2024-11-12", "2024-11", ""])), max_size=12))
def test_time_goes_before_everything_and_nothing_is_lost(told: list[tuple[str, str]]) -> None:
    lines = [line(at, fact, True, day) for at, (fact, day) in enumerate(told)]
    ordered = SPEAKERS["en"].in_order(lines)
    assert sorted(one.ref for one in ordered) == sorted(one.ref for one in lines)
    assert [one.low for one in ordered] == sorted(one.low for one in lines)


def test_a_day_is_told_from_its_beginning() -> None:
    told = ["lawyer.access", "detention.masked_agents", "harm.type", "detention.start", "assembly.participated", "privacy.home_search"]
    ordered = SPEAKERS["en"].in_order([line(at, fact, True, "2024-11-12") for at, fact in enumerate(told)])
    assert [one.property for one in ordered] == [
        *("assembly.participated", "detention.start", "detention.masked_agents", "privacy.home_search", "harm.type", "lawyer.access")
    ]


def test_a_day_of_two_persons_is_told_person_by_person() -> None:
    lines = [line(at, fact, False, "2024-11-12", who) for at, fact in enumerate(("lawyer.access", "hearing.closed")) for who in ("B", "A")]
    assert [one.person for one in SPEAKERS["en"].in_order(lines)] == ["B", "B", "A", "A"]


@pytest.mark.parametrize("value", ["kgb", "KGB", "State Security Committee (KGB)"])
def test_a_service_goes_by_its_name_in_the_language_of_the_document(value: str) -> None:
    said = SPEAKERS["be"].sentences([line(1, "detention.agency", value)])
    assert [one.text for one in said] == ["Pryklad: затрыманне ажыццявіла служба: Камітэт дзяржаўнай бяспекі (КДБ)."]
    assert value in SPEAKERS["be"].sentences([line(1, "identity.other_name", (value,))])[0].text


def test_a_document_about_one_person_does_not_repeat_the_name() -> None:
    brief = document("be", "Pryklad", [line(1, "lawyer.access", False, "2024-11-12")])
    assert chronology(brief).header == ("Дата", "Што адбылося")
    assert "Рэальнага доступу да адваката не было." in [one.text for one in sentences(brief)]


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_between_several_persons_each_sentence_says_about_whom_it_is(language: str) -> None:
    lines = [
        line(at, fact, False, "2024-11-12", who) for who in ("Pryklad", "Vydumka") for at, fact in enumerate(("lawyer.access", "hearing.closed"))
    ]
    brief = document(language, "Pryklad, Vydumka", lines)
    rows = chronology(brief).rows
    assert [row[1] for row in rows] == ["Pryklad", "Vydumka"] and all(len(row[2]) == 2 for row in rows)
    assert all("Vydumka" not in one.text for one in rows[0][2] if not isinstance(one, str))


def test_claims_on_one_person_in_a_title_of_two_keep_the_name() -> None:
    brief = document("be", "Pryklad, Vydumka", [line(1, "person.sex", "f")])
    assert "Pryklad: пол – жаночы." in [one.text for one in sentences(brief)]
