"""Template tags: texts by key, dates in words, ids in hexadecimal, everything escaped."""

import pytest
from django.template import engines

from letapis.core.errors import NotFound
from letapis.core.language import LANGUAGES
from letapis.faces.texts import texts
from letapis.faces.web.pages import ident, notice, see_other, take_notices


def render(source: str, **context: object) -> str:
    return str(engines["django"].from_string(source).render({"language": "en"} | context))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_said_in_the_reader_s_language(language: str) -> None:
    assert render('{% t "web.lock" %}', language=language) == texts().say("web.lock", language)


def test_an_unknown_text_fails_instead_of_showing_its_key() -> None:
    with pytest.raises(KeyError):
        render('{% t "web.no_such_text" %}')


def test_what_goes_into_a_text_is_escaped() -> None:
    assert "<b>" not in render('{{ value|partial_date:"en" }}{% label table %}', value="<b>", table={"en": "<b>"})


def test_ids_are_hexadecimal() -> None:
    assert render("{{ value|hexid }} {{ value|short_id }}", value=bytes(range(16))) == "000102030405060708090a0b0c0d0e0f 00010203"
    assert render("{{ value|hexid }}", value=memoryview(b"\x01\xff")) == "01ff"


@pytest.mark.parametrize(
    "value, language, said",
    [
        ("2020-08-09", "en", "9 August 2020"),
        ("2020-08", "be", "жнівень 2020 г."),
        ("2020", "ru", "2020 г."),
        ("нядаўна", "be", "нядаўна"),
        ("", "en", ""),
    ],
)
def test_dates_are_words_and_nothing_is_invented(value: str, language: str, said: str) -> None:
    assert render("{{ value|partial_date:language }}", value=value, language=language) == said


def test_the_hour_of_a_colleague_is_not_shown() -> None:
    assert render("{{ value|moment:language }}", value="2026-11-25T03:14:15Z") == "25 November 2026"


def test_a_language_is_named_in_itself() -> None:
    assert [render("{% language_name name %}", name=name) for name in LANGUAGES] == ["English", "Беларуская", "Русский"]


def test_a_notice_is_shown_once() -> None:
    class Request:
        session: dict[str, object] = {}  # noqa: RUF012 (stands for a session)

    request = Request()
    notice(request, "web.lock")
    notice(request, "web.menu", count=2)
    assert take_notices(request) == [("web.lock", {}), ("web.menu", {"count": 2})]
    assert take_notices(request) == []


def test_after_a_change_the_browser_is_sent_on_by_get() -> None:
    answer = see_other("help")
    assert (answer.status_code, answer["Location"]) == (303, "/help")


def test_an_id_in_an_address_is_32_digits_or_nothing() -> None:
    assert ident("00ff" * 8) == b"\x00\xff" * 8
    for text in ("", "00", "00FF" * 8, "00ff" * 9, "zz" * 16, "０" * 32, "00ff" * 7 + "00f "):
        with pytest.raises(NotFound):
            ident(text)
