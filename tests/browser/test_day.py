"""The day at the desk in a real browser: what is due, hearings, letters, kept searches and prints, with script and without."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.core.records import Draft
from letapis.desk import claims, prints, reading, searches, tasks
from letapis.desk.compartments import new_compartment
from letapis.desk.ledger import append
from letapis.desk.opening import Desk
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import LOOKS, NARROW, WIDER, choose, faults
from tests.faces.web import casework
from tests.faces.web.casework import Case
from tests.faces.web.test_serve import Live

pytestmark = pytest.mark.browser


@pytest.fixture
def played(desk: Desk) -> Iterator[tuple[Live, Desk, Case]]:
    case = casework.play(desk)
    private = new_compartment(desk, "PRIVATE")
    append(desk, [Draft("compartment", private, {"compartment": private, "class": "PRIVATE", "epoch": 1})])
    reader = desk.reader("work")
    for text, kind, due in (("Ring the lawyer", "call", "2026-11-20"), ("Tell the family what the reply says", "tell_family", "2026-11-25"),
                            ("Ask for the verdict", "other", "2026-12-20")):  # fmt: skip
        tasks.add_task(desk, reader, tasks.TaskForm(text, kind, desk.me, due, case.person), case.dossier)
    tasks.add_task(desk, reader, tasks.TaskForm("No news of him after three days", "no_news", due="2026-11-26"), case.dossier)
    cut = claims.Cut("identity.birth_date", "1990-11-27", subject=case.person, source=case.kalina, basis="document")
    claims.add_claims(desk, reader, case.dossier, [cut])
    with served(desk) as live:
        yield live, desk, case


def go(page: Page, live: Live, name: str, *ids: bytes) -> None:
    page.goto(live.door.origin + reverse(name, args=[one.hex() for one in ids]))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_day_from_the_first_page_to_the_last_print(chromium: Browser, played: tuple[Live, Desk, Case], script: bool) -> None:
    live, desk, case = played
    page = enter(chromium, live, java_script_enabled=script, locale="en")
    page.click("main li:has-text('Ring the lawyer') button")
    assert page.url == live.door.origin + "/" and "Marked as done" in page.inner_text(".notice")
    assert "Ring the lawyer" not in page.inner_text("main") and "27 November" in page.inner_text("main")
    page.click("nav.menu a:has-text('Tasks')")
    page.click("main li:has-text('No news of him') button")
    assert reading.open_tasks(desk, desk.reader("work"), desk.me)[-2].text("kind") == "no_news"
    go(page, live, "hearings:dossier", case.dossier)
    page.fill("#id_day", "2026-11-26")
    page.fill("#id_time", "10:00")
    page.click("button:has-text('Save the hearing')")
    page.fill("#outcome", "Two years of a colony.")
    page.click("button:has-text('Save the outcome')")
    page.click("button:has-text('Make it a note')")
    assert "Two years of a colony." in page.inner_text("main")
    go(page, live, "letters:dossier", case.dossier)
    page.fill("#id_place", "СІЗА № 1")
    page.click("button:has-text('Save the letter')")
    assert "Silence is not refusal" in page.inner_text("main")
    page.goto(live.door.origin + "/search")
    page.fill("main #words", "colony")
    page.click("main form[role=search] button")
    page.click("summary:has-text('Keep this search')")
    page.fill("#name", "Colonies")
    page.click("button:has-text('Keep it')")
    assert "colony" not in page.url and [one.query for one in searches.saved_searches(desk, desk.reader("work"))] == ["colony"]
    go(page, live, "prints:dossier", case.dossier)
    page.select_option("#id_what", "grid")
    page.click("button:has-text('Enter it')")
    page.emulate_media(media="print")
    assert "PRY-1 – 1" in page.inner_text("thead") and not page.is_visible("header.top") and not page.is_visible("nav.tabs")
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_day_are_for_everybody(chromium: Browser, played: tuple[Live, Desk, Case], language: str) -> None:
    live, desk, case = played
    page = enter(chromium, live, bypass_csp=True, color_scheme=LOOKS[language], viewport={"width": 1000, "height": 800})
    choose(page, language)
    task = reading.open_tasks(desk, desk.reader("work"), desk.me)[0].item
    paper = prints.log_print(desk, desk.reader("work"), case.dossier, "grid").print
    places: list[tuple[str, tuple[bytes, ...]]] = [("tasks:show", (task,)), ("prints:show", (paper,))]
    places += [(f"{section}:dossier", (case.dossier,)) for section in ("tasks", "hearings", "letters", "prints")]
    places += [(name, ()) for name in ("home", "tasks:list", "tasks:pause", "hearings:calendar", "letters:waiting", "birthdays:month", "digest")]
    found = []
    for name, ids in places:
        go(page, live, name, *ids)
        found += [f"{name}: {fault}" for fault in faults(page)]
        page.set_viewport_size({"width": NARROW, "height": 800})
        if (wider := page.evaluate(WIDER)) > 0:
            found.append(f"{name} is {wider} px wider than the screen")
        page.set_viewport_size({"width": 1000, "height": 800})
    page.context.close()
    assert not found, "\n".join(found)
