"""Tables of strangers: lines (CSV), workbooks, JSON, submissions of forms. What a file is, its first bytes say. Runs inside the sandbox.

Values only: no formula is worked out, no macro run, no link followed.
"""

from typing import Final

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.codes import Kind
from letapis.engines.parse.sniff import sniff
from letapis.engines.parse.table_books import read_book
from letapis.engines.parse.table_lines import beginning, read_lines
from letapis.engines.parse.table_told import LIMITS
from letapis.engines.parse.table_trees import read_envelope, read_json, read_xml

_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOOKS: Final = {_SHEET: "xlsx", "application/vnd.oasis.opendocument": "ods", "application/x-ole-storage": "xls"}


def read_declared(untrusted: bytes, declared: str, answer: Answer) -> None:
    """The tables of a file, or of one piece of a long one (``table_lines``); of a
    ``submission`` what stands in the place of encrypted answers. Raises Stop for a file that is no table."""
    if declared.startswith("lines"):
        read_lines(untrusted, declared, answer)
        return
    if declared == "submission":
        read_envelope(untrusted, answer)
        return
    if len(untrusted) > LIMITS["whole_bytes"]:
        raise Stop("parse.too_large")
    kind, media = sniff(untrusted)
    start = beginning(untrusted)
    if media in _BOOKS:
        read_book(untrusted, _BOOKS[media], answer)
    elif start[:1] in (b"{", b"["):
        read_json(untrusted, answer)
    elif start[:1] == b"<":
        read_xml(untrusted, answer)
    elif kind is Kind.TEXT or b"\0" in untrusted:
        read_lines(untrusted, "", answer)
    else:
        raise Stop("parse.other_form")
