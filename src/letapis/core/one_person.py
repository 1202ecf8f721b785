"""That two entries are one person: what members said of each pair, and who is one person by it.

Nothing is rewritten when two entries are one person: every claim stays with the entry it was recorded about, and which entries are read
together follows from the words said last. So a merge that is undone leaves everything as it was, and the order of records says nothing.

A group in which somebody said of any two that they are *not* the same is torn: none of it is read together until people agree. Of a pair
across two dossiers each dossier holds a half that names its own entry only; the reason is parted so that one half says nothing without
the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, TypeVar

TYPE: Final = "one_person"
SAME: Final = "same"
APART: Final = "apart"
LATER: Final = "later"
SPLIT: Final = "split"
STATES: Final = (SAME, APART, LATER, SPLIT)
REASONED: Final = frozenset({SAME, APART, SPLIT})
"""What is said with a reason; *later* is no decision."""
CONFIRMED: Final = 2
"""From so many members on a word is more than one person's."""
_STEP: Final = 256
Entry = TypeVar("Entry", bytes, str)


class Link(NamedTuple):
    """The word on one pair that holds; empty while colleagues who did not know of each other said different things."""

    first: bytes
    second: bytes
    state: str


def pair_of(first: bytes, second: bytes) -> bytes:
    """The name of a pair, whichever comes first. Who knows one of two random ids learns nothing from it."""
    return _digest(b"letapis one person, pair", min(first, second), max(first, second))


def link_of(dossier: bytes, first: bytes, second: bytes) -> bytes:
    """The id of what a dossier holds on a pair: the same for whoever decides, so that two who decide at once find each other's word."""
    return _digest(b"letapis one person, link", dossier, pair_of(first, second))


def _digest(*parts: bytes) -> bytes:
    return sha256(b"\x00".join(parts)).digest()[:16]


def state_of(heads: Sequence[str]) -> str:
    """The word that holds when these stand side by side: what all of them say, else none."""
    return heads[0] if heads and all(state == heads[0] for state in heads) else ""


def backing(words: Iterable[tuple[bytes, str]], state: str) -> frozenset[bytes]:
    """Members who stand behind the word that holds. ``words``: member and state, the newest first; an older other word ends the row."""
    found = set()
    for member, said in words:
        if said != state:
            break
        found.add(member)
    return frozenset(found)


def groups(links: Iterable[Link]) -> Mapping[bytes, frozenset[bytes]]:
    """For each entry that is one person with others, everybody who that person is. Entries of a torn group stand alone."""
    known = list(links)
    whole, torn = _joined(known), _torn(known)
    return {entry: group for entry, group in whole.items() if group not in torn}


class Settled:
    """The pairs on which members decided, and those that follow: entries of a group that is read together are one person, and whoever is
    said to be none of them is none of the others either. Nobody needs to be asked about these again."""

    def __init__(self, links: Iterable[Link]) -> None:
        known = list(links)
        self._groups = groups(known)
        self._same = {frozenset(one[:2]) for one in known if one.state == SAME}
        self._apart = {frozenset((self._person(one.first), self._person(one.second))) for one in known if one.state == APART}

    def _person(self, entry: bytes) -> bytes:
        return min(self._groups.get(entry, (entry,)))

    def __contains__(self, pair: object) -> bool:
        if pair in self._same:
            return True
        persons = frozenset(map(self._person, pair)) if isinstance(pair, frozenset) else frozenset()
        return len(persons) == 1 or persons in self._apart


def quarrels(links: Iterable[Link]) -> list[Link]:
    """Pairs on which colleagues do not agree: they said different things of the two, or one keeps apart whom others join by way of a third."""
    known = list(links)
    whole, torn = _joined(known), _torn(known)
    return [one for one in known if not one.state or (one.state in (SAME, APART) and whole.get(one.first) in torn and one.second in whole[one.first])]


def _torn(links: Sequence[Link]) -> frozenset[frozenset[bytes]]:
    whole = _joined(links)
    apart = [link for link in links if link.state == APART]
    return frozenset(whole[one.first] for one in apart if one.first in whole and one.second in whole[one.first])


def _joined(links: Iterable[Link]) -> dict[bytes, frozenset[bytes]]:
    return {entry: group for group in components((one.first, one.second) for one in links if one.state == SAME) for entry in group}


def components(pairs: Iterable[tuple[Entry, Entry]]) -> list[frozenset[Entry]]:
    """Everybody who is tied to each other by these pairs, directly or by way of others."""
    parent: dict[Entry, Entry] = {}

    def root(entry: Entry) -> Entry:
        while (above := parent.setdefault(entry, entry)) != entry:
            parent[entry] = entry = parent[above]
        return entry

    for first, second in pairs:
        one, other = root(first), root(second)
        parent[max(one, other)] = min(one, other)
    found: dict[Entry, set[Entry]] = {}
    for entry in list(parent):
        found.setdefault(root(entry), set()).add(entry)
    return [frozenset(group) for group in found.values()]


def half_size(text: str) -> int:
    """How many bytes each half of a parted text has: its length says little of the text's."""
    return max(1, -(-len(text.encode()) // _STEP)) * _STEP


def part(text: str, pad: bytes) -> bytes:
    """The other half of a text of which ``pad`` is one; random bytes of ``half_size``, used once."""
    plain = text.encode().ljust(half_size(text), b"\x00")
    return bytes(one ^ other for one, other in zip(plain, pad, strict=True))


def whole(one: bytes, other: bytes) -> str:
    """The text of two halves; empty when they do not belong to each other."""
    if len(one) != len(other):
        return ""
    try:
        return bytes(a ^ b for a, b in zip(one, other, strict=True)).rstrip(b"\x00").decode()
    except UnicodeDecodeError:
        return ""
