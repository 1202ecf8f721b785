"""``letapis evidence import``: a folder from the command line, its report, and taking it back."""

from pathlib import Path

import pytest

from letapis.core.language import LANGUAGES
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.core.test_bagit import bag
from tests.desk.test_foreign_bags import unpacked, zipped
from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]
VECTORS = Path(__file__).parents[2] / "vectors" / "evidence-records"
VERBS = [f"evidence {word}" for word in ("import", "record", "imported", "import-undo", "inside", "alike", "read-scan", "scan-note")]


def test_a_folder_comes_in_its_report_is_a_table_and_it_goes_back_whole(hand: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"invented words")
    (folder / "b.txt").touch()
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    hand.does("source", "add", "PRY-1", "Kalina")
    report = tmp_path / "report.csv"
    told = ["--dossier", "PRY-1", "--source", "Kalina", "--csv", str(report)]
    made = hand.does("evidence", "import", str(folder), *told)
    assert (made["taken"], made["refused"], made["state"]) == (1, 1, "done")
    assert [(one["path"], one["outcome"], one["reason"]) for one in made["files"]] == [("a.txt", "taken", ""), ("b.txt", "refused", "evidence.empty")]
    assert b"a.txt" in report.read_bytes() and report.stat().st_mode & 0o77 == 0
    shown = hand.says("evidence", "imported", made["import"][:8])
    assert "b.txt" in shown and texts().say("errors.evidence.empty", "en") in shown
    assert hand.does("evidence", "import-undo", made["import"][:8]) == {"import": made["import"], "taken_back": 1}
    assert hand.fails("evidence", "import-undo", made["import"][:8]) == (6, "imports.undone")
    assert hand.fails("evidence", "import", str(tmp_path / "none"), "--dossier", "PRY-1") == (2, "imports.folder")


def test_an_archive_object_is_told_with_its_version_or_its_fault(hand: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    (folder / "kept").mkdir(parents=True)
    (folder / "kept" / "0=ocfl_object_1.1").write_bytes(b"ocfl_object_1.1\n")
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    made = hand.does("evidence", "import", str(folder), "--dossier", "PRY-1", "--without-copies")
    assert made["ocfl"] == [{"folder": "kept", "id": "", "version": "", "complete": False, "remarks": [["E063", ""]], "unread": ""}]
    assert "E063: " + texts().say("ocfl.means.no_inventory", "en") in hand.says("evidence", "imported", made["import"][:8])


def test_a_bag_is_told_with_its_verdict_and_an_archive_file_with_one_too(hand: Hand, tmp_path: Path) -> None:
    folder = unpacked(bag("0.97", ("md5",)), tmp_path / "brought" / "bag").parent
    (folder / "handed.zip").write_bytes(zipped({**bag(), "data/more.txt": b"x"}))
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    made = hand.does("evidence", "import", str(folder), "--dossier", "PRY-1")
    told = {one["folder"]: (one["version"], one["verdict"]) for one in made["bags"]}
    assert told == {"bag": ("0.97", "warned"), "handed.zip/bag": ("1.0", "invalid")}
    shown = hand.says("evidence", "imported", made["import"][:8])
    assert texts().say("bagit.means.weak", "en") in shown and "(manifest-sha256.txt: data/more.txt)" in shown
    (item,) = (one["evidence"] for one in made["files"] if one["path"] == "handed.zip")
    assert "(manifest-sha256.txt: data/more.txt)" in hand.says("evidence", "inside", item[:8])


def test_an_evidence_record_is_held_against_its_file(hand: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"invented words")
    (folder / "proof.ers").write_bytes((VECTORS / "ER_SHA256-DGN_XAIP_OK_SC1.ers").read_bytes())
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    made = hand.does("evidence", "import", str(folder), "--dossier", "PRY-1", "--without-copies")
    item, record = (one["evidence"] for one in made["files"])
    told = hand.does("evidence", "record", item[:8], record[:8])
    assert told == {"evidence": item, "record": record, "outcome": "records.other_file", "stamps": []}
    assert texts().say("errors.records.other_file", "en") in hand.says("evidence", "record", item[:8], record[:8])


def test_what_a_file_says_of_itself_and_what_is_like_it(hand: Hand) -> None:
    samples = Path(__file__).parents[2] / "vectors"
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    mail = hand.does("evidence", "add", "PRY-1", str(samples / "eml" / "gen-koi8-r.eml"), "--title", "A summons")["evidence"]
    found = hand.does("evidence", "inside", mail[:8])
    assert ["mail", "subject", "Повестка в суд"] in found["found"][0]["said"] and len(found["attachments"]) == 1
    assert "Суд назначен" in found["text"] and "повестка.pdf" in hand.says("evidence", "inside", mail[:8])
    page = hand.does("evidence", "add", "PRY-1", str(samples / "warc" / "example.warc.gz"), "--title", "A page")["evidence"]
    assert f"letapis capture read {page[:8]}" in hand.says("evidence", "inside", page[:8])
    assert hand.does("evidence", "alike", mail[:8])["alike"] == []
    assert hand.fails("evidence", "read-scan", mail[:8]) == (6, "ocr.no_pages")
    wall = str(samples / "exif" / "gen-gps-north-east.jpg")
    photo = hand.does("evidence", "add", "PRY-1", wall, "--title", "A wall", "--kind", "photo")["evidence"]
    assert "place_at_sea" in hand.does("evidence", "inside", photo[:8])["found"][0]["warnings"]
    assert texts().say("insides.warning.place_at_sea", "en") in hand.says("evidence", "inside", photo[:8])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_explains_itself(language: str) -> None:
    ours = [parser for words, parser in build(texts(), language).all.items() if words in VERBS]
    assert len(ours) == len(VERBS) and all(action.help for parser in ours for action in parser._actions)
