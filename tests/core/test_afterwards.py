"""After filing: which days follow from what happened, in what order the steps came, and when a body no longer has a filing."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.afterwards import Deadline, Event, Met, Progress, Whose, deadlines, earlier_of, progress, require_step
from letapis.core.errors import LetapisError
from letapis.engines.catalogue import catalogue

CARDS = catalogue().mechanisms
WORDS = catalogue().after_filing
WGAD = CARDS["WGAD-REGULAR"]
SENT = date(2026, 1, 10)
KINDS = sorted(WORDS.steps)


def _event(kind: str, day: date, due: date | None, more: int) -> Event:
    return Event(kind, day, due, day + timedelta(more) if more else None)


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
EVENTS = st.lists(st.builds(_event, st.sampled_from(KINDS), DAYS, st.none() | DAYS, st.sampled_from([0, 0, 30, 364])), max_size=8)


def times(*events: Event, today: date = SENT, card: str = "WGAD-REGULAR") -> dict[str, Deadline]:
    return {one.key: one for one in deadlines(CARDS[card], WORDS, events, today)}


def test_the_reply_of_the_state_is_counted_from_the_sending_and_then_from_what_the_body_wrote() -> None:
    sent, told = Event("sent", SENT), Event("acknowledged", date(2026, 1, 20))
    assert times() == {}
    assert times(sent)["state_reply"].due == SENT + timedelta(60)
    assert times(sent, told)["state_reply"].due == date(2026, 3, 21)
    passed = Event("transmitted", date(2026, 2, 1), date(2026, 4, 30))
    found = times(sent, told, passed)["state_reply"]
    assert (found.due, found.named, found.whose, found.state) == (date(2026, 4, 30), True, Whose.STATE, Met.OPEN)
    more = Event("extended", date(2026, 4, 1), date(2026, 5, 31))
    assert times(sent, told, passed, more, today=date(2026, 6, 1))["state_reply"].state is Met.OVERDUE
    assert times(sent, told)["opinion"].due == date(2027, 7, 20)  # a day that was named for the reply is none for the opinion


def test_a_reply_ends_its_time_and_begins_ours() -> None:
    sent, reply = Event("sent", SENT), Event("state_reply", date(2026, 3, 1))
    found = times(sent, reply, today=date(2026, 3, 2))
    assert (found["state_reply"].state, found["state_reply"].done) == (Met.MET, date(2026, 3, 1))
    assert (found["comments"].due, found["comments"].whose, found["comments"].state) == (date(2026, 4, 1), Whose.US, Met.OPEN)
    asked = Event("comments_asked", date(2026, 3, 3), date(2026, 3, 20))
    assert times(sent, reply, asked)["comments"].due == date(2026, 3, 20)
    for day, state in ((20, Met.MET), (21, Met.LATE)):
        assert times(sent, reply, asked, Event("comments_sent", date(2026, 3, day)), today=date(2026, 5, 1))["comments"].state is state
    assert times(sent, Event("comments_sent", date(2026, 2, 1)), reply)["comments"].done is None  # comments before a reply answer nothing


def test_a_day_that_a_body_names_counts_where_its_card_counts_none() -> None:
    asked = Event("comments_asked", date(2026, 3, 3), date(2026, 3, 20))
    assert times(Event("sent", SENT), asked, card="SP-COMMUNICATION")["comments"].due == date(2026, 3, 20)
    assert "comments" not in times(Event("sent", SENT), Event("state_reply", date(2026, 3, 1)), card="SP-COMMUNICATION")


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 1, 1), date(2026, 11, 26)), (date(2026, 5, 1), date(2026, 5, 31)), (date(2026, 5, 10), date(2026, 5, 10))]
)
def test_our_time_runs_from_the_first_day_that_a_reply_can_be_of(first: date, last: date) -> None:
    sent, reply, ours = Event("sent", SENT), Event("state_reply", first, last=last), Event("comments_sent", date(2026, 5, 20))
    found = times(sent, reply, today=last)
    assert (found["comments"].start, found["state_reply"].state in (Met.MET, Met.LATE)) == (first, True)
    assert found["comments"].due <= first + timedelta(31)
    met = times(sent, reply, ours, today=date(2026, 11, 26))["comments"]
    assert (met.state in (Met.MET, Met.LATE), met.done) == (True, date(2026, 5, 20)), "what was sent is not called overdue"
    passed = times(sent, Event("transmitted", first, last=last))["state_reply"]
    assert passed.start == last, "nobody else is called late on a day that may not have been"


def test_a_decision_ends_what_runs_and_begins_the_follow_up() -> None:
    found = times(Event("sent", SENT), Event("decision", date(2026, 8, 31)), today=date(2027, 1, 1))
    assert {key: one.state for key, one in found.items()} == {"state_reply": Met.ENDED, "opinion": Met.MET, "follow_up": Met.OPEN}
    assert found["follow_up"].due == date(2027, 2, 28)
    assert times(Event("sent", SENT), Event("withdrawn", date(2026, 2, 1)))["opinion"].state is Met.ENDED


def test_a_body_has_a_filing_until_it_decides_or_we_withdraw() -> None:
    sent, reply = Event("sent", SENT), Event("state_reply", date(2026, 3, 1))
    told = Event("family_told", date(2026, 1, 2))
    assert progress([]) == progress([told]) == (Progress.PRODUCED, None)
    assert progress([reply, sent]) == (Progress.SENT, SENT) and progress([reply]) == (Progress.SENT, reply.day)
    decided, gone = Event("decision", date(2026, 9, 1)), Event("withdrawn", date(2026, 9, 2))
    assert progress([sent, decided, gone]) == progress([gone, sent, decided]) == (Progress.DECIDED, decided.day), "a decision is not undone"
    filed = [("WGAD-REGULAR", [sent]), ("WGEID", [sent, decided]), ("CCF", [sent, gone]), ("ICC", [])]
    assert earlier_of(filed).sent == {"WGAD-REGULAR": "2026-01-10"}
    assert earlier_of([("WGEID", [sent, decided])]).decided == {"WGEID": "2026-09-01"}
    both = earlier_of([("WGEID", [sent, decided]), ("WGEID", [reply])])
    assert (both.sent, both.decided) == ({"WGEID": "2026-03-01"}, {})


@given(EVENTS, DAYS, st.randoms())
def test_the_order_in_which_steps_arrive_changes_nothing(events: list[Event], today: date, chance: Random) -> None:
    mixed = list(events)
    chance.shuffle(mixed)
    assert deadlines(WGAD, WORDS, events, today) == deadlines(WGAD, WORDS, mixed, today) and progress(events) == progress(mixed)


@given(EVENTS, DAYS)
def test_what_is_met_stays_met_and_what_is_over_stays_over(events: list[Event], today: date) -> None:
    for one, later in zip(deadlines(WGAD, WORDS, events, today), deadlines(WGAD, WORDS, events, today + timedelta(400)), strict=True):
        assert later.state is one.state or (one.state, later.state) == (Met.OPEN, Met.OVERDUE)
        assert (one.state in (Met.MET, Met.LATE)) == (one.done is not None)
        assert (one.state is Met.LATE) == (one.done is not None and one.done > one.due)


@pytest.mark.parametrize(
    ("kind", "day", "due", "before", "code"),
    [
        ("state_reply", SENT, None, [Event("sent", SENT)], "filed.kind"),
        ("nonsense", SENT, None, [Event("sent", SENT)], "filed.kind"),
        ("sent", SENT + timedelta(1), None, [], "filed.day_future"),
        ("acknowledged", SENT, SENT - timedelta(1), [Event("sent", SENT)], "filed.due_before"),
        ("extended", SENT, None, [Event("sent", SENT)], "filed.due"),
        ("sent", SENT, None, [Event("sent", SENT)], "filed.sent_already"),
        ("decision", SENT, None, [], "filed.not_sent"),
    ],
)
def test_what_cannot_have_happened_is_refused(kind: str, day: date, due: date | None, before: list[Event], code: str) -> None:
    with pytest.raises(LetapisError) as refused:
        require_step(WORDS, kind, day, due, before, SENT)
    assert refused.value.code == code


def test_every_time_of_every_card_has_a_rule_or_runs_before_filing() -> None:
    ruled = {key for rule in WORDS.times for key in rule.keys}
    counted = {time.what for card in CARDS.values() for time in card.timing}
    assert counted - ruled == {"urgent_window", "before_session", "cycle"}
    assert {kind for rule in WORDS.times for kind in (*rule.starts, *rule.met_by)} <= set(WORDS.steps)
    assert all(set(kind.label) == {"en", "be", "ru"} for kind in WORDS.steps.values())
