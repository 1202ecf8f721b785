"""Give persons and organisations of a dossier to a partner as data: FollowTheMoney lines, a table, or one JSON document.

What may go is decided in ``package_plan``. That it went is recorded before anybody has it: to whom, for what, its digest and the claims in it,
so that whoever received a person's data is found when that person takes it back. The data itself is not kept a second time.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.filed import HANDED
from letapis.core.package import FORMATS, Head
from letapis.core.package_ftm import lines
from letapis.core.package_tables import columns_of, document, rows
from letapis.core.records import Draft, Value
from letapis.desk import casefile_words, items, ledger, people, reading
from letapis.desk.bag import sheet
from letapis.desk.opening import Desk
from letapis.desk.package_plan import Order, Plan, make_plan

PACKAGE: Final = "package"
PART: Final = "package_part"
FAILED: Final = "failed"
_CLAIMS: Final = 900
"""Claims in one part: a record has at most 1,024 fields."""
_LONGEST: Final = 200


@dataclass(frozen=True)
class Given:
    """What was given: the data under the name of its file, the record of it, and what stayed at home."""

    data: bytes
    name: str
    package: bytes
    people: int
    values: int
    stayed: int
    digest: str


@dataclass(frozen=True)
class PackageView:
    """Data that a partner has: who, for what, in which form, how many persons and organisations, and the digest of the file."""

    package: bytes
    recipient: str
    purpose: str
    form: str
    day: str
    people: int
    digest: str
    member: bytes


def packages(desk: Desk, reader: Reader, dossier: bytes) -> list[PackageView]:
    """What was given of a dossier, the newest first. Raises NotFound for a dossier of others."""
    reading.dossier(desk, reader, dossier)
    found = reading.items(desk, reader, PACKAGE, dossier=dossier, state=HANDED, newest=True)
    return [_view(one) for one in reversed(found)]


def _view(one: reading.ItemView) -> PackageView:
    words = one.text("recipient"), one.text("purpose"), one.text("form"), one.day
    return PackageView(one.item, *words, one.record.number("people"), one.record.raw("digest").hex(), one.author)


def give(desk: Desk, reader: Reader, dossier: bytes, recipient: str, purpose: str, order: Order, shown: str | None = None) -> Given:
    """Make the data and record that it goes. ``shown``: the fingerprint of the plan that somebody looked at, None where nobody had to.

    Raises UsageError("package.recipient", "package.purpose") and as ``make_plan`` does, Refused("package.look_again") where something else
    would go by now, Refused("package.nothing_leaves").
    """
    to, why = _line(recipient, "package.recipient"), _line(purpose, "package.purpose")
    plan = make_plan(desk, reader, dossier, to, order)
    if shown is not None and shown != plan.fingerprint:
        raise Refused("package.look_again")
    if not plan.people:
        raise Refused("package.nothing_leaves")
    data = written(desk, plan, order, to, why)
    digest = hashlib.sha256(data)
    made = _record(desk, reader, dossier, plan, order, (to, why), digest.digest(), len(data))
    name = f"persons-{desk.clock().date().isoformat()}.{FORMATS[order.format]}"
    return Given(data, name, made, len(plan.people), plan.values, len(plan.stays), digest.hexdigest())


def fail(desk: Desk, reader: Reader, package: bytes) -> None:
    """What was recorded never left: the file could not be written."""
    items.change(desk, reader, PACKAGE, package, {"state": FAILED})


def written(desk: Desk, plan: Plan, order: Order, recipient: str, purpose: str) -> bytes:
    """The very bytes that a plan is in one form."""
    invented = bool(people.directory(desk).marking)
    if order.format == "ftm":
        return b"".join(lines(plan.people, desk.catalogue.register.titles, plan.fields, invented))
    if order.format == "csv":
        return sheet(columns_of(plan.fields), rows(plan.people, plan.fields))
    day = desk.clock().date().isoformat()
    head = Head(casefile_words.organisation(desk), recipient, purpose, day, order.floor.name.lower(), invented)
    return document(plan.people, plan.fields, head)


def _line(text: str, code: str) -> str:
    line = " ".join(text.split())
    if not line or len(line) > _LONGEST or not line.isprintable():
        raise UsageError(code)
    return line


def _record(
    desk: Desk, reader: Reader, dossier: bytes, plan: Plan, order: Order, about: tuple[str, str], digest: bytes, size: int
) -> bytes:
    """One record of what goes, and parts that name its claims: all or none."""
    home = reading.dossier(desk, reader, dossier)
    told: dict[str, Value] = {"dossier": dossier, "recipient": about[0], "purpose": about[1], "to": order.to, "form": order.format}
    told |= {"groups": order.groups, "floor": order.floor.name.lower(), "people": len(plan.people), "digest": digest, "size": size}
    head = items.draft(desk, PACKAGE, home.work, {**told, "day": desk.clock().date().isoformat(), "state": HANDED})
    made = head.body["package"]
    assert isinstance(made, bytes)
    ledger.append(desk, [head, *_parts(desk, home.work, dossier, made, plan.refs)])
    return made


def _parts(desk: Desk, work: bytes, dossier: bytes, package: bytes, refs: Sequence[bytes]) -> list[Draft]:
    said = [tuple(refs[at : at + _CLAIMS]) for at in range(0, len(refs), _CLAIMS)]
    same: dict[str, Value] = {"dossier": dossier, "package": package, "state": HANDED}
    return [items.draft(desk, PART, work, {**same, "number": number, "claims": claims}) for number, claims in enumerate(said)]
