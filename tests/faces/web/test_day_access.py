"""Who may see what of the day: every route for a member who holds the dossier, for one who does not, and for an id of another kind.

The table follows from the routes: a route without an entry fails.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from letapis.core.records import Draft
from letapis.desk import hearings, ledger, letters, prints, searches, tasks
from letapis.desk.compartments import new_compartment
from letapis.desk.opening import Desk
from letapis.faces.web.views import birthdays as birthday_views
from letapis.faces.web.views import hearings as hearing_views
from letapis.faces.web.views import letters as letter_views
from letapis.faces.web.views import prints as print_views
from letapis.faces.web.views import searches as search_views
from letapis.faces.web.views import tasks as task_views

from . import casework
from .casework import browsing

SECTIONS = (task_views, hearing_views, letter_views, birthday_views, search_views, print_views)
SECRET = "Ring the lawyer of Pryklad"

# Pages of this desk that name nobody's dossier, and hold only what their reader may read.
OPEN = {"tasks:list", "tasks:pause", "hearings:calendar", "hearings:export", "letters:waiting", "birthdays:month"}
POSTED = {
    "tasks:state",
    "tasks:owner",
    "tasks:keep",
    "hearings:outcome",
    "hearings:note",
    "hearings:keep",
    "letters:went",
    "letters:keep",
    "searches:look",
    "searches:forget",
    "prints:destroyed",
}
UNNAMED = {"searches:save"}  # takes a change and names nothing
SHOWN = {"prints:show"}
BOTH = {"tasks:show", "tasks:dossier", "hearings:show", "hearings:dossier", "letters:show", "letters:dossier", "prints:dossier"}

# Going on with a version when none was named: there is no such version.
NO_VERSION = {("tasks:keep", "POST"), ("hearings:keep", "POST"), ("letters:keep", "POST")}


def routes() -> dict[str, tuple[str, ...]]:
    found = {}
    for section in SECTIONS:
        for pattern in section.urlpatterns:
            assert isinstance(pattern, URLPattern)
            found[f"{section.app_name}:{pattern.name}"] = tuple(pattern.pattern.converters)
    return found


def test_every_route_is_in_exactly_one_table() -> None:
    assert sorted(name for table in (OPEN, POSTED, UNNAMED, SHOWN, BOTH) for name in table) == sorted(routes())


@pytest.fixture
def pair(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> tuple[Desk, Desk, dict[str, str]]:
    """The second member has every record in the database, and no key of the dossier."""
    author, stranger = two_desks
    case = casework.play(author)
    ids = {"dossier": case.dossier.hex(), **play(author, case)}
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    return author, stranger, ids


def play(desk: Desk, case: casework.Case) -> dict[str, str]:
    """One thing of each kind in the dossier; the words of each hold SECRET."""
    reader = desk.reader("work")
    hearing = hearings.add_hearing(desk, reader, case.dossier, hearings.HearingForm("2026-11-25", SECRET, subject=case.person))
    hearings.record_outcome(desk, reader, hearing, SECRET)
    private = new_compartment(desk, "PRIVATE")
    ledger.append(desk, [Draft("compartment", private, {"compartment": private, "class": "PRIVATE", "epoch": 1})])
    return {
        "search": searches.save_search(desk, desk.reader("work"), SECRET, SECRET).hex(),
        "task": tasks.add_task(desk, reader, tasks.TaskForm(SECRET, owner=desk.me, due="2026-11-25"), case.dossier).hex(),
        "hearing": hearing.hex(),
        "paper": prints.log_print(desk, reader, case.dossier, "account", purpose=SECRET).print.hex(),
        "letter": letters.add_letter(desk, reader, case.dossier, letters.LetterForm(case.person, SECRET, "2026-10-01")).hex(),
    }


def ask(client: Client, method: str, place: str) -> tuple[int, str]:
    token = casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    answer = client.get(place) if method == "GET" else client.post(place, {"csrfmiddlewaretoken": token})
    return answer.status_code, answer.content.decode()


def rows(ids: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for name, arguments in routes().items():
        if name in OPEN | UNNAMED:
            continue
        place = reverse(name, kwargs={one: ids[one] for one in arguments})
        for method, table in (("GET", SHOWN | BOTH), ("POST", POSTED | BOTH)):
            if name in table:
                yield name, method, place


def test_who_holds_the_dossier_reads_and_changes(pair: tuple[Desk, Desk, dict[str, str]]) -> None:
    with browsing(pair[0]) as client:
        answers = {(name, method): ask(client, method, place)[0] for name, method, place in rows(pair[2])}
    assert {row for row, status in answers.items() if status not in ((200,) if row[1] == "GET" else (200, 303, 422))} == NO_VERSION


def test_for_who_does_not_hold_it_nothing_exists(pair: tuple[Desk, Desk, dict[str, str]]) -> None:
    with browsing(pair[1]) as client:
        assert {(name, method): status for name, method, place in rows(pair[2]) if (status := ask(client, method, place)[0]) != 404} == {}
        for name in sorted(OPEN | {"home"}):
            status, text = ask(client, "GET", reverse(name))
            assert status == 200 and SECRET not in text and "PRY-1" not in text, name


def test_an_id_of_another_kind_is_none(pair: tuple[Desk, Desk, dict[str, str]]) -> None:
    """The id of a dossier is no task, and that of a task no dossier."""
    author, _, ids = pair
    others = {name: ids["dossier"] if name != "dossier" else ids["task"] for name in ids}
    with browsing(author) as client:
        assert {(name, method): status for name, method, place in rows(others) if (status := ask(client, method, place)[0]) != 404} == {}
