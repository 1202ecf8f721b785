"""Canonical JSON of a Brief, as it is kept in a record: one Brief has one spelling, and every other spelling is refused.

Members sorted, no blanks, UTF-8, references in lower-case hexadecimal; ``brief`` is the version of this form. ``numbered`` stands only
where it is true.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from letapis.core.brief import Annex, Author, Block, Brief, Cell, FieldAnswer, Heading, PageBreak, Paragraph, Sentence, Table
from letapis.core.errors import Damaged, UsageError

VERSION = 1
MAX_JSON = 8 << 20
T = TypeVar("T")


def to_json(brief: Brief) -> bytes:
    """The canonical bytes of ``brief``."""
    return _dump(
        {
            "brief": VERSION,
            "title": brief.title,
            "subtitle": brief.subtitle,
            "language": brief.language,
            "marking": brief.marking,
            "meta": [list(pair) for pair in brief.meta],
            "blocks": [_block(block) for block in brief.blocks],
            "annexes": [
                {"number": a.number, "title": a.title, "sha256": a.sha256.hex(), "media_type": a.media_type, "size": a.size} for a in brief.annexes
            ],
            "approved": brief.approved,
        }
        | ({"numbered": True} if brief.numbered else {})
    )


def from_json(data: bytes) -> Brief:
    """The Brief whose canonical bytes are ``data``. Raises Damaged: ``brief.bad_json``, ``brief.not_canonical`` or a rule of the model."""
    if len(data) > MAX_JSON:
        raise Damaged("brief.bad_json")
    try:
        tree = json.loads(data.decode("utf-8"), parse_constant=_refuse)
        brief = _brief(tree)
    except UsageError as error:
        raise Damaged(error.code) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Damaged("brief.bad_json") from None
    if to_json(brief) != data:
        raise Damaged("brief.not_canonical")
    return brief


def _dump(tree: object) -> bytes:
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def _refuse(_: str) -> None:
    raise ValueError("no such number")


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "claims": [ref.hex() for ref in sentence.claims],
        "annexes": list(sentence.annexes),
        "author": sentence.author.value,
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": text}
        case Paragraph(sentences):
            return {"kind": "paragraph", "sentences": [_sentence(s) for s in sentences]}
        case FieldAnswer(number, label, answer, missing):
            return {"kind": "field", "number": number, "label": label, "answer": [_sentence(s) for s in answer], "missing": missing}
        case Table(header, rows):
            return {"kind": "table", "header": list(header), "rows": [[_cell(cell) for cell in row] for row in rows]}
        case PageBreak():
            return {"kind": "page_break"}


def _cell(cell: Cell) -> Any:
    """Bare words as a string, sentences as a list of them."""
    return cell if isinstance(cell, str) else [_sentence(s) for s in cell]


def _read_cell(tree: Any) -> Cell:
    return _str(tree) if isinstance(tree, str) else _list(tree, _read_sentence)


def _members(tree: Any, *names: str) -> list[Any]:
    """The values of exactly these members. An unknown or absent member is an error, not a default."""
    if not isinstance(tree, dict) or set(tree) != set(names):
        raise ValueError("members")
    return [tree[name] for name in names]


def _typed(value: Any, kind: type[T]) -> T:
    if type(value) is not kind:
        raise ValueError("type")
    return value


def _list(value: Any, item: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(item(one) for one in _typed(value, list))


def _str(value: Any) -> str:
    return _typed(value, str)


def _int(value: Any) -> int:
    return _typed(value, int)


def _hex(value: Any) -> bytes:
    return bytes.fromhex(_str(value))


def _pair(value: Any) -> tuple[str, str]:
    label, text = _list(value, _str)
    return label, text


def _read_sentence(tree: Any) -> Sentence:
    text, claims, annexes, author = _members(tree, "text", "claims", "annexes", "author")
    return Sentence(_str(text), _list(claims, _hex), _list(annexes, _int), Author(_str(author)))


def _read_annex(tree: Any) -> Annex:
    number, title, digest, media_type, size = _members(tree, "number", "title", "sha256", "media_type", "size")
    return Annex(_int(number), _str(title), _hex(digest), _str(media_type), _int(size))


def _read_block(tree: Any) -> Block:
    match _typed(tree, dict).get("kind"):
        case "heading":
            _, level, text = _members(tree, "kind", "level", "text")
            return Heading(_int(level), _str(text))
        case "paragraph":
            _, said = _members(tree, "kind", "sentences")
            return Paragraph(_list(said, _read_sentence))
        case "field":
            _, number, label, answer, missing = _members(tree, "kind", "number", "label", "answer", "missing")
            return FieldAnswer(_str(number), _str(label), _list(answer, _read_sentence), _typed(missing, bool))
        case "table":
            _, header, rows = _members(tree, "kind", "header", "rows")
            return Table(_list(header, _str), _list(rows, lambda row: _list(row, _read_cell)))
        case "page_break":
            _members(tree, "kind")
            return PageBreak()
    raise ValueError("kind")


def _brief(tree: Any) -> Brief:
    names = ("brief", "title", "subtitle", "language", "marking", "meta", "blocks", "annexes", "approved")
    numbered = isinstance(tree, dict) and tree.get("numbered") is True
    version, title, subtitle, language, marking, meta, blocks, annexes, approved, *_ = _members(tree, *names, *(("numbered",) if numbered else ()))
    if _int(version) != VERSION:
        raise UsageError("brief.unknown_version")
    return Brief(
        _str(title),
        _str(subtitle),
        _str(language),
        None if marking is None else _str(marking),
        _list(meta, _pair),
        _list(blocks, _read_block),
        _list(annexes, _read_annex),
        _typed(approved, bool),
        numbered,
    )
