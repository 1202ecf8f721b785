"""Desks and teams for the tests of the desk."""

from collections.abc import Callable

import pytest

from letapis.desk.opening import Desk
from tests.team import make_team

from .casework import office

__all__ = ["make_team"]


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """The first desk of an invented organisation."""
    return office(make_desk(1))
