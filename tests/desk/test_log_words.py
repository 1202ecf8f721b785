"""What devices say of their logs: believed when they signed it, compared with what we hold, and kept as evidence when it contradicts."""

import os
from collections.abc import Callable

import pytest

from letapis.core import notes
from letapis.core.merkle import Frontier
from letapis.core.notes import Checkpoint, KeyKind, VerifierKey, signature_line, signed_bytes
from letapis.desk import dossiers, log_words, logs, members, people, relaying, removal, settings, sync
from letapis.desk.opening import Desk
from letapis.desk.relaying import Place, Word
from letapis.engines import seal
from letapis.engines.relay import RelayStore
from tests.team import Team, endorse_all

MakeTeam = Callable[..., Team]


def leave(team: Team, number: int, word: Word) -> str:
    """Put a word of a desk on the relay, signed with its keys, whatever it says."""
    desk = team.desks[number]
    org = members.common_compartment(desk, "ORG")
    place = Place(org, desk.epochs()[org], os.urandom(16))
    name = f"notes/{place.ident.hex()}"
    RelayStore(team.relay).put_new(name, relaying.seal_word(desk, place, word))
    return name


def own_log(desk: Desk) -> logs.Log:
    return logs.log_of(desk.store, desk.device, desk.origin)


def word_of(desk: Desk, note: bytes = b"", start: int = 0, leaves: tuple[bytes, ...] = (), said: str = "2026-11-25T12:30:00Z") -> Word:
    return Word(desk.device, said, note, start, leaves)


def signed(desk: Desk, number: int, size: int, root: bytes) -> bytes:
    """A checkpoint with this content under the log keys of the desk that was made as ``number``, as a dishonest device would sign it."""
    keys = seal.DeviceKeys.from_seed(bytes([number]) * 32)
    text = Checkpoint(desk.origin, size, root).text
    lines = []
    for kind, public in ((KeyKind.ED25519, keys.public.log_ed25519), (KeyKind.ML_DSA_44, keys.public.log_mldsa44)):
        key = VerifierKey(desk.origin, kind, public)
        lines.append(signature_line(key, 1_800_000_000, seal.sign_log(keys, key.scheme, signed_bytes(key, text, 1_800_000_000))))
    return notes.format_note(text, lines)


def test_a_leaf_that_contradicts_one_we_hold_is_a_fork(make_team: MakeTeam) -> None:
    team = make_team(2)
    liar, reader = team.desks
    before = reader.store.rows("SELECT id, hash FROM db_logleaf ORDER BY id")
    leave(team, 0, word_of(liar, start=1, leaves=(b"x" * 32,)))
    assert team.sync(1)[0].faults == ("ledger.fork",)
    assert reader.store.rows("SELECT id, hash FROM db_logleaf ORDER BY id") == before, "what we hold does not change"


def test_a_checkpoint_that_our_leaves_do_not_give_is_kept_as_evidence(make_team: MakeTeam) -> None:
    team = make_team(2)
    liar, reader = team.desks
    leave(team, 0, word_of(liar, signed(liar, 1, 5, b"r" * 32), 5))
    assert team.sync(1)[0].faults == ("ledger.fork",)
    assert [(fault.code, fault.device) for fault in sync.relay_faults(reader, team.reader(1))] == [("ledger.fork", liar.device)]
    assert sync.freshness(reader, team.reader(1))[liar.device] is not None, "from its earlier honest words"
    assert team.sync(1)[0].faults == ()


def test_a_checkpoint_that_came_before_its_leaves_is_compared_when_they_come(make_team: MakeTeam) -> None:
    team = make_team(2)
    liar, reader = team.desks
    size = own_log(liar).frontier.size
    leave(team, 0, word_of(liar, signed(liar, 1, size + 1, b"r" * 32), size))
    assert team.sync(1)[0].faults == ("sync.gap",)
    leave(team, 0, word_of(liar, start=size, leaves=(b"l" * 32,)))
    assert "ledger.fork" in team.sync(1)[0].faults
    assert "ledger.fork" in {fault.code for fault in sync.relay_faults(reader, team.reader(1))}


def test_two_honest_words_in_the_wrong_order_are_no_fault(make_team: MakeTeam) -> None:
    team = make_team(2)
    speaker, reader = team.desks
    log = own_log(speaker)
    more = (b"l" * 32, b"m" * 32)
    longer, _ = log.frontier.extend(more)
    assert isinstance(longer, Frontier)
    leave(team, 0, word_of(speaker, signed(speaker, 1, longer.size, longer.root()), log.frontier.size + 1, more[1:]))
    assert team.sync(1)[0].faults == ("sync.gap",)
    leave(team, 0, word_of(speaker, start=log.frontier.size, leaves=more[:1]))
    assert team.sync(1)[0].faults == ()
    assert next(one for one in logs.logs(reader.store) if one.device == speaker.device).frontier == longer


def test_an_older_word_again_is_no_fault_and_makes_nobody_fresh(make_team: MakeTeam) -> None:
    team = make_team(2)
    speaker, reader = team.desks
    fresh = sync.freshness(reader, team.reader(1))[speaker.device]
    log = own_log(speaker)
    early = Frontier().extend(log_words._own_leaves(speaker, log.number, 0, 2))[0]
    leave(team, 0, word_of(speaker, signed(speaker, 1, 2, early.root()), 2, said="2026-11-20T12:00:00Z"))
    assert team.sync(1)[0].faults == ()
    assert sync.freshness(reader, team.reader(1))[speaker.device] == fresh


@pytest.mark.parametrize("size", [3, 10_000])
def test_a_device_notices_that_somebody_speaks_with_its_keys(make_team: MakeTeam, size: int) -> None:
    team = make_team(2)
    victim = team.desks[0]
    leave(team, 0, word_of(victim, start=size - 1, leaves=(b"x" * 32,)))
    assert "ledger.fork" in team.sync(0)[0].faults
    assert "ledger.fork" not in team.sync(0)[0].faults, "said once, and kept on the relay"


def test_a_checkpoint_under_other_keys_is_not_taken(make_team: MakeTeam) -> None:
    team = make_team(2)
    speaker, reader = team.desks
    count = reader.store.rows("SELECT count(*) FROM db_checkpoint")
    leave(team, 0, word_of(speaker, signed(speaker, 9, 3, b"r" * 32), 3))
    (report,) = team.sync(1)
    assert len(report.faults) == 1 and report.faults[0].startswith("note.")
    assert reader.store.rows("SELECT count(*) FROM db_checkpoint") == count


@pytest.mark.parametrize("said", ["", "yesterday", "2026-13-40T00:00:00Z", "2026-11-25T12:30:00+01:00"])
def test_a_word_with_a_time_that_is_none_is_refused(make_team: MakeTeam, said: str) -> None:
    team = make_team(2)
    leave(team, 0, word_of(team.desks[0], said=said))
    assert team.sync(1)[0].faults == ("sync.form",)


def test_a_word_of_a_device_not_yet_in_force_waits(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    team = make_team(2)
    newcomer = make_desk(3)
    team.admit(newcomer)
    team.settle()
    name = leave(team, 2, word_of(newcomer, start=0, leaves=log_words._own_leaves(newcomer, own_log(newcomer).number, 0, 1)))
    (report,) = team.sync(1)
    assert report.faults == () and name not in {str(row[0]) for row in team.desks[1].store.rows("SELECT name FROM db_relayname")}
    endorse_all(team)
    team.sync(1)
    assert name in {str(row[0]) for row in team.desks[1].store.rows("SELECT name FROM db_relayname WHERE fault = ''")}


def test_what_a_removed_device_says_beyond_its_place_is_passed_over(make_team: MakeTeam) -> None:
    team = make_team(3)
    gone = team.desks[2]
    removal.remove_member(team.desks[0], team.reader(), gone.me, "an invented reason")
    dossiers.new_dossier(gone, "P-9", "Pryklad")  # its log goes on
    pair = Team(team.desks[:2], team.relay)
    pair.settle()
    endorse_all(pair)
    pair.settle()
    end = people.directory(team.desks[0]).devices[gone.device].removed_from
    assert end is not None
    fresh = settings.value(team.desks[0].store, log_words._fresh_key(gone.device))
    log = own_log(gone)
    leaves = log_words._own_leaves(gone, log.number, 0, log.frontier.size)
    leave(team, 2, word_of(gone, logs.sign_checkpoint(gone), 0, leaves, said="2026-11-25T13:00:00Z"))
    assert log.frontier.size > end and pair.sync(0)[0].faults == ()
    held = next(one for one in logs.logs(team.desks[0].store) if one.device == gone.device)
    assert held.frontier.size == end and settings.value(team.desks[0].store, log_words._fresh_key(gone.device)) == fresh


def test_a_long_log_is_told_in_several_words(make_team: MakeTeam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "MAX_LEAVES", 7)
    team = make_team(2)
    for number in range(3):
        dossiers.new_dossier(team.desks[0], f"P-{number}", "Pryklad", "person", "Vydumka")
    team.settle()
    log = own_log(team.desks[0])
    assert log.frontier.size > 21
    assert next(one for one in logs.logs(team.desks[1].store) if one.device == team.desks[0].device).frontier == log.frontier


def test_a_log_that_lost_records_is_not_signed_and_says_so(make_team: MakeTeam) -> None:
    """A workspace put back from a copy: its log is shorter than what it signed."""
    team = make_team(2)
    desk = team.desks[0]
    dossiers.new_dossier(desk, "P-1", "Pryklad")
    desk.store.run("UPDATE db_checkpoint SET root = %s WHERE log = %s", (b"r" * 32, own_log(desk).number))
    assert "ledger.checkpoint_inconsistent" in team.sync(0)[0].faults
