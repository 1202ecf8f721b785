"""Which facts may go to a partner, how values become posts, and that no cell of a table is a formula."""

import csv
import io
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.core.listing import Row, Table, entries
from letapis.core.package import Head, Leaving, Stated, posts, read_columns
from letapis.core.package_ftm import lines
from letapis.core.package_tables import columns_of, document, rows
from letapis.core.written_dates import read_date
from letapis.desk.bag import sheet
from letapis.engines.catalogue import catalogue

COLUMNS = catalogue().package
FIELDS = COLUMNS.chosen(COLUMNS.offered)
TITLES = catalogue().register.titles
TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "src" / "letapis" / "data" / "package.toml").read_text("utf-8"))


def said(fact: str, value: str, together: str = "1", since: str = "") -> Stated:
    return Stated(fact, value, "Pryklad", since=since, standing="checked", together=together)


def one(*values: Stated) -> Leaving:
    return Leaving("person-1", "person", values)


def test_what_was_said_together_is_one_post() -> None:
    (post,) = posts(one(said("office.post", "Judge", since="2020"), said("office.body", "Vydumka court", since="2020")), FIELDS)
    assert (post.post, post.body, post.since, post.until) == ("Judge", "Vydumka court", "2020", "")
    apart = posts(one(said("office.post", "Judge"), said("office.body", "Vydumka court", "2")), FIELDS)
    assert [(post.post, post.body) for post in apart] == [("Judge", ""), ("", "Vydumka court")]


def test_where_several_were_said_in_one_place_no_title_gets_the_body_of_another() -> None:
    found = posts(one(said("office.post", "Judge"), said("office.post", "Prosecutor"), said("office.body", "Vydumka court")), FIELDS)
    assert [(post.post, post.body) for post in found] == [("Judge", ""), ("Prosecutor", ""), ("", "Vydumka court")]


def test_a_post_that_several_sources_tell_is_one_and_a_day_told_in_two_ways_is_none() -> None:
    told = [said("office.post", "Judge"), said("office.body", "Vydumka court"), said("office.until", "2021")]
    (post,) = posts(one(*told, said("office.post", "Judge"), said("office.since", "2019"), said("office.since", "2020")), FIELDS)
    assert (post.post, post.body, post.since, post.until) == ("Judge", "Vydumka court", "", "2021")


def test_a_deputy_directs_nothing() -> None:
    held = [("Head of the Vydumka unit", "1"), ("Deputy head of the Vydumka unit", "2")]
    told = [value for post, together in held for value in (said("office.post", post, together), said("office.body", "Vydumka unit", together))]
    made = [json.loads(line) for line in lines([one(said("identity.name", "Pryklad"), *told)], TITLES, FIELDS, False)]
    roles = {entity["schema"]: entity["properties"]["role"] for entity in made if "role" in entity["properties"]}
    assert roles == {"Directorship": [held[0][0]], "Membership": [held[1][0]]}


def test_a_rank_or_a_day_alone_is_no_post() -> None:
    assert not posts(one(said("office.rank", "Major"), said("office.since", "2020", "2")), FIELDS)


def test_a_body_that_somebody_commanded_has_them_as_director() -> None:
    text = b"".join(lines([one(said("identity.name", "Vydumka"), said("office.commands", "Colony 9"))], TITLES, FIELDS, False)).decode()
    assert '"schema": "Directorship"' in text and '"name": ["Colony 9"]' in text and "Membership" not in text


@pytest.mark.parametrize("fact", ["person.disability", "harm.type.nothing", "identity.name"])
def test_a_sensitive_fact_one_that_is_not_there_and_one_twice_cannot_be_named(fact: str) -> None:
    wrong = {**TABLE, "groups": [*TABLE["groups"], {"id": "more", "label": {}, "fields": [{"fact": fact, "column": "more"}]}]}
    with pytest.raises(Damaged, match=r"package\.fact"):
        read_columns(wrong, catalogue().vocabulary)


def test_nothing_delicate_stands_in_the_table() -> None:
    groups = {fact.partition(".")[0] for fact in FIELDS}
    assert groups == {"identity", "unit", "person", "office", "listed", "detention", "charge", "trial", "sentence"}
    assert not {"identity.document", "identity.address", "identity.status", "person.relatives_inside"} & FIELDS.keys()


@given(st.lists(st.tuples(st.sampled_from(sorted(FIELDS)), st.text(min_size=1, max_size=30)), min_size=1, max_size=8))
def test_no_cell_is_a_formula_and_no_value_moves_to_another_row(values: list[tuple[str, str]]) -> None:
    people = [one(said("identity.name", "Vydumka"), *(said(fact, text) for fact, text in values)) for _ in range(2)]
    table = list(csv.reader(io.StringIO(sheet(columns_of(FIELDS), rows(people, FIELDS)).decode("utf-8", "surrogatepass"))))
    assert len(table) == 3 and {len(row) for row in table} == {len(columns_of(FIELDS))}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in table for cell in row)


def flat(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """The cells of one JSON line, as a table has them."""
    if isinstance(value, dict | list):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from flat(part, f"{place}/{name}" if place else str(name))
    else:
        yield place, str(value)


def test_what_goes_as_followthemoney_is_read_back_by_the_ready_mapping() -> None:
    names = [("identity.name", "Янка Прыклад"), ("identity.name", "Yanka Pryklad"), ("identity.other_name", "Kanar")]
    about = [("identity.birth_date", "1988-04"), ("person.sex", "m"), ("identity.nationality", "BY")]
    held = [said("office.post", "Head", "1", "2019"), said("office.body", "Vydumka colony", "1", "2019")]
    held.append(said("office.post", "Judge", "2", "2021-05"))
    held += [said("office.post", "clerk", "3"), said("office.body", "Vydumka court", "3")]
    person = one(*(said(*each) for each in (*names, *about)), *held)
    made = [dict(flat(json.loads(line))) for line in lines([person], TITLES, FIELDS, False)]
    titles = tuple(dict.fromkeys(title for row in made for title in row))
    table = Table("persons.ijson", titles, tuple(Row(n, tuple(row.get(title, "") for title in titles)) for n, row in enumerate(made, 1)))
    desk = catalogue()
    listing = entries([table], desk.mappings["followthemoney"], desk.vocabulary, today=date(2026, 11, 26), hides=lambda _: False)
    back, *bodies = listing.entries
    assert [(name.text, name.role) for name in back.names] == [("Янка Прыклад", "primary"), ("Yanka Pryklad", "alias"), ("Kanar", "alias")]
    told = [(value.property, value.value, value.valid_from) for value in back.values]
    assert told[:3] == [("identity.birth_date", "1988-04", ""), ("person.sex", "m", ""), ("identity.nationality", ("BY",), "")]
    posts_back = [("office.post", "Head", "2019"), ("office.body", "Vydumka colony", "2019"), ("office.post", "Judge", "2021-05")]
    assert told[3:] == [*posts_back, ("office.post", "clerk", ""), ("office.body", "Vydumka court", "")]
    assert [body.names[0].text for body in bodies] == ["Vydumka colony", "Vydumka court"]
    assert not listing.faults and not any(entry.faults for entry in listing.entries)


def test_a_day_that_is_not_exact_says_so_in_the_document() -> None:
    about = Stated("identity.birth_date", "1988", "Pryklad", standing="checked", certainty="about")
    made = json.loads(document([one(said("identity.name", "Kanar"), about)], FIELDS, Head("Pryklad", "Vydumka", "-", "2026-11-26", "checked", True)))
    assert [value.get("certainty") for value in made["entities"][0]["statements"]] == [None, "about"]


def test_a_day_that_is_about_right_says_so_in_a_cell_and_in_followthemoney() -> None:
    about = [Stated("identity.birth_date", text, "Pryklad", standing="checked", certainty="about") for text in ("1988-04-02", "1979/1981")]
    post = Stated("office.post", "Judge", "Pryklad", since="2020", until="2021-05-06", standing="checked", together="1", certainty="about")
    person = one(said("identity.name", "Kanar"), *about, post)
    row = dict(zip(columns_of(FIELDS), next(iter(rows([person], FIELDS))), strict=True))
    assert row["birth_date"] == "1988-04-02~; 1979~/1981~" and row["posts"] == "Judge (2020~ – 2021-05-06~)"
    entities = {made["schema"]: made["properties"] for made in map(json.loads, lines([person], TITLES, FIELDS, False))}
    assert entities["Person"]["birthDate"] == ["1988-04"]
    assert entities["Person"]["description"] == ["birthDate: 1988-04-02~", "birthDate: 1979~/1981~"]
    held = entities["Occupancy"]
    assert "startDate" not in held and held["endDate"] == ["2021-05"]
    assert held["description"] == ["startDate: 2020~", "endDate: 2021-05-06~"]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from([4, 7, 10]), st.sampled_from(["", "exact", "about", "at_latest", "at_earliest"]))
def test_no_day_leaves_surer_than_it_was_said(day: date, length: int, certainty: str) -> None:
    text = day.isoformat()[:length]
    value = Stated("identity.birth_date", text, "Pryklad", standing="checked", certainty=certainty)
    person = one(said("identity.name", "Kanar"), value)
    cell = dict(zip(columns_of(FIELDS), next(iter(rows([person], FIELDS))), strict=True))["birth_date"]
    (party,) = map(json.loads, lines([person], TITLES, FIELDS, False))
    exact = certainty in ("", "exact")
    assert (cell == text) is exact and text in cell
    assert (party["properties"].get("birthDate") == [text]) is exact
    assert exact or text in party["properties"]["description"][0]
    back = read_date(cell)
    assert certainty != "about" or (back is not None and (back.text, back.certainty) == (text, "about")), "our own reader reads it back"
