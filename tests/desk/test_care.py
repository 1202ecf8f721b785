"""What a member opened is counted for them alone; what they do not want to see is asked without a reason."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from letapis.core.errors import Busy, NotFound, UsageError
from letapis.desk import apart, care, items, ledger, reading
from letapis.desk.opening import Desk
from tests.team import Team


def _later(desk: Desk, days: int) -> None:
    now: datetime = desk.clock() + timedelta(days=days)
    object.__setattr__(desk, "clock", lambda: now)  # a desk is frozen; only a test moves its clock


def test_what_was_opened_is_counted_by_day_and_topic(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk, reader = team.desks[0], team.reader()
    for _ in range(3):
        care.opened(desk, reader, ["torture", "death"])
    _later(desk, 1)
    care.opened(desk, reader, ["torture"])
    found = care.load(desk, reader)
    assert [dict(counts) for _, counts in found.days] == [{"torture": 1}, {"torture": 3, "death": 3}] and found.week == 7
    _later(desk, 40)
    assert care.load(desk, reader).days == () and care.load(desk, reader).week == 0


def test_a_day_is_one_number_for_each_topic_and_never_a_list(make_team: Callable[..., Team]) -> None:
    """However often something is opened, the record gets one entry a day and topic, and it names no thing."""
    team = make_team(1)
    desk, reader = team.desks[0], team.reader()
    for _ in range(50):
        care.opened(desk, reader, ["torture"])
    assert not reading.items(desk, reader, "exposure")
    _later(desk, 1)
    care.opened(desk, reader, ["torture"])
    (kept,) = reading.items(desk, reader, "exposure")
    assert kept.record.number("count") == 50 and set(kept.record.body) == {"exposure", "day", "kind", "count", "state"}
    assert len(reading.versions(desk, reader, kept.item)) == 1


def test_the_last_three_weeks_count_after_years_of_counts(make_team: Callable[..., Team]) -> None:
    """Five topics a day make five hundred counts in a season: what was opened since then must not be overlooked."""
    team = make_team(1)
    desk, today = team.desks[0], team.desks[0].clock().date()
    place, topics = apart.private(desk, team.reader()), list(desk.catalogue.care.topics)
    days = [(today - timedelta(days=back)).isoformat() for back in range(120, 0, -1)]
    counts = [{"day": day, "kind": topic, "count": 2, "state": care.OWN} for day in days for topic in topics[:5]]
    ledger.append(desk, [items.draft(desk, "exposure", place, body) for body in counts])
    found = care.load(desk, team.reader())
    assert [day for day, _ in found.days] == days[:-21:-1] and found.week == 60
    assert found.proposal is not None and found.proposal.detail == {"count": 200, "days": 21}


def test_a_day_that_could_not_be_kept_is_counted_once(make_team: Callable[..., Team], monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is busy between the record of a day and the setting that forgets it: neither is there, and the next opening does both."""
    team = make_team(1)
    desk = team.desks[0]
    care.opened(desk, team.reader(), ["torture"])
    _later(desk, 1)
    append = ledger.append

    def busy(*told: object) -> None:
        append(*told)  # type: ignore[arg-type]  # whatever it was called with
        raise Busy("database.busy")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "append", busy)
        with pytest.raises(Busy):
            care.opened(desk, team.reader(), ["torture"])
    care.opened(desk, team.reader(), ["torture"])
    assert [dict(counts) for _, counts in care.load(desk, team.reader()).days] == [{"torture": 1}, {"torture": 1}]


def test_nobody_else_learns_of_it(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk, reader = team.desks[0], team.reader()
    care.opened(desk, reader, ["death"])
    care.prefer(desk, reader, ["torture"])
    _later(desk, 1)
    care.opened(desk, reader, ["death"])
    team.settle()
    other = team.desks[1]
    assert not reading.items(other, team.reader(1), "exposure", "care")
    held = [bytes(row[0]) for row in other.store.rows("SELECT compartment FROM db_record")]
    assert bytes(reading.items(desk, team.reader(), "exposure")[0].compartment) not in held


def test_wishes_are_kept_and_a_pause_ends_by_itself(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk, reader = team.desks[0], team.reader()
    assert care.preferences(desk, reader) == care.Preferences()
    until = (desk.clock() + timedelta(days=3)).date().isoformat()
    care.prefer(desk, reader, ["death", "death", "children"], until)
    assert care.preferences(desk, reader) == care.Preferences(("death", "children"), until)
    care.prefer(desk, reader, [], until)
    assert care.preferences(desk, reader).avoided == ()
    _later(desk, 4)
    assert care.preferences(desk, reader).until == ""


@pytest.mark.parametrize(("topics", "until", "code"), [(["weather"], "", "care.topic"), ([], "2001-01-01", "care.until"), ([], "soon", "care.until")])
def test_what_cannot_be_meant_is_said(make_team: Callable[..., Team], topics: list[str], until: str, code: str) -> None:
    team = make_team(1)
    with pytest.raises(UsageError) as caught:
        care.prefer(team.desks[0], team.reader(), topics, until)
    assert caught.value.code == code


def test_colleagues_see_who_offers_to_look_together(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk, other = team.desks
    assert care.company(desk, team.reader(0)) == []
    care.offer_company(desk, team.reader(0), True)
    care.offer_company(desk, team.reader(0), True)
    team.settle()
    assert care.company(other, team.reader(1)) == [desk.me]
    (offer,) = reading.items(other, team.reader(1), "care")
    assert care.own(desk, team.reader(0), offer.item).item == offer.item
    with pytest.raises(NotFound):
        care.own(other, team.reader(1), offer.item)
    care.offer_company(desk, team.reader(0), False)
    team.settle()
    assert care.company(other, team.reader(1)) == []
    care.offer_company(desk, team.reader(0), True)
    assert care.company(desk, team.reader(0)) == [desk.me]
