"""Who may see what: every route of these sections for the member's own dossier, for one of others, and after the keys are gone.

The table is made from the routes themselves: a route that nobody entered in ``OPEN`` or that needs an id without a value fails.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from letapis.desk.opening import Desk
from letapis.faces.web.views import account, claims, dossiers, home, people, search, verify

from . import casework
from .casework import TAKEN, Case, browsing

SECTIONS = (account, claims, dossiers, home, people, search, verify)

# Pages that name nobody's dossier; they are shown to everybody at the desk, and hold only what that member may read.
OPEN = {"home", "digest", "dossiers:list", "dossiers:new", "search:find", "verify:queue"}

# Routes that take a change and no reading.
POSTED = {"account:proposed", "dossiers:seen", "people:regrade", "people:compare", "claims:check", "claims:dispute", "claims:retract",
          "claims:withdraw", "claims:overrule", "verify:check", "verify:dispute", "verify:open", "account:open"}  # fmt: skip

# Routes that only show: a change sent to them is refused before anything is looked up.
SHOWN = {"dossiers:show", "dossiers:information", "dossiers:timeline", "dossiers:standing", "people:person", "people:source", "claims:show",
         "verify:dossier", "verify:passage"}  # fmt: skip


def routes() -> list[tuple[str, tuple[str, ...]]]:
    """Name and arguments of every route of the sections."""
    found = []
    for section in SECTIONS:
        prefix = getattr(section, "app_name", "")
        for pattern in section.urlpatterns:
            assert isinstance(pattern, URLPattern)
            found.append((f"{prefix}:{pattern.name}" if prefix else str(pattern.name), tuple(pattern.pattern.converters)))
    return found


CLOSED = [(name, arguments) for name, arguments in routes() if name not in OPEN]
METHODS = [
    (name, arguments, method) for name, arguments in CLOSED for method in ("GET", "POST") if name not in (POSTED if method == "GET" else SHOWN)
]
IDS = [f"{method} {name}" for name, _, method in METHODS]


def address(name: str, arguments: tuple[str, ...], case: Case) -> str:
    values: dict[str, Any] = case.named()
    return reverse(name, kwargs={one: {"start": 0, "end": 11}.get(one) or values.get(one, 0) for one in arguments})


def ask(client: Client, method: str, place: str) -> int:
    token = casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    answer = client.get(place) if method == "GET" else client.post(place, {"csrfmiddlewaretoken": token})
    assert TAKEN not in answer.content.decode() or answer.status_code in (200, 422)
    return answer.status_code


def test_every_route_with_an_id_names_an_id_that_the_case_knows() -> None:
    known = set(Case(*[b""] * 9).named()) | {"start", "end"}
    assert {one for _, arguments in routes() for one in arguments} <= known
    assert all(set(arguments) & (known - {"start", "end"}) for name, arguments in CLOSED), "a route without an id belongs to OPEN"
    assert {name for name, _ in routes()} >= OPEN | POSTED | SHOWN, "an entry of a table without its route"
    assert len({name for name, _ in routes()}) == len(routes())


@pytest.fixture
def pair(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> tuple[Desk, Desk, Case]:
    """The second member has every record of the dossier in the database, and no key and so no reader for it."""
    author, stranger = two_desks
    case = casework.play(author)
    case = casework.object_to(case, author)
    carry(author, stranger)
    return author, stranger, case


@pytest.fixture
def without_keys(pair: tuple[Desk, Desk, Case]) -> Desk:
    stranger = pair[1]
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    return stranger


def rows(client: Client, case: Case) -> Iterator[tuple[str, int]]:
    for (name, arguments, method), row in zip(METHODS, IDS, strict=True):
        yield row, ask(client, method, address(name, arguments, case))


def test_the_member_s_own_dossier_is_open(pair: tuple[Desk, Desk, Case]) -> None:
    with browsing(pair[0]) as client:
        answers = dict(rows(client, pair[2]))
    assert {row: status for row, status in answers.items() if status not in (200, 303, 422)} == {}


def test_a_page_that_only_shows_takes_no_change_and_the_other_way_round(pair: tuple[Desk, Desk, Case]) -> None:
    with browsing(pair[0]) as client:
        for name, arguments in CLOSED:
            for method, table in (("POST", SHOWN), ("GET", POSTED)):
                if name in table:
                    assert ask(client, method, address(name, arguments, pair[2])) == 405, (method, name)


def test_the_dossier_of_others_does_not_exist(pair: tuple[Desk, Desk, Case], without_keys: Desk) -> None:
    with browsing(without_keys) as client:
        assert {row: status for row, status in rows(client, pair[2]) if status != 404} == {}
        nothing_of_it(client)


def test_after_the_membership_has_ended_nothing_exists(pair: tuple[Desk, Desk, Case]) -> None:
    _, revoked, case = pair
    with browsing(revoked) as client:
        assert client.get(reverse("dossiers:show", args=[case.dossier.hex()])).status_code == 200, "before the end it is open"
        revoked.store.run("UPDATE db_member SET state = 'removed' WHERE member = %s", (revoked.me,))
        assert {row: status for row, status in rows(client, case) if status != 404} == {}
        nothing_of_it(client)


def test_an_id_that_is_none_or_nobody_s_is_the_same_as_one_of_others(pair: tuple[Desk, Desk, Case]) -> None:
    nobody = Case(*[b"\xab" * 16] * 9)
    with browsing(pair[0]) as client:
        assert {row: status for row, status in rows(client, nobody) if status != 404} == {}
        for text in ("x", "AB" * 16, "ab" * 15, "ab" * 17, "%2e%2e"):
            assert client.get(f"/dossiers/{text}").status_code == 404


def nothing_of_it(client: Client) -> None:
    """The pages for everybody name nothing of a dossier that is not the reader's."""
    for name in sorted(OPEN):
        text = client.get(reverse(name)).content.decode()
        assert not any(word in text for word in (TAKEN, "PRY-1", "Kalina", "Vydumka&#x27;s", "Janka")), name
    token = casework.forms(client.get("/search").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    found = client.post("/search", {"csrfmiddlewaretoken": token, "words": "Kalina"}).content.decode()
    assert "Call with" not in found and "PRY-1" not in found
