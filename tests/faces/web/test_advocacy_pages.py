"""Pages of the advocacy log: a dossier's, the organisation's, one chain; and whose they are."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import advocacy, dossiers
from letapis.faces.web.views import advocacy as section
from tests.team import Team, make_team

from .casework import browsing, forms, resend, say, send
from .test_pages import check

__all__ = ["make_team"]
CANARY = "Canary: promised in a back room"


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


@pytest.fixture
def dossier(team: Team) -> str:
    return dossiers.new_dossier(team.desks[0], "A-1", "Pryklad", "person", "Janka Vydumka").hex()


@pytest.fixture
def client(team: Team, dossier: str) -> Iterator[Client]:
    assert dossier
    with browsing(team.desks[0]) as browser:
        yield browser


def test_a_request_a_promise_and_what_followed(client: Client, team: Team, dossier: str) -> None:
    place = reverse("advocacy:dossier", args=[dossier])
    assert say("advocacy.none") in client.get(place).content.decode()
    wrong = send(client, place, body="Government of Vydumka", text="To ask after his health.", day="soon")
    assert wrong.status_code == 422 and say("errors.advocacy.day") in wrong.content.decode() and "To ask after" in wrong.content.decode()
    assert resend(client, place, wrong.content.decode(), kind="request", day="2026-05-01").status_code == 303
    (chain,) = advocacy.log(team.desks[0], team.reader()).chains
    asked = reverse("advocacy:show", args=[chain[0].entry.ident.hex()])
    assert "Janka Vydumka" in client.get(asked).content.decode()
    assert send(client, asked, asked, kind="promise", text=CANARY, day="2026-05-20", due="2026-06-20").status_code == 303
    shown = client.get(place).content.decode()
    assert say("advocacy.promises") in shown and CANARY in shown and "until 20 June 2026 · A-1" in shown
    promise = advocacy.log(team.desks[0], team.reader()).open[0].entry.ident.hex()
    promised = reverse("advocacy:show", args=[promise])
    assert send(client, promised, promised, kind="outcome", text="Letters came.", day="2026-07-01").status_code == 303
    shown = client.get(place).content.decode()
    assert say("advocacy.promises") not in shown and "Letters came." in shown


def test_the_organisation_s_page_answers_what_made_a_difference(client: Client, team: Team, dossier: str) -> None:
    place = reverse("advocacy:list")
    assert send(client, place, place, body="A body", text="About visas.", issue="Visas").status_code == 303
    told = advocacy.EntryForm("request", "2026-05-01", "Government of Vydumka", "To ask after his health.", "Janka Vydumka")
    advocacy.add(team.desks[0], team.reader(), told, bytes.fromhex(dossier))
    found = send(client, place, "/find", about="janka").content.decode()
    assert "To ask after his health." in found and "About visas." not in found
    assert say("advocacy.nothing_found") in send(client, place, "/find", about="nobody").content.decode()
    with browsing(team.desks[1]) as other:
        team.settle()
        shown = other.get(place).content.decode()
        assert "About visas." in shown and "To ask after his health." not in shown


def test_a_change_and_two_that_do_not_know_of_each_other(client: Client, team: Team) -> None:
    desk, reader = team.desks[0], team.reader()
    told = advocacy.EntryForm("request", "2026-05-01", "A body", "One")
    entry = advocacy.add(desk, reader, told)
    seen = advocacy.entry(desk, reader, entry).heads
    place = reverse("advocacy:show", args=[entry.hex()])
    assert send(client, place, "/change", text="").status_code == 422
    assert send(client, place, "/change", text="Two").status_code == 303
    advocacy.change(desk, reader, entry, told, seen)
    shown = client.get(place).content.decode()
    assert say("items.two_versions") in shown
    (chooser,) = [form for form in forms(shown) if form["action"].endswith("/keep")]
    data = {"csrfmiddlewaretoken": chooser["data"]["csrfmiddlewaretoken"], "version": chooser["buttons"][0][1]}
    data["seen"] = chooser["data"]["seen"]
    assert client.post(chooser["action"], data).status_code == 303 and not advocacy.entry(desk, reader, entry).contested
    assert client.post(chooser["action"], {**data, "version": "x" * 64}).status_code == 404


def test_every_page_is_whole(client: Client, team: Team, dossier: str) -> None:
    told = advocacy.EntryForm("promise", "2026-05-01", "A body", "To ask after his health.", "Janka Vydumka", "letters", "2026-06-01")
    entry = advocacy.add(team.desks[0], team.reader(), told, bytes.fromhex(dossier))
    places = [reverse("advocacy:list"), reverse("advocacy:dossier", args=[dossier]), reverse("advocacy:show", args=[entry.hex()])]
    for place, language in product(places, LANGUAGES):
        answer = client.get(place, headers={"accept-language": language})
        assert answer.status_code == 200, place
        check(answer.content.decode(), language)


def test_an_entry_is_theirs_who_hold_its_dossier(team: Team, dossier: str) -> None:
    told = advocacy.EntryForm("promise", "2026-05-01", "A body", CANARY)
    entry = advocacy.add(team.desks[0], team.reader(), told, bytes.fromhex(dossier)).hex()
    team.settle()
    posted, values = {"advocacy:find", "advocacy:change", "advocacy:keep"}, {"entry": entry, "dossier": dossier}
    for number, own in ((0, True), (1, False)):
        with browsing(team.desks[number]) as client:
            token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
            for pattern in section.urlpatterns:
                name, named = f"advocacy:{pattern.name}", {one: values[one] for one in pattern.pattern.converters}
                place = reverse(name, kwargs=named)
                answers = [client.post(place, {"csrfmiddlewaretoken": token})]
                answers += [client.get(place)] if name not in posted else []
                for answer in answers:
                    right = (200, 303, 422) if (own and not name.endswith("keep")) or not named else (404,)
                    assert answer.status_code in right, (name, own)
                    assert own or CANARY not in answer.content.decode()
