"""How large the bench is and where it writes: SCALE (claims), WHERE (a folder with room), REPORT (a file for the table)."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.report import PAGE, Report

FULL = 200_000


@pytest.fixture(scope="session")
def scale() -> int:
    return int(os.environ.get("SCALE", "1000000"))


@pytest.fixture(scope="session")
def report(scale: int) -> Report:
    """The page in docs is written by runs of at least 200,000 claims; smaller ones print, and write where REPORT says."""
    given = os.environ.get("REPORT", "")
    return Report(Path(given) if given else PAGE if scale >= FULL else None)


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A throw-away folder on a real disk; fsync on a memory disk would say nothing."""
    made = Path(tempfile.mkdtemp(prefix="letapis-bench-", dir=os.environ.get("WHERE") or None))
    yield made
    shutil.rmtree(made)
