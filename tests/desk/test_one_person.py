"""Two entries that are one person at the desk: read together, apart again with everything they had, and silent to who holds one of them."""

from collections.abc import Callable

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.one_person import APART, LATER, SAME, SPLIT
from letapis.core.records import Draft
from letapis.desk import claims, dossiers, figures, hearings, items, ledger, one_person, qualify, reading, sources, tasks
from letapis.desk.opening import Desk
from tests.desk.casework import office
from tests.desk.tables import projections
from tests.desk.test_figures import people_held
from tests.team import Team, make_team

__all__ = ["make_team"]
SPELT = ("Мікалай Выдумка", "Nikolai Vydumko", "Vera Prykladnaja")
WHY = "Canary-Reason: the same birth date and the same judge in both papers."


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return office(make_desk(1))


def entered(desk: Desk, code: str = "WHO-1", *called: str) -> tuple[bytes, list[bytes]]:
    """A dossier with these persons, each with a day and a place of detention of their own."""
    first, *others = called or SPELT
    dossier = dossiers.new_dossier(desk, code, "Pryklad", "person", first)
    reader = desk.reader("work")
    for name in others:
        dossiers.add_entity(desk, reader, dossier, "person", name)
    people = [one.entity for one in reading.entities(desk, reader, dossier)]
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Klon", kind="media"))
    cuts = [
        claims.Cut(prop, value, subject=who, source=source, basis="document")
        for number, who in enumerate(people)
        for prop, value in (("detention.start", f"2021-0{number + 1}-05"), ("detention.place", f"Place {number}"))
    ]
    claims.add_claims(desk, reader, dossier, cuts)
    return dossier, people


def worth(desk: Desk, dossier: bytes) -> list[tuple[object, ...]]:
    told = reading.claims(desk, desk.reader("work"), dossier)
    return [(c.rid, c.subject, c.level, c.contested, c.independent, c.replaced) for c in told]


def test_who_stands_behind_many_entries_of_one_person_is_found_too(desk: Desk) -> None:
    _, (other,) = entered(desk, "WHO-0", SPELT[0])
    _, (first, *others) = entered(desk, "WHO-1", *[SPELT[0]] * 6)
    reader = desk.reader("work")
    for entry in others:
        one_person.decide(desk, reader, first, entry, SAME, WHY)
    found = reading.people_like(desk, reader, SPELT[1], limit=2)
    assert [len(one.also) for one in found] == [5, 0] and found[1].person.entity == other
    assert [one.person.entity for one in reading.people_like(desk, reader, SPELT[1], limit=1)] == [found[0].person.entity]


def test_one_page_shows_both_until_it_is_undone(desk: Desk) -> None:
    dossier, (first, second, third) = entered(desk)
    reader = desk.reader("work")
    before = worth(desk, dossier)
    own = reading.person_page(desk, reader, second)
    one_person.decide(desk, reader, first, second, SAME, WHY)
    for entry in (first, second):
        page = reading.person_page(desk, reader, entry)
        assert {claim.subject for claim in (*page.dated, *page.undated)} == {first, second} and len(page.entries) == 2
        assert {claim.subject for claim in reading.timeline(desk, reader, dossier, entry)} == {first, second}
    assert reading.joined(desk, reader, dossier) == {first: first, second: first}
    assert [one.entity for one in qualify.persons(desk, reader, dossier)] == [first, third]
    assert worth(desk, dossier) == before, "the standing of information does not change"
    one_person.decide(desk, reader, second, first, SPLIT, "They had two fathers.")
    assert reading.person_page(desk, reader, second) == own and reading.joined(desk, reader, dossier) == {} and worth(desk, dossier) == before
    told = reading.pair(desk, reader, first, second)
    assert [(word.state, word.reason, word.member) for word in told.words] == [(SPLIT, "They had two fathers.", desk.me), (SAME, WHY, desk.me)]


def test_a_rebuild_says_the_same(desk: Desk) -> None:
    dossier, (first, second, third) = entered(desk)
    reader = desk.reader("work")
    for state, pair in ((SAME, (first, second)), (LATER, (third, first)), (APART, (first, third))):
        one_person.decide(desk, reader, *pair, state, WHY)
    live = projections(desk), reading.joined(desk, reader, dossier), reading.pair(desk, reader, first, second)
    ledger.rebuild(desk)
    reader = desk.reader("work")
    assert (projections(desk), reading.joined(desk, reader, dossier), reading.pair(desk, reader, first, second)) == live


def test_the_law_reads_all_information_of_one_person(desk: Desk) -> None:
    dossier, (first, second, _) = entered(desk)
    reader = desk.reader("work")
    alone = qualify.qualify(desk, reader, dossier, person=first).situation.facts["detention.start"]
    one_person.decide(desk, reader, second, first, SAME, WHY)
    both = qualify.qualify(desk, reader, dossier, person=second)
    sides = both.situation.facts["detention.start"].sides
    assert both.person == first and len(sides) == 2 and alone.sides[0] in sides
    one_person.decide(desk, reader, second, first, SPLIT, WHY)
    assert qualify.qualify(desk, reader, dossier, person=first).situation.facts["detention.start"] == alone


def test_search_finds_one_person_once_and_says_what_else_they_are_called(desk: Desk) -> None:
    _, (first, second, _) = entered(desk)
    reader = desk.reader("work")
    assert {one.person.entity for one in reading.named_like(desk, reader, "Mikałaj Vydumka")} == {first, second}
    one_person.decide(desk, reader, first, second, SAME, WHY)
    (found,) = reading.named_like(desk, reader, "Mikałaj Vydumka")
    assert {found.person.label, *found.also} == set(SPELT[:2])


def test_what_is_no_word_is_refused_and_nothing_is_recorded(desk: Desk) -> None:
    dossier, (first, second, _) = entered(desk)
    reader = desk.reader("work")
    group = dossiers.add_entity(desk, reader, dossier, "group", "Pryklad choir")
    before = projections(desk)
    for state, pair, error in (
        ("maybe", (first, second), UsageError),
        (SPLIT, (first, second), Refused),
        (SAME, (first, first), NotFound),
        (SAME, (first, b"?" * 16), NotFound),
        (SAME, (first, group), UsageError),
    ):
        with pytest.raises(error):
            one_person.decide(desk, reader, *pair, state, WHY)
    with pytest.raises(UsageError, match=r"oneperson\.reason"):
        one_person.decide(desk, reader, first, second, SAME, " ")
    assert projections(desk) == before


def test_apart_is_remembered_and_later_is_put_aside(desk: Desk) -> None:
    dossier, (first, second, _) = entered(desk)
    reader = desk.reader("work")
    (proposal,) = one_person.queue(desk, reader, dossier).proposals
    assert {proposal.first, proposal.second} == {first, second}
    one_person.decide(desk, reader, first, second, LATER)
    put = one_person.queue(desk, reader, dossier)
    assert not put.proposals and len(put.aside) == 1
    one_person.decide(desk, reader, first, second, APART, WHY)
    assert not one_person.queue(desk, reader, dossier).aside and not one_person.queue(desk, reader).proposals


def test_a_page_looks_at_so_many_and_says_how_many_it_left_out(desk: Desk) -> None:
    dossier, (first, second, _) = entered(desk)
    entered(desk, "WHO-2", SPELT[1])
    reader = desk.reader("work")
    found = one_person.queue(desk, reader, dossier, 3)
    assert found.left_out == 1 and [{one.first, one.second} for one in found.proposals] == [{first, second}]
    assert one_person.queue(desk, reader, dossier).left_out == 0 and len(one_person.queue(desk, reader, dossier).proposals) > 1


def test_hearings_and_claims_are_the_context_of_a_proposal(desk: Desk) -> None:
    dossier, (first, second, _) = entered(desk)
    reader = desk.reader("work")
    source = reading.sources(desk, reader, dossier)[0].source
    for who, judge, birth in ((first, "Ivan Postava", "1990-03-04"), (second, "Іван Пастава", "1990")):
        hearings.add_hearing(desk, reader, dossier, hearings.HearingForm("2021-06-07", "Court of Vydumka", judge=judge, subject=who))
        claims.add_claims(desk, reader, dossier, [claims.Cut("identity.birth_date", birth, subject=who, source=source, basis="document")])
    found = one_person.weighed(desk, reader, first, second)
    assert found is not None and found.how == "sure"
    assert {(r.part, r.kind) for r in found.reasons} >= {("birth", "fits"), ("judge", "same"), ("court", "same"), ("verdict", "same")}


def test_what_a_list_says_of_a_verdict_is_context_as_well(desk: Desk) -> None:
    dossier, (first, second, third) = entered(desk)
    reader = desk.reader("work")
    source = reading.sources(desk, reader, dossier)[0].source
    for who, judge, day in ((first, "Ivan Postava", "2021-06-07"), (second, "Іван Пастава", "2021-06-07"), (third, "Vera Chužaja", "2021")):
        said = (("verdict.judge", judge), ("verdict.date", day))
        claims.add_claims(desk, reader, dossier, [claims.Cut(*one, subject=who, source=source, basis="document") for one in said])
    alike, other = one_person.weighed(desk, reader, first, second), one_person.weighed(desk, reader, first, third)
    assert alike is not None and {("judge", "same"), ("verdict", "same")} <= {(r.part, r.kind) for r in alike.reasons}
    assert other is not None and [(r.part, r.kind) for r in other.reasons] == [("judge", "differs")], "a year says nothing against a day in it"


def test_a_figure_counts_one_person_once(make_team: Callable[..., Team]) -> None:
    team = make_team(3)
    first, second = people_held(team, "2026-03-01", "2026-03-02")
    desk, reader = team.desks[0], team.reader()
    assert figures.count(desk, reader, "held_checked", "2026-03-10").count.value == 2
    one_person.decide(desk, reader, first, second, SAME, WHY)
    assert figures.count(desk, reader, "held_checked", "2026-03-10").count.value == 1
    one_person.decide(desk, reader, first, second, SPLIT, WHY)
    assert figures.count(desk, reader, "held_checked", "2026-03-10").count.value == 2


def test_two_members_look_and_two_who_differ_are_heard_both(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk, other = team.desks
    dossier, (first, second, _) = entered(desk)
    dossiers.admit_to_dossier(desk, team.reader(), dossier, [other.me])
    team.settle()
    source = reading.sources(other, team.reader(1), dossier)[0].source
    claims.add_claims(other, team.reader(1), dossier, [claims.Cut("detention.place", "Там", subject=second, source=source, basis="document")])
    team.settle()
    one_person.decide(desk, team.reader(), first, second, SAME, WHY)
    assert not reading.pair(desk, team.reader(), first, second).confirmed
    (task,) = reading.items(desk, team.reader(), "task", dossier=dossier)
    assert task.text("kind") == one_person.SECOND_LOOK in tasks.KINDS and SPELT[0] in task.text("text")
    team.settle()
    one_person.decide(other, team.reader(1), second, first, SAME, "Read both papers too.")
    team.settle()
    assert reading.pair(desk, team.reader(), first, second).confirmed
    assert [one.state for one in reading.items(desk, team.reader(), "task", dossier=dossier)] == ["done"]
    # Apart from each other one undoes and one keeps: both are heard, and until somebody has looked the entries are read apart.
    one_person.decide(desk, team.reader(), first, second, SPLIT, "A second thought.")
    one_person.decide(other, team.reader(1), first, second, SAME, "Still the same.")
    team.settle()
    for at in team.desks:
        seen = reading.pair(at, at.reader("work"), first, second)
        assert seen.differing and not seen.state and reading.joined(at, at.reader("work"), dossier) == {}
        (torn,) = one_person.queue(at, at.reader("work"), dossier).quarrels
        assert {one.entity for one in torn} == {first, second}, "it stands where pairs are looked at, not under what was put aside"
    with pytest.raises(Refused, match=r"items\.contested"):
        one_person.decide(desk, team.reader(), first, second, SAME, "Unseen.")
    one_person.decide(desk, team.reader(), first, second, SAME, "We talked.", reading.pair(desk, team.reader(), first, second).heads)
    team.settle()
    assert projections(desk)["db_item"] == projections(other)["db_item"]
    assert reading.joined(other, team.reader(1), dossier) == {first: first, second: first}


def test_who_holds_one_dossier_learns_nothing_of_the_other(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk, other = team.desks
    mine, (first, *_) = entered(desk, "WHO-1", SPELT[0])
    theirs, (second, *_) = entered(desk, "WHO-2", SPELT[1])
    dossiers.admit_to_dossier(desk, team.reader(), mine, [other.me])
    team.settle()
    said = reading.history(other, team.reader(1), mine), reading.person_page(other, team.reader(1), first), reading.digest(other, team.reader(1), 0)
    reader = team.reader()
    one_person.decide(desk, reader, first, second, SAME, WHY)
    assert [(one.entity, home.dossier) for one, home in reading.elsewhere(desk, reader, [first])] == [(second, theirs)]
    assert reading.pair(desk, reader, second, first).words[0].reason == WHY
    assert "one_person" in {line.type for line in reading.history(desk, reader, mine)}
    team.settle()
    colleague = team.reader(1)
    half = reading.items(other, colleague, "one_person", dossier=mine)[0].record  # the bytes are there, and name nothing of the other dossier
    assert second not in half.body.values() and theirs not in half.body.values() and not half.text("reason")
    assert all(secret not in half.raw("half") for secret in (WHY.encode(), b"Canary-Reason", second, theirs))
    assert reading.elsewhere(other, colleague, [first]) == [] and reading.joined_held(other, colleague) == {}
    assert (reading.history(other, colleague, mine), reading.person_page(other, colleague, first), reading.digest(other, colleague, 0)) == said
    assert not one_person.queue(other, colleague).proposals and reading.named_like(other, colleague, SPELT[1])[0].also == ()
    with pytest.raises(NotFound):
        reading.pair(other, colleague, first, second)
    with pytest.raises(NotFound):
        one_person.decide(other, colleague, first, second, SPLIT, WHY)
    one_person.decide(desk, reader, first, second, SPLIT, "No.")
    assert reading.elsewhere(desk, reader, [first]) == [] and [w.reason for w in reading.pair(desk, reader, first, second).words] == ["No.", WHY]


def test_who_is_torn_in_one_dossier_is_read_together_with_nobody_of_another(desk: Desk) -> None:
    _, (first, second, _) = entered(desk)
    _, (third, *_) = entered(desk, "WHO-2", SPELT[1])
    reader = desk.reader("work")
    for entry in (first, second):
        one_person.decide(desk, reader, entry, third, SAME, WHY)
    assert [one.entity for one, _ in reading.elsewhere(desk, reader, [first])] == [third]
    assert {one.entity for one, _ in reading.elsewhere(desk, reader, [third])} == {first, second}
    one_person.decide(desk, reader, first, second, APART, "They sat in two rooms.")
    assert not any(reading.elsewhere(desk, reader, [entry]) for entry in (first, second, third))


def test_no_reason_is_lost_of_words_that_were_said_one_after_the_other(desk: Desk) -> None:
    (first, *_), (second, *_) = entered(desk, "WHO-1", SPELT[0])[1], entered(desk, "WHO-2", SPELT[1])[1]
    reader = desk.reader("work")
    for pair, state, why in (((first, second), SAME, "one"), ((second, first), SPLIT, "two"), ((second, first), SAME, "three")):
        one_person.decide(desk, reader, *pair, state, why)
    for told in (reading.pair(desk, reader, first, second), reading.pair(desk, reader, second, first)):
        assert [word.reason for word in told.words] == ["three", "two", "one"]


def test_a_word_that_does_not_fit_joins_nobody(desk: Desk) -> None:
    """A record of a hostile colleague: about an entry of another dossier, or under an id that is not that of the pair."""
    mine, (first, *_) = entered(desk, "WHO-1", SPELT[0])
    theirs, (second, *_) = entered(desk, "WHO-2", SPELT[1])
    reader = desk.reader("work")
    home = reading.dossier(desk, reader, mine)
    for beside in (second, first, b"?" * 16):
        items.new(desk, "one_person", home.work, {"dossier": mine, "entity": first, "beside": beside, "across": 0, "state": SAME})
    items.new(desk, "one_person", home.work, {"dossier": theirs, "entity": second, "beside": first, "across": 1, "state": SAME})
    assert reading.joined_held(desk, reader) == {} == reading.joined(desk, reader, mine) and reading.elsewhere(desk, reader, [first]) == []


RELATIVE = "Canary-Relative Pastava"


def named_by(desk: Desk, dossier: bytes, who: bytes, relative: str, code: str) -> bytes:
    """A claim on somebody's relative. Returns the source that says it."""
    reader = desk.reader("work")
    source = sources.add_source(desk, reader, dossier, sources.SourceForm(code, kind="person"))
    claims.add_claims(desk, reader, dossier, [claims.Cut("person.relatives", relative, subject=who, source=source, basis="was_told")])
    return source


def reasons(found: one_person.Queue, first: bytes, second: bytes) -> list[tuple[str, str]]:
    (pair,) = [one for one in (*found.proposals, *found.aside) if {one.first, one.second} == {first, second}]
    return [(one.part, one.kind) for one in pair.reasons]


def test_a_relative_that_a_source_names_weighs_and_explains(desk: Desk) -> None:
    dossier, (first, second, _) = entered(desk)
    reader = desk.reader("work")
    before = one_person.weighed(desk, reader, first, second)
    named_by(desk, dossier, first, "Алена Пастава", "Klon-1")
    named_by(desk, dossier, second, "Pastava Alena", "Klon-2")
    after = one_person.weighed(desk, reader, first, second)
    assert before and after and after.weight > before.weight
    (told,) = [one for one in after.reasons if one.part == "relative"]
    assert {told.first, told.second} == {"Алена Пастава", "Pastava Alena"}, "as the sources spell it"
    assert ("relative", "same") in reasons(one_person.queue(desk, reader, dossier), first, second)
    assert reading.joined(desk, reader, dossier) == {}, "nobody is joined by it"


def test_a_relative_that_stands_elsewhere_than_the_dossier_explains_nothing(make_team: Callable[..., Team]) -> None:
    """A claim on relatives in a compartment of its own, and one in a dossier that a colleague does not hold: neither weighs for them."""
    team = make_team(2)
    first, second = team.desks
    dossier, (one, other, _) = entered(first)
    home, reader = reading.dossier(first, first.reader("work"), dossier), first.reader("work")
    source = sources.add_source(first, reader, dossier, sources.SourceForm("Klon-3", kind="person"))
    body = {"dossier": dossier, "property": "person.relatives", "value.list": (RELATIVE,), "value.listed": True, "source": source, "basis": "saw"}
    ledger.append(first, [Draft("claim", home.raw, {**body, "subject": who}) for who in (one, other)])
    found = one_person.weighed(first, reader, one, other)
    assert found and "relative" not in {reason.part for reason in found.reasons} and RELATIVE not in repr(found)
    closed, (far, *_) = entered(first, "WHO-2", SPELT[1])
    named_by(first, dossier, one, RELATIVE, "Klon-4")
    named_by(first, closed, far, RELATIVE, "Klon-5")
    mine = one_person.queue(first, first.reader("work"))
    assert ("relative", "same") in reasons(mine, one, far), "who holds both is told"
    dossiers.admit_to_dossier(first, team.reader(), dossier, [second.me])
    team.settle()
    theirs = one_person.queue(second, team.reader(1))
    assert one in theirs.people
    assert far not in theirs.people
    assert RELATIVE not in repr((theirs.proposals, theirs.aside))
    with pytest.raises(NotFound):
        one_person.weighed(second, team.reader(1), one, far)
