"""Looking and blacking out in a browser: drawn with the mouse, typed without script, muted at a moment; every page readable and narrow enough."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.core.redaction import Box
from letapis.desk import difficult, evidence, reading, redaction
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import NARROW, WIDER, choose, faults
from tests.desk.test_redaction import NAME, paper_of
from tests.faces.web import papers as played
from tests.faces.web.test_serve import Live
from tests.team import Team, make_team

__all__ = ["make_team"]
pytestmark = pytest.mark.browser


@dataclass
class House:
    live: Live
    desk: Desk
    verdict: bytes
    photo: bytes
    sound: bytes
    made: bytes

    def at(self, place: str) -> str:
        return f"{self.live.door.origin}{place}"


@pytest.fixture
def house(make_team: Callable[..., Team]) -> Iterator[House]:
    """A verdict with a text layer, a photograph that a colleague marked, a recording, a copy with parts blacked out."""
    team = make_team(2)
    desk = team.desks[0]
    papers = played.play(desk, team.desks[1].me)
    reader = desk.reader("work")
    form = EvidenceForm("Verdict of an invented court", "document", media_type="application/pdf")
    verdict = evidence.add_evidence(desk, reader, papers.dossier, form, [paper_of(NAME, "Nobody", NAME)])
    photo = evidence.add_evidence(desk, reader, papers.dossier, EvidenceForm("Photograph", "photo", media_type="image/png"), [_scene()])
    for item in (verdict, photo):
        evidence.make_working_copy(desk, reader, item)
    difficult.mark(desk, reader, photo, ["violence"], "a man on the ground, blood")
    made = redaction.redact(desk, reader, verdict, redaction.Wish("Verdict, in part", (Box(1, 1000, 3500, 5000, 1000, "source"),)))
    with served(desk) as live:
        live.enter()
        yield House(live, desk, verdict, photo, papers.sound, made)


def _scene() -> bytes:
    picture = Image.effect_noise((640, 420), 60).convert("RGB")
    ImageDraw.Draw(picture).ellipse((200, 120, 420, 330), fill=(170, 20, 30))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def say(key: str, language: str = "en") -> str:
    return texts().say(key, language)


def test_pages_have_no_fault_in_any_language_and_fit_a_narrow_screen(chromium: Browser, house: House) -> None:
    found = []
    places = [f"/evidence/{house.photo.hex()}", f"/evidence/{house.verdict.hex()}", f"/evidence/{house.verdict.hex()}/pages/1",
              f"/evidence/{house.sound.hex()}/player", f"/evidence/{house.photo.hex()}/difficult", f"/evidence/{house.verdict.hex()}/redact",
              f"/evidence/{house.verdict.hex()}/redact/preview", f"/redactions/{house.made.hex()}"]  # fmt: skip
    page = enter(chromium, house.live, bypass_csp=True, viewport={"width": NARROW, "height": 800})
    for language in LANGUAGES:
        choose(page, language)
        for place in places:
            page.goto(house.at(place))
            assert page.get_attribute("html", "lang") == language, place
            found += [f"{place}: {fault}" for fault in faults(page, contrast=language == "en")]
            if page.evaluate(WIDER) > 0:
                found.append(f"{place}: wider than {NARROW} px")
    page.context.close()
    assert not found, "\n".join(found)


def test_a_box_is_drawn_and_a_copy_made_by_mouse(chromium: Browser, house: House) -> None:
    page = enter(chromium, house.live, viewport={"width": 1280, "height": 900})
    page.goto(house.at(f"/evidence/{house.verdict.hex()}/redact"))
    edge = page.locator("[data-draw] img").bounding_box()
    assert edge
    page.mouse.move(edge["x"] + edge["width"] * 0.1, edge["y"] + edge["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(edge["x"] + edge["width"] * 0.5, edge["y"] + edge["height"] * 0.45, steps=4)
    page.mouse.up()
    assert [abs(float(page.input_value(f"#id_{side}")) - wanted) < 0.6 for side, wanted in (("left", 10), ("top", 30), ("width", 40), ("height", 15))]
    page.click("button[value=box]")
    drawn = _seen(page)
    assert set(drawn.crop((drawn.width // 8, drawn.height // 3, drawn.width // 3, drawn.height * 2 // 5)).tobytes()) == {0}
    page.click("a[data-key=p]")
    page.fill("#id_title", "Verdict, page one covered")
    page.click("main form button.main")
    assert page.inner_text("h1") == "Verdict, page one covered" and say("redact.yours") in page.inner_text("main")
    page.context.close()


@pytest.mark.parametrize("script", [False, True], ids=["no script", "script"])
def test_difficult_pictures_are_opened_in_two_steps_and_recordings_wait(chromium: Browser, house: House, script: bool) -> None:
    page = enter(chromium, house.live, java_script_enabled=script)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(house.at(f"/evidence/{house.photo.hex()}"))
    assert "a man on the ground, blood" in page.inner_text("main") and page.locator("main img").count() == 0
    page.locator(f"button:has-text('{say('difficult.grey')}')").press("Enter")
    assert page.locator("main img").count() == 1 and _colours(page) == "grey"
    page.locator(f"button:has-text('{say('difficult.whole')}')").press("Enter")
    assert _colours(page) == "colours"
    asked.clear()
    page.goto(house.at(f"/evidence/{house.sound.hex()}/player?at=192"))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.querySelector('audio').muted && document.querySelector('audio').src.endsWith('#t=192')")
    assert not [url for url in asked if url.endswith("/play")], "nothing is loaded before somebody presses play"
    page.fill("#id_moment", "3:12")
    page.fill("#id_words", "He says where he is held.")
    page.locator("main form[method=post] button.main").press("Enter")
    page.wait_for_load_state()
    notes = reading.notes(house.desk, house.desk.reader("work"), reading.evidence(house.desk, house.desk.reader("work"), house.sound).dossier)
    assert any(note.text == "[00:03:12] He says where he is held." for note in notes)
    page.context.close()


def _seen(page: Page) -> Image.Image:
    """The first picture of the page, as it is seen."""
    picture = page.locator("main img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    return Image.open(BytesIO(picture.screenshot())).convert("RGB")


def _colours(page: Page) -> str:
    """Whether it has any colour."""
    red, green, blue = (band.tobytes() for band in _seen(page).crop((8, 8, 200, 100)).split())
    return "grey" if red == green == blue else "colours"
