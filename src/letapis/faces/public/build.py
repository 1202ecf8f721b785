"""Writes the site into a folder: whole, or, over the build of the snapshot before, the pages that differ. Both leave the same bytes."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as resources
from itertools import chain
from pathlib import Path
from typing import Final

from letapis.core.errors import Refused, UsageError
from letapis.core.language import LANGUAGES
from letapis.core.public_series import Series
from letapis.core.public_statistics import Tables, tables
from letapis.core.published import Published
from letapis.engines import hosting
from letapis.engines.catalogue import Catalogue
from letapis.engines.made_with import made_with
from letapis.faces.public import about, name_index
from letapis.faces.public.frame import POLICY
from letapis.faces.public.people import Known, people, short
from letapis.faces.public.plan import Sheet, Whole, differing, sheets
from letapis.faces.public.scope import ALL, NAMES, Scope, between
from letapis.faces.public.words import Constant, Words

STAMP: Final = "site-build.json"
DATA: Final = "data"
"""The folder of the data files, which are not ours to write or to remove."""


@dataclass(frozen=True)
class Built:
    """What a build left: the number of pages, the bytes of all files of the site, the paths that were written or removed, and path -> SHA-256 of
    what was made anew, whether or not the same stood there."""

    pages: int
    bytes: int
    changed: tuple[str, ...]
    digests: Mapping[str, str]


def write_site(
    published: Published,
    folder: Path,
    catalogue: Catalogue,
    address: str,
    *,
    contact: str,
    pictures: Iterable[tuple[str, bytes]] = (),
    photos: Mapping[str, bytes] | None = None,
    files: tuple[str, ...] = (),
    months: tuple[Series, ...] = (),
    before: Published | None = None,
    told: Tables | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Built:
    """Write the site of a snapshot. ``address``: where it will stand, for the feeds; ``contact``: where the public writes to about mistakes;
    ``pictures``: files of the press pack; ``photos``: JPEG files by the value of the card's field; ``files``: names of files that stand in
    the folder ``data`` beside it; ``months``: figures month by month; ``told``: the tables of this snapshot, where they are counted already;
    ``sizes``: of every file in some of the folders there, where whoever put them there knows them.
    With ``before``, and where the folder holds exactly the build of that snapshot, only what may differ is made.

    Raises UsageError("site.contact"), UsageError("site.address"); Refused("site.folder") for a folder that holds something else,
    Refused("site.same_address")."""
    shown = dict(pictures)
    constant = Constant(catalogue, published.organisation, _address(address), _contact(contact), tuple(sorted(shown)))
    tongues = {language: Words(constant, language) for language in LANGUAGES}
    there = _standing(folder, sizes or {})
    made = _made_of(constant)
    pictured = {f"photos/{short(one.card.card)}.jpg": photo for one in published.entries if (photo := (photos or {}).get(one.card.first("photo")))}
    known = None
    if before is not None and _stamp_of(folder) == _stamp(made, before, there):
        known = Known(date.fromisoformat(before.day), people(before, constant, _shorts(there)))
    persons = people(published, constant, _shorts(pictured), known)
    scope = between(before, known.people, published, persons, constant) if before is not None and known is not None else ALL
    index = name_index.index(persons.values()) if scope.has(NAMES) else {}
    said = {name: content.decode("utf-8").strip() for name, content in shown.items() if name.endswith(".txt")}
    figures = told or tables(published, catalogue.publication, catalogue.public_figures)
    new = sheets(Whole(published, persons, index, figures, files, said, months), tongues, scope)
    old = {path: sheet for path, sheet in _sheets_before(before, known, index, tongues, scope).items() if path in there}
    untouched = {path for path in there if path.partition("/")[0] in tongues} - old.keys() if known is not None else set[str]()
    fixed = _fixed(tongues.values(), shown) | pictured
    folder.mkdir(parents=True, exist_ok=True)
    hosting.write(folder / STAMP, b"{}\n")  # A build that is cut short is never taken for one.
    left, changed, digests = dict(there), list[str](), dict[str, str]()
    for path, text in chain(((path, new[path].write()) for path in differing(new, old)), fixed.items()):
        left[path], digests[path] = len(text), hashlib.sha256(text).hexdigest()
        changed += [path] if _write(folder / path, text) else []
    gone = sorted(there.keys() - untouched - new.keys() - fixed.keys() - {STAMP})
    for path in gone:
        (folder / path).unlink()
        del left[path]
    _sweep(folder, gone)
    stamp = _stamp(made, published, left)
    hosting.write(folder / STAMP, stamp)
    digests[STAMP] = hashlib.sha256(stamp).hexdigest()
    left.pop(STAMP, None)
    return Built(sum(path.endswith(".html") for path in left), sum(left.values()), tuple(sorted((*changed, *gone))), digests)


def _sheets_before(
    before: Published | None, known: Known | None, index: name_index.Index, tongues: Mapping[str, Words], scope: Scope
) -> dict[str, Sheet]:
    """The pages asked for as the snapshot before had them; what stands under letters that nobody asks for is what stands there now."""
    if before is None or known is None:
        return {}
    same = {letter: parts for letter, parts in index.items() if not scope.has(name_index.stem_of(letter))}
    names = name_index.index(known.people.values(), same) if scope.has(NAMES) else {}
    return sheets(Whole(before, known.people, names), tongues, scope)


def _fixed(tongues: Iterable[Words], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files that are no page of a language."""
    words = list(tongues)
    made = {"index.html": about.root_page(words), "404.html": about.missing_page(words), "robots.txt": about.robots()}
    made |= {"_headers": about.headers(POLICY), "site.css": resources("letapis.faces.public").joinpath("static", "site.css").read_bytes()}
    return made | {f"pictures/{name}": content for name, content in pictures.items()}


def _shorts(paths: Iterable[str]) -> set[str]:
    """Short numbers of the persons of whom there is a photograph."""
    return {path.removeprefix("photos/").removesuffix(".jpg") for path in paths if path.startswith("photos/")}


def _write(path: Path, content: bytes) -> bool:
    """Write what is not there already. A file that stays is not touched, so that whoever uploads sees what is new."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    hosting.write(path, content)
    return True


def _standing(folder: Path, known: Mapping[str, int]) -> dict[str, int]:
    """Path and size of every file that a build of ours left; folders of which some are ``known`` are not looked into again. Raises
    Refused("site.folder") where something else stands."""
    if not folder.exists():
        return {}
    if not (folder / STAMP).is_file() and any(one.name != DATA for one in folder.iterdir()):
        raise Refused("site.folder")
    found = dict(known)
    tops = {DATA, *(path.partition("/")[0] for path in known)}
    waiting = [(str(folder), "")]
    while waiting:
        there, path = waiting.pop()
        for one in os.scandir(there):
            if not one.is_dir(follow_symlinks=False):
                found[path + one.name] = one.stat(follow_symlinks=False).st_size
            elif path or one.name not in tops:
                waiting.append((one.path, f"{path}{one.name}/"))
    return found


def _sweep(folder: Path, gone: Iterable[str]) -> None:
    """Leave no folder behind that is empty now."""
    for path in sorted({parent for one in gone for parent in (folder / one).parents if folder in parent.parents}, reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


# ---- what a build was made from --------------------------------------------------------------------------------------


def _stamp_of(folder: Path) -> bytes:
    path = folder / STAMP
    return path.read_bytes() if path.is_file() else b""


def _stamp(made: str, published: Published, sizes: Mapping[str, int]) -> bytes:
    """Tells a build from every other: what all its pages are made from, the snapshot, and which files it left, with their sizes. The salts are in
    it, for the stamp lies beside the site: without them somebody could try what is on the card of a person who is not named until the digest
    fits. A snapshot is the same however it came here, read from its file or planned a moment ago."""
    snapshot = hashlib.sha256(published.encoded).hexdigest()
    files = _digest(sorted((path, size) for path, size in sizes.items() if path != STAMP))
    return (json.dumps({"made_of": made, "snapshot": snapshot, "files": files}, sort_keys=True) + "\n").encode()


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _made_of(constant: Constant) -> str:
    """The program, the tables that words are taken from, and what every page says: another one writes other pages."""
    return _digest([made_with(constant.catalogue, "letapis.faces.public"), constant.organisation, constant.address, constant.contact])


def _address(address: str) -> str:
    known = address.startswith("https://") or (address.startswith("http://") and address.rstrip("/").endswith(".onion"))
    if not known or any(one.isspace() or one in "<>\"'?#" for one in address):
        raise UsageError("site.address")
    return address.rstrip("/") + "/"


def _contact(contact: str) -> str:
    """Nothing is published about people without a way for them to answer."""
    if not contact.strip():
        raise UsageError("site.contact")
    return contact.strip()
