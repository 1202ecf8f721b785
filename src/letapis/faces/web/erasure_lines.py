"""Orders, requests and notices in words, ready for a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.erasure import ASKED
from letapis.core.errors import NotFound
from letapis.desk import backup_copies, erasing, erasing_places, erasing_relay, erasure, reading, restriction
from letapis.faces.erasure_words import kinds
from letapis.faces.texts import texts
from letapis.faces.web.choosing import HITS, entries_for
from letapis.faces.web.lines import Lines
from letapis.faces.web.versions import carried


@dataclass(frozen=True)
class OrderLine:
    """An order: why and by whom, who stands behind it, and which devices have not followed. ``since``: the hour of the first that did."""

    order: bytes
    ground: str
    asked: str
    by: str
    behind: str
    count: int
    needed: int
    in_force: bool
    records: int
    files: int
    followed: int
    since: str
    missing: tuple[str, ...]
    may_agree: bool


def words(lines: Lines, one: restriction.Shown) -> str:
    """What something restricted says, with the fact or the step of custody by its label and not by its code."""
    named = (lines.label(one.property) if one.property else "", lines.event(one.event) if one.event else "")
    return " · ".join(word for word in (*named, one.text) if word)


def orders(request: Any, lines: Lines, found: Sequence[erasure.Standing]) -> list[OrderLine]:
    return [_order(request, lines, one) for one in found]


def _order(request: Any, lines: Lines, one: erasure.Standing) -> OrderLine:
    names = sorted(lines.name(member) for member in one.behind)
    since = min((at for _, at in one.followed), default="")
    missing = tuple(lines.device(name) or name for name in one.missing) if one.in_force else ()
    told = (one.order, f"erasure.ground.{one.ground}", one.asked, lines.name(one.author), ", ".join(names), len(one.behind), one.needed)
    may = not one.in_force and request.desk.me not in one.behind
    return OrderLine(*told, one.in_force, one.records, one.objects, len(one.followed), since, missing, may)


@dataclass(frozen=True)
class RequestLine:
    """A request of this dossier with what goes with it; ``order`` is None while its order has not come. ``keeping``: who wants to keep it."""

    erasure: bytes
    order: OrderLine | None
    about: str
    text: str
    by: str
    asked: str
    goes: list[tuple[str, int]]
    rest: int
    keeping: list[tuple[str, str, str]]
    kept: bool
    dropped: bool
    mine: bool
    seen: str


def requests(request: Any, lines: Lines, dossier: bytes, standings: Sequence[erasure.Standing]) -> list[RequestLine]:
    by_order = {one.order: one for one in standings}
    return [_request(request, lines, one, by_order.get(one.order)) for one in erasure.requests(request.desk, request.reader, dossier)]


def _request(request: Any, lines: Lines, one: erasure.Request, standing: erasure.Standing | None) -> RequestLine:
    desk, reader = request.desk, request.reader
    try:
        going = erasing.going(desk, reader, one.dossier, one.targets)
    except (NotFound, LookupError):
        going = erasing.Going((), 0)
    about = ", ".join(label(lines, one.dossier, target) for target in one.targets)
    keeping = [(lines.name(member), lines.say(f"erasure.keep_ground.{ground}"), reason) for member, ground, reason in one.keepers_of_it]
    order = _order(request, lines, standing) if standing else None
    told = (one.erasure, order, about, one.text, lines.name(one.author), one.recorded, kinds(texts(), lines.language, going.counts), going.rest)
    return RequestLine(*told, keeping, one.kept, one.state not in (ASKED, "kept"), one.author == desk.me, carried(one.heads))


def label(lines: Lines, dossier: bytes, target: bytes) -> str:
    """What a thing is called as long as it may be called anything: a code, a name; else that it is one thing."""
    source = lines.sources(dossier).get(target)
    return source.code if source else lines.entities(dossier).get(target) or lines.say("erasure.one_thing")


@dataclass(frozen=True)
class RestrictedLine:
    """A restriction in words. ``scopes`` empty: everything."""

    restricted: bytes
    about: str
    scopes: str
    since: str
    on: bool
    reason: str


def restricted(request: Any, lines: Lines, dossier: bytes) -> list[RestrictedLine]:
    scopes = request.desk.catalogue.consent.scopes
    found = []
    for one in restriction.restrictions(request.desk, request.reader, dossier):
        named = ", ".join(str(scopes[scope].label[lines.language]) if scope in scopes else scope for scope in one.scopes)
        found.append(RestrictedLine(one.restricted, label(lines, dossier, one.party), named, one.since, one.on, one.text))
    return found


def around(request: Any, lines: Lines, found: Sequence[erasure.Standing]) -> dict[str, Any]:
    """Backups from before the newest order in force, and what the relay still has."""
    latest = max((one.asked for one in found if one.in_force), default="")
    copies = backup_copies.from_before(request.desk, request.reader, latest) if latest else []
    backups = [(one.copy, lines.name(one.member), one.day.isoformat(), one.until.isoformat(), carried(one.heads)) for one in copies]
    places = [(one.place.name, one.since, one.reachable) for one in erasing_places.waiting(request.desk, request.reader)]
    officer = restriction.is_officer(request.desk, request.reader)
    return {"backups": backups, "places": places, "relay": erasing_relay.on_relay(request.desk), "officer": officer}


def found_among(request: Any, dossier: bytes, offered: Sequence[tuple[str, str]], typed: str) -> list[str]:
    """Those of many things that may be meant: entries by their name in any spelling, the rest by words that stand in what it is called."""
    likely = [one.entity.hex() for one in entries_for(request, dossier, typed)]
    folded = typed.casefold()
    return list(dict.fromkeys(likely + [value for value, label in offered if folded in label.casefold()]))[:HITS]


def things(request: Any, lines: Lines, dossier: bytes) -> list[tuple[str, str]]:
    """What can be asked back: sources and persons, items of evidence, notes; each with its word."""
    desk, reader = request.desk, request.reader
    found = [(one.source.hex(), f"{lines.say('erasure.kind.source')}: {one.code}") for one in reading.sources(desk, reader, dossier)]
    found += [(one.entity.hex(), f"{lines.say('erasure.kind.entity')}: {one.label}") for one in reading.entities(desk, reader, dossier)]
    found += [(one.object.hex(), f"{lines.say('erasure.kind.evidence')}: {one.title}") for one in reading.evidence_of(desk, reader, dossier)]
    return found + [(one.note.hex(), f"{lines.say('erasure.kind.note')}: {one.title}") for one in reading.notes(desk, reader, dossier)]
