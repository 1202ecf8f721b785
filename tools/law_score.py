"""How the rules do on published decisions and invented controls, case by case, with and without inferred facts. Run by `make law-score`.

Scored as section 10 of docs/reference/law.md says: closed to what was pleaded, what the source leaves unknown is masked, a finding at
the level of an article is reached by any of its norms. The figures judge rules and cases together and say nothing about unseen cases.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letapis.core.qualify import Judgement, Qualification, evaluate_all
from letapis.core.toml_text import parse_table
from letapis.engines.catalogue import Catalogue, catalogue
from letapis.engines.facts_file import read_facts

CASES = Path(__file__).parent.parent / "tests" / "vectors" / "cases"
UNSCORED = "C"


@dataclass(frozen=True)
class Score:
    """One case: what a body found and the rules reach, what they miss, and what they must not reach but do."""

    case: str
    reached: tuple[str, ...]
    missed: tuple[str, ...]
    quiet: tuple[str, ...]
    wrong: tuple[str, ...]
    scored: bool = True


Judgements = Mapping[tuple[str, str], Judgement]


def score(text: str, data: Catalogue, *, stated_only: bool, judgements: Judgements | None = None) -> Score:
    """Score one case file; ``judgements`` play reviewers, nobody without them."""
    case = parse_table(text)
    found = {q.norm: q for q in evaluate_all(data.rulebook, read_facts(text, data, stated_only), judgements or {})}
    wanted = [ref for ref in case["found"] if _counts(case, ref)]
    unwanted = [ref for ref in dict.fromkeys((*case["rejected"], *case["must_not"])) if _counts(case, ref)]
    hits = [ref for ref in wanted if reached(case, found, ref)]
    misses = [ref for ref in wanted if ref not in hits]
    if case.get("overall") == "arbitrary":
        any_category = any(reached(case, found, ref) for ref in case["pleaded"] if ref.startswith("WGAD"))
        (hits if any_category else misses).append("WGAD")
    wrong = [ref for ref in unwanted if reached(case, found, ref)]
    quiet = tuple(ref for ref in unwanted if ref not in wrong)
    return Score(case["id"], tuple(hits), tuple(misses), quiet, tuple(wrong), case.get("status") != UNSCORED)


def _counts(case: Mapping[str, Any], ref: str) -> bool:
    return ref not in case.get("outside_rules", {}) and ref not in case["unknown"]


def reached(case: Mapping[str, Any], found: Mapping[str, Qualification], ref: str) -> bool:
    """A reference of a case is a norm, or an article that any of its norms reaches."""
    return any(found[norm].reached for norm in case.get("article_level", {}).get(ref, [ref]))


def table(paths: list[Path], data: Catalogue, *, stated_only: bool) -> Iterator[str]:
    """Lines of the table for a terminal, the totals last."""
    yield f"{'case':<6}{'found':>9}{'wrong':>9}  missed; reached though rejected or forbidden"
    hits = wanted = wrong = unwanted = 0
    for path in paths:
        one = score(path.read_text(encoding="utf-8"), data, stated_only=stated_only)
        of, against = len(one.reached) + len(one.missed), len(one.quiet) + len(one.wrong)
        mark = "" if one.scored else "  (findings not counted: full text not read)"
        told = "; ".join(part for part in (", ".join(one.missed), ", ".join(f"!{ref}" for ref in one.wrong)) if part)
        yield f"{one.case:<6}{len(one.reached):>5} / {of}{len(one.wrong):>5} / {against:<3} {told}{mark}".rstrip()
        wrong, unwanted = wrong + len(one.wrong), unwanted + against
        if one.scored:
            hits, wanted = hits + len(one.reached), wanted + of
    yield f"{'all':<6}{hits:>5} / {wanted}{wrong:>5} / {unwanted}"


def main(folder: Path) -> int:
    """Print both tables. Returns 1 when something that was rejected or is forbidden was reached."""
    paths, data, wrong = sorted(folder.glob("*.toml")), catalogue(), 0
    for stated_only, title in ((False, "with inferred facts"), (True, "stated facts alone")):
        print(f"rulebook {data.rulebook.version}, {title}")
        for line in table(paths, data, stated_only=stated_only):
            print(f"  {line}")
        print()
        wrong += sum(len(score(path.read_text(encoding="utf-8"), data, stated_only=stated_only).wrong) for path in paths)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else CASES))
