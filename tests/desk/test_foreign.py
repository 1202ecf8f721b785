"""Results of other archiving programs: every file held against the list that came with it."""

import csv
import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from letapis.desk import captures, dossiers, foreign, reading
from letapis.desk.opening import Desk
from tests.desk.casework import desk

__all__ = ["desk"]

VECTORS = Path(__file__).parents[1] / "vectors"
PHOTO, FILM = b"\xff\xd8\xff\xe0 invented photo", b"\x00\x00\x00\x18ftypmp42 invented film"
PAGE = "https://social.example/u/7"


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "PRY-1", "Vydumka's son", "person", "Janka Vydumka")


def result(*, wrong: bool = False) -> dict[str, Any]:
    """What auto-archiver keeps of one page, as its own classes hold it."""
    told = {"url": PAGE, "title": "Invented post", "_processed_at": datetime.datetime(2026, 3, 9, 14, 5, 7, 1234, tzinfo=datetime.UTC)}
    photo = hashlib.sha256(b"other" if wrong else PHOTO).hexdigest()
    media = [
        {"filename": "tmp/photo.jpg", "_key": None, "urls": ["https://store.example/photo.jpg"], "properties": {"hash": f"SHA-256:{photo}"}},
        {"filename": "tmp/film.mp4", "_key": None, "urls": [], "properties": {"hash": f"SHA3-512:{hashlib.sha3_512(FILM).hexdigest()}"}},
    ]
    return {"status": "telegram_extractor: success", "metadata": told, "media": media}


def lay_out(folder: Path, form: str, one: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(PHOTO)
    (folder / "film.mp4").write_bytes(FILM)
    (folder / "stray.txt").write_text("in no list")
    if form == "csv":
        with (folder / "db.csv").open("w", encoding="utf-8", newline="") as out:
            table = csv.DictWriter(out, fieldnames=["status", "metadata", "media"])
            table.writeheader()
            table.writerow(one)
    elif form == "json":
        (folder / "metadata.json").write_text(json.dumps(one, default=lambda moment: moment.isoformat()))
    else:
        header = ["Link", "Archive status", "Archive location", "Archive date", "Upload title", "Hash"]
        row = [PAGE, "success", "folder/photo.jpg", "2026-03-09T14:05:07+00:00", "Invented post", hashlib.sha256(PHOTO).hexdigest()]
        with (folder / "sheet.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, row])
    return folder


def held(desk: Desk, dossier: bytes, folder: Path) -> dict[str, foreign.Held]:
    return {Path(one.path).name: one for one in foreign.import_results(desk, desk.reader("work"), dossier, folder)}


@pytest.mark.parametrize("form", ["csv", "json", "sheet"])
def test_every_file_is_held_against_the_list(desk: Desk, dossier: bytes, tmp_path: Path, form: str) -> None:
    found = held(desk, dossier, lay_out(tmp_path / "results", form, result()))
    films = foreign.UNNAMED if form == "sheet" else foreign.RIGHT
    assert {name: one.result for name, one in found.items() if one.result != foreign.LIST} == {
        "photo.jpg": foreign.RIGHT, "film.mp4": films, "stray.txt": foreign.UNNAMED,
    }  # fmt: skip
    assert [one.result for one in found.values()].count(foreign.LIST) == 1
    given = captures.capture_of(desk, desk.reader("work"), found["photo.jpg"].item).given
    assert given["url.requested"] == PAGE
    assert given["context.captions"] == "Invented post"
    assert given["collection.time"] == "2026-03-09T14:05:07Z"
    assert given["hash.value"] == hashlib.sha256(PHOTO).hexdigest()
    again = held(desk, dossier, tmp_path / "results")
    assert {name: one.result for name, one in again.items()} == {name: one.result for name, one in found.items()}
    events = [entry.outcome for entry in reading.custody(desk, desk.reader("work"), found["photo.jpg"].item)]
    assert events.count("foreign.hashes_right") == 1


def test_a_file_with_another_hash_is_kept_and_set_apart(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    found = held(desk, dossier, lay_out(tmp_path / "results", "csv", result(wrong=True)))
    reader = desk.reader("work")
    assert found["photo.jpg"].result == foreign.WRONG
    assert "foreign.hash_wrong" in [entry.outcome for entry in reading.custody(desk, reader, found["photo.jpg"].item) if entry.event == "quarantine"]
    given = captures.capture_of(desk, reader, found["photo.jpg"].item).given
    assert given["hash.value"] == hashlib.sha256(PHOTO).hexdigest() and "url.requested" not in given, "nothing of the list"


@pytest.mark.parametrize(
    "content", ["{", "[]", "[1]", '{"metadata": {}, "media": 1}', "a;b\n1;2", "[" * 60_000, "status,metadata,media\nx,__import__('os'),[]"]
)
def test_a_list_of_another_form_is_a_file_like_any(desk: Desk, dossier: bytes, tmp_path: Path, content: str) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "list.csv").write_text(content)
    found = held(desk, dossier, tmp_path / "results")
    assert found["list.csv"].result in (foreign.UNNAMED, foreign.LIST)
    assert len(found) == 1


def test_a_photo_of_a_phone_has_the_hash_of_its_proof(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    samples = Path(__file__).parents[3] / "shared" / "samples" / "starling-capture" / "good"
    if not samples.is_dir():
        samples = tmp_path / "phone"
        samples.mkdir()
        digest = hashlib.sha256(PHOTO).hexdigest()
        (samples / f"{digest}.jpg").write_bytes(PHOTO)
        (samples / "information.json").write_text(json.dumps({"proof": {"hash": digest, "mimeType": "image/jpeg", "timestamp": 1660580285223}}))
    found = held(desk, dossier, samples)
    (photo,) = [one for name, one in found.items() if name.endswith(".jpg")]
    assert photo.result == foreign.RIGHT
    assert captures.capture_of(desk, desk.reader("work"), photo.item).given["collection.time"] == "2022-08-15T16:18:05Z"
    assert found["information.json"].result == foreign.LIST


def test_a_web_archive_among_the_files_is_read(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "results", "json", result())
    (folder / "page.wacz").write_bytes((VECTORS / "wacz" / "good-anon-sig.wacz").read_bytes())
    found = held(desk, dossier, folder)
    assert captures.capture_of(desk, desk.reader("work"), found["page.wacz"].item).given["url.requested"] == "https://example.com/"
