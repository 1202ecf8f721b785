"""Recognition from records: whatever the order of arrival, nobody decides alone, and what two decided only two undo."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core import recognition as rules
from letapis.core.recognition import Confirmed, Opened, Proposed, Voted, confirmation_refused, course, tally

WHO = b"p" * 16
MEMBERS = [bytes([number]) * 16 for number in (1, 2, 3)]
ROUNDS = [Opened(bytes([number]) * 16, WHO, number, f"2026-01-0{number}") for number in (1, 2)]


def said(number: int, outcome: str = rules.RECOGNISED, day: str = "2026-02-01", member: bytes = MEMBERS[0], **more: object) -> Proposed:
    ident = bytes([number]) * 16
    made = Proposed(ident, ident * 2, member, WHO, ROUNDS[0].recognition, outcome, day, f"2026-03-01T00:00:{number % 60:02d}Z")
    return replace(made, **more)  # type: ignore[arg-type]  # names of fields


_PROPOSED = st.builds(
    said,
    st.integers(1, 40),
    st.sampled_from(rules.OUTCOMES),
    st.sampled_from(["2026-02-01", "2026-02-02", "2026-02-03"]),
    st.sampled_from(MEMBERS),
    taken_back=st.booleans(),
)
_HISTORY = st.lists(_PROPOSED, max_size=8, unique_by=lambda one: one.decided).flatmap(
    lambda told: st.tuples(
        st.just(told),
        st.lists(st.builds(Confirmed, st.sampled_from([one.ref for one in told] or [b"x" * 32]), st.sampled_from(MEMBERS)), max_size=12),
    )
)


@settings(max_examples=60, deadline=None)
@given(_HISTORY, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(history: tuple[list[Proposed], list[Confirmed]], chance: object) -> None:
    told, confirmed = history
    before = course(ROUNDS, told, confirmed)
    mixed = [list(told), list(confirmed), list(ROUNDS)]
    for part in mixed:
        chance.shuffle(part)  # type: ignore[attr-defined]
    assert course(mixed[2], mixed[0] * 2, mixed[1] * 2) == before  # type: ignore[arg-type]  # also when everything comes twice


@settings(max_examples=60, deadline=None)
@given(_HISTORY)
def test_one_member_never_decides_alone(history: tuple[list[Proposed], list[Confirmed]]) -> None:
    told, confirmed = history
    for one in course(ROUNDS, told, confirmed).decisions:
        assert one.confirmed and one.said.member not in one.confirmed
    alone = [Confirmed(one.ref, one.member) for one in told]
    assert not course(ROUNDS, told, alone * 2).decisions, "two devices of one member are one member"


@settings(max_examples=60, deadline=None)
@given(_HISTORY)
def test_withdrawn_stays_withdrawn_until_decided_anew(history: tuple[list[Proposed], list[Confirmed]]) -> None:
    told, confirmed = history
    last = said(60, rules.WITHDRAWN, "2026-02-03")
    more = Confirmed(last.ref, MEMBERS[1])
    assert course(ROUNDS, [*told, last], [*confirmed, more]).recognised is False
    anew = said(61, day="2026-02-04", member=MEMBERS[1])
    assert course(ROUNDS, [*told, last, anew], [*confirmed, more]).recognised is False, "written down by one"
    both = [*confirmed, more, Confirmed(anew.ref, MEMBERS[2])]
    assert course(ROUNDS, [*told, last, anew], both).outcome == rules.RECOGNISED


def test_before_any_decision_it_is_under_review_or_not_assessed() -> None:
    assert course([], [], []).outcome == rules.NOT_ASSESSED
    assert course(ROUNDS[:1], [], []).outcome == rules.UNDER_REVIEW
    one = said(1)
    found = course(ROUNDS[:1], [one], [])
    assert (found.waiting, found.outcome) == ((one,), rules.UNDER_REVIEW)


def test_a_decision_settles_its_round_and_those_before_it() -> None:
    one = said(1, recognition=ROUNDS[1].recognition)
    assert course(ROUNDS, [one], [Confirmed(one.ref, MEMBERS[1])]).open_rounds == ()
    first = replace(one, recognition=ROUNDS[0].recognition)
    assert course(ROUNDS, [first], [Confirmed(one.ref, MEMBERS[1])]).open_rounds == (ROUNDS[1],)


def test_what_was_confirmed_is_never_written_anew() -> None:
    """A later version of a decision, also one confirmed by the same colleague, changes nothing."""
    first = said(1)
    later = replace(first, ref=b"z" * 32, outcome=rules.REFUSED, recorded="2026-03-02T00:00:00Z")
    confirmed = [Confirmed(one.ref, MEMBERS[1]) for one in (first, later)]
    assert [one.said for one in course([], [later, first], confirmed).decisions] == [first]
    gone = replace(later, taken_back=True)
    assert course([], [gone, first], confirmed[:1]).outcome == rules.RECOGNISED
    assert course([], [gone, first], []).waiting == ()


def test_a_decision_written_down_wrongly_is_corrected_by_another_of_two() -> None:
    wrong, right = said(1, day="2026-02-09"), said(2, rules.REFUSED, "2026-02-05", corrects=bytes([1]) * 16)
    confirmed = [Confirmed(wrong.ref, MEMBERS[1])]
    assert course([], [wrong, right], confirmed).outcome == rules.RECOGNISED
    found = course([], [wrong, right], [*confirmed, Confirmed(right.ref, MEMBERS[2])])
    assert found.outcome == rules.REFUSED and [one.corrected for one in found.decisions] == [False, True]


def test_who_may_confirm() -> None:
    one = said(1)
    known = course([], [one], [])
    assert [confirmation_refused(one, member, known) for member in MEMBERS[:2]] == ["own", ""]
    assert confirmation_refused(replace(one, taken_back=True), MEMBERS[1], known) == "taken_back"
    assert confirmation_refused(one, MEMBERS[2], course([], [one], [Confirmed(one.ref, MEMBERS[1])])) == "decided"


def test_each_organisation_votes_once_by_its_last_word() -> None:
    def vote(name: str, stance: str, day: str = "2026-02-01", number: int = 1) -> Voted:
        return Voted(b"r" * 16, name, stance, day, bytes([number]) * 32)

    found = tally([vote("Vydumka", "for"), vote(" vydumka ", "against", "2026-02-02", 2), vote("Pryklad", "for", number=3)])
    assert [found.count(one) for one in rules.STANCES] == [1, 1, 0] and not found.carried
    torn = tally([vote("Vydumka", "for"), vote("Vydumka", "against", number=2), vote("Pryklad", "abstain", number=3)])
    assert torn.unclear == ("Vydumka",) and [one.organisation for one in torn.votes] == ["Pryklad"]
