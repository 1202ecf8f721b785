"""Needs: apart from the case, with a last day, and in nothing that leaves the organisation."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.standing import Level
from letapis.desk import briefs, casefile, dossiers, needs, reading, submit
from letapis.desk.needs import NeedForm
from letapis.desk.opening import Desk
from tests.canary import canary, patterns, search
from tests.desk.casework import office, work_at
from tests.team import Team


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


def _opened(team: Team) -> tuple[bytes, bytes]:
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "K1", "Pryklad", "person", "Vydumka")
    dossiers.admit_to_dossier(desk, team.reader(), dossier, [other.me for other in team.desks[1:]])
    return dossier, reading.entities(desk, team.reader(), dossier)[0].entity


def test_only_those_who_were_named_see_a_need(team: Team) -> None:
    dossier, person = _opened(team)
    first, deputy, colleague = team.desks
    need = needs.add_need(first, team.reader(), dossier, NeedForm(person, "medical", "  a dentist,\n soon "), [deputy.me])
    team.settle()
    seen = needs.needs(deputy, team.reader(1), dossier)
    assert [(one.item, one.text("code"), one.text("text"), one.state) for one in seen.current] == [(need, "medical", "a dentist, soon", "asked")]
    assert seen.holders == {first.me, deputy.me}
    hidden = needs.needs(colleague, team.reader(2), dossier)
    assert not hidden.current and not hidden.holders
    assert not reading.count_items(colleague, team.reader(2), dossier)
    for number, desk in enumerate(team.desks):
        assert not [line for line in reading.history(desk, team.reader(number), dossier) if line.type == "need"], "the history tells of none"
    with pytest.raises(NotFound):
        needs.mark_need(colleague, team.reader(2), need, "done")
    needs.mark_need(deputy, team.reader(1), need, "in_hand")
    team.settle()
    assert needs.needs(first, team.reader(), dossier).current[0].state == "in_hand"


def test_two_who_mark_it_apart_are_both_heard(team: Team) -> None:
    dossier, person = _opened(team)
    need = needs.add_need(team.desks[0], team.reader(), dossier, NeedForm(person, "papers"), [team.desks[1].me])
    team.settle()
    needs.mark_need(team.desks[0], team.reader(0), need, "done")
    needs.mark_need(team.desks[1], team.reader(1), need, "not_wanted")
    team.settle()
    (one,) = needs.needs(team.desks[0], team.reader(), dossier).current
    assert one.contested
    assert {v.record.text("state") for v in reading.versions(team.desks[0], team.reader(), need) if v.is_head} == {"done", "not_wanted"}


def test_after_its_day_a_need_is_named_for_erasure_and_no_longer_shown(make_desk: Callable[..., Desk]) -> None:
    desk = office(make_desk(1))
    work = work_at(desk)
    clock: Any = desk.clock
    need = needs.add_need(desk, desk.reader("work"), work.dossier, NeedForm(work.source, "housing"))
    kept = needs.needs(desk, desk.reader("work"), work.dossier)
    assert [one.text("until") for one in kept.current] == ["2027-05-25"] and not kept.over
    clock.now += timedelta(days=182)
    assert not needs.needs(desk, desk.reader("work"), work.dossier).current
    assert needs.needs(desk, desk.reader("work"), work.dossier).over == [need]
    with pytest.raises(NotFound):
        needs.mark_need(desk, desk.reader("work"), need, "done")


def test_what_does_not_belong_there_is_refused_with_its_reason(make_desk: Callable[..., Desk]) -> None:
    desk = office(make_desk(1))
    work, reader = work_at(desk), desk.reader("work")
    for form, code in (
        (NeedForm(b"\1" * 16, "medical"), "needs.party"),
        (NeedForm(work.source, "money"), "needs.code"),
        (NeedForm(work.source, "medical", "x" * 301), "needs.text"),
        (NeedForm(work.source, "medical", "", "2026-11-24"), "needs.until"),
        (NeedForm(work.source, "medical", "", "2027-11-26"), "needs.until"),
        (NeedForm(work.source, "medical", "", "2027-02"), "needs.until"),
    ):
        with pytest.raises(UsageError) as usage:
            needs.add_need(desk, reader, work.dossier, form)
        assert usage.value.code == code
    with pytest.raises(Refused) as refused:
        needs.add_need(desk, reader, work.dossier, NeedForm(work.source, "medical", "200 euros"))
    assert refused.value.code == "needs.tells_amount"
    with pytest.raises(Refused):
        needs.add_need(desk, reader, work.dossier, NeedForm(work.source, "medical"), [b"\xee" * 16])
    assert not reading.items(desk, reader, "need")
    need = needs.add_need(desk, reader, work.dossier, NeedForm(work.source, "medical", "", "2027-11-25"))
    with pytest.raises(UsageError):
        needs.mark_need(desk, reader, need, "paid")


def test_no_need_is_in_a_case_file_or_a_brief(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = office(make_desk(1))
    work, reader = work_at(desk), desk.reader("submit")
    need = needs.add_need(desk, reader, work.dossier, NeedForm(work.source, "medical", canary(7)))
    out = tmp_path / "case"
    casefile.export_case_file(desk, reader, work.dossier, out, "An invented court", "a hearing", casefile.Choice(floor=Level.OPEN))
    assert not search([out])
    for path in out.rglob("*"):
        assert path.is_dir() or not any(one in path.read_bytes() for one in (need, need.hex().encode()))
    view = briefs.make_brief(desk, reader, work.dossier, "WGAD-REGULAR", "en")
    page = submit.preview_page(desk, reader, view, lambda _: "")
    assert page and not [pattern for pattern in patterns() if pattern in f"{view!r}{page}".encode()]
    assert not search([desk.workspace]), "nor anywhere in clear on the disk"
