"""The pages of an incident and of journeys, for the one who leads, for the one concerned, in three languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import apart, claims, dossiers, incidents, items, kept, packing, people, reading, sources, sync, travel
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from tests.team import Team, make_team

from . import papers
from .casework import browsing, resend, send
from .test_doing_pages import through
from .test_pages import check

__all__ = ["make_team"]
MakeTeam = Callable[..., Team]


def play(make_team: MakeTeam, others: int = 2) -> tuple[Team, bytes]:
    """A team with one dossier that the second colleague holds, whose contact they keep, and a note by the second."""
    team = make_team(others + 1)
    first, second = team.desks[:2]
    dossier = dossiers.new_dossier(first, "P-1", "Pryklad", "person", "Vydumka Prykladny")
    dossiers.admit_to_dossier(first, team.reader(), dossier, [second.me])
    reader = team.reader()
    source = sources.add_source(first, reader, dossier, sources.SourceForm("Kalina", circle="family"))
    place = apart.open_apart(first, reader, dossier, "CONTACT", [second.me])
    items.new(first, "contact", place, {"dossier": dossier, "source": source, "country": "BY", "safety": "not_now", "state": "current"})
    sources.add_source(first, team.reader(), dossier, sources.SourceForm("Klon"))
    team.settle()
    said = claims.NoteForm("Call", "They took him on 9 August 2020 at home.", "en", source, "was_told")
    note = claims.write_note(second, team.reader(1), dossier, said)
    person = reading.entities(second, team.reader(1), dossier)[0].entity
    claims.cut_claims(second, team.reader(1), note, 0, 39, [claims.Cut("detention.start", "2020-08-09", subject=person)])
    team.settle()
    return team, dossier


def begin(team: Team) -> bytes:
    form = incidents.IncidentForm(team.desks[1].me, (team.desks[1].device,), ("taken",), "2026-11-25", team.desks[0].clock() - timedelta(hours=5))
    return incidents.open_incident(team.desks[0], team.reader(), form)


def test_begin_see_tick_mark_and_confirm_again(make_team: MakeTeam) -> None:
    team, _ = play(make_team)
    first, second, third = team.desks
    with browsing(first) as client:
        assert second.device not in client.get(reverse("incidents:list")).content.decode()
        told = {"devices": [second.device], "kinds": ["taken", "unlocked"], "last_day": "2026-11-24", "last_hour": "08:00"}
        answer = send(client, reverse("incidents:new"), **told)
        assert answer.status_code == 303
        place = answer["Location"]
        shown = client.get(place).content.decode()
        assert "P-1" in shown and "Kalina" in shown and shown.index("Kalina") < shown.index("Klon")
        assert send(client, place, "/step", mine="1").status_code == 303
        assert "Vydumka 1" in client.get(place).content.decode()
        wrong = send(client, place, "/doubt", since="0", reason=" ")
        assert wrong.status_code == 422 and "aria-describedby" in wrong.content.decode()
        assert resend(client, place, wrong.content.decode(), "/doubt", reason="taken at the border").status_code == 303
    team.sync(0, 2)
    with browsing(third) as client:
        place = reverse("incidents:show", args=[incidents.incidents(third, team.reader(2))[0].incident.hex()])
        shown = client.get(place).content.decode()
        assert "P-1" not in shown and "Kalina" not in shown  # not theirs: counts only
        assert send(client, place, "/endorse").status_code == 303
    rest = Team([first, third], team.relay)
    rest.settle()
    assert people.directory(first).devices[second.device].compromised_since == 0
    claim = reading.claims(first, team.reader(), reading.dossiers(first, team.reader())[0].dossier)[0]
    assert claim.level.name == "UNCOUNTED"
    with browsing(first) as client:
        place = reverse("incidents:again", args=[incidents.incidents(first, team.reader())[0].incident.hex(), 0])
        page = client.get(place)
        check(page.content.decode(), "en")
        assert "They took him" in page.content.decode()
        wrong = send(client, place, reason="I heard her dictate it")
        assert wrong.status_code == 422 and texts().say("errors.doubtful.none", "en") in wrong.content.decode()
        boxes = [part.split('"', 1)[0] for part in page.content.decode().split('name="refs" value="')[1:]]
        assert resend(client, place, page.content.decode(), refs=boxes, reason="I heard her dictate it").status_code == 303
        assert texts().say("incidents.nothing_again", "en") in client.get(place).content.decode()
    claim = reading.claims(first, team.reader(), claim.dossier)[0]
    assert claim.level.name == "OPEN"


def test_the_one_concerned_sees_and_changes_nothing(make_team: MakeTeam) -> None:
    team, _ = play(make_team, 1)
    incident = begin(team)
    team.settle()
    with browsing(team.desks[1]) as client:
        place = reverse("incidents:show", args=[incident.hex()])
        shown = client.get(place).content.decode()
        check(shown, "en")
        assert texts().say("incidents.concerned", "en") in shown and "/step" not in shown
        token = shown.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
        for name, arguments in (("step", []), ("close", []), ("doubt", [0]), ("endorse", [0])):
            told = {"csrfmiddlewaretoken": token, "code": "silence", "state": "done", "since": "0", "reason": "a reason"}
            answer = client.post(reverse(f"incidents:{name}", args=[incident.hex(), *arguments]), told)
            assert answer.status_code in (403, 409, 422), (name, answer.status_code)
    assert not reading.items(team.desks[1], team.reader(1), "incident_step")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_language(make_team: MakeTeam, language: str) -> None:
    team, _ = play(make_team, 1)
    incident = begin(team)
    incidents.say_step(team.desks[0], team.reader(), incident, "silence", "done", team.desks[0].me, text="said")
    today = team.desks[1].clock().date()
    travel.start_journey(team.desks[1], team.reader(1), team.desks[1].device, today, today)
    team.settle()
    named = [reverse("incidents:show", args=[incident.hex()]), reverse("incidents:again", args=[incident.hex(), 0])]
    with browsing(team.desks[0]) as client:
        for place in (reverse("incidents:list"), reverse("incidents:new"), reverse("travel:show"), reverse("sync:show"), reverse("help"), *named):
            answer = client.get(place, headers={"accept-language": language})
            assert answer.status_code == 200
            check(answer.content.decode(), language)


def test_a_form_that_comes_back_keeps_what_was_typed(make_team: MakeTeam) -> None:
    team = make_team(2)
    with browsing(team.desks[0]) as client:
        answer = send(client, reverse("incidents:new"), devices=[team.desks[1].device], text="rang at ten", last_hour="10:00")
        shown = answer.content.decode()
        assert answer.status_code == 422 and "rang at ten" in shown and texts().say("incidents.day_missing", "en") in shown
        answer = send(client, reverse("travel:show"), "/start", first="2026-11-25", last="2026-11-01")
        assert answer.status_code == 422 and texts().say("errors.travel.dates", "en") in answer.content.decode()
        assert send(client, reverse("travel:show"), "/start", first="2026-11-25", last="2026-11-30").status_code == 303
        assert texts().say("travel.state.away", "en") in client.get(reverse("travel:show")).content.decode()
        assert send(client, reverse("travel:show"), "/end").status_code == 303


def test_what_is_not_there_is_not_found(make_team: MakeTeam, make_desk: Callable[..., Desk]) -> None:
    team, dossier = play(make_team, 1)
    incident = begin(team)
    with browsing(team.desks[0]) as client:
        token = client.get(reverse("incidents:new")).content.decode().split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
        for ident in ("00" * 16, dossier.hex()):
            assert client.get(reverse("incidents:show", args=[ident])).status_code == 404
            for name, arguments in (("step", []), ("close", []), ("keys", []), ("doubt", [0]), ("endorse", [0]), ("again", [0])):
                address = reverse(f"incidents:{name}", args=[ident, *arguments])
                assert client.post(address, {"csrfmiddlewaretoken": token, "since": "0", "reason": "x"}).status_code == 404, name
            assert client.post(reverse("travel:end", args=[ident]), {"csrfmiddlewaretoken": token}).status_code == 404
        assert client.get(reverse("incidents:again", args=[incident.hex(), 5])).status_code == 404
    assert sync.relay_address(team.desks[0])


def test_put_away_before_a_border_and_back_by_the_hand_of_a_colleague(make_team: MakeTeam) -> None:
    team, dossier = play(make_team, 1)
    first, second = team.desks
    today = second.clock().date()
    travel.start_journey(second, team.reader(1), second.device, today, today + timedelta(days=3))
    dossiers.new_dossier(second, "ALONE", "Pryklad")
    team.settle()
    place = reverse("travel:show")
    with browsing(second) as client:
        shown = client.get(place).content.decode()
        check(shown, "en")
        assert texts().say("travel.only_here", "en") in shown and texts().say("doing.ten_minutes", "en") in shown
        wrong = send(client, place, "/pack", keep=[])
        assert wrong.status_code == 422 and texts().say("errors.travel.nobody_holds", "en") in wrong.content.decode()
        shown = client.get(place).content.decode()
        kept.keep(second, team.reader(1), "/notes#note", {"text": ["two hours of typing"]})
        late = resend(client, place, shown, "/pack")
        assert late.status_code == 422 and texts().say("errors.travel.typed_meanwhile", "en") in late.content.decode()
        assert texts().say("travel.kept_texts", "en", count=1) in late.content.decode(), "the next try is made by somebody who was told"
        check(late.content.decode(), "en")
        assert resend(client, place, late.content.decode(), "/pack").status_code == 303
        shown = client.get(place).content.decode()
        check(shown, "en")
        assert texts().say("travel.ask_colleague", "en") in shown and texts().say("doing.ten_minutes", "en") in shown
        assert client.get(reverse("dossiers:show", args=[dossier.hex()])).status_code == 404
        for button, code in (("/unpack", "travel.not_welcomed"), ("/end", "travel.colleague_ends")):
            refused = resend(client, place, shown if button == "/unpack" else late.content.decode(), button)
            assert refused.status_code == 422 and texts().say(f"errors.{code}", "en") in refused.content.decode()
            check(refused.content.decode(), "en")
        for name in ("home", "dossiers:list", "members:list", "sync:show", "identity:list", "incidents:list", "settings:show", "help"):
            assert client.get(reverse(name)).status_code == 200, name
        refused = send(client, reverse("dossiers:new"), code="P-9", title="On the way")
        assert refused.status_code == 303
    team.sync(0)
    with browsing(first) as client:
        shown = client.get(place).content.decode()
        check(shown, "en")
        assert texts().say("travel.end_means", "en").partition(".")[0].replace("'", "&#x27;") in shown
        assert send(client, place, "/end").status_code == 303
    team.sync(0)
    with browsing(second, patience=-1) as client:
        assert texts().say("travel.unpacked", "en").partition(":")[0] in through(client, send(client, place, "/unpack")).content.decode()
        assert client.get(reverse("dossiers:show", args=[dossier.hex()])).status_code == 200
        assert client.get(place).status_code == 200 and packing.status(second, team.reader(1)) is None


def test_a_submission_names_the_traveller_who_is_silent(make_team: MakeTeam) -> None:
    team = make_team(2)
    first, second = team.desks
    paper = papers.play(first, second.me)
    today = first.clock().date()
    travel.start_journey(second, team.reader(1), second.device, today, today + timedelta(days=20))
    team.settle()
    place = reverse("submit:brief", args=[paper.brief.hex()])
    with browsing(first) as client:
        assert "Vydumka 2 · laptop" not in client.get(place).content.decode()
        first.clock.now += timedelta(days=9)  # type: ignore[attr-defined]
        shown = client.get(place).content.decode()
        assert "Vydumka 2 · laptop" in shown and texts().say("law.fresh_travelling", "en", count=1) in shown
        first.clock.now += timedelta(days=20)  # type: ignore[attr-defined]
        assert "Vydumka 2 · laptop" not in client.get(place).content.decode()
