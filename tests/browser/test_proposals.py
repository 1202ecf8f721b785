"""A call becomes information by keyboard: ten lines in fewer than sixty presses beside the text, with script and without."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from letapis.core.language import LANGUAGES
from letapis.desk import claims, reading
from letapis.desk.opening import Desk
from tests.browser.test_accessibility import NARROW, WIDER, faults
from tests.browser.test_casework import Case, Live, enter, live

__all__ = ["live"]
pytestmark = pytest.mark.browser

CALL = """Званіла Каліна. Затрымалі 5.05.2026 дома, ордэр не паказалі, былі ў масках.
Забралі тэлефон і ноўт. Арт. 342 ч.1.
Зараз у СІЗА-1, адваката не пускаюць з 12.05.2026.
Перадачы не прымаюць, лістоў няма з 1.05.2026.
Святло не выключаюць, пра іншае не ведае."""


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_ten_lines_of_a_call_within_sixty_presses(chromium: Browser, live: tuple[Live, Case], desk: Desk, script: bool) -> None:
    server, case = live
    form = claims.NoteForm("Call", CALL, "be", case.kalina, "was_told", case.person)
    note = claims.write_note(desk, desk.reader("work"), case.dossier, form)
    page = enter(chromium, server, java_script_enabled=script, locale="be")
    page.goto(server.door.origin + reverse("account:note", args=[note.hex()]))
    assert page.locator("[data-decide]").count() == 10
    pressed = Presses(page)
    if script:
        pressed("j")
        for _ in range(9):
            pressed("a")
        pressed("s")
    else:
        page.focus("[data-decide] input[type=radio]")  # a reader of the page is there after reading; only decisions are counted
        for last in [False] * 9 + [True]:
            pressed("ArrowDown" if last else "Space")
            if not last:
                pressed("Tab")
                pressed("Tab")
    pressed("Enter")
    page.wait_for_selector(".notice")
    made = {c.property for c in reading.claims(desk, desk.reader("work"), case.dossier) if c.passage and reading_note(desk, c) == note}
    assert len(made) == 9 and "lawyer.access" in made and pressed.count <= 60
    assert page.locator("[data-decide]").count() == 0
    page.context.close()


def test_a_line_is_changed_by_keyboard(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    server, case = live
    form = claims.NoteForm("Call", "Перавялі ў ПК-15 3.05.2026.", "be", case.kalina, "was_told", case.person)
    note = claims.write_note(desk, desk.reader("work"), case.dossier, form)
    page = enter(chromium, server, locale="en")
    page.goto(server.door.origin + reverse("account:note", args=[note.hex()]))
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.press("Control+A")
    page.keyboard.type("2026-05")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice")
    found = {c.property: c.value for c in reading.claims(desk, desk.reader("work"), case.dossier)}
    assert found["custody.transferred"] == "2026-05" and "detention.place" not in found
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_are_accessible_and_fit_a_narrow_screen(chromium: Browser, live: tuple[Live, Case], desk: Desk, language: str) -> None:
    server, case = live
    note = claims.write_note(desk, desk.reader("work"), case.dossier, claims.NoteForm("Call", CALL, "be"))
    page = enter(chromium, server, bypass_csp=True, locale=language, viewport={"width": NARROW, "height": 800})
    page.goto(server.door.origin + reverse("account:note", args=[note.hex()]))
    assert page.get_attribute("html", "lang") == language and not faults(page)
    assert page.evaluate(WIDER) <= 0
    page.check("[name=do-1][value=accept]")
    page.press("[name=do-1][value=accept]", "Enter")
    page.wait_for_selector(".errors")
    assert not faults(page) and page.evaluate(WIDER) <= 0
    page.context.close()


def reading_note(desk: Desk, claim: reading.ClaimView) -> bytes:
    return reading.passages_by_ref(desk, desk.reader("work"), [claim.passage])[claim.passage].note


class Presses:
    """Presses keys and counts them."""

    def __init__(self, page: Any) -> None:
        self._page, self.count = page, 0

    def __call__(self, key: str) -> None:
        self._page.keyboard.press(key)
        self.count += 1
