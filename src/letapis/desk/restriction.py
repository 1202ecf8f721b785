"""What a withdrawn agreement keeps out of sight: at once, for everybody, until two have decided what becomes of it.

A restriction is a working item of the dossier. What it covers (what the person said, what was cut from it, made of it and told about it)
leaves the tables that everything else reads, and the index: so no list, search, document, case file or package can hold it, no claim of it
weighs, and no function has to remember to ask. The sealed records stay. Custodians, who guard identities, are the protection officers:
they may look at it here, and they alone can lift it. A restriction of some scopes alone leaves everything in its place; the answers
themselves stop those uses (``core.consent``).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.access import Reader
from letapis.core.consent import WITHDRAWN
from letapis.core.erasure import LIFTED, ON, RESTRICTED
from letapis.core.errors import Refused
from letapis.core.records import Draft, Record
from letapis.desk import items, people, reading, withheld
from letapis.desk.opening import Desk

KEEP_SCOPE: Final = "keep_internal"


@dataclass(frozen=True)
class Restriction:
    """One restriction of a dossier. ``scopes`` empty: everything; ``since``: the hour of its first version; ``heads``: the versions shown."""

    restricted: bytes
    party: bytes
    scopes: tuple[str, ...]
    text: str
    since: str
    on: bool
    heads: tuple[bytes, ...]


@dataclass(frozen=True)
class Shown:
    """Something restricted as an officer sees it: its type, day, the words it holds, and which fact or step of custody it tells (codes)."""

    kind: str
    day: str
    text: str
    property: str = ""
    event: str = ""


def restrictions(desk: Desk, reader: Reader, dossier: bytes) -> list[Restriction]:
    """The restrictions of a dossier, those in force first. Raises NotFound for a dossier of others."""
    reading.dossier(desk, reader, dossier)
    in_force, found = withheld.in_force(desk), []
    for one in reading.items(desk, reader, RESTRICTED, dossier=dossier):
        since, on = min(version.recorded for version in reading.versions(desk, reader, one.item)), (dossier, one.item) in in_force
        found.append(Restriction(one.item, one.about, one.record.texts("scopes"), one.text("text"), since, on, one.heads))
    return sorted(found, key=lambda one: (not one.on, one.since, one.restricted))


def is_restricted(desk: Desk, reader: Reader, dossier: bytes) -> bool:
    """Something of a dossier is out of sight. Raises NotFound for a dossier of others."""
    reading.dossier(desk, reader, dossier)
    return any(not scopes for _, scopes in withheld.covered(desk, dossier))


def draft(desk: Desk, work: bytes, dossier: bytes, party: bytes, scopes: Sequence[str] = (), text: str = "") -> Draft:
    """A restriction, to be appended with others."""
    return items.draft(desk, RESTRICTED, work, {"dossier": dossier, "party": party, "scopes": tuple(scopes), "text": text, "state": ON})


def following(desk: Desk, work: bytes, dossier: bytes, party: bytes, answers: Iterable[tuple[str, str]]) -> list[Draft]:
    """The restrictions that follow from these answers (scope and answer) of a party, to be recorded with them. Whoever takes back that
    the account is kept takes back everything. Taking back a use, even the last one, is not taking back that it is kept: that use stops,
    by the gates that ask for it, which then say why to whoever drafted something for it."""
    said = dict(answers)
    taken_back = sorted(scope for scope, answer in said.items() if answer == WITHDRAWN)
    if not taken_back:
        return []
    known = set(withheld.covered(desk, dossier))
    scopes = () if KEEP_SCOPE in taken_back else tuple(taken_back)
    return [] if (party, ()) in known or (party, scopes) in known else [draft(desk, work, dossier, party, scopes)]


def is_officer(desk: Desk, reader: Reader) -> bool:
    """The reader guards identities."""
    return reader.member in people.directory(desk).custodians()


def require_officer(desk: Desk, reader: Reader) -> None:
    """Raises Refused("erasure.officers_only")."""
    if not is_officer(desk, reader):
        raise Refused("erasure.officers_only")


def lift(desk: Desk, reader: Reader, restricted: bytes, reason: str, seen: tuple[bytes, ...] = ()) -> None:
    """End a restriction, because the person agreed again or it was made by mistake. Raises Refused, UsageError, NotFound."""
    from letapis.desk.dossiers import require_text

    require_officer(desk, reader)
    text = require_text(reason, "erasure.reason", 2000)
    items.change(desk, reader, RESTRICTED, restricted, {"state": LIFTED, "text": text}, seen)


def look(desk: Desk, reader: Reader, records: Iterable[Record]) -> list[Shown]:
    """What these records say, for an officer alone: the one window to what is restricted. Raises Refused("erasure.officers_only")."""
    require_officer(desk, reader)
    told = [(one, _word(one.body.get("property")), _word(one.body.get("event"))) for one in records]
    return [Shown(one.type, one.header.recorded[:10], _words(one), fact, event) for one, fact, event in told]


_SHOWN: Final = ("code", "label", "title", "text", "name", "value.text", "value.number", "value.date", "value.list", "reason")


def _words(record: Record) -> str:
    found = [_word(record.body.get(name)) for name in _SHOWN]
    return " · ".join(word for word in found if word)


def _word(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def restrict(desk: Desk, reader: Reader, dossier: bytes, targets: Collection[bytes], text: str = "") -> list[Draft]:
    """Drafts that restrict these things of a dossier, where they are not restricted yet."""
    home = reading.dossier(desk, reader, dossier)
    known = {party for party, scopes in withheld.covered(desk, dossier) if not scopes}
    return [draft(desk, home.work, dossier, one, (), text) for one in sorted(set(targets) - known)]
