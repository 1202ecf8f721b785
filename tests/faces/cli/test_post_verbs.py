"""Posts and the chain of command at the command line."""

from typing import Any

from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]
COLONY = "PK-99 Vydumka"


def test_who_commanded_the_colony_is_answered_with_the_claims_behind_it(dossier: Hand) -> None:
    dossier.does("source", "add", "P-1", "List", "--kind", "list", "--grade", "C")
    for name, since, more in (("Pryklad, A.", "2015", ["--until", "2020-03-10"]), ("Vydumka, B.", "2021-06", ["--seen", "2022-03-01"])):
        told = ["--body", COLONY, "--since", since, "--source", "List", *more]
        dossier.does("post", "add", "P-1", name, f"Head of {COLONY}", "--new", *told)
    (first, second) = dossier.does("post", "list", "P-1")["posts"]
    assert (first["name"], second["commands"], second["level"], len(second["claims"])) == ("Pryklad, A.", [COLONY], "open", 5)
    chain: dict[str, Any] = dossier.does("command", COLONY, "2021-08-15")["chain"]
    assert [(one["name"], one["truth"], one["claims"]) for one in chain["heads"]] == [("Vydumka, B.", "certain", second["claims"])]
    assert dossier.does("command", COLONY, "2020-12", "--dossier", "P-1")["chain"]["gap"] == {"after": "2020-03-10", "before": "2021-06-01"}
    said = dossier.says("command", COLONY, "2021-08-15")
    assert "Vydumka, B. – the dates cover the day" in said and "not checked yet" in said and "still held it on 1 March 2022" in said
    assert "Nobody is known to us from 11 March 2020 to 31 May 2021." in dossier.says("command", COLONY, "2020-12")
    assert "possible" not in said and "  (reported by" not in said
    dossier.does("body", "add", "P-1", COLONY, "--parent", "din", "--since", "2010", "--until", "2025", "--source", "List")
    assert "  (reported by List, not checked yet)" in dossier.says("command", COLONY, "2021-08-15")
    (above,) = dossier.does("command", COLONY, "2021-08-15")["chain"]["above"]
    assert (above["step"]["body"], above["truth"], above["level"]) == ("din", "certain", "open")
    assert dossier.fails("body", "add", "P-1", COLONY, "--code", "none", "--source", "List") == (2, "bodies.code")
    assert dossier.fails("body", "add", "P-1", COLONY, "--since", "2020", "--source", "List") == (2, "bodies.nothing_said")


def test_a_place_of_the_register_has_its_line_of_command(dossier: Hand) -> None:
    chain = dossier.does("command", "ik-3", "2021-08-15")["chain"]
    assert chain["heads"] == [] and chain["above"][0]["level"] == "register" and chain["above"][0]["step"]["body"] == "din"
    assert "That does not mean that nobody did" in dossier.says("command", "ik-3", "2021")


def test_what_cannot_be_asked_is_said(dossier: Hand) -> None:
    assert dossier.fails("command", "Nowhere", "2021") == (2, "command.place")
    assert dossier.fails("command", "ik-3", "soon") == (2, "command.day")
    assert [dossier.fails("command", "ik-3", day) for day in ("2199-01-01", "2199-02", "2199")] == [(2, "command.ahead")] * 3
    dossier.does("source", "add", "P-1", "List", "--kind", "list")
    told = ("post", "add", "P-1", "Vydumany", "Head", "--source", "List")
    assert dossier.fails(*told, "--since", "soon") == (2, "posts.date")
    assert dossier.fails(*told, "--since", "2021", "--until", "2019") == (2, "posts.ends")


def test_reported_acts_stand_beside_an_official_with_what_each_rests_on(dossier: Hand) -> None:
    dossier.does("source", "add", "P-1", "List", "--kind", "list")
    told = ["--body", COLONY, "--since", "2019-01-01", "--until", "2023-01-01", "--source", "List"]
    dossier.does("post", "add", "P-1", "Pryklad, A.", f"Head of {COLONY}", "--new", *told)
    assert dossier.says("post", "acts", "P-1", "Pryklad, A.").strip() == texts().say("posts.no_acts", "en")
    held = ["--source", "List", "--basis", "document", "--subject", "Vydumany", "--partial"]
    dossier.does(
        "claim", "add", "P-1", "--property", "detention.place", "--value", COLONY, "--valid-from", "2020-01-01", "--valid-to", "2022-01-01", *held
    )
    for measure, day in (("discipline.measure", "2021-05-05"), ("detention.force_used", "2021-05-06")):
        value = "shizo" if measure.startswith("disc") else "no"
        dossier.does("claim", "add", "P-1", "--property", measure, "--value", value, "--valid-from", day, *held)
    place, measure = dossier.does("post", "acts", "P-1", "Pryklad, A.", "--everywhere")["acts"]
    assert (place["property"], place["commands"][0]["claims"], measure["value"]) == ("detention.place", [], "shizo")
    assert [(one["truth"], one["up"], one["claims"]) for one in measure["commands"]] == [("certain", 0, [place["claim"]])]
    assert (measure["level"], measure["proof"]) == ("open", "L0")
    said = dossier.says("post", "acts", "P-1", "Pryklad, A.")
    assert texts().say("posts.acts_mean", "en") in said and "It rests on this too:" in said and "force_used" not in said
    assert "standard of proof it reaches: Allegation" in said
