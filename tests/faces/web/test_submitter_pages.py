"""What the organisation says of itself is written on one page for each language, and what is wrong comes back beside its field."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import submitters
from letapis.desk.opening import Desk
from letapis.faces.texts import texts

from .casework import browsing, send
from .test_pages import check


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    with browsing(desk) as browser:
        yield browser


def test_the_page_is_whole_in_every_language_and_the_settings_lead_to_it(client: Client) -> None:
    place = reverse("submitter:show", args=["be"])
    for language in LANGUAGES:
        check(client.get(place, headers={"accept-language": language}).content.decode(), language)
        settings = client.get(reverse("settings:show"), headers={"accept-language": language}).content.decode()
        assert reverse("submitter:show", args=[language]) in settings
    assert client.get(reverse("submitter:show", args=["fr"])).status_code == 404


def test_what_is_written_is_kept_and_what_is_wrong_comes_back_as_typed(desk: Desk, client: Client) -> None:
    place, reader = reverse("submitter:show", args=["en"]), desk.reader("work")
    wrong = send(client, place, place, name="Vydumka Centre", email="no address")
    assert wrong.status_code == 422 and not submitters.profiles(desk, reader)
    shown = wrong.content.decode()
    assert texts().say("errors.submitter.email", "en") in shown and "no address" in shown and 'value="Vydumka Centre"' in shown
    check(shown, "en")
    assert send(client, place, place, name="Vydumka Centre", email="post@vydumka.example").status_code == 303
    assert submitters.profile(desk, reader, "en").name == "Vydumka Centre"
    assert send(client, place, place, description="It documents.").status_code == 303
    assert submitters.profile(desk, reader, "en").description == "It documents."
    assert submitters.profile(desk, reader, "en").name == "Vydumka Centre", "a form comes with what is filed"
