"""Copies in other places on a page: words beside every bar, a form that loses nothing, work with its outcome, and nobody's address."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import copies, copy_places, fixity, reading
from letapis.desk.copy_places import PlaceForm
from letapis.desk.opening import Desk
from letapis.faces.web.running import running
from tests.team import Team, make_team

from . import casework
from . import papers as played
from .casework import browsing, say
from .papers import Papers, client, desk, papers
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]
PLACE = "/fixity"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick-canary"
    folder.mkdir()
    return folder


def post(client: Client, which: str, place: str = PLACE, /, **changes: str) -> Any:
    """Send the form of the page that has this field, or whose action ends so."""
    found = [one for one in casework.forms(client.get(place).content.decode()) if which in one["data"] or one["action"].endswith(which)]
    return client.post(found[0]["action"] or place, {**found[0]["data"], **changes})


def in_all_languages(client: Client, place: str) -> str:
    for language in LANGUAGES:
        check(client.get(place, headers={"accept-language": language}).content.decode(), language)
    return client.get(place).content.decode()


def test_the_picture_says_in_words_and_drawn_what_is_whole_where_and_until_when(client: Client, desk: Desk, papers: Papers, stick: Path) -> None:
    reader = desk.reader("work")
    place = copy_places.add_place(desk, reader, PlaceForm("Stick in the safe", str(stick), 7))
    for deed in ("copy", "check"):
        fixity.walk(desk, reader, place, deed)
    shown = in_all_languages(client, PLACE)
    count = len(copies.sealed_objects(desk, reader))
    assert shown.index("<table") < shown.index("<svg") and 'role="img"' in shown and "style=" not in shown and "<script>" not in shown
    drawn = shown[shown.index("<svg") : shown.index("</svg>")]
    assert 'class="whole"' in drawn and 'class="mark"' in drawn and "Stick in the safe" in drawn and f"{count} / {count}" in drawn
    assert "Letter of a neighbour" not in drawn and say("fixity.by_itself") in shown
    blob = reading.evidence(desk, reader, papers.item).blob
    (stick / blob).write_bytes(b"other")
    fixity.walk(desk, reader, place, "check")
    shown = in_all_languages(client, PLACE)
    assert 'class="faulty"' in shown and say("fixity.picture.state.faulty") in shown
    day = in_all_languages(client, "/")
    assert say("fixity.today_faulty") in day and "Stick in the safe: 1" in day
    running().tending.now = (place, 1, count)
    assert say("fixity.by_itself_now", place="Stick in the safe", done=1, total=count) in client.get(PLACE).content.decode()


def test_a_place_is_added_copied_to_checked_and_shown_without_its_address(client: Client, desk: Desk, papers: Papers, stick: Path) -> None:
    shown = in_all_languages(client, PLACE)
    assert say("fixity.advice.three") in shown and say("fixity.kind.this") in shown
    assert post(client, "address", name="Stick in the safe", address=str(stick), every="7").status_code == 303
    (made,) = [one for one in copy_places.places(desk, desk.reader("work")) if one.kind == copy_places.NAMED]
    done = post(client, f"{made.place.hex()}/do/copy").content.decode()
    count = len(copies.sealed_objects(desk, desk.reader("work")))
    assert say("fixity.outcome", good=count, missing=0, changed=0, unread=0, made=count, aside=0) in done
    assert len(list(stick.iterdir())) == count + 1
    shown = in_all_languages(client, PLACE)
    assert "Stick in the safe" in shown and str(stick) not in shown and "canary" not in shown and "Letter of a neighbour" in shown
    assert say("fixity.overdue") in shown, "copying reads only what is new"
    assert say("fixity.result") in post(client, f"{made.place.hex()}/do/check").content.decode()
    way = in_all_languages(client, reverse("provenance:show", args=[papers.item.hex()]))
    assert "Stick in the safe" in way and say("fixity.state.good") in way and say("custody.copies_read", count=1) in way


def test_faults_are_words_with_what_to_do_and_the_first_page_says_what_is_due(client: Client, desk: Desk, papers: Papers, stick: Path) -> None:
    reader = desk.reader("work")
    place = copy_places.add_place(desk, reader, PlaceForm("Stick", str(stick), 7))
    assert say("fixity.today") in client.get("/").content.decode()
    fixity.walk(desk, reader, place, "copy")
    blob = reading.evidence(desk, reader, papers.item).blob
    (stick / blob).write_bytes(b"other bytes")
    shown = post(client, f"{place.hex()}/do/check").content.decode()
    assert say("fixity.advice.faulty") in shown and f"{say('fixity.count.changed')}: 1" in shown
    assert shown.index("Letter of a neighbour") < shown.index("Photo of a door"), "what needs something comes first"
    assert say("fixity.today") not in client.get("/").content.decode()
    assert f"{say('fixity.count.changed')}: 1" not in post(client, f"{place.hex()}/do/repair").content.decode()
    stick.rename(stick.with_name("gone"))
    gone = post(client, f"{place.hex()}/do/check")
    assert gone.status_code == 422 and say("errors.fixity.unreachable") in gone.content.decode() and say("fixity.not_in") in gone.content.decode()


@pytest.mark.parametrize("wrong, key", [
    ({"address": "/no/such/folder-canary"}, "errors.fixity.folder"), ({"address": "ftp://canary"}, "errors.blobs.address"),
])  # fmt: skip
def test_a_wrong_place_is_explained_beside_its_field_and_nothing_typed_is_lost(client: Client, wrong: dict[str, str], key: str) -> None:
    answer = post(client, "address", name="Stick in the safe", **wrong)
    text = answer.content.decode()
    assert answer.status_code == 422 and say(key) in text and "Stick in the safe" in text and wrong["address"] in text
    check(text, "en")


def test_a_place_is_changed_and_given_up(client: Client, desk: Desk, stick: Path) -> None:
    place = copy_places.add_place(desk, desk.reader("work"), PlaceForm("Stick", str(stick), 7))
    address = reverse("fixity:change", args=[place.hex()])
    in_all_languages(client, address)
    assert post(client, "every", address, name="").status_code == 422
    assert post(client, "every", address, name="Disk of the partners", apart="on").status_code == 303
    shown = client.get(PLACE).content.decode()
    assert "Disk of the partners" in shown and say("fixity.apart") in shown and say("fixity.advice.apart") not in shown
    assert post(client, "give-up", address).status_code == 303
    assert "Disk of the partners" not in client.get(PLACE).content.decode()


def test_who_holds_no_dossier_sees_that_there_is_something_and_not_what(make_team: Callable[..., Team], stick: Path) -> None:
    team = make_team(2)
    played.play(team.desks[0], team.desks[0].me)
    place = copy_places.add_place(team.desks[0], team.reader(), PlaceForm("Stick", str(stick), 7))
    fixity.walk(team.desks[0], team.reader(), place, "copy")
    team.settle()
    with browsing(team.desks[1]) as outside:
        shown = outside.get(PLACE).content.decode()
        assert "Stick" in shown and "Letter of a neighbour" not in shown and say("fixity.elsewhere") in shown
        assert outside.get(reverse("fixity:change", args=["00" * 16])).status_code == 404
        assert post(outside, "address", name="x", address=str(stick), every="7").status_code == 303
        assert outside.get(reverse("fixity:do", args=[place.hex(), "burn"])).status_code == 405
