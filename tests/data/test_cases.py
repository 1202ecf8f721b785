"""Published decisions and invented controls: what a body found is reached, what it rejected or a control forbids is not."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from letapis.core.qualify import Judgement, Qualification, Status, evaluate_all
from letapis.engines.catalogue import catalogue
from letapis.engines.facts_file import read_facts

CASES = Path(__file__).parents[1] / "vectors" / "cases"
FILES = sorted(CASES.glob("*.toml"))
RULEBOOK = catalogue().rulebook
CONFIRMED = {(n.id, e.key): Judgement(True, b"m" * 16, b"r" * 32) for n in RULEBOOK.norms.values() for e in n.elements if e.judge}


def results(text: str, judgements: dict[tuple[str, str], Judgement], stated_only: bool = False) -> dict[str, Qualification]:
    return {q.norm: q for q in evaluate_all(RULEBOOK, read_facts(text, catalogue(), stated_only), judgements)}


def reached(case: dict[str, Any], found: dict[str, Qualification], ref: str) -> bool:
    return any(found[norm].reached for norm in case.get("article_level", {}).get(ref, [ref]))


def test_all_development_cases_are_here() -> None:
    assert [path.stem for path in FILES] == ["C02", "C04", "C05", "C10", "C13", "C16", "C17", "C19", "N01", "N06"]


@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "unconfirmed"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case_reaches_what_was_found_and_nothing_that_was_rejected(path: Path, confirmed: bool) -> None:
    text = path.read_text(encoding="utf-8")
    case = tomllib.loads(text)
    found = results(text, CONFIRMED if confirmed else {})
    outside = case.get("outside_rules", {})
    assert [ref for ref in case["found"] if ref not in outside and not reached(case, found, ref)] == []
    assert [ref for ref in case["rejected"] + case["must_not"] if ref not in outside and reached(case, found, ref)] == []
    if case.get("overall") == "arbitrary":
        assert any(reached(case, found, ref) for ref in case["pleaded"] if ref.startswith("WGAD"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_without_inferred_facts_nothing_rejected_is_reached_either(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    case = tomllib.loads(text)
    found = results(text, CONFIRMED, stated_only=True)
    outside = case.get("outside_rules", {})
    assert [ref for ref in case["rejected"] + case["must_not"] if ref not in outside and reached(case, found, ref)] == []


def test_score_without_inferred_facts_is_what_we_say_it_is() -> None:
    """Most misses come from nobody having recorded what the State failed to justify; the number is printed in the documents."""
    hits = total = 0
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        case = tomllib.loads(text)
        found = results(text, CONFIRMED, stated_only=True)
        refs = [ref for ref in case["found"] if ref not in case.get("outside_rules", {})]
        total += len(refs)
        hits += sum(reached(case, found, ref) for ref in refs)
    assert (hits, total) == (7, 14)


@pytest.mark.parametrize("name", ["N01", "N06"])
def test_a_control_stays_quiet_whatever_a_reviewer_confirms(name: str) -> None:
    text = (CASES / f"{name}.toml").read_text(encoding="utf-8")
    case = tomllib.loads(text)
    found = results(text, CONFIRMED)
    assert [norm for norm in case["must_not"] if found[norm].status in (Status.INDICATED, Status.ARGUABLE)] == []
