"""What may stand in public at all: each field refuses what does not fit it, whatever the text tries to be."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.public import card_of, published_of

from letapis.core.language import LANGUAGES
from letapis.core.public_check import PublicFault, faults_of_card, faults_of_statement, is_bare_jpeg
from letapis.core.publication import LINE
from letapis.core.published import Card, CardValue, Statement
from letapis.engines.catalogue import catalogue

PUBLICATION, TEXTS = catalogue().publication, catalogue().texts
NUMBER = card_of(1).card
HOSTILE = ("\u202eabc", "a\u200bb", "a\x00b", "a\x1b[2J", "", " ", " a", "a\n\nb\r", "a\u2028b", "e\u0301", "\ufeffa", "a\ue000", "a" * 30_000)
UNFIT = {
    "day": ("2026-13-01", "yesterday", "0001-01-01", "9999", "2026-02/2026-01", "=1+1"),
    "code": ("<b>x</b>", "a b", "../x", "=cmd", "a" * 65),
    "place": ("ik-3\n", "Vitsebsk, house 3", "<script>"),
    "article": ("=342", "342<1>", "\u0661"),
    "flag": ("true", "1", "Yes"),
    "number": ("-1", "1.5", "01", "1e3", "\u0661", "9999999"),
    "photo": ("ab", "AB" * 32, "../../etc/passwd"),
    "link": ("http://pryklad.example", "javascript:alert(1)", "https://a b", "https://pryklad.example/\u202e", "https://u:p@pryklad.example/"),
    "text": (),
}
FITS = {"day": "2026-05", "code": "3.1", "place": "ik-3", "article": "CC1999 342(1)", "flag": "no", "number": "30", "photo": "ab" * 32, "text": "Ha"}
OTHER = {"day": "2026-06", "code": "3.2", "place": "ik-4", "article": "CC1999 368(1)", "flag": "yes", "number": "3", "photo": "cd" * 32, "text": "He"}


def faults(*values: CardValue) -> tuple[PublicFault, ...]:
    return faults_of_card(Card(NUMBER, values), PUBLICATION)


@pytest.mark.parametrize("name", PUBLICATION.fields)
def test_every_field_takes_what_fits_it_and_refuses_everything_hostile(name: str) -> None:
    field = PUBLICATION.fields[name]
    language = "be" if field.spoken else ""
    good = CardValue(name, FITS[field.kind], language)
    assert not faults(good)
    for text in (*HOSTILE, *UNFIT[field.kind]):
        assert faults(replace(good, value=text)), (name, text)
    for strange in (replace(good, language="de"), replace(good, language="" if field.spoken else "en"), replace(good, since="soon")):
        assert faults(strange), strange
    assert bool(faults(replace(good, since="2026-05"))) != field.days
    assert faults(replace(good, since="2026-05", until="2026-04")) and faults(good, good)
    assert bool(faults(good, replace(good, value=OTHER[field.kind]))) != field.many
    assert bool(faults(replace(good, certainty="about"))) != (field.kind == "day") and faults(replace(good, certainty="who knows"))


def test_markup_and_formulas_in_a_text_are_words_and_stay_words() -> None:
    """A text may say anything that can be read; whoever shows it escapes it."""
    for text in ("<b>bold</b>", "=HYPERLINK(1)", "Ales & Co", "a\u00a0b", "Вольга", "Łukasz"):
        assert not faults(CardValue("profession", unicodedata.normalize("NFC", text), "en"))
    assert not faults(CardValue("about", "One line.\nAnother.", "en")) and faults(CardValue("name", "One\nAnother", "en"))


def test_a_name_in_mixed_alphabets_is_told_and_one_beside_another_is_not() -> None:
    assert faults(CardValue("name", "Vуdumka", "en")) == (PublicFault("name", "mixed"),)
    assert not faults(CardValue("name", "Vydumka (Выдумка)", "en"))


def test_what_the_table_does_not_name_and_cards_as_a_whole() -> None:
    for name in ("torture", "relative", "source", "", "name ", "NAME"):
        assert faults(CardValue(name, "x")) == (PublicFault("", "unknown"),)
    assert faults_of_card(Card("../1", ()), PUBLICATION) == (PublicFault("", "ident"),)
    many = tuple(CardValue("judge", f"Vydumka {n}") for n in range(301))
    assert faults(*many) == (PublicFault("", "too_many"),)
    assert not any(faults_of_card(card_of(number), PUBLICATION) for number in range(60))


def test_statements() -> None:
    good = published_of(1).statements[0]
    assert not faults_of_statement(replace(good, link="https://pryklad.example/statement/1?x=2"))
    unfit: dict[str, tuple[object, ...]] = {
        "statement": ("ab",), "day": ("", "soon"), "outcome": ("", "<b>"), "ground": ("a b",), "demand": ("=1",), "link": UNFIT["link"],
        "signatories": (("",), ("a",) * 61, ("a\u202e",)), "titles": ({}, {"en": "x"}, dict.fromkeys(LANGUAGES, "x\n")),
        "texts": ({}, dict.fromkeys(LANGUAGES, "\x00"), dict.fromkeys(LANGUAGES, "a" * 20_001), {**good.texts, "de": "x"}),
    }  # fmt: skip
    for name, values in unfit.items():
        for value in values:
            changed: Statement = replace(good, **{name: value})  # type: ignore[arg-type]  # one of the fields of the table above
            assert faults_of_statement(changed), (name, value)


@settings(max_examples=200, deadline=None)
@given(st.builds(CardValue, *[st.text(max_size=8)] * 6), st.sampled_from(list(PUBLICATION.fields)), st.booleans())
def test_no_text_whatever_breaks_the_check_and_every_fault_is_said_in_three_languages(value: CardValue, name: str, known: bool) -> None:
    for fault in faults(replace(value, field=name) if known else value):
        assert all(TEXTS.say(fault.because, language) for language in LANGUAGES)


def test_a_picture_holds_nothing_but_a_picture() -> None:
    def jpeg(*segments: bytes, behind: bytes = b"", scan: bytes = b"xx\xff\x00\xff\xd0") -> bytes:
        return b"\xff\xd8" + b"".join(segments) + b"\xff\xda\x00\x02" + scan + b"\xff\xd9" + behind

    def segment(marker: int, data: bytes) -> bytes:
        return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data

    tables = segment(0xDB, b"table")
    plain = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    assert is_bare_jpeg(jpeg(tables)) and is_bare_jpeg(jpeg(plain, tables))
    hiding = [segment(marker, b"Exif\x00\x00GPS") for marker in (*range(0xE1, 0xF0), 0xFE)]
    assert not any(is_bare_jpeg(jpeg(one, tables)) or is_bare_jpeg(jpeg(tables, scan=b"x" + one)) for one in hiding)
    assert not is_bare_jpeg(jpeg(segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01abc"), tables))
    assert not is_bare_jpeg(jpeg(tables, behind=b"PK\x03\x04 more\xff\xd9"))
    for cut in (b"", b"\xff\xd8\xff\xd9", jpeg(tables)[:-1], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xdb\xff\xff\xff\xd9"):
        assert not is_bare_jpeg(cut)


def test_how_long_a_text_may_be_stands_with_its_field() -> None:
    """The same number is asked when words are typed and when a card arrives."""
    about = PUBLICATION.fields["about"]
    assert about.longest > PUBLICATION.fields["profession"].longest == LINE
    line = "a" * (about.longest - 2)
    assert not faults(CardValue("about", f"{line}\nb", "en"))
    assert faults(CardValue("about", f"{line}\nbc", "en")) == (PublicFault("about", "long"),)
    assert faults(CardValue("profession", "a" * (LINE + 1), "en")) == (PublicFault("profession", "long"),)
