"""Who has received what: what left cannot be called back, but whoever has it is told, and what they answer is kept.

A notice is made with the request to erase, for each recipient of a case file, a document or a bundle that holds something of it. It names
the recipient and what they have, not whose words it holds, and stays when everything else is gone.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from letapis.core.access import Reader
from letapis.core.erasure import RECALL
from letapis.core.errors import UsageError
from letapis.core.records import Draft, Record, Value
from letapis.desk import items, reading
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk

OPEN = "open"
TOLD = "told"
ANSWERED = "answered"
STATES: Final = (OPEN, TOLD, ANSWERED)
DAYS: Final = 30
"""Until when a recipient is told: GDPR art. 12(3) gives one month."""
_LONGEST: Final = 2000


@dataclass(frozen=True)
class Sent:
    """Something that left: what it is (``casefile``, ``submission``, ``bundle``, ``package``), who received it, on which day."""

    what: str
    recipient: str
    day: str


@dataclass(frozen=True)
class Recall:
    """A notice to a recipient, how far it is, and what they answered."""

    recall: bytes
    recipient: str
    what: str
    day: str
    due: str
    channel: str
    answer: str
    answered: str
    state: str
    heads: tuple[bytes, ...]


def sent(records: Iterable[Record], gone: Collection[bytes], objects: Collection[bytes] | None) -> list[Sent]:
    """What left of these records, the oldest first: with ``objects`` None everything, else what holds one of those items or quotes one of
    the records ``gone``."""
    known = sorted(records, key=lambda r: (r.header.recorded, r.header.seq))
    heads = {r.header.id: r for r in known if r.type == "submission"} | {r.raw("package"): r for r in known if r.type == "package"}
    found = dict.fromkeys(one for r in known for one in _sent(r, heads, gone, objects))
    return list(found)


def _sent(record: Record, heads: dict[bytes, Record], gone: Collection[bytes], objects: Collection[bytes] | None) -> Iterator[Sent]:
    day = record.header.recorded[:10]
    if record.type == "custody" and record.text("event") == "export" and record.text("outcome") == "handed over":
        if objects is None or record.raw("object") in objects:
            yield Sent("casefile", record.text("detail").partition(" | ")[0], day)
    elif record.type == "submission":
        if objects is None or record.raw("brief") in gone or not set(objects).isdisjoint(record.refs("objects")):
            yield Sent("submission", record.text("mechanism"), day)
    elif record.type == "bundle" and (objects is None or not set(objects).isdisjoint(record.refs("objects"))):
        made_for = heads.get(record.raw("submission"))
        yield Sent("bundle", made_for.text("mechanism") if made_for else "", day)
    elif record.type == "package_part" and (objects is None or not set(gone).isdisjoint(record.refs("claims"))):
        given = heads.get(record.raw("package"))
        yield Sent("package", given.text("recipient") if given else "", day)


def drafts(desk: Desk, work: bytes, dossier: bytes, left: Iterable[Sent]) -> list[Draft]:
    """A notice for each of these, to be recorded with the request."""
    today = desk.clock().date()
    due = (today + timedelta(days=DAYS)).isoformat()
    same: dict[str, Value] = {"dossier": dossier, "due": due, "state": OPEN}
    return [items.draft(desk, RECALL, work, {**same, "recipient": one.recipient, "what": one.what, "day": one.day}) for one in left]


def recalls(desk: Desk, reader: Reader, dossier: bytes) -> list[Recall]:
    """The notices of a dossier, open ones first. Raises NotFound for a dossier of others."""
    reading.dossier(desk, reader, dossier)
    found = [_recall(one) for one in reading.items(desk, reader, RECALL, dossier=dossier)]
    return sorted(found, key=lambda one: (STATES.index(one.state), one.due, one.recipient, one.recall))


def _recall(one: reading.ItemView) -> Recall:
    sent_, due = (one.text("recipient"), one.text("what"), one.text("day")), one.text("due")
    said = (one.text("channel"), one.text("answer"), one.text("answered"))
    return Recall(one.item, *sent_, due, *said, one.state if one.state in STATES else OPEN, one.heads)


def tell(desk: Desk, reader: Reader, recall: bytes, channel: str, seen: tuple[bytes, ...] = ()) -> None:
    """The recipient was told, and how. Raises UsageError("erasure.channel"), NotFound."""
    items.change(desk, reader, RECALL, recall, {"state": TOLD, "channel": require_text(channel, "erasure.channel", _LONGEST)}, seen)


def answer(desk: Desk, reader: Reader, recall: bytes, text: str, day: str = "", seen: tuple[bytes, ...] = ()) -> None:
    """What the recipient answered, and on which day. Raises UsageError("erasure.answer" | "erasure.day"), NotFound."""
    said = require_text(text, "erasure.answer", _LONGEST)
    try:
        on = date.fromisoformat(day) if day else desk.clock().date()
    except ValueError:
        raise UsageError("erasure.day") from None
    items.change(desk, reader, RECALL, recall, {"state": ANSWERED, "answer": said, "answered": on.isoformat()}, seen)
