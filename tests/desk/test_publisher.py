"""A publisher: holds who the colleagues are and what is public, and no other key, whatever anybody tries."""

from collections.abc import Callable

import pytest

from letapis.core.errors import Locked, NotFound, Refused, UsageError
from letapis.core.records import Draft
from letapis.desk import apart, dossiers, ledger, members, people, publisher, reading, sync
from letapis.desk.opening import Desk
from tests.team import Team


def admit_publisher(team: Team, desk: Desk) -> Desk:
    """Let a publisher in at the first desk, and exchange until the colleagues know."""
    request = members.join_request(desk.agent, "press")
    typed = members.read_request(request).fingerprint
    admitted = members.admit(team.desks[0], team.reader(), request, "Vydumka Press", typed, publisher=True)
    assert members.accept_welcome(desk, admitted.welcome) == admitted.root_words
    sync.set_relay(desk, str(team.relay))
    team.desks.append(desk)
    team.settle()
    return desk


def classes(desk: Desk) -> set[str]:
    """The classes of all compartments that a device holds a key of."""
    rows = desk.store.rows("SELECT DISTINCT c.klass FROM db_compartment c JOIN db_compartmentkey k ON k.compartment = c.compartment")
    return {str(row[0]) for row in rows}


def test_a_publisher_is_given_what_is_public_and_nothing_else(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    press = admit_publisher(team, make_desk(9))
    assert people.publishers(team.desks[0]) == {press.me} == people.publishers(press) and classes(press) == {"ORG", "PRIVATE"}
    first = team.desks[0]
    dossier = dossiers.new_dossier(first, "PRY-1", "Pryklad", person="Janka Vydumka")
    reader = team.reader()
    pub = reading.dossier(first, reader, dossier).pub
    (grant,) = ledger.append(first, publisher.public_drafts(first, pub))
    assert grant.raw("compartment") == pub and not publisher.public_drafts(first, pub)
    team.settle()
    assert classes(press) == {"ORG", "PUB", "PRIVATE"}
    assert not reading.dossiers(press, press.reader("work"))
    with pytest.raises(NotFound):
        reading.dossier(press, press.reader("work"), dossier)
    with pytest.raises(Locked):
        members.common_compartment(press, "IDENT")


def test_nobody_gives_a_publisher_more(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    press = admit_publisher(team, make_desk(9))
    first = team.desks[0]
    dossier = dossiers.new_dossier(first, "PRY-1", "Pryklad", person="Janka Vydumka")
    reader = team.reader()
    for attempt in (
        lambda: dossiers.admit_to_dossier(first, reader, dossier, [press.me]),
        lambda: apart.open_apart(first, reader, dossier, "CONTACT", [press.me]),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.code == "dossiers.publisher"
    request = members.join_request(make_desk(10).agent, "press")
    with pytest.raises(UsageError) as alone:
        members.admit(first, reader, request, "Vydumka", members.read_request(request).fingerprint, keeper=True, publisher=True)
    assert alone.value.code == "members.publisher_alone"


def test_what_a_publisher_records_travels(make_team: Callable[..., Team], make_desk: Callable[..., Desk]) -> None:
    team = make_team(1)
    press = admit_publisher(team, make_desk(9))
    org = members.common_compartment(press, "ORG")
    ledger.append(press, [Draft("decision", org, {"kind": "endorse", "targets": (people.root(press),)})])
    before = team.sync(1, 0)
    assert before[1].received and not before[1].faults
