"""Captures that turn out hollow, and captures that turn out whole: the tables say what the fold says, whatever the order."""

import pytest
from hypothesis import HealthCheck, given, settings

from letapis.core.records import Draft, Value
from letapis.core.standing import Level
from letapis.desk import ledger
from letapis.engines.db import models
from tests.desk.tables import projections
from tests.desk.test_fold_agrees import PROPERTIES, STEPS, SUBJECTS, Play, Step, Team, team, worth_by_fold, worth_by_table

__all__ = ["team"]
STATES = ("hollow", "present", "hollow", "weak")


class HollowPlay(Play):
    """The same, where claims stand on one of three items whose captures are judged and judged again."""

    def __init__(self, team: Team) -> None:
        super().__init__(team)
        home = models.Dossier.objects.using(team.desk.store.alias).get(dossier=self.dossier)
        self.raw = bytes(home.raw)
        self.items = tuple(team.desk.randomness(16) for _ in range(3))
        self.assertions = tuple(team.desk.randomness(16) for _ in range(3))
        self.versions: list[bytes] = []

    def take(self, step: Step) -> None:
        actor, what, kind, first, second, _ = step
        if what != "source" or kind % 3 == 0:
            super().take(step)
            return
        body: dict[str, Value] = {"dossier": self.dossier, "assertion": self.assertions[first % 3], "about": self.items[first % 3]}
        body["state"] = STATES[second % 4]
        if second % 2 and self.versions:
            body["after"] = (self.versions[second % len(self.versions)],)
        self.versions.append(self.team.record(actor, Draft("assertion", self.raw, body)))

    def _claim(self, kind: int, first: int, second: int, flag: bool) -> Draft:
        made = super()._claim(kind, first, second, flag)
        return Draft(made.type, made.compartment, {**made.body, "evidence": self.items[second % 3]} if first % 3 else made.body)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_tables_agree_with_the_fold(team: Team, steps: list[Step]) -> None:
    play = HollowPlay(team)
    for step in steps:
        play.take(step)
    assert worth_by_table(team.desk, play.dossier) == worth_by_fold(team.desk, play.dossier)


def test_a_checked_claim_is_open_while_its_capture_is_hollow(team: Team) -> None:
    play = HollowPlay(team)
    body: dict[str, Value] = {"dossier": play.dossier, "subject": SUBJECTS[0], "property": PROPERTIES[0], "source": play.sources[0]}
    body |= {"basis": "document", "value.bool": True, "evidence": play.items[0]}
    claim = team.record(2, Draft("claim", play.work, body))
    for actor in (3, 4):
        team.record(actor, Draft("decision", play.work, {"dossier": play.dossier, "kind": "check", "targets": (claim,)}))

    def judged(state: str, *after: bytes) -> bytes:
        told: dict[str, Value] = {"dossier": play.dossier, "assertion": play.assertions[0], "about": play.items[0], "state": state}
        return team.record(5, Draft("assertion", play.raw, told | ({"after": after} if after else {})))

    def level() -> int:
        found = worth_by_table(team.desk, play.dossier)
        assert found == worth_by_fold(team.desk, play.dossier)
        return found[claim][0]

    assert level() == Level.CHECKED
    hollow = judged("hollow")
    assert level() == Level.OPEN
    judged("present", hollow)
    assert level() == Level.CHECKED


def test_the_rebuilt_tables_are_those_that_grew(team: Team) -> None:
    live = projections(team.desk)
    if not live["db_itemversion"]:
        pytest.fail("no assertion was made")
    ledger.rebuild(team.desk)
    assert projections(team.desk) == live
