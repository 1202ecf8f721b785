"""Mechanism cards and the gates of a submission: nothing opens that nobody answered."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letapis.core.consent import Consent
from letapis.core.gates import (
    Filing,
    Gate,
    check_gates,
    closed,
    consent_gates,
    duplication_gates,
    floor_gate,
    freshness,
    length_gates,
    review_gates,
    status_gate,
    submission_gates,
)
from letapis.core.mechanisms import Result, checks, duplication
from letapis.core.qualify import Judgement, evaluate_all
from letapis.core.situation import settled
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

CARDS = catalogue().mechanisms
WGAD = CARDS["WGAD-REGULAR"]
DAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def world(**facts: Value) -> object:
    return settled({name.replace("__", "."): value for name, value in facts.items()}).world


def results(card: str, **facts: Value) -> dict[str, Result]:
    return {r.check.id: r.result for r in checks(CARDS[card], world(**facts))}  # type: ignore[arg-type]


def test_every_card_of_the_package_is_read() -> None:
    assert len(CARDS) == 25
    assert all(card.name["be"] and card.body["ru"] and card.norms for card in CARDS.values())
    assert [f.key for f in WGAD.fields][:3] == ["identity.family_name", "identity.first_name", "identity.sex"]


def test_records_of_a_field_bring_their_facts() -> None:
    field = next(f for f in WGAD.fields if f.key == "identity.birth_date_or_age")
    assert "identity.birth_date" in field.feeding and "identity.birth" in field.records
    assert all(fact in catalogue().vocabulary for card in CARDS.values() for f in card.fields for fact in f.feeding)


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({}, Result.OPEN),
        ({"procedure__submitter_identified": True}, Result.PASS),
        ({"procedure__submitter_identified": False}, Result.FAIL),
    ],
)
def test_a_check_on_facts_passes_fails_or_asks(facts: dict[str, Value], result: Result) -> None:
    assert results("WGAD-REGULAR", **facts)["source"] is result


def test_a_check_that_can_only_fail_passes_once_every_failure_is_excluded() -> None:
    assert results("WGAD-REGULAR")["other_procedures"] is Result.OPEN
    assert results("WGAD-REGULAR", procedure__pending_before=())["other_procedures"] is Result.PASS
    assert results("WGAD-REGULAR", procedure__pending_before=("WGEID",))["other_procedures"] is Result.FAIL


def test_a_check_with_pass_conditions_alone_stays_open_until_one_is_true() -> None:
    assert results("WGAD-REGULAR", detention__ongoing=True)["liberty"] is Result.OPEN
    assert results("WGAD-REGULAR", detention__start="2021")["liberty"] is Result.PASS


def test_an_open_check_names_the_facts_to_ask_for() -> None:
    gate = next(g for g in check_gates(WGAD, [world()]) if g.item == "source")  # type: ignore[arg-type]
    assert gate.missing == ("procedure.submitter_identified",) and gate.closed


def test_a_person_confirms_what_only_a_person_can_decide() -> None:
    before = {g.item: g for g in check_gates(CARDS["GIE-BELARUS"], [world()])}  # type: ignore[arg-type]
    after = {g.item: g for g in check_gates(CARDS["GIE-BELARUS"], [world()], ["tiers", "period"])}  # type: ignore[arg-type]
    assert before["tiers"].closed and not after["tiers"].closed
    assert after["period"].closed, "facts decide this one: nobody can confirm it away"


def test_an_informing_check_never_stops_a_submission() -> None:
    gate = next(g for g in check_gates(WGAD, [world()]) if g.item == "remedies")  # type: ignore[arg-type]
    assert not gate.answer.holds and not gate.closed


def given_(scope: str, recipient: str = "") -> Consent:
    return Consent(b"r" * 32, b"p" * 16, scope, "given", "2026-10-01", recipient=recipient)


@pytest.mark.parametrize(
    ("named", "stops"),
    [
        ("WGAD-REGULAR", False),
        ("United Nations Working Group on Arbitrary Detention", False),
        ("рабочая группа ООН по произвольным задержаниям", False),
        ("Vydumka Monitor", True),
    ],
)
def test_a_consent_that_names_its_recipient_counts_for_that_recipient_alone(named: str, stops: bool) -> None:
    gates = consent_gates(WGAD, catalogue().consent, [given_("wgad_regular", named)], DAY)
    assert bool(closed(gates)) is stops


def test_a_required_scope_that_is_missing_stops_the_submission() -> None:
    scopes = catalogue().consent
    assert [g.item for g in closed(consent_gates(WGAD, scopes, [], DAY))] == ["wgad_regular"]
    assert not closed(consent_gates(WGAD, scopes, [given_("wgad_regular")], DAY))
    assert closed(consent_gates(WGAD, scopes, [given_("publish_named")], DAY))


def test_one_of_the_alternatives_is_enough_and_none_is_not() -> None:
    card, scopes = CARDS["GIE-BELARUS"], catalogue().consent
    assert [g.answer.because for g in closed(consent_gates(card, scopes, [], DAY))] == ["law.consent_any_missing"]
    gates = consent_gates(card, scopes, [given_("gie_group_only")], DAY)
    assert not closed(gates)
    assert {g.item: g.answer.holds for g in gates}["gie_share_with_courts"] is False


@pytest.mark.parametrize("card", sorted(CARDS))
def test_no_card_lets_a_file_go_without_any_consent(card: str) -> None:
    gates = (*consent_gates(CARDS[card], catalogue().consent, [], DAY), status_gate(CARDS[card], DAY))
    assert closed(gates)


def test_a_closed_procedure_stays_closed_and_the_covenant_complaint_is_one() -> None:
    assert status_gate(CARDS["OHCHR-BELARUS"], DAY).answer.because == "law.status_closed_since"
    assert status_gate(CARDS["HRCTTEE"], DAY).closed
    assert not status_gate(WGAD, DAY).closed
    assert status_gate(CARDS["GIE-BELARUS"], date(2023, 1, 1)).answer.because == "law.status_not_begun"


def test_where_only_states_file_the_system_never_offers_to_file() -> None:
    states = [card for card in CARDS.values() if card.organisations_only_prepare]
    assert states and all(status_gate(card, DAY).answer.because == "law.only_states_file" for card in states)


def test_a_parallel_procedure_that_blocks_cannot_be_cleared() -> None:
    found = duplication(WGAD, ["WGEID", "SP-COMMUNICATION"], [])
    assert [d.rule.rule for d in found] == ["blocks", "declare"]
    gates = duplication_gates(WGAD, ["WGEID", "SP-COMMUNICATION"], [], cleared=["WGEID", "SP-COMMUNICATION"])
    assert [g.item for g in closed(gates)] == ["WGEID"]
    assert [g.item for g in closed(duplication_gates(WGAD, ["SP-COMMUNICATION"], []))] == ["SP-COMMUNICATION"]


def test_procedures_that_nobody_recorded_stop_a_card_that_they_could_block() -> None:
    (gate,) = duplication_gates(WGAD, None, None)
    assert gate.closed and gate.missing == ("procedure.pending_before", "procedure.decided_by")
    (gate,) = duplication_gates(WGAD, [], [])
    assert gate.answer.because == "law.duplication_none"


def test_a_decided_procedure_counts_like_a_pending_one() -> None:
    assert duplication(WGAD, [], ["HRCTTEE"])[0].state == "decided"
    assert closed(duplication_gates(WGAD, [], ["HRCTTEE"]))


devices = st.dictionaries(st.text(min_size=1, max_size=3), st.one_of(st.none(), st.integers(0, 200).map(lambda h: NOW - timedelta(hours=h))))


@given(devices, st.integers(1, 100))
def test_freshness_holds_only_if_every_device_was_heard_from_in_time(seen: dict[str, datetime | None], hours: int) -> None:
    answer = freshness(seen, NOW, hours)
    silent = [name for name, at in seen.items() if at is None or NOW - at > timedelta(hours=hours)]
    assert answer.holds == (not silent)
    if silent:
        assert answer.detail["count"] == len(silent)
        overridden = freshness(seen, NOW, hours, "the device is in the repair shop")
        assert overridden.holds and overridden.detail["count"] == len(silent)
        assert not freshness(seen, NOW, hours, "  ").holds


def test_one_claim_below_the_floor_stops_the_submission() -> None:
    assert not floor_gate([1, 2, 1], 1).closed
    gate = floor_gate([1, 2, 0, -1], 1)
    assert gate.closed and gate.answer.detail == {"count": 2}
    assert floor_gate([2, 1], 2).closed


def test_floors_follow_the_standard_of_the_body() -> None:
    proof = catalogue().proof
    assert [int(proof.use_of(name).floor) for name in ("WGAD-REGULAR", "GIE-BELARUS", "draft")] == [1, 2, 0]


def test_a_text_over_the_limit_is_stopped_with_both_numbers() -> None:
    (gate,) = length_gates(WGAD, {"body": 21})
    assert gate.closed and gate.answer.detail == {"limit": "20", "actual": "21"}
    assert not closed(length_gates(WGAD, {"body": 20})) and not length_gates(WGAD, {"words": 5})


def test_a_judgement_that_waits_stops_the_submission_of_what_is_pleaded() -> None:
    facts: dict[str, Value] = {"detention.start": "2021", "charge.based_on": ("expression",), "restriction.necessity_reasoned": False}
    rulebook = catalogue().rulebook
    open_ = evaluate_all(rulebook, settled(facts), {}, WGAD.norms)
    judged = {(norm, e.key): Judgement(True, b"m", b"r") for norm in WGAD.norms for e in rulebook.norms[norm].elements if e.judge}
    done = evaluate_all(rulebook, settled(facts), judged, WGAD.norms)
    assert [g.item for g in closed(review_gates(WGAD, open_))] == ["WGAD-II"]
    assert not closed(review_gates(WGAD, done))
    assert review_gates(WGAD, evaluate_all(rulebook, settled({}), {}, WGAD.norms))[0].answer.because == "law.nothing_pleaded"


FACTS: dict[str, Value] = {
    "detention.start": "2021",
    "charge.based_on": ("expression",),
    "restriction.necessity_reasoned": False,
    "procedure.submitter_identified": True,
    "procedure.submitter_reachable": True,
    "procedure.pending_before": (),
    "procedure.decided_by": (),
}


def filing(**changes: object) -> Filing:
    """A filing to the Working Group with which nothing is wrong, but for the changes."""
    facts = {**FACTS, **changes.pop("facts", {})}  # type: ignore[dict-item]
    for name in changes.pop("unknown", ()):  # type: ignore[attr-defined]
        del facts[name]
    rulebook = catalogue().rulebook
    judged = {(norm, e.key): Judgement(True, b"m", b"r") for norm in WGAD.norms for e in rulebook.norms[norm].elements if e.judge}
    situation = settled(facts)
    given: dict[str, object] = {
        "situation": situation,
        "consents": [given_("wgad_regular")],
        "qualifications": evaluate_all(rulebook, situation, judged, WGAD.norms),
        "levels": [1, 2],
        "devices_last_seen": {"other": NOW},
        "measured": {"body": 12},
    }
    return Filing(**{**given, **changes})  # type: ignore[arg-type]


def stopped_by(case: Filing) -> set[str]:
    return {gate.name for gate in closed(submission_gates(WGAD, case, catalogue().consent, catalogue().proof.use_of(WGAD.id).floor, NOW, 72))}


def test_a_filing_with_which_nothing_is_wrong_may_go() -> None:
    assert stopped_by(filing()) == set()


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"consents": []}, {"consent"}),
        ({"levels": [1, 0]}, {"standing"}),
        ({"measured": {"body": 40}}, {"length"}),
        ({"devices_last_seen": {"other": None}}, {"freshness"}),
        ({"facts": {"procedure.pending_before": ("WGEID",)}}, {"check", "duplication"}),
        ({"facts": {"procedure.decided_by": ("HRCTTEE",)}}, {"duplication"}),
        ({"unknown": ("procedure.decided_by",)}, {"duplication"}),
        ({"facts": {"procedure.submitter_identified": False}}, {"check"}),
        ({"unknown": ("procedure.submitter_identified",)}, {"check"}),
    ],
)
def test_each_gate_stops_a_filing_for_its_own_reason(change: dict[str, object], gate: set[str]) -> None:
    assert stopped_by(filing(**change)) == gate


@pytest.mark.parametrize("closes", [False, True])
def test_a_time_that_is_over_is_said_before_a_submission_and_stops_it_where_the_card_says_so(closes: bool) -> None:
    card, late = catalogue().mechanisms["WGEID"], {**FACTS, "detention.start": "2020-01-01"}
    window = next(time for time in card.timing if time.counted_from == "detention.start")
    card = replace(card, timing=(replace(window, closes=closes),))
    case = filing(facts=late)
    (found,) = [g for g in submission_gates(card, case, catalogue().consent, 1, NOW, 72) if g.name == "deadline"]
    assert (found.answer.because, found.closed) == ("law.window_over", closes)


def test_silent_devices_can_be_accepted_with_reasons_and_nothing_else_with_them() -> None:
    assert stopped_by(filing(devices_last_seen={"other": None}, override="in the repair shop")) == set()
    assert stopped_by(filing(devices_last_seen={"other": None}, override="in the repair shop", levels=[0])) == {"standing"}


IN_TIME, TOO_EARLY = {"act__date": "2021-01-01"}, {"act__date": "2019-01-01"}


def period(*persons: dict[str, Value], **more: bool) -> Gate:
    return next(gate for gate in check_gates(CARDS["GIE-BELARUS"], [world(**one) for one in persons], **more) if gate.item == "period")


@pytest.mark.parametrize(
    ("persons", "because", "count"),
    [
        ((IN_TIME, IN_TIME), "law.check_passed", None),
        ((IN_TIME, TOO_EARLY, {}), "law.check_failed_some", 1),
        ((TOO_EARLY, TOO_EARLY), "law.check_failed_some", 2),
        ((IN_TIME, {}), "law.check_open_some", 1),
        (({}, IN_TIME), "law.check_open_some", 1),
        ((TOO_EARLY,), "law.check_failed", None),
    ],
)
def test_each_person_whom_a_document_speaks_of_must_pass_and_not_the_first_alone(
    persons: tuple[dict[str, Value], ...], because: str, count: int
) -> None:
    gate = period(*persons)
    assert (gate.answer.because, gate.answer.detail.get("count"), gate.closed) == (because, count, because != "law.check_passed")
    for language in ("en", "be", "ru"):
        assert catalogue().texts.say(gate.answer.because, language, **gate.answer.detail)


def test_of_a_proposal_on_an_official_one_person_who_passes_suffices_and_facts_on_the_official_count() -> None:
    assert not period({}, TOO_EARLY, IN_TIME, one_suffices=True).closed
    assert period({}, TOO_EARLY, one_suffices=True).answer.because == "law.check_failed"
    card = CARDS["EU-BELARUS"]
    suffered, official = settled({"detention.start": "2024-11-12"}), settled({"actor.identified": True})
    for target, closes in ((None, True), (official, False)):
        case = filing(situation=suffered, others=(suffered,), target=target)
        gates = submission_gates(card, case, catalogue().consent, 1, NOW, 72)
        assert next(gate for gate in gates if gate.item == "identified").closed is closes


def test_what_is_pending_for_any_of_the_persons_is_seen() -> None:
    both = settled({**FACTS, "procedure.pending_before": ("WGEID",)})
    assert {"check", "duplication"} <= stopped_by(filing(others=(both,)))
    assert "duplication" in stopped_by(filing(others=(settled({}),)))
    assert not stopped_by(filing(others=(settled(FACTS),)))


def test_every_answer_of_a_filing_has_its_sentence() -> None:
    gates = submission_gates(WGAD, filing(levels=[0], measured={"body": 40}), catalogue().consent, 1, NOW, 72)
    for gate in gates:
        for language in ("en", "be", "ru"):
            assert catalogue().texts.say(gate.answer.because, language, **gate.answer.detail)
