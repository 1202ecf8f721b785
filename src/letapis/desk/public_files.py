"""The data files of a release, made over those of the release before where these are exactly what was made here of the snapshot before."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from letapis.core import public_data, public_log
from letapis.core.public_data_rows import Earlier
from letapis.core.public_viasna import Links
from letapis.core.published import Published, encode
from letapis.desk import settings
from letapis.desk.opening import Desk
from letapis.engines.made_with import made_with

_SETTING: Final = "publishing.data"
_PACK: Final = "publishing.pack"
_LIST: Final = "publishing.files"


def files(
    desk: Desk,
    published: Published,
    before: Published | None,
    address: str,
    old: Mapping[str, bytes],
    pages: Callable[[], Mapping[str, str]],
) -> Iterator[tuple[str, bytes]]:
    """Every data file with its path, the manifest of them last. ``address``: of the site; ``old``: files of the release that is shown, by path;
    ``pages``: asked when all others were taken, path -> SHA-256 of the rest of the site.

    Which files were made here from which snapshot is written down as one digest; files that differ from it in a byte are not used."""
    links = Links(address)
    known = _earlier(desk, before, links, old) if before is not None else None
    for path, data in public_data.files(published, desk.catalogue.public_words, desk.catalogue.export_words, links, known, pages=pages):
        if path == public_data.MANIFEST_PATH:
            settings.keep(desk.store, _SETTING, _made_of(desk, published, links, data))
        yield path, data


def own_pack(desk: Desk, pack: bytes) -> bytes:
    """The press pack of the release that is shown where it is the one that was made here last, to the byte; nothing of any other."""
    return pack if settings.value(desk.store, _PACK) == hashlib.sha256(pack).hexdigest() else b""


def keep_pack(desk: Desk, pack: bytes) -> None:
    """Write down which pack was made here."""
    settings.keep(desk.store, _PACK, hashlib.sha256(pack).hexdigest())


def own_list(desk: Desk) -> str:
    """The digest of the list of all files of the release that was shown here last (``hosting.list_digest``); empty before there is one. A folder
    that its owner shares can be written into, lists and names with it; this stands in the workspace."""
    return settings.value(desk.store, _LIST)


def keep_list(desk: Desk, digest: str) -> None:
    """Write down which release is shown."""
    settings.keep(desk.store, _LIST, digest)


def _earlier(desk: Desk, before: Published, links: Links, old: Mapping[str, bytes]) -> Earlier | None:
    manifest = old.get(public_data.MANIFEST_PATH, b"")
    if not manifest or settings.value(desk.store, _SETTING) != _made_of(desk, before, links, manifest):
        return None
    listed = {str(one["path"]): str(one["sha256"]) for one in json.loads(manifest)["files"]}
    if any(hashlib.sha256(old.get(path, b"")).hexdigest() != digest for path, digest in listed.items()):
        return None
    return Earlier(before, {path: old[path] for path in listed})


def _made_of(desk: Desk, published: Published, links: Links, manifest: bytes) -> str:
    """One digest of all that the files are made from, and of the files: rules and tables, those of the organisation's own among them, the
    address, the snapshot. Cards and days stand in the log, salted."""
    rest = encode(replace(published, entries=(), changes=())).decode("utf-8")
    told = [made_with(desk.catalogue), links.address, rest, public_log.root(published).hex(), hashlib.sha256(manifest).hexdigest()]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
