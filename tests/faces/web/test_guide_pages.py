"""The guide for an interview: its page, its sheet, its verb."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, guide, interviews, reading
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, hand

from . import casework
from .casework import browsing, forms, send
from .test_pages import check

__all__ = ["hand"]


def say(key: str, language: str = "en", **parts: object) -> str:
    return texts().say(key, language, **parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_the_sheet_is_printed(desk: Desk, language: str) -> None:
    case = casework.play(desk)
    place = reverse("guide:show", args=[case.dossier.hex()])
    with browsing(desk) as client:
        answer = client.get(place, headers={"accept-language": language})
        check(answer.content.decode(), language)
        for part in [part for part in catalogue().guide if part.say]:
            assert part.label[language].replace("'", "&#x27;") in answer.content.decode()
        assert say("guide.title", language) in client.get(reverse("interviews:list", args=[case.dossier.hex()])).content.decode() or language != "en"
        for form, beginning in (("docx", b"PK"), ("pdf", b"%PDF-")):
            made = send(client, place, "/print", form=form, language=language)
            assert b"".join(made.streaming_content).startswith(beginning)
        assert send(client, place, "/print", form="odt", language=language).status_code == 422
        assert send(client, place, "/print", form="pdf", language="xx").status_code == 422


def test_what_was_told_is_looked_up_and_not_asked_again(desk: Desk) -> None:
    case, reader = casework.play(desk), desk.reader("work")
    found = guide.guide(desk, reader, case.dossier, mechanism="WGAD-REGULAR")
    told = {fact: question.places for question in found.told for fact in question.facts}
    assert told.keys() >= {"detention.warrant_shown"} and told["detention.warrant_shown"][0].startswith("Kalina ")
    talk = interviews.plan_interview(desk, reader, case.dossier, case.kalina, case.person, "2026-11-20")
    interviews.add_text(desk, reader, talk, "Talk", "The lawyer came. The lawyer asked for papers. The lawyer was sent away.", "en", "saw")
    parts = guide.guide(desk, desk.reader("work"), case.dossier).parts
    asked = {fact: question.places for one in parts for question in one.questions for fact in question.facts}
    assert any(places and places[0].startswith("Kalina 2026-11-20 §1") for fact, places in asked.items() if fact.startswith("lawyer."))


def test_who_does_not_hold_the_dossier_finds_nothing(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, stranger = two_desks
    case = casework.play(author)
    empty = dossiers.new_dossier(author, "PRY-9", "Pryklad", "pattern")
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    show, printed = (reverse(f"guide:{name}", args=[case.dossier.hex()]) for name in ("show", "print"))
    for desk, codes in ((stranger, (404, 404)), (author, (200, 422))):
        with browsing(desk) as client:
            token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
            assert (client.get(show).status_code, client.post(printed, {"csrfmiddlewaretoken": token}).status_code) == codes
    with browsing(author) as client:
        assert client.get(show, {"person": "00" * 16}).status_code == 404 and client.get(show, {"body": "x", "audience": "x"}).status_code == 200
        assert say("lawpage.no_person") in client.get(reverse("guide:show", args=[empty.hex()])).content.decode()
        assert client.get(printed).status_code == 405
    assert not reading.dossiers(stranger, stranger.reader("work"))


def test_the_verb_lists_and_prints(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    found = hand.does("interview", "guide", "PRY-1", "--mechanism", "WGAD-REGULAR")
    assert found["parts"][0]["part"] == "safety" and any(one["questions"] for one in found["parts"])
    assert catalogue().guide[0].label["be"] in hand.says("interview", "guide", "PRY-1", "--language", "be")
    for name, beginning in (("guide.docx", b"PK"), ("guide.pdf", b"%PDF-")):
        out = tmp_path / name
        hand.does("interview", "guide", "PRY-1", "--for", "family", "--person", "Janka Vydumka", "--language", "be", "-o", str(out))
        assert out.read_bytes().startswith(beginning) and b"Vydumka" not in out.read_bytes()
    assert hand.fails("interview", "guide", "PRY-1", "-o", str(tmp_path / "guide.txt")) == (2, "guide.form")
    assert hand.fails("interview", "guide", "PRY-1", "--mechanism", "X") == (3, "law.unknown_mechanism")
