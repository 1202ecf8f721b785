"""The verbs of the public record at the desk of one member: nothing is public there alone, and what waits can be recalled."""

from collections.abc import Callable

from letapis.core.published import CardValue, Statement
from letapis.desk import public_record, reading
from letapis.desk.opening import Desk, open_desk
from letapis.engines.keys.workspace import Workspace
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, dossier, hand
from tests.public import card_of

__all__ = ["dossier", "hand"]
CARD, STATEMENT = card_of(1), Statement("ab" * 16, "2026-11-01", "recognised", "", "", (), {"be": "Заява"}, {"be": "Прыклад: Alena Vydumka."})


def at_the_desk(hand: Hand, deed: Callable[[Desk], bytes]) -> str:
    agent = Workspace.load(hand.workspace).unlock(hand.phrase.read_text("utf-8").strip())
    desk = open_desk(hand.workspace, agent)
    try:
        return deed(desk).hex()
    finally:
        desk.close()
        agent.lock()


def home(desk: Desk) -> bytes:
    return reading.dossiers(desk, desk.reader("work"))[0].dossier


def test_what_waits_is_shown_and_recalled_and_nobody_approves_their_own(dossier: Hand) -> None:
    assert dossier.does("publish", "waiting") == {"waiting": []}
    assert texts().say("public_record.none_waiting", "en") in dossier.says("publish", "waiting")
    assert texts().say("public_record.none", "en") in dossier.says("publish", "list", "P-1")
    # A card without a record of what it stands on is taken back by the next look (``card_settle``); here it is only shown.
    dossier.monkeypatch.setattr("letapis.desk.card_settle.settle", lambda *_: ())
    card = at_the_desk(dossier, lambda desk: public_record.propose_card(desk, desk.reader("work"), home(desk), CARD))
    version = at_the_desk(dossier, lambda desk: public_record.propose_statement(desk, desk.reader("work"), home(desk), STATEMENT))
    waiting = {one["version"]: (one["mine"], one["because"]) for one in dossier.does("publish", "waiting")["waiting"]}
    assert waiting == dict.fromkeys((card, version), (False, "errors.public_record.own"))
    shown = dossier.does("publish", "show", card[:8])
    assert (shown["state"], shown["may_approve"], shown["faults"], shown["look"]) == ("waiting", False, [], ["outcome"])
    name = CardValue("name", "Alena Vydumka 1", "en")
    assert {"field": "name", "language": "en", "what": "comes", "before": [], "after": [name.value]} in shown["changes"]
    said = dossier.says("publish", "show", card[:8])
    assert f"+  Name [en]: {name.value}" in said and "+! Recognition: " in said
    assert "[be] Заява" in dossier.says("publish", "show", version[:8])
    assert dossier.fails("publish", "approve", card[:8], "--looked", "outcome") == (6, "public_record.own")
    for unknown in ("abcd", "xyz", "ab"):
        assert dossier.fails("publish", "show", unknown) == (3, "reading.not_found")
        assert dossier.fails("publish", "recall", "P-1", unknown, "--because", "safety") == (3, "reading.not_found")
    for ident, named in ((CARD.card, [STATEMENT.statement]), (STATEMENT.statement, [])):
        assert dossier.fails("publish", "recall", "P-1", ident[:8], "--because", "whim") == (2, "public_record.because")
        done = dossier.does("publish", "recall", "P-1", ident[:8], "--because", "safety")
        assert done == {"card": ident, "because": "safety", "statements": [], "still_named": named}
        assert dossier.fails("publish", "recall", "P-1", ident[:8], "--because", "safety") == (6, "public_record.nothing")
    assert {(one["state"], one["because"]) for one in dossier.does("publish", "list", "P-1")["cards"]} == {("recalled", "safety")}
    assert dossier.does("publish", "waiting") == {"waiting": []}
