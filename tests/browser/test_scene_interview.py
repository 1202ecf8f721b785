"""A released prisoner tells for three hours: needs first, warned before the talk, then section by section; presses and page loads counted."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.desk import interview_sections, interviews, needs, reading
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import faults
from tests.faces.web import casework
from tests.faces.web.casework import Case
from tests.faces.web.test_serve import Live

pytestmark = pytest.mark.browser

WORDS = 27_000  # three hours of talk
SAID = (
    "Мяне забралі раніцай, у кватэры быў ператрус, людзі ў масках крычалі.",
    "У камеры было дзевяць чалавек на шэсць месцаў, матрацаў не далі.",
    "На суд мяне вывелі па відэа, суддзя прачытала прысуд за дзесяць хвілін.",
    "Адвакат прыйшоў праз два тыдні, ліста ад маці не было з сакавіка.",
    "Потым нас вывезлі на мяжу без пашпартоў і сказалі, што гэта памілаванне.",
    "Лекі перадавалі, але іх не аддалі, доктар прыходзіў раз у месяц.",
)
BEATEN = "Яго збілі дубінкамі ў калідоры, мы ўсё чулі."


def talk(words: int) -> str:
    """An invented talk: answers of some sentences, a time code each few minutes, violence in one place out of twelve."""
    pick, lines, count = random.Random(3), list[str](), 0
    while count < words:
        if len(lines) % 20 == 19:
            lines.append(f"\n[{len(lines) // 600:02}:{len(lines) // 10 % 60:02}:00]")
        answer = " ".join(pick.choice(SAID) for _ in range(pick.randint(1, 6))) + (f" {BEATEN}" if len(lines) % 260 == 100 else "")
        lines.append(f"{pick.choice(('Пытанне', 'Каліна'))}: {answer}")
        count += len(answer.split())
    return "\n".join(lines)


@dataclass
class Hand:
    """A person at the keyboard: what they press is counted, and every page that comes."""

    page: Page
    presses: int = 0
    pages: int = 0
    most: int = 0
    waited: float = 0.0
    kinds: dict[str, int] = field(default_factory=dict)

    def press(self, key: str) -> None:
        self.presses += 1
        self.page.keyboard.press(key)

    def goes(self, key: str) -> None:
        """Press a key that leads to another page, and wait for it."""
        began = perf_counter()
        with self.page.expect_navigation():
            self.press(key)
        self.pages += 1
        self.waited += perf_counter() - began


@pytest.fixture
def live(desk: Desk) -> Iterator[tuple[Live, Case]]:
    case = casework.play(desk)
    with served(desk) as now:
        yield now, case


def _place(live: Live, name: str, **ids: bytes) -> str:
    return live.door.origin + reverse(name, kwargs={key: value.hex() for key, value in ids.items()})


def test_three_hours_of_talk_are_passed_with_few_presses(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    server, case = live
    hand = Hand(enter(chromium, server, locale="be-BY"))
    page, text = hand.page, talk(WORDS)
    assert len(text.split()) >= WORDS
    page.goto(_place(server, "interviews:list", dossier=case.dossier))
    page.select_option("#id_subject", case.person.hex())
    page.press("#id_day", "Enter")
    page.wait_for_url("**/interviews/*")
    hand.goes("t")
    page.fill("#id_text", text)
    began = perf_counter()
    with page.expect_navigation(timeout=30_000):
        page.click("main button.main")
    kept = perf_counter() - began
    ident = bytes.fromhex(page.url.rsplit("/", 1)[1])
    count = len(interview_sections.talk(desk, desk.reader("work"), ident).sections)
    hand.goes("n")
    hand.presses = hand.pages = 0
    hand.waited = 0.0
    for _ in range(count):
        before = hand.presses
        hard = page.locator(".announced").count() == 1
        if hard:
            hand.goes("o")
            hand.press("s")
            page.keyboard.insert_text("Збіццё ў калідоры, пачутае з камеры")  # the words themselves are not counted
            hand.goes("Control+Enter")
        else:
            hand.press("r")  # one more topic by its key: others were named
            hand.goes("p")
        hand.most = max(hand.most, hand.presses - before)
    told = interview_sections.talk(desk, desk.reader("work"), ident)
    print(f"{count} sections, {hand.presses} presses, most {hand.most}, {hand.pages} pages, kept in {kept:.1f} s, waited {hand.waited:.1f} s")
    assert told.passed == count and 25 <= count <= 60
    assert hand.most <= 4 and hand.presses <= 3 * count and hand.pages <= 1.5 * count
    assert any("others" in one.topics for one in told.sections) and any(one.summary for one in told.sections)
    assert texts().say("interviews.all_passed", "be") in page.inner_text("main")
    assert kept < 10 and hand.waited / hand.pages < 1.5
    page.context.close()


def test_the_scene_without_script(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    server, case = live
    page = enter(chromium, server, java_script_enabled=False, locale="en")
    page.goto(_place(server, "needs:list", dossier=case.dossier))
    page.fill("#id_text", "a dentist, 200 euros")
    page.click("main button.main")
    assert texts().say("errors.needs.tells_amount", "en") in page.inner_text("main") and page.input_value("#id_text") == "a dentist, 200 euros"
    page.fill("#id_text", "a dentist")
    page.click("main button.main")
    assert [one.text("text") for one in needs.needs(desk, desk.reader("work"), case.dossier).current] == ["a dentist"]
    page.goto(_place(server, "interviews:list", dossier=case.dossier))
    page.click("main button.main")
    assert texts().say("interview.warn.account_here", "en") in page.inner_text("main")
    page.select_option("#safety", "with_care")
    page.click("form[action$='/contact'] button")
    page.select_option("#id_prior", "none")
    page.fill("#id_referral", "Rabina")
    page.click("details button.main")
    page.click("a[data-key=t]")
    page.fill("#id_text", talk(3000))
    page.click("main button.main")
    page.click("a[data-key=n]")
    for passed in range(3):
        if page.locator(".announced").count():
            page.click(".announced button")
            page.fill("#summary", "One line.")
        if passed < 2:
            page.click("button[data-key=p]")
    (ident,) = [one.item for one in reading.items(desk, desk.reader("work"), "interview", dossier=case.dossier)]
    count = len(interview_sections.talk(desk, desk.reader("work"), ident).sections)
    assert texts().say("interviews.passed_of", "en", passed=2, count=count) in page.inner_text("main")
    page.click("text=" + texts().say("interviews.join_split", "en"))
    page.check("input[name=place] >> nth=0")
    page.click("form[action$='/split'] button")
    assert texts().say("interviews.split_done", "en") in page.inner_text("main")
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_scene_have_no_fault(chromium: Browser, live: tuple[Live, Case], desk: Desk, language: str) -> None:
    server, case = live
    needs.add_need(desk, desk.reader("work"), case.dossier, needs.NeedForm(case.kalina, "medical", "a dentist"))
    ident = interviews.plan_interview(desk, desk.reader("work"), case.dossier, case.kalina, case.person)
    planned = interviews.plan_interview(desk, desk.reader("work"), case.dossier, case.kalina)
    interviews.add_text(desk, desk.reader("work"), ident, "Talk", f"{talk(1500)}\n{BEATEN * 70}", "be", "saw")
    sections = interview_sections.talk(desk, desk.reader("work"), ident).sections
    page, found = enter(chromium, server, bypass_csp=True, locale="en", viewport={"width": 390, "height": 800}), []
    page.click(f"header button[name=language][value={language}]")
    places = {
        "needs": _place(server, "needs:list", dossier=case.dossier),
        "list": _place(server, "interviews:list", dossier=case.dossier),
        "planned": _place(server, "interviews:show", interview=planned),
        "text": _place(server, "interviews:text", interview=planned),
        "told": _place(server, "interviews:show", interview=ident),
        "missing": _place(server, "sections:missing", interview=ident) + "?mechanism=WGAD-REGULAR",
        **{f"section {n}": _place(server, "sections:show", section=one.section) for n, one in enumerate(sections)},
    }
    assert any("treatment" in one.topics for one in sections)
    for name, address in places.items():
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name}: wider than a narrow screen")
        found += [f"{name}: {fault}" for fault in faults(page)]
    page.context.close()
    assert not found, "\n".join(found)
