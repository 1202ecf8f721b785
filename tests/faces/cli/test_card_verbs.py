"""The verbs of a public card at the desk of one member: what stays and why, a wish as a file, what does not fit."""

import json

from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]


def test_a_card_is_shown_wished_for_and_refused_with_its_reasons(dossier: Hand) -> None:
    person = "Vydumany"
    dossier.does("source", "add", "P-1", "Gazette", "--kind", "media", "--grade", "B", "--circle", "public")
    page = dossier.does("note", "add", "P-1", "--title", "Page", "--source", "Gazette", "--basis", "document", "--subject", person, "--text", "Yes.")
    told = json.dumps([{"property": "identity.name", "value": "Янка Прыклад"}, {"property": "person.sex", "value": "m"}])
    dossier.does("claim", "add", "P-1", "--note", page["note"], "--quote", "Yes.", "--claims", told)
    shown = dossier.does("card", "show", "P-1")
    assert (shown["named"], shown["because"]) == (False, "law.consent_never_asked")
    name, sex = shown["fields"]
    assert (name["field"], name["values"][0]["because"], name["values"][0]["who"]) == ("name", "law.consent_never_asked", "person")
    assert name["values"][0]["offered"] == [{"field": "name", "value": "Yanka Pryklad", "language": "en"}]
    assert sex["values"][0]["because"] == "cards.needs_checked"
    assert texts().say("cards.needs_checked", "be") in dossier.says("card", "show", "P-1", "--language", "be")

    assert dossier.does("card", "show", "P-1", "--wish") == {"named": False, "photo": "", "values": [], "own": []}
    assert dossier.fails("card", "preview", "P-1") == (6, "cards.wish")
    wish = dossier.phrase.parent / "wish.json"
    own = {"field": "letters_accepted", "value": "yes", "since": "2026-01"}
    wish.write_text(json.dumps({"named": 5}), "utf-8")
    assert dossier.fails("card", "preview", "P-1", "--wish", f"@{wish}") == (2, "cards.file"), "what nobody can read is not taken for no"
    wish.write_text(json.dumps({"named": False, "values": [{"field": "sex", "claim": sex["values"][0]["claim"]}], "own": [own]}), "utf-8")
    assert dossier.fails("card", "preview", "P-1", "--wish", f"@{wish}") == (6, "cards.wish")
    for odd in ("[]", "{", '{"values": [{"field": 1, "claim": "00"}]}', '{"own": [{}]}', '{"photo": "xyz"}'):
        wish.write_text(odd, "utf-8")
        code, because = dossier.fails("card", "propose", "P-1", "--wish", f"@{wish}")
        assert (code, because) in ((2, "cards.file"), (6, "cards.wish"))
    assert dossier.does("card", "circles", "P-1") == {"sentences": []}
    assert dossier.fails("card", "assess", "P-1", "--all", "--risk", "None.", "--consent", "agreed") == (2, "circles.sentences")
    assert dossier.does("card", "settle") == dossier.does("card", "settle", "P-1") == {"settled": [], "clock_doubt": False}
    assert dossier.fails("card", "show", "P-1", "--person", "Nobody")[0] == 3
