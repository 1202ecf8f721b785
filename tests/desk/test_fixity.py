"""Copies in several places: flipped bytes are found anywhere and put right, nothing good is written over, nothing in clear ever leaves."""

import errno
import hashlib
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from letapis.core import fixity as rules
from letapis.core.errors import Busy, LetapisError, Refused, UsageError
from letapis.core.fixity import CHANGED, CHECK, COPY, GOOD, MISSING, REPAIR, UNCHECKED, UNREAD, Cell
from letapis.desk import copies, copy_places, evidence, fixity, reading, settings, sync
from letapis.desk.copy_places import PlaceForm
from letapis.desk.opening import Desk
from tests.damage import flip
from tests.engines.test_webdav import Share, address
from tests.team import Team

from .casework import LETTER, SECRET_NAME, SECRET_TITLE, Work, desk, work_at

__all__ = ["address", "desk"]


@pytest.fixture
def work(desk: Desk) -> Work:
    work = work_at(desk)
    for number in range(4):
        evidence.keep_text(desk, desk.reader("work"), work.dossier, f"Account {number}", f"Invented words {number}. " * 300)
    return work


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def named(desk: Desk, folder: Path, name: str = "Stick in the safe", apart: bool = False) -> bytes:
    return copy_places.add_place(desk, desk.reader("work"), PlaceForm(name, str(folder), 7, apart))


def walk(desk: Desk, place: bytes, deed: str) -> fixity.Outcome:
    return fixity.walk(desk, desk.reader("work"), place, deed)


def blobs(desk: Desk) -> list[str]:
    return [one.blob for one in copies.sealed_objects(desk, desk.reader("work"))]


def events(desk: Desk, item: bytes) -> list[tuple[str, str]]:
    return [(entry.event, entry.outcome) for entry in reading.custody(desk, desk.reader("work"), item)]


# ---- copies ----------------------------------------------------------------------------------------------------------


def test_copies_are_filled_in_read_back_and_told_of_each_item(desk: Desk, work: Work, stick: Path) -> None:
    place = named(desk, stick)
    made = walk(desk, place, COPY)
    assert (made.reached, made.made, made.counts[GOOD]) == (True, 5, 5)
    for name in blobs(desk):
        assert (stick / name).read_bytes() == (desk.workspace / "objects" / name).read_bytes()
    assert events(desk, work.item)[-1] == ("replication", GOOD)
    before = events(desk, work.item)
    assert walk(desk, place, COPY).made == 0 and walk(desk, place, CHECK).counts[GOOD] == 5
    assert events(desk, work.item) == before, "what is good as before is told by the record of the check alone"


def test_more_names_than_one_record_takes_are_told_in_several(desk: Desk, work: Work, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixity, "NAMES_EACH", 2)
    place = named(desk, stick)
    walk(desk, place, COPY)
    assert [len(check.found[GOOD]) for check in copies.checks(desk, desk.reader("work"), place)] == [2, 2, 1]
    assert copies.overview(desk, desk.reader("work")).tally(place)[GOOD] == 5


def test_only_sealed_bytes_and_random_names_lie_at_a_place(desk: Desk, work: Work, stick: Path) -> None:
    walk(desk, named(desk, stick), COPY)
    kept = reading.evidence(desk, desk.reader("work"), work.item)
    names = sorted(path.name for path in stick.rglob("*"))
    assert names == sorted([*blobs(desk), "letapis-copies"])
    lying = b"".join(path.read_bytes() for path in stick.rglob("*")) + " ".join(names).encode()
    words = (LETTER[:40], SECRET_NAME.encode(), SECRET_TITLE.encode(), b"Stick in the safe")
    for canary in (*words, kept.sha256, kept.sha512, kept.sha256.hex().encode()):
        assert canary not in lying
    assert hashlib.sha256(LETTER).digest() == kept.sha256


@pytest.mark.parametrize("at", [0, 60, -1])
def test_a_flipped_byte_in_any_place_is_found_and_put_right_from_a_good_copy(desk: Desk, work: Work, stick: Path, tmp_path: Path, at: int) -> None:
    other = tmp_path / "other"
    other.mkdir()
    here, one, two = copy_places.here_id(desk), named(desk, stick), named(desk, other, "Archive")
    for place in (one, two):
        walk(desk, place, COPY)
    blob = reading.evidence(desk, desk.reader("work"), work.item).blob
    for place, folder in ((here, desk.workspace / "objects"), (one, stick), (two, other)):
        good = (folder / blob).read_bytes()
        damaged = flip(folder / blob, at)
        found = walk(desk, place, CHECK)
        assert found.faults[CHANGED] == (work.item,) and found.counts[GOOD] == 4
        assert events(desk, work.item)[-1] == ("fixity check", CHANGED)
        walk(desk, place, CHECK)
        assert events(desk, work.item)[-2:].count(("fixity check", CHANGED)) == 1, "the same fault is told once"
        mended = walk(desk, place, REPAIR)
        assert (mended.made, mended.aside, mended.counts[GOOD]) == (1, 1, 5) and (folder / blob).read_bytes() == good
        (aside,) = [path for path in folder.iterdir() if path.name.startswith("aside-")]
        assert aside.read_bytes() == damaged, "the damaged bytes are evidence and stay"
        assert events(desk, work.item)[-1] == ("recovery", GOOD)
    assert evidence.check_objects(desk) == []


def test_a_good_copy_is_never_written_over_and_a_bad_one_stays_where_no_good_one_is(desk: Desk, work: Work, stick: Path) -> None:
    place = named(desk, stick)
    walk(desk, place, COPY)
    written = {path.name: path.stat().st_mtime_ns for path in stick.iterdir()}
    assert walk(desk, place, REPAIR).made == 0
    assert {path.name: path.stat().st_mtime_ns for path in stick.iterdir()} == written
    blob = blobs(desk)[0]
    damaged = flip(stick / blob)
    flip(desk.workspace / "objects" / blob)
    left = walk(desk, place, REPAIR)
    assert (left.made, left.aside, left.counts[CHANGED]) == (0, 0, 1) and (stick / blob).read_bytes() == damaged


def test_what_is_missing_cut_or_a_link_has_its_own_word(desk: Desk, work: Work, stick: Path) -> None:
    place = named(desk, stick)
    walk(desk, place, COPY)
    gone, cut, link = blobs(desk)[:3]
    (stick / gone).unlink()
    (stick / cut).write_bytes((stick / cut).read_bytes()[:-1])
    (stick / link).unlink()
    (stick / link).symlink_to(desk.workspace / "objects" / link)
    assert {state: len(items) for state, items in walk(desk, place, CHECK).faults.items()} == {MISSING: 1, CHANGED: 2, UNREAD: 0}
    mended = walk(desk, place, REPAIR)
    assert mended.made == 2 and mended.counts[CHANGED] == 1 and (stick / link).is_symlink(), "a link is for a person to look at"


# ---- places that are not as they should be ---------------------------------------------------------------------------


def test_a_stick_that_is_not_in_is_unreachable_and_nothing_is_made_on_this_disk(desk: Desk, work: Work, stick: Path) -> None:
    place = named(desk, stick)
    walk(desk, place, COPY)
    away = stick.rename(stick.with_name("in a pocket"))
    assert not walk(desk, place, COPY).reached and not stick.exists()
    stick.mkdir()
    for deed in (CHECK, COPY, REPAIR):
        assert not walk(desk, place, deed).reached and not list(stick.iterdir()), "an empty folder is where the stick will be"
    told = [check for check in copies.checks(desk, desk.reader("work"), place) if not check.reached]
    assert len(told) == 1, "said once a day"
    stick.rmdir()
    away.rename(stick)
    assert walk(desk, place, CHECK).counts[GOOD] == 5


def test_a_stick_pulled_out_in_the_middle_does_not_make_everything_missing(
    desk: Desk, work: Work, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = named(desk, stick)
    walk(desk, place, COPY)
    look, seen = fixity._look, list[str]()

    def pulled(store: Any, one: Any) -> str:
        seen.append(one.blob)
        if len(seen) == 3:
            stick.rename(stick.with_name("out"))
            stick.mkdir()
        return look(store, one)

    with monkeypatch.context() as patch:
        patch.setattr(fixity, "_look", pulled)
        out = walk(desk, place, CHECK)
    assert not out.reached and not out.faults
    stick.rmdir()
    stick.with_name("out").rename(stick)
    assert fixity.unfinished(desk, desk.reader("work"), place) == CHECK and walk(desk, place, CHECK).counts[GOOD] == 5


def test_another_stick_in_the_same_place_is_not_taken_for_ours(desk: Desk, work: Work, stick: Path, tmp_path: Path) -> None:
    place = named(desk, stick)
    other = tmp_path / "other"
    other.mkdir()
    named(desk, other, "Archive")
    shutil.rmtree(stick)
    other.rename(stick)
    with pytest.raises(Refused, match=r"fixity\.other_place"):
        walk(desk, place, COPY)


@pytest.mark.parametrize("address", ["s3://invented-bucket/copies", "http://127.0.0.1:9/share"])
def test_a_store_that_is_absent_is_unreachable_and_everything_else_goes_on(
    desk: Desk, work: Work, stick: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"ENDPOINT": "http://127.0.0.1:9", "ALLOW_HTTP": "true", "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "REGION": "invented"}
    for name, value in known.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    place = named(desk, stick)
    walk(desk, place, COPY)
    settings.keep(desk.store, f"fixity.address:{place.hex()}", address)
    assert not walk(desk, place, CHECK).reached
    found = copies.overview(desk, desk.reader("work"))
    assert found.tally(place)[GOOD] == 5, "what an earlier check found stays known with its day"
    with pytest.raises(LetapisError):
        copy_places.add_place(desk, desk.reader("work"), PlaceForm("Absent", address))


def test_a_share_holds_copies_like_a_folder_and_what_it_changed_is_put_right(desk: Desk, work: Work, address: str) -> None:
    place = copy_places.add_place(desk, desk.reader("work"), PlaceForm("Share of the partners", address, 30, True))
    assert walk(desk, place, COPY).made == 5
    blob = blobs(desk)[0]
    (name,) = [file for file in Share.files if file.endswith(blob)]
    Share.files[name] = damaged = Share.files[name][:-1] + bytes([Share.files[name][-1] ^ 1])
    assert walk(desk, place, CHECK).counts[CHANGED] == 1 and walk(desk, place, REPAIR).aside == 1
    assert Share.files[name] == (desk.workspace / "objects" / blob).read_bytes() and damaged in Share.files.values()
    Share.status = 507
    assert not walk(desk, place, CHECK).reached


def test_a_disk_that_fills_in_the_middle_keeps_what_is_done_and_goes_on_later(
    desk: Desk, work: Work, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, sync_, done = named(desk, stick), os.fsync, [0]

    def full(descriptor: int) -> None:
        done[0] += os.readlink(f"/proc/self/fd/{descriptor}").startswith(str(stick))
        if done[0] > 4:
            raise OSError(errno.ENOSPC, "full")
        sync_(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Busy, match=r"disk\.full"):
            walk(desk, place, COPY)
    lying = [path.name for path in stick.iterdir()]
    assert 0 < len(lying) - 1 < 5 and not [name for name in lying if name.startswith(".")]
    rest = walk(desk, place, COPY)
    assert rest.counts[GOOD] == 5 and rest.made == 5 and events(desk, work.item).count(("replication", GOOD)) == 1


def test_a_place_that_may_not_be_written_says_so_and_stays_as_it_is(desk: Desk, work: Work, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, open_ = named(desk, stick), os.open

    def refused(path: Any, flags: int, *more: Any, **named_: Any) -> int:
        if flags & (os.O_CREAT | os.O_TMPFILE & ~os.O_DIRECTORY) and str(path).startswith("."):
            raise PermissionError(errno.EACCES, "no")
        return open_(path, flags, *more, **named_)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refused)
        with pytest.raises(Refused, match=r"disk\.permission"):
            walk(desk, place, COPY)
    assert [path.name for path in stick.iterdir()] == ["letapis-copies"]


def test_what_may_not_be_read_is_not_called_missing(desk: Desk, work: Work, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, open_ = named(desk, stick), os.open
    walk(desk, place, COPY)
    shut = blobs(desk)[0]

    def refused(path: Any, flags: int, *more: Any, **named_: Any) -> int:
        if path == shut:
            raise PermissionError(errno.EACCES, "no")
        return open_(path, flags, *more, **named_)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refused)
        assert len(walk(desk, place, CHECK).faults[UNREAD]) == 1


# ---- ended in the middle ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", [CHECK, COPY])
def test_a_walk_that_is_killed_goes_on_where_it_was(desk: Desk, work: Work, stick: Path, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    place = named(desk, stick)
    if deed == CHECK:
        walk(desk, place, COPY)
    monkeypatch.setattr(fixity, "KEPT_EVERY", 2)
    look, seen = fixity._look, list[str]()
    child = os.fork()
    if child == 0:
        try:

            def killed(store: Any, one: Any) -> str:
                seen.append(one.blob)
                if len(set(seen)) == 4:
                    os.kill(os.getpid(), signal.SIGKILL)
                return look(store, one)

            fixity._look = killed
            walk(desk, place, deed)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    counted = list[str]()
    monkeypatch.setattr(fixity, "_look", lambda store, one: counted.append(one.blob) or look(store, one))
    done = walk(desk, place, deed)
    assert done.counts[GOOD] == 5 and len(set(counted)) <= 3, "what was kept is not read again"
    if deed == COPY:
        assert all((stick / name).exists() for name in blobs(desk))
        items = [one.item for one in copies.sealed_objects(desk, desk.reader("work"))]
        assert all(events(desk, item).count(("replication", GOOD)) == 1 for item in items), "also those whose copying nobody could tell any more"


# ---- known to all ----------------------------------------------------------------------------------------------------


def test_colleagues_see_places_and_checks_but_no_address(make_team: Callable[..., Team], stick: Path) -> None:
    team = make_team(2)
    first, second = team.desks
    work_at(first)
    place = named(first, stick, apart=True)
    walk(first, place, COPY)
    walk(first, copy_places.here_id(first), CHECK)
    team.settle()
    (seen,) = [one for one in copy_places.places(second, team.reader(1)) if one.place == place]
    assert (seen.name, seen.every, seen.apart, seen.address) == ("Stick in the safe", 7, True, "")
    with pytest.raises(Refused, match=r"fixity\.no_address"):
        walk(second, place, CHECK)
    for one in (place, copy_places.here_id(first)):
        (told,) = copies.checks(second, team.reader(1), one)
        assert len(told.found[GOOD]) == 1


def test_the_exchange_is_a_place_and_its_names_stay_its_own(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk = team.desks[0]
    work = work_at(desk)
    team.settle()
    relay = copy_places.relay_id(desk)
    assert walk(desk, relay, CHECK).counts[GOOD] == 1
    blob = blobs(desk)[0]
    flip(team.relay / "objects" / blob)
    assert walk(desk, relay, REPAIR).made == 1
    assert [path.name for path in (team.relay / "objects").iterdir()] == [blob]
    assert [path.name for path in (desk.workspace / "objects").iterdir() if path.name.startswith("aside-")]
    assert not sync.sync(desk, team.reader()).faults and events(desk, work.item)[-1] == ("recovery", GOOD)


def test_what_is_due_and_what_is_still_to_be_done(desk: Desk, work: Work, stick: Path, tmp_path: Path) -> None:
    reader = desk.reader("work")
    assert copies.due(desk, reader) == [] and set(copies.overview(desk, reader).advice) == {"first", "three", "apart"}
    place = named(desk, stick)
    assert [(one.place, days) for one, days in copies.due(desk, reader)] == [(place, 0)]
    walk(desk, place, COPY)
    assert len(copies.due(desk, reader)) == 1, "copying reads only what is new"
    walk(desk, place, CHECK)
    assert copies.due(desk, reader) == [] and copies.overview(desk, reader).safe == 0
    later = replace(desk, clock=lambda: desk.clock() + timedelta(days=9))
    assert [days for _, days in copies.due(later, reader)] == [2]
    other = tmp_path / "archive"
    other.mkdir()
    for one in (named(desk, other, "Archive", apart=True), copy_places.here_id(desk)):
        walk(desk, one, COPY)
    found = copies.overview(desk, reader)
    assert found.safe == 5 and found.advice == ()
    assert {one.cell.state for one in copies.of_item(desk, reader, work.item)} == {GOOD}
    copy_places.give_up_place(desk, reader, place)
    assert set(copies.overview(desk, reader).advice) == {"three"} and (stick / blobs(desk)[0]).exists()


def test_the_history_of_an_item_shows_the_checks_of_its_copy_and_no_record_is_made_for_it(desk: Desk, work: Work, stick: Path) -> None:
    """That all is as it was is told once for the place; the item's history reads it there, whoever checked."""
    reader, place = desk.reader("work"), named(desk, stick)
    walk(desk, place, COPY)
    told, first = len(events(desk, work.item)), desk.clock().date()
    days = [first]
    for passed in (7, 14):
        later = replace(desk, clock=lambda passed=passed: desk.clock() + timedelta(days=passed))
        assert fixity.walk(later, later.reader("work"), place, CHECK).counts[GOOD] == 5
        days.append(later.clock().date())
    assert len(events(desk, work.item)) == told, "no entry of its own for each item"
    (found,) = [one for one in copies.of_item(desk, reader, work.item) if one.place.place == place]
    assert found.days == tuple(day.isoformat() for day in days) and found.cell == Cell(GOOD, days[-1].isoformat())
    flip(stick / reading.evidence(desk, reader, work.item).blob)
    broken = replace(desk, clock=lambda: desk.clock() + timedelta(days=21))
    fixity.walk(broken, broken.reader("work"), place, CHECK)
    (found,) = [one for one in copies.of_item(desk, reader, work.item) if one.place.place == place]
    assert found.cell.state == CHANGED and len(found.days) == 3, "a check that found a fault is no day on which it was good"


@pytest.mark.parametrize("form, code", [
    (PlaceForm("", "/tmp"), "fixity.name"), (PlaceForm("x", ""), "blobs.address"), (PlaceForm("x", "/no/such/folder"), "fixity.folder"),
    (PlaceForm("x", "ftp://x"), "blobs.address"), (PlaceForm("x", "http://example.org/x"), "blobs.address"),
    (PlaceForm("x", "/tmp", -1), "fixity.every"),
])  # fmt: skip
def test_a_place_that_cannot_be_one_is_refused(desk: Desk, work: Work, form: PlaceForm, code: str) -> None:
    with pytest.raises(UsageError, match=code.replace(".", r"\.")):
        copy_places.add_place(desk, desk.reader("work"), form)
    with pytest.raises(UsageError, match=r"fixity\.inside"):
        copy_places.add_place(desk, desk.reader("work"), PlaceForm("x", str(desk.workspace / "objects")))


def test_a_place_that_a_colleague_named_is_known_by_its_mark(make_team: Callable[..., Team], stick: Path) -> None:
    team = make_team(2)
    place = named(team.desks[0], stick)
    team.settle()
    assert named(team.desks[1], stick, "The same stick") == place
    assert copy_places.place(team.desks[1], team.reader(1), place).name == "The same stick"
    (stick / "letapis-copies").write_bytes(b"x" * 32)
    with pytest.raises(Refused, match=r"fixity\.mark"):
        copy_places.add_place(team.desks[0], team.reader(), PlaceForm("x", str(stick)))


def test_what_nobody_read_is_not_called_good() -> None:
    table = rules.cells([b"a" * 8], [])
    assert rules.tally([b"a" * 8], table.get(b"p", {})) == {GOOD: 0, MISSING: 0, CHANGED: 0, UNREAD: 0, UNCHECKED: 1}
