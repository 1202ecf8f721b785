"""Where can this go: the pages of all bodies and of one, in three languages, and who may see them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, sources
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue

from . import casework
from .casework import browsing, forms, say, send
from .test_pages import check


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_body_stands_with_its_reasons(desk: Desk, language: str) -> None:
    case = casework.play(desk)
    places = [reverse("mechanisms:dossier", args=[case.dossier.hex()])]
    places += [reverse("mechanisms:card", args=[case.dossier.hex(), card]) for card in ("WGAD-REGULAR", "HRCTTEE", "OSCE-MOSCOW")]
    with browsing(desk) as client:
        for place in places:
            answer = client.get(place, headers={"accept-language": language})
            assert answer.status_code == 200
            check(answer.content.decode(), language)
        shown = client.get(places[0], headers={"accept-language": language}).content.decode()
    assert all(card.name[language].replace("'", "&#x27;") in shown for card in catalogue().mechanisms.values())


def test_reasons_questions_and_consent_are_in_words(desk: Desk) -> None:
    case = casework.play(desk)
    sources.record_consent(desk, desk.reader("work"), case.dossier, case.person, [sources.ConsentForm("wgad_regular", "refused", taken="2026-01-01")])
    with browsing(desk) as client:
        overview = client.get(reverse("mechanisms:dossier", args=[case.dossier.hex()])).content.decode()
        card = client.get(reverse("mechanisms:card", args=[case.dossier.hex(), "WGAD-REGULAR"])).content.decode()
        covenant = client.get(reverse("mechanisms:card", args=[case.dossier.hex(), "HRCTTEE"])).content.decode()
    assert say("law.status_closed_since", day="7 February 2023") in overview and say("mechanisms.prepare") in overview
    assert say("law.consent_refused") in card and say("mechanisms.closing") in card and say("mechanisms.review_never").split(".")[0] in card
    question = catalogue().vocabulary.fact("procedure.submitter_identified").question["en"]
    assert question in card and "hrc-wg-ad@un.org" in card and say("mechanisms.unit.days.other", count=60) in card
    assert say("law.status_closed_since", day="7 February 2023") in covenant


def test_a_card_is_confirmed_and_named_again_when_it_is_due(desk: Desk) -> None:
    case = casework.play(desk)
    card, named = reverse("mechanisms:card", args=[case.dossier.hex(), "WGEID"]), case.named(card="WGEID")
    confirm = reverse("mechanisms:confirm", kwargs={"dossier": named["dossier"], "card": "WGEID"})
    with browsing(desk) as client:
        assert send(client, card, confirm, text="x" * 2001).status_code == 422
        assert send(client, card, confirm, text="Read on the site.").status_code == 303
        shown = client.get(card).content.decode()
    assert "Read on the site." in shown and say("mechanisms.review_due") in shown and say("mechanisms.review_never") not in shown


def test_a_question_that_no_fact_answers_is_answered_with_a_reason(desk: Desk) -> None:
    case = casework.play(desk)
    card, end = reverse("mechanisms:card", args=[case.dossier.hex(), "ODIHR"]), "/answer"
    with browsing(desk) as client:
        assert say("mechanisms.answer") in client.get(card).content.decode()
        wrong = send(client, card, end, reason="x" * 2001, holds="yes")
        assert wrong.status_code == 422 and say("errors.gate_words.reason") in wrong.content.decode() and "x" * 2001 in wrong.content.decode()
        assert send(client, card, end, reason="The call is open.").status_code == 422, "yes or no is a button"
        assert send(client, card, end, reason="The call is open.", holds="yes").status_code == 303
        shown = client.get(card).content.decode()
        assert "The call is open." in shown and say("mechanisms.said") in shown and say("law.check_confirmed") in shown
        assert send(client, card, end, reason="It closed.", holds="no").status_code == 303
        assert say("law.check_denied") in client.get(card).content.decode()


def test_who_does_not_hold_the_dossier_finds_nothing(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, stranger = two_desks
    case = casework.play(author)
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    places = [reverse("mechanisms:dossier", args=[case.dossier.hex()]), reverse("mechanisms:card", args=[case.dossier.hex(), "WGAD-REGULAR"])]
    changes = [reverse(f"mechanisms:{name}", args=[case.dossier.hex(), "WGAD-REGULAR"]) for name in ("confirm", "answer")]
    with browsing(stranger) as client:
        assert [client.get(place).status_code for place in places] == [404, 404]
        token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        assert [client.post(place, {"csrfmiddlewaretoken": token}).status_code for place in changes] == [404, 404]
    with browsing(author) as client:
        assert client.get(reverse("mechanisms:card", args=[case.dossier.hex(), "NO-SUCH"])).status_code == 404
        assert client.get(places[0], {"person": "00" * 16}).status_code == 404


def test_a_dossier_without_a_person_says_what_to_do(desk: Desk) -> None:
    empty = dossiers.new_dossier(desk, "PRY-9", "Pryklad", "pattern")
    with browsing(desk) as client:
        shown = client.get(reverse("mechanisms:dossier", args=[empty.hex()]))
        card = client.get(reverse("mechanisms:card", args=[empty.hex(), "WGAD-REGULAR"]))
    assert shown.status_code == 200 and say("lawpage.no_person") in shown.content.decode()
    assert card.status_code == 200 and say("mechanisms.card") in card.content.decode()
