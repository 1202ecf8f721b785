"""Calls and contacts at the command line: kept at once, no number among the words of a command, no name in a refusal."""

import json
from pathlib import Path

import pytest

from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]
CONTACT = {"channel": "signal", "address": "canary-number", "hours": "after 20", "word": "snow", "safety": "with_care"}


@pytest.fixture
def contact(tmp_path: Path) -> str:
    (tmp_path / "contact.json").write_text(json.dumps(CONTACT), encoding="utf-8")
    return str(tmp_path / "contact.json")


def test_a_call_is_kept_and_read_again(hand: Hand, contact: str) -> None:
    words = ("call", "note", "Vydumka", "-", "--use", "inside", "--caller", "Rabina", "--circle", "family", "--contact", contact)
    made = hand.does(*words, "--call-on", "2026-12-01", stdin="No letters since March.\n")
    assert made["new"] and "vydumka" not in made["code"]
    shown = hand.does("contact", "list", made["code"])["contacts"]
    assert len(shown) == 1 and CONTACT.items() <= shown[0].items() and shown[0]["source"] == made["source"]
    again = hand.does("call", "note", "Vydumka", "He is well.", "--use", "later", "--source", made["source"])
    assert (again["dossier"], again["person"], again["source"], again["new"]) == (made["dossier"], made["person"], made["source"], False)
    assert "The call is kept" in hand.says("call", "note", "Somebody", "x", "--use", "no", "--person", "new")


def test_who_may_be_meant_is_answered_by_ids(hand: Hand) -> None:
    made = hand.does("call", "note", "Выдумка", "x", "--use", "later")
    code, _, err = hand.call("call", "note", "Vydumka", "x", "--use", "later", "--json")
    said = json.loads(err)
    assert (code, said["error"], said["reasons"]) == (6, "calls.several", [made["person"]]) and "Выдумка" not in err
    assert hand.does("call", "note", "Vydumka", "x", "--use", "later", "--person", made["person"][:8])["dossier"] == made["dossier"]
    assert hand.fails("call", "note", "Vydumka", "x", "--use", "perhaps", "--person", "new") == (2, "calls.use")


def test_a_contact_is_added_changed_and_shown(dossier: Hand, contact: str) -> None:
    made = dossier.does("contact", "add", "P-1", "Kalina", contact)["contact"]
    dossier.does("contact", "change", made[:8], "-", stdin='{"safety": "not_now"}')
    shown = dossier.does("contact", "show", made)
    assert (shown["safety"], shown["word"], len(shown["versions"])) == ("not_now", "snow", 2)
    assert "not now" in dossier.says("contact", "list", "P-1") and "snow" in dossier.says("contact", "show", made[:8])
    assert dossier.fails("contact", "add", "P-1", "Kalina", "-", stdin="{")[1] == "contacts.file"
    assert dossier.fails("contact", "add", "P-1", "Kalina", "-", stdin='{"pigeon": "x"}')[1] == "contacts.file"
    assert dossier.fails("contact", "add", "P-1", "Kalina", "-", stdin="{}")[1] == "contacts.empty"
