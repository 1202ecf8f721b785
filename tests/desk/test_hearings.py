"""Hearings: what is one, who may go, what came of it; and the calendar file, which is read back by its own rules."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.ics import Entry, calendar, is_time
from letapis.desk import hearings, items, reading
from letapis.desk.dossiers import admit_to_dossier, new_dossier
from letapis.desk.hearings import HearingForm
from tests.team import Team


@given(st.text(max_size=60), st.dates(date(1900, 1, 1), date(9999, 12, 31)), st.sampled_from(["", "00:00", "23:59"]))
def test_the_lines_of_a_calendar_file_are_short_and_say_what_was_given(code: str, day: date, time: str) -> None:
    ident = bytes(range(16))
    raw = calendar([Entry(ident, day, time, code)], date(2026, 11, 25)).encode("utf-8")
    lines = raw.split(b"\r\n")
    assert lines[-1] == b"" and all(len(line) <= 75 for line in lines) and b"\n" not in raw.replace(b"\r\n", b"")
    whole = raw.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    (summary,) = [line.removeprefix("SUMMARY:") for line in whole if line.startswith("SUMMARY:")]
    read = summary.replace("\\\\", "\x00").replace("\\;", ";").replace("\\,", ",").replace("\\n", "").replace("\x00", "\\")
    assert read == "".join(letter for letter in code if letter.isprintable())
    assert whole[0] == "BEGIN:VCALENDAR" and whole[-2] == "END:VCALENDAR" and ident.hex() not in raw.decode()


@given(st.text(max_size=6))
def test_a_time_has_two_figures_each(text: str) -> None:
    assert not is_time(text) or (0 <= int(text[:2]) <= 23 and text[2] == ":" and 0 <= int(text[3:]) <= 59 and len(text) == 5)
    assert is_time("00:00") and is_time("23:59") and not is_time("24:00") and not is_time("9:00")


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


@pytest.fixture
def dossier(team: Team) -> bytes:
    made = new_dossier(team.desks[0], "K1", "Pryklad", "person", "Vydumka")
    admit_to_dossier(team.desks[0], team.reader(), made, [team.desks[1].me])
    team.settle()
    return made


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (HearingForm("soon"), "hearings.day"),
        (HearingForm(""), "hearings.day"),
        (HearingForm("2026-12-01", time="10"), "hearings.time"),
        (HearingForm("2026-12-01", stage="dance"), "hearings.stage"),
        (HearingForm("2026-12-01", subject=b"x" * 16), "hearings.subject"),
        (HearingForm("2026-12-01", judge="x" * 301), "hearings.too_long"),
    ],
)
def test_what_is_no_hearing_is_refused(team: Team, dossier: bytes, form: HearingForm, code: str) -> None:
    with pytest.raises(UsageError, match=code):
        hearings.add_hearing(team.desks[0], team.reader(), dossier, form)


def test_an_observer_holds_the_dossier_and_a_stranger_finds_nothing(team: Team, dossier: bytes) -> None:
    first, second, third = team.desks
    with pytest.raises(Refused, match=r"hearings\.observer"):
        hearings.add_hearing(first, team.reader(), dossier, HearingForm("2026-12-01", observer=third.me))
    hearing = hearings.add_hearing(first, team.reader(), dossier, HearingForm("2026-12-01", observer=second.me))
    team.settle()
    span = (date(2026, 12, 1), date(2026, 12, 1))
    assert [item.owner for item in reading.hearings_between(second, team.reader(1), *span)] == [second.me]
    assert reading.hearings_between(third, team.reader(2), *span) == []
    with pytest.raises(NotFound):
        hearings.record_outcome(third, team.reader(2), hearing, "x")
    with pytest.raises(NotFound):
        hearings.add_hearing(third, team.reader(2), dossier, HearingForm("2026-12-01"))


def test_a_hearing_known_by_its_month_stands_in_each_week_it_may_fall_into(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()
    for day in ("2026-12-01", "2026-12", "2026", "2026-11-30/2026-12-02", "2025"):
        hearings.add_hearing(desk, reader, dossier, HearingForm(day))
    shown = [item.text("day") for item in reading.hearings_between(desk, reader, date(2026, 11, 30), date(2026, 12, 6))]
    assert sorted(shown) == ["2026", "2026-11-30/2026-12-02", "2026-12", "2026-12-01"]
    assert {item.text("day") for item in reading.hearings_between(desk, reader, date(2026, 12, 14), date(2026, 12, 20))} == {"2026", "2026-12"}
    assert reading.hearings_between(desk, Reader(desk.me, frozenset(), "work"), date(2026, 12, 1), date(2026, 12, 1)) == []


def test_an_outcome_is_a_version_and_becomes_a_note(team: Team, dossier: bytes) -> None:
    first, second, _ = team.desks
    reader = team.reader()
    hearing = hearings.add_hearing(first, reader, dossier, HearingForm("2026-12-01", closed=False))
    team.settle()
    with pytest.raises(UsageError, match=r"hearings\.outcome"):
        hearings.note_of_outcome(first, reader, hearing, "Hearing", "en")
    hearings.record_outcome(first, reader, hearing, "Two years")
    note = reading.note(first, reader, hearings.note_of_outcome(first, reader, hearing, "Hearing", "en"))
    assert (note.text, note.basis, note.dossier) == ("Two years", "", dossier)
    hearings.change_hearing(second, team.reader(1), hearing, HearingForm("2026-12-02"))
    team.settle()
    assert reading.item(first, reader, hearing).contested
    with pytest.raises(Refused, match=r"items\.contested"):
        hearings.record_outcome(first, reader, hearing, "Three years")
    kept = next(version for version in reading.versions(first, reader, hearing) if version.record.text("outcome"))
    items.keep_version(first, reader, "hearing", hearing, kept.ref, reading.item(first, reader, hearing).heads)
    assert reading.item(first, reader, hearing).text("outcome") == "Two years"
    with pytest.raises(UsageError, match=r"hearings\.state"):
        hearings.record_outcome(first, reader, hearing, "x", "lost")
    with pytest.raises(UsageError, match=r"hearings\.source"):
        hearings.note_of_outcome(first, reader, hearing, "Hearing", "en", b"x" * 16)
