"""The directory, entry by entry: who lets whom in, who removes whom, and what an intruder cannot do."""

from itertools import count

import pytest

from letapis.core.directory import Directory, State, Weight, fold_directory, threshold, threshold_for_identity
from letapis.core.records import Header, Record, Value

ORG, FOUNDER, ANNA, BELA, CESA, DARA = (bytes([c]) * 16 for c in b"OFABCD")


class Desk:
    """Signs records device by device, one a minute; ``at`` says what the device's clock claims instead."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.sizes: dict[str, int] = {}
        self.names = count(1)
        self.root = self.sign("f1", "organisation", {"organisation": ORG, "name": "Vydumka", "marking": "TLP:AMBER"})
        self.member("f1", FOUNDER, keeper=True)
        self.device("f1", FOUNDER, "f1")

    def sign(self, by: str, kind: str, body: dict[str, Value], at: str = "") -> bytes:
        number, seq = next(self.names), self.sizes.get(by, 0)
        self.sizes[by] = seq + 1
        ref = number.to_bytes(32, "big")
        when = at or f"2026-03-01T{number // 60:02}:{number % 60:02}:00Z"
        self.records.append(Record(ref, Header(kind, 1, ref[-16:], by, ORG, when, seq), body))
        return ref

    def member(self, by: str, member: bytes, keeper: bool = False, at: str = "") -> bytes:
        return self.sign(by, "member", {"member": member, "name": "Pryklad", "keeper": keeper, "custodian": keeper}, at)

    def device(self, by: str, member: bytes, name: str, log: str = "", key: bytes = b"k", label: str = "", at: str = "") -> bytes:
        body: dict[str, Value] = {"member": member, "device": name, "label": label, "log": log or name, "ed25519": key, "mldsa44": b"m", "kem": b"x"}
        return self.sign(by, "device", {**body, "log_ed25519": b"l", "log_mldsa44": b"n"}, at)

    def endorse(self, by: str, *targets: bytes, kind: str = "endorse", at: str = "") -> bytes:
        return self.sign(by, "decision", {"kind": kind, "targets": targets}, at)

    def admit(self, member: bytes, name: str, *by: str, keeper: bool = True) -> None:
        entries = [self.member(by[0], member, keeper), self.device(by[0], member, name)]
        for other in by[1:]:
            self.endorse(other, *entries)

    def remove_device(self, by: str, name: str, size: int, since: int | None = None, log: str = "", at: str = "") -> bytes:
        body: dict[str, Value] = {"device": name, "log": (log or name,), "size": (size,), "root": (b"r" * 32,), "reason": "lost"}
        return self.sign(by, "removal", body | ({} if since is None else {"compromised_since": since}), at)

    def remove_member(self, by: str, member: bytes, sizes: dict[str, int], at: str = "") -> bytes:
        return self.sign(by, "removal", {"member": member, "log": tuple(sizes), "size": tuple(sizes.values()), "reason": "left"}, at)

    @property
    def folded(self) -> Directory:
        return fold_directory(self.records, self.root)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def pair(desk: Desk) -> Desk:
    desk.admit(ANNA, "a1", "f1")
    return desk


@pytest.fixture
def three(pair: Desk) -> Desk:
    pair.admit(BELA, "b1", "f1", "a1")
    return pair


@pytest.fixture
def five(three: Desk) -> Desk:
    three.admit(CESA, "c1", "a1", "b1")
    three.admit(DARA, "d1", "f1", "c1")
    return three


def test_the_founder_begins_alone(desk: Desk) -> None:
    known = desk.folded
    assert (known.name, known.marking) == ("Vydumka", "TLP:AMBER")
    assert known.keepers() == known.custodians() == (FOUNDER,) and known.member_of("f1") == FOUNDER
    assert known.counts("f1", 0) and known.counts("f1", 10**6)


def test_without_the_pinned_record_nothing_counts(desk: Desk) -> None:
    for root in (b"?" * 32, desk.records[1].ref):
        known = fold_directory(desk.records, root)
        assert known == Directory() and known.member_of("f1") is None and not known.counts("f1", 0)
    assert fold_directory([r for r in desk.records if r.type != "device"], desk.root) == Directory()


def test_a_second_organisation_record_of_a_stranger_changes_nothing(desk: Desk) -> None:
    desk.sign("x1", "organisation", {"organisation": ORG, "name": "Not Vydumka"}, at="2020-01-01T00:00:00Z")
    desk.member("x1", CESA, keeper=True)
    desk.device("x1", CESA, "x1")
    assert desk.folded.name == "Vydumka" and desk.folded.member_of("x1") is None


def test_the_organisation_is_renamed_by_as_many_as_it_takes(pair: Desk) -> None:
    named = pair.sign("f1", "organisation", {"organisation": ORG, "name": "Pryklad"})
    assert pair.folded.name == "Vydumka"
    pair.endorse("a1", named)
    assert pair.folded.name == "Pryklad" and pair.folded.marking == ""


@pytest.mark.parametrize(("keepers", "needed"), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 3), (9, 3)])
def test_thresholds(keepers: int, needed: int) -> None:
    assert threshold(keepers) == threshold_for_identity(keepers) == needed


def test_one_keeper_of_two_admits_nobody(pair: Desk) -> None:
    pair.admit(BELA, "b1", "f1", keeper=False)
    known = pair.folded
    assert known.members[BELA].state is known.devices["b1"].state is State.PROPOSED
    assert known.member_of("b1") is None and known.weight("b1", 0) is Weight.NEVER
    assert [(p.type, p.supporters, p.needed) for p in known.proposals] == [("member", (FOUNDER,), 2), ("device", (FOUNDER,), 2)]
    pair.endorse("a1", *(p.ref for p in known.proposals))
    assert pair.folded.member_of("b1") == BELA and not pair.folded.proposals


def test_two_of_three_and_three_of_five(five: Desk) -> None:
    assert len(five.folded.keepers()) == 5
    newcomer = b"N" * 16
    entries = [five.member("f1", newcomer), five.device("f1", newcomer, "n1")]
    five.endorse("a1", *entries)
    assert five.folded.member_of("n1") is None
    five.endorse("d1", *entries)
    assert five.folded.member_of("n1") == newcomer


def test_entries_of_earlier_days_stay_in_force_when_the_team_grows(five: Desk) -> None:
    """Bela came in by two; that five keepers ask for three today takes nothing from her."""
    assert five.folded.members[BELA].state is State.ACTIVE


def test_a_proposal_does_not_come_into_force_by_itself_when_the_team_shrinks(five: Desk) -> None:
    newcomer = b"N" * 16
    entries = [five.member("f1", newcomer), five.device("f1", newcomer, "n1")]
    five.endorse("a1", *entries)
    removal = five.remove_member("f1", DARA, {"d1": 0})
    five.endorse("a1", removal)
    five.endorse("b1", removal)
    assert five.folded.member_of("n1") is None and five.folded.proposals[0].needed == 2
    five.endorse("a1", *entries)
    assert five.folded.member_of("n1") == newcomer


def test_two_who_sign_after_the_fifth_keeper_cannot_pretend_to_have_signed_before(five: Desk) -> None:
    """Within a device the sequence rules: a time set back moves nothing before what the device signed earlier."""
    for device in ("a1", "b1"):
        five.endorse(device, five.folded.devices["d1"].ref)
    newcomer, early = b"N" * 16, "2026-03-01T00:12:30Z"
    entries = [five.member("a1", newcomer, at=early), five.device("a1", newcomer, "n1", at=early)]
    five.endorse("b1", *entries, at=early)
    assert five.folded.member_of("n1") is None


def test_a_second_device_of_a_keeper_is_no_second_keeper(pair: Desk) -> None:
    entry = pair.device("f1", FOUNDER, "f2")
    pair.endorse("a1", entry)
    assert pair.folded.member_of("f2") == FOUNDER
    pair.admit(BELA, "b1", "f1", "f2")
    assert pair.folded.member_of("b1") is None


def test_members_who_are_no_keepers_admit_nobody(pair: Desk) -> None:
    pair.admit(BELA, "b1", "f1", "a1", keeper=False)
    pair.admit(CESA, "c1", "f1", "b1")
    assert pair.folded.member_of("b1") == BELA and pair.folded.member_of("c1") is None


def test_an_idle_second_device_of_the_founder_cannot_pretend_to_have_been_earlier(desk: Desk) -> None:
    """It was admitted before there was a second keeper, and whoever found it sets its clock back to that time."""
    desk.device("f1", FOUNDER, "f2")
    desk.admit(ANNA, "a1", "f1")
    early = "2026-03-01T00:05:30Z"
    desk.member("f2", CESA, keeper=True, at=early)
    desk.device("f2", CESA, "c1", at=early)
    desk.remove_device("f2", "f1", 0, at=early)
    known = desk.folded
    assert known.member_of("c1") is None and known.devices["f1"].state is State.ACTIVE and set(known.keepers()) == {FOUNDER, ANNA}


def test_clocks_that_run_late_or_early_do_not_matter(pair: Desk) -> None:
    """Anna's clock is a year behind: her endorsement bears a time before her own admission."""
    entries = [pair.member("f1", BELA), pair.device("f1", BELA, "b1")]
    pair.endorse("a1", *entries, at="2025-01-01T00:00:00Z")
    assert pair.folded.member_of("b1") == BELA


def test_the_one_keeper_replaces_a_lost_founding_device_from_another(desk: Desk) -> None:
    desk.device("f1", FOUNDER, "f2")
    desk.member("f2", CESA)
    assert desk.folded.members[CESA].state is State.PROPOSED, "while the founding device is there, it decides"
    desk.remove_device("f2", "f1", size=4)
    known = desk.folded
    assert known.devices["f1"].state is State.REMOVED and known.counts("f1", 3) and not known.counts("f1", 4)
    assert known.keepers() == (FOUNDER,) and known.members[CESA].state is State.PROPOSED
    desk.endorse("f2", known.members[CESA].ref)
    assert desk.folded.members[CESA].state is State.ACTIVE


def test_a_device_name_is_bound_once(desk: Desk) -> None:
    desk.admit(ANNA, "a1", "f1", keeper=False)
    desk.device("f1", ANNA, "a1", key=b"other")
    desk.device("f1", FOUNDER, "a1")
    desk.device("f1", ANNA, "a9", log="a1")
    assert desk.folded.devices["a1"].ed25519 == b"k" and desk.folded.member_of("a9") is None and len(desk.folded.proposals) == 3
    desk.device("f1", ANNA, "a1", label="the grey one")
    assert desk.folded.devices["a1"].label == "the grey one" and desk.folded.devices["a1"].kem == b"x"


def test_a_device_waits_for_its_member(desk: Desk) -> None:
    desk.device("f1", ANNA, "a1")
    assert desk.folded.member_of("a1") is None
    desk.member("f1", ANNA)
    assert desk.folded.member_of("a1") == ANNA


def test_a_device_endorsed_before_its_member_still_goes_with_the_member(pair: Desk) -> None:
    """The colleague endorsed the device first; the device was in force before the removal, so what it signed until then counts."""
    member, device = pair.member("f1", BELA), pair.device("f1", BELA, "b1")
    pair.endorse("a1", device)
    pair.endorse("a1", member)
    removal = pair.remove_member("f1", BELA, {"b1": 5})
    pair.endorse("a1", removal)
    known = pair.folded
    assert known.devices["b1"].state is State.REMOVED and known.counts("b1", 4) and not known.counts("b1", 5)


def test_a_removed_device_counts_up_to_its_position(three: Desk) -> None:
    removal = three.remove_device("f1", "b1", size=7)
    assert three.folded.counts("b1", 7)
    three.endorse("a1", removal)
    known = three.folded
    assert known.counts("b1", 6) and known.weight("b1", 7) is Weight.NEVER and known.member_of("b1") == BELA
    assert BELA not in known.keepers(), "a keeper without a device is not waited for"
    three.admit(BELA, "b2", "f1", "a1")
    assert BELA in three.folded.keepers() and not three.folded.counts("b1", 7)


def test_the_owner_may_report_a_device_lost_with_one_colleague(three: Desk) -> None:
    entry = three.device("f1", BELA, "b2")
    three.endorse("a1", entry)
    removal = three.remove_device("b2", "b1", size=7)
    assert three.folded.devices["b1"].state is State.ACTIVE
    three.endorse("a1", removal)
    assert three.folded.devices["b1"].state is State.REMOVED and three.folded.devices["b2"].state is State.ACTIVE


def test_a_device_does_not_speak_for_its_own_removal(three: Desk) -> None:
    removal = three.remove_device("b1", "b1", size=0)
    three.endorse("a1", removal)
    assert three.folded.devices["b1"].state is State.ACTIVE
    three.endorse("f1", removal)
    assert three.folded.devices["b1"].state is State.REMOVED


def test_a_removal_is_not_undone_when_who_signed_it_is_removed_in_turn(five: Desk) -> None:
    """Anna helped to remove Dara's device; later her own is removed from a position below that."""
    removal = five.remove_device("f1", "d1", size=0)
    for device in ("a1", "b1"):
        five.endorse(device, removal)
    own = five.remove_device("f1", "a1", size=five.sizes["a1"] - 1)
    five.endorse("b1", own)
    known = five.folded
    assert known.devices["a1"].state is known.devices["d1"].state is State.REMOVED


def test_a_stolen_device_does_not_help_to_remove_the_other(three: Desk) -> None:
    three.remove_device("b1", "f1", size=0)
    three.remove_member("b1", FOUNDER, {"f1": 0})
    assert three.folded.devices["f1"].state is State.ACTIVE and len(three.folded.keepers()) == 3


def test_a_member_is_removed_with_all_devices(three: Desk) -> None:
    three.endorse("a1", three.device("f1", BELA, "b2"))
    removal = three.remove_member("f1", BELA, {"b1": 5})
    three.endorse("b1", removal)
    assert three.folded.members[BELA].state is State.ACTIVE, "the removed one does not count"
    three.endorse("a1", removal)
    known = three.folded
    assert known.members[BELA].state is State.REMOVED and set(known.keepers()) == {FOUNDER, ANNA}
    assert known.counts("b1", 4) and not known.counts("b1", 5)
    assert not known.counts("b2", 0), "of a log that the removal does not name nobody vouches for anything"


def test_a_removed_member_comes_back_only_with_a_new_device(three: Desk) -> None:
    removal = three.remove_member("f1", BELA, {"b1": 5})
    three.endorse("a1", removal)
    three.admit(BELA, "b1", "f1", "a1")
    assert three.folded.members[BELA].state is State.ACTIVE and not three.folded.counts("b1", 5)
    assert three.folded.devices["b1"].state is State.REMOVED and not three.folded.devices_of(BELA)
    three.admit(BELA, "b2", "f1", "a1")
    assert three.folded.counts("b2", 5) and not three.folded.counts("b1", 5)


def test_acts_of_the_removed_above_the_position_never_counted_whatever_their_time(five: Desk) -> None:
    """Dara's device endorsed a stranger at a position that the removal does not grant, with a time long before the removal."""
    newcomer = b"N" * 16
    entries = [five.member("f1", newcomer), five.device("f1", newcomer, "n1")]
    five.endorse("a1", *entries)
    granted = five.sizes.get("d1", 0)
    five.endorse("d1", *entries, at="2026-03-01T01:00:00Z")
    assert five.folded.member_of("n1") == newcomer
    removal = five.remove_device("f1", "d1", size=granted)
    five.endorse("a1", removal)
    five.endorse("b1", removal)
    assert five.folded.member_of("n1") is None and five.folded.devices["d1"].state is State.REMOVED


def test_records_after_the_compromise_wait_and_after_the_removal_never_count(three: Desk) -> None:
    removal = three.remove_device("f1", "b1", size=9, since=4)
    three.endorse("a1", removal)
    known = three.folded
    assert [known.weight("b1", seq) for seq in (3, 4, 8, 9)] == [Weight.COUNTS, Weight.UNTIL_RECONFIRMED, Weight.UNTIL_RECONFIRMED, Weight.NEVER]
    assert known.counts("b1", 3) and not known.counts("b1", 4)


def test_an_endorsement_after_the_compromise_counts_when_a_keeper_reconfirms_it(five: Desk) -> None:
    newcomer = b"N" * 16
    entries = [five.member("f1", newcomer), five.device("f1", newcomer, "n1")]
    five.endorse("a1", *entries)
    since = five.sizes.get("d1", 0)
    endorsement = five.endorse("d1", *entries)
    removal = five.remove_device("f1", "d1", size=since + 1, since=since)
    five.endorse("a1", removal)
    five.endorse("b1", removal)
    assert five.folded.member_of("n1") is None
    five.admit(b"M" * 16, "m1", "f1", "a1", "b1", keeper=False)
    assert five.folded.member_of("m1") is not None
    five.endorse("m1", endorsement, kind="reconfirm")
    assert five.folded.member_of("n1") is None, "in the directory it is keepers who reconfirm"
    five.endorse("b1", endorsement, kind="reconfirm")
    assert five.folded.member_of("n1") == newcomer, "Dara's device is gone, but this word was hers"


def test_in_a_team_of_two_either_removes_the_other_and_the_earlier_counts(pair: Desk) -> None:
    pair.remove_member("a1", FOUNDER, {"f1": pair.sizes["f1"]})
    pair.remove_member("f1", ANNA, {"a1": 0})
    known = pair.folded
    assert known.keepers() == (ANNA,) and known.members[FOUNDER].state is State.REMOVED


def test_the_last_keeper_does_not_remove_themselves(desk: Desk) -> None:
    desk.remove_member("f1", FOUNDER, {"f1": 0})
    assert desk.folded.keepers() == (FOUNDER,)


def test_a_keeper_may_stop_being_one(three: Desk) -> None:
    entry = three.member("f1", BELA, keeper=False)
    three.endorse("a1", entry)
    assert set(three.folded.keepers()) == {FOUNDER, ANNA} and three.folded.member_of("b1") == BELA


def test_unknown_records_and_other_decisions_are_no_acts(pair: Desk) -> None:
    entry = pair.member("f1", BELA)
    pair.endorse("a1", entry, kind="check")
    ref = pair.endorse("a1", b"?" * 32)
    pair.records.append(Record(b"u" * 32, Header("removal", 2, b"u" * 16, "a1", ORG, "2026-03-01T00:00:00Z", 9), {}, known=False))
    assert pair.folded.members[BELA].state is State.PROPOSED and ref not in {p.ref for p in pair.folded.proposals}


def test_devices_of_a_member_are_listed(pair: Desk) -> None:
    pair.endorse("a1", pair.device("f1", ANNA, "a2"))
    assert [d.device for d in pair.folded.devices_of(ANNA)] == ["a1", "a2"]
    assert {m.member for m in pair.folded.active_members()} == {FOUNDER, ANNA}
    assert {d.device for d in pair.folded.active_devices()} == {"f1", "a1", "a2"}
