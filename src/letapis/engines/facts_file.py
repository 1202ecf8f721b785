"""A file of facts read against the rulebook: for a lawyer who tries a norm, and for cases decided by bodies.

The file holds a table ``[facts]`` of settled facts, optionally ``partial`` (lists that may have more members) and ``inferred_facts``
(facts that are not literally in the source). Nobody confirms a judgement element here, so a norm that has one stays arguable.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from letapis.core.elements import ElementResult
from letapis.core.errors import Fault, FaultyFile, NotFound
from letapis.core.norms import Norm
from letapis.core.qualify import Qualification, evaluate_all
from letapis.core.reasons import reasons_of
from letapis.core.situation import Situation, settled
from letapis.core.toml_text import TableFault, line_of_key, line_that_begins, parse_table
from letapis.core.vocabulary import FactType, Value, ValueFault, Vocabulary
from letapis.engines.catalogue import Catalogue

_KINDS: Final[Mapping[FactType, tuple[type, ...]]] = {
    FactType.BOOL: (bool,),
    FactType.NUMBER: (int, float, Decimal),
    FactType.DATE: (str, date),
    FactType.TEXT: (str,),
    FactType.ENUM: (str,),
    FactType.LIST: (list,),
}
_SAYS: Final = {FactType.BOOL: "bool", FactType.NUMBER: "number", FactType.DATE: "date", FactType.LIST: "list_value"}


def evaluate_facts_file(text: str, catalogue: Catalogue, stated_only: bool) -> dict[str, Any]:
    """Result of every norm as plain data: ``{"rulebook", "norms": [{"id", "status", "elements": [...], "missing"}]}``.

    ``stated_only`` leaves out the inferred facts. Raises FaultyFile with every fault of the file and its line.
    """
    situation = read_facts(text, catalogue, stated_only)
    results = evaluate_all(catalogue.rulebook, situation, {})
    return {"rulebook": catalogue.rulebook.version, "norms": [result_value(result, catalogue.rulebook.norm(result.norm)) for result in results]}


def read_facts(text: str, catalogue: Catalogue, stated_only: bool) -> Situation:
    """Settled facts of a file. Raises FaultyFile ``law.facts_faults``."""
    try:
        table = parse_table(text.removeprefix("\ufeff"))
    except TableFault as fault:
        raise FaultyFile("law.facts_faults", (Fault("", fault.line, fault.code, ""),)) from None
    facts = _flat(table.get("facts"))
    found = list(_form(table, text, facts, catalogue.vocabulary))
    values: dict[str, Value] = {}
    for name, raw in (facts or {}).items():
        try:
            values[name] = _value(name, raw, catalogue.vocabulary)
        except NotFound as unknown:
            found.append(Fault("", line_of_key(text, "facts", name), unknown.code, ""))
        except ValueFault as misfit:
            allowed = f" ({', '.join(member.key for member in misfit.allowed)})" if misfit.allowed else ""
            found.append(Fault("", line_of_key(text, "facts", name), misfit.code, f"{name}{allowed}"))
    if found:
        raise FaultyFile("law.facts_faults", tuple(sorted(found, key=lambda fault: fault.line or 0)))
    left_out = _ids(table, "inferred_facts") if stated_only else frozenset()
    return settled({name: value for name, value in values.items() if name not in left_out}, partial=_ids(table, "partial"))


def _flat(facts: object) -> dict[str, object] | None:
    """Facts by id; a group that was written as a table of its own (``[facts.detention]``) is the same fact."""
    if not isinstance(facts, dict):
        return None
    flat: dict[str, object] = {}
    for name, value in facts.items():
        flat |= {f"{name}.{inner}": one for inner, one in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def _form(table: Mapping[str, Any], text: str, facts: object, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Faults of what stands around the facts: no table of them, lists that are none, names in them that are no facts."""
    if facts is None:
        yield Fault("", line_that_begins(text, "facts"), "law.facts_file", "")
    for key in ("inferred_facts", "partial"):
        listed = table.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            yield Fault("", line_that_begins(text, key), "law.facts_list", key)
        elif not all(name in vocabulary for name in listed):
            yield Fault("", line_that_begins(text, key), "vocabulary.unknown_fact", key)


def _value(name: str, raw: object, vocabulary: Vocabulary) -> Value:
    """A file says what type it means: a yes in quotation marks is a text and no yes."""
    fact = vocabulary.fact(name)
    fits = isinstance(raw, _KINDS[fact.type]) and (fact.type is FactType.BOOL or not isinstance(raw, bool))
    if not fits:
        raise ValueFault(f"law.facts_{_SAYS.get(fact.type, 'text')}", name, fact.members if fact.type is FactType.ENUM else ())
    return vocabulary.parse_value(name, raw)


def _ids(table: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(table.get(key, ()))


def result_value(result: Qualification, norm: Norm) -> dict[str, Any]:
    """Result of one norm as plain data, with what carries each element, what speaks against it and what is open."""
    return {
        "id": result.norm,
        "version": result.version,
        "status": str(result.status),
        "gates": [
            {"name": gate.name, "truth": gate.truth, "because": gate.answer.because, "missing": list(gate.missing)} for gate in result.gates
        ],
        "elements": [_element(element, norm) for element in result.elements],
        "missing": list(result.missing),
    }


def _element(result: ElementResult, norm: Norm) -> dict[str, Any]:
    reasons = [
        {"kind": str(reason.kind), "because": reason.because, "facts": list(reason.facts), "predicates": list(reason.predicates)}
        for reason in reasons_of(norm.element(result.key), result)
    ]
    return {"key": result.key, "result": str(result.result), "role": result.role, "judge": result.judge, "reasons": reasons}
