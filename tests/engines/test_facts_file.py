"""A file of facts in, the result of every norm out, as plain data."""

import json

import pytest

from letapis.core.errors import UsageError
from letapis.core.vocabulary import ValueFault
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
    assert result["rulebook"] == catalogue().rulebook.version and len(result["norms"]) == 81
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
        keys = [reason for element in norm["elements"] for reason in element["reasons"]] + [gate["because"] for gate in norm["gates"]]
        assert all(key in catalogue().texts for key in keys)


def test_a_norm_with_a_judgement_is_never_indicated_by_a_file() -> None:
    facts = FILE + '"harm.severe" = true\n"harm.type" = ["beating"]\n"harm.official_involved" = true\n"harm.lawful_sanction_only" = false\n'
    found = {norm["id"]: norm["status"] for norm in evaluate_facts_file(facts, catalogue(), False)["norms"]}
    assert found["ICCPR-7"] == "arguable"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[facts", "law.file_form"),
        ("a = 1", "law.facts_file"),
        ("facts = 3", "law.facts_file"),
        ('inferred_facts = "x"\n[facts]', "law.facts_file"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, code: str) -> None:
    with pytest.raises(UsageError) as fault:
        evaluate_facts_file(text, catalogue(), bool(text == "inferred" or "inferred" in text))
    assert fault.value.code == code


def test_a_value_that_does_not_fit_names_the_fact_and_not_the_value() -> None:
    with pytest.raises(ValueFault) as fault:
        evaluate_facts_file('[facts]\n"judge.authority" = "the minister of Vydumka"\n', catalogue(), False)
    assert fault.value.fact == "judge.authority" and "Vydumka" not in f"{fault.value} {fault.value.where}"
