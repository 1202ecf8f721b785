"""Keepers name witnesses and a quorum; requests go out, answers come back, and what was signed counts at every desk and in a case file."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from letapis.core import notes
from letapis.core.errors import Busy, Damaged, Hostile, NotFound, Refused, UsageError
from letapis.core.policy import parse_policy
from letapis.desk import armour, casefile, items, logs, people, reading, tasks, witnessed, witnesses, witnessing
from letapis.desk.opening import Desk
from letapis.desk.witnesses import WitnessForm
from letapis.engines import seal
from letapis.engines.witness import OpenWitness
from letapis.engines.witness_client import check_address
from letapis.faces.witness_server import bind
from tests.desk.casework import office, work_at
from tests.desk.witnessing import enter, opened, watch
from tests.team import Team


@dataclass
class Scene:
    """A desk with three NGOs, two of them under one donor, and a university; two of the NGOs and the university are due."""

    desk: Desk
    ngo: OpenWitness
    twin: OpenWitness
    other: OpenWitness
    university: OpenWitness

    @property
    def all(self) -> tuple[OpenWitness, ...]:
        return self.ngo, self.twin, self.other, self.university

    def ask(self, one: OpenWitness, now: int = 0) -> list[witnessing.Taken]:
        """The whole way of a text by messenger: request, signature, answer."""
        reader, known = self.desk.reader("work"), witnesses.resolve(self.desk, self.desk.reader("work"), f"Vydumka {one.witness.path.name}")
        text = witnessing.request_text(witnessing.requests(self.desk, reader, known))
        if not text:
            return []
        moment = now or int(self.desk.clock().timestamp())
        answers = [one.answer(data, lambda: moment) for data in armour.unwrap_all(witnessing.ASKED, text)]
        back = "\n".join(armour.wrap(witnessing.ANSWERED, a.refusal.text if a.refusal else a.lines) for a in answers)
        return witnessing.take(self.desk, reader, back.encode(), known)


@pytest.fixture
def scene(make_desk: Callable[..., Desk], tmp_path: Path) -> Scene:
    return make_scene(office(make_desk(1)), tmp_path)


def make_scene(desk: Desk, folder: Path) -> Scene:
    found = [opened(folder, name) for name in ("first", "twin", "second", "university")]
    for one in found:
        watch(one, desk)
    enter(desk, found[0], household="One Donor")
    enter(desk, found[1], household="one  donor")
    enter(desk, found[2])
    enter(desk, found[3], "university")
    witnesses.set_needs(desk, desk.reader("work"), {"ngo": 2, "university": 1, "law": 0})
    return Scene(desk, *found)


def _mine(desk: Desk) -> witnessed.Standing:
    return witnessed.standing(desk, desk.reader("work"))[0]


def test_a_quorum_is_met_by_one_checkpoint_that_all_signed(scene: Scene) -> None:
    desk = scene.desk
    assert _mine(desk).missing == {"ngo": 2, "university": 1} and _mine(desk).agreed is None
    assert [one.outcome for one in scene.ask(scene.ngo)] == ["cosigned"]
    size = _mine(desk).offered
    assert [one.outcome for one in scene.ask(scene.twin)] == ["cosigned"]
    assert _mine(desk).missing == {"ngo": 1, "university": 1}, "under one donor they are one"
    assert _mine(desk).size > size == _mine(desk).offered, "each answer is a record too, and the rest is still asked for the same checkpoint"
    scene.ask(scene.university)
    assert _mine(desk).agreed is None
    scene.ask(scene.other)
    after = _mine(desk)
    assert after.agreed == size and after.agreed_time is not None and len(after.last) == 4
    assert not scene.ask(scene.ngo), "nothing but answers came since"
    tasks.add_task(desk, desk.reader("work"), tasks.TaskForm("call back"))
    (later,) = scene.ask(scene.ngo)
    assert later.outcome == "cosigned" and later.size > size and _mine(desk).agreed == size


def test_who_pays_whom_stands_nowhere_in_clear_and_in_no_request(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    scene.ask(scene.ngo)
    asked = witnessing.requests(desk, reader, witnesses.resolve(desk, reader, "Vydumka second"))
    assert asked and not any(b"Donor" in request.data or b"Vydumka" in request.data for request in asked)
    assert not [path for path in desk.workspace.rglob("*") if path.is_file() and b"One Donor" in path.read_bytes()]


def test_an_answer_is_kept_once_and_whoever_sent_it_is_found_by_the_key(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    known = witnesses.resolve(desk, reader, "Vydumka second")
    (request,) = witnessing.requests(desk, reader, known)
    assert request.name.endswith(f"-0-{_mine(desk).newest}")
    lines = scene.other.answer(request.data, lambda: 5).lines
    assert [one.outcome for one in witnessing.take(desk, reader, lines)] == ["cosigned"]
    assert [one.outcome for one in witnessing.take(desk, reader, lines)] == ["known"]
    with pytest.raises(Damaged, match=r"witnesses\.key_missing"):
        witnessing.take(desk, reader, lines.split(b"\n")[0] + b"\n")
    with pytest.raises(NotFound, match=r"witnesses\.unknown"):
        witnessing.take(desk, reader, lines.replace(b"second", b"secund"))
    with pytest.raises(UsageError, match=r"witnesses\.who"):
        witnessing.take(desk, reader, b"404\n")
    for nonsense in (b"", b"hello", b"500\n", "— x\n".encode()):
        with pytest.raises(Hostile, match=r"witnesses\.answer"):
            witnessing.take(desk, reader, nonsense, known)
    stranger = notes.signature_line(known.key.keys[0], 5, b"s" * 64) + notes.signature_line(known.key.keys[1], 5, b"s" * 2420)
    with pytest.raises(NotFound, match=r"witnesses\.no_checkpoint"):
        witnessing.take(desk, reader, stranger)


def test_a_signature_from_the_future_is_kept_and_counts_when_its_hour_has_come(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    known = witnesses.resolve(desk, reader, "Vydumka second")
    now = int(desk.clock().timestamp())
    (request,) = witnessing.requests(desk, reader, known)
    lines = scene.other.answer(request.data, lambda: now + 3600).lines
    assert [one.outcome for one in witnessing.take(desk, reader, lines)] == ["ahead"]
    assert [one.outcome for one in witnessing.take(desk, reader, lines)] == ["ahead"]
    standing = _mine(desk)
    assert known.item not in standing.last and standing.ahead[known.item].time == now + 3600
    assert len(reading.items(desk, reader, "cosignature")) == 1, "kept once, with the reason as its state"
    assert [view.state for view in reading.items(desk, reader, "cosignature")] == ["ahead"]
    assert all(request.name.split("-")[1] != "0" for request in witnessing.requests(desk, reader, known)), "what the witness holds is remembered"
    desk.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # the tests' clock can be set
    assert known.item in _mine(desk).last and not _mine(desk).ahead


def test_ten_minutes_between_two_clocks_are_no_fault(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    known = witnesses.resolve(desk, reader, "Vydumka second")
    (request,) = witnessing.requests(desk, reader, known)
    lines = scene.other.answer(request.data, lambda: int(desk.clock().timestamp()) + 590).lines
    assert [one.outcome for one in witnessing.take(desk, reader, lines)] == ["cosigned"]


def test_a_signature_is_verified_once_and_anew_after_a_lock(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = scene.desk
    scene.ask(scene.ngo)
    seen: list[bytes] = []
    real = witnessed._verified
    monkeypatch.setattr(witnessed, "_verified", lambda note, *more: seen.append(note) or real(note, *more))  # type: ignore[func-returns-value]
    desk.forget()
    first = _mine(desk).last
    assert _mine(desk).last == first and len(seen) == 1
    desk.forget()
    assert _mine(desk).last == first and len(seen) == 2


def test_a_refusal_teaches_the_size_and_a_restored_witness_is_noticed(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    known = witnesses.resolve(desk, reader, "Vydumka first")
    scene.ask(scene.ngo)
    first = _mine(desk).last[known.item].size
    state = next((scene.ngo.witness.path / "state").iterdir())
    old = state.read_bytes()
    tasks.add_task(desk, reader, tasks.TaskForm("call back"))
    scene.ask(scene.ngo)
    second = _mine(desk).last[known.item].size
    assert second > first
    state.write_bytes(old)
    tasks.add_task(desk, reader, tasks.TaskForm("call again"))
    (told,) = scene.ask(scene.ngo)
    assert (told.outcome, told.status, told.size) == ("forgot", 409, first)
    (again,) = scene.ask(scene.ngo)
    assert again.outcome == "cosigned" and again.size > second, "the next request goes on from the size that it named"
    refused = witnessing.take(desk, reader, b"404\n", known)
    assert [(one.outcome, one.status) for one in refused] == [("refused", 404)]


def _other_history(desk: Desk, size: int) -> bytes:
    """A checkpoint of another tree, signed with the keys of this desk's log: what a stolen copy of the device would sign."""
    me = desk.agent.me()
    text = notes.Checkpoint(me.origin, size, b"\x07" * 32).text
    vars(desk.agent)["_signed"] = {}
    lines = desk.agent.sign_checkpoint(text, 1_700_000_000)
    vars(desk.agent)["_signed"] = {}
    return notes.format_note(text, lines)


def test_a_fork_that_a_witness_saw_is_kept_with_both_notes_once(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    size = _mine(desk).size
    logs.sign_checkpoint(desk)
    foreign = _other_history(desk, size)
    judged = scene.ngo.answer(b"old 0\n\n" + foreign, lambda: 5)
    assert judged.lines, "the witness saw the other history first"
    (told,) = scene.ask(scene.ngo)
    assert told.outcome == "fork"
    scene.ask(scene.ngo)
    (kept,) = witnessed.forks_of(desk, reader)
    assert kept.text("second").encode() == foreign and _mine(desk).forks == 1
    ours = notes.open_checkpoint(kept.text("first").encode(), witnessed.log_keys(people.directory(desk).devices[desk.device]), seal.verify)
    assert ours.checkpoint.size >= size
    assert not witnessing.compare_note(desk, reader, logs.sign_checkpoint(desk))
    with pytest.raises(NotFound, match=r"witnesses\.unknown_log"):
        witnessing.compare_note(desk, reader, b"log.other/x\n1\n" + foreign.split(b"\n")[2] + b"\n\n" + foreign.split(b"\n\n")[1])


def test_a_restored_copy_of_ours_learns_that_it_is_behind_and_signs_nothing_more(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    ahead = _other_history(desk, 10_000)
    assert scene.ngo.answer(b"old 0\n\n" + ahead, lambda: 5).lines
    (told,) = scene.ask(scene.ngo)
    assert told.outcome == "behind" and told.size == 10_000
    with pytest.raises(Refused, match=r"ledger\.checkpoint_smaller"):
        logs.sign_checkpoint(desk)
    assert not witnessed.forks_of(desk, reader)


def test_what_keepers_enter_is_checked(scene: Scene, tmp_path: Path) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    keys = tuple(key.text for key in opened(tmp_path / "more", "third").witness.keys)
    log = witnessed.log_keys(people.directory(desk).devices[desk.device])
    known = tuple(key.text for key in scene.ngo.witness.keys)
    wrong = {
        WitnessForm(" ", keys, "ngo"): "witnesses.name",
        WitnessForm("V", (), "ngo"): "witnesses.keys",
        WitnessForm("V", ("nonsense",), "ngo"): "witnesses.keys",
        WitnessForm("V", (keys[0], known[1]), "ngo"): "witnesses.keys",
        WitnessForm("V", (log[0].text,), "ngo"): "witnesses.keys",
        WitnessForm("V", (log[1].text,), "ngo"): "witnesses.key_twice",
        WitnessForm("V", known, "ngo"): "witnesses.key_twice",
        WitnessForm("V", keys, "bank"): "witnesses.group",
        WitnessForm("V", keys, "law", "One donor"): "witnesses.household_group",
        WitnessForm("V", keys, "ngo", "", "http://witness.example/"): "witnesses.address",
    }
    for form, code in wrong.items():
        with pytest.raises(UsageError) as caught:
            witnesses.add_witness(desk, reader, form)
        assert caught.value.code == code
    with pytest.raises(UsageError, match=r"witnesses\.too_few"):
        witnesses.set_needs(desk, reader, {"ngo": 3})
    with pytest.raises(UsageError, match=r"witnesses\.group"):
        witnesses.set_needs(desk, reader, {"bank": 1})
    one = witnesses.resolve(desk, reader, "Vydumka university")
    with pytest.raises(UsageError, match=r"witnesses\.too_few"):
        witnesses.end_witness(desk, reader, one.item)
    with pytest.raises(UsageError, match=r"witnesses\.keys_change"):
        witnesses.change_witness(desk, reader, one.item, WitnessForm("V", keys, "university"), one.seen)
    same = tuple(key.text for key in one.key.keys)
    witnesses.change_witness(desk, reader, one.item, WitnessForm("Renamed", same, "university", "", "https://w.example"), one.seen)
    assert witnesses.resolve(desk, reader, "renamed").address == "https://w.example"
    witnesses.set_needs(desk, reader, {"ngo": 1}, witnesses.quorum_seen(desk, reader))
    witnesses.end_witness(desk, reader, one.item)
    assert len(witnesses.witnesses(desk, reader)) == 3 and witnesses.needs(desk, reader) == {"ngo": 1}
    with pytest.raises(NotFound):
        witnesses.witness(desk, reader, one.item)


ADDRESSES = ("", "w.example", "http://w.example", "https://", "https://a:b@w.example", "https://w.example/?x=1", "https://w .e", "https://w:x")


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_a_plain_secure_address_is_asked(address: str) -> None:
    with pytest.raises(UsageError, match=r"witnesses\.address"):
        check_address(address)


def test_over_http_the_same_comes_back_and_a_stale_size_is_asked_anew(scene: Scene) -> None:
    desk, reader = scene.desk, scene.desk.reader("work")
    server = bind("127.0.0.1", 0, scene.other, lambda: 5)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        one = witnesses.resolve(desk, reader, "Vydumka second")
        with pytest.raises(UsageError, match=r"witnesses\.no_address"):
            witnessing.submit(desk, reader, one)
        form = WitnessForm(one.name, tuple(key.text for key in one.key.keys), "ngo", "", f"http://127.0.0.1:{server.bind_addr[1]}")
        witnesses.change_witness(desk, reader, one.item, form, one.seen)
        one = witnesses.witness(desk, reader, one.item)
        assert [told.outcome for told in witnessing.submit(desk, reader, one)] == ["cosigned"]
        # Another desk asked meanwhile: what we believe of the witness is old, and it says so.
        scene.desk.store.run("UPDATE db_setting SET value = %s WHERE name LIKE %s", ("0", "witness:%"))
        tasks.add_task(desk, reader, tasks.TaskForm("call back"))
        counted: list[tuple[int, int]] = []
        assert [told.outcome for told in witnessing.submit(desk, reader, one, lambda *far: counted.append(far))][-1] == "cosigned"
        assert counted[-1] == (1, 1)
    finally:
        server.stop()
        thread.join(5)
    tasks.add_task(desk, reader, tasks.TaskForm("call again"))
    with pytest.raises(Busy, match=r"witnesses\.unreachable"):
        witnessing.submit(desk, reader, one)


def test_a_case_file_holds_under_the_quorum_and_fails_without_it(scene: Scene, tmp_path: Path) -> None:
    desk = scene.desk
    work = work_at(desk)
    reader = desk.reader("submit")
    policy, devices = (tmp_path / name for name in ("policy", "devices"))
    for path, data in zip((policy, devices), casefile.trust_files(desk, reader), strict=True):
        path.write_bytes(data)
    assert parse_policy(policy.read_bytes()).quorum == "everybody"

    def judged(name: str, *trust: str) -> tuple[int, str]:
        target = tmp_path / name
        casefile.export_case_file(desk, reader, work.dossier, target, "An invented court", "a hearing")
        command = [sys.executable, "-I", "-S", str(target / "verify.py"), str(target), *trust]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        return run.returncode, run.stdout

    trust = ("--policy", str(policy), "--devices", str(devices))
    scene.ask(scene.ngo)
    scene.ask(scene.twin)
    scene.ask(scene.university)
    code, said = judged("early", *trust)
    assert code == 1 and "FAIL quorum" in said
    assert parse_policy((tmp_path / "early/data/policy.txt").read_bytes()).quorum == "none", "it does not promise what it has not"
    scene.ask(scene.other)
    # Exporting is a record of the item: the next checkpoint has to be seen before the next case file holds.
    for one in scene.all:
        scene.ask(one)
    code, said = judged("seen", *trust)
    assert code == 0, said
    own = parse_policy((tmp_path / "seen/data/policy.txt").read_bytes())
    assert own.quorum == "everybody" and judged("again")[0] == 3


def test_what_one_desk_took_counts_at_the_other_and_no_ordinary_member_lowers_the_bar(make_team: Callable[..., Team], tmp_path: Path) -> None:
    team = make_team(2, plain=(2,))
    scene = make_scene(team.desks[0], tmp_path)
    for one in scene.all:
        assert {told.outcome for told in scene.ask(one)} == {"cosigned"}
    team.settle()
    there = witnessed.standing(team.desks[1], team.reader(1))
    assert len(there) == 2 and there[1].agreed is not None and there[1].agreed == _mine(scene.desk).agreed
    assert len(witnesses.witnesses(team.desks[1], team.reader(1))) == 4
    for deed in (
        lambda desk, reader: witnesses.set_needs(desk, reader, {}),
        lambda desk, reader: witnesses.end_witness(desk, reader, witnesses.witnesses(desk, reader)[0].item),
        lambda desk, reader: witnesses.add_witness(desk, reader, WitnessForm("V", (), "ngo")),
    ):
        with pytest.raises(Refused, match=r"members\.keepers_only"):
            deed(team.desks[1], team.reader(1))
    # Written past the rule, by a changed program: it arrives as a record and is believed by nobody.
    quorum = reading.items(team.desks[1], team.reader(1), "witness_quorum")[0]
    items.change(team.desks[1], team.reader(1), "witness_quorum", quorum.item, {"needs": ()})
    for view in reading.items(team.desks[1], team.reader(1), "witness"):
        items.change(team.desks[1], team.reader(1), "witness", view.item, {"state": "ended"})
    team.settle()
    for number in (0, 1):
        assert witnesses.needs(team.desks[number], team.reader(number)) == {"ngo": 2, "university": 1}
        assert len(witnesses.witnesses(team.desks[number], team.reader(number))) == 4
