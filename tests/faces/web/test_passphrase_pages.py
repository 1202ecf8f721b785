"""The page where the passphrase is changed."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from letapis.core.language import LANGUAGES
from letapis.desk import members
from letapis.desk.opening import Desk, open_desk
from letapis.engines.keys.workspace import Workspace, create_workspace
from letapis.engines.seal import PassphraseCost
from letapis.faces.texts import texts

from .casework import browsing, send
from .test_pages import check

NEW = "six other words for this workspace"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    made, phrase = create_workspace(tmp_path / "w", secrets.token_bytes(16), cost=PassphraseCost(8192, 1, 1))
    agent = made.unlock(phrase)
    desk = open_desk(made.path, agent, alias=f"passphrase-{secrets.token_hex(4)}")
    members.found_organisation(desk, "Pryklad", "Vydumka", "PRY")
    yield desk, phrase
    desk.close()
    agent.lock()


@pytest.fixture
def client(workspace: tuple[Desk, str]) -> Iterator[Client]:
    with browsing(workspace[0]) as inside:
        yield inside


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_every_language_and_the_settings_lead_to_it(client: Client, language: str) -> None:
    answer = client.get("/passphrase", headers={"accept-language": language})
    assert answer["Cache-Control"] == "no-store"
    check(answer.content.decode(), language)
    assert 'href="/passphrase"' in client.get("/settings", headers={"accept-language": language}).content.decode()


def test_the_new_one_opens_and_the_old_one_no_longer(client: Client, workspace: tuple[Desk, str]) -> None:
    desk, old = workspace
    answer = send(client, "/passphrase", "", old=old, new=NEW, again=NEW)
    assert (answer.status_code, answer["Location"]) == (303, "/settings")
    shown = client.get("/settings").content.decode()
    assert texts().say("passphrases.changed", "en") in shown and NEW not in shown and old not in shown
    found = Workspace.load(desk.workspace)
    assert found.is_passphrase(NEW) and not found.is_passphrase(old)
    assert client.get("/dossiers").status_code == 200, "the desk stays open"


@pytest.mark.parametrize(
    "old, new, again, code",
    [("", NEW, NEW + "x", "again"), ("", "too short", "too short", "short"), ("wrong", NEW, NEW, ""), ("wrong", "too short", "too short", "short")],
)
def test_what_is_refused_says_why_and_shows_nothing_that_was_typed(
    client: Client, workspace: tuple[Desk, str], old: str, new: str, again: str, code: str
) -> None:
    desk, right = workspace
    answer = send(client, "/passphrase", "", old=old or right, new=new, again=again)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert texts().say(f"errors.keys.passphrase{'_' * bool(code)}{code}", "en") in shown
    assert right not in shown and f'"{new}"' not in shown and "<code" not in shown
    assert Workspace.load(desk.workspace).is_passphrase(right)


def test_the_same_one_again_is_no_change(client: Client, workspace: tuple[Desk, str]) -> None:
    answer = send(client, "/passphrase", "", old=workspace[1], new=workspace[1].upper(), again=workspace[1].upper())
    assert answer.status_code == 422 and texts().say("errors.keys.passphrase_same", "en") in answer.content.decode()


def test_neither_passphrase_stands_in_any_file(client: Client, workspace: tuple[Desk, str], tmp_path: Path) -> None:
    (proposed,) = re.findall(r"<code[^>]*>([^<]+)</code>", client.get("/passphrase").content.decode())
    for old, new in ((workspace[1], NEW), ("not the right one at all", proposed), (NEW, proposed)):
        send(client, "/passphrase", "", old=old, new=new, again=new)
    assert Workspace.load(workspace[0].workspace).is_passphrase(proposed)
    content = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for phrase in (workspace[1], NEW, proposed):
        assert phrase.encode() not in content and phrase.encode("utf-16-le") not in content
