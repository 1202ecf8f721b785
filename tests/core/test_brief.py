"""The document model: what it refuses, what it derives, and its canonical form in a record."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.brief import (
    Annex,
    Author,
    Block,
    Brief,
    FieldAnswer,
    Heading,
    PageBreak,
    Paragraph,
    Sentence,
    Table,
    clean,
    footnotes,
    note_key,
    note_numbers,
    sentences,
    short_label,
    word_count,
)
from letapis.core.briefjson import from_json, to_json
from letapis.core.errors import Damaged, UsageError

A, B, C = (bytes([n]) * 32 for n in (1, 2, 3))


def a_brief(*blocks: Block, annexes: int = 0, **changes: object) -> Brief:
    rows = tuple(Annex(n, f"Annex title {n}", bytes([n]) * 32, "image/png", n) for n in range(1, annexes + 1))
    return replace(Brief("Title", "", "en", None, (), blocks, rows, False), **changes)  # type: ignore[arg-type]


def said(text: str, *claims: bytes, annexes: tuple[int, ...] = ()) -> Sentence:
    return Sentence(text, claims, annexes)


def code(error: pytest.ExceptionInfo[UsageError] | pytest.ExceptionInfo[Damaged]) -> str:
    return error.value.code


# --- what the model refuses


def test_sentence_from_claims_must_name_a_claim() -> None:
    with pytest.raises(UsageError) as error:
        Sentence("He was held for three days.")
    assert code(error) == "brief.sentence_without_claims"


def test_sentence_of_a_lawyer_may_stand_without_claims() -> None:
    assert Sentence("This is contrary to article 9.", author=Author.LAWYER).claims == ()


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\x00", "\x1b", "\n", "\u200b", "\ufeff", "\ud800", "\ufffe", "\U000e0041", "\x85"])
def test_text_that_hides_or_reorders_is_refused(hidden: str) -> None:
    with pytest.raises(UsageError) as error:
        Sentence(f"a{hidden}b", (A,))
    assert code(error) == "brief.bad_text"
    assert clean(f"a{hidden}b") in ("ab", "a b")


def test_clean_text_keeps_belarusian_letters_and_composes_them() -> None:
    assert clean("у\u0306\n\n  і  ё аб\u2019ява") == "ў і ё аб\u2019ява"


def test_cleaning_twice_changes_nothing_even_where_a_hidden_letter_parted_two() -> None:
    for text in ("0\r\x1b 0", "у\u200b\u0306", " \u202e "):
        assert clean(clean(text)) == clean(text)
    assert clean("у\u200b\u0306") == "ў"
    assert clean("№\u00a05") == "№\u00a05"


@given(st.text(max_size=60))
def test_cleaned_text_is_always_accepted_and_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    if once:
        Sentence(once, (A,))


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((Heading(2, "Starts too deep"),), "brief.heading_level"),
        ((Heading(1, "One"), Heading(3, "Three")), "brief.heading_level"),
        ((Paragraph((said("x", A, annexes=(1,)),)),), "brief.unknown_annex"),
    ],
)
def test_brief_refuses_blocks_that_do_not_fit_together(blocks: tuple[Block, ...], expected: str) -> None:
    with pytest.raises(UsageError) as error:
        a_brief(*blocks)
    assert code(error) == expected


def test_heading_may_climb_back_to_any_level() -> None:
    a_brief(Heading(1, "a"), Heading(2, "b"), Heading(3, "c"), Heading(1, "d"), Heading(2, "e"))


def test_ragged_table_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        Table(("a", "b"), (("1",),))
    assert code(error) == "brief.table_shape"


def test_missing_answer_has_no_sentences() -> None:
    with pytest.raises(UsageError) as error:
        FieldAnswer("1", "Name", (said("x", A),), missing=True)
    assert code(error) == "brief.missing_has_answer"


def test_annexes_are_numbered_from_one_without_gaps() -> None:
    with pytest.raises(UsageError) as error:
        replace(a_brief(), annexes=(Annex(2, "x", A),))
    assert code(error) == "brief.annex_numbers"


def test_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        a_brief(language="xx")
    assert code(error) == "brief.language"


@pytest.mark.parametrize("ref", [b"", b"\x01" * 16, b"\x01" * 33])
def test_reference_of_other_length_is_refused(ref: bytes) -> None:
    with pytest.raises(UsageError) as error:
        Sentence("x", (ref,))
    assert code(error) == "brief.bad_reference"


# --- what it derives


def test_sentences_with_equal_references_share_one_footnote() -> None:
    brief = a_brief(
        Paragraph((said("One.", A, B), said("Two.", C))),
        FieldAnswer("1", "Name", (said("Three.", A, B), Sentence("Argument.", author=Author.LAWYER))),
    )
    notes = footnotes(brief, lambda ref: f"claim {ref[0]}")
    assert [(n.number, n.text, n.refs) for n in notes] == [(1, "claim 1; claim 2", (A, B)), (2, "claim 3", (C,))]
    numbers = note_numbers(notes)
    assert [numbers.get(note_key(s)) for s in sentences(brief)] == [1, 2, 1, None]


def test_same_claims_with_another_annex_are_another_footnote() -> None:
    brief = a_brief(Paragraph((said("One.", A), said("Two.", A, annexes=(1,)))), annexes=1)
    assert [note.annexes for note in footnotes(brief, short_label)] == [(), (1,)]


def test_label_of_a_claim_is_cleaned_before_it_is_printed() -> None:
    brief = a_brief(Paragraph((said("One.", A),)))
    assert footnotes(brief, lambda _: "x\u202ey\n z")[0].text == "xy z"


def test_word_count_counts_the_body_and_nothing_else() -> None:
    brief = a_brief(
        Heading(1, "Two words"),
        Paragraph((said("Яго трымалі тры дні — без ад\u2019езду.", A),)),
        FieldAnswer("1.2", "Date of birth", (), missing=True),
        Table(("A", "B"), (("well-known", "2020-08-09"),)),
        annexes=3,
        subtitle="not counted",
    )
    assert word_count(brief) == 2 + 6 + 3 + 4


# --- canonical form

_texts = st.text(max_size=30).map(clean).filter(bool)
_refs = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3, unique=True).map(tuple)
_annex_numbers = st.lists(st.integers(1, 3), max_size=2, unique=True).map(tuple)
_sentences = st.lists(st.builds(Sentence, _texts, _refs, _annex_numbers, st.sampled_from(Author)), min_size=1, max_size=3).map(tuple)
_tables = st.integers(1, 3).flatmap(lambda n: st.builds(Table, st.tuples(*[_texts] * n), st.lists(st.tuples(*[_texts] * n), max_size=3).map(tuple)))
_blocks = st.one_of(
    st.builds(Heading, st.just(1), _texts),
    st.builds(Paragraph, _sentences),
    st.builds(FieldAnswer, _texts, _texts, _sentences),
    st.builds(FieldAnswer, _texts, _texts, st.just(()), st.just(True)),
    _tables,
    st.just(PageBreak()),
)
briefs = st.builds(
    lambda blocks, meta, marking, approved, language: Brief(
        "T", "", language, marking, meta, blocks, tuple(Annex(n, "a", bytes(32)) for n in (1, 2, 3)), approved
    ),
    st.lists(_blocks, max_size=6).map(tuple),
    st.lists(st.tuples(_texts, _texts), max_size=2).map(tuple),
    st.none() | _texts,
    st.booleans(),
    st.sampled_from(("en", "be", "ru")),
)


@given(briefs)
def test_canonical_json_gives_the_same_brief_back(brief: Brief) -> None:
    data = to_json(brief)
    assert from_json(data) == brief
    assert to_json(from_json(data)) == data


@given(briefs, st.data())
def test_no_other_spelling_of_a_brief_is_read(brief: Brief, data: st.DataObject) -> None:
    good = to_json(brief)
    at = data.draw(st.integers(0, len(good)))
    for bad in (good[:at] + b" " + good[at:], good[:at], json.dumps(json.loads(good), indent=1).encode()):
        if bad != good:
            with suppress(Damaged):
                assert from_json(bad) != brief  # a blank inside a text makes another brief, never the same one


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda tree: tree.update(extra=1), "brief.bad_json"),
        (lambda tree: tree.pop("marking"), "brief.bad_json"),
        (lambda tree: tree.update(brief=2), "brief.unknown_version"),
        (lambda tree: tree.update(approved=1), "brief.bad_json"),
        (lambda tree: tree.update(title=7), "brief.bad_json"),
        (lambda tree: tree["blocks"][0].update(kind="script"), "brief.bad_json"),
        (lambda tree: tree["blocks"][0]["sentences"][0].update(claims=[]), "brief.sentence_without_claims"),
        (lambda tree: tree["blocks"][0]["sentences"][0].update(claims=["zz"]), "brief.bad_json"),
        (lambda tree: tree["blocks"][0]["sentences"][0].update(claims=["AB" * 32]), "brief.not_canonical"),
        (lambda tree: tree["blocks"][0]["sentences"][0].update(author="machine"), "brief.bad_json"),
    ],
)
def test_damaged_json_is_refused_with_its_reason(change: object, expected: str) -> None:
    tree = json.loads(to_json(a_brief(Paragraph((said("One.", A),)))))
    change(tree)  # type: ignore[operator]
    with pytest.raises(Damaged) as error:
        from_json(json.dumps(tree, sort_keys=True, separators=(",", ":")).encode())
    assert code(error) == expected


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"brief":NaN}', b'{"brief":1,"brief":1}'])
def test_bytes_that_are_no_brief_are_refused(data: bytes) -> None:
    with pytest.raises(Damaged) as error:
        from_json(data)
    assert code(error) == "brief.bad_json"
