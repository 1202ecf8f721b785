"""From a dossier to a person on the built public site, and off it again: in a real browser, script off, by three members and a publisher.

The organisations decide and two members stand behind it; the family agrees; the card is chosen, looked at and proposed; two others approve
each with a second look; the publisher builds, and the page of the person is read in three languages. Then the family takes it back at another
desk than the one that asked: whoever looks next finds the card gone, and the next build leaves nothing of it, keeps the other person who
stands there, and counts right.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, members, public_record, recognition, snapshots, statements, sync, verify
from letapis.desk.opening import Desk
from letapis.desk.recognition import OutcomeForm
from letapis.engines import hosting
from letapis.faces import release
from letapis.faces.texts import texts
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import WIDER, faults
from tests.desk.carding import SEEN, WRITTEN, House
from tests.desk.test_recognition import SAID
from tests.faces.web.casework import browsing
from tests.faces.web.test_pages import check
from tests.public import card_of, holding
from tests.team import Team, endorse_all, make_team

__all__ = ["make_team"]
pytestmark = pytest.mark.browser
NAME = "Yanka Pryklad"
ASKED = ("public_list_named", "public_list_birthday", "public_list_life")


def say(key: str, language: str = "en", **parts: object) -> str:
    return texts().say(key, language, **parts)


@pytest.fixture
def house(make_team: Callable[..., Team]) -> House:
    """A prisoner of whom a document and two people tell, all of it checked by two others; nobody asked the family yet."""
    made = House(make_team(3))
    made.say(made.person, made.court, *WRITTEN)
    for source in (made.source, made.second):
        made.say(made.person, source, *SEEN, saw=True)
    made.team.settle(1)
    verify.judge_document(made.team.desks[1], made.team.reader(1), made.item, True, "Invented: compared with the register.")
    made.checked()
    return made


@contextmanager
def at_desk(chromium: Browser, house: House, number: int) -> Iterator[Page]:
    """A browser without script at the desk of a member, on their first page."""
    with served(house.team.desks[number]) as live:
        page = enter(chromium, live, java_script_enabled=False, locale="en", viewport={"width": 390, "height": 800}, base_url=live.door.origin)
        yield page
        page.context.close()


def told(page: Page) -> str:
    return page.inner_text("main")


def decided(house: House) -> None:
    """The organisations recognise: written down by one member, confirmed by another."""
    first, second = house.desk, house.team.desks[1]
    statement = statements.write(first, house.reader, house.dossier, SAID)
    form = OutcomeForm("recognised", "2026-05-01", "3.1", "", "The organisations saw the case file.", statement)
    made = recognition.record_outcome(first, house.reader, house.dossier, house.person, form)
    house.team.settle(1)
    recognition.confirm(second, second.reader("work"), made)
    house.team.sync(1, 0)


def neighbour(house: House) -> bytes:
    """Another person, in a dossier of their own, whose card stays when the first goes. Returns the reference of its version."""
    home = dossiers.new_dossier(house.desk, "PRY-8", "canary-dossier", "person", "Кастусь Выдумка")
    dossiers.admit_to_dossier(house.desk, house.reader, home, [desk.me for desk in house.team.desks[1:3]])
    return public_record.propose_card(house.desk, house.reader, home, card_of(2))


def looked(house: House, number: int, ref: bytes) -> None:
    """A member looked at the other person's card before, and stands behind it."""
    public_record.approve(house.team.desks[number], house.team.reader(number), ref, ("outcome", "statement"))


def ask_family(page: Page, answer: str) -> None:
    """Write down what the family answers for a prisoner who cannot be reached."""
    for scope in ASKED:
        page.select_option(f"[name=scope-{scope}]", answer)
    page.check("[name=surrogate]")
    page.fill("[name=reason]", "In custody, no letters arrive.")
    page.click("main button.main")


def approve(page: Page, last: bool) -> None:
    """Everything that waits, from the first page on: the card, and the statement that it names."""
    page.click(f"main >> text={say('public.today')}")
    for _ in range(2):
        page.goto(reverse("publication:overview"))
        page.click("main .card a >> nth=0")
        for box in page.query_selector_all("[name=looked]"):
            box.check()
        page.click("main button.main")
        assert say("public.now_public" if last else "public.approved") in page.inner_text("body")
    page.goto(reverse("publication:overview"))
    assert say("public.mine_none") in told(page)


def propose(page: Page, house: House) -> None:
    """From the dossier over the family's answer and the preview to the proposal."""
    page.goto(reverse("around:dossier", args=[house.dossier.hex()]))
    page.click(f"main >> text={say('public.title')}")
    assert say("public.not_on_list") in told(page)
    page.click("main a.button.main")
    assert say("public.only_counted") in told(page) and NAME not in told(page)
    page.click(f"main a.button >> text={say('public.ask')}")
    ask_family(page, "given")
    page.goto(reverse("cards:person", args=[house.person.hex()]))
    assert page.is_checked("[name=named]") and say("public.only_counted") not in told(page)
    page.fill("[name=text-name-en]", NAME)
    page.click("main button.main")
    seen = told(page)
    assert say("public.preview_lead", count=2) in seen and NAME in seen and say("public.propose") in seen
    assert all(word in seen for word in ("Recognised as a political prisoner", "Прызнанне палітвязнем", "Признание политзаключённым"))
    assert "canary" not in seen.replace("canary-court", "").replace("canary-dossier", ""), "only what may stand, and who told it"
    page.click("[name=propose]")
    assert say("errors.public_record.own") in told(page)


def admit_press(house: House, press: Desk) -> None:
    """A publisher, who holds what is public and nothing else."""
    team = house.team
    request = members.join_request(press.agent, "press")
    typed = members.read_request(request).fingerprint
    admitted = members.admit(team.desks[0], team.reader(), request, "Vydumka Press", typed, publisher=True)
    members.accept_welcome(press, admitted.welcome)
    sync.set_relay(press, str(team.relay))
    team.desks.append(press)
    team.sync(0, 1, 2)
    endorse_all(team)


def build(press: Desk, root: Path) -> None:
    reader = press.reader("publish")
    release.build(press, reader, snapshots.plan(press, reader), root, release.Imprint("https://list.pryklad.example", "list@pryklad.example"))


@contextmanager
def site(chromium: Browser, folder: Path) -> Iterator[Page]:
    """The built site, served from its folder alone to a browser without script."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        where = f"http://127.0.0.1:{server.server_port}"
        page = chromium.new_context(java_script_enabled=False, base_url=where, viewport={"width": 390, "height": 800}).new_page()
        yield page
        page.context.close()
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def counted(page: Page) -> str:
    page.goto("/en/index.html")
    return page.inner_text(".count")


def read_on_the_site(page: Page, card: str) -> None:
    """The person's page in three languages, whole and accessible, and the front page that counts them."""
    for language, name in (("en", NAME), ("be", "Янка Прыклад"), ("ru", "Янка Прыклад")):
        page.goto(f"/{language}/p/{card[:16]}.html")
        assert name in page.inner_text("h1") and page.get_attribute("html", "lang") == language
        assert "canary" not in page.content() and page.evaluate(WIDER) <= 0
        with looking(page) as axe:
            assert not faults(axe)
    assert counted(page) == "2"


@contextmanager
def looking(page: Page) -> Iterator[Page]:
    """The same page where axe-core may run; it needs script, which the page does not."""
    assert page.context.browser is not None
    other = page.context.browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 800}).new_page()
    other.goto(page.url)
    yield other
    other.context.close()


def test_a_person_comes_on_the_public_list_and_goes(chromium: Browser, house: House, make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    press, root = make_desk(9), hosting.require_root(tmp_path / "site", tmp_path / "elsewhere")
    admit_press(house, press)
    decided(house)
    with at_desk(chromium, house, 0) as page:
        propose(page, house)
    other = neighbour(house)
    house.team.settle(1)
    looked(house, 1, other)
    with at_desk(chromium, house, 1) as page:
        approve(page, last=False)
    house.team.sync(1, 0, 2)
    assert house.public() is None, "one alone makes nothing public"
    looked(house, 2, other)
    with at_desk(chromium, house, 2) as page:
        approve(page, last=True)
        house.team.sync(2, 0, 3)
        (public,) = (one.card for one in public_record.entries(house.desk, house.reader).entries if one.card != card_of(2))
        assert public.first("name", "en") == NAME and public.first("outcome") == "recognised"
        assert NAME in told(page) and say("public.public", count=2) in told(page)
        page.click(f"main >> text={NAME}")
        assert say("public.public_now") in told(page) and page.evaluate(WIDER) <= 0
        build(press, root)
        with site(chromium, root / "current") as outside:
            read_on_the_site(outside, public.card)
        # The family takes it back, at another desk than the one that asked.
        page.goto(reverse("people:consent", args=[house.dossier.hex(), house.person.hex()]))
        ask_family(page, "withdrawn")
        page.goto(reverse("publication:overview"))
        assert say("public.gone") in told(page) and say("public.public", count=1) in told(page)
        page.goto(reverse("publication:statements"))
        assert say("public.state.public") in told(page), "the statement stays"
    house.team.sync(2, 0, 3)
    assert [one.card for one in public_record.entries(house.desk, house.reader).entries] == [card_of(2)], "who said nothing stays"
    build(press, root)
    assert not holding(root, (NAME, "Янка Прыклад")), "nothing is left, also of the snapshot before"
    with site(chromium, root / "current") as outside:
        answer = outside.goto(f"/en/p/{public.card[:16]}.html")
        assert answer is not None and answer.status == 404
        answer = outside.goto(f"/en/p/{card_of(2).card[:16]}.html")
        assert answer is not None and answer.status == 200 and card_of(2).first("name", "en") in outside.inner_text("h1")
        assert counted(outside) == "1", "one went, and one is left"
    with browsing(house.desk) as client:
        shown = client.get(reverse("cards:dossier", args=[house.dossier.hex()])).content.decode()
        assert say("public.state.recalled") in shown and "asked for it" in shown
    with browsing(press) as client:
        shown = client.get(reverse("publication:overview")).content.decode()
        assert say("publisher.next") in shown and say("public.public_none") not in shown
        shown = client.get("/").content.decode()
        assert say("publisher.step.upload") in shown and say("home.first") not in shown
        for language in LANGUAGES:
            for place in ("/", reverse("publication:overview")):
                check(client.get(place, headers={"accept-language": language}).content.decode(), language)
