"""A State reply arrives, and a journalist asks how many today: both scenes in a real browser, with script and without."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from letapis.core.language import LANGUAGES
from letapis.core.records import Draft
from letapis.desk import advocacy, briefs, figures, reading, replies, reviews, submit
from letapis.desk.ledger import append
from letapis.faces.texts import texts
from tests.browser.rich import enter, served
from tests.browser.test_accessibility import LOOKS, WIDER, choose, faults
from tests.desk.test_figures import RULE, day, people_held, publish
from tests.faces.web.test_serve import Live
from tests.team import Team, make_team

__all__ = ["make_team"]
pytestmark = pytest.mark.browser
WORDS = "The Government states that he was detained on 2 March 2026 on a lawful ground. A warrant was shown."


def say(key: str, **parts: object) -> str:
    return texts().say(key, "en", **parts)


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    """Three persons held, checked by two others; a document about the first of them was sent."""
    team = make_team(3)
    people_held(team, "2026-03-01", "2026-04-01", "2026-05-01")
    desk, reader = team.desks[0], team.reader()
    dossier = reading.resolve_dossier(desk, reader, "F-0")
    view = briefs.make_brief(desk, reader, dossier)
    home = reading.dossier(desk, reader, dossier)
    append(desk, [Draft("submission", home.work, {"dossier": dossier, "brief": view.ref, "mechanism": view.mechanism})])
    return team


@pytest.fixture
def live(team: Team) -> Iterator[Live]:
    with served(team.desks[0]) as now:
        yield now


def test_a_reply_of_the_state_arrives(chromium: Browser, live: Live, team: Team) -> None:
    for script in (True, False):
        _play_reply(chromium, live, team, script)


def _play_reply(chromium: Browser, live: Live, team: Team, script: bool) -> None:
    desk, reader = team.desks[0], team.reader()
    dossier = reading.resolve_dossier(desk, reader, "F-0")
    page = enter(chromium, live, java_script_enabled=script, locale="en")
    page.goto(live.door.origin + reverse("around:dossier", args=[dossier.hex()]))
    page.click(f"main >> text={say('replies.title')}")
    page.click(f"main >> text={say('replies.new')}")
    page.fill("[name=title]", f"Reply {script}")
    page.fill("[name=text]", WORDS)
    page.select_option("[name=answers]", index=1)
    page.set_input_files("[name=file]", {"name": "reply.txt", "mimeType": "text/plain", "buffer": WORDS.encode()})
    page.click("main [formaction='/kept']")  # called away: the words wait, the file is chosen again
    page.click("main a[href='?kept=reply']")
    assert page.input_value("[name=text]") == WORDS
    page.set_input_files("[name=file]", {"name": "reply.txt", "mimeType": "text/plain", "buffer": WORDS.encode()})
    page.click("main button.main")

    assert say("replies.first_question") in page.inner_text("main") and say("replies.grid.allegation") not in page.inner_text("main")
    page.check("[name=known][value=place]")
    page.check("[name=safety][value=careful]")
    page.fill("[name=due]", "2026-12-01")
    page.select_option("[name=channel]", "lawyer")
    page.fill("[name=how]", "Through the lawyer, without names.")
    page.click("main button.main")
    reply = next(one for one in replies.of_dossier(desk, reader, dossier) if one.text("title") == f"Reply {script}")
    assert reply.record.raw("object") and reading.item(desk, reader, reply.record.raw("task")).text("kind") == "tell_family"

    page.click(f"main >> text={say('replies.take')}")
    assert replies.lines(desk, reader, reply.item) and not replies.proposals(desk, reader, reply.item)
    start = next(row for row in replies.lines(desk, reader, reply.item) if any(claim.property == "detention.start" for claim in row.ours))
    page.click(f"main >> text={say('replies.cut')}")
    page.goto(live.door.origin + reverse("replies:line", args=[start.item.item.hex()]))
    page.fill("[name=answer]", "he was detained on 2 March 2026 on a lawful ground")
    page.select_option("[name=stance]", "partly")
    page.fill("[name=comment]", "His mother: nobody showed anything.")
    page.click("main button.main")
    page.goto(live.door.origin + reverse("replies:line", args=[start.item.item.hex()]))
    page.click(f"main >> text={say('replies.cut_answer')}")
    assert "/cut/" in page.url
    shown = _at(page, live, reverse("replies:show", args=[reply.item.hex()]))
    assert "Admits part of it" in shown and "nobody showed anything" in shown and say("replies.silence") in shown


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_journalist_asks_how_many_today(chromium: Browser, live: Live, team: Team, script: bool) -> None:
    first = team.desks[0]
    page = enter(chromium, live, java_script_enabled=script, locale="en")
    page.click(f".menu a >> text={say('figures.title')}")
    assert say("figures.none") in page.inner_text("main")
    page.click(f"main >> text={say('figures.propose')}")
    page.check(f"[name=rule][value={RULE}]")
    page.click("main button.main")
    assert "Vydumka F-0" in page.inner_text("main") and say("figures.not_to_be_told") in page.inner_text("main")
    page.click(f".menu a >> text={say('figures.title')}")
    assert say("figures.none") in page.inner_text("main"), "a proposal is not told"
    (figure,) = figures.figures(first, team.reader())
    publish(team, figure.figure)
    page.reload()
    shown = page.inner_text("main")
    assert "At least 3 persons were held, as of" in shown and "Как минимум 3 человека находились" in shown and "Vydumka" not in shown
    assert [quote.get_attribute("lang") for quote in page.query_selector_all("blockquote")] == list(LANGUAGES)
    page.click(f"main >> text={say('reviews.title')}")
    page.click("main button.main")
    page.click(f"main >> text={say('reviews.again')}")
    assert say("reviews.same") in page.inner_text("main")


def _at(page: Page, live: Live, place: str) -> str:
    page.goto(live.door.origin + place)
    return page.inner_text("main")


def _places(team: Team) -> list[str]:
    """A page of each kind with something on it."""
    first, reader = team.desks[0], team.reader()
    dossier = reading.resolve_dossier(first, reader, "F-0")
    waiting = replies.register(first, reader, dossier, replies.ReplyForm("Waits", "2026-11", text=WORDS))
    sent = submit.submissions(first, reader, dossier)[0].rid
    reply = replies.register(first, reader, dossier, replies.ReplyForm("Reply of the Government", "2026-11-20", submission=sent, text=WORDS))
    told = replies.KnownForm(("place", "meeting"), "careful", first.me, "2026-12-01", "lawyer", "Through the lawyer, without names.", "The yard.")
    replies.answer_known(first, reader, reply, told)
    replies.take_allegations(first, reader, reply, [one.key for one in replies.proposals(first, reader, reply)[:2]])
    line = replies.add_line(first, reader, reply, replies.LineForm("He was beaten.", "He fell.", "denies", "His mother saw the marks.", "A photo."))
    publish(team, figures.propose(first, reader, RULE, day(first)))
    figure = figures.propose(first, reader, "detained_that_day", "2026-03-01").hex()
    review = reviews.make(first, reader, day(first)[:7], "A quiet month.").hex()
    asked = advocacy.add(first, reader, advocacy.EntryForm("request", "2026-05-01", "A government", "To ask after him.", "Vydumka"), dossier)
    promise = advocacy.EntryForm("promise", "2026-06-01", "A government", "They will ask.", due="2026-07-01", answers=asked)
    advocacy.add(first, reader, promise, dossier)
    named = [("replies:show", waiting.hex()), ("replies:show", reply.hex()), ("replies:line", line.hex()), ("replies:new_line", reply.hex())]
    named += [("replies:dossier", dossier.hex()), ("replies:new", dossier.hex()), ("figures:show", figure), ("reviews:show", review)]
    named += [("advocacy:dossier", dossier.hex()), ("advocacy:show", asked.hex())]
    return [reverse(name, args=[ident]) for name, ident in named] + [
        reverse(name) for name in ("figures:home", "figures:list", "figures:new", "reviews:list", "advocacy:list")
    ]


def test_no_page_has_a_fault_of_accessibility_or_is_wider_than_a_narrow_screen(chromium: Browser, live: Live, team: Team) -> None:
    places, found = _places(team), []
    for language in LANGUAGES:
        page = enter(chromium, live, bypass_csp=True, color_scheme=LOOKS[language], viewport={"width": 390, "height": 800})
        choose(page, language)
        for place in places:
            page.goto(live.door.origin + place)
            if page.evaluate(WIDER) > 0:
                found.append(f"{place}: wider than 390 px in {language}")
            found += [f"{place}: {fault}" for fault in faults(page, contrast=language != "ru")]
    assert not found
