"""What is written down once stands once, also where its form is sent from two tabs, or again after going back."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from letapis.desk import reading
from letapis.desk.opening import Desk
from letapis.faces.texts import texts

from . import casework
from .casework import Case, browsing
from .test_casework_pages import add_rows

TWICE = "web.sent_twice"


def resend(client: Client, address: str, tab: str, end: str = "", /, **told: Any) -> Any:
    """Send a form of a page that stands open, encoded as a browser encodes one without files."""
    found = next(form for form in casework.forms(tab) if form["action"].endswith(end) and form["action"] not in ("/language", "/lock", "/search"))
    fields = {**found["data"], **{name.replace("__", "-"): value for name, value in told.items()}}
    return client.post(found["action"] or address, urlencode(fields, doseq=True), content_type="application/x-www-form-urlencoded")


def send(client: Client, address: str, **told: Any) -> Any:
    return resend(client, address, client.get(address).content.decode(), **told)


@pytest.fixture
def solo(desk: Desk) -> tuple[Desk, Case]:
    return desk, casework.play(desk)


@pytest.fixture
def client(solo: tuple[Desk, Case]) -> Iterator[Client]:
    with browsing(solo[0]) as found:
        yield found


def records(desk: Desk) -> int:
    return int(desk.store.rows("SELECT COUNT(*) FROM db_record")[0][0])


FORMS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    # the page and the argument of its address, the end of the action, and what is typed
    "a source": ("people:new_source", "dossier", "", {"code": "Rabina"}),
    "consent": ("people:consent", "dossier party", "", {"scope__keep_internal": "given", "taken": "2026-11"}),
    "a place": ("people:list", "dossier", "", {"label": "Colony 99", "kind": "place"}),
    "a dossier": ("dossiers:new", "", "", {"code": "TW-1", "title": "Twice", "person": "Pryklad"}),
    "a task": ("tasks:dossier", "dossier", "", {"text": "Ring the lawyer", "due": "2026-12-25"}),
    "a contact": ("contacts:list", "dossier", "", {"channel": "signal", "address": "vydumka", "hours": "evening"}),
    "a hearing": ("hearings:dossier", "dossier", "", {"day": "2026-12-01", "time": "10:00", "court": "Vydumka court"}),
    "a letter": ("letters:dossier", "dossier", "", {"sent": "2026-10-01", "place": "PK-99"}),
    "a need": ("needs:list", "dossier", "", {"code": "medical", "text": "a dentist"}),
    "a document": ("submit:dossier", "dossier", "/new", {}),
    "a round": ("recognition:dossier", "dossier", "/open", {"text": "Please vote."}),
    "a retraction": ("claims:show", "claim", "/retract", {"reason": "Wrong person."}),
    "a correction": ("claims:correct", "claim", "", {"value__1": "2020-08-10"}),
}


@pytest.mark.parametrize("what", FORMS)
def test_one_form_in_two_tabs_makes_one_thing(client: Client, solo: tuple[Desk, Case], what: str) -> None:
    desk, case = solo
    name, arguments, end, told = FORMS[what]
    address = reverse(name, kwargs={key: case.named()[key] for key in arguments.split()})
    if what in ("a contact", "a need"):
        told = told | {"source" if what == "a contact" else "party": case.kalina.hex()}
    tabs = [client.get(address).content.decode() for _ in range(2)]
    first = resend(client, address, tabs[0], end, **told)
    assert first.status_code == 303, first.content.decode()
    client.get(first["Location"])
    made = records(desk)
    second = resend(client, address, tabs[1], end, **told)
    assert second.status_code == 303 and second["Location"] == first["Location"] and records(desk) == made
    assert texts().say(TWICE, "en") in client.get(second["Location"]).content.decode()


def test_information_in_two_tabs_is_recorded_once(client: Client, solo: tuple[Desk, Case]) -> None:
    desk, case = solo
    address = reverse("claims:add", args=[case.dossier.hex()])
    tabs = [add_rows(client, address, "detention.end") for _ in range(2)]
    told = {"do": "save", "value__1": "2021", "source": case.klon.hex(), "basis": "document"}
    assert {resend(client, address, tab, **told).status_code for tab in tabs} == {303}
    assert [c.property for c in reading.claims(desk, desk.reader("work"), case.dossier)].count("detention.end") == 1


def test_what_was_answered_otherwise_meanwhile_is_recorded_again(client: Client, solo: tuple[Desk, Case]) -> None:
    """Refused, given by mistake, and refused again: the last word is a refusal."""
    desk, case = solo
    address = reverse("people:consent", kwargs={"dossier": case.dossier.hex(), "party": case.kalina.hex()})
    before = records(desk)
    for answer in ("refused", "given", "refused", "refused"):
        assert send(client, address, scope__keep_internal=answer, taken="2026-11").status_code == 303
    assert records(desk) == before + 3
    assert [one.answer for one in reading.consents(desk, desk.reader("work"), case.dossier)] == ["refused"]


def test_other_words_and_another_hour_are_another_thing(client: Client, solo: tuple[Desk, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    desk, case = solo
    address = reverse("tasks:dossier", args=[case.dossier.hex()])
    before = records(desk)
    for text in ("Ring the lawyer", "Write to the lawyer", "Ring the lawyer"):
        assert send(client, address, text=text, due="2026-12-25").status_code == 303
    assert records(desk) == before + 3
    monkeypatch.setattr("letapis.faces.web.once.A_MOMENT", -1.0)
    assert send(client, address, text="Ring the lawyer", due="2026-12-25").status_code == 303 and records(desk) == before + 4


def test_it_is_said_in_every_language() -> None:
    assert len({texts().say(TWICE, language) for language in ("en", "be", "ru")}) == 3
