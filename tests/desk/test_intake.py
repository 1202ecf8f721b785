"""Every original has a record of how it came, in the transaction in which it came: what the desk knows is said, what only a person knows is open,
what the file says of itself is read from where it is kept apart and leaves with nothing."""

import csv
import hashlib
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from letapis.core.capture import INSTANTS
from letapis.core.errors import Busy, UsageError
from letapis.core.standing import Level
from letapis.desk import captures, dossiers, evidence, imports, insides, reading, sources, web_captures
from letapis.desk.casefile import Choice, export_case_file
from letapis.desk.casefile_records import Showing
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk, open_desk
from tests.desk import writer
from tests.desk.casework import Work, desk, office, work_at

__all__ = ["desk"]

VECTORS = Path(__file__).parents[1] / "vectors"
ASKED = {"form.purpose": "To show who signed", "collection.collector": "Vydumka the collector", "safety.consent": "of the mother, on 1 May"}


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")


def view(desk: Desk, item: bytes) -> captures.CaptureView:
    return captures.capture_of(desk, desk.reader("work"), item)


def records(desk: Desk, item: bytes) -> list[reading.ItemView]:
    return reading.items(desk, desk.reader("work"), captures.OPEN, captures.SEALED, about=item)


def keep(desk: Desk, dossier: bytes, data: bytes, name: str, **more: object) -> bytes:
    form = EvidenceForm("An original", "document", name, **more)  # type: ignore[arg-type]
    return evidence.add_evidence(desk, desk.reader("work"), dossier, form, [data])


def brought(tmp_path: Path, count: int) -> Path:
    folder = tmp_path / "brought"
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.txt").write_bytes(b"words %d" % number)
    return folder


def test_each_door_leaves_one_record_that_says_what_the_desk_knows(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    reader = desk.reader("work")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "letter.txt").write_bytes(b"words of a letter")
    ident = imports.import_folder(desk, reader, dossier, tmp_path / "folder")
    upload = evidence.seal_upload(desk, reader, dossier, [b"words of an upload"])
    (uploaded,) = imports.originals_of(desk, reader, imports.import_uploads(desk, reader, dossier, b"", [("upload.txt", upload)]))
    page = web_captures.import_capture(
        desk, reader, dossier, web_captures.CaptureForm("A page", "page.warc.gz"), [(VECTORS / "warc/example.warc.gz").read_bytes()]
    )
    doors = {
        imports.originals_of(desk, reader, ident)[0]: "folder",
        uploaded: "upload",
        page.item: "capture",
        evidence.keep_text(desk, reader, dossier, "Told", "an account as it was pasted"): "pasted",
        keep(desk, dossier, b"words on the command line", "cli.txt", arrived="command_line"): "command_line",
    }
    for item, door in doors.items():
        kept, given = reading.evidence(desk, reader, item), view(desk, item).given
        assert (given["hash.algorithm"], given["hash.value"]) == ("SHA-256", kept.sha256.hex())
        assert (given["file.arrived"], given["file.size"]) == (door, str(kept.size))
        assert (given["hash.time"], given["hash.tool"]) == (kept.received, captures.TOOL)
        assert [one.type for one in records(desk, item)] == [captures.OPEN], "one record an original, whatever is found of it later"
    assert view(desk, page.item).given["url.requested"], "a capture of the web says more, in the same record"
    parts = [part for item in doors for part in reading.parts_of(desk, reader, item)]
    assert parts and not any(records(desk, part.object) for part in parts), "what is taken out of an original says what it was taken from"


def test_what_only_a_person_knows_stays_open_until_somebody_says_it_and_the_earlier_word_stays(desk: Desk, dossier: bytes) -> None:
    item = keep(desk, dossier, b"words", "letter.txt")
    unsaid = {one.id for one in view(desk, item).unsaid}
    assert {"form.purpose", "url.requested", "collection.collector", "safety.consent", "form.circumstances"} <= unsaid
    assert not unsaid & {"hash.value", "file.size", "file.arrived"} and not any(one.reads for one in view(desk, item).unsaid)
    captures.set_capture(desk, desk.reader("work"), item, {"form.purpose": "first word"})
    captures.set_capture(desk, desk.reader("work"), item, {"form.purpose": "second word"})
    (record,) = records(desk, item)
    versions = [one.record for one in reading.versions(desk, desk.reader("work"), record.item)]
    told = [dict(zip(one.texts("fields"), one.texts("values"), strict=True)) for one in versions]
    assert sorted(one.get("form.purpose", "") for one in told) == ["", "first word", "second word"]
    assert "form.purpose" not in {one.id for one in view(desk, item).unsaid}


def test_the_name_the_source_and_the_colleague_are_read_from_the_record_and_written_nowhere_twice(desk: Desk, dossier: bytes) -> None:
    source = sources.add_source(desk, desk.reader("work"), dossier, sources.SourceForm("Kalina"))
    item = keep(desk, dossier, b"words", "kanarka-name.txt", source=source)
    read = view(desk, item).read
    assert (read["file.name"], read["file.source"]) == ("kanarka-name.txt", "Kalina") and read["file.taken_by"]
    assert "kanarka" not in str([one.record.body for one in records(desk, item)])
    for ident in ("file.name", "says.device"):
        with pytest.raises(UsageError, match=r"capture\.read_from_file"):
            captures.set_capture(desk, desk.reader("work"), item, {ident: "a word"})
    with pytest.raises(UsageError, match=r"capture\.choice"):
        captures.set_capture(desk, desk.reader("work"), item, {"file.arrived": "by owl"})


def test_a_photograph_a_mail_and_a_chat_speak_for_themselves_apart(desk: Desk, dossier: bytes) -> None:
    reader = desk.reader("work")
    way = b"Received: from b.example by c.example; 2 May\nReceived: from a.example\n by b.example; 1 May\n"
    heads = b"From: Hatka <h@a.example>\nTo: Kalina <k@c.example>\nDate: Fri, 1 May 2026 10:00:00 +0000\nMessage-ID: <kanarka@a.example>\n"
    mail = way + heads + b"Subject: Words\n\nWords.\n"
    photo = keep(desk, dossier, (VECTORS / "exif/gen-gps-north-east.jpg").read_bytes(), "a.jpg")
    letter = keep(desk, dossier, mail, "letter.eml")
    chat = keep(desk, dossier, (VECTORS / "chat/gen-telegram-channel.json").read_bytes(), "result.json")
    for item in (photo, letter, chat):
        insides.look_inside(desk, reader, item)
        evidence.make_working_copy(desk, reader, item)
    said = {name: view(desk, item).read for name, item in (("photo", photo), ("letter", letter), ("chat", chat))}
    assert said["photo"]["says.made"] and said["photo"]["says.device"] and view(desk, photo).given["file.type"] == "image/jpeg"
    assert said["letter"]["says.message"] == "<kanarka@a.example>" and "h@a.example" in said["letter"]["says.from"]
    assert said["letter"]["says.route"].splitlines() == ["from b.example by c.example; 2 May", "from a.example by b.example; 1 May"]
    assert said["letter"]["says.sent"].startswith("Fri, 1 May") and "k@c.example" in said["letter"]["says.to"]
    assert said["chat"]["says.exporter"] == "Telegram Desktop, JSON" and len(said["chat"]["says.period"].splitlines()) == 2
    assert len(said["chat"]["says.chat"].splitlines()) == 2, "name and number"
    for item in (photo, letter, chat):
        (record,) = records(desk, item)
        assert record.type == captures.OPEN and not [one for one in record.record.texts("fields") if one.startswith("says.")]
        assert "kanarka" not in str(record.record.body)


def test_a_folder_is_asked_once_also_when_it_goes_on(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = brought(tmp_path, 150)

    def stops(done: int, _total: int) -> None:
        if done == 100:
            raise Busy("doing.stopped")

    reader = desk.reader("work")
    with pytest.raises(Busy):
        imports.import_folder(desk, reader, dossier, folder, b"", stops, ASKED)
    ident = imports.import_folder(desk, reader, dossier, folder)
    items = imports.originals_of(desk, reader, ident)
    assert len(items) == 150
    for item in items:
        given = view(desk, item).given
        assert {name: given[name] for name in ASKED} == ASKED and given["file.arrived"] == "folder"
        opened, sealed = records(desk, item)
        assert "collection.collector" not in opened.record.texts("fields") and sealed.record.texts("fields") == ("collection.collector",)
    with pytest.raises(UsageError, match=r"capture\.field"):
        imports.import_folder(desk, reader, dossier, folder, said={"no.such": "x"})


def test_the_same_is_said_of_a_whole_import_later_where_nobody_said_it_yet(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    reader = desk.reader("work")
    ident = imports.import_folder(desk, reader, dossier, brought(tmp_path, 70))
    first, *rest = imports.originals_of(desk, reader, ident)
    captures.set_capture(desk, reader, first, {"form.purpose": "its own word"})

    def stops(done: int, _total: int) -> None:
        if done == 66:
            raise Busy("doing.stopped")

    with pytest.raises(Busy):
        imports.say_of_all(desk, reader, ident, ASKED, stops)
    assert imports.say_of_all(desk, reader, ident, ASKED) < 70, "what was written before the stop stays"
    assert view(desk, first).given["form.purpose"] == "its own word" and view(desk, first).given["safety.consent"] == ASKED["safety.consent"]
    assert all(view(desk, item).given["form.purpose"] == ASKED["form.purpose"] for item in rest)
    assert imports.say_of_all(desk, reader, ident, ASKED) == 0


def test_a_wrong_word_keeps_nothing(desk: Desk, dossier: bytes) -> None:
    with pytest.raises(UsageError, match=r"capture\.instant") as told:
        keep(desk, dossier, b"words", "letter.txt", said={"collection.time": "yesterday"})
    assert told.value.where == "collection.time"
    assert not reading.evidence_of(desk, desk.reader("work"), dossier) and not list(evidence.objects(desk).names())


# ---- what leaves -----------------------------------------------------------------------------------------------------


def handed(desk: Desk, work: Work, target: Path, showing: Showing | None = None) -> tuple[Path, list[dict[str, str]]]:
    choice = Choice(floor=Level.OPEN, showing=showing or Showing())
    case = export_case_file(desk, desk.reader("submit"), work.dossier, target, "An invented court", "a hearing", choice).target
    return case, list(csv.DictReader(io.StringIO((case / "data/metadata/berkeley.csv").read_text(encoding="utf-8"))))


def test_a_court_reads_what_was_said_and_what_was_not_and_nobodys_hour(desk: Desk, tmp_path: Path) -> None:
    work = work_at(desk)
    captures.set_capture(desk, desk.reader("work"), work.item, ASKED)
    case, table = handed(desk, work, tmp_path / "case")
    said = {row["field"]: row["said"] for row in table}
    kept = reading.evidence(desk, desk.reader("work"), work.item)
    assert said["hash.value"] == kept.sha256.hex() and said["file.size"] == str(kept.size) and said["form.purpose"] == ASKED["form.purpose"]
    assert said["file.arrived"] == "given to the desk" and not said.keys() & INSTANTS and not said.keys() & {"collection.collector", "file.name"}
    assert {"url.requested", "page.picture", "collection.time"} <= set(said["unsaid"].split()) and "hash.time" not in said["unsaid"].split()
    everything = b"".join(path.read_bytes() for path in case.rglob("*") if path.is_file())
    for canary in (ASKED["collection.collector"], kept.name, kept.received):
        assert canary.encode() not in everything
    text = subprocess.run(["pdftotext", str(case / "data/metadata/index.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    texts, flat = desk.catalogue.texts, " ".join(text.split())
    for key in ("casefile.index.captures", "casefile.index.captures_unsaid"):
        assert texts.say(key, "en") in flat
    assert ASKED["form.purpose"] in flat and ASKED["collection.collector"] not in flat


# ---- on the disk -----------------------------------------------------------------------------------------------------

_KILLED = """
import sys
from pathlib import Path
from letapis.desk import imports
from letapis.desk.opening import open_desk
from tests.desk import writer
desk = open_desk(Path(sys.argv[1]), writer.agent(), alias="intake-killed")
said = {"form.purpose": "kanarka purpose", "collection.collector": "kanarka collector"}
told = lambda done, of: print(done, flush=True)
imports.import_folder(desk, desk.reader("work"), bytes.fromhex(sys.argv[2]), Path(sys.argv[3]), b"", told, said)
"""


def test_a_kill_leaves_no_word_and_no_digest_of_it_on_the_disk_and_no_original_without_its_record(tmp_path: Path) -> None:
    folder, brought = tmp_path / "killed", tmp_path / "brought"
    folder.mkdir(mode=0o700)
    brought.mkdir()
    contents = [b"kanarka words %d" % number for number in range(140)]
    for number, content in enumerate(contents):
        (brought / f"kanarka-{number:03}.eml").write_bytes(content)
    desk = office(open_desk(folder, writer.agent(), alias="intake-killed"))
    dossier = dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")
    desk.close()
    command = [sys.executable, "-c", _KILLED, str(folder), dossier.hex(), str(brought)]
    for at in (30, 100):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= at:
                    os.kill(process.pid, signal.SIGKILL)
                    break
        desk = open_desk(folder, writer.agent(), alias="intake-killed")
        for kept in reading.evidence_of(desk, desk.reader("work"), dossier):
            given = view(desk, kept.object).given
            assert given["hash.value"] == kept.sha256.hex() and given["collection.collector"] == "kanarka collector"
        desk.close()
    lying = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()) + str(sorted(folder.rglob("*"))).encode()
    digests = [hashlib.sha256(content) for content in contents]
    assert b"kanarka" not in lying
    assert not [one for one in digests if one.digest() in lying or one.hexdigest().encode() in lying]
