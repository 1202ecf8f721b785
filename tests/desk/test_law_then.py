"""What a record supported on an earlier day: later claims, checks, corrections and words of reviewers do not exist yet."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from letapis.core.errors import NotFound, UsageError
from letapis.core.qualify import Status
from letapis.core.records import Draft
from letapis.core.standing import Level
from letapis.desk import claims, dossiers, doubtful, ledger, logs, qualify, reading, removal, verify
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from letapis.engines.law_folder import catalogue_with, overlay_of_folder
from tests.conftest import Clock
from tests.desk.casework import checked_work, office, work_at
from tests.desk.test_own_rules import rules
from tests.team import Team, endorse_all

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)
TEXT = "He saw a judge after 90 hours. It was in Belarus. It was a criminal case."


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 5, 10, 9, 0, tzinfo=UTC))


@pytest.fixture
def desk(make_desk: Callable[..., Desk], clock: Clock) -> Desk:
    return office(make_desk(1, clock=clock))


def add(desk: Desk, dossier: bytes, **facts: str) -> list[bytes]:
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = reading.sources(desk, reader, dossier)[0].source
    cuts = [claims.Cut(name.replace("__", "."), value, subject=person, source=source, basis="document") for name, value in facts.items()]
    return [record.header.id for record in claims.add_claims(desk, reader, dossier, cuts)]


def test_what_was_learned_later_did_not_exist_then(desk: Desk, clock: Clock) -> None:
    work = work_at(desk)
    reader = desk.reader("work")
    clock.now = datetime(2026, 6, 20, tzinfo=UTC)
    add(desk, work.dossier, judge__first_appearance_h="90", act__country="BY", detention__legal_basis="criminal")
    clock.now = datetime(2026, 7, 1, tzinfo=UTC)
    compared = qualify.compare_days(desk, reader, work.dossier, MAY)
    change = next(one for one in compared.changes if one.norm == "ICCPR-9-3")
    assert (change.before, change.after) == (Status.INSUFFICIENT_FACTS, Status.INDICATED)
    assert {compared.claims[ref].property for ref in change.came} >= {"judge.first_appearance_h", "detention.legal_basis"}
    assert change.went == ()
    assert not [one for one in qualify.compare_days(desk, reader, work.dossier, JUNE).changes if one.moved]
    early = qualify.compare_days(desk, reader, work.dossier, date(2026, 5, 1)).before
    assert not early.situation.facts
    with pytest.raises(UsageError):
        qualify.compare_days(desk, reader, work.dossier, date(2026, 7, 2))


def test_a_correction_and_an_objection_are_of_their_own_day(desk: Desk, clock: Clock) -> None:
    work = work_at(desk)
    reader = desk.reader("work")
    (first,) = add(desk, work.dossier, judge__first_appearance_h="90")
    clock.now = datetime(2026, 6, 20, tzinfo=UTC)
    verify.dispute_claim(desk, reader, first, "Another person was meant.")
    clock.now = datetime(2026, 7, 1, tzinfo=UTC)
    compared = qualify.compare_days(desk, reader, work.dossier, MAY)
    assert compared.before.situation.facts["judge.first_appearance_h"].value == 90
    assert "judge.first_appearance_h" not in compared.after.situation.facts
    change = next(one for one in compared.changes if one.norm == "ICCPR-9-3")
    (ref,) = change.went
    assert compared.claims[ref].rid == first and compared.claims[ref].level is Level.DISPUTED


def test_a_word_of_a_reviewer_counts_from_its_day_until_it_is_taken_back(desk: Desk, clock: Clock) -> None:
    work = work_at(desk)
    reader = desk.reader("work")
    add(desk, work.dossier, act__country="BY", detention__legal_basis="criminal", detention__pretrial_days="400")
    clock.now = datetime(2026, 6, 20, tzinfo=UTC)
    word = verify.judge_element(desk, reader, work.dossier, "ICCPR-9-3", "E4", True, "Nobody said why.")
    compared = qualify.compare_days(desk, reader, work.dossier, MAY)
    change = next(one for one in compared.changes if one.norm == "ICCPR-9-3")
    assert (change.before, change.after) == (Status.ARGUABLE, Status.INDICATED) and change.elements[0].judged
    clock.now = datetime(2026, 7, 20, tzinfo=UTC)
    taken_back = {"dossier": work.dossier, "kind": "withdraw", "targets": (word.ref,), "reason": "Read again."}
    ledger.append(desk, [Draft("decision", reading.dossier(desk, reader, work.dossier).work, taken_back)])
    later = qualify.compare_days(desk, reader, work.dossier, JUNE)
    change = next(one for one in later.changes if one.norm == "ICCPR-9-3")
    assert (change.before, change.after) == (Status.INDICATED, Status.ARGUABLE)


def test_checks_of_two_others_count_from_their_day(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    work = checked_work(team)
    desk, reader = team.desks[0], team.reader()
    for view in reading.then(desk, reader, work.dossier, desk.clock().date()).claims:
        now = reading.claim(desk, reader, view.rid)
        assert (view.level, view.independent, view.contested, view.replaced) == (now.level, now.independent, now.contested, now.replaced)
    assert {view.level for view in reading.then(desk, reader, work.dossier, desk.clock().date()).claims} != {Level.OPEN}
    assert reading.then(desk, reader, work.dossier, date(2020, 1, 1)).claims == ()


def test_another_rulebook_reads_the_same_claims(desk: Desk, tmp_path: Path) -> None:
    work = work_at(desk)
    reader = desk.reader("work")
    own = catalogue_with(overlay_of_folder(rules(tmp_path / "rules")))
    compared = qualify.compare_rules(desk, reader, work.dossier, own)
    by_norm = {one.norm: one for one in compared.changes}
    assert by_norm["OWN-1"].after is None and by_norm["OWN-1"].before is not None
    assert set(by_norm) <= {"OWN-1", "ICCPR-9-3"}
    assert compared.before.qualifications[0].rulebook.endswith("+PRYKLAD-1.0")
    assert compared.after.qualifications[0].rulebook == catalogue().rulebook.version


def test_a_stranger_s_dossier_has_no_past(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    dossier = dossiers.new_dossier(team.desks[0], "PRY-7", "Pryklad", "person", "Vydumany")
    team.settle()
    with pytest.raises(NotFound):
        qualify.compare_days(team.desks[1], team.reader(1), dossier, MAY)


def test_a_word_from_a_device_in_other_hands_counts_again_once_a_colleague_reconfirms_it(make_team: Callable[..., Team]) -> None:
    team = make_team(3, plain=(3,))
    work = checked_work(team)
    third, norm = team.desks[2], "WGAD-II"
    size = next(log.frontier.size for log in logs.logs(team.desks[0].store) if log.device == third.device)
    word = verify.judge_element(third, team.reader(2), work.dossier, norm, "E2", True, "Nobody named a need.")
    team.settle()
    removal.remove_device(team.desks[0], team.reader(), third.device, "found in other hands", compromised_since=size)
    pair = Team(team.desks[:2], team.relay)
    pair.settle()
    endorse_all(pair)
    pair.settle()

    def words(number: int) -> list[bytes]:
        return [one.ref for one in qualify.counted_words(team.desks[number], team.reader(number), work.dossier)]

    assert words(0) == words(1) == []
    assert doubtful.reconfirm(team.desks[1], team.reader(1), third.device, [word.ref], "She says so herself.") == 1
    pair.settle()
    assert words(0) == words(1) == [word.ref]
