"""The public list of ten thousand persons: what stands behind it is weighed, it is built whole and again, counted and checked."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import pytest

from letapis.core import public_log
from letapis.core.published import Card, CardValue, Entry, Published, encode
from letapis.desk import card_settle, public_record, snapshot_store, snapshots
from letapis.desk.opening import Desk
from letapis.engines import hosting
from letapis.faces import release
from tests.bench.pressroom import IN_DOSSIER, pressroom
from tests.bench.report import Report
from tests.desk.publishing import ADDRESS, Newsroom, newsroom
from tests.faces.web.casework import browsing
from tests.public import published_of
from tests.team import Team, make_team

__all__ = ["make_team"]

WHOLE: Final = 10_000
TEN: Final = 10
MIXED: Final = ("four cards changed, three gone, three come", 4, 3, 3)
BUILT: Final = 120.0
AGAIN: Final = 5.0
GATE: Final = 20.0
LIST: Final = 60_000
PERSON: Final = 30_000
IMPRINT: Final = release.Imprint(ADDRESS, "list@pryklad.example")
Result = TypeVar("Result")


@pytest.mark.long
def test_a_release(scale: int, report: Report, folder: Path, make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    people = WHOLE if scale >= 200_000 else 500
    room, root = newsroom(make_team, make_desk), hosting.require_root(folder / "site", folder / "elsewhere")
    usual, first = snapshots.plan(room.press, room.press_reader), published_of(people)

    def build(now: Published, before: Published | None = None) -> Callable[[], release.Released]:
        made = replace(usual, published=now, before=before)
        return lambda: release.build(room.press, room.press_reader, made, root, IMPRINT)

    done = _measured(report, f"Public list of {people:,} persons in three languages, from a snapshot to the release shown", build(first), BUILT)
    sizes = {path: path.stat().st_size for path in done.shown.folder.rglob("*.html")}
    largest, person = max(sizes.values()), max(size for path, size in sizes.items() if path.parent.name == "p")
    told = f"{largest / 1000:.0f} KB the largest, {person / 1000:.0f} KB of a person"
    report.add(f"Its {done.site.pages:,} pages among {done.files:,} files", told, "≤ 60 KB, ≤ 30 KB", holds=largest <= LIST and person <= PERSON)
    shutil.copytree(done.shown.folder, folder / "kept", copy_function=os.link)
    last = first
    for told, entries in _days(first, list(published_of(people + 2 * TEN).entries)):
        before, last = _opened(room), _later(last, entries)
        _measured(report, f"The same over the release before, {told}", build(last, before), AGAIN)
    (folder / "published.json").write_bytes(encode(last))
    _spoken(report, f"`letapis stats` of {people:,} persons", "stats", "--snapshot", str(folder / "published.json"), "--months", "12")
    _spoken(report, f"`letapis publish check` of two lists of {people:,}", "publish", "check", str(folder / "kept"), str(root / "current"))


def _days(first: Published, everybody: list[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """What a list becomes on days that follow each other, ten cards on each; who comes is of ``everybody`` and not in the ``first`` of them."""
    other, listed = CardValue("appeal", "2024-05-05"), {one.card.card for one in first.entries}
    now, coming = list(first.entries), [one for one in everybody if one.card.card not in listed]
    for told, changed, gone, come in (("ten cards changed", TEN, 0, 0), ("ten cards gone", 0, TEN, 0), ("ten cards come", 0, 0, TEN), MIXED):
        step = len(now) // (changed + gone or 1)
        chosen = [one.card.card for one in now[step // 3 :: step]]
        going, new = set(chosen[changed : changed + gone]), [coming.pop() for _ in range(come)]
        now = [_with(one, other) if one.card.card in chosen[:changed] else one for one in now if one.card.card not in going] + new
        now.sort(key=lambda one: one.card.card)
        yield told, now


@pytest.mark.long
@pytest.mark.parametrize("in_dossier", [IN_DOSSIER, 1])
def test_the_gate(scale: int, report: Report, make_team: Callable[..., Team], make_desk: Callable[..., Desk], in_dossier: int) -> None:
    people = WHOLE if scale >= 200_000 else 100
    room, _ = pressroom(make_team, make_desk, people, in_dossier)
    desk, reader = room.team.desks[0], room.reader()
    desk.kept.clear()
    homes = "a dossier for each" if in_dossier == 1 else f"dossiers of {in_dossier}"
    told = f"Gate check of {people:,} public cards in {homes}: approvals, what waits, what they stand on"
    found = _measured(report, told, lambda: _gate(room), GATE)
    assert found == (people, 0, ())
    _measured(report, "Approvals of all of them read again", lambda: public_record.entries(desk, reader))
    with browsing(desk) as client:
        for turn in ("the first time", "and again"):
            answer = _measured(report, f"The page of what waits and what is public, {turn}", lambda: client.get("/publication"))
            assert answer.status_code == 200
    room.press.kept.clear()
    planned = _measured(report, "The publisher's plan of it, from sealed records", lambda: snapshots.plan(room.press, room.press_reader))
    assert len(planned.published.entries) == people


def _gate(room: Newsroom) -> tuple[int, int, tuple[card_settle.Settled, ...]]:
    """How many cards are public and wait, and what of them fell."""
    desk, reader = room.team.desks[0], room.reader()
    public, waiting = public_record.entries(desk, reader), public_record.waiting(desk, reader)
    return len(public.entries), len(waiting), card_settle.settle(desk, reader)


def _measured(report: Report, what: str, deed: Callable[[], Result], target: float = 0.0) -> Result:
    clock, work = time.perf_counter(), time.process_time() + _of_others()
    done = deed()
    took, worked = time.perf_counter() - clock, time.process_time() + _of_others() - work
    told, aim = f"{took:.1f} s ({worked:.1f} s of processor time)", f"≤ {target:.0f} s" if target else ""
    report.add(what, told, aim, holds=took <= target if target else None)
    return done


def _of_others() -> float:
    """Processor time of processes that this one started and that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _spoken(report: Report, what: str, *words: str) -> None:
    """A command in a process of its own, its start with it."""
    clock, work = time.perf_counter(), _of_others()
    subprocess.run([sys.executable, "-m", "letapis", *words], check=True, stdout=subprocess.DEVNULL)
    report.add(what, f"{time.perf_counter() - clock:.1f} s ({_of_others() - work:.1f} s of processor time)")


def _opened(room: Newsroom) -> Published:
    """The snapshot before, as the plan reads it in a new process."""
    room.press.kept.clear()
    before = snapshot_store.last(room.press)
    assert before is not None
    return before


def _with(entry: Entry, value: CardValue) -> Entry:
    return replace(entry, card=Card(entry.card.card, tuple(sorted((*entry.card.values, value)))))


def _later(before: Published, entries: list[Entry]) -> Published:
    """The snapshot of the same day that follows."""
    dated = public_log.dated(before, entries, before.day)
    gone = {one.card.card: "safety" for one in before.entries}
    return replace(before, number=before.number + 1, entries=dated, changes=public_log.extended(before, dated, before.day, gone))
