"""Laws of what is known of copies: the order in which checks came changes nothing, and every object is counted once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core import fixity
from letapis.core.fixity import FAULTS, GOAL, GOOD, SHORT, STATES, Check, advice, cells, copies, days_overdue, last_whole, pack, tally, unpack

OBJECTS = tuple(bytes([number]) * SHORT for number in range(1, 7))
PLACES = tuple(bytes([number]) * 16 for number in range(1, 4))


@st.composite
def checks(draw: st.DrawFn) -> list[Check]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        states = draw(st.lists(st.sampled_from((GOOD, *FAULTS, "")), min_size=len(OBJECTS), max_size=len(OBJECTS)))
        found = {state: frozenset(one for one, told in zip(OBJECTS, states, strict=True) if told == state) for state in (GOOD, *FAULTS)}
        day, deed = f"2026-01-{number + 1:02}", draw(st.sampled_from(("check", "copy")))
        made.append(Check(draw(st.sampled_from(PLACES)), deed, day, f"{day}T10:00:00Z", draw(st.booleans()), found))
    return made


@settings(deadline=None, max_examples=80)
@given(checks(), st.randoms(use_true_random=False))
def test_the_order_in_which_checks_came_changes_nothing(told: list[Check], chance: "object") -> None:
    shuffled = list(told)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    table = cells(OBJECTS, told)
    assert cells(OBJECTS, [*shuffled, *shuffled[:1]]) == table
    for row in table.values():
        counts = tally(OBJECTS, row)
        assert sum(counts.values()) == len(OBJECTS) and set(counts) == set(STATES)
    for one, count in copies(OBJECTS, table).items():
        assert count == sum(row[one].state == GOOD for row in table.values() if one in row)
    done = not advice(OBJECTS, table, PLACES[:1])
    assert done == (bool(table) and min(copies(OBJECTS, table).values()) >= GOAL)


@settings(deadline=None, max_examples=80)
@given(checks())
def test_the_latest_word_on_an_object_at_a_place_counts(told: list[Check]) -> None:
    table = cells(OBJECTS, told)
    for place in PLACES:
        for one in OBJECTS:
            words = [(check.ended, state) for check in told if check.place == place for state, found in check.found.items() if one in found]
            assert (table[place][one].state if one in table.get(place, {}) else "") == (max(words)[1] if words else "")


@given(st.sets(st.binary(min_size=SHORT, max_size=SHORT)))
def test_short_names_travel_as_one_value(names: set[bytes]) -> None:
    assert unpack(pack(names)) == names and unpack(pack(names) + b"cut") == names


def test_the_next_step_is_what_helps_most() -> None:
    def step(is_due: bool = False, is_source: bool = False, **counts: int) -> str:
        return fixity.next_step({state: counts.get(state, 0) for state in STATES}, is_due, is_source)

    assert step(changed=1, unchecked=9) == step(missing=1, is_due=True) == "repair"
    assert (step(unchecked=1), step(unchecked=1, is_source=True)) == ("copy", "check")
    assert (step(good=3), step(good=3, is_due=True), step(unread=1)) == ("", "check", "check")


def test_a_check_is_due_after_its_days_and_copying_is_no_check() -> None:
    from datetime import date

    today = date(2026, 3, 10)
    assert days_overdue(30, "", today) == 0 and days_overdue(0, "", today) is None
    assert days_overdue(7, "2026-03-04", today) is None and days_overdue(7, "2026-03-03", today) == 0 and days_overdue(7, "2026-03-01", today) == 2
    assert days_overdue(7, "nonsense", today) == 0
    walks = (("check", 1, True), ("copy", 3, True), ("check", 5, False))
    made = [Check(PLACES[0], deed, f"2026-03-0{day}", "", reached, {}) for deed, day, reached in walks]
    assert last_whole(made, PLACES[0]) == "2026-03-01" and last_whole(made, PLACES[1]) == ""
    assert advice([], {}, []) == () and advice(OBJECTS, {}, [PLACES[0]]) == ("first", "three")
