"""Somebody who has all of it (every open desk, the relay, a fresh backup, the logs, every key) and the very file cannot tell that it was held.

Two worlds are compared that differ in the file alone; and whatever a holder of the file can compute of it is looked for in everything
that a holder of the keys can read.
"""

import base64
import hashlib
import hmac
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from letapis.core.errors import LetapisError
from letapis.desk import (
    anchors,
    armour,
    backup,
    backup_file,
    claims,
    dossiers,
    erasure,
    evidence,
    ledger,
    members,
    opening,
    reading,
    relaying,
    settings,
    shredded,
    sources,
    stamping,
    stamps_by_hand,
    sync,
    witnesses,
    witnessing,
)
from letapis.desk.audit import audit
from letapis.desk.opening import DATABASE, Desk, open_desk
from letapis.engines.keys.workspace import create_workspace
from letapis.engines.relay import RelayStore
from letapis.engines.seal import PassphraseCost, padme
from letapis.engines.witness import OpenWitness
from tests.authority import make_authority, needs_openssl
from tests.canary import CANARIES, search
from tests.desk.casework import LETTER, SECRET_NAME, SECRET_TITLE, WORDS, work_at
from tests.desk.tables import projections
from tests.desk.test_anchors import RealClock, trust
from tests.desk.test_casefile import contents, handed_out, judged
from tests.desk.test_erasure import Told, erase, seen, shared
from tests.desk.test_packing import leftovers
from tests.desk.witnessing import enter, opened, watch
from tests.pages import pages_in, pages_of
from tests.postgres import Cluster
from tests.team import Team, endorse_all

MakeTeam = Callable[..., Team]
HELD = b"%PDF-1.4 " + b"an invented leaflet " * 12_000
NEVER = b"%PDF-1.4 " + b"another one of them " * 11_990
assert len(HELD) != len(NEVER) and padme(len(HELD) + 8) == padme(len(NEVER) + 8)


def play(team: Team, content: bytes) -> bytes:
    """One source gave this file, a note stands beside it; all of it is erased. Returns the dossier."""
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "PRY-1", "Pryklad", "person", "Vydumka")
    dossiers.admit_to_dossier(desk, desk.reader("work"), dossier, [team.desks[1].me])
    reader = desk.reader("work")
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Kalina"))
    evidence.keep_text(desk, reader, dossier, "Stays", "Invented words that stay.")
    evidence.add_evidence(desk, reader, dossier, evidence.EvidenceForm("Leaflet", source=source), [content])
    team.settle()
    order = erasure.ask(desk, team.reader(), dossier, [source], "withdrawal")
    team.sync(0, 1)
    erasure.agree(team.desks[1], team.reader(1), order)
    team.settle()
    return dossier


def rows_of(desk: Desk) -> Iterator[tuple[str, str, Any]]:
    """Every value of every table of an open desk: table, column, value."""
    for (table,) in desk.store.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        columns = [row[1] for row in desk.store.rows(f'PRAGMA table_info("{table}")')]
        for row in desk.store.rows(f'SELECT * FROM "{table}"'):
            yield from ((str(table), str(column), value) for column, value in zip(columns, row, strict=True))


def everything(team: Team) -> bytes:
    """What a holder of all keys reads: tables, opened records, every file of the relay as it lies there and opened."""
    found: list[bytes] = []
    for desk in team.desks:
        for _, _, value in rows_of(desk):
            found.append(value.encode() if isinstance(value, str) else bytes(value) if isinstance(value, bytes) else str(value).encode())
        refs = [bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record")]
        for one in ledger.opened_by_ref(desk, refs).values():
            found += [field.value for field in one.sealed.fields]
        found += [path.read_bytes() for path in desk.workspace.rglob("*") if path.is_file()]
    relay, desk = RelayStore(team.relay), team.desks[0]
    for name in relay.list():
        found.append(relay.get(name))
        place = relaying.place_of(name)
        if place is not None:
            try:
                opener: Any = relaying.open_batch if name.startswith("records/") else relaying.open_wraps
                found.append(repr(opener(desk, place, relay.get(name))).encode("latin-1"))
            except LetapisError:
                continue
    return b"\x00".join(found)


def marks(content: bytes, keys: list[bytes]) -> Iterator[bytes]:
    """Whatever somebody who has the file and the keys may compute of it."""
    for part in (content, content[: 64 << 10]):
        for name in ("sha256", "sha512", "sha1", "md5", "blake2b", "sha3_512"):
            yield hashlib.new(name, part).digest()
        for key in keys:
            yield hmac.digest(key, part, "sha256")
            yield hmac.digest(key, hashlib.sha256(part).digest(), "sha256")
    yield content[100:164]


def in_any_form(mark: bytes) -> Iterator[bytes]:
    yield mark
    yield mark.hex().encode()
    yield base64.b64encode(mark).rstrip(b"=")[:-2]


def shape(team: Team) -> dict[str, list[Any]]:
    """How many values of which length stand where, and how large which files are: without contents."""
    found: dict[str, list[Any]] = {}
    for number, desk in enumerate(team.desks):
        for table, column, value in rows_of(desk):
            size = len(value) if isinstance(value, (str, bytes)) else -1
            found.setdefault(f"{number} {table}.{column}", []).append(size)
        found[f"{number} objects"] = [path.stat().st_size for path in (desk.workspace / "objects").iterdir()]
    relay = RelayStore(team.relay).list().sizes
    for name, size in relay.items():
        found.setdefault(f"relay {name.partition('/')[0]}", []).append(size)
    return {name: sorted(sizes) for name, sizes in found.items() if not name.endswith(("db_setting.value", "db_searchdocument.ident"))}


def test_the_file_leaves_no_trace_and_its_size_no_shape(make_team: MakeTeam, tmp_path: Path, make_desk: Callable[..., Desk]) -> None:
    team = make_team(2)
    play(team, HELD)
    read = everything(team)
    keys = [bytes(32), *(desk.agent.database_key() for desk in team.desks)]
    for content in (HELD, NEVER):
        for mark in marks(content, keys):
            assert not any(form in read for form in in_any_form(mark))
    blobs = [path.stat().st_size for desk in team.desks for path in (desk.workspace / "objects").iterdir()]
    blobs += [size for name, size in RelayStore(team.relay).list("objects").sizes.items()]
    assert blobs and max(blobs) < len(HELD)
    first = shape(team)
    other = make_other(tmp_path, make_desk, make_team)
    play(other, NEVER)
    second = shape(other)
    assert {name: sizes for name, sizes in first.items() if second.get(name) != sizes} == {}


def make_other(tmp_path: Path, make_desk: Callable[..., Desk], make_team: MakeTeam) -> Team:
    """A second team of the same members with a relay of its own."""
    import shutil

    shutil.move(tmp_path / "relay", tmp_path / "relay-before")
    return make_team(2)


def test_what_was_canary_is_nowhere_on_the_disk(make_team: MakeTeam, tmp_path: Path) -> None:
    team = make_team(2)
    told = Told(team.desks[0], [team.desks[1].me])
    team.settle()
    desk = team.desks[0]
    statement = "INSERT INTO db_kepttext (form, fields, at) VALUES (%s, %s, %s)"
    desk.store.run(statement, (f"/notes/{told.note.hex()}#note", f'{{"text": ["{CANARIES[11]}"]}}', "2026-11-25T12:00:00Z"))
    desk.store.run(statement, ("/elsewhere#note", '{"text": ["stays"]}', "2026-11-25T12:00:00Z"))
    settings.keep(desk.store, f"skipped.{told.note.hex()}", "[]")
    erase(team, told)
    assert [str(hit.path) for hit in search([tmp_path])] == []
    for one in team.desks:
        assert leftovers(one) == []
        assert one.store.rows("PRAGMA freelist_count") == [(0,)]
        assert settings.value(one.store, "travel.left") == ""
        idents = {told.note, told.claim, told.passage, told.object, told.source}
        named = {table for table, _, value in rows_of(one) if isinstance(value, bytes) and any(ident in value for ident in idents)}
        # The random id of a record stands beside its commitment: it tells nothing, and the relay is searched for it.
        assert named <= {"db_shredded"}
    assert [row[0] for row in desk.store.rows("SELECT form FROM db_kepttext")] == ["/elsewhere#note"]


# ---- every page ------------------------------------------------------------------------------------------------------

STAYS = b"Invented words of somebody else, which stay."
PHRASE = "plainly invented words for a workspace of tests"


def real_team(folder: Path, make_desk: Callable[..., Desk], after: ExitStack) -> Team:
    """Two members; the first at a workspace as people have it, of which a backup can be made."""
    workspace, _ = create_workspace(folder / "first", b"\x01" * 16, PHRASE, cost=PassphraseCost(memory_kib=64, passes=1, lanes=1))
    first = open_desk(folder / "first", workspace.unlock(PHRASE), RealClock(), alias=f"pages-{id(workspace)}")
    after.callback(first.close)
    members.found_organisation(first, "Pryklad", "Vydumka 1", marking="PRY")
    team = Team([first], folder / "relay")
    sync.set_relay(first, str(team.relay))
    team.admit(make_desk(2, clock=RealClock()))
    team.settle(1)
    endorse_all(team)
    team.settle()
    return team


def stamped_and_cosigned(desk: Desk, folder: Path) -> Callable[[], None]:
    """The log as it stands is cosigned by a witness of whom one is due, and stamped by an authority. What it returns does the first again."""
    one, authority = opened(folder, "archive"), make_authority(folder / "authority", "one")
    watch(one, desk)
    known, reader = enter(desk, one), desk.reader("work")
    witnesses.set_needs(desk, reader, {"ngo": 1})
    trust(desk, reader, authority)
    cosigned(desk, one, known)
    stamping.begin(desk, reader)
    for view in anchors.anchors(desk, reader):
        stamps_by_hand.take(desk, reader, authority.reply(view.request))
    return lambda: cosigned(desk, one, known)


def cosigned(desk: Desk, one: OpenWitness, known: witnesses.Witness) -> None:
    reader = desk.reader("work")
    asked = armour.unwrap_all(witnessing.ASKED, witnessing.request_text(witnessing.requests(desk, reader, known)))
    answers = [one.answer(request, lambda: int(desk.clock().timestamp())) for request in asked]
    back = "\n".join(armour.wrap(witnessing.ANSWERED, answer.lines) for answer in answers)
    assert {taken.outcome for taken in witnessing.take(desk, reader, back.encode(), known)} == {"cosigned"}


def in_a_backup(desk: Desk, target: Path) -> bytes:
    """What the holder of a backup, its code and the keys reads in it: every file as it lies there, and every page of the database."""
    made, found = backup.backup(desk, target), list[bytes]()
    for entry in backup_file.read(target, backup_file.read_code(made.code)):
        data = b"".join(entry.pieces)
        found += [data, *(pages_of(data, desk.agent.database_key()) if entry.name == DATABASE else ())]
    return b"\x00".join(found)


def told_of(found: bytes, wanted: list[bytes]) -> list[bytes]:
    return [mark for mark in wanted if any(form in found for form in in_any_form(mark))]


@needs_openssl
def test_no_page_of_a_database_and_no_backup_tells_of_what_was_erased(tmp_path: Path, make_desk: Callable[..., Desk]) -> None:
    """Cosigned and stamped before, proven to a court before: that case file is proven afterwards too, and nobody who has all pages finds more."""
    with ExitStack() as after:
        team = real_team(tmp_path, make_desk, after)
        desk, (work, reader) = team.desks[0], (work_at(team.desks[0]), team.reader())
        evidence.add_evidence(desk, reader, work.dossier, evidence.EvidenceForm(SECRET_TITLE, "document", SECRET_NAME, work.source), [HELD])
        other = sources.add_source(desk, reader, work.dossier, sources.SourceForm("S2"))
        sources.record_consent(desk, reader, work.dossier, other, [sources.ConsentForm("case_file_share", "given", how="written")])
        evidence.add_evidence(desk, reader, work.dossier, evidence.EvidenceForm("Stays", "document", "stays.txt", other, "text/plain"), [STAYS])
        claims.write_note(desk, reader, work.dossier, claims.NoteForm("Stays", STAYS.decode(), "en", other, "saw"))
        dossiers.admit_to_dossier(desk, reader, work.dossier, [team.desks[1].me])
        team.settle()
        again = stamped_and_cosigned(desk, tmp_path)
        before = handed_out(desk, work, tmp_path / "before").target
        keys = [one.agent.database_key() for one in team.desks]
        named = [SECRET_NAME.encode(), SECRET_TITLE.encode(), WORDS[:40].encode(), LETTER[:40]]
        wanted = [*named, *(mark for content in (HELD, LETTER) for mark in marks(content, keys))]
        there = told_of(pages_in(desk.workspace, keys[0]), wanted)
        assert {*named[:3], hashlib.sha256(HELD).digest(), hashlib.sha512(LETTER).digest()} <= set(there), "pages are read, and it stood in them"

        order = erasure.ask(desk, reader, work.dossier, [work.source], "withdrawal")
        team.sync(0, 1)
        erasure.agree(team.desks[1], team.reader(1), order)
        team.settle()
        for one, key in zip(team.desks, keys, strict=True):
            found = pages_in(one.workspace, key)
            assert STAYS in found and told_of(found, wanted) == []
        found = in_a_backup(desk, tmp_path / "backup")
        assert STAYS in found and told_of(found, wanted) == []

        code, said = judged(before, desk)
        assert code == 0 and said["time"].startswith("ANCHORED") and "archive" in str(said["checkpoints"]), said
        again()
        code, said = judged(handed_out(desk, work, tmp_path / "after").target, desk)
        assert code == 0 and "WITHDRAWN" in {item["result"] for item in said["items"]}, said
        assert told_of(b"\x00".join(data for _, data in contents(tmp_path / "after")), wanted) == []


# ---- killed in the middle --------------------------------------------------------------------------------------------

_CHILD = """
import os, signal, sys
from pathlib import Path
from tests import conftest
from letapis.desk import clearing, erasing_relay, erasure, ledger, opening, shredded, sync
from letapis.desk.opening import open_desk
from letapis.engines.db.store import Store
from letapis.engines.keys.local import LocalAgent
from letapis.engines.objects import ObjectStore
from letapis.engines.relay import RelayStore

folder, relay, at, order = Path(sys.argv[1]), sys.argv[2], sys.argv[3], bytes.fromhex(sys.argv[4])
agent = LocalAgent.from_seed(bytes([2]) * 32, bytes([2]) * 16, "device.invalid/0000000000000002", "log.invalid/0000000000000002")
desk = open_desk(folder, agent, conftest.Clock(), alias="killed")
sync.set_relay(desk, relay)

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

place, name = {"before commit": (erasure, "report_followed"), "after commit": (erasure, "finish_putting_away"), "rows": (shredded, "_forget_typed"),
               "objects": (ObjectStore, "remove"), "compact": (Store, "compact"), "relay put": (erasing_relay, "_LOOKED"),
               "relay off": (RelayStore, "remove")}[at]
if at == "relay put":
    kept = erasing_relay._put_again
    def put(*words):
        kept(*words)
        die()
    erasing_relay._put_again = put
else:
    setattr(place, name, die)
erasure.agree(desk, desk.reader("work"), order)
sync.sync(desk, desk.reader("work"))
"""
NIGHTLY = [pytest.param(at, marks=pytest.mark.long) for at in ("rows", "after commit", "compact", "relay off")]


@pytest.mark.parametrize("at", ["before commit", "objects", "relay put", *NIGHTLY])
def test_killed_in_the_middle_it_goes_on(make_team: MakeTeam, at: str) -> None:
    team = make_team(2)
    told = Told(team.desks[0], [team.desks[1].me])
    team.settle()
    order = erasure.ask(team.desks[0], team.reader(), told.dossier, [told.source], "withdrawal")
    team.settle()
    desk = team.desks[1]
    desk.store.close()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(desk.workspace), str(team.relay), at, order.hex()],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    again = team.desks[1] = open_desk(desk.workspace, desk.agent, desk.clock, alias=desk.store.alias)
    if not erasure.standing(again, team.reader(1), order).in_force:
        assert at in ("before commit", "rows") and again.store.rows("SELECT 1 FROM db_record WHERE rid = %s", (told.claim,))
        erasure.agree(again, team.reader(1), order)
    erasure.run(again, team.reader(1))
    team.settle(3)
    assert seen(again, told) == [] and leftovers(again) == []
    assert audit(again, processes=1).faults == ()
    assert shared(again) == shared(team.desks[0])
    relay = RelayStore(team.relay)
    gone = {name for part in shredded.orders(again) for name in part.blobs}
    assert not gone & {name.removeprefix("objects/") for name in relay.list()}
    rids = {bytes(row[0]) for row in again.store.rows("SELECT rid FROM db_shredded")}
    for name in relay.list("keys"):
        place = relaying.place_of(name)
        if place is not None and place.compartment in again.epochs():
            assert rids.isdisjoint(relaying.open_wraps(again, place, relay.get(name))[1])
    assert [report.faults for report in team.sync()] == [(), ()]
    assert reading.claim(again, team.reader(1), told.claim_stays)


# ---- an office -------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_an_office_erases_as_well(make_team: MakeTeam, postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team(1)
    monkeypatch.setattr(opening, "database_address", lambda _: postgres.address())
    # The second desk has its tables in a PostgreSQL.
    from tests.team import endorse_all

    team.admit(open_office(team))
    team.settle(1)
    endorse_all(team)
    team.settle()
    told = Told(team.desks[0], [team.desks[1].me])
    team.settle()
    assert team.desks[1].store.postgres
    erase(team, told)
    office = team.desks[1]
    assert seen(office, told) == []
    assert settings.value(office.store, "travel.left") == ""
    before = projections(office)
    ledger.rebuild(office)
    assert projections(office) == before
    assert shared(office) == shared(team.desks[0])
    assert audit(office, processes=1).faults == ()
    office.close()


def open_office(team: Team) -> Desk:
    from letapis.engines.keys.local import LocalAgent
    from tests.conftest import Clock

    folder = team.relay.parent / "office"
    folder.mkdir(mode=0o700)
    agent = LocalAgent.from_seed(bytes([2]) * 32, bytes([2]) * 16, "device.invalid/0000000000000002", "log.invalid/0000000000000002")
    return open_desk(folder, agent, Clock(), alias="office")


