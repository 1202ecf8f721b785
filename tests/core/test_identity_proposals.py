"""Proposals that two entries are one person: what speaks for it, what against, what blocks, and what nobody proposes again."""

import csv
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.identity_proposals import Known, Name, Rules, full_names, propose, weigh
from letapis.engines.catalogue import catalogue

RULES: Rules = catalogue().identity_rules
GOLD = Path(__file__).parents[3] / "shared" / "data" / "names_gold_public.csv"
SPELT = ("Мікалай Іванавіч Выдумка", "Выдумко Николай Иванович", "VYDUMKA, Mikalai", "Wydumka Mikołaj", "Nikolai Vydumko",
         "Мiкола Выдумка", "Mikałaj Vydumka", "Vydumka Mikalay Ivanavich", "Выдумка Микалай", "Mikola Vydumkа")  # fmt: skip


def person(number: int, *called: str, **more: object) -> Known:
    return Known(bytes([number]) * 16, tuple(map(Name, called)), **more)  # type: ignore[arg-type]


def test_one_person_in_ten_spellings_is_proposed_as_one() -> None:
    people = [person(n, name) for n, name in enumerate(SPELT)] + [person(50, "Вера Прыклад"), person(51, "Мікалай Пастава")]
    found = propose(people, RULES)
    assert {one.first[0] for one in found.proposals} | {one.second[0] for one in found.proposals} == set(range(len(SPELT)))
    assert len(found.proposals) >= 40 and all(one.reasons and one.like.reasons for one in found.proposals)


def test_context_weighs_for_and_against() -> None:
    one, other = person(1, SPELT[0]), person(2, SPELT[1])
    alone = weigh(one, other, RULES)
    born = weigh(replace(one, births=("1990-03-04",)), replace(other, births=("1990-03-04",)), RULES)
    year = weigh(replace(one, births=("1990",)), replace(other, births=("1990-03-04",)), RULES)
    wrong = weigh(replace(one, births=("1970",)), replace(other, births=("1990-03-04",)), RULES)
    assert alone and born and year and wrong and born.weight > year.weight > alone.weight > wrong.weight
    assert [(r.part, r.kind) for r in wrong.reasons] == [("birth", "differs")] and wrong.how == "weak" and born.how == "sure"


def test_judges_are_compared_as_names_and_articles_as_they_are() -> None:
    facts = {"judge": frozenset({"Aliaksandr Khlyshchankou"}), "article": frozenset({"342"}), "verdict": frozenset({"2021-05-06"})}
    theirs = {"judge": frozenset({"Александр Хлыщенков"}), "article": frozenset({"293"}), "verdict": frozenset({"2021-05-06"})}
    made = weigh(person(1, SPELT[0], facts=facts), person(2, SPELT[1], facts=theirs), RULES)
    assert made and {(r.part, r.kind) for r in made.reasons} == {("verdict", "same"), ("judge", "same"), ("article", "differs")}
    assert made.weight > 0.95


@pytest.mark.parametrize(
    ("mine", "theirs", "block"),
    [
        ({"births": ("1990-03-04",)}, {"births": ("1990-03-05",)}, "birth"),
        ({"births": ("1990-03-04",)}, {"births": ("1990-03", "1990-03-05")}, ""),
        ({"births": ("1990-03-04", "1990-03-05")}, {"births": ("1990-03-05",)}, ""),
        ({"sexes": frozenset("m")}, {"sexes": frozenset("f")}, "sex"),
        ({"sexes": frozenset("m")}, {"sexes": frozenset("x")}, ""),
        ({"sexes": frozenset("m")}, {}, ""),
    ],
)
def test_what_differs_for_sure_blocks(mine: dict[str, object], theirs: dict[str, object], block: str) -> None:
    one, other = person(1, SPELT[0], **mine), person(2, SPELT[2], **theirs)
    made = weigh(one, other, RULES)
    assert made is not None and made.block == block and bool(made.weight) is not bool(block)
    assert bool(propose([one, other], RULES).proposals) is not bool(block)


def test_who_was_anonymised_is_proposed_as_nobody() -> None:
    hidden = ("Defendant B.", "Гражданин К.", "Абвінавачаны Н.", "Осуждённая В.", "G.", "A. B.", "ФИО 1", "Unknown prisoner", "Political prisoner V.")
    people = [person(n, name, births=("1990-03-04",)) for n, name in enumerate((*hidden, *hidden))]
    assert propose(people, RULES).proposals == () == propose(people, RULES).collisions
    assert weigh(people[0], people[len(hidden)], RULES) is None
    assert full_names(person(1, "Grazhdanka Vydumka", "Manko Vera"), RULES) == ("Grazhdanka Vydumka", "Manko Vera")


def test_a_decided_pair_is_proposed_to_nobody_again() -> None:
    people = [person(1, SPELT[0]), person(2, SPELT[1]), person(3, SPELT[2])]
    decided = frozenset({frozenset((people[0].ident, people[1].ident))})
    assert {frozenset((one.first, one.second)) for one in propose(people, RULES, decided).proposals}.isdisjoint(decided)
    assert len(propose(people, RULES, decided).proposals) == len(propose(people, RULES).proposals) - 1


def test_entries_of_one_list_that_share_name_and_birth_or_a_page_are_kept_together_whole() -> None:
    row = {"lists": frozenset({"list"}), "births": ("1990-03-04",)}
    twins = [person(1, "Мікалай Выдумка", **row), person(2, "Мікалай Выдумка", **row)]
    shared = [person(3, "Вера Прыклад", lists=frozenset({"list"}), pages=frozenset({"/p/9"})), person(4, "Ніна Пастава", pages=frozenset({"/p/9"}))]
    found = propose([*twins, *shared, person(5, "Nikolai Vydumka")], RULES)
    assert [(one.entries, one.by) for one in found.collisions] == [
        ((twins[0].ident, twins[1].ident), frozenset({"birth"})),
        ((shared[0].ident, shared[1].ident), frozenset({"page"})),
    ]
    pairs = {frozenset((one.first, one.second)) for one in found.proposals}
    assert frozenset((twins[0].ident, twins[1].ident)) not in pairs and len(pairs) == 2
    apart = frozenset({frozenset(one.entries) for one in found.collisions})
    assert propose([*twins, *shared], RULES, apart).collisions == ()


def test_the_same_in_two_lists_is_a_proposal_and_no_collision() -> None:
    people = [person(n, "Мікалай Выдумка", lists=frozenset({f"list {n}"}), births=("1990-03-04",)) for n in (1, 2)]
    found = propose(people, RULES)
    assert found.collisions == () and [one.how for one in found.proposals] == ["sure"]


def test_namesakes_lower_the_weight() -> None:
    two = propose([person(n, "Мікалай Выдумка") for n in range(2)], RULES).proposals
    ten = propose([person(n, "Мікалай Выдумка") for n in range(10)], RULES).proposals
    assert all(one.weight < two[0].weight for one in ten) and any(r.kind == "namesakes" for one in ten for r in one.reasons)


def test_whom_three_lists_name_is_no_frequent_name_and_two_of_one_list_are() -> None:
    def listed(*lists: str, births: tuple[str, ...] = ()) -> list[Known]:
        return [person(n, "Мікалай Выдумка", lists=frozenset({name}), births=births) for n, name in enumerate(lists)]

    def spoken(people: list[Known]) -> set[str]:
        return {reason.first for one in propose(people, RULES).proposals for reason in one.reasons if reason.kind == "namesakes"}

    assert spoken(listed("EU", "UK", "US")) == set(), "one of each list may be one person"
    assert spoken(listed("EU", "UK", "EU")) == {"3"}, "one list has two of them"
    assert spoken([*listed("EU", "UK", births=("1990-03-04",)), person(7, "Мікалай Выдумка", births=("1990-03-04",))]) == set(), "one day of birth"


def test_of_a_group_every_pair_that_waits_is_named() -> None:
    row = {"lists": frozenset({"list"}), "births": ("1990-03-04",)}
    people = [person(n, "Мікалай Выдумка", **row) for n in (1, 2, 3)]
    first, second, third = sorted(one.ident for one in people)
    (whole,) = propose(people, RULES).collisions
    assert whole.open == ((first, second), (first, third), (second, third))
    (rest,) = propose(people, RULES, frozenset({frozenset((first, second)), frozenset((first, third))})).collisions
    assert rest.open == ((second, third),) and len(rest.entries) == 3


def test_a_crowd_is_not_compared_all_with_all() -> None:
    people = [Known(n.to_bytes(16, "big"), (Name("Мікалай Выдумка"),), (str(1950 + n % 40),)) for n in range(400)]
    found = propose(people, RULES)
    assert found.crowded and len(found.proposals) < 400 * 10


@given(st.permutations(range(len(SPELT))))
def test_the_order_of_entries_says_nothing(order: list[int]) -> None:
    people = [person(n, SPELT[n], births=("1990",) if n % 2 else ()) for n in order]
    told = {frozenset((one.first, one.second)): round(one.weight, 9) for one in propose(people, RULES).proposals}
    assert told == {frozenset((o.first, o.second)): round(o.weight, 9) for o in propose(sorted(people, key=lambda k: k.ident), RULES).proposals}


def test_a_name_in_parts_is_a_name() -> None:
    parts = Known(b"p" * 16, (Name("Выдумка", "family"), Name("Мікалай", "first"), Name("Іванавіч", "father")))
    assert full_names(parts, RULES) == ("Мікалай Іванавіч Выдумка",)
    assert propose([parts, person(2, "Nikolai Vydumka")], RULES).proposals


@pytest.mark.skipif(not GOLD.exists(), reason="the published clusters of the three lists are not here")
def test_the_published_clusters_of_three_lists_are_proposed() -> None:
    """By names alone: no birth date, no office. Every proposal is right, and all but one in a hundred pairs are proposed."""
    with GOLD.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entries: dict[tuple[str, str], list[Name]] = {}
    cluster = {(row["source"], row["source_id"]): row["cluster_id"] for row in rows}
    for row in rows:
        entries.setdefault((row["source"], row["source_id"]), []).append(Name(row["name"]))
    numbered = {n.to_bytes(16, "big"): entry for n, entry in enumerate(entries)}
    people = [Known(ident, tuple(entries[entry]), lists=frozenset({entry[0]})) for ident, entry in numbered.items()]
    wanted = {frozenset(pair) for pair in combinations(numbered, 2) if cluster[numbered[pair[0]]] == cluster[numbered[pair[1]]]}
    found = {frozenset((one.first, one.second)) for one in propose(people, RULES).proposals}
    assert len(found & wanted) / len(found) >= 0.99 and len(found & wanted) / len(wanted) >= 0.98


KIN = ("Алена Пастава", "Pastava Alena", "Вера Прыклад", "Янка", "Мікола Выдумка", "VYDUMKA, Mikalai")


def test_a_relative_in_common_speaks_for_one_person_and_a_given_name_alone_says_nothing() -> None:
    def made(mine: str, theirs: str) -> list[tuple[str, str]]:
        pair = weigh(person(1, SPELT[0], facts={"relative": frozenset({mine})}), person(2, SPELT[1], facts={"relative": frozenset({theirs})}), RULES)
        assert pair is not None
        return [(one.part, one.kind) for one in pair.reasons]

    assert made("Алена Пастава", "Pastava Alena") == [("relative", "same")]
    assert made("Алена Пастава", "Вера Прыклад") == [], "that each names another relative says nothing"
    assert made("Алена", "Алена") == []


def test_whom_one_names_as_a_relative_is_somebody_else() -> None:
    father, son = person(1, "Мікалай Выдумка"), person(2, "Мікола Выдумка", facts={"relative": frozenset({"Vydumka Mikalai"})})
    alone, told = weigh(father, replace(son, facts={}), RULES), weigh(father, son, RULES)
    assert alone and told and [(one.part, one.kind) for one in told.reasons] == [("relative", "named")]
    assert alone.weight >= 0.5 > told.weight and propose([father, son], RULES).proposals == ()
    both = {"relative": frozenset({"Алена Пастава", "Vydumka Mikalai"})}
    made = weigh(replace(father, facts={"relative": frozenset({"Pastava Alena"})}), replace(son, facts=both), RULES)
    assert made and [one.kind for one in made.reasons] == ["named"], "a mother in common does not outweigh it"


@given(st.sets(st.sampled_from(KIN)), st.sets(st.sampled_from(KIN)), st.sampled_from(SPELT), st.sampled_from(SPELT))
def test_relatives_weigh_the_same_from_both_sides(mine: set[str], theirs: set[str], first: str, second: str) -> None:
    one = person(1, first, facts={"relative": frozenset(mine)})
    other = person(2, second, facts={"relative": frozenset(theirs)})
    there, back = weigh(one, other, RULES), weigh(other, one, RULES)
    assert there and back
    assert round(there.weight, 9) == round(back.weight, 9)
    assert [(r.part, r.kind, r.points) for r in there.reasons] == [(r.part, r.kind, r.points) for r in back.reasons]
