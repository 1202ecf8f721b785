"""Marks of what is hard to look at: who said so, what awaits; one word for each colleague, taken back by nobody else."""

from collections.abc import Callable

import pytest

from letapis.core.errors import NotFound, UsageError
from letapis.desk import difficult, dossiers, evidence
from letapis.desk.opening import Desk
from tests.canary import CANARIES, search
from tests.team import Team, make_team

from .casework import office, work_at

__all__ = ["make_team"]


def test_a_mark_is_changed_by_its_colleague_and_taken_back_by_nobody_else(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    first, second = team.desks
    work = work_at(first)
    dossiers.admit_to_dossier(first, team.reader(), work.dossier, [second.me])
    difficult.mark(first, team.reader(), work.item, ["death"], " a body \n in a morgue ")
    difficult.mark(first, team.reader(), work.item, ["children", "death"], "a body")
    team.settle()
    (one,) = difficult.marks(second, team.reader(1), work.item)
    assert (one.topics, one.text, one.member) == (("death", "children"), "a body", first.me)
    with pytest.raises(NotFound):
        difficult.take_back(second, team.reader(1), work.item)
    difficult.mark(second, team.reader(1), work.item, ["violence"])
    team.settle()
    assert [len(found) for found in difficult.marks_in(first, team.reader(), work.dossier).values()] == [2]
    difficult.take_back(first, team.reader(), work.item)
    assert [said.member for said in difficult.marks(first, team.reader(), work.item)] == [second.me]


def test_topics_are_those_of_the_list_and_few_words_say_the_rest(make_desk: Callable[..., Desk]) -> None:
    desk = office(make_desk())
    work, reader = work_at(desk), desk.reader("work")
    for topics in ([], ["pictures"], ["death", "<b>"]):
        with pytest.raises(UsageError, match=r"difficult\.topics"):
            difficult.mark(desk, reader, work.item, topics)
    with pytest.raises(UsageError, match=r"difficult\.text"):
        difficult.mark(desk, reader, work.item, ["death"], "x" * 301)
    form = evidence.EvidenceForm("Page", media_type="image/png", derived_from=work.item, derivation="safe copy", tool="letapis", page=1)
    page = evidence.add_evidence(desk, reader, work.dossier, form, [b"page"])
    with pytest.raises(NotFound):
        difficult.mark(desk, reader, page, ["death"])
    difficult.mark(desk, reader, work.item, ["torture"], CANARIES[3])
    (said,) = difficult.marks(desk, reader, page)
    assert said.text == CANARIES[3], "a page is as hard to look at as its original"
    assert search([desk.workspace]) == []
    assert difficult.topics_of(desk, [said], [], "photo") == ("torture",) and difficult.topics_of(desk, [], [], "photo") == ("pictures",)
