"""Somebody leaves the public list, or stays on it without their name: what becomes of the number, of the days and of the count."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from letapis.core.errors import Locked, NotFound, Refused
from letapis.core.membership import Directory
from letapis.core.public_fold import CARD
from letapis.core.published import CardValue, Statement
from letapis.desk import card_settle, cards, clock_doubt, held_keys, leaving, ledger, people, public_record, reading, sources
from letapis.desk.opening import Desk
from letapis.desk.sources import ConsentForm
from letapis.desk.vault import COLUMNS, open_rows
from tests.team import Team, make_team

from .carding import House, house_of

__all__ = ["make_team"]


@pytest.fixture
def house(make_team: Callable[..., Team]) -> House:
    return house_of(make_team(3))


def later(house: House, days: int) -> Desk:
    """The same desk so many days later."""
    now = house.desk.clock()
    return replace(house.desk, clock=lambda: now + timedelta(days=days))


def test_who_loses_their_name_is_counted_under_another_number_that_nothing_public_links_to_it(house: House) -> None:
    """The whole way: taken back at another desk, in one transaction; two approve; not before its day; named again; and once more without."""
    house.published()
    was = house.public(0)
    assert was is not None and was.named
    other = house.team.desks[1]
    house.agrees("withdrawn", ("public_list_named",), other)
    states = {one.ident.hex(): one for one in public_record.versions(other, other.reader("work"), house.dossier)}
    (number,) = states.keys() - {was.card}
    assert states[was.card].stage == "recalled" and states[number].stage == "waiting", "in the same transaction"
    (waits,) = states[number].waiting
    today = house.desk.clock().date()
    assert waits.card and not waits.card.named and 7 <= (date.fromisoformat(waits.version.begins) - today).days <= 27
    assert states[number].recalls == () and waits.version.after == () and waits.version.recalls == ()

    house.team.settle()
    for desk in house.team.desks:
        card_settle.settle(desk, desk.reader("work"))
    house.team.settle()
    assert len(public_record.versions(house.desk, house.reader, house.dossier)) == 2, "another desk that sees it makes no third card"
    home = reading.dossier(house.desk, house.reader, house.dossier)
    query = f"SELECT {COLUMNS} FROM db_record WHERE compartment = %s"
    made = [one.record for one in open_rows(house.desk, house.desk.store.rows(query, (home.pub,)))]
    of_new = [one for one in made if bytes.fromhex(number) in (one.raw("card"), one.raw("about"))]
    assert of_new and not any(was.card in repr(sorted(one.body.items())) or bytes.fromhex(was.card) in one.body.values() for one in of_new)

    for desk in (house.desk, house.team.desks[2]):
        public_record.approve(desk, desk.reader("check"), waits.version.ref, waits.looks)
    house.team.settle()
    assert house.public(0) is None, "approved, and its day has not come"
    (entry,) = public_record.entries(later(house, 28), house.reader).entries
    stands = entry.card
    assert stands.card == number and not stands.named

    with pytest.raises(Refused) as caught:
        public_record.propose_card(house.desk, house.reader, house.dossier, replace(stands, card=was.card))
    assert caught.value.reasons == ("public_check.had_name",)
    house.agrees("given", ("public_list_named",))
    assert cards.preview(house.desk, house.reader, house.dossier, house.person, cards.usual(house.plan())).card.card == number
    house.propose()
    seen = cards.preview(house.desk, house.reader, house.dossier, house.person, replace(cards.usual(house.plan()), named=False))
    assert cards.Hint("name_goes") in seen.hints and seen.goes == (bytes.fromhex(number),)
    ref = cards.propose(house.desk, house.reader, house.dossier, house.person, replace(cards.usual(house.plan()), named=False))
    third = public_record.find(house.desk, house.reader, ref)[0]
    gone = public_record.state_of(house.desk, house.reader, house.dossier, bytes.fromhex(number))
    assert third.ident.hex() not in (was.card, number) and gone.recalled and gone.recalled.because == "safety"
    assert cards.card_of(house.desk, house.reader, house.plan()) == third.ident


def test_two_desks_that_act_at_once_make_one_card_and_who_wants_to_be_in_no_figure_is_in_none(house: House) -> None:
    words = {"be": "Мы патрабуем вызваліць Янку Прыклада."}
    statement = Statement("5a" * 16, "2026-03-01", "recognised", "", "", ("Vydumka",), words, words)
    public_record.propose_statement(house.desk, house.reader, house.dossier, statement)
    house.published()
    (card,) = [one for one in public_record.versions(house.desk, house.reader, house.dossier) if one.kind == CARD]
    assert [one.ident.hex() for _, one in leaving.naming(house.desk, house.reader, card)] == [statement.statement]
    with pytest.raises(NotFound):
        leaving.recall(house.desk, house.reader, house.dossier, card.ident, "safety", [card.ident])
    assert house.public() is not None, "all of it or nothing"
    for desk in house.team.desks[:2]:
        house.agrees("withdrawn", ("public_list_named",), desk)
    (asked,) = reading.items(house.desk, house.reader, "task", dossier=house.dossier, state="open")
    assert house.desk.catalogue.texts.say("cards.task_named", "be") in asked.text("text"), "a colleague is asked, and no name is said"
    assert "Прыклад" not in asked.text("text")
    leaving.recall(house.desk, house.reader, house.dossier, bytes.fromhex(statement.statement), "mistake")
    house.team.settle()
    (made,) = [one for one in public_record.versions(house.desk, house.reader, house.dossier) if one.alive]
    assert len(made.waiting) == 2 and len({one.version.content for one in made.waiting}) == 1
    for one in made.waiting:
        for desk in house.team.desks:
            if public_record.why_not(desk, desk.reader("check"), one.version.ref, desk.me).holds:
                public_record.approve(desk, desk.reader("check"), one.version.ref, one.looks)
    house.team.settle()
    (stands,) = public_record.standing(house.desk, house.reader, house.dossier)
    assert stands.standing and stands.standing.card and not stands.contested
    assert stands.standing.card.values == (CardValue("article", "CC1999 342(1)"), CardValue("detained", "2021"), CardValue("sex", "m"))
    house.agrees("withdrawn", ("statistics_anonymised",))
    assert not [one for one in public_record.versions(house.desk, house.reader, house.dossier) if one.alive], "and no third card comes for it"


def test_a_source_of_which_nothing_counts_stands_behind_nothing_and_stops_nobody(house: House) -> None:
    house.published()
    house.desk.store.run("DELETE FROM db_source")
    (done,) = card_settle.settle(house.desk, house.reader)
    assert done.because == "consent_withdrawn" and house.public() is None


def test_a_recall_holds_whatever_stands_against_counting_without_the_name(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.published()

    def unfit(*_: object, **__: object) -> bytes:
        raise Refused("public_record.unfit")

    monkeypatch.setattr(public_record, "propose_card", unfit)
    house.agrees("withdrawn", ("public_list_named",))
    (state,) = public_record.versions(house.desk, house.reader, house.dossier)
    assert house.public() is None and state.stage == "recalled"


def test_who_is_one_of_us_changes_what_cards_stand_on(house: House) -> None:
    """What somebody said whose device turns out to be in other hands counts no more, and of the dossier nothing came."""
    house.published()
    newest, who = ledger.newest(house.desk), people.directory(house.desk)
    house.desk.store.run("DELETE FROM db_consent")
    assert card_settle.settle_since(house.desk, house.reader, newest, who) == () and house.public() is not None
    (done,) = card_settle.settle_since(house.desk, house.reader, newest, Directory())
    assert done.because == "consent_withdrawn" and house.public() is None


def test_a_dossier_whose_key_is_in_doubt_is_passed_over_in_an_exchange_and_by_nothing_else(house: House) -> None:
    house.published()
    who = people.directory(house.desk)
    pub = reading.dossier(house.desk, house.reader, house.dossier).pub
    held_keys.note(house.desk.store, (pub, house.desk.epochs()[pub]), held_keys.WAITS)
    house.desk.store.run("DELETE FROM db_consent")
    for known in (who, Directory()):
        assert card_settle.settle_since(house.desk, house.reader, 0, known) == () and house.public() is not None
    with pytest.raises(Locked, match=r"keys\.unconfirmed"):
        card_settle.settle(house.desk, house.reader, (house.dossier,))
    held_keys.forget(house.desk.store, pub)
    (done,) = card_settle.settle_since(house.desk, house.reader, 0, who)
    assert done.because == "consent_withdrawn" and house.public() is None


def until(house: House, days: int) -> str:
    """The family agrees to what is told of the person's life until so many days from now. The day."""
    last = (house.desk.clock().date() + timedelta(days=days)).isoformat()
    form = ConsentForm("public_list_life", "given", expires=last, how="written", surrogate=True, reason="In custody")
    sources.record_consent(house.desk, house.reader, house.dossier, house.person, [form])
    return last


def on_the_list(house: House, days: int) -> set[str]:
    """Cards that are public so many days from now, for who only builds and asks nobody."""
    return {one.card.card for one in public_record.entries(later(house, days), house.reader).entries}


def test_a_card_bears_the_last_day_of_what_it_stands_on_and_goes_after_it_without_being_asked(house: House) -> None:
    last = until(house, 20)
    assert cards.preview(house.desk, house.reader, house.dossier, house.person, cards.usual(house.plan())).until == last
    house.published()
    (state,) = public_record.standing(house.desk, house.reader, house.dossier)
    assert state.standing and state.standing.until == last == state.standing.version.until
    number = state.ident.hex()
    assert on_the_list(house, 20) == {number} and on_the_list(house, 21) == set()
    gone = public_record.entries(later(house, 21), house.reader)
    assert gone.recalls == {number: "consent_withdrawn"} and not gone.alive and not gone.stale

    # Who agreed for a shorter time stays for that time: a recall to come, in the same transaction, and once.
    until(house, 10)
    for desk in house.team.desks[:2]:
        house.team.settle()
        card_settle.settle(desk, desk.reader("work"))
    (state,) = public_record.standing(house.desk, house.reader, house.dossier)
    assert len(state.to_come) == 1 and not state.recalls and state.stage == "public"
    assert on_the_list(house, 10) == {number} and on_the_list(house, 11) == set()

    # Who agrees for longer is proposed again, with the same words, and approved again.
    longer = until(house, 25)
    assert on_the_list(house, 11) == set()
    house.published()
    (state,) = public_record.standing(house.desk, house.reader, house.dossier)
    assert state.standing and state.standing.until == longer and on_the_list(house, 25) == {number} and on_the_list(house, 26) == set()
    with pytest.raises(Refused, match=r"public_record\.same"):
        house.propose()


def test_a_clock_that_is_far_ahead_recalls_nothing_because_its_time_is_over(house: House) -> None:
    """One desk two years ahead: before, it recalled every card with a last day, and a recall holds at every desk."""
    until(house, 20)
    house.published()
    house.team.settle()
    ahead = later(house, 800)
    assert clock_doubt.is_far_ahead(ahead, house.reader) and not clock_doubt.is_far_ahead(house.desk, house.reader)
    assert card_settle.settle(ahead, house.reader) == () and card_settle.settle_shown(ahead, house.reader, {house.dossier}) == ()
    (state,) = public_record.standing(house.desk, house.reader, house.dossier)
    assert state.stage == "public" and not state.recalls and not state.to_come
    assert on_the_list(house, 21) == set(), "who builds leaves it out by the day that it bears"
    # What somebody says counts at once, whatever the clock shows.
    form = ConsentForm("public_list_named", "withdrawn", how="written")
    sources.record_consent(ahead, house.reader, house.dossier, house.person, [form])
    assert house.public(0) is None


def test_what_is_really_over_is_recalled_as_soon_as_somebody_else_knows_the_day(house: House) -> None:
    until(house, 20)
    house.published()
    for desk in house.team.desks:
        desk.clock.now += timedelta(days=21)  # type: ignore[attr-defined]
    assert card_settle.settle(house.desk, house.reader) == ()
    house.team.settle()
    (state,) = (one for one in public_record.versions(house.desk, house.reader, house.dossier) if one.kind == CARD and one.recalls)
    assert state.recalled and state.recalled.because == "consent_withdrawn"


def test_what_a_clock_far_ahead_took_back_is_put_back_by_proposing_it_again(house: House) -> None:
    """In one step, and two approve, as for everything that becomes public."""
    house.published()
    was = house.public(0)
    assert was is not None
    ahead = later(house, 800)
    public_record.recall(ahead, house.reader, house.dossier, bytes.fromhex(was.card), "consent_withdrawn")
    assert house.public(0) is None
    known = house.plan()
    cards.propose(house.desk, house.reader, house.dossier, house.person, cards.wish_of(house.desk, house.reader, known))
    house.team.settle()
    (state,) = (one for one in public_record.versions(house.desk, house.reader, house.dossier) if one.waiting)
    for desk in house.team.desks[1:]:
        public_record.approve(desk, desk.reader("check"), state.waiting[0].version.ref, state.waiting[0].looks)
    house.team.settle()
    now = house.public(0)
    assert now is not None and now.values == was.values
