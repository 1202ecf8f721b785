"""Pictures for the press as PNG: figures, charts and people, typeset by Typst with its embedded typefaces. Words travel as data and are never
part of the source; the pictures hold pixels and nothing else."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

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
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def pictures(
    published: Published,
    told: Tables,
    series: Sequence[Series],
    say: PublicWords,
    people: Iterable[Card] = (),
    photos: Mapping[str, bytes] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Every file of the press pack and the pack itself: ``<language>/<name>.png`` with ``<language>/<name>.txt`` that says the same,
    ``README.txt``, ``press-pack.zip``. ``people``: whose cards are drawn; ``photos``: JPEG files by the value of the card's field.

    The same snapshot gives the same bytes. Raises Damaged("brief.not_rendered")."""
    wanted, shown = tuple(people), photos or {}
    cards: dict[str, list[PressCard]] = {}
    made: list[tuple[str, bytes]] = []
    for language in LANGUAGES:
        drawn = list(of_tables(told, series, say, language))
        persons = (of_person(published, one, say, language, shown.get(one.first("photo"), b"")) for one in wanted)
        drawn += [one for one in persons if one is not None]
        cards[language] = drawn
        for card, data in zip(drawn, draw(drawn, date.fromisoformat(told.day)), strict=True):
            made += [(f"{language}/{card.name}.png", data), (f"{language}/{card.name}.txt", f"{card.alt}\n".encode())]
    made.append((README, readme(cards, say).encode("utf-8")))
    yield from made
    yield PACK, packed(made)


def draw(cards: Sequence[PressCard], on: date, ppi: float = 144) -> Iterator[bytes]:
    """One PNG each, in their order. Raises Damaged("brief.not_rendered")."""
    for start in range(0, len(cards), _TOGETHER):
        some = [asdict(card) | {"photo": list(card.photo), "alt": ""} for card in cards[start : start + _TOGETHER]]
        yield from typeset(_template(), "press", json.dumps(some, ensure_ascii=False), on, "png", ppi)


def packed(made: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP with fixed times and order: the same pictures give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in sorted(made):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            target.writestr(entry, data)
    return out.getvalue()


@cache
def _template() -> bytes:
    return files("letapis").joinpath("data/look/press.typ").read_bytes()
