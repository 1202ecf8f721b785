"""Every test of a Store runs on both databases."""

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlcipher", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where an empty database is: a file, and once more a PostgreSQL."""
    if request.param == "sqlcipher":
        return tmp_path / "database.db"
    return str(request.getfixturevalue("postgres").address())
