"""Objects of an archive in a folder that is brought in: judged before anything is taken, by a reader that is locked in, and said in the report."""

import json
import tarfile
from pathlib import Path

import pytest

from letapis.core.errors import Refused
from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, import_report, imports
from letapis.desk.opening import Desk
from letapis.engines import gathering, ocfl, parse
from tests.desk.casework import desk

__all__ = ["desk"]

OBJECTS = Path(__file__).parents[1] / "vectors" / "ocfl"


def unpacked(kind: str, name: str, into: Path) -> Path:
    with tarfile.open(OBJECTS / f"{kind}-objects" / f"{name}.tgz") as packed:
        packed.extractall(into, filter="data")
    return into / name


@pytest.fixture
def dossier(desk: Desk) -> bytes:
    return dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")


def test_the_report_says_version_and_completeness_or_the_fault(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    unpacked("good", "updates_three_versions_one_file", folder)
    unpacked("bad", "E092_content_file_digest_mismatch", folder / "second")
    (folder / "letter.txt").write_bytes(b"invented words")
    reader = desk.reader("work")
    ident = imports.import_folder(desk, reader, dossier, folder)
    known = imports.shown(desk, reader, ident)
    assert known.state == "done" and known.counts[imports.REFUSED] == 0, "a fault of the object costs no file"
    bad, good = known.archived
    assert (good.folder, good.head, good.sound, good.files) == ("updates_three_versions_one_file", "v3", True, 12)
    assert bad.folder == "second/E092_content_file_digest_mismatch" and not bad.sound
    assert [code for code, _ in bad.remarks] == ["E092"]
    for language in LANGUAGES:
        head, remarks = import_report.archived(desk, good, language)
        assert "v3" in head and not remarks
        head, remarks = import_report.archived(desk, bad, language)
        assert remarks[0].startswith("E092: ") and "v1/content" in remarks[0]


def test_nothing_of_an_inventory_lies_in_clear(desk: Desk, dossier: bytes, tmp_path: Path) -> None:
    """An inventory holds digests of files, and whoever has a file could tell by them that we hold it."""
    folder = tmp_path / "brought"
    made = unpacked("good", "spec-ex-minimal", folder)
    imports.import_folder(desk, desk.reader("work"), dossier, folder)
    inventory = (made / "inventory.json").read_bytes()
    marks = [json.loads(inventory)["id"].encode()]
    for digest in json.loads(inventory)["manifest"]:
        marks += [digest.encode(), bytes.fromhex(digest)]
    lying = b"".join(path.read_bytes() for path in desk.workspace.rglob("*") if path.is_file())
    assert marks[1:] and not any(mark in lying for mark in marks)


def test_a_folder_without_such_objects_starts_no_reader(desk: Desk, dossier: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> parse.Inspection:
        raise AssertionError

    monkeypatch.setattr(parse, "inspect", never)
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "letter.txt").write_bytes(b"invented words")
    (folder / "inventory.json").write_bytes(b"{}")
    ident = imports.import_folder(desk, desk.reader("work"), dossier, folder)
    assert imports.shown(desk, desk.reader("work"), ident).archived == ()


def test_what_cannot_be_judged_is_said_and_not_called_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = unpacked("good", "spec-ex-minimal", tmp_path / "linked")
    (made / "v1" / "content" / "elsewhere").symlink_to("/etc/hostname")
    (linked,) = ocfl.objects(tmp_path / "linked")
    assert (linked.unread, linked.sound) == ("imports.link", False)

    def locked_out(*_: object) -> parse.Inspection:
        raise Refused("parse.no_sandbox")

    unpacked("good", "spec-ex-minimal", tmp_path / "plain")
    monkeypatch.setattr(parse, "inspect", locked_out)
    (plain,) = ocfl.objects(tmp_path / "plain")
    assert (plain.unread, plain.sound) == ("parse.no_sandbox", False)


def test_an_inventory_that_hurts_its_reader_is_one_line_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "0=ocfl_object_1.1").write_bytes(b"ocfl_object_1.1\n")
    (tmp_path / "inventory.json").write_bytes(b"[" * 100_000)
    (one,) = ocfl.objects(tmp_path)
    assert not one.sound and (one.unread or ("E033", "inventory.json") in one.remarks)


def test_what_is_kept_is_read_back_and_other_words_are_nothing() -> None:
    one = ocfl.Object("a/b", "urn:x", "v1", 3, (("E092", "v1/content/a"),), "")
    assert ocfl.read_back(*ocfl.written([one])) == one
    assert ocfl.read_back("{}") is None and ocfl.read_back("[1]") is None and ocfl.read_back("[1,2,3,4,5,6]") is None


def test_what_objects_say_of_themselves_is_bounded_over_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        unpacked("good", "spec-ex-minimal", tmp_path / name)
    texts = [path for path in tmp_path.rglob("*") if path.is_file() and ocfl.is_text(path.relative_to(path.parents[1]).as_posix().partition("/")[2])]
    monkeypatch.setattr(gathering, "_TOGETHER", sum(path.stat().st_size for path in texts) * 3 // 4)
    first, second = ocfl.objects(tmp_path)
    assert first.sound and second.unread == "parse.too_large"


def test_what_is_kept_of_a_bad_object_is_short_and_it_stays_a_bad_one() -> None:
    remarks = tuple(("E023", f"{number}/{'п' * 490}") for number in range(60))
    (text,) = ocfl.written([ocfl.Object("first", "info:one", "v1", 3, remarks)])
    kept = ocfl.read_back(text)
    assert kept is not None and len(text.encode()) <= 4000 and not kept.sound and kept.remarks == remarks[: len(kept.remarks)]
    far = ocfl.read_back(*ocfl.written([ocfl.Object("p" * 4090, remarks=remarks)]))
    assert far is not None and far.remarks == remarks[:1]
