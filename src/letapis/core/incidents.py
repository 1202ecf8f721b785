"""A device in other hands: from where on its records are in doubt, who is warned first, which steps follow.

What can happen, the steps and the order of warning are data (``data/incidents``). Here is only what follows from what.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.errors import UsageError

OPEN, CLOSED = "open", "closed"
STEP_STATES: Final = ("open", "doing", "done", "not_needed")
WARN: Final = "warn"
"""Code of the step that warns one source; ``about`` names whom."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened. ``signs``: somebody else could have signed with the device, so that its own clock proves nothing."""

    id: str
    label: Mapping[str, str]
    signs: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the list. ``after``: the happenings it belongs to, all when empty."""

    code: str
    phase: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the data file says: happenings, phases with their labels, steps, and the order of warning."""

    happenings: Mapping[str, Happening]
    phases: Mapping[str, Mapping[str, str]]
    steps: tuple[Step, ...]
    safety: tuple[str, ...]
    countries: tuple[str, ...]


def read_plan(table: Mapping[str, Any]) -> Plan:
    """The plan from its parsed file."""
    happenings = {h["id"]: Happening(h["id"], h["label"], bool(h.get("signs", False))) for h in table["happenings"]}
    phases = {phase["id"]: phase["label"] for phase in table["phases"]}
    steps = tuple(Step(s["code"], s["phase"], s["label"], s.get("help", {}), frozenset(s.get("after", ()))) for s in table["steps"])
    return Plan(happenings, phases, steps, tuple(table["warn"]["safety"]), tuple(table["warn"]["countries"]))


def require_happenings(plan: Plan, chosen: Iterable[str]) -> tuple[str, ...]:
    """The chosen happenings in the order of the plan. Raises UsageError("incidents.kinds") for none or an unknown one."""
    wanted = set(chosen)
    if not wanted or not wanted <= set(plan.happenings):
        raise UsageError("incidents.kinds")
    return tuple(ident for ident in plan.happenings if ident in wanted)


def steps_for(plan: Plan, happened: Iterable[str]) -> tuple[Step, ...]:
    """The steps that belong to what happened, in the order of the plan."""
    known = set(happened)
    return tuple(step for step in plan.steps if not step.after or step.after & known)


# ---- from where on records are in doubt ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Doubt:
    """Sizes of a device's log at an hour. ``by_clock``: as its own records say; ``proven``: what had reached us by then, whatever they
    say; ``suggested``: the one of both that what happened calls for; ``size``: how many records are known at all."""

    by_clock: int
    proven: int
    suggested: int
    size: int


def size_at(recorded: Iterable[tuple[int, str]], moment: str, size: int) -> int:
    """How many records a device had at an instant, as the recorded times of those say that we can read.

    The first record that is later ends it. Of records that we do not hold nobody knows the time: they count as later, unless one that
    we hold above them is not.
    """
    known = sorted(recorded)
    later = next((seq for seq, when in known if when > moment), None)
    if later is None:
        return size if not known or known[-1][0] == size - 1 else known[-1][0] + 1
    return max((seq + 1 for seq, when in known if seq < later), default=0)


def proven_at(checkpoints: Iterable[tuple[int, str]], moment: str) -> int:
    """The largest size whose checkpoint had reached us by an instant: no clock but ours is believed."""
    return max((size for size, received in checkpoints if received <= moment), default=0)


def doubt(plan: Plan, happened: Iterable[str], by_clock: int, proven: int, size: int) -> Doubt:
    """Where somebody else could have signed, what the device says of its own time counts for nothing."""
    signs = any(plan.happenings[h].signs for h in happened if h in plan.happenings)
    lower = min(by_clock, proven)
    return Doubt(by_clock, proven, lower if signs else by_clock, size)


# ---- who is warned in which order ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Warned:
    """One source to be warned. ``contact``: a way to reach them lay on the device. ``circle`` as the source has it. ``put_away``: the
    traveller said that everything about them had left the device."""

    source: bytes
    code: str
    contact: bool
    safety: str
    country: str
    circle: str
    put_away: bool = False


GROUPS: Final = ("contact", "kin", "named", "put_away")
_KIN: Final = frozenset({"family"})


def warn_order(plan: Plan, people: Sequence[Warned]) -> list[Warned]:
    """Those whose contact lay there first, by safety and country; then relatives; then everybody else whom its notes could name; last
    those about whom everything was put away, because it may have been interrupted.

    What nobody assessed comes first: unknown is not safe.
    """
    return sorted(people, key=lambda one: _urgency(plan, one))


def _urgency(plan: Plan, one: Warned) -> tuple[int, int, int, str, bytes]:
    group = GROUPS.index(group_of(one))
    return group, _rank(plan.safety, one.safety), _rank(plan.countries, one.country), one.code, one.source


def group_of(one: Warned) -> str:
    """Which part of the list somebody stands in, one of ``GROUPS``."""
    if one.put_away:
        return "put_away"
    return "contact" if one.contact else "kin" if one.circle in _KIN else "named"


def _rank(order: Sequence[str], value: str) -> int:
    """Place in the order of the plan; what is not in it stands where the plan says ``*``, else last."""
    if value in order:
        return order.index(value)
    return order.index("*") if "*" in order else len(order)
