"""Snapshots of the invented set that follow each other: cards come, change, go and come back, on the same day and on later ones."""

from dataclasses import replace

from hypothesis import strategies as st
from tests.public import published_of

from letapis.core import public_log
from letapis.core.published import Card, CardValue, Entry, Published


def later(before: Published, entries: list[Entry], day: str = "2026-11-21") -> Published:
    """The next snapshot with these entries."""
    dated = public_log.dated(before, entries, day)
    gone = {one.card.card: "safety" for one in before.entries}
    return replace(before, number=before.number + 1, day=day, entries=dated, changes=public_log.extended(before, dated, day, gone))


def with_value(entry: Entry, *values: CardValue) -> Entry:
    return replace(entry, card=Card(entry.card.card, tuple(sorted((*entry.card.values, *values)))))


DAYS = ("2026-11-20", "2026-11-21", "2026-12-05", "2027-03-01")
EXTRA = (
    *(CardValue("appeal", "2024-05-05"), CardValue("released", "2026-11-20"), CardValue("released", "2026-12-01")),
    *(CardValue("died", "yes", since="2026-11"), CardValue("place", "ik-17", since="2026-11-21"), CardValue("place", "Vydumka house")),
    *(CardValue("write_to", "sizo-1"), CardValue("name", "Ágnes Šyla", "en"), CardValue("article", "CC1999 130(3)")),
    *(CardValue("detained", "2019-01"), CardValue("birth_date", "2000-02-29"), CardValue("photo", "a" * 64)),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Published]:
    """Two or three snapshots that follow each other: cards come, change, go and come back."""
    pool = list(published_of(14).entries)
    made: list[Published] = []
    for number, day in enumerate(sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=3)))):
        chosen = draw(st.lists(st.sampled_from(pool), unique_by=lambda one: one.card.card, min_size=1))
        chosen = [with_value(one, *draw(st.lists(st.sampled_from(EXTRA), max_size=2, unique=True))) for one in chosen]
        if number:
            made.append(later(made[-1], chosen, day))
        else:
            first = replace(published_of(0), statements=published_of(5).statements)
            made.append(replace(later(first, chosen, day), statements=published_of(draw(st.integers(3, 6))).statements))
    return made
