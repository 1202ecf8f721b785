"""A capture holds what was seen, or it does not: words match and never resemble, and only what a person reads is present."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.assertion import LEAST, Result, Sought, hollow_items, judge, sought
from letapis.core.errors import UsageError
from letapis.core.markup import tokens
from letapis.core.page_text import PageText, declared_charsets, fold, read_page
from letapis.core.records import Header, Record

WORDS = "У Прыдуманску суд адклаў паседжанне да 28 верасня."
PAGE = "https://social.example/u/1"


def found(markup: str, words: str = WORDS, address: str = PAGE) -> Result:
    return judge(sought([words]), [read_page(address, markup)]).result


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{WORDS}</p>",
        f"<p>{WORDS.replace(' ', '&nbsp;')}",
        f"<p>{WORDS.replace('суд', '<b>су</b>д')}",
        f"<p>{WORDS.replace(' ', '  <br/> ')}",
        f"<p>{WORDS.replace('адклаў', 'ад&shy;кла&#1118;')}",
        f"<div>{WORDS.replace(' ', '</div><div>')}</div>",
        f"<a title='a > b' href=x>{WORDS}</a>",
        f"<p hidden>x</p><p>{WORDS}",
        f"<li hidden>x<li>y</li><p>{WORDS}",
        f"<svg width=1/><p>{WORDS}",
        f"<!-- x --><!doctype html><p>{WORDS}",
        f"1 < 2 and {WORDS}",
        WORDS.replace("й", "й"),
    ],
)
def test_words_are_there_however_the_page_writes_them(markup: str) -> None:
    assert found(markup) is Result.PRESENT


@pytest.mark.parametrize(
    ("markup", "result"),
    [
        (f"<script>var text = '{WORDS}'</script>", Result.WEAK),
        (f"<script type='application/ld+json'>{{\"text\": \"{WORDS}\"}}</script>", Result.WEAK),
        (f"<script>{json.dumps({'text': WORDS})}</script>", Result.WEAK),
        (f"<template>{WORDS}</template>", Result.WEAK),
        (f"<noscript>{WORDS}</noscript>", Result.WEAK),
        (f"<p hidden>{WORDS}</p>", Result.WEAK),
        (f"<p style='display: none'>{WORDS}</p>", Result.WEAK),
        (f"<meta name='description' content='{WORDS}'>", Result.WEAK),
        (f"<meta property='og:description' content='{WORDS}'>", Result.WEAK),
        (f"<title>{WORDS}</title>", Result.WEAK),
        (f"<!-- {WORDS} -->", Result.HOLLOW),
        (f"<img alt='{WORDS}'>", Result.HOLLOW),
        (f"<p>{WORDS.upper()}", Result.HOLLOW),
        (f"<p>{WORDS.replace('28', '29')}", Result.HOLLOW),
        (f"<p>{WORDS.replace('ў', 'у')}", Result.HOLLOW),
        ("", Result.HOLLOW),
    ],
)
def test_what_nobody_read_is_weak_and_what_resembles_is_nothing(markup: str, result: Result) -> None:
    assert found(markup) is result


def test_a_description_of_two_posts_of_one_account_tells_of_the_account() -> None:
    one = PageText(PAGE, "", (WORDS,))
    assert judge(sought([WORDS]), [one]).result is Result.WEAK
    for other in ("https://social.example/u/2", "https://www.social.example/u/3"):
        twice = judge(sought([WORDS]), [one, PageText(other, "", (WORDS,))])
        assert (twice.result, twice.reason) == (Result.HOLLOW, "assertion.boilerplate")
        assert judge(sought([WORDS]), [one], elsewhere=[(other, WORDS)]).result is Result.HOLLOW
    assert judge(sought([WORDS]), [one], elsewhere=[("https://other.example/u/2", WORDS)]).result is Result.WEAK
    assert judge(sought([WORDS]), [one], elsewhere=[(PAGE, WORDS)]).result is Result.WEAK
    assert judge(sought([WORDS]), [PageText("http://[bad", "", (WORDS,))], elsewhere=[("http://[worse", WORDS)]).result is Result.HOLLOW


def test_the_worst_of_what_was_seen_decides() -> None:
    pages = [read_page(PAGE, f"<p>{WORDS}</p>")]
    assert judge(sought([WORDS]), pages).result is Result.PRESENT
    assert judge(sought([WORDS, "Words that stand nowhere in it"]), pages).result is Result.HOLLOW
    assert judge(sought([WORDS], [b"m" * 32]), pages).result is Result.HOLLOW
    assert judge(sought([WORDS], [b"m" * 32]), pages, [b"m" * 32]).result is Result.PRESENT
    assert judge(sought([]), pages).result is Result.UNCHECKED
    assert judge(sought([WORDS]), []).result is Result.UNCHECKED
    assert judge(sought([], [b"m" * 32]), [], [b"m" * 32]).result is Result.PRESENT


def test_words_that_may_stand_in_what_cannot_be_read_are_not_missing() -> None:
    pages = [read_page(PAGE, "<p>Other words, and nothing else")]
    assert judge(sought([WORDS]), pages, whole=False).reason == "assertion.part_unreadable"
    assert judge(sought([WORDS]), [read_page(PAGE, f"<p>{WORDS}")], whole=False).result is Result.PRESENT


def test_marks_of_a_login_explain_and_never_decide() -> None:
    marks = {"login": ("log in",)}
    assert judge(sought([WORDS]), [read_page(PAGE, "<p>Log in to see")], marks=marks).reason == "assertion.looks_login"
    assert judge(sought([WORDS]), [read_page(PAGE, f"<p>Log in. {WORDS}")], marks=marks).result is Result.PRESENT
    assert judge(sought([WORDS]), [read_page(PAGE, "<script>1</script>")], marks=marks).reason == "assertion.only_scripts"


def test_words_that_chance_could_find_are_not_taken() -> None:
    for words in ("short", "x" * (LEAST - 1), "a" + " " * 40 + "b"):
        with pytest.raises(UsageError, match=r"assertion\.too_short"):
            sought([words])
    assert sought(["", "  "]) == Sought()
    with pytest.raises(UsageError, match=r"assertion\.media"):
        sought([], [b"short"])


@given(st.text(alphabet="абв <>&;'\"/!-=hidenspt\u00a0\u200b\n", max_size=200))
def test_any_text_that_is_shown_is_found(text: str) -> None:
    from html import escape

    words = fold(f"{text} and words enough to look for")
    assert judge(sought([words]), [read_page(PAGE, f"<p>{escape(words)}</p>")]).result is Result.PRESENT


@given(st.text(alphabet="<>!-/='\" abpscriptdvhn&;#", max_size=400))
def test_no_page_breaks_the_reader(markup: str) -> None:
    for token in tokens(markup):
        assert token.kind in ("open", "close", "text")
    read_page(PAGE, markup)


PIECES = ["<", "<!--", "<!", "</", "<a ", '<a b="', "<a b=' ", "&", "&#", "<?", "<![", "<div hidden>", "<script></", "<title>"]


@pytest.mark.parametrize("piece", PIECES)
def test_no_page_takes_more_time_than_its_length(piece: str) -> None:
    begun = time.process_time()
    read_page(PAGE, piece * (300_000 // len(piece)))
    assert time.process_time() - begun < 5


def test_an_alphabet_is_named_by_header_then_by_mark_up() -> None:
    assert declared_charsets(b'<meta charset="koi8-r">', "text/html; charset=UTF-8") == ("UTF-8", "koi8-r")
    assert declared_charsets(b"<p>", "text/html") == ()
    assert declared_charsets(b"<meta http-equiv=x content='text/html; charset=windows-1251'>", "") == ("windows-1251",)


def record(ref: int, state: str, about: bytes = b"e" * 16, after: tuple[bytes, ...] = (), recorded: str = "2026-03-09T14:00:00Z") -> Record:
    header = Header("assertion", 1, bytes([ref]) * 16, "device", b"c" * 16, recorded, ref)
    return Record(bytes([ref]) * 32, header, {"assertion": b"a" * 16, "dossier": b"d" * 16, "about": about, "state": state, "after": after})


def test_the_version_that_is_shown_says_whether_an_item_is_hollow() -> None:
    hollow, better = record(1, "hollow"), record(2, "present", after=(bytes([1]) * 32,))
    beside = record(3, "hollow", recorded="2026-03-09T15:00:00Z")
    assert hollow_items([hollow]) == {b"e" * 16}
    assert hollow_items([better, hollow]) == frozenset()
    assert hollow_items([beside, better, hollow]) == {b"e" * 16}
    assert hollow_items([record(4, "hollow", about=b"")]) == frozenset()
