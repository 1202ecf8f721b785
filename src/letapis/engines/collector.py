"""Work on so many small things that looking for circles among them, again and again, takes a third of its time and finds none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing that is made inside points in a circle, and most of it stays: what counts references suffices until the end.

    Threads share the collector. Whoever finds it switched off leaves it alone: between the look and the switch, the one who had switched it
    off may have ended, and then nobody would ever switch it on again.
    """
    if not gc.isenabled():
        yield
        return
    try:
        gc.disable()
        yield
    finally:
        gc.enable()
