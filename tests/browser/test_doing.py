"""A relay that answers slowly: the page shows how far the exchange is and leads on by itself, with script and without; Stop takes a key."""

from collections.abc import Callable, Iterator
from threading import Semaphore
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, reading
from letapis.engines.relay import RelayStore
from letapis.faces.texts import texts
from letapis.faces.web import running as running_module
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import NARROW, WIDER, choose, faults
from tests.browser.test_shell import Watch
from tests.team import Team, make_team

__all__ = ["make_team"]
pytestmark = pytest.mark.browser


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[Semaphore]:
    """Each file that is read from the relay or left there waits for one ``release``."""
    allowed = Semaphore(0)
    for name in ("get", "put_new"):
        plain: Callable[..., Any] = getattr(RelayStore, name)

        def held(self: RelayStore, *arguments: Any, plain: Callable[..., Any] = plain) -> Any:
            assert allowed.acquire(timeout=60)
            return plain(self, *arguments)

        monkeypatch.setattr(RelayStore, name, held)
    yield allowed
    allowed.release(1000)


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    team = make_team(2)
    for number in range(2):
        dossier = dossiers.new_dossier(team.desks[0], f"P-{number}", "Pryklad", "person", "Vydumka Prykladny")
        dossiers.admit_to_dossier(team.desks[0], team.reader(0), dossier, [team.desks[1].me])
    team.sync(0)
    return team


def start(page: Page, origin: str) -> None:
    page.goto(f"{origin}/sync")
    page.click("main form[action$='/sync/now'] button")
    page.wait_for_url("**/doing/*")


def value(page: Page) -> int:
    return int(page.get_attribute("progress", "value") or 0)


def test_progress_moves_on_the_page_and_leads_to_the_result(chromium: Browser, team: Team, files: Semaphore) -> None:
    with served(team.desks[1]) as live:
        page = enter(chromium, live, locale="en-GB", bypass_csp=True, viewport={"width": NARROW, "height": 800})
        watch, found = Watch(page, live.door.origin), []
        start(page, live.door.origin)
        for language in LANGUAGES:
            choose(page, language)
            assert page.inner_text("h1") == texts().say("doing.what.exchange", language)
            found += [f"{language}: {fault}" for fault in faults(page)]
            assert page.evaluate(WIDER) <= 0
        assert not found, "\n".join(found)
        choose(page, "en")
        before = value(page)
        page.evaluate("document.body.dataset.same = 'yes'")
        files.release(4)
        page.wait_for_function("(before) => document.querySelector('progress').value > before", arg=before, timeout=15_000)
        assert page.get_attribute("body", "data-same") == "yes", "the page was not loaded again, so nobody lost their place"
        files.release(1000)
        page.wait_for_url("**/sync", timeout=15_000)
        assert texts().say("exchange.report", "en") in page.inner_text("main")
        assert not watch.foreign and not watch.complaints
        page.context.close()
    assert {one.code for one in reading.dossiers(team.desks[1], team.reader(1))} == {"P-0", "P-1"}


def test_without_script_it_renews_itself_and_a_key_stops_it(chromium: Browser, team: Team, files: Semaphore) -> None:
    with served(team.desks[1]) as live:
        page = enter(chromium, live, locale="en-GB", java_script_enabled=False)
        start(page, live.door.origin)
        page.goto(live.door.origin)
        expect(page.locator("main .notice a[href^='/doing/']")).to_have_count(1)
        page.click("main .notice a[href^='/doing/']")
        stop = page.locator("main form[action$='/stop'] button")
        stop.focus()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text(texts().say("doing.stopping", "en"))
        assert running_module.running().doing.jobs()[0].stopping.is_set()
        files.release(1000)
        page.wait_for_url("**/sync/now?answer=*", timeout=15_000)
        assert texts().say("errors.doing.stopped", "en") in page.inner_text("main")
        page.click("main form[action$='/sync/now'] button")
        page.wait_for_url("**/sync", timeout=15_000)
        assert texts().say("exchange.report", "en") in page.inner_text("main")
        page.context.close()
    assert {one.code for one in reading.dossiers(team.desks[1], team.reader(1))} == {"P-0", "P-1"}
