"""The log of publications: one line for each card that came, changed, went or came back, never rewritten.

A line names a card by its random number, the day, what became of it, and the digest of the salted card; of a card that went it keeps nothing
that could be read, for the salt goes with the card. Whoever replays the log finds exactly the cards that are public, so that a person who
is gone without a line is noticed by everybody who kept an older log.

    digest  H(salt || card)      card: canonical JSON (``published.encode_card``)
    leaf    canonical JSON of the line, all six members (``published.line``)
    tree    RFC 6962 over the leaves (``core.merkle``)
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from letapis.core.errors import Refused
from letapis.core.published import ADDED, CHANGED, LEAST_SALT, REMOVED, RETURNED, Card, Change, Entry, Published, encode_card

# Faults of a log; their sentences stand under ``public_log.fault.<code>``.
ORDER, DAY, REASON, REPLAY, MISSING, STRANGE, DIFFERS, DATES = "order", "day", "reason", "replay", "missing", "strange", "differs", "dates"
SHORTER, REWRITTEN, NUMBER, OTHER = "shorter", "rewritten", "number", "other"


@dataclass(frozen=True, slots=True)
class LogFault:
    """What is wrong, and the card or the number of the line that it is about."""

    code: str
    about: str = ""


def digest(entry: Entry) -> str:
    """The salted digest of a card, by which the log knows it."""
    return hashlib.sha256(bytes.fromhex(entry.salt) + encode_card(entry.card)).hexdigest()


def root(published: Published) -> bytes:
    """Root of the tree over the whole log."""
    return published.log_root


def extended(before: Published | None, entries: Iterable[Entry], day: str, recalls: Mapping[str, str]) -> tuple[Change, ...]:
    """The whole log from ``before`` on with what changed until ``day`` behind it. ``recalls``: card -> reason code of those that were recalled;
    of a card that stands among the entries nothing is asked.

    Raises Refused: ``public_log.clock`` for a day before the last line, ``public_log.no_reason`` for a card that would go without one,
    ``public_log.card_twice`` and ``public_log.salt`` for entries that cannot stand."""
    known = before.changes if before else ()
    if date.fromisoformat(day) < date.fromisoformat(known[-1].day if known else day):
        raise Refused("public_log.clock")
    now = _by_card(entries)
    old = {one.card.card: one for one in before.entries} if before else {}
    ever = {one.card for one in known}
    lines: list[Change] = []
    for card in sorted(old.keys() | now.keys()):
        if card not in now:
            if not recalls.get(card):
                raise Refused("public_log.no_reason")
            lines.append(Change(day, card, REMOVED, because=recalls[card]))
            continue
        stands = digest(now[card])
        if card not in old:
            lines.append(Change(day, card, RETURNED if card in ever else ADDED, digest=stands))
        elif stands != digest(old[card]):
            lines.append(Change(day, card, CHANGED, fields=changed_fields(old[card].card, now[card].card), digest=stands))
    return known + tuple(lines)


def dated(before: Published | None, entries: Iterable[Entry], day: str) -> tuple[Entry, ...]:
    """The entries in the order of a snapshot, each with the days that the log will bear out: since when, and when it last changed."""
    old = {one.card.card: one for one in before.entries} if before else {}
    made = []
    for card, entry in sorted(_by_card(entries).items()):
        was = old.get(card)
        same = was is not None and digest(was) == digest(entry)
        made.append(was if was and same else replace(entry, since=was.since if was else day, changed=day))
    return tuple(made)


def changed_fields(old: Card, new: Card) -> tuple[str, ...]:
    """Names of the fields that differ, in the order of the alphabet; none where the card has no name: who is only counted has no history."""
    if not (old.named and new.named):
        return ()
    return tuple(sorted({one.field for one in set(old.values) ^ set(new.values)}))


def replay(changes: Iterable[Change]) -> dict[str, str]:
    """Card -> digest as the log leaves them."""
    standing: dict[str, str] = {}
    for one in changes:
        if one.what == REMOVED:
            standing.pop(one.card, None)
        else:
            standing[one.card] = one.digest
    return standing


def outdated(changes: Iterable[Change]) -> dict[str, set[str]]:
    """Card -> digests that were public before a newer one of the same card was: whoever dropped what stands there wants it nowhere again, even
    where nothing newer counts any more. The newest is the one that came last for the first time, whatever was shown between."""
    seen: dict[str, list[str]] = {}
    for one in changes:
        if one.digest and one.digest not in (known := seen.setdefault(one.card, [])):
            known.append(one.digest)
    return {card: set(known[:-1]) for card, known in seen.items() if len(known) > 1}


def holds(published: Published) -> tuple[LogFault, ...]:
    """What is wrong with a snapshot by itself: its log must be orderly and, replayed, give exactly its entries. Empty: nothing."""
    faults = list(_orderly(published.changes))
    cards = [one.card.card for one in published.entries]
    if cards != sorted(set(cards)):
        faults.append(LogFault(ORDER))
    if published.changes and published.day < published.changes[-1].day:
        faults.append(LogFault(DAY))
    standing, dates = replay(published.changes), days(published.changes)
    for entry in published.entries:
        card = entry.card.card
        if card not in standing:
            faults.append(LogFault(STRANGE, card))
        elif standing[card] != digest(entry):
            faults.append(LogFault(DIFFERS, card))
        elif dates[card] != (entry.since, entry.changed):
            faults.append(LogFault(DATES, card))
    return (*faults, *(LogFault(MISSING, card) for card in sorted(standing.keys() - set(cards))))


def extends(new: Published, old: Published) -> tuple[LogFault, ...]:
    """What speaks against ``new`` being a later snapshot of the same list as ``old``; both must hold by themselves (``holds``)."""
    faults = [LogFault(OTHER)] if new.organisation != old.organisation else []
    if new.number < old.number or (new.number == old.number and new != old) or new.day < old.day:
        faults.append(LogFault(NUMBER))
    if len(new.changes) < len(old.changes):
        faults.append(LogFault(SHORTER))
    pairs = enumerate(zip(old.changes, new.changes, strict=False), 1)
    return (*faults, *(LogFault(REWRITTEN, str(line)) for line, (was, now) in pairs if was != now))


def require_sound(published: Published, before: Published | None) -> None:
    """The last net before anybody signs. Raises Refused("public_log.does_not_hold") with the sentences of what is wrong."""
    faults = (*holds(published), *(extends(published, before) if before else ()))
    if faults:
        raise Refused("public_log.does_not_hold", reasons=tuple(dict.fromkeys(f"public_log.fault.{one.code}" for one in faults)))


def _by_card(entries: Iterable[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for one in entries:
        if one.card.card in found:
            raise Refused("public_log.card_twice")
        if len(one.salt) < 2 * LEAST_SALT:
            raise Refused("public_log.salt")
        found[one.card.card] = one
    return found


def _orderly(changes: tuple[Change, ...]) -> Iterable[LogFault]:
    """Each line by what stood before it: nothing is added twice, nothing changes or goes that is not there, no day goes backwards."""
    standing, ever, last = dict[str, str](), set[str](), ""
    for number, one in enumerate(changes, 1):
        if one.day < last:
            yield LogFault(DAY, str(number))
        there, before = one.card in standing, one.card in ever
        fits = {ADDED: not before, RETURNED: before and not there, CHANGED: there, REMOVED: there}.get(one.what, False)
        if not fits or bool(one.digest) == (one.what == REMOVED) or (one.what == CHANGED and standing.get(one.card) == one.digest):
            yield LogFault(REPLAY, str(number))
        if (one.what == REMOVED) != bool(one.because):
            yield LogFault(REASON, str(number))
        last = max(last, one.day)
        ever.add(one.card)
        if one.what == REMOVED:
            standing.pop(one.card, None)
        else:
            standing[one.card] = one.digest


def days(changes: Iterable[Change]) -> dict[str, tuple[str, str]]:
    """Card -> since when it stands, and when it last changed."""
    found: dict[str, tuple[str, str]] = {}
    for one in changes:
        since = found[one.card][0] if one.what == CHANGED and one.card in found else one.day
        found[one.card] = (since, one.day)
    return found
