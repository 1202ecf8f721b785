"""Posts out of English texts: several in one text, what is former, days of office, bodies and places; invented, and the EU list where it is."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.dates import is_partial_date
from letapis.core.post_dates import partial, take_days
from letapis.core.post_groups import Told, grouped
from letapis.core.post_texts import Kind, Post, posts

EU = Path(__file__).resolve().parents[3] / "shared" / "data" / "eu_32006R0765_consolidated.csv"
STATE = {True: "former", False: "held", None: "open"}


def told(text: str) -> list[tuple[str, ...]]:
    return [(post.title, post.organisation, post.place, STATE[post.former], f"{post.since}..{post.until}") for post in posts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Former Head of the Prykladny District Police Department of Vydumka; Chairman of the Court of Postava",
            [("Head", "Prykladny District Police Department", "Vydumka", "former", ".."), ("Chairman", "Court of Postava", "", "held", "..")],
        ),
        (
            "Judge of the Prykladny District Court in Vydumka, former judge at the Postava City Court",
            [("Judge", "Prykladny District Court", "Vydumka", "held", ".."), ("judge", "Postava City Court", "", "former", "..")],
        ),
        (
            "Chairman of the Committee of Prykladia (appointed on 11 March 2021); Former Deputy Prosecutor General (until 11 March 2021)",
            [("Chairman", "Committee of Prykladia", "", "held", "2021-03-11.."), ("Deputy Prosecutor General", "", "", "former", "..2021-03-11")],
        ),
        (
            "Deputy Head of the Police of Vydumka (Until December 17 2020). From December 17 2020 - the Head of the Police of Postava",
            [("Deputy Head", "Police", "Vydumka", "former", "..2020-12-17"), ("Head", "Police", "Postava", "held", "2020-12-17..")],
        ),
        ("former chairman of the Bar (26 April 2012–20 February 2022)", [("chairman", "Bar", "", "former", "2012-04-26..2022-02-20")]),
        (
            "Head, and former Deputy Head, of the Prykladny Office",
            [("Head", "Prykladny Office", "", "held", ".."), ("Deputy Head", "Prykladny Office", "", "former", "..")],
        ),
        (
            "Former Deputy Head of Postava Office, Head of Vydumka Office",
            [("Deputy Head", "Postava Office", "", "former", ".."), ("Head", "Vydumka Office", "", "open", "..")],
        ),
        (
            "Former Head of Postava Office, now Head of Vydumka Office",
            [("Head", "Postava Office", "", "former", ".."), ("Head", "Vydumka Office", "", "held", "..")],
        ),
        ("Prosecutor General of the Republic of Belarus", [("Prosecutor General", "Prosecutor General’s Office", "Belarus", "held", "..")]),
        ("Prykladny District Court, Judge", [("Judge", "Prykladny District Court", "", "held", "..")]),
        ("Minister of Postava Affairs", [("Minister of Postava Affairs", "Ministry of Postava Affairs", "", "held", "..")]),
        ("Former Ambassador of Prykladia to Vydumka", [("Ambassador to Vydumka", "Prykladia", "Vydumka", "former", "..")]),
        (
            "Head of the Main Department, Central Office of the Committee",
            [("Head", "Main Department, Central Office of the Committee", "", "held", "..")],
        ),
        (
            "Judge and chairperson of the court of the Postava district",
            [("Judge", "court of the Postava district", "", "held", ".."), ("chairperson", "court of the Postava district", "", "held", "..")],
        ),
        ("Son of an official, shareholder of Vydumka LLC", [("shareholder", "Vydumka LLC", "", "held", "..")]),
        ("Head of the Office in Postava from 2012 to March 2016", [("Head", "Office", "Postava", "former", "2012..2016-03")]),
        ("Judge of the Vydumka Court DOB: 22.03.1964", [("Judge", "Vydumka Court", "", "held", "..")]),
    ],
)
def test_a_text_is_read_into_its_posts(text: str, expected: list[tuple[str, ...]]) -> None:
    assert told(text) == expected


def test_a_minister_heads_the_ministry_whatever_else_they_were() -> None:
    def told(number: int, fact: str, value: str) -> Told:
        return Told(bytes([number]), f"office.{fact}", value, ("row 1",), "", "")

    said = [told(1, "post", "Minister of Postava Affairs"), told(2, "post", "former Head, Vydumka Office"), told(3, "body", "Vydumka Office")]
    said += [told(4, "body", "Ministry of Postava Affairs"), told(5, "commands", "Ministry of Postava Affairs")]
    assert grouped(said) == [(b"\1", b"\4", b"\5"), (b"\2", b"\3")]


def test_ranks_and_callings_are_no_posts() -> None:
    kinds = [
        (post.kind, post.title)
        for post in posts("Businessman, owner of Vydumka; Major General of Militia (police force); Colonel, Head of Postava Office")
    ]
    assert kinds == [
        (Kind.CALLING, "Businessman"),
        (Kind.POST, "owner"),
        (Kind.RANK, "Major General of Militia (police force)"),
        (Kind.RANK, "Colonel"),
        (Kind.POST, "Head"),
    ]


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("11 March 2021", "2021-03-11"),
        ("March 2018", "2018-03"),
        ("29.10.2021", "2021-10-29"),
        ("1996", "1996"),
        ("December 17 2020", "2020-12-17"),
        ("31 February 2020", ""),
    ],
)
def test_a_date_keeps_its_precision(words: str, date: str) -> None:
    assert partial(words) == date


def test_days_in_the_wrong_order_are_left_out() -> None:
    assert take_days("Head of the Office from 2020 to 2019")[1] == take_days("Head of the Office")[1]


@given(st.text(alphabet="Head of, former;()-–’‘ until 2019 March and judge", max_size=120))
def test_any_text_is_read_and_nothing_is_made_up(text: str) -> None:
    for post in posts(text):
        assert post.title and post.title.strip() == post.title
        assert all(not date or is_partial_date(date) for date in (post.since, post.until))
        assert post.title.split(" to ")[0].casefold() in text.replace("\u00a0", " ").casefold() or "  " in text


@pytest.mark.skipif(not EU.exists(), reason="the list is not here")
def test_every_text_of_the_eu_list_is_read() -> None:
    with EU.open(encoding="utf-8", newline="") as file:
        texts = {row["recordId"]: row["position"] for row in csv.DictReader(file) if row["schema"] == "Person"}
    read = {key: posts(text) for key, text in texts.items()}
    assert len(texts) == 312
    assert [key for key, text in texts.items() if text and not read[key]] == []
    everything: list[Post] = [post for found in read.values() for post in found]
    assert len(everything) == 547
    assert sum(post.former is True for post in everything) > 100
    assert [(post.title, post.until) for post in read["105"]] == [("Chairman", ""), ("Deputy Prosecutor General", "2021-03-11")]
    assert [(post.since, post.until) for post in read["279"]] == [("2022-02-14", ""), ("2012-04-26", "2022-02-20")]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Prime Minister of Belarus", ""),
        ("Chairman of Postava Region", "Postava Region"),
        ("Head of Vydumka Colony No. 9", "Vydumka Colony No. 9"),
        ("Deputy Head of Vydumka Colony No. 9", ""),
    ],
)
def test_whoever_heads_a_body_heads_that_and_not_the_state(text: str, body: str) -> None:
    assert [post.commands for post in posts(text)] == [body]
