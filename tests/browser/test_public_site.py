"""The public site as people meet it: script off, a phone, the keyboard, light and dark, before axe-core in three languages."""

import functools
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.core.published import Card, CardValue, Published
from letapis.engines.catalogue import catalogue
from letapis.faces.public.build import write_site
from letapis.faces.texts import texts
from tests.browser.test_accessibility import WIDER, faults
from tests.browser.test_shell import Watch
from tests.public import published_of

pytestmark = pytest.mark.browser

MORE = (
    *(CardValue("court", "supreme"), CardValue("judge", "Vydumka A. B."), CardValue("write_to", "ik-3"), CardValue("about", "Flute.", "en")),
    *(CardValue("article", "CC1999 361-4(1)"), CardValue("place", "Vydumka" * 12, since="2020"), CardValue("name", "Pryklad" * 9, "en")),
)
LOOKS = {"en": "light", "be": "dark", "ru": "light"}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing into the output of the tests."""


def rich_set() -> tuple[Published, str]:
    """Sixty persons, one of whom has everything, with words that are too long."""
    published = published_of(60)
    one = next(entry for entry in published.entries if entry.card.named and not entry.card.all("released"))
    values = (*(value for value in one.card.values if (value.field, value.language) != ("name", "en")), *MORE)
    full = replace(one, card=Card(one.card.card, tuple(sorted(values))))
    return replace(published, entries=tuple(full if entry is one else entry for entry in published.entries)), one.card.card[:16]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Where the site is served, and a page of each kind told from the folder of a language."""
    published, person = rich_set()
    folder = tmp_path_factory.mktemp("site")
    address, contact = "https://list.example", "list@example.org"
    pictures = [(f"{one}/held.{kind}", words) for one in LANGUAGES for kind, words in (("png", b""), ("txt", b"At least 52."))]
    write_site(published, folder, catalogue(), address, contact=contact, pictures=pictures, files=("persons.json",))
    statement = published.statements[0].statement[:16]
    kinds = ["index", f"p/{person}", "list/index", "list/status-held", "names/index", "names/0049", "places/index", "places/ik-3", "statements/index"]
    kinds += [f"statements/{statement}", "figures", "how-we-count", "data", "press", "corrections", "changes", "birthdays"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", [f"{kind}.html" for kind in kinds]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_is_accessible_and_fits(chromium: Browser, site: tuple[str, list[str]], language: str) -> None:
    """All kinds in one language; in the others those whose words are of every length."""
    origin, kinds = site
    context = chromium.new_context(bypass_csp=True, color_scheme="dark" if LOOKS[language] == "dark" else "light")
    page, found = context.new_page(), []
    watch = Watch(page, origin)
    for kind in kinds if language == "be" else kinds[:6]:
        page.goto(f"{origin}/{language}/{kind}")
        found += [f"{kind}: {fault}" for fault in faults(page, contrast=language != "ru")]
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(WIDER) > 0:
                found.append(f"{kind}: wider than {width} px")
        page.set_viewport_size({"width": 1280, "height": 900})
    assert page.get_attribute("html", "lang") == language
    context.close()
    assert not found, "\n".join(found)
    assert not watch.foreign and not watch.complaints


def test_the_ways_of_a_reader_need_no_script_and_no_pointer(chromium: Browser, site: tuple[str, list[str]]) -> None:
    origin, _ = site
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    watch = Watch(page, origin)
    page.goto(f"{origin}/")
    follow(page, "Беларуская")
    assert page.url == f"{origin}/be/index.html" and page.inner_text("h1") == texts().say("site.front.title", "be")
    follow(page, texts().say("site.menu.names", "be"))
    follow(page, "І")
    follow(page, "Іван")
    assert "/be/p/" in page.url and page.inner_text("h1").startswith("Іван")
    follow(page, "English")
    assert "/en/p/" in page.url and page.inner_text("h1").startswith("Ivan")
    assert page.locator(".status").count() == 1
    follow(page, texts().say("site.wrong_link", "en"))
    assert "list@example.org" in page.inner_text("main")
    page.goto(f"{origin}/404.html")
    assert all(texts().say("site.missing.title", language) in page.inner_text("main") for language in LANGUAGES)
    context.close()
    assert not watch.foreign and not watch.complaints


def follow(page: Page, words: str) -> None:
    """Go along a link with the keyboard: the first that begins with these words is focused and pressed."""
    link = page.locator("a", has_text=re.compile(f"^{re.escape(words)}")).first
    link.focus()
    link.press("Enter")


def test_the_look_and_the_policy_hold_in_the_browser(chromium: Browser, site: tuple[str, list[str]]) -> None:
    """Styles come through the policy of the page itself, and a page on paper has no menus."""
    origin, kinds = site
    page = chromium.new_page()
    page.goto(f"{origin}/en/{kinds[1]}")
    assert page.evaluate("getComputedStyle(document.querySelector('.months i')).height") != "auto"
    page.emulate_media(media="print")
    assert not page.locator("header nav").first.is_visible() and page.locator("h1").is_visible()
    page.close()


def test_the_folder_holds_nothing_that_a_browser_would_run(site: tuple[str, list[str]], tmp_path: Path) -> None:
    published, _ = rich_set()
    write_site(published, tmp_path / "site", catalogue(), "https://list.example", contact="list@example.org")
    kinds = {path.suffix for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert kinds <= {".html", ".xml", ".ics", ".css", ".txt", ".json", ""}
