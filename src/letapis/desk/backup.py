"""Back up a workspace into one sealed file, and make a workspace of it again on another machine.

A restored workspace is a new device of the same member: its keys and its log are new, and its first record names the last checkpoint of
the log before it, because two machines that continued one log would contradict each other. Keepers let the new device in as they would
any other. The only keeper of an organisation has nobody to ask: there the old device's own key says one last word, which binds the new
device, far behind the place where the lost machine may have gone on; so what that machine sent meanwhile still fits.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from letapis.core import notes
from letapis.core.errors import Busy, Damaged, LetapisError, Refused, UsageError
from letapis.core.instants import instant
from letapis.core.membership import State
from letapis.core.records import Draft, Value
from letapis.desk import backup_copies, backup_file, chain, cover_leaves, erasure, ledger, logs, members, people, relay_names, removal, settings
from letapis.desk.backup_file import CODE_BYTES, Entry, read_code, spoken_code
from letapis.desk.evidence import objects
from letapis.desk.opening import BEFORE_EXCHANGE, DATABASE, DSN, Desk, open_desk, utcnow
from letapis.engines.blobs import Folder
from letapis.engines.keys import Agent
from letapis.engines.keys.workspace import Workspace, sync_folder

_INVENTED: Final = "invented"
_PIECE: Final = 4 << 20
_TRIES: Final = 20
_FAR: Final = 1 << 20
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Backup:
    """A written backup. ``code`` opens it and is shown once: it is stored nowhere."""

    target: Path
    size: int
    objects: int
    code: str


@dataclass(frozen=True)
class Restored:
    """A workspace made of a backup. ``admitted``: its device is in force; else ``request`` goes to a keeper, ``fingerprint`` by voice."""

    workspace: Workspace
    admitted: bool
    request: str
    fingerprint: str


def backup(desk: Desk, target: Path, progress: Progress | None = None) -> Backup:
    """Write everything that this workspace holds into the new file ``target``, sealed under a new code. It is counted among the backups
    that may hold what is erased later (``desk.backup_copies``).

    Raises Refused("blobs.exists", "backup.inside_workspace", "backup.postgres"), UsageError("backup.folder"), NotFound for a desk
    without a workspace on disk, Busy for a full disk or a database that others hold; then no file is left.
    """
    workspace = Workspace.load(desk.workspace)
    target = target.expanduser().absolute()
    if not target.parent.is_dir():
        raise UsageError("backup.folder")
    if (target.parent.resolve() / target.name).is_relative_to(workspace.path.resolve()):
        raise Refused("backup.inside_workspace")
    if (workspace.path / DSN).exists():
        raise Refused("backup.postgres")
    if target.exists():
        raise Refused("blobs.exists")
    copy = backup_copies.count(desk)
    cover_leaves.checkpoint(desk, whole=True)
    secret, salt, counted = desk.randomness(CODE_BYTES), desk.randomness(16), [0]
    try:
        size = backup_file.write(target, secret, salt, _entries(desk, workspace, counted, progress))
    except LetapisError:
        with suppress(LetapisError):  # the disk may be full; what is said is why there is no backup
            backup_copies.was_not_made(desk, copy)
        raise
    return Backup(target, size, counted[0], spoken_code(secret))


def recovery_sheet(desk: Desk, made: Backup, language: str) -> str:
    """The text to print: the code, what else is needed, what to do. The backup and this sheet are kept in different places."""
    said = {"code": made.code, "file": made.target.name, "day": desk.clock().date().isoformat(), "device": desk.device}
    return desk.catalogue.texts.say("backup.sheet", language, **said)


def _entries(desk: Desk, workspace: Workspace, counted: list[int], progress: Progress | None) -> Iterator[Entry]:
    for name, data in workspace.sealed_files().items():
        yield Entry(name, len(data), [data])
    if (workspace.path / _INVENTED).exists():
        yield Entry(_INVENTED, 0, [])
    with _still(desk, workspace.path / DATABASE) as size:
        yield Entry(DATABASE, size, _pieces(workspace.path / DATABASE))
    # Objects are listed after the tables, so every object that the tables name is there.
    store = objects(desk)
    names = list(store.names())
    if progress and names:
        progress(0, len(names))
    for done, name in enumerate(names, start=1):
        yield Entry(f"objects/{name}", store.size(name), store.blob(name))
        counted[0] = done
        if progress:
            progress(done, len(names))


@contextmanager
def _still(desk: Desk, path: Path) -> Iterator[int]:
    """The database as one file that nobody changes meanwhile; its size. The journal is emptied first; what others write stays in it."""
    journal = path.with_name(f"{path.name}-wal")
    for _ in range(_TRIES):
        desk.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        with desk.store.still():
            if not journal.exists() or journal.stat().st_size == 0:
                yield path.stat().st_size
                return
    raise Busy("database.busy")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(_PIECE):
            yield piece


# ---- restore ---------------------------------------------------------------------------------------------------------


def restore(source: Path, workspace: Path, code: str, passphrase: str, clock: Callable[[], datetime] = utcnow) -> Restored:
    """Make a workspace of a backup in a folder that does not exist yet or is empty.

    Raises UsageError("backup.code_form"), Locked("backup.code", "keys.passphrase"), Damaged("backup.damaged", "backup.not_one"),
    NotFound, Refused("workspace.exists"), Busy; then nothing is left but, after a kill, a sealed folder whose name ends in ``.unfinished``.
    """
    secret = read_code(code)
    workspace = workspace.expanduser().absolute()
    if workspace.exists() and (not workspace.is_dir() or any(workspace.iterdir())):
        raise Refused("workspace.exists")
    workspace.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = workspace.with_name(f".{secrets.token_hex(8)}.unfinished")
    folder.mkdir(mode=0o700)
    try:
        _unpack(source.expanduser().absolute(), secret, folder)
        old = Workspace.load(folder)
        before = old.unlock(passphrase)
        new = old.renew_device(passphrase)
        made = _begin_again(new, before, new.unlock(passphrase), clock)
        before.lock()
        _name(folder, workspace)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Restored(Workspace.load(workspace), *made)


def _unpack(source: Path, secret: bytes, folder: Path) -> None:
    files = Folder(folder)
    for entry in backup_file.read(source, secret):
        with files.create(entry.name) as out:
            for piece in entry.pieces:
                out.write(piece)
    (folder / "objects").mkdir(mode=0o700, exist_ok=True)


def _name(folder: Path, workspace: Path) -> None:
    try:
        if workspace.exists():
            workspace.rmdir()
        os.rename(folder, workspace)
        sync_folder(workspace.parent)
    except OSError:
        raise Busy("disk.failed") from None


def _begin_again(workspace: Workspace, before: Agent, agent: Agent, clock: Callable[[], datetime]) -> tuple[bool, str, str]:
    """The first record of the new device, its admission where no one else can give it, and its join request."""
    desk = open_desk(workspace.path, agent, clock, alias=f"restore-{secrets.token_hex(8)}")
    try:
        past = before.me()
        desk.store.run("DELETE FROM db_kepttext")  # what was typed and not sent belongs to the device on which it was typed
        org = members.common_compartment(desk, "ORG")
        head = _last_word(desk, past.device, past.origin)
        # Marks of what the old device told the relay about its log; the new log has not told anything.
        settings.keep(desk.store, relay_names.WORD_SENT, "")
        ledger.append(desk, [Draft("seen", org, {"origin": (past.origin,), "size": (head.size,), "root": (head.root,)})])
        if _nobody_else(desk, past.device):
            _succeed(desk, before, org)
        else:
            # Colleagues may have erased something since: nothing is shown before what they ordered is known.
            settings.keep(desk.store, BEFORE_EXCHANGE, "1")
        erasure.carry_out(desk)
        request = members.join_request(agent, "restored")
        known = people.directory(desk).devices.get(desk.device)
        return known is not None and known.state is State.ACTIVE, request, members.read_request(request).fingerprint
    finally:
        desk.close()
        agent.lock()


def _last_word(desk: Desk, device: str, origin: str) -> notes.Checkpoint:
    """The last checkpoint that the old device signed, as far as the backup knows."""
    log = logs.log_of(desk.store, device, origin)
    rows = desk.store.rows("SELECT size, root FROM db_checkpoint WHERE log = %s ORDER BY size DESC LIMIT 1", (log.number,))
    size, root = rows[0] if rows else (log.frontier.size, log.frontier.root())
    return notes.Checkpoint(origin, int(size), bytes(root))


def _nobody_else(desk: Desk, device: str) -> bool:
    """This member is the only keeper, and the device in the backup was their only one: nobody could let the new device in."""
    directory = people.directory(desk)
    return directory.keepers() == (desk.me,) and [one.device for one in directory.devices_of(desk.me)] == [device]


def _succeed(desk: Desk, before: Agent, org: bytes) -> None:
    """The old key binds the new device and signs nothing any more; the new device removes the old one behind that word."""
    past = before.me()
    log = logs.log_of(desk.store, past.device, past.origin)
    place = log.frontier.size + _FAR + int.from_bytes(desk.randomness(2), "big")
    body = members.device_body(members.read_request(members.join_request(desk.agent, "restored")))
    link = chain.Link(past.device, place, log.head, log.seen)
    epoch = desk.epochs()[org]
    before.load_compartments(_wraps(desk, org, epoch))
    (word,) = chain.forge(
        before, link, [Draft("device", org, body)], [desk.randomness(16)], instant(desk.clock()), {org: epoch}, desk.randomness(96)
    )
    receipt = ledger.receive(desk, [ledger.Arrived(org, word.epoch, word.record.header.id, word.blob, word.wrap)])
    if receipt.quarantined:
        raise Damaged("backup.not_bound")
    gone: dict[str, Value] = {"device": past.device, "log": (past.origin,), "size": (place + 1,), "reason": "restored from a backup"}
    with desk.store.transaction():
        ledger.append(desk, [Draft("removal", org, gone)])
        removal.renew_keys(desk)


def _wraps(desk: Desk, compartment: bytes, epoch: int) -> list[tuple[bytes, int, bytes]]:
    query = "SELECT wrap FROM db_compartmentkey WHERE compartment = %s AND epoch = %s"
    return [(compartment, epoch, bytes(row[0])) for row in desk.store.rows(query, (compartment, epoch))]
