"""Evidence, law, documents, history, case files, identities: every route for the own dossier, for one of others, and after the keys are gone.

The table follows from the routes: a route without an entry fails.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from letapis.desk import people
from letapis.faces.web.views import (
    backup,
    bundle,
    casefile,
    circles,
    evidence,
    fixity,
    history,
    identity,
    law,
    looking,
    members,
    package,
    passphrase,
    provenance,
    redacting,
    settings,
    submit,
    sync,
)
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, forms
from .papers import ACCOUNT, SECRET, Papers, share

__all__ = ["make_team"]

SECTIONS = (backup, bundle, casefile, circles, evidence, fixity, history, identity, law, looking, members, package, passphrase, provenance, redacting,
            settings, submit, sync)  # fmt: skip

# Pages of the organisation and of this desk: no dossier stands in their address.
COMMON = {"backup:show", "members:list", "members:admit", "members:register", "members:welcome", "members:endorse", "members:join", "members:show",
          "members:add_device", "members:remove", "members:remove_device", "identity:list", "settings:show", "passphrase:change", "sync:show",
          "sync:address", "sync:now", "casefile:trust", "fixity:show", "fixity:change", "fixity:give_up", "fixity:do"}  # fmt: skip

# What stands behind the threshold of the custodians: each of them sees requests, whoever holds the dossier.
CUSTODIANS = {"identity:show", "identity:share", "identity:open"}

POSTED = {"casefile:ask", "casefile:agree", "circles:take_back", "circles:package_take_back", "circles:public_take_back", "evidence:copy",
          "evidence:judge", "evidence:open", "evidence:original", "submit:new", "submit:draft", "submit:words", "submit:again", "submit:approve",
          "submit:produce", "provenance:record", "provenance:table"}  # fmt: skip
SHOWN = {"evidence:list", "evidence:item", "evidence:play", "evidence:picture", "law:dossier", "history:dossier", "submit:dossier",
         "submit:brief", "submit:preview", "looking:grey", "looking:page", "looking:turn", "redacting:drawn", "redacting:picture"}  # fmt: skip
BOTH = {"bundle:show", "circles:show", "circles:reword", "circles:package_show", "circles:package_reword", "circles:public_show", "evidence:add",
        "evidence:paste", "law:norm", "identity:ask", "casefile:export", "package:give", "provenance:show", "looking:mark", "looking:player",
        "redacting:draw", "redacting:preview", "redacting:show"}  # fmt: skip

# The photograph, which is closed until its reader opens it, and the sound, which is not.
PHOTO = {"evidence:open", "looking:page", "looking:turn", "redacting:draw", "redacting:drawn", "redacting:preview"}
SOUND = {"evidence:play", "looking:player"}


def routes() -> dict[str, tuple[str, ...]]:
    found = {}
    for section in SECTIONS:
        for pattern in section.urlpatterns:
            assert isinstance(pattern, URLPattern)
            found[f"{section.app_name}:{pattern.name}"] = tuple(pattern.pattern.converters)
    return found


CLOSED = sorted(routes().keys() - COMMON - CUSTODIANS)


def test_every_route_is_in_exactly_one_table() -> None:
    tables = (COMMON, CUSTODIANS, POSTED, SHOWN, BOTH)
    assert sorted(name for table in tables for name in table) == sorted(routes())


def address(name: str, papers: Papers) -> str:
    number = "1" if name.partition(":")[0] in ("looking", "redacting") else "0"
    named = papers.named() | {"number": number, "decision": "00" * 32}
    if name in SOUND:
        named["item"] = papers.sound.hex()
    elif name in PHOTO:
        named["item"] = papers.photo.hex()
    return reverse(name, kwargs={one: named[one] for one in routes()[name]})


def ask(client: Client, method: str, place: str) -> tuple[int, str]:
    token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    answer = client.get(place) if method == "GET" else client.post(place, {"csrfmiddlewaretoken": token})
    return answer.status_code, b"".join(answer.streaming_content).decode("latin-1") if answer.streaming else answer.content.decode("latin-1")


def answers(client: Client, papers: Papers) -> dict[tuple[str, str], int]:
    found = {}
    for name in CLOSED:
        for method, table in (("GET", SHOWN | BOTH), ("POST", POSTED | BOTH)):
            if name in table:
                found[method, name] = ask(client, method, address(name, papers))[0]
    return found


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


@pytest.fixture
def papers(team: Team) -> Papers:
    return played.play(team.desks[0], team.desks[1].me)


def test_the_own_dossier_is_open(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        assert ask(client, "POST", address("evidence:open", papers))[0] == 303
        found = answers(client, papers)
    assert {row: status for row, status in found.items() if status not in (200, 303, 422)} == {}


def test_a_page_that_only_shows_takes_no_change_and_the_other_way_round(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        for method, table in (("POST", SHOWN), ("GET", POSTED)):
            assert {name for name in table if ask(client, method, address(name, papers))[0] != 405} == set()


def test_the_dossier_of_others_does_not_exist(team: Team, papers: Papers) -> None:
    team.settle()
    with browsing(team.desks[1]) as client:
        assert {row for row, status in answers(client, papers).items() if status != 404} == set()


def test_without_the_keys_a_dossier_that_lies_here_does_not_exist(team: Team, papers: Papers) -> None:
    share(team, papers, 1)
    stranger = team.desks[1]
    with browsing(stranger) as client:
        assert ask(client, "GET", address("evidence:item", papers))[0] == 200, "before, it is open"
        query = "DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)"
        stranger.store.run(query, (b"",))
        assert {row for row, status in answers(client, papers).items() if status != 404} == set()


def test_after_the_membership_has_ended_nothing_exists(team: Team, papers: Papers) -> None:
    share(team, papers, 1)
    revoked = team.desks[1]
    with browsing(revoked) as client:
        revoked.store.run("UPDATE db_member SET state = 'removed' WHERE member = %s", (revoked.me,))
        assert {row for row, status in answers(client, papers).items() if status != 404} == set()


def test_common_pages_say_nothing_of_a_dossier_of_others(team: Team, papers: Papers) -> None:
    team.settle()
    with browsing(team.desks[1]) as client:
        for name in sorted(COMMON | CUSTODIANS):
            for method in ("GET", "POST"):
                wanted = {**papers.named(), "name": "policy", "place": "00" * 16, "deed": "check"}
                place = reverse(name, kwargs={one: wanted[one] for one in routes()[name]})
                status, text = ask(client, method, place)
                assert status in (200, 303, 403, 404, 405, 422), (name, method, status)
                assert not [word for word in (ACCOUNT, SECRET, "Vydumka's papers", "PRY-7", "Kalina") if word in text], name


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ids_that_nobody_has_and_words_that_are_none(team: Team, papers: Papers, method: str) -> None:
    with browsing(team.desks[0]) as client:
        for name in CLOSED:
            for wrong in ("0" * 32, "0" * 31, "../../etc/passwd".replace("/", "-"), "Ж" * 8):
                named = {one: wrong for one in routes()[name]}
                assert ask(client, method, reverse(name, kwargs=named))[0] in (404, 405), (name, wrong)
    assert people.directory(team.desks[0]).name == "Pryklad"
