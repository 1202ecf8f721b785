"""Thousands of hostile files: none opens a socket, none is written anywhere, none is answered by anything but a code of ours."""

import socket
from pathlib import Path

import pytest

from letapis.core.errors import LetapisError
from letapis.engines.parse.codes import HOSTILE, LEVELS
from tests.security import hostile
from tests.security.hostile_questions import chosen, questions


def test_mutations_of_every_sample_are_read_or_refused() -> None:
    """Two hundred and forty: one of four is a question, ten of each kind."""
    with hostile.watched() as seen:
        found = hostile.outcomes(range(240))
    assert not [seed for seed, name in found.items() if name in hostile.BROKEN]
    assert set(found.values()) <= {*HOSTILE, *(level.value for level in LEVELS), "note read", "note refused"} and len(found) == 240
    assert not seen.sockets and not seen.writes


def test_every_kind_is_asked_about_as_often_as_the_others_and_each_reads_its_sample() -> None:
    asked = questions()
    assert set(asked) == {"bag", "object", "signature", "record", "stamp", "note"} and all(asked.values())
    for number in range(len(asked)):
        one = chosen(number, asked)
        assert one.ask(one.part) in ("note read", *(level.value for level in LEVELS)), one.kind
    kinds = [chosen(number, asked).kind for number in range(600)]
    assert {kinds.count(kind) for kind in asked} == {100}


def test_a_question_that_no_desk_asks_is_refused() -> None:
    """A bundle of sigstore is JSON, as the questions to the reader of proofs are: it broke that reader, which is no answer."""
    bundle = (hostile.VECTORS / "sigstore" / "rekor2-happy-path" / "bundle.sigstore.json").read_bytes()
    with pytest.raises(LetapisError, match=r"parse\.other_form"):
        hostile.inspect(bundle, "proof")


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
        hostile.outcomes([1])
    monkeypatch.setattr(hostile, "render", lambda data: (_ for _ in ()).throw(LetapisError("parse.empty")))
    monkeypatch.setattr(hostile, "inspect", lambda data, reader: (_ for _ in ()).throw(LetapisError("parse.empty")))
    assert hostile.outcomes([1]) == {1: "parse.empty"}
