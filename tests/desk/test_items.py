"""Working items: the latest version is shown, none is lost, and what is not theirs does not exist for them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.records import SCHEMAS
from letapis.desk import apart, items, ledger, reading
from letapis.desk.dossiers import admit_to_dossier, new_dossier
from letapis.desk.opening import Desk
from letapis.desk.projections import ITEMS
from tests.team import Team


def _team(make_team: Callable[..., Team]) -> tuple[Team, bytes, bytes]:
    team = make_team(3)
    dossier = new_dossier(team.desks[0], "K1", "Pryklad", "person", "Vydumka")
    home = reading.dossier(team.desks[0], team.reader(), dossier)
    admit_to_dossier(team.desks[0], team.reader(), dossier, [team.desks[1].me])
    team.settle()
    return team, dossier, home.work


def _task(desk: Desk, dossier: bytes, work: bytes, text: str = "Ring the lawyer") -> bytes:
    return items.new(desk, "task", work, {"dossier": dossier, "kind": "call", "text": text, "owner": desk.me, "due": "2026-12-01", "state": "open"})


def test_every_kind_has_its_fields() -> None:
    for name, kind in ITEMS.items():
        fields = {spec.name for spec in SCHEMAS[name]}
        named = {getattr(kind, part) for part in ("ident", "parent", "about", "owner", "day", "number")} - {""}
        assert named <= fields and {"state", "after"} <= fields, name


def test_a_change_is_a_new_version(make_team: Callable[..., Team]) -> None:
    team, dossier, work = _team(make_team)
    desk, reader = team.desks[0], team.reader()
    task = _task(desk, dossier, work)
    items.change(desk, reader, "task", task, {"state": "done", "due": ""})
    found = reading.item(desk, reader, task)
    assert (found.state, found.day, found.text("text")) == ("done", "9999-99-99", "Ring the lawyer") and not found.contested
    assert [v.record.text("state") for v in reading.versions(desk, reader, task)] == ["done", "open"]
    assert not reading.items(desk, reader, "task", state="open")


def test_two_who_change_it_apart_lose_nothing(make_team: Callable[..., Team]) -> None:
    team, dossier, work = _team(make_team)
    first, second = team.desks[0], team.desks[1]
    task = _task(first, dossier, work)
    team.settle()
    items.change(first, team.reader(0), "task", task, {"text": "Ring the lawyer, in the morning"})
    items.change(second, team.reader(1), "task", task, {"text": "Write to the lawyer"})
    team.settle()
    shown = [reading.item(team.desks[n], team.reader(n), task) for n in (0, 1)]
    assert shown[0].contested and shown[0].ref == shown[1].ref and len(shown[0].heads) == 2
    heads = [v.record.text("text") for v in reading.versions(first, team.reader(0), task) if v.is_head]
    assert sorted(heads) == ["Ring the lawyer, in the morning", "Write to the lawyer"]
    with pytest.raises(Refused, match=r"items\.contested"):
        items.change(first, team.reader(0), "task", task, {"text": "Ring in the morning, then write"})
    with pytest.raises(Refused, match=r"items\.contested"):
        items.change(first, team.reader(0), "task", task, {"state": "done"}, shown[0].heads[:1])
    items.change(first, team.reader(0), "task", task, {"text": "Ring in the morning, then write"}, shown[0].heads)
    assert not reading.item(first, team.reader(0), task).contested


def test_who_does_not_hold_the_compartment_sees_nothing(make_team: Callable[..., Team]) -> None:
    team, dossier, work = _team(make_team)
    task = _task(team.desks[0], dossier, work)
    team.settle()
    assert reading.items(team.desks[1], team.reader(1), "task") and not reading.items(team.desks[2], team.reader(2), "task")
    with pytest.raises(NotFound):
        reading.item(team.desks[2], team.reader(2), task)
    with pytest.raises(NotFound):
        items.change(team.desks[2], team.reader(2), "task", task, {"state": "done"})
    with pytest.raises(NotFound):
        items.change(team.desks[0], team.reader(0), "hearing", task, {"state": "done"})


def test_a_version_in_another_compartment_takes_nothing_over(make_team: Callable[..., Team]) -> None:
    team, dossier, work = _team(make_team)
    desk = team.desks[0]
    task = _task(desk, dossier, work)
    own = apart.private(desk, team.reader())
    clock: Any = desk.clock
    clock.now -= timedelta(hours=2)  # nor does one that is dated back
    ledger.append(desk, [items.draft(desk, "task", own, {"dossier": dossier, "kind": "x", "text": "elsewhere", "state": "done"}, task)])
    found = reading.item(desk, team.reader(), task)
    assert found.state == "open" and found.compartment == work and len(reading.versions(desk, team.reader(), task)) == 1


def test_rebuilding_gives_the_same(make_team: Callable[..., Team]) -> None:
    team, dossier, work = _team(make_team)
    desk, reader = team.desks[0], team.reader()
    task = _task(desk, dossier, work)
    items.change(desk, reader, "task", task, {"state": "done"})
    before = reading.items(desk, reader, "task"), reading.versions(desk, reader, task)
    ledger.rebuild(desk)
    assert (reading.items(desk, reader, "task"), reading.versions(desk, reader, task)) == before


def test_a_text_without_end_is_refused(make_team: Callable[..., Team]) -> None:
    team, dossier, work = _team(make_team)
    with pytest.raises(UsageError) as caught:
        _task(team.desks[0], dossier, work, "x" * (items.MAX_TEXT + 1))
    assert caught.value.code == "items.too_long"


def test_what_stands_apart_is_held_by_whom_it_was_given(make_team: Callable[..., Team]) -> None:
    """A contact has a keeper and a deputy, and the third, who holds the dossier, learns nothing of it."""
    team, dossier, _ = _team(make_team)
    desk, reader = team.desks[0], team.reader()
    admit_to_dossier(desk, reader, dossier, [team.desks[2].me])
    assert apart.find_apart(desk, reader, dossier, "CONTACT") is None
    place = apart.open_apart(desk, reader, dossier, "CONTACT", [team.desks[1].me])
    reader = team.reader()
    assert apart.open_apart(desk, reader, dossier, "CONTACT") == place == apart.find_apart(desk, reader, dossier, "CONTACT")
    items.new(desk, "contact", place, {"dossier": dossier, "contact": b"", "source": b"s" * 16, "word": "rowan", "state": "current"})
    team.settle(3)
    counts = [len(reading.items(team.desks[n], team.reader(n), "contact")) for n in range(3)]
    assert counts == [1, 1, 0] and apart.find_apart(team.desks[2], team.reader(2), dossier, "CONTACT") is None
    with pytest.raises(Refused):
        apart.open_apart(desk, reader, dossier, "SUPPORT", [b"x" * 16])


def test_a_change_from_a_device_whose_clock_is_behind_is_shown(make_team: Callable[..., Team]) -> None:
    team, dossier, work = _team(make_team)
    first, second = team.desks[0], team.desks[1]
    task = _task(first, dossier, work)
    items.change(first, team.reader(0), "task", task, {"due": "2026-12-02"})
    team.settle()
    clock: Any = second.clock
    clock.now -= timedelta(hours=2)
    items.change(second, team.reader(1), "task", task, {"state": "done", "due": "2026-12-05", "owner": second.me})
    team.settle()
    for number, desk in enumerate(team.desks[:2]):
        found = reading.item(desk, team.reader(number), task)
        assert (found.state, found.day, found.owner, found.author) == ("done", "2026-12-05", second.me, second.me) and not found.contested
        items.change(desk, team.reader(number), "task", task, {"text": "Written after it"})
        assert reading.item(desk, team.reader(number), task).state == "done"


def test_of_too_many_the_last_ones_are_read_when_they_are_asked_for(make_team: Callable[..., Team]) -> None:
    team, dossier, work = _team(make_team)
    desk, reader = team.desks[0], team.reader()
    days = [f"2026-12-{day:02}" for day in range(1, 8)]
    ledger.append(desk, [items.draft(desk, "task", work, {"dossier": dossier, "kind": "x", "text": d, "due": d, "state": "open"}) for d in days])
    assert [item.day for item in reading.items(desk, reader, "task", limit=3)] == days[:3]
    assert [item.day for item in reading.items(desk, reader, "task", limit=3, newest=True)] == days[-3:]
