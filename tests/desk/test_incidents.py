"""A device in other hands: what it could open, who leads, from where on it is in doubt."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.records import Draft
from letapis.desk import apart, claims, compartments, dossiers, doubtful, incidents, items, ledger, members, reading, sources
from letapis.desk.identity import Details
from tests.conftest import NOON
from tests.team import Team

MakeTeam = Callable[..., Team]
CANARY = "Zqkanary00x Жшканарка00"


@pytest.fixture
def team(make_team: MakeTeam) -> Team:
    """The second colleague holds a dossier with the first; a contact in it lay on their device too."""
    made = make_team(3)
    desk = made.desks[0]
    dossier = dossiers.new_dossier(desk, "P-1", "Pryklad", "person", "Vydumka Prykladny")
    dossiers.admit_to_dossier(desk, made.reader(), dossier, [made.desks[1].me])
    source = sources.add_source(desk, made.reader(), dossier, sources.SourceForm("Kalina"), Details(name=CANARY))
    place = apart.open_apart(desk, made.reader(), dossier, "CONTACT", [made.desks[1].me])
    told = {"address": CANARY, "safety": "not_now", "country": "BY", "state": "current"}
    items.new(desk, "contact", place, {"dossier": dossier, "source": source, **told})
    made.settle()
    return made


def begin(team: Team, kinds: tuple[str, ...] = ("taken",), hours: float = 2, leader: int = 0) -> bytes:
    desk = team.desks[leader]
    form = incidents.IncidentForm(team.desks[1].me, (team.desks[1].device,), kinds, "2026-11-25", desk.clock() - timedelta(hours=hours))
    return incidents.open_incident(desk, team.reader(leader), form)


def test_it_is_led_by_another_member_than_the_one_concerned(team: Team) -> None:
    with pytest.raises(Refused, match=r"incidents\.oneself"):
        begin(team, leader=1)
    incident = begin(team)
    team.settle()
    for act in (
        lambda: incidents.say_step(team.desks[1], team.reader(1), incident, "silence", "done"),
        lambda: incidents.close_incident(team.desks[1], team.reader(1), incident),
        lambda: incidents.endorse(team.desks[1], team.reader(1), incident, team.desks[1].device),
    ):
        with pytest.raises(Refused, match=r"incidents\.oneself"):
            act()


def test_what_the_one_concerned_says_of_a_step_does_not_count(team: Team) -> None:
    """Somebody may have made them, and a changed program asks no rule."""
    incident = begin(team)
    team.settle()
    org = members.common_compartment(team.desks[1], "ORG")
    ident = incidents.step_id(incident, "silence", b"")
    said = items.draft(team.desks[1], "incident_step", org, {"incident": incident, "code": "silence", "number": 0, "state": "done"}, ident)
    ledger.append(team.desks[1], [said])
    team.settle()
    step = next(s for s in incidents.page(team.desks[0], team.reader(), incident).steps if s.code == "silence")
    assert step.foreign and step.state == "open"


def test_two_who_tick_one_step_say_two_things_about_one_step(team: Team) -> None:
    incident = begin(team)
    team.settle()
    incidents.say_step(team.desks[0], team.reader(), incident, "silence", "doing", team.desks[0].me)
    incidents.say_step(team.desks[2], team.reader(2), incident, "silence", "done", text="told everybody")
    team.settle()
    (step,) = [s for s in incidents.page(team.desks[0], team.reader(), incident).steps if s.code == "silence"]
    assert step.contested
    with pytest.raises(Refused, match=r"items\.contested"):
        incidents.say_step(team.desks[0], team.reader(), incident, "silence", "done", team.desks[0].me)
    incidents.say_step(team.desks[0], team.reader(), incident, "silence", "done", team.desks[0].me, seen=step.heads)
    (step,) = [s for s in incidents.page(team.desks[0], team.reader(), incident).steps if s.code == "silence"]
    assert not step.contested and step.state == "done" and step.author == team.desks[0].me


def test_what_it_could_open_is_shown_by_what_the_reader_holds(team: Team) -> None:
    incident = begin(team)
    team.settle()
    mine = incidents.page(team.desks[0], team.reader(), incident)
    theirs = incidents.page(team.desks[2], team.reader(2), incident)
    (opened,) = mine.reach.dossiers
    assert opened.dossier.code == "P-1" and set(opened.classes) == {"WORK", "RAW", "PUB", "CONTACT"} and not opened.renewed
    ((warned, step),) = mine.warned
    assert warned.code == "Kalina" and warned.contact and warned.safety == "not_now" and step.state == "open"
    assert mine.reach.shares == 1 and mine.reach.alone == 0
    assert theirs.reach.dossiers == () and theirs.warned == () and theirs.reach.organisation
    assert theirs.reach.elsewhere >= mine.reach.elsewhere
    assert CANARY not in repr(mine) and CANARY not in repr(theirs)


def test_a_planted_contact_is_none_that_lay_on_the_device(team: Team) -> None:
    """Who holds nothing of the dossier makes a place for contacts of it, lets everybody in, and says there how to reach its source."""
    first, stranger = team.desks[0], team.desks[2]
    (dossier,) = reading.dossiers(first, team.reader())
    (source,) = reading.sources(first, team.reader(), dossier.dossier)
    place = compartments.new_compartment(stranger, "CONTACT", dossier.dossier)
    said = Draft("compartment", place, {"compartment": place, "class": "CONTACT", "dossier": dossier.dossier, "epoch": 1})
    ledger.append(stranger, [said, *(Draft("grant", place, {"compartment": place, "epoch": 1, "member": desk.me}) for desk in team.desks)])
    told = {"dossier": dossier.dossier, "source": source.source, "safety": "safe", "country": "XX", "state": "current"}
    items.new(stranger, "contact", place, told)
    incident = begin(team)
    team.settle()
    assert len(reading.items(first, team.reader(), "contact")) == 2
    ((warned, _),) = incidents.page(first, team.reader(), incident).warned
    assert (warned.safety, warned.country) == ("not_now", "BY")


def test_wrong_words_are_refused(team: Team) -> None:
    desk, reader = team.desks[0], team.reader()
    second = team.desks[1]
    form = incidents.IncidentForm(second.me, (second.device,), ("taken",), "2026-11-25")
    wrong = [
        ("incidents.member", incidents.IncidentForm(b"x" * 16, form.devices, form.kinds, form.day)),
        ("incidents.devices", incidents.IncidentForm(form.member, (desk.device,), form.kinds, form.day)),
        ("incidents.devices", incidents.IncidentForm(form.member, (), form.kinds, form.day)),
        ("incidents.kinds", incidents.IncidentForm(form.member, form.devices, ("eaten",), form.day)),
        ("incidents.day", incidents.IncidentForm(form.member, form.devices, form.kinds, "yesterday")),
        ("incidents.since", incidents.IncidentForm(form.member, form.devices, form.kinds, form.day, NOON + timedelta(days=1))),
    ]
    for code, one in wrong:
        with pytest.raises(UsageError) as caught:
            incidents.open_incident(desk, reader, one)
        assert caught.value.code == code
    incident = begin(team)
    for code, told in (("incidents.step", ("nothing", "done")), ("incidents.step", ("silence", "perhaps")), ("incidents.step", ("warn", "done"))):
        with pytest.raises(UsageError) as caught:
            incidents.say_step(desk, reader, incident, *told)
        assert caught.value.code == code
    with pytest.raises(UsageError, match=r"incidents\.owner"):
        incidents.say_step(desk, reader, incident, "silence", "doing", second.me)
    with pytest.raises(NotFound):
        incidents.page(desk, reader, b"n" * 16)


def test_the_mark_follows_the_hour_and_where_others_could_sign_only_what_had_reached_us(team: Team) -> None:
    second = team.desks[1]
    dossier = reading.dossiers(second, team.reader(1))[0].dossier
    size = incidents.doubt_of(team.desks[0], second.device, "9999", ()).size
    claims.write_note(second, team.reader(1), dossier, claims.NoteForm("before", "In time", "en"))
    team.settle()
    moment = "2026-11-25T13:00:00Z"
    second.clock.now = NOON + timedelta(hours=2)  # type: ignore[attr-defined]
    claims.write_note(second, team.reader(1), dossier, claims.NoteForm("after", "Too late", "en"))
    for desk in team.desks:
        desk.clock.now = NOON + timedelta(hours=3)  # type: ignore[attr-defined]
    team.settle()
    found = incidents.doubt_of(team.desks[0], second.device, moment, ("lost",))
    assert found.size > found.by_clock > size and found.suggested == found.by_clock
    assert incidents.doubt_of(team.desks[0], second.device, moment, ("unlocked",)).suggested == found.proven <= found.by_clock
    assert incidents.doubt_of(team.desks[0], second.device, "", ("lost",)).suggested == 0


def test_marked_renewed_and_confirmed_again(team: Team) -> None:
    first, second = team.desks[:2]
    dossier = reading.dossiers(second, team.reader(1))[0].dossier
    size = incidents.doubt_of(first, second.device, "9999", ()).size
    for title in ("ours", "not ours"):
        claims.write_note(second, team.reader(1), dossier, claims.NoteForm(title, f"{title} words", "en"))
    team.settle()
    incident = begin(team)
    team.sync(0, 2)
    with pytest.raises(NotFound):
        incidents.doubt_device(first, team.reader(), incident, team.desks[2].device, size, "a reason")
    incidents.doubt_device(first, team.reader(), incident, second.device, size, "taken at the border")
    line = incidents.page(first, team.reader(), incident).devices[0]
    assert line.proposal is not None and not line.mine
    rest = Team([first, team.desks[2]], team.relay)
    rest.settle(1)
    incidents.endorse(team.desks[2], team.reader(2), incident, second.device)
    rest.settle()
    page = incidents.page(first, team.reader(), incident)
    assert page.devices[0].device.compromised_since == size and page.devices[0].after == 2 and page.reach.dossiers[0].renewed
    assert page.reach.renewed == page.reach.compartments
    assert {n.title for n in reading.notes(first, team.reader(), dossier)} == set()
    waiting = doubtful.passages(doubtful.after(first, team.reader(), second.device, size))
    assert [p.records[0].record.text("title") for p in waiting] == ["ours", "not ours"]
    chosen = [waiting[0].records[0].ref]
    with pytest.raises(UsageError, match=r"doubtful\.none"):
        doubtful.reconfirm(first, team.reader(), second.device, [], "a reason")
    with pytest.raises(NotFound):
        doubtful.reconfirm(first, team.reader(), team.desks[2].device, chosen, "a reason")
    assert doubtful.reconfirm(first, team.reader(), second.device, chosen, "she rang me about it") == 1
    assert [n.title for n in reading.notes(first, team.reader(), dossier)] == ["ours"]
    assert [p.waits for p in doubtful.passages(doubtful.after(first, team.reader(), second.device, size))] == [False, True]
    again = [waiting[1].records[0].ref]
    with pytest.raises(Refused, match=r"doubtful\.own"):
        doubtful.reconfirm(replace(first, me=second.me), team.reader(), second.device, again, "I say so myself")


def test_closing_keeps_everything(team: Team) -> None:
    incident = begin(team)
    incidents.say_step(team.desks[0], team.reader(), incident, "number", "not_needed")
    incidents.close_incident(team.desks[0], team.reader(), incident)
    (line,) = incidents.incidents(team.desks[0], team.reader())
    assert line.state == "closed"
    incidents.close_incident(team.desks[0], team.reader(), incident, again=True)
    assert incidents.incidents(team.desks[0], team.reader())[0].state == "open"
