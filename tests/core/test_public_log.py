"""The log of publications: it grows only, says why each card went, and replays to exactly what is public."""

import hashlib
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.public import card_of, published_of, salted

from letapis.core import merkle, public_log
from letapis.core.errors import Refused
from letapis.core.public_log import LogFault, digest, extended, extends, holds, replay, root
from letapis.core.published import ADDED, CHANGED, REMOVED, RETURNED, CardValue, Change, Entry, Published, canonical, line

NEXT = "2026-11-21"
LAW = settings(max_examples=60, deadline=None)


def grown(before: Published | None, entries: tuple[Entry, ...], day: str, recalls: dict[str, str] | None = None) -> Published:
    """The next snapshot."""
    changes = extended(before, entries, day, recalls or {})
    return Published("Invented Centre", before.number + 1 if before else 1, day, public_log.dated(before, entries, day), changes=changes)


def edited(entry: Entry, interests: str = "invented: birds") -> Entry:
    values = tuple(sorted({*entry.card.values, CardValue("interests", interests, "en")}))
    return replace(entry, card=replace(entry.card, values=values), salt=hashlib.sha256(interests.encode()).hexdigest())


def entry_of(number: int, version: int = 0) -> Entry:
    made = Entry(card_of(number), "", "", hashlib.sha256(f"{number}".encode()).hexdigest())
    return edited(made, f"invented: version {version}") if version else made


def test_a_first_log_adds_everyone_in_the_order_of_the_cards() -> None:
    set_ = published_of(12)
    assert holds(set_) == ()
    log = extended(None, set_.entries, set_.day, {})
    assert {one.what for one in log} == {ADDED} and [one.card for one in log] == sorted(one.card.card for one in set_.entries)
    assert replay(log) == {one.card.card: salted(one) for one in set_.entries}
    assert root(replace(set_, changes=log)) == merkle.root_of([merkle.leaf_hash(line(one)) for one in log])


@pytest.mark.parametrize("text", ["", 'a"b\\c', "\x00\x1f\x7f\t\n\r", "\u2028\u202e", "</script>", "Кастусь \U0001f600"])
def test_a_line_is_canonical_json_of_all_its_members_whatever_stands_in_them(text: str) -> None:
    for fields in ((), (text,), (text, "name")):
        made = Change(text, text, text, text, fields, text)
        assert line(made) == canonical(asdict(made))


def test_what_changed_went_and_came_back_is_told_with_its_fields_and_reason() -> None:
    first = grown(None, published_of(3).entries, "2026-11-20")
    one, two, three = first.entries
    second = grown(first, (one, edited(two)), NEXT, {three.card.card: "safety", one.card.card: "mistake"})
    assert second.changes[3:] == (
        Change(NEXT, two.card.card, CHANGED, fields=("interests",), digest=digest(edited(two))),
        Change(NEXT, three.card.card, REMOVED, because="safety"),
    )
    third = grown(second, (*second.entries, three), "2026-12-01")
    assert third.changes[-1] == Change("2026-12-01", three.card.card, RETURNED, digest=digest(three))
    assert [holds(each) for each in (first, second, third)] == [(), (), ()]
    assert extends(second, first) == extends(third, first) == extends(third, third) == ()
    assert (third.entry(two.card.card) or three).changed == NEXT and (third.entry(three.card.card) or two).since == "2026-12-01"


@pytest.mark.parametrize(
    ("entries", "day", "recalls", "code"),
    [
        (0, NEXT, {}, "public_log.no_reason"),
        (1, "2026-11-19", {}, "public_log.clock"),
        (2, NEXT, {}, "public_log.card_twice"),
    ],
)
def test_a_log_refuses_what_would_make_it_silent_or_wrong(entries: int, day: str, recalls: dict[str, str], code: str) -> None:
    first = published_of(1)
    with pytest.raises(Refused) as refusal:
        extended(first, first.entries * entries, day, recalls)
    assert refusal.value.code == code


def test_a_card_without_enough_salt_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        extended(None, (replace(published_of(1).entries[0], salt="00"),), NEXT, {})
    assert refusal.value.code == "public_log.salt"


def test_every_way_to_falsify_a_snapshot_is_found() -> None:
    first = grown(None, published_of(4).entries, "2026-11-20")
    gone = replace(first, entries=first.entries[1:])
    assert holds(gone) == (LogFault(public_log.MISSING, first.entries[0].card.card),)
    altered = replace(first, entries=(edited(first.entries[0]), *first.entries[1:]))
    assert [one.code for one in holds(altered)] == [public_log.DIFFERS]
    smuggled = replace(first, changes=first.changes[:3])
    assert [one.code for one in holds(smuggled)] == [public_log.STRANGE]
    assert [one.code for one in holds(replace(first, entries=first.entries[::-1]))] == [public_log.ORDER]
    predated = replace(first.entries[0], since="2020-01-01")
    assert [one.code for one in holds(replace(first, entries=(predated, *first.entries[1:])))] == [public_log.DATES]
    wordless = (*first.changes, Change(NEXT, first.entries[0].card.card, REMOVED))
    assert [one.code for one in holds(replace(first, day=NEXT, entries=first.entries[1:], changes=wordless))] == [public_log.REASON]
    twice = (*first.changes, first.changes[0])
    assert public_log.REPLAY in {one.code for one in holds(replace(first, changes=twice))}
    back = (*first.changes, Change("2020-01-01", first.entries[0].card.card, REMOVED, "safety"))
    assert public_log.DAY in {one.code for one in holds(replace(first, entries=first.entries[1:], changes=back))}


def test_a_log_that_does_not_begin_with_the_older_one_is_found() -> None:
    first = grown(None, published_of(4).entries, "2026-11-20")
    second = grown(first, first.entries[1:], NEXT, {first.entries[0].card.card: "safety"})
    rewritten = replace(second, changes=(second.changes[1], second.changes[0], *second.changes[2:]))
    assert extends(rewritten, first) == (LogFault(public_log.REWRITTEN, "1"), LogFault(public_log.REWRITTEN, "2"))
    assert {one.code for one in extends(first, second)} == {public_log.NUMBER, public_log.SHORTER}
    assert [one.code for one in extends(replace(second, organisation="Another"), first)] == [public_log.OTHER]


@LAW
@given(st.lists(st.dictionaries(st.integers(0, 8), st.integers(0, 2), max_size=6), min_size=1, max_size=6))
def test_whatever_happens_the_log_replays_and_each_snapshot_extends_all_before(days: list[dict[int, int]]) -> None:
    made: list[Published] = []
    for step, standing in enumerate(days):
        before = made[-1] if made else None
        entries = tuple(entry_of(number, version) for number, version in standing.items())
        gone = {one.card.card: "safety" for one in (before.entries if before else ())}
        made.append(grown(before, entries, str(date(2026, 11, 1) + timedelta(days=step)), gone))
        assert holds(made[-1]) == ()
        assert replay(made[-1].changes) == {one.card.card: digest(one) for one in entries}
    assert all(extends(late, early) == () for index, early in enumerate(made) for late in made[index:])


def test_what_does_not_hold_is_refused_before_anybody_signs() -> None:
    first = grown(None, published_of(4).entries, "2026-11-20")
    public_log.require_sound(first, None)
    public_log.require_sound(first, first)
    with pytest.raises(Refused) as refusal:
        public_log.require_sound(replace(first, number=2, entries=first.entries[1:], changes=first.changes[::-1]), first)
    assert refusal.value.reasons == ("public_log.fault.missing", "public_log.fault.rewritten")


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
@LAW
def test_whatever_was_shown_between_only_the_newest_version_is_not_outdated(shown: list[int]) -> None:
    """A number stands for a version; each is shown as often and in whatever order somebody goes back and forth."""
    before: Published | None = None
    for number, version in enumerate(shown, 1):
        before = grown(before, (entry_of(1, version + 1),), f"2026-11-{number:02}")
    assert before is not None
    first = list(dict.fromkeys(shown))
    wanted = {digest(entry_of(1, version + 1)) for version in first[:-1]}
    assert public_log.outdated(before.changes).get(entry_of(1).card.card, set()) == wanted
