"""How other tools compare two names, each behind one function: what is not installed has none and is said to be absent."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from letapis.core.name_sounds import in_latin
from letapis.engines.catalogue import catalogue
from letapis.engines.collector import without_collector

Pair = tuple[str, str]
Labelled = tuple[str, str, bool]
Scorer = Callable[[Sequence[Pair]], list[float]]
_WORDS: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_COLUMNS: Final = ("surname", "given", "father", "words")
FOLDED: Final = "in our Latin letters"


@dataclass(frozen=True)
class Rival:
    """A way to compare names. ``learn`` makes its scorer from labelled pairs; most learn nothing from them."""

    name: str
    needs: tuple[str, ...]
    learn: Callable[[Sequence[Labelled]], Scorer]

    @property
    def absent(self) -> str:
        return ", ".join(module for module in self.needs if not find_spec(module))


def _extra(name: str) -> Any:
    """A module of an extra for development."""
    return import_module(name)


def _each(compare: Callable[[str, str], float]) -> Scorer:
    return lambda pairs: [compare(first, second) for first, second in pairs]


def folded(pairs: Iterable[Pair]) -> list[Pair]:
    """Both names in small Latin letters by the usual table: string measures know no alphabets."""
    letters = vars(catalogue().names)["_rules"].letters
    known: dict[str, str] = {}
    for pair in pairs:
        for name in pair:
            if name not in known:
                known[name] = in_latin(name.lower(), letters)
    return [(known[first], known[second]) for first, second in pairs]


def _letapis(_: Sequence[Labelled]) -> Scorer:
    known = catalogue()
    known.forget_names()

    def scores(pairs: Sequence[Pair]) -> list[float]:
        with without_collector():
            return [known.names.compare(first, second).score for first, second in pairs]

    return scores


def _token_sort(_: Sequence[Labelled]) -> Scorer:
    ratio = _extra("rapidfuzz.fuzz").token_sort_ratio
    return lambda pairs: [ratio(first, second) for first, second in folded(pairs)]


def _wratio(_: Sequence[Labelled]) -> Scorer:
    ratio = _extra("rapidfuzz.fuzz").WRatio
    return lambda pairs: [ratio(first, second) for first, second in folded(pairs)]


def _jaro_winkler(_: Sequence[Labelled]) -> Scorer:
    measure = _extra("jellyfish").jaro_winkler_similarity
    return lambda pairs: [measure(first, second) for first, second in folded(pairs)]


def _rigour(_: Sequence[Labelled]) -> Scorer:
    """Parts of names aligned, each by its weight in letters."""
    names = _extra("rigour.names")

    def parts(name: str) -> list[Any]:
        made = names.Name(name)
        return list(made.parts)

    def compare(first: str, second: str) -> float:
        one, other = names.align_person_name_order(parts(first), parts(second))
        found = names.compare_parts(one, other)
        weights = [max(sum(len(part.form) for part in side) for side in (each.qps, each.rps)) for each in found]
        return float(sum(each.score * weight for each, weight in zip(found, weights, strict=True)) / max(1, sum(weights)))

    return _each(compare)


def _nomenklatura(algorithm: str) -> Callable[[Sequence[Labelled]], Scorer]:
    def learn(_: Sequence[Labelled]) -> Scorer:
        found = _extra("nomenklatura.matching").get_algorithm(algorithm)
        config, model = found.default_config(), _extra("followthemoney").model
        known: dict[str, Any] = {}

        def person(name: str) -> Any:
            if name not in known:
                known[name] = model.make_entity("Person")
                known[name].id = str(len(known))
                known[name].add("name", name)
            return known[name]

        found.compare(person("Jan Pryklad"), person("Ян Прыклад"), config)  # it loads its tables at the first one
        return _each(lambda first, second: float(found.compare(person(first), person(second), config).score))

    return learn


def _columns(name: str) -> tuple[str, str, str, str]:
    """What a table would have: the surname (before a comma, in capitals, or last), the given and the father's name; and all words in order."""
    words = _WORDS.findall(name)
    before, comma, _ = name.partition(",")
    family = _WORDS.findall(before) if comma else [word for word in words if word.isupper() and len(word) > 1]
    if not family or len(family) == len(words):
        family = words[-1:]
    rest = [*(word for word in words if word not in family), "", ""]
    return " ".join(family), rest[0], rest[1], " ".join(sorted(words))


def _splink(labelled: Sequence[Labelled]) -> Scorer:
    """Trained on labelled pairs: how often each level of likeness is met among one person's names, and among others'."""
    settings = _splink_model(labelled).misc.save_model_to_json()

    def score(pairs: Sequence[Pair]) -> list[float]:
        linker = _splink_linker([(first, second, False) for first, second in pairs], settings)
        found = linker.inference.predict(threshold_match_weight=-1000, warning_mode="never").as_record_list()
        scores = [0.0] * len(pairs)
        for row in found:
            scores[row["pair_l"]] = row["match_weight"]
        return scores

    return score


def _splink_model(labelled: Sequence[Labelled]) -> Any:
    splink, library = _extra("splink"), _extra("splink.comparison_library")
    measured = [library.JaroWinklerAtThresholds(column, [0.96, 0.9, 0.8, 0.7]) for column in _COLUMNS]
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=measured,
        blocking_rules_to_generate_predictions=[splink.block_on("pair")],
        additional_columns_to_retain=["pair"],
        probability_two_random_records_match=sum(same for *_, same in labelled) / len(labelled),
    )
    linker = _splink_linker(labelled, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=6)
    linker.training.estimate_m_from_label_column("person")
    return linker


def _splink_linker(labelled: Sequence[Labelled], settings: Any) -> Any:
    splink, pyarrow = _extra("splink"), _extra("pyarrow")
    api = splink.DuckDBAPI()
    sides = []
    for side in (0, 1):
        words = [_columns(second if side else first) for first, second, _ in labelled]
        rows: dict[str, list[Any]] = {"unique_id": list(range(len(words))), "pair": list(range(len(words)))}
        # Whoever is labelled as one person has one number on both sides, others have two.
        rows["person"] = [number if same or not side else -number - 1 for number, (*_, same) in enumerate(labelled)]
        for at, column in enumerate(_COLUMNS):
            rows[column] = [first or None for first, _ in folded([(found[at], "") for found in words])]
        sides.append(api.register(pyarrow.table(rows), dataset_display_name=f"side_{side}"))
    return splink.Linker(sides, settings, log_level=logging.CRITICAL)


RIVALS: Final = (
    Rival("letapis", (), _letapis),
    Rival(f"rapidfuzz token_sort, {FOLDED}", ("rapidfuzz",), _token_sort),
    Rival(f"rapidfuzz WRatio, {FOLDED}", ("rapidfuzz",), _wratio),
    Rival(f"jellyfish Jaro-Winkler, {FOLDED}", ("jellyfish",), _jaro_winkler),
    Rival("rigour, parts aligned", ("rigour",), _rigour),
    Rival("nomenklatura name-based", ("nomenklatura", "followthemoney"), _nomenklatura("name-based")),
    Rival("nomenklatura logic-v2", ("nomenklatura", "followthemoney"), _nomenklatura("logic-v2")),
    Rival(f"Splink, trained, {FOLDED}", ("splink", "duckdb", "pyarrow"), _splink),
)
