"""What each use needs of a claim: never more lenient than its floor, never satisfied by fewer members than it names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.language import LANGUAGES
from letapis.core.standing import Level
from letapis.core.uses import Use, least_of, may_go, owes_second_check, suffices
from letapis.engines.catalogue import catalogue

PROOF = catalogue().proof
USES = {use.id: use for use in PROOF.uses}


@settings(deadline=None)
@given(st.sampled_from(PROOF.uses), st.sampled_from(list(Level)), st.integers(0, 4))
def test_no_use_stands_on_less_than_it_names(use: Use, level: Level, checks: int) -> None:
    answer = suffices(use, level, checks)
    if answer.holds:
        assert level >= max(use.floor, Level.OPEN)
        assert checks >= use.others or level >= Level.CHECKED
    assert level < Level.VERIFIED or answer.holds, "what is established suffices for everything"
    assert answer.because in catalogue().texts


@settings(deadline=None)
@given(st.sampled_from(PROOF.uses), st.sampled_from(list(Level)), st.integers(0, 4))
def test_one_check_more_never_takes_a_use_away(use: Use, level: Level, checks: int) -> None:
    assert not suffices(use, level, checks).holds or suffices(use, level, checks + 1).holds


def test_the_uses_follow_the_standards_of_the_bodies() -> None:
    """Prima facie bodies are fed at checked, all others at verified; but the urgent appeal goes before its second check."""
    prima_facie = {"WGAD-REGULAR", "WGEID", "CED-URGENT", "SP-COMMUNICATION", "SR-BELARUS"}
    for name in catalogue().mechanisms:
        use = PROOF.use_of(name)
        assert use.id == "urgent" or use.floor == (Level.CHECKED if name in prima_facie else Level.VERIFIED), name
    named = [name for use in PROOF.uses for name in use.mechanisms]
    assert len(named) == len(set(named)) and set(named) <= set(catalogue().mechanisms)
    assert {use.rung for use in PROOF.uses} <= {rung.id for rung in PROOF.ladder}


@pytest.mark.parametrize("use", PROOF.uses, ids=lambda use: use.id)
def test_every_use_gives_its_reason_in_three_languages(use: Use) -> None:
    assert all(use.why[language] and use.label[language] for language in LANGUAGES)


def test_a_lone_survivors_checked_account_may_go_to_a_body_and_not_to_the_public() -> None:
    body, public = PROOF.use_of("WGAD-REGULAR"), PROOF.use_of("publication")
    assert suffices(body, Level.CHECKED, 2).because == "uses.source_reports"
    assert suffices(public, Level.CHECKED, 2).because == "uses.needs_sources"


def test_an_urgent_appeal_needs_one_other_member_and_owes_the_second() -> None:
    urgent = USES["urgent"]
    assert not suffices(urgent, Level.OPEN, 0).holds and suffices(urgent, Level.OPEN, 1).holds
    assert not suffices(urgent, Level.DISPUTED, 2).holds
    assert owes_second_check(urgent, Level.OPEN) and not owes_second_check(urgent, Level.CHECKED)
    assert not owes_second_check(USES["draft"], Level.OPEN)


@settings(deadline=None)
@given(st.sampled_from(PROOF.uses), st.sampled_from(list(Level)), st.integers(0, 4))
def test_what_is_handed_over_suffices_or_goes_with_its_standing_where_the_table_allows(use: Use, level: Level, checks: int) -> None:
    answer, stated = may_go(use, level, checks), use.stated
    assert answer.holds == (suffices(use, level, checks).holds or (stated is not None and level >= stated))
    assert answer.because in catalogue().texts and (stated is None or stated >= Level.CHECKED), "what two have not checked never goes so"


@settings(deadline=None)
@given(st.sampled_from(PROOF.uses), st.sampled_from(list(Level)), st.integers(0, 4))
def test_nothing_below_the_least_standing_of_a_use_may_go(use: Use, level: Level, checks: int) -> None:
    assert level >= least_of(use) or not may_go(use, level, checks).holds
    assert may_go(use, least_of(use), 4).holds, "a claim that lies on it may"


def test_each_kind_of_recipient_of_a_case_file_has_a_scope_that_silence_denies() -> None:
    consent = catalogue().consent
    assert set(consent.handovers) == {"court", "prosecutor", "icc", "partner"}
    for kind in consent.handovers.values():
        assert consent.scope(kind.scope).default == "deny" and not consent.scope(kind.scope).surrogate_allowed
        assert all(kind.label[language] for language in LANGUAGES)
