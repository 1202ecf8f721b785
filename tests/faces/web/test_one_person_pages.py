"""One person or two, on the pages: the queue, two side by side, deciding, undoing; in three languages, and for nobody else."""

from collections.abc import Callable, Iterator
from html import escape
from itertools import combinations
from typing import Any

import pytest
from django.test import Client

from letapis.core.language import LANGUAGES
from letapis.core.one_person import APART, SAME
from letapis.desk import claims, dossiers, one_person, reading, sources
from letapis.desk.opening import Desk
from tests.desk.casework import office
from tests.desk.test_one_person import SPELT, WHY, entered, named_by

from .casework import browsing, forms, open_identities, say, send
from .test_pages import check


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return office(make_desk(1))


@pytest.fixture
def case(desk: Desk) -> tuple[bytes, list[bytes]]:
    return entered(desk)


@pytest.fixture
def client(desk: Desk, case: Any) -> Iterator[Client]:
    with browsing(desk) as client:
        yield client


def beside(first: bytes, second: bytes) -> str:
    return f"/persons/{first.hex()}/beside/{second.hex()}"


def decide(client: Client, place: str, state: str, reason: str = "") -> Any:
    (form,) = [one for one in forms(client.get(place).content.decode()) if "reason" in one["data"]]
    return client.post(place, form["data"] | {"state": state, "reason": reason})


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_whole(client: Client, desk: Desk, case: tuple[bytes, list[bytes]], language: str) -> None:
    dossier, (first, second, third) = case
    one_person.decide(desk, desk.reader("work"), first, third, SAME, WHY)
    for place in ("/one-person", f"/dossiers/{dossier.hex()}/one-person", beside(first, second), beside(first, third), f"/persons/{first.hex()}"):
        answer = client.get(place, headers={"accept-language": language})
        assert answer.status_code == 200, place
        check(answer.content.decode(), language)


def test_a_pair_is_proposed_joined_seen_and_undone(client: Client, desk: Desk, case: tuple[bytes, list[bytes]]) -> None:
    dossier, (first, second, _) = case
    queue, place = f"/dossiers/{dossier.hex()}/one-person", beside(first, second)
    text = client.get(queue).content.decode()
    assert place in text or beside(second, first) in text
    assert say("names.part.given") in text and queue in client.get(f"/dossiers/{dossier.hex()}/people").content.decode()
    assert decide(client, place, "same").status_code == 422, "a merge has a reason"
    answer = decide(client, place, "same", WHY)
    assert answer.status_code == 303 and answer["Location"] == place
    page = client.get(place).content.decode()
    assert WHY in page and escape(say("oneperson.one_word")) in page and say("oneperson.saved.same") in page
    person = client.get(f"/persons/{second.hex()}").content.decode()
    assert say("oneperson.known_as") in person and "Place 0" in person and "Place 1" in person
    assert say("oneperson.recorded_as", name=SPELT[0], own=SPELT[1]) in person
    assert place not in client.get(queue).content.decode()
    assert decide(client, place, "split", "Two fathers.").status_code == 303
    person = client.get(f"/persons/{second.hex()}").content.decode()
    assert say("oneperson.known_as") not in person and "Place 0" not in person
    page = client.get(place).content.decode()
    assert page.index("Two fathers.") < page.index(WHY)
    assert reading.joined(desk, desk.reader("work"), dossier) == {}


def test_nothing_typed_is_lost_and_a_word_that_is_none_is_explained(client: Client, case: tuple[bytes, list[bytes]]) -> None:
    _, (first, second, _) = case
    for state, reason, error in (("same", " ", "oneperson.reason"), ("split", WHY, "oneperson.not_merged"), ("no", WHY, "oneperson.state")):
        answer = decide(client, beside(first, second), state, reason)
        text = answer.content.decode()
        assert answer.status_code == 422 and escape(say(f"errors.{error}")) in text and reason in text
        check(text, "en")


def test_somebody_is_chosen_on_the_page_of_a_person(client: Client, case: tuple[bytes, list[bytes]]) -> None:
    _, (first, _, third) = case
    page = client.get(f"/persons/{first.hex()}").content.decode()
    assert f'value="{third.hex()}"' in page and f'value="{first.hex()}"' not in page
    answer = client.get(f"/persons/{first.hex()}/beside", {"other": third.hex()})
    assert answer.status_code == 303 and answer["Location"] == beside(first, third)


def test_apart_and_later(client: Client, case: tuple[bytes, list[bytes]]) -> None:
    dossier, (first, second, _) = case
    queue = f"/dossiers/{dossier.hex()}/one-person"
    assert decide(client, beside(first, second), "later").status_code == 303
    assert say("oneperson.aside") in client.get(queue).content.decode()
    assert decide(client, beside(first, second), "apart", WHY).status_code == 303
    assert say("oneperson.none") in client.get(queue).content.decode()
    assert escape(say("oneperson.button.reopen")) in client.get(beside(first, second)).content.decode(), "a slip can be taken back"
    assert decide(client, beside(first, second), "later").status_code == 303
    assert beside(*sorted((first, second))) in client.get(queue).content.decode() or beside(first, second) in client.get(queue).content.decode()


def test_who_is_one_person_by_way_of_a_third_is_asked_about_no_more(client: Client, desk: Desk, case: tuple[bytes, list[bytes]]) -> None:
    dossier, (first, second, _) = case
    reader = desk.reader("work")
    third = dossiers.add_entity(desk, reader, dossier, "person", "Mikałaj Wydumka")
    for entry in (first, second):
        one_person.decide(desk, reader, entry, third, SAME, WHY)
    assert not one_person.queue(desk, reader, dossier).proposals
    for language in LANGUAGES:
        text = client.get(beside(first, second), headers={"accept-language": language}).content.decode()
        check(text, language)
        assert escape(say("oneperson.by_way", language)) in text and beside(first, third) in text and beside(third, second) in text
        assert escape(say("oneperson.look_first", language)) not in text


def test_a_quarrel_stands_on_the_page_and_names_every_pair_of_it(client: Client, desk: Desk, case: tuple[bytes, list[bytes]]) -> None:
    dossier, (first, second, third) = case
    reader = desk.reader("work")
    for one, other, state in ((first, third, SAME), (second, third, SAME), (first, second, APART)):
        one_person.decide(desk, reader, one, other, state, WHY)
    for place in (f"/dossiers/{dossier.hex()}/one-person", "/one-person"):
        for language in LANGUAGES:
            text = client.get(place, headers={"accept-language": language}).content.decode()
            check(text, language)
            assert escape(say("oneperson.quarrels", language)) in text
            told = [beside(one, other) in text or beside(other, one) in text for one, other in ((first, second), (first, third), (second, third))]
            assert all(told), "also of those who are not alike"


def test_every_pair_of_a_group_that_waits_can_be_opened(client: Client, desk: Desk, case: tuple[bytes, list[bytes]]) -> None:
    dossier, (first, second, _) = case
    reader = desk.reader("work")
    third = dossiers.add_entity(desk, reader, dossier, "person", "Mikałaj Wydumka")
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Invented list", "list", "C"))
    group = sorted((first, second, third))
    claims.add_claims(desk, reader, dossier, [claims.Cut("listed.page", "/prisoners/7", one, source, "document") for one in group])
    claims.add_claims(desk, reader, dossier, [claims.Cut("office.post", "Head of Vydumka", group[0], source, "document")])
    text = client.get(f"/dossiers/{dossier.hex()}/one-person").content.decode()
    assert all(beside(*pair) in text for pair in combinations(group, 2))
    table = client.get(beside(*group[:2])).content.decode()
    assert "Head of Vydumka" in table and say("oneperson.row.post") in table
    assert say("oneperson.nothing_shared") not in table.split(say("oneperson.row.source"))[1].split("</tr>")[0]


def test_one_person_is_found_once(client: Client, desk: Desk, case: tuple[bytes, list[bytes]]) -> None:
    _, (first, second, _) = case
    one_person.decide(desk, desk.reader("work"), first, second, SAME, WHY)
    text = send(client, "/search", "/search", words="Vydumka Mikałaj").content.decode()
    assert f"{say('oneperson.found_as')} {SPELT[1]}" in text or f"{say('oneperson.found_as')} {SPELT[0]}" in text


def test_what_is_not_theirs_does_not_exist(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    """Every route: of the member's own dossier, of one of others, and of an id that is nobody's."""
    author, stranger = two_desks
    open_identities(author)
    mine, (first, second, _) = entered(author)
    theirs, (third, *_) = entered(author, "WHO-2", "Mikołaj Wydumka")
    carry(author, stranger, [home for home in author.epochs() if home != reading.dossier(author, author.reader("work"), theirs).work])
    places = ["/dossiers/{0}/one-person", "/persons/{1}/beside?other={2}", "/persons/{1}/beside/{2}"]
    own, other, nobody = (mine, first, second), (theirs, third, first), (b"\xab" * 16,) * 3
    with browsing(author) as client:
        for ids in (own, other):
            assert [client.get(p.format(*(i.hex() for i in ids))).status_code for p in places] == [200, 303, 200]
        assert client.get(beside(first, first)).status_code == 404
        assert decide(client, beside(first, third), "same", WHY).status_code == 303
    with browsing(stranger) as client:
        assert [client.get(p.format(*(i.hex() for i in own))).status_code for p in places] == [200, 303, 200]
        token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        for ids in (other, nobody):
            assert {client.get(p.format(*(i.hex() for i in ids))).status_code for p in places} == {404}
        for place in (beside(third, first), beside(first, third)):
            assert client.get(place).status_code == 404
            assert client.post(place, {"csrfmiddlewaretoken": token, "state": "same", "reason": WHY}).status_code == 404
        for place in ("/one-person", f"/dossiers/{mine.hex()}/one-person", f"/persons/{first.hex()}", f"/dossiers/{mine.hex()}/history"):
            text = client.get(place).content.decode()
            assert not any(word in text for word in ("WHO-2", "Wydumka", third.hex(), WHY, say("history.type.one_person"))), place


@pytest.mark.parametrize("language", LANGUAGES)
def test_relatives_stand_beside_each_other_with_the_reason(client: Client, desk: Desk, case: tuple[bytes, list[bytes]], language: str) -> None:
    dossier, (one, other, _) = case
    named_by(desk, dossier, one, "Алена Пастава", "Klon-1")
    named_by(desk, dossier, other, "Pastava Alena", "Klon-2")
    for place in (beside(one, other), f"/dossiers/{dossier.hex()}/one-person"):
        text = client.get(place, headers={"accept-language": language}).content.decode()
        check(text, language)
        ways = (("Алена Пастава", "Pastava Alena"), ("Pastava Alena", "Алена Пастава"))
        told = [say("oneperson.reason.relative.same", language, first=first, second=second) for first, second in ways]
        assert any(escape(sentence) in text for sentence in told), place
    assert say("oneperson.row.relative", language) in client.get(beside(one, other), headers={"accept-language": language}).content.decode()
