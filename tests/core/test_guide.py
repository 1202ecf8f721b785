"""The guide for an interview: order, one question once, nothing asked again that was told, nothing hard among the easy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.brief import Heading, Paragraph, Table
from letapis.core.guide import AUDIENCES, Guide, GuideWords, Open, document, lay_out
from letapis.core.language import LANGUAGES
from letapis.engines.catalogue import catalogue

VOCABULARY, PARTS = catalogue().vocabulary, catalogue().guide
FACTS = sorted(VOCABULARY.facts)
WORDS = GuideWords("Guide", "PRY-1", "Question", "Notes", "look first", "Told already", "Nothing waits.")
MISSING = st.lists(
    st.builds(Open, st.sampled_from([*FACTS, "newer.fact"]), st.integers(1, 9), st.sampled_from([(), ("Kalina 2026-01-01",)]), st.booleans()),
    max_size=40,
    unique_by=lambda one: one.fact,
)


def made(*missing: Open, audience: str = "person") -> Guide:
    return lay_out(PARTS, VOCABULARY, missing, audience)


def part_of(fact: str) -> str:
    return next(one.part.id for one in made(Open(fact, 1)).parts if one.questions)


def test_parts_come_in_an_order_that_hurts_least() -> None:
    order = [part.id for part in PARTS]
    assert order[0] == "safety" and order[-1] == "closing" and order.index("hard") == len(order) - 2
    assert [part.id for part in PARTS if part.hard] == ["hard"] and sum(part.rest for part in PARTS) == 1
    assert all(set(part.label) == set(LANGUAGES) and (not part.say or set(part.say) == set(LANGUAGES)) for part in PARTS)
    assert all(len({len(words) for words in part.say.values()}) <= 1 for part in PARTS)
    named = [group for part in PARTS for group in part.groups]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("fact", "part"),
    [("detention.start", "course"), ("lawyer.access", "law"), ("custody.gendered_humiliation", "hard"), ("person.role", "life")],
)
def test_each_question_has_its_place(fact: str, part: str) -> None:
    assert part_of(fact) == part


@given(MISSING, st.sampled_from(AUDIENCES))
def test_every_question_once_and_the_hard_ones_apart(missing: list[Open], audience: str) -> None:
    guide = lay_out(PARTS, VOCABULARY, missing, audience)
    asked = [fact for one in guide.parts for question in one.questions for fact in question.facts]
    told = [fact for question in guide.told for fact in question.facts]
    known = [one for one in missing if one.fact in VOCABULARY]
    assert sorted(asked + told) == sorted(one.fact for one in known if VOCABULARY.fact(one.fact).asked_of == audience)
    assert guide.others == len(known) - len(asked) - len(told)
    texts = [question.text["en"] for one in guide.parts for question in one.questions]
    assert len(texts) == len(set(texts))
    for one in guide.parts:
        facts = [VOCABULARY.fact(fact) for question in one.questions for fact in question.facts]
        assert one.part.hard or not any(fact.sensitive or fact.check_singly for fact in facts)
        assert [question.norms for question in one.questions] == sorted((question.norms for question in one.questions), reverse=True)
    assert not {fact for fact in told} & set(asked)


def test_facts_with_the_same_words_are_one_question() -> None:
    twins: dict[str, list[str]] = {}
    for fact in VOCABULARY.facts.values():
        if fact.asked_of == "person" and not fact.sensitive and not fact.check_singly:
            twins.setdefault(fact.question["en"], []).append(fact.id)
    for same in twins.values():
        guide = made(*(Open(fact, number) for number, fact in enumerate(same, start=1)))
        assert guide.count == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_has_room_for_notes_and_names_nobody(language: str) -> None:
    told = Open("lawyer.access", 1, ("Klon 2026-01-02",), told=True)
    guide = made(Open("detention.start", 2, ("Kalina 2026-01-01 §2",)), Open("harm.severe", 3), told)
    sheet = document(guide, WORDS, language, None, ())
    tables = [block for block in sheet.blocks if isinstance(block, Table)]
    assert [str(row[0]).partition(".")[0] for table in tables[:-1] for row in table.rows] == [str(n + 1) for n in range(guide.count)]
    assert all(row[1] == "" for table in tables[:-1] for row in table.rows)
    assert "Kalina 2026-01-01 §2" in str(tables[0].rows) and tables[-1].rows[0][1] == "Klon 2026-01-02"
    heads = [block.text for block in sheet.blocks if isinstance(block, Heading)]
    assert heads[0] == PARTS[0].label[language] and heads[-1] == "Told already" and sheet.approved
    empty = document(made(), WORDS, language, None, ())
    assert isinstance(empty.blocks[-1], Paragraph) and empty.blocks[-1].sentences[0].text == "Nothing waits."
