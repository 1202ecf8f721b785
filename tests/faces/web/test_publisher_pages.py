"""What pages say of a clock that may be ahead, of cards that are over soon, and of keys that nobody asked for; in three languages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.records import Draft
from letapis.desk import ledger, public_record, reading, sync, uninvited
from letapis.desk.opening import Desk
from tests.desk.publishing import LOOK, newsroom, set_apart
from tests.public import card_of
from tests.team import Team, make_team

from .casework import browsing, say
from .conftest import token_of
from .test_pages import check

__all__ = ["make_team"]


def test_who_looks_is_told(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    room = newsroom(make_team, make_desk, (1,))
    first, second, home = room.team.desks[0], room.team.desks[1], room.dossiers[0]
    last = (first.clock().date() + timedelta(days=5)).isoformat()
    ref = public_record.propose_card(first, room.reader(), home, card_of(2), days=("", last))
    room.team.sync(0, 1, 2)
    for number in (1, 2):
        public_record.approve(room.team.desks[number], room.reader(number), ref, LOOK)
    room.team.sync(1, 2)
    work = reading.dossier(first, room.reader(), home).work
    ledger.append(first, [Draft("grant", work, {"compartment": work, "epoch": 1, "member": room.press.me})])
    room.team.sync(0, 3)
    overview = reverse("publication:overview")
    with browsing(room.press) as client:
        for language in LANGUAGES:
            page = client.get(overview, headers={"accept-language": language}).content.decode()
            check(page, language)
            assert all(say(f"publisher.{key}", language) in page for key in ("lapses", "due")) and card_of(2).first("name", language) in page
            assert say("publisher.uninvited", language, devices="\0").partition("\0")[0] in page and "publisher.uninvited" not in page
    sync.sync(second, room.reader(1))
    ahead, now = replace(second, clock=lambda: at), second.clock()
    at = now + timedelta(days=30)
    with browsing(ahead) as client:
        for place in (overview, reverse("cards:dossier", args=[home.hex()])):
            for language in LANGUAGES:
                page = client.get(place, headers={"accept-language": language}).content.decode()
                check(page, language)
                assert say("public.clock_doubt", language) in page
    with browsing(second) as client:
        assert say("public.clock_doubt", "en") not in client.get(overview).content.decode()


def test_a_publisher_says_what_was_set_apart_is(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    room = newsroom(make_team, make_desk)
    pub, press, place = set_apart(room), room.press, reverse("apart:show")
    first, liar = (next(one.name for one in reading.members(press, room.press_reader) if one.member == room.team.desks[n].me) for n in (0, 1))
    told = {"compartment": pub.hex(), "word": "public", "reason": "Asked the first colleague"}
    with browsing(press) as client:
        for language in LANGUAGES:
            for address in ("/", reverse("publication:overview")):
                page = client.get(address, headers={"accept-language": language}).content.decode()
                check(page, language)
                assert say("publishing.apart.waiting", language, count=1) in page and f'href="{place}"' in page
            page = client.get(place, headers={"accept-language": language}).content.decode()
            check(page, language)
            assert all(text in page for text in (pub.hex(), first, liar, say("publishing.apart.open", language)))
        told["csrfmiddlewaretoken"] = token_of(client, place)
        for wrong in ({"reason": " "}, {"word": "sideways"}, {"compartment": bytes(16).hex()}, {"compartment": ""}):
            answer = client.post(place, told | wrong)
            assert answer.status_code == 422
            check(answer.content.decode(), "en")
        assert [one.word for one in uninvited.apart(press)] == [""]
        assert client.post(place, told).status_code == 303
        page = client.get(place).content.decode()
        assert say("publishing.apart.said.public", "en") in page and "Asked the first colleague" in page
        sync.sync(press, room.press_reader)
        assert pub in press.epochs()
        page = client.get("/").content.decode()
        assert say("publishing.apart.title", "en") in page and f'href="{place}"' in page
        assert client.post(place, told | {"word": "other"}).status_code == 303 and pub not in press.epochs()
    with browsing(room.team.desks[0]) as client:
        home = reverse("cards:dossier", args=[room.dossiers[1].hex()])
        assert pub.hex() in client.get(home).content.decode(), "the colleague who is asked finds the number"
        assert say("publishing.apart.none", "en") in client.get(place).content.decode()
        told["csrfmiddlewaretoken"] = token_of(client, reverse("settings:show"))
        assert client.post(place, told).status_code == 422, "nobody but the publisher says it"
