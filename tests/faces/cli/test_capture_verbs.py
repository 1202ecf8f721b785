"""Web captures at the command line."""

from pathlib import Path

from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]

VECTORS = Path(__file__).parents[2] / "vectors"
WORDS = "У Прыдуманску суд адклаў паседжанне да 28 верасня."


def test_a_capture_comes_in_and_says_what_it_holds(dossier: Hand) -> None:
    made = dossier.does("capture", "import", str(VECTORS / "hollow" / "content.warc.gz"), "--dossier", "P-1", "--words", WORDS)
    assert (made["verdict"], made["seen"]["result"]) == ("sound", "present")
    shown = dossier.does("capture", "show", made["evidence"][:8])
    assert shown["missing"] == ["c"]
    assert shown["fields"]["url.requested"] == "https://social.example/u/1"
    assert shown["seen"]["words"] == [WORDS]
    said = dossier.does("capture", "set", made["evidence"][:8], "page.picture=whole-page.png", "collection.collector=Janka Vydumka")
    assert said["missing"] == []
    shown = dossier.does("capture", "show", made["evidence"][:8])
    assert shown["sealed"] == ["collection.collector"]
    assert "Janka Vydumka" in dossier.says("capture", "show", made["evidence"][:8], "--language", "be")
    assert dossier.does("capture", "seen", made["evidence"][:8], "--words", "Words that stand nowhere in it.")["result"] == "hollow"
    assert dossier.does("capture", "check", made["evidence"][:8])["found"] == ["web.digests_right"]


def test_how_something_came_is_said_at_once_shown_and_said_of_a_whole_import(dossier: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "one.txt").write_bytes(b"one")
    (folder / "two.txt").write_bytes(b"two")
    how = ("--capture", "form.purpose=to show it", "--capture", "collection.collector=Vydumka")
    one = dossier.does("evidence", "add", "P-1", str(VECTORS / "exif" / "r_canon.jpg"), "--title", "A photograph", "--kind", "photo", *how)
    shown = dossier.does("capture", "show", one["evidence"])
    told = [shown["fields"][name] for name in ("file.arrived", "form.purpose", "file.type")]
    assert told == ["command_line", "to show it", "image/jpeg"]
    assert shown["sealed"] == ["collection.collector"] and shown["read"]["file.name"] == "r_canon.jpg" and "form.circumstances" in shown["unsaid"]
    assert "Not said yet" in dossier.says("capture", "show", one["evidence"])
    made = dossier.does("evidence", "import", str(folder), "--dossier", "P-1", "--without-copies", *how)
    items = [file["evidence"] for file in made["files"]]
    assert dossier.does("capture", "set-imported", made["import"], "form.purpose=other", "form.circumstances=by post")["written"] == 2
    for item in items:
        fields = dossier.does("capture", "show", item)["fields"]
        assert (fields["form.purpose"], fields["form.circumstances"], fields["file.arrived"]) == ("to show it", "by post", "folder")
    wrong = ("--title", "x", "--capture", "says.device=x")
    assert dossier.fails("evidence", "add", "P-1", str(folder / "one.txt"), *wrong) == (2, "capture.read_from_file")
    assert dossier.fails("capture", "set-imported", made["import"], "nothing") == (2, "capture.field")


def test_what_cannot_be_taken_is_said(dossier: Hand, tmp_path: Path) -> None:
    source = str(VECTORS / "wacz" / "gen-unlisted-warc.wacz")
    made = dossier.does("capture", "import", source, "--dossier", "P-1")
    assert (made["verdict"], made["parts"]) == ("refused", [])
    assert "wacz.part_unlisted" in made["found"]
    assert dossier.fails("capture", "import", source, "--dossier", "P-1") == (6, "evidence.duplicate")
    assert dossier.fails("capture", "import", source, "--dossier", "P-1", "--words", "too short") == (2, "assertion.too_short")
    assert dossier.fails("capture", "import", source, "--dossier", "P-1", "--media", "xyz") == (2, "assertion.media")
    assert dossier.fails("capture", "read", made["evidence"]) == (6, "capture.read_already")
    assert dossier.fails("capture", "set", made["evidence"], "no.such=field") == (2, "capture.field")
    assert dossier.fails("capture", "set", made["evidence"], "nothing") == (2, "capture.field")
    assert dossier.fails("capture", "set", made["evidence"], "page.begun=yesterday") == (2, "capture.instant")
    (tmp_path / "empty.warc").write_bytes(b"")
    assert dossier.fails("capture", "import", str(tmp_path / "empty.warc"), "--dossier", "P-1") == (2, "evidence.empty")


def test_certificates_are_pinned_and_dropped(dossier: Hand) -> None:
    pem = str(VECTORS / "wacz" / "isrg-root-x1.pem")
    root = dossier.does("capture", "pin", pem)
    assert root["sha256"].startswith("96bcec06264976f3")
    assert dossier.fails("capture", "pin", pem) == (6, "wacz.root_pinned")
    assert dossier.fails("capture", "pin", str(VECTORS / "SOURCES.md")) == (5, "wacz.root")
    made = dossier.does("capture", "import", str(VECTORS / "wacz" / "valid_signed_example_1.wacz"), "--dossier", "P-1")
    assert "wacz.domain_right" in made["found"]
    assert root["sha256"] in dossier.says("capture", "roots")
    dossier.does("capture", "unpin", root["sha256"][:8])
    assert dossier.does("capture", "roots") == {"roots": []}
    assert dossier.fails("capture", "unpin", root["sha256"][:8]) == (3, "reading.not_found")


def test_the_fields_are_listed(hand: Hand) -> None:
    listed = hand.does("capture", "fields")["fields"]
    assert {one["id"] for one in listed if one["minimum"]} == {"url.requested", "source.responses", "page.picture", "page.begun"}
    assert {"collection.collector", "collection.ip", "collection.identity", "form.place"} <= {one["id"] for one in listed if one["sealed"]}


def test_the_minimum_is_asked_of_captures_and_of_what_is_told_like_one(dossier: Hand, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Invented letter.\n", encoding="utf-8")
    item = dossier.does("evidence", "add", "P-1", str(tmp_path / "letter.txt"), "--title", "Letter")["evidence"]
    assert dossier.does("capture", "show", item)["missing"] == []
    assert "Everything that a court needs" not in dossier.says("capture", "show", item)
    assert dossier.does("capture", "set", item, "url.requested=https://gazette.vydumka.example/12")["missing"] == ["b", "c"]
