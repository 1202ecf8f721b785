"""What leaves in a case file and what stays, before anything is written: shown with reasons, weighed by a colleague, written as it was shown."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from letapis.core.errors import Refused
from letapis.core.language import LANGUAGES
from letapis.desk import casefile, casefile_plan, circles, claims, dossiers, evidence, reading, sources, verify
from tests.desk.assessing import AGREED
from tests.desk.casework import LETTER, Work, work_at
from tests.team import Team, make_team

from .casework import browsing, forms, say, send
from .test_doing_pages import through
from .test_pages import check

__all__ = ["make_team"]
TOLD = {"recipient": "Invented court", "purpose": "Invented hearing"}
PAPER = "An invented page that nobody told us."
SAFER = "The person was taken in that month."


@dataclass
class House:
    """A checked account of one of the family, with its original; nobody has said yet how it goes into a case file."""

    team: Team
    work: Work
    place: str
    weighing: str

    def plan(self) -> casefile_plan.Plan:
        return casefile_plan.make_plan(self.team.desks[0], self.team.reader(), self.work.dossier, TOLD["recipient"])


@pytest.fixture
def house(make_team: Callable[..., Team]) -> House:
    team = make_team(3)
    first = team.desks[0]
    work = work_at(first, attached=True)
    evidence.keep_text(first, first.reader("work"), work.dossier, "Own paper", PAPER)
    dossiers.admit_to_dossier(first, first.reader("work"), work.dossier, [desk.me for desk in team.desks[1:]])
    team.settle()
    for desk in team.desks[1:]:
        for note in reading.notes(desk, desk.reader("check"), work.dossier):
            for passage in reading.passages(desk, desk.reader("check"), note.note):
                verify.check_passage(desk, desk.reader("check"), passage.ref)
    team.settle()
    named = [work.dossier.hex()]
    return House(team, work, reverse("casefile:export", args=named), reverse("circles:package_show", args=named))


def test_pages_are_whole_in_every_language_and_lead_to_what_waits(house: House) -> None:
    with browsing(house.team.desks[1]) as client:
        for language in LANGUAGES:
            for place in (house.place, house.weighing, reverse("circles:package_reword", args=[house.work.dossier.hex(), 0])):
                answer = client.get(place, headers={"accept-language": language})
                assert answer.status_code == 200
                check(answer.content.decode(), language)
        shown = client.get(house.place).content.decode()
    assert say("doing.ten_minutes") in shown, "said before it is begun"
    assert house.weighing in shown and say("casefile.waits", count=2) in shown and escape(say("casefile.item_waits")) in shown


def test_sentences_are_in_the_language_of_who_looks_and_what_leaves_in_that_of_the_recipient(house: House, tmp_path: Path) -> None:
    desk, dossier, russian = house.team.desks[1], house.work.dossier, {"accept-language": "ru"}
    waiting = casefile_plan.weighed(desk, desk.reader("check"), dossier)
    claims = reading.claims_by_ref(desk, desk.reader("check"), [one.sentence.claims[0] for one in waiting])
    words = {one: {casefile_plan.said_plainly(desk, claim, one).text for claim in claims.values()} for one in LANGUAGES}
    assert len(words["en"] | words["be"] | words["ru"]) == 3 * len(claims) > 0
    with browsing(desk) as client:
        for address in (house.place, house.weighing):
            shown = client.get(address, headers=russian).content.decode()
            assert all(f'lang="ru">{escape(text)}' in shown for text in words["ru"]) and not any(escape(text) in shown for text in words["en"])
        place = reverse("circles:package_reword", args=[dossier.hex(), 0])
        first = client.get(place, headers=russian).content.decode()
        typed = next(form for form in forms(first) if form["action"] in ("", place))["data"]
        assert typed["wording"][0] in words["ru"] and say("circles.field.wording.help", "ru") in first
        told = typed | {"wording": SAFER, "risk": "Only one knew the day.", "consent": "not_asked"}
        assert client.post(place, told, headers=russian).status_code == 303, "a word given in another language is a word on the same claim"
        left = casefile_plan.held_back(desk, desk.reader("check"), dossier)
        circles.assess(desk, desk.reader("check"), dossier, circles.PACKAGE, [one.sentence for one in left], AGREED)
    house.team.settle()
    with browsing(house.team.desks[0]) as client:
        for printed in LANGUAGES:
            shown = client.post(house.place, _look(client, house) | TOLD | {"paper": printed}, headers=russian).content.decode()
            goes = [said.sentence.text for said in _printed(house, printed).goes if not said.veiled]
            assert goes and set(goes) <= words[printed] and all(f'lang="{printed}">{escape(text)}' in shown for text in goes)
            assert SAFER in shown and f"<strong>{say(f'submit.language.{printed}', 'ru')}</strong>" in shown
        typed = {**TOLD, "paper": "be", "folder": str(tmp_path / "case")}
        seen = client.post(house.place, _look(client, house) | typed).content.decode()
        sent = next(form for form in forms(seen) if "shown" in form["data"])["data"]
        assert client.post(house.place, sent | typed).status_code == 303
    table = (tmp_path / "case" / "data" / "metadata" / "claims.csv").read_text("utf-8")
    assert any(text in table for text in words["be"]) and not any(text in table for text in words["en"])


def _look(client: Client, house: House) -> dict[str, Any]:
    found = next(form for form in forms(client.get(house.place).content.decode()) if "shown" in form["data"])
    return {**found["data"], "look": "1"}


def _printed(house: House, language: str) -> casefile_plan.Plan:
    desk = house.team.desks[0]
    choice = casefile_plan.Choice(language=language)
    return casefile_plan.make_plan(desk, desk.reader("work"), house.work.dossier, TOLD["recipient"], choice)


def test_nothing_is_written_before_a_colleague_weighed_and_then_what_was_shown(house: House, tmp_path: Path) -> None:
    target = tmp_path / "case"
    with browsing(house.team.desks[0]) as client:
        refused = send(client, house.place, "", **TOLD, folder=str(target))
        assert refused.status_code == 422 and not target.exists()
        check(refused.content.decode(), "en")
        assert say("circles.mine") in client.get(house.weighing).content.decode(), "who wrote it down is offered no word"
    with browsing(house.team.desks[1]) as client:
        place = reverse("circles:package_reword", args=[house.work.dossier.hex(), 0])
        answer = send(client, place, place, wording=SAFER, risk="Only one knew the day.", consent="not_asked")
        assert (answer.status_code, answer["Location"]) == (303, house.weighing)
        left = house.team.desks[1]
        waiting = [one.sentence for one in casefile_plan.held_back(left, left.reader("check"), house.work.dossier)]
        circles.assess(left, left.reader("check"), house.work.dossier, circles.PACKAGE, waiting, AGREED)
        check(client.get(house.weighing).content.decode(), "en")
        before = len(circles.assessed(left, left.reader("check"), house.work.dossier, circles.PACKAGE))
    house.team.settle()
    with browsing(house.team.desks[0]) as client:
        shown = client.get(house.place).content.decode()
        assert SAFER in shown and say("casefile.other_words") in shown and before == 2
        assert say("evidence.not_looked_into") in shown, "the paper leaves, and nobody knows what lies inside"
        look = send(client, house.place, "", **TOLD, to="icc", look="1")
        assert look.status_code == 200 and say("casefile.goes_none") in look.content.decode() and not target.exists()
        assert 'value="Invented hearing"' in look.content.decode()
        changed = send(client, house.place, "", **TOLD, to="prosecutor", folder=str(target))
        assert changed.status_code == 422 and say("errors.casefile.look_again") in changed.content.decode() and not target.exists()
        made = send(client, house.place, "", **TOLD, folder=str(target))
        assert made.status_code == 303, made.content.decode()
        check(client.get(house.place).content.decode(), "en")
    with browsing(house.team.desks[0], patience=-1) as client:  # what takes longer is answered in the same words, over the page of its progress
        refused = through(client, send(client, house.place, "", **TOLD, folder=str(target)))
        assert refused.status_code == 422 and say("errors.casefile.exists") in refused.content.decode()
        assert 'value="Invented hearing"' in refused.content.decode()
        check(refused.content.decode(), "en")
        again = through(client, send(client, house.place, "", **TOLD, folder=str(tmp_path / "again")))
        assert again.status_code == 200 and str(tmp_path / "again") in again.content.decode()
    data = b"".join(path.read_bytes() for path in target.rglob("*") if path.is_file())
    veiled = next(said.claim for said in house.plan().goes if said.veiled)
    assert SAFER.encode() in data and PAPER.encode() in data and veiled.value.encode() not in data
    assert LETTER not in data, "an original that says more than the safer words stays with them"


def test_a_withdrawn_word_keeps_claim_and_original_at_home_and_says_whose_it_is(house: House, tmp_path: Path) -> None:
    first, dossier = house.team.desks[0], house.work.dossier
    sources.record_consent(first, first.reader("work"), dossier, house.work.source, [sources.ConsentForm("case_file_share", "withdrawn")])
    with browsing(first) as client:
        shown = client.get(house.place).content.decode()
        assert shown.count(f"{say('casefile.who.source')}: {say('law.consent_withdrawn')}") == 3, "two claims and their original"
        assert send(client, house.place, "", **TOLD, folder=str(tmp_path / "case")).status_code == 303
        data = b"".join(path.read_bytes() for path in (tmp_path / "case").rglob("*") if path.is_file())
        assert PAPER.encode() in data and LETTER not in data
    person = reading.entities(first, first.reader("work"), dossier)[0].entity
    sources.record_consent(first, first.reader("work"), dossier, person, [sources.ConsentForm("case_file_share", "refused")])
    with browsing(first) as client:
        answer = send(client, house.place, "", **TOLD, folder=str(tmp_path / "again"))
    assert answer.status_code == 422 and say("errors.casefile.nothing_leaves") in answer.content.decode()
    assert {one.who for one in house.plan().items_stay} == {"person"} and not house.plan().goes


@pytest.mark.parametrize("everything", [False, True])
def test_a_refusal_is_said_although_what_was_chosen_is_gone_meanwhile(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, everything: bool
) -> None:
    first, dossier = house.team.desks[0], house.work.dossier
    sources.record_consent(first, first.reader("work"), dossier, house.work.source, [sources.ConsentForm("case_file_share", "withdrawn")])
    (own,) = [one for one in reading.evidence_of(first, first.reader("work"), dossier) if one.title == "Own paper"]

    def refuse(*_: object) -> None:
        first.store.run("DELETE FROM db_evidence WHERE %s OR object = %s", (everything, own.object))
        raise Refused("casefile.exists")

    monkeypatch.setattr(casefile, "export_case_file", refuse)
    with browsing(first, patience=-1) as client:
        answer = through(client, send(client, house.place, "", **TOLD, folder=str(tmp_path / "case")))
        assert answer.status_code == 422 and say("errors.casefile.exists") in answer.content.decode()
        check(answer.content.decode(), "en")


def test_of_many_sentences_one_part_is_shown_with_every_reason_and_a_button_to_the_next(house: House) -> None:
    first, dossier = house.team.desks[0], house.work.dossier
    person = reading.entities(first, first.reader("work"), dossier)[0].entity
    days = [f"20{year}-0{month}-11" for year in range(10, 21) for month in range(1, 10)]
    told = [claims.Cut("detention.start", day, subject=person, source=house.work.source, basis="saw") for day in days]
    claims.add_claims(first, first.reader("work"), dossier, told)
    with browsing(first) as client:
        before = client.get(house.place).content.decode()
        check(before, "en")
        assert before.count("/claims/") <= 40 + 2 < len(days), "as many as on any other page, however many there are"
        assert say("casefile.stays", count=len(days)) in before and 'name="stays-part" value="2"' in before
        reason = say("uses.needs_others", count=2)
        assert f'{reason} <span class="quiet">{len(days)}</span>' in before
        after = send(client, house.place, "", **TOLD, to="icc", **{"stays-part": "3"}).content.decode()
    check(after, "en")
    assert 'value="Invented hearing"' in after and 'name="stays-part" value="2"' in after and 'name="stays-part" value="4"' not in after
    shown = {line.split('"')[0] for text in (before, after) for line in text.split("/claims/")[1:]}
    assert len(shown) > 40, "other sentences than before"
