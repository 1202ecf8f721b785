"""What a newer version of a list says otherwise than the one that was recorded: who came, who went, which value became which.

Both versions are read from their sealed files, each as its columns were read then, so that what is shown is what the list changed, whatever
colleagues corrected meanwhile. Entries are compared one by one: of the older version only a digest of each is kept in memory.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.list_sayings import Difference, differences, label_of, mark, place_of, sayings, text_of
from letapis.core.listing import Entry, Held, Listing
from letapis.core.listing_changes import compare_listings
from letapis.core.vocabulary import canonical_value
from letapis.desk import list_files
from letapis.desk.list_files import ListView
from letapis.desk.opening import Desk

NEW, CHANGED, GONE = "new", "changed", "gone"
_RENAMED: Final = 2000  # beyond so many that came or went, nobody is looked for under another key


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry that differs. ``entry``: as the newer list has it, of one that went as the older had it; ``who``: whom it became,
    empty for one that came; ``held``: values that are to be looked at and were not said before."""

    key: str
    deed: str
    label: str
    entry: Entry
    who: bytes
    differences: tuple[Difference, ...] = ()
    held: tuple[Held, ...] = ()


def moved(desk: Desk, reader: Reader, known: ListView, listed: Listing, people: Mapping[bytes, bytes]) -> Iterator[Moved]:
    """Entry by entry what differs from the version before: those that came or changed in the order of the list, then those that went.

    ``people``: whom the entries of earlier versions became, by their marks; who is not among them comes.
    """
    old = _Older(desk, reader, list_files.shown(desk, reader, known.previous))
    seen = set()
    for entry in listed.entries:
        seen.add(entry.key)
        who = people.get(mark(known.source, entry.key), b"")
        if not who:
            yield Moved(entry.key, NEW, label_of(entry), entry, b"")
        elif found := old.compare(entry, who):
            yield found
    for key in old.places:
        who = people.get(mark(known.source, key), b"")
        if key not in seen and who:
            went = old.entry(key)
            yield Moved(key, GONE, label_of(went), went, who)


class _Older:
    """The version before: where each entry stands, and a digest of what it says."""

    def __init__(self, desk: Desk, reader: Reader, known: ListView) -> None:
        self._entries = list_files.listing(desk, known, list_files.tables(desk, reader, known)).entries
        self.places = {entry.key: (place, _digest(entry)) for place, entry in enumerate(self._entries)}

    def entry(self, key: str) -> Entry:
        return self._entries[self.places[key][0]]

    def compare(self, entry: Entry, who: bytes) -> Moved | None:
        """What a newer entry says otherwise. An entry that the version before did not have under this key says everything anew."""
        if entry.key in self.places and self.places[entry.key][1] == _digest(entry):
            return None
        old = self.entry(entry.key) if entry.key in self.places else None
        found = differences(sayings(old) if old else (), sayings(entry))
        known = {_held(one) for one in old.held} if old else set()
        held = tuple(one for one in entry.held if _held(one) not in known)
        return Moved(entry.key, CHANGED, label_of(entry), entry, who, found, held) if found or held else None


def _digest(entry: Entry) -> bytes:
    told = [(place_of(one), text_of(one)) for one in sayings(entry)]
    return hashlib.blake2b(repr((sorted(told), sorted(map(_held, entry.held)))).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _held(one: Held) -> tuple[str, str, str]:
    return one.code, one.value.property, canonical_value(one.value.value)


def renamed(found: list[Moved]) -> dict[str, str]:
    """Keys of entries that came, each with the key of one that went and may be the same: proposals, nothing is done with them."""
    came, went = ([one.entry for one in found if one.deed == deed] for deed in (NEW, GONE))
    if not came or not went or len(came) + len(went) > _RENAMED:
        return {}
    return {one.after: one.before for one in compare_listings(went, came).renamed}
