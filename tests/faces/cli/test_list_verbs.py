"""``letapis import list``: an example of a known list with all its quirks, its next version, and taking it back, from the command line."""

import csv
from pathlib import Path

import openpyxl
import pytest

from letapis.core.language import LANGUAGES
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.engines.test_odk import KEY, OTHER, locked, pem
from tests.engines.test_tables import workbook
from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]
EXAMPLE = Path(__file__).parents[4] / "shared" / "data"
FILES = ["viasna_export_example.csv", "viasna_export_example.be.csv", "viasna_export_example.ru.csv"]
VERBS = ["import list", "import list-changes", "import list-undo", "import lists", "import list-groups", "import list-decide"]


def files(folder: Path) -> list[str]:
    return [str(folder / name) for name in FILES]


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the shared examples are not here")
def test_the_example_with_all_quirks_comes_in_and_its_changed_version_brings_the_changes_alone(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--kind", "group")
    told, sheet = ["--dossier", "PRY-1", "--mapping", "viasna"], tmp_path / "faults.csv"
    tried = hand.does("import", "list", *files(EXAMPLE), *told, "--dry-run", "--faults", str(sheet))
    assert (tried["counts"]["entries"], tried["counts"]["groups"], tried["counts"]["grouped"]) == (8, 2, 4)
    assert {one["code"] for one in tried["groups"]} == {"same_page", "same_name_and_birth"} and sheet.stat().st_mode & 0o77 == 0
    assert {one["code"] for one in tried["held"]} == {"future_date", "death"}
    assert hand.does("import", "lists", "PRY-1") == {"lists": []}
    made = hand.does("import", "list", *files(EXAMPLE), *told)
    assert (made["state"], made["new"], made["held"], len(made["groups"])) == ("done", 8, 4, 2) and made["tasks"] >= 2
    assert len(hand.does("dossier", "show", "PRY-1")["people"]) == 8
    groups = hand.does("import", "list-groups", made["list"][:8])["groups"]
    assert [(one["state"], len(one["entries"])) for one in groups] == [("waiting", 2), ("waiting", 2)]
    assert {one["key"] for group in groups for one in group["entries"]} == {"90003", "90004", "90010", "90011"}
    assert all(one["said"] and one["row"] for group in groups for one in group["entries"])
    assert hand.fails("import", "list-decide", groups[0]["group"][:8], "--take", "--reason", "") == (2, "lists.reason")
    assert hand.does("import", "list-decide", groups[0]["group"][:8], "--take", "--reason", "two persons")["recorded"] == 2
    assert hand.does("import", "list-decide", groups[1]["group"][:8], "--leave", "--reason", "not clear")["recorded"] == 0
    assert hand.fails("import", "list-decide", groups[1]["group"][:8], "--take", "--reason", "after all") == (6, "lists.decided")
    assert sorted(one["state"] for one in hand.does("import", "list-groups", made["list"][:8])["groups"]) == ["left", "taken"]
    assert len(hand.does("dossier", "show", "PRY-1")["people"]) == 10
    newer = changed(tmp_path)
    changes = hand.does("import", "list-changes", *files(newer), *told)
    assert [(one["what"], [(c["property"], c["old"], c["new"]) for c in one["changes"]]) for one in changes["changes"]] == [
        ("changed", [("identity.birth_date", "1982-04-24", "1982-04-25")])
    ]
    again = hand.does("import", "list", *files(newer), "--dossier", "PRY-1", "--list", "VIASNA")
    assert (again["new"], again["changed"], again["gone"]) == (0, 1, 0)
    assert hand.fails("import", "list-undo", made["list"][:8], "--reason", "wrong") == (6, "lists.newer_first")
    assert hand.does("import", "list-undo", again["list"][:8], "--reason", "wrong")["taken_back"] == 1
    assert [one["state"] for one in hand.does("import", "lists", "PRY-1")["lists"]] == ["undone", "done"]


def changed(folder: Path) -> Path:
    """The same three files, in which one person was born a day later."""
    newer = folder / "newer"
    newer.mkdir()
    for name in FILES:
        rows = list(csv.reader((EXAMPLE / name).read_text("utf-8-sig").splitlines(keepends=True)))
        for row in rows:
            if row[0] == "90008":
                row[7] = "1982-04-25"
        with (newer / name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
    return newer


def test_macros_and_letters_that_were_guessed_are_said_before_anything_is_recorded(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--kind", "group")
    (tmp_path / "book.xlsm").write_bytes(workbook(xl__vbaProject_dot_bin=b"macro"))
    (tmp_path / "old.csv").write_bytes("id;title\n1;Янка Выдумка\n".encode("cp1251"))
    for name, flag in (("book.xlsm", "flags.macros"), ("old.csv", "flags.encoding_guessed")):
        words = ("import", "list", str(tmp_path / name), "--dossier", "PRY-1", "--mapping", "uwazi", "--dry-run")
        assert hand.does(*words)["flags"] == [flag] and texts().say(flag, "en") in hand.says(*words)


def test_what_cannot_be_read_is_refused_and_leaves_nothing_open(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--kind", "group")
    table = tmp_path / "list.csv"
    table.write_text("no,name\n1,Vydumka Janka\n")
    assert hand.fails("import", "list", str(table), "--dossier", "PRY-1", "--mapping", "none") == (2, "lists.mapping")
    assert hand.fails("import", "list", str(table), "--dossier", "PRY-1", "--list", "OWN") == (6, "lists.unmapped")
    assert hand.fails("import", "list", str(tmp_path / "none.csv"), "--dossier", "PRY-1", "--list", "OWN")[1] == "cli.file_unreadable"
    assert [one["state"] for one in hand.does("import", "lists", "PRY-1")["lists"]] == ["dropped"]


def test_a_newer_version_that_lost_nearly_everybody_is_recorded_only_when_somebody_says_that_it_is_whole(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--kind", "group")
    rows = [f"{number},Vydumka Nomer{number}\n" for number in range(41)]
    names = {"first.csv": 41, "half.csv": 21, "less.csv": 10, "none.csv": 0}
    for name, size in names.items():
        (tmp_path / name).write_text("id,title\n" + "".join(rows[:size]))

    def words(name: str, *more: str) -> tuple[str, ...]:
        return ("import", "list", str(tmp_path / name), "--dossier", "PRY-1", "--mapping", "uwazi", *more)

    hand.does(*words("first.csv"))
    assert hand.does(*words("half.csv", "--dry-run"))["flags"] == []
    for name in ("less.csv", "none.csv"):
        tried = hand.does(*words(name, "--dry-run"))
        assert tried["flags"] == ["flags.nearly_all_gone"] and tried["counts"]["gone"] == 41 - names[name]
        assert hand.fails(*words(name)) == (6, "lists.nearly_all_gone")
    assert [one["state"] for one in hand.does("import", "lists", "PRY-1")["lists"]].count("done") == 1
    assert hand.does("task", "list", "--dossier", "PRY-1")["tasks"] == []
    assert hand.does(*words("less.csv", "--whole"))["gone"] == 31


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_explains_itself(language: str) -> None:
    ours = [parser for words, parser in build(texts(), language).all.items() if words in VERBS]
    assert len(ours) == len(VERBS) and all(action.help for parser in ours for action in parser._actions)


def test_encrypted_submissions_open_with_the_key_of_their_form(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--kind", "group")
    for name, data in locked(answers=b'<data id="vydumka" version="7"><name>Vydumka Alena</name></data>').items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "key.pem").write_bytes(pem(KEY))
    (tmp_path / "other.pem").write_bytes(pem(OTHER))
    files = [str(tmp_path / name) for name in ("submission.xml", "submission.xml.enc")]
    told = ["--dossier", "PRY-1", "--mapping", "odk-submissions", "--list", "FORM"]
    assert hand.fails("import", "list", *files[:1], *told) == (8, "parse.form_encrypted")
    for more in ((), ("--dry-run",)):
        assert hand.fails("import", "list", *files, *told, "--form-key", str(tmp_path / "other.pem"), *more) == (6, "odk.key_wrong")
        assert hand.fails("import", "list", *files, *told, "--form-key", str(tmp_path / "none.pem"), *more) == (3, "cli.file_unreadable")
    assert hand.does("import", "list", *files, *told, "--form-key", str(tmp_path / "key.pem"), "--dry-run")["counts"]["entries"] == 1
    made = hand.does("import", "list", *files, *told, "--form-key", str(tmp_path / "key.pem"))
    assert (made["state"], made["new"]) == ("done", 1)
    assert len(hand.does("dossier", "show", "PRY-1")["people"]) == 1 and "Vydumka Alena" in hand.says("dossier", "show", "PRY-1")
    changes = hand.does("import", "list-changes", *files, *told, "--form-key", str(tmp_path / "key.pem"))
    assert changes["changes"] == []


ANSWERS = b"KEY,full_name,date_of_birth\nuuid:1,Alena Pryklad,1990-01-02\n"
ASKED = [["type", "name", "label"], ["text", "full_name", "Full name"], ["select_one sex", "sex", "Sex"]]


def test_the_design_of_a_form_makes_nobody_and_says_what_to_bring(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--kind", "group")
    design, answers, told = tmp_path / "form.xlsx", tmp_path / "answers.csv", ["--dossier", "PRY-1", "--mapping", "odk-submissions"]
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in ASKED:
        book.active.append(row)
    book.create_sheet("settings").append(["form_title", "form_id"])
    book.save(design)
    answers.write_bytes(ANSWERS)
    assert hand.fails("import", "list", str(design), *told, "--dry-run") == (6, "lists.form_design")
    assert hand.fails("import", "list", str(design), *told) == (6, "lists.form_design")
    assert [one["state"] for one in hand.does("import", "lists", "PRY-1")["lists"]] == ["dropped"]
    assert hand.does("dossier", "show", "PRY-1")["people"] == []
    tried = hand.does("import", "list", str(design), str(answers), *told, "--dry-run")
    assert "flags.form_design" in tried["flags"] and tried["counts"]["entries"] == 1
    assert hand.does("import", "list", str(design), str(answers), *told)["new"] == 1
    assert [one["label"] for one in hand.does("dossier", "show", "PRY-1")["people"]] == ["Alena Pryklad"]


def test_a_title_over_two_columns_that_differ_stops_a_list_before_anything_of_it(hand: Hand, tmp_path: Path) -> None:
    """Group names left out of an export leave two columns ``full_name``: the victim's and, as it may be, the reporter's."""
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--kind", "group")
    twice, told = tmp_path / "answers.csv", ["--dossier", "PRY-1", "--mapping", "odk-submissions"]
    twice.write_text("KEY,full_name,full_name\nuuid:1,Alena Pryklad,\nuuid:2,Ihar Vydumka,Reparcior Vydumany\n")
    tried = hand.does("import", "list", str(twice), *told, "--dry-run")
    assert {(one["row"], one["column"], one["code"]) for one in tried["faults"]} >= {(3, "full_name", "twice_differ")}
    assert hand.fails("import", "list", str(twice), *told) == (6, "lists.column_twice")
    assert hand.does("dossier", "show", "PRY-1")["people"] == []
    twice.write_text("KEY,full_name,full_name\nuuid:1,Alena Pryklad,\nuuid:2,Ihar Vydumka,Ihar Vydumka\n")
    assert hand.does("import", "list", str(twice), *told)["new"] == 2
