"""What is done with an item of evidence, written down and read again: by whom, when, with what outcome, and everything else a court may ask.

Entries come from three sides: deeds of the desk say theirs (``record``), looks at content are written where bytes are opened (``opened``),
and other records that touch an item are told by the door in itself (``desk.touches``). The words are those of ``data/custody.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from letapis.core.access import Reader
from letapis.core.canonical import signed_message
from letapis.core.custody import MORE, Chain, Entry, chain
from letapis.core.dates import is_partial_date, sort_key
from letapis.core.errors import LetapisError, Locked, UsageError
from letapis.core.membership import Directory
from letapis.core.merkle import verify_inclusion
from letapis.core.records import Value
from letapis.desk import ledger, logs, people, reading, shredded, touches
from letapis.desk.log_tiles import Paths
from letapis.desk.opening import Desk
from letapis.desk.vault import Opened
from letapis.engines import seal

LONGEST: Final = 500
_OUTCOME: Final = 60
_SHA256: Final = b"\x01"
WRITTEN: Final = "written down"
"""The outcome of what people wrote themselves."""
GOOD, BAD, UNKNOWN = "good", "bad", "unknown"
COVERED, NOT_YET, BROKEN = "covered", "not_yet", "broken"


@dataclass(frozen=True)
class Said:
    """What else is known of a deed. ``agent``: who did it where that is not the member who writes; ``happened``: the day, where it is not
    today; ``before`` and ``after``: SHA-256 of the content; ``condition``: how it was packed, the number of its sealed bag, its state."""

    detail: str = ""
    agent: str = ""
    happened: str = ""
    place: str = ""
    reason: str = ""
    authority: str = ""
    tool: str = ""
    recipient: str = ""
    condition: str = ""
    unusual: str = ""
    before: bytes = b""
    after: bytes = b""


@dataclass(frozen=True)
class Step:
    """One entry as it stands: what it says, whether its signatures hold, whether a signed state of its device's log covers it."""

    ref: bytes
    step: int
    parents: tuple[bytes, ...]
    event: str
    outcome: str
    said: Said
    member: bytes
    recorded: str
    signatures: str
    log: str
    index: int
    size: int


@dataclass(frozen=True)
class History:
    """The chain of an item, its entries by commitment, and what was made of it."""

    kept: reading.EvidenceView
    chain: Chain
    steps: Mapping[bytes, Step]
    derived: tuple[reading.EvidenceView, ...]


def record(desk: Desk, reader: Reader, item: bytes, event: str, outcome: str, said: Said | None = None) -> bytes:
    """One more entry of an item. Returns its commitment, empty where the event counts once a day and was told today already.

    Raises NotFound for what is not theirs, UsageError("custody.event", "custody.happened", "custody.long") for words that are none.
    """
    reading.evidence(desk, reader, item)
    if event not in desk.catalogue.custody.by_id:
        raise UsageError("custody.event")
    made = touches.entry(desk, item, event, outcome, _body(outcome, said or Said()))
    if made is None:
        if not desk.catalogue.custody.by_id[event].daily:
            raise Locked("keys.no_compartment")
        return b""
    return ledger.append(desk, [made])[0].ref


def _body(outcome: str, said: Said) -> dict[str, Value]:
    texts = {field.name: getattr(said, field.name).strip() for field in fields(said) if field.name not in ("before", "after")}
    if len(outcome) > _OUTCOME or any(len(text) > (LONGEST if name != "detail" else 4 * LONGEST) for name, text in texts.items()):
        raise UsageError("custody.long")
    if texts["happened"] and not is_partial_date(texts["happened"]):
        raise UsageError("custody.happened")
    body: dict[str, Value] = {name: text for name, text in texts.items() if text}
    return body | {name: _SHA256 + value for name, value in (("before", said.before), ("after", said.after)) if value}


def write_down(desk: Desk, reader: Reader, item: bytes, event: str, said: Said) -> bytes:
    """What people did with it, of which the desk cannot know: a hand-over of the paper or the disk, a translation, something that went wrong.

    Raises UsageError as ``record``, "custody.by_hand" for what the desk itself writes, "custody.recipient" for a hand-over to nobody,
    "custody.unusual" for an incident that says nothing.
    """
    known = desk.catalogue.custody.by_id.get(event)
    if known is None or not known.by_hand:
        raise UsageError("custody.by_hand")
    if event == "transfer" and not said.recipient.strip():
        raise UsageError("custody.recipient")
    if event == "incident" and not said.unusual.strip():
        raise UsageError("custody.unusual")
    if is_partial_date(said.happened) and sort_key(said.happened)[0] > desk.clock().date().isoformat():
        raise UsageError("custody.future")
    return record(desk, reader, item, event, WRITTEN, said)


def opened(desk: Desk, reader: Reader, kept: reading.EvidenceView) -> None:
    """Somebody looks at content: at an original in clear, or at a safe copy, which is told of its original. Once a day and member."""
    event, item = ("displaying", kept.derived_from) if kept.derived_from else ("decryption", kept.object)
    record(desk, reader, item, event, "opened")


# ---- read again ------------------------------------------------------------------------------------------------------


def history(desk: Desk, reader: Reader, item: bytes) -> History:
    """Everything that was done with an item, from its arrival to now. Raises NotFound for what is not theirs."""
    kept, graph = reading.evidence(desk, reader, item), reading.custody_graph(desk, reader, item)
    records = ledger.opened_by_ref(desk, [entry.ref for entry in graph])
    directory, sizes = people.directory(desk), _signed_sizes(desk)
    paths = Paths(desk.store)
    steps = {entry.ref: _step(paths, entry, records[entry.ref], directory, sizes) for entry in graph}
    entries = [Entry(entry.ref, entry.step, entry.parents, steps[entry.ref].recorded) for entry in graph]
    gone = {place.ref for place in shredded.places(desk)}
    found = chain(entries, gone, desk.catalogue.custody.longest_silence)
    return History(kept, found, steps, tuple(reading.renditions(desk, reader, item)))


def _step(paths: Paths, entry: reading.CustodyView, record: Opened, directory: Directory, sizes: Mapping[str, tuple[int, bytes]]) -> Step:
    header, body = record.record.header, record.record
    texts = {name: body.text(name) for name in ("detail", *MORE)}
    said = Said(**texts, before=body.raw("before")[1:], after=body.raw("after")[1:])
    size, root = sizes.get(header.device, (0, b""))
    log = NOT_YET if header.seq >= size else _proof(paths, record, size, root)
    told = (entry.event, entry.outcome, said, entry.member, header.recorded, _signatures(record, directory), log, header.seq, size)
    return Step(entry.ref, entry.step, entry.parents, *told)


def _signatures(record: Opened, directory: Directory) -> str:
    """Both signatures of the device, checked again now; unknown where the directory does not list it."""
    device = directory.devices.get(record.record.header.device)
    if device is None:
        return UNKNOWN
    public = {seal.ED25519: device.ed25519, seal.ML_DSA_44: device.mldsa44}
    message = signed_message(record.record.header.device, record.sealed.digest)
    held = {one.alg: one.signature for one in record.sealed.signatures}
    return GOOD if set(held) == set(public) and all(seal.verify(alg, public[alg], message, held[alg]) for alg in public) else BAD


def _signed_sizes(desk: Desk) -> dict[str, tuple[int, bytes]]:
    """Of each device the newest signed state of its log that holds and that we have the leaves of."""
    query = "SELECT s.device, c.size, c.root FROM db_checkpoint c JOIN db_logstate s ON s.id = c.log WHERE c.fault = '' AND c.size <= s.size"
    return {str(device): (int(size), bytes(root)) for device, size, root in desk.store.rows(query + " ORDER BY c.size")}


def _proof(paths: Paths, record: Opened, size: int, root: bytes) -> str:
    header = record.record.header
    try:
        path = paths.inclusion(header.device, header.seq, size)
        verify_inclusion(header.seq, size, logs.leaf_of(record.record.ref), path, root)
    except LetapisError:
        return BROKEN
    return COVERED
