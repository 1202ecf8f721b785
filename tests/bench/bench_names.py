"""Names beside other tools, on published pairs and in one index: the section "Names" of the page, in one run; what is absent is said."""

import csv
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import pytest
from tools.names_eval import FOLDER, Searched, asked, at_threshold, average_precision, half, is_belarusian, retrieval

from letapis.core.name_compare import SUGGESTED
from tests.bench.measure import load, machine
from tests.bench.name_rivals import RIVALS, Labelled, Pair, Rival, Scorer, folded
from tests.bench.report import NAMES, Report

PUBLIC: Final = FOLDER / "names-eval" / "public.csv"
OFFICIALS: Final = FOLDER / "data" / "names_gold_public.csv"
SLICES: Final = ("real", "typo", "initials", "surname_first", "no_patronymic")
WHOLE: Final = 200_000
"""From this SCALE on every published pair is compared; a quick look takes every so many."""
QUESTIONS: Final = 60
TEXT: Final = """
Published spellings of officials' and deputies' names in Belarusian, Russian, Ukrainian and Latin letters, {real:,} pairs as they were found
and {derived:,} made from them: with typing errors, with initials, with the surname first, without the father's name. A threshold was fitted
on one half, the numbers are of the other. Every score of ours comes with its reasons; a name that was met before is not read again.

One process on one core, {day}, {machine}.
{load:.0f} programs wanted a core meanwhile, so speeds are to be read beside each other.

| Method | P | R | F1 | AP | typing errors, F1 | initials, F1 | Belarusian script, recall | pairs/s |
|---|---|---|---|---|---|---|---|---|
{pairs}

At the threshold of a suggestion ours has precision {precision:.4f} and recall {recall:.4f}; pairs of names that it has met before: {known:,.0f}
a second.

Finding an official among {size:,} names of nobody by each other published spelling, namesakes kept:

| Method | recall@1 | recall@5 | Belarusian, recall@5 | p50, ms | p95, ms | index, MB |
|---|---|---|---|---|---|---|
{searches}
"""


@dataclass
class Compared:
    """The scores of one method on both halves, slice by slice, and how many pairs a second it took."""

    scores: dict[tuple[str, str], list[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(list))
    belarusian: list[float] = field(default_factory=list)
    speed: float = 0.0

    def threshold(self) -> float:
        real = self.scores["development", "real"]
        steps = sorted({score for score, _ in real})
        return max(steps[:: max(1, len(steps) // 400)], key=lambda step: at_threshold(real, step)[2])

    def row(self, name: str) -> str:
        fitted, real = self.threshold(), self.scores["held out", "real"]
        precision, recall, f1 = at_threshold(real, fitted)
        typing, initials = (at_threshold(self.scores["held out", part], fitted)[2] for part in ("typo", "initials"))
        found = sum(score >= fitted for score in self.belarusian) / max(1, len(self.belarusian))
        numbers = (precision, recall, f1, average_precision(real), typing, initials, found)
        return f"| {name} | {' | '.join(f'{number:.3f}' for number in numbers)} | {self.speed:,.0f} |"


def published(scale: int) -> list[dict[str, str]]:
    rows = [row for row in csv.DictReader(PUBLIC.read_text("utf-8").splitlines()) if row["slice"] in SLICES]
    return rows if scale >= WHOLE else rows[:: max(1, WHOLE // max(1, scale))]


def compared(rival: Rival, rows: Sequence[dict[str, str]]) -> tuple[Compared, Scorer]:
    """Learnt from the half for development, timed on both."""
    learnt: list[Labelled] = [
        (row["name_a"], row["name_b"], row["label"] == "1") for row in rows if half(row["name_a"], row["name_b"]) == "development"
    ]
    scorer = rival.learn(learnt)
    pairs: list[Pair] = [(row["name_a"], row["name_b"]) for row in rows]
    began = time.process_time()
    scores = scorer(pairs)
    found = Compared(speed=len(pairs) / max(1e-9, time.process_time() - began))
    for row, score in zip(rows, scores, strict=True):
        part, same = half(row["name_a"], row["name_b"]), row["label"] == "1"
        found.scores[part, row["slice"]].append((score, same))
        if part == "held out" and row["slice"] == "real" and same and "be" in (row["lang_a"], row["lang_b"]):
            found.belarusian.append(score)
    return found, scorer


def searched_by_brute_force(size: int) -> str:
    """Every name beside the question, as a tool without an index does."""
    if not find_spec("rapidfuzz"):
        return "| rapidfuzz token_sort, every name: rapidfuzz is not installed | | | | | | |"
    process, ratio = import_module("rapidfuzz.process"), import_module("rapidfuzz.fuzz").token_sort_ratio
    labels, questions = asked(FOLDER / "data", size)
    chosen = random.Random(6).sample(questions, QUESTIONS)
    known = [first for first, _ in folded([(label, label) for label in labels])]
    took, places = [], []
    for name, number in chosen:
        query = folded([(name, name)])[0][0]
        began = time.perf_counter()
        best = [at for *_, at in process.extract(query, known, scorer=ratio, limit=5)]
        took.append((time.perf_counter() - began) * 1e3)
        places.append((best[:1] == [number], number in best, is_belarusian(name)))
    hits = [found for _, found, belarusian in places if belarusian]
    first, fifth = (sum(place[at] for place in places) / len(places) for at in (0, 1))
    took.sort()
    memory = sum(map(len, known)) / 1e6
    return (
        f"| rapidfuzz token_sort, every name, {QUESTIONS} questions | {first:.3f} | {fifth:.3f} | {sum(hits) / max(1, len(hits)):.3f} "
        f"| {took[len(took) // 2]:.0f} | {took[int(len(took) * 0.95)]:.0f} | {memory:.0f} |"
    )


def ours(found: Searched) -> str:
    p50, p95 = (found.at(found.worked, share) for share in (0.5, 0.95))
    return (
        f"| letapis, {found.questions} questions, processor time | {found.first:.3f} | {found.fifth:.3f} | {found.belarusian:.3f} "
        f"| {p50:.1f} | {p95:.1f} | {found.index / 1e6:.0f} |"
    )


@pytest.mark.skipif(not PUBLIC.exists() or not OFFICIALS.exists(), reason="published names are read where they lie, none is shipped")
def test_names_beside_other_tools(report: Report, scale: int) -> None:
    rows, lines = published(scale), []
    first: tuple[Compared, Scorer] | None = None
    for rival in RIVALS:
        if rival.absent:
            lines.append(f"| {rival.name}: {rival.absent} is not installed | | | | | | | | |")
        else:
            one = compared(rival, rows)
            first = first or one
            lines.append(one[0].row(rival.name))
        report.say(lines[-1])
    assert first is not None
    mine, scorer = first
    began = time.process_time()
    scorer([(row["name_a"], row["name_b"]) for row in rows])
    known = len(rows) / (time.process_time() - began)
    size = min(scale, 1_000_000)
    searches = [ours(retrieval(FOLDER / "data", size)), searched_by_brute_force(size)]
    precision, recall, _ = at_threshold(mine.scores["held out", "real"], SUGGESTED)
    real = sum(row["slice"] == "real" for row in rows)
    about: dict[str, Any] = {"day": time.strftime("%Y-%m-%d", time.gmtime()), "machine": machine(), "load": load(), "size": size, "known": known}
    told: dict[str, Any] = {"precision": precision, "recall": recall, "real": real, "derived": len(rows) - real}
    report.put(NAMES, TEXT.format(pairs="\n".join(lines), searches="\n".join(searches), **about, **told))
