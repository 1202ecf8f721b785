"""Words of a PDF's text layer and where they stand, read behind the shut door and checked on our side line by line."""

import re
from typing import BinaryIO, Final

from letapis.core.errors import Hostile
from letapis.core.redaction import WHOLE, PlacedWord
from letapis.engines import parse

_LINE: Final = re.compile(r"(\d{1,4}) (\d{1,5}) (\d{1,5}) (\d{1,5}) (\d{1,5}) (\S.*)\Z", re.ASCII)


def text_layer(data: bytes | BinaryIO) -> tuple[PlacedWord, ...]:
    """Every word in the order of the file; empty for a file without a text layer, or one that is no PDF. Raises as ``parse.inspect`` does."""
    found = parse.inspect(data, "layer")
    return tuple(_word(line) for line in (found.text or "").split("\n") if line)


def _word(line: str) -> PlacedWord:
    """One line of the reader, whose word is not trusted. Raises Hostile for one that is none."""
    said = _LINE.match(line)
    if said is None:
        raise Hostile("parse.bad_answer")
    page, left, top, right, bottom = (int(part) for part in said.groups()[:5])
    if not (page and left <= right <= WHOLE and top <= bottom <= WHOLE):
        raise Hostile("parse.bad_answer")
    return PlacedWord(page, left, top, right, bottom, said[6])
