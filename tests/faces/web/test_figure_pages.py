"""Pages of figures and reviews: the journalist's page tells only what is published; proposing, looking, approving, correcting."""

from collections.abc import Callable
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import figures, reading, reviews
from letapis.desk.opening import Desk
from letapis.faces.web.views import figures as section
from letapis.faces.web.views import reviews as monthly
from tests.desk.test_figures import RULE, day, people_held, publish
from tests.team import Team, make_team

from .casework import browsing, forms, resend, say, send
from .test_pages import check

__all__ = ["make_team"]


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    team = make_team(3)
    people_held(team, "2026-03-01", "2026-04-01", "2024-05-01")
    return team


def show(client: Client, name: str, *arguments: str) -> str:
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_when_nothing_is_published_the_page_says_what_to_do(team: Team) -> None:
    with browsing(team.desks[0]) as client:
        shown = show(client, "figures:home")
        assert say("figures.none") in shown and say("figures.none.meanwhile") in shown and "Vydumka F" not in shown
        assert "at least" not in shown, "no count of the moment"


def test_from_a_proposal_to_a_sentence_to_copy(team: Team) -> None:
    first, second, third = team.desks
    with browsing(first) as client:
        wrong = send(client, reverse("figures:new"), rule=RULE, day="2999-01-01")
        assert wrong.status_code == 422 and say("errors.figures.day") in wrong.content.decode() and "2999-01-01" in wrong.content.decode()
        led = resend(client, reverse("figures:new"), wrong.content.decode(), rule=RULE, day=day(first))
        assert led.status_code == 303
        shown = client.get(led["Location"]).content.decode()
        assert "Vydumka F-0" in shown and say("figures.waits_for_others") in shown and "no news since 1 May 2024" in shown
        assert say("figures.none") in show(client, "figures:home")
    figure = led["Location"].rsplit("/", 1)[1]
    team.settle()
    for desk in (second, third):
        with browsing(desk) as client:
            place = reverse("figures:show", args=[figure])
            assert say("figures.points_at") in client.get(place).content.decode()
            refused = send(client, place, "/approve")
            assert refused.status_code == 422 and say("errors.figures.singles_out") in refused.content.decode()
            assert send(client, place, "/approve", looked="yes").status_code == 303
        team.settle()
    with browsing(first) as client:
        shown = show(client, "figures:home")
        assert "At least 2 persons were held, as of" in shown and "Як мінімум 2 чалавекі былі" in shown and "Как минимум 2 человека" in shown
        assert "Vydumka F" not in shown and say("figures.first") in shown and "does not mean that the person is free" in shown
        place = reverse("figures:show", args=[figure])
        wrong = send(client, place, "/correct", because=" ")
        assert wrong.status_code == 422
        again = send(client, place, "/correct", because="News of May came in.", day=day(first))
        assert again.status_code == 303 and "News of May came in." in client.get(again["Location"]).content.decode()
        assert "News of May" not in show(client, "figures:home")


def test_a_person_is_named_only_to_who_holds_the_dossier(team: Team) -> None:
    first, second = team.desks[0], team.desks[1]
    figure = figures.propose(first, team.reader(), RULE, day(first)).hex()
    team.settle()
    home = reading.resolve_dossier(second, team.reader(1), "F-0")
    query = "DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier = %s)"
    second.store.run(query, (home,))
    with browsing(second) as client:
        shown = show(client, "figures:show", figure)
    assert "Vydumka F-1" in shown and "Vydumka F-0" not in shown
    assert say("figures.who_means", count=1, of=2) in shown and say("figures.differs") in shown


def test_one_name_with_two_dossiers_is_shown_before_approval(team: Team) -> None:
    first = team.desks[0]
    figure = figures.propose(first, team.reader(), RULE, day(first)).hex()
    with browsing(first) as client:
        assert say("figures.twice") not in show(client, "figures:show", figure)
        first.store.run("UPDATE db_entity SET label = %s WHERE label IN (%s, %s)", ("vydumka f-0", "Vydumka F-0", "Vydumka F-1"))
        shown = show(client, "figures:show", figure)
    assert say("figures.twice") in shown and shown.count("vydumka f-0") == 6, "pointed at, twice, and in it"


def test_a_review_is_made_and_counted_again(team: Team) -> None:
    with browsing(team.desks[0]) as client:
        wrong = send(client, reverse("reviews:list"), month="soon", text="Kept text")
        assert wrong.status_code == 422 and "Kept text" in wrong.content.decode()
        led = resend(client, reverse("reviews:list"), wrong.content.decode(), month=day(team.desks[0])[:7])
        assert led.status_code == 303
        again = send(client, led["Location"], "/again")
        assert again.status_code == 200 and say("reviews.same") in again.content.decode()


def test_every_page_is_whole(team: Team) -> None:
    first = team.desks[0]
    figure = figures.propose(first, team.reader(), RULE, day(first))
    places = [reverse("figures:show", args=[figure.hex()])]
    publish(team, figure)
    waiting = figures.propose(first, team.reader(), "detained_that_day", "2026-03-01")
    review = reviews.make(first, team.reader(), day(first)[:7], "x")
    places += [reverse(f"figures:{name}") for name in ("home", "list", "new")] + [reverse("figures:show", args=[waiting.hex()])]
    places += [reverse("reviews:list"), reverse("reviews:show", args=[review.hex()])]
    with browsing(first) as client:
        for place, language in product(places, LANGUAGES):
            answer = client.get(place, headers={"accept-language": language})
            assert answer.status_code == 200, place
            check(answer.content.decode(), language)


# ---- access ----------------------------------------------------------------------------------------------------------

POSTED = {"figures:approve", "figures:correct", "reviews:again"}
SHOWN = {"figures:home", "figures:list", "figures:show", "reviews:show"}


def _ask(client: Client, method: str, place: str) -> int:
    token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    return int((client.get(place) if method == "GET" else client.post(place, {"csrfmiddlewaretoken": token})).status_code)


def test_figures_are_the_organisation_s_and_nobody_s_after_the_membership_has_ended(team: Team) -> None:
    first: Desk = team.desks[0]
    figure = figures.propose(first, team.reader(), RULE, day(first))
    review = reviews.make(first, team.reader(), day(first)[:7])
    team.settle()
    values = {"figure": figure.hex(), "review": review.hex()}
    places = []
    for module in (section, monthly):
        for pattern in module.urlpatterns:
            name = f"{module.app_name}:{pattern.name}"
            place = reverse(name, kwargs={one: values[one] for one in pattern.pattern.converters})
            places += [(name, method, place) for method in ("GET", "POST") if name not in (POSTED if method == "GET" else SHOWN)]
    other = team.desks[1]
    with browsing(other) as client:
        assert {(name, method) for name, method, place in places if _ask(client, method, place) not in (200, 303, 422)} == set()
        other.store.run("UPDATE db_member SET state = 'removed' WHERE member = %s", (other.me,))
        named = [(name, method, place) for name, method, place in places if values["figure"] in place or values["review"] in place]
        assert {(name, method) for name, method, place in named if _ask(client, method, place) != 404} == set()
        for name in ("figures:home", "figures:list", "reviews:list"):
            assert figure.hex() not in client.get(reverse(name)).content.decode()
