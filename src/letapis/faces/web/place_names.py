"""What pages call a place for copies."""

from letapis.desk import copy_places
from letapis.desk.copy_places import Place
from letapis.desk.opening import Desk
from letapis.faces.web.lines import Lines


def place_name(desk: Desk, lines: Lines, one: Place) -> str:
    """The word of colleagues for it; this device and the exchange by what they are."""
    if one.place == copy_places.here_id(desk):
        return lines.say("fixity.kind.this")
    return one.name or lines.say(f"fixity.kind.{one.kind}")
