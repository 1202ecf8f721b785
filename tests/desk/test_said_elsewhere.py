"""Somebody who knows every number and word of a dossier, and holds none of it, writes what they like wherever they may write.

Each type of record, with the numbers of the dossier's own things in each of its fields, naming the dossier itself or another one that is
theirs, in the organisation's compartment and in each of a dossier of their own that honest colleagues read too: nothing of the first changes.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import pytest

from letapis.core.access import Reader
from letapis.core.canonical import Kind
from letapis.core.errors import LetapisError, NotFound
from letapis.core.records import SCHEMAS, Draft, Record, Value
from letapis.desk import (
    apart,
    compartments,
    contacts,
    dossiers,
    identity_seal,
    items,
    ledger,
    needs,
    placing,
    projections,
    public_record,
    reading,
    refold,
    restriction,
    settings,
    sync,
    vault,
    withheld,
)
from letapis.desk.opening import Desk
from letapis.desk.projections import ITEMS, TABLES
from tests.desk.carding import LISTED, House, house_of
from tests.desk.tables import projections as tables_of
from tests.team import Team, make_team

__all__ = ["make_team"]

DIRECTORY: Final = frozenset({"organisation", "member", "device", "removal", "seen", "cover", "cover_rhythm"})
"""Keepers decide on these by their signatures, wherever they stand."""
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "answer": ("given", "withdrawn", "refused"),
    "kind": ("check", "dispute", "retract", "withdraw", "approve", "endorse", "authentic", "reconfirm", "judge", "person", "distinct", "same"),
    "state": ("on", "lifted", "given", "recalled", "current", "done", "open", "hollow", "handed", "withdrawn", "proposed"),
    "scope": (*LISTED, "account_kept", "publication"),
    "class": ("WORK", "PUB"),
    "because": ("safety", "consent_withdrawn"),
    "event": ("verification step", "quarantine", "destruction"),
}
THINGS: Final = {"entity": "db_entity", "source": "db_source", "object": "db_evidence", "item": "db_item"}
ACROSS: Final = frozenset({"joint_statement", "one_person"})
CAPTURES: Final = frozenset({"capture", "capture_sealed", "assertion"})
DAY, HOUR = "2026-11-27", "2026-11-27T02:00:00Z"


class Stranger:
    """What somebody makes of a dossier that they know by heart."""

    def __init__(self, known: Iterable[Record]) -> None:
        self.chance, self.known = random.Random(1), list(known)
        self.refs = [one.ref for one in self.known]
        self.words: dict[str, list[Value]] = {}
        self.idents: list[bytes] = []
        for one in self.known:
            self.idents.append(one.header.id)
            for name, value in one.body.items():
                self.words.setdefault(name, []).append(value)
                self.idents += [part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, bytes) and len(part) == 16]

    def copies(self) -> Iterator[tuple[str, dict[str, Value]]]:
        """Everything that stands in the dossier once more, as it is and with other words."""
        for one in self.known:
            yield one.type, dict(one.body)
            changed = {name: self._other(name, value) for name, value in one.body.items()}
            yield one.type, changed
            if one.type in ITEMS:  # what takes the place of the version that stands there, and an item beside it
                yield one.type, {**changed, "after": (one.ref,)}
                yield one.type, {**changed, ITEMS[one.type].ident: self.chance.randbytes(16)}

    def _other(self, name: str, value: Value) -> Value:
        if name in WORDS:
            return self.chance.choice(WORDS[name])
        if isinstance(value, bool):
            return not value
        return f"{value}!" if isinstance(value, str) and name in ("label", "title", "text", "code", "value.text", "reason") else value

    def made(self) -> Iterator[tuple[str, dict[str, Value]]]:
        """Every type of record there is, filled with what the dossier holds."""
        for kind, specs in SCHEMAS.items():
            for _ in range(2):
                body: dict[str, Value] = {}
                for spec in specs:
                    if spec.required or self.chance.random() < 0.5:
                        body[spec.name] = (self._one(spec.name, spec.kind),) if spec.many else self._one(spec.name, spec.kind)  # type: ignore[assignment]
                yield kind, body

    def _one(self, name: str, kind: Kind) -> Any:
        seen = [value for value in self.words.get(name, ()) if not isinstance(value, tuple)]
        if kind is Kind.REF:
            return self.chance.choice(self.refs)
        if kind is Kind.BYTES:
            return self.chance.choice([value for value in seen if isinstance(value, bytes)] or self.idents)
        if kind is Kind.TEXT:
            return self.chance.choice(WORDS.get(name) or [str(value) for value in seen] or ["Vydumka"])
        plain = {Kind.UINT: 1, Kind.INT: 1, Kind.BOOL: True, Kind.DATE: DAY, Kind.INSTANT: HOUR, Kind.DECIMAL: "1", Kind.DIGEST: b"\x01" + bytes(32)}
        return plain[kind]


def records_of(desk: Desk, places: Iterable[bytes]) -> list[Record]:
    query = f"SELECT {vault.COLUMNS} FROM db_record WHERE compartment IN ({{marks}}) ORDER BY id"
    return [one.record for one in vault.open_rows(desk, desk.store.rows_in(query, list(places)))]


def state_of(desk: Desk, dossier: bytes, known: list[Record], stranger: bytes) -> dict[str, object]:
    """All that a desk knows of a dossier: its rows, what is decided on them, and what pages and rules read of them."""
    reader = desk.reader("work")
    refs, found = {one.ref for one in known}, dict[str, object]()
    named = {value for one in known for value in one.body.values() if isinstance(value, bytes) and len(value) == 16}
    idents = sorted(named - {dossier})
    things = {bytes(r[0]) for name, table in THINGS.items() for r in desk.store.rows(f"SELECT {name} FROM {table} WHERE dossier = %s", (dossier,))}
    columns = {table.name: [c.name for c in table.columns if c.name not in ("id", "record_id", "epoch")] for table in TABLES.values()}
    for name, rows in tables_of(desk).items():
        shown = columns.get(name, ["kind", "ident", "dossier", "compartment"] if name == "db_searchdocument" else [])
        by = next((shown.index(one) for one in ("dossier", "target", "object") if one in shown), None)
        wanted = {dossier} if by is not None and shown[by] == "dossier" else refs | set(idents)
        found[name] = [row for row in rows if by is not None and row[by] in wanted]
    places = tuple(reading.dossier(desk, reader, dossier).__dict__[name] for name in ("work", "raw", "pub"))
    found["holders"] = [sorted(reading.holders(desk, place)) for place in places]
    found["public"] = [state for of, state in public_record.every(desk, reader) if of == dossier]
    found["entries"] = public_record.entries(desk, reader)
    found["claims"] = reading.claims(desk, reader, dossier)
    found["rulings"] = [one for one in reading.rulings_on(desk, refs) if one.member == stranger]
    found["answers"] = reading.answers(desk, reader, dossier), reading.answers_about(desk, reader, LISTED)
    found["given"] = {one: reading.given_at(desk, one) for one in idents}
    found["restricted"] = restriction.is_restricted(desk, reader, dossier), withheld.kept_out(desk, {(dossier, one) for one in idents})
    found["hollow"] = refold.hollow_evidence(desk, set(idents))
    found["about"] = read_of(desk, reader, "about", things, dossier)
    found["in"] = read_of(desk, reader, "parent", things, dossier)
    found["contacts"] = {one.source: contacts.contact_of(desk, reader, one.source) for one in reading.sources(desk, reader, dossier)}
    found["custody"] = [reading.custody(desk, reader, one.object) for one in reading.evidence_of(desk, reader, dossier)]
    found["identities"] = {one.source: identity_seal.newest(desk, one.source).ref for one in reading.sources(desk, reader, dossier)}
    return found


def read_of(desk: Desk, reader: Reader, field: str, things: Iterable[bytes], dossier: bytes) -> dict[tuple[str, bytes], list[bytes]]:
    """What each page that asks for what is of a thing, or about it, reads of the type that it asks for. What may be about anything is asked for
    of a dossier, and so is what joins several."""
    found = {}
    for kind, named in ((kind, getattr(known, field)) for kind, known in ITEMS.items() if any(spec.name == "dossier" for spec in SCHEMAS[kind])):
        of = dossier if (named in ("about", "answers") and kind not in CAPTURES) or kind in ACROSS else b""
        for one in sorted(things) if named else ():
            found[kind, one] = [view.item for view in reading.items(desk, reader, kind, dossier=of, **{field: one})]  # type: ignore[arg-type]
    return found


def attack(desk: Desk, known: list[Record], targets: Iterable[bytes], places: Iterable[bytes]) -> set[str]:
    """Write it all at a desk whose program was changed, so that it records what it likes. Which types it wrote."""
    stranger, written = Stranger(known), set[str]()
    bodies = [one for one in (*stranger.copies(), *stranger.made()) if one[0] not in DIRECTORY]
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(placing, "misplaced", lambda *_: set())
        changed.setattr(projections, "_of_itself", lambda record: record)
        for place in places:
            for kind, body in bodies:
                named = list(targets) if any(spec.name == "dossier" for spec in SCHEMAS[kind]) else []
                drafts = [Draft(kind, place, {**body, "dossier": target}) for target in named] or [Draft(kind, place, body)]
                try:
                    ledger.append(desk, drafts)
                except (LetapisError, AssertionError, KeyError, TypeError, ValueError):
                    continue  # does not fit a column: no program could send it
                written.add(kind)
    return written


Scene = tuple[Team, House, Desk, list[Record]]


def scene(make_team: Callable[..., Team]) -> Scene:
    """Three who hold a dossier of which a card is public; a fourth, who holds nothing of it; and all that stands in it."""
    team = make_team(4, plain=(4,))
    house = house_of(Team(team.desks[:3], team.relay))
    assert house.published()
    home, stranger = reading.dossier(team.desks[0], house.reader, house.dossier), team.desks[3]
    assert not stranger.store.rows("SELECT 1 FROM db_compartmentkey WHERE compartment IN (%s, %s, %s)", (home.work, home.raw, home.pub))
    return team, house, stranger, records_of(team.desks[0], (home.work, home.raw, home.pub))


def require_unmoved(here: Scene, targets: Iterable[bytes], places: Iterable[bytes]) -> set[str]:
    """The stranger writes it all in these places, everybody hears of it, and nobody thinks otherwise of the dossier, now or after a rebuild."""
    (team, house, stranger, known), places = here, list(places)
    before = [state_of(desk, house.dossier, known, stranger.me) for desk in team.desks[:3]]
    written = attack(stranger, known, targets, places)
    team.sync(3, 0, 1, 2)
    sent, came = (len(records_of(desk, places)) for desk in (stranger, team.desks[0]))
    assert came > sent * 9 // 10 > 100
    for desk, was in zip(team.desks[:3], before, strict=True):
        now = state_of(desk, house.dossier, known, stranger.me)
        assert [name for name in was if was[name] != now[name]] == []
    first = team.desks[0]
    assert ("ledger.other_compartment", stranger.device) in {(one.code, one.device) for one in sync.relay_faults(first, house.reader)}
    live = tables_of(first)
    ledger.rebuild(first)
    again = tables_of(first)
    assert [name for name in live if live[name] != again[name]] == []
    return written


def test_who_holds_nothing_of_a_dossier_changes_nothing_of_it(make_team: Callable[..., Team]) -> None:
    here = team, house, *_ = scene(make_team)
    first = team.desks[0]
    own = dossiers.new_dossier(first, "PRY-8", "Vydumka", "person", "Vydumka Susedka")
    dossiers.admit_to_dossier(first, house.reader, own, [desk.me for desk in team.desks[1:]])
    team.settle()
    theirs = reading.dossier(first, house.reader, own)
    places = (bytes.fromhex(settings.value(first.store, "common:ORG")), theirs.work, theirs.raw, theirs.pub)
    assert require_unmoved(here, (house.dossier, own), places) >= SCHEMAS.keys() - DIRECTORY - {"dossier"}


def test_a_compartment_that_says_it_is_of_a_dossier_is_believed_from_who_holds_it_alone(make_team: Callable[..., Team]) -> None:
    """The stranger makes one of each class that says so, and lets everybody in."""
    here = team, house, stranger, _ = scene(make_team)
    private = [apart.private(desk, desk.reader("work")) for desk in team.desks[:3]]
    everybody = [desk.me for desk in team.desks]
    theirs = [opened(stranger, "PRIVATE", b"", everybody) for _ in range(4)]
    theirs += (beside := [opened(stranger, klass, house.dossier, everybody) for klass in ("CONTACT", "SUPPORT")])
    body: dict[str, Value] = {"dossier": house.dossier, "state": "current"}
    parties = [one.source for one in reading.sources(team.desks[0], house.reader, house.dossier)]
    assert parties
    planted = [items.draft(stranger, "contact", beside[0], {**body, "source": one, "channel": "phone", "address": "1"}) for one in parties]
    told = {**body, "code": "medicine", "until": "2027-01-01", "state": "asked"}
    planted += [items.draft(stranger, "need", beside[1], {**told, "party": one}) for one in parties]
    ledger.append(stranger, planted)
    places = [opened(stranger, klass, house.dossier, everybody) for klass in ("WORK", "PUB")]
    team.settle()
    require_unmoved(here, (house.dossier,), places)
    for desk, known in zip(team.desks[:3], private, strict=True):
        reader = desk.reader("work")
        assert set(theirs) <= reader.compartments and reading.items(desk, reader, "contact", dossier=house.dossier)
        assert apart.private(desk, reader) == known
        assert not {apart.find_apart(desk, reader, house.dossier, klass) for klass in ("CONTACT", "SUPPORT")} & set(theirs)
        read = [*contacts.contacts(desk, reader, house.dossier).contacts, *needs.needs(desk, reader, house.dossier).current]
        read += [one for party in parties if (one := contacts.contact_of(desk, reader, party))]
        assert not {one.compartment for one in read} & set(theirs)
        require_unreachable(desk, planted, house.dossier)


def require_unreachable(desk: Desk, planted: Iterable[Draft], dossier: bytes) -> None:
    """What a stranger planted is in no count, and is neither shown, changed nor marked by who names it."""
    reader = desk.reader("work")
    read = len(contacts.contacts(desk, reader, dossier).contacts), len(needs.needs(desk, reader, dossier).current)
    counted = apart.counts(desk, reader, dossier)
    assert (counted.get("contact", 0), counted.get("need", 0)) == read and sum(counted.values()) > sum(read)
    for one in planted:
        ident = one.body[one.type]
        assert isinstance(ident, bytes) and reading.item(desk, reader, ident, one.type).compartment == one.compartment
        with pytest.raises(NotFound):
            if one.type == "need":
                needs.mark_need(desk, reader, ident, "done")
            else:
                contacts.contact(desk, reader, ident)
        if one.type == "contact":
            with pytest.raises(NotFound):
                contacts.change_contact(desk, reader, ident, contacts.ContactForm(channel="phone"))


def opened(desk: Desk, klass: str, dossier: bytes, members: Iterable[bytes]) -> bytes:
    place = compartments.new_compartment(desk, klass, dossier)
    about: dict[str, Value] = {"compartment": place, "class": klass, "epoch": 1, **({"dossier": dossier} if dossier else {})}
    grants = [Draft("grant", place, {"compartment": place, "epoch": 1, "member": member}) for member in members]
    ledger.append(desk, [Draft("compartment", place, about), *grants])
    return place
