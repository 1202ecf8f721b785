"""Gates: date and treaty, jurisdiction, person, attribution. Only a false gate closes a norm."""

from datetime import date

import pytest

from letapis.core.norm_gates import GateResult, examine_gates
from letapis.core.situation import FactState, Side, Situation, settled
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

RULEBOOK = catalogue().rulebook


def gates(norm: str, facts: dict[str, Value], as_of: date | None = None) -> dict[str, GateResult]:
    return {gate.name: gate for gate in examine_gates(RULEBOOK.norms[norm], settled(facts), RULEBOOK, as_of)}


@pytest.mark.parametrize(
    ("norm", "act", "truth", "because"),
    [
        ("ICCPR-9-3", "2021", True, "law.gate_date_holds"),
        ("ICCPR-9-3", "1976-03-22", False, "law.gate_before_validity"),
        ("ICCPR-9-3", "1976-03-23", True, "law.gate_date_holds"),
        ("ICCPR-9-3", "1976", True, "law.gate_date_holds"),
        ("ICCPR-9-3", None, None, "law.gate_date_unknown"),
        ("OP1-INTERIM-MEASURES", "2024", True, "law.gate_treaty_denounced"),
        ("OP1-INTERIM-MEASURES", "2022", True, "law.gate_date_holds"),
        ("PP-2013-T1", "2010", True, "law.gate_before_adoption"),
        ("CAT-3", "2021", True, "law.gate_host_state"),
        ("RS-7-1-F", "2002-06-30", False, "law.gate_before_validity"),
    ],
)
def test_the_date_of_the_act_decides_which_law_applies(norm: str, act: str | None, truth: bool | None, because: str) -> None:
    name = RULEBOOK.norms[norm].gates.date_facts[0]
    gate = gates(norm, {name: act} if act else {})["date"]
    assert (gate.truth, gate.answer.because) == (truth, because)
    assert bool(gate.missing) == (truth is None)


def test_the_first_recorded_date_is_the_date_of_the_act() -> None:
    assert gates("ICCPR-14-1", {"act.date": "2021", "detention.start": "1970"})["date"].truth is True
    assert gates("ICCPR-14-1", {"detention.start": "1970"})["date"].truth is False


def test_two_accounts_of_a_date_matter_only_if_they_disagree_on_the_law() -> None:
    def gate(*days: str) -> GateResult:
        situation = Situation({"detention.start": FactState(tuple(Side(day) for day in days))})
        return examine_gates(RULEBOOK.norms["ICCPR-9-3"], situation, RULEBOOK)[0]

    assert gate("2020-08-09", "2020-08-10").truth is True
    assert gate("1970", "2020").truth is None and gate("1970", "2020").missing == ("detention.start",)


def test_a_yardstick_of_tomorrow_is_not_applied_today() -> None:
    assert gates("MANDELA-43-45", {"detention.start": "2012"}, date(2014, 1, 1))["date"].truth is False
    assert gates("MANDELA-43-45", {"detention.start": "2012"}, date(2026, 1, 1))["date"].truth is True
    assert gates("MANDELA-43-45", {"detention.start": "2012"})["date"].truth is True


def test_jurisdiction_is_territory_or_control_and_asks_when_unknown() -> None:
    assert gates("ICCPR-9-3", {"act.country": "BY"})["jurisdiction"].truth is True
    assert gates("ICCPR-9-3", {"act.country": "LT", "act.effective_control": True})["jurisdiction"].truth is True
    outside = gates("ICCPR-9-3", {"act.country": "LT", "act.effective_control": False})["jurisdiction"]
    assert (outside.truth, outside.answer.because) == (False, "law.gate_jurisdiction_fails")
    assert gates("ICCPR-9-3", {})["jurisdiction"].missing == ("act.country", "act.effective_control")
    assert gates("WGAD-I", {})["jurisdiction"].answer.because == "law.gate_not_tested"


def test_attribution_is_presumed_until_the_actor_is_private() -> None:
    assert gates("ICCPR-9-3", {})["attribution"].truth is True
    assert gates("ICCPR-9-3", {"actor.organ_type": "private"})["attribution"].truth is False
    assert gates("ICCPR-7", {"actor.organ_type": "private"})["attribution"].answer.because == "law.gate_attribution_element"
    contested = Situation({"actor.organ_type": FactState((Side("private"), Side("state_organ")))})
    assert examine_gates(RULEBOOK.norms["ICCPR-9-3"], contested, RULEBOOK)[3].truth is None


def test_every_reason_of_a_gate_has_its_sentence() -> None:
    texts = catalogue().texts
    for kind in ("presumed", "element", "required", "none"):
        assert f"law.gate_attribution_{kind}" in texts
    for name in ("jurisdiction", "person"):
        assert f"law.gate_{name}_holds" in texts and f"law.gate_{name}_fails" in texts
    for rule in ("blocks", "declare", "ask", "warn", "compatible"):
        assert f"law.duplication_{rule}" in texts
    for status in ("open", "closed", "conditional"):
        assert f"law.status_{status}" in texts
