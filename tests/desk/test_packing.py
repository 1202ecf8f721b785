"""Travel mode: what is put away is gone from this device, and all of it comes back by the hand of a colleague."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest

from letapis.core.errors import Locked, NotFound, Refused
from letapis.desk import (
    apart,
    claims,
    clearing,
    copy_places,
    dossiers,
    evidence,
    incidents,
    items,
    kept,
    ledger,
    packing,
    publishing,
    reading,
    relaying,
    restriction,
    settings,
    sources,
    sync,
    travel,
)
from letapis.desk.audit import audit
from letapis.desk.compartments import keep_key
from letapis.desk.identity import Details
from letapis.desk.opening import Desk, open_desk
from letapis.engines.objects import ObjectStore
from letapis.engines.relay import RelayStore
from tests.canary import CANARIES, CYRILLIC, LATIN, search
from tests.conftest import NOON
from tests.damage import flip
from tests.desk.tables import projections
from tests.team import Team

MakeTeam = Callable[..., Team]
TRAVELLER = 1


def fill(team: Team, number: int, code: str, words: list[str]) -> bytes:
    """A dossier of a desk, shared with the first one, with a word in every place that holds words. Returns its id."""
    desk = team.desks[number]
    dossier = dossiers.new_dossier(desk, code, words[0], "person", words[1])
    other = team.desks[0 if number else 1].me
    reader = team.reader(number)
    dossiers.admit_to_dossier(desk, reader, dossier, [other])
    source = sources.add_source(desk, reader, dossier, sources.SourceForm(words[2][:20]), Details(name=words[3]))
    note = claims.write_note(desk, reader, dossier, claims.NoteForm(words[4], f"{words[5]} they took him", "en", source, "saw"))
    person = reading.entities(desk, reader, dossier)[0].entity
    claims.cut_claims(desk, reader, note, 0, len(words[5]), [claims.Cut("detention.place", words[6], subject=person)])
    place = apart.open_apart(desk, reader, dossier, "CONTACT", [other])
    items.new(desk, "contact", place, {"dossier": dossier, "source": source, "address": words[7], "word": words[8], "state": "current"})
    form = evidence.EvidenceForm(words[9], "document", name=words[10])
    evidence.add_evidence(desk, team.reader(number), dossier, form, [words[11].encode() * 50])
    return dossier


@pytest.fixture
def team(make_team: MakeTeam) -> Team:
    """The second colleague travels: of two dossiers one is needed. They made one of them, the first desk the other."""
    made = make_team(2)
    fill(made, TRAVELLER, "KEPT-1", ["Pryklad"] * 12)
    fill(made, TRAVELLER, "AWAY-1", list(CANARIES[:12]))
    fill(made, 0, "AWAY-2", list(CANARIES[12:24]))
    made.settle()
    desk, reader = made.desks[TRAVELLER], made.reader(TRAVELLER)
    away = by_code(desk, "AWAY-1")
    statement = "INSERT INTO db_kepttext (form, fields, at) VALUES (%s, %s, %s)"
    desk.store.run(statement, ("note", CANARIES[24], "2026-11-25T12:00:00Z"))
    settings.keep(desk.store, f"{copy_places.ADDRESSES}{'ab' * 16}", f"/media/{CANARIES[24]}")
    reading.mark_visited(desk, reader, away)
    travel.start_journey(desk, reader, desk.device, NOON.date(), NOON.date() + timedelta(days=5))
    made.settle()
    return made


def by_code(desk: Desk, code: str) -> bytes:
    return reading.dossier_by_code(desk, code)


def pack(team: Team, *codes: str) -> packing.Packed:
    desk = team.desks[TRAVELLER]
    return packing.pack(desk, team.reader(TRAVELLER), [by_code(desk, code) for code in codes])


def welcome(team: Team) -> None:
    """A colleague has heard the traveller, says so, and exchanges."""
    team.sync(0)
    (journey,) = travel.journeys(team.desks[0], team.reader())
    travel.end_journey(team.desks[0], team.reader(), journey.travel, journey.heads)
    team.sync(0)


def leftovers(desk: Desk) -> list[str]:
    """Tables in which a mark of a canary stands, with the decrypted pages as they are; and files."""
    found = [str(hit.path) for hit in search([desk.workspace])]
    marks = [mark.encode(form) for mark in (LATIN, LATIN.lower(), CYRILLIC, CYRILLIC.lower()) for form in ("utf-8", "utf-16-le")]
    for (table,) in desk.store.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in desk.store.rows(f'SELECT * FROM "{table}"'):
            values = [value.encode() if isinstance(value, str) else bytes(value) for value in row if isinstance(value, (str, bytes, memoryview))]
            found += [table for value in values if any(mark in value for mark in marks)]
    return found


def check_packed(desk: Desk, gone: list[bytes], blobs: list[str], idents: list[bytes]) -> None:
    """Nothing of what was put away stands in a table or file, and no key that this device holds opens it."""
    assert leftovers(desk) == []
    assert desk.store.rows("PRAGMA freelist_count") == [(0,)]
    assert not (desk.workspace / "database.db-wal").exists() or (desk.workspace / "database.db-wal").stat().st_size == 0
    assert set(ObjectStore(desk.workspace / "objects").names()).isdisjoint(blobs)
    for compartment in gone:
        with pytest.raises(Locked):
            desk.agent.unwrap_deks(compartment, 1, [(bytes(16), bytes(60))])
    pinned = bytes.fromhex(settings.value(desk.store, "common:IDENT"))  # which one is the organisation's stays known, its key does not
    for (table,) in desk.store.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in desk.store.rows(f'SELECT * FROM "{table}"'):
            for value in row:
                raw = value.encode() if isinstance(value, str) else bytes(value) if isinstance(value, (bytes, memoryview)) else b""
                assert not any(ident in raw or ident.hex().encode() in raw for ident in {*gone, *idents} - {pinned}), table


def what_leaves(desk: Desk) -> tuple[list[bytes], list[str], list[bytes]]:
    rows = desk.store.rows("SELECT compartment, dossier FROM db_compartment WHERE klass NOT IN ('ORG', 'PRIVATE')")
    kept = by_code(desk, "KEPT-1")
    gone = [bytes(c) for c, dossier in rows if bytes(dossier) != kept]
    blobs = [str(b) for (b,) in desk.store.rows_in("SELECT blob FROM db_evidence WHERE compartment IN ({marks})", gone)]
    idents = [by_code(desk, "AWAY-1"), by_code(desk, "AWAY-2")]
    assert len(gone) == 9 and len(blobs) == 2 and leftovers(desk)
    return gone, blobs, idents


def test_nothing_of_what_was_put_away_is_left_and_all_of_it_comes_back(team: Team) -> None:
    desk = team.desks[TRAVELLER]
    gone, blobs, idents = what_leaves(desk)
    before = without_journeys(desk)
    assert kept.typed(desk, team.reader(TRAVELLER)).count == 1
    settings.keep(desk.store, f"skipped.{idents[0].hex()}", "[]")  # a note whose proposals were skipped is named by it
    done = pack(team, "KEPT-1")
    assert done == packing.status(desk, team.reader(TRAVELLER)) and done.keys == len(gone) and done.objects == 2
    check_packed(desk, gone, blobs, idents)
    assert desk.store.rows("SELECT count(*) FROM db_setting WHERE name LIKE %s OR name LIKE %s", ("skipped.%", "looked:%"))[0][0] == 0
    assert [d.code for d in reading.dossiers(desk, team.reader(TRAVELLER))] == ["KEPT-1"]
    found = audit(desk, processes=1)
    assert found.faults == () and "audit.put_away" in {note.code for note in found.notes}
    with pytest.raises(Refused, match=r"travel\.packed_already"):
        pack(team)
    welcome(team)
    back = packing.unpack(desk, team.reader(TRAVELLER))
    assert (back.missing_records, back.missing_objects) == (0, 0) and packing.status(desk, team.reader(TRAVELLER)) is None
    assert without_journeys(desk) == before
    assert set(blobs) <= set(ObjectStore(desk.workspace / "objects").names())
    found = audit(desk, processes=1)
    assert found.faults == () and "audit.put_away" not in {note.code for note in found.notes}
    assert not [fault for report in team.sync() for fault in report.faults]


def without_journeys(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """The tables but for the versions of journeys."""
    journeys = {bytes(row[0]) for row in desk.store.rows("SELECT item FROM db_item WHERE type = 'travel'")}
    return {table: [row for row in rows if journeys.isdisjoint(row)] for table, rows in projections(desk).items()}


def test_what_is_restricted_is_put_away_as_well_and_only_when_it_is_safe(team: Team) -> None:
    """It stands in no table: its bytes neither stay behind nor go while nobody else has them."""
    desk, reader = team.desks[TRAVELLER], team.reader(TRAVELLER)
    away = by_code(desk, "AWAY-1")
    form = evidence.EvidenceForm("Pryklad", "document")
    late = evidence.add_evidence(desk, reader, away, form, [b"restricted before it was ever left on the relay"])
    (spoken,) = [one for one in reading.evidence_of(desk, reader, away) if one.object != late]
    blobs = {spoken.blob, reading.evidence(desk, reader, late).blob}
    home = reading.dossier(desk, reader, away)
    ledger.append(desk, [restriction.draft(desk, home.work, away, one) for one in (spoken.object, late)])
    assert reading.evidence_of(desk, reader, away) == []
    with pytest.raises(Refused, match=r"travel\.not_on_relay"):
        pack(team, "KEPT-1")
    store = ObjectStore(desk.workspace / "objects")
    assert blobs <= set(store.names())
    store.remove((blobs - {spoken.blob}).pop())
    pack(team, "KEPT-1")
    assert spoken.blob not in set(store.names())


def test_work_goes_on_meanwhile_and_what_came_meanwhile_comes_too(team: Team) -> None:
    desk = team.desks[TRAVELLER]
    gone, *_ = what_leaves(desk)
    pack(team, "KEPT-1")
    on_the_way(team, gone)
    welcome(team)
    assert packing.unpack(desk, team.reader(TRAVELLER)).missing_records == 0
    claims.write_note(desk, team.reader(TRAVELLER), by_code(desk, "AWAY-1"), claims.NoteForm("home again", "Back at work", "en"))
    for _ in range(2):
        for report in team.sync():
            assert report.faults == ()
    assert {d.code for d in reading.dossiers(desk, team.reader(TRAVELLER))} == {"KEPT-1", "AWAY-1", "AWAY-2", "LATER"}
    theirs = reading.notes(team.desks[0], team.reader(), by_code(team.desks[0], "AWAY-1"))
    assert "home again" in {note.title for note in theirs}
    assert audit(desk, processes=1).faults == ()


def on_the_way(team: Team, gone: list[bytes]) -> None:
    """Work goes on in what was kept; colleagues go on too; nobody hands over a key, and the old bundles on the relay are gone."""
    desk = team.desks[TRAVELLER]
    claims.write_note(desk, team.reader(TRAVELLER), by_code(desk, "KEPT-1"), claims.NoteForm("on the way", "Still writing", "en"))
    later = dossiers.new_dossier(team.desks[0], "LATER", "Pryklad")
    dossiers.admit_to_dossier(team.desks[0], team.reader(), later, [desk.me])
    for _ in range(2):
        for report in team.sync():
            assert report.faults == ()
    assert desk.device not in publishing.owed(team.desks[0])
    assert not set(gone) & set(desk.epochs()) and "LATER" not in {d.code for d in reading.dossiers(desk, team.reader(TRAVELLER))}
    assert list(packing._own_bundles(desk, RelayStore(team.relay))) == []
    assert {n.title for n in reading.notes(team.desks[0], team.reader(), by_code(team.desks[0], "KEPT-1"))} == {"Pryklad", "on the way"}


def test_the_traveller_alone_cannot_bring_it_back(team: Team) -> None:
    """Not by the program, and not by a record that a changed program writes: colleagues hand over nothing."""
    desk = team.desks[TRAVELLER]
    gone, *_ = what_leaves(desk)
    pack(team, "KEPT-1")
    (journey,) = travel.journeys(desk, team.reader(TRAVELLER))
    with pytest.raises(Refused, match=r"travel\.colleague_ends"):
        travel.end_journey(desk, team.reader(TRAVELLER), journey.travel)
    items.change(desk, team.reader(TRAVELLER), "travel", journey.travel, {"state": "ended", "dossiers": (), "gone": ()})
    team.settle(3)
    with pytest.raises(Refused, match=r"travel\.not_welcomed"):
        packing.unpack(desk, team.reader(TRAVELLER))
    assert not set(gone) & set(desk.epochs())
    welcome(team)
    assert packing.unpack(desk, team.reader(TRAVELLER)).missing_records == 0


def test_refused_as_long_as_something_is_not_on_the_relay(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = team.desks[TRAVELLER]
    before = without_journeys(desk)
    blob = what_leaves(desk)[1][0]
    place = team.relay / "objects" / blob
    flip(place)
    with pytest.raises(Refused, match=r"travel\.not_on_relay"):
        pack(team, "KEPT-1")
    shutil.copy(desk.workspace / "objects" / blob, place)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "published_until", lambda _: 0)  # another window wrote something meanwhile
        with pytest.raises(Refused, match=r"travel\.not_on_relay"):
            pack(team, "KEPT-1")
    assert without_journeys(desk) == before
    assert pack(team, "KEPT-1").objects == 2


def test_what_the_relay_lost_is_left_there_once_more_first(team: Team) -> None:
    desk = team.desks[TRAVELLER]
    home = reading.dossier(desk, team.reader(TRAVELLER), by_code(desk, "AWAY-2"))  # a colleague's records
    for name in RelayStore(team.relay).list("records"):
        if relaying.place_of(name).compartment == home.work:  # type: ignore[union-attr]
            (team.relay / name).write_bytes(b"rotten")
    pack(team, "KEPT-1")
    welcome(team)
    assert packing.unpack(desk, team.reader(TRAVELLER)).missing_records == 0


def test_what_nobody_else_holds_stays(team: Team) -> None:
    desk, reader = team.desks[TRAVELLER], team.reader(TRAVELLER)
    alone = dossiers.new_dossier(desk, "ALONE", "Pryklad")
    assert packing.only_here(desk, team.reader(TRAVELLER)) == {alone}
    with pytest.raises(Refused, match=r"travel\.nobody_holds"):
        pack(team, "KEPT-1")
    with pytest.raises(NotFound):
        packing.pack(desk, reader, [b"n" * 16])
    pack(team, "KEPT-1", "ALONE")
    assert {d.code for d in reading.dossiers(desk, team.reader(TRAVELLER))} == {"KEPT-1", "ALONE"}
    assert apart.private(desk, team.reader(TRAVELLER))  # no other device of theirs holds it


def test_without_a_journey_nothing_is_put_away(team: Team) -> None:
    with pytest.raises(Refused, match=r"travel\.no_journey"):
        packing.pack(team.desks[0], team.reader(), [])
    with pytest.raises(Refused, match=r"travel\.not_packed"):
        packing.unpack(team.desks[0], team.reader())


def test_a_record_of_ours_that_we_never_wrote_is_still_a_fork(team: Team, make_desk: Callable[..., Desk]) -> None:
    """Only what stands in our own log comes home."""
    desk = team.desks[TRAVELLER]
    twin = make_desk(2)
    for compartment, epoch in desk.epochs().items():
        (wrap,) = desk.agent.export_compartment(compartment, epoch, [twin.agent.me().public])
        twin.agent.load_compartments([(compartment, epoch, wrap)])
    for compartment, epoch in desk.epochs().items():
        keep_key(twin, compartment, epoch)
    home = reading.dossier(desk, team.reader(TRAVELLER), by_code(desk, "KEPT-1"))
    ledger.append(twin, [dossiers.entity_draft(home.dossier, home.work, b"e" * 16, "person", "Vydumka elsewhere")])
    rows = twin.store.rows("SELECT compartment, epoch, rid, blob, wrap FROM db_record")
    receipt = ledger.receive(desk, [ledger.Arrived(bytes(c), int(e), bytes(r), bytes(b), bytes(w)) for c, e, r, b, w in rows])
    assert receipt.evidence == ("ledger.fork",)


# ---- killed in the middle --------------------------------------------------------------------------------------------

_CHILD = """
import os, signal, sys
from pathlib import Path
from tests import conftest
from letapis.desk import clearing, entering, packing, reading, sync
from letapis.desk.opening import open_desk
from letapis.engines.db.store import Store
from letapis.engines.keys.local import LocalAgent
from letapis.engines.objects import ObjectStore

folder, relay, at = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
agent = LocalAgent.from_seed(bytes([2]) * 32, bytes([2]) * 16, "device.invalid/0000000000000002", "log.invalid/0000000000000002")
desk = open_desk(folder, agent, conftest.Clock(), alias="killed")
sync.set_relay(desk, relay)

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

place, name = {"before commit": (packing.clearing, "note_left"), "after commit": (LocalAgent, "keep_compartments"),
               "objects": (ObjectStore, "remove"), "compact": (Store, "compact"), "relay": (packing, "_take_off")}[at]
setattr(place, name, die)
packing.pack(desk, desk.reader("work"), [reading.dossier_by_code(desk, "KEPT-1")])
"""


NIGHTLY = [pytest.param(at, marks=pytest.mark.long) for at in ("relay", "after commit", "compact")]


@pytest.mark.parametrize("at", ["before commit", "objects", *NIGHTLY])
def test_killed_in_the_middle_it_has_everything_or_has_put_it_away(team: Team, at: str) -> None:
    desk = team.desks[TRAVELLER]
    gone, blobs, idents = what_leaves(desk)
    before = without_journeys(desk)
    desk.store.close()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(desk.workspace), str(team.relay), at],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    again = open_desk(desk.workspace, desk.agent, desk.clock, alias=desk.store.alias)
    team.desks[TRAVELLER] = again
    if at in ("relay", "before commit"):
        assert packing.status(again, team.reader(TRAVELLER)) is None
        assert without_journeys(again) == before
        assert audit(again, processes=1).faults == ()
        pack(team, "KEPT-1")  # go on
    assert settings.value(again.store, clearing.LEFT) == ""
    check_packed(again, gone, blobs, idents)
    assert audit(again, processes=1).faults == ()
    welcome(team)
    assert packing.unpack(again, team.reader(TRAVELLER)).missing_records == 0
    assert sync.relay_faults(again, team.reader(TRAVELLER)) == []


def test_an_incident_tells_what_a_traveller_had_put_away(team: Team) -> None:
    desk = team.desks[TRAVELLER]
    pack(team, "KEPT-1")
    team.sync(0)
    form = incidents.IncidentForm(desk.me, (desk.device,), ("taken",), "2026-11-25")
    seen = incidents.page(team.desks[0], team.reader(), incidents.open_incident(team.desks[0], team.reader(), form)).reach
    assert {one.dossier.code: one.put_away for one in seen.dossiers} == {"KEPT-1": False, "AWAY-1": True, "AWAY-2": True}
    assert [one.put_away for one in seen.warned] == [False, True, True]


def test_an_end_by_one_who_did_not_know_brings_nothing_back(team: Team) -> None:
    """A colleague ended the journey by mistake before they heard that things were put away."""
    desk = team.desks[TRAVELLER]
    gone, *_ = what_leaves(desk)
    (journey,) = travel.journeys(team.desks[0], team.reader())
    pack(team, "KEPT-1")
    travel.end_journey(team.desks[0], team.reader(), journey.travel)
    team.settle(3)
    with pytest.raises(Refused, match=r"travel\.not_welcomed"):
        packing.unpack(desk, team.reader(TRAVELLER))
    assert not set(gone) & set(desk.epochs())
    welcome(team)
    assert packing.unpack(desk, team.reader(TRAVELLER)).missing_records == 0
