"""Pages of interviews: prepared without walls, kept in sections, passed on; nothing typed is lost; strangers find nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.sections import places_to_split
from letapis.desk import claims, contacts, dossiers, interview_sections, interviews, reading, sources
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from letapis.faces.web.views import interview_sections as section_pages
from letapis.faces.web.views import interviews as interview_pages

from . import casework
from .casework import Case, browsing, forms, resend, send
from .test_pages import check

CELL = "У камеры было цесна, матрацаў не далі, холад стаяў такі, што вада замярзала.\n" * 60
HARD = "Яго збілі дубінкамі ў калідоры.\n" * 90
TALK = f"{CELL}\n{HARD}\n{CELL}"


def _address(name: str, **ids: bytes) -> str:
    return reverse(name, kwargs={key: value.hex() for key, value in ids.items()})


def _told(desk: Desk, case: Case) -> tuple[bytes, interview_sections.Talk]:
    ident = interviews.plan_interview(desk, desk.reader("work"), case.dossier, case.kalina, case.person, "2026-12-01")
    interviews.add_text(desk, desk.reader("work"), ident, "Talk", TALK, "be", "saw")
    return ident, interview_sections.talk(desk, desk.reader("work"), ident)


def test_from_the_plan_to_the_last_section(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        answer = send(client, _address("interviews:list", dossier=case.dossier), source=case.kalina.hex(), subject=case.person.hex())
        assert answer.status_code == 303
        place = answer["Location"]
        page = client.get(place).content.decode()
        assert texts().say("interview.warn.account_here", "en") in page and "Call with Kalina" in page
        found_out = {"prior": "elsewhere", "elsewhere": "Invented Watch", "risk": "high", "risk_reason": "a brother inside", "referral": "Kalina"}
        assert send(client, place, place, **found_out).status_code == 303
        assert texts().say("interview.warn.risk_high", "en") in client.get(place).content.decode()
        answer = send(client, f"{place}/text", text=TALK.replace("\n", "\r\n"), spoken="be")
        assert answer.status_code == 303
        ident = bytes.fromhex(place.rsplit("/", 1)[1])
        talk = interview_sections.talk(desk, desk.reader("work"), ident)
        assert talk.note.text == TALK and len(talk.sections) >= 3
        for language in LANGUAGES:
            text = client.get(place, headers={"accept-language": language}).content.decode()
            check(text, language)
            assert texts().say("interviews.passed_of", language, passed=0, count=len(talk.sections)) in text
        following = _address("sections:show", section=talk.sections[0].section)
        for _ in talk.sections:
            page = client.get(following).content.decode()
            if "/open" in page:
                assert send(client, following, "/open").status_code == 303
            answer = send(client, following, "/pass", topic=["conditions"], summary="one line")
            following = answer["Location"]
        assert following == place and interview_sections.talk(desk, desk.reader("work"), ident).passed == len(talk.sections)
        assert send(client, place, "/move", state="later_pass").status_code == 303
        assert texts().say("interviews.state.later_pass", "en") in client.get(place).content.decode()


def test_every_page_in_three_languages(desk: Desk) -> None:
    case = casework.play(desk)
    ident, talk = _told(desk, case)
    planned = interviews.plan_interview(desk, desk.reader("work"), case.dossier, case.kalina)
    hard = next(one for one in talk.sections if "treatment" in one.topics)
    addresses = [
        _address("interviews:list", dossier=case.dossier),
        _address("interviews:show", interview=ident),
        _address("interviews:show", interview=planned),
        _address("interviews:text", interview=planned),
        _address("sections:show", section=talk.sections[0].section),
        _address("sections:show", section=hard.section),
        _address("sections:missing", interview=ident),
        f"{_address('sections:missing', interview=ident)}?mechanism=WGAD-REGULAR",
    ]
    with browsing(desk) as client:
        for language in LANGUAGES:
            for address in addresses:
                check(client.get(address, headers={"accept-language": language}).content.decode(), language)


def test_what_is_hard_to_read_is_announced_and_closed_until_its_reader_opens_it(desk: Desk) -> None:
    case = casework.play(desk)
    ident, talk = _told(desk, case)
    hard = next(one for one in talk.sections if "treatment" in one.topics)
    place, words = _address("sections:show", section=hard.section), "збілі дубінкамі"
    with browsing(desk) as client:
        closed = client.get(place).content.decode()
        assert words not in closed and words not in client.get(_address("interviews:show", interview=ident)).content.decode()
        assert send(client, place, "/open").status_code == 303
        page = client.get(place).content.decode()
        assert words in page
        answer = resend(client, place, page, "/pass", topic=["treatment", "others"])
        assert answer.status_code == 422 and texts().say("errors.interviews.summary", "en") in answer.content.decode()
        ticked = next(form for form in forms(answer.content.decode()) if form["action"].endswith("/pass"))
        assert ticked["data"]["topic"] == ["treatment", "others"], "what was ticked comes back"
        assert resend(client, place, answer.content.decode(), "/pass", summary="A fellow was beaten in the corridor").status_code == 303
    note = reverse("account:note", args=[talk.note.note.hex()])
    with browsing(desk) as client:  # the next session
        for part in range(1, 5):
            assert words not in client.get(f"{note}?page={part}").content.decode(), "the page of the note is no way round"
        for language in LANGUAGES:
            check(client.get(f"{note}?page=2", headers={"accept-language": language}).content.decode(), language)
        again = client.get(place).content.decode()
        assert words not in again and "A fellow was beaten in the corridor" in again


def test_sections_are_joined_split_and_cut_from(desk: Desk) -> None:
    case = casework.play(desk)
    ident, talk = _told(desk, case)
    first = _address("sections:show", section=talk.sections[0].section)
    last = _address("sections:show", section=talk.sections[-1].section)
    with browsing(desk) as client:
        assert send(client, first, "/split").status_code == 422, "no words were chosen"
        places = places_to_split(talk.note.text, talk.sections[0])
        assert send(client, first, "/split", place=str(next(places)[0])).status_code == 303
        assert len(interview_sections.talk(desk, desk.reader("work"), ident).sections) == len(talk.sections) + 1
        assert send(client, first, "/join").status_code == 303
        assert len(interview_sections.talk(desk, desk.reader("work"), ident).sections) == len(talk.sections)
        token = forms(client.get(last).content.decode())[0]["data"]["csrfmiddlewaretoken"]
        assert client.post(f"{last}/join", {"csrfmiddlewaretoken": token}).status_code == 422
        gone = _address("sections:show", section=talk.sections[-1].section)
        interview_sections.join(desk, desk.reader("work"), talk.sections[-2].section)
        assert client.get(gone).status_code == 404
        start = talk.sections[0].start
        answer = send(client, first, talk.note.note.hex(), passage_text=TALK[2:19], passage_start="2", passage_end="19", base=str(start))
        assert answer.status_code == 303 and answer["Location"].endswith("/cut/2/19"), "anchors point into the note"
        place = answer["Location"]
        row = resend(client, place, client.post(place, _row(client, place)).content.decode(), value__1="true")
        assert row.status_code == 303 and row["Location"] == first, "and after the cut the section is there again"
        assert "account" not in row["Location"] and client.get(f"/notes/{talk.note.note.hex()}?page=2").status_code == 200


def _row(client: Any, place: str) -> dict[str, Any]:
    """The cutting form with one row asked for."""
    form = next(one for one in forms(client.get(place).content.decode()) if "property" in one["data"])
    return {**form["data"], "property": "custody.no_bedding", "do": "add"}


def test_what_comes_back_wrong_keeps_what_was_typed(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        listed = _address("interviews:list", dossier=case.dossier)
        assert send(client, listed, day="tomorrow").status_code == 422
        place = send(client, listed, source=case.kalina.hex())["Location"]
        answer = send(client, place, place, prior="elsewhere", referral="a word to keep", risk="low", risk_reason="why")
        assert answer.status_code == 422 and "a word to keep" in answer.content.decode()
        assert texts().say("errors.interviews.elsewhere", "en") in answer.content.decode()
        assert send(client, place, place, grave="on").status_code == 303
        page = client.get(place).content.decode()
        assert texts().say("interview.rule.trained_interview", "en") in page
        answer = send(client, f"{place}/text", text="A talk to keep", title="A title to keep")
        page = answer.content.decode()
        assert answer.status_code == 422 and "A talk to keep" in page and "A title to keep" in page
        assert texts().say("errors.interviews.needs_trained", "en") in page
        assert send(client, f"{place}/text", text="").status_code == 422
        token = forms(page)[0]["data"]["csrfmiddlewaretoken"]
        assert client.post(f"{place}/move", {"csrfmiddlewaretoken": token, "state": "closed"}).status_code == 422


def test_what_two_found_out_apart_stands_side_by_side(desk: Desk) -> None:
    case = casework.play(desk)
    ident = interviews.plan_interview(desk, desk.reader("work"), case.dossier, case.kalina)
    place = _address("interviews:show", interview=ident)
    with browsing(desk) as client:
        typed = client.get(place).content.decode()
        interviews.prepare(desk, desk.reader("work"), ident, interviews.Preparation("none", referral="what came meanwhile"))
        assert resend(client, place, typed, place, referral="what was typed").status_code == 303
        page = client.get(place).content.decode()
        assert "what came meanwhile" in page and "what was typed" in page
        for language in LANGUAGES:
            check(client.get(place, headers={"accept-language": language}).content.decode(), language)
        button = next(value for one in forms(page) if one["action"].endswith("/keep") for name, value in one["buttons"] if name == "version")
        assert send(client, place, "/keep", version=button).status_code == 303
        assert not reading.item(desk, desk.reader("work"), ident).contested


def test_the_longest_text_is_kept_in_cyrillic_too(desk: Desk) -> None:
    case = casework.play(desk)
    ident = interviews.plan_interview(desk, desk.reader("work"), case.dossier, case.kalina)
    with browsing(desk) as client:
        text = "суд камера абшук " * (claims.MAX_NOTE // 17)
        assert send(client, _address("interviews:text", interview=ident), text=text).status_code == 303
        place = _address("interviews:show", interview=ident)
        for page in ("", "?page=2"):
            check(client.get(place + page).content.decode(), "en")
    talk = interview_sections.talk(desk, desk.reader("work"), ident)
    assert len(talk.note.text) > claims.MAX_NOTE - 20 and 60 < len(talk.sections) < 200


def test_the_state_of_the_contact_is_asked_and_the_rest_of_it_stays(desk: Desk) -> None:
    case = casework.play(desk)
    ident = interviews.plan_interview(desk, desk.reader("work"), case.dossier, case.kalina)
    place = _address("interviews:show", interview=ident)
    with browsing(desk) as client:
        assert send(client, place, "/contact", device="hostile").status_code == 303, "one of the two is worth keeping"
        known = contacts.contact_of(desk, desk.reader("work"), case.kalina)
        assert known
        contacts.change_contact(desk, desk.reader("work"), known.item, contacts.ContactForm("signal", word="heron", safety="safe", device="trusted"))
        assert send(client, place, "/contact", safety="not_now", device="unknown").status_code == 303
        assert texts().say("interviews.safety.not_now", "en") in client.get(place).content.decode()
        assert send(client, place, "/contact", safety="perhaps").status_code == 422
    known = contacts.contact_of(desk, desk.reader("work"), case.kalina)
    assert known and (known.text("word"), known.text("safety"), known.text("device_state")) == ("heron", "not_now", "unknown")


def test_claims_about_fellow_prisoners_are_listed_as_waiting(desk: Desk) -> None:
    case = casework.play(desk)
    ident, talk = _told(desk, case)
    fellow = dossiers.add_entity(desk, desk.reader("work"), case.dossier, "person", "Fellow Vydumka")
    claims.cut_claims(desk, desk.reader("work"), talk.note.note, 0, 20, [claims.Cut("custody.no_bedding", "yes", subject=fellow)])
    with browsing(desk) as client:
        page = client.get(_address("interviews:show", interview=ident)).content.decode()
    assert texts().say("interviews.waiting", "en") in page and "Fellow Vydumka" in page


def test_missing_questions_name_the_sections(desk: Desk) -> None:
    case = casework.play(desk)
    ident, _ = _told(desk, case)
    place = _address("sections:missing", interview=ident)
    with browsing(desk) as client:
        assert client.get(place).status_code == 200
        page = client.get(f"{place}?norm=ICCPR-7").content.decode()
        assert desk.catalogue.vocabulary.fact("custody.overcrowding").question["en"] in page or "/sections/" in page
        assert client.get(f"{place}?norm=NONE").status_code == 404
        for language in LANGUAGES:
            for card in ("HRCTTEE", "SP-COMMUNICATION"):
                check(client.get(f"{place}?mechanism={card}", headers={"accept-language": language}).content.decode(), language)
        assert "page=2&amp;mechanism=HRCTTEE" in client.get(f"{place}?mechanism=HRCTTEE").content.decode()
        pattern = dossiers.new_dossier(desk, "PRY-2", "A pattern", "pattern")
        source = sources.add_source(desk, desk.reader("work"), pattern, sources.SourceForm("Rabina"))
        nobody = interviews.plan_interview(desk, desk.reader("work"), pattern, source)
        interviews.add_text(desk, desk.reader("work"), nobody, "Talk", "words", "en", "saw")
        page = client.get(f"{_address('sections:missing', interview=nobody)}?mechanism=WGAD-REGULAR").content.decode()
        assert texts().say("interviews.missing_nobody", "en") in page


# ---- who may see what ------------------------------------------------------------------------------------------------

ROUTES = [(module.app_name, pattern) for module in (interview_pages, section_pages) for pattern in module.urlpatterns]
SHOWN = {"sections:show", "sections:missing"}
POSTED = {"interviews:contact", "interviews:keep", "interviews:move", "sections:open", "sections:pass", "sections:join", "sections:split"}


@pytest.fixture
def pair(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> tuple[Desk, Desk, dict[str, str]]:
    author, stranger = two_desks
    case = casework.play(author)
    ident, talk = _told(author, case)
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    return author, stranger, {"dossier": case.dossier.hex(), "interview": ident.hex(), "section": talk.sections[0].section.hex()}


def _asked(desk: Desk, ids: dict[str, str]) -> dict[str, int]:
    answers = {}
    with browsing(desk) as client:
        token = forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
        for space, pattern in ROUTES:
            name = f"{space}:{pattern.name}"
            address = reverse(name, kwargs={key: ids[key] for key in pattern.pattern.converters})
            if name not in POSTED:
                answers[f"GET {name}"] = client.get(address).status_code
            if name not in SHOWN:
                answers[f"POST {name}"] = client.post(address, {"csrfmiddlewaretoken": token}).status_code
    return answers


def test_who_holds_the_accounts_finds_every_page_and_nobody_else_any(pair: tuple[Desk, Desk, dict[str, str]]) -> None:
    author, stranger, ids = pair
    own = _asked(author, ids)
    assert own.pop("POST interviews:keep") == 404, "there are no two versions of which one could be kept"
    assert {name: status for name, status in own.items() if status not in (200, 303, 422)} == {}
    assert {name: status for name, status in _asked(stranger, ids).items() if status != 404} == {}
    nobody = dict.fromkeys(ids, "ab" * 16)
    assert {name: status for name, status in _asked(author, nobody).items() if status != 404} == {}
