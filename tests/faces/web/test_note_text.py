"""Places in a note: parts fit together, marked and quoted words are found, and nothing outside the text is ever a place."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import UsageError
from letapis.faces.web import note_text
from letapis.faces.web.note_text import PART, TextPart, chosen, part, segments, sentences

WORDS = st.text(alphabet=st.sampled_from("аБ. \n!?»x"), max_size=400)


def posted(**fields: object) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in fields.items():
        made.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return made


def whole(text: str) -> TextPart:
    return TextPart(text, 0, len(text), 1, 1, 0, 0)


@given(WORDS, st.integers(1, 60))
def test_the_parts_of_a_text_are_the_text(text: str, times: int) -> None:
    long = text * times
    first = part(long, "1")
    parts = [part(long, str(number)) for number in range(1, first.count + 1)]
    assert "".join(one.text for one in parts) == long
    assert all(one.text == long[one.start : one.end] and len(one.text) <= PART for one in parts)
    assert [one.after for one in parts] == [*range(2, first.count + 1), 0]


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "99999999", "٣", "1.5"])
def test_a_number_that_is_none_is_the_nearest_part(asked: str) -> None:
    assert part("слова " * 3000, asked).number in (1, part("слова " * 3000, "1").count)


@given(WORDS, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=8))
def test_marked_segments_are_exactly_the_passages(text: str, pairs: list[tuple[int, int]]) -> None:
    places = [(min(a, b), max(a, b)) for a, b in pairs if max(a, b) <= len(text) and a != b]
    pieces = segments(whole(text), places)
    assert "".join(words for words, _ in pieces) == text
    marked = [flag for words, flag in pieces for _ in words]
    assert marked == [any(a <= i < b for a, b in places) for i in range(len(text))]


@given(WORDS)
def test_every_sentence_names_its_own_words(text: str) -> None:
    for place, words in sentences(whole(text)):
        start, _, end = place.partition("-")
        said = text[int(start) : int(end)]
        assert said == said.strip() and said
        assert said == words or said.startswith(words.removesuffix(" …"))
        assert chosen(text, posted(sentence=[place])) == (int(start), int(end))


@given(WORDS.filter(str.strip), st.data())
def test_marked_words_are_found_where_they_were_marked(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = text[start:end]
    if not words.strip():
        return
    found = chosen(text, posted(passage_text=words, passage_start=start, passage_end=end, base=0))
    assert text[found[0] : found[1]] == words.strip() and start <= found[0] < found[1] <= end


@pytest.mark.parametrize("places", [("0", "5", "0"), ("", "", ""), ("1", "x", "0"), ("1", "999999999", "0"), ("-3", "2", "0"), ("٣", "5", "0")])
def test_offsets_that_do_not_hold_the_words_are_not_believed(places: tuple[str, str, str]) -> None:
    text = "Першае. Другое слова."
    start, end, base = places
    assert chosen(text, posted(passage_text="Другое", passage_start=start, passage_end=end, base=base)) == (8, 14)


def test_a_note_with_two_character_line_ends_is_quoted_as_the_browser_sends_it() -> None:
    text = "One.\r\nTwo.\r\nThree."
    assert chosen(text, posted(passage_text="One.\nTwo.")) == (0, 10)


@pytest.mark.parametrize("ticked", [[], ["5-2"], ["0-99999"], ["x"], ["0-4", "y"], ["-1-4"], ["0-4; 5-6"]])
def test_ticks_that_name_no_place_are_refused(ticked: list[str]) -> None:
    with pytest.raises(UsageError):
        chosen("Some words.", posted(sentence=ticked))


def test_ticked_sentences_become_one_passage_from_the_first_to_the_last() -> None:
    assert chosen("One. Two. Three.", posted(sentence=["10-16", "0-4"])) == (0, 16)


def test_a_part_has_few_enough_sentences_to_be_read() -> None:
    assert len(note_text.sentences(part("Так. " * 4000, "1"))) == 60
