"""Places that hold copies of the sealed objects: this device, the organisation's exchange, and what a person names: a folder, a stick, a store.

That a place exists, what it is called and how often it is read are records, so that all colleagues see them. Its address is a setting of
this device alone, because it may hold a password. Each named place bears a mark of its own: where the mark is missing, a stick is not in
or something else lies there, and nothing is read, written or made.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Busy, LetapisError, NotFound, Refused, UsageError
from letapis.core.fixity import LONGEST_EVERY
from letapis.core.records import Value
from letapis.desk import items, ledger, people, reading, settings
from letapis.desk.dossiers import require_text
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.desk.sync import relay_address
from letapis.engines.blobs import blobs_at
from letapis.engines.objects import ObjectStore, read_whole

HERE, RELAY, NAMED = "here", "relay", "named"
EVERY: Final = 30
ADDRESSES: Final = "fixity.address:"
WALKS: Final = "fixity.walk:"
"""How the settings of this device begin that say where a place is, and how far a check of it came."""
KEPT, GIVEN_UP = "kept", "given_up"
_MARK: Final = "letapis-copies"
_MARK_SIZE: Final = 32


@dataclass(frozen=True)
class PlaceForm:
    """``every``: days between two checks, 0 for never. ``apart``: nobody who can write to the other places can write to this one."""

    name: str
    address: str = ""
    every: int = EVERY
    apart: bool = False


@dataclass(frozen=True)
class Place:
    """A place as colleagues see it. ``address`` is empty where this device does not know how to reach it; ``known``: a record names it."""

    place: bytes
    kind: str
    name: str
    every: int
    apart: bool
    address: str
    known: bool


def _setting(place: bytes) -> str:
    return f"{ADDRESSES}{place.hex()}"


def _ident(*parts: bytes) -> bytes:
    return hashlib.sha256(b"letapis/copies/" + b"/".join(parts)).digest()[:16]


def here_id(desk: Desk) -> bytes:
    """The place that is this device's own store."""
    return _ident(b"here", desk.device.encode("utf-8"))


def relay_id(desk: Desk) -> bytes:
    """The place that is the organisation's exchange, the same for all members."""
    return _ident(b"relay", common_compartment(desk, "ORG"))


def places(desk: Desk, reader: Reader) -> list[Place]:
    """This device, the exchange where there is one, and all places that anybody named and nobody gave up; in this order, then by name."""
    known = {item.item: item for item in reading.items(desk, reader, "fixity_place")}
    first = [Place(here_id(desk), HERE, "", EVERY, False, "", False)]
    if relay_address(desk):
        first.append(Place(relay_id(desk), RELAY, "", EVERY, False, relay_address(desk), False))
    found = [_view(desk, known.pop(one.place, None), one) for one in first]
    rest = [_view(desk, item, Place(item.item, NAMED, "", 0, False, "", True)) for item in known.values() if item.state == KEPT]
    return [*found, *sorted(rest, key=lambda one: (one.name, one.place))]


def _view(desk: Desk, item: reading.ItemView | None, plain: Place) -> Place:
    if item is None:
        return plain
    told, number = item.record, item.record.number("every")
    address = plain.address or (settings.value(desk.store, _setting(item.item)) if told.text("kind") == NAMED else "")
    kind = plain.kind if plain.kind != NAMED else told.text("kind")
    return Place(item.item, kind, told.text("name"), number, told.flag("apart"), address, True)


def place(desk: Desk, reader: Reader, ident: bytes) -> Place:
    """One place. Raises NotFound for what is none, or was given up."""
    found = [one for one in places(desk, reader) if one.place == ident]
    if not found:
        raise NotFound("reading.not_found")
    return found[0]


def is_reachable(desk: Desk, one: Place) -> bool:
    """This device knows how to reach it; whether it answers is another question."""
    return one.place == here_id(desk) or bool(one.address)


def is_on_disk(one: Place) -> bool:
    """It lies on a disk of this machine, so that reading it asks nobody outside."""
    return one.kind == HERE or (bool(one.address) and "://" not in one.address)


def add_place(desk: Desk, reader: Reader, form: PlaceForm) -> bytes:
    """Name a place and leave our mark there; an address that bears the mark of a known place is that place. Returns its id.

    Raises UsageError("fixity.name", "fixity.every", "blobs.address", "fixity.folder", "fixity.inside"), Busy when it does not answer.
    """
    name, every = require_text(form.name, "fixity.name"), _days(form.every)
    root = _root(desk, form.address)
    marked = _mark_at(root)
    ident = marked or desk.randomness(16)
    if not marked:
        with blobs_at(root).create(_MARK) as out:
            out.write(ident.hex().encode("ascii"))
    body: dict[str, Value] = {"name": name, "kind": NAMED, "every": every, "apart": form.apart, "state": KEPT}
    with desk.store.transaction():
        settings.keep(desk.store, _setting(ident), str(root))
        _keep(desk, reader, ident, body)
    return ident


def change_place(desk: Desk, reader: Reader, ident: bytes, form: PlaceForm) -> None:
    """Say anew what a place is called, how often it is read, and whether it is apart. The exchange and a device have no name of ours."""
    known = place(desk, reader, ident)
    name = require_text(form.name, "fixity.name") if known.kind == NAMED else known.name
    _keep(desk, reader, ident, {"name": name, "kind": known.kind, "every": _days(form.every), "apart": form.apart, "state": KEPT})


def give_up_place(desk: Desk, reader: Reader, ident: bytes) -> None:
    """It counts no more. What lies there stays there. Raises Refused("fixity.not_named") for this device and the exchange."""
    known = place(desk, reader, ident)
    if known.kind != NAMED and ident in (here_id(desk), relay_id(desk)):
        raise Refused("fixity.not_named")
    with desk.store.transaction():
        settings.keep(desk.store, _setting(ident), "")
        _keep(desk, reader, ident, {"state": GIVEN_UP})


def remember(desk: Desk, reader: Reader, one: Place) -> None:
    """Make a place that needs no naming known to colleagues: this device under the word for it, the exchange as it is."""
    if not one.known:
        label = people.directory(desk).devices[desk.device].label if one.kind == HERE and desk.device in people.directory(desk).devices else ""
        _keep(desk, reader, one.place, {"name": label, "kind": one.kind, "every": one.every, "apart": one.apart, "state": KEPT})


def _keep(desk: Desk, reader: Reader, ident: bytes, body: dict[str, Value]) -> None:
    try:
        known = reading.item(desk, reader, ident, "fixity_place")
    except NotFound:
        ledger.append(desk, [items.draft(desk, "fixity_place", common_compartment(desk, "ORG"), body, ident)])
    else:
        items.change(desk, reader, "fixity_place", ident, body, known.heads)


def _days(every: int) -> int:
    if not 0 <= every <= LONGEST_EVERY:
        raise UsageError("fixity.every")
    return every


# ---- what lies behind an address -------------------------------------------------------------------------------------


def _root(desk: Desk, address: str) -> Path | str:
    """Where the copies are to lie. A folder must be there: one that is made by mistake is the disk of this machine, not the stick."""
    address = address.strip()
    if not address:
        raise UsageError("blobs.address")
    if "://" in address:
        blobs_at(address)
        return address
    folder = Path(address).expanduser().absolute()
    if not folder.is_dir():
        raise UsageError("fixity.folder")
    workspace = desk.workspace.resolve()
    if folder.resolve() == workspace or workspace in folder.resolve().parents:
        raise UsageError("fixity.inside")
    return folder


def _mark_at(root: Path | str) -> bytes:
    """The id that the mark of a place names; empty where there is none. Raises Refused("fixity.mark") for one that is no mark of ours."""
    blobs = blobs_at(root)
    try:
        found = b"".join(read_whole(blobs, _MARK)) if blobs.size(_MARK) == _MARK_SIZE else b"?"
    except NotFound:
        return b""
    try:
        return bytes.fromhex(found.decode("ascii"))
    except ValueError:
        raise Refused("fixity.mark") from None


def store_of(desk: Desk, one: Place) -> ObjectStore:
    """The store at a place, after its mark was read. Raises Busy("fixity.unreachable") where it does not answer or is not in,
    Refused("fixity.other_place") where another place lies, Refused("fixity.no_address") where this device does not know its address."""
    if one.place == here_id(desk):
        return ObjectStore(desk.workspace / "objects")
    if not one.address:
        raise Refused("fixity.no_address")
    require_there(one)
    if one.kind == RELAY:
        return ObjectStore(f"{one.address.rstrip('/')}/objects" if "://" in one.address else Path(one.address) / "objects")
    return ObjectStore(one.address if "://" in one.address else Path(one.address))


def require_there(one: Place) -> None:
    """A place still answers and is the one that it was. Raises as ``store_of``; this device's own store is always there."""
    if not one.address:
        return
    root: Path | str = one.address if "://" in one.address else Path(one.address)
    if isinstance(root, Path) and not root.is_dir():
        raise Busy("fixity.unreachable")
    try:
        marked = one.place if one.kind == RELAY else _mark_at(root)
        if one.kind == RELAY:
            next(blobs_at(root).entries(""), None)
    except Refused as fault:
        raise fault if fault.code == "fixity.mark" else Busy("fixity.unreachable") from None
    except LetapisError:
        raise Busy("fixity.unreachable") from None
    if marked != one.place:
        raise Refused("fixity.other_place") if marked else Busy("fixity.unreachable")


def stores(desk: Desk, reader: Reader, without: bytes) -> Sequence[ObjectStore]:
    """The stores of all other places that answer now: where a good copy may come from."""
    found = []
    for one in places(desk, reader):
        if one.place != without and is_reachable(desk, one):
            with suppress(LetapisError):
                found.append(store_of(desk, one))
    return found
