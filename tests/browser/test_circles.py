"""Who could have told us, in a browser: a colleague gives one sentence other words, lets the others go, and the document may be approved."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.desk import briefs, demo
from letapis.faces.texts import texts
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import NARROW, OPEN_ALL, WIDER, choose, faults
from tests.faces.web.test_serve import Live

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def colleague(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, str]]:
    """The desk of the one who wrote nothing of the example down, and the address of its document."""
    with ExitStack() as after:
        played = demo.play(tmp_path_factory.mktemp("circles") / "example", after)
        desk = played.desks["cimafej"]
        brief = briefs.briefs(desk, desk.reader("work"), played.dossiers["EX-1"])[0].brief.hex()
        with served(desk) as live:
            live.enter()
            yield live, f"{live.door.origin}/documents/{brief}"


def say(key: str, language: str = "en", **parts: object) -> str:
    return texts().say(key, language, **parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_have_no_fault_and_fit_a_narrow_screen(chromium: Browser, colleague: tuple[Live, str], language: str) -> None:
    live, document = colleague
    page = enter(chromium, live, bypass_csp=True, viewport={"width": NARROW, "height": 800})
    choose(page, language)
    found = []
    for place in (f"{document}/circles", f"{document}/circles/0", document):
        page.goto(place)
        assert page.get_attribute("html", "lang") == language
        found += faults(page)
        assert page.evaluate(WIDER) <= 0, place
    page.context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("script", [False, True], ids=["no script", "script"])
def test_sentences_are_weighed_by_keyboard_in_a_few_steps(chromium: Browser, colleague: tuple[Live, str], script: bool) -> None:
    live, document = colleague
    page = enter(chromium, live, java_script_enabled=script)
    page.goto(f"{document}/circles")
    while page.locator("main form[action$='/take-back']").count():
        page.evaluate(OPEN_ALL)
        page.locator("main form[action$='/take-back'] button").first.press("Enter")
        page.wait_for_load_state()
    page.goto(document)
    page.press(f"main a[href='{document.removeprefix(live.door.origin)}/circles']", "Enter")
    waiting = page.locator("main input[name=chosen]").count()
    assert waiting > 1 and say("claims.circle.family") in page.inner_text("main")
    page.locator("main a[href$='/circles/0']").press("Enter")
    page.fill("main [name=wording]", f"He was taken in that month ({script}).")
    _word(page, consent="not_asked")
    page.locator("main button.main").press("Enter")
    page.wait_for_load_state()
    assert say("circles.new_document") in page.inner_text("body")
    page.locator("main a[href$='/circles']").first.press("Enter")
    boxes = page.locator("main input[name=chosen]")
    for number in range(boxes.count()):
        boxes.nth(number).press("Space")
    _word(page, consent="agreed")
    page.locator("main button.main").press("Enter")
    page.wait_for_load_state()
    assert say("submit.circle_assessed") in page.content()
    page.goto(page.url + "/preview")
    assert f"He was taken in that month ({script})." in page.inner_text("main")
    page.context.close()


def _word(page: Page, consent: str) -> None:
    page.fill("main [name=risk]", "Only the invented wife knew; she lives abroad.")
    page.select_option("main [name=consent]", consent)


def test_pictures(chromium: Browser, colleague: tuple[Live, str], tmp_path: Path) -> None:
    """Pages as a person sees them: the first screen holds what it is about and the first sentence."""
    live, document = colleague
    page = enter(chromium, live, viewport={"width": 1100, "height": 900})
    for name, place in (("list", "/circles"), ("words", "/circles/0")):
        page.goto(document + place)
        page.screenshot(path=str(tmp_path / f"{name}.png"), full_page=True)
        top = page.locator("main .card").first.bounding_box()
        assert top and top["y"] < 900
    page.context.close()
