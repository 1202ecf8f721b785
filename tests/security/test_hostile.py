"""Thousands of hostile files: none opens a socket, none is written anywhere, none is answered by anything but a code of ours."""

import socket
from pathlib import Path

import pytest

from letapis.core.errors import LetapisError
from letapis.engines.parse.codes import HOSTILE, LEVELS
from tests.security import hostile


def test_mutations_of_every_sample_are_read_or_refused() -> None:
    with hostile.watched() as seen:
        found = hostile.survived(range(150))
    assert not {"parse.timeout", "parse.bad_answer", "parse.crashed"} & set(found)
    assert set(found) <= {*HOSTILE, *(level.value for level in LEVELS)} and sum(found.values()) == 150
    assert not seen.sockets and not seen.writes


@pytest.mark.long
def test_twelve_thousand_are() -> None:
    assert hostile.main([]) == 0


def test_a_file_is_the_same_whenever_its_number_is_read_again() -> None:
    sources = hostile.samples()
    assert len(sources) > 60 and hostile.mutated(7, sources) == hostile.mutated(7, sources) != hostile.mutated(8, sources)


def test_the_watch_sees_what_it_must_see(tmp_path: Path) -> None:
    """Otherwise the tests above could not fail."""
    with hostile.watched() as seen:
        socket.socket().close()
        (tmp_path / "written").write_text("x", encoding="utf-8")
        (tmp_path / "written").read_text(encoding="utf-8")
    assert seen.sockets and seen.writes == [str(tmp_path / "written")]
    socket.socket().close()
    assert len(seen.sockets) == 1, "nothing is watched outside"


def test_an_answer_that_is_no_code_of_ours_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(hostile, "render", crash)
    monkeypatch.setattr(hostile, "inspect", crash)
    with pytest.raises(MemoryError):
        hostile.survived([1])
    monkeypatch.setattr(hostile, "render", lambda data: (_ for _ in ()).throw(LetapisError("parse.empty")))
    monkeypatch.setattr(hostile, "inspect", lambda data, reader: (_ for _ in ()).throw(LetapisError("parse.empty")))
    assert hostile.survived([1]) == {"parse.empty": 1}
