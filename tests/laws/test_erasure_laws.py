"""The set of records decides what is gone and what is out of sight, at every desk and in whatever order they came."""

import random
from collections.abc import Callable

import pytest
from tests.desk.tables import projections
from tests.desk.test_erasure import Told, erase, shared, withdraw
from tests.team import Team

from letapis.core import erasure as rules
from letapis.core.brief import Brief, Paragraph, Sentence
from letapis.core.briefjson import to_json
from letapis.core.directory import ENTRIES
from letapis.core.errors import LetapisError
from letapis.core.records import SCHEMAS, Header, Record
from letapis.desk import claims, dossiers, erasing, erasure, evidence, ledger, people, reading, restriction, shredded, sources
from letapis.desk.audit import audit
from letapis.desk.compartments import keep_key
from letapis.desk.opening import Desk

MakeTeam = Callable[..., Team]


def sealed(desk: Desk) -> list[ledger.Arrived]:
    rows = desk.store.rows("SELECT compartment, epoch, rid, blob, wrap FROM db_record ORDER BY id")
    return [ledger.Arrived(bytes(c), int(e), bytes(rid), bytes(blob), bytes(wrap)) for c, e, rid, blob, wrap in rows]


def give_keys(giver: Desk, taker: Desk) -> None:
    for compartment, epoch in giver.epochs().items():
        (wrap,) = giver.agent.export_compartment(compartment, epoch, [taker.agent.me().public])
        taker.agent.load_compartments([(compartment, epoch, wrap)])
        keep_key(taker, compartment, epoch)


def test_order_of_arrival_changes_nothing(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    """What was before the erasure, the order, the words of those who agreed, what is recorded after it: in any order, in any portions."""
    team = make_team(2)
    told = Told(team.desks[0], [team.desks[1].me])
    team.settle()
    withdraw(team.desks[0], told)
    old = sealed(team.desks[0])
    erase(team, told)
    sources.record_consent(team.desks[0], team.reader(), told.dossier, told.other, [sources.ConsentForm("keep_internal", "withdrawn")])
    team.settle()
    every = [*old, *sealed(team.desks[0])]
    wanted = shared(team.desks[0])
    gone = {bytes(row[0]) for row in team.desks[0].store.rows("SELECT ref FROM db_shredded")}
    for seed in range(4):
        chance, fresh = random.Random(seed), make_desk(2)
        give_keys(team.desks[0], fresh)
        chance.shuffle(every)
        if seed % 2:
            ledger.trust_root(fresh, people.root(team.desks[0]))
        at = 0
        while at < len(every):
            portion = chance.randint(1, 40)
            ledger.receive(fresh, every[at : at + portion])
            at += portion
        if not seed % 2:
            ledger.trust_root(fresh, people.root(team.desks[0]))
            erasure.run(fresh, fresh.reader("work"))
        assert shared(fresh) == wanted
        assert fresh.store.rows_in("SELECT 1 FROM db_record WHERE ref IN ({marks})", gone) == []
        assert {bytes(row[0]) for row in fresh.store.rows("SELECT ref FROM db_shredded")} == gone
        before = projections(fresh)
        ledger.rebuild(fresh)
        assert projections(fresh) == before


class Walk:
    """Three members who tell, take back, lift, ask, agree and exchange by chance."""

    def __init__(self, team: Team, seed: int) -> None:
        self.team, self.chance, self.said = team, random.Random(seed), 0
        desk = team.desks[0]
        self.dossier = dossiers.new_dossier(desk, "PRY-1", "Pryklad", "person", "Vydumka")
        dossiers.admit_to_dossier(desk, desk.reader("work"), self.dossier, [one.me for one in team.desks[1:]])
        for _ in range(2):
            self.tell(0)
        team.settle()

    def step(self) -> None:
        actions = [self.tell, self.take_back, self.lift, self.ask, self.agree, self.agree, self.sync, self.sync]
        number = self.chance.randrange(len(self.team.desks))
        try:
            self.chance.choice(actions)(number)
        except LetapisError as refused:
            assert refused.code.partition(".")[0] in ("erasure", "reading", "items", "identity")

    def tell(self, number: int) -> None:
        desk, reader = self.team.desks[number], self.team.reader(number)
        self.said += 1
        known = [one.source for one in reading.sources(desk, reader, self.dossier)]
        source = self.chance.choice(known) if known and self.chance.random() < 0.4 else b""
        source = source or sources.add_source(desk, reader, self.dossier, sources.SourceForm(f"S{number}-{self.said}"))
        words = f"said {number} {self.said}"
        note = claims.write_note(desk, reader, self.dossier, claims.NoteForm("Pryklad", f"{words} and more", "en", source, "saw"))
        person = reading.entities(desk, reader, self.dossier)[0].entity
        claims.cut_claims(desk, reader, note, 0, len(words), [claims.Cut("detention.place", words, subject=person)])
        evidence.keep_text(desk, reader, self.dossier, f"T{self.said}", words, source)

    def _source(self, number: int) -> bytes:
        known = reading.sources(self.team.desks[number], self.team.reader(number), self.dossier)
        return self.chance.choice(known).source if known else bytes(16)

    def take_back(self, number: int) -> None:
        forms = [sources.ConsentForm("keep_internal", "withdrawn")]
        source = self._source(number)
        if source != bytes(16):
            sources.record_consent(self.team.desks[number], self.team.reader(number), self.dossier, source, forms)

    def lift(self, number: int) -> None:
        found = [one for one in restriction.restrictions(self.team.desks[number], self.team.reader(number), self.dossier) if one.on]
        if found:
            one = self.chance.choice(found)
            restriction.lift(self.team.desks[number], self.team.reader(number), one.restricted, "an invented reason", one.heads)

    def ask(self, number: int) -> None:
        erasure.ask(self.team.desks[number], self.team.reader(number), self.dossier, [self._source(number)], self.chance.choice(rules.GROUNDS))

    def agree(self, number: int) -> None:
        waiting = [one for one in erasure.standings(self.team.desks[number], self.team.reader(number)) if not one.in_force]
        if waiting:
            erasure.agree(self.team.desks[number], self.team.reader(number), self.chance.choice(waiting).order)

    def sync(self, number: int) -> None:
        (report,) = self.team.sync(number)
        assert set(report.faults) <= {"blobs.missing", "sync.records_missing"}


@pytest.mark.parametrize("seed", [pytest.param(n, marks=[pytest.mark.long] if n > 1 else []) for n in range(10)])
def test_whatever_happens_all_desks_agree(make_team: MakeTeam, seed: int) -> None:
    walk = Walk(make_team(3), seed)
    for _ in range(30):
        walk.step()
    walk.team.settle(4)
    first, *rest = walk.team.desks
    for desk in rest:
        assert shared(desk) == shared(first)
        assert {bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_shredded")} == {
            bytes(row[0]) for row in first.store.rows("SELECT ref FROM db_shredded")
        }
    for number, desk in enumerate(walk.team.desks):
        gone = [one.ref for one in shredded.places(desk)]
        assert desk.store.rows_in("SELECT 1 FROM db_record WHERE ref IN ({marks})", gone) == []
        assert audit(desk, processes=1).faults == ()
        before = projections(desk)
        ledger.rebuild(desk)
        assert projections(desk) == before
        assert all(not one.missing for one in erasure.standings(desk, walk.team.reader(number)) if one.in_force)
        assert erasing.records_of(desk, walk.team.reader(number), walk.dossier, ())
    assert [report.faults for report in walk.team.sync()] == [()] * 3


# ---- what goes -------------------------------------------------------------------------------------------------------


def record(chance: random.Random, type_: str, **body: object) -> Record:
    header = Header(type_, 1, chance.randbytes(16), "d", bytes(16), "2026-11-26T07:00:00Z", 1, bytes(32))
    return Record(chance.randbytes(32), header, body)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(30))
def test_what_goes_is_reached_in_any_order_and_nothing_else_is(seed: int) -> None:
    chance = random.Random(seed)
    sources_ = [chance.randbytes(16) for _ in range(3)]
    found = [record(chance, "source", source=one) for one in sources_]
    for _ in range(20):
        note, source = chance.randbytes(16), chance.choice(sources_)
        found.append(record(chance, "note", note=note, source=source))
        found.append(record(chance, "as_said", note=note))
        found.append(record(chance, "claim", subject=chance.randbytes(16), source=source, passage=found[-1].ref))
        found.append(record(chance, "decision", kind="check", targets=(found[-1].ref, *((found[2].ref,) if chance.random() < 0.5 else ()))))
        found.append(record(chance, "grant", member=source))
    seeds = {sources_[0]}
    wanted = rules.reached(found, seeds, rules.OWN)
    for _ in range(3):
        chance.shuffle(found)
        assert rules.reached(found, seeds, rules.OWN) == wanted
    gone = [one for one in found if one.ref in wanted]
    assert all(one.type != "grant" for one in gone)
    assert {one.raw("source") for one in gone if one.type in ("source", "note", "claim")} == seeds
    # A decision on something that stays, stays.
    assert all(set(one.refs("targets")) <= wanted for one in gone if one.type == "decision")
    rest = [one for one in found if one.ref not in wanted]
    assert rules.reached(rest, seeds, rules.OWN) == frozenset()


def test_files_kept_as_sent_go_with_the_draft_and_the_submission_stays() -> None:
    chance = random.Random(1)
    claim = record(chance, "claim", source=b"s" * 16, subject=b"p" * 16)
    said = Paragraph((Sentence("They took him.", (claim.ref,)),))
    text = Brief("Pryklad", "", "en", None, (), (said,), (), approved=False)
    brief = record(chance, "brief", document=to_json(text).decode("utf-8"))
    files = [record(chance, "evidence", object=one * 16, title="Sent") for one in (b"a", b"b", b"c")]
    submission = record(chance, "submission", brief=brief.ref, mechanism="WGAD-REGULAR", objects=(b"a" * 16, b"b" * 16))
    wanted = rules.reached([submission, *files, brief, claim], {b"s" * 16}, {})
    assert wanted == {claim.ref, brief.ref, files[0].ref, files[1].ref}


@pytest.mark.parametrize(("count", "blobs"), [(0, 0), (1, 0), (400, 1), (401, 0), (3, 801), (1200, 2)])
def test_parts_hold_all_of_it_and_fit_a_record(count: int, blobs: int) -> None:
    refs, names = [number.to_bytes(32, "big") for number in range(count)], [f"{number:032x}" for number in range(blobs)]
    found = rules.parts(refs, names)
    assert [ref for part, _ in found for ref in part] == refs and [name for _, part in found for name in part] == names
    assert found and all(len(one) + len(other) + 30 < 1024 for one, other in found)


def test_nothing_of_the_organisation_can_be_ordered_away() -> None:
    gone = {kind for kind in SCHEMAS if rules.type_may_go(kind)}
    assert gone >= {"source", "note", "as_said", "claim", "evidence", "custody", "consent", "identity", "entity", "brief", "interview"}
    assert gone.isdisjoint({*ENTRIES, "compartment", "grant", "dossier", "seen", "shredding", "submission", "recall", "witness", "beacon"})
    assert not rules.type_may_go("of a newer letapis")
