"""The verbs of day sheets: a dry run, saving into a new dossier and an old one, showing, taking back."""

from pathlib import Path

from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]

TEXT = "1. Vydumka Ivan, 34, Minsk - 24.23\n2. Prykladny Jan, 130, Minsk\nman, about 30\nabout 40, 27 of them named\n"
COMMON = ("--day", "2024-11-19", "--place", "Minsk", "--source", "Kalina")


def test_a_dry_run_saves_nothing(hand: Hand) -> None:
    told = hand.does("sheet", "add", "--new", *COMMON, "--preview", stdin=TEXT)
    assert [(line["name"], line["age"], line["article"], line["named"]) for line in told["lines"]] == [
        ("Vydumka Ivan", "34", "24.23", True),
        ("Prykladny Jan", "", "130", True),
        ("man", "about 30", "", False),
    ]
    assert (told["total"], told["about"], told["named_count"], told["unit"]) == (40, True, 27, "persons_counted")
    said = hand.says("sheet", "add", "--new", *COMMON, "--preview", stdin=TEXT)
    assert "  1  Vydumka Ivan · 34 · Minsk · 24.23" in said and "Nothing is saved." in said
    assert hand.does("dossier", "list")["dossiers"] == [] and "No day sheets." in hand.says("sheet", "list")


def test_a_sheet_is_saved_shown_and_taken_back(hand: Hand, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(TEXT, encoding="utf-8")
    made = hand.does("sheet", "add", "--new", "--code", "DAY-1", *COMMON, "--agency", "OMON", str(tmp_path / "list.txt"))
    assert made["lines"] == 3
    again = hand.does("sheet", "add", "DAY-1", str(tmp_path / "list.txt"), *COMMON)
    assert again["dossier"] == made["dossier"] and len(hand.does("sheet", "list", "DAY-1")["sheets"]) == 2
    shown = hand.does("sheet", "show", made["sheet"][:8])
    assert (shown["day"], shown["agency"], shown["total"], len(shown["lines"])) == ("2024-11-19", "OMON", 40, 3)
    assert shown["lines"][0]["waits"] and len(shown["lines"][0]["claims"]) == 6
    assert "not named yet" in hand.says("sheet", "show", made["sheet"][:8])
    assert hand.does("sheet", "undo", again["sheet"][:8])["state"] == "undone"
    assert hand.fails("sheet", "undo", again["sheet"][:8]) == (6, "daysheets.undo_late")


def test_what_the_verbs_refuse(hand: Hand) -> None:
    assert hand.fails("sheet", "add", *COMMON, stdin=TEXT) == (2, "cli.usage")
    assert hand.fails("sheet", "add", "DAY-1", "-", "--new", *COMMON, stdin=TEXT) == (2, "cli.usage")
    assert hand.fails("sheet", "add", "DAY-1", *COMMON, stdin=TEXT) == (3, "reading.not_found")
    assert hand.fails("sheet", "add", "--new", *COMMON, "nothing.txt") == (2, "cli.text_unreadable")
    assert hand.fails("sheet", "add", "--new", *COMMON, stdin="") == (2, "daysheets.empty")
    assert hand.fails("sheet", "add", "--new", *COMMON[2:], "--day", "soon", stdin=TEXT) == (2, "daysheets.day")
    wrong = "Name\tAge\nVydumka\tmany\n"
    assert hand.fails("sheet", "add", "--new", *COMMON, stdin=wrong) == (2, "daysheets.line")
    assert "! Write 34, about 30, or 1990." in hand.says("sheet", "add", "--new", *COMMON, "--preview", stdin=wrong)
    made = hand.does("sheet", "add", "--new", "--as-is", *COMMON, stdin=wrong)
    assert hand.does("sheet", "show", made["sheet"])["lines"][0]["remark"] == "many"
    assert hand.fails("sheet", "show", "abcd") == (3, "reading.not_found")
