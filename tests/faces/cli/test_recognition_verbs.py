"""Recognition at the command line, at the desk of one member: nothing is decided there alone."""

import json
from collections.abc import Callable

import pytest

from letapis.core.errors import Refused
from letapis.desk import items, recognition
from letapis.faces.cli import build
from letapis.faces.texts import texts
from tests.desk.test_recognition import a_case
from tests.faces.cli.test_agenda_verbs import DESKS, AtDesk
from tests.faces.cli.test_verbs import Hand, dossier, hand
from tests.team import Team, make_team

__all__ = ["dossier", "hand", "make_team"]
STATEMENT = {
    "day": "2026-05-01",
    "outcome": "recognised",
    "ground": "3.1",
    "titles": {"en": "A political prisoner"},
    "texts": {"en": "We demand release."},
    "signatories": ["Pryklad Centre", "Vydumka Watch"],
    "link": "https://example.org/statement",
}


def test_from_a_round_to_a_decision_that_waits(dossier: Hand) -> None:
    assert dossier.does("recognition", "list") == {"under_review": []}
    assert dossier.fails("recognition", "vote", "P-1", "Pryklad Centre", "for") == (6, "recognition.no_round")
    dossier.does("recognition", "open", "P-1", "--day", "2026-04-01", "--text", "Please vote.")
    assert dossier.does("recognition", "vote", "P-1", "Pryklad Centre", "for", "--day", "2026-04-02", "--text", "Beliefs.")["for"] == 1
    assert dossier.fails("recognition", "vote", "P-1", "Pryklad Centre", "perhaps") == (2, "recognition.stance")
    made = dossier.does("recognition", "statement", "P-1", "--from", "-", stdin=json.dumps(STATEMENT))
    assert made["here"][0]["signatories"] == STATEMENT["signatories"] and made["here"][0]["demand"] == "immediate_release"
    assert dossier.fails("recognition", "statement", "P-1", "--from", "-", stdin="[]") == (2, "recognition.statement_form")
    code, _, err = dossier.call("recognition", "decide", "P-1", "famous", "--day", "2026-05-01")
    assert code == 2 and "recognised_ex_post_facto" in err and "famous" not in err, "the codes are named, the word typed is not"
    decide = ("recognition", "decide", "P-1", "recognised", "--day", "2026-05-01", "--ground", "3.1", "--statement", made["statement"][:8])
    assert dossier.fails(*decide) == (2, "recognition.override")
    said = dossier.does(*decide, "--override", "The organisations saw the case file.")["decision"]
    assert dossier.fails("recognition", "confirm", said[:8]) == (6, "recognition.own")
    shown = dossier.does("recognition", "show", "P-1")
    assert (shown["outcome"], shown["recognised"], shown["waiting"][0]["decision"]) == ("under_review", False, said)
    assert [one["organisation"] for votes in shown["votes"].values() for one in votes] == ["Pryklad Centre"]
    assert texts().say("recognition.waits_for_second", "en") in dossier.says("recognition", "show", "P-1")
    assert texts().say("recognition.waits_for_second", "en") in dossier.says("recognition", "list")
    dossier.does("recognition", "take-back", said[:8])
    assert dossier.does("recognition", "show", "P-1")["waiting"] == []


def test_a_decision_is_confirmed_as_it_was_shown(make_team: Callable[..., Team], capsys: pytest.CaptureFixture[str]) -> None:
    team = make_team(2)
    one, two = team.desks
    case, person = a_case(one, [two.me])
    form = recognition.OutcomeForm("refused", "2026-05-01", text="No reason was found.")
    made = recognition.record_outcome(one, one.reader("work"), case, person, form)
    team.settle()
    DESKS[:] = [two]

    def call(*words: str) -> str:
        options = build(texts(), "en").parser.parse_args(["recognition", "confirm", made.hex()[:8], *words])
        options.run(AtDesk(options, "en", texts()))
        return capsys.readouterr().out

    shown = call()
    assert "No reason was found." in shown and "Janka Vydumka" in shown and recognition.course(two, two.reader("work"), case, person).waiting
    version = json.loads(call("--json"))["version"]
    assert version[:16] in shown
    for wrong in (version[:7], "0" * 16):
        with pytest.raises(Refused, match="changed"):
            call("--version", wrong)
    items.change(one, one.reader("work"), recognition.OUTCOME, made, {"text": "Written anew."})
    team.settle()
    with pytest.raises(Refused, match="changed"):
        call("--version", version[:16])
    told = json.loads(call("--version", json.loads(call("--json"))["version"], "--json"))
    assert told["confirmed"] and recognition.course(two, two.reader("work"), case, person).outcome == "refused"


def test_the_dossier_for_the_vote_as_text_and_as_data(dossier: Hand) -> None:
    told = dossier.does("recognition", "dossier", "P-1")
    assert next((one["ground"], one["state"], one["blocks"]) for one in told["tiers"]) == ("3.1", "blocked", ["X1", "X2"])
    assert told["held"] == {"state": "unknown", "since": ""} and "charge.violence_evidenced" in told["questions"]
    paper = dossier.says("recognition", "dossier", "P-1")
    assert texts().say("recognition.machine", "en") in paper and "## 3.2" in paper


def test_a_statement_is_chosen_again_in_another_dossier(dossier: Hand) -> None:
    made = dossier.does("recognition", "statement", "P-1", "--from", "-", stdin=json.dumps(STATEMENT))["statement"]
    dossier.does("dossier", "new", "P-2", "--title", "Pryklad", "--person", "Marta Vydumka")
    assert texts().say("recognition.elsewhere", "en") in dossier.says("recognition", "statement", "P-2")
    chosen = dossier.does("recognition", "statement", "P-2", "--again", made[:8])
    assert [one["statement"] for one in chosen["here"]] == [made] and chosen["elsewhere"] == []
    assert dossier.fails("recognition", "statement", "P-2", "--again", "ffff0000") == (3, "reading.not_found")
