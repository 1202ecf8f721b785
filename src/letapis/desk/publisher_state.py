"""Where a publisher stands and what comes next: the same on the page and at the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from letapis.core.access import Reader
from letapis.core.published import Published
from letapis.desk import public_record, releases, sync
from letapis.desk.opening import Desk
from letapis.desk.releases import Release

RELAY, EXCHANGE, BUILD, UPLOAD = "relay", "exchange", "build", "upload"
COMMANDS: Final[Mapping[str, str]] = {BUILD: "letapis publish build FOLDER", UPLOAD: "letapis publish upload FOLDER"}
"""What is typed for a step that no page does."""
AHEAD: Final = 14
"""Days for which it is said which cards will be over."""


@dataclass(frozen=True)
class Standing:
    """``silent``: devices that were not heard from lately; ``step``: what comes next, which may have a command (``COMMANDS``)."""

    release: Release | None
    fresh: bool
    silent: tuple[str, ...]
    relay: bool
    step: str

    @property
    def command(self) -> str:
        return COMMANDS.get(self.step, "")


@dataclass(frozen=True, order=True)
class Lapse:
    """A card of the list and the last day (UTC) on which it may stand there."""

    last: str
    card: str


def standing(desk: Desk, reader: Reader) -> Standing:
    """Little enough for a first page: nothing of the public list itself is read."""
    release, relay = releases.last_release(desk, reader), bool(sync.relay_address(desk))
    fresh = public_record.fresh(desk, reader).holds
    silent = () if fresh else tuple(sync.silent(desk, reader))
    step = RELAY if not relay else EXCHANGE if not fresh else BUILD
    if release is not None and not release.uploaded and step == BUILD:
        step = UPLOAD
    return Standing(release, fresh, silent, relay, step)


def lapses(published: Published, ends: Mapping[str, str], today: date) -> tuple[Lapse, ...]:
    """Cards of a snapshot that are over within ``AHEAD`` days, what is over first first. ``ends``: the last day of each card that has one."""
    until = (today + timedelta(days=AHEAD)).isoformat()
    return tuple(sorted(Lapse(ends[one.card.card], one.card.card) for one in published.entries if ends.get(one.card.card, "9999") <= until))


def due(published: Published, ends: Mapping[str, str]) -> str:
    """The first day on which a card of this snapshot may stand no longer, so that a build is due then at the latest; empty where none ends."""
    last = min((ends[one.card.card] for one in published.entries if one.card.card in ends), default="")
    return (date.fromisoformat(last) + timedelta(days=1)).isoformat() if last else ""
