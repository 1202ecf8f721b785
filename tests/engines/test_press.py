"""Pictures for the press: the numbers of the tables, a text in place of each, nothing but pixels, hostile words shown letter by letter."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from tests.public import card_of, published_of

from letapis.core.press_cards import PressCard, of_person, of_tables
from letapis.core.public_series import series
from letapis.core.public_statistics import tables
from letapis.core.published import Card, CardValue
from letapis.engines.catalogue import catalogue
from letapis.engines.render import press
from letapis.engines.render.press import PACK, draw, pictures

KNOWN = catalogue()
SAY = KNOWN.public_words
PUBLISHED = published_of(120)
DAY = date.fromisoformat(PUBLISHED.day)
TOLD = tables(PUBLISHED, KNOWN.publication, KNOWN.public_figures)
MONTHS = series(PUBLISHED, KNOWN.publication, KNOWN.public_figures, 6)
HOSTILE = '#panic("x") $x$ *b* <script>alert(1)</script> \u202eevil\u2066 \u4e2d \\ "q" =HYPERLINK() ' + "long " * 60


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (45, 60), "#345").save(out, "JPEG")
    return out.getvalue()


def with_values(card: Card, *values: CardValue) -> Card:
    fields = {one.field for one in values}
    return replace(card, values=(*(one for one in card.values if one.field not in fields), *values))


def chunks(data: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(data):
        found.add(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return found


def test_the_pack_says_in_three_languages_what_the_tables_say() -> None:
    files = dict(pictures(PUBLISHED, TOLD, MONTHS, SAY))
    with zipfile.ZipFile(io.BytesIO(files[PACK])) as pack:
        assert set(pack.namelist()) == set(files) - {PACK}
        assert len({entry.date_time for entry in pack.infolist()}) == 1
    for language in ("en", "be", "ru"):
        held = TOLD.figure("held")
        assert held and files[f"{language}/held.txt"].decode().startswith(held.sentences[language])
        facility, said = TOLD.table("facility"), files[f"{language}/table-facility.txt"].decode()
        assert facility and all(f"{row.label[language]}: {row.value}" in said for row in facility.rows)
    drawn = {name: data for name, data in files.items() if name.endswith(".png")}
    assert all(chunks(data) == {b"IHDR", b"IDAT", b"IEND"} for data in drawn.values())
    assert Image.open(io.BytesIO(drawn["be/held.png"])).size == (1200, 630)
    assert {f"{name[:-4]}.txt" for name in drawn} <= set(files)
    assert "ru/held.png" in files["README.txt"].decode()
    assert files == dict(pictures(PUBLISHED, TOLD, MONTHS, SAY))


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_a_person_is_shown_as_the_card_says(language: str) -> None:
    person = with_values(card_of(1), CardValue("photo", "f00"), CardValue("write_to", "ik-3"))
    card = of_person(PUBLISHED, person, SAY, language, jpeg())
    assert card and card.big == person.first("name", language) and "211322" in card.alt and "30" in card.alt
    assert len(list(draw([card], DAY, 36))) == 1


def test_a_picture_is_taken_out_of_the_pack_before_where_it_would_be_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    told, people, drawn = replace(TOLD, figures=TOLD.figures[:1], tables=TOLD.tables[:1]), [card_of(1)], list[str]()
    first = dict(pictures(PUBLISHED, told, (), SAY, people))
    known = press.draw

    def counted(cards: Sequence[PressCard], on: date) -> Iterator[bytes]:
        drawn.extend(f"{card.language}/{card.name}" for card in cards)
        return known(cards, on)

    monkeypatch.setattr(press, "draw", counted)
    assert dict(pictures(PUBLISHED, told, (), SAY, people, before=first[PACK])) == first and not drawn
    other = with_values(card_of(1), CardValue("months", "84"))
    over = dict(pictures(PUBLISHED, told, (), SAY, [other], before=first[PACK]))
    assert drawn == [f"{language}/person-{other.card[:12]}" for language in ("en", "be", "ru")]
    assert over == dict(pictures(PUBLISHED, told, (), SAY, [other]))
    later = dict(pictures(PUBLISHED, replace(told, day="2026-11-21"), (), SAY, before=over[PACK]))
    assert later["en/held.png"] != over["en/held.png"]
    for damaged in (b"no pack", first[PACK][:-40], first[PACK].replace(b"IDAT", b"IDAX", 1)):
        assert dict(pictures(PUBLISHED, told, (), SAY, before=damaged)) == dict(pictures(PUBLISHED, told, (), SAY))


def test_who_is_not_named_has_no_picture() -> None:
    assert of_person(PUBLISHED, card_of(7), SAY, "en") is None
    names = [name for name, _ in pictures(PUBLISHED, TOLD, (), SAY, [card_of(7)])]
    assert not any("person" in name for name in names)


def test_hostile_words_are_shown_and_not_run() -> None:
    values = [CardValue(field, HOSTILE, "en") for field in ("name", "court", "group_case")]
    more = [CardValue("article", HOSTILE), CardValue("place", HOSTILE), CardValue("write_to", HOSTILE), CardValue("months", HOSTILE)]
    person = with_values(card_of(1), *values, *more)
    evil = replace(PUBLISHED, organisation=HOSTILE, entries=(replace(PUBLISHED.entries[0], card=person), *PUBLISHED.entries[1:]))
    told = tables(evil, KNOWN.publication, KNOWN.public_figures)
    cards = [*of_tables(told, (), SAY, "en"), of_person(evil, person, SAY, "en")]
    drawn = [one for one in cards if one]
    assert len(drawn) == len(cards)
    assert all("\u202e" not in card.alt and "\u2066" not in card.alt for card in drawn)
    assert len(list(draw(drawn, DAY, 36))) == len(drawn)


def test_a_month_stands_in_its_case_and_an_article_once() -> None:
    twice = (CardValue("article", "CC1999 342(1)", since="2021-04"), CardValue("article", "CC1999 342(1)", since="2021-09"))
    card = with_values(card_of(1), CardValue("detained", "2021-04"), CardValue("write_to", "ik-3"), *twice)
    lines = {language: one.lines for language in ("en", "be", "ru") if (one := of_person(PUBLISHED, card, SAY, language))}
    assert [one[0] for one in lines.values()] == ["In custody since April 2021", "У няволі з красавіка 2021 г.", "В неволе с апреля 2021 г."]
    assert [sum("342" in line for line in one) for one in lines.values()] == [1, 1, 1]
    assert "Viciebsk region" in lines["en"][-1] and "Віцебская вобласць" in lines["be"][-1] and "Витебская область" in lines["ru"][-1]
