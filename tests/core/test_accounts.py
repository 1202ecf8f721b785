"""An account: told as a person would tell it, and never in doubt about whom a sentence speaks."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import filing
from letapis.core.accounts import Line, Speaker
from letapis.core.brief import Brief, Table, ranges, sentences
from letapis.core.mechanisms import FilingField
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
    assert "Pryklad: пол — жаночы." in [one.text for one in sentences(brief)]


PARTS = tuple(f"identity.{part}" for part in ("family_name", "first_name", "patronymic"))
WHO = FilingField("victim.identity", "Victim: identity", True, "structured", (), ("identity.name",), ("identity.name", *PARTS))


def named(*told: tuple[str, str]) -> list[str]:
    return [one.text for one in SPEAKERS["en"].short(WHO, [line(at, f"identity.{part}", value) for at, (part, value) in enumerate(told)])]


def test_a_name_held_in_parts_is_written_as_one_name() -> None:
    assert named(("family_name", "Pryklad"), ("first_name", "Aleś")) == ["Aleś Pryklad"]
    assert named(("family_name", "Pryklad"), ("name", "Aleś Pryklad"), ("first_name", "Aleś")) == ["Aleś Pryklad"]
    assert named(("family_name", "Pryklad")) == ["Pryklad"]


def test_all_claims_on_a_name_carry_it_and_one_that_is_only_reported_says_so() -> None:
    lines = [line(1, "identity.first_name", "Aleś"), replace(line(2, "identity.family_name", "Pryklad"), level=Level.CHECKED)]
    (one,) = SPEAKERS["en"].short(WHO, lines)
    assert one.text == "Aleś Pryklad (reported by the source)"
    assert set(one.claims) == {b"\x01" * 32, b"\x02" * 32}


def test_names_that_differ_stay_apart() -> None:
    assert len(named(("family_name", "Pryklad"), ("family_name", "Vydumka"), ("first_name", "Aleś"))) == 3
    assert len(named(("name", "Alena Vydumka"), ("family_name", "Pryklad"))) == 2


def test_nothing_is_lost_beside_a_name() -> None:
    asked = replace(WHO, facts=("identity.nationality", "identity.birth_date"))
    told = [line(1, "identity.first_name", "Aleś"), line(2, "identity.family_name", "Pryklad"), line(3, "identity.nationality", ("BY",))]
    assert [one.text for one in SPEAKERS["en"].short(asked, told)] == ["Aleś Pryklad.", "Belarus"]


@pytest.mark.parametrize(("language", "words"), [("en", "Full name: Pryklad."), ("be", "Поўнае імя: Pryklad."), ("ru", "Полное имя: Pryklad.")])
def test_a_name_is_not_said_to_be_the_name_of_itself(language: str, words: str) -> None:
    assert [one.text for one in SPEAKERS[language].sentences([line(1, "identity.name", "Pryklad")])] == [words]


@pytest.mark.parametrize(
    ("numbers", "shown"), [((), ""), ((3,), "3"), ((1, 2), "1, 2"), ((2, 1, 3), "1–3"), ((1, 2, 3, 7, 9, 10, 11, 12), "1–3, 7, 9–12")]
)
def test_numbers_in_a_row_are_one_range(numbers: tuple[int, ...], shown: str) -> None:
    assert ranges(numbers) == shown
