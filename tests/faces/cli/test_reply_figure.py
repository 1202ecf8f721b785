"""The verbs of replies, figures, reviews and the advocacy log, each by itself."""

import pytest

from letapis.core.language import LANGUAGES
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import NAME, Hand, hand

__all__ = ["hand"]

ANSWERED = ["--safety", "careful", "--owner", NAME, "--due", "2026-12-01", "--channel", "lawyer", "--how", "Through the lawyer, without names."]


def test_a_reply_asks_its_first_question_before_the_grid(hand: Hand) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    told = ["--day", "2026-11-20", "--mechanism", "WGAD-REGULAR", "--text", "-"]
    reply = hand.does("reply", "add", "PRY-1", "Reply", *told, stdin="He was not held.")["reply"]
    assert hand.fails("reply", "line", reply[:8], "He was held.") == (6, "replies.first_question")
    assert hand.fails("reply", "known", reply[:8], "--known", "nothing", "--known", "name", *ANSWERED) == (2, "replies.known_contradicts")
    assert len(hand.does("reply", "known", reply[:8], "--known", "place", *ANSWERED)["task"]) == 32
    hand.does("reply", "line", reply[:8], "He was held.", "--answer", "He was not held.", "--stance", "denies", "--comment", "Mother: he was.")
    assert hand.does("reply", "line", reply[:8], "--sent") == {"reply": reply, "taken": 0}
    shown = hand.does("reply", "show", reply[:8])
    assert (shown["known"], shown["state"], shown["lines"][0]["stance"]) == (["place"], "open", "denies")
    assert "Denies it: He was not held." in hand.says("reply", "show", reply[:8])
    assert [one["title"] for one in hand.does("reply", "list", "PRY-1")["replies"]] == ["Reply"] and "Reply" in hand.says("reply", "list", "PRY-1")
    assert hand.fails("reply", "add", "PRY-1", "Other", "--day", "2026", "--submission", "abcd") == (3, "reading.not_found")


def test_without_a_published_figure_nothing_is_told(hand: Hand) -> None:
    assert hand.does("figure", "today") == {"figures": []}
    assert texts().say("figures.none.meanwhile", "en") in hand.says("figure", "today")
    assert hand.fails("figure", "propose", "held") == (6, "figures.nobody")
    assert hand.fails("figure", "propose", "all") == (2, "figures.rule")


def test_what_nobody_proposed_is_not_found(hand: Hand) -> None:
    assert hand.does("figure", "list") == {"figures": []} and texts().say("figures.none", "en") in hand.says("figure", "list")
    assert hand.fails("figure", "show", "abcd1234") == (3, "reading.not_found")
    assert hand.fails("figure", "approve", "abcd1234") == (3, "reading.not_found")


def test_a_review_is_frozen_and_counted_again(hand: Hand) -> None:
    month = hand.does("review", "make", "2026-01", "--text", "Quiet.")
    assert month["month"] == "2026-01" and month["day"] == "2026-01-31" and len(month["logs"]) == 1
    again = hand.does("review", "show", month["review"][:8], "--again")["again"]
    assert again["same"] is True and again["more_records"] == 0
    assert texts().say("reviews.same", "en") in hand.says("review", "show", month["review"][:8], "--again")
    assert [one["month"] for one in hand.does("review", "list")["reviews"]] == ["2026-01"] and "2026-01" in hand.says("review", "list")
    assert hand.fails("review", "make", "2999-01") == (2, "reviews.month")


def test_a_request_a_promise_and_what_followed(hand: Hand) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", "Janka Vydumka")
    asked = hand.does("advocacy", "add", "request", "A body", "To ask after him.", "--day", "2026-05-01", "--person", "Janka Vydumka")["entry"]
    told = ["--day", "2026-06-01", "--due", "2026-07-01", "--answers", asked[:8], "--dossier", "PRY-1"]
    promised = hand.does("advocacy", "add", "promise", "A body", "They will ask.", *told)["entry"]
    shown = hand.does("advocacy", "list", "--about", "janka")
    assert [(one["entry"], one["depth"]) for one in shown["chains"][0]] == [(asked, 0), (promised, 1)]
    assert shown["open"][0]["entry"] == promised and "They will ask." in hand.says("advocacy", "list", "--dossier", "PRY-1")
    hand.does("advocacy", "add", "outcome", "A body", "Letters came.", "--answers", promised[:8])
    assert hand.does("advocacy", "list")["open"] == []
    assert hand.fails("advocacy", "add", "gift", "A body", "x") == (2, "advocacy.kind")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_explains_itself(language: str) -> None:
    verbs = build(texts(), language).all
    ours = [parser for words, parser in verbs.items() if words.split()[0] in ("reply", "figure", "review", "advocacy")]
    assert len(ours) == 15 and all(action.help for parser in ours for action in parser._actions)
