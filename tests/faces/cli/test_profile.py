"""``letapis profile``: what is not given stays; an empty text takes it away; documents take it from there."""

from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]


def test_a_profile_is_written_in_parts_and_shown(dossier: Hand) -> None:
    assert dossier.does("profile", "show") == {"profiles": {}}
    dossier.does("profile", "set", "--name", "Vydumka Centre", "--email", "post@vydumka.example")
    dossier.does("profile", "set", "--text-language", "be", "--name", "Цэнтр Выдумка")
    kept = dossier.does("profile", "set", "--address", "1 Invented Street")
    assert (kept["name"], kept["address"], kept["email"]) == ("Vydumka Centre", "1 Invented Street", "post@vydumka.example")
    assert dossier.does("profile", "set", "--address", "")["address"] == ""
    assert set(dossier.does("profile", "show")["profiles"]) >= {"en", "be"}
    assert "Vydumka Centre" in dossier.says("profile", "show")
    assert dossier.fails("profile", "set", "--email", "none") == (2, "submitter.email")


def test_a_document_of_several_requests_needs_one_of_them(dossier: Hand) -> None:
    assert dossier.fails("brief", "make", "P-1", "--mechanism", "UPR") == (2, "submit.request")
    made = dossier.does("brief", "make", "P-1", "--mechanism", "UPR", "--request", "joint")
    assert made["mechanism"] == "UPR" and "Key words" in made["missing"]
    assert dossier.fails("brief", "make", "P-1", "--mechanism", "EU-BELARUS") == (2, "submit.target")
