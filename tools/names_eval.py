"""How well names are compared, on published pairs: ``tools/names_eval.py [FOLDER]`` prints every number in one run.

Pairs are parted into a half for development and one held out by a hash of the pair; only misses of the first may be looked at (``--misses SLICE``).
"""

import csv
import hashlib
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from letapis.core.name_compare import SUGGESTED
from letapis.engines.catalogue import catalogue

Scores = list[tuple[float, bool]]
FOLDER = Path(__file__).resolve().parents[2] / "shared"


def half(first: str, second: str) -> str:
    pair = "\x1f".join(sorted((first, second)))
    return "held out" if hashlib.sha256(pair.encode()).digest()[0] & 1 else "development"


def average_precision(scores: Scores) -> float:
    """Ties count together, so that no order of equal scores is better than another."""
    ranked, total = sorted(scores, key=lambda one: -one[0]), sum(same for _, same in scores)
    found = seen = 0
    area, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            found += ranked[end][1]
            end += 1
        area += found / end * (found - seen) / total
        seen, at = found, end
    return area


def at_threshold(scores: Scores, threshold: float) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    right = sum(same for score, same in scores if score >= threshold)
    taken, there = sum(score >= threshold for score, _ in scores), sum(same for _, same in scores)
    precision, recall = right / max(1, taken), right / max(1, there)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def line(name: str, scores: Scores) -> str:
    precision, recall, f1 = at_threshold(scores, SUGGESTED)
    return f"{name:34} AP {average_precision(scores):.4f}  P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}  ({len(scores)} pairs)"


def pairs(folder: Path, misses: str) -> None:
    rows = list(csv.DictReader((folder / "public.csv").open(encoding="utf-8", newline="")))
    names = catalogue().names
    started = time.process_time()
    found = [names.compare(row["name_a"], row["name_b"]) for row in rows]
    first = time.process_time() - started
    started = time.process_time()
    for row in rows:
        names.compare(row["name_a"], row["name_b"])
    again = time.process_time() - started
    slices: dict[tuple[str, str], Scores] = defaultdict(list)
    belarusian: dict[str, list[bool]] = defaultdict(list)
    for row, likeness in zip(rows, found, strict=True):
        part, same = half(row["name_a"], row["name_b"]), row["label"] == "1"
        slices[part, row["slice"]].append((likeness.score, same))
        if same and row["slice"] == "real" and "be" in (row["lang_a"], row["lang_b"]):
            belarusian[part].append(likeness.score >= SUGGESTED)
        if part == "development" and row["slice"] == misses and (likeness.score >= SUGGESTED) != same:
            why = " ".join(f"{reason.part}:{reason.kind}:{reason.factor:.2f}" for reason in likeness.reasons)
            print(f"  {'missed' if same else 'wrong'} {likeness.score:.3f} {row['name_a']} | {row['name_b']}  {why}")
    for (part, name), scores in sorted(slices.items()):
        print(line(f"{part}: {name}", scores) if name != "other_name" else f"{part}: other_name: recall {at_threshold(scores, SUGGESTED)[1]:.3f}")
    for part, hits in sorted(belarusian.items()):
        print(f"{part}: recall with a side in Belarusian script {sum(hits) / len(hits):.4f} ({len(hits)} pairs)")
    print(f"explained pairs a second, one core: {len(rows) / first:,.0f} when every name is new, {len(rows) / again:,.0f} when known")


def cases(folder: Path) -> None:
    """The persons of a public benchmark of the world's names."""
    names = catalogue().names
    rows = [row for row in csv.DictReader((folder / "nomenklatura_cases.csv").open(encoding="utf-8", newline="")) if row["schema"] == "Person"]
    scores = [(names.compare(row["name1"], row["name2"]).score, row["is_match"] == "true") for row in rows]
    print(line("nomenklatura, persons", scores))
    best = max((at_threshold(scores, score)[2], score) for score, _ in scores)
    print(f"{'':34} best F1 {best[0]:.4f} at {best[1]:.3f}")


def romanisations(folder: Path) -> None:
    """Every system of romanisation beside the Cyrillic word; words of geography, so the surname's rule alone."""
    names = catalogue().names
    rows = [row for row in csv.DictReader((folder / "romanisation_tests_bel.csv").open(encoding="utf-8", newline="")) if row["cyrillic"].strip()]
    single = [row for row in rows if len(row["cyrillic"].split()) == 1]
    hits = [names.compare(row["cyrillic"], row["latin_expected"]).score >= SUGGESTED for row in single]
    print(f"romanisation systems, single words: {sum(hits) / len(hits):.4f} ({len(hits)} words)")


def main(arguments: Sequence[str]) -> None:
    misses = arguments[arguments.index("--misses") + 1] if "--misses" in arguments else ""
    pairs(FOLDER / "names-eval", misses)
    cases(FOLDER / "names-eval")
    romanisations(FOLDER / "data")


if __name__ == "__main__":
    main(sys.argv[1:])
