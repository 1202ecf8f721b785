"""An original that is text is read in the letters in which it came, the page says which were assumed, and its bytes stay as they are."""

import hashlib

import pytest

from letapis.core.errors import Refused
from letapis.desk import dossiers, evidence, plain_text, reading
from letapis.desk.opening import Desk
from letapis.engines import parse

WORDS = "Янка Выдумка: яго трымалі трое сутак без адваката, ізалятар № 1 – «Прыклад».\r\nДругі радок.\r\n"
READ = WORDS.replace("\r\n", "\n")


def kept(desk: Desk, data: bytes, code: str = "PRY-1") -> reading.EvidenceView:
    dossier = dossiers.new_dossier(desk, code, "Pryklad", "person", "Janka Vydumka")
    form = evidence.EvidenceForm("Invented letter", "document", media_type="text/plain")
    item = evidence.add_evidence(desk, desk.reader("work"), dossier, form, [data])
    return reading.evidence(desk, desk.reader("work"), item)


def shown(desk: Desk, data: bytes, longest: int = 12_000, code: str = "PRY-1") -> plain_text.Shown:
    one = kept(desk, data, code)
    return plain_text.beginning(desk, desk.reader("work"), one, longest)


@pytest.mark.parametrize(("page", "told"), [("cp1251", "cp1251"), ("utf-16", "utf16"), ("utf-16-le", "utf16"), ("utf-16-be", "utf16")])
def test_old_letters_are_read_in_the_sandbox_and_said(desk: Desk, page: str, told: str) -> None:
    data = WORDS.encode(page)
    one = kept(desk, data)
    found = plain_text.beginning(desk, desk.reader("work"), one, 12_000)
    assert found.text == READ and f"flags.encoding_{told}" in found.assumed and not found.more
    assert ("flags.encoding_guessed" in found.assumed) == (page != "utf-16")
    assert one.sha256 == hashlib.sha256(data).digest() and b"".join(evidence.read_object(desk, desk.reader("work"), one.object)) == data


def test_what_is_utf_8_needs_no_reader(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "render", lambda *_: pytest.fail("the sandbox was asked"))
    assert shown(desk, WORDS.encode()) == plain_text.Shown(WORDS)
    for code, long in (("PRY-2", "я" * 9), ("PRY-3", "a" + "я" * 9)):
        assert shown(desk, long.encode(), 4, code) == plain_text.Shown(long[:4], more=True)


def test_without_a_reader_lost_letters_stay_lost_and_that_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise Refused("parse.no_sandbox")

    monkeypatch.setattr(parse, "render", none)
    found = shown(desk, WORDS.encode("cp1251"))
    assert "\ufffd" in found.text and found.assumed == ("flags.encoding_unread",)


def test_only_the_beginning_of_a_long_one_is_read(desk: Desk) -> None:
    found = shown(desk, (READ * 400).encode("cp1251"), 100)
    assert found.more and found.text == (READ * 400)[:100]
