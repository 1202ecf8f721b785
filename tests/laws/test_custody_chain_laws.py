"""Laws of a chain of custody: the order of arrival changes nothing, and whatever is taken out of its middle is missed."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.custody import ARRIVALS, FIRST, PARENT, SILENCE, STEP, Chain, Entry, Gap, chain

START = date(2026, 1, 1)


@st.composite
def graphs(draw: st.DrawFn) -> list[Entry]:
    """Entries as devices that work apart make them: each names some of the ends that it knows of, and the step follows."""
    made = [Entry(b"\x00" * 32, 0, (), START.isoformat())]
    for number in range(1, draw(st.integers(1, 12))):
        parents = draw(st.sets(st.sampled_from(made), min_size=1, max_size=3))
        step = 1 + max(parent.step for parent in parents)
        day = START + timedelta(days=number)
        made.append(Entry(bytes([number]) * 32, step, tuple(sorted(parent.ref for parent in parents)), f"{day.isoformat()}T10:00:00Z"))
    return made


@settings(deadline=None, max_examples=60)
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(entries: list[Entry], chance: "object") -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = chain(shuffled + shuffled[:1])
    assert found == chain(entries) and found.is_whole
    assert sorted(ref for row in found.rows for ref in row) == sorted(entry.ref for entry in entries)


@settings(deadline=None, max_examples=60)
@given(graphs(), st.data())
def test_an_entry_taken_out_is_missed_by_all_that_follow_it_unless_it_was_withdrawn(entries: list[Entry], data: st.DataObject) -> None:
    lost = data.draw(st.sampled_from(entries))
    left = [entry for entry in entries if entry != lost]
    followers = {entry.ref for entry in left if lost.ref in entry.parents}
    found = chain(left)
    assert {gap.ref for gap in found.gaps if gap.kind == PARENT} == followers
    assert found.is_whole == (not followers)
    assert chain(left, gone={lost.ref}).is_whole


@settings(deadline=None, max_examples=60)
@given(graphs(), st.data())
def test_a_step_that_was_moved_is_seen(entries: list[Entry], data: st.DataObject) -> None:
    moved = data.draw(st.sampled_from(entries))
    other = moved.step + data.draw(st.integers(1, 5))
    changed = [Entry(e.ref, other, e.parents, e.recorded) if e == moved else e for e in entries]
    kinds = {gap.kind for gap in chain(changed).gaps if gap.ref == moved.ref}
    assert kinds == ({FIRST} if moved.step == 0 else {STEP})


def _two(first: int, second: int, longest: int) -> Chain:
    days = [(START + timedelta(days=n)).isoformat() for n in (first, second)]
    return chain([Entry(b"a" * 32, 0, (), days[0]), Entry(b"b" * 32, 1, (b"a" * 32,), days[1])], longest_silence=longest)


def test_two_children_of_one_parent_are_reported_and_are_no_gap() -> None:
    one, two, three = (Entry(name * 32, step, before, "2026-01-01") for name, step, before in
                       ((b"a", 0, ()), (b"b", 1, (b"a" * 32,)), (b"c", 1, (b"a" * 32,))))  # fmt: skip
    found = chain([one, two, three])
    assert found.forks == ((one.ref, (two.ref, three.ref)),) and found.is_whole
    assert found.rows == ((one.ref,), (two.ref, three.ref))


def test_an_item_arrives_once_and_a_long_silence_is_counted_in_days() -> None:
    assert chain([Entry(b"a" * 32, 0, (), ""), Entry(b"b" * 32, 0, (), "")]).gaps == (Gap(ARRIVALS, b"b" * 32),)
    assert _two(0, 400, 400).silences == () and _two(0, 401, 400).silences == (Gap(SILENCE, b"b" * 32, days=401),)
    assert _two(0, 5000, 0).silences == () and _two(500, 0, 400).silences == ()
    assert chain([Entry(b"a" * 32, 0, (), "never"), Entry(b"b" * 32, 1, (b"a" * 32,), "")], longest_silence=1).silences == ()
