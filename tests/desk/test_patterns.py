"""A dossier about many: who stands how for each norm, and a context that many files prepare together and one never does."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from letapis.core.errors import NotFound, UsageError
from letapis.core.qualify import Status
from letapis.core.records import Draft
from letapis.core.standing import Level
from letapis.desk import claims, dossiers, ledger, material, patterns, qualify, reading, sources, verify
from letapis.desk.opening import Desk
from letapis.engines.catalogue import catalogue
from tests.desk.casework import office

RULES = ("context.civilian_population", "context.policy_evidence", "context.perpetrator_knowledge")
HELD = {"act.country": "BY", "detention.legal_basis": "criminal", "judge.first_appearance_h": "90"}
IMPRISONED = {"detention.domestic_basis_valid": "no", "detention.pretrial_days": "120"}


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Iterator[Desk]:
    yield office(make_desk(1))


def many(desk: Desk, count: int, kind: str = "pattern", context: tuple[str, ...] = RULES) -> tuple[bytes, list[bytes]]:
    """A dossier of this kind with so many persons, each imprisoned in a month and place of their own, and what an analyst says of the context."""
    dossier = dossiers.new_dossier(desk, f"PAT-{count}{kind[0]}", "Pryklad", kind)
    reader = desk.reader("work")
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("S1", "person", "B", "public"))
    people = [dossiers.add_entity(desk, reader, dossier, "person", f"Prykladny {number}") for number in range(count)]
    cuts = []
    for number, person in enumerate(people):
        facts = {**HELD, **IMPRISONED, "detention.start": f"2021-{number % 6 + 1:02}-0{number % 9 + 1}", "place.arrest": f"Vydumka {number % 4}"}
        cuts += [claims.Cut(name, value, subject=person, source=source, basis="document") for name, value in facts.items()]
    cuts += [claims.Cut(name, "yes", subject=people[0], source=source, basis="inferred") for name in context]
    claims.add_claims(desk, reader, dossier, cuts)
    return dossier, people


def row(page: patterns.GroupPage, norm: str) -> patterns.NormRow:
    return next(one for one in page.rows if one.norm == norm)


def test_an_organisation_is_nobody_who_is_counted(desk: Desk) -> None:
    dossier, people = many(desk, 2)
    reader = desk.reader("work")
    source = reading.sources(desk, reader, dossier)[0].source
    for number in range(4):
        body = dossiers.add_entity(desk, reader, dossier, "organisation", f"Vydumka {number}")
        told = {**HELD, **IMPRISONED, "detention.start": f"2021-0{number + 3}-01", "place.arrest": f"Vydumka {number}"}
        claims.add_claims(desk, reader, dossier, [claims.Cut(*one, subject=body, source=source, basis="document") for one in told.items()])
    assert patterns.read_people(desk, reader, dossier).touched == 2
    assert not qualify.qualify(desk, reader, dossier, ["RS-7-CHAPEAU"], person=people[0]).qualifications[0].reached


def test_each_norm_names_who_stands_how(desk: Desk) -> None:
    dossier, people = many(desk, 4, "group")
    reader = desk.reader("work")
    (claim,) = [c for c in reading.claims(desk, reader, dossier, subject=people[3]) if c.property == "judge.first_appearance_h"]
    verify.dispute_claim(desk, reader, claim.rid, "Another person was meant.")
    page = patterns.read_people(desk, reader, dossier)
    found = row(page, "ICCPR-9-3")
    assert found.persons[Status.INDICATED] == tuple(people[:3]) and found.persons[Status.INSUFFICIENT_FACTS] == (people[3],)
    assert found.reached == 3 and [one.reached for one in page.rows] == sorted((one.reached for one in page.rows), reverse=True)
    for one in page.rows:
        assert sorted(person for side in one.persons.values() for person in side) == sorted(people)
    for person in people:
        alone = qualify.qualify(desk, reader, dossier, ["ICCPR-9-3"], person=person).qualifications[0].status
        assert person in found.persons[alone]
    with pytest.raises(UsageError):
        patterns.read_people(desk, reader, dossier, "certain")


def test_many_files_prepare_the_context_and_a_reviewer_decides(desk: Desk) -> None:
    dossier, people = many(desk, 6)
    reader = desk.reader("work")
    page = patterns.read_people(desk, reader, dossier)
    enough = {one.threshold.fact: one for one in page.supports if one.enough}
    assert set(enough) == {"context.multiple_acts", "context.attack_pattern", "context.systematic"}
    assert enough["context.systematic"].persons == 6 and len(enough["context.systematic"].refs) == 6
    assert page.context is not None and page.context.status is Status.ARGUABLE and len(page.context.waits_for) == 4
    assert {page.claims[ref].subject for ref in enough["context.multiple_acts"].refs} == set(people)
    crime = row(page, "RS-7-1-E")
    assert set(crime.persons) == {Status.ARGUABLE}
    for key in page.context.waits_for:
        verify.judge_element(desk, reader, dossier, "RS-7-CHAPEAU", key, True, "Read with the published findings.")
    read = patterns.read_people(desk, reader, dossier).context
    assert read is not None and read.status is Status.INDICATED
    shown = qualify.qualify(desk, reader, dossier, ["RS-7-CHAPEAU"], person=people[2])
    assert shown.qualifications[0].status is Status.INDICATED and set(shown.qualifications[0].refs) <= set(shown.claims)


def test_a_reviewer_s_word_is_about_one_person_and_without_a_name_about_the_main_one(desk: Desk) -> None:
    dossier, people = many(desk, 3, "group")
    reader = desk.reader("work")
    norm, element = "WGAD-II", "E2"
    for person in people:
        source = reading.claims(desk, reader, dossier, subject=person)[0].source
        told = (("charge.based_on", "expression"), ("restriction.necessity_reasoned", "false"))
        claims.add_claims(desk, reader, dossier, [claims.Cut(*one, subject=person, source=source, basis="document") for one in told])
    assert set(row(patterns.read_people(desk, reader, dossier), norm).persons) == {Status.ARGUABLE}

    def judged(person: bytes) -> list[bool]:
        page = qualify.qualify(desk, reader, dossier, (norm,), person=person)
        return [word.holds for word in page.words.get((norm, element), ())]

    verify.judge_element(desk, reader, dossier, norm, element, False, "Another case.", people[1])
    assert [judged(person) for person in people] == [[], [False], []]
    read = row(patterns.read_people(desk, reader, dossier), norm).persons
    assert read[Status.ARGUABLE] == (people[0], people[2])
    work = reading.dossier(desk, reader, dossier).work
    told = {"dossier": dossier, "kind": "judge", "norm": norm, "element": element, "holds": True, "reason": "As written before."}
    ledger.append(desk, [Draft("decision", work, told)])
    assert [judged(person) for person in people] == [[True], [False], []]
    for stranger in (b"x" * 16, dossiers.add_entity(desk, reader, dossier, "organisation", "Vydumka")):
        with pytest.raises(NotFound):
            verify.judge_element(desk, reader, dossier, norm, element, True, "x", stranger)


def test_what_may_not_carry_a_document_shows_no_context_in_it_either(desk: Desk) -> None:
    dossier, people = many(desk, 6)
    read = lambda among: qualify.qualify(desk, desk.reader("work"), dossier, ["RS-7-CHAPEAU"], person=people[0], among=among)  # noqa: E731
    assert read(lambda _: True).qualifications[0].reached
    own = read(lambda claim: claim.subject == people[0])
    assert not own.qualifications[0].reached and not catalogue().pattern.facts & own.situation.facts.keys()


def test_a_source_that_refuses_a_use_shows_no_context_in_its_document(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, people = many(desk, 6)
    reader, laid = desk.reader("work"), material.layout(desk, "GIE-BELARUS")
    use = replace(material.use_of(desk, laid.card), floor=Level.OPEN, others=0, corroborated=False)
    monkeypatch.setattr(material, "use_of", lambda *_: use)

    def reached() -> set[str]:
        refused = material.refused_refs(desk, reader, dossier, laid)
        return {one.norm for one in material.law(desk, reader, dossier, laid.card, people[0], refused).qualifications if one.reached}

    assert "RS-7-CHAPEAU" not in reached()
    (source,) = reading.sources(desk, reader, dossier)
    sources.record_consent(desk, reader, dossier, source.source, [sources.ConsentForm(scope, "given") for scope in desk.catalogue.consent.scopes])
    assert "RS-7-CHAPEAU" in reached()


@pytest.mark.parametrize(("count", "kind"), [(1, "person"), (1, "pattern"), (2, "pattern"), (6, "person")])
def test_one_file_and_too_few_persons_prepare_nothing(desk: Desk, count: int, kind: str) -> None:
    dossier, people = many(desk, count, kind, tuple(sorted(catalogue().pattern.facts)))
    reader = desk.reader("work")
    for person in people:
        found = qualify.qualify(desk, reader, dossier, ["RS-7-CHAPEAU", "RS-7-1-E"], person=person)
        assert not any(one.reached for one in found.qualifications)
        assert not catalogue().pattern.facts & found.situation.facts.keys()
    if count < 3:
        page = patterns.read_people(desk, reader, dossier)
        assert page.context is None and not any(one.enough for one in page.supports) and row(page, "RS-7-1-E").reached == 0
