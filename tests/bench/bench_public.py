"""The public site of ten thousand persons: built whole, and over the build before when ten cards changed and ten went."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from letapis.core import public_log
from letapis.core.published import Card, CardValue, Entry, Published
from letapis.engines.catalogue import catalogue
from letapis.faces.public.build import Built, write_site
from tests.bench.report import Report
from tests.public import published_of

WHOLE: Final = 10_000
TEN: Final = 10
BUILT: Final = 120.0
AGAIN: Final = 5.0
LIST: Final = 60_000
PERSON: Final = 30_000


@pytest.mark.long
def test_the_public_site(scale: int, report: Report, folder: Path) -> None:
    people = WHOLE if scale >= 200_000 else 1_000
    first, site = published_of(people), folder / "site"
    known = catalogue()
    assert known.publication and known.reference and known.public_figures  # Tables of the package are read once for a process.

    def build(now: Published, before: Published | None = None) -> Callable[[], Built]:
        return lambda: write_site(now, site, known, "https://list.example", contact="list@example.org", before=before)

    built = _measured(report, f"Public site of {people:,} persons in three languages", build(first), BUILT)
    sizes = {path: path.stat().st_size for path in site.rglob("*.html")}
    largest, person = max(sizes.values()), max(size for path, size in sizes.items() if path.parent.name == "p")
    holds = largest <= LIST and person <= PERSON
    told = f"{largest / 1000:.0f} KB the largest, {person / 1000:.0f} KB of a person"
    report.add(f"Its {built.pages:,} pages", told, "≤ 60 KB, ≤ 30 KB", holds=holds)
    chosen = {one.card.card for one in first.entries[:: people // TEN]}
    other = CardValue("appeal", "2024-05-05")
    second = _later(first, [_with(one, other) if one.card.card in chosen else one for one in first.entries])
    _measured(report, "The same over the build before, ten cards changed", build(second, first), AGAIN)
    third = _later(second, [one for one in second.entries if one.card.card not in chosen])
    _measured(report, "The same over the build before, ten cards gone", build(third, second), AGAIN)


def _measured(report: Report, what: str, build: Callable[[], Built], target: float) -> Built:
    clock, work = time.perf_counter(), time.process_time()
    built = build()
    took, worked = time.perf_counter() - clock, time.process_time() - work
    told = f"{took:.1f} s ({worked:.1f} s of processor time, {len(built.changed):,} files)"
    report.add(what, told, f"≤ {target:.0f} s", holds=took <= target)
    return built


def _with(entry: Entry, value: CardValue) -> Entry:
    return replace(entry, card=Card(entry.card.card, tuple(sorted((*entry.card.values, value)))))


def _later(before: Published, entries: list[Entry]) -> Published:
    """The snapshot of the same day that follows."""
    dated = public_log.dated(before, entries, before.day)
    gone = {one.card.card: "safety" for one in before.entries}
    return replace(before, number=before.number + 1, entries=dated, changes=public_log.extended(before, dated, before.day, gone))
