"""Another device goes on where the one that built the last snapshot cannot: from the public copy of it, and from what the organisation recorded.

The public copy names the numbers of those who are counted and not named, and the log their digests; what they say is found among the versions in
public compartments. What comes out must be the snapshot of which the record keeps the digest, to the byte.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from letapis.core import public_data, public_log
from letapis.core.access import Reader
from letapis.core.errors import Damaged, Refused, UsageError
from letapis.core.published import Change, Entry, Published, decode_card, encode
from letapis.desk import public_record, releases, snapshot_store
from letapis.desk.opening import Desk
from letapis.desk.publisher import require_publisher


def go_on(desk: Desk, reader: Reader, copy: bytes) -> Published:
    """Take up the last snapshot from its public copy (``data/snapshot.json``), and keep it as if it had been built here.

    Raises UsageError("publishing.copy") for what is none, Refused("publishing.other_copy") for a copy that is not of the last snapshot,
    Refused("publishing.cannot_go_on") when a version of a card that it names is not among those that this device holds."""
    require_publisher(desk, reader)
    last = releases.last_release(desk, reader)
    try:
        shown = public_data.shown_in(copy)
        root = public_log.root(shown)
    except (Damaged, TypeError, ValueError):
        raise UsageError("publishing.copy") from None
    if last is None or (last.number, last.size, last.root) != (shown.number, len(shown.changes), root):
        raise Refused("publishing.other_copy")
    published = replace(shown, entries=tuple(_entries(shown.changes, _versions(desk, reader))))
    if hashlib.sha256(encode(published)).digest() != last.snapshot:
        raise Refused("publishing.other_copy")
    with desk.store.transaction():
        snapshot_store.keep(desk, published)
    snapshot_store.sweep(desk)
    return published


def _versions(desk: Desk, reader: Reader) -> dict[str, tuple[bytes, bytes]]:
    """Content and salt of every version of a card in public compartments, by its salted digest."""
    found = (one.version for _, state in public_record.every(desk, reader) for one in state.versions if one.card is not None)
    return {one.digest.hex(): (one.content, one.salt) for one in found}


def _entries(changes: Iterable[Change], versions: Mapping[str, tuple[bytes, bytes]]) -> Iterable[Entry]:
    days = public_log.days(changes)
    for card, digest in sorted(public_log.replay(changes).items()):
        if digest not in versions:
            raise Refused("publishing.cannot_go_on")
        content, salt = versions[digest]
        yield Entry(decode_card(content), *days[card], salt.hex())
