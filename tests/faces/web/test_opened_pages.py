"""What pages show is counted; unusually much is said to the member on that very page, and to the keepers as one number."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, opened
from letapis.desk.opening import Desk

from . import casework
from .casework import Case, browsing
from .test_pages import check

NOTICE = "You opened much today"


@pytest.fixture
def case(desk: Desk) -> Case:
    return casework.play(desk)


@pytest.fixture
def client(desk: Desk, case: Case) -> Iterator[Client]:
    with browsing(desk) as browser:
        yield browser


def _nearly(desk: Desk, kind: str, count: int) -> None:
    for number in range(count):
        opened.count(desk, kind, number.to_bytes(16, "big"))


def _numbers(desk: Desk) -> tuple[int, int]:
    first, second = opened.measured(desk, desk.reader("work"))
    return first.today, second.today


def test_each_page_counts_its_dossier_and_its_thing_once(desk: Desk, case: Case, client: Client) -> None:
    for _ in range(3):
        for name, one in (("dossiers:show", case.dossier), ("people:person", case.person), ("claims:show", case.claim), ("account:note", case.note)):
            assert client.get(reverse(name, args=[one.hex()])).status_code == 200
    assert _numbers(desk) == (1, 3)
    client.get(reverse("home"))
    client.get(reverse("dossiers:list"))
    assert client.get(reverse("dossiers:show", args=["ab" * 16])).status_code == 404
    assert client.get(reverse("people:person", args=["ab" * 16])).status_code == 404
    assert _numbers(desk) == (1, 3), "a list opens nothing, and neither does what is not theirs"


def test_the_member_is_told_on_the_page_that_passes_and_it_is_recorded_then(desk: Desk, case: Case, client: Client) -> None:
    address = reverse("dossiers:show", args=[case.dossier.hex()])
    _nearly(desk, opened.DOSSIERS, 30)
    assert opened.told(desk, desk.reader("work")) == []
    shown = client.get(address).content.decode()
    assert NOTICE in shown and reverse("opened:show") in shown
    (told,) = opened.told(desk, desk.reader("work"))
    assert (told.count, told.threshold) == (31, 30), "nobody has to look at anything for that"
    assert NOTICE in client.get(reverse("home")).content.decode(), "it stays until it was read"
    page = client.get(reverse("opened:show")).content.decode()
    assert "31" in page and reverse("incidents:new") in page and NOTICE not in page
    assert case.dossier.hex() not in page and "PRY-1" not in page
    assert NOTICE not in client.get(address).content.decode()


def test_below_the_threshold_no_word(desk: Desk, case: Case, client: Client) -> None:
    _nearly(desk, opened.DOSSIERS, 29)
    assert NOTICE not in client.get(reverse("dossiers:show", args=[case.dossier.hex()])).content.decode()
    assert "Nothing." in client.get(reverse("opened:show")).content.decode()


def test_opening_what_is_difficult_is_not_much(desk: Desk, case: Case, client: Client) -> None:
    """The session keeps what was opened under a word of its own."""
    session = client.session
    session["opened"] = [case.note.hex()]
    session.save()
    assert NOTICE not in client.get(reverse("home")).content.decode()


def test_the_page_is_whole_in_every_language(desk: Desk, client: Client) -> None:
    for number in (0, 31):
        _nearly(desk, opened.DOSSIERS, number)
        for language in LANGUAGES:
            check(client.get(reverse("opened:show"), headers={"accept-language": language}).content.decode(), language)


def test_a_keeper_sees_the_number_of_a_colleague_and_no_dossier(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, keeper = two_desks
    made = dossiers.new_dossier(author, "PRY-7", "Canary title naming Prykladny", "person", "")
    with browsing(author) as client:
        _nearly(author, opened.DOSSIERS, 30)
        client.get(reverse("dossiers:show", args=[made.hex()]))
    carry(author, keeper)
    with browsing(keeper) as client:
        text = client.get(reverse("opened:show")).content.decode()
    assert "31" in text and "Canary" not in text and made.hex() not in text and "PRY-7" not in text
