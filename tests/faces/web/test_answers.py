"""No page is the answer to a form in the history of a browser: it is fetched once, under a random word."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from letapis.desk.opening import Desk

from . import casework
from .casework import browsing

NAVIGATES = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    casework.play(desk)
    with browsing(desk) as visitor:
        yield visitor


def _search(client: Client, words: str, headers: dict[str, str] | None = None) -> tuple[int, str, str]:
    token = casework.forms(client.get("/search").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    answer = client.post("/search", {"csrfmiddlewaretoken": token, "words": words}, headers=headers or {})
    return answer.status_code, answer.headers.get("Location", ""), answer.content.decode()


def test_a_browser_is_sent_on_and_fetches_the_page_once(client: Client) -> None:
    status, address, body = _search(client, "masks", NAVIGATES)
    assert (status, body) == (303, "")
    assert re.fullmatch(r"/search\?answer=[\w-]{20,}", address)
    assert "masks" not in address
    first, again = client.get(address), client.get(address)
    assert first.status_code == again.status_code == 200
    assert "masks" in first.content.decode()
    assert "masks" not in again.content.decode()


def test_a_refused_form_comes_back_with_what_was_typed_and_its_status(client: Client) -> None:
    token = casework.forms(client.get("/dossiers/new").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    form = {"csrfmiddlewaretoken": token, "code": "", "title": "Typed title", "subject_kind": "person"}
    answer = client.post("/dossiers/new", form, headers=NAVIGATES)
    assert answer.status_code == 303
    page = client.get(answer["Location"])
    assert page.status_code == 422
    assert "Typed title" in page.content.decode()


def test_a_word_that_nobody_gave_shows_the_ordinary_page(client: Client) -> None:
    assert client.get("/search?answer=invented").status_code == 200


def test_only_the_session_that_sent_the_form_fetches_the_answer(client: Client, desk: Desk) -> None:
    _, address, _ = _search(client, "masks", NAVIGATES)
    with browsing(desk) as other:
        assert "masks" not in other.get(address).content.decode()


def test_a_program_that_keeps_no_history_gets_its_answer_at_once(client: Client) -> None:
    status, _, body = _search(client, "masks")
    assert status == 200
    assert "masks" in body
