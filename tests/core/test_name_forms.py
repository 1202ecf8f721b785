"""Every way in which rules of alphabets, languages and offices change a name, and people who share most of one: how many of each kind are right."""

from collections import defaultdict
from collections.abc import Iterable

import pytest
from tests.core.name_forms import Pair, one_person, two_people

from letapis.core.name_compare import SUGGESTED
from letapis.engines.catalogue import catalogue

NAMES = catalogue().names
USUAL = 0.99
# What is known to be hard, with the share that is right at the threshold of a suggestion. Without its marks š and s are one letter; ц is z
# in German, where z is з as well; j is ж in French and й everywhere else. A pair of Latin spellings meets all of them.
HARD_TO_FIND = {
    "national 2007 without marks": 0.85,
    "German-like": 0.83,
    "French-like": 0.90,
    "Russian, German-like": 0.90,
    "Russian, French-like": 0.90,
    "Latin beside Latin": 0.95,
    "Latin beside Latin, no father's name": 0.92,
    "key beside": 0.98,
}
# A surname with another letter is a slip to whoever has nothing else: then both are proposed, and a person decides. Kateryna may begin with I.
HARD_TO_PART = {"surnames near each other": 0.75, "surnames near each other, same father's name": 0.56, "another initial": 0.93, "sisters": 0.98}


def by_kind(made: Iterable[tuple[str, Pair]]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = defaultdict(list)
    for kind, pair in made:
        found[kind].append(pair)
    return found


FOUND, PARTED = by_kind(one_person()), by_kind(two_people())


def suggested(pair: Pair) -> bool:
    return NAMES.compare(*pair).score >= SUGGESTED


@pytest.mark.parametrize("kind", FOUND)
def test_one_person_is_found(kind: str) -> None:
    missed = [pair for pair in FOUND[kind] if not suggested(pair)]
    assert 1 - len(missed) / len(FOUND[kind]) >= HARD_TO_FIND.get(kind, USUAL), missed[:5]


@pytest.mark.parametrize("kind", PARTED)
def test_two_people_are_not_suggested(kind: str) -> None:
    wrong = [pair for pair in PARTED[kind] if suggested(pair)]
    assert 1 - len(wrong) / len(PARTED[kind]) >= HARD_TO_PART.get(kind, USUAL), wrong[:5]


def test_the_kinds_are_there_and_none_is_hard_without_being_one() -> None:
    assert len(FOUND) > 45 and len(PARTED) > 10 and FOUND.keys() >= HARD_TO_FIND.keys() and PARTED.keys() >= HARD_TO_PART.keys()
    assert all(len(pairs) >= 10 for pairs in (*FOUND.values(), *PARTED.values()))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Жэня Выдумка", "Жанна Выдумка"),  # a pet form sounds like a full name of another
        ("Оля Выдумка", "Алла Выдумка"),
        ("Ілля Выдумка", "Алесь Выдумка"),
        ("Ян Іванавіч Выдумка", "Іван Іванавіч Выдумка"),
        ("Міхаіл Міхайлавіч Выдумка", "Михаил Николаевич Выдумка"),
    ],
)
def test_names_that_sound_alike_are_two(first: str, second: str) -> None:
    assert not suggested((first, second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Yаuhiеn Hаdаukоu", "Яўген Гадаўкоў"),  # most of its letters are Cyrillic, and all of those look Latin
        ("Ivan Ныраб”ёў", "Iван Ныраб'ёў"),
        ('Юр"ева Ганна', "Юр'ева Ганна"),
        ("Z͡hartaŭt͡sova Volʹha", "Жартаўцова Вольга"),
        ("Xlusevich Mixail", "Хлусевіч Міхаіл"),
        ("Czaczachkin Pavel", "Цацачкін Павел"),
    ],
)
def test_letters_of_bibliographies_and_scans_are_read(first: str, second: str) -> None:
    assert NAMES.compare(first, second).score > 0.9
