"""Originals are kept byte for byte, sealed from their first byte, named once, and looked at through clean copies."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letapis.core.access import Reader
from letapis.core.errors import Busy, Damaged, Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.desk import dossiers, evidence, ledger, reading
from letapis.desk.audit import audit
from letapis.desk.evidence import EvidenceForm, add_evidence, check_objects, flags, keep_text, lies_inside, make_working_copy, read_object, sweep
from letapis.desk.opening import Desk, open_desk
from letapis.engines import parse
from letapis.engines.objects import SealedObject
from letapis.engines.parse import Kind, Level
from tests.desk.casework import checked_work, office
from tests.team import Team

SAMPLES = Path(__file__).parents[1] / "vectors" / "hostile"
FORM = EvidenceForm("A letter")
CANARY = b"kanarka Vydumka-Prykladny 48151623 of an upload"


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")


def keep(desk: Desk, dossier: bytes, data: bytes, form: EvidenceForm = FORM) -> bytes:
    return add_evidence(desk, desk.reader("work"), dossier, form, [data])


def stored(desk: Desk) -> list[str]:
    return sorted(path.name for path in (desk.workspace / "objects").glob("*"))


def count(desk: Desk) -> int:
    return int(desk.store.rows("SELECT count(*) FROM db_record")[0][0])


# ---- received --------------------------------------------------------------------------------------------------------


def test_an_original_is_recorded_with_its_digests_and_first_custody(desk: Desk, dossier: bytes) -> None:
    data = b"An invented letter." * 9000
    item = keep(desk, dossier, data, EvidenceForm(" A letter ", "photo", "letter.jpg", media_type="image/jpeg"))
    kept = reading.evidence(desk, desk.reader("work"), item)
    assert (kept.title, kept.kind, kept.name, kept.media_type, kept.size) == ("A letter", "photo", "letter.jpg", "image/jpeg", len(data))
    assert kept.sha256 == hashlib.sha256(data).digest() and kept.sha512 == hashlib.sha512(data).digest()
    first, second = reading.custody(desk, desk.reader("work"), item)
    assert [(e.event, e.outcome, e.step) for e in (first, second)] == [
        ("accession", "received", 1),
        ("message digest calculation", "sha256 sha512", 2),
    ]
    assert first.parents == (kept.ref,) and second.parents == (first.ref,)
    opened = ledger.opened_by_ref(desk, [kept.ref, first.ref])
    assert all({s.alg for s in one.sealed.signatures} == {1, 6} for one in opened.values())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(min_size=1, max_size=200_000), cut=st.integers(1, 100_000))
def test_whatever_pieces_come_the_same_bytes_are_read(desk: Desk, dossier: bytes, data: bytes, cut: int) -> None:
    data += desk.randomness(8)  # hypothesis repeats itself, and a repeated file is refused
    pieces = (data[i : i + cut] for i in range(0, len(data), cut))
    item = add_evidence(desk, desk.reader("work"), dossier, FORM, pieces)
    assert b"".join(read_object(desk, desk.reader("work"), item)) == data


@pytest.mark.parametrize(
    ("form", "data", "code"),
    [
        (FORM, b"", "evidence.empty"),
        (EvidenceForm("  "), b"x", "evidence.title"),
        (EvidenceForm("x" * 201), b"x", "evidence.title"),
        (EvidenceForm("x", "gossip"), b"x", "evidence.kind"),
        (EvidenceForm("x", media_type="image/jpeg; charset=x"), b"x", "evidence.media_type"),
        (EvidenceForm("x", media_type="IMAGE/JPEG\n"), b"x", "evidence.media_type"),
        (EvidenceForm("x", name="n" * 1001), b"x", "evidence.name"),
        (EvidenceForm("x", source=b"s" * 16), b"x", "evidence.source"),
    ],
)
def test_a_wrong_form_keeps_neither_record_nor_object(desk: Desk, dossier: bytes, form: EvidenceForm, data: bytes, code: str) -> None:
    before = count(desk)
    with pytest.raises(UsageError) as caught:
        keep(desk, dossier, data, form)
    assert caught.value.code == code and count(desk) == before and stored(desk) == []


def test_a_flood_ends_at_the_limit_and_is_not_read_further(desk: Desk, dossier: bytes) -> None:
    given_out = []

    def flood() -> Iterator[bytes]:
        while True:
            given_out.append(1)
            yield bytes(1 << 16)

    with pytest.raises(Refused, match=r"evidence\.too_large"):
        add_evidence(desk, desk.reader("work"), dossier, FORM, flood(), limit=1 << 20)
    assert len(given_out) == 17 and stored(desk) == []
    assert add_evidence(desk, desk.reader("work"), dossier, FORM, [bytes(1 << 20)], limit=1 << 20)


def test_an_upload_that_breaks_off_leaves_nothing(desk: Desk, dossier: bytes) -> None:
    def broken() -> Iterator[bytes]:
        yield CANARY * 3000
        raise Hostile("web.upload_broken")

    before = count(desk)
    with pytest.raises(Hostile):
        add_evidence(desk, desk.reader("work"), dossier, FORM, broken())
    assert stored(desk) == [] and count(desk) == before


def test_the_same_file_is_kept_once_in_a_dossier_and_the_refusal_names_the_item_by_id(desk: Desk, dossier: bytes) -> None:
    item = keep(desk, dossier, b"twice")
    with pytest.raises(Refused) as caught:
        keep(desk, dossier, b"twice", EvidenceForm("Another title", "web", "other.name"))
    assert (caught.value.code, caught.value.where) == ("evidence.duplicate", item.hex())
    assert len(stored(desk)) == 1
    other = dossiers.new_dossier(desk, "EX-2", "Pryklad", "person", "Prykladny")
    assert keep(desk, other, b"twice") != item and len(stored(desk)) == 2


def test_pasted_words_are_kept_exactly(desk: Desk, dossier: bytes) -> None:
    text = "  Мяне ўзялі а шостай.\r\nThey wore masks. \n"
    item = keep_text(desk, desk.reader("work"), dossier, "Talk", text)
    assert b"".join(read_object(desk, desk.reader("work"), item)) == text.encode("utf-8")
    for bad, code in ((" \n", "evidence.empty"), ("a\udc80", "evidence.text")):
        with pytest.raises(UsageError) as caught:
            keep_text(desk, desk.reader("work"), dossier, "Talk", bad)
        assert caught.value.code == code


def test_who_holds_no_originals_of_the_dossier_neither_adds_nor_reads(desk: Desk, dossier: bytes) -> None:
    item, home = keep(desk, dossier, b"x"), reading.dossier(desk, desk.reader("work"), dossier)
    for compartments, refused in ((frozenset[bytes](), NotFound), (frozenset({home.work}), Refused)):
        with pytest.raises(refused):
            add_evidence(desk, Reader(desk.me, compartments, "work"), dossier, FORM, [b"y"])
        with pytest.raises(NotFound):
            read_object(desk, Reader(desk.me, compartments, "work"), item)
    assert len(stored(desk)) == 1


# ---- copies ----------------------------------------------------------------------------------------------------------


def test_a_photograph_gets_a_clean_copy_and_its_remarks_become_custody(desk: Desk, dossier: bytes) -> None:
    item = keep(desk, dossier, (SAMPLES / "exif" / "gen-gps-north-east.jpg").read_bytes(), EvidenceForm("P", "photo", media_type="image/jpeg"))
    reader = desk.reader("work")
    assert lies_inside(desk, reader, item) == ("evidence.not_looked_into",)
    made = make_working_copy(desk, reader, item)
    assert made.kind == Kind.PICTURE and "flags.has_gps" in made.flags
    assert tuple(flag for flag in flags(desk, reader, item) if flag != "flags.level_process") == made.flags
    assert set(lies_inside(desk, reader, item)) == {f"flags.has_{what}" for what in ("device", "program", "serial", "time", "gps")}
    (copy,) = reading.renditions(desk, reader, item)
    assert copy.object == made.pages[0] and copy.derived_from == item and copy.page == 1 and copy.media_type == "image/png"
    clean = b"".join(read_object(desk, reader, copy.object))
    assert clean.startswith(b"\x89PNG") and b"Exif" not in clean and b"GPS" not in clean
    record = ledger.opened_by_ref(desk, [copy.ref])[copy.ref].record
    assert record.text("derivation") == "safe copy" and record.text("tool").startswith("letapis ")
    with pytest.raises(Refused, match=r"evidence\.copied_already"):
        make_working_copy(desk, reader, item)


def test_whoever_looks_is_told_of_a_file_that_was_read_with_less_than_full_isolation(
    desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = parse.render
    for level, told in ((Level.FULL, False), (Level.PROCESS, True)):
        monkeypatch.setattr(parse, "render", lambda *given, level=level: replace(made(*given), level=level))
        item = keep(desk, dossier, (SAMPLES / "exif" / "noexif.jpg").read_bytes() + level.encode(), EvidenceForm(level, "photo"))
        make_working_copy(desk, desk.reader("work"), item)
        assert ("flags.level_process" in flags(desk, desk.reader("work"), item)) is told
        assert "flags.level_process" not in lies_inside(desk, desk.reader("work"), item)


def test_a_file_that_is_not_what_it_says_is_remarked(desk: Desk, dossier: bytes) -> None:
    item = keep(desk, dossier, (SAMPLES / "exif" / "noexif.jpg").read_bytes(), EvidenceForm("P", "photo", media_type="image/png"))
    assert "flags.type_conflict" in make_working_copy(desk, desk.reader("work"), item).flags
    entry = reading.custody(desk, desk.reader("work"), item)[-1]
    assert entry.event == "format identification" and entry.detail.split()[0] == "image/jpeg" and "sandbox:" in entry.detail


def test_a_bomb_is_kept_named_and_never_unpacked(desk: Desk, dossier: bytes) -> None:
    data = (SAMPLES / "generated" / "bomb-overlap.zip").read_bytes()
    item, reader = keep(desk, dossier, data, EvidenceForm("Z", media_type="application/zip")), desk.reader("work")
    with pytest.raises(Hostile):
        make_working_copy(desk, reader, item)
    entry = reading.custody(desk, reader, item)[-1]
    assert (entry.event, entry.outcome) == ("quarantine", "parse.archive_duplicate")
    assert b"".join(read_object(desk, reader, item)) == data and reading.renditions(desk, reader, item) == []


def test_copies_are_kept_all_or_none(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = desk.reader("work")
    item = keep(desk, dossier, (SAMPLES / "pdf" / "test_pdf.pdf").read_bytes(), EvidenceForm("D", media_type="application/pdf"))
    before, objects, real, calls = count(desk), stored(desk), evidence.seal_upload, []

    def full_at_the_second(*given: object) -> SealedObject:
        calls.append(1)
        if len(calls) == 2:
            raise Busy("disk.full")
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(evidence, "seal_upload", full_at_the_second)
    with pytest.raises(Busy):
        make_working_copy(desk, reader, item)
    assert (count(desk), stored(desk)) == (before, objects)
    monkeypatch.setattr(evidence, "seal_upload", real)
    assert len(make_working_copy(desk, reader, item).pages) == 2


# ---- custody ---------------------------------------------------------------------------------------------------------


def test_two_who_handled_an_item_apart_are_joined_by_the_next_entry(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    work = checked_work(team)
    one, two = (evidence.add_custody(desk, team.reader(n), work.item, "fixity check", "good") for n, desk in enumerate(team.desks[:2]))
    team.settle()
    evidence.add_custody(team.desks[2], team.reader(2), work.item, "transfer", "handed on")
    last = reading.custody(team.desks[2], team.reader(2), work.item)[-1]
    assert set(last.parents) == {one, two} and last.step == 6


# ---- the store -------------------------------------------------------------------------------------------------------


def seal_only(desk: Desk, dossier: bytes, data: bytes) -> SealedObject:
    return evidence.seal_upload(desk, desk.reader("work"), dossier, [data])


def aged(desk: Desk, name: str, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(desk.workspace / "objects" / name, (then, then))


def test_only_old_objects_that_no_record_names_are_swept(desk: Desk, dossier: bytes) -> None:
    item = keep(desk, dossier, b"recorded")
    kept = reading.evidence(desk, desk.reader("work"), item).blob
    old, fresh = seal_only(desk, dossier, b"old"), seal_only(desk, dossier, b"fresh")
    for name in (kept, old.name):
        aged(desk, name, 3)
    assert sweep(desk) == 1
    assert stored(desk) == sorted([kept, fresh.name])
    assert sweep(desk) == 0


def test_an_object_of_a_record_that_does_not_count_now_is_kept(desk: Desk, dossier: bytes) -> None:
    item = keep(desk, dossier, b"recorded")
    kept = reading.evidence(desk, desk.reader("work"), item).blob
    aged(desk, kept, 3)
    desk.store.run("DELETE FROM db_evidence")
    assert sweep(desk) == 0 and stored(desk) == [kept]
    lost = seal_only(desk, dossier, b"old")
    aged(desk, lost.name, 3)
    desk.store.run("UPDATE db_record SET wrap = %s WHERE type = 'evidence'", (bytes(60),))
    assert sweep(desk) == 0 and len(stored(desk)) == 2


def test_a_changed_and_a_missing_object_are_found(desk: Desk, dossier: bytes) -> None:
    first, second, third = (keep(desk, dossier, data) for data in (b"one", b"two", b"three"))
    heard: list[tuple[int, int]] = []
    assert check_objects(desk, lambda done, total: heard.append((done, total))) == [] and heard == [(1, 3), (2, 3), (3, 3)]
    place = desk.workspace / "objects"
    changed, missing = (place / reading.evidence(desk, desk.reader("work"), item).blob for item in (first, third))
    data = bytearray(changed.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    missing.unlink()
    assert check_objects(desk) == [("evidence.object_changed", first), ("evidence.object_missing", third)]
    with pytest.raises(Damaged):
        b"".join(read_object(desk, desk.reader("work"), first))
    assert b"".join(read_object(desk, desk.reader("work"), second)) == b"two"


@pytest.fixture
def small_disk(desk: Desk) -> Iterator[Path]:
    """The objects of the desk on a disk of two megabytes."""
    mount, place = shutil.which("mount"), desk.workspace / "objects"
    place.mkdir(mode=0o700, exist_ok=True)
    options = ["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(place)]
    if mount is None or os.geteuid() != 0 or subprocess.run([mount, *options], check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_named_and_nothing_is_half_done(desk: Desk, dossier: bytes, small_disk: Path) -> None:
    item, before = keep(desk, dossier, b"fits"), count(desk)
    with pytest.raises(Busy, match=r"disk\.full"):
        add_evidence(desk, desk.reader("work"), dossier, FORM, (os.urandom(1 << 16) for _ in range(64)))
    assert count(desk) == before and len(stored(desk)) == 1
    assert keep(desk, dossier, b"fits again") != item
    assert audit(desk, processes=1).faults == () and check_objects(desk) == []


# ---- no word in clear on the disk ------------------------------------------------------------------------------------

_KILLED = """
import sys
from pathlib import Path
from letapis.desk import evidence
from letapis.desk.opening import open_desk
from tests.desk import writer

__all__ = ["desk"]
desk = open_desk(Path(sys.argv[1]), writer.agent(), alias="killed")
dossier = bytes.fromhex(sys.argv[2])
canary = sys.argv[3].encode()
def pieces():
    print("go", flush=True)
    while True:
        yield canary * 1500
number = 0
while True:
    number += 1
    form = evidence.EvidenceForm(f"{canary.decode()} {number}", "audio", canary.decode())
    if number % 3:
        item = evidence.add_evidence(desk, desk.reader("work"), dossier, form, [canary * 3000, str(number).encode() + desk.randomness(8)])
        print(item.hex(), flush=True)
    else:
        evidence.add_evidence(desk, desk.reader("work"), dossier, form, pieces())
"""


def shapes(word: bytes) -> list[bytes]:
    """How a word may lie on a disk: as it is, wide, in hex, in base 64 at each of three offsets."""
    encoded = [b64encode(bytes(shift) + word)[4 if shift else 0 : -4] for shift in range(3)]
    return [word, word.decode().encode("utf-16-le"), word.hex().encode(), *encoded, zlib.compress(word)[2:20]]


def hits(*places: Path) -> list[str]:
    found = []
    for place in places:
        for path in place.rglob("*"):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                found += [str(path) for shape in shapes(CANARY) if shape in data]
    return found


def test_the_search_finds_a_word_in_every_shape(tmp_path: Path) -> None:
    for shape in shapes(CANARY):
        (tmp_path / "planted").write_bytes(b"\x00" * 100 + shape + b"\xff" * 100)
        assert hits(tmp_path)


def test_after_uploads_and_kills_no_word_lies_on_the_disk_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    from tests.desk import writer

    folder, temporary = tmp_path / "killed", tmp_path / "tmp"
    folder.mkdir(mode=0o700)
    temporary.mkdir()
    desk = office(open_desk(folder, writer.agent(), alias="evidence-killed"))
    dossier = dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")
    desk.close()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(temporary)}
    acknowledged: list[bytes] = []
    for wait in (0.0, 0.05, 0.3):
        command = [sys.executable, "-c", _KILLED, str(folder), dossier.hex(), CANARY.decode()]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout is not None
        for line in process.stdout:
            if line == "go\n":
                time.sleep(wait)
                os.kill(process.pid, signal.SIGKILL)
            else:
                acknowledged.append(bytes.fromhex(line))
        process.wait()
        process.stdout.close()
    assert hits(folder, temporary) == []
    desk = open_desk(folder, writer.agent(), alias="evidence-killed")
    try:
        assert len(acknowledged) == 6
        for item in acknowledged:
            assert b"".join(read_object(desk, desk.reader("work"), item)).startswith(CANARY * 3000)
        assert audit(desk, processes=1).faults == () and check_objects(desk) == []
        # Where files without a name are known, whoever was killed left none.
        assert sweep(desk, older_than=-1.0) in (0, 3) and len(stored(desk)) == 6
        assert sweep(desk, older_than=-1.0) == 0
    finally:
        desk.close()
    assert hits(folder, temporary) == []


def test_uploads_in_this_process_leave_no_word_in_the_temporary_folder(desk: Desk, dossier: bytes) -> None:
    before = {str(path) for path in Path(tempfile.gettempdir()).glob("*")}
    keep(desk, dossier, CANARY * 5000, EvidenceForm(CANARY.decode(), "audio", CANARY.decode()))
    with pytest.raises(LetapisError):
        keep(desk, dossier, CANARY * 5000)
    assert hits(desk.workspace) == []
    assert not [path for path in Path(tempfile.gettempdir()).glob("*") if str(path) not in before and hits(path)]
