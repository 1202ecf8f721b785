"""The pages of the day: tasks, the first page, hearings, letters, birthdays, saved searches, prints. Whole in three languages."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.records import Draft
from letapis.desk import claims, dossiers, hearings, items, ledger, letters, prints, reading, searches, tasks
from letapis.desk.compartments import new_compartment
from letapis.desk.opening import Desk
from letapis.faces.texts import texts

from . import casework
from .casework import Case, browsing, resend, send
from .test_pages import check

Solo = tuple[Desk, Case]


@pytest.fixture
def solo(desk: Desk) -> Solo:
    return desk, casework.play(desk)


@pytest.fixture
def client(solo: Solo) -> Iterator[Client]:
    with browsing(solo[0]) as found:
        yield found


def fill(desk: Desk, case: Case) -> dict[str, bytes]:
    """Tasks of every state, for the reader and for nobody, one of them contested."""
    reader = desk.reader("work")
    form = tasks.TaskForm
    made = {
        "late": tasks.add_task(desk, reader, form("Ring the lawyer", "call", desk.me, "2026-11-20", case.person), case.dossier),
        "today": tasks.add_task(desk, reader, form("Check the passage", "second_check", desk.me, "2026-11"), case.dossier),
        "later": tasks.add_task(desk, reader, form("Ask for the verdict", "other", desk.me, "2026-12-20"), case.dossier),
        "undated": tasks.add_task(desk, reader, form("Buy paper", owner=desk.me)),
        "nobodys": tasks.add_task(desk, reader, form("Tell the family", "tell_family"), case.dossier),
        "done": tasks.add_task(desk, reader, form("Copy the letter", owner=desk.me), case.dossier),
    }
    tasks.set_state(desk, reader, made["done"], "done")
    contest(desk, made["later"])
    return made


def contest(desk: Desk, item: bytes) -> None:
    """A second version that does not know of the newest one, as if it came from another desk."""
    known = reading.item(desk, desk.reader("work"), item)
    first = reading.versions(desk, desk.reader("work"), item)[-1]
    body = {name: value for name, value in first.record.body.items() if name != "after"}
    ledger.append(desk, [items.draft(desk, known.type, known.compartment, body | {"due": "2027-01-15"}, item)])


def test_task_pages_are_whole_in_three_languages(client: Client, solo: Solo) -> None:
    desk, case = solo
    empty = ["/tasks", "/tasks/hand-over", reverse("tasks:dossier", args=[case.dossier.hex()])]
    for address in empty:
        check(client.get(address).content.decode(), "en")
    made = fill(desk, case)
    addresses = [*empty, *(reverse("tasks:show", args=[task.hex()]) for task in made.values())]
    for language in LANGUAGES:
        for address in addresses:
            answer = client.get(address, headers={"accept-language": language})
            assert answer.status_code == 200
            check(answer.content.decode(), language)


def test_a_task_is_written_done_taken_and_handed_over(client: Client, solo: Solo) -> None:
    desk, case = solo
    reader = desk.reader("work")
    answer = send(client, "/tasks", text="Ring the lawyer", due="2026-11-25", dossier="PRY-1")
    assert (answer.status_code, answer["Location"]) == (303, "/tasks")
    (task,) = reading.open_tasks(desk, reader, desk.me)
    assert task.dossier == case.dossier
    shown = client.get("/tasks").content.decode()
    assert "Ring the lawyer" in shown and shown.index("Today") < shown.index("Ring the lawyer")
    place = reverse("tasks:show", args=[task.item.hex()])
    assert send(client, place, "/owner", owner="")["Location"] == place
    assert "Nobody has taken these" in client.get("/tasks").content.decode()
    token = casework.forms(client.get("/tasks").content.decode())[-1]["data"]["csrfmiddlewaretoken"]
    assert client.post(f"{place}/owner", {"csrfmiddlewaretoken": token, "owner": desk.me.hex(), "back": "list"})["Location"] == "/tasks"
    assert send(client, place, place, text="Write to the lawyer").status_code == 303
    assert reading.item(desk, reader, task.item).text("text") == "Write to the lawyer"
    assert send(client, place, "/state", state="done").status_code == 303
    assert reading.item(desk, reader, task.item).state == "done"
    fill(desk, case)
    assert "Tasks handed over: 3." in client.get(send(client, "/tasks/hand-over", owner="")["Location"]).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"due": "next week"}, "This is not a date."),
        ({"dossier": "NONE-9"}, "You have no dossier with this code."),
        ({"text": "  "}, "This field is required"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(client: Client, solo: Solo, changes: dict[str, str], said: str) -> None:
    answer = send(client, "/tasks", **({"text": "Ring <her>", "due": "2026-11-25"} | changes))
    shown = answer.content.decode()
    assert answer.status_code == 422 and said in shown
    assert "2026-11-25" in shown or "next week" in shown
    check(shown, "en")


def test_what_was_typed_before_two_versions_came_stays_in_the_form_and_settles_them_when_both_were_shown(client: Client, solo: Solo) -> None:
    desk, case = solo
    task = fill(desk, case)["later"]
    place, first = reverse("tasks:show", args=[task.hex()]), reading.versions(desk, desk.reader("work"), task)[-1].ref
    refused = send(client, place, place, text="What was typed", seen=first.hex()).content.decode()
    assert texts().say("errors.items.contested", "en") in refused and "What was typed" in refused and "15 January 2027" in refused
    assert resend(client, place, refused, place).status_code == 303
    found = reading.item(desk, desk.reader("work"), task)
    assert (found.contested, found.text("text")) == (False, "What was typed")


def test_two_versions_are_shown_and_one_is_chosen(client: Client, solo: Solo) -> None:
    desk, case = solo
    task = fill(desk, case)["later"]
    place = reverse("tasks:show", args=[task.hex()])
    shown = client.get(place).content.decode()
    assert "Two versions stand side by side" in shown and "20 December 2026" in shown and "15 January 2027" in shown
    refused = client.post(f"{place}/state", {"csrfmiddlewaretoken": casework.forms(shown)[-1]["data"]["csrfmiddlewaretoken"], "state": "done"})
    assert refused.status_code == 422 and "look at both and choose one" in refused.content.decode()
    chosen = next(v for v in reading.versions(desk, desk.reader("work"), task) if v.record.text("due") == "2027-01-15")
    assert send(client, place, "/version", version=chosen.ref.hex()).status_code == 303
    found = reading.item(desk, desk.reader("work"), task)
    assert (found.contested, found.text("due")) == (False, "2027-01-15")
    token = casework.forms(shown)[-1]["data"]["csrfmiddlewaretoken"]
    for none in ("", "zz", "z" * 64, "0" * 64):
        assert client.post(f"{place}/version", {"csrfmiddlewaretoken": token, "version": none}).status_code == 404


def test_the_first_page_shows_the_day(client: Client, solo: Solo) -> None:
    desk, case = solo
    fill(desk, case)
    born(desk, case, "1990-11-27")
    shown = client.get("/").content.decode()
    assert "Ring the lawyer" in shown and "Check the passage" in shown and "Ask for the verdict" not in shown
    assert "27 November" in shown and "turns 36" in shown
    for language in LANGUAGES:
        check(client.get("/", headers={"accept-language": language}).content.decode(), language)
    token = casework.forms(shown)[-1]["data"]["csrfmiddlewaretoken"]
    task = reading.today(desk, desk.reader("work")).tasks[0].item.hex()
    assert client.post(f"/tasks/{task}/state", {"csrfmiddlewaretoken": token, "state": "done", "back": "home"})["Location"] == "/"


def born(desk: Desk, case: Case, value: str) -> None:
    cut = claims.Cut("identity.birth_date", value, subject=case.person, source=case.kalina, basis="document")
    claims.add_claims(desk, desk.reader("work"), case.dossier, [cut])


def test_the_digest_is_shown_once_after_unlocking(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, colleague = two_desks
    case = casework.play(author)
    dossiers.admit_to_dossier(author, author.reader("work"), case.dossier, [colleague.me])
    carry(author, colleague)
    title = "What changed since you last unlocked"
    with browsing(author) as client:
        assert f'id="digest">{title}' not in client.get("/").content.decode(), "the first unlock has nothing before it"
        assert "Nothing has changed" in client.get("/digest").content.decode()
    casework.object_to(case, colleague)
    tasks.add_task(colleague, colleague.reader("work"), tasks.TaskForm("Look again", owner=author.me, due="2026-11-26"), case.dossier)
    tasks.set_state(colleague, colleague.reader("work"), tasks.add_task(colleague, colleague.reader("work"), tasks.TaskForm("Over")), "done")
    carry(colleague, author)
    with browsing(author) as client:
        client.head("/")
        shown = client.get("/").content.decode()
        assert f'id="digest">{title}' in shown and "A task came to you" in shown and "Look again" in shown
        assert "Tasks that colleagues finished: 1" in shown
        check(shown, "en")
        again = client.get("/").content.decode()
        assert 'id="digest"' not in again and "Look again" in client.get("/digest").content.decode()
        for language in LANGUAGES:
            check(client.get("/digest", headers={"accept-language": language}).content.decode(), language)


# ---- hearings --------------------------------------------------------------------------------------------------------


def test_hearing_pages_are_whole_in_three_languages(client: Client, solo: Solo) -> None:
    desk, case = solo
    reader = desk.reader("work")
    of_dossier = reverse("hearings:dossier", args=[case.dossier.hex()])
    for address in ("/calendar", "/calendar?view=month&day=9999-12-31", "/calendar?day=0001-01-01", "/calendar?day=x", of_dossier):
        check(client.get(address).content.decode(), "en")
    form = hearings.HearingForm("2026-11-25", "supreme", "10:00", "room 5", "V. Vydumka", "appeal", False, desk.me, case.person, "Bring the card")
    made = [
        hearings.add_hearing(desk, reader, case.dossier, one) for one in (form, hearings.HearingForm("2026-11"), hearings.HearingForm("2026-12-03"))
    ]
    hearings.record_outcome(desk, reader, made[1], "Put off to December", "adjourned")
    second = {name: value for name, value in reading.item(desk, reader, made[2]).record.body.items() if name != "after"}
    hearings.change_hearing(desk, reader, made[2], hearings.HearingForm("2026-12-04"))
    ledger.append(desk, [items.draft(desk, "hearing", reading.dossier(desk, reader, case.dossier).work, second | {"time": "11:00"}, made[2])])
    pages = ["/", "/calendar", "/calendar?view=month", of_dossier, *(reverse("hearings:show", args=[one.hex()]) for one in made)]
    for language in LANGUAGES:
        for address in pages:
            check(client.get(address, headers={"accept-language": language}).content.decode(), language)
    week, month = (client.get(f"/calendar?view={view}").content.decode() for view in ("week", "month"))
    assert "Supreme Court" in week and "10:00" in week and "Some day, not known which" in week and "open to the public" in week
    assert "3 December" not in week and "Some day, not known which" in month
    assert "Two versions stand side by side" in client.get(pages[-1]).content.decode()


def test_a_hearing_is_written_its_outcome_kept_and_made_a_note(client: Client, solo: Solo) -> None:
    desk, case = solo
    address = reverse("hearings:dossier", args=[case.dossier.hex()])
    for wrong, said in (({"day": "soon"}, "This is not a date."), ({"day": "2026-12-01", "time": "ten"}, "two figures each")):
        answer = send(client, address, place="room 9", **wrong)
        assert answer.status_code == 422 and said in answer.content.decode() and "room 9" in answer.content.decode()
    onward = send(client, address, day="2026-12-01", time="10:00", court="Вярхоўны Суд", closed="yes", observer=desk.me.hex())["Location"]
    (made,) = reading.items(desk, desk.reader("work"), "hearing")
    assert (made.text("court"), made.record.flag("closed"), made.about) == ("supreme", True, case.person)
    assert "closed" in client.get(onward).content.decode()
    assert send(client, onward, "/outcome", state="held", outcome=" ").status_code == 422
    assert send(client, onward, "/outcome", state="held", outcome="Two years of a colony.\r\nThe appeal is being written.").status_code == 303
    note = send(client, onward, "/note", source=case.klon.hex())["Location"]
    shown = client.get(note).content.decode()
    assert "Two years of a colony." in shown and "Hearing of 1 December 2026" in shown
    assert send(client, onward, onward, closed="", time="").status_code == 303
    kept = reading.item(desk, desk.reader("work"), made.item)
    assert "closed" not in kept.record.body and (kept.text("time"), kept.text("outcome")[:9]) == ("", "Two years")


def test_the_calendar_file_holds_codes_and_hours_only(client: Client, solo: Solo) -> None:
    desk, case = solo
    reader = desk.reader("work")
    form = hearings.HearingForm("2026-11-26", "supreme", "01:30", "room 5", "Judge Vydumka", "appeal", True, desk.me, case.person, "Bring the card")
    for one in (form, hearings.HearingForm("2026-11-27"), hearings.HearingForm("2026-11")):
        hearings.add_hearing(desk, reader, case.dossier, one)
    answer = client.get("/calendar/export?view=month&day=2026-11-26")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and "attachment" in answer["Content-Disposition"]
    assert text.count("BEGIN:VEVENT") == 2 and text.count("SUMMARY:PRY-1") == 2
    assert "DTSTART:20261125T223000Z" in text and "DTSTART;VALUE=DATE:20261127" in text and "DTSTAMP:20261125T000000Z" in text
    assert not [word for word in ("Vydumka", "supreme", "Supreme", "room", "card", "Janka", "Bring") if word in text]


# ---- letters ---------------------------------------------------------------------------------------------------------


def test_letter_pages_are_whole_in_three_languages(client: Client, solo: Solo) -> None:
    desk, case = solo
    reader = desk.reader("work")
    of_dossier = reverse("letters:dossier", args=[case.dossier.hex()])
    for address in ("/letters", of_dossier):
        check(client.get(address).content.decode(), "en")
    form = letters.LetterForm(case.person, "sizo-1", "2026-10-01", text="About the garden")
    made = [letters.add_letter(desk, reader, case.dossier, one) for one in (form, letters.LetterForm(case.person, "Vydumka house", "2026-10"))]
    letters.letter_went(desk, reader, made[1], "returned", "2026-11", "moved")
    body = {name: value for name, value in reading.item(desk, reader, made[0]).record.body.items() if name != "after"}
    work = reading.dossier(desk, reader, case.dossier).work
    contested = letters.add_letter(desk, reader, case.dossier, form)
    letters.letter_went(desk, reader, contested, "arrived", "2026-11-01")
    ledger.append(desk, [items.draft(desk, "letter", work, body | {"returned": "2026-11-02", "state": "returned"}, contested)])
    pages = ["/", "/letters", of_dossier, *(reverse("letters:show", args=[one.hex()]) for one in (*made, contested))]
    for language in LANGUAGES:
        for address in pages:
            check(client.get(address, headers={"accept-language": language}).content.decode(), language)
    shown = client.get(of_dossier).content.decode()
    assert "no answer since 1 October 2026 (letters: 3" in shown or "no answer since October 2026 (letters: 3" in shown
    assert "Silence is not refusal" in shown and "Pre-trial detention center No. 1" in shown and "not confirmed" in shown
    assert "Kaladzičy" in shown and "Valadarskaha" not in shown, "an address that holds no longer is not offered"
    unknown = client.get(pages[4]).content.decode()
    assert "We hold no address of this place" in unknown and "no longer held there" in unknown
    assert "Letters without news for a month" in client.get("/").content.decode()
    assert "Two versions stand side by side" in client.get(pages[-1]).content.decode()


def test_a_letter_is_written_and_goes_its_way(client: Client, solo: Solo) -> None:
    desk, case = solo
    address = reverse("letters:dossier", args=[case.dossier.hex()])
    answer = send(client, address, sent="soon", text="About the garden")
    assert answer.status_code == 422 and "This is not a date." in answer.content.decode() and "About the garden" in answer.content.decode()
    assert send(client, address, sent="2026-10-01", place="СІЗА № 1")["Location"] == address
    (letter,) = reading.items(desk, desk.reader("work"), "letter")
    assert letter.text("place") == "sizo-1"
    place = reverse("letters:show", args=[letter.item.hex()])
    early = send(client, place, "/way", what="arrived", day="2026-09-01")
    assert early.status_code == 422 and "lies before the letter was sent" in early.content.decode() and "2026-09-01" in early.content.decode()
    assert send(client, place, "/way", what="returned", day="2026-11-01", reason="moved").status_code == 303
    assert "no longer held there" in client.get(place).content.decode()
    assert send(client, place, place, returned="", reason="").status_code == 303
    assert reading.item(desk, desk.reader("work"), letter.item).state == "sent"
    assert send(client, place, place, returned="2026-09-01").status_code == 422


# ---- kept searches and birthdays -------------------------------------------------------------------------------------


def test_a_search_is_kept_looked_at_and_forgotten_and_its_words_stand_in_no_address(client: Client, solo: Solo) -> None:
    desk, case = solo
    found = send(client, "/search", "/search", words="Kalina").content.decode()
    assert casework.resend(client, "/search", found, "/searches", name="Callers").status_code == 422, "this desk has no compartment of its own"
    private = new_compartment(desk, "PRIVATE")
    ledger.append(desk, [Draft("compartment", private, {"compartment": private, "class": "PRIVATE", "epoch": 1})])
    again = casework.resend(client, "/search", found, "/searches", name=" ")
    assert again.status_code == 422 and "Give the search a name" in again.content.decode() and "Call with Kalina" in again.content.decode()
    check(again.content.decode(), "en")
    onward = casework.resend(client, "/search", found, "/searches", name="Callers")
    assert onward["Location"] == "/search"
    claims.write_note(desk, desk.reader("work"), case.dossier, claims.NoteForm("Second call with Kalina", "Nothing new", "en"))
    for language in LANGUAGES:
        for address in (
            "/",
            "/search",
            "/birthdays",
            "/birthdays?month=2026-02",
            "/birthdays?month=9999-12",
            "/birthdays?month=0001-01",
            "/birthdays?month=x",
        ):
            check(client.get(address, headers={"accept-language": language}).content.decode(), language)
    home = client.get("/").content.decode()
    assert "Callers" in home and "new: 1" in home
    (kept,) = searches.saved_searches(desk, desk.reader("work"))
    place = reverse("searches:look", args=[kept.search.hex()])
    looked = send(client, "/search", place)
    assert looked.status_code == 200 and "Second call with Kalina" in looked.content.decode()
    check(looked.content.decode(), "en")
    assert "Callers" not in client.get("/").content.decode()
    assert send(client, "/search", "/forget")["Location"] == "/search" and "Callers" not in client.get("/search").content.decode()


def test_the_month_s_birthdays_say_what_is_not_sure(client: Client, solo: Solo) -> None:
    desk, case = solo
    born(desk, case, "1990-11-02")
    cut = claims.Cut("identity.birth_date", "1990-11-03", subject=case.person, source=case.klon, basis="document")
    claims.add_claims(desk, desk.reader("work"), case.dossier, [cut])
    dead = claims.Cut("death.in_custody", "true", subject=case.person, source=case.kalina, basis="document")
    claims.add_claims(desk, desk.reader("work"), case.dossier, [dead])
    shown = client.get("/birthdays?month=2026-11").content.decode()
    assert "2 November" in shown and "3 November" in shown and "another source names another day" in shown and "a death is recorded" in shown


# ---- prints ----------------------------------------------------------------------------------------------------------


def test_a_print_has_its_number_on_the_sheets_and_is_crossed_off(client: Client, solo: Solo) -> None:
    case = solo[1]
    address = reverse("prints:dossier", args=[case.dossier.hex()])
    check(client.get(address).content.decode(), "en")
    wrong = send(client, address, what="grid", copies="0", purpose="For <her>")
    assert wrong.status_code == 422 and "For &lt;her&gt;" in wrong.content.decode()
    places = []
    for number, what in enumerate(prints.WHATS, 1):
        places.append(send(client, address, what=what, copies="2", purpose="For the lawyer")["Location"])
        shown = client.get(places[-1]).content.decode()
        assert f"PRY-1 – {number}" in shown and "For the lawyer" in shown
        assert (casework.TAKEN in shown) == (what == "account"), what
        for language in LANGUAGES:
            check(client.get(places[-1], headers={"accept-language": language}).content.decode(), language)
    for language in LANGUAGES:
        check(client.get(address, headers={"accept-language": language}).content.decode(), language)
    assert send(client, places[2], "/destroyed", day="soon").status_code == 422
    assert send(client, places[2], "/destroyed", day="2026-11-25")["Location"] == address
    assert casework.TAKEN not in client.get(places[2]).content.decode(), "what was destroyed is not laid out again under its number"


def test_who_does_not_hold_the_words_prints_none(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    author, colleague = two_desks
    case = casework.play(author)
    dossiers.admit_to_dossier(author, author.reader("work"), case.dossier, [colleague.me], raw=False)
    made = prints.log_print(author, author.reader("work"), case.dossier, "account")
    raw = reading.dossier(author, author.reader("work"), case.dossier).raw
    carry(author, colleague, [one for one in author.epochs() if one != raw])
    address = reverse("prints:dossier", args=[case.dossier.hex()])
    with browsing(colleague) as client:
        shown = client.get(reverse("prints:show", args=[made.print.hex()])).content.decode()
        assert casework.TAKEN not in shown and "you do not hold the words" in shown
        assert "word by word" not in client.get(address).content.decode().split("<tbody>")[0]
        assert send(client, address, what="account", copies="1").status_code == 422


def test_long_accounts_are_printed_in_small_parts(client: Client, solo: Solo) -> None:
    desk, case = solo
    words = "Шэсць чалавек у масках прыйшлі раніцай. " * 700
    claims.write_note(desk, desk.reader("work"), case.dossier, claims.NoteForm("Доўгі аповед", words, "be"))
    place = reverse("prints:show", args=[prints.log_print(desk, desk.reader("work"), case.dossier, "account").print.hex()])
    shown = [client.get(f"{place}?page={number}").content.decode() for number in (1, 2, 3)]
    for text in shown:
        check(text, "en")
    assert sum(text.count("Шэсць чалавек") for text in shown[:2]) == 700
