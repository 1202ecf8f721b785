"""A browser keeps nothing of what it showed: a real Chromium with a profile on the disk, through the desk of a real workspace."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import canary
from tests.browser.conftest import FLAGS
from tests.canary import CANARIES
from tests.faces.cli.players import environment
from tests.workspaces import made

pytestmark = pytest.mark.browser


def _work(page: Page, base: str) -> None:
    """Open a dossier, write a note, search, and look at all of it again."""
    page.goto(base + "/dossiers/new")
    for number, name in enumerate(("code", "title", "person")):
        page.fill(f"main [name={name}]", CANARIES[number])
    page.check("main [name=subject_kind][value=person]")
    page.click("main button.main")
    dossier = page.url
    assert CANARIES[1].split()[0] in page.inner_text("main")
    page.goto(dossier.rstrip("/") + "/write")
    page.fill("main [name=title]", CANARIES[3])
    page.fill("main [name=text]", f"{CANARIES[4]} {CANARIES[5]}")
    page.click("main button.main")
    page.goto(base + "/search")
    page.fill("main [name=words]", CANARIES[4].split()[0])
    page.press("main [name=words]", "Enter")
    assert CANARIES[0].split()[0] in page.inner_text("main")
    page.goto(base + "/dossiers/new")
    for name in ("code", "title", "person"):  # a code that is taken: the form comes back with what was typed
        page.fill(f"main [name={name}]", CANARIES[0 if name == "code" else 6])
    page.check("main [name=subject_kind][value=person]")
    page.click("main button.main")
    assert page.input_value("main [name=title]") == CANARIES[6]
    page.goto(base + "/")


def test_the_profile_of_the_browser_holds_no_word_of_what_was_read_and_typed(chromium: Browser, tmp_path: Path) -> None:
    home, profile = tmp_path / "home", tmp_path / "profile"
    home.mkdir()
    (player,) = made(home, ("alena",), home / "relay")
    player.environment = environment(home)
    process = player.begin("start")
    assert process.stdout is not None
    link = json.loads(process.stdout.readline())["link"]
    base = "/".join(link.split("/")[:3])
    kind: Any = chromium.browser_type
    context = kind.launch_persistent_context(
        str(profile), executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=FLAGS, locale="en-GB"
    )
    try:
        page = context.pages[0]
        page.goto(link)
        page.click("button.main")
        _work(page, base)
        page.click("header button.lock")
    finally:
        context.close()
        process.terminate()
        process.communicate(timeout=30)
    assert any(path.is_file() for path in profile.rglob("*"))
    found = canary.search([profile, home / "alena"])
    assert found == [], [(hit.path.name, hit.encoding, hit.around) for hit in found]
