"""Reviewers' words on judgement elements: the latest of each counts, and where they differ nothing is confirmed."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.judging import Word, latest_words, settle, words_for

KEY = ("WGAD-II", "E2")


def word(member: int, holds: bool, order: int) -> Word:
    return Word(*KEY, bytes([member]) * 16, holds, order.to_bytes(32, "big"), (f"2026-01-01T00:00:{order:02}Z", order.to_bytes(32, "big")))


def test_one_reviewer_settles_an_element() -> None:
    assert settle([word(1, True, 1)])[KEY].confirmed


def test_two_reviewers_who_differ_leave_it_open() -> None:
    assert KEY not in settle([word(1, True, 1), word(2, False, 2)])


def test_a_reviewer_who_changes_their_mind_is_counted_once() -> None:
    said = [word(1, True, 1), word(2, False, 2), word(2, True, 3)]
    assert settle(said)[KEY].confirmed
    assert len(latest_words(said)[KEY]) == 2


def test_a_word_is_about_one_person_and_one_on_the_context_about_all() -> None:
    said = [replace(word(1, True, 1), person=b"a"), replace(word(1, False, 2), person=b"b")]
    assert settle(words_for(said, b"a", ()))[KEY].confirmed and not settle(words_for(said, b"b", ()))[KEY].confirmed
    assert not words_for(said, b"c", ()) and len(words_for(said, b"c", (KEY[0],))) == 2


@given(st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=12), st.randoms())
def test_the_order_of_arrival_decides_nothing(said: list[tuple[int, bool]], chance: object) -> None:
    words = [word(member, holds, order) for order, (member, holds) in enumerate(said)]
    mixed = list(words)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert dict(settle(words)) == dict(settle([*mixed, *words]))
