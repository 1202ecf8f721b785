"""Journeys: silence that is named instead of blocking, within its days and by whom it may be said."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.gates import freshness, silent_devices
from letapis.core.travelling import AWAY, ENDED, LONGEST, PACKED, Journey, Said, away, may_announce, may_end

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MEMBERS = [bytes([n]) * 16 for n in range(3)]
DEVICES = ["a", "b", "c"]
STATES = st.sampled_from([AWAY, PACKED, ENDED, "newer word"])
DAYS = st.integers(-70, 70).map(lambda n: NOW.date() + timedelta(days=n))


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    said: list[Said] = []
    for number in range(draw(st.integers(1, 5))):  # each writer had seen some of what there was, or nothing of it
        seen = tuple(one.ref for one in said if draw(st.booleans()))
        said.append(Said(draw(STATES), draw(st.sampled_from(MEMBERS)), bytes([number]) * 32, seen))
    place = draw(st.integers(0, 2))
    return Journey(DEVICES[place], MEMBERS[place], draw(DAYS), draw(DAYS), said[-1].state, said[-1].author, tuple(said))


SEEN = st.dictionaries(st.sampled_from(DEVICES), st.one_of(st.none(), st.integers(0, 100).map(lambda h: NOW - timedelta(hours=h))))
KEEPERS = st.sets(st.sampled_from(MEMBERS))


@given(SEEN, st.lists(journeys(), max_size=5), KEEPERS)
def test_only_silence_within_a_journey_is_let_through(seen: dict[str, datetime | None], found: list[Journey], keepers: set[bytes]) -> None:
    travelling = away(found, keepers, NOW.date())
    answer = freshness(seen, NOW, 48, travelling=travelling)
    silent = silent_devices(seen, NOW, 48)
    assert answer.holds == (not silent - travelling)
    assert freshness(seen, NOW, 48).holds <= answer.holds
    if silent & travelling:
        assert answer.because in ("law.fresh_travelling", "law.stale_travelling")
        assert len(silent & travelling) in answer.detail.values()
    for device in travelling:
        assert any(j.device == device and j.first <= NOW.date() <= j.last and j.last - j.first <= LONGEST for j in found)
        assert any(j.device == device and j.author in {j.member, *keepers} and j.state != ENDED for j in found)


@given(journeys(), KEEPERS)
def test_after_its_last_day_a_device_that_stays_silent_blocks_again(journey: Journey, keepers: set[bytes]) -> None:
    after = journey.last + timedelta(days=1)
    travelling = away([journey], keepers, after)
    assert travelling == frozenset()
    later = datetime.combine(after, datetime.min.time(), UTC)
    assert not freshness({journey.device: later - timedelta(days=30)}, later, 48, travelling=travelling).holds


@given(st.lists(journeys(), min_size=1, max_size=3))
def test_what_was_put_away_is_over_only_by_the_word_of_somebody_else(found: list[Journey]) -> None:
    for journey in found:
        packs = [one for one in journey.said if one.state == PACKED and one.author == journey.member]
        assert journey.packed == {one.ref for one in packs}
        others = [one for one in journey.said if one.state == ENDED and one.author != journey.member]
        if packs and not any(one.after for one in others):
            assert journey.state == PACKED  # who knows of nothing brings nothing back
        if packs and any(set(one.after) >= {pack.ref for pack in packs} for one in others):
            assert journey.state == ENDED
        if not packs:
            assert journey.state != PACKED  # nobody says it for the traveller
        assert not (journey.state == PACKED and may_end(journey, journey.member))
        assert all(may_end(journey, member) for member in MEMBERS if member != journey.member)
        turned = Journey(journey.device, journey.member, journey.first, journey.last, journey.latest, journey.author, journey.said[::-1])
        assert turned.state == journey.state  # the order in which versions came decides nothing


def test_a_journey_without_end_is_none() -> None:
    said = (Said(AWAY, MEMBERS[0], b"r" * 32),)
    endless = Journey("a", MEMBERS[0], date(2026, 1, 1), date(2027, 1, 1), AWAY, MEMBERS[0], said)
    assert away([endless], MEMBERS, NOW.date()) == frozenset()


def test_a_journey_is_announced_by_who_travels_or_by_a_keeper() -> None:
    owner, keeper, other = MEMBERS[0], MEMBERS[1], b"o" * 16
    assert [may_announce(owner, member, {keeper}) for member in (owner, keeper, other)] == [True, True, False]
