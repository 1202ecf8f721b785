"""What a page of the desk costs on the real server: `make bench`. Prints; fails only when a page takes longer than a person notices."""

import statistics
import time
from pathlib import Path

from tests.faces.web.test_serve import started

PAGES = 200
NOTICED_MS = 100


def test_a_page_without_the_record(tmp_path: Path) -> None:
    with started(tmp_path) as live:
        live.enter()
        times = []
        for _ in range(PAGES):
            begun = time.perf_counter()
            assert live.ask("GET", "/help").status == 200
            times.append((time.perf_counter() - begun) * 1000)
    half, nearly = statistics.median(times), statistics.quantiles(times, n=20)[18]
    print(f"\nshell page over a new connection: p50 {half:.1f} ms, p95 {nearly:.1f} ms, {PAGES} pages")
    assert nearly < NOTICED_MS
