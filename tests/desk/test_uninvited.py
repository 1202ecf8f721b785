"""A colleague who sends a publisher keys of what is not public: none is held, the list goes on, and it is said who sent them."""

from collections.abc import Callable

import pytest

from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.records import Draft
from letapis.desk import claims, dossiers, keyring, ledger, people, public_record, publisher, reading, settings, snapshots, sources, sync, uninvited
from letapis.desk.opening import Desk
from tests.desk.publishing import LOOK, Newsroom, newsroom, set_apart
from tests.desk.tables import projections
from tests.public import card_of
from tests.team import Team, make_team

__all__ = ["make_team"]


@pytest.fixture
def room(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> Newsroom:
    return newsroom(make_team, make_desk, (1,))


def held(room: Newsroom) -> set[bytes]:
    return {bytes(row[0]) for row in room.press.store.rows("SELECT compartment FROM db_compartmentkey")}


def cannot_open(room: Newsroom, compartment: bytes) -> bool:
    """The agent has no key for it."""
    try:
        room.press.agent.export_compartment(compartment, 1, [room.press.agent.me().public])
    except LetapisError:
        return True
    return False


def let_in(room: Newsroom, compartments: list[bytes]) -> None:
    """What a colleague can do alone: grant the publisher what is not public, and leave the keys on the relay."""
    first = room.team.desks[0]
    ledger.append(first, [Draft("grant", one, {"compartment": one, "epoch": 1, "member": room.press.me}) for one in compartments])
    room.team.sync(0)


def test_keys_of_what_is_not_public_are_not_held_and_stop_nothing(room: Newsroom) -> None:
    first, before = room.team.desks[0], held(room)
    home = reading.dossier(first, room.reader(), room.dossiers[0])
    other = settings.value(first.store, "common:IDENT")
    let_in(room, [home.work, home.raw, bytes.fromhex(other)])
    report = sync.sync(room.press, room.press_reader)
    assert not report.faults and held(room) == before and uninvited.told(room.press) == {first.device: 3}
    assert all(cannot_open(room, one) for one in (home.work, home.raw)) and not cannot_open(room, home.pub)
    assert not room.press.store.rows("SELECT 1 FROM db_record WHERE compartment IN (%s, %s)", (home.work, home.raw))
    room.public(card_of(2))
    assert len(snapshots.plan(room.press, room.press_reader).published.entries) == 2
    sync.sync(room.press, room.press_reader)
    assert uninvited.told(room.press) == {first.device: 3}, "the same bundle is counted once"


def test_a_key_that_lies_about_what_it_opens_goes_with_all_that_it_opened(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    first, before = room.team.desks[0], held(room)
    home = reading.dossier(first, room.reader(), room.dossiers[0])
    source = sources.add_source(first, room.reader(), home.dossier, sources.SourceForm("S1", "person", "B", "public"))
    claims.write_note(first, room.reader(), home.dossier, claims.NoteForm("canary", "Secret canary words", "en", source, "heard"))
    told = keyring._about

    def lie(desk: Desk, compartment: bytes) -> tuple[str, bytes]:
        return ("PUB", home.dossier) if compartment == home.work else told(desk, compartment)

    monkeypatch.setattr(keyring, "_about", lie)
    let_in(room, [home.work])
    assert not sync.sync(room.press, room.press_reader).faults
    assert held(room) == before and cannot_open(room, home.work) and uninvited.told(room.press) == {first.device: 1}
    assert not room.press.store.rows("SELECT 1 FROM db_record WHERE compartment = %s", (home.work,))
    assert not room.press.store.rows("SELECT 1 FROM db_note") and len(snapshots.plan(room.press, room.press_reader).published.entries) == 1
    # Given once more, at a new place too, it is not taken again.
    first.store.run("DELETE FROM db_sentwrap")
    room.press.store.run("DELETE FROM db_relayname")
    room.team.sync(0, 3)
    assert held(room) == before and cannot_open(room, home.work)
    assert len(snapshots.plan(room.press, room.press_reader).published.entries) == 1


def test_what_the_publisher_writes_themselves_still_stops_the_build(room: Newsroom) -> None:
    dossiers.new_dossier(room.press, "PRESS-1", "Own")
    sync.sync(room.press, room.press_reader)
    with pytest.raises(LetapisError) as caught:
        snapshots.plan(room.press, room.press_reader)
    assert caught.value.code == "publishing.holds_more" and not uninvited.told(room.press)


def test_a_colleague_who_is_no_publisher_takes_what_they_are_given(room: Newsroom) -> None:
    second, made = room.team.desks[1], dossiers.new_dossier(room.team.desks[0], "PRY-9", "Other")
    dossiers.admit_to_dossier(room.team.desks[0], room.reader(), made, [second.me])
    room.team.sync(0, 1)
    assert reading.dossier(second, room.reader(1), made).dossier == made and not uninvited.told(second) and uninvited.set_aside(second) == 0


def test_what_came_before_the_device_knew_that_it_is_a_publishers_goes_too(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing of the compartment but its key came."""
    first, before = room.team.desks[0], held(room)
    home = reading.dossier(first, room.reader(), room.dossiers[0])
    let_in(room, [home.raw, home.work])
    with monkeypatch.context() as then:
        then.setattr(people, "publishers", lambda _: frozenset())
        sync.sync(room.press, room.press_reader)
    assert held(room) == before | {home.raw, home.work}
    room.press.store.run("DELETE FROM db_record WHERE compartment = %s", (home.raw,))
    assert not sync.sync(room.press, room.press_reader).faults
    assert held(room) == before and all(cannot_open(room, one) for one in (home.raw, home.work))
    assert sum(uninvited.told(room.press).values()) == 2 and len(snapshots.plan(room.press, room.press_reader).published.entries) == 1


@pytest.mark.parametrize("epoch", [1, 99])
def test_one_colleague_s_word_takes_nobody_from_the_list(room: Newsroom, epoch: int) -> None:
    """Whoever holds a dossier says in its public compartment, or in the organisation's, that it is another one."""
    first, before = room.team.desks[0], held(room)
    home = reading.dossier(first, room.reader(), room.dossiers[0])
    org = bytes.fromhex(settings.value(first.store, "common:ORG"))
    liar = room.team.desks[1]
    for compartment, klass in ((home.pub, "WORK"), (org, "IDENT")):
        about = {"compartment": compartment, "class": klass, "dossier": home.dossier, "epoch": epoch}
        ledger.append(liar, [Draft("compartment", compartment, about)])
    room.team.sync(1)
    assert not sync.sync(room.press, room.press_reader).faults
    assert held(room) == before and not uninvited.told(room.press)
    room.public(card_of(2))
    assert len(snapshots.plan(room.press, room.press_reader).published.entries) == 2


def test_who_gave_a_key_is_told_and_not_who_made_what_it_opens(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who gives also says in it that it is public, and proposes something there: it is one word against another, and it goes."""
    first, liar, before = room.team.desks[0], room.team.desks[1], held(room)
    home = reading.dossier(first, room.reader(), room.dossiers[0])
    told = keyring._about
    monkeypatch.setattr(keyring, "_about", lambda desk, c: ("PUB", home.dossier) if desk is liar and c == home.work else told(desk, c))
    about = {"compartment": home.work, "class": "PUB", "dossier": home.dossier, "epoch": 1}
    grant = {"compartment": home.work, "epoch": 1, "member": room.press.me}
    ledger.append(liar, [Draft("compartment", home.work, about), Draft("grant", home.work, grant)])
    room.team.sync(1)
    assert not sync.sync(room.press, room.press_reader).faults
    assert held(room) == before and cannot_open(room, home.work) and uninvited.told(room.press) == {liar.device: 1}


def settle(room: Newsroom, compartment: bytes, word: str) -> uninvited.Apart:
    return uninvited.settle(room.press, room.press_reader, compartment.hex(), word, "Asked the first colleague on the telephone")


def test_a_true_key_that_one_liar_set_apart_comes_back_by_the_publishers_word_alone(room: Newsroom) -> None:
    first, second, third = room.team.desks[:3]
    pub = set_apart(room)
    assert cannot_open(room, pub) and pub not in held(room)
    (one,) = uninvited.apart(room.press)
    assert (one.compartment, one.public, one.other, one.giver) == (pub.hex(), (first.me.hex(),), (second.me.hex(),), first.device)
    assert bytes.fromhex(one.dossier) == room.dossiers[1] and not one.word
    # Whoever gives it again changes nothing, nor does another exchange.
    first.store.run("DELETE FROM db_sentwrap")
    room.team.sync(0, 3)
    assert cannot_open(room, pub)
    said = settle(room, pub, uninvited.PUBLIC)
    assert (said.word, said.reason, said.day) == ("public", "Asked the first colleague on the telephone", room.press.today().isoformat())
    assert cannot_open(room, pub), "it comes with the next exchange, by the same door as every key"
    for _ in range(2):
        assert not sync.sync(room.press, room.press_reader).faults
        assert not cannot_open(room, pub) and pub in held(room) and uninvited.apart(room.press) == [said]
    assert not uninvited.told(room.press), "no key is refused any more"
    # It stays, though the liar says it once more, and what is public of it goes out.
    ledger.append(second, [Draft("compartment", pub, {"compartment": pub, "class": "RAW", "dossier": room.dossiers[1], "epoch": 99})])
    room.team.sync(1, 0, 2)
    for desk, number in ((second, 1), (third, 2)):
        for _, state in public_record.shown(desk, room.reader(number)):
            for version in state.waiting:
                public_record.approve(desk, room.reader(number), version.version.ref, LOOK)
    room.team.sync(1, 2, 3)
    publisher.require_publisher(room.press, room.press_reader)
    assert len(snapshots.plan(room.press, room.press_reader).published.entries) == 2


def test_the_publishers_word_may_be_changed_and_what_was_taken_goes_in_that_step(room: Newsroom) -> None:
    pub = set_apart(room)
    settle(room, pub, uninvited.PUBLIC)
    sync.sync(room.press, room.press_reader)
    assert not cannot_open(room, pub)
    assert settle(room, pub, uninvited.OTHER).word == "other" and cannot_open(room, pub) and pub not in held(room)
    assert not room.press.store.rows("SELECT 1 FROM db_record WHERE compartment = %s", (pub,))
    room.team.sync(0, 3)
    assert cannot_open(room, pub)
    settle(room, pub, uninvited.PUBLIC)
    sync.sync(room.press, room.press_reader)
    assert not cannot_open(room, pub)


def test_what_this_device_wrote_in_is_not_let_go_of(room: Newsroom) -> None:
    """Its own records went with the compartment, and its log held what nobody could show."""
    pub = set_apart(room)
    settle(room, pub, uninvited.PUBLIC)
    sync.sync(room.press, room.press_reader)
    about = {"compartment": pub, "epoch": 1, "member": room.press.me}
    (own,) = ledger.append(room.press, [Draft("grant", pub, about)])
    with pytest.raises(Refused, match=r"publishing\.apart_written"):
        settle(room, pub, uninvited.OTHER)
    assert [one.word for one in uninvited.apart(room.press)] == [uninvited.PUBLIC] and not cannot_open(room, pub)
    assert room.press.store.rows("SELECT 1 FROM db_record WHERE ref = %s", (own.ref,))


def test_no_word_opens_what_nobody_in_it_says_is_public(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher who is talked into it: the key is given as a public one, and every record in it says that it is another."""
    home = reading.dossier(room.team.desks[0], room.reader(), room.dossiers[0])
    told = keyring._about
    monkeypatch.setattr(keyring, "_about", lambda desk, c: ("PUB", home.dossier) if c == home.work else told(desk, c))
    let_in(room, [home.work])
    sync.sync(room.press, room.press_reader)
    (one,) = uninvited.apart(room.press)
    assert (one.compartment, one.public) == (home.work.hex(), ()) and one.other
    settle(room, home.work, uninvited.PUBLIC)
    assert not sync.sync(room.press, room.press_reader).faults
    assert cannot_open(room, home.work) and home.work not in held(room) and [one.word for one in uninvited.apart(room.press)] == [""]
    assert not room.press.store.rows("SELECT 1 FROM db_record WHERE compartment = %s", (home.work,))


def test_only_the_publisher_says_what_was_set_apart_is_and_only_of_that_and_with_a_reason(room: Newsroom) -> None:
    pub, first = set_apart(room), room.team.desks[0]
    with pytest.raises(Refused, match="not_publisher"):
        uninvited.settle(first, room.reader(), pub.hex(), uninvited.PUBLIC, "why")
    for compartment, word in ((bytes(16).hex(), uninvited.PUBLIC), (pub.hex(), "PUB")):
        with pytest.raises(NotFound, match="not_apart"):
            uninvited.settle(room.press, room.press_reader, compartment, word, "why")
    for reason in (" ", "x" * 501):
        with pytest.raises(UsageError, match="apart_reason"):
            uninvited.settle(room.press, room.press_reader, pub.hex(), uninvited.PUBLIC, reason)
    sync.sync(room.press, room.press_reader)
    assert cannot_open(room, pub) and [one.word for one in uninvited.apart(room.press)] == [""]


def test_a_first_word_that_names_another_dossier_keeps_cards_out_only_until_more_members_speak_of_theirs(room: Newsroom) -> None:
    """A holder of what is public of a dossier says in it that it is another's, and their word came first to the publisher's device."""
    liar, made = room.team.desks[1], room.open_dossier()
    home = reading.dossier(room.team.desks[0], room.reader(), made)
    public_record.propose_card(room.team.desks[0], room.reader(), made, card_of(2))
    room.team.sync(0, 1, 3)
    lie = {"compartment": home.pub, "class": "PUB", "dossier": room.dossiers[0], "epoch": 1}
    ledger.append(liar, [Draft("compartment", home.pub, lie)])
    assert room.press.store.run("UPDATE db_compartment SET dossier = %s WHERE compartment = %s", (room.dossiers[0], home.pub)) == 1
    ledger.rebuild(room.press)
    query = "SELECT fault FROM db_record WHERE compartment = %s AND type = 'public_card'"
    room.team.sync(1, 3)
    assert room.press.store.rows(query, (home.pub,)) == [("ledger.other_compartment",)], "one says this and one that: it stays out and is told"
    room.team.sync(0, 1, 2)
    for number in (1, 2):
        desk = room.team.desks[number]
        for of, state in public_record.shown(desk, room.reader(number)):
            for version in state.waiting if of == made else ():
                public_record.approve(desk, room.reader(number), version.version.ref, LOOK)
    room.team.sync(1, 2, 3)
    assert room.press.store.rows(query, (home.pub,)) == [("",)]
    assert len(snapshots.plan(room.press, room.press_reader).published.entries) == 2
    live = projections(room.press)
    ledger.rebuild(room.press)
    assert projections(room.press) == live
