"""T11: devices join, leave, are lost, rotate and come back in random order; who was removed opens nothing new, who is in opens everything.

A model (plain sets) walks beside real agents. After every step each device is asked for the newest data key, with everything a malicious
relay could hand it: all wraps ever made. The second half does the same for identities: t - 1 custodians never, every t-subset always.
"""

import os
import random
from dataclasses import dataclass, field
from itertools import combinations

import pytest

from letapis.core.errors import LetapisError, Refused
from letapis.core.thresholds import Share, commitments, join, split
from letapis.engines import seal
from letapis.engines.keys.local import LocalAgent

COMPARTMENT = b"c" * 16
DEVICES = 4


def fresh(number: int, fill: int = 0) -> LocalAgent:
    seed = bytes((number + 1, fill)) * 16
    return LocalAgent.from_seed(seed, bytes((number,)) * 16, f"device.pryklad.example/{number}", f"log.pryklad.example/{number:016d}")


AGENTS = [[fresh(n, fill) for fill in range(2)] for n in range(DEVICES)]


@dataclass
class World:
    """``wraps`` is everything that ever lay on the relay; ``inside`` who may read the newest epoch."""

    chance: random.Random
    agents: list[LocalAgent]
    inside: set[int]
    thieves: list[LocalAgent] = field(default_factory=list)
    epoch: int = 0
    wraps: list[tuple[int, int, bytes]] = field(default_factory=list)
    keys: list[tuple[int, bytes, bytes, bytes]] = field(default_factory=list)

    def admit(self, keeper: LocalAgent, devices: set[int]) -> None:
        ordered = sorted(devices)
        exported = keeper.export_compartment(COMPARTMENT, self.epoch, [self.agents[d].me().public for d in ordered])
        self.wraps += [(d, self.epoch, wrap) for d, wrap in zip(ordered, exported, strict=True)]

    def new_epoch(self) -> LocalAgent:
        """A new key for those who are in, and the newest data keys wrapped again under it, eagerly; answers who made it."""
        keeper = self.agents[min(self.inside)]
        old = [(object_id, dek) for epoch, object_id, dek, _ in self.keys if epoch == self.epoch]
        self.epoch += 1
        keeper.new_compartment(COMPARTMENT, self.epoch)
        self.admit(keeper, self.inside)
        self.take_in()
        self.keys += [(self.epoch, i, d, w) for (i, d), w in zip(old, keeper.wrap_deks(COMPARTMENT, self.epoch, old), strict=True)]
        self.write(keeper)
        return keeper

    def take_in(self) -> None:
        """Every device tries every wrap that was ever made, as if the relay had kept and misdirected all of them."""
        for agent in self.agents + self.thieves:
            for _, epoch, wrap in [w for w in self.wraps if w[1] >= self.epoch - 1]:
                try:
                    agent.load_compartments([(COMPARTMENT, epoch, wrap)])
                except LetapisError:
                    continue

    def write(self, agent: LocalAgent) -> None:
        object_id, dek = self.chance.randbytes(16), self.chance.randbytes(32)
        (wrap,) = agent.wrap_deks(COMPARTMENT, self.epoch, [(object_id, dek)])
        self.keys.append((self.epoch, object_id, dek, wrap))

    def opens_newest(self, agent: LocalAgent) -> bool:
        epoch, object_id, dek, wrap = self.keys[-1]
        try:
            return agent.unwrap_deks(COMPARTMENT, epoch, [(object_id, wrap)]) == [dek]
        except LetapisError:
            pass
        for older in range(self.epoch):
            try:
                agent.unwrap_deks(COMPARTMENT, older, [(object_id, wrap)])
            except LetapisError:
                continue
            return True
        return False

    def step(self) -> None:
        outside = set(range(DEVICES)) - self.inside
        match self.chance.choice(["join", "leave", "lose", "rotate", "write"]):
            case "join" if outside:
                keeper, joining = self.agents[min(self.inside)], self.chance.choice(sorted(outside))
                self.inside.add(joining)
                self.admit(keeper, {joining})
            case "leave" if len(self.inside) > 1:
                self.inside.remove(self.chance.choice(sorted(self.inside)))
                self.new_epoch()
            case "lose" if len(self.inside) > 1:
                lost = self.chance.choice(sorted(self.inside))
                self.inside.remove(lost)
                keeper = self.new_epoch()
                # The person comes back with a new device; the thief keeps the old one and stays out.
                self.thieves.append(self.agents[lost])
                self.agents[lost] = fresh(lost, self.chance.randrange(2, 250))
                self.inside.add(lost)
                self.admit(keeper, {lost})
            case "rotate":
                self.new_epoch()
        self.take_in()
        self.write(self.agents[self.chance.choice(sorted(self.inside))])


def walk(seed: int, steps: int) -> None:
    chance = random.Random(seed)
    world = World(chance, [fresh(n) for n in range(DEVICES)], {0})
    world.agents[0].new_compartment(COMPARTMENT, 0)
    world.write(world.agents[0])
    for number in range(steps):
        world.step()
        for device in range(DEVICES):
            assert world.opens_newest(world.agents[device]) is (device in world.inside), (seed, number, device)
        assert not any(world.opens_newest(thief) for thief in world.thieves), (seed, number)


@pytest.mark.parametrize("seed", range(12))
def test_who_is_in_reads_and_who_is_out_does_not_in_any_order_of_events(seed: int) -> None:
    for part in range(5):
        walk(seed * 1000 + part, 8)


@pytest.mark.long
def test_ten_thousand_sequences() -> None:
    for seed in range(10_000):
        walk(seed, 6)


def custody(chance: random.Random) -> None:
    """One identity: split among custodians, sealed to them, released by some of them to a requester, then split anew."""
    n = chance.randrange(2, DEVICES + 1)
    t = chance.randrange(1, n + 1)
    agents = {agents[0].me().member: agents[0] for agents in AGENTS[:n]}
    requester, secret = AGENTS[0][1], chance.randbytes(32)
    shares = split(secret, list(agents), t, chance.randbytes)
    committed = commitments(shares)
    held, asked = seal.context("share", object_id=b"s" * 16), seal.context("disclosure", object_id=b"s" * 16)
    sealed = [(s, seal.wrap_to(agents[s.holder].me().public.kem, held, s.value)) for s in shares]
    for count in (t - 1, t):
        for willing in combinations(sorted(agents), count):
            got = []
            for share, box in sealed:
                if share.holder in willing and set(share.subset) <= set(willing) | {share.holder}:
                    moved = agents[share.holder].reseal_share(box, held, requester.me().public, asked)
                    got.append(Share(share.subset, share.holder, requester.open_share(moved, asked), share.nonce))
            if count < t:
                with pytest.raises(Refused):
                    join(got, committed)
            else:
                assert join(got, committed) == secret


@pytest.mark.parametrize("seed", range(40))
def test_t_custodians_disclose_and_one_fewer_never_do(seed: int) -> None:
    custody(random.Random(seed))


def test_after_a_release_old_shares_do_not_open_the_new_key() -> None:
    people = [bytes((n,)) * 16 for n in range(3)]
    old, new = split(b"k" * 32, people, 2, os.urandom), split(b"n" * 32, people, 2, os.urandom)
    with pytest.raises(LetapisError):
        join(old, commitments(new))
    mixed = [s for s in old if s.holder == people[0]] + [s for s in new if s.holder == people[1]]
    with pytest.raises(LetapisError):
        join(mixed, commitments(new))
