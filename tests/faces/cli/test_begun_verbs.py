"""Numbers that begin twice, at the command line: listed with both sides, settled by their compartments with a reason."""

from letapis.desk.opening import open_desk
from letapis.engines.keys.workspace import Workspace
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, dossier, hand
from tests.faces.web.test_begun_pages import copied

__all__ = ["dossier", "hand"]


def test_both_sides_are_listed_and_one_is_said_to_count(hand: Hand) -> None:
    assert hand.does("dossier", "begun", "list") == {"begun": []}
    agent = Workspace.load(hand.workspace).unlock(hand.phrase.read_text("utf-8").strip())
    desk = open_desk(hand.workspace, agent)
    first, second, _ = (one.hex() for one in copied(desk))
    desk.close()
    agent.lock()
    (one,) = hand.does("dossier", "begun", "list")["begun"]
    assert (one["stands"]["compartment"], one["other"]["compartment"], one["numbers"], one["said"]) == (first, second, {"entity": 1}, False)
    shown = hand.says("dossier", "begun", "list")
    assert first in shown and second in shown and "DVA-1" in shown and texts().say("beginnings.open", "en") in shown
    assert hand.fails("dossier", "begun", "settle", first, "00" * 16, "--because", "Asked") == (3, "beginnings.none")
    assert hand.fails("dossier", "begun", "settle", first, "zz", "--because", "Asked") == (3, "beginnings.none")
    assert hand.fails("dossier", "begun", "settle", first, second, "--because", " ") == (2, "beginnings.reason")
    assert hand.does("dossier", "begun", "settle", second, first, "--because", "Asked") == {"first": second, "over": first}
    (one,) = hand.does("dossier", "begun", "list")["begun"]
    assert (one["stands"]["compartment"], one["other"]["compartment"], one["said"]) == (second, first, True)
