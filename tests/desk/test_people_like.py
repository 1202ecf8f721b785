"""Whoever is asked for by another spelling is found, by those who hold the dossier, and the same after a rebuild."""

from collections.abc import Callable

import pytest

from letapis.desk import claims, dossiers, ledger, reading, sources
from letapis.desk.opening import Desk
from tests.team import Team


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    made = make_team(2)
    for number, person in enumerate(("Уладзімір Выдумчанка", "Сьвятлана Нібытоўская", "Janka Pryklad", "Марына Выдумчанка")):
        dossiers.new_dossier(made.desks[0], f"K{number}", "Pryklad", "person", person)
    return made


def labels(desk: Desk, text: str) -> list[str]:
    return [one.person.label for one in reading.people_like(desk, desk.reader("work"), text)]


@pytest.mark.parametrize(
    "typed",
    ["Владимир Выдумченко", "Vydumchanka Uladzimir", "Wydumczanka Uładzimir", "Выдумченко Владимир Петрович", "Uładzimir Vydumčanka"],
)
def test_found_by_any_spelling_and_order(team: Team, typed: str) -> None:
    found = labels(team.desks[0], typed)
    assert found[0] == "Уладзімір Выдумчанка" and "Марына Выдумчанка" in found and "Janka Pryklad" not in found


def test_the_exact_one_stands_first_and_a_namesake_s_given_name_alone_finds_nobody(team: Team) -> None:
    assert labels(team.desks[0], "марына выдумчанка")[0] == "Марына Выдумчанка"
    assert labels(team.desks[0], "Владимир Неведомский") == []
    assert labels(team.desks[0], "") == labels(team.desks[0], "А.") == labels(team.desks[0], "???") == []


def test_a_recorded_name_finds_the_person_under_another_label(team: Team) -> None:
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "K9", "Pryklad", "person", "Son of Kalina")
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Kalina"))
    claims.add_claims(desk, reader, dossier, [claims.Cut("identity.name", "Пятро Хлусевіч", subject=person, source=source, basis="was_told")])
    found = reading.people_like(desk, reader, "Pyotr Khlusevich")
    assert [(one.person.entity, one.dossier.code) for one in found] == [(person, "K9")]


def test_the_search_of_words_finds_them_too_and_by_a_beginning_as_before(team: Team) -> None:
    desk = team.desks[0]
    reader = desk.reader("work")
    for query in ("Владимир Выдумченко", "nibytouskaya", "Wydumcz"):
        found = {hit.ident for hit in reading.find(desk, reader, query) if hit.kind == "person"}
        assert bool(found) is (query != "Wydumcz")  # half a word has no key of its own
    assert reading.find(desk, reader, "Выдум")


@pytest.mark.parametrize(("label", "typed"), [("Ігар Восіпаў", "Osipov I."), ("Игорь Осипов", "Восіпаў Ігар"), ("Ігар Лявонцьеў", "леонтьев")])
def test_a_surname_of_a_given_name_is_found_by_what_the_other_language_makes_of_it(team: Team, label: str, typed: str) -> None:
    desk = team.desks[0]
    dossiers.new_dossier(desk, "K9", "Pryklad", "person", label)
    reader = desk.reader("work")
    assert labels(desk, typed) == [label] == [one.person.label for one in reading.named_like(desk, reader, typed)]
    assert [hit.kind for hit in reading.find(desk, reader, typed.removesuffix(" I."))] == ["person"]


def test_who_does_not_hold_the_dossier_finds_nobody_and_a_rebuild_changes_nothing(team: Team) -> None:
    team.settle()
    assert labels(team.desks[1], "Vydumchanka") == []
    before = labels(team.desks[0], "Vydumchanka")
    ledger.rebuild(team.desks[0])
    assert labels(team.desks[0], "Vydumchanka") == before and len(before) == 2


def test_each_says_why_part_by_part_and_a_slip_is_forgiven(team: Team) -> None:
    desk = team.desks[0]
    reader = desk.reader("work")
    best = reading.named_like(desk, reader, "Владимир Выдумченко")[0]
    assert {(reason.part, reason.kind) for reason in best.why.reasons} == {("surname", "spelt"), ("given", "spelt")}
    for typed in ("Владимир Выдуиченко", "Vydumchnka Uladzimir", "U. Vydumchanka"):
        assert [one.person.label for one in reading.named_like(desk, reader, typed)][:1] == ["Уладзімір Выдумчанка"], typed
    assert [one.person.label for one in reading.named_like(desk, reader, "Ольга Выдумченко")] == []


def test_who_searches_without_holding_the_dossier_finds_nobody(team: Team) -> None:
    team.settle()
    other = team.desks[1]
    assert reading.named_like(other, other.reader("work"), "Уладзімір Выдумчанка") == []
