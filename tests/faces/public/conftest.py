"""Builds of the public site from the invented set."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letapis.core.published import Published
from letapis.engines.catalogue import catalogue
from letapis.faces.public.build import Built, write_site

ADDRESS = "https://list.example"
CONTACT = "list@example.org"


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Built]:
    """Writes a site into a folder below the test's own."""

    def run(published: Published, folder: str = "site", **more: Any) -> Built:
        return write_site(published, tmp_path / folder, catalogue(), **{"address": ADDRESS, "contact": CONTACT} | more)

    return run
