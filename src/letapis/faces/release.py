"""One release of the public list, from a planned snapshot alone: pages, data, notes, whole in a folder of its own, then shown at once.

The order makes every end in the middle harmless. The snapshot is signed and kept before it is shown, so that its number is never given to
another one; who is ended before the last step leaves the old site, and the next build shows the same snapshot with the same bytes.

What is shown is what was made: of every file it is known what it has to be, from this build or from the one that it was taken over from, and
every file is read once more before the switch. Where one is another, nothing is taken over and all is written anew.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Damaged, Refused
from letapis.core.language import LANGUAGES
from letapis.core.public_data import CHECKPOINT_PATH, MANIFEST_NOTE_PATH, MANIFEST_PATH, PAGES_PATH
from letapis.core.public_series import Series, restated, series
from letapis.core.public_statistics import Tables, tables
from letapis.core.public_words import PublicWords
from letapis.core.published import REMOVED, Card, Published
from letapis.desk import months_said, public_files, releases, snapshots
from letapis.desk.opening import Desk
from letapis.engines import hosting
from letapis.engines.collector import without_collector
from letapis.engines.hosting_search import Read
from letapis.engines.render import press
from letapis.faces.public.build import Built, write_site
from letapis.faces.public.html import escaped

_STEPS: Final = 5
_MONTHS: Final = 12
_PEOPLE: Final = 20
"""Of so many people a card is drawn; three languages of one take a tenth of a second."""


@dataclass(frozen=True)
class Imprint:
    """Where the site will stand, and where the public writes to about mistakes."""

    address: str
    contact: str


@dataclass(frozen=True)
class Released:
    """What was built. ``left``: files in which the name of somebody who went still stands, as in the words of a statement; ``altered``: files
    of the release before that were not as it was built any more, or did not belong to it: none of them went on into this one."""

    shown: hosting.Shown
    site: Built
    files: int
    left: tuple[str, ...]
    altered: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Filled:
    """A folder that was filled: the site, the months that it tells of, and what every file in it has to be (name -> SHA-256)."""

    site: Built
    months: tuple[Series, ...]
    files: dict[str, str]


@dataclass(frozen=True)
class _Over:
    """The folder holds the files ``kept`` of the release before, or none. Its pages may come only while others are made: ``arrived`` waits for them,
    and says how large they are, or which are strange or missing. ``written`` is told of pages that are as they will be."""

    kept: Mapping[str, str]
    arrived: Callable[[], hosting.Taken]
    written: Callable[[Collection[str]], None]


class _NotAsBuilt(Exception):
    """Among the pages of the release before some are missing or strange."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names


def build(
    desk: Desk,
    reader: Reader,
    made: snapshots.Plan,
    root: Path,
    imprint: Imprint,
    override: str = "",
    progress: Callable[[int, int], None] | None = None,
    naming: str = "",
) -> Released:
    """Build a planned snapshot into a folder for releases, and show it.

    Raises Refused("publishing.stale") as ``snapshots.require_fresh`` does, Refused("publishing.still_named") while a statement names somebody
    who went and ``naming`` gives no reason for it, Refused("hosting.altered") where somebody writes into the folder meanwhile, and what
    ``engines.hosting`` and ``write_site`` raise; then the old site stays.
    """
    snapshots.require_fresh(made)
    snapshots.require_nobody_named(made, naming)
    told = progress or _silent
    with without_collector(), hosting.alone(root), hosting.building(root) as folder, hosting.beside() as other:
        gone, begun = _names_gone(made), hosting.begin_with_shown(root, folder, public_files.own_list(desk), other, LANGUAGES)

        def fill(kept: Mapping[str, str], arrived: Callable[[], hosting.Taken] = hosting.Taken) -> tuple[_Filled, Read]:
            with hosting.reading_ahead(folder, kept.keys(), gone, other) as ahead:
                filled = _fill(desk, reader, made, folder, imprint, (override, naming), told, _Over(kept, arrived, ahead.more))
                return filled, hosting.read(folder, gone, ahead)

        altered = begun.altered or hosting.altered(folder, {name: one for name, one in begun.files.items() if not _is_page(name)})
        try:
            filled, found = fill(begun.files, begun.arrived)
            altered = tuple(sorted({*altered, *_differing(filled.files, found.digests)}))
            whole = found.digests == filled.files
        except _NotAsBuilt as strange:
            altered, whole = tuple(sorted({*altered, *strange.names})), False
        if not whole:
            hosting.clear(folder)
            filled, found = fill({})
        if found.digests != filled.files:
            raise Refused("hosting.altered")
        release = hosting.show(root, folder, made.published.number, found.digests)
        public_files.keep_list(desk, hosting.list_digest(found.digests))
        months_said.keep(desk, filled.months, made.published.day)
        told(_STEPS, _STEPS)
    return Released(release, filled.site, len(found.digests), found.holding, altered)


def _fill(
    desk: Desk,
    reader: Reader,
    made: snapshots.Plan,
    folder: Path,
    imprint: Imprint,
    why: tuple[str, str],
    told: Callable[[int, int], None],
    over: _Over,
) -> _Filled:
    """Make the release in a folder. ``why``: reasons to build all the same. Raises _NotAsBuilt where strange pages came from the one before."""
    told(1, _STEPS)
    photos = snapshots.photos(desk, reader, made)
    months = series(made.published, desk.catalogue.publication, desk.catalogue.public_figures, _MONTHS)
    months = restated(months, desk.catalogue.public_figures, months_said.said(desk))
    figures = tables(made.published, desk.catalogue.publication, desk.catalogue.public_figures)
    told(2, _STEPS)
    before = _pack_before(desk, folder)
    sites, rest = list[Built](), dict[str, str]()

    def pages(data: Collection[str]) -> Mapping[str, str]:
        """Write the site once its data are written, which it names, and before the manifest, which names its pages."""
        told(3, _STEPS)
        taken = over.arrived()
        if taken.strange:
            raise _NotAsBuilt(taken.strange)
        shown = drawing.result()
        public_files.keep_pack(desk, dict(shown)[press.PACK])
        site = write_site(
            made.published,
            folder,
            desk.catalogue,
            imprint.address,
            contact=imprint.contact,
            pictures=shown,
            photos=photos,
            files=tuple(path.removeprefix("data/") for path in (*data, PAGES_PATH, MANIFEST_PATH, CHECKPOINT_PATH, MANIFEST_NOTE_PATH)),
            months=months,
            before=made.before,
            told=figures,
            sizes=taken.sizes,
        )
        sites.append(site)
        over.written(data)  # These lie there longest, so what is read of them now holds in the end.
        over.written(site.changed)
        changed = frozenset(site.changed)
        rest.update({path: digest for path, digest in over.kept.items() if not path.startswith("data/") and path not in changed})
        rest.update(site.digests)
        return rest

    with ThreadPoolExecutor(1) as beside:  # Who sets pictures holds up nobody who writes tables.
        drawing = beside.submit(_pictures, desk.catalogue.public_words, made.published, figures, months, photos, before)
        manifest, data = _write_data(desk, made, folder, imprint, pages)
    told(4, _STEPS)
    for path, note in releases.record(desk, reader, made.published, manifest, why[0], why[1] if made.naming else "").files():
        data[path] = _written(folder / path, note)
    return _Filled(sites[0], months, {**rest, **data})


def _is_page(path: str) -> bool:
    """Only a page may go on as it is; every other file is made each time, so that one that was changed would never be missed."""
    return path.partition("/")[0] in LANGUAGES


def _written(path: Path, content: bytes) -> str:
    """Write a file. Returns its SHA-256."""
    hosting.write(path, content)
    return hashlib.sha256(content).hexdigest()


def _differing(wanted: Mapping[str, str], found: Mapping[str, str]) -> tuple[str, ...]:
    """Names of files that are not what they have to be, or are missing, or should not be there."""
    return tuple(sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)))


def _silent(done: int, of: int) -> None:
    """Nobody watches."""


def _write_data(
    desk: Desk, made: snapshots.Plan, folder: Path, imprint: Imprint, pages: Callable[[Collection[str]], Mapping[str, str]]
) -> tuple[bytes, dict[str, str]]:
    """The data files, and the manifest of them, which is signed afterwards. Returns it with the digests of all of them by path. ``pages``: given
    the paths that are written, writes the rest of the site and says what it is."""
    manifest, written, home = b"", dict[str, str](), folder / "data"
    old = {f"data/{one.name}": one.read_bytes() for one in home.iterdir() if one.is_file()} if home.is_dir() else {}
    hosting.clear(home)
    for path, data in public_files.files(desk, made.published, made.before, imprint.address, old, lambda: pages(written)):
        written[path] = _written(folder / path, data)
        manifest = data if path == MANIFEST_PATH else manifest
    return manifest, written


def _pack_before(desk: Desk, folder: Path) -> bytes:
    """The press pack of the release before, where it is the one that was made here; out of it comes what would be drawn the same."""
    pack = folder / "pictures" / press.PACK
    return public_files.own_pack(desk, pack.read_bytes() if pack.is_file() else b"")


def _pictures(
    words: PublicWords, published: Published, figures: Tables, months: tuple[Series, ...], photos: Mapping[str, bytes], before: bytes
) -> tuple[tuple[str, bytes], ...]:
    """The press pack: the figures of today and of the months before, with the numbers of the tables, and who came or changed today. What would
    be drawn as in the pack ``before`` is taken out of it."""
    lately = [one.card for one in published.entries if one.card.named and one.changed == published.day][:_PEOPLE]
    try:
        return tuple(press.pictures(published, figures, months, words, lately, photos, before))
    except Damaged:  # One photograph that cannot be drawn holds up neither the others nor whoever is to go from the list.
        return tuple(press.pictures(published, figures, months, words, lately, before=before))


def _names_gone(made: snapshots.Plan) -> set[str]:
    """Names of those who go with this snapshot, but for names that somebody else bears who stays: as they are written, and as
    pages (``Дар&#39;я``) and files of data write them."""
    if made.before is None:
        return set()
    gone = {one.card for one in made.changes if one.what == REMOVED}
    names = {name for entry in made.before.entries if entry.card.card in gone for name in _names(entry.card)}
    gone_names = names - {one.value for entry in made.published.entries for one in entry.card.all("name")} if names else names
    return {form for name in gone_names for form in (name, escaped(name), json.dumps(name, ensure_ascii=False)[1:-1])}


def _names(card: Card) -> set[str]:
    return {one.value for one in card.all("name")}
