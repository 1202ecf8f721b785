"""What the page of the rules says of a count that is too low for a while, in every language and with the days of the rule itself."""

import pytest

from letapis.core.card_numbers import LEAST_DAYS, MOST_DAYS
from letapis.core.language import LANGUAGES
from letapis.engines.catalogue import catalogue
from letapis.faces.public import about
from letapis.faces.public.words import Constant, Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_say_for_how_long_a_figure_may_be_too_low(language: str) -> None:
    words = Words(Constant(catalogue(), "Pryklad", "https://list.example/", "list@example.org", ()), language)
    told = about.rules_page(words).decode("utf-8")
    assert words.say("rules.later", least=LEAST_DAYS, most=MOST_DAYS) in told and str(LEAST_DAYS) in told and str(MOST_DAYS) in told
    assert catalogue().public_figures.words["at_least"][language].split("{")[0].strip() in told, "and every figure reads at least"
