"""Whether a capture holds what was seen: the words that the collector copied, or the hash of a picture, looked for in the capture itself.

A capture that exists may be empty: many services answer with a shell, a login form or "does not exist" and call it success. So nothing but
the words decides. Marks of a login or of a deletion explain an empty capture to a person; they never decide.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from letapis.core.errors import UsageError
from letapis.core.page_text import PageText, fold
from letapis.core.records import Record

_HOST: Final = re.compile(r"[a-z][a-z0-9+.-]{1,20}://(?:[^/?#@]*@)?([^/?#:@\[\]]+)", re.IGNORECASE)
LEAST: Final = 20
"""Characters that words must have, so that they are not found by chance."""


class Result(StrEnum):
    """``present``: in the text that a person reads; ``weak``: only in data of scripts or a description; ``hollow``: nowhere;
    ``unchecked``: there was nothing to look for, or nothing that could be read."""

    PRESENT = "present"
    WEAK = "weak"
    HOLLOW = "hollow"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` is a code of a sentence; ``address`` the page that decided; ``described`` the description in which alone the words stood."""

    result: Result
    reason: str
    address: str = ""
    described: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody says to have seen: words, each at least LEAST characters, and SHA-256 digests of media."""

    words: tuple[str, ...] = ()
    media: tuple[bytes, ...] = ()


Elsewhere = Iterable[tuple[str, str]]
"""Descriptions of other captures: address and text."""


def sought(words: Sequence[str], media: Sequence[bytes] = ()) -> Sought:
    """Raises UsageError("assertion.too_short") for words that chance could find, ("assertion.media") for what is no SHA-256."""
    kept = tuple(fold(text) for text in words if fold(text))
    if any(len(text) < LEAST for text in kept):
        raise UsageError("assertion.too_short")
    if any(len(digest) != 32 for digest in media):
        raise UsageError("assertion.media")
    return Sought(kept, tuple(media))


def judge(
    asked: Sought,
    pages: Sequence[PageText],
    media: Iterable[bytes] = (),
    elsewhere: Elsewhere = (),
    marks: Mapping[str, Sequence[str]] | None = None,
    whole: bool = True,
) -> Verdict:
    """The worst of what was found for each thing that was seen.

    ``media``: digests of what the capture holds; ``marks``: words of a login wall or a deletion by their name, for the explanation;
    ``whole``: every answer could be read, so that words which were not found are not there.
    """
    if not asked.words and not asked.media:
        return Verdict(Result.UNCHECKED, "assertion.nothing_sought")
    held, known = set(media), tuple(elsewhere)
    found = [_media(digest, held) for digest in asked.media]
    if asked.words and not pages:
        found.append(Verdict(Result.UNCHECKED, "assertion.nothing_readable"))
    else:
        found += [_words(text, pages, known) for text in asked.words]
    worst = max(found, key=lambda verdict: _ORDER.index(verdict.result))
    if worst.result is Result.HOLLOW and worst.reason == "assertion.nowhere":
        if not whole:
            return Verdict(Result.UNCHECKED, "assertion.part_unreadable")
        return Verdict(worst.result, _explained(pages, marks or {}), worst.address)
    return worst


_ORDER: Final = (Result.PRESENT, Result.UNCHECKED, Result.WEAK, Result.HOLLOW)


def _media(digest: bytes, held: set[bytes]) -> Verdict:
    return Verdict(Result.PRESENT, "assertion.media_here") if digest in held else Verdict(Result.HOLLOW, "assertion.media_missing")


def _words(text: str, pages: Sequence[PageText], elsewhere: Sequence[tuple[str, str]]) -> Verdict:
    for page in pages:
        if text in page.visible:
            return Verdict(Result.PRESENT, "assertion.in_text", page.address)
    for page in pages:
        if text in page.scripts:
            return Verdict(Result.WEAK, "assertion.in_scripts", page.address)
    boilerplate = ""
    for page in pages:
        for described in page.described:
            if text in described:
                others = [(one.address, said) for one in pages for said in one.described]
                if not is_boilerplate(page.address, described, [*others, *elsewhere]):
                    return Verdict(Result.WEAK, "assertion.in_description", page.address, described)
                boilerplate = page.address
    return Verdict(Result.HOLLOW, "assertion.boilerplate" if boilerplate else "assertion.nowhere", boilerplate)


def is_boilerplate(address: str, described: str, others: Elsewhere) -> bool:
    """The same description at another address of the same house tells of the account, not of the post."""
    house = _host_of(address)
    return any(said == described and other != address and _host_of(other) == house for other, said in others)


def _host_of(address: str) -> str:
    """The host of an address, without ``www.``; empty for what is no address."""
    found = _HOST.match(address)
    return found[1].lower().removeprefix("www.") if found else ""


def hollow_items(records: Iterable[Record]) -> frozenset[bytes]:
    """The items of evidence whose capture was found hollow. Of several versions side by side the latest by its hour is the one shown."""
    versions: dict[tuple[bytes, bytes, bytes], list[Record]] = {}
    for record in records:
        if record.type == "assertion":
            place = (record.raw("assertion"), record.raw("dossier"), record.header.compartment)
            versions.setdefault(place, []).append(record)
    found = set()
    for family in versions.values():
        seen = {ref for record in family for ref in record.refs("after")}
        shown = max((one for one in family if one.ref not in seen), key=lambda one: (one.header.recorded, one.ref), default=None)
        if shown is not None and shown.text("state") == Result.HOLLOW:
            found.add(shown.raw("about"))
    return frozenset(found - {b""})


def _explained(pages: Sequence[PageText], marks: Mapping[str, Sequence[str]]) -> str:
    """What a person may want to know of a capture that does not hold the words."""
    if all(not page.visible for page in pages):
        return "assertion.only_scripts"
    text = " ".join(part for page in pages for part in (page.visible, *page.described)).casefold()
    for name, words in marks.items():
        if any(word in text for word in words):
            return f"assertion.looks_{name}"
    return "assertion.nowhere"
