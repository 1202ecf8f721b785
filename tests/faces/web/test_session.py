"""Who may see pages: links, sessions, the lock, the language."""

import pytest
from django.conf import settings
from django.test import Client

from letapis.core.errors import Locked
from letapis.core.language import LANGUAGES
from letapis.faces.web.door import LINK_SECONDS, Door
from letapis.faces.web.running import Running, running, serving

from .conftest import AUTHORITY, ORIGIN, Clock, enter, token_of


def path_of(link: str) -> str:
    return link.removeprefix(ORIGIN)


def use(client: Client, address: str) -> int:
    token = token_of(client, address)
    return client.post(address, {"csrfmiddlewaretoken": token}).status_code


def test_without_a_session_there_is_nothing_but_the_locked_page(client: Client) -> None:
    answer = client.get("/help")
    assert answer.status_code == 403
    assert "letapis start" in answer.content.decode()


def test_looking_at_a_link_does_not_use_it_up(client: Client, run: Running) -> None:
    address = path_of(run.door.new_link())
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 200]
    assert client.head(address).status_code == 200
    assert use(client, address) == 303


def test_a_link_opens_once(client: Client, run: Running) -> None:
    address = path_of(run.door.new_link())
    token = token_of(client, address)
    assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 303
    assert client.get("/help").status_code == 200
    other = Client(headers={"host": AUTHORITY, "origin": ORIGIN})
    assert other.post(address).status_code == 403
    assert other.get(address).status_code == 403
    assert other.get("/help").status_code == 403


def test_a_link_is_over_after_a_minute(client: Client, run: Running, clock: Clock) -> None:
    address = path_of(run.door.new_link())
    token = token_of(client, address)
    clock.now += LINK_SECONDS
    assert client.get(address).status_code == 403
    assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 403
    assert client.get("/help").status_code == 403


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "…", "%00", "я" * 8])
def test_a_guessed_link_opens_nothing(token: str, run: Running) -> None:
    run.door.new_link()
    with pytest.raises(Locked):
        run.door.enter(token)


def test_the_post_of_a_link_needs_its_own_form(client: Client, run: Running) -> None:
    address = path_of(run.door.new_link())
    assert client.post(address).status_code == 403
    assert use(client, address) == 303


def test_old_links_make_room_for_new_ones(clock: Clock) -> None:
    door = Door(AUTHORITY, clock)
    tokens = []
    for _ in range(40):
        clock.now += 0.5
        tokens.append(door.new_link().rsplit("/", 1)[1])
    good = [token for token in tokens if door.is_waiting_for(token)]
    assert good == tokens[-16:]


def test_the_session_cookie_is_host_only_strict_and_out_of_reach_of_script(client: Client, run: Running) -> None:
    address = path_of(run.door.new_link())
    use(client, address)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and not cookie["domain"] and not cookie["max-age"]
    assert settings.SESSION_COOKIE_NAME != "sessionid"


def test_the_session_before_the_door_is_another_one_than_behind_it(client: Client, run: Running) -> None:
    address = path_of(run.door.new_link())
    token = token_of(client, address)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(address, {"csrfmiddlewaretoken": token})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_a_session_of_another_door_does_not_count(inside: Client, run: Running) -> None:
    with serving(Running(run.desk, Door(AUTHORITY), run.seal)):
        assert inside.get("/help").status_code == 403


def test_every_page_of_a_session_keeps_the_agent_awake(inside: Client, run: Running) -> None:
    before = run.desk.agent.touched  # type: ignore[attr-defined]
    inside.get("/help")
    assert run.desk.agent.touched == before + 1  # type: ignore[attr-defined]


def test_a_stranger_does_not_keep_the_agent_awake(client: Client, run: Running) -> None:
    client.get("/help")
    client.get("/no-such-page")
    assert run.desk.agent.touched == 0  # type: ignore[attr-defined]


def test_the_lock_ends_every_session(inside: Client, run: Running) -> None:
    other = Client(headers={"host": AUTHORITY, "origin": ORIGIN})
    enter(other, run)
    waiting = path_of(run.door.new_link())
    answer = inside.post("/lock", {"csrfmiddlewaretoken": token_of(inside, "/help")})
    assert answer.status_code == 403
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not answer.cookies[settings.SESSION_COOKIE_NAME].value
    assert run.desk.agent.locked and run.door.shut.is_set()  # type: ignore[attr-defined]
    assert inside.get("/help").status_code == other.get("/help").status_code == other.get(waiting).status_code == 403


def test_a_get_does_not_lock(inside: Client, run: Running) -> None:
    assert inside.get("/lock").status_code == 405
    assert not run.door.shut.is_set()


def test_when_the_agent_is_gone_the_desk_is_locked(inside: Client, run: Running) -> None:
    run.desk.agent.lock()
    answer = inside.get("/help")
    assert answer.status_code == 403 and "Clear-Site-Data" in answer
    assert run.door.shut.is_set() and run.desk.forgot, "what was verified before the lock is verified anew"  # type: ignore[attr-defined]
    with pytest.raises(Locked):
        run.door.enter(run.door.new_link().rsplit("/", 1)[1])


def test_a_request_before_serving_is_our_fault() -> None:
    with pytest.raises(RuntimeError):
        running()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_chooses_the_language(inside: Client, language: str) -> None:
    token = token_of(inside, "/help")
    answer = inside.post("/language", {"language": language, "back": "/help", "csrfmiddlewaretoken": token})
    assert (answer.status_code, answer["Location"]) == (303, "/help")
    page = inside.get("/help")
    assert page["Content-Language"] == language and f'<html lang="{language}">' in page.content.decode()


@pytest.mark.parametrize(
    "header, language", [("be-BY,ru;q=0.8", "be"), ("de, ru;q=0.5", "ru"), ("fr", "en"), ("be;q=0, ru", "ru"), ("x" * 5000, "en")]
)
def test_the_browser_is_asked_before_anybody_chose(client: Client, header: str, language: str) -> None:
    assert client.get("/help", headers={"accept-language": header})["Content-Language"] == language


@pytest.mark.parametrize("back", ["https://vydumka.example/", "//vydumka.example", "/\\vydumka.example", "javascript:alert(1)", "help"])
def test_the_way_back_stays_at_the_desk(inside: Client, back: str) -> None:
    answer = inside.post("/language", {"language": "be", "back": back, "csrfmiddlewaretoken": token_of(inside, "/help")})
    assert answer["Location"] == "/"


def test_an_unknown_language_is_refused(inside: Client) -> None:
    assert inside.post("/language", {"language": "xx", "csrfmiddlewaretoken": token_of(inside, "/help")}).status_code == 400


def test_a_link_can_be_read_in_every_language(client: Client, run: Running) -> None:
    address = path_of(run.door.new_link())
    pages = {client.get(address, headers={"accept-language": language}).content for language in LANGUAGES}
    assert len(pages) == 3
