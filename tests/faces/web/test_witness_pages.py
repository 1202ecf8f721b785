"""Who has seen our logs: the pages in three languages, from the first witness to a met quorum, and what comes back wrong."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from letapis.core import notes
from letapis.core.errors import Busy
from letapis.core.language import LANGUAGES
from letapis.desk import armour, casefile_records, cover_leaves, tasks, witnessed, witnesses, witnessing
from letapis.desk.logs import log_of
from letapis.desk.opening import Desk
from letapis.engines.witness import OpenWitness
from letapis.faces.texts import texts
from letapis.faces.web.views import witnesses as views
from letapis.faces.witness_server import bind
from tests.desk.casework import office
from tests.desk.witnessing import enter, opened, watch
from tests.team import Team, make_team

from .casework import browsing, forms, resend, say, send
from .test_pages import check

LIST = "/witnesses"
__all__ = ["make_team"]


@pytest.fixture
def office_desk(make_desk: Callable[..., Desk]) -> Desk:
    return office(make_desk(1))


@pytest.fixture
def client(office_desk: Desk) -> Iterator[Client]:
    with browsing(office_desk) as browser:
        yield browser


@pytest.fixture
def one(office_desk: Desk, tmp_path: Path) -> OpenWitness:
    made = opened(tmp_path, "first")
    watch(made, office_desk)
    return made


def _whole(client: Client, place: str) -> str:
    for language in LANGUAGES:
        check(client.get(place, headers={"accept-language": language}).content.decode(), language)
    return client.get(place).content.decode()


def _asked(client: Client, place: str) -> Any:
    return send(client, place, "/request")


def test_from_the_first_witness_to_a_met_quorum(office_desk: Desk, client: Client, one: OpenWitness) -> None:
    empty = _whole(client, LIST)
    assert say("witnesses.none") in empty and LIST in client.get(reverse("members:list")).content.decode()
    _whole(client, LIST + "/add")
    keys = "\r\n".join(key.text for key in one.witness.keys)
    added = send(client, LIST + "/add", LIST + "/add", name="Vydumka Centre", keys=keys, group="ngo", household="A <donor>")
    assert added.status_code == 303
    place = added["Location"]
    assert say("witnesses.step_ask") in _whole(client, place)
    assert send(client, LIST, "/quorum", ngo="1").status_code == 303
    shown = _whole(client, LIST)
    assert say("witnesses.state.not_seen") in shown and "A &lt;donor&gt;" in shown

    request = _asked(client, place)
    text = b"".join(request.streaming_content).decode("ascii")
    assert request["Content-Disposition"].startswith('attachment; filename="witness-request-')
    answers = [one.answer(data, lambda: 1_700_000_000) for data in armour.unwrap_all(witnessing.ASKED, text)]
    back = "\r\n".join(armour.wrap(witnessing.ANSWERED, answer.lines) for answer in answers)
    taken = send(client, place, "/reply", text=back)
    assert taken.status_code == 303
    told = client.get(place).content.decode()
    assert say("witnesses.outcome.cosigned", size=witnessed.standing(office_desk, office_desk.reader("work"))[0].agreed) in told
    shown = _whole(client, LIST)
    assert say("witnesses.state.old") in shown and "14 November 2023" in shown, "the witness's clock says so, and taking the answer is a record"
    # The same again, as the file that the witness wrote.
    page = client.get(place).content.decode()
    form = next(form for form in forms(page) if form["action"].endswith("/reply"))
    file = SimpleUploadedFile("a.cosignatures", answers[0].lines)
    again = client.post(form["action"], {**{name: value for name, (value,) in form["data"].items() if name != "file"}, "text": "", "file": file})
    assert again.status_code == 303 and say("witnesses.outcome.known", size=answers[0].judged.head.size) in client.get(place).content.decode()  # type: ignore[union-attr]
    assert _asked(client, place).status_code == 303, "it has signed all there is"


def test_what_is_wrong_comes_back_beside_its_field_with_what_was_typed(office_desk: Desk, client: Client, one: OpenWitness) -> None:
    wrong = send(client, LIST + "/add", LIST + "/add", name="Vydumka Centre", keys="nonsense", group="ngo", address="ftp://x")
    assert wrong.status_code == 422
    shown = wrong.content.decode()
    check(shown, "en")
    assert say("errors.witnesses.address") in shown and "Vydumka Centre" in shown and "ftp://x" in shown
    shown = resend(client, LIST + "/add", shown, LIST + "/add", address="").content.decode()
    assert say("errors.witnesses.keys") in shown
    known = enter(office_desk, one)
    place = f"{LIST}/{known.item.hex()}"
    bad = send(client, place, "/reply", text="hello")
    assert bad.status_code == 422 and say("errors.witnesses.answer") in bad.content.decode() and ">\nhello<" in bad.content.decode()
    check(bad.content.decode(), "en")
    page = client.get(place).content.decode()
    form = next(form for form in forms(page) if form["action"].endswith("/reply"))
    data = {name: value for name, (value,) in form["data"].items() if name != "file"}
    large = client.post(form["action"], {**data, "file": SimpleUploadedFile("a", b"x" * (views._LARGEST + 1))})
    assert large.status_code == 422 and say("errors.web.file_too_large") in large.content.decode()
    assert send(client, LIST, "/quorum", ngo="2").status_code == 422
    assert send(client, place, "/change", name="Renamed").status_code == 303 and "Renamed" in client.get(place).content.decode()
    assert send(client, place, "/change", group="law", keys="x").status_code == 422
    assert send(client, LIST, "/quorum", ngo="1").status_code == 303
    refused = send(client, place, "/end")
    assert refused.status_code == 422 and say("errors.witnesses.too_few") in refused.content.decode()
    assert send(client, LIST, "/quorum", ngo="0").status_code == 303 and send(client, place, "/end").status_code == 303
    assert client.get(place).status_code == 404


def test_a_witness_is_asked_over_the_network_beside_the_pages(office_desk: Desk, client: Client, one: OpenWitness) -> None:
    server = bind("127.0.0.1", 0, one, lambda: 5)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        known = enter(office_desk, one, address=f"http://127.0.0.1:{server.bind_addr[1]}")
        place = f"{LIST}/{known.item.hex()}"
        assert send(client, place, "/ask").status_code == 303
        assert "Signed up to record" in client.get(place).content.decode()
    finally:
        server.stop()
        thread.join(5)
    enter(office_desk, opened(one.witness.path.parent, "silent"))
    assert send(client, place, "/change", household="anew").status_code == 303, "a record, so that there is something to ask"
    down = send(client, place, "/ask")
    assert down.status_code == 422 and say("errors.witnesses.unreachable") in down.content.decode()


def test_a_refusal_and_a_fork_are_told_in_words(office_desk: Desk, client: Client, one: OpenWitness) -> None:
    known = enter(office_desk, one)
    place = f"{LIST}/{known.item.hex()}"
    for status in (400, 403, 404, 422):
        assert send(client, place, "/reply", text=str(status)).status_code == 303
        assert say(f"witnesses.refused.{status}") in client.get(place).content.decode()
    from tests.desk.test_witnesses import _other_history

    reader = office_desk.reader("work")
    (request,) = witnessing.requests(office_desk, reader, witnesses.witness(office_desk, reader, known.item))
    foreign = _other_history(office_desk, int(request.name.rpartition("-")[2]))
    assert one.answer(b"old 0\n\n" + foreign, lambda: 5).lines
    refusal = one.answer(request.data, lambda: 6).refusal
    assert refusal is not None and send(client, place, "/reply", text=refusal.text.decode()).status_code == 303
    shown = _whole(client, LIST)
    assert say("witnesses.forked", count=1) in shown and say("witnesses.state.forked") in shown
    assert say("witnesses.forked", count=1) in client.get("/").content.decode(), "the first page says so too"
    fork = witnessed.forks_of(office_desk, reader)[0]
    token = forms(shown)[-1]["data"]["csrfmiddlewaretoken"]
    place = f"{LIST}/forks/{fork.item.hex()}/note"
    answers: list[Any] = [client.post(place, {"csrfmiddlewaretoken": token, "which": which}) for which in ("first", "second")]
    both = [b"".join(answer.streaming_content) for answer in answers]
    assert both[1] == foreign and both[0] != foreign
    empty = send(client, LIST, "/settle", reason=" ")
    assert empty.status_code == 422 and say("errors.witnesses.settled_text") in empty.content.decode()
    check(empty.content.decode(), "en")
    assert send(client, LIST, "/settle", reason="The device is destroyed.").status_code == 303
    shown = _whole(client, LIST)
    assert "The device is destroyed." in shown and say("witnesses.forked", count=1) not in shown
    assert say("witnesses.forked", count=1) not in client.get("/").content.decode()
    assert client.post(f"{LIST}/forks/{'0' * 32}/note", {"csrfmiddlewaretoken": token}).status_code == 404


def test_members_see_and_keepers_decide_and_strangers_find_nothing(make_team: Callable[..., Team], tmp_path: Path) -> None:
    team = make_team(2, plain=(2,))
    known = enter(team.desks[0], opened(tmp_path, "first"))
    team.settle()
    place = f"{LIST}/{known.item.hex()}"
    with browsing(team.desks[1]) as client:
        assert client.get(LIST).status_code == client.get(place).status_code == client.get(FILES).status_code == 200
        assert LIST + "/add" not in client.get(LIST).content.decode() and "/end" not in client.get(place).content.decode()
        assert client.get(LIST + "/add").status_code == 403
        token = forms(client.get(place).content.decode())[-1]["data"]["csrfmiddlewaretoken"]
        for deed in ("/end", "/change"):
            assert client.post(place + deed, {"csrfmiddlewaretoken": token}).status_code == 422
        stranger = f"{LIST}/{'0' * 32}"
        assert client.get(stranger).status_code == 404
        for deed in ("/request", "/reply", "/ask", "/end", "/change"):
            assert client.post(stranger + deed, {"csrfmiddlewaretoken": token}).status_code == 404
    assert len(witnesses.witnesses(team.desks[0], team.reader())) == 1


FILES = LIST + "/files"


def test_the_log_is_written_as_files_and_a_folder_is_compared(office_desk: Desk, client: Client, tmp_path: Path) -> None:
    assert FILES in client.get(LIST).content.decode()
    _whole(client, FILES)
    folder = tmp_path / "log & files"
    assert send(client, FILES, "/files", folder=str(folder)).status_code == 303
    kept = (folder / "checkpoint").read_bytes()
    assert "The log stands in the folder" in client.get(FILES).content.decode()
    tasks.add_task(office_desk, office_desk.reader("work"), tasks.TaskForm("One more record"))
    assert send(client, FILES, "/files", folder=str(folder)).status_code == 303
    client.get(FILES)

    def compared(place: Path, upload: bytes = b"") -> tuple[int, str]:
        form = next(form for form in forms(client.get(FILES).content.decode()) if form["action"].endswith("/compare"))
        data = {name: value for name, (value,) in form["data"].items() if name != "kept"} | {"folder": str(place)}
        answer = client.post(form["action"], {**data, **({"kept": SimpleUploadedFile("kept.note", upload)} if upload else {})})
        shown = answer.content.decode()
        check(shown, "en")
        return answer.status_code, shown

    status, shown = compared(folder)
    assert status == 200 and say("tiles.nothing_against") in shown and say("witness.found.continues") not in shown
    status, shown = compared(folder, kept)
    assert status == 200 and say("witness.found.continues") in shown
    tile = max((folder / "tile/0/000.p").iterdir(), key=lambda one: int(one.name))
    tile.write_bytes(bytes(len(tile.read_bytes())))
    status, shown = compared(folder)
    assert status == 422 and say("errors.tiles.not_whole") in shown and "log &amp; files" in shown
    status, shown = compared(tmp_path / "nowhere")
    assert status == 422 and say("errors.tiles.nothing") in shown
    status, shown = compared(folder, b"no note")
    assert status == 422 and shown.count('role="alert"') == 1


def test_a_folder_that_cannot_be_written_or_is_of_another_log_comes_back_with_what_was_typed(client: Client, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"a file")
    wrong = send(client, FILES, "/files", folder=str(tmp_path / "taken"))
    assert wrong.status_code == 422 and say("errors.tiles.unwritable") in wrong.content.decode() and "taken" in wrong.content.decode()
    check(wrong.content.decode(), "en")
    assert send(client, FILES, "/files", folder="").status_code == 422 and send(client, FILES, "/compare", folder="").status_code == 422


def test_a_folder_with_two_histories_is_told_in_three_languages(office_desk: Desk, client: Client, tmp_path: Path) -> None:
    other = notes.Checkpoint(office_desk.origin, 1, b"\x07" * 32)
    (tmp_path / "tile/0/000.p").mkdir(parents=True)
    (tmp_path / "tile/0/000.p/1").write_bytes(other.root)
    (tmp_path / "checkpoint").write_bytes(notes.format_note(other.text, office_desk.agent.sign_checkpoint(other.text, 1_700_000_000)))
    for language in LANGUAGES:
        form = next(form for form in forms(client.get(FILES).content.decode()) if form["action"].endswith("/compare"))
        data = {name: value for name, (value,) in form["data"].items() if name != "kept"} | {"folder": str(tmp_path)}
        answer = client.post(form["action"], data, headers={"accept-language": language})
        assert answer.status_code == 422 and texts().say("tiles.against", language) in answer.content.decode()
        check(answer.content.decode(), language)
    assert len(witnessed.forks_of(office_desk, office_desk.reader("work"))) == 1
    assert say("witnesses.forked", count=1) in client.get(LIST).content.decode()


def _busy(*_: object, **__: object) -> None:
    raise Busy("time.folder")


def test_keepers_cover_the_logs_on_the_page_and_others_read_it(make_team: Callable[..., Team], monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team(2, plain=(2,))
    with browsing(team.desks[0]) as client:
        assert say("cover.off") in _whole(client, LIST)
        wrong = send(client, LIST, "/cover", step="7", hours="1")
        assert wrong.status_code == 422 and wrong.content.decode().count('class="field wrong"') == 1
        check(wrong.content.decode(), "en")
        assert send(client, LIST, "/cover", step="16", hours="2").status_code == 303
        assert say("cover.decided") in client.get(LIST).content.decode()
        assert say("cover.on", step=16, hours=2) in _whole(client, LIST)
        team.settle()
        held = cover_leaves.covering(team.desks[0], team.reader()).leaves
        shown = client.get(LIST).content.decode()
        assert all(say("cover.leaves", count=count) in shown for count in held.values()) and len(held) == 2
    with browsing(team.desks[1]) as client:
        page = client.get(LIST).content.decode()
        assert say("cover.on", step=16, hours=2) in page and "/cover" not in page
        token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        refused = client.post(LIST + "/cover", {"csrfmiddlewaretoken": token, "end": "1"})
        assert refused.status_code in (403, 422) and cover_leaves.covering(team.desks[1], team.reader(1)).rhythm is not None
        assert client.get(LIST + "/cover").status_code == client.get(LIST + "/checkpoint").status_code == 405
        tasks.add_task(team.desks[1], team.reader(1), tasks.TaskForm("call"))
        with monkeypatch.context() as patched:
            patched.setattr(cover_leaves, "checkpoint", _busy)
            refused = send(client, LIST, "/checkpoint")
        assert refused.status_code == 422 and refused.content.decode().count(say("errors.time.folder")) == 1, "said where no logs fork too"
        assert send(client, LIST, "/checkpoint").status_code == 303 and say("cover.signed") in client.get(LIST).content.decode()
        team.sync(1, 0)
        heads = casefile_records.heads(team.desks[0], [team.desks[1].device])
        assert heads[team.desks[1].device].size == log_of(team.desks[1].store, team.desks[1].device, team.desks[1].origin).frontier.size
    with browsing(team.desks[0]) as client:
        page = client.get(LIST).content.decode()
        form = next(form for form in forms(page) if form["action"].endswith("/cover"))
        token = form["data"]["csrfmiddlewaretoken"]
        assert client.post(form["action"], {"csrfmiddlewaretoken": token, "end": "1"}).status_code == 303
        assert say("cover.off") in client.get(LIST).content.decode()
        again = client.post(form["action"], {"csrfmiddlewaretoken": token, "end": "1"})
        assert again.status_code == 422 and say("errors.cover.not_covered") in again.content.decode()


def test_a_witness_whose_clock_is_beyond_every_calendar_breaks_no_page(office_desk: Desk, client: Client, one: OpenWitness) -> None:
    known, reader = enter(office_desk, one), office_desk.reader("work")
    answers = [one.answer(asked.data, lambda: 1 << 62) for asked in witnessing.requests(office_desk, reader, known)]
    assert [took.outcome for answer in answers for took in witnessing.take(office_desk, reader, answer.lines, known)] == ["ahead"]
    assert "9999" in client.get(LIST).content.decode()
