"""A file of facts read against the rulebook: for a lawyer who tries a norm, and for cases decided by bodies.

The file holds a table ``[facts]`` of settled facts, optionally ``partial`` (lists that may have more members) and ``inferred_facts``
(facts that are not literally in the source). Nobody confirms a judgement element here, so a norm that has one stays arguable.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

from letapis.core.elements import ElementResult
from letapis.core.errors import UsageError
from letapis.core.qualify import Qualification, evaluate_all
from letapis.core.situation import Situation, settled
from letapis.engines.catalogue import Catalogue


def evaluate_facts_file(text: str, catalogue: Catalogue, stated_only: bool) -> dict[str, Any]:
    """Result of every norm as plain data: ``{"rulebook", "norms": [{"id", "status", "elements": [...], "missing"}]}``.

    ``stated_only`` leaves out the inferred facts. Raises UsageError ``law.file_form`` or ``law.facts_file``, and ValueFault for a value
    that does not fit its fact.
    """
    situation = read_facts(text, catalogue, stated_only)
    results = evaluate_all(catalogue.rulebook, situation, {})
    return {"rulebook": catalogue.rulebook.version, "norms": [_norm(result) for result in results]}


def read_facts(text: str, catalogue: Catalogue, stated_only: bool) -> Situation:
    """Settled facts of a file. Raises as ``evaluate_facts_file`` does."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise UsageError("law.file_form") from fault
    facts = table.get("facts")
    if not isinstance(facts, dict):
        raise UsageError("law.facts_file")
    left_out = _ids(table, "inferred_facts") if stated_only else frozenset()
    values = {fact: catalogue.vocabulary.parse_value(fact, value) for fact, value in facts.items() if fact not in left_out}
    return settled(values, partial=_ids(table, "partial"))


def _ids(table: Mapping[str, Any], key: str) -> frozenset[str]:
    listed = table.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise UsageError("law.facts_file")
    return frozenset(listed)


def _norm(result: Qualification) -> dict[str, Any]:
    return {
        "id": result.norm,
        "version": result.version,
        "status": str(result.status),
        "gates": [{"name": gate.name, "truth": gate.truth, "because": gate.answer.because} for gate in result.gates],
        "elements": [_element(element) for element in result.elements],
        "missing": list(result.missing),
    }


def _element(element: ElementResult) -> dict[str, Any]:
    return {
        "key": element.key,
        "result": str(element.result),
        "judge": element.judge,
        "satisfied": [part.text for part in element.satisfied],
        "defeated": [part.text for part in element.defeated],
        "open_defeaters": [part.text for part in element.open_defeaters],
        "reasons": [reason.because for reason in element.reasons],
    }
