"""The law of a dossier, the documents made from it, its history, and the case file that leaves the house."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import briefs, claims, dossiers, qualify, reading, submit
from letapis.desk.ledger import sign_checkpoint
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, resend, say, send
from .papers import Papers, share
from .test_pages import check

__all__ = ["make_team"]

NORM = "ICCPR-9-1-ARB"


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(1)


@pytest.fixture
def papers(team: Team) -> Papers:
    return played.play(team.desks[0], team.desks[0].me)


@pytest.fixture
def pair(make_team: Callable[..., Team]) -> tuple[Team, Papers]:
    """Two members who hold the dossier."""
    team = make_team(2)
    found = played.play(team.desks[0], team.desks[1].me)
    share(team, found, 1)
    return team, found


def page(client: Client, name: str, *arguments: str, **query: str) -> str:
    answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(team: Team, papers: Papers, language: str) -> None:
    named = papers.named()
    dossier, brief = named["dossier"], named["brief"]
    places = [reverse(name, args=[dossier]) for name in ("law:dossier", "submit:dossier", "history:dossier", "casefile:export")]
    places += [reverse("law:norm", args=[dossier, NORM]), reverse("submit:brief", args=[brief]), reverse("submit:preview", args=[brief])]
    with browsing(team.desks[0]) as client:
        for place in places:
            answer = client.get(place, headers={"accept-language": language})
            assert answer.status_code == 200, place
            check(answer.content.decode(), language)


# ---- law -------------------------------------------------------------------------------------------------------------


def test_a_norm_never_says_that_a_violation_was_found(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        shown = page(client, "law:dossier", papers.dossier.hex()) + page(client, "law:norm", papers.dossier.hex(), NORM)
    assert say("law.never_a_finding") in shown and "violation found" not in shown.lower()


def test_claims_stand_under_the_element_they_carry_and_only_from_the_chosen_level_on(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        draft = page(client, "law:norm", papers.dossier.hex(), NORM)
        checked = page(client, "law:norm", papers.dossier.hex(), NORM, floor="checked")
        nonsense = page(client, "law:norm", papers.dossier.hex(), NORM, floor="anything")
    assert "9 August 2020" in draft and say("lawpage.carried") in draft
    assert "9 August 2020" not in checked and say("lawpage.floor.checked.means") in checked
    assert say("lawpage.floor.draft.means") in nonsense, "an unknown level is the one that promises least"


def test_questions_come_with_the_norms_that_an_answer_moves_the_most_useful_first(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        shown = page(client, "law:dossier", papers.dossier.hex())
    parts = [part.partition("</li>")[0] for part in shown.split("<li data-row><strong>")[1:]]
    more = [part.partition("and others: ")[2] for part in parts]
    counts = [part.count("</a> → ") + int(rest.partition("<")[0] or 0) for part, rest in zip(parts, more, strict=True)]
    assert counts and min(counts) > 0 and counts == sorted(counts, reverse=True)


def test_a_dossier_without_a_person_says_what_to_do(team: Team) -> None:
    empty = dossiers.new_dossier(team.desks[0], "PRY-0", "Pryklad", "pattern").hex()
    with browsing(team.desks[0]) as client:
        assert say("lawpage.no_person") in page(client, "law:dossier", empty)
        assert client.get(reverse("law:norm", args=[empty, NORM])).status_code == 404


def test_an_unknown_norm_or_person_does_not_exist(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        assert client.get(reverse("law:norm", args=[papers.dossier.hex(), "NO-SUCH"])).status_code == 404
        assert client.get(reverse("law:dossier", args=[papers.dossier.hex()]), {"person": "0" * 32}).status_code == 404


def _word_on(person: bytes) -> str:
    """How the address of the form ends in which a reviewer's word on this person is given."""
    return f"person={person.hex()}"


def _main(team: Team, papers: Papers) -> bytes:
    return qualify.main_person(team.desks[0], team.reader(), papers.dossier)


def test_a_reviewer_s_word_is_kept_with_its_reasons(pair: tuple[Team, Papers]) -> None:
    team, papers = pair
    place = reverse("law:norm", args=[papers.dossier.hex(), NORM])
    with browsing(team.desks[1]) as client:
        answer = send(client, place, _word_on(_main(team, papers)), holds="yes", reason="Nobody gave a reason of this person's own.")
        shown = client.get(place).content.decode()
    assert answer.status_code == 303 and say("lawpage.judged") in shown
    assert "Nobody gave a reason of this person&#x27;s own." in shown and "Vydumka 2" in shown and say("lawpage.word.yes") in shown
    reader = team.reader(1)
    (ruling,) = reading.rulings_of_dossier(team.desks[1], reader, papers.dossier, ("judge",))
    assert ruling.holds and ruling.norm == NORM and ruling.member == team.desks[1].me


def test_a_word_is_about_the_person_of_the_page_also_after_it_was_refused(team: Team, papers: Papers) -> None:
    desk, reader = team.desks[0], team.reader()
    other = dossiers.add_entity(desk, reader, papers.dossier, "person", "Vydumka Second")
    place = reverse("law:norm", args=[papers.dossier.hex(), NORM]) + f"?person={other.hex()}"
    with browsing(desk) as client:
        refused = send(client, place, _word_on(other), reason="A reason.")
        assert refused.status_code == 422 and f"{_word_on(other)}\">" in refused.content.decode()
        answer = send(client, place, _word_on(other), holds="no", reason="Another case.")
    assert answer["Location"].endswith(f"?person={other.hex()}")
    (ruling,) = reading.rulings_of_dossier(desk, reader, papers.dossier, ("judge",))
    assert ruling.parties == (other,)


@pytest.mark.parametrize(
    "changes, key", [({"reason": "A reason."}, "lawpage.choose"), ({"holds": "no", "reason": " "}, "errors.verify.reason"),
                     ({"holds": "no", "reason": "A reason.", "element": "E-NONE"}, "errors.verify.no_judgement")],
)  # fmt: skip
def test_a_word_without_a_choice_a_reason_or_an_element_comes_back_with_what_was_typed(
    team: Team, papers: Papers, changes: dict[str, str], key: str
) -> None:
    place = reverse("law:norm", args=[papers.dossier.hex(), NORM])
    with browsing(team.desks[0]) as client:
        answer = send(client, place, _word_on(_main(team, papers)), **changes)
    text = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 422 and say(key) in text
    assert changes["reason"] in text or "element" in changes
    check(answer.content.decode(), "en")
    assert not reading.rulings_of_dossier(team.desks[0], team.reader(), papers.dossier, ("judge",))


# ---- documents -------------------------------------------------------------------------------------------------------


def test_a_draft_is_made_and_says_what_still_stands_in_the_way(team: Team, papers: Papers) -> None:
    place = reverse("submit:dossier", args=[papers.dossier.hex()])
    with browsing(team.desks[0]) as client:
        answer = send(client, place, "/new")
        shown = client.get(answer["Location"]).content.decode()
    assert answer.status_code == 303 and len(briefs.briefs(team.desks[0], team.reader(), papers.dossier)) == 2
    assert say("submit.made") in shown and say("submit.needs_approval") in shown and say("submit.stops") in shown
    assert say("submit.own") in shown and "/approve" not in shown, "the author is not offered to approve"


def test_a_body_or_language_that_is_none_comes_back(team: Team, papers: Papers) -> None:
    place = reverse("submit:dossier", args=[papers.dossier.hex()])
    with browsing(team.desks[0]) as client:
        for changes in ({"mechanism": "NO-BODY"}, {"document_language": "be"}, {"mechanism": "UPR"}, {"mechanism": "EU-BELARUS"}):
            answer = send(client, place, "/new", **changes)
            assert answer.status_code == 422
            check(answer.content.decode(), "en")
        assert 'id="id_target_error"' in answer.content.decode(), "that an official is missing stands beside the field for them"
        assert len(briefs.briefs(team.desks[0], team.reader(), papers.dossier)) == 1
        made = send(client, place, "/new", mechanism="UPR:joint")
        shown = client.get(made["Location"]).content.decode()
    assert made.status_code == 303 and "of 5630" in shown, "each request of a body is a choice of its own, with its own limit"


def test_own_paragraphs_make_a_new_draft_and_stand_in_the_document(team: Team, papers: Papers) -> None:
    place = reverse("submit:brief", args=[papers.brief.hex()])
    with browsing(team.desks[0]) as client:
        question = client.get(place).content.decode().split('<select name="question"', 1)[1].split('<option value="', 1)[1].split('"', 1)[0]
        answer = send(client, place, "/words", question=question, words="The invented lawyer asks for release.")
        made = answer["Location"].rpartition("/")[2]
        assert made != papers.brief.hex()
        assert "The invented lawyer asks for release." in page(client, "submit:preview", made)
        assert "The invented lawyer asks for release." not in page(client, "submit:preview", papers.brief.hex()), "the draft before stays"
        (asked,) = briefs.brief(team.desks[0], team.reader(), bytes.fromhex(made)).own_words
        gone = send(client, answer["Location"], "/words", question=asked, words="")
        assert "asks for release" not in page(client, "submit:preview", gone["Location"].rpartition("/")[2])


def test_the_author_cannot_approve_by_a_hand_made_form(team: Team, papers: Papers) -> None:
    place = reverse("submit:brief", args=[papers.brief.hex()])
    with browsing(team.desks[0]) as client:
        answer = resend(client, place, client.get(place).content.decode().replace("/produce", "/approve"), "/approve")
    assert answer.status_code == 422 and say("errors.submit.own_brief") in answer.content.decode()


def test_a_colleague_approves_once(pair: tuple[Team, Papers]) -> None:
    team, papers = pair
    place = reverse("submit:brief", args=[papers.brief.hex()])
    with browsing(team.desks[1]) as client:
        before = client.get(place).content.decode()
        assert send(client, place, "/approve").status_code == 303
        shown = client.get(place).content.decode()
        assert "/approve" not in shown and "Vydumka 2" in shown
        assert say("errors.submit.approved_already") in resend(client, place, before, "/approve").content.decode()


def test_the_draft_is_saved_as_a_pdf_under_a_name_of_ours(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("submit:brief", args=[papers.brief.hex()]), "/draft")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-") and answer["Content-Disposition"] == 'attachment; filename="draft.pdf"'


def test_nothing_is_produced_while_a_point_stops_it(team: Team, papers: Papers) -> None:
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("submit:brief", args=[papers.brief.hex()]), "/produce")
    assert answer.status_code == 422 and say("errors.submit.gates") in answer.content.decode()
    assert submit.submissions(team.desks[0], team.reader(), papers.dossier) == []


def test_a_reason_for_silent_devices_is_asked_when_one_is_silent_and_kept_while_typing(pair: tuple[Team, Papers]) -> None:
    team, papers = pair
    place = reverse("submit:brief", args=[papers.brief.hex()])
    with browsing(team.desks[0]) as client:
        assert "name=\"override\"" not in client.get(place).content.decode()
        team.desks[0].clock.now += timedelta(days=9)  # type: ignore[attr-defined]
        assert "name=\"override\"" in client.get(place).content.decode()
        answer = send(client, place, "/produce", override="Vydumka 2 is on leave.")
    assert answer.status_code == 422 and "Vydumka 2 is on leave.</textarea>" in answer.content.decode()


def test_produced_files_are_kept_and_can_be_saved(team: Team, papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "closed", lambda gates: ())
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("submit:brief", args=[papers.brief.hex()]), "/produce")
        assert answer.status_code == 303 and answer["Location"] == reverse("submit:dossier", args=[papers.dossier.hex()])
        shown = client.get(answer["Location"]).content.decode()
        assert say("submit.save", kind="PDF") in shown and say("submit.save", kind="DOCX") in shown
        check(shown, "en")
        saved = send(client, answer["Location"], "/original")
    assert b"".join(saved.streaming_content)[:4] in (b"PK\x03\x04", b"%PDF")


# ---- history ---------------------------------------------------------------------------------------------------------


def test_history_names_kinds_people_and_places_and_comes_in_parts(team: Team, papers: Papers) -> None:
    desk = team.desks[0]
    (person,) = reading.entities(desk, team.reader(), papers.dossier)
    cut = claims.Cut("detention.masked_agents", "true", subject=person.entity, source=papers.source, basis="saw")
    claims.add_claims(desk, team.reader(), papers.dossier, [cut] * 70)
    with browsing(desk) as client:
        shown, second = page(client, "history:dossier", papers.dossier.hex()), page(client, "history:dossier", papers.dossier.hex(), page="2")
    assert say("history.type.claim") in shown and "Vydumka 1" in shown and "?page=2" in shown
    assert say("history.type.dossier") in second or "?page=3" in second
    check(shown, "en")


# ---- case file -------------------------------------------------------------------------------------------------------


def test_a_case_file_is_written_and_the_command_on_the_page_checks_it(team: Team, papers: Papers, tmp_path: Path) -> None:
    sign_checkpoint(team.desks[0])
    place, target = reverse("casefile:export", args=[papers.dossier.hex()]), tmp_path / "for the court"
    with browsing(team.desks[0]) as client:
        told = {"recipient": "Invented court", "purpose": "Invented hearing", "folder": str(target)}
        answer = send(client, place, "", **told)
        assert answer.status_code == 303, answer.content.decode()
        shown = client.get(place).content.decode().replace("&#x27;", "'")
        check(client.get(place).content.decode(), "en")
        policy = b"".join(send(client, place, "/policy").streaming_content)
    assert f"python3 -I -S '{target}/verify.py' '{target}'" in shown
    assert policy.startswith(b"log ")
    ran = subprocess.run([sys.executable, "-I", "-S", str(target / "verify.py"), str(target)], capture_output=True, timeout=120)
    assert ran.returncode == 3, ran.stdout.decode()[-2000:]


@pytest.mark.parametrize("changes, code", [({"recipient": ""}, ""), ({"folder": "inside"}, "casefile.inside_workspace"), ({"items": []}, "")])
def test_a_case_file_form_that_is_wrong_keeps_its_words(team: Team, papers: Papers, changes: dict[str, object], code: str, tmp_path: Path) -> None:
    if changes.get("folder") == "inside":
        changes = {"folder": str(team.desks[0].workspace / "out")}
    told: dict[str, object] = {"recipient": "Invented court", "purpose": "Invented hearing", "folder": str(tmp_path / "out")} | changes
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("casefile:export", args=[papers.dossier.hex()]), "", **told)
    assert answer.status_code == 422 and 'value="Invented hearing"' in answer.content.decode()
    assert not code or say(f"errors.{code}") in answer.content.decode()
    assert not (tmp_path / "out").exists()
    check(answer.content.decode(), "en")


def test_an_unknown_list_of_keys_does_not_exist(team: Team, papers: Papers) -> None:
    place = reverse("casefile:export", args=[papers.dossier.hex()])
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("submit:dossier", args=[papers.dossier.hex()]), "/new")
        assert answer.status_code == 303
        token = client.get(place).content.decode().split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
        assert client.post(reverse("casefile:trust", args=["secrets"]), {"csrfmiddlewaretoken": token}).status_code == 404


def test_devices_and_hours_are_asked_for_by_one_and_agreed_by_another(pair: tuple[Team, Papers]) -> None:
    team, papers = pair
    place = reverse("casefile:export", args=[papers.dossier.hex()])
    with browsing(team.desks[0]) as client:
        shown = client.get(place).content.decode()
        assert say("casefile.opening_waits") in shown and f'>{say("casefile.opening_agree")}<' not in shown
        check(shown, "en")
        answer = send(client, place, "/openings", reason=" ")
        assert answer.status_code == 422 and say("errors.casefile.reason") in answer.content.decode()
        answer = send(client, place, "/openings", reason="x" * 2001)
        assert answer.status_code == 422 and "x" * 2001 + "</textarea>" in answer.content.decode()
        assert send(client, place, "/openings", reason="Another hearing.").status_code == 303
    agree = reverse("casefile:agree", args=[papers.dossier.hex(), papers.opening.hex()])
    with browsing(team.desks[1]) as client:
        assert send(client, place, agree).status_code == 303
        shown = client.get(place).content.decode()
        assert say("casefile.opening_holds") in shown
        check(shown, "en")
        token = "".join(shown.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[:1])
        again = client.post(agree, {"csrfmiddlewaretoken": token, "more": "1"})
        assert again.status_code == 422 and say("errors.casefile.own_opening") in again.content.decode()


def test_questions_of_a_form_are_read_in_the_language_of_the_desk_beside_their_own(team: Team, papers: Papers) -> None:
    """A colleague who reads Belarusian or Russian saw all that is still missing in English."""
    pages = [
        reverse("submit:brief", args=[papers.brief.hex()]),
        reverse("mechanisms:card", kwargs={"dossier": papers.dossier.hex(), "card": "WGAD-REGULAR"}),
    ]
    asked = "Usual address"
    with browsing(team.desks[0]) as client:
        for language in LANGUAGES:
            said = team.desks[0].catalogue.questions[asked].get(language, asked)
            for place in pages:
                text = client.get(place, headers={"accept-language": language}).content.decode()
                check(text, language)
                assert said in text and (f'<span class="quiet" lang="en">{asked}</span>' in text) is (language != "en"), place
