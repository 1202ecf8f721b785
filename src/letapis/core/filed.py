"""What we sent to bodies before, as later filings read it: pending until a final decision is registered, decided afterwards.

Nobody types this: the mark "sent on …, by …" on a submission is enough, and it comes with the records of every desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from letapis.core.predicates import Known, World

PENDING: Final = "procedure.pending_before"
DECIDED: Final = "procedure.decided_by"
HANDED: Final = "handed"  # state of a bundle that somebody took along


@dataclass(frozen=True)
class Earlier:
    """Our own filings on the same person and facts: body -> day. One that was decided stands in ``decided`` alone; ``handed``: documents
    that left the house for a body, of which nobody noted whether they were sent."""

    sent: Mapping[str, str] = field(default_factory=dict)
    decided: Mapping[str, str] = field(default_factory=dict)
    handed: Mapping[str, str] = field(default_factory=dict)

    def added(self, world: World) -> World:
        """Facts with our own filings in the two lists. Where nobody recorded a list, what we know of it is a part of it."""
        changed = dict(world)
        for fact, ours, gone in ((PENDING, self.sent, self.decided), (DECIDED, self.decided, {})):
            known = world.get(fact)
            there = known.value if known is not None and isinstance(known.value, tuple) else None
            if ours or (there and gone):
                kept = tuple(name for name in there or () if name not in gone)
                changed[fact] = Known(tuple(dict.fromkeys((*kept, *ours))), there is None or known is None or known.partial)
        return changed

    def state_of(self, body: str) -> tuple[str, str]:
        """``sent`` or ``decided`` and the day; both empty for a body to which we sent nothing."""
        for state, days in (("decided", self.decided), ("sent", self.sent)):
            if body in days:
                return state, days[body]
        return "", ""
