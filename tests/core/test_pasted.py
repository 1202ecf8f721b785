"""A pasted text becomes lines of a day sheet: nothing is lost, nothing raises, and what is not understood stays as it was said."""

from time import process_time
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.daysheet import Count, Row, faults
from letapis.core.pasted import Pasted, read_pasted

PLACES = frozenset({"мінск", "минск", "minsk", "гомель"})
DAY = "2026-11-20"

PARTS = (
    "1. ",
    "2) ", "- ", "Выдумка Іван", "Прыклад Алена Пятроўна", "man", "жанчына", ", ", "; ", "\t", " — ", "34", "about 30", "каля 50 гадоў", "1990 г.н.",
    "19.11", "ст. 342 УК", "24.23, 24.3 КаАП", "Мінск", "(", ")", "\n", "\r\n", "і яшчэ 5 чалавек", "about 40, 27 of them named", "=1+1", '"', "+7",
    "Прозвішча\tІмя\tУзрост\n", "Name,Age\n", "Затрыманыя: ", " і ", "забралі з дому", "\u2028", "\u00a0", "…", "~",
)  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PARTS), max_size=40).map("".join))


def read(text: str) -> Pasted:
    return read_pasted(text, PLACES, DAY)


def rows(text: str) -> list[Row]:
    return [row for _, row in read(text).lines]


@settings(max_examples=400, deadline=None)
@given(texts)
def test_every_letter_is_in_exactly_one_piece_in_its_order(text: str) -> None:
    pasted, at = read(text), 0
    assert "".join(piece.text for piece in pasted.pieces) == text
    for piece in pasted.pieces:
        assert piece.start == at and text[slice(*piece.span)] == piece.text.strip()
        at += len(piece.text)
    assert not any(row.is_empty for _, row in pasted.lines)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_what_a_cell_says_stands_in_the_words_of_its_line(text: str) -> None:
    """Letters of every cell come from its own piece; so no line speaks of somebody else."""
    for piece, row in read(text).lines:
        for cell in (row.name, row.age, row.article, row.place, row.remark):
            assert {letter for letter in cell if letter.isalnum()} <= set(normalize("NFC", piece.text))
        assert not {"age", "article"} & faults(row, DAY).keys() or "\t" in piece.text or "," in piece.text, "a sentence fills no cell it cannot read"


@pytest.mark.parametrize(
    "text", [" " * 20_000, "," * 20_000, "~ " * 10_000, "1 " * 10_000, "а" * 20_000, "ч " * 10_000, "(" * 20_000, " і" * 10_000, '"' * 9999]
)
def test_a_hostile_text_is_read_at_once(text: str, timer: "Timer") -> None:
    with timer:
        read(text)


class Timer:
    """Seconds of the processor, so that a busy machine does not fail a test."""

    def __enter__(self) -> None:
        self.start = process_time()

    def __exit__(self, *_: object) -> None:
        assert process_time() - self.start < 2


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.mark.parametrize(
    "text, row",
    [
        ("1. Выдумка Іван, 34, Мінск — 19.11", Row("Выдумка Іван", "34", "19.11", "Мінск")),
        ("man, about 30", Row("man", "about 30")),
        ("мужчина, около 30", Row("мужчина", "около 30")),
        ("жанчына каля 50 гадоў, чырвоная куртка", Row("жанчына", "каля 50 гадоў", remark="чырвоная куртка")),
        (
            "Прыклад Алена Пятроўна (1990 г.н.), ст. 342 УК, забрали из дома",
            Row("Прыклад Алена Пятроўна", "1990 г.н.", "ст. 342 УК", "", "забрали из дома"),
        ),
        ("2) Prykladny Jan, 19, Art. 342 part 1 CC", Row("Prykladny Jan", "19", "Art. 342 part 1 CC")),
        ("Іван Выдумка, 24.23, 24.3 КаАП", Row("Іван Выдумка", "", "24.23, 24.3 КаАП")),
        ("Vydumka Ivan, b. 1990, Minsk", Row("Vydumka Ivan", "b. 1990", "", "Minsk")),
        ("Выдумка Іван 34", Row("Выдумка Іван", "34")),
        ("Пётр Прыклад 21.11.2026", Row("Пётр Прыклад", remark="21.11.2026")),
        ("4. Іван Выдумка — муж Алены, 12.03.1990", Row("Іван Выдумка", "12.03.1990", remark="муж Алены")),
        ("3. Невядомы хлопец", Row("Невядомы хлопец")),
        ("• =HYPERLINK(1)", Row("=HYPERLINK(1)")),
        ("Выдумка\tІван\t34\tМінск\t24.23", Row("Выдумка Іван", "34", "24.23", "Мінск")),
        ('1\tВыдумка Іван\t=HYPERLINK("x")\t34', Row("Выдумка Іван", "34", remark='=HYPERLINK("x")')),
        ("Выдумка, 34", Row("Выдумка", "34")),
        ("Выдумка Іван +375291234567", Row("Выдумка Іван", remark="+375291234567")),
        ("Петрова-Пример А. (ЦИП Окрестина)", Row("Петрова-Пример А.", remark="ЦИП Окрестина")),
        ("Выдумка Иван Петрович 1987 г.р. – РУВД Ленинского района", Row("Выдумка Иван Петрович", "1987 г.р.", remark="РУВД Ленинского района")),
        ("Выдумка Іван\n34 гады\n", Row("Выдумка Іван", "34 гады")),
    ],
)
def test_a_line_as_people_write_it(text: str, row: Row) -> None:
    assert rows(text) == [row]


def test_the_day_of_the_sheet_is_not_taken_for_an_article() -> None:
    assert read_pasted("Выдумка Іван, 19.11", PLACES, "2026-11-19").lines[0][1] == Row("Выдумка Іван", remark="19.11")
    assert read_pasted("Выдумка Іван, арт. 19.11", PLACES, "2026-11-19").lines[0][1].article == "арт. 19.11"


def test_several_people_in_one_sentence() -> None:
    pasted = read("Затрыманыя: Іван Выдумка, Пётр Прыклад, 40, і Алена Выдумка і яшчэ 5 чалавек")
    assert [row for _, row in pasted.lines] == [Row("Іван Выдумка"), Row("Пётр Прыклад", "40"), Row("Алена Выдумка")]
    assert [piece.text for piece in pasted.pieces if piece.counts] == ["і яшчэ 5 чалавек"]
    assert pasted.count == Count(8) and pasted.remark == "Затрыманыя:\nі яшчэ 5 чалавек"


@pytest.mark.parametrize(
    "text, count",
    [
        ("about 40, 27 of them named", Count(40, 27, about=True)),
        ("Усяго каля 40 чалавек, з іх 27 вядомыя па імёнах", Count(40, 27, about=True)),
        ("Всего задержано около 40 человек", Count(40, about=True)),
        ("Задержания в Минске: 12 человек", Count(12)),
        ("12 detentions", Count(12, unit="detentions")),
        ("Усяго 12 затрыманняў", Count(12, unit="detentions")),
        ("and about 5 more", Count(5, about=True)),
        ("Иван Выдумка и ещё около 5 человек", Count(6, about=True)),
        ("Jan Prykladny and 5 others", Count(6)),
        ("+5", Count(5)),
        ("Прыклад Алена\nещё трое неизвестных", Count(4)),
        ("у аўтобусе было 12 чалавек", Count()),
        ("Больш звестак няма", Count()),
    ],
)
def test_how_many_there_were(text: str, count: Count) -> None:
    assert read(text).count == count


@pytest.mark.parametrize(
    "text", ["Спіс затрыманых у Мінску:", "Больш звестак няма", "Мінск, 20 лістапада", "у аўтобусе было 12 чалавек", "Суд Цэнтральнага Раёна", ""]
)
def test_what_is_about_nobody_makes_no_line(text: str) -> None:
    assert rows(text) == [] and read(text).remark == text


def test_signs_at_the_head_of_several_lines_make_a_list() -> None:
    message = "❗️Сёння ў Гомелі затрымалі не менш за 12 чалавек\n🔴 Іван Выдумка, 45 гадоў, настаўнік\n🔴 муж Алены, імя невядомае"
    assert rows(message) == [Row("Іван Выдумка", "45 гадоў", remark="настаўнік"), Row("муж Алены", remark="імя невядомае")]
    assert read(message).count == Count(12, about=True) and not rows(message)[1].is_named


def test_a_town_below_a_name_is_no_cell_of_it() -> None:
    """It may head the next part of the list; what is meant, a person says."""
    assert rows("Іван Выдумка\nГомель\nАлена Прыклад") == [Row("Іван Выдумка"), Row("Алена Прыклад")]


def test_a_heading_names_the_columns() -> None:
    table = "№\tПрозвішча\tІмя\tУзрост\tМесца\tХто патэлефанаваў\n1\tВыдумка\tІван\tне ведаем\tГродна\tжонка\n2\tПрыклад\tАлена\t\t\n\nБольш няма"
    assert rows(table) == [Row("Выдумка Іван", "не ведаем", "", "Гродна", "жонка"), Row("Прыклад Алена")]
    assert faults(rows(table)[0], DAY) == {"age": "daysheet.age"}
    commas = 'Name,Age,Place,Remark\n"Vydumka, Ivan",34,Minsk,=1+1\nhe, said nothing'
    assert rows(commas)[0] == Row("Vydumka, Ivan", "34", "", "Minsk", "=1+1")
