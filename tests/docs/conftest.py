"""Somebody who follows pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.console import Reader


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    made = Reader(tmp_path)
    yield made
    made.close()
