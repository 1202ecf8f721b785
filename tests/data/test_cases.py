"""Published decisions and invented controls: what a body found is reached, what it rejected or a control forbids is not."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from letapis.core.qualify import Judgement
from letapis.engines.catalogue import catalogue

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests" / "vectors" / "cases").glob("*.toml"))
RULEBOOK = catalogue().rulebook
CONFIRMED = {(n.id, e.key): Judgement(True, b"m" * 16, b"r" * 32) for n in RULEBOOK.norms.values() for e in n.elements if e.judge}


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("law_score", ROOT / "tools" / "law_score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCORER = _scorer()


def test_all_development_cases_are_here() -> None:
    assert [path.stem for path in FILES] == ["C02", "C04", "C05", "C10", "C13", "C16", "C17", "C19", "N01", "N06"]


@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "unconfirmed"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case_reaches_what_was_found_and_nothing_that_was_rejected(path: Path, confirmed: bool) -> None:
    one = SCORER.score(path.read_text("utf-8"), catalogue(), stated_only=False, judgements=CONFIRMED if confirmed else {})
    assert one.missed == () and one.wrong == ()


@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "unconfirmed"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_without_inferred_facts_nothing_rejected_is_reached_either(path: Path, confirmed: bool) -> None:
    one = SCORER.score(path.read_text("utf-8"), catalogue(), stated_only=True, judgements=CONFIRMED if confirmed else {})
    assert one.wrong == ()


def test_score_without_inferred_facts_does_not_fall() -> None:
    """Most misses come from nobody having recorded what the State failed to justify."""
    scores = [SCORER.score(path.read_text("utf-8"), catalogue(), stated_only=True) for path in FILES]
    counted = [one for one in scores if one.scored]
    assert sum(len(one.reached) for one in counted) >= 8
    assert sum(len(one.reached) + len(one.missed) for one in counted) == 15


def test_controls_forbid_something_and_stay_quiet() -> None:
    for path in FILES:
        if path.stem.startswith("N"):
            assert len(SCORER.score(path.read_text("utf-8"), catalogue(), stated_only=False, judgements=CONFIRMED).quiet) >= 15


CASE = """id = "X1"
pleaded = ["ICCPR-9", "ICCPR-9-4"]
found = ["ICCPR-9", "ICCPR-9-4"]
rejected = ["ICCPR-9-3"]
unknown = ["ICCPR-9-4"]
must_not = ["ICCPR-9-3", "ELSEWHERE"]
inferred_facts = ["judge.first_appearance_h"]
[facts]
"detention.legal_basis" = "criminal"
"judge.first_appearance_h" = 90
[article_level]
ICCPR-9 = ["ICCPR-9-3", "ICCPR-9-4"]
[outside_rules]
ELSEWHERE = "not a norm of ours"
"""


def test_an_article_is_reached_by_any_of_its_norms_and_what_is_masked_or_outside_is_not_scored() -> None:
    one = SCORER.score(CASE, catalogue(), stated_only=False)
    assert (one.reached, one.missed, one.wrong, one.quiet) == (("ICCPR-9",), (), ("ICCPR-9-3",), ())
    stated = SCORER.score(CASE, catalogue(), stated_only=True)
    assert (stated.reached, stated.missed, stated.wrong, stated.quiet) == ((), ("ICCPR-9",), (), ("ICCPR-9-3",))


def test_the_table_names_each_case_and_fails_when_something_forbidden_is_reached(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "X1.toml").write_text(CASE, encoding="utf-8")
    assert SCORER.main(tmp_path) == 1
    said = capsys.readouterr().out
    assert "!ICCPR-9-3" in said and "stated facts alone" in said and "1 / 1" in said
    assert SCORER.main(FILES[0].parent) == 0
    said = capsys.readouterr().out
    assert all(said.count(f"\n  {path.stem} ") == 2 for path in FILES)
