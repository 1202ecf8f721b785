"""Snapshots of the public list that this device keeps, sealed: the last one whole, and of earlier ones what is still public.

The last one is what the next is compared with, down to those who are counted and not named; it never leaves the device. Of an earlier one
nothing is kept that does not stand any more: a card that went, or that says less now, is taken out of all of them at once.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Final

from letapis.core.errors import Damaged, NotFound
from letapis.core.published import Entry, Published, Statement, decode, encode, without
from letapis.core.taking_back import is_contained
from letapis.desk import settings
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.engines.collector import without_collector
from letapis.engines.objects import ObjectStore

MOST: Final = 6
_FEW: Final = 150
"""So many cards are cut out one by one in the time in which a snapshot of ten thousand is read and written whole."""
_SETTING: Final = "publishing.kept"
_FOLDER: Final = "snapshots"
_LAST: Final = "snapshots.last"


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot that lies here: its number and day, the name of the sealed file, and the key to it."""

    number: int
    day: str
    name: str
    key: str


def kept(desk: Desk) -> tuple[Kept, ...]:
    """The oldest first."""
    told = settings.value(desk.store, _SETTING)
    return tuple(Kept(**one) for one in json.loads(told)) if told else ()


def last(desk: Desk) -> Published | None:
    """The last one, whole. Raises Damaged("publishing.snapshot_lost") when it is written down and does not lie here.

    What was opened stays in this process until the desk is locked, for one build asks for it several times."""
    found = kept(desk)
    return _opened(desk, found[-1]) if found else None


def _opened(desk: Desk, one: Kept) -> Published:
    opened: tuple[Kept, Published] | None = desk.kept.get(_LAST)
    if opened is None or opened[0] != one or not (desk.workspace / _FOLDER / one.name).is_file():
        opened = desk.kept[_LAST] = (one, read(desk, one))
    return opened[1]


def read(desk: Desk, one: Kept) -> Published:
    """A snapshot; one that is not the last holds only what is still public, and its log no longer gives exactly its cards."""
    with without_collector():
        return decode(_bytes(desk, one))


def _bytes(desk: Desk, one: Kept) -> bytes:
    try:
        return b"".join(_store(desk).open(one.name, bytes.fromhex(one.key)))
    except NotFound:
        raise Damaged("publishing.snapshot_lost") from None


def keep(desk: Desk, published: Published) -> None:
    """Keep this one as the last; of the same number in place of the one before. Whatever does not stand in it leaves the earlier ones, and
    one that lies here no more is forgotten."""
    known = tuple(one for one in kept(desk) if one.number != published.number)[-MOST + 1 :]
    fresh = (*_narrowed(desk, known, published), _seal(desk, published.number, published.day, encode(published)))
    settings.keep(desk.store, _SETTING, json.dumps([asdict(one) for one in fresh]))


def _narrowed(desk: Desk, known: Sequence[Kept], published: Published) -> Sequence[Kept]:
    """Earlier snapshots as far as they are still public. The ones before the last hold no more than it does, so where it stays whole they do, and
    otherwise only what fell from it has to be looked for in them."""
    now = {one.card.card: one for one in published.entries}
    told = {one.statement: one for one in published.statements}

    def stays(entry: Entry) -> bool:
        return entry.card.card in now and is_contained(entry, now[entry.card.card])

    fell = _fell(desk, known[-1], stays, told) if known else ()
    if fell is not None and not fell:
        return known
    fresh = []
    for one in known:
        try:
            was = _bytes(desk, one)
            slim = without(was, fell, stays) if fell is not None else encode(_standing(decode(was), stays, told))
        except Damaged:
            continue
        fresh.append(one if slim == was else _seal(desk, one.number, one.day, slim))
    return fresh


def _fell(desk: Desk, last: Kept, stays: Callable[[Entry], bool], told: Mapping[str, Statement]) -> Sequence[str] | None:
    """Cards of the last snapshot that stand in it no more as they were; None where all has to be read, because it does not lie here, a
    statement went or has other words, or so many fell that reading all is cheaper."""
    try:
        was = _opened(desk, last)
    except Damaged:
        return None
    if any(told.get(one.statement) != one for one in was.statements):
        return None
    fell = [one.card.card for one in was.entries if not stays(one)]
    return fell if len(fell) <= _FEW else None


def _standing(was: Published, stays: Callable[[Entry], bool], told: Mapping[str, Statement]) -> Published:
    """What of a snapshot is still public; statements in their words of now, for those of before may have named somebody."""
    statements = tuple(told[one.statement] for one in was.statements if one.statement in told)
    return replace(was, entries=tuple(filter(stays, was.entries)), statements=statements)


def sweep(desk: Desk) -> None:
    """Remove sealed files that are written down no more; their keys are gone already."""
    folder, names = desk.workspace / _FOLDER, {one.name for one in kept(desk)}
    for name in _names(desk) if folder.is_dir() else ():
        if name not in names:
            with suppress(NotFound):
                _store(desk).remove(name)


def _names(desk: Desk) -> Sequence[str]:
    return [one.name for one in (desk.workspace / _FOLDER).iterdir() if one.is_file() and not one.name.startswith(".")]


def _store(desk: Desk) -> ObjectStore:
    return ObjectStore(desk.workspace / _FOLDER)


def _seal(desk: Desk, number: int, day: str, data: bytes) -> Kept:
    organisation = common_compartment(desk, "ORG")
    made = _store(desk).put([data], organisation, desk.epochs()[organisation])
    return Kept(number, day, made.name, made.dek.hex())
