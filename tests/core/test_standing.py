"""Standing, rule by rule."""

from itertools import count

import pytest

from letapis.core.answers import Answer
from letapis.core.standing import Corroboration, Level, Ruling, Said, Standing, live_rulings, reviewers, standing

AUTHOR, ANNA, BELA, CESA = b"A" * 16, b"1" * 16, b"2" * 16, b"3" * 16
CLAIM = b"c" * 32
SAID = Said(CLAIM, AUTHOR, b"s" * 16, "harm.beaten", "true", b"q" * 16, "saw", b"", b"", "", "", b"", True)
ENOUGH = Corroboration(2, (), frozenset({"person"}), Answer(True, "corroboration.first_hand_supported"))
ONE = Corroboration(1, (), frozenset({"person"}), Answer(False, "corroboration.needs_second_independent"))
_names = count(1)


def ruling(kind: str, member: bytes, target: bytes = CLAIM, *, counts: bool = True, reasoned: bool = True, lost: bool = False) -> Ruling:
    number = next(_names)
    ref = number.to_bytes(32, "big")
    return Ruling(ref, kind, target, member, (f"2026-01-01T00:{number // 60 % 60:02}:{number % 60:02}Z", ref), counts, reasoned, lost)


def worth(*rulings: Ruling, sources: Corroboration = ENOUGH, said: Said = SAID) -> Standing:
    return standing(said, rulings, sources)


def reasons(result: Standing) -> list[str]:
    return [answer.because for answer in result.because]


def checked() -> list[Ruling]:
    return [ruling("check", ANNA), ruling("check", BELA)]


def test_a_new_claim_is_open_and_says_what_it_needs() -> None:
    result = worth(sources=ONE)
    assert result.level is Level.OPEN and result.independent == 1
    assert reasons(result) == ["standing.needs_two_checkers", "corroboration.needs_second_independent"]


def test_two_others_check_a_claim() -> None:
    one = worth(ruling("check", ANNA))
    assert one.level is Level.OPEN and "standing.needs_one_more_checker" in reasons(one)
    both = worth(*checked(), sources=ONE)
    assert both.level is Level.CHECKED and set(both.checkers) == {ANNA, BELA}


def test_checked_with_enough_sources_is_verified() -> None:
    assert worth(*checked()).level is Level.VERIFIED


def test_author_cannot_verify_own_claim_and_is_told_why() -> None:
    result = worth(ruling("check", AUTHOR), ruling("check", ANNA))
    assert result.level is Level.OPEN and result.checkers == (ANNA,)
    assert "standing.own_check_does_not_count" in reasons(result)


def test_checking_twice_is_checking_once() -> None:
    assert worth(ruling("check", ANNA), ruling("check", ANNA)).level is Level.OPEN


def test_checkers_are_named_in_the_order_in_which_they_checked() -> None:
    first, second = checked()
    assert worth(second, first).checkers == (ANNA, BELA)


def test_any_member_disputes_with_reasons() -> None:
    result = worth(*checked(), ruling("dispute", CESA))
    assert result.level is Level.DISPUTED and result.disputed_by == (CESA,)
    assert result.because[0] == Answer(False, "standing.disputed", {"members": 1})


def test_a_dispute_without_reasons_does_not_count() -> None:
    assert worth(*checked(), ruling("dispute", CESA, reasoned=False)).level is Level.VERIFIED


def test_the_disputer_withdraws_and_nobody_else() -> None:
    dispute = ruling("dispute", CESA)
    assert worth(*checked(), dispute, ruling("withdraw", ANNA, dispute.ref)).level is Level.DISPUTED
    assert worth(*checked(), dispute, ruling("withdraw", CESA, dispute.ref)).level is Level.VERIFIED


def test_two_others_overrule_a_dispute_with_reasons() -> None:
    dispute = ruling("dispute", CESA)
    one = [ruling("overrule", ANNA, dispute.ref)]
    half = worth(*checked(), dispute, *one)
    assert half.level is Level.DISPUTED and "standing.overrule_needs_one_more" in reasons(half)
    whole = worth(*checked(), dispute, *one, ruling("overrule", BELA, dispute.ref))
    assert whole.level is Level.VERIFIED and "standing.dispute_overruled" in reasons(whole)
    silent = worth(*checked(), dispute, *one, ruling("overrule", BELA, dispute.ref, reasoned=False))
    assert silent.level is Level.DISPUTED


@pytest.mark.parametrize("member", [CESA, AUTHOR])
def test_neither_disputer_nor_author_helps_to_overrule(member: bytes) -> None:
    dispute = ruling("dispute", CESA)
    assert worth(*checked(), dispute, ruling("overrule", ANNA, dispute.ref), ruling("overrule", member, dispute.ref)).level is Level.DISPUTED


def test_each_dispute_ends_by_itself() -> None:
    first, second = ruling("dispute", CESA), ruling("dispute", BELA)
    ended = [ruling("withdraw", CESA, first.ref)]
    result = worth(*checked(), first, second, *ended)
    assert result.level is Level.DISPUTED and result.disputed_by == (BELA,)


def test_whoever_disputes_is_no_checker_even_when_overruled() -> None:
    """Anna checked and then disputed; her dispute was overruled, but she has not said that she is convinced."""
    dispute = ruling("dispute", ANNA)
    overruled = [ruling("overrule", BELA, dispute.ref), ruling("overrule", CESA, dispute.ref)]
    assert worth(*checked(), dispute, *overruled).level is Level.OPEN
    assert worth(*checked(), dispute, *overruled, ruling("withdraw", ANNA, dispute.ref)).level is Level.VERIFIED


def test_a_check_may_be_taken_back() -> None:
    first, second = checked()
    assert worth(first, second, ruling("withdraw", BELA, second.ref)).level is Level.OPEN


def test_the_author_takes_back_alone_and_without_reasons() -> None:
    result = worth(*checked(), ruling("dispute", CESA), ruling("retract", AUTHOR, reasoned=False))
    assert result.level is Level.RETRACTED and reasons(result)[0] == "standing.retracted_by_author"


def test_others_take_back_only_together_and_with_reasons() -> None:
    one = worth(*checked(), ruling("retract", ANNA))
    assert one.level is Level.VERIFIED and "standing.retraction_needs_one_more" in reasons(one)
    assert worth(*checked(), ruling("retract", ANNA), ruling("retract", BELA, reasoned=False)).level is Level.VERIFIED
    both = worth(*checked(), ruling("retract", ANNA), ruling("retract", BELA))
    assert both.level is Level.RETRACTED and reasons(both)[0] == "standing.retracted_by_two_others"


def test_what_was_taken_back_stays_taken_back() -> None:
    retraction = ruling("retract", AUTHOR)
    assert worth(retraction, ruling("withdraw", AUTHOR, retraction.ref)).level is Level.RETRACTED


def test_a_decision_of_a_compromised_device_waits_for_another_member() -> None:
    shaken = ruling("check", BELA, counts=False)
    before = [ruling("check", ANNA), shaken]
    assert worth(*before).level is Level.OPEN
    assert worth(*before, ruling("reconfirm", BELA, shaken.ref)).level is Level.OPEN
    assert worth(*before, ruling("reconfirm", CESA, shaken.ref, counts=False)).level is Level.OPEN
    assert worth(*before, ruling("reconfirm", CESA, shaken.ref)).level is Level.VERIFIED


def test_a_compromised_reconfirmation_is_not_called_back_by_another() -> None:
    shaken = ruling("check", BELA, counts=False)
    also = ruling("reconfirm", CESA, shaken.ref, counts=False)
    assert worth(ruling("check", ANNA), shaken, also, ruling("reconfirm", ANNA, also.ref)).level is Level.OPEN


def test_a_claim_of_a_compromised_device_waits_for_another_member() -> None:
    shaken = SAID._replace(counts=False)
    result = worth(*checked(), said=shaken)
    assert result.level is Level.UNCOUNTED and reasons(result) == ["standing.awaits_reconfirmation"]
    assert worth(*checked(), ruling("reconfirm", AUTHOR), said=shaken).level is Level.UNCOUNTED
    assert worth(*checked(), ruling("reconfirm", CESA), said=shaken).level is Level.VERIFIED


def test_nothing_brings_back_a_claim_or_decision_after_removal() -> None:
    lost = SAID._replace(counts=False, lost=True)
    result = worth(*checked(), ruling("reconfirm", CESA), said=lost)
    assert result.level is Level.UNCOUNTED and reasons(result) == ["standing.recorded_after_removal"]
    check = ruling("check", BELA, counts=False, lost=True)
    assert worth(ruling("check", ANNA), check, ruling("reconfirm", CESA, check.ref)).level is Level.OPEN


def test_a_decision_of_nobody_counts_for_nothing() -> None:
    assert worth(ruling("check", ANNA), ruling("check", b"")).level is Level.OPEN
    assert worth(*checked(), said=SAID._replace(author=b"")).level is Level.UNCOUNTED


def test_levels_are_ordered_so_that_a_floor_fails_closed() -> None:
    assert sorted(Level) == [Level.UNCOUNTED, Level.RETRACTED, Level.DISPUTED, Level.OPEN, Level.CHECKED, Level.VERIFIED]
    assert not worth(ruling("dispute", CESA)).feeds(Level.OPEN) and not worth(ruling("dispute", CESA)).feeds(Level.DISPUTED)
    assert worth(*checked(), sources=ONE).feeds(Level.CHECKED) and not worth(*checked(), sources=ONE).feeds(Level.VERIFIED)


def test_a_replaced_claim_feeds_nothing() -> None:
    assert not worth(*checked())._replace(replaced_by=b"n" * 32).feeds(Level.OPEN)


def test_circles_of_decisions_end() -> None:
    a, b = b"a" * 32, b"b" * 32
    circle = [Ruling(a, "withdraw", b, ANNA, ("", a), True, True), Ruling(b, "withdraw", a, ANNA, ("", b), True, True)]
    assert worth(*circle).level is Level.OPEN
    assert set(live_rulings(circle)) == {a, b}


def test_reviewers_are_others_who_wrote_down_reasons() -> None:
    rulings = [ruling("check", ANNA), ruling("approve", BELA), ruling("check", CESA, reasoned=False), ruling("judge", AUTHOR)]
    assert reviewers(SAID, live_rulings(rulings)) == {ANNA, BELA}
