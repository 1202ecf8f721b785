"""The custody of one item as a table that leaves the desk."""

from collections.abc import Mapping
from typing import Final

from letapis.core.access import Reader
from letapis.core.custody import MORE
from letapis.desk import custody, reading
from letapis.desk.bag import sheet
from letapis.desk.custody import Step
from letapis.desk.opening import Desk

COLUMNS: Final = ("step", "event", "outcome", "detail", "member", "recorded", *MORE, "before", "after", "signatures", "log", "record", "follows")


def table(desk: Desk, reader: Reader, item: bytes) -> bytes:
    """The custody of one item for people, in the order of its steps. That it was given out is written down first."""
    custody.record(desk, reader, item, "export", "custody table")
    found, names = custody.history(desk, reader, item), reading.member_names(desk, reader)
    return sheet(COLUMNS, [_row(found.steps[ref], names) for row in found.chain.rows for ref in row])


def _row(step: Step, names: Mapping[bytes, str]) -> tuple[str, ...]:
    more = tuple(getattr(step.said, name) for name in MORE)
    told = (str(step.step), step.event or "recorded", step.outcome, step.said.detail, names.get(step.member, ""), step.recorded, *more)
    follows = " ".join(parent.hex() for parent in step.parents)
    return (*told, step.said.before.hex(), step.said.after.hex(), step.signatures, step.log, step.ref.hex(), follows)
