"""The audit names every damage: whatever a hand at the database changes is found, and a sound workspace gives no fault."""

import os
import signal
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.errors import Busy, Damaged, Locked
from letapis.desk import ledger
from letapis.desk.audit import Audit, Fault, audit
from letapis.desk.opening import Desk, open_desk
from letapis.engines.db.store import forget
from tests.desk import invented


def entity(desk: Desk, count: int = 1) -> None:
    ledger.append(desk, invented.entities(desk, count))


@pytest.fixture
def full(desk: Desk) -> Desk:
    entity(desk, 300)
    ledger.sign_checkpoint(desk)
    entity(desk, 5)
    ledger.sign_checkpoint(desk)
    return desk


def codes(found: Audit) -> set[str]:
    return {fault.code for fault in found.faults}


def test_sound_workspace_has_no_fault(full: Desk) -> None:
    found = audit(full, processes=1)
    assert (found.records, found.faults, found.notes) == (310, (), ())


def test_two_processes_find_the_same_as_one(full: Desk) -> None:
    full.store.run("UPDATE db_record SET recorded = '2001-01-01T00:00:00Z' WHERE seq = 7")
    heard: list[tuple[int, int]] = []
    assert audit(full, processes=2, progress=lambda done, total: heard.append((done, total))) == audit(full, processes=1)
    assert heard[-1] == (310, 310)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE db_record SET seq = 400 WHERE seq = 309", {"audit.row_differs", "audit.leaf_missing", "audit.gap", "audit.chain_end"}),
        ("UPDATE db_record SET type = 'note' WHERE seq = 30", {"audit.row_differs"}),
        ("UPDATE db_record SET ref = randomblob(32) WHERE seq = 30", {"audit.row_differs", "audit.leaf_differs"}),
        ("UPDATE db_record SET blob = cast(substr(blob, 1, length(blob) - 8) || zeroblob(8) AS blob) WHERE seq = 30", {"seal.open"}),
        ("UPDATE db_record SET blob = x'01' WHERE seq = 30", {"seal.version"}),
        ("UPDATE db_record SET wrap = x'00' WHERE seq = 30", {"seal.open"}),
        ("UPDATE db_record SET epoch = 9 WHERE seq = 30", {"keys.no_compartment"}),
        ("UPDATE db_record SET recorded = 'x' WHERE seq = 30", {"audit.row_differs"}),
        ("DELETE FROM db_record WHERE seq = 30", {"audit.gap"}),
        ("UPDATE db_record SET device = 'text ' || x'ff' WHERE seq = 30", {"database.damaged"}),
        ("DELETE FROM db_record WHERE seq = 309", {"audit.chain_end"}),
        ("DELETE FROM db_logleaf WHERE (id & 1023) = 30", {"audit.leaf_missing", "audit.frontier"}),
        (
            "UPDATE db_logleaf SET hash = zeroblob(32) WHERE (id & 1023) = 30",
            {"audit.leaf_differs", "audit.frontier", "audit.checkpoint", "audit.node"},
        ),
        ("UPDATE db_lognode SET hash = zeroblob(32)", {"audit.node"}),
        ("UPDATE db_logstate SET head = zeroblob(32)", {"audit.chain_end"}),
        ("UPDATE db_logstate SET peaks = zeroblob(length(peaks))", {"audit.frontier"}),
        ("UPDATE db_checkpoint SET root = zeroblob(32) WHERE size = 305", {"audit.checkpoint"}),
        ("UPDATE db_checkpoint SET note = replace(note, '305', '304') WHERE size = 305", {"note.signature"}),
    ],
)
def test_whatever_is_changed_is_named(full: Desk, change: str, expected: set[str]) -> None:
    full.store.run(change)
    found = audit(full, processes=1)
    assert codes(found) == expected


def test_a_fault_names_the_place(full: Desk) -> None:
    full.store.run("UPDATE db_record SET type = 'note' WHERE seq = 30")
    assert audit(full, processes=1).faults == (Fault("audit.row_differs", full.device, 30),)


def killed(batch: object) -> None:
    """What a worker does that the system kills."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed_ends_the_audit_by_code(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from letapis.desk import audit as module

    monkeypatch.setattr(module, "check_rows", killed)
    with pytest.raises(Busy) as fault:
        audit(full, processes=2)
    assert fault.value.code == "audit.worker_gone"


def test_without_signatures_the_rest_is_checked(full: Desk) -> None:
    full.store.run("UPDATE db_record SET type = 'note' WHERE seq = 30")
    assert codes(audit(full, processes=1, signatures=False)) == {"audit.row_differs"}


def test_further_checks_are_asked(full: Desk) -> None:
    missing = Fault("evidence.missing", "", -1)
    assert audit(full, processes=1, extra_checks=[lambda _: [missing]]).faults == (missing,)


def test_a_colleague_with_gaps_is_noted_and_not_blamed(two_desks: tuple[Desk, Desk], carry: Callable[..., ledger.Receipt]) -> None:
    first, second = two_desks
    invented.share(second, first)
    entity(second, 3)
    rows = second.store.rows("SELECT compartment, epoch, rid, blob, wrap FROM db_record WHERE device = %s AND seq = 2", (second.device,))
    ledger.receive(first, [ledger.Arrived(bytes(c), e, bytes(rid), bytes(blob), bytes(wrap)) for c, e, rid, blob, wrap in rows])
    found = audit(first, processes=1)
    assert found.faults == () and found.notes == (Fault("audit.gap_theirs", second.device, 2),)


def test_a_clock_set_back_is_noted(desk: Desk) -> None:
    desk.clock.now = desk.clock.now.replace(year=2020)  # type: ignore[attr-defined]  # the test's clock
    entity(desk)
    found = audit(desk, processes=1)
    assert found.faults == () and found.notes == (Fault("audit.clock_back", desk.device, 5),)


def test_a_fork_is_named_by_the_audit_too(two_desks: tuple[Desk, Desk]) -> None:
    first, second = two_desks
    invented.share(second, first)
    entity(second, 1)
    taken = second.store.rows("SELECT compartment, epoch, rid, blob, wrap FROM db_record WHERE device = %s", (second.device,))
    second.store.run("DELETE FROM db_record WHERE device = %s", (second.device,))
    second.store.run("DELETE FROM db_logleaf")
    second.store.run("UPDATE db_logstate SET size = 0, peaks = %s, head = %s WHERE device = %s", (b"", b"", second.device))
    entity(second, 1)
    taken += second.store.rows("SELECT compartment, epoch, rid, blob, wrap FROM db_record WHERE device = %s", (second.device,))
    receipt = ledger.receive(first, [ledger.Arrived(bytes(c), e, bytes(rid), bytes(blob), bytes(wrap)) for c, e, rid, blob, wrap in taken])
    assert receipt.evidence == ("ledger.fork",)
    assert {"ledger.fork", "audit.leaf_differs"} <= codes(audit(first, processes=1))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0.0, 0.999), bit=st.integers(0, 7))
def test_a_flipped_bit_of_the_file_is_found(full: Desk, make_desk: Callable[..., Desk], where: float, bit: int) -> None:
    full.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    full.store.close()
    path = full.workspace / "database.db"
    sound = path.read_bytes()
    spoiled = bytearray(sound)
    spoiled[int(where * len(sound))] ^= 1 << bit
    path.write_bytes(spoiled)
    try:
        assert _is_noticed(full)
    finally:
        path.write_bytes(sound)


def _is_noticed(desk: Desk) -> bool:
    try:
        again = open_desk(desk.workspace, desk.agent, desk.clock, alias="spoiled")
        return bool(audit(again, processes=1).faults)
    except (Damaged, Locked):
        return True
    finally:
        forget("spoiled")
