"""The verbs of custody and copies: a chain as data, hand-overs, places, and exit codes that say what is not in order."""

from pathlib import Path

import pytest

from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]


@pytest.fixture
def item(dossier: Hand, tmp_path: Path) -> str:
    (tmp_path / "letter.txt").write_text("Invented words of nobody.", encoding="utf-8")
    made = dossier.does("evidence", "add", "P-1", str(tmp_path / "letter.txt"), "--title", "Letter", "--without-copy")
    return str(made["evidence"])


def test_the_chain_of_an_item_is_told_as_data_words_and_a_table(hand: Hand, item: str, tmp_path: Path) -> None:
    where = ("--to", "Pryklad archive", "--on", "2026-03-02", "--condition", "sealed bag 7", "--at", "Vilnia")
    hand.does("evidence", "event", item[:8], "transfer", *where)
    told = hand.does("evidence", "history", item[:8])
    assert told["whole"] and [step["event"] for step in told["steps"]] == ["", "accession", "message digest calculation", "transfer"]
    assert (told["gaps"], told["forks"], told["copies"]) == ([], [], [])
    last = told["steps"][-1]
    assert (last["recipient"], last["condition"], last["place"], last["signatures"]) == ("Pryklad archive", "sealed bag 7", "Vilnia", "good")
    said = hand.says("evidence", "history", item[:8], "--csv", str(tmp_path / "way.csv"))
    assert "No step is missing." in said and "Handed over" in said
    assert (tmp_path / "way.csv").read_text(encoding="utf-8").splitlines()[4].startswith("3,transfer,written down,")
    assert hand.fails("evidence", "history", item[:8], "--csv", str(tmp_path / "way.csv")) == (7, "cli.file_unwritable")


def test_what_cannot_be_written_down_is_refused(hand: Hand, item: str) -> None:
    assert hand.fails("evidence", "event", item, "transfer") == (2, "custody.recipient")
    assert hand.fails("evidence", "event", item, "export") == (2, "custody.by_hand")
    assert hand.fails("evidence", "event", item, "translation", "--on", "soon") == (2, "custody.happened")
    assert hand.fails("evidence", "history", "abcd") == (3, "reading.not_found")


def test_places_are_named_copied_to_checked_and_mended(hand: Hand, item: str, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    made = hand.does("fixity", "add", "stick in the safe", "-", "--every", "7", "--apart", stdin=f"{stick}\n")
    (copied,) = hand.does("fixity", "copy", "stick in the safe")["places"]
    assert (copied["made"], copied["counts"]["good"], copied["reached"]) == (1, 1, True)
    assert hand.does("fixity", "check", "here")["places"][0]["counts"]["good"] == 1
    shown = hand.does("fixity", "places")
    known = {one["name"]: (one["counts"]["good"], one["due"]) for one in shown["places"]}
    assert known == {"This device": (1, False), "stick in the safe": (1, True)}
    assert shown["advice"] == ["three"] and str(stick) not in hand.says("fixity", "places")
    held = hand.does("evidence", "history", item)["copies"]
    assert [(one["state"], len(one["good_on"])) for one in held] == [("good", 1), ("good", 1)]
    said = hand.says("evidence", "history", item)
    assert "copy: stick in the safe: good" in said and "read it whole and found it good: 1" in said
    assert [one["name"] for one in hand.does("fixity", "check", "--due", "--minutes", "5")["places"]] == ["stick in the safe"]
    assert hand.does("fixity", "check", "--due")["places"] == [] and "No check is due." in hand.says("fixity", "check", "--due")
    (blob,) = [file for file in stick.iterdir() if len(file.name) == 32]
    blob.write_bytes(b"other")
    code, out, err = hand.call("fixity", "check", made["place"][:8], "--json")
    assert code == 5 and item in out and "fixity.faults" in err
    assert hand.does("fixity", "repair", "stick in the safe")["places"][0]["aside"] == 1
    stick.rename(tmp_path / "out")
    assert hand.fails("fixity", "check") == (7, "fixity.unreachable")
    assert hand.does("fixity", "forget", "stick in the safe")["state"] == "given_up"
    assert hand.fails("fixity", "check", "stick in the safe") == (3, "reading.not_found")
    assert hand.fails("fixity", "forget", "here") == (6, "fixity.not_named")
    assert hand.fails("fixity", "add", "x", "/no/such/folder") == (2, "fixity.folder")
