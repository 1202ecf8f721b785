"""A claim that something was not done is no reported act: not beside an official, and not in the time of a post in a sanctions proposal."""

import pytest

from letapis.core import filing
from letapis.core.brief import Table
from letapis.core.standing import Level
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

DATA = catalogue()


@pytest.mark.parametrize(
    ("fact", "value", "denied"),
    [
        ("detention.force_used", False, True),
        ("detention.force_used", True, False),
        ("harm.sexual_violence", False, True),
        ("harm.sexual_violence", True, False),
        ("harm.type", (), True),
        ("harm.type", ("beating",), False),
        ("detention.reasons_given", True, True),
        ("detention.reasons_given", False, False),
        ("custody.medical_denied", False, True),
        ("discipline.measure", "shizo", False),
        ("detention.start", "2021-05-05", False),
        ("solitary.days", 0, False),
    ],
)
def test_the_norms_tell_which_word_denies_an_act(fact: str, value: Value, denied: bool) -> None:
    assert DATA.rulebook.is_denial(fact, value) is denied


def test_in_a_sanctions_proposal_no_day_stands_beside_a_post_for_what_was_not_done() -> None:
    def line(number: int, fact: str, value: Value, day: str, person: str = "Pryklad") -> filing.Line:
        return filing.Line(bytes([number]) * 32, fact, value, day, day or "9999-99-99", Level.VERIFIED, (), person)

    office = [
        line(1, "office.post", "Head", "", "Postava"),
        line(2, "office.since", "2021-01-01", "", "Postava"),
        line(3, "office.until", "2022-01-01", "", "Postava"),
    ]
    acts = [line(4, "detention.force_used", False, "2021-06-01"), line(5, "detention.reasons_given", True, "2021-06-02")]
    acts += [line(6, "detention.masked_agents", True, "2021-06-03")]
    material = filing.Material(
        "Pryklad", acts, (), (), {}, None, (), target="Postava", target_lines=office, posts=(frozenset(one.ref for one in office),)
    )
    knowledge = filing.Knowledge(DATA.vocabulary, DATA.templates, DATA.rulebook, DATA.texts)
    document = filing.compose(DATA.mechanisms["UK-GHR"], DATA.forms["UK-GHR"], "en", material, knowledge)
    (row,) = next(block for block in document.blocks if isinstance(block, Table) and block.header[0] == "Post").rows
    assert [one.text for one in row[-1] if not isinstance(one, str)] == ["3 June 2021"]
