"""The backup page: a sealed file where a person names it, and a sheet that is shown once."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from letapis.core.language import LANGUAGES
from letapis.desk import backup, dossiers, members, reading
from letapis.desk.opening import Desk, open_desk
from letapis.engines.keys.workspace import create_workspace
from letapis.engines.seal import PassphraseCost
from letapis.faces.texts import texts

from .casework import browsing, send
from .test_pages import check


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    """A desk with a folder of its own, as people have it, and its passphrase."""
    made, passphrase = create_workspace(tmp_path / "w", secrets.token_bytes(16), cost=PassphraseCost(8192, 1, 1))
    agent = made.unlock(passphrase)
    desk = open_desk(made.path, agent, alias=f"backup-{secrets.token_hex(4)}")
    members.found_organisation(desk, "Pryklad", "Vydumka", "PRY")
    dossiers.new_dossier(desk, "PRY-1", "Pryklad", "person", "Janka Vydumka")
    yield desk, passphrase
    desk.close()
    agent.lock()


@pytest.fixture
def client(workspace: tuple[Desk, str]) -> Iterator[Client]:
    with browsing(workspace[0]) as inside:
        yield inside


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_every_language(client: Client, language: str) -> None:
    for place in ("/backup", "/settings"):
        check(client.get(place, headers={"accept-language": language}).content.decode(), language)


def test_the_code_on_the_sheet_opens_the_file(client: Client, workspace: tuple[Desk, str], tmp_path: Path) -> None:
    target = tmp_path / "copy.letapis"
    answer = send(client, "/backup", "", target=str(target))
    text = answer.content.decode()
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store" and target.exists()
    check(text, "en")
    (code,) = re.findall(r"\b(?:[0-9A-Z]{4} ){6}[0-9A-Z]{4}\b", text)
    assert code not in client.get("/backup").content.decode() and code not in client.get("/settings").content.decode()
    restored = backup.restore(target, tmp_path / "again", code, workspace[1])
    assert restored.workspace.path == tmp_path / "again"
    assert b"Janka" not in target.read_bytes() and reading.dossiers(workspace[0], workspace[0].reader("work"))


@pytest.mark.parametrize("place, code", [("w/inside", "backup.inside_workspace"), ("none/copy", "backup.folder"), ("there", "blobs.exists")])
def test_a_place_that_will_not_do_comes_back_beside_the_field(client: Client, tmp_path: Path, place: str, code: str) -> None:
    (tmp_path / "there").write_bytes(b"kept")
    answer = send(client, "/backup", "", target=str(tmp_path / place))
    assert answer.status_code == 422 and texts().say(f"errors.{code}", "en") in answer.content.decode()
    assert str(tmp_path / place) in answer.content.decode() and (tmp_path / "there").read_bytes() == b"kept"
    check(answer.content.decode(), "en")
