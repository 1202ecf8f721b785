"""What pages say of a clock that may be ahead, of cards that are over soon, and of keys that nobody asked for; in three languages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.records import Draft
from letapis.desk import ledger, public_record, reading, sync
from letapis.desk.opening import Desk
from tests.desk.publishing import LOOK, newsroom
from tests.public import card_of
from tests.team import Team, make_team

from .casework import browsing, say
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
