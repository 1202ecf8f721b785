"""Laws of the directory: any order of arrival gives the same, and no single member, on however many devices, lets anybody in."""

import random
from collections.abc import Sequence
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from letapis.core.directory import Directory, State, Weight, fold_directory, threshold
from letapis.core.records import Header, Record, Value

LAW = settings(max_examples=100, deadline=None)  # a loaded machine is no broken law

ORG = b"O" * 16
FOUNDER = b"F" * 16
PEOPLE = [bytes([i]) * 16 for i in range(1, 8)]


class Desk:
    """Writes records as devices would: a sequence for each, times that go on unless a device says otherwise."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.sizes: dict[str, int] = {}
        self.names = count(1)
        self.minute = count()

    def sign(self, device: str, kind: str, body: dict[str, Value], recorded: str = "") -> bytes:
        number = next(self.minute)
        seq = self.sizes.get(device, 0)
        self.sizes[device] = seq + 1
        ref = next(self.names).to_bytes(32, "big")
        when = recorded or f"2026-03-{1 + number // 1440 % 28:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"
        self.records.append(Record(ref, Header(kind, 1, ref[-16:], device, ORG, when, seq), body))
        return ref

    def found(self) -> bytes:
        root = self.sign("founder/a", "organisation", {"organisation": ORG, "name": "Vydumka"})
        self.member("founder/a", FOUNDER, keeper=True)
        self.device("founder/a", FOUNDER, "founder/a")
        return root

    def member(self, by: str, member: bytes, keeper: bool = False, recorded: str = "") -> bytes:
        return self.sign(by, "member", {"member": member, "name": "Pryklad", "keeper": keeper, "custodian": False}, recorded)

    def device(self, by: str, member: bytes, name: str, recorded: str = "", key: bytes = b"k") -> bytes:
        body: dict[str, Value] = {"member": member, "device": name, "label": "", "log": name, "ed25519": key, "mldsa44": b"", "kem": b""}
        return self.sign(by, "device", body, recorded)

    def endorse(self, by: str, *targets: bytes, kind: str = "endorse", recorded: str = "") -> bytes:
        return self.sign(by, "decision", {"kind": kind, "targets": targets}, recorded)

    def remove_device(self, by: str, name: str, size: int, since: int | None = None, recorded: str = "") -> bytes:
        body: dict[str, Value] = {"device": name, "log": (name,), "size": (size,), "reason": "lost"}
        return self.sign(by, "removal", body | ({} if since is None else {"compromised_since": since}), recorded)

    def remove_member(self, by: str, member: bytes, sizes: dict[str, int], recorded: str = "") -> bytes:
        body: dict[str, Value] = {"member": member, "log": tuple(sizes), "size": tuple(sizes.values()), "reason": "left"}
        return self.sign(by, "removal", body, recorded)

    def folded(self, root: bytes) -> Directory:
        return fold_directory(self.records, root)


def with_keepers(number: int) -> tuple[Desk, bytes, list[str]]:
    """A founded desk with ``number`` keepers, each with one device, admitted by as many as it took at the time."""
    desk = Desk()
    root, devices = desk.found(), ["founder/a"]
    for place in range(1, number):
        entries = [desk.member("founder/a", PEOPLE[place], keeper=True), desk.device("founder/a", PEOPLE[place], f"keeper/{place}")]
        for device in devices[1 : threshold(len(devices))]:
            desk.endorse(device, *entries)
        devices.append(f"keeper/{place}")
    return desk, root, devices


# ---- a random history of an organisation with an intruder who holds one member's devices --------------------------------


class History(RuleBasedStateMachine):
    """Three keepers act together; one of them has been turned, holds several devices and backdates. Nobody gets in through one alone."""

    @initialize(keepers=st.integers(2, 6))
    def found(self, keepers: int) -> None:
        self.desk, self.root, self.devices = with_keepers(keepers)
        before = self.desk.folded(self.root)
        assert len(before.keepers()) == keepers, "the history begins with all keepers in force"
        self.turned = "founder/a" if keepers % 2 else f"keeper/{keepers - 1}"
        self.turned_member = before.member_of(self.turned)
        self.friends = [d for d in self.devices if d != self.turned]
        self.strangers = iter(range(10_000))
        self.smuggled: list[bytes] = []

    @precondition(lambda self: len(self.friends) >= 2)
    @rule(keeper=st.booleans())
    def admit_together(self, keeper: bool) -> None:
        number = next(self.strangers)
        newcomer = b"N" + number.to_bytes(15, "big")
        entries = [self.desk.member(self.friends[0], newcomer, keeper=keeper), self.desk.device(self.friends[0], newcomer, f"new/{number}")]
        for friend in self.friends[1:]:
            self.desk.endorse(friend, *entries)
        folded = self.desk.folded(self.root)
        if len(self.friends) >= threshold(len(folded.keepers())):
            assert folded.member_of(f"new/{number}") == newcomer

    @rule(early=st.booleans(), keeper=st.booleans(), twice=st.booleans())
    def smuggle(self, early: bool, keeper: bool, twice: bool) -> None:
        """The turned member admits a stranger, endorses it again and again, and pretends that it was long ago."""
        number = next(self.strangers)
        stranger = b"X" + number.to_bytes(15, "big")
        when = "2020-01-01T00:00:00Z" if early else ""
        member = self.desk.member(self.turned, stranger, keeper=keeper, recorded=when)
        device = self.desk.device(self.turned, stranger, f"stranger/{number}", recorded=when)
        own = self.desk.device(self.turned, self.turned_member or b"", f"second/{number}", recorded=when)
        for by in [self.turned, f"stranger/{number}", f"second/{number}"] * (2 if twice else 1):
            self.desk.endorse(by, member, device, own, recorded=when)
        self.smuggled.append(stranger)

    @rule(early=st.booleans())
    def pose_as_founder(self, early: bool) -> None:
        """A stranger founds an organisation of their own and sends it along."""
        when = "2020-01-01T00:00:00Z" if early else ""
        name, member = f"pretender/{next(self.strangers)}", b"Y" * 16
        self.desk.sign(name, "organisation", {"organisation": ORG, "name": "Not Vydumka"}, when)
        entries = [self.desk.member(name, member, keeper=True, recorded=when), self.desk.device(name, member, name, recorded=when)]
        self.desk.endorse(name, *entries, recorded=when)
        self.smuggled.append(member)

    @invariant()
    def nobody_came_in_through_one_member(self) -> None:
        folded = self.desk.folded(self.root)
        admitted = {m.member for m in folded.members.values() if m.state is not State.PROPOSED}
        assert not admitted & set(self.smuggled)
        assert all(folded.member_of(d) is None for d in folded.devices if d.startswith(("stranger/", "second/", "pretender/")))
        assert folded.name == "Vydumka"

    @invariant()
    def arrival_does_not_matter(self) -> None:
        mixed = [*self.desk.records, *self.desk.records[::3]]
        random.Random(len(mixed)).shuffle(mixed)
        assert fold_directory(mixed, self.root) == self.desk.folded(self.root)


History.TestCase.settings = settings(max_examples=40, stateful_step_count=8, deadline=None)
TestHistory = History.TestCase


@st.composite
def tangles(draw: st.DrawFn) -> tuple[list[Record], bytes]:
    """Any acts of any devices on anything, with clocks that run as they like, removals and marks of compromise among them."""
    desk, root, devices = with_keepers(draw(st.integers(1, 5)))
    everyone = [*devices, "new/1", "new/2", "new/3"]
    for _ in range(draw(st.integers(0, 14))):
        by, whom = draw(st.sampled_from(everyone)), draw(st.sampled_from(everyone))
        member = draw(st.sampled_from([FOUNDER, *PEOPLE]))
        when = f"2026-03-01T{draw(st.integers(0, 23)):02}:00:00Z"
        match draw(st.sampled_from(["member", "device", "endorse", "endorse", "endorse", "reconfirm", "lose", "expel"])):
            case "member":
                desk.member(by, member, keeper=draw(st.booleans()), recorded=when)
            case "device":
                desk.device(by, member, whom, recorded=when, key=draw(st.sampled_from([b"k", b"K"])))
            case "lose":
                desk.remove_device(by, whom, draw(st.integers(0, 12)), draw(st.sampled_from([None, 0, 3])), when)
            case "expel":
                desk.remove_member(by, member, {whom: draw(st.integers(0, 12))}, when)
            case kind:
                aims = draw(st.lists(st.sampled_from([r.ref for r in desk.records]), min_size=1, max_size=3, unique=True))
                desk.endorse(by, *aims, kind=kind, recorded=when)
    return desk.records, root


@LAW
@given(tangles(), st.randoms(use_true_random=False))
def test_order_and_repetition_of_records_change_nothing(tangle: tuple[list[Record], bytes], chance: random.Random) -> None:
    records, root = tangle
    mixed = [*records, *records[::2]]
    chance.shuffle(mixed)
    assert fold_directory(mixed, root) == fold_directory(records, root)


@LAW
@given(tangles())
def test_a_removed_device_weighs_nothing_from_its_position_on(tangle: tuple[list[Record], bytes]) -> None:
    folded = fold_directory(*tangle)
    for device in folded.devices.values():
        if device.state is State.REMOVED:
            assert device.removed_from is not None
            assert folded.weight(device.device, device.removed_from) is Weight.NEVER
            assert all(folded.counts(device.device, seq) <= (seq < device.removed_from) for seq in range(20))
        if device.compromised_since is not None:
            assert not folded.counts(device.device, device.compromised_since)
        if device.state is State.PROPOSED:
            assert folded.member_of(device.device) is None and not folded.counts(device.device, 0)


@LAW
@given(tangles())
def test_active_devices_belong_to_active_members_and_logs_to_one_device(tangle: tuple[list[Record], bytes]) -> None:
    folded = fold_directory(*tangle)
    active = {m.member for m in folded.active_members()}
    assert all(d.member in active for d in folded.active_devices())
    bound = [d.log for d in folded.devices.values() if d.state is not State.PROPOSED]
    assert len(bound) == len(set(bound))


@LAW
@given(tangles(), st.sampled_from(["2020-01-01T00:00:00Z", "2026-03-01T05:00:00Z", "2027-01-01T00:00:00Z"]))
def test_records_of_strangers_change_nobody_in_force(tangle: tuple[list[Record], bytes], when: str) -> None:
    """Somebody who is in no directory admits themselves, endorses everything and removes everybody."""
    records, root = tangle
    desk = Desk()
    desk.names = count(10_000)
    desk.member("stranger/1", b"Z" * 16, keeper=True, recorded=when)
    desk.device("stranger/1", b"Z" * 16, "stranger/1", recorded=when)
    desk.endorse("stranger/1", *(r.ref for r in [*records, *desk.records]), recorded=when)
    desk.endorse("stranger/1", *(r.ref for r in records), kind="reconfirm", recorded=when)
    desk.remove_device("stranger/1", "founder/a", 0, 0, when)
    desk.remove_member("stranger/1", FOUNDER, {"founder/a": 0}, when)

    def in_force(known: Sequence[Record]) -> object:
        folded = fold_directory(known, root)
        return (
            [m for m in folded.members.values() if m.state is not State.PROPOSED],
            [d for d in folded.devices.values() if d.state is not State.PROPOSED],
        )

    assert in_force([*records, *desk.records]) == in_force(records)
