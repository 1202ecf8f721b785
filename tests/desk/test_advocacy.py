"""The advocacy log at the desk: who reads an entry, what it may follow, and what made a difference."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from letapis.core.errors import LetapisError, NotFound
from letapis.desk import advocacy, dossiers, items, reading
from letapis.desk.advocacy import EntryForm
from tests.team import Team

ASKED = EntryForm("request", "2026-05-01", "Government of Vydumka", "To ask after his health.", "Janka Vydumka", "letters")


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


def test_from_request_to_what_followed(team: Team) -> None:
    desk, reader = team.desks[0], team.reader()
    asked = advocacy.add(desk, reader, ASKED)
    told = replace(ASKED, kind="promise", day="2026-05-20", text="They will ask.", due="2026-06-20", person="", issue="", answers=asked)
    promised = advocacy.add(desk, reader, told)
    advocacy.add(desk, reader, replace(ASKED, kind="meeting", person="Somebody else", issue="visas"))
    log = advocacy.log(desk, reader, about="VYDUMKA")
    assert [[link.depth for link in chain] for chain in log.chains] == [[0, 1]]
    assert [(one.entry.ident, one.late) for one in log.open] == [(promised, True)]
    assert len(advocacy.log(desk, reader).chains) == 2 and not advocacy.log(desk, reader, about="nobody").chains
    advocacy.add(desk, reader, replace(ASKED, kind="outcome", day="2026-07-01", text="Letters came.", answers=promised))
    chain = advocacy.chain_of(desk, reader, promised)
    assert len(chain.chains[0]) == 3 and not chain.open


def test_a_dossier_s_entries_are_theirs_who_hold_it(team: Team) -> None:
    first, second = team.desks
    dossier = dossiers.new_dossier(first, "A-1", "Pryklad", "person", "Janka Vydumka")
    general = advocacy.add(first, team.reader(), ASKED)
    own = advocacy.add(first, team.reader(), replace(ASKED, kind="promise", day="2026-06-01", text="Canary promise", answers=general), dossier)
    team.settle()
    assert len(advocacy.log(first, team.reader()).chains[0]) == 2 and len(advocacy.log(first, team.reader(), dossier).chains[0]) == 1
    seen = advocacy.log(second, team.reader(1))
    assert [len(chain) for chain in seen.chains] == [1] and not seen.open
    for deed in (
        lambda: advocacy.entry(second, team.reader(1), own),
        lambda: advocacy.chain_of(second, team.reader(1), own),
        lambda: advocacy.log(second, team.reader(1), dossier),
        lambda: advocacy.change(second, team.reader(1), own, ASKED),
        lambda: advocacy.add(second, team.reader(1), replace(ASKED, answers=own)),
        lambda: advocacy.add(second, team.reader(1), ASKED, dossier),
    ):
        with pytest.raises(NotFound):
            deed()


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"kind": "gift"}, "advocacy.kind"),
        ({"day": "soon"}, "advocacy.day"),
        ({"due": "2026-12-01"}, "advocacy.due"),
        ({"kind": "promise", "due": "soon"}, "advocacy.due"),
        ({"body": " "}, "advocacy.body"),
        ({"text": ""}, "advocacy.text"),
        ({"issue": "x" * 201}, "advocacy.about"),
        ({"answers": b"x" * 16}, "reading.not_found"),
    ],
)
def test_what_does_not_fit_is_refused(team: Team, changes: dict[str, object], code: str) -> None:
    with pytest.raises(LetapisError) as caught:
        advocacy.add(team.desks[0], team.reader(), replace(ASKED, **changes))  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_change_keeps_what_was_said_before(team: Team) -> None:
    first, second = team.desks
    entry = advocacy.add(first, team.reader(), ASKED)
    team.settle()
    advocacy.change(first, team.reader(), entry, replace(ASKED, text="To ask after his letters."))
    advocacy.change(second, team.reader(1), entry, replace(ASKED, text="To ask after his parcels."))
    team.settle()
    known = advocacy.entry(first, team.reader(), entry)
    assert known.contested and len(reading.versions(first, team.reader(), entry)) == 3
    items.keep_version(first, team.reader(), "advocacy", entry, known.heads[1], known.heads)
    assert not advocacy.entry(first, team.reader(), entry).contested
