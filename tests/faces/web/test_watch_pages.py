"""A published list is watched in the browser: two versions in, what differs entry by entry, who may be meant, and nothing for a stranger."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, evidence, list_watch
from letapis.desk.opening import Desk
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, forms, resend, say
from .papers import Papers, client, desk, papers
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]
OLD = b"number,name,reason\n1,Ivan Pryklad,A\n2,Alena Vydumka,B\n"
NEW = "number,name,reason\n2,Alena Vydumka,=C()\n3,<b>Янка Выдумка</b>,B\n".encode()


def start(papers: Papers) -> str:
    return reverse("watch:dossier", args=[papers.dossier.hex()])


def send(client: Client, papers: Papers, old: bytes = OLD, new: bytes = NEW, **told: str) -> Any:
    files = {"old": SimpleUploadedFile("old.csv", old), "new": SimpleUploadedFile("new.csv", new)}
    text = client.get(start(papers)).content.decode()
    return resend(client, start(papers), text, "", **{"title": "Invented list", **told}, **files)


def test_two_versions_are_compared_and_each_page_is_whole_in_every_language(client: Client, desk: Desk, papers: Papers) -> None:
    who = dossiers.add_entity(desk, desk.reader("work"), papers.dossier, "person", "Janka Vydumka")
    answer = send(client, papers)
    assert answer.status_code == 303
    for language in LANGUAGES:
        for place in (start(papers), answer["Location"]):
            shown = client.get(place, headers={"accept-language": language})
            assert shown.status_code == 200
            check(shown.content.decode(), language)
    text = client.get(answer["Location"]).content.decode()
    assert all(say(f"watch.deed.{deed}") in text for deed in ("added", "changed", "gone"))
    assert "&lt;b&gt;Янка" in text
    assert "<b>Янка" not in text
    assert reverse("people:person", args=[who.hex()]) in text
    assert say("watch.nobody") in text
    assert "reason" in text
    assert say("watch.doubtful") not in text
    place = send(client, papers, new=b"number,name,reason\n")["Location"]
    for language in LANGUAGES:
        shown = client.get(place, headers={"accept-language": language}).content.decode()
        check(shown, language)
        assert say("watch.doubtful", language) in shown


@pytest.mark.parametrize(
    ("told", "old", "new", "code"),
    [
        ({"title": " "}, OLD, NEW, "watch.title"),
        ({"key": "no such column"}, OLD, NEW, "watch.column"),
        ({}, OLD, OLD, "watch.same"),
        ({}, OLD, b"", "watch.no_file"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    client: Client, desk: Desk, papers: Papers, told: dict[str, str], old: bytes, new: bytes, code: str
) -> None:
    before = set(evidence.objects(desk).names())
    answer = send(client, papers, old, new, **told)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert say(f"errors.{code}") in text
    check(text, "en")
    assert set(evidence.objects(desk).names()) == before
    assert list_watch.watches(desk, desk.reader("work"), papers.dossier) == []


def test_a_stranger_finds_nothing(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk = team.desks[0]
    papers = played.play(desk, desk.me)
    reader = desk.reader("work")
    old, new = ([("list.csv", evidence.seal_upload(desk, reader, papers.dossier, [data]))] for data in (OLD, NEW))
    ident = list_watch.watch(desk, reader, papers.dossier, list_watch.WatchForm("Invented list"), old, new)
    made = reverse("watch:show", args=[ident.hex()])
    team.settle()
    with browsing(team.desks[1]) as stranger:
        token = forms(stranger.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        assert stranger.get(made).status_code == 404
        assert stranger.get(start(papers)).status_code == 404
        assert stranger.post(start(papers), {"csrfmiddlewaretoken": token, "title": "x"}).status_code == 404
