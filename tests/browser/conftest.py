"""A real Chromium on loopback that may talk to nobody else."""

import functools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

# Milliseconds until a page that an action opened should be there; a busy machine is slow.
LOADED = 30_000.0
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP *.localhost 127.0.0.1, EXCLUDE 127.0.0.1",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the marker `browser` is left out (`.ci/needs`), so a missing one fails here."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "no Chromium: run `make test`, which installs it or leaves these tests out"
    # Playwright keeps an event loop on this thread to the end of the session, and Django would take every later query for one of a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def _with_the_page(action: Callable[..., None]) -> Callable[..., None]:
    """The same action, which ends when the page that it opened is there whole.

    Playwright comes back from a key or a click as soon as the next page begins; a test that counts at once counts half a page.
    """

    @functools.wraps(action)
    def done(self: Locator | Page, *args: Any, **options: Any) -> None:
        action(self, *args, **options)
        page = self if isinstance(self, Page) else self.page
        with suppress(Error):  # A page that closed itself, and one that is answered as a file, load nothing.
            page.wait_for_load_state("load", timeout=LOADED)

    return done


@pytest.fixture(scope="session", autouse=True)
def whole_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for kind in (Locator, Page):
            for name in ("press", "click"):
                patch.setattr(kind, name, _with_the_page(getattr(kind, name)))
        yield
