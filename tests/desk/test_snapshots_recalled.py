"""What was taken back stays public for no rule that makes somebody wait, and of two publishers at once one goes on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from letapis.core import notes, public_data
from letapis.core.errors import Refused
from letapis.core.public_viasna import Links
from letapis.core.published import Card, CardValue, Entry, Published, Statement, encode_card
from letapis.core.records import Draft, Value
from letapis.desk import figures, items, ledger, members, public_record, publisher, releases, snapshot_store, snapshots, sync
from letapis.desk.opening import Desk
from letapis.engines import seal
from tests.desk.publishing import ADDRESS, LOOK, Newsroom, newsroom
from tests.public import card_of
from tests.team import Team

ONE, TWO = card_of(1), card_of(2)


@pytest.fixture
def room(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> Newsroom:
    return newsroom(make_team, make_desk)


def with_judge(number: int, judge: str) -> Card:
    card = card_of(number)
    return replace(card, values=tuple(sorted([*card.values, CardValue("judge", judge)])))


def a_month_later(room: Newsroom) -> Published:
    for desk in room.team.desks:
        desk.clock.now += timedelta(days=31)  # type: ignore[attr-defined]
    room.team.sync()
    return snapshots.plan(room.press, room.press_reader).published


def entry(published: Published, card: Card) -> Entry:
    found = published.entry(card.card)
    assert found is not None
    return found


def test_a_recalled_version_stays_for_no_new_one_that_waits(room: Newsroom) -> None:
    room.public(with_judge(1, "Vydumka First"), with_judge(2, "Vydumka Second"))
    room.build()
    for card in (ONE, TWO):
        room.recall(card.card, "safety")
    room.team.sync()
    # One comes back with less, the other with another value that nobody confirmed for long when the next snapshot is built.
    room.public(ONE, with_judge(2, "Vydumka Third"))
    made = a_month_later(room)
    assert entry(made, ONE).card == ONE and made.entry(TWO.card) is None
    assert [(one.what, one.because) for one in made.changes[2:] if one.card == TWO.card] == [("removed", "safety")]


def test_what_a_version_dropped_that_waits_to_be_confirmed_does_not_stay(room: Newsroom) -> None:
    room.public(with_judge(1, "Vydumka First"), TWO)
    room.build()
    # One takes another judge, which drops the first; two only says more.
    room.public(with_judge(1, "Vydumka Third"), with_judge(2, "Vydumka Second"))
    made = a_month_later(room)
    assert made.entry(ONE.card) is None and entry(made, TWO).card == TWO
    assert [(one.card, one.what, one.because) for one in made.changes[2:]] == [(ONE.card, "removed", "mistake")]


def test_a_version_does_not_come_back_when_the_newer_one_counts_no_more(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device that wrote or approved the newer one turns out to have been in other hands: then the older is the newest that counts."""
    room.public(with_judge(1, "Vydumka First"))
    room.build()
    first = snapshots.plan(room.press, room.press_reader).published
    room.public(ONE)
    assert entry(room.build().published, ONE).card == ONE
    found = public_record.entries(room.press, room.press_reader)
    monkeypatch.setattr(public_record, "entries", lambda *_: replace(found, entries=first.entries))
    made = room.build().published
    assert made.entry(ONE.card) is None and made.changes[-1].what == "removed"
    assert snapshots.plan(room.press, room.press_reader).published.entry(ONE.card) is None, "nor with the build after that"
    monkeypatch.undo()
    assert entry(room.build().published, ONE).card == ONE


def test_after_going_back_the_newest_version_comes_again(room: Newsroom) -> None:
    room.public(ONE)
    room.build()
    room.public(with_judge(1, "Vydumka First"))
    room.build()
    back = snapshots.plan_back(room.press, room.press_reader, 1)
    room.record(back)
    assert entry(back.published, ONE).card == ONE
    assert entry(room.build().published, ONE).card == with_judge(1, "Vydumka First")


def without_name(number: int) -> Card:
    """Somebody who is counted and not named: what of an invented person may be said of one, under another number."""
    return Card(f"{number:032x}", tuple(one for one in card_of(number).values if one.field in ("sex", "outcome")))


def test_who_reads_the_log_sees_a_name_go_and_on_no_line_who_comes_without_one(room: Newsroom) -> None:
    """The name goes at once. The same person without it waits for the day drawn, and then until enough others who are not named change too."""
    room.public(ONE, TWO)
    room.build()
    room.recall(ONE.card)
    room.public(without_name(1))
    made = room.build()
    assert [(one.card, one.what) for one in made.changes] == [(ONE.card, "removed")] and made.waits == {without_name(1).card}
    room.public(*(without_name(number) for number in range(2, 6)))
    made = room.build()
    assert {(one.card, one.what) for one in made.changes} == {(f"{number:032x}", "added") for number in range(1, 6)}
    assert len({one.day for one in made.changes}) == 1 and not any(one.fields or one.because for one in made.changes)


def test_where_a_name_goes_nobody_without_one_comes(room: Newsroom) -> None:
    """Also where enough come together that nobody of them would have to wait for others, as after weeks without a snapshot."""
    room.public(ONE, TWO)
    room.build()
    room.recall(ONE.card)
    room.public(*(without_name(number) for number in range(3, 9)))
    made = room.build()
    assert [one.what for one in made.changes] == ["removed"] and len(made.waits) == 6
    assert room.build().counts["added"] == 6


def test_a_statement_that_was_taken_back_goes_nowhere_else(room: Newsroom) -> None:
    words = {"en": "Invented"}
    statement = Statement("5" * 32, "2025-11-01", "recognised", "3.1", "immediate_release", ("Vydumka",), words, words)
    room.public(ONE, statement=statement)
    room.build()
    snapshots.require_standing(snapshots.plan(room.press, room.press_reader))
    public_record.recall(room.team.desks[1], room.reader(1), room.dossiers[0], bytes.fromhex(statement.statement), "mistake")
    room.team.sync(1, 3)
    with pytest.raises(Refused) as told:
        snapshots.require_standing(snapshots.plan(room.press, room.press_reader))
    assert told.value.code == "publishing.build_again"


def naming(number: int, name: str) -> Statement:
    texts = {"en": f"Invented: we demand that {name} is released."}
    return Statement(f"{number:032x}", "2025-11-01", "recognised", "3.1", "immediate_release", ("Vydumka",), {"en": "Invented"}, texts)


def test_a_statement_that_names_who_went_stops_the_build(room: Newsroom) -> None:
    """Asked once: of who goes now in every statement, of who went before in a new one. A reason is written down with the snapshot."""
    first, second = naming(101, ONE.first("name", "en")), naming(102, ONE.first("name", "en").upper())
    room.public(ONE, TWO, statement=first)
    assert not room.build().naming
    room.recall(ONE.card)
    made = snapshots.plan(room.press, room.press_reader)
    assert made.naming == (first.statement,)
    with pytest.raises(Refused) as told:
        snapshots.require_nobody_named(made, " ")
    assert told.value.code == "publishing.still_named" and told.value.where == first.statement[:8]
    snapshots.require_nobody_named(made, "Invented: history.")
    manifest = public_data.files(made.published, room.press.catalogue.public_words, room.press.catalogue.export_words, Links(ADDRESS))
    releases.record(room.press, room.press_reader, made.published, list(manifest)[-1][1], naming="Invented: history.")
    last = releases.last_release(room.press, room.press_reader)
    assert last is not None and last.naming == "Invented: history." and not snapshots.plan(room.press, room.press_reader).naming
    room.public(card_of(3), statement=second)
    assert snapshots.plan(room.press, room.press_reader).naming == (second.statement,)
    for one in (first, second):
        public_record.recall(room.team.desks[1], room.reader(1), room.dossiers[0], bytes.fromhex(one.statement), "mistake")
    room.team.sync(1, 3)
    assert not snapshots.plan(room.press, room.press_reader).naming


@pytest.mark.parametrize("because", ["Canarka", ""])
def test_a_recall_with_words_of_its_own_is_carried_out_and_they_are_not_in_the_log(room: Newsroom, because: str) -> None:
    """Written by another program, for ours takes none but the reasons that there are."""
    room.public(ONE)
    room.build()
    desk, home = room.team.desks[1], public_record.versions(room.team.desks[1], room.reader(1), room.dossiers[0])[0].versions[0].version.home
    body: dict[str, Value] = {"dossier": room.dossiers[0], "about": bytes.fromhex(ONE.card), "because": because, "state": "recalled"}
    ledger.append(desk, [items.draft(desk, "public_recall", home, body)])
    room.team.sync(1, 3)
    (line,) = room.build().changes
    assert (line.card, line.what, line.because) == (ONE.card, "removed", "mistake")


def test_words_of_a_statement_that_were_taken_back_are_kept_in_no_earlier_snapshot(room: Newsroom) -> None:
    first = naming(101, "Canarka")
    room.public(ONE, statement=first)
    room.build()
    now = replace(first, texts={"en": "Invented: we demand it."})
    room.public(TWO, statement=now)
    room.build()
    kept = [snapshot_store.read(room.press, one) for one in snapshot_store.kept(room.press)]
    assert len(kept) == 2 and all(one.statements == (now,) for one in kept)


def test_a_signature_tells_the_day_and_no_hour(room: Newsroom) -> None:
    room.public(ONE)
    made = room.build()
    opened = notes.open_checkpoint(room.record(made).log, publisher.log_keys(room.press, room.press_reader), seal.verify)
    assert opened.time is not None and opened.time % 86400 == 0
    assert opened.time // 86400 == room.press.clock().timestamp() // 86400


def test_of_two_snapshots_of_one_number_everybody_goes_on_with_the_same(room: Newsroom, make_desk: Callable[..., Desk]) -> None:
    room.public(ONE, TWO)
    first, second = room.team.desks[0], make_desk(10)
    request = members.join_request(second.agent, "press")
    admitted = members.admit(first, room.reader(), request, "Vydumka Other", members.read_request(request).fingerprint, publisher=True)
    members.accept_welcome(second, admitted.welcome)
    sync.set_relay(second, str(room.team.relay))
    room.team.desks.append(second)
    for _ in range(2):
        room.team.sync()
    other = Newsroom(room.team, second, room.dossiers)
    second.clock.now += timedelta(minutes=5)  # type: ignore[attr-defined]
    here = room.build()
    # The other publisher hears of one who goes and one who comes, and not of what was built; both logs grow by as many lines.
    public_record.recall(room.team.desks[2], room.reader(2), room.dossiers[0], bytes.fromhex(ONE.card), "mistake")
    ref = public_record.propose_card(first, room.reader(), room.dossiers[0], with_judge(3, "Vydumka"))
    room.team.sync(0, 1, 2)
    for number in (1, 2):
        public_record.approve(room.team.desks[number], room.reader(number), ref, LOOK)
    room.team.sync(1, 2, 4)
    there = other.build()
    assert here.published.number == there.published.number and len(here.published.changes) == len(there.published.changes)
    room.team.sync(3, 4, 3)
    with pytest.raises(Refused) as told:
        snapshots.plan(room.press, room.press_reader)
    assert told.value.code == "publishing.lost" and snapshots.plan(second, other.press_reader).published == there.published


def test_a_publisher_stands_behind_nothing(room: Newsroom) -> None:
    """Who builds holds no dossier and sees nothing that a card stands on: neither a deed of theirs nor a record of another program counts."""
    first = room.team.desks[0]
    ref = public_record.propose_card(first, room.reader(), room.dossiers[0], ONE)
    room.team.sync(0, 1, 3)
    public_record.approve(room.team.desks[1], room.reader(1), ref, LOOK)
    with pytest.raises(Refused) as told:
        public_record.approve(room.press, room.press_reader, ref, LOOK)
    assert told.value.code == "public_record.publisher"
    state, found = public_record.find(room.press, room.press_reader, ref)
    body: dict[str, Value] = {"dossier": room.dossiers[0], "about": state.ident, "version": ref, "digest": found.version.digest, "state": "given"}
    body |= {"look": tuple(sorted(found.looks))}
    ledger.append(room.press, [items.draft(room.press, "public_approval", found.version.home, body)])
    body = {"dossier": room.dossiers[0], "content": encode_card(TWO), "salt": b"s" * 32, "state": "proposed"}
    ledger.append(room.press, [items.draft(room.press, "public_card", found.version.home, body, bytes.fromhex(TWO.card))])
    room.team.sync(3, 1, 0, 2)
    for number in (0, 1, 2, 3):
        reader = room.press_reader if number == 3 else room.reader(number)
        assert not public_record.entries(room.team.desks[number], reader).entries
    assert [one.ident.hex() for one in public_record.versions(first, room.reader(), room.dossiers[0])] == [ONE.card]
    # Nor behind a figure, which goes out with the list.
    person, organisation = room.dossiers[0], members.common_compartment(room.press, "ORG")
    told: dict[str, Value] = {"rule": "held", "day": "2025-11-01", "value": 1, "least": True, "state": "proposed", "because": ""}
    told |= {"corrects": b"", "persons": person, "silent": b"", "withheld": 0}
    made = items.new(first, "figure", organisation, told)
    room.team.sync(0, 1, 3)
    figures.approve(room.team.desks[1], room.reader(1), made, True)
    with pytest.raises(Refused):
        figures.approve(room.press, room.press_reader, made, True)
    seen = figures.figure(room.press, room.press_reader, made).ref
    ledger.append(room.press, [Draft("decision", organisation, {"kind": "approve", "targets": (seen,)})])
    room.team.sync(1, 3, 0)
    assert not figures.figure(first, room.reader(), made).published and not figures.figure(room.press, room.press_reader, made).published
