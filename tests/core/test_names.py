"""One key for the spellings of a name; other names have others; no word breaks it. All names are invented or only given names."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core import names
from letapis.engines.catalogue import catalogue

PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "names-eval" / "public.csv"

# One invented person a line: be, ru, passport Latin, Russian-based Latin, Łacinka, Polish-like; the family name stands last.
SPELLINGS = """
Мікалай Прыкладоўскі|Николай Прикладовский|Mikalai Prykladouski|Nikolay Prikladovskiy|Mikałaj Prykładoŭski|Mikołaj Prykładowski
Уладзімір Выдумчанка|Владимир Выдумченко|Uladzimir Vydumchanka|Vladimir Vydumchenko|Uładzimir Vydumčanka|Uładzimir Wydumczanka
Сьвятлана Нібытоўская|Светлана Нибытовская|Sviatlana Nibytouskaya|Svetlana Nibytovskaya|Śviatłana Nibytoŭskaja|Swiatłana Nibytowska
Аляксандр Казачнікаў|Александр Казачников|Aliaksandr Kazachnikau|Alexander Kazachnikov|Alaksandr Kazačnikaŭ|Alaksandr Kazacznikau
Дзмітрый Хлусевіч|Дмитрий Хлусевич|Dzmitry Khlusevich|Dmitriy Khlusevich|Dźmitry Chłusievič|Dzmitryj Chłusiewicz
Яўген Гадацкі|Евгений Гадацкий|Yauhen Hadatski|Evgeny Gadatskiy|Jaŭhien Hadacki|Jauhien Hadacki
Вольга Жартаўцова|Ольга Жартовцова|Volha Zhartautsova|Olga Zhartovtsova|Volha Žartaŭcova|Wolha Żartaucowa
Рыгор Цацачны|Григорий Цацачный|Ryhor Tsatsachny|Grigoriy Tsatsachnyy|Ryhor Cacačny|Ryhor Cacaczny
""".strip().splitlines()
ROWS = [line.split("|") for line in SPELLINGS]


def shared(first: str, second: str) -> bool:
    return not set(names.word_keys(first)).isdisjoint(names.word_keys(second))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2])
def test_every_spelling_of_a_name_has_a_key_in_common_with_every_other(row: list[str]) -> None:
    split = [spelling.split() for spelling in row]
    misses = {(a, b) for one in split for two in split for a, b in zip(one, two, strict=True) if not shared(a, b)}
    assert not misses


def test_no_two_of_them_are_taken_for_one_another() -> None:
    for i, row in enumerate(ROWS):
        for other in ROWS[i + 1 :]:
            assert not any(shared(a.split()[1], b.split()[1]) for a in row for b in other), (row[0], other[0])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Вiктар", "Віктар"),  # a Latin i
        ("Міĸалаевіч", "Мікалаевіч"),  # a letter of Greenland
        ("ПРЫКЛАД\u200bНЫ", "прыкладны"),
        ("Вера\u0438\u0306ка", "Верайка"),
        ("Аб'яўны", "Абʼяўны"),
        ("Kopys’", "Копысь"),
        ("Старасьціна", "Старасціна"),
        ("Цацачной", "Цацачная"),
        ("Прыкладоўскага", "Прыкладоўскі"),
        ("Прикладовскому", "Прикладовский"),
        ("Хлусевічам", "Хлусевіч"),
        ("Казачнікавым", "Казачнікаў"),
    ],
)
def test_what_offices_and_keyboards_do_changes_no_key(typed: str, meant: str) -> None:
    assert names.word_keys(typed)[0] == names.word_keys(meant)[0]


@pytest.mark.parametrize(
    ("first", "second"), [("Іван", "Марк"), ("Волкаў", "Воўкаў"), ("Нібытоўская", "Нібытанка"), ("Шылава", "Сілава"), ("Жук", "Зык")]
)
def test_different_names_have_different_keys(first: str, second: str) -> None:
    assert not shared(first, second)


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("Мікалай Віктаравіч Хлусевіч", "мікалай хлусевіч"),
        ("Хлусевіч Мікалай Віктаравіч", "хлусевіч мікалай"),
        ("Светлана Ивановна Нибытовская", "светлана нибытовская"),
        ("Sviatlana Ivanauna Nibytouskaya", "sviatlana nibytouskaya"),
        ("Мікалай Хлусевіч", "мікалай хлусевіч"),
        ("Nibytouskaya Sviatlana Ivanauna", "nibytouskaya sviatlana"),
        ("Khlusevich Yury Leonidovich", "khlusevich yury"),
    ],
)
def test_the_father_s_name_is_left_out_wherever_it_stands(name: str, without: str) -> None:
    assert " ".join(names.without_patronymic(names.tokens(name))) == without


def test_order_and_father_s_name_do_not_make_less_alike() -> None:
    assert names.alike("Хлусевіч Дзмітрый Іванавіч", "Дзмітрый Хлусевіч") == 1
    assert 0.8 < names.alike("Khlusevich Dmitri", "Дзмітрый Хлусевіч") < 1
    assert names.alike("Хлусевіч", "Нібытоўская") == names.alike("А. Б.", "Хлусевіч") == 0


def test_a_common_given_name_is_known_as_one() -> None:
    assert all(map(names.is_given, ("Николай", "Zmitser", "Вольга", "Аляксандр")))
    assert not any(map(names.is_given, ("Нібытоўская", "Хлусевіч")))


@given(st.text(max_size=60))
def test_any_text_has_keys_that_are_plain_letters(text: str) -> None:
    for found in names.keys(text):
        assert found and all(key.isascii() and key.isalpha() for key in found) and len(set(found)) == len(found)
    assert names.keys(text) == names.keys(text.upper().lower()) or text.lower() != text.upper().lower()


@given(st.sampled_from(ROWS), st.sampled_from(range(6)), st.sampled_from(range(6)))
def test_who_is_alike_is_alike_the_other_way_round(row: list[str], one: int, two: int) -> None:
    assert names.alike(row[one], row[two]) >= 0.9 and names.alike(row[two], row[one]) >= 0.9


@pytest.mark.skipif(not PUBLIC.exists(), reason="published spellings of officials are read where they lie, none is shipped")
def test_published_spellings_of_one_person_share_keys_and_those_of_two_do_not() -> None:
    """Both directions of a pair are tried, as a search by either spelling would."""
    pairs = [row for row in csv.DictReader(PUBLIC.read_text("utf-8").splitlines()) if row["slice"] == "real"]

    def same(row: dict[str, str]) -> bool:
        return max(names.alike(row["name_a"], row["name_b"]), names.alike(row["name_b"], row["name_a"])) >= 0.9

    truly = [same(row) for row in pairs if row["label"] == "1"]
    falsely = [same(row) for row in pairs if row["label"] == "0" and row["kind"] == "random"]
    cross = [same(row) for row in pairs if row["label"] == "1" and "be" in (row["lang_a"], row["lang_b"]) and row["lang_a"] != row["lang_b"]]
    assert sum(truly) / len(truly) > 0.93, sum(truly) / len(truly)
    assert sum(cross) / len(cross) > 0.96, sum(cross) / len(cross)
    assert sum(falsely) / len(falsely) < 0.001


TOLD = catalogue().names.told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ігар Восіпаў", "Osipov Igor"),
        ("Марына Лявонава", "Леонова Марина"),
        ("Igor Leontyev", "Ігар Лявонцьеў"),
        ("Ігар Мікалаеў", "Николаев Игорь"),
        ("Ihar Ryhorau", "Игорь Григоров"),
        ("Ігар Хведарук", "Fedoruk Igor"),
        ("Ігар Сяргеевіч Радзівонаў", "Игорь Сергеевич Родионов"),
    ],
)
def test_a_surname_that_the_other_language_says_otherwise_is_asked_for_both_ways(one: str, other: str) -> None:
    for typed, known in ((one, other), (other, one)):
        indexed, asked = names.pair_keys(known).indexed, names.pair_keys(typed, TOLD)
        assert set(asked.together) & set(indexed) and not set(names.pair_keys(typed).together) & set(indexed)
        assert bool(set(asked.whole) & set(indexed)) is bool(set(asked.beside) & set(indexed)) is ("Сяргеевіч" in one)
        assert names.alike(typed, known, TOLD) >= 0.9 > names.alike(typed, known)


@pytest.mark.parametrize("word", ["Мікалай", "Лявон", "Осип", "Выдумка", "Л.", "", "von", "𐀀" * 5])
def test_nothing_further_is_asked_for_a_given_name_and_for_any_other_surname(word: str) -> None:
    assert TOLD(word) == () and names.asked_keys(word, TOLD) == names.word_keys(word)


@given(st.text(alphabet="асіпвмклноefvyhrd'ўяzhc-ĸ\u200b", max_size=20))
def test_whatever_is_typed_has_no_empty_key_and_is_asked_for_by_its_own_keys(word: str) -> None:
    assert names.asked_keys(word, TOLD)[: len(names.word_keys(word))] == names.word_keys(word)
    assert all(TOLD(word))


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Павел Мікалаевіч Лёхі", "Pavel Mikalaevich LIOHKI"),  # swapped, and a short name
        ("Аляксандр Выдук", "Аляксандр Вылдук"),  # put in
        ("Аляксандр Вылдук", "Аляксандр Выдук"),  # left out
        ("Аляксандр Вымдук", "Аляксандр Вылдук"),  # exchanged
    ],
)
def test_a_slip_in_the_family_name_leads_to_it(typed: str, known: str) -> None:
    asked, indexed = names.pair_keys(typed), set(names.pair_keys(known).indexed)
    assert indexed.intersection(asked.slips) and not indexed.intersection(asked.together)
    assert indexed.issuperset(asked.father)


def test_a_slip_in_the_given_name_is_found_beside_the_father_s() -> None:
    asked, indexed = names.pair_keys("Akexandr Petrovich Vydumka"), names.pair_keys("Аляксандр Пятровіч Выдумка").indexed
    assert set(asked.beside) & set(indexed) and not set(asked.together) & set(indexed)
