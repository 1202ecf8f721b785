"""Follow orders on the relay: data keys of what is gone leave its small files, objects leave it by name, and nothing leaves on less.

The batches of records stay: what lies there without a data key is random for everybody. A file of data keys is put there again without
those that go, then it is recorded that the old one leaves, and only after that record lies on the relay the file is taken off: whoever
is ended in between goes on with the next exchange, and no colleague takes it for something that was kept from them.
"""

import hashlib
import json
from dataclasses import dataclass
from struct import error as StructError  # noqa: N812  the name says what it is
from typing import Final

from letapis.core.erasure import FOLLOWED
from letapis.core.errors import LetapisError
from letapis.core.instants import instant
from letapis.core.records import Draft, Value
from letapis.desk import ledger, members, people, relaying, settings, shredded
from letapis.desk.erasure import report_followed
from letapis.desk.opening import Desk
from letapis.desk.relay_names import Exchange, is_own_failure
from letapis.desk.relaying import Place

_LOOKED: Final = "erasure.looked"
_LEFT: Final = "erasure.relay"
_NAMES: Final = 400  # names in one record


@dataclass(frozen=True)
class OnRelay:
    """What an order takes away and the relay still had at the last exchange: how many files, and since when it is so."""

    files: int
    since: str


def on_relay(desk: Desk) -> OnRelay:
    told = json.loads(settings.value(desk.store, _LEFT) or '{"files": 0, "since": ""}')
    return OnRelay(int(told["files"]), str(told["since"]))


def prepare(exchange: Exchange) -> None:
    """Before records are left: say that this device followed, and put files of data keys there again without those that go."""
    desk = exchange.desk
    if not people.directory(desk).ordered:
        return
    with desk.store.transaction():
        report_followed(desk)
    idents = _idents(desk)
    names = sorted(name for name in exchange.names if _place(name, idents) is not None)
    told = [settings.value(desk.store, "shredded.orders"), str(sum(map(len, idents.values()))), *names]
    mark = hashlib.sha256("\n".join(told).encode("ascii")).hexdigest()
    if not names or settings.value(desk.store, _LOOKED) == mark:
        return
    gone = [name for name in names if _put_again(exchange, name, idents)]
    org, order = members.common_compartment(desk, "ORG"), max(part.ref for part in shredded.orders(desk) if part.in_force)
    with desk.store.transaction():
        for start in range(0, len(gone), _NAMES):
            body: dict[str, Value] = {"order": order, "ground": "copies", "gone": tuple(gone[start : start + _NAMES])}
            ledger.append(desk, [Draft(FOLLOWED, org, body)])
        settings.keep(desk.store, _LOOKED, mark)


def _idents(desk: Desk) -> dict[bytes, set[bytes]]:
    """By compartment the ids of records that are gone."""
    found: dict[bytes, set[bytes]] = {}
    for compartment, rid in desk.store.rows("SELECT compartment, rid FROM db_shredded WHERE device <> ''"):
        found.setdefault(bytes(compartment), set()).add(bytes(rid))
    return found


def _place(name: str, idents: dict[bytes, set[bytes]]) -> Place | None:
    place = relaying.place_of(name) if name.startswith("keys/") else None
    return place if place is not None and place.compartment in idents else None


def _put_again(exchange: Exchange, name: str, idents: dict[bytes, set[bytes]]) -> bool:
    """Whether this file holds data keys that go; then what stays in it lies there under another name."""
    place = _place(name, idents)
    assert place is not None
    exchange.begin(name)
    try:
        batch, wraps = relaying.open_wraps(exchange.desk, place, exchange.relay.get(name))
    except LetapisError as fault:
        if is_own_failure(fault):
            raise
        return False  # under a key that this device does not hold, or not sound: whoever can open it does this
    except StructError:
        return False
    stays = [(rid, wrap) for rid, wrap in wraps.items() if rid not in idents[place.compartment]]
    if len(stays) == len(wraps):
        return False
    if stays:
        fresh = Place(place.compartment, place.epoch, exchange.desk.randomness(16))
        exchange.relay.put_new(fresh.name("keys"), relaying.seal_wraps(exchange.desk, fresh, batch, stays))
        exchange.settle(fresh.name("keys"))
    return True


def take_off(exchange: Exchange) -> None:
    """After records were left: take off what this device said that leaves, and the objects that orders name. What the relay keeps is told."""
    desk = exchange.desk
    if not people.directory(desk).ordered:
        return
    own = {name for record in shredded.followings(desk) if record.header.device == desk.device for name in record.texts("gone")}
    named = own | {f"objects/{name}" for name in shredded.ordered_blobs(desk)}
    kept = sum(not exchange.take_off(name) for name in sorted(named & exchange.names))
    before = on_relay(desk)
    since = (before.since or instant(desk.clock())) if kept else ""
    settings.keep(desk.store, _LEFT, json.dumps({"files": kept, "since": since}))
