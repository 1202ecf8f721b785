"""Teams for the laws that hold between desks."""

from tests.team import make_team

__all__ = ["make_team"]
