"""Web archives behind the shut door: what is read of them, tricks of archives, and a thousand broken ones of each kind."""

import gzip
import hashlib
import io
import json
import random
import socket
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

import pytest

from letapis.core.errors import Hostile
from letapis.core.web_claims import REFUSED
from letapis.engines.parse import Inspection, inspect, inspect_results, inspect_web
from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.codes import FACTS
from letapis.engines.parse.wire import FACT, FRAME

VECTORS = Path(__file__).parents[1] / "vectors"
MUTATIONS = 1_000


def bytes_of(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def archive(*answers: tuple[str, str, bytes]) -> bytes:
    """A web archive of answers: address, type, body."""
    records = []
    for address, media, body in answers:
        block = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{len(records)}>\r\nWARC-Date: 2026-03-09T14:05:00Z\r\n"
        head += f"WARC-Target-URI: {address}\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
        records.append(gzip.compress(head.encode() + block + b"\r\n\r\n"))
    return b"".join(records)


def parts(found: Inspection, kind: str) -> list[str]:
    told = [member for member in found.members if found.rows[member.row].get("web.part") == kind]
    return [member.data.decode("utf-8", "replace") for member in told]


def faults(found: Inspection) -> set[str]:
    return {row["web.fault"] for row in found.rows if "web.fault" in row}


WORDS = "Суд адклаў паседжанне"


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/html; charset=windows-1251", f"<p>{WORDS}</p>".encode("cp1251")),
        ("text/html", f'<meta charset="koi8-u"><p>{WORDS}</p>'.encode("koi8-u", "replace")),
        ("text/html", f'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>{WORDS}</p>'.encode("cp1251")),
        ("text/html; charset=utf-8", f"<p>{WORDS}</p>".encode("cp1251")),
        ("text/html; charset=no-such-thing", f"<p>{WORDS}</p>".encode()),
        ("text/html", f"<p>{WORDS}, пра што паведаміла сям’я, а таксама калегі</p>".encode("cp1251")),
        ("text/plain; charset=utf-8", WORDS.encode()),
    ],
)
def test_the_alphabet_is_told_by_header_then_mark_up_then_the_letters(media: str, body: bytes) -> None:
    (text,) = parts(inspect(archive(("https://news.example/1", media, body)), "web"), "text")
    assert "адкла" in text and "паседжанне" in text


def test_scripts_and_hidden_parts_stand_apart() -> None:
    page = (
        f"<title>{WORDS} title</title><p>Seen</p><script>var a = '{WORDS} script'</script><style>{WORDS}</style>"
        f"<div hidden>{WORDS} hidden</div><template>{WORDS} template</template><!-- {WORDS} -->"
    )
    data = ("https://news.example/d", "application/json", b'{"a": 1}')
    found = inspect(archive(("https://news.example/1", "text/html", page.encode()), data), "web")
    assert parts(found, "text") == ["Seen"]
    assert f"{WORDS} title" in parts(found, "described")
    assert all(WORDS in one for one in parts(found, "scripts")[:1]) and "hidden" in parts(found, "scripts")[0]


def test_pictures_are_handed_out_with_their_hash() -> None:
    picture = b"\x89PNG" + b"p" * 600
    answers = [("https://news.example/1.png", "image/png", picture), ("https://news.example/dot.gif", "image/gif", b"GIF89a")]
    found = inspect(archive(*answers), "web")
    (member,) = [one for one in found.members if found.rows[one.row]["web.part"] == "media"]
    assert member.data == picture and found.rows[member.row]["web.sha256"] == hashlib.sha256(picture).hexdigest()


def test_a_record_that_lacks_bytes_is_told_with_its_place() -> None:
    assert faults(inspect(bytes_of("warc/example.warc")[:1900], "web")) == {"web.cut_short"}
    found = inspect(bytes_of("warc/example-trunc.warc"), "web")
    assert {row.get("web.offset") for row in found.rows if row.get("web.fault") == "web.length_wrong"} == {"2560"}


def test_what_is_not_unpacked_here_is_said_and_not_read() -> None:
    found = inspect(archive(("https://news.example/1", "text/html\r\nContent-Encoding: br", b"\x0b\x02\x80<p>Words</p>\x03")), "web")
    assert faults(found) == {"web.packed_otherwise"} and not found.members


def test_what_is_no_archive_is_said_to_be_none() -> None:
    assert faults(inspect(gzip.compress(b"<html>not an archive</html>"), "web")) & REFUSED
    assert faults(inspect(b"WARC/1.0\r\nnonsense", "web")) == {"web.not_an_archive"}
    found = inspect(b"\xff\xd8\xff\xe0 no page at all", "web")
    assert found.members == () and faults(found) == {"web.not_an_archive"}


def test_an_archive_that_unpacks_out_of_proportion_is_refused() -> None:
    with pytest.raises(Hostile):
        inspect(archive(("https://news.example/1", "text/plain", b"0" * (60 << 20))), "web")


# ---- packages --------------------------------------------------------------------------------------------------------


def package(change: Callable[[dict[str, bytes]], None] = lambda parts: None, *, extra: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """A package whose list fits, with one thing changed afterwards."""
    parts = {"archive/data.warc.gz": bytes_of("warc/example.warc.gz"), "pages/pages.jsonl": b'{"url": "http://example.com/"}\n'}
    listed = [{"path": path, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)} for path, data in parts.items()]
    parts["datapackage.json"] = json.dumps({"profile": "data-package", "resources": listed}).encode()
    digest = f"sha256:{hashlib.sha256(parts['datapackage.json']).hexdigest()}"
    parts["datapackage-digest.json"] = json.dumps({"path": "datapackage.json", "hash": digest}).encode()
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path, data in [*parts.items(), *extra]:
            packed.writestr(path, data)
    return out.getvalue()


def swap(path: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[path]
        parts[path] = parts[path].replace(old, new)

    return change


def test_a_package_whose_list_fits_has_no_fault() -> None:
    assert faults(inspect(package(), "web")) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda parts: parts.pop("datapackage.json"), "wacz.no_list"),
        (lambda parts: parts.pop("pages/pages.jsonl"), "wacz.part_missing"),
        (lambda parts: parts.update({"archive/more.warc.gz": b"x"}), "wacz.part_unlisted"),
        (lambda parts: parts.update({"pages/pages.jsonl": b"{}"}), "wacz.part_changed"),
        (swap("datapackage.json", b"sha256:", b"md5:"), "wacz.list_unreadable"),
        (swap("datapackage.json", b"data-package", b"data-packagE"), "wacz.list_changed"),
        (swap("datapackage-digest.json", b"datapackage.json", b"other.json"), "wacz.list_changed"),
        (swap("datapackage-digest.json", b"{", b"["), "wacz.digest_unreadable"),
        (swap("datapackage-digest.json", b"}", b', "hash": "sha256:00"}'), "wacz.digest_unreadable"),
        (swap("datapackage-digest.json", b"}", b', "signedData": {"hash": "sha256:00"}}'), "wacz.signed_other"),
        (swap("datapackage-digest.json", b"}", b', "signedData": 1}'), "wacz.digest_unreadable"),
    ],
)
def test_a_package_that_was_changed_is_refused_with_the_reason(change: Callable[[dict[str, bytes]], None], code: str) -> None:
    found = faults(inspect(package(change), "web"))
    assert code in found and found & REFUSED


def twice(parts: dict[str, bytes]) -> None:
    told = json.loads(parts["datapackage.json"])
    parts["datapackage.json"] = json.dumps({**told, "resources": [*told["resources"], told["resources"][0]]}).encode()


def test_a_file_that_is_listed_twice_is_refused() -> None:
    assert "wacz.listed_twice" in faults(inspect(package(twice), "web"))


@pytest.mark.parametrize("path", ["../out.txt", "/etc/passwd", "C:/x", "archive/DATA.warc.gz", "archive/data.warc.gz"])
def test_tricks_of_archives_are_refused_before_anything_is_read(path: str) -> None:
    with pytest.warns(UserWarning) if path == "archive/data.warc.gz" else nullcontext():
        data = package(extra=((path, b"x"),))
    with pytest.raises(Hostile) as told:
        inspect(data, "web")
    assert told.value.code in ("parse.archive_path", "parse.archive_duplicate")


@pytest.mark.parametrize("name", ["bomb-zeros.zip", "bomb-overlap.zip", "header-lies.zip", "traversal.zip"])
def test_hostile_archives_are_no_packages(name: str) -> None:
    with pytest.raises(Hostile):
        inspect(bytes_of(f"hostile/generated/{name}"), "web")


# ---- a thousand broken ones ------------------------------------------------------------------------------------------


def told_by(reader: ModuleType, data: bytes) -> list[dict[str, str]] | None:
    """Rows of a reader in this process; None where it stops at a limit. Anything else that it raises is a fault of ours."""
    out = io.BytesIO()
    try:
        reader.read(data, Answer(out))
    except Stop:
        return None
    raw, at, rows = out.getvalue(), 0, list[dict[str, str]]()
    while at < len(raw):
        tag, size = FRAME.unpack_from(raw, at)
        body = raw[at + FRAME.size : at + FRAME.size + size]
        at += FRAME.size + size
        if tag == b"D":
            key, row = FACT.unpack_from(body)
            while len(rows) <= row:
                rows.append({})
            rows[row][FACTS[key]] = body[FACT.size :].decode()
    return rows


def broken(data: bytes, chance: random.Random) -> bytes:
    """One to four changes: bytes turned, pieces cut out, doubled or moved, the end cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(changed) or 1), chance.choice((1, 1, 2, 8, 40, 200))
        match chance.randrange(5):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at : at + size]
            case 2:
                changed[at:at] = changed[at : at + size]
            case 3:
                changed[at : at + size] = chance.randbytes(min(size, 8))
            case _:
                del changed[at + size :]
    return bytes(changed)


KINDS = {
    "warc": ("warc/example.warc", inspect_web),
    "warc.gz": ("warc/post-test.warc.gz", inspect_web),
    "chunked": ("warc/example-iana.org-chunked.warc", inspect_web),
    "wacz": ("wacz/good-anon-sig.wacz", inspect_web),
    "signed": ("wacz/valid_signed_example_1.wacz", inspect_web),
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_broken_file_breaks_the_reader_or_passes_for_whole(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    (name, reader), chance = KINDS[kind], random.Random(20260309)
    good = bytes_of(name)
    whole = {row["web.sha256"] for row in told_by(reader, good) or () if "web.path" in row}
    for _ in range(MUTATIONS):
        rows = told_by(reader, broken(good, chance))
        if rows is None or not whole or any(row.get("web.fault", "").startswith("wacz.") for row in rows):
            continue
        same = {row["web.sha256"] for row in rows if "web.path" in row} == whole
        assert same or not any("web.signed" in row for row in rows), "a changed package passes for the signed one"


def test_no_broken_list_breaks_its_reader() -> None:
    chance = random.Random(20260310)
    told = {"url": "https://social.example/u/7", "_processed_at": "2026-03-09T14:05:07Z"}
    media = [{"filename": "a.jpg", "properties": {"hash": "SHA-256:" + "0" * 64}, "urls": []}]
    table = f'status,metadata,media\nsuccess,"{told}","{media}"\n'.encode()
    for data in (json.dumps({"status": "success", "metadata": told, "media": media}).encode(), table):
        assert len(told_by(inspect_results, data) or ()) == 2
        for _ in range(MUTATIONS):
            told_by(inspect_results, broken(data, chance))


def test_broken_files_behind_the_shut_door_end_with_a_code() -> None:
    chance = random.Random(20260311)
    for name, _ in list(KINDS.values()) * 2:
        try:
            assert inspect(broken(bytes_of(name), chance), "web").rows
        except Hostile as fault:
            assert fault.code.startswith("parse.") and fault.code != "parse.crashed"
