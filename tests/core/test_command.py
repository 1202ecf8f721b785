"""The chain of command on a day: vague dates never make anything certain, order changes nothing, what has ended excludes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.bodies import Titles, folded, key_of, valid_span
from letapis.core.command import Gap, Parent, Span, Tenure, Truth, chain, end_of, lasting
from letapis.core.dates import Certainty, bounds
from letapis.engines.catalogue import catalogue

DAYS = st.dates(date(1990, 1, 1), date(2026, 12, 31))
CERTAINTIES = st.sampled_from(["", *Certainty])
PARTIAL = st.builds(lambda day, cut: day.isoformat()[:cut], DAYS, st.sampled_from([4, 7, 10]))
ENDS = st.frozensets(st.builds(end_of, PARTIAL, CERTAINTIES), max_size=3)
SPANS = st.builds(Span, ENDS, ENDS)
TENURES = st.lists(st.builds(Tenure, st.binary(min_size=2, max_size=2), st.sampled_from("abc"), st.sampled_from("xyz"), SPANS), max_size=6)
PARENTS = st.lists(st.builds(Parent, st.sampled_from("xyz"), st.sampled_from("xyz"), SPANS, st.binary(max_size=1)), max_size=5)


def on(day: date) -> tuple[date, date]:
    return day, day


@given(PARTIAL, PARTIAL, DAYS, st.booleans())
def test_a_vaguer_date_never_says_more(since: str, until: str, day: date, first: bool) -> None:
    """With an end cut to its month or year, what was certain stays certain or becomes possible; nothing becomes certain or is excluded."""
    sharp = Span(frozenset({end_of(since)}), frozenset({end_of(until)}))
    vague = Span(frozenset({end_of(since[:4])}), sharp.until) if first else Span(sharp.since, frozenset({end_of(until[:4])}))
    if sharp.disputed:
        return
    assert vague.at(on(day)) in (sharp.at(on(day)), Truth.POSSIBLE)


@given(PARTIAL, PARTIAL, DAYS, st.sampled_from(list(Certainty)))
def test_no_word_of_certainty_says_more_than_an_exact_date(since: str, until: str, day: date, certainty: str) -> None:
    exact = Span(frozenset({end_of(since)}), frozenset({end_of(until)}))
    if not exact.disputed:
        assert Span(exact.since, frozenset({end_of(until, certainty)})).at(on(day)) in (exact.at(on(day)), Truth.POSSIBLE)


@given(SPANS, DAYS, st.integers(0, 400))
def test_a_longer_time_is_never_more_certain_than_its_days(span: Span, day: date, length: int) -> None:
    whole = span.at((day, day + timedelta(days=length)))
    if whole is Truth.CERTAIN:
        assert span.at(on(day)) is Truth.CERTAIN and span.at(on(day + timedelta(days=length))) is Truth.CERTAIN
    if whole is Truth.NOT:
        assert span.at(on(day)) is Truth.NOT


@given(DAYS, DAYS, DAYS)
def test_a_closed_interval_excludes(a: date, b: date, day: date) -> None:
    first, last = sorted((a, b))
    span = Span(frozenset({on(first)}), frozenset({on(last)}))
    assert span.at(on(day)) is (Truth.CERTAIN if first <= day <= last else Truth.NOT)


@given(TENURES, PARENTS, PARTIAL, st.randoms())
def test_the_order_in_which_things_were_told_changes_nothing(tenures: list[Tenure], parents: list[Parent], day: str, chance: object) -> None:
    found = chain("x", day, parents, tenures)
    chance.shuffle(tenures)  # type: ignore[attr-defined]
    chance.shuffle(parents)  # type: ignore[attr-defined]
    assert chain("x", day, parents, tenures) == found


@given(PARENTS, PARTIAL)
def test_a_circle_of_bodies_ends(parents: list[Parent], day: str) -> None:
    step, depth = chain("x", day, parents, []), 0
    while step.above and step.above[0].step:
        step, depth = step.above[0].step, depth + 1
    assert depth < 3


@given(ENDS, DAYS)
def test_what_sources_say_differently_is_not_decided(told: frozenset[tuple[date, date]], day: date) -> None:
    span = Span(told, frozenset({(date.max, date.max)}))
    if span.disputed:
        assert all(low >= span.start[0] and high <= span.start[1] for low, high in told)
        assert span.at(on(span.start[0])) is not Truth.CERTAIN or span.start[0] == span.start[1]


def test_a_colony_with_its_heads_over_time() -> None:
    def held(person: str, since: str, until: str, *more: str) -> Tenure:
        return Tenure(person.encode(), person, "pk-99", Span(frozenset({end_of(since)}), frozenset({end_of(until, *more)}) if until else frozenset()))

    tenures = [held("Pryklad", "2015", "2020-03-10"), held("Vydumka", "2021-06", "2023"), held("Postava", "2024-01-01", "2024-06-01", "at_earliest")]
    parents = [Parent("pk-99", "din", valid_span("/..")), Parent("din", "mvd", valid_span("/..")), Parent("din", "old", valid_span("/2000"))]
    asked = {day: chain("pk-99", day, parents, tenures) for day in ("2019", "2021-08-15", "2020-12", "2021-06-15", "2024-05", "2025")}
    told = {day: [(one.tenure.person, one.truth) for one in step.held] for day, step in asked.items()}
    assert told["2019"] == [("Pryklad", Truth.CERTAIN)] and told["2021-08-15"] == [("Vydumka", Truth.CERTAIN)]
    assert told["2021-06-15"] == [("Vydumka", Truth.POSSIBLE)] and told["2024-05"] == [("Postava", Truth.CERTAIN)]
    assert told["2025"] == [("Postava", Truth.POSSIBLE)], "nobody said that it ended, and nobody that it went on"
    assert told["2020-12"] == [] and asked["2020-12"].gap == Gap(date(2020, 3, 10), date(2021, 6, 1))
    above = asked["2021-08-15"].above
    assert [one.parent.above for one in above] == ["din"] and above[0].step is not None
    assert [one.parent.above for one in above[0].step.above] == ["mvd"] and above[0].step.gap == Gap(None, None)


def test_two_heads_on_one_day_stand_side_by_side() -> None:
    spans = [Span(frozenset({end_of("2020")}), frozenset({end_of("2022")})) for _ in range(2)]
    step = chain("x", "2021-05-05", [], [Tenure(b"1", "a", "x", spans[0]), Tenure(b"2", "b", "x", spans[1])])
    assert step.several and len(step.held) == 2
    assert not chain("x", "2021-05-05", [], [Tenure(b"1", "a", "x", spans[0]), Tenure(b"2", "a", "x", spans[1])]).several


@pytest.mark.parametrize(
    ("title", "names", "heads"),
    [
        ("Head of PK-99 Vydumka", ["PK-99 Vydumka"], True),
        ("former Head of the PK-99 “Vydumka”", ["PK-99 Vydumka"], True),
        ("Deputy Head of PK-99 Vydumka", ["PK-99 Vydumka"], False),
        ("Head of the medical unit of PK-99 Vydumka", ["PK-99 Vydumka"], False),
        ("Начальнік", ["ПК-99"], True),
        ("и. о. начальника", ["ПК-99"], False),
        ("Член каллегии", ["ПК-99"], False),
    ],
)
def test_a_title_says_whether_it_is_of_a_head(title: str, names: list[str], heads: bool) -> None:
    words = Titles(frozenset({"head", "начальнік"}), ("former", "the", "и. о."), ("of the", "of"))
    assert words.heads_it(title, names) is heads


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("correctional institution Penal Colony No 4", "ik-4"),
        ("Penal Colony No.o4 for women", "ik-4"),
        ("Penal Colony IK-17 Shklov", "ik-17"),
        ("‘Prison No 1’", "prison-1"),
        ("Prison No. 8, Zhodino", "prison-8"),
        ("Educational Colony No.°2", "vk-2"),
        ("ИК-3", "ik-3"),
        ("исправительной колонии № 15", "ik-15"),
        ("СІЗА-1", "sizo-1"),
        ("PK-99 Vydumka", "pk-99 vydumka"),
        ("medical unit, Prison No 1", "medical unit, prison no 1"),
        ("regime department of Penal Colony No 17 Shklow", "regime department of penal colony no 17 shklow"),
        ("Prison No 1, medical unit", "prison no 1, medical unit"),
        ("Валадарка", "sizo-1"),
        ("4", "4"),
    ],
)
def test_a_place_is_meant_by_its_kind_and_number_and_no_part_of_it(text: str, code: str) -> None:
    assert catalogue().register.reference(text) == code


@given(st.text(max_size=40))
def test_a_name_is_compared_without_quotes_and_blanks(name: str) -> None:
    assert folded(folded(name)) == folded(name) and len(key_of(name)) == 16


def test_an_agency_goes_by_its_name_without_what_stands_in_brackets_and_by_that_and_with_the_state_behind_it() -> None:
    said = ("Investigative Committee of the Republic of Belarus", "Следственный комитет", "СК", "Следчы камітэт Рэспублікі Беларусь")
    assert {catalogue().register.reference(name) for name in said} == {"sk"}
    assert catalogue().register.reference("TB") == "tb", "what stands in brackets behind a place is not its name"
    assert catalogue().register.reference("Vydumka Office of Belarus") == "vydumka office of belarus"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Penal Correction Department in the Ministry of Internal Affairs", "din"),
        ("Департамент исполнения наказаний МВД", "din"),
        ("Дэпартамент выканання пакаранняў МУС Рэспублікі Беларусь", "din"),
        ("Main Department for Combating Organised Crime and Corruption (GUBOPiK) of the Ministry of Internal Affairs", "gubopik"),
        ("Internal Troops of the Ministry of the Interior of the Republic of Belarus", "internal-troops"),
        ("Financial Investigations Department of the State Control Committee", "dfr"),
        ("MAIN INTERNAL AFFAIRS DIRECTORATE OF THE MINSK CITY EXECUTIVE COMMITTEE", "guvd-minsk"),
        ("Ministry of the Interior", "mvd"),
        ("Internal Troops of the KGB", "internal troops of the kgb"),
        ("regime department of the Penal Correction Department", "regime department of the penal correction department"),
        ("Ministry of Internal Affairs of the Internal Troops", "ministry of internal affairs of the internal troops"),
    ],
)
def test_an_agency_goes_by_its_name_with_the_body_above_it_behind_and_with_no_other(text: str, code: str) -> None:
    assert catalogue().register.reference(text) == code


def test_the_time_of_a_claim_is_as_sure_as_its_dates() -> None:
    day = bounds("2020-06-15")
    assert lasting("2020-01-01", "2020-12-31").at(day) is Truth.CERTAIN
    assert {lasting("2020-01-01", last, how).at(day) for last, how in (("2020-12-31", "about"), ("", ""))} == {Truth.POSSIBLE}
    assert lasting("soon", "2019").at(day) is Truth.NOT
