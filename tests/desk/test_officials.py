"""What is reported of an official beside acts is worth no more than the weakest claim that it takes, and names each of them."""

from collections.abc import Callable

import pytest

from letapis.core.command import Truth
from letapis.core.standing import Level
from letapis.desk import claims, officials, reading, sources
from letapis.desk.bodies import BodyForm, record_body
from letapis.desk.claims import Cut
from letapis.desk.dossiers import add_entity, admit_to_dossier, new_dossier
from letapis.desk.posts import PostForm, record_posts
from letapis.desk.verify import check_claims, dispute_claim, withdraw_dispute
from tests.team import Team

COLONY, ABOVE = "PK-99 Vydumka", "Department of Vydumka"


class Work:
    """A dossier with somebody held in a colony, and the head of the body above it."""

    def __init__(self, team: Team) -> None:
        self.team, self.desk = team, team.desks[0]
        self.dossier = new_dossier(self.desk, "PK", "Held in a colony", "group")
        reader = team.reader()
        self.held, self.head = (add_entity(self.desk, reader, self.dossier, "person", name) for name in ("Dubler, V.", "Pryklad, A."))
        self.list, witness = (sources.add_source(self.desk, reader, self.dossier, sources.SourceForm(name, "list", "C")) for name in ("L", "W"))
        record_posts(
            self.desk, reader, self.dossier, self.head, [PostForm("Head", ABOVE, ABOVE, since="2019-01-01", until="2023-01-01", source=self.list)]
        )
        record_body(self.desk, reader, self.dossier, BodyForm(COLONY, ABOVE, since="2010-01-01", until="2025-01-01", source=self.list))
        self.say = lambda fact, value, first, last, source=witness: claims.add_claims(
            self.desk, reader, self.dossier, [Cut(fact, value, self.held, source, "was_told", first, last, partial=True)]
        )
        self.say("detention.place", COLONY, "2020-01-01", "2022-01-01")
        self.say("discipline.measure", "shizo", "2021-05-05", "")
        admit_to_dossier(self.desk, reader, self.dossier, [desk.me for desk in team.desks[1:]])
        team.settle()

    def told(self) -> list[reading.ClaimView]:
        return reading.claims(self.desk, self.team.reader(), self.dossier)

    def of(self, fact: str) -> reading.ClaimView:
        return next(one for one in self.told() if one.property == fact)

    def check(self, facts: set[str]) -> None:
        for number in (1, 2):
            for one in (one.rid for one in self.told() if one.property in facts):
                check_claims(self.team.desks[number], self.team.reader(number), [one])
        self.team.settle()

    def act(self) -> officials.ActView:
        reader = self.team.reader()
        found = officials.acts_beside(self.desk, reader, self.head, reading.command_book(self.desk, reader))
        return next(one for one in found if one.act.property == "discipline.measure")


@pytest.fixture
def work(make_team: Callable[..., Team]) -> Work:
    return Work(make_team(3))


def test_a_line_is_worth_what_its_weakest_claim_is_and_names_them_all(work: Work) -> None:
    (command,) = work.act().commands
    assert (command.up, command.truth) == (1, Truth.CERTAIN)
    assert [one.property for one in command.rests_on] == ["detention.place", "unit.parent"]
    every = {one.property for one in work.told()}
    weak = ("detention.place", "unit.parent", "office.until")
    work.check(every - set(weak))
    for weakest in weak:
        assert work.act().level is Level.OPEN, f"nobody checked {weakest}"
        work.check({weakest})
    assert work.act().level >= Level.CHECKED


def test_what_is_disputed_behind_a_line_reaches_no_standard(work: Work) -> None:
    for fact in ("unit.parent", "office.since"):
        assert work.act().rung is not None
        raised = dispute_claim(work.desk, work.team.reader(), work.of(fact).rid, "Read in the wrong row.")
        assert work.act().level is Level.DISPUTED and work.act().rung is None, fact
        withdraw_dispute(work.desk, work.team.reader(), raised.header.id)


def test_a_post_stands_once_beside_an_act_on_the_best_of_what_is_told(work: Work) -> None:
    work.say("detention.place", COLONY, "2021", "", work.list)
    (command,) = work.act().commands
    assert command.truth is Truth.CERTAIN and command.rests_on[0].valid_from == "2020-01-01"


def test_what_was_not_done_is_no_act_beside_anybody(work: Work) -> None:
    work.say("detention.force_used", "no", "2021-05-06", "")
    work.say("detention.force_used", "yes", "2021-05-07", "")
    work.say("detention.reasons_given", "yes", "2021-05-08", "")
    reader = work.team.reader()
    found = officials.acts_beside(work.desk, reader, work.head, reading.command_book(work.desk, reader))
    assert {one.act.valid_from for one in found} == {"2020-01-01", "2021-05-05", "2021-05-07"}
