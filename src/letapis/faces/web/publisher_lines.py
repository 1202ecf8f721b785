"""A publisher's device in words: what was built last, whether every device was heard from, and what the next snapshot would say anew."""

from dataclasses import dataclass
from typing import Any, Final

from letapis.core.errors import LetapisError
from letapis.core.published import Statement
from letapis.desk import people, publisher_state, snapshots, uninvited
from letapis.desk.releases import Release
from letapis.desk.snapshots import Plan
from letapis.faces.web.lines import Lines

_SHOWN: Final = 40


@dataclass(frozen=True)
class PublisherLines:
    """``silent``: devices that were not heard from lately; ``step``: the key of what comes next, with the command for it, which may be empty;
    ``uninvited``: devices that sent keys of what is not public; ``apart``: how many keys were set apart and wait for this member's word,
    ``said``: how many have it."""

    release: Release | None
    fresh: bool
    silent: tuple[str, ...]
    relay: bool
    step: str
    command: str
    uninvited: str = ""
    apart: int = 0
    said: int = 0


@dataclass(frozen=True)
class NextLines:
    """What the next snapshot says anew: its numbers, and each card with what happens to it. ``fault``: the key of why nothing can be built;
    ``naming``: titles of statements in which somebody still stands by name who went; ``lapses``: who will be over soon, with the last day;
    ``due``: when the next build is due at the latest."""

    fault: str = ""
    same: bool = False
    number: int = 0
    persons: int = 0
    counts: dict[str, int] | None = None
    changes: tuple[tuple[str, str], ...] = ()
    more: int = 0
    waits: int = 0
    contested: int = 0
    naming: str = ""
    lapses: tuple[tuple[str, str], ...] = ()
    due: str = ""


def is_publisher(request: Any) -> bool:
    return request.reader.member in people.publishers(request.desk)


def publisher_lines(request: Any) -> PublisherLines:
    """Little enough for the first page: nothing of the public list itself is read."""
    lines, known = Lines(request), publisher_state.standing(request.desk, request.reader)
    silent = tuple(sorted(lines.device(one) for one in known.silent))
    sent = ", ".join(sorted({lines.device(one) if one else "?" for one in uninvited.told(request.desk)}))
    words = [bool(one.word) for one in uninvited.apart(request.desk)]
    step, counts = f"publisher.step.{known.step}", (words.count(False), words.count(True))
    return PublisherLines(known.release, known.fresh, silent, known.relay, step, known.command, sent, *counts)


def next_lines(request: Any) -> NextLines:
    """The plan of the next snapshot. What forbids one is said instead of it."""
    try:
        made = snapshots.plan(request.desk, request.reader)
    except LetapisError as error:
        return NextLines(fault=f"errors.{error.code}")
    published = made.published
    changes = () if made.same else tuple(_change(request, made, one.card, one.what) for one in made.changes[:_SHOWN])
    told = (made.same, published.number, len(published.entries), made.counts, changes, max(0, len(made.changes) - _SHOWN))
    naming = "; ".join(_title(request, one) for one in published.statements if one.statement in made.naming)
    found = publisher_state.lapses(published, made.ends, request.desk.clock().date())
    lapses = tuple((_change(request, made, one.card, "")[0], one.last) for one in found[:_SHOWN])
    return NextLines("", *told, len(made.waits), len(made.contested), naming, lapses, publisher_state.due(published, made.ends))


def _title(request: Any, one: Statement) -> str:
    return one.titles.get(request.language) or next(iter(one.titles.values()), one.statement[:8])


def _change(request: Any, made: Plan, card: str, what: str) -> tuple[str, str]:
    """The name on a card, or that it has none; and the key of what happens to it."""
    entry = made.published.entry(card) or (made.before.entry(card) if made.before else None)
    name = entry.card.first("name", request.language) if entry else ""
    return name or Lines(request).say("public.unnamed"), f"publishing.what.{what}"
