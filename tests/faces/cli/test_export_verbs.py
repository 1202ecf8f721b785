"""``letapis export``: what would leave is shown; nothing is written or recorded where nothing may go."""

from pathlib import Path

from letapis.core.package import FORMATS
from letapis.engines.catalogue import catalogue
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]


def test_what_nobody_may_have_yet_is_shown_with_its_reason_and_not_written(hand: Hand, tmp_path: Path) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "A label")
    shown = hand.does("export", "--dossier", "PRY-1", "--recipient", "Invented partner")
    assert shown == {"for": "partner", "people": [], "stays": [], "never": {}}
    out = tmp_path / "persons.json"
    words = ("export", "--dossier", "PRY-1", "--recipient", "Invented partner", "--purpose", "Research", "--out")
    assert hand.fails(*words, str(out))[1] == "package.nothing_leaves" and not out.exists()
    assert hand.fails(*words, str(tmp_path / "nowhere" / "x.json"))[1] == "casefile.folder"
    out.write_text("kept")
    assert hand.fails(*words, str(out))[1] == "cli.file_exists" and out.read_text() == "kept"
    assert hand.fails("export", "--dossier", "PRY-9", "--recipient", "x")[1] == "reading.not_found"


def test_what_may_be_chosen_is_what_the_data_offers() -> None:
    """The command line says its choices before it reads the data; they are the same."""
    choices = {action.dest: set(action.choices) for action in build(texts(), "en").all["export"]._actions if action.choices}
    offered = {"format": set(FORMATS), "kind": set(catalogue().consent.handovers), "groups": set(catalogue().package.offered)}
    assert {name: choices[name] for name in offered} == offered
