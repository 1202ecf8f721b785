"""A note proposes at the desk: what it proposes is inherited, accepted in one go, and not proposed again."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from letapis.core.errors import NotFound, UsageError
from letapis.desk import claims, proposals, reading, sources
from letapis.desk.dossiers import admit_to_dossier, new_dossier
from letapis.desk.opening import Desk
from tests.team import Team

TEXT = "Патэлефанавала Каліна. Перавялі з СІЗА-1 у ПК-15 3.05.2026, адваката не пускаюць.\nЯшчэ думае пра скаргу."


def _note(desk: Desk, text: str = TEXT, **more: str) -> tuple[bytes, bytes]:
    dossier = new_dossier(desk, "PR-1", "Pryklad", "person", "Vydumka")
    reader = desk.reader("work")
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Kalina", "person", "B", "family"))
    person = reading.entities(desk, reader, dossier)[0].entity
    anchor = {} if more.get("without") else {"source": source, "subject": person, "basis": more.get("basis", "was_told")}
    return dossier, claims.write_note(desk, reader, dossier, claims.NoteForm("Call", text, "be", **anchor))  # type: ignore[arg-type]


def test_what_is_accepted_inherits_from_the_note_and_is_not_proposed_again(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk = team.desks[0]
    dossier, note = _note(desk)
    reader = team.reader()
    found = proposals.proposals(desk, reader, note)
    facts = ["custody.transferred", "detention.place", "detention.place", "lawyer.access"]
    assert sorted(one.property for one in found) == facts
    made = proposals.accept(desk, reader, note, [proposals.as_proposed(one) for one in found])
    views = {claim.rid: claim for claim in reading.claims(desk, reader, dossier)}
    assert sorted(views[rid].property for rid in made) == facts
    kept = reading.note(desk, reader, note)
    for view in views.values():
        assert (view.source, view.subject, view.basis) == (kept.source, kept.subject, "was_told")
        passage = reading.passages_by_ref(desk, reader, [view.passage])[view.passage]
        assert passage.text == kept.text[passage.start : passage.end] == "Перавялі з СІЗА-1 у ПК-15 3.05.2026, адваката не пускаюць"
    assert len(reading.passages(desk, reader, note)) == 1
    assert proposals.proposals(desk, reader, note) == []


def test_a_proposal_accepted_in_other_words_is_not_proposed_again_and_others_stay(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk = team.desks[0]
    _, note = _note(desk)
    reader = team.reader()
    found = proposals.proposals(desk, reader, note)
    place = next(one for one in found if one.property == "detention.place" and one.valid_to)
    chosen = proposals.as_proposed(place)
    proposals.accept(desk, reader, note, [replace(chosen, cut=replace(chosen.cut, value="Valadarka"))])
    left = proposals.proposals(desk, reader, note)
    assert len(left) == len(found) - 1 and sum(one.property == "detention.place" for one in left) == 1


def test_all_or_nothing(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk = team.desks[0]
    dossier, note = _note(desk)
    reader = team.reader()
    good, *_ = (proposals.as_proposed(one) for one in proposals.proposals(desk, reader, note))
    for bad in (replace(good, end=len(TEXT) + 1), replace(good, cut=replace(good.cut, value="then"))):
        with pytest.raises(UsageError):
            proposals.accept(desk, reader, note, [good, bad])
    assert reading.claims(desk, reader, dossier) == [] and reading.passages(desk, reader, note) == []


def test_a_note_without_a_source_says_so_and_takes_one_from_the_colleague(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk = team.desks[0]
    dossier, note = _note(desk, without="yes")
    reader = team.reader()
    chosen = proposals.as_proposed(proposals.proposals(desk, reader, note)[0])
    with pytest.raises(UsageError):
        proposals.accept(desk, reader, note, [chosen])
    source, person = reading.sources(desk, reader, dossier)[0].source, reading.entities(desk, reader, dossier)[0].entity
    cut = replace(chosen.cut, source=source, subject=person, basis="heard")
    assert len(proposals.accept(desk, reader, note, [replace(chosen, cut=cut)])) == 1


def test_a_note_that_is_not_theirs_proposes_nothing(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    _, note = _note(team.desks[0])
    team.settle()
    with pytest.raises(NotFound):
        proposals.proposals(team.desks[1], team.reader(1), note)
    with pytest.raises(NotFound):
        proposals.accept(team.desks[1], team.reader(1), note, [])


def test_who_tells_of_themselves_is_meant_by_me(make_team: Callable[..., Team]) -> None:
    team = make_team(1)
    desk = team.desks[0]
    _, note = _note(desk, "Мяне затрымалі 5.05.2026. Яго перавялі ў ПК-15 у мінулым месяцы.", basis="own_experience")
    reader = team.reader()
    assert [one.property for one in proposals.proposals(desk, reader, note)] == ["detention.start"]


def test_what_one_skips_is_theirs_alone_and_says_nothing(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk, other = team.desks
    dossier, note = _note(desk)
    admit_to_dossier(desk, team.reader(), dossier, [other.me])
    team.settle()
    reader = team.reader()
    found = proposals.proposals(desk, reader, note)
    before = desk.store.rows("SELECT count(*) FROM db_record")
    proposals.skip(desk, reader, note, [proposals.key(one) for one in found[:2]])
    proposals.skip(desk, reader, note, [proposals.key(found[2])])
    assert proposals.proposals(desk, reader, note) == found[3:]
    assert proposals.proposals(other, team.reader(1), note) == found
    assert desk.store.rows("SELECT count(*) FROM db_record") == before
    ((kept,),) = desk.store.rows("SELECT value FROM db_setting WHERE name LIKE 'skipped.%'")
    assert len(json.loads(kept)) == 3 and not any(word in kept for word in ("custody", "2026", "Penal", "ПК"))
