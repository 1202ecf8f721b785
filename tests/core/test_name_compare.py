"""Two spellings of one name, and two names: tables of what lists and offices write, and laws that hold for any name. All surnames are invented."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import Damaged
from letapis.core.name_compare import SUGGESTED, Comparer, Likeness
from letapis.core.name_distance import FAR, consonants_of, distance, each_consonant_of, read_slips
from letapis.core.name_gaps import _WAYS, gap_between
from letapis.core.name_parts import _sorted, _ways, read_parts
from letapis.core.name_sounds import readings
from letapis.core.names import word_keys
from letapis.engines.catalogue import catalogue

NAMES = catalogue().names
# One invented person a line in every way it is written: be, ru, uk, passport, Russian base, Łacinka, Polish, German, by be-tarask.
SPELLINGS = """
Мікалай Прыкладоўскі|Николай Прикладовский|Микола Прикладовський|Mikalai Prykladouski|Nikolay Prikladovskiy|Mikałaj Prykładoŭski|Mikołaj Prykładowski
Уладзімір Выдумчанка|Владимир Выдумченко|Володимир Видумченко|Uladzimir Vydumchanka|Vladimir Vydumchenko|Uładzimir Vydumčanka|Wladimir Wydumtschenko
Святлана Нібытоўская|Светлана Нибытовская|Сьвятлана Нібытоўская|Sviatlana Nibytouskaya|Svetlana Nibytovskaya|Śviatłana Nibytoŭskaja
Дзмітрый Хлусевіч|Дмитрий Хлусевич|Зміцер Хлусевіч|Dzmitry Khlusevich|Dmitriy Khlusevich|Dźmitry Chłusievič|Dzmitryj Chłusiewicz
Яўген Гадацкі|Евгений Гадацкий|Євген Гадацький|Yauhen Hadatski|Evgeny Gadatskiy|Jaŭhien Hadacki|Eugene Gadatsky
Вольга Жартаўцова|Ольга Жартовцова|Volha Zhartautsova|Olga Zhartovtsova|Volha Žartaŭcova|Wolha Żartaucowa
Рыгор Цацачны|Григорий Цацачный|Ryhor Tsatsachny|Grigoriy Tsatsachnyy|Ryhor Cacačny|Grigorij Cacačnyj
""".strip().splitlines()
PEOPLE = [line.split("|") for line in SPELLINGS]


def score(first: str, second: str) -> float:
    return NAMES.compare(first, second).score


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person[-1])
def test_every_spelling_of_a_person_is_suggested_for_every_other(person: list[str]) -> None:
    assert not {(a, b) for a in person for b in person if score(a, b) < 0.85}


def test_no_spelling_of_one_is_suggested_for_another() -> None:
    assert not {(a, b) for i, one in enumerate(PEOPLE) for other in PEOPLE[i + 1 :] for a in one for b in other if score(a, b) >= SUGGESTED}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Вiктар ПРЫКЛАДНЫ", "Віктар Прыкладны"),  # a Latin i
        ("Міĸалай Прыкладны", "Мікалай Прыкладны"),  # a letter of Greenland
        ("Роман ГOBOPУН", "Roman Govorun"),  # Cyrillic capitals typed in Latin
        ("lury Prykladny", "Iury Prykladny"),
        ("Пры\u200bкладны Ян", "Ян Прыкладны"),
        ("\u202bЯн Прыкладны\u202c", "Jan Prykladny"),
        ("ПРЫКЛАДНЫ, Ян", "Ян Прыкладны"),
        ("Прыкладны Я.", "Ян Прыкладны"),
        ("Я. М. Прыкладны", "Ян Мікалаевіч Прыкладны"),
        ("В. Прыкладная", "Ольга Прикладная"),  # an initial of the other language
        ("Прыкладная Вольга Рыгораўна", "Olga Grigorievna Prikladnaya"),
        ("Ян Мікалаевіч Прыкладны", "Jan Prykladny"),
        ("Ганна Прыкладная (Выдумка)", "Анна Выдумка"),
        ("Ганна Прыкладная/Выдумка", "Ганна Выдумка"),
        ("Ганна Прыкладная-Выдумка", "Ганна Прыкладная"),
        ("Аляксандр Прыкладчанка", "Аляксандр Прыкладчнака"),  # two letters swapped
        ("Аляксандр Прыкладчанка", "Алксандр Прыкладчанка"),
        ("Мікола Прыкладны", "Николай Прикладный"),
        ("Прыклад0ўскі Ян", "Ян Прыкладоўскі"),  # a digit for a letter
        ("Hamid Reza Vydumka", "Hamidreza Vydumka"),
        ("Анна Выдумова", "Anna Vydumovová"),  # Czech, Slovak: a woman's surname made once more
        ("Антон Жартовкин", "Anton Zjartovkin"),  # Swedish, Dutch
        ("Антон Выдушков", "Anton Vydoesjkov"),
        ("Гадзіс Абдулавіч ХЛУДЖЫЕЎ", "Gadis Abdulovich KHLUDZYHIEV"),  # a slip inside zh, beside г as g
        ("Kim Vydum-ka", "Kim Vydum Ka"),
        ("Мікалай Выдум ка", "Mikalai Vydumka"),
        ("Hans J Friedrich", "Hans Friedrich"),
        ("Jan PRYKLADOUSKAYA", "JAN Prykladouskaya"),
        ("Ян Мікалаевіч Выдумка", "Ян Мікалаевіч Выпумка"),  # one wrong letter, and all the rest agrees
        ("Яна Мікалаеўна Выдумка", "Yan Mikalaeuna Vydumka"),
        ("Aexey Mikhaylovich Vydumka", "Алексей Михайлович Выдумка"),
        ("Vydumka Vydumka Siarhei", "Siarhei Vydumka"),
        ("Umar Prykla Abdullah Vydumi", "Umar Prykla"),  # somebody wrote two words of four
        ("Präsident Jan Vydumka", "Jan Vydumka"),
        ("Прыкладны Г. Р.", "Генадзь Рыгоравіч Прыкладны"),
        ("Zelenprykladski Jan", "Selenprykladski Jan"),
    ],
)
def test_what_people_and_offices_write_is_suggested(first: str, second: str) -> None:
    assert score(first, second) >= SUGGESTED


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Міхаіл Міхайлавіч Прыкладоўскі", "Михаил Николаевич Прикладовский"),  # namesakes of other fathers
        ("Ян Прыкладны", "Іван Прыкладны"),  # two names, not two forms of one
        ("Алеся Прыкладная", "Аляксандра Прыкладная"),
        ("Ігар Барысавіч Прыкладаў", "Дар'я Алегаўна Прыкладава"),
        ("Сяргей Анатольевіч Выдумка", "Сяргей Анатольевіч Прыклад"),
        ("А. Выдумка", "Ігар Выдумка"),
        ("Аляксандр Выдумка", "Аляксандра Выдумка"),
        ("Ян Выдумка-Прыклад", "Ян Выдумка-Хлусевіч"),  # of two double surnames one half
        ("Ян Мікалаевіч", "Ян Мікалаевіч Выдумка"),
        ("Ганна Марыя", "Ганна Марыя Выдумка"),
    ],
)
def test_who_shares_a_part_is_not_suggested(first: str, second: str) -> None:
    assert score(first, second) < SUGGESTED


def kinds(found: Likeness) -> dict[str, str]:
    return {reason.part: reason.kind for reason in found.reasons}


@pytest.mark.parametrize(
    ("be", "ru"),
    [
        ("Ігар Лявонцьеў", "Игорь Леонтьев"),
        ("Марына Лявонава", "Leonova Marina"),
        ("Ігар Радзівонаў", "Игорь Родионов"),
        ("Ігар Ларывончык", "Igor Larionchik"),
        ("Ihar Mikalayeu", "Николаев Игорь"),
        ("Ігар Рыгораў", "Igor Grigorov"),
        ("Ігар Восіпаў", "Игорь Осипов"),
        ("Ігар Хведарук", "Игорь Федорук"),
    ],
)
def test_a_surname_made_of_a_given_name_is_translated_with_it(be: str, ru: str) -> None:
    found = NAMES.compare(be, ru)
    assert found.score >= 0.95 and found.reasons[0].kind == "spelt"


@pytest.mark.parametrize(("one", "other"), [("Лявонаў", "Лунёў"), ("Лявонаў", "Линёв"), ("Восіпаў", "Сіпаў")])
def test_what_is_left_of_a_short_root_in_the_other_language_is_nobody_else_s_surname(one: str, other: str) -> None:
    assert score(f"Ігар {one}", f"Ігар {other}") < 0.55


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Мікалаеў", "Михайлов"),
        ("Mikalayeva", "Міхайлава"),
        ("Гуз", "Гусь"),
        ("Huz", "Гусь"),
        ("Жук", "Шук"),
    ],
)
def test_near_surnames_of_other_roots_are_not_suggested_however_much_else_agrees(one: str, other: str) -> None:
    assert score(f"Яна Пятроўна {one}", f"Яна Пятроўна {other}") < SUGGESTED
    assert score(f"Яна {one}", f"Яна {other}") < SUGGESTED


@pytest.mark.parametrize(("one", "other"), [("Мікалаеў", "Микалев"), ("Гуз", "Гузь"), ("Гуз", "Гоз"), ("Паўлаў", "Павлев")])
def test_a_slip_in_a_surname_that_leaves_its_root_is_still_one(one: str, other: str) -> None:
    assert score(f"Яна Пятроўна {one}", f"Яна Пятроўна {other}") >= SUGGESTED


def test_every_part_says_what_was_found() -> None:
    assert kinds(NAMES.compare("Мікалай Іванавіч Выдумка", "Nikolai Vydumka")) == {"surname": "spelt", "given": "translated", "father": "missing"}
    assert kinds(NAMES.compare("Коля Выдумка", "Мікалай Прыклад")) == {"surname": "other", "given": "pet"}
    assert kinds(NAMES.compare("Ян Выдумка", "Ян Выдуска"))["surname"] == "slip"
    found = NAMES.compare("Мікалай Іванавіч Выдумка", "Nikolai Vydumka")
    product = 1.0
    for reason in found.reasons:
        product *= reason.factor
    assert found.score == product


NAME = st.text(alphabet="абвгдезіклмнопрстуўхчшыьэюяabcdeghijklmnoprstuvwxyz '-.,()łŭšĸ0\u200b\u202e", max_size=30)
GIVEN = st.sampled_from(["Мікалай", "Ганна", "Рыгор", "Nastassia", "Уладзімір"])
SURNAME = st.sampled_from(["Выдумка", "Прыкладоўскі", "Небыліцын", "Хлусевіч", "Гадацкі", "Жартаўцоў"])
FATHER = st.sampled_from(["Рыгоравіч", "Іванаўна", "Уладзіміравіч", "Петровна"])


@given(NAME, NAME)
def test_a_score_has_no_sides_and_a_name_is_itself(first: str, second: str) -> None:
    assert abs(score(first, second) - score(second, first)) < 1e-9
    assert 0 <= score(first, second) <= 1
    assert score(first, first) == (1.0 if NAMES.parts(first) else 0.0)


@given(GIVEN, FATHER, SURNAME)
def test_the_order_of_parts_costs_next_to_nothing(given_name: str, father: str, surname: str) -> None:
    assert score(f"{given_name} {father} {surname}", f"{surname} {given_name} {father}") > 0.95
    assert score(f"{given_name} {surname}", f"{surname}, {given_name}") > 0.95


@given(GIVEN, FATHER, SURNAME, SURNAME)
def test_a_shared_father_brings_no_strangers_together(given_name: str, father: str, one: str, other: str) -> None:
    bare, full = score(f"{given_name} {one}", f"{given_name} {other}"), score(f"{given_name} {father} {one}", f"{given_name} {father} {other}")
    assert full <= bare + 0.03
    assert one == other or full < SUGGESTED
    assert score(f"{given_name} {father} {one}", f"{given_name} {other}") <= bare + 0.03


@given(st.text(max_size=200))
def test_nothing_that_somebody_types_breaks_it(text: str) -> None:
    assert 0 <= score(text, "Ян Выдумка") <= 1


def test_a_name_of_ten_thousand_letters_is_answered() -> None:
    assert score("Я" * 10_000, "Ян " * 5_000) < SUGGESTED
    assert score("", "") == score("...", "123") == 0.0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Pedro Vydumkin", "Pedro Vydumnov"),  # nobody's given name is known: the order is not turned twice to make one of them
        ("Zaur Bek Oral Vydumka", "Zaur Bek Oral Prykladny"),
        ("NIDAL AL-DULVYDI", "NIDAL AL-RABPRYKI"),  # a particle is no half of a name
    ],
)
def test_names_of_other_countries_are_not_joined_by_their_first_words(first: str, second: str) -> None:
    assert score(first, second) < SUGGESTED


def test_no_name_is_remembered_after_the_desk_is_closed() -> None:
    known = catalogue()
    known.names.compare("Канарка Канарэйкава", "Kanarka Kanareykava")
    known.names.told("Канарэйкава")
    known.forget_names()
    assert not word_keys.cache_info().currsize, "what was asked of the search is kept apart"
    kept = [*vars(known.names).values(), *vars(vars(known.names)["_rules"]).values()]
    assert not any("анар" in repr(one) for one in kept if isinstance(one, dict))


def test_a_whole_name_in_one_word_is_parted() -> None:
    assert score("МікалайВыдумка", "Мікалай Выдумка") == 1.0 == score("Mikalai-Vydumka", "Mikalai Vydumka")


SOUNDS = st.text(alphabet="aybvhtsckл", max_size=7)


@given(SOUNDS, SOUNDS, st.floats(0, 3))
def test_a_limit_changes_no_distance_within_it(first: str, second: str, most: float) -> None:
    slips = vars(NAMES)["_rules"].slips
    whole = distance(first, second, slips, FAR)
    assert distance(second, first, slips, most) == (whole if whole <= most else FAR)


@given(SOUNDS, SOUNDS)
def test_what_two_words_need_at_the_least_is_never_more_than_what_lies_between_them(first: str, second: str) -> None:
    slips = vars(NAMES)["_rules"].slips
    whole = distance(first, second, slips, FAR)
    least = []
    for consonants in (consonants_of, each_consonant_of):
        one, other = consonants(first), consonants(second)
        least.append(max(slips.least(one, other), slips.least(other, one)))
    assert least[0] <= least[1] <= whole + 1e-9


def test_a_consonant_that_stands_more_often_in_a_word_is_weighed_each_time() -> None:
    slips = vars(NAMES)["_rules"].slips
    assert slips.least(each_consonant_of("mamam"), each_consonant_of("ma")) == 2.0  # nothing that stands in the other is near
    assert slips.least(each_consonant_of("lalv"), each_consonant_of("val")) == 0.6
    assert slips.least(consonants_of("mamam"), consonants_of("ma")) == 0.0


def test_a_table_that_mixes_up_a_consonant_with_a_vowel_is_none() -> None:
    table = {"pairs": "vl=0.6 vu=0.3", "vowel": 0.28, "vowel_u": 0.42, "vowel_missing": 0.3}
    with pytest.raises(Damaged, match=r"catalogue\.names"):
        read_slips(table)
    assert read_slips(table | {"pairs": "vl=0.6"}).pairs["l"]["v"] == 0.6


@pytest.mark.parametrize("name", ["von der", "оглы кызы", "De Da", "Mr Dr"])
def test_a_name_of_particles_alone_is_none(name: str) -> None:
    assert NAMES.parts(name) == () and score(name, "Ян Выдумка") == 0.0


@given(st.lists(st.sampled_from(["Ян", "Jan", "Вiктар", "I.", "ПРЫКЛАД", "Prykład", "le", "lvan", "von"]), min_size=2, max_size=4))
def test_a_name_that_needs_no_repair_is_read_as_every_other(words: list[str]) -> None:
    """A space without width is passed over, and with it the short way for plain names."""
    text = " ".join(words)
    assert NAMES.parts(text) == NAMES.parts(f"\u200b{text}")


PLAIN = st.sampled_from(["Jan", "PRYKLAD", "J", "V", "Ryhoravich", "von"]), st.sampled_from(["Ян", "ПРЫКЛАД", "Я", "В", "Рыгоравіч", "Выдумка"])


@given(st.one_of(*(st.lists(st.tuples(words, st.sampled_from([" ", ", ", ".", ". ", ","])), min_size=2, max_size=5) for words in PLAIN)))
def test_commas_and_full_stops_of_plain_names_say_what_they_say_in_every_other(words: list[tuple[str, str]]) -> None:
    text = "".join(word + behind for word, behind in words)
    assert NAMES.parts(text) == NAMES.parts(f"\u200b{text}")
    assert NAMES.parts(text.strip()) == NAMES.parts(f"\u200b{text.strip()}")


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("chata", "cata hata"),
        ("chocha", "caca haha"),  # one spelling is read in one way wherever it stands
        ("chouka", "cavka cuka havka huka"),
        ("chouszc", "cavwt cavwk cavst cavsk cuwt cuwk"),  # the likeliest six
    ],
)
def test_spellings_that_can_be_read_in_two_ways_are_read_in_each(word: str, heard: str) -> None:
    assert readings(word, NAMES._rules.letters) == tuple(heard.split())


KINDS = st.sampled_from(["Jan", "PRYKLAD", "J", "V", "Ryhoravich", "Ivanavna", "von", "Pryklad", "lvan", "Olya", "VYDUMKA", "Petrov"])


@given(st.lists(KINDS, min_size=2, max_size=4), st.integers(0, 3))
def test_a_row_of_kinds_of_words_is_laid_out_as_it_was_when_it_was_thought_about(words: list[str], before: int) -> None:
    text = " ".join(words) if before == 0 else f"{' '.join(words[:before])}, {' '.join(words[before:])}"
    rules = NAMES._rules
    found = _sorted(words, before if words[before:] else 0, False, rules)
    thought = tuple(_ways(found)) if found.words else ()
    assert read_parts(text, rules) == thought == read_parts(text, rules)


SPELT = st.sampled_from([word for person in PEOPLE for name in person for word in name.split()])
WORDS = st.one_of(SPELT, st.text("абвгдзіклмнорстуцяakchmsuvz-", min_size=1))


@given(WORDS, WORDS, st.sampled_from(["surname", "given", "father"]))
def test_what_consonants_tell_apart_at_once_is_told_apart_by_all_that_is_known(first: str, second: str, part: str) -> None:
    rules = NAMES._rules
    one, other = rules.word(first), rules.word(second)
    assert gap_between(part, one, other, rules) == _WAYS[part](one, other, rules)


@pytest.mark.parametrize("line", PEOPLE)
def test_a_word_is_told_the_same_whichever_word_that_sounds_like_it_was_met_before(line: list[str]) -> None:
    rules = NAMES._rules
    words = [rules.word(word.lower()).text for name in line for word in name.split()]
    met = []
    for order in (words, words[::-1]):
        rules.forget()
        met.append({word: astuple(rules.word(word)) for word in order})
    alone = {}
    for word in words:
        rules.forget()
        alone[word] = astuple(rules.word(word))
    assert met == [alone, alone]
    assert len({told[3] for told in alone.values()}) < len(alone)  # some of them do sound alike


def test_a_score_does_not_depend_on_which_words_are_still_kept() -> None:
    names, rules = Comparer(NAMES._rules), NAMES._rules
    fresh = names.compare("Ян Міхайлавіч Выдумка", "Выдумка, Ян Міхайлавіч")
    names.forget()
    names.parts("Ян Міхайлавіч Выдумка")
    rules.forget()  # as when so many words were met that none more are kept: names that stay hold words that were made before
    assert names.compare("Ян Міхайлавіч Выдумка", "Выдумка, Ян Міхайлавіч") == fresh
    assert [reason.kind for reason in fresh.reasons] == ["same", "same", "same"]


def test_a_word_that_stands_twice_in_a_name_is_one_when_many_words_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are let go between names: in the middle of one the same word would be made anew and stand in it as another."""
    name = "Прыклад Ян Выдумка Прыклад"
    NAMES.forget()
    fresh = [(way.surnames[0].text, [word.text for word in way.everything]) for way in NAMES.parts(name)]
    for most in range(1, 8):
        monkeypatch.setattr("letapis.core.name_rules._KEPT", most)
        NAMES.forget()
        NAMES.parts("Хтосьці Нехта")
        assert [(way.surnames[0].text, [word.text for word in way.everything]) for way in NAMES.parts(name)] == fresh
    assert all(words.count("прыклад") == 1 for _, words in fresh)
