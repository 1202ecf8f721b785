"""Colleagues, sealed identities and the exchange: people let each other in, open together what none opens alone, and see what is wrong."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.membership import State
from letapis.desk import dossiers, identity, members, people, sync
from letapis.desk.opening import Desk
from tests.team import PASSPHRASE, Team, make_team

from . import papers as played
from .casework import browsing, resend, say, send
from .papers import SECRET, Papers, share
from .test_pages import check

__all__ = ["make_team"]


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


def get(client: Client, name: str, *arguments: str) -> str:
    return str(client.get(reverse(name, args=arguments)).content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(team: Team, language: str) -> None:
    member = team.desks[1].me.hex()
    with browsing(team.desks[0]) as client:
        for name in ("members:list", "members:admit", "members:register", "members:join", "identity:list", "sync:show", "settings:show"):
            check(client.get(reverse(name), headers={"accept-language": language}).content.decode(), language)
        for person in (member, team.desks[0].me.hex()):
            check(client.get(reverse("members:show", args=[person]), headers={"accept-language": language}).content.decode(), language)


# ---- colleagues ------------------------------------------------------------------------------------------------------


def request_of(newcomer: Desk) -> tuple[str, str]:
    text = members.join_request(newcomer.agent, "laptop")
    return text, members.read_request(text).fingerprint


def test_two_people_let_each_other_in_through_their_pages(team: Team, make_desk: Callable[..., Desk]) -> None:
    newcomer, place = make_desk(5), reverse("members:join")
    with browsing(newcomer) as client:
        assert client.get(reverse("members:list"))["Location"] == place
        shown = client.get(place, {"label": "phone"}).content.decode()
        request = shown.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0].strip()
        heard = members.read_request(request).fingerprint
        assert heard in shown and members.read_request(request).label == "phone"
    with browsing(team.desks[0]) as client:
        admit = reverse("members:admit")
        assert heard not in client.get(admit).content.decode(), "a keeper types what was heard, not what is shown"
        answer = send(client, admit, "", request=request, fingerprint=heard.lower(), name="Vydumka Novaja", custodian="on")
        assert answer.status_code == 303
        shown = client.get(answer["Location"]).content.decode()
        welcome = shown.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0].strip()
        assert say("members.welcome_pending") in shown and members.root_words(people.root(team.desks[0])) in shown
        check(shown, "en")
    with browsing(newcomer) as client:
        assert send(client, place, "/join", welcome=welcome).status_code == 303
        assert members.root_words(people.root(team.desks[0])) in client.get(place).content.decode()
    with browsing(team.desks[1]) as client:
        team.settle()
        shown = get(client, "members:list")
        assert "Vydumka Novaja" in shown and say("members.entry.member") in shown
        while "/members/endorse" in (shown := get(client, "members:list")):
            place = reverse("members:list")
            entry = shown.split('name="entry" value="', 1)[1].split('"', 1)[0]
            assert resend(client, place, shown, "/endorse", entry=entry).status_code == 303
    assert people.directory(team.desks[1]).members[newcomer.me].state is State.ACTIVE


def test_a_fingerprint_that_differs_lets_nobody_in_and_loses_nothing(team: Team, make_desk: Callable[..., Desk]) -> None:
    request, heard = request_of(make_desk(5))
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("members:admit"), "", request=request, fingerprint=heard[:-1] + "?", name="Vydumka Novaja")
    text = answer.content.decode()
    assert answer.status_code == 422 and say("errors.members.fingerprint_differs") in text.replace("&#x27;", "'")
    assert request.splitlines()[1] in text and 'value="Vydumka Novaja"' in text
    assert len(people.directory(team.desks[0]).members) == 2
    check(text, "en")


def test_a_text_that_is_no_request_or_no_welcome_is_said_beside_its_field(team: Team, make_desk: Callable[..., Desk]) -> None:
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("members:admit"), "", request="<b>nothing</b>", fingerprint="AAAA", name="Vydumka")
        assert answer.status_code == 422 and "&lt;b&gt;nothing" in answer.content.decode()
        check(answer.content.decode(), "en")
    with browsing(make_desk(5)) as client:
        answer = send(client, reverse("members:join"), "/join", welcome="nothing")
        assert answer.status_code == 422 and "nothing</textarea>" in answer.content.decode()
        check(answer.content.decode(), "en")


def test_only_keepers_are_offered_to_let_in_and_remove(make_team: Callable[..., Team]) -> None:
    team = make_team(2, plain=(2,))
    with browsing(team.desks[1]) as client:
        assert reverse("members:admit") not in get(client, "members:list")
        assert "/remove" not in get(client, "members:show", team.desks[0].me.hex())
        request, heard = "x", "y"
        answer = send(client, reverse("members:admit"), "", request=request, fingerprint=heard, name="Vydumka")
        assert answer.status_code == 422
        assert send(client, reverse("members:register"), "", name="Vydumka").status_code == 422


def test_a_colleague_without_a_device_is_entered_and_shows_the_id_to_join_with(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("members:register"), "", name="Vydumka Bez", keeper="on")
        shown = client.get(answer["Location"]).content.decode()
    assert answer.status_code == 303 and answer["Location"].rpartition("/")[2] in shown.split("members.id", 1)[0]
    assert say("members.no_device") in shown and say("members.id_for_join") in shown


def test_a_publisher_is_let_in_with_a_box_and_offered_no_dossier(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    first = team.desks[0]
    dossier = dossiers.new_dossier(first, "PRY-1", "Pryklad")
    with browsing(first) as client:
        request, heard = request_of(make_desk(8))
        told = {"request": request, "fingerprint": heard, "name": "Vydumka Press", "publisher": "on"}
        answer = send(client, reverse("members:admit"), "", **told, keeper="on")
        assert answer.status_code == 422 and say("errors.members.publisher_alone") in answer.content.decode()
        check(answer.content.decode(), "en")
        assert send(client, reverse("members:admit"), "", **told).status_code == 303
        assert say("members.publisher") in get(client, "members:list")
        assert "Vydumka Press" not in get(client, "dossiers:admit", dossier.hex())
    assert len(people.publishers(first)) == 1


def test_a_second_device_is_added_for_the_same_member_only(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    first = team.desks[0]
    place = reverse("members:show", args=[first.me.hex()])
    with browsing(first) as client:
        for newcomer, status in ((make_desk(6), 422), (make_desk(7, member=first.me), 303)):
            request, heard = request_of(newcomer)
            answer = send(client, place, "/device", request=request, fingerprint=heard)
            assert answer.status_code == status, answer.content.decode()
    assert len(people.directory(first).devices_of(first.me)) == 2


def test_removing_needs_a_reason_and_another_keeper(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    gone = team.desks[1].me
    place = reverse("members:show", args=[gone.hex()])
    with browsing(team.desks[0]) as client:
        empty = send(client, place, "/remove", reason=" ")
        assert empty.status_code == 422
        check(empty.content.decode(), "en")
        assert send(client, place, "/remove", reason="Left for an invented job.").status_code == 303
        assert say("members.entry.removal") in get(client, "members:list")
    assert people.directory(team.desks[0]).members[gone].state is State.ACTIVE, "one keeper is not enough"


def test_a_device_is_removed_by_name_and_only_of_this_member(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    first = team.desks[0]
    lost = make_desk(7, member=first.me)
    request, heard = request_of(lost)
    members.add_device(first, team.reader(), request, first.me, heard)
    place = reverse("members:show", args=[first.me.hex()])
    with browsing(first) as client:
        shown = client.get(place).content.decode()
        assert resend(client, place, shown, "/remove-device", device="no such device", reason="Lost.", since="").status_code == 404
        assert resend(client, place, shown, "/remove-device", reason="Lost.", since="99999").status_code == 422
        assert resend(client, place, shown, "/remove-device", reason="Lost on an invented train.", since="").status_code == 303
    assert people.directory(first).devices[lost.device].state is State.REMOVED


def test_an_entry_that_does_not_wait_cannot_be_endorsed(team: Team) -> None:
    with browsing(team.desks[0]) as client:
        text = get(client, "members:list").replace('action="/lock"', 'action="/members/endorse"')
        assert resend(client, "/members", text, "/endorse").status_code == 403
        assert client.get(reverse("members:welcome")).status_code == 404, "no welcome waits in this session"


def test_members_that_nobody_has_do_not_exist(team: Team) -> None:
    with browsing(team.desks[0]) as client:
        assert client.get(reverse("members:show", args=["0" * 32])).status_code == 404


# ---- identities ------------------------------------------------------------------------------------------------------


@pytest.fixture
def papers(team: Team) -> Papers:
    found = played.play(team.desks[0], team.desks[1].me)
    share(team, found, 1)
    return found


def test_an_identity_is_asked_for_shared_and_opened_together(team: Team, papers: Papers) -> None:
    asking, giving = team.desks
    with browsing(asking) as client:
        source = papers.source.hex()
        assert send(client, reverse("identity:ask", args=[source]), "", purpose="To warn this invented person.").status_code == 303
        assert "To warn this invented person." in get(client, "identity:list")
    request = next(r for r in identity.requests(asking, team.reader()) if r.purpose.startswith("To warn"))
    place = reverse("identity:show", args=[request.rid.hex()])
    with browsing(asking) as client:
        assert say("identities.wait") in client.get(place).content.decode()
    team.settle()
    with browsing(giving) as client:
        assert say("identities.waiting") in get(client, "identity:list")
        wrong = send(client, place, "/share", passphrase="no such words")
        assert wrong.status_code == 422 and "no such words" not in wrong.content.decode(), "a passphrase never comes back"
        check(wrong.content.decode(), "en")
        assert send(client, place, "/share", passphrase=PASSPHRASE).status_code == 303
    team.settle()
    with browsing(asking) as client:
        check(client.get(place).content.decode(), "en")
        answer = send(client, place, "/open", passphrase=PASSPHRASE)
        assert answer.status_code == 200 and SECRET in answer.content.decode() and answer["Cache-Control"] == "no-store"
        check(answer.content.decode(), "en")
        again = client.get(place).content.decode()
        assert SECRET not in again and say("identities.opened_already") in again


def test_nothing_opens_without_enough_shares(team: Team, papers: Papers) -> None:
    place = reverse("identity:show", args=[papers.asked.hex()])
    with browsing(team.desks[0]) as client:
        text = client.get(place).content.decode().replace('action="/lock"', f'action="{place}/open"')
        answer = resend(client, place, text, "/open", passphrase=PASSPHRASE)
        assert answer.status_code == 422 and SECRET not in answer.content.decode()
        filled = client.post(f"{place}/open", {"csrfmiddlewaretoken": token(text), "passphrase": PASSPHRASE})
        assert filled.status_code == 422 and SECRET not in filled.content.decode()


def token(text: str) -> str:
    return text.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]


def test_a_request_without_a_purpose_comes_back(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("identity:ask", args=[papers.source.hex()]), "", purpose="  ")
    assert answer.status_code == 422
    check(answer.content.decode(), "en")


def test_a_custodian_without_the_dossier_sees_no_code_name(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    papers = played.play(team.desks[0], team.desks[1].me)
    team.settle()
    with browsing(team.desks[1]) as client:
        shown = get(client, "identity:list") + get(client, "identity:show", papers.asked.hex())
    assert "Kalina" not in shown and say("identities.hidden_code") in shown


# ---- exchange --------------------------------------------------------------------------------------------------------


def test_exchange_says_what_came_and_went(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("sync:show"), "/now")
        shown = client.get(answer["Location"]).content.decode()
    assert answer.status_code == 303 and say("exchange.report") in shown and say("exchange.all_well") in shown
    assert "Vydumka 2 · laptop" in shown
    check(shown, "en")


def test_what_lies_broken_on_the_relay_is_said_in_words(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        sync.set_relay(team.desks[0], str(team.relay.parent / "elsewhere"))
        sync.set_relay(team.desks[0], str(team.relay))
        for path in (team.relay / "records").rglob("*"):
            if path.is_file():
                path.write_bytes(path.read_bytes()[:50])
        shown = client.get(send(client, reverse("sync:show"), "/now")["Location"]).content.decode()
    assert say("exchange.faults") in shown and say("exchange.all_well") not in shown
    assert "sync." not in shown, "codes are for machines"
    check(shown, "en")


def test_silent_colleagues_are_named(team: Team) -> None:
    team.desks[0].clock.now += timedelta(days=9)  # type: ignore[attr-defined]
    with browsing(team.desks[0]) as client:
        assert say("exchange.silent") in get(client, "sync:show")


def test_a_place_inside_the_workspace_comes_back_and_a_good_one_is_kept(team: Team, tmp_path: Path) -> None:
    desk = team.desks[0]
    with browsing(desk) as client:
        answer = send(client, reverse("sync:show"), "/address", address=str(desk.workspace / "relay"))
        assert answer.status_code == 422 and str(desk.workspace / "relay") in answer.content.decode()
        check(answer.content.decode(), "en")
        assert send(client, reverse("sync:show"), "/address", address=str(tmp_path / "new")).status_code == 303
    assert sync.relay_address(desk) == str(tmp_path / "new")


def test_exchange_without_a_place_or_an_organisation_says_so(make_desk: Callable[..., Desk]) -> None:
    with browsing(make_desk(9)) as client:
        shown = get(client, "sync:show")
        assert say("exchange.no_address") in shown and "/sync/now" not in shown
        answer = client.post(reverse("sync:now"), {"csrfmiddlewaretoken": token(shown)})
        assert answer.status_code == 422 and say("errors.sync.no_relay") in answer.content.decode()
        check(get(client, "settings:show"), "en")
