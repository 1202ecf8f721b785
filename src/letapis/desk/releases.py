"""Which snapshots of the public list were built: records of the organisation, believed to publishers alone, and the signatures under them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from letapis.core import notes, public_data, public_log
from letapis.core.access import Reader
from letapis.core.gates import silent_devices
from letapis.core.published import Published, encode
from letapis.core.records import Value
from letapis.desk import items, ledger, people, reading, settings, snapshot_store
from letapis.desk.away import away_now
from letapis.desk.log_words import freshness
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.desk.publisher import require_publisher
from letapis.desk.submit import MAX_HOURS

BUILT, ONLINE = "built", "online"
_NOTES: Final = "publishing.notes"
_MOST: Final = 100_000


@dataclass(frozen=True)
class Release:
    """A snapshot that a publisher built: over a log of so many lines with this root. ``manifest``: digest of the list of its data files;
    ``uploaded``: the day on which it was last put out, empty before; ``override``: why it was built although ``silent`` devices were;
    ``naming``: why although a statement still named somebody who went."""

    release: bytes
    number: int
    day: str
    size: int
    root: bytes
    snapshot: bytes
    manifest: bytes
    persons: int
    uploaded: str
    override: str
    silent: int
    author: bytes
    recorded: str
    naming: str = ""


@dataclass(frozen=True)
class Signed:
    """The notes (C2SP checkpoints) that go out with a snapshot: over the log, and over its data files."""

    log: bytes
    manifest: bytes

    def files(self) -> tuple[tuple[str, bytes], ...]:
        return (public_data.CHECKPOINT_PATH, self.log), (public_data.MANIFEST_NOTE_PATH, self.manifest)


def releases(desk: Desk, reader: Reader) -> list[Release]:
    """All of them, the newest first. What somebody wrote who was never a publisher, or elsewhere, is none."""
    organisation, known = common_compartment(desk, "ORG"), people.directory(desk).members
    found = []
    for item in reading.items(desk, reader, "release", limit=_MOST):
        author = known.get(item.author)
        if item.compartment == organisation and author is not None and author.publisher:
            found.append(_view(item))
    return sorted(found, key=lambda one: (one.number, one.recorded), reverse=True)


def last_release(desk: Desk, reader: Reader) -> Release | None:
    """The newest snapshot that was built, as every desk can see it."""
    return next(iter(releases(desk, reader)), None)


def _view(item: reading.ItemView) -> Release:
    told = item.record
    root, snapshot, manifest = (told.raw(name) for name in ("root", "snapshot", "manifest"))
    return Release(
        item.item,
        told.number("number"),
        told.text("day"),
        told.number("size"),
        root,
        snapshot,
        manifest,
        told.number("persons"),
        told.text("uploaded"),
        told.text("override"),
        told.number("silent"),
        item.author,
        item.recorded,
        told.text("naming"),
    )


def record(desk: Desk, reader: Reader, published: Published, manifest: bytes, override: str = "", naming: str = "") -> Signed:
    """Sign a snapshot, keep it here as the last, and say in the record that it was built; all of it or nothing. The same once more gives the
    same notes. Raises as ``require_publisher`` and ``public_log.require_sound`` do, Refused("keys.checkpoint_back") for a log that this device
    signed otherwise."""
    require_publisher(desk, reader)
    public_log.require_sound(published, snapshot_store.last(desk))
    with desk.store.transaction():
        signed = _signed(desk, published, manifest)
        known = next((one for one in releases(desk, reader) if one.number == published.number), None)
        body = _body(desk, reader, published, manifest, override) | ({"naming": naming.strip()} if naming.strip() else {})
        if known is None or (known.snapshot, known.manifest) != (body["snapshot"], body["manifest"]):
            if known is None:
                ledger.append(desk, [items.draft(desk, "release", common_compartment(desk, "ORG"), body)])
            else:
                items.change(desk, reader, "release", known.release, body)
        if snapshot_store.last(desk) != published:
            snapshot_store.keep(desk, published)
    snapshot_store.sweep(desk)
    return signed


def _body(desk: Desk, reader: Reader, published: Published, manifest: bytes, override: str) -> dict[str, Value]:
    body: dict[str, Value] = {"number": published.number, "day": published.day, "size": len(published.changes), "root": public_log.root(published)}
    body |= {"snapshot": hashlib.sha256(encode(published)).digest(), "manifest": hashlib.sha256(manifest).digest()}
    body |= {"persons": len(published.entries), "state": BUILT}
    if override.strip():
        silent = silent_devices(freshness(desk, reader), desk.clock(), MAX_HOURS) - away_now(desk, reader)
        body |= {"override": override.strip(), "silent": len(silent)}
    return body


def uploaded(desk: Desk, reader: Reader, number: int) -> None:
    """Say that a snapshot was put out today."""
    known = next((one for one in releases(desk, reader) if one.number == number), None)
    today = desk.clock().date().isoformat()
    if known is not None and known.uploaded != today:
        items.change(desk, reader, "release", known.release, {"uploaded": today, "state": ONLINE})


def _signed(desk: Desk, published: Published, manifest: bytes) -> Signed:
    """The notes over a snapshot: those of the last time where the same is signed again. The time that a signature holds is the first of the
    snapshot's day: at which hour somebody works is nobody's business."""
    origin, bodies = notes.public_origin(desk.origin), dict[str, bytes]()
    bodies["log"] = public_data.checkpoint_body(origin, published)
    bodies["manifest"] = public_data.manifest_body(origin, manifest)
    told = settings.value(desk.store, _NOTES)
    known: dict[str, str] = json.loads(told) if told else {}
    made, time = {}, int(datetime.fromisoformat(f"{published.day}T00:00:00+00:00").timestamp())
    for name, body in bodies.items():
        before = known.get(name, "").encode("utf-8")
        if not before.startswith(body + b"\n"):
            before = notes.format_note(body, desk.agent.sign_checkpoint(body, time))
        made[name] = before
    settings.keep(desk.store, _NOTES, json.dumps({name: note.decode("utf-8") for name, note in made.items()}))
    return Signed(made["log"], made["manifest"])
