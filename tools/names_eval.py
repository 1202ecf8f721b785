"""How well names are compared, on published pairs: ``tools/names_eval.py --names 1000000`` prints every number in one run.

Pairs are parted into a half for development and one held out by a hash of the pair; only misses of the first may be looked at (``--misses SLICE``).
"""

import csv
import hashlib
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from letapis.core import names as keys
from letapis.core.name_compare import SUGGESTED
from letapis.desk.reading.likeness import Candidate, gathered
from letapis.desk.reading.people import EntityView
from letapis.engines import search
from letapis.engines.catalogue import catalogue
from letapis.engines.db.store import forget, open_workspace_database
from letapis.engines.name_pairs import without_collector

Scores = list[tuple[float, bool]]
_HOME = b"h" * 16
_BATCH = 20_000
_BELARUSIAN = re.compile("[а-яё].*[іўi]|[іўi].*[а-яё]")
_SLAVIC = re.compile(r"(?:[oe](?:v|ff)|ova|eva|ina?|sky|ski[yi]?|skaya|enko|chuk|vich|wicz|vych|[ui][cćk])\b|[а-яёіў]", re.IGNORECASE)
_MEN = "Аляксандр Сяргей Андрэй Дзмітрый Мікалай Уладзімір Віктар Ігар Юрый Павел Міхаіл Васіль Яўген Антон Алег Максім"
_FATHERS = "Аляксандравіч Сяргеевіч Андрэевіч Дзмітрыевіч Мікалаевіч Уладзіміравіч Віктаравіч Іванавіч Юр'евіч Пятровіч Міхайлавіч"
_STARTS, _MIDDLES = "б в г д ж з к л м н п р с т ф х ч ш др кр ст", "б в г д з к л м н п р с т х ш рн нд лк ст рж"
_ENDS = "наў ваў роў кевіч левіч скі чук рук нка енка ка ель ян мка нік"
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
    rows = list(csv.DictReader((folder / "public.csv").read_text("utf-8").splitlines()))
    names = catalogue().names
    with without_collector():
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
    # A threshold that is best on the half for development shows what the scores hold when fewer suggestions may be missed.
    real = slices["development", "real"]
    fitted = max((at_threshold(real, step / 100)[2], step / 100) for step in range(40, 95))[1]
    for (part, name), scores in sorted(slices.items()):
        if name == "other_name":
            print(f"{part}: other_name: recall {at_threshold(scores, SUGGESTED)[1]:.3f}")
            continue
        precision, _, f1 = at_threshold(scores, fitted)
        print(f"{line(f'{part}: {name}', scores)}; at {fitted:.2f}: P {precision:.4f} F1 {f1:.4f}")
    for part, hits in sorted(belarusian.items()):
        print(f"{part}: recall with a side in Belarusian script {sum(hits) / len(hits):.4f} ({len(hits)} pairs)")
    print(f"explained pairs a second, one core: {len(rows) / first:,.0f} when every name is new, {len(rows) / again:,.0f} when known")


def cases(folder: Path) -> None:
    """The persons of a public benchmark of the world's names."""
    names = catalogue().names
    rows = [row for row in csv.DictReader((folder / "nomenklatura_cases.csv").read_text("utf-8").splitlines()) if row["schema"] == "Person"]
    scores = [(names.compare(row["name1"], row["name2"]).score, row["is_match"] == "true") for row in rows]
    print(line("nomenklatura, persons", scores))
    slavic = [score for score, row in zip(scores, rows, strict=True) if _SLAVIC.search(f"{row['name1']} {row['name2']}")]
    print(line("of them Slavic by their letters", slavic))
    for told, part in (("all", scores), ("Slavic", slavic)):
        best = max((at_threshold(part, score)[2], score) for score, _ in part)
        print(f"{'':34} {told}: best F1 {best[0]:.4f} at {best[1]:.3f}")


def romanisations(folder: Path) -> None:
    """Every system of romanisation beside the Cyrillic word; words of geography, so the surname's rule alone."""
    names = catalogue().names
    rows = [row for row in csv.DictReader((folder / "romanisation_tests_bel.csv").read_text("utf-8").splitlines()) if row["cyrillic"].strip()]
    single = [row for row in rows if len(row["cyrillic"].split()) == 1]
    hits = [names.compare(row["cyrillic"], row["latin_expected"]).score >= SUGGESTED for row in single]
    print(f"romanisation systems, single words: {sum(hits) / len(hits):.4f} ({len(hits)} words)")


@dataclass(frozen=True)
class Searched:
    """What a search among so many names found of so many questions, and how long each took: by the clock and of the processor, in ms."""

    questions: int
    first: float
    fifth: float
    belarusian: float
    took: Sequence[float]
    worked: Sequence[float]
    disk: int
    index: int
    added: tuple[float, float]

    def at(self, times: Sequence[float], share: float) -> float:
        return sorted(times)[int(len(times) * share)]


def asked(folder: Path, size: int) -> tuple[list[str], list[tuple[str, int]]]:
    """One name of each official and so many invented ones; and every other published spelling with the place of its official."""
    rows = [row for row in csv.DictReader((folder / "names_gold_public.csv").read_text("utf-8").splitlines()) if len(row["name"].split()) > 1]
    clusters: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        clusters[row["cluster_id"]].append(row["name"])
    labels = [spelt[0] for spelt in clusters.values()] + list(invented(size))
    return labels, [(name, number) for number, spelt in enumerate(clusters.values()) for name in dict.fromkeys(spelt[1:]) if name != spelt[0]]


def retrieval(folder: Path, size: int) -> Searched:
    """Find an official among so many invented people by every other published spelling, in an encrypted database on disk."""
    labels, chosen = asked(folder, size)
    names = catalogue().names
    with tempfile.TemporaryDirectory() as place:
        store = open_workspace_database(Path(place) / "names.db", bytes(32), "names")
        spent = []
        for start in range(0, len(labels), _BATCH):
            began = time.process_time()
            part = labels[start : start + _BATCH]
            with store.transaction():
                documents = [
                    ("person", n.to_bytes(16, "big"), _HOME, _HOME, f"{name} {keys.index_words(name)}") for n, name in enumerate(part, start)
                ]
                search.index(store, documents)
            spent.append((time.process_time() - began) / len(part) * 1e6)
        disk = sum(file.stat().st_size for file in Path(place).rglob("*") if file.is_file())
        index = int(store.rows("SELECT sum(length(block)) FROM db_search_data")[0][0])

        def named(groups: Iterable[Sequence[str]], most: int) -> dict[bytes, Candidate]:
            hits = search.named(store, list(groups), {_HOME}, most)
            shown = ((hit.ident, labels[int.from_bytes(hit.ident, "big")]) for hit in hits)
            return {ident: Candidate(EntityView(ident, _HOME, "person", label), [label]) for ident, label in shown}

        took, worked, first, fifth, belarusian = [], [], 0, 0, []
        for name, number in chosen:
            began, busy = time.perf_counter(), time.process_time()
            ranked = gathered(names, named, name, 5)
            took.append((time.perf_counter() - began) * 1e3)
            worked.append((time.process_time() - busy) * 1e3)
            best = [int.from_bytes(one.person.entity, "big") == number for one, _, _ in ranked[:5]]
            first, fifth = first + any(best[:1]), fifth + any(best)
            if is_belarusian(name):
                belarusian.append(any(best))
        forget("names")
    there = len(chosen)
    found = sum(belarusian) / len(belarusian)
    return Searched(there, first / there, fifth / there, found, took, worked, disk, index, (spent[0], spent[-1]))


def is_belarusian(name: str) -> bool:
    return _BELARUSIAN.search(name.lower()) is not None


def print_search(found: Searched, size: int) -> None:
    print(f"{size:,} names and the officials: {found.disk / 1e6:.0f} MB on disk with the documents, of it the index {found.index / 1e6:.0f} MB; "
          f"a name costs {found.added[0]:.0f} us first, {found.added[1]:.0f} us last")  # fmt: skip
    told = [f"p50 {found.at(times, 0.5):.1f} ms, p95 {found.at(times, 0.95):.1f} ms" for times in (found.took, found.worked)]
    print(f"  recall@1 {found.first:.4f}, @5 {found.fifth:.4f}, Belarusian @5 {found.belarusian:.4f} of {found.questions}; {told[0]}, of the "
          f"processor {told[1]}")  # fmt: skip


def invented(size: int) -> Iterable[str]:
    """Names of nobody, as common as names are: few given and fathers' names, surnames of two or three syllables with the usual endings."""
    dice = random.Random(6)
    men, fathers, ends = _MEN.split(), _FATHERS.split(), _ENDS.split()
    starts = [a + b for a in _STARTS.split() for b in "аоуеыі"]
    middles = [a + b for a in _MIDDLES.split() for b in "аеоуіы"]
    for _ in range(size):
        surname = dice.choice(starts) + "".join(dice.choice(middles) for _ in range(dice.choice((0, 1, 1, 2)))) + dice.choice(ends)
        yield f"{dice.choice(men)} {dice.choice(fathers)} {surname.capitalize()}"


def main(arguments: Sequence[str]) -> None:
    misses = arguments[arguments.index("--misses") + 1] if "--misses" in arguments else ""
    pairs(FOLDER / "names-eval", misses)
    cases(FOLDER / "names-eval")
    romanisations(FOLDER / "data")
    if "--names" in arguments:
        size = int(arguments[arguments.index("--names") + 1])
        print_search(retrieval(FOLDER / "data", size), size)


if __name__ == "__main__":
    main(sys.argv[1:])
