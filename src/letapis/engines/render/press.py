"""Pictures for the press as PNG: figures, charts and people, typeset by Typst with its embedded typefaces. Words travel as data and are never
part of the source; the pictures hold pixels and nothing else.

A picture that would be drawn from what one of an earlier pack was drawn from is taken out of that pack. The pack says of each picture from what
it was drawn, by a digest in the comment that a ZIP file has room for beside every file.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final

from letapis import __version__
from letapis.core.language import LANGUAGES
from letapis.core.press_cards import PressCard, of_person, of_tables, readme
from letapis.core.public_series import Series
from letapis.core.public_statistics import Tables
from letapis.core.public_words import PublicWords
from letapis.core.published import Card, Published
from letapis.engines.render.pdf import typeset

README: Final = "README.txt"
PACK: Final = "press-pack.zip"
_TOGETHER: Final = 12
_PPI: Final = 144
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def pictures(
    published: Published,
    told: Tables,
    series: Sequence[Series],
    say: PublicWords,
    people: Iterable[Card] = (),
    photos: Mapping[str, bytes] | None = None,
    before: bytes = b"",
) -> Iterator[tuple[str, bytes]]:
    """Every file of the press pack and the pack itself: ``<language>/<name>.png`` with ``<language>/<name>.txt`` that says the same,
    ``README.txt``, ``press-pack.zip``. ``people``: whose cards are drawn; ``photos``: JPEG files by the value of the card's field;
    ``before``: an earlier pack, out of which a picture is taken that is drawn from the same.

    The same snapshot gives the same bytes, whatever the pack before. Raises Damaged("brief.not_rendered")."""
    wanted, shown, there, on = tuple(people), photos or {}, _drawn(before), date.fromisoformat(told.day)
    sources: dict[str, str] = {}
    cards: dict[str, list[PressCard]] = {}
    made: list[tuple[str, bytes]] = []
    for language in LANGUAGES:
        drawn = list(of_tables(told, series, say, language))
        persons = (of_person(published, one, say, language, shown.get(one.first("photo"), b"")) for one in wanted)
        drawn += [one for one in persons if one is not None]
        cards[language] = drawn
        named = {f"{language}/{card.name}.png": card for card in drawn}
        sources |= (mine := {name: _source(card, on) for name, card in named.items()})
        missing = [name for name, source in mine.items() if (name, source) not in there]
        fresh = dict(zip(missing, draw([named[name] for name in missing], on), strict=True))
        for name, card in named.items():
            data = fresh[name] if name in fresh else there[name, mine[name]]
            made += [(name, data), (f"{language}/{card.name}.txt", f"{card.alt}\n".encode())]
    made.append((README, readme(cards, say).encode("utf-8")))
    yield from made
    yield PACK, packed(made, sources)


def _source(card: PressCard, on: date) -> str:
    """Digest of all that a picture is drawn from: what the card says, the photograph, the day, the template, the program that sets it."""
    told = asdict(card) | {"photo": hashlib.sha256(card.photo).hexdigest(), "alt": ""}
    whole = json.dumps([told, on.isoformat(), _PPI, _setter(), __version__], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(_template() + whole.encode("utf-8", "surrogatepass")).hexdigest()


def _drawn(pack: bytes) -> dict[tuple[str, str], bytes]:
    """Pictures of a pack by name and by what they were drawn from; of what is no pack, or a damaged one, none."""
    try:
        with zipfile.ZipFile(io.BytesIO(pack)) as read:
            return {(one.filename, one.comment.decode("ascii")): read.read(one) for one in read.infolist() if one.filename.endswith(".png")}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, zlib.error):
        return {}


def draw(cards: Sequence[PressCard], on: date, ppi: float = _PPI) -> Iterator[bytes]:
    """One PNG each, in their order. Raises Damaged("brief.not_rendered")."""
    for start in range(0, len(cards), _TOGETHER):
        some = [asdict(card) | {"photo": list(card.photo), "alt": ""} for card in cards[start : start + _TOGETHER]]
        yield from typeset(_template(), "press", json.dumps(some, ensure_ascii=False), on, "png", ppi)


def packed(made: Iterable[tuple[str, bytes]], sources: Mapping[str, str]) -> bytes:
    """A ZIP with fixed times and order: the same pictures give the same bytes. ``sources``: from what each was drawn."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in sorted(made):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.comment = sources.get(name, "").encode()
            target.writestr(entry, data)
    return out.getvalue()


@cache
def _setter() -> str:
    return version("typst")


@cache
def _template() -> bytes:
    return files("letapis").joinpath("data/look/press.typ").read_bytes()
