"""The work on a case as a person does it in a browser: mark words, choose what they tell, save; and by keyboard through the checks."""

import re
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.desk import claims, reading
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from letapis.faces.web import serve as serving_module
from letapis.faces.web.door import Door
from letapis.faces.web.serve import bind, serve
from tests.faces.web import casework
from tests.faces.web.casework import TEXT, Case
from tests.faces.web.test_serve import HERE, NAME, Live

pytestmark = pytest.mark.browser


@pytest.fixture
def live(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Live, Case]]:
    """The case, served from its author's desk."""
    monkeypatch.setattr(serving_module, "_WATCH_SECONDS", 0.05)
    monkeypatch.setattr(serving_module, "_GRACE_SECONDS", 0.05)
    case = casework.play(desk)
    served: Any = desk
    server = bind(HERE, 0, get_wsgi_application())
    door = Door(f"{NAME}:{server.bind_addr[1]}")
    thread = Thread(target=serve, args=(desk, server, door, lambda _: None))
    thread.start()
    try:
        yield Live(server.bind_addr[1], door, served, thread), case
    finally:
        door.close()
        thread.join(15)


def enter(chromium: Browser, live: Live, **options: Any) -> Page:
    page = chromium.new_context(**options).new_page()
    page.goto(live.door.new_link())
    page.click("button.main")
    return page


MARK = """(wanted) => { const box = document.querySelector("[data-passage]"); const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) { const at = node.data.indexOf(wanted); if (at < 0) continue;
    const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + wanted.length);
    getSelection().removeAllRanges(); getSelection().addRange(range); box.dispatchEvent(new Event("mouseup")); return; } }"""


def label(fact: str) -> str:
    return catalogue().vocabulary.fact(fact).label["en"]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_words_become_information(chromium: Browser, live: tuple[Live, Case], desk: Desk, script: bool) -> None:
    server, case = live
    page = enter(chromium, server, java_script_enabled=script, locale="en")
    page.goto(server.door.origin + reverse("account:note", args=[case.note.hex()]))
    words = "Six men in masks came."
    if script:
        page.evaluate(MARK, words)
        assert page.input_value("#quote") == words
    else:
        page.fill("#quote", words)
    page.click("#cut button.main")
    start = TEXT.index(words)
    assert page.url.endswith(f"/cut/{start}/{start + len(words)}")
    for fact in ("detention.masked_agents", "detention.agency"):
        page.fill("#property", label(fact))
        page.press("#property", "Enter")
    page.check("input[name=value-1][value=true]")
    page.fill("[name=value-2]", "not known")
    page.click("button[value=save]")
    assert page.inner_text(".notice").startswith("Saved: 2")
    found = {c.property: c.value for c in reading.claims(desk, desk.reader("work"), case.dossier)}
    assert found["detention.masked_agents"] == "true" and found["detention.agency"] == "not known"
    page.context.close()


def test_a_narrow_screen_holds_every_page(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    server, case = live
    claims.write_note(desk, desk.reader("work"), case.dossier, claims.NoteForm("Long word", "слова" * 60, "be"))
    page = enter(chromium, server, viewport={"width": 360, "height": 700}, locale="be")
    ids = case.named()
    for name, key in (("home", ""), ("dossiers:show", "dossier"), ("dossiers:standing", "dossier"), ("dossiers:information", "dossier"),
                      ("people:list", "dossier"), ("account:note", "note"), ("claims:show", "claim"), ("verify:passage", "passage"),
                      ("people:source", "source"), ("claims:correct", "claim")):  # fmt: skip
        page.goto(server.door.origin + reverse(name, args=[ids[key]] if key else []))
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    page.context.close()


def test_the_keys_move_through_a_list_and_open_the_search(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    server, case = live
    page = enter(chromium, server, locale="en")
    page.goto(server.door.origin + reverse("dossiers:information", args=[case.dossier.hex()]))
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('[data-row]') === document.querySelectorAll('[data-row]')[1]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/*")
    page.goto(server.door.origin + "/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "words"
    page.keyboard.type("calls")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search(\?answer=[\w-]+)?$"))
    assert "Call with Kalina" in page.inner_text("main")
    page.context.close()
