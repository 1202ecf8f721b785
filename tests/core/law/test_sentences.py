"""Sentences of a narrative: whole, in whose mouth they belong, and with nothing read into a value."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.sentences import Attribution, sentence
from letapis.core.vocabulary import FactType, Value
from letapis.engines.catalogue import catalogue

VOCABULARY, TEMPLATES = catalogue().vocabulary, catalogue().templates["en"]
FINDING, REPORTS = Attribution.FINDING, Attribution.SOURCE_REPORTS


def say(fact: str, value: Value, when: str = "", who: Attribution = FINDING) -> str:
    return sentence(TEMPLATES, VOCABULARY.fact(fact), value, when, "Ms Pryklad", who)


@pytest.mark.parametrize(
    ("fact", "value", "when", "text"),
    [
        ("detention.start", "2020-08-09", "", "Ms Pryklad was deprived of liberty on 9 August 2020."),
        ("detention.start", "2020-08", "", "Ms Pryklad was deprived of liberty in August 2020."),
        ("detention.masked_agents", True, "", "Those who took Ms Pryklad hid their faces or bore no identification."),
        ("custody.medical_denied", False, "", "Medical care was available and given to Ms Pryklad."),
        ("lawyer.first_access_h", 72, "", "Ms Pryklad first met a lawyer, or had not yet met one, 72 hours after the arrest."),
        ("solitary.days", 1, "2021-03", "Ms Pryklad was held in solitary confinement for up to 1 day without a break (March 2021)."),
        ("charge.article", ("CC1999 342(1)",), "", "Ms Pryklad was charged under article 342(1) of the Criminal Code."),
        ("person.role", ("hrd", "journalist"), "", "Ms Pryklad was known as a human rights defender and a journalist."),
        ("discrim.ground", (), "", "No protected ground was found."),
        ("passport.expired", True, "", "The following holds for Ms Pryklad: passport expired."),
    ],
)
def test_a_claim_is_one_plain_sentence(fact: str, value: Value, when: str, text: str) -> None:
    assert say(fact, value, when) == text


def test_what_is_only_checked_is_what_the_source_reports() -> None:
    text = say("detention.masked_agents", True, who=REPORTS)
    assert text == "The source reports that those who took Ms Pryklad hid their faces or bore no identification."


def test_yes_and_no_are_different_sentences() -> None:
    for fact in VOCABULARY.facts.values():
        if fact.type is FactType.BOOL:
            assert say(fact.id, True) != say(fact.id, False)


def one_value(fact_id: str) -> Value:
    fact = VOCABULARY.fact(fact_id)
    keys = tuple(member.key for member in fact.members) or ("BY",)
    return {"bool": True, "number": 3, "date": "2020-08-09", "text": "words", "enum": keys[0], "list": keys}[fact.type]


@pytest.mark.parametrize("fact", sorted(VOCABULARY.facts))
def test_every_property_has_a_whole_sentence(fact: str) -> None:
    for who, start in ((FINDING, r"[A-Z]"), (REPORTS, "The source reports that ")):
        text = say(fact, one_value(fact), "2021", who)
        assert re.match(start, text) and text.endswith(".") and not text.endswith("..")
        assert "{" not in text and "  " not in text


def test_templates_name_only_what_exists() -> None:
    for name, template in TEMPLATES.by_fact.items():
        fact = VOCABULARY.fact(name)
        assert (fact.type is FactType.BOOL) == bool(template.yes and template.no), name
        assert fact.items == "country" or all(fact.member(key) for key in template.members), name


def test_facts_of_the_questionnaire_and_of_the_first_norms_have_their_own_words() -> None:
    needed = {fact for field in catalogue().mechanisms["WGAD-REGULAR"].fields for fact in field.feeding}
    needed |= {fact for norm in catalogue().rulebook.first_set for e in catalogue().rulebook.norms[norm].elements for fact in e.facts}
    assert len(needed) > 100 and needed <= TEMPLATES.by_fact.keys()


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1))
def test_a_value_is_only_text(words: str) -> None:
    """Braces in what a person wrote are no placeholders."""
    assert words in say("detention.agency", words)
    assert "{person}" in say("detention.agency", "{person}")
