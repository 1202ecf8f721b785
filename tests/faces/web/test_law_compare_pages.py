"""What did we know on a day: the page in three languages, bad days, who may see it, and comparison with the package's rules."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import own_rules
from letapis.desk.opening import Desk, open_desk
from letapis.faces.texts import texts
from tests.conftest import Clock
from tests.desk.casework import office, work_at
from tests.desk.test_law_then import add
from tests.desk.test_own_rules import rules

from . import casework
from .casework import browsing, forms
from .test_pages import check


def say(key: str, language: str = "en") -> str:
    return texts().say(key, language)


@pytest.fixture
def grown(make_desk: Callable[..., Desk]) -> tuple[Desk, str]:
    """A dossier of May to which a judge's name was added in June."""
    clock = Clock(datetime(2026, 5, 10, 9, 0, tzinfo=UTC))
    desk = office(make_desk(1, clock=clock))
    work = work_at(desk)
    clock.now = datetime(2026, 6, 20, tzinfo=UTC)
    add(desk, work.dossier, judge__first_appearance_h="90", act__country="BY", detention__legal_basis="criminal")
    return desk, reverse("law_compare:then", args=[work.dossier.hex()])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_is_compared_with_now_and_claims_that_came_are_named(grown: tuple[Desk, str], language: str) -> None:
    desk, place = grown
    with browsing(desk) as client:
        for query in ({}, {"day": "2026-05"}, {"day": "2026-06-20"}):
            answer = client.get(place, query, headers={"accept-language": language})
            assert answer.status_code == 200
            check(answer.content.decode(), language)
        text = client.get(place, {"day": "2026-05"}, headers={"accept-language": language}).content.decode()
        same = client.get(place, {"day": "2026-06-20"}, headers={"accept-language": language}).content.decode()
    assert say("lawthen.came", language) in text and say("law.status.indicated", language) in text and "norm-ICCPR-9-3" in text
    assert say("lawthen.same", language) in same


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed, code", [("soon", "lawthen.no_day"), ("2026-13", "lawthen.no_day"), ("2027", "qualify.day_to_come")])
def test_a_day_that_is_none_is_said_beside_its_field_and_stays_typed(grown: tuple[Desk, str], typed: str, code: str, language: str) -> None:
    desk, place = grown
    with browsing(desk) as client:
        answer = client.get(place, {"day": typed}, headers={"accept-language": language})
    text = answer.content.decode()
    assert answer.status_code == 422 and say(f"errors.{code}", language) in text and f'value="{typed}"' in text
    check(text, language)


def test_own_rules_are_compared_with_the_package_s(grown: tuple[Desk, str], tmp_path: Path) -> None:
    desk, place = grown
    own_rules.use_rules(desk, rules(tmp_path / "rules"))
    opened = open_desk(desk.workspace, desk.agent, desk.clock, desk.store.alias)
    with browsing(opened) as client:
        assert "rules=package" in client.get(place).content.decode()
        text = client.get(place, {"rules": "package"}).content.decode()
    check(text, "en")
    assert say("lawthen.no_such_norm") in text and "norm-OWN-1" in text and "PRYKLAD-1.0" in text


def test_the_page_is_for_whoever_holds_the_dossier(desk: Desk, make_desk: Callable[..., Desk]) -> None:
    case = casework.play(desk)
    place = reverse("law_compare:then", args=[case.dossier.hex()])
    with browsing(desk) as client:
        assert client.get(place).status_code == 200
        assert client.get(place, {"person": "00" * 16}).status_code == 404
        assert client.get(reverse("law_compare:then", args=["00" * 16])).status_code == 404
        token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        assert client.post(place, {"csrfmiddlewaretoken": token}).status_code == 405
        assert place in client.get(reverse("law:dossier", args=[case.dossier.hex()])).content.decode()
    other = office(make_desk(2))
    with browsing(other) as client:
        assert client.get(place).status_code == 404
