"""The bench itself, on a workspace of a thousand claims: it fills, measures and writes, so that a full run does not end in the middle."""

import os
from collections.abc import Callable
from pathlib import Path

from letapis.core.records import Draft
from letapis.desk import card_settle, ledger, public_record, reading
from letapis.desk.audit import audit
from letapis.desk.opening import Desk
from tests.bench import bench_public, bench_workspace, population
from tests.bench.measure import Times, load, machine, nearly_all, resident, seconds_of, timed
from tests.bench.pressroom import pressroom
from tests.bench.report import NAMES, PAGE, Report
from tests.team import Team, make_team

__all__ = ["make_team"]


def test_a_small_run_fills_measures_and_reads(tmp_path: Path) -> None:
    filled = population.found(tmp_path)
    population.fill(filled, 1_000)
    lines: list[str] = []
    report = Report(tmp_path / "page.md", say=lines.append)
    bench_workspace._receive(filled, tmp_path, report, 1_000)
    bench_workspace._read(filled, report)
    apart = bench_workspace._bound(filled.desk, population.claims(filled.desk, filled.homes[-1]))
    whole = bench_workspace._whole(filled.desk, filled.homes[-1])
    bench_workspace._batches(report, [apart], [whole])
    assert audit(filled.desk, 1).faults == ()
    page = reading.home_page(filled.desk, filled.desk.reader("work"))
    assert page.to_check_count and page.disputed and page.news
    assert apart[1] > 0 and whole[1] > 0
    filled.desk.close()
    written = (tmp_path / "page.md").read_text("utf-8")
    assert len(lines) == len(report.lines) == written.count("\n| ") - 1
    assert "Search by word form" in written and machine() in written


def test_claims_are_of_every_type_and_fit_their_facts(tmp_path: Path) -> None:
    filled = population.found(tmp_path)
    population.fill(filled, 500)
    rows = filled.desk.store.rows("SELECT DISTINCT value_type, level FROM db_claim")
    filled.desk.close()
    assert {kind for kind, _ in rows} == {"text", "number", "bool", "date", "list"}


def test_a_missed_target_is_said(tmp_path: Path) -> None:
    report = Report(tmp_path / "page.md", say=lambda _: None)
    report.add("one", "2 ms", "≤ 1 ms", holds=False)
    report.add("two", "1 ms", "≤ 1 ms", holds=True)
    report.add("three", "1 ms")
    assert [line.split("|")[5].strip() for line in report.text().splitlines() if line.startswith("| ")][1:] == ["**no**", "yes", ""]


def test_times_and_processes_are_measured() -> None:
    found = timed([lambda: sum(range(1000))] * 20)
    assert 0 < found.least <= found.median <= found.p95 == nearly_all(found.values)
    assert Times((1.0, 2.0, 3.0), ()).median == 2.0
    assert resident([os.getpid()]) > 1 and seconds_of([os.getpid()]) > 0 and load() >= 0


def sections(page: Path) -> list[str]:
    return [part.strip() for part in page.read_text("utf-8").split("\n## ")]


def test_a_run_leaves_every_section_that_it_did_not_measure(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(PAGE.read_bytes())
    report = Report(page, say=lambda _: None)
    report.put(NAMES, "rowan")  # the page has such a section, or gets one
    before = [part for part in sections(page) if "rowan" not in part]
    report.add("one", "2 ms")
    report.put(NAMES, "kalina")
    parts = sections(page)
    assert [part for part in parts if part in before] == before and len(parts) == len(before) + 2
    report.claims = 1_000
    report.add("two", "3 ms")
    whole = sections(page)
    fresh = [part for part in whole if part not in before]
    assert [part for part in whole if part in before] == [part for part in before if not part.startswith("One run")]
    assert len(fresh) == 2 and fresh[0].startswith("One run with 1,000 claims") and "| one |" in fresh[0] and "| two |" in fresh[0]
    Report(page, say=lambda _: None).put(NAMES, "raspberry")
    assert sections(page) == [part.replace("kalina", "raspberry") for part in whole]


def test_a_run_without_a_page_begins_one(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    report = Report(page, say=lambda _: None)
    report.add("one", "2 ms")
    report.claims = 5
    report.add("two", "3 ms")
    assert [part.splitlines()[0] for part in sections(page)] == ["# Performance", "One run with 5 claims in one workspace"]


def test_cards_of_many_dossiers_are_settled_at_once_as_each_by_itself(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    room, (one, two) = pressroom(make_team, make_desk, 5, 3)
    assert bench_public._gate(room) == (5, 0, ())
    desk, reader = room.team.desks[0], room.reader()
    homes = [one.dossier, two.dossier]
    assert card_settle.settle_shown(desk, reader, homes) == () and public_record.shown(desk, reader) == public_record.every(desk, reader)
    no = {"answer": "refused", "how": "written", "surrogate": True, "reason": "Invented"}
    # The first is counted and not named. What doors would settle in the same step is written past them.
    for person, scope in ((one.persons[0], desk.catalogue.figures.counts_scope), (one.persons[1], "public_list_named")):
        ledger.append(desk, [Draft("consent", one.work, {**no, "dossier": one.dossier, "party": person, "scope": scope})])
    population.rule(desk, "retract", two.dossier, two.work, [two.claims[1]], "invented")
    settled = card_settle.settle_shown(desk, reader, homes)  # what came is settled, however lately it was looked at
    consent = {(one.cards[at].card, card_settle.CONSENT, ()) for at in (0, 1)}
    assert {(done.card.hex(), done.because, done.fields) for done in settled} == consent | {(two.cards[1].card, "", ("name",))}
    assert public_record.shown(desk, reader) == public_record.every(desk, reader)
    # Who lost the name alone is proposed without it.
    assert bench_public._gate(room) == (3, 1, ()) and card_settle.settle(desk, reader, homes) == ()
