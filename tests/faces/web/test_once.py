"""The same press of a button is taken once, whatever the browser does; everything else is taken as it comes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from letapis.faces.web.once import KEPT, OnceMiddleware

FORM = "application/x-www-form-urlencoded"


class Desk:
    """A view that counts what reaches it, and says where each leads."""

    def __init__(self, status: int = 303, cookie: bool = False, gate: Event | None = None) -> None:
        self.taken, self.status, self.cookie, self.gate = 0, status, cookie, gate

    def __call__(self, request: Any) -> HttpResponse:
        self.taken += 1
        number = self.taken
        if self.gate:
            self.gate.wait(10)
        response = HttpResponse(status=self.status)
        response["Location"] = f"/made/{number}"
        if self.cookie:
            response.set_cookie("language", "be")
        return response


def post(body: str = "csrfmiddlewaretoken=a&title=x", path: str = "/notes", ticket: str = "t", kind: str = FORM, has_desk: bool = True) -> Any:
    request: Any = RequestFactory().post(path, body, content_type=kind)
    request.session, request.has_desk = {"ticket": ticket}, has_desk
    return request


def test_the_second_of_two_equal_forms_gets_the_way_on_of_the_first() -> None:
    desk = Desk()
    once = OnceMiddleware(desk)
    first, second = once(post()), once(post())
    assert desk.taken == 1 and second.status_code == 303 and first["Location"] == second["Location"] == "/made/1"


def test_a_second_press_waits_for_the_first() -> None:
    gate = Event()
    desk = Desk(gate=gate)
    once = OnceMiddleware(desk)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(once, post()) for _ in range(2)]
        gate.set()
        assert {answer.result(10)["Location"] for answer in both} == {"/made/1"}
    assert desk.taken == 1


@pytest.mark.parametrize(
    "other",
    [{"body": "csrfmiddlewaretoken=b&title=x"}, {"body": "csrfmiddlewaretoken=a&title=y"}, {"path": "/claims"}, {"ticket": "u"}],
    ids=["another page", "another text", "another address", "another session"],
)
def test_what_differs_is_taken(other: dict[str, Any]) -> None:
    desk = Desk()
    once = OnceMiddleware(desk)
    once(post())
    assert once(post(**other))["Location"] == "/made/2"


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
def test_uploads_and_strangers_pass_untouched(kind: str) -> None:
    desk = Desk()
    once = OnceMiddleware(desk)
    for _ in range(2):
        once(post(kind=kind, has_desk=kind != FORM))
    assert desk.taken == 2


@pytest.mark.parametrize("desk", [Desk(status=422), Desk(status=403), Desk(cookie=True)], ids=["wrong", "refused", "cookie"])
def test_an_answer_that_changed_nothing_is_given_anew(desk: Desk) -> None:
    once = OnceMiddleware(desk)
    for _ in range(2):
        once(post())
    assert desk.taken == 2 and not once._sent


def test_after_a_fault_the_same_form_may_be_sent_again() -> None:
    def broken(request: Any) -> HttpResponse:
        raise OSError

    once = OnceMiddleware(broken)
    for _ in range(2):
        with pytest.raises(OSError):
            once(post())
    assert not once._sent


def test_only_some_digests_are_kept() -> None:
    once = OnceMiddleware(Desk())
    for number in range(KEPT + 20):
        once(post(body=f"title={number}"))
    assert len(once._sent) == KEPT and all(len(key) == 32 for key in once._sent)
