"""What a caller allowed holds for that very call: an earlier and wider consent does not reach it, and what was agreed before is not taken away."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.consent import covers
from letapis.desk import briefs, calls, claims, reading, sources, submit, verify
from tests.desk.test_submit import FACTS, Filed, filed

__all__ = ["filed"]
SAID = "The lawyer was let in on 3 December 2024."
USED = "wgad_regular"


def later(filed: Filed, days: int = 1) -> None:
    for desk in filed.team.desks:
        desk.clock.now += timedelta(days=days)  # type: ignore[attr-defined]  # the tests' clock can be set


def told(filed: Filed, use: str) -> reading.ClaimView:
    """A claim from a call of the dossier's own source, who agreed to the use before; checked by two others."""
    later(filed)
    desk = filed.desk(0)
    form = calls.CallForm(SAID, use, person=filed.person, source=filed.source, because="He cannot be reached.")
    note = calls.note_call(desk, desk.reader("work"), form).note
    later(filed)
    (record,) = claims.cut_claims(desk, desk.reader("work"), note, 0, len(SAID), [claims.Cut("lawyer.access", "true")])
    filed.team.settle()
    for other in filed.team.desks[1:]:
        for passage in reading.passages(other, other.reader("check"), note):
            verify.check_passage(other, other.reader("check"), passage.ref)
    filed.team.settle()
    return reading.claim(desk, desk.reader("work"), record.header.id)


def left_out(filed: Filed) -> int:
    """How many checked claims a new document leaves out, because their source does not allow the use."""
    desk = filed.desk(0)
    view = briefs.make_brief(desk, desk.reader("work"), filed.dossier)
    gates = {gate.name: gate.answer for gate in submit.gates(desk, desk.reader("work"), view)}
    return int(gates["left_out"].detail.get("count", 0))


@pytest.mark.parametrize("use", calls.USES)
def test_nothing_of_a_call_goes_out_before_its_caller_was_asked_again(filed: Filed, use: str) -> None:
    assert left_out(filed) == 0
    claim = told(filed, use)
    assert USED not in claim.scopes
    assert left_out(filed) == 1, "it alone: what was agreed to before still goes out"
    later(filed)
    desk = filed.desk(0)
    corrected = claims.correct_claim(desk, desk.reader("work"), claim.rid, claims.Cut("lawyer.access", "false"))
    assert USED not in reading.claim(desk, desk.reader("work"), corrected.header.id).scopes, "a correction opens nothing"


def test_the_full_answer_given_afterwards_opens_it(filed: Filed) -> None:
    told(filed, "later")
    assert left_out(filed) == 1
    later(filed)
    desk = filed.desk(0)
    sources.record_consent(desk, desk.reader("work"), filed.dossier, filed.source, [sources.ConsentForm(USED, "given", taken="2025-02-01")])
    assert left_out(filed) == 0


def test_what_was_said_under_an_answer_keeps_it_when_it_is_corrected(filed: Filed) -> None:
    desk = filed.desk(0)
    first = next(c for c in reading.claims(desk, desk.reader("work"), filed.dossier) if c.property == FACTS[0][0])
    later(filed)
    record = claims.correct_claim(desk, desk.reader("work"), first.rid, claims.Cut(FACTS[0][0], "2024-11-13"))
    assert USED in reading.claim(desk, desk.reader("work"), record.header.id).scopes


MOMENTS = st.integers(10, 30).map(lambda day: f"2026-01-{day}T00:00:00Z")
SCOPES = st.sampled_from("abc")


@given(st.sets(SCOPES), st.sets(SCOPES), MOMENTS, st.dictionaries(SCOPES, MOMENTS))
def test_a_claim_is_covered_by_what_it_came_under_or_by_what_came_after(
    wanted: set[str], came_under: set[str], recorded: str, given: dict[str, str]
) -> None:
    holds = covers(wanted, came_under, recorded, given)
    assert holds == wanted.issubset(came_under | {scope for scope, at in given.items() if at >= recorded})
    assert covers((), came_under, recorded, given)
    assert not holds or covers(wanted, came_under | {"z"}, recorded, given), "more consent never takes a use away"
