"""Work on so many small things that looking for circles among them, again and again, takes a third of its time and finds none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing that is made inside points in a circle, and most of it stays: what counts references suffices until the end."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
