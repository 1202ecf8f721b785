"""Data for a partner at the desk: exactly what leaves is shown first, the button gives the file, and what was typed is never lost."""

import hashlib
import json
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils.html import escape

from letapis.core.language import LANGUAGES
from letapis.desk import claims, dossiers, package, reading, sources, verify
from letapis.desk.opening import Desk
from tests.desk.test_package import House, house
from tests.team import Team, make_team

from .casework import browsing, forms, say, send
from .test_pages import check

__all__ = ["house", "make_team"]
TOLD = {"recipient": "Invented partner", "purpose": "Invented research"}
NAME = "<b>Янка</b> Прыклад"


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


def played(team: Team) -> bytes:
    """A dossier with a person who agreed and a name that two others checked; another name waits for its second pair of eyes."""
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "PRY-6", "Vydumka", "person", "canary-label")
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("canary-code", "person", "B", "public"))
    for party in (person, source):
        sources.record_consent(desk, reader, dossier, party, [sources.ConsentForm("case_file_share", "given", how="written")])
    note(desk, dossier, source, person, ("identity.name", NAME), ("identity.nationality", "BY"), ("person.sex", "m"))
    dossiers.admit_to_dossier(desk, reader, dossier, [other.me for other in team.desks[1:]])
    team.settle()
    for other in team.desks[1:]:
        for claim in reading.claims(other, other.reader("check"), dossier):
            verify.check_claims(other, other.reader("check"), [claim.rid])
    team.settle()
    note(desk, dossier, source, person, ("identity.name", "Waits Pryklad"), ("harm.type", "beating"))
    return dossier


def note(desk: Desk, dossier: bytes, source: bytes, person: bytes, *said: tuple[str, str]) -> None:
    words = "Invented words."
    reader = desk.reader("work")
    made = claims.write_note(desk, reader, dossier, claims.NoteForm("Talk", words, "en", source, "saw", person))
    claims.cut_claims(desk, reader, made, 0, len(words), [claims.Cut(fact, value) for fact, value in said])


def test_what_leaves_is_shown_and_the_button_gives_exactly_that(team: Team) -> None:
    dossier, desk = played(team), team.desks[0]
    place = reverse("package:give", args=[dossier.hex()])
    with browsing(desk) as client:
        assert place in client.get(reverse("people:list", args=[dossier.hex()])).content.decode()
        for language in LANGUAGES:
            text = client.get(place, headers={"accept-language": language}).content.decode()
            check(text, language)
            assert {"en": "Belarus", "be": "Беларусь", "ru": "Беларусь"}[language] in text
        assert escape(NAME) in text and NAME not in text
        text = client.get(place).content.decode()
        assert say("package.goes", count=1) in text and say("package.stays", count=1) in text and say("package.never", count=1) in text
        empty = send(client, place, "", recipient="", purpose="Kept as typed")
        assert empty.status_code == 422 and "Kept as typed" in empty.content.decode()
        check(empty.content.decode(), "en")
        looked = send(client, place, "", **TOLD, look="1", form="csv", groups=["about"])
        assert looked.status_code == 200 and say("errors.package.look_again") not in looked.content.decode()
        assert not package.packages(desk, desk.reader("work"), dossier), "looking gives nothing"
        given = send(client, place, "", **TOLD, form="json")
        data = b"".join(given.streaming_content)
        assert (given.status_code, given["Content-Disposition"][:29]) == (200, 'attachment; filename="persons')
        assert [one["name"] for one in json.loads(data)["entities"]] == [NAME] and b"canary" not in data
        (kept,) = package.packages(desk, desk.reader("work"), dossier)
        assert (kept.recipient, kept.digest) == (TOLD["recipient"], hashlib.sha256(data).hexdigest())
        assert kept.digest in client.get(place).content.decode()
        form = next(one for one in forms(client.get(place).content.decode()) if "shown" in one["data"])
        late = client.post(place, {**form["data"], **TOLD, "shown": "0" * 64})
        assert late.status_code == 422 and say("errors.package.look_again") in late.content.decode()


def test_where_nobody_may_leave_the_page_says_why_and_has_no_button(team: Team) -> None:
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "PRY-7", "Vydumka", "person", "canary-label")
    place = reverse("package:give", args=[dossier.hex()])
    with browsing(desk) as client:
        text = client.get(place).content.decode()
        check(text, "en")
        assert say("package.goes_none") in text and say("package.give") not in text and say("package.given_none") in text
        refused = send(client, place, "", **TOLD)
        assert refused.status_code == 422 and say("errors.package.nothing_leaves") in refused.content.decode()


def test_a_list_is_called_on_the_page_as_its_reader_calls_it(house: House) -> None:
    """In the file it keeps its English name."""
    place = reverse("package:give", args=[house.dossier.hex()])
    called = house.desk.catalogue.mappings["eu-annex"].titles
    with browsing(house.desk) as client:
        for language in LANGUAGES:
            text = client.get(place, headers={"accept-language": language}).content.decode()
            assert f"<td>{escape(called[language])}</td>" in text and (language == "en" or f"<td>{escape(called['en'])}</td>" not in text)
