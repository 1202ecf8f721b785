"""The page of time: what is proven and what waits, in words that nobody mistakes; stamping, by hand too; what is typed wrong."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import anchors, authorities, beacons, logs, stamping, stamps_by_hand
from letapis.desk.authorities import AuthorityForm
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from letapis.faces.web.views import stamps
from tests.authority import Authority, make_authority, needs_openssl, open_authority

from . import casework
from .casework import browsing, send
from .test_pages import check

pytestmark = needs_openssl
PLACE = "/time"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tsa") / "vydumka", "vydumka")


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    with browsing(desk) as browser:
        yield browser


def shown(client: Client, language: str = "en") -> str:
    answer = client.get(PLACE, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def said(key: str, language: str = "en", **parts: object) -> str:
    return texts().say(key, language, **parts)


def test_with_nobody_entered_it_says_what_to_do(client: Client) -> None:
    for language in LANGUAGES:
        page = shown(client, language)
        check(page, language)
        assert said("time.nobody_yet", language) in page and said("time.stamp", language) not in page
    assert f'href="{PLACE}"' in client.get(reverse("members:list")).content.decode()


def test_a_checkpoint_goes_from_not_anchored_to_anchored(desk: Desk, client: Client, authority: Authority) -> None:
    logs.sign_checkpoint(desk)
    assert said("time.state.not_anchored") in shown(client)
    with open_authority(authority) as address:
        assert send(client, PLACE, "/authority", kind="tsa", name="vydumka", address=address, root=authority.root).status_code == 303
        assert send(client, PLACE, "/stamp").status_code == 303
    for language in LANGUAGES:
        page = shown(client, language)
        check(page, language)
        assert said("time.state.anchored", language) in page and said("time.one_only", language) in page
        assert said("time.sent", language, stamped=1, upgraded=0, waiting=0) in page


def test_what_waits_is_shown_with_its_age(desk: Desk, client: Client, authority: Authority) -> None:
    authorities.add_authority(desk, desk.reader("work"), AuthorityForm("tsa", "vydumka", "http://127.0.0.1:9/", authority.root))
    assert send(client, PLACE, "/stamp").status_code == 303
    page = shown(client)
    assert said("errors.time.unreachable") in page and said("time.state.pending") in page
    desk.clock.now += timedelta(days=5)  # type: ignore[attr-defined]
    for language in LANGUAGES:
        page = shown(client, language)
        check(page, language)
        assert said("time.days", language, days=5) in page and said("time.waits.authority", language) in page


def test_requests_are_carried_out_and_replies_taken_in(desk: Desk, client: Client, authority: Authority, tmp_path: Path) -> None:
    authorities.add_authority(desk, desk.reader("work"), AuthorityForm("tsa", "vydumka", root=authority.root))
    assert send(client, PLACE, "/requests", folder=str(tmp_path / "out")).status_code == 303
    (query,) = (tmp_path / "out").iterdir()
    (tmp_path / "back").mkdir()
    refused = send(client, PLACE, "/take", folder=str(tmp_path / "back"))
    assert refused.status_code == 422 and said("errors.time.nothing_to_take") in refused.content.decode()
    assert str(tmp_path / "back") in refused.content.decode(), "nothing typed is lost"
    check(refused.content.decode(), "en")
    (tmp_path / "back" / "a.tsr").write_bytes(authority.reply(query.read_bytes()))
    assert send(client, PLACE, "/take", folder=str(tmp_path / "back")).status_code == 303
    assert said("time.taken", count=1) in shown(client)
    assert anchors.anchors(desk, desk.reader("work"))[0].moment
    (tmp_path / "back" / "b.tsr").write_bytes(b"\x30\x82\xff")
    assert send(client, PLACE, "/take", folder=str(tmp_path / "back")).status_code == 303
    page = shown(client)
    assert "b.tsr" in page and said("errors.time.der") in page
    (tmp_path / "back" / "a.tsr").unlink()
    refused = send(client, PLACE, "/take", folder=str(tmp_path / "back"))
    assert refused.status_code == 422 and said("errors.time.der") in refused.content.decode()


@pytest.mark.parametrize(
    "typed, code",
    [
        ({"kind": "tsa", "name": "Bad Name", "root": "x"}, "time.name"),
        ({"kind": "tsa", "name": "a", "root": ""}, "time.root_missing"),
        ({"kind": "tsa", "name": "a", "root": "no certificate"}, "time.certificate"),
        ({"kind": "calendar", "name": "a", "address": "http://calendar.example/"}, "time.address"),
    ],
)
def test_a_wrong_entry_is_said_beside_its_field(desk: Desk, client: Client, typed: dict[str, str], code: str) -> None:
    for language in LANGUAGES:
        client.get(PLACE, headers={"accept-language": language})
        answer = send(client, PLACE, "/authority", **typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert typed["name"] in page
    assert f'{said("errors." + code)}' in send(client, PLACE, "/authority", **typed).content.decode()
    check(page, "en")


def test_an_authority_is_retired_and_an_unknown_one_is_not_there(desk: Desk, client: Client, authority: Authority) -> None:
    authorities.add_authority(desk, desk.reader("work"), AuthorityForm("tsa", "vydumka", root=authority.root))
    assert send(client, PLACE, "/retire", name="vydumka").status_code == 303
    assert said("time.retired") in shown(client)
    token = casework.forms(shown(client))[0]["data"]["csrfmiddlewaretoken"]
    assert client.post(f"{PLACE}/retire", {"csrfmiddlewaretoken": token, "name": "nobody"}).status_code == 404


def test_a_random_value_says_not_before(desk: Desk, client: Client) -> None:
    told = json.dumps({"round": 1000, "signature": "ab" * 96})
    assert send(client, PLACE, "/beacon", kind="drand", value=told, source="", when="").status_code == 303
    logs.sign_checkpoint(desk)
    assert "22 July 2020" in shown(client)  # 999 half-minutes after the first round of the chain
    wrong = send(client, PLACE, "/beacon", kind="other", value="an invented headline", source="", when="yesterday")
    assert wrong.status_code == 422 and said("errors.time.beacon_moment") in wrong.content.decode() and "yesterday" in wrong.content.decode()
    assert len(beacons.beacons(desk, desk.reader("work"))) == 1


def test_every_route_answers_the_member_and_takes_changes_only_as_changes(desk: Desk, client: Client) -> None:
    token = casework.forms(shown(client))[0]["data"]["csrfmiddlewaretoken"]
    for pattern in stamps.urlpatterns:
        place = reverse(f"time:{pattern.name}")
        if pattern.name == "show":
            assert client.post(place, {"csrfmiddlewaretoken": token}).status_code == 405
        else:
            assert client.get(place).status_code == 405
            assert client.post(place, {"csrfmiddlewaretoken": token}).status_code in (303, 404, 422)


def test_after_the_membership_has_ended_nothing_of_it_exists(two_desks: tuple[Desk, Desk], carry: Callable[..., None], authority: Authority) -> None:
    author, other = two_desks
    authorities.add_authority(author, author.reader("work"), AuthorityForm("tsa", "canary-authority", root=authority.root))
    stamping.begin(author, author.reader("work"))
    carry(author, other)
    with browsing(other) as client:
        assert "canary-authority" in shown(client)
        other.store.run("UPDATE db_member SET state = 'removed' WHERE member = %s", (other.me,))
        assert "canary-authority" not in client.get(PLACE).content.decode()


def test_the_hour_of_a_colleague_is_not_shown(two_desks: tuple[Desk, Desk], carry: Callable[..., None], authority: Authority) -> None:
    """Their claim is told by the day; what an authority stated is theirs to state."""
    author, other = two_desks
    reader = author.reader("work")
    authorities.add_authority(author, reader, AuthorityForm("tsa", "vydumka", root=authority.root))
    stamping.begin(author, reader)
    (view,) = anchors.anchors(author, reader)
    stamps_by_hand.take(author, reader, authority.reply(view.request))
    carry(author, other)
    for desk, hours in ((author, 2), (other, 1)):
        with browsing(desk) as client:
            page = shown(client)
            facts = page[page.index('<dl class="facts">') : page.index("</dl>")]
            assert facts.count(" UTC") == hours
