"""An organisation's own rules: norms, facts, treaties and mechanisms laid over the package's, kept in the workspace's encrypted tables.

The folder is read and checked once and its text kept, so that nothing that happens to the folder later changes a result. Where a newer
release of the program no longer fits the rules, they are left aside as a whole and the pages say so: a desk must open without them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from letapis import __version__
from letapis.core.errors import FaultyFile
from letapis.core.overlay import HEAD, Overlay
from letapis.desk import settings
from letapis.engines.catalogue import Catalogue, catalogue
from letapis.engines.db.store import Store
from letapis.engines.law_folder import catalogue_with, overlay_of_folder, sound_overlay

if TYPE_CHECKING:
    from letapis.desk.opening import Desk

_NAME: Final = "law.own_rules"


@dataclass(frozen=True)
class OwnRules:
    """What this workspace has; ``used`` is False when the rules no longer fit this release. ``files`` counts them."""

    name: str
    version: str
    files: int
    used: bool


def _stored(store: Store) -> tuple[Overlay, str] | None:
    """The kept rules and the release against which they were checked."""
    text = settings.value(store, _NAME)
    if not text:
        return None
    kept = json.loads(text)
    return Overlay(kept["name"], kept["version"], kept["files"]), kept["checked"]


def _release() -> str:
    return f"{__version__} {catalogue().law_version}"


def _keep(store: Store, overlay: Overlay) -> None:
    value = {"name": overlay.name, "version": overlay.version, "files": dict(overlay.files), "checked": _release()}
    settings.keep(store, _NAME, json.dumps(value, ensure_ascii=False, sort_keys=True))


def catalogue_of(store: Store) -> Catalogue:
    """The data that a desk reads: the package's, with the workspace's own rules over it where there are any and they fit."""
    kept = _stored(store)
    if kept is None:
        return catalogue()
    overlay, checked = kept
    if checked == _release():
        return catalogue_with(overlay)
    try:
        head = f'name = "{overlay.name}"\nversion = "{overlay.version}"\n'
        sound = sound_overlay({**overlay.files, HEAD: head})
    except FaultyFile:
        return catalogue()
    _keep(store, sound)
    return catalogue_with(sound)


def own_rules(desk: "Desk") -> OwnRules | None:
    """What this workspace has of its own, None when nothing."""
    kept = _stored(desk.store)
    if kept is None:
        return None
    overlay = kept[0]
    return OwnRules(overlay.name, overlay.version, len(overlay.files), desk.catalogue.overlay is not None)


def use_rules(desk: "Desk", folder: Path, progress: Callable[[int, int], None] | None = None) -> OwnRules:
    """Take the rules of a folder, in place of those taken before; every desk that is opened from now on reads them.

    Raises FaultyFile with everything that stands against the folder, UsageError for what is no folder, Busy when it cannot be read.
    """
    overlay = overlay_of_folder(folder)
    with desk.store.transaction():
        _keep(desk.store, overlay)
        _weigh_anew(desk, catalogue_with(overlay), progress)
    return OwnRules(overlay.name, overlay.version, len(overlay.files), True)


def drop_rules(desk: "Desk", progress: Callable[[int, int], None] | None = None) -> bool:
    """Go back to the package's law alone. Whether there was anything to drop."""
    if _stored(desk.store) is None:
        return False
    with desk.store.transaction():
        settings.drop(desk.store, _NAME)
        _weigh_anew(desk, catalogue(), progress)
    return True


def _weigh_anew(desk: "Desk", data: Catalogue, progress: Callable[[int, int], None] | None) -> None:
    """What a claim is worth follows from the vocabulary: where that changed, the tables are filled again."""
    from letapis.desk import entering

    if data.vocabulary.facts != desk.catalogue.vocabulary.facts:
        entering.project_all(replace(desk, catalogue=data), progress)
