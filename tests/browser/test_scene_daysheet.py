"""Forty detained today, in a real browser: pasted and typed, with script and without, every input and page load counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Request

from letapis.core.language import LANGUAGES
from letapis.desk import reading
from letapis.desk.opening import Desk
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import LOOKS, choose, faults
from tests.faces.web import casework
from tests.faces.web.test_serve import Live

pytestmark = pytest.mark.browser

NAMES = ("Выдумка", "Прыклад", "Узорны", "Прыдумны")
GIVEN = ("Іван", "Алена", "Пётр", "Ганна", "Янка")
PEOPLE = [(f"{NAMES[n % 4]}-{chr(1072 + n % 28).upper()}а {GIVEN[n % 5]}", str(20 + n)) for n in range(38)] + [
    ("man", "about 30"),
    ("woman", "about 50"),
]
TEXT = (
    "Затрыманыя ў Мінску\n"
    + "\n".join(f"{n}. {name}, {age}, Мінск — 24.23" for n, (name, age) in enumerate(PEOPLE, 1))
    + "\nусяго каля 45, з іх 38 вядомыя"
)
KEY_SECONDS = 0.35  # a tired hand: about 170 keys a minute
LOAD_SECONDS = 2.0  # to find one's place on a new page
LIMIT_SECONDS = 600


@dataclass
class Hand:
    """A person at the keyboard; counts what they do and what the desk does in the meantime."""

    page: Page
    letters: int = 0
    keys: int = 0
    loads: int = 0
    server_ms: float = 0.0
    _documents: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("requestfinished", self._finished)

    def _finished(self, request: Request) -> None:
        if request.resource_type == "document":
            self._documents.append(request)

    def types(self, text: str) -> None:
        self.letters += len(text)
        self.page.keyboard.type(text)

    def press(self, key: str, times: int = 1) -> None:
        self.keys += times
        for _ in range(times):
            self.page.keyboard.press(key)

    def goes(self, selector: str) -> None:
        """Tab forward until the control has the focus."""
        for _ in range(400):
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    def sends(self) -> None:
        self.keys += 1
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def sums_up(self) -> str:
        self.loads = sum(request.redirected_to is None for request in self._documents)
        self.server_ms = sum(max(0.0, request.timing["responseEnd"]) for request in self._documents)
        seconds = (self.letters + self.keys) * KEY_SECONDS + self.loads * LOAD_SECONDS + self.server_ms / 1000
        assert seconds <= LIMIT_SECONDS, seconds
        told = f"{self.letters} letters, {self.keys} other keys, {self.loads} page loads, {self.server_ms:.0f} ms of server: {seconds:.0f} s"
        print("\nforty lines:", told)
        return told


@pytest.fixture
def live(desk: Desk) -> Iterator[Live]:
    casework.open_identities(desk)
    with served(desk) as running:
        yield running


def begin(chromium: Browser, live: Live, **options: Any) -> Hand:
    page = enter(chromium, live, **options)
    hand = Hand(page)
    page.goto(live.door.origin + reverse("sheets:new"))
    assert page.evaluate("document.activeElement.id") == "place", "the first empty field has the focus"
    hand.types("Мінск")
    hand.press("Tab")
    hand.types("АМАП")
    hand.press("Tab")
    hand.types("Kalina")
    return hand


def saved(desk: Desk) -> tuple[reading.SheetView, list[reading.LineView]]:
    (sheet,) = reading.sheets(desk, desk.reader("work"))
    return sheet, reading.sheet_lines(desk, desk.reader("work"), sheet.item.item)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_forty_people_are_pasted(chromium: Browser, live: Live, desk: Desk, script: bool) -> None:
    hand = begin(chromium, live, java_script_enabled=script, locale="be")
    page = hand.page
    hand.goes("#paste")
    page.keyboard.insert_text(TEXT)
    hand.press("Control+V")  # counted as one; the clipboard of a test browser is empty
    hand.goes("button[value=read]")
    hand.sends()
    assert page.evaluate("document.activeElement.name") == "n1" and page.input_value("[name=total]") == "45"
    hand.goes("[name=m3]")
    hand.types("муж першай")
    hand.goes("button[value=save]")
    hand.sends()
    assert "40" in page.inner_text(".notice")
    sheet, lines = saved(desk)
    assert [(line.row.name, line.row.age) for line in lines] == PEOPLE and lines[2].row.remark == "муж першай"
    assert (sheet.count.total, sheet.count.about, sheet.count.named) == (45, True, 38)
    assert sum(not line.named for line in lines) == 2
    hand.sums_up()
    assert hand.loads <= 4
    page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_forty_people_are_typed(chromium: Browser, live: Live, desk: Desk, script: bool) -> None:
    hand = begin(chromium, live, java_script_enabled=script, locale="ru")
    page = hand.page
    hand.goes("[name=n1]")
    for number, (name, age) in enumerate(PEOPLE, 1):
        if number in (11, 31):
            hand.goes("button[value=more]")
            hand.sends()
            assert page.evaluate("document.activeElement.name") == f"n{number}", "the first new line has the focus"
        hand.types(name)
        hand.press("Tab")
        hand.types(age)
        hand.press("Tab", 4)
    hand.goes("button[value=save]")
    hand.sends()
    assert [(line.row.name, line.row.age) for line in saved(desk)[1]] == PEOPLE
    hand.sums_up()
    page.context.close()


def test_enter_goes_down_the_column(chromium: Browser, live: Live) -> None:
    page = begin(chromium, live, locale="en").page
    page.focus("[name=a1]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "a2"
    page.focus("[name=n10]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == "more"
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_have_no_fault_of_accessibility_and_fit_a_narrow_screen(chromium: Browser, live: Live, desk: Desk, language: str) -> None:
    page = enter(chromium, live, bypass_csp=True, color_scheme=LOOKS[language], viewport={"width": 390, "height": 800})
    choose(page, language)
    found: list[tuple[str, list[str]]] = []

    def look(name: str) -> None:
        found.append((name, faults(page)))
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name

    page.goto(live.door.origin + reverse("sheets:new"))
    look("new")
    page.fill("#place", "Мінск")
    page.fill("#source", "Kalina")
    page.fill("#paste", "Выдумка Іван, 34\nman, about 30\nabout 5, 1 of them named")
    page.click("button[value=read]")
    look("read")
    page.fill("[name=a2]", "?")
    page.click("button[value=save]")
    look("wrong")
    page.click("button[value=as_is]")
    look("sheet")
    page.click("tbody tr:nth-child(2) a")
    look("line")
    page.goto(live.door.origin + reverse("sheets:list"))
    look("list")
    page.goto(live.door.origin + reverse("sheets:dossier", args=[saved(desk)[0].item.dossier.hex()]))
    look("dossier")
    assert [(name, wrong) for name, wrong in found if wrong] == []
    page.context.close()
