"""Where a page stands, told from the folder of its language. No address holds a name: what is free text stands under its digest."""

import hashlib
import re
from typing import Final

from letapis.core.public_viasna import SHORT
from letapis.core.published import Statement

_PLAIN: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_ARTICLE: Final = re.compile(r"[A-Z]+[0-9]{4} [0-9]+(?:\.[0-9]+)*\Z")


def slug(code: str) -> str:
    """A code of a list as a part of an address, of an article too (``CAO2021 24.23``); anything else by its digest, and so is a code that would
    take the address of another: ``index``, or words that somebody wrote, as "sizo 1" beside ``sizo-1``."""
    plain = code.lower().replace(" ", "-").replace(".", "-")
    alone = code != "index" and (_ARTICLE.match(code) or code == plain)
    if alone and len(plain) <= 40 and _PLAIN.match(plain):
        return plain
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:SHORT]


def person_path(short: str) -> str:
    return f"p/{short}.html"


def place_path(code: str, mark: str = "") -> str:
    return part_path(f"places/{slug(code)}", mark)


def statement_path(statement: Statement, mark: str = "") -> str:
    return part_path(f"statements/{statement.statement[:SHORT]}", mark)


def part_path(stem: str, mark: str = "") -> str:
    """A page of a list by its mark (``parts.Part``), which the first one has not. No stem has the sign before it: article 342-2 is no page of
    article 342."""
    return f"{stem}_{mark}.html" if mark else f"{stem}.html"
