"""The pages on which cases are worked on: whole in three languages, usable without script, and never losing what was typed."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.core.records import Draft, Value
from letapis.core.standing import Level
from letapis.desk import claims, dossiers, evidence, ledger, reading, sources
from letapis.desk.opening import Desk
from letapis.desk.reading import home
from letapis.engines.catalogue import catalogue
from letapis.faces.texts import texts
from letapis.faces.web.cutting import MOST_ROWS

from . import casework
from .casework import TAKEN, TEXT, Case, browsing, resend, send
from .test_pages import LARGEST_PAGE, check

Pair = tuple[Desk, Desk, Case]


@pytest.fixture
def pair(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> Pair:
    """The author's desk and a colleague's, who objects to one claim; both hold everything."""
    author, colleague = two_desks
    case = casework.play(author)
    dossiers.admit_to_dossier(author, author.reader("work"), case.dossier, [colleague.me])
    carry(author, colleague)
    case = casework.object_to(case, colleague)
    carry(colleague, author)
    return author, colleague, case


@pytest.fixture
def solo(desk: Desk) -> Pair:
    """The same case at the author's desk alone, for pages that do not ask who else is there."""
    return desk, desk, casework.play(desk)


@pytest.fixture
def writer(solo: Pair) -> Iterator[Client]:
    with browsing(solo[0]) as client:
        yield client


@pytest.fixture
def author(pair: Pair) -> Iterator[Client]:
    with browsing(pair[0]) as client:
        yield client


@pytest.fixture
def colleague(pair: Pair) -> Iterator[Client]:
    with browsing(pair[1]) as client:
        yield client


def addresses(case: Case) -> list[str]:
    named = case.named(start=0, end=11)
    wanted = {
        "home": (), "dossiers:list": (), "dossiers:new": (), "verify:queue": (), "search:find": (),
        "dossiers:show": ("dossier",), "dossiers:information": ("dossier",), "dossiers:timeline": ("dossier",),
        "dossiers:standing": ("dossier",), "dossiers:admit": ("dossier",), "people:list": ("dossier",), "people:new_source": ("dossier",),
        "people:consent": ("dossier", "party"), "people:person": ("entity",), "people:source": ("source",), "account:write": ("dossier",),
        "account:note": ("note",), "account:cut": ("note", "start", "end"), "claims:add": ("dossier",), "claims:show": ("claim",),
        "claims:correct": ("claim",), "verify:dossier": ("dossier",), "verify:passage": ("passage",),
    }  # fmt: skip
    return [reverse(name, kwargs={key: int(named[key]) if key in ("start", "end") else named[key] for key in keys}) for name, keys in wanted.items()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(author: Client, colleague: Client, pair: Pair, language: str) -> None:
    for desk in pair[:2]:
        with browsing(desk) as client:
            for address in addresses(pair[2]):
                answer = client.get(address, headers={"accept-language": language})
                assert answer.status_code == 200, address
                check(answer.content.decode(), language)


def test_no_page_speaks_of_claims_verdicts_or_allegations_where_a_colleague_says_information(author: Client, pair: Pair) -> None:
    """Words of a lawsuit are for lawyers; the desk says note, who told us, how they know, checked, other information."""
    for address in addresses(pair[2]):
        shown = re.sub(r"<[^>]*>", " ", author.get(address).content.decode())
        assert not re.search(r"\b(alleg|verdict|plaintiff|defendant|testif|hearsay)", shown, re.IGNORECASE), address


def test_an_empty_desk_says_what_to_do_first(desk: Desk) -> None:
    with browsing(desk) as client:
        text = client.get("/").content.decode()
        assert texts().say("home.first", "en") in text and reverse("dossiers:new") in text
        assert texts().say("dossiers.none", "en") in client.get("/dossiers").content.decode()


def test_a_dossier_is_opened_and_led_on(desk: Desk) -> None:
    with browsing(desk) as client:
        answer = send(client, "/dossiers/new", code="V-1", title="Vydumka", person="Janka Vydumka")
        assert answer.status_code == 303
        text = client.get(answer["Location"]).content.decode()
        assert texts().say("dossiers.made", "en") in text and texts().say("people.no_sources", "en") in text
    (made,) = reading.dossiers(desk, desk.reader("work"))
    assert (made.code, made.title) == ("V-1", "Vydumka")


def test_a_code_that_is_taken_is_said_beside_its_field_and_nothing_is_lost(author: Client) -> None:
    answer = send(author, "/dossiers/new", code="pry-1", title="Another <title>", person="Somebody")
    text = answer.content.decode()
    assert answer.status_code == 422 and texts().say("errors.dossiers.code_taken", "en") in text
    assert "Another &lt;title&gt;" in text and 'value="Somebody"' in text and "pry-1" in text


def test_a_state_is_shown_by_its_name_and_not_by_its_code(pair: Pair) -> None:
    desk, _, case = pair
    cut = claims.Cut("act.country", "BY", subject=case.person, source=case.kalina, basis="saw")
    claims.add_claims(desk, desk.reader("work"), case.dossier, [cut])
    with browsing(desk) as client:
        for language, name in (("en", "Belarus"), ("be", "Беларусь"), ("ru", "Беларусь")):
            text = client.get(reverse("people:person", args=[case.person.hex()]), headers={"accept-language": language}).content.decode()
            assert name in text and ">BY<" not in text


def test_home_asks_for_the_law_only_where_a_dossier_holds_some_people(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dossier with a list of thousands took the first page 14 seconds, for questions to one of them."""
    with browsing(pair[0]) as client:
        assert texts().say("home.asked_means", "en") in client.get("/").content.decode()
        monkeypatch.setattr(home, "MOST_ENTRIES", 0)
        assert texts().say("home.asked_means", "en") not in client.get("/").content.decode()


def test_home_shows_what_waits_for_me_and_not_what_i_wrote(pair: Pair) -> None:
    with browsing(pair[1]) as client:
        text = client.get("/").content.decode()
        assert TAKEN in text and texts().say("home.contested", "en") in text and texts().say("home.disputed", "en") in text
    with browsing(pair[0]) as client:
        assert texts().say("home.nothing_to_check", "en") in client.get("/").content.decode()


def test_new_things_stay_new_until_the_member_says_so(colleague: Client, pair: Pair) -> None:
    address = reverse("dossiers:show", args=[pair[2].dossier.hex()])
    new = texts().say("dossiers.new_since", "en")
    assert new in colleague.get(address).content.decode() and new in colleague.get(address).content.decode()
    assert send(colleague, address, "/seen").status_code == 303
    assert new not in colleague.get(address).content.decode()


def test_decisions_of_colleagues_are_news_too(author: Client, pair: Pair) -> None:
    """The colleague wrote nothing and objected once: that is new for the author, and can be marked as seen."""
    address = reverse("dossiers:show", args=[pair[2].dossier.hex()])
    new = texts().say("dossiers.new_decisions", "en", count=1)
    assert new in author.get(address).content.decode()
    assert send(author, address, "/seen").status_code == 303
    assert new not in author.get(address).content.decode()


def test_home_puts_what_is_told_differently_in_one_line(author: Client) -> None:
    assert re.search(r"<strong>\d+ August 2020</strong> / <strong>\d+ August 2020</strong>", author.get("/").content.decode())


# ---- account and cutting ---------------------------------------------------------------------------------------------


def test_a_note_keeps_the_words_with_one_kind_of_line_end(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    answer = send(writer, reverse("account:write", args=[case.dossier.hex()]), title="Call", text=" One.\r\nTwo <b>.\r\n", source=case.klon.hex())
    assert answer.status_code == 303
    note = next(n for n in reading.notes(desk, desk.reader("work"), case.dossier) if n.title == "Call")
    assert note.text == " One.\nTwo <b>.\n" and note.source == case.klon and note.subject == case.person
    assert "Two &lt;b&gt;." in writer.get(answer["Location"]).content.decode()


def test_the_same_note_from_two_tabs_is_one_note(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    place = reverse("account:write", args=[case.dossier.hex()])
    tabs = [writer.get(place).content.decode() for _ in range(2)]
    told = {"title": " Call ", "text": "He was \r\nbrought back.", "source": case.klon.hex()}
    first, second = (resend(writer, place, tab, **told) for tab in tabs)
    assert first.status_code == second.status_code == 303 and first["Location"] == second["Location"]
    assert texts().say("account.kept_already", "en") in writer.get(second["Location"]).content.decode()
    notes = lambda: [one for one in reading.notes(desk, desk.reader("work"), case.dossier) if one.title == "Call"]  # noqa: E731
    assert len(notes()) == 1
    for other in ({"text": "He was brought back?"}, {"title": "Call 2"}, {"source": ""}):
        assert resend(writer, place, tabs[0], **(told | other))["Location"] != first["Location"]
    desk.clock.now += timedelta(minutes=11)  # type: ignore[attr-defined]  # the test's clock
    assert send(writer, place, **told)["Location"] != first["Location"], "the same words on another occasion are another note"


def test_an_empty_note_comes_back_with_what_was_typed(writer: Client, solo: Pair) -> None:
    answer = send(writer, reverse("account:write", args=[solo[2].dossier.hex()]), title="Only a title", text="   ")
    assert answer.status_code == 422 and 'value="Only a title"' in answer.content.decode()
    assert texts().say("errors.claims.note_text", "en") in answer.content.decode()


def test_the_passages_of_a_note_are_marked_with_their_information_beside(writer: Client, solo: Pair) -> None:
    text = writer.get(reverse("account:note", args=[solo[2].note.hex()])).content.decode()
    assert f"<mark>{TAKEN}</mark>" in text and "9 August 2020" in text.split("Marked so far", 1)[1]


def choose(client: Client, case: Case, **words: Any) -> Any:
    return send(client, reverse("account:note", args=[case.note.hex()]), **{"passage_text": "", **words})


def test_words_are_chosen_by_quoting_them(writer: Client, solo: Pair) -> None:
    answer = choose(writer, solo[2], passage_text="  Six men in masks came.\r\nNo paper was shown. ")
    start = TEXT.index("Six men")
    assert answer.status_code == 303 and answer["Location"].endswith(f"/cut/{start}/{TEXT.index(' The flat')}")


def test_words_are_chosen_by_ticking_sentences(writer: Client, solo: Pair) -> None:
    text = writer.get(reverse("account:note", args=[solo[2].note.hex()])).content.decode()
    places = re.findall(r'name="sentence" value="(\d+-\d+)"', text)
    answer = choose(writer, solo[2], sentence=places[1:3])
    assert answer["Location"].endswith(f"/cut/{TEXT.index('They')}/{TEXT.index('came.') + 5}")


def test_words_are_chosen_by_marking_them(writer: Client, solo: Pair) -> None:
    """The script fills in the offsets; they are believed only if the very words stand there."""
    start = TEXT.index("Six men")
    marked = {"passage_text": "Six men ", "passage_start": str(start), "passage_end": str(start + 8)}
    assert choose(writer, solo[2], **marked)["Location"].endswith(f"/cut/{start}/{start + 7}")
    lie = {"passage_text": "Six men ", "passage_start": "0", "passage_end": "8"}
    assert choose(writer, solo[2], **lie)["Location"].endswith(f"/cut/{start}/{start + 7}")


@pytest.mark.parametrize("quote, code", [("", "claims.passage"), ("Not said at all.", "claims.quote_not_found"), (" was ", "claims.quote_twice")])
def test_words_that_cannot_be_found_come_back_with_the_reason(writer: Client, solo: Pair, quote: str, code: str) -> None:
    answer = choose(writer, solo[2], passage_text=quote)
    text = answer.content.decode()
    assert answer.status_code == 422 and texts().say(f"errors.{code}", "en") in text and quote.strip() in text


def cutting(case: Case, start: int = 0, end: int = 11) -> str:
    return reverse("account:cut", args=[case.note.hex(), start, end])


def add_rows(client: Client, address: str, *properties: str) -> str:
    """Choose properties one after the other, as the form without script does it."""
    text = client.get(address).content.decode()
    for name in properties:
        text = resend(client, address, text, do="add", property=name).content.decode()
    return text


def label(fact: str, language: str = "en") -> str:
    return catalogue().vocabulary.fact(fact).label[language]


def test_several_pieces_are_cut_from_one_passage_at_once(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    start = TEXT.index("Six men")
    address = cutting(case, start, start + 24)
    text = add_rows(writer, address, label("detention.masked_agents").upper(), label("detention.end", "be"), "harm.type", "person.sex")
    assert [name in text for name in ('name="value-1"', 'name="value-2"', 'name="pick-3"', 'name="value-4"')] == [True] * 4
    picked = sorted(re.findall(r'name="pick-3" value="([^"]+)"', text))[:2]
    answer = resend(writer, address, text, do="save", value__1="true", value__2="10.8.2020", certainty__2="about", pick__3=picked, partial__3="yes",
                    value__4="male", valid_from__1="2020-08")  # fmt: skip
    assert answer.status_code == 303, answer.content.decode()
    found = {c.property: c for c in reading.claims(desk, desk.reader("work"), case.dossier)}
    assert found["detention.masked_agents"].value == "true" and found["detention.masked_agents"].valid_from == "2020-08"
    assert found["detention.end"].value == "2020-08-10" and found["detention.end"].certainty == "about"
    assert found["harm.type"].value == "; ".join(picked) and found["harm.type"].partial
    made = [found[name] for name in ("detention.masked_agents", "detention.end", "harm.type", "person.sex")]
    assert len({c.passage for c in made}) == 1 and {c.source for c in made} == {case.kalina} and {c.basis for c in made} == {"was_told"}


def test_everything_wrong_is_shown_at_once_beside_its_field_and_nothing_is_lost(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    before = len(reading.claims(desk, desk.reader("work"), case.dossier))
    text = add_rows(writer, cutting(case), "detention.end", "harm.type", "detention.masked_agents")
    answer = resend(writer, cutting(case), text, do="save", value__1="last <summer>", valid_from__3="soon", value__3="false", certainty__1="about")
    text = answer.content.decode()
    assert answer.status_code == 422
    for key in ("errors.claims.value_date", "cutting.list_empty", "errors.claims.date"):
        assert texts().say(key, "en") in text
    assert 'value="last &lt;summer&gt;"' in text and 'value="soon"' in text and 'value="false" checked' in text
    assert re.search(r'value="about" selected', text)
    assert len(reading.claims(desk, desk.reader("work"), case.dossier)) == before


def test_an_empty_list_is_said_on_purpose(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    text = add_rows(writer, cutting(case), "harm.type")
    assert resend(writer, cutting(case), text, do="save", none__1="yes").status_code == 303
    made = next(c for c in reading.claims(desk, desk.reader("work"), case.dossier) if c.property == "harm.type")
    assert made.value == ""


def test_an_unknown_property_is_named_and_rows_stay(writer: Client, solo: Pair) -> None:
    text = add_rows(writer, cutting(solo[2]), "detention.end")
    answer = resend(writer, cutting(solo[2]), text, do="add", property="weather", value__1="2021")
    text = answer.content.decode()
    assert answer.status_code == 422 and texts().say("cutting.unknown", "en") in text and 'value="weather"' in text and 'value="2021"' in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [MOST_ROWS - 1, MOST_ROWS])
def test_the_fullest_form_is_within_the_limit(writer: Client, solo: Pair, count: int, language: str) -> None:
    desk, _, case = solo
    for number in range(7):
        dossiers.add_entity(desk, desk.reader("work"), case.dossier, "person", f"Vydumka {number} " + "з доўгім імем " * 3)
    numbers = [str(number) for number in range(1, count + 1)]
    rows = {"row": numbers, **{f"property-{number}": "harm.type" for number in numbers}}
    token = casework.forms(writer.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    answer = writer.post(cutting(case), {**rows, "csrfmiddlewaretoken": token, "do": "save"}, headers={"accept-language": language})
    assert answer.status_code == 422 and answer.content.decode().count("<legend>") >= count
    check(answer.content.decode(), language)


def test_a_row_is_dropped_and_the_others_stay(writer: Client, solo: Pair) -> None:
    text = add_rows(writer, cutting(solo[2]), "detention.end", "detention.masked_agents")
    text = resend(writer, cutting(solo[2]), text, drop="1", value__1="2021").content.decode()
    assert "detention.end" not in text and 'value="detention.masked_agents"' in text


def test_a_property_that_was_typed_is_never_saved_over(writer: Client, solo: Pair) -> None:
    """Saving with something in the field for the next one adds it first: nothing typed is dropped in silence."""
    text = add_rows(writer, cutting(solo[2]), "detention.masked_agents")
    answer = resend(writer, cutting(solo[2]), text, do="save", value__1="true", property="detention.end")
    assert answer.status_code == 200 and 'value="detention.end"' in answer.content.decode()


def test_a_passage_outside_the_note_does_not_exist(writer: Client, solo: Pair) -> None:
    assert writer.get(cutting(solo[2], 5, 5000)).status_code in (403, 404)


def test_information_without_a_note_needs_to_say_who_told_it(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    address = reverse("claims:add", args=[case.dossier.hex()])
    text = add_rows(writer, address, "detention.end")
    answer = resend(writer, address, text, do="save", value__1="2021")
    assert answer.status_code == 422 and texts().say("errors.claims.basis", "en") in answer.content.decode()
    answer = resend(writer, address, answer.content.decode(), do="save", source=case.klon.hex(), basis="document")
    assert answer.status_code == 303
    assert any(c.property == "detention.end" and c.source == case.klon for c in reading.claims(desk, desk.reader("work"), case.dossier))


def test_information_stands_on_a_page_of_a_document(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    item = evidence.keep_text(desk, desk.reader("work"), case.dossier, "Letter from the colony", "Plain text.")
    address = reverse("claims:add", args=[case.dossier.hex()])
    text = add_rows(writer, f"{address}?evidence={item.hex()}", "detention.end")
    assert f'value="{item.hex()}" selected' in text
    told = {"value__1": "2021", "source": case.klon.hex(), "basis": "document", "page": "3"}
    stranger = resend(writer, address, text, do="save", **told, evidence="ab" * 16)
    assert stranger.status_code == 422 and texts().say("errors.cutting.document", "en") in stranger.content.decode()
    assert resend(writer, address, text, do="save", **told).status_code == 303
    made = next(c for c in reading.claims(desk, desk.reader("work"), case.dossier) if c.property == "detention.end")
    assert made.evidence == item and made.anchor == "3"
    shown = writer.get(reverse("claims:show", args=[made.rid.hex()])).content.decode()
    assert "Letter from the colony" in shown and reverse("evidence:item", args=[item.hex()]) in shown


def test_a_long_note_is_shown_in_parts_within_the_limit(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    long = "Яны прыйшлі раніцай і забралі яго з дому. " * 1200
    note = claims.write_note(desk, desk.reader("work"), case.dossier, claims.NoteForm("Long", long, "be", case.kalina, "saw", case.person))
    address = reverse("account:note", args=[note.hex()])
    answer = writer.get(f"{address}?page=3")
    check(answer.content.decode(), "en")
    base = int(re.findall(r'name="base" value="(\d+)"', answer.content.decode())[0])
    told = send(writer, f"{address}?page=3", passage_text=long[base : base + 20], passage_start="0", passage_end="20")
    assert told["Location"].endswith(f"/cut/{base}/{base + len(long[base : base + 20].rstrip())}")


# ---- claims ----------------------------------------------------------------------------------------------------------


def test_the_author_is_told_why_a_check_is_not_offered(author: Client, pair: Pair) -> None:
    address = reverse("claims:show", args=[pair[2].claim.hex()])
    text = author.get(address).content.decode()
    assert texts().say("claims.own_not_offered", "en") in text
    assert not any(form["action"].endswith("/check") for form in casework.forms(text))
    token = casework.forms(text)[0]["data"]["csrfmiddlewaretoken"]
    forced = author.post(f"{address}/check", {"csrfmiddlewaretoken": token})
    assert forced.status_code == 422 and texts().say("errors.verify.own_claim", "en") in forced.content.decode()


def test_a_claim_shows_its_words_source_reasons_and_decisions(author: Client, pair: Pair) -> None:
    text = author.get(reverse("claims:show", args=[pair[2].claim.hex()])).content.decode()
    for shown in (TAKEN, "Kalina", "grade B", "was told by others", "The date is of another call.", "12 August 2020", "Pryklad"):
        assert shown in text, shown
    assert texts().say("standing.disputed", "en", members=1) in text


def test_a_reader_without_the_words_sees_none_of_them(pair: Pair) -> None:
    author, _, case = pair
    home = reading.dossier(author, author.reader("work"), case.dossier)
    author.store.run_many("DELETE FROM db_compartmentkey WHERE compartment = %s", [(home.raw,)])
    with browsing(author) as client:
        for name in ("dossiers:show", "dossiers:standing", "dossiers:timeline"):
            assert TAKEN not in client.get(reverse(name, args=[case.dossier.hex()])).content.decode()
        text = client.get(reverse("claims:show", args=[case.claim.hex()])).content.decode()
        assert TAKEN not in text and texts().say("claims.words_hidden", "en") in text
        assert client.get(reverse("account:note", args=[case.note.hex()])).status_code == 404
        assert client.get(reverse("verify:passage", args=[case.passage.hex()])).status_code == 404


def test_an_objection_is_withdrawn_by_the_one_who_made_it(colleague: Client, pair: Pair) -> None:
    address = reverse("claims:show", args=[pair[2].claim.hex()])
    assert send(colleague, address, "/withdraw").status_code == 303
    assert reading.claim(pair[1], pair[1].reader("work"), pair[2].claim).level is Level.OPEN


def test_overruling_needs_a_reason_and_keeps_what_was_typed(author: Client, pair: Pair) -> None:
    address = reverse("claims:show", args=[pair[2].claim.hex()])
    answer = send(author, address, "/overrule", reason="   ")
    assert answer.status_code == 422 and texts().say("errors.verify.reason", "en") in answer.content.decode()
    long = "x" * 4001
    assert long in send(author, address, "/overrule", reason=long).content.decode()
    assert send(author, address, "/overrule", reason="It is the same call.").status_code == 303
    assert "It is the same call." in author.get(address).content.decode()


def test_a_claim_is_disputed_and_taken_back_with_reasons(pair: Pair) -> None:
    author, colleague, case = pair
    with browsing(colleague) as client:
        address = reverse("claims:show", args=[case.other.hex()])
        answer = send(client, address, "/dispute", reason=" ")
        assert answer.status_code == 422 and texts().say("errors.verify.reason", "en") in answer.content.decode()
        assert send(client, address, "/dispute", reason="A copy.").status_code == 303
        assert "A copy." in client.get(address).content.decode()
    with browsing(author) as client:
        assert texts().say("claims.retract_own", "en") in client.get(address).content.decode()
        assert send(client, address, "/retract", reason="Wrong person.").status_code == 303
    assert reading.claim(author, author.reader("work"), case.other).level is Level.RETRACTED


def test_a_correction_is_a_new_claim_and_both_are_shown(author: Client, pair: Pair) -> None:
    desk, _, case = pair
    address = reverse("claims:correct", args=[case.claim.hex()])
    assert 'value="2020-08-09"' in author.get(address).content.decode()
    wrong = send(author, address, value__1="spring")
    assert wrong.status_code == 422 and 'value="spring"' in wrong.content.decode()
    answer = send(author, address, value__1="2020-08-10")
    assert answer.status_code == 303
    new = author.get(answer["Location"]).content.decode()
    assert "10 August 2020" in new and texts().say("claims.earlier", "en") in new and TAKEN in new
    assert texts().say("claims.later", "en") in author.get(reverse("claims:show", args=[case.claim.hex()])).content.decode()
    assert author.get(address).status_code == 403, "what was corrected once is corrected there, not again here"
    assert reading.claim(desk, desk.reader("work"), case.claim).replaced


def test_a_ruling_on_another_claim_does_not_exist_here(author: Client, pair: Pair) -> None:
    case = pair[2]
    token = casework.forms(author.get("/").content.decode())[0]["data"]["csrfmiddlewaretoken"]
    address = reverse("claims:overrule", args=[case.other.hex(), case.ruling.hex()])
    assert author.post(address, {"csrfmiddlewaretoken": token, "reason": "x"}).status_code == 404


# ---- checking --------------------------------------------------------------------------------------------------------


def test_a_passage_is_checked_with_one_button(pair: Pair) -> None:
    _, desk, case = pair
    with browsing(desk) as client:
        address = reverse("verify:passage", args=[case.passage.hex()])
        assert client.get("/check").content.decode().count(address) == 1
        assert f"<mark>{TAKEN}</mark>" in client.get(address).content.decode()
        assert send(client, address, "/done").status_code == 303
    found = reading.claims(desk, desk.reader("work"), case.dossier)
    assert {c.property for c in found if desk.me in c.checkers} == {"detention.start", "detention.warrant_shown"}


def test_who_checks_an_assessment_is_asked_why(pair: Pair, carry: Callable[..., object]) -> None:
    author, desk, case = pair
    asked = texts().say("verify.reasons", "en")
    address = reverse("verify:passage", args=[case.passage.hex()])
    with browsing(desk) as client:
        assert asked not in client.get(address).content.decode()
    words = reading.passage(author, author.reader("work"), case.passage)
    cut = [claims.Cut("departure.genuine_choice", "no")]
    made = claims.cut_claims(author, author.reader("work"), words.note, words.start, words.end, cut)
    carry(author, desk)
    with browsing(desk) as client:
        assert asked in client.get(address).content.decode()
        assert send(client, address, "/done", reasons="Blows for an hour.").status_code == 303
    assert [r.reason for r in reading.rulings_on(desk, [made[0].ref])] == ["Blows for an hour."]


def test_what_weighs_most_has_a_button_of_its_own_and_goes_with_no_other(pair: Pair, carry: Callable[..., object]) -> None:
    author, desk, case = pair
    words = reading.passage(author, author.reader("work"), case.passage)
    cut = [claims.Cut("harm.severe", "yes"), claims.Cut("harm.sexual_violence", "yes")]
    severe, violence = claims.cut_claims(author, author.reader("work"), words.note, words.start, words.end, cut)
    carry(author, desk)
    address = reverse("verify:passage", args=[case.passage.hex()])
    alone, both = severe.header.id.hex(), [severe.header.id.hex(), case.claim.hex()]
    with browsing(desk) as client:
        assert send(client, address, "/open").status_code == 303, "it is announced first"
        shown = client.get(address).content.decode()
        check(shown, "en")
        assert shown.count(texts().say("verify.alone", "en")) == 2 and texts().say("verify.button", "en", count=2) in shown
        answer = send(client, address, "/done", claim=both)
        assert answer.status_code == 422 and texts().say("errors.verify.singly", "en") in answer.content.decode()
        assert send(client, address, "/done")["Location"] == address, "the others wait on the same page"
        answer = send(client, address, "/done", claim=[alone], reasons="x" * 5000)
        assert answer.status_code == 422 and "x" * 5000 + "</textarea>" in answer.content.decode()
        assert send(client, address, "/done", claim=[alone], reasons="Blows for an hour.").status_code == 303
        assert send(client, address, "/done", claim=[violence.header.id.hex()])["Location"] != address
    assert [r.reason for r in reading.rulings_on(desk, [severe.ref])] == ["Blows for an hour."]
    assert {c.checkers for c in reading.claims(desk, desk.reader("work"), case.dossier) if c.passage} == {frozenset({desk.me})}


def test_an_unticked_claim_is_not_checked(pair: Pair) -> None:
    _, desk, case = pair
    with browsing(desk) as client:
        assert send(client, reverse("verify:passage", args=[case.passage.hex()]), "/done", claim=[case.claim.hex()]).status_code == 303
    assert [c.rid for c in reading.claims(desk, desk.reader("work"), case.dossier) if desk.me in c.checkers] == [case.claim]


def test_no_tick_checks_nothing_and_a_claim_of_another_passage_is_refused(pair: Pair) -> None:
    _, desk, case = pair
    with browsing(desk) as client:
        address = reverse("verify:passage", args=[case.passage.hex()])
        for chosen in ([], [case.other.hex()]):
            answer = send(client, address, "/done", claim=chosen)
            assert answer.status_code == 422 and texts().say("errors.verify.nothing_to_check", "en") in answer.content.decode()
    assert not [c for c in reading.claims(desk, desk.reader("work"), case.dossier) if c.checkers]


def test_the_author_finds_nothing_to_tick(author: Client, pair: Pair) -> None:
    text = author.get(reverse("verify:passage", args=[pair[2].passage.hex()])).content.decode()
    assert 'type="checkbox" name="claim"' not in text and texts().say("verify.nothing", "en") in text


def test_an_objection_is_written_beside_the_claim(pair: Pair) -> None:
    _, desk, case = pair
    with browsing(desk) as client:
        address = reverse("verify:passage", args=[case.passage.hex()])
        answer = send(client, address, f"{case.claim.hex()}/dispute", reason="")
        assert answer.status_code == 422 and texts().say("errors.verify.reason", "en") in answer.content.decode()
        assert send(client, address, f"{case.claim.hex()}/dispute", reason="Another day.").status_code == 303
    assert reading.claim(desk, desk.reader("work"), case.claim).level is Level.DISPUTED


def test_after_a_check_the_next_passage_comes(pair: Pair, carry: Callable[..., Any]) -> None:
    author, desk, case = pair
    start, end = claims.find_passage(TEXT, "No paper was shown.")
    claims.cut_claims(author, author.reader("work"), case.note, start, end, [claims.Cut("detention.flagrant", "no")])
    carry(author, desk)
    with browsing(desk) as client:
        answer = send(client, reverse("verify:passage", args=[case.passage.hex()]), "/done")
        assert "No paper was shown." in client.get(answer["Location"]).content.decode().split("<mark>")[1]


# ---- standing, people, consent, search -------------------------------------------------------------------------------


def test_contradictions_stand_side_by_side_with_grades(writer: Client, solo: Pair) -> None:
    text = writer.get(reverse("dossiers:standing", args=[solo[2].dossier.hex()])).content.decode()
    beside = text.split('class="beside"', 1)[1]
    assert "9 August 2020" in beside and "12 August 2020" in beside and "grade B" in beside and "grade D" in beside


def test_the_timeline_says_year_month_and_certainty(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    cut = claims.Cut("detention.end", "2021", subject=case.person, source=case.klon, basis="document", certainty="about")
    claims.add_claims(desk, desk.reader("work"), case.dossier, [cut])
    text = writer.get(reverse("dossiers:timeline", args=[case.dossier.hex()])).content.decode()
    assert "<h3>August 2020</h3>" in text and texts().say("timeline.no_month", "en") in text and "(about)" in text


def test_a_source_is_added_with_its_identity_sealed_in_the_same_form(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    address = reverse("people:new_source", args=[case.dossier.hex()])
    answer = send(writer, address, code="kalina", name="Vydumka Vydumnaja", upstream=[case.klon.hex()])
    text = answer.content.decode()
    assert answer.status_code == 422 and texts().say("errors.sources.code_taken", "en") in text and "Vydumka Vydumnaja" in text
    answer = resend(writer, address, text, code="Biaroza", kind="court")
    assert answer.status_code == 303
    made = next(s for s in reading.sources(desk, desk.reader("work"), case.dossier) if s.code == "Biaroza")
    assert (made.kind, made.grade, made.upstream) == ("court", "F", (case.klon,))
    assert "Vydumnaja" not in writer.get(answer["Location"]).content.decode()


def test_a_source_is_graded_and_compared_with_reasons(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    address = reverse("people:source", args=[case.kalina.hex()])
    assert send(writer, address, "/grade", grade="Z").status_code == 422
    assert send(writer, address, "/grade", grade="A").status_code == 303
    assert reading.source(desk, desk.reader("work"), case.kalina).grade == "A"
    answer = send(writer, address, "/compare", other=case.klon.hex(), reason=" ")
    assert answer.status_code == 422 and texts().say("errors.verify.reason", "en") in answer.content.decode()
    assert send(writer, address, "/compare", other=case.klon.hex(), reason="One is a channel.").status_code == 303
    assert "One is a channel." in writer.get(address).content.decode()


def test_consent_is_set_use_by_use_and_only_changed_rows_are_recorded(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    address = reverse("people:consent", args=[case.dossier.hex(), case.kalina.hex()])
    answer = send(writer, address, scope__keep_internal="given", scope__publish_named="refused", taken="2026-11")
    assert answer.status_code == 303
    found = {c.scope: c.answer for c in reading.consents(desk, desk.reader("work"), case.dossier)}
    assert found == {"keep_internal": "given", "publish_named": "refused"}
    assert send(writer, address).status_code == 303 and len(reading.consents(desk, desk.reader("work"), case.dossier)) == 2


def test_a_surrogate_without_a_reason_comes_back_with_its_answers(writer: Client, solo: Pair) -> None:
    address = reverse("people:consent", args=[solo[2].dossier.hex(), solo[2].person.hex()])
    answer = send(writer, address, scope__wgad_regular="given", surrogate="yes", recipient="Only <them>")
    text = answer.content.decode()
    assert answer.status_code == 422 and texts().say("errors.consent.surrogate_reason", "en") in text and "Only &lt;them&gt;" in text
    assert re.search(r'name="scope-wgad_regular".*?value="given" selected', text, re.DOTALL)


def test_a_person_is_named_and_has_a_page(writer: Client, solo: Pair) -> None:
    address = reverse("people:list", args=[solo[2].dossier.hex()])
    assert send(writer, address, label="  ").status_code == 422
    assert send(writer, address, label="Colony 99", kind="place").status_code == 303
    assert "Colony 99" in writer.get(address).content.decode()
    page = writer.get(reverse("people:person", args=[solo[2].person.hex()])).content.decode()
    assert "August 2020" in page and texts().say("people.undated", "en") in page


def test_search_finds_any_form_of_a_word_and_keeps_it_out_of_the_address(writer: Client, solo: Pair) -> None:
    answer = send(writer, "/search", "/search", words="calls")
    text = answer.content.decode()
    assert "Call with Kalina" in text and "PRY-1" in text and answer.request["QUERY_STRING"] == ""
    assert writer.get("/search?words=Kalina").content.decode().count("Kalina") == 0
    none = send(writer, "/search", "/search", words="<script>zzz")
    assert texts().say("search.none", "en") in none.content.decode() and "&lt;script&gt;" in none.content.decode()


def test_colleagues_are_admitted(two_desks: tuple[Desk, Desk]) -> None:
    desk, other = two_desks
    case = casework.play(desk)
    with browsing(desk) as client:
        address = reverse("dossiers:admit", args=[case.dossier.hex()])
        assert send(client, address, member=[other.me.hex()], raw="yes").status_code == 303
        home = reading.dossier(desk, desk.reader("work"), case.dossier)
        assert {other.me, desk.me} == reading.holders(desk, home.raw) == reading.holders(desk, home.work)
        stranger = send(client, address, member=["ab" * 16])
        assert stranger.status_code == 422 and texts().say("errors.dossiers.not_a_member", "en") in stranger.content.decode()


def test_a_menu_place_is_marked_only_where_we_are(writer: Client, solo: Pair) -> None:
    assert 'href="/" aria-current' in writer.get("/").content.decode()
    assert 'href="/" aria-current' not in writer.get(reverse("claims:show", args=[solo[2].claim.hex()])).content.decode()


def fill(desk: Desk, case: Case) -> None:
    """A dossier that grew for years: many people and sources, long words, everything contested."""
    reader, long = desk.reader("work"), "Вельмі доўгае слова сказанага. " * 60
    work = reading.dossier(desk, reader, case.dossier).work
    bodies: list[dict[str, Value]] = [
        {"dossier": case.dossier, "entity": desk.randomness(16), "kind": "person", "label": f"Выдуманы чалавек нумар {number}"}
        for number in range(80)
    ]
    ledger.append(desk, [Draft("entity", work, body) for body in bodies])
    for number in range(45):
        sources.add_source(desk, reader, case.dossier, sources.SourceForm(f"Выдуманая крыніца {number}"))
    text = "".join(f"Сказ нумар {number}. " + "Яны гэта сказалі. " * 2 for number in range(70))
    note = claims.write_note(desk, reader, case.dossier, claims.NoteForm("Нататка", text, "be", case.klon, "saw", case.person))
    facts = ("detention.place", "detention.agency", "expression.act")
    cuts = [claims.Cut(fact, f"{number} {long}") for fact in facts for number in range(2)]
    for number in range(40):
        start = text.index(f"Сказ нумар {number}.")
        claims.cut_claims(desk, reader, note, start, start + 40, cuts)


def test_a_dossier_that_grew_for_years_still_has_small_pages(writer: Client, solo: Pair) -> None:
    desk, _, case = solo
    fill(desk, case)
    note = max(reading.notes(desk, desk.reader("work"), case.dossier), key=lambda one: len(one.text)).note
    cut = reading.passages(desk, desk.reader("work"), note)[0]
    grown = Case(**{**case.__dict__, "note": note, "passage": cut.rid, "kalina": case.klon})
    claim = next(c.rid for c in reading.claims(desk, desk.reader("work"), case.dossier) if c.property == "detention.place")
    for address in [*addresses(grown), reverse("claims:show", args=[claim.hex()])]:
        answer = writer.get(address, headers={"accept-language": "be"})
        assert answer.status_code == 200, address
        assert len(answer.content) <= LARGEST_PAGE, address
    found = send(writer, "/search", "/search", words="доўгае")
    assert found.status_code == 200 and len(found.content) <= LARGEST_PAGE


def test_search_finds_a_person_by_any_spelling_and_says_why(writer: Client, solo: Pair) -> None:
    for spelling in ("Янка Выдумка", "Выдумко Янка", "Janka Wydumka", "Jan VYDUMKA", "Yanka Vidumka", "Янка Выдмука", "Я. Выдумка", "vydumka"):
        answer = send(writer, "/search", "/search", words=spelling).content.decode()
        assert reverse("people:person", args=[solo[2].person.hex()]) in answer, spelling
    check(answer, "en")
    assert "Surname: the same in another spelling" in send(writer, "/search", "/search", words="Янка Выдумка").content.decode()
    nobody = send(writer, "/search", "/search", words="Зоя Небыліца").content.decode()
    assert reverse("people:person", args=[solo[2].person.hex()]) not in nobody


def test_an_article_is_called_as_people_call_it(writer: Client, solo: Pair) -> None:
    """On the page of a person stood the code of the data: CC1999 342(1)."""
    desk, _, case = solo
    told = claims.Cut("charge.article", "CC1999 342(1); CAO2021 24.23", subject=case.person, source=case.klon, basis="document")
    claims.add_claims(desk, desk.reader("work"), case.dossier, [told])
    called = {
        "en": "art. 24.23 of the Code of Administrative Offences, art. 342(1) of the Criminal Code",
        "be": "арт. 24.23 КаАП, ч. 1 арт. 342 КК",
        "ru": "ст. 24.23 КоАП, ч. 1 ст. 342 УК",
    }
    for language, words in called.items():
        text = writer.get(reverse("people:person", args=[case.person.hex()]), headers={"accept-language": language}).content.decode()
        assert words in text and "CC1999" not in text
