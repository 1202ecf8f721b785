"""``letapis names link``: proposals among many persons, with reasons; what is missing is said before the workspace is opened."""

from importlib.util import find_spec

import pytest

from letapis.core.language import LANGUAGES
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]
FIRST, SECOND, OTHER = "Мікалай Выдумка", "VYDUMKA, Mikalai", "Зоя Небыліца"


@pytest.mark.skipif(not find_spec("splink"), reason="the extra `linkage` is not installed")
def test_pairs_within_and_between_dossiers_are_proposed_and_what_was_decided_is_not_asked_again(hand: Hand) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", FIRST)
    hand.does("dossier", "add", "PRY-1", OTHER)
    hand.does("dossier", "new", "PRY-2", "--title", "Pryklad", "--person", SECOND)
    alone = hand.does("names", "link", "--dossier", "PRY-1")
    assert (alone["persons"], alone["proposals"]) == (2, [])
    found = hand.does("names", "link", "--dossier", "PRY-1", "--dossier", "PRY-2")
    (pair,) = found["proposals"]
    assert set(pair["names"]) == {FIRST, SECOND} and pair["weight"] > 0.5 and pair["reasons"] and len(set(pair["dossiers"])) == 2
    said = hand.says("names", "link", "--dossier", "PRY-1", "--dossier", "PRY-2")
    assert FIRST in said and texts().say("linkage.decide", "en") in said and OTHER not in said
    hand.does("person", "apart", "PRY-1", FIRST, SECOND, "--in", "PRY-2", "--reason", "Two mothers.")
    after = hand.does("names", "link", "--dossier", "PRY-1", "--dossier", "PRY-2")
    assert (after["proposals"], after["decided"]) == ([], 1)
    assert hand.fails("names", "link", "--dossier", "PRY-9")[1] == "reading.not_found"


def test_spark_wants_a_folder_that_is_said_to_be_encrypted(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("letapis.engines.linkage.find_spec", lambda name: True)
    monkeypatch.setenv("JAVA_HOME", "/invented")
    assert hand.fails("names", "link", "--dossier", "PRY-1", "--engine", "spark")[1] == "linkage.spill"
    assert hand.fails("names", "link", "--dossier", "PRY-1", "--engine", "spark", "--spill", "/tmp")[1] == "linkage.spill"
    monkeypatch.setattr("letapis.engines.linkage.find_spec", lambda name: False)
    assert hand.fails("names", "link", "--dossier", "PRY-1")[1] == "linkage.not_installed"
    for language in LANGUAGES:
        assert "pipx inject letapis 'letapis[linkage]'" in texts().say("errors.linkage.not_installed", language)
        assert "names link" in build(texts(), language).all
