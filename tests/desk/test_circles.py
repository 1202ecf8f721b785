"""A word on a sentence, and a working item, after the device that signed it was found in other hands: nothing until somebody confirms them."""

from collections.abc import Callable

import pytest

from letapis.core.brief import Sentence
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.desk import circles, claims, dossiers, doubtful, items, logs, reading, removal, sources
from letapis.desk.circles import PUBLICATION, AssessmentForm
from tests.canary import canary, search
from tests.desk.assessing import AGREED
from tests.team import Team, endorse_all

MakeTeam = Callable[..., Team]


def told_by_family(team: Team) -> tuple[bytes, Sentence]:
    """A dossier that all hold, and a sentence on what one of the family said, written down by the first."""
    desk = team.desks[0]
    ident = dossiers.new_dossier(desk, "PR-C", "Invented", person="Pryklad")
    reader = team.reader()
    person = reading.entities(desk, reader, ident)[0].entity
    source = sources.add_source(desk, reader, ident, sources.SourceForm("Kalina", grade="B", circle="family"))
    (claim,) = claims.add_claims(desk, reader, ident, [claims.Cut("custody.cold", "yes", subject=person, source=source, basis="was_told")])
    dossiers.admit_to_dossier(desk, reader, ident, [other.me for other in team.desks[1:]])
    team.settle()
    return ident, Sentence("It was cold in the cell.", (claim.ref,))


def clear(team: Team, number: int, ident: bytes, said: Sentence) -> bool:
    try:
        circles.require_clear(team.desks[number], team.reader(number), ident, PUBLICATION, [said])
    except Refused as no:
        assert no.code == "circles.unassessed"
        return False
    return True


def test_words_and_items_of_a_compromised_device_weigh_nothing_until_confirmed(make_team: MakeTeam) -> None:
    team = make_team(3, plain=(3,))
    ident, said = told_by_family(team)
    third, work = team.desks[2], reading.dossier(team.desks[0], team.reader(), ident).work
    size = next(log.frontier.size for log in logs.logs(team.desks[0].store) if log.device == third.device)
    (word,) = circles.assess(third, team.reader(2), ident, PUBLICATION, [said], AGREED)
    task = items.new(third, "task", work, {"dossier": ident, "kind": "call", "text": "Ring the lawyer", "state": "open"})
    team.settle()
    assert clear(team, 0, ident, said) and reading.item(team.desks[0], team.reader(), task)
    ref = reading.item(team.desks[0], team.reader(), task).ref
    removal.remove_device(team.desks[0], team.reader(), third.device, "found in other hands", compromised_since=size)
    pair = Team(team.desks[:2], team.relay)
    pair.settle()
    endorse_all(pair)
    pair.settle()
    for number in (0, 1):
        assert not clear(team, number, ident, said)
        with pytest.raises(NotFound):
            reading.item(team.desks[number], team.reader(number), task)
    assert doubtful.reconfirm(team.desks[1], team.reader(1), third.device, [word.ref, ref], "She says so herself.") == 2
    pair.settle()
    for number in (0, 1):
        assert clear(team, number, ident, said) and reading.item(team.desks[number], team.reader(number), task).ref == ref


def test_a_word_for_one_use_is_none_for_another_and_the_authors_own_is_refused(make_team: MakeTeam) -> None:
    team = make_team(2)
    ident, said = told_by_family(team)
    with pytest.raises(Refused, match=r"circles\.own"):
        circles.assess(team.desks[0], team.reader(), ident, PUBLICATION, [said], AGREED)
    circles.assess(team.desks[1], team.reader(1), ident, circles.PACKAGE, [said], AGREED)
    assert not clear(team, 1, ident, said)


def test_relatives_in_the_country_hold_back_what_the_state_knows(make_team: MakeTeam) -> None:
    team = make_team(2)
    ident, said = told_by_family(team)
    desk, reader = team.desks[0], team.reader()
    register = sources.add_source(desk, reader, ident, sources.SourceForm("Register", "document", "A", "state"))
    person = reading.entities(desk, reader, ident)[0].entity
    cut = claims.Cut("detention.start", "2026-01-02", subject=person, source=register, basis="document")
    (known,) = claims.add_claims(desk, reader, ident, [cut])
    public = Sentence("He was taken on 2 January.", (known.ref,))
    assert clear(team, 0, ident, public)
    claims.add_claims(desk, reader, ident, [claims.Cut("person.relatives_inside", "yes", subject=person, source=register, basis="document")])
    assert not clear(team, 0, ident, public)
    sources.regrade_source(desk, reader, reading.sources(desk, reader, ident)[0].source, "B", "public")
    assert not clear(team, 0, ident, said), "relatives hold it back whatever the circle"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (AssessmentForm(" ", "agreed"), "circles.risk"),
        (AssessmentForm("Risk.", "perhaps"), "circles.consent"),
        (AssessmentForm("Risk.", "agreed", wording="x" * 4001), "circles.wording"),
        (AssessmentForm("Risk.", "agreed", goes=False, wording="x"), "circles.sentences"),
    ],
)
def test_what_is_no_word_is_refused(make_team: MakeTeam, form: AssessmentForm, code: str) -> None:
    team = make_team(2)
    ident, said = told_by_family(team)
    with pytest.raises(UsageError, match=code.replace(".", r"\.")):
        circles.assess(team.desks[1], team.reader(1), ident, PUBLICATION, [said], form)
    with pytest.raises(UsageError, match=r"circles\.sentences"):
        circles.assess(team.desks[1], team.reader(1), ident, PUBLICATION, [], AGREED)


def test_what_could_happen_lies_on_no_disk_in_clear_and_in_no_error(make_team: MakeTeam) -> None:
    team = make_team(2)
    ident, said = told_by_family(team)
    word = AssessmentForm(canary(11), "not_asked", wording=canary(12))
    circles.assess(team.desks[1], team.reader(1), ident, PUBLICATION, [said], word)
    team.settle()
    with pytest.raises(Refused) as no:
        circles.assess(team.desks[1], team.reader(1), ident, PUBLICATION, [said], AssessmentForm(canary(11), "refused"))
    assert canary(11) not in str(no.value)
    assert not search([team.relay, *(desk.workspace for desk in team.desks)])
