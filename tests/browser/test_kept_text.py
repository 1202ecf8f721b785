"""Words that were typed and not sent survive a reload, a closed tab and the lock; without script a button keeps them."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from letapis.desk import kept
from letapis.desk.opening import Desk
from tests.browser.rich import enter, served
from tests.browser.test_shell import Watch
from tests.faces.web import casework

pytestmark = pytest.mark.browser

WORDS = "Яна сказала: «Прыйшлі ў шэсць».\nПотым паўза."


def test_typed_words_come_back_after_a_reload(chromium: Browser, desk: Desk) -> None:
    case = casework.play(desk)
    with served(desk) as live:
        page = enter(chromium, live, locale="en")
        watch = Watch(page, live.door.origin)
        address = live.door.origin + reverse("account:write", args=[case.dossier.hex()])
        page.goto(address)
        with page.expect_response("**/kept") as answer:
            page.fill("[name=title]", "Half")
            page.fill("[name=text]", WORDS)
        assert answer.value.status == 204
        page.goto(address)
        assert page.input_value("[name=text]") == "" and "not saved" in page.inner_text("main")
        page.click("a[href='?kept=note']")
        assert page.input_value("[name=text]") == WORDS and page.input_value("[name=title]") == "Half"
        page.click("main .actions button.main")
        page.wait_for_url("**/notes/*")
        assert kept.kept_on(desk, desk.reader("work"), reverse("account:write", args=[case.dossier.hex()])) == []
        assert not watch.complaints and not watch.foreign
        page.context.close()


def test_the_lock_waits_for_the_last_words(chromium: Browser, desk: Desk) -> None:
    case = casework.play(desk)
    place = reverse("account:write", args=[case.dossier.hex()])
    with served(desk) as live:
        page = enter(chromium, live, locale="en")
        page.goto(live.door.origin + place)
        page.fill("[name=text]", WORDS)
        reader = desk.reader("work")
        with page.expect_response("**/kept") as answer:
            page.click("header button.lock")
        assert answer.value.status == 204
        page.wait_for_url("**/lock")
        (found,) = kept.kept_on(desk, reader, place)
        assert found.fields["text"][0].replace("\r\n", "\n") == WORDS
        page.context.close()


def test_without_script_a_button_keeps_them(chromium: Browser, desk: Desk) -> None:
    casework.play(desk)
    with served(desk) as live:
        page = enter(chromium, live, locale="en", java_script_enabled=False)
        page.goto(live.door.origin + reverse("sheets:new"))
        page.fill("#place", "Minsk")
        page.fill("[name=n1]", "Jan Prykladny")
        page.click("button[formaction='/kept']")
        assert page.locator(".notice").count() == 1
        page.click("a[href='?kept=sheet']")
        assert page.input_value("[name=n1]") == "Jan Prykladny" and page.input_value("#place") == "Minsk"
        page.goto(live.door.origin + reverse("sheets:new"))
        page.click("form[action='/kept/drop'] button")
        assert not page.locator("form[action='/kept/drop']").count()
        page.context.close()
