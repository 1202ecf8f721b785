"""The rulebook to read: the list, every norm's page in three languages, and what a workspace's own rules show."""

from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.norms import open_points
from letapis.desk import claims, own_rules
from letapis.desk.opening import Desk, open_desk
from letapis.engines.catalogue import catalogue
from letapis.faces.texts import texts
from tests.desk.test_own_rules import rules

from . import casework
from .casework import browsing
from .test_pages import check

RULEBOOK = catalogue().rulebook


def say(key: str, language: str = "en", **parts: object) -> str:
    return texts().say(key, language, **parts)


def page(client: Client, norm: str = "", language: str = "en") -> str:
    place = reverse("norms:show", args=[norm]) if norm else reverse("norms:list")
    answer = client.get(place, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_norm_stands_in_the_list_and_has_a_whole_page(desk: Desk, language: str) -> None:
    place = LANGUAGES.index(language)
    with browsing(desk) as client:
        listed = page(client, language=language)
        check(listed, language)
        assert all(f'"{reverse("norms:show", args=[norm])}"' in listed for norm in RULEBOOK.norms)
        for norm in list(RULEBOOK.norms.values())[place::3]:
            text = page(client, norm.id, language)
            check(text, language)
            shown = unescape(text)
            assert norm.title[language] in shown and all(element.text[language] in shown for element in norm.elements)
            assert all(one.citation in shown for one in norm.authorities)
            points = open_points(norm, RULEBOOK.treaties.get(norm.gates.treaty))
            assert all(say(f"normpage.point.{point}", language) in shown for point in points)


def test_conditions_logic_and_bodies_are_in_words(desk: Desk) -> None:
    with browsing(desk) as client:
        text = unescape(page(client, "ICCPR-9-3"))
        crime = unescape(page(client, "RS-7-1-D"))
    assert "E1 and (E2 or E3 or E4)" in text and "more than 48 hours" in text and "judge.first_appearance_h" not in text
    assert catalogue().mechanisms["HRCTTEE"].name["en"] in text and say("mechanisms.status.closed") in text
    assert say("normpage.judge") in text and say("lawpage.to_verify") in text
    chapeau = RULEBOOK.norm("RS-7-CHAPEAU").title["en"]
    assert f"«{chapeau}»" in crime and reverse("norms:show", args=["RS-7-CHAPEAU"]) in crime


def test_a_norm_that_does_not_exist_is_not_found(desk: Desk) -> None:
    with browsing(desk) as client:
        assert client.get(reverse("norms:show", args=["NO-SUCH"])).status_code == 404
        assert client.post(reverse("norms:list")).status_code in (403, 405)


def test_the_law_of_a_dossier_leads_to_the_rulebook_and_names_its_version(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        overview = client.get(reverse("law:dossier", args=[case.dossier.hex()])).content.decode()
        norm = client.get(reverse("law:norm", args=[case.dossier.hex(), "ICCPR-9-3"])).content.decode()
    assert reverse("norms:list") in overview and reverse("norms:show", args=["ICCPR-9-3"]) in norm
    assert all(say("law.rulebook_version", version=RULEBOOK.version) in text for text in (overview, norm))


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_rules_are_marked_in_the_list(desk: Desk, tmp_path: Path, language: str) -> None:
    own_rules.use_rules(desk, rules(tmp_path / "rules"))
    opened = open_desk(desk.workspace, desk.agent, desk.clock, desk.store.alias)
    with browsing(opened) as client:
        listed = page(client, language=language)
        check(listed, language)
        check(page(client, "OWN-1", language), language)
    assert listed.count(f'<span class="tag">{say("normpage.own_mark", language)}') == 2 and "PRYKLAD-1.0" in listed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_opens_down_to_the_words_and_says_its_standard_of_proof(desk: Desk, language: str) -> None:
    case = casework.play(desk)
    reader = desk.reader("work")
    facts = {"act.country": "BY", "detention.legal_basis": "criminal", "judge.first_appearance_h": "90"}
    cuts = [claims.Cut(name, value, subject=case.person, source=case.kalina, basis="saw") for name, value in facts.items()]
    claims.add_claims(desk, reader, case.dossier, cuts)
    with browsing(desk) as client:
        overview = client.get(reverse("law:dossier", args=[case.dossier.hex()]), headers={"accept-language": language}).content.decode()
        norm = client.get(reverse("law:norm", args=[case.dossier.hex(), "ICCPR-9-1-LAWFUL"]), headers={"accept-language": language})
        reached = client.get(reverse("law:norm", args=[case.dossier.hex(), "ICCPR-9-3"]), headers={"accept-language": language}).content.decode()
    text = norm.content.decode()
    for one in (overview, text, reached):
        check(one, language)
    assert reverse("verify:passage", args=[case.passage.hex()]) in text and casework.TAKEN in text and say("lawpage.words", language) in text
    rung = next(rung for rung in catalogue().proof.ladder if rung.id == "L0")
    assert f"L0 · {rung.label[language]}" in overview and f"L0 · {rung.label[language]}" in reached
    assert say("lawpage.questions_mean", language) in overview and "</a> → " in overview
