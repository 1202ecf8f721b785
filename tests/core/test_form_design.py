"""A form's questions are told from answers by what stands in their cells."""

import pytest

from letapis.core.form_design import is_design
from letapis.core.listing import Row, Table


def sheet(name: str, columns: tuple[str, ...], *rows: tuple[str, ...]) -> Table:
    return Table(name, columns, tuple(Row(number, cells) for number, cells in enumerate(rows, 2)))


ASKED = sheet("f.xlsx / survey", ("type", "name", "label"), ("text", "full_name", "Full name"), ("select_one sex", "sex", "Sex"))
CHOICES = sheet("f.xlsx / choices", ("list_name", "name", "label"), ("sex", "f", "Woman"))


@pytest.mark.parametrize(
    "tables",
    [
        [ASKED, CHOICES],
        [CHOICES, ASKED],
        [sheet("f.xlsx / Survey", ("Type", "Name", "Label::English (en)"), ("text", "full_name", "Full name"))],
        [sheet("form.csv", ("survey", "type", "name", "label"), ("", "begin group", "who", ""), ("", "text", "full_name", "Full name"))],
        [sheet("form.xml", ("head/title", "head/model/instance/data/@id", "body/input/@ref"), ("Form", "f", "/data/name"))],
    ],
)
def test_questions_are_a_design(tables: list[Table]) -> None:
    assert is_design(tables)


@pytest.mark.parametrize(
    "tables",
    [
        [sheet("answers.csv", ("type", "name"), ("detention", "Alena Pryklad"), ("text", "Ihar Vydumka"))],
        [sheet("answers.csv", ("type", "name"), ("text", "Alena Pryklad"), ("date", "Ihar Vydumka"))],
        [sheet("book.xlsx / survey", ("type", "name"), ("house", "Alena Pryklad"))],
        [sheet("book.xlsx / survey", ("full_name", "age"), ("Alena Pryklad", "30"))],
        [sheet("book.xlsx / survey", ("type", "name"))],
        [sheet("answers.xml", ("meta/instanceID", "full_name"), ("uuid:1", "Alena Pryklad"))],
        [CHOICES],
        [],
    ],
)
def test_answers_are_none_whatever_their_columns_are_called(tables: list[Table]) -> None:
    assert not is_design(tables)
