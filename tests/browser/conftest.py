"""A real Chromium on loopback that may talk to nobody else."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

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
