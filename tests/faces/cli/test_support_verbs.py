"""Needs and interviews at the command line."""

from pathlib import Path

from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]


def test_needs_are_kept_listed_and_done(dossier: Hand) -> None:
    made = dossier.does("need", "add", "P-1", "Kalina", "medical", "--text", "a dentist")["need"]
    dossier.does("need", "add", "P-1", "Vydumany", "papers")
    listed = dossier.does("need", "list", "P-1")
    assert [(one["code"], one["state"]) for one in listed["needs"]] == [("medical", "asked"), ("papers", "asked")] and listed["to_erase"] == []
    assert dossier.does("need", "done", made[:8]) == {"need": made, "state": "done"}
    assert dossier.does("need", "done", made[:8], "--state", "not_wanted")["state"] == "not_wanted"
    said = dossier.says("need", "list", "P-1", "--language", "be")
    assert "Не трэба" in said and "Vydumany" in said and "Доктар, лекі: a dentist" in said
    assert dossier.fails("need", "add", "P-1", "Kalina", "medical", "--text", "300 euros") == (6, "needs.tells_amount")
    assert dossier.fails("need", "add", "P-1", "Kalina", "money") == (2, "needs.code")
    assert dossier.fails("need", "done", "abcdef12") == (3, "reading.not_found")


def test_an_interview_is_prepared_kept_and_passed(dossier: Hand, tmp_path: Path) -> None:
    text = tmp_path / "talk.txt"
    text.write_text("У камеры было цесна, матрацаў не далі.\n" * 200, encoding="utf-8")
    assert texts().say("interviews.none", "en") in dossier.says("interview", "list", "P-1")
    made = dossier.does("interview", "add", "P-1", "Kalina", "--subject", "Vydumany", "--text", f"@{text}")
    ident = made["interview"]
    assert "interview.warn.referral_missing" in made["warnings"]
    (listed,) = dossier.does("interview", "list", "P-1")["interviews"]
    assert listed["state"] == "first_pass" and listed["passed"] == 0 and listed["sections"] == 2
    shown = dossier.does("interview", "show", ident[:8])
    assert [one["number"] for one in shown["sections"]] == [1, 2] and shown["sections"][0]["topics"] == ["conditions"]
    assert dossier.does("interview", "pass", ident[:8], "1", "--topic", "conditions", "--topic", "medical") == {"next": 2, "passed": 1, "sections": 2}
    assert dossier.does("interview", "pass", ident[:8], "2")["next"] == 0
    assert "2" in dossier.says("interview", "show", ident[:8]) and "Kalina" in dossier.says("interview", "list", "P-1")
    assert dossier.fails("interview", "pass", ident[:8], "3") == (3, "reading.not_found")
    assert dossier.fails("interview", "pass", ident[:8], "1", "--topic", "death") == (2, "interviews.summary")
    assert dossier.fails("interview", "add", "P-1", "Kalina", "--day", "soon") == (2, "interviews.day")


def test_what_verbs_show_is_counted_and_much_of_it_is_said(dossier: Hand) -> None:
    def today() -> dict[str, int]:
        return {one["kind"]: one["count"] for one in dossier.does("opened")["today"]}

    before = today()
    shown = dossier.does("timeline", "P-1")
    assert shown is not None and today() == {**before, "dossiers": before["dossiers"] + 1}
    assert dossier.does("opened")["told"] == [] and "told above 30" in dossier.says("opened")
    for _ in range(31):
        last = dossier.call("timeline", "P-1", "--json")
        if last[2]:
            break
    assert last[0] == 0 and "You opened much today" in last[2], "said beside the answer, which stays whole"
    (told,) = dossier.does("opened")["told"]
    assert set(told) == {"member", "day", "kind", "count", "threshold"} and (told["count"], told["threshold"]) == (31, 30)
    assert "dossiers: 31" in dossier.says("opened")
