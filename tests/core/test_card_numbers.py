"""Numbers of cards: no number that had a name is ever that of somebody who is not named, whatever is done in whatever order."""

import random
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.card_numbers import LEAST_DAYS, MOST_DAYS, Used, first_day, new_number, number_for, to_recall

FIRST = b"first number \x00\x01\x02"
DEEDS = st.lists(st.sampled_from(("named", "unnamed", "recall")), max_size=12)


def secret(number: bytes) -> bytes:
    """What the dossier holds beside a number."""
    return b"link of " + number


def step(used: list[Used], deed: str) -> list[Used]:
    """What is known after a proposal or a recall of everything."""
    if deed == "recall":
        return [Used(one.number, one.named, False, one.secret) for one in used]
    named = deed == "named"
    gone, number = to_recall(named, used), number_for(named, used) or new_number(used, FIRST)
    left = [Used(one.number, one.named, one.alive and one.number not in gone, one.secret) for one in used if one.number != number]
    was = next((one for one in used if one.number == number), None)
    here = Used(number, named or (was is not None and was.named), True, secret(number))
    place = used.index(was) if was else len(left)
    return [*left[:place], here, *left[place:]]


@given(DEEDS)
def test_a_number_that_had_a_name_is_never_that_of_somebody_without_one(deeds: list[str]) -> None:
    used, ever = list[Used](), dict[bytes, list[str]]()
    for deed in deeds:
        before = used
        used = step(used, deed)
        if deed != "recall":
            number = number_for(deed == "named", before) or new_number(before, FIRST)
            ever.setdefault(number, []).append(deed)
        assert sum(one.alive for one in used) <= 1, "nobody is counted twice"
        assert deed == "recall" or sum(one.alive for one in used) == 1, "and nobody is lost"
    for told in ever.values():
        assert "unnamed" not in told[told.index("named") :] if "named" in told else True
    assert len({one.number for one in used}) == len(used)


@given(DEEDS)
def test_two_desks_that_know_the_same_find_the_same_number_and_nobody_else_does(deeds: list[str]) -> None:
    used = list[Used]()
    for deed in deeds:
        used = step(used, deed)
    if used:
        assert new_number(used, b"one desk") == new_number(used, b"another")
        assert new_number([*used[:-1], Used(used[-1].number, True, True, b"another dossier")], FIRST) != new_number(used, FIRST)
        assert new_number(used, FIRST) not in {one.number for one in used}
    else:
        assert new_number(used, FIRST) == FIRST


@given(DEEDS, st.randoms(use_true_random=False))
def test_a_new_number_is_new_in_whatever_order_clocks_put_the_others(deeds: list[str], chance: random.Random) -> None:
    used = list[Used]()
    for deed in deeds:
        used = step(used, deed)
    chance.shuffle(used)
    assert new_number(used, FIRST) not in {one.number for one in used}


@given(st.binary(min_size=1, max_size=16))
def test_the_day_is_never_the_day_itself_and_comes_while_approvals_are_fresh(drawn: bytes) -> None:
    today = date(2026, 11, 26)
    assert LEAST_DAYS <= (first_day(today, drawn) - today).days <= MOST_DAYS < 30
