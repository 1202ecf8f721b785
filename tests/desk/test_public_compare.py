"""A list of others at the desk: against our dossiers with what was decided of recognition, and against what is public of us."""

from collections.abc import Callable

import pytest

from letapis.core.errors import NotFound, UsageError
from letapis.desk import evidence, list_files, public_compare, reading, recognition
from letapis.desk.recognition import OutcomeForm
from tests.desk.test_public_record import approved, opened_dossier, proposed
from tests.public import card_of
from tests.team import Team

COLUMNS = "id,url,name,status,gender,birthday,arrested,articles,prison"
CARD = card_of(1)
THEIRS = (
    "1,https://v.example/en/person/1,Kanareyka Vydumka,active,male,,,,",
    f"2,https://v.example/en/person/2,{CARD.first('name', 'en')},np,,{CARD.first('birth_date')},2001-01-01,,",
    "3,https://v.example/en/person/3,Zusim Inshy,active,male,,,,",
)


def brought(team: Team, dossier: bytes) -> bytes:
    desk, reader = team.desks[0], team.reader()
    sealed = evidence.seal_upload(desk, reader, dossier, ["\n".join((COLUMNS, *THEIRS)).encode()])
    return list_files.bring(desk, reader, dossier, list_files.ListForm("Invented list", source_code="V", mapping="viasna"), [("list.csv", sealed)])


def test_dossiers_and_the_public_list_are_compared_each_by_itself(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    desk, dossier = team.desks[0], opened_dossier(team)
    ident = brought(team, dossier)
    public = public_compare.beside(desk, team.reader(), ident, public_compare.PUBLIC)
    assert public.counts == {"pairs": 0, "differ": 0, "missing_here": 3, "missing_there": 0, "hidden": 0, "apart": 0}
    ours = public_compare.beside(desk, team.reader(), ident, public_compare.DOSSIERS)
    (pair,) = ours.found.pairs
    assert pair.theirs.key == "1" and ours.homes[pair.ours.key] == dossier
    assert {(one.field, one.kind) for one in pair.differences} == {("outcome", "only_theirs"), ("sex", "only_theirs")}
    (person,) = reading.entities(desk, team.reader(), dossier)
    form = OutcomeForm("refused_for_now", "2026-05-01", text="The organisations wait.")
    made = recognition.record_outcome(desk, team.reader(), dossier, person.entity, form)
    team.settle()
    recognition.confirm(team.desks[1], team.reader(1), made)
    team.settle()
    (pair,) = public_compare.beside(desk, team.reader(), ident, public_compare.DOSSIERS).found.pairs
    assert {(one.field, one.kind) for one in pair.differences} == {("outcome", "differs"), ("sex", "only_theirs")}
    approved(team, proposed(team, dossier), 1, 2)
    public = public_compare.beside(desk, team.reader(), ident, public_compare.PUBLIC)
    (pair,) = public.found.pairs
    assert (pair.theirs.key, pair.ours.key) == ("2", CARD.card) and public.homes[CARD.card] == dossier
    assert {"detained", "outcome"} <= {one.field for one in pair.differences if one.kind == "differs"}


def test_what_cannot_be_compared_is_refused(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    desk, dossier = team.desks[0], opened_dossier(team)
    with pytest.raises(UsageError, match=r"compare\.against"):
        public_compare.beside(desk, team.reader(), brought(team, dossier), "everything")
    with pytest.raises(NotFound):
        public_compare.beside(desk, team.reader(), bytes(16), public_compare.PUBLIC)
