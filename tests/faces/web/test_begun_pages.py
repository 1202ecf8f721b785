"""The page of numbers that begin twice: found from the exchange, said in three languages, answered with a reason, settled in one step."""

from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.records import Draft
from letapis.desk import beginnings, dossiers, ledger, reading
from letapis.desk.opening import Desk
from letapis.faces.texts import texts

from . import casework
from .casework import browsing, send
from .test_pages import check


def copied(desk: Desk) -> tuple[bytes, bytes, bytes]:
    """The person of a dossier begins in another one too: the two working compartments and the number."""
    first, second = (dossiers.new_dossier(desk, f"DVA-{n}", "Vydumka", "person", f"Vydumka {n}") for n in (1, 2))
    reader = desk.reader("work")
    person, (one, two) = reading.entities(desk, reader, first)[0].entity, (reading.dossier(desk, reader, each).work for each in (first, second))
    ledger.append(desk, [Draft("entity", two, {"dossier": second, "entity": person, "kind": "person", "label": "Padman"})])
    return one, two, person


def test_it_is_found_read_and_settled(desk: Desk) -> None:
    casework.play(desk)
    place = reverse("begun:show")
    with browsing(desk) as client:
        assert texts().say("beginnings.none", "en") in client.get(place).content.decode()
        assert place not in client.get(reverse("sync:show")).content.decode()
        first, second, person = copied(desk)
        assert place in client.get(reverse("sync:show")).content.decode()
        for language in LANGUAGES:
            page = client.get(place, headers={"accept-language": language}).content.decode()
            assert first.hex() in page and second.hex() in page and "DVA-2" in page and texts().say("beginnings.open", language) in page
            check(page, language)
        assert send(client, place, place, first=second.hex(), reason=" ").status_code == 422
        assert send(client, place, place, first="00" * 16, reason="Asked Vydumka").status_code == 422
        assert not beginnings.in_effect(desk) and reading.entity(desk, desk.reader("work"), person).label == "Vydumka 1"
        assert send(client, place, place, first=second.hex(), reason="Asked Vydumka").status_code == 303
        assert beginnings.in_effect(desk) == {first} and reading.entity(desk, desk.reader("work"), person).label == "Padman"
        page = client.get(place).content.decode()
        assert texts().say("beginnings.said", "en") in page and texts().say("beginnings.open", "en") not in page
        pair = f"{second.hex()}:zz"
        token = casework.forms(page)[-1]["data"]["csrfmiddlewaretoken"][0]
        assert client.post(place, {"csrfmiddlewaretoken": token, "pair": pair, "first": first.hex(), "reason": "x"}).status_code == 404
