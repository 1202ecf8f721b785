"""The tables say what the fold says: whatever people do in whatever order, each claim's row is worth what ``core.fold`` computes from all records."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.fold import fold
from letapis.core.records import Draft, Record, Value
from letapis.core.standing import Level
from letapis.desk import ledger, people
from letapis.desk.dossiers import new_dossier
from letapis.desk.opening import Desk
from letapis.engines.db import models
from tests.desk.tables import projections
from tests.desk.test_arrivals import forged, keys_of

MEMBERS = (2, 3, 4, 5)
SUBJECTS = (b"x" * 16, b"y" * 16)
PROPERTIES = ("detention.reasons_given", "detention.date", "future.property", "harm.sexual_violence")  # the last is checked singly
KINDS = ("check", "check", "check", "dispute", "withdraw", "overrule", "retract", "reconfirm", "authentic", "approve", "distinct", "same")


class Team:
    """A desk and four more members whose records arrive at it."""

    def __init__(self, desk: Desk) -> None:
        from tests.conftest import member_body

        self.desk = desk
        org = next(iter(desk.epochs()))
        self.seqs = dict.fromkeys(MEMBERS, 0)
        drafts = []
        for number in MEMBERS:
            public = keys_of(number).public
            bound: dict[str, Value] = {"member": bytes([number]) * 16, "device": self.name(number), "label": "l", "log": f"log.invalid/{number:016d}"}
            bound |= {"ed25519": public.record_ed25519, "mldsa44": public.record_mldsa44, "kem": public.kem}
            bound |= {"log_ed25519": public.log_ed25519, "log_mldsa44": public.log_mldsa44}
            drafts += [Draft("member", org, member_body(bytes([number]) * 16, f"M{number}", keeper=False)), Draft("device", org, bound)]
        ledger.append(desk, drafts)

    @staticmethod
    def name(number: int) -> str:
        return f"device.invalid/{number:016d}"

    def record(self, actor: int, draft: Draft) -> bytes:
        """Record as the desk's own member (1) or as one of the others; the reference."""
        if actor == 1:
            return ledger.append(self.desk, [draft])[0].ref
        seq = self.seqs[actor]
        self.seqs[actor] += 2  # with gaps, so that no chain has to be kept here
        arrived = forged(self.desk, draft, keys_of(actor), self.name(actor), seq, b"p" * 32 if seq else b"", both=True)
        assert ledger.receive(self.desk, [arrived]).quarantined == ()
        return bytes(self.desk.store.rows("SELECT ref FROM db_record WHERE rid = %s", (arrived.rid,))[0][0])


Step = tuple[int, str, int, int, int, bool]
STEPS = st.lists(
    st.tuples(
        st.sampled_from((1, *MEMBERS)),
        st.sampled_from(("claim", "claim", "decision", "decision", "decision", "source")),
        st.integers(0, 11),
        st.integers(0, 30),
        st.integers(0, 30),
        st.booleans(),
    ),
    min_size=4,
    max_size=22,
)


class Play:
    """One dossier in which steps are taken."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.dossier = new_dossier(team.desk, team.desk.randomness(8).hex(), "Pryklad")
        self.work = bytes(models.Dossier.objects.using(team.desk.store.alias).get(dossier=self.dossier).work)
        self.sources = tuple(team.desk.randomness(16) for _ in range(4))
        self.refs: list[bytes] = []

    def take(self, step: Step) -> None:
        actor, what, kind, first, second, flag = step
        draft = {"claim": self._claim, "decision": self._decision, "source": self._source}[what](kind, first, second, flag)
        if draft is not None:
            self.refs.append(self.team.record(actor, draft))

    def _claim(self, kind: int, first: int, second: int, flag: bool) -> Draft:
        prop = PROPERTIES[kind % 4]
        value: dict[str, Value] = {"value.date": f"2024-05-{10 + first % 3}"} if prop.endswith("date") else {"value.bool": flag}
        body: dict[str, Value] = {"dossier": self.dossier, "subject": SUBJECTS[second % 2], "property": prop, "source": self.sources[first % 4]}
        body |= {"basis": ("saw", "was_told", "document", "inferred")[kind % 4], "valid_from": ("2024", "2024-05-01", "2023")[second % 3]}
        if second % 4 == 0 and self.refs:
            body["replaces"] = self.refs[first % len(self.refs)]
        return Draft("claim", self.work, body | value)

    def _decision(self, kind: int, first: int, second: int, flag: bool) -> Draft | None:
        name = KINDS[kind]
        body: dict[str, Value] = {"dossier": self.dossier, "kind": name}
        if name in ("distinct", "same"):
            body["parties"] = (self.sources[first % 4], self.sources[second % 4])
        elif not self.refs:
            return None
        else:
            body["targets"] = tuple(dict.fromkeys((self.refs[first % len(self.refs)], self.refs[second % len(self.refs)])))
        return Draft("decision", self.work, body | ({"reason": "because"} if flag else {}))

    def _source(self, kind: int, first: int, second: int, flag: bool) -> Draft:
        body: dict[str, Value] = {
            "dossier": self.dossier,
            "source": self.sources[first % 4],
            "code": f"S{first % 4}",
            "kind": ("person", "media")[kind % 2],
        }
        body["grade"] = "ABCDEF"[second % 6]
        return Draft("source", self.work, body | ({"upstream": (self.sources[(first + 1 + kind % 3) % 4],)} if flag else {}))


@pytest.fixture(scope="module")
def team(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from letapis.desk.opening import open_desk
    from letapis.engines.keys.local import LocalAgent
    from tests.conftest import Clock, begin_organisation

    agent = LocalAgent.from_seed(b"\x01" * 32, b"\x01" * 16, Team.name(1), f"log.invalid/{1:016d}")
    desk = open_desk(tmp_path_factory.mktemp("fold"), agent, Clock(), alias="fold-agrees")
    begin_organisation(desk)
    yield Team(desk)
    desk.close()


def of_dossier(desk: Desk, dossier: bytes) -> list[Record]:
    refs = [bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record")]
    return [one.record for one in ledger.opened_by_ref(desk, refs).values() if one.record.raw("dossier") == dossier]


def worth_by_table(desk: Desk, dossier: bytes) -> dict[bytes, tuple[int, int, int, bool, bool]]:
    rows = models.Claim.objects.using(desk.store.alias).filter(dossier=dossier)
    return {bytes(c.ref): (c.level, c.checks, c.independent, c.contested, c.replaced) for c in rows}


def worth_by_fold(desk: Desk, dossier: bytes) -> dict[bytes, tuple[int, int, int, bool, bool]]:
    records = of_dossier(desk, dossier)
    state = fold(records, people.directory(desk), desk.catalogue.vocabulary)
    worth = {r.ref: (int(Level.UNCOUNTED), 0, 0, False, False) for r in records if r.type == "claim"}
    for ref, claim in state.claims.items():
        s = claim.standing
        worth[ref] = (int(s.level), len(s.checkers), s.independent, claim.contested, bool(s.replaced_by))
    return worth


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_tables_agree_with_the_fold_and_with_a_rebuild(team: Team, steps: list[Step]) -> None:
    play = Play(team)
    for step in steps:
        play.take(step)
    assert worth_by_table(team.desk, play.dossier) == worth_by_fold(team.desk, play.dossier)


def test_the_rebuilt_tables_are_those_that_grew(team: Team) -> None:
    """After all that the test above did."""
    live = projections(team.desk)
    assert len(live["db_claim"]) > 20
    ledger.rebuild(team.desk)
    assert projections(team.desk) == live


def test_verified_is_reached_by_two_others_and_two_who_saw(team: Team) -> None:
    play = Play(team)
    for source in (0, 1):
        team.record(1, play._source(0, source, 1, False))
    team.record(1, play._decision(10, 0, 1, True) or pytest.fail("no decision"))
    claims = [team.record(2, play._claim(0, source, 1, True)) for source in (0, 1)]
    for actor in (3, 4):
        team.record(actor, Draft("decision", play.work, {"dossier": play.dossier, "kind": "check", "targets": tuple(claims)}))
    found = worth_by_table(team.desk, play.dossier)
    assert [found[ref][:3] for ref in claims] == [(Level.VERIFIED, 2, 2)] * 2
    assert found == worth_by_fold(team.desk, play.dossier)
