"""A relative calls: noted, kept and cut in a real browser, by keyboard alone, with script and without; every press is counted."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.desk import contacts, items, ledger, reading
from letapis.desk.opening import Desk
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import LOOKS, choose, faults
from tests.faces.web import casework
from tests.faces.web.casework import Case
from tests.faces.web.test_serve import Live

pytestmark = pytest.mark.browser

MOST_PRESSES = 60  # beside the text itself
MOST_SECONDS = 180
SAID = """Затрымалі 5.05.2026 дома, ордэр не паказалі, былі ў масках.
Забралі тэлефон і ноўт. Арт. 342 ч.1.
Зараз у СІЗА-1, адваката не пускаюць з 12.05.2026.
Перадачы не прымаюць, лістоў няма з 1.05.2026.
Святло не выключаюць, пра іншае не ведае.
"""


@dataclass
class Hand:
    """A person at the keyboard: every key is counted, but for the letters of what the caller said."""

    page: Page
    presses: int = 0
    text: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.presses += key.count("+") + 1
            self.page.keyboard.press(key)

    def types(self, text: str) -> None:
        self.presses += len(text)
        self.page.keyboard.type(text)

    def tells(self, text: str) -> None:
        self.text += len(text)
        self.page.keyboard.type(text)

    def goes_on(self, *keys: str) -> None:
        """Press, and wait for the next page."""
        with self.page.expect_navigation():
            self.press(*keys)

    def here(self) -> str:
        """Where the focus is; a page takes it to its first field only once it is drawn, which may come after it is loaded."""
        self.page.locator(":focus").first.wait_for(state="attached")
        return str(self.page.evaluate("document.activeElement.name || document.activeElement.id"))


@pytest.fixture
def live(desk: Desk) -> Iterator[tuple[Live, Case]]:
    case = casework.play(desk)
    with served(desk) as running:
        yield running, case


def newest_note(desk: Desk, dossier: bytes) -> reading.NoteView:
    return max(reading.notes(desk, desk.reader("work"), dossier), key=lambda note: note.recorded)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_call_of_ten_claims_by_keyboard(chromium: Browser, live: tuple[Live, Case], desk: Desk, script: bool) -> None:
    server, case = live
    page = enter(chromium, server, java_script_enabled=script, locale="be")
    before = len(reading.claims(desk, desk.reader("work"), case.dossier))
    started = time.monotonic()
    page.goto(server.door.origin + reverse("calls:new"))
    hand = Hand(page)
    assert hand.here() == "caller"
    hand.types("Rabina")
    hand.press("Tab", "ArrowDown", "Tab")  # family
    hand.types("Выдумка")
    hand.goes_on("Enter")
    assert hand.here() == "person", "somebody whom we may have: the first of them has the focus"
    hand.press("Space", "Tab", "Tab")
    assert hand.here() == "said"
    hand.tells(SAID)
    hand.press("Tab", "ArrowDown", "Tab", "ArrowUp")
    assert hand.here() == "safety"
    hand.press("Tab")
    hand.types("20-22")
    hand.goes_on("Enter" if not script else "Control+Enter")
    if not script:  # Enter in a field looks up once more; the button keeps
        page.focus("button[value=keep]")
        hand.goes_on("Enter")
    note = newest_note(desk, case.dossier)
    assert page.url.endswith(note.note.hex()) and note.text == SAID and note.subject == case.person and note.language == "be"
    contact = contacts.contact_of(desk, desk.reader("work"), note.source)
    assert contact and contact.text("hours") == "20-22" and "20-22" not in page.content()
    take_all(hand, script)
    seconds = time.monotonic() - started
    found = [c for c in reading.claims(desk, desk.reader("work"), case.dossier)][before:]
    assert len(found) >= 10 and {c.source for c in found} == {note.source} and {c.subject for c in found} == {case.person}
    if script:  # without, the test jumps over what a person would pass by Tab
        print(f"\na call of {len(found)} claims: {hand.presses} presses beside {hand.text} letters, {seconds:.1f} s")
        assert hand.presses <= MOST_PRESSES
    assert seconds <= MOST_SECONDS
    page.context.close()


def take_all(hand: Hand, script: bool) -> None:
    """Every proposed line is taken: by its letter, or by Tab and the space bar."""
    page = hand.page
    count = page.locator("[data-decide]").count()
    assert count >= 10
    if script:
        hand.press("j")
        for _ in range(count):
            hand.press("a")
    else:
        for box in page.locator("[data-decide] input[value=accept]").all():
            box.focus()
            hand.press("Space")
        page.focus("form[action$=proposals] button.main")
    hand.goes_on("Enter")
    assert page.locator(".notice").count() == 1


def test_nothing_typed_is_lost_when_somebody_is_meant_and_the_way_leads_to_the_contact(
    chromium: Browser, live: tuple[Live, Case], desk: Desk
) -> None:
    server, case = live
    page = enter(chromium, server, java_script_enabled=False, locale="en")
    page.goto(server.door.origin + reverse("calls:new"))
    page.fill("[name=about]", "Янка Выдумка")
    page.fill("[name=said]", SAID)
    page.fill("[name=word]", "first snow")
    page.check("[name=use][value=later]")
    page.click("button[value=keep]")
    assert page.locator(".error").count() == 1 and page.input_value("[name=said]") == SAID and page.input_value("[name=word]") == "first snow"
    page.check(f"[name=person][value='{case.person.hex()}']")
    page.click("button[value=keep]")
    note = newest_note(desk, case.dossier)
    page.goto(server.door.origin + reverse("around:dossier", args=[case.dossier.hex()]))
    page.click(f"a[href='{reverse('contacts:list', args=[case.dossier.hex()])}']")
    assert "first snow" in page.inner_text("table")
    page.click("tbody a")
    page.click("main summary >> nth=0")
    page.fill("[name=hours]", "after nine")
    page.click("main form button.main")
    contact = contacts.contact_of(desk, desk.reader("work"), note.source)
    assert contact and (contact.text("hours"), contact.text("word")) == ("after nine", "first snow")
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_have_no_fault_of_accessibility_and_fit_a_narrow_screen(
    chromium: Browser, live: tuple[Live, Case], desk: Desk, language: str
) -> None:
    server, case = live
    reader = desk.reader("work")
    form = contacts.ContactForm("signal", "+000 11 22", "after 20", "first snow", "Lithuania", "with_care", "hostile", "Her brother may pick up.")
    contact = contacts.keep_contact(desk, reader, case.kalina, form)
    known = reading.item(desk, desk.reader("work"), contact)
    ledger.append(desk, [items.draft(desk, "contact", known.compartment, dict(known.record.body) | {"safety": "not_now"}, contact)])
    page = enter(chromium, server, bypass_csp=True, color_scheme=LOOKS[language], viewport={"width": 390, "height": 800})
    choose(page, language)
    found: list[tuple[str, list[str]]] = []

    def look(name: str) -> None:
        found.append((name, faults(page)))
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name

    page.goto(server.door.origin + reverse("calls:new"))
    look("new")
    page.fill("[name=caller]", "kalina")
    page.fill("[name=about]", "Янка Выдумка")
    page.click("button[value=look]")
    look("looked up")
    page.fill("[name=said]", SAID)
    page.check("[name=use][value=no]")
    page.click("button[value=keep]")
    look("who is meant")
    page.goto(server.door.origin + reverse("calls:dossier", args=[case.dossier.hex()]))
    look("from the dossier")
    page.goto(server.door.origin + reverse("contacts:list", args=[case.dossier.hex()]))
    look("contacts")
    page.goto(server.door.origin + reverse("contacts:show", args=[contact.hex()]))
    look("contact")
    assert [(name, wrong) for name, wrong in found if wrong] == []
    page.context.close()
