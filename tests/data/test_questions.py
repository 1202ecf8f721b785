"""Questions of official forms are said in the words of whoever fills them in, beside the words of the form."""

import re

from letapis.core.answers import Answer
from letapis.core.gates import Gate
from letapis.engines.catalogue import catalogue
from letapis.faces.card_words import CardWords

CYRILLIC = re.compile("[а-яёіў]", re.IGNORECASE)


def test_every_question_of_every_card_is_said_in_both_languages_and_no_other_is() -> None:
    asked = {field.label for card in catalogue().mechanisms.values() for field in card.fields}
    asked |= {check.text for card in catalogue().mechanisms.values() for check in card.checks}
    assert asked == catalogue().questions.keys()
    for said in catalogue().questions.values():
        assert said.keys() == {"be", "ru"} and all(CYRILLIC.search(text) and text.strip() == text for text in said.values())


def test_one_that_nobody_translated_is_said_as_it_stands() -> None:
    words = {language: CardWords(catalogue(), language) for language in ("en", "be", "ru")}
    assert words["en"].question("Family name") == ("Family name", "")
    assert words["be"].question("Family name") == ("Прозвішча", "Family name")
    assert words["ru"].question("Of an own card") == ("Of an own card", "")


def test_what_a_body_asks_is_said_in_the_language_of_the_page() -> None:
    card = catalogue().mechanisms["WGAD-REGULAR"]
    gate = Gate("check", Answer(False, "law.check_missing"), True, card.checks[0].id)
    told = {language: CardWords(catalogue(), language).gate(card, gate) for language in ("en", "be", "ru")}
    assert told["en"].named == card.checks[0].text and told["en"].english
    assert all(CYRILLIC.search(told[language].named) and not told[language].english for language in ("be", "ru"))
