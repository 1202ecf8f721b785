"""Pages of recognition: from the dossier for the vote to a decision of two, statements, what is refused, and whose they are."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.recognition import RECOGNISES
from letapis.desk import dossiers, recognition, statements
from letapis.desk.recognition import OutcomeForm, VoteForm
from letapis.faces.web.views import recognition as first_section
from letapis.faces.web.views import recognition_writing as second_section
from tests.desk.test_recognition import CARRIED, SAID, a_case, told
from tests.team import Team, make_team

from .casework import browsing, forms, resend, say, send
from .test_pages import check

__all__ = ["make_team"]
CANARY = "Canary: the board was threatened"


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


@pytest.fixture
def case(team: Team) -> tuple[bytes, bytes]:
    return a_case(team.desks[0], [team.desks[1].me])


@pytest.fixture
def client(team: Team, case: tuple[bytes, bytes]) -> Iterator[Client]:
    assert case
    with browsing(team.desks[0]) as browser:
        yield browser


def test_from_the_vote_to_a_decision_of_two(client: Client, team: Team, case: tuple[bytes, bytes]) -> None:
    one, two = team.desks
    dossier, person = case
    place = reverse("recognition:dossier", args=[dossier.hex()])
    assert reverse("recognition:dossier", args=[dossier.hex()]) in client.get(reverse("around:dossier", args=[dossier.hex()])).content.decode()
    empty = client.get(place).content.decode()
    assert say("recognition.step.open") in empty and say("recognition.no_history") in empty
    wrong = send(client, place, "/recognition/open", day="2999-01-01", text=CANARY)
    assert wrong.status_code == 422 and say("errors.recognition.day") in wrong.content.decode() and CANARY in wrong.content.decode()
    assert resend(client, place, wrong.content.decode(), "/recognition/open", day="2026-04-01").status_code == 303
    (waits,) = recognition.course(one, one.reader("work"), dossier, person).open_rounds
    votes = reverse("recognition:vote", args=[waits.recognition.hex()])
    wrong = send(client, place, votes, organisation="Pryklad Centre", stance="for", day="never")
    assert wrong.status_code == 422 and "Pryklad Centre" in wrong.content.decode()
    assert send(client, place, votes, organisation="Pryklad Centre", stance="for", day="2026-04-02", text="Beliefs only.").status_code == 303
    shown = client.get(place).content.decode()
    assert "Beliefs only." in shown and say("recognition.counted", for_=1, against_=0, abstain_=0) in shown
    # The record speaks against it: the page says what, and keeps what was typed.
    decide = reverse("recognition_writing:decide", args=[dossier.hex()])
    assert say("recognition.statement_first") in client.get(decide).content.decode()
    wrong = send(client, decide, decide, outcome="recognised", day="2026-05-01")
    assert wrong.status_code == 422 and say("errors.recognition.ground") in wrong.content.decode()
    wrong = resend(client, decide, wrong.content.decode(), decide, ground="3.1")
    assert wrong.status_code == 422 and say("recognition.doubt.exclusion_unknown") in wrong.content.decode()
    assert resend(client, decide, wrong.content.decode(), decide, override="Shown by counsel.").status_code == 303
    (said,) = recognition.course(one, one.reader("work"), dossier, person).waiting
    shown = client.get(place).content.decode()
    assert say("recognition.not_alone") in shown and reverse("recognition:confirm", args=[said.decided.hex()]) not in shown
    alone = forms(shown)[-1]["data"]["csrfmiddlewaretoken"]
    refused = client.post(reverse("recognition:confirm", args=[said.decided.hex()]), {"csrfmiddlewaretoken": alone, "seen": said.ref.hex()})
    assert refused.status_code == 422 and say("errors.recognition.own") in refused.content.decode()
    team.settle()
    with browsing(two) as other:
        assert say("recognition.today") in other.get(reverse("home")).content.decode()
        listed = other.get(reverse("recognition:list")).content.decode()
        assert "Janka Vydumka" in listed and say("recognition.waits_for_you") in listed
        stale = send(other, place, "/confirm", seen="0" * 64)
        assert stale.status_code == 422 and say("errors.recognition.changed") in stale.content.decode()
        assert send(other, place, "/confirm").status_code == 303
        shown = other.get(place).content.decode()
    assert reverse("cards:person", args=[person.hex()]) in shown, "from the decision on to the public card"
    assert "Recognised as a political prisoner" in shown and say("recognition.step.settled") in shown and "Shown by counsel." in shown
    found = recognition.of_person(two, two.reader("work"), dossier, person)
    assert found is not None and found.outcome in RECOGNISES


def test_the_dossier_for_the_vote_as_page_and_as_text(client: Client, team: Team, case: tuple[bytes, bytes]) -> None:
    dossier, person = case
    told(team.desks[0], dossier, person, **CARRIED)
    page = client.get(reverse("recognition_writing:vote", args=[dossier.hex()])).content.decode()
    assert say("recognition.waits_for_reviewer") in page and say("recognition.held.held", day="1 March 2026") in page
    text = client.get(reverse("recognition_writing:text", args=[dossier.hex()]))
    assert "Janka Vydumka" in text.content.decode() and "## 3.2" in text.content.decode() and "Klon" not in text.content.decode()
    assert "Vydumka" not in text.headers["Content-Disposition"]


def test_a_statement_is_written_chosen_again_and_changed_everywhere(client: Client, team: Team, case: tuple[bytes, bytes]) -> None:
    one = team.desks[0]
    dossier, _ = case
    second = dossiers.new_dossier(one, "PRY-9", "Pryklad", "person", "Marta Vydumka")
    place = reverse("recognition_writing:new_statement", args=[dossier.hex()])
    typed = {"outcome": "recognised", "ground": "3.1", "signatories": "Pryklad Centre\nVydumka Watch", "title_be": "Заява"}
    wrong = send(client, place, place, day="2026-05-01", **typed)
    assert wrong.status_code == 422 and say("errors.recognition.titles") in wrong.content.decode() and "Заява" in wrong.content.decode()
    assert resend(client, place, wrong.content.decode(), place, text_be="Патрабуем вызвалення.").status_code == 303
    there = reverse("recognition_writing:new_statement", args=[second.hex()])
    assert send(client, there, "/recognition/choose").status_code == 303
    (here,) = statements.in_dossier(one, one.reader("work"), second)
    change = reverse("recognition_writing:statement", args=[second.hex(), here.statement])
    assert say("recognition.served", count=2) in client.get(change).content.decode()
    assert send(client, change, change, link="https://example.org/zajava").status_code == 303
    assert statements.in_dossier(one, one.reader("work"), dossier)[0].link == "https://example.org/zajava"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole(client: Client, team: Team, case: tuple[bytes, bytes], language: str) -> None:
    one, (dossier, person) = team.desks[0], case
    reader = one.reader("work")
    wish = {"accept-language": language}
    check(client.get(reverse("recognition:list"), headers=wish).content.decode(), language)
    round_ = recognition.open_round(one, reader, dossier, person)
    recognition.vote(one, reader, round_, VoteForm("Pryklad Centre", "against", "2026-04-02"))
    recognition.vote(one, reader, round_, VoteForm("Pryklad Centre", "for", "2026-04-02"))
    statement = statements.write(one, reader, dossier, SAID)
    recognition.record_outcome(one, reader, dossier, person, OutcomeForm("recognised", "2026-05-01", "3.1", override="So.", statement=statement))
    told(one, dossier, person, **CARRIED)
    pages = [(f"recognition_writing:{name}", [dossier.hex()]) for name in ("vote", "decide", "new_statement")]
    pages += [("recognition:list", []), ("recognition:dossier", [dossier.hex()]), ("recognition_writing:statement", [dossier.hex(), statement.hex()])]
    for name, arguments in pages:
        check(client.get(reverse(name, args=arguments), headers=wish).content.decode(), language)


def test_what_is_of_others_does_not_exist(client: Client, team: Team) -> None:
    """Every route with ids of a dossier that this member does not hold."""
    two = team.desks[1]
    dossier, person = a_case(two, code="PRY-5")
    reader = two.reader("work")
    round_ = recognition.open_round(two, reader, dossier, person, text=CANARY)
    decided = recognition.record_outcome(two, reader, dossier, person, OutcomeForm("refused", "2026-05-01", text=CANARY))
    ids = {"dossier": dossier, "round": round_, "decided": decided, "statement": statements.write(two, reader, dossier, SAID)}
    team.settle()
    token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    asked = 0
    for section in (first_section, second_section):
        for pattern in section.urlpatterns:
            named = {one: ids[one].hex() for one in pattern.pattern.converters}
            if not named:
                continue
            place = reverse(f"{section.app_name}:{pattern.name}", kwargs=named)
            answers = [
                client.get(place).status_code,
                client.post(place, {"csrfmiddlewaretoken": token, "statement": "0" * 32, "seen": "0" * 64}).status_code,
            ]
            assert set(answers) <= {404, 405} and 404 in answers, place
            asked += 1
    assert asked == 12
    listed = client.get(reverse("recognition:list")).content.decode()
    assert CANARY not in listed and "Janka Vydumka" not in listed
