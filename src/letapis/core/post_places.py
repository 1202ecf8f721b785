"""The place at the end of the name of a body: ``Frunzensky District Court in Minsk`` is a court, and a city."""

import re
from typing import Final

from letapis.core.post_words import BODY_WORD

_PLACE_IN: Final = re.compile(r",?\s+in\s+(?:the city of\s+)?(?P<place>[A-Z][\w’'/-]*(?:[ ,]+(?:(?:of the )?[A-Z][\w’'/-]*|region|district))*)\Z")
_PLACE_OF: Final = re.compile(
    r"(?P<body>.*\b(?:[Cc]ourt|Police Department|[Pp]olice|[Cc]entre|[Dd]istrict)),?\s+(?:of|in)\s+(?:the\s+)?(?:[Cc]ity of\s+)?"
    r"(?P<place>[A-Z][\w’'/-]*(?: [A-Z][\w’'/-]*)?(?: (?:region|oblast))?)\Z"
)
_PLACE_TAIL: Final = re.compile(r"(?P<body>.*\w),\s+(?P<place>[A-Z][\w’'/-]*(?: (?:Region|District|Oblast|Region/Oblast))?)\Z")
_NO_PLACE: Final = frozenset({"Internal Affairs", "Foreign Affairs", "Justice", "Belarus", "Republic", "Deputies", "Criminal Cases", "Civil Cases"})


def split_place(body: str) -> tuple[str, str]:
    """The body without its place, and the place; a State stays in the name of its body."""
    for pattern in (_PLACE_IN, _PLACE_OF, _PLACE_TAIL):
        found = pattern.search(body) if pattern is _PLACE_IN else pattern.match(body)
        if found and not BODY_WORD.search(found["place"]) and found["place"] not in _NO_PLACE:
            rest = found["body"] if "body" in pattern.groupindex else body[: found.start()]
            if " " not in rest.strip(" ,") and "court" in rest.lower():
                break  # "Court of the Leninsky District" is the name of a court.
            inner, more = split_place(rest.strip(" ,"))
            return inner, f"{more}, {found['place']}" if more else found["place"]
    return body.strip(" ,"), ""
