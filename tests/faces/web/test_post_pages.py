"""Pages on posts and bodies: what they ask, what they answer, who may see them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import claims, dossiers, officials, reading, sources
from letapis.desk.bodies import BodyForm, record_body
from letapis.desk.claims import Cut
from letapis.desk.dossiers import add_entity
from letapis.desk.opening import Desk
from letapis.desk.posts import PostForm, record_posts

from . import casework
from .casework import Case, browsing
from .test_pages import check

COLONY = "PK-99 Vydumka"


def with_posts(desk: Desk) -> tuple[Case, bytes]:
    """The case with a colony, its heads over time from an invented list, and the body above it. Returns one of the heads too."""
    case = casework.play(desk)
    reader = desk.reader("work")
    listed = sources.add_source(desk, reader, case.dossier, sources.SourceForm("Invented list", "list", "C"))
    first, second = (add_entity(desk, reader, case.dossier, "person", name) for name in ("Pryklad, A.", "Postava, B."))
    record_posts(desk, reader, case.dossier, first, [PostForm(f"Head of {COLONY}", COLONY, since="2015", until="2020-03-10", source=listed)])
    record_posts(desk, reader, case.dossier, second, [PostForm(f"Head of {COLONY}", COLONY, since="2021-06", seen="2022-03-01", source=listed)])
    record_body(desk, reader, case.dossier, BodyForm(COLONY, "din", since="2010", source=listed))
    return case, second


def key_of(desk: Desk, name: str) -> str:
    book = reading.command_book(desk, desk.reader("work"))
    return book.bodies[book.naming.reference(name)].key.hex()


def post(client: Client, place: str, data: dict[str, Any], language: str = "en") -> Any:
    token = casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    return client.post(place, {"csrfmiddlewaretoken": token, **data}, headers={"accept-language": language})


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_whole_and_answer_with_the_claims_behind(desk: Desk, language: str) -> None:
    case, head = with_posts(desk)
    wish, say = {"accept-language": language}, desk.catalogue.texts.say
    places = [reverse("bodies:command"), reverse("bodies:show", args=[key_of(desk, COLONY)]), reverse("bodies:show", args=[key_of(desk, "din")])]
    places += [reverse("posts:dossier", args=[case.dossier.hex()]), reverse("posts:official", args=[head.hex()])]
    with browsing(desk) as client:
        for place in places:
            answer = client.get(place, headers=wish)
            assert answer.status_code == 200, place
            check(answer.content.decode(), language)
        assert 'class="timeline"' in answer.content.decode(), "the posts of an official stand on a timeline"
        asked = post(client, places[0], {"place": "pk-99  vydumka", "day": "2021-08-15"}, language)
        text = asked.content.decode()
        check(text, language)
    assert asked.status_code == 200 and "Postava, B." in text and "Pryklad, A." not in text and "Invented list" in text
    assert say("command.truth.certain", language) in text and say("claims.level.open", language) in text
    assert text.count('<ul class="chain">') >= 3 and desk.catalogue.register.entries["mvd"].label[language] in text
    (behind,) = reading.posts(desk, desk.reader("work"), person=head)
    assert say("command.no_accusation", language) in text and all(claim.rid.hex() in text for claim in behind.claims)


def test_an_official_stands_beside_reported_acts_and_is_accused_of_nothing(desk: Desk) -> None:
    case, head = with_posts(desk)
    reader, say = desk.reader("work"), desk.catalogue.texts.say
    listed = next(one.source for one in reading.sources(desk, reader, case.dossier) if one.code == "Invented list")
    other = dossiers.new_dossier(desk, "PRY-9", "Another", "person", "Dubler Vydumany")
    reader = desk.reader("work")
    far = reading.entities(desk, reader, other)[0].entity
    witness = sources.add_source(desk, reader, other, sources.SourceForm("Rabina"))
    for dossier, who, source, day in ((case.dossier, case.person, case.kalina, "2021-09-01"), (other, far, witness, "2021-10-01")):
        there = Cut("detention.place", COLONY, who, source, "was_told", "2021-07", "2022")
        hit = Cut("discipline.measure", "shizo", who, source, "was_told", day, partial=True)
        claims.add_claims(desk, reader, dossier, [there, hit])
    claims.add_claims(desk, reader, case.dossier, [Cut("office.role", "signed", head, listed, "document", "2021-09-01", partial=True)])
    book = reading.command_book(desk, reader)
    here = officials.acts_beside(desk, reader, head, book)
    told = [(one.act.property, len(one.parts), [(c.up, c.truth.value) for c in one.commands]) for one in here]
    assert told == [("detention.place", 0, [(0, "possible")]), ("discipline.measure", 1, [(0, "certain")])]
    assert len(officials.acts_beside(desk, reader, head, book, everywhere=True)) == 4
    assert all(one.level.name == "OPEN" and one.rung is not None and one.rung.id == "L0" for one in here)
    place = reverse("posts:official", args=[head.hex()])
    with browsing(desk) as client:
        for language in LANGUAGES:
            text = client.get(place + "?all=1", headers={"accept-language": language}).content.decode()
            check(text, language)
            assert say("posts.acts_mean", language) in text and "Dubler Vydumany" in text and "Rabina" in text
        assert "Dubler Vydumany" not in client.get(place).content.decode()


def test_what_is_asked_stands_in_no_address_and_mistakes_keep_what_was_typed(desk: Desk) -> None:
    with_posts(desk)
    place, say = reverse("bodies:command"), desk.catalogue.texts.say
    with browsing(desk) as client:
        wrong = post(client, place, {"place": "Nowhere at all", "day": "soon"})
        assert wrong.status_code == 422 and say("errors.command.place", "en") in wrong.content.decode() and "Nowhere at all" in wrong.content.decode()
        soon = post(client, place, {"place": "ik-3", "day": "soon"})
        assert soon.status_code == 422 and say("errors.command.day", "en") in soon.content.decode()
        today = desk.today()
        ahead = post(client, place, {"place": COLONY, "day": f"{today.year + 3}-06-01"})
        assert ahead.status_code == 422 and say("errors.command.ahead", "en") in ahead.content.decode()
        assert all(post(client, place, {"place": COLONY, "day": day}).status_code == 200 for day in (today.isoformat(), str(today.year)))
        gap = post(client, place, {"place": COLONY, "day": "2020-12"}).content.decode()
        assert "Nobody is known to us from 11 March 2020 to 31 May 2021." in gap and "?" not in place
        drawn = post(client, reverse("bodies:picture"), {"place": COLONY, "day": "2021-08-15"})
        assert drawn["Content-Type"] == "image/png" and drawn.content.startswith(b"\x89PNG") and "Vydumka" not in drawn["Content-Disposition"]
        assert post(client, reverse("bodies:picture"), {"place": COLONY, "day": "x"}).status_code == 422


def test_a_post_and_a_body_are_written_down_on_the_pages(desk: Desk) -> None:
    case, head = with_posts(desk)
    reader, place = desk.reader("work"), reverse("posts:dossier", args=[case.dossier.hex()])
    source = next(one.source.hex() for one in reading.sources(desk, reader, case.dossier) if one.code == "Invented list")
    told = {"post-title": "Deputy head", "post-body": "din", "post-since": "2019", "post-source": source, "which": "post"}
    with browsing(desk) as client:
        wrong = post(client, place, {**told, "post-since": "once", "post-name": "Vydumka, C."})
        assert wrong.status_code == 422 and "Vydumka, C." in wrong.content.decode() and "once" in wrong.content.decode()
        assert post(client, place, told).status_code == 422, "nobody is named"
        assert post(client, place, {**told, "post-name": "Vydumka, C."}).status_code == 303
        own = reverse("posts:official", args=[head.hex()])
        assert post(client, own, {"title": "Member", "body": "din", "heads": "yes", "since": "2023", "source": source}).status_code == 303
        assert post(client, own, {"title": "Member", "since": "2023", "until": "2020", "source": source}).status_code == 422
        body = {"body-name": "Unit 7 Vydumka", "body-parent": COLONY, "body-since": "2020", "body-source": source, "which": "body"}
        assert post(client, place, {**body, "body-code": "none"}).status_code == 422
        assert post(client, place, body).status_code == 303
        text = client.get(place).content.decode()
        assert "Deputy head" in text and "Unit 7 Vydumka" in text
    names = {(one.name, one.title, one.commands) for one in reading.posts(desk, reader, dossier=case.dossier)}
    assert {("Vydumka, C.", "Deputy head", ()), ("Postava, B.", "Member", ("din",))} <= names


def test_the_posts_of_others_do_not_exist(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, stranger = two_desks
    case, head = with_posts(author)
    carry(author, stranger)
    key = key_of(author, COLONY)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    with browsing(stranger) as client:
        for place in (reverse("posts:dossier", args=[case.dossier.hex()]), reverse("posts:official", args=[head.hex()])):
            assert client.get(place).status_code == 404 and post(client, place, {"title": "x"}).status_code == 404
        assert client.get(reverse("bodies:show", args=[key])).status_code == 404
        text = client.get(reverse("bodies:command")).content.decode()
        asked = post(client, reverse("bodies:command"), {"place": COLONY, "day": "2021-08-15"})
        assert asked.status_code == 422 and "Vydumka" not in text and "Postava" not in asked.content.decode()
        assert post(client, reverse("bodies:picture"), {"place": COLONY, "day": "2021-08-15"}).status_code == 422
        assert client.get(reverse("bodies:picture")).status_code == 405
