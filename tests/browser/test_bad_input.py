"""What tired or hostile hands do to the desk in a browser without script: nothing is written twice, nothing runs, nothing typed is lost."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.desk import claims, reading, sources
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from tests.browser.rich import enter, served
from tests.browser.test_shell import Watch
from tests.faces.web import casework
from tests.faces.web.casework import Case
from tests.faces.web.test_serve import Live

pytestmark = pytest.mark.browser

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
BREAKOUT = "\"'></textarea></option></title><b id=owned>&lt;b&gt;&amp;"
BIDI = "a\u202egnp.exe\u2066b"
LONG = "слова " * 1666 + "end"
UNKNOWN = "0" * 32


@pytest.fixture
def live(desk: Desk) -> Iterator[tuple[Live, Case]]:
    case = casework.play(desk)
    with served(desk) as running:
        yield running, case


def bare(chromium: Browser, live: Live, **options: Any) -> Page:
    return enter(chromium, live, java_script_enabled=False, locale="en", **options)


def go(page: Page, live: Live, name: str, *ids: bytes) -> None:
    page.goto(live.door.origin + reverse(name, args=[one.hex() for one in ids]))


def titles(desk: Desk, case: Case) -> list[str]:
    return sorted(note.title for note in reading.notes(desk, desk.reader("work"), case.dossier))


def unsafe(page: Page) -> None:
    """Let the server decide: take away what the browser would stop by itself."""
    page.locator("main form").last.evaluate(
        "form => { for (const one of form.elements) { one.required = false; one.removeAttribute('maxlength'); } }"
    )


def test_a_double_click_and_a_way_back_write_nothing_twice(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    server, case = live
    page = bare(chromium, server)
    go(page, server, "account:write", case.dossier)
    page.fill("[name=title]", "Twice")
    page.fill("[name=text]", "Said once.")
    page.dblclick("main .actions button.main")
    page.wait_for_url("**/notes/*")
    assert titles(desk, case) == ["Call with Kalina", "Twice"]
    go(page, server, "dossiers:new")
    page.fill("[name=code]", "TW-1")
    page.fill("[name=title]", "One dossier")
    page.dblclick("main .actions button.main")
    page.locator(".notice").wait_for()
    assert "TW-1" in page.inner_text("main") and not page.locator(".errors").count()
    page.reload()  # the answer was a way on, so reloading asks for a page and sends nothing
    page.go_back()
    page.go_forward()
    assert [one.code for one in reading.dossiers(desk, desk.reader("work"))].count("TW-1") == 1
    page.context.close()


def test_what_comes_back_keeps_every_word_that_was_typed(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    server, case = live
    page = bare(chromium, server)
    words = "\n First line.\n" + SCRIPT + BREAKOUT + "\n  the last"
    for title in ("", "x" * 300):
        go(page, server, "account:write", case.dossier)
        unsafe(page)
        page.fill("[name=title]", title)
        page.fill("[name=text]", words)
        page.select_option("[name=basis]", "was_told")
        page.select_option("[name=source]", case.klon.hex())
        page.select_option("[name=spoken]", "ru")
        page.click("main .actions button.main")
        assert page.locator(".errors").count() == 1 and page.locator(".field.wrong").count() == 1
        kept = [page.input_value(f"[name={name}]") for name in ("title", "text", "basis", "source", "spoken")]
        assert kept == [title, words, "was_told", case.klon.hex(), "ru"]
    page.fill("[name=title]", "At last")
    page.click("main .actions button.main")
    page.wait_for_url("**/notes/*")
    (note,) = (one for one in reading.notes(desk, desk.reader("work"), case.dossier) if one.title == "At last")
    assert note.text == words
    page.context.close()


def test_a_code_that_is_taken_and_a_date_that_is_none_come_back_as_typed(chromium: Browser, live: tuple[Live, Case]) -> None:
    server, case = live
    page = bare(chromium, server)
    go(page, server, "dossiers:new")
    fields = {"code": "PRY-1", "title": BREAKOUT, "person": SCRIPT}
    for name, value in fields.items():
        page.fill(f"main [name={name}]", value)
    page.click("main .actions button.main")
    assert page.locator(".errors").count() == 1
    assert {name: page.input_value(f"main [name={name}]") for name in fields} == fields
    go(page, server, "people:new_source", case.dossier)
    page.fill("[name=code]", "Kalina")
    page.fill("[name=name]", SCRIPT)
    page.click("main .actions button.main")
    assert page.locator(".errors").count() == 1 and page.input_value("[name=name]") == SCRIPT
    go(page, server, "claims:correct", case.claim)
    page.fill("[name=value-1]", "31 February")
    page.click("button[value=save]")
    assert page.locator(".errors").count() == 1 and page.input_value("[name=value-1]") == "31 February"
    page.context.close()


def test_hostile_words_are_shown_as_words_wherever_they_stand(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    """Typed by hand as names, titles and reasons, then looked for on every page where they stand; script is on, and ours alone runs."""
    server, _ = live
    page = enter(chromium, server, locale="en", viewport={"width": 390, "height": 800})
    watch, marked = Watch(page, server.door.origin), SCRIPT + BREAKOUT + BIDI
    go(page, server, "dossiers:new")
    for name, value in (("code", "HOS-1"), ("title", marked), ("person", marked)):
        page.fill(f"main [name={name}]", value)
    page.click("main .actions button.main")
    dossier = bytes.fromhex(page.url.rpartition("/")[2])
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Hostile"))
    note = claims.write_note(desk, reader, dossier, claims.NoteForm(marked, f"{marked} {LONG}", "en", source, "document", person))
    start, end = claims.find_passage(f"{marked} {LONG}", marked)
    fact = next(name for name, one in desk.catalogue.vocabulary.facts.items() if one.type == "text" and not one.pattern)
    first, *_ = claims.cut_claims(desk, reader, note, start, end, [claims.Cut(fact, marked)])
    for name, ids in (
        ("home", ()), ("dossiers:list", ()), ("dossiers:show", (dossier,)), ("dossiers:information", (dossier,)), ("people:list", (dossier,)),
        ("people:person", (person,)), ("account:note", (note,)), ("claims:show", (first.header.id,)), ("dossiers:timeline", (dossier,)),
        ("claims:correct", (first.header.id,)), ("account:write", (dossier,)), ("submit:dossier", (dossier,)), ("people:consent", (dossier, person)),
    ):  # fmt: skip
        go(page, server, name, *ids)
        turned = page.evaluate("[...document.querySelectorAll('main a, main strong')].map(e => getComputedStyle(e).unicodeBidi)")
        assert set(turned) <= {"isolate"}, name
        assert page.locator("#owned").count() == 0 and "owned" not in page.title(), name
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
        if name != "dossiers:timeline":
            assert "onerror=" in page.inner_text("body") + "".join(page.locator("main input, main textarea").evaluate_all("a => a.map(e => e.value)"))
    assert not watch.foreign and not watch.complaints
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_does_not_exist_is_said_in_the_language_of_the_reader(chromium: Browser, live: tuple[Live, Case], language: str) -> None:
    server, _ = live
    page = enter(chromium, server, java_script_enabled=False, locale="en")
    page.click(f"header button[name=language][value={language}]")
    kinds = ("dossiers", "claims", "notes", "sources", "persons", "documents", "members", "identities", "check")
    for address in (*(f"/{kind}/{UNKNOWN}" for kind in kinds), "/evidence/x", "/dossiers/../etc", "/%00"):
        answer = page.goto(server.door.origin + address)
        assert answer is not None and answer.status == 404, address
        assert page.inner_text("h1") == texts().say("web.stopped", language) and page.get_attribute("html", "lang") == language
        assert page.locator("main a[href='/']").count() == 1
    page.context.close()


def test_an_address_that_only_takes_changes_says_so(chromium: Browser, live: tuple[Live, Case]) -> None:
    server, case = live
    page = bare(chromium, server)
    for address in ("/lock", f"/claims/{case.claim.hex()}/retract", f"/sources/{case.kalina.hex()}/grade", "/sync/now"):
        answer = page.goto(server.door.origin + address)
        assert answer is not None and answer.status == 405 and page.inner_text("h1") == texts().say("web.stopped", "en"), address
    page.context.close()


def test_after_the_end_of_the_session_a_form_meets_the_locked_page(chromium: Browser, live: tuple[Live, Case], desk: Desk) -> None:
    server, case = live
    page = bare(chromium, server)
    go(page, server, "account:write", case.dossier)
    page.fill("[name=title]", "Too late")
    page.fill("[name=text]", "Words after the end.")
    page.context.clear_cookies()
    page.click("main .actions button.main")
    assert page.inner_text("h1") == texts().say("web.locked", "en")
    assert titles(desk, case) == ["Call with Kalina"] and "Words after" not in page.content()
    page.goto(server.door.origin + reverse("account:note", args=[case.note.hex()]))
    assert page.inner_text("h1") == texts().say("web.locked", "en") and "Kalina" not in page.content()
    page.context.close()


def test_a_double_click_on_an_upload_and_two_tabs_make_one_thing(chromium: Browser, live: tuple[Live, Case], desk: Desk, tmp_path: Path) -> None:
    server, case = live
    page = bare(chromium, server)
    letter = tmp_path / "letter.txt"
    letter.write_text("Invented letter.")
    go(page, server, "evidence:add", case.dossier)
    page.fill("main [name=title]", "Letter")
    page.set_input_files("main [name=file]", letter)
    page.dblclick("main .actions button.main")
    page.wait_for_url(re.compile(r"/evidence/([0-9a-f]{32}|add\?answer=.*)$"), timeout=30_000)  # where the second press came late, it is told
    assert [item.title for item in reading.evidence_of(desk, desk.reader("work"), case.dossier)] == ["Letter"]
    tabs = [page.context.new_page() for _ in range(2)]
    for tab in tabs:
        go(tab, server, "tasks:dossier", case.dossier)
        tab.fill("main [name=text]", "Ring the lawyer")
    for tab in tabs:
        tab.click("main form:has([name=text]) button.main")
    assert texts().say("web.sent_twice", "en") in tabs[1].inner_text("main")
    assert len(reading.items(desk, desk.reader("work"), "task", dossier=case.dossier)) == 1
    page.context.close()
