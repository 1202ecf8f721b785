"""What a verb shows is counted like what a page shows: every verb that takes a dossier or a thing of one counts it, or is a deed."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]

THINGS = {"dossier", "brief", "claim", "contact", "evidence", "hearing", "interview", "note", "reply", "sheet", "source", "submission"}
DEEDS = {
    "call note",
    "contact change",
    "dispute",
    "claim correct",
    "filing note",
    "hearing outcome",
    "publish build",
    "publish due",
    "publish rollback",
    "reply known",
    "reply line",
    "retract",
    "sheet add",
    "sheet correct",
    "sheet undo",
    "task add",
}
"""Verbs that write and show nothing but what they wrote."""


def counting() -> dict[str, bool]:
    """Every verb that takes a dossier or a thing of one, and whether what it runs names the functions that count."""
    tree = build(texts(), "en")
    taking = {words: parser for words, parser in tree.all.items() if any(action.dest in THINGS for action in parser._actions)}
    return {words: any(_COUNTS.search(source) for source in sources(parser.get_default("run"))) for words, parser in taking.items()}


_COUNTS = re.compile(r"\b(?:the_dossier|the_thing|count_opened)\(")


def sources(run: Callable[..., Any]) -> Iterator[str]:
    """The text of a function and of those of the command line that it calls."""
    waiting, known = [run], {run}
    while waiting:
        one = waiting.pop()
        yield (text := inspect.getsource(one))
        for word in re.findall(r"\b(\w+)\(", text):
            called = getattr(sys.modules[one.__module__], word, None)
            if inspect.isfunction(called) and called.__module__.startswith("letapis.faces.cli") and called not in known:
                known.add(called)
                waiting.append(called)


def test_every_verb_that_shows_something_of_a_dossier_counts_it() -> None:
    found = counting()
    assert len(found) > 50
    assert {words for words, counts in found.items() if not counts} == DEEDS


def test_what_is_looked_at_by_number_is_counted(dossier: Hand) -> None:
    talk = dossier.does("interview", "add", "P-1", "Kalina", "--subject", "Vydumany")["interview"]
    told = ("--day", "2026-05-02", "--mechanism", "WGAD-REGULAR", "--text", "Nobody was beaten.")
    reply = dossier.does("reply", "add", "P-1", "Letter of the mission", *told)["reply"]
    for words, kind in (
        (("law", "evaluate", "--dossier", "P-1"), "dossiers"),
        (("law", "compare", "P-1", "--day", "2024"), "dossiers"),
        (("law", "people", "P-1"), "dossiers"),
        (("task", "list", "--dossier", "P-1"), "dossiers"),
        (("sheet", "list", "P-1"), "dossiers"),
        (("interview", "show", talk[:8]), "things"),
        (("reply", "show", reply[:8]), "things"),
    ):
        before = today(dossier)
        dossier.does(*words)
        assert today(dossier) == before | {kind: before[kind] + 1}, words


def today(hand: Hand) -> dict[str, int]:
    return {one["kind"]: one["count"] for one in hand.does("opened")["today"]}
