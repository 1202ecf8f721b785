"""Months as known then and as known now, and what differs between two tables."""

from dataclasses import replace

from letapis.core.public_series import compared, first_said, restated, series
from letapis.core.public_statistics import tables
from letapis.core.published import Card, CardValue, Entry, Published
from letapis.engines.catalogue import catalogue

RULES, PUBLICATION = catalogue().public_figures, catalogue().publication


def person(number: int, name: str, *values: tuple[str, str]) -> Entry:
    told = (("outcome", "recognised"), ("recognised", "2025-12-01"), *((("name", name),) if name else ()), *values)
    return Entry(Card(f"{number:032x}", tuple(CardValue(*one) for one in told)), "2026-01-01", "2026-01-01", "00" * 16)


THEN = Published("Invented Centre", 1, "2026-02-20", tuple(person(n, f"Vydumka {n}", ("verdict", "2026-01-15")) for n in range(3)))
LATE = person(7, "Pryklad", ("detained", "2025-11"), ("verdict", "2026-01-30"), ("verdict", "2026"), ("released", "2026-02-10"))
NOW = replace(THEN, number=2, day="2026-03-20", entries=(*THEN.entries, LATE))


def test_news_that_came_late_changes_the_month_and_says_so() -> None:
    made = {one.id: one for one in series(NOW, PUBLICATION, RULES, 4, THEN)}
    verdicts = made["verdict"]
    assert [(point.month, point.value, point.then) for point in verdicts.points] == [
        ("2025-12", 0, 0),
        ("2026-01", 4, 3),
        ("2026-02", 0, None),
        ("2026-03", 0, None),
    ]
    assert [note["en"] for note in verdicts.notes] == ["January 2026: 3 in the snapshot of 20 February 2026, 4 now."]
    assert verdicts.notes[0]["be"].startswith("Студзень 2026 г.: 3 ")
    assert [point.value for point in made["held"].points] == [1, 1, 0, 0]
    assert [point.value for point in made["released"].points] == [0, 0, 1, 0]


def test_what_was_first_said_of_a_month_stands_beside_what_is_known_now() -> None:
    known = series(THEN, PUBLICATION, RULES, 3)
    said = first_said(known, {}, THEN.day)
    assert dict(said["verdict"]) == {"2025-12": (0, THEN.day), "2026-01": (3, THEN.day)}
    assert not any(one.notes for one in restated(known, RULES, said))
    now = series(NOW, PUBLICATION, RULES, 3)
    verdicts = next(one for one in restated(now, RULES, said) if one.id == "verdict")
    assert verdicts.notes[0]["ru"] == "Январь 2026 г.: 3 в снимке за 20 февраля 2026 г., теперь 4." and len(verdicts.notes) == 1
    later = first_said(now, said, NOW.day)
    assert dict(later["verdict"]) == {"2026-01": (3, THEN.day), "2026-02": (0, NOW.day)}
    assert restated(now, RULES, later) == restated(restated(now, RULES, said), RULES, later) and first_said(now, later, NOW.day) == later


def test_a_month_counts_people_not_named_by_whole_groups() -> None:
    small = PUBLICATION.small
    hidden = tuple(person(n, "", ("detained", "2025")) for n in range(2 * small - 1))
    held = next(one for one in series(replace(NOW, entries=hidden), PUBLICATION, RULES, 2) if one.id == "held")
    assert [point.value for point in held.points] == [small, small]


def test_what_differs_is_said_row_by_row() -> None:
    before, after = (tables(one, PUBLICATION, RULES) for one in (THEN, NOW))
    told = {(one.id, one.row): (one.before, one.after) for one in compared(before, after)}
    assert told["verdict_year", "2026"] == (3, 5)
    assert told["recognised", ""] == (3, 4)
    assert told["status", "released"] == (0, 1)
    assert not compared(after, after)
