"""Pages of what came in by the folder: no fault of accessibility, no line beyond a telephone's edge, in three languages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from letapis.core.language import LANGUAGES
from letapis.desk import evidence, imports, insides, ocr
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.engines import ocr as machine
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import NARROW, WIDER, choose, faults
from tests.faces.web import papers as played
from tests.team import Team, make_team

__all__ = ["make_team"]
pytestmark = pytest.mark.browser
VECTORS = Path(__file__).parents[1] / "vectors"


def brought(desk: Desk, dossier: bytes, source: bytes, folder: Path) -> list[str]:
    """Files of strangers, taken and looked at; the addresses of the pages about them."""
    names = ("exif/gen-gps-north-east.jpg", "eml/gen-windows-1251-belarusian.eml", "chat/gen-telegram-channel.json", "proofmode/bad.zip")
    for name in names:
        (folder / name.rpartition("/")[2]).write_bytes((VECTORS / name).read_bytes())
    (folder / "empty.txt").touch()
    (folder / ("a-very-long-name-that-somebody-gave-" * 4 + ".bin")).write_bytes(b"PK\x03\x04 no archive")
    (folder / "link").symlink_to("/etc")
    reader = desk.reader("work")
    made = imports.import_folder(desk, reader, dossier, folder, source)
    imports.look_at_all(desk, reader, made)
    items = [line.item.hex() for line in imports.lines(desk, reader, made) if line.item and insides.embedded(desk, reader, line.item)]
    pages = [f"/evidence/{item}/inside" for item in items]
    chat = next(line.item.hex() for line in imports.lines(desk, reader, made) if line.path.endswith(".json"))
    return [f"/dossiers/{dossier.hex()}/imports", f"/imports/{made.hex()}", *pages, f"/evidence/{chat}/messages", f"/evidence/{items[0]}/alike"]


def read_by_machine(desk: Desk, papers: played.Papers, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a scan whose words fill more than its frame. The machine is an invented one, so that the page is looked at everywhere."""
    monkeypatch.setattr(machine, "languages", lambda: ("bel",))
    monkeypatch.setattr(machine, "read_page", lambda png, using: "Вырак суда Выдуманага раёна\n" * 60)
    picture, form = (VECTORS / "exif/gen-xmp-gps.png").read_bytes(), EvidenceForm("A verdict", "document", "scan.png", papers.source)
    item, reader = evidence.add_evidence(desk, desk.reader("work"), papers.dossier, form, [picture]), desk.reader("work")
    evidence.make_working_copy(desk, reader, item)
    ocr.read_scan(desk, reader, item)
    return f"/evidence/{item.hex()}/inside"


def test_the_pages_have_no_fault_and_fit_a_narrow_screen(
    chromium: Browser, make_team: Callable[..., Team], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_team(1).desks[0]
    papers, folder = played.play(desk, desk.me), tmp_path / "stick"
    folder.mkdir()
    places = [*brought(desk, papers.dossier, papers.source, folder), read_by_machine(desk, papers, monkeypatch)]
    found = []
    with served(desk) as live:
        live.enter()
        page = enter(chromium, live, bypass_csp=True, viewport={"width": NARROW, "height": 800})
        for language in LANGUAGES:
            page.goto(live.door.origin)
            choose(page, language)
            for place in places:
                page.goto(live.door.origin + place)
                if language == "be":  # what axe finds does not hang on the language; what is too wide does
                    found += [f"{place}: {fault}" for fault in faults(page)]
                assert page.evaluate(WIDER) <= 0, (place, language)
        page.context.close()
    assert not found, "\n".join(found)
