"""The verb that shows what a note proposes and takes it by numbers."""

import json

from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]

TEXT = "Перавялі ў ПК-15 3.05.2026.\nКажуць, ШІЗА. Надвор'е добрае."


def note_of(hand: Hand, *more: str) -> str:
    words = ["note", "add", "P-1", "--title", "Call", "--text", "-", "--text-language", "be", *more]
    return str(hand.does(*words, stdin=TEXT)["note"])


def test_a_note_is_read_and_its_lines_are_taken_by_number(dossier: Hand) -> None:
    note = note_of(dossier, "--source", "Kalina", "--basis", "was_told", "--subject", "Vydumany")
    told = dossier.does("note", "propose", note[:8])
    assert [(one["number"], one["property"], one["value"]) for one in told["proposals"]] == [
        (1, "custody.transferred", "2026-05-03"),
        (2, "detention.place", "Penal colony No. 15"),
        (3, "discipline.measure", "shizo"),
    ]
    assert told["claims"] == [] and told["proposals"][2]["basis"] == "was_told" and told["proposals"][0]["words"] == ["Перавялі", "3.05.2026"]
    said = dossier.says("note", "propose", note)
    assert "  1  custody.transferred = 2026-05-03  “Перавялі … 3.05.2026”" in said and "(was_told)" in said
    made = dossier.does("note", "propose", note, "--accept", "1,2", "--skip", "3")["claims"]
    assert [one["claim"] for one in dossier.does("claim", "list", "P-1")["claims"]] == made and len(made) == 2
    assert json.loads(json.dumps(dossier.does("note", "propose", note)["proposals"])) == []
    assert "Nothing here" in dossier.says("note", "propose", note)


def test_everything_is_taken_with_one_word(dossier: Hand) -> None:
    note = note_of(dossier, "--source", "Kalina", "--basis", "was_told", "--subject", "Vydumany")
    assert len(dossier.does("note", "propose", note, "--accept", "all")["claims"]) == 3


def test_what_the_verb_refuses(dossier: Hand) -> None:
    note = note_of(dossier)
    for wrong in ("4", "0", "one", "1,,x"):
        assert dossier.fails("note", "propose", note, "--accept", wrong) == (2, "cli.proposal_numbers")
    assert dossier.fails("note", "propose", note, "--accept", "1", "--skip", "all") == (2, "cli.proposal_numbers")
    assert dossier.fails("note", "propose", note, "--accept", "1")[1].startswith("claims.")
    assert dossier.fails("note", "propose", "abcd") == (3, "reading.not_found")
    assert dossier.does("claim", "list", "P-1")["claims"] == []
