"""The page of needs: what a tired colleague reads, what comes back wrong, and who may not see it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import needs
from letapis.desk.opening import Desk
from letapis.faces.texts import texts

from . import casework
from .casework import browsing, resend, send
from .test_pages import check


def test_a_need_is_written_down_and_marked(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        place = reverse("needs:list", args=[case.dossier.hex()])
        assert send(client, place, party=case.kalina.hex(), code="medical", text="a dentist").status_code == 303
        page = client.get(place).content.decode()
        assert "a dentist" in page and texts().say("interview.rule.no_benefit", "en") in page and "payer" not in page.lower()
        assert texts().say("needs.seen_by", "en") in page
        (one,) = needs.needs(desk, desk.reader("work"), case.dossier).current
        assert send(client, place, reverse("needs:mark", args=[one.item.hex()]), state="done").status_code == 303
        assert needs.needs(desk, desk.reader("work"), case.dossier).current[0].state == "done"
        for language in LANGUAGES:
            check(client.get(place, headers={"accept-language": language}).content.decode(), language)


def test_what_is_refused_comes_back_with_what_was_typed(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        place = reverse("needs:list", args=[case.dossier.hex()])
        for language in LANGUAGES:
            answer = send(client, place, party=case.kalina.hex(), code="housing", text="rent, 300 euros", until="2027-01-01")
            assert answer.status_code == 422
            answer = client.post(place, {"csrfmiddlewaretoken": casework.forms(answer.content.decode())[0]["data"]["csrfmiddlewaretoken"][0],
                                         "party": case.kalina.hex(), "code": "housing", "text": "rent, 300 euros", "until": "2027-01-01"},
                                 headers={"accept-language": language})  # fmt: skip
            page = answer.content.decode()
            assert answer.status_code == 422 and "rent, 300 euros" in page and 'value="2027-01-01"' in page
            assert texts().say("errors.needs.tells_amount", language) in page
            check(page, language)
        assert resend(client, place, page, text="a roof").status_code == 303
        assert send(client, place, until="yesterday").status_code == 422
        (one,) = needs.needs(desk, desk.reader("work"), case.dossier).current
        assert send(client, place, reverse("needs:mark", args=[one.item.hex()]), state="paid").status_code == 422


def test_a_need_past_its_day_is_counted_and_not_shown(desk: Desk) -> None:
    case = casework.play(desk)
    needs.add_need(desk, desk.reader("work"), case.dossier, needs.NeedForm(case.kalina, "legal", "a word to be forgotten"))
    clock: Any = desk.clock
    clock.now += timedelta(days=200)
    with browsing(desk) as client:
        page = client.get(reverse("needs:list", args=[case.dossier.hex()])).content.decode()
    assert "to be forgotten" not in page and texts().say("needs.over", "en", count=1) in page


def test_who_may_see_and_change_needs(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, stranger = two_desks
    case = casework.play(author)
    need = needs.add_need(author, author.reader("work"), case.dossier, needs.NeedForm(case.person, "medical", "a dentist"))
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    listed, marked = reverse("needs:list", args=[case.dossier.hex()]), reverse("needs:mark", args=[need.hex()])
    for desk, allowed in ((author, True), (stranger, False)):
        with browsing(desk) as client:
            token = casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
            body = {"csrfmiddlewaretoken": token}
            answers = [client.get(listed).status_code, client.post(listed, body).status_code, client.post(marked, body).status_code]
            assert answers == ([200, 422, 422] if allowed else [404, 404, 404])
            assert client.get(marked).status_code == 405
            assert client.post(marked.replace(need.hex(), "ab" * 16), body).status_code == 404
