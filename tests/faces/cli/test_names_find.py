"""``letapis names find``: who of the workspace is meant by any spelling, with the reasons."""

import pytest

from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]


@pytest.mark.parametrize("typed", ["Vydumka Mikalai", "Николай Выдумка", "Mikałaj Wydumka", "Выдумка М.", "Мікола Выдумак"])
def test_one_is_found_by_any_spelling_and_nobody_by_another_name(hand: Hand, typed: str) -> None:
    made = hand.does("call", "note", "Мікалай Выдумка", "x", "--use", "later")
    found = hand.does("names", "find", typed)["people"]
    assert [one["person"] for one in found] == [made["person"]] and found[0]["label"] == "Мікалай Выдумка"
    assert all(reason["text"] for reason in found[0]["reasons"]) and {"surname", "given"} <= {reason["part"] for reason in found[0]["reasons"]}
    assert "Nobody whom you may see" in hand.says("names", "find", "Зоя Небыліца")
    assert made["code"] in hand.says("names", "find", typed)
    assert hand.does("names", "find", "-", stdin=f"{typed}\n")["people"] == found, "and no word of it in the history of the shell"
