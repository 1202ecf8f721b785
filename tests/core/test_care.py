"""What is proposed to who opened much, and which material is announced."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.care import hidden, opened_within, proposal
from letapis.core.language import LANGUAGES
from letapis.engines.catalogue import catalogue

TODAY = date(2026, 11, 25)
CARE = catalogue().care
counts = st.dictionaries(st.integers(-3, 40).map(lambda n: TODAY - timedelta(days=n)), st.integers(0, 60), max_size=30)


def test_topics_name_facts_that_exist() -> None:
    facts = catalogue().vocabulary.facts
    assert len(CARE.topics) >= 5
    for topic in CARE.topics.values():
        assert topic.facts <= set(facts) and (topic.facts or topic.kinds or topic.id == "violence") and set(topic.label) == set(LANGUAGES), topic.id


def test_every_proposal_has_its_sentence() -> None:
    for one in CARE.proposals:
        for language in LANGUAGES:
            assert "7" in catalogue().texts.say(f"care.proposal.{one.id}", language, count=7, days=one.days)


def test_material_is_announced_by_what_was_cut_from_it_and_by_its_kind() -> None:
    assert CARE.topics_of({"harm.type", "detention.date"}) == ("torture",)
    assert CARE.topics_of({"death.in_custody", "harm.sexual_violence"}, "photo") == ("sexual_violence", "death", "pictures")
    assert CARE.topics_of({"detention.date"}, "document") == ()
    assert CARE.worst(("torture", "death")) and not CARE.worst(("torture",)) and not CARE.worst(("unknown",))


def test_the_longest_span_that_was_too_much_speaks() -> None:
    assert proposal(CARE, {}, TODAY) is None
    short, *_, long = CARE.proposals
    found = proposal(CARE, {TODAY: short.opened}, TODAY)
    assert found is not None and found.because == f"care.proposal.{short.id}" and found.detail["count"] == short.opened
    found = proposal(CARE, {TODAY: long.opened}, TODAY)
    assert found is not None and found.because == f"care.proposal.{long.id}"


@given(counts)
def test_days_outside_count_for_nothing(opened: dict[date, int]) -> None:
    inside = {day: count for day, count in opened.items() if 0 <= (TODAY - day).days < 7}
    assert opened_within(opened, TODAY, 7) == sum(inside.values())


@given(counts, st.dates(TODAY - timedelta(days=2), TODAY), st.integers(0, 50))
def test_more_never_proposes_less(opened: dict[date, int], day: date, more: int) -> None:
    before, after = proposal(CARE, opened, TODAY), proposal(CARE, {**opened, day: opened.get(day, 0) + more}, TODAY)
    assert before is None or (after is not None and after.detail["days"] >= before.detail["days"])


def test_what_one_does_not_want_to_see_is_hidden() -> None:
    assert hidden(("torture", "death"), ["death"]) and not hidden(("torture",), ["death"]) and not hidden((), ["death"])
