"""Every page of the desk before axe-core in a real Chromium: three languages, light and dark, wide and narrow, folded parts opened.

All rules of axe run that are on by default (WCAG 2.0 and 2.1 A and AA, best practice), and ``target-size`` of WCAG 2.2; none is switched
off. Contrast depends on colours and not on words, so it is measured once for the light look and once for the dark one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response

from letapis.core.language import LANGUAGES
from letapis.faces.texts import texts
from tests.browser.rich import Rich, enter, rich_desk, routes
from tests.browser.test_shell import Watch

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "vectors" / "axe" / "axe.min.js"
LOOKS = {"en": "light", "be": "dark", "ru": "light"}
FIRST_PAGE = 60 * 1024  # bytes of everything that the first page asks for
NARROW = 390

# What a browser gets from an address by GET when it is no page. An address that only takes changes says so by itself (405).
NOT_PAGES = {
    200: {"look", "evidence:picture", "hearings:export", "imports:table", "list_compare:sheet", "lists:faults", "looking:grey"}
    | {"recognition_writing:text", "redacting:drawn", "redacting:picture"},
    206: {"evidence:play"},
    303: {"looking:turn"},
    # Shown once, after a colleague was let in; the item of the ids is a text, which nobody plays; nothing long is being done (test_doing),
    # nobody was chosen to be put beside a person, and the card has no photograph.
    404: {"oneperson:beside", "publication:photo", "cards:photo", "members:welcome", "evidence:play", "looking:player", "doing:show", "doing:far"},
}

OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
RUN = """(contrast) => axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true },
  "color-contrast": { enabled: contrast } } }).then((found) => found.violations.flatMap((one) => one.nodes.map((node) =>
  `${one.id}: ${node.html.slice(0, 120)} ${node.any.concat(node.all, node.none).map((why) => why.message).join("; ")}`)))"""
SPOIL = "document.querySelector('main').insertAdjacentHTML('beforeend', '<input><img src=/look/icon.png><details><a href=/></a></details>')"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def rich(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rich]:
    with rich_desk(tmp_path_factory.mktemp("rich")) as played:
        played.live.enter()
        yield played


def pages(rich: Rich) -> dict[str, str]:
    """Address of each page of the desk by its URL name; whatever is no page must be listed as such."""
    found, wrong = {}, []
    for name in routes().keys() - {"open"}:
        answer = rich.live.ask("GET", rich.address(name).removeprefix(rich.live.door.origin))
        if answer.status == 200 and "html" in answer.getheader("Content-Type", ""):
            found[name] = rich.address(name)
        elif answer.status != 405 and name not in NOT_PAGES.get(answer.status, ()):
            wrong.append((name, answer.status))
    assert not wrong
    return found


def faults(page: Page, contrast: bool = True) -> list[str]:
    page.wait_for_load_state("load")  # a page that has just answered a click may still wait for its stylesheet
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, contrast)
    return found


def choose(page: Page, language: str) -> None:
    page.click(f"header button[name=language][value={language}]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_a_fault_of_accessibility_or_is_wider_than_a_narrow_screen(chromium: Browser, rich: Rich, language: str) -> None:
    page = enter(chromium, rich.live, bypass_csp=True, color_scheme=LOOKS[language], viewport={"width": 1280, "height": 900})
    choose(page, language)
    watch, found, every = Watch(page, rich.live.door.origin), [], pages(rich)
    assert len(every) > 44
    for name, address in sorted(every.items()):
        page.goto(address)
        found += [f"{name}: {fault}" for fault in faults(page, contrast=language != "ru")]
        page.set_viewport_size({"width": NARROW, "height": 800})
        if page.evaluate(WIDER) > 0:
            found.append(f"{name}: wider than {NARROW} px")
        page.set_viewport_size({"width": 1280, "height": 900})
        if page.get_attribute("html", "lang") != language:
            found.append(f"{name}: says it is in another language")
    page.context.close()
    assert not found, "\n".join(found)
    assert not watch.foreign and not watch.complaints


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stops_people_is_as_accessible_as_the_rest(chromium: Browser, rich: Rich, language: str) -> None:
    """The page of the one-time link, a page that does not exist, a form that came back, the page after the lock."""
    context = chromium.new_context(bypass_csp=True, locale={"en": "en-GB", "be": "be-BY", "ru": "ru-RU"}[language])
    page, found = context.new_page(), []
    page.goto(rich.live.door.new_link())
    found += faults(page)
    page.click("button.main")
    for name, title in (("dossiers:new", "dossiers.new"), ("members:register", "members.register"), ("account:write", "account.write")):
        page.goto(rich.address(name))
        page.evaluate("document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; })")
        with page.expect_navigation():
            page.click("main button.main")
        assert page.locator(".errors").count() == 1 and page.inner_text("h1") == texts().say(title, language), name
        found += [f"{name}: {fault}" for fault in faults(page)]
    page.goto(f"{rich.live.door.origin}/dossiers/{'0' * 32}")
    assert page.inner_text("h1") == texts().say("web.stopped", language)
    found += faults(page)
    context.clear_cookies()
    page.goto(rich.address("home"))
    assert page.inner_text("h1") == texts().say("web.locked", language) and page.get_attribute("html", "lang") == language
    found += faults(page)
    context.close()
    assert not found, "\n".join(found)


def test_a_fault_would_be_seen(chromium: Browser, rich: Rich) -> None:
    page = enter(chromium, rich.live, bypass_csp=True)
    page.goto(rich.address("help"))
    assert not faults(page)
    page.evaluate(SPOIL)
    assert {fault.partition(":")[0] for fault in faults(page)} >= {"label", "image-alt", "link-name"}
    page.context.close()


def test_the_first_page_is_light_and_asks_nobody_else(chromium: Browser, rich: Rich) -> None:
    page = enter(chromium, rich.live).context.new_page()
    answers: list[Response] = []
    watch = Watch(page, rich.live.door.origin)
    page.on("response", lambda answer: answers.append(answer))
    page.goto(rich.address("home"), wait_until="networkidle")
    sizes: dict[str, Any] = {answer.url: len(answer.body()) for answer in answers}
    assert len(sizes) >= 3 and sum(sizes.values()) <= FIRST_PAGE, sizes
    assert not watch.foreign and not watch.complaints
    page.context.close()


def test_rows_that_stack_on_a_narrow_screen_keep_what_their_column_says(chromium: Browser, rich: Rich) -> None:
    """Two cells that say only "yes" would mean nothing without the names of their columns."""
    page = enter(chromium, rich.live, viewport={"width": NARROW, "height": 800})
    page.goto(rich.address("dossiers:admit"))
    said = page.evaluate("getComputedStyle(document.querySelector('main tbody td'), '::before').content")
    assert texts().say("dossiers.sees_work", "en") in said
    page.context.close()
