"""A long text in sections: all of it, once, in places where a person would cut it; and no order of joins and splits changes that."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.sections import JOINED, MOST, OPEN, PASSED, Mark, cut, fitting, lay_out, places_to_split, suggest, weighs
from letapis.engines.catalogue import catalogue

TOPICS = catalogue().topics
_PIECES = st.lists(
    st.sampled_from(["слова ", "word. ", "\n", "\n\n", "[00:12:30] ", "Kalina: ", "— ", "і", "?! ", " ", "x" * 900, "ў" * 7000]), max_size=120
)


def _talk(words: int, seed: int = 1) -> str:
    """An invented talk of so many words: questions, answers, a time code now and then."""
    pick = random.Random(seed)
    lines, count, minute = [], 0, 0
    while count < words:
        if pick.random() < 0.05:
            minute += 1
            lines.append(f"\n[00:{minute:02}:00]")
        length = pick.randint(4, 60)
        said = " ".join(pick.choice(("камера", "ліст", "суд", "хлеб", "дзень")) for _ in range(length))
        lines.append(f"{pick.choice(('A', 'Vydumka'))}: {said}.")
        count += length
    return "\n".join(lines)


@settings(deadline=None)
@given(_PIECES.map("".join))
def test_sections_cover_the_text_once_and_each_holds_words(text: str) -> None:
    starts = cut(text)
    assert starts[0] == 0 and list(starts) == sorted(set(starts))
    parts = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    assert "".join(parts) == text
    assert len(parts) == 1 or all(part.strip() for part in parts)
    assert all(len(part.strip()) <= MOST for part in parts)


def test_three_hours_are_some_forty_sections_that_begin_where_somebody_begins_to_speak() -> None:
    text = _talk(27_000)
    starts = cut(text)
    assert 25 <= len(starts) <= 60
    assert all(text[start:].startswith(("A: ", "Vydumka: ", "[00:")) for start in starts)


@pytest.mark.parametrize(
    ("before", "sign"), [("слова " * 700 + "\n\n", "Потым"), ("слова " * 700 + "\n", "[00:12:30] Потым"), ("слова " * 700 + "\n", "Kalina: так")]
)
def test_a_blank_line_a_time_code_or_a_speaker_is_where_a_section_begins(before: str, sign: str) -> None:
    text = before + sign + " слова" * 700
    assert text[cut(text)[1] :].startswith(sign)


MARKS = st.builds(
    Mark,
    st.binary(min_size=1, max_size=2),
    st.integers(0, 120),
    st.sampled_from([OPEN, PASSED, JOINED]),
    st.lists(st.sampled_from(["arrest", "trial"]), max_size=2).map(tuple),
    st.sampled_from(["", "a line"]),
)


@given(st.lists(MARKS, max_size=12), st.integers(1, 100), st.randoms())
def test_whatever_was_joined_and_split_the_sections_lie_edge_to_edge(marks: list[Mark], length: int, order: random.Random) -> None:
    found = lay_out(marks, length)
    live = [mark for mark in marks if mark.state != JOINED and mark.start < length]
    if not live:
        assert not found
        return
    assert found[0].start == 0 and found[-1].end == length
    assert all(a.end == b.start and a.start < a.end for a, b in pairwise(found))
    assert {topic for one in found for topic in one.topics} == {topic for mark in live for topic in mark.topics}
    unique = list({mark.section: mark for mark in marks}.values())
    shuffled = unique[:]
    order.shuffle(shuffled)
    assert lay_out(shuffled, length) == lay_out(unique, length)


def test_a_join_and_a_split_are_seen() -> None:
    marks = [Mark(b"a", 0, PASSED, ("arrest",)), Mark(b"b", 10, OPEN), Mark(b"c", 20, OPEN)]
    assert [(s.start, s.end, s.passed) for s in lay_out(marks, 30)] == [(0, 10, True), (10, 20, False), (20, 30, False)]
    joined = [marks[0], replace(marks[1], state=JOINED), marks[2], Mark(b"d", 25, OPEN)]
    assert [(s.start, s.end) for s in lay_out(joined, 30)] == [(0, 20), (20, 25), (25, 30)]


def test_a_section_is_split_where_a_line_or_a_sentence_begins() -> None:
    text = "One. Two!\nThree: four\n\nFive"
    (section,) = lay_out([Mark(b"a", 0, OPEN)], len(text))
    assert [(place, words) for place, words in places_to_split(text, section)] == [(5, "Two!"), (10, "Three: four"), (23, "Five")]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("У камеры было цесна і холад, матрацаў не далі.", ("conditions",)),
        ("Меня задержали дома, был обыск, люди в масках.", ("arrest",)),
        ("In court the judge read the verdict; the lawyer came, the lawyer left.", ("lawyer", "trial")),
        ("Яго збілі дубінкамі.", ("treatment",)),
        ("Он умер в марте.", ("death",)),
        ("Добры дзень.", ()),
    ],
)
def test_topics_are_proposed_by_their_words(text: str, topics: tuple[str, ...]) -> None:
    assert suggest(TOPICS, text) == topics


def test_what_weighs_is_announced_under_a_topic_of_care() -> None:
    assert weighs(TOPICS, ("arrest", "death", "unheard of")) == ("death",)
    assert {topic.care for topic in TOPICS.values()} - {""} <= set(catalogue().care.topics)


def test_topics_speak_of_kinds_of_facts_that_exist() -> None:
    groups = {fact.group for fact in catalogue().vocabulary.facts.values()}
    for topic in TOPICS.values():
        assert topic.groups <= groups, topic.id
        assert all(stem == stem.casefold() for stem in topic.stems), topic.id
    asked = {fact.group for fact in catalogue().vocabulary.facts.values() if fact.asked_of == "person"}
    told = frozenset[str]().union(*(topic.groups for topic in TOPICS.values()))
    assert asked <= told | {"consent", "remedy", "procedure", "evidence"}


def test_a_missing_fact_is_sought_where_its_kind_is_told() -> None:
    marks = [Mark(b"a", 0, OPEN, ("trial",)), Mark(b"b", 5, OPEN, ("arrest",)), Mark(b"c", 9, OPEN)]
    sections = lay_out(marks, 20)
    assert [s.section for s in fitting(TOPICS, sections, "detention.warrant_shown")] == [b"b"]
    assert [s.section for s in fitting(TOPICS, sections, "lawyer.access")] == []
