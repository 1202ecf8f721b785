"""Chains of an advocacy log: every entry once, what follows beneath what it follows, and promises that nothing followed."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from letapis.core.advocacy import DEEPEST, Entry, Kind, chains, open_promises

TODAY = date(2026, 11, 26)
IDS = [bytes([n]) * 16 for n in range(8)]
ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from(IDS),
        st.sampled_from([b"", b"z" * 16, *IDS]),
        st.sampled_from([str(kind) for kind in Kind]),
        st.sampled_from(["2026", "2026-05", "2026-05-02", "2025-01-01", "soon"]),
        st.sampled_from(["", "2026-06", "2027-01-01"]),
    ),
    max_size=12,
)


def entry(number: int, kind: str, day: str = "2026-05-01", after: int | None = None, due: str = "") -> Entry:
    return Entry(IDS[number], IDS[after] if after is not None else b"", kind, day, due)


def test_what_follows_stands_beneath() -> None:
    asked, promised, said = entry(0, "request"), entry(1, "promise", "2026-06-01", 0), entry(2, "statement", "2026-06-02", 0)
    done, other = entry(3, "outcome", "2026-07-01", 1), entry(4, "meeting", "2026-06-15")
    found = chains([done, said, other, promised, asked])
    assert [[(link.entry.ident, link.depth) for link in chain] for chain in found] == [
        [(IDS[0], 0), (IDS[1], 1), (IDS[3], 2), (IDS[2], 1)],
        [(IDS[4], 0)],
    ]


def test_an_outcome_closes_the_promises_above_it_and_nothing_else_does() -> None:
    promise = entry(1, "promise", "2026-10-27", 0, "2026-11-01")
    assert [(one.days, one.late) for one in open_promises([entry(0, "request"), promise], TODAY)] == [(30, True)]
    assert open_promises([promise, entry(2, "statement", "2026-11-01", 1)], TODAY)
    assert not open_promises([promise, entry(2, "meeting", "2026-11-01", 1), entry(3, "outcome", "2026-11-02", 2)], TODAY)
    month = open_promises([entry(1, "promise", "2026-10", due="2026-11")], TODAY)
    assert [(one.days, one.late) for one in month] == [(26, False)], "a month is taken as its last day, and is over when it is over"


@given(ENTRIES, st.randoms())
def test_every_entry_stands_at_one_place_in_any_order(entries: list[Entry], random: object) -> None:
    known = {one.ident: one for one in entries}
    found = chains(entries)
    assert sorted(link.entry.ident for chain in found for link in chain) == sorted(known)
    assert all(0 <= link.depth <= DEEPEST for chain in found for link in chain) and all(chain[0].depth == 0 for chain in found)
    last = list(known.values())
    random.shuffle(last)  # type: ignore[attr-defined]
    assert chains(last) == chains(known.values())
    assert {one.entry.ident for one in open_promises(last, TODAY)} <= {one.ident for one in last if one.kind == "promise"}


@given(ENTRIES)
def test_one_outcome_more_opens_no_promise(entries: list[Entry]) -> None:
    more = [*entries, Entry(b"y" * 16, IDS[0], "outcome", "2026-11-01")]
    assert {one.entry.ident for one in open_promises(more, TODAY)} <= {one.entry.ident for one in open_promises(entries, TODAY)}
