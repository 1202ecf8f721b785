"""Difficult material stays closed until its reader opens it; the page about it is theirs alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import care, claims, evidence, items, reading
from letapis.desk.compartments import new_compartment
from letapis.desk.opening import Desk
from letapis.faces.texts import texts

from . import casework
from .casework import Case, browsing, send
from .test_pages import check

WORDS = "Vydumka tells what was done"


@pytest.fixture
def case(desk: Desk) -> Case:
    new_compartment(desk, "PRIVATE")
    return casework.play(desk)


@pytest.fixture
def client(desk: Desk, case: Case) -> Iterator[Client]:
    with browsing(desk) as browser:
        yield browser


def _photo(desk: Desk, case: Case) -> bytes:
    """An item whose kind alone announces it; its words stand for a picture."""
    kept = evidence.keep_text(desk, desk.reader("work"), case.dossier, "Pryklad", WORDS, b"")
    desk.store.run("UPDATE db_evidence SET kind = 'photo' WHERE object = %s", (kept,))
    return kept


def test_it_is_announced_then_opened_then_counted(desk: Desk, case: Case, client: Client) -> None:
    item = _photo(desk, case)
    address = reverse("evidence:item", args=[item.hex()])
    closed = client.get(address).content.decode()
    assert WORDS not in closed and "Difficult material" in closed
    assert client.get(reverse("evidence:open", args=[item.hex()])).status_code == 405, "looking at an address opens nothing"
    assert send(client, address, "/open").status_code == 303
    assert WORDS in client.get(address).content.decode()
    assert care.load(desk, desk.reader("work")).week == 1
    shown = client.get(reverse("care:show")).content.decode()
    assert "photographs and films" in shown


def test_what_is_not_difficult_is_open(desk: Desk, case: Case, client: Client) -> None:
    kept = evidence.keep_text(desk, desk.reader("work"), case.dossier, "Pryklad", WORDS, b"")
    assert WORDS in client.get(reverse("evidence:item", args=[kept.hex()])).content.decode()


def test_the_page_is_whole_in_every_language(desk: Desk, case: Case, client: Client) -> None:
    care.opened(desk, desk.reader("work"), ["torture"] * 12)
    item = _photo(desk, case)
    for language in LANGUAGES:
        for address in (reverse("care:show"), reverse("evidence:item", args=[item.hex()])):
            check(client.get(address, headers={"accept-language": language}).content.decode(), language)


def test_wishes_are_kept_and_mistakes_are_said_beside_the_field(desk: Desk, client: Client) -> None:
    address = reverse("care:show")
    assert send(client, address, "", avoided=["death"], until="").status_code == 303
    assert care.preferences(desk, desk.reader("work")).avoided == ("death",)
    wrong = send(client, address, "", avoided=["death"], until="yesterday")
    assert wrong.status_code == 422 and "yesterday" in wrong.content.decode()


def test_wishes_of_two_devices_stand_side_by_side_until_one_is_chosen(desk: Desk, client: Client) -> None:
    reader, address = desk.reader("work"), reverse("care:show")
    care.prefer(desk, reader, ["death"])
    (one,) = reading.items(desk, reader, "care")
    for topics in (("torture",), ("children",)):
        items.change(desk, reader, "care", one.item, {"topics": topics}, one.heads)
    token = casework.forms(client.get(address).content.decode())[0]["data"]["csrfmiddlewaretoken"]
    refused = client.post(address, {"csrfmiddlewaretoken": token, "avoided": ["death"], "until": ""})
    assert refused.status_code == 422 and texts().say("errors.items.contested", "en") in refused.content.decode()
    for language in LANGUAGES:
        shown = client.get(address, headers={"accept-language": language}).content.decode()
        assert texts().say("items.two_versions", language) in shown
        check(shown, language)
    (chooser,) = [form for form in casework.forms(shown) if form["action"].endswith("/version")]
    chosen = next(value for name, value in chooser["buttons"] if name == "version")
    posted = {**chooser["data"], "version": chosen}
    assert client.post(reverse("care:keep", args=["ab" * 16]), posted).status_code == 404
    assert client.post(chooser["action"], posted).status_code == 303
    assert not reading.item(desk, reader, one.item).contested and care.preferences(desk, reader).avoided in (("torture",), ("children",))


def test_an_offer_to_look_together_is_made_and_taken_back(desk: Desk, client: Client) -> None:
    address = reverse("care:show")
    for offers, count in (("yes", 1), ("no", 0)):
        assert send(client, address, "/company", offers=offers).status_code == 303
        assert len(care.company(desk, desk.reader("work"))) == count


def test_what_is_not_theirs_is_not_opened(desk: Desk, client: Client) -> None:
    token = casework.forms(client.get(reverse("care:show")).content.decode())[0]["data"]["csrfmiddlewaretoken"]
    answer = client.post(reverse("evidence:open", args=["ab" * 16]), {"csrfmiddlewaretoken": token})
    assert answer.status_code == 404 and care.load(desk, desk.reader("work")).week == 0


# ---- words of others -------------------------------------------------------------------------------------------------


@pytest.fixture
def colleague(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> Iterator[tuple[Desk, Case, Client]]:
    """A colleague who holds the dossier in which the author cut something difficult."""
    author, other = two_desks
    case = casework.play(author)
    reader = author.reader("work")
    start, end = claims.find_passage(casework.TEXT, "Six men in masks came.")
    claims.cut_claims(author, reader, case.note, start, end, [claims.Cut("harm.severe", "yes"), claims.Cut("detention.masked_agents", "yes")])
    carry(author, other)
    new_compartment(other, "PRIVATE")
    with browsing(other) as browser:
        yield other, case, browser


def test_a_difficult_passage_is_closed_in_lists_and_on_its_page(colleague: tuple[Desk, Case, Client]) -> None:
    desk, case, client = colleague
    listed = client.get(reverse("verify:queue")).content.decode()
    assert "torture or ill-treatment" in listed and "Six men in masks" not in listed and casework.TAKEN in listed
    rid = next(p.rid for p in reading.passages(desk, desk.reader("work"), case.note) if p.text.startswith("Six"))
    address = reverse("verify:passage", args=[rid.hex()])
    assert "Six men in masks" not in client.get(address).content.decode()
    assert send(client, address, "/open").status_code == 303
    shown = client.get(address).content.decode()
    assert "Six men in masks" in shown and reverse("verify:check", args=[rid.hex()]) in shown
    assert care.load(desk, desk.reader("work")).week == 1


def test_the_note_around_it_is_closed_too(colleague: tuple[Desk, Case, Client]) -> None:
    _, case, client = colleague
    address = reverse("account:note", args=[case.note.hex()])
    assert casework.TAKEN not in client.get(address).content.decode()
    answer = send(client, address, "/open?page=1")
    assert answer.status_code == 303 and answer["Location"] == f"{address}?page=1"
    assert casework.TAKEN in client.get(address).content.decode()


def test_what_one_does_not_want_to_see_is_left_to_others(colleague: tuple[Desk, Case, Client]) -> None:
    desk, _, client = colleague
    care.prefer(desk, desk.reader("work"), ["torture"])
    for address in (reverse("verify:queue"), reverse("home")):
        shown = client.get(address).content.decode()
        assert "torture or ill-treatment" not in shown and "Left to others, by your wish: 1" in shown and casework.TAKEN in shown
    care.prefer(desk, desk.reader("work"), [], (desk.clock() + timedelta(days=2)).date().isoformat())
    assert "Left to others, by your wish: 1" in client.get(reverse("verify:queue")).content.decode(), "a pause leaves what is difficult"


def test_who_wrote_it_down_knows_it(two_desks: tuple[Desk, Desk]) -> None:
    author = two_desks[0]
    case = casework.play(author)
    start, end = claims.find_passage(casework.TEXT, "Six men in masks came.")
    claims.cut_claims(author, author.reader("work"), case.note, start, end, [claims.Cut("harm.severe", "yes")])
    with browsing(author) as client:
        assert "Six men in masks" in client.get(reverse("account:note", args=[case.note.hex()])).content.decode()


def test_closed_pages_are_whole_in_every_language(colleague: tuple[Desk, Case, Client]) -> None:
    desk, case, client = colleague
    rid = next(p.rid for p in reading.passages(desk, desk.reader("work"), case.note) if p.text.startswith("Six"))
    for language in LANGUAGES:
        for address in (reverse("verify:queue"), reverse("verify:passage", args=[rid.hex()]), reverse("account:note", args=[case.note.hex()])):
            check(client.get(address, headers={"accept-language": language}).content.decode(), language)
