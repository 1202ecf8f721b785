"""Figures of the public list: custody on a day from dated values, units kept apart, people not named by whole groups, waiting changes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.public import published_of

from letapis.core.errors import Damaged, UsageError
from letapis.core.public_custody import custody, held_since, place_on
from letapis.core.public_figures import read_public_figures
from letapis.core.public_statistics import Tables, held_back, tables
from letapis.core.published import Card, CardValue, Entry, Published
from letapis.engines.catalogue import catalogue

RULES, PUBLICATION = catalogue().public_figures, catalogue().publication
SMALL = PUBLICATION.small


def card(*values: tuple[str, str] | CardValue) -> Card:
    return Card("0" * 32, tuple(one if isinstance(one, CardValue) else CardValue(*one) for one in values))


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ((), "unknown"),
        ((("detained", "2024-05-01"),), "held"),
        ((("detained", "2025-07-01"),), "unknown"),
        ((("detained", "2025-06"),), "unknown"),
        ((("detained", "2025-05"),), "held"),
        ((("detained", "2024-05-01"), ("released", "2025-06-15")), "released"),
        ((("detained", "2024-05-01"), ("released", "2025-06")), "unknown"),
        ((("detained", "2024-05-01"), ("released", "2025-08-01")), "held"),
        ((("detained", "2024-05-01"), CardValue("released", "2025-08-01", certainty="at_latest")), "unknown"),
        ((("detained", "2024-05-01"), CardValue("released", "2025-06-30", certainty="about")), "unknown"),
        ((("detained", "2021-01-01"), ("released", "2022-01-01"), ("detained", "2023-01-01")), "held"),
        ((("detained", "2021-01-01"), ("released", "2022-01-01"), ("detained", "2025-07-01")), "released"),
        ((("detained", "2025-06-15"), ("released", "2025-06-15")), "released"),
        ((("detained", "2021-01-01"), CardValue("died", "yes", since="2025-01-02")), "died"),
        ((("detained", "2021-01-01"), CardValue("died", "yes", since="2025")), "unknown"),
        ((("detained", "2021-01-01"), ("died", "yes")), "unknown"),
        ((("detained", "2021-01-01"), ("died", "no")), "held"),
    ],
)
def test_custody_on_a_day(values: tuple[tuple[str, str] | CardValue, ...], state: str) -> None:
    assert custody(card(*values), date(2025, 6, 15), "2026-01-01") == state


def test_what_a_snapshot_tells_lies_before_it() -> None:
    """Somebody detained "in 2026" had been detained on the day of the snapshot, and a death without a day was known then."""
    assert custody(card(("detained", "2026")), "2026-11-20") == "held"
    assert custody(card(("detained", "2026")), "2026-10-01", "2026-11-20") == "unknown"
    assert custody(card(("detained", "2024"), ("died", "yes")), "2026-11-20") == "died"


DAYS = st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(str) | st.sampled_from(("2021", "2022-03", "2021-02/2023-05"))


@given(st.lists(DAYS, max_size=3), st.lists(DAYS, max_size=3), st.dates(date(2020, 1, 1), date(2026, 6, 1)))
def test_a_release_never_makes_anybody_held(starts: list[str], ends: list[str], day: date) -> None:
    begun = card(*(("detained", one) for one in starts))
    both = card(*(("detained", one) for one in starts), *(("released", one) for one in ends))
    if custody(both, day, "2026-06-01") == "held":
        assert custody(begun, day, "2026-06-01") == "held"
    assert custody(begun, day, "2026-06-01") != "released"


def test_where_and_since_when() -> None:
    moved = card(
        ("detained", "2024-05-01"),
        CardValue("place", "sizo-1", since="2024-05-01", until="2025-01"),
        CardValue("place", "ik-3", since="2025-01"),
    )
    assert [place_on(moved, day, "2026-01-01") for day in ("2024-06-01", "2025-06-01")] == ["sizo-1", "ik-3"]
    assert held_since(moved, "2025-06-01") == "2024-05-01"
    both = card(("detained", "2024"), CardValue("place", "sizo-1", since="2025"), CardValue("place", "ik-3", since="2025"))
    assert place_on(both, "2026-01-01") == ""


ASKED = st.tuples(st.dates(date(2023, 6, 1), date(2026, 6, 1)), st.sampled_from(("", "2025-02-01", "2026-06-01")))


@given(st.lists(ASKED, min_size=2, max_size=6))
def test_a_card_that_was_asked_for_one_day_answers_for_another_as_if_it_never_was(asked: list[tuple[date, str]]) -> None:
    values = (("detained", "2024"), CardValue("released", "2025-03", certainty="about"), CardValue("died", "yes"))
    places = CardValue("place", "sizo-1", since="2024-05", until="2025-01"), CardValue("place", "ik-3", since="2025")
    known = card(*values, *places)
    for day, last in asked:
        assert custody(known, day, last) == custody(card(*values, *places), day, last)
        assert place_on(known, day, last) == place_on(card(*values, *places), day, last)


# ---- tables ----------------------------------------------------------------------------------------------------------


def of(*cards: Card, day: str = "2026-11-20") -> Published:
    entries = tuple(Entry(replace(one, card=f"{at:032x}"), day, day, "00" * 16) for at, one in enumerate(cards))
    return Published("Invented Centre", 1, day, entries)


def prisoner(name: str = "", *more: tuple[str, str]) -> Card:
    named = (("name", name),) if name else ()
    return card(("outcome", "recognised"), ("detained", "2024"), *named, *more)


def counted(published: Published, day: str = "") -> Tables:
    return tables(published, PUBLICATION, RULES, day)


def test_counting_units_never_mix() -> None:
    one = prisoner("Pryklad", ("article", "CC1999 342(1)"), ("article", "CC1999 342(2)"), ("article", "CC1999 361-4(1)"), ("detained", "2021"))
    made = counted(of(replace(one, values=(*one.values, CardValue("released", "2022"), CardValue("months", "30"), CardValue("months", "84")))))
    totals = {one.id: (one.unit, one.total) for one in made.tables}
    assert totals["status"] == ("persons", 1)
    assert totals["article"] == totals["article_group"] == ("articles", 2)
    assert totals["detained_year"] == ("episodes", 2)
    assert totals["term"] == ("proceedings", 2)
    article = made.table("article")
    assert article
    assert {(row.under, row.code, row.value) for row in article.rows} == {("protest", "342", 1), ("association", "361-4", 1)}


@given(st.integers(0, 12), st.integers(0, 12))
def test_people_not_named_are_counted_by_whole_groups(named: int, unnamed: int) -> None:
    made = counted(of(*(prisoner(f"Vydumka {at}") for at in range(named)), *(prisoner() for _ in range(unnamed))))
    least = named + (max(unnamed - 1, 0) // SMALL) * SMALL  # That everybody not named is held is never said.
    figure = made.figure("held")
    assert (figure.value if figure else 0) == least
    for table in made.tables:
        assert sum(row.value for row in table.rows) + table.apart == table.total <= named + unnamed
        for row in table.rows:
            assert (row.value - row.named) % SMALL == 0
            assert row.value - row.named <= unnamed


def test_a_row_of_nobody_named_shows_itself_only_as_a_group() -> None:
    hidden = [prisoner("", ("sex", "f")) for _ in range(SMALL - 1)] + [prisoner("", ("sex", "m")) for _ in range(SMALL)]
    sex = counted(of(*hidden)).table("sex")
    assert sex
    assert [(row.code, row.value) for row in sex.rows] == [("m", SMALL)]


def test_a_day_before_is_counted_as_known_now_and_none_behind_the_snapshot() -> None:
    late = card(("name", "Vydumka"), ("outcome", "recognised"), ("recognised", "2026-03-01"), ("detained", "2026-01-05"))
    published = of(prisoner("Pryklad", ("recognised", "2024-06-01")), late)
    assert [made.value for day in ("2026-02-01", "2026-03-02") if (made := counted(published, day).figure("held"))] == [1, 2]
    for day in ("2026-11-21", "soon"):
        with pytest.raises(UsageError):
            counted(published, day)


def test_every_figure_says_its_day_and_its_rule_in_three_languages() -> None:
    made = counted(published_of(300))
    held = made.figure("held")
    assert held
    assert held.sentences["en"] == f"At least {held.value} people recognised as political prisoners were in custody as of 20 November 2026."
    assert all(set(words) == {"en", "be", "ru"} for table in made.tables for words in (table.title, table.rule, table.unit_label))
    assert all("{" not in text for words in (*made.notes, held.rule) for text in words.values())
    assert counted(published_of(300)) == made


# ---- changes that wait -----------------------------------------------------------------------------------------------


def waiting(before: Published, entries: tuple[Entry, ...]) -> frozenset[str]:
    return held_back(before, entries, "2026-11-21", PUBLICATION, RULES)


def test_few_people_not_named_wait_for_more_and_named_ones_for_nobody() -> None:
    before = of(*(prisoner() for _ in range(SMALL)), prisoner("Pryklad"))
    more = of(*(prisoner() for _ in range(3 * SMALL)), prisoner("Pryklad")).entries
    news = tuple(replace(one, card=replace(one.card, card=f"a{one.card.card[1:]}")) for one in more)
    assert waiting(before, before.entries + news[-1:]) == frozenset()
    assert waiting(before, before.entries + news[: SMALL - 1]) == {one.card.card for one in news[: SMALL - 1]}
    assert waiting(before, before.entries + news[:SMALL]) == frozenset()
    assert waiting(before, before.entries[1:]) == frozenset()


def test_whose_name_is_taken_back_waits_for_nobody() -> None:
    """Whoever waits stays as they were; a name that was taken back must not."""
    before = of(prisoner("Pryklad"), *(prisoner() for _ in range(SMALL)))
    first = before.entries[0]
    bare = replace(first, card=replace(first.card, values=tuple(one for one in first.card.values if one.field != "name")))
    assert waiting(before, (bare, *before.entries[1:])) == frozenset()


def test_only_who_is_pointed_at_waits_where_enough_others_change() -> None:
    """Four men not named become five: the number of men would say so. The women who came with him go out without him."""
    people = [("sex", "m")] * (SMALL - 1) + [("sex", "f")] * (SMALL + 1) + [("sex", "f")] * SMALL + [("sex", "m")]
    entries = of(*(prisoner("", one) for one in people)).entries
    before = replace(of(), entries=entries[: 2 * SMALL])
    assert waiting(before, entries) == {entries[-1].card.card}
    assert waiting(before, entries[:-1]) == frozenset()


@given(st.lists(st.sampled_from(("f", "m", "")), max_size=20), st.lists(st.sampled_from(("f", "m", "")), max_size=20))
def test_two_days_never_differ_by_a_small_number_of_people_not_named(old: list[str], new: list[str]) -> None:
    before = of(*(prisoner("", ("sex", sex)) for sex in old))
    now = {one.card.card: one for one in of(*(prisoner("", ("sex", sex)) for sex in (*new, *old[len(new) :]))).entries}
    wait = waiting(before, tuple(now.values()))
    stays = {one.card.card: one for one in before.entries}
    after = replace(before, entries=tuple(one for card, one in (now | {card: stays.get(card) for card in wait}).items() if one))
    moved = {card for card, one in now.items() if card not in wait and stays.get(card) != one}
    assert not moved or len(moved) >= SMALL
    for name in ("f", "m"):
        told = [{row.code: row.value for row in table.rows} if (table := counted(one).table("sex")) else {} for one in (before, after)]
        behind = {
            card
            for card in moved
            if CardValue("sex", name) in now[card].card.values or (card in stays and CardValue("sex", name) in stays[card].card.values)
        }
        assert told[0].get(name) == told[1].get(name) or len(behind) >= SMALL


def test_hostile_words_turn_no_line_round() -> None:
    evil = "\u202e<b>\x1b[31m=HYPERLINK()\nnext"
    made = counted(replace(of(prisoner("Pryklad", ("article", evil), ("sex", evil), ("ground", evil))), organisation=evil))
    rows = [row for table in made.tables for row in table.rows]
    assert any("HYPERLINK" in row.label["en"] for row in rows)
    assert not {"\u202e", "\x1b", "\n"} & set("".join((made.organisation, *(row.label["be"] for row in rows))))


def test_a_rule_without_its_unit_is_refused() -> None:
    import tomllib
    from importlib.resources import files

    table = tomllib.loads(files("letapis").joinpath("data/public_figures.toml").read_text(encoding="utf-8"))
    table["tables"][0]["unit"] = "heads"
    with pytest.raises(Damaged):
        read_public_figures(table, catalogue().reference)
