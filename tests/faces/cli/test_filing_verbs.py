"""The verbs of what happens after filing."""

from datetime import timedelta
from pathlib import Path

from letapis.core.date_words import show
from letapis.desk.opening import open_desk
from letapis.engines.keys.workspace import Workspace
from letapis.faces.texts import texts
from tests.desk.filing import produced
from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]


def test_a_filing_is_followed_by_verbs(hand: Hand, tmp_path: Path) -> None:
    dossier = hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")["dossier"]
    assert texts().say("submit.sent_none", "en") in hand.says("filing", "list", "PRY-1")
    agent = Workspace.load(hand.workspace).unlock(hand.phrase.read_text("utf-8").strip())
    desk = open_desk(hand.workspace, agent)
    made, today = produced(desk, bytes.fromhex(dossier)).hex(), desk.clock().date()
    day, due = today.isoformat(), (today + timedelta(40)).isoformat()
    desk.close()
    agent.lock()
    assert hand.fails("filing", "note", made[:8], "decision") == (6, "filed.not_sent")
    hand.does("filing", "note", made[:8], "sent", "--channel", "email")
    step = hand.does("filing", "note", made[:8], "acknowledged", "--reference", "PRY/1", "--due", due)["step"]
    assert hand.fails("filing", "note", made[:8], "acknowledged", "--day", "today") == (2, "filed.day")
    (one,) = hand.does("filing", "list", "PRY-1")["filings"]
    assert (one["progress"], one["since"], one["body"]) == ("sent", day, "WGAD-REGULAR")
    assert {"time": "state_reply", "due": due, "named": True}.items() <= next(t for t in one["times"] if t["who"] == "state").items()
    assert show(due, "en") in hand.says("filing", "show", made[:8])
    assert [found["time"] for found in hand.does("calendar", "--day", due)["days"]] == ["state_reply"]
    out = tmp_path / "days.ics"
    hand.does("calendar", "--day", due, "-o", str(out))
    assert "SUMMARY:PRY-1" in out.read_text("utf-8") and "WGAD" not in out.read_text("utf-8")
    assert hand.fails("calendar", "--day", due, "-o", str(out))[0] != 0
    assert hand.fails("calendar", "--day", "soon") == (2, "filed.day")
    reply = hand.does("reply", "add", "PRY-1", "Reply", "--day", day, "--submission", made[:8])["reply"]
    assert [(s["kind"], s.get("reply", "")) for s in hand.does("filing", "show", made[:8])["steps"]][-1] == ("state_reply", reply)
    hand.does("filing", "back", step[:8])
    assert [t["state"] for t in hand.does("filing", "show", made[:8])["times"] if t["time"] == "state_reply"] == ["met"]
