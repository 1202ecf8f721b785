"""What the public data files mean: a JSON Schema of ``persons.json`` and a dictionary of every field and column in three languages.

Both are made from the table of fields that may be public, so that they cannot fall behind it.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from letapis.core.csv_out import write_csv
from letapis.core.language import LANGUAGES
from letapis.core.public_viasna import ExportWords
from letapis.core.publication import Publication
from letapis.core.published import KINDS

PERSONS: Final = "letapis-public-persons-1"
_ID: Final = "^[0-9a-f]{32}$"
_DAY: Final = r"^\d{4}-\d\d-\d\d$"
_PARTIAL: Final = r"^\d{4}(-\d\d(-\d\d)?)?(/\d{4}(-\d\d(-\d\d)?)?)?$"
_HEAD: Final = ("title", "fields", "columns", "name", "means", "kind")
_TEXT: Final = {"type": "string"}
_PERHAPS_DAY: Final = {"type": "string", "pattern": _PARTIAL}


def schema(publication: Publication) -> bytes:
    """JSON Schema (2020-12) of ``persons.json``; ``$defs.change`` is a line of ``changes.json``."""
    spoken = _object({language: _TEXT for language in LANGUAGES}, ())
    values = {one.id: {"type": "array", "minItems": 1, "items": _value(one.kind, one.spoken)} for one in publication.fields.values()}
    person = {"card": {"type": "string", "pattern": _ID}, "number": {"type": "string", "pattern": "^[0-9]+$"}, "pages": spoken}
    person |= {"since": {"type": "string", "pattern": _DAY}, "changed": {"type": "string", "pattern": _DAY}, "values": _object(values, ("name",))}
    statement: dict[str, Any] = {name: _TEXT for name in ("statement", "day", "outcome", "ground", "demand", "link")}
    statement |= {"signatories": {"type": "array", "items": _TEXT}, "titles": spoken, "texts": spoken}
    figure = {"rule": _TEXT, "day": {"type": "string", "pattern": _DAY}, "value": {"type": "integer"}, "sentences": spoken}
    change: dict[str, Any] = {"day": {"type": "string", "pattern": _DAY}, "card": {"type": "string", "pattern": _ID}, "what": {"enum": list(KINDS)}}
    change |= {"because": {"enum": list(publication.recalls)}, "reason": spoken, "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
    change |= {"fields": {"type": "array", "items": {"enum": list(publication.fields)}}}
    whole: dict[str, Any] = {"format": {"const": PERSONS}, "organisation": _TEXT, "number": {"type": "integer"}}
    whole |= {"day": {"type": "string", "pattern": _DAY}}
    lists = {"persons": "person", "statements": "statement", "figures": "figure"}
    whole |= {name: {"type": "array", "items": {"$ref": f"#/$defs/{one}"}} for name, one in lists.items()}
    defs = {"person": _object(person), "statement": _object(statement), "figure": _object(figure), "change": _object(change, ("day", "card", "what"))}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Persons of the public list"}
    return (json.dumps({**head, **_object(whole), "$defs": defs}, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _object(properties: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    needed = list(properties if required is None else required)
    return {"type": "object", "required": needed, "additionalProperties": False, "properties": properties}


def _value(kind: str, spoken: bool) -> dict[str, Any]:
    forms: dict[str, dict[str, Any]] = {"day": _PERHAPS_DAY, "flag": {"enum": ["yes", "no"]}}
    form = forms.get(kind, {"type": "string", "pattern": r"^\d+(\.\d+)?$"} if kind == "number" else _TEXT)
    more: dict[str, Any] = {"language": {"enum": list(LANGUAGES)}, "since": _PERHAPS_DAY, "until": _PERHAPS_DAY}
    more["certainty"] = {"enum": ["exact", "about", "at_latest", "at_earliest"]}
    return _object({"value": form, **more}, ("value", "language") if spoken else ("value",))


def dictionary_csv(publication: Publication, forms: ExportWords) -> bytes:
    """One row for each field of ``persons.json`` and each column of the export."""
    titles = ["file", "name", "kind", "many", "dated", "by_language", *(f"{what}_{one}" for what in ("label", "note") for one in LANGUAGES)]
    return write_csv([titles, *_rows(publication, forms)])


def _rows(publication: Publication, forms: ExportWords) -> Iterator[list[str]]:
    for one in publication.fields.values():
        marks = ["yes" if mark else "" for mark in (one.many, one.days, one.spoken)]
        yield ["persons.json", one.id, one.kind, *marks, *(one.label[lang] for lang in LANGUAGES), "", "", ""]
    for column in forms.columns:
        labels = [", ".join(publication.fields[field].label[lang] for field in column.fields) for lang in LANGUAGES]
        yield ["persons.csv", column.id, "text", "", "", "yes", *labels, *(column.note[lang] for lang in LANGUAGES)]


def dictionary_text(publication: Publication, forms: ExportWords) -> bytes:
    """The same for reading, one part for each language."""
    lines: list[str] = []
    for language in LANGUAGES:
        title, fields, columns, name, means, kind = (forms.words[f"dictionary_{part}"][language] for part in _HEAD)
        lines += [f"# {title}", "", f"## {fields}", "", f"| {name} | {means} | {kind} |", "|---|---|---|"]
        lines += [f"| `{one.id}` | {one.label[language]} | {one.kind} |" for one in publication.fields.values()]
        lines += ["", f"## {columns}", "", f"| {name} | {means} |", "|---|---|"]
        lines += [f"| `{one.id}` | {one.note[language]} |" for one in forms.columns] + [""]
    return "\n".join(lines).encode("utf-8")
