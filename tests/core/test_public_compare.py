"""A list of others beside ours: proposals across three scripts, differences after one form of every value, nobody guessed."""

from datetime import date
from typing import Any

import pytest
from tests.core.test_ready_mappings import DATA, here, table

from letapis.core.listing import Listing, entries
from letapis.core.public_compare import DIFFERS, ONLY_OURS, ONLY_THEIRS, Comparison, Side, card_of, compare
from letapis.core.published import Card, CardValue
from letapis.engines.catalogue import catalogue

KNOWN = catalogue()
NAMES = ("viasna_export_example.csv", "viasna_export_example.be.csv", "viasna_export_example.ru.csv")


def example() -> Listing:
    hides = KNOWN.identity_rules.is_anonymised
    tables = [table(DATA / name) for name in NAMES]
    return entries(tables, KNOWN.mappings["viasna"], KNOWN.vocabulary, today=date(2026, 11, 26), hides=hides)


def theirs() -> list[Side]:
    return [Side(one.key, card_of(one, KNOWN.publication), one.quarantined) for one in example().entries]


def side(key: str, *names: str, **values: Any) -> Side:
    """One of ours: names, and fields with one value or several."""
    told = [CardValue("name", name, "be") for name in names]
    for field, value in values.items():
        told += [CardValue(field, one) for one in (value if isinstance(value, tuple) else (value,))]
    return Side(key, Card(key, tuple(sorted(told))))


def form(field: str, value: str) -> str:
    return KNOWN.reference["facilities"].code_of(value) if field == "place" else value


def beside(*ours: Side, others: list[Side] | None = None) -> Comparison:
    return compare(ours, theirs() if others is None else others, KNOWN.identity_rules, form)


@here
def test_the_example_export_is_compared() -> None:
    same = {"birth_date": "1990-01-02", "sex": "f", "article": "CC1999 361-2", "verdict": "2024-02-03"}
    found = beside(
        side("a", "Алена Прыкладовіч", **same, detained="2023-05", months="36", judge="Пятро Выдумка", appeal="2024-05-11"),
        side("b", "Zusim Inshy"),
        side("c", "Абвінавачаны Б."),
        side("d", "Дзяніс Агульны", birth_date="1979-06-07"),
    )
    assert [(one.ours.key, one.theirs.key) for one in found.pairs] == [("a", "90001")]
    (pair,) = found.pairs
    assert pair.proposal.how == "sure" and pair.proposal.reasons
    differing = {one.field: one.kind for one in pair.differences}
    assert differing.pop("appeal") == DIFFERS, "a month that fits a day, a term in other words and a judge in another script do not disagree"
    assert set(differing.values()) == {ONLY_THEIRS} and set(differing) == {"outcome", "penalty", "regime", "group_case", "place"}
    assert {one.key for one in found.apart} == {"90003", "90004", "90010", "90011"}, "they are proposed as nobody, though a name is the same"
    assert {one.key for one in found.hidden} == {"90007"}
    assert {one.key for one in found.missing_there} == {"b", "d"}, "who has no name of ours is missing nowhere"
    assert {one.key for one in found.missing_here} == {"90002", "90005", "90006", "90008", "90009", "90012"}


@here
def test_one_of_ours_may_be_two_of_theirs_and_both_are_shown() -> None:
    found = beside(side("a", "Яўген Выдумшчыкаў", verdict="2021-11-03", article="CC1999 342"))
    assert sorted(one.theirs.key for one in found.pairs) == ["90005", "90006"]


@here
def test_a_latin_letter_in_a_name_and_a_russian_form_find_the_person() -> None:
    assert [one.theirs.key for one in beside(side("a", "Игорь Прикладный", birth_date="1970-12-01")).pairs] == ["90012"]
    assert not beside(side("a", "Игорь Прикладный", birth_date="1971-12-02")).pairs, "two birth dates known to the day are two people"


@pytest.mark.parametrize(
    ("field", "ours", "other", "kind"),
    [
        ("article", ("CC1999 342(1)", "CC1999 293"), ("CC1999 293", "CC1999 342(1)"), ""),
        ("article", ("CC1999 342",), ("CC1999 342(1)",), DIFFERS),
        ("months", "30", "30.0", ""),
        ("months", "30", "36", DIFFERS),
        ("place", "ik-3", "Penal colony No. 3", ""),
        ("place", "ik-3", "ik-4", DIFFERS),
        ("detained", ("2020-08", "2024-01-02"), "2024-01", ""),
        ("detained", "2024-02", "2024-01", DIFFERS),
        ("outcome", "recognised_ex_post_facto", "recognised", ""),
        ("outcome", "refused", "recognised", DIFFERS),
        ("terrorist_list", "yes", "no", DIFFERS),
        ("released", "2024", (), ONLY_OURS),
        ("regime", (), "strict", ONLY_THEIRS),
        ("judge", "Siarhei Testauski", "Сергей Тестовский", ""),
        ("interests", "chess", "no chess", ""),
    ],
)
def test_values_are_compared_in_one_form(field: str, ours: Any, other: Any, kind: str) -> None:
    born = {"birth_date": "1990-01-02"}
    found = beside(side("a", "Выдумка Янка", **born, **{field: ours}), others=[side("t", "Выдумка Янка", **born, **{field: other})])
    (pair,) = found.pairs
    assert [(one.field, one.kind) for one in pair.differences] == ([(field, kind)] if kind else [])


def test_a_side_is_compared_with_the_other_only_and_nobody_without_a_name() -> None:
    twin = side("b", "Выдумка Янка", birth_date="1990-01-02")
    found = beside(side("a", "Выдумка Янка", birth_date="1990-01-02"), twin, others=[side("t", "Зусім Іншы"), side("u")])
    assert not found.pairs and {one.key for one in found.missing_there} == {"a", "b"}
    assert [one.key for one in found.missing_here] == ["t"] and [one.key for one in found.hidden] == ["u"]
