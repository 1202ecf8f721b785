"""The lines that a note proposes: taken, changed or skipped without script, in one form, and nothing typed is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import claims, proposals, reading
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from letapis.faces.web.proposed import SHOWN

from . import casework
from .casework import Case, browsing, resend, send
from .test_pages import LARGEST_PAGE, check

WORDS = "Перавялі ў ПК-15 3.05.2026, адваката не пускаюць.\nКажуць, сядзіць у ШІЗА. Білі шокерам. Ліст быў 1.04.2026."


@pytest.fixture
def case(desk: Desk) -> Case:
    return casework.play(desk)


@pytest.fixture
def writer(desk: Desk, case: Case) -> Iterator[Client]:
    with browsing(desk) as client:
        yield client


def noted(desk: Desk, case: Case, text: str = WORDS, **anchor: Any) -> str:
    inherited = anchor or {"source": case.kalina, "basis": "was_told", "subject": case.person}
    note = claims.write_note(desk, desk.reader("work"), case.dossier, claims.NoteForm("Call", text, "be", **inherited))
    return reverse("account:note", args=[note.hex()])


def said(desk: Desk, case: Case) -> dict[str, Any]:
    return {c.property: c for c in reading.claims(desk, desk.reader("work"), case.dossier) if c.property not in ("detention.start",)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_stand_beside_the_text_in_every_language(writer: Client, desk: Desk, case: Case, language: str) -> None:
    text = writer.get(noted(desk, case), headers={"accept-language": language}).content.decode()
    check(text, language)
    assert texts().say("proposals.title", language) in text and text.count("data-decide") == 6
    assert desk.catalogue.vocabulary.fact("custody.transferred").label[language] in text
    assert texts().say("proposals.only_told", language) in text and "<mark>не пускаюць</mark>" in text


def test_lines_are_taken_changed_and_skipped_in_one_go(writer: Client, desk: Desk, case: Case) -> None:
    address = noted(desk, case)
    answer = send(writer, address, "/proposals", do__1="accept", do__2="accept", value__2="ПК-15, Вейна", do__3="skip")
    assert answer.status_code == 303 and answer["Location"] == address
    text = writer.get(address).content.decode()
    assert texts().say("cutting.saved", "en", count=2) in text and text.count("data-decide") == 3
    found = said(desk, case)
    assert found["custody.transferred"].value == "2026-05-03" and found["custody.transferred"].basis == "was_told"
    assert (found["detention.place"].value, found["detention.place"].valid_from) == ("ПК-15, Вейна", "2026-05-03")
    assert "lawyer.access" not in found


def test_what_is_skipped_stays_skipped_for_this_member_and_nothing_is_recorded(writer: Client, desk: Desk, case: Case) -> None:
    address = noted(desk, case)
    before = len(reading.claims(desk, desk.reader("work"), case.dossier))
    assert send(writer, address, "/proposals", **{f"do__{n}": "skip" for n in range(1, 7)}).status_code == 303
    text = writer.get(address).content.decode()
    assert texts().say("proposals.nothing_taken", "en") in text and texts().say("proposals.none", "en") in text
    assert len(reading.claims(desk, desk.reader("work"), case.dossier)) == before


def test_a_line_that_cannot_be_recorded_comes_back_with_everything(writer: Client, desk: Desk, case: Case) -> None:
    address = noted(desk, case)
    answer = send(writer, address, "/proposals", do__1="accept", value__1="учора <b>", do__3="skip")
    text = answer.content.decode()
    assert answer.status_code == 422 and texts().say("errors.claims.value_date", "en") in text
    assert "учора &lt;b&gt;" in text and text.count(" checked") >= 2 and "custody.transferred" not in said(desk, case)
    check(text, "en")
    assert resend(writer, address, text, "/proposals", value__1="2026-05").status_code == 303
    assert said(desk, case)["custody.transferred"].value == "2026-05"


def test_a_changed_line_without_a_decision_is_not_dropped(writer: Client, desk: Desk, case: Case) -> None:
    answer = send(writer, noted(desk, case), "/proposals", value__1="2026-05-04")
    text = answer.content.decode()
    assert answer.status_code == 422 and texts().say("proposals.undecided", "en") in text and "2026-05-04" in text


def test_a_note_that_nobody_is_named_in_asks_who_told_it(writer: Client, desk: Desk, case: Case) -> None:
    address = noted(desk, case, evidence=b"")
    answer = send(writer, address, "/proposals", do__1="accept")
    text = answer.content.decode()
    assert answer.status_code == 422 and texts().say("errors.claims.basis", "en") in text
    check(text, "en")
    whole = {"source": case.kalina.hex(), "subject": case.person.hex(), "basis": "heard"}
    assert resend(writer, address, text, "/proposals", **whole).status_code == 303
    assert said(desk, case)["custody.transferred"].basis == "heard"


def test_sent_twice_from_two_windows_it_is_recorded_once(writer: Client, desk: Desk, case: Case) -> None:
    address = noted(desk, case)
    first, second = (writer.get(address).content.decode() for _ in range(2))
    for text in (first, second):
        assert resend(writer, address, text, "/proposals", do__1="accept").status_code == 303
    reader = desk.reader("work")
    assert sum(c.property == "custody.transferred" for c in reading.claims(desk, reader, case.dossier)) == 1


def test_a_long_note_shows_its_lines_part_by_part_within_the_size_of_a_page(writer: Client, desk: Desk, case: Case) -> None:
    long = "\n".join(f"Перавялі ў ПК-15 {day}.05.2026, адваката не пускаюць, білі шокерам, суддзя Выдумка{day}." for day in range(1, 29)) + "\n"
    address = noted(desk, case, long * 4)
    for part in ("", "?page=2"):
        text = writer.get(address + part).content.decode()
        assert text.count("data-decide") == SHOWN and len(text.encode()) < LARGEST_PAGE
    assert resend(writer, address, text, "/proposals", do__1="accept")["Location"] == f"{address}?page=2"
    note = bytes.fromhex(address.rsplit("/", 1)[1])
    whole = proposals.proposals(desk, desk.reader("work"), note)
    halves = [*proposals.proposals(desk, desk.reader("work"), note, 0, 4321), *proposals.proposals(desk, desk.reader("work"), note, 4321)]
    assert halves == whole
