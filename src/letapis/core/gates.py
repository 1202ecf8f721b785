"""Gates of a submission: consent, status, times, admissibility, duplication, freshness, standing, length, review. Each says no with its reason.

A gate that nobody answered does not open: an unknown fact, a check that waits for a person, a device that was not heard from.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from letapis.core.answers import Answer
from letapis.core.consent import Consent, ConsentScopes, may
from letapis.core.dates import bounds, is_partial_date
from letapis.core.filed import DECIDED, PENDING, Earlier
from letapis.core.mechanisms import CheckResult, Duplicate, Mechanism, Result, checks, duplication
from letapis.core.periods import after
from letapis.core.predicates import World
from letapis.core.qualify import Qualification
from letapis.core.situation import Situation

_WORST: Final = (Result.FAIL, Result.OPEN, Result.HUMAN, Result.PASS)
_BEST: Final = (Result.PASS, Result.HUMAN, Result.FAIL, Result.OPEN)
SOON: Final = 30  # days before the end of a window at which the page says so


@dataclass(frozen=True, slots=True)
class Gate:
    """One answer before a submission. ``item`` names what it is about (a scope, a check, a limit), ``missing`` the facts to ask for.

    ``blocks``: the submission must not go while ``answer.holds`` is false.
    """

    name: str
    answer: Answer
    blocks: bool
    item: str = ""
    missing: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        """This gate stops the submission."""
        return self.blocks and not self.answer.holds


@dataclass(frozen=True)
class Filing:
    """What is known about one submission when its gates are asked.

    ``consents``: answers of the person and for them. ``levels``: standing of each claim that the document points at. ``measured``: limit ->
    length. ``confirmed`` and ``denied``: checks that a person answered with yes or no. ``cleared``: other procedures that a lawyer looked at
    or the text declares. ``earlier``: what we sent before on the same person and facts. ``devices_last_seen``, ``override`` and
    ``travelling``: see ``freshness``. ``others``: the facts on every further person whom the document speaks of, and ``target`` those on the
    official whom it proposes: then it is about the official, and what one person suffered suffices.
    """

    situation: Situation
    consents: Sequence[Consent]
    qualifications: Sequence[Qualification]
    levels: Sequence[int]
    devices_last_seen: Mapping[str, datetime | None]
    measured: Mapping[str, float] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    override: str = ""
    travelling: frozenset[str] = frozenset()
    earlier: Earlier = field(default_factory=Earlier)
    denied: frozenset[str] = frozenset()
    others: tuple[Situation, ...] = ()
    target: Situation | None = None

    @property
    def worlds(self) -> tuple[World, ...]:
        """The facts on each person whom the document speaks of."""
        return (self.situation.world, *(one.world for one in self.others))


def submission_gates(mechanism: Mechanism, filing: Filing, scopes: ConsentScopes, floor: int, now: datetime, max_hours: int) -> tuple[Gate, ...]:
    """Every gate of one submission, in the order in which a person meets them."""
    today, world = now.date(), filing.situation.world
    pending, decided = (_listed_by_all(filing.worlds, fact) for fact in (PENDING, DECIDED))
    read = tuple(filing.earlier.added(one) for one in filing.worlds)
    official = (filing.target.world,) if filing.target is not None else ()
    fresh = Gate("freshness", freshness(filing.devices_last_seen, now, max_hours, filing.override, filing.travelling), True)
    return (
        status_gate(mechanism, today),
        *window_gates(mechanism, world, today),
        *consent_gates(mechanism, scopes, filing.consents, today),
        *check_gates(mechanism, (*read, *official), filing.confirmed, filing.denied, one_suffices=bool(official)),
        *duplication_gates(mechanism, pending, decided, filing.cleared, filing.earlier),
        floor_gate(filing.levels, floor),
        *review_gates(mechanism, filing.qualifications),
        *length_gates(mechanism, filing.measured),
        fresh,
    )


def listed(world: World, fact: str) -> tuple[str, ...] | None:
    """Procedures that a fact lists; None while nobody recorded it. A partial list is taken for what it holds."""
    known = world.get(fact)
    return known.value if known is not None and isinstance(known.value, tuple) else None


def _listed_by_all(worlds: Iterable[World], fact: str) -> tuple[str, ...] | None:
    """The same of several persons; None where it was recorded of one of them that nobody knows."""
    found = [listed(world, fact) for world in worlds]
    return None if None in found else tuple(dict.fromkeys(name for names in found for name in names or ()))


def closed(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """Gates that stop the submission, in their order."""
    return tuple(gate for gate in gates if gate.closed)


def consent_gates(mechanism: Mechanism, scopes: ConsentScopes, consents: Sequence[Consent], as_of: date) -> tuple[Gate, ...]:
    """Every required scope, at least one of the alternatives, and the separate questions. ``consents``: answers of the person and for them.

    A consent that names a recipient counts when it names the procedure or the body.
    """

    def ask(scope: str, *, blocks: bool) -> Gate:
        return Gate("consent", may(scopes.scope(scope), consents, as_of, mechanism.names), blocks, scope)

    required = [ask(scope, blocks=True) for scope in mechanism.consent_required]
    alternatives = [ask(scope, blocks=False) for scope in mechanism.consent_any_of]
    if alternatives and not any(gate.answer.holds for gate in alternatives):
        required.append(Gate("consent", Answer(False, "law.consent_any_missing"), True))
    shown = {gate.item for gate in (*required, *alternatives)}
    return (*required, *alternatives, *(ask(scope, blocks=False) for scope in mechanism.consent_asked if scope not in shown))


def status_gate(mechanism: Mechanism, as_of: date) -> Gate:
    """The procedure is open on this day, and open to organisations."""
    if mechanism.organisations_only_prepare:
        return Gate("status", Answer(False, "law.only_states_file"), True)
    ended = bool(mechanism.until) and as_of > bounds(mechanism.until)[1]
    if mechanism.status == "closed" or ended:
        since = {"day": mechanism.until} if ended else {}
        return Gate("status", Answer(False, "law.status_closed_since" if ended else "law.status_closed", since), True)
    if mechanism.since and as_of < bounds(mechanism.since)[0]:
        return Gate("status", Answer(False, "law.status_not_begun"), True)
    return Gate("status", Answer(True, f"law.status_{mechanism.status}"), True)


def window_gates(card: Mechanism, world: World, today: date) -> tuple[Gate, ...]:
    """Times of the card that run from a recorded fact: until when it can still be sent this way. Over, it is a warning, because an older
    case mostly has another way in; the card says which."""
    gates = []
    for time in card.timing:
        known = world.get(time.counted_from) if time.counted_from else None
        if known is None or not isinstance(known.value, str) or not is_partial_date(known.value):
            continue
        last = after(bounds(known.value)[1], time.value, time.unit)
        because = "law.window_over" if today > last else "law.window_soon" if (last - today).days <= SOON else "law.window_open"
        gates.append(Gate("deadline", Answer(today <= last, because, {"day": last.isoformat()}), time.closes, time.what))
    return tuple(gates)


def check_gates(
    mechanism: Mechanism, worlds: Sequence[World], confirmed: Iterable[str] = (), denied: Iterable[str] = (), *, one_suffices: bool = False
) -> tuple[Gate, ...]:
    """Admissibility checks of the card on the facts of each person; ``confirmed`` and ``denied`` are ids of checks that a person answered
    with yes or no. ``one_suffices``: a check is passed when one of them passes it; otherwise all of them must."""
    yes, no, order = frozenset(confirmed), frozenset(denied), _BEST if one_suffices else _WORST
    return tuple(_check_gate(same, yes, no, order) for same in zip(*(checks(mechanism, world) for world in worlds), strict=True))


def _check_gate(same: Sequence[CheckResult], confirmed: frozenset[str], denied: frozenset[str], order: Sequence[Result]) -> Gate:
    """One check on the facts of each person. A failure on facts cannot be confirmed away; an open check cannot either: the fact is to be
    recorded."""
    result = min(same, key=lambda one: order.index(one.result))
    deciding = [one for one in same if one.result is result.result]
    check, missing = result.check, tuple(dict.fromkeys(fact for one in deciding for fact in one.missing))
    several = order is _WORST and len(same) > 1
    share: dict[str, str | int] = {"count": len(deciding), "of": len(same)} if several else {}
    if result.result is Result.HUMAN:
        denial = Answer(False, "law.check_denied" if check.id in denied else "law.check_person")
        answer = Answer(True, "law.check_confirmed") if check.id in confirmed - denied else denial
    else:
        answer = {
            Result.PASS: Answer(True, "law.check_passed"),
            Result.FAIL: Answer(False, "law.check_failed_some" if several else "law.check_failed", share),
            Result.OPEN: Answer(False, "law.check_open_some" if several else "law.check_open", share),
        }[result.result]
    return Gate("check", answer, check.effect == "block", check.id, missing)


def duplication_gates(
    mechanism: Mechanism,
    pending: Iterable[str] | None,
    decided: Iterable[str] | None,
    cleared: Iterable[str] = (),
    earlier: Earlier | None = None,
) -> tuple[Gate, ...]:
    """Other procedures on the same person and facts; None: nobody recorded it. ``cleared``: procedures a lawyer looked at or the text declares.

    ``earlier``: our own filings, which count without being recorded and are named with their day; whether others filed is still asked.
    What was handed over for another body may be on its way: that is a warning until somebody notes what became of it.
    """
    ours, done = earlier or Earlier(), frozenset(cleared)
    unknown = tuple(fact for fact, known in ((PENDING, pending), (DECIDED, decided)) if known is None)
    running = {*(pending or ()), *ours.sent} - set(ours.decided)
    gates = [_duplicate(found, done, ours) for found in duplication(mechanism, running, {*(decided or ()), *ours.decided})]
    if unknown and mechanism.duplication:
        stops = any(rule.rule == "blocks" for rule in mechanism.duplication)
        gates.append(Gate("duplication", Answer(False, "law.duplication_unknown"), stops, missing=unknown))
    minding = {rule.other for rule in mechanism.duplication if rule.rule != "compatible"} - {gate.item for gate in gates}
    handed = [(other, day) for other, day in sorted(ours.handed.items()) if other in minding]
    gates += [Gate("duplication", Answer(False, "law.duplication_handed", {"other": other, "day": day}), False, other) for other, day in handed]
    return tuple(gates) or (Gate("duplication", Answer(True, "law.duplication_none"), True),)


def _duplicate(found: Duplicate, cleared: frozenset[str], ours: Earlier) -> Gate:
    rule, other = found.rule.rule, found.rule.other
    settled = rule == "compatible" or (rule in ("ask", "declare", "warn") and other in cleared)
    state, day = ours.state_of(other)
    because, detail = (f"law.duplication_{rule}_{state}", {"other": other, "day": day}) if state else (f"law.duplication_{rule}", {"other": other})
    return Gate("duplication", Answer(settled, because, detail), rule in ("blocks", "ask", "declare"), other)


def silent_devices(devices_last_seen: Mapping[str, datetime | None], now: datetime, max_hours: int) -> frozenset[str]:
    """Devices from which nothing was heard within ``max_hours``."""
    return frozenset(device for device, seen in devices_last_seen.items() if seen is None or now - seen > timedelta(hours=max_hours))


def is_far_ahead(devices_last_seen: Mapping[str, datetime | None], now: datetime, max_days: int) -> bool:
    """No other device was heard from for so long that a clock which is ahead is the likelier reason. Never where none was ever heard."""
    heard = [seen for seen in devices_last_seen.values() if seen is not None]
    return bool(heard) and now - max(heard) > timedelta(days=max_days)


def known_moment(devices_last_seen: Mapping[str, datetime | None], now: datetime, max_days: int) -> datetime:
    """Now, or, where ``is_far_ahead`` says so, the last moment at which another device was heard from: so much is known without this clock."""
    heard = [seen for seen in devices_last_seen.values() if seen is not None]
    return max(heard) if is_far_ahead(devices_last_seen, now, max_days) else now


def freshness(
    devices_last_seen: Mapping[str, datetime | None], now: datetime, max_hours: int, override: str = "", travelling: Collection[str] = ()
) -> Answer:
    """Was every other active device heard from within ``max_hours``? A withheld dispute must not look like agreement.

    ``devices_last_seen``: device -> time of its newest checkpoint known here, None when there is none. ``override``: recorded reasons
    to go on; the number of silent devices stays in the answer, never their names. ``travelling``: devices on a journey; their silence is
    named and does not block (``core.travelling`` says which and until when).
    """
    if not devices_last_seen:
        return Answer(True, "law.fresh_alone")
    quiet = silent_devices(devices_last_seen, now, max_hours)
    silent, away = len(quiet - set(travelling)), len(quiet & set(travelling))
    if not silent:
        return Answer(True, "law.fresh_travelling", {"count": away}) if away else Answer(True, "law.fresh")
    if override.strip():
        return Answer(True, "law.stale_overridden", {"count": silent})
    if away:
        return Answer(False, "law.stale_travelling", {"count": silent, "hours": max_hours, "away": away})
    return Answer(False, "law.stale", {"count": silent, "hours": max_hours})


def floor_gate(levels: Iterable[int], floor: int) -> Gate:
    """Every claim used stands at or above the floor of the body. ``levels``: standing of each claim that the document points at."""
    below = sum(level < floor for level in levels)
    if below:
        return Gate("standing", Answer(False, "law.floor_fails", {"count": below}), True)
    return Gate("standing", Answer(True, "law.floor_holds"), True)


def length_gates(mechanism: Mechanism, measured: Mapping[str, float]) -> tuple[Gate, ...]:
    """Limits of the card against what was measured, by what they limit; a limit nobody measured is left to the reader."""
    gates = []
    for limit in mechanism.limits:
        actual = measured.get(limit.what)
        if actual is None:
            continue
        detail: dict[str, str | int] = {"limit": f"{limit.value:g}", "actual": f"{actual:g}"}
        fits = actual <= limit.value
        because = f"law.length_{'holds' if fits else 'fails'}_{limit.unit}"
        gates.append(Gate("length", Answer(fits, because, detail), True, limit.what))
    return tuple(gates)


def review_gates(mechanism: Mechanism, qualifications: Iterable[Qualification]) -> tuple[Gate, ...]:
    """At least one norm of the card can be pleaded, and no judgement element of a pleaded norm waits for a reviewer."""
    pleaded = [q for q in qualifications if q.norm in mechanism.norms and q.reached]
    gates = [Gate("qualification", Answer(bool(pleaded), "law.pleaded" if pleaded else "law.nothing_pleaded", {"count": len(pleaded)}), False)]
    for qualification in pleaded:
        waiting = len(qualification.waits_for)
        answer = Answer(False, "law.review_waits", {"count": waiting}) if waiting else Answer(True, "law.review_done")
        gates.append(Gate("review", answer, True, qualification.norm))
    return tuple(gates)
