"""Times that are fit to be written down: wall and CPU, minima and quantiles, and how busy the machine was meanwhile."""

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Times:
    """Wall times of one thing that was done many times, in milliseconds, and the processor time that this process spent on each."""

    values: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        return nearly_all(self.values)


def nearly_all(values: Sequence[float]) -> float:
    """The 95th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def timed(actions: Iterable[Callable[[], object]]) -> Times:
    """Do each once and note how long it took."""
    walls, cpus = [], []
    for action in actions:
        begun, worked = time.perf_counter(), time.process_time()
        action()
        walls.append((time.perf_counter() - begun) * 1000)
        cpus.append((time.process_time() - worked) * 1000)
    return Times(tuple(walls), tuple(cpus))


def seconds_of(pids: Sequence[int]) -> float:
    """Processor time of these processes so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """Processor, cores, memory, kernel: what the numbers were measured on."""
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")]
    memory = int(Path("/proc/meminfo").read_text("utf-8").split()[1]) / (1 << 20)
    return f"{names[0] if names else os.uname().machine}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {os.uname().release}"


def load() -> float:
    """How many processes wanted a core over the last minute."""
    return os.getloadavg()[0]


def resident(pids: Sequence[int]) -> float:
    """Memory of these processes in MiB, shared pages counted in proportion."""
    total = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
