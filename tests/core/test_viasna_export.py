"""The export of a list of prisoners with every quirk: the twelve findings of its description, and a later version that tells its changes alone."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from letapis.core.csv_out import harmless
from letapis.core.identity_proposals import Known, Name, propose
from letapis.core.listing import Entry, Listing, Row, Table, compare_listings, entries
from letapis.core.vocabulary import canonical_value
from letapis.engines.catalogue import catalogue

LISTS = Path(__file__).parents[1] / "vectors" / "lists"
PARTS = {"birth": "identity.birth_date", "article": "charge.article", "verdict": "verdict.date", "judge": "verdict.judge"}


def table(name: str) -> Table:
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        titles, *rows = csv.reader(file)
    return Table(name, tuple(titles), tuple(Row(number, tuple(row)) for number, row in enumerate(rows, 2)))


def read(stem: str) -> Listing:
    desk = catalogue()
    tables = [table(f"{stem}{end}.csv") for end in ("", ".be", ".ru")]
    return entries(tables, desk.mappings["viasna"], desk.vocabulary, today=date(2026, 11, 26), hides=desk.identity_rules.is_anonymised)


@pytest.fixture(scope="module")
def export() -> dict[str, Entry]:
    return {entry.key: entry for entry in read("viasna").entries}


def told(entry: Entry, fact: str) -> list[object]:
    return [value.value for value in entry.values if value.property == fact]


def words(entry: Entry, fact: str) -> frozenset[str]:
    return frozenset(one for value in told(entry, fact) for one in (value if isinstance(value, tuple) else (str(value),)))


def test_1_twelve_entries_with_three_forms_of_each_name(export: dict[str, Entry]) -> None:
    assert len(export) == 12
    assert all([name.language for name in entry.names] == ["en", "be", "ru"] and len(entry.rows) == 3 for entry in export.values())
    assert not [fault for entry in export.values() for fault in entry.faults]


def test_2_two_groups_wait_whole_and_nothing_is_merged(export: dict[str, Entry]) -> None:
    assert {group.keys for group in read("viasna").quarantined} == {("90003", "90004"), ("90010", "90011")}
    assert {key for key, entry in export.items() if entry.quarantined} == {"90003", "90004", "90010", "90011"}


def known(entries_: Sequence[Entry]) -> list[Known]:
    found = []
    for entry in entries_:
        names = tuple(Name(name.text, "full", name.language) for name in entry.names)
        births = tuple(str(day) for day in told(entry, "identity.birth_date"))
        facts = {part: words(entry, fact) for part, fact in PARTS.items() if part != "birth"}
        found.append(Known(entry.key.encode(), names, births, frozenset(map(str, told(entry, "person.sex"))), facts, frozenset({"viasna"})))
    return found


def test_3_and_5_one_pair_is_proposed_with_its_reasons_and_nobody_for_the_one_left_without_a_name(export: dict[str, Entry]) -> None:
    found = propose(known([entry for entry in export.values() if not entry.quarantined]), catalogue().identity_rules)
    (pair,) = [one for one in found.proposals if one.weight >= 0.5]
    assert {pair.first, pair.second} == {b"90005", b"90006"}
    assert {"article", "verdict", "judge"} <= {reason.part for reason in pair.reasons if reason.points > 0}
    assert all(name.anonymous for name in export["90007"].names)
    assert sum(name.anonymous for entry in export.values() for name in entry.names) == 3


def test_the_page_of_an_entry_is_one_in_every_language(export: dict[str, Entry]) -> None:
    assert told(export["90001"], "listed.page") == ["prisoners.example/person/alena-prykladovicz"]
    assert told(export["90003"], "listed.page") == told(export["90004"], "listed.page")


def test_4_a_date_to_come_and_a_death_are_held_and_their_entries_stay(export: dict[str, Entry]) -> None:
    held = [(key, one.code, one.value.value) for key, entry in export.items() for one in entry.held]
    assert held == [("90008", "future_date", "2031-05-01"), ("90012", "death", True)]
    assert not export["90008"].quarantined
    assert not export["90012"].quarantined


def test_6_and_7_dates_keep_their_precision_and_a_term_its_length(export: dict[str, Entry]) -> None:
    entry = export["90008"]
    assert [told(entry, fact) for fact in ("identity.birth_date", "detention.start", "verdict.date")] == [["1982-04-24"], ["2026-04"], ["2026"]]
    assert told(export["90010"], "sentence.months") == told(export["90011"], "sentence.months") == [18]
    assert told(export["90002"], "sentence.months") == [54]
    assert (told(export["90009"], "sentence.months"), told(export["90009"], "verdict.base_values")) == ([], [500])


def test_8_articles_and_two_judges(export: dict[str, Entry]) -> None:
    assert told(export["90002"], "charge.article") == [("CC1999 13(1)", "CC1999 293", "CC1999 293(2)", "CC1999 342")]
    assert told(export["90008"], "charge.article") == [("CC1999 361-1",)]
    assert told(export["90012"], "charge.article") == [("CC1999 407", "CC1999 361-1")]
    assert told(export["90002"], "verdict.judge")[:2] == ["Piatro Vydumka", "Inha Kazkava"]


def test_9_names_stand_as_they_were_found_and_are_compared_by_what_they_mean(export: dict[str, Entry]) -> None:
    be = export["90012"].names[1]
    assert (be.text, be.flags) == ("Iгар Прыкладны", ("mixed_script",))
    compare = catalogue().names.compare
    assert compare(be.text, "Ігар Прыкладны").score > 0.99
    assert compare("Максім Вузорнік", export["90002"].names[2].text).score >= 0.75
    spaced = export["90002"].names[2]  # the no-break space makes no new name, and that it stood there is said
    assert (spaced.text, spaced.flags) == ("Максим Узорник", ("hidden_characters",))


def test_10_text_that_begins_like_a_formula_leaves_as_text() -> None:
    rows = table("viasna.csv").rows
    begun = [cell for row in rows for cell in row.cells if cell.startswith("=")]
    assert [harmless(cell)[:2] for cell in begun] == ["'="]


def test_pictures_free_texts_and_counsel_are_never_taken(export: dict[str, Entry]) -> None:
    whole = repr(list(export.values()))
    assert not any(text in whole for text in ("Test Counsel", "INVENTED PERSON", "files/90001.jpg"))


def test_a_later_version_tells_exactly_its_changes() -> None:
    found = compare_listings(read("viasna").entries, read("viasna-next").entries)
    assert (found.added, found.gone, found.renamed) == (("90013",), ("90009",), ())
    changed = {
        (one.key, one.property, one.held): (
            sorted({canonical_value(value.value) for value in one.before}),  # type: ignore[union-attr]
            sorted({canonical_value(value.value) for value in one.after}),  # type: ignore[union-attr]
        )
        for one in found.changed
    }
    assert changed == {
        ("90001", "listed.status", False): (["active"], ["former"]),
        ("90001", "detention.place", False): (["Penal colony No. 99", "ИК № 99", "ПК № 99"], []),
        ("90001", "detention.end", False): ([], ["2026-10-01"]),
        ("90005", "sentence.months", False): (["24"], ["30"]),
        ("90010", "identity.birth_date", False): (["1992-02-03"], ["1992-02-04"]),
        ("90012", "listed.died", True): (["true"], []),
    }
    assert set(found.quarantine) == {("90010", "same_name_and_birth", ""), ("90011", "same_name_and_birth", "")}
    assert found.same == 7  # rows in another order, a term in other words: no change
