"""Work without looks for circles leaves the collector as others need it, in whatever order threads begin and end."""

import gc

import pytest

from letapis.engines.collector import without_collector


def test_it_is_on_again_whoever_ends_first() -> None:
    first, second = without_collector(), without_collector()
    with first:
        second.__enter__()
        assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_it_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="no"), without_collector():
        raise ValueError("no")
    assert gc.isenabled()


def test_who_finds_it_off_never_switches_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread had switched it off and switches it on right after the look."""
    monkeypatch.setattr(gc, "isenabled", lambda: False)
    with without_collector():
        monkeypatch.undo()
        assert gc.isenabled()
    assert gc.isenabled()
