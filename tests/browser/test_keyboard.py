"""Nothing at the desk can be reached only with a mouse: whatever takes a click takes the focus too, and Tab comes by."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.rich import Rich, enter, rich_desk
from tests.browser.test_accessibility import OPEN_ALL, pages

pytestmark = pytest.mark.browser

# Notes every element that gets a listener for a mouse, before any script of the page runs.
NOTE = """window.heard = []; const add = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (kind, ...more) {
  if (/^(click|dblclick|auxclick|contextmenu|mouse|pointer|touch|drag)/.test(kind) && this instanceof Element) window.heard.push(this);
  return add.call(this, kind, ...more); };"""
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], video[controls]"
# A box may be drawn with the mouse where its four numbers may be typed beside it.
TYPED = """(one) => !!one.closest("[data-draw]") && ["left", "top", "width", "height"].every((name) =>
  { const field = document.getElementById("box")?.elements.namedItem(name); return !!field && field.tabIndex >= 0 && field.checkVisibility(); })"""
MOUSE_ONLY = f"""() => window.heard.filter((one) => one.isConnected && !one.matches("{CONTROLS}, form, label") && one.tabIndex < 0
  && !({TYPED})(one))
  .map((one) => one.outerHTML.slice(0, 120))"""
OUT_OF_REACH = f"""() => [...document.querySelectorAll("{CONTROLS}")].filter((one) => one.checkVisibility() && !one.disabled
  && one.tabIndex < 0).map((one) => one.outerHTML.slice(0, 120))"""
PLACES = f"""() => {{ const every = [...document.querySelectorAll("{CONTROLS}, [tabindex]")];
  const all = every.filter((one) => one.tabIndex >= 0 && one.checkVisibility() && !one.disabled);
  all.forEach((one, i) => {{ one.dataset.place = one.type === "radio" ? "radio " + one.name : i; }});
  return [...new Set(all.map((one) => one.dataset.place))]; }}"""
HERE = "() => document.activeElement?.dataset?.place ?? ''"


@pytest.fixture(scope="module")
def rich(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rich]:
    with rich_desk(tmp_path_factory.mktemp("keys")) as played:
        played.live.enter()
        yield played


def opened(chromium: Browser, rich: Rich) -> Page:
    page = enter(chromium, rich.live, viewport={"width": 1280, "height": 900})
    page.add_init_script(NOTE)
    return page


def test_whatever_takes_a_click_takes_the_focus(chromium: Browser, rich: Rich) -> None:
    page, found = opened(chromium, rich), list[str]()
    for name, address in sorted(pages(rich).items()):
        page.goto(address)
        page.evaluate(OPEN_ALL)
        found += [f"{name}: {one}" for one in (*page.evaluate(MOUSE_ONLY), *page.evaluate(OUT_OF_REACH))]
    page.context.close()
    assert not found, "\n".join(found)


def test_what_only_a_mouse_reaches_would_be_seen(chromium: Browser, rich: Rich) -> None:
    page = opened(chromium, rich)
    page.goto(rich.address("help"))
    page.evaluate("""() => { const one = document.querySelector('h1'); one.addEventListener('click', () => 0);
      document.querySelector('main a, header a').tabIndex = -1; }""")
    assert page.evaluate(MOUSE_ONLY) and page.evaluate(OUT_OF_REACH)
    page.context.close()


@pytest.mark.parametrize("name", ["home", "account:write", "verify:queue", "search:find", "care:show"])
def test_tab_comes_by_every_control(chromium: Browser, rich: Rich, name: str) -> None:
    page = opened(chromium, rich)
    page.goto(rich.address(name))
    places: list[Any] = page.evaluate(PLACES)
    seen = set()
    for _ in range(2 * len(places) + 5):
        page.keyboard.press("Tab")
        seen.add(page.evaluate(HERE))
    page.context.close()
    assert {str(place) for place in places} <= seen and len(places) > 5
