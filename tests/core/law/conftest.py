"""What the tests of the law share: values on both sides of every threshold, and the reference reading as an oracle."""

import importlib.util
import random
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from letapis.core import rulebook_check
from letapis.core.toml_text import parse_table
from letapis.core.vocabulary import FactType, Value
from letapis.engines.catalogue import catalogue, data_files

VECTORS = Path(__file__).parents[2] / "vectors"


@cache
def candidates() -> Mapping[str, tuple[Value, ...]]:
    """Fact -> values worth trying: every threshold with its neighbours, every member, dates around 1976, 2013 and 2020."""
    wanted = defaultdict(set)
    rulebook = catalogue().rulebook
    for norm in rulebook.norms.values():
        for part in norm.elements:
            for predicate in part.predicates:
                for condition in predicate.conditions:
                    if condition.operator != "present":
                        wanted[condition.fact].add(condition.wanted)
    found: dict[str, tuple[Value, ...]] = {}
    for fact in catalogue().vocabulary.facts.values():
        keys = [member.key for member in fact.members]
        match fact.type:
            case FactType.BOOL:
                found[fact.id] = (True, False)
            case FactType.NUMBER:
                around = {int(n) + step for n in wanted[fact.id] or {1} if isinstance(n, Decimal) for step in (-1, 0, 1)}
                found[fact.id] = tuple(sorted(n for n in {0, *around} if n >= 0))
            case FactType.DATE:
                found[fact.id] = ("1970", "1976", "1976-03-22/1976-03-24", "1985-01-01", "2002-07", "2013-10-01", "2020-08-09", "2024")
            case FactType.LIST:
                items = keys or sorted(str(w) for w in wanted[fact.id]) or ["BY"]
                found[fact.id] = ((), *((item,) for item in items), tuple(items[:2]), tuple(items))
            case FactType.ENUM:
                found[fact.id] = tuple(keys)
            case FactType.TEXT:
                found[fact.id] = ("BY", "PL") if fact.pattern else ("said aloud",)
    return found


def draw_facts(chance: random.Random, names: list[str], share: float) -> dict[str, Value]:
    """Some of the facts, each with one of its candidate values."""
    return {name: chance.choice(candidates()[name]) for name in names if chance.random() < share}


@cache
def facts_behind(norm_id: str) -> tuple[str, ...]:
    """Facts that a norm reads in gates and elements, and those of the norms it refers to."""
    norm = catalogue().rulebook.norms[norm_id]
    names = {fact for part in norm.elements for fact in part.facts} | set(norm.gates.date_facts) | {"state.response", "actor.organ_type"}
    names |= {fact for predicate in (*norm.gates.jurisdiction, *norm.gates.person) for fact in predicate.facts}
    references = [token[1:] for token in norm.logic_text.replace("(", " ").replace(")", " ").split() if token.startswith("@")]
    if norm.gates.attribution == "required":
        references += ["ARSIWA-4", "ARSIWA-5", "ARSIWA-8", "ARSIWA-11"]
    for reference in references:
        names |= set(facts_behind(reference))
    return tuple(sorted(names))


@cache
def reference() -> tuple[ModuleType, Mapping[str, Any]]:
    """The reference checker and the data in its own shape."""
    spec = importlib.util.spec_from_file_location("check_reference", VECTORS / "law" / "check_reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plain = module.element

    def element(item: Mapping[str, Any], facts: Mapping[str, Any], declared: Any, unrebutted: bool) -> object:
        """The reference reads no ``prima_facie``: what the law page says of it, said to the reference as a State that was silent."""
        shown = any(module.predicate(text, facts, declared) for text in item.get("prima_facie", ()))
        return plain(item, facts, declared, unrebutted or (shown and facts.get("state.response") != "substantive"))

    module.element = element
    tables = {name: tomllib.loads(text) for name, text in data_files("rulebook").items()}
    facts = {fact["id"]: fact for name, table in tables.items() if name.startswith("facts/") for fact in table["facts"]}
    norms = {table["id"]: table for name, table in tables.items() if name.startswith("norms/")}
    treaties = {treaty["id"]: treaty for treaty in tables["treaties/belarus.toml"]["treaties"]}
    return module, {"facts": facts, "norms": norms, "treaties": treaties}


def raw(value: Value) -> Any:
    """A typed value as the reference takes it."""
    return list(value) if isinstance(value, tuple) else float(value) if isinstance(value, Decimal) else value


@pytest.fixture
def files_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that many tests read unchanged is parsed once: parsing is most of what checking costs."""
    monkeypatch.setattr(rulebook_check, "parse_table", _parsed)


_parsed = cache(parse_table)


@pytest.fixture(scope="session")
def oracle() -> Callable[..., tuple[str, Mapping[str, str]]]:
    """(norm, facts, variant, confirmed element keys or None for all) -> status and element results by the reference reading."""
    module, data = reference()

    def evaluate(norm: str, facts: Mapping[str, Value], variant: str | None, confirmed: frozenset[str] | None) -> tuple[str, Mapping[str, str]]:
        return module.evaluate(data["norms"][norm], {k: raw(v) for k, v in facts.items()}, data, variant, confirmed)  # type: ignore[no-any-return]

    return evaluate


@pytest.fixture(scope="session")
def values() -> Mapping[str, tuple[Value, ...]]:
    return candidates()


@pytest.fixture(scope="session")
def behind() -> Callable[[str], tuple[str, ...]]:
    return facts_behind


@pytest.fixture(scope="session")
def draw() -> Callable[[random.Random, list[str], float], dict[str, Value]]:
    return draw_facts
