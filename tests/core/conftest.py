"""What the core's tests share: signature checks, which the core itself has passed in."""

from collections.abc import Callable

import pytest

from letapis.engines import seal


@pytest.fixture(scope="session")
def verify() -> Callable[[int, bytes, bytes, bytes], bool]:
    """The engine's strict verification, as the rest of letapis injects it."""
    return seal.verify
