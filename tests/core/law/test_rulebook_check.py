"""The checker of the law files: the package's own data has no fault, and each kind of fault is found at its line."""

import tomllib
from collections.abc import Callable

import pytest

from letapis.core.errors import Damaged, Fault
from letapis.core.norms import read_norm, read_rulebook
from letapis.core.rulebook_check import faults
from letapis.engines.catalogue import catalogue, law_files

LAW = law_files()
pytestmark = pytest.mark.usefixtures("files_parsed_once")
NORM = "rulebook/norms/iccpr/ICCPR-9-3.toml"
FACTS = "rulebook/facts/detention.toml"
CARD = "mechanisms/WGAD-REGULAR.toml"


def line_of(name: str, needle: str) -> int:
    return next(i for i, line in enumerate(LAW[name].splitlines(), 1) if needle in line)


def test_the_law_of_the_package_has_no_fault() -> None:
    assert len(LAW) > 150
    assert faults(LAW) == []


def broken(name: str, old: str, new: str) -> list[Fault]:
    assert old in LAW[name], "the test changes something that is there"
    return faults({**LAW, name: LAW[name].replace(old, new, 1)})


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (NORM, 'id = "ICCPR-9-3"', 'id = "ICCPR-9-33"', "law.file_name"),
        (NORM, "judge.first_appearance_h > 48", "judge.first_appearance_h > two", "law.predicate_value"),
        (NORM, "judge.first_appearance_h > 48", "judge.first_appearence_h > 48", "law.predicate_fact"),
        (NORM, "judge.first_appearance_h > 48", "judge.first_appearance_h has 48", "law.predicate_operator"),
        (NORM, "judge.first_appearance_h > 48", "judge.first_appearance_h>48", "law.predicate_form"),
        (NORM, "E1 & (E2 | E3 | E4)", "E1 & (E2 | E3 | E4", "law.logic_form"),
        (NORM, "E1 & (E2 | E3 | E4)", "E1 & (E2 | E3 | E5)", "law.logic_element"),
        (NORM, "E1 & (E2 | E3 | E4)", "E1 & (E2 | E3)", "law.logic_unused"),
        (NORM, "E1 & (E2 | E3 | E4)", "E1 & (E2 | E3 | E4) & @ICCPR-99", "law.logic_norm"),
        (NORM, 'role = "constitutive"', 'role = "decorative"', "law.element_form"),
        (NORM, 'burden = "applicant"', 'burden = "nobody"', "law.element_form"),
        (NORM, 'burden = "applicant"', 'burden = "applicant"\nprima_facie = ["detention.start present"]', "law.element_form"),
        (NORM, 'date_facts = ["detention.start", "act.date"]', 'date_facts = ["detention.place"]', "law.gate_form"),
        (NORM, 'provenance = "general_knowledge"\n\n[[authorities]]', 'provenance = "hearsay"\n\n[[authorities]]', "law.provenance"),
        (NORM, 'be = "Неадкладная', 'be = "Щ', "law.text_languages"),
        (NORM, "[title]", "[title", "law.file_form"),
        (NORM, '[[elements]]\nkey = "E1"', '[elements]\nkey = "E1"', "law.file_form"),
        (NORM, 'validity_at = "act"\n', "", "law.norm_incomplete"),
        (FACTS, 'type = "date"', 'type = "moment"', "law.fact_form"),
        (FACTS, 'asked_of = "person"', 'asked_of = "oracle"', "law.fact_form"),
        (FACTS, 'unit = "hours"\n', "", "law.fact_form"),
        (FACTS, 'group = "detention"', 'group = "arrest"', "law.file_name"),
        (FACTS, 'label.be = "Пачатак', 'label.be = "Ищет', "law.text_languages"),
        (CARD, 'status = "open"', 'status = "ajar"', "law.card_form"),
        (CARD, 'required = ["wgad_regular"]', 'required = ["wgad_irregular"]', "law.card_reference"),
        (CARD, '"detention.start present"', '"detention.begin present"', "law.predicate_fact"),
        (CARD, 'facts = ["detention.start"]', 'facts = ["detention.begin"]', "law.predicate_fact"),
        (CARD, 'rule = "blocks"', 'rule = "hinders"', "law.card_form"),
        (CARD, 'effect = "block"', 'effect = "explode"', "law.card_form"),
        (CARD, 'unit = "days"', 'unit = "moons"', "law.card_form"),
        ("mechanisms/WGEID.toml", 'counted_from = "detention.start"', 'counted_from = "detention.agency"', "law.predicate_fact"),
        ("rulebook/treaties/belarus.toml", 'status = "in_force"', 'status = "in_limbo"', "law.treaty_form"),
        ("rulebook/treaties/belarus.toml", 'in_force = "1976-03-23"', 'in_force = "1976-33"', "law.date_form"),
        ("routing.toml", 'first = ["WGAD-REGULAR"]', 'first = ["WGAD-IRREGULAR"]', "law.card_reference"),
        ("rulebook/first-set.toml", '"ICCPR-7"', '"ICCPR-77"', "law.first_set"),
        ("consent.toml", 'label.en = "Publish with name"', 'label.en = "Публікаваць"', "law.text_languages"),
    ],
)
def test_every_kind_of_fault_is_found(name: str, old: str, new: str, code: str) -> None:
    found = [fault for fault in broken(name, old, new) if fault.code == code]
    assert found
    assert all(fault.text_key in catalogue().texts for fault in found)


def test_a_fault_in_a_predicate_is_shown_at_its_line() -> None:
    (fault,) = broken(NORM, "judge.first_appearance_h > 48", "judge.first_appearance_h > two")
    assert (fault.file, fault.line, fault.about) == (NORM, line_of(NORM, "judge.first_appearance_h > 48"), "E2")


def test_a_broken_file_is_shown_at_the_line_of_the_parser() -> None:
    found = [fault for fault in broken(NORM, "[title]", "[title") if fault.file == NORM]
    assert [(fault.code, fault.line) for fault in found] == [("law.file_form", line_of(NORM, "[title]"))]


def test_an_entry_of_another_shape_is_a_fault_and_no_crash() -> None:
    found = faults({**LAW, NORM: 'id = "ICCPR-9-3"\nelements = ["E1"]\n', FACTS: 'group = "detention"\nfacts = 3\n'})
    assert {fault.file for fault in found if fault.code == "law.entry_form"} == {NORM, FACTS}


def test_a_norm_that_rests_on_itself_is_found() -> None:
    chapeau = "rulebook/norms/rome-statute/RS-7-CHAPEAU.toml"
    logic = next(line for line in LAW[chapeau].splitlines() if line.startswith("logic"))
    assert "law.norm_cycle" in {fault.code for fault in broken(chapeau, logic, logic[:-1] + ' & @RS-7-1-D"')}


def test_a_norm_under_two_names_is_found() -> None:
    found = faults({**LAW, "rulebook/norms/iccpr/COPY.toml": LAW[NORM]})
    assert "law.file_name" in {fault.code for fault in found}


def norm_table(change: Callable[[dict[str, object]], object]) -> dict[str, object]:
    table = tomllib.loads(LAW[NORM])
    change(table)
    return table


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.pop("title"), "law.norm_incomplete"),
        (lambda t: t.update(logic="E1 & E9"), "law.logic_element"),
        (lambda t: t["elements"].append(t["elements"][0]), "law.logic_element"),
        (lambda t: t["elements"][0].update(satisfied_by=[]), "law.element_form"),
    ],
)
def test_the_rulebook_refuses_a_norm_that_it_cannot_evaluate(change: Callable[[dict[str, object]], object], code: str) -> None:
    with pytest.raises(Damaged) as fault:
        read_norm(norm_table(change), catalogue().vocabulary)
    assert (fault.value.code, fault.value.where) == (code, "ICCPR-9-3")


@pytest.mark.parametrize(
    ("count", "treaties", "first", "code"),
    [(2, True, [], "law.norm_twice"), (1, False, [], "law.norm_treaty"), (1, True, ["ICCPR-9-4"], "law.first_set")],
)
def test_the_rulebook_refuses_doubles_and_loose_ends(count: int, treaties: bool, first: list[str], code: str) -> None:
    table = norm_table(lambda t: None)
    listed = [{"treaties": [{"id": "ICCPR", "status": "in_force", "title": {}, "in_force": "1976-03-23"}]}] if treaties else []
    with pytest.raises(Damaged) as fault:
        read_rulebook({"version": "t"}, [table] * count, listed, first, catalogue().vocabulary)
    assert fault.value.code == code
