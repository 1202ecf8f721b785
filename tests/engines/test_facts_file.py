"""A file of facts in, the result of every norm out, as plain data."""

import json

import pytest

from letapis.core.errors import FaultyFile
from letapis.engines.catalogue import catalogue
from letapis.engines.facts_file import evaluate_facts_file, read_facts

FILE = """
inferred_facts = ["judge.first_appearance_h"]
partial = ["charge.based_on"]
[facts]
"detention.start" = "2021-01"
"act.country" = "BY"
"detention.legal_basis" = "criminal"
"judge.first_appearance_h" = 69.5
"charge.based_on" = ["expression"]
"""


def norms(stated_only: bool) -> dict[str, dict[str, object]]:
    return {norm["id"]: norm for norm in evaluate_facts_file(FILE, catalogue(), stated_only)["norms"]}


def test_every_norm_has_a_status_elements_and_questions() -> None:
    result = evaluate_facts_file(FILE, catalogue(), False)
    assert result["rulebook"] == catalogue().rulebook.version and len(result["norms"]) == len(catalogue().rulebook.norms)
    for norm in result["norms"]:
        assert {"id", "status", "elements", "missing"} <= norm.keys()
        assert all({"key", "result", "reasons"} <= element.keys() for element in norm["elements"])
    assert json.loads(json.dumps(result)) == result


def test_inferred_facts_can_be_left_out() -> None:
    assert norms(False)["ICCPR-9-3"]["status"] == "indicated"
    stated = norms(True)["ICCPR-9-3"]
    assert stated["status"] == "insufficient_facts"
    assert "judge.first_appearance_h" in stated["missing"]  # type: ignore[operator]


def test_a_list_can_be_marked_partial() -> None:
    assert read_facts(FILE, catalogue(), False).world["charge.based_on"].partial


def test_reasons_are_sentences_that_exist() -> None:
    for norm in evaluate_facts_file(FILE, catalogue(), False)["norms"]:
        keys = [reason["because"] for element in norm["elements"] for reason in element["reasons"]] + [gate["because"] for gate in norm["gates"]]
        assert all(key in catalogue().texts for key in keys)


def test_a_norm_with_a_judgement_is_never_indicated_by_a_file() -> None:
    facts = FILE + '"harm.severe" = true\n"harm.type" = ["beating"]\n"harm.official_involved" = true\n"harm.lawful_sanction_only" = false\n'
    found = {norm["id"]: norm["status"] for norm in evaluate_facts_file(facts, catalogue(), False)["norms"]}
    assert found["ICCPR-7"] == "arguable"


@pytest.mark.parametrize(
    ("text", "line", "code", "about"),
    [
        ("a = 1\n[facts", 2, "law.file_form", ""),
        ("x = " + "[" * 5000, None, "law.file_form", ""),
        ("x = " + "9" * 5000, None, "law.file_form", ""),
        ("a = 1", None, "law.facts_file", ""),
        ("a = 1\nfacts = 3", 2, "law.facts_file", ""),
        ('inferred_facts = "x"\n[facts]', 1, "law.facts_list", "inferred_facts"),
        ("[facts]\npartial = 1", 2, "vocabulary.unknown_fact", ""),
        ('\npartial = ["no.such"]\n[facts]', 2, "vocabulary.unknown_fact", "partial"),
        ('[other]\n"sentence.months" = 1\n[facts]\n"sentence.months" = "54"', 4, "law.facts_number", "sentence.months"),
        ('[facts]\n"sentence.months" = true', 2, "law.facts_number", "sentence.months"),
        ('[facts]\n"sentence.months" = nan', 2, "claims.value_number", "sentence.months"),
        ('[facts]\n"detention.after_amnesty" = "yes"', 2, "law.facts_bool", "detention.after_amnesty"),
        ('[facts]\ndetention.after_amnesty = "yes"', 2, "law.facts_bool", "detention.after_amnesty"),
        ('[facts.detention]\nafter_amnesty = 1', 2, "law.facts_bool", "detention.after_amnesty"),
        ('[facts]\n"charge.article" = "CC1999 342(1)"', 2, "law.facts_list_value", "charge.article"),
        ('[facts]\n"detention.start" = 2021', 2, "law.facts_date", "detention.start"),
        ('[facts]\n"detention.start" = "2021-13"', 2, "claims.value_date", "detention.start"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_the_line(text: str, line: int | None, code: str, about: str) -> None:
    with pytest.raises(FaultyFile) as refused:
        evaluate_facts_file(text, catalogue(), False)
    (fault,) = refused.value.faults
    assert (fault.line, fault.code, fault.about) == (line, code, about)
    assert fault.text_key in catalogue().texts and refused.value.exit_code == 2


def test_a_value_that_does_not_fit_names_the_fact_and_not_the_value() -> None:
    with pytest.raises(FaultyFile) as refused:
        evaluate_facts_file('[facts]\n"judge.authority" = "the minister of Vydumka"\n', catalogue(), False)
    (fault,) = refused.value.faults
    assert fault.about.startswith("judge.authority (") and "prosecutor" in fault.about and "Vydumka" not in fault.about


def test_a_group_may_be_written_as_a_table_and_a_mark_of_the_editor_is_no_fault() -> None:
    text = "\ufeff[facts.detention]\nstart = 2021-01-02\n[facts]\njudge.first_appearance_h = 69.5\n"
    assert set(read_facts(text.replace("[facts]\n", "[facts.judge]\n").replace("judge.first", "first"), catalogue(), False).world) == {
        "detention.start",
        "judge.first_appearance_h",
    }


def test_reasons_name_the_facts_of_both_sides_and_what_is_open() -> None:
    text = FILE + '"judge.authority" = "judge"\n'
    (norm,) = [n for n in evaluate_facts_file(text, catalogue(), False)["norms"] if n["id"] == "ICCPR-9-3"]
    by_key = {element["key"]: {reason["kind"]: reason["facts"] for reason in element["reasons"]} for element in norm["elements"]}
    assert by_key["E2"] == {"satisfied": ["judge.first_appearance_h"]}
    assert by_key["E3"] == {"defeated": ["judge.authority"]}
    assert by_key["E4"] == {"open": ["detention.individualised_reasons", "detention.pretrial_days"]}
