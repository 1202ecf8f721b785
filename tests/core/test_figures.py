"""Counting: at least, by a rule, as of a day; silence is not freedom; a small difference points at people."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.consent import Consent
from letapis.core.errors import Damaged
from letapis.core.figures import (
    Consents,
    Rule,
    Told,
    approval_refused,
    consents_of,
    count,
    is_published,
    read_rules,
    sentence,
    singled_out,
)
from letapis.core.plurals import FORMS, plural
from letapis.core.standing import Level
from letapis.engines.catalogue import catalogue

RULES = catalogue().figures
HELD, CHECKED, THAT_DAY = (RULES.rules[name] for name in ("held", "held_checked", "detained_that_day"))
DAY = date(2026, 11, 26)
A, B = b"a" * 16, b"b" * 16
NOBODY = Consents()


def told(prop: str, value: str, valid_from: str = "", person: bytes = A, level: Level = Level.VERIFIED, **more: object) -> Told:
    made = Told(person, prop, value, valid_from, "2026-11-20", level, b"s" * 16, state=False)
    return made._replace(**more)  # type: ignore[arg-type]


def held(*said: Told, rule: Rule = HELD, consents: Consents = NOBODY) -> tuple[int, list[str]]:
    made = count(rule, said, DAY, consents)
    return made.value, [since for _, since in made.silent]


START = told("detention.start", "2026-03-01")


def test_held_is_begun_not_ended_and_heard_of() -> None:
    assert held(START) == (1, [])
    assert held(START, told("detention.end", "2026-05-01")) == (0, [])
    assert held(START, told("detention.end", "2026-05-01"), told("detention.start", "2026-06-01")) == (1, []), "taken again"
    assert held(told("detention.start", "2027")) == held(told("detention.start", "2026-11-27")) == (0, [])
    assert held(told("detention.ongoing", "true", "2026-10")) == (1, [])
    assert held(START, told("detention.ongoing", "false", "2026-10")) == (0, [])


def test_a_doubt_lowers_the_figure() -> None:
    assert held(told("detention.start", "2026-11")) == (0, []), "the month may not have come to the day of the arrest"
    assert held(START, told("detention.end", "2026")) == (0, []), "a year that may be after the start ends it"
    assert held(START, told("detention.end", "2026-05-01", level=Level.OPEN)) == (0, []), "nobody checked the release yet"
    assert held(START, told("detention.end", "2026-05-01", level=Level.DISPUTED)) == (1, [])
    assert held(START, told("detention.end", "2026-12-01")) == (1, []), "a release to come"


def test_the_floor_is_the_rule_s() -> None:
    checked = START._replace(level=Level.CHECKED)
    assert held(checked) == (0, []) and held(checked, rule=CHECKED) == (1, [])
    assert held(START._replace(level=Level.OPEN), rule=CHECKED) == (0, [])


def test_silence_is_no_news_and_never_freedom() -> None:
    old = told("detention.start", "2023-02-01")
    assert held(old) == (0, ["2023-02-01"])
    assert held(old, told("contact.family_last_date", "2025-10")) == (0, ["2025-10-01"]), "the first day that the news may be of"
    assert held(old, told("contact.family_last_date", "2026-10-02")) == (1, [])
    assert held(old, told("contact.family_last_date", "2022-10-02")) == (0, ["2023-02-01"]), "news from before the arrest is none"
    assert held(old, told("detention.ongoing", "true")) == (1, []), "said a week ago, of that week"
    assert held(old, rule=replace(HELD, no_news="counted")) == (1, [])


def test_what_the_state_says_and_who_said_no_feed_nothing() -> None:
    assert held(START._replace(state=True)) == (0, [])
    assert held(START, told("detention.end", "2026-05-01", state=True)) == (1, [])
    for party in (A, b"s" * 16):
        assert held(START, consents=Consents(refused=frozenset({party}))) == (0, [])


def test_who_may_not_be_named_is_counted_as_the_rule_says() -> None:
    named = Consents(named=frozenset({A}))
    both = (START, START._replace(person=B))
    assert count(HELD, both, DAY, named).withheld == 1 and count(HELD, both, DAY, named).persons == (A, B)
    assert count(replace(HELD, withheld="left_out"), both, DAY, named).persons == (A,)


def test_detained_that_day_is_that_very_day() -> None:
    on = DAY.isoformat()
    assert held(told("detention.start", on), told("detention.end", on), rule=THAT_DAY) == (1, [])
    assert held(told("detention.start", "2026-11"), rule=THAT_DAY) == held(told("detention.start", "2026-11-25"), rule=THAT_DAY) == (0, [])


SAID = st.lists(
    st.builds(
        Told,
        st.sampled_from([A, B, b"c" * 16]),
        st.sampled_from(sorted(HELD.facts)),
        st.sampled_from(["2023", "2025-12-01", "2026-03", "2026-11-26", "2027-01-01", "true", "false"]),
        st.sampled_from(["", "2026-02", "2024-01-01"]),
        st.just("2026-11-20"),
        st.sampled_from(list(Level)),
        st.just(b"s" * 16),
        st.booleans(),
    ),
    max_size=12,
)


@given(SAID, st.randoms())
def test_order_and_repetition_change_nothing(said: list[Told], random: object) -> None:
    shuffled = [*said, *said[:3]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert count(HELD, said, DAY, NOBODY) == count(HELD, shuffled, DAY, NOBODY)


@given(SAID, st.sampled_from(["2025-12-15", "2026-11-26", "2026"]))
def test_a_release_never_raises_a_figure(said: list[Told], day: str) -> None:
    more = [*said, told("detention.end", day)]
    before, after = count(HELD, said, DAY, NOBODY), count(HELD, more, DAY, NOBODY)
    assert set(after.persons) <= set(before.persons) and {p for p, _ in after.silent} <= {p for p, _ in before.silent}


@given(SAID)
def test_a_person_stands_at_one_place_and_a_higher_floor_counts_fewer(said: list[Told]) -> None:
    verified, checked = count(HELD, said, DAY, NOBODY), count(CHECKED, said, DAY, NOBODY)
    assert not set(verified.persons) & {person for person, _ in verified.silent}
    everybody = {*checked.persons, *(person for person, _ in checked.silent)}
    assert {*verified.persons, *(person for person, _ in verified.silent)} <= everybody


def test_a_difference_of_one_or_two_points_at_people() -> None:
    people = [bytes([i]) * 16 for i in range(6)]
    assert singled_out([people[:3], ()], [people[:4], ()], named=()) == {people[3]}
    assert singled_out([people[:3], ()], [people[:4], ()], named={people[3]}) == frozenset(), "who is named in public is not given away"
    assert singled_out([people[:3], ()], [people[:6], ()], named=()) == frozenset(), "three may be anybody"
    assert singled_out([people[:1], people[1:2]], [people[:1], ()], named=()) == {people[1]}, "also where they stand beside the figure"
    assert singled_out([(), ()], [people[:1], ()], named=()) == {people[0]}, "a figure of one is its own difference"
    assert singled_out([people[:3], ()], [[people[0], people[1], people[3]], ()], named=()) == {people[2], people[3]}, "also at the same number"


def test_two_others_publish() -> None:
    assert not is_published(A, [B]) and not is_published(A, [A, B]) and is_published(A, [B, b"c" * 16]) and not is_published(b"", [A, B])


def test_who_may_stand_behind_a_figure() -> None:
    cases = (((), "", A), ((B,), "", B), ((), "2026-11-25", B), ((), "", B))
    told = [approval_refused(A, approvers, published, member) for approvers, published, member in cases]
    assert told == ["own", "approved_already", "published_already", ""]


def test_numbers_take_the_right_form() -> None:
    assert [plural("ru", n) for n in (1, 2, 5, 11, 12, 21, 22, 25, 111, 121)] == [
        "one", "few", "many", "many", "many", "one", "few", "many", "many", "one"]  # fmt: skip
    assert [plural("be", n) for n in (1, 4, 14, 101, 104)] == ["one", "few", "many", "one", "few"]
    assert [plural("en", n) for n in (0, 1, 21)] == ["other", "one", "other"]
    assert sentence(HELD, "en", 1, 0, "2026-11-26") == "At least 1 person was held, as of 26 November 2026, counted by the rule “Held, verified”."
    assert sentence(HELD, "be", 22, 0, "2026-11-26").startswith("Як мінімум 22 чалавекі былі ў няволі станам на 26 лістапада 2026 г.")
    silent = sentence(HELD, "ru", 25, 3, "2026-11-26")
    assert silent.startswith("Как минимум 25 человек находились") and "Ещё 3 человека" in silent and "не значит, что они на свободе" in silent


@pytest.mark.parametrize("rule", RULES.rules.values(), ids=lambda rule: rule.id)
def test_every_sentence_names_number_date_and_rule(rule: Rule) -> None:
    for language, forms in FORMS.items():
        for form in forms:
            assert all(part in rule.sentence[language][form] for part in ("{count}", "{date}", "{rule}"))
        assert rule.label[language] and rule.definition[language]


def test_a_rule_without_its_forms_is_damaged() -> None:
    words = {"en": "x", "be": "x", "ru": "x"}
    rule = {"id": "r", "words": "w", "kind": "held", "floor": "open", "close_floor": "open", "months": 1, "no_news": "counted", "withheld": "counted"}
    rule |= {"opens": [], "closes": [], "states": [], "confirms": [], "label": words, "definition": words}
    with pytest.raises(Damaged):
        read_rules({"rules": [rule], "words": {"w": {"sentence": {"en": {"one": "x"}}}}, "counts_scope": "c", "names_scope": "n"})


def test_consent_says_who_is_counted_and_who_is_named() -> None:
    answers = [
        Consent(b"", A, "statistics_anonymised", "given", "2026-01-01"),
        Consent(b"", A, "statistics_anonymised", "withdrawn", "2026-02-01", 1),
        Consent(b"", A, "publish_named", "given", "2026-01-01"),
        Consent(b"", B, "publish_named", "given", "2026-01-01", expires="2026-02-01"),
    ]
    found = consents_of(RULES, catalogue().consent, answers, DAY)
    assert found == Consents(frozenset({A}), frozenset({A}))
