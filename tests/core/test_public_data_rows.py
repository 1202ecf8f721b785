"""Data files made over those of the snapshot before are, whatever changed, the bytes of those made from nothing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.public import card_of, published_of

from letapis.core import public_data, public_log
from letapis.core.public_data_rows import Earlier, Kept
from letapis.core.public_viasna import Links
from letapis.core.published import Card, CardValue, Entry, Published
from letapis.engines.catalogue import catalogue

KNOWN: Final = catalogue()
WORDS, FORMS, LINKS = KNOWN.public_words, KNOWN.export_words, Links("https://list.example")
DAY: Final = "2026-11-20"
HOSTILE: Final = 'first\n"second", "persons": [\nthird\r\n],\n"changes": [\n'
VALUES: Final = (
    CardValue("released", "2026-11-22"), CardValue("released", "2026-11", certainty="about"), CardValue("died", "yes", since="2026-11-21"),
    CardValue("detained", "2026-11-20"), CardValue("about", HOSTILE, "en"), CardValue("name", "Aaa Vydumka", "en"), CardValue("place", "ik-3"),
)  # fmt: skip


def with_value(entry: Entry, value: CardValue) -> Entry:
    return replace(entry, card=Card(entry.card.card, tuple(sorted({*entry.card.values, value}))))


FIRST: Final = replace(published_of(14), entries=tuple(with_value(one, VALUES[at % 5]) for at, one in enumerate(published_of(14).entries)))
BEFORE: Final = replace(FIRST, changes=public_log.extended(None, FIRST.entries, DAY, {}))
FILES: Final = dict(public_data.files(BEFORE, WORDS, FORMS, LINKS))
CHANGED: Final = st.dictionaries(st.integers(0, 13), st.sampled_from(VALUES), max_size=4)


def later(changed: dict[int, CardValue], gone: frozenset[int], new: int, days: int) -> Published:
    day = (date.fromisoformat(DAY) + timedelta(days)).isoformat()
    stand = [with_value(one, changed[at]) if at in changed else one for at, one in enumerate(BEFORE.entries) if at not in gone]
    came = [Entry(card_of(100 + at), day, day, "ab" * 32) for at in range(new)]
    entries = public_log.dated(BEFORE, [*stand, *came], day)
    changes = public_log.extended(BEFORE, entries, day, {one.card.card: "safety" for one in BEFORE.entries})
    return replace(BEFORE, number=2, day=day, entries=entries, changes=changes)


@given(CHANGED, st.frozensets(st.integers(0, 13), max_size=3), st.integers(0, 2), st.integers(0, 3), st.booleans(), st.booleans())
@example({}, frozenset(), 0, 0, False, False)
@example({1: VALUES[4], 2: VALUES[5]}, frozenset({3}), 1, 2, True, False)
@settings(max_examples=25, deadline=None)
def test_over_the_files_before_they_are_the_same_bytes(
    changed: dict[int, CardValue], gone: frozenset[int], new: int, days: int, moved: bool, renamed: bool
) -> None:
    now = later(changed, gone, new, days)
    if moved:
        now = replace(now, statements=tuple(replace(one, link="https://elsewhere.example/") for one in now.statements[1:]))
    now = replace(now, organisation="Vydumka") if renamed else now
    whole = dict(public_data.files(now, WORDS, FORMS, LINKS))
    assert dict(public_data.files(now, WORDS, FORMS, LINKS, Earlier(BEFORE, FILES))) == whole


def test_only_who_differs_is_written_anew_and_who_went_is_in_nothing_that_stays() -> None:
    now = later({0: VALUES[6]}, frozenset({1}), 1, 0)
    kept = Kept(Earlier(BEFORE, FILES), now, WORDS)
    stay = {one.card.card for at, one in enumerate(BEFORE.entries) if one.card.named and at not in (0, 1)}
    assert {frozenset(rows) for rows in (kept.persons(), kept.entities(), kept.table("be"), kept.table("en"))} == {frozenset(stay)}
    assert len(kept.changes()) == len(BEFORE.changes)


def test_a_file_that_has_not_a_row_for_each_gives_none() -> None:
    for wrong in ({}, {path: data[: len(data) // 2] for path, data in FILES.items()}, dict.fromkeys(FILES, b"\n\n")):
        kept = Kept(Earlier(BEFORE, wrong), later({}, frozenset(), 0, 0), WORDS)
        assert not any((kept.persons(), kept.entities(), kept.table("ru"), kept.changes()))
