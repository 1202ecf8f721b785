"""The tab that leads to what stands around a dossier."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.records import SCHEMAS
from letapis.desk import items, reading
from letapis.desk.opening import Desk
from letapis.desk.projections import ITEMS
from letapis.faces.texts import texts
from letapis.faces.web.around import Around, places

from . import casework
from .casework import browsing
from .test_pages import check


def test_every_type_of_record_has_a_name_for_the_history() -> None:
    assert not [kind for kind in ITEMS if f"history.type.{kind}" not in texts()]


def test_lists_are_in_their_order_and_lead_somewhere() -> None:
    found = places()
    assert len(found) >= 8 and [place.order for place in found] == sorted(place.order for place in found)
    for place in found:
        assert isinstance(place, Around) and place.key in texts() and reverse(place.name, args=["0" * 32])
        assert set(place.types) <= set(SCHEMAS)


def test_the_tab_shows_what_the_reader_holds(desk: Desk) -> None:
    case = casework.play(desk)
    home = reading.dossier(desk, desk.reader("work"), case.dossier)
    items.new(desk, "task", home.work, {"dossier": case.dossier, "kind": "call", "text": "Ring", "state": "open"})
    assert reading.count_items(desk, desk.reader("work"), case.dossier) == {("task", home.work): 1}
    with browsing(desk) as client:
        for language in LANGUAGES:
            answer = client.get(reverse("around:dossier", args=[case.dossier.hex()]), headers={"accept-language": language})
            shown = answer.content.decode()
            check(shown, language)
            label, address = texts().say("tasks.title", language), reverse("tasks:dossier", args=[case.dossier.hex()])
            assert f'<a href="{address}">{label}</a> <span class="quiet">1</span>' in shown


def test_a_stranger_finds_nothing(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, stranger = two_desks
    case = casework.play(author)
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    with browsing(stranger) as client:
        assert client.get(reverse("around:dossier", args=[case.dossier.hex()])).status_code == 404
    assert reading.count_items(stranger, stranger.reader("work"), case.dossier) == {}
