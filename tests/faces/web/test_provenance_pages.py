"""The whole way of an item: every step in three languages, a form that loses nothing, gaps and forks in words, a table that is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import custody, evidence, reading
from letapis.desk.opening import Desk
from tests.team import Team, make_team

from . import casework
from . import papers as played
from .casework import browsing, say
from .papers import Papers, client, desk, papers
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]
RECORD = Path(__file__).parents[2] / "vectors" / "evidence-records" / "ER_SHA256-DGN_XAIP_OK_SC1.ers"
HAND_OVER = {
    "event": "transfer",
    "recipient": "Pryklad archive",
    "condition": "sealed bag 0041",
    "happened": "2026-03-02",
    "unusual": "one corner torn",
}


def way(papers: Papers) -> str:
    return reverse("provenance:show", args=[papers.item.hex()])


def client_post(client: Client, papers: Papers, told: dict[str, str]) -> Any:
    (form,) = [one for one in casework.forms(client.get(way(papers)).content.decode()) if "event" in one["data"]]
    return client.post(way(papers), {**form["data"], **told})


def test_the_way_is_shown_in_three_languages(client: Client, papers: Papers, desk: Desk) -> None:
    reader = desk.reader("work")
    custody.write_down(desk, reader, papers.item, "transfer", custody.Said(recipient="Prykladny archive", unusual="wet"))
    for language in LANGUAGES:
        check(client.get(way(papers), headers={"accept-language": language}).content.decode(), language)
    shown = client.get(way(papers)).content.decode()
    assert say("custody.whole") in shown and say("custody.arrived") in shown and "Prykladny archive" in shown
    assert reading.evidence(desk, reader, papers.item).sha256.hex() in shown
    assert way(papers) in client.get(reverse("evidence:item", args=[papers.item.hex()])).content.decode()


def test_a_hand_over_is_written_down_by_the_form_and_a_wrong_one_loses_nothing(client: Client, papers: Papers, desk: Desk) -> None:
    wrong = client_post(client, papers, {**HAND_OVER, "recipient": ""})
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert say("errors.custody.recipient") in text and "sealed bag 0041" in text and "one corner torn" in text
    done = client_post(client, papers, HAND_OVER)
    assert done.status_code in (302, 303)
    shown = client.get(way(papers)).content.decode()
    assert "Pryklad archive" in shown and "sealed bag 0041" in shown and say("custody.written") in shown
    assert client_post(client, papers, {**HAND_OVER, "event": "export"}).status_code == 422


def test_what_is_missing_is_said_with_what_to_do(client: Client, papers: Papers, desk: Desk) -> None:
    lost = reading.custody(desk, desk.reader("work"), papers.item)[0]
    desk.store.run("DELETE FROM db_custodyentry WHERE ref = %s", (lost.ref,))
    shown = client.get(way(papers)).content.decode()
    assert say("custody.not_whole") in shown and lost.ref.hex()[:16] in shown and say("custody.gap_help")[:40] in shown


def test_two_who_worked_apart_stand_side_by_side(client: Client, papers: Papers, desk: Desk) -> None:
    """The same state as after two desks without a connection: the second entry is made while the first is not there."""
    reader = desk.reader("work")
    first = evidence.add_custody(desk, reader, papers.item, "fixity check", "good")
    columns = "ref, object, step, parents, event, outcome, detail, member, recorded"
    row = desk.store.rows(f"SELECT {columns} FROM db_custodyentry WHERE ref = %s", (first,))[0]
    desk.store.run("DELETE FROM db_custodyentry WHERE ref = %s", (first,))
    evidence.add_custody(desk, reader, papers.item, "virus check", "good")
    marks = ", ".join(["%s"] * len(row))
    desk.store.run(f"INSERT INTO db_custodyentry ({columns}) VALUES ({marks})", row)
    shown = client.get(way(papers)).content.decode()
    assert say("custody.side") in shown and say("custody.forks") in shown and say("custody.whole") in shown
    for language in LANGUAGES:
        check(client.get(way(papers), headers={"accept-language": language}).content.decode(), language)


def test_the_table_is_saved_and_that_is_told(client: Client, papers: Papers, desk: Desk) -> None:
    (form,) = [one for one in casework.forms(client.get(way(papers)).content.decode()) if one["action"].endswith("/table")]
    answer = client.post(form["action"], form["data"])
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment") and body.startswith(b"step,event,outcome")
    assert reading.custody(desk, desk.reader("work"), papers.item)[-1].outcome == "custody table"


def test_an_evidence_record_is_chosen_and_its_answer_stands_among_the_proofs(client: Client, papers: Papers, desk: Desk) -> None:
    reader, data = desk.reader("work"), RECORD.read_bytes()
    proof = evidence.add_evidence(desk, reader, papers.dossier, evidence.EvidenceForm("Proof", "document", name="letter.ERS"), [data])
    (form,) = [one for one in casework.forms(client.get(way(papers)).content.decode()) if one["action"].endswith("/record")]
    answer = client.post(form["action"], {**form["data"], "record": proof.hex()})
    assert answer.status_code == 303
    for language in LANGUAGES:
        text = client.get(way(papers), headers={"accept-language": language}).content.decode()
        check(text, language)
        assert desk.catalogue.texts.say("errors.records.other_file", language) in text
    assert client.post(form["action"], {**form["data"], "record": "0" * 32}).status_code == 404
    assert client.post(form["action"], {**form["data"], "record": ""}).status_code == 303, "the page again"


def test_a_stranger_finds_nothing_there(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    papers = played.play(team.desks[0], team.desks[0].me)
    team.settle()
    with browsing(team.desks[1]) as outside:
        assert outside.get(way(papers)).status_code == 404
        token = casework.forms(outside.get("/").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        stolen = {"csrfmiddlewaretoken": token, "record": papers.item.hex()}
        assert outside.post(reverse("provenance:record", args=[papers.item.hex()]), stolen).status_code == 404
