"""Snapshots of the public list that this device keeps, sealed: the last one whole, and of earlier ones what is still public.

The last one is what the next is compared with, down to those who are counted and not named; it never leaves the device. Of an earlier one
nothing is kept that does not stand any more: a card that went, or that says less now, is taken out of all of them at once.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Final

from letapis.core.errors import Damaged, NotFound
from letapis.core.published import Entry, Published, decode, encode
from letapis.core.taking_back import is_contained
from letapis.desk import people
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.engines.objects import ObjectStore

MOST: Final = 6
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
    told = people.setting(desk.store, _SETTING)
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
    try:
        return decode(b"".join(_store(desk).open(one.name, bytes.fromhex(one.key))))
    except NotFound:
        raise Damaged("publishing.snapshot_lost") from None


def keep(desk: Desk, published: Published) -> None:
    """Keep this one as the last; of the same number in place of the one before. Whatever does not stand in it leaves the earlier ones, and
    one that lies here no more is forgotten."""
    known = [one for one in kept(desk) if one.number != published.number][-MOST + 1 :]
    now = {one.card.card: one for one in published.entries}
    told = {one.statement for one in published.statements}
    fresh: list[Kept] = []
    for one in reversed(known):
        try:
            was = read(desk, one) if one != known[-1] else _opened(desk, one)
        except Damaged:
            continue
        narrowed = _narrowed(was, now, told)
        if narrowed == was and one is known[-1]:  # the ones before hold no more than this one does
            fresh = known
            break
        fresh.insert(0, one if narrowed == was else _seal(desk, narrowed))
    people.keep_setting(desk.store, _SETTING, json.dumps([asdict(one) for one in (*fresh, _seal(desk, published))]))


def _narrowed(was: Published, now: Mapping[str, Entry], told: Collection[str]) -> Published:
    """What of a snapshot is still public."""
    entries = tuple(one for one in was.entries if one.card.card in now and is_contained(one, now[one.card.card]))
    return replace(was, entries=entries, statements=tuple(one for one in was.statements if one.statement in told))


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


def _seal(desk: Desk, published: Published) -> Kept:
    organisation = common_compartment(desk, "ORG")
    made = _store(desk).put([encode(published)], organisation, desk.epochs()[organisation])
    return Kept(published.number, published.day, made.name, made.dek.hex())
