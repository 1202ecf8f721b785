"""Long work goes on beside the pages: progress, stop, lock, result and refusal, with a relay that answers when the test says so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.errors import Busy
from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, people, reading, sync
from letapis.desk.opening import open_desk
from letapis.engines.keys.local import LocalAgent
from letapis.engines.relay import RelayStore
from letapis.faces.texts import texts
from letapis.faces.web.doing import KEPT, Job
from letapis.faces.web.running import Running, running
from tests.team import Team, make_team

from .casework import browsing, forms, say, send
from .conftest import AUTHORITY, ORIGIN
from .test_backup_pages import workspace
from .test_pages import check

__all__ = ["make_team", "workspace"]
WAIT = 20


@dataclass
class SlowRelay:
    """Holds the first file that the desk reads or leaves until ``go``."""

    asked: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)
    fault: Exception | None = None

    def hold(self) -> None:
        self.asked.set()
        assert self.go.wait(WAIT)
        if self.fault:
            raise self.fault


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowRelay]:
    relay = SlowRelay()
    for name in ("get", "put_new"):
        plain: Callable[..., Any] = getattr(RelayStore, name)

        def held(self: RelayStore, *arguments: Any, plain: Callable[..., Any] = plain) -> Any:
            relay.hold()
            return plain(self, *arguments)

        monkeypatch.setattr(RelayStore, name, held)
    yield relay
    relay.go.set()


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    """The second has something to leave and something to take."""
    team = make_team(2)
    dossier = dossiers.new_dossier(team.desks[0], "P-1", "Pryklad", "person", "Vydumka Prykladny")
    dossiers.admit_to_dossier(team.desks[0], team.reader(0), dossier, [team.desks[1].me])
    team.sync(0)
    dossiers.new_dossier(team.desks[1], "OWN-1", "Pryklad")
    return team


def begin(client: Client, relay: SlowRelay) -> str:
    """Start an exchange; the address of its progress, once the relay keeps it waiting."""
    answer = send(client, reverse("sync:show"), "/now")
    assert answer.status_code == 303 and answer["Location"].startswith("/doing/")
    assert relay.asked.wait(WAIT)
    return str(answer["Location"])


def ended() -> None:
    for job in running().doing.jobs():
        assert job.over.wait(WAIT)


def post(client: Client, address: str, **fields: str) -> Any:
    token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    return client.post(address, {"csrfmiddlewaretoken": token, **fields})


def test_other_pages_work_while_the_relay_keeps_the_desk_waiting(team: Team, slow: SlowRelay) -> None:
    second = team.desks[1]
    own = reading.dossier_by_code(second, "OWN-1").hex()
    with browsing(second, patience=0.05) as client:
        for address in (reverse("sync:show"), reverse("backup:show")):
            assert say("doing.ten_minutes") in client.get(address).content.decode(), "said before it is begun"
        place = begin(client, slow)
        assert say("doing.ten_minutes") in client.get(place).content.decode()
        for language in LANGUAGES:
            for address in (place, f"{place}?still=1", reverse("doing:list")):
                shown = client.get(address, headers={"accept-language": language}).content.decode()
                check(shown, language)
            assert texts().say("doing.what.exchange", language) in shown
        shown = client.get(place).content.decode()
        assert '<noscript><meta http-equiv="refresh"' in shown and "/look/watch.js" in shown
        assert 'http-equiv="refresh"' not in client.get(f"{place}?still=1").content.decode()
        far = client.get(f"{place}/far").json()
        assert far["over"] is False and far["done"] == 0 < far["total"] and far["words"] == say("doing.far", done=0, total=far["total"])

        began = monotonic()
        page = client.get(reverse("dossiers:show", args=[own])).content.decode()
        assert "OWN-1" in page and place in page and say("doing.look") in page
        saved = send(client, reverse("account:write", args=[own]), "", title="A call", text="Somebody rang meanwhile.")
        assert saved.status_code == 303 and "Somebody rang meanwhile." in client.get(saved["Location"]).content.decode()
        again = send(client, reverse("sync:show"), "/now")
        assert again.status_code == 422 and say("errors.doing.one_thing").replace("'", "&#x27;") in again.content.decode()
        assert monotonic() - began < 10, "nothing waited for the relay or for a lock of the database"

        slow.go.set()
        ended()
        assert say("doing.see") in client.get("/").content.decode()
        answer = client.get(place)
        assert answer.status_code == 303 and answer["Location"] == reverse("sync:show")
        shown = client.get(answer["Location"]).content.decode()
        assert say("exchange.report") in shown and say("doing.see") not in shown
        assert client.get(place)["Location"] == reverse("sync:show"), "the second press of a double click comes to the same page"
        assert say("doing.nothing") in client.get(reverse("doing:list")).content.decode()
    assert [one.code for one in reading.dossiers(second, team.reader(1))].count("P-1") == 1


def test_a_stop_leaves_what_is_done_and_the_next_exchange_goes_on(team: Team, slow: SlowRelay) -> None:
    second = team.desks[1]
    with browsing(second, patience=0.05) as client:
        place = begin(client, slow)
        answer = post(client, f"{place}/stop")
        assert answer.status_code == 303 and answer["Location"] == place
        shown = client.get(place).content.decode()
        check(shown, "en")
        assert say("doing.stopping") in shown and f"{place}/stop" not in shown
        slow.go.set()
        ended()
        answer = client.get(place)
        assert answer.status_code == 303 and answer["Location"].startswith(reverse("sync:now") + "?answer=")
        shown = client.get(answer["Location"])
        assert shown.status_code == 422 and say("errors.doing.stopped") in shown.content.decode()
        check(shown.content.decode(), "en")
        running().doing.patience = 60
        assert send(client, reverse("sync:show"), "/now")["Location"] == reverse("sync:show")
    assert sorted(one.code for one in reading.dossiers(second, team.reader(1))) == ["OWN-1", "P-1"]


def test_a_relay_that_fails_is_said_where_it_was_asked_for_with_what_to_do(team: Team, slow: SlowRelay) -> None:
    slow.fault = Busy("blobs.unreachable")
    with browsing(team.desks[1], patience=0.05) as client:
        place = begin(client, slow)
        slow.go.set()
        ended()
        shown = client.get(client.get(place)["Location"]).content.decode()
        assert say("errors.blobs.unreachable") in shown and say("exchange.mend").replace("'", "&#x27;") in shown
        check(shown, "en")


def test_a_lock_in_the_middle_ends_the_work_and_loses_nothing(team: Team, slow: SlowRelay) -> None:
    second = team.desks[1]
    with browsing(second, patience=0.05) as client:
        place = begin(client, slow)
        (job,) = running().doing.jobs()
        assert post(client, "/lock").status_code == 403
        assert client.get(place).status_code == 403
        slow.go.set()
        running().doing.end(WAIT)
        assert job.over.is_set() and not running().doing.jobs()
        with pytest.raises(Exception, match=r"keys\.|doing\.stopped"):
            job.made()
    names = (second.device, second.origin)
    agent = LocalAgent.from_seed(bytes([2]) * 32, second.me, *names, passphrase="six plainly invented words for tests")
    team.desks[1] = open_desk(second.workspace, agent, second.clock, alias=second.store.alias)
    assert sync.sync(team.desks[1], team.reader(1)).faults == ()
    assert sorted(one.code for one in reading.dossiers(team.desks[1], team.reader(1))) == ["OWN-1", "P-1"]
    assert len(people.directory(team.desks[1]).active_members()) == 2


def test_who_may_see_it(team: Team, slow: SlowRelay) -> None:
    """Every route for the own work, for what nobody knows, with the wrong method, and without a session."""
    with browsing(team.desks[1], patience=0.05) as client:
        place, foreign = begin(client, slow), f"/doing/{'0' * 32}"
        assert [client.get(f"{place}{end}").status_code for end in ("", "/far")] == [200, 200]
        assert [client.get(f"{foreign}{end}").status_code for end in ("", "/far")] == [404, 404]
        assert post(client, f"{foreign}/stop").status_code == 404 and client.get("/doing").status_code == 200
        assert client.get(f"{place}/stop").status_code == 405 and client.head(place).status_code == 405
        assert [post(client, f"{place}{end}").status_code for end in ("", "/far")] == [405, 405]
        stranger = Client(enforce_csrf_checks=True, headers={"host": AUTHORITY, "origin": ORIGIN})
        for end in ("", "/far"):
            assert stranger.get(f"{place}{end}").status_code == 403
        assert stranger.get("/doing").status_code == 403


def test_watching_keeps_nothing_open(inside: Client, run: Running) -> None:
    desk: Any = run.desk
    before = desk.agent.touched
    assert inside.get(f"/doing/{'0' * 32}/far").status_code == 404 and desk.agent.touched == before
    inside.get("/help")
    assert desk.agent.touched == before + 1
    desk.agent.lock()
    assert inside.get(f"/doing/{'0' * 32}/far").status_code == 403 and run.door.shut.is_set()


def through(client: Client, answer: Any) -> Any:
    """What the browser shows in the end: the progress, then the answer to the form."""
    assert answer.status_code == 303 and answer["Location"].startswith("/doing/")
    ended()
    last = client.get(answer["Location"])
    return client.get(last["Location"])


def test_a_backup_gives_its_sheet_once_and_a_refusal_keeps_what_was_typed(workspace: Any, tmp_path: Path) -> None:
    with browsing(workspace[0], patience=-1) as client:
        (tmp_path / "there").write_bytes(b"kept")
        refused = through(client, send(client, "/backup", "", target=str(tmp_path / "there")))
        assert refused.status_code == 422 and str(tmp_path / "there") in refused.content.decode()
        assert say("errors.blobs.exists") in refused.content.decode()
        check(refused.content.decode(), "en")
        answer = send(client, "/backup", "", target=str(tmp_path / "copy"))
        shown = through(client, answer)
        assert shown.status_code == 200 and say("backups.once") in shown.content.decode() and (tmp_path / "copy").exists()
        check(shown.content.decode(), "en")
        again = client.get(client.get(answer["Location"])["Location"])
        assert again.status_code == 200 and say("backups.once") not in again.content.decode()


def test_a_double_click_does_not_lose_the_sheet(workspace: Any, tmp_path: Path) -> None:
    """The browser drops the first answer and asks again; both lead to the sheet, until the next backup was looked at."""
    with browsing(workspace[0], patience=-1) as client:
        place = send(client, "/backup", "", target=str(tmp_path / "copy"))["Location"]
        ended()
        dropped, second = client.get(place), client.get(place)
        assert second.status_code == 303 and second["Location"] == dropped["Location"]
        assert say("backups.once") in client.get(second["Location"]).content.decode()
        later = through(client, send(client, "/backup", "", target=str(tmp_path / "later")))
        assert say("backups.once") in later.content.decode()
        gone = client.get(place)
        assert gone.status_code == 404 and say("errors.doing.gone") in gone.content.decode()


def test_our_own_fault_is_raised_where_the_result_is_asked_for(run: Running) -> None:
    job = Job("exchange", None, lambda made: made())
    run.doing.start(job, lambda progress: 1 // 0)
    assert job.over.wait(WAIT)
    with pytest.raises(ZeroDivisionError):
        job.made()


def test_work_that_cannot_begin_holds_up_nothing(workspace: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a free thread: the form comes back with what was typed, and the next press is taken."""

    def full(self: Thread) -> None:
        raise RuntimeError("can't start new thread")

    with browsing(workspace[0], patience=60) as client:
        with monkeypatch.context() as patch:
            patch.setattr(Thread, "start", full)
            refused = send(client, "/backup", "", target=str(tmp_path / "copy"))
        assert refused.status_code == 422 and say("errors.doing.no_room") in refused.content.decode()
        assert str(tmp_path / "copy") in refused.content.decode() and not running().doing.jobs()
        assert send(client, "/backup", "", target=str(tmp_path / "copy")).status_code == 200


def test_only_one_long_thing_at_a_time_and_only_some_wait_to_be_looked_at(run: Running) -> None:
    gate = Event()
    first = Job("exchange", None, lambda made: made())
    run.doing.start(first, lambda progress: gate.wait(WAIT))
    with pytest.raises(Busy, match=r"doing\.one_thing"):
        run.doing.start(Job("backup", None, lambda made: made()), lambda progress: None)
    gate.set()
    for _ in range(KEPT + 2):
        (*_, last) = run.doing.jobs()
        assert last.over.wait(WAIT)
        run.doing.start(Job("exchange", None, lambda made: made()), lambda progress: progress(3, 3))
    assert len(run.doing.jobs()) == KEPT and first not in run.doing.jobs()


def test_a_stop_that_comes_when_all_is_counted_comes_too_late(run: Running) -> None:
    """What is done to the last file is never called stopped."""
    job = Job("exchange", None, lambda made: made())
    job.stopping.set()
    run.doing.start(job, lambda progress: progress(3, 3))
    assert job.over.wait(WAIT) and job.made() is None
