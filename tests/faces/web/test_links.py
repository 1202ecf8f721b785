"""Links for a desk that already runs."""

import stat
import threading
from pathlib import Path

import pytest

from letapis.core.errors import Locked
from letapis.faces.web import links
from letapis.faces.web.door import Door
from letapis.faces.web.links import SOCKET, ask_link, giving_links

from .conftest import AUTHORITY


@pytest.fixture(params=["short", "long"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = tmp_path if request.param == "short" else tmp_path.joinpath(*["d" * 60] * 3)
    made.mkdir(parents=True, exist_ok=True)
    return made


def test_each_asking_gives_another_good_link(folder: Path) -> None:
    door = Door(AUTHORITY)
    with giving_links(folder, door):
        given = [ask_link(folder) for _ in range(3)]
    assert len(set(given)) == 3 and all(door.is_waiting_for(link.rsplit("/", 1)[1]) for link in given)


def test_only_the_owner_can_reach_the_socket(folder: Path) -> None:
    with giving_links(folder, Door(AUTHORITY)):
        assert stat.S_IMODE((folder / SOCKET).stat().st_mode) == 0o600


def test_another_user_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "is_owner", lambda connection: False)
    door = Door(AUTHORITY)
    with giving_links(tmp_path, door):
        assert ask_link(tmp_path) == ""


def test_where_no_desk_runs_there_is_no_link(folder: Path) -> None:
    with pytest.raises(Locked):
        ask_link(folder)
    with giving_links(folder, Door(AUTHORITY)):
        pass
    assert not (folder / SOCKET).exists()
    with pytest.raises(Locked):
        ask_link(folder)


def test_a_socket_left_by_a_killed_server_is_replaced(tmp_path: Path) -> None:
    (tmp_path / SOCKET).touch()
    with giving_links(tmp_path, Door(AUTHORITY)):
        assert ask_link(tmp_path).startswith("http://")


def test_a_shut_door_gives_no_good_link(tmp_path: Path) -> None:
    door = Door(AUTHORITY)
    before = threading.active_count()
    with giving_links(tmp_path, door):
        link = ask_link(tmp_path)
        door.close()
    assert not door.is_waiting_for(link.rsplit("/", 1)[1])
    assert threading.active_count() == before
