"""What files of strangers say of themselves: every sample with its expected answer, read behind the shut door; thousands of broken ones."""

import hashlib
import io
import json
import random
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import letapis
from letapis.core.errors import Hostile
from letapis.engines import gpgv
from letapis.engines.parse import Inspection, inspect, render
from letapis.engines.parse.codes import Kind
from letapis.engines.parse.sniff import sniff

VECTORS = Path(__file__).parents[1] / "vectors"
ROOT = str(Path(letapis.__file__).resolve().parent.parent)


def read(reader: str, name: str) -> Inspection:
    return inspect((VECTORS / name).read_bytes(), reader)


def refused(reader: str, data: bytes) -> str:
    with pytest.raises(Hostile) as fault:
        inspect(data, reader)
    return fault.value.code


# --- photographs, documents, films


def said(found: Inspection, group: str = "") -> dict[str, str]:
    rows = [row for row in found.rows if "meta.group" in row and group in ("", row["meta.group"])]
    return {row["meta.name"]: row.get("meta.value", "") for row in rows}


def warned(found: Inspection) -> set[str]:
    return {row["meta.warning"] for row in found.rows if "meta.warning" in row}


@pytest.mark.parametrize(
    "name, expected",
    [
        ("r_canon.jpg", {"Model": "Canon PowerShot G1 X Mark II", "DateTimeOriginal": "2013:12:17 14:04:24"}),
        ("r_sony.jpg", {"Model": "DSC-RX1R", "DateTimeOriginal": "2013:04:13 10:22:18"}),
        ("gen-gps-north-east.jpg", {"position": "54.500000 15.250000", "BodySerialNumber": "SN-0001", "OffsetTimeOriginal": "+03:00"}),
        ("gen-xmp-gps.png", {"exif:GPSLatitude": "54,30.0N", "position": "54.500000 15.250000", "Author": "Janka Vydumany"}),
        ("gen-orientation-6.jpg", {"Orientation": "6"}),
        ("noexif.jpg", {}),
    ],
)
def test_a_photograph_tells_what_it_holds(name: str, expected: dict[str, str]) -> None:
    told = said(read("media", f"exif/{name}"))
    assert {key: told.get(key) for key in expected} == expected and (expected or not told)


def test_absurd_values_are_read_and_no_place_is_made_of_them() -> None:
    found = read("media", "exif/01.jpg")
    assert "flags.gps_implausible" in found.flags and {"place_impossible", "time_without_zone"} <= warned(found)
    assert said(found)["DateTimeOriginal"].startswith("2099") and not said(found)["position"]
    assert refused("media", (VECTORS / "exif/notjpeg.jpg").read_bytes()) == "parse.empty"


def test_a_preview_that_shows_more_than_the_picture_is_flagged() -> None:
    assert "flags.thumbnail_differs" in read("media", "exif/gen-thumbnail-shows-more.jpg").flags
    assert "flags.has_gps" in read("media", "exif/gen-gps-north-east.jpg").flags


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def test_a_film_tells_when_and_where_it_was_made() -> None:
    place = b"+54.5000+015.2500/"
    head = box(b"mvhd", b"\0\0\0\0" + struct.pack(">I", 3_800_000_000) + bytes(92))
    texts = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7) + place))
    film = box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", head + texts) + box(b"mdat", b"x" * 40)
    assert said(inspect(film, "media")) == {"created": "2024-05-31T11:33:20+00:00", "place": "+54.5000+015.2500/"}


# --- mail


@pytest.mark.parametrize(
    "name, subject, text, parts, faults",
    [
        ("attachment_pdf", "Another PDF with 🎉 Unicode chars in it 🍿", "Just attaching another PDF", [("attachment", "broken.pdf")], "none"),
        ("attachment_message_rfc822", "testing", "This is the first part.", [("message", "ForwardedMessage.eml")], "none"),
        ("gen-koi8-r", "Повестка в суд", "Суд назначен на 28 сентября", [("attachment", "повестка.pdf")], "none"),
        ("gen-windows-1251-belarusian", "Пра затрыманне ў Прыдуманску", "Ён сказаў, што ў іх няма", [("attachment", "пратакол.pdf")], "none"),
        ("japanese_shift_jis", "test", "あいうえお", [], "none"),
        ("multiple_invalid_content_dispositions", "Redacted", "foo", [("html", "")], "disposition header_twice"),
        ("report_422", "Warning: could not send message for past 8 hours", "THIS IS A WARNING MESSAGE", [("attachment", "")], "none"),
    ],
)
def test_a_mail_is_readable_and_its_parts_are_listed(name: str, subject: str, text: str, parts: list[tuple[str, str]], faults: str) -> None:
    found = read("mail", f"eml/{name}.eml")
    assert found.rows[0]["mail.subject"] == subject and text in (found.text or "") and found.rows[0]["mail.fault"] == faults
    assert [(row["part.kind"], row.get("part.name", "")) for row in found.rows[1:]] == parts
    assert all(str(len(one.data)) == found.rows[one.row]["part.size"] for one in found.members)


def test_a_part_is_what_its_bytes_are_and_not_what_its_header_says() -> None:
    found = read("mail", "eml/mail_test_14.eml")
    assert {(row["part.said"], row["part.type"]) for row in found.rows[1:]} == {("text/html", "text/html"), ("image/png", "text/plain")}
    assert "flags.type_conflict" in found.flags


@pytest.mark.parametrize("name", ["attachment_nonascii_filename", "attachment_with_encoded_name"])
def test_a_name_that_nobody_can_read_is_no_reason_to_lose_the_part(name: str) -> None:
    found = read("mail", f"eml/{name}.eml")
    assert len(found.members) == 1 and found.rows[1]["part.name"]


def _letter(subject: str, text: str = "Invented words.") -> bytes:
    return f"From: Vydumka <a@b.invalid>\nTo: c@d.invalid\nSubject: {subject}\nDate: Mon, 21 Sep 2026 10:00:00 +0300\n\n{text}\n".encode()


def test_no_mail_of_a_mailbox_disappears_in_the_text_of_the_one_before() -> None:
    line = b"From a@b.invalid Mon Sep 21 10:00:00 2026\n"
    box = b"\n".join((line + _letter("one", "He wrote:\n\nFrom now on we wait."), line + _letter("two"), line + _letter("three")))
    for data in (box, box.replace(b"\n", b"\r\n")):
        found = inspect(data, "mail")
        assert found.rows[0]["mail.subject"] == "one" and found.rows[0]["mail.fault"] == "mailbox"
        assert "From now on we wait." in (found.text or "") and "two" not in (found.text or "")
        assert [(row["part.kind"], row["part.name"]) for row in found.rows[1:]] == [("message", "two"), ("message", "three")]
        again = [inspect(one.data, "mail").rows[0] for one in found.members]
        assert [(row["mail.subject"], row["mail.fault"]) for row in again] == [("two", "none"), ("three", "none")]


def test_parts_beyond_the_limit_are_said() -> None:
    line = b"From a@b.invalid Mon Sep 21 10:00:00 2026\n"
    found = inspect(b"\n".join(line + _letter(str(number)) for number in range(502)), "mail")
    assert len(found.rows) == 501 and found.rows[0]["mail.fault"] == "mailbox parts"


@pytest.mark.parametrize(
    "data, media",
    [
        (_letter("a summons"), "message/rfc822"),
        (b"\xef\xbb\xbf" + _letter("a summons").replace(b"\n", b"\r\n"), "message/rfc822"),
        (b"Received: from x\n\tby y;\n" + b"X-Long: " + b"x" * 70_000 + b"\n" + _letter("long"), "text/plain"),
        (b"From a@b.invalid Mon Sep 21 10:00:00 2026\n" + _letter("a summons"), "message/rfc822"),
        (b"\n".join([b"From a@b.invalid Mon Sep 21 10:00:00 2026\n" + _letter("a summons")] * 2), "application/mbox"),
        (b"From: Vydumka\nTo: Janka\nSubject: what I saw\nThey came at six.\n\nAnd left.", "text/plain"),
        (b"From: Vydumka\n\nDear Janka", "text/plain"),
        (b"Date: today\nSubject: none\nTo: all\n", "text/plain"),
        (b"", "text/plain"),
    ],
)
def test_a_mail_is_called_a_mail_by_its_head_and_a_letter_is_not(data: bytes, media: str) -> None:
    assert sniff(data) == (Kind.TEXT, media)


@pytest.mark.parametrize("path", sorted((VECTORS / "eml").glob("*.eml")), ids=lambda path: path.name)
def test_the_sandbox_sees_each_sample_of_a_mail_as_one(path: Path) -> None:
    made = render(path.read_bytes(), "message/rfc822")
    assert made.media_type == "message/rfc822" and "flags.type_conflict" not in made.flags
    assert "flags.type_conflict" not in render(path.read_bytes(), "text/plain").flags


@pytest.mark.parametrize("data", [b"just words\n\nand more words", b"\x00\x01\x02" * 50, b"{}"])
def test_what_is_no_mail_is_said_to_be_none(data: bytes) -> None:
    assert refused("mail", data) == "parse.other_form"


# --- chats


@pytest.mark.parametrize("milliseconds", [10**17, 7 * 10**19, 10**23, 10**400])
def test_a_time_that_no_calendar_holds_costs_a_list_nothing_else(milliseconds: int) -> None:
    proof = json.dumps({"proof": {"hash": "ab" * 32, "timestamp": milliseconds}}).encode()
    assert inspect(proof, "results").rows[1] == {"web.row": "file", "web.path": "ab" * 32, "web.digest": f"SHA-256:{'ab' * 32}"}


def test_a_channel_of_telegram_keeps_edits_forwards_and_what_is_missing() -> None:
    rows = read("telegram", "chat/gen-telegram-channel.json").rows
    assert [row["chat.id"] for row in rows] == ["1", "2", "3", "4", "5"] and rows[0]["chat.kind"] == "service"
    assert rows[1]["chat.text"] == "Каля суда затрымалі двух чалавек. #прыдуманск" and rows[1]["chat.time"] == "2026-09-21T09:05:10Z"
    assert rows[2]["chat.edited"] == "2026-09-21T09:30:00Z" and rows[2]["chat.media"].startswith("photos/")
    assert rows[3]["chat.forwarded"] == "Іншы прыдуманы канал" and rows[3]["chat.reply"] == "2"
    assert rows[4]["chat.missing"] == "yes" and "chat.media" not in rows[4]


def test_a_small_export_and_a_full_one_are_read_alike() -> None:
    one = json.loads((VECTORS / "chat/telegram-test_single_export.json").read_bytes())
    assert read("telegram", "chat/telegram-test_single_export.json").rows[1]["chat.text"] == "Link:https://telegram.org/"
    full = {"about": "x", "chats": {"list": [{**one, "name": "A"}, {"name": "no messages"}]}, "left_chats": {"list": [{**one, "name": "B"}]}}
    assert [row["chat.name"] for row in inspect(json.dumps(full).encode(), "telegram").rows] == ["A", "A", "B", "B"]


@pytest.mark.parametrize("data", [b"{}", b'{"messages": 5}', b"[" * 60_000, b'{"messages": [1, null]}'])
def test_json_of_another_form_is_said_to_be_so(data: bytes) -> None:
    assert refused("telegram", data) == "parse.other_form"


def test_a_chat_of_whatsapp_proves_its_order_of_days_or_says_that_it_is_unknown() -> None:
    rows = read("whatsapp", "chat/whatsapp-test_ddmmyy_24hrs.txt").rows
    assert len(rows) == 9 and rows[0]["chat.order"] == "dmy" and rows[2]["chat.text"].endswith("Duis libero.")
    assert rows[3]["chat.from"] == "John-John Doe" and rows[4]["chat.kind"] == "service"
    unknown = "1/2/26, 9:05 PM - Janka: one\n[3/4/26, 10:00:01 PM] Janka: <Media omitted>\n"
    rows = inspect(unknown.encode(), "whatsapp").rows
    assert [row["chat.written"] for row in rows] == ["1/2/26 21:05", "3/4/26 22:00:01"] and rows[0]["chat.order"] == "unknown"
    assert rows[1]["chat.missing"] == "yes"
    assert inspect(b"2/13/26, 10:00 - A: x\n2/1/26, 10:00 - A: y\n", "whatsapp").rows[0]["chat.order"] == "mdy"
    assert refused("whatsapp", b"words\nand words\n") == "parse.other_form"


# --- proofs of others


def signatures(name: str) -> set[gpgv.Signature]:
    found = read("proofmode", f"proofmode/{name}.zip")
    parts = {found.rows[one.row]["part.name"]: one.data for one in found.members}
    digests = {hashlib.sha256(data).hexdigest(): data for data in parts.values()}
    key = parts["pubkey.asc"]
    signed = [name for name in parts if name.endswith(".asc") and name != "pubkey.asc"]
    return {gpgv.check(parts[one], parts.get(one[:-4]) or digests[one[:-4]], key)[0] for one in signed}


@pytest.mark.skipif(not gpgv.here(), reason="gpgv or bwrap is not installed")
def test_signatures_of_a_bundle_hold_and_an_altered_one_does_not() -> None:
    assert signatures("good") == {gpgv.Signature.GOOD}
    assert signatures("bad") - {gpgv.Signature.GOOD}


def test_a_bundle_names_device_and_network_and_another_archive_is_none() -> None:
    assert "File Hash SHA256" in said(read("proofmode", "proofmode/good.zip"), "proofmode")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "words")
    assert refused("proofmode", other.getvalue()) == "parse.other_form"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.proof.json", bytes(1 << 25))
    assert refused("proofmode", bomb.getvalue()) == "parse.archive_ratio"


@pytest.mark.parametrize(
    "name, state, codes",
    [
        ("A.jpg", "none", set()),
        ("C.jpg", "valid", {"signingCredential.untrusted"}),
        ("CA.jpg", "valid", {"signingCredential.untrusted"}),
        ("E-sig-CA.jpg", "invalid", {"signingCredential.untrusted", "claimSignature.mismatch"}),
        ("cloud.jpg", "remote", set()),
    ],
)
def test_content_credentials_are_read_and_nothing_is_fetched(name: str, state: str, codes: set[str]) -> None:
    """Behind the shut door every socket is forbidden by the kernel; an answer at all shows that none was needed."""
    found = read("credentials", f"c2pa/{name}")
    assert said(found)["state"] == state
    assert {row["meta.value"] for row in found.rows if row["meta.name"] == "code"} == codes


def test_a_pdf_without_credentials_has_none_and_is_not_called_dangerous() -> None:
    """The library reads a PDF in threads; where it may have none, it has to go on in the only one and not break off."""
    assert said(read("credentials", "hostile/pdf/test_pdf.pdf")) == {"state": "none"}


def test_a_picture_made_smaller_is_described_alike_and_another_is_not() -> None:
    from PIL import Image

    def drawn(size: tuple[int, int], slant: int) -> str:
        out = io.BytesIO()
        Image.radial_gradient("L").rotate(slant).resize(size).save(out, "PNG")
        return inspect(out.getvalue(), "likeness").rows[0]["like.difference"]

    from letapis.core import alike

    assert alike.difference(drawn((400, 300), 0), drawn((200, 150), 0)) <= alike.PICTURE_NEAR
    assert refused("likeness", b"\x89PNG\r\n\x1a\n no picture") == "parse.other_form"
    assert refused("likeness", (VECTORS / "hostile/generated/huge-dimensions.png").read_bytes()) == "parse.too_many_pixels"


# --- a thousand broken ones of each kind, with a fixed seed


_MANY = """
import importlib, io, os, struct, sys
sys.path.append(sys.argv[1])
from letapis.engines.parse import worker
from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.sandbox import lock_in
reader = importlib.import_module("letapis.engines.parse.inspect_" + sys.argv[2])
worker._warm_code_pages()
level, odd, done = lock_in(), [], 0
while head := sys.stdin.buffer.read(4):
    data = sys.stdin.buffer.read(struct.unpack(">I", head)[0])
    answer = Answer(io.BytesIO())
    answer.locked = level
    try:
        reader.read(data, answer)
    except (Stop, MemoryError):
        pass
    except Exception as fault:
        frame = fault.__traceback__
        while frame.tb_next: frame = frame.tb_next
        odd.append(f"{type(fault).__name__} {frame.tb_frame.f_code.co_name}:{frame.tb_lineno}")
    done += 1
print(done, sorted(set(odd)))
sys.stdout.flush()
os._exit(0)
"""


def mutants(samples: list[bytes], count: int, seed: int) -> list[bytes]:
    """Flipped, cut, doubled, swapped and overwritten bytes."""
    chance, made = random.Random(seed), []
    for number in range(count):
        data = bytearray(samples[number % len(samples)])
        for _ in range(chance.choice((1, 1, 2, 8, 40))):
            at, size = chance.randrange(len(data) or 1), chance.choice((1, 2, 4, 16, 200))
            match chance.randrange(5):
                case 0:
                    data[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del data[at : at + size]
                case 2:
                    data[at:at] = data[at : at + size]
                case 3:
                    data[at : at + size] = chance.choice((b"\xff", b"\x00", b"(", b'"', b"=?utf-7?b?")) * size
                case _:
                    data = data[:at] if chance.random() < 0.1 else data
        made.append(bytes(data))
    return made


@pytest.mark.parametrize(
    "reader, samples",
    [
        ("media", [*(f"exif/{name}" for name in ("01.jpg", "gen-gps-north-east.jpg", "gen-thumbnail-shows-more.jpg")), "hostile/pdf/test_pdf.pdf"]),
        ("mail", ["eml/attachment_message_rfc822.eml", "eml/gen-koi8-r.eml", "eml/report_422.eml", "eml/mail_test_14.eml"]),
        ("telegram", ["chat/gen-telegram-channel.json", "chat/telegram-test_single_export.json"]),
        ("whatsapp", ["chat/whatsapp-test_ddmmyy_24hrs.txt"]),
        ("proofmode", ["proofmode/good.zip", "proofmode/bad.zip"]),
        ("credentials", ["c2pa/C.jpg"]),
    ],
)
def test_a_thousand_broken_files_of_each_kind_break_no_reader(reader: str, samples: list[str]) -> None:
    made = mutants([(VECTORS / name).read_bytes() for name in samples], 1000, 20261126)
    given = b"".join(struct.pack(">I", len(data)) + data for data in made)
    ran = subprocess.run([sys.executable, "-I", "-B", "-c", _MANY, ROOT, reader], input=given, capture_output=True, timeout=170, env={}, check=False)
    assert ran.stdout.decode() == "1000 []\n", (ran.returncode, ran.stdout[-600:], ran.stderr[-600:])
