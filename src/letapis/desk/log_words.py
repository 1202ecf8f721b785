"""What devices say of their logs: a checkpoint and the leaves before it, signed, so that everybody can check everybody's tree.

A leaf that contradicts one we hold, or a checkpoint that our leaves do not give, is evidence against the device that signed it. It
is kept and shown, and changes nothing that we hold.
"""

import hashlib
from datetime import datetime, timedelta
from struct import error as StructError  # noqa: N812  the name says what it is
from typing import Final

from letapis.core import notes
from letapis.core.access import Reader
from letapis.core.canonical import signed_message
from letapis.core.errors import Hostile, LetapisError
from letapis.core.instants import instant, moment_of
from letapis.core.membership import Device, State
from letapis.desk import cover_leaves, logs, people, publishing, relay_names, relaying, settings
from letapis.desk.arrivals import FORK
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard
from letapis.desk.relay_names import Exchange, is_own_failure
from letapis.desk.relaying import Place, Word
from letapis.engines import seal

SAID_AGAIN: Final = timedelta(hours=6)


def _fresh_key(device: str) -> str:
    return f"fresh:{hashlib.sha256(device.encode('utf-8')).hexdigest()[:32]}"


# ---- our own ---------------------------------------------------------------------------------------------------------


def publish_word(exchange: Exchange, organisation: bytes, epoch: int) -> None:
    """Say how our log stands, when it grew or when we have been silent for some hours."""
    desk = exchange.desk
    if not publishing.is_active(desk):
        return
    log = logs.log_of(desk.store, desk.device, desk.origin)
    size, now = log.frontier.size, desk.clock()
    sent, _, last = settings.value(desk.store, relay_names.WORD_SENT).partition(" ")
    start = min(int(sent or 0), size)
    if last and start == size and now - moment_of(last) < SAID_AGAIN:
        return
    try:
        note = cover_leaves.checkpoint(desk)
    except LetapisError as fault:
        if is_own_failure(fault):
            raise
        exchange.faults.append(fault.code)
        return
    # Where logs are covered, the checkpoint may be of fewer leaves than there are; colleagues are told of all of them.
    size = logs.log_of(desk.store, desk.device, desk.origin).frontier.size
    while True:
        end = min(start + relaying.MAX_LEAVES, size)
        word = Word(desk.device, instant(now), note if end == size else b"", start, _own_leaves(desk, log.number, start, end))
        place = Place(organisation, epoch, desk.randomness(16))
        name = f"notes/{place.ident.hex()}"
        exchange.relay.put_new(name, relaying.seal_word(desk, place, word))
        exchange.settle(name)
        settings.keep(desk.store, relay_names.WORD_SENT, f"{end} {instant(now)}")
        start = end
        if end == size:
            return


def _own_leaves(desk: Desk, number: int, start: int, end: int) -> tuple[bytes, ...]:
    base = number << logs.SHIFT
    rows = desk.store.rows("SELECT hash FROM db_logleaf WHERE id >= %s AND id < %s ORDER BY id", (base + start, base + end))
    return tuple(bytes(row[0]) for row in rows)


# ---- those of colleagues ---------------------------------------------------------------------------------------------


def take_words(exchange: Exchange, organisation: bytes) -> None:
    """Read the words that are new. A device that the directory does not know yet waits for the next time."""
    for name in sorted(exchange.names - exchange.settled):
        if not name.startswith("notes/"):
            continue
        exchange.begin(name)
        try:
            word, signatures = relaying.open_word(exchange.desk, bytes.fromhex(name[6:]), exchange.relay.get(name), organisation)
            if _take_word(exchange, word, signatures):
                exchange.settle(name)
        except LetapisError as fault:
            if is_own_failure(fault):
                raise
            # A word under a key of the organisation that we were never given is not ours to read.
            if fault.code != "keys.no_compartment":
                exchange.fail(name, fault.code)
        except (StructError, ValueError):
            exchange.fail(name, "sync.form")


def _take_word(exchange: Exchange, word: Word, signatures: tuple[tuple[int, bytes], ...]) -> bool:
    desk = exchange.desk
    device = people.directory(desk).devices.get(word.device)
    if device is None or device.state is State.PROPOSED:
        return False
    _check_signed(word, signatures, device)
    try:
        said = moment_of(word.said)
    except ValueError as fault:
        raise Hostile("sync.form") from fault
    with desk.store.transaction():
        faults = _own_faults(desk, word) if word.device == desk.device else _take_log(desk, word, device)
    exchange.faults += sorted(faults)
    if not faults and device.state is State.ACTIVE and word.note:
        _keep_fresh(desk, device.device, min(said, desk.clock()))
    return True


def _check_signed(word: Word, signatures: tuple[tuple[int, bytes], ...], device: Device) -> None:
    public = {seal.ED25519: device.ed25519, seal.ML_DSA_44: device.mldsa44}
    message, found = signed_message(word.device, word.digest()), dict(signatures)
    if len(signatures) != len(public) or set(found) != set(public):
        raise Hostile("sync.word_signature")
    if not all(seal.verify(alg, public[alg], message, signature) for alg, signature in found.items()):
        raise Hostile("sync.word_signature")


def _own_faults(desk: Desk, word: Word) -> set[str]:
    """A fork when our key signed something about our log that is not so: there is a copy of our keys, or a backup came back."""
    log = logs.log_of(desk.store, desk.device, desk.origin)
    end = word.start + len(word.leaves)
    if end > log.frontier.size or _own_leaves(desk, log.number, word.start, end) != word.leaves:
        return {FORK}
    return set()


def _take_log(desk: Desk, word: Word, device: Device) -> set[str]:
    """Leaves and checkpoint of a colleague's log, up to where the device was removed."""
    end = device.removed_from if device.removed_from is not None else 1 << logs.SHIFT
    log = logs.log_of(desk.store, device.device, device.log)
    leaves = [(word.start + i, leaf) for i, leaf in enumerate(word.leaves) if word.start + i < end]
    faults = {FORK} if logs.take_leaves(desk.store, log, leaves) else set()
    if word.note:
        head = notes.parse_checkpoint(notes.parse_note(word.note).text)
        if head.size <= end:
            _, fault = logs.take_checkpoint(desk, word.note, device.device, people.public_of(device), device.log)
            faults |= {fault} - {""}
    if _weigh_kept(desk, device.device):
        faults.add(FORK)
    return faults


def _weigh_kept(desk: Desk, device: str) -> bool:
    """Checkpoints that came before their leaves are compared once the leaves are there. True when one of them contradicts."""
    (log,) = [log for log in logs.logs(desk.store) if log.device == device]
    last = int(settings.value(desk.store, f"weighed:{log.number}") or 0)
    query = "SELECT id, size, root FROM db_checkpoint WHERE log = %s AND fault = '' AND size > %s AND size <= %s ORDER BY size"
    found = False
    for ident, size, root in desk.store.rows(query, (log.number, last, log.frontier.size)):
        fault = logs.contradiction(desk.store, log, notes.Checkpoint(log.origin, int(size), bytes(root)))
        if fault:
            desk.store.run("UPDATE db_checkpoint SET fault = %s WHERE id = %s", (fault, ident))
            found = True
    settings.keep(desk.store, f"weighed:{log.number}", str(log.frontier.size))
    return found


def _keep_fresh(desk: Desk, device: str, said: datetime) -> None:
    known = settings.value(desk.store, _fresh_key(device))
    if instant(said) > known:
        settings.keep(desk.store, _fresh_key(device), instant(said))


def freshness(desk: Desk, reader: Reader) -> dict[str, datetime | None]:
    """When each other active device last said how its log stands; None for one that never did. A time ahead of ours counts as now."""
    guard(reader)
    found: dict[str, datetime | None] = {}
    for device in people.directory(desk).active_devices():
        if device.device != desk.device:
            said = settings.value(desk.store, _fresh_key(device.device))
            found[device.device] = moment_of(said) if said else None
    return found


def gaps(desk: Desk) -> list[str]:
    """Devices whose newest checkpoint is of more records than we have leaves for: something was kept from us."""
    query = "SELECT s.device FROM db_logstate s JOIN db_checkpoint c ON c.log = s.id WHERE s.device <> %s GROUP BY s.device, s.size"
    return sorted(str(row[0]) for row in desk.store.rows(f"{query} HAVING max(c.size) > s.size", (desk.device,)))
