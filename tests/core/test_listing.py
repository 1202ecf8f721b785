"""Lists of strangers become entries: what is read, what is held back, and what a broken row costs, which is itself."""

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.core.listing import Entry, Listing, Name, Quarantine, Row, Table, compare_listings, entries, guess, read_mapping
from letapis.core.listing_readers import READERS, Unread
from letapis.engines.catalogue import catalogue

SHARED = Path(__file__).parents[3] / "shared" / "data"
TODAY = date(2026, 11, 26)
SMALL = """
id = "small"
version = "1"
list = "small"
key = ["id"]
empty = ["FALSE"]
title = { en = "Small", be = "Малы", ru = "Малый" }
names = [{ column = "name" }]
quarantine = [{ code = "same_page", column = "url", after = "/person/" }, { code = "same_name_and_birth", property = "identity.birth_date" }]

[[fields]]
column = "born"
property = "identity.birth_date"
reader = "date"

[[fields]]
column = "out"
property = "detention.end"
reader = "date"
hold = "future"
held = "future_date"

[[fields]]
column = "died"
property = "listed.died"
reader = "flag"
options.as = true
hold = "always"
held = "death"

[[fields]]
column = "articles"
property = "charge.article"
reader = "articles"
"""
COLUMNS = ("id", "url", "name", "born", "out", "died", "articles")


def mapping(**changes: Any) -> Any:
    return read_mapping(tomllib.loads(SMALL) | changes, catalogue().vocabulary, "small.toml")


def told(*tables: Table, **changes: Any) -> Listing:
    known = catalogue()
    return entries(tables, mapping(**changes), known.vocabulary, today=TODAY, hides=known.identity_rules.is_anonymised)


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS, name: str = "list.csv") -> Table:
    return Table(name, columns, tuple(Row(number, row) for number, row in enumerate(rows, 2)))


def person(key: str, name: str, born: str = "", **more: str) -> tuple[str, ...]:
    return tuple({"id": key, "name": name, "born": born, **more}.get(column, "") for column in COLUMNS)


def said(entry: Entry, fact: str) -> list[object]:
    return [value.value for value in entry.values if value.property == fact]


# ---- the example export of three languages -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def viasna() -> dict[str, Entry]:
    if not SHARED.exists():
        pytest.skip("the shared example is not here")
    return {entry.key: entry for entry in of_files("", ".be", ".ru").entries}


def of_files(*languages: str) -> Listing:
    tables = []
    for language in languages:
        with (SHARED / f"viasna_export_example{language}.csv").open(encoding="utf-8", newline="") as stream:
            columns, *rows = csv.reader(stream)
        tables.append(table(*map(tuple, rows), columns=tuple(columns), name=f"viasna{language}.csv"))
    known = catalogue()
    return entries(tables, known.mappings["viasna"], known.vocabulary, today=TODAY, hides=known.identity_rules.is_anonymised)


def test_three_files_are_twelve_entries_with_three_names_each(viasna: dict[str, Entry]) -> None:
    assert len(viasna) == 12
    assert all([name.language for name in entry.names] == ["en", "be", "ru"] and len(entry.rows) == 3 for entry in viasna.values())
    assert not any(entry.faults for entry in viasna.values())


def test_four_rows_wait_in_two_groups_and_nothing_else_does(viasna: dict[str, Entry]) -> None:
    found = of_files("", ".be", ".ru")
    groups = {group.code: group.keys for group in found.quarantined}
    assert groups == {"same_page": ("90003", "90004"), "same_name_and_birth": ("90010", "90011")}
    assert {key for key, entry in viasna.items() if entry.quarantined} == {"90003", "90004", "90010", "90011"}
    assert found.untaken == ("declaration",)


@pytest.mark.parametrize(
    ("key", "fact", "values"),
    [
        ("90002", "charge.article", [("CC1999 13(1)", "CC1999 293", "CC1999 293(2)", "CC1999 342")]),
        ("90002", "sentence.months", [54]),
        ("90002", "verdict.judge", ["Piatro Vydumka", "Inha Kazkava", "Пятро Выдумка", "Інга Казкава", "Пётр Выдумка", "Инга Казкова"]),
        ("90002", "detention.end", ["2024-09-20"]),
        ("90008", "identity.birth_date", ["1982-04-24"]),
        ("90008", "detention.start", ["2026-04"]),
        ("90008", "verdict.date", ["2026"]),
        ("90008", "charge.article", [("CC1999 361-1",)]),
        ("90009", "verdict.base_values", [500]),
        ("90010", "sentence.months", [18]),
        ("90011", "sentence.months", [18]),
        ("90012", "charge.article", [("CC1999 407", "CC1999 361-1")]),
        ("90003", "detention.place", []),
    ],
)
def test_every_quirk_of_the_export_is_read(viasna: dict[str, Entry], key: str, fact: str, values: list[object]) -> None:
    assert said(viasna[key], fact) == values


def test_findings_are_held_back_and_the_rest_of_the_row_stays(viasna: dict[str, Entry]) -> None:
    held = {key: [(one.code, one.value.property) for one in entry.held] for key, entry in viasna.items() if entry.held}
    assert held == {"90008": [("future_date", "detention.end")], "90012": [("death", "listed.died")]}


def test_names_keep_their_letters_and_say_what_is_strange_about_them(viasna: dict[str, Entry]) -> None:
    assert all(name.anonymous for name in viasna["90007"].names)
    assert [name.flags for name in viasna["90012"].names] == [(), ("mixed_script",), ()]
    assert viasna["90002"].names[2] == Name("Максим Узорник", "ru", "primary", "any", viasna["90002"].rows[2], ("hidden_characters",))


# ---- rows that are broken ----------------------------------------------------------------------------------------------


def test_a_row_costs_only_itself() -> None:
    found = told(
        table(
            person("1", "Alena Pryklad", "1990"),
            person("", "Nobody Knows"),
            person("3", "Maksim Postava", "24.9.2004", out="2031-05-01"),
            person("1", "Alena Pryklad", "1990"),
            ("4", "too", "few"),
            person("5", "12345", "yesterday", articles="nothing"),
            person("6", "\u202eVydumka\u202c Ihar " + "\u200b", "1979, 1980 or 1981"),
            person("7", "Ж" * 10_000),
        )
    )
    assert [entry.key for entry in found.entries] == ["1", "3", "5", "6", "7"]
    assert [(fault.row, fault.code) for fault in found.faults] == [(3, "no_key"), (5, "same_row"), (6, "cells")]
    bad = found.entries[2]
    assert {(fault.column, fault.code) for fault in bad.faults} == {
        *{("name", "name_letters"), ("name", "no_name"), ("born", "date"), ("articles", "article")}
    }
    assert said(found.entries[1], "identity.birth_date") == ["2004-09-24"]
    strange = found.entries[3]
    assert strange.names[0].text == "Vydumka Ihar" and strange.names[0].flags == ("hidden_characters",)
    assert [(value.value, value.certainty) for value in strange.values] == [("1979/1981", "about")]
    assert {fault.code for fault in found.entries[4].faults} == {"name_long", "no_name"}


def test_who_has_no_name_waits_and_another_row_may_say_it() -> None:
    rows = table(person("1", "Pryklad Alena"), person("2", ""), person("3", "12345", "1990"), person("4", "Ж" * 10_000), person("5", "\u200b -"))
    found = told(rows, table(person("2", "Postava Lavon"), name="list.be.csv"), joined="files")
    assert [(group.code, group.keys) for group in found.quarantined] == [("nameless", ("3", "4", "5"))]
    assert {entry.key: entry.quarantined for entry in found.entries} == {"1": "", "2": "", **dict.fromkeys("345", "nameless")}
    page = {"url": "https://x.example/person/1"}
    shared = told(table(person("1", "Pryklad Alena", **page), person("2", "", **page), person("3", "")))
    assert [(group.code, group.keys) for group in shared.quarantined] == [("same_page", ("1", "2")), ("nameless", ("3",))]


def test_of_those_without_a_name_who_is_known_waits_no_more_and_a_group_that_may_be_one_waits_whole() -> None:
    assert Quarantine("nameless", ("1", "2", "3")).without({"2"}) == Quarantine("nameless", ("1", "3"))
    assert Quarantine("same_page", ("1", "2", "3")).without({"2"}) == Quarantine("same_page", ("1", "2", "3"))
    assert Quarantine("nameless", ("1",)).without({"1"}) is None and Quarantine("same_key", ("1", "2")).without({"1", "2"}) is None


def test_nobody_is_born_tomorrow_and_a_fault_names_the_column_of_the_file() -> None:
    """A mapping that says nothing of days to come takes no such birth date all the same; of several titles the one that is there is said."""
    fields = [{"column": "born|birth_date", "property": "identity.birth_date", "reader": "date"}]
    found = told(table(person("1", "Pryklad A", "2031-01-01"), person("2", "Pryklad B", "no day")), fields=fields)
    assert [(one.code, one.value.property) for one in found.entries[0].held] == [("future_date", "identity.birth_date")]
    assert not found.entries[0].values and found.entries[1].faults[0].column == "born"


def test_a_number_that_stands_twice_with_other_words_is_quarantined() -> None:
    found = told(table(person("1", "Alena Pryklad"), person("1", "Maksim Postava"), person("2", "Ihar Vydumka")))
    assert [(entry.key, entry.quarantined) for entry in found.entries] == [("1", "same_key"), ("1~2", "same_key"), ("2", "")]


def test_a_name_that_hides_somebody_makes_no_group() -> None:
    found = told(table(person("1", "Defendant B.", "1990-01-02"), person("2", "Defendant B.", "1990-01-02")))
    assert not found.quarantined


def test_files_that_say_different_things_are_both_kept_and_it_is_said() -> None:
    first, second = table(person("1", "Alena", "1990"), name="l.en.csv"), table(person("1", "Алена", "1991"), name="l.be.csv")
    found = told(first, second, joined="files").entries
    assert len(found) == 1 and said(found[0], "identity.birth_date") == ["1990", "1991"]
    assert [(fault.code, fault.column) for fault in found[0].faults] == [("files_differ", "born")]
    assert [name.language for name in found[0].names] == ["en", "be"]


usual = ["FALSE", "1", "31/12/2020", "361¹", "4 1/2 years", "Алена Прыклад", "24 April 1982", "(", "\x00"]
cells = st.one_of(st.text(max_size=30), st.sampled_from(usual))


@given(st.lists(st.lists(cells, max_size=9).map(tuple), max_size=12))
@settings(max_examples=60, deadline=None)
def test_nothing_that_stands_in_a_cell_breaks_the_reading(rows: list[tuple[str, ...]]) -> None:
    found = told(table(*rows))
    keys = {entry.key for entry in found.entries}
    assert len(keys) == len(found.entries) and keys >= {key for group in found.quarantined for key in group.keys}


people = st.lists(
    st.tuples(st.sampled_from(["Alena Pryklad", "Pryklad Alena", "Ihar Vydumka", "B."]), st.sampled_from(["1990-01-02", "1991-01-02", "1990", ""]))
    .flatmap(lambda one: st.sampled_from(["", "a", "b", "c"]).map(lambda page: (*one, page))),
    max_size=9,
)


@given(people, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_quarantine_holds_back_whole_groups_whatever_the_order_of_rows(rows: list[tuple[str, str, str]], chance: Any) -> None:
    pages = {page: f"https://x.example/en/person/{page}" if page else "" for page in ("", "a", "b", "c")}
    made = [person(str(number), name, born, url=pages[page]) for number, (name, born, page) in enumerate(rows)]
    groups = [set(group.keys) for group in told(table(*made)).quarantined]
    assert sum(map(len, groups)) == len(set().union(*groups)) and all(len(group) > 1 for group in groups)
    mixed = list(made)
    chance.shuffle(mixed)
    assert sorted(map(sorted, groups)) == sorted(sorted(group.keys) for group in told(table(*mixed)).quarantined)
    held = {entry.key for entry in told(table(*mixed)).entries if entry.quarantined}
    assert held == set().union(*groups)
    # Two of one page are never apart.
    for first in made:
        for second in made:
            if first is not second and first[1] and first[1] == second[1]:
                assert any({first[0], second[0]} <= group for group in groups)


# ---- two versions ------------------------------------------------------------------------------------------------------


def test_a_newer_version_shows_exactly_what_changed() -> None:
    old = told(table(person("1", "Alena Pryklad", "1990"), person("2", "Ihar Vydumka"), person("3", "Maksim Postava", "1985-03-04", articles="342")))
    new = told(
        table(
            person("4", "Postava Maksim", "1985-03-04", articles="342"),
            person("1", "Alena Pryklad", "1990-05", out="2031"),
            person("2", "Ihar Vydumka"),
        )
    )
    found = compare_listings(old.entries, new.entries)
    assert (found.added, found.gone, found.same) == (("4",), ("3",), 1)
    assert [(one.key, one.property, one.held) for one in found.changed] == [("1", "identity.birth_date", False), ("1", "detention.end", True)]
    assert [(one.before, one.after) for one in found.renamed] == [("3", "4")]


@given(people, people)
@settings(max_examples=40, deadline=None)
def test_differences_turn_round_with_the_versions(first: list[tuple[str, str, str]], second: list[tuple[str, str, str]]) -> None:
    old, new = (told(table(*(person(str(n), name, born) for n, (name, born, _) in enumerate(rows)))).entries for rows in (first, second))
    there, back = compare_listings(old, new), compare_listings(new, old)
    assert set(there.added) == set(back.gone) and {one.key for one in there.changed} == {one.key for one in back.changed}
    same = compare_listings(old, tuple(reversed(old)))
    assert not (same.added or same.gone or same.changed or same.renamed) and same.same == len(old)


# ---- mappings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"id": "Not An Id"}, "id"),
        ({"other": 1}, "other"),
        ({"title": {"en": "only"}}, "title"),
        ({"key": "id"}, "key"),
        ({"names": []}, "names"),
        ({"names": [{"column": "name", "order": "backwards"}]}, "names[0].order"),
        ({"names": [{"column": "name", "split": "("}]}, "names[0].split"),
        ({"fields": [{"column": "x", "property": "no.such"}]}, "fields[0].property"),
        ({"fields": [{"column": "x", "property": "listed.status", "reader": "magic"}]}, "fields[0].reader"),
        ({"fields": [{"column": "x", "property": "listed.status", "hold": "always"}]}, "fields[0].held"),
        ({"quarantine": [{"code": "x"}]}, "quarantine[0].code"),
        ({"kind": {"column": "k", "words": {"ghost": ["g"]}}}, "kind"),
        ({"drop": ["born"]}, "drop: born"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(Damaged) as error:
        mapping(**changes)
    assert error.value.where == f"small.toml: {place}"


def test_titles_in_three_languages_propose_what_columns_mean() -> None:
    titles = ["№", "Прозвішча, імя, імя па бацьку", "Дата рождения", "place of birth", "Артыкул", "Нумар пашпарта", "Телефон"]
    found = guess(titles, catalogue().column_words)
    assert [name.column for name in found.names] == ["Прозвішча, імя, імя па бацьку"]
    assert {one.column: one.property for one in found.fields} == {
        **{"Дата рождения": "identity.birth_date", "place of birth": "identity.birth_place", "Артыкул": "charge.article"}
    }
    assert found.drop == {"Нумар пашпарта", "Телефон"}
    assert guess(["Surname", "given_name"], catalogue().column_words).names[0].parts == ("given_name",)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Vydumka A. Dubler B.", ["Vydumka A.", "Dubler B."]),
        ("Выдумка А.Б. Дублёр-Прыклад В. Г.", ["Выдумка А.Б.", "Дублёр-Прыклад В. Г."]),
        ("A. Vydumka B. Dubler", ["A. Vydumka", "B. Dubler"]),
        ("Piatro Vydumka / Inha Kazkava", ["Piatro Vydumka", "Inha Kazkava"]),
        ("Vydumka/Vydumko A.", ["Vydumka/Vydumko A."]),
        ("Vydumka A. B.", ["Vydumka A. B."]),
        ("Vydumka A. Dubler", ["Vydumka A. Dubler"]),
    ],
)
def test_judges_whom_only_their_initials_part_are_two(cell: str, names: list[str]) -> None:
    assert [one.raw for one in READERS["persons"](cell, {})] == names


def test_a_day_of_death_is_a_word_of_death_that_waits() -> None:
    columns = catalogue().mappings["viasna"]
    (died,) = (one for one in columns.fields if one.property == "listed.died")
    rows = table(("1", "https://example.org/1", "Pryklad Vydumany", "2023-05-06"), columns=("id", "url", "name", "died"))
    known = catalogue()
    (entry,) = entries((rows,), columns, known.vocabulary, today=TODAY, hides=known.identity_rules.is_anonymised).entries
    (held,) = entry.held
    assert (held.code, held.value.property, held.value.valid_from, held.value.as_said) == ("death", died.property, "2023-05-06", "2023-05-06")
    assert not entry.faults and all(value.property != died.property for value in entry.values)
    assert [one.raw for one in READERS[died.reader]("FALSE".lower(), died.options)] == []
    with pytest.raises(Unread):
        READERS[died.reader]("perhaps", died.options)
