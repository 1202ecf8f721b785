"""Many files at once: each an original of its own, none twice, none left out unsaid, whatever lies in the folder and whenever it stops."""

import hashlib
import os
import resource
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letapis.core.errors import Busy, LetapisError, NotFound, Refused, UsageError
from letapis.desk import claims, dossiers, evidence, import_report, imports, ledger, reading, restriction, sources
from letapis.desk.audit import audit
from letapis.desk.opening import Desk
from letapis.engines import folders
from tests.desk.casework import desk, office

__all__ = ["desk"]


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "brought"
    made.mkdir()
    return made


def bring(desk: Desk, dossier: bytes, folder: Path, source: bytes = b"", progress: imports.Progress | None = None) -> bytes:
    return imports.import_folder(desk, desk.reader("work"), dossier, folder, source, progress)


def report(desk: Desk, ident: bytes) -> dict[str, tuple[str, str]]:
    return {line.path: (line.outcome, line.reason) for line in imports.lines(desk, desk.reader("work"), ident)}


def stored(desk: Desk) -> int:
    return len(list(evidence.objects(desk).names()))


def test_every_file_becomes_a_sealed_original_with_its_first_custody(desk: Desk, dossier: bytes, folder: Path) -> None:
    (folder / "letters").mkdir()
    (folder / "door.jpg").write_bytes(b"an invented door")
    (folder / "letters" / "повестка.pdf").write_bytes(b"an invented summons")
    source = sources.add_source(desk, desk.reader("work"), dossier, sources.SourceForm("Kalina"))
    ident = bring(desk, dossier, folder, source)
    reader = desk.reader("work")
    photo, paper = reading.evidence_of(desk, reader, dossier)
    assert (photo.title, photo.kind, photo.name, photo.media_type, photo.source) == ("door.jpg", "photo", "door.jpg", "image/jpeg", source)
    assert (paper.title, paper.kind, paper.name) == ("повестка.pdf", "document", "letters/повестка.pdf")
    assert [(e.step, e.event) for e in reading.custody(desk, reader, paper.object)] == [(1, "accession"), (2, "message digest calculation")]
    assert b"".join(evidence.read_object(desk, reader, paper.object)) == b"an invented summons"
    assert report(desk, ident) == {"door.jpg": ("taken", ""), "letters/повестка.pdf": ("taken", "")}
    assert imports.shown(desk, reader, ident).counts == {"taken": 2, "held": 0, "refused": 0, "quarantined": 0}


def test_the_name_of_what_was_taken_back_leaves_the_report(desk: Desk, dossier: bytes, folder: Path) -> None:
    (folder / "Vydumka speaks.txt").write_bytes(b"an invented account")
    (folder / "door.txt").write_bytes(b"an invented door")
    ident, reader = bring(desk, dossier, folder), desk.reader("work")
    (spoken,) = [one.object for one in reading.evidence_of(desk, reader, dossier) if one.title.startswith("Vydumka")]
    ledger.append(desk, [restriction.draft(desk, reading.dossier(desk, reader, dossier).work, dossier, spoken)])
    assert set(report(desk, ident)) == {"door.txt"} and imports.shown(desk, reader, ident).counts["taken"] == 1
    assert b"Vydumka" not in import_report.table_of(desk, reader, ident, "en")


def test_what_is_no_plain_file_is_named_and_never_followed(desk: Desk, dossier: bytes, folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.txt").write_bytes(b"not of this folder")
    (folder / "link.txt").symlink_to(elsewhere / "secret.txt")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / "empty.txt").touch()
    (folder / "words.txt").write_bytes(b"words")
    found = report(desk, bring(desk, dossier, folder))
    assert found == {
        "link.txt": ("refused", "imports.link"),
        "linked": ("refused", "imports.link"),
        "round": ("refused", "imports.link"),
        "pipe": ("refused", "imports.special"),
        "empty.txt": ("refused", "evidence.empty"),
        "words.txt": ("taken", ""),
    }
    assert stored(desk) == 1


def test_names_that_differ_in_case_or_form_alone_stay_apart_and_are_said(desk: Desk, dossier: bytes, folder: Path) -> None:
    for number, name in enumerate(["A.txt", "a.txt", "\u0439.txt", "\u0438\u0306.txt", "b.txt"]):
        (folder / name).write_bytes(b"%d" % number)
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt"))).write_bytes(b"no UTF-8")
    found = report(desk, bring(desk, dossier, folder))
    assert len(found) == 6 and all(outcome == "taken" for outcome, _ in found.values())
    assert sum(reason == "imports.twin" for _, reason in found.values()) == 4 and found["�ff.txt"] == ("taken", "")
    assert stored(desk) == 6


def test_folders_that_differ_in_case_alone_are_said_of_what_lies_in_them(desk: Desk, dossier: bytes, folder: Path) -> None:
    for place in ("Letters", "letters/of may", "other"):
        (folder / place).mkdir(parents=True)
        (folder / place / "one.txt").write_bytes(place.encode())
    found = report(desk, bring(desk, dossier, folder))
    assert {path: reason for path, (_, reason) in found.items()} == {
        "Letters/one.txt": "imports.twin", "letters/of may/one.txt": "imports.twin", "other/one.txt": "",
    }  # fmt: skip


def test_equal_bytes_are_held_once_and_the_report_says_where(desk: Desk, dossier: bytes, folder: Path) -> None:
    kept = evidence.keep_text(desk, desk.reader("work"), dossier, "A letter", "an invented letter")
    for name in ("again.txt", "one.txt", "two.txt"):
        (folder / name).write_bytes(b"an invented letter" if name == "again.txt" else b"the same")
    ident = bring(desk, dossier, folder)
    lines = {line.path: line for line in imports.lines(desk, desk.reader("work"), ident)}
    assert lines["again.txt"].outcome == "held" and lines["again.txt"].item == kept
    assert lines["one.txt"].outcome == "taken" and lines["two.txt"].outcome == "held" and lines["two.txt"].item == lines["one.txt"].item
    assert stored(desk) == 2


def test_a_file_beyond_the_limit_is_refused_with_its_size_known_and_not_read(
    desk: Desk, dossier: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (folder / "film.mp4").open("wb") as film:
        film.truncate(evidence.LARGEST + 1)  # a hole on the disk, no five gigabytes
    (folder / "words.txt").write_bytes(b"words")
    assert report(desk, bring(desk, dossier, folder))["film.mp4"] == ("refused", "evidence.too_large")
    assert stored(desk) == 1


def test_a_file_just_at_the_limit_is_taken_in_pieces_and_an_empty_one_is_told(
    desk: Desk, dossier: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit that is reached quickly; the five gigabytes themselves are the nightly test below."""
    limit = 96 << 20
    monkeypatch.setattr(evidence, "LARGEST", limit)
    with (folder / "film.mp4").open("wb") as film:
        film.truncate(limit)
    with (folder / "longer.mp4").open("wb") as film:
        film.truncate(limit + 1)
    (folder / "empty.txt").touch()
    tracemalloc.start()
    ident = bring(desk, dossier, folder)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    told = {"film.mp4": ("taken", ""), "longer.mp4": ("refused", "evidence.too_large"), "empty.txt": ("refused", "evidence.empty")}
    assert report(desk, ident) == told
    assert most < limit // 2, "memory does not grow with the file"
    (item,) = (line.item for line in imports.lines(desk, desk.reader("work"), ident) if line.item)
    kept = reading.evidence(desk, desk.reader("work"), item)
    assert (kept.size, kept.sha256) == (limit, hashlib.sha256(bytes(limit)).digest())


@pytest.mark.long
def test_five_gigabytes_are_taken_in_pieces(desk: Desk, dossier: bytes, folder: Path) -> None:
    with (folder / "film.mp4").open("wb") as film:
        film.truncate(evidence.LARGEST)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ident = bring(desk, dossier, folder)
    assert report(desk, ident) == {"film.mp4": ("taken", "")}
    (line,) = imports.lines(desk, desk.reader("work"), ident)
    assert reading.evidence(desk, desk.reader("work"), line.item).size == evidence.LARGEST
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 << 10, "kilobytes: a twentieth of the file"


def test_a_file_that_changes_while_it_is_read_is_refused(desk: Desk, dossier: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "growing.log").write_bytes(b"one")
    read = folders.os.read

    def grows(descriptor: int, size: int) -> bytes:
        with (folder / "growing.log").open("ab") as log:
            log.write(b"more")
        return read(descriptor, size)

    monkeypatch.setattr(folders.os, "read", grows)
    assert report(desk, bring(desk, dossier, folder)) == {"growing.log": ("refused", "imports.changed")}
    assert stored(desk) == 0


@pytest.mark.parametrize("stop_at", [1, 130])
def test_a_stopped_import_goes_on_and_takes_nothing_twice(desk: Desk, dossier: bytes, folder: Path, stop_at: int) -> None:
    for number in range(150):
        (folder / f"{number:03}.txt").write_bytes(b"words %d" % number)

    def stops(done: int, _total: int) -> None:
        if done == stop_at:
            raise Busy("doing.stopped")

    with pytest.raises(Busy):
        bring(desk, dossier, folder, progress=stops)
    assert stored(desk) == len(reading.evidence_of(desk, desk.reader("work"), dossier)) == stop_at // imports.GROUP * imports.GROUP
    ident = bring(desk, dossier, folder)
    assert len(imports.imports_of(desk, desk.reader("work"), dossier)) == 1
    assert imports.shown(desk, desk.reader("work"), ident).counts["taken"] == stored(desk) == 150
    assert bring(desk, dossier, folder) != ident  # a finished one is not gone on with: everything is held then


def test_a_full_disk_in_the_middle_keeps_what_was_recorded_and_leaves_nothing_else(
    desk: Desk, dossier: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        (folder / f"{number:03}.txt").write_bytes(b"words %d" % number)
    seal, count = evidence.seal_into, iter(range(1000))

    def full(*arguments: Any, **named: Any) -> object:
        if next(count) == 80:
            raise Busy("disk.full")
        return seal(*arguments, **named)

    with monkeypatch.context() as patched, pytest.raises(Busy) as fault:
        patched.setattr(evidence, "seal_into", full)
        bring(desk, dossier, folder)
    assert fault.value.code == "disk.full" and stored(desk) == imports.GROUP
    assert imports.shown(desk, desk.reader("work"), bring(desk, dossier, folder)).counts["taken"] == stored(desk) == 100


def test_the_folder_is_none_holds_the_workspace_or_is_empty(desk: Desk, dossier: bytes, folder: Path) -> None:
    for place, code in ((folder / "none", "imports.folder"), (Path(__file__), "imports.folder"), (folder, "imports.nothing")):
        with pytest.raises((UsageError, Refused)) as fault:
            bring(desk, dossier, place)
        assert fault.value.code == code
    (desk.workspace / "inside").mkdir()
    for place in (desk.workspace, desk.workspace.parent, desk.workspace / "inside"):
        with pytest.raises(Refused) as refused:
            bring(desk, dossier, place)
        assert refused.value.code == "imports.inside_workspace"
    with pytest.raises(UsageError):
        bring(desk, dossier, folder, bytes(16))


def test_a_whole_import_is_taken_back_unless_something_stands_on_it(desk: Desk, dossier: bytes, folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"words")
    ident = bring(desk, dossier, folder)
    reader = desk.reader("work")
    (kept,) = reading.evidence_of(desk, reader, dossier)
    claims.write_note(desk, reader, dossier, claims.NoteForm("Talk", "words", evidence=kept.object))
    with pytest.raises(Refused) as refused:
        imports.take_back(desk, reader, ident)
    assert refused.value.code == "imports.in_use"
    (folder / "b.txt").write_bytes(b"other words")
    (folder / "a.txt").unlink()
    other = bring(desk, dossier, folder)
    assert imports.take_back(desk, reader, other) == 1
    line = next(iter(imports.lines(desk, reader, other)))
    assert reading.custody(desk, reader, line.item)[-1].event == "deaccession" and imports.shown(desk, reader, other).state == "undone"
    with pytest.raises(Refused):
        imports.take_back(desk, reader, other)


def test_uploads_are_recorded_together_and_what_is_refused_is_removed(desk: Desk, dossier: bytes) -> None:
    reader = desk.reader("work")
    sealed = [(name, evidence.seal_upload(desk, reader, dossier, [data])) for name, data in (("a", b"1"), ("b", b""), ("", b"1"), ("c", b"2"))]
    ident = imports.import_uploads(desk, reader, dossier, b"", sealed)
    assert [(one.path, one.outcome) for one in imports.lines(desk, reader, ident)] == [
        ("a", "taken"), ("b", "refused"), ("–", "held"), ("c", "taken")]  # fmt: skip
    assert stored(desk) == 2
    with pytest.raises(UsageError):
        imports.import_uploads(desk, reader, dossier, bytes(16), [("d", evidence.seal_upload(desk, reader, dossier, [b"4"]))])
    assert stored(desk) == 2


def test_somebody_elses_import_does_not_exist(desk: Desk, dossier: bytes, folder: Path, make_desk: Callable[..., Desk]) -> None:
    (folder / "a.txt").write_bytes(b"words")
    ident = bring(desk, dossier, folder)
    other = office(make_desk(2))
    for deed in (imports.shown, imports.take_back, imports.look_at_all):
        with pytest.raises(NotFound):
            deed(other, other.reader("work"), ident)
    with pytest.raises(LetapisError):
        bring(other, dossier, folder)


_KILLED = """
import sys
from pathlib import Path
from letapis.desk import imports
from letapis.desk.opening import open_desk
from tests.desk import writer
desk = open_desk(Path(sys.argv[1]), writer.agent(), alias="import-killed")
imports.import_folder(desk, desk.reader("work"), bytes.fromhex(sys.argv[2]), Path(sys.argv[3]), b"", lambda done, of: print(done, flush=True))
"""


def test_a_killed_import_goes_on_without_doubles_and_without_a_name_on_the_disk(tmp_path: Path) -> None:
    from letapis.desk.opening import open_desk
    from tests.desk import writer

    folder, brought = tmp_path / "killed", tmp_path / "brought"
    folder.mkdir(mode=0o700)
    brought.mkdir()
    for number in range(200):
        (brought / f"kanarka-Vydumka-{number:03}.txt").write_bytes(b"kanarka words %d" % number)
    desk = office(open_desk(folder, writer.agent(), alias="import-killed"))
    dossier = dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")
    desk.close()
    for at in (20, 63, 65, 128, 150):
        command = [sys.executable, "-c", _KILLED, str(folder), dossier.hex(), str(brought)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= at:
                    os.kill(process.pid, signal.SIGKILL)
                    break
    desk = open_desk(folder, writer.agent(), alias="import-killed")
    try:
        ident = bring(desk, dossier, brought)
        assert len(imports.imports_of(desk, desk.reader("work"), dossier)) == 1
        assert imports.shown(desk, desk.reader("work"), ident).counts == {"taken": 200, "held": 0, "refused": 0, "quarantined": 0}
        assert len(reading.evidence_of(desk, desk.reader("work"), dossier)) == 200
        assert audit(desk, processes=1).faults == () and evidence.check_objects(desk) == []
        evidence.sweep(desk, older_than=-1.0)
        assert stored(desk) == 200
    finally:
        desk.close()
    assert not any(b"kanarka" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_memory_does_not_grow_with_the_folder(desk: Desk, dossier: bytes, folder: Path) -> None:
    """The peak of the second half of many files is that of the first."""
    for number in range(330):
        (folder / f"{number:04}.txt").write_bytes(b"words %d" % number)
    peaks: list[int] = []

    def measures(done: int, _total: int) -> None:
        if done in (100, 200, 320):
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()

    tracemalloc.start()
    try:
        bring(desk, dossier, folder, progress=measures)
    finally:
        tracemalloc.stop()
    assert peaks[2] < peaks[1] + 400_000
