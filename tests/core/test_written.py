"""Dates, terms and articles as lists write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.article_text import codes_of, read_articles
from letapis.core.csv_out import harmless, write_csv
from letapis.core.dates import bounds
from letapis.core.vocabulary import ValueFault
from letapis.core.written_dates import read_date
from letapis.core.written_terms import months_of
from letapis.engines.catalogue import catalogue


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1990-01-02", "1990-01-02"),
        ("2024-06", "2024-06"),
        ("2026", "2026"),
        ("24.9.2004", "2004-09-24"),
        ("31/12/2020", "2020-12-31"),
        ("24 April 1982", "1982-04-24"),
        ("April 2026", "2026-04"),
        ("10 Dec 1975", "1975-12-10"),
        ("December 10, 1975", "1975-12-10"),
        ("9 жніўня 2020 г.", "2020-08-09"),
        ("9 августа 2020 года", "2020-08-09"),
        ("верасень 2021", "2021-09"),
        ("09.2004", "2004-09"),
        ("dd/mm/1965", "1965"),
        ("00/05/1965", "1965-05"),
        ("2020-08-09T12:30:00.000Z", "2020-08-09"),
        ("2020-08-09 00:00:00", "2020-08-09"),
        ("2021-XX", "2021"),
        ("1979, 1980 or 1981", "1979/1981 about"),
        ("circa 1970", "1970 about"),
        ("1975-1979", "1975/1979"),
        ("between 1975 and 1979", "1975/1979"),
        ("3.5.1970 or 4.6.1970", "1970-05-03/1970-06-04 about"),
        ("31.2.2020", ""),
        ("2020-13", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_date_is_read_as_far_as_it_is_written(written: str, read: str) -> None:
    found = read_date(written)
    assert (f"{found.text} {found.certainty}".removesuffix(" exact") if found else "") == read


def test_the_month_may_come_first_where_the_list_says_so() -> None:
    found = read_date("12/31/2020", month_first=True)
    assert found and found.text == "2020-12-31"


@given(st.text(max_size=60))
def test_whatever_is_read_as_a_date_is_one(text: str) -> None:
    found = read_date(text)
    assert found is None or bounds(found.text)


@pytest.mark.parametrize(
    ("written", "months"),
    [
        ("4 1/2 years", 54),
        ("18 months", 18),
        ("1 1/2 years", 18),
        ("4,5 гады", 54),
        ("1½ года", 18),
        ("3 years and 6 months", 42),
        ("2 г. 6 мес.", 30),
        ("6 гадоў", 72),
        ("3 года лишения свободы", 36),
        ("500 base value", None),
        ("30 days", None),
        ("life", None),
        ("1/0 years", None),
        ("0 years", None),
        ("999 years", None),
    ],
)
def test_a_term_is_counted_in_months(written: str, months: int | None) -> None:
    assert months_of(written) == months


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("Part 2 of Art. 293 of the Criminal Code — Participation in riots", "CC1999 293(2)"),
        ("Part 1 of Article 13 and Article 293 of the Criminal Code — Preparation", "CC1999 13(1) CC1999 293"),
        ("Ч. 1 арт. 13 і арт. 293 Крымінальнага кодэкса — Падрыхтоўка", "CC1999 13(1) CC1999 293"),
        ("ч. 1 ст. 14 и ч. 2 ст. 293 УК", "CC1999 14(1) CC1999 293(2)"),
        ("Art. 407: Disclosure of the data of 2 investigations", "CC1999 407"),
        ("361-1", "CC1999 361-1"),
        ("361¹", "CC1999 361-1"),
        ("361.1", "CC1999 361-1"),
        ("361(1)", "CC1999 361-1"),
        ("Арт. 361¹ Крымінальнага кодэкса — Стварэнне", "CC1999 361-1"),
        ("342 ч. 1; 361-4", "CC1999 342(1) CC1999 361-4"),
        ("ч. 1, 2 ст. 342", "CC1999 342(1) CC1999 342(2)"),
        ("CC1999 342(1)", "CC1999 342(1)"),
        ("342, 369", "CC1999 342 CC1999 369"),
        ("арт. 24.23 КаАП", "CAO2021 24.23"),
        ("Art. 342 of the Criminal Code\nArt. 342 of the Criminal Code", "CC1999 342"),
        ("nothing", ""),
        ("2020", ""),
    ],
)
def test_an_article_is_one_however_it_is_written(written: str, codes: str) -> None:
    found = codes_of(read_articles(written), "CC1999", "CAO2021")
    assert " ".join(found) == codes
    assert catalogue().vocabulary.parse_value("charge.article", found) == tuple(found)


@given(st.text(alphabet="0123456789-.()¹² ,;\nчстАртp—:", max_size=40))
def test_articles_that_are_read_are_articles(text: str) -> None:
    try:
        catalogue().vocabulary.parse_value("charge.article", codes_of(read_articles(text), "CC1999"))
    except ValueFault:
        pytest.fail("an article that the vocabulary refuses")


@pytest.mark.parametrize("cell", ["=1+1", "+375", "-2+3", "@SUM(1)", "\tx", "\rx", "  =1", "\u00a0=1", "\uff1d1", "\nx"])
def test_no_spreadsheet_runs_a_cell(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("blank", ["", " ", '"', "\u00a0", ";"])
@pytest.mark.parametrize("end", [";", "\n", "\r\n"])
def test_no_spreadsheet_that_parts_cells_at_semicolons_runs_what_stands_behind_one(end: str, blank: str) -> None:
    """Behind a comma our quotes are letters like others there, so the rest of a cell is cells and rows of their own."""
    written = write_csv([["id", "name"], ["1", f"Pryklad{end}{blank}=1+1{end}-2; a-b"]]).decode()
    cells = [cell.strip(' "\u00a0') for line in written.split("\n") for cell in line.split(";")]
    assert not any(cell.startswith(("=", "-")) for cell in cells) and "; a-b" in written


def test_words_are_written_as_they_are() -> None:
    written = write_csv([["name", "note"], ["Алена, Прыклад", 'a "b"\nc'], ["=1", "1=1"]]).decode()
    assert written == 'name,note\n"Алена, Прыклад","a ""b""\nc"\n\'=1,1=1\n'
