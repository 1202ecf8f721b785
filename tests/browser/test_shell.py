"""The shell as a person meets it: with script and without, narrow and wide, in three languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.faces.texts import texts
from tests.faces.web.test_serve import Live, started

pytestmark = pytest.mark.browser

# A 4xx page is what these tests ask for; Chromium writes each into its console.
EXPECTED = "Failed to load resource: the server responded with a status of"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with started(tmp_path_factory.mktemp("workspace")) as live:
        yield live


class Watch:
    """Collects what a page asked for and complained of."""

    def __init__(self, page: Page, origin: str) -> None:
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: None if request.url.startswith(origin) else self.foreign.append(request.url))
        page.on("console", lambda message: None if message.text.startswith((EXPECTED, "Clear-Site-Data")) else self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


def enter(page: Page, live: Live) -> None:
    page.goto(live.door.new_link())
    page.click("button.main")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_opens_reads_and_changes_the_language(chromium: Browser, server: Live, script: bool, language: str) -> None:
    context = chromium.new_context(java_script_enabled=script, viewport={"width": 360, "height": 740})
    page = context.new_page()
    watch = Watch(page, server.door.origin)
    enter(page, server)
    page.goto(f"{server.door.origin}/help")
    page.click(f"button[name=language][value={language}]")
    assert page.url == f"{server.door.origin}/help"
    assert page.get_attribute("html", "lang") == language
    assert page.inner_text("h1") == texts().say("help.title", language)
    assert page.locator("main").bounding_box()["width"] <= 360  # type: ignore[index]
    page.goto(f"{server.door.origin}/no-such-page")
    assert page.inner_text("h1") == texts().say("web.stopped", language)
    assert not watch.foreign and not watch.complaints
    context.close()


def test_nothing_is_wider_than_a_narrow_screen(chromium: Browser, server: Live) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    enter(page, server)
    for language in LANGUAGES:
        page.goto(f"{server.door.origin}/help")
        page.click(f"button[name=language][value={language}]")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_menu_of_a_telephone_is_one_line_until_it_is_opened(chromium: Browser, server: Live, script: bool) -> None:
    context = chromium.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    enter(page, server)
    for language in LANGUAGES:
        page.goto(f"{server.door.origin}/help")
        page.click(f"button[name=language][value={language}]")
        links, switch = page.locator("nav.menu a"), page.locator("nav.menu summary")
        assert links.count() > 10 and not links.first.is_visible() and texts().say("help.title", language) in switch.inner_text()
        height = page.locator("header.top").bounding_box()["height"]  # type: ignore[index]
        assert height < 844 / 6, "the page begins on the first screen"
        switch.focus()
        page.keyboard.press("Enter")
        assert all(links.nth(number).is_visible() for number in range(links.count()))
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{server.door.origin}/")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{server.door.origin}/help")
    assert page.locator("nav.menu a").last.is_visible() and not page.locator("nav.menu summary").is_visible(), "a wide screen shows all at one glance"
    context.close()


def test_the_keyboard_reaches_everything_and_the_skip_link_comes_first(chromium: Browser, server: Live) -> None:
    page = chromium.new_page()
    enter(page, server)
    page.goto(f"{server.door.origin}/help")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def test_marking_words_gives_offsets_in_characters(chromium: Browser, server: Live) -> None:
    """Offsets count characters as Python does: the flag before the word is two characters and four units of UTF-16."""
    page = chromium.new_page()
    enter(page, server)
    page.goto(f"{server.door.origin}/help")
    page.evaluate(
        """() => { document.querySelector("main").innerHTML = '<p data-passage="f">\U0001f1e7\U0001f1fe ён <b>казаў</b> тут</p>'
        + '<form id="f"><input name="passage_start"><input name="passage_end"><input name="passage_text"></form>';
        const again = document.createElement("script"); again.src = "/look/desk.js"; document.body.append(again);
        return new Promise((done) => { again.onload = done; }); }"""
    )
    page.dblclick("b")
    got = [page.input_value(f"input[name=passage_{name}]") for name in ("start", "end", "text")]
    text = "\U0001f1e7\U0001f1fe ён казаў тут"
    start = text.index("казаў")
    assert got[2].strip() == "казаў" and int(got[0]) == start and text[int(got[0]) : int(got[1])] == got[2]
    page.close()


def test_alt_l_locks_and_the_browser_keeps_nothing(chromium: Browser, tmp_path: Path) -> None:
    with started(tmp_path) as live:
        context = chromium.new_context()
        page = context.new_page()
        enter(page, live)
        page.goto(f"{live.door.origin}/help")
        assert context.cookies()
        with page.expect_navigation():
            page.keyboard.press("Alt+l")
        assert page.inner_text("h1") == texts().say("web.locked", "en")
        assert not context.cookies()
        context.close()
