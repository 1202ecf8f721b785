"""A backup comes back whole on another machine as a new device, opens for nobody without code and passphrase, and forks no log."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Busy, Damaged, LetapisError, NotFound, Refused, UsageError
from letapis.core.membership import State
from letapis.core.standing import Level
from letapis.desk import backup as backup_module
from letapis.desk import backup_file, claims, evidence, kept, ledger, logs, members, people, reading, sync
from letapis.desk.audit import audit
from letapis.desk.backup import Backup, Restored, backup, recovery_sheet, restore
from letapis.desk.casefile import Choice, export_case_file
from letapis.desk.evidence import check_objects
from letapis.desk.opening import Desk, open_desk
from letapis.engines.keys.workspace import create_workspace
from letapis.engines.seal import PassphraseCost
from tests.conftest import Clock
from tests.desk.casework import LETTER, SECRET_NAME, work_at

WORDS = "plainly invented words for a workspace of tests"
QUICK = PassphraseCost(memory_kib=8192, passes=1, lanes=1)


@dataclass
class Office:
    """Workspaces on disk, opened with a clock of tests."""

    folder: Path
    after: ExitStack
    clock: Clock

    def create(self, name: str, member: bytes) -> Desk:
        create_workspace(self.folder / name, member, WORDS, cost=QUICK)
        return self.open(name)

    def open(self, name: str) -> Desk:
        from letapis.engines.keys.workspace import Workspace

        agent = Workspace.load(self.folder / name).unlock(WORDS)
        desk = open_desk(self.folder / name, agent, self.clock, alias=f"backup-{name}-{id(agent)}")
        self.after.callback(desk.close)
        return desk

    def back(self, made: Backup, name: str) -> Restored:
        return restore(made.target, self.folder / name, made.code, WORDS, self.clock)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with ExitStack() as after:
        yield Office(tmp_path, after, Clock())


@pytest.fixture
def alone(office: Office) -> Desk:
    """The only member of an organisation, with work done."""
    desk = office.create("first", b"\x01" * 16)
    members.found_organisation(desk, "Pryklad", "Vydumka 1", marking="PRY")
    return desk


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# ---- round trip ------------------------------------------------------------------------------------------------------


def test_everything_comes_back_and_the_only_keeper_works_on(office: Office, alone: Desk) -> None:
    work = work_at(alone)
    known = {claim.ref for claim in reading.claims(alone, alone.reader("work"), work.dossier)}
    kept.keep(alone, alone.reader("work"), "/calls/new#call", {"said": ["not sent yet"]})
    made = backup(alone, office.folder / "copy.backup")
    assert made.objects == 1 and made.size % (1 << 20) < 1 << 16
    shutil.rmtree(office.folder / "first")
    back = office.back(made, "second")
    assert back.admitted
    desk = office.open("second")
    reader = desk.reader("work")
    assert {claim.ref for claim in reading.claims(desk, reader, work.dossier)} == known
    assert b"".join(evidence.read_object(desk, reader, work.item)) == LETTER
    assert kept.kept(desk, reader, "/calls/new#call") is None, "what was typed and not sent stays with the device"
    assert check_objects(desk) == [] and audit(desk, processes=1).faults == ()
    work_at(desk, "EX-10")
    report = export_case_file(desk, reader, work.dossier, office.folder / "case", "An invented court", "a hearing", Choice(floor=Level.OPEN))
    assert report.items == 1 and report.kept == 2, "what nobody else has checked stays at home"
    from tests.desk.test_casefile import judged

    assert judged(report.target, desk)[0] == 0


def test_colleagues_at_the_desk_go_on_writing_while_the_file_grows(office: Office, alone: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved meanwhile waits for nothing and is not in the backup, whose tables are those of one moment, with enough written in
    between that the journal would be carried over into the file."""
    work = work_at(alone)
    waited: list[float] = []

    def write() -> None:
        began = monotonic()
        claims.write_note(alone, alone.reader("work"), work.dossier, claims.NoteForm("Meanwhile", "Vydumka rang.", "en"))
        waited.append(monotonic() - began)
        for _ in range(3):
            claims.write_note(alone, alone.reader("work"), work.dossier, claims.NoteForm("Long", "Vydumka. " * (claims.MAX_NOTE // 9), "en"))
        alone.store.rows("PRAGMA wal_checkpoint(PASSIVE)")
        alone.store.close()

    plain = backup_module._pieces

    def pieces(path: Path) -> Iterator[bytes]:
        found = plain(path)
        yield next(found)
        thread = Thread(target=write)
        thread.start()
        thread.join(30)
        yield from found

    monkeypatch.setattr(backup_module, "_PIECE", 4096)
    monkeypatch.setattr(backup_module, "_pieces", pieces)
    made = backup(alone, office.folder / "copy.letapis")
    assert waited and waited[0] < 5
    assert len(reading.notes(alone, alone.reader("work"), work.dossier)) == 5
    office.back(made, "second")
    again = office.open("second")
    assert len(reading.notes(again, again.reader("work"), work.dossier)) == 1 and audit(again, processes=1).faults == ()


def test_the_new_device_has_new_keys_a_new_log_and_names_the_old_one_first(office: Office, alone: Desk) -> None:
    work_at(alone)
    before, made = alone.agent.me(), backup(alone, office.folder / "copy")
    size = logs.log_of(alone.store, alone.device, alone.origin).frontier.size
    office.back(made, "second")
    desk = office.open("second")
    now = desk.agent.me()
    assert now.member == before.member and {now.device, now.origin}.isdisjoint({before.device, before.origin})
    assert now.public.record_ed25519 != before.public.record_ed25519 and now.public.log_ed25519 != before.public.log_ed25519
    (first,) = (bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record WHERE device = %s AND seq = 0", (desk.device,)))
    seen = ledger.opened_by_ref(desk, [first])[first].record
    assert (seen.type, seen.texts("origin"), seen.numbers("size")) == ("seen", (before.origin,), (size,))
    assert people.directory(desk).devices[before.device].state is State.REMOVED
    # The lost machine holds the old keys; what is written from here on does not open with them.
    assert all(epoch > 1 for epoch in desk.epochs().values())
    # The old log is exactly as it was: nothing was appended to it, and nothing new was signed for it.
    assert logs.log_of(desk.store, before.device, before.origin).frontier.size == size
    query = "SELECT max(c.size) FROM db_checkpoint c JOIN db_logstate s ON s.id = c.log WHERE s.device = %s"
    assert desk.store.rows(query, (before.device,)) == [(size,)]


def test_what_the_lost_machine_sent_after_the_backup_still_fits(office: Office, alone: Desk) -> None:
    sync.set_relay(alone, str(office.folder / "relay"))
    work = work_at(alone)
    made = backup(alone, office.folder / "copy")
    reader = alone.reader("work")
    later = evidence.keep_text(alone, reader, work.dossier, "Later", "Invented words that came after the backup.")
    person = reading.entities(alone, reader, work.dossier)[0].entity
    claims.add_claims(alone, reader, work.dossier, [claims.Cut("detention.end", "2026-03-02", person, work.source, "saw")])
    sync.sync(alone, alone.reader("work"))
    lost = {bytes(row[0]) for row in alone.store.rows("SELECT ref FROM db_record")}
    office.back(made, "second")
    desk = office.open("second")
    for _ in range(2):
        report = sync.sync(desk, desk.reader("work"))
    assert report.faults == () and report.quarantined == 0
    assert lost <= {bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record")}
    assert b"".join(evidence.read_object(desk, desk.reader("work"), later)) == b"Invented words that came after the backup."
    assert len(reading.claims(desk, desk.reader("work"), work.dossier)) == 3
    assert audit(desk, processes=1).faults == ()


def test_a_member_of_a_team_is_let_in_by_a_keeper_and_not_before(office: Office, alone: Desk) -> None:
    sync.set_relay(alone, str(office.folder / "relay"))
    second = office.create("colleague", b"\x02" * 16)
    asked = members.join_request(second.agent, "laptop")
    welcome = members.admit(alone, alone.reader("work"), asked, "Vydumka 2", members.read_request(asked).fingerprint)
    members.accept_welcome(second, welcome.welcome)
    sync.set_relay(second, str(office.folder / "relay"))
    for desk in (alone, second, alone, second):
        sync.sync(desk, desk.reader("work"))
    made = backup(second, office.folder / "copy")
    back = office.back(made, "restored")
    assert not back.admitted
    desk = office.open("restored")
    assert people.directory(desk).devices.get(desk.device) is None
    assert desk.reader("work").compartments == frozenset()  # what was erased since is not known yet
    admitted = members.add_device(alone, alone.reader("work"), back.request, second.me, back.fingerprint)
    assert members.accept_welcome(desk, admitted.welcome) == admitted.root_words
    for one in (alone, desk, alone, desk):
        sync.sync(one, one.reader("work"))
    assert people.directory(desk).devices[desk.device].state is State.ACTIVE and desk.reader("work").compartments
    assert people.directory(alone).devices[desk.device].state is State.ACTIVE


# ---- what opens it ---------------------------------------------------------------------------------------------------


@pytest.fixture
def made(office: Office, alone: Desk) -> Backup:
    return backup(alone, office.folder / "copy")


def refuses(office: Office, made: Backup, code: str, typed: str = "", passphrase: str = WORDS) -> None:
    before = files_of(office.folder)
    with pytest.raises(LetapisError) as caught:
        restore(made.target, office.folder / "second", typed or made.code, passphrase, office.clock)
    assert caught.value.code == code
    assert files_of(office.folder) == before


def test_without_the_right_code_and_the_passphrase_nothing_opens_and_nothing_stays(office: Office, made: Backup) -> None:
    refuses(office, made, "backup.code", backup_file.spoken_code(bytes(16)))
    refuses(office, made, "backup.code_form", made.code[:-1])
    refuses(office, made, "backup.code_form", made.code[:-1] + ("0" if made.code[-1] != "0" else "1"))
    refuses(office, made, "keys.passphrase", passphrase="some other words that nobody chose")
    assert restore(made.target, office.folder / "second", made.code.lower().replace(" ", "-"), WORDS, office.clock).admitted


def test_a_cut_lengthened_or_changed_file_restores_nothing(office: Office, made: Backup) -> None:
    whole = made.target.read_bytes()
    for data, code in (
        (whole[:-1], "backup.damaged"),
        (whole[: len(whole) - (1 << 20) - 256], "backup.damaged"),
        (whole + whole[-(1 << 20) :], "backup.damaged"),
        (whole[:90], "backup.damaged"),
        (b"", "backup.not_one"),
        (b"PK\x03\x04" + whole[4:], "backup.not_one"),
        (whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:], "backup.damaged"),
        (whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:], "backup.damaged"),
    ):
        made.target.write_bytes(data)
        refuses(office, made, code)
    made.target.unlink()
    refuses(office, made, "blobs.missing")


def test_the_file_says_nothing_of_what_is_inside(office: Office, alone: Desk) -> None:
    work_at(alone)
    made = backup(alone, office.folder / "copy")
    data = made.target.read_bytes()
    words = (LETTER[:30], SECRET_NAME.encode(), b"workspace.toml", b"SQLite", alone.device.encode(), b"Pryklad", made.code.replace(" ", "").encode())
    assert not [word for word in words if word in data]
    other = backup(alone, office.folder / "again")
    assert other.code != made.code and other.size == made.size
    assert made.target.stat().st_mode & 0o777 == 0o600


# ---- places ----------------------------------------------------------------------------------------------------------


def test_an_existing_file_the_workspace_itself_and_a_missing_folder_are_refused(office: Office, alone: Desk, made: Backup) -> None:
    for target, code in (
        (made.target, "blobs.exists"),
        (alone.workspace / "copy", "backup.inside_workspace"),
        (office.folder / "nowhere" / "copy", "backup.folder"),
    ):
        with pytest.raises(LetapisError) as caught:
            backup(alone, target)
        assert caught.value.code == code
    with pytest.raises(Refused, match=r"workspace\.exists"):
        office.back(made, "first")
    with pytest.raises(NotFound, match=r"blobs\.missing"):
        restore(office.folder / "none", office.folder / "second", made.code, WORDS)


def test_a_desk_without_a_workspace_on_disk_has_nothing_to_back_up(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        backup(desk, tmp_path / "copy")


def test_an_interrupted_write_leaves_no_backup(office: Office, alone: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    work_at(alone)
    before = files_of(office.folder)

    def full(*_: object) -> Iterator[bytes]:
        yield b"some"
        raise Busy("disk.full")

    monkeypatch.setattr("letapis.engines.objects.read_whole", full)
    with pytest.raises(Busy):
        backup(alone, office.folder / "copy")
    after = files_of(office.folder)
    assert [path for path in after if not path.startswith("first")] == [path for path in before if not path.startswith("first")]
    work_at(alone, "EX-10")


def test_an_object_that_grows_or_shrinks_meanwhile_is_no_backup(tmp_path: Path) -> None:
    for pieces in ([b"abc"], [b"abcde"]):
        with pytest.raises(Damaged, match=r"backup\.changed"):
            backup_file.write(tmp_path / "copy", bytes(16), bytes(16), [backup_file.Entry("seed.sealed", 4, pieces)])
        assert not (tmp_path / "copy").exists()


# ---- the form --------------------------------------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=16))
def test_every_code_is_read_back_as_printed(secret: bytes) -> None:
    spoken = backup_file.spoken_code(secret)
    assert len(spoken) == 34 and backup_file.read_code(spoken) == secret
    assert backup_file.read_code(spoken.replace(" ", "").lower().replace("0", "o").replace("1", "l")) == secret


@given(st.binary(min_size=16, max_size=16), st.integers(0, 27), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_mistyped_letter_is_hardly_ever_taken_for_another_code(secret: bytes, place: int, letter: str) -> None:
    letters = backup_file.spoken_code(secret).replace(" ", "")
    typed = letters[:place] + letter + letters[place + 1 :]
    try:
        assert (backup_file.read_code(typed) == secret) == (typed == letters)
    except UsageError:
        assert typed != letters


@pytest.mark.parametrize("sizes", [(0,), (1,), (5, 0, 7), ((1 << 20) - 30,), (1 << 20,), ((1 << 20) + 1, 3), (3 << 20,)])
def test_entries_of_any_size_come_back_in_order(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    names = [f"objects/{number:032x}" for number in range(len(sizes))]
    made = [backup_file.Entry(name, size, [bytes([number + 1]) * size]) for number, (name, size) in enumerate(zip(names, sizes, strict=True))]
    backup_file.write(tmp_path / "copy", b"\x07" * 16, b"\x08" * 16, made)
    found = [(e.name, e.size, b"".join(e.pieces)) for e in backup_file.read(tmp_path / "copy", b"\x07" * 16)]
    assert found == [(e.name, e.size, bytes([number + 1]) * e.size) for number, e in enumerate(made)]


@pytest.mark.parametrize("name", ["../evil", "objects/../x", "/etc/passwd", "agent.lock", "objects/" + "A" * 32, "database.db-wal"])
def test_a_backup_that_names_another_file_writes_nothing(tmp_path: Path, name: str) -> None:
    backup_file.write(tmp_path / "copy", bytes(16), bytes(16), [backup_file.Entry(name, 1, [b"x"])])
    with pytest.raises(Damaged, match=r"backup\.damaged"):
        list(backup_file.read(tmp_path / "copy", bytes(16)))


def test_a_name_that_stands_twice_or_bytes_after_the_end_are_no_backup(tmp_path: Path) -> None:
    twice = [backup_file.Entry("seed.sealed", 1, [b"x"]), backup_file.Entry("seed.sealed", 1, [b"y"])]
    backup_file.write(tmp_path / "twice", bytes(16), bytes(16), twice)
    with pytest.raises(Damaged):
        for entry in backup_file.read(tmp_path / "twice", bytes(16)):
            b"".join(entry.pieces)
    hidden = [backup_file.Entry("seed.sealed", 5, [b"x\x00\x00zz"])]
    backup_file.write(tmp_path / "hidden", bytes(16), bytes(16), hidden)
    assert [b"".join(entry.pieces) for entry in backup_file.read(tmp_path / "hidden", bytes(16))] == [b"x\x00\x00zz"]


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_the_sheet_names_code_file_and_what_else_is_needed(alone: Desk, made: Backup, language: str) -> None:
    sheet = recovery_sheet(alone, made, language)
    assert made.code in sheet and made.target.name in sheet and "letapis restore" in sheet and WORDS not in sheet
