"""JSON, JSON lines and XML as tables: what is nested is named by its way, ``a/b/0``. Runs inside the sandbox."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.parsers import expat

from letapis.core.listing_twice import twice
from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.table_lines import letters_of
from letapis.engines.parse.table_told import LIMITS, Sheets
from letapis.engines.parse.told import Told

_DEEPEST: Final = 40
_WRAPPED: Final = 4
_ENTITY: Final = frozenset({"id", "schema", "properties"})
_AGAIN: Final = "statements"
_ENCRYPTED: Final = frozenset({"base64EncryptedKey", "encryptedXmlFile"})  # OpenRosa: what stands in the place of the answers
# What expat says where a document ends before its elements do: no closing end, half a token, half a letter, an open CDATA.
_BROKEN_OFF: Final = frozenset({3, 5, 6, 20})
Flat = dict[str, str]


def read_json(untrusted: bytes, answer: Answer) -> None:
    """A list of objects, an object that holds one, or an object a line. Rows of a list are counted from 1, of lines as lines.

    Raises Stop("parse.table_damaged") for a list that has no end or is broken: its lines are no objects of their own.
    """
    letters = letters_of(untrusted, answer)
    text = untrusted[letters.mark :].decode(letters.encoding, "replace")
    sheets = Sheets(answer)
    try:
        whole = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as fault:
        if text.lstrip()[:1] == "[":
            raise Stop("parse.table_damaged") from None
        rows, broken = _object_lines(text)
        if not rows and _breaks_off(fault, text):
            raise Stop("parse.table_damaged") from None
        form = "jsonl"
    else:
        found, form = list(enumerate(_objects(whole), 1)), "json"
        rows = [(number, one) for number, one in found if isinstance(one, dict)]
        broken = [(number, json.dumps(one, ensure_ascii=False)) for number, one in found if not isinstance(one, dict) and one is not None]
    if not rows:
        raise Stop("parse.other_form")
    _tell(sheets, [(number, dict(_flat(_once(one), ""))) for number, one in rows])
    for number, line in broken:
        sheets.aside(number, [line], "json_line")
    sheets.end()
    sheets.about(form=form, used=str(len(untrusted)))


def _breaks_off(fault: Exception, text: str) -> bool:
    """What JSON missed is missing at the end of the text: an end, or all behind the beginning of a word in quotes."""
    if not isinstance(fault, json.JSONDecodeError):
        return False
    return fault.pos >= len(text.rstrip()) or fault.msg.startswith("Unterminated string")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. A name that stands twice in it gets a number, like the title of a column: JSON's own reading keeps the last and says nothing."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for key, value in pairs:
        numbered = (f"{key} ({n})" for n in range(2, LIMITS["columns"]))
        name = key if key not in found else next((other for other in numbered if other not in found), None)
        if name is None:
            raise Stop("parse.table_too_wide")
        found[name] = value
    return found


def _object_lines(text: str) -> tuple[list[tuple[int, Any]], list[tuple[int, str]]]:
    """Lines that hold an object, and the others that hold anything."""
    rows, broken = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line, object_pairs_hook=_object)
        except (ValueError, RecursionError):
            one = None
        if isinstance(one, dict):
            rows.append((number, one))
        else:
            broken.append((number, line))
        if number > LIMITS["rows"]:
            raise Stop("parse.table_too_large")
    return rows, broken


def _objects(whole: Any, depth: int = 0) -> list[Any]:
    """The list that JSON is, with whatever stands between its objects, or the list of objects that it wraps; an object without one is a row by
    itself."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        return []
    if whole.keys() >= _ENTITY:
        return [whole]
    inside = [value for value in whole.values() if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)]
    if inside:
        return max(inside, key=len) if depth or len(inside) == 1 else [whole]
    nested = [value for value in whole.values() if isinstance(value, dict)]
    if len(whole) == 1 and nested and depth < _WRAPPED:
        return _objects(nested[0], depth + 1)
    return [whole]


def _once(one: dict[str, Any]) -> dict[str, Any]:
    """An entity of FollowTheMoney without its statements: they say each value of its properties again, in eight columns."""
    return {name: value for name, value in one.items() if name != _AGAIN} if one.keys() >= _ENTITY else one


def _flat(value: Any, way: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        raise Stop("parse.table_too_wide")
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flat(one, f"{way}/{key}" if way else str(key), depth + 1)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, one in enumerate(value):
            yield from _flat(one, f"{way}/{place}" if way else str(place), depth + 1)
    elif value is not None:
        yield way, ("TRUE" if value else "FALSE") if isinstance(value, bool) else str(value)


def _tell(sheets: Sheets, rows: Sequence[tuple[int, Flat]]) -> None:
    """Columns in the order in which they are met. A title is cut like any, so ways that are too long are numbered apart."""
    columns: dict[str, None] = {}
    for _, row in rows:
        columns.update(dict.fromkeys(row))
        if len(columns) > LIMITS["columns"]:
            raise Stop("parse.table_too_wide")
    sheets.begin("", list(columns))
    for title in twice(list(columns)):
        sheets.fault(1, title, "column_twice")
    for number, row in rows:
        sheets.row(number, [row.get(column, "") for column in columns])
        sheets.bounded(number)


def read_xml(untrusted: bytes, answer: Answer) -> None:
    """One submission of a form, as ODK keeps it: a row whose columns are the ways to its answers. Raises Stop for entities, for what is no XML,
    and for a submission that was encrypted on the phone: there is nothing in it but a key for whoever owns the form."""
    root = _tree(untrusted)
    if any(one.name in _ENCRYPTED for one in root.inside):
        raise Stop("parse.form_encrypted")
    sheets = Sheets(answer)
    _tell(sheets, [(2, dict(_branches(root, "")))])
    sheets.end()
    sheets.about(form="xml", used=str(len(untrusted)))


def read_envelope(untrusted: bytes, answer: Answer) -> None:
    """What stands in the place of answers that were encrypted on the phone: the form, the locked key, the files, the signature; a row for each
    file of media. Raises Stop("parse.other_form") for XML with answers."""
    root = _tree(untrusted)
    said = {one.name: "".join(one.words).strip() for one in root.inside}
    if not said.keys() & _ENCRYPTED:
        raise Stop("parse.other_form")
    ids = ["".join(one.words).strip() for meta in root.inside if meta.name == "meta" for one in meta.inside if one.name == "instanceID"]
    given = {name.rpartition(":")[2]: value for name, value in root.attributes.items()}
    rows = Told(answer)
    rows.row(
        "form",
        id=given.get("id", ""),
        version=given.get("version", ""),
        instance=ids[0] if ids else given.get("instanceID", ""),
        key=said.get("base64EncryptedKey", ""),
        file=said.get("encryptedXmlFile", ""),
        signature=said.get("base64EncryptedElementSignature", ""),
    )
    for media in [one for one in root.inside if one.name == "media"][: LIMITS["columns"]]:
        for one in media.inside:
            rows.row("form", media="".join(one.words).strip())


def _tree(untrusted: bytes) -> "_Node":
    """Raises Stop("parse.table_damaged") for XML that breaks off, Stop("parse.other_form") for what is no XML."""
    tree = _Tree()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = tree.start, tree.end, tree.words
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _forbidden
    try:
        parser.Parse(untrusted, True)
    except expat.ExpatError as fault:
        raise Stop("parse.table_damaged" if tree.root is not None and fault.code in _BROKEN_OFF else "parse.other_form") from None
    except (ValueError, LookupError):
        raise Stop("parse.other_form") from None
    if tree.root is None:
        raise Stop("parse.other_form")
    return tree.root


def _forbidden(*_: Any) -> int:
    raise Stop("parse.xml_entities")


class _Node:
    """An element: its name without the space it is from, its attributes, what it holds."""

    __slots__ = ("attributes", "inside", "name", "words")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes = name.rpartition(":")[2], attributes
        self.inside: list[_Node] = []
        self.words: list[str] = []


class _Tree:
    """Builds nodes as the parser meets them."""

    def __init__(self) -> None:
        self.root: _Node | None = None
        self._open: list[_Node] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        node = _Node(name, attributes)
        self._count += 1
        if len(self._open) > _DEEPEST or self._count > LIMITS["columns"] * 100:
            raise Stop("parse.table_too_wide")
        if self._open:
            self._open[-1].inside.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _: str) -> None:
        self._open.pop()

    def words(self, text: str) -> None:
        self._open[-1].words.append(text)


def _branches(node: _Node, way: str) -> Iterator[tuple[str, str]]:
    """Answers by their way. Of what is repeated each has its number; attributes follow an ``@``."""
    for name, value in node.attributes.items():
        if not name.startswith("xmlns"):
            yield f"{way}/@{name}" if way else f"@{name}", value
    said = "".join(node.words).strip()
    if said or (way and not node.inside):
        yield way or node.name, said
    times, seen = Counter(one.name for one in node.inside), Counter[str]()
    for one in node.inside:
        step = f"{one.name}/{seen[one.name]}" if times[one.name] > 1 else one.name
        seen[one.name] += 1
        yield from _branches(one, f"{way}/{step}" if way else step)
