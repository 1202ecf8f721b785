"""The pages of what is taken back: seen before asked, asked, kept with reasons, told to recipients; and who may not see them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import backup_copies, erasure, evidence, reading, recalls, restriction, sources
from letapis.desk.opening import Desk
from letapis.faces.texts import texts

from . import casework
from .casework import browsing, send
from .test_pages import check


def shown(client: Client, place: str) -> str:
    for language in LANGUAGES:
        page = client.get(place, headers={"accept-language": language}).content.decode()
        check(page, language)
    return client.get(place).content.decode()


def export_to(desk: Desk, case: casework.Case, recipient: str) -> bytes:
    """An earlier case file held an item of evidence, which is returned."""
    reader = desk.reader("work")
    kept = evidence.keep_text(desk, reader, case.dossier, "A letter", "Invented words.", case.kalina)
    evidence.add_custody(desk, reader, kept, "export", "handed over", f"{recipient} | trial | 00")
    return kept


def test_what_goes_is_shown_before_it_is_asked_for(desk: Desk) -> None:
    case = casework.play(desk)
    export_to(desk, case, "Court of Vydumka")
    with browsing(desk) as client:
        place = reverse("erasure:list", args=[case.dossier.hex()])
        assert texts().say("erasure.nothing_restricted", "en") in shown(client, place)
        chosen = {"targets": [case.kalina.hex(), *(one.object.hex() for one in reading.evidence_of(desk, desk.reader("work"), case.dossier))]}
        for language in LANGUAGES:
            token = casework.forms(client.get(place).content.decode())[-1]["data"]["csrfmiddlewaretoken"][0]
            told: dict[str, Any] = {"csrfmiddlewaretoken": token, **chosen, "ground": "withdrawal", "text": "She rang.", "step": "preview"}
            answer = client.post(place, told, headers={"accept-language": language})
            assert answer.status_code == 200
            check(answer.content.decode(), language)
        page = client.post(place, told).content.decode()
        assert "Court of Vydumka" in page and texts().say("erasure.kind.claim", "en") in page
        assert erasure.requests(desk, desk.reader("work"), case.dossier) == []
        assert client.post(place, {**told, "step": "ask"}).status_code == 303
        page = shown(client, place)
        assert texts().say("erasure.another_decides", "en") in page and "She rang." in page and "Court of Vydumka" in page
        assert texts().say("erasure.banner", "en") in client.get(reverse("dossiers:show", args=[case.dossier.hex()])).content.decode()
        (notice,) = recalls.recalls(desk, desk.reader("work"), case.dossier)
        answer = client.post(reverse("erasure:recall", args=[notice.recall.hex()]), {"csrfmiddlewaretoken": token, "text": "", "state": "told"})
        assert answer.status_code == 422
        for state, text in (("told", "by a sealed letter"), ("answered", "they erased it")):
            assert send(client, place, reverse("erasure:recall", args=[notice.recall.hex()]), text=text, state=state).status_code == 303
        assert "they erased it" in shown(client, place)


def test_nothing_chosen_or_asked_twice_comes_back(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        place = reverse("erasure:list", args=[case.dossier.hex()])
        assert send(client, place, place, ground="withdrawal", text="typed words", step="preview").status_code == 422
        token = casework.forms(client.get(place).content.decode())[-1]["data"]["csrfmiddlewaretoken"][0]
        told = {"csrfmiddlewaretoken": token, "targets": [case.kalina.hex()], "ground": "error", "text": "typed words", "step": "ask"}
        assert client.post(place, told).status_code == 303
        answer = client.post(place, {**told, "text": "other words"})
        assert answer.status_code == 422 and texts().say("errors.erasure.asked_already", "en") in answer.content.decode()
        assert "other words" in answer.content.decode()
        (one,) = erasure.requests(desk, desk.reader("work"), case.dossier)
        # A person who told us: their words are not kept. One's own request is withdrawn.
        answer = send(client, place, reverse("erasure:keep", args=[one.erasure.hex()]), ground="archiving", text="typed reasons")
        assert answer.status_code == 422 and "typed reasons" in answer.content.decode()
        assert texts().say("errors.erasure.promise", "en") in answer.content.decode()
        answer = client.post(reverse("erasure_orders:agree", args=[one.order.hex()]), {"csrfmiddlewaretoken": token})
        assert answer.status_code == 422 and texts().say("errors.erasure.own", "en") in answer.content.decode()
        assert send(client, place, reverse("erasure:drop", args=[one.erasure.hex()])).status_code == 303
        assert texts().say("erasure.was_dropped", "en") in shown(client, place)
        shown(client, reverse("erasure_orders:show"))


def test_an_officer_looks_and_brings_it_back(desk: Desk) -> None:
    case = casework.play(desk)
    sources.record_consent(desk, desk.reader("work"), case.dossier, case.kalina, [sources.ConsentForm("keep_internal", "withdrawn")])
    (one,) = restriction.restrictions(desk, desk.reader("work"), case.dossier)
    with browsing(desk) as client:
        assert client.get(reverse("claims:show", args=[case.claim.hex()])).status_code == 404
        place = reverse("erasure:look", args=[one.restricted.hex()])
        look = shown(client, place)
        assert casework.TAKEN in look and "detention.start" not in look, "a fact has its label, and not its code"
        assert send(client, place, text="").status_code == 422
        assert send(client, place, text="she agreed again").status_code == 303
        assert client.get(reverse("claims:show", args=[case.claim.hex()])).status_code == 200


ROUTES = ["erasure:list", "erasure:keep", "erasure:drop", "erasure:recall", "erasure:look"]


@pytest.mark.parametrize("name", ROUTES)
def test_whose_dossier_it_is_not_finds_nothing(two_desks: tuple[Desk, Desk], name: str) -> None:
    desk, stranger = two_desks
    case = casework.play(desk)
    kept = export_to(desk, case, "Court of Vydumka")
    erasure.ask(desk, desk.reader("work"), case.dossier, [kept], "error")
    (one,) = erasure.requests(desk, desk.reader("work"), case.dossier)
    (notice,) = recalls.recalls(desk, desk.reader("work"), case.dossier)
    (hidden,) = restriction.restrictions(desk, desk.reader("work"), case.dossier)
    idents = {"erasure:list": case.dossier, "erasure:recall": notice.recall, "erasure:look": hidden.restricted}
    place = reverse(name, args=[idents.get(name, one.erasure).hex()])
    with browsing(stranger) as client:
        token = casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        assert client.post(place, {"csrfmiddlewaretoken": token}).status_code == 404
        assert client.get(place).status_code == (404 if name in ("erasure:list", "erasure:look") else 405)


def test_places_and_backups_are_settled_on_the_page_of_orders(desk: Desk) -> None:
    casework.play(desk)
    copy = backup_copies.count(desk)
    with browsing(desk) as client:
        place = reverse("erasure_orders:show")
        shown(client, place)
        token = casework.forms(client.get(place).content.decode())[0]["data"]["csrfmiddlewaretoken"]
        told = {"csrfmiddlewaretoken": token}
        assert client.post(reverse("erasure_orders:clear"), told).status_code == 303
        assert client.post(reverse("erasure_orders:destroyed", args=[copy.hex()]), told).status_code == 303
        assert backup_copies.from_before(desk, desk.reader("work"), "9999") == []
        for name in ("erasure_orders:destroyed", "erasure_orders:agree"):
            assert client.post(reverse(name, args=["0" * 32]), told).status_code == 404
