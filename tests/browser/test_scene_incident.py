"""A colleague's laptop is taken at a border, in a real browser: by keyboard and without script, in three languages, on a telephone's width."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.desk import doubtful, incidents, members, people, reading
from letapis.faces.texts import texts
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import faults
from tests.faces.web.test_incident_pages import play
from tests.faces.web.test_serve import Live
from tests.team import Team, make_team

pytestmark = pytest.mark.browser
__all__ = ["make_team"]
NARROW = 390


@pytest.fixture
def taken(make_team: Callable[..., Team]) -> Iterator[tuple[Team, Live]]:
    """The desk of the colleague who leads; the second one's laptop was taken."""
    team, _ = play(make_team, 1)
    with served(team.desks[0]) as live:
        yield team, live


def say(key: str, **parts: object) -> str:
    return texts().say(key, "en", **parts)


def begin(page: Page, live: Live) -> None:
    """From the page of help, where somebody looks who does not know where to look."""
    page.goto(live.door.origin + reverse("help"))
    page.click(f"text={say('help.incident')}")
    page.click(f"text={say('incidents.new')}")
    page.check("input[name=devices]")
    page.check("input[name=kinds][value=taken]")
    page.check("input[name=kinds][value=unlocked]")
    page.click("form button.main >> nth=-1")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_the_first_call_to_the_records_that_count_again(chromium: Browser, taken: tuple[Team, Live], script: bool) -> None:
    team, live = taken
    first, second = team.desks
    page = enter(chromium, live, java_script_enabled=script, locale="en")
    begin(page, live)
    shown = page.inner_text("main")
    assert "P-1" in shown and shown.index("Kalina") < shown.index("Klon") and say("incidents.warn.contact") in shown
    page.click(f"li:has-text('{say('incidents.warn.contact')}') button[name=mine]")
    assert say("incidents.step.doing") in page.inner_text("li.card:has-text('Kalina')")
    page.click("li.card:has-text('Write nothing more') button[value=done]")
    assert "Vydumka 1" in page.inner_text("li.card:has-text('Write nothing more')")
    page.click(f"summary:has-text('{say('incidents.mark')}')")
    page.fill("textarea[name=reason]", "Taken at the border")
    page.click(f"text={say('incidents.mark_button')}")
    assert say("members.removal_kept") in page.inner_text("main")
    assert people.directory(first).devices[second.device].compromised_since is not None  # of two keepers one suffices here
    assert say("incidents.yes") in page.inner_text("table")
    page.click(f"a:has-text('{say('incidents.again')}')")
    for box in page.locator("input[name=refs]").all():
        box.check()
    page.fill("textarea[name=reason]", "She read it to me that morning")
    page.click(f"text={say('incidents.confirm')}")
    assert say("incidents.nothing_again") in page.inner_text("main")
    known = people.directory(first).devices[second.device].compromised_since
    assert all(one.confirmed for one in doubtful.after(first, team.reader(), second.device, known or 0))
    (claim,) = reading.claims(first, team.reader(), reading.dossiers(first, team.reader())[0].dossier)
    assert claim.level.name == "OPEN" and members.pending_entries(first, team.reader()) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_pages_are_for_everybody(chromium: Browser, taken: tuple[Team, Live], language: str) -> None:
    team, live = taken
    page = enter(chromium, live, locale=language, viewport={"width": NARROW, "height": 800})
    page.click(f".languages button[value={language}]")
    form = incidents.IncidentForm(team.desks[1].me, (team.desks[1].device,), ("taken", "detained"), "2026-11-25")
    incident = incidents.open_incident(team.desks[0], team.reader(), form).hex()
    places = [reverse("incidents:list"), reverse("incidents:new"), reverse("incidents:show", args=[incident])]
    for place in (*places, reverse("incidents:again", args=[incident, 0]), reverse("travel:show")):
        page.goto(live.door.origin + place)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert faults(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, place
