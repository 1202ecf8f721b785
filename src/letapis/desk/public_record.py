"""The public record of a dossier: cards and statements are proposed, approved by two others, recalled by anybody, and read back.

All of it stands in the PUB compartment and names nothing of the other compartments, so that a publisher who holds no other key can build
the public list from it. ``core.public_fold`` says what is public; here is how records come in and which of them are asked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from letapis.core import gates, still_named
from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.public_fold import PublicState, Read, Version, is_named, read
from letapis.core.published import Card, Entry, Statement, encode_card, encode_statement
from letapis.core.records import Draft, Record, Value
from letapis.desk import items, ledger, people, reading
from letapis.desk.away import away_now
from letapis.desk.log_words import freshness
from letapis.desk.opening import Desk
from letapis.desk.public_states import APPROVAL, RECALL, TYPES, VERSIONS, dossier_of, gathered, home_of, homes_of, picture, states
from letapis.desk.submit import MAX_HOURS
from letapis.desk.vault import opened_by_ref

LEAST_PREFIX: Final = 4
_SHOWN: Final = "public.shown"
APPROVE, SETTLE, CONFIRM = "approve", "settle", "confirm"
LAPSED: Final = "consent_withdrawn"
"""Why a card goes whose last day is over: the public is told nothing else than of one that was recalled for it."""
_OTHER: Final = "mistake"
"""What the public is told where a recall says none of the reasons that there are: its words would stand in the log for good."""


@dataclass(frozen=True)
class Waiting:
    """What waits for a person. ``what``: a version to ``approve``, one of two to ``settle``, what is public and nobody confirmed for long."""

    dossier: bytes
    what: str
    state: PublicState
    version: Read


@dataclass(frozen=True)
class PublicSet:
    """What of all compartments that this device holds is public. ``recalls``: reason codes by card, also of those that came back;
    ``refs``: of the version of each card; ``stale``: cards that nobody confirmed for ``fresh_days``; ``contested``: cards that wait for
    somebody to settle them, of which the last version before stays; ``alive``: salted digests of every version that was approved and that no
    recall took away, also of those that a later one replaced; ``gone``: names that were public and that nobody bears who is;
    ``ends``: the last day (UTC) of each card that has one."""

    entries: tuple[Entry, ...]
    statements: tuple[Statement, ...]
    recalls: Mapping[str, str]
    refs: Mapping[str, bytes]
    stale: frozenset[str]
    contested: frozenset[str]
    alive: frozenset[str]
    gone: frozenset[str]
    ends: Mapping[str, str]


# ---- proposing -------------------------------------------------------------------------------------------------------


def propose_card(desk: Desk, reader: Reader, dossier: bytes, card: Card, photo: bytes = b"", days: tuple[str, str] = ("", "")) -> bytes:
    """Propose a card, the first of its number or the next. ``photo``: the picture whose digest the card names; ``days``: the first and the last
    day (UTC) on which it may be public, empty where there is none. Returns the version's reference.

    Raises Refused("public_record.unfit") with the reasons, where something does not fit what may be public, as a card without a name does
    not under a number that had one, and Refused("public_record.same") when exactly this stands or waits already."""
    return _propose(desk, reader, dossier, "public_card", card.card, encode_card(card), photo, days)


def propose_statement(desk: Desk, reader: Reader, dossier: bytes, statement: Statement) -> bytes:
    """Propose a public statement. Raises as ``propose_card`` does."""
    return _propose(desk, reader, dossier, "public_statement", statement.statement, encode_statement(statement))


def _propose(
    desk: Desk, reader: Reader, dossier: bytes, kind: str, name: str, content: bytes, photo: bytes = b"", days: tuple[str, str] = ("", "")
) -> bytes:
    home, ident = home_of(desk, reader, dossier), _ident(name)
    salt = desk.randomness(32)
    draft = Version(b"", VERSIONS[kind], ident, desk.me, "", content, salt, photo=picture(photo), home=home)
    checked = read(draft, (), (), desk.catalogue.publication)
    if checked.faults:
        fields = ", ".join(dict.fromkeys(fault.field for fault in checked.faults if fault.field))
        raise Refused("public_record.unfit", fields, tuple(dict.fromkeys(fault.because for fault in checked.faults)))
    with desk.store.transaction():
        known = states(desk, (home,)).get(ident)
        if known is not None:
            if checked.card is not None and not checked.card.named and any(is_named(one) for one in known.versions):
                raise Refused("public_record.unfit", "", ("public_check.had_name",))
            stand = [one for one in (known.standing, *known.waiting) if one is not None]
            if stand and not known.contested and all((one.version.content, one.until) == (content, days[1]) for one in stand):
                raise Refused("public_record.same")
        body: dict[str, Value] = {"dossier": dossier, "content": content, "salt": salt, "photo": photo, "state": "proposed"}
        body |= {name: day for name, day in zip(("begins", "until"), days, strict=True) if day}
        seen = (*known.recalls, *known.to_come) if known else ()
        body |= {"recalls": tuple(one.ref for one in seen)} if seen else {}
        return ledger.append(desk, [items.draft(desk, kind, home, body, ident, _seen(known))])[0].ref


def _seen(known: PublicState | None) -> tuple[bytes, ...]:
    """The versions that a next one comes after: those that no other names, and every one that was approved, lest a gap lets it come back."""
    if known is None:
        return ()
    named = {ref for one in known.versions for ref in one.version.after}
    return tuple(one.version.ref for one in known.versions if one.version.ref not in named or one.approved)


def _ident(name: str) -> bytes:
    try:
        return bytes.fromhex(name)
    except ValueError:
        raise Refused("public_record.unfit", "", ("public_check.ident",)) from None


# ---- approving and recalling -----------------------------------------------------------------------------------------


def why_not(desk: Desk, reader: Reader, ref: bytes, member: bytes) -> Answer:
    """Whether this member may stand behind a version, and if not, why. Raises NotFound for what is none or not theirs."""
    state, version = find(desk, reader, ref)
    return _answer(desk, state, version, member)


def _answer(desk: Desk, state: PublicState, found: Read, member: bytes) -> Answer:
    publication, ref = desk.catalogue.publication, found.version.ref
    today = desk.clock().date()
    stands = state.standing is not None and state.standing.version.ref == ref
    passed = not stands and found not in state.waiting
    reasons = {
        "unfit": bool(found.faults),
        "recalled": not found.knows_recalls,
        "own": found.version.author == member,
        "approved_already": member in found.approvers and not _is_old(found.approvers[member], today, publication.fresh_days),
        "public_already": stands and not _is_old(found.confirmed, today, publication.fresh_days),
        "contested": found in state.contested,
        "overtaken": passed,
        "old": not stands and _is_old(found.version.recorded, today, publication.fresh_days),
        "not_a_member": not reading.is_active(desk, member),
        "publisher": member in people.publishers(desk),
    }
    because = next((f"public_record.{name}" for name, holds in reasons.items() if holds), "")
    return Answer(False, f"errors.{because}") if because else Answer(True, "public_record.may_approve")


def approve(desk: Desk, reader: Reader, ref: bytes, looked: Iterable[str] = ()) -> Record:
    """Stand behind exactly this version. ``looked``: the fields that the member looked at by themselves.

    Raises Refused with the reason of ``why_not``, and Refused("public_record.look") while a field that wants a second look is not named."""
    with desk.store.transaction():
        state, found = find(desk, reader, ref)
        answer = _answer(desk, state, found, desk.me)
        if not answer.holds:
            raise Refused(answer.because.removeprefix("errors."))
        missing = sorted(found.looks - set(looked))
        if missing:
            raise Refused("public_record.look", ", ".join(missing))
        home, dossier = found.version.home, dossier_of(desk, found.version.home)
        body: dict[str, Value] = {"dossier": dossier, "about": state.ident, "version": ref, "digest": found.version.digest, "state": "given"}
        body |= {"look": tuple(sorted(found.looks))} if found.looks else {}
        return ledger.append(desk, [items.draft(desk, APPROVAL, home, body)])[0]


def recall(desk: Desk, reader: Reader, dossier: bytes, ident: bytes, because: str) -> Record:
    """Take a card or a statement back, what is public of it and what waits. One member suffices.

    Raises UsageError("public_record.because") for no reason that is known, Refused("public_record.nothing") when nothing is left to take."""
    with desk.store.transaction():
        return ledger.append(desk, [recall_draft(desk, reader, dossier, ident, because)])[0]


def end_after(desk: Desk, reader: Reader, dossier: bytes, ident: bytes, day: str) -> Record:
    """Take a card or a statement back after a day, because what it stands on ends then: whoever builds the list will see it without asking."""
    home = home_of(desk, reader, dossier)
    body: dict[str, Value] = {"dossier": dossier, "about": ident, "because": LAPSED, "until": day, "state": "recalled"}
    return ledger.append(desk, [items.draft(desk, RECALL, home, body)])[0]


def recall_draft(desk: Desk, reader: Reader, dossier: bytes, ident: bytes, because: str) -> Draft:
    """The same, to be appended with other records in one transaction. Raises as ``recall`` does."""
    if because not in desk.catalogue.publication.recalls:
        raise UsageError("public_record.because", ", ".join(desk.catalogue.publication.recalls))
    home = home_of(desk, reader, dossier)
    known = states(desk, (home,)).get(ident)
    if known is None:
        raise NotFound("reading.not_found")
    if not known.alive:
        raise Refused("public_record.nothing")
    body: dict[str, Value] = {"dossier": dossier, "about": ident, "because": because, "state": "recalled"}
    return items.draft(desk, RECALL, home, body)


# ---- reading ---------------------------------------------------------------------------------------------------------


def versions(desk: Desk, reader: Reader, dossier: bytes) -> list[PublicState]:
    """Every card and statement of a dossier with all its versions, approvals and recalls."""
    return list(states(desk, (home_of(desk, reader, dossier),)).values())


def every(desk: Desk, reader: Reader, dossiers: Collection[bytes] | None = None) -> list[tuple[bytes, PublicState]]:
    """Every card and statement of all dossiers whose public compartment the reader holds, or of these of them, each with its dossier."""
    homes = {home: dossier for home, dossier in homes_of(desk, reader) if dossiers is None or dossier in dossiers}
    return [(homes[state.versions[0].version.home], state) for state in states(desk, homes).values()]


def shown(desk: Desk, reader: Reader) -> Sequence[tuple[bytes, PublicState]]:
    """What ``every`` says of the dossiers that the reader holds, for pages that show all of it; no decision rests on it. It is read anew when a
    record came or went, when who is a member changed, and when the reader holds other keys."""
    count = desk.store.rows(f"SELECT count(*) FROM db_record WHERE type IN {tuple(sorted(TYPES))}")
    now = (ledger.newest(desk), int(count[0][0]), people.directory(desk), reader.compartments)
    known: tuple[object, list[tuple[bytes, PublicState]]] | None = desk.kept.get(_SHOWN)
    if known is None or known[0] != now:
        known = desk.kept[_SHOWN] = (now, every(desk, reader, {one.dossier for one in reading.dossiers(desk, reader)}))
    return known[1]


def standing(desk: Desk, reader: Reader, dossier: bytes) -> list[PublicState]:
    """Those of which something is public now."""
    return [state for state in versions(desk, reader, dossier) if state.standing is not None]


def state_of(desk: Desk, reader: Reader, dossier: bytes, ident: bytes) -> PublicState:
    """One card or statement of a dossier. Raises NotFound for what it has none of."""
    found = states(desk, (home_of(desk, reader, dossier),)).get(ident)
    if found is None:
        raise NotFound("reading.not_found")
    return found


def find(desk: Desk, reader: Reader, ref: bytes) -> tuple[PublicState, Read]:
    """The version of this reference and all of its card. Raises NotFound for what is none or lies in a compartment that is not theirs."""
    rows = desk.store.rows("SELECT item, compartment, type FROM db_itemversion v WHERE v.id = (SELECT id FROM db_record WHERE ref = %s)", (ref,))
    homes = dict(homes_of(desk, reader))
    if not rows or rows[0][2] not in VERSIONS or bytes(rows[0][1]) not in homes:
        raise NotFound("reading.not_found")
    state = states(desk, (bytes(rows[0][1]),))[bytes(rows[0][0])]
    return state, next(one for one in state.versions if one.version.ref == ref)


def resolve(desk: Desk, reader: Reader, text: str) -> tuple[bytes, bytes]:
    """Reference and dossier of the version whose hexadecimal reference begins so. Raises NotFound, or UsageError("reading.ambiguous")."""
    folded = text.strip().lower()
    if not LEAST_PREFIX <= len(folded) <= 64 or set(folded) - set("0123456789abcdef"):
        raise NotFound("reading.not_found")
    low, high = bytes.fromhex(folded.ljust(64, "0")), bytes.fromhex(folded.ljust(64, "f"))
    homes = dict(homes_of(desk, reader))
    rows = desk.store.rows(f"SELECT ref, compartment FROM db_record WHERE ref >= %s AND ref <= %s AND type IN {tuple(VERSIONS)}", (low, high))
    found = [(bytes(row[0]), homes[bytes(row[1])]) for row in rows if bytes(row[1]) in homes]
    if not found:
        raise NotFound("reading.not_found")
    if len(found) > 1:
        raise UsageError("reading.ambiguous")
    return found[0]


def waiting(desk: Desk, reader: Reader, known: Iterable[tuple[bytes, PublicState]] | None = None) -> list[Waiting]:
    """What waits for a person in all dossiers whose public compartment the reader holds, the oldest first. ``known``: what ``every`` said, of
    somebody who asked already."""
    today, publication = desk.clock().date(), desk.catalogue.publication
    found = []
    for dossier, state in every(desk, reader) if known is None else known:
        told = [(APPROVE, one) for one in state.waiting] + [(SETTLE, one) for one in state.contested]
        if state.standing is not None and not told and _is_old(state.standing.confirmed, today, publication.fresh_days):
            told.append((CONFIRM, state.standing))
        found += [Waiting(dossier, what, state, one) for what, one in told]
    return sorted(found, key=lambda one: (one.version.version.recorded, one.version.version.ref))


def may_approve(desk: Desk, one: Waiting, member: bytes) -> Answer:
    """What ``why_not`` says, of something that was read already."""
    return _answer(desk, one.state, one.version, member)


def waits_for_me(desk: Desk, reader: Reader, latest: int = 20) -> int:
    """How many of the cards and statements that were last proposed wait for the word of this member. A bounded look, for the first page."""
    rows = desk.store.rows(f"SELECT compartment FROM db_item WHERE type IN {tuple(VERSIONS)} ORDER BY record_id DESC LIMIT %s", (latest,))
    homes = {bytes(row[0]) for row in rows} & dict(homes_of(desk, reader)).keys()
    found = [one for state in states(desk, homes).values() for one in state.waiting]
    return sum(reader.member != one.version.author and reader.member not in one.approvers for one in found)


def photo(desk: Desk, reader: Reader, ref: bytes) -> bytes:
    """The picture of a version, empty where it has none. Raises NotFound as ``find`` does."""
    find(desk, reader, ref)
    return opened_by_ref(desk, (ref,))[ref].record.raw("photo")


def entries(desk: Desk, reader: Reader) -> PublicSet:
    """All that is public today (UTC) in the compartments that this device holds: what a publisher builds from, with no other key. What may stand
    no longer goes as what was recalled, whether or not a desk that knows why was there to recall it."""
    publication, today = desk.catalogue.publication, desk.clock().date()
    records = gathered(desk, [home for home, _ in homes_of(desk, reader)])
    known = records.states(desk)
    day, standing = today.isoformat(), {state.ident.hex(): one for state in known.values() if (one := state.standing) is not None}
    stands = {ident: one for ident, one in standing.items() if one.may_stand(day)}
    cards = {ident: one for ident, one in stands.items() if one.card is not None}
    made = [_entry(known[bytes.fromhex(ident)], one) for ident, one in cards.items()]
    told = [one.statement for one in stands.values() if one.statement is not None]
    places = {ident: {one.version.home for one in state.versions} for ident, state in known.items()}
    said = (one for one in records.recalls if not one.until and one.home in places.get(one.ident, (one.home,)))
    at_once = sorted(said, key=lambda one: (one.recorded, one.ref))
    recalls = {one.ident.hex(): one.because if one.because in publication.recalls else _OTHER for one in at_once}
    recalls |= {ident: LAPSED for ident in standing.keys() - stands.keys()}
    stale = frozenset(ident for ident, one in cards.items() if _is_old(one.confirmed, today, publication.fresh_days))
    contested = frozenset(ident.hex() for ident, state in known.items() if state.contested)
    refs = {ident: one.version.ref for ident, one in cards.items()}
    ends = {ident: one.until for ident, one in cards.items() if one.until}
    read = (one for state in known.values() for one in state.versions)
    counts = (one for one in read if one.card is not None and one.approved and one.knows_recalls and one.may_stand(day))
    alive = frozenset(one.version.digest.hex() for one in counts)
    left = (one for ident, state in known.items() if ident.hex() not in stands for one in state.versions if one.approved and one.card)
    gone = frozenset(name for one in left if one.card for name in still_named.names_of(one.card)) - still_named.borne(made)
    return PublicSet(tuple(made), tuple(told), recalls, refs, stale, contested, alive, gone, ends)


def _entry(state: PublicState, one: Read) -> Entry:
    assert one.card is not None
    return Entry(one.card, state.since[:10], state.changed[:10], one.version.salt.hex())


def fresh(desk: Desk, reader: Reader, override: str = "") -> Answer:
    """Whether every active device was heard from lately enough that no recall can be missing; ``override``: the reason to go on anyway."""
    return gates.freshness(freshness(desk, reader), desk.clock(), MAX_HOURS, override, away_now(desk, reader))


def _is_old(hour: str, today: date, days: int) -> bool:
    """Longer ago than so many days; an hour ahead of ours, or one that is none, is never old."""
    try:
        return bool(hour) and date.fromisoformat(hour[:10]) + timedelta(days=days) < today
    except (ValueError, OverflowError):
        return False
