"""Pages of a State's reply: register, the first question before everything, the grid, a line, the print; and whose they are."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import reading, replies
from letapis.desk.opening import Desk
from letapis.faces.web.views import replies as section
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, forms, resend, say, send
from .papers import Papers, client, desk, papers
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]
CANARY = "Canary: the mother of Vydumka says"
TOLD = {"known": ["place"], "safety": "careful", "due": "2026-12-01", "channel": "lawyer", "how": "Through the lawyer, without names."}


def _reply(desk: Desk, papers: Papers, answered: bool = True) -> bytes:
    reader = desk.reader("work")
    told = replies.ReplyForm("Reply of the Government", "2026-11-20", "WGAD-REGULAR", text="He was not detained.")
    reply = replies.register(desk, reader, papers.dossier, told)
    if answered:
        replies.answer_known(desk, reader, reply, replies.KnownForm(("place",), "careful", desk.me, "2026-12-01", "lawyer", "Without names."))
    return reply


def test_a_reply_is_registered_and_asks_its_first_question_first(client: Client, desk: Desk, papers: Papers) -> None:
    place = reverse("replies:new", args=[papers.dossier.hex()])
    assert send(client, place, title=" ", day="soon").status_code == 422
    answer = send(client, place, title="Reply of the Government", day="2026-11-20", answers="m:WGAD-REGULAR", text="He was not detained.")
    assert answer.status_code == 303
    shown = client.get(answer["Location"]).content.decode()
    assert say("replies.first_question") in shown and say("replies.grid") not in shown
    wrong = resend(client, answer["Location"], shown, "/known", known=["nothing", "place"], safety="careful", how="Quietly", due="2026-12-01")
    text = wrong.content.decode()
    assert wrong.status_code == 422 and say("errors.replies.known_contradicts") in text and "Quietly" in text
    opened = resend(client, answer["Location"], text, "/known", **TOLD)
    assert opened.status_code == 303
    shown = client.get(opened["Location"]).content.decode()
    assert say("replies.grid") in shown and say("replies.silence") in shown and say("replies.task") in shown
    assert client.get(reverse("replies:dossier", args=[papers.dossier.hex()])).content.decode().count("Reply of the Government") == 1
    assert send(client, place, title="Reply of the Government", day="2026-11-20").status_code == 422, "the same reply is registered once"


def test_a_line_is_typed_read_and_printed(client: Client, desk: Desk, papers: Papers) -> None:
    reply = _reply(desk, papers)
    place = reverse("replies:new_line", args=[reply.hex()])
    wrong = send(client, place, allegation="He was taken at home.", answer="No.", stance="silent")
    assert wrong.status_code == 422 and say("errors.replies.silent_with_words") in wrong.content.decode() and "He was taken" in wrong.content.decode()
    assert resend(client, place, wrong.content.decode(), answer="He was not detained.", stance="denies", comment=CANARY).status_code == 303
    shown = client.get(reverse("replies:show", args=[reply.hex()])).content.decode()
    assert "He was taken at home." in shown and CANARY in shown
    (row,) = replies.lines(desk, desk.reader("work"), reply)
    line = reverse("replies:line", args=[row.item.item.hex()])
    assert send(client, line, ours="We have the letter of a neighbour.").status_code == 303
    assert replies.lines(desk, desk.reader("work"), reply)[0].item.text("ours") == "We have the letter of a neighbour."
    for form, beginning in (("docx", b"PK"), ("pdf", b"%PDF-")):
        made = send(client, reverse("replies:show", args=[reply.hex()]), "/print", form=form)
        assert b"".join(made.streaming_content).startswith(beginning)
    assert send(client, reverse("replies:show", args=[reply.hex()]), "/print", form="odt").status_code == 422


def test_the_state_s_words_are_cut_like_any_others(client: Client, desk: Desk, papers: Papers) -> None:
    reply = _reply(desk, papers)
    replies.add_line(desk, desk.reader("work"), reply, replies.LineForm("He was taken at home.", "He was not detained.", "denies"))
    led = send(client, reverse("replies:show", args=[reply.hex()]), "/words")
    assert led.status_code == 303 and "He was not detained." in client.get(led["Location"]).content.decode()
    (row,) = replies.lines(desk, desk.reader("work"), reply)
    shown = client.get(reverse("replies:line", args=[row.item.item.hex()])).content.decode()
    assert "/cut/0/20" in shown and say("replies.cut_answer") in shown


def test_two_answers_that_do_not_know_of_each_other_stand_side_by_side(client: Client, desk: Desk, papers: Papers) -> None:
    reply, reader = _reply(desk, papers), desk.reader("work")
    seen = reading.item(desk, reader, reply).heads
    for word in ("danger", "calm"):
        told = replies.KnownForm(("name",), word, desk.me, "2026-12-01", "lawyer", "Without names.")
        replies.answer_known(desk, reader, reply, told, seen)
    shown = client.get(reverse("replies:show", args=[reply.hex()])).content.decode()
    assert say("items.two_versions") in shown
    (chooser,) = [form for form in forms(shown) if form["action"].endswith("/keep")]
    token = chooser["data"]["csrfmiddlewaretoken"]
    chosen = {"csrfmiddlewaretoken": token, "seen": chooser["data"]["seen"], "version": chooser["buttons"][0][1]}
    assert client.post(chooser["action"], chosen).status_code == 303
    assert not reading.item(desk, reader, reply).contested
    for nonsense in ("", "x" * 64):
        assert client.post(chooser["action"], {"csrfmiddlewaretoken": token, "version": nonsense}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole(client: Client, desk: Desk, papers: Papers, language: str) -> None:
    waiting = replies.register(desk, desk.reader("work"), papers.dossier, replies.ReplyForm("Waits", "2026"))
    reply = _reply(desk, papers)
    line = replies.add_line(desk, desk.reader("work"), reply, replies.LineForm("He was taken at home.", "No.", "denies", CANARY))
    dossier = papers.dossier.hex()
    places = [reverse(f"replies:{name}", args=[dossier]) for name in ("dossier", "new")] + [reverse("around:dossier", args=[dossier])]
    places += [reverse(f"replies:{name}", args=[reply.hex()]) for name in ("show", "known", "new_line")]
    places += [reverse("replies:show", args=[waiting.hex()]), reverse("replies:line", args=[line.hex()])]
    for place in places:
        answer = client.get(place, headers={"accept-language": language})
        assert answer.status_code == 200, place
        check(answer.content.decode(), language)


# ---- access ----------------------------------------------------------------------------------------------------------

POSTED = {"keep", "take", "words", "print"}
SHOWN = {"dossier", "show"}


def _routes(dossier: bytes, reply: bytes, line: bytes) -> Iterator[tuple[str, str, str]]:
    values = {"dossier": dossier.hex(), "reply": reply.hex(), "line": line.hex()}
    for pattern in section.urlpatterns:
        name = str(pattern.name)
        place = reverse(f"replies:{name}", kwargs={one: values[one] for one in pattern.pattern.converters})
        for method in ("GET", "POST"):
            if name not in (POSTED if method == "GET" else SHOWN):
                yield name, method, place


def _ask(client: Client, method: str, place: str) -> int:
    token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    sent = {"csrfmiddlewaretoken": token, "version": "00" * 32}
    return int((client.get(place) if method == "GET" else client.post(place, sent)).status_code)


def test_a_reply_is_theirs_who_hold_the_dossier(make_team: Callable[..., Team]) -> None:
    team: Any = make_team(2)
    desk, stranger = team.desks
    papers = played.play(desk, desk.me)
    reply = _reply(desk, papers)
    line = replies.add_line(desk, desk.reader("work"), reply, replies.LineForm("He was taken at home.", "No.", "denies", CANARY))
    team.settle()
    with browsing(desk) as client:
        for name, method, place in _routes(papers.dossier, reply, line):
            assert _ask(client, method, place) in ((404,) if name == "keep" else (200, 303, 422)), (name, method)
    with browsing(stranger) as client:
        for name, method, place in _routes(papers.dossier, reply, line):
            assert _ask(client, method, place) == 404, (name, method)


def test_what_was_typed_and_not_sent_comes_back(client: Client, desk: Desk, papers: Papers) -> None:
    reply = _reply(desk, papers, answered=False)
    place = reverse("replies:show", args=[reply.hex()])
    form = next(form for form in forms(client.get(place).content.decode()) if form["action"].endswith("/known"))
    typed = {name: values[0] for name, values in form["data"].items()} | {"known": ["place", "meeting"], "how": "Half a sentence"}
    assert client.post(reverse("kept:keep"), typed, headers={"sec-fetch-mode": "cors"}).status_code == 204
    assert 'href="?kept=known"' in client.get(place).content.decode()
    back = next(form for form in forms(client.get(f"{place}?kept=known").content.decode()) if form["action"].endswith("/known"))
    assert back["data"]["how"] == ["Half a sentence"] and back["data"]["known"] == ["place", "meeting"]
