"""Corroboration, class by class, with sources that a case-worker would recognise."""

from itertools import combinations

import pytest
from tests.corroborating import corroborate

from letapis.core.answers import Answer
from letapis.core.corroboration import Corroboration, Source, supports
from letapis.core.standing import Said

SCAN = b"e" * 16
PERSON, NEIGHBOUR, COUSIN = b"P" * 16, b"N" * 16, b"C" * 16
PAPER, CHANNEL, REPOST, COMMITTEE, COURT = b"D" * 16, b"M" * 16, b"R" * 16, b"U" * 16, b"J" * 16
SOURCES = {
    s.source: s
    for s in (
        Source(PERSON, "person", "B"),
        Source(NEIGHBOUR, "person", "F"),
        Source(COUSIN, "person", "C"),
        Source(PAPER, "document", "F"),
        Source(CHANNEL, "media", "C"),
        Source(REPOST, "media", "B", (CHANNEL,)),
        Source(COMMITTEE, "un_body", "A"),
        Source(COURT, "court", "C", (), "state"),
    )
}
EVERYONE = frozenset(frozenset(pair) for pair in combinations(SOURCES, 2))


def told(source: bytes, basis: str = "saw", value: str = "true", evidence: bytes = b"", **more: str) -> Said:
    ref = (source + basis.encode() + value.encode() + evidence).ljust(80, b".")[:80]
    said = Said(ref, b"A" * 16, b"s" * 16, "harm.beaten", value, source, basis, evidence, b"", "", "", b"", True)
    return said._replace(**more)


def summed(
    klass: str,
    *claims: Said,
    distinct: frozenset[frozenset[bytes]] = EVERYONE,
    authentic: frozenset[bytes] = frozenset(),
    kind: str = "bool",
    sources: dict[bytes, Source] = SOURCES,
    reviewed: frozenset[bytes] = frozenset(),
) -> Corroboration:
    """Corroboration of the first claim."""
    return corroborate(claims, sources, distinct, authentic, lambda _: klass, lambda _: kind, reviewed)[claims[0].ref]


def because(corroboration: Corroboration) -> str:
    return corroboration.satisfied.because


# ---- first_hand ------------------------------------------------------------------------------------------------------


def test_two_independent_witnesses_satisfy_first_hand() -> None:
    result = summed("first_hand", told(PERSON), told(COUSIN))
    assert result.satisfied == Answer(True, "corroboration.first_hand_supported")
    assert result.independent == 2 and result.types == {"person"}


def test_one_witness_needs_a_second() -> None:
    assert because(summed("first_hand", told(PERSON))) == "corroboration.needs_second_independent"


def test_the_same_witness_twice_is_one() -> None:
    result = summed("first_hand", told(PERSON, "saw"), told(PERSON, "heard"))
    assert result.independent == 1 and not result.satisfied.holds


def test_a_witness_and_an_item_of_another_type_satisfy_first_hand() -> None:
    assert summed("first_hand", told(PERSON), told(PAPER, "document")).satisfied.holds


def test_hearsay_beside_a_witness_is_neither_first_hand_nor_another_type() -> None:
    named = {**SOURCES, COUSIN: Source(COUSIN, "person", "B", (NEIGHBOUR,))}
    result = summed("first_hand", told(PERSON), told(COUSIN, "was_told"), sources=named)
    assert result.independent == 2 and not result.satisfied.holds


def test_documents_alone_are_no_first_hand_account() -> None:
    assert because(summed("first_hand", told(PAPER, "document"), told(CHANNEL))) == "corroboration.needs_first_hand_account"


def test_code_names_that_nobody_compared_are_no_second_witness() -> None:
    result = summed("first_hand", told(PERSON), told(COUSIN), distinct=frozenset())
    assert result.independent == 1 and because(result) == "corroboration.codes_not_compared"
    assert result.groups == ((COUSIN, PERSON),)


def test_an_unjudged_witness_may_stand_beside_a_credible_one() -> None:
    assert summed("first_hand", told(NEIGHBOUR), told(COUSIN)).satisfied.holds


def test_an_unjudged_witness_is_never_the_only_credible_one() -> None:
    assert because(summed("first_hand", told(NEIGHBOUR), told(CHANNEL))) == "corroboration.needs_judged_source"


@pytest.mark.parametrize("grade", ["D", "E", "", "G", "AB"])
def test_leads_and_unknown_grades_count_for_nothing(grade: str) -> None:
    lead = {**SOURCES, PERSON: Source(PERSON, "person", grade)}
    result = summed("first_hand", told(PERSON), told(COUSIN), told(PAPER, "document"), sources=lead)
    assert because(result) == "corroboration.source_is_lead_only"
    other = summed("first_hand", told(COUSIN), told(PERSON), sources=lead)
    assert other.independent == 1 and not other.satisfied.holds


def test_a_source_that_the_reader_does_not_know_counts_for_nothing() -> None:
    assert because(summed("first_hand", told(b"?" * 16), told(PERSON))) == "corroboration.source_is_lead_only"


def test_an_inferred_claim_is_not_carried_by_others() -> None:
    result = summed("first_hand", told(PERSON, "inferred"), told(COUSIN), told(PAPER, "document"))
    assert because(result) == "corroboration.inferred_does_not_count"


# ---- copies and hearsay ----------------------------------------------------------------------------------------------


def test_a_repost_and_its_origin_are_one() -> None:
    result = summed("close_contact", told(CHANNEL), told(REPOST))
    assert result.independent == 1 and result.groups == ((CHANNEL, REPOST),)


def test_copies_collapse_through_a_source_that_says_nothing_here() -> None:
    """Both rest on a post that nobody recorded as a claim, one of them over two steps."""
    post, middle = b"1" * 16, b"2" * 16
    chain = {**SOURCES, middle: Source(middle, "media", "B", (post,)), CHANNEL: Source(CHANNEL, "media", "B", (middle,))}
    chain[REPOST] = Source(REPOST, "media", "B", (post,))
    assert summed("document", told(CHANNEL), told(REPOST), sources=chain).independent == 1


def test_a_circle_of_copies_ends() -> None:
    circle = {**SOURCES, CHANNEL: Source(CHANNEL, "media", "B", (REPOST,))}
    assert summed("document", told(CHANNEL), told(REPOST), sources=circle).independent == 1


def test_hearsay_from_one_person_is_that_person() -> None:
    heard = {**SOURCES, COUSIN: Source(COUSIN, "person", "B", (PERSON,)), NEIGHBOUR: Source(NEIGHBOUR, "person", "B", (PERSON,))}
    result = summed("close_contact", told(COUSIN, "was_told"), told(NEIGHBOUR, "was_told"), sources=heard)
    assert result.independent == 1 and because(result) == "corroboration.copies_count_once"


def test_hearsay_from_somebody_unnamed_may_be_hearsay_from_anybody() -> None:
    assert summed("close_contact", told(COUSIN, "was_told"), told(PERSON)).independent == 1
    assert summed("close_contact", told(COUSIN, "was_told"), told(NEIGHBOUR, "was_told")).independent == 1
    assert summed("close_contact", told(COUSIN, "was_told"), told(PAPER, "document")).independent == 2


def test_a_channel_that_rests_on_a_person_is_compared_as_that_person() -> None:
    fed = {**SOURCES, CHANNEL: Source(CHANNEL, "media", "B", (NEIGHBOUR,))}
    assert summed("first_hand", told(PERSON), told(CHANNEL), sources=fed).satisfied.holds
    assert summed("first_hand", told(PERSON), told(CHANNEL), sources=fed, distinct=frozenset()).independent == 1


def test_an_origin_that_the_reader_does_not_know_may_be_a_person() -> None:
    veiled = {**SOURCES, CHANNEL: Source(CHANNEL, "media", "B", (b"?" * 16,))}
    assert summed("first_hand", told(PERSON), told(CHANNEL), sources=veiled).independent == 1


def test_two_sources_showing_one_paper_are_one_item() -> None:
    result = summed("close_contact", told(PAPER, "document", evidence=SCAN), told(CHANNEL, "document", evidence=SCAN))
    assert result.independent == 1


def test_a_third_person_whom_nobody_compared_takes_nothing_away() -> None:
    known = frozenset({frozenset((PERSON, COUSIN))})
    assert summed("first_hand", told(PERSON), told(COUSIN), told(NEIGHBOUR), distinct=known).independent == 2


# ---- the other classes -----------------------------------------------------------------------------------------------


def test_a_relative_and_a_paper_satisfy_close_contact() -> None:
    assert summed("close_contact", told(COUSIN, "was_told"), told(PAPER, "document")).satisfied.holds
    assert because(summed("close_contact", told(PAPER, "document"), told(CHANNEL))) == "corroboration.needs_close_account"


def test_an_authentic_document_satisfies_document() -> None:
    shown = told(PAPER, "document", evidence=SCAN)
    assert because(summed("document", shown)) == "corroboration.needs_authentic_document"
    assert because(summed("document", shown, authentic=frozenset({SCAN}))) == "corroboration.document_authentic"
    assert because(summed("document", shown, authentic=frozenset({shown.ref}))) == "corroboration.document_authentic"


def test_a_document_that_is_not_kept_cannot_be_authentic() -> None:
    assert not summed("document", told(PAPER, "document"), authentic=frozenset({b"", SCAN})).satisfied.holds


def test_two_independent_accounts_of_its_content_stand_for_the_document() -> None:
    assert because(summed("document", told(PERSON), told(CHANNEL))) == "corroboration.document_told_by_two"


def test_an_assessment_needs_two_reviewers_and_nothing_else() -> None:
    claim = told(PERSON, "inferred")
    assert because(summed("assessment", claim, told(COUSIN))) == "corroboration.assessment_needs_two_reviewers"
    assert summed("assessment", claim, reviewed=frozenset({claim.ref})).satisfied.holds


@pytest.mark.parametrize("klass", ["first_hand", "close_contact", "document", "adjudicated"])
def test_an_authentic_decision_of_a_un_body_suffices_for_what_it_found(klass: str) -> None:
    found = told(COMMITTEE, "document", evidence=SCAN)
    assert because(summed(klass, found, authentic=frozenset({SCAN}))) == "corroboration.adjudicated"
    assert not summed(klass, found).satisfied.holds


def test_a_court_of_the_state_shows_the_act_taken_and_not_the_facts_alleged() -> None:
    judgment = told(COURT, "document", evidence=SCAN)
    kept = frozenset({SCAN})
    assert summed("document", judgment, authentic=kept).satisfied.holds
    assert not summed("first_hand", judgment, authentic=kept).satisfied.holds
    assert because(summed("adjudicated", judgment, authentic=kept)) == "corroboration.needs_authentic_decision"
    unsaid = {**SOURCES, COURT: Source(COURT, "court", "B")}
    assert not summed("adjudicated", judgment, authentic=kept, sources=unsaid).satisfied.holds
    elsewhere = {**SOURCES, COURT: Source(COURT, "court", "B", (), "public")}
    assert because(summed("adjudicated", judgment, authentic=kept, sources=elsewhere)) == "corroboration.adjudicated"


def test_a_class_that_this_version_does_not_know_is_never_satisfied() -> None:
    assert because(summed("", told(PERSON), told(COUSIN))) == "corroboration.class_unknown"
    assert because(summed("oracle", told(COMMITTEE, "document", evidence=SCAN), authentic=frozenset({SCAN}))) == "corroboration.class_unknown"


# ---- what supports what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "other", "expected"),
    [
        ("bool", "true", "true", True),
        ("bool", "true", "false", False),
        ("date", "2020-08", "2020-08-09", True),
        ("date", "2020-08-09", "2020-08", False),
        ("date", "2020-08-09", "2020-08-10", False),
        ("date", "2020-08-09/2020-08-11", "2020-08-10/2020-08-11", True),
        ("text", "2020-08", "2020-08-09", False),
        ("list", "cold; light", "cold", False),
        ("date", "soon", "2020", False),
    ],
)
def test_the_more_precise_supports_the_less_precise(kind: str, value: str, other: str, expected: bool) -> None:
    assert supports(kind, told(PERSON, value=value), told(COUSIN, value=other)) is expected


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"), [("2020-08", "2020-08-09", True), ("2020-08", "", True), ("2020-08", "2020-09", False), ("", "2020", True)]
)
def test_support_is_about_the_same_time(mine: str, theirs: str, expected: bool) -> None:
    assert supports("bool", told(PERSON, valid_from=mine), told(COUSIN, valid_from=theirs)) is expected
    assert supports("bool", told(PERSON, valid_to=mine), told(COUSIN, valid_to=theirs)) is expected


def test_a_complete_and_a_partial_list_do_not_say_the_same() -> None:
    assert not supports("list", told(PERSON, value="cold"), told(COUSIN, value="cold")._replace(partial=True))


def test_a_vague_date_is_verified_by_precise_ones_and_not_the_reverse() -> None:
    vague, exact = told(PERSON, value="2020-08"), told(COUSIN, value="2020-08-09")
    result = corroborate([vague, exact], SOURCES, EVERYONE, frozenset(), lambda _: "first_hand", lambda _: "date")
    assert result[vague.ref].satisfied.holds and not result[exact.ref].satisfied.holds
