"""Read the copies at a place and compare them with the records, fill in what is missing, put right what was changed.

Only sealed bytes are read, compared and carried: no key is needed and nothing is opened. One walk does all three: *check* looks, *copy* also
fills in, *repair* also sets damaged bytes aside and puts a good copy in their place; a good one is never written over. What was done is kept
every few objects, so whoever is ended in the middle goes on there, and a stopped walk has told nothing that was not read whole.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from letapis.core import fixity as rules
from letapis.core.access import Reader
from letapis.core.errors import Busy, Damaged, Hostile, LetapisError, Locked, NotFound, Refused, UsageError
from letapis.core.fixity import CHANGED, CHECK, COPY, GOOD, MISSING, REPAIR, UNREAD, Cell
from letapis.core.instants import instant
from letapis.core.records import Value
from letapis.desk import copy_places, custody, items, ledger, settings
from letapis.desk.copies import Object, checks, sealed_objects
from letapis.desk.copy_places import HERE, RELAY, WALKS, Place
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.engines.objects import ObjectStore

KEPT_EVERY: Final = 32  # objects
KEPT_BYTES: Final = 256 << 20
NAMES_EACH: Final = 100_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a walk found at a place: how many in each state, items with a fault by state, how many copies it made. ``reached``: it answered;
    ``paused``: it was stopped where the next one goes on, and has told nobody anything yet."""

    place: bytes
    deed: str
    reached: bool
    counts: Mapping[str, int]
    faults: Mapping[str, tuple[bytes, ...]]
    made: int
    aside: int
    paused: bool = False


@dataclass
class _Walk:
    """A walk under way: short names by state, and when it began. Of it no more is lost than what came after the last keeping."""

    deed: str
    began: str
    found: dict[str, set[bytes]]
    made: set[bytes]
    aside: int = 0
    resumed: bool = False

    def seen(self) -> set[bytes]:
        return set().union(*self.found.values())


# ---- the walk --------------------------------------------------------------------------------------------------------


def walk(desk: Desk, reader: Reader, ident: bytes, deed: str, progress: Progress | None = None) -> Outcome:
    """Go through all objects at a place. What came of it is recorded for all; what was found wrong or put right stands in the item's custody.

    Raises UsageError("fixity.deed"), Refused("fixity.other_place", "fixity.no_address", "disk.permission"), Busy("disk.full"): then what was
    done is kept and the next walk goes on. A place that does not answer is no error: the outcome says so.
    """
    if deed not in rules.DEEDS:
        raise UsageError("fixity.deed")
    place, objects = copy_places.place(desk, reader, ident), sealed_objects(desk, reader)
    going = _resume(desk, ident, deed) or _Walk(deed, instant(desk.clock()), {state: set() for state in (GOOD, *rules.FAULTS)}, set())
    before = rules.cells([one.short for one in objects], checks(desk, reader, ident)).get(ident, {})
    try:
        store = copy_places.store_of(desk, place)
        if not going.resumed:
            copy_places.remember(desk, reader, place)
        _through(desk, reader, place, store, _to_do(objects, going, before), going, progress, len(objects))
    except Busy as fault:
        if fault.code != "fixity.unreachable":
            raise
        return _unreached(desk, reader, place, going)
    return _finish(desk, reader, place, objects, going, before)


def check_a_while(desk: Desk, reader: Reader, ident: bytes, stop: Callable[[], bool], progress: Progress | None = None) -> Outcome:
    """Check a place until ``stop`` says so, which is asked before each object but the first, so that every call comes further; the next one
    goes on from there. Raises as ``walk`` does."""
    begun: list[int] = []

    def heard(done: int, total: int) -> None:
        if progress:
            progress(done, total)
        if begun and done < total and stop():
            raise Busy("fixity.paused")
        begun[:] = [done]

    try:
        return walk(desk, reader, ident, CHECK, heard)
    except Busy as fault:
        if fault.code != "fixity.paused":
            raise
        going = _resume(desk, ident, CHECK)
        counts = {state: len(found) for state, found in going.found.items()} if going else {}
        return Outcome(ident, CHECK, True, counts, {}, 0, 0, paused=True)


def _to_do(objects: Sequence[Object], going: _Walk, before: Mapping[bytes, Cell]) -> list[Object]:
    """What is not looked at yet. Copying passes over what a check found good: it is there to fill in, not to read everything again."""
    seen = going.seen()
    known = {short for short, cell in before.items() if cell.state == GOOD} if going.deed == COPY else set()
    return [one for one in objects if one.short not in seen and one.short not in known]


def _through(
    desk: Desk,
    reader: Reader,
    place: Place,
    store: ObjectStore,
    todo: Sequence[Object],
    going: _Walk,
    progress: Progress | None,
    total: int,
) -> None:
    """Look at each and do what the deed asks, keeping the state every few objects, and in any case before an error leaves."""
    others: list[ObjectStore] | None = None
    count, size = 0, 0
    try:
        for number, one in enumerate(todo, start=total - len(todo)):
            if progress:
                progress(number, total)
            state = _look(store, one)
            if state in (MISSING, UNREAD):
                copy_places.require_there(place)  # a stick that was pulled out is not a place where everything is missing
            if (going.deed == REPAIR and state in (MISSING, CHANGED)) or (going.deed == COPY and state == MISSING):
                others = list(copy_places.stores(desk, reader, place.place)) if others is None else others
                state = _put_right(desk, place, store, others, one, state, going)
            going.found[state].add(one.short)
            count, size = count + 1, size + one.size
            if count >= KEPT_EVERY or size >= KEPT_BYTES:
                _keep(desk, place.place, going)
                count, size = 0, 0
    finally:
        _keep(desk, place.place, going)
    if progress:
        progress(total, total)


def _look(store: ObjectStore, one: Object) -> str:
    """The state of an object where it lies: its size first, then every byte."""
    try:
        if store.size(one.blob) != one.size:
            return CHANGED
        return GOOD if store.fixity(one.blob) == one.sha256 else CHANGED
    except NotFound:
        return MISSING
    except (Hostile, Damaged):
        return CHANGED
    except (Busy, Refused):
        return UNREAD


def _put_right(
    desk: Desk, place: Place, store: ObjectStore, others: Sequence[ObjectStore], one: Object, state: str, going: _Walk
) -> str:
    """A good copy at the place, if any other place has one. The damaged bytes are set aside first; without a good copy they stay."""
    source = next((other for other in others if _look(other, one) == GOOD), None)
    if source is None:
        return state
    copy_places.require_there(place)
    if state == CHANGED:
        if not _set_aside(desk, place, store, one):
            return state
        going.aside += 1
    try:
        store.put_blob(one.blob, _from(source, one.blob), one.sha256)
    except (_SourceFailed, Damaged, Hostile, UsageError):  # also what that place takes by no means, for its size for one
        return MISSING if state == CHANGED else state
    except Refused as fault:
        if fault.code != "blobs.exists":  # somebody else was quicker; what lies there now is looked at like anything else
            raise
    after = _look(store, one)
    if after == GOOD:
        going.made.add(one.short)
    return after


def _set_aside(desk: Desk, place: Place, store: ObjectStore, one: Object) -> bool:
    """False for what cannot be read at all, such as a link: a person must look at it. The exchange takes no names but its own."""
    try:
        store.set_aside(one.blob, ObjectStore(desk.workspace / "objects") if place.kind == RELAY else None)
    except (Hostile, Damaged, NotFound):
        return False
    return True


class _SourceFailed(Exception):
    """The copy that was good a moment ago cannot be read now."""


def _from(source: ObjectStore, name: str) -> Iterator[bytes]:
    pieces = source.blob(name)
    while True:
        try:
            piece = next(pieces, None)
        except LetapisError:
            raise _SourceFailed from None
        if piece is None:
            return
        yield piece


# ---- kept between ----------------------------------------------------------------------------------------------------


def _name(place: bytes) -> str:
    return f"{WALKS}{place.hex()}"


def _keep(desk: Desk, place: bytes, going: _Walk) -> None:
    found = {state: rules.pack(shorts).hex() for state, shorts in going.found.items()}
    told = {"deed": going.deed, "began": going.began, "found": found, "made": rules.pack(going.made).hex(), "aside": going.aside}
    settings.keep(desk.store, _name(place), json.dumps(told, sort_keys=True))


def _resume(desk: Desk, place: bytes, deed: str) -> _Walk | None:
    """The walk that was ended in the middle, if it was for the same deed. What it did not find good is looked at again."""
    kept = settings.value(desk.store, _name(place))
    told: dict[str, Any] = json.loads(kept) if kept else {}
    if told.get("deed") != deed:
        return None
    good = set(rules.unpack(bytes.fromhex(told["found"][GOOD])))
    made = set(rules.unpack(bytes.fromhex(told["made"])))
    return _Walk(deed, told["began"], {GOOD: good} | {state: set() for state in rules.FAULTS}, made, int(told["aside"]), resumed=True)


def unfinished(desk: Desk, reader: Reader, ident: bytes) -> str:
    """The deed that was ended in the middle at a place and will be gone on with; empty when there is none."""
    copy_places.place(desk, reader, ident)
    kept = settings.value(desk.store, _name(ident))
    return str(json.loads(kept)["deed"]) if kept else ""


# ---- what is told ----------------------------------------------------------------------------------------------------


def _finish(desk: Desk, reader: Reader, place: Place, objects: Sequence[Object], going: _Walk, before: Mapping[bytes, Cell]) -> Outcome:
    by_short = {one.short: one for one in objects}
    with desk.store.transaction():
        if going.deed != COPY or going.seen():  # that nothing was to be copied is no news, and would push older checks out of sight
            _record(desk, place, going, reached=True)
        for event, outcome, short in _events(place, going, before):
            if short in by_short:
                _tell(desk, reader, by_short[short].item, event, outcome, place)
        settings.keep(desk.store, _name(place.place), "")
    faults = {state: tuple(by_short[short].item for short in sorted(going.found[state]) if short in by_short) for state in rules.FAULTS}
    counts = {state: len(shorts) for state, shorts in going.found.items()}
    return Outcome(place.place, going.deed, True, counts, faults, len(going.made), going.aside)


def _events(place: Place, going: _Walk, before: Mapping[bytes, Cell]) -> Iterable[tuple[str, str, bytes]]:
    """What belongs into the custody of single items: a new fault, a copy that was made, something put right. That all was good as before is
    told once, by the record of the check. A copy that a killed walk made and could not say any more is found by its not being known before."""
    for state in rules.FAULTS:
        for short in sorted(going.found[state]):
            if before.get(short, Cell("")).state != state:
                yield "fixity check", state, short
    known = {short for short, cell in before.items() if cell.state == GOOD}
    late = going.found[GOOD] - known - going.made if going.resumed and going.deed != CHECK and place.kind != HERE else set()
    for short in sorted(going.made | late):
        was = before.get(short, Cell("")).state
        yield ("recovery" if was in rules.FAULTS or going.deed == REPAIR else "replication"), GOOD, short


def _tell(desk: Desk, reader: Reader, item: bytes, event: str, outcome: str, place: Place) -> None:
    said = custody.Said(place=place.name or place.kind, tool="letapis fixity")
    with suppress(NotFound, Locked):  # of dossiers that this member does not hold the check alone speaks
        custody.record(desk, reader, item, event, outcome, said)


def _unreached(desk: Desk, reader: Reader, place: Place, going: _Walk) -> Outcome:
    """It does not answer, or answers no more: said once a day, and what was read before stays kept for the next time."""
    today = instant(desk.clock())[:10]
    told = any(not check.reached and check.day == today for check in checks(desk, reader, place.place))
    if place.known and not told:
        nothing = _Walk(going.deed, going.began, {state: set() for state in (GOOD, *rules.FAULTS)}, set())
        _record(desk, place, nothing, reached=False)
    return Outcome(place.place, going.deed, False, {state: len(found) for state, found in going.found.items()}, {}, len(going.made), going.aside)


def _record(desk: Desk, place: Place, going: _Walk, reached: bool) -> None:
    """What a walk found, in as many records as its names take: a value of a record has its limit."""
    now: datetime = desk.clock()
    told: dict[str, Value] = {"place": place.place, "day": instant(now)[:10], "deed": going.deed, "began": going.began, "ended": instant(now)}
    told |= {"reached": reached, "state": "done"}
    ordered = {state: sorted(shorts) for state, shorts in going.found.items()}
    for start in range(0, max(1, *map(len, ordered.values())), NAMES_EACH):
        found: dict[str, Value] = {state: rules.pack(shorts[start : start + NAMES_EACH]) for state, shorts in ordered.items()}
        ledger.append(desk, [items.draft(desk, "fixity_check", common_compartment(desk, "ORG"), {**found, **told})])
