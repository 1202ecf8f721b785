"""What files say of themselves is sealed apart, what they enclose has ids of our own, what is alike is found, and a machine's reading is marked."""

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from letapis.core.errors import Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.desk import alikes, captures, dossiers, evidence, import_report, imports, insides, ocr, reading
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.engines import gpgv, outside
from tests.desk.casework import desk, office

__all__ = ["desk"]

VECTORS = Path(__file__).parents[1] / "vectors"
WORDS = "They came at six in the morning and took him to Vydumka street where he was held until noon of the next day."


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")


def keep(desk: Desk, dossier: bytes, data: bytes, name: str = "", kind: str = "document", media: str = "") -> bytes:
    return evidence.add_evidence(desk, desk.reader("work"), dossier, EvidenceForm(name or "A file", kind, name, media_type=media), [data])


def brought(desk: Desk, dossier: bytes, name: str) -> bytes:
    return keep(desk, dossier, (VECTORS / name).read_bytes(), name.rpartition("/")[2])


def inside(desk: Desk, item: bytes, order: str = "") -> dict[str, insides.Embedded]:
    insides.look_inside(desk, desk.reader("work"), item, order)
    return {one.reader: one for one in insides.embedded(desk, desk.reader("work"), item)}


def test_what_a_photograph_says_is_sealed_apart_with_what_to_think_of(desk: Desk, dossier: bytes) -> None:
    item = brought(desk, dossier, "exif/gen-gps-north-east.jpg")
    found = inside(desk, item)
    assert found["media"].value("BodySerialNumber") == "SN-0001" and "place_at_sea" in found["media"].warnings
    assert reading.custody(desk, desk.reader("work"), item)[-1].event == "metadata extraction"
    home = reading.dossier(desk, desk.reader("work"), dossier)
    assert all(one.compartment == home.raw for one in reading.items(desk, desk.reader("work"), "embedded", parent=item))
    assert insides.look_inside(desk, desk.reader("work"), item) == ()
    odd = inside(desk, brought(desk, dossier, "exif/01.jpg"))["media"].warnings
    assert {"place_impossible", "time_without_zone", "time_in_future"} <= set(odd)
    assert "preview_differs" in inside(desk, brought(desk, dossier, "exif/gen-thumbnail-shows-more.jpg"))["media"].warnings


def test_nothing_of_it_lies_open_on_the_disk(desk: Desk, dossier: bytes) -> None:
    inside(desk, brought(desk, dossier, "exif/gen-xmp-gps.png"))
    inside(desk, brought(desk, dossier, "eml/gen-koi8-r.eml"))
    found = [path for path in desk.workspace.rglob("*") if path.is_file()]
    assert found and not [p for p in found for word in ("Janka Vydumany", "повестка") if word.encode() in p.read_bytes()]


def test_a_mail_gives_its_text_and_its_attachments_ids_of_our_own(desk: Desk, dossier: bytes) -> None:
    item = brought(desk, dossier, "eml/gen-windows-1251-belarusian.eml")
    found, reader = inside(desk, item)["mail"], desk.reader("work")
    assert found.value("subject") == "Пра затрыманне ў Прыдуманску" and not found.warnings
    text = insides.text_of(desk, reader, item)
    assert text.startswith("From: Тэставы Адрасат") and "Ён сказаў, што ў іх няма ордэра." in text
    (attached,) = insides.attachments(desk, reader, item)
    assert (attached.title, attached.derived_from, attached.media_type) == ("пратакол.pdf", item, "application/pdf")
    assert attached.object != item and reading.custody(desk, reader, attached.object)[0].outcome == "derived"
    broken = inside(desk, brought(desk, dossier, "eml/multiple_invalid_content_dispositions.eml"))["mail"]
    assert {"mail_disposition", "mail_header_twice"} <= set(broken.warnings)
    nested = brought(desk, dossier, "eml/attachment_message_rfc822.eml")
    assert inside(desk, nested)["mail"].value("message")
    assert [one.media_type for one in insides.attachments(desk, reader, nested)] == ["message/rfc822"]


def test_a_mail_of_apple_mail_is_read_without_what_the_program_wrote_around_it(desk: Desk, dossier: bytes) -> None:
    mail = (VECTORS / "eml" / "gen-windows-1251-belarusian.eml").read_bytes()
    marks = b'<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>flags</key><integer>8590195713</integer></dict></plist>\n'
    for name in ("12.emlx", "12"):
        item = keep(desk, dossier, b"%d      \n%s%s<!-- %s -->" % (len(mail), mail, marks, name.encode()), name)
        found = inside(desk, item)["mail"]
        assert found.value("subject") == "Пра затрыманне ў Прыдуманску" and not found.warnings
        assert "plist" not in insides.text_of(desk, desk.reader("work"), item)
        (attached,) = insides.attachments(desk, desk.reader("work"), item)
        assert attached.title == "пратакол.pdf"
    assert inside(desk, keep(desk, dossier, b"375\nOnly invented numbers stand here.", "13.emlx")) == {}


def test_a_chat_becomes_rows_and_a_text_with_marks_that_stay(desk: Desk, dossier: bytes) -> None:
    item = brought(desk, dossier, "chat/gen-telegram-channel.json")
    found, reader = inside(desk, item)["telegram"], desk.reader("work")
    assert found.value("messages") == "5" and "media_missing" in found.warnings
    rows = insides.messages(desk, reader, item)
    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5"] and rows[3]["forwarded"] == "Іншы прыдуманы канал"
    lines = insides.text_of(desk, reader, item).split("\n")
    assert lines[1].startswith("[m2] 2026-09-21T09:05:10Z Прыдуманы канал: Каля суда затрымалі") and "[missing]" in lines[4]


def test_the_order_of_days_is_asked_where_the_chat_does_not_prove_it(desk: Desk, dossier: bytes) -> None:
    proven = brought(desk, dossier, "chat/whatsapp-test_ddmmyy_24hrs.txt")
    assert inside(desk, proven)["whatsapp"].value("order") == "dmy"
    assert insides.messages(desk, desk.reader("work"), proven)[1]["day"] == "2019-01-20 11:23"
    item = keep(desk, dossier, b"1/2/26, 9:05 PM - Janka: one\n3/4/26, 10:00 PM - Janka: two\n", "chat.txt")
    with pytest.raises(Refused) as refused:
        inside(desk, item)
    assert refused.value.code == "insides.day_order" and not insides.embedded(desk, desk.reader("work"), item)
    with pytest.raises(UsageError):
        inside(desk, item, "dym")
    assert "order_told" in inside(desk, item, "mdy")["whatsapp"].warnings
    assert insides.messages(desk, desk.reader("work"), item)[0]["day"] == "2026-01-02 21:05"


@pytest.mark.skipif(not gpgv.here(), reason="gpgv or bwrap is not installed")
def test_a_bundle_of_proofmode_is_checked_and_one_that_was_altered_is_not_right(desk: Desk, dossier: bytes) -> None:
    good = inside(desk, brought(desk, dossier, "proofmode/good.zip"))["proofmode"]
    assert good.value("state") == "good" and {"signature_sha1", "names_device"} <= set(good.warnings)
    bad = inside(desk, brought(desk, dossier, "proofmode/bad.zip"))["proofmode"]
    assert bad.value("state") == "invalid" and "signature_wrong" in bad.warnings


PROVEN = "0b8d8b5f15046343fd32f451df93acc2bdd9e6373be478b968e4cad6b6647351"
OTHER = {"smallest_jpeg.jpg": (VECTORS / "hostile" / "exif" / "noexif.jpg").read_bytes()}


@pytest.mark.skipif(not gpgv.here(), reason="gpgv or bwrap is not installed")
@pytest.mark.parametrize(
    ("gone", "put"),
    [
        ((f"{PROVEN}.asc",), OTHER),
        ((f"{PROVEN}.asc", "smallest_jpeg.jpg"), {}),
        ((), {"second.jpg": OTHER["smallest_jpeg.jpg"]}),
        ((f"{PROVEN}.proof.json.asc",), {}),
        ((f"{PROVEN}.asc", f"{PROVEN}.proof.csv.asc", f"{PROVEN}.proof.json.asc"), {}),
    ],
)
def test_a_bundle_is_not_right_where_the_signature_of_a_file_was_taken_out(
    desk: Desk, dossier: bytes, gone: tuple[str, ...], put: dict[str, bytes]
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(VECTORS / "proofmode" / "good.zip") as good, zipfile.ZipFile(made, "w") as bundle:
        parts = {info.filename: good.read(info) for info in good.infolist() if info.filename not in gone} | put
        for name, data in parts.items():
            bundle.writestr(name, data)
    found = inside(desk, keep(desk, dossier, made.getvalue(), "proof.zip"))["proofmode"]
    assert found.value("state") == "invalid" and "signature_wrong" in found.warnings


def test_without_gpgv_nobody_says_that_a_signature_is_right(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "PLACES", "/nowhere")
    found = inside(desk, brought(desk, dossier, "proofmode/good.zip"))["proofmode"]
    assert found.value("state") == "unchecked" and "signature_unchecked" in found.warnings


def test_content_credentials_are_kept_with_their_codes(desk: Desk, dossier: bytes) -> None:
    found = inside(desk, brought(desk, dossier, "c2pa/E-sig-CA.jpg"))["credentials"]
    assert found.value("state") == "invalid" and any((one.name, one.value) == ("code", "claimSignature.mismatch") for one in found.said)
    assert "credentials" not in inside(desk, brought(desk, dossier, "c2pa/A.jpg"))
    assert inside(desk, brought(desk, dossier, "c2pa/cloud.jpg"))["credentials"].value("state") == "remote"


def test_a_bomb_leaves_its_reason_and_another_form_leaves_nothing(desk: Desk, dossier: bytes) -> None:
    found = inside(desk, keep(desk, dossier, (VECTORS / "hostile/generated/bomb-zeros.zip").read_bytes(), "a.zip"))
    assert found["proofmode"].fault == "parse.archive_ratio"
    assert inside(desk, keep(desk, dossier, b'{"messages": 5}', "a.json")) == {}


def picture(colour: int, size: tuple[int, int], form: str) -> bytes:
    out = io.BytesIO()
    drawn = Image.radial_gradient("L").resize((400, 300))
    drawn.paste(colour, (40, 40, 160, 120))
    drawn.resize(size).save(out, form)
    return out.getvalue()


def test_a_likeness_is_sealed_and_lies_nowhere_in_clear(desk: Desk, dossier: bytes) -> None:
    """Whoever has a picture could tell by the figure of its likeness that we hold it."""
    item = keep(desk, dossier, picture(0, (400, 300), "PNG"), "a.png", "photo")
    evidence.make_working_copy(desk, desk.reader("work"), item)
    inside(desk, item)
    (kept,) = reading.items(desk, desk.reader("work"), "embedded", parent=item, state=insides.LIKENESS)
    figures = [text.encode() for text in kept.record.texts("said") if len(text) == 64]
    figures += [int(figure, 2).to_bytes(8, "big") if set(figure) <= set(b"01") else bytes.fromhex(figure.decode()) for figure in figures]
    lying = b"".join(path.read_bytes() for path in desk.workspace.rglob("*") if path.is_file())
    assert figures and not any(figure in lying for figure in figures)


def test_what_is_equal_or_alike_is_found_over_the_dossiers_of_the_reader(desk: Desk, dossier: bytes) -> None:
    other = dossiers.new_dossier(desk, "EX-2", "Vydumka", "person", "Vydumny")
    items = {
        "first": keep(desk, dossier, picture(0, (400, 300), "PNG"), "a.png", "photo"),
        "smaller": keep(desk, other, picture(0, (200, 150), "JPEG"), "b.jpg", "photo"),
        "equal": keep(desk, other, picture(0, (400, 300), "PNG"), "c.png", "photo"),
        "text": keep(desk, dossier, WORDS.encode(), "d.txt", media="text/plain"),
        "copied": keep(desk, other, (WORDS + " So they say.").encode(), "e.txt", media="text/plain"),
        "far": keep(desk, other, b"Quite another account of quite another day which nobody took for the first.", "f.txt", media="text/plain"),
    }
    for item in items.values():
        evidence.make_working_copy(desk, desk.reader("work"), item)
        inside(desk, item)
    found = {one.item.object: (one.why, one.percent) for one in alikes.alike_to(desk, desk.reader("work"), items["first"])}
    assert found[items["equal"]] == ("same", 100) and found[items["smaller"]][0] == "picture" and len(found) == 2
    found = {one.item.object: one.why for one in alikes.alike_to(desk, desk.reader("work"), items["text"])}
    assert found == {items["copied"]: "text"}


def test_a_folder_is_looked_into_and_a_chat_that_must_be_asked_about_waits(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "a.jpg").write_bytes((VECTORS / "exif/gen-gps-north-east.jpg").read_bytes())
    (folder / "b.txt").write_bytes(b"1/2/26, 9:05 PM - Janka: one\n3/4/26, 10:00 PM - Janka: two\n")
    reader = desk.reader("work")
    made = imports.import_folder(desk, reader, dossier, folder)
    imports.look_at_all(desk, reader, made)
    photo, chat = (line.item for line in imports.lines(desk, reader, made))
    assert len(reading.renditions(desk, reader, photo)) == 1 and insides.embedded(desk, reader, photo)
    assert not insides.messages(desk, reader, chat) and imports.shown(desk, reader, made).counts["taken"] == 2


def test_a_web_capture_in_a_folder_is_held_against_its_own_signatures(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    for name in ("gen-page-list-changed.wacz", "valid_signed_example_1.wacz"):
        (folder / name).write_bytes((VECTORS / "wacz" / name).read_bytes())
    (folder / "post.warc.gz").write_bytes((VECTORS / "warc" / "example.warc.gz").read_bytes())
    reader = desk.reader("work")
    made = imports.import_folder(desk, reader, dossier, folder)
    imports.look_at_all(desk, reader, made)
    found = {line.path: line for line in imports.lines(desk, reader, made)}
    assert {path: (line.outcome, line.reason) for path, line in found.items()} == {
        "gen-page-list-changed.wacz": ("quarantined", "wacz.part_changed"),
        "valid_signed_example_1.wacz": ("taken", ""),
        "post.warc.gz": ("taken", ""),
    }
    for name in ("valid_signed_example_1.wacz", "post.warc.gz"):
        assert captures.capture_of(desk, reader, found[name].item).given["url.requested"]
    assert "wacz.part_changed" not in import_report.table_of(desk, reader, made, "be").decode()


def test_a_mail_is_recorded_as_a_mail_and_an_export_with_a_mark_before_it_is_read(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "a letter").write_bytes((VECTORS / "eml" / "gen-koi8-r.eml").read_bytes())
    (folder / "result.json").write_bytes(b"\xef\xbb\xbf" + (VECTORS / "chat" / "gen-telegram-channel.json").read_bytes())
    reader = desk.reader("work")
    made = imports.import_folder(desk, reader, dossier, folder)
    imports.look_at_all(desk, reader, made)
    mail, chat = (line.item for line in imports.lines(desk, reader, made))
    assert captures.capture_of(desk, reader, mail).given["file.type"] == "message/rfc822"
    assert len(insides.messages(desk, reader, chat)) == 5


HOSTILE = VECTORS / "hostile" / "generated"


def test_a_folder_of_hostile_files_comes_in_whole_and_each_is_said_to_be_what_it_is(desk: Desk, dossier: bytes) -> None:
    """Bombs, traversal, files that are two things at once and files that lie: kept as they are, shown never, and nothing else happens."""
    reader = desk.reader("work")
    made = imports.import_folder(desk, reader, dossier, HOSTILE)
    imports.look_at_all(desk, reader, made)
    found = {line.path: line for line in imports.lines(desk, reader, made)}
    quarantined = {path: line.reason for path, line in found.items() if line.outcome == "quarantined"}
    assert quarantined == {
        "bomb-overlap.zip": "parse.archive_duplicate",
        "bomb-zeros.zip": "parse.archive_ratio",
        "entities.xml": "parse.xml_entities",
        "header-lies.zip": "parse.archive_lies",
        "huge-dimensions.png": "parse.too_many_pixels",
        "traversal.zip": "parse.archive_path",
    }
    assert all(line.outcome == "taken" for path, line in found.items() if path not in quarantined)
    told = {"polyglot-gif-html.gif": "flags.polyglot", "polyglot-pdf-zip.pdf": "flags.polyglot", "javascript.pdf": "flags.javascript"}
    for path, flag in told.items():
        assert flag in evidence.flags(desk, reader, found[path].item)
    imports.look_at_all(desk, reader, made)  # nothing is done twice
    assert len([one for one in reading.custody(desk, reader, found["javascript.pdf"].item) if one.event == "format identification"]) == 1


# --- a machine's reading


def fake(folder: Path, body: str) -> str:
    """An invented tesseract; ``bwrap`` stays the real one."""
    folder.mkdir()
    tool = folder / "tesseract"
    tool.write_text(f"#!/bin/sh\n{body}\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return f"{folder}:{outside.PLACES}"


# A row for each word, as tesseract's table has it; one of them turns the direction of writing.
READS = "printf '5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t96.5\\t%b\\n' Вырак суда '\\342\\200\\256' 2026"
LISTS = 'if [ "$1" = --list-langs ]; then printf "List (2):\\nbel\\nrus\\n"; exit 0; fi\n'


def scan(desk: Desk, dossier: bytes) -> bytes:
    item = keep(desk, dossier, picture(90, (400, 300), "PNG"), "verdict.png")
    evidence.make_working_copy(desk, desk.reader("work"), item)
    return item


@pytest.mark.skipif(not outside.found("gpgv"), reason="bwrap is not installed")
def test_a_machine_reads_a_scan_and_its_words_are_marked_as_such(desk: Desk, dossier: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item, reader = scan(desk, dossier), desk.reader("work")
    check = 'test "$6" = bel+rus || exit 9\ntest $(head -c 4 | tail -c 3) = PNG || exit 8\nls /work /home /etc 2>/dev/null && exit 7\n'
    monkeypatch.setattr(outside, "PLACES", fake(tmp_path / "tools", LISTS + check + READS))
    made = ocr.read_scan(desk, reader, item)
    text = insides.text_of(desk, reader, item, ocr.READ)
    assert text == "[p1]\nВырак суда [U+202E] 2026" and reading.evidence(desk, reader, made).derived_from == item
    assert reading.custody(desk, reader, item)[-2].outcome == "read by machine" and not reading.claims(desk, reader, dossier)
    with pytest.raises(Refused) as refused:
        ocr.read_scan(desk, reader, item)
    assert refused.value.code == "ocr.read_already"


@pytest.mark.parametrize(
    "body, code",
    [(LISTS + "exit 1", "ocr.failed"), ("exit 0", "ocr.no_language"), (LISTS + "exit 0", "ocr.no_words")],
)
@pytest.mark.skipif(not outside.found("gpgv"), reason="bwrap is not installed")
def test_a_machine_that_fails_leaves_nothing(
    desk: Desk, dossier: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, code: str
) -> None:
    item = scan(desk, dossier)
    monkeypatch.setattr(outside, "PLACES", fake(tmp_path / "tools", body))
    with pytest.raises((Refused, Hostile)) as fault:
        ocr.read_scan(desk, desk.reader("work"), item)
    assert fault.value.code == code and not insides.text_of(desk, desk.reader("work"), item, ocr.READ)


def test_where_no_machine_is_installed_that_is_said(desk: Desk, dossier: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "PLACES", "/nowhere")
    with pytest.raises(Refused) as refused:
        ocr.read_scan(desk, desk.reader("work"), scan(desk, dossier))
    assert refused.value.code == "ocr.absent"
    with pytest.raises(Refused) as refused:
        ocr.read_scan(desk, desk.reader("work"), keep(desk, dossier, b"words"))
    assert refused.value.code == "ocr.no_pages"


def test_somebody_elses_item_has_no_inside(desk: Desk, dossier: bytes, make_desk: Callable[..., Desk]) -> None:
    item = brought(desk, dossier, "exif/gen-gps-north-east.jpg")
    inside(desk, item)
    other = office(make_desk(2))
    for deed in (insides.look_inside, insides.embedded, insides.messages, insides.text_of, alikes.alike_to, ocr.read_scan):
        with pytest.raises(NotFound):
            deed(other, other.reader("work"), item)
    assert issubclass(NotFound, LetapisError)
