"""``letapis erase``: seen before asked, asked, refused alone, lifted, told; with stable keys and in three languages."""

from pathlib import Path

import pytest

from letapis.core.language import LANGUAGES
from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]


def test_what_goes_is_shown_then_asked_and_one_alone_cannot(dossier: Hand, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Invented words of nobody.", encoding="utf-8")
    words = ("P-1", str(tmp_path / "letter.txt"), "--title", "Letter", "--source", "Kalina", "--without-copy")
    item = dossier.does("evidence", "add", *words)["evidence"]
    shown = dossier.does("erase", "ask", "P-1", "--party", "Kalina", "--preview")
    assert set(shown) == {"goes", "records", "files", "stays", "sent"} and shown["files"] == 1 and shown["goes"]["source"] == 1
    assert dossier.does("erase", "status", "P-1")["orders"] == []
    made = dossier.does("erase", "ask", "P-1", "--party", "Kalina", "--reason", "She rang.")
    (order,) = dossier.does("erase", "status", "P-1")["orders"]
    assert (order["order"], order["in_force"], order["ground"], order["missing"]) == (made["order"], False, "withdrawal", order["missing"])
    assert len(order["behind"]) == 1 and order["needed"] == 2
    (hidden,) = dossier.does("erase", "status", "P-1")["restricted"]
    assert hidden["on"] and dossier.fails("evidence", "show", item[:8]) == (3, "reading.not_found")
    assert dossier.fails("erase", "agree", made["order"][:8]) == (6, "erasure.own")
    assert dossier.fails("erase", "refuse", made["order"][:8], "--ground", "archiving", "--reason", "x") == (6, "erasure.promise")
    assert dossier.fails("erase", "agree", "abc") == (2, "erasure.order")
    for language in LANGUAGES:
        assert "Kalina" not in dossier.says("erase", "status", "--language", language)
    assert dossier.does("erase", "drop", made["order"][:8])["state"] == "dropped"
    assert dossier.does("erase", "lift", "P-1", hidden["restriction"][:8], "--reason", "she agreed again")["state"] == "lifted"
    assert dossier.does("evidence", "show", item[:8])
    assert dossier.does("erase", "run") == {"orders": 0, "files": 0, "silent": []}


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("ask", "P-1", "--thing", "abcdef12"), (2, "erasure.target")),
        (("ask", "P-1"), (2, "erasure.target")),
        (("ask", "P-1", "--party", "Kalina", "--ground", "whim"), (2, "erasure.ground")),
        (("told", "abcdef12", "by post"), (3, "reading.not_found")),
        (("answered", "abcdef12", "done"), (3, "reading.not_found")),
        (("backup", "abcdef12"), (3, "reading.not_found")),
    ],
)
def test_what_is_none_is_refused(dossier: Hand, words: tuple[str, ...], answer: tuple[int, str]) -> None:
    assert dossier.fails("erase", *words) == answer
