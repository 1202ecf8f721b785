"""The messages of a chat beside the rest of a dossier: the files that came with them, and notes made of some of them."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import UsageError
from letapis.desk import claims, insides, reading
from letapis.desk.opening import Desk

MOST: Final = 2_000


def note_of(desk: Desk, reader: Reader, item: bytes, first: int, last: int, language: str) -> bytes:
    """A note of the messages from ``first`` to ``last``, each with the mark by which it is found again. Returns the note's id.

    Raises UsageError("insides.messages") for numbers that are none of this chat or too many, and what writing a note raises.
    """
    kept, found = reading.evidence(desk, reader, item), insides.messages(desk, reader, item)
    if not 1 <= first <= last <= len(found) or last - first >= MOST:
        raise UsageError("insides.messages")
    text = "\n".join(insides.line_of(one) for one in found[first - 1 : last])
    title = f"{kept.title[:160]} · m{first}–m{last}"
    return claims.write_note(desk, reader, kept.dossier, claims.NoteForm(title, text, language, kept.source, "document", evidence=item))


def files_beside(desk: Desk, reader: Reader, kept: reading.EvidenceView, messages: Iterable[Mapping[str, str]]) -> dict[str, bytes]:
    """Originals that came from the same folder as the chat, by the path that a message names; a path is compared, never opened."""
    wanted = {one["media"] for one in messages if one.get("media")}
    if not wanted:
        return {}
    before = kept.name.rpartition("/")[0]
    folder = f"{before}/" if before else ""
    names = {unicodedata.normalize("NFC", folder + path): path for path in wanted}
    found = ((unicodedata.normalize("NFC", one.name), one.object) for one in reading.evidence_of(desk, reader, kept.dossier))
    return {names[name]: item for name, item in found if name in names}
