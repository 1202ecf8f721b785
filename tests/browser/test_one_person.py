"""One invented person, found by any spelling, entered twice, read as one, and apart again: with script and without, by keyboard where it counts."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from letapis.desk import reading
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import NARROW, WIDER, choose, faults
from tests.desk.casework import office
from tests.desk.test_one_person import SPELT, WHY, entered
from tests.faces.web.test_serve import Live

pytestmark = pytest.mark.browser
FIRST = "Мікалай Іванавіч Выдумка"
SECOND = "VYDUMKA, Mikalai"
# Belarusian, Russian, Łacinka, the passport, Polish, without a father's name, a slip of the pen, Latin letters among Cyrillic ones, Russian base.
SPELLINGS = (
    *("Мікалай Выдумка", "Выдумко Николай Иванович", "Mikałaj Vydumka", "VYDUMKA MIKALAI", "Wydumka Mikołaj", "Мікола Выдумка"),
    *("Мікалай Выдмука", "Мiкaлай Bыдумка", "Nikolay Vydumko"),
)


def say(key: str, language: str = "en") -> str:
    return texts().say(key, language)


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return office(make_desk(1))


@pytest.fixture
def house(desk: Desk) -> Iterator[tuple[Live, bytes, list[bytes]]]:
    dossier, people = entered(desk, "WHO-1", FIRST, SECOND, SPELT[2])
    with served(desk) as live:
        yield live, dossier, people


def found(page: Page, spelling: str) -> list[str]:
    """Whom a search finds, asked for with Enter."""
    page.goto("/search")
    page.get_by_role("main").get_by_role("searchbox").fill(spelling)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    people = page.locator("main section").filter(has=page.get_by_role("heading", name=say("names.people")))
    return people.locator("li.card > a").all_inner_texts()


@pytest.mark.parametrize("script", [True, False])
def test_one_person_is_found_joined_and_parted_again(chromium: Browser, desk: Desk, house: tuple[Live, bytes, list[bytes]], script: bool) -> None:
    live, dossier, (_, second, _) = house
    page = enter(chromium, live, java_script_enabled=script, base_url=live.door.origin)
    assert {spelling: set(found(page, spelling)) for spelling in SPELLINGS} == {spelling: {FIRST, SECOND} for spelling in SPELLINGS}
    page.goto(f"/dossiers/{dossier.hex()}/one-person")
    page.get_by_role("link", name=SECOND).click()
    expect(page.get_by_role("table")).to_contain_text(say("oneperson.agree"))
    page.get_by_role("button", name=say("oneperson.button.same"), exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(say("errors.oneperson.reason"))
    page.get_by_label(say("oneperson.why")).fill(WHY)
    page.get_by_role("button", name=say("oneperson.button.same"), exact=True).press("Enter")
    expect(page.get_by_text(say("oneperson.saved.same"))).to_be_visible()
    assert len(reading.joined(desk, desk.reader("work"), dossier)) == 2
    assert [len(found(page, spelling)) for spelling in SPELLINGS[:2]] == [1, 1]
    page.goto(f"/persons/{second.hex()}")
    expect(page.get_by_role("main")).to_contain_text(say("oneperson.known_as"))
    expect(page.get_by_role("main")).to_contain_text("Place 0")
    expect(page.get_by_role("main")).to_contain_text("Place 1")
    page.get_by_role("link", name=say("oneperson.history_and_undo")).click()
    page.get_by_label(say("oneperson.why")).fill("They had two fathers.")
    page.get_by_role("button", name=say("oneperson.button.split")).click()
    told = page.get_by_role("main").inner_text()
    assert told.index("They had two fathers.") < told.index(WHY) and say("oneperson.saved.split") in page.locator("body").inner_text()
    assert reading.joined(desk, desk.reader("work"), dossier) == {}
    page.goto(f"/persons/{second.hex()}")
    expect(page.get_by_role("main")).not_to_contain_text("Place 0")
    page.context.close()


def test_the_words_fit_a_narrow_screen(chromium: Browser, house: tuple[Live, bytes, list[bytes]]) -> None:
    """In the language with the longest ones; the rest is looked at with all pages (``test_accessibility``)."""
    live, dossier, (first, second, third) = house
    page = enter(chromium, live, bypass_csp=True, viewport={"width": NARROW, "height": 800})
    choose(page, "be")
    wrong = []
    for place in (f"/dossiers/{dossier.hex()}/one-person", f"/persons/{first.hex()}/beside/{second.hex()}", f"/persons/{third.hex()}"):
        page.goto(f"{live.door.origin}{place}")
        wrong += [f"{place}: {fault}" for fault in faults(page)]
        if page.evaluate(WIDER) > 0:
            wrong.append(f"{place}: wider than the screen")
    assert not wrong
    page.context.close()
