"""The design of a form, an XLSForm or what ODK makes of one: its questions. Brought as a list it would make a person of each question.

A design is known by what its cells are, never by the name of its file: a sheet with the columns ``type`` and ``name`` whose types are types of
questions (https://xlsform.org), or a form as ODK sends it to a phone (https://getodk.github.io/xforms-spec), with its model and its body.
"""

from collections.abc import Sequence
from typing import Final

from letapis.core.listing_table import Table

_TYPE, _NAME = "type", "name"
_ROWS: Final = 200
_MOSTLY: Final = 0.8
_TYPES: Final = frozenset(
    {"text", "string", "integer", "int", "decimal", "range", "note", "geopoint", "geotrace", "geoshape", "date", "time", "datetime", "barcode"}
    | {"select_one", "select_multiple", "select_one_from_file", "select_multiple_from_file", "select_one_external", "select", "select1", "rank"}
    | {"image", "photo", "audio", "video", "file", "calculate", "calculation", "acknowledge", "trigger", "hidden", "csv-external", "xml-external"}
    | {"start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit", "start-geopoint"}
    | {"background-audio", "background-geopoint", "begin", "begin_group", "end_group", "begin_repeat", "end_repeat", "group", "repeat"}
    | {"begin_loop", "end_loop", "begin_score", "end_score", "begin_rank", "end_rank", "begin_kobomatrix", "end_kobomatrix", "score__row"}
    | {"rank__level", "kobomatrix", "osm", "image-map"}
)
_SAYS_ITSELF: Final = _TYPES - {"text", "string", "date", "time", "email", "file", "image", "photo", "video", "audio", "note", "group", "hidden"}


def is_design(tables: Sequence[Table]) -> bool:
    """Whether the tables of one file are a form's questions and no answers; its sheets of choices and of settings go with them."""
    return any(_asks(table) or _is_model(table) for table in tables)


def _asks(table: Table) -> bool:
    """A sheet of questions. Answers may have a column ``type`` too, so that nearly all of its words must be types of questions, and one of them
    a word that nobody but a form has, unless the sheet is called as forms call it."""
    titles = [title.casefold() for title in table.columns]
    if _TYPE not in titles or _NAME not in titles:
        return False
    place = titles.index(_TYPE)
    rows = (table.rows[number] for number in range(min(_ROWS, len(table.rows))))
    said = [words[0] for row in rows if place < len(row.cells) and (words := row.cells[place].casefold().split())]
    known = sum(1 for word in said if word in _TYPES)
    named = table.name.casefold().rpartition(" / ")[2] == "survey"
    return bool(said) and known >= len(said) * _MOSTLY and (named or any(word in _SAYS_ITSELF for word in said))


def _is_model(table: Table) -> bool:
    """The form for a phone: a page with a model of its data in the head."""
    return any(title.startswith("head/model/") for title in table.columns)
