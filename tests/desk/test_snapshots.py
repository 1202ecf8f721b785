"""Snapshots of the public list: built by a publisher alone, never twice, never backwards, and without whoever was taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import notes, public_data, public_log
from letapis.core.errors import LetapisError
from letapis.core.published import ADDED, CHANGED, REMOVED, Card, CardValue, Entry
from letapis.core.taking_back import taken_back
from letapis.desk import continuing, dossiers, publisher, releases, snapshot_store, snapshots
from letapis.desk.opening import Desk
from letapis.engines import seal
from tests.desk.publishing import Newsroom, newsroom
from tests.public import card_of
from tests.team import Team

ONE, TWO, THREE = (card_of(number).card for number in (1, 2, 3))


@pytest.fixture
def room(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> Newsroom:
    return newsroom(make_team, make_desk, (1, 2))


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(LetapisError) as told:
        deed()
    return told.value.code


def cards(made: snapshots.Plan) -> set[str]:
    return {one.card.card for one in made.published.entries}


def richer(number: int, *values: CardValue) -> Card:
    card = card_of(number)
    return replace(card, values=tuple(sorted({*card.values, *values})))


def test_a_snapshot_is_built_signed_known_to_all_and_never_twice(room: Newsroom) -> None:
    rows = room.press.store.rows("SELECT DISTINCT c.klass FROM db_compartmentkey k JOIN db_compartment c ON c.compartment = k.compartment")
    assert {str(row[0]) for row in rows} == {"ORG", "PUB", "PRIVATE"}, "the keys of what is public came by themselves, and no others"
    assert publisher.share_all(room.team.desks[0], room.reader()) == 0
    made = room.build()
    assert (made.published.number, cards(made), made.counts[ADDED]) == (1, {ONE, TWO}, 2) and made.fresh.holds
    assert made.published.organisation == "Pryklad" and not public_log.holds(made.published)
    room.team.sync(3, 0, 1)
    for number in (0, 1, 3):
        last = releases.last_release(room.team.desks[number], room.reader(number))
        assert last is not None and (last.number, last.size, last.persons) == (1, 2, 2) and last.root == public_log.root(made.published)
    signed, keys = room.record(made), publisher.log_keys(room.team.desks[0], room.reader())
    opened = notes.open_checkpoint(signed.log, keys, seal.verify)
    assert (opened.checkpoint.size, opened.checkpoint.root) == (2, public_log.root(made.published)) and len(opened.log) == 2
    again = snapshots.plan(room.press, room.press_reader)
    assert again.same and again.published == made.published and room.record(again) == signed
    assert len(releases.releases(room.press, room.press_reader)) == 1
    (lying,) = (room.press.workspace / "snapshots").iterdir()
    assert card_of(1).first("name").encode() not in lying.read_bytes()
    # Not from a desk of colleagues, not with a key too many, not without the snapshot before.
    assert refused(lambda: snapshots.plan(room.team.desks[0], room.reader())) == "publishing.not_publisher"
    room.press.store.run("DELETE FROM db_setting WHERE name = 'publishing.kept'")
    assert refused(lambda: snapshots.plan(room.press, room.press_reader)) == "publishing.lost"
    # From the public copy another device goes on, to the byte; from any other copy none does.
    copy = public_data.snapshot(made.published)
    assert refused(lambda: continuing.go_on(room.press, room.press_reader, b"{}")) == "publishing.copy"
    other = public_data.snapshot(replace(made.published, changes=made.published.changes[:1]))
    assert refused(lambda: continuing.go_on(room.press, room.press_reader, other)) == "publishing.other_copy"
    renamed = public_data.snapshot(replace(made.published, organisation="Vydumka"))
    assert refused(lambda: continuing.go_on(room.press, room.press_reader, renamed)) == "publishing.other_copy"
    assert continuing.go_on(room.press, room.press_reader, copy) == made.published
    assert snapshots.plan(room.press, room.press_reader).same
    (lying,) = (room.press.workspace / "snapshots").iterdir()
    lying.unlink()
    assert refused(lambda: snapshots.plan(room.press, room.press_reader)) == "publishing.snapshot_lost"
    assert continuing.go_on(room.press, room.press_reader, copy) == made.published
    dossiers.new_dossier(room.press, "PRESS-1", "Own")
    assert refused(lambda: snapshots.plan(room.press, room.press_reader)) == "publishing.holds_more"


def test_who_is_taken_back_is_gone_from_everything_this_device_keeps(room: Newsroom) -> None:
    room.build()
    planned = snapshots.plan(room.press, room.press_reader)
    snapshots.require_standing(planned)
    room.recall(ONE)
    assert refused(lambda: snapshots.require_standing(snapshots.plan(room.press, room.press_reader))) == "publishing.build_again"
    made = room.build()
    assert ONE in cards(planned) and (made.published.number, cards(made)) == (2, {TWO})
    (line,) = made.changes
    assert (line.card, line.what, line.because, line.digest) == (ONE, REMOVED, "consent_withdrawn", "")
    for one in snapshot_store.kept(room.press):
        assert ONE not in {entry.card.card for entry in snapshot_store.read(room.press, one).entries}
    assert len(list((room.press.workspace / "snapshots").iterdir())) == 2


def test_a_wrong_clock_and_silent_devices_stop_it(room: Newsroom) -> None:
    first = room.build()
    room.press.clock.now -= timedelta(days=2)  # type: ignore[attr-defined]
    assert refused(lambda: snapshots.plan(room.press, room.press_reader)) == "publishing.clock"
    room.press.clock.now += timedelta(days=7)  # type: ignore[attr-defined]
    quiet = snapshots.plan(room.press, room.press_reader)
    assert refused(lambda: snapshots.require_fresh(quiet)) == "publishing.stale"
    second = room.build("They travel and said so by phone.")
    snapshots.require_fresh(second)
    # Another day is another snapshot, and the log has no new lines for it.
    assert second.published.number == 2 and second.published.changes == first.published.changes and not second.changes
    releases.uploaded(room.press, room.press_reader, 2)
    last = releases.last_release(room.press, room.press_reader)
    assert last is not None and (last.silent, last.override) == (3, "They travel and said so by phone.") and last.uploaded == second.published.day
    # A clock far ahead writes no day into the log, whatever reason is given, unless somebody says the day themselves.
    room.press.clock.now += timedelta(days=30)  # type: ignore[attr-defined]
    for said in ("", "2026-11-26"):
        assert refused(lambda said=said: snapshots.plan(room.press, room.press_reader, "They travel.", said)) == "publishing.clock_ahead"
        assert refused(lambda said=said: snapshots.plan_back(room.press, room.press_reader, 1, "mistake", "", said)) == "publishing.clock_ahead"
    today = room.press.clock().date().isoformat()
    assert snapshots.plan(room.press, room.press_reader, "They travel.", today).published.day == today


def test_going_back_takes_away_and_brings_nothing_back(room: Newsroom) -> None:
    room.build()
    room.public(richer(2, CardValue("judge", "Vydumka Judge")), card_of(3))
    now = room.build()
    assert (now.counts[CHANGED], now.counts[ADDED]) == (1, 1)
    room.recall(ONE)
    back = snapshots.plan_back(room.press, room.press_reader, 1)
    stands = back.published.entry(TWO)
    assert cards(back) == {TWO} and stands is not None and stands.card == card_of(2)
    assert [(one.card, one.what, one.because) for one in sorted(back.changes, key=lambda one: one.what + one.because)] == [
        (TWO, CHANGED, ""), (ONE, REMOVED, "consent_withdrawn"), (THREE, REMOVED, "mistake"),
    ]  # fmt: skip
    assert refused(lambda: snapshots.plan_back(room.press, room.press_reader, 2)) == "publishing.no_such_number"
    assert refused(lambda: snapshots.plan_back(room.press, room.press_reader, 1, "whim")) == "public_record.because"
    room.record(back)
    snapshots.require_standing(snapshots.plan(room.press, room.press_reader))  # what was gone back to may be put out
    assert cards(room.build()) == {TWO, THREE}, "the next usual build takes what stands"
    kept = [snapshot_store.read(room.press, one) for one in snapshot_store.kept(room.press)]
    assert ONE not in {entry.card.card for one in kept for entry in one.entries}


VALUES = st.frozensets(st.sampled_from([CardValue("name", "Vydumka", "en"), CardValue("judge", "a"), CardValue("judge", "b"), CardValue("sex", "m")]))
Told = dict[str, frozenset[CardValue]]
SETS = st.dictionaries(st.sampled_from("abcd"), VALUES)


def _entries(told: Told) -> dict[str, Entry]:
    return {card: Entry(Card(card, tuple(sorted(values))), "2026-01-01", "2026-01-01", "00" * 16) for card, values in told.items()}


@given(SETS, SETS, st.frozensets(st.sampled_from("abcd")))
def test_nothing_is_public_after_going_back_that_does_not_stand(then: Told, now: Told, gone: frozenset[str]) -> None:
    stands = _entries(now)
    for one in taken_back(_entries(then), stands.values(), gone):
        card = one.card.card
        assert set(one.card.values) <= now[card], "a value that does not stand came back"
        assert card in then or not stands[card].card.named, "somebody who came since is still there"
        assert card not in gone or one == stands[card], "an older card of somebody who was taken back"
