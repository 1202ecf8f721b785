"""Error pages: a sentence in three languages, no value, no trace; and the log gets a code."""

import logging
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import clear_url_caches, path
from django.views.decorators.http import require_POST

from letapis.core import errors
from letapis.core.language import LANGUAGES
from letapis.faces.texts import texts
from letapis.faces.web import urls, weblog
from letapis.faces.web.errors import STATUS

from .conftest import token_of

CANARY = "Pryklad-Vydumka-375291234567"


def fault(request: Any) -> HttpResponse:
    raise ValueError(CANARY)


def refusal(request: Any) -> HttpResponse:
    raise errors.Refused("web.forbidden", reasons=("errors.web.locked",))


def tree(request: Any, name: str) -> HttpResponse:
    raise getattr(errors, name)("web.bad_request", CANARY)


@require_POST
def field(request: Any) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


@pytest.fixture(autouse=True)
def addresses() -> Iterator[None]:
    module = ModuleType("tests_error_urls")
    extra = [path("fault", fault), path("refusal", refusal), path("tree/<str:name>", tree), path("field", field)]
    vars(module).update({name: getattr(urls, name) for name in ("handler400", "handler403", "handler404", "handler500")})
    vars(module)["urlpatterns"] = [*urls.urlpatterns, *extra]
    with override_settings(ROOT_URLCONF=module):
        clear_url_caches()
        yield
    clear_url_caches()


def quiet(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_of_ours_shows_nothing_of_itself(inside: Client, language: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = quiet(inside).get(f"/fault?q={CANARY}", headers={"accept-language": language})
    text = answer.content.decode()
    assert answer.status_code == 500 and f'lang="{language}"' in text
    assert CANARY not in text and "ValueError" not in text and "Traceback" not in text and "letapis.faces" not in text
    ours = [record for record in caplog.records if record.name == weblog.LOGGER.name]
    assert [(record.msg, record.place.split(":")[0]) for record in ours] == [("internal", __name__)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", STATUS)
def test_every_error_of_the_tree_has_its_status(inside: Client, kind: type[errors.LetapisError]) -> None:
    answer = inside.get(f"/tree/{kind.__name__}")
    assert answer.status_code == STATUS[kind]
    assert CANARY not in answer.content.decode()


def test_every_branch_of_the_tree_is_known_to_the_pages() -> None:
    assert set(STATUS) == {kind for kind in errors.LetapisError.__subclasses__() if kind.__module__ == errors.__name__}


def test_a_refusal_says_its_reasons(inside: Client) -> None:
    text = inside.get("/refusal").content.decode()
    assert "This is not yours to do." in text and "<li>The desk is locked here." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_address_is_a_page_in_three_languages(inside: Client, language: str) -> None:
    answer = inside.get(f"/{CANARY}", headers={"accept-language": language})
    assert answer.status_code == 404 and f'lang="{language}"' in answer.content.decode() and CANARY not in answer.content.decode()


def test_what_stops_a_form_leads_back_to_its_page_and_to_no_other_place(inside: Client) -> None:
    back = texts().say("web.to_page_before", "en")

    def shown(referer: str) -> str:
        return inside.post("/field", {"a": "1"}, headers={"referer": referer}).content.decode()

    ours = f"http://{inside.get('/help').wsgi_request.headers['Host']}"
    form = shown(f"{ours}/dossiers/new?q={CANARY}")
    assert back in form and 'href="/dossiers/new"' in form and CANARY not in form
    for other in ("", "http://vydumka.invalid/help", f"{ours}//vydumka.invalid/x", f"{ours}/", f"{ours}/<b>", "javascript:alert(1)", "http://[x/help"):
        assert back not in shown(other), other
    assert back not in inside.get("/nowhere", headers={"referer": f"{ours}/nowhere"}).content.decode()


def test_a_form_without_its_token_is_refused(inside: Client) -> None:
    answer = inside.post("/field", {"a": CANARY})
    assert answer.status_code == 403 and CANARY not in answer.content.decode()


def test_more_than_the_page_takes_is_413(inside: Client) -> None:
    token = token_of(inside, "/help")
    assert inside.post("/field", {"csrfmiddlewaretoken": token, "a": "x" * (3 << 20)}).status_code == 413
    many = {f"f{number}": "1" for number in range(4_100)} | {"csrfmiddlewaretoken": token}
    assert inside.post("/field", many).status_code == 413


def test_a_broken_multipart_body_is_400(inside: Client) -> None:
    answer = quiet(inside).post("/field", b"--x", content_type="multipart/form-data")
    assert answer.status_code == 400


def test_a_wrong_method_is_405_and_says_what_is_right(inside: Client) -> None:
    answer = inside.put("/help", b"x")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert inside.get("/field").status_code == 405
