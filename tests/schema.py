"""Whether a value is as a JSON Schema says, as far as our schemas use its words."""

import re
from collections.abc import Iterator
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "integer": int}


def faults(value: Any, schema: dict[str, Any], whole: dict[str, Any]) -> Iterator[str]:
    """What of a value is not as this part of the schema says."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    if "const" in schema and value != schema["const"]:
        yield "const"
    if "enum" in schema and value not in schema["enum"]:
        yield "enum"
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        yield "type"
    elif schema.get("type") == "object":
        yield from (name for name in schema["required"] if name not in value)
        yield from (name for name in value if name not in schema["properties"])
        for name in value.keys() & schema["properties"].keys():
            yield from faults(value[name], schema["properties"][name], whole)
    elif schema.get("type") == "array":
        yield from ("minItems" for _ in range(len(value), schema.get("minItems", 0)))
        for one in value:
            yield from faults(one, schema["items"], whole)
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield "pattern"
