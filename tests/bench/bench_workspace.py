"""One large workspace: filling it, appending to it, reading it, opening it as a person does, checking and rebuilding it.

SCALE is how many claims are wanted, FILL_SECONDS how long the filling may take; the report says how many there were in the end.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from letapis.core.instants import instant
from letapis.core.records import Draft
from letapis.desk import chain, ledger, logs, reading
from letapis.desk.audit import audit
from letapis.desk.entering import projected
from letapis.desk.opening import Desk, open_desk
from letapis.desk.projections import TABLES, Placed
from letapis.desk.qualify import qualify
from letapis.engines.db.models import Record as Row
from letapis.engines.db.tables import Rows
from letapis.engines.keys.client import AgentClient
from letapis.engines.keys.supervisor import agent_command
from tests.bench import population
from tests.bench.measure import Times, nearly_all, resident, seconds_of, timed
from tests.bench.open_desk import OpenDesk, opened
from tests.bench.population import BATCH, Filled, Home
from tests.bench.report import Report

_CHECKED_PART = 200_000  # claims in the workspace when it is audited and rebuilt: what they cost a record does not depend on the size
_REPEATS = 60
_FAR = 1 << 60  # a place in the leaves that no log reaches


@pytest.fixture(scope="module")
def filled(folder: Path) -> Iterator[Filled]:
    made = population.found(folder)
    yield made
    made.desk.close()


class _Pace:
    """Claims a second of wall time and of CPU time, window by window."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.windows: list[tuple[float, float]] = []
        self._mark = (time.perf_counter(), time.process_time())

    def told(self, claims: int) -> None:
        if claims % self.window == 0:
            now = (time.perf_counter(), time.process_time())
            self.windows.append((self.window / (now[0] - self._mark[0]), self.window / (now[1] - self._mark[1])))
            print(f"{claims:>9,} claims  {self.windows[-1][0]:6.0f}/s wall  {self.windows[-1][1]:6.0f}/s CPU", flush=True)
            self._mark = now


def test_one_workspace_from_empty_to_full(filled: Filled, folder: Path, report: Report, scale: int) -> None:
    """In this order, because each part stands on what the part before it left."""
    population.fill(filled, min(5_000, scale))
    small = _singles(filled)
    population.fill(filled, min(_CHECKED_PART, scale))
    _check(filled, report)
    pace = _Pace(max(BATCH, min(10_000, scale // 10)))
    end = time.monotonic() + float(os.environ.get("FILL_SECONDS", "7200"))
    while filled.claims < scale and time.monotonic() < end:
        population.fill(filled, min(filled.claims + pace.window, scale), pace.told)
    report.claims = filled.claims
    _append(filled, report, pace, small)
    _receive(filled, folder, report, scale)
    _read(filled, report)
    filled.desk.close()
    _in_the_agent(filled, report)
    _opened(filled, report)


# ---- writing ---------------------------------------------------------------------------------------------------------


def _singles(filled: Filled) -> Times:
    """Appends of one claim, each durable."""
    home = filled.homes[-1]
    return timed([lambda: ledger.append(filled.desk, population.claims(filled.desk, home, 1))] * 100)


def _append(filled: Filled, report: Report, pace: _Pace, small: Times) -> None:
    desk = filled.desk
    large = _singles(filled)
    text = f"p50 {large.median:.1f} ms, p95 {large.p95:.1f} ms; processor p50 {statistics.median(large.cpu):.1f} ms"
    report.add("Append of one claim, durable", text, "p95 ≤ 25 ms", holds=large.p95 <= 25)
    growth = f"processor time at the median {statistics.median(small.cpu):.2f} ms at 5,000 claims, {statistics.median(large.cpu):.2f} ms now"
    report.add("Its growth with the workspace", growth, "none", holds=statistics.median(large.cpu) <= 1.5 * statistics.median(small.cpu))
    home = population.new_home(desk, len(filled.homes))
    filled.homes.append(home)
    apart, whole = [], []
    for _ in range(12):
        apart.append(_bound(desk, population.claims(desk, home)))
        whole.append(_whole(desk, home))
    filled.claims += 12 * BATCH
    _batches(report, apart, whole)
    if pace.windows:
        walls, cpus = [w for w, _ in pace.windows], [c for _, c in pace.windows]
        few = max(1, len(cpus) // 5)
        cpu = f"{statistics.median(cpus[:few]):.0f} claims per CPU second in the first fifth, {statistics.median(cpus[-few:]):.0f} in the last"
        report.add("Filling, by processor time", cpu, "≥ 1,500", holds=statistics.median(cpus[-few:]) >= 1500)
        wall = f"{statistics.median(walls):.0f} claims/s of wall time, best window {max(walls):.0f}"
        report.add("Filling, by the clock, with all else that ran", wall)
    size = sum(one.stat().st_size for one in filled.workspace.path.iterdir() if one.name.startswith("database.db"))
    report.add("Size of the database", f"{size / (1 << 20):,.0f} MiB, {size / filled.claims:,.0f} bytes a claim")


Cost = tuple[float, float]
"""Seconds of wall time and of processor time."""


def _batches(report: Report, apart: list[Cost], whole: list[Cost]) -> None:
    walls, cpus = [wall for wall, _ in whole], [cpu for _, cpu in whole]
    rates = f"{BATCH / min(walls):,.0f} claims/s at best, {BATCH / statistics.median(walls):,.0f} at the median"
    rates += f"; {BATCH / statistics.median(cpus):,.0f} per processor second"
    report.add(f"Batches of {BATCH}, durable, in the full workspace", rates, "≥ 1,500 claims/s", holds=BATCH / min(walls) >= 1500)
    ratio = min(wall for wall, _ in apart) / min(walls)
    by_cpu = statistics.median(cpu for _, cpu in apart) / statistics.median(cpus)
    bound = f"{BATCH / min(wall for wall, _ in apart):,.0f} claims/s: records made, and bare rows inserted into the same tables, durably"
    report.add("The same against its bound", f"{ratio:.2f} by the clock, {by_cpu:.2f} by processor time", "≥ 0.6", bound, holds=ratio >= 0.6)


def _whole(desk: Desk, home: Home) -> Cost:
    drafts = population.claims(desk, home)
    found = timed([lambda: ledger.append(desk, drafts)])
    return found.values[0] / 1000, found.cpu[0] / 1000


def _bound(desk: Desk, drafts: list[Draft]) -> Cost:
    """What the parts alone cost: making the records in full, and inserting their bare rows into the same tables, durably. The rows
    are taken out again."""
    log = logs.log_of(desk.store, desk.device, desk.origin)
    link = chain.Link(desk.device, log.frontier.size, log.head, log.seen)
    random, ids = desk.randomness(96 * len(drafts)), [desk.randomness(16) for _ in drafts]
    epochs, now = desk.epochs(), instant(desk.clock())
    begun = _now()
    forged = chain.forge(desk.agent, link, drafts, ids, now, epochs, random)
    log.frontier.extend([f.leaf for f in forged])
    made = _now()
    rows, first = Rows(TABLES), desk.store.reserve_ids("db_record", len(forged))
    for i, one in enumerate(forged):
        projected(rows, Placed(first + i, one.record, desk.me, True, False))
        _record_row(rows, first + i, one)
        rows.add("leaf", id=_FAR + i, hash=one.leaf)
    ready = _now()
    with desk.store.transaction():
        rows.write(desk.store)
    done = _now()
    with desk.store.transaction():
        for table, start in (("db_claim", first), ("db_record", first), ("db_logleaf", _FAR)):
            desk.store.run(f"DELETE FROM {table} WHERE id >= %s AND id < %s", (start, start + len(forged)))
    return made[0] - begun[0] + done[0] - ready[0], made[1] - begun[1] + done[1] - ready[1]


def _now() -> Cost:
    return time.perf_counter(), time.process_time()


def _record_row(rows: Rows, number: int, forged: chain.Forged) -> None:
    h = forged.record.header
    named = {"ref": forged.record.ref, "rid": h.id, "type": h.type, "compartment": h.compartment, "epoch": forged.epoch, "device": h.device}
    rows.add("record", id=number, seq=h.seq, recorded=h.recorded, state=Row.OK, fault="", blob=forged.blob, wrap=forged.wrap, **named)


def _receive(filled: Filled, folder: Path, report: Report, scale: int) -> None:
    """What a colleague recorded arrives; some of it is checked and disputed, so that the first page has something to show."""
    count = max(BATCH, min(20_000, scale // 20))
    begun, done = time.perf_counter(), 0
    for arrived in population.from_a_colleague(filled, folder, count):
        done += arrived
    took = time.perf_counter() - begun
    report.add("Records of a colleague, recorded there and received here", f"{done / took:.0f} records/s together")
    reader = filled.desk.reader("work")
    theirs = reading.dossiers(filled.desk, reader)[0]
    refs = [claim.ref for claim in reading.claims(filled.desk, reader, theirs.dossier)]
    for start in range(0, len(refs) // 2, 50):
        population.rule(filled.desk, "check", theirs.dossier, theirs.work, refs[start : start + 50])
    population.rule(filled.desk, "dispute", theirs.dossier, theirs.work, refs[-20:], "the date cannot be")


# ---- checking --------------------------------------------------------------------------------------------------------


def _check(filled: Filled, report: Report) -> None:
    desk = filled.desk
    cases: list[tuple[str, Callable[[], object], int]] = [
        ("Audit with signatures, two processes", lambda: audit(desk, 2), 8_000),
        ("Audit of digests and tree, two processes", lambda: audit(desk, 2, signatures=False), 20_000),
        ("Rebuild of all projections", lambda: ledger.rebuild(desk), 2_500),
    ]
    records = int(desk.store.rows("SELECT count(*) FROM db_record")[0][0])
    for what, action, target in cases:
        cpu, begun = _cpu(), time.perf_counter()
        action()
        wall, cpu = time.perf_counter() - begun, _cpu() - cpu
        text = f"{records / wall:,.0f} records/s ({records / cpu:,.0f} per CPU second), {records:,} records"
        report.add(what, text, f"≥ {target:,} records/s", holds=records / wall >= target)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


# ---- reading ---------------------------------------------------------------------------------------------------------


def _read(filled: Filled, report: Report) -> None:
    desk = filled.desk
    reader = desk.reader("work")
    homes = [filled.homes[i * 7919 % len(filled.homes)] for i in range(_REPEATS)]
    _one(report, "Person page, read (100 claims)", 50, [_bind(reading.person_page, desk, reader, _person(home, i)) for i, home in enumerate(homes)])
    _one(report, "First page, read", 150, [lambda: (reading.home_page(desk, reader), reading.today(desk, reader))] * _REPEATS)
    words = ("арышту", "затрыманні", "штраф суд", "вобшуку адваката ", "галадоўкі", "каранцін", "пра", "а", "Vydumka 17", "карцэр спатканне адвакат ")
    _one(report, "Search by word form", 50, [_bind(reading.find, desk, reader, words[i % len(words)]) for i in range(_REPEATS)])
    _one(report, "Numbers of a dossier of 5,000 claims", 0, [_bind(reading.numbers, desk, reader, home.dossier) for home in homes[:20]])
    _one(report, "History of a dossier", 0, [_bind(reading.history, desk, reader, home.dossier) for home in homes[:20]])
    _one(report, "Law page of a person (100 claims, all norms)", 0, [_bind(qualify, desk, reader, home.dossier) for home in homes[:20]])


def _bind(function: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: function(*arguments)


def _person(home: Home, i: int) -> bytes:
    return home.persons[i % len(home.persons)]


def _one(report: Report, what: str, limit: int, actions: list[Callable[[], object]], pids: tuple[int, ...] = ()) -> None:
    """Time each action; with ``pids`` the processor time is that of the processes that answer."""
    before = seconds_of(pids)
    found = timed(actions)
    cpu = f"{statistics.median(found.cpu):.1f} ms at the median, p95 {nearly_all(found.cpu):.1f} ms"
    if pids:
        cpu = f"{(seconds_of(pids) - before) * 1000 / len(actions):.1f} ms on average"
    text = f"p50 {found.median:.1f} ms, p95 {found.p95:.1f} ms, least {found.least:.1f} ms; processor {cpu}"
    report.add(what, text, f"p95 ≤ {limit} ms" if limit else "", holds=found.p95 <= limit if limit else None)


# ---- as a person has it ----------------------------------------------------------------------------------------------


def _in_the_agent(filled: Filled, report: Report) -> None:
    """The same append with the keys in the agent's process."""
    out, into = os.pipe()
    os.write(into, filled.passphrase.encode() + b"\n")
    os.close(into)
    agent = subprocess.Popen(agent_command(filled.workspace.path, out), stdout=subprocess.PIPE, pass_fds=(out,))
    os.close(out)
    try:
        assert agent.stdout is not None and agent.stdout.readline() == b"ready\n"
        client = AgentClient.of(filled.workspace)
        desk = open_desk(filled.workspace.path, client, alias="bench-agent")
        home = filled.homes[-1]
        took = [_whole(desk, home)[0] for _ in range(8)]
        desk.close()
        client.close()
        rates = f"{BATCH / min(took):.0f} claims/s at best, {BATCH / statistics.median(took):.0f} at the median"
        report.add("Batches with the keys in the agent's process", rates)
    finally:
        agent.terminate()
        agent.wait(30)
        if agent.stdout is not None:
            agent.stdout.close()


def _opened(filled: Filled, report: Report) -> None:
    with opened(filled.workspace.path, filled.passphrase) as live:
        first = live.page("/")
        cold = time.perf_counter() - live.started
        report.add("Cold start, from the passphrase to the first page", f"{cold:.1f} s", "≤ 3 s", holds=cold <= 3)
        report.add("First page", f"{len(first) / 1000:.0f} kB", "≤ 60 kB", holds=len(first) <= 60_000)
        homes = [filled.homes[i * 7919 % len(filled.homes)] for i in range(_REPEATS)]
        _one(report, "First page over the socket", 150, [_bind(live.page, "/")] * _REPEATS, live.pids)
        persons = [_bind(live.page, f"/persons/{_person(home, i).hex()}") for i, home in enumerate(homes)]
        _one(report, "Person page over the socket", 50, persons, live.pids)
        searches = [_bind(live.search(), word) for word in ("арышту", "Vydumka", "суд")]
        _one(report, "Search page over the socket", 50, searches * (_REPEATS // 3), live.pids)
        _memory(live, report)


def _memory(live: OpenDesk, report: Report) -> None:
    held = resident(live.pids)
    report.add("Memory of supervisor, agent and web after these pages", f"{held:.0f} MiB", "≤ 400 MiB", holds=held <= 400)


def test_the_interpreter_is_named(report: Report) -> None:
    report.add("Interpreter", sys.version.split()[0])
