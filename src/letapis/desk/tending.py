"""Checks of copies that are due, read by themselves a little at a time: what is next, and one slice of it.

Only places on disks of this machine are read unasked. One behind an address is opened when a person says so, or a timer that a person set up:
no connection leaves a desk by itself.
"""

from collections.abc import Callable, MutableMapping
from time import monotonic

from letapis.core import fixity_pace
from letapis.core.access import Reader
from letapis.core.errors import LetapisError
from letapis.core.fixity import CHECK
from letapis.desk import copies, copy_places, fixity
from letapis.desk.copy_places import Place
from letapis.desk.fixity import Outcome, Progress
from letapis.desk.opening import Desk

Silent = MutableMapping[bytes, float]
"""When a place last did not answer, by the clock of the process."""


def due(desk: Desk, reader: Reader) -> list[tuple[Place, int]]:
    """Places whose check is due, as ``copies.due`` says, and this device's own store once somebody keeps copies anywhere."""
    found = copies.due(desk, reader)
    known = copy_places.places(desk, reader)
    here = next(one for one in known if one.place == copy_places.here_id(desk))
    if not here.known and any(one.known for one in known) and copies.sealed_objects(desk, reader):
        found.append((here, 0))
    return found


def next_place(desk: Desk, reader: Reader, silent: Silent) -> Place | None:
    """The place whose check goes on now, None while nothing near is due."""
    near = [(one, days) for one, days in due(desk, reader) if copy_places.is_on_disk(one)]
    begun = {one.place: fixity.unfinished(desk, reader, one.place) for one, _ in near}
    own, others = [{p for p, deed in begun.items() if deed and (deed == CHECK) is which} for which in (True, False)]
    chosen = fixity_pace.next_place([(one.place, days) for one, days in near], own, others, silent, monotonic())
    return next((one for one, _ in near if one.place == chosen), None)


def read_on(
    desk: Desk, reader: Reader, one: Place, silent: Silent, stop: Callable[[], bool], progress: Progress | None = None
) -> Outcome | None:
    """One slice of a check. None where the place does not answer or is not what it was, which is tried again later."""
    try:
        outcome = fixity.check_a_while(desk, reader, one.place, stop, progress)
    except LetapisError as fault:
        if fault.code not in ("fixity.other_place", "fixity.no_address", "fixity.mark", "disk.permission"):
            raise
        silent[one.place] = monotonic()
        return None
    if not outcome.reached:
        silent[one.place] = monotonic()
        return None
    return outcome
