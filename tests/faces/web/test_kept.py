"""What was typed and not sent comes back: kept aside by a button or the script, taken or thrown away, and gone once the form was sent."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.errors import Busy, UsageError
from letapis.core.language import LANGUAGES
from letapis.desk import kept, reading
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from letapis.faces.web.kept import fill
from tests.canary import canary, search

from . import casework
from .casework import Case, browsing, forms, send
from .test_pages import check

WORDS = '  \n"They" said <b>this</b> &amp; that;\nпаўза… '


@pytest.fixture
def case(desk: Desk) -> Case:
    return casework.play(desk)


@pytest.fixture
def client(desk: Desk, case: Case) -> Iterator[Client]:
    with browsing(desk) as client:
        yield client


def form_of(client: Client, address: str, end: str = "") -> dict[str, Any]:
    """The form of a page that keeps what is typed, and whose name ends so."""
    text = client.get(address).content.decode()
    return next(form for form in forms(text) if form["data"].get("kept_form", [""])[0].endswith(f"#{end}") and len(form["data"]) > 2)


def put_aside(client: Client, address: str, end: str, typed: dict[str, str], script: bool = True) -> Any:
    data = {name: values[0] for name, values in form_of(client, address, end)["data"].items()} | typed
    return client.post(reverse("kept:keep"), data, headers={"sec-fetch-mode": "cors"} if script else {})


def offered(client: Client, address: str) -> bool:
    return 'href="?kept=' in client.get(address).content.decode()


def test_a_note_comes_back_word_for_word(client: Client, desk: Desk, case: Case) -> None:
    address = reverse("account:write", args=[case.dossier.hex()])
    assert not offered(client, address)
    assert put_aside(client, address, "note", {"title": "Half a title", "text": WORDS, "source": case.kalina.hex()}).status_code == 204
    assert offered(client, address)
    data = forms(client.get(address + "?kept=note").content.decode())
    back = next(form["data"] for form in data if "text" in form["data"])
    assert (back["title"], back["source"]) == (["Half a title"], [case.kalina.hex()])
    assert back["text"][0].replace("\r\n", "\n") == WORDS
    before = len(reading.notes(desk, desk.reader("work"), case.dossier))
    assert send(client, address + "?kept=note").status_code == 303
    assert len(reading.notes(desk, desk.reader("work"), case.dossier)) == before + 1
    assert not offered(client, address), "it is gone once it was sent"


def test_without_script_a_button_does_it_and_another_throws_it_away(client: Client, desk: Desk, case: Case) -> None:
    address = reverse("account:write", args=[case.dossier.hex()])
    answer = put_aside(client, address, "note", {"text": "Later"}, script=False)
    assert answer.status_code == 303 and answer["Location"] == address
    text = client.get(address).content.decode()
    assert texts().say("kept.kept", "en") in text and 'formaction="/kept"' in text
    assert send(client, address, reverse("kept:drop")).status_code == 303
    assert not offered(client, address) and kept.kept_on(desk, desk.reader("work"), address) == []


def test_a_form_that_comes_back_with_errors_is_still_the_same_form(client: Client, case: Case) -> None:
    address = reverse("claims:show", args=[case.claim.hex()])
    wrong = client.post(reverse("claims:dispute", args=[case.claim.hex()]), {**one(form_of(client, address, "dispute")), "reason": " "})
    assert wrong.status_code == 422 and f'value="{address}#dispute"' in wrong.content.decode()
    put_aside(client, address, "dispute", {"reason": "Because of the date"})
    taken = client.get(address + "?kept=dispute").content.decode()
    assert "Because of the date</textarea>" in taken and "<details open>" in taken, "the folded part is opened"
    sent = client.post(reverse("claims:dispute", args=[case.claim.hex()]), {**one(form_of(client, address, "dispute")), "reason": "Because"})
    assert sent.status_code == 303 and not offered(client, address)


def one(form: dict[str, Any]) -> dict[str, str]:
    return {name: values[0] for name, values in form["data"].items()}


def test_a_day_sheet_comes_back_with_all_its_lines(client: Client) -> None:
    address = reverse("sheets:new")
    typed = {
        "rows": "30",
        "n1": "Jan Prykladny",
        "n30": "woman",
        "words": "a\nb",
        "s1": "0:1",
        "about": "yes",
        "unit": "detentions",
        "place": "Minsk",
    }
    put_aside(client, address, "sheet", typed)
    taken = client.get(address + "?kept=sheet").content.decode()
    back = next(form["data"] for form in forms(taken) if "paste" in form["data"])
    assert {name: back[name][0] for name in typed} == typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_with_an_offer_are_whole(client: Client, case: Case, language: str) -> None:
    for address, word in ((reverse("account:write", args=[case.dossier.hex()]), "note"), (reverse("sheets:new"), "sheet")):
        put_aside(client, address, word, {"text" if word == "note" else "n1": "Z"})
        for place in (address, f"{address}?kept={word}"):
            check(client.get(place, headers={"accept-language": language}).content.decode(), language)


def test_filling_touches_one_form_only() -> None:
    def form(name: str) -> str:
        controls = '<input name="a" value="&amp;1"><input type="checkbox" name="c" value="x" checked><input type="password" name="p" value="">'
        choice = '<select name="s"><option value="1" selected></option><option value="2"></option></select>'
        mark = f'<input type="hidden" name="kept_form" value="{name}">'
        return f'<form>{controls}{choice}<textarea name="t">old &lt;b&gt;</textarea>{mark}</form>'

    page = f"<!doctype html><p>&nbsp;&#8211;<!-- x --></p>{form('/x#one')}{form('/x#two')}"
    filled = fill(page, "/x#two", {"a": ['"2"'], "s": ["2"], "t": ["new\n</textarea>"], "p": ["secret"], "kept_form": ["/y#z"]})
    assert filled.startswith(page[: page.index("</form>")]) and "secret" not in filled and "/y#z" not in filled
    rest = filled[filled.index("</form>") :]
    assert 'value="&quot;2&quot;"' in rest and '<option value="2" selected>' in rest and '<option value="1">' in rest and "checked" not in rest
    assert "new\n&lt;/textarea&gt;</textarea>" in rest and "old" not in rest
    assert fill(page, "/x#three", {"a": ["2"]}) == page


def test_hostile_names_lead_nowhere(client: Client, case: Case) -> None:
    token = form_of(client, reverse("account:write", args=[case.dossier.hex()]), "note")["data"]["csrfmiddlewaretoken"][0]
    for name in ("", "x", "//evil.invalid#x", "http://evil.invalid/#x", "/no-word", "/x#" + "y" * 200):
        for place in ("kept:keep", "kept:drop"):
            answer = client.post(reverse(place), {"csrfmiddlewaretoken": token, "kept_form": name, "text": "Z"})
            assert answer.status_code != 200 and "evil" not in answer.headers.get("Location", "")
    assert client.get(reverse("kept:keep")).status_code == 405
    assert client.post(reverse("kept:keep"), {"kept_form": "/x#y", "text": "Z"}).status_code == 403, "not without the token of a form"
    assert client.get(reverse("account:write", args=[case.dossier.hex()]) + "?kept=nothing").status_code == 200


def test_the_desk_keeps_little_and_not_for_ever(desk: Desk) -> None:
    reader, clock = desk.reader("work"), desk.clock
    kept.keep(desk, reader, "/a#x", {"t": [" "]})
    assert kept.kept(desk, reader, "/a#x") is None, "blanks are nothing"
    kept.keep(desk, reader, "/a#x", {"t": ["one"], "many": ["1", "2"]})
    kept.keep(desk, reader, "/ab#x", {"t": ["other"]})
    assert [(one.form, dict(one.fields)) for one in kept.kept_on(desk, reader, "/a")] == [("/a#x", {"t": ["one"], "many": ["1", "2"]})]
    for fields in ({"t": ["x" * kept.MAX_LENGTH]}, {str(n): ["x"] for n in range(kept.MAX_FIELDS + 1)}):
        with pytest.raises(UsageError, match="too_long"):
            kept.keep(desk, reader, "/a#x", fields)
    clock.now += kept.KEPT_FOR + kept.KEPT_FOR  # type: ignore[attr-defined]  # the clock of the tests
    assert kept.kept(desk, reader, "/a#x") is None and kept.kept_on(desk, reader, "/a") == [], "its time is over before anything new is kept"
    kept.keep(desk, reader, "/b#x", {"t": ["new"]})
    assert kept.kept(desk, reader, "/a#x") is None and kept.kept(desk, reader, "/b#x") is not None
    kept.forget(desk, reader, "/b#x")
    assert kept.kept(desk, reader, "/b#x") is None


def test_kept_words_are_nowhere_in_clear_on_the_disk(client: Client, desk: Desk, case: Case) -> None:
    address = reverse("account:write", args=[case.dossier.hex()])
    assert put_aside(client, address, "note", {"title": canary(1), "text": canary(2) * 500}).status_code == 204
    assert canary(2) in client.get(address + "?kept=note").content.decode()
    assert search([desk.workspace]) == []
    assert send(client, address, reverse("kept:drop")).status_code == 303
    assert search([desk.workspace]) == []


def test_kept_words_never_leave_the_device(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, colleague = two_desks
    kept.keep(author, author.reader("work"), "/a#x", {"t": ["mine alone"]})
    carry(author, colleague)
    assert kept.kept(colleague, colleague.reader("work"), "/a#x") is None
    with pytest.raises(TypeError):
        kept.kept(author, None, "/a#x")  # type: ignore[arg-type]


@contextmanager
def busy(desk: Desk) -> Iterator[None]:
    """Somebody else writes into the database and does not come to an end."""
    held, over = threading.Event(), threading.Event()

    def writer() -> None:
        with desk.store.transaction():
            desk.store.run("INSERT INTO db_setting (name, value) VALUES ('other', 'x')")
            held.set()
            over.wait(30)
        desk.store.close()

    thread = threading.Thread(target=writer)
    thread.start()
    assert held.wait(10)
    desk.store.rows("PRAGMA busy_timeout = 20")
    try:
        yield
    finally:
        over.set()
        thread.join()
        desk.store.rows("PRAGMA busy_timeout = 10000")


def test_a_busy_database_is_said_and_the_words_wait(client: Client, desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    address = reverse("account:write", args=[case.dossier.hex()])
    put_aside(client, address, "note", {"title": "Half a title", "text": WORDS, "source": case.kalina.hex()})
    note = filled(client.get(address + "?kept=note"), "text")
    away = filled(client.get(address), "kept_form")
    client.raise_request_exception = False  # what nobody expects is a page too
    with busy(desk):
        again, page = client.post(address, note), client.post(reverse("kept:drop"), away)
        assert (again.status_code, page.status_code) == (422, 503)
        assert all(texts().say("errors.database.busy", "en") in answer.content.decode() for answer in (again, page))
    assert filled(again, "text")["title"] == "Half a title"
    assert offered(client, address)
    monkeypatch.setattr(kept, "forget", refuse)  # the note is taken, and only then somebody else begins to write
    assert client.post(address, note).status_code == 303
    assert [one.title for one in reading.notes(desk, desk.reader("work"), case.dossier)].count("Half a title") == 1


def refuse(*_: object) -> None:
    raise Busy("database.busy")


def filled(page: Any, field: str) -> dict[str, str]:
    """The first form of a page that has this field, as it would be sent."""
    data = next(form["data"] for form in forms(page.content.decode()) if field in form["data"])
    return {name: values[0] for name, values in data.items()}
