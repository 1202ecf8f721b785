"""Where can this go: every card answers with reasons, and no answer here is more hopeful than the gates of a submission."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.consent import Consent
from letapis.core.filed import DECIDED, PENDING, Earlier
from letapis.core.gates import closed, duplication_gates
from letapis.core.periods import after, is_period
from letapis.core.predicates import World
from letapis.core.routing import routes_for
from letapis.core.situation import settled
from letapis.core.vocabulary import Value
from letapis.core.whereto import CardStanding, Known, Way, Words, advice, may_answer, review_due, standing_of
from letapis.engines.catalogue import catalogue

CARDS = catalogue().mechanisms
SCOPES = catalogue().consent
DAY = date(2026, 11, 1)
READY = {"detention__start": "2026-09-01", "procedure__submitter_identified": True, "procedure__submitter_reachable": True}
NOBODY = Words()
ALONE = {"procedure__pending_before": (), "procedure__decided_by": ()}


def world(**facts: Value) -> World:
    return settled({name.replace("__", "."): value for name, value in facts.items()}).world


def agreed(*scopes: str, answer: str = "given") -> list[Consent]:
    return [Consent(b"", b"p", scope, answer, "2026-01-01") for scope in scopes]


def asked(
    card: str, facts: World, consents: list[Consent] | None = None, earlier: Earlier | None = None, day: date = DAY, words: Words = NOBODY
) -> CardStanding:
    return standing_of(CARDS[card], Known(facts, consents or [], day, earlier or Earlier(), words), SCOPES)


def because(one: CardStanding) -> set[str]:
    return {gate.answer.because for gate in (*one.closing, *one.waiting)}


def test_with_facts_and_consent_the_working_group_is_open() -> None:
    one = asked("WGAD-REGULAR", world(**READY, **ALONE), agreed("wgad_regular"))
    assert (one.way, because(one), one.prepare) == (Way.OPEN, set(), False)


def test_what_is_missing_comes_with_the_questions_to_ask() -> None:
    one = asked("WGAD-REGULAR", world())
    assert one.way is Way.CONDITIONAL and {"law.check_open", "law.consent_never_asked", "law.duplication_unknown"} <= because(one)
    assert {"detention.start", "procedure.submitter_identified"} <= {fact for gate in one.waiting for fact in gate.missing}


@pytest.mark.parametrize(("answer", "way"), [("refused", Way.CLOSED), ("withdrawn", Way.CLOSED), ("ask_again", Way.CONDITIONAL)])
def test_a_refusal_closes_and_a_question_waits(answer: str, way: Way) -> None:
    assert asked("WGAD-REGULAR", world(**READY, **ALONE), agreed("wgad_regular", answer=answer)).way is way


def test_a_body_that_is_closed_says_since_when() -> None:
    one = asked("HRCTTEE", world(**READY, **ALONE), agreed(*SCOPES.scopes))
    assert one.way is Way.CLOSED and one.closing[0].answer.because == "law.status_closed_since"
    assert one.closing[0].answer.detail == {"day": CARDS["HRCTTEE"].until}
    assert asked("GIE-BELARUS", world(), day=date(2024, 1, 1)).way is Way.CLOSED


def test_a_failed_check_closes() -> None:
    one = asked("WGAD-REGULAR", world(**{**READY, "procedure__submitter_identified": False}, **ALONE), agreed("wgad_regular"))
    assert one.way is Way.CLOSED and because(one) == {"law.check_failed"}


def test_what_a_state_brings_is_prepared_and_never_open() -> None:
    consents, facts = agreed(*SCOPES.scopes), world(**READY, **ALONE)
    brought = {name for name, card in CARDS.items() if "states" in card.who_may_submit}
    assert {"OSCE-MOSCOW", "OSCE-VIENNA", "EU-BELARUS", "EU-GHRSR"} <= brought
    for name in brought:
        one = asked(name, facts, consents)
        assert one.prepare and one.way is not Way.OPEN and because(one) & {"law.only_states_file", "law.through_a_state"}


def test_our_own_filing_is_named_with_its_day_until_it_is_decided() -> None:
    facts, consents = world(**READY, **ALONE), agreed("wgad_regular", "wgeid_family_consent")
    one = asked("WGAD-REGULAR", facts, consents, Earlier(sent={"WGEID": "2026-10-01"}))
    told = {gate.answer.because: gate.answer.detail for gate in one.closing}
    assert one.way is Way.CLOSED and told["law.duplication_blocks_sent"] == {"other": "WGEID", "day": "2026-10-01"}
    decided = asked("WGAD-REGULAR", facts, consents, Earlier(decided={"SP-COMMUNICATION": "2026-10-09"}))
    assert because(decided) == {"law.duplication_declare_decided"} and decided.way is Way.CONDITIONAL


def test_a_colleague_s_word_answers_what_no_fact_answers() -> None:
    facts, consents = world(**READY, **ALONE), agreed("osce_share")
    (check,) = [check.id for check in CARDS["ODIHR"].checks if check.decided_by == "human"]
    assert asked("ODIHR", facts, consents).way is Way.CONDITIONAL
    assert asked("ODIHR", facts, consents, words=Words(confirmed=frozenset({check}))).way is Way.OPEN
    one = asked("ODIHR", facts, consents, words=Words(confirmed=frozenset({check}), denied=frozenset({check})))
    assert one.way is Way.CLOSED and because(one) == {"law.check_denied"}
    ours, agreed_ = Earlier(sent={"SP-COMMUNICATION": "2026-10-01"}), agreed("wgad_regular")
    assert asked("WGAD-REGULAR", facts, agreed_, ours).way is Way.CONDITIONAL
    assert asked("WGAD-REGULAR", facts, agreed_, ours, words=Words(cleared=frozenset({"SP-COMMUNICATION"}))).way is Way.OPEN
    locked = Earlier(sent={"WGEID": "2026-10-01"})
    assert asked("WGAD-REGULAR", facts, agreed_, locked, words=Words(cleared=frozenset({"WGEID"}))).way is Way.CLOSED
    assert may_answer(CARDS["ODIHR"], "check", check) and may_answer(CARDS["WGAD-REGULAR"], "duplication", "SP-COMMUNICATION")
    for gate, about in (("check", "liberty"), ("duplication", "WGEID"), ("duplication", "x"), ("consent", "wgad_regular")):
        assert not may_answer(CARDS["WGAD-REGULAR"], gate, about)


def test_a_window_that_runs_from_a_fact_says_how_long_it_is_open() -> None:
    told = {gate.answer.because for day in ("2026-10-20", "2026-08-20", "2026-01-01") for gate in _deadlines(day)}
    assert told == {"law.window_open", "law.window_soon", "law.window_over"}
    assert not any(gate.closed for gate in _deadlines("2026-01-01"))  # an older case has the standard way
    assert not _deadlines("")


def _deadlines(start: str) -> list[object]:
    one = asked("WGEID", world(detention__start=start) if start else world())
    return [gate for gate in (*one.closing, *one.waiting, *one.noted, *one.settled) if gate.name == "deadline"]  # type: ignore[misc]


def test_advice_stands_beside_the_answer_for_each_body() -> None:
    facts = world(detention__ongoing=True, charge__based_on=("expression",), **READY, **ALONE)
    cards = [standing_of(card, Known(facts, [], DAY, Earlier(), NOBODY), SCOPES) for card in CARDS.values()]
    found = advice(routes_for(catalogue().routes, facts), cards)
    assert found[0].first[0].card.id == "WGAD-REGULAR" and {one.way for route in found for one in route.parallel} <= set(Way)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_every_reason_of_every_card_has_its_words(name: str) -> None:
    texts, marks = catalogue().texts, ("", "_sent", "_decided")
    for facts, told in product((world(), world(**READY, **ALONE)), ([], agreed(*SCOPES.scopes), agreed(*SCOPES.scopes, answer="refused"))):
        one = asked(name, facts, told)
        assert all(gate.answer.because in texts for part in (one.closing, one.waiting, one.noted, one.settled) for gate in part)
        assert (one.way is Way.CLOSED) == bool(one.closing) and (one.way is Way.OPEN) == (not one.closing and not one.waiting)
    assert all(f"law.duplication_{rule.rule}{mark}" in texts for rule in CARDS[name].duplication for mark in marks)
    assert all(f"mechanisms.time.{time.what}" in texts and is_period(time.unit) for time in CARDS[name].timing)
    assert all(not time.counted_from or time.counted_from in catalogue().vocabulary for time in CARDS[name].timing)


@given(st.sets(st.sampled_from(sorted(CARDS))), st.sets(st.sampled_from(sorted(CARDS))), st.sets(st.sampled_from(sorted(CARDS))))
def test_what_we_sent_never_opens_a_gate(recorded: set[str], sent: set[str], decided: set[str]) -> None:
    """Our own filings only add reasons; those decided are no longer before the body."""
    ours = Earlier(dict.fromkeys(sent, "2026-01-01"), dict.fromkeys(decided, "2026-02-01"))
    for card in CARDS.values():
        plain = {gate.item for gate in closed(duplication_gates(card, recorded, ()))}
        assert plain <= {gate.item for gate in closed(duplication_gates(card, recorded, (), earlier=ours))}
    facts = ours.added(world(procedure__pending_before=tuple(sorted(recorded))))
    listed = facts[PENDING].value if PENDING in facts else ()
    assert isinstance(listed, tuple) and set(listed) == (recorded | sent) - (decided - sent)
    assert not decided or (set(facts[DECIDED].value) == decided and facts[DECIDED].partial)  # type: ignore[arg-type]


@given(st.dates(date(1900, 1, 1), date(9000, 1, 1)), st.integers(0, 600), st.sampled_from(["days", "weeks", "months", "years"]))
def test_a_longer_period_never_ends_earlier(start: date, count: int, unit: str) -> None:
    assert start <= after(start, count, unit) <= after(start, count + 1, unit)


def test_months_end_with_the_month() -> None:
    assert after(date(2026, 11, 30), 3, "months") == date(2027, 2, 28)
    assert after(date(2026, 1, 31), 1, "months") == date(2026, 2, 28) and after(date(2026, 1, 1), 2, "weeks") == date(2026, 1, 15)
    assert after(date(2026, 11, 1), 60, "days") == date(2026, 11, 1) + timedelta(60)
    assert after(date(9999, 6, 1), 3, "years") == date.max == after(date(9999, 12, 30), 5, "days")
    assert review_due(CARDS["WGAD-REGULAR"], date(2026, 8, 31)) == date(2027, 2, 28)
