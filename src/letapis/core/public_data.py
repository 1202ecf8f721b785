"""The public set as files for everybody: JSON, the export's CSV in three languages, FollowTheMoney, the feed of changes, the snapshot itself
with its log, a schema, a dictionary, and a manifest of all of them.

Everything is made from ``Published`` alone. Who is not named has no row and no values in any file: the snapshot names only the numbers of
their cards, so that the log can still be replayed against it.

    manifest    leaves: canonical JSON of the head (format, organisation, number, day, log) and of each file (path, sha256, size)
    checkpoint  C2SP text ``origin``, ``size``, ``base64(root)``; of the log, and of the manifest under ``origin/manifest``
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from letapis.core import merkle, notes, public_ftm, public_log, public_viasna
from letapis.core.errors import Damaged
from letapis.core.language import LANGUAGES
from letapis.core.public_data_rows import CHANGES_PATH, ENTITIES_PATH, NONE, PERSONS_PATH, Earlier, Kept, table_path
from letapis.core.public_schema import PERSONS, dictionary_csv, dictionary_text, schema
from letapis.core.public_viasna import ExportWords, Links
from letapis.core.public_words import PublicWords
from letapis.core.published import FORMAT, Card, Entry, Published, canonical, decode, document

CHANGES: Final = "letapis-public-changes-1"
SNAPSHOT: Final = "letapis-public-snapshot-1"
MANIFEST: Final = "letapis-public-manifest-1"
SNAPSHOT_PATH: Final = "data/snapshot.json"
MANIFEST_PATH: Final = "data/manifest.json"
PAGES_PATH: Final = "data/pages.txt"
CHECKPOINT_PATH: Final = "data/checkpoint"
MANIFEST_NOTE_PATH: Final = "data/manifest.note"
"""Where the two signed notes stand, each of a ``…_body`` below. They are in no manifest, for one of them signs it."""


def files(
    published: Published,
    words: PublicWords,
    forms: ExportWords,
    links: Links,
    earlier: Earlier | None = None,
    pages: Callable[[], Mapping[str, str]] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Every data file with its path on the site, the manifest of them last. ``links``: where the pages of persons and statements stand;
    ``earlier``: files from which rows are taken that would be the same; ``pages``: asked when all others were taken, path -> SHA-256 of what
    stands on the site beside them, so that what is signed covers every page."""
    digests: list[dict[str, Any]] = []
    for path, data in _files(published, words, forms, links, Kept(earlier, published, words) if earlier else None):
        digests.append(_told(path, data))
        yield path, data
    if pages is not None:
        listed = page_list(pages())
        digests.append(_told(PAGES_PATH, listed))
        yield PAGES_PATH, listed
    yield MANIFEST_PATH, _manifest(digests, published)


def _files(published: Published, words: PublicWords, forms: ExportWords, links: Links, kept: Kept | None) -> Iterator[tuple[str, bytes]]:
    yield PERSONS_PATH, persons(published, links, kept.persons() if kept else NONE)
    for language in LANGUAGES:
        yield table_path(language), public_viasna.export(published, language, words, forms, links, kept.table(language) if kept else NONE)
    yield ENTITIES_PATH, b"".join(public_ftm.lines(published, links, kept.entities() if kept else NONE))
    yield CHANGES_PATH, changes(published, words.publication.recalls, kept.changes() if kept else ())
    yield SNAPSHOT_PATH, snapshot(published)
    yield "data/schema.json", schema(words.publication)
    yield "data/dictionary.csv", dictionary_csv(words.publication, forms)
    yield "data/dictionary.md", dictionary_text(words.publication, forms)


def page_list(digests: Mapping[str, str]) -> bytes:
    """Every file of the site that is none of the data, in the order of paths, in the form that ``sha256sum --check`` reads."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode("utf-8")


def persons(published: Published, links: Links, kept: Mapping[str, bytes] = NONE) -> bytes:
    """Everyone who is named, value by value, and the statements that recognised them. ``kept``: rows of cards that are made already."""
    told: dict[str, Any] = _head(PERSONS, published)
    told["persons"] = [kept.get(one.card.card) or _item(_person(one, links)) for one in published.by_name(LANGUAGES[0])]
    told["statements"] = [_item(asdict(one)) for one in published.statements]
    told["figures"] = [_item(asdict(one)) for one in published.figures]
    return _lines(told)


def changes(published: Published, recalls: Mapping[str, Mapping[str, str]], kept: Sequence[bytes] = ()) -> bytes:
    """The log for readers, the newest first: what became of which card, and why it went, in words. It names nobody. ``kept``: lines of the
    oldest that are made already."""
    told: dict[str, Any] = _head(CHANGES, published)
    told["changes"] = [*(_item(_line(asdict(one), recalls)) for one in reversed(published.changes[len(kept) :])), *kept]
    return _lines(told)


def snapshot(published: Published) -> bytes:
    """What anybody needs to check the log: named cards with their salt, the numbers of those that are only counted, and every line."""
    named = [one for one in published.entries if one.card.named]
    counted = [one.card.card for one in published.entries if not one.card.named]
    return document(published, {"format": SNAPSHOT, "counted": counted}, named) + b"\n"


def shown_in(copy: bytes) -> Published:
    """What a ``snapshot`` shows: named cards alone, and the whole log. Raises Damaged("publication.snapshot") for what is none."""
    try:
        told = json.loads(copy)
        if told.pop("format") != SNAPSHOT:
            raise ValueError
        del told["counted"]
        inside = canonical(told | {"format": FORMAT})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Damaged("publication.snapshot") from None
    return decode(inside)


def checkpoint_body(origin: str, published: Published) -> bytes:
    """The text that the publisher's device signs for the log."""
    return notes.Checkpoint(origin, len(published.changes), public_log.root(published)).text


def manifest_body(origin: str, made: bytes) -> bytes:
    """The text that the publisher's device signs for a manifest, as ``origin``/manifest: a tree, so that one file can be proven alone."""
    leaves = manifest_leaves(made)
    return notes.Checkpoint(f"{origin}/manifest", len(leaves), merkle.root_of(list(map(merkle.leaf_hash, leaves)))).text


def manifest_leaves(made: bytes) -> list[bytes]:
    told = json.loads(made)
    listed = told.pop("files")
    return [canonical(told), *map(canonical, listed)]


def _manifest(listed: list[dict[str, Any]], published: Published) -> bytes:
    told: dict[str, Any] = _head(MANIFEST, published)
    told["log"] = {"size": len(published.changes), "root": b64encode(public_log.root(published)).decode("ascii")}
    told["files"] = [_item(one) for one in sorted(listed, key=lambda one: str(one["path"]))]
    return _lines(told)


def _told(path: str, data: bytes) -> dict[str, Any]:
    return {"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _head(form: str, published: Published) -> dict[str, Any]:
    return {"format": form, "organisation": published.organisation, "number": published.number, "day": published.day}


def _person(entry: Entry, links: Links) -> dict[str, Any]:
    card: Card = entry.card
    pages = {language: links.person(card.card, language) for language in LANGUAGES}
    told = {"card": card.card, "number": public_viasna.number_of(card.card), "since": entry.since, "changed": entry.changed, "pages": pages}
    values: dict[str, list[dict[str, str]]] = {}
    for one in card.values:
        part = {"value": one.value, "language": one.language, "since": one.since, "until": one.until, "certainty": one.certainty}
        values.setdefault(one.field, []).append({name: text for name, text in part.items() if text})
    return told | {"values": values}


def _line(told: dict[str, Any], recalls: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    kept = {name: part for name, part in told.items() if part}
    words = recalls.get(told["because"])
    return kept | ({"reason": dict(words)} if words else {})


def _item(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8")


def _lines(told: Mapping[str, Any]) -> bytes:
    """JSON with one line for each item of its lists, so that two versions can be told apart line by line."""
    parts = []
    for name, part in told.items():
        if isinstance(part, list):
            parts.append(_member(name) + (b"[\n" + b",\n".join(part) + b"\n]" if part else b"[]"))
        else:
            parts.append(_member(name) + json.dumps(part, ensure_ascii=False).encode("utf-8"))
    return b"{\n" + b",\n".join(parts) + b"\n}\n"


def _member(name: str) -> bytes:
    return json.dumps(name).encode("ascii") + b": "
