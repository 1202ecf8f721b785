"""One release of the public list, from a planned snapshot alone: pages, data, notes, whole in a folder of its own, then shown at once.

The order makes every end in the middle harmless. The snapshot is signed and kept before it is shown, so that its number is never given to
another one; who is ended before the last step leaves the old site, and the next build shows the same snapshot with the same bytes.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Damaged
from letapis.core.public_data import CHECKPOINT_PATH, MANIFEST_NOTE_PATH, MANIFEST_PATH
from letapis.core.public_series import Series, restated, series
from letapis.core.public_statistics import Tables, tables
from letapis.core.published import REMOVED, Card, Published
from letapis.desk import months_said, public_files, releases, snapshots
from letapis.desk.opening import Desk
from letapis.engines import hosting
from letapis.engines.collector import without_collector
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
    """What was built. ``left``: files in which the name of somebody who went still stands, as in the words of a statement."""

    shown: hosting.Shown
    site: Built
    files: int
    left: tuple[str, ...]


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
    who went and ``naming`` gives no reason for it, and what ``engines.hosting`` and ``write_site`` raise; then the old site stays.
    """
    snapshots.require_fresh(made)
    snapshots.require_nobody_named(made, naming)
    told = progress or _silent
    with without_collector(), hosting.alone(root), hosting.building(root) as folder:
        hosting.begin_with_shown(root, folder)
        told(1, _STEPS)
        manifest, names = _write_data(desk, made, folder, imprint)
        told(2, _STEPS)
        photos = snapshots.photos(desk, reader, made)
        months = series(made.published, desk.catalogue.publication, desk.catalogue.public_figures, _MONTHS)
        months = restated(months, desk.catalogue.public_figures, months_said.said(desk))
        figures = tables(made.published, desk.catalogue.publication, desk.catalogue.public_figures)
        shown = _pictures(desk, made.published, figures, months, photos, folder)
        told(3, _STEPS)
        site = write_site(
            made.published,
            folder,
            desk.catalogue,
            imprint.address,
            contact=imprint.contact,
            pictures=shown,
            photos=photos,
            files=names,
            months=months,
            before=made.before,
            told=figures,
        )
        told(4, _STEPS)
        for path, note in releases.record(desk, reader, made.published, manifest, override, naming if made.naming else "").files():
            hosting.write(folder / path, note)
        found = hosting.digests(folder, root)
        left = hosting.holding(folder, _names_gone(made))
        release = hosting.show(root, folder, made.published.number, found)
        months_said.keep(desk, months, made.published.day)
        told(_STEPS, _STEPS)
    return Released(release, site, len(found), tuple(left))


def _silent(done: int, of: int) -> None:
    """Nobody watches."""


def _write_data(desk: Desk, made: snapshots.Plan, folder: Path, imprint: Imprint) -> tuple[bytes, tuple[str, ...]]:
    """The data files, and the manifest of them, which is signed afterwards. Returns it with the names of all that will lie there."""
    manifest, names, home = b"", list[str](), folder / "data"
    old = {f"data/{one.name}": one.read_bytes() for one in home.iterdir() if one.is_file()} if home.is_dir() else {}
    hosting.clear(home)
    for path, data in public_files.files(desk, made.published, made.before, imprint.address, old):
        hosting.write(folder / path, data)
        names.append(path)
        manifest = data if path == MANIFEST_PATH else manifest
    names += [CHECKPOINT_PATH, MANIFEST_NOTE_PATH]
    return manifest, tuple(name.removeprefix("data/") for name in names)


def _pictures(
    desk: Desk, published: Published, figures: Tables, months: tuple[Series, ...], photos: Mapping[str, bytes], folder: Path
) -> tuple[tuple[str, bytes], ...]:
    """The press pack: the figures of today and of the months before, with the numbers of the tables, and who came or changed today. What would
    be drawn as in the release before is taken out of its pack."""
    words, pack = desk.catalogue.public_words, folder / "pictures" / press.PACK
    lately = [one.card for one in published.entries if one.card.named and one.changed == published.day][:_PEOPLE]
    before = public_files.own_pack(desk, pack.read_bytes() if pack.is_file() else b"")
    try:
        made = tuple(press.pictures(published, figures, months, words, lately, photos, before))
    except Damaged:  # One photograph that cannot be drawn holds up neither the others nor whoever is to go from the list.
        made = tuple(press.pictures(published, figures, months, words, lately, before=before))
    public_files.keep_pack(desk, dict(made)[press.PACK])
    return made


def _names_gone(made: snapshots.Plan) -> set[str]:
    """Names of those who go with this snapshot, but for names that somebody else bears who stays: as they are written, and as
    pages (``Дар&#39;я``) and files of data write them."""
    if made.before is None:
        return set()
    gone = {one.card for one in made.changes if one.what == REMOVED}
    names = {name for entry in made.before.entries if entry.card.card in gone for name in _names(entry.card)}
    gone_names = names - {name for entry in made.published.entries for name in _names(entry.card)}
    return {form for name in gone_names for form in (name, escaped(name), json.dumps(name, ensure_ascii=False)[1:-1])}


def _names(card: Card) -> set[str]:
    return {one.value for one in card.all("name")}
