"""Teams for the tests of the desk."""

from tests.team import make_team

__all__ = ["make_team"]
