"""Take back what was said: ask, agree, keep with reasons; and see which devices have followed.

Asking restricts at once and writes an order that names commitments and sealed objects, no thing and no person. The order is carried by the
keepers' threshold and by two members in any case (``core.directory``); when it comes into force every device that learns of it follows
(``desk.shredded``). The request itself, with whom it is about and why, goes with what it asks for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core import erasure as rules
from letapis.core.access import Reader
from letapis.core.erasure import ASKED, DROPPED, FOLLOWED, GROUNDS, KEEP_GROUNDS, KEPT, REQUEST, Order
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.membership import ORDER
from letapis.core.records import Draft, Value
from letapis.desk import card_settle, erasing, items, ledger, members, people, reading, recalls, restriction, shredded
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk, finish_putting_away
from letapis.desk.reading.window import guard

_MAX_REASON: Final = 4000
_MAX_TARGETS: Final = 200


@dataclass(frozen=True)
class Request:
    """A request of a dossier. ``keepers_of_it``: members who said, with ground and reasons, that it is kept; two of them decide that."""

    erasure: bytes
    dossier: bytes
    order: bytes
    targets: tuple[bytes, ...]
    ground: str
    text: str
    state: str
    author: bytes
    recorded: str
    keepers_of_it: tuple[tuple[bytes, str, str], ...]
    heads: tuple[bytes, ...]

    @property
    def kept(self) -> bool:
        return len({member for member, _, _ in self.keepers_of_it}) > 1


@dataclass(frozen=True)
class Standing:
    """An order as a whole: the parts that one member wrote, who stands behind all of them, and which devices followed all of them (hour) or
    not yet. Where several wrote it, because more was recorded meanwhile, it is the one in force, else the one
    that names most.

    ``dossiers``: where what is gone stood, as far as this device had it."""

    order: bytes
    parts: tuple[Order, ...]
    followed: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    dossiers: frozenset[bytes]

    @property
    def ground(self) -> str:
        return self.parts[0].ground

    @property
    def author(self) -> bytes:
        return self.parts[0].author

    @property
    def asked(self) -> str:
        return self.parts[0].recorded

    @property
    def in_force(self) -> bool:
        return len(self.parts) >= self.parts[0].parts and all(part.in_force for part in self.parts)

    @property
    def records(self) -> int:
        return sum(len(part.commitments) for part in self.parts)

    @property
    def objects(self) -> int:
        return sum(len(part.blobs) for part in self.parts)

    @property
    def behind(self) -> frozenset[bytes]:
        """Members who stand behind every part, who wrote it among them."""
        return frozenset.intersection(*(frozenset(part.members) for part in self.parts))

    @property
    def needed(self) -> int:
        return max([2, *(part.needed for part in self.parts)])


# ---- asking ----------------------------------------------------------------------------------------------------------


def ask(desk: Desk, reader: Reader, dossier: bytes, targets: Collection[bytes], ground: str, text: str = "") -> bytes:
    """Ask that these things of a dossier be erased. They are restricted at once, public cards that say them are recalled, and a notice waits
    for each who received some of it. Returns the order's id.

    Raises UsageError("erasure.ground" | "erasure.target" | "erasure.reason"), Refused("erasure.needs_raw" | "erasure.asked_already"),
    NotFound for what is not theirs.
    """
    if ground not in GROUNDS:
        raise UsageError("erasure.ground")
    if len(text) > _MAX_REASON:
        raise UsageError("erasure.reason")
    targets = sorted(set(targets))
    if len(targets) > _MAX_TARGETS:
        raise UsageError("erasure.target")
    left = erasing.going(desk, reader, dossier, targets).sent
    home = reading.dossier(desk, reader, dossier)
    if any(set(targets) & set(one.targets) for one in requests(desk, reader, dossier) if one.state == ASKED):
        raise Refused("erasure.asked_already")
    order = desk.randomness(16)
    body: dict[str, Value] = {"dossier": dossier, "targets": tuple(targets), "ground": ground, "text": text.strip(), "order": order, "state": ASKED}
    with desk.store.transaction():
        cards = {card for one in targets for card in card_settle.cards_of(desk, reader, dossier, one)}
        drafts = [items.draft(desk, REQUEST, home.work, body), *restriction.restrict(desk, reader, dossier, targets)]
        ledger.append(desk, [*drafts, *recalls.drafts(desk, home.work, dossier, left)])
        found = erasing.going(desk, reader, dossier, targets)
        cards |= {one.raw("card") for one in found.records if one.type == "public_card"}
        card_settle.recall_cards(desk, reader, dossier, cards)
        ledger.append(desk, _orders(desk, order, ground, found.refs, found.blobs))
    carry_out(desk)
    return order


def _orders(desk: Desk, order: bytes, ground: str, refs: Sequence[bytes], blobs: Sequence[str]) -> list[Draft]:
    org, named = members.common_compartment(desk, "ORG"), rules.parts(sorted(refs), sorted(blobs))
    told: list[dict[str, Value]] = [{"commitments": commitments, "blobs": names} for commitments, names in named]
    same: dict[str, Value] = {"order": order, "parts": len(named), "ground": ground}
    return [Draft(ORDER, org, {**same, **one, "part": number}) for number, one in enumerate(told, start=1)]


def requests(desk: Desk, reader: Reader, dossier: bytes) -> list[Request]:
    """Requests of a dossier, the newest first. Those that were carried out are gone."""
    reading.dossier(desk, reader, dossier)
    found = [_request(desk, reader, one) for one in reading.items(desk, reader, REQUEST, dossier=dossier)]
    return sorted(found, key=lambda one: (one.recorded, one.erasure), reverse=True)


def _request(desk: Desk, reader: Reader, one: reading.ItemView) -> Request:
    versions = reading.versions(desk, reader, one.item)
    first = versions[-1]
    keeping = sorted({(v.author, v.record.text("ground"), v.record.text("text")) for v in versions if v.record.text("state") == KEPT})
    told = first.record
    place = (one.item, one.dossier, told.raw("order"), told.refs("targets"), told.text("ground"), told.text("text"))
    return Request(*place, one.state, first.author, first.recorded, tuple(keeping), one.heads)


def request(desk: Desk, reader: Reader, order: bytes) -> Request:
    """The request of an order. Raises NotFound for one that is not theirs to see, or gone."""
    for one in reading.items(desk, reader, REQUEST):
        if one.record.raw("order") == order:
            return _request(desk, reader, one)
    raise NotFound("reading.not_found")


# ---- deciding --------------------------------------------------------------------------------------------------------


def agree(desk: Desk, reader: Reader, order: bytes) -> Standing:
    """Stand behind an order as another member. When enough do, it is carried out on this device at once.

    Where more was recorded of it since it was asked, the order is written anew with all of it, and somebody else stands behind that one.
    Raises NotFound, Refused("erasure.own" | "erasure.agreed_already" | "erasure.kept" | "erasure.other_records" | "erasure.not_held" |
    "erasure.incomplete").
    """
    known = standing(desk, reader, order)
    if known.in_force or desk.me in known.behind:
        raise Refused("erasure.own" if known.author == desk.me and not known.in_force else "erasure.agreed_already")
    if len(known.parts) < known.parts[0].parts:
        raise Refused("erasure.incomplete")
    whole = _checked(desk, reader, known)
    org = members.common_compartment(desk, "ORG")
    if whole is None:
        ledger.append(desk, [Draft("decision", org, {"kind": "endorse", "targets": tuple(part.ref for part in known.parts)})])
    else:
        ledger.append(desk, _orders(desk, order, known.ground, whole.refs, whole.blobs))
    carry_out(desk)
    return standing(desk, reader, order)


def _checked(desk: Desk, reader: Reader, known: Standing) -> erasing.Going | None:
    """What goes when the order does not name all of it, else None. Refuses an order that names anything here beside what its request asks
    for: somebody who does not hold the dossier has nothing of it here, and stands behind commitments only after another member compared them."""
    named = {ref for part in known.parts for ref in part.commitments}
    here = {bytes(row[0]) for row in desk.store.rows_in("SELECT ref FROM db_record WHERE ref IN ({marks})", named)}
    blobs = {name for part in known.parts for name in part.blobs} & _named(desk)
    try:
        asked = request(desk, reader, known.order)
    except NotFound:
        if here or blobs:
            raise Refused("erasure.other_records") from None
        if len(known.behind) < 2:
            raise Refused("erasure.not_held") from None
        return None
    if asked.kept or asked.state == DROPPED:
        raise Refused("erasure.kept")
    found = erasing.going(desk, reader, asked.dossier, asked.targets)
    if not here <= set(found.refs) or not blobs <= set(found.blobs):
        raise Refused("erasure.other_records")
    return found if set(found.refs) - named else None


def _named(desk: Desk) -> set[str]:
    """Objects that records here name, as the tables show it."""
    return {str(row[0]) for row in desk.store.rows("SELECT blob FROM db_evidence")}


def keep(desk: Desk, reader: Reader, erasure: bytes, ground: str, text: str, seen: tuple[bytes, ...] = ()) -> Request:
    """Say with reasons that something is kept although it was asked back; two different members decide that. It stays restricted.

    Raises UsageError("erasure.keep_ground" | "erasure.reason"), Refused("erasure.promise") for a person who told us: what was promised to
    them prevails.
    """
    if ground not in KEEP_GROUNDS:
        raise UsageError("erasure.keep_ground")
    reason = require_text(text, "erasure.reason", _MAX_REASON)
    known = _request(desk, reader, reading.item(desk, reader, erasure, REQUEST))
    told = {one.source: one for one in reading.sources(desk, reader, known.dossier)}
    if any(target in told and rules.promise_prevails(told[target].kind) for target in known.targets):
        raise Refused("erasure.promise")
    items.change(desk, reader, REQUEST, erasure, {"state": KEPT, "ground": ground, "text": reason}, seen)
    return _request(desk, reader, reading.item(desk, reader, erasure, REQUEST))


def drop(desk: Desk, reader: Reader, erasure: bytes, seen: tuple[bytes, ...] = ()) -> None:
    """Whoever asked takes the request back. Raises Refused("erasure.not_yours")."""
    known = _request(desk, reader, reading.item(desk, reader, erasure, REQUEST))
    if known.author != desk.me:
        raise Refused("erasure.not_yours")
    items.change(desk, reader, REQUEST, erasure, {"state": DROPPED}, seen)


# ---- following -------------------------------------------------------------------------------------------------------


def run(desk: Desk, reader: Reader) -> int:
    """Carry out here whatever is in force and was not finished. Returns how many orders this device follows."""
    guard(reader)
    carry_out(desk)
    return len({part.order for part in shredded.orders(desk) if part.in_force})


def carry_out(desk: Desk) -> None:
    """Follow the orders in force and say so; finish on the disk what was begun."""
    with desk.store.transaction():
        if shredded.settle(desk):
            ledger.rebuild(desk)
        report_followed(desk)
    finish_putting_away(desk)


def report_followed(desk: Desk) -> None:
    """Record for each order in force that this device followed it: the record of the shredding. Inside a transaction."""
    done = {order for order, devices in shredded.followed(desk).items() if desk.device in devices}
    due = [part for part in shredded.orders(desk) if part.in_force and part.ref not in done]
    if due and people.directory(desk).member_of(desk.device):
        org = members.common_compartment(desk, "ORG")
        ledger.append(desk, [Draft(FOLLOWED, org, {"order": one.ref, "ground": one.ground, "parents": one.commitments}) for one in due])


def standings(desk: Desk, reader: Reader, dossier: bytes = b"") -> list[Standing]:
    """Orders, the newest first: all, or those of a dossier that this reader holds."""
    guard(reader)
    whole: dict[bytes, list[Order]] = {}
    for part in shredded.orders(desk):
        whole.setdefault(part.order, []).append(part)
    homes = {bytes(c): bytes(d) for c, d in desk.store.rows("SELECT compartment, dossier FROM db_compartment")}
    for home in reading.dossiers(desk, reader):
        homes |= dict.fromkeys((home.work, home.raw, home.pub), home.dossier)
    stood: dict[bytes, set[bytes]] = {}
    for ref, compartment in desk.store.rows("SELECT part, compartment FROM db_shredded WHERE device <> ''"):
        stood.setdefault(bytes(ref), set()).add(homes.get(bytes(compartment), b""))
    found = [_standing(desk, order, parts, stood) for order, parts in whole.items()]
    asked = {one.order for one in requests(desk, reader, dossier)} if dossier else set()
    mine = [one for one in found if not dossier or dossier in one.dossiers or one.order in asked]
    return sorted(mine, key=lambda one: (one.asked, one.order), reverse=True)


def standing(desk: Desk, reader: Reader, order: bytes) -> Standing:
    """One order. Raises NotFound."""
    for one in standings(desk, reader):
        if one.order == order:
            return one
    raise NotFound("reading.not_found")


def _one_of(parts: Sequence[Order]) -> list[Order]:
    """Of what several wrote the one that is in force, else the one that names most: hours are what their writers say."""
    written: dict[bytes, list[Order]] = {}
    for part in parts:
        written.setdefault(part.author, []).append(part)

    def rank(own: Sequence[Order]) -> tuple[bool, int, bytes]:
        return all(part.in_force for part in own), sum(len(part.commitments) for part in own), own[0].author

    chosen = max(written.values(), key=rank)
    return sorted(chosen, key=lambda part: (part.part, part.ref))


def _standing(desk: Desk, order: bytes, parts: Sequence[Order], stood: dict[bytes, set[bytes]]) -> Standing:
    parts = _one_of(parts)
    by_part = shredded.followed(desk)
    devices = [device.device for device in people.directory(desk).active_devices()]
    told = [by_part.get(part.ref, {}) for part in parts]
    done = {name: max(one[name] for one in told) for name in devices if all(name in one for one in told)}
    dossiers = frozenset(home for part in parts for home in stood.get(part.ref, ())) - {b""}
    missing = tuple(name for name in devices if name not in done)
    return Standing(order, tuple(parts), tuple(sorted(done.items())), missing, dossiers)
