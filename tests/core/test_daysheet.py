"""The cells of a line: what is an age, an article, a name, and what is to be mended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.daysheet import Age, Row, age_of, articles_of, faults, is_name, row_of, with_unread_as_remark, words_of
from letapis.engines.catalogue import catalogue

DAY = "2026-11-20"
cells = st.text(max_size=60)


@pytest.mark.parametrize(
    "text, age",
    [
        ("34", Age(34)),
        ("каля 30", Age(30, about=True)),
        ("~30", Age(30, about=True)),
        ("около 50 лет", Age(50, about=True)),
        ("aged 19", Age(19)),
        ("22 years old", Age(22)),
        ("1990 г.н.", Age(birth="1990")),
        ("1990", Age(birth="1990")),
        ("12.03.1990", Age(birth="1990-03-12")),
        ("31.02.1990", None),
        ("0", None),
        ("111", None),
        ("30-35", None),
        ("20.11.2026", None),
        ("٣٤", None),
        ("", None),
    ],
)
def test_ages_and_births(text: str, age: Age | None) -> None:
    assert age_of(text) == age


@pytest.mark.parametrize(
    "text, articles",
    [
        ("19.11", ("CAO2021 19.11",)),
        ("арт. 24.23 КаАП", ("CAO2021 24.23",)),
        ("24.3, 24.23 КоАП РБ", ("CAO2021 24.3", "CAO2021 24.23")),
        ("342", ("CC1999 342",)),
        ("ст. 342 ч. 1 УК", ("CC1999 342(1)",)),
        ("ч. 1 ст. 342 УК", ("CC1999 342(1)",)),
        ("361-4 і 342", ("CC1999 361-4", "CC1999 342")),
        ("CC1999 342(1)", ("CC1999 342(1)",)),
        ("Art. 342 part 2 CC", ("CC1999 342(2)",)),
        ("34", None),
        ("арт. 34", None),
        ("за ўсё", None),
        ("342 і нешта", None),
        ("", None),
        ("1" * 500, None),
    ],
)
def test_articles(text: str, articles: tuple[str, ...] | None) -> None:
    assert articles_of(text, DAY) == articles
    if articles:
        catalogue().vocabulary.parse_value("charge.article", articles)


def test_the_administrative_code_is_that_of_the_day() -> None:
    assert articles_of("23.34", "2020-08-09") == ("CAO2003 23.34",)
    assert articles_of("24.23", "2021") is None, "the year knew both codes, and nobody guesses"
    assert articles_of("342", "2021") == ("CC1999 342",)


@pytest.mark.parametrize(
    "text, named",
    [
        ("Выдумка Іван", True),
        ("Студэнт Іван Выдумка", True),
        ("мужчына", False),
        ("Мужчына, каля 30", False),
        ("Невядомы хлопец", False),
        ("unknown woman", False),
        ("выдумка пётр", False),
        ("муж Алены", False),
        ("сын Іван Выдумка", True),
        ("brother of Jan", False),
        ("?", False),
        ("", False),
    ],
)
def test_a_description_is_no_name(text: str, named: bool) -> None:
    assert is_name(text) is named


@given(cells, cells, cells, cells, cells)
def test_a_line_can_always_be_kept_as_it_was_said(name: str, age: str, article: str, place: str, remark: str) -> None:
    row = row_of(name=name, age=age, article=article, place=place, remark=remark)
    kept = with_unread_as_remark(row, DAY)
    assert not {"age", "article"} & faults(kept, DAY).keys()
    for cell in (row.age, row.article, row.remark):
        assert cell in words_of(kept)


def test_what_is_to_be_mended_has_its_cell() -> None:
    assert faults(Row(), DAY) == {}
    assert faults(Row(age="34"), DAY) == {"name": "daysheet.name"}
    assert faults(Row("Выдумка", "многа", "за ўсё"), DAY) == {"age": "daysheet.age", "article": "daysheet.article"}
    assert faults(Row("А" * 201, remark="б" * 4001), DAY) == {"name": "daysheet.long", "remark": "daysheet.long"}
