"""A backup from before is counted and named; a workspace made of it shows nothing before it has heard what was erased."""

from datetime import timedelta

import pytest

from letapis.core.errors import NotFound, Refused
from letapis.desk import backup_copies, erasure, members, people, reading, sync
from letapis.desk.audit import audit
from letapis.desk.backup import backup
from letapis.desk.opening import Desk
from tests.desk.tables import projections
from tests.desk.test_backup import Office, alone, files_of, office
from tests.desk.test_erasure import Told, seen
from tests.desk.test_packing import leftovers

__all__ = ["alone", "office"]


def test_a_backup_from_before_shows_nothing_of_it(office: Office, alone: Desk) -> None:
    sync.set_relay(alone, str(office.folder / "relay"))
    second = office.create("colleague", b"\x02" * 16)
    asked = members.join_request(second.agent, "laptop")
    welcome = members.admit(alone, alone.reader("work"), asked, "Vydumka 2", members.read_request(asked).fingerprint, True, True)
    members.accept_welcome(second, welcome.welcome)
    sync.set_relay(second, str(office.folder / "relay"))
    for desk in (alone, second, alone, second):
        sync.sync(desk, desk.reader("work"))
    told = Told(alone, [second.me])
    for desk in (alone, second, alone, second):
        sync.sync(desk, desk.reader("work"))
    assert seen(second, told)
    made = backup(second, office.folder / "copy")
    order = erasure.ask(alone, alone.reader("work"), told.dossier, [told.source], "withdrawal")
    for desk in (alone, second):
        sync.sync(desk, desk.reader("work"))
    assert erasure.agree(second, second.reader("work"), order).in_force
    for desk in (second, alone):
        sync.sync(desk, desk.reader("work"))
    # The backup is named until its destruction is said.
    (copy,) = backup_copies.from_before(alone, alone.reader("work"), erasure.standing(alone, alone.reader("work"), order).asked)
    assert (copy.member, copy.until - copy.day) == (second.me, timedelta(days=backup_copies.KEPT_DAYS))
    office.back(made, "restored")
    desk = office.open("restored")
    assert desk.store.rows("SELECT 1 FROM db_record WHERE rid = %s", (told.claim,))  # it is there, and nobody is shown it
    with pytest.raises(NotFound):
        reading.claim(desk, desk.reader("work"), told.claim)
    assert reading.dossiers(desk, desk.reader("work")) == []
    sync.sync(desk, desk.reader("work"))
    assert seen(desk, told) == [] and leftovers(desk) == []
    assert desk.reader("work").compartments and reading.claim(desk, desk.reader("work"), told.claim_stays)
    assert {fault.code for fault in audit(desk, processes=1).faults} <= {"ledger.unknown_device"}  # its own, before it is let in
    backup_copies.destroyed(alone, alone.reader("work"), copy.copy, copy.heads)
    assert backup_copies.from_before(alone, alone.reader("work"), "9999") == []


def test_a_backup_of_what_is_erased_already_holds_nothing_of_it(office: Office, alone: Desk) -> None:
    """An order that waited for its second when the backup was made is known to be in force by nobody: it is not followed alone."""
    told = Told(alone, [])
    order = erasure.ask(alone, alone.reader("work"), told.dossier, [told.claim], "error")
    office.back(backup(alone, office.folder / "copy"), "restored")
    desk = office.open("restored")
    assert not erasure.standing(desk, desk.reader("work"), order).in_force
    before = projections(desk)
    assert erasure.run(desk, desk.reader("work")) == 0
    assert projections(desk) == before
    assert people.directory(desk).ordered == frozenset()


def test_a_backup_that_did_not_come_about_is_not_counted(office: Office, alone: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from letapis.core.errors import Busy
    from letapis.desk import backup_file

    def full(*_: object) -> int:
        raise Busy("disk.full")

    monkeypatch.setattr(backup_file, "write", full)
    with pytest.raises(Busy):
        backup(alone, office.folder / "copy")
    assert backup_copies.from_before(alone, alone.reader("work"), "9999") == []
    (office.folder / "there").write_bytes(b"x")
    with pytest.raises(Refused, match=r"blobs\.exists"):
        backup(alone, office.folder / "there")
    assert len(backup_copies.copies(alone, alone.reader("work"))) == 1 and "copy" not in files_of(office.folder)
