"""Letters: their state follows from their days, silence is counted and never read as a refusal, and no advice is without its source."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.language import LANGUAGES
from letapis.core.letters import STATES, Days, addresses, advice_for, out_of_order, silence, silences, state_of, types_of
from letapis.desk import items, letters, reading
from letapis.desk.dossiers import admit_to_dossier, new_dossier
from letapis.desk.letters import LetterForm
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from tests.team import Team

DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31)).map(date.isoformat)
KNOWN = st.builds(Days, DAYS, st.just("") | DAYS, st.just("") | DAYS, st.just("") | DAYS)


@given(KNOWN)
def test_a_letter_stands_as_the_farthest_that_is_known(days: Days) -> None:
    state = state_of(days)
    assert state in STATES and (state == "sent" or getattr(days, state))
    wrong = out_of_order(days)
    assert (wrong == "") == all(not day or day >= days.sent for day in (days.arrived, days.answered, days.returned))
    assert not wrong or getattr(days, wrong) < days.sent


def test_a_month_is_not_before_a_day_of_it() -> None:
    assert out_of_order(Days("2026-11-25", arrived="2026-11")) == "" and out_of_order(Days("2026-11-25", arrived="2026-10")) == "arrived"
    assert out_of_order(Days("", arrived="2026-10")) == ""


@given(st.lists(KNOWN, max_size=6), st.dates(date(2027, 1, 1), date(2028, 1, 1)))
def test_silence_begins_with_the_first_letter_after_the_last_answer(known: list[Days], today: date) -> None:
    found = silence(known, today)
    answered = [days.sent for days in known if days.answered]
    later = sorted(days.sent for days in known if not days.answered and (not answered or days.sent > max(answered)))
    if later:
        assert found and found.since <= later[0] and found.letters >= len(later)
        assert found.days == (today - date.fromisoformat(found.since)).days
    if known and all(days.answered for days in known):
        assert found is None


def test_an_address_of_yesterday_is_none() -> None:
    place = {"verify": True, "address": [{"text": t, "valid": v} for t, v in (("old", "/2026-10"), ("new", "2026-11-02/.."), ("long", "/2027"))]}
    found = addresses(place, date(2026, 11, 25))
    assert [(one.text, one.since, one.verify) for one in found] == [("new", "2026-11-02", True), ("long", "", True)]
    assert types_of({"type": "sizo", "also_type": ["colony", 3]}) == ["sizo", "colony"] and types_of({}) == []


def test_the_day_is_that_of_the_people_concerned(make_desk: Callable[..., Desk]) -> None:
    """Late in the evening by UTC it is the next day where they are: a birthday is named in time, and not a day late."""
    late = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
    assert make_desk(1, clock=lambda: late).today() == date(2026, 11, 26)
    assert make_desk(2, clock=lambda: late - timedelta(hours=1)).today() == date(2026, 11, 25)


def test_every_address_is_written_for_the_post_there_and_for_letters_from_abroad() -> None:
    """The same numbers in all three forms, and each in its own letters: a Latin a in a Cyrillic house number is another number."""
    found = [one for place in catalogue().reference["facilities"].entries.values() for one in addresses({**place.more, "verify": False}, date.min)]
    found += [one for place in catalogue().reference["facilities"].entries.values() for one in addresses(place.more, date(2026, 11, 25))]
    assert len(found) > 20
    for one in found:
        numbers = [re.findall(r"[0-9]+", text) for text in (one.text, one.be, one.ru)]
        assert one.be and one.ru and numbers[0] == numbers[1] == numbers[2], one.text
        assert not re.search(r"[A-Za-z]", one.be + one.ru) and not re.search(r"[А-яЁёІіЎў]", one.text), one.text
        assert not re.search(r"[иИщЩъЪ]", one.be) and not re.search(r"[іІўЎ]", one.ru), one.text
        assert (one.shown("be"), one.shown("ru"), one.shown("en")) == (one.be, one.ru, one.text) and one.local("en") == one.be


def test_those_who_wait_longest_come_first() -> None:
    ways = [(b"a", Days("2026-10-01")), (b"b", Days("2026-09-01")), (b"c", Days("2026-08-01", answered="2026-09-01"))]
    assert [subject for subject, _ in silences(ways, date(2026, 11, 25))] == [b"b", b"a"]


def test_every_advice_has_a_source_and_three_languages_and_names_places_that_are() -> None:
    known = catalogue()
    places = set(known.reference["facilities"].entries) | set(known.reference["facility-types"].entries)
    assert known.letters and len({one.id for one in known.letters}) == len(known.letters)
    for one in known.letters:
        assert set(one.text) == set(LANGUAGES) and one.source and set(one.source) <= set(known.reference_sources) and set(one.places) <= places
        assert one.verify or "GK" not in one.source, "general knowledge is unverified"
    everywhere = [one for one in known.letters if not one.places]
    assert advice_for(known.letters, ["nowhere"]) == everywhere and "silence" in {one.id for one in everywhere}
    assert advice_for(known.letters, ["sizo-1", "sizo"])[0].id == "remand-arbitrary"


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


@pytest.fixture
def dossier(team: Team) -> bytes:
    made = new_dossier(team.desks[0], "K1", "Pryklad", "person", "Vydumka")
    admit_to_dossier(team.desks[0], team.reader(), made, [team.desks[1].me])
    team.settle()
    return made


def test_a_letter_goes_its_way(team: Team, dossier: bytes) -> None:
    desk, reader = team.desks[0], team.reader()
    person = reading.entities(desk, reader, dossier)[0].entity
    letter = letters.add_letter(desk, reader, dossier, LetterForm(person, "sizo-1", "2026-10-01", text="About the garden"))
    assert [one.item for one in reading.waiting_letters(desk, reader, 9)] == [letter]
    for what, day in (("arrived", "2026-10"), ("returned", "2026-11-02"), ("answered", "2026-11-20")):
        letters.letter_went(desk, reader, letter, what, day, "moved" if what == "returned" else "")
        assert reading.item(desk, reader, letter).state == what
    assert reading.waiting_letters(desk, reader, 9) == []
    found = reading.item(desk, reader, letter)
    assert (found.text("reason"), found.text("text"), found.text("place"), found.day) == ("moved", "About the garden", "sizo-1", "2026-10-01")
    letters.change_letter(desk, reader, letter, LetterForm(person, sent="2026-10-02"))
    assert reading.item(desk, reader, letter).state == "sent"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sent": "soon"}, "letters.sent"),
        ({"sent": "2026-11-20", "arrived": "2026-11-19"}, "letters.arrived_before"),
        ({"sent": "2026-11-20", "answered": "2026"}, ""),
        ({"reason": "moved"}, "letters.reason"),
        ({"returned": "2026-11-20", "reason": "weather"}, "letters.reason"),
        ({"place": "x" * 301}, "letters.place"),
        ({"subject": b"x" * 16}, "letters.subject"),
    ],
)
def test_what_cannot_be_is_refused(team: Team, dossier: bytes, changes: dict[str, str], code: str) -> None:
    desk, reader = team.desks[0], team.reader()
    form = LetterForm(**{"subject": reading.entities(desk, reader, dossier)[0].entity, **changes})  # type: ignore[arg-type]
    if not code:
        assert letters.add_letter(desk, reader, dossier, form)
        return
    with pytest.raises(UsageError, match=code):
        letters.add_letter(desk, reader, dossier, form)


def test_a_stranger_finds_no_letter_and_two_versions_wait(team: Team, dossier: bytes) -> None:
    first, second, third = team.desks
    person = reading.entities(first, team.reader(), dossier)[0].entity
    long_ago = (date(2026, 11, 25) - timedelta(days=40)).isoformat()
    letter = letters.add_letter(first, team.reader(), dossier, LetterForm(person, sent=long_ago))
    team.settle()
    assert reading.waiting_letters(third, team.reader(2), 9) == [] == reading.waiting_letters(first, Reader(first.me, frozenset(), "work"), 9)
    with pytest.raises(NotFound):
        letters.letter_went(third, team.reader(2), letter, "arrived", "2026-11-20")
    for number, what in ((0, "arrived"), (1, "returned")):
        letters.letter_went(team.desks[number], team.reader(number), letter, what, "2026-11-20")
    team.settle()
    with pytest.raises(Refused, match=r"items\.contested"):
        letters.letter_went(second, team.reader(1), letter, "arrived", "2026-11-21")
    kept = next(one for one in reading.versions(first, team.reader(), letter) if one.record.text("returned"))
    items.keep_version(first, team.reader(), "letter", letter, kept.ref, reading.item(first, team.reader(), letter).heads)
    assert reading.item(first, team.reader(), letter).state == "returned"
    for what, day, code in (("eaten", "2026", "letters.what"), ("arrived", "", "letters.arrived"), ("arrived", "soon", "letters.arrived")):
        with pytest.raises(UsageError, match=code):
            letters.letter_went(first, team.reader(), letter, what, day)
