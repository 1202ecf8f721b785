"""Blacking out, looking through and marking at the command line."""

from pathlib import Path

from tests.desk.test_redaction import NAME, paper_of
from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]
VECTORS = Path(__file__).parents[2] / "vectors" / "hostile"


def test_a_copy_is_made_by_boxes_and_by_words_and_waits_for_a_colleague(dossier: Hand, tmp_path: Path) -> None:
    paper = tmp_path / "verdict.pdf"
    paper.write_bytes(paper_of(NAME, "Nobody", NAME))
    item = dossier.does("evidence", "add", "P-1", str(paper), "--title", "Verdict")["evidence"]
    made = dossier.does(
        "evidence", "redact", item[:8], "--title", "Verdict, in part", "--box", "1:10,20,30,5", "--box", "0,0,100,2.5", "--page", "2",
        "--words", NAME, "--pages", "1-2", "--reason", "third_person", "--why", f"{NAME} asked",
    )  # fmt: skip
    assert made["pages"] == [1, 2] and made["may_leave"] is False and made["media_type"] == "application/pdf"
    assert {"1:1000,2000,3000,500:third_person", "2:0,0,10000,250:third_person"} < set(made["boxes"]) and len(made["boxes"]) == 4
    (listed,) = dossier.does("evidence", "redacted", item[:8])["copies"]
    assert listed == made
    assert "waits for a colleague" in dossier.says("evidence", "redacted", item[:8])
    assert dossier.does("evidence", "show", item[:8])["pages"] == 3
    assert dossier.fails("evidence", "second-look", made["copy"][:8], "--say", "yes", "--reason", "x") == (6, "redact.own")
    assert dossier.fails("evidence", "second-look", item[:8], "--say", "yes", "--reason", "x") == (2, "redact.copy")
    for more, code in (
        (["--box", "1,2,3"], "redact.percent"), (["--box", "nan,0,1,1"], "redact.percent"), (["--box", "90,0,20,1"], "redact.box"),
        (["--box", "9:0,0,1,1"], "redact.page"), (["--box=-1:0,0,1,1"], "redact.percent"), (["--words", "Absent"], "redact.words_not_found"),
        (["--words", "–"], "redact.words"), (["--pages", "7"], "redact.pages"),
    ):  # fmt: skip
        assert dossier.fails("evidence", "redact", item[:8], "--title", "x", *more) == (2, code)
    assert dossier.fails("evidence", "redact", item[:8], "--title", "x") == (6, "redact.nothing")


def test_a_text_is_cut_by_words(dossier: Hand, tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    told.write_text(f"{NAME} told us.", "utf-8")
    item = dossier.does("evidence", "add", "P-1", str(told), "--title", "Account")["evidence"]
    made = dossier.does("evidence", "redact", item[:8], "--title", "Account, in part", "--words", NAME.upper())
    assert made["places"] == [f"0-{len(NAME)}:source"] and made["media_type"] == "text/plain"


def test_a_file_is_looked_through_without_a_workspace(dossier: Hand, tmp_path: Path) -> None:
    status, out, complaint = dossier.call("evidence", "inspect", str(VECTORS / "exif/gen-gps-north-east.jpg"), "--json")
    assert status == 6 and '"faults": ["exif", "gps"]' in out and '"outgoing.fault.gps"' in complaint
    assert "the place where the picture was taken" in dossier.call("evidence", "inspect", str(VECTORS / "exif/gen-gps-north-east.jpg"))[2]
    found = dossier.does("evidence", "inspect", str(VECTORS / "exif/noexif.jpg"))
    assert found == {"kind": "jpeg", "clean": True, "faults": [], "words": 0}
    hidden = VECTORS / "generated/text-under-black-box.pdf"
    assert dossier.does("evidence", "inspect", str(hidden))["words"] == 3
    assert dossier.fails("evidence", "inspect", str(hidden), "--words", "Vydumany") == (6, "outgoing.not_clean")
    assert dossier.fails("evidence", "inspect", str(tmp_path / "absent")) == (7, "cli.file_unreadable")


def test_an_original_is_marked_and_the_mark_taken_back(dossier: Hand, tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    told.write_text("Invented words.", "utf-8")
    item = dossier.does("evidence", "add", "P-1", str(told), "--title", "Account")["evidence"]
    assert dossier.does("evidence", "mark", item[:8])["marks"] == []
    (said,) = dossier.does("evidence", "mark", item[:8], "death", "--say", "a body")["marks"]
    assert (said["topics"], said["text"]) == (["death"], "a body")
    assert dossier.fails("evidence", "mark", item[:8], "nonsense") == (2, "difficult.topics")
    assert dossier.does("evidence", "mark", item[:8], "--take-back")["marks"] == []
    assert dossier.fails("evidence", "mark", item[:8], "--take-back") == (3, "reading.not_found")
