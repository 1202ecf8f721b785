"""The list that another archiving program wrote of what it kept: which page, when, which files with which hash. Runs inside the sandbox.

Three forms: the table (CSV) or object (JSON) of *auto-archiver*, whose table holds Python values as text; the sheet that it fills in, saved as
CSV; and ``information.json`` of *Starling Capture*. A file of another form gives no rows, which is no fault of it.
"""

import ast
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.told import Told, moment_in
from letapis.engines.parse.words import decode

LARGEST: Final = 16 << 20
MAX_FILES: Final = 20_000
_CELL: Final = 1 << 20
_MOMENT: Final = re.compile(
    r"datetime\.datetime\((\d{4}), (\d{1,2}), (\d{1,2})(?:, (\d{1,2}))?(?:, (\d{1,2}))?(?:, (\d{1,2}))?[^()]{0,40}(?:\([^()]*\))?\)"
)
_HASH: Final = re.compile(r"(?:(SHA-256|SHA3-512):)?([0-9a-fA-F]{64}|[0-9a-fA-F]{128})\Z")
_SHEET: Final = {
    **{"link": "page", "archive location": "path", "archive date": "date", "upload timestamp": "created", "upload title": "title"},
    **{"archive status": "status", "hash": "digest"},
}
_BROKEN: Final = (ValueError, SyntaxError, RecursionError, TypeError, KeyError, OverflowError, csv.Error, MemoryError)


def read(untrusted: bytes, answer: Answer) -> None:
    """First a row that names the form, then one for each file that the list names, with the page that it belongs to."""
    if len(untrusted) > LARGEST:
        raise Stop("parse.too_large")
    text = decode(untrusted, answer).removeprefix("\ufeff")
    form, found = _form(text)
    if not form:
        return
    if len(found) > MAX_FILES:
        raise Stop("parse.archive_too_many")
    told = Told(answer)
    told.row("web", form=form)
    for one in found:
        told.row("web", row="file", **one)


def _form(text: str) -> tuple[str, list[dict[str, str]]]:
    """Which form it is, and its files; empty for none that we know."""
    try:
        start = text.lstrip()[:1]
        if start in ("{", "["):
            return _object(json.loads(text))
        return _table(text)
    except _BROKEN:
        return "", []


def _object(told: Any) -> tuple[str, list[dict[str, str]]]:
    if isinstance(told, dict) and isinstance(told.get("proof"), dict):
        return "starling", [_proof(told["proof"])]
    results = told if isinstance(told, list) else [told]
    if results and all(isinstance(one, dict) and isinstance(one.get("metadata"), dict) and isinstance(one.get("media"), list) for one in results):
        return "auto-archiver", [file for one in results for file in _result(str(one.get("status", "")), one["metadata"], one["media"])]
    return "", []


def _proof(proof: Mapping[str, Any]) -> dict[str, str]:
    moment = proof.get("timestamp")
    date = moment_in(moment // 1000) if isinstance(moment, int) else ""
    return {"path": str(proof["hash"]), "digest": f"SHA-256:{proof['hash']}", "media": str(proof.get("mimeType", "")), "date": date}


def _table(text: str) -> tuple[str, list[dict[str, str]]]:
    csv.field_size_limit(_CELL)
    rows = csv.DictReader(io.StringIO(text))
    names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    if {"status", "metadata", "media"} <= set(names):
        found = []
        for row in rows:
            told, media = _python(row["metadata"] or ""), _python(row["media"] or "")
            if isinstance(told, dict) and isinstance(media, list):
                found += list(_result(row["status"] or "", told, media))
        return "auto-archiver", found
    if {"link", "archive location"} <= set(names):
        return "auto-archiver sheet", [{field: row.get(names.get(name, ""), "") or "" for name, field in _SHEET.items()} for row in rows]
    return "", []


def _python(text: str) -> Any:
    """The value that a text of Python means: numbers, texts, lists and the like, and moments, of which nothing is called."""
    if len(text) > _CELL:
        return None
    return ast.literal_eval(_MOMENT.sub(_written, text))


def _written(match: re.Match[str]) -> str:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return repr(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")


def _result(status: str, told: Mapping[str, Any], media: list[Any]) -> Iterator[dict[str, str]]:
    about = {"page": _said(told, "url"), "title": _said(told, "title"), "date": _said(told, "_processed_at"), "created": _said(told, "timestamp")}
    for one in media:
        if not isinstance(one, dict) or not isinstance(one.get("filename"), str):
            continue
        properties = one.get("properties") if isinstance(one.get("properties"), dict) else {}
        hashed = _said(properties or {}, "hash")
        yield {
            **about,
            "status": status,
            "path": one["filename"],
            "media": _said(one, "_mimetype"),
            "digest": hashed if _HASH.match(hashed) else "",
            "location": next((url for url in one.get("urls") or () if isinstance(url, str)), ""),
        }


def _said(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
