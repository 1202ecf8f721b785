"""Questions of official forms are said in the words of whoever fills them in, beside the words of the form."""

import re

from letapis.engines.catalogue import catalogue
from letapis.faces.card_words import CardWords

CYRILLIC = re.compile("[а-яёіў]", re.IGNORECASE)


def test_every_question_of_every_card_is_said_in_both_languages_and_no_other_is() -> None:
    asked = {field.label for card in catalogue().mechanisms.values() for field in card.fields}
    assert asked == catalogue().questions.keys()
    for said in catalogue().questions.values():
        assert said.keys() == {"be", "ru"} and all(CYRILLIC.search(text) and text.strip() == text for text in said.values())


def test_one_that_nobody_translated_is_said_as_it_stands() -> None:
    words = {language: CardWords(catalogue(), language) for language in ("en", "be", "ru")}
    assert words["en"].question("Family name") == ("Family name", "")
    assert words["be"].question("Family name") == ("Прозвішча", "Family name")
    assert words["ru"].question("Of an own card") == ("Of an own card", "")
