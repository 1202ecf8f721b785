"""Pages of a person's public card: what may stand and what stays, previewed before it is proposed, and nothing of anybody else on it."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.public_check import is_bare_jpeg
from letapis.core.published import CardValue
from letapis.desk import card_ends, dossiers, evidence, public_record
from letapis.desk.evidence import EvidenceForm
from letapis.desk.sources import ConsentForm, record_consent
from letapis.faces.texts import texts
from letapis.faces.web.card_lines import CardLines
from letapis.faces.web.views import cards as cards_view
from tests.desk.carding import House, house_of
from tests.desk.test_cards import camera_picture
from tests.team import Team, make_team

from .casework import browsing, forms, resend, say, send
from .test_casework_access import ask
from .test_pages import check

__all__ = ["make_team"]


@pytest.fixture
def house(make_team: Callable[..., Team]) -> House:
    return house_of(make_team(3))


def card(house: House) -> str:
    return reverse("cards:person", args=[house.person.hex()])


def text(client: Client, place: str, status: int = 200) -> str:
    answer = client.get(place)
    assert answer.status_code == status
    return str(answer.content.decode())


def fields(shown: str) -> dict[str, list[str]]:
    found = next(form["data"] for form in forms(shown) if "named" in form["data"])
    return dict(found)


def test_from_the_choice_over_the_preview_to_what_is_public(house: House) -> None:
    first = house.desk
    with browsing(first) as client:
        assert say("public.make_card") in text(client, reverse("cards:dossier", args=[house.dossier.hex()]))
        shown = text(client, card(house))
        assert fields(shown)["named"] == ["yes"] and say("public.no_recognition") in shown
        assert say("public.photo_none") in shown and 'maxlength="1500"' in shown
        assert card(house) in text(client, reverse("people:consent", args=[house.dossier.hex(), house.person.hex()]))
        assert "canary-sister" not in shown and "canary-address" not in shown and "canary-harm" not in shown
        # What does not fit stands beside its field, and nothing typed is lost.
        wrong = send(client, card(house), look="1", **{"text-name-en": "Somebody Else", "own-letters_accepted-0": "yes", "own-about-ru": "слово"})
        shown = wrong.content.decode()
        assert 'href="#f-name"' in shown and 'id="f-name"' in shown, "the list of faults leads to each"
        assert wrong.status_code == 422 and say("cards.fault.other_name") in shown and say("cards.fault.since") in shown
        assert [fields(shown)[one] for one in ("text-name-en", "own-about-ru", "own-letters_accepted-0")] == [["Somebody Else"], ["слово"], ["yes"]]
        # Where another card would go than the one that was seen, it is shown again first.
        seen = send(client, card(house), look="1").content.decode()
        house.agrees("withdrawn", ("public_list_birthday",))
        answer = resend(client, card(house), seen, propose="1")
        assert answer.status_code == 422 and not public_record.versions(first, house.reader, house.dossier)
        # Looking proposes nothing, and what was typed comes along.
        name = "Yanka Pryklad"
        looked = send(client, card(house), look="1", **{"text-name-en": name, "own-interests-be": "шахматы"})
        seen = looked.content.decode()
        assert looked.status_code == 200 and name in seen and "шахматы" in seen and say("public.differs") in seen
        assert say("cards.hint.by_hand") in seen and not public_record.versions(first, house.reader, house.dossier)
        again = resend(client, card(house), seen, change="1").content.decode()
        assert fields(again)["text-name-en"] == [name] and fields(again)["own-interests-be"] == ["шахматы"]
        led = resend(client, card(house), seen, propose="1")
        assert led.status_code == 303
        shown = text(client, led["Location"])
        assert say("errors.public_record.own") in shown and say("public.who_told") in shown and say("claims.circle.public") in shown
    house.team.settle(1)
    for number in (1, 2):
        with browsing(house.team.desks[number]) as client:
            look = [form for form in forms(text(client, led["Location"])) if form["action"].endswith("/approve")]
            assert len(look) == 1
            assert send(client, led["Location"], "/approve").status_code == 303
        house.team.settle(number)
    public = house.public()
    assert public is not None and public.first("name", "en") == name and public.first("interests") == "шахматы"
    with browsing(first) as client:
        shown = text(client, card(house))
        assert fields(shown)["text-name-en"] == [name], "a change begins with what was chosen before"
        assert say("public.change_card") in text(client, reverse("cards:dossier", args=[house.dossier.hex()]))
        # Consent is withdrawn: whoever looks first carries it out.
        house.agrees("withdrawn")
        shown = text(client, reverse("cards:dossier", args=[house.dossier.hex()]))
        assert say("public.state.recalled") in shown and house.public() is None
        shown = text(client, card(house))
        assert say("public.only_counted") in shown and "named" not in {name for form in forms(shown) for name in form["data"]}


def test_who_looks_sees_the_very_picture_and_strangers_none(house: House) -> None:
    form = EvidenceForm("Portrait", "photo", "face.jpg", house.court, "image/jpeg")
    evidence.make_working_copy(house.desk, house.reader, evidence.add_evidence(house.desk, house.reader, house.dossier, form, [camera_picture()]))
    ((copy, _),) = house.plan().photos
    with browsing(house.desk) as client:
        seen = send(client, card(house), look="1", photo=copy.object.hex()).content.decode()
        (place,) = {one for one in re.findall(r'<img src="([^"]+)"', seen)}
        picture = client.get(place)
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg") and is_bare_jpeg(picture.content)
        assert b"canary" not in picture.content and place.endswith(hashlib.sha256(picture.content).hexdigest())
        assert client.get(place[:-4] + "0000").status_code == 404 and say("public.photo_very") in seen
        check(seen, "en")
        led = resend(client, card(house), seen, propose="1")["Location"]
        shown = text(client, led)
        (proposed,) = re.findall(r'<img src="([^"]+)"', shown)
        assert client.get(proposed).content == picture.content, "what was looked at is what is approved"
        house.agrees("withdrawn", ("public_list_photo",))
        assert client.get(place).status_code == 404, "nobody agrees to it any more"
    house.agrees()
    house.team.settle()
    stranger = house.team.desks[1]
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    with browsing(stranger) as client:
        assert ask(client, "GET", place) == 404 and ask(client, "GET", proposed) == 404


def runs_out(house: House, day: str) -> None:
    """The family agreed until this day, and on everything else for good."""
    told = ConsentForm("public_list_birthday", "given", expires=day, how="written", surrogate=True, reason="In custody")
    record_consent(house.desk, house.reader, house.dossier, house.person, [told])


def test_who_agreed_for_a_time_is_asked_again_before_the_card_goes(house: House) -> None:
    house.published()
    soon, late = (house.desk.clock().date() + timedelta(days=days) for days in (10, 90))
    overview = reverse("publication:overview")
    with browsing(house.desk) as client:
        for day, named in ((late, False), (soon, True)):
            runs_out(house, day.isoformat())
            shown = text(client, overview)
            assert (say("public.ends") in shown) is named and (say("public.ends_today") in text(client, "/")) is named
        assert reverse("people:consent", args=[house.dossier.hex(), house.person.hex()]) in shown
        (one,) = card_ends.ending(house.desk, house.reader)
        assert (one.last, one.scopes) == (soon, ("public_list_birthday",)) and house.public() is not None
        for language in LANGUAGES:
            check(client.get(overview, headers={"accept-language": language}).content.decode(), language)
        # The family agrees for good; the card still says its last day until it is proposed anew.
        runs_out(house, "")
        (one,) = card_ends.ending(house.desk, house.reader)
        assert (one.last, one.scopes) == (soon, ()) and say("public.ends_anew") in text(client, overview)
        house.published()
        assert house.public() is not None and say("public.ends") not in text(client, overview)
    runs_out(house, soon.isoformat())
    house.team.settle()
    other = house.team.desks[1]
    assert card_ends.ending(other, house.team.reader(1))
    other.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    assert not card_ends.ending(other, house.team.reader(1)), "nothing of a dossier of others"


def test_every_page_is_whole_in_three_languages_and_strangers_find_nothing(house: House) -> None:
    house.say(house.person, house.source, ("identity.profession", "кавалачнік"))
    house.published()
    places = [reverse("cards:dossier", args=[house.dossier.hex()]), card(house), reverse("circles:public_show", args=[house.person.hex()])]
    with browsing(house.desk) as client:
        for language in LANGUAGES:
            wish = {"accept-language": language}
            for place in places:
                check(client.get(place, headers=wish).content.decode(), language)
        preview = send(client, card(house), look="1")
        check(preview.content.decode(), "en")
        assert say("circles.none_public") in text(client, places[2])
        assert client.get(reverse("cards:person", args=["ab" * 16])).status_code == 404
    stranger = house.team.desks[1]
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    with browsing(stranger) as client:
        for place in places:
            assert ask(client, "GET", place) == 404
        assert ask(client, "POST", places[1]) == 404 and ask(client, "POST", places[2]) == 404
        shown = text(client, reverse("publication:overview"))
        assert "PRY-7" not in shown and "Прыклад" not in shown


def test_of_thousands_in_a_dossier_the_page_of_the_public_list_shows_a_part(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of 6,000 that was brought in made this page 2.3 MB; whoever has a card stands first all the same."""
    monkeypatch.setattr(cards_view, "_OTHERS_PAGE", 2)
    first = house.team.desks[0]
    labels = [f"Vydumka Inshy {number}" for number in range(5)]
    for label in labels:
        dossiers.add_entity(first, first.reader("work"), house.dossier, "person", label)
    place = reverse("cards:dossier", args=[house.dossier.hex()])
    with browsing(first) as client:
        parts = [text(client, f"{place}?page={number}") for number in (1, 2, 3)]
        assert [sum(f"{label}</h2>" in part for part in parts) for label in labels] == [1] * 5
        assert all(sum(f"{label}</h2>" in part for label in labels) <= 2 for part in parts)
        assert all("<details open><summary>" in part for part in parts) and "<details><summary>" in text(client, place)


def test_a_statement_that_has_not_come_to_this_device_is_said_and_not_shown_as_a_number(house: House) -> None:
    """A colleague's card may name one that is still on its way: the preview showed 32 digits."""
    for language in LANGUAGES:
        request = SimpleNamespace(desk=house.team.desks[0], language=language)
        shown, when = CardLines(request).said(CardValue("statement", "ab" * 16))
        assert shown == texts().say("public.statement_elsewhere", language) and "abab" not in shown and when == ""
