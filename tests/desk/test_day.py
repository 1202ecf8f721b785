"""What the day asks of a member, and what changed since the last unlock: only what they hold, from a bounded number of rows."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.access import Reader
from letapis.core.birthdays import month_days, turns
from letapis.core.records import Draft, Value
from letapis.desk import claims, ledger, reading, sources, tasks, verify
from letapis.desk.digest import begin_session, last_record
from letapis.desk.dossiers import add_entity, admit_to_dossier, new_dossier
from letapis.desk.opening import Desk
from tests.team import Team

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@given(DAYS, st.integers(0, 360), st.dates(date(1920, 1, 1), date(2020, 12, 31)))
def test_a_birthday_is_within_a_span_exactly_when_one_of_its_days_has_it(first: date, length: int, born: date) -> None:
    last = first + timedelta(days=length)
    days = {(first + timedelta(days=n)).isoformat()[5:] for n in range(length + 1)}
    found = any(low <= born.isoformat()[5:] <= high for low, high in month_days(first, last))
    leap_day = born.isoformat()[5:] == "02-29"
    assert found == (born.isoformat()[5:] in days or (leap_day and bool(days & {"02-28"}))) or (leap_day and {"02-28", "03-01"} & days)


@given(DAYS, st.dates(date(1920, 1, 1), date(1949, 12, 31)))
def test_the_age_is_reached_on_the_next_birthday(first: date, born: date) -> None:
    month_day = born.isoformat()[5:]
    year = born.year + turns(born.isoformat(), month_day, first)
    assert f"{year}-{month_day}" >= first.isoformat() > f"{year - 1}-{month_day}"


def test_a_span_of_a_year_is_every_day() -> None:
    assert month_days(date(2026, 1, 1), date(2027, 1, 1)) == (("01-01", "12-31"),)
    assert month_days(date(2026, 12, 29), date(2027, 1, 4)) == (("12-29", "12-31"), ("01-01", "01-04"))


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


@pytest.fixture
def dossier(team: Team) -> bytes:
    return new_dossier(team.desks[0], "K1", "Pryklad", "person", "Janka Vydumka")


def born(desk: Desk, dossier: bytes, person: bytes, value: str, source: bytes = b"", fact: str = "identity.birth_date") -> bytes:
    cut = claims.Cut(fact, value, subject=person, source=source or _source(desk, dossier), basis="document")
    (record,) = claims.add_claims(desk, desk.reader("work"), dossier, [cut])
    return record.header.id


def _source(desk: Desk, dossier: bytes) -> bytes:
    known = reading.sources(desk, desk.reader("work"), dossier)
    return known[0].source if known else sources.add_source(desk, desk.reader("work"), dossier, sources.SourceForm("Kalina"))


def test_birthdays_come_from_dates_known_to_the_day(team: Team, dossier: bytes) -> None:
    """The clock of the desks stands at 25 November 2026."""
    desk, reader = team.desks[0], team.reader()
    names = {}
    for name, value in (("today", "1990-11-25"), ("in a week", "1985-12-01"), ("later", "1985-12-02"), ("month only", "1985-11"), ("year", "1985"),
                        ("yesterday", "1985-11-24"), ("span", "1985-11-26/1985-11-27")):  # fmt: skip
        names[add_entity(desk, reader, dossier, "person", name)] = name
        born(desk, dossier, next(reversed(names)), value)
    now = date(2026, 11, 25)
    found = reading.birthdays(desk, reader, now, now + timedelta(days=6))
    assert [(names[one.claim.subject], one.month_day, one.turns) for one in found] == [("today", "11-25", 36), ("in a week", "12-01", 41)]
    assert [one.claim.subject for one in reading.today(desk, reader).birthdays] == [one.claim.subject for one in found]
    assert reading.birthdays(desk, Reader(desk.me, frozenset(), "work"), now, now + timedelta(days=6)) == []


def test_two_sources_of_one_day_are_one_line_and_of_two_days_are_two(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()
    person = reading.entities(desk, reader, dossier)[0].entity
    klon = sources.add_source(desk, reader, dossier, sources.SourceForm("Klon"))
    born(desk, dossier, person, "1990-11-26")
    born(desk, dossier, person, "1990-11-26", klon)
    assert len(reading.today(desk, reader).birthdays) == 1
    other = born(desk, dossier, person, "1990-11-27", klon)
    assert [one.claim.contested for one in reading.today(desk, reader).birthdays] == [True, True]
    verify.retract_claim(desk, reader, other, "a slip")
    assert [one.month_day for one in reading.today(desk, reader).birthdays] == ["11-26"]


def test_the_first_page_wishes_no_birthday_to_somebody_who_died(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()
    person = reading.entities(desk, reader, dossier)[0].entity
    born(desk, dossier, person, "1990-11-26")
    assert len(reading.today(desk, reader).birthdays) == 1
    born(desk, dossier, person, "true", fact="death.in_custody")
    assert reading.today(desk, reader).birthdays == ()
    assert [one.died for one in reading.birthdays(desk, reader, date(2026, 11, 1), date(2026, 11, 30))] == [True]


def test_birthdays_are_read_from_their_small_index(team: Team) -> None:
    from letapis.desk.reading import day

    if not team.desks[0].store.postgres:
        query = "EXPLAIN QUERY PLAN " + day._BORN.format(cut="substr")
        plan = " ".join(str(row) for row in team.desks[0].store.rows(query, ("11-25", "12-01", 10)))
        assert "claim_birthday" in plan and "TEMP B-TREE" not in plan


def test_today_shows_my_tasks_up_to_today(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()
    for due in ("2026-11-20", "2026-11-25", "2026-11-26", "", "2026-11", "2026"):
        tasks.add_task(desk, reader, tasks.TaskForm(f"due {due}", owner=desk.me, due=due), dossier)
    tasks.add_task(desk, reader, tasks.TaskForm("nobody's", due="2026-11-20"), dossier)
    assert [task.text("due") for task in reading.today(desk, reader).tasks] == ["2026", "2026-11", "2026-11-20", "2026-11-25"]


def test_hearings_of_two_days_and_letters_of_long_ago(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()
    home = reading.dossier(desk, reader, dossier)
    person = reading.entities(desk, reader, dossier)[0].entity
    common: dict[str, Value] = {"dossier": dossier, "after": ()}
    hearings = [("2026-11-24", "planned"), ("2026-11-25", "planned"), ("2026-11-26", "planned"), ("2026-11-27", "planned"), ("2026-11-25", "held")]
    drafts = [Draft("hearing", home.work, {**common, "hearing": bytes([n]) * 16, "day": day, "court": "c", "state": state})
              for n, (day, state) in enumerate(hearings)]  # fmt: skip
    letters = [("2026-10-01", "sent"), ("2026-11-20", "sent"), ("2026-10-02", "arrived")]
    drafts += [Draft("letter", home.work, {**common, "letter": bytes([50 + n]) * 16, "subject": person, "sent": day, "state": state})
               for n, (day, state) in enumerate(letters)]  # fmt: skip
    ledger.append(desk, drafts)
    found = reading.today(desk, reader)
    assert [one.day for one in found.hearings] == ["2026-11-25", "2026-11-26"] and [one.day for one in found.letters] == ["2026-10-01"]
    nobody = reading.today(desk, Reader(desk.me, frozenset(), "work"))
    assert (nobody.hearings, nobody.letters, nobody.tasks, nobody.birthdays) == ((), (), (), ())


def test_the_digest_tells_what_others_did_since_the_last_unlock(team: Team, dossier: bytes) -> None:
    first, second = team.desks
    reader = team.reader()
    admit_to_dossier(first, reader, dossier, [second.me])
    person = reading.entities(first, reader, dossier)[0].entity
    mine = born(first, dossier, person, "1990-11-26")
    task = tasks.add_task(first, reader, tasks.TaskForm("Ring the lawyer", owner=first.me), dossier)
    team.settle()
    assert begin_session(first) == 0
    since = begin_session(first)
    assert since == last_record(first) and reading.digest(first, reader, since).is_empty
    verify.dispute_claim(second, team.reader(1), mine, "another person")
    born(second, dossier, person, "1990-11-27")
    tasks.set_state(second, team.reader(1), task, "done")
    given = tasks.add_task(second, team.reader(1), tasks.TaskForm("Write to the lawyer", owner=first.me), dossier)
    team.settle()
    tasks.add_task(first, reader, tasks.TaskForm("My own", owner=first.me), dossier)
    found = reading.digest(first, reader, since)
    assert (found.claims, [(home.dossier, count) for home, count in found.dossiers]) == (1, [(dossier, 1)])
    assert [claim.rid for claim in found.objections] == [mine] and [item.item for item in found.given] == [given]
    assert (found.checked, found.finished, found.changed) == (0, 1, {})
    assert reading.digest(first, Reader(first.me, frozenset(), "work"), since).is_empty
    assert begin_session(first) == since and begin_session(first) == last_record(first)
