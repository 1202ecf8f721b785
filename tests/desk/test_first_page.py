"""What waits and what is new: in order, without what is one's own, and read from indexes however large the workspace."""

from collections.abc import Callable

import pytest

from letapis.core.access import Reader
from letapis.core.records import Record
from letapis.core.standing import Level
from letapis.desk import ledger, reading
from letapis.desk.opening import Desk
from letapis.desk.reading import home as first_page
from tests.desk.test_arrivals import claim, decision, shared_dossier

Carry = Callable[..., ledger.Receipt]
Pair = tuple[Desk, Desk]


def waiting(desk: Desk, dossier: bytes = b"") -> list[bytes]:
    found, _ = reading.waiting(desk, desk.reader("check"), dossier)
    return [view.rid for one in found for view in one.claims]


def shared(two_desks: Pair, carry: Carry, count: int) -> tuple[tuple[bytes, bytes, bytes, bytes], list[Record]]:
    """Claims of the first that the second has."""
    first, second = two_desks
    home = shared_dossier(first)
    made = ledger.append(first, [claim(home, passage=bytes([n]) * 32) for n in range(count)])
    carry(first, second)
    return home, made


def test_ones_own_claims_wait_for_others_only(two_desks: Pair, carry: Carry) -> None:
    home, made = shared(two_desks, carry, 3)
    assert waiting(two_desks[0]) == waiting(two_desks[0], home[0]) == []
    assert waiting(two_desks[1]) == waiting(two_desks[1], home[0]) == [record.header.id for record in made]


def test_what_i_checked_does_not_wait_again(two_desks: Pair, carry: Carry) -> None:
    home, made = shared(two_desks, carry, 3)
    ledger.append(two_desks[1], [decision(home, "check", made[0].ref, made[2].ref)])
    assert waiting(two_desks[1]) == waiting(two_desks[1], home[0]) == [made[1].header.id]


def test_what_nobody_checked_comes_before_what_one_has(two_desks: Pair, carry: Carry) -> None:
    home, made = shared(two_desks, carry, 3)
    two_desks[1].store.run("UPDATE db_claim SET checks = 1 WHERE ref = %s", (made[0].ref,))
    expected = [made[1].header.id, made[2].header.id, made[0].header.id]
    assert waiting(two_desks[1]) == waiting(two_desks[1], home[0]) == expected


@pytest.mark.parametrize("change", ["replaced = 1", f"level = {int(Level.DISPUTED)}", f"level = {int(Level.UNCOUNTED)}"])
def test_what_is_replaced_disputed_or_not_counted_does_not_wait(two_desks: Pair, carry: Carry, change: str) -> None:
    _, made = shared(two_desks, carry, 2)
    two_desks[1].store.run(f"UPDATE db_claim SET {change} WHERE ref = %s", (made[0].ref,))
    assert waiting(two_desks[1]) == [made[1].header.id]


def test_the_count_of_what_waits_ends_at_the_cap(two_desks: Pair, carry: Carry, monkeypatch: pytest.MonkeyPatch) -> None:
    shared(two_desks, carry, 5)
    monkeypatch.setattr(first_page, "CAP", 3)
    assert reading.waiting(two_desks[1], two_desks[1].reader("check"), limit=2)[1] == 3


def test_claims_of_one_passage_are_one_line(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    ledger.append(first, [claim(home, passage=b"p" * 32), claim(home, False, passage=b"p" * 32), claim(home)])
    carry(first, second)
    lines, count = reading.waiting(second, second.reader("check"))
    assert [len(line.claims) for line in lines] == [2, 1] and count == 3


def test_somebody_without_the_compartment_sees_nothing_wait(two_desks: Pair, carry: Carry) -> None:
    shared(two_desks, carry, 2)
    second = two_desks[1]
    page = reading.home_page(second, Reader(second.me, frozenset(), "check"))
    assert (page.to_check, page.to_check_count, page.contested, page.disputed, page.news, page.dossiers) == ((), 0, (), (), (), ())


def test_news_is_what_others_recorded_since_the_last_look(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home, made = shared(two_desks, carry, 2)
    assert [(one.dossier.dossier, one.new) for one in reading.news(second, second.reader("work"))] == [(home[0], 2)]
    assert reading.news(first, first.reader("work")) == []
    reading.mark_visited(second, second.reader("work"), home[0])
    assert reading.news(second, second.reader("work")) == []
    ledger.append(first, [decision(home, "dispute", made[0].ref, reason="the date cannot be")])
    carry(first, second)
    assert [one.new for one in reading.news(second, second.reader("work"))] == [1]


def test_contested_and_disputed_claims_stand_on_the_first_page_newest_first(two_desks: Pair, carry: Carry) -> None:
    first, second = two_desks
    home = shared_dossier(first)
    made = ledger.append(first, [claim(home), claim(home, False), claim(home, property="detention.masked_agents")])
    ledger.append(first, [decision(home, "dispute", made[2].ref, reason="so")])
    carry(first, second)
    page = reading.home_page(second, second.reader("work"))
    assert [view.ref for view in page.contested] == [made[1].ref, made[0].ref]
    assert [view.ref for view in page.disputed] == [made[2].ref]


def test_claims_can_be_asked_for_by_person_source_and_level(two_desks: Pair, carry: Carry) -> None:
    desk = two_desks[0]
    home = shared_dossier(desk)
    made = ledger.append(desk, [claim(home), claim(home, subject=b"o" * 16), claim(home, source=b"t" * 16, property="detention.masked_agents")])
    ledger.append(desk, [decision(home, "dispute", made[1].ref, reason="so")])
    reader = desk.reader("work")

    def refs(**only: object) -> list[bytes]:
        return [view.ref for view in reading.claims(desk, reader, home[0], **only)]  # type: ignore[arg-type]  # each case names one of them

    assert refs() == [record.ref for record in made]
    assert refs(subject=b"o" * 16) == [made[1].ref]
    assert refs(source=b"t" * 16) == [made[2].ref]
    assert refs(level=Level.DISPUTED) == [made[1].ref]
    assert refs(evidence=b"e" * 16) == []


@pytest.mark.parametrize(
    "query, index",
    [
        (first_page._OPEN.format(where="level = 0 AND checks = 0 AND author = x'00'", order="id"), "db_claim_level"),
        (first_page._OPEN.format(where="dossier = x'00' AND +level = 0 AND author <> x'00'", order="checks > 0, id"), "db_claim_dossier"),
        (first_page._NEWEST.format(row="id", table="db_claim", who="author"), "db_claim_author"),
        (first_page._NEWEST.format(row="record_id", table="db_ruling", who="member"), "db_ruling_member"),
        ("SELECT id FROM db_record WHERE compartment IN (x'00') ORDER BY id DESC LIMIT %s", "db_record_compart"),
        ("SELECT id FROM db_claim WHERE subject = x'00' ORDER BY low, id LIMIT %s", "db_claim_subject"),
    ],
)
def test_lists_of_the_whole_workspace_are_read_from_an_index(desk: Desk, query: str, index: str) -> None:
    plan = " ".join(str(row[3]) for row in desk.store.rows("EXPLAIN QUERY PLAN " + query.replace("%s", "1")))
    assert index in plan and "SCAN" not in plan
    if "checks > 0" not in query:
        assert "TEMP B-TREE" not in plan
