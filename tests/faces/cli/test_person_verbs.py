"""``letapis person …``: what is proposed, said of a pair, shown and undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from letapis.core.errors import Refused
from letapis.core.language import LANGUAGES
from letapis.core.one_person import APART, SAME
from letapis.desk import items, ledger, one_person, reading
from letapis.desk.opening import Desk
from letapis.faces.cli import build
from letapis.faces.cli.call import Call
from letapis.faces.texts import texts
from tests.desk.casework import office
from tests.desk.test_one_person import SPELT, WHY, entered
from tests.faces.cli.test_verbs import Hand, hand

__all__ = ["hand"]
FIRST, SECOND = "Мікалай Выдумка", "VYDUMKA, Mikalai"


def test_a_pair_is_proposed_joined_shown_and_parted(hand: Hand) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", FIRST)
    hand.does("dossier", "add", "PRY-1", SECOND)
    (proposal,) = hand.does("person", "proposals", "PRY-1")["proposals"]
    assert set(proposal["names"]) == {FIRST, SECOND} and proposal["weight"] > 0.8 and proposal["how"] == "likely" and proposal["text"]
    assert FIRST in hand.says("person", "proposals")
    made = hand.does("person", "same", "PRY-1", FIRST, SECOND, "--reason", "One mother.")
    assert {made["first"], made["second"]} == {proposal["first"], proposal["second"]}
    assert hand.does("person", "proposals", "PRY-1")["proposals"] == []
    (found,) = hand.does("names", "find", "Nikolai Vydumka")["people"]
    assert {found["label"], *found["also"]} == {FIRST, SECOND}
    assert hand.fails("person", "apart", "PRY-1", FIRST, SECOND, "--reason", " ")[1] == "oneperson.reason"
    hand.does("person", "split", "PRY-1", FIRST, SECOND, "--reason", "Two mothers.")
    shown = hand.does("person", "show", "PRY-1", SECOND, FIRST)
    assert [(word["state"], word["reason"]) for word in shown["words"]] == [("split", "Two mothers."), ("same", "One mother.")]
    assert "Two mothers." in hand.says("person", "show", "PRY-1", FIRST, SECOND)
    assert len(hand.does("person", "proposals")["aside"]) == 1


def test_across_dossiers_and_what_is_nobody_s(hand: Hand) -> None:
    hand.does("dossier", "new", "PRY-1", "--title", "Pryklad", "--person", FIRST)
    hand.does("dossier", "new", "PRY-2", "--title", "Pryklad", "--person", SECOND)
    hand.does("person", "later", "PRY-1", FIRST, SECOND, "--in", "PRY-2")
    assert hand.does("person", "show", "PRY-2", SECOND, FIRST, "--in", "PRY-1")["state"] == "later"
    assert hand.fails("person", "split", "PRY-1", FIRST, SECOND, "--in", "PRY-2", "--reason", "No.")[1] == "oneperson.not_merged"
    assert hand.fails("person", "later", "PRY-1", FIRST, "Nobody")[1] == "reading.not_found"


def test_every_verb_is_explained_in_three_languages() -> None:
    for language in LANGUAGES:
        assert {f"person {word}" for word in ("proposals", "same", "apart", "later", "split", "show")} <= set(build(texts(), language).all)


class AtDesk(Call):
    """A call at a desk that is open already."""

    @contextmanager
    def desk(self, passphrase: str | None = None) -> Iterator[Desk]:
        yield DESKS[0]


DESKS: list[Desk] = []


def test_colleagues_who_differ_are_shown_and_whoever_read_both_ends_it(make_desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]) -> None:
    desk = office(make_desk(1))
    DESKS[:] = [desk]
    _, (first, second, _) = entered(desk)
    reader = desk.reader("work")
    one_person.decide(desk, reader, first, second, SAME, WHY)
    (word,) = reading.items(desk, reader, "one_person", newest=True)
    for state in (SAME, APART):  # two who did not know of each other
        ledger.append(desk, [items.draft(desk, "one_person", word.compartment, {**word.record.body, "state": state}, word.item, word.heads)])

    def run(*words: str) -> str:
        options = build(texts(), "en").parser.parse_args(["person", *words])
        options.run(AtDesk(options, "en", texts()))
        return capsys.readouterr().out

    pair = ("WHO-1", SPELT[0], SPELT[1])
    say = desk.catalogue.texts.say
    assert say("oneperson.quarrels", "en") in run("proposals") and say("oneperson.differing", "en") in run("show", *pair)
    with pytest.raises(Refused, match=r"items\.contested"):
        run("same", *pair, "--reason", "Unseen.")
    run("same", *pair, "--reason", "We talked.", "--seen-both")
    assert reading.pair(desk, reader, first, second).state == SAME and not one_person.queue(desk, reader).quarrels
    DESKS.clear()
