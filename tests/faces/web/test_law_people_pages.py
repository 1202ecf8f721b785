"""A dossier about many: counts and names for each norm, the context with what is still needed, in three languages and for its holders alone."""

from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import dossiers
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from letapis.faces.texts import texts
from tests.desk.casework import office
from tests.desk.test_patterns import many

from .casework import browsing, forms
from .test_pages import check


def say(key: str, language: str = "en", **parts: object) -> str:
    return texts().say(key, language, **parts)


@pytest.fixture
def home(make_desk: Callable[..., Desk]) -> Iterator[Desk]:
    yield office(make_desk(1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_norms_name_persons_and_the_context_says_what_it_needs(home: Desk, language: str) -> None:
    dossier, people = many(home, 7)
    place = reverse("law_people:people", args=[dossier.hex()])
    with browsing(home) as client:
        text = client.get(place, headers={"accept-language": language}).content.decode()
        one = client.get(place, {"norm": "ICCPR-9-3"}, headers={"accept-language": language}).content.decode()
        person = client.get(reverse("law:norm", args=[dossier.hex(), "ICCPR-9-3"]), {"person": people[6].hex()})
        overview = client.get(reverse("law:dossier", args=[dossier.hex()])).content.decode()
    for shown in (text, one):
        check(shown, language)
    assert person.status_code == 200 and place in overview
    assert say("lawpeople.persons", language, count=7) in text and say("lawpage.and_norms", language, count=2) in text
    assert one.count("Prykladny ") == 7 and people[6].hex() in one and people[6].hex() not in text
    shown = unescape(text)
    assert say("lawpeople.enough", language) in shown and say("lawpeople.has_of", language, has=7, needs=20) in shown
    assert catalogue().rulebook.norm("RS-7-CHAPEAU").title[language] in shown and say("lawpage.waits", language, count=4) in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_persons_are_told_so(home: Desk, language: str) -> None:
    dossier, _ = many(home, 2)
    empty = dossiers.new_dossier(home, "EMPTY", "Pryklad", "pattern")
    with browsing(home) as client:
        text = client.get(reverse("law_people:people", args=[dossier.hex()]), headers={"accept-language": language}).content.decode()
        none = client.get(reverse("law_people:people", args=[empty.hex()]), headers={"accept-language": language}).content.decode()
    check(text, language)
    check(none, language)
    assert say("lawpeople.too_few", language, count=2, least=3) in unescape(text) and say("lawpage.no_person", language) in none


def test_the_page_is_for_whoever_holds_the_dossier(home: Desk, make_desk: Callable[..., Desk]) -> None:
    dossier, _ = many(home, 1)
    place = reverse("law_people:people", args=[dossier.hex()])
    with browsing(home) as client:
        assert client.get(place).status_code == 200
        assert client.get(place, {"norm": "NO-SUCH"}).status_code == 404
        assert client.get(reverse("law_people:people", args=["00" * 16])).status_code == 404
        token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        assert client.post(place, {"csrfmiddlewaretoken": token}).status_code == 405
    with browsing(office(make_desk(2))) as client:
        assert client.get(place).status_code == 404
