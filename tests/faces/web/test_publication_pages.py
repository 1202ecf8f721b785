"""Pages of the public list: looked at by two others with all that changes, approved, taken back by one, and nobody else's."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.published import Card, CardValue, Statement
from letapis.desk import dossiers, public_record
from letapis.faces.web.views import publication as section
from tests.desk.test_public_record import BARE
from tests.public import card_of
from tests.team import Team, make_team

from .casework import browsing, resend, say, send
from .test_casework_access import ask
from .test_pages import check

__all__ = ["make_team"]
NUMBER = card_of(1).card
TITLES, WORDS = {"en": "Free her"}, {"en": "Words of Alena Vydumka"}
STATEMENT = Statement(card_of(1).first("statement"), "2026-11-01", "recognised", "3.1", "immediate_release", ("Invented Centre",), TITLES, WORDS)


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


@pytest.fixture
def dossier(team: Team) -> bytes:
    """One that all of the team hold."""
    found = dossiers.new_dossier(team.desks[0], "KANAREYKA-1", "Kanareyka title", "person", "Vydumka Kanareyka")
    dossiers.admit_to_dossier(team.desks[0], team.reader(), found, [desk.me for desk in team.desks[1:]])
    team.settle()
    return found


def proposed(team: Team, dossier: bytes, card: Card | None = None) -> str:
    ref = public_record.propose_card(team.desks[0], team.reader(), dossier, card or card_of(1))
    team.settle()
    return ref.hex()


def published(team: Team, dossier: bytes, card: Card | None = None) -> str:
    ref = proposed(team, dossier, card)
    for number in (1, 2):
        public_record.approve(team.desks[number], team.reader(number), bytes.fromhex(ref), ("outcome",))
    team.settle()
    return ref


def other(place: str) -> Card:
    card = card_of(1)
    return replace(card, values=tuple(sorted(replace(one, value=place) if one.field == "place" else one for one in card.values)))


def version(dossier: bytes, ref: str) -> str:
    return reverse("publication:version", args=[dossier.hex(), ref])


def card(dossier: bytes) -> str:
    return reverse("publication:card", args=[dossier.hex(), NUMBER])


def text(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_two_others_look_and_approve_and_one_takes_it_back(team: Team, dossier: bytes) -> None:
    ref = proposed(team, dossier)
    place = version(dossier, ref)
    with browsing(team.desks[0]) as client:
        shown = text(client, place)
        assert say("errors.public_record.own") in shown and say("public.approve") not in shown
        assert say("public.differs_all") in shown and shown.count("Volha Pryklad") + shown.count("Alena Vydumka") >= 1
        assert say("public.public_none.card") in text(client, reverse("publication:overview")), "a proposal is not public"
    for number in (1, 2):
        with browsing(team.desks[number]) as client:
            assert say("public.mine_none") not in text(client, reverse("publication:overview")) and say("public.today") in text(client, "/")
            wrong = send(client, place, "/approve")
            assert wrong.status_code == 422 and say("errors.public_record.look") in wrong.content.decode()
            assert resend(client, place, wrong.content.decode(), "/approve", looked="outcome").status_code == 303
            assert say("errors.public_record.approved_already") in text(client, place)
        team.settle()
    with browsing(team.desks[1]) as client:
        shown = text(client, reverse("publication:overview"))
        assert say("public.public", count=1) in shown and say("public.mine_none") in shown and say("public.today") not in text(client, "/")
        shown = text(client, card(dossier))
        assert "Vydumka 2, Vydumka 3" in shown, "who approved it is to be told"
        wrong = send(client, card(dossier), "/recall")
        assert wrong.status_code == 422 and say("public.recall_gone") in wrong.content.decode()
        assert send(client, card(dossier), "/recall", because="safety").status_code == 303
        shown = text(client, card(dossier))
        assert say("public.public_now_none") in shown and say("public.recall") not in shown and "For the person&#x27;s safety" in shown
        assert say("errors.public_record.recalled") in text(client, place)
        shown = text(client, reverse("publication:overview"))
        assert say("public.gone") in shown and say("public.public_none") in shown


def test_a_change_is_shown_beside_what_is_public(team: Team, dossier: bytes) -> None:
    first = version(dossier, published(team, dossier))
    with browsing(team.desks[1]) as client:
        place = version(dossier, proposed(team, dossier, other("ik-17")))
        shown = text(client, place)
        row = shown.split("<tr data-row>")[1].split("</tr>")[0]
        assert say("public.change.other") in row and "No. 3" in row and "No. 17" in row, "the only change stands first, both values side by side"
        assert say("public.stays_same", count=len({(v.field, v.language) for v in card_of(1).values}) - 1) in shown
        # What became other while somebody read is shown again before it is approved.
        public_record.recall(team.desks[1], team.reader(1), dossier, bytes.fromhex(NUMBER), "safety")
        answer = resend(client, place, shown, "/approve", looked="outcome")
        assert answer.status_code == 422 and say("errors.public.changed") in answer.content.decode()
        assert say("errors.public_record.recalled") in text(client, first)


def test_a_version_shows_what_it_holds(team: Team, dossier: bytes) -> None:
    """Who is not named has no page, hostile words stand as words, and a statement is looked at and taken back like a card."""
    bare = Card(NUMBER, (CardValue("detained", "2021"), CardValue("outcome", "recognised"), CardValue("sex", "f")))
    hostile = replace(bare, values=tuple(sorted((*card_of(1).values, CardValue("about", '<img src=x onerror="1">{{ t }}', "en")))))
    refs = [proposed(team, dossier, one) for one in (bare, hostile)]
    refs.append(public_record.propose_statement(team.desks[0], team.reader(), dossier, STATEMENT).hex())
    team.settle()
    with browsing(team.desks[1]) as client:
        shown = text(client, version(dossier, refs[0]))
        assert all(say("public.unnamed_means", language) in shown for language in LANGUAGES)
        shown = text(client, version(dossier, refs[1]))
        assert "&lt;img src=x" in shown and "<img src=x" not in shown and say("public.statement_waits") in shown
        shown = text(client, version(dossier, refs[2]))
        assert WORDS["en"] in shown and "Immediate release" in shown and "Invented Centre" in shown
        shown = text(client, reverse("publication:statements"))
        assert "Free her" in shown and say("public.state.waiting") in shown and "Invented Centre" in shown
        assert say("public.statements_none") not in shown and reverse("recognition:list") in shown
        assert send(client, version(dossier, refs[2]), "/approve").status_code == 303
        # A statement that names the person goes with the card, unless somebody takes it out of the recall.
        shown = text(client, card(dossier))
        assert say("public.field.statements") in shown and f'value="{STATEMENT.statement}"' in shown
        check(shown, "en")
        wrong = send(client, card(dossier), "/recall", because="safety", statements="ab" * 16)
        assert wrong.status_code == 422
        assert send(client, card(dossier), "/recall", because="safety").status_code == 303
        assert not [one for one in public_record.versions(team.desks[1], team.reader(1), dossier) if one.alive], "both in one step"
        place = reverse("publication:card", args=[dossier.hex(), STATEMENT.statement])
        assert say("public.public_now_none") in text(client, place)


def places(team: Team, dossier: bytes) -> Iterator[str]:
    yield reverse("publication:overview")
    yield reverse("publication:statements")
    yield version(dossier, published(team, dossier))
    yield version(dossier, proposed(team, dossier, other("ik-17")))
    yield card(dossier)


def test_all_that_waits_is_reached_part_by_part_with_ones_own_first(team: Team, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the first forty stood a number, and no way to them."""
    monkeypatch.setattr(section, "_SHOWN", 2)
    refs = [proposed(team, dossier, card_of(number)) for number in range(1, 6)]
    public_record.approve(team.desks[1], team.reader(1), bytes.fromhex(refs[0]), ("outcome",))
    overview = reverse("publication:overview")
    with browsing(team.desks[1]) as client:
        parts = [text(client, f"{overview}?waits={number}") for number in (1, 2, 3)]
        shown = [[ref for ref in refs if version(dossier, ref) in part] for part in parts]
        assert shown == [refs[1:3], refs[3:5], refs[:1]], "what the member has approved stands last"
        assert 'href="?waits=2&amp;page=1"' in parts[0] and say("public.mine_none") not in parts[2]
        for language in LANGUAGES:
            check(client.get(overview, {"waits": "2"}, headers={"accept-language": language}).content.decode(), language)


def test_every_page_is_whole_in_three_languages(team: Team, dossier: bytes) -> None:
    found = list(places(team, dossier))
    with browsing(team.desks[1]) as client:
        for language in LANGUAGES:
            for place in found:
                check(client.get(place, headers={"accept-language": language}).content.decode(), language)


def test_who_does_not_hold_the_dossier_finds_nothing(team: Team) -> None:
    mine, another = (dossiers.new_dossier(team.desks[0], f"KANAREYKA-{n}", "Kanareyka title", "person", "Vydumka Kanareyka") for n in (2, 3))
    values = (*card_of(1).values, CardValue("photo", hashlib.sha256(BARE).hexdigest()))
    ref = public_record.propose_card(team.desks[0], team.reader(), mine, Card(NUMBER, tuple(sorted(values))), BARE).hex()
    team.settle()
    named = {"dossier": mine.hex(), "version": ref, "card": NUMBER}
    routes = [
        ("POST" if one.name in ("approve", "recall") else "GET", one, {n: named[n] for n in one.pattern.converters}) for one in section.urlpatterns
    ]
    with browsing(team.desks[0]) as own:
        for method, one, arguments in (route for route in routes if route[1].name != "photo"):
            assert ask(own, method, reverse(f"publication:{one.name}", kwargs=arguments)) in (200, 303, 422)
        shown = own.get(reverse("publication:photo", kwargs={"dossier": mine.hex(), "version": ref}))
        assert (shown["Content-Type"], shown.content) == ("image/jpeg", BARE)
        assert own.get(version(another, ref)).status_code == 404, "a version of another dossier is none of this one"
    with browsing(team.desks[1]) as client:
        for method, one, arguments in routes:
            assert not arguments or ask(client, method, reverse(f"publication:{one.name}", kwargs=arguments)) == 404
        assert "KANAREYKA" not in text(client, reverse("publication:overview"))
