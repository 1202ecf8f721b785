"""Laws of custody: caseworkers apart where that can be, nobody alone where that can be helped."""

from hypothesis import given, settings
from hypothesis import strategies as st

from letapis.core.custodians import SEPARATE_FROM, choose
from letapis.core.membership import Device, Directory, Member, State
from letapis.core.thresholds import MAX_HOLDERS

NAMES = tuple(bytes([65 + number]) * 16 for number in range(12))


def directory(custodians: int, others: int = 0, without_device: frozenset[bytes] = frozenset(), removed: frozenset[bytes] = frozenset()) -> Directory:
    """The first ``custodians`` of the names are custodians, the next ``others`` plain members."""
    names = NAMES[: custodians + others]
    members = {
        name: Member(name, "Vydumka", False, number < custodians, State.REMOVED if name in removed else State.ACTIVE, b"r" * 32)
        for number, name in enumerate(names)
    }
    keys = (b"e", b"m", b"k", b"l", b"n")
    devices = [Device(name.hex(), name, "laptop", name.hex(), *keys, State.ACTIVE, b"r" * 32) for name in names if name not in without_device]
    return Directory("Pryklad", "", members, {device.device: device for device in devices})


def test_from_five_members_on_caseworkers_hold_no_share() -> None:
    custody = choose(directory(4, 1), [NAMES[0]])
    assert custody.holders == NAMES[1:4] and custody.note.holds and custody.note.because == "identity.custody_apart"


def test_nobody_is_made_sole_holder_by_keeping_caseworkers_out() -> None:
    custody = choose(directory(3, 2), NAMES[:2])
    assert custody.holders == NAMES[:3] and custody.note.because == "identity.custodian_is_caseworker"


def test_where_all_custodians_are_caseworkers_they_hold_and_it_is_said() -> None:
    custody = choose(directory(2, 4), NAMES[:2])
    assert custody.holders == NAMES[:2] and custody.threshold == 2 and not custody.note.holds


def test_a_custodian_without_a_device_or_no_longer_a_member_holds_nothing() -> None:
    known = directory(4, without_device=frozenset(NAMES[:1]), removed=frozenset(NAMES[1:2]))
    assert choose(known, []).holders == NAMES[2:4]


def test_without_custodians_everybody_with_a_device_is_asked() -> None:
    assert choose(directory(0, 3, without_device=frozenset(NAMES[1:2])), []).holders == (NAMES[0], NAMES[2])
    assert choose(Directory(), []).holders == ()


@settings(deadline=None)
@given(st.integers(0, 12), st.data())
def test_holders_are_custodians_few_enough_and_never_one_where_two_can_be(custodians: int, data: st.DataObject) -> None:
    known = directory(custodians, 12 - custodians)
    caseworkers = data.draw(st.sets(st.sampled_from(NAMES)))
    custody = choose(known, caseworkers)
    assert 1 <= len(custody.holders) <= MAX_HOLDERS and custody.threshold <= len(custody.holders)
    assert set(custody.holders) <= set(known.custodians() or NAMES)
    assert len(custody.holders) > 1 or custodians == 1
    apart = set(known.custodians() or NAMES) - caseworkers
    assert custody.note.holds == (custodians != 1 and not set(custody.holders) & caseworkers)
    if len(known.active_members()) >= SEPARATE_FROM and len(apart) > 1:
        assert custody.note.holds
