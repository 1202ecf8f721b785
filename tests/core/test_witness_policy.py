"""The words of a quorum and its policy file mean the same, whoever signs; a household is one; nobody is counted twice."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.errors import UsageError
from letapis.core.notes import KeyKind, VerifierKey
from letapis.core.policy import format_policy, parse_policy
from letapis.core.witness_policy import GROUPS, WitnessKey, available, check_set, missing, policy, read_keys, signed

LOG = VerifierKey("log.vydumka.example/a", KeyKind.ED25519, b"\xff" * 32)


def _witness(number: int, group: str, household: str, both: bool) -> WitnessKey:
    name, fill = f"w{number}.vydumka.example", bytes((number + 1,))
    keys: tuple[VerifierKey, ...] = (VerifierKey(name, KeyKind.COSIGNATURE, fill * 32),)
    keys += (VerifierKey(name, KeyKind.ML_DSA_44, fill * 1312),) if both else ()
    # A household lies in one group, as ``check_set`` demands.
    return WitnessKey(bytes((number,)) * 16, keys, group, f"{group} {household}" if household else "")


SETS = st.lists(st.tuples(st.sampled_from(GROUPS[:3]), st.sampled_from(["", "", "one", "two"]), st.booleans()), min_size=1, max_size=6).map(
    lambda told: [_witness(number, *one) for number, one in enumerate(told)]
)


@given(SETS, st.data())
def test_the_policy_file_says_what_the_words_say(witnesses: list[WitnessKey], data: st.DataObject) -> None:
    check_set(witnesses, {LOG.public})
    there = available(witnesses)
    needs = {group: data.draw(st.integers(0, count)) for group, count in there.items()}
    needs = {group: due for group, due in needs.items() if due}
    keys = [key for witness in witnesses for key in witness.keys]
    held = data.draw(st.sets(st.sampled_from(keys)))
    made = parse_policy(format_policy(policy([LOG], witnesses, needs)))
    names = {name for name, key in made.witnesses.items() if key in held}
    cosigned = {witness.ident for witness in witnesses if signed(witness, held)}
    assert made.holds(names) is (not missing(witnesses, needs, cosigned))
    assert set(made.witnesses.values()) == set(keys) and made.logs == (LOG,)
    assert policy([LOG], witnesses, {}, quorum=False).holds(())


def test_two_of_three_and_one_of_two_with_a_household() -> None:
    known = [_witness(0, "ngo", "", True), _witness(1, "ngo", "d", True), _witness(2, "ngo", "d", False), _witness(3, "university", "", True)]
    needs, idents = {"ngo": 2, "university": 1}, [one.ident for one in known]
    assert available(known) == {"ngo": 2, "university": 1}
    assert missing(known, needs, idents[1:]) == {"ngo": 1}
    assert not missing(known, needs, [idents[0], idents[2], idents[3]])
    assert missing(known, needs, ()) == needs
    with pytest.raises(UsageError, match=r"witnesses\.too_few"):
        policy([LOG], known, {"ngo": 3})
    with pytest.raises(UsageError, match=r"witnesses\.too_few"):
        policy([LOG], known, {"law": 1})


@pytest.mark.parametrize(
    "change, code",
    [
        (lambda w: [w, w], "witnesses.key_twice"),
        (lambda w: [w, WitnessKey(b"x" * 16, (VerifierKey(w.name, KeyKind.COSIGNATURE, b"z" * 32),), "ngo")], "witnesses.name_twice"),
        (lambda w: [WitnessKey(w.ident, w.keys, "ngo", "One  Donor"), _named("law", "one donor")], "witnesses.household_group"),
        (lambda w: [WitnessKey(w.ident, (VerifierKey("w", KeyKind.COSIGNATURE, LOG.public),), "ngo")], "witnesses.key_twice"),
    ],
)
def test_who_would_count_twice_is_refused(change: Callable[[WitnessKey], list[WitnessKey]], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_set(change(_witness(0, "ngo", "", True)), {LOG.public})
    assert caught.value.code == code


def _named(group: str, household: str) -> WitnessKey:
    return WitnessKey(b"y" * 16, (VerifierKey("other", KeyKind.COSIGNATURE, b"y" * 32),), group, household)


def test_keys_are_of_one_name_and_two_types_at_most() -> None:
    both = [key.text for key in _witness(0, "ngo", "", True).keys]
    assert len(read_keys(both)) == 2 and len(read_keys(both[:1])) == 1
    other = _witness(1, "ngo", "", True).keys[1].text
    for wrong in ([], ["x"], [both[0], other], [both[0], both[0]], [LOG.text]):
        with pytest.raises(UsageError, match=r"witnesses\.keys"):
            read_keys(wrong)
