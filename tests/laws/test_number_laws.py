"""Who learned a number gives it to something of their own: what the number's first owner shows, hides and answers stays theirs, in any order."""

import random
from collections.abc import Callable

import pytest
from tests.desk.tables import projections

from letapis.core.records import Draft, Value
from letapis.desk import dossiers, ledger, members, people, reading, restriction, withheld
from letapis.desk.compartments import keep_key
from letapis.desk.opening import Desk

MakeDesk = Callable[..., Desk]
ORDERS = 12


def sealed(desk: Desk) -> list[ledger.Arrived]:
    rows = desk.store.rows("SELECT compartment, epoch, rid, blob, wrap FROM db_record ORDER BY id")
    return [ledger.Arrived(bytes(c), int(e), bytes(rid), bytes(blob), bytes(wrap)) for c, e, rid, blob, wrap in rows]


def give_keys(giver: Desk, taker: Desk) -> None:
    for compartment, epoch in giver.epochs().items():
        (wrap,) = giver.agent.export_compartment(compartment, epoch, [taker.agent.me().public])
        taker.agent.load_compartments([(compartment, epoch, wrap)])
        keep_key(taker, compartment, epoch)


def elsewhere(giver: Desk, fresh: Desk, seed: int, most: int) -> Desk:
    """A new device to which all that the giver has comes in another order, in portions of up to ``most``."""
    chance, every = random.Random(seed), sealed(giver)
    give_keys(giver, fresh)
    ledger.trust_root(fresh, people.root(giver))
    chance.shuffle(every)
    at = 0
    while at < len(every):
        portion = chance.randint(1, most)
        ledger.receive(fresh, every[at : at + portion])
        at += portion
    return fresh


class Scene:
    """A dossier with a person, a source, a note, a claim, a task and custody of an item, and another one of somebody who knows its numbers."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ours, self.theirs = (dossiers.new_dossier(desk, f"PRY-{n}", "Vydumka", "person", f"Vydumka {n}") for n in (1, 2))
        reader = desk.reader("work")
        self.work, self.own = (reading.dossier(desk, reader, one).work for one in (self.ours, self.theirs))
        self.person, other = (reading.entities(desk, reader, one)[0].entity for one in (self.ours, self.theirs))
        self.source, self.item, self.task, self.letter = (desk.randomness(16) for _ in range(4))
        self.restricted = desk.randomness(16)
        self.say("source", self.work, source=self.source, code="S1", kind="person", grade="B")
        told: dict[str, Value] = {"subject": self.person, "property": "detention.reasons_given", "source": self.source}
        self.say("claim", self.work, **told, basis="saw", **{"value.bool": True})
        self.say("custody", self.work, object=self.item, step=1, event="ingestion", outcome="success")
        self.say("task", self.work, task=self.task, kind="call", text="Vydumka", state="open", about=self.person)
        self.say("letter", self.work, letter=self.letter, subject=self.person, state="sent")
        # What the other one makes of the same numbers, in three types, and a restriction of each of them.
        self.say("task", self.own, task=self.letter, kind="call", text="Vydumka", state="open", about=other)
        self.say("letter", self.own, letter=self.letter, subject=other, state="sent")
        self.say("letter", self.own, letter=self.task, subject=self.person, state="sent")
        self.say("restricted", self.own, restricted=self.restricted, party=other, state="lifted")
        for party in (self.person, self.source, self.item):
            self.say("restricted", self.own, restricted=desk.randomness(16), party=party, state="on")

    def say(self, kind: str, place: bytes, /, **body: Value) -> None:
        dossier = self.ours if place == self.work else self.theirs
        ledger.append(self.desk, [Draft(kind, place, {"dossier": dossier, **body})])

    def restrict(self, party: bytes) -> None:
        self.say("restricted", self.work, restricted=self.restricted, party=party, state="on")


@pytest.fixture
def scene(make_desk: MakeDesk) -> Scene:
    desk = make_desk(1)
    members.found_organisation(desk, "Pryklad", "Vydumka 1", marking="PRY")
    return Scene(desk)


@pytest.mark.parametrize("hidden", [False, True])
def test_numbers_of_items_restrictions_and_custody_mean_the_same_in_every_order(scene: Scene, make_desk: MakeDesk, hidden: bool) -> None:
    if hidden:
        scene.restrict(scene.source)
    wanted = projections(scene.desk)
    for seed in range(ORDERS):
        fresh = elsewhere(scene.desk, make_desk(2), seed, 6)
        live = projections(fresh)
        assert [name for name in wanted if wanted[name] != live[name]] == []
        ledger.rebuild(fresh)
        again = projections(fresh)
        assert [name for name in wanted if wanted[name] != again[name]] == []


def test_a_restriction_of_another_dossier_hides_nothing_of_this_one(scene: Scene) -> None:
    """Not even where this one has a restriction of its own: of a person, nothing that the other one names."""
    desk, reader = scene.desk, scene.desk.reader("work")
    scene.restrict(b"n" * 16)
    assert restriction.is_restricted(desk, reader, scene.ours)
    assert len(reading.claims(desk, reader, scene.ours)) == 1
    assert {one.type for one in reading.items(desk, reader, "letter", "task", dossier=scene.ours)} == {"letter", "task"}
    assert desk.store.rows("SELECT event FROM db_custodyentry WHERE object = %s", (scene.item,)) == [("ingestion",)]
    assert not withheld.kept_out(desk, [(scene.ours, one) for one in (scene.person, scene.source, scene.item, scene.letter, scene.task)])


def test_what_is_restricted_goes_and_the_item_of_another_dossier_with_its_number_stays(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    scene.restrict(scene.person)
    assert not reading.items(desk, reader, "letter", dossier=scene.ours) and not reading.claims(desk, reader, scene.ours)
    assert reading.item(desk, reader, scene.letter, "letter").dossier == scene.theirs
    assert [(bytes(row[0])) for row in desk.store.rows("SELECT dossier FROM db_itemversion WHERE item = %s", (scene.letter,))] == [scene.theirs] * 2


def test_a_restriction_holds_where_somebody_gave_its_number_to_one_of_their_own_first(scene: Scene, make_desk: MakeDesk) -> None:
    """The other one's came first, and is lifted: that lifts nothing here."""
    scene.restrict(scene.source)
    assert not reading.claims(scene.desk, scene.desk.reader("work"), scene.ours)
    assert dict(withheld.covered(scene.desk, scene.ours)) == {scene.source: ()}


def test_a_further_version_of_what_is_hidden_is_judged_with_those_before(scene: Scene) -> None:
    """It is about somebody else now: shown live as after a rebuild."""
    desk = scene.desk
    (before,) = [bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_item WHERE item = %s AND dossier = %s", (scene.letter, scene.ours))]
    scene.restrict(scene.person)
    scene.say("letter", scene.work, letter=scene.letter, subject=b"o" * 16, state="sent", after=(before,))
    live = projections(desk)
    ledger.rebuild(desk)
    assert projections(desk) == live
    assert [one.about for one in reading.items(desk, desk.reader("work"), "letter", dossier=scene.ours)] == [b"o" * 16]
