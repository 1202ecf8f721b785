"""What a list holds once its rows are read: entries with their names and values, each with the place where it stands."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Final

from letapis.core.dates import Certainty
from letapis.core.listing_table import ListFault
from letapis.core.listing_twice import DIFFER
from letapis.core.name_flags import ANONYMOUS
from letapis.core.vocabulary import Value as Typed

WHY_HELD: Final = "listing.held."
NAMELESS: Final = "nameless"


@dataclass(frozen=True, slots=True)
class At:
    """Where something stands: the table by its place among those given, and the row as a person counts it."""

    table: int
    row: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in the list, letter by letter, without marks that nobody sees. ``flags``: ``anonymous``, ``mixed_script``,
    ``hidden_characters``."""

    text: str
    language: str
    role: str
    order: str
    at: At
    flags: tuple[str, ...] = ()

    @property
    def anonymous(self) -> bool:
        """It hides a person on purpose: nobody is to be proposed by it."""
        return ANONYMOUS in self.flags


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a list says of an entry. ``as_said`` is the cell as it stood."""

    property: str
    value: Typed
    as_said: str
    column: str
    at: At
    certainty: str = Certainty.EXACT
    language: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A value that is held back until somebody has looked at it, and why: ``listing.held.<code>``."""

    code: str
    value: Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list. ``quarantined``: the code ``listing.quarantine.<code>``, or empty."""

    key: str
    kind: str
    names: tuple[Name, ...]
    values: tuple[Value, ...]
    rows: tuple[At, ...]
    faults: tuple[ListFault, ...] = ()
    held: tuple[Held, ...] = ()
    quarantined: str = ""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Entries of which nobody can say from the list alone whether they are one, or who they are: none of them counts until somebody decides."""

    code: str
    keys: tuple[str, ...]

    def without(self, known: Container[str]) -> "Quarantine | None":
        """What waits of it where ``known`` entries were recorded already; None for nothing. Those that may be one wait together; of those
        without a name each stands for itself."""
        waiting = tuple(key for key in self.keys if key not in known)
        return replace(self, keys=waiting if self.code == NAMELESS else self.keys) if waiting else None


@dataclass(frozen=True)
class Listing:
    """What a list holds. ``faults`` are those of rows that became no entry; each entry has its own. ``untaken``: columns nobody asked for;
    ``has_names``: at least one table has a column of names."""

    entries: Sequence[Entry]
    faults: tuple[ListFault, ...]
    quarantined: tuple[Quarantine, ...]
    untaken: tuple[str, ...] = ()
    has_names: bool = True

    @property
    def is_doubtful(self) -> bool:
        """A title that is read stands twice and its columns differ: nobody but a person knows which one is meant."""
        return any(one.code == DIFFER for one in self.faults)
