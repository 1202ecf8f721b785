"""Checks that go on by themselves: a slice at a time, on disks of this machine alone, and a kill loses nothing."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from letapis.core.errors import Busy
from letapis.core.fixity import CHANGED, CHECK, COPY, GOOD, REPAIR
from letapis.desk import copies, copy_places, evidence, fixity, reading, settings, tending
from letapis.desk.copy_places import PlaceForm
from letapis.desk.opening import Desk
from letapis.faces.web.doing import Doing, Job
from letapis.faces.web.tending import Tending

from .casework import Work, desk, work_at

__all__ = ["desk"]


@pytest.fixture
def work(desk: Desk) -> Work:
    work = work_at(desk)
    for number in range(4):
        evidence.keep_text(desk, desk.reader("work"), work.dossier, f"Account {number}", f"Invented words {number}.")
    return work


@pytest.fixture
def stick(desk: Desk, work: Work, tmp_path: Path) -> tuple[bytes, Path]:
    folder = tmp_path / "stick"
    folder.mkdir()
    place = copy_places.add_place(desk, desk.reader("work"), PlaceForm("Stick in the safe", str(folder), 7))
    fixity.walk(desk, desk.reader("work"), place, COPY)
    return place, folder


def turn(tended: Tending, desk: Desk, doing: Doing | None = None) -> float:
    """A turn long after the last page."""
    tended._asked -= 1_000
    return tended.turn(desk, doing or Doing())


def test_what_is_due_is_read_a_slice_at_a_time_until_nothing_is(
    desk: Desk, stick: tuple[bytes, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, tended, seen = desk.reader("work"), Tending(), list[tuple[bytes, int, int]]()
    monkeypatch.setattr("letapis.core.fixity_pace.SLICE", -1.0)  # the slice is over with its first object
    for _ in range(20):
        turn(tended, desk)
        seen += [tended.now] if tended.now else []
    assert tended.now is None and {place for place, _, _ in seen} == {stick[0], copy_places.here_id(desk)}
    assert tending.due(desk, reader) == [] and all(total == 5 for _, _, total in seen)
    checks = copies.checks(desk, reader, stick[0])
    assert [check.deed for check in checks].count(CHECK) == 1 and not fixity.unfinished(desk, reader, stick[0])
    before = len(desk.store.rows("SELECT id FROM db_record"))
    turn(tended, desk)
    assert len(desk.store.rows("SELECT id FROM db_record")) == before, "nothing is due, nothing is read or written"


def test_a_slice_that_was_killed_goes_on_where_it_was(desk: Desk, stick: tuple[bytes, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    reader, asked = desk.reader("work"), iter([False, True])
    paused = fixity.check_a_while(desk, reader, stick[0], lambda: next(asked))
    assert paused.paused and sum(paused.counts.values()) == 2 and not [c for c in copies.checks(desk, reader, stick[0]) if c.deed == CHECK]
    looked: list[str] = []
    real = fixity._look
    monkeypatch.setattr(fixity, "_look", lambda store, one: looked.append(one.blob) or real(store, one))  # type: ignore[func-returns-value]
    done = fixity.check_a_while(desk, reader, stick[0], lambda: False)
    assert not done.paused and done.counts[GOOD] == 5 and len(looked) == 3
    assert "Stick" not in settings.value(desk.store, f"{copy_places.WALKS}{stick[0].hex()}")


def test_it_waits_while_somebody_works_and_leaves_a_persons_own_work_alone(desk: Desk, stick: tuple[bytes, Path]) -> None:
    tended, doing = Tending(), Doing()
    assert tended.turn(desk, doing) == 1.0 and tended.now is None, "a page was asked for just now"
    job = Job("fixity", None, lambda made: made())
    doing._jobs[job.ident] = job
    turn(tended, desk, doing)
    assert not [check for check in copies.checks(desk, desk.reader("work"), stick[0]) if check.deed == CHECK]
    with tended.aside():
        turn(tended, desk)
    assert not [check for check in copies.checks(desk, desk.reader("work"), stick[0]) if check.deed == CHECK]
    (stick[1] / copies.sealed_objects(desk, desk.reader("work"))[0].blob).unlink()

    def stops(done: int, _total: int) -> None:
        if done == 2:
            raise Busy("doing.stopped")

    with pytest.raises(Busy):
        fixity.walk(desk, desk.reader("work"), stick[0], REPAIR, stops)
    for _ in range(4):
        turn(tended, desk)
    assert fixity.unfinished(desk, desk.reader("work"), stick[0]) == REPAIR


def test_a_damaged_copy_is_announced_told_in_its_custody_and_mended_by_a_person_alone(desk: Desk, work: Work, stick: tuple[bytes, Path]) -> None:
    reader = desk.reader("work")
    file = stick[1] / reading.evidence(desk, reader, work.item).blob
    good = file.read_bytes()
    file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    tended = Tending()
    for _ in range(4):
        turn(tended, desk)
    assert [(one.place.place, one.count) for one in copies.faulty(desk, reader)] == [(stick[0], 1)]
    assert [(one.event, one.outcome) for one in reading.custody(desk, reader, work.item)][-1] == ("fixity check", CHANGED)
    assert file.read_bytes() != good, "no copy is put right by itself"
    fixity.walk(desk, reader, stick[0], REPAIR)
    assert copies.faulty(desk, reader) == [] and file.read_bytes() == good


def test_a_place_behind_an_address_is_never_opened_by_itself(desk: Desk, stick: tuple[bytes, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    settings.keep(desk.store, f"{copy_places.ADDRESSES}{stick[0].hex()}", "https://store.invalid/share")
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("a socket"))
    tended = Tending()
    for _ in range(4):
        turn(tended, desk)
    assert [one.place for one, _ in tending.due(desk, desk.reader("work"))] == [stick[0]], "it stays due for a person or a timer"


def test_a_stick_that_is_not_in_is_said_once_and_tried_again_later(desk: Desk, stick: tuple[bytes, Path]) -> None:
    stick[1].rename(stick[1].with_name("away"))
    tended = Tending()
    for _ in range(6):
        turn(tended, desk)
    told = copies.checks(desk, desk.reader("work"), stick[0])
    assert [check.reached for check in told].count(False) == 1 and stick[0] in tended._silent
    stick[1].with_name("away").rename(stick[1])
    tended._silent[stick[0]] -= 4_000
    tended._looked -= 4_000
    for _ in range(3):
        turn(tended, desk)
    assert stick[0] not in [one.place for one, _ in tending.due(desk, desk.reader("work"))]


def test_what_was_read_is_due_again_after_its_days(desk: Desk, stick: tuple[bytes, Path]) -> None:
    tended = Tending()
    for _ in range(4):
        turn(tended, desk)
    moment = desk.clock()
    for days, due in ((6, []), (7, [stick[0]])):
        object.__setattr__(desk, "clock", lambda days=days: moment + timedelta(days=days))
        assert [one.place for one, _ in tending.due(desk, desk.reader("work"))] == due
