"""A dossier with more people than a list of names holds: a name is typed, those who may be meant are shown, one is chosen. No script."""

import pytest
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import dossiers, erasure, reading, tasks
from letapis.desk.opening import Desk
from letapis.faces.web import choosing

from . import casework
from .casework import Case, browsing, forms, resend, say, send
from .test_pages import check

FORMS = ("tasks:dossier", "needs:list", "interviews:list", "hearings:dossier", "letters:dossier", "posts:dossier")
PICKED = {"law": "law:dossier", "then": "law_compare:then", "mechanisms": "mechanisms:dossier", "recognition": "recognition:dossier",
          "guide": "guide:show", "vote": "recognition_writing:vote"}  # fmt: skip


@pytest.fixture
def case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A dossier with five people, at a desk where three are many."""
    played = casework.play(desk)
    for label in ("Pryklad Alena", "Pryklad Alena", "Pryklad Ihar", "Postava Lavon"):
        dossiers.add_entity(desk, desk.reader("work"), played.dossier, "person", label)
    monkeypatch.setattr(choosing, "FEW", 3)
    monkeypatch.setattr("letapis.faces.web.templatetags.desk.FEW", 3)
    return played


def about(desk: Desk, case: Case) -> list[bytes]:
    return [task.about for task in reading.items(desk, desk.reader("work"), "task", dossier=case.dossier)]


def test_no_page_with_a_form_names_everybody_and_each_says_how_to_find_somebody(desk: Desk, case: Case) -> None:
    with browsing(desk) as client:
        for name in (*FORMS, "submit:dossier"):
            for language in LANGUAGES:
                text = client.get(reverse(name, args=[case.dossier.hex()]), headers={"accept-language": language}).content.decode()
                assert "Postava Lavon</option>" not in text and say("choosing.find", language) in text, name
                check(text, language)


def test_a_name_that_was_typed_records_nothing_until_somebody_is_chosen(desk: Desk, case: Case) -> None:
    """Also with Enter in the field of the name, which presses the button that looks; what else is missing is not complained about yet."""
    place = reverse("tasks:dossier", args=[case.dossier.hex()])
    with browsing(desk) as client:
        for extra in ({"about-find": "1"}, {"text": "ring back"}):
            answer = send(client, place, about="Прыклад", **extra)
            text = answer.content.decode()
            assert answer.status_code == 422 and about(desk, case) == [] and text.count('class="error"') == 1
            assert text.count("Pryklad Alena</label>") == 2 and "Pryklad Ihar</label>" in text and "Postava Lavon" not in text
            assert say("choosing.choose") in text and say("web.form_wrong") not in text
        assert resend(client, place, text, text="ring back").status_code == 422 and about(desk, case) == []  # nobody chosen is not nobody
        (ihar,) = (one.entity for one in reading.entities(desk, desk.reader("work"), case.dossier) if one.label == "Pryklad Ihar")
        assert resend(client, place, text, **{"text": "ring back", "about-who": ihar.hex()}).status_code == 303
    assert about(desk, case) == [ihar]


def test_the_exact_name_of_one_person_is_enough_and_that_of_two_is_not(desk: Desk, case: Case) -> None:
    place = reverse("tasks:dossier", args=[case.dossier.hex()])
    with browsing(desk) as client:
        assert send(client, place, about="Pryklad Alena", text="one").status_code == 422
        assert send(client, place, about="postava lavon", text="two").status_code == 303
        assert send(client, place, about="Nichto Nidzie", text="three").status_code == 422
        assert send(client, place, text="four").status_code == 303
        assert send(client, place, about="Kalina", text="five").status_code == 303
    (lavon,) = (one.entity for one in reading.entities(desk, desk.reader("work"), case.dossier) if one.label == "Postava Lavon")
    assert sorted(about(desk, case)) == sorted([lavon, b"", case.kalina])


def test_whom_a_thing_is_about_stays_when_it_is_changed_and_nobody_of_another_dossier_is_taken(desk: Desk, case: Case) -> None:
    other = dossiers.new_dossier(desk, "PRY-9", "Other", "person", "Inshaja Asoba")
    (stranger,) = reading.entities(desk, desk.reader("work"), other)
    made = tasks.add_task(desk, desk.reader("work"), tasks.TaskForm("ring back", about=case.person), case.dossier)
    place = reverse("tasks:show", args=[made.hex()])
    with browsing(desk) as client:
        assert "Janka Vydumka</label>" in client.get(place).content.decode()
        assert send(client, place, place, text="ring back soon").status_code == 303
        for wrong in (stranger.entity.hex(), "nothing", "00" * 16):
            assert send(client, place, place, **{"about-who": wrong}).status_code == 422
        assert about(desk, case) == [case.person]
        assert send(client, place, place, **{"about-who": ""}).status_code == 303
    assert about(desk, case) == [b""]


def test_another_person_of_a_page_is_found_by_name_and_the_name_stands_in_no_address(desk: Desk, case: Case) -> None:
    people = {one.label: one.entity.hex() for one in reading.entities(desk, desk.reader("work"), case.dossier)}
    with browsing(desk) as client:
        for to, name in PICKED.items():
            place, search = reverse(name, args=[case.dossier.hex()]), reverse("choosing:person", args=[case.dossier.hex(), to])
            text = client.get(place).content.decode()
            assert search in text and "Postava Lavon</option>" not in text, name
            found = send(client, search, name="Лявон Постава").content.decode()
            way = f"{place}?person={people['Postava Lavon']}"
            assert way in found and "Pryklad" not in found and client.get(way).status_code == 200
            assert all(form["data"].get("person", [people["Postava Lavon"]]) for form in forms(client.get(way).content.decode()))
        for language in LANGUAGES:
            check(client.get(search, headers={"accept-language": language}).content.decode(), language)
        assert say("choosing.nobody") in send(client, search, name="Nichto Nidzie").content.decode()
        assert client.get(reverse("choosing:person", args=[case.dossier.hex(), "elsewhere"])).status_code == 404
        assert client.get(reverse("choosing:person", args=["00" * 16, "law"])).status_code == 404


def test_with_few_people_the_list_of_names_stays(desk: Desk) -> None:
    case = casework.play(desk)
    with browsing(desk) as client:
        for name in FORMS:
            text = client.get(reverse(name, args=[case.dossier.hex()])).content.decode()
            assert "Janka Vydumka</option>" in text and say("choosing.find") not in text


def test_the_button_that_looks_records_nothing_also_when_no_name_was_typed(desk: Desk, case: Case) -> None:
    place = reverse("tasks:dossier", args=[case.dossier.hex()])
    with browsing(desk) as client:
        answer = send(client, place, **{"text": "ring back", "about-find": "1"})
        assert answer.status_code == 422 and say("choosing.type") in answer.content.decode()
    assert about(desk, case) == []


def test_information_typed_without_a_note_is_about_whoever_is_chosen_by_name_and_nobody_is_proposed(desk: Desk, case: Case) -> None:
    place, known = reverse("claims:add", args=[case.dossier.hex()]), {c.ref for c in reading.claims(desk, desk.reader("work"), case.dossier)}
    row = {"row": "1", "property-1": "hearing.closed", "value-1": "true", "source": case.kalina.hex(), "basis": "saw", "do": "save"}

    def made() -> list[reading.ClaimView]:
        return [c for c in reading.claims(desk, desk.reader("work"), case.dossier) if c.ref not in known]

    with browsing(desk) as client:
        for language in LANGUAGES:
            text = client.get(place, headers={"accept-language": language}).content.decode()
            assert "Pryklad" not in text and say("choosing.find", language) in text and 'name="subject-who"' not in text
            check(text, language)
        assert send(client, place, **row).status_code == 422 and made() == []  # about nobody is not about the first of many
        for press in ({"do": "save"}, {"do": "", "subject-find": "1"}):
            answer = send(client, place, **{**row, **press, "subject": "Прыклад"})
            text = answer.content.decode()
            assert answer.status_code == 422 and made() == [] and say("web.form_wrong") not in text
            assert text.count("Pryklad Alena</label>") == 2 and "Postava Lavon" not in text and say("choosing.choose") in text
            check(text, "en")
        other = dossiers.new_dossier(desk, "PRY-8", "Other", "person", "Inshaja Asoba")
        (stranger,) = reading.entities(desk, desk.reader("work"), other)
        (ihar,) = (one.entity for one in reading.entities(desk, desk.reader("work"), case.dossier) if one.label == "Pryklad Ihar")
        assert send(client, place, **{**row, "subject-who": stranger.entity.hex()}).status_code == 422 and made() == []
        assert resend(client, place, text, **{"subject-who": ihar.hex(), "do": "save"}).status_code == 303
        (one,) = made()
        assert one.subject == ihar
        correct = reverse("claims:correct", args=[one.rid.hex()])
        assert "Pryklad Ihar</label>" in client.get(correct).content.decode()
        assert send(client, correct, **{"value-1": "false", "do": "save"}).status_code == 303
    assert {c.subject for c in made()} == {ihar}


def test_what_is_taken_back_is_looked_for_and_what_was_ticked_stays(desk: Desk, case: Case) -> None:
    place = reverse("erasure:list", args=[case.dossier.hex()])
    people = {one.label: one.entity.hex() for one in reading.entities(desk, desk.reader("work"), case.dossier)}
    with browsing(desk) as client:
        for language in LANGUAGES:
            text = client.get(place, headers={"accept-language": language}).content.decode()
            assert "Postava" not in text and say("erasure.seek.find", language) in text
            check(text, language)
        empty = send(client, place, place, ground="withdrawal", step="preview")
        assert empty.status_code == 422 and say("erasure.seek.type") in empty.content.decode()
        assert say("erasure.seek.nothing") in send(client, place, place, look="Nichto Nidzie", step="find").content.decode()
        text = send(client, place, place, look="Лявон Постава", ground="withdrawal", step="find").content.decode()
        assert people["Postava Lavon"] in text and people["Pryklad Ihar"] not in text and say("erasure.seek.choose") in text
        check(text, "en")
        text = resend(client, place, text, place, look="Pryklad Ihar", targets=people["Postava Lavon"], step="find").content.decode()
        assert f'value="{people["Postava Lavon"]}"' in text and people["Pryklad Ihar"] in text and "checked" in text
        assert erasure.requests(desk, desk.reader("work"), case.dossier) == []
        both = [people["Postava Lavon"], people["Pryklad Ihar"]]
        seen = resend(client, place, text, place, targets=both, look="", step="preview")
        assert seen.status_code == 200
        assert resend(client, place, seen.content.decode(), place, step="ask").status_code == 303
    (asked,) = erasure.requests(desk, desk.reader("work"), case.dossier)
    assert {one.hex() for one in asked.targets} == set(both)
