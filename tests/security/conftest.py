"""Teams for the tests of hostile surroundings."""

from tests.team import make_team

__all__ = ["make_team"]
