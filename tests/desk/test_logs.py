"""A log grows only at its end, is signed only when it agrees with what was signed before, and proves each of its leaves."""

import random
from collections.abc import Callable

import pytest

from letapis.core import notes
from letapis.core.canonical import leaf
from letapis.core.errors import Damaged, NotFound, Refused
from letapis.core.merkle import leaf_hash, root_of, verify_inclusion
from letapis.desk import ledger, log_tiles, logs
from letapis.desk.log_tiles import Paths
from letapis.desk.opening import Desk
from letapis.engines import seal
from tests.desk import invented

Pair = tuple[Desk, Desk]


def fill(desk: Desk, count: int) -> list[bytes]:
    """References of that many new records."""
    return [record.ref for record in ledger.append(desk, invented.entities(desk, count))]


def refs_of(desk: Desk) -> list[bytes]:
    return [bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record WHERE device = %s ORDER BY seq", (desk.device,))]


def head_of(desk: Desk, note: bytes) -> notes.Checkpoint:
    public = desk.agent.me().public
    keys = logs.verifier_keys(desk.origin, public.log_ed25519, public.log_mldsa44)
    return notes.open_checkpoint(note, keys, seal.verify).checkpoint


def test_a_checkpoint_bears_both_signatures_and_the_root_of_all_leaves(desk: Desk) -> None:
    fill(desk, 300)
    head = head_of(desk, ledger.sign_checkpoint(desk))
    refs = refs_of(desk)
    assert (head.origin, head.size) == (desk.origin, len(refs))
    assert head.root == root_of([leaf_hash(leaf(ref)) for ref in refs])


def test_signing_the_same_log_again_gives_the_note_that_is_kept(desk: Desk) -> None:
    first = ledger.sign_checkpoint(desk)
    assert ledger.sign_checkpoint(desk) == first
    assert desk.store.rows("SELECT count(*) FROM db_checkpoint") == [(1,)]
    fill(desk, 1)
    assert ledger.sign_checkpoint(desk) != first


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE db_logstate SET size = 4, peaks = substr(peaks, 1, 32)", "ledger.checkpoint_smaller"),
        ("UPDATE db_logleaf SET hash = zeroblob(32) WHERE (id & 1023) = 1", "ledger.checkpoint_inconsistent"),
        ("UPDATE db_checkpoint SET root = zeroblob(32)", "ledger.checkpoint_inconsistent"),
        ("DELETE FROM db_logleaf WHERE (id & 1023) = 2", "ledger.checkpoint_inconsistent"),
        ("UPDATE db_logstate SET peaks = zeroblob(length(peaks))", "ledger.checkpoint_inconsistent"),
    ],
)
def test_a_log_that_does_not_agree_with_what_was_signed_is_not_signed(desk: Desk, change: str, code: str) -> None:
    ledger.sign_checkpoint(desk)
    if "peaks = zeroblob" in change:
        fill(desk, 1)
    desk.store.run(change)
    with pytest.raises(Refused) as fault:
        ledger.sign_checkpoint(desk)
    assert fault.value.code == code
    assert desk.store.rows("SELECT count(*) FROM db_checkpoint") == [(1,)]


def test_every_leaf_is_proved_at_every_signed_size(desk: Desk) -> None:
    fill(desk, 40)
    early = head_of(desk, ledger.sign_checkpoint(desk))
    fill(desk, 500)
    late = head_of(desk, ledger.sign_checkpoint(desk))
    refs = refs_of(desk)
    for head in (early, late):
        for index in (0, 1, 31, 32, head.size - 1):
            proof = Paths(desk.store).inclusion(desk.device, index, head.size)
            verify_inclusion(index, head.size, logs.leaf_of(refs[index]), proof, head.root)


def test_no_proof_of_what_we_do_not_hold(desk: Desk) -> None:
    with pytest.raises(NotFound):
        Paths(desk.store).inclusion("device.invalid/nobody", 0, 1)
    with pytest.raises(NotFound):
        Paths(desk.store).inclusion(desk.device, 0, 600)


def test_tiles_that_are_kept_give_what_a_first_reading_gives(desk: Desk) -> None:
    """Many tiles in an order of chance, some again after they were put out, and a log that grows meanwhile."""
    log = logs.log_of(desk.store, desk.device, desk.origin)
    kept, chance = Paths(desk.store), random.Random(7)
    for _ in range(3):
        more = [chance.randbytes(32) for _ in range(2100)]
        with desk.store.transaction():
            log = logs.grow(desk.store, log, more)
            logs.save(desk.store, log)
        size = log.frontier.size
        for index in [chance.randrange(size) for _ in range(40)]:
            assert kept.inclusion(desk.device, index, size) == Paths(desk.store).inclusion(desk.device, index, size)
        held = kept._tiles[desk.device]._held
        assert len(held[0]) <= log_tiles._KEPT[0] and len(held[1]) <= log_tiles._KEPT[1]


def test_leaves_of_a_colleague_close_the_gaps_between_records(two_desks: Pair, carry: Callable[..., ledger.Receipt]) -> None:
    first, second = two_desks
    fill(second, 300)
    refs = refs_of(second)
    log = logs.log_of(first.store, second.device, second.origin)
    assert logs.take_leaves(first.store, log, [(i, logs.leaf_of(refs[i])) for i in range(100, 300)]) == []
    assert logs.log_of(first.store, second.device, second.origin).frontier.size == 0
    log = logs.log_of(first.store, second.device, second.origin)
    assert logs.take_leaves(first.store, log, [(i, logs.leaf_of(refs[i])) for i in range(150)]) == []
    held = logs.log_of(first.store, second.device, second.origin)
    assert held.frontier == logs.log_of(second.store, second.device, second.origin).frontier
    assert Paths(first.store).inclusion(second.device, 7, 300) == Paths(second.store).inclusion(second.device, 7, 300)


def test_another_leaf_at_a_known_place_is_named_and_not_taken(two_desks: Pair) -> None:
    first, second = two_desks
    (ref,) = fill(second, 1)
    log = logs.log_of(first.store, second.device, second.origin)
    logs.take_leaves(first.store, log, [(0, logs.leaf_of(ref))])
    log = logs.log_of(first.store, second.device, second.origin)
    assert logs.take_leaves(first.store, log, [(0, b"x" * 32), (1, b"y" * 32)]) == [0]
    assert logs.log_of(first.store, second.device, second.origin).frontier.size == 2
    with pytest.raises(Damaged):
        logs.take_leaves(first.store, log, [(1 << 44, b"z" * 32)])


def test_a_colleagues_checkpoint_is_kept_once_and_a_fork_is_named(two_desks: Pair, carry: Callable[..., ledger.Receipt]) -> None:
    first, second = two_desks
    refs = fill(second, 3)
    note, public = ledger.sign_checkpoint(second), second.agent.me().public
    carry(second, first)
    head, fault = logs.take_checkpoint(first, note, second.device, public, second.origin)
    assert (head.size, fault) == (len(refs), "")
    logs.take_checkpoint(first, note, second.device, public, second.origin)
    assert first.store.rows("SELECT count(*) FROM db_checkpoint") == [(1,)]
    text = notes.Checkpoint(second.origin, 3, b"r" * 32).text
    keys = seal.DeviceKeys.from_seed(bytes([2]) * 32)
    lines = []
    for key in logs.verifier_keys(second.origin, public.log_ed25519, public.log_mldsa44):
        lines.append(notes.signature_line(key, 1_800_000_000, seal.sign_log(keys, key.scheme, notes.signed_bytes(key, text, 1_800_000_000))))
    other = notes.format_note(text, lines)
    assert logs.take_checkpoint(first, other, second.device, public, second.origin)[1] == "ledger.fork"
    assert first.store.rows("SELECT fault FROM db_checkpoint ORDER BY id") == [("",), ("ledger.fork",)]


def test_a_note_that_its_log_did_not_sign_is_refused(two_desks: Pair) -> None:
    first, second = two_desks
    note = ledger.sign_checkpoint(second)
    with pytest.raises(Damaged):
        logs.take_checkpoint(first, note, second.device, first.agent.me().public, second.origin)
    assert first.store.rows("SELECT count(*) FROM db_checkpoint") == [(0,)]
