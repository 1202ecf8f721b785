"""A call noted on one page, and how to reach who called: whole in three languages, nothing typed lost, nothing for strangers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import contacts, dossiers, items, ledger, reading
from letapis.desk.opening import Desk

from . import casework
from .casework import Case, browsing, resend, send
from .test_pages import check

NEW = "/calls/new"
SAID = "Mum called.\nThey moved him from SIZO-1.\nNo letters since March."
CANARIES = {"address": "CANARY-address", "hours": "CANARY-hours", "word": "CANARY-word"}
TOLD = {"about": "Petra Vydumka", "said": SAID, "use": "inside", "circle": "family"}


@pytest.fixture
def solo(desk: Desk) -> tuple[Desk, Case]:
    return desk, casework.play(desk)


@pytest.fixture
def client(solo: tuple[Desk, Case]) -> Iterator[Client]:
    with browsing(solo[0]) as found:
        yield found


def keep(client: Client, **told: Any) -> Any:
    return send(client, NEW, do="keep", **{"caller": "Rabina", **TOLD, **told})


def kept(desk: Desk, answer: Any) -> reading.NoteView:
    assert answer.status_code == 303, answer.content.decode()
    return reading.note(desk, desk.reader("work"), bytes.fromhex(answer["Location"].rpartition("/")[2]))


def test_a_call_about_somebody_new_is_kept_with_one_press(client: Client, solo: tuple[Desk, Case]) -> None:
    desk = solo[0]
    answer = keep(client, about="Somebody Nibyto", safety="with_care", call_on="2026-12-01", **CANARIES)
    note = kept(desk, answer)
    assert (note.text, note.language) == (SAID, "en")
    home = reading.dossier(desk, desk.reader("work"), note.dossier)
    assert home.dossier != solo[1].dossier and "nibyto" not in home.code.casefold()
    contact = contacts.contact_of(desk, desk.reader("work"), note.source)
    assert contact and {name: contact.text(name) for name in CANARIES} == CANARIES
    page = client.get(answer["Location"]).content.decode()
    assert "The call is kept, in a new dossier." in page and "May we use it: inside only" in page and "CANARY" not in page
    table = client.get(reverse("people:consent", args=[note.dossier.hex(), note.subject.hex()])).content.decode()
    assert "somebody else answered for them: A relative or lawyer answered" in table, "the relative's answer stands in the table of consent"
    (task,) = reading.items(desk, desk.reader("work"), "task", dossier=note.dossier)
    page = client.get(reverse("tasks:show", args=[task.item.hex()])).content.decode()
    assert task.day == "2026-12-01" and reverse("contacts:show", args=[contact.item.hex()]) in page and "CANARY" not in page
    desk.store.run("DELETE FROM db_item WHERE type = 'contact'")
    page = client.get(reverse("tasks:show", args=[task.item.hex()])).content.decode()
    assert reverse("contacts:list", args=[note.dossier.hex()]) in page, "who holds no contact is told whom to ask"


def test_somebody_we_may_have_is_asked_about_and_nothing_typed_is_lost(client: Client, solo: tuple[Desk, Case]) -> None:
    desk, case = solo
    before = len(reading.notes(desk, desk.reader("work"), case.dossier))
    answer = keep(client, about="Янка Выдумка", **CANARIES)
    text = answer.content.decode()
    assert answer.status_code == 422 and "Choose below who is meant" in text and "Janka Vydumka" in text and SAID.split("\n")[1] in text
    assert all(canary in text for canary in CANARIES.values())
    assert len(reading.notes(desk, desk.reader("work"), case.dossier)) == before
    note = kept(desk, resend(client, NEW, text, person=case.person.hex(), do="keep"))
    assert (note.dossier, note.subject, note.text) == (case.dossier, case.person, SAID)


def test_another_name_than_the_one_that_was_asked_about_is_asked_anew(client: Client, solo: tuple[Desk, Case]) -> None:
    desk, case = solo
    text = send(client, NEW, do="look", about="Vydumka").content.decode()
    answer = resend(client, NEW, text, do="keep", **{**TOLD, "about": "Zmicier Pryklad"}, person=case.person.hex(), caller="Rabina")
    note = kept(desk, answer)
    assert note.dossier != case.dossier and reading.entity(desk, desk.reader("work"), note.subject).label == "Zmicier Pryklad"


def test_none_of_them_opens_a_dossier_of_their_own(client: Client, solo: tuple[Desk, Case]) -> None:
    desk, case = solo
    text = send(client, NEW, do="look", **TOLD | {"about": "Janka Vydumka"}).content.decode()
    assert 'class="errors"' not in text and "Is it one of these?" in text and SAID.split("\n")[1] in text
    assert "checked" in text.partition(case.person.hex())[2][:12], "the only one of exactly this name is offered as chosen"
    note = kept(desk, resend(client, NEW, text, person="new", do="keep"))
    assert note.dossier != case.dossier


def test_a_code_name_that_we_have_is_asked_about(client: Client, solo: tuple[Desk, Case]) -> None:
    desk, case = solo
    text = keep(client, caller="kalina", about="Somebody Nibyto").content.decode()
    assert "We already have this code name" in text and "Somebody we already have?" in text
    same = kept(desk, resend(client, NEW, text, source=case.kalina.hex(), do="keep"))
    source = reading.source(desk, desk.reader("work"), same.source)
    assert source.code == "Kalina" and source.dossier == same.dossier != case.dossier


def test_a_call_noted_from_a_dossier_offers_its_people(client: Client, solo: tuple[Desk, Case]) -> None:
    desk, case = solo
    address = reverse("calls:dossier", args=[case.dossier.hex()])
    text = client.get(address).content.decode()
    assert "Janka Vydumka" in text and "Kalina" in text
    note = kept(desk, send(client, address, said=SAID, use="later", source=case.kalina.hex(), do="keep"))
    assert (note.dossier, note.subject, note.source) == (case.dossier, case.person, case.kalina)
    other = kept(desk, send(client, address, said="x", use="later", source="new", person="new", about="Co-prisoner Pryklad", do="keep"))
    assert other.dossier == case.dossier and other.subject != case.person and other.source not in (case.kalina, case.klon)
    silent = send(client, address, said=SAID, use="later", do="keep")
    assert silent.status_code == 422 and "same caller" in silent.content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"use": ""}, "This field is required"),
        ({"said": " "}, "note"),
        ({"about": ""}, "This field is required"),
        ({"call_on": "soon"}, "This is not a day"),
        ({"channel": "pigeon"}, "Select a valid choice"),
        ({"caller": "x" * 61}, "60"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(client: Client, change: dict[str, str], says: str) -> None:
    answer = keep(client, **{"about": "Somebody Nibyto", **change})
    text = answer.content.decode()
    assert answer.status_code == 422 and 'class="error"' in text and says in text and (change.get("said") or "Mum called." in text)


def test_call_pages_are_whole_in_three_languages(client: Client, solo: tuple[Desk, Case]) -> None:
    desk, case = solo
    contact = contacts.keep_contact(desk, desk.reader("work"), case.kalina, contacts.ContactForm("signal", **CANARIES, safety="safe"))
    first = reading.versions(desk, desk.reader("work"), contact)[-1].record
    known = reading.item(desk, desk.reader("work"), contact)
    body = {name: value for name, value in first.body.items() if name != "after"}
    ledger.append(desk, [items.draft(desk, "contact", known.compartment, body | {"safety": "not_now"}, contact)])
    dossier = case.dossier.hex()
    pages = [NEW, *(reverse(name, args=[dossier]) for name in ("calls:dossier", "contacts:list")), reverse("contacts:show", args=[contact.hex()])]
    for language in LANGUAGES:
        wish = {"accept-language": language}
        for address in pages:
            check(client.get(address, headers=wish).content.decode(), language)
    text = client.get(pages[-1]).content.decode()
    assert "safe to call" in text and "not now" in text and "Two versions stand side by side" in text
    assert 'data-row' in client.get(pages[2]).content.decode()


def test_a_contact_is_kept_changed_and_decided(client: Client, solo: tuple[Desk, Case]) -> None:
    desk, case = solo
    listed = reverse("contacts:list", args=[case.dossier.hex()])
    assert "You keep no contact of this dossier" in client.get(listed).content.decode()
    assert send(client, listed, source=case.kalina.hex()).status_code == 422
    assert send(client, listed, source=case.kalina.hex(), channel="signal", **CANARIES).status_code == 303
    (one,) = contacts.contacts(desk, desk.reader("work"), case.dossier).contacts
    page = client.get(listed).content.decode()
    assert "CANARY-address" in page and "You have no deputy yet" in page and "Nobody else holds this dossier" in page
    shown = reverse("contacts:show", args=[one.item.hex()])
    before = client.get(shown).content.decode()
    assert send(client, shown, safety="not_now", word="snow").status_code == 303
    assert resend(client, shown, before, hours="at night").status_code == 303, "a form that was open meanwhile"
    known = reading.item(desk, desk.reader("work"), one.item)
    heads = [v.record for v in reading.versions(desk, desk.reader("work"), one.item) if v.is_head]
    assert known.contested and {head.text("word") for head in heads} == {"snow", "CANARY-word"}
    assert send(client, shown, "/keep", version=known.heads[0].hex()).status_code == 303
    assert not reading.item(desk, desk.reader("work"), one.item).contested
    assert send(client, shown, channel="", address="", hours="", word="", safety="unknown").status_code == 422


def test_a_deputy_is_chosen_among_those_who_hold_the_dossier(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, colleague = two_desks
    case = casework.play(author)
    contacts.keep_contact(author, author.reader("work"), case.kalina, contacts.ContactForm(word="snow"))
    listed = reverse("contacts:list", args=[case.dossier.hex()])
    deputy = reverse("contacts:deputy", args=[case.dossier.hex()])
    with browsing(author) as client:
        token = casework.forms(client.get(listed).content.decode())[0]["data"]["csrfmiddlewaretoken"]
        refused = client.post(deputy, {"csrfmiddlewaretoken": token, "member": colleague.me.hex()})
        assert refused.status_code == 422 and "must hold this dossier" in refused.content.decode()
        dossiers.admit_to_dossier(author, author.reader("work"), case.dossier, [colleague.me])
        assert send(client, listed, "/deputy", member=colleague.me.hex()).status_code == 303
    assert contacts.contacts(author, author.reader("work"), case.dossier).holders == {author.me, colleague.me}


def test_who_does_not_hold_them_finds_nothing(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, stranger = two_desks
    case = casework.play(author)
    contact = contacts.keep_contact(author, author.reader("work"), case.kalina, contacts.ContactForm("signal", **CANARIES))
    carry(author, stranger)
    places = dict.fromkeys(("contacts:show", "contacts:keep"), contact)
    places |= dict.fromkeys(("contacts:list", "contacts:deputy", "calls:dossier"), case.dossier)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE klass = 'CONTACT')")
    with browsing(stranger) as client:
        token = casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        listed = client.get(reverse("contacts:list", args=[case.dossier.hex()])).content.decode()
        assert "You keep no contact" in listed and "CANARY" not in listed
        for method, name in (("GET", "contacts:show"), ("POST", "contacts:show"), ("POST", "contacts:keep"), ("POST", "contacts:deputy")):
            address = reverse(name, args=[places[name].hex()])
            answer = client.get(address) if method == "GET" else client.post(address, {"csrfmiddlewaretoken": token, "version": "0" * 64})
            assert answer.status_code == 404, (method, name)
        stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
        for name, thing in places.items():
            if name not in ("contacts:keep", "contacts:deputy"):
                assert client.get(reverse(name, args=[thing.hex()])).status_code == 404, name
            assert client.post(reverse(name, args=[thing.hex()]), {"csrfmiddlewaretoken": token}).status_code == 404, name
        text = send(client, NEW, do="look", about="Vydumka", caller="Kalina").content.decode()
        assert "Janka" not in text and "Somebody we already have" not in text and "We have nobody of this name" in text
