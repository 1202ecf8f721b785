"""The next snapshot of the public list: planned from public compartments alone, compared with the last one, refused where it must wait.

Nothing is approved here. What stands is taken as ``desk.public_record`` says, and where there is doubt, the public learns less: what is new
and was confirmed by nobody for long waits, who is not named waits while a change of numbers would point at them, what fell goes at once.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from letapis.core import public_log, still_named
from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.errors import Refused, UsageError
from letapis.core.public_statistics import held_back
from letapis.core.published import ADDED, CHANGED, REMOVED, RETURNED, Change, Entry, Figure, Published, Statement, encode
from letapis.core.taking_back import is_contained, statements_back, taken_back
from letapis.desk import clock_doubt, figures, people, public_record, releases, snapshot_store
from letapis.desk.opening import Desk
from letapis.desk.public_record import PublicSet
from letapis.desk.publisher import require_publisher
from letapis.desk.vault import opened_by_ref

MISTAKE: Final = "mistake"
_DIGITS: Final = 8


@dataclass(frozen=True)
class Plan:
    """The next snapshot and the last. ``waits``: cards that stay as they are for now; ``contested``: cards that somebody has to settle;
    ``fresh``: whether every device was heard from; ``refs``: the version behind each card; ``naming``: statements in which
    somebody still stands by name who went; ``ends``: the last day (UTC) of each card that has one."""

    published: Published
    before: Published | None
    waits: frozenset[str]
    contested: frozenset[str]
    fresh: Answer
    refs: Mapping[str, bytes]
    naming: tuple[str, ...] = ()
    ends: Mapping[str, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Nothing is to be said anew: the snapshot is the last one, with its number."""
        return self.published == self.before

    @property
    def changes(self) -> tuple[Change, ...]:
        """The new lines of the log."""
        return self.published.changes[len(self.before.changes) if self.before else 0 :]

    def count(self, what: str) -> int:
        return sum(one.what == what for one in self.changes)

    @property
    def counts(self) -> dict[str, int]:
        return {what: self.count(what) for what in (ADDED, CHANGED, REMOVED, RETURNED)}


def plan(desk: Desk, reader: Reader, override: str = "", day: str = "") -> Plan:
    """What would be published now. ``day``: what somebody typed as the day of today.

    Raises as ``require_publisher`` does; Refused("publishing.clock") when the clock of this device is before the last snapshot,
    Refused("publishing.clock_ahead") when it is far after everything that was heard of anybody and nobody typed the day that it shows,
    Refused("publishing.lost") when a snapshot was published of which this device knows nothing, Damaged when its own is damaged.
    """
    require_publisher(desk, reader)
    before, found = _before(desk, reader, day), public_record.entries(desk, reader)
    entries, waits = _let_go(desk, found, {one.card.card: one for one in found.entries}, before)
    return _planned(desk, reader, found, before, (entries, found.statements), waits, override)


def plan_back(desk: Desk, reader: Reader, number: int, because: str = MISTAKE, override: str = "", day: str = "") -> Plan:
    """What would be published to go back to an earlier snapshot: nothing comes back that went since. The next usual build takes what stands.

    Raises as ``plan`` does, UsageError("publishing.no_such_number") and UsageError("public_record.because")."""
    require_publisher(desk, reader)
    if because not in desk.catalogue.publication.recalls:
        raise UsageError("public_record.because")
    earlier = [one for one in snapshot_store.kept(desk)[:-1] if one.number == number]
    if not earlier:
        raise UsageError("publishing.no_such_number")
    before, found = _before(desk, reader, day), public_record.entries(desk, reader)
    was = snapshot_store.read(desk, earlier[0])
    entries, waits = _let_go(desk, found, {one.card.card: one for one in found.entries}, before)
    recalled = found.recalls.keys()
    back = taken_back({one.card.card: one for one in was.entries}, entries, recalled)
    statements = statements_back({one.statement for one in was.statements}, found.statements)
    return _planned(desk, reader, found, before, (back, statements), waits, override, because)


def plan_less(desk: Desk, reader: Reader, day: str = "") -> Plan:
    """The last snapshot without what of it may stand no longer, and with nothing new: what is over or was recalled goes, whoever is silent. So it
    waits for nobody: whatever a silent device took back is public already, and stays so only until it is heard.

    Raises as ``plan`` does."""
    require_publisher(desk, reader)
    before, found = _before(desk, reader, day), public_record.entries(desk, reader)
    old = {one.card.card: one for one in before.entries} if before else {}
    left = {one.card.card: kept for one in found.entries if (kept := _no_more(old.get(one.card.card), one, found.alive))}
    told = before.statements if before else ()
    statements = tuple(one for one in found.statements if one in told)
    entries, waits = _let_go(desk, found, left, before)
    made = _planned(desk, reader, found, before, (entries, statements), waits, "")
    return replace(made, fresh=Answer(True, "law.fresh"))


def require_fresh(made: Plan) -> None:
    """Raises Refused("publishing.stale") while a device was not heard from and nobody said why to go on."""
    if not made.fresh.holds:
        raise Refused("publishing.stale")


def require_nobody_named(made: Plan, reason: str) -> None:
    """Raises Refused("publishing.still_named") with the first digits of the statements that still name somebody who went, while nobody said
    why to go on."""
    if made.naming and not reason.strip():
        raise Refused("publishing.still_named", ", ".join(one[:_DIGITS] for one in made.naming))


def require_standing(made: Plan) -> None:
    """Raises Refused("publishing.build_again") when something of the last snapshot does not stand any more as it is there: what was built may
    then go nowhere else. What says more by now does not hold up what was built, as after going back."""
    before, now = made.before, {one.card.card: one for one in made.published.entries}
    if before is None:
        raise Refused("publishing.build_again")
    standing = (one.card.card in now and is_contained(one, now[one.card.card]) for one in before.entries)
    told = (one in made.published.statements for one in before.statements)
    counted = (one in made.published.figures for one in before.figures)
    if not all((*standing, *told, *counted)):
        raise Refused("publishing.build_again")


def photos(desk: Desk, reader: Reader, made: Plan) -> dict[str, bytes]:
    """The pictures of the cards of a plan by their digest, as far as the very picture that a card names is there."""
    require_publisher(desk, reader)
    wanted = {one.card.card: one.card.first("photo") for one in made.published.entries if one.card.named and one.card.first("photo")}
    refs = {card: made.refs[card] for card in wanted if card in made.refs}
    opened = opened_by_ref(desk, refs.values())
    found = {}
    for card, ref in refs.items():
        picture = opened[ref].record.raw("photo") if ref in opened else b""
        if hashlib.sha256(picture).hexdigest() == wanted[card]:
            found[wanted[card]] = picture
    return found


def _before(desk: Desk, reader: Reader, day: str) -> Published | None:
    before, last = snapshot_store.last(desk), releases.last_release(desk, reader)
    if last is not None and (before is None or before.number < last.number or (before.number == last.number and _is_other(before, last))):
        raise Refused("publishing.lost")
    if before is not None and desk.clock().date().isoformat() < before.day:
        raise Refused("publishing.clock")
    if day.strip() != desk.clock().date().isoformat() and clock_doubt.is_far_ahead(desk, reader):
        raise Refused("publishing.clock_ahead")  # a day that is written into the public log stands there for good
    return before


def _is_other(before: Published, last: releases.Release) -> bool:
    """Two publishers built at once, each without the other: of the two snapshots of one number everybody goes on with the same one."""
    return hashlib.sha256(encode(before)).digest() != last.snapshot


def _let_go(desk: Desk, found: PublicSet, now: dict[str, Entry], before: Published | None) -> tuple[tuple[Entry, ...], frozenset[str]]:
    """What goes now: an entry that has to wait stays as it was, or away. It does not stay where what waits drops something of it, and a version
    that another one replaced in public does not come back when that one counts no more."""
    old = {one.card.card: one for one in before.entries} if before else {}
    outdated = public_log.outdated(before.changes) if before else {}
    for card in [card for card in outdated.keys() & now.keys() if public_log.digest(now[card]) in outdated[card]]:
        del now[card]
    differ = {card for card in found.stale & now.keys() if card not in old or public_log.digest(old[card]) != public_log.digest(now[card])}
    waits = {card for card in differ if card not in old or not _says_less(now[card], old[card])}
    _wait(now, {card: one for card, one in old.items() if card in waits and is_contained(one, now[card])}, waits, found.alive)
    if before is not None:
        catalogue, day = desk.catalogue, desk.clock().date().isoformat()
        held = held_back(before, now.values(), day, catalogue.publication, catalogue.public_figures) | _newcomers_beside_who_goes(now, old)
        _wait(now, old, held, found.alive)
        waits |= held
    return tuple(now.values()), frozenset(waits)


def _newcomers_beside_who_goes(now: Mapping[str, Entry], old: Mapping[str, Entry]) -> frozenset[str]:
    """Who is not named does not come with the very snapshot in which a name goes: an outsider would take the two for one person, and where
    snapshots are rare the weeks between them are in none of them."""
    if all(card in now or not one.card.named for card, one in old.items()):
        return frozenset()
    return frozenset(card for card, one in now.items() if card not in old and not one.card.named)


def _no_more(old: Entry | None, now: Entry, alive: frozenset[str]) -> Entry | None:
    """The card as it was, where that version still counts, or as it is now, where that says less; none where only something new could stand."""
    if old is None:
        return None
    if _says_less(now, old):
        return now
    return old if public_log.digest(old) in alive else None


def _says_less(new: Entry, old: Entry) -> bool:
    """Nothing new would be public, so nobody has to wait for it: whoever wanted less said of them must not stay as they were."""
    return is_contained(new, old) or (old.card.named and not new.card.named)


def _wait(now: dict[str, Entry], old: Mapping[str, Entry], cards: "set[str] | frozenset[str]", alive: frozenset[str]) -> None:
    """These stay as they were, but for what was recalled or is approved no more, which waits for nothing and goes."""
    for card in cards:
        if card in old and public_log.digest(old[card]) in alive:
            now[card] = old[card]
        else:
            now.pop(card, None)


def _planned(
    desk: Desk,
    reader: Reader,
    found: PublicSet,
    before: Published | None,
    told: tuple[tuple[Entry, ...], tuple[Statement, ...]],
    waits: frozenset[str],
    override: str,
    because: str = MISTAKE,
) -> Plan:
    """The snapshot of these entries and statements. A card that goes without a recall, because an approval of it counts no more, goes as a
    mistake of ours."""
    day, entries = desk.clock().date().isoformat(), told[0]
    gone = ({one.card.card for one in before.entries} if before else set()) - {one.card.card for one in entries}
    reasons = {card: found.recalls.get(card, because) for card in gone}
    changes = public_log.extended(before, entries, day, reasons)
    published = Published(
        people.directory(desk).name,
        before.number + 1 if before else 1,
        day,
        public_log.dated(before, entries, day),
        tuple(sorted(told[1], key=lambda one: (one.day, one.statement))),
        changes,
        tuple(Figure(one.rule.id, one.figure.day, one.figure.value, dict(one.sentences)) for one in figures.answers(desk, reader)),
    )
    if before is not None and (published.entries, *_rest(published)) == (before.entries, *_rest(before)):
        published = before
    naming = _naming(desk, published, before, found)
    return Plan(published, before, waits, found.contested, public_record.fresh(desk, reader, override), found.refs, naming, found.ends)


def _naming(desk: Desk, published: Published, before: Published | None, found: PublicSet) -> tuple[str, ...]:
    """Statements that still name somebody who went: who goes now is looked for in all of them, who went before in those that are new. So each
    is asked about once."""
    stays, known = still_named.borne(published.entries), before.statements if before else ()
    now = still_named.borne(before.entries if before else ()) - stays
    asked = ((one, now if one in known else (found.gone | now) - stays) for one in published.statements)
    return tuple(one.statement for one, gone in asked if still_named.names_in(one, gone, desk.catalogue.names.told))


def _rest(one: Published) -> tuple[object, ...]:
    return one.organisation, one.day, one.statements, one.changes, one.figures
