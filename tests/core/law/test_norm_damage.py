"""Whatever is broken in a norm file, on whichever line, is found at that line: every kind of damage done to norms drawn from the package."""

import random
import re
from collections.abc import Callable, Iterator

import pytest

from letapis.core.checkbook import kind_of
from letapis.core.errors import Fault
from letapis.core.norms import ATTRIBUTION_NORMS
from letapis.core.qualify_logic import names_in, parse_logic
from letapis.core.rulebook_check import faults
from letapis.core.toml_text import parse_table
from letapis.engines.catalogue import catalogue, law_files

LAW = law_files()
NORMS = {name: text for name, text in LAW.items() if kind_of(name) == "norms"}
BESIDE = {name: text for name, text in LAW.items() if kind_of(name) not in ("norms", "mechanisms", "first-set")}
BESIDE |= {f"mechanisms/{name}.toml": f'id = "{name}"' for name in catalogue().mechanisms}
Damage = Callable[[str], str]
DRAWN = 3
pytestmark = pytest.mark.usefixtures("files_parsed_once")


def line_damage(pattern: str, new: str) -> Callable[[str], Iterator[tuple[int, str]]]:
    """Every line that the pattern fits, with what it becomes."""

    def damage(text: str) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(text.splitlines(), 1):
            changed = re.sub(pattern, new, line, count=1)
            if changed != line:
                yield number, changed

    return damage


FACT = r'"[a-z_]+\.[a-z0-9_]+ (?=[=!<>hp])'
DAMAGES: dict[str, tuple[Callable[[str], Iterator[tuple[int, str]]], str]] = {
    "a fact that does not exist": (line_damage(FACT, '"act.of_vydumka '), "law.predicate_fact"),
    "a member that does not exist": (line_damage(r'(charge\.based_on has|actor\.organ_type ==) [a-z_]+', r"\1 vydumka"), "law.predicate_value"),
    "an operator of another type": (
        line_damage(r'^(satisfied_by = .*| +".*)\b([a-z_]+\.[a-z_]+) has ([a-z_]+)', r"\1\2 == \3"),
        "law.predicate_operator",
    ),
    "a list's operator on a yes or no": (line_damage(r" == (true|false)", r" has \1"), "law.predicate_operator"),
    "a condition without its blanks": (line_damage(r" == ", "=="), "law.predicate_form"),
    "a condition that shuts itself out": (line_damage(r'"([a-z_.]+) == true"', r'"\1 == true & \1 == false"'), "law.predicate_never"),
    "a text that is empty": (line_damage(r'^(text\.(?:en|be|ru) = ).*', r'\1""'), "law.text_languages"),
    "Russian letters in Belarusian": (line_damage(r'^((?:text\.)?be = ").*', r'\1Ищет"'), "law.text_languages"),
    "a role that does not exist": (line_damage(r'^role = ".*"', 'role = "vydumka"'), "law.element_form"),
    "a judge that is no yes or no": (line_damage(r"^judge = .*", 'judge = "yes"'), "law.element_form"),
    "a burden on nobody": (line_damage(r'^burden = ".*"', 'burden = "nobody"'), "law.element_form"),
    "nothing satisfies": (line_damage(r"^satisfied_by = \[.+\]", "satisfied_by = []"), "law.element_form"),
    "a logic that is not closed": (line_damage(r'^logic = "(.*)"', r'logic = "(\1"'), "law.logic_form"),
    "an element that is not there": (line_damage(r'^logic = "(.*)"', r'logic = "\1 & E99"'), "law.logic_element"),
    "a norm that is not there": (line_damage(r'^logic = "(.*)"', r'logic = "\1 & @VYDUMKA-1"'), "law.logic_norm"),
    "a treaty that is not there": (line_damage(r'^treaty = ".*"', 'treaty = "VYDUMKA"'), "law.norm_treaty"),
    "a treaty that does not bind": (line_damage(r'^treaty = "ICCPR"', 'treaty = "ROME-STATUTE"'), "law.treaty_unbound"),
    "a bearer of duties that does not exist": (line_damage(r'^duty_bearer = ".*"', 'duty_bearer = "nobody"'), "law.gate_form"),
    "an attribution that does not exist": (line_damage(r'^attribution = ".*"', 'attribution = "somehow"'), "law.gate_form"),
    "a day that is no day": (line_damage(r"^date_facts = .*", 'date_facts = ["detention.place"]'), "law.gate_form"),
    "a gate on a fact that does not exist": (line_damage(r"^(jurisdiction|person) = .*", r'\1 = ["no.fact present"]'), "law.predicate_fact"),
    "an authority by hearsay": (line_damage(r'^provenance = ".*"', 'provenance = "hearsay"'), "law.provenance"),
    "an authority without its name": (line_damage(r'^citation = ".*"', 'citation = ""'), "law.authority_form"),
    "an address that is none": (line_damage(r'^url = ".*"', 'url = "javascript:x"'), "law.authority_form"),
    "a kind that does not exist": (line_damage(r'^kind = ".*"', 'kind = "rumour"'), "law.norm_head"),
    "a version that is no number": (line_damage(r"^version = .*", 'version = "2"'), "law.norm_head"),
    "a validity that is not defined": (line_damage(r'^validity_at = ".*"', 'validity_at = "later"'), "law.norm_head"),
    "another name than the file's": (line_damage(r'^id = ".*"', 'id = "VYDUMKA-1"'), "law.file_name"),
    "a quotation mark that is not closed": (line_damage(r'^(title|article|kind) = ("[^"]*)"$', r"\1 = \2"), "law.file_form"),
}


def found_in(name: str, text: str, others: dict[str, str] | None = None) -> list[Fault]:
    """Faults of one norm beside the rest of the law; of the other norms only those that it needs are read."""
    needed = {**(others or {}), name: text}
    waiting = [text]
    while waiting:
        for norm in [*re.findall(r"@([A-Z0-9-]+)", waiting.pop()), *ATTRIBUTION_NORMS]:
            path = next((path for path in NORMS if path.endswith(f"/{norm}.toml")), None)
            if path and path not in needed:
                needed[path] = NORMS[path]
                waiting.append(NORMS[path])
    return [fault for fault in faults({**BESIDE, **needed}) if fault.file == name]


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_found_at_its_line(kind: str) -> None:
    damage, code = DAMAGES[kind]
    chance = random.Random(kind)
    places = [(name, number, line) for name, text in NORMS.items() for number, line in damage(text)]
    assert places, "the damage fits some norm"
    for name, number, line in chance.sample(places, min(DRAWN, len(places))):
        lines = NORMS[name].splitlines()
        lines[number - 1] = line
        found = {(fault.code, fault.line) for fault in found_in(name, "\n".join(lines))}
        # A quotation mark that is not closed is noticed where its line ends.
        assert {(code, number), (code, number + 1)} & found, (name, number, line, sorted(found, key=str))
        assert all(f"errors.{code}" in catalogue().texts for code, _ in found)


def test_a_norm_without_damage_has_no_fault() -> None:
    for name in random.Random("whole").sample(sorted(NORMS), DRAWN):
        assert found_in(name, NORMS[name]) == []


def test_an_element_that_the_logic_leaves_out_is_found_at_its_key() -> None:
    for name in random.Random("unused").sample(sorted(NORMS), 2 * DRAWN):
        table = parse_table(NORMS[name])
        logic, keys = table["logic"], [e["key"] for e in table["elements"] if e["role"] != "consequence"]
        mentioned = sorted(names_in(parse_logic(logic)) & set(keys))
        if len(mentioned) < 2 or table.get("variants"):
            continue
        text = NORMS[name].replace(f'logic = "{logic}"', f'logic = "{mentioned[0]}"', 1)
        lines = NORMS[name].splitlines()
        wanted = {("law.logic_unused", lines.index(f'key = "{key}"') + 1) for key in mentioned[1:]}
        assert wanted <= {(fault.code, fault.line) for fault in found_in(name, text)}


def test_an_element_on_which_nothing_hangs_is_found() -> None:
    name = "rulebook/norms/iccpr/ICCPR-9-3.toml"
    text = re.sub(r'logic = ".*"', 'logic = "E1 & E4 & (E2 | E3) | E1 & E4"', NORMS[name], count=1)
    lines = text.splitlines()
    wanted = {("law.logic_idle", lines.index(f'key = "{key}"') + 1) for key in ("E2", "E3")}
    assert wanted <= {(fault.code, fault.line) for fault in found_in(name, text)}


def test_an_element_that_is_always_defeated_too_is_found() -> None:
    name = "rulebook/norms/iccpr/ICCPR-9-3.toml"
    text = re.sub(r'satisfied_by = \["(.*?)".*\]\ndefeated_by = .*', r'satisfied_by = ["\1"]\ndefeated_by = ["\1"]', NORMS[name], count=1)
    assert text != NORMS[name]
    assert "law.element_unreachable" in {fault.code for fault in found_in(name, text)}


@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_circle_of_norms_is_found_at_every_logic_of_it(length: int) -> None:
    drawn = random.Random(length).sample([name for name in NORMS if "@" not in NORMS[name] and '"required"' not in NORMS[name]], length + 1)
    ids = [name.rpartition("/")[2].removesuffix(".toml") for name in drawn]
    circle = {
        name: re.sub(r'^logic = "(.*)"', rf'logic = "(\1) & @{ids[(place + 1) % len(ids)]}"', NORMS[name], count=1, flags=re.MULTILINE)
        for place, name in enumerate(drawn)
    }
    for name, text in circle.items():
        line = next(number for number, one in enumerate(text.splitlines(), 1) if one.startswith("logic ="))
        assert ("law.norm_cycle", line) in {(fault.code, fault.line) for fault in found_in(name, text, circle)}


@pytest.mark.parametrize("value", ["3", "[]", "{}", "true", "[1]", "[{}]", '[["a"]]', "{ en = 1 }"])
def test_a_value_of_another_shape_is_a_fault_and_no_crash(value: str) -> None:
    chance = random.Random(value)
    for name in chance.sample(sorted(NORMS), DRAWN):
        lines = NORMS[name].splitlines()
        places = [n for n, line in enumerate(lines) if re.match(r"(kind|role|burden|logic|treaty|duty_bearer|provenance|key|article) = ", line)]
        for number in chance.sample(places, 3):
            text = "\n".join([*lines[:number], f"{lines[number].split(' = ')[0]} = {value}", *lines[number + 1 :]])
            assert found_in(name, text), (name, lines[number])
