"""Evidence: the log at ten million leaves, a folder of many files, a case file of a thousand items under the verifier.

LEAVES and FILES are their sizes. Bounds are measured in the same run: the bare work of the same bytes with the same durability.
"""

import hashlib
import os
import random
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from letapis.core import merkle
from letapis.core.records import Draft
from letapis.core.standing import Level
from letapis.desk import casefile, imports, ledger, logs, reading
from letapis.desk.items import draft
from letapis.desk.log_tiles import Paths
from letapis.desk.members import common_compartment
from letapis.desk.opening import DATABASE, Desk
from letapis.engines.objects import ObjectStore
from letapis.engines.seal import CHUNK, ChunkSealer
from letapis.faces.verifier import verify
from tests.bench import population
from tests.bench.measure import Times, resident, timed
from tests.bench.report import Report
from tests.desk.casework import work_at

SMALL = 64 << 10
ITEM = 256 << 10
GROUP = 64


def test_a_log_of_millions(folder: Path, report: Report) -> None:
    (folder / "log").mkdir()
    filled = population.found(folder / "log")
    store, wanted = filled.desk.store, int(os.environ.get("LEAVES", "10000000"))
    log = next(one for one in logs.logs(store) if one.device == filled.desk.device)
    batch = [secrets.token_bytes(32) for _ in range(4096)]
    rates: list[float] = []
    while log.frontier.size < wanted:
        begun = time.perf_counter()
        with store.transaction():
            log = logs.grow(store, log, batch)
            logs.save(store, log)
        rates.append(len(batch) / (time.perf_counter() - begun))
    size, tenth = log.frontier.size, max(1, len(rates) // 10)
    first, last = sorted(rates[:tenth])[tenth // 2], sorted(rates[-tenth:])[tenth // 2]
    report.add(
        "Leaves appended to a log, durable, in batches of 4,096",
        f"{max(rates):,.0f}/s at best, {first:,.0f}/s in the first tenth, {last:,.0f}/s in the last",
        "≥ 50,000/s",
        holds=last >= 50_000,
    )
    chance = random.Random(1)
    places = [chance.randrange(size) for _ in range(1300)]
    root = log.frontier.root()
    kept_open, device = Paths(store), filled.desk.device
    path = kept_open.inclusion(device, places[0], size)
    kept = store.rows("SELECT hash FROM db_logleaf WHERE id = %s", ((log.number << logs.SHIFT) + places[0],))
    merkle.verify_inclusion(places[0], size, bytes(kept[0][0]), path, root)
    for place in places[300:]:
        kept_open.inclusion(device, place, size)
    readers = {"by a reader that is open, as a case file has it": lambda: kept_open, "by a reader opened for it": lambda: Paths(store)}
    for name, reader in readers.items():
        found = timed([lambda place=place, reader=reader: reader().inclusion(device, place, size) for place in places[:300]])  # type: ignore[misc]
        report.add(
            f"Proof of a leaf among {size:,}, {name}",
            f"p50 {found.median:.2f} ms, p95 {found.p95:.2f} ms; processor p50 {statistics.median(found.cpu):.2f} ms",
            "≤ 1 ms",
            holds=found.median <= 1,
        )
    filled.desk.close()


def test_cover_leaves(folder: Path, report: Report) -> None:
    """What a log that is shown to grow evenly costs: a step of 64 at a time, beside 64 tasks, the shortest of what people record."""
    (folder / "covers").mkdir()
    desk = population.found(folder / "covers").desk
    org, rounds, step = common_compartment(desk, "ORG"), 60, 64
    covers = [Draft("cover", org, {})] * step
    begun = _bytes_of(desk)
    made = timed([lambda: ledger.append(desk, covers)] * rounds)
    grown = (_bytes_of(desk) - begun) / rounds / step
    (again,) = timed([lambda: ledger.rebuild(desk)]).cpu
    tasks = [[draft(desk, "task", org, {"kind": "call", "text": "Pryklad", "state": "open"}) for _ in range(step)] for _ in range(rounds)]
    others = timed([lambda part=part: ledger.append(desk, part) for part in tasks])  # type: ignore[misc]
    each, other = statistics.median(made.cpu) / step, statistics.median(others.cpu) / step
    told = f"{1000 * each:,.0f} µs of processor time each, {each / other:.2f} of a task's"
    report.add("Cover leaves, a step of 64 at a time", told, "≤ a task", holds=each <= other)
    report.add("The same on the disk", f"{grown:,.0f} bytes each, {64 * 365 * grown / 1e6:,.0f} MB a year at 64 a day")
    report.add("The same in a rebuild", f"{1000 * again / rounds / step:,.0f} µs of processor time each")
    desk.close()


def _bytes_of(desk: Desk) -> int:
    desk.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return (desk.workspace / DATABASE).stat().st_size


def test_a_folder_of_small_files(folder: Path, report: Report) -> None:
    """The bound seals and writes the same bytes in one thread and syncs each file, without any record of it."""
    count = int(os.environ.get("FILES", "10000"))
    given = folder / "given"
    given.mkdir()
    for number in range(count):
        (given / f"{number % 100:02}").mkdir(exist_ok=True)
        (given / f"{number % 100:02}" / f"{number}.bin").write_bytes(secrets.token_bytes(SMALL))
    (folder / "small").mkdir()
    filled = population.found(folder / "small")
    home = population.new_home(filled.desk, 0)
    reader = filled.desk.reader("work")
    before, pids = resident([os.getpid()]), [os.getpid()]
    bare, vault = _in_turn(sorted(given.rglob("*.bin"))[:2048], folder)
    ratio = statistics.median(one / other for one, other in zip(bare.values, vault.values, strict=True))
    files = min(count, 2048)
    report.add(
        "Files of 64 KiB into the vault, in groups",
        f"{files / sum(vault.values) * 1000:,.0f} files/s, {ratio:.2f} of the bound at the median of {len(bare.values)} groups, "
        f"{sum(bare.values) / sum(vault.values):.2f} in all, {sum(bare.cpu) / sum(vault.cpu):.2f} by processor time",
        "≥ 0.85 of the bound",
        f"{files / sum(bare.values) * 1000:,.0f} files/s: read, SHA-256 and SHA-512, AEAD, fsync of each; groups of {GROUP} in turn",
        holds=ratio >= 0.85,
    )
    begun = time.perf_counter()
    ident = imports.import_folder(filled.desk, reader, home.dossier, given)
    rate = count / (time.perf_counter() - begun)
    taken = imports.shown(filled.desk, reader, ident).counts
    assert taken.get(imports.TAKEN) == count, taken
    report.add(
        f"A folder of {count:,} files of 64 KiB, recorded one by one",
        f"{rate:,.0f} files/s; three records each, with six signatures",
    )
    grown = resident(pids) - before
    report.add("Memory that it took more of", f"{grown:.0f} MiB", "none that grows with the files", holds=grown < 200)
    filled.desk.close()


def _in_turn(paths: Sequence[Path], folder: Path) -> tuple[Times, Times]:
    """The bare work and the vault over the same groups of files, now the one first and now the other: the disk is never the same for long."""
    (folder / "bare").mkdir()
    store, bare, vault = ObjectStore(folder / "grouped"), list[Times](), list[Times]()

    def kept(group: Sequence[Path]) -> None:
        for path in group:
            store.put([path.read_bytes()], b"c" * 16, 1, settled=False)
        store.settle()

    for at in range(0, len(paths), GROUP):
        group = paths[at : at + GROUP]
        works = [(bare, lambda group=group: _bare(group, folder / "bare")), (vault, lambda group=group: kept(group))]
        for found, work in works if at // GROUP % 2 else works[::-1]:
            found.append(timed([work]))
    one, other = (Times(sum((t.values for t in all_), ()), sum((t.cpu for t in all_), ())) for all_ in (bare, vault))
    return one, other


def _bare(group: Sequence[Path], target: Path) -> None:
    for path in group:
        data = path.read_bytes()
        hashlib.sha256(data).digest()
        hashlib.sha512(data).digest()
        sealer = ChunkSealer(secrets.token_bytes(32), b"bench")
        with (target / path.name).open("wb") as out:
            for at in range(0, len(data), CHUNK):
                out.write(sealer.seal(data[at : at + CHUNK]))
            out.flush()
            os.fsync(out.fileno())


def test_a_case_file_under_the_verifier(folder: Path, report: Report) -> None:
    """A thousand items of 256 KiB. The bound is both digests of the content, and the signatures at what one of each kind costs."""
    count = int(os.environ.get("ITEMS", "1000"))
    (folder / "case").mkdir()
    filled = population.found(folder / "case")
    desk = filled.desk
    work = work_at(desk)
    reader = desk.reader("work")
    given = folder / "items"
    given.mkdir()
    for number in range(count):
        (given / f"{number}.bin").write_bytes(secrets.token_bytes(ITEM))
    imports.import_folder(desk, reader, work.dossier, given, work.source)
    kept = tuple(item.object for item in reading.evidence_of(desk, reader, work.dossier))
    choice = casefile.Choice(items=kept, floor=Level.OPEN)
    made = casefile.export_case_file(desk, reader, work.dossier, folder / "out", "An invented court", "a hearing", choice)
    command = [sys.executable, "-I", "-S", str(made.target / "verify.py"), str(made.target)]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - begun
    assert done.returncode == 3, done.stdout[-500:]
    whole = time.perf_counter()
    for piece in _contents(made.target):
        hashlib.sha256(piece).digest()
        hashlib.sha512(piece).digest()
    digests = time.perf_counter() - whole
    records = [path.read_bytes() for path in (made.target / "data/records").iterdir()]
    ed25519, mldsa44 = (sum(record.count(b'"%s"' % name) for record in records) for name in (b"ed25519", b"mldsa44"))
    one, other = _signature_costs()
    signatures = ed25519 * one + mldsa44 * other
    bound = digests + signatures
    report.add(
        f"Case file of {made.items:,} items and {made.records:,} records, verified",
        f"{took:.1f} s, {bound / took:.2f} of the bound",
        "≥ 0.8",
        f"{bound:.1f} s: both digests {digests:.1f} s, {ed25519:,} + {mldsa44:,} signatures at their cost {signatures:.1f} s",
        holds=bound / took >= 0.8,
    )
    desk.close()


def _contents(target: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in target.rglob("*") if path.is_file())


def _signature_costs() -> tuple[float, float]:
    """Seconds that the verifier's own code takes to check one Ed25519 and one ML-DSA-44 signature."""
    message, one, other = secrets.token_bytes(100), Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()
    checks = [
        lambda: verify.ed25519_verify(one.public_key().public_bytes_raw(), message, one.sign(message)),
        lambda: verify.mldsa44_verify(other.public_key().public_bytes_raw(), message, other.sign(message)),
    ]
    assert all(check() for check in checks)
    costs = [timed([check] * 40).median / 1000 for check in checks]
    return costs[0], costs[1]
